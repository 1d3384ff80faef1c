"""Contacts and discount codes at Squarespace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import structlog

from posbridge.connectors.contract import Page
from posbridge.connectors.cursors import cursor_of
from posbridge.connectors.errors import ConnectorError, ValidationError
from posbridge.connectors.squarespace.calls import CONTACTS, DISCOUNTS, Body, Calls, place_of, rows_of, walk
from posbridge.connectors.squarespace.orders import Orders
from posbridge.connectors.squarespace.people_mapping import (
    from_address,
    from_changes,
    from_customer,
    is_reckoned,
    to_customer,
    to_discount,
)
from posbridge.connectors.text import Reader, each
from posbridge.domain.basket import BasketLine, PricedBasket
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountRefusal
from posbridge.domain.discounts import goods, spend_refusal
from posbridge.domain.order import RemoteOrder

log = structlog.get_logger("posbridge.connectors.squarespace")

#: The most that a page of contacts or discounts holds.
PAGE = 1000
_SEARCH_PAGE = 50
_MERGE_PATCH = "application/merge-patch+json"
#: So many pages of contacts are read for a phone number, newest contacts first.
_PHONE_PAGES = 5


class Customers:
    """Contacts. Each has an e-mail; a phone number stands in the address book only."""

    def __init__(self, calls: Calls, orders: Orders) -> None:
        self._calls, self._orders = calls, orders

    async def find(self, *, phone: str = "", email: str = "", name: str = "") -> list[Customer]:
        """By e-mail or name with Squarespace's search, compared here. A phone number cannot be searched: the
        contacts are read through, newest first, the first five thousand of them."""
        text, pages = (email or name).strip(), 1 if email or name else _PHONE_PAGES
        found: dict[str, Customer] = {}
        if not (text or phone):
            return []
        async for page, _ in walk(self._query(text)):
            rows = each(rows_of(page, "contacts"), to_customer)[0]
            found |= {row.id: row for row in rows if _fits(row, email, phone, name)}
            pages -= 1
            if pages <= 0:
                break
        return list(found.values())

    def _query(self, text: str) -> Any:
        asked: Body = {"pageSize": PAGE, "sortField": "CREATED_ON", "sortDirection": "DESCENDING"}
        asked |= {"searchString": text} if text else {}

        async def fetch(cursor: str) -> Body:
            return await self._calls.ask(f"{CONTACTS}/query", asked | ({"cursor": cursor} if cursor else {}))

        return fetch

    async def get(self, customer_id: str) -> Customer:
        return to_customer(await self._calls.get(_path(customer_id)))

    async def create(self, customer: Customer, key: str) -> Customer:
        """Raises ValidationError without an e-mail address, which every contact has; Conflict when it is known there.

        Phone and address are a second step; where that fails, what is returned lacks them.
        """
        if not customer.email.strip():
            raise ValidationError("Squarespace takes customers with an e-mail address only.")
        body = from_customer(customer, locale=self._calls.field("locale") or "en-US")
        made = to_customer(await self._calls.write("POST", CONTACTS, body))
        return await self._with_address(made, customer)

    async def update(self, customer: Customer) -> Customer:
        """Sends what is filled in; a field that is empty here is left as it is there."""
        changes = from_changes(customer)
        path = _path(customer.id)
        raw = await self._calls.write("PATCH", path, changes, media=_MERGE_PATCH) if changes else None
        known = to_customer(raw) if raw else await self.get(customer.id)
        same = (customer.phone or known.phone) == known.phone and customer.address in (None, known.address)
        return known if same else await self._with_address(known, customer)

    async def _with_address(self, made: Customer, customer: Customer) -> Customer:
        """The default entry of the address book made or replaced."""
        body = from_address(customer, country=self._calls.field("country"))
        if body is None:
            return made
        known = made.extra.get("address_id")
        path = f"{_path(made.id)}/address-book" + (f"/{quote(str(known), safe='')}" if known else "")
        try:
            raw = await self._calls.write("PUT" if known else "POST", path, body)
        except ConnectorError as problem:
            log.warning("address not kept", problem=problem.code, said=problem.platform_code)
            return made
        entry = Reader(raw).object("addressBookEntry").raw or body
        kept = to_customer({"id": made.id, "defaultShippingAddress": entry})
        return made.model_copy(update={"phone": kept.phone, "address": kept.address, "extra": made.extra | kept.extra})

    async def orders(self, customer_id: str) -> list[RemoteOrder]:
        return await self._orders.of_customer(customer_id)

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Customer]]:
        """All contacts, each time: Squarespace keeps no time of change. A thousand come in a request."""

        async def fetch(at: str) -> Body:
            return await self._calls.get(CONTACTS, {"pageSize": PAGE} | ({"cursor": at} if at else {}))

        async for page, following in walk(fetch, place_of(cursor).get("at", "")):
            items, parked = await asyncio.to_thread(each, rows_of(page, "contacts"), to_customer)
            yield Page(items, cursor_of(at=following) if following else "", not following, parked=parked)


def _path(customer_id: str) -> str:
    return f"{CONTACTS}/{quote(customer_id, safe='')}"


def _fits(found: Customer, email: str, phone: str, name: str) -> bool:
    """Whether the contact is what was asked for: a search's answer is not taken on trust."""
    if email:
        return found.email.casefold() == email.strip().casefold()
    if name:
        return name.strip().casefold() in found.name.casefold()
    return _digits(found.phone) == _digits(phone)


def _digits(phone: str) -> str:
    return "".join(char for char in phone if char.isdigit())


class Discounts:
    """Codes as the owner made them. Squarespace does not reckon them for orders made elsewhere: we do."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        """The code's own definition held against the basket. The search is by words, so "SUMMER10" also brings
        "SUMMER100": codes are compared whole, without regard to case."""
        typed = code.strip()
        found = [one async for page in self._listed({"search": typed}) for one in page.items if _same(one.code, typed)]
        found.sort(key=lambda one: _refusal(one, basket, now) is not None)
        if not found:
            return DiscountAnswer(code=code, refusal=DiscountRefusal.UNKNOWN, checked_at=now)
        best, refusal = found[0], _refusal(found[0], basket, now)
        given = best if refusal is None else None
        return DiscountAnswer(
            code=code, discount=given, refusal=refusal, message=_message(best, refusal), checked_at=now
        )

    async def active(self) -> AsyncIterator[Page[Discount]]:
        """Codes that count or will count; the ones that our rules cannot reckon are left out."""
        async for page in self._listed({}):
            kept = [one for one in page.items if is_reckoned(one) and _may_count(one)]
            yield Page(kept, page.cursor, page.last, parked=page.parked)

    async def _listed(self, asked: dict[str, str]) -> AsyncIterator[Page[Discount]]:
        """Pages by offset: this list has no cursor."""
        size = _SEARCH_PAGE if asked else PAGE
        offset, last = 0, False
        while not last:
            told = {**asked, "trigger": "CODE", "limit": size, "offset": offset}
            page = await self._calls.get(DISCOUNTS, told)
            rows = rows_of(page, "discounts")
            items, parked = await asyncio.to_thread(each, rows, self._mapped)
            offset, last = offset + size, not rows or page.get("hasNextPage") is not True
            yield Page(items, "" if last else cursor_of(at=str(offset)), last, parked=parked)

    def _mapped(self, raw: Any) -> Discount:
        return to_discount(raw, currency=self._calls.currency)


def _same(one: str, other: str) -> bool:
    return bool(one) and one.casefold() == other.casefold()


def _may_count(discount: Discount) -> bool:
    return bool(discount.code) and (discount.active or discount.extra.get("status") == "SCHEDULED")


def _refusal(discount: Discount, basket: PricedBasket, now: datetime) -> DiscountRefusal | None:
    """A used-up code may still be called ACTIVE (a guess), so the counters are looked at too."""
    refusal = _time_refusal(discount, now)
    if refusal is not None:
        return refusal
    if not discount.active:
        return DiscountRefusal.INACTIVE
    if discount.uses_left == 0:
        return DiscountRefusal.USED_UP
    if not is_reckoned(discount):
        return DiscountRefusal.UNSUPPORTED
    lines: Sequence[BasketLine] = [line.line for line in basket.lines]
    return spend_refusal(discount, goods(discount, lines))


def _time_refusal(discount: Discount, now: datetime) -> DiscountRefusal | None:
    told = discount.extra.get("status")
    if told == "EXPIRED" or (discount.ends_at is not None and now > discount.ends_at):
        return DiscountRefusal.EXPIRED
    if told == "SCHEDULED" or (discount.starts_at is not None and now < discount.starts_at):
        return DiscountRefusal.NOT_STARTED
    return None


def _message(discount: Discount, refusal: DiscountRefusal | None) -> str:
    if refusal is DiscountRefusal.UNSUPPORTED:
        return "Squarespace gives this discount for buying several things; only its own checkout can reckon it."
    if refusal is None and discount.per_customer_limit:
        return "Squarespace allows this code once for each customer; ask whether it was used before."
    return ""
