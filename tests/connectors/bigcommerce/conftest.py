"""The pause before a certificate is looked at again takes no time where one till is alone."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_pause(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "two_tills" not in request.node.name:
        monkeypatch.setattr("posbridge.connectors.bigcommerce.gift_cards.PAUSE_S", 0.01)
