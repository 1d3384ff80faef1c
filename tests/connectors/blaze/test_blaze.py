"""Blaze, held to the conformance kit."""

from __future__ import annotations

from typing import ClassVar

from posbridge.connectors.blaze import CONNECTOR
from posbridge.sandbox.blaze import BlazeSimulator
from posbridge.sandbox.blaze.app import DEVELOPER, WEAK
from posbridge.testing.conformance import ConnectorConformance, Far

_NO_WRITES = "Blaze's API sets no stock"
_UNSIGNED = "Blaze signs nothing, the secret stands in the address: see test_blaze_webhooks"
_READ_ONLY = "Blaze tells a card's balance and takes nothing off it"


class TestBlaze(ConnectorConformance):
    connector = CONNECTOR
    simulator = BlazeSimulator
    webhook_field = "webhook_path_secret"
    weak_secrets: ClassVar = {"partner_key": WEAK, "developer_key": DEVELOPER}
    exempt: ClassVar = {
        "test_orders_are_listed_since_a_cursor": "Blaze's terms allow one list of sales an hour: see test_blaze_orders",
        "test_stock_moves_by_differences": _NO_WRITES, "test_stock_moved_under_the_same_key_moves_once": _NO_WRITES,
        **dict.fromkeys(("test_a_redeem_counts_once_for_its_key", "test_a_card_is_never_overspent",
                         "test_money_goes_back_to_a_card_once", "test_a_lost_redeem_is_settled"), _READ_ONLY),
        **dict.fromkeys(("test_a_delivery_is_proved_and_read", "test_without_a_secret_nothing_is_believed",
                         "test_a_secret_that_is_being_replaced_still_counts"), _UNSIGNED),
    }  # fmt: skip

    async def use_up(self, far: Far, code: str) -> None:
        """A use is counted when a cart with the code is submitted, as anybody's order on the web."""
        far.platform.deals.used[code] = 1  # type: ignore[attr-defined] # the simulator's own
