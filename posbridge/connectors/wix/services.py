"""Joins Wix's services, and the one real look that proves a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from posbridge.connectors.contract import Context, Location, PlatformServices, Probe
from posbridge.connectors.errors import ConnectorError, PermissionDenied, ValidationError
from posbridge.connectors.text import Reader, one_line
from posbridge.connectors.wix.calls import CONTACTS, COUPONS, MANAGED_CARDS, ORDERS, V1, Body, Calls, text_filter
from posbridge.connectors.wix.errors import NO_CARD_APP, RIGHTS
from posbridge.connectors.wix.gift_cards import GiftCards
from posbridge.connectors.wix.orders import STATES, Orders
from posbridge.connectors.wix.people import Customers, Discounts
from posbridge.connectors.wix.products import PRODUCTS_V1, PRODUCTS_V3, Products
from posbridge.connectors.wix.reading import listed
from posbridge.connectors.wix.signin import auth_of, is_app
from posbridge.connectors.wix.stock import ITEMS_V1, ITEMS_V3, Stock
from posbridge.connectors.wix.subscriptions import Webhooks

LOCATIONS = "stores/v3/locations/query"
INSTANCE, PROPERTIES = "apps/v1/instance", "site-properties/v4/properties"


def open_services(context: Context) -> PlatformServices:
    """The services of one connection, signed in as its settings say."""
    context.http.auth = auth_of(context)
    calls = Calls(context)
    products, orders = Products(calls), Orders(calls)
    return PlatformServices(
        probe=Prober(calls).probe,
        products=products,
        inventory=Stock(calls),
        orders=orders,
        customers=Customers(calls, orders),
        discounts=Discounts(calls, products),
        gift_cards=GiftCards(calls),
        webhooks=Webhooks(context),
    )


class Prober:
    """Whose site the key or app opens, and which permissions it lacks. It changes nothing."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def probe(self) -> Probe:
        """Raises AuthenticationError for a wrong key, ValidationError where the site has no store."""
        catalog = await self._calls.catalog()
        goods, sales, *others = await asyncio.gather(*(self._read(path, body) for path, body in _looks(catalog)))
        places, site = await asyncio.gather(self._places(catalog), self._site())
        missing = dict.fromkeys(told for told in [goods, sales, *others] if isinstance(told, str))
        return Probe(
            account=_name(site) or self._calls.field("site_id") or self._calls.field("instance_id"),
            locations=places,
            currency=_currency(site, goods, sales),
            timezone=site.text("timeZone"),
            prices_include_tax=_included(sales),
            missing=tuple(missing),
            version=catalog,
            settings={"catalog_version": catalog, "gift_cards": "no" if others[-1] == {} else "yes"},
        )

    async def _read(self, path: str, body: Mapping[str, Any]) -> Body | str:
        """The page, or the permission that is lacking; {} where the site has not that app."""
        try:
            return await self._calls.ask(path, body)
        except PermissionDenied:
            return next(right for part, right in RIGHTS.items() if part in path)
        except ValidationError as problem:
            if problem.platform_code != NO_CARD_APP:
                raise
            return {}

    async def _places(self, catalog: str) -> tuple[Location, ...]:
        """All stock locations of a V3 site, the default first. ValidationError when the chosen one is unknown."""
        if catalog == V1:
            return ()
        found: Body | str = await self._read(LOCATIONS, {"query": {"cursorPaging": {"limit": 100}}})
        rows = [Reader(row) for row in listed(found, "storesLocations", "locations")] if isinstance(found, dict) else []
        rows.sort(key=lambda row: not row.flag("defaultLocation"))
        places = tuple(Location(id=row.id(), name=one_line(row.text("name")) or row.id()) for row in rows)
        chosen = self._calls.location
        if chosen and places and chosen not in [place.id for place in places]:
            names = ", ".join(f"{place.name} ({place.id})" for place in places)
            raise ValidationError("Wix does not know this location.", next_step=f"Choose one of: {names}.")
        return tuple(sorted(places, key=lambda place: place.id != chosen)) if chosen else places

    async def _site(self) -> Reader:
        """What the site tells of itself: an app is told it with its instance; a key may ask for the site's properties
        (a guess: that call is not part of the contract), and does without where it is refused."""
        if is_app(self._calls.connection.fields):
            return Reader(await self._calls.get(INSTANCE)).object("site")
        with suppress(ConnectorError):
            return Reader(await self._calls.get(PROPERTIES)).object("properties")
        return Reader({})


def _looks(catalog: str) -> list[tuple[str, Body]]:
    """One row of each list: whether it may be read at all. The gift cards come last."""
    one = {"query": {"cursorPaging": {"limit": 1}}}
    old: Body = {"query": {"paging": {"limit": 1, "offset": 0}}}
    goods = (
        (f"{PRODUCTS_V1}/query", old) if catalog == V1 else (f"{PRODUCTS_V3}/query", {**one, "fields": ["CURRENCY"]})
    )
    sort = [{"fieldName": "createdDate", "order": "DESC"}]
    return [
        goods,
        (f"{ORDERS}/search", {"search": {"filter": {"status": STATES}, "sort": sort, "cursorPaging": {"limit": 1}}}),
        (ITEMS_V1, old) if catalog == V1 else (ITEMS_V3, one),
        (f"{CONTACTS}/query", one),
        (f"{COUPONS}/query", {"query": {"filter": text_filter({"specification.active": True}), **old["query"]}}),
        (f"{MANAGED_CARDS}/search", {"search": {"cursorPaging": {"limit": 1}}}),
    ]


def _name(site: Reader) -> str:
    return one_line(site.text("siteDisplayName") or site.text("businessName") or site.text("url"))


def _first(page: Body | str, *names: str) -> Reader:
    rows = listed(page, *names) if isinstance(page, dict) and page else []
    return Reader(rows[0]) if rows else Reader({})


def _currency(site: Reader, goods: Body | str, sales: Body | str) -> str:
    """What the site says, else what its newest goods or orders are in; "" for an empty one."""
    product = _first(goods, "products")
    told = (
        site.text("paymentCurrency"),
        product.text("currency"),
        product.object("priceData").text("currency"),
        _first(sales, "orders").text("currency"),
    )
    return next((one.strip().upper() for one in told if one.strip()), "")


def _included(sales: Body | str) -> bool | None:
    """Whether prices hold the tax: only orders say; None without any."""
    told = _first(sales, "orders").raw.get("taxIncludedInPrices")
    return told if isinstance(told, bool) else None
