"""Old enough? Who buys was seen or scanned by somebody, and that is kept with the sale; the birth date is not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from posbridge.domain.errors import DomainError
from posbridge.domain.model import Model, UtcTime


class AgeProof(StrEnum):
    """How it was checked: a card's barcode was SCANNED, a birth date TYPED from it, or the customer is KNOWN here."""

    SCANNED = "scanned"
    TYPED = "typed"
    KNOWN = "known"


class AgeCheck(Model):
    """`age` in whole years on the day of the check; `checked_by` is a person's id."""

    age: int
    proof: AgeProof
    checked_by: str
    checked_at: UtcTime


def age_on(born: date, day: date) -> int:
    """Whole years; somebody born on 29 February is a year older on 1 March. Raises DomainError for a future date."""
    if born > day:
        raise DomainError("The date of birth is in the future.", code="birth_date", next_step="Correct it.")
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_needed(minimums: Iterable[int | None]) -> int:
    """The highest of the minimum ages; 0 when none is asked for."""
    return max((each for each in minimums if each is not None), default=0)


def require_age(needed: int, check: AgeCheck | None) -> None:
    """Raises DomainError: "age_unchecked" when nobody looked, "too_young" when the buyer is."""
    if needed and check is None:
        raise DomainError(
            f"The buyer has to be {needed}: check the age first.", code="age_unchecked", needed=needed,
            next_step="Scan the licence or type the date of birth.",
        )  # fmt: skip
    if needed and check is not None and check.age < needed:
        raise DomainError(
            f"The buyer is {check.age}, and this needs {needed}.", code="too_young", needed=needed,
            next_step="Take these goods out of the basket.",
        )  # fmt: skip


def require_valid(expires: date | None, today: date) -> None:
    """Raises DomainError (code "licence_expired") for a card whose last day is over."""
    if expires is not None and expires < today:
        raise DomainError(
            f"The card expired on {expires.isoformat()}.", code="licence_expired",
            next_step="Ask for another card that is valid.",
        )  # fmt: skip
