"""What is sent is what the official schema allows; what comes back as an error is told apart; webhooks are proved."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from posbridge.connectors.contract import WebhookEvent
from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    ConnectorError,
    NotFound,
    PermissionDenied,
    RateLimitExceeded,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.connectors.reply import Reply, failure
from posbridge.connectors.woocommerce import CONNECTOR, webhooks
from posbridge.connectors.woocommerce.errors import error, refusal
from posbridge.connectors.woocommerce.mapping import from_customer, from_order
from posbridge.connectors.woocommerce.pages import PAGE, every_row
from posbridge.domain.catalog import ProductOption
from posbridge.domain.customer import Customer
from posbridge.domain.discount import DiscountRefusal
from posbridge.domain.inventory import StockChange
from posbridge.domain.order import OrderStatus, TenderKind
from posbridge.testing.builders import a_customer, a_line, a_product, a_variant, an_order
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.selling import giving_back, sale
from posbridge.testing.conformance.shop import shop
from tests.connectors.watched import now
from tests.connectors.wired import Sent
from tests.connectors.woocommerce.bench import Bench, bench


async def everything(far: Bench) -> None:
    """Each write that the services make."""
    services: Any = far.services
    buyer = a_customer(email="ada2@example.com")
    order = sale(
        lines=[(1, 1250, 2), (3, 2200, 1), (77, 333, 3)],
        tenders=[(TenderKind.CASH, 2000), (TenderKind.GIFT_CARD, 4269)],
        customer=buyer,
        note="Gift wrap",
    )
    made = await services.customers.create(buyer, "key-c")
    await services.customers.update(made.model_copy(update={"first_name": "Grace"}))
    ref = await services.orders.create(order, "key", far.context(customer_id=made.id))
    await services.orders.update(ref.id, note="x")
    for seed, line in enumerate(("line-1", "line-77")):
        refund = giving_back(order, [(line, 1)], seed)
        await services.orders.refund(refund, ref, f"r-{line}", replace(far.context(), steps=Steps()))
    await services.orders.update_status(ref.id, OrderStatus.CANCELLED)
    await services.inventory.adjust(
        [StockChange(variant_id=far.id_of(sku), delta=-1) for sku in ("SKU-0001", "SKU-0003")],
        "key-s",  # type: ignore[arg-type] # an int is a quantity
    )
    await services.products.push(a_product(50, id="", variants=(a_variant(50),)), "key-p")
    options = (ProductOption(name="Size", values=("S",)),)
    shirt = a_product(51, id="", options=options, variants=(a_variant(51, option_values={"Size": "S"}),))
    await services.products.push(shirt, "key-q")
    await services.webhooks.subscribe("https://till.example.com/hooks")
    await services.probe()


def schema_for(spec: dict[str, Any], sent: Sent) -> Any:
    """The official schema of a request's body."""
    wanted = sent.path.split("/")
    for path, methods in spec["paths"].items():
        parts = path.strip("/").split("/")
        fits = len(parts) == len(wanted) and all(
            p.startswith("{") or p == w for p, w in zip(parts, wanted, strict=True)
        )
        if fits and sent.method.lower() in methods:
            return methods[sent.method.lower()]["requestBody"]["content"]["application/json"]["schema"]
    raise AssertionError(f"the specification has no {sent.method} {sent.path}")


async def test_every_body_fits_the_official_schema(contracts: Path) -> None:
    spec = json.loads((contracts / "woocommerce" / "spec" / "openapi.composed.json").read_text("utf-8"))
    far = bench(replace(shop(), tax_rate="8.25"))
    await everything(far)
    bodies = [sent for sent in far.wire.sent if sent.body is not None and not sent.path.startswith("/")]
    assert len({(sent.method, sent.path.split("/")[0]) for sent in bodies}) == 7
    for sent in bodies:
        schema = {**schema_for(spec, sent), "components": spec.get("components", {})}
        found = OAS31Validator(schema).iter_errors(sent.body)
        problems = [f"{sent.method} {sent.path} {list(e.path)}: {e.message}" for e in found]
        assert not problems, problems[:5]
        assert sent.headers["content-type"] == "application/json", "another type is ignored without a word (802)"


async def test_every_query_is_one_the_shop_knows(contracts: Path) -> None:
    """WooCommerce ignores a filter it does not know, and then everything comes back."""
    spec = json.loads((contracts / "woocommerce" / "spec" / "openapi.composed.json").read_text("utf-8"))
    far = bench()
    await everything(far)
    services: Any = far.services
    async for _ in services.products.changed_since("2026-01-01T00:00:00|1|"):
        pass
    async for _ in services.customers.changed_since(None):
        pass
    async for _ in services.discounts.active():
        pass
    async for _ in services.orders.changed_since("2026-01-01T00:00:00|1|"):
        pass
    await services.orders.find(sale(9).reference, around=now())
    await services.customers.find(phone="+12025550101")
    known = {"_fields", "force"}
    for sent in far.wire.sent:
        methods = next((m for path, m in spec["paths"].items() if path.strip("/") == sent.path), None)
        if sent.method != "GET" or methods is None:
            continue
        allowed = {one["name"] for one in methods["get"].get("parameters", ())} | known
        assert set(sent.query) <= allowed, f"{sent.path}: {set(sent.query) - allowed}"


# errors
ERRORS: dict[str, type[ConnectorError]] = {
    "002-auth-wrong-secret": AuthenticationError,
    "003-auth-unknown-key": AuthenticationError,
    "006-auth-read-only-key-writes": PermissionDenied,
    "008-auth-low-role-list-orders": PermissionDenied,
    "010-auth-plain-http-basic": AuthenticationError,
    "013-auth-oauth1-replayed-nonce": AuthenticationError,
    "118-products-list-per-page-101": ValidationError,
    "143-product-get-deleted": NotFound,
    "203-stock-fraction": ValidationError,
    "302-customer-create-duplicate-email": Conflict,
    "413-order-create-unknown-coupon": ValidationError,
    "451-refund-default-api-refund": ValidationError,
    "456-refund-too-much": ValidationError,
    "601-gift-card-none": NotFound,
    "801-error-malformed-json": ValidationError,
    "804-error-duplicate-sku": Conflict,
    "808-error-bad-price": ValidationError,
    "814-error-route-404": NotFound,
    "815-error-method-not-allowed": NotFound,
    "824-error-batch-too-many": ValidationError,
    "827-error-quantity-fraction": ValidationError,
    "error.400.duplicate_coupon": Conflict,
    "error.400.duplicate_sku": Conflict,
    "error.400.coupon_invalid_draft_left": ValidationError,
    "error.401.bad_key": AuthenticationError,
    "error.401.read_only_key": PermissionDenied,
    "error.404.order": NotFound,
    "error.413.batch_too_large": ValidationError,
    "error.429": RateLimitExceeded,
    "error.500.fatal": ServiceUnavailable,
    "error.500.refund_amount": ValidationError,
    "error.503": RateLimitExceeded,
}


def replied(contracts: Path, name: str) -> Reply:
    folder = contracts / "woocommerce" / "examples"
    file = folder / "recorded" / f"{name}.json"
    said = json.loads((file if file.is_file() else folder / f"{name}.json").read_text("utf-8"))
    said = said.get("response", said)
    return Reply(said.get("http_status", said.get("status")), json.dumps(said["body"]).encode(), said["headers"])


@pytest.mark.parametrize("name", sorted(ERRORS))
def test_errors_are_told_apart(contracts: Path, name: str) -> None:
    found = failure(replied(contracts, name), CONNECTOR, write=False, due_json=True, now=now())
    assert type(found) is ERRORS[name]
    assert isinstance(found, ConnectorError)
    assert found.message
    assert "<" not in found.message


def test_details_of_errors(contracts: Path) -> None:
    left = error(replied(contracts, "error.400.coupon_invalid_draft_left"))
    assert isinstance(left, ValidationError)
    assert left.detail["draft_order_id"] == "26"
    slow = failure(replied(contracts, "error.429"), CONNECTOR, write=True, due_json=True, now=now())
    assert isinstance(slow, RateLimitExceeded)
    assert slow.retry_at is not None
    assert 15 < (slow.retry_at - now()).total_seconds() <= 19
    wall = error(Reply(403, b"<html>Forbidden</html>"))
    assert isinstance(wall, PermissionDenied)
    assert "firewall" in wall.message
    assert error(Reply(502, b"<html>Bad gateway</html>")) is None
    assert error(Reply(200, b"[]")) is None
    fatal = failure(replied(contracts, "error.500.fatal"), CONNECTOR, write=True, due_json=True, now=now())
    assert fatal is not None
    assert type(fatal).__name__ == "OutcomeUnknown"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Coupon &quot;nosuch&quot; does not exist!", DiscountRefusal.UNKNOWN),
        ("Coupon &quot;nope&quot; cannot be applied because it does not exist.", DiscountRefusal.UNKNOWN),
        ("This coupon has expired.", DiscountRefusal.EXPIRED),
        ("Coupon usage limit has been reached.", DiscountRefusal.USED_UP),
        ("The minimum spend for this coupon is <span>&#036;30.00</span>.", DiscountRefusal.MINIMUM_SPEND),
        ("The maximum spend for this coupon is &#036;30.00.", DiscountRefusal.MAXIMUM_SPEND),
        ("Sorry, this coupon is not applicable to selected products.", DiscountRefusal.NOT_FOR_BASKET),
        ("Sorry, coupon &quot;x&quot; has already been applied and cannot be used in conjunction with other coupons.",
         DiscountRefusal.NOT_COMBINABLE),
        ("Please enter a valid email to use coupon code &quot;vip&quot;.", DiscountRefusal.NOT_FOR_CUSTOMER),
        ("Dieser Gutschein gilt nicht.", DiscountRefusal.UNSUPPORTED),
    ],
)  # fmt: skip
def test_refusals_are_told_apart_by_their_words(words: str, why: DiscountRefusal) -> None:
    assert refusal(words) is why


# webhooks
def deliveries(contracts: Path) -> list[tuple[str, bytes, dict[str, str], str]]:
    """Real deliveries with their secrets."""
    folder = contracts / "woocommerce" / "examples"
    found = []
    for file in sorted(folder.glob("webhook.*.json")):
        said = json.loads(file.read_text("utf-8"))
        if isinstance(said, dict) and "secret" in said and "body_raw" in said:
            found.append((file.name, said["body_raw"].encode(), said["headers"], said["secret"]))
    return found


def test_real_deliveries_are_proved(contracts: Path) -> None:
    found = deliveries(contracts)
    assert len(found) >= 10
    for name, body, headers, secret in found:
        lower = {key.lower(): value for key, value in headers.items()}
        assert webhooks.verify(body, headers, secret), name
        assert webhooks.verify(body, lower, ["other", secret]), name
        assert not webhooks.verify(body + b" ", headers, secret), name
        assert not webhooks.verify(body, headers, ""), name
        assert not webhooks.verify(body, {}, secret), name
        assert webhooks.parse(body, headers)[0].object_id, name


def test_recorded_signatures(contracts: Path) -> None:
    seen = 0
    for file in (contracts / "woocommerce" / "examples" / "recorded").glob("7*-webhook-*.json"):
        said = json.loads(file.read_text("utf-8"))["request"]
        if "raw_body_base64" in said and "X-WC-Webhook-Signature" in said["headers"]:
            seen += 1
            raw = base64.b64decode(said["raw_body_base64"])
            assert webhooks.verify(raw, said["headers"], said["webhook_secret"]), file.name
    assert seen >= 5


def sign(body: bytes, secret: str) -> dict[str, str]:
    made = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return {"X-WC-Webhook-Signature": made, "X-WC-Webhook-Topic": "order.updated", "X-WC-Webhook-ID": "3"}


def test_the_shop_resolves_entities_in_its_secret() -> None:
    assert webhooks.verify(b"{}", sign(b"{}", "a&b"), "a&amp;b")
    assert webhooks.verify(b"{}", sign(b"{}", "Schlüssel"), "Schlüssel")


def parsed(body: Any, topic: str) -> WebhookEvent:
    (event,) = webhooks.parse(json.dumps(body).encode(), {"x-wc-webhook-topic": topic})
    return event


def test_what_deliveries_say() -> None:
    variation = parsed({"id": 20, "type": "variation", "parent_id": 17}, "product.updated")
    assert (variation.kind, variation.object_id) == ("product", "17")
    refund = parsed({"action": "woocommerce_order_refunded", "arg": 49}, "action.woocommerce_order_refunded")
    assert (refund.kind, refund.object_id) == ("order", "49")
    assert parsed({"id": 9, "code": "x"}, "coupon.updated").kind == "other"
    lost = parsed({"code": "woocommerce_rest_product_invalid_id", "message": "No"}, "product.created")
    assert (lost.kind, lost.object_id) == ("other", "")
    assert webhooks.parse(b"webhook_id=13", {}) == []
    assert parsed({"id": 1}, "product.updated").key != parsed({"id": 2}, "product.updated").key


def test_a_customer_is_sent_without_what_is_unknown() -> None:
    body = from_customer(Customer(id="", first_name="Ada"))
    assert "email" not in body
    assert "address_1" not in body["billing"]


def test_lines_carry_our_ids() -> None:
    body = from_order(an_order([a_line(1)]))
    assert body["line_items"] == []
    assert body["fee_lines"][0]["meta_data"][0] == {"key": "_posbridge_line", "value": "line-1"}


class Shrinking:
    """A list of 250 rows, of which the first 120 go away once its first page was read."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    async def get(self, path: str, *, params: dict[str, Any]) -> Reply:
        number = params["page"]
        rows = [{"id": ident} for ident in range(1 if not self.asked else 121, 251)]
        self.asked.append(number)
        counts = {"x-wp-total": str(len(rows)), "x-wp-totalpages": str(-(-len(rows) // PAGE))}
        return Reply(200, json.dumps(rows[(number - 1) * PAGE : number * PAGE]).encode(), counts)


async def test_rows_that_moved_up_are_read_though_their_page_was_passed() -> None:
    far: Any = Shrinking()
    rows = await every_row(far, "orders", {})
    assert [row["id"] for row in rows] == [*range(1, 101), *range(121, 251)]
    assert far.asked == [1, 2, 1, 2]
