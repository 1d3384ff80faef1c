"""The far side in a process of its own, and the real connectors in front of it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from posbridge.connectors.contract import Connection
from posbridge.connectors.registry import PlatformServiceRegistry
from posbridge.security.tokens import TokenService
from posbridge.security.vault import Vault
from posbridge.store import connections
from posbridge.store.connections import ConnectionRow
from posbridge.store.engine import SqliteStore, utc_now
from posbridge.store.tokens import StoredTokens

ROOT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def process(*arguments: str) -> AsyncIterator[dict[str, Any]]:
    """A Python module in a process of its own; gives the JSON object of its first line. It ends with the block."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        limit=2**20,
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        yield json.loads(await child.stdout.readline())
    finally:
        child.stdin.close()
        try:
            await asyncio.wait_for(child.wait(), 5)
        except TimeoutError:
            child.terminate()
            await child.wait()


@dataclass(frozen=True)
class Till:
    """A fresh store with one connection to the far side."""

    store: SqliteStore
    registry: PlatformServiceRegistry
    connection: Connection


class _Secrets:
    def __init__(self, known: dict[str, str]) -> None:
        self._known = known

    async def secrets(self, connection: Connection) -> dict[str, str]:
        return self._known


@asynccontextmanager
async def till(path: Path, platform: str, known: dict[str, Any]) -> AsyncIterator[Till]:
    """`known` is what a simulator says of how to connect."""
    vault = Vault(bytes(range(32)))
    store = await SqliteStore.open(path, vault=vault)
    fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in known["fields"].items()}
    connection = Connection(id=platform, platform=platform, location=fields.get("location_id", ""), fields=fields)
    tokens = TokenService(StoredTokens(store), utc_now, vault)
    registry = PlatformServiceRegistry(_Secrets(known["secrets"]), tokens, utc_now)
    kind = registry.connector(platform).facts.kind.value
    row = ConnectionRow(platform, platform, kind, location=connection.location, fields=fields)
    await store.write(connections.put, row, utc_now())
    try:
        yield Till(store, registry, connection)
    finally:
        await registry.aclose()
        await tokens.aclose()
        await store.close()
