"""Joins Shopify's services, and the call that proves a connection."""

from __future__ import annotations

from posbridge.connectors.contract import Context, Location, PlatformServices, Probe
from posbridge.connectors.errors import Conflict, ConnectorError, ValidationError
from posbridge.connectors.shopify import documents
from posbridge.connectors.shopify.calls import Calls, members, needed
from posbridge.connectors.shopify.gift_cards import GiftCards
from posbridge.connectors.shopify.order_body import MARK, NAMESPACE
from posbridge.connectors.shopify.orders import Orders
from posbridge.connectors.shopify.people import Customers, Discounts
from posbridge.connectors.shopify.products import Products
from posbridge.connectors.shopify.signin import auth_of, missing
from posbridge.connectors.shopify.stock import Stock
from posbridge.connectors.shopify.subscriptions import Webhooks
from posbridge.connectors.text import Reader

_DEFINITION = {
    "name": "posbridge order reference",
    "namespace": NAMESPACE,
    "key": MARK,
    "type": "id",
    "ownerType": "ORDER",
}


def open_services(context: Context) -> PlatformServices:
    """The services of one connection, signed in as its settings say."""
    context.http.auth = auth_of(context)
    calls = Calls(context)
    orders = Orders(calls)
    return PlatformServices(
        probe=Prober(calls).probe,
        products=Products(calls),
        inventory=Stock(calls),
        orders=orders,
        customers=Customers(calls, orders),
        discounts=Discounts(calls),
        gift_cards=GiftCards(calls),
        webhooks=Webhooks(context, calls),
    )


class Prober:
    """Which shop the app is installed on, where it may sell from, and which rights it lacks."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def probe(self) -> Probe:
        data = await self._calls.ask(documents.SHOP)
        shop, lacking = Reader(needed(data, "shop")), _lacking(needed(data, "currentAppInstallation"))
        places = () if "read_locations" in lacking else await self._places()
        return Probe(
            account=shop.text("myshopifyDomain") or shop.text("name"),
            locations=places,
            currency=shop.text("currencyCode"),
            timezone=shop.text("ianaTimezone"),
            prices_include_tax=shop.flag("taxesIncluded"),
            missing=lacking,
            version=self._calls.version,
            settings={"order_mark": await self._mark(lacking)},
        )

    async def _places(self) -> tuple[Location, ...]:
        """All locations, the chosen one first. Raises ValidationError when Shopify does not know the chosen one."""
        data = await self._calls.ask(documents.LOCATIONS)
        rows = [Reader(row) for row in members(needed(data, "locations"))]
        found = [Location(id=r.id(), name=r.text("name"), active=r.flag("isActive", True)) for r in rows]
        chosen = self._calls.location
        if chosen and chosen not in [place.id for place in found]:
            names = ", ".join(f"{place.name} ({place.id})" for place in found)
            raise ValidationError("Shopify does not know this location.", next_step=f"Choose one of: {names}.")
        return tuple(sorted(found, key=lambda place: (place.id != chosen, not place.active)))

    async def _mark(self, lacking: tuple[str, ...]) -> str:
        """ "yes" once the definition of our unique mark is there; without it orders are found by search alone."""
        if "write_orders" in lacking or self._calls.connection.fields.get("order_mark") == "yes":
            return self._calls.connection.fields.get("order_mark", "no")
        try:
            await self._calls.change(documents.MARK, definition=_DEFINITION)
        except Conflict:
            return "yes"
        except ConnectorError:
            return "no"
        return "yes"


def _lacking(installation: dict[str, object]) -> tuple[str, ...]:
    scopes = Reader({"id": "app", **installation}).objects("accessScopes")
    return missing([scope.text("handle") for scope in scopes])
