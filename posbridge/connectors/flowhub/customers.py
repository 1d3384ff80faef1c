"""Customers (the contract's facts, section 6). By phone Flowhub finds them; by e-mail and name only a list of ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.cursors import cursor_of, place_of
from posbridge.connectors.errors import NotFound, SchemaDrift
from posbridge.connectors.flowhub.calls import Calls, part
from posbridge.connectors.flowhub.orders import Orders
from posbridge.connectors.flowhub.people_mapping import ENVELOPES, from_customer, national, to_customer
from posbridge.connectors.flowhub.places import Places
from posbridge.connectors.flowhub.reading import first_of, listed
from posbridge.connectors.text import each
from posbridge.domain.customer import Customer
from posbridge.domain.order import RemoteOrder

_OVERLAP = timedelta(days=1)
#: So many people are read whole for one search.
_MOST = 20


@dataclass(frozen=True)
class Known:
    """What a search goes by, in small letters."""

    email: str
    name: str


class Customers:
    """The account's customers. Who they are is read once, then what changed since the day before."""

    def __init__(self, calls: Calls, places: Places, orders: Orders) -> None:
        self._calls, self._places, self._orders = calls, places, orders
        self._known: dict[str, Known] = {}
        self._read_on: date | None = None
        self._reading = asyncio.Lock()

    async def find(self, *, phone: str = "", email: str = "", name: str = "") -> list[Customer]:
        """By phone at Flowhub; by e-mail (whole) or name (any part of it) among all that were listed."""
        if phone:
            return await self._by_phone(national(phone))
        wanted_email, wanted_name = email.strip().casefold(), name.strip().casefold()
        if not (wanted_email or wanted_name):
            return []
        known = await self._everybody()
        ids = [
            ident for ident, one in known.items()
            if (not wanted_email or one.email == wanted_email) and wanted_name in one.name
        ]  # fmt: skip
        return [await self.get(ident) for ident in ids[:_MOST]]

    async def _by_phone(self, number: str) -> list[Customer]:
        """The answer is verified: its number must be the one that was asked for."""
        if not number:
            return []
        try:
            answer = await self._calls.get("v1/customers/findByPhoneNumber", {"phone_number": number})
        except NotFound:
            return []
        rows = listed(answer, *ENVELOPES) if answer else []
        return [one for one in map(to_customer, rows) if national(one.phone) == number]

    async def _everybody(self) -> Mapping[str, Known]:
        """Flowhub cannot search by e-mail or name: everybody is listed once, afterwards only who changed."""
        async with self._reading:
            today, since = self._places.today(), self._read_on
            async for page in self._pages(since - _OVERLAP if since else None, 1):
                self._remember(page.items)
            self._read_on = today
        return self._known

    def _remember(self, found: Any) -> None:
        for one in found:
            self._known[one.id] = Known(one.email.casefold(), one.name.casefold())

    async def get(self, customer_id: str) -> Customer:
        return to_customer(await self._calls.get(f"v1/customers/{part(customer_id)}"))

    async def create(self, customer: Customer, key: str) -> Customer:
        """Raises ValidationError without a date of birth: Flowhub keeps nobody without."""
        body = from_customer(customer, state=await self._state())
        made = to_customer(await self._calls.write("POST", "v1/customer", body, store_id=await self._store()))
        self._remember([made])
        return made

    async def update(self, customer: Customer) -> Customer:
        """What Flowhub needs and we do not know stays as it is there."""
        path = part(customer.id)
        before = dict(first_of(await self._calls.get(f"v1/customers/{path}"), *ENVELOPES))
        body = from_customer(customer, state=await self._state(), known=before)
        changed = await self._calls.write("PUT", f"v1/customer/{path}", body, store_id=await self._store())
        made = to_customer(changed)
        self._remember([made])
        return made

    async def _store(self) -> str:
        """Guess: `store_id` is the location's id (no page says which of the two)."""
        return await self._places.location_id()

    async def _state(self) -> str:
        return self._calls.setting("state") or await self._places.state()

    async def orders(self, customer_id: str) -> list[RemoteOrder]:
        return await self._orders.of_customer(customer_id)

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Customer]]:
        """Who was changed since the cursor's day, one day twice: the filter knows days only, in store time."""
        place = place_of(cursor, "Flowhub")
        since = date.fromisoformat(place["since"]) if place.get("since") else None
        today = self._places.today()
        async for page in self._pages(since, int(place.get("page", "1"))):
            after = {"since": since.isoformat()} if since else {}
            more = cursor_of(page=page.cursor, **after)
            here = cursor_of(since=(today - _OVERLAP).isoformat()) if page.last else more
            yield Page(page.items, cursor=here, last=page.last, parked=page.parked, total=page.total)

    async def _pages(self, since: date | None, first: int) -> AsyncIterator[Page[Customer]]:
        asked = {"order_by": "asc", **({"updated_after": since.isoformat()} if since else {})}
        async for page in self._calls.pages("v1/customers/", asked, rows_in=ENVELOPES, first=first):
            items, parked = await asyncio.to_thread(_read, page.rows)
            yield Page(items, cursor=str(page.number + 1), last=page.last, parked=parked, total=page.total)


def _read(rows: list[Any]) -> tuple[list[Customer], list[SchemaDrift]]:
    return each(rows, to_customer)
