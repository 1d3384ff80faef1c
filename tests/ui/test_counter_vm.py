"""The counter's view models by example and by fault: weights, dates of birth, lots, settling, late answers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from posbridge.domain.inventory import Batch, StockLevel
from posbridge.domain.limits import Meter, Period
from posbridge.ui.desk.law import meter_row, meter_state
from posbridge.ui.desk.shapes import batch_rows
from posbridge.ui.format import Format
from posbridge.ui.qt import QGuiApplication
from posbridge.ui.showcase import Showcase
from posbridge.ui.tasks import run_at_once
from posbridge.ui.view_models.age_vm import AgeVm
from posbridge.ui.view_models.app_vm import AppVm
from posbridge.ui.view_models.queue_vm import QueueVm


@pytest.mark.parametrize(
    ("used", "state"),
    [("0", "ok"), ("0.799999", "ok"), ("0.8", "near"), ("0.999999", "near"), ("1", "full"), ("1.000001", "over")],
)
def test_a_meter_speaks_up_at_its_marks(used: str, state: str) -> None:
    assert meter_state(Decimal(used)) == state
    meter = Meter(rule="Flower", before=Decimal(0), basket=Decimal(used), period=Period.DAY)
    assert meter_row(meter, None) == {
        "rule": "Flower", "share": used, "before": "0", "state": state, "visit": False, "days": 1, "left": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "problem"),
    [("0.5", ""), ("1,5", ""), ("3", ""), ("0.4", "minimum"), ("0.7", "increment"), ("", "number"), ("abc", "number"),
     ("0", "number"), ("-1", "number"), ("NaN", "number"), ("Infinity", "number")],
)  # fmt: skip
def test_a_weight_is_held_to_its_rule_before_it_is_taken(qt: QGuiApplication, text: str, problem: str) -> None:
    shop = Showcase()
    sell = AppVm(shop, run_at_once).part("sell")
    sell._put(choosing=shop.dispensary()["product"])
    assert sell.weight_problem("dv1", text) == problem


@pytest.mark.parametrize(
    ("locale", "text", "born"),
    [
        ("en_US", "12/31/1990", "1990-12-31"),
        ("en_US", "12311990", "1990-12-31"),
        ("en_US", "1990-12-31", "1990-12-31"),
        ("en_US", "31/12/1990", ""),
        ("es_ES", "31/12/1990", "1990-12-31"),
        ("fr_FR", "31.12.1990", "1990-12-31"),
        ("fr_FR", "3 1 1990", "1990-01-03"),
        ("en_US", "12/31/90", ""),
        ("en_US", "2/29/1999", ""),
        ("en_US", "20010203", ""),
        ("en_US", "", ""),
        ("en_US", "no date", ""),
    ],
)
def test_a_date_of_birth_is_read_in_the_order_of_the_place(qt: QGuiApplication, locale, text, born) -> None:
    made = Format(locale)
    assert made.born(text) == born
    assert made.born(made.born_example) == "1990-12-31"


@pytest.mark.parametrize(("born", "age"), [("2005-03-14", 21), ("2005-03-15", 20), ("2030-01-01", -1), ("x", -1)])
def test_an_age_is_told_in_whole_years(qt: QGuiApplication, born: str, age: int) -> None:
    made = Format("en_US", now=lambda: datetime(2026, 3, 14, 15, tzinfo=UTC))
    made.use_zone("America/Denver")
    assert made.age(born) == age


def test_lots_come_first_to_expire_first_and_those_not_to_be_sold_last() -> None:
    today = date(2026, 3, 14)
    lots = [
        Batch(lot="late", quantity=Decimal(4), expires=date(2026, 9, 1)),
        Batch(lot="gone", quantity=Decimal(1), expires=date(2026, 3, 13)),
        Batch(lot="back", quantity=Decimal(2), expires=date(2026, 4, 1), recalled=True),
        Batch(lot="soon", quantity=Decimal("0.50"), expires=today),
        Batch(lot="ever", quantity=Decimal(9)),
    ]
    rows = batch_rows(StockLevel(variant_id="v", quantity=Decimal(16), batches=tuple(lots)), today)
    assert [(row["lot"], row["state"]) for row in rows] == [
        ("soon", "ok"), ("late", "ok"), ("ever", "ok"), ("gone", "expired"), ("back", "recalled"),
    ]  # fmt: skip
    assert rows[0]["quantity"] == "0.5"


class Slow:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.settled: list[tuple[str, str]] = []

    async def scan_licence(self, barcode: str) -> dict[str, object]:
        self.started.append(barcode)
        return {"basket": {}, "card": {"number": barcode}, "found": []}

    async def settle(self, row_id: str, number: str) -> None:
        self.settled.append((row_id, number))

    async def queue(self) -> dict[str, object]:
        return {"rows": [], "waiting": 0, "attention": 0, "oldest_seconds": 0, "per_minute": 0,
                "empty_in_seconds": None}  # fmt: skip


def test_a_card_that_comes_after_the_sheet_was_closed_is_not_held(qt: QGuiApplication) -> None:
    waiting, shown = [], []
    vm = AgeVm(Slow(), waiting.append, qt, shown.append)
    vm.scanned("one")
    vm.close()
    for work in waiting:
        run_at_once(work)
    assert (vm.card, vm.opened, shown) == ({}, False, [{}])


def test_settling_hands_on_the_number_without_its_blanks(qt: QGuiApplication) -> None:
    shop = Slow()
    vm = QueueVm(shop, run_at_once)
    vm.settle("7", " 4711 ")
    vm.settle("8", "")
    assert shop.settled == [("7", "4711"), ("8", "")]
