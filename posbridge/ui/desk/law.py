"""The counter's law as plain mappings: how full each rule is, who may buy, what the POS said. Pure; no words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from posbridge.domain.age import AgeCheck, age_on
from posbridge.domain.customer import Allotment, Customer
from posbridge.domain.errors import DomainError
from posbridge.domain.limits import Allowance, LimitRules, Meter, Period
from posbridge.services.counter import CounterState
from posbridge.ui.desk.shapes import decimal_text

Row = dict[str, Any]
#: From this share on a meter warns.
NEAR = Decimal("0.8")
_PLACES = Decimal("0.001")


def law_row(state: CounterState, rules: LimitRules | None, customer: Customer | None, by: str, today: date) -> Row:
    """What the basket shows of the law. `rules` are those in force, `by` the name of who checked the age."""
    return {
        "region": state.region,
        "audience": state.audience.value if state.audience else "",
        "limited": bool(state.region),
        "meters": [meter_row(meter, rules) for meter in state.meters],
        "allotments": [allotment_row(each) for each in state.allotments],
        "age": age_row(state.age_needed, state.age_check, by),
        "known_age": known_age(customer, today),
        "medical": medical_row(state.medical_expires, today),
        "problem": problem_row(state.problem),
    }


def meter_row(meter: Meter, rules: LimitRules | None) -> Row:
    """`share` is a decimal text, 1 is full; `left` how much of each category alone would still fit, rounded down."""
    rule = next((one for one in rules.rules if one.name == meter.rule), None) if rules else None
    room = max(Decimal(0), 1 - meter.used)
    return {
        "rule": meter.rule,
        "share": decimal_text(meter.used),
        "before": decimal_text(meter.before),
        "state": meter_state(meter.used),
        "visit": meter.period is Period.VISIT,
        "days": meter.days,
        "left": [_left(allowance, room) for allowance in rule.allowances] if rule else [],
    }


def _left(allowance: Allowance, room: Decimal) -> Row:
    left = (allowance.whole * room).quantize(_PLACES, rounding=ROUND_FLOOR)
    return {"category": allowance.category, "unit": allowance.unit.value, "left": decimal_text(left),
            "whole": decimal_text(allowance.whole)}  # fmt: skip


def meter_state(used: Decimal) -> str:
    """"ok", "near" from 80 % on, "full" at 100 %, "over" above it."""
    return "over" if used > 1 else "full" if used == 1 else "near" if used >= NEAR else "ok"


def allotment_row(each: Allotment) -> Row:
    return {"category": each.category, "left": decimal_text(each.left), "unit": each.unit,
            "at": each.read_at.isoformat()}  # fmt: skip


def age_row(needed: int, check: AgeCheck | None, by: str) -> Row:
    """`state`: "none" nobody has to be asked, "missing", "young", "checked". Nobody's age is told, only that it is."""
    if check is None:
        return {"needed": needed, "state": "missing" if needed else "none", "proof": "", "by": ""}
    young = check.age < needed
    state = "young" if young else "checked"
    return {"needed": needed, "state": state, "proof": check.proof.value, "by": by}


def known_age(customer: Customer | None, today: date) -> Row:
    """{} or the date of birth that is kept of the customer, with their age today."""
    born = customer.date_of_birth if customer else None
    return {} if born is None or born > today else {"born": born.isoformat(), "age": age_on(born, today)}


def medical_row(expires: date | None, today: date) -> Row:
    return {} if expires is None else {"expires": expires.isoformat(), "expired": expires < today}


def problem_row(error: DomainError | None) -> Row:
    """As a view model tells an error."""
    return {} if error is None else {"code": error.code, "message": error.message, "next_step": error.next_step}


def rules_in_force(every: Sequence[LimitRules], state: CounterState) -> LimitRules | None:
    """The set of rules that `state` was judged by."""
    return next((rules for rules in every if rules.audience is state.audience and rules.region == state.region), None)


def rules_row(rules: LimitRules) -> Row:
    """A set of rules as the settings show it."""
    return {
        "region": rules.region,
        "audience": rules.audience.value,
        "minimum_age": rules.minimum_age,
        "source": rules.source,
        "as_of": rules.as_of.isoformat(),
        "rules": [
            {
                "name": rule.name,
                "visit": rule.period is Period.VISIT,
                "days": rule.days,
                "allowances": [
                    {"category": one.category, "whole": decimal_text(one.whole), "unit": one.unit.value}
                    for one in rule.allowances
                ],
            }
            for rule in rules.rules
        ],
    }


def regions_of(samples: Sequence[LimitRules]) -> list[Row]:
    """The samples by their region, in the order given."""
    by_region: dict[str, list[Mapping[str, Any]]] = {}
    for rules in samples:
        by_region.setdefault(rules.region, []).append(rules_row(rules))
    return [{"region": region, "sets": sets} for region, sets in by_region.items()]
