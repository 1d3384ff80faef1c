"""Customers and discount codes at Leaflogix."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import Conflict, NotFound, Unsupported
from posbridge.connectors.leaflogix.calls import Calls, cursor_of, frozen, key_of, mark, place_of
from posbridge.connectors.leaflogix.orders import Orders
from posbridge.connectors.leaflogix.people_mapping import (
    counts_at,
    from_customer,
    to_customer,
    to_discount,
    to_points,
)
from posbridge.connectors.leaflogix.reading import e164, national
from posbridge.connectors.paging import ahead
from posbridge.connectors.text import each
from posbridge.domain.basket import PricedBasket
from posbridge.domain.customer import Customer, Licence
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountRefusal
from posbridge.domain.discounts import REFUSAL_WORDS, goods, spend_refusal
from posbridge.domain.order import RemoteOrder

PAGE, FIRST = 1000, "0"
#: How long lists that seldom change are kept (seconds): discount codes, and points, which are made nightly.
CODES_S, POINTS_S = 600, 6 * 3600
_LIST = {
    "includeInactive": "true", "includeInclusionExclusionData": "true", "includePaymentRestrictions": "true",
}  # fmt: skip


class Customers:
    """Leaflogix's customers; searches may answer one person several times."""

    def __init__(self, calls: Calls, orders: Orders) -> None:
        self._calls, self._orders = calls, orders
        self._points: tuple[float, dict[str, Decimal]] | None = None

    async def find(self, *, phone: str = "", email: str = "", name: str = "") -> list[Customer]:
        """By phone or e-mail. Raises Unsupported for a name alone, which needs a date of birth there."""
        if name and not phone and not email:
            raise Unsupported("Leaflogix finds customers by phone, e-mail, licence or medical card, not by name alone.")
        found: list[Customer] = []
        if email:
            same = email.strip().casefold()
            found += [one for one in await self._search(emailAddress=email.strip()) if one.email.casefold() == same]
        if phone:
            wanted = e164(phone)
            asked = await self._search(phone=national(phone))
            found += [one for one in asked if wanted in (one.phone, one.extra.get("other_phone"))]
        return list({one.id: one for one in found}.values())

    async def find_by_licence(self, number: str) -> list[Customer]:
        """By driving licence, else by medical card. Leaflogix shows only a hash of a licence, so the number that was
        asked for stands in who was found by it."""
        number = number.strip()
        if not number:
            return []
        found = await self._search(driversLicenseId=number)
        if found:
            return [one.model_copy(update={"licence": Licence(number=number)}) for one in found]
        cards = await self._search(mmjidNumber=number)
        return [one for one in cards if one.medical_card and one.medical_card.number.casefold() == number.casefold()]

    async def _search(self, **asked: str) -> list[Customer]:
        """Whom the search gives, each once; in place of one that was merged into another, that other."""
        rows = await self._calls.ask("customer/search", "customer-search", asked)
        found = each(rows if isinstance(rows, list) else [], to_customer, "customerId")[0]
        real = {one.id: one for one in found if not one.extra.get("anonymous")}
        kept: dict[str, Customer] = {}
        for one in real.values():
            other = str(one.extra.get("merged_into") or "")
            kept[other or one.id] = real.get(other) or (await self.get(other) if other else one)
        return list(kept.values())

    async def get(self, customer_id: str) -> Customer:
        """Raises NotFound. A customer that was merged into another is that other."""
        for _ in range(5):
            found = await self._one(customer_id)
            other = str(found.extra.get("merged_into") or "")
            if not other or other == customer_id:
                return found
            customer_id = other
        raise NotFound("This customer was merged in a circle at Leaflogix.")

    async def _one(self, customer_id: str) -> Customer:
        if not customer_id.isdigit():
            raise NotFound("Leaflogix's customers have numbers.")
        rows = await self._calls.get(
            "customer/customers", "customers", {"customerID": customer_id, "includeAnonymous": "true"}
        )
        for one in each(rows if isinstance(rows, list) else [rows], to_customer, "customerId")[0]:
            if one.id == customer_id:
                return one
        raise NotFound("Leaflogix does not know this customer.")

    async def create(self, customer: Customer, key: str) -> Customer:
        """Made once for a key. Raises ValidationError without an address, which Leaflogix asks of everybody."""
        kind = self._calls.setting("default_customer_type", "Recreational")
        body = from_customer(customer.model_copy(update={"id": ""}), customer_type=kind, key=key_of(key))
        for known in await self.find(phone=customer.phone, email=customer.email):
            if customer.id and known.extra.get("external_id") == customer.id:
                return known
            raise Conflict("Leaflogix has a customer with this e-mail or phone already.", customer_id=known.id)
        body |= {"externalCustomerId": customer.id} if customer.id else {}
        return to_customer(await self._calls.write_once("customer/customer", "customer-write", frozen(body)))

    async def update(self, customer: Customer) -> Customer:
        """Sends what is filled in; the rest stays as it is there."""
        known = await self.get(customer.id)
        whole = customer.model_copy(update={
            "id": known.id, "address": customer.address or known.address, "extra": {**known.extra, **customer.extra},
        })  # fmt: skip
        stamp = known.updated_at.isoformat() if known.updated_at else ""
        key = key_of(f"{whole.model_dump_json()}{stamp}")
        body = from_customer(whole, key=key)
        return to_customer(await self._calls.write_once("customer/customer", "customer-write", frozen(body)))

    async def orders(self, customer_id: str) -> list[RemoteOrder]:
        return await self._orders.of_customer(customer_id)

    async def points(self, customer_id: str) -> Decimal | None:
        """Loyalty points as of last night; None for who takes no part. The list is asked for once in six hours."""
        now = self._calls.clock().timestamp()
        if self._points is None or now - self._points[0] > POINTS_S:
            self._points = (now, to_points(await self._calls.rows("reporting/loyalty-snapshot", "loyalty")))
        return self._points[1].get(customer_id)

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Customer]]:
        """Pages are counted from 0 or from 1, the two documents disagree: from 0 on, until an empty one behind it; a
        page that brings nobody new does not end it, for page 1 may be page 0 again."""
        began, place = self._calls.clock(), place_of(cursor)
        since, seen = place.get("since", ""), set[str]()
        asked = {"PageSize": str(PAGE), "includeAnonymous": "false", "fromLastModifiedDateUTC": since or None}

        async def fetch(at: str) -> tuple[str, list[Any]]:
            params = {**asked, "PageNumber": at}
            return at, await self._calls.rows("customer/customers-paginated", "customers", params)

        async for (_, rows), behind in ahead(fetch, _following, place.get("page", FIRST)):
            found, parked = await asyncio.to_thread(each, rows, to_customer, "customerId")
            new = [one for one in found if one.id not in seen and not one.extra.get("anonymous")]
            seen.update(one.id for one in found)
            merged = [one.id for one in new if one.extra.get("merged_into")]
            kept = [one for one in new if one.id not in merged]
            after = cursor_of(since=since, page=behind) if behind else cursor_of(since=mark(began))
            yield Page(kept, after, not behind, deleted=merged, parked=parked)


def _following(page: tuple[str, list[Any]]) -> str:
    at, rows = page
    return str(int(at) + 1) if rows or at == FIRST else ""


class Discounts:
    """Leaflogix checks no code by itself before an order: the list is kept, and its rules are looked at here."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._kept: tuple[float, list[Discount]] | None = None

    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        wanted = code.strip().casefold()
        found = [one for one in await self._all() if wanted and one.code.casefold() == wanted]
        found.sort(key=lambda one: self._refusal(one, basket, now) is not None)
        if not found:
            return DiscountAnswer(code=code, refusal=DiscountRefusal.UNKNOWN, checked_at=now)
        best, refusal = found[0], self._refusal(found[0], basket, now)
        given = best if refusal is None else None
        said = self._words(best, refusal, now)
        return DiscountAnswer(code=code, discount=given, refusal=refusal, message=said, checked_at=now)

    async def active(self) -> AsyncIterator[Page[Discount]]:
        """Codes that count by rules the till can check."""
        now = self._calls.clock()
        kept = [one for one in await self._all() if one.code and one.active and not self._timed_out(one, now)]
        yield Page([one for one in kept if not one.extra.get("unchecked")], "", True)

    async def _all(self) -> list[Discount]:
        now = self._calls.clock().timestamp()
        if self._kept is None or not 0 <= now - self._kept[0] < CODES_S:
            rows = await self._calls.rows("discounts/v2/list", "discounts", _LIST)
            self._kept = (now, each(rows, self._mapped)[0])
        return self._kept[1]

    def _mapped(self, raw: Any) -> Discount:
        return to_discount(raw, currency=self._calls.currency)

    def _refusal(self, one: Discount, basket: PricedBasket, now: datetime) -> DiscountRefusal | None:
        if self._timed_out(one, now):
            return DiscountRefusal.EXPIRED
        if not one.active:
            return DiscountRefusal.INACTIVE
        if one.starts_at is not None and now < one.starts_at:
            return DiscountRefusal.NOT_STARTED
        if one.extra.get("unchecked"):
            return DiscountRefusal.UNSUPPORTED
        if not counts_at(one, self._local(now)):
            return DiscountRefusal.NOT_STARTED
        return spend_refusal(one, goods(one, [line.line for line in basket.lines]))

    def _timed_out(self, one: Discount, now: datetime) -> bool:
        return one.ends_at is not None and now > one.ends_at

    def _local(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self._calls.connection.timezone or "UTC"))

    def _words(self, one: Discount, refusal: DiscountRefusal | None, now: datetime) -> str:
        if refusal is None:
            return ""
        unchecked = one.extra.get("unchecked")
        if refusal is DiscountRefusal.UNSUPPORTED and unchecked:
            return f"Only Leaflogix's own till can check it: {', '.join(unchecked)}."
        if refusal is DiscountRefusal.NOT_STARTED and not counts_at(one, self._local(now)):
            return "It does not count on this day or at this hour."
        return REFUSAL_WORDS.get(refusal, "")


def known_types(rows: Any) -> Mapping[str, bool]:
    """Customer types by name: whether they are patients'."""
    found = rows if isinstance(rows, list) else []
    return {str(one.get("name")): one.get("isMedical") is True for one in found if isinstance(one, Mapping)}
