"""Signing in, errors, points, webhooks, bulk reads, cards: what is particular to Shopify."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    RateLimitExceeded,
    ServiceUnavailable,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.reply import Reply
from posbridge.connectors.shopify import CONNECTOR, bulk, errors, products, signin, webhooks
from posbridge.domain.catalog import Product
from posbridge.domain.discount import Discount, DiscountKind, DiscountRefusal, Scope
from posbridge.domain.inventory import StockChange
from posbridge.domain.money import Money
from posbridge.domain.pricing import price
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.shopify.app import CLIENT_ID
from posbridge.security.tokens import SealedToken, TokenService
from posbridge.security.vault import Vault
from posbridge.testing.builders import a_basket, a_line, a_product, tax_setup
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.selling import sale
from posbridge.testing.conformance.shop import CARD, CARD_BALANCE, shop
from tests.connectors.shopify.bench import Bench, bench, now


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posbridge.connectors.shopify.bulk._LOOKS", (0.0,))


# signing in
class Kept:
    """A token store in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, SealedToken]] = {}

    async def load(self, connection_id: str) -> Sequence[SealedToken]:
        return list(self.rows.get(connection_id, {}).values())

    async def save(self, connection_id: str, tokens: Sequence[SealedToken]) -> None:
        self.rows.setdefault(connection_id, {}).update({token.type: token for token in tokens})

    async def forget(self, connection_id: str) -> None:
        self.rows.pop(connection_id, None)


def by_client(**fields: str) -> Bench:
    tokens = TokenService(Kept(), lambda: datetime.now(UTC), Vault(bytes(range(32))))
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


# errors
EXPECTED = {
    "error.401.response": (401, AuthenticationError),
    "error.402.response": (402, ServiceUnavailable),
    "error.423.response": (423, ServiceUnavailable),
    "error.access_denied.response": (200, PermissionDenied),
    "error.auth.invalid_client.response": (400, AuthenticationError),
    "error.change_from_missing.response": (200, ValidationError),
    "error.customer.create.response": (200, ValidationError),
    "error.customer.empty_identifier.response": (200, ValidationError),
    "error.giftcard.currency.response": (200, ValidationError),
    "error.giftcard.deactivated.response": (200, ValidationError),
    "error.giftcard.expired.response": (200, ValidationError),
    "error.giftcard.insufficient.response": (200, ValidationError),
    "error.idempotency_missing.response": (200, ValidationError),
    "error.internal.response": (200, OutcomeUnknown),
    "error.invalid_variable.response": (200, ValidationError),
    "error.inventory.legacy_shape.response": (200, ValidationError),
    "error.inventory.unknown_item.response": (200, NotFound),
    "error.order.create.no_lines.response": (200, ValidationError),
    "error.order.create.validation.response": (200, ValidationError),
    "error.order.refund.over.response": (200, ValidationError),
    "error.throttled.response": (200, RateLimitExceeded),
    "error.webhook.http_uri.response": (200, ValidationError),
}


def test_every_error_of_the_contract_has_its_name(contracts: Path) -> None:
    folder = contracts / "shopify" / "examples"
    there = {path.stem for path in folder.glob("error.*.response.json")}
    assert there == {*EXPECTED, "error.custom_id_undefined.response"}
    for name, (status, kind) in EXPECTED.items():
        found = errors.error(Reply(status, (folder / f"{name}.json").read_bytes()))
        assert type(found) is kind, name
    undefined = folder / "error.custom_id_undefined.response.json"
    assert errors.error(Reply(200, undefined.read_bytes())) is None


def test_a_missing_right_says_which(contracts: Path) -> None:
    text = (contracts / "shopify" / "examples" / "error.access_denied.response.json").read_bytes()
    found = errors.error(Reply(200, text))
    assert isinstance(found, PermissionDenied)
    assert "write_orders" in found.next_step


def test_an_app_that_is_not_installed_is_told_from_a_wrong_key() -> None:
    found = errors.error(Reply(400, b'{"error":"app_not_installed","error_description":"x"}'))
    assert isinstance(found, PermissionDenied)
    assert "Install" in found.next_step
    taken = {"data": {"customerCreate": {"userErrors": [{"message": "Email has already been taken"}]}}}
    assert isinstance(errors.error(Reply(200, json.dumps(taken).encode())), Conflict)
    assert isinstance(errors.error(Reply(404, b"<html>")), NotFound)


def test_throttled_names_the_time(contracts: Path) -> None:
    """400 points wanted, 300 there, 50 a second: two seconds."""
    text = (contracts / "shopify" / "examples" / "error.throttled.response.json").read_bytes()
    found = errors.error(Reply(200, text))
    assert isinstance(found, RateLimitExceeded)
    assert found.retry_at is not None
    assert timedelta(seconds=1) < found.retry_at - datetime.now(UTC) <= timedelta(seconds=2)


def points(available: float, asked: int = 25, rate: float = 100.0) -> Reply:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": available, "restoreRate": rate}
    cost = {"requestedQueryCost": asked, "actualQueryCost": asked, "throttleStatus": status}
    return Reply(200, json.dumps({"data": {}, "extensions": {"cost": cost}}).encode())


def test_points_hold_the_connection_before_they_are_used_up() -> None:
    assert errors.limits(Reply(200, b'{"data": {}}')) is None
    plenty = errors.limits(points(1900))
    assert plenty is not None
    assert plenty.remaining > 0
    scarce = errors.limits(points(20))
    assert scarce is not None
    assert scarce.remaining <= 0
    assert scarce.reset_s == pytest.approx(0.8)
    assert getattr(CONNECTOR, "limits")(points(20)) == scarce  # noqa: B009 - the contract does not name it


# webhooks
def test_signatures_of_the_contract(contracts: Path) -> None:
    examples = contracts / "shopify" / "examples"
    for vector in json.loads((examples / "webhook.signature.vector.json").read_text("utf-8"))["vectors"]:
        body, headers = vector["body"].encode(), {"X-Shopify-Hmac-Sha256": vector["signature"]}
        assert webhooks.verify(body, headers, vector["secret"])
        assert webhooks.verify(body, {k.lower(): v for k, v in headers.items()}, ["other", vector["secret"]])
        assert webhooks.verify(body, {"shopify-hmac-sha256": vector["signature"]}, vector["secret"])
        assert not webhooks.verify(body + b" ", headers, vector["secret"])
        assert not webhooks.verify(body, headers, ["other", ""])
        assert not webhooks.verify(body, {}, vector["secret"])


@pytest.mark.parametrize(
    ("name", "topic", "kind", "object_id"),
    [
        ("webhook.order.created", "orders/create", "order", "gid://shopify/Order/820982911946154508"),
        ("webhook.refund.created", "refunds/create", "refund", "gid://shopify/Order/820982911946154508"),
        ("webhook.product.updated", "products/update", "product", "gid://shopify/Product/788032119674292922"),
        ("webhook.product.deleted", "products/delete", "product", "gid://shopify/Product/788032119674292922"),
        ("webhook.customer.created", "customers/create", "customer", "gid://shopify/Customer/706405506930370084"),
        ("webhook.app.uninstalled", "app/uninstalled", "token_revoked", ""),
        (
            "webhook.inventory_level.updated",
            "inventory_levels/update",
            "inventory",
            "gid://shopify/InventoryItem/271878346596884015",
        ),
    ],
)
def test_deliveries_of_the_contract(contracts: Path, name: str, topic: str, kind: str, object_id: str) -> None:
    examples = contracts / "shopify" / "examples"
    headers = json.loads((examples / "webhook.headers.example.json").read_text("utf-8")) | {"X-Shopify-Topic": topic}
    body = (examples / f"{name}.json").read_bytes()
    (event,) = webhooks.parse(body, headers)
    assert (event.topic, event.kind, event.object_id) == (topic, kind, object_id)
    assert event.key == f"{topic}:98880550-7158-44d4-b7cd-2c97c8a091b5"
    assert event.at == datetime(2026, 11, 5, 16, 20, tzinfo=UTC)
    (bare,) = webhooks.parse(body, {})
    assert bare.kind == kind or name in ("webhook.product.deleted", "webhook.app.uninstalled")


async def test_a_subscription_that_vanished_is_made_again() -> None:
    shopify = bench()
    hooks: Any = shopify.services.webhooks
    made = await hooks.subscribe("http://127.0.0.1:9/hooks")
    assert {one.topics[0] for one in made} == set(webhooks.TOPICS)
    shopify.simulator.hooks.rows.pop(made[0].id)
    again = await hooks.subscribe("http://127.0.0.1:9/hooks")
    assert len(again) == len(made)
    assert {one.id for one in again[1:]} == {one.id for one in made[1:]}
    with pytest.raises(ValidationError):
        await hooks.subscribe("http://till.example.com/hooks")


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


async def test_whole_reads_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cursors that are not ours are refused, not guessed at."""
    shopify = bench()
    for service in (shopify.services.products, shopify.services.orders, shopify.services.customers):
        for cursor in ("nonsense", '["x"]', '{"since": "soon"}'):
            with pytest.raises((ValidationError, ServiceUnavailable)):
                await whole(service.changed_since(cursor))  # type: ignore[union-attr] # it is there
