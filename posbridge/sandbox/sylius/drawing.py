"""An order as each section shows it."""

from __future__ import annotations

from typing import Any

from posbridge.sandbox.sylius.answers import API, Obj
from posbridge.sandbox.sylius.sale import Item, Order, Payment, Shipment
from posbridge.sandbox.sylius.shop import Customer, Shop

ADMIN, SHOP = f"{API}/admin", f"{API}/shop"


class Drawing:
    """Draws orders, payments and shipments."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def cart(self, order: Order) -> Obj:
        """The shop section: the customer embedded, the coupon named, no notes."""
        home, who = f"{SHOP}/orders/{order.token}", order.customer
        customer = who and {"@id": f"{SHOP}/customers/{who.id}", "@type": "Customer", "email": who.email}
        coupon = {"@id": f"{SHOP}/promotion-coupons/{order.coupon}", "@type": "PromotionCoupon", "code": order.coupon}
        return {
            "@id": home, "@type": "Order", "customer": customer, **self._head(order, SHOP, home),
            "promotionCoupon": coupon if order.coupon else None, **self._states(order),
            "items": [self._item(item, SHOP, f"{home}/items", "discountedUnitPrice") for item in order.items],
            **self._sums(order),
        }  # fmt: skip

    def order(self, order: Order) -> Obj:
        """The admin section: the customer by IRI, the notes, no coupon (recorded 096)."""
        home = f"{ADMIN}/orders/{order.token}"
        return {
            "@id": home, "@type": "Order",
            "customer": f"{ADMIN}/customers/{order.customer.id}" if order.customer else None,
            **self._head(order, ADMIN, ADMIN), **self._states(order), "customerIp": "192.0.2.10", "id": order.id,
            "notes": order.notes,
            "items": [self._item(i, ADMIN, f"{ADMIN}/order-items", "fullDiscountedUnitPrice") for i in order.items],
            **self._sums(order),
        }  # fmt: skip

    def _head(self, order: Order, section: str, below: str) -> Obj:
        payments = [_method(order.payment, "Payment", f"{below}/payments", f"{section}/payment-methods")]
        shipments = [_method(order.shipment, "Shipment", f"{below}/shipments", f"{section}/shipping-methods")]
        return {
            "channel": f"{section}/channels/{self.shop.options.channel}",
            "shippingAddress": order.shipping, "billingAddress": order.billing,
            "payments": [row for row in payments if row], "shipments": [row for row in shipments if row],
            "currencyCode": self.shop.seed.currency, "localeCode": self.shop.options.locale,
        }  # fmt: skip

    def _states(self, order: Order) -> Obj:
        return {
            "checkoutState": order.checkout_state, "paymentState": order.payment_state,
            "shippingState": order.shipping_state, "tokenValue": order.token,
            "checkoutCompletedAt": self.shop.stamp(order.completed) if order.completed else None,
            "number": order.number,
        }  # fmt: skip

    def _item(self, item: Item, section: str, below: str, after: str) -> Obj:
        off = (item.unit_off + (item.order_off if section == ADMIN else 0)) // item.quantity
        return {
            "@id": f"{below}/{item.id}", "@type": "OrderItem", "variant": f"{section}/product-variants/{item.variant}",
            "productName": item.name, "variantName": item.variant_name, "id": item.id, "quantity": item.quantity,
            "unitPrice": item.unit_price, "originalUnitPrice": item.original, "total": item.total,
            after: item.unit_price - off, "subtotal": item.subtotal,
        }  # fmt: skip

    def _sums(self, order: Order) -> Obj:
        added, inside = sum(i.tax for i in order.items), sum(i.included for i in order.items)
        return {
            "itemsTotal": order.items_total, "total": order.total, "state": order.state,
            "itemsSubtotal": sum(item.subtotal for item in order.items), "taxTotal": added + inside,
            "shippingTaxTotal": 0, "taxExcludedTotal": added, "taxIncludedTotal": inside, "shippingTotal": 0,
            "orderPromotionTotal": -sum(i.unit_off + i.order_off for i in order.items), "shippingPromotionTotal": 0,
        }  # fmt: skip

    def payment(self, order: Order, payment: Payment) -> Obj:
        """Amount and state are only here (recorded 109)."""
        method = {"@id": f"{ADMIN}/payment-methods/{payment.method}", "@type": "PaymentMethod", "translations": {}}
        return {
            "@id": f"{ADMIN}/payments/{payment.id}", "@type": "Payment", "order": f"{ADMIN}/orders/{order.token}",
            "id": payment.id, "method": method, "currencyCode": self.shop.seed.currency, "amount": payment.amount,
            "state": payment.state, "details": [], "createdAt": self.shop.stamp(order.completed),
            "updatedAt": self.shop.stamp(),
        }  # fmt: skip

    def shipment(self, order: Order, shipment: Shipment) -> Obj:
        return {
            "@id": f"{ADMIN}/shipments/{shipment.id}", "@type": "Shipment", "order": f"{ADMIN}/orders/{order.token}",
            "id": shipment.id, "state": shipment.state, "method": f"{ADMIN}/shipping-methods/{shipment.method}",
            "units": [], "tracking": None, "shippedAt": None, "createdAt": self.shop.stamp(order.completed),
            "updatedAt": self.shop.stamp(),
        }  # fmt: skip

    def customer(self, who: Customer) -> Obj:
        return {
            "@id": f"{ADMIN}/customers/{who.id}", "@type": "Customer", "defaultAddress": None, "user": None,
            "id": who.id, "email": who.email, "firstName": who.first, "lastName": who.last, "birthday": None,
            "gender": who.gender, "group": None, "phoneNumber": who.phone, "subscribedToNewsletter": who.newsletter,
            "createdAt": self.shop.stamp(who.created), "fullName": f"{who.first or ''} {who.last or ''}".strip(),
        }  # fmt: skip


def _method(held: Payment | Shipment | None, kind: str, home: str, methods: str) -> Any:
    if held is None:
        return None
    return {"@id": f"{home}/{held.id}", "@type": kind, "id": held.id, "method": f"{methods}/{held.method}"}
