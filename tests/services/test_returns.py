"""Giving back: what was sold, as it was paid, with an approval where one is due."""

from __future__ import annotations

from uuid import uuid4

import pytest

from posbridge.domain.errors import DomainError, NotAllowed
from posbridge.domain.order import Tender, TenderKind
from posbridge.security.roles import Permission, Role
from posbridge.services import Services
from posbridge.store import audit
from posbridge.store.errors import NotStored
from tests.services.conftest import Open, Shops, cash, sold, until, variant_of


async def test_it_has_a_receipt_of_its_own_and_follows_its_order(opened: Open, shops: Shops) -> None:
    async with opened(sync=True) as services:
        for name in ("hostile", "parlour"):
            await services.connections.connect(name, {}, {"key": "open sesame"})
        await services.sync.once(frozenset({"pull"}))
        order = await sold(services, quantity=3)
        refund = await services.returns.refund(order.id, [(order.lines[0].id, 1, True)], "broken")
        assert (refund.receipt_number, refund.amount, refund.reference[0]) == ("T1-R000001", 1250, "R")
        assert refund.order_reference == order.reference

        async def there() -> bool:
            view = await services.orders.get(order.id)
            return all(target.state == "done" for target in (*view.targets, *view.refunds[0].targets))

        await until(there)
    for shop in (shops.pos, shops.shop):
        assert [(made, kept.reference) for made, kept in shop.refunds.values()] == [("o1", refund.reference)]


async def test_it_waits_for_its_order_at_each_target(services: Services) -> None:
    order = await sold(services)
    await services.returns.refund(order.id, [(order.lines[0].id, 1, True)])
    rows = {row.kind: row for row in await services.queue.list()}
    assert (rows["order"].state, rows["refund"].state, rows["refund"].reason_code) == ("ready", "blocked", "parent")


async def test_the_same_id_gives_back_once(services: Services) -> None:
    order, name = await sold(services), uuid4()
    first = await services.returns.refund(order.id, [(order.lines[0].id, 1, True)], refund_id=name)
    again = await services.returns.refund(order.id, [(order.lines[0].id, 1, True)], refund_id=name)
    assert first == again
    assert len(await services.returns.of_order(order.id)) == 1


async def test_never_more_than_was_sold(services: Services) -> None:
    order = await sold(services, quantity=2)
    line = order.lines[0].id
    await services.returns.refund(order.id, [(line, 1, True)])
    left = await services.returns.refundable(order.id)
    assert [(each.quantity, each.amount) for each in left] == [(1, 1250)]
    with pytest.raises(DomainError, match="Only 1 of Mug"):
        await services.returns.refund(order.id, [(line, 2, True)])
    await services.returns.refund(order.id, [(line, 1, False)])
    with pytest.raises(DomainError):
        await services.returns.refund(order.id, [(line, 1, True)])
    assert sum(refund.amount for refund in await services.returns.of_order(order.id)) == order.totals.total
    with pytest.raises(NotStored):
        await services.returns.refund(uuid4(), [(line, 1, True)])


async def test_the_number_of_an_undone_refund_is_not_lost(services: Services) -> None:
    order = await sold(services)
    with pytest.raises(DomainError):
        await services.returns.refund(order.id, [("nothing", 1, True)])
    refund = await services.returns.refund(order.id, [(order.lines[0].id, 1, True)])
    assert refund.receipt_number == "T1-R000001"


async def test_who_may_and_who_must_ask(services: Services) -> None:
    ann = await services.people.add("Ann", Role.CASHIER, "2580")
    sue = await services.people.add("Sue", Role.SUPERVISOR, "3691")
    max_ = await services.people.add("Max", Role.MANAGER, "736251")
    order = await sold(services, quantity=10)
    wanted = [(order.lines[0].id, 1, True)]
    with pytest.raises(NotAllowed):
        await services.returns.refund(order.id, wanted, cashier=ann.id)
    word = await services.people.approve(Permission.REFUND, sue.id, "3691", asker=ann.id)
    first = await services.returns.refund(order.id, wanted, cashier=ann.id, approval=word)
    assert (first.cashier, first.approved_by) == (ann.id, sue.id)
    assert (await services.returns.refund(order.id, wanted, cashier=sue.id)).approved_by == ""
    await services.settings.put(refund_limit=3000)
    with pytest.raises(NotAllowed):
        await services.returns.refund(order.id, wanted, cashier=sue.id)
    with pytest.raises(NotAllowed):
        await services.returns.refund(order.id, wanted, cashier=ann.id, approval=word)
    high = await services.people.approve(Permission.REFUND_ABOVE_LIMIT, max_.id, "736251", asker=sue.id)
    assert (await services.returns.refund(order.id, wanted, cashier=sue.id, approval=high)).approved_by == max_.id
    assert (await services.returns.refund(order.id, wanted, cashier=max_.id)).approved_by == ""
    written = await services.house.store.read(audit.latest, action="refund")
    assert [(row.who, row.approved_by) for row in written][::-1] == [
        (ann.id, sue.id), (sue.id, ""), (sue.id, max_.id), (max_.id, "")
    ]  # fmt: skip


async def test_a_card_number_in_the_reason_is_refused(services: Services) -> None:
    order = await sold(services)
    with pytest.raises(DomainError, match="payment card"):
        await services.returns.refund(order.id, [(order.lines[0].id, 1, True)], "card 4111 1111 1111 1111")


async def test_the_money_goes_back_the_way_it_came(services: Services) -> None:
    basket = await services.baskets.open()
    await services.baskets.add(basket.id, await variant_of(services, "Mug"))
    card = Tender(id="t1", kind=TenderKind.CARD, amount=1000)
    order = await services.checkout.pay(basket.id, [card, cash(250, number=2)])
    refund = await services.returns.refund(order.id, [(order.lines[0].id, 1, True)])
    assert [(each.refund_of, each.amount) for each in refund.tenders] == [("t1", 1000), ("t2", 250)]
