"""Joins COVA's services, and the real calls that prove a connection."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any
from uuid import uuid4

from posbridge.connectors.contract import Context, Location, PlatformServices, Probe
from posbridge.connectors.cova.calls import CRM, INTAKE, SALES, Calls
from posbridge.connectors.cova.catalog_mapping import tax_rates
from posbridge.connectors.cova.customers import CONTACT, OPERATION, Customers
from posbridge.connectors.cova.orders import Orders
from posbridge.connectors.cova.products import DataPlatform, Products, Stock
from posbridge.connectors.cova.reading import first, folded, listed
from posbridge.connectors.cova.signin import auth_of, sign_in
from posbridge.connectors.errors import NotFound, PermissionDenied, ValidationError
from posbridge.connectors.text import Reader, one_line

#: The endpoints' own versions (the API has no version of its own): orders v1 (TIP, TEP), status v2.
VERSION = "orders v1 (TIP/TEP), status v2"
CURRENCIES = {"CA": "CAD", "CAN": "CAD", "CANADA": "CAD", "US": "USD", "USA": "USD"}
_NOBODY = "posbridge-probe@example.invalid"


def open_services(context: Context) -> PlatformServices:
    """Products, stock, orders, customers. Codes, gift cards and webhooks are none of COVA's public API."""
    context.http.auth = auth_of(context)
    calls = Calls(context)
    data = DataPlatform(calls)
    return PlatformServices(
        probe=Prober(context, calls, data).probe,
        products=Products(calls, data),
        inventory=Stock(calls, data),
        orders=Orders(calls),
        customers=Customers(calls),
    )


class Prober:
    """Signs in and asks each service once. Nothing proves the integrator id and the tax pricing but an order."""

    def __init__(self, context: Context, calls: Calls, data: DataPlatform) -> None:
        self._context, self._calls, self._data = context, calls, data

    async def probe(self) -> Probe:
        """`missing` names the services that this user is not let into. Raises ValidationError for a wrong location."""
        await self._context.tokens.store_tokens(self._context.connection, await sign_in(self._context))
        calls, missing = self._calls, list[str]()
        here = self._here(await self._tried(calls.places(), "locations", []) or [])
        rows = await self._tried(self._data.sample(), "dataplatform (products)", missing)
        strange = uuid4()
        status = f"v2/Companies({calls.company})/CovaOrder({strange})/Status"
        await self._tried(calls.get(INTAKE, status), "covaorderintake (orders)", missing)
        sale = f"Companies({calls.company})/Sales({strange})"
        await self._tried(calls.get(SALES, sale), "pointofsale (sales)", missing)
        criteria = [{"Field": CONTACT, "Operation": OPERATION, "Criteria": _NOBODY}]
        search = calls.ask(CRM, f"v1/Companies({calls.company})/Search", {"Criteria": criteria})
        await self._tried(search, "crm (customers)", missing)
        return Probe(
            account=here.name,
            locations=(here,),
            currency=here.currency,
            prices_include_tax=calls.inclusive,
            tax_rates=tax_rates(rows or []),
            missing=tuple(missing),
            version=VERSION,
        )

    async def _tried(self, call: Awaitable[Any], what: str, missing: list[str]) -> Any:
        """The answer; None where there is none, or where the right is missing."""
        try:
            return await call
        except NotFound:
            return None
        except PermissionDenied:
            missing.append(what)
            return None

    def _here(self, raw: Sequence[Any] | Any) -> Location:
        """The location of the settings. The list of locations is a third party's word: without it the id will do."""
        wanted = self._calls.location
        found = {first(row, ("id",)): row for row in map(_reader, listed(raw))}
        if found and wanted not in found:
            names = ", ".join(f"{one_line(row.text('name'))} ({ident})" for ident, row in found.items())
            raise ValidationError("COVA does not know this location.", next_step=f"Choose one of: {names}.")
        row = found.get(wanted, _reader({}))
        name = one_line(row.text("name")) or f"COVA location {wanted}"
        currency = self._calls.setting("currency") or CURRENCIES.get(_country(row)) or self._calls.currency
        return Location(id=wanted, name=name, currency=currency)


def _country(row: Reader) -> str:
    """Guess: in the address of a location, or beside it."""
    address = row.object("address") if isinstance(row.raw.get("address"), dict) else row
    return first(address, ("countrycode", "country")).upper()


def _reader(raw: Any) -> Reader:
    return Reader(folded(raw))
