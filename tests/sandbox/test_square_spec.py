"""The simulated Square keeps the contract: official answers' schemas, and every example request accepted or refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from posbridge.sandbox.square import SquareSimulator
from posbridge.sandbox.square.oauth import APPLICATION_ID, APPLICATION_SECRET

Obj = dict[str, Any]
# file → (method, path, status): ids in the files are first replaced by the simulator's own.
EXAMPLES: dict[str, tuple[str, str, int]] = {
    "customer.create": ("POST", "/v2/customers", 200),
    "customer.search": ("POST", "/v2/customers/search", 200),
    "customer.search.recorded": ("POST", "/v2/customers/search", 200),
    "customer.update": ("PUT", "/v2/customers/{customer}", 409),  # it sends version 2 of a profile at version 0
    "discount.search": ("POST", "/v2/catalog/search", 200),
    "giftcard.activity.activate": ("POST", "/v2/gift-cards/activities", 404),  # its order is unknown
    "giftcard.balance": ("POST", "/v2/gift-cards/from-gan", 200),
    "giftcard.create": ("POST", "/v2/gift-cards", 200),
    "giftcard.redeem": ("POST", "/v2/gift-cards/activities", 200),
    "giftcard.refund": ("POST", "/v2/gift-cards/activities", 400),  # nothing was redeemed under that id
    "inventory.change": ("POST", "/v2/inventory/changes/batch-create", 400),  # a count of 2016 is too old
    "inventory.change.adjustment": ("POST", "/v2/inventory/changes/batch-create", 200),
    "inventory.change.adjustment.legacy": ("POST", "/v2/inventory/changes/batch-create", 400),
    "inventory.counts": ("POST", "/v2/inventory/counts/batch-retrieve", 200),
    "order.batch_retrieve": ("POST", "/v2/orders/batch-retrieve", 200),
    "order.calculate": ("POST", "/v2/orders/calculate", 200),
    "order.create": ("POST", "/v2/orders", 200),
    "order.create.recorded": ("POST", "/v2/orders", 200),
    "order.pay": ("POST", "/v2/orders/{order}/pay", 404),
    "order.pay.recorded": ("POST", "/v2/orders/{order}/pay", 404),
    "order.search": ("POST", "/v2/orders/search", 200),
    "order.update": ("PUT", "/v2/orders/{order}", 200),
    "order.update.recorded": ("PUT", "/v2/orders/{order}", 200),
    "payment.cancel_by_idempotency_key": ("POST", "/v2/payments/cancel", 200),
    "payment.create.card": ("POST", "/v2/payments", 200),
    "payment.create.cash": ("POST", "/v2/payments", 200),
    "payment.create.external": ("POST", "/v2/payments", 200),
    "product.batch_retrieve": ("POST", "/v2/catalog/batch-retrieve", 200),
    "product.search": ("POST", "/v2/catalog/search", 200),
    "product.search.recorded": ("POST", "/v2/catalog/search", 200),
    "product.search_items": ("POST", "/v2/catalog/search-catalog-items", 200),
    "product.upsert": ("POST", "/v2/catalog/object", 200),
    "product.upsert.recorded": ("POST", "/v2/catalog/object", 200),
    "refund.create": ("POST", "/v2/refunds", 404),
    "webhook.subscription.create": ("POST", "/v2/webhooks/subscriptions", 200),
    "oauth.token.refresh": ("POST", "/oauth2/token", 200),
    "oauth.token.authorization_code": ("POST", "/oauth2/token", 401),  # a code nobody gave
    "oauth.token.pkce": ("POST", "/oauth2/token", 401),
}
ELSEWHERE = {"oauth.revoke", "loyalty.account.search"}  # tested on its own; not simulated


def own_ids(square: SquareSimulator, body: Any, order: str) -> Any:
    """The example with the simulator's ids, prices and times where those must be real."""
    place, variation = square.shop.location_id, next(iter(square.seeder.variations.values()))
    card, discount = next(iter(square.cards.rows.values())), square.catalog.put(
        {"type": "DISCOUNT", "id": "#half", "discount_data": {"name": "Half", "discount_type": "FIXED_PERCENTAGE",
                                                              "percentage": "0.5"}}
    )  # fmt: skip
    fixed = {
        "location_id": place, "from_location_id": place, "to_location_id": place, "location_ids": [place],
        "enabled_location_ids": [place], "order_id": order, "client_id": APPLICATION_ID,
        "client_secret": APPLICATION_SECRET, "gift_card_id": card["id"], "gan": card["gan"],
    }  # fmt: skip

    def walk(value: Any, above: str = "") -> Any:
        if isinstance(value, list):
            return [walk(one, above) for one in value]
        if not isinstance(value, dict):
            return value
        made = {name: fixed.get(name, walk(one, name)) for name, one in value.items()}
        if "catalog_object_id" in made:
            made["catalog_object_id"] = discount if above == "discounts" else variation
        if made.get("occurred_at", "").startswith("2026"):
            made["occurred_at"] = datetime.now(UTC).isoformat()
        if above == "modifiers":
            made = {"name": "Well", "base_price_money": {"amount": 50, "currency": "USD"}}
        return made

    return walk(body)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
async def test_example_request_meets_its_answer(
    name: str, contracts: Path, square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    method, path, status = EXAMPLES[name]
    body = json.loads((contracts / "square" / "examples" / f"{name}.request.json").read_text(encoding="utf-8"))
    line = {"name": "Lamp", "quantity": "1", "base_price_money": {"amount": 1599, "currency": "USD"}}
    made = square.orders.create({"order": {"location_id": square.shop.location_id, "line_items": [line]}})["order"]
    body = own_ids(square, body, made["id"])
    if name == "oauth.token.refresh":
        body["refresh_token"] = square.oauth_fields()["secrets"]["refresh_token"]
    if name == "giftcard.activity.activate":
        body["gift_card_activity"]["activate_activity_details"]["order_id"] = "unknown"
    path = path.format(customer=next(iter(square.customers.rows)), order=made["id"])
    answer = await square_client.request(method, path, json=body)
    assert answer.status_code == status, answer.text


def test_every_example_request_is_used(contracts: Path) -> None:
    names = {path.name.removesuffix(".request.json") for path in (contracts / "square/examples").glob("*.request.json")}
    assert names == set(EXAMPLES) | ELSEWHERE


def test_the_strict_specification_can_fail(square_spec: Any) -> None:
    assert square_spec.problems("CreateOrderResponse", {"order": {"location_id": "L", "nonsense": 1}})
    assert square_spec.problems("CreateOrderResponse", {"order": {"location_id": 7}})
    assert not square_spec.problems("CreateOrderResponse", {"order": {"location_id": "L"}})


async def test_the_published_order_comes_to_the_published_figures(
    contracts: Path, square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    folder = contracts / "square" / "examples"
    asked = own_ids(square, json.loads((folder / "order.create.request.json").read_text()), "")
    key = square.catalog.put(
        {"type": "ITEM", "id": "#steak", "item_data": {"name": "New York Steak", "variations": [
            {"type": "ITEM_VARIATION", "id": "#larger", "item_variation_data": {
                "name": "Larger", "price_money": {"amount": 2200, "currency": "USD"}}}]}}
    )  # fmt: skip
    asked["order"]["line_items"][1]["catalog_object_id"] = square.catalog.children[key][0]
    asked["order"]["discounts"][1]["name"] = "Membership Discount"
    given = (await square_client.post("/v2/orders", json=asked)).json()["order"]
    told = json.loads((folder / "order.create.response.json").read_text())["order"]
    assert figures(given) == figures(told)


def figures(order: Obj) -> Obj:
    """All amounts of an order, by name, without ids."""
    names = ("total_money", "total_tax_money", "total_discount_money", "gross_sales_money")
    lines = [{n: line[n]["amount"] for n in names} for line in order["line_items"]]
    parts = [sorted(d["applied_money"]["amount"] for d in line["applied_discounts"]) for line in order["line_items"]]
    rows = {row["name"]: row["applied_money"]["amount"] for part in ("discounts", "taxes") for row in order[part]}
    return {"order": [order[n]["amount"] for n in names[:3]], "lines": lines, "parts": parts, "rows": rows}


async def test_every_operation_answers_in_its_official_shape(
    square: SquareSimulator, square_client: httpx.AsyncClient, square_spec: Any
) -> None:
    square_spec.seen.clear()
    item = next(iter(square.seeder.items.values()))
    variation, place = next(iter(square.seeder.variations.values())), square.shop.location_id
    customer, card = next(iter(square.customers.rows)), next(iter(square.cards.rows))
    order = square.orders.create(
        {"order": {"location_id": place, "line_items": [{"catalog_object_id": variation, "quantity": "1"}]}}
    )
    order = order["order"]
    cash = {"source_id": "cnon:card-nonce-ok", "idempotency_key": "k", "order_id": order["id"],
            "amount_money": order["total_money"], "autocomplete": False}  # fmt: skip
    payment = (await square_client.post("/v2/payments", json=cash)).json()["payment"]
    hook = {
        "subscription": {"name": "n", "event_types": ["order.updated"], "notification_url": "https://example.com/x"}
    }
    made = (await square_client.post("/v2/webhooks/subscriptions", json=hook)).json()["subscription"]
    steps: list[tuple[str, str, Obj | None]] = [
        ("POST", f"/v2/payments/{payment['id']}/complete", {}),
        (
            "POST",
            "/v2/refunds",
            {"idempotency_key": "r", "payment_id": payment["id"], "amount_money": order["total_money"]},
        ),
        ("GET", "/v2/refunds", None),
        ("GET", "/v2/payments", None),
        ("GET", f"/v2/payments/{payment['id']}", None),
        ("GET", f"/v2/orders/{order['id']}", None),
        ("POST", "/v2/orders/search", {"location_ids": [place]}),
        ("POST", "/v2/orders/search", {"location_ids": [place], "return_entries": True}),
        ("GET", "/v2/catalog/list", None),
        (
            "GET",
            "/v2/catalog/list?types=ITEM,IMAGE,CATEGORY,ITEM_OPTION,DISCOUNT,PRICING_RULE,TAX,MEASUREMENT_UNIT",
            None,
        ),
        (
            "POST",
            "/v2/catalog/search",
            {"include_deleted_objects": True, "include_related_objects": True, "limit": 1000},
        ),
        ("GET", "/v2/catalog/info", None),
        ("GET", f"/v2/catalog/object/{item}?include_related_objects=true", None),
        ("DELETE", f"/v2/catalog/object/{item}", None),
        ("GET", f"/v2/catalog/object/{item}", None),
        ("GET", "/v2/locations", None),
        ("GET", f"/v2/locations/{place}", None),
        ("GET", "/v2/merchants", None),
        ("GET", "/v2/merchants/me", None),
        ("GET", "/v2/customers", None),
        ("GET", f"/v2/customers/{customer}", None),
        ("GET", "/v2/gift-cards", None),
        ("GET", f"/v2/gift-cards/{card}", None),
        ("POST", f"/v2/gift-cards/{card}/link-customer", {"customer_id": customer}),
        ("POST", f"/v2/gift-cards/{card}/unlink-customer", {"customer_id": customer}),
        ("DELETE", f"/v2/customers/{customer}", None),
        ("GET", "/v2/gift-cards/activities", None),
        ("POST", "/v2/inventory/counts/batch-retrieve", {"limit": 20}),
        ("POST", "/v2/inventory/changes/batch-retrieve", {}),
        ("POST", "/v2/events", {}),
        ("GET", "/v2/webhooks/event-types", None),
        ("GET", "/v2/webhooks/subscriptions", None),
        ("PUT", f"/v2/webhooks/subscriptions/{made['id']}", {"subscription": {"enabled": False}}),
        ("POST", f"/v2/webhooks/subscriptions/{made['id']}/signature-key", {}),
        ("POST", f"/v2/webhooks/subscriptions/{made['id']}/test", {}),
        ("DELETE", f"/v2/webhooks/subscriptions/{made['id']}", None),
        ("POST", "/oauth2/token/status", {}),
    ]
    for method, path, body in steps:
        await square_client.request(method, path, json=body)
    assert len(square_spec.seen) >= 33
