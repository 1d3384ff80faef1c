"""An order as a file or a program gives it: read strictly, every mistake named with its place and the way out."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import Field, ValidationError, field_validator, model_validator

from posbridge.domain.errors import DomainError
from posbridge.domain.model import Model, Quantity
from posbridge.domain.money import MinorUnits
from posbridge.domain.order import TenderKind

#: More than this of one article, or more minor units, is a slip of the finger.
MOST, MOST_MONEY = 1_000_000, 10**12
_STEP = "Correct the file and give it again; nothing was sold."


class DraftLine(Model):
    """One article, named by `sku`, `barcode` or our `variant_id`; `unit_price` (minor units) overrides the list's."""

    sku: str = ""
    barcode: str = ""
    variant_id: str = ""
    quantity: Quantity = Field(default=Decimal(1), gt=0, le=MOST)
    unit_price: MinorUnits | None = Field(default=None, ge=0, le=MOST_MONEY)
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _price_as_money(cls, value: Any) -> Any:
        return _plain(value, "unit_price", "price")

    @model_validator(mode="after")
    def _named(self) -> DraftLine:
        if not (self.sku or self.barcode or self.variant_id):
            raise ValueError("a line names its article by sku or barcode")
        return self

    @property
    def code(self) -> str:
        return self.variant_id or self.barcode or self.sku


class DraftTender(Model):
    """How a part was paid, in minor units; `tendered` is the cash laid down. A gift card needs its `code`."""

    kind: TenderKind
    amount: MinorUnits | None = Field(default=None, gt=0, le=MOST_MONEY)
    tendered: MinorUnits | None = Field(default=None, gt=0, le=MOST_MONEY)
    code: str = ""
    reference: str = ""
    brand: str = ""
    last_four: str = Field(default="", pattern=r"^(\d{4})?$")
    label: str = ""

    @model_validator(mode="before")
    @classmethod
    def _amounts_as_money(cls, value: Any) -> Any:
        return _plain(_plain(value, "amount"), "tendered")

    @model_validator(mode="after")
    def _whole(self) -> DraftTender:
        if self.kind is TenderKind.GIFT_CARD and not self.code:
            raise ValueError("a gift card tender needs the card's code")
        return self


class DraftCustomer(Model):
    """Known by `id`, else by e-mail or phone, else new."""

    id: str = ""
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""


class OrderDraft(Model):
    """`id` is the giver's own: the same one again gives the same order. Without `tenders` it was paid in cash.

    `currency`, when given, must be the till's. `born` is the buyer's date of birth where the goods need an age: it is
    checked and not kept.
    """

    id: str = Field(default="", max_length=200)
    lines: tuple[DraftLine, ...] = Field(min_length=1)
    codes: tuple[str, ...] = ()
    tenders: tuple[DraftTender, ...] = ()
    customer: DraftCustomer | None = None
    cashier: str = ""
    note: str = ""
    currency: str = ""
    born: date | None = None

    @model_validator(mode="before")
    @classmethod
    def _other_words(cls, value: Any) -> Any:
        """`discount_codes`, `discounts` (a list of codes) and one `code` are read as `codes`."""
        if not isinstance(value, dict):
            return value
        found = dict(value)
        for name in ("discount_codes", "discounts", "code"):
            if name in found and "codes" not in found:
                given = found.pop(name)
                found["codes"] = [given] if isinstance(given, str) else given
        return found

    @field_validator("id", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class _Float(str):
    """A number with a decimal point, as it was written."""


def read_draft(text: str) -> OrderDraft:
    """From JSON. Raises DomainError (code "draft") that names the place and says what to do."""
    try:
        found = json.loads(text, parse_float=_Float, parse_constant=_Float)
    except (ValueError, RecursionError) as error:
        raise DomainError(f"The order is not JSON: {error}.", code="draft", next_step=_STEP) from error
    return draft_of(found)


def draft_of(value: Any) -> OrderDraft:
    """From what JSON gives. Raises DomainError as `read_draft`."""
    _refuse_floats(value, "")
    try:
        return OrderDraft.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        what = first["msg"].removeprefix("Value error, ")
        place = _place(first["loc"])
        raise DomainError(f"{place}{what}.", code="draft", next_step=_STEP, place=place.strip(": ")) from error


def _refuse_floats(value: Any, place: str) -> None:
    if isinstance(value, float | _Float):
        raise DomainError(
            f"{place or 'The order'}: {value} is a number with a decimal point.", code="float", place=place,
            next_step='Write amounts in minor units (12.50 is 1250) and weights as text ("0.250").',
        )  # fmt: skip
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in items:
        _refuse_floats(each, _place((*place.split(", "), name) if place else (name,)).rstrip(": "))


def _place(loc: tuple[Any, ...]) -> str:
    """("lines", 1, "quantity") → "line 2, quantity: "."""
    words: list[str] = []
    for part in loc:
        if isinstance(part, int) and words:
            words[-1] = f"{words[-1].removesuffix('s')} {part + 1}"
        else:
            words.append(str(part))
    return f"{', '.join(words)}: " if words else ""


def _plain(value: Any, name: str, other: str = "") -> Any:
    """An amount given as {amount, currency} becomes its minor units."""
    if not isinstance(value, dict):
        return value
    found = dict(value)
    if other and other in found and name not in found:
        found[name] = found.pop(other)
    if isinstance(found.get(name), dict) and set(found[name]) <= {"amount", "currency"}:
        found[name] = found[name].get("amount")
    return found
