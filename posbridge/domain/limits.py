"""Purchase limits: how much one person may buy, as data; judged over the basket and what was bought before today.

A rule names its categories, each with the amount that would fill the rule alone; shares of several add up. So "one
ounce of flower, or eight grams of concentrate, or a mix" is one rule with two allowances, and limits that stand side
by side are rules of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from pydantic import Field

from posbridge.domain.customer import Allotment
from posbridge.domain.errors import DomainError
from posbridge.domain.model import Model, Quantity


class LimitUnit(StrEnum):
    """What is counted: net weight, milligrams of THC, fluid volume, or pieces."""

    GRAMS = "g"
    THC_MG = "mg_thc"
    MILLILITRES = "ml"
    PIECES = "piece"


class Audience(StrEnum):
    ADULT = "adult"
    MEDICAL = "medical"


class Period(StrEnum):
    """VISIT counts this basket alone; DAY what the same customer bought since the business day began as well."""

    VISIT = "visit"
    DAY = "day"


class Allowance(Model):
    """`whole` of this category alone fills the rule."""

    category: str
    whole: Quantity = Field(gt=0)
    unit: LimitUnit = LimitUnit.GRAMS


class LimitRule(Model):
    """One limit; `days` is how many business days, today included, a DAY rule looks back."""

    name: str
    allowances: tuple[Allowance, ...] = Field(min_length=1)
    period: Period = Period.DAY
    days: int = Field(default=1, ge=1)


class LimitRules(Model):
    """What one place asks of one audience. `source` and `as_of` say where it was read and of which day it is."""

    region: str
    audience: Audience
    minimum_age: int = Field(ge=0)
    rules: tuple[LimitRule, ...]
    source: str
    as_of: date


class LimitUse(Model):
    """What one unit of an article counts: its limit category and each measure that is known.

    "none" counts nowhere; "" is an article that nobody has put into a category: it cannot be judged.
    `flower` is the platform's own flower equivalent in grams, used where the rule's measure is not known.
    """

    category: str = ""
    grams: Quantity | None = None
    thc_mg: Quantity | None = None
    millilitres: Quantity | None = None
    flower: Quantity | None = None


class Counted(Model):
    """So much of an article, in the basket or bought before."""

    title: str
    use: LimitUse
    quantity: Quantity


class Meter(Model):
    """How full one rule is: shares of 1, exact to a millionth and rounded up, so that full is never shown as room."""

    rule: str
    before: Quantity
    basket: Quantity
    period: Period
    days: int = 1

    @property
    def used(self) -> Decimal:
        return self.before + self.basket

    @property
    def over(self) -> bool:
        return self.used > 1


FLOWER = "flower"
NOWHERE = "none"
_MILLION = 1_000_000


def meters(rules: LimitRules, basket: Sequence[Counted], before: Sequence[Counted]) -> list[Meter]:
    """Each rule's meter. Raises DomainError (code "limit_unknown") for an article whose measure is not known."""
    return [
        Meter(
            rule=rule.name,
            before=_rounded_up(_filled(rule, before if rule.period is Period.DAY else ())),
            basket=_rounded_up(_filled(rule, basket)),
            period=rule.period,
            days=rule.days,
        )
        for rule in rules.rules
    ]


def require_within(
    rules: LimitRules, basket: Sequence[Counted], before: Sequence[Counted], allotments: Iterable[Allotment] = ()
) -> None:
    """Raises DomainError: "limit_passed" names the rule, "limit_unknown" the article that cannot be counted.

    The sums are exact: a basket that just fills a rule passes. An allotment is the POS's last word for a category.
    """
    for rule in rules.rules:
        counted = [*basket, *before] if rule.period is Period.DAY else list(basket)
        if _filled(rule, counted) > 1:
            raise _passed(rule, _filled(rule, before if rule.period is Period.DAY else ()))
    for allotment in allotments:
        _require_allotted(allotment, basket)


def _require_allotted(allotment: Allotment, basket: Sequence[Counted]) -> None:
    same = [each for each in basket if each.use.category == allotment.category]
    wanted = sum((_measured(each.use, _unit_of(allotment), each.title) * Fraction(each.quantity) for each in same),
                 Fraction(0))  # fmt: skip
    if wanted > Fraction(allotment.left):
        raise DomainError(
            f"The POS said at {allotment.read_at:%Y-%m-%d %H:%M} UTC that {allotment.left.normalize():f} "
            f"{allotment.unit} of {allotment.category} are left for this customer.",
            code="allotment_passed", next_step="Take some out, or ask the POS again.",
        )  # fmt: skip


def _unit_of(allotment: Allotment) -> LimitUnit:
    try:
        return LimitUnit(allotment.unit)
    except ValueError:
        return LimitUnit.GRAMS


def _filled(rule: LimitRule, counted: Iterable[Counted]) -> Fraction:
    """Which share of the rule these fill."""
    wholes = {allowance.category: allowance for allowance in rule.allowances}
    return sum((_share(each, wholes) * Fraction(each.quantity) for each in counted), Fraction(0))


def _share(counted: Counted, wholes: dict[str, Allowance]) -> Fraction:
    if not counted.use.category:
        raise DomainError(
            f"{counted.title} is in no category that the purchase limits know.", code="limit_unknown",
            next_step="Give its category an alias in the settings of the catalogue.",
        )  # fmt: skip
    allowance = wholes.get(counted.use.category)
    if allowance is None:
        return Fraction(0)
    flower = wholes.get(FLOWER)
    if _measure(counted.use, allowance.unit) is None and counted.use.flower is not None and flower is not None:
        return Fraction(counted.use.flower) / Fraction(flower.whole)
    return _measured(counted.use, allowance.unit, counted.title) / Fraction(allowance.whole)


def _measured(use: LimitUse, unit: LimitUnit, title: str) -> Fraction:
    found = _measure(use, unit)
    if found is None:
        raise DomainError(
            f"{title} cannot be counted against the purchase limit: its {_NAMES[unit]} is not known.",
            code="limit_unknown", next_step="Enter it at the POS, then pull again; or leave it out.",
        )  # fmt: skip
    return Fraction(found)


def _measure(use: LimitUse, unit: LimitUnit) -> Decimal | None:
    if unit is LimitUnit.PIECES:
        return Decimal(1)
    return {LimitUnit.GRAMS: use.grams, LimitUnit.THC_MG: use.thc_mg, LimitUnit.MILLILITRES: use.millilitres}[unit]


_NAMES = {
    LimitUnit.GRAMS: "net weight",
    LimitUnit.THC_MG: "THC in milligrams",
    LimitUnit.MILLILITRES: "volume",
    LimitUnit.PIECES: "number",
}


def _rounded_up(share: Fraction) -> Decimal:
    return Decimal(-(-share.numerator * _MILLION // share.denominator)) / _MILLION


def _passed(rule: LimitRule, before: Fraction) -> DomainError:
    amounts = ", or ".join(f"{a.whole.normalize():f} {_WORDS[a.unit]} {a.category}" for a in rule.allowances)
    when = "at one visit" if rule.period is Period.VISIT else "a day" if rule.days == 1 else f"in {rule.days} days"
    had = " Some of it was bought before." if before else ""
    return DomainError(
        f"This passes the limit {rule.name}: {amounts}, {when}.{had}", code="limit_passed", rule=rule.name,
        next_step="Take some out.",
    )  # fmt: skip


_WORDS = {
    LimitUnit.GRAMS: "g of",
    LimitUnit.THC_MG: "mg THC of",
    LimitUnit.MILLILITRES: "ml of",
    LimitUnit.PIECES: "pieces of",
}
