"""Gift cards: never below zero, each key once, and every crash leaves something that can be settled."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from posbridge.domain.errors import DomainError, VaultLocked
from posbridge.domain.gift_card import GiftCardStatus
from posbridge.domain.money import Money
from posbridge.security.vault import Vault
from posbridge.store import gift_card_holds as holds
from posbridge.store import gift_cards, orders
from posbridge.store.engine import SqliteStore
from posbridge.store.errors import NotStored
from posbridge.testing.builders import an_id, an_order
from tests.store.conftest import Clock

CODE = "GIFT-2026-0001"
BASKET = an_id(1, 1)


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def issue(tx: Connection, clock: Clock, vault: Vault, amount: int = 5000, **fields: object) -> str:
    return gift_cards.issue(tx, CODE, usd(amount), "issue-1", clock(), vault, **fields)  # type: ignore[arg-type]


def hold(tx: Connection, clock: Clock, vault: Vault, card: str, amount: int, minutes: int = 15) -> UUID:
    hold_id = uuid4()
    until = clock() + timedelta(minutes=minutes)
    holds.hold(tx, hold_id, card, CODE, usd(amount), BASKET, clock(), until, vault)
    return hold_id


def outside(tx: Connection, clock: Clock, vault: Vault) -> UUID:
    hold_id = uuid4()
    until = clock() + timedelta(minutes=15)
    holds.hold_outside(tx, hold_id, "till-pos", CODE, usd(500), BASKET, clock(), until, vault)
    return hold_id


def sum_of(tx: Connection, card: str) -> int:
    return sum(movement.amount.amount for movement in gift_cards.movements(tx, card))


def test_a_card_is_issued_found_and_its_code_is_nowhere(tx: Connection, clock: Clock, vault: Vault) -> None:
    card = issue(tx, clock, vault)
    assert issue(tx, clock, vault) == card, "the same key issues once"
    found = gift_cards.find(tx, f" {CODE.lower()} ", vault, clock())
    assert found is not None
    assert (found.id, found.balance, found.status) == (card, usd(5000), GiftCardStatus.ACTIVE)
    assert gift_cards.find(tx, "OTHER", vault, clock()) is None
    assert CODE not in str(tx.exec_driver_sql("SELECT * FROM gift_cards").one())
    assert gift_cards.liability(tx) == {"USD": 5000}
    with pytest.raises(VaultLocked):
        gift_cards.find(tx, CODE, None, clock())
    with pytest.raises(IntegrityError, match="code_key"):
        gift_cards.issue(tx, CODE, usd(1), "issue-2", clock(), vault)


def test_each_key_moves_once(tx: Connection, clock: Clock, vault: Vault) -> None:
    card = issue(tx, clock, vault)
    one = gift_cards.redeem(tx, card, usd(2000), "k1", clock())
    assert gift_cards.redeem(tx, card, usd(2000), "k1", clock()) == one
    with pytest.raises(DomainError, match="another movement"):
        gift_cards.redeem(tx, card, usd(1000), "k1", clock())
    gift_cards.refund(tx, card, usd(500), "k2", clock())
    gift_cards.refund(tx, card, usd(500), "k2", clock())
    assert gift_cards.balance(tx, card) == sum_of(tx, card) == 3500


@pytest.mark.parametrize("amount", [usd(0), usd(-1), usd(5001), Money(amount=100, currency="EUR")])
def test_what_a_card_refuses(tx: Connection, clock: Clock, vault: Vault, amount: Money) -> None:
    card = issue(tx, clock, vault)
    with pytest.raises(DomainError):
        gift_cards.redeem(tx, card, amount, "k", clock())
    assert gift_cards.balance(tx, card) == 5000


def test_the_schema_refuses_a_balance_below_zero_and_a_changed_ledger(
    tx: Connection, clock: Clock, vault: Vault
) -> None:
    card = issue(tx, clock, vault)
    overdraw = (
        "INSERT INTO gift_card_movements (id, card_id, kind, amount, key, at) "
        f"VALUES ('x', '{card}', 'redeem', -5001, 'k', 1700000000000)"
    )
    for statement in (overdraw, "UPDATE gift_card_movements SET amount = 1", "DELETE FROM gift_card_movements"):
        with pytest.raises(IntegrityError):
            tx.exec_driver_sql(statement)


def test_expired_and_blocked_cards_are_not_charged(tx: Connection, clock: Clock, vault: Vault) -> None:
    card = issue(tx, clock, vault, expires_at=clock() + timedelta(days=1))
    gift_cards.set_status(tx, card, GiftCardStatus.BLOCKED)
    with pytest.raises(DomainError, match="cannot be used"):
        gift_cards.redeem(tx, card, usd(1), "k", clock())
    gift_cards.set_status(tx, card, GiftCardStatus.ACTIVE)
    clock.tick(2 * 86400)
    found = gift_cards.find(tx, CODE, vault, clock())
    assert found is not None
    assert found.status is GiftCardStatus.EXPIRED
    gift_cards.expire_card(tx, card, "lapse", clock())
    assert gift_cards.balance(tx, card) == sum_of(tx, card) == 0


def test_a_hold_counts_until_it_ends(tx: Connection, clock: Clock, vault: Vault) -> None:
    card = issue(tx, clock, vault)
    one = hold(tx, clock, vault, card, 3000)
    with pytest.raises(DomainError, match=r"holds 20\.00"):
        hold(tx, clock, vault, card, 2001)
    with pytest.raises(DomainError, match="holds this gift card"):
        gift_cards.expire_card(tx, card, "lapse", clock())
    assert holds.release(tx, one, clock()) == "released"
    assert holds.release(tx, one, clock()) == "released"
    two = hold(tx, clock, vault, card, 5000)
    clock.tick(15 * 60)
    assert gift_cards.available(tx, card, clock()) == 5000, "it ran out"
    assert holds.expire(tx, clock()) == 1
    assert holds.get(tx, two).reason == "expired"
    with pytest.raises(NotStored):
        holds.get(tx, uuid4())


def test_a_captured_hold_is_charged_with_its_order_once(tx: Connection, clock: Clock, vault: Vault) -> None:
    card = issue(tx, clock, vault)
    one = hold(tx, clock, vault, card, 3000)
    order = an_order()
    orders.add(tx, order)
    holds.capture(tx, one, order.id, clock())
    holds.capture(tx, one, order.id, clock())
    assert gift_cards.balance(tx, card) == 2000
    assert gift_cards.movements(tx, card)[-1].order_id == order.id
    for act in (lambda: holds.release(tx, one, clock()), lambda: holds.capture(tx, one, uuid4(), clock())):
        with pytest.raises(DomainError, match="captured"):
            act()
    with pytest.raises(DomainError, match="with the order"):
        holds.redeeming(tx, hold(tx, clock, vault, card, 1), clock())


def test_a_hold_that_ran_out_is_captured_only_if_the_money_is_there(
    tx: Connection, clock: Clock, vault: Vault
) -> None:
    card = issue(tx, clock, vault)
    one = hold(tx, clock, vault, card, 3000, minutes=1)
    clock.tick(61)
    gift_cards.redeem(tx, card, usd(4000), "k", clock())
    order = an_order()
    orders.add(tx, order)
    with pytest.raises(DomainError, match=r"holds 10\.00"):
        holds.capture(tx, one, order.id, clock())
    assert gift_cards.balance(tx, card) == 1000


def test_the_journal_of_an_outside_card_survives_each_step(tx: Connection, clock: Clock, vault: Vault) -> None:
    order = an_order()
    orders.add(tx, order)
    one = outside(tx, clock, vault)
    assert holds.code_of(tx, one, vault) == CODE
    with pytest.raises(DomainError):
        holds.capture(tx, one, order.id, clock())
    holds.redeeming(tx, one, clock())
    assert [row.state for row in holds.unsettled(tx, clock())] == ["redeeming"]
    holds.redeemed(tx, one, clock(), "move-1")
    assert holds.get(tx, one).remote_move_id == "move-1"
    assert [row.id for row in holds.of_basket(tx, BASKET)] == [str(one)]
    holds.capture(tx, one, order.id, clock())
    assert holds.unsettled(tx, clock()) == holds.of_basket(tx, BASKET) == []


def test_an_outside_redeem_without_a_sale_is_given_back(tx: Connection, clock: Clock, vault: Vault) -> None:
    one = outside(tx, clock, vault)
    holds.redeeming(tx, one, clock())
    clock.tick(3600)
    assert holds.expire(tx, clock()) == 0, "what left this machine is settled, not forgotten"
    assert holds.release(tx, one, clock(), "no sale") == "releasing"
    with pytest.raises(DomainError):
        holds.redeemed(tx, one, clock(), "late")
    holds.released(tx, one, clock())
    assert holds.unsettled(tx, clock()) == []


async def test_two_tills_on_one_card_never_overspend(store: SqliteStore, clock: Clock, vault: Vault) -> None:
    """T6 against our own ledger: 100 redeems of 10.00 on 50.00, each sent twice because its reply was lost."""
    second = await SqliteStore.open(store.path, clock=clock, vault=vault)
    card = await store.write(gift_cards.issue, CODE, usd(5000), "issue", clock(), vault)

    async def redeem(number: int) -> bool:
        till = (store, second)[number % 2]
        try:
            for _ in range(2):
                await till.write(gift_cards.redeem, card, usd(1000), f"redeem-{number}", clock())
        except DomainError:
            return False
        return True

    paid = await asyncio.gather(*(redeem(number) for number in range(100)))
    assert sum(paid) == 5
    assert await store.read(gift_cards.balance, card) == 0
    await second.close()


ACTS = st.lists(
    st.tuples(st.sampled_from(["hold", "redeem", "refund", "release", "capture", "tick"]), st.integers(1, 3000)),
    max_size=25,
)


@given(acts=ACTS)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_ledger_sums_to_the_balance_whatever_happens(
    tx: Connection, clock: Clock, vault: Vault, acts: list[tuple[str, int]]
) -> None:
    scope = tx.begin_nested()
    card, made, order = issue(tx, clock, vault), [], an_order()
    orders.add(tx, order)
    for number, (act, amount) in enumerate(acts):
        try:
            if act == "hold":
                made.append(hold(tx, clock, vault, card, amount))
            elif act in ("release", "capture") and made:
                one = made.pop(amount % len(made))
                holds.release(tx, one, clock()) if act == "release" else holds.capture(tx, one, order.id, clock())
            elif act in ("redeem", "refund"):
                getattr(gift_cards, act)(tx, card, usd(amount), f"k{number}", clock())
            clock.tick(amount if act == "tick" else 1)
        except DomainError:
            clock.tick(1)
        balance = gift_cards.balance(tx, card)
        assert balance == sum_of(tx, card)
        assert 0 <= gift_cards.available(tx, card, clock()) <= balance
    scope.rollback()
