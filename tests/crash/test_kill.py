"""The kill test in its smallest size, so that each change runs it; `make crash` is the real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.harness import Plan, run


@pytest.mark.timeout(300)
async def test_nothing_is_lost_or_doubled_by_kills_and_faults(tmp_path: Path) -> None:
    plan = Plan(tmp_path / "till", orders=24, kills=2, seed=3)
    outcome = await run(plan)
    assert outcome.problems == []
    assert outcome.captured == plan.orders
    assert not any(outcome.waiting.values())
    assert outcome.kills >= 1
    assert min(outcome.faulty.values()) > 0.15, "the platforms must misbehave, else this shows nothing"
