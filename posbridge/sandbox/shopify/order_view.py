"""An order as Shopify shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posbridge.sandbox.shopify.executor import Node
from posbridge.sandbox.shopify.lists import whole
from posbridge.sandbox.shopify.shop import number_of

if TYPE_CHECKING:
    from posbridge.sandbox.shopify.orders import Line, Order, Orders, Refund, Transaction


def financial(row: Order) -> str | None:
    """None with neither a payment nor a state, as recorded."""
    if row.refunds and row.refunded >= max(row.received, 1):
        return "REFUNDED"
    if row.refunded:
        return "PARTIALLY_REFUNDED"
    if row.marked_paid or (row.transactions and row.received >= row.total):
        return "PAID"
    if row.received:
        return "PARTIALLY_PAID"
    return "PENDING" if row.given.get("financialStatus") == "PENDING" else None


def shown(row: Order, orders: Orders) -> Node:
    shop, given = orders.shop, row.given
    return {
        "__typename": "Order",
        "id": row.id,
        "legacyResourceId": str(number_of(row.id)),
        "name": f"#{row.number}",
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "processedAt": given.get("processedAt") or row.created_at,
        "cancelledAt": row.cancelled_at,
        "cancelReason": row.cancel_reason,
        "closedAt": None,
        "sourceIdentifier": given.get("sourceIdentifier"),
        "sourceName": given.get("sourceName"),
        "email": given.get("email"),
        "phone": given.get("phone"),
        "note": row.note,
        "tags": row.tags,
        "test": bool(given.get("test")),
        "displayFinancialStatus": financial(row),
        "displayFulfillmentStatus": "FULFILLED" if row.fulfilled else "UNFULFILLED",
        "currencyCode": given.get("currency") or shop.currency,
        "taxesIncluded": row.included,
        "discountCodes": _codes(given),
        "customAttributes": [{"__typename": "Attribute", **entry} for entry in given.get("customAttributes") or []],
        "customer": lambda args: orders.customers.shown(row.customer),
        "subtotalPriceSet": shop.bag(row.subtotal - row.discount),
        "totalDiscountsSet": shop.bag(row.discount),
        "totalShippingPriceSet": shop.bag(row.shipping),
        "totalTaxSet": shop.bag(row.tax),
        "totalPriceSet": shop.bag(row.total),
        "currentTotalPriceSet": shop.bag(row.total - row.refunded),
        "totalReceivedSet": shop.bag(row.received),
        "totalRefundedSet": shop.bag(row.refunded),
        "lineItems": whole(row.lines, lambda line: _line(line, orders)),
        "shippingLines": whole([], lambda one: one),
        "transactions": lambda args: [_transaction(one, row, orders) for one in row.transactions],
        "refunds": lambda args: [refund(one, orders) for one in row.refunds],
        "fulfillmentOrders": whole([row], _fulfilment),
    }


def _codes(given: Node) -> list[str]:
    return [str(one["code"]) for one in (given.get("discountCode") or {}).values() if one]


def _line(line: Line, orders: Orders) -> Node:
    shop = orders.shop
    variant = orders.catalog.variants.get(line.variant or "")
    off = [{"__typename": "DiscountAllocation", "allocatedAmountSet": shop.bag(line.discount)}] if line.discount else []
    return {
        "__typename": "LineItem",
        "id": line.id,
        "title": line.title,
        "variantTitle": line.variant_title,
        "sku": line.sku or None,
        "quantity": line.quantity,
        "currentQuantity": line.quantity - line.given_back,
        "refundableQuantity": line.quantity - line.given_back,
        "variant": orders.catalog.variant(variant) if variant else None,
        "product": orders.catalog.shown(variant.product) if variant else None,
        "customAttributes": line.properties,
        "originalUnitPriceSet": shop.bag(line.price),
        "discountedTotalSet": lambda args: shop.bag(
            line.price * line.quantity - (line.discount if args.get("withCodeDiscounts") else 0)
        ),
        "discountAllocations": off,
        "taxLines": [
            {"__typename": "TaxLine", "title": title, "rate": float(rate), "priceSet": shop.bag(amount)}
            for title, rate, amount in line.taxes
        ],
    }


def _transaction(one: Transaction, row: Order, orders: Orders) -> Node:
    parent = next((t for t in row.transactions if t.id == one.parent), None)
    return {
        "__typename": "OrderTransaction",
        "id": one.id,
        "kind": one.kind,
        "status": "SUCCESS",
        "gateway": one.gateway,
        "processedAt": one.at,
        "receiptJson": one.receipt,
        "amountSet": orders.shop.bag(one.amount),
        "parentTransaction": _transaction(parent, row, orders) if parent else None,
    }


def refund(one: Refund, orders: Orders) -> Node:
    return {
        "__typename": "Refund",
        "id": one.id,
        "note": one.note,
        "createdAt": one.at,
        "updatedAt": one.at,
        "totalRefundedSet": orders.shop.bag(one.amount),
    }


def _fulfilment(row: Order) -> Node:
    status = "CLOSED" if row.fulfilled or row.cancelled_at else "OPEN"
    return {
        "__typename": "FulfillmentOrder",
        "id": f"gid://shopify/FulfillmentOrder/{number_of(row.id)}",
        "status": status,
    }


def as_webhook(row: Order, orders: Orders) -> dict[str, Any]:
    """The REST-shaped body of a delivery, with what a reader needs."""
    plain = orders.shop.decimal
    number = number_of(row.id)
    return {
        "id": number,
        "admin_graphql_api_id": row.id,
        "name": f"#{row.number}",
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "cancelled_at": row.cancelled_at,
        "currency": orders.shop.currency,
        "financial_status": (financial(row) or "").lower() or None,
        "fulfillment_status": "fulfilled" if row.fulfilled else None,
        "source_identifier": row.given.get("sourceIdentifier"),
        "source_name": row.given.get("sourceName"),
        "tags": ", ".join(row.tags),
        "taxes_included": row.included,
        "total_price": plain(row.total),
        "total_tax": plain(row.tax),
        "total_discounts": plain(row.discount),
        "line_items": [
            {"id": number_of(line.id), "title": line.title, "sku": line.sku, "quantity": line.quantity,
             "price": plain(line.price), "variant_id": number_of(line.variant) if line.variant else None}
            for line in row.lines
        ],
    }  # fmt: skip
