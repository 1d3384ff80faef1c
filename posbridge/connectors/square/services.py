"""Joins Square's services, and the one real call that proves a connection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

from posbridge.connectors.contract import Context, Location, PlatformServices, Probe
from posbridge.connectors.errors import ValidationError
from posbridge.connectors.square.calls import VERSION, Calls, rows_of, walk
from posbridge.connectors.square.catalog_mapping import UNTAXED, tax_class
from posbridge.connectors.square.orders import Orders
from posbridge.connectors.square.people import Customers, Discounts, GiftCards
from posbridge.connectors.square.products import Products, Stock
from posbridge.connectors.square.signin import SCOPES, auth_of
from posbridge.connectors.square.subscriptions import Webhooks
from posbridge.connectors.text import Reader

#: Of so many taxes every combination gets a class of its own; of more, only each alone.
_COMBINED = 5
Rates = tuple[tuple[str, str], ...]


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
        webhooks=Webhooks(context),
    )


class Prober:
    """Who the key belongs to, where it may work, and what it may not do."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def probe(self) -> Probe:
        missing = await self._missing()
        page = await self._calls.get("v2/locations")
        rows = [Reader(row) for row in rows_of(page, "locations")]
        if not rows:
            raise ValidationError("This Square account has no location.")
        here = self._here(rows)
        taxes = [] if "ITEMS_READ" in missing else await self._taxes(here.text("id"))
        return Probe(
            account=here.text("merchant_id") or here.text("business_name") or here.text("name"),
            locations=tuple(_location(row) for row in rows),
            currency=here.text("currency"),
            timezone=here.text("timezone"),
            prices_include_tax=_included(taxes),
            tax_rates=tax_rates(taxes),
            missing=missing,
            version=VERSION,
        )

    def _here(self, rows: Sequence[Reader]) -> Reader:
        """The chosen location, else the first active one. Raises ValidationError when the chosen one is unknown."""
        fields = self._calls.connection.fields
        chosen = self._calls.connection.location or fields.get("location_id", "")
        found = [row for row in rows if row.text("id") == chosen]
        if chosen and not found:
            names = ", ".join(f"{row.text('name')} ({row.text('id')})" for row in rows)
            raise ValidationError("Square does not know this location.", next_step=f"Choose one of: {names}.")
        active = [row for row in rows if row.text("status") != "INACTIVE"]
        return (found or active or list(rows))[0]

    async def _missing(self) -> tuple[str, ...]:
        """Scopes that the token lacks; a personal token has them all."""
        status = Reader(await self._calls.ask("oauth2/token/status"))
        granted = {str(scope) for scope in status.items("scopes")}
        return tuple(scope for scope in SCOPES if scope not in granted) if granted else ()

    async def _taxes(self, location: str) -> list[Reader]:
        async def fetch(at: str) -> Any:
            asked = {"object_types": ["TAX"], "limit": 1000}
            return await self._calls.ask("v2/catalog/search", asked | ({"cursor": at} if at else {}))

        found = [Reader(row) async for page, _ in walk(fetch) for row in rows_of(page, "objects")]
        return [row for row in found if row.object("tax_data").flag("enabled", True) and _offered(row, location)]


def _offered(row: Reader, location: str) -> bool:
    if row.flag("present_at_all_locations", True):
        return location not in row.items("absent_at_location_ids")
    return location in row.items("present_at_location_ids")


def _location(row: Reader) -> Location:
    return Location(
        id=row.id(),
        name=row.text("name") or row.text("business_name"),
        currency=row.text("currency"),
        timezone=row.text("timezone"),
        active=row.text("status") != "INACTIVE",
    )


def _usual(taxes: Iterable[Reader]) -> list[Reader]:
    """The taxes of what has no item of its own: those for custom amounts, else all."""
    all_of = list(taxes)
    marked = [tax for tax in all_of if tax.object("tax_data").flag("applies_to_custom_amounts")]
    return marked or all_of


def _included(taxes: Sequence[Reader]) -> bool | None:
    """Whether prices hold the tax; None without taxes. Where Square mixes both, the usual taxes decide."""
    kinds = [tax.object("tax_data").text("inclusion_type") for tax in _usual(taxes)]
    return None if not kinds else kinds[0] == "INCLUSIVE"


def tax_rates(taxes: Sequence[Reader]) -> dict[str, Rates]:
    """Rates by tax class, as `to_products` names the classes: the ids of an item's taxes, joined."""
    made: dict[str, Rates] = {"": _rates(_usual(taxes)), UNTAXED: ()}
    sizes = range(1, len(taxes) + 1) if len(taxes) <= _COMBINED else (1,)
    for size in sizes:
        for group in combinations(taxes, size):
            made[tax_class(tax.id() for tax in group)] = _rates(group)
    return made


def _rates(taxes: Iterable[Reader]) -> Rates:
    data = [tax.object("tax_data") for tax in taxes]
    return tuple((one.text("name") or "Tax", one.text("percentage") or "0") for one in data)
