"""Recorded exchanges of two real shops, sent to the simulator: same status, same error code, same keys and types."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from posbridge.sandbox.woocommerce.hooks import php_json
from tests.conftest import CONTRACTS
from tests.sandbox import woocommerce_shop_9 as nine
from tests.sandbox import woocommerce_shop_11 as eleven
from tests.sandbox.woocommerce_lab import differences, unexplained

INDEX = eleven.index() if CONTRACTS.is_dir() else []


def code(body: Any) -> Any:
    """The error code of an answer."""
    return body.get("code") if isinstance(body, dict) and "data" in body else None


@pytest.mark.parametrize("number", nine.RECORDED)
def test_the_shop_of_9_answers_as_recorded(contracts: Path, number: str) -> None:
    lab = nine.lab_of_9(**nine.CHANGES.get(number, {}))
    nine.prepare(lab, number)
    if number == "013":
        nine.sent_again(lab, nine.recording("012"))
    theirs = nine.recording(number)["response"]
    status, ours, _ = nine.sent_again(lab, nine.recording(number))
    assert (status, code(ours)) == (theirs["status"], code(theirs["body"])), ours
    found = differences(theirs["body"], ours, part=number in nine.CUT)
    assert unexplained(found, *nine.EVERYWHERE, *nine.ALLOWED.get(number, ())) == []


@pytest.mark.parametrize("row", INDEX, ids=lambda row: row["file"])
def test_the_shop_of_11_answers_as_in_the_examples(contracts: Path, row: dict[str, Any]) -> None:
    status, ours, _ = eleven.index_again(row)
    theirs = eleven.index_body(row)
    assert (status, code(ours)) == (row["status"], code(theirs)), ours
    allowed = [path for name, paths in eleven.ALLOWED.items() if fnmatchcase(row["file"], name) for path in paths]
    assert unexplained(differences(theirs, ours), *allowed) == []


@pytest.mark.parametrize("row", INDEX, ids=lambda row: row["file"])
def test_the_headers_that_matter_are_there(contracts: Path, row: dict[str, Any]) -> None:
    _, _, headers = eleven.index_again(row)
    theirs = {name.lower() for name in row.get("headers") or eleven.example(row["file"])["headers"]}
    assert theirs - set(headers) == set()


SUMS = ("total", "total_tax", "discount_total", "discount_tax", "cart_tax", "shipping_tax")
RECKONED_9 = ("401", "405", "406", "409", "412", "415", "441", "453", "457", "459", "517", "519")
RECKONED_11 = [
    f"{name}.response.json"
    for name in (
        *(f"order.create{part}" for part in ("", ".line_discount", ".unknown_product")),
        *(f"order.create.coupon_{part}" for part in ("percent", "fixed_cart", "free_shipping")),
        *("refund.create", "giftcard.redeem.order_create", "giftcard.redeem.then_pay"),
    )
]


def amounts(body: Any, known: Any) -> list[Any]:
    """The money of an order or refund, as far as the recording shows it."""
    lines = [[line["subtotal"], line["total"], line["total_tax"]] for line in body.get("line_items", [])]
    coupons = [[line["code"], line["discount"], line["discount_tax"]] for line in body.get("coupon_lines", [])]
    shown = [body[name] for name in SUMS if name in known]
    return [shown, lines if "line_items" in known else [], coupons if "coupon_lines" in known else []]


@pytest.mark.parametrize("number", RECKONED_9)
def test_the_shop_of_9_reckons_to_the_cent(contracts: Path, number: str) -> None:
    lab = nine.lab_of_9()
    nine.prepare(lab, number)
    theirs = nine.recording(number)["response"]["body"]
    assert amounts(nine.sent_again(lab, nine.recording(number))[1], theirs) == amounts(theirs, theirs)


@pytest.mark.parametrize("name", RECKONED_11)
def test_the_shop_of_11_reckons_to_the_cent(contracts: Path, name: str) -> None:
    (row,) = (row for row in INDEX if row["file"] == name)
    theirs = eleven.index_body(row)
    assert amounts(eleven.index_again(row)[1], theirs) == amounts(theirs, theirs)


DELIVERED = {
    "707": ("order", 30), "711": ("product", 15), "712": ("product", 20), "713": ("product", 999),
    "714": ("customer", 3), "716": ("coupon", 999),
}  # fmt: skip


@pytest.mark.parametrize("number", DELIVERED)
def test_webhooks_carry_what_the_recorded_ones_did(contracts: Path, number: str) -> None:
    lab = nine.lab_of_9()
    nine.order_30(lab)
    theirs = nine.recording_body(number)
    ours = json.loads(php_json(lab.sim.hooks.draw(*DELIVERED[number])))
    assert code(ours) == code(theirs)
    assert unexplained(differences(theirs, ours), *nine.EVERYWHERE, "*.meta_data", "*.image*") == []


def test_there_is_enough_to_compare(contracts: Path) -> None:
    assert len(nine.RECORDED) + len(INDEX) >= 150


def test_a_difference_in_shape_is_found() -> None:
    assert differences({"a": 1, "b": [{"c": "x"}]}, {"a": "1", "b": [{"c": None}], "d": 0}) == [
        "$.d: added", "$.a: number became string", "$.b[*].c: string became null",
    ]  # fmt: skip
    assert differences({"a": 1}, {"a": 2.5, "b": 1}, part=True) == []
    assert differences([], [1]) == ["$: 0 entries became 1"]
