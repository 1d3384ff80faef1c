"""The published menu, fetched whole and kept until Toast says that it changed."""

from __future__ import annotations

import asyncio

from posbridge.connectors.errors import (
    NotFound,
    PermissionDenied,
    RateLimitExceeded,
    SchemaDrift,
    ServiceUnavailable,
)
from posbridge.connectors.text import Reader
from posbridge.connectors.toast import facts
from posbridge.connectors.toast.calls import Calls
from posbridge.connectors.toast.identity import Sold, item_of
from posbridge.connectors.toast.menu_mapping import Menu, read_menu, to_product
from posbridge.domain.catalog import Product

_VERSIONS = ("v2", "v3")
_NO_MENU = (NotFound, PermissionDenied, RateLimitExceeded, SchemaDrift, ServiceUnavailable)


class Shelf:
    """A menu may be several megabytes, and one may be fetched a second: so one copy for all services."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._menu: Menu | None = None
        self._lock = asyncio.Lock()
        self._works = ""
        self._skus: tuple[Menu, dict[str, str]] | None = None

    async def menu(self, *, fresh: bool = True) -> Menu:
        """The menu as it is published now; without `fresh` as it was last fetched.

        Raises NotFound when nothing is published.
        """
        async with self._lock:
            if self._menu is None or (fresh and self._menu.updated != await self._updated()):
                raw = await self._fetch("menus")
                self._menu = await asyncio.to_thread(read_menu, raw, self._calls.currency)
            return self._menu

    async def _updated(self) -> str:
        return Reader(await self._fetch("metadata")).text("lastUpdated")

    async def _fetch(self, what: str) -> object:
        """By the version that the credentials may use: one of the two is refused to each kind of client."""
        first = self._works or self._calls.setting("menus_version") or _VERSIONS[0]
        limit = facts.MENUS if what == "menus" else "all"
        try:
            found: object = await self._calls.get(f"menus/{first}/{what}", what=limit)
        except PermissionDenied:
            if self._works:
                raise
            other = next(version for version in _VERSIONS if version != first)
            found = await self._calls.get(f"menus/{other}/{what}", what=limit)
            first = other
        self._works = first
        return found

    async def open_item(self) -> Sold | None:
        """The open-price item of the settings with a group that it is in; None where none is named or published."""
        guid = self._calls.setting("open_item_guid")
        menu = await self.menu(fresh=False) if guid else None
        for places in (menu.places if menu else {}).values():
            for place in places:
                if place.item.text("guid") == guid:
                    return Sold(guid, place.group, (), True)
        return None

    async def skus(self) -> dict[str, str]:
        """SKUs by variant and by item; empty while there is no menu to be had: no order waits for them."""
        try:
            menu = await self.menu(fresh=False)
        except _NO_MENU:
            return {}
        if self._skus is None or self._skus[0] is not menu:
            self._skus = (menu, await asyncio.to_thread(_skus, menu))
        return self._skus[1]


def _skus(menu: Menu) -> dict[str, str]:
    made: dict[str, str] = {}
    for product in readable(menu):
        for variant in product.variants:
            made[variant.id.removesuffix("~open")] = variant.sku
            made.setdefault(item_of(variant.id), variant.sku)
    return made


def readable(menu: Menu) -> list[Product]:
    """The products that can be read; `Products` parks the others."""
    made: list[Product] = []
    for key in menu.places:
        try:
            made.append(to_product(key, menu))
        except SchemaDrift:
            continue
    return made
