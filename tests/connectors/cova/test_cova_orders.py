"""What becomes of an order: a 2xx is no success, a failure in passing is put again, a rejection speaks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from posbridge.connectors.contract import RemoteRef
from posbridge.connectors.cova import orders, words
from posbridge.connectors.cova.facts import FACTS
from posbridge.connectors.cova.ids import guid_of
from posbridge.connectors.cova.orders import APPLIED_S, TAKEN
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
from posbridge.domain.order import OrderStatus, TenderKind
from posbridge.sandbox.cova import CovaSimulator
from posbridge.sandbox.cova.desk import Options
from posbridge.testing.builders import a_customer, a_line, an_order
from posbridge.testing.conformance.base import Steps, whole
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import shop
from tests.connectors.cova.company import LINKS, company
from tests.connectors.watched import Bench, now

pytestmark = pytest.mark.usefixtures("quick")
Cova = Bench[CovaSimulator]
PROCESSING = Options(processing_s=3600.0)


async def create(cova: Cova, order: Any, steps: Steps | None = None, **fields: Any) -> RemoteRef:
    return await cova.services.orders.create(order, "key", cova.context(LINKS, steps, **fields))


def percent(of: int) -> Discount:
    return Discount(id="d", name="Staff", kind=DiscountKind.PERCENTAGE, percent=Decimal(of))


def puts(cova: Cova) -> int:
    return sum(request.method == "PUT" for request in cova.sent)


def body_of(cova: Cova, method: str = "PUT") -> dict[str, Any]:
    request = [one for one in cova.sent if one.method == method][-1]
    return dict(json.loads(request.content))


async def test_a_sale_goes_through() -> None:
    cova, order = company(), sale(customer=a_customer())
    ref = await create(cova, order, customer_id="36ab1f5e-0000-4000-8000-000000000001")
    assert ref.id == guid_of(order.reference)
    remote = await cova.services.orders.get(ref.id)
    assert difference(order, remote) == ()
    assert (remote.complete, remote.status, remote.reference) == (True, OrderStatus.COMPLETED, order.reference)
    assert remote.number == "C00001"
    assert remote.tax == order.totals.tax
    (request,) = [one for one in cova.sent if one.method == "PUT"]
    assert request.url.path == f"/covaorderintake/v1/TEPCovaOrder({ref.id})"
    sent = body_of(cova)
    assert (sent["Id"], sent["ExternalOrderId"]) == (ref.id, str(order.id))
    assert sent["CustomerId"] == "36ab1f5e-0000-4000-8000-000000000001"


async def test_accepted_is_not_through() -> None:
    """202 and an hour of processing: created, not complete; what comes back sends nothing again."""
    cova, order, steps = company(options=PROCESSING), sale(), Steps()
    ref = await create(cova, order, steps)
    remote = await cova.services.orders.get(ref.id)
    assert (remote.complete, remote.waiting_for, remote.status) == (False, "", OrderStatus.DRAFT)
    assert (await create(cova, order, steps)).id == ref.id
    assert puts(cova) == 1
    assert cova.booked == []
    cova.simulator.clock.advance(timedelta(seconds=3700))
    (found,) = await cova.services.orders.find(order.reference)
    assert not found.complete
    await create(cova, order, steps)
    assert puts(cova) == 1
    assert [one["paid"] for one in cova.booked] == [order.totals.total]
    assert (await cova.services.orders.get(ref.id)).complete


async def test_a_rejected_order_speaks_in_covas_words() -> None:
    cova = company(integrator_id="22222222-2222-4333-8444-555555555555")
    order, steps = sale(), Steps()
    for _ in range(2):
        with pytest.raises(ValidationError, match="integrator id is not valid") as caught:
            await create(cova, order, steps)
        assert caught.value.platform_code == words.REJECTED
    assert puts(cova) == 1
    with pytest.raises(ValidationError, match="integrator id is not valid"):
        await cova.services.orders.get(guid_of(order.reference))
    with pytest.raises(ValidationError, match="integrator id is not valid"):
        await cova.services.orders.find(order.reference)


async def test_a_repaired_order_is_put_again_when_a_person_says_so() -> None:
    """The queue forgets the steps then; the GUID is the same."""
    cova, order = company(integrator_id="22222222-2222-4333-8444-555555555555"), sale()
    with pytest.raises(ValidationError):
        await create(cova, order)
    cova.connection.fields["integrator_id"] = "11111111-2222-4333-8444-555555555555"
    await create(cova, order)
    assert puts(cova) == 2
    assert [one["paid"] for one in cova.booked] == [order.totals.total]


async def test_a_failure_in_passing_is_put_again_under_the_same_guid() -> None:
    cova, order, steps = company(options=Options(processing_s=0.0, transient=1)), sale(), Steps()
    with pytest.raises(ServiceUnavailable):
        await create(cova, order, steps)
    (remote,) = await cova.services.orders.find(order.reference, steps=steps)
    assert (remote.complete, remote.platform_status) == (False, words.TRANSIENT)
    ref = await create(cova, order, steps)
    assert {request.url.path for request in cova.sent if request.method == "PUT"} == {
        f"/covaorderintake/v1/TEPCovaOrder({ref.id})"
    }
    assert puts(cova) == 2
    assert len(cova.booked) == 1


async def test_an_order_that_never_arrived_is_put_again() -> None:
    cova, order, steps = company(), sale(), Steps()
    cova.simulator.faults.plan("500", path="/covaorderintake/v1/TEP")
    with pytest.raises(OutcomeUnknown):
        await create(cova, order, steps)
    assert await steps.get("order") == guid_of(order.reference)
    assert await cova.services.orders.find(order.reference, steps=steps) == []
    await create(cova, order, steps)
    assert len(cova.booked) == 1


async def test_enums_as_numbers() -> None:
    cova, order = company(options=Options(processing_s=0.0, numbers=True)), sale()
    ref = await create(cova, order)
    assert (await cova.services.orders.get(ref.id)).platform_status == words.COMPLETED


# payment
async def test_the_payment_is_in_parts_as_it_was_taken() -> None:
    cova = company()
    order = sale(tenders=[(TenderKind.CASH, 2000), (TenderKind.CARD, 3170)])
    await create(cova, order)
    sent = next(json.loads(r.content) for r in cova.sent if r.url.path.endswith("CovaOrderPayment"))
    assert [one["Amount"] for one in sent["Payments"]] == [20.0, 31.7]
    assert (sent["SaleID"], sent["CompanyId"]) == (guid_of(order.reference), 123456)
    assert sent["TrackingNumber"] == order.reference


async def test_a_lost_payment_is_not_paid_again() -> None:
    cova, order, steps = company(), sale(), Steps()
    cova.simulator.faults.plan("lost500", path="/covaorderintake/v1/CovaOrderPayment")
    with pytest.raises(OutcomeUnknown):
        await create(cova, order, steps)
    assert (await cova.services.orders.get(guid_of(order.reference))).complete
    await create(cova, order, steps)
    assert len(cova.asked("POST", "CovaOrderPayment")) == 1
    assert [one["paid"] for one in cova.booked] == [order.totals.total]


async def test_a_payment_on_its_way_is_waited_for() -> None:
    """Asked again meanwhile COVA says that it is paid already: that is no error, and not yet complete."""
    cova, order, steps = company(options=Options(processing_s=0.0, payment_s=60.0)), sale(), Steps()
    ref = await create(cova, order, steps)
    for _ in range(2):
        assert not (await cova.services.orders.get(ref.id)).complete
        await create(cova, order, steps)
    cova.simulator.clock.advance(timedelta(seconds=61))
    await create(cova, order, steps)
    assert (await cova.services.orders.get(ref.id)).complete
    assert [one["paid"] for one in cova.booked] == [order.totals.total]


async def test_a_payment_on_its_way_is_not_sent_a_second_time() -> None:
    """Whether COVA would refuse a second one is not documented: the status is waited for."""
    cova, order, steps = company(options=Options(processing_s=0.0, payment_s=60.0)), sale(), Steps()
    for _ in range(3):
        await create(cova, order, steps)
    assert len(cova.asked("POST", "CovaOrderPayment")) == 1


async def test_a_lost_payment_that_shows_in_a_moment_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "PAUSES", (0.0, 0.1, 0.1))
    cova, order, steps = company(options=Options(processing_s=0.0, payment_s=0.05)), sale(), Steps()
    cova.simulator.faults.plan("lost500", path="/covaorderintake/v1/CovaOrderPayment")
    with pytest.raises(OutcomeUnknown):
        await create(cova, order, steps)
    await create(cova, order, steps.after_restart())
    assert len(cova.asked("POST", "CovaOrderPayment")) == 1
    assert (await cova.services.orders.get(guid_of(order.reference))).complete


async def test_a_payment_that_was_taken_and_lost_there_is_sent_again_later() -> None:
    cova, order, steps = company(), sale(), Steps()
    await steps.put(TAKEN, (now() - timedelta(seconds=APPLIED_S + 1)).isoformat())
    await create(cova, order, steps)
    assert [one["paid"] for one in cova.booked] == [order.totals.total]


async def test_a_sale_of_another_shape_hides_no_order() -> None:
    """Only a part of its shape was ever seen; the status alone says what became of the order."""
    cova, order = company(), sale()
    ref = await create(cova, order)
    answer = cova.simulator.desk.sale
    cova.simulator.desk.sale = lambda call: replace(answer(call), body={"Id": ref.id, "InStock": {"No": 1}})
    remote = await cova.services.orders.get(ref.id)
    assert (remote.complete, remote.total, remote.paid) == (True, order.totals.total, order.totals.total)


async def test_a_payment_that_cova_refuses_waits_for_the_cashier() -> None:
    cova = company(options=Options(processing_s=0.0, refuse_payments="No tender for this source."))
    order, steps = sale(), Steps()
    ref = await create(cova, order, steps)
    remote = await cova.services.orders.get(ref.id)
    assert not remote.complete
    assert remote.waiting_for == "the cashier at the COVA register to take the payment: No tender for this source."
    await create(cova, order, steps)
    assert len(cova.asked("POST", "CovaOrderPayment")) == 1


async def test_another_total_waits_for_a_person() -> None:
    cova, order = company(replace(shop(), tax_rate="13")), sale()
    with pytest.raises(ValidationError, match=r"COVA reckons 53\.11 USD for this sale, the receipt says 51\.70"):
        await create(cova, order)
    assert cova.asked("POST", "CovaOrderPayment") == []


@pytest.mark.parametrize("setting", ["rounding", "stop"])
async def test_a_cent_a_line_is_rounding(setting: str) -> None:
    """Taxes of 12.5 cents on two lines: by total one cent less than by article."""
    cova = company(replace(shop(), tax_rate="5"), on_difference=setting)
    order = an_order([a_line(1, 250), a_line(3, 250)], tax="5", rounding="total")
    if setting == "stop":
        with pytest.raises(ValidationError, match="COVA reckons"):
            await create(cova, order)
        return
    ref = await create(cova, order)
    remote = await cova.services.orders.get(ref.id)
    assert [(one.field, one.off_by) for one in difference(order, remote)] == [("total", 1), ("tax", 1), ("paid", 1)]


async def test_a_sale_for_nothing_needs_no_payment() -> None:
    cova = company()
    order = an_order([a_line(1, 0)], tenders=[])
    ref = await create(cova, order)
    assert cova.asked("POST", "CovaOrderPayment") == []
    assert (await cova.services.orders.get(ref.id)).complete


# what an order cannot say, and what it says instead
async def test_discounts_lower_the_prices() -> None:
    cova = company()
    order = an_order([a_line(1, 1000, 3)], discounts=[percent(10)])
    assert order.totals.discount == 300
    await create(cova, order)
    assert [(line["Quantity"], line["SellAtPricePerUnit"]) for line in body_of(cova)["Lines"]] == [(3, 9.0)]
    with pytest.raises(Unsupported, match="no field for a discount"):
        await create(company(discounts="refuse"), order)


async def test_an_amount_that_does_not_divide_is_parted() -> None:
    cova = company()
    order = an_order([a_line(1, 333, 3)], discounts=[percent(10)])
    await create(cova, order)
    rows = [(line["Quantity"], Decimal(str(line["SellAtPricePerUnit"]))) for line in body_of(cova)["Lines"]]
    assert sum(quantity * price for quantity, price in rows) == Decimal(order.lines[0].net) / 100
    assert len(rows) == 2
    assert [one["total"] for one in cova.booked] == [order.totals.total]


async def test_goods_that_are_weighed() -> None:
    cova = company()
    order = an_order([a_line(1, 1050, "3.47", unit="g")])
    await create(cova, order)
    assert body_of(cova)["Lines"][0]["Quantity"] == 3.47
    assert [one["total"] for one in cova.booked] == [order.totals.total]


async def test_a_tax_inclusive_store_gets_prices_with_tax() -> None:
    cova = company(replace(shop(), prices_include_tax=True))
    order = an_order([a_line(1, 1250, 2)], included=True)
    await create(cova, order)
    (request,) = [one for one in cova.sent if one.method == "PUT"]
    assert "/TIPCovaOrder(" in request.url.path
    assert body_of(cova)["Lines"][0]["SellAtPricePerUnit"] == 12.5
    assert [(one["total"], one["tax"]) for one in cova.booked] == [(order.totals.total, order.totals.tax)]


async def test_a_tax_exclusive_store_gets_prices_without_tax_of_a_sale_with_it() -> None:
    cova = company()
    order = an_order([a_line(1, 1100, 2)], included=True)
    await create(cova, order)
    assert body_of(cova)["Lines"][0]["SellAtPricePerUnit"] == 10.0
    assert [one["total"] for one in cova.booked] == [order.totals.total]


async def test_an_article_of_another_shop_is_refused_before_anything_leaves() -> None:
    cova = company()
    with pytest.raises(Unsupported, match="only its own articles"):
        await cova.services.orders.create(sale(), "key", cova.context({}))
    assert cova.sent == []


# states and the rest
def test_words_both_ways() -> None:
    wanted = {
        words.SUBMITTED: OrderStatus.DRAFT, words.FINAL: OrderStatus.DRAFT, words.TRANSIENT: OrderStatus.DRAFT,
        words.READY: OrderStatus.OPEN, words.IN_PROGRESS: OrderStatus.PREPARING, words.PICKUP: OrderStatus.READY,
        words.PAID: OrderStatus.PAID, words.COMPLETED: OrderStatus.COMPLETED, words.CANCELLED: OrderStatus.CANCELLED,
        words.REJECTED: OrderStatus.FAILED,
    }  # fmt: skip
    assert {each.word: each.status for each in FACTS.statuses} == wanted
    assert {each.word for each in FACTS.statuses} >= set(words.ORDER_WORDS)
    assert words.WORDS.ours("readyforpayment") is OrderStatus.OPEN
    assert words.WORDS.ours("Lost") is OrderStatus.UNKNOWN
    assert words.WORDS.theirs(OrderStatus.CANCELLED) == words.CANCELLED
    for each in FACTS.statuses:
        assert set(each.next) <= set(wanted), each.word
    for state in set(OrderStatus) - {OrderStatus.CANCELLED}:
        with pytest.raises(Unsupported):
            words.WORDS.theirs(state)


@pytest.mark.parametrize(
    ("order", "payment", "fulfilment", "shown"),
    [
        (words.READY, words.PAYABLE, words.PLACED, words.READY),
        (words.READY, words.PAYABLE, words.IN_PROGRESS, words.IN_PROGRESS),
        (words.READY, words.PAYABLE, words.PICKUP, words.PICKUP),
        (words.READY, words.PAID, words.PICKUP, words.PAID),
        (words.COMPLETED, words.PAID, words.PICKUP, words.COMPLETED),
        (words.SUBMITTED, words.NOT_READY, words.IN_PROGRESS, words.SUBMITTED),
    ],
)
def test_the_word_that_says_most(order: str, payment: str, fulfilment: str, shown: str) -> None:
    assert words.shown(order, payment, fulfilment) == shown


async def test_only_an_unpaid_order_is_cancelled() -> None:
    cova = company(options=Options(processing_s=0.0, refuse_payments="no"))
    ref = await create(cova, sale())
    remote = await cova.services.orders.update_status(ref.id, OrderStatus.CANCELLED)
    assert (remote.status, remote.complete) == (OrderStatus.CANCELLED, True)
    assert cova.simulator.stock_book()["SKU-0001"] == 40
    assert (await cova.services.orders.update_status(ref.id, OrderStatus.CANCELLED)).status is OrderStatus.CANCELLED
    assert len([one for one in cova.sent if one.method == "DELETE"]) == 1


async def test_a_paid_order_is_not_cancelled() -> None:
    cova = company()
    ref = await create(cova, sale())
    with pytest.raises(Conflict):
        await cova.services.orders.update_status(ref.id, OrderStatus.CANCELLED)
    with pytest.raises(Unsupported):
        await cova.services.orders.update_status(ref.id, OrderStatus.READY)
    with pytest.raises(NotFound):
        await cova.services.orders.update_status(guid_of("NOTHERE"), OrderStatus.CANCELLED)


async def test_what_cova_cannot_do_is_said() -> None:
    cova, order = company(), sale()
    ref = await create(cova, order)
    with pytest.raises(Unsupported, match="register only"):
        await cova.services.orders.refund(giving_back(order, [("line-1", 1)]), ref, "k", cova.context())
    assert await cova.services.orders.find_refund(giving_back(order, [("line-1", 1)]), ref) == []
    with pytest.raises(Unsupported):
        await cova.services.orders.update(ref.id, note="x")


async def test_invoices_are_read_in_the_stores_own_time() -> None:
    cova = company()
    await create(cova, sale())
    (page,) = [page async for page in cova.services.orders.changed_since(None)]
    assert (list(page.items), page.last) == ([], True)
    asked = cova.asked("GET", "ByInvoiceWithProducts")[0].url.params["DateRange"]
    assert asked.startswith("Date ge datetime'20")
    assert "Z" not in asked
    assert await whole(cova.services.orders.changed_since(page.cursor)) == []
    with pytest.raises(ValidationError):
        await whole(cova.services.orders.changed_since("{}x"))


async def test_an_invoice_that_names_its_order_is_read() -> None:
    """Guess: the report may name it after all."""
    cova = company()
    ref = await create(cova, sale())
    report = cova.simulator.desk.report

    def named(call: Any) -> Any:
        made = report(call)
        return replace(made, body=[{**row, "SaleId": ref.id} for row in _rows(made.body)])

    cova.simulator._routes.insert(0, _route(cova, named))
    (found,) = await whole(cova.services.orders.changed_since(None))
    assert (found.id, found.complete) == (ref.id, True)


def _rows(body: Any) -> Sequence[dict[str, Any]]:
    return list(body)


def _route(cova: Cova, handler: Any) -> Any:
    known = next(one for one in cova.simulator._routes if "ByInvoice" in one[1].pattern)
    return (known[0], known[1], handler)
