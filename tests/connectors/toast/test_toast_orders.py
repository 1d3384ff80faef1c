"""Orders at Toast: made once for each externalId, adopted when they are there, read whatever became of them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from posbridge.connectors.contract import RemoteRef, RemoteVariant
from posbridge.connectors.errors import (
    Conflict,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.toast.facts import FACTS
from posbridge.connectors.toast.identity import Sold
from posbridge.connectors.toast.order_mapping import APPROVER, WORDS, to_order
from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.order import Order, OrderStatus, TenderKind
from posbridge.sandbox.toast import Options, ToastSimulator
from posbridge.sandbox.toast.answers import guid
from posbridge.sandbox.toast.gate import STANDARD_SECRET
from posbridge.sandbox.toast.world import DINE_IN, OPEN_DISCOUNT, TAKE_OUT, add_sized
from posbridge.testing.builders import a_customer, an_order
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.selling import giving_back, sale
from tests.connectors.toast.lab import linked, toast, whole
from tests.connectors.watched import Bench

Far = Bench[ToastSimulator]


async def sold(far: Far, order: Order, steps: Steps | None = None) -> RemoteRef:
    assert far.services.orders is not None
    return await far.services.orders.create(order, "key", linked(far, steps))


def sent(far: Far, ending: str = "/orders/v2/orders") -> list[Any]:
    return [json.loads(request.content) for request in far.asked("POST", ending)]


# making
async def test_priced_without_payments_then_made_with_them() -> None:
    far, order = toast(), sale(tenders=[(TenderKind.CASH, 2000), (TenderKind.CARD, 3170)])
    await sold(far, order)
    (asked,), (made,) = sent(far, "/prices"), sent(far)
    assert "payments" not in asked["checks"][0]
    assert [one["amount"] for one in made["checks"][0]["payments"]] == [20, 31.7]
    kinds = [one["otherPayment"]["guid"] for one in made["checks"][0]["payments"]]
    assert kinds == [guid("payment type", "cash"), guid("payment type", "card")]
    assert made["externalId"] == f"posbridge:{order.reference}"
    assert made["checks"][0]["externalId"] == f"posbridge:{order.reference}-c1"
    assert all(request.headers["toast-restaurant-external-id"] for request in far.asked("POST", "/orders"))


async def test_sent_again_it_is_the_same_bytes_even_after_the_price_changed() -> None:
    far, order, steps = toast(), sale(), Steps()
    far.simulator.faults.plan("500", method="POST", times=2)
    with pytest.raises(OutcomeUnknown):
        await sold(far, order, steps)
    far.simulator.set_price("SKU-0001", 9999)
    with pytest.raises(OutcomeUnknown):
        await sold(far, order, steps)
    first, second = (request.content for request in far.asked("POST", "/orders/v2/orders"))
    assert first == second == steps.kept["order_body"].encode()


async def test_what_is_there_under_our_mark_is_adopted() -> None:
    far, order = toast(), sale()
    first = await sold(far, order)
    again = await sold(far, order, Steps())
    assert again.id == first.id
    assert len(far.booked) == 1


async def test_a_refused_second_one_that_no_list_shows_stays_a_conflict() -> None:
    far, order = toast(), sale()
    await sold(far, order)
    far.simulator.world.orders.clear()
    with pytest.raises(Conflict):
        await sold(far, order, Steps())


async def test_with_the_step_order_nothing_is_sent() -> None:
    far, order, steps = toast(), sale(), Steps()
    ref = await sold(far, order, steps)
    before = len(sent(far))
    assert (await sold(far, order, steps.after_restart())).id == ref.id
    assert len(sent(far)) == before


@pytest.mark.parametrize("by_path", [True, False])
async def test_found_by_its_mark_in_the_path_or_in_the_list(by_path: bool) -> None:
    far, order = toast(options=Options(by_external_id=by_path)), sale()
    ref = await sold(far, order)
    assert far.services.orders is not None
    (found,) = await far.services.orders.find(order.reference, around=order.captured_at)
    assert (found.id, found.reference) == (ref.id, order.reference)
    assert bool(far.asked("GET", "/ordersBulk")) is not by_path


async def test_found_behind_the_first_page_of_a_hundred() -> None:
    far = toast()
    for number in range(1, 103):
        await sold(far, sale(number))
    last = sale(102)
    assert far.services.orders is not None
    (found,) = await far.services.orders.find(last.reference, around=last.captured_at)
    assert found.reference == last.reference
    pages = [page async for page in far.services.orders.changed_since(None)]
    assert [len(page.items) for page in pages] == [100, 2]
    rest = await whole(far.services.orders.changed_since(pages[0].cursor))
    assert len(rest) == 2


async def test_the_times_of_a_window_have_three_digits_and_no_colon() -> None:
    far = toast()
    assert far.services.orders is not None
    await whole(far.services.orders.changed_since(None))
    asked = far.asked("GET", "/ordersBulk")[0].url
    assert asked.params["startDate"].endswith("+0000")
    assert b"%2B0000" in asked.query
    assert asked.params["pageSize"] == "100"


async def test_lines_that_are_not_on_the_menu_are_the_open_item_with_their_name() -> None:
    far, order = toast(), sale(lines=[(1, 1250, 2), (77, 333, 3)])
    ref = await sold(far, order)
    assert far.services.orders is not None
    remote = await far.services.orders.get(ref.id)
    assert remote.note.startswith("Article 77")
    assert (remote.total, int(remote.lines[1].quantity)) == (order.totals.total, 3)


async def test_a_size_is_sold_as_a_modifier() -> None:
    far = toast()
    pizza = add_sized(far.simulator.world, "PIZZA", "Pizza", (("Small", 800), ("Large", 1450)))
    variant = Sold(pizza.guid, pizza.group, ((pizza.size_group, pizza.size("Large")),)).id
    at = sale()
    order = an_order([(1450, 2)], tax="10", captured_at=at.captured_at)
    assert far.services.orders
    context = far.context({"variant-1": RemoteVariant(variant_id=variant)})
    ref = await far.services.orders.create(order, "key", context)
    remote = await far.services.orders.get(ref.id)
    assert (remote.lines[0].variant_id, remote.lines[0].sku) == (variant, "PIZZA")
    assert remote.lines[0].unit_price == order.lines[0].unit_price
    assert (remote.total, remote.tax) == (3190, 290)


async def test_without_a_payment_type_or_dining_option_it_is_said_what_to_set_up() -> None:
    for name, words in (("payment_type_cash", "for cash"), ("dining_option_guid", "dining option")):
        empty: dict[str, Any] = {name: ""}
        far = toast(**empty)
        with pytest.raises(ValidationError, match=words):
            await sold(far, sale())
        assert far.booked == []


async def test_take_out_wants_a_guest_so_walk_ins_are_dine_in() -> None:
    fields: dict[str, Any] = {"dining_option_guid": TAKE_OUT, "dining_behavior": "TAKE_OUT"}
    far = toast(**fields)
    with pytest.raises(ValidationError, match="guest"):
        await sold(far, sale())
    far = toast(**fields, walk_in_option_guid=DINE_IN)
    await sold(far, sale())
    guest = a_customer(email="grace@example.com", phone="+12025550107")
    ref = await sold(far, sale(2, customer=guest))
    assert [body["diningOption"]["guid"] for body in sent(far)] == [DINE_IN, TAKE_OUT]
    assert far.services.orders is not None
    remote = await far.services.orders.get(ref.id)
    assert remote.customer is not None
    assert (remote.customer.email, remote.customer.phone) == (guest.email, guest.phone)


async def test_a_guest_whom_toast_would_refuse_is_only_named() -> None:
    far = toast()
    await sold(far, sale(customer=a_customer(email="", phone="+493012345678")))
    (check,) = sent(far)[0]["checks"]
    assert "customer" not in check
    assert "Ada Number 1" in check["tabName"]


async def test_a_promo_code_stays_toasts_own_and_counts_there() -> None:
    far = toast()
    promotion = next(one for one in far.simulator.world.promotions.values() if one.seed.code == "TEN10")
    code = Discount(id=promotion.guid, code="TEN10", kind=DiscountKind.PERCENTAGE, percent="10")
    order = sale(discounts=[code])
    await sold(far, order)
    (used,) = sent(far)[0]["checks"][0]["appliedDiscounts"]
    assert used == {"discount": {"guid": promotion.guid, "entityType": "Discount"}, "appliedPromoCode": "TEN10"}
    assert (far.booked[0]["total"], promotion.used) == (order.totals.total, 1)


async def test_a_code_of_another_system_goes_as_an_amount() -> None:
    far = toast()
    code = Discount(id=guid("another", "shop"), code="WEB10", kind=DiscountKind.PERCENTAGE, percent="10")
    order = sale(discounts=[code])
    await sold(far, order)
    (used,) = sent(far)[0]["checks"][0]["appliedDiscounts"]
    assert used["discount"]["guid"] == OPEN_DISCOUNT
    assert far.booked[0]["total"] == order.totals.total


async def test_other_discounts_go_as_one_amount() -> None:
    far = toast()
    two = [Discount(id=f"d{n}", name="Till", kind=DiscountKind.PERCENTAGE, percent="10") for n in (1, 2)]
    order = sale(discounts=two)
    await sold(far, order)
    assert far.booked[0]["total"] == order.totals.total
    assert len(sent(far)[0]["checks"][0]["appliedDiscounts"]) == 1


async def test_an_untaxed_sale_is_tax_exempt_there() -> None:
    far = toast()
    at = sale()
    order = an_order([1250], tax=None, captured_at=at.captured_at)
    await sold(far, order)
    assert sent(far)[0]["checks"][0]["taxExempt"] is True
    assert (far.booked[0]["total"], far.booked[0]["tax"]) == (1250, 0)


async def test_standard_access_cannot_send_and_says_what_to_ask_for() -> None:
    far = toast(secrets={"client_secret": STANDARD_SECRET})
    with pytest.raises(PermissionDenied) as caught:
        await sold(far, sale())
    assert "read-only" in str(caught.value)
    assert far.booked == []


async def test_an_item_that_left_the_menu_waits_for_a_person() -> None:
    far, order = toast(), sale()
    context = linked(far)
    far.simulator.remove_product("plain")
    assert far.services.orders is not None
    with pytest.raises(NotFound):
        await far.services.orders.create(order, "key", context)
    assert far.booked == []


async def test_a_sale_that_toast_refused_is_made_anew_once_a_person_mended_the_menu() -> None:
    """A refusal proves that nothing was made: the kept body names an item that is gone, so it must not go again."""
    far, order, steps = toast(), sale(), Steps()
    context, world = linked(far, steps), far.simulator.world
    assert far.services.orders is not None
    far.simulator.faults.plan("500", method="POST", path="/orders/v2/orders")
    with pytest.raises(OutcomeUnknown):
        await far.services.orders.create(order, "key", context)
    far.simulator.remove_product("plain")
    with pytest.raises(NotFound):
        await far.services.orders.create(order, "key", context)
    assert not steps.kept["order_body"]
    world.items.update(world.gone)
    await far.services.orders.create(order, "key", context)
    assert len(far.booked) == 1


async def test_a_second_order_that_toast_refuses_in_other_words_is_adopted_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    far, order, steps = toast(), sale(), Steps()
    far.simulator.faults.plan("lost500", method="POST", path="/orders/v2/orders")
    with pytest.raises(OutcomeUnknown):
        await sold(far, order, steps)
    monkeypatch.setattr("posbridge.connectors.toast.errors.is_duplicate", lambda said: False)
    ref = await sold(far, order, steps.after_restart())
    assert [one["id"] for one in far.booked] == [ref.id]


async def test_payments_that_did_not_come_along_are_added_once() -> None:
    far, steps = toast(options=Options(payments=False)), Steps()
    order = sale(tenders=[(TenderKind.CASH, 2000), (TenderKind.CARD, 3170)])
    far.simulator.faults.plan("lost500", path="/orders/v2/orders/")
    with pytest.raises(OutcomeUnknown):
        await sold(far, order, steps)
    ref = await sold(far, order, steps.after_restart())
    assert (far.booked[0]["paid"], far.booked[0]["state"]) == (order.totals.total, "CLOSED")
    assert len(far.asked("POST", "/payments")) == 1
    assert far.services.orders is not None
    assert (await far.services.orders.get(ref.id)).complete


async def test_a_menu_published_between_price_and_order_is_evened_out_afterwards() -> None:
    far, order, steps = toast(), sale(), Steps()
    far.simulator.faults.plan("500", method="POST")
    with pytest.raises(OutcomeUnknown):
        await sold(far, order, steps)
    far.simulator.set_price("SKU-0001", 1399)
    ref = await sold(far, order, steps)
    assert (far.booked[0]["total"], far.booked[0]["state"]) == (order.totals.total, "CLOSED")
    assert far.services.orders is not None
    remote = await far.services.orders.get(ref.id)
    assert (remote.complete, remote.total) == (True, order.totals.total)


async def test_what_cannot_be_evened_out_afterwards_is_a_persons() -> None:
    far, order, steps = toast(open_discount_guid=""), sale(), Steps()
    far.simulator.faults.plan("500", method="POST")
    with pytest.raises(OutcomeUnknown):
        await sold(far, order, steps)
    far.simulator.set_price("SKU-0001", 1399)
    for _ in range(2):
        with pytest.raises(ValidationError, match="not paid"):
            await sold(far, order, steps)
    assert len(far.booked) == 1


# what became of it
async def test_approval_is_waited_for_and_a_rejection_is_said() -> None:
    far, order, steps = toast(options=Options(approval="NEEDS_APPROVAL")), sale(), Steps()
    ref = await sold(far, order, steps)
    assert far.services.orders is not None
    remote = await far.services.orders.get(ref.id)
    assert (remote.complete, remote.waiting_for, remote.status) == (False, APPROVER, OrderStatus.DRAFT)
    before = len(sent(far))
    assert (await sold(far, order, steps)).id == ref.id
    assert len(sent(far)) == before
    far.simulator.approval({"order": ref.id, "status": "APPROVED"})
    assert (await far.services.orders.get(ref.id)).complete
    far.simulator.approval({"order": ref.id, "status": "NOT_APPROVED"})
    with pytest.raises(ValidationError, match="did not approve"):
        await far.services.orders.get(ref.id)
    with pytest.raises(ValidationError, match="did not approve"):
        await far.services.orders.find(order.reference, around=order.captured_at)
    listed = await whole(far.services.orders.changed_since(None))
    assert [one.status for one in listed] == [OrderStatus.FAILED]


async def test_void_is_the_one_state_that_can_be_sent() -> None:
    far = toast()
    ref = await sold(far, sale())
    orders = far.services.orders
    assert orders is not None
    with pytest.raises(Unsupported):
        await orders.update_status(ref.id, OrderStatus.READY)
    voided = await orders.update_status(ref.id, OrderStatus.CANCELLED)
    assert (voided.status, far.booked[0]["state"]) == (OrderStatus.CANCELLED, "VOIDED")
    assert (await orders.update_status(ref.id, OrderStatus.CANCELLED)).status is OrderStatus.CANCELLED
    assert len(far.asked("POST", "/void")) == 1


async def test_a_sale_of_toasts_own_card_reader_is_not_voided() -> None:
    far = toast()
    ref = await sold(far, sale())
    far.simulator.world.orders[ref.id]["checks"][0]["payments"][0]["type"] = "CREDIT"
    assert far.services.orders is not None
    with pytest.raises(Unsupported, match="credit"):
        await far.services.orders.update_status(ref.id, OrderStatus.CANCELLED)


async def test_money_given_back_on_a_terminal_is_read() -> None:
    far, order = toast(), sale()
    ref = await sold(far, order)
    orders = far.services.orders
    assert orders is not None
    far.simulator.till_refund({"order": ref.id, "amount": 500})
    remote = await orders.get(ref.id)
    assert (remote.status, remote.refunded) == (OrderStatus.PARTIALLY_REFUNDED, 500)
    far.simulator.till_refund({"order": ref.id, "amount": order.totals.total})
    assert (await orders.get(ref.id)).status is OrderStatus.REFUNDED
    refund = giving_back(order, [("line-1", 1)])
    with pytest.raises(Unsupported):
        await orders.refund(refund, ref, "r", linked(far))
    assert await orders.find_refund(refund, ref) == []
    with pytest.raises(Unsupported):
        await orders.update(ref.id, note="x")


async def test_a_change_shows_in_the_next_pull() -> None:
    far = toast()
    ref = await sold(far, sale())
    assert far.services.orders is not None
    pages = [page async for page in far.services.orders.changed_since(None)]
    far.simulator.clock.advance(timedelta(seconds=2))
    far.simulator.till_refund({"order": ref.id, "amount": 100})
    later = await whole(far.services.orders.changed_since(pages[-1].cursor))
    assert [one.refunded for one in later] == [100]


# words both ways
def test_every_word_has_a_state_and_every_next_word_is_known() -> None:
    words = {each.word for each in FACTS.statuses}
    assert {"OPEN", "PAID", "CLOSED", "NEEDS_APPROVAL", "FUTURE", "APPROVED", "NOT_APPROVED", "NEW", "HOLD", "SENT",
            "READY", "VOIDED", "DELETED"} <= words  # fmt: skip
    assert all(set(each.next) <= words for each in FACTS.statuses)
    assert WORDS.theirs(OrderStatus.CANCELLED) == "VOIDED"
    assert WORDS.ours("something new") is OrderStatus.UNKNOWN
    for status in (OrderStatus.PAID, OrderStatus.READY, OrderStatus.REFUNDED):
        with pytest.raises(Unsupported):
            WORDS.theirs(status)
    assert WORDS.move("CLOSED", OrderStatus.CANCELLED) == "VOIDED"
    with pytest.raises(Conflict):
        WORDS.move("REFUND_FULL", OrderStatus.CANCELLED)


@pytest.mark.parametrize(
    ("order", "checks", "status"),
    [
        ({"voided": True}, [{"paymentStatus": "CLOSED"}], OrderStatus.CANCELLED),
        ({"deleted": True}, [], OrderStatus.CANCELLED),
        ({"approvalStatus": "FUTURE"}, [{"paymentStatus": "OPEN"}], OrderStatus.OPEN),
        ({"approvalStatus": "NEEDS_APPROVAL"}, [{"paymentStatus": "PAID"}], OrderStatus.DRAFT),
        ({"approvalStatus": "NOT_APPROVED"}, [{"paymentStatus": "OPEN"}], OrderStatus.FAILED),
        ({}, [{"paymentStatus": "PAID"}], OrderStatus.PAID),
        ({}, [{"paymentStatus": "PAID"}, {"paymentStatus": "CLOSED"}], OrderStatus.PAID),
        ({}, [{"paymentStatus": "CLOSED"}], OrderStatus.COMPLETED),
        ({}, [{"paymentStatus": "CLOSED"}, {"paymentStatus": "OPEN"}], OrderStatus.OPEN),
        ({}, [{"paymentStatus": "OPEN", "selections": [{"fulfillmentStatus": "SENT"}]}], OrderStatus.PREPARING),
        ({}, [{"paymentStatus": "OPEN", "selections": [{"fulfillmentStatus": "READY"}]}], OrderStatus.READY),
        ({}, [{"paymentStatus": "BRAND_NEW"}], OrderStatus.UNKNOWN),
        ({}, [{"voided": True, "paymentStatus": "CLOSED"}], OrderStatus.CANCELLED),
    ],
)  # fmt: skip
def test_states_as_toast_says_them(order: dict[str, Any], checks: list[Any], status: OrderStatus) -> None:
    assert to_order({"guid": "x", **order, "checks": checks}).status is status
