"""Customers of COVA's CRM: searched, read and made. Nothing there is unique, so a new one is searched first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.cova import people_mapping
from posbridge.connectors.cova.calls import CRM, Calls
from posbridge.connectors.cova.ids import is_guid
from posbridge.connectors.cova.people_mapping import e164, from_customer, national, to_customer
from posbridge.connectors.cova.reading import id_of, listed
from posbridge.connectors.errors import Conflict, NotFound, SchemaDrift, Unsupported
from posbridge.connectors.text import each
from posbridge.domain.customer import Customer
from posbridge.domain.order import RemoteOrder

#: Named on the documented page; an e-mail address is searched as "Contact".
PHONE, CONTACT = "Phone", "Contact"
#: Guess: the word for "is".
OPERATION = "Equals"


class Customers:
    """What is found is compared again here: the words of a search are half guessed."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @property
    def _root(self) -> str:
        return f"v1/Companies({self._calls.company})"

    async def find(self, *, phone: str = "", email: str = "", name: str = "") -> list[Customer]:
        """Phone and e-mail are searched apart, as all criteria of one search must hold, and merged."""
        given = ((self._by_phone, phone), (self._by_email, email), (self._by_name, name))
        searches = [search(text) for search, text in given if text.strip()]
        found = {one.id: one for part in await asyncio.gather(*searches) for one in part}
        return list(found.values())

    async def _by_phone(self, phone: str) -> list[Customer]:
        """Numbers stand there as they were typed: first without the country, then as ours."""
        wanted = e164(phone)
        for written in dict.fromkeys((national(wanted), wanted)):
            found = await self._search(PHONE, written, (people_mapping.PHONE, wanted))
            if found:
                return found
        return []

    async def _by_email(self, email: str) -> list[Customer]:
        wanted = email.strip()
        return await self._search(CONTACT, wanted, (people_mapping.EMAIL, wanted.casefold()))

    async def _by_name(self, name: str) -> list[Customer]:
        """The older search (third party) looks at any text."""
        text = name.strip().replace("'", "''")
        params = {"$filter": f"Criteria eq '{text}'"}
        try:
            raw = await self._calls.get(CRM, f"{self._root}/CustomerSearch", params)
        except NotFound:
            return []
        wanted = name.casefold().split()
        return [one for one in _read(raw) if all(word in one.name.casefold() for word in wanted)]

    async def _search(self, field: str, text: str, by: tuple[tuple[int, int], str]) -> list[Customer]:
        """Whom the search gives and who really has it, be it as a second number or address."""
        body = {"Criteria": [{"Field": field, "Operation": OPERATION, "Criteria": text}]}
        try:
            raw = await self._calls.ask(CRM, f"{self._root}/Search", body)
        except NotFound:
            return []
        kind, wanted = by
        return list(_read([row for row in listed(raw, "results") if wanted in _reached(row, kind)]))

    async def get(self, customer_id: str) -> Customer:
        if not is_guid(customer_id):
            raise NotFound("COVA's customers have a GUID for an id.")
        return to_customer(await self._calls.get(CRM, f"{self._root}/CustomerFull({customer_id})"))

    async def create(self, customer: Customer, key: str) -> Customer:
        """Raises Conflict when somebody there has the phone or the e-mail already."""
        if (customer.phone or customer.email) and (
            known := await self.find(phone=customer.phone, email=customer.email)
        ):
            raise Conflict(f"COVA has {known[0].name or 'somebody'} with this phone or e-mail.")
        body = from_customer(customer, unique_identifier=customer.id or key)
        reply = await self._calls.write("POST", CRM, f"{self._root}/CustomerFull", body)
        answer = reply.json_or_none()
        ident = answer if isinstance(answer, str) else id_of(answer)
        if not ident:
            raise SchemaDrift("The answer to a new customer names no id.")
        return customer.model_copy(update={"id": ident})

    async def update(self, customer: Customer) -> Customer:
        raise Unsupported("COVA documents no way to change a customer.", next_step="Change the customer in COVA.")

    async def orders(self, customer_id: str) -> list[RemoteOrder]:
        raise Unsupported("COVA lists no orders of a customer.")

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Customer]]:
        """COVA has no list of customers: nothing is pulled, they are searched."""
        yield Page((), cursor or "", last=True)


def _reached(row: Any, kind: tuple[int, int]) -> set[str]:
    try:
        return people_mapping.reached_by(row, kind)
    except SchemaDrift:
        return set()


def _read(raw: Any) -> Sequence[Customer]:
    """A customer that cannot be read is left out of what was found."""
    return each(listed(raw, "results"), to_customer, "Id")[0]
