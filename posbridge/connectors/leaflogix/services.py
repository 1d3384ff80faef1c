"""Joins Leaflogix's services, and the real calls that prove a connection."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posbridge.connectors.contract import Context, Location, PlatformServices, Probe
from posbridge.connectors.errors import NotFound, PermissionDenied, SchemaDrift, ServiceUnavailable, ValidationError
from posbridge.connectors.leaflogix.calls import Calls, auth_of
from posbridge.connectors.leaflogix.errors import role_for
from posbridge.connectors.leaflogix.facts import GUID, VERSION
from posbridge.connectors.leaflogix.orders import Orders
from posbridge.connectors.leaflogix.people import Customers, Discounts, known_types
from posbridge.connectors.leaflogix.products import Products, Stock
from posbridge.connectors.leaflogix.report import Report, proved

#: Where a reckoning in Canadian dollars is taken for granted.
CANADA = frozenset("AB BC MB NB NL NS NT NU ON PE QC SK YT".split())
#: One harmless read a role: (path, its rate).
_READS = (("products", "products"), ("preorder/Status", "status"))


def open_services(context: Context) -> PlatformServices:
    """The services of one connection, signed with its key."""
    context.http.auth = auth_of(context)
    calls = Calls(context)
    products = Products(calls)
    orders = Orders(calls, products)
    return PlatformServices(
        probe=Prober(calls, products, context.secrets.get("consumer_key", "")).probe,
        products=products,
        inventory=Stock(calls, products),
        orders=orders,
        customers=Customers(calls, orders),
        discounts=Discounts(calls),
    )


class Prober:
    """Who the key belongs to, what its roles are, and what its reports show. No write is made: whether the consumer
    key is honoured only the first order proves."""

    def __init__(self, calls: Calls, products: Products, consumer: str) -> None:
        self._calls, self._products, self._consumer = calls, products, consumer.strip()

    async def probe(self) -> Probe:
        if not re.fullmatch(GUID, self._consumer):
            raise ValidationError(
                "The consumer key is no GUID, so Dutchie would not keep orders single.",
                next_step="Enter the GUID that Dutchie gave to this integrator.",
            )
        here = folded(await self._calls.get("whoami", "whoami"))
        location = str(here.get("locationid") or "")
        if not location:
            raise SchemaDrift("Leaflogix does not say which location the key belongs to.")
        name = str(here.get("locationname") or here.get("doingbusinessas") or location)
        currency = currency_of(str(here.get("state") or ""))
        probe = Probe(
            account=str(here.get("lspname") or here.get("companyname") or name),
            locations=(Location(id=location, name=name, currency=currency),),
            currency=currency,
            missing=await self._missing(),
            version=VERSION,
            settings=_settings(here),
        )
        return await self._with_rates(probe)

    async def _missing(self) -> tuple[str, ...]:
        """The roles that the key lacks, each tried by a read."""
        lacking = []
        for path, what in _READS:
            try:
                await self._calls.rows(path, what)
            except PermissionDenied:
                lacking.append(role_for(f"/{path}"))
        try:
            self._check_type(known_types(await self._calls.get("customer/customer-types", "customers")))
        except PermissionDenied:
            lacking.append("Customer")
        return tuple(lacking)

    def _check_type(self, types: Mapping[str, bool]) -> None:
        wanted = self._calls.setting("default_customer_type", "Recreational")
        if types and wanted.casefold() not in {name.casefold() for name in types}:
            step = f"Choose one of: {', '.join(types)}."
            raise ValidationError(f"This location has no customer type “{wanted}”.", next_step=step)

    async def _with_rates(self, probe: Probe) -> Probe:
        """Tax rates as the last sales show them. The report may be switched off for a while (503)."""
        try:
            rates, included = await Report(self._calls, self._products).rates()
        except PermissionDenied:
            return probe.model_copy(update={"missing": (*probe.missing, "Reporting")})
        except (ServiceUnavailable, NotFound):
            return probe
        return proved(probe, rates, included)


def folded(raw: Any) -> dict[str, Any]:
    """An object whose names are read whatever their capitals. Raises SchemaDrift when it is none."""
    if not isinstance(raw, Mapping):
        raise SchemaDrift("Leaflogix's answer is no object any more.")
    return {str(key).casefold(): value for key, value in raw.items()}


def currency_of(state: str) -> str:
    """What a location reckons in, by its state: no field says (guess)."""
    return "CAD" if state.strip().upper() in CANADA else "USD"


def _settings(here: Mapping[str, Any]) -> dict[str, str]:
    """The state's licence number of the store, for screens and receipts."""
    found = str(here.get("licensenumber") or "")
    return {"license_number": found} if found else {}
