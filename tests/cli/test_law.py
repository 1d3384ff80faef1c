"""The counter's rules from the command line: chosen with their source, tried before they count."""

from __future__ import annotations

from tests.cli.conftest import Run


def test_limits_are_off_until_a_place_is_chosen(run: Run) -> None:
    assert run("limits", "--json").json == []
    samples = run("limits", "samples", "--json").json
    assert len({each["region"] for each in samples}) >= 4
    assert all(each["source"] and each["as_of"] for each in samples)
    chosen = run("limits", "choose", "ca", "--json")
    assert (chosen.status, {each["audience"] for each in chosen.json}) == (0, {"adult", "medical"})
    assert run("limits", "--json").json == chosen.json
    assert "15409" in run("limits").out
    assert run("limits", "choose", "off", "--json").json == []


def test_a_place_without_rules_is_named(run: Run) -> None:
    refused = run("limits", "choose", "ZZ")
    assert refused.status == 2
    assert "limits samples" in refused.err


def test_a_rule_is_tried_on_a_name(run: Run) -> None:
    made = run("tidy", "try", "[REC] BLUE DREAM 1G", "--category", "PRE_ROLLS", "--json").json
    assert (made["title"], [step["rule"] for step in made["steps"]]) == ("Blue Dream 1 g", ["prefix", "capitals"])
    assert "Blue Dream 1 g" in run("tidy", "try", "[REC] BLUE DREAM 1G").out
    assert run("tidy", "examples", "--json").json == []


def test_a_lot_is_blocked_and_released(run: Run) -> None:
    assert run("lots", "recall", "BD-1", "TAG 9", "--json").json == ["BD-1", "TAG 9"]
    assert "BD-1" in run("lots").out
    assert run("lots", "release", "BD-1", "--json").json == ["TAG 9"]
