"""Joins PrestaShop's services."""

from __future__ import annotations

import base64

from posbridge.connectors.auth import HeaderKey
from posbridge.connectors.contract import Context, PlatformServices
from posbridge.connectors.prestashop.calls import Calls
from posbridge.connectors.prestashop.orders import Orders
from posbridge.connectors.prestashop.people import Customers, Discounts
from posbridge.connectors.prestashop.products import Products
from posbridge.connectors.prestashop.shop import Prober, Shop
from posbridge.connectors.prestashop.stock import Stock


def open_services(context: Context) -> PlatformServices:
    """The services of one connection. The key is the user of Basic, without a password."""
    key = context.secrets.get("webservice_key", "").strip()
    pair = base64.b64encode(f"{key}:".encode()).decode() if key else ""
    context.http.auth = HeaderKey("authorization", pair, "Basic ")
    calls = Calls(context)
    shop, stock = Shop(calls), Stock(calls)
    orders = Orders(calls, shop, stock)
    return PlatformServices(
        probe=Prober(calls, shop).probe,
        products=Products(calls, shop),
        inventory=stock,
        orders=orders,
        customers=Customers(calls, shop, orders),
        discounts=Discounts(calls, shop),
    )
