"""Lots: first expiry first out; whatever is sold, no lot goes below nothing and no bad one goes at all."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posbridge.domain.errors import DomainError
from posbridge.domain.inventory import Batch, InventoryKind, StockLevel, remaining, take_from_batches

TODAY = date(2026, 11, 21)

lots = st.lists(
    st.builds(
        lambda days, quantity, recalled, dated: (TODAY + timedelta(days=days) if dated else None, quantity, recalled),
        st.integers(-5, 30), st.integers(0, 12), st.booleans(), st.booleans(),
    ),
    max_size=6,
)  # fmt: skip


@given(lots, st.lists(st.integers(1, 8), max_size=12), st.sets(st.sampled_from(["L0", "L1", "T2"]), max_size=2))
def test_no_lot_goes_below_nothing_and_no_bad_one_goes_at_all(
    given_lots: list[tuple[date | None, int, bool]], sales: list[int], blocked: set[str]
) -> None:
    batches = tuple(
        Batch(lot=f"L{n}", tag=f"T{n}", quantity=Decimal(q), expires=e, recalled=r)
        for n, (e, q, r) in enumerate(given_lots)
    )
    level = StockLevel(variant_id="v", quantity=None, kind=InventoryKind.BATCH, batches=batches)
    good = {b.lot for b in batches if not b.recalled and (b.expires is None or b.expires >= TODAY)}
    good -= {b.lot for b in batches if b.lot in blocked or b.tag in blocked}
    left = remaining(level, (), blocked)
    sold: dict[str, Decimal] = {}
    for quantity in sales:
        if sum((b.quantity for b in left.batches if b.lot in good), Decimal(0)) < quantity:
            with pytest.raises(DomainError):
                take_from_batches(left, Decimal(quantity), TODAY)
            continue
        taken = take_from_batches(left, Decimal(quantity), TODAY)
        assert sum(each.quantity for each in taken) == quantity
        for each in taken:
            sold[each.lot] = sold.get(each.lot, Decimal(0)) + each.quantity
        left = remaining(left, taken)
    assert set(sold) <= good
    assert all(b.quantity >= 0 for b in left.batches)
    assert all(sold.get(b.lot, 0) <= b.quantity for b in batches)


def test_the_first_to_expire_goes_first_and_one_without_a_date_last() -> None:
    batches = (
        Batch(lot="never", quantity=Decimal(5)),
        Batch(lot="late", quantity=Decimal(5), expires=date(2027, 1, 1)),
        Batch(lot="today", quantity=Decimal(2), expires=TODAY),
        Batch(lot="gone", quantity=Decimal(5), expires=TODAY - timedelta(days=1)),
    )
    level = StockLevel(variant_id="v", quantity=None, batches=batches)
    taken = take_from_batches(level, Decimal(8), TODAY)
    assert [(each.lot, int(each.quantity)) for each in taken] == [("today", 2), ("late", 5), ("never", 1)]
