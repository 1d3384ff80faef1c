"""What posbridge must know of the shop itself, read once and kept a while; and the call that proves a connection."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import Probe
from posbridge.connectors.errors import Conflict, NotFound, PermissionDenied, ValidationError
from posbridge.connectors.prestashop.calls import Calls
from posbridge.connectors.prestashop.markup import Node
from posbridge.connectors.prestashop.order_mapping import DEFAULT_STATES, Books
from posbridge.connectors.prestashop.reading import on, ref, words
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.order import OrderStatus

_KEPT = timedelta(minutes=10)
_READ = "GET"
_ROLES = {
    "PS_OS_CANCELED": OrderStatus.CANCELLED,
    "PS_OS_REFUND": OrderStatus.REFUNDED,
    "PS_OS_ERROR": OrderStatus.FAILED,
    "PS_OS_PREPARATION": OrderStatus.PREPARING,
    "PS_OS_DELIVERED": OrderStatus.COMPLETED,
    "PS_OS_PAYMENT": OrderStatus.PAID,
}
_SETTINGS = (
    "PS_CURRENCY_DEFAULT", "PS_LANG_DEFAULT", "PS_COUNTRY_DEFAULT", "PS_TIMEZONE", "PS_WEIGHT_UNIT", "PS_TAX",
    "PS_STOCK_MANAGEMENT", "PS_ROUND_TYPE", "PS_VERSION_DB", "PS_SHOP_NAME", "PS_CUSTOMER_GROUP",
    "PS_OS_WS_PAYMENT", *_ROLES,
)  # fmt: skip

#: What posbridge calls, by resource (the contract's section 2). Deleting orders is wanted, not needed.
RIGHTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "products", "combinations", "product_options", "product_option_values", "categories", "taxes", "tax_rules",
            "currencies", "languages", "countries", "carriers", "order_states", "configurations",
        ),
        (_READ,),
    ),
    "stock_availables": (_READ, "PATCH"),
    "specific_prices": (_READ, "POST", "DELETE"),
    "customers": (_READ, "POST", "PATCH"),
    "addresses": (_READ, "POST", "PATCH"),
    "carts": (_READ, "POST"),
    "orders": (_READ, "POST", "PATCH"),
    "order_histories": ("POST",),
    "order_slip": (_READ, "POST"),
    "cart_rules": (_READ, "PATCH"),
}  # fmt: skip

Rates = dict[str, tuple[tuple[str, Decimal], ...]]


@dataclass(frozen=True)
class Known:
    """The shop's settings. `rates` are (name, percent) by tax group at the store's address."""

    settings: Mapping[str, str]
    currencies: Mapping[str, str]
    books: Books
    rates: Rates = field(default_factory=dict)
    country: str = ""
    state: str = ""

    @property
    def currency(self) -> str:
        return self.currencies.get(self.settings.get("PS_CURRENCY_DEFAULT", ""), "")

    @property
    def timezone(self) -> str:
        return self.settings.get("PS_TIMEZONE") or "UTC"

    @property
    def percents(self) -> dict[str, Decimal]:
        return {group: sum((percent for _, percent in rates), Decimal(0)) for group, rates in self.rates.items()}

    def state_of(self, status: OrderStatus) -> str:
        """The id of the shop's state for one of ours, "" where it has none."""
        role = next((name for name, ours in _ROLES.items() if ours is status), "")
        return self.settings.get(role, "")

    def currency_id(self, code: str) -> str:
        """Raises ValidationError for another currency than the shop's own: a line's price is in that."""
        found = next((ident for ident, iso in self.currencies.items() if iso == code), "")
        if not found or code != self.currency:
            words = f"The shop sells in {self.currency or 'another currency'}, not in {code}."
            raise ValidationError(words, next_step=f"Make {code} the shop's default currency.")
        return found


class Shop:
    """Gives what is known, read again after ten minutes."""

    def __init__(self, calls: Calls) -> None:
        self._calls, self._lock = calls, asyncio.Lock()
        self._known: Known | None = None
        self._until: datetime | None = None

    async def known(self) -> Known:
        async with self._lock:
            now = self._calls.clock()
            if self._known is None or self._until is None or now > self._until:
                self._known, self._until = await self._read(), now + _KEPT
            return self._known

    async def _read(self) -> Known:
        calls = self._calls
        names = {"filter[name]": f"[{'|'.join(_SETTINGS)}]", "display": "[name,value]"}
        settings = {
            str(row.get("name")): words(Reader(row), "value") for row in await calls.rows("configurations", names)
        }
        rows = [Reader(row) for row in await calls.rows("currencies", {})]
        currencies = {row.id(): row.text("iso_code").upper() for row in rows if not on(row, "deleted")}
        states = [Reader(row) for row in await calls.rows("order_states", self._language(settings))]
        home = await calls.one("addresses", calls.setting("id_address_walkin"))
        place = Reader(home or {"id": 0, "id_country": settings.get("PS_COUNTRY_DEFAULT", "")})
        rates = {} if settings.get("PS_TAX") == "0" else await self._rates(place)
        main = currencies.get(settings.get("PS_CURRENCY_DEFAULT", ""), calls.connection.currency)
        books = Books(
            currency=main,
            timezone=settings.get("PS_TIMEZONE") or "UTC",
            prices_include_tax=calls.connection.prices_include_tax,
            currencies=currencies,
            states=states_of(states, settings),
            names={row.id(): one_line(words(row, "name")) for row in states},
        )
        return Known(settings, currencies, books, rates, ref(place, "id_country"), ref(place, "id_state"))

    def _language(self, settings: Mapping[str, str]) -> dict[str, str]:
        ident = self._calls.setting("id_lang") or settings.get("PS_LANG_DEFAULT", "")
        return {"language": ident} if ident else {}

    async def _rates(self, place: Reader) -> Rates:
        country = ref(place, "id_country")
        if not country:
            return {}
        rules = await self._calls.rows("tax_rules", {"filter[id_country]": f"[{country}]"})
        taxes = await self._calls.rows("taxes", {})
        return rates_of(rules, taxes, ref(place, "id_state"), place.text("postcode"))


def states_of(rows: Iterable[Reader], settings: Mapping[str, str]) -> dict[str, OrderStatus]:
    """What each of the shop's states means: by the role the shop gives it, else by its flags."""
    roles = {settings[name]: ours for name, ours in _ROLES.items() if settings.get(name)}
    made = {row.id(): roles.get(row.id()) or _by_flags(row) for row in rows}
    return {**roles, **made} if made else dict(DEFAULT_STATES)


def _by_flags(row: Reader) -> OrderStatus:
    if on(row, "shipped"):
        return OrderStatus.COMPLETED
    if on(row, "paid"):
        return OrderStatus.PREPARING if on(row, "delivery") else OrderStatus.PAID
    return OrderStatus.OPEN


def rates_of(rules: Iterable[Any], taxes: Iterable[Any], state: str, postcode: str) -> Rates:
    """(name, percent) of each tax group at a place of one country.

    Rules with a postcode go first, then those of the state; behaviour 0 ends the group, others are added.
    """
    rates = {
        row.id(): (one_line(words(row, "name")) or "Tax", row.decimal("rate") or Decimal(0))
        for row in map(Reader, taxes)
        if on(row, "active", True) and not on(row, "deleted")
    }
    fitting = [row for row in map(Reader, rules) if ref(row, "id_state") in ("", state) and _within(row, postcode)]
    fitting.sort(key=lambda row: (not ref(row, "zipcode_from"), not ref(row, "id_state"), int(row.id())))
    groups: dict[str, list[Reader]] = {}
    for row in fitting:
        held = groups.setdefault(row.text("id_tax_rules_group"), [])
        if not held or ref(held[-1], "behavior"):
            held.append(row)
    return {group: _together(rows, rates) for group, rows in groups.items()}


def _together(rows: Sequence[Reader], rates: Mapping[str, tuple[str, Decimal]]) -> tuple[tuple[str, Decimal], ...]:
    """The taxes of one group as percents that add up: behaviour 2 also taxes the taxes before."""
    stacked = any(ref(row, "behavior") == "2" for row in rows)
    made: list[tuple[str, Decimal]] = []
    for name, percent in (rates[ref(row, "id_tax")] for row in rows if ref(row, "id_tax") in rates):
        before = sum((earlier for _, earlier in made), Decimal(0))
        made.append((name, percent * (100 + before) / 100 if stacked else percent))
    return tuple(made)


def _within(row: Reader, postcode: str) -> bool:
    begin, end = ref(row, "zipcode_from"), ref(row, "zipcode_to")
    return not begin or begin <= postcode <= (end or begin)


class Prober:
    """Who the key belongs to, what it may not do, and whether the settings fit the shop."""

    def __init__(self, calls: Calls, shop: Shop) -> None:
        self._calls, self._shop = calls, shop

    async def probe(self) -> Probe:
        """Raises Conflict for a customer, address or carrier in the settings that the shop does not have."""
        root = await self._calls.root()
        api = root.find("api") or Node("api")
        wanted = RIGHTS if self._calls.patches else _without_patch()
        missing = tuple(
            f"{method} {name}" for name, methods in wanted.items() for method in _lacking(api, name, methods)
        )
        account = one_line(api.attributes.get("shopName")) or self._calls.setting("shop_url")
        if any(right.startswith(_READ) for right in missing):
            return Probe(account=account, missing=missing)
        known = await self._shop.known()
        await self._check(known)
        return Probe(
            account=account,
            currency=known.currency,
            timezone=known.timezone,
            prices_include_tax=await self._with_tax(known),
            tax_rates=_tax_classes(known.rates),
            missing=missing,
            version=known.settings.get("PS_VERSION_DB", ""),
        )

    async def _check(self, known: Known) -> None:
        calls = self._calls
        customer, address = calls.setting("id_customer_walkin"), calls.setting("id_address_walkin")
        if await calls.one("customers", customer) is None:
            raise Conflict(f"The shop has no customer {customer} for walk-in sales.", next_step=_CHOOSE)
        home = await calls.one("addresses", address)
        if home is None or ref(Reader(home), "id_customer") != customer:
            raise Conflict(f"Address {address} is not one of customer {customer}.", next_step=_CHOOSE)
        carrier = await calls.one("carriers", calls.setting("id_carrier", "1"))
        if carrier is None or not on(Reader(carrier), "active", True) or on(Reader(carrier), "deleted"):
            raise Conflict("The shop has no such active carrier.", next_step="Choose one that is free of charge.")

    async def _with_tax(self, known: Known) -> bool | None:
        """How customers see prices; None where the key may not look."""
        try:
            group = await self._calls.one("groups", known.settings.get("PS_CUSTOMER_GROUP") or "3")
        except (PermissionDenied, NotFound, ValidationError):
            return None
        return None if group is None else ref(Reader(group), "price_display_method") == ""


_CHOOSE = "Make the customer and its address at the store in the back office, and give their ids."


def _without_patch() -> dict[str, tuple[str, ...]]:
    """Before 8.0: stock is written by PUT, and nothing else is changed."""
    kept = {name: tuple(method for method in methods if method != "PATCH") for name, methods in RIGHTS.items()}
    return {**kept, "stock_availables": (_READ, "PUT")}


def _lacking(api: Node, name: str, methods: Iterable[str]) -> list[str]:
    entry = api.find(name)
    return [m for m in methods if entry is None or entry.attributes.get(m.lower()) != "true"]


def _tax_classes(rates: Rates) -> dict[str, tuple[tuple[str, str], ...]]:
    """By tax group; "0" is untaxed. What has no group of its own is taxed as most groups are."""
    made = {
        group: tuple((name, f"{percent.normalize():f}") for name, percent in found) for group, found in rates.items()
    }
    usual = max(made.values(), key=list(made.values()).count, default=())
    return {"": usual, "0": (), **made}
