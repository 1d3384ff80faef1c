"""What holds for every basket, order and refund."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posbridge.domain.returns import refundable
from tests.money.cases import Case, a_refund
from tests.money.generated import cases
from tests.money.profile import TIMEOUT, runs
from tests.money.reference import expected, given_back

pytestmark = pytest.mark.timeout(TIMEOUT)


@runs()
@given(cases())
def test_the_till_agrees_with_the_fractions(raw: dict[str, Any]) -> None:
    priced, told = Case(raw).priced(), expected(raw)
    rows = [
        {"subtotal": line.subtotal, "discount": line.discount, "tax": line.tax, "net": line.net, "total": line.total}
        for line in priced.lines
    ]
    assert rows == told["lines"]
    assert [share.amount for share in priced.discounts] == [amount for amount in told["discounts"] if amount]
    assert priced.totals.total == told["total"]


@runs()
@given(cases())
def test_totals_explain_themselves(raw: dict[str, Any]) -> None:
    priced = Case(raw).priced()
    totals, included = priced.totals, priced.prices_include_tax
    for line in priced.lines:
        figures = [line.subtotal, line.discount, line.tax, line.net, line.total, *(tax.amount for tax in line.taxes)]
        assert min(figures) >= 0
        assert sum(share.amount for share in line.shares) == line.discount <= line.subtotal
        assert sum(tax.amount for tax in line.taxes) == line.tax == line.total - line.net
        assert (line.total if included else line.net) == line.subtotal - line.discount
    assert sum(tax.amount for tax in priced.taxes) == totals.tax
    assert sum(share.amount for share in priced.discounts) == totals.discount
    assert totals.total == totals.subtotal - totals.discount + (0 if included else totals.tax)


@runs(gate=100)
@given(cases(), st.randoms(use_true_random=False))
def test_without_basket_discounts_the_order_of_lines_does_not_matter_by_line(raw: dict[str, Any], mix: Any) -> None:
    plain = {**raw, "discounts": [], "rounding": "line"}
    shuffled = {**plain, "lines": mix.sample(plain["lines"], len(plain["lines"]))}
    assert Case(plain).priced().totals == Case(shuffled).priced().totals


@runs(gate=200)
@given(cases(max_lines=3), st.data())
def test_refunds_in_any_steps_sum_to_the_paid_and_never_above(raw: dict[str, Any], data: st.DataObject) -> None:
    case = Case(raw)
    order = case.order()
    made: list[Any] = []
    steps: dict[str, list[str]] = {line.id: [] for line in order.lines}
    while left := [line for line in refundable(order, made) if line.quantity]:
        chosen = data.draw(st.sampled_from(left))
        line = next(line for line in order.lines if line.id == chosen.line_id)
        quantity = data.draw(st.sampled_from([chosen.quantity, *_parts(chosen.quantity, line.unit)]))
        steps[line.id].append(str(quantity))
        made.append(a_refund(order, made, [(line.id, quantity, True)]))
        assert sum(refund.amount for refund in made) <= order.totals.total
        assert min(figure for part in made[-1].lines for figure in (part.amount, part.tax, part.net)) >= 0
    assert sum(refund.amount for refund in made) == order.totals.total
    assert sum(part.tax for refund in made for part in refund.lines) == order.totals.tax
    assert all(refund.amount == sum(tender.amount for tender in refund.tenders) for refund in made)
    for line, row in zip(order.lines, expected(raw)["lines"], strict=True):
        parts = [part for refund in made for part in refund.lines if part.line_id == line.id]
        told = given_back(row, str(line.quantity), steps[line.id])
        assert [{"amount": part.amount, "tax": part.tax, "net": part.net} for part in parts] == told
        for place, rate in enumerate(line.taxes):
            assert sum(part.taxes[place].amount for part in parts) == rate.amount


def _parts(left: Decimal, unit: str) -> list[Decimal]:
    """Smaller quantities that may be given back; few, so that a line is done in some ten steps."""
    if unit == "piece":
        return [Decimal(part) for part in (1, int(left) // 2) if 0 < part < left]
    return [part for part in ((left / 3).quantize(Decimal("0.001")), Decimal("0.1")) if left / 8 < part < left]
