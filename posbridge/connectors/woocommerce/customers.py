"""Customers. E-mail is exact; a phone is found by way of orders; changes cannot be asked for."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import ValidationError
from posbridge.connectors.http import PlatformHttp
from posbridge.connectors.text import each
from posbridge.connectors.woocommerce.customer_mapping import from_customer, phones, read_customer
from posbridge.connectors.woocommerce.order_mapping import read_order
from posbridge.connectors.woocommerce.pages import PAGE, Place, every_row, listed, rows_in, total
from posbridge.connectors.woocommerce.products import numbered
from posbridge.connectors.woocommerce.reading import digits, naive, numbers, phone
from posbridge.domain.customer import Customer
from posbridge.domain.order import RemoteOrder

#: The customers looked through for a phone number that no order holds: the newest two thousand.
_LOOKED_THROUGH = 20


class WooCustomers:
    """The accounts of a shop; staff and subscribers too, for they buy as well."""

    def __init__(self, http: PlatformHttp, clock: Callable[[], datetime], *, currency: str, country: str) -> None:
        self._http, self._clock, self._currency, self._country = http, clock, currency, country

    async def find(self, *, phone: str = "", email: str = "", name: str = "") -> list[Customer]:
        if email:
            found = await self._listed({"email": email})
            return [customer for customer in found if customer.email.casefold() == email.strip().casefold()]
        if phone:
            return await self._by_phone(phone)
        return await self._listed({"search": name}) if name else []

    async def _by_phone(self, wanted: str) -> list[Customer]:
        """`search=` of customers does not look at phones, a `phone=` is ignored (recorded 311, 312)."""
        number = phone(wanted, self._country)
        rows = await self._rows("orders", {"search": digits(number), "_fields": "customer_id", "status": "any"})
        ids = numbers({row.get("customer_id") for row in rows if isinstance(row, dict)} - {0})
        found = await self._rows("customers", {"role": "all", "include": ",".join(ids)}) if ids else []
        held = self._with_phone(found, number)
        if held:
            return held
        params = {"role": "all", "orderby": "registered_date", "order": "desc"}
        every = await every_row(self._http, "customers", params, _LOOKED_THROUGH)
        return self._with_phone(every, number)

    def _with_phone(self, rows: list[Any], number: str) -> list[Customer]:
        def read(row: Any) -> Customer | None:
            known = any(_same(one, number) for one in phones(row, self._country))
            return read_customer(row, self._country) if known else None

        return [customer for customer in each(rows, read)[0] if customer is not None]

    async def _rows(self, path: str, params: dict[str, Any]) -> list[Any]:
        return rows_in(await self._http.get(path, params={"per_page": PAGE, **params}))

    async def _listed(self, params: dict[str, Any]) -> list[Customer]:
        return self._read(await self._rows("customers", {"role": "all", **params}))

    def _read(self, rows: list[Any]) -> list[Customer]:
        return each(rows, lambda row: read_customer(row, self._country))[0]

    def _one(self, raw: Any) -> Customer:
        made, parked = each([raw], lambda row: read_customer(row, self._country))
        if parked:
            raise parked[0]
        return made[0]

    async def get(self, customer_id: str) -> Customer:
        return self._one((await self._http.get(f"customers/{numbered(customer_id)}")).json())

    async def create(self, customer: Customer, key: str) -> Customer:
        """The e-mail is what keeps a customer single there, and is needed."""
        if not customer.email:
            words = "WooCommerce keeps customers by their e-mail address, and this one has none."
            raise ValidationError(words, next_step="Enter an e-mail address, or sell without a customer.")
        body = {**from_customer(customer), "meta_data": [{"key": "_posbridge_key", "value": key}]}
        return self._one((await self._http.write("POST", "customers", json=body)).json())

    async def update(self, customer: Customer) -> Customer:
        path = f"customers/{numbered(customer.id)}"
        return self._one((await self._http.write("PUT", path, json=from_customer(customer))).json())

    async def orders(self, customer_id: str) -> list[RemoteOrder]:
        params = {"customer": numbered(customer_id), "status": "any", "orderby": "id", "order": "asc"}
        rows = [row for row in await every_row(self._http, "orders", params) if _of(row, customer_id)]
        return each(rows, lambda row: read_order(row, self._currency))[0]

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Customer]]:
        """All are read, for WooCommerce cannot be asked what changed (recorded 316); only the changed are given."""
        place = Place.parse(cursor)
        params = {"role": "all", "orderby": "id", "order": "asc"}
        async for number, reply, last in listed(self._http, "customers", params, first=place.page):
            place = place.begun(reply, self._clock)
            items, parked = await asyncio.to_thread(each, rows_in(reply), lambda row: read_customer(row, self._country))
            changed = [x for x in items if x.updated_at is None or naive(x.updated_at) > place.since]
            yield Page(changed, cursor=place.after(number, last=last), last=last, parked=parked, total=total(reply))


def _same(one: str, other: str) -> bool:
    return bool(one) and re.sub(r"\D", "", one) == re.sub(r"\D", "", other)


def _of(row: Any, customer_id: str) -> bool:
    return isinstance(row, dict) and str(row.get("customer_id")) == customer_id
