"""Customers and discount codes at Shopify."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.cursors import cursor_of
from posbridge.connectors.errors import NotFound, Unsupported
from posbridge.connectors.shopify import documents
from posbridge.connectors.shopify.calls import (
    Body,
    Calls,
    earlier,
    members,
    moment,
    needed,
    place_of,
    quoted,
    walk,
)
from posbridge.connectors.shopify.orders import Orders
from posbridge.connectors.shopify.people_mapping import from_customer, read_customer, read_discount
from posbridge.connectors.shopify.reading import gid
from posbridge.connectors.text import each
from posbridge.domain.basket import Basket, PricedBasket
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountRefusal
from posbridge.domain.discounts import check
from posbridge.domain.order import RemoteOrder

_PAGE = 250
_FOUND = 20


class Customers:
    """The customers of the shop."""

    def __init__(self, calls: Calls, orders: Orders) -> None:
        self._calls, self._orders = calls, orders

    async def find(self, *, phone: str = "", email: str = "", name: str = "") -> list[Customer]:
        """By phone (E.164) and e-mail exactly, past the search index; by name through the search."""
        found: dict[str, Customer] = {}
        for field, value in (("emailAddress", email.strip()), ("phoneNumber", phone.strip())):
            if value and (one := await self._identified({field: value})):
                found[one.id] = one
        if name.strip() and not found:
            data = await self._calls.ask(documents.CUSTOMERS, first=_FOUND, after=None, query=quoted(name.strip()))
            found |= {one.id: one for one in each(members(needed(data, "customers")), read_customer)[0]}
        return list(found.values())

    async def get(self, customer_id: str) -> Customer:
        found = await self._identified({"id": gid("Customer", customer_id)})
        if found is None:
            raise NotFound("Shopify has no customer with this id.")
        return found

    async def _identified(self, identifier: dict[str, str]) -> Customer | None:
        raw = (await self._calls.ask(documents.CUSTOMER, identifier=identifier)).get("customerByIdentifier")
        return read_customer(raw) if raw is not None else None

    async def create(self, customer: Customer, key: str) -> Customer:
        """Shopify itself refuses a second customer with the same e-mail or phone (Conflict)."""
        if not (customer.email or customer.phone or customer.name):
            raise Unsupported("Shopify keeps no customer without a name, an e-mail address or a phone number.")
        payload = await self._calls.change(documents.CUSTOMER_CREATE, input=_input(customer))
        return read_customer(needed(payload, "customer"))

    async def update(self, customer: Customer) -> Customer:
        body = {"id": gid("Customer", customer.id), **from_customer(customer)}
        payload = await self._calls.change(documents.CUSTOMER_UPDATE, input=body)
        return read_customer(needed(payload, "customer"))

    async def orders(self, customer_id: str) -> list[RemoteOrder]:
        return await self._orders.of_customer(customer_id)

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Customer]]:
        """Customers changed since the cursor. Shopify's search matches whole days, so it begins a day earlier."""
        place = place_of(cursor)
        since, begun = place.get("since", ""), place.get("begun") or earlier(self._calls.clock())
        query = f"updated_at:>={(moment(since) - timedelta(days=1)).date().isoformat()}" if since else None

        async def fetch(at: str) -> Body:
            data = await self._calls.ask(documents.CUSTOMERS, first=_PAGE, after=at or None, query=query)
            return needed(data, "customers")

        async for page, following in walk(fetch, place.get("at", "")):
            items, parked = await asyncio.to_thread(each, members(page), read_customer)
            after = cursor_of(since=since, at=following, begun=begun) if following else cursor_of(since=begun)
            yield Page(items, after, not following, parked=parked)


def _input(customer: Customer) -> Body:
    """A new customer, with the address that can only be sent along here."""
    made = from_customer(customer)
    where = customer.address
    if where is None:
        return made
    address = {
        "address1": where.line1,
        "address2": where.line2,
        "city": where.city,
        "provinceCode": where.region,
        "zip": where.postcode,
        "countryCode": where.country,
        "company": customer.company,
    }
    return {**made, "addresses": [{name: value for name, value in address.items() if value}]}


class Discounts:
    """Codes of the shop; which goods they are for is judged here, by the rules that Shopify names."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        """The look-up by code ignores case; a code that is used up stays ACTIVE there, so its uses are compared."""
        typed = code.strip()
        raw = (await self._calls.ask(documents.DISCOUNT, code=typed)).get("codeDiscountNodeByCode")
        if raw is None:
            return DiscountAnswer(code=code, refusal=DiscountRefusal.UNKNOWN, checked_at=now)
        found = read_discount(raw, typed)
        refusal = _refusal(found, basket, now)
        given, said = (found, "") if refusal is None else (None, str(found.extra.get("unsupported", "")))
        return DiscountAnswer(code=code, discount=given, refusal=refusal, message=said, checked_at=now)

    async def active(self) -> AsyncIterator[Page[Discount]]:
        """Codes that count now; each of a discount's first ten codes is one."""

        async def fetch(at: str) -> Body:
            data = await self._calls.ask(documents.DISCOUNTS, first=50, after=at or None)
            return needed(data, "codeDiscountNodes")

        async for page, following in walk(fetch):
            found, parked = await asyncio.to_thread(each, members(page), _codes)
            yield Page([one for codes in found for one in codes], cursor_of(at=following), not following, parked=parked)


def _codes(raw: Any) -> list[Discount]:
    found = read_discount(raw)
    codes = [str(row["code"]) for row in raw["codeDiscount"]["codes"]["nodes"]]
    return [found.model_copy(update={"code": code}) for code in codes if found.active and not found.extra]


def _refusal(discount: Discount, basket: PricedBasket, now: datetime) -> DiscountRefusal | None:
    if discount.extra.get("unsupported"):
        return DiscountRefusal.UNSUPPORTED
    lines = tuple(line.line for line in basket.lines)
    asked = Basket(id=basket.basket_id, currency=basket.totals.currency, lines=lines)
    # Who buys is not part of a priced basket: the till checks that again with its own basket.
    anyone = discount.model_copy(update={"customer_ids": frozenset(), "per_customer_limit": None})
    return check(anyone, asked, now)
