"""Orders and refunds, against the simulated shop."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest

from posbridge.connectors.contract import RemoteRef, RemoteVariant
from posbridge.connectors.errors import NotFound, OutcomeUnknown, Unsupported, ValidationError
from posbridge.connectors.woocommerce import lookup
from posbridge.domain.customer import Address
from posbridge.domain.ids import reference_of
from posbridge.domain.order import OrderStatus
from posbridge.testing.builders import (
    a_customer,
    a_line,
    an_id,
    an_order,
)
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import shop
from tests.connectors.woocommerce.bench import Bench, bench


def orders(far: Bench) -> Any:
    assert far.services.orders is not None
    return far.services.orders


# two steps
async def test_an_order_is_posted_unpaid_and_then_paid() -> None:
    far, order = bench(), sale()
    ref = await orders(far).create(order, "key", far.context())
    (made,) = far.bodies("POST", "orders")
    assert (made["status"], made["transaction_id"]) == ("pending", str(order.id))
    assert "set_paid" not in made
    meta = {entry["key"]: entry["value"] for entry in made["meta_data"]}
    assert meta["_posbridge_order_uuid"] == str(order.id)
    assert meta["_posbridge_reference"] == order.reference
    assert meta["_posbridge_captured_at"] == order.captured_at.isoformat()
    paid = {"status": "completed", "set_paid": True, "transaction_id": str(order.id)}
    assert far.bodies("PUT", f"orders/{ref.id}") == [paid]
    assert len(far.wire.sent) == 2, "a sale is two requests"


async def test_no_coupon_and_no_address_go_along() -> None:
    far = bench()
    buyer = a_customer(address=Address(line1="1 Far Street", country="DE", postcode="10115"))
    order = sale(customer=buyer, note="Gift wrap")
    await orders(far).create(order, "key", far.context())
    (made,) = far.bodies("POST", "orders")
    assert "coupon_lines" not in made
    assert set(made["billing"]) == {"first_name", "last_name", "email", "phone"}
    assert made["customer_note"] == "Gift wrap"


async def test_an_email_that_is_none_does_not_stop_the_sale() -> None:
    far = bench()
    order = sale(customer=a_customer(email="ada at home"))
    await orders(far).create(order, "key", far.context())
    assert "email" not in far.bodies("POST", "orders")[0]["billing"]


async def test_a_customer_deleted_there_becomes_a_guest(monkeypatch: pytest.MonkeyPatch) -> None:
    far, order = bench(), sale()
    ref = await orders(far).create(order, "key", far.context(customer_id="98765"))
    row = await far.row(f"orders/{ref.id}")
    assert row["customer_id"] == 0
    assert len(far.simulator.orders_book()) == 1


async def test_a_product_that_is_unknown_there_becomes_a_custom_line() -> None:
    """Accepted with 201 as a nameless line (recorded 415)."""
    far, order = bench(), sale()
    links = {**far.links, "variant-1": RemoteVariant(variant_id="987654", product_id="987654")}
    ref = await orders(far).create(order, "key", far.context(links=links))
    row = await far.row(f"orders/{ref.id}")
    assert [line["sku"] for line in row["line_items"]] == ["SKU-0003"]
    assert [fee["name"] for fee in row["fee_lines"]] == ["Article 1 × 2"]
    assert far.booked["total"] == far.booked["paid"] == order.totals.total


async def test_weighed_goods_are_a_custom_line() -> None:
    far = bench()
    order = an_order([a_line(1, 1250, "1.5", unit="kg"), a_line(3, 2200)])
    ref = await orders(far).create(order, "key", far.context())
    row = await far.row(f"orders/{ref.id}")
    assert [fee["name"] for fee in row["fee_lines"]] == ["Article 1 × 1.5 kg"]
    assert far.booked["total"] == order.totals.total
    assert far.simulator.stock_book()["SKU-0001"] == 40


async def test_the_adjustment_is_made_once_though_its_answer_is_lost() -> None:
    far = bench(replace(shop(), tax_rate="8.25"))
    order, steps = sale(), Steps()
    far.wire.lost = ["PUT orders/"]
    context = replace(far.context(), steps=steps)
    with pytest.raises(OutcomeUnknown):
        await orders(far).create(order, "key", context)
    await orders(far).create(order, "key", context)
    ref = await steps.get("order")
    row = await far.row(f"orders/{ref}")
    assert [fee["name"] for fee in row["fee_lines"]].count("Till adjustment") == 1
    assert far.booked["total"] == order.totals.total


@pytest.mark.parametrize("options", [{}, {"hpos": False}, {"version": "9.2.5"}, {"version": "9.2.5", "hpos": False}])
async def test_a_lost_first_step_is_found_and_gone_on_with(options: dict[str, Any]) -> None:
    far, order = bench(**options), sale()
    far.wire.lost = ["POST orders"]
    with pytest.raises(OutcomeUnknown):
        await orders(far).create(order, "key", far.context())
    (half,) = await orders(far).find(order.reference, around=order.captured_at)
    assert not half.complete
    assert far.simulator.stock_book()["SKU-0001"] == 40, "a half takes no stock"
    ref = await orders(far).create(order, "key", far.context())
    assert ref.id == half.id
    assert far.booked["paid"] == order.totals.total
    assert far.simulator.stock_book()["SKU-0001"] == 38


async def test_halves_beside_the_paid_order_are_no_second_sale_and_are_removed() -> None:
    far, order = bench(), sale()
    far.wire.lost = ["POST orders"]
    with pytest.raises(OutcomeUnknown):
        await orders(far).create(order, "key", far.context())
    body = far.bodies("POST", "orders")[0]
    await far.http.write("POST", "orders", json=body)  # one that came late
    assert len(await orders(far).find(order.reference, around=order.captured_at)) == 1
    await orders(far).create(order, "key", far.context())
    assert len(far.simulator.orders_book()) == 1
    assert len(await orders(far).find(order.reference)) == 1


async def test_two_paid_orders_are_both_told() -> None:
    far, order = bench(), sale()
    await orders(far).create(order, "key", far.context())
    body = {**far.bodies("POST", "orders")[0], "status": "completed", "set_paid": True}
    await far.http.write("POST", "orders", json=body)
    assert len(await orders(far).find(order.reference, around=order.captured_at)) == 2


@pytest.mark.parametrize("hpos", [True, False])
async def test_an_order_in_the_trash_is_found(hpos: bool) -> None:
    far, order = bench(hpos=hpos), sale()
    ref = await orders(far).create(order, "key", far.context())
    await far.http.write("DELETE", f"orders/{ref.id}")
    (found,) = await orders(far).find(order.reference, around=order.captured_at)
    assert (found.id, found.status, found.complete) == (ref.id, OrderStatus.CANCELLED, True)


async def test_a_half_that_was_trashed_asks_a_person() -> None:
    far, order = bench(), sale()
    far.wire.lost = ["POST orders"]
    with pytest.raises(OutcomeUnknown):
        await orders(far).create(order, "key", far.context())
    (half,) = await orders(far).find(order.reference)
    await far.http.write("DELETE", f"orders/{half.id}")
    with pytest.raises(ValidationError, match="trash"):
        await orders(far).create(order, "key", far.context())


async def test_the_search_asks_for_the_uuids_time_and_trusts_no_row() -> None:
    far, one, other = bench(), sale(1), sale(2)
    for order in (one, other):
        await orders(far).create(order, "key", replace(far.context(), steps=Steps()))
    far.wire.sent.clear()
    (found,) = await orders(far).find(one.reference)
    assert found.reference == one.reference
    words = [sent.query["search"] for sent in far.wire.sent if "search" in sent.query]
    assert words == [str(one.id)[:13]] * 3
    assert [sent.query.get("status") for sent in far.wire.sent if "search" in sent.query] == list(lookup.STATUSES)


async def test_old_storage_is_scanned_without_a_search() -> None:
    far, order = bench(hpos=False), sale()
    await orders(far).create(order, "key", far.context())
    far.wire.sent.clear()
    assert await orders(far).find("P0NEVERMADE00000", around=order.captured_at) == []
    assert all("search" not in sent.query for sent in far.wire.sent)
    sent = far.wire.sent[0].query
    assert sent["dates_are_gmt"] == "true"
    assert sent["after"] == (order.captured_at - timedelta(days=1)).astimezone(UTC).replace(tzinfo=None).isoformat()
    assert sent["per_page"] == "100"


@pytest.mark.parametrize("seed", range(5))
def test_a_reference_tells_the_time_of_its_uuid(seed: int) -> None:
    ident = an_id(seed)
    found = lookup.made_from(reference_of(ident))
    assert found is not None
    assert lookup._hex(found) == str(ident)[:13]
    assert lookup.made_from("nonsense") is None


# refunds
async def test_lines_go_back_to_stock_or_not() -> None:
    far, order = bench(), sale()
    ref = await orders(far).create(order, "key", far.context())
    refund = giving_back(order, [("line-1", 1), ("line-3", 1)])
    mixed = tuple(line.model_copy(update={"restock": line.line_id == "line-3"}) for line in refund.lines)
    refund = refund.model_copy(update={"lines": mixed})
    await orders(far).refund(refund, ref, "key-r", replace(far.context(), steps=Steps()))
    (body,) = far.bodies("POST", f"orders/{ref.id}/refunds")
    assert body["api_refund"] is False
    assert body["api_restock"] is True
    assert [line["quantity"] for line in body["line_items"]] == [0, 1]
    assert far.simulator.stock_book()["SKU-0001"] == 38
    assert far.simulator.stock_book()["SKU-0003"] == 40
    assert far.booked["refunded"] == refund.amount


async def test_a_refund_without_stock_keeps_its_pieces() -> None:
    far, order = bench(), sale()
    ref = await orders(far).create(order, "key", far.context())
    refund = giving_back(order, [("line-1", 2)])
    lines = tuple(line.model_copy(update={"restock": False}) for line in refund.lines)
    await orders(far).refund(
        refund.model_copy(update={"lines": lines}), ref, "key-r", replace(far.context(), steps=Steps())
    )
    (body,) = far.bodies("POST", f"orders/{ref.id}/refunds")
    assert body["api_restock"] is False
    assert body["line_items"][0]["quantity"] == 2
    assert far.simulator.stock_book()["SKU-0001"] == 38


async def test_a_refund_is_found_by_its_reason_when_its_meta_data_was_lost() -> None:
    far, order = bench(), sale()
    ref = await orders(far).create(order, "key", far.context())
    refund = giving_back(order, [("line-1", 1)])
    reason = f"Broken [{refund.reference}]"
    await far.http.write(
        "POST", f"orders/{ref.id}/refunds", json={"amount": "1.00", "reason": reason, "api_refund": False}
    )
    assert len(await orders(far).find_refund(refund, ref)) == 1
    again = await orders(far).refund(refund, ref, "key-r", replace(far.context(), steps=Steps()))
    assert far.booked["refunded"] == 100
    assert again.id


async def test_more_than_is_left_is_refused_for_good() -> None:
    """It comes as 500 (recorded 456), and is no failure of the server."""
    far, order = bench(), sale()
    ref = await orders(far).create(order, "key", far.context())
    for seed in (1, 2):
        refund = giving_back(order, [("line-1", 2), ("line-3", 1)], seed)
        if seed == 1:
            await orders(far).refund(refund, ref, "key", replace(far.context(), steps=Steps()))
            continue
        with pytest.raises(ValidationError, match="Invalid refund amount"):
            await orders(far).refund(refund, ref, "key", replace(far.context(), steps=Steps()))


# what may change
async def test_states() -> None:
    far, order = bench(), sale()
    ref = await orders(far).create(order, "key", far.context())
    assert (await orders(far).update(ref.id, note="Ring twice")).note == "Ring twice"
    assert (await orders(far).update_status(ref.id, OrderStatus.CANCELLED)).status is OrderStatus.CANCELLED
    assert far.simulator.stock_book()["SKU-0001"] == 40
    with pytest.raises(Unsupported):
        await orders(far).update_status(ref.id, OrderStatus.REFUNDED)
    with pytest.raises(NotFound):
        await orders(far).update("nonsense", note="")


async def test_a_gone_order_is_gone() -> None:
    far, order = bench(), sale()
    ref = await orders(far).create(order, "key", far.context())
    await far.http.write("DELETE", f"orders/{ref.id}", params={"force": "true"})
    with pytest.raises(NotFound):
        await orders(far).get(ref.id)
    with pytest.raises(NotFound):
        await orders(far).find_refund(giving_back(order, [("line-1", 1)]), RemoteRef(id=ref.id))
