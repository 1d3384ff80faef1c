"""What only Lightspeed does: queued orders, registers that are off or refuse, used references, prices by SKU."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from posbridge.connectors.contract import Context, RemoteRef, RemoteVariant
from posbridge.connectors.errors import NotFound, OutcomeUnknown, Unsupported, ValidationError
from posbridge.connectors.lightspeed import CONNECTOR, mapping
from posbridge.connectors.lightspeed.order_mapping import WORDS
from posbridge.domain.catalog import Product
from posbridge.domain.compare import difference
from posbridge.domain.inventory import StockChange
from posbridge.domain.order import Order, OrderStatus, TenderKind
from posbridge.sandbox.lightspeed import LightspeedSimulator
from posbridge.sandbox.lightspeed.catalog import LOCATION
from posbridge.testing.builders import a_line, an_order
from posbridge.testing.conformance.base import Killed, Steps, whole
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import shop
from tests.connectors.lightspeed.bench import Lab, bench, links, orders_of
from tests.connectors.watched import bench as opened
from tests.connectors.watched import now

SPLIT = [(TenderKind.CASH, 2000), (TenderKind.CARD, 3170)]


async def sold(lab: Lab, order: Order, steps: Steps | None = None) -> Any:
    """Sends it; the reference that came back."""
    return await orders_of(lab).create(order, "key", lab.context(await links(lab), steps))


def bodies(lab: Lab, ending: str) -> list[dict[str, Any]]:
    return [json.loads(request.content) for request in lab.asked("POST", ending)]


def told(lab: Lab, **said: Any) -> None:
    """A notification arrives and is proved."""
    hooks = lab.services.webhooks
    assert hooks is not None
    hooks.parse(json.dumps({"type": "ORDER", "status": "FAILURE", **said}).encode(), {})


def later(lab: Lab, by: timedelta) -> None:
    """The till's clock goes on; everything that is known stays known."""
    orders_of(lab)._calls.clock = lambda: now() + by  # type: ignore[attr-defined] # the service's own


# waiting for the register
async def test_an_order_waits_for_the_register_and_is_sent_once() -> None:
    lab, order, steps = bench(), sale(), Steps()
    lab.simulator.till.on = False
    ref = await sold(lab, order, steps)
    remote = await orders_of(lab).get(ref.id)
    assert (remote.complete, remote.waiting_for, remote.status) == (False, "", OrderStatus.DRAFT)
    assert (await sold(lab, order, steps)).id == ref.id == order.reference
    assert len(lab.asked("POST", "/toGo")) == 1
    lab.simulator.till.on = True
    done = await orders_of(lab).get(ref.id)
    assert done.complete
    assert difference(order, done) == ()
    assert done.status is OrderStatus.COMPLETED


async def test_what_it_waits_for_is_said_and_after_its_time_a_person_is_asked() -> None:
    lab = bench()
    lab.simulator.till.on = False
    ref = await sold(lab, sale())
    later(lab, timedelta(minutes=2))
    assert "register" in (await orders_of(lab).get(ref.id)).waiting_for
    later(lab, timedelta(minutes=13))
    with pytest.raises(ValidationError, match="No register has taken"):
        await orders_of(lab).get(ref.id)


async def test_a_used_reference_is_the_order_that_is_there() -> None:
    """Another process sent it and died: 409, looked up, adopted."""
    lab, order = bench(), sale()
    await sold(lab, order, Steps())
    steps = Steps()
    ref = await sold(lab, order, steps)
    assert (ref.id, steps.kept["order"]) == (order.reference, order.reference)
    assert [one["reference"] for one in lab.booked] == [order.reference]


async def test_a_used_reference_of_another_sale_is_not_adopted() -> None:
    lab, order = bench(), sale()
    other = sale(lines=[(4, 6000, 1)])
    await sold(lab, other)
    with pytest.raises(ValidationError, match="another order"):
        await sold(lab, order)


# paying
async def test_one_tender_goes_along_with_the_order() -> None:
    lab, order = bench(), sale()
    await sold(lab, order)
    (body,) = bodies(lab, "/toGo")
    assert body["payment"] == {"paymentMethod": "CASH", "paymentAmount": 51.70}
    assert lab.asked("POST", "/pay") == []


async def test_several_tenders_follow_one_by_one_once_the_register_has_the_order() -> None:
    lab, order, steps = bench(), sale(tenders=SPLIT), Steps()
    lab.simulator.till.on = False
    ref = await sold(lab, order, steps)
    assert lab.asked("POST", "/pay") == []
    lab.simulator.till.on = True
    assert not (await orders_of(lab).get(ref.id)).complete
    await sold(lab, order, steps)
    await sold(lab, order, steps)
    first, second = bodies(lab, "/pay")
    assert (first["paymentAmount"], second["paymentAmount"]) == (20, 31.70)
    assert (first["thirdPartyPaymentReference"], second["paymentMethod"]) == (f"{order.reference}-p1", "OOPAYMENT")
    remote = await orders_of(lab).get(ref.id)
    assert (remote.complete, remote.paid) == (True, order.totals.total)


async def test_tenders_are_paid_too_when_the_register_was_off_for_long() -> None:
    lab, order, steps = bench(), sale(tenders=SPLIT), Steps()
    lab.simulator.till.on = False
    ref = await sold(lab, order, steps)
    later(lab, timedelta(minutes=5))
    assert "register" in (await orders_of(lab).get(ref.id)).waiting_for
    lab.simulator.till.on = True
    there = await orders_of(lab).get(ref.id)
    assert (there.complete, there.waiting_for) == (False, ""), "the sender goes on and pays"
    await sold(lab, order, steps)
    assert (await orders_of(lab).get(ref.id)).complete
    lab = bench()
    lab.simulator.till.on = False
    unpaid = await sold(lab, order)
    lab.simulator.till.on = True
    await orders_of(lab).get(unpaid.id)
    later(lab, timedelta(minutes=2))
    assert "not paid there" in (await orders_of(lab).get(unpaid.id)).waiting_for


async def test_a_take_away_that_no_list_shows_is_paid_by_the_account_that_was_told() -> None:
    """Also by the process after this one: the notification comes once."""
    lab, order, steps = bench(), sale(tenders=SPLIT), Steps()
    lab.simulator.till.tables_only = True
    ref = await sold(lab, order, steps)
    assert lab.asked("POST", "/pay") == []
    number = next(iter(lab.simulator.till.accounts))
    told(lab, thirdPartyReference=ref.id, status="SUCCESS", ikentooAccountIdentifier=number)
    lab.simulator.faults.plan("500", path="/o/op/1/pay")
    with pytest.raises(OutcomeUnknown):
        await sold(lab, order, steps)
    orders_of(lab)._outcomes._known.clear()  # type: ignore[attr-defined] # as after a restart
    await sold(lab, order, steps.after_restart())
    assert [(one["paid"], one["total"]) for one in lab.booked] == [(5170, 5170)]


async def test_a_lost_payment_is_recorded_once() -> None:
    lab, order, steps = bench(), sale(tenders=SPLIT), Steps()
    lab.simulator.till.on = False
    await sold(lab, order, steps)
    lab.simulator.till.on = True
    steps.die_after = steps.puts + 1
    with pytest.raises(Killed):
        await sold(lab, order, steps)
    del steps.kept["payment-1"]
    await sold(lab, order, steps.after_restart())
    assert [(one["paid"], one["total"]) for one in lab.booked] == [(5170, 5170)]


async def test_a_refused_payment_is_said() -> None:
    lab, order = bench(), sale(tenders=SPLIT)
    lab.simulator.till.on = False
    ref = await sold(lab, order)
    lab.simulator.till.on = True
    said = {"type": "PAYMENT", "thirdPartyReference": f"{ref.id}-p2", "reason": "Payment method not found"}
    told(lab, **said)
    with pytest.raises(ValidationError, match="Payment method not found"):
        await orders_of(lab).get(ref.id)


async def test_a_way_of_paying_without_a_code() -> None:
    lab = bench(payment_card=" ", payment_cash="")
    setup = mapping.Setup()
    with pytest.raises(ValidationError, match="payment method"):
        mapping.from_order(sale(), setup)
    await sold(lab, sale())
    assert bodies(lab, "/toGo")[0]["payment"]["paymentMethod"] == "OOPAYMENT"


# prices
async def test_a_lower_price_is_a_manual_discount() -> None:
    lab = bench()
    order = sale(lines=[(1, 1000, 2)])
    ref = await sold(lab, order)
    (item,) = bodies(lab, "/toGo")[0]["items"]
    assert (item["discountCode"], item["discountAmountOverride"]) == ("MANUAL", 5)
    assert difference(order, await orders_of(lab).get(ref.id)) == ()


async def test_a_higher_price_needs_the_open_item() -> None:
    order = sale(lines=[(1, 1500, 2)])
    with pytest.raises(Unsupported, match="costs less at Lightspeed"):
        await sold(bench(), order)
    lab = bench(custom_item_sku="OPEN")
    lab.simulator.catalog.open_item("OPEN", "Open item")
    ref = await sold(lab, order)
    assert difference(order, await orders_of(lab).get(ref.id)) == ()


async def test_goods_without_an_item() -> None:
    lab = bench(custom_item_sku="OPEN")
    lab.simulator.catalog.open_item("OPEN", "Open item")
    order = sale(lines=[(77, 333, 3)])
    ref = await sold(lab, order)
    (item,) = bodies(lab, "/toGo")[0]["items"]
    assert (item["sku"], item["customItemName"], item["customItemPrice"]) == ("OPEN", "Article 77", 3.33)
    assert difference(order, await orders_of(lab).get(ref.id)) == ()
    with pytest.raises(Unsupported, match="no item at Lightspeed"):
        await sold(bench(), order)


async def test_a_line_without_a_link_is_the_item_of_its_sku() -> None:
    lab, order = bench(), sale()
    ref = await orders_of(lab).create(order, "key", lab.context({}))
    assert [row["sku"] for row in bodies(lab, "/toGo")[0]["items"]] == ["SKU-0001", "SKU-0003"]
    assert difference(order, await orders_of(lab).get(ref.id)) == ()
    (row,) = [row for row in lab.simulator.catalog.items.values() if row["sku"] == "SKU-0001"]
    row["barcodes"], row["barcode"] = ["4012345678901"], ""
    with pytest.raises(Unsupported, match="Article 1 is no item"):
        await orders_of(bench(simulator=lab.simulator)).create(sale(2), "key", lab.context({}))


async def test_weighed_goods_are_one_piece_at_their_price() -> None:
    lab = bench()
    number = lab.simulator.catalog.open_item("CHEESE", "Cheese", "kg")
    order = an_order([a_line(9, 1220, "0.125", unit="kg", title="Cheese")], tax="10", captured_at=now())
    there = {"variant-9": RemoteVariant(variant_id=str(number), product_id=str(number), sku="CHEESE")}
    ref = await orders_of(lab).create(order, "key", lab.context(there))
    (item,) = bodies(lab, "/toGo")[0]["items"]
    assert (item["quantity"], item["customItemName"], item["customItemPrice"]) == (1, "Cheese 0.125 kg", 1.53)
    assert difference(order, await orders_of(lab).get(ref.id)) == ()
    plain = an_order([a_line(1, 1250, "0.5")], tax=None)
    with pytest.raises(ValidationError, match="fixed price"):
        await sold(lab, plain)


async def test_lightspeeds_own_code_where_it_reckons_the_same() -> None:
    lab = bench()
    discounts = lab.services.discounts
    assert discounts is not None
    order = sale()
    answer = await discounts.validate("ten10", None, now())  # type: ignore[arg-type] # the basket does not count
    assert answer.discount is not None
    assert answer.discount.code == "TEN10"
    cut = an_order([a_line(1, 1250, 2)], discounts=[answer.discount], captured_at=order.captured_at)
    ref = await sold(lab, cut)
    (item,) = bodies(lab, "/toGo")[0]["items"]
    assert item == {"quantity": 2, "sku": "SKU-0001", "discountCode": "TEN10"}
    assert difference(cut, await orders_of(lab).get(ref.id)) == ()
    manual = await discounts.validate("MANUAL", None, now())  # type: ignore[arg-type] # the basket does not count
    assert not manual.valid


async def test_no_manual_discount_set_up() -> None:
    with pytest.raises(Unsupported, match="no discount of Lightspeed's own"):
        await sold(bench(manual_discount_code=""), sale(lines=[(1, 1000, 2)]))


async def test_a_table_is_a_local_order() -> None:
    lab = bench(profile_dinein="AAP")
    order = sale().model_copy(update={"extra": {"table_number": 3}})
    await sold(lab, order)
    (body,) = bodies(lab, "/local")
    assert (body["tableNumber"], body["accountProfileCode"]) == (3, "AAP")
    assert "collectionCode" not in body


# reading
async def test_sales_of_the_register_and_their_refunds_are_listed() -> None:
    lab = bench()
    made = lab.simulator.till.sell("SKU-0001", 2)
    lab.simulator.till.give_back(made.number)
    (remote,) = await whole(orders_of(lab).changed_since(None))
    assert (remote.reference, remote.total, remote.refunded) == ("", 2750, 2750)
    assert remote.status is OrderStatus.REFUNDED
    assert (await orders_of(lab).get(made.key)).refunded == 2750
    (back,) = [one for one in lab.simulator.till.accounts.values() if one.kind == "REFUND"]
    alone = await orders_of(lab).get(back.key)
    assert (alone.total, alone.refunded, alone.status) == (-2750, 2750, OrderStatus.REFUNDED)


async def test_bookkeeping_between_accounts_is_no_sale() -> None:
    lab = bench()
    lab.simulator.till.sell("SKU-0001", 1).kind = "TRANSITORY"
    assert await whole(orders_of(lab).changed_since(None)) == []


async def test_many_sales_come_page_by_page() -> None:
    lab = bench()
    for _ in range(205):
        lab.simulator.till.sell("SKU-0001", 1)
    pages = [page async for page in orders_of(lab).changed_since(None)]
    assert [len(page.items) for page in pages] == [100, 100, 5]
    rest = await whole(orders_of(lab).changed_since(pages[0].cursor))
    assert len(rest) == 105


async def test_what_only_the_register_can_do() -> None:
    lab, order = bench(), sale()
    ref = await sold(lab, order)
    orders, inventory, products = orders_of(lab), lab.services.inventory, lab.services.products
    assert inventory is not None
    assert products is not None
    with pytest.raises(Unsupported):
        await orders.update(ref.id, note="x")
    with pytest.raises(Unsupported):
        await orders.update_status(ref.id, OrderStatus.COMPLETED)
    refund = giving_back(order, [("line-1", 1)])
    with pytest.raises(Unsupported, match="no program give money back"):
        await orders.refund(refund, RemoteRef(id=ref.id), "r", lab.context())
    assert await orders.find_refund(refund, RemoteRef(id=ref.id)) == []
    with pytest.raises(Unsupported):
        await inventory.adjust([StockChange(variant_id="1", delta=Decimal(1))], "k")
    with pytest.raises(Unsupported):
        await products.push(Product(id="", title="x"), "k")
    with pytest.raises(Unsupported):
        mapping.from_refund(refund)
    with pytest.raises(Unsupported):
        mapping.to_gift_card({})


@pytest.mark.parametrize("word", CONNECTOR.facts.statuses, ids=lambda word: word.word)
def test_status_words_both_ways(word: Any) -> None:
    assert WORDS.ours(word.word.lower()) is word.status
    with pytest.raises(Unsupported):
        WORDS.theirs(word.status)
    assert all(WORDS.ours(after) is not OrderStatus.UNKNOWN for after in word.next)


def test_an_unknown_word() -> None:
    assert WORDS.ours("SIMMERING") is OrderStatus.UNKNOWN


async def test_an_order_that_never_was() -> None:
    with pytest.raises(NotFound):
        await orders_of(bench()).get("never")


async def test_no_count_is_no_restriction() -> None:
    lab = bench()
    inventory = lab.services.inventory
    assert inventory is not None
    there = await links(lab)
    del lab.simulator.catalog.counts["SKU-0003"]
    levels = await whole(inventory.levels(None, [there["variant-1"].variant_id, there["variant-3"].variant_id]))
    assert [level.quantity for level in levels] == [Decimal(40), None]
    assert len(await whole(inventory.levels(None))) == len(lab.simulator.seed.products)


async def test_the_probe_chooses_and_refuses() -> None:
    probe = await bench(shop(), profile_togo="").services.probe()
    assert (probe.settings["profile_togo"], probe.settings["business_id"]) == ("TOGO", "40570261078000")
    assert (probe.tax_rates, probe.prices_include_tax) == ({"": (("Tax", "10"),), "10": (("Tax", "10"),)}, False)
    with pytest.raises(ValidationError, match="account profile"):
        await bench(profile_togo="NONE").services.probe()
    lab = bench()
    elsewhere = lab.connection.model_copy(update={"location": "1"})
    secrets = lab.simulator.connection_fields()["secrets"]
    services = CONNECTOR.open(Context(elsewhere, secrets, lab.http, lab.tokens, now))
    with pytest.raises(ValidationError, match="does not know this location"):
        await services.probe()


async def test_a_business_with_two_locations() -> None:
    """Until one is chosen, only a profile that both have is taken."""
    simulator = LightspeedSimulator(shop(), rate=0)
    places = [{"id": number, "name": str(number)} for number in (LOCATION, 7)]
    simulator._businesses = lambda: [{"name": "Two", "id": 1, "businessLocations": places}]  # type: ignore[method-assign]
    simulator._finances = lambda: {"_embedded": {"businessList": []}}  # type: ignore[method-assign] # none told
    lab = opened(CONNECTOR, simulator)
    probe = await lab.services.probe()
    assert [place.id for place in probe.locations] == [str(LOCATION), "7"]
    assert (probe.settings["profile_togo"], probe.account) == ("TOGO", "Two")
    assert len(lab.asked("GET", "/account-profiles")) == 2


def test_each_size_is_an_item_of_its_own() -> None:
    lab = bench(replace(shop(), discounts=()))
    assert {row["name"] for row in lab.simulator.catalog.items.values()} >= {"Shirt Small", "Shirt Large"}
