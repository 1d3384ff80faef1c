"""What posbridge must know of the shop itself, read once and kept a while; and the call that proves a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import Probe
from posbridge.connectors.errors import ServiceUnavailable, ValidationError
from posbridge.connectors.sylius.calls import SHOP, Calls, part
from posbridge.connectors.sylius.catalog_mapping import OptionLabels, Shelf, to_options
from posbridge.connectors.sylius.reading import code_of, in_words, member_list, ref, refs
from posbridge.connectors.text import Reader, each, one_line

_KEPT = timedelta(minutes=10)
_WRONG_HOST = "Give the host name of that channel: the host decides which channel a sale belongs to."

Rates = dict[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Channel:
    """The channel that the till sells in. `place` is the address of its shop, `zone` its tax zone."""

    code: str
    name: str
    currency: str
    locale: str
    zone: str
    place: Mapping[str, str] = field(default_factory=dict)


def read_channel(row: Any) -> Channel:
    """Raises SchemaDrift."""
    reader = Reader(row, "code")
    address = reader.object("shopBillingData") if reader.raw.get("shopBillingData") else Reader({})
    place = {key: one_line(address.text(key)) for key in ("street", "city", "postcode", "countryCode")}
    countries = refs(reader, "countries")
    place["countryCode"] = place["countryCode"] or next(iter(countries), "")
    return Channel(
        code=reader.id("code"),
        name=one_line(reader.text("name")) or reader.id("code"),
        currency=ref(reader, "baseCurrency").upper(),
        locale=ref(reader, "defaultLocale"),
        zone=ref(reader, "defaultTaxZone"),
        place={key: value for key, value in place.items() if value},
    )


class Shop:
    """Gives what is known, read again after ten minutes."""

    def __init__(self, calls: Calls) -> None:
        self._calls, self._lock = calls, asyncio.Lock()
        self._channel: tuple[datetime, Channel] | None = None
        self._shelf: tuple[datetime, Shelf] | None = None

    async def channel(self) -> Channel:
        """Raises ValidationError when the shop has no such channel."""
        async with self._lock:
            if self._channel is None or self._calls.clock() > self._channel[0]:
                self._channel = (self._calls.clock() + _KEPT, await self._read_channel())
            return self._channel[1]

    async def _read_channel(self) -> Channel:
        wanted = self._calls.channel
        rows = await self._calls.every("channels")
        found = next((row for row in rows if code_of(row).casefold() == wanted.casefold()), None)
        if found is None:
            there = ", ".join(code_of(row) for row in rows)
            raise ValidationError(f"The shop has no channel {wanted}.", next_step=f"Its channels are: {there}.")
        return read_channel(found)

    async def shelf(self, *, fresh: bool = False) -> Shelf:
        """What reading the catalogue needs: names of taxons and options."""
        channel = await self.channel()
        async with self._lock:
            if fresh or self._shelf is None or self._calls.clock() > self._shelf[0]:
                self._shelf = (self._calls.clock() + _KEPT, await self._read_shelf(channel))
            return self._shelf[1]

    async def _read_shelf(self, channel: Channel) -> Shelf:
        calls = self._calls
        locales = tuple(dict.fromkeys([*calls.locales, channel.locale]))
        taxons, places, options = await asyncio.gather(
            calls.every("taxons"), calls.every("product-taxons"), calls.every("product-options")
        )
        return Shelf(
            currency=channel.currency or calls.currency,
            channel=channel.code,
            locales=locales,
            zone=calls.zone,
            barcode=calls.setting("barcode_attribute"),
            brand=calls.setting("brand_attribute"),
            taxons=taxon_names(taxons, locales),
            places=places_of(places),
            options=await self._labels(options, locales),
        )

    async def _labels(self, options: list[Any], locales: tuple[str, ...]) -> dict[str, OptionLabels]:
        """The labels of values are one call an option (recorded 027)."""
        values: list[Any] = []
        for row in options:
            path = f"product-options/{part(code_of(row))}/values"
            values += member_list(await self._calls.get(path)) or []
        return to_options(options, values, locales)


def taxon_names(rows: Iterable[Any], locales: tuple[str, ...]) -> dict[str, str]:
    """Names by code; a taxon that cannot be read keeps its code."""
    named, _ = each(rows, lambda row: (code_of(row), one_line(in_words(Reader(row, "code"), "name", locales))), "code")
    return {code: name for code, name in named if name}


def places_of(rows: Iterable[Any]) -> dict[str, str]:
    """Taxon codes by the id of a product's place in them."""
    return dict(each(rows, lambda row: (Reader(row).id(), ref(Reader(row), "taxon")))[0])


class Prober:
    """Who signs in, what he may not do, and whether the settings fit the shop."""

    def __init__(self, calls: Calls, shop: Shop, again: Any = None) -> None:
        self._calls, self._shop, self._again = calls, shop, again

    async def probe(self) -> Probe:
        """Signs in anew, so that a changed password shows at once.

        Raises ServiceUnavailable (reason "off") when the API is switched off, AuthenticationError for a wrong
        password, PermissionDenied without API access, ValidationError for a setting that the shop does not have.
        """
        if self._again is not None:
            await self._again()
        calls = self._calls
        orders = await calls.get("orders", {"itemsPerPage": 1})
        channel = await self._shop.channel()
        await self._check(channel)
        rates = await calls.every("tax-rates")
        mine = [row for row in rates if ref(Reader(row), "zone") == channel.zone]
        return Probe(
            account=f"{channel.name} ({channel.code})",
            currency=channel.currency,
            timezone=calls.zone,
            prices_include_tax=included(mine),
            tax_rates=tax_classes(mine),
            version=version_of(orders),
            settings={"channel_locale": channel.locale},
        )

    async def _check(self, channel: Channel) -> None:
        calls = self._calls
        for name, path in (("shipping_method", "shipping-methods"), ("payment_method", "payment-methods")):
            code = calls.setting(name)
            if await calls.found(f"{path}/{part(code)}") is None:
                words = f"The shop has no {name.replace('_', ' ')} {code}."
                raise ValidationError(words, next_step="Give the code of one that is meant for sales at the till.")
        await self._check_host(channel)

    async def _check_host(self, channel: Channel) -> None:
        """The shop section answers 500 to a host of no channel, where there are several (recorded 011)."""
        try:
            seen = await self._calls.get("channels", section=SHOP)
        except ServiceUnavailable as problem:
            if problem.status == 500:
                words = "This address belongs to no channel of the shop."
                raise ValidationError(words, next_step=_WRONG_HOST) from problem
            raise
        codes = [code_of(row) for row in member_list(seen) or []]
        if codes and channel.code not in codes:
            words = f"This address belongs to the channel {codes[0]}, not to {channel.code}."
            raise ValidationError(words, next_step=_WRONG_HOST)


def included(rates: Iterable[Any]) -> bool | None:
    """Whether prices hold tax; None where the shop has no rates for the zone."""
    said = [Reader(row).flag("includedInPrice") for row in rates]
    return None if not said else said.count(True) * 2 > len(said)


def tax_classes(rates: Iterable[Any]) -> Rates:
    """(name, percent) by tax category; goods without a category are not taxed there, nor here."""
    made: dict[str, list[tuple[str, str]]] = {}
    for row in rates:
        reader = Reader(row, "code")
        percent = (reader.decimal("amount") or Decimal(0)) * 100
        made.setdefault(ref(reader, "category"), []).append(
            (one_line(reader.text("name")) or "Tax", f"{percent.normalize():f}")
        )
    return {"": (), **{code: tuple(found) for code, found in made.items()}} if made else {}


def version_of(orders: Any) -> str:
    """By the fields that each version brought (facts, 1); "2.x" where there is no order to look at."""
    rows = member_list(orders) or []
    first = rows[0] if rows and isinstance(rows[0], Mapping) else {}
    if "orderAndItemPromotionTotal" in first:
        return "2.3 or later"
    return "2.1 or 2.2" if "checkoutCompletedAt" in first else "2.x"
