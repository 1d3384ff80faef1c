"""Toast, held to the conformance kit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from posbridge.connectors.contract import Connection
from posbridge.connectors.toast import CONNECTOR
from posbridge.sandbox.toast.gate import STANDARD_SECRET
from posbridge.testing.conformance import ConnectorConformance
from tests.connectors.toast.lab import restaurant, token_service

_SILENT = "Toast answers an empty list to every code that does not count and gives no reason"


class TestToast(ConnectorConformance):
    connector = CONNECTOR
    simulator = restaurant
    weak_secrets: ClassVar = {"client_secret": STANDARD_SECRET}
    exempt: ClassVar = {
        "test_unknown_and_expired_codes": _SILENT,
        "test_a_minimum_spend": _SILENT,
        "test_a_code_that_is_used_up": _SILENT,
        "test_codes_to_keep": "Toast exposes no codes, so there are none to keep",
    }

    def tokens(self, connection: Connection, secrets: Mapping[str, str]) -> Any:
        return token_service()
