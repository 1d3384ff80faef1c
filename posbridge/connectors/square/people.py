"""Customers, discount codes and gift cards at Square."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from posbridge.connectors.contract import GiftCardMove, Page
from posbridge.connectors.errors import Conflict, SchemaDrift, Unsupported
from posbridge.connectors.square.calls import Body, Calls, cursor_of, earlier, newest, place_of, rows_of, walk
from posbridge.connectors.square.errors import REUSED
from posbridge.connectors.square.order_body import amount, derived
from posbridge.connectors.square.orders import Orders
from posbridge.connectors.square.people_mapping import (
    Rules,
    discount_of,
    from_customer,
    to_customer,
    to_gift_card,
)
from posbridge.connectors.square.reading import minor
from posbridge.connectors.text import Reader, each
from posbridge.domain.basket import BasketLine, PricedBasket
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountKind, DiscountRefusal
from posbridge.domain.discounts import goods, spend_refusal
from posbridge.domain.gift_card import GiftCard
from posbridge.domain.money import Money
from posbridge.domain.order import RemoteOrder

_CUSTOMERS = 100
#: A changed profile may take more than a minute to reach the search (the official specification).
_CUSTOMER_LAG_S = 180


class Customers:
    """Square's customer directory."""

    def __init__(self, calls: Calls, orders: Orders) -> None:
        self._calls, self._orders = calls, orders

    async def find(self, *, phone: str = "", email: str = "", name: str = "") -> list[Customer]:
        """By phone or e-mail, both exact. Raises Unsupported for a name alone: Square cannot search one."""
        if name and not phone and not email:
            raise Unsupported("Square finds customers by phone or e-mail only, not by name.")
        asked = {"email_address": email.strip(), "phone_number": phone.strip()}
        found: dict[str, Customer] = {}
        for field, value in asked.items():
            if value:
                query = {"query": {"filter": {field: {"exact": value}}}, "limit": _CUSTOMERS}
                page = await self._calls.ask("v2/customers/search", query)
                found |= {one.id: one for one in each(rows_of(page, "customers"), to_customer)[0]}
        return [one for one in found.values() if _fits(one, email, phone)]

    async def get(self, customer_id: str) -> Customer:
        return to_customer(await self._calls.get(f"v2/customers/{quote(customer_id, safe='')}"))

    async def create(self, customer: Customer, key: str) -> Customer:
        """Square takes the same person twice, so it is asked first; one that an earlier try made is given back."""
        for known in await self.find(phone=customer.phone, email=customer.email):
            if customer.id and known.extra.get("reference") == customer.id[:100]:
                return known
            raise Conflict("Square has a customer with this e-mail or phone already.", customer_id=known.id)
        body = {"idempotency_key": derived(key, "customer"), **from_customer(customer)}
        body |= {"reference_id": customer.id[:100]} if customer.id else {}
        return to_customer(await self._calls.write("POST", "v2/customers", body))

    async def update(self, customer: Customer) -> Customer:
        """Sends what is filled in; a field that is empty here is left as it is there."""
        version = customer.extra.get("version")
        body = from_customer(customer) | ({"version": version} if isinstance(version, int) else {})
        return to_customer(await self._calls.write("PUT", f"v2/customers/{quote(customer.id, safe='')}", body))

    async def orders(self, customer_id: str) -> list[RemoteOrder]:
        return await self._orders.of_customer(customer_id)

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Customer]]:
        place = place_of(cursor)
        since = place.get("since", "")
        asked: Body = {"limit": _CUSTOMERS, "query": {"sort": {"field": "CREATED_AT", "order": "ASC"}}}
        if since:
            asked["query"]["filter"] = {"updated_at": {"start_at": earlier(since, _CUSTOMER_LAG_S)}}
        latest = place.get("latest", "") or since

        async def fetch(at: str) -> Body:
            return await self._calls.ask("v2/customers/search", asked | ({"cursor": at} if at else {}))

        async for page, following in walk(fetch, place.get("at", "")):
            rows = rows_of(page, "customers")
            latest = newest(rows, "updated_at", latest)
            items, parked = await asyncio.to_thread(each, rows, to_customer)
            after = cursor_of(since=since, at=following, latest=latest) if following else cursor_of(since=latest)
            yield Page(items, after, not following, parked=parked)


def _fits(found: Customer, email: str, phone: str) -> bool:
    """Whether the profile is what was asked for: a search's answer is not taken on trust."""
    same_email = bool(email) and found.email.casefold() == email.strip().casefold()
    return same_email or (bool(phone) and _digits(found.phone) == _digits(phone))


def _digits(phone: str) -> str:
    return "".join(char for char in phone if char.isdigit())


class Discounts:
    """Codes are the names of the catalog's discounts; Square's coupons cannot be reached by programs."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        """What the discount of that name, and the pricing rule that gives it, say of this basket."""
        query = {"exact_query": {"attribute_name": "name", "attribute_value": code.strip()}}
        asked: Body = {"object_types": ["DISCOUNT"], "query": query, "limit": 100}
        page, rules = await asyncio.gather(self._calls.ask("v2/catalog/search", asked), self._rules())
        found = [one for one in self._mapped(rows_of(page, "objects"), rules) if one.code.casefold() == _plain(code)]
        found.sort(key=lambda one: self._refusal(one, basket, now) is not None)
        if not found:
            return DiscountAnswer(code=code, refusal=DiscountRefusal.UNKNOWN, checked_at=now)
        refusal = self._refusal(found[0], basket, now)
        best, said = found[0], _message(found[0], refusal)
        given = best if refusal is None else None
        return DiscountAnswer(code=code, discount=given, refusal=refusal, message=said, checked_at=now)

    async def active(self) -> AsyncIterator[Page[Discount]]:
        rules = await self._rules()
        async for page, following in walk(self._search(["DISCOUNT"])):
            rows = rows_of(page, "objects")
            items, parked = await asyncio.to_thread(each, rows, self._reader(rules))
            here = [one for one in items if one.active and self._offered(one)]
            yield Page(here, cursor_of(at=following), not following, parked=parked)

    async def _rules(self) -> Rules:
        rules = Rules()
        async for page, _ in walk(self._search(["PRICING_RULE", "PRODUCT_SET", "CATEGORY"])):
            each(rows_of(page, "objects"), rules.add)
        return rules

    def _search(self, kinds: list[str]) -> Callable[[str], Any]:
        async def fetch(at: str) -> Body:
            asked: Body = {"object_types": kinds, "limit": 1000}
            return await self._calls.ask("v2/catalog/search", asked | ({"cursor": at} if at else {}))

        return fetch

    def _reader(self, rules: Rules) -> Callable[[Any], Discount]:
        return lambda raw: discount_of(raw, rules, self._calls.zone, self._calls.currency)

    def _mapped(self, rows: list[Any], rules: Rules) -> list[Discount]:
        return each(rows, self._reader(rules))[0]

    def _offered(self, discount: Discount) -> bool:
        places = discount.extra.get("present_at")
        return not places or self._calls.connection.location in places

    def _refusal(self, discount: Discount, basket: PricedBasket, now: datetime) -> DiscountRefusal | None:
        if not discount.active or not self._offered(discount):
            return DiscountRefusal.INACTIVE
        if discount.starts_at is not None and now < discount.starts_at:
            return DiscountRefusal.NOT_STARTED
        if discount.ends_at is not None and now > discount.ends_at:
            return DiscountRefusal.EXPIRED
        size = discount.percent if discount.kind is DiscountKind.PERCENTAGE else discount.amount
        if size is None or discount.extra.get("unchecked") or discount.extra.get("variable"):
            return DiscountRefusal.UNSUPPORTED
        return _spend(discount, [line.line for line in basket.lines])


def _plain(code: str) -> str:
    return code.strip().casefold()


def _spend(discount: Discount, lines: Sequence[BasketLine]) -> DiscountRefusal | None:
    """Square compares the minimum with the whole order before discounts, not with the goods in scope alone."""
    spend = sum(line.subtotal for line in lines)
    if discount.minimum_spend is not None and spend < discount.minimum_spend.amount:
        return DiscountRefusal.MINIMUM_SPEND
    return spend_refusal(discount.model_copy(update={"minimum_spend": None}), goods(discount, lines))


def _message(discount: Discount, refusal: DiscountRefusal | None) -> str:
    if refusal is DiscountRefusal.UNSUPPORTED:
        return "Square gives this discount by rules that only its own till can check."
    return "Square asks for a manager's PIN for this discount." if discount.extra.get("pin_required") else ""


class GiftCards:
    """Square's gift cards, charged by activities of their own; the sale then records them as paid elsewhere."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def balance(self, code: str) -> GiftCard:
        if code.startswith("gftc:"):
            page = await self._calls.get(f"v2/gift-cards/{quote(code, safe='')}")
        else:
            page = await self._calls.ask("v2/gift-cards/from-gan", {"gan": code.strip()})
        return to_gift_card(page, currency=self._calls.currency)

    async def redeem(self, code: str, amount: Money, key: str, *, reference: str = "") -> GiftCardMove:
        return await self._act(code, "REDEEM", _details(amount, key, reference), key)

    async def refund(
        self, code: str, amount: Money, key: str, *, move_id: str = "", reference: str = ""
    ) -> GiftCardMove:
        """Back to the redeem named by `move_id`; without it Square books it as not linked."""
        details = _details(amount, key, reference)
        if move_id:
            return await self._act(code, "REFUND", details | {"redeem_activity_id": move_id}, key)
        return await self._act(code, "UNLINKED_ACTIVITY_REFUND", details, key)

    async def find_move(self, code: str, key: str) -> GiftCardMove | None:
        """Among the card's activities of a year, the one whose reference ends with the key."""
        card = await self.balance(code)

        async def fetch(at: str) -> Body:
            asked = {"gift_card_id": card.id, "limit": 100, "cursor": at or None}
            return await self._calls.get("v2/gift-cards/activities", asked)

        async for page, _ in walk(fetch):
            for raw in rows_of(page, "gift_card_activities"):
                activity = Reader(raw)
                if _own(activity).text("reference_id").rpartition(" ")[2] == key:
                    return self._move(activity)
        return None

    async def _act(self, code: str, kind: str, details: Body, key: str) -> GiftCardMove:
        card = {"gift_card_id": code} if code.startswith("gftc:") else {"gift_card_gan": code.strip()}
        activity = {"type": kind, "location_id": self._calls.location, **card, _field(kind): details}
        body = {"idempotency_key": derived(key, "card"), "gift_card_activity": activity}
        try:
            made = await self._calls.write("POST", "v2/gift-cards/activities", body)
        except Conflict as problem:
            known = await self.find_move(code, key) if problem.platform_code == REUSED else None
            if known is None or known.amount.amount != details["amount_money"]["amount"]:
                raise
            return known
        return self._move(Reader(made).object("gift_card_activity"))

    def _move(self, activity: Reader) -> GiftCardMove:
        currency = self._calls.currency
        balance = activity.object("gift_card_balance_money")
        moved, held = minor(_own(activity), "amount_money"), balance.integer("amount")
        if moved is None or held is None:
            raise SchemaDrift("The gift card's activity says no amount.", object_id=activity.object_id)
        said = balance.text("currency") or currency
        return GiftCardMove(
            id=activity.id(),
            amount=Money(amount=moved, currency=said),
            balance=Money(amount=held, currency=said),
        )


def _details(money: Money, key: str, reference: str) -> Body:
    return {"amount_money": amount(money.amount, money.currency), "reference_id": f"{reference} {key}".strip()}


def _field(kind: str) -> str:
    return f"{kind.lower()}_activity_details"


def _own(activity: Reader) -> Reader:
    return activity.object(_field(activity.text("type")))
