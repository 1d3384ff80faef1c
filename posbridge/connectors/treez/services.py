"""What a connection can do: each service with the connection's settings."""

from __future__ import annotations

from posbridge.connectors.contract import Context, PlatformServices
from posbridge.connectors.treez.calls import Calls
from posbridge.connectors.treez.customers import Customers
from posbridge.connectors.treez.discounts import Discounts
from posbridge.connectors.treez.orders import Orders
from posbridge.connectors.treez.probing import Prober
from posbridge.connectors.treez.products import Inventory, Products
from posbridge.connectors.treez.signin import auth_of
from posbridge.connectors.treez.webhooks import Webhooks


def open_services(context: Context) -> PlatformServices:
    """All services of a connection. Gift cards Treez has none."""
    context.http.auth = auth_of(context)
    calls = Calls(context)
    return PlatformServices(
        probe=Prober(calls).probe,
        products=Products(calls),
        inventory=Inventory(calls),
        orders=Orders(calls),
        customers=Customers(calls),
        discounts=Discounts(calls),
        webhooks=Webhooks(context.secrets.get("webhook_path_secret", "")),
    )
