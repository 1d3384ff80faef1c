"""Replies get lost and the till is killed: nothing is doubled, and what is in doubt waits for a person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.crash.harness import Plan, _till, run

FAULTS = "lost=0.15,lost500=0.08,late=0.05,cut=0.05,500=0.05,late_ms=200"


@pytest.mark.timeout(300)
async def test_what_got_lost_waits_for_a_person_in_words_and_nothing_is_doubled(tmp_path: Path) -> None:
    plan = Plan(tmp_path / "till", orders=24, kills=2, connectors=("flowhub",), seed=5, faults=FAULTS)
    outcome = await run(plan)
    assert outcome.problems == []
    assert outcome.captured == plan.orders
    assert not any(outcome.waiting.values()), "nothing hangs between two states"
    stored = json.loads(await _till(plan, "dump"))
    ours = {order["reference"] for order in stored["orders"]}
    doubtful = [row for row in stored["rejected"] if row["reference"] in ours]
    assert doubtful, "the replies must get lost, else this shows nothing"
    assert len(doubtful) < plan.orders, "not everything is in doubt"
    for row in doubtful:
        assert row["code"] in ("cannot_look_up", "unsupported")
        assert row["reference"] in row["reason"], "what to type"
        assert "Look in Flowhub's queue" in row["reason"], "where to look"
