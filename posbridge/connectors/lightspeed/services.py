"""Joins Lightspeed's services, and the one real call that proves a connection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Sequence
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import Context, Location, PlatformServices, Probe
from posbridge.connectors.errors import PermissionDenied, ValidationError
from posbridge.connectors.lightspeed.calls import Calls
from posbridge.connectors.lightspeed.catalog_mapping import MenuFacts, tax_class
from posbridge.connectors.lightspeed.discounts import Discounts
from posbridge.connectors.lightspeed.facts import FACTS
from posbridge.connectors.lightspeed.orders import Orders
from posbridge.connectors.lightspeed.outcomes import Outcomes
from posbridge.connectors.lightspeed.products import Products, Shelf, Stock
from posbridge.connectors.lightspeed.signin import auth_of
from posbridge.connectors.lightspeed.subscriptions import Webhooks
from posbridge.connectors.text import Reader

_TAX = "Tax"
#: Of so many locations the profiles are compared.
_MOST_PLACES = 10


def open_services(context: Context) -> PlatformServices:
    """The services of one connection, signed in as its settings say."""
    context.http.auth = auth_of(context)
    calls, outcomes = Calls(context), Outcomes()
    shelf, discounts = Shelf(calls), Discounts(calls)
    products = Products(calls, shelf)
    return PlatformServices(
        probe=Prober(calls).probe,
        products=products,
        inventory=Stock(calls, shelf, products),
        orders=Orders(calls, shelf, discounts, outcomes),
        discounts=discounts,
        webhooks=Webhooks(context, calls, outcomes),
    )


class Prober:
    """Whose key it is, where it may work, what it may not do, and which taxes and profiles there are."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def probe(self) -> Probe:
        missing: list[str] = []
        named = await self._allowed(missing, "orders-api", self._calls.get("o/op/data/businesses", here=False))
        money = await self._allowed(missing, "financial-api", self._calls.get("f/data/businesses", here=False))
        rows = _businesses(money) or _businesses(named)
        if not rows and not missing:
            raise ValidationError("This Lightspeed account has no business location.")
        places = [place for _, found in rows for place in found]
        here, business = self._here(rows, places)
        settings = {"business_id": business.text("businessId") or business.text("id")} if business else {}
        menu: dict[str, MenuFacts] = {}
        if here is not None:
            asked = [("businessLocationId", here.id), ("amount", 1)]
            await self._allowed(missing, "items", self._calls.get("items/v1/items", asked, here=False))
            if "orders-api" not in missing:
                settled = self._calls.connection.location or self._calls.field("business_location_id")
                others = [] if settled else [place.id for place in places if place.id != here.id]
                settings |= await self._profile([here.id, *others])
                menu = await self._menu(here.id, settings)
        return _probe(places, here, business, tuple(missing), settings, menu)

    async def _allowed(self, missing: list[str], scope: str, call: Awaitable[Any]) -> Any:
        try:
            return await call
        except PermissionDenied:
            missing.append(scope)
            return None

    def _here(
        self, rows: Sequence[tuple[Reader, list[Location]]], places: Sequence[Location]
    ) -> tuple[Location | None, Reader | None]:
        """The chosen location with its business, else the first. Raises ValidationError for an unknown one."""
        chosen = self._calls.connection.location or self._calls.field("business_location_id")
        found = [(place, business) for business, listed in rows for place in listed if place.id == chosen]
        if chosen and rows and not found:
            listed = ", ".join(f"{place.name} ({place.id})" for place in places)
            raise ValidationError("Lightspeed does not know this location.", next_step=f"Choose one of: {listed}.")
        first = [(place, business) for business, listed in rows for place in listed]
        chosen_or_first = found or first
        return chosen_or_first[0] if chosen_or_first else (None, None)

    async def _profile(self, wanted: Sequence[str]) -> dict[str, str]:
        """The account profile for orders: the one of the settings, else the first for take-away that all of these
        locations have (which of them it will be may not be chosen yet)."""
        known = [await self._profiles(location) for location in wanted[:_MOST_PLACES]]
        chosen = self._calls.field("profile_togo")
        codes = [code for code, _ in known[0]]
        if chosen and chosen not in codes:
            raise ValidationError(
                f"Lightspeed has no account profile {chosen}.", next_step=f"Choose one of: {', '.join(codes)}."
            )
        away = [pair for pair in known[0] if pair[1] == "TAKE_AWAY" and all(pair in one for one in known)]
        return {"profile_togo": away[0][0]} if away and not chosen else {}

    async def _profiles(self, location: str) -> list[tuple[str, str]]:
        asked = {"businessLocationId": location}
        page = Reader(await self._calls.get("o/op/data/account-profiles", asked, here=False))
        return [(one.text("code"), one.text("deliveryMode")) for one in page.objects("accountProfileList")]

    async def _menu(self, location: str, settings: dict[str, str]) -> dict[str, MenuFacts]:
        fields = {**self._calls.connection.fields, **settings}
        connection = self._calls.connection.model_copy(update={"location": location, "fields": fields})
        calls = _At(self._calls, connection)
        return await Shelf(calls).menu()


class _At(Calls):
    """The same calls at another location."""

    def __init__(self, calls: Calls, connection: Any) -> None:
        self.http, self.clock, self.connection = calls.http, calls.clock, connection


def _businesses(raw: Any) -> list[tuple[Reader, list[Location]]]:
    """Businesses with their locations, in the form of either family of calls."""
    if isinstance(raw, dict):
        raw = Reader(raw).object("_embedded").items("businessList")
    rows = [Reader(row) for row in raw or ()]
    return [(row, [_location(place, row) for place in row.objects("businessLocations")]) for row in rows]


def _location(place: Reader, business: Reader) -> Location:
    return Location(
        id=place.text("blId") or place.text("id"),
        name=place.text("blName") or place.text("name"),
        currency=business.text("currencyCode"),
        timezone=place.text("timezone"),
    )


def _probe(
    places: Sequence[Location],
    here: Location | None,
    business: Reader | None,
    missing: tuple[str, ...],
    settings: dict[str, str],
    menu: dict[str, MenuFacts],
) -> Probe:
    rates, included = _taxes(menu)
    account = (business.text("businessName") or business.text("name")) if business else ""
    return Probe(
        account=account or "Lightspeed Restaurant",
        locations=tuple(places),
        currency=here.currency if here else "",
        timezone=here.timezone if here else "",
        prices_include_tax=included,
        tax_rates=rates,
        missing=missing,
        version=FACTS.api_version,
        settings={name: value for name, value in settings.items() if value},
    )


def _taxes(menu: dict[str, MenuFacts]) -> tuple[dict[str, tuple[tuple[str, str], ...]], bool | None]:
    """Rates by tax class as `to_products` names them, the usual one as "", and whether prices hold the tax."""
    rates = Counter(said.tax_percent for said in menu.values() if said.tax_percent is not None)
    kinds = Counter(said.tax_included for said in menu.values() if said.tax_included is not None)
    included = kinds.most_common(1)[0][0] if kinds else None
    if not rates:
        return {}, included
    return {"": _rate(rates.most_common(1)[0][0]), **{tax_class(rate): _rate(rate) for rate in rates}}, included


def _rate(percent: Decimal | None) -> tuple[tuple[str, str], ...]:
    return ((_TAX, tax_class(percent)),) if percent else ()
