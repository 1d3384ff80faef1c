"""What may be there is a doubt, and half an order is not a whole one."""

from __future__ import annotations

import pytest

from posbridge.connectors.sylius.order_mapping import to_order
from posbridge.connectors.sylius.orders import _may_be

_OURS = "posbridge PB1-ABC 0b6f2d6e-54a5-4f0e-9a5c-0d5c0f6f0a11"


def _row(**states: str) -> dict[str, object]:
    return {"tokenValue": "t", "currencyCode": "USD", "total": 100, "items": [], "notes": _OURS, **states}


@pytest.mark.parametrize(
    "states",
    [
        {"state": "odd", "checkoutState": "addressed"},
        {"state": "odd", "checkoutState": "completed", "paymentState": "odd"},
        {"state": "new", "checkoutState": "completed", "paymentState": "paid", "shippingState": "ready"},
    ],
)
def test_what_is_not_finished_is_not_complete(states: dict[str, str]) -> None:
    assert not to_order(_row(**states)).complete


def test_a_look_up_reads_strictly_what_may_be_ours() -> None:
    assert _may_be({"notes": _OURS}, "PB1-ABC")
    assert _may_be("no order at all", "PB1-ABC")
    assert not _may_be({"notes": "another"}, "PB1-ABC")
