"""What a connection can do: each service with the connection's settings."""

from __future__ import annotations

from collections.abc import Generator
from urllib.parse import urlsplit

import httpx

from posbridge.connectors.auth import Basic, OAuth1
from posbridge.connectors.contract import Connection, Context, PlatformServices
from posbridge.connectors.errors import AuthenticationError
from posbridge.connectors.woocommerce.catalog_mapping import Shop
from posbridge.connectors.woocommerce.customers import WooCustomers
from posbridge.connectors.woocommerce.discounts import WooDiscounts
from posbridge.connectors.woocommerce.gift_cards import PROVIDER, PwGiftCards
from posbridge.connectors.woocommerce.inventory import WooInventory
from posbridge.connectors.woocommerce.order_mapping import PAID_STATUS
from posbridge.connectors.woocommerce.orders import WooOrders
from posbridge.connectors.woocommerce.preview import CartPreview
from posbridge.connectors.woocommerce.probe import WooProbe
from posbridge.connectors.woocommerce.products import WooProducts
from posbridge.connectors.woocommerce.variations import Variations
from posbridge.connectors.woocommerce.webhooks import WooWebhooks

API = "wc/v3"
_YES = ("yes", "true", "1", "on")


class KeysInQuery(httpx.Auth):
    """Both keys in the query, for hosts that drop the Authorization header; over https only. Logs hide them."""

    def __init__(self, key: str, secret: str) -> None:
        self._pair = {"consumer_key": key, "consumer_secret": secret}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.url = request.url.copy_merge_params(self._pair)
        yield request


def root_of(connection: Connection) -> str:
    """The address of the site's REST API ("…/wp-json"), without a slash at its end."""
    given = connection.fields.get("base_url", "") or connection.fields.get("store_url", "")
    return f"{given.strip().rstrip('/').removesuffix('/wp-json')}/wp-json"


def auth_for(context: Context) -> httpx.Auth:
    """Basic over https, OAuth 1.0a over plain http (the only thing that WooCommerce hears there, recorded 010)."""
    key, secret = (context.secrets.get(name, "").strip() for name in ("consumer_key", "consumer_secret"))
    if not key or not secret:
        raise AuthenticationError("This connection has no keys.", next_step="Enter consumer key and secret.")
    if urlsplit(root_of(context.connection)).scheme != "https":
        return OAuth1(key, secret)
    if context.connection.fields.get("auth_in_query", "").lower() in _YES:
        return KeysInQuery(key, secret)
    return Basic(key, secret)


def open_services(context: Context) -> PlatformServices:
    """All services of a connection."""
    connection, http, root = context.connection, context.http, root_of(context.connection)
    http.auth = auth_for(context)
    fields = connection.fields
    variations = Variations(http, root)
    shop = Shop(connection.currency, fields.get("weight_unit", "kg"))
    return PlatformServices(
        probe=WooProbe(http, root),
        products=WooProducts(http, variations, shop, context.clock),
        inventory=WooInventory(http, variations, context.clock),
        orders=WooOrders(
            http,
            context.clock,
            currency=connection.currency,
            searchable=fields.get("hpos", "yes") != "no",
            paid_status=fields.get("order_status_paid", "").strip().removeprefix("wc-") or PAID_STATUS,
        ),
        customers=WooCustomers(http, context.clock, currency=connection.currency, country=fields.get("country", "")),
        discounts=WooDiscounts(http, CartPreview(http, root), currency=connection.currency),
        gift_cards=_gift_cards(context, root),
        webhooks=WooWebhooks(context),
    )


def _gift_cards(context: Context, root: str) -> PwGiftCards | None:
    """None unless the shop has the plug-in and the connection names it: WooCommerce itself has no gift cards."""
    connection = context.connection
    if connection.fields.get("gift_card_provider") != PROVIDER:
        return None
    return PwGiftCards(context.http, root, context.clock, currency=connection.currency)
