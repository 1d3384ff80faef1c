"""One real look at the store: whose it is, what the keys may do, how it reckons."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import Location, Probe
from posbridge.connectors.errors import (
    AuthenticationError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    ValidationError,
)
from posbridge.connectors.http import PlatformHttp
from posbridge.connectors.magento.pages import criteria, rows_in
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.errors import ConfigurationError

Rates = dict[str, tuple[tuple[str, str], ...]]
_GIFT_CARDS = "Magento_GiftCardAccount"
_ADDRESS = "Check the store's address: as in the browser, without /rest. Some stores need /index.php behind it."
#: A search each that shows one right, as the integration's screen names them.
_RIGHTS = (
    ("products", "Catalog: Products"),
    ("products/attributes", "Stores: Attributes, Product"),
    ("categories/list", "Catalog: Categories"),
    ("inventory/source-items", "Inventory: Sources and source items"),
    ("orders", "Sales: Orders, View"),
    ("creditmemos", "Sales: Credit memos"),
    ("customers/search", "Customers: All Customers"),
    ("coupons/search", "Marketing: Cart Price Rules"),
)
#: Writes that say nothing at all: refused for their empty body, but before that for a right that is missing.
_WRITES = (
    ("PUT", "orders/create", "Sales: Orders, Create"),
    ("POST", "inventory/source-items", "Inventory: Source items, write"),
)
#: Tax class of goods in a new store ("Taxable Goods").
_USUAL_CLASS = "2"


@dataclass(frozen=True)
class Wanted:
    """What the connection says of itself: the store view's code, its tax mode, the country ("" for the store's)."""

    store_code: str = ""
    prices_include_tax: bool = False
    country: str = ""
    source: str = ""


class MagentoProbe:
    """The connection test. It changes nothing: its two writes have empty bodies, which no store can carry out."""

    def __init__(self, http: PlatformHttp, wanted: Wanted) -> None:
        self._http, self._wanted = http, wanted

    async def __call__(self) -> Probe:
        """Raises AuthenticationError, PermissionDenied, ServiceUnavailable, ConfigurationError for a wrong address."""
        missing, store = await self._store()
        if not missing:
            missing = await self._missing()
        sources = [] if missing else await self._sources()
        home = next((row for row in sources if row.text("source_code") == self._wanted.source), None)
        country = self._wanted.country or (home or (sources[0] if sources else Reader({}))).text("country_id")
        region = home.text("region_id", "0") if home else "0"
        return Probe(
            account=store.text("secure_base_url") or store.text("base_url"),
            locations=tuple(_location(row) for row in sources),
            currency=store.text("base_currency_code").upper(),
            timezone=store.text("timezone"),
            prices_include_tax=self._wanted.prices_include_tax,
            tax_rates={} if missing else await self._taxes(country, region),
            missing=missing,
            settings={
                "store_id": store.text("id", "1"),
                "website_id": store.text("website_id", "1"),
                "weight_unit": store.text("weight_unit", "lbs"),
                "media_url": store.text("secure_base_media_url") or store.text("base_media_url"),
                "country": country or "US",
                "edition": await self._edition(),
            },
        )

    async def _store(self) -> tuple[tuple[str, ...], Reader]:
        try:
            rows = rows_in(await self._http.get("store/storeConfigs"))
        except NotFound as problem:
            raise ConfigurationError("There is no Magento store at this address.", next_step=_ADDRESS) from problem
        except AuthenticationError as refused:
            return await self._told_apart(refused), Reader({})
        except PermissionDenied as denied:
            return (_right(denied, "Stores: Configuration"), *await self._missing()), Reader({})
        return (), self._chosen([Reader(row) for row in rows])

    async def _told_apart(self, refused: AuthenticationError) -> tuple[str, ...]:
        """A bearer is refused in the words of a missing right (recorded 007, 008, 018): if nothing at all is allowed,
        the token is not accepted."""
        if refused.platform_code != "not_authorized":
            raise refused
        missing = await self._missing()
        if len(missing) == len(_RIGHTS) + len(_WRITES):
            raise refused
        return ("Stores: Configuration", *missing)

    def _chosen(self, rows: Sequence[Reader]) -> Reader:
        code = self._wanted.store_code
        found = [row for row in rows if row.text("code") == code] if code else list(rows)
        if not found:
            known = ", ".join(row.text("code") for row in rows)
            raise ConfigurationError(f"The store has no view “{code}”.", next_step=f"There are: {known}.")
        return min(found, key=lambda row: row.integer("id") or 0)

    async def _missing(self) -> tuple[str, ...]:
        """The rights that are not ticked. One call each, two at a time: the store starts anew for each."""
        asks = [*(("GET", *right) for right in _RIGHTS), *_WRITES]
        names: list[str] = []
        for at in range(0, len(asks), 2):
            pair = asks[at : at + 2]
            names += [name for name in await asyncio.gather(*(self._lacks(*ask) for ask in pair)) if name]
        return tuple(names)

    async def _lacks(self, method: str, path: str, name: str) -> str:
        """The right that this call lacks, "" when it lacks none."""
        try:
            await self._tried(method, path)
        except PermissionDenied as denied:
            return _right(denied, name)
        except AuthenticationError as refused:
            if refused.platform_code != "not_authorized":
                raise
            return _right(refused, name)
        return ""

    async def _tried(self, method: str, path: str) -> None:
        if method == "GET":
            await self._http.get(path, params=list(criteria(size=1, order="", fields="total_count")))
            return
        with suppress(ValidationError, OutcomeUnknown):  # nothing was asked for: a refusal shows that we may ask
            await self._http.write(method, path, json={})

    async def _sources(self) -> list[Reader]:
        rows = rows_in(await self._http.get("inventory/sources", params=list(criteria(order="", size=100))))
        known = [Reader(row, "source_code") for row in rows]
        enabled = [row for row in known if row.flag("enabled", default=True)]
        return sorted(enabled, key=lambda row: row.text("source_code") != (self._wanted.source or "default"))

    async def _taxes(self, country: str, region: str) -> Rates:
        """Taxes are read where the right is there; without it the rates are entered by hand."""
        params = list(criteria(order="", size=300))
        try:
            rules = rows_in(await self._http.get("taxRules/search", params=params))
            rates = rows_in(await self._http.get("taxRates/search", params=params))
        except (PermissionDenied, AuthenticationError, NotFound):
            return {}
        return tax_rates(rules, rates, country, region)

    async def _edition(self) -> str:
        """Adobe Commerce is known by its gift cards: a GUESS, and nothing hangs on it but a word on the screen."""
        try:
            modules = (await self._http.get("modules")).json()
        except (PermissionDenied, AuthenticationError, NotFound):
            return ""
        return "commerce" if isinstance(modules, list) and _GIFT_CARDS in modules else "oss"


def _right(refused: PermissionDenied | AuthenticationError, name: str) -> str:
    named = str(refused.detail.get("resources", ""))
    return f"{name} ({named})" if named else name


def _location(row: Reader) -> Location:
    return Location(id=row.text("source_code"), name=one_line(row.text("name")) or row.text("source_code"))


def tax_rates(rules: Sequence[Any], rates: Sequence[Any], country: str, region: str) -> Rates:
    """By tax class of goods the rates that hold in the shop itself: (name, percent) each; "" is the usual class.

    Rates of single towns are left out: where the shop stands is known by country and region only.
    """
    held = {Reader(rate).id(): Reader(rate) for rate in rates if _holds(Reader(rate), country, region)}
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for raw in rules:
        rule = Reader(raw)
        mine = [held[str(ident)] for ident in rule.items("tax_rate_ids") if str(ident) in held]
        for kind in rule.items("product_tax_class_ids"):
            found.setdefault(str(kind), {}).update({rate.id(): _rate(rate) for rate in mine})
    made: Rates = {kind: tuple(by.values()) for kind, by in found.items() if by}
    usual: Mapping[str, Any] = {"": made[_USUAL_CLASS]} if _USUAL_CLASS in made else {}
    return {**usual, **made}


def _holds(rate: Reader, country: str, region: str) -> bool:
    anywhere = rate.text("tax_postcode") in ("", "*") and not rate.integer("zip_is_range")
    here = rate.text("tax_region_id", "0") in ("0", "", region)
    return rate.text("tax_country_id") == country and here and anywhere


def _rate(rate: Reader) -> tuple[str, str]:
    percent = rate.decimal("rate") or Decimal(0)
    return one_line(rate.text("code")) or "Tax", f"{percent.normalize():f}"
