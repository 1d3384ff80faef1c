"""Treez, held to the conformance kit."""

from __future__ import annotations

from typing import ClassVar

from posbridge.connectors.treez import CONNECTOR
from posbridge.sandbox.treez import TreezSimulator, weak_key
from posbridge.testing.conformance import ConnectorConformance


class TestTreez(ConnectorConformance):
    connector = CONNECTOR
    simulator = TreezSimulator
    weak_secrets: ClassVar = {"private_key_pem": weak_key()}
    webhook_field = "webhook_path_secret"
    exempt: ClassVar = {
        "test_stock_is_read": "no stock field of Treez ever shows more than 30",
        "test_stock_moves_by_differences": "stock is state-tracked and not changed from a till",
        "test_stock_moved_under_the_same_key_moves_once": "stock is state-tracked and not changed from a till",
        "test_a_customer_is_made_and_changed": "Treez takes nobody without a date of birth",
        "test_a_delivery_is_proved_and_read": "Treez signs nothing: the secret is in the address alone",
        "test_a_secret_that_is_being_replaced_still_counts": "Treez signs nothing: the secret is in the address alone",
        "test_unknown_and_expired_codes": "a preview only gets cheaper or not: Treez does not say why",
        "test_a_minimum_spend": "a preview only gets cheaper or not: Treez does not say why",
        "test_a_code_that_is_used_up": "a preview only gets cheaper or not: Treez does not say why",
        "test_codes_to_keep": "only a preview knows whether a code counts",
    }
