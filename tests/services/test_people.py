"""Signing in: wrong tries count across restarts, approvals need a second person, a locked vault still sells."""

from __future__ import annotations

import pytest

from posbridge.domain.errors import DomainError, LockedOut, NotAllowed, VaultLocked, WrongPin
from posbridge.domain.money import Money
from posbridge.security.pins import BadPin
from posbridge.security.roles import Permission, Role
from posbridge.services import Services
from posbridge.services.people import Approval
from posbridge.store import audit
from tests.services.conftest import Clock, GivenKey, Open, variant_of


async def test_the_right_pin_signs_in_and_leaves_a_trace(services: Services) -> None:
    ann = await services.people.add("Ann", "cashier", "4711")
    assert await services.people.sign_in(ann.id, "4711") == ann
    with pytest.raises(WrongPin):
        await services.people.sign_in(ann.id, "0815")
    with pytest.raises(WrongPin):
        await services.people.sign_in("nobody", "4711")
    rows = await services.house.store.read(audit.latest, 10, object_id=ann.id)
    assert [row.action for row in rows] == ["wrong_pin", "sign_in", "person_add"]
    assert await services.house.store.read(audit.verify, services.house.vault.audit_key()) is None


async def test_five_wrong_tries_pause_and_a_restart_forgets_none(opened: Open, clock: Clock) -> None:
    async with opened() as services:
        await services.people.add("Max", "manager", "918273")
        ann = await services.people.add("Ann", "cashier", "4711")
        for _ in range(5):
            with pytest.raises(WrongPin):
                await services.people.sign_in(ann.id, "0000")
    async with opened() as services:
        with pytest.raises(LockedOut) as caught:
            await services.people.sign_in(ann.id, "4711")
        assert "1 min" in caught.value.next_step
        clock.tick(61)
        assert (await services.people.sign_in(ann.id, "4711")).id == ann.id
        with pytest.raises(WrongPin):
            await services.people.sign_in(ann.id, "0000")


async def test_after_ten_a_manager_unlocks(opened: Open, clock: Clock) -> None:
    async with opened() as services:
        max_ = await services.people.add("Max", "manager", "918273")
        ann = await services.people.add("Ann", "cashier", "4711")
        for _ in range(10):
            clock.tick(100_000)
            with pytest.raises(WrongPin):
                await services.people.sign_in(ann.id, "0000")
        clock.tick(100_000)
        with pytest.raises(LockedOut, match="manager"):
            await services.people.sign_in(ann.id, "4711")
        with pytest.raises(NotAllowed):
            await services.people.unlock(ann.id, who=ann.id)
        approval = await services.people.approve(Permission.UNLOCK_PERSON, max_.id, "918273", asker=ann.id)
        await services.people.unlock(ann.id, who=ann.id, approval=approval)
        assert (await services.people.sign_in(ann.id, "4711")).id == ann.id


async def test_a_price_below_the_list_needs_another_person(services: Services) -> None:
    people, baskets = services.people, services.baskets
    ann = await people.add("Ann", "cashier", "4711")
    sue = await people.add("Sue", "supervisor", "2580")
    basket = await baskets.open()
    line = (await baskets.add(basket.id, await variant_of(services, "Mug"))).lines[0]
    price = Money(amount=1000, currency="USD")
    for approval in (None, Approval(Permission.REFUND, sue.id, ann.id, services.house.clock())):
        with pytest.raises(NotAllowed):
            await baskets.override_price(basket.id, line.id, price, who=ann.id, approval=approval)
    with pytest.raises(NotAllowed):
        await people.approve(Permission.PRICE_OVERRIDE, sue.id, "2580", asker=sue.id)
    given = await people.approve(Permission.PRICE_OVERRIDE, sue.id, "2580", asker=ann.id)
    changed = await baskets.override_price(basket.id, line.id, price, who=ann.id, approval=given)
    assert (changed.lines[0].unit_price, changed.lines[0].approved_by) == (price, sue.id)
    row = (await services.house.store.read(audit.latest, 1))[0]
    assert (row.action, row.who, row.approved_by) == ("price_override", ann.id, sue.id)


async def test_pins_are_chosen_with_care_and_changed_with_the_old_one(services: Services) -> None:
    for role, pin in (("cashier", "1234"), ("cashier", "12"), ("manager", "4711")):
        with pytest.raises(BadPin):
            await services.people.add("X", role, pin)
    ann = await services.people.add("Ann", "cashier", "4711")
    with pytest.raises(WrongPin):
        await services.people.change_pin(ann.id, "0000", "2580")
    await services.people.change_pin(ann.id, "4711", "2580")
    assert (await services.people.sign_in(ann.id, "2580")).may(Permission.SELL)


async def test_the_last_manager_stays_and_others_go(services: Services) -> None:
    max_ = await services.people.add("Max", "manager", "918273")
    ann = await services.people.add("Ann", "cashier", "4711", who=max_.id)
    with pytest.raises(NotAllowed):
        await services.people.add("Eve", "manager", "918274", who=ann.id)
    with pytest.raises(DomainError, match="last manager"):
        await services.people.retire(max_.id)
    await services.people.retire(ann.id)
    assert [person.name for person in await services.people.list()] == ["Max"]
    with pytest.raises(WrongPin):
        await services.people.sign_in(ann.id, "4711")


async def test_with_a_locked_vault_anybody_sells_and_does_nothing_else(opened: Open) -> None:
    async with opened() as services:
        max_ = await services.people.add("Max", "manager", "918273")
    async with opened(key=GivenKey(None)) as services:
        person = await services.people.sign_in(max_.id, "anything")
        assert (person.role, person.proved) == (Role.CASHIER, False)
        with pytest.raises(VaultLocked):
            await services.people.approve(Permission.REFUND, max_.id, "918273", asker="x")
        assert "locked" in (await services.status()).vault_problem
