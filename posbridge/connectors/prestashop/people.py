"""Customers and codes."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import NotFound
from posbridge.connectors.prestashop.calls import Calls, begun, cursor_of, exact, place_of, since
from posbridge.connectors.prestashop.orders import Orders
from posbridge.connectors.prestashop.people_body import from_address, from_customer, phone_field
from posbridge.connectors.prestashop.people_mapping import in_force, read_customer, read_discount
from posbridge.connectors.prestashop.reading import on, phone, ref
from posbridge.connectors.prestashop.shop import Known, Shop
from posbridge.connectors.text import Reader, each
from posbridge.domain.basket import Basket, PricedBasket
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountRefusal
from posbridge.domain.discounts import check
from posbridge.domain.order import RemoteOrder

PAGE = 500
_LAST_DIGITS = 4
#: Everything but the password's hash and the secret key.
_FIELDS = {
    "display": "[id,id_lang,deleted,lastname,firstname,email,newsletter,company,active,note,is_guest,date_upd]",
    "date": "1",
}


class Customers:
    """Customers with their addresses, where the phone numbers are."""

    def __init__(self, calls: Calls, shop: Shop, orders: Orders) -> None:
        self._calls, self._shop, self._orders = calls, shop, orders
        self._countries: dict[str, str] = {}

    async def find(self, *, phone: str = "", email: str = "", name: str = "") -> list[Customer]:
        """By e-mail exactly, by phone in any spelling (the shop keeps numbers as typed), by the words of a name."""
        if email:
            asked = exact("email", email)
            rows = await self._rows(asked) if asked else []
            rows = [row for row in rows if Reader(row).text("email").lower() == email.lower()]
        elif phone:
            rows = await self._by_phone(phone)
        else:
            rows = await self._by_name(name)
        found = await self._full(rows)
        return [one for one in found if one.phone == phone] if phone and not email else found

    async def _rows(self, asked: Mapping[str, str]) -> list[Any]:
        rows = await self._calls.rows("customers", {**_FIELDS, **asked})
        return [row for row in rows if not on(Reader(row), "deleted")]

    async def _by_phone(self, number: str) -> list[Any]:
        """Numbers are kept as typed, so the last four digits are searched and the rest is compared here."""
        digits = "".join(c for c in number if c.isdigit())[-_LAST_DIGITS:]
        if len(digits) < _LAST_DIGITS:
            return []
        owners = set[str]()
        for key in ("phone", "phone_mobile"):
            found = await self._calls.rows("addresses", {f"filter[{key}]": f"%[{digits}]%"})
            countries = await self._codes(found)
            owners |= {ref(row, "id_customer") for row in map(Reader, found) if _same(row, key, number, countries)}
        ids = sorted(owners - {""})
        return await self._calls.among("customers", "id", ids, _FIELDS) if ids else []

    async def _by_name(self, name: str) -> list[Any]:
        """Customers whose first and last name together hold every word."""
        words = name.casefold().split()
        asked = {key: exact(key, max(words, key=len)) if words else None for key in ("lastname", "firstname")}
        found: dict[str, Any] = {}
        for key, wanted in asked.items():
            rows = await self._rows({f"filter[{key}]": f"%{wanted[f'filter[{key}]']}%"}) if wanted else []
            found |= {str(row.get("id")): row for row in rows if _named(row, words)}
        return list(found.values())

    async def _full(self, rows: Sequence[Any]) -> list[Customer]:
        made, parked = await self._mapped(rows)
        if parked and not made:
            raise parked[0]
        return made

    async def _mapped(self, rows: Sequence[Any]) -> tuple[list[Customer], list[Any]]:
        ids = [str(row.get("id")) for row in rows if isinstance(row, Mapping)]
        homes = await self._calls.among("addresses", "id_customer", ids) if ids else []
        countries, known = await self._codes(homes), await self._shop.known()
        by_owner: dict[str, list[Any]] = {}
        for home in homes:
            by_owner.setdefault(ref(Reader(home), "id_customer"), []).append(home)
        return each(
            rows, lambda row: read_customer(row, by_owner.get(str(row.get("id")), ()), known.timezone, countries)
        )

    async def _codes(self, homes: Iterable[Any]) -> dict[str, str]:
        """ISO codes of the countries of these addresses, each asked for once."""
        wanted = {ref(Reader(home), "id_country") for home in homes} - {""} - set(self._countries)
        for row in await self._calls.among("countries", "id", wanted, {"display": "[id,iso_code]"}) if wanted else []:
            self._countries[Reader(row).id()] = Reader(row).text("iso_code").upper()
        return self._countries

    async def get(self, customer_id: str) -> Customer:
        row = await self._calls.one("customers", customer_id, _FIELDS)
        if row is None or on(Reader(row), "deleted"):
            raise NotFound("The shop has no customer with this id.")
        return (await self._full([row]))[0]

    async def create(self, customer: Customer, key: str) -> Customer:
        """A creation whose answer was lost is found by the key in the note. The password is random and never kept.

        Raises ValidationError without an e-mail address.
        """
        mark, body = f"posbridge:{key}", from_customer(customer)
        asked = exact("note", mark)
        held = await self._rows(asked) if asked else []
        if held:
            ident = Reader(held[0]).id()
        else:
            fresh = {"passwd": secrets.token_urlsafe(18), "active": "1", "id_default_group": "3", "note": mark}
            ident = Reader(await self._calls.make("customers", "customer", {**body, **fresh})).id()
        await self._home(customer.model_copy(update={"id": ident}))
        return await self.get(ident)

    async def _home(self, customer: Customer) -> None:
        """The address: made, or its phone and lines changed."""
        if not customer.phone and customer.address is None:
            return
        rows = await self._calls.rows("addresses", {"filter[id_customer]": f"[{customer.id}]"})
        held = next((row for row in map(Reader, rows) if not on(row, "deleted")), None)
        known = await self._shop.known()
        if held is None:
            country, state = await self._where(customer, known)
            await self._calls.make("addresses", "address", from_address(customer, country, state))
            return
        wanted = {"phone": phone_field(customer.phone)}
        if customer.address is not None:
            full = from_address(customer, ref(held, "id_country"))
            wanted |= {name: full[name] for name in ("address1", "address2", "postcode", "city")}
        await self._calls.patch("addresses", "address", {"id": held.id(), **wanted})

    async def _where(self, customer: Customer, known: Known) -> tuple[str, str]:
        """(country id, state id): the address's own country, else the store's."""
        code = customer.address.country.upper() if customer.address else ""
        asked = exact("iso_code", code)
        rows = await self._calls.rows("countries", {**asked, "display": "[id,iso_code]"}) if asked else []
        ident = Reader(rows[0]).id() if rows else known.country
        return ident, known.state if ident == known.country else ""

    async def update(self, customer: Customer) -> Customer:
        """PATCH only: PUT would blank what is not sent (recorded 316)."""
        await self._calls.patch("customers", "customer", {"id": customer.id, **from_customer(customer)})
        await self._home(customer)
        return await self.get(customer.id)

    async def orders(self, customer_id: str) -> list[RemoteOrder]:
        return await self._orders.of_customer(customer_id)

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Customer]]:
        place, known = place_of(cursor), await self._shop.known()
        beginning, began = str(place.get("since", "")), str(place.get("began", ""))
        asked = {**_FIELDS, **since(beginning, known.timezone, self._calls.clock())}
        pages = self._calls.pages("customers", asked, PAGE, after=str(place.get("after", "0")))
        async for rows, reply, following, last in pages:
            began = began or begun(reply, self._calls.clock())
            gone = [str(row.get("id")) for row in rows if _is_deleted(row)]
            items, parked = await self._mapped([row for row in rows if not _is_deleted(row)])
            going = cursor_of(since=beginning, began=began, after=following)
            yield Page(items, cursor_of(since=began) if last else going, last, deleted=gone, parked=parked)


def _named(row: Any, words: Sequence[str]) -> bool:
    reader = Reader(row)
    full = f"{reader.text('firstname')} {reader.text('lastname')}".casefold()
    return all(word in full for word in words)


def _is_deleted(row: Any) -> bool:
    return isinstance(row, Mapping) and str(row.get("deleted", "0")) == "1"


def _same(row: Reader, key: str, number: str, countries: Mapping[str, str]) -> bool:
    return not on(row, "deleted") and phone(row.text(key), countries.get(ref(row, "id_country"), "")) == number


class Discounts:
    """Codes. The shop validates nothing through its service: dates, uses and minimum are checked here."""

    def __init__(self, calls: Calls, shop: Shop) -> None:
        self._calls, self._shop = calls, shop

    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        asked, typed = exact("code", code.strip()), code.strip().lower()
        rows = await self._calls.rows("cart_rules", asked) if asked else []
        same = [row for row in rows if Reader(row).text("code").strip().lower() == typed]
        if not same:
            return DiscountAnswer(code=code, refusal=DiscountRefusal.UNKNOWN, checked_at=now)
        known = await self._shop.known()
        found = await self._narrowed(self._read(in_force(same)[0], known))
        refusal = self._refusal(found, basket, now)
        message = (
            f"The shop's rule has a limit the till cannot see: {found.extra['unsupported']}."
            if (refusal is DiscountRefusal.UNSUPPORTED)
            else ""
        )
        return DiscountAnswer(
            code=code, discount=None if refusal else found, refusal=refusal, message=message, checked_at=now
        )

    def _read(self, row: Any, known: Known) -> Discount:
        rule = Reader(row)
        currency = known.currencies.get(ref(rule, "reduction_currency"), known.currency)
        return read_discount(row, currency, known.timezone, self._calls.setting("id_lang"))

    async def _narrowed(self, discount: Discount) -> Discount:
        """With the customer's e-mail beside the id, so that the till knows them by either."""
        if not discount.customer_ids:
            return discount
        rows = await self._calls.among("customers", "id", discount.customer_ids, _FIELDS)
        emails = frozenset(Reader(row).text("email").lower() for row in rows)
        return discount.model_copy(update={"customer_emails": emails})

    def _refusal(self, found: Discount, basket: PricedBasket, now: datetime) -> DiscountRefusal | None:
        if found.extra.get("unsupported"):
            return DiscountRefusal.UNSUPPORTED
        lines = tuple(line.line for line in basket.lines)
        plain = Basket(id=basket.basket_id, currency=basket.totals.currency, lines=lines)
        # Who buys is not part of this question: the house holds its customer against the rule.
        anybody = found.model_copy(update={"customer_ids": frozenset(), "customer_emails": frozenset()})
        return check(anybody, plain, now)

    async def active(self) -> AsyncIterator[Page[Discount]]:
        known, now = await self._shop.known(), self._calls.clock()
        asked = {"filter[active]": "[1]"}
        async for rows, _, following, last in self._calls.pages("cart_rules", asked, PAGE):
            made, parked = each(rows, lambda row: self._read(row, known))
            kept = [one for one in made if one.code and _lives(one, now)]
            yield Page(kept, cursor_of(after=following), last, parked=parked)


def _lives(discount: Discount, now: datetime) -> bool:
    return discount.active and discount.uses_left != 0 and not (discount.ends_at and discount.ends_at < now)
