"""Signing in to Toast: two sign-ins an hour, so one token serves a day, and a dead one is renewed once."""

from __future__ import annotations

import asyncio
import json

import pytest

from posbridge.connectors.errors import AuthenticationError, RateLimitExceeded, ServiceUnavailable
from posbridge.connectors.toast import facts as known
from posbridge.sandbox.toast import Options, ToastSimulator
from posbridge.testing.conformance.selling import sale
from tests.connectors.toast.lab import linked, toast, whole
from tests.connectors.watched import Bench

Far = Bench[ToastSimulator]


def logins(far: Far) -> int:
    return len(far.asked("POST", "/authentication/login"))


async def test_one_login_serves_all_calls_of_a_day() -> None:
    far = toast()
    assert far.services.products
    assert far.services.orders
    for _ in range(3):
        await whole(far.services.products.changed_since(None))
        await whole(far.services.orders.changed_since(None))
    assert logins(far) == 1
    assert json.loads(far.asked("POST", "/authentication/login")[0].content)["userAccessType"] == "TOAST_MACHINE_CLIENT"


async def test_a_token_that_dies_is_renewed_once_in_the_middle_of_a_sale() -> None:
    """T9: the token dies before, between and after the calls of a sale; the sale is made once."""
    for path in ("/orders/v2/prices", "/orders/v2/orders", "/orders"):
        far = toast()
        assert far.services.orders
        await whole(far.services.orders.changed_since(None))
        far.simulator.faults.plan("expire", path=path)
        await far.services.orders.create(sale(), "key", linked(far))
        assert (logins(far), len(far.booked)) == (2, 1)


async def test_all_tokens_dead_at_once_under_many_calls_is_one_login() -> None:
    far = toast()
    assert far.services.orders
    context = linked(far)
    await far.services.orders.create(sale(1), "key-1", context)
    far.simulator.expire_tokens()
    await asyncio.gather(*(far.services.orders.create(sale(n), f"key-{n}", linked(far)) for n in range(2, 12)))
    assert (logins(far), len(far.booked)) == (2, 11)


async def test_a_token_that_stays_refused_is_told_after_one_login() -> None:
    far = toast()
    far.simulator.faults.plan("expire", path="/menus", times=10)
    assert far.services.products
    with pytest.raises(AuthenticationError):
        await whole(far.services.products.changed_since(None))
    assert logins(far) == 2


async def test_sign_ins_are_counted_there_and_here() -> None:
    far = toast(options=Options(sign_ins=1))
    await far.services.probe()
    far.simulator.expire_tokens()
    assert far.services.orders
    with pytest.raises(RateLimitExceeded):
        await whole(far.services.orders.changed_since(None))
    assert [rate.requests for rate in known.CAPABILITIES.rates if rate.what == known.LOGIN] == [2]


async def test_a_test_call_without_a_sign_in_left_uses_the_token_that_is_there() -> None:
    far = toast(options=Options(sign_ins=1))
    assert far.services.orders
    await whole(far.services.orders.changed_since(None))
    assert (await far.services.probe()).account == "Conformance"


async def test_a_login_that_got_lost_is_no_doubtful_sale() -> None:
    far = toast()
    far.simulator.faults.plan("lost500", path="/authentication", times=9)
    assert far.services.orders
    with pytest.raises(ServiceUnavailable):
        await far.services.orders.create(sale(), "key", linked(far))
    assert far.booked == []


async def test_without_a_secret_nothing_leaves() -> None:
    far = toast(secrets={"client_secret": " "})
    with pytest.raises(AuthenticationError):
        await far.services.probe()
    assert far.sent == []
