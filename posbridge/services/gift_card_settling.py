"""What a crash or a lost reply left of a gift card payment at a platform: proved, then given back or let go."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

import structlog

from posbridge.domain.errors import ConnectorError, SecurityError, Unsupported
from posbridge.services import asking
from posbridge.services.gift_card_calls import CardCall
from posbridge.services.gift_card_doubts import doubts_of
from posbridge.services.house import House
from posbridge.store import gift_card_holds as holds
from posbridge.store.errors import NotStored
from posbridge.store.gift_card_holds import HoldRow, State

log = structlog.get_logger("posbridge.services.gift_cards")

#: Seconds for which a payment may still be under way in another process of this till.
ALIVE_S = 120.0


@dataclass
class Settled:
    """What `settle` did: holds that had run out, money given back, amounts never taken, and those that still wait."""

    expired: int = 0
    given_back: int = 0
    never_taken: int = 0
    waiting: int = 0


class Settling:
    """Ends holds that no sale came of. One task of this process at a time has a hold in hand (`take`, `put_down`)."""

    _in_hand: ClassVar[dict[str, asyncio.Event]] = {}

    def __init__(self, house: House) -> None:
        self._house = house

    async def take(self, hold_id: str) -> None:
        """Waits until nobody in this process pays or settles the hold, then has it."""
        while (other := self._in_hand.get(hold_id)) is not None:
            await other.wait()
        self._in_hand[hold_id] = asyncio.Event()

    def put_down(self, hold_id: str) -> None:
        """The next one may have it."""
        self._in_hand.pop(hold_id).set()

    async def settle(self, alive_s: float = ALIVE_S, window_s: float | None = None) -> Settled:
        """Sees to every hold that is neither held, captured nor released, and not touched for `alive_s` seconds.

        `window_s` replaces each platform's own settle window: how long a lost redeem may still appear.
        """
        now, result = self._house.clock(), Settled()
        result.expired = await self._house.store.write(holds.expire, now)
        for row in await self._house.store.read(holds.unsettled, now):
            alive = row.state != "releasing" and row.updated_at > now - timedelta(seconds=alive_s)
            if row.id in self._in_hand or alive:
                result.waiting += 1
                continue
            await self.take(row.id)
            try:
                await self._settle_one(row, window_s, result)
            finally:
                self.put_down(row.id)
        return result

    async def give_back(self, hold_id: UUID | str) -> State:
        """Releases a hold; its new state: "released", or "releasing" while the platform cannot be asked."""
        row = await self._house.store.read(holds.get, hold_id)
        await self.take(row.id)
        try:
            await self._settle_one(await self._house.store.read(holds.get, hold_id), None, Settled(), begun=True)
        finally:
            self.put_down(row.id)
        return (await self._house.store.read(holds.get, hold_id)).state

    async def let_go(self, hold_id: str) -> None:
        """The sale failed, and the caller has the hold in hand: gives back as far as that can be done now.

        What a platform cannot do now is left to `settle`.
        """
        row = await self._house.store.read(holds.get, hold_id)
        if row.state not in ("captured", "released"):
            await self._settle_one(row, None, Settled(), begun=True)

    async def refused(self, hold_id: str, doubt: bool) -> None:
        """The platform did not take it: released at once, or proved later when an earlier reply was lost."""
        state = await self._house.store.write(holds.release, hold_id, self._house.clock(), "refused")
        if state == "releasing" and not doubt:
            await self._house.store.write(holds.released, hold_id, self._house.clock())

    async def call_of(self, row: HoldRow, key: str = "") -> CardCall:
        """The call that a hold stands for, ready to be sent. Raises VaultLocked, ConnectorError."""
        house = self._house
        connection = await asking.one(house, row.connection_id or "")
        service = (await house.registry.services(connection)).gift_cards
        if service is None:
            raise Unsupported(f"{asking.label_of(house, connection)} has no gift cards any more.")
        code = await house.store.read(holds.code_of, row.id, house.vault)
        doubts = doubts_of(house, connection, service)
        return CardCall(service, code, row.amount, key or row.id, doubts=doubts)

    async def _settle_one(self, row: HoldRow, window_s: float | None, result: Settled, *, begun: bool = False) -> None:
        try:
            await self._settled(row, window_s, result, begun)
        except (ConnectorError, SecurityError, NotStored) as error:
            result.waiting += 1
            log.warning("gift card not settled yet", hold=row.id, state=row.state, problem=error.message)

    async def _settled(self, row: HoldRow, window_s: float | None, result: Settled, begun: bool) -> None:
        """One hold, from whatever state it is in; `begun` marks it as given up before anything is asked."""
        if begun and row.state != "releasing":
            if await self._release(row, "no sale") == "released":
                return
            row = await self._house.store.read(holds.get, row.id)
        move_id = row.remote_move_id or await self._taken(row)
        if move_id:
            await self._return_money(row, move_id)
            await self._no_doubt(row)
            result.given_back += 1
        elif self._late_enough(row, await self._window(row) if window_s is None else window_s):
            await self._release(row, "never taken")
            await self._house.store.write(holds.released, row.id, self._house.clock())
            await self._no_doubt(row)
            result.never_taken += 1
        else:
            result.waiting += 1

    async def _taken(self, row: HoldRow) -> str:
        """The id of the redeem there, "" when none is seen (yet)."""
        found = await (await self.call_of(row)).found()
        return "" if found is None else found.id

    async def _return_money(self, row: HoldRow, move_id: str) -> None:
        if row.state != "releasing":
            await self._release(row, "no sale")
        back = await self.call_of(row, _back(row))
        if await back.found() is None:
            await back.refund(move_id)
        await self._house.store.write(holds.released, row.id, self._house.clock())

    async def _no_doubt(self, row: HoldRow) -> None:
        """The hold is at its end, so nobody asks any more what became of its redeem and its way back."""
        doubts = (await self.call_of(row)).doubts
        if doubts is not None:
            await doubts.over(row.id)
            await doubts.over(_back(row))

    async def _release(self, row: HoldRow, reason: str) -> State:
        return await self._house.store.write(holds.release, row.id, self._house.clock(), reason)

    async def _window(self, row: HoldRow) -> float:
        connection = await asking.one(self._house, row.connection_id or "")
        known = self._house.registry.connector(connection.platform).facts.capabilities
        return float(known.settle_s + known.timeout_s)

    def _late_enough(self, row: HoldRow, window_s: float) -> bool:
        return self._house.clock() >= row.updated_at + timedelta(seconds=window_s)


def _back(row: HoldRow) -> str:
    """The key of the way back."""
    return f"{row.id}:back"
