"""Customers: found here first, then at the platforms; sealed, and forgotten when asked."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from posbridge.connectors.contract import Context, PlatformServices
from posbridge.connectors.errors import ServiceUnavailable
from posbridge.domain.customer import Customer
from posbridge.domain.errors import DomainError, VaultLocked
from posbridge.services import Services
from posbridge.store import audit
from posbridge.store.errors import NotStored
from posbridge.testing.builders import a_customer
from tests.services.conftest import GivenKey, Open, OpenDoor, Shops, cash, variant_of


@dataclass
class Directory:
    """The platform's customers; `asked` are the look-ups it had."""

    known: list[Customer] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    down: bool = False

    async def find(self, **by: str) -> list[Customer]:
        self.asked.append(by)
        if self.down:
            raise ServiceUnavailable("down")
        return [one for one in self.known if any(getattr(one, key, "") == value for key, value in by.items())]


class WithPeople(OpenDoor):
    def __init__(self, inner: OpenDoor, directory: Directory) -> None:
        super().__init__(inner.shop, inner.facts, inner.door)
        self.directory: Any = directory

    def open(self, context: Context) -> PlatformServices:
        return replace(super().open(context), customers=self.directory)


@pytest.fixture
def directory(shops: Shops) -> Directory:
    made = Directory([a_customer(1, id="remote-1")])
    shops.connectors[0] = WithPeople(shops.connectors[0], made)
    return made


@pytest.fixture
async def till(opened: Open, directory: Directory) -> AsyncIterator[Services]:
    async with opened() as services:
        await services.connections.connect("hostile", {}, {"key": "open sesame"})
        yield services


async def test_the_platform_is_asked_once_and_whom_it_knows_is_kept(till: Services, directory: Directory) -> None:
    for _ in range(2):
        found = await till.customers.find("customer1@example.com")
        assert [each.name for each in found] == ["Ada Number 1"]
    assert directory.asked == [{"email": "customer1@example.com"}]
    assert await till.customers.get(found[0].id) == found[0]
    await till.customers.find("+1 202 555 0100")
    await till.customers.find("Nobody Here")
    assert directory.asked[1:] == [{"phone": "+1 202 555 0100"}, {"name": "Nobody Here"}]


async def test_offline_only_those_here_are_found(till: Services, directory: Directory) -> None:
    directory.down = True
    assert await till.customers.find("customer1@example.com") == []
    made = await till.customers.save(Customer(id="", first_name="Eve", email="eve@example.com"))
    assert await till.customers.find("eve@example.com") == [made]
    assert await till.customers.find("eve", ask=False) == [made]
    assert await till.customers.listed() == [made]


@pytest.mark.parametrize("fields", [{}, {"first_name": "Eve", "note": "card 4111 1111 1111 1111"}])
async def test_nobody_and_card_numbers_are_refused(services: Services, fields: dict[str, str]) -> None:
    with pytest.raises(DomainError):
        await services.customers.save(Customer(id="", **fields))


async def test_personal_data_is_sealed_and_can_be_forgotten(services: Services) -> None:
    eve = await services.customers.save(Customer(id="", first_name="Evelyn", email="eve@example.com"), who="p1")
    basket = await services.baskets.open()
    await services.baskets.add(basket.id, await variant_of(services, "Mug"))
    await services.baskets.set_customer(basket.id, eve)
    order = await services.checkout.pay(basket.id, [cash(1250)])
    await services.house.store.checkpoint()
    with closing(sqlite3.connect(services.house.store.path)) as file:
        assert not [line for line in file.iterdump() if "Evelyn" in line or "eve@example.com" in line]
    assert [row.id for row in await services.customers.orders_of(eve.id)] == [order.id]
    await services.customers.erase(eve.id, who="p1", approved_by="p2")
    with pytest.raises(NotStored):
        await services.customers.get(eve.id)
    kept = (await services.orders.get(order.id)).order
    assert kept.totals == order.totals
    assert kept.customer == Customer(id=eve.id)
    written = await services.house.store.read(audit.latest, object_id=eve.id)
    assert [(row.action, row.who, row.approved_by) for row in written] == [
        ("customer_erased", "p1", "p2"), ("customer_saved", "p1", "")
    ]  # fmt: skip


async def test_with_a_locked_keyring_it_says_so(opened: Open) -> None:
    async with opened(key=GivenKey(None)) as services:
        with pytest.raises(VaultLocked):
            await services.customers.find("eve@example.com")
