"""Orders in steps: the cart id first, the same cart again, the staff's word, the consent, hours between lists."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from posbridge.connectors.blaze import CONNECTOR
from posbridge.connectors.blaze.mapping import to_order
from posbridge.connectors.blaze.words import STATUSES, WAITING_FOR, WORDS
from posbridge.connectors.contract import RemoteRef
from posbridge.connectors.errors import (
    Conflict,
    NotFound,
    OutcomeUnknown,
    ServiceUnavailable,
    Unsupported,
    ValidationError,
)
from posbridge.domain.compare import difference
from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus, TenderKind
from posbridge.testing.builders import an_order
from posbridge.testing.conformance.base import Killed, Steps, whole
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import TEN_PERCENT
from tests.connectors.blaze.blaze_bench import bench, context

_CARTS = "/api/v1/partner/store/cart"


def idle(**fields: Any) -> Any:
    """A shop whose staff do nothing by themselves."""
    far = bench(**fields)
    far.simulator.carts.staff_s = None
    return far


def submits(far: Any) -> list[str]:
    return [r.url.path for r in far.sent if "/submitCart/" in r.url.path]


async def test_three_calls_make_an_order_and_every_call_has_both_keys() -> None:
    far = bench()
    ref = await far.services.orders.create(sale(), "k", context(far))
    assert [r.url.path.removeprefix(_CARTS).split("/")[1] for r in far.sent] == ["active", "prepare", "submitCart"]
    for request in far.sent:
        assert request.headers["x-api-key"] == request.headers["partner_key"]
        assert not request.headers["authorization"].startswith("Bearer")
    assert difference(sale(), await far.services.orders.get(ref.id)) == ()


async def test_the_cart_is_kept_before_it_is_submitted_and_the_same_one_goes_again() -> None:
    far, order, steps = bench(), sale(), Steps()
    far.simulator.faults.plan("500", path=f"{_CARTS}/submitCart", method="POST", times=1)
    with pytest.raises(OutcomeUnknown):
        await far.services.orders.create(order, "k", context(far, steps))
    cart = steps.kept["order"]
    assert far.booked == []
    await far.services.orders.create(order, "k", context(far, steps.after_restart()))
    assert submits(far) == [f"{_CARTS}/submitCart/{cart}"] * 2
    assert [one["id"] for one in far.booked] == [cart]


async def test_a_submit_that_came_late_is_read_and_not_an_error() -> None:
    """The second submit of a placed cart answers 400: the cart itself says that all is well."""
    far, order, steps = idle(), sale(), Steps()
    far.simulator.faults.plan("lost500", path=f"{_CARTS}/submitCart", method="POST", times=1)
    with pytest.raises(OutcomeUnknown):
        await far.services.orders.create(order, "k", context(far, steps))
    raw = far.simulator.carts.row(far.simulator.carts.carts[steps.kept["order"]])
    made = await far.services.orders._after(ValidationError("Cart has already been placed"), raw["id"])
    assert made["placed"]
    ref = await far.services.orders.create(order, "k", context(far, steps))
    assert len(submits(far)) == 1
    assert [one["id"] for one in far.booked] == [ref.id]


async def test_an_order_waits_for_the_staff_then_is_through() -> None:
    far, order = idle(), sale()
    ref = await far.services.orders.create(order, "k", context(far))
    waiting = await far.services.orders.get(ref.id)
    assert (waiting.complete, waiting.status) == (False, OrderStatus.OPEN)
    assert "staff" in waiting.waiting_for
    for word, status in (("Accepted", OrderStatus.OPEN), ("Packaged", OrderStatus.PREPARING),
                         ("WaitingPickup", OrderStatus.READY), ("Completed", OrderStatus.COMPLETED)):  # fmt: skip
        far.simulator.carts.move(ref.id, word)
        found = await far.services.orders.get(ref.id)
        assert (found.complete, found.status, found.waiting_for) == (True, status, "")


async def test_what_the_staff_decline_is_said_with_their_reason() -> None:
    far, order = idle(), sale()
    ref = await far.services.orders.create(order, "k", context(far))
    far.simulator.carts.move(ref.id, "Declined", "Out of stock")
    with pytest.raises(ValidationError, match="Declined: Out of stock"):
        await far.services.orders.get(ref.id)
    with pytest.raises(ValidationError, match="Out of stock"):
        await far.services.orders.find(order.reference, around=order.captured_at)
    assert far.simulator.shop.by_sku("SKU-0001").committed == 0


async def test_an_order_is_cancelled_only_before_it_is_accepted() -> None:
    far = idle()
    ref = await far.services.orders.create(sale(), "k", context(far))
    assert (await far.services.orders.update_status(ref.id, OrderStatus.CANCELLED)).status is OrderStatus.CANCELLED
    taken = await far.services.orders.create(sale(2), "k2", context(far))
    far.simulator.carts.move(taken.id, "Accepted")
    with pytest.raises(Conflict):
        await far.services.orders.update_status(taken.id, OrderStatus.CANCELLED)
    with pytest.raises(Unsupported):
        await far.services.orders.update_status(taken.id, OrderStatus.READY)


def test_status_words_go_both_ways() -> None:
    ours = {each.word: WORDS.ours(each.word.upper()) for each in STATUSES}
    assert ours == {each.word: each.status for each in STATUSES}
    assert WORDS.ours("NewWord") is OrderStatus.UNKNOWN
    assert WORDS.theirs(OrderStatus.CANCELLED) == "CanceledByConsumer"
    assert WORDS.move("Placed", OrderStatus.CANCELLED) == "CanceledByConsumer"
    known = {each.word for each in STATUSES}
    assert all(set(each.next) <= known for each in STATUSES)
    for status in set(OrderStatus) - {OrderStatus.CANCELLED}:
        with pytest.raises(Unsupported):
            WORDS.theirs(status)


@pytest.mark.parametrize("consent", ["", "no"])
async def test_without_consent_no_payment_leaves(consent: str) -> None:
    far = idle(payment_consent=consent)
    await far.services.orders.create(sale(), "k", context(far))
    assert [r for r in far.sent if r.url.path.endswith("/payments")] == []
    assert all(b"paymentReceived" not in r.content and b"cashReceived" not in r.content for r in far.sent)
    assert [one["paid"] for one in far.booked] == [0]
    field = next(each for each in CONNECTOR.facts.fields if each.name == "payment_consent")
    assert (field.choices, field.default) == (("no", "yes"), "no")
    assert not CONNECTOR.facts.capabilities.takes_payments
    assert any("without payment" in note for note in CONNECTOR.facts.capabilities.notes)


async def test_with_consent_the_payment_is_recorded_once() -> None:
    far, steps = idle(payment_consent="yes"), Steps()
    order = sale(tenders=[(TenderKind.CASH, 2000), (TenderKind.CARD, 3170)])
    far.simulator.faults.plan("lost500", path=_CARTS, method="POST", times=2)
    for _ in range(3):
        try:
            ref = await far.services.orders.create(order, "k", context(far, steps))
        except OutcomeUnknown:
            continue
    assert [one["paid"] for one in far.booked] == [5170]
    (sent,) = [r for r in far.sent if r.url.path.endswith("/payments")]
    assert json.loads(sent.content)["paymentOption"] == "Split"
    assert (await far.services.orders.get(ref.id)).paid == 5170


async def test_a_shared_guest_consumer_is_never_mixed_up() -> None:
    """A consumer has one open cart: another sale's is left alone."""
    far, steps = bench(), Steps(die_after=2)
    far.simulator.carts.one_a_consumer = True
    with pytest.raises(Killed):
        await far.services.orders.create(sale(1), "k1", context(far, steps))
    with pytest.raises(ServiceUnavailable, match="another sale"):
        await far.services.orders.create(sale(2), "k2", context(far))
    await far.services.orders.create(sale(1), "k1", context(far, steps.after_restart()))
    assert [one["reference"] for one in far.booked] == [sale(1).reference]


async def test_a_member_orders_as_his_own_consumer() -> None:
    far = bench()
    member = next(iter(far.simulator.people.rows.values()))
    member["consumerUserId"] = "c0ffee" * 4
    far.simulator.people.consumers["c0ffee" * 4] = {"id": "c0ffee" * 4}
    steps = Steps()
    await far.services.orders.create(sale(), "k", context(far, steps, customer_id=member["id"]))
    assert steps.kept["consumer"] == "c0ffee" * 4
    assert [one.id for one in await far.services.orders.find(sale().reference, steps=steps)] == [steps.kept["order"]]


async def test_goods_that_blaze_lacks_are_refused_before_anything_is_opened() -> None:
    far = bench()
    with pytest.raises(ValidationError, match="does not have"):
        await far.services.orders.create(sale(lines=[(77, 333, 3)]), "k", context(far))
    assert far.sent == []


async def test_a_price_that_rose_is_evened_out_on_its_line() -> None:
    far, order = bench(), sale()
    far.simulator.set_price("SKU-0001", 1400)
    ref = await far.services.orders.create(order, "k", context(far))
    assert difference(order, await far.services.orders.get(ref.id)) == ()
    assert len(far.asked("POST", "/prepare")) == 2


async def test_a_discount_at_the_till_goes_on_the_lines_and_a_code_as_itself() -> None:
    far = bench()
    off = Discount(id="d", name="Sorry", kind=DiscountKind.FIXED, amount=Money(amount=333, currency="USD"))
    code = Discount(id="p", code=TEN_PERCENT, name="Ten", kind=DiscountKind.PERCENTAGE, percent=10)
    for number, discount in enumerate((off, code), start=1):
        order = sale(number, discounts=[discount])
        ref = await far.services.orders.create(order, f"k{number}", context(far))
        assert difference(order, await far.services.orders.get(ref.id)) == ()
    first, second = (json.loads(r.content)["cart"] for r in far.sent if "/submitCart/" in r.url.path)
    assert "promoCode" not in first
    assert sum(item.get("discount", 0) for item in first["items"]) == pytest.approx(3.33)
    assert second["promoCode"] == TEN_PERCENT
    assert all("discount" not in item for item in second["items"])


async def test_a_code_that_no_longer_counts_stops_the_order_in_blazes_words() -> None:
    far = bench()
    code = Discount(id="p", code="GONE", name="Gone", kind=DiscountKind.PERCENTAGE, percent=10)
    with pytest.raises(ValidationError, match="Promo code is not valid"):
        await far.services.orders.create(sale(discounts=[code]), "k", context(far))
    assert far.booked == []


async def test_sales_are_listed_by_day_and_once_an_hour() -> None:
    far, first, second = bench(), sale(1), sale(2)
    orders = far.services.orders
    await orders.create(first, "k1", context(far))
    pages = [page async for page in orders.changed_since(None)]
    assert [one.reference for page in pages for one in page.items] == [first.reference]
    await orders.create(second, "k2", context(far))
    asked = len(far.sent)
    (soon,) = [page async for page in orders.changed_since(pages[-1].cursor)]
    assert (list(soon.items), soon.cursor, len(far.sent)) == ([], pages[-1].cursor, asked)
    place = json.loads(pages[-1].cursor)
    later = json.dumps({"since": place["since"] - int(timedelta(hours=2).total_seconds() * 1000)})
    assert second.reference in [one.reference for one in await whole(orders.changed_since(later))]
    lists = [r for r in far.sent if r.url.path.endswith("/transactions")]
    assert all(len(r.url.params["startDate"].split("/")) == 3 for r in lists)


async def test_refunds_and_changes_are_refused_in_words() -> None:
    far, order = bench(), sale()
    ref = await far.services.orders.create(order, "k", context(far))
    refund = giving_back(order, [("line-1", 1)])
    with pytest.raises(Unsupported):
        await far.services.orders.refund(refund, RemoteRef(id=ref.id), "r", context(far))
    with pytest.raises(Unsupported):
        await far.services.orders.update(ref.id, note="x")
    assert await far.services.orders.find_refund(refund, ref) == []


async def test_a_sale_of_the_register_is_read_by_its_own_id() -> None:
    far = bench()
    ref = await far.services.orders.create(an_order([1250]), "k", context(far))
    ident = (await far.services.orders.get(ref.id)).extra["transactionId"]
    assert (await far.services.orders.get(ident)).number.startswith("9")
    with pytest.raises(NotFound):
        await far.services.orders.get("0" * 24)


async def test_two_sales_at_once_with_one_guest_consumer_are_two_orders() -> None:
    """A consumer has one open cart: the second sale must never take the first one's order for its own."""
    far = bench()
    far.simulator.carts.one_a_consumer = True
    sales = [sale(1), sale(2), sale(3)]
    refs = await asyncio.gather(*(far.services.orders.create(one, f"k{at}", context(far))
                                  for at, one in enumerate(sales)))  # fmt: skip
    assert len({ref.id for ref in refs}) == 3
    found = [await far.services.orders.get(ref.id) for ref in refs]
    assert [one.reference for one in found] == [one.reference for one in sales]


async def test_a_cart_that_another_till_has_placed_is_not_our_order() -> None:
    """Its submit answers as if ours had been sent before; the reference in it says otherwise."""
    far, order, steps = bench(), sale(1), Steps()
    far.simulator.carts.one_a_consumer = True
    far.simulator.faults.plan("500", path=f"{_CARTS}/submitCart", method="POST", times=1)
    with pytest.raises(OutcomeUnknown):
        await far.services.orders.create(order, "k", context(far, steps))
    cart = far.simulator.carts.carts[steps.kept["order"]]
    cart.body, cart.status = {**cart.body, "externalId": sale(9).reference, "memo": "", "cart": {}}, "Placed"
    with pytest.raises(NotFound, match="Another till"):
        await far.services.orders.get(cart.id)
    with pytest.raises(ServiceUnavailable, match="another sale"):
        await far.services.orders._submit(
            order, {**far.simulator.carts.row(cart), "placed": False}, context(far, steps)
        )
    assert not steps.kept["order"]
    steps.kept["order"] = cart.id
    ref = await far.services.orders.create(order, "k", context(far, steps))
    assert ref.id != cart.id
    assert (await far.services.orders.get(ref.id)).reference == order.reference


async def test_a_payment_whose_reply_is_lost_is_not_recorded_again() -> None:
    """Also where the cart does not show it, which is a guess: Blaze books each one."""
    far, order, steps = idle(payment_consent="yes"), sale(), Steps()
    far.simulator.faults.plan("500", path=f"{_CARTS}/submitCart", method="POST", times=1)
    with pytest.raises(OutcomeUnknown):
        await far.services.orders.create(order, "k", context(far, steps))
    far.simulator.faults.plan("lost500", path=f"{_CARTS}/{steps.kept['order']}/payments", method="POST", times=1)
    with pytest.raises(OutcomeUnknown):
        await far.services.orders.create(order, "k", context(far, steps))
    cart = far.simulator.carts.carts[steps.kept["order"]]
    assert len(cart.payments) == 1
    cart.payments = []
    await far.services.orders.create(order, "k", context(far, steps.after_restart()))
    assert cart.payments == []
    far.simulator.carts.move(cart.id, "Accepted")
    assert (await far.services.orders.get(cart.id)).paid == 0, "told as unpaid: a person looks"


@pytest.mark.parametrize("said", [None, "", "web-000123"])
async def test_a_cart_that_bears_no_tills_mark_is_ours_and_not_sent_again(said: str | None) -> None:
    """That Blaze keeps our mark is not proved before the first order."""
    far, order, steps = idle(), sale(), Steps()
    ref = await far.services.orders.create(order, "k", context(far, steps))
    cart = far.simulator.carts.carts[ref.id]
    cart.body = {**cart.body, "externalId": said, "memo": None}
    assert (await far.services.orders.get(ref.id)).id == ref.id
    assert (await far.services.orders.create(order, "k", context(far, steps))).id == ref.id
    assert len(submits(far)) == 1


def test_a_word_that_nobody_knows_does_not_make_an_order_complete() -> None:
    raw = {"id": "c1", "cartStatus": "InReview", "externalId": "AB1", "cart": {"total": 1.5}}
    found = to_order(raw)
    assert (found.complete, found.status, found.waiting_for) == (False, OrderStatus.UNKNOWN, WAITING_FOR)
    assert to_order({**raw, "transactionId": "t1"}).complete
    assert to_order({**raw, "accepted": True}).complete
