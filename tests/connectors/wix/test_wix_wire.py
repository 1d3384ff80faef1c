"""What is sent to Wix: each request fits the contract's description, and each rule of it holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.contract import SendContext
from posbridge.connectors.errors import Conflict, OutcomeUnknown, Unsupported, ValidationError
from posbridge.connectors.wix.mapping import to_products
from posbridge.connectors.wix.order_body import from_order
from posbridge.domain.basket import PricedBasket
from posbridge.domain.customer import Address, Customer
from posbridge.domain.discount import DiscountRefusal
from posbridge.domain.inventory import StockChange
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus, TenderKind
from posbridge.domain.pricing import price
from posbridge.sandbox.wix import WixSimulator
from posbridge.sandbox.wix.catalog import V1
from posbridge.testing.builders import a_basket, a_line, an_order, tax_setup
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import CARD, shop
from tests.connectors.wix.bench import Bench, bench
from tests.connectors.wix.spec import spec_of

GRACE = Customer(id="", first_name="Grace", last_name="Hopper", email="grace@example.com", phone="+12025550107",
                 address=Address(line1="1 Main St", city="New York", region="NY", country="US"))  # fmt: skip


async def busy(made: Bench) -> None:
    """Everything that the connector can do, once."""
    services: Any = made.services
    await services.probe()
    products = await whole(services.products.changed_since(None))
    await whole(services.products.ids())
    await services.products.get(products[0].id)
    variant = products[0].variants[0].id
    await whole(services.inventory.levels(None))
    await whole(services.inventory.levels(None, [variant]))
    await services.inventory.adjust([StockChange(variant_id=variant, delta=Decimal(-1))], "a-1")
    await services.inventory.adjust([StockChange(variant_id=variant, delta=Decimal(2))], "a-2")
    grace = await services.customers.create(GRACE, "key-c")
    await services.customers.update(grace.model_copy(update={"last_name": "Murray"}))
    await services.customers.find(phone="+12025550107")
    await services.customers.find(name="Grace")
    await whole(services.customers.changed_since(None))
    order = sale(tenders=[(TenderKind.CASH, 2000), (TenderKind.CARD, 3170)]).model_copy(
        update={"note": "Engrave “Zoë”", "customer": GRACE}
    )
    ref = await services.orders.create(order, "key-1", await made.context(customer_id=grace.id))
    await services.orders.find(order.reference)
    await services.customers.orders(grace.id)
    await whole(services.orders.changed_since(None))
    there = (await services.orders.get(ref.id)).lines
    lines = {line.id: remote.id for line, remote in zip(order.lines, there, strict=True)}
    refund = giving_back(order, [("line-1", 1)])
    await services.orders.refund(refund, ref, "key-r", SendContext(made.steps, remote_lines=lines))
    await services.orders.update(ref.id, note="Rang twice")
    await services.orders.update_status(ref.id, OrderStatus.CANCELLED)
    await whole(services.discounts.active())
    move = await services.gift_cards.redeem(CARD, Money(amount=500, currency="USD"), "g-1")
    await services.gift_cards.refund(CARD, Money(amount=500, currency="USD"), "g-2", move_id=move.id)


@pytest.mark.parametrize("catalog", ["V3_CATALOG", V1])
async def test_each_request_and_answer_fits_the_description(contracts: Path, catalog: str) -> None:
    made, spec = bench(simulator=WixSimulator(shop(), rate=0, catalog=catalog)), spec_of(contracts)
    await busy(made)
    for one in made.wire.sent:
        spec.check(one.method, one.path, one.body, one.status, one.answer)
    assert len(spec.seen) > 18
    assert all("wix-account-id" not in one.headers for one in made.wire.sent)


async def test_what_an_order_holds() -> None:
    made = bench()
    order = sale(tenders=[(TenderKind.CASH, 2000), (TenderKind.CARD, 3170)])
    await made.services.orders.create(order, "key-1", await made.context())
    (body,) = made.writes("/ecom/v1/orders")
    assert body["order"]["channelInfo"] == {"type": "OTHER_PLATFORM", "externalOrderId": order.reference}
    assert body["settings"]["notifications"] == {"sendNotificationToBuyer": False, "sendNotificationsToBusiness": False}
    assert body["order"]["paymentStatus"] == "NOT_PAID"
    (paid,) = made.writes("/add-payment")
    assert [one["amount"]["amount"] for one in paid["payments"]] == ["20.00", "31.70"]
    ids = [one["regularPaymentDetails"]["providerTransactionId"] for one in paid["payments"]]
    assert ids == [f"{order.id}-{tender.id}" for tender in order.tenders]
    assert len(made.writes("/create-fulfillment")) == 1


@pytest.mark.parametrize("lost", ["/ecom/v1/orders", "/add-payment", "/create-fulfillment"])
async def test_each_lost_step_goes_on_where_it_stopped(lost: str) -> None:
    made, order = bench(), sale()
    context = await made.context()
    made.wire.lost.append(lost)
    with pytest.raises(OutcomeUnknown):
        await made.services.orders.create(order, "key-1", context)
    await made.services.orders.create(order, "key-1", context)
    (booked,) = made.simulator.orders_book()
    assert (booked["reference"], booked["paid"]) == (order.reference, order.totals.total)
    assert len(made.writes("/ecom/v1/orders")) == len(made.writes("/add-payment")) == 1
    assert len(made.writes("/create-fulfillment")) == 1


async def test_the_search_shows_an_order_late_and_the_settle_window_waits_for_it() -> None:
    made, order = bench(), sale()
    made.simulator.orders.search_lag_s = 60
    context = await made.context()
    made.wire.lost.append("/ecom/v1/orders")
    with pytest.raises(OutcomeUnknown):
        await made.services.orders.create(order, "key-1", context)
    assert await made.services.orders.find(order.reference) == []
    made.simulator.clock.advance(timedelta(seconds=120))
    (found,) = await made.services.orders.find(order.reference)
    assert (found.reference, found.complete) == (order.reference, False)


async def test_a_payment_counts_before_the_order_says_so() -> None:
    made, order = bench(), sale()
    made.simulator.orders.payment_lag_s = 600
    ref = await made.services.orders.create(order, "key-1", await made.context())
    remote = await made.services.orders.get(ref.id)
    assert (remote.paid, remote.complete, remote.status) == (order.totals.total, True, OrderStatus.COMPLETED)


async def test_a_buyer_whom_wix_refuses_is_no_reason_to_refuse_the_sale() -> None:
    made = bench()
    order = sale().model_copy(update={"customer": GRACE})
    made.simulator.orders._check = _no_contacts(made.simulator.orders._check)  # type: ignore[method-assign] # refuses
    await made.services.orders.create(
        order, "key-1", await made.context(customer_id="0b6d4d9e-9a64-4a53-9f0e-6f5f2f0f9f11")
    )
    assert ["buyerInfo" in one["order"] for one in made.writes("/ecom/v1/orders")] == [True, False]
    assert len(made.simulator.orders_book()) == 1


def _no_contacts(check: Any) -> Any:
    from posbridge.sandbox.wix.errors import invalid

    def refusing(given: dict[str, Any]) -> None:
        check(given)
        if "buyerInfo" in given:
            raise invalid("order.buyerInfo.contactId", "contact does not exist")

    return refusing


def test_weighed_goods_are_free_text_at_their_price() -> None:
    order = an_order([a_line(1, 1220, "0.125", unit="kg", title="Cheese")], tax=None)
    (line,) = from_order(order)["order"]["lineItems"]
    assert (line["productName"]["original"], line["quantity"], line["price"]["amount"]) == (
        "Cheese (0.125 kg)", 1, "1.53",
    )  # fmt: skip
    assert "catalogReference" not in line


async def test_a_v1_product_without_variants_is_named_alone() -> None:
    made = bench(simulator=WixSimulator(shop(), rate=0, catalog=V1))
    await made.services.orders.create(sale(), "key-1", await made.context())
    (body,) = made.writes("/ecom/v1/orders")
    plain, sized = body["order"]["lineItems"]
    assert "options" not in plain["catalogReference"]
    assert sized["catalogReference"]["options"]["variantId"]
    assert made.simulator.stock_book()["SKU-0001"] == 38


async def test_an_old_catalogue_is_walked_by_number() -> None:
    made = bench(simulator=WixSimulator(shop(extra=230), rate=0, catalog=V1))
    products = await whole(made.services.products.changed_since(None))
    assert len(products) == 233
    filters = [json.loads(one["query"]["filter"]) for one in made.writes("/stores-reader/v1/products/query")]
    assert [bool(one.get("numericId")) for one in filters] == [False, True, True]


# coupons
async def asked(made: Bench, code: str, lines: Any = None) -> Any:
    found = {v.sku: (p, v) for p in await whole(made.services.products.changed_since(None)) for v in p.variants}
    product, variant = found["SKU-0001"]
    line = a_line(1, 1250, 2, variant_id=variant.id, product_id=product.id, categories=product.categories)
    basket: PricedBasket = price(a_basket(lines or [line]), tax_setup("10"))
    return await made.services.discounts.validate(code, basket, datetime.now(UTC))


def coupon(made: Bench, **spec: Any) -> None:
    row = {"id": "94ac22bd-dd4d-4ed7-beda-a63ddeeb2c54", "numberOfUsages": 0}
    base = {"code": "MiXeD", "name": "Mixed", "active": True, "startTime": "1554066000000"}
    made.simulator.coupons.rows["x"] = {**row, "specification": {**base, **spec}}


async def test_codes_count_whatever_their_case() -> None:
    made = bench()
    coupon(made, percentOffRate=10, scope={"namespace": "stores"})
    answer = await asked(made, " mixed ")
    assert (answer.valid, answer.discount.percent) == (True, 10)


@pytest.mark.parametrize(
    ("spec", "refusal", "words"),
    [
        ({"moneyOffAmount": 5, "scope": {"namespace": "bookings"}}, DiscountRefusal.NOT_FOR_BASKET, "bookings"),
        ({"freeShipping": True}, DiscountRefusal.NOT_FOR_BASKET, "shipping"),
        ({"fixedPriceAmount": 5}, DiscountRefusal.UNSUPPORTED, "fixed price"),
        ({"buyXGetY": {"x": 3, "y": 2}}, DiscountRefusal.UNSUPPORTED, "free"),
        ({"percentOffRate": 5, "active": False}, DiscountRefusal.INACTIVE, "off"),
        ({"percentOffRate": 5, "scope": {"namespace": "stores", "group": {"name": "product", "entityId": "x"}}},
         DiscountRefusal.NOT_FOR_BASKET, "Nothing"),
    ],
)  # fmt: skip
async def test_refusals_are_said_in_words(spec: Any, refusal: DiscountRefusal, words: str) -> None:
    made = bench()
    coupon(made, **spec)
    answer = await asked(made, "MiXeD")
    assert answer.refusal is refusal
    assert words in answer.message


async def test_a_coupon_for_one_piece_takes_off_one_piece() -> None:
    made = bench()
    coupon(made, percentOffRate=50, limitedToOneItem=True, scope={"namespace": "stores"})
    assert (await asked(made, "MIXED")).discount.amount == Money(amount=625, currency="USD")


# the rest
async def test_a_part_of_a_charge_cannot_be_given_back_to_a_card() -> None:
    made = bench()
    cards = made.services.gift_cards
    move = await cards.redeem(CARD, Money(amount=500, currency="USD"), "g-1")
    with pytest.raises(Unsupported, match="whole charges"):
        await cards.refund(CARD, Money(amount=300, currency="USD"), "g-2", move_id=move.id)
    assert await cards.find_move(CARD, "g-1") == move


async def test_a_site_without_the_app_of_gift_cards_or_without_a_store() -> None:
    made = bench()
    made.simulator.cards.installed = False
    assert (await made.services.probe()).settings["gift_cards"] == "no"
    with pytest.raises(ValidationError, match="no gift cards"):
        await made.services.gift_cards.balance(CARD)
    made.simulator.catalog.version = "STORES_NOT_INSTALLED"
    with pytest.raises(ValidationError, match="no store"):
        await bench(simulator=made.simulator).services.probe()


async def test_a_contact_that_a_lost_reply_left_is_known_by_its_key() -> None:
    made = bench()
    made.wire.lost.append("/contacts/v5/contacts")
    with pytest.raises(OutcomeUnknown):
        await made.services.customers.create(GRACE, "key-c")
    assert (await made.services.customers.create(GRACE, "key-c")).email == GRACE.email
    with pytest.raises(Conflict):
        await made.services.customers.create(GRACE, "another")


async def test_webhooks_are_entered_by_hand() -> None:
    with pytest.raises(Unsupported, match="dashboard"):
        await bench().services.webhooks.subscribe("https://till.example/hooks")


@pytest.mark.parametrize("lost", ["late", "reset", "lost"])
async def test_no_second_charge_leaves_while_the_first_may_still_come(lost: str) -> None:
    """Wix honours no key: after a lost reply the card is looked at, and charged again only when the time is over."""
    made = bench()
    five = Money(amount=500, currency="USD")
    made.simulator.faults.plan(lost, path="/ecom/v1/gift-cards/redeem", times=1)
    with pytest.raises(OutcomeUnknown):
        await made.services.gift_cards.redeem(CARD, five, "g-1")
    seen = await made.services.gift_cards.find_move(CARD, "g-1")
    if seen is None:
        with pytest.raises(OutcomeUnknown):
            await made.services.gift_cards.redeem(CARD, five, "g-1")
    await made.simulator.settled()
    made.services.gift_cards._doubt.clear()
    await made.services.gift_cards.redeem(CARD, five, "g-1")
    (card,) = made.simulator.gift_cards_book()
    assert card["balance"] == 4500


async def test_a_charge_whose_balance_cannot_be_read_stands() -> None:
    made = bench()
    five = Money(amount=500, currency="USD")
    await made.services.gift_cards.find_move(CARD, "g-1")
    made.simulator.faults.plan("500", path=f"/ecom/v1/gift-cards/{CARD}", times=9)
    with pytest.raises(OutcomeUnknown):
        await made.services.gift_cards.redeem(CARD, five, "g-1")
    made.simulator.faults.planned.clear()
    assert (await made.services.gift_cards.redeem(CARD, five, "g-1")).amount == five
    assert made.simulator.gift_cards_book()[0]["balance"] == 4500


async def test_a_charge_that_bears_no_mark_keeps_a_second_one_from_leaving() -> None:
    """That Wix tells our mark again is a guess: where it does not, nothing is ever charged twice for it."""
    made, five = bench(), Money(amount=500, currency="USD")
    cards, room = made.services.gift_cards, made.simulator.cards
    book = room._book
    room._book = lambda card, kind, amount, order: book(card, kind, amount, "")  # type: ignore[method-assign] # no mark
    made.simulator.faults.plan("lost", path="/ecom/v1/gift-cards/redeem", times=1)
    with pytest.raises(OutcomeUnknown):
        await cards.redeem(CARD, five, "g-1")
    for _ in range(3):
        assert await cards.find_move(CARD, "g-1") is None
        cards._doubt.clear()
        with pytest.raises(OutcomeUnknown, match="may be this one"):
            await cards.redeem(CARD, five, "g-1")
    (card,) = made.simulator.gift_cards_book()
    assert card["balance"] == 4500


async def test_a_charge_of_unknown_amount_is_not_given_back_whole() -> None:
    made, five = bench(), Money(amount=500, currency="USD")
    move = await made.services.gift_cards.redeem(CARD, five, "g-1")
    other = bench(simulator=made.simulator).services.gift_cards
    with pytest.raises(Unsupported):
        await other.refund(CARD, five, "g-2", move_id="0a0a0a0a-1111-4222-8333-444444444402")
    assert (await other.refund(CARD, five, "g-2", move_id=move.id)).balance.amount == 5000


async def test_a_charge_may_come_as_long_as_the_search_may_lag() -> None:
    from posbridge.connectors.wix.facts import CAPABILITIES
    from posbridge.connectors.wix.gift_cards import SETTLE_S

    assert CAPABILITIES.settle_s <= SETTLE_S


async def test_a_refund_whose_reason_wix_keeps_to_itself_is_not_made_twice() -> None:
    made, order = bench(), sale()
    ref = await made.services.orders.create(order, "key-1", await made.context())
    refund, steps = giving_back(order, [("line-1", 1)]), made.steps
    made.wire.lost.append("/refund-payments")
    with pytest.raises(OutcomeUnknown):
        await made.services.orders.refund(refund, ref, "key-r", SendContext(steps))
    for row in made.simulator.orders.refunds[ref.id]:
        row["details"].pop("reason")
    (found,) = await made.services.orders.find_refund(refund, ref, steps=steps)
    assert await made.services.orders.refund(refund, ref, "key-r", SendContext(steps)) == found
    assert len(made.simulator.orders.refunds[ref.id]) == 1


@pytest.mark.parametrize(
    ("stock", "held", "available"),
    [
        ({"trackInventory": False, "inStock": False}, None, False),
        ({"trackInventory": False, "inStock": True}, None, True),
        ({"trackInventory": True, "quantity": 0, "inStock": False}, 0, True),
        ({}, None, True),
    ],
)
def test_goods_that_are_not_counted_are_sold_until_somebody_says_that_they_are_out(
    stock: dict[str, Any], held: int | None, available: bool
) -> None:
    (product,) = to_products({"id": "p", "name": "Tea", "stock": stock, "priceData": {"price": 3, "currency": "USD"}})
    variant = product.variants[0]
    assert (variant.inventory_quantity, variant.available) == (held, available)
