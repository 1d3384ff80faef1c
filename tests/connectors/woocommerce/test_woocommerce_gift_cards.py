"""PW Gift Cards as its documentation describes it, and a shop that has none."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx
import pytest

from posbridge.connectors.contract import Connection, Context
from posbridge.connectors.errors import NotFound, OutcomeUnknown, ValidationError
from posbridge.connectors.http import open_http
from posbridge.connectors.woocommerce import CONNECTOR
from posbridge.domain.money import Money
from tests.connectors.watched import now
from tests.connectors.woocommerce.bench import bench

CODE = "ABCD-EFGH-JKLM-NPQR"


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


@dataclass
class Plugin:
    """One card. `lose` drops the next answer to a change; `rival` is taken by another till before it."""

    balance: Decimal = Decimal("50.00")
    activity: list[dict[str, Any]] = field(default_factory=list)
    lose: bool = False
    rival: Decimal = Decimal(0)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        card = {"pimwick_gift_card_id": 7, "number": CODE, "active": "1", "balance": str(self.balance)}
        if request.method == "PUT":
            return self.change(request)
        if request.url.path.endswith("/7"):
            return httpx.Response(200, json={"gift_card": card, "activity": self.activity})
        return httpx.Response(200, json=[card] if request.url.params["number"].upper() == CODE else [])

    def change(self, request: httpx.Request) -> httpx.Response:
        said = json.loads(request.content, parse_float=Decimal)
        self.balance += Decimal(said["amount"]) - self.rival
        self.rival = Decimal(0)
        self.activity.append({"note": said["note"], "amount": str(said["amount"])})
        if self.lose:
            self.lose = False
            raise httpx.ReadError("gone", request=request)
        return httpx.Response(200, json={})


def cards(plugin: Plugin) -> Any:
    fields = {"store_url": "https://shop.example.com", "gift_card_provider": "pw_gift_cards"}
    connection = Connection(id="c", platform="woocommerce", fields=fields)
    http = open_http(CONNECTOR, connection, None, now, transport=httpx.MockTransport(plugin))
    secrets = {"consumer_key": "ck_1", "consumer_secret": "cs_1"}
    context = Context(connection, secrets, http, None, now)  # type: ignore[arg-type] # it has no tokens
    return CONNECTOR.open(context).gift_cards


async def test_a_card_is_charged_once_for_its_key_and_given_back_once() -> None:
    plugin = Plugin()
    service = cards(plugin)
    assert (await service.balance(CODE.lower())).balance == usd(5000)
    first = await service.redeem(CODE, usd(1200), "k-1", reference="P1")
    again = await service.redeem(CODE, usd(1200), "k-1")
    assert (first.id, first.amount, again.balance) == (again.id, usd(-1200), usd(3800))
    for _ in range(2):
        await service.refund(CODE, usd(1200), "k-2")
    assert plugin.balance == Decimal("50.00")
    with pytest.raises(NotFound):
        await service.balance("XXXX")


async def test_a_lost_charge_is_found() -> None:
    plugin = Plugin(lose=True)
    service = cards(plugin)
    with pytest.raises(OutcomeUnknown):
        await service.redeem(CODE, usd(1000), "k-1")
    assert (await service.find_move(CODE, "k-1")).balance == usd(4000)
    assert await service.find_move(CODE, "k-2") is None


async def test_a_card_is_never_left_overspent() -> None:
    plugin = Plugin()
    with pytest.raises(ValidationError):
        await cards(plugin).redeem(CODE, usd(5001), "k-1")
    assert plugin.activity == []
    plugin.rival = Decimal(45)
    with pytest.raises(ValidationError, match="same moment"):
        await cards(plugin).redeem(CODE, usd(1000), "k-2")
    assert plugin.balance == Decimal("5.00")
    assert await cards(plugin).find_move(CODE, "k-2") is None


def test_a_shop_without_the_plugin_has_no_gift_cards() -> None:
    assert bench().services.gift_cards is None
