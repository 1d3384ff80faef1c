"""Purchase limits: the sums are exact, what cannot be counted is refused, and an order of lines changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posbridge.domain.age import AgeCheck, AgeProof, age_on, require_age, require_valid
from posbridge.domain.attributes import Attributes, Potency, PotencyUnit
from posbridge.domain.categories import CategoryTree, fold
from posbridge.domain.counting import limit_use
from posbridge.domain.customer import Allotment
from posbridge.domain.errors import DomainError
from posbridge.domain.limits import (
    Allowance,
    Audience,
    Counted,
    LimitRule,
    LimitRules,
    LimitUnit,
    LimitUse,
    Period,
    meters,
    require_within,
)
from posbridge.domain.sizes import sizes
from posbridge.sync.rulebook import sample_limits, shelves
from posbridge.testing.builders import a_product, a_variant

TREE = CategoryTree(nodes=shelves())
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def rules(*wholes: tuple[str, str, str], period: Period = Period.DAY) -> LimitRules:
    """One rule with these allowances (category, whole, unit)."""
    allowances = tuple(Allowance(category=c, whole=Decimal(w), unit=LimitUnit(u)) for c, w, u in wholes)
    rule = LimitRule(name="Mixed", allowances=allowances, period=period)
    return LimitRules(
        region="XX", audience=Audience.ADULT, minimum_age=21, rules=(rule,), source="test", as_of=date(2026, 1, 1)
    )


MIXED = rules(("flower", "28", "g"), ("concentrate", "8", "g"), ("edible", "800", "mg_thc"))


def flower(grams: str, quantity: str = "1") -> Counted:
    return Counted(title="Bud", use=LimitUse(category="flower", grams=Decimal(grams)), quantity=Decimal(quantity))


def wax(grams: str, quantity: str = "1") -> Counted:
    return Counted(title="Wax", use=LimitUse(category="concentrate", grams=Decimal(grams)), quantity=Decimal(quantity))


def gummies(thc: str, quantity: str = "1") -> Counted:
    return Counted(title="Gum", use=LimitUse(category="edible", thc_mg=Decimal(thc)), quantity=Decimal(quantity))


def test_a_mix_that_just_fills_the_rule_passes_and_a_hundredth_more_does_not() -> None:
    full = [flower("14"), wax("2"), gummies("100", "2")]
    require_within(MIXED, full, [])
    with pytest.raises(DomainError, match="28 g of flower, or 8 g of concentrate, or 800 mg THC of edible") as refused:
        require_within(MIXED, [*full, flower("0.01")], [])
    assert refused.value.code == "limit_passed"
    assert meters(MIXED, full, [])[0].used == 1


def test_what_was_bought_before_counts_a_day_and_not_a_visit() -> None:
    before = [flower("28")]
    with pytest.raises(DomainError, match="bought before"):
        require_within(MIXED, [flower("0.5")], before)
    visit = rules(("flower", "28", "g"), period=Period.VISIT)
    require_within(visit, [flower("28")], before)
    assert meters(visit, [flower("7")], before)[0].before == 0


@pytest.mark.parametrize(
    "use", [LimitUse(category="flower"), LimitUse(category="edible", grams=Decimal(5)), LimitUse(category="")]
)
def test_what_cannot_be_counted_is_refused_and_not_taken_for_nothing(use: LimitUse) -> None:
    with pytest.raises(DomainError) as refused:
        require_within(MIXED, [Counted(title="Riddle", use=use, quantity=Decimal(1))], [])
    assert refused.value.code == "limit_unknown"
    assert refused.value.next_step


def test_a_flower_equivalent_helps_where_the_measure_is_not_known() -> None:
    use = LimitUse(category="edible", flower=Decimal(14))
    two = Counted(title="Bar", use=use, quantity=Decimal(2))
    require_within(MIXED, [two], [])
    with pytest.raises(DomainError):
        require_within(MIXED, [two, flower("0.1")], [])


def test_accessories_count_nowhere() -> None:
    require_within(MIXED, [Counted(title="Pipe", use=LimitUse(category="none"), quantity=Decimal(99))], [])


def test_an_allotment_of_the_pos_is_obeyed_and_says_its_age() -> None:
    left = Allotment(category="flower", left=Decimal("3.5"), unit="g", read_at=NOON)
    require_within(MIXED, [flower("3.5")], [], [left])
    with pytest.raises(DomainError, match=r"2026-03-02 12:00 UTC that 3\.5 g of flower") as refused:
        require_within(MIXED, [flower("7")], [], [left])
    assert refused.value.code == "allotment_passed"


amounts = st.decimals("0.01", "12", places=2)
counted = st.one_of(
    amounts.map(lambda a: flower(str(a))), amounts.map(lambda a: wax(str(a))),
    amounts.map(lambda a: gummies(str(a * 50))),
)  # fmt: skip


@given(st.lists(counted, max_size=12), st.lists(counted, max_size=4))
def test_the_verdict_is_the_sum_of_exact_shares(basket: list[Counted], before: list[Counted]) -> None:
    wholes = {"flower": ("grams", 28), "concentrate": ("grams", 8), "edible": ("thc_mg", 800)}
    filled = Fraction(0)
    for each in [*basket, *before]:
        name, whole = wholes[each.use.category]
        filled += Fraction(getattr(each.use, name)) * Fraction(each.quantity) / whole
    passed = _passes(basket, before)
    assert passed == (filled <= 1)
    shown = meters(MIXED, basket, before)[0]
    assert shown.used >= filled or shown.used >= 1
    assert abs(Fraction(shown.used) - filled) <= Fraction(2, 1_000_000)


@given(st.lists(counted, min_size=1, max_size=5))
def test_the_order_of_lines_changes_nothing(basket: list[Counted]) -> None:
    assert len({_passes(list(each), []) for each in permutations(basket)}) == 1


def _passes(basket: list[Counted], before: list[Counted]) -> bool:
    try:
        require_within(MIXED, basket, before)
    except DomainError:
        return False
    return True


def test_four_states_and_more_are_there_with_source_and_date() -> None:
    found = sample_limits()
    assert len({each.region for each in found}) >= 4
    assert {each.audience for each in found} == {Audience.ADULT, Audience.MEDICAL}
    assert all(each.source and each.as_of.year >= 2016 and each.minimum_age >= 18 for each in found)
    known = {node.limit for node in shelves()}
    assert all(a.category in known for each in found for rule in each.rules for a in rule.allowances)


@pytest.mark.parametrize(
    ("categories", "shelf"),
    [
        (["PRE_ROLLS"], "Pre-rolls"), (["pre-roll"], "Pre-rolls"), (["Edibles", "GUMMIES"], "Edibles > Gummies"),
        (["FLOWER", "SMALL_BUDS"], "Flower > Small buds"), (["VAPORIZERS", "ALL_IN_ONE"], "Vaporizers > Disposables"),
        (["Flower > Shake"], "Flower > Shake"), (["Concentrates/Live Resin"], "Concentrates > Live resin"),
        (["Marijuana", "Joints"], "Pre-rolls"), (["Getränke"], ""), ([], ""),
    ],
)  # fmt: skip
def test_a_shelf_for_each_platforms_words(categories: list[str], shelf: str) -> None:
    found = TREE.place(categories)
    assert (found.name if found else "") == shelf


def test_the_managers_word_comes_first_and_one_word_never_means_two_shelves() -> None:
    own = CategoryTree(nodes=shelves(), own={"Doobies": "Pre-rolls", "resin": "Concentrates > Hash"})
    assert own.place(["DOOBIE"]) == next(node for node in shelves() if node.name == "Pre-rolls")
    found = own.place(["Resin"])
    assert found is not None
    assert found.path[-1] == "Hash"
    words = [word for node in shelves() for word in {fold(each) for each in (node.path[-1], *node.aliases)}]
    assert {word for word in words if words.count(word) > 1} == set()


@pytest.mark.parametrize(
    ("text", "grams", "millilitres"),
    [
        ("3.5g", "3.5", None), ("14 G", "14", None), ("1/8oz", "3.5", None), ("1/4 oz", "7", None),
        ("1 oz", "28", None), ("2 oz", "56.699046", None), ("100mg", "0.1", None), ("12 fl oz", None, "354.882355"),
        ("355ml", None, "355"),
        ("2 pack", None, None), ("Gelato #33", None, None), ("1,000 mg", "1", None), (".5g", "0.5", None),
        ("0,5 g", "0.5", None), ("v2 3", None, None), ("10g00", None, None),
    ],
)  # fmt: skip
def test_sizes_as_people_write_them(text: str, grams: str | None, millilitres: str | None) -> None:
    found = sizes(text)
    assert next((str(s.grams) for s in found if s.grams is not None), None) == grams
    assert next((str(s.millilitres) for s in found if s.millilitres is not None), None) == millilitres


def test_an_article_counts_by_its_facts_before_its_name() -> None:
    facts = Attributes(potencies=(Potency.of("THC", 100, PotencyUnit.MG),))
    product = a_product(1, title="Bar 50mg", categories=("Edibles",), attributes=facts)
    use = limit_use(product, a_variant(1, weight=Decimal("1.5"), weight_unit="oz"), TREE)
    assert (use.category, use.thc_mg, use.grams) == ("edible", Decimal(100), Decimal("42.524285"))
    named = limit_use(a_product(2, title="Bar 50mg 20 g", categories=("Edibles",)), a_variant(2), TREE)
    assert (named.thc_mg, named.grams) == (Decimal(50), Decimal(20))
    loose = limit_use(a_product(3, title="Bud", categories=("Flower",)), a_variant(3, unit="g"), TREE)
    assert loose.grams == 1
    assert limit_use(a_product(4, title="Bud", categories=("Flower",)), a_variant(4), TREE).grams is None


def test_ages_on_birthdays_and_leap_days() -> None:
    assert age_on(date(2005, 11, 21), date(2026, 11, 21)) == 21
    assert age_on(date(2005, 11, 22), date(2026, 11, 21)) == 20
    assert age_on(date(2004, 2, 29), date(2025, 2, 28)) == 20
    assert age_on(date(2004, 2, 29), date(2025, 3, 1)) == 21
    with pytest.raises(DomainError):
        age_on(date(2027, 1, 1), date(2026, 11, 21))


def test_nobody_is_served_unchecked_or_too_young_or_with_an_old_card() -> None:
    check = AgeCheck(age=20, proof=AgeProof.TYPED, checked_by="ann", checked_at=NOON)
    require_age(0, None)
    require_age(18, check)
    for needed, given_check, code in ((21, None, "age_unchecked"), (21, check, "too_young")):
        with pytest.raises(DomainError) as refused:
            require_age(needed, given_check)
        assert refused.value.code == code
    require_valid(date(2026, 11, 21), date(2026, 11, 21))
    with pytest.raises(DomainError):
        require_valid(date(2026, 11, 20), date(2026, 11, 21))
