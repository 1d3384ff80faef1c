"""What a connection can do: each service with the connection's settings."""

from __future__ import annotations

from posbridge.connectors.contract import Context, PlatformServices
from posbridge.connectors.toast.calls import Calls
from posbridge.connectors.toast.discounts import Discounts
from posbridge.connectors.toast.orders import Orders
from posbridge.connectors.toast.probe import Prober
from posbridge.connectors.toast.products import Products
from posbridge.connectors.toast.shelf import Shelf
from posbridge.connectors.toast.signin import auth_of, sign_in
from posbridge.connectors.toast.stock import Stock
from posbridge.connectors.toast.subscriptions import Webhooks


def open_services(context: Context) -> PlatformServices:
    """All services of a connection. Toast has no customers to list, and no gift cards that a program may charge."""
    context.http.auth = auth_of(context)
    calls = Calls(context)
    shelf = Shelf(calls)
    stock = Stock(calls, shelf)

    async def sign_in_again() -> None:
        await context.tokens.store_tokens(context.connection, [await sign_in(context)])

    return PlatformServices(
        probe=Prober(calls, shelf, sign_in_again).probe,
        products=Products(calls, shelf, stock),
        inventory=stock,
        orders=Orders(calls, shelf),
        discounts=Discounts(calls),
        webhooks=Webhooks(context),
    )
