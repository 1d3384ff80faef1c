"""Customers and coupons at BigCommerce."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import phonenumbers

from posbridge.connectors.bigcommerce.calls import Calls, cursor_of, earlier, place_of
from posbridge.connectors.bigcommerce.orders import Orders
from posbridge.connectors.bigcommerce.people_mapping import PROMOTION, from_customer, to_customer, to_discount
from posbridge.connectors.bigcommerce.products import Names
from posbridge.connectors.bigcommerce.reading import e164, iso
from posbridge.connectors.contract import Page
from posbridge.connectors.errors import NotFound, PermissionDenied, SchemaDrift
from posbridge.connectors.text import each
from posbridge.domain.basket import BasketLine, PricedBasket
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountKind, DiscountRefusal
from posbridge.domain.discounts import goods, spend_refusal
from posbridge.domain.order import RemoteOrder

CUSTOMERS = "v3/customers"
COUPONS, PROMOTIONS = "v2/coupons", "v3/promotions"


class Customers:
    """Customers of a store, by e-mail, phone or name."""

    def __init__(self, calls: Calls, orders: Orders) -> None:
        self._calls, self._orders = calls, orders

    async def find(self, *, phone: str = "", email: str = "", name: str = "") -> list[Customer]:
        """Phones are free text there, matched to the letter: each usual way of writing the number is asked for."""
        if email:
            asked = {"email:in": email.strip()}
        elif phone:
            asked = {"phone:in": ",".join(_spellings(phone, self._country()))}
        else:
            asked = {"name:like": name.strip()}
        rows = await self._calls.rows(CUSTOMERS, {**asked, "include": "addresses", "limit": 50})
        found = [one for one in each(rows, to_customer)[0] if one.id]
        return [one for one in found if self._fits(one, email, phone, name)]

    def _fits(self, found: Customer, email: str, phone: str, name: str) -> bool:
        """Whether the customer is what was asked for: a filter's answer is not taken on trust."""
        if email:
            return found.email.casefold() == email.strip().casefold()
        if phone:
            return e164(found.phone, self._country()) == e164(phone, self._country())
        return name.strip().casefold() in found.name.casefold()

    def _country(self) -> str:
        return self._calls.field("walkin_country_iso2") or "US"

    async def get(self, customer_id: str) -> Customer:
        rows = []
        if customer_id.isdecimal():
            rows = await self._calls.rows(CUSTOMERS, {"id:in": customer_id, "include": "addresses", "limit": 1})
        mine = [row for row in rows if isinstance(row, Mapping) and str(row.get("id")) == customer_id]
        if not mine:
            raise NotFound("BigCommerce does not know this customer.")
        return self._read(mine[0])

    def _read(self, raw: Any) -> Customer:
        found = to_customer(raw)
        return found.model_copy(update={"phone": e164(found.phone, self._country())})

    async def create(self, customer: Customer, key: str) -> Customer:
        """Names and an e-mail are demanded. Raises Conflict when the e-mail is taken."""
        body = [from_customer(customer.model_copy(update={"id": ""}))]
        return self._read(await self._calls.write("POST", CUSTOMERS, body))

    async def update(self, customer: Customer) -> Customer:
        """Sends what is filled in; a field that is empty here is left as it is there."""
        await self._calls.write("PUT", CUSTOMERS, [from_customer(customer)])
        return await self.get(customer.id)

    async def orders(self, customer_id: str) -> list[RemoteOrder]:
        return await self._orders.of_customer(customer_id)

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Customer]]:
        """By time of creation, so that a change moves nobody over a page's end."""
        place = place_of(cursor)
        since, began = place.get("since", ""), place.get("began", "") or iso(self._calls.clock())
        asked = {"include": "addresses", "sort": "date_created:asc"}
        asked |= {"date_modified:min": earlier(since)} if since else {}
        async for rows, following in self._calls.numbered(CUSTOMERS, asked, max(1, int(place.get("after", "1")))):
            items, parked = await asyncio.to_thread(each, rows, self._read)
            more = cursor_of(since=since, began=began, after=str(following))
            behind = more if following else cursor_of(since=began)
            yield Page(items, behind, not following, parked=parked)


def _spellings(phone: str, country: str) -> list[str]:
    """The usual ways to write a number."""
    typed = phone.strip()
    try:
        number = phonenumbers.parse(typed, country or None)
    except phonenumbers.NumberParseException:
        return [typed]
    kinds = phonenumbers.PhoneNumberFormat
    ways = [phonenumbers.format_number(number, kind) for kind in (kinds.E164, kinds.NATIONAL, kinds.INTERNATIONAL)]
    national = str(number.national_number)
    dashed = [f"{national[:3]}-{national[3:6]}-{national[6:]}"] if len(national) == 10 else []
    return list(dict.fromkeys([typed, *ways, national, *dashed, ways[0].removeprefix("+")]))


class Discounts:
    """Codes as their owner made them. v2 orders neither reckon nor count them; the till reckons."""

    def __init__(self, calls: Calls, names: Names) -> None:
        self._calls, self._names = calls, names

    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        """The code's own definition held against the basket; the returned code is compared whole, whatever the
        filter does."""
        typed = code.strip()
        found = await self._coupon(typed) or await self._promotion(typed)
        if found is None:
            return DiscountAnswer(code=code, refusal=DiscountRefusal.UNKNOWN, checked_at=now)
        refusal = _refusal(found, basket, now)
        given = found if refusal is None else None
        words = _message(found, refusal)
        return DiscountAnswer(code=code, discount=given, refusal=refusal, message=words, checked_at=now)

    async def _coupon(self, typed: str) -> Discount | None:
        rows = await self._calls.rows(COUPONS, {"code": typed, "limit": 50})
        mine = [row for row in rows if isinstance(row, Mapping) and _same(row.get("code"), typed)]
        if not mine or mine[0].get("type") == PROMOTION:
            return None
        return await self._read(mine[0])

    async def _promotion(self, typed: str) -> Discount | None:
        """A code of the newer engine: its promotion, then the code itself, which has limits of its own."""
        try:
            rows = await self._calls.rows(PROMOTIONS, {"code": typed, "limit": 50})
            for row in rows:
                if isinstance(row, Mapping) and row.get("redemption_type") == "COUPON" and "id" in row:
                    codes = await self._calls.rows(f"{PROMOTIONS}/{row['id']}/codes", {"code": typed, "limit": 50})
                    mine = [one for one in codes if isinstance(one, Mapping) and _same(one.get("code"), typed)]
                    if mine:
                        return _with_code(await self._read(row), mine[0])
        except (NotFound, PermissionDenied):
            pass
        return None

    async def _read(self, row: Any) -> Discount:
        return to_discount(row, currency=self._calls.currency, categories=await self._names.categories())

    async def active(self) -> AsyncIterator[Page[Discount]]:
        """Coupons that count; those that our rules cannot reckon are left out. The newer promotions give their codes
        one by one only, so they are asked for when they are typed."""
        categories = await self._names.categories()

        def mapped(raw: Any) -> Discount:
            return to_discount(raw, currency=self._calls.currency, categories=categories)

        async for rows, after in self._calls.rising(COUPONS, {}, "min_id"):
            items, parked = await asyncio.to_thread(each, rows, mapped)
            kept = [one for one in items if one.code and one.active and not one.extra.get("unsupported")]
            yield Page(kept, cursor_of(after=str(after)) if after else "", not after, parked=parked)


def _same(one: Any, other: str) -> bool:
    return isinstance(one, str) and bool(one) and one.casefold() == other.casefold()


def _with_code(discount: Discount, code: Mapping[str, Any]) -> Discount:
    """The promotion under this code: the code's own limits of use where it has some."""
    most, used = code.get("max_uses"), code.get("current_uses")
    if not isinstance(most, int | None) or not isinstance(used, int | None):
        raise SchemaDrift("A code's uses are no number.", object_id=discount.id)
    limits = {"usage_limit": most, "usage_count": used or 0} if most else {}
    each_one = code.get("max_uses_per_customer")
    limits |= {"per_customer_limit": each_one} if isinstance(each_one, int) and each_one else {}
    return discount.model_copy(update={"code": str(code["code"]), "automatic": False, **limits})


def _refusal(discount: Discount, basket: PricedBasket, now: datetime) -> DiscountRefusal | None:
    if discount.ends_at is not None and now > discount.ends_at:
        return DiscountRefusal.EXPIRED
    if discount.starts_at is not None and now < discount.starts_at:
        return DiscountRefusal.NOT_STARTED
    if not discount.active:
        return DiscountRefusal.INACTIVE
    if discount.uses_left == 0:
        return DiscountRefusal.USED_UP
    if discount.extra.get("unsupported"):
        return DiscountRefusal.UNSUPPORTED
    lines: Sequence[BasketLine] = [line.line for line in basket.lines]
    return spend_refusal(discount, goods(discount, lines))


def _message(discount: Discount, refusal: DiscountRefusal | None) -> str:
    if refusal is DiscountRefusal.UNSUPPORTED:
        return f"Only BigCommerce's own checkout can reckon this code: {discount.extra['unsupported']}."
    if refusal is None and discount.kind is DiscountKind.FREE_SHIPPING:
        return "This code is for shipping only."
    return ""
