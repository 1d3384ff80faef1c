"""Money: integer minor units of one currency. Nothing here ever meets a float."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache, total_ordering
from typing import Annotated, Any, Self, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from posbridge.domain.errors import DomainError

ZERO_DECIMALS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())

#: An amount with more digits before or behind its point is a mistake, and would take for ever to reckon.
_MOST_DIGITS = 40
ROUNDINGS = ("half_up", "half_even", "down", "floor", "ceiling")


def exponent(currency: str) -> int:
    """Decimals of the currency after ISO 4217: 0 (JPY), 3 (KWD), else 2."""
    if currency in ZERO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


def _refuse_float(value: Any) -> Any:
    if isinstance(value, float):
        raise ValueError("money and quantities are never floats: give an integer or a decimal string")
    return value


def _exact_int(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("an amount is an integer of minor units")
    return value


#: An integer of minor units; floats, strings and booleans are refused.
MinorUnits = Annotated[int, BeforeValidator(_exact_int)]
#: An exact decimal; floats are refused.
ExactDecimal = Annotated[Decimal, BeforeValidator(_refuse_float)]


def round_fraction(value: Fraction | Decimal | int, mode: str = "half_up") -> int:
    """`value` rounded to an integer; `mode` is one of ROUNDINGS. Half_up is half away from zero."""
    over, under = value.as_integer_ratio()
    if mode == "half_up":
        whole = (abs(over) * 2 + under) // (under * 2)
        return whole if over >= 0 else -whole
    if mode == "half_even":
        return round(Fraction(over, under))
    if mode == "down":
        return abs(over) // under if over >= 0 else -(abs(over) // under)
    return over // under if mode == "floor" else -(-over // under)


#: Longer numbers take the exact way, however they are written.
_PLAIN_LENGTH = 18
_CODE = re.compile("[A-Z]{3}")


def _plain_minor(text: str, decimals: int) -> int | None:
    """The minor units of a plain "12.50", "12" or "12.5000"; None for a number written in any other way."""
    whole, _, part = text.partition(".")
    if len(text) > _PLAIN_LENGTH or not whole.isdigit() or not text.isascii():
        return None
    digits = whole + part[:decimals].ljust(decimals, "0")
    return None if part[decimals:].strip("0") or not digits.isdigit() else int(digits)


def _is_code(currency: object) -> bool:
    return type(currency) is str and _CODE.fullmatch(currency) is not None


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` split in proportion to `weights` (≥ 0) by largest remainder; the parts sum to `amount` exactly.

    Ties go to the earlier part. With all weights zero the split is even.
    Raises DomainError for a negative weight, or nothing to split over.
    """
    if not weights or any(weight < 0 for weight in weights):
        raise DomainError("an amount can only be split over parts of zero or more")
    total = sum(weights)
    shares = weights if total else [1] * len(weights)
    total = total or len(weights)
    sign, whole = (-1, -amount) if amount < 0 else (1, amount)
    parts = [whole * share // total for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda i: (-(whole * shares[i] % total), i))
    for index in by_remainder[: whole - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]


@total_ordering
class Money(BaseModel):
    """`amount` minor units of `currency` (ISO 4217, upper case)."""

    model_config = ConfigDict(frozen=True)

    amount: MinorUnits
    currency: str = Field(pattern=r"^[A-Z]{3}$")

    @classmethod
    def of(cls, amount: int, currency: str) -> Self:
        """The same as `Money(amount=…, currency=…)`, checked as strictly, for the thousands of a page.

        What is plainly right is not taken through pydantic again: this sets what its own `model_construct` sets.
        """
        if type(amount) is not int or not _is_code(currency):
            return cls(amount=amount, currency=currency)
        made = cls.__new__(cls)
        object.__setattr__(made, "__dict__", {"amount": amount, "currency": currency})
        object.__setattr__(made, "__pydantic_fields_set__", {"amount", "currency"})
        object.__setattr__(made, "__pydantic_extra__", None)
        object.__setattr__(made, "__pydantic_private__", None)
        return made

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(amount=0, currency=currency)

    @classmethod
    def parse(cls, text: str | int | Decimal, currency: str, *, rounding: str | None = None) -> Self:
        """The amount written as a decimal of major units ("12.50").

        More decimals than the currency has are refused, or rounded when `rounding` names how.
        Raises DomainError for a float or for anything that is not a plain number.
        """
        if isinstance(text, float):
            raise DomainError("money is never a float: give a decimal string or minor units")
        written = str(text).strip()
        plain = _plain(cls, written, currency)
        if plain is not None:
            return cast(Self, plain)
        try:
            value = Decimal(written)
        except InvalidOperation as error:
            raise DomainError(f"{text!r} is not an amount of money") from error
        if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
            raise DomainError(f"{written[:40]!r} is not an amount of money")
        minor = Fraction(value) * 10 ** exponent(currency)
        if minor.denominator != 1 and rounding is None:
            raise DomainError(f"{text} has more decimals than {currency} has")
        return cls.of(round_fraction(minor, rounding or "half_up"), currency)

    def decimal(self) -> Decimal:
        """The amount in major units, exact, with all decimals of the currency."""
        return Decimal(self.amount).scaleb(-exponent(self.currency))

    def plain(self) -> str:
        """The amount in major units as platforms write it: "12.50", "1200" for JPY."""
        return f"{self.decimal():f}"

    def _same(self, other: Money) -> None:
        if not isinstance(other, Money) or other.currency != self.currency:
            raise DomainError(f"cannot reckon {self.currency} with {getattr(other, 'currency', other)!r}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(amount=self.amount + other.amount, currency=self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(amount=self.amount - other.amount, currency=self.currency)

    def __neg__(self) -> Money:
        return Money(amount=-self.amount, currency=self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __bool__(self) -> bool:
        return self.amount != 0

    def times(self, factor: int | Decimal | Fraction, rounding: str = "half_up") -> Money:
        """The amount times an exact factor, rounded once."""
        if isinstance(factor, float):
            raise DomainError("a quantity is never a float")
        return Money(amount=round_fraction(self.amount * Fraction(factor), rounding), currency=self.currency)

    def split(self, weights: Sequence[int]) -> list[Money]:
        """See `allocate`."""
        return [Money(amount=part, currency=self.currency) for part in allocate(self.amount, weights)]


@lru_cache(maxsize=4096)
def _plain(kind: type[Money], written: str, currency: str) -> Money | None:
    """The money of a plain number, None for any other; a catalogue says the same few prices over and over."""
    amount = _plain_minor(written, exponent(currency))
    return None if amount is None else kind.of(amount, currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum; zero of `currency` for none."""
    result = Money.zero(currency)
    for amount in amounts:
        result += amount
    return result
