"""Customers: found by e-mail, phone, licence or name; each answer is compared with what was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import NotFound, ValidationError
from posbridge.connectors.text import each
from posbridge.connectors.treez.calls import LAG, Calls, cursor_of, part, place_of
from posbridge.connectors.treez.order_mapping import to_order
from posbridge.connectors.treez.people_mapping import e164, from_customer, is_gone, national, to_customer
from posbridge.connectors.treez.reading import rows_of, single, stamp
from posbridge.domain.customer import Customer
from posbridge.domain.order import RemoteOrder

#: Where licences are searched: a public client of v2 calls it so.
BY_LICENCE = "customer/driverlicense/{number}"
#: Where names are searched: documented in words only, the path is guessed.
BY_NAME = "customer/firstname/{first}/lastname/{last}"
#: Where a customer is changed: by PATCH (documented), the path is guessed.
CHANGE = "customer/{customer_id}"
_FIRST_PULL = datetime(2010, 1, 1, tzinfo=UTC)


class Customers:
    """The customers of a store."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def find(self, *, phone: str = "", email: str = "", name: str = "") -> list[Customer]:
        if email:
            wanted = email.strip().casefold()
            return await self._asked(f"customer/email/{part(email.strip())}", lambda c: c.email.casefold() == wanted)
        if phone:
            digits = national(phone)
            same = e164(digits)
            return await self._asked(f"customer/phone/{digits}", lambda c: c.phone == same) if digits else []
        return await self._named(name)

    async def _named(self, name: str) -> list[Customer]:
        """First and last name; one word alone is no search there."""
        first, _, last = name.strip().partition(" ")
        if not first or not last.strip():
            return []
        wanted = name.casefold().split()
        path = BY_NAME.format(first=part(first), last=part(last.strip()))
        return await self._asked(path, lambda c: all(word in c.name.casefold() for word in wanted))

    async def find_by_licence(self, number: str) -> list[Customer]:
        """People with exactly this driving licence, spaces and capitals aside."""
        wanted = _plain(number)
        if not wanted:
            return []
        path = BY_LICENCE.format(number=part(number.strip()))
        return await self._asked(path, lambda c: c.licence is not None and _plain(c.licence.number) == wanted)

    async def _asked(self, path: str, fits: Callable[[Customer], bool]) -> list[Customer]:
        """A miss is 404 and no error; records that another absorbed are dead (facts, 6)."""
        try:
            found = each(rows_of(await self._calls.get(path)), to_customer, "customer_id")[0]
        except NotFound:
            return []
        return [customer for customer in found if fits(customer) and not is_gone(customer)]

    async def get(self, customer_id: str) -> Customer:
        return to_customer(await self._calls.get(f"customer/{part(customer_id)}"))

    async def create(self, customer: Customer, key: str) -> Customer:
        """E-mail and phone are unique there, so a second try finds the first: Conflict.

        Raises ValidationError without date of birth or first name: Treez takes nobody without.
        """
        if customer.date_of_birth is None:
            words = "Treez takes no customer without a date of birth."
            raise ValidationError(words, next_step="Enter the date from the identity card, or sell without a customer.")
        if not (customer.first_name or customer.company):
            raise ValidationError("Treez takes no customer without a first name.", next_step="Enter the first name.")
        kind = "MEDICAL_MMID" if customer.medical_card else "ADULT"
        extra = {"gender": "U", "patient_type": kind, "external_id": f"posbridge-{key}"[:64]}
        made = await self._calls.write("POST", "customer/detailcustomer", {**from_customer(customer), **extra})
        return to_customer(single(made))

    async def update(self, customer: Customer) -> Customer:
        """By PATCH and only with what is known, so that nothing is wiped."""
        path = CHANGE.format(customer_id=part(customer.id))
        await self._calls.write("PATCH", path, from_customer(customer))
        return await self.get(customer.id)

    async def orders(self, customer_id: str) -> list[RemoteOrder]:
        """The customer's tickets of all times, each compared."""
        rows: list[Any] = []
        async for page in self._calls.shifting(f"ticket/customer/{part(customer_id)}", "ticket_id"):
            rows += page.rows
        found = each(rows, lambda row: to_order(row, currency=self._calls.currency), "ticket_id")[0]
        return [remote for remote in found if remote.customer is not None and remote.customer.id == customer_id]

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Customer]]:
        place, now = place_of(cursor), self._calls.clock()
        since = place.get("since") or stamp(_FIRST_PULL)
        began = place.get("began") or stamp(now - LAG)
        path = f"customer/lastUpdated/after/{part(since)}"
        async for page in self._calls.shifting(path, "customer_id", place.get("page", 1)):
            items, parked = await asyncio.to_thread(each, page.rows, to_customer, "customer_id")
            gone = [customer.id for customer in items if is_gone(customer)]
            behind = cursor_of(since=since, began=began, page=page.number + 1)
            yield Page(
                [customer for customer in items if not is_gone(customer)],
                cursor=cursor_of(since=began) if page.last else behind,
                last=page.last,
                deleted=gone,
                parked=parked,
                total=page.total,
            )


def _plain(number: str) -> str:
    return "".join(number.split()).casefold()
