"""Customers and coupons at Wix."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from posbridge.connectors.contract import Page
from posbridge.connectors.cursors import cursor_of
from posbridge.connectors.errors import Conflict, SchemaDrift
from posbridge.connectors.paging import once_each
from posbridge.connectors.text import Reader, each
from posbridge.connectors.wix.calls import (
    CONTACTS,
    COUPONS,
    Body,
    Calls,
    began,
    moment,
    numbered,
    place_of,
    queried,
    text_filter,
)
from posbridge.connectors.wix.orders import Orders
from posbridge.connectors.wix.people_mapping import from_customer, to_customer, to_discount
from posbridge.connectors.wix.products import Products
from posbridge.connectors.wix.reading import e164, listed, opened, stamp
from posbridge.domain.basket import Basket, PricedBasket
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountKind, DiscountRefusal
from posbridge.domain.discounts import REFUSAL_WORDS, check, goods
from posbridge.domain.money import Money, round_fraction
from posbridge.domain.order import RemoteOrder


class Customers:
    """Contacts of the site (v5)."""

    def __init__(self, calls: Calls, orders: Orders) -> None:
        self._calls, self._orders = calls, orders

    async def find(self, *, phone: str = "", email: str = "", name: str = "") -> list[Customer]:
        """Each row is compared with what was asked for by phone or e-mail; a name is searched as Wix searches."""
        if email or phone:
            asked = {"email": email.strip()} if email else {"phone": phone.strip()}
            rows = listed(await self._calls.ask(f"{CONTACTS}/find-matching", asked), "contacts")
            return [one for one in each(rows, to_customer)[0] if _fits(one, phone, email)]
        if not name.strip():
            return []
        words = {"search": {"expression": name.strip()[:100]}}
        page = await self._calls.ask(f"{CONTACTS}/search", {"search": words})
        return each(listed(page, "contacts"), to_customer)[0]

    async def get(self, customer_id: str) -> Customer:
        return to_customer(await self._raw(customer_id))

    async def _raw(self, customer_id: str) -> Body:
        return await self._calls.get(f"{CONTACTS}/{quote(customer_id, safe='')}")

    async def create(self, customer: Customer, key: str) -> Customer:
        """The key goes along as the contact's outside id, by which one that a lost reply left is known again."""
        body = {"contact": from_customer(customer, external_id=key)}
        try:
            return to_customer(await self._calls.write("POST", CONTACTS, body))
        except Conflict as problem:
            known = str(problem.detail.get("duplicate") or "")
            if known:
                there = await self.get(known)
                if there.extra.get("external_id") == key[:100]:
                    return there
            words = "Wix has a contact with this e-mail or phone already."
            raise Conflict(words, status=problem.status, platform_code=problem.platform_code) from problem

    async def update(self, customer: Customer) -> Customer:
        """What is filled in; an empty field is left as it is there. The newest revision is read before."""
        reader = Reader(opened(await self._raw(customer.id), "contact"))
        changes = {**from_customer(customer), "id": customer.id, "revision": reader.text("revision")}
        path = f"{CONTACTS}/{quote(customer.id, safe='')}"
        return to_customer(await self._calls.write("PATCH", path, {"contact": changes}))

    async def orders(self, customer_id: str) -> list[RemoteOrder]:
        return await self._orders.of_customer(customer_id)

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Customer]]:
        place = place_of(cursor)
        begun, since = place.get("begun", "") or began(self._calls), place.get("since", "")
        query: Body = {"sort": [{"fieldName": "updatedDate", "order": "ASC"}]}
        if since:
            query["filter"] = {"updatedDate": {"$gte": stamp(moment(since))}}
        seen: set[str] = set()
        pages = queried(self._calls, f"{CONTACTS}/query", query, first=place.get("at", ""))
        async for page, following in pages:
            rows = once_each(listed(page, "contacts"), seen)
            items, parked = await asyncio.to_thread(each, rows, to_customer)
            behind = cursor_of(since=since, at=following, begun=begun) if following else cursor_of(since=begun)
            yield Page(items, behind, not following, parked=parked)


def _fits(one: Customer, phone: str, email: str) -> bool:
    if email:
        return one.email.casefold() == email.strip().casefold()
    return e164(one.phone) == e164(phone)


class Discounts:
    """The coupons of a site, judged by the till's own rules; Wix counts no use for an order that is brought over."""

    def __init__(self, calls: Calls, products: Products) -> None:
        self._calls, self._products = calls, products
        self._names: dict[str, str] = {}

    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        """Codes count whatever their case, but are searched as written: three spellings are asked for and compared."""
        typed = code.strip()
        spellings = list(dict.fromkeys([typed, typed.upper(), typed.lower()]))
        asked = text_filter({"specification.code": {"$hasSome": spellings}})
        rows = await self._rows(asked) if typed else []
        if typed and not any(_is_code(row, typed) for row in rows):
            rows = await self._rows(text_filter({"specification.active": True}))
        found = [row for row in rows if _is_code(row, typed)]
        if not found:
            return DiscountAnswer(code=code, refusal=DiscountRefusal.UNKNOWN, checked_at=now)
        made, parked = await self._read(found)
        if parked:
            raise parked[0]
        newest = sorted(made, key=lambda one: not one.active)[0]
        return _judged(code, newest, basket, now)

    async def _rows(self, condition: str) -> list[Any]:
        pages = numbered(self._calls, f"{COUPONS}/query", "coupons", query={"filter": condition})
        return [row async for page, _ in pages for row in listed(page, "coupons")]

    async def active(self) -> AsyncIterator[Page[Discount]]:
        """Codes to keep: those that count now and that a till can reckon without its basket."""
        condition = text_filter({"specification.active": True})
        pages = numbered(self._calls, f"{COUPONS}/query", "coupons", query={"filter": condition})
        async for page, following in pages:
            made, parked = await self._read(listed(page, "coupons"))
            kept = [one for one in made if one.active and not set(one.extra) & {"unsupported", "one_item", "expired"}]
            mine = [one for one in kept if one.extra.get("namespace", "stores") == "stores"]
            yield Page(mine, cursor_of(at=following), not following, parked=parked)

    async def _read(self, rows: list[Any]) -> tuple[list[Discount], list[SchemaDrift]]:
        if not self._names and any(_names_category(row) for row in rows):
            self._names = await self._products.names()
        return each(rows, lambda row: to_discount(row, currency=self._calls.currency, categories=self._names))


def _is_code(row: Any, typed: str) -> bool:
    spec = row.get("specification") if isinstance(row, dict) else None
    return isinstance(spec, dict) and str(spec.get("code", "")).strip().casefold() == typed.casefold()


def _names_category(row: Any) -> bool:
    group = Reader(row).object("specification").object("scope").object("group")
    return group.text("name") in ("collection", "category")


def _judged(code: str, discount: Discount, basket: PricedBasket, now: datetime) -> DiscountAnswer:
    """Why it does not count, or the discount. A word of the coupon that rules cannot reckon is said as it is."""
    lines = tuple(priced.line for priced in basket.lines)
    plain = Basket(id=basket.basket_id, currency=basket.totals.currency, lines=lines)
    refusal, words = _own_refusal(discount)
    if refusal is None and discount.extra.get("one_item"):
        discount = _on_one_piece(discount, plain)
    if refusal is None:
        refusal = check(discount, plain, now)
        words = REFUSAL_WORDS.get(refusal, "") if refusal else ""
    if refusal is not None:
        return DiscountAnswer(code=code, refusal=refusal, message=words, checked_at=now)
    return DiscountAnswer(code=code, discount=discount, checked_at=now)


def _own_refusal(discount: Discount) -> tuple[DiscountRefusal | None, str]:
    marks = discount.extra
    if not discount.active:
        return DiscountRefusal.INACTIVE, REFUSAL_WORDS[DiscountRefusal.INACTIVE]
    if marks.get("expired"):
        return DiscountRefusal.EXPIRED, REFUSAL_WORDS[DiscountRefusal.EXPIRED]
    namespace = str(marks.get("namespace", "stores"))
    if namespace != "stores":
        return DiscountRefusal.NOT_FOR_BASKET, f"This coupon is for {namespace}, not for goods."
    if discount.kind is DiscountKind.FREE_SHIPPING:
        return DiscountRefusal.NOT_FOR_BASKET, "This coupon takes off shipping only, and nothing is shipped here."
    if odd := marks.get("unsupported"):
        return DiscountRefusal.UNSUPPORTED, f"This coupon cannot be reckoned at the till: it is for {odd}."
    return None, ""


def _on_one_piece(discount: Discount, basket: Basket) -> Discount:
    """A coupon for one piece takes off the cheapest that it is for (a guess): as an amount, for this very basket."""
    prices = [line.unit_price.amount for line in goods(discount, basket.lines)]
    if not prices:
        return discount
    cheapest = min(prices)
    if discount.kind is DiscountKind.PERCENTAGE:
        taken = round_fraction(Decimal(cheapest) * (discount.percent or Decimal(0)) / 100)
    else:
        taken = min(cheapest, discount.amount.amount if discount.amount else 0)
    fixed = {
        "kind": DiscountKind.FIXED,
        "percent": None,
        "amount": Money(amount=taken, currency=basket.currency),
    }
    return discount.model_copy(update=fixed)
