"""Sales, stock and refunds where the store's quirks would bite."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from posbridge.connectors.contract import RemoteRef, RemoteVariant
from posbridge.connectors.errors import Conflict, NotFound, OutcomeUnknown, Unsupported, ValidationError
from posbridge.connectors.magento import CONNECTOR
from posbridge.domain.ids import reference_of
from posbridge.domain.inventory import StockChange
from posbridge.domain.order import Order, OrderStatus
from posbridge.testing.builders import an_id
from posbridge.testing.conformance.base import Killed, Steps
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import shop
from tests.connectors.magento.bench import Bench, bench
from tests.connectors.wired import opened


async def sold(far: Bench, order: Order) -> RemoteRef:
    ref: RemoteRef = await far.services.orders.create(order, "key", far.context())
    return ref


async def lines_of(far: Bench, order: Order, ref: RemoteRef) -> dict[str, str]:
    remote = await far.services.orders.get(ref.id)
    return {line.id: there.id for line, there in zip(order.lines, remote.lines, strict=True)}


async def test_number_and_uuid_of_an_order() -> None:
    far, order = bench(), sale()
    ref = await sold(far, order)
    (body,) = far.bodies("PUT", "orders/create")
    entity = body["entity"]
    assert ref.number == entity["increment_id"] == order.reference
    assert entity["ext_order_id"] == order.id.hex
    assert len(entity["ext_order_id"]) == 32, "what is longer is cut (recorded 120)"
    (row,) = far.simulator.store.orders.values()
    assert row["ext_order_id"] == order.id.hex


async def test_the_second_of_two_tills_takes_the_order_that_is_there() -> None:
    """The same order from a till that lost its memory: refused by the number, found by it, and one order."""
    far, order = bench(), sale()
    first = await sold(far, order)
    again = replace(far.context(), steps=Steps())
    assert (await far.services.orders.create(order, "key", again)).id == first.id
    assert len(far.simulator.store.orders) == 1
    assert [sent.status for sent in far.wire.sent if sent.path == "orders/create"] == [200, 400]


async def test_a_number_that_is_anothers_is_a_conflict() -> None:
    far, order = bench(), sale()
    other = {"increment_id": order.reference, "store_id": 1, "grand_total": 1, "payment": {"method": "x"}}
    await far.http.write("PUT", "orders/create", json={"entity": other})
    with pytest.raises(Conflict):
        await sold(far, order)
    assert await far.services.orders.find(order.reference) == []


async def test_an_order_in_another_store_view_with_our_number_is_no_hindrance_to_finding_ours() -> None:
    far, order = bench(), sale()
    await sold(far, order)
    entity = far.bodies("PUT", "orders/create")[0]["entity"]
    await far.http.write("PUT", "orders/create", json={"entity": {**entity, "store_id": 2, "ext_order_id": "f" * 32}})
    assert len(await far.services.orders.find(order.reference)) == 1


async def test_stock_leaves_the_source_once_whatever_is_lost() -> None:
    for lost in ("POST inventory/source-items", "PUT orders/create"):
        far, order = bench(), sale()
        far.wire.lost.append(lost)
        with pytest.raises(OutcomeUnknown):
            await sold(far, order)
        await sold(far, order)
        assert (far.stock("SKU-0001"), far.stock("SKU-0003")) == (38, 39)
        assert len(far.simulator.store.orders) == 1


async def test_stock_that_was_not_written_is_written_when_the_next_sale_comes_first() -> None:
    """Sale one's write is cut off before any work; sale two must not reckon from a number that is still to fall."""
    far, one, two = bench(), sale(1), sale(2)
    first, second = far.context(), replace(far.context(), steps=Steps())
    far.wire.unsent.append("POST inventory/source-items")
    with pytest.raises(OutcomeUnknown):
        await far.services.orders.create(one, "key-1", first)
    await far.services.orders.create(two, "key-2", second)
    await far.services.orders.create(one, "key-1", first)
    assert far.stock("SKU-0001") == 36
    assert len(far.simulator.store.orders) == 2


@pytest.mark.parametrize("number", [1, 2, 3, 4])
async def test_stock_leaves_once_when_the_till_dies(number: int) -> None:
    far, order = bench(), sale()
    steps = Steps(die_after=number)
    with pytest.raises(Killed):
        await far.services.orders.create(order, "key", replace(far.context(), steps=steps))
    far.services = bench_again(far)
    await far.services.orders.create(order, "key", replace(far.context(), steps=steps.after_restart()))
    assert far.stock("SKU-0001") == 38
    assert len(far.simulator.store.orders) == 1


def bench_again(far: Bench) -> Any:
    """The same store, opened by a new process."""
    return opened(CONNECTOR, far.connection, far.wire, far.simulator.connection_fields()["secrets"])[1]


async def test_a_line_without_link_is_kept_and_moves_no_stock() -> None:
    far, order = bench(), sale(lines=[(1, 1250, 1), (77, 333, 3)])
    ref = await sold(far, order)
    remote = await far.services.orders.get(ref.id)
    assert [line.variant_id for line in remote.lines] == [far.id_of("SKU-0001"), ""]
    assert "SKU-0077" not in far.simulator.stock_book()


async def test_a_link_without_sku_is_looked_up() -> None:
    far, order = bench(), sale(lines=[(1, 1250, 2)])
    links = {"variant-1": RemoteVariant(variant_id=far.id_of("SKU-0001"))}
    await far.services.orders.create(order, "key", far.context(links=links))
    assert far.stock("SKU-0001") == 38


async def test_a_till_without_customer_sends_an_address_all_the_same() -> None:
    far = bench()
    await sold(far, sale(note="Danke 🎁"))
    entity = far.bodies("PUT", "orders/create")[0]["entity"]
    needed = ("address_type", "city", "country_id", "firstname", "lastname", "postcode", "telephone")
    assert all(entity["billing_address"][name] for name in needed)
    assert entity["customer_is_guest"] == 1
    assert "🎁" not in entity["customer_note"]


# refunds
async def test_a_refund_goes_back_once_and_to_the_source() -> None:
    far, order = bench(), sale()
    ref = await sold(far, order)
    refund, context = giving_back(order, [("line-1", 1)]), far.context(remote_lines=await lines_of(far, order, ref))
    context = replace(context, steps=Steps())
    far.wire.lost.append("POST order/")
    with pytest.raises(OutcomeUnknown):
        await far.services.orders.refund(refund, ref, "key-r", context)
    await far.services.orders.refund(refund, ref, "key-r", context)
    assert len(far.simulator.store.memos) == 1
    assert far.stock("SKU-0001") == 39
    assert far.simulator.orders_book()[0]["refunded"] == refund.amount


async def test_refunds_by_pieces_sum_to_the_order() -> None:
    order = sale(lines=[(1, 333, 3)])
    far = bench()
    ref = await sold(far, order)
    lines = await lines_of(far, order, ref)
    back = 0
    for seed in range(3):
        refund = giving_back(order, [("line-1", 1)], seed)
        context = replace(far.context(remote_lines=lines), steps=Steps())
        await far.services.orders.refund(refund, ref, f"key-{seed}", context)
        back += refund.amount
    booked = far.simulator.orders_book()[0]
    assert booked["refunded"] == back
    assert far.simulator.store.orders[int(ref.id)]["state"] == "closed"


async def test_what_does_not_go_back_to_stock_leaves_the_source_as_it_is() -> None:
    far, order = bench(), sale()
    ref = await sold(far, order)
    refund = giving_back(order, [("line-1", 2)])
    refund = refund.model_copy(update={"lines": tuple(x.model_copy(update={"restock": False}) for x in refund.lines)})
    context = replace(far.context(remote_lines=await lines_of(far, order, ref)), steps=Steps())
    await far.services.orders.refund(refund, ref, "key-r", context)
    assert far.stock("SKU-0001") == 38


async def test_lines_are_known_by_our_mark_or_by_their_sku() -> None:
    far, order = bench(), sale()
    ref = await sold(far, order)
    await far.services.orders.refund(
        giving_back(order, [("line-1", 1)], 1), ref, "a", replace(far.context(), steps=Steps())
    )
    for row in far.simulator.store.orders[int(ref.id)]["items"]:
        del row["ext_order_item_id"]
    await far.services.orders.refund(
        giving_back(order, [("line-3", 1)], 2), ref, "b", replace(far.context(), steps=Steps())
    )
    assert (far.stock("SKU-0001"), far.stock("SKU-0003")) == (39, 40)
    assert {memo["items"][0]["sku"] for memo in far.simulator.store.memos.values()} == {"SKU-0001", "SKU-0003"}


async def test_a_refund_of_lines_that_are_not_there_is_refused() -> None:
    far, order, other = bench(), sale(), sale(2, lines=[(4, 6000, 1)])
    ref = await sold(far, order)
    context = replace(far.context(), steps=Steps())
    with pytest.raises(ValidationError):
        await far.services.orders.refund(giving_back(other, [("line-4", 1)]), ref, "r", context)
    assert far.simulator.store.memos == {}


# states
async def test_moves_of_a_web_order() -> None:
    far = bench()
    item = {"sku": "SKU-0001", "product_id": 1, "qty_ordered": 1, "price": 12.5, "row_total": 12.5}
    web = {"state": "new", "status": "pending", "grand_total": 12.5, "order_currency_code": "USD", "items": [item],
           "payment": {"method": "checkmo"}}  # fmt: skip
    ids = [str((await far.http.write("POST", "orders", json={"entity": web})).json()["entity_id"]) for _ in range(2)]
    orders = far.services.orders
    assert (await orders.update_status(ids[0], OrderStatus.PAID)).status is OrderStatus.PAID
    assert (await orders.update_status(ids[0], OrderStatus.COMPLETED)).status is OrderStatus.COMPLETED
    assert (
        far.bodies("POST", f"order/{ids[0]}/ship")[0]["arguments"]["extension_attributes"]["source_code"] == "default"
    )
    with pytest.raises(Conflict):
        await orders.update_status(ids[0], OrderStatus.CANCELLED)
    assert (await orders.update_status(ids[1], OrderStatus.CANCELLED)).status is OrderStatus.CANCELLED
    with pytest.raises(Unsupported):
        await orders.update_status(ids[1], OrderStatus.REFUNDED)
    assert (await orders.update(ids[0], note="Call back")).note == "Call back"


async def test_ids_that_are_none_never_reach_the_store() -> None:
    far = bench()
    for ident in ("../customers/1", "1?x=1", ""):
        with pytest.raises(NotFound):
            await far.services.orders.get(ident)
    assert far.wire.sent == []


def test_a_reference_fits_the_number() -> None:
    assert all(len(reference_of(an_id(seed))) <= 20 for seed in range(50))


async def test_stock_that_has_no_row_in_the_source_is_left_alone() -> None:
    far, order = bench(), sale(lines=[(1, 1250, 1)])
    del far.simulator.store.sources["SKU-0001", "default"]
    await sold(far, order)
    assert far.bodies("POST", "inventory/source-items") == []


async def test_weighed_goods_take_broken_pieces() -> None:
    far = bench()
    change = StockChange(variant_id=far.id_of("SKU-0001"), delta=Decimal("-0.75"))
    await far.services.inventory.adjust([change], "weighed")
    assert far.simulator.store.quantity("SKU-0001") == Decimal("39.25")
    with pytest.raises(NotFound):
        await far.services.inventory.adjust([change.model_copy(update={"variant_id": "99999"})], "none")


async def test_long_lists_in_a_store_with_input_limits() -> None:
    far, numbers = bench(shop(extra=25), limits=True), range(10, 35)
    changes = [StockChange(variant_id=far.id_of(f"SKU-00{number}"), delta=Decimal(-1)) for number in numbers]
    await far.services.inventory.adjust(changes, "key")
    assert [len(body["sourceItems"]) for body in far.bodies("POST", "inventory/source-items")] == [20, 5]
    assert {far.stock(f"SKU-00{number}") for number in numbers} == {39}
    with pytest.raises(ValidationError) as caught:
        await sold(far, sale(lines=[(number, 100 + number, 1) for number in numbers]))
    assert "is 20" in caught.value.message
