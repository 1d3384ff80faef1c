"""Lightspeed Restaurant, held to the conformance kit."""

from __future__ import annotations

from posbridge.connectors.lightspeed import CONNECTOR
from posbridge.testing.conformance import ConnectorConformance, Far
from tests.connectors.lightspeed.bench import WEAK, token_service, with_a_weak_token

_UNTOLD = "K-Series tells no dates, least spend or uses of its discount codes"
_PRICES = "no notification is sent for prices, and none is signed; test_lightspeed_webhooks has the password's cases"
_COUNTS = "counts of what may be sold cannot be written by any program"


class TestLightspeed(ConnectorConformance):
    connector = CONNECTOR
    simulator = with_a_weak_token
    weak_secrets = {"client_secret": "lightspeed-sandbox-secret", "refresh_token": WEAK}  # noqa: RUF012
    exempt = {  # noqa: RUF012 - as the kit reads it
        "test_unknown_and_expired_codes": _UNTOLD, "test_a_minimum_spend": _UNTOLD,
        "test_a_code_that_is_used_up": _UNTOLD, "test_a_delivery_is_proved_and_read": _PRICES,
        "test_a_secret_that_is_being_replaced_still_counts": _PRICES,
        "test_without_a_secret_nothing_is_believed": _PRICES, "test_stock_moves_by_differences": _COUNTS,
        "test_stock_moved_under_the_same_key_moves_once": _COUNTS,
    }  # fmt: skip

    def tokens(self, connection, secrets):  # type: ignore[no-untyped-def] # as the parent
        return token_service()

    def wrong(self, far: Far) -> dict[str, str]:
        far.tokens = token_service()
        return super().wrong(far)

    async def test_probe_with_a_key_that_lacks_a_right(self, far: Far) -> None:
        far.tokens = token_service()
        await super().test_probe_with_a_key_that_lacks_a_right(far)
