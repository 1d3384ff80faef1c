"""Connections, links, people, settings, customers, discounts, secrets, tokens and the rotation of the key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.errors import VaultLocked
from posbridge.security.tokens import SealedToken, TokenType
from posbridge.security.vault import KeyLost, MasterKeys, Vault
from posbridge.store import (
    baskets,
    connections,
    customers,
    discounts,
    gift_card_holds,
    gift_cards,
    links,
    orders,
    people,
    settings,
    tokens,
)
from posbridge.store.connections import ConnectionRow
from posbridge.store.engine import SqliteStore
from posbridge.store.errors import NotStored
from posbridge.store.links import Link
from posbridge.store.people import PersonRow
from posbridge.store.sealed_rows import PLACES, StoredSeals
from posbridge.store.tokens import StoredTokens
from posbridge.testing.builders import a_basket, a_customer, an_id, an_order
from tests.store.conftest import KEY, Clock
from tests.store.test_gift_cards import CODE, usd

POS, SHOP = "till-pos", "shop"


def test_a_connection_comes_back_changes_and_is_removed(tx: Connection, clock: Clock, vault: Vault) -> None:
    row = ConnectionRow("new", "square", "pos", "Main", "acct", "L1", "EUR", "Europe/Berlin", True, {"a": "b"})
    connections.put(tx, row, clock())
    kept = connections.get(tx, "new")
    assert kept == ConnectionRow(**{**row.__dict__, "created_at": clock()})
    connections.put(tx, ConnectionRow(**{**row.__dict__, "label": "Other"}), clock.tick())
    assert (connections.get(tx, "new").label, connections.get(tx, "new").created_at) == ("Other", kept.created_at)
    tokens.put_secrets(tx, "new", {"key": "value-1"}, vault)
    connections.set_state(tx, "new", "signed_out", clock())
    assert [each.id for each in connections.listed(tx, ("signed_out",))] == ["new"]
    connections.remove(tx, "new", clock())
    assert tokens.get_secrets(tx, "new", vault) == {}
    assert "new" not in [each.id for each in connections.listed(tx)]
    for act in (lambda: connections.get(tx, "new"), lambda: connections.set_state(tx, "none", "enabled", clock())):
        with pytest.raises(NotStored):
            act()


def test_links_go_both_ways_and_the_newest_counts(tx: Connection, clock: Clock) -> None:
    links.put(tx, POS, "customer", "r1", "c1")
    clock.tick()
    links.put(tx, POS, "customer", "r2", "c1")
    assert links.remote_id(tx, POS, "customer", "c1") == "r2"
    assert links.remote_id(tx, SHOP, "customer", "c1") is None
    links.put_many(tx, POS, [Link("variant", f"v{n}", f"our{n}", "p1", f"S{n}") for n in range(3)])
    links.put_many(tx, POS, [])
    assert links.local_ids(tx, POS, "variant", ["v0", "v9"]) == {"v0": "our0"}
    assert links.variants_at(tx, POS, ["our2"]) == {"our2": ("v2", "p1", "S2")}
    links.drop(tx, POS, "variant", ["v0"])
    assert links.remote_ids(tx, POS, "variant") == {"v1", "v2"}


def test_people_and_their_failed_tries(tx: Connection, clock: Clock) -> None:
    people.put(tx, PersonRow("p1", "Ada", "manager"), clock())
    people.put(tx, PersonRow("p2", "Bob", "cashier", active=False), clock())
    people.set_pin_hash(tx, "p1", "hash", clock())
    assert people.get(tx, "p1").pin_hash == "hash"
    assert [each.id for each in people.listed(tx)] == ["p1"]
    assert len(people.listed(tx, active_only=False)) == 2
    assert people.failures(tx, "nobody").count == 0
    people.record_failure(tx, "nobody", clock())
    until = clock() + timedelta(minutes=5)
    found = people.record_failure(tx, "nobody", clock.tick(), until)
    assert (found.count, found.last_at, found.locked_until) == (2, clock(), until)
    people.clear_failures(tx, "nobody")
    assert people.failures(tx, "nobody").count == 0
    for act in (lambda: people.get(tx, "x"), lambda: people.set_pin_hash(tx, "x", "h", clock())):
        with pytest.raises(NotStored):
            act()


def test_settings(tx: Connection) -> None:
    settings.put(tx, "tax", {"rate": "8.5"})
    settings.put(tx, "tax", {"rate": "9"})
    settings.put(tx, "name", "Corner shop")
    assert settings.everything(tx) == {"tax": {"rate": "9"}, "name": "Corner shop"}
    settings.drop(tx, "tax")
    assert settings.get(tx, "tax", "none") == "none"


def test_customers_are_sealed_and_found(tx: Connection, vault: Vault) -> None:
    ada = a_customer(1, first_name="Ada", last_name="Lovelace")
    bob = a_customer(2, first_name="Bob", last_name="Lovelace")
    for each in (ada, bob):
        customers.put(tx, each, vault)
    assert customers.get(tx, ada.id, vault) == ada
    assert customers.find(tx, "LOVELACE", vault) == [ada, bob]
    assert customers.find(tx, "lovelace ada", vault) == [ada]
    assert customers.find(tx, f" {ada.email.upper()}", vault) == [ada]
    assert customers.find(tx, bob.phone, vault) == [bob]
    assert customers.find(tx, "love", vault) == customers.find(tx, "  ", vault) == []
    assert len(customers.listed(tx, vault)) == customers.count(tx) == 2
    text = str(tx.exec_driver_sql("SELECT * FROM customers").all()) + str(
        tx.exec_driver_sql("SELECT * FROM customer_names").all()
    )
    assert "ovelace" not in text
    assert "example.com" not in text
    customers.erase(tx, ada.id)
    with pytest.raises(NotStored):
        customers.get(tx, ada.id, vault)
    with pytest.raises(VaultLocked):
        customers.find(tx, "ada", Vault())


def test_discount_codes_for_offline_use(tx: Connection, clock: Clock, vault: Vault) -> None:
    ten = Discount(id="1", code="TEN", kind=DiscountKind.PERCENTAGE, percent="10", customer_emails={"a@example.com"})
    auto = Discount(id="2", kind=DiscountKind.PERCENTAGE, percent="5", automatic=True)
    discounts.upsert(tx, POS, [ten, auto], clock(), vault)
    discounts.upsert(tx, POS, [], clock(), vault)
    assert [each.discount for each in discounts.by_code(tx, " ten ", vault)] == [ten]
    assert [each.discount for each in discounts.automatic(tx, vault)] == [auto]
    assert "example.com" not in str(tx.exec_driver_sql("SELECT * FROM discounts").all())
    locked = discounts.by_code(tx, "TEN")[0]
    assert "a@example.com" not in locked.discount.customer_emails
    assert locked.discount.customer_emails, "it stays for its own people only"
    assert (locked.connection_id, locked.read_at) == (POS, clock())
    discounts.replace(tx, POS, [auto], clock.tick(), vault)
    assert [each.discount for each in discounts.listed(tx, POS, vault)] == [auto]
    assert discounts.age(tx, POS) == clock()


def test_secrets_are_sealed_replaced_and_need_the_key(tx: Connection, vault: Vault) -> None:
    tokens.put_secrets(tx, POS, {"key": "alpha-secret", "old": "x"}, vault)
    tokens.put_secrets(tx, POS, {"key": "beta-secret"}, vault)
    tokens.put_secrets(tx, SHOP, {}, vault)
    assert tokens.get_secrets(tx, POS, vault) == {"key": "beta-secret"}
    assert "beta" not in str(tx.exec_driver_sql("SELECT * FROM secrets").all())
    assert tokens.get_secrets(tx, SHOP, Vault()) == {}
    with pytest.raises(VaultLocked):
        tokens.get_secrets(tx, POS, Vault())


async def test_tokens_as_the_token_service_wants_them(store: SqliteStore, clock: Clock) -> None:
    kept = StoredTokens(store)
    access = SealedToken(TokenType.ACCESS, b"one", clock())
    refresh = SealedToken(TokenType.REFRESH, b"two")
    await kept.save("not-yet-connected", [access, refresh])
    await kept.save("not-yet-connected", [SealedToken(TokenType.ACCESS, b"three")])
    found = {token.type: token for token in await kept.load("not-yet-connected")}
    assert found == {TokenType.ACCESS: SealedToken(TokenType.ACCESS, b"three"), TokenType.REFRESH: refresh}
    await kept.forget("not-yet-connected")
    assert await kept.load("not-yet-connected") == []


async def test_a_new_master_key_reaches_every_sealed_field(store: SqliteStore, clock: Clock) -> None:
    old, new = KEY, bytes(reversed(KEY))
    await store.write(fill_every_place, clock, Vault(old))
    both = Vault(MasterKeys(old, new))
    seals = StoredSeals(store)
    await seals.save_ring(both.ring())
    assert await seals.reseal(lambda data, column, row: both.reseal(data, column=column, row=row)) == len(PLACES)
    assert await seals.reseal(lambda data, column, row: both.reseal(data, column=column, row=row)) == 0
    after = Vault(new)
    after.load_ring(await seals.ring())
    assert await store.read(customers.get, "customer-1", after) == a_customer()
    assert await store.read(customers.find, a_customer().email, after) == [a_customer()]
    assert (await store.read(orders.load, an_order().id, after)).customer == a_customer()
    assert (await store.read(discounts.by_code, "TEN", after))[0].discount.customer_emails == {"a@example.com"}
    assert await store.read(tokens.get_secrets, POS, after) == {"key": "value"}
    assert (await store.read(gift_cards.find, CODE, after, clock())) is not None
    assert await store.read(gift_card_holds.code_of, an_id(3), after) == CODE
    with pytest.raises(KeyLost):
        await store.read(customers.get, "customer-1", Vault(old))


def fill_every_place(tx: Connection, clock: Clock, vault: Vault) -> None:
    """One sealed field in each place."""
    orders.add(tx, an_order(customer=a_customer()), vault)
    baskets.save(tx, a_basket(customer=a_customer()), clock(), vault)
    customers.put(tx, a_customer(), vault)
    mine: dict[str, Any] = {"kind": DiscountKind.PERCENTAGE, "percent": "10", "customer_emails": {"a@example.com"}}
    discounts.upsert(tx, POS, [Discount(id="1", code="TEN", **mine)], clock(), vault)
    card = gift_cards.issue(tx, CODE, usd(5000), "issue", clock(), vault)
    until = clock() + timedelta(minutes=15)
    gift_card_holds.hold(tx, an_id(3), card, CODE, usd(1), an_id(4), clock(), until, vault)
    tokens.put_secrets(tx, POS, {"key": "value"}, vault)
    sealed = vault.seal("token", column="tokens.access", row=POS)
    tokens.save_tokens(tx, POS, [SealedToken(TokenType.ACCESS, sealed)])


async def test_a_field_that_opens_no_more_does_not_stop_a_rotation(store: SqliteStore, clock: Clock) -> None:
    stranger = Vault(bytes(32))
    await store.write(customers.put, a_customer(), stranger)
    both = Vault(MasterKeys(KEY, bytes(reversed(KEY))))
    assert await StoredSeals(store).reseal(lambda d, c, r: both.reseal(d, column=c, row=r)) == 0
    assert await store.read(customers.get, "customer-1", stranger) == a_customer()
    locked = Vault()
    with pytest.raises(VaultLocked):
        await StoredSeals(store).reseal(lambda d, c, r: locked.reseal(d, column=c, row=r))
