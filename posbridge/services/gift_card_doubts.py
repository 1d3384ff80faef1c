"""Gift card movements that left for a platform which honours no key, and of which nobody knows yet what became.

Each is on disk before its request leaves, so that neither a crash nor another program sends it again too early.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from posbridge.connectors.contract import Connection, GiftCardService, KeylessGiftCards
from posbridge.services.house import House
from posbridge.store import settings as rows
from posbridge.store.times import ms


@dataclass(frozen=True)
class Doubts:
    """Of one connection. `window` is how long after it left a movement may still be booked."""

    house: House
    connection_id: str
    window: timedelta

    async def has(self, key: str) -> bool:
        """Whether a movement under this key left, and no certain answer came."""
        return await self._left_at(key) is not None

    async def may_come(self, key: str) -> bool:
        """Whether what left under this key may still be booked."""
        left = await self._left_at(key)
        return left is not None and ms(self.house.clock() - self.window) < left

    async def leaves(self, key: str) -> None:
        """It leaves now, or its reply was lost now."""
        await self.house.store.write(rows.put, self._row(key), ms(self.house.clock()))

    async def over(self, key: str) -> None:
        """What became of it is certain."""
        await self.house.store.write(rows.drop, self._row(key))

    async def _left_at(self, key: str) -> int | None:
        found = await self.house.store.read(rows.get, self._row(key))
        return None if found is None else int(found)

    def _row(self, key: str) -> str:
        return f"gift_card_doubt/{self.connection_id}/{key}"


def doubts_of(house: House, connection: Connection, service: GiftCardService) -> Doubts | None:
    """None where the platform honours keys."""
    if not (isinstance(service, KeylessGiftCards) and service.keyless):
        return None
    known = house.registry.connector(connection.platform).facts.capabilities
    return Doubts(house, connection.id, timedelta(seconds=known.settle_s + known.timeout_s))
