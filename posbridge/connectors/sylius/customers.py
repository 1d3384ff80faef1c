"""Customers: found by e-mail; a phone number is looked for among all, since no filter knows phones (recorded 065)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import NotFound, ValidationError
from posbridge.connectors.sylius.calls import BIG_PAGE, Calls, cursor_of, part, place_of
from posbridge.connectors.sylius.order_body import padded
from posbridge.connectors.sylius.order_mapping import to_order
from posbridge.connectors.sylius.people_mapping import to_customer
from posbridge.connectors.sylius.reading import phone as e164
from posbridge.connectors.sylius.reading import ref
from posbridge.connectors.text import Reader, each
from posbridge.domain.customer import Customer
from posbridge.domain.order import RemoteOrder

_DIGITS = 7


class Customers:
    """Shoppers and guests of the shop. Filters are partial and know wildcards, so each row is compared."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def find(self, *, phone: str = "", email: str = "", name: str = "") -> list[Customer]:
        if email:
            found = self._read(await self._calls.every("customers", {"email": email.strip()}))
            return [customer for customer in found if customer.email.casefold() == email.strip().casefold()]
        if phone:
            every = self._read(await self._calls.every("customers", {"order[createdAt]": "desc"}))
            return [customer for customer in every if _same(customer.phone, e164(phone))]
        return await self._named(name) if name.strip() else []

    async def _named(self, name: str) -> list[Customer]:
        """Each word may be in either name."""
        word, found = max(name.split(), key=len), dict[str, Customer]()
        for field in ("firstName", "lastName"):
            found |= {c.id: c for c in self._read(await self._calls.every("customers", {field: word}))}
        wanted = name.casefold().split()
        return [customer for customer in found.values() if all(part in customer.name.casefold() for part in wanted)]

    def _read(self, rows: list[Any]) -> list[Customer]:
        return each(rows, self._one)[0]

    def _one(self, row: Any) -> Customer:
        return to_customer(row, zone=self._calls.zone)

    async def get(self, customer_id: str) -> Customer:
        row = await self._calls.get(f"customers/{_numbered(customer_id)}")
        place = ref(Reader(row), "defaultAddress")
        if place and not isinstance(row.get("defaultAddress"), dict):
            held = await self._calls.found(f"addresses/{part(place)}")
            row = {**row, "defaultAddress": held} if held is not None else row
        return self._one(row)

    async def create(self, customer: Customer, key: str) -> Customer:
        """The e-mail keeps a customer single there, so a second try finds the first: Conflict.

        Raises ValidationError without an e-mail.
        """
        if not customer.email:
            words = "Sylius keeps customers by their e-mail address, and this one has none."
            raise ValidationError(words, next_step="Enter an e-mail address, or sell without a customer.")
        return self._one(await self._calls.write("POST", "customers", {"gender": "u", **from_customer(customer)}))

    async def update(self, customer: Customer) -> Customer:
        """Only the fields that a till knows; the rest stays (recorded 066)."""
        body = from_customer(customer)
        return self._one(await self._calls.write("PUT", f"customers/{_numbered(customer.id)}", body))

    async def orders(self, customer_id: str) -> list[RemoteOrder]:
        """The filter works, and each row is compared all the same."""
        params = {"customer.id": _numbered(customer_id), "order[number]": "desc"}
        rows = [row for row in await self._calls.every("orders", params) if _of(row, customer_id)]
        return each(
            rows, lambda row: to_order(row, currency=self._calls.currency, zone=self._calls.zone), "tokenValue"
        )[0]

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Customer]]:
        """All of them, newest first: changes have neither filter nor date (recorded 069)."""
        first = place_of(cursor).get("page", 1)
        params = {"order[createdAt]": "desc"}
        async for page in self._calls.pages("customers", params, size=BIG_PAGE, first=first):
            items, parked = await asyncio.to_thread(each, page.rows, self._one)
            at = cursor_of(page=0 if page.last else page.number + 1, whole=page.last)
            yield Page(items, cursor=at, last=page.last, parked=parked, total=page.total)


def from_customer(customer: Customer) -> dict[str, Any]:
    """The body of a customer; names of one letter are refused there (recorded 061)."""
    body: dict[str, Any] = {
        "firstName": padded(customer.first_name or customer.company, "Customer"),
        "lastName": padded(customer.last_name or customer.company, "Unknown"),
        "phoneNumber": customer.phone or None,
        "subscribedToNewsletter": customer.accepts_marketing,
    }
    return body | ({"email": customer.email.strip()} if customer.email else {})


def _numbered(ident: str) -> str:
    if not ident.isdecimal():
        raise NotFound(f"{ident!r} is no customer's id of a Sylius shop.")
    return ident


def _same(one: str, other: str) -> bool:
    """Equal digits; a number without its country counts by its last nine."""
    mine, theirs = (re.sub(r"\D", "", number).lstrip("0") for number in (one, other))
    if min(len(mine), len(theirs)) < _DIGITS:
        return False
    return mine == theirs or (not (one.startswith("+") and other.startswith("+")) and mine[-9:] == theirs[-9:])


def _of(row: Any, customer_id: str) -> bool:
    return isinstance(row, dict) and ref(Reader(row), "customer") == customer_id
