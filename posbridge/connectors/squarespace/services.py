"""Joins Squarespace's services, and the one real look that proves a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from posbridge.connectors.contract import Context, PlatformServices, Probe
from posbridge.connectors.errors import PermissionDenied, ValidationError
from posbridge.connectors.squarespace.calls import (
    CONTACTS,
    DISCOUNTS,
    INVENTORY,
    ORDERS,
    PRODUCTS,
    WEBSITE,
    Body,
    Calls,
    rows_of,
)
from posbridge.connectors.squarespace.errors import RIGHTS
from posbridge.connectors.squarespace.orders import Orders
from posbridge.connectors.squarespace.people import Customers, Discounts
from posbridge.connectors.squarespace.products import Products, Shelf, Stock
from posbridge.connectors.squarespace.signin import auth_of
from posbridge.connectors.squarespace.subscriptions import Webhooks
from posbridge.connectors.text import Reader, one_line


def open_services(context: Context) -> PlatformServices:
    """The services of one connection, signed in as its settings say. There are none for gift cards."""
    context.http.auth = auth_of(context)
    calls = Calls(context)
    if calls.oauth:
        context.http.window.drop("orders")
    shelf, stock = Shelf(calls), Stock(calls)
    orders = Orders(calls, shelf, stock)
    return PlatformServices(
        probe=Prober(calls).probe,
        products=Products(calls, shelf),
        inventory=stock,
        orders=orders,
        customers=Customers(calls, orders),
        discounts=Discounts(calls),
        webhooks=Webhooks(context, calls),
    )


class Prober:
    """Whose site the key opens, and which permissions it lacks. It changes nothing."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def probe(self) -> Probe:
        site = Reader(await self._calls.get(WEBSITE))
        sales, *others = await asyncio.gather(
            self._read(ORDERS, {}),
            self._read(PRODUCTS, {}),
            self._read(INVENTORY, {}),
            self._read(CONTACTS, {"pageSize": 1}),
            self._read(DISCOUNTS, {"limit": 1}),
            self._may_write(ORDERS),
            self._may_write(f"{INVENTORY}/adjustments"),
        )
        missing = dict.fromkeys(told for told in [sales, *others] if isinstance(told, str))
        return Probe(
            account=one_line(site.text("title")) or site.text("siteId") or site.id(),
            currency=site.text("currency").upper(),
            timezone=site.text("timeZone"),
            prices_include_tax=_included(sales),
            missing=tuple(missing),
            settings=_settings(site),
        )

    async def _read(self, path: str, params: Mapping[str, Any]) -> Body | str:
        """The page, or the permission that is lacking."""
        try:
            return await self._calls.get(path, params)
        except PermissionDenied:
            return _right(path)

    async def _may_write(self, path: str) -> Body | str:
        """An empty request without its key: refused before it is read (recorded), or for the lack of a permission."""
        try:
            return await self._calls.ask(path, {})
        except ValidationError:
            return {}
        except PermissionDenied:
            return _right(path)


def _right(path: str) -> str:
    return next(right for part, right in RIGHTS.items() if f"/{part}" in path)


def _settings(site: Reader) -> dict[str, str]:
    known = {
        "website_id": site.id(),
        "site_url": site.text("url"),
        "country": site.object("location").text("country"),
        "locale": site.text("language"),
        "measures": site.text("measurementStandard"),
    }
    return {name: value for name, value in known.items() if value}


def _included(sales: Body | str) -> bool | None:
    """Whether prices hold the tax: no page says, but the site's own newest orders do; None without any."""
    rows = rows_of(sales, "result") if isinstance(sales, dict) else []
    told = [
        row.get("priceTaxInterpretation") for row in rows if isinstance(row, Mapping) and row.get("channel") == "web"
    ]
    known = [one for one in told if one in ("INCLUSIVE", "EXCLUSIVE")]
    return known[-1] == "INCLUSIVE" if known else None
