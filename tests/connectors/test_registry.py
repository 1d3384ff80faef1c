"""The registry: lazy, one instance a connection, and no outside connector can break it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.auth import Basic
from posbridge.connectors.contract import Connection, Context, PlatformServices
from posbridge.connectors.errors import Unsupported
from posbridge.connectors.registry import Catalogue, PlatformServiceRegistry
from posbridge.domain.errors import ConfigurationError, VaultLocked

from .conftest import NOW, SmallConnector, connection

OUTSIDE = """
from posbridge.connectors.contract import Capabilities, Dedupe, Facts, Kind
class Outside:
    facts = Facts(name="{name}", label="Outside", kind=Kind.POS, auth="none", hosts=("a.example",), fields=(),
                  services=(), capabilities=Capabilities(dedupe=Dedupe.NONE))
CONNECTOR = Outside()
"""


class Opening(SmallConnector):
    """Counts how often it is opened and signs with its secret."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Context] = []

    def open(self, context: Context) -> PlatformServices:
        self.opened.append(context)
        context.http.auth = Basic("u", context.secrets["key"])
        return PlatformServices(probe=lambda: None, products=object())  # type: ignore[arg-type] # only handed on


class Vault:
    def __init__(self) -> None:
        self.locked = False

    async def secrets(self, connection: Connection) -> dict[str, str]:
        await asyncio.sleep(0)
        if self.locked:
            raise VaultLocked()
        return {"key": "k"}


def make(connector: Any = None, vault: Any = None) -> PlatformServiceRegistry:
    catalogue = Catalogue({}, outside=False)
    if connector is not None:
        catalogue.add(connector)
    return PlatformServiceRegistry(vault or Vault(), None, lambda: NOW, catalogue=catalogue)


async def test_one_instance_a_connection() -> None:
    connector = Opening()
    registry = make(connector)
    first, second = await asyncio.gather(registry.services(connection()), registry.services(connection()))
    assert first is second
    assert await registry.get_product_service(connection()) is first.products
    assert len(connector.opened) == 1
    await registry.services(connection("https://other.example"))
    assert len(connector.opened) == 2, "a changed connection is opened anew"
    await registry.forget("c1")
    await registry.services(connection("https://other.example"))
    assert len(connector.opened) == 3
    assert await registry.estimate(connection("https://other.example"), 5) == 0
    assert registry.recent("c1") == []
    await registry.aclose()


async def test_what_a_system_lacks_is_said() -> None:
    registry = make(Opening())
    for ask in ("inventory", "order", "customer", "discount", "gift_card", "webhook"):
        with pytest.raises(Unsupported, match="Shop offers no"):
            await getattr(registry, f"get_{ask}_service")(connection())


async def test_a_locked_vault_passes_and_can_be_tried_again() -> None:
    vault = Vault()
    registry = make(Opening(), vault)
    vault.locked = True
    with pytest.raises(VaultLocked):
        await registry.services(connection())
    vault.locked = False
    assert await registry.services(connection())


def test_unknown_systems() -> None:
    with pytest.raises(ConfigurationError, match="no connector called shop"):
        make().connector("shop")


def test_outside_connectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, source in {
        "good_pos": OUTSIDE.format(name="good"),
        "lying_pos": OUTSIDE.format(name="somebody_else"),
        "broken_pos": "raise RuntimeError('licence expired')",
        "empty_pos": "",
    }.items():
        (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    where = {name: f"{name}_pos:CONNECTOR" for name in ("good", "lying", "broken", "empty", "absent")}
    catalogue = Catalogue(where, outside=False)
    registry = PlatformServiceRegistry(Vault(), None, lambda: NOW, catalogue=catalogue)
    for _ in range(2):
        assert [facts.name for facts in registry.available()] == ["good"]
    assert set(catalogue.broken) == {"lying", "broken", "empty", "absent"}
    with pytest.raises(ConfigurationError, match="licence expired"):
        registry.connector("broken")


def test_entry_points_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib.metadata import EntryPoint

    points = [
        EntryPoint("extra", "nowhere:CONNECTOR", "posbridge.connectors"),
        EntryPoint("square", "impostor:CONNECTOR", "posbridge.connectors"),
    ]
    monkeypatch.setattr("posbridge.connectors.registry.entry_points", lambda group: points)
    catalogue = Catalogue({"square": "posbridge.connectors.square:CONNECTOR"})
    assert catalogue.names() == ["extra", "square"]
    assert catalogue._where["square"] == "posbridge.connectors.square:CONNECTOR"
