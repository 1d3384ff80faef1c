"""A whole posbridge for a bench: real services on a real store, with two systems that are never called."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

from posbridge import app
from posbridge.connectors.registry import Catalogue
from posbridge.security.key_sources import Found, KeyState, Slot
from posbridge.security.vault import MasterKeys
from posbridge.services import Services
from posbridge.store import connections
from posbridge.store.connections import ConnectionRow
from posbridge.testing.hostile import FACTS, HostileConnector, HostileShop


class OneKey:
    """A key source that always has the same key."""

    name = "bench"

    async def read(self) -> Found:
        return Found(KeyState.OPEN, self.name, MasterKeys(current=bytes(range(32))), can_hold=True)

    async def write(self, slot: Slot, key: bytes) -> Found:
        return await self.read()

    async def forget_next(self) -> None:
        """There is none."""


@asynccontextmanager
async def house(
    home: Path,
    platforms: tuple[str, ...] = ("till", "shop"),
    *,
    sync: bool = False,
    after: Awaitable[object] | None = None,
) -> AsyncIterator[Services]:
    """Every order sold in it is queued for each of the platforms; with `sync` the queue is brought out."""
    catalogue = Catalogue({}, outside=False)
    for name in platforms:
        catalogue.add(HostileConnector(HostileShop(), FACTS.model_copy(update={"name": name})))
    async with app.running(
        home, sync=sync, sources=[OneKey()], environ={}, catalogue=catalogue, after=after
    ) as services:
        known = {row.id for row in await services.house.store.read(connections.listed)}
        for name in [one for one in platforms if one not in known]:
            row = ConnectionRow(name, name, "pos")
            await services.house.store.write(connections.put, row, services.house.clock())
        yield services
