"""Signing in, bulk reads, stock, codes and cards: what is particular to Shopify."""

from __future__ import annotations

import asyncio
import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import (
    AuthenticationError,
    NotFound,
    OutcomeUnknown,
    ServiceUnavailable,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.shopify import bulk, products, signin
from posbridge.domain.catalog import Product
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount, DiscountKind, DiscountRefusal, Scope
from posbridge.domain.inventory import StockChange
from posbridge.domain.money import Money
from posbridge.domain.pricing import price
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.shopify.app import CLIENT_ID
from posbridge.testing.builders import a_basket, a_line, a_product, tax_setup
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.selling import sale
from posbridge.testing.conformance.shop import CARD, CARD_BALANCE, shop
from tests.connectors.shopify.bench import Bench, bench
from tests.connectors.watched import now, token_service


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posbridge.connectors.shopify.bulk._LOOKS", (0.0,))


# signing in
def by_client(**fields: str) -> Bench:
    tokens = token_service()
    given = {"auth_mode": "client_credentials", "client_id": CLIENT_ID, **fields}
    return bench(fields=given, tokens=tokens)


async def test_tokens_that_die_are_renewed_once_for_all() -> None:
    shopify = by_client()
    await shopify.services.probe()
    granted = [one for one in shopify.wire.sent if one.path.endswith("access_token")]
    assert len(granted) == 1
    assert granted[0].body["grant_type"] == "client_credentials"
    assert shopify.simulator.expire_tokens() == 1
    orders = [sale(seed) for seed in range(1, 9)]
    made = [shopify.services.orders.create(one, f"key-{one.id}", bench().context()) for one in orders]  # type: ignore[union-attr] # it is there
    await asyncio.gather(*made)
    assert len([one for one in shopify.wire.sent if one.path.endswith("access_token")]) == 2
    booked = shopify.simulator.orders_book()
    assert sorted(one["reference"] for one in booked) == sorted(one.reference for one in orders)


async def test_a_token_endpoint_that_fails_signs_nobody_out() -> None:
    shopify = by_client()
    shopify.simulator.faults.plan("500", path="/admin/oauth", times=9)
    with pytest.raises(ServiceUnavailable):
        await shopify.services.probe()
    shopify.simulator.faults.planned.clear()
    assert (await shopify.services.probe()).account == shopify.simulator.shop.domain


async def test_a_wrong_client_id_is_told() -> None:
    with pytest.raises(AuthenticationError):
        await by_client(client_id="f" * 32).services.probe()


async def test_a_token_alone_is_enough() -> None:
    assert (await bench(fields={"auth_mode": ""}).services.probe()).account


def test_a_right_to_write_holds_the_right_to_read() -> None:
    assert signin.missing(["write_orders", "read_products"])
    assert "read_orders" not in signin.missing(["write_orders"])
    assert signin.missing([*signin.SCOPES]) == ()


async def test_connecting_defines_the_mark_once() -> None:
    shopify = bench(marked=False)
    first = await shopify.services.probe()
    again = await shopify.services.probe()
    assert first.settings == again.settings == {"order_mark": "yes"}
    assert first.prices_include_tax is False
    assert first.locations[0].name == shopify.simulator.seed.location


async def test_a_location_that_is_not_there_is_told() -> None:
    shopify = bench()
    strange = shopify.connection.model_copy(update={"location": "gid://shopify/Location/7"})
    context: Any = type("C", (), {"connection": strange, "http": shopify.http, "clock": staticmethod(now)})
    from posbridge.connectors.shopify.calls import Calls
    from posbridge.connectors.shopify.services import Prober

    with pytest.raises(ValidationError) as caught:
        await Prober(Calls(context)).probe()
    assert shopify.simulator.seed.location in caught.value.next_step


# products
async def read(shopify: Bench, cursor: str | None = None) -> list[Page[Product]]:
    assert shopify.services.products is not None
    return [page async for page in shopify.services.products.changed_since(cursor)]


async def test_a_large_shop_is_read_in_bulk_and_resumed_behind_any_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    paged = {p.id: p for page in await read(bench(shop(60))) for p in page.items}
    monkeypatch.setattr(products, "BULK_FROM", 10)
    monkeypatch.setattr(bulk, "PIECE", 9_000)
    shopify = bench(shop(60))
    pages = await read(shopify)
    found = [product for page in pages for product in page.items]
    assert len(pages) > 3
    assert {one.id: one for one in found} == paged
    assert len(found) == len(paged)
    assert pages[-1].last
    assert pages[0].total == len(found)
    names = [one.name for one in shopify.wire.sent if one.name]
    assert names == ["Products", "BulkRun", "BulkState", "BulkState"]
    for at in range(len(pages) - 1):
        rest = [one.id for page in await read(shopify, pages[at].cursor) for one in page.items]
        assert rest == [one.id for page in pages[at + 1 :] for one in page.items]
    assert await read(shopify, pages[-1].cursor)


async def test_a_shop_that_is_busy_with_other_bulk_reads_is_read_by_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "BULK_FROM", 2)
    shopify = bench()
    busy = {"bulkOperation": None, "userErrors": [{"field": None, "message": "A bulk query is already in progress"}]}
    shopify.wire.answers["BulkRun"] = [{"data": {"bulkOperationRunQuery": busy}}]
    assert len([p for page in await read(shopify) for p in page.items]) == len(shopify.simulator.seed.products)


async def test_a_page_that_is_too_dear_is_halved() -> None:
    shopify = bench(shop(60))
    dear = {"errors": [{"message": "Query cost is 1500", "extensions": {"code": "MAX_COST_EXCEEDED"}}]}
    shopify.wire.answers["Products"] = [dear, dear]
    pages = await read(shopify)
    assert sum(len(page.items) for page in pages) == 63
    assert [one.body["variables"]["first"] for one in shopify.named("Products")][:3] == [50, 25, 12]


async def test_all_variants_of_a_product_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "VARIANTS", 1)
    shopify = bench()
    found = {p.title: p for page in await read(shopify) for p in page.items}
    assert len(found["Shirt"].variants) == 2
    assert len(shopify.named("Variants")) == 1


async def test_ids_go_on_where_one_list_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "IDS", 10)
    monkeypatch.setattr(products, "LIST_END", 20)
    shopify = bench(shop(62))
    assert shopify.services.products is not None
    pages = [page async for page in shopify.services.products.ids()]
    found = [one for page in pages for one in page.items]
    assert len(found) == len(set(found)) == 65
    assert [page.last for page in pages].count(True) == 1
    queries = {one.body["variables"]["query"] for one in shopify.named("ProductIds")}
    assert len(queries) == 4


async def test_products_are_not_written() -> None:
    with pytest.raises(Unsupported):
        await bench().services.products.push(a_product(), "k")  # type: ignore[union-attr] # it is there


# stock
async def test_stock_of_broken_quantities_and_strangers_is_refused() -> None:
    shopify = bench()
    stock: Any = shopify.services.inventory
    variant = shopify.simulator.catalog.by_sku("SKU-0001").id
    with pytest.raises(ValidationError):
        await stock.adjust([StockChange(variant_id=variant, delta=Decimal("0.5"))], "k-1")
    with pytest.raises(NotFound):
        await stock.adjust([StockChange(variant_id="77", delta=Decimal(1))], "k-2")
    changes = [StockChange(variant_id=variant, delta=Decimal(1), reason=r) for r in ("received", "sold", "returned")]
    await stock.adjust(changes, "k-3")
    sent = [one.body["variables"] for one in shopify.named("Adjust")]
    assert [one["input"]["reason"] for one in sent] == ["received", "correction", "restock"]
    assert len({one["key"] for one in sent}) == 3
    assert shopify.simulator.stock_book()["SKU-0001"] == 43


# discount codes
def basket() -> Any:
    return price(a_basket([a_line(1, 1250, 2)]), tax_setup("10"))


@pytest.mark.parametrize(
    ("inner", "refusal"),
    [
        ({"__typename": "DiscountCodeBxgy", "title": "3 for 2"}, DiscountRefusal.UNSUPPORTED),
        ({"__typename": "DiscountCodeApp", "title": "By an app"}, DiscountRefusal.UNSUPPORTED),
        ({"startsAt": "2099-01-01T00:00:00Z", "status": "SCHEDULED"}, DiscountRefusal.NOT_STARTED),
        ({"status": "EXPIRED"}, DiscountRefusal.INACTIVE),
        ({"status": "EXPIRED", "endsAt": "2020-01-01T00:00:00Z"}, DiscountRefusal.EXPIRED),
        ({"usageLimit": 2, "asyncUsageCount": 2}, DiscountRefusal.USED_UP),
        ({"context": {"__typename": "DiscountCustomerSegments"}}, DiscountRefusal.UNSUPPORTED),
        ({}, None),
    ],
)
async def test_why_a_code_does_not_count(inner: dict[str, Any], refusal: DiscountRefusal | None) -> None:
    shopify = bench()
    gets = {"value": {"percentage": 0.1}, "items": {"__typename": "AllDiscountItems"}}
    whole_of = {"__typename": "DiscountCodeBasic", "title": "T", "status": "ACTIVE", "customerGets": gets, **inner}
    node = {"id": "gid://shopify/DiscountCodeNode/1", "codeDiscount": whole_of}
    shopify.wire.answers["Discount"] = [{"data": {"codeDiscountNodeByCode": node}}]
    answer = await shopify.services.discounts.validate("T", basket(), now())  # type: ignore[union-attr] # it is there
    assert answer.refusal is refusal


async def test_codes_are_for_collections_by_their_name(contracts: Path) -> None:
    from posbridge.connectors.shopify.mapping import to_discount

    fixture = Path(__file__).parent / "fixtures" / "coupon.lookup.json"
    found = to_discount(json.loads(fixture.read_text("utf-8")), code="FIVE")
    assert found.scope == Scope(categories=frozenset({"Autumn"}))
    assert found.customer_ids == {"gid://shopify/Customer/9"}
    assert (found.kind, found.minimum_quantity, found.per_customer_limit) == (DiscountKind.FIXED, 2, 1)
    assert isinstance(found, Discount)


# gift cards
async def test_only_the_card_that_was_typed_is_charged() -> None:
    """The search is fuzzy: two cards end alike, and neither is taken by guess."""
    shopify = bench()
    cards: Any = shopify.services.gift_cards
    with pytest.raises(NotFound):
        await cards.balance("9" * 12 + CARD[-4:-1] + "x")
    from posbridge.sandbox.seed import SeedGiftCard

    shopify.simulator.cards.add(SeedGiftCard("1111222233336501", 900))
    with pytest.raises(NotFound):
        await cards.redeem(CARD, usd(100), "k-1")
    assert shopify.simulator.gift_cards_book()[0]["balance"] == CARD_BALANCE


async def test_a_redeem_of_yesterday_is_not_made_again() -> None:
    shopify = bench()
    cards: Any = shopify.services.gift_cards
    shopify.wire.lost = ["CardDebit"]
    with pytest.raises(OutcomeUnknown):
        await cards.redeem(CARD, usd(1200), "k-1", reference="P1")
    other = bench(simulator=shopify.simulator).services.gift_cards
    assert other is not None
    move = await other.redeem(CARD, usd(1200), "k-1", reference="P1")
    assert (move.amount, move.balance) == (usd(1200), usd(CARD_BALANCE - 1200))
    (card,) = shopify.simulator.gift_cards_book()
    assert card["movements"] == [{"key": "posbridge-k-1 P1", "amount": -1200}]


async def test_a_hundred_redeems_of_two_tills_never_overspend() -> None:
    """T6: 100 redeems of 10.00 on a card of 50.00 from two tills, a fifth of the replies lost."""
    shopify = bench()
    tills = [shopify, bench(simulator=shopify.simulator)]
    shopify.simulator.faults = Faults({"lost500": 0.2}, seed=3, writes_only=True)
    order = list(range(100))
    random.Random(5).shuffle(order)
    outcomes = await asyncio.gather(*(redeemed(tills[n % 2], f"hold-{n}") for n in order))
    (card,) = shopify.simulator.gift_cards_book()
    assert sum(outcomes) == 5
    assert card["balance"] == 0
    assert len({move["key"] for move in card["movements"]}) == len(card["movements"]) == 5


async def redeemed(till: Bench, key: str) -> bool:
    """One redeem by the gift card protocol: after a doubt look first, then again."""
    cards: Any = till.services.gift_cards
    while True:
        try:
            await cards.redeem(CARD, usd(1000), key)
        except OutcomeUnknown:
            if await cards.find_move(CARD, key):
                return True
        except ValidationError:
            return False
        else:
            return True


async def test_stock_of_an_item_that_a_webhook_named() -> None:
    shopify = bench()
    variant = shopify.simulator.catalog.by_sku("SKU-0001")
    levels = await whole(shopify.services.inventory.levels(None, [variant.item]))  # type: ignore[union-attr] # it is there
    assert [(one.variant_id, one.quantity) for one in levels] == [(variant.id, 40)]


async def test_what_is_not_stocked_here_is_there_not_at_all() -> None:
    shopify = bench()
    item = {"id": "gid://shopify/InventoryItem/1", "tracked": True, "inventoryLevel": None}
    row = {"id": "gid://shopify/ProductVariant/1", "inventoryItem": item}
    loose = {**row, "inventoryItem": {**item, "tracked": False}}
    shopify.wire.answers["StockOf"] = [{"data": {"nodes": [row, loose, None, {}]}}]
    levels = await whole(shopify.services.inventory.levels(None, ["1", "2", "3", "4"]))  # type: ignore[union-attr] # it is there
    assert [one.quantity for one in levels] == [0, None]


async def test_a_buyer_whom_shopify_does_not_take_is_no_reason_to_refuse() -> None:
    shopify, orders = bench(), bench().services.orders
    assert orders is not None
    wrong = {"field": ["order", "customer", "toUpsert"], "message": "Customer phone has already been taken"}
    refused = {"data": {"orderCreate": {"order": None, "userErrors": [wrong]}}}
    shopify.wire.answers["OrderCreate"] = [refused]
    buyer = Customer(id="1", first_name="Zoë", phone="+12025550188")
    made = await shopify.services.orders.create(sale(customer=buyer), "key-1", shopify.context())  # type: ignore[union-attr] # it is there
    assert shopify.booked["id"] == made.id
    sent = [one.body["variables"]["order"] for one in shopify.named("OrderCreate")]
    assert ["customer" in one for one in sent] == [True, False]


async def test_whole_reads_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cursors that are not ours are refused, not guessed at."""
    shopify = bench()
    for service in (shopify.services.products, shopify.services.orders, shopify.services.customers):
        for cursor in ("nonsense", '["x"]', '{"since": "soon"}'):
            with pytest.raises((ValidationError, ServiceUnavailable)):
                await whole(service.changed_since(cursor))  # type: ignore[union-attr] # it is there
