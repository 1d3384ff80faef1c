"""Checkouts are built once, never touched after they were handed over, and wait for their shopper."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from posbridge.connectors.contract import SendContext
from posbridge.connectors.dutchie.order_mapping import CheckoutId
from posbridge.connectors.errors import (
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    ServiceUnavailable,
    Unsupported,
    ValidationError,
)
from posbridge.domain.basket import BasketLine
from posbridge.domain.compare import difference
from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.sandbox.dutchie import PUBLIC_KEY
from posbridge.testing.builders import a_line, an_order
from posbridge.testing.conformance.base import Killed, Steps, whole
from posbridge.testing.conformance.selling import giving_back, sale
from tests.connectors.dutchie.store import Far, asked, links, names, store

WAITING = "the shopper to finish it in a browser"


def idle(**fields: str) -> Far:
    """A store whose shopper does nothing by himself."""
    far = store(**fields)
    far.simulator.desk.shopper_s = None
    return far


async def handed_over(far: Far, order: Order, steps: Steps | None = None) -> str:
    ref = await orders(far).create(order, "key", far.context(links(far), steps))
    return ref.id


def orders(far: Far) -> Any:
    assert far.services.orders is not None
    return far.services.orders


def finish(far: Far, ref: str) -> str:
    ident = CheckoutId.of(ref)
    assert ident is not None
    return far.simulator.desk.finish(ident.checkout)


async def test_a_sale_waits_for_its_shopper_and_is_complete_when_he_has_ordered() -> None:
    far, order, steps = idle(), sale(), Steps()
    ref = await handed_over(far, order, steps)
    waiting: RemoteOrder = await orders(far).get(ref)
    assert (waiting.complete, waiting.waiting_for, waiting.reference) == (False, WAITING, order.reference)
    assert waiting.url.startswith("http://")
    assert far.booked == [], "a checkout is no order"
    assert steps.kept["order"] == ref
    made = finish(far, ref)
    there = await orders(far).get(ref)
    assert (there.id, there.complete, there.waiting_for) == (made, True, "")
    assert (there.number, there.total, there.tax) == ("30001", order.totals.total, order.totals.tax)
    assert difference(order, there) == ()
    assert (await orders(far).get(made)).reference == order.reference


async def test_find_names_the_waiting_checkout_and_then_the_order() -> None:
    far, order, steps = idle(), sale(), Steps()
    ref = await handed_over(far, order, steps)
    (waiting,) = await orders(far).find(order.reference, steps=steps)
    assert (waiting.id, waiting.complete, waiting.waiting_for) == (ref, False, WAITING)
    assert await orders(far).find(order.reference) == [], "without steps there is only the list of orders"
    finish(far, ref)
    (there,) = await orders(far).find(order.reference, steps=steps)
    assert there.complete


async def test_the_orders_are_searched_before_a_checkout_is_built() -> None:
    far, order = idle(), sale()
    finish(far, await handed_over(far, order))
    steps = Steps()
    ref = await orders(far).create(order, "key", far.context(links(far), steps))
    assert ref.id == far.booked[0]["id"] == steps.kept["order"]
    assert names(far).count("CreateCheckout") == 1


async def test_what_was_handed_over_is_not_touched_again() -> None:
    far, order, steps = idle(), sale(), Steps()
    ref = await handed_over(far, order, steps)
    before = len(far.sent)
    assert await handed_over(far, order, steps) == ref
    assert not {"CreateCheckout", "AddItem", "UpdateQuantity"} & {asked(one)[0] for one in far.sent[before:]}


async def test_a_checkout_that_has_expired_is_built_again() -> None:
    far, order, steps = idle(), sale(), Steps()
    first = await handed_over(far, order, steps)
    far.simulator.desk.life_s = 60
    far.simulator.clock.advance(timedelta(seconds=61))
    with pytest.raises(NotFound):
        await orders(far).get(first)
    assert await orders(far).find(order.reference, steps=steps) == []
    second = await handed_over(far, order, steps)
    assert second != first
    finish(far, second)
    assert len(far.booked) == 1


async def test_a_checkout_that_expires_while_it_is_built_is_begun_anew() -> None:
    far, order, steps = idle(), sale(), Steps(die_after=1)
    with pytest.raises(Killed):
        await handed_over(far, order, steps)
    far.simulator.desk.checkouts.clear()
    ref = await handed_over(far, order, steps.after_restart())
    assert (await orders(far).get(ref)).total == order.totals.total


@pytest.mark.parametrize("lost", [1, 2])
async def test_a_lost_answer_to_a_line_is_compared_with_what_is_there(lost: int) -> None:
    """The first or second addItem was done and its answer lost: the next try sends only what is missing."""
    far, order, steps = idle(), sale(), Steps()
    real = far.http.write
    sent = 0

    async def losing(*args: Any, **options: Any) -> Any:
        nonlocal sent
        reply = await real(*args, **options)
        sent += "addItem" in str(options["json"]["query"])
        if sent == lost:
            sent = 99
            raise OutcomeUnknown("the answer was lost")
        return reply

    far.http.write = losing  # type: ignore[method-assign] # the answer gets lost on this side
    with pytest.raises(OutcomeUnknown):
        await handed_over(far, order, steps)
    (begun,) = await orders(far).find(order.reference, steps=steps)
    assert (begun.complete, begun.waiting_for, begun.url) == (False, "", ""), "half made: whoever sends goes on"
    await steps.put("order", begun.id)
    ref = await handed_over(far, order, steps)
    there = await orders(far).get(ref)
    assert [int(line.quantity) for line in there.lines] == [2, 1]
    assert there.waiting_for == WAITING


async def test_a_line_that_came_twice_is_put_right() -> None:
    """An addItem commits after all, when it was sent again already."""
    far, order, steps = idle(), sale(), Steps(die_after=1)
    with pytest.raises(Killed):
        await handed_over(far, order, steps)
    (checkout,) = far.simulator.desk.checkouts.values()
    article = far.simulator.shelf.articles["SKU-0001"]
    for _ in range(2):
        far.simulator.desk.add({"checkoutId": checkout.id, "productId": article.id, "option": "N/A", "quantity": 2})
    ref = await handed_over(far, order, steps.after_restart())
    assert [item.quantity for item in checkout.items] == [2, 1]
    assert "UpdateQuantity" in names(far)
    finish(far, ref)
    assert far.booked[0]["total"] == order.totals.total


async def test_an_order_that_shows_late_is_neither_lost_nor_built_again() -> None:
    """The checkout is gone, and the list of orders is minutes behind: nothing there yet, then found."""
    far, order, steps = idle(), sale(), Steps()
    ref = await handed_over(far, order, steps)
    far.simulator.desk.orders_lag_s = 240
    finish(far, ref)
    with pytest.raises(NotFound):
        await orders(far).get(ref)
    assert await orders(far).find(order.reference, steps=steps) == []
    far.simulator.clock.advance(timedelta(seconds=360))
    assert (await orders(far).get(ref)).complete


async def test_where_a_finished_checkout_stays_the_order_counts() -> None:
    far, order = idle(), sale()
    far.simulator.desk.keeps_finished = True
    ref = await handed_over(far, order)
    finish(far, ref)
    assert (await orders(far).get(ref)).complete


async def test_one_checkout_that_became_two_orders_is_for_a_person() -> None:
    far, order = idle(), sale()
    far.simulator.desk.keeps_finished = True
    ref = await handed_over(far, order)
    finish(far, ref)
    finish(far, ref)
    with pytest.raises(ValidationError, match="2 times: 30001, 30002"):
        await orders(far).get(ref)
    assert len(await orders(far).find(order.reference)) == 2, "the drain sees the double"


async def test_an_order_that_the_store_rejects_is_a_persons() -> None:
    far, order = idle(), sale()
    ref = await handed_over(far, order)
    far.simulator.desk.orders[finish(far, ref)].status = "REJECTED"
    with pytest.raises(ValidationError, match="rejected") as caught:
        await orders(far).get(ref)
    assert caught.value.platform_code == "REJECTED"
    with pytest.raises(ValidationError):
        await orders(far).find(order.reference)
    (page,) = [page async for page in orders(far).changed_since(None)]
    assert [one.status for one in page.items] == [OrderStatus.CANCELLED], "a list still shows it"


async def test_a_line_that_dutchie_refuses_is_said_in_its_words() -> None:
    far, order = idle(), sale()
    far.simulator.shelf.strict = True
    far.simulator.set_stock("SKU-0001", 1)
    steps = Steps()
    with pytest.raises(ValidationError, match=r"2 × N/A: Only 1 left in stock"):
        await handed_over(far, order, steps)
    assert "order" not in steps.kept
    far.simulator.set_stock("SKU-0001", 5)
    assert await handed_over(far, order, steps), "once there is enough, the same checkout goes on"
    assert names(far).count("CreateCheckout") == 1


async def test_what_left_the_menu_is_said() -> None:
    far, order = idle(), sale()
    known = links(far)
    far.simulator.shelf.strict = True
    far.simulator.set_stock("SKU-0003", 0)
    with pytest.raises(ValidationError, match="on no menu"):
        await orders(far).create(order, "key", far.context(known))
    assert far.simulator.desk.checkouts == {}, "nothing was begun"


@pytest.mark.parametrize(
    ("line", "words"),
    [(a_line(1, 1250, "0.5"), "whole pieces"), (a_line(77, 333, 1), "its menu")],
    ids=["a part of a piece", "no article"],
)
async def test_what_plus_cannot_be_told_is_unsupported(line: BasketLine, words: str) -> None:
    far = idle()
    with pytest.raises(Unsupported, match=words):
        await orders(far).create(an_order([line]), "key", far.context(links(far)))
    assert far.simulator.desk.checkouts == {}


async def test_a_discount_is_unsupported() -> None:
    far, by_hand = idle(), Discount(name="Scratched", kind=DiscountKind.PERCENTAGE, percent=Decimal(10))
    order = an_order([a_line(1, 1250, 2, discounts=(by_hand,))])
    with pytest.raises(Unsupported, match="no discount"):
        await orders(far).create(order, "key", far.context(links(far)))
    assert far.simulator.desk.checkouts == {}


async def test_the_address_is_waited_for() -> None:
    far, order, steps = idle(), sale(), Steps()
    shown = far.simulator.desk.shown
    far.simulator.desk.shown = lambda one: {**shown(one), "redirectUrl": None}  # type: ignore[method-assign] # none yet
    with pytest.raises(ServiceUnavailable, match="no address"):
        await handed_over(far, order, steps)
    far.simulator.desk.shown = shown  # type: ignore[method-assign] # now it has one
    assert (await orders(far).get(await handed_over(far, order, steps))).url
    assert names(far).count("AddItem") == 2


async def test_a_public_key_hands_nothing_over() -> None:
    far = store(secrets={"api_key": PUBLIC_KEY})
    with pytest.raises(PermissionDenied, match="orders"):
        await orders(far).create(sale(), "key", SendContext(Steps(), links(far)))
    assert far.simulator.desk.checkouts == {}


async def test_a_price_of_their_own_is_a_difference_and_no_loop() -> None:
    far, order = store(), sale()
    far.simulator.set_price("SKU-0001", 1300)
    ref = await handed_over(far, order)
    there = await orders(far).get(ref)
    assert there.complete
    assert [each.field for each in difference(order, there)] == ["total", "tax"]


@pytest.mark.parametrize("cents", [False, True])
async def test_dollars_and_cents_are_told_by_the_menu(cents: bool) -> None:
    far, order = idle(), sale()
    far.simulator.desk.cents = cents
    ref = await handed_over(far, order)
    assert (await orders(far).get(ref)).total == order.totals.total
    finish(far, ref)
    assert difference(order, await orders(far).get(ref)) == ()


async def test_amounts_that_nothing_proves_are_not_shown() -> None:
    far, order = idle(), sale()
    ref = await handed_over(far, order)
    finish(far, ref)
    fresh = store()
    fresh.simulator.desk.orders = far.simulator.desk.orders
    for article in fresh.simulator.desk.orders.values():
        for item in article.checkout.items:
            item.article.price = item.article.price * 10_000
    there = await orders(fresh).get(far.booked[0]["id"])
    assert (there.total, there.tax, there.lines[0].unit_price) == (None, None, None)
    assert there.extra["amounts"] == "unproved"
    assert difference(order, there) == ()


async def test_orders_are_listed_with_those_of_the_last_days() -> None:
    far = store()
    await handed_over(far, sale(1))
    (first,) = [page async for page in orders(far).changed_since(None)]
    assert first.last
    await handed_over(far, sale(2))
    later = await whole(orders(far).changed_since(first.cursor))
    assert [one.reference for one in later] == [sale(1).reference, sale(2).reference], "states change without a date"
    for placed in far.simulator.desk.orders.values():
        placed.at -= timedelta(days=4)
    assert await whole(orders(far).changed_since(first.cursor)) == []
    with pytest.raises(ValidationError):
        await whole(orders(far).changed_since("{'"))


async def test_less_is_asked_where_plus_does_not_know_a_field(monkeypatch: pytest.MonkeyPatch) -> None:
    far, order = store(), sale()
    shown = far.simulator.desk._shown_order

    def older(placed: Any) -> dict[str, Any]:
        made = shown(placed)
        for item in made["items"]:
            item["product"] = {name: item["product"][name] for name in ("__typename", "id", "name")}
        return made

    monkeypatch.setattr(far.simulator.desk, "_shown_order", older)
    ref = await handed_over(far, order)
    there = await orders(far).get(ref)
    assert (there.total, there.reference) == (order.totals.total, order.reference), "the checkout proved the dollars"
    await orders(far).get(ref)
    listed = [one for one in far.sent if asked(one)[0] == "Orders"]
    assert "posMetaData" not in listed[-1].content.decode()


async def test_nothing_else_can_be_done_to_an_order() -> None:
    far, order = store(), sale()
    ref = await orders(far).create(order, "key", far.context(links(far)))
    refund = giving_back(order, [("line-1", 1)])
    with pytest.raises(Unsupported):
        await orders(far).update(ref.id, note="x")
    with pytest.raises(Unsupported):
        await orders(far).update_status(ref.id, OrderStatus.CANCELLED)
    with pytest.raises(Unsupported, match="money back"):
        await orders(far).refund(refund, ref, "key", far.context())
    assert await orders(far).find_refund(refund, ref) == []
