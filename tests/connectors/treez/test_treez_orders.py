"""Tickets: two steps, one way of paying, a look-up by listing, and what Treez does not let anybody do."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from posbridge.connectors.errors import Conflict, NotFound, OutcomeUnknown, SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.treez import mapping
from posbridge.domain.customer import Licence, MedicalCard
from posbridge.domain.inventory import StockChange
from posbridge.domain.order import OrderStatus, TenderKind
from posbridge.sandbox.treez import Options
from posbridge.sandbox.treez.shop import Ticket
from posbridge.testing.builders import a_customer, a_product, an_order
from posbridge.testing.conformance.base import Steps, whole
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import shop
from tests.connectors.treez.support import LINKS, context, treez


def body_of(request: httpx.Request) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.content)
    return found


async def open_ticket(far: Any, number: int = 9) -> str:
    """A ticket that nobody paid."""
    reply = await far.http.write("POST", "ticket/detailticket", json=mapping.from_order(sale(number), LINKS))
    return str(reply.json()["data"]["ticket_id"])


async def test_a_sale_is_previewed_made_and_paid() -> None:
    far = treez()
    order = sale(customer=a_customer(), note="Gift")
    ref = await far.services.orders.create(order, "key", context(customer_id="1"))
    assert [request.url.path.rsplit("/", 1)[-1] for request in far.sent][:2] == ["previewticket", "detailticket"]
    made, paid = (body_of(request) for request in far.sent[1:3])
    assert "payments" not in made
    assert "items" not in paid, "items and payment never in one request"
    assert made["external_order_number"] == order.reference
    assert str(order.id) in made["ticket_note"]
    assert made["ticket_note"].endswith("\nGift")
    assert made["customer_id"] == "1"
    assert not made["items"][0]["apply_automatic_discounts"]
    assert paid["payments"] == [{"payment_source": "KIOSK", "payment_method": "CASH", "amount_paid": 51.7}]
    remote = await far.services.orders.get(ref.id)
    assert (remote.complete, remote.status, remote.reference) == (True, OrderStatus.PAID, order.reference)
    assert remote.customer is not None
    assert remote.customer.id == "1"


@pytest.mark.parametrize(
    ("kind", "method"),
    [(TenderKind.CARD, "CREDIT"), (TenderKind.GIFT_CARD, "GIFT_CARD_CUSTOM"), (TenderKind.OTHER, "VOUCHER_CUSTOM")],
)
async def test_ways_of_paying(kind: TenderKind, method: str) -> None:
    far = treez(card_method="CREDIT", other_method="VOUCHER_CUSTOM", paid_status="COMPLETED")
    ref = await far.services.orders.create(sale(tenders=[(kind, 5170)]), "key", context())
    assert body_of(far.sent[2])["payments"][0]["payment_method"] == method
    assert (await far.services.orders.get(ref.id)).status is OrderStatus.COMPLETED


async def test_what_a_ticket_cannot_say_is_refused_before_anything_is_sent() -> None:
    far = treez()
    split = sale(tenders=[(TenderKind.CASH, 2000), (TenderKind.CARD, 3170)])
    weighed = an_order([(1000, "1.5")])
    for order in (split, weighed, sale(lines=[(77, 333, 1)])):
        with pytest.raises(Unsupported):
            await far.services.orders.create(order, "key", context())
    assert far.sent == []


async def test_nothing_is_given_back_by_program() -> None:
    far = treez()
    order = sale()
    ref = await far.services.orders.create(order, "key", context())
    refund = giving_back(order, [("line-1", 1)])
    with pytest.raises(Unsupported) as caught:
        await far.services.orders.refund(refund, ref, "r", context())
    assert "register" in caught.value.next_step
    assert await far.services.orders.find_refund(refund, ref) == []


async def test_a_refund_made_there_is_seen() -> None:
    far = treez()
    order = sale()
    ref = await far.services.orders.create(order, "key", context())
    tickets = far.simulator.shop.tickets
    sold, line = tickets[ref.id], dict(tickets[ref.id].lines[1])
    now = far.simulator.clock.now()
    line.update(total=-line["total"], tax=-line["tax"], after=-line["after"], saved=0)
    back = Ticket("r-1", "REFUND", sold.body, [line], "COMPLETED", now, now, 99, original=ref.id)
    tickets["r-1"] = back
    sold.refunds = ["r-1"]
    remote = await far.services.orders.get(ref.id)
    assert (remote.refunded, remote.status) == (2420, OrderStatus.PARTIALLY_REFUNDED)
    assert (await far.services.orders.get("r-1")).status is OrderStatus.REFUNDED


async def test_a_lost_create_is_found_by_listing_and_then_paid() -> None:
    far = treez()
    order, steps = sale(), Steps()
    far.simulator.faults.plan("lost500", path="/dispensary/v3/partnersandbox3/ticket/detailticket")
    with pytest.raises(OutcomeUnknown):
        await far.services.orders.create(order, "key", context(steps))
    assert set(steps.kept) == {"sent"}
    (found,) = await far.services.orders.find(order.reference, around=order.captured_at, steps=steps)
    assert (found.complete, found.paid) == (False, 0)
    await steps.put("order", found.id)
    await far.services.orders.create(order, "key", context(steps))
    (again,) = await far.services.orders.find(order.reference, steps=steps)
    assert again.complete
    assert len(far.booked) == 1


async def test_a_payment_that_came_through_after_all_is_no_second_one() -> None:
    far = treez()
    order, steps = sale(), Steps()
    far.simulator.faults.plan("lost500", method="PUT")
    with pytest.raises(OutcomeUnknown):
        await far.services.orders.create(order, "key", context(steps))
    await far.services.orders.create(order, "key", context(steps))
    assert len(far.asked("PUT", steps.kept["order"])) == 1
    (ticket,) = far.simulator.shop.tickets.values()
    assert len(ticket.payments) == 1


async def test_two_senders_pay_once() -> None:
    far = treez()
    order, steps = sale(), Steps()
    await steps.put("order", await open_ticket(far, 1))
    await asyncio.gather(*(far.services.orders.create(order, "key", context(steps)) for _ in range(4)))
    (ticket,) = far.simulator.shop.tickets.values()
    assert len(ticket.payments) == 1


async def test_the_look_up_reads_all_pages_and_the_first_again() -> None:
    """Pages run newest first and move on while tickets come in: what moved to the first page is read there."""
    far = treez()
    order = sale(1)
    await open_ticket(far, 1)
    for number in range(2, 122):
        await open_ticket(far, number)
    far.sent.clear()
    (found,) = await far.services.orders.find(order.reference, around=order.captured_at)
    assert found.reference == order.reference
    pages = [int(request.url.path.split("/page/")[1].split("/")[0]) for request in far.sent]
    assert pages == [1, 2, 3, 1]
    moved = sale(500)
    assert await far.services.orders.find(moved.reference, around=moved.captured_at) == []


@pytest.mark.parametrize("counted", [True, False])
async def test_a_store_that_gives_smaller_pages_hides_no_ticket(counted: bool) -> None:
    """We ask for 50; a short page is no proof that the list has ended, and a ticket overlooked is made twice."""
    far = treez()
    order = sale(1)
    for number in range(1, 62):
        await open_ticket(far, number)
    shown = far.simulator.tickets._page

    def page(call: Any, fits: Any) -> Any:
        call.params["size"] = "25"
        reply = shown(call, fits)
        if not counted:
            del reply.body["totalElements"]
        return reply

    far.simulator.tickets._page = page  # type: ignore[method-assign] # another store
    (found,) = await far.services.orders.find(order.reference, around=order.captured_at)
    assert found.reference == order.reference


async def test_a_ticket_of_ours_that_cannot_be_read_is_no_miss() -> None:
    """Passed over, it would be made a second time."""
    far = treez()
    order = sale(1)
    await open_ticket(far, 1)
    shown = far.simulator.tickets.row

    def row(ticket: Ticket) -> dict[str, Any]:
        return {**shown(ticket), "items": {"0": {}}}

    far.simulator.tickets.row = row  # type: ignore[method-assign] # a shape of another day
    with pytest.raises(SchemaDrift):
        await far.services.orders.find(order.reference, around=order.captured_at)


def test_a_ticket_that_says_no_total_is_through_only_when_it_is_paid() -> None:
    row = {"ticket_id": "t", "external_order_number": sale().reference, "payment_status": "UNPAID", "total": None}
    for status, through in (("UNPAID", False), ("PAID", True)):
        ticket = mapping.to_order({**row, "payment_status": status})
        assert (ticket.total, ticket.complete) == (None, through)


async def test_a_ticket_that_moves_while_it_is_looked_for_is_found() -> None:
    far = treez()
    order, tickets = sale(1), far.simulator.shop.tickets
    wanted = await open_ticket(far, 1)
    for number in range(2, 62):
        await open_ticket(far, number)
    shown = far.simulator.tickets._page

    def page(call: Any, fits: Any) -> Any:
        reply = shown(call, fits)
        tickets[wanted].order, tickets[wanted].updated = 10_000, far.simulator.clock.now()
        return reply

    far.simulator.tickets._page = page  # type: ignore[method-assign] # a register changes it between two pages
    (found,) = await far.services.orders.find(order.reference, around=order.captured_at)
    assert found.id == wanted


async def test_a_sale_sent_too_long_ago_is_left_to_a_person() -> None:
    far = treez()
    steps = Steps()
    await steps.put("sent", "2020-01-01T00:00:00.000+00:00")
    with pytest.raises(ValidationError, match="30 days"):
        await far.services.orders.find("P01KGNAWFM1DV4RQ2", steps=steps)
    old = datetime.now(UTC) - timedelta(days=45)
    assert await far.services.orders.find("P01KGNAWFM1DV4RQ2", around=old, steps=Steps()) == [], "it never left"


async def test_a_ticket_cancelled_before_it_was_paid_is_no_sale() -> None:
    far = treez()
    order, steps = sale(1), Steps()
    await steps.put("order", await open_ticket(far, 1))
    await far.services.orders.update_status(steps.kept["order"], OrderStatus.CANCELLED)
    with pytest.raises(ValidationError, match="cancelled"):
        await far.services.orders.create(order, "key", context(steps))
    assert await far.services.orders.find(order.reference, around=order.captured_at) == []
    await far.services.orders.create(order, "key", context(steps))
    assert [one["paid"] for one in far.booked] == [order.totals.total]


async def test_a_batch_that_changed_the_total_takes_the_ticket_back() -> None:
    far = treez()
    order, steps = sale(), Steps()
    drawn = far.simulator.tickets.create

    def dearer(call: Any) -> Any:
        far.simulator.set_price("SKU-0001", 1350)
        return drawn(call)

    routes = far.simulator._routes
    far.simulator._routes = [(m, p, dearer if p.pattern.endswith("v3/partnersandbox3/ticket/detailticket") else h)
                             for m, p, h in routes]  # fmt: skip
    with pytest.raises(ValidationError, match="Treez reckons"):
        await far.services.orders.create(order, "key", context(steps))
    (ticket,) = far.simulator.shop.tickets.values()
    assert (ticket.status, steps.kept["order"]) == ("CANCELED", "")
    assert far.simulator.stock_book()["SKU-0001"] == 40


async def test_states_move_as_the_facts_say_and_a_paid_ticket_stays() -> None:
    far = treez()
    orders = far.services.orders
    ident = await open_ticket(far)
    assert (await orders.update_status(ident, OrderStatus.PREPARING)).platform_status == "IN_PROCESS"
    assert (await orders.update_status(ident, OrderStatus.READY)).status is OrderStatus.READY
    before = len(far.asked("PUT", ident))
    await orders.update_status(ident, OrderStatus.READY)
    assert len(far.asked("PUT", ident)) == before, "it is there already"
    with pytest.raises(Unsupported):
        await orders.update_status(ident, OrderStatus.COMPLETED)
    with pytest.raises(Unsupported):
        await orders.update_status(ident, OrderStatus.REFUNDED)
    assert (await orders.update(ident, note="Later")).note == "Later"
    await orders.update_status(ident, OrderStatus.CANCELLED)
    with pytest.raises(Conflict):
        await orders.update_status(ident, OrderStatus.READY)
    paid = await orders.create(sale(2), "key", context())
    with pytest.raises(Conflict):
        await orders.update_status(paid.id, OrderStatus.CANCELLED)
    with pytest.raises(Conflict):
        await orders.update(paid.id, note="x")


async def test_ids_that_are_none() -> None:
    far = treez()
    for ident in ("", "..", "nothing"):
        with pytest.raises(NotFound):
            await far.services.orders.get(ident)
    with pytest.raises(ValidationError):
        await whole(far.services.orders.changed_since("elsewhere"))


async def test_stock_is_capped_and_of_one_place() -> None:
    far = treez()
    far.simulator.set_stock("SKU-0003", 12)
    ids = [LINKS[f"variant-{n}"].variant_id for n in (1, 3)]
    levels = await whole(far.services.inventory.levels(None, ids))
    assert {level.variant_id: level.quantity for level in levels} == {ids[0]: 30, ids[1]: 12}
    elsewhere = treez(location_name="VAULT")
    assert {level.quantity for level in await whole(elsewhere.services.inventory.levels(None, ids))} == {0}
    with pytest.raises(ValidationError, match="FRONT OF HOUSE REC"):
        await elsewhere.services.probe()
    with pytest.raises(Unsupported):
        await far.services.inventory.adjust([StockChange(variant_id=ids[0], delta="1")], "k")
    with pytest.raises(Unsupported):
        await far.services.products.push(a_product(), "k")


async def test_many_levels_are_asked_by_fifties() -> None:
    far = treez(shop(extra=80))
    ids = [one.id for one in far.simulator.shop.articles.values()]
    assert len(await whole(far.services.inventory.levels(None, ids))) == len(ids)
    assert [len(request.url.params.get_list("id")) for request in far.sent] == [50, 34]


async def test_products_are_whole_although_their_rows_stand_on_two_pages() -> None:
    far = treez(options=Options(page_size=2))
    products = await whole(far.services.products.changed_since(None))
    assert [len(one.variants) for one in products if one.title == "Shirt"] == [2]
    pages = [page async for page in far.services.products.changed_since(None)]
    far.simulator.set_price("SKU-0003", 1999)
    found = await whole(far.services.products.changed_since(pages[-1].cursor))
    assert {one.title: len(one.variants) for one in found}["Shirt"] == 2


async def test_stock_alone_is_no_change_of_a_product() -> None:
    far = treez()
    far.simulator.clock.advance(timedelta(minutes=-10))
    for article in far.simulator.shop.articles.values():
        article.updated = far.simulator.clock.now()
    far.simulator.clock.advance(timedelta(minutes=10))
    pages = [page async for page in far.services.products.changed_since(None)]
    far.simulator.set_stock("SKU-0001", 3)
    far.sent.clear()
    assert await whole(far.services.products.changed_since(pages[-1].cursor)) == []
    assert len(far.sent) == 1


async def test_the_probe_tells_places_and_taxes() -> None:
    far = treez(location_name="")
    probe = await far.services.probe()
    assert [place.id for place in probe.locations] == ["FRONT OF HOUSE REC"]
    assert probe.prices_include_tax is False
    assert probe.tax_rates[""] == (("Sales Tax (10%)", "10"),)
    assert set(probe.tax_rates) == {"", "GOODS", "CLOTHES"}
    with pytest.raises(ValidationError, match="no store"):
        await treez(dispensary="nobody").services.probe()


async def test_a_customer_of_a_dispensary() -> None:
    far = treez()
    customers = far.services.customers
    new = a_customer(
        7, phone="+14094562458", date_of_birth="1990-05-15", licence=Licence(number="D77 1", expires="2030-01-31"),
        medical_card=MedicalCard(number="M-9", expires="2027-06-30"),
    )  # fmt: skip
    made = await customers.create(new, "key")
    assert body_of(far.sent[0])["phone"] == "4094562458"
    assert (made.date_of_birth, made.licence, made.medical_card) == (new.date_of_birth, new.licence, new.medical_card)
    await customers.update(made.model_copy(update={"last_name": "Murray", "medical_card": None}))
    again = await customers.get(made.id)
    assert (again.last_name, again.medical_card) == ("Murray", new.medical_card), "a PATCH wipes nothing"
    assert far.sent[1].method == "PATCH"
    assert [one.id for one in await customers.find_by_licence("d771")] == []
    assert [one.id for one in await customers.find_by_licence("D77 1")] == [made.id]
    assert await customers.find_by_licence(" ") == []
    assert await customers.find(phone="+49 30 123456") == []
    assert await customers.find(name="Ada") == []
    with pytest.raises(Conflict):
        await customers.create(new, "key-2")
    for missing in ({"date_of_birth": None}, {"first_name": "", "company": ""}):
        with pytest.raises(ValidationError):
            await customers.create(new.model_copy(update=missing), "key-3")
    await far.services.orders.create(sale(), "key", context(customer_id=made.id))
    assert [one.total for one in await customers.orders(made.id)] == [5170]
    assert await customers.orders("1") == []


async def test_a_merged_customer_is_passed_over_and_told_as_gone() -> None:
    far = treez()
    row = far.simulator.shop.customers["1"]
    row.update(status="DEACTIVATED", merged_into_customer_id="2")
    assert await far.services.customers.find(email="ada@example.com") == []
    pages = [page async for page in far.services.customers.changed_since(None)]
    assert [ident for page in pages for ident in page.deleted] == ["1"]
