"""Dutchie Plus, held to the conformance kit."""

from __future__ import annotations

from typing import ClassVar

from posbridge.connectors.dutchie import CONNECTOR
from posbridge.sandbox.dutchie import PUBLIC_KEY, DutchieSimulator
from posbridge.testing.conformance import ConnectorConformance

_NO_WRITES = "Dutchie Plus writes no stock"
_NO_CODES = "Dutchie Plus can be asked for no code"


class TestDutchie(ConnectorConformance):
    connector = CONNECTOR
    simulator = DutchieSimulator
    weak_secrets: ClassVar = {"api_key": PUBLIC_KEY}
    exempt: ClassVar = {
        "test_stock_moves_by_differences": _NO_WRITES, "test_stock_moved_under_the_same_key_moves_once": _NO_WRITES,
        "test_valid_codes": _NO_CODES, "test_unknown_and_expired_codes": _NO_CODES, "test_a_minimum_spend": _NO_CODES,
        "test_a_code_that_is_used_up": _NO_CODES, "test_codes_to_keep": _NO_CODES,
    }  # fmt: skip
