"""The test call: who we are, which restaurant, what it set up for us, and which rights are missing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from posbridge.connectors.contract import Location, Probe
from posbridge.connectors.errors import (
    NotFound,
    PermissionDenied,
    RateLimitExceeded,
    ValidationError,
)
from posbridge.connectors.text import Reader
from posbridge.connectors.toast.calls import ORDERS, PARTNERS, RESTAURANTS, Calls, part
from posbridge.connectors.toast.menu_mapping import Menu, tax_class
from posbridge.connectors.toast.reading import number
from posbridge.connectors.toast.shelf import Shelf
from posbridge.connectors.toast.till import DINE_IN, PAYMENT_FIELDS

WRITE = "orders.orders:write"
#: Words in the name of a payment type by which it is taken for one of ours, where the settings name none.
_NAMED = {
    "payment_type_cash": ("cash",),
    "payment_type_card": ("card terminal", "external card", "posbridge card", "credit", "debit"),
    "payment_type_giftcard": ("gift",),
    "payment_type_other": ("other",),
}
_NOTHING: dict[str, list[str]] = {"checks": []}
#: Whole per cents are written as a share of one: 0.0625 is 6.25 %.
_PERCENT = 100

Rates = tuple[tuple[str, str], ...]


class Prober:
    """One real, harmless call each; asking for a price of nothing shows whether sales may be written."""

    def __init__(self, calls: Calls, shelf: Shelf, sign_in_again: Callable[[], Awaitable[None]]) -> None:
        self._calls, self._shelf, self._sign_in = calls, shelf, sign_in_again
        self._signed_in = False

    async def probe(self) -> Probe:
        """Raises AuthenticationError for a wrong secret, PermissionDenied for a foreign restaurant."""
        await self._sign_in_once()
        guid = self._calls.restaurant
        if not guid:
            places = await self._seen()
            if len(places) > 1:
                return Probe(account=places[0].name, locations=places, version="v2")
            guid = self._calls.seen = places[0].id
        info = Reader(await self._calls.get(f"{RESTAURANTS}/restaurants/{part(guid)}", place=guid), "guid")
        general = info.object("general")
        found, missing = await self._set_up(guid)
        missing += () if await self._writes(guid) else (WRITE,)
        menu = await self._menu()
        place = located(guid, general)
        return Probe(
            account=general.text("name") or guid,
            locations=(place,),
            currency=place.currency,
            timezone=place.timezone,
            prices_include_tax=included(menu) if menu else None,
            tax_rates=await self._rates(guid, menu),
            missing=missing,
            version="v2",
            settings={"restaurant_guid": guid, **found},
        )

    async def _sign_in_once(self) -> None:
        """With the secret of now, not the token of another; once only, for Toast counts sign-ins. Where its two are
        used up, the token that there is has to do."""
        if self._signed_in:
            return
        try:
            await self._sign_in()
        except RateLimitExceeded:
            await self._calls.http.get(f"{PARTNERS}/restaurants")
        self._signed_in = True

    async def _seen(self) -> tuple[Location, ...]:
        """The restaurants that the client may see, to choose one from. Raises PermissionDenied for none."""
        reply = await self._calls.http.get(f"{PARTNERS}/restaurants")
        rows = [Reader(row) for row in reply.json() if isinstance(row, Mapping) and not row.get("deleted")]
        if not rows:
            raise PermissionDenied("This client may see no restaurant.", next_step="Ask Toast for its access.")
        return tuple([await self._place(row) for row in rows[:_MOST_PLACES]])

    async def _place(self, row: Reader) -> Location:
        """With its currency and zone, which the list does not tell."""
        guid = row.id("restaurantGuid")
        words = " · ".join(filter(None, (row.text("restaurantName"), row.text("locationName"))))
        info = Reader(await self._calls.get(f"{RESTAURANTS}/restaurants/{part(guid)}", place=guid), "guid")
        return located(guid, info.object("general"), words)

    async def _set_up(self, guid: str) -> tuple[dict[str, str], tuple[str, ...]]:
        """Settings that can be told from the restaurant's own lists; what the settings name already stays."""
        try:
            options = [Reader(row, "guid") for row in await self._calls.listed("diningOptions", place=guid)]
            payments = [Reader(row, "guid") for row in await self._calls.listed("alternatePaymentTypes", place=guid)]
            discounts = [Reader(row, "guid") for row in await self._calls.listed("discounts", place=guid)]
        except PermissionDenied:
            return {}, ("config:read",)
        found = {**_options(options, self._calls), **_payments(payments), **_discount(discounts)}
        return {name: value for name, value in found.items() if name in _DERIVED or not self._calls.setting(name)}, ()

    async def _writes(self, guid: str) -> bool:
        """Toast answers 403 without the right, and 400 for an order of nothing with it (facts, 12.1)."""
        headers = {"toast-restaurant-external-id": guid}
        try:
            await self._calls.http.read("POST", f"{ORDERS}/prices", json=_NOTHING, headers=headers)
        except PermissionDenied:
            return False
        except (ValidationError, NotFound):
            return True
        return True

    async def _menu(self) -> Menu | None:
        try:
            return await self._shelf.menu()
        except (NotFound, PermissionDenied):
            return None

    async def _rates(self, guid: str, menu: Menu | None) -> dict[str, Rates]:
        """Rates by tax class as the menu's items name them, and the usual ones for what has no item."""
        try:
            rows = [Reader(row, "guid") for row in await self._calls.listed("taxRates", place=guid)]
        except PermissionDenied:
            return {}
        usual = [row for row in rows if row.flag("isDefault")]
        made: dict[str, Rates] = {"": _taxes(usual)}
        by_guid = {row.text("guid"): row for row in rows}
        for places in (menu.places if menu else {}).values():
            for place in places:
                named = [by_guid[str(one)] for one in place.item.items("taxInfo") if str(one) in by_guid]
                made.setdefault(tax_class(place.item), _taxes(named))
        return made


_DERIVED = ("dining_behavior",)
#: A group may have hundreds of restaurants; a till stands in one, whose GUID can be entered.
_MOST_PLACES = 50


def located(guid: str, general: Reader, name: str = "") -> Location:
    return Location(
        id=guid,
        name=name or general.text("locationName") or general.text("name"),
        currency=general.text("currencyCode"),
        timezone=general.text("timeZone"),
        active=not general.flag("archived"),
    )


def _options(rows: list[Reader], calls: Calls) -> dict[str, str]:
    """A dine-in option where none is chosen: it wants no guest."""
    plain = [row for row in rows if row.text("behavior") == DINE_IN and not row.flag("curbside")]
    found = {"walk_in_option_guid": plain[0].text("guid")} if plain else {}
    chosen = calls.setting("dining_option_guid") or found.get("walk_in_option_guid", "")
    behavior = next((row.text("behavior") for row in rows if row.text("guid") == chosen), "")
    return found | {"dining_option_guid": chosen, "dining_behavior": behavior} if chosen else found


def _payments(rows: list[Reader]) -> dict[str, str]:
    """By their names; a word that fits several is taken for none."""
    found: dict[str, str] = {}
    for name in PAYMENT_FIELDS.values():
        fits = [row for row in rows if any(word in row.text("name").casefold() for word in _NAMED[name])]
        if len(fits) == 1:
            found[name] = fits[0].text("guid")
    return found


def _discount(rows: list[Reader]) -> dict[str, str]:
    fits = [
        row for row in rows
        if row.text("type") == "OPEN_FIXED" and row.text("selectionType") == "CHECK" and row.flag("active", True)
    ]  # fmt: skip
    return {"open_discount_guid": fits[0].text("guid")} if len(fits) == 1 else {}


def _taxes(rows: list[Reader]) -> Rates:
    """Percentages; a tax by table or of a fixed amount is left to Toast."""
    percents = [(row.text("name") or "Tax", number(row, "rate")) for row in rows if row.text("type") == "PERCENT"]
    return tuple((name, f"{(rate * _PERCENT).normalize():f}") for name, rate in percents if rate is not None)


def included(menu: Menu) -> bool:
    """Whether prices hold the tax: as most items say. A shop that mixes both is reckoned by Toast's answer."""
    said = [place.item.text("taxInclusion") for places in menu.places.values() for place in places]
    return said.count("TAX_INCLUDED") * 2 > len(said)
