"""The shop of WooCommerce 11.0.1 behind `INDEX.json`, rebuilt as far as the examples show it."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlencode

from posbridge.sandbox.woocommerce import Options
from posbridge.sandbox.woocommerce.auth import Key
from tests.conftest import CONTRACTS
from tests.sandbox.woocommerce_lab import READER, Lab, basic

HOODIE = {"name": "Logo Hoodie", "type": "variable", "sku": "HOODIE", "categories": [{"id": 17}],
          "brands": [{"id": 18}], "images": [{"id": 10}], "default_attributes": [{"id": 1, "option": "Red"}],
          "attributes": [{"id": 1, "variation": True, "options": ["Red"]}]}  # fmt: skip
RED = {"regular_price": "45.00", "sale_price": "39.90", "sku": "HOODIE-RED", "global_unique_id": "4006381333948",
       "manage_stock": True, "stock_quantity": 7, "image": {"id": 11},
       "attributes": [{"id": 1, "option": "Red"}, {"name": "Logo", "option": "Yes"}]}  # fmt: skip
COFFEE = {"name": "Café Blend", "sku": "COFFEE-250", "global_unique_id": "4006381333931", "regular_price": "12.5",
          "sale_price": "9.99", "manage_stock": True, "stock_quantity": 40, "categories": [{"id": 16}],
          "brands": [{"id": 18}], "tags": [{"name": "drinks"}]}  # fmt: skip
COUPONS: dict[int, tuple[str, str, str, dict[str, Any]]] = {
           18: ("TEN", "percent", "10", {}),
           19: ("FIVEOFF", "fixed_cart", "5.00", {"minimum_amount": "20.00"}),
           21: ("FREESHIP", "fixed_cart", "0", {"free_shipping": True}),
           22: ("OLD", "percent", "15", {"date_expires": "2020-01-01T00:00:00"}),
           23: ("ONCE", "percent", "20", {"usage_limit": 1, "usage_limit_per_user": 1}),
           24: ("VIP", "percent", "20", {"email_restrictions": ["vip@example.com"]})}  # fmt: skip
CARDS = (("RBYW-YBZC-B7HM-LHPR", 50, "on"), ("K73K-XTPM-D5RA-RARU", 20, "off"), ("TEST-1234-ABCD-5678", 10.5, "on"))
# Examples that are no exchange with the REST API as it is simulated: another plug-in, a broken server, a delivery.
SKIPPED_KINDS = ("smartcoupon.*", "error.500.fatal.json", "error.503.json", "webhook.*", "*.vector*.json", "docs.*")


def index() -> list[dict[str, Any]]:
    """The exchanges of the index that can be replayed."""
    text = (CONTRACTS / "woocommerce" / "examples" / "INDEX.json").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = json.loads(text)
    return [row for row in rows if not any(fnmatchcase(row["file"], skipped) for skipped in SKIPPED_KINDS)]


def example(name: str) -> Any:
    """One example file."""
    return json.loads((CONTRACTS / "woocommerce" / "examples" / name).read_text(encoding="utf-8"))


def index_body(row: dict[str, Any]) -> Any:
    """What the real shop answered."""
    found = example(row["file"])
    return found["body"] if isinstance(found, dict) and "http_status" in found else found


def lab_of_11(*, gift_cards: bool) -> Lab:
    """The shop of the index, before its orders."""
    lab = Lab(Options(gift_cards=gift_cards, timezone="America/Sao_Paulo"), tax="8.5")
    for number, path, name in ((16, "categories", "Clothes"), (17, "categories", "Hoodies"), (18, "brands", "Acme")):
        lab.post(f"/products/{path}", {"name": name}, term=number)
    lab.post("/products/attributes", {"name": "Color", "slug": "pa_color"}, attribute=1)
    lab.post("/products", COFFEE, post=12)
    lab.post("/products", HOODIE, post=13)
    for number, sku in ((14, "HOODIE-RED"), (15, "HOODIE-BLUE"), (16, "HOODIE-ANY")):
        goods = RED if number == 14 else {**RED, "sku": sku, "global_unique_id": "", "manage_stock": number == 15}
        lab.post("/products/13/variations", goods, post=number)
    lab.post("/customers", {"email": "ana.souza@example.com", "meta_data": [{"key": "x", "value": "1"}]}, user=2)
    for number, (code, sort, amount, rules) in COUPONS.items():
        lab.post("/coupons", {"code": code, "discount_type": sort, "amount": amount, **rules}, post=number)
    for number, (code, balance, active) in enumerate(CARDS if gift_cards else (), start=1):
        expires = {"expire_date": "2030-12-31 23:59:59"} if number == 1 else {}
        lab.post("/gift-cards", {"code": code, "balance": balance, "is_active": active, **expires}, card=number)
    return lab


GONE_FIRST = {
    "product.create.simple.response.json": "products/12",
    "product.create.variable.response.json": "products/13",
    "variation.create.response.json": "products/13/variations/14",
    "customer.create.response.json": "customers/2",
    "attribute.create.response.json": "products/attributes/1",
    **{f"coupon.create.{name}.response.json": f"coupons/{number}" for name, number in (
        ("percent", 18), ("fixed_cart_min_spend", 19), ("free_shipping", 21), ("expired", 22), ("usage_limit", 23),
        ("email_restricted", 24))},
}  # fmt: skip


def order_of_index(lab: Lab, number: int, **changes: Any) -> None:
    """An order with the id the index speaks of."""
    sent = {"created_via": "posbridge", "line_items": [{"product_id": 12, "quantity": 2}], **changes}
    lab.post("/orders", sent, post=number, item=3)


def ready(lab: Lab, row: dict[str, Any]) -> None:
    """What must have happened before."""
    name, path = row["file"], row["path"]
    if name in GONE_FIRST:
        lab.ask("DELETE", f"/wp-json/wc/v3/{GONE_FIRST[name]}?force=true")
    if "/orders" in path and not name.startswith(("order.list.check", "error.404", "giftcard", "error.400.giftcard")):
        meta = [{"key": "_posbridge_order_uuid", "value": "x"}]
        whole = {**example("order.create.request.json"), "meta_data": meta}
        lab.post("/orders", whole, post=25, item=3)
    if name in ("order.get.after_partial_refund.response.json", "refund.list.response.json"):
        lab.post("/orders/25/refunds", example("refund.create.request.json"), post=39)
    if name == "order.get.fully_refunded.response.json":
        lab.ask("PUT", "/wp-json/wc/v3/orders/25", {"status": "refunded"})
    if name == "order.note.list.response.json":
        lab.post("/orders/25/notes", {"note": "Captured offline"})
    if name == "order.list.checkout_drafts.response.json":
        sent = {"created_via": "posbridge", "coupon_lines": [{"code": "nope"}], "line_items": [{"product_id": 12}]}
        lab.ask("POST", "/wp-json/wc/v3/orders", sent)
    if "43" in path:
        order_of_index(lab, 43, status="processing")
    ready_cards(lab, row)


def ready_cards(lab: Lab, row: dict[str, Any]) -> None:
    """Orders that carry gift cards, and used coupons."""
    name, path = row["file"], row["path"]
    card = {"gift_cards": [{"code": "RBYW-YBZC-B7HM-LHPR", "amount": 10}]}
    for number in (54, 60):
        if path.endswith(f"/orders/{number}"):
            order_of_index(lab, number, **card)
    if name == "giftcard.refund_by_cancel.response.json":
        lab.ask("PUT", "/wp-json/wc/v3/orders/54", {"set_paid": True})
    if "usage_limit.json" in name or "used_up" in name:
        order_of_index(lab, 32, coupon_lines=[{"code": "once"}])
    if "store/v1" in path:
        lab.shop((12, 2), *([] if "add_item" in name else [(14, 1)]))


def index_again(row: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
    """The exchange of the index, with our shop."""
    lab = lab_of_11(gift_cards="giftcard" in row["file"] or row["file"].startswith("store_api"))
    ready(lab, row)
    query = f"?{urlencode(row['query'])}" if row.get("query") else ""
    body = example(row["request_file"]) if row.get("request_file") else SENT.get(row["file"])
    key = {"bad_key": Key("ck_no", "cs_no"), "no_auth": Key("", ""), "read_only_key": READER,
           "bad_secret": Key(lab.sim.options.consumer_key, "cs_no")}  # fmt: skip
    used = next((key[word] for word in key if word in row["file"]), None)
    headers = {**lab.cart, "content-type": "application/json"}
    own = Key(lab.sim.options.consumer_key, lab.sim.options.consumer_secret)
    headers["authorization"] = basic(used or own)
    if row["file"] == "error.429.json":
        lab = Lab(Options(store_limit=True))
        for _ in range(25):
            lab.ask("GET", row["path"])
    return lab.ask(row["method"], row["path"] + query, body, headers=headers)


SOME_LINE = {"line_items": [{"product_id": 12, "quantity": 1}]}
SENT: dict[str, Any] = {
    "error.400.coupon_invalid_draft_left.json": {**SOME_LINE, "coupon_lines": [{"code": "nope"}]},
    "error.400.coupon_min_spend.json": {**SOME_LINE, "coupon_lines": [{"code": "fiveoff"}]},
    "error.400.coupon_usage_limit.json": {**SOME_LINE, "coupon_lines": [{"code": "once"}]},
    "error.400.duplicate_coupon.json": {"code": "TEN"},
    "error.400.duplicate_email.json": {"email": "ana.souza@example.com"},
    "error.400.duplicate_sku.json": {"name": "x", "sku": "COFFEE-250"},
    "error.400.float_quantity.json": {"line_items": [{"product_id": 12, "quantity": 1.5}]},
    "error.400.giftcard_balance.json": {
        "line_items": [{"product_id": 12, "quantity": 9}],
        "gift_cards": [{"code": "TEST-1234-ABCD-5678", "amount": 11}],
    },
    "error.400.giftcard_exceeds_total.json": {**SOME_LINE, "gift_cards": [{"code": CARDS[0][0], "amount": 45}]},
    "error.400.giftcard_inactive.json": {**SOME_LINE, "gift_cards": [{"code": CARDS[1][0], "amount": 1}]},
    "error.400.giftcard_order_not_editable.json": {
        **SOME_LINE, "set_paid": True, "gift_cards": [{"code": CARDS[0][0], "amount": 1}]
    },
    "error.400.giftcard_unknown.json": {**SOME_LINE, "gift_cards": [{"code": "NOPE", "amount": 1}]},
    "error.400.invalid_customer.json": {**SOME_LINE, "customer_id": 9999},
    "error.400.invalid_json.json": '{"name": "x",',
    "error.400.invalid_param.json": {"name": "x", "regular_price": 12.5},
    "error.400.line_without_product.json": {"line_items": [{"name": "x", "total": "1.00"}]},
    "error.400.missing_param.json": {"first_name": "x"},
    "error.401.read_only_key.json": {"name": "x"},
    "error.413.batch_too_large.json": {"delete": list(range(1, 102))},
    "error.500.refund_amount.json": {"amount": "9999.00", "api_refund": False},
    "error.500.gateway_missing.json": {"amount": "1.00"},
    "store_api.error.coupon_unknown.json": {"code": "nope"},
    "store_api.error.coupon_expired.json": {"code": "OLD"},
    "store_api.error.coupon_email_restricted.json": {"code": "VIP"},
    "store_api.error.giftcard_unknown.json": {
        "namespace": "woocommerce-gift-cards",
        "data": {"action": "apply_gift_card_to_session", "wc_gc_cart_code": "NOPE"},
    },
    "store_api.error.giftcard_disabled.json": {
        "namespace": "woocommerce-gift-cards",
        "data": {"action": "apply_gift_card_to_session", "wc_gc_cart_code": CARDS[1][0]},
    },
}  # fmt: skip
ALLOWED = {
    "variation.list.all_products.response.json": ("*._links.*",),
    "store_api.giftcard.apply.response.json": ("$.coupons",),  # their cart held one, which changes no shape
    "giftcard.*": ("*.meta_data", "$.code"),  # the plug-in's own secrets
}
