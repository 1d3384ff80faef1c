"""Members: found by phone, e-mail or licence; made, changed, and what they may still buy."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from posbridge.connectors.blaze.calls import LONGEST_WALK, Calls, cursor_of, part, place_of, windows
from posbridge.connectors.blaze.orders import HOURLY, Orders
from posbridge.connectors.blaze.people_mapping import changed_member, national, new_member, to_allotments, to_customer
from posbridge.connectors.blaze.reading import from_millis, listed, millis
from posbridge.connectors.contract import Page
from posbridge.connectors.errors import Conflict, NotFound, Unsupported, ValidationError
from posbridge.connectors.text import each
from posbridge.domain.customer import Allotment, Customer
from posbridge.domain.order import RemoteOrder

MEMBERS = "members"


class Customers:
    """The members of the shop; also a LicenceSearch and an AllotmentReader."""

    def __init__(self, calls: Calls, orders: Orders) -> None:
        self._calls, self._orders = calls, orders

    async def find(self, *, phone: str = "", email: str = "", name: str = "") -> list[Customer]:
        """By phone or e-mail. Raises Unsupported for a name alone: Blaze searches none."""
        if name and not phone and not email:
            raise Unsupported("Blaze finds members by phone, e-mail or licence only, not by name.")
        rows: list[Any] = []
        if phone:
            asked = {"phoneNumber": national(phone), "isByShop": "true"}
            rows += await self._listed(f"{MEMBERS}/search/phone", asked)
        if email:
            rows += await self._listed(f"{MEMBERS}/email/{part(email.strip())}", None)
        found = {one.id: one for one in each(rows, self._one)[0]}
        return [one for one in found.values() if _fits(one, email, phone)]

    async def find_by_licence(self, number: str) -> list[Customer]:
        """By the number of a driving licence or identity card; the paper itself is compared."""
        wanted = _bare(number)
        if not wanted:
            return []
        rows = await self._listed(f"{MEMBERS}/search", {"licenceNumber": number.strip()})
        found = each(rows, self._one)[0]
        return [one for one in found if one.licence is not None and _bare(one.licence.number) == wanted]

    async def _listed(self, path: str, params: dict[str, Any] | None) -> list[Any]:
        try:
            answer = await self._calls.get(path, params)
        except NotFound:
            return []
        return [] if answer is None else listed(answer)

    def _one(self, raw: Any) -> Customer:
        return to_customer(raw, zone=self._calls.zone)

    async def get(self, customer_id: str) -> Customer:
        return self._one(await self._calls.get(f"{MEMBERS}/{part(customer_id)}"))

    async def create(self, customer: Customer, key: str) -> Customer:
        """Blaze may take the same person twice, so it is asked first; one that an earlier try made is given back."""
        for known in await self.find(phone=customer.phone, email=customer.email):
            if customer.id and known.extra.get("importId") == customer.id:
                return known
            raise Conflict("Blaze has a member with this e-mail or phone already.", customer_id=known.id)
        return self._one(await self._calls.write("POST", MEMBERS, new_member(customer)))

    async def update(self, customer: Customer) -> Customer:
        """Reads, changes and writes the whole member: Blaze's PUT replaces everything."""
        path = f"{MEMBERS}/{part(customer.id)}"
        now = await self._calls.get(path)
        if not isinstance(now, dict):
            raise ValidationError("Blaze answered a member with something else.")
        return self._one(await self._calls.write("PUT", path, changed_member(now, customer)))

    async def orders(self, customer_id: str) -> list[RemoteOrder]:
        return await self._orders.of_member(customer_id)

    async def allotments(self, customer_id: str) -> list[Allotment]:
        """What is left of each limit now. Raises NotFound."""
        raw = await self._calls.get(f"{MEMBERS}/{part(customer_id)}/limits/remaining")
        return to_allotments(raw, self._calls.clock())

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Customer]]:
        """Everybody, or who changed since, week by week; within an hour of the last pull nothing is asked (terms)."""
        place, now = place_of(cursor), self._calls.clock()
        began, since = place.get("began", 0) or millis(now - timedelta(minutes=1)), place.get("since", 0)
        if since and not place.get("began") and now - from_millis(since) < HOURLY:
            yield Page([], cursor or "", True)
        elif since and now - from_millis(since) <= LONGEST_WALK:
            weeks = list(windows(from_millis(since), now))
            pages = self._calls.windowed(MEMBERS, weeks, _week, first=place.get("skip", 0))
            async for page, begin in pages:
                here = cursor_of(since=millis(begin), skip=page.following, began=began)
                yield await self._read(page.rows, cursor_of(since=began) if page.last else here, page.last)
        else:
            async for page in self._calls.pages(MEMBERS, {}, first=0 if since else place.get("skip", 0)):
                here = cursor_of(since=began) if page.last else cursor_of(skip=page.following, began=began)
                yield await self._read(page.rows, here, page.last)

    async def _read(self, rows: list[Any], cursor: str, last: bool) -> Page[Customer]:
        items, parked = await asyncio.to_thread(each, rows, self._one)
        return Page(items, cursor, last, parked=parked)


def _week(begin: datetime, end: datetime) -> dict[str, int]:
    return {"startDate": millis(begin), "endDate": millis(end)}


def _fits(found: Customer, email: str, phone: str) -> bool:
    """Whether the member is who was asked for: a search's answer is not taken on trust."""
    same_email = bool(email) and found.email.casefold() == email.strip().casefold()
    return same_email or (bool(phone) and national(found.phone) == national(phone))


def _bare(number: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", number.upper())
