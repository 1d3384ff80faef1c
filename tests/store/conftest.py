"""A store on a fresh file, a clock that stands still until it is moved, and one connection."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from posbridge.security.vault import Vault
from posbridge.store import connect, connections
from posbridge.store.connections import ConnectionRow
from posbridge.store.engine import SqliteStore, prepare
from posbridge.store.times import CLOCK
from posbridge.testing.builders import EPOCH

KEY = bytes(range(32))


class Clock:
    """Says the time it was set to."""

    def __init__(self, at: datetime = EPOCH) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def tick(self, seconds: float = 1) -> datetime:
        self.at += timedelta(seconds=seconds)
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def vault() -> Vault:
    return Vault(KEY)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "posbridge.db"


@pytest.fixture
async def store(path: Path, clock: Clock, vault: Vault) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(path, clock=clock, vault=vault)
    await opened.write(connections.put, ConnectionRow("till-pos", "square", "pos", currency="USD"), clock())
    await opened.write(connections.put, ConnectionRow("shop", "woocommerce", "e-commerce", currency="USD"), clock())
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file with two connections, to copy from."""
    made = tmp_path_factory.mktemp("template") / "posbridge.db"
    prepare(made)
    engine = connect.writer_engine(made)
    with engine.begin() as tx:
        connections.put(tx, ConnectionRow("till-pos", "square", "pos"), EPOCH)
        connections.put(tx, ConnectionRow("shop", "woocommerce", "e-commerce"), EPOCH)
    engine.dispose()
    return made


def fast(file: Path, clock: Clock) -> Connection:
    """A plain transaction-capable connection that does not wait for the disk: for what is not about durability."""
    made = connect.writer_engine(file).connect()
    connect.driver_of(made).execute("PRAGMA synchronous = OFF")
    made.info[CLOCK] = clock
    return made


@pytest.fixture
def tx(template: Path, tmp_path: Path, clock: Clock) -> Iterator[Connection]:
    """One open transaction on a fresh copy."""
    file = tmp_path / "copy.db"
    shutil.copy(template, file)
    connection = fast(file, clock)
    with connection.begin():
        yield connection
    connection.close()
    connection.engine.dispose()
