"""Stock: read with the variants; written as numbers, from differences, once more when the shop was faster."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import Conflict, NotFound, Unsupported, ValidationError
from posbridge.connectors.sylius.calls import BIG_PAGE, Calls, cursor_of, part, place_of
from posbridge.connectors.sylius.catalog_mapping import read_level
from posbridge.connectors.text import Reader, each
from posbridge.domain.inventory import StockChange, StockLevel

_KEPT_KEYS = 500
#: So many variants are asked for one by one; more of them are cheaper in the list of all.
_ALONE = 12

#: Variant code → [on hand before, on hand after]
Targets = dict[str, list[int]]


class Stock:
    """One number a variant; what other orders hold is taken off what is read, and never written."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._done: OrderedDict[str, Targets] = OrderedDict()

    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        """All variants, or those asked for: a change cannot be asked for, its date tells nothing of holds."""
        if variant_ids and len(variant_ids) <= _ALONE:
            rows = [await self._calls.found(_path(code)) for code in variant_ids]
            yield self._page([row for row in rows if row is not None], None, "", True)
            return
        wanted = set(variant_ids) or None
        first = place_of(cursor).get("page", 1)
        async for page in self._calls.pages("product-variants", size=BIG_PAGE, first=first):
            at = "" if wanted else cursor_of(page=0 if page.last else page.number + 1, whole=page.last)
            yield self._page(page.rows, wanted, at, page.last)

    def _page(self, rows: Sequence[Any], wanted: set[str] | None, cursor: str, last: bool) -> Page[StockLevel]:
        items, parked = each(rows, read_level, "code")
        read_at = self._calls.clock()
        kept = [level for level in items if wanted is None or level.variant_id in wanted]
        return Page([level.model_copy(update={"read_at": read_at}) for level in kept], cursor, last, parked=parked)

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        """Reads, reckons and writes. Sylius knows no differences and no keys: the same key again, in this process,
        goes on with the same numbers.

        Raises NotFound for an unknown article, Unsupported for broken pieces and untracked stock, ValidationError
        when less would be left than orders hold.
        """
        targets = self._done.get(key)
        if targets is None:
            targets = self._done[key] = await self.targets(changes)
            while len(self._done) > _KEPT_KEYS:
                self._done.popitem(last=False)
        await self.settle(targets)
        self._done[key] = {}

    async def targets(self, changes: Sequence[StockChange]) -> Targets:
        """What each variant holds now and shall hold."""
        deltas: dict[str, Decimal] = {}
        for change in changes:
            deltas[change.variant_id] = deltas.get(change.variant_id, Decimal(0)) + change.delta
        made: Targets = {}
        for code, delta in deltas.items():
            if delta % 1:
                raise Unsupported("Sylius counts whole pieces only.")
            held = await self._on_hand(code)
            if held is not None and delta:
                made[code] = [held, self._within(code, held + int(delta))]
        return made

    def _within(self, code: str, after: int) -> int:
        if after < 0:  # it would be stored as nothing, without a word (recorded 054)
            raise ValidationError(f"{code}: the shop would be left with {after} pieces.")
        return after

    async def _on_hand(self, code: str) -> int | None:
        """None where the shop does not track the stock."""
        reader = Reader(await self._calls.get(_path(code)), "code")
        return (reader.integer("onHand") or 0) if reader.flag("tracked", True) else None

    async def settle(self, targets: Mapping[str, Sequence[int]]) -> None:
        """Writes the variants that still hold what they held before; others were written, or sold from, meanwhile."""
        for code, (before, after) in targets.items():
            await self._write(code, before, after)

    async def _write(self, code: str, before: int, after: int) -> None:
        """Only onHand: all else stays as it is (recorded 050). A 409 has changed nothing: read, try once more."""
        for last in (False, True):
            if await self._on_hand(code) != before:
                return
            try:
                await self._calls.write("PUT", _path(code), {"onHand": after})
                return
            except Conflict:
                if last:
                    raise


def _path(code: str) -> str:
    if not code:
        raise NotFound("An article without a code.")
    return f"product-variants/{part(code)}"


def packed(targets: Targets) -> str:
    return json.dumps(targets, sort_keys=True)


def unpacked(text: str) -> Targets:
    return {str(code): [int(before), int(after)] for code, (before, after) in json.loads(text).items()}
