"""Joins Flowhub's services, and the one real call that proves a connection."""

from __future__ import annotations

import asyncio
from typing import Any

from posbridge.connectors.contract import Context, PlatformServices, Probe
from posbridge.connectors.flowhub.calls import Calls
from posbridge.connectors.flowhub.customers import Customers
from posbridge.connectors.flowhub.orders import Orders
from posbridge.connectors.flowhub.places import Places, chosen, to_location
from posbridge.connectors.flowhub.products import Products, Shelves, Stock
from posbridge.connectors.flowhub.reading import CURRENCY
from posbridge.connectors.flowhub.taxes import tax_rates
from posbridge.connectors.flowhub.webhooks import Webhooks
from posbridge.connectors.text import one_line

VERSION = "v0 inventory, v1 customers and sales, order-ahead v0"
#: Guess: the scopes that the client's tests show.
SCOPES = ("create:orders", "read:orders")


def open_services(context: Context) -> PlatformServices:
    """The services of one connection."""
    calls = Calls(context)
    places = Places(calls)
    shelves = Shelves(calls, places)
    orders = Orders(calls, places, shelves)
    return PlatformServices(
        probe=Prober(calls, places, shelves).probe,
        products=Products(shelves),
        inventory=Stock(shelves, places),
        orders=orders,
        customers=Customers(calls, places, orders),
        webhooks=Webhooks(calls),
    )


class Prober:
    """Proves both sets of credentials: the keys by the list of locations, the other pair by a token of Auth0.

    `/authTest` and `/health` answer 404 in public (contract, section 12), so neither is asked.
    """

    def __init__(self, calls: Calls, places: Places, shelves: Shelves) -> None:
        self._calls, self._places, self._shelves = calls, places, shelves

    async def probe(self) -> Probe:
        """Raises AuthenticationError that says which of the two is refused."""
        rows = await self._places.rows(fresh=True)
        here = chosen(rows, self._calls.location)
        _, scopes, _ = await self._calls.new_token()
        inventory = await self._shelves.read()
        return Probe(
            account=one_line(here.text("clientName")) or here.text("clientId"),
            locations=tuple(to_location(row) for row in rows),
            currency=_currency(inventory.whole),
            timezone=here.text("timeZone").strip(),
            prices_include_tax=False,
            tax_rates=await asyncio.to_thread(tax_rates, inventory.whole),
            missing=tuple(scope for scope in SCOPES if scope not in scopes) if scopes else (),
            version=VERSION,
        )


def _currency(rows: list[Any]) -> str:
    named = (row.get("currencyCode") for row in rows if isinstance(row, dict))
    return next((name.strip().upper() for name in named if isinstance(name, str) and name.strip()), CURRENCY)
