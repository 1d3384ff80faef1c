"""Asking platforms while the customer waits: which ones, in which order, and never for long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from posbridge.connectors.contract import Connection
from posbridge.domain.errors import AuthenticationError, ServiceUnavailable
from posbridge.services.connections import connection_of
from posbridge.services.house import House
from posbridge.store import connections
from posbridge.sync.health import State

T = TypeVar("T")

_POS_FIRST = ("pos", "shop")


async def enabled(house: House) -> list[Connection]:
    """The connections that may be asked, POS first, then in the order they were placed."""
    rows = await house.store.read(connections.listed, ("enabled",))
    rows.sort(key=lambda row: _POS_FIRST.index(row.kind) if row.kind in _POS_FIRST else len(_POS_FIRST))
    return [connection_of(row) for row in rows]


async def one(house: House, connection_id: str) -> Connection:
    """Raises NotStored."""
    return connection_of(await house.store.read(connections.get, connection_id))


def label_of(house: House, connection: Connection) -> str:
    """The name of the connection's system, as people know it."""
    return house.registry.connector(connection.platform).facts.label


async def ask(house: House, connection: Connection, call: Awaitable[T], limit_s: float) -> T:
    """What `call` answers within `limit_s` seconds; a connection known to be down is not asked.

    Raises ServiceUnavailable when it is down or too slow, AuthenticationError when it is signed out, and what the
    call raises. For reads only: what is cut off here may still happen there.
    """
    if not house.health.may_send(connection.id):
        _drop(call)
        signed_out = house.health.of(connection.id).state is State.SIGNED_OUT
        raise AuthenticationError() if signed_out else offline(house, connection)
    try:
        answer = await asyncio.wait_for(call, limit_s)
    except TimeoutError as error:
        raise offline(house, connection) from error
    house.health.good(connection.id)
    return answer


def offline(house: House, connection: Connection) -> ServiceUnavailable:
    """The error for a platform that cannot be asked now."""
    return ServiceUnavailable(
        f"{label_of(house, connection)} cannot be reached just now.", platform=connection.platform,
        next_step="Try again when the connection is back; everything else goes on.",
    )  # fmt: skip


def _drop(call: Awaitable[T]) -> None:
    close = getattr(call, "close", None)
    if close is not None:
        close()
