"""Writes docs/connectors.md from the connectors' own facts: `python packaging/connector_table.py [--check]`.

A test runs it with --check, so that the page can never say other than the code.
"""

from __future__ import annotations

import sys
from pathlib import Path

from posbridge.connectors.facts import Facts, Rate, Service
from posbridge.connectors.registry import Catalogue

PAGE = Path(__file__).resolve().parent.parent / "docs" / "connectors.md"

HEAD = """# Systems

Made from each connector's `facts.py` by `python packaging/connector_table.py`; change the facts, not this page.

*Once by* is what keeps a repeated order single: **key** the platform honours our key · **id** we choose the id ·
**unique** our reference must be unique there · **step** creation in steps gives us an id first · **search** our
reference can be searched and is verified row by row · **scan** a window of orders is read and compared ·
**none** nothing can be asked, so a lost order waits for a person. *Settle* is how long after a lost reply the work may
still appear, in seconds: so long posbridge waits before it looks. *Payment*: **sent** goes along with the order ·
**there** the order arrives unpaid and is cashed there · **hand-over** a person there confirms the order first.
"""


def page(found: list[Facts]) -> str:
    """The whole page."""
    columns = ["system", "kind", *[service.value.replace("_", " ") for service in Service]]
    columns += ["once by", "settle", "limits", "payment", "split tender", "refunds"]
    rows = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    rows += [f"| {' | '.join(_cells(facts))} |" for facts in found]
    return "\n".join([HEAD, *rows, "", *[line for facts in found for line in _guesses(facts)]]) + "\n"


def _cells(facts: Facts) -> list[str]:
    able = facts.capabilities
    services = ["yes" if service in facts.services else "–" for service in Service]
    limits = "; ".join(_rate(rate) for rate in able.rates) or "none stated"
    refunds = "parts" if able.refunds and able.partial_refunds else "whole" if able.refunds else "–"
    split = "yes" if able.split_tender else "–"
    payment = "hand-over" if not able.places_orders else "sent" if able.takes_payments else "there"
    once = [able.dedupe.value, str(able.settle_s), limits]
    return [facts.label, facts.kind.value, *services, *once, payment, split, refunds]


def _rate(rate: Rate) -> str:
    what = "" if rate.what == "all" else f" ({rate.what})"
    return f"{rate.requests} in {rate.seconds} s{what}"


def _guesses(facts: Facts) -> list[str]:
    if not facts.guesses and not facts.capabilities.notes:
        return []
    notes = [f"- {note}" for note in facts.capabilities.notes]
    return [f"## {facts.label}", "", *notes, *[f"- *Guess:* {one.what} ({one.source})" for one in facts.guesses], ""]


def main(arguments: list[str]) -> int:
    catalogue = Catalogue(outside=False)
    found = [one.facts for name in catalogue.names() if (one := catalogue.find(name)) is not None]
    made = page(sorted(found, key=lambda facts: (facts.kind.value, facts.label)))
    if "--check" in arguments:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == made:
            return 0
        print("docs/connectors.md is not what the facts say: run python packaging/connector_table.py", file=sys.stderr)
        return 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
