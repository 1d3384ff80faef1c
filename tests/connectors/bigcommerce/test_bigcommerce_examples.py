"""Every example of the contract is read, a good selection of them by its values; webhook vectors; the errors' table."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.bigcommerce import CONNECTOR, errors, mapping, webhooks
from posbridge.connectors.bigcommerce.reading import rows_of
from posbridge.connectors.contract import Connection
from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    NotFound,
    PermissionDenied,
    RateLimitExceeded,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.connectors.reply import Reply
from posbridge.domain.catalog import ProductStatus
from posbridge.domain.discount import DiscountKind
from posbridge.domain.gift_card import GiftCardStatus
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus
from tests.connectors.bigcommerce.bench import fixture

#: How each kind of answer is read; what comes of a page is read row by row.
READERS: dict[str, Callable[[Any], Any]] = {
    "product.get": mapping.to_products,
    "product.create": mapping.to_products,
    "product.update": mapping.to_products,
    "order.get": mapping.to_order,
    "order.create.response": mapping.to_order,
    "order.list": lambda raw: [mapping.to_order(row) for row in rows_of(raw)],
    "order.refund.": mapping.refund_of,
    "customer.list": lambda raw: [mapping.to_customer(row) for row in rows_of(raw)],
    "customer.create": mapping.to_customer,
    "coupon": lambda raw: [mapping.to_discount(row) for row in rows_of(raw)],
    "promotion.list": lambda raw: [mapping.to_discount(row) for row in rows_of(raw)],
    "giftcard": lambda raw: [mapping.to_gift_card(row) for row in rows_of(raw)],
    "inventory.location_items": lambda raw: [mapping.to_level(row) for row in rows_of(raw)],
    "webhook.": lambda raw: webhooks.parse(json.dumps(raw, default=str).encode(), {}),
}
_OTHERS = ("webhook.signature", "webhook.subscription")


def example(contracts: Path, name: str) -> Any:
    text = (contracts / "bigcommerce" / "examples" / f"{name}.json").read_text("utf-8")
    return json.loads(text, parse_float=Decimal)


def readable(path: Path) -> bool:
    mine = any(path.name.startswith(start) for start in READERS) and not path.name.startswith(_OTHERS)
    return mine and ".request" not in path.name


def test_every_answer_is_read(contracts: Path) -> None:
    paths = [path for path in sorted((contracts / "bigcommerce" / "examples").glob("*.json")) if readable(path)]
    assert len(paths) > 30
    for path in paths:
        raw = json.loads(path.read_text("utf-8"))
        read = next(read for start, read in READERS.items() if path.name.startswith(start))
        assert read(raw) is not None, path.name


def test_a_product_without_options(contracts: Path) -> None:
    (product,) = mapping.to_products(example(contracts, "product.get.response"))
    assert (product.id, product.title, product.tags) == ("174", "1L Le Parfait Jar", ("jar", "glass"))
    (variant,) = product.variants
    assert variant.id == "345"
    assert (variant.price, variant.compare_at_price) == (usd(795), usd(1000))
    assert variant.inventory_quantity is None
    assert product.description.startswith("Lorem ipsum")


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def test_our_own_page_of_products() -> None:
    """Sale prices, options in order, drafts, other scripts, numbers as texts."""
    shirt, draft = mapping.to_products(fixture("products.json"), currency="EUR", categories={"7": "Clothes"})
    small, large = shirt.variants
    assert (small.price, small.compare_at_price) == (eur(1500), eur(2000))
    assert (large.price, large.compare_at_price, large.barcode) == (eur(2250), None, "4006381333931")
    assert [option.values for option in shirt.options] == [("S", "L"), ("Blå",)]
    assert (small.inventory_quantity, small.weight, small.available) == (Decimal(3), Decimal("0.25"), True)
    assert not large.available
    assert [image.alt for image in shirt.images] == ["Front & back", "Side"]
    assert shirt.categories == ("Clothes",)
    assert shirt.description == "Soft cotton.\nWash cold."
    assert (draft.title, draft.status) == ("كأس", ProductStatus.DRAFT)
    assert draft.variants[0].price is None


def eur(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


def test_an_order(contracts: Path) -> None:
    raw, lines = example(contracts, "order.get.response"), example(contracts, "order.products.response")
    order = mapping.to_order(raw, products=lines)
    assert (order.id, order.total, order.tax, order.discount) == ("218", 6984, 531, 1000)
    assert (order.status, order.paid, order.reference) == (OrderStatus.OPEN, 0, "")
    assert order.extra["external_order_id"] == "external-order-id"
    assert order.created_at == datetime(2019, 3, 5, 21, 40, 11, tzinfo=UTC)
    assert order.customer is not None
    assert (order.customer.first_name, order.customer.email) == ("Jane", "janedoe@example.com")
    first = order.lines[0]
    assert (first.id, first.sku, first.total, first.tax, first.discount) == ("65", "S-ORAN", 6523, 924, 159)
    assert first.title.startswith("Fog Linen Chambray Towel - Beige Stripe · S · Orange")


def test_a_free_line_names_no_article(contracts: Path) -> None:
    raw = example(contracts, "order.get.response")
    (line,) = mapping.to_order(raw, products=[example(contracts, "order.product.custom.response")]).lines
    assert (line.product_id, line.variant_id, line.title, line.total) == ("", "", "Journal", 4500)


@pytest.mark.parametrize(
    ("state", "status"), [(0, "draft"), (5, "cancelled"), (14, "partially_refunded"), (99, "unknown")]
)
def test_states_go_by_id(contracts: Path, state: int, status: str) -> None:
    order = mapping.to_order({**example(contracts, "order.get.response"), "status_id": state, "status": "Renamed"})
    assert order.status == OrderStatus(status)
    assert order.complete is (state not in (0, 99))


def test_codes(contracts: Path) -> None:
    first, second = [mapping.to_discount(row) for row in example(contracts, "coupon.list.response")]
    assert (first.kind, first.amount, first.usage_limit, first.scope.everything) == (
        DiscountKind.FIXED, usd(500), None, True,
    )  # fmt: skip
    assert (second.minimum_spend, second.usage_limit) == (usd(2500), 25)
    assert second.extra["unsupported"]
    promotion = mapping.to_discount(example(contracts, "promotion.list.response"))
    assert (promotion.percent, promotion.maximum, promotion.automatic) == (10, usd(2000), True)
    assert promotion.extra["unsupported"]


def test_gift_certificates(contracts: Path) -> None:
    cards = [mapping.to_gift_card(row) for row in example(contracts, "giftcard.list.response")]
    assert [card.balance for card in cards] == [usd(50000), usd(70000), usd(5000)]
    assert cards[0].status is GiftCardStatus.ACTIVE
    body = mapping.from_gift_card(cards[2], usd(-650), "key-1")
    wanted = example(contracts, "canonical.giftcard.redeem.request")
    assert body["balance"] == wanted["balance"]
    assert body.keys() == wanted.keys() | {"message"}
    assert body["message"].startswith("Celebrate [pos ")
    long_used = cards[2]
    for number in range(30):
        message = mapping.from_gift_card(long_used, usd(-1), f"key-{number}")["message"]
        long_used = long_used.model_copy(update={"extra": {**long_used.extra, "message": message}})
    assert long_used.extra["message"].count("[pos ") == 20


# webhooks
def test_the_vectors(contracts: Path) -> None:
    for vector in example(contracts, "webhook.signature.vector")["vectors"]:
        body, secret = vector["body"].encode(), vector.get("key_base64") or vector["client_secret"]
        headers = {name: vector[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
        assert webhooks.verify(body, headers, secret)
        assert webhooks.verify(body, {name.upper(): value for name, value in headers.items()}, ["other", secret])
        assert not webhooks.verify(body + b" ", headers, secret)
        assert not webhooks.verify(body, headers, "other")
        assert not webhooks.verify(body, headers, "")
        assert not webhooks.verify(body, {**headers, "webhook-id": "msg_other"}, secret)
        two = {**headers, "webhook-signature": f"v1,bm9uZQ== {vector['webhook-signature']}"}
        assert webhooks.verify(body, two, secret)
        at = datetime.fromtimestamp(int(vector["webhook-timestamp"]), UTC)
        assert webhooks.verify(body, headers, secret, now=at + timedelta(seconds=299))
        assert not webhooks.verify(body, headers, secret, now=at + timedelta(seconds=301))
        assert not webhooks.verify(body, headers, secret, now=at - timedelta(seconds=301))


def test_a_digest_is_no_signature(contracts: Path) -> None:
    raw = example(contracts, "webhook.order.created")
    headers = {"webhook-id": "m", "webhook-timestamp": "1", "webhook-signature": f"v1,{raw['hash']}"}
    assert not webhooks.verify(json.dumps(raw).encode(), headers, base64.b64encode(b"x" * 32).decode())


@pytest.mark.parametrize(
    ("name", "kind", "object_id"),
    [
        ("order.created", "order", "250"),
        ("order.refund_created", "refund", "250"),
        ("product.inventory_updated", "inventory", "167"),
        ("sku.inventory_updated", "inventory", "206"),
        ("customer.created", "customer", "32"),
        ("app.uninstalled", "token_revoked", ""),
        ("information.updated", "other", ""),
    ],
)
def test_what_deliveries_say(contracts: Path, name: str, kind: str, object_id: str) -> None:
    body = json.dumps(example(contracts, f"webhook.{name}")).encode()
    (event,) = webhooks.parse(body, {})
    assert (event.kind, event.object_id) == (kind, object_id)
    assert webhooks.parse(body, {"Webhook-Id": "msg_1"})[0].key == "msg_1"


# errors
@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("error.401", 401, AuthenticationError),
        ("error.401.customers", 401, AuthenticationError),
        ("error.403.customers", 403, PermissionDenied),
        ("error.404", 404, NotFound),
        ("error.v2.404", 404, NotFound),
        ("error.v2.400", 400, ValidationError),
        ("error.422", 422, ValidationError),
        ("error.customer.duplicate.422", 422, Conflict),
        ("error.customer.filter.422", 422, ValidationError),
        ("error.413.products", 413, ValidationError),
        ("error.refund.422", 422, ValidationError),
        ("error.refund.503", 503, ServiceUnavailable),
        ("error.capture.502", 502, ServiceUnavailable),
        ("error.metafield.400", 400, ValidationError),
        ("error.inventory.tracking_mode.422", 422, ValidationError),
    ],
)
def test_the_errors(contracts: Path, name: str, status: int, kind: type[Exception]) -> None:
    found = errors.error(Reply(status, json.dumps(example(contracts, name)).encode()))
    assert type(found) is kind
    assert found.status == status  # type: ignore[union-attr] # of our tree


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"[]", b'"x"', b"[1]", b'{"title": 5}'])
def test_errors_of_any_shape(body: bytes) -> None:
    assert type(errors.error(Reply(400, body))) is ValidationError
    assert type(errors.error(Reply(507, body))) is ValidationError
    assert errors.error(Reply(204, body)) is None


def test_a_scope_that_is_lacking_is_named() -> None:
    url = "https://api.bigcommerce.com/stores/g5cd38/v2/coupons?code=X"
    found = errors.error(Reply(403, b"{}", url=url))
    assert isinstance(found, PermissionDenied)
    assert "Marketing: modify" in found.message
    assert "Store-level API accounts" in (found.next_step or "")


def test_how_long_to_wait(contracts: Path) -> None:
    said = example(contracts, "error.429")
    for headers, seconds in ((said["headers"], 15), ({}, 30), ({**said["headers"], "X-Retry-After": "40"}, 40)):
        found = errors.error(Reply(429, json.dumps(said["body"]).encode(), headers))
        assert isinstance(found, RateLimitExceeded)
        assert found.retry_at is not None
        assert abs((found.retry_at - datetime.now(UTC)).total_seconds() - seconds) < 2


def test_the_headers_drive_the_window() -> None:
    def hint(left: str) -> Any:
        told = {"X-Rate-Limit-Requests-Left": left, "X-Rate-Limit-Time-Reset-Ms": "15000"}
        return CONNECTOR.limits(Reply(200, b"{}", told))  # type: ignore[attr-defined] # a hook of the contract

    assert hint("100").remaining == 96
    assert (hint("3").remaining, hint("3").reset_s) == (0, 15)
    assert hint("") is None


@pytest.mark.parametrize("told", ["g5cd38", "https://api.bigcommerce.com/stores/g5cd38/v3/"])
def test_a_pasted_path_gives_the_store(told: str) -> None:
    connection = Connection(id="c", platform="bigcommerce", fields={"store_hash": told})
    assert CONNECTOR.base_url(connection) == "https://api.bigcommerce.com/stores/g5cd38"
