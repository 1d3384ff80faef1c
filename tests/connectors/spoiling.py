"""Hypothesis pieces for mappings: any field of an object dropped, null or of another type."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

_WORDS = (
    *("", "0", "-0", "-1", "12.50", "1e9", "1e999", "1e999999999", "99999999999999999999", "NaN", "x", "parent"),
    *("2026-13-01T00:00:00", "2026-13-01 00:00:00", "/api/v2/x/", "\x00", "☕", "\u202e\x00é"),
)

odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.sampled_from(_WORDS),
    st.sampled_from([2**70, 1.5, [[[]]], [None], {"id": 1}]),
    st.text(max_size=6),
    st.just([]),
    st.just({}),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=3), st.just({"id": []})), max_size=3),
)
#: What `spoilt` does: (which field, drop it?, else the value put in its place).
changes = st.lists(st.tuples(st.integers(0, 5000), st.booleans(), odd), min_size=1, max_size=4)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of each field."""
    found = [here] if here else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [place for key, inner in items for place in places(inner, (*here, key))]


def spoilt(sample: Any, spoils: list[tuple[int, bool, Any]]) -> Any:
    """A copy of `sample` with those fields changed."""
    made = copy.deepcopy(sample)
    for at, drop, value in spoils:
        paths = places(made)
        if not paths:
            break
        *way, last = paths[at % len(paths)]
        target = made
        for key in way:
            target = target[key]
        if drop and isinstance(target, dict):
            del target[last]
        else:
            target[last] = copy.deepcopy(value)
    return made
