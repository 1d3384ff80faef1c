"""Joins BigCommerce's services, and the one real look that proves a connection."""

from __future__ import annotations

import asyncio
from typing import Any

from posbridge.connectors.auth import HeaderKey
from posbridge.connectors.bigcommerce.calls import Calls
from posbridge.connectors.bigcommerce.catalog_mapping import weight_unit
from posbridge.connectors.bigcommerce.errors import right_for
from posbridge.connectors.bigcommerce.gift_cards import CARDS, GiftCards
from posbridge.connectors.bigcommerce.orders import ORDERS, Orders
from posbridge.connectors.bigcommerce.people import COUPONS, CUSTOMERS, Customers, Discounts
from posbridge.connectors.bigcommerce.products import PRODUCTS, Names, Products, Stock
from posbridge.connectors.bigcommerce.reading import opened
from posbridge.connectors.bigcommerce.subscriptions import Webhooks
from posbridge.connectors.contract import Context, Location, PlatformServices, Probe
from posbridge.connectors.errors import NotFound, PermissionDenied, ValidationError
from posbridge.connectors.text import Reader, one_line

STORE, LOCATIONS = "v2/store", "v3/inventory/locations"


def open_services(context: Context) -> PlatformServices:
    """The services of one connection."""
    context.http.auth = HeaderKey("X-Auth-Token", context.secrets.get("access_token", ""))
    calls = Calls(context)
    names, orders = Names(calls), Orders(calls)
    return PlatformServices(
        probe=Prober(calls).probe,
        products=Products(calls, names),
        inventory=Stock(calls),
        orders=orders,
        customers=Customers(calls, orders),
        discounts=Discounts(calls, names),
        gift_cards=GiftCards(calls),
        webhooks=Webhooks(context, calls),
    )


class Prober:
    """Whose store the token opens, and which scopes it lacks. It changes nothing."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def probe(self) -> Probe:
        store = Reader(opened(await self._calls.get(STORE)))
        places, *others = await asyncio.gather(
            self._read(LOCATIONS),
            self._read(PRODUCTS),
            self._read(f"{LOCATIONS}/{self._calls.location}/items"),
            self._read(ORDERS),
            self._read(CUSTOMERS),
            self._read(COUPONS),
            self._read(CARDS),
            self._may_write(f"{ORDERS}/0"),
        )
        rows = [Reader(row) for row in places] if isinstance(places, list) else []
        return Probe(
            account=one_line(store.text("name")) or store.text("domain") or store.id(),
            locations=tuple(_location(row) for row in rows),
            currency=store.text("currency").upper(),
            timezone=store.object("timezone").text("name"),
            prices_include_tax=store.flag("is_price_entered_with_tax"),
            missing=tuple(dict.fromkeys(told for told in [places, *others] if isinstance(told, str))),
            settings=_settings(store, rows),
        )

    async def _read(self, path: str) -> list[Any] | str:
        """The rows, or the scope that is lacking."""
        try:
            return await self._calls.rows(path, {"limit": 50 if path == LOCATIONS else 1})
        except PermissionDenied:
            return right_for(path)
        except NotFound:
            return []

    async def _may_write(self, path: str) -> list[Any] | str:
        """A change of an order that no store has: unknown, or refused for the lack of a scope (a guess)."""
        try:
            await self._calls.ask("PUT", path, {})
        except (NotFound, ValidationError):
            return []
        except PermissionDenied:
            return right_for(path)
        return []


def _location(row: Reader) -> Location:
    return Location(
        id=row.id(),
        name=one_line(row.text("label")) or row.text("code") or row.id(),
        timezone=row.text("time_zone"),
        active=row.flag("enabled", True),
    )


def _settings(store: Reader, rows: list[Reader]) -> dict[str, str]:
    """What later calls need: the unit of weight, and where counter sales are billed: the first place's address."""
    place = rows[0].object("address") if rows else Reader({})
    country = (place.text("country_code") or store.text("country_code")).upper()
    known = {
        "weight_unit": weight_unit(store.text("weight_units")),
        "walkin_street_1": one_line(place.text("address1")) or one_line(store.text("address")),
        "walkin_city": one_line(place.text("city")),
        "walkin_state": one_line(place.text("state")),
        "walkin_zip": place.text("zip"),
        "walkin_country": store.text("country") if country == store.text("country_code").upper() else "",
        "walkin_country_iso2": country,
    }
    return {name: value for name, value in known.items() if value}
