"""What a connection can do: each service with the connection's settings."""

from __future__ import annotations

import httpx

from posbridge.connectors.contract import Connection, Context, PlatformServices
from posbridge.connectors.errors import AuthenticationError
from posbridge.connectors.magento.catalog_mapping import BARCODES, Shop
from posbridge.connectors.magento.customers import Customers
from posbridge.connectors.magento.discounts import Discounts
from posbridge.connectors.magento.learned import Goods, Learned
from posbridge.connectors.magento.orders import Orders
from posbridge.connectors.magento.orders import Terms as OrderTerms
from posbridge.connectors.magento.probe import MagentoProbe, Wanted
from posbridge.connectors.magento.products import Products
from posbridge.connectors.magento.rule_mapping import Terms as RuleTerms
from posbridge.connectors.magento.signing import ADMIN, BEARER, AdminSignIn, IntegrationBearer, OAuthHeader
from posbridge.connectors.magento.stock import Inventory, Shelf

_OAUTH = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
_YES = ("yes", "true", "1", "on")


def root_of(connection: Connection) -> str:
    """The address of the store's REST API ("…/rest"), without a slash at its end."""
    given = connection.fields.get("base_url", "") or connection.fields.get("store_url", "")
    return f"{given.strip().rstrip('/').removesuffix('/rest')}/rest"


def base_of(connection: Connection) -> str:
    """Under a store view names are in its language; without one the default view counts."""
    code = connection.fields.get("store_code", "").strip()
    return f"{root_of(connection)}/{code}/V1" if code else f"{root_of(connection)}/V1"


def auth_for(context: Context) -> httpx.Auth:
    """By the way of signing in that the connection names. Raises AuthenticationError when a value is missing."""
    mode = context.connection.fields.get("auth_mode", "")
    secrets = {name: value.strip() for name, value in context.secrets.items()}
    if mode == ADMIN:
        name = context.connection.fields.get("admin_user", "")
        _need({"admin_user": name, "admin_password": secrets.get("admin_password", "")})
        url = f"{root_of(context.connection)}/V1/integration/admin/token"
        return AdminSignIn(url, name, secrets["admin_password"])
    if mode == BEARER:
        _need({"access_token": secrets.get("access_token", "")})
        return IntegrationBearer(secrets["access_token"])
    values = {name: secrets.get(name, "") for name in _OAUTH}
    _need(values)
    key, secret, token, token_secret = values.values()
    return OAuthHeader(key, secret, token, token_secret)


def _need(values: dict[str, str]) -> None:
    missing = [name.replace("_", " ") for name, value in values.items() if not value or not value.isascii()]
    if missing:
        words = f"This connection has no {', '.join(missing)}."
        raise AuthenticationError(words, next_step="Enter what the store's integration screen shows.")


def open_services(context: Context) -> PlatformServices:
    """All services of a connection."""
    connection, http, fields = context.connection, context.http, context.connection.fields
    http.auth = auth_for(context)
    source = connection.location or fields.get("source_code", "") or "default"
    barcode = fields.get("barcode_attribute", "").strip()
    learned, goods = Learned(http, _shop(connection, barcode)), Goods(http)
    shelf = Shelf(http, source)
    country, website = fields.get("country", "") or "US", _number(fields.get("website_id", ""))
    return PlatformServices(
        probe=MagentoProbe(http, _wanted(connection, source)),
        products=Products(http, learned, goods, context.clock, writes=f"{root_of(connection)}/all/V1", barcode=barcode),
        inventory=Inventory(http, shelf, goods, context.clock, source=source),
        orders=Orders(http, shelf, goods, context.clock, _order_terms(connection, source, country)),
        customers=Customers(http, context.clock, currency=connection.currency, country=country, website_id=website),
        discounts=Discounts(http, learned, RuleTerms(connection.currency, connection.timezone, str(website))),
    )


def _shop(connection: Connection, barcode: str) -> Shop:
    fields = connection.fields
    return Shop(
        currency=connection.currency,
        weight_unit=fields.get("weight_unit", "lbs"),
        media_url=fields.get("media_url", ""),
        timezone=connection.timezone,
        barcodes=(barcode,) if barcode else BARCODES,
    )


def _order_terms(connection: Connection, source: str, country: str) -> OrderTerms:
    fields = connection.fields
    return OrderTerms(
        store_id=_number(fields.get("store_id", "")),
        payment_method=fields.get("payment_method", "") or "checkmo",
        shipping_method=fields.get("shipping_method", "") or "flatrate_flatrate",
        country=country,
        currency=connection.currency,
        source=source,
    )


def _wanted(connection: Connection, source: str) -> Wanted:
    fields = connection.fields
    included = fields.get("prices_include_tax", "").lower() in _YES
    return Wanted(fields.get("store_code", "").strip(), included, fields.get("country_code", ""), source)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 1
