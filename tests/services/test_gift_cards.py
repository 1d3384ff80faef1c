"""Gift cards: charged with the sale or not at all, wherever a crash or a lost reply strikes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from posbridge.domain.errors import (
    DomainError,
    NotFound,
    OutcomeUnknown,
    ServiceUnavailable,
    ValidationError,
    VaultLocked,
)
from posbridge.domain.money import Money
from posbridge.domain.order import Order
from posbridge.services import Services, gift_cards
from posbridge.store import audit
from posbridge.store import gift_card_holds as holds
from posbridge.store.gift_card_holds import HoldRow
from tests.services.card_platform import CODE, CardConnector, CardShop
from tests.services.conftest import Clock, GivenKey, Open, Shops, cash, until, variant_of

TWELVE_FIFTY = Money(amount=1250, currency="USD")
FIFTY = Money(amount=5000, currency="USD")
AT_ONCE = {"alive_s": 0.0, "window_s": 0.0}


@pytest.fixture
def cards(shops: Shops) -> CardShop:
    made = CardShop()
    shops.connectors.append(CardConnector(shops.pos, made, shops.connectors[0].door))
    return made


@pytest.fixture
async def till(opened: Open, cards: CardShop) -> AsyncIterator[Services]:
    """A house whose POS issues gift cards."""
    async with opened() as services:
        await services.connections.connect("cards", {}, {"key": "open sesame"})
        await services.sync.once(frozenset({"pull"}))
        yield services


async def rung_up(services: Services) -> UUID:
    """The id of a basket with one mug of 12.50."""
    basket = await services.baskets.open()
    await services.baskets.add(basket.id, await variant_of(services, "Mug"))
    return basket.id


async def held(services: Services, basket_id: UUID, code: str = CODE) -> HoldRow:
    return await services.gift_cards.hold(basket_id, code, TWELVE_FIFTY)


async def paid(services: Services, basket_id: UUID, hold: HoldRow) -> Order:
    return await services.checkout.pay(basket_id, [gift_cards.tender(hold, "t1")])


async def failed(services: Services, hold: HoldRow, cards: CardShop, faults: list[str] | None = None) -> None:
    """A sale that fails after the card was charged; the way back meets `faults`."""
    async with services.gift_cards.charged([gift_cards.tender(hold, "t1")]):
        assert cards.balances[CODE] == 3750
        cards.next_faults = faults or []
        raise RuntimeError("the disk is full")


async def state(services: Services, hold: HoldRow) -> str:
    return (await services.house.store.read(holds.get, hold.id)).state


class TestOwnCards:
    """No connected platform has gift cards: the store's own ledger is the issuer."""

    async def test_it_is_charged_with_the_sale_and_not_before(self, services: Services) -> None:
        await services.gift_cards.issue(FIFTY, "k1", code=CODE)
        basket = await rung_up(services)
        hold = await held(services, basket)
        answer = await services.gift_cards.balance(CODE)
        assert (answer.issuer, answer.connection_id, answer.card.balance.amount) == ("posbridge", "", 3750)
        order = await paid(services, basket, hold)
        assert order.tenders[0].gift_card == "•••• 0001"
        assert CODE not in order.model_dump_json()
        assert await state(services, hold) == "captured"
        assert (await services.gift_cards.balance(CODE)).card.balance.amount == 3750

    async def test_a_released_or_expired_hold_gives_the_amount_free(self, services: Services, clock: Clock) -> None:
        await services.gift_cards.issue(FIFTY, "k1", code=CODE)
        hold, other = await held(services, uuid4()), await held(services, uuid4())
        assert await services.gift_cards.release(hold.id) == "released"
        assert other.expires_at - clock() <= timedelta(minutes=15)
        clock.tick(901)
        assert (await services.gift_cards.settle()).expired == 1
        assert await state(services, other) == "released"
        assert (await services.gift_cards.balance(CODE)).card.balance.amount == 5000

    async def test_an_undone_sale_takes_nothing(self, services: Services) -> None:
        await services.gift_cards.issue(FIFTY, "k1", code=CODE)
        basket = await rung_up(services)
        hold = await held(services, basket)
        with pytest.raises(DomainError, match="More was taken"):
            await services.checkout.pay(basket, [gift_cards.tender(hold, "t1"), cash(1, number=2)])
        assert await state(services, hold) == "held"
        await paid(services, basket, hold)
        assert (await services.gift_cards.balance(CODE)).card.balance.amount == 3750

    async def test_more_than_it_holds_is_refused_with_what_is_left(self, services: Services) -> None:
        await services.gift_cards.issue(Money(amount=1000, currency="USD"), "k1", code=CODE)
        with pytest.raises(DomainError, match=r"holds 10\.00 USD"):
            await held(services, uuid4())
        with pytest.raises(DomainError, match=r"holds 10\.00 USD"):
            await services.gift_cards.redeem(CODE, TWELVE_FIFTY, "k2")

    async def test_the_same_key_moves_money_once(self, services: Services) -> None:
        await services.gift_cards.issue(FIFTY, "k1", code=CODE)
        first = await services.gift_cards.redeem(CODE, TWELVE_FIFTY, "k2", who="p1")
        assert await services.gift_cards.redeem(CODE, TWELVE_FIFTY, "k2", who="p1") == first
        back = await services.gift_cards.refund(CODE, TWELVE_FIFTY, "k3")
        assert (first.balance.amount, back.balance.amount) == (3750, 5000)
        await services.gift_cards.issue(FIFTY, "k1", code=CODE)
        assert (await services.gift_cards.balance(CODE)).card.balance.amount == 5000
        written = await services.house.store.read(audit.latest, action="gift_card_redeem")
        assert {row.who for row in written} == {"p1"}
        assert CODE not in str(written)

    @pytest.mark.parametrize("code", ["", "  ", "4111 1111 1111 1111"])
    async def test_a_code_that_cannot_be_is_refused(self, services: Services, code: str) -> None:
        with pytest.raises(DomainError):
            await (services.gift_cards.issue(FIFTY, "k", code=code) if code.strip() else held(services, uuid4(), code))

    async def test_a_tender_must_be_what_was_held(self, services: Services) -> None:
        await services.gift_cards.issue(FIFTY, "k1", code=CODE)
        basket = await rung_up(services)
        hold = await services.gift_cards.hold(basket, CODE, Money(amount=100, currency="USD"))
        with pytest.raises(DomainError, match="not the one that was held"):
            await services.checkout.pay(
                basket, [gift_cards.tender(hold, "t1").model_copy(update={"amount": 1250})]
            )
        assert (await services.gift_cards.balance(CODE)).card.balance.amount == 4900

    async def test_with_a_locked_keyring_it_says_so(self, opened: Open) -> None:
        async with opened(key=GivenKey(None)) as services:
            with pytest.raises(VaultLocked):
                await services.gift_cards.balance(CODE)


class TestPlatformCards:
    """The platform is the issuer: journalled at each step, given back when no sale came of it."""

    async def test_it_is_charged_once_when_the_sale_is_paid(self, till: Services, cards: CardShop) -> None:
        basket = await rung_up(till)
        hold = await held(till, basket)
        assert (await till.gift_cards.balance(CODE)).issuer == "Cards"
        assert cards.balances[CODE] == 5000
        first, second = await asyncio.gather(*(paid(till, basket, hold) for _ in range(2)))
        assert first == second
        assert cards.balances[CODE] == 3750
        assert list(cards.moves) == [hold.id]
        assert await state(till, hold) == "captured"

    @pytest.mark.parametrize("fault", ["lost", "never"])
    async def test_a_lost_reply_charges_once(self, till: Services, cards: CardShop, fault: str) -> None:
        basket = await rung_up(till)
        hold = await held(till, basket)
        cards.next_faults = [fault]
        await paid(till, basket, hold)
        assert cards.balances[CODE] == 3750
        assert await state(till, hold) == "captured"

    async def test_a_sale_that_fails_after_the_charge_gives_it_back(self, till: Services, cards: CardShop) -> None:
        basket = await rung_up(till)
        hold = await held(till, basket)
        with pytest.raises(RuntimeError):
            await failed(till, hold, cards)
        assert list(cards.moves) == [hold.id, f"{hold.id}:back"]
        assert cards.balances[CODE] == 5000
        assert await state(till, hold) == "released"

    async def test_what_cannot_be_given_back_now_is_settled_later(self, till: Services, cards: CardShop) -> None:
        hold = await held(till, await rung_up(till))
        with pytest.raises(RuntimeError):
            await failed(till, hold, cards, ["down"] * 5)
        assert await state(till, hold) == "releasing"
        cards.next_faults = ["lost"]
        settled = await till.gift_cards.settle()
        assert (settled.given_back, settled.waiting, cards.balances[CODE]) == (1, 0, 5000)
        assert await state(till, hold) == "released"
        assert (await till.gift_cards.settle()).given_back == 0
        assert cards.balances[CODE] == 5000

    @pytest.mark.parametrize("taken", [True, False])
    async def test_a_crash_while_redeeming(self, till: Services, cards: CardShop, clock: Clock, taken: bool) -> None:
        """The journal says redeeming; whether the platform took it is found out, not guessed."""
        hold = await held(till, await rung_up(till))
        await till.house.store.write(holds.redeeming, hold.id, clock())
        if taken:
            cards.book(CODE, -1250, hold.id)
        assert (await till.gift_cards.settle()).waiting == 1
        clock.tick(130)
        settled = await till.gift_cards.settle()
        assert (settled.given_back, settled.never_taken) == ((1, 0) if taken else (0, 1))
        assert cards.balances[CODE] == 5000
        assert await state(till, hold) == "released"

    async def test_a_late_commit_after_a_crash_is_waited_for(
        self, till: Services, cards: CardShop, clock: Clock
    ) -> None:
        hold = await held(till, await rung_up(till))
        await till.house.store.write(holds.redeeming, hold.id, clock())
        cards.pending.append((CODE, -1250, hold.id))
        assert (await till.gift_cards.settle(alive_s=0.0, window_s=90.0)).waiting == 1
        cards.commit_late()
        assert (await till.gift_cards.settle(alive_s=0.0, window_s=90.0)).given_back == 1
        assert cards.balances[CODE] == 5000

    async def test_a_crash_between_charge_and_sale(self, opened: Open, cards: CardShop, clock: Clock) -> None:
        async with opened() as services:
            await services.connections.connect("cards", {}, {"key": "open sesame"})
            await services.sync.once(frozenset({"pull"}))
            hold = await held(services, await rung_up(services))
            await services.house.store.write(holds.redeeming, hold.id, clock())
            move = cards.book(CODE, -1250, hold.id)
            await services.house.store.write(holds.redeemed, hold.id, clock(), move.id)
        async with opened() as again:
            assert (await again.gift_cards.settle(**AT_ONCE)).given_back == 1
            assert cards.balances[CODE] == 5000

    async def test_a_basket_recovered_after_the_crash_is_paid_with_the_charge_that_was_made(
        self, till: Services, cards: CardShop, clock: Clock
    ) -> None:
        basket = await rung_up(till)
        hold = await held(till, basket)
        await till.house.store.write(holds.redeeming, hold.id, clock())
        cards.book(CODE, -1250, hold.id)
        await paid(till, basket, hold)
        assert (cards.balances[CODE], len(cards.moves)) == (3750, 1)
        assert (await till.gift_cards.settle(**AT_ONCE)).given_back == 0
        assert cards.balances[CODE] == 3750

    async def test_a_refusal_sells_nothing_and_ends_the_hold(self, till: Services, cards: CardShop) -> None:
        basket = await rung_up(till)
        hold = await held(till, basket)
        cards.balances[CODE] = 100
        with pytest.raises(ValidationError):
            await paid(till, basket, hold)
        assert await state(till, hold) == "released"
        assert await till.orders.list() == []
        assert (await till.baskets.open()).id == basket

    async def test_a_refusal_after_a_lost_reply_is_proved_first(
        self, till: Services, cards: CardShop, clock: Clock
    ) -> None:
        """The first request may still be done: nothing is called free before the settle window is over."""
        basket = await rung_up(till)
        hold = await held(till, basket)
        cards.next_faults, cards.blind = ["late"], False
        cards.balances[CODE] = 100
        with pytest.raises(ValidationError):
            await paid(till, basket, hold)
        assert await state(till, hold) == "releasing"
        cards.balances[CODE] = 5000
        cards.commit_late()
        assert cards.balances[CODE] == 3750
        assert (await till.gift_cards.settle()).given_back == 1
        assert cards.balances[CODE] == 5000

    async def test_no_clear_answer_sells_nothing_and_is_settled(self, till: Services, cards: CardShop) -> None:
        basket = await rung_up(till)
        hold = await held(till, basket)
        cards.next_faults = ["never"] * 5
        with pytest.raises(OutcomeUnknown):
            await paid(till, basket, hold)
        assert await state(till, hold) == "releasing"
        assert (await till.gift_cards.settle(**AT_ONCE)).never_taken == 1
        assert (cards.balances[CODE], await state(till, hold)) == (5000, "released")

    async def test_a_hold_that_ended_pays_nothing(self, till: Services, cards: CardShop, clock: Clock) -> None:
        basket = await rung_up(till)
        hold = await held(till, basket)
        clock.tick(901)
        with pytest.raises(DomainError, match="has ended"):
            await paid(till, basket, hold)
        assert cards.writes == 0

    async def test_offline_it_is_refused_and_an_unknown_code_is_told_apart(
        self, till: Services, cards: CardShop
    ) -> None:
        with pytest.raises(NotFound):
            await till.gift_cards.balance("nobody's")
        cards.blind = True
        with pytest.raises(ServiceUnavailable):
            await till.gift_cards.balance(CODE)
        with pytest.raises(ServiceUnavailable):
            await held(till, uuid4())


class TestRefunds:
    """What a gift card paid goes back onto it, once."""

    async def test_an_own_card_has_it_back_at_once(self, services: Services) -> None:
        await services.gift_cards.issue(FIFTY, "k1", code=CODE)
        basket = await rung_up(services)
        order = await paid(services, basket, await held(services, basket))
        name = uuid4()
        for _ in range(2):
            await services.returns.refund(order.id, [(order.lines[0].id, 1, True)], refund_id=name)
        assert (await services.gift_cards.balance(CODE)).card.balance.amount == 5000

    @pytest.mark.parametrize("faults", [[], ["lost"], ["never"], ["lost", "never", "lost"]])
    async def test_a_platforms_card_has_it_back_through_the_queue(
        self, till: Services, cards: CardShop, faults: list[str]
    ) -> None:
        basket = await rung_up(till)
        order = await paid(till, basket, await held(till, basket))
        await till.sync.once(frozenset({"drain"}))
        refund = await till.returns.refund(order.id, [(order.lines[0].id, 1, True)])
        assert refund.tenders[0].refund_of == "t1"
        assert {row.kind for row in await till.queue.list()} == {"refund", "gift_card"}
        cards.next_faults = faults

        async def empty() -> bool:
            await till.sync.once(frozenset({"drain"}))
            return not await till.queue.list()

        await until(empty, 20)
        assert cards.balances[CODE] == 5000
        assert len(cards.moves) == 2


async def test_a_card_that_only_tells_its_balance_is_not_taken_in_payment(
    opened: Open, shops: Shops, cards: CardShop
) -> None:
    connector = shops.connectors[-1]
    only = connector.facts.capabilities.model_copy(update={"gift_cards_balance_only": True})
    connector.facts = connector.facts.model_copy(update={"capabilities": only})
    async with opened() as services:
        await services.connections.connect("cards", {}, {"key": "open sesame"})
        await services.sync.once(frozenset({"pull"}))
        answer = await services.gift_cards.balance(CODE)
        assert (answer.card.balance, answer.balance_only) == (FIFTY, True)
        with pytest.raises(DomainError, match="only tells") as refused:
            await held(services, await rung_up(services))
        assert refused.value.code == "balance_only"
        own = await services.gift_cards.issue(FIFTY, "key-1")
        assert await held(services, await rung_up(services), own.card.code)
        assert cards.writes == 0
