"""Square, held to the conformance kit."""

from __future__ import annotations

from typing import ClassVar

from posbridge.connectors.square import CONNECTOR
from posbridge.sandbox.square import SquareSimulator
from posbridge.sandbox.square.oauth import SCOPES
from posbridge.testing.conformance import ConnectorConformance

WEAK = "EAAA-posbridge-sandbox-token-without-orders"


class SquareWithAWeakToken(SquareSimulator):
    """Knows one more token, which may not write orders."""

    def admit(self, call):  # type: ignore[no-untyped-def] # as the parent
        known = self.oauth.tokens
        known.setdefault(WEAK, type(next(iter(known.values())))(tuple(s for s in SCOPES if s != "ORDERS_WRITE")))
        return super().admit(call)


class TestSquare(ConnectorConformance):
    connector = CONNECTOR
    simulator = SquareWithAWeakToken
    webhook_field = "webhook_signature_key"
    weak_secrets: ClassVar = {"access_token": WEAK}
    exempt: ClassVar = {"test_a_code_that_is_used_up": "Square's catalog discounts have no usage limits"}
