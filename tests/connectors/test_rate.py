"""The window: never over the allowed rate, nearly all of it when saturated, less after a refusal."""

from __future__ import annotations

from bisect import bisect_left
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posbridge.connectors.contract import Rate
from posbridge.connectors.errors import RateLimitExceeded
from posbridge.connectors.rate import RateHint, RateWindow

from .conftest import NOW, Ticks


def window(ticks: Ticks, *rates: Rate) -> RateWindow:
    return RateWindow(rates, ticks.now, monotonic=ticks.monotonic, sleep=ticks.sleep)


async def granted(made: RateWindow, ticks: Ticks, pauses: list[float]) -> list[float]:
    times = []
    for pause in pauses:
        ticks.at += pause
        await made.wait(longest=1e9)
        times.append(ticks.at)
    return times


def most_in(times: list[float], seconds: float) -> int:
    return max(bisect_left(times, at + seconds) - place for place, at in enumerate(times))


RATES = st.builds(Rate, requests=st.integers(1, 60), seconds=st.integers(1, 120))


@settings(max_examples=60, deadline=None)
@given(rates=st.lists(RATES, min_size=1, max_size=3), pauses=st.lists(st.floats(0, 5), min_size=1, max_size=200))
async def test_no_window_holds_more_than_allowed(rates: list[Rate], pauses: list[float]) -> None:
    ticks = Ticks()
    times = await granted(window(ticks, *rates), ticks, pauses)
    for rate in rates:
        assert most_in(times, rate.seconds) <= rate.requests


@settings(max_examples=60, deadline=None)
@given(rate=RATES)
async def test_a_saturated_window_uses_95_percent(rate: Rate) -> None:
    ticks, calls = Ticks(), rate.requests * 20 + 1
    times = await granted(window(ticks, rate), ticks, [0.0] * calls)
    assert (calls - 1) / times[-1] >= 0.95 * rate.requests / rate.seconds


@settings(max_examples=40, deadline=None)
@given(rates=st.lists(RATES, min_size=1, max_size=3), before=st.integers(0, 100), n=st.integers(1, 150))
async def test_the_estimate_is_what_then_happens(rates: list[Rate], before: int, n: int) -> None:
    ticks = Ticks()
    made = window(ticks, *rates)
    await granted(made, ticks, [0.1] * before)
    began, said = ticks.at, made.estimate(n)
    await granted(made, ticks, [0.0] * n)
    took = ticks.at - began
    assert said <= took + 1e-6, "never longer than the limits ask"
    if len(rates) == 1:
        assert said == pytest.approx(took, abs=1e-6)


def test_the_estimate_counts_how_long_calls_take() -> None:
    made = window(Ticks())
    assert made.estimate(10) == 0
    made.took(0.5)
    assert made.estimate(10, parallel=2) == pytest.approx(2.5)


async def test_named_rates_count_only_their_calls() -> None:
    ticks = Ticks()
    made = window(ticks, Rate(requests=100, seconds=1), Rate(requests=1, seconds=10, what="orders"))
    await made.wait("orders")
    await made.wait("products")
    assert ticks.at == 0
    await made.wait("orders")
    assert ticks.at == pytest.approx(10.4)


async def test_a_refusal_halves_and_grows_back() -> None:
    ticks = Ticks()
    made = window(ticks, Rate(requests=10, seconds=1))
    made.refused()
    made.refused()
    assert made.share == pytest.approx(0.5), "refusals that come together count once"
    ticks.at += 15
    assert made.share >= 0.9
    ticks.at += 200
    assert made.share == 1.0
    for _ in range(40):
        ticks.at += 1
        made.refused()
    assert made.share > 0


async def test_with_half_the_share_half_the_calls_leave() -> None:
    ticks = Ticks()
    made = window(ticks, Rate(requests=10, seconds=1))
    made.refused(ticks.now())
    times = await granted(made, ticks, [0.0] * 11)
    assert most_in(times, 1.0) <= 6
    slow = window(ticks, Rate(requests=1, seconds=10))
    slow.refused(ticks.now())
    first, second = await granted(slow, ticks, [0.0, 0.0])
    assert second - first > 10.4


async def test_the_named_time_holds_the_whole_connection() -> None:
    ticks = Ticks()
    made = window(ticks, Rate(requests=10, seconds=1))
    made.refused(NOW + timedelta(seconds=12))
    await made.wait("anything")
    assert ticks.at == pytest.approx(12)
    made.refused(ticks.now() + timedelta(hours=1))
    with pytest.raises(RateLimitExceeded) as caught:
        await made.wait()
    assert caught.value.retry_at == ticks.now() + timedelta(hours=1)


async def test_headers_of_the_platform_hold_it_too() -> None:
    ticks = Ticks()
    made = window(ticks)
    made.hint(RateHint(remaining=1, reset_s=5))
    await made.wait()
    assert ticks.at == 0
    made.hint(RateHint(remaining=0, reset_s=5))
    await made.wait()
    assert ticks.at == pytest.approx(5)
