"""PINs cannot be searched, guessed or timed; roles are a table without holes."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posbridge.security.pins import (
    POLICY,
    BadPin,
    PinState,
    after_wrong,
    check_choice,
    hash_pin,
    may_try,
    verify_pin,
)
from posbridge.security.roles import (
    FRESH_PIN,
    TWO_PEOPLE,
    Permission,
    Role,
    allows,
    approvers,
    may_approve,
    needs_approval,
)

PEPPER = b"p" * 32
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_a_pin_verifies_for_its_person_and_pepper_alone() -> None:
    kept = await hash_pin("4711", "ana", PEPPER)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "4711" not in kept
    assert await verify_pin(kept, "4711", "ana", PEPPER)
    assert not await verify_pin(kept, "4712", "ana", PEPPER)
    assert not await verify_pin(kept, "4711", "bob", PEPPER)
    assert not await verify_pin(kept, "4711", "ana", b"q" * 32)


@pytest.mark.parametrize("kept", [None, "", "garbage", "$argon2id$v=19$m=1"])
async def test_nobody_and_a_damaged_row_are_a_wrong_pin(kept: str | None) -> None:
    assert not await verify_pin(kept, "4711", "ana", PEPPER)


async def test_the_pin_of_nobody_does_not_open() -> None:
    assert not await verify_pin(None, "nobody", "", PEPPER)


async def test_a_wrong_person_takes_as_long_as_a_wrong_pin() -> None:
    kept = await hash_pin("4711", "ana", PEPPER)

    async def median_s(row: str | None) -> float:
        times = []
        for _ in range(9):
            began = time.perf_counter()
            await verify_pin(row, "0000", "ana", PEPPER)
            times.append(time.perf_counter() - began)
        return statistics.median(times)

    known, unknown = await median_s(kept), await median_s(None)
    assert 0.4 < known / unknown < 2.5


@pytest.mark.parametrize("pin", ["4711", "90817263"])
def test_good_pins(pin: str) -> None:
    check_choice(pin, Role.CASHIER)


@pytest.mark.parametrize("pin", ["", "471", "47a1", "1111", "1234", "9876", "٤٧١١", "471108150"])
def test_bad_pins(pin: str) -> None:
    with pytest.raises(BadPin):
        check_choice(pin, Role.CASHIER)


def test_a_manager_has_six_digits() -> None:
    with pytest.raises(BadPin):
        check_choice("47110", Role.MANAGER)
    check_choice("471108", Role.MANAGER)


def test_the_locks_grow_as_promised() -> None:
    state, now, waits = PinState(), NOW, []
    for _ in range(10):
        assert may_try(state, now).allowed
        state = after_wrong(state, now)
        waits.append((state.locked_until - now).total_seconds() if state.locked_until else 0)
        now = state.locked_until or now
    assert waits == [0, 0, 0, 0, 60, 120, 240, 480, 960, 3_600]
    answer = may_try(state, now + timedelta(days=365))
    assert (answer.allowed, answer.manager_needed) == (False, True)


@pytest.mark.parametrize("alone", [False, True])
@settings(max_examples=20, deadline=None)
@given(pauses=st.lists(st.sampled_from([0, 1, 20, 61, 500, 1_000, 3_601]), min_size=1_000, max_size=1_000))
def test_a_thousand_wrong_tries_across_restarts(alone: bool, pauses: list[int]) -> None:
    """Each try reads the state from its row, as after a restart; no hour sees more than ten evaluated."""
    row: tuple[int, datetime | None, datetime | None] = (0, None, None)
    now, evaluated = NOW, []
    for pause in pauses:
        now += timedelta(seconds=pause)
        state = PinState(*row)
        if may_try(state, now, alone=alone).allowed:
            evaluated.append(now)
            state = after_wrong(state, now)
        row = (state.failures, state.last_at, state.locked_until)
    assert evaluated
    for first in evaluated:
        assert sum(first <= one < first + timedelta(hours=1) for one in evaluated) <= POLICY.limit


ALLOWED_FOR_CASHIER = {"sell", "park_basket", "redeem_code", "view_queue", "queue_retry", "edit_customer"}


def test_what_a_cashier_may_do() -> None:
    assert {one.value for one in Permission if allows(Role.CASHIER, one)} == ALLOWED_FOR_CASHIER


@pytest.mark.parametrize("permission", list(Permission))
def test_more_rank_is_never_less_right(permission: Permission) -> None:
    rights = [allows(role, permission) for role in (Role.CASHIER, Role.SUPERVISOR, Role.MANAGER)]
    assert rights == sorted(rights)
    assert rights[-1]
    assert approvers(permission) == {role for role, right in zip(Role, rights, strict=True) if right}


@pytest.mark.parametrize(
    ("role", "permission", "wanted"),
    [
        (Role.CASHIER, Permission.SELL, False),
        (Role.CASHIER, Permission.REFUND, True),
        (Role.SUPERVISOR, Permission.REFUND, False),
        (Role.SUPERVISOR, Permission.PRICE_OVERRIDE, True),
        (Role.SUPERVISOR, Permission.REFUND_ABOVE_LIMIT, True),
        (Role.MANAGER, Permission.REFUND_ABOVE_LIMIT, False),
        (Role.SUPERVISOR, Permission.SETTINGS, True),
    ],
)
def test_when_another_person_is_needed(role: Role, permission: Permission, wanted: bool) -> None:
    assert needs_approval(role, permission) is wanted


def test_nobody_approves_for_himself() -> None:
    assert may_approve(Role.SUPERVISOR, "bob", "ana", Permission.PRICE_OVERRIDE)
    assert not may_approve(Role.SUPERVISOR, "ana", "ana", Permission.PRICE_OVERRIDE)
    assert not may_approve(Role.CASHIER, "bob", "ana", Permission.PRICE_OVERRIDE)
    assert not may_approve(Role.SUPERVISOR, "bob", "ana", Permission.RESTORE)


def test_acts_of_high_value_ask_for_the_pin_again() -> None:
    assert TWO_PEOPLE <= FRESH_PIN
