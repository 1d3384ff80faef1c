"""The kit passes a sound connector and catches unsound ones."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from posbridge.connectors.contract import Dedupe, RemoteRef, SendContext
from posbridge.connectors.errors import Unsupported
from posbridge.domain.order import Order
from posbridge.testing.conformance import ConnectorConformance, shop

from .toy import ToyConnector, ToyOrders, ToyPlatform


class TestToy(ConnectorConformance):
    connector = ToyConnector()
    simulator = ToyPlatform
    exempt: ClassVar[dict[str, str]] = {
        "test_probe_with_a_key_that_lacks_a_right": "its only key may do everything",
        "test_stock_moved_under_the_same_key_moves_once": "it has no keys; a lost change is seen by the next read",
    }


class Forgetful(ToyOrders):
    """Makes another order each time it is asked."""

    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        made = (await self.http.write("POST", "orders", json=self.body(order, context))).json()["id"]
        await context.steps.put("order", made)
        await self.http.write("POST", f"orders/{made}/pay", json={})
        return RemoteRef(id=made)


class Repeating(ToyOrders):
    """Sends again by itself when no answer came."""

    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        try:
            return await super().create(order, key, context)
        except Exception:
            return await super().create(order, key, context)


class Cents(ToyOrders):
    """Loses a cent."""

    def body(self, order: Order, context: SendContext) -> dict[str, Any]:
        made = super().body(order, context)
        return {**made, "total": made["total"] - 1}


class Blind(ToyOrders):
    """Does not find what is there."""

    async def find(self, *args: Any, **kwargs: Any) -> list[Any]:
        return []


UNSOUND = [
    (Forgetful, "test_created_again_with_the_same_steps_is_one_order", ()),
    (Forgetful, "test_killed_after_each_step_then_resumed", ()),
    (Repeating, "test_a_lost_reply_is_unknown_and_settles_to_one_order", ("lost",)),
    (Repeating, "test_a_storm_of_faults_makes_each_order_once", ()),
    (Cents, "test_an_order_reads_back_equal", ()),
    (Blind, "test_an_order_is_found_by_its_reference", ()),
    (Blind, "test_killed_before_each_step_is_kept_then_looked_up", ()),
    (Blind, "test_a_lost_reply_is_unknown_and_settles_to_one_order", ("lost",)),
]


class Mute(ToyOrders):
    """Cannot be asked for an order, and says by what a person finds it."""

    async def find(self, reference: str, **kwargs: Any) -> list[Any]:
        raise Unsupported(f"Look for {reference} there.")


class Mumbling(Mute):
    """Does not say what to look for."""

    async def find(self, reference: str, **kwargs: Any) -> list[Any]:
        raise Unsupported("It cannot be asked.")


class Hasty(Repeating, Mute):
    """Cannot be asked, and sends again by itself."""


def asked_never(orders: type[ToyOrders], dedupe: Dedupe = Dedupe.NONE) -> type[ConnectorConformance]:
    """The kit of a platform that cannot be asked, as its facts say (or do not say)."""
    connector = type("Connector", (ToyConnector,), {"orders": orders})()
    can = connector.facts.capabilities.model_copy(update={"dedupe": dedupe, "notes": ("A person looks.",)})
    connector.facts = connector.facts.model_copy(update={"capabilities": can})
    return type("Kit", (ConnectorConformance,), {"connector": connector, "simulator": ToyPlatform})


DOUBTS = [
    ("test_an_order_is_found_by_its_reference", ()),
    ("test_killed_before_each_step_is_kept_then_looked_up", ()),
    ("test_a_lost_reply_is_unknown_and_settles_to_one_order", ("lost",)),
    ("test_a_storm_of_faults_makes_each_order_once", ()),
]


@pytest.mark.parametrize(("behaviour", "arguments"), DOUBTS)
async def test_where_nobody_can_ask_a_doubt_may_wait_for_a_person(behaviour: str, arguments: tuple[str]) -> None:
    kit = asked_never(Mute)()
    async with kit.connected(shop()) as far:
        await getattr(kit, behaviour)(far, *arguments)


@pytest.mark.parametrize(
    ("orders", "dedupe", "doubt"),
    [
        *((Mute, Dedupe.SEARCH, doubt) for doubt in DOUBTS[1:]),
        *((Mumbling, Dedupe.NONE, doubt) for doubt in DOUBTS),
        (Hasty, Dedupe.NONE, DOUBTS[2]),
        (Hasty, Dedupe.NONE, DOUBTS[3]),
    ],
)
async def test_who_leaves_a_doubt_wrongly_or_doubles_is_caught(
    orders: type[ToyOrders], dedupe: Dedupe, doubt: tuple[str, tuple[str]]
) -> None:
    kit, (behaviour, arguments) = asked_never(orders, dedupe)(), doubt
    async with kit.connected(shop()) as far:
        with pytest.raises((AssertionError, pytest.fail.Exception)):
            await getattr(kit, behaviour)(far, *arguments)


@pytest.mark.parametrize(("orders", "behaviour", "arguments"), UNSOUND)
async def test_unsound_connectors_are_caught(orders: type[ToyOrders], behaviour: str, arguments: tuple[str]) -> None:
    class Unsound(ConnectorConformance):
        connector = type("Connector", (ToyConnector,), {"orders": orders})()
        simulator = ToyPlatform

    kit = Unsound()
    async with kit.connected(shop()) as far:
        with pytest.raises((AssertionError, pytest.fail.Exception)):
            await getattr(kit, behaviour)(far, *arguments)


def test_what_is_not_claimed_is_left_out() -> None:
    assert TestToy.test_a_balance is None
    assert TestToy.test_an_order_reads_back_equal is not None


@pytest.mark.parametrize("exempt", [{"test_nothing_of_the_kind": "there is no such thing"}, {"test_a_balance": "no"}])
def test_an_exemption_names_a_behaviour_and_a_reason(exempt: dict[str, str]) -> None:
    with pytest.raises(TypeError):
        type("Wrong", (ConnectorConformance,), {"connector": ToyConnector(), "exempt": exempt})


async def test_facts_with_a_gap_are_caught() -> None:
    class Gap(ConnectorConformance):
        connector = ToyConnector()
        simulator = ToyPlatform

    Gap.connector.facts = Gap.connector.facts.model_copy(update={"facts": ()})
    with pytest.raises(AssertionError):
        await Gap().test_facts_are_complete()
