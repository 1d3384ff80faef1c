"""Which lots a sale takes from: first expiry first out, never an expired or recalled one, never one twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from posbridge.domain.basket import Basket
from posbridge.domain.errors import DomainError
from posbridge.domain.inventory import LotTaken, StockLevel, remaining, take_from_batches
from posbridge.services.house import House
from posbridge.services.settings import Settings
from posbridge.store import audit, inventory, orders
from posbridge.store.transaction import Transaction


def lots_of(tx: Transaction, house: House, basket: Basket) -> dict[str, tuple[LotTaken, ...]]:
    """By line id, for goods whose stock is kept in lots; what was sold since the stock was read is counted off.

    Raises DomainError (code "no_lot") naming the article of which the good lots do not hold enough.
    """
    levels = inventory.in_lots(tx, [line.variant_id for line in basket.lines])
    if not levels:
        return {}
    settings = house.settings.of(tx)
    left = _left(tx, levels, settings)
    taken: dict[str, tuple[LotTaken, ...]] = {}
    for line in basket.lines:
        level = left.get(line.variant_id)
        if level is None:
            continue
        try:
            lots = take_from_batches(level, line.quantity, settings.day_of(house.clock()))
        except DomainError as error:
            raise DomainError(f"{line.title}: {error.message}", code=error.code, next_step=error.next_step) from error
        taken[line.id], left[line.variant_id] = tuple(lots), remaining(level, lots)
    return taken


class Lots:
    """Recalls: what is blocked here at once, on top of what the POS says."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def recalled(self) -> tuple[str, ...]:
        """Lot numbers and package tags that are not sold."""
        return (await self._house.settings.get()).recalled_lots

    async def recall(self, lots: Iterable[str], who: str = "") -> tuple[str, ...]:
        """Blocks these as well, from the next scan on; all that are blocked now."""
        return await self._put([*await self.recalled(), *lots], "recall", who)

    async def release(self, lots: Iterable[str], who: str = "") -> tuple[str, ...]:
        """Sells these again, where the POS does; all that are still blocked."""
        free = {lot.strip() for lot in lots}
        return await self._put([lot for lot in await self.recalled() if lot not in free], "recall_released", who)

    async def _put(self, lots: Iterable[str], action: str, who: str) -> tuple[str, ...]:
        every = tuple(dict.fromkeys(lot.strip() for lot in lots if lot.strip()))
        await self._house.settings.put(recalled_lots=every, who=who)
        await self._house.store.write(self._note, action, every, who)
        return every

    def _note(self, tx: Transaction, action: str, lots: tuple[str, ...], who: str) -> None:
        audit.add(tx, action, self._house.clock(), vault=self._house.vault, who=who, detail={"lots": list(lots)})


def _left(tx: Transaction, levels: dict[str, StockLevel], settings: Settings) -> dict[str, StockLevel]:
    oldest = min((level.read_at for level in levels.values() if level.read_at is not None), default=None)
    sold = orders.lots_sold(tx, oldest) if oldest is not None else []
    return {
        variant: remaining(level, _since(sold, variant, level.read_at), settings.recalled_lots)
        for variant, level in levels.items()
    }


def _since(
    sold: list[tuple[str, datetime, LotTaken]], variant: str, read_at: datetime | None
) -> Iterable[LotTaken]:
    return [lot for each, at, lot in sold if each == variant and (read_at is None or at >= read_at)]
