"""Compare, business day, edits, weights and cards: the small rules beside the money."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from posbridge.domain import basket_edits as edits
from posbridge.domain.business_day import business_date, utc_offset_minutes
from posbridge.domain.compare import difference
from posbridge.domain.discount import Discount
from posbridge.domain.errors import DomainError
from posbridge.domain.gift_card import Hold, Ledger, Movement
from posbridge.domain.inventory import Batch, StockLevel, WeightRule, take_from_batches
from posbridge.domain.money import Money
from posbridge.domain.order import RemoteOrder
from posbridge.domain.pricing import price
from posbridge.testing.builders import (
    EPOCH,
    a_basket,
    a_line,
    a_product,
    a_variant,
    an_id,
    an_order,
    ean13,
    tax_setup,
)


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def remote(**fields: Any) -> RemoteOrder:
    told: dict[str, Any] = {"id": "77", "status": "paid", "currency": "USD", "total": 1375, "tax": 125, "paid": 1375}
    return RemoteOrder(**{**told, **fields})


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, []),
        ({"tax": None, "paid": None}, []),
        ({"total": 1376}, [("total", 1375, 1376, 1)]),
        ({"tax": 124, "paid": 0}, [("tax", 125, 124, -1), ("paid", 1375, 0, -1375)]),
        ({"currency": "EUR", "total": 1}, [("currency", "USD", "EUR", None)]),
    ],
)
def test_what_a_platform_made_of_an_order(fields: dict[str, Any], found: list[Any]) -> None:
    order = an_order([1250])
    assert [(d.field, d.ours, d.theirs, d.off_by) for d in difference(order, remote(**fields))] == found


DAYS = [
    ("2026-03-02T23:30:00+00:00", "UTC", time(0), date(2026, 3, 2)),
    ("2026-03-03T01:30:00+00:00", "UTC", time(4), date(2026, 3, 2)),
    ("2026-03-03T04:00:00+00:00", "UTC", time(4), date(2026, 3, 3)),
    ("2026-03-03T04:30:00+00:00", "America/New_York", time(0), date(2026, 3, 2)),
    ("2026-03-02T23:30:00+00:00", "Europe/Berlin", time(0), date(2026, 3, 3)),
    ("2026-03-02T23:30:00+00:00", "Europe/Berlin", time(2), date(2026, 3, 2)),
    ("2026-03-02T11:59:00+00:00", "UTC", time(12), date(2026, 3, 2)),
    ("2026-03-02T13:00:00+00:00", "UTC", time(12), date(2026, 3, 3)),
    ("2026-03-02T22:59:00+00:00", "UTC", time(23), date(2026, 3, 2)),
    ("2026-03-02T23:00:00+00:00", "UTC", time(23), date(2026, 3, 3)),
    # The clocks of Berlin go forward at 01:00 UTC on 29 March 2026: 02:00 is 03:00.
    ("2026-03-29T00:59:00+00:00", "Europe/Berlin", time(3), date(2026, 3, 28)),
    ("2026-03-29T01:00:00+00:00", "Europe/Berlin", time(3), date(2026, 3, 29)),
]


@pytest.mark.parametrize(("at", "zone", "day_end", "day"), DAYS)
def test_business_date(at: str, zone: str, day_end: time, day: date) -> None:
    assert business_date(datetime.fromisoformat(at), zone, day_end) == day


def test_the_offset_follows_daylight_saving() -> None:
    winter, summer = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
    assert [utc_offset_minutes(at, "Europe/Berlin") for at in (winter, summer)] == [60, 120]
    assert utc_offset_minutes(winter, "Asia/Kolkata") == 330
    assert utc_offset_minutes(winter, "America/St_Johns") == -210


@pytest.mark.parametrize("zone", ["Nowhere/Town", "", "../etc", "Europe"])
def test_an_unknown_zone_says_so(zone: str) -> None:
    with pytest.raises(DomainError):
        business_date(EPOCH, zone)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(DomainError):
        business_date(EPOCH.replace(tzinfo=None), "UTC")


def test_a_line_of_a_variant() -> None:
    variant = a_variant(1, compare_at_price=usd(1500), option_values={"Size": "L"}, tax_class="food")
    line = edits.line_of(a_product(1), variant, 2, id="l1")
    assert (line.title, line.unit_price, line.list_price, line.on_sale) == ("Article 1 · L", usd(1250), usd(1250), True)
    assert (line.tax_class, line.categories, line.sku) == ("food", ("Goods",), "SKU-0001")
    for price_before in (None, usd(1250)):
        assert not edits.line_of(a_product(1), a_variant(1, compare_at_price=price_before), 1, id="l1").on_sale


UNSOLD: list[tuple[dict[str, Any], Any, str]] = [
    ({"amount": None}, 1, "no price yet"),
    ({"available": False}, 1, "not available"),
    ({}, Decimal("0.5"), "sold whole"),
]


@pytest.mark.parametrize(("fields", "quantity", "words"), UNSOLD)
def test_what_cannot_be_sold(fields: dict[str, Any], quantity: Any, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        edits.line_of(a_product(1), a_variant(1, **fields), quantity, id="l1")


def test_pieces_at_the_same_terms_join() -> None:
    basket = edits.add(a_basket([1000]), a_line(1, 1000, 2, id="another"))
    assert [line.quantity for line in basket.lines] == [3]
    dearer = edits.add(basket, a_line(1, 1100, id="another"))
    assert [line.quantity for line in dearer.lines] == [3, 1]
    weighed = edits.add(a_basket([a_line(1, unit="kg")]), a_line(1, unit="kg", id="another"))
    assert len(weighed.lines) == 2


def test_edits_that_are_refused() -> None:
    basket = a_basket([1000])
    parked = edits.park(basket)
    wrong: list[Any] = [
        lambda: edits.add(basket, a_line(2, 1000, id="line-1")),
        lambda: edits.add(basket, a_line(2, 1000, currency="EUR")),
        lambda: edits.change_quantity(basket, "line-1", 0),
        lambda: edits.change_quantity(basket, "line-1", Decimal("1.5")),
        lambda: edits.change_quantity(basket, "line-1", Decimal("NaN")),
        lambda: edits.change_quantity(basket, "line-2", 1),
        lambda: edits.remove(basket, "line-2"),
        lambda: edits.park(a_basket([])),
        lambda: edits.recall(basket),
        lambda: edits.remove(parked, "line-1"),
        lambda: edits.remove_discount(parked, "TEN"),
        lambda: edits.override_price(basket, "line-1", usd(-1)),
        lambda: edits.override_price(basket, "line-1", Money(amount=1, currency="EUR")),
    ]
    for edit in wrong:
        with pytest.raises(DomainError):
            edit()
    assert edits.recall(parked).lines == basket.lines


def test_a_price_below_the_list_needs_approval() -> None:
    basket = a_basket([a_line(1, 1000, list_price=usd(1000))])
    with pytest.raises(DomainError):
        edits.override_price(basket, "line-1", usd(900))
    [line] = edits.override_price(basket, "line-1", usd(900), "person-2").lines
    assert (line.unit_price, line.approved_by) == (usd(900), "person-2")
    assert edits.override_price(basket, "line-1", usd(1100)).lines[0].unit_price == usd(1100)


def test_price_refuses_what_it_cannot_reckon() -> None:
    euro = Discount(name="Euro", kind="fixed", amount=Money(amount=1, currency="EUR"))
    below = a_line(1).model_copy(update={"unit_price": usd(-1)})
    for basket in (a_basket([a_line(1, currency="EUR")]), a_basket([below]), a_basket([1000], discounts=[euro])):
        with pytest.raises(DomainError):
            price(basket, tax_setup())
    negative = Discount(kind="fixed", amount=usd(-100))
    empty = Discount(kind="fixed")
    assert price(a_basket([1000], discounts=[negative, empty]), tax_setup(None)).totals.total == 1000
    assert price(a_basket([]), tax_setup()).totals.total == 0


def test_weights_by_rule() -> None:
    rule = WeightRule(unit="g", minimum=Decimal("0.5"), increment=Decimal("0.25"))
    basket = a_basket([a_line(1, 1200, 1, unit="g", weighing=rule)])
    assert edits.change_quantity(basket, "line-1", Decimal("3.75")).lines[0].quantity == Decimal("3.75")
    for quantity in ("0.25", "0.6"):
        with pytest.raises(DomainError):
            edits.change_quantity(basket, "line-1", Decimal(quantity))


def test_lots_go_first_expired_first_out() -> None:
    lots = (
        Batch(lot="late", quantity=Decimal(5), expires=date(2026, 5, 1)),
        Batch(lot="soon", quantity=Decimal(2), expires=date(2026, 3, 2)),
        Batch(lot="gone", quantity=Decimal(9), expires=date(2026, 3, 1)),
        Batch(lot="recalled", quantity=Decimal(9), recalled=True),
        Batch(lot="empty", quantity=Decimal(0)),
    )
    level = StockLevel(variant_id="v", quantity=Decimal(7), kind="batch", batches=lots, low_at=Decimal(7))
    taken = take_from_batches(level, Decimal(3), EPOCH.date())
    assert [(each.lot, each.quantity) for each in taken] == [("soon", 2), ("late", 1)]
    assert level.low
    with pytest.raises(DomainError):
        take_from_batches(level, Decimal(8), EPOCH.date())


def test_a_gift_card_never_gives_more_than_it_holds() -> None:
    issue = Movement(id=an_id(1), kind="issue", amount=usd(5000), key="a", at=EPOCH)
    redeem = Movement(id=an_id(2), kind="redeem", amount=usd(-1000), key="b", at=EPOCH)
    hold = Hold(id=an_id(3), amount=usd(1500), key="c", expires_at=EPOCH + timedelta(minutes=15))
    ledger = Ledger(code="GIFT1234", currency="USD", movements=(issue, redeem), holds=(hold,))
    assert (ledger.balance, ledger.available(EPOCH)) == (usd(4000), usd(2500))
    assert ledger.available(hold.expires_at) == usd(4000)
    ledger.require(usd(2500), EPOCH)
    for amount in (2501, 0, -5):
        with pytest.raises(DomainError):
            ledger.require(usd(amount), EPOCH)


def test_builders_are_sound() -> None:
    assert ean13(1) == "2000000000015"
    for code in (ean13(seed) for seed in range(200)):
        assert sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(code)) % 10 == 0
    assert a_product(5) == a_product(5)
    assert a_product(1, variants=()).variants == ()
    assert a_product(1).variants[0].sellable
    assert not a_variant(1, amount=None).sellable
    setup = tax_setup("7", included=True)
    assert tax_setup(setup) is setup
