"""What a connection can do: each service with the connection's settings."""

from __future__ import annotations

from posbridge.connectors.contract import Connection, Context, PlatformServices
from posbridge.connectors.sylius.calls import Calls
from posbridge.connectors.sylius.customers import Customers
from posbridge.connectors.sylius.discounts import Discounts
from posbridge.connectors.sylius.orders import Orders
from posbridge.connectors.sylius.products import Products
from posbridge.connectors.sylius.shop import Prober, Shop
from posbridge.connectors.sylius.signin import auth_of, sign_in
from posbridge.connectors.sylius.stock import Stock

API = "api/v2"


def root_of(connection: Connection) -> str:
    """The address of the shop's API, without a slash at its end."""
    given = connection.fields.get("base_url", "").strip().rstrip("/")
    return f"{given.removesuffix(f'/{API}')}/{API}"


def open_services(context: Context) -> PlatformServices:
    """All services of a connection. Gift cards and webhooks are none of Sylius's own."""
    context.http.auth = auth_of(context)
    calls = Calls(context)
    shop, stock = Shop(calls), Stock(calls)

    async def sign_in_again() -> None:
        await context.tokens.store_tokens(context.connection, [await sign_in(context)])

    return PlatformServices(
        probe=Prober(calls, shop, sign_in_again).probe,
        products=Products(calls, shop),
        inventory=stock,
        orders=Orders(calls, shop, stock),
        customers=Customers(calls),
        discounts=Discounts(calls, shop),
    )
