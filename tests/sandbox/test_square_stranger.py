"""A stranger accepts the simulated Square: the platform's own Python package drives it and reads every answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from square import AsyncSquare
from square.core.api_error import ApiError

from posbridge.sandbox.square import SquareSimulator
from posbridge.sandbox.square.oauth import APPLICATION_ID, APPLICATION_SECRET, PERSONAL_TOKEN


@pytest.fixture
async def client(square: SquareSimulator) -> AsyncIterator[AsyncSquare]:
    async with httpx.AsyncClient(timeout=10) as link:
        yield AsyncSquare(token=PERSONAL_TOKEN, base_url=square.address, httpx_client=link)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def usd(amount: int) -> dict[str, object]:
    return {"amount": amount, "currency": "USD"}


async def test_locations_merchant_and_catalog_pages(square: SquareSimulator, client: AsyncSquare) -> None:
    location = (await client.locations.list()).locations[0]
    assert (location.id, location.currency, location.status) == (square.shop.location_id, "USD", "ACTIVE")
    merchants = [merchant async for merchant in await client.merchants.list()]
    assert merchants[0].business_name == "posbridge demo"
    items = [one async for one in await client.catalog.list(types="ITEM")]
    assert len(items) == 120
    assert {item.item_data.name for item in items} == {product.title for product in square.seed.products}
    prices = {
        variation.item_variation_data.sku: variation.item_variation_data.price_money.amount
        for item in items
        for variation in item.item_data.variations
    }
    assert prices == {v.sku: v.price_minor for product in square.seed.products for v in product.variants}


async def test_catalog_search_batch_get_and_upsert(square: SquareSimulator, client: AsyncSquare) -> None:
    before = (await client.catalog.search(object_types=["ITEM"], limit=1)).latest_time
    made = await client.catalog.object.upsert(
        idempotency_key="new-tea",
        object={
            "type": "ITEM",
            "id": "#tea",
            "item_data": {
                "name": "Nettle Tea",
                "variations": [
                    {
                        "type": "ITEM_VARIATION",
                        "id": "#tea-1",
                        "item_variation_data": {
                            "name": "Regular", "pricing_type": "FIXED_PRICING", "price_money": usd(450), "sku": "TEA-1",
                        },
                    }
                ],
            },
        },
    )  # fmt: skip
    assert [pair.client_object_id for pair in made.id_mappings] == ["#tea", "#tea-1"]
    item = made.catalog_object
    assert item.item_data.variations[0].item_variation_data.item_id == item.id
    changed = await client.catalog.search(begin_time=before, include_deleted_objects=True)
    assert {one.id for one in changed.objects} == {item.id}
    texts = await client.catalog.search(object_types=["ITEM"], query={"text_query": {"keywords": ["nettle"]}})
    assert [one.item_data.name for one in texts.objects] == ["Nettle Tea"]
    found = await client.catalog.batch_get(object_ids=[item.id, "unknown"], include_related_objects=True)
    assert [one.id for one in found.objects] == [item.id]
    names = await client.catalog.search_items(text_filter="nettle")
    assert [one.id for one in names.items] == [item.id]
    with pytest.raises(ApiError) as refused:
        await client.catalog.object.upsert(
            idempotency_key="stale", object={"type": "ITEM", "id": item.id, "version": 1, "item_data": {"name": "x"}}
        )
    assert refused.value.errors[0].code == "VERSION_MISMATCH"


async def test_customers(client: AsyncSquare) -> None:
    made = (
        await client.customers.create(given_name="Ada", email_address="ada@example.org", phone_number="+12025550199")
    ).customer
    assert (await client.customers.get(made.id)).customer.given_name == "Ada"
    query = {"filter": {"email_address": {"exact": "ADA@example.org"}}}
    assert [one.id for one in (await client.customers.search(query=query)).customers] == [made.id]
    changed = (await client.customers.update(made.id, note="likes tea", version=made.version)).customer
    assert (changed.note, changed.version) == ("likes tea", 1)
    assert len([one async for one in await client.customers.list()]) == 61
    with pytest.raises(ApiError) as refused:
        await client.customers.get("nobody")
    assert (refused.value.status_code, refused.value.errors[0].code) == (404, "NOT_FOUND")


async def test_order_cash_refund_and_stock(square: SquareSimulator, client: AsyncSquare) -> None:
    variant = next(v for product in square.seed.products for v in product.variants if v.stock > 5)
    key = square.seeder.variations[variant.sku]
    order = {
        "location_id": square.shop.location_id,
        "reference_id": "POS-0001",
        "line_items": [{"catalog_object_id": key, "quantity": "2"}],
        "taxes": [{"uid": "t", "name": "Sales Tax", "percentage": "8.25", "scope": "ORDER"}],
        "discounts": [{"uid": "d", "name": "Ten", "percentage": "10", "scope": "ORDER"}],
    }
    figures = (await client.orders.calculate(order=order)).order
    made = (await client.orders.create(order=order, idempotency_key="order-1")).order
    again = (await client.orders.create(order=order, idempotency_key="order-1")).order
    assert made.id == again.id
    assert made.total_money == figures.total_money
    assert made.line_items[0].gross_sales_money.amount == 2 * variant.price_minor
    paid = await client.payments.create(
        source_id="CASH",
        idempotency_key="pay-1",
        amount_money=usd(made.total_money.amount),
        order_id=made.id,
        location_id=square.shop.location_id,
        cash_details={"buyer_supplied_money": usd(made.total_money.amount + 100)},
    )
    assert (paid.payment.status, paid.payment.cash_details.change_back_money.amount) == ("COMPLETED", 100)
    closed = (await client.orders.get(made.id)).order
    assert (closed.state, closed.net_amount_due_money.amount, closed.tenders[0].type) == ("COMPLETED", 0, "CASH")
    counts = [
        one async for one in await client.inventory.batch_get_counts(catalog_object_ids=[key], states=["IN_STOCK"])
    ]
    assert [one.quantity for one in counts] == [str(variant.stock - 2)]
    refund = (
        await client.refunds.refund_payment(
            idempotency_key="refund-1", payment_id=paid.payment.id, amount_money=usd(100), reason="chipped"
        )
    ).refund
    assert (refund.status, refund.amount_money.amount) == ("COMPLETED", 100)
    back = (await client.orders.get(refund.order_id)).order
    assert back.line_items is None
    assert back.returns[0].source_order_id == made.id
    query = {"filter": {"state_filter": {"states": ["COMPLETED"]}}, "sort": {"sort_field": "CREATED_AT"}}
    found = await client.orders.search(location_ids=[square.shop.location_id], query=query)
    assert {one.id for one in found.orders} == {made.id, back.id}
    assert [one.id async for one in await client.payments.list()] == [paid.payment.id]


async def test_split_with_gift_card_and_outside_terminal(square: SquareSimulator, client: AsyncSquare) -> None:
    place = square.shop.location_id
    card = (await client.gift_cards.get_from_gan(gan=square.seed.gift_cards[1].code)).gift_card
    assert (card.state, card.balance_money.amount) == ("ACTIVE", 2500)
    line = {"name": "Chair", "quantity": "1", "base_price_money": usd(9900)}
    order = (await client.orders.create(order={"location_id": place, "line_items": [line]}, idempotency_key="o")).order
    gift = await client.payments.create(
        source_id=card.id, idempotency_key="gift", amount_money=usd(9900), order_id=order.id, autocomplete=False,
        accept_partial_authorization=True,
    )  # fmt: skip
    assert (gift.payment.status, gift.payment.amount_money.amount) == ("APPROVED", 2500)
    rest = await client.payments.create(
        source_id="EXTERNAL", idempotency_key="rest", amount_money=usd(7400), order_id=order.id, autocomplete=False,
        external_details={"type": "CARD", "source": "Counter terminal"},
    )  # fmt: skip
    done = (
        await client.orders.pay(order.id, idempotency_key="p", payment_ids=[gift.payment.id, rest.payment.id])
    ).order
    assert done.state == "COMPLETED"
    assert {tender.type for tender in done.tenders} == {"SQUARE_GIFT_CARD", "OTHER"}
    after = (await client.gift_cards.get(card.id)).gift_card
    assert after.balance_money.amount == 0
    activities = [one async for one in await client.gift_cards.activities.list(gift_card_id=card.id)]
    assert [one.type for one in activities] == ["REDEEM", "ACTIVATE"]
    assert activities[0].redeem_activity_details.status == "COMPLETED"


async def test_gift_card_activities(square: SquareSimulator, client: AsyncSquare) -> None:
    place = square.shop.location_id
    card = (
        await client.gift_cards.create(idempotency_key="g", location_id=place, gift_card={"type": "DIGITAL"})
    ).gift_card
    assert card.state == "PENDING"

    async def act(kind: str, key: str, **details: object) -> object:
        sent = {"type": kind, "location_id": place, "gift_card_id": card.id, **details}
        return (
            await client.gift_cards.activities.create(idempotency_key=key, gift_card_activity=sent)
        ).gift_card_activity

    await act("ACTIVATE", "a", activate_activity_details={"amount_money": usd(1000)})
    redeemed = await act("REDEEM", "r", redeem_activity_details={"amount_money": usd(400), "reference_id": "POS-2"})
    assert redeemed.gift_card_balance_money.amount == 600
    back = await act(
        "REFUND", "b", refund_activity_details={"redeem_activity_id": redeemed.id, "amount_money": usd(400)}
    )
    assert back.gift_card_balance_money.amount == 1000
    with pytest.raises(ApiError) as refused:
        await act("REDEEM", "r2", redeem_activity_details={"amount_money": usd(1001)})
    assert refused.value.errors[0].code == "INSUFFICIENT_FUNDS"


async def test_inventory_count_and_adjustment(square: SquareSimulator, client: AsyncSquare) -> None:
    key, place = next(iter(square.seeder.variations.values())), square.shop.location_id
    counted = await client.inventory.batch_create_changes(
        idempotency_key="i-1",
        changes=[
            {
                "type": "PHYSICAL_COUNT",
                "physical_count": {
                    "catalog_object_id": key, "state": "IN_STOCK", "location_id": place, "quantity": "31",
                    "occurred_at": now(),
                },
            }
        ],
    )  # fmt: skip
    assert [count.quantity for count in counted.counts] == ["31"]
    moved = await client.inventory.batch_create_changes(
        idempotency_key="i-2",
        changes=[
            {
                "type": "ADJUSTMENT",
                "adjustment": {
                    "catalog_object_id": key, "from_state": "IN_STOCK", "to_state": "WASTE", "from_location_id": place,
                    "to_location_id": place, "quantity": "1.5", "occurred_at": now(),
                },
            }
        ],
    )  # fmt: skip
    assert {count.state: count.quantity for count in moved.counts} == {"IN_STOCK": "29.5", "WASTE": "1.5"}
    assert [one.quantity async for one in await client.inventory.get(key)] == ["29.5", "1.5"]


async def test_oauth_and_webhook_subscription(square: SquareSimulator, client: AsyncSquare) -> None:
    granted = square.oauth_fields()["secrets"]
    fresh = await client.o_auth.obtain_token(
        client_id=APPLICATION_ID, client_secret=APPLICATION_SECRET, grant_type="refresh_token",
        refresh_token=granted["refresh_token"],
    )  # fmt: skip
    assert fresh.refresh_token == granted["refresh_token"]
    assert fresh.access_token != granted["access_token"]
    status = await client.o_auth.retrieve_token_status()
    assert (status.expires_at, "ORDERS_WRITE" in status.scopes) == (None, True)
    made = await client.webhooks.subscriptions.create(
        subscription={
            "name": "till", "event_types": ["order.updated"], "notification_url": "https://relay.example.com/square",
        },
        idempotency_key="w",
    )  # fmt: skip
    assert made.subscription.signature_key
    assert [one.id async for one in await client.webhooks.subscriptions.list()] == [made.subscription.id]
