"""What only Sylius does with a sale: its own prices, enforced stock, 409 until reckoned again, carts that go on."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from posbridge.connectors.contract import SendContext
from posbridge.connectors.errors import Conflict, NotFound, OutcomeUnknown, Unsupported, ValidationError
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.money import Money
from posbridge.domain.order import Order, OrderStatus, TenderKind
from posbridge.sandbox.seed import SeedDiscount
from posbridge.sandbox.sylius import Options
from posbridge.testing.builders import a_line, an_order
from posbridge.testing.conformance.base import Killed, Steps, whole
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import FIVE_OFF, TEN_PERCENT
from tests.connectors.sylius.bench import Bench, bench
from tests.connectors.watched import Watched, now


async def create(far: Bench, order: Order, steps: Steps | None = None, **fields: Any) -> Any:
    assert far.services.orders is not None
    return await far.services.orders.create(order, f"key-{order.id}", far.context(steps=steps, **fields))


async def half_made(far: Bench, order: Order) -> Steps:
    """The process dies when the cart's token is kept."""
    steps = Steps(die_after=1)
    with pytest.raises(Killed):
        await create(far, order, steps)
    return steps.after_restart()


# stock
async def test_an_oversold_line_is_said_and_waits_for_a_person() -> None:
    far, order, steps = bench(), sale(), Steps()
    far.simulator.set_stock("SKU-0001", 1)
    with pytest.raises(ValidationError) as caught:
        await create(far, order, steps)
    assert caught.value.message == "The shop has 1 of SKU-0001 left, and 2 were sold."
    assert "correct its stock" in caught.value.next_step
    assert far.booked == []
    far.simulator.set_stock("SKU-0001", 9)
    await create(far, order, steps)
    assert [booked["total"] for booked in far.booked] == [order.totals.total]
    assert far.simulator.stock_book()["SKU-0001"] == 7
    assert len(far.asked("POST", "/shop/orders")) == 1, "it went on in its own cart"


async def test_stock_that_ran_out_before_the_end_is_said_too() -> None:
    far, order = bench(), sale()
    steps = await half_made(far, order)
    token = steps.kept["order"]
    await far.http.write(
        "POST", f"shop/orders/{token}/items", json={"productVariant": "SKU-0001", "quantity": 2}, signed=False
    )
    far.simulator.set_stock("SKU-0001", 1)
    with pytest.raises(ValidationError, match="1 of SKU-0001 left"):
        await create(far, order, steps)


async def test_an_article_that_was_switched_off_is_said() -> None:
    far = bench()
    far.simulator.shop.variants["SKU-0001"].enabled = False
    with pytest.raises(ValidationError, match="no longer sells SKU-0001"):
        await create(far, sale())


# prices
async def test_another_total_waits_for_a_person() -> None:
    far, order, steps = bench(), sale(), Steps()
    far.simulator.set_price("SKU-0003", 2300)
    with pytest.raises(ValidationError) as caught:
        await create(far, order, steps)
    assert caught.value.message.startswith("51.70 USD were paid, and the shop reckons 52.80")
    assert caught.value.platform_code == "total"
    assert far.booked == []
    far.simulator.set_price("SKU-0003", 2200)
    await create(far, order, steps)
    assert [booked["paid"] for booked in far.booked] == [order.totals.total]


async def test_another_total_goes_with_a_note_where_the_shopkeeper_says_so() -> None:
    far, order = bench(on_difference="note"), sale()
    far.simulator.set_price("SKU-0003", 2300)
    ref = await create(far, order)
    assert far.services.orders is not None
    remote = await far.services.orders.get(ref.id)
    assert remote.total == 5280
    assert "51.70 USD" in remote.note
    assert remote.reference == order.reference


class MeanwhileDearer(Watched):
    """The price changes just before the first completion."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/complete") and "/shop/" in request.url.path and not self._far_done:
            self._far_done = True
            self._simulator.set_price("SKU-0003", 2300)
        return await super().handle_async_request(request)

    _far_done = False
    _simulator: Any


def hooked(far: Bench, kind: type[Watched]) -> None:
    wire = kind(far.simulator, far.sent)
    wire._simulator = far.simulator  # type: ignore[attr-defined] # for the hook
    assert far.http._own is not None
    far.http._own._transport = wire


async def test_a_price_that_changed_meanwhile_is_reckoned_again() -> None:
    far, order = bench(on_difference="note"), sale()
    hooked(far, MeanwhileDearer)
    await create(far, order)
    assert len([r for r in far.asked("PATCH", "/complete") if "/shop/" in r.url.path]) == 2, "409, then again"
    (booked,) = far.booked
    assert (booked["total"], booked["paid"]) == (5280, 5280)


async def test_a_price_that_changed_meanwhile_stops_where_it_must() -> None:
    far = bench()
    hooked(far, MeanwhileDearer)
    with pytest.raises(ValidationError, match=r"52\.80"):
        await create(far, sale())
    assert far.booked == []


class FourAtOnce(Watched):
    """Somebody else's completion is a moment earlier: ours is refused by the lock (recorded 092)."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if request.url.path.endswith("/complete") and "/shop/" in request.url.path:
            return httpx.Response(409, json={"status": 409, "detail": "The optimistic lock on an entity failed."})
        return answer


async def test_a_lock_that_was_lost_to_ourselves_is_no_second_order() -> None:
    far, order = bench(), sale()
    hooked(far, FourAtOnce)
    await create(far, order)
    (booked,) = far.booked
    assert booked["paid"] == order.totals.total


class NeverCompletes(Watched):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/complete") and "/shop/" in request.url.path:
            return httpx.Response(409, json={"status": 409, "detail": "Order total has changed."})
        return await super().handle_async_request(request)


async def test_a_conflict_that_stays_is_settled_later() -> None:
    far = bench()
    hooked(far, NeverCompletes)
    with pytest.raises(OutcomeUnknown):
        await create(far, sale())
    assert far.booked == []


# carts
async def test_a_cart_that_was_purged_is_made_anew() -> None:
    far, order = bench(), sale()
    steps = await half_made(far, order)
    first = steps.kept["order"]
    far.simulator.clock.advance(timedelta(days=3))
    far.simulator.gate.tokens.clear()
    await create(far, order, steps)
    assert steps.kept["order"] != first
    assert len(far.booked) == 1


async def test_a_half_made_cart_is_found_unfinished_and_goes_on() -> None:
    far, order = bench(), sale()
    steps = await half_made(far, order)
    assert far.services.orders is not None
    (found,) = await far.services.orders.find(order.reference, around=order.captured_at, steps=steps)
    assert (found.complete, found.status) == (False, OrderStatus.DRAFT)
    await create(far, order, steps)
    (again,) = await far.services.orders.find(order.reference, around=order.captured_at, steps=steps)
    assert again.complete


async def test_an_order_completed_but_not_paid_there_is_unfinished() -> None:
    far, order = bench(), sale()
    steps = Steps()
    far.simulator.faults.plan("500", path="/api/v2/admin/payments", method="PATCH")
    with pytest.raises(OutcomeUnknown):
        await create(far, order, steps)
    assert far.services.orders is not None
    half = await far.services.orders.get(steps.kept["order"])
    assert (half.complete, half.status, half.paid) == (False, OrderStatus.OPEN, 0)
    await create(far, order, steps)
    assert [booked["state"] for booked in far.booked] == ["fulfilled"]


async def test_a_host_of_another_channel_sells_nothing() -> None:
    far = bench()
    far.simulator.shop.options = type(far.simulator.options)(channel="OTHER")
    assert far.services.orders is not None
    with pytest.raises(ValidationError, match="OTHER"):
        await create(far, sale())


async def test_the_same_article_on_two_lines_is_one_line_there() -> None:
    far = bench()
    order = an_order([a_line(1, 1250, 2), a_line(3, 2200, 1), a_line(1, 1250, 1, id="line-9")])
    await create(far, order)
    assert [(line["sku"], line["quantity"]) for line in far.booked[0]["lines"]] == [("SKU-0001", 3), ("SKU-0003", 1)]


# what a sale carries
async def test_a_coupon_is_a_real_use() -> None:
    far = bench()
    five = Discount(id="five5", code=FIVE_OFF, kind=DiscountKind.FIXED, amount=Money(amount=500, currency="USD"))
    order = an_order([(1250, 2), a_line(3, 2200)], discounts=[five])
    ref = await create(far, order)
    assert far.booked[0]["total"] == order.totals.total
    found = far.simulator.shop.coupon(FIVE_OFF)
    assert found is not None
    assert found[1].used == 1
    assert far.services.orders is not None
    assert (await far.services.orders.get(ref.id)).discount == 500


async def test_a_sale_that_costs_nothing_has_no_payment() -> None:
    seed = bench().simulator.seed
    free = type(seed)(**{**vars(seed), "discounts": (SeedDiscount("ALLFREE", "percent", 10_000),)})
    far = bench(free)
    gone = Discount(id="allfree", code="ALLFREE", kind=DiscountKind.PERCENTAGE, percent=Decimal(100))
    order = an_order([(1250, 2)], tax="10", discounts=[gone])
    assert order.totals.total == 0
    await create(far, order)
    assert (far.booked[0]["state"], far.booked[0]["total"]) == ("fulfilled", 0)
    assert far.simulator.stock_book()["SKU-0001"] == 38


async def test_two_coupons_and_a_discount_by_hand_are_not_lied_about() -> None:
    far = bench()
    codes = [
        Discount(id=code, code=code, kind=DiscountKind.PERCENTAGE, percent=Decimal(10)) for code in (TEN_PERCENT, "X")
    ]
    with pytest.raises(Unsupported, match="one coupon"):
        await create(far, an_order([1250], discounts=codes))
    by_hand = Discount(id="d", name="Scratched", kind=DiscountKind.PERCENTAGE, percent=Decimal(10))
    with pytest.raises(ValidationError, match="takes no prices"):
        await create(far, an_order([1250], discounts=[by_hand]))
    assert far.booked == []


async def test_a_coupon_that_ended_meanwhile_is_said() -> None:
    far = bench()
    found = far.simulator.shop.coupon(TEN_PERCENT)
    assert found is not None
    found[1].usage_limit = 0
    ten = Discount(id="ten10", code=TEN_PERCENT, kind=DiscountKind.PERCENTAGE, percent=Decimal(10))
    with pytest.raises(ValidationError, match=f"coupon {TEN_PERCENT} for this sale"):
        await create(far, an_order([1250], discounts=[ten]))


async def test_a_method_that_does_not_reach_the_store_is_said() -> None:
    far = bench()
    far.simulator.book.shipping_methods.clear()
    with pytest.raises(ValidationError, match="does not ship by in_store") as caught:
        await create(far, sale())
    assert "zone" in caught.value.next_step


async def test_customer_tenders_and_note_arrive() -> None:
    far = bench()
    buyer = Customer(id="x", first_name="Ó", last_name="Nuala", email="nuala@example.com", phone="+353555010000")
    order = an_order([1250], tenders=[(TenderKind.CARD, 1000), (TenderKind.CASH, 375)], customer=buyer, note="Gift 🎁")
    ref = await create(far, order)
    assert far.services.orders is not None
    remote = await far.services.orders.get(ref.id)
    assert remote.customer is not None
    assert (remote.customer.first_name, remote.customer.last_name) == ("Ó.", "Nuala"), "one letter is refused there"
    assert "card: 10.00 USD" in remote.note
    assert "cash: 3.75 USD" in remote.note
    assert remote.note.endswith("Gift 🎁")
    body = json.loads(far.asked("PUT", ref.id)[0].content)
    assert body["email"] == "nuala@example.com"
    assert body["billingAddress"]["city"] == "Portland", "taxed where it is handed over"


# looking for an order
async def test_a_look_up_believes_no_filter_and_no_stranger() -> None:
    far, order = bench(), sale()
    await create(far, order)
    strange = sale(5)
    ref = await create(far, strange)
    far.simulator.book.orders[ref.id].notes = f"please call me about posbridge {order.reference}"
    assert far.services.orders is not None
    found = await far.services.orders.find(order.reference, around=order.captured_at)
    assert [remote.reference for remote in found] == [order.reference]


async def test_a_server_far_west_still_finds_its_orders() -> None:
    far, order = bench(options=Options(timezone="America/Chicago")), sale()
    ref = await create(far, order)
    assert far.services.orders is not None
    (found,) = await far.services.orders.find(order.reference, around=order.captured_at)
    assert found.id == ref.id
    assert found.created_at is not None
    assert abs(found.created_at - now()) < timedelta(minutes=5)


async def test_changes_of_known_orders_are_seen_though_nothing_tells_them() -> None:
    far = bench()
    ref = await create(far, sale(1))
    assert far.services.orders is not None
    first = [page async for page in far.services.orders.changed_since(None)]
    far.simulator.book.refund(far.simulator.book.orders[ref.id])
    await create(far, sale(2))
    seen = await whole(far.services.orders.changed_since(first[-1].cursor))
    assert {remote.status for remote in seen} == {OrderStatus.REFUNDED, OrderStatus.COMPLETED}


# afterwards
async def test_a_refund_gives_back_once_and_restocks_once() -> None:
    far, order = bench(), sale()
    ref = await create(far, order)
    back = giving_back(order, [("line-1", 2), ("line-3", 1)])
    assert far.services.orders is not None
    links, steps = far.context().links, Steps()
    far.simulator.faults.plan("lost500", path="/api/v2/admin/product-variants/SKU-0001", method="PUT")
    with pytest.raises(OutcomeUnknown):
        await far.services.orders.refund(back, ref, "r", SendContext(steps, links))
    assert await far.services.orders.find_refund(back, ref, steps=steps) == []
    made = await far.services.orders.refund(back, ref, "r", SendContext(steps, links))
    assert await far.services.orders.find_refund(back, ref, steps=steps) == [made]
    await far.services.orders.refund(back, ref, "r", SendContext(steps, links))
    assert far.simulator.stock_book()["SKU-0001"] == 40
    assert far.booked[0]["refunded"] == order.totals.total
    with pytest.raises(ValidationError, match="given back before"):
        await far.services.orders.refund(back, ref, "r2", SendContext(Steps(), links))


async def test_a_part_of_a_payment_cannot_be_given_back() -> None:
    far, order = bench(), sale()
    ref = await create(far, order)
    assert far.services.orders is not None
    with pytest.raises(Unsupported, match="whole payment"):
        await far.services.orders.refund(giving_back(order, [("line-1", 1)]), ref, "r", far.context())


async def test_states_that_an_order_can_be_given() -> None:
    far = bench()
    ref = await create(far, sale())
    orders = far.services.orders
    assert orders is not None
    with pytest.raises(Conflict, match="before it is handed over"):
        await orders.update_status(ref.id, OrderStatus.CANCELLED)
    assert (await orders.update_status(ref.id, OrderStatus.COMPLETED)).status is OrderStatus.COMPLETED
    with pytest.raises(Unsupported):
        await orders.update_status(ref.id, OrderStatus.READY)
    with pytest.raises(Unsupported):
        await orders.update(ref.id, note="x")
    with pytest.raises(NotFound):
        await orders.update_status("nosuchtoken", OrderStatus.PAID)
    booked = far.simulator.book.orders[ref.id]
    booked.state, booked.shipping_state = "new", "ready"
    assert (await orders.update_status(ref.id, OrderStatus.CANCELLED)).status is OrderStatus.CANCELLED
