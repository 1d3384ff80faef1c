"""Pre-orders: sent once, waiting for the register, then a sale; what cannot be done is said in words."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.contract import RemoteRef
from posbridge.connectors.errors import (
    AuthenticationError,
    NotFound,
    OutcomeUnknown,
    RateLimitExceeded,
    ServiceUnavailable,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.flowhub import calls, mapping
from posbridge.connectors.flowhub.facts import FACTS
from posbridge.connectors.statuses import StatusWords
from posbridge.domain.compare import difference
from posbridge.domain.customer import Customer, MedicalCard
from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.order import OrderStatus
from posbridge.sandbox.flowhub import answers
from posbridge.sandbox.flowhub.signin import WEAK_SECRET
from posbridge.testing.builders import an_order
from posbridge.testing.conformance.base import Steps, whole
from posbridge.testing.conformance.selling import giving_back, sale
from tests.connectors.flowhub.bench import bench, example, links

WORDS = {
    "new": "open", "inQueue": "open", "started": "preparing", "ready": "ready", "inTransit": "ready",
    "delivered": "completed", "sold": "completed", "deleted": "cancelled", "unableToComplete": "failed",
    "unableToVerify": "failed",
}  # fmt: skip


# mapping
def test_the_contracts_sale(contracts: Path) -> None:
    answer = example(contracts, "sale.list.response")
    found = mapping.to_order(answer)
    assert found == mapping.to_order(answer["orders"][0])
    assert (found.id, found.number, found.status) == ("order-001", "sale-001", OrderStatus.COMPLETED)
    assert (found.total, found.tax, found.paid, found.discount) == (4025, 525, 4025, 0)
    (line,) = found.lines
    assert (line.sku, line.quantity, line.total, line.tax) == ("BD-35G", 1, 4025, 525)
    assert found.customer is not None
    assert found.customer.name == "Jane Doe"


def test_voids_and_refunds_stay_in_the_list(contracts: Path) -> None:
    row = example(contracts, "sale.list.response")["orders"][0]
    assert mapping.to_order({**row, "voided": True}).status is OrderStatus.CANCELLED
    back = mapping.to_order({**row, "orderId": "", "originalSaleId": "sale-000", "totals": {"FinalTotal": -4025}})
    assert (back.id, back.status, back.refunded, back.total) == ("sale-001", OrderStatus.REFUNDED, 4025, -4025)
    assert mapping.to_order({**row, "orderStatus": "SOLD"}).status is OrderStatus.COMPLETED


@pytest.mark.parametrize("name", ["order.create.response", "order.status.response", "webhook.order.postback"])
def test_answers_about_a_pre_order_have_no_amounts(contracts: Path, name: str) -> None:
    found = mapping.to_order(example(contracts, name))
    assert found.id.startswith("order-")
    assert (found.total, found.paid, found.lines) == (None, None, ())
    assert found.complete == (found.platform_status == "sold")
    assert bool(found.waiting_for) == (not found.complete)


@pytest.mark.parametrize(("word", "ours"), WORDS.items())
def test_status_words_mean_one_thing_whatever_their_capitals(word: str, ours: str) -> None:
    for said in (word, word.lower(), word.upper()):
        assert mapping.to_order({"orderId": "o", "status": said}).status == ours
    assert mapping.to_order({"orderId": "o", "status": "teleported"}).status is OrderStatus.UNKNOWN


def test_status_words_the_other_way() -> None:
    words = StatusWords("Flowhub", FACTS.statuses)
    assert {each.word for each in FACTS.statuses} == set(WORDS)
    assert all(set(each.next) <= set(WORDS) for each in FACTS.statuses)
    for status in OrderStatus:
        with pytest.raises(Unsupported):
            words.theirs(status)


def test_a_body_like_the_contracts(contracts: Path) -> None:
    buyer = Customer(id="posbridge-cust-1", first_name="Jane", last_name="Doe", phone="(303) 555-0123",
                     date_of_birth=date(1990, 5, 15))  # fmt: skip
    order = an_order([(3500, 1)], note="Ring doorbell").model_copy(update={"customer": buyer})
    body = mapping.from_order(order, items={"variant-1": "42"}, postback_url="https://kiosk.example/hooks")
    shape = example(contracts, "order.create.kiosk.request")
    assert set(body) <= {*shape, "customerId"}
    assert set(body["customer"]) <= {*shape["customer"], "birthDate"}
    assert body["customer"]["phone"] == "+13035550123"
    assert body["orderItems"] == [{"productId": 42, "quantityPurchased": 1}]
    assert body["externalCreatedAt"].endswith("Z")
    assert body["customerNote"].startswith(f"posbridge {order.reference} {order.id}")
    assert body["customerNote"].endswith("Ring doorbell")


def test_a_guest_is_called_by_the_reference_and_a_patient_by_the_card() -> None:
    order = sale()
    assert mapping.from_order(order)["customer"] == {
        "firstName": "Guest", "lastName": order.reference, "medRecOrBoth": "rec",
    }  # fmt: skip
    card = MedicalCard(number="CO-1", expires=date(2030, 1, 2))
    patient = order.model_copy(update={"customer": Customer(id="c", first_name="Ada", medical_card=card)})
    assert mapping.from_order(patient)["customer"] == {
        "firstName": "Ada", "externalId": "c", "medRecOrBoth": "med", "medId": "CO-1", "medExp": "2030-01-02",
    }  # fmt: skip
    undated = card.model_copy(update={"expires": None})
    endless = order.model_copy(update={"customer": Customer(id="c", medical_card=undated)})
    assert mapping.from_order(endless)["customer"]["medRecOrBoth"] == "rec"


def test_ids_go_as_what_they_are() -> None:
    order = sale()
    items = {"variant-1": "b19211ed-d266-4379-b217-d66b5d65f6bf", "variant-3": "0042"}
    sent = mapping.from_order(order, items=items)["orderItems"]
    assert [item["productId"] for item in sent] == ["b19211ed-d266-4379-b217-d66b5d65f6bf", "0042"]
    with pytest.raises(Unsupported, match="without an article"):
        mapping.from_order(order, items={"variant-1": "1"})


# the services
async def test_an_order_is_made_rung_up_and_read_back() -> None:
    far = bench()
    order, orders = sale(), far.services.orders
    assert orders is not None
    ref = await orders.create(order, "key", far.context(links(far)))
    (booked,) = far.booked
    assert (booked["reference"], booked["total"], booked["paid"]) == (order.reference, 5170, 5170)
    remote = await orders.get(ref.id)
    assert (remote.id, remote.complete, remote.status) == (ref.id, True, OrderStatus.COMPLETED)
    assert difference(order, remote) == ()
    assert {(line.sku, int(line.quantity)) for line in remote.lines} == {("SKU-0001", 2), ("SKU-0003", 1)}
    assert far.simulator.stock_book()["SKU-0001"] == 38
    assert remote.id in [each.id for each in await whole(orders.changed_since(None))]


async def test_until_it_is_rung_up_it_waits() -> None:
    far = bench()
    far.simulator.counter.staff_s = None
    orders = far.services.orders
    assert orders is not None
    ref = await orders.create(sale(), "key", far.context(links(far)))
    waiting = await orders.get(ref.id)
    assert (waiting.complete, waiting.status, waiting.total) == (False, OrderStatus.OPEN, None)
    assert "register" in waiting.waiting_for
    far.simulator.counter.move(ref.id, "started")
    assert (await orders.get(ref.id)).status is OrderStatus.PREPARING
    far.simulator.counter.move(ref.id, "sold")
    assert (await orders.get(ref.id)).total == 5170


@pytest.mark.parametrize("word", ["deleted", "unableToComplete", "unableToVerify"])
async def test_what_the_staff_turn_down_is_said(word: str) -> None:
    far = bench()
    far.simulator.counter.staff_s = None
    assert far.services.orders is not None
    ref = await far.services.orders.create(sale(), "key", far.context(links(far)))
    far.simulator.counter.move(ref.id, word)
    with pytest.raises(ValidationError, match="Flowhub") as caught:
        await far.services.orders.get(ref.id)
    assert "by hand" in str(caught.value.next_step)


async def test_a_sale_that_is_not_listed_yet_is_complete_without_amounts() -> None:
    far = bench(import_id="00000000-0000-0000-0000-000000000000")
    assert far.services.orders is not None
    ref = await far.services.orders.create(sale(), "key", far.context(links(far)))
    remote = await far.services.orders.get(ref.id)
    assert (remote.complete, remote.total) == (True, None)
    assert difference(sale(), remote) == ()


async def test_sales_go_by_the_import_id_and_days() -> None:
    far = bench()
    assert far.services.orders is not None
    ref = await far.services.orders.create(sale(), "key", far.context(links(far)))
    await far.services.orders.get(ref.id)
    (asked,) = far.asked("GET", f"/v1/orders/findByLocationId/{far.simulator.shop.import_id}")
    assert date.fromisoformat(asked.url.params["created_after"])
    assert far.simulator.shop.import_id != far.simulator.shop.location


async def test_pages_of_sales_resume() -> None:
    far = bench()
    orders = far.services.orders
    assert orders is not None
    for number in range(1, 4):
        await orders.create(sale(number), f"key-{number}", far.context(links(far)))
    was, calls.PAGE = calls.PAGE, 2
    try:
        pages = [page async for page in orders.changed_since(None)]
        rest = await whole(orders.changed_since(pages[0].cursor))
        again = await whole(orders.changed_since(pages[-1].cursor))
    finally:
        calls.PAGE = was
    assert [len(page.items) for page in pages] == [2, 1]
    assert [each.id for each in rest] == [pages[1].items[0].id]
    assert len(again) == 3, "one day is read twice"


@pytest.mark.parametrize("most", [3, 500])
async def test_a_flowhub_that_gives_smaller_pages_hides_no_sale(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many rows a page may have is not published; where the total is told, a short page is not the last."""
    far = bench()
    assert far.services.orders is not None
    for number in range(1, 9):
        await far.services.orders.create(sale(number), f"key-{number}", far.context(links(far)))
    monkeypatch.setattr(answers, "MOST", most)
    assert len(await whole(far.services.orders.changed_since(None))) == 8


async def test_the_order_carries_both_kinds_of_sign_in_and_reads_only_the_keys() -> None:
    far = bench()
    assert far.services.orders is not None
    await far.services.orders.create(sale(), "key", far.context(links(far)))
    (created,) = far.asked("POST", "/order-ahead/v0/create")
    assert created.headers["authorization"].startswith("Bearer ")
    assert created.headers["clientId"] == far.simulator.shop.client
    reads = [one for one in far.sent if one.url.path.startswith("/v0/")]
    assert reads
    assert not any("authorization" in one.headers for one in reads)
    (token,) = far.asked("POST", "/oauth/token")
    assert "key" not in token.headers


async def test_discounts_are_notes_that_the_register_takes_off() -> None:
    far = bench()
    order = sale_with_discount()
    assert far.services.orders is not None
    ref = await far.services.orders.create(order, "key", far.context(links(far)))
    (created,) = far.asked("POST", "/order-ahead/v0/create")
    body = json.loads(created.content)
    assert all("-" in item["discountNote"] for item in body["orderItems"])
    assert "in all" in body["cartDiscountNote"]
    remote = await far.services.orders.get(ref.id)
    assert difference(order, remote) == ()
    assert remote.discount == order.totals.discount


def sale_with_discount() -> Any:
    ten = Discount(id="d", code="TEN10", name="Ten", kind=DiscountKind.PERCENTAGE, percent=Decimal(10))
    return sale(discounts=[ten])


async def test_what_flowhub_cannot_do_is_said() -> None:
    far = bench()
    order, orders = sale(), far.services.orders
    assert orders is not None
    refund, ref = giving_back(order, [("line-1", 1)]), RemoteRef(id="x")
    with pytest.raises(Unsupported, match="refunds") as caught:
        await orders.refund(refund, ref, "key", far.context())
    assert order.reference in str(caught.value.next_step)
    assert await orders.find_refund(refund, ref) == []
    with pytest.raises(Unsupported):
        await orders.update("x", note="later")
    with pytest.raises(Unsupported):
        await orders.update_status("x", OrderStatus.CANCELLED)
    with pytest.raises(NotFound):
        await orders.get("x")
    for door in (mapping.to_discount, mapping.to_gift_card):
        with pytest.raises(Unsupported):
            door({})


# lost on the way
async def test_a_lost_order_names_what_to_type_and_is_not_searched() -> None:
    far = bench()
    order, steps = sale(), Steps()
    assert far.services.orders is not None
    far.simulator.faults.plan("lost500", path="/order-ahead/", times=1)
    with pytest.raises(OutcomeUnknown) as lost:
        await far.services.orders.create(order, "key", far.context(links(far), steps))
    with pytest.raises(Unsupported) as asked:
        await far.services.orders.find(order.reference, steps=steps)
    for words in (lost.value.message, asked.value.message, str(asked.value.next_step)):
        assert order.reference in words
    assert "customer note" in asked.value.message
    with pytest.raises(Unsupported):
        await far.services.orders.create(order, "key", far.context(links(far), steps))
    assert len(far.booked) == 1, "whoever tries again, it is not sent again"


async def test_what_never_left_is_surely_not_there() -> None:
    far = bench()
    order, steps = sale(), Steps()
    orders = far.services.orders
    assert orders is not None
    far.simulator.faults.plan("500", path="/v0/clientsLocations", times=9)
    with pytest.raises(ServiceUnavailable):
        await orders.create(order, "key", far.context(links(far), steps))
    assert await orders.find(order.reference, steps=steps) == []
    far.simulator.faults.planned.clear()
    far.simulator.faults.plan("429", path="/order-ahead/", times=1)
    with pytest.raises(RateLimitExceeded):
        await orders.create(order, "key", far.context(links(far), steps))
    assert await orders.find(order.reference, steps=steps) == []
    assert far.booked == []


# tokens (T9)
async def test_a_token_that_dies_is_renewed_once_and_nothing_is_doubled() -> None:
    far = bench()
    orders = far.services.orders
    assert orders is not None
    for number in range(1, 4):
        await orders.create(sale(number), f"key-{number}", far.context(links(far)))
        far.simulator.expire_tokens()
    ref = await orders.create(sale(4), "key-4", far.context(links(far)))
    far.simulator.expire_tokens()
    assert (await orders.get(ref.id)).complete
    assert len(far.booked) == 4
    assert far.simulator.books()["doubled"] == []
    assert len(far.asked("POST", "/oauth/token")) == 5


async def test_a_token_is_used_until_just_before_its_end() -> None:
    far = bench()
    assert far.services.orders is not None
    for number in range(1, 6):
        await far.services.orders.create(sale(number), f"key-{number}", far.context(links(far)))
    assert len(far.asked("POST", "/oauth/token")) == 1


@pytest.mark.parametrize("spoilt", ["api_key", "auth_client_secret"])
async def test_the_probe_says_which_pair_is_wrong(spoilt: str) -> None:
    given = bench().simulator.connection_fields()["secrets"]
    far = bench(secrets={**given, spoilt: "wrong"})
    with pytest.raises(AuthenticationError) as caught:
        await far.services.probe()
    assert ("Order Ahead" in caught.value.message) == (spoilt == "auth_client_secret")
    assert caught.value.next_step


async def test_the_probe_names_a_missing_scope_and_the_audience_counts_to_the_letter() -> None:
    given = bench().simulator.connection_fields()["secrets"]
    weak = bench(secrets={**given, "auth_client_secret": WEAK_SECRET})
    assert (await weak.services.probe()).missing == ("create:orders",)
    with pytest.raises(AuthenticationError, match="Order Ahead"):
        await bench(audience="https://api.flowhub.co/").services.probe()


async def test_the_probe_reads_the_place() -> None:
    far = bench()
    probe = await far.services.probe()
    assert (probe.account, probe.currency, probe.timezone) == ("Conformance", "USD", "America/New_York")
    assert [place.name for place in probe.locations] == ["Main street"]
    assert probe.tax_rates[""] == (("Tax", "10"),)
    with pytest.raises(ValidationError, match="does not know this location"):
        await bench(location_id="00000000-0000-0000-0000-000000000000").services.probe()
