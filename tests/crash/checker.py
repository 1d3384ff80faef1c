"""The judge of a kill test. It knows nothing of posbridge: it reads what was acknowledged, what the till stores
and what each platform's own books hold, and names every lie.

A run is one JSON document, money in minor units:
    acked    [{reference, total}]                      receipts that were handed out
    stored   [{reference, total, device, receipt}]     the till's orders after the last restart
    books    {target: {orders: [{id, reference, total, paid}], gift_cards: [{code, issued, balance, movements}]}}
    waiting  {target: [reference]}                     rows that the till still shows as not done
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """`kind` is lost, doubled, altered, foreign, overspent, gap or unstored."""

    kind: str
    where: str
    what: str


def judge(run: dict[str, Any]) -> list[Problem]:
    """Every promise that the run broke, in words; an empty list is a good run."""
    problems = [*_unstored(run), *_receipts(run)]
    for target, books in run["books"].items():
        problems += _orders(run, target, books["orders"])
        problems += _cards(target, books.get("gift_cards", []))
    return problems


def _unstored(run: dict[str, Any]) -> Iterator[Problem]:
    stored = {order["reference"]: order["total"] for order in run["stored"]}
    for order in run["acked"]:
        if order["reference"] not in stored:
            yield Problem("unstored", "till", f"{order['reference']} was acknowledged and is not in the till")
        elif stored[order["reference"]] != order["total"]:
            yield Problem("altered", "till", f"{order['reference']} was {order['total']} when acknowledged")


def _orders(run: dict[str, Any], target: str, remote: list[dict[str, Any]]) -> Iterator[Problem]:
    ours = {order["reference"]: order["total"] for order in run["stored"]}
    counts = Counter(order["reference"] for order in remote)
    waiting = set(run.get("waiting", {}).get(target, []))
    for reference in ours:
        if counts[reference] == 0 and reference not in waiting:
            yield Problem("lost", target, f"{reference} is done in the till and is not there")
        elif counts[reference] > 1:
            yield Problem("doubled", target, f"{reference} is there {counts[reference]} times")
    for order in remote:
        known = ours.get(order["reference"])
        if known is None:
            yield Problem("foreign", target, f"{order['id']} carries {order['reference']!r}, which is not ours")
        elif order["reference"] not in waiting and known not in (order["total"], order["total"] + order.get("card", 0)):
            yield Problem("altered", target, f"{order['reference']} is {order['total']} there, {known} here")


def _cards(target: str, cards: list[dict[str, Any]]) -> Iterator[Problem]:
    for card in cards:
        moved = sum(move["amount"] for move in card.get("movements", []))
        if card["balance"] < 0:
            yield Problem("overspent", target, f"{card['code']} is at {card['balance']}")
        elif "issued" in card and card["issued"] + moved != card["balance"]:
            yield Problem("overspent", target, f"{card['code']}: movements and balance disagree")
        keys = Counter(move["key"] for move in card.get("movements", []) if move.get("key"))
        for key, count in keys.items():
            if count > 1:
                yield Problem("doubled", target, f"{card['code']}: the movement {key} was booked {count} times")


def _receipts(run: dict[str, Any]) -> Iterator[Problem]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for order in run["stored"]:
        numbers[order["device"]].append(order["receipt"])
    for device, seen in numbers.items():
        missing = sorted(set(range(1, max(seen) + 1)) - set(seen))
        if missing:
            yield Problem("gap", device, f"receipt numbers {missing[:5]} are missing")
        for number, count in Counter(seen).items():
            if count > 1:
                yield Problem("gap", device, f"receipt number {number} was given {count} times")
