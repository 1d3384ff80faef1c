"""States both ways, what staff refuse, cancelling, notes, and the report that is minutes behind."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from posbridge.connectors.contract import SendContext
from posbridge.connectors.errors import (
    Conflict,
    NotFound,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.leaflogix.facts import STATUS_WORDS
from posbridge.connectors.leaflogix.order_mapping import WORDS
from posbridge.domain.order import OrderStatus, TenderKind
from posbridge.sandbox.leaflogix.pricing import Refused
from posbridge.testing.conformance.base import Steps, whole
from posbridge.testing.conformance.selling import sale
from tests.connectors.leaflogix.lab import links, opened


# states
def test_status_words_both_ways() -> None:
    theirs = {word.word: word.status for word in STATUS_WORDS}
    assert {word: WORDS.ours(word.upper()) for word in theirs} == theirs
    assert WORDS.ours("Teleported") is OrderStatus.UNKNOWN
    assert WORDS.theirs(OrderStatus.CANCELLED) == "Cancelled"
    for status in (OrderStatus.READY, OrderStatus.COMPLETED, OrderStatus.PREPARING):
        with pytest.raises(Unsupported):
            WORDS.theirs(status)
    assert WORDS.move("Submitted", OrderStatus.CANCELLED) == "Cancelled"
    with pytest.raises(Conflict):
        WORDS.move("Filled", OrderStatus.CANCELLED)


@pytest.mark.parametrize("word", [one.word for one in STATUS_WORDS])
async def test_each_state_is_read(word: str) -> None:
    leaf = opened()
    ref = await leaf.orders.create(sale(), "key-1", leaf.context(await links(leaf)))
    leaf.simulator.orders.move(leaf.simulator.shop.orders[int(ref.id)], word)
    read = await leaf.orders.get(ref.id)
    assert (read.platform_status, read.status) == (word, WORDS.ours(word))
    if read.extra["cancellable"]:
        assert (await leaf.orders.update_status(ref.id, OrderStatus.CANCELLED)).status is OrderStatus.CANCELLED
    elif word != "Cancelled":
        with pytest.raises(Conflict):
            await leaf.orders.update_status(ref.id, OrderStatus.CANCELLED)
        with pytest.raises(Conflict):
            await leaf.orders.update(ref.id, note="too late")


async def test_cancelled_twice_is_as_good_and_gives_the_goods_back() -> None:
    leaf = opened()
    ref = await leaf.orders.create(sale(), "key-1", leaf.context(await links(leaf)))
    assert leaf.simulator.stock_book()["SKU-0001"] == 38
    for _ in range(2):
        assert (await leaf.orders.update_status(ref.id, OrderStatus.CANCELLED)).status is OrderStatus.CANCELLED
    assert len(leaf.asked("POST", "/preorder/cancel")) == 1
    assert leaf.simulator.stock_book()["SKU-0001"] == 40
    with pytest.raises(Unsupported):
        await leaf.orders.update_status(ref.id, OrderStatus.READY)


async def test_a_cancel_that_came_too_late_with_an_empty_400_is_done() -> None:
    """Somebody there cancelled between our look and our word."""
    leaf = opened()
    ref = await leaf.orders.create(sale(), "key-1", leaf.context(await links(leaf)))
    row = leaf.simulator.shop.orders[int(ref.id)]
    leaf.simulator.orders.move(row, "Cancelled")
    seen, row["status"], row["isCancellable"] = row["status"], "Submitted", True
    reading = leaf.simulator.orders.cancel

    def cancelled_meanwhile(call: Any) -> Any:
        row["status"], row["isCancellable"] = seen, False
        return reading(call)

    leaf.simulator.add_routes([("POST", "/preorder/cancel", cancelled_meanwhile)])
    leaf.simulator._routes.insert(0, leaf.simulator._routes.pop())
    assert (await leaf.orders.update_status(ref.id, OrderStatus.CANCELLED)).status is OrderStatus.CANCELLED


async def test_an_order_that_staff_refuse_is_parked_with_their_words() -> None:
    leaf, order = opened(), sale()
    ref = await leaf.orders.create(order, "key-1", leaf.context(await links(leaf)))
    row = leaf.simulator.shop.orders[int(ref.id)]
    row.update(rejectedReason="Item out of stock")
    for look in (leaf.orders.get(ref.id), leaf.orders.find(order.reference, around=order.captured_at)):
        with pytest.raises(ValidationError) as said:
            await look
        assert "Item out of stock" in said.value.message
    listed = await whole(leaf.orders.changed_since(None))
    assert [one.status for one in listed if one.id == ref.id] == [OrderStatus.FAILED]


async def test_a_note_keeps_the_items() -> None:
    leaf = opened()
    ref = await leaf.orders.create(sale(), "key-1", leaf.context(await links(leaf)))
    before = await leaf.orders.get(ref.id)
    after = await leaf.orders.update(ref.id, note="ring twice")
    assert after.lines == before.lines
    assert after.total == before.total


# the late report
async def test_a_finished_order_is_seen_when_the_report_has_it() -> None:
    leaf, order = opened(), sale()
    ref = await leaf.orders.create(order, "key-1", leaf.context(await links(leaf)))
    first = [page async for page in leaf.orders.changed_since(None)]
    leaf.simulator.orders.move(leaf.simulator.shop.orders[int(ref.id)], "Complete")
    assert await leaf.orders.find(order.reference, around=order.captured_at) == [], "not in the report yet"
    leaf.simulator.orders.lag_s = 0
    (found,) = await leaf.orders.find(order.reference, around=order.captured_at)
    assert (found.id, found.status, found.reference) == (ref.id, OrderStatus.COMPLETED, order.reference)
    later = await whole(leaf.orders.changed_since(first[-1].cursor))
    assert [(one.id, one.status, one.paid) for one in later] == [(ref.id, OrderStatus.COMPLETED, order.totals.total)]


async def test_a_return_at_their_till_shows_at_the_sale() -> None:
    leaf, order = opened(), sale()
    ref = await leaf.orders.create(order, "key-1", leaf.context(await links(leaf)))
    row = leaf.simulator.shop.orders[int(ref.id)]
    leaf.simulator.orders.lag_s = 0
    leaf.simulator.orders.move(row, "Complete")
    leaf.simulator.orders.give_back(row)
    (sold,) = [one for one in await whole(leaf.orders.changed_since(None)) if one.id == ref.id]
    assert (sold.status, sold.refunded) == (OrderStatus.REFUNDED, order.totals.total)
    with pytest.raises(Unsupported):
        await leaf.orders.refund(None, ref, "key-r", leaf.context())
    assert await leaf.orders.find_refund(None, ref) == []


async def test_a_cursor_begins_ten_minutes_early_and_nothing_comes_twice() -> None:
    leaf = opened()
    pages = [page async for page in leaf.orders.changed_since(None)]
    since = datetime.fromisoformat(json.loads(pages[-1].cursor)["since"])
    assert timedelta(minutes=9) < datetime.now(UTC) - since < timedelta(minutes=11)
    ids = [one.id for page in pages for one in page.items]
    assert len(ids) == len(set(ids))
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
    days = [one for one in leaf.sent if one.url.path == "/reporting/transactions"]
    for one in days:
        begin, end = one.url.params["FromLastModifiedDateUTC"], one.url.params["ToLastModifiedDateUTC"]
        assert datetime.fromisoformat(end) - datetime.fromisoformat(begin) <= timedelta(days=1)
    with pytest.raises(NotFound):
        await leaf.orders.get("sale-1")


async def test_a_sale_that_was_refused_goes_corrected_the_next_time() -> None:
    """What is frozen is only what may have arrived: a refusal leaves nothing there, and may be the settings' fault."""
    leaf = opened(guest_customer_id="1")
    order, steps, there = sale(), Steps(), await links(leaf)
    leaf.simulator.shop.customers[1] = dict(next(iter(leaf.simulator.shop.customers.values())), customerId=1)
    plain = leaf.simulator.orders._submitted
    leaf.simulator.orders._submitted = refusing  # type: ignore[method-assign] # what staff there have to put right
    with pytest.raises(ValidationError):
        await leaf.orders.create(order, "key-1", SendContext(steps, there))
    leaf.simulator.orders._submitted = plain  # type: ignore[method-assign]
    number = str(max(leaf.simulator.shop.customers))
    leaf = opened(leaf.simulator, guest_customer_id=number)
    await leaf.orders.create(order, "key-1", SendContext(steps, there))
    (row,) = leaf.simulator.shop.orders.values()
    assert str(row["customerId"]) == number


def refusing(body: object) -> None:
    raise Refused("Customer not found at this location")


async def test_a_number_that_is_not_there_is_looked_for_by_our_reference() -> None:
    leaf, order = opened(), sale()
    ref = await leaf.orders.create(order, "key-1", leaf.context(await links(leaf)))
    steps = Steps()
    await steps.put("order", "9999999")
    assert [one.id for one in await leaf.orders.find(order.reference, around=order.captured_at, steps=steps)] == [
        ref.id
    ]


async def test_customers_whose_first_page_is_number_1() -> None:
    """Where page 0 is none it may be an empty list, and the list has not ended."""
    leaf = opened()
    leaf.simulator.shop.new_customer({"firstName": "Ada", "status": "Active"})
    leaf.simulator.people.pages_from, leaf.simulator.people.page_0_is_empty = 1, True
    assert len(await whole(leaf.people.changed_since(None))) == 2


async def test_a_customer_is_found_by_the_phone_at_home_too() -> None:
    leaf = opened()
    row = next(iter(leaf.simulator.shop.customers.values()))
    row.update(phone="2025550177", cellPhone="2025550178")
    for number in ("+12025550177", "+12025550178"):
        assert [one.id for one in await leaf.people.find(phone=number)] == [str(row["customerId"])]


async def test_a_sale_paid_in_two_ways_is_no_matter_there() -> None:
    """No payment is sent at all: the notes say both, and the sale must not be refused for them."""
    leaf = opened()
    order = sale(tenders=[(TenderKind.CASH, 2000), (TenderKind.CARD, 3170)])
    assert leaf.http.connector.facts.capabilities.split_tender
    ref = await leaf.orders.create(order, "key-1", leaf.context(await links(leaf)))
    assert "cash 20.00 USD, card 31.70 USD" in leaf.simulator.shop.orders[int(ref.id)]["_notes"]
