"""One real look at the shop: whose it is, what the key may do, how it reckons."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import Probe
from posbridge.connectors.errors import AuthenticationError, NotFound, PermissionDenied
from posbridge.connectors.http import PlatformHttp
from posbridge.connectors.text import Reader, one_line
from posbridge.connectors.woocommerce.pages import rows_in
from posbridge.domain.errors import ConfigurationError

_STATUS = "environment.version,environment.home_url,settings.currency,settings.number_of_decimals,settings.HPOS_enabled"
_OLDEST = (8, 2)
_PREFIX = "woocommerce_"

Rates = dict[str, tuple[tuple[str, str], ...]]


class WooProbe:
    """The connection test. It changes nothing: the one write is an empty batch, which shows the right to write."""

    def __init__(self, http: PlatformHttp, root: str) -> None:
        self._http, self._root = http, root

    async def __call__(self) -> Probe:
        """Raises AuthenticationError, PermissionDenied, ServiceUnavailable, ConfigurationError for a wrong address."""
        index = await self._index()
        status = Reader((await self._http.get("system_status", params={"_fields": _STATUS})).json())
        shop, settings = status.object("environment"), status.object("settings")
        general, tax, weight, rates = await asyncio.gather(
            self._options("settings/general"),
            self._options("settings/tax"),
            self._options("settings/products"),
            self._taxes(),
        )
        version = shop.text("version")
        _require_version(version)
        taxed = general.get("calc_taxes", "yes") == "yes"
        country, _, state = general.get("default_country", "").partition(":")
        return Probe(
            account=shop.text("home_url") or index.text("home") or one_line(index.text("name")),
            currency=(settings.text("currency") or general.get("currency", "")).upper(),
            timezone=_zone(index),
            prices_include_tax=tax.get("prices_include_tax") == "yes" if taxed else False,
            tax_rates=base_rates(rates, country, state) if taxed else {},
            missing=await self._missing(),
            version=version,
            settings={
                "version": version,
                "hpos": "yes" if settings.flag("HPOS_enabled") else "no",
                "decimals": settings.text("number_of_decimals", "2"),
                "weight_unit": weight.get("weight_unit", "kg"),
                "country": country,
                "round_at_subtotal": tax.get("tax_round_at_subtotal", "no"),
            },
        )

    async def _index(self) -> Reader:
        """The public index tells a WordPress without WooCommerce, or no WordPress at all, from a wrong key."""
        fields = "name,home,timezone_string,gmt_offset,namespaces"
        step = "Check the shop's address; its permalinks must not be “plain” and WooCommerce must be active."
        try:
            index = Reader((await self._http.get(f"{self._root}/", params={"_fields": fields}, signed=False)).json())
        except NotFound as problem:
            raise ConfigurationError("There is no WordPress shop at this address.", next_step=step) from problem
        if "wc/v3" not in index.items("namespaces"):
            raise ConfigurationError("This site does not offer WooCommerce's REST API.", next_step=step)
        return index

    async def _options(self, path: str) -> dict[str, str]:
        """Options by their name without "woocommerce_"."""
        rows = rows_in(await self._http.get(path, params={"_fields": "id,value"}))
        found = [Reader(row) for row in rows if isinstance(row, dict) and isinstance(row.get("value"), str)]
        return {row.text("id").removeprefix(_PREFIX): row.text("value") for row in found}

    async def _taxes(self) -> list[Any]:
        return rows_in(await self._http.get("taxes", params={"per_page": 100, "orderby": "order", "order": "asc"}))

    async def _missing(self) -> tuple[str, ...]:
        """WooCommerce refuses a read-only key before it looks at the body."""
        try:
            await self._http.write("POST", "orders/batch", json={})
        except (PermissionDenied, AuthenticationError):
            return ("write",)
        return ()


def _require_version(version: str) -> None:
    parts = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if len(parts) == 2 and parts < _OLDEST:
        step = "Update WooCommerce to 8.2 or later."
        raise ConfigurationError(f"WooCommerce {version} is older than posbridge can work with.", next_step=step)


def _zone(index: Reader) -> str:
    """The site's zone by name; a site set to a mere offset has the fixed zone with the opposite sign (POSIX)."""
    name = index.text("timezone_string")
    offset = index.decimal("gmt_offset") or Decimal(0)
    if name or not offset or offset != offset.to_integral_value():
        return name or "UTC"
    return f"Etc/GMT{-int(offset):+d}"


def base_rates(rows: Sequence[Mapping[str, Any]], country: str, state: str) -> Rates:
    """By tax class ("" is the standard one) the rates that hold in the shop itself: (name, percent) each.

    Of one priority the first that fits counts, as WooCommerce takes them. Rates of single towns are left out, for
    the shop's own postcode is not among its settings that the API shows: a GUESS, and the total is compared anyway.
    """
    found: dict[str, dict[int, tuple[str, str]]] = {}
    for row in sorted(rows, key=lambda row: (not row.get("country"), not row.get("state"))):
        reader = Reader(row)
        if reader.text("country") not in ("", country) or reader.text("state") not in ("", state):
            continue
        if reader.text("postcode") or reader.text("city") or reader.items("postcodes") or reader.items("cities"):
            continue
        kind = "" if reader.text("class") in ("", "standard") else reader.text("class")
        percent = reader.decimal("rate") or Decimal(0)
        named = (one_line(reader.text("name")) or "Tax", f"{percent.normalize():f}")
        found.setdefault(kind, {}).setdefault(reader.integer("priority") or 1, named)
    return {kind: tuple(rate for _, rate in sorted(by.items())) for kind, by in found.items()}
