"""Charging and crediting a platform's gift card once, whatever becomes of the replies.

The contract promises that one key moves money once, and that `find_move` tells whether it did. So after a lost reply
we look, and only then send again with the same key. Where the platform honours no key (`Doubts`) nothing is sent
again before the settle window is over: what was lost may still be booked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from posbridge.connectors.contract import GiftCardMove, GiftCardService
from posbridge.domain.errors import (
    ConnectorError,
    OutcomeUnknown,
    RateLimitExceeded,
    SchemaDrift,
    ServiceUnavailable,
)
from posbridge.domain.money import Money
from posbridge.services.gift_card_doubts import Doubts

#: Seconds before each further try: a customer waits for this long, not longer.
WAITS: tuple[float, ...] = (0.2, 0.6, 1.5, 3.0)

_LOST = (OutcomeUnknown, SchemaDrift)


@dataclass
class CardCall:
    """One movement under one key. `doubt`: a request left to which no trustworthy answer came."""

    service: GiftCardService
    code: str
    amount: Money
    key: str
    reference: str = ""
    doubt: bool = False
    doubts: Doubts | None = None

    async def redeem(self, waits: Sequence[float] | None = None) -> GiftCardMove:
        """The movement. Raises the platform's refusal (nothing was taken; with `doubt` it must still be proved), or
        OutcomeUnknown when nothing certain was heard in all tries."""
        return await self._until_known(
            lambda: self.service.redeem(self.code, self.amount, self.key, reference=self.reference), waits
        )

    async def refund(self, move_id: str = "", waits: Sequence[float] | None = None) -> GiftCardMove:
        """Puts the amount back, the redeem `move_id`'s where it is known. Errors as for `redeem`."""
        return await self._until_known(
            lambda: self.service.refund(
                self.code, self.amount, self.key, move_id=move_id, reference=self.reference
            ),
            waits,
        )  # fmt: skip

    async def found(self) -> GiftCardMove | None:
        """The movement if it happened."""
        return await self.service.find_move(self.code, self.key)

    async def _until_known(
        self, send: Callable[[], Awaitable[GiftCardMove]], given: Sequence[float] | None
    ) -> GiftCardMove:
        waits = WAITS if given is None else given
        if self.doubts is not None:
            return await self._once(send, waits, self.doubts)
        problem: ConnectorError = OutcomeUnknown("The gift card's issuer gave no clear answer.")
        for wait in (0.0, *waits):
            await asyncio.sleep(wait)
            try:
                return await send()
            except _LOST as error:
                problem, self.doubt = error, True
            except RateLimitExceeded as error:
                problem = error
                continue
            except ServiceUnavailable:
                if not self.doubt:
                    raise
            except ConnectorError:
                known = await self._seen() if self.doubt else None
                if known is None:
                    raise
                return known
            known = await self._seen()
            if known is not None:
                return known
        raise self._unanswered(problem) from problem

    async def _once(
        self, send: Callable[[], Awaitable[GiftCardMove]], waits: Sequence[float], doubts: Doubts
    ) -> GiftCardMove:
        """Without keys: what left before is looked for, and sent again only when it can no longer come."""
        if await doubts.has(self.key):
            self.doubt = True
            known = await self.found()
            if known is None and await doubts.may_come(self.key):
                raise self._unanswered(OutcomeUnknown("The gift card's issuer may still be booking this."))
            if known is not None:
                await doubts.over(self.key)
                return known
        await doubts.leaves(self.key)
        try:
            move = await send()
        except _LOST as problem:
            self.doubt = True
            await doubts.leaves(self.key)
            move = await self._seen_within(waits, problem)
        except ConnectorError:
            await doubts.over(self.key)
            raise
        await doubts.over(self.key)
        return move

    async def _seen_within(self, waits: Sequence[float], problem: ConnectorError) -> GiftCardMove:
        """Looks, and looks again, while the customer waits. Raises OutcomeUnknown."""
        for wait in (0.0, *waits):
            await asyncio.sleep(wait)
            if (known := await self._seen()) is not None:
                return known
        raise self._unanswered(problem) from problem

    def _unanswered(self, last: ConnectorError) -> ConnectorError:
        if not self.doubt:
            return last
        step = "The amount is settled by itself; take another tender meanwhile."
        return OutcomeUnknown(last.message, next_step=step, platform=last.platform)

    async def _seen(self) -> GiftCardMove | None:
        """`found`, or None when that read failed too."""
        try:
            return await self.found()
        except ConnectorError:
            return None
