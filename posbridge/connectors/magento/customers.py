"""Customers. E-mail is exact; a phone is that of the default billing address, in any spelling."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import ValidationError
from posbridge.connectors.http import PlatformHttp
from posbridge.connectors.magento.order_mapping import read_order
from posbridge.connectors.magento.orders import numbered
from posbridge.connectors.magento.pages import Place, Where, criteria, listed, rows_in
from posbridge.connectors.magento.people_mapping import from_customer, read_customer
from posbridge.connectors.magento.reading import digit_groups, phone
from posbridge.connectors.text import each
from posbridge.domain.customer import Customer
from posbridge.domain.order import RemoteOrder

PATH = "customers/search"


class Customers:
    """The accounts of a store."""

    def __init__(
        self, http: PlatformHttp, clock: Callable[[], datetime], *, currency: str, country: str, website_id: int
    ) -> None:
        self._http, self._clock, self._currency = http, clock, currency
        self._country, self._website = country, website_id

    async def find(self, *, phone: str = "", email: str = "", name: str = "") -> list[Customer]:
        if email:
            found = await self._listed(("email", "eq", email.strip()))
            return [customer for customer in found if customer.email.casefold() == email.strip().casefold()]
        if phone:
            return await self._by_phone(phone)
        return await self._by_name(name) if name.strip() else []

    async def _by_phone(self, wanted: str) -> list[Customer]:
        """The stored text is as it was typed: its last digits are searched with gaps, then the numbers are compared."""
        pattern = digit_groups(wanted)
        found = await self._listed(("billing_telephone", "like", pattern)) if pattern else []
        number = phone(wanted, self._country)
        return [customer for customer in found if _digits(customer.phone) == _digits(number)]

    async def _by_name(self, name: str) -> list[Customer]:
        words = [word for word in name.split() if word]
        found = {}
        for column in ("firstname", "lastname"):
            for customer in await self._listed((column, "like", f"%{words[-1]}%")):
                found[customer.id] = customer
        return [one for one in found.values() if all(word.casefold() in one.name.casefold() for word in words)]

    async def _listed(self, *where: Where) -> list[Customer]:
        return self._read(rows_in(await self._http.get(PATH, params=list(criteria(where, size=50)))))

    def _read(self, rows: Sequence[Any]) -> list[Customer]:
        return each(rows, lambda row: read_customer(row, self._country))[0]

    async def get(self, customer_id: str) -> Customer:
        return self._one(await self._raw(customer_id))

    async def _raw(self, customer_id: str) -> Any:
        return (await self._http.get(f"customers/{numbered(customer_id)}")).json()

    def _one(self, raw: Any) -> Customer:
        items, parked = each([raw], lambda row: read_customer(row, self._country))
        if parked:
            raise parked[0]
        return items[0]

    async def create(self, customer: Customer, key: str) -> Customer:
        """Raises Conflict when the e-mail is there already (recorded 091). The store sends its own welcome mail."""
        if not customer.email.strip():
            raise ValidationError("Magento needs an e-mail address for a customer.", next_step="Enter one.")
        body = from_customer(customer, website_id=self._website, country=self._country)
        return self._one((await self._http.write("POST", "customers", json=body)).json())

    async def update(self, customer: Customer) -> Customer:
        """Sent with all its addresses: those left out would be deleted (recorded 100)."""
        before = await self._raw(customer.id)
        body = from_customer(customer, before, website_id=self._website, country=self._country)
        return self._one((await self._http.write("PUT", f"customers/{numbered(customer.id)}", json=body)).json())

    async def orders(self, customer_id: str) -> list[RemoteOrder]:
        where: list[Where] = [("customer_id", "eq", numbered(customer_id))]
        rows: list[Any] = []
        async for page in listed(self._http, "orders", where, key="entity_id"):
            rows += [row for row in page.rows if isinstance(row, dict) and str(row.get("customer_id")) == customer_id]
        return each(rows, lambda row: read_order(row, self._currency), "entity_id")[0]

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Customer]]:
        place = Place.parse(cursor)
        async for page in listed(self._http, PATH, place.where(), after=place.after):
            place = place.begun(page.reply, self._clock)
            items, parked = await asyncio.to_thread(each, page.rows, lambda row: read_customer(row, self._country))
            yield Page(items, place.behind(page.end, last=page.last), page.last, parked=parked, total=page.total)


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)
