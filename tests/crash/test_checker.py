"""The judge is judged: a good run passes, and each doctored history is caught by its name."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.crash.checker import judge


def good_run() -> dict[str, Any]:
    stored = [
        {"reference": f"P{n}", "total": 1000 + n, "device": "A", "receipt": n, "id": f"o{n}"} for n in range(1, 6)
    ]
    remote = [{"id": f"r{o['receipt']}", "reference": o["reference"], "total": o["total"]} for o in stored]
    card = {"code": "G1", "issued": 5000, "balance": 4000, "movements": [{"key": "k1", "amount": -1000}]}
    return {
        "acked": [{"reference": o["reference"], "total": o["total"]} for o in stored],
        "stored": stored,
        "books": {"pos": {"orders": remote, "gift_cards": [card]}, "shop": {"orders": copy.deepcopy(remote)}},
        "waiting": {},
    }


def lost(run: dict[str, Any]) -> None:
    del run["books"]["pos"]["orders"][2]


def doubled(run: dict[str, Any]) -> None:
    run["books"]["shop"]["orders"].append({**run["books"]["shop"]["orders"][0], "id": "again"})


def altered(run: dict[str, Any]) -> None:
    run["books"]["pos"]["orders"][1]["total"] += 1


def foreign(run: dict[str, Any]) -> None:
    run["books"]["pos"]["orders"].append({"id": "x", "reference": "PX", "total": 5})


def overspent(run: dict[str, Any]) -> None:
    run["books"]["pos"]["gift_cards"][0]["balance"] = -1


def spent_twice(run: dict[str, Any]) -> None:
    card = run["books"]["pos"]["gift_cards"][0]
    card["movements"].append({"key": "k1", "amount": -1000})
    card["balance"] = 3000


def gap(run: dict[str, Any]) -> None:
    for order in run["stored"]:
        if order["receipt"] == 5:
            order["receipt"] = 6


def unstored(run: dict[str, Any]) -> None:
    run["acked"].append({"reference": "P9", "total": 1})


def test_a_good_run_has_no_problem() -> None:
    assert judge(good_run()) == []


@pytest.mark.parametrize(
    ("doctor", "kind"),
    [
        (lost, "lost"),
        (doubled, "doubled"),
        (altered, "altered"),
        (foreign, "foreign"),
        (overspent, "overspent"),
        (spent_twice, "doubled"),
        (gap, "gap"),
        (unstored, "unstored"),
    ],
)
def test_each_doctored_history_is_caught(doctor: Any, kind: str) -> None:
    run = good_run()
    doctor(run)
    assert kind in {problem.kind for problem in judge(run)}


def test_an_order_that_the_till_shows_as_waiting_is_not_lost() -> None:
    run = good_run()
    lost(run)
    run["waiting"] = {"pos": ["P3"]}
    assert judge(run) == []


def test_where_nothing_can_be_looked_up_a_parked_order_may_be_there_or_not_but_never_twice() -> None:
    for there in (True, False):
        run = good_run()
        run["waiting"] = {"pos": ["P3"]}
        if not there:
            lost(run)
        assert judge(run) == []
    run["books"]["pos"]["orders"] += [{"id": name, "reference": "P3", "total": 1003} for name in ("x", "y")]
    assert {problem.kind for problem in judge(run)} == {"doubled"}
