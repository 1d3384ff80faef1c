"""Sales made on Square's own register, as another cashier would make them while we are away."""

from __future__ import annotations

from typing import Any

from posbridge.sandbox.square.orders import Orders
from posbridge.sandbox.square.payments import Payments
from posbridge.sandbox.square.seeding import Seeder
from posbridge.sandbox.square.shop import Obj

SOURCE = "Square Point of Sale"


def sell(orders: Orders, payments: Payments, seeder: Seeder, body: dict[str, Any]) -> Obj:
    """Sell `{"sku", "quantity"?, "customer_id"?}` for cash with the shop's tax; answers `{"id", "total"}`.

    As the contract has it of such orders: no `order.created` event, no `version`, so no update through the API.
    KeyError for an unknown SKU.
    """
    shop = orders.shop
    line = {"catalog_object_id": seeder.variations[body["sku"]], "quantity": str(body.get("quantity", 1))}
    order: Obj = {"location_id": shop.location_id, "line_items": [line], "source": {"name": SOURCE}}
    order["pricing_options"] = {"auto_apply_taxes": True}
    if body.get("customer_id"):
        order["customer_id"] = body["customer_id"]
    made = orders.create({"order": order}, told=False)["order"]
    if made["total_money"]["amount"]:
        payments.create(_cash(made, shop.platform.next_id("till")))
    made.pop("version", None)
    return {"id": made["id"], "total": made["total_money"]["amount"]}


def _cash(order: Obj, number: int) -> Obj:
    return {
        "source_id": "CASH",
        "idempotency_key": f"till-{number}",
        "amount_money": order["total_money"],
        "order_id": order["id"],
        "cash_details": {"buyer_supplied_money": order["total_money"]},
    }
