"""Stock: read for all rows at once, an unchanged list for nothing; written as numbers, from differences."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import NotFound, Unsupported
from posbridge.connectors.prestashop.calls import Calls, cursor_of, last_id, place_of
from posbridge.connectors.prestashop.catalog_mapping import read_level, variant_id
from posbridge.connectors.prestashop.reading import ref
from posbridge.connectors.text import Reader, each
from posbridge.domain.inventory import StockChange, StockLevel

PAGE = 10_000
_FIELDS = {"display": "[id,id_product,id_product_attribute,quantity]"}
_KEPT_KEYS = 500

#: Row id → [what it held before, what it shall hold]
Targets = dict[str, list[int]]


class Stock:
    """One number a product or combination. The row of a product with combinations is their sum and is passed over."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._done: OrderedDict[str, Targets] = OrderedDict()

    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        """All rows, or of the variants asked for. A part of the list that has not changed since the cursor is empty."""
        if variant_ids:
            rows = await self._rows_of(variant_ids)
            yield self._page(rows, set(variant_ids), "", True)
            return
        parts = [tuple(part) for part in place_of(cursor).get("parts", ())]
        seen: list[tuple[str, str]] = []
        after, last = "0", False
        while not last:
            end, sha = parts[len(seen)] if len(seen) < len(parts) else ("", "")
            asked = {**_FIELDS, "filter[id]": f">[{after}]", "sort": "[id_ASC]", "limit": f"0,{PAGE}"}
            rows, reply = await self._calls.answer("stock_availables", asked, known=str(sha))
            unchanged = reply.status == 304
            last = len(seen) == len(parts) - 1 if unchanged else len(rows) < PAGE
            after = str(end) if unchanged else last_id(rows, after)
            seen.append((after, reply.headers.get("content-sha1", str(sha))))
            yield self._page(rows, None, cursor_of(parts=seen), last)

    def _page(self, rows: Sequence[Any], wanted: set[str] | None, cursor: str, last: bool) -> Page[StockLevel]:
        items, parked = each(without_sums(rows), read_level)
        if wanted is not None:
            items = [level for level in items if level.variant_id in wanted]
        read_at = self._calls.clock()
        return Page([x.model_copy(update={"read_at": read_at}) for x in items], cursor, last, parked=parked)

    async def _rows_of(self, variant_ids: Sequence[str]) -> list[Any]:
        products = {ident.partition("-")[0] for ident in variant_ids}
        numbers = [ident for ident in products if ident.isdecimal()]
        return await self._calls.among("stock_availables", "id_product", numbers, _FIELDS)

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        """Reads, reckons and writes all rows in one PATCH. PrestaShop knows no differences and no keys: the same key
        again, in this process, goes on with the same numbers.

        Raises NotFound for an unknown article, Unsupported for broken pieces.
        """
        targets = self._done.get(key)
        if targets is None:
            targets = await self.targets({change.variant_id: Decimal(0) for change in changes}, changes)
            self._done[key] = targets
            while len(self._done) > _KEPT_KEYS:
                self._done.popitem(last=False)
        await self.settle(targets)
        self._done[key] = {}

    async def targets(self, wanted: Mapping[str, Decimal], changes: Sequence[StockChange]) -> Targets:
        """What each row holds now and shall hold."""
        deltas = dict(wanted)
        for change in changes:
            deltas[change.variant_id] = deltas.get(change.variant_id, Decimal(0)) + change.delta
        rows = {_place(row): Reader(row) for row in await self._rows_of(list(deltas))}
        made: Targets = {}
        for ident, delta in deltas.items():
            if delta != delta.to_integral_value():
                raise Unsupported("PrestaShop counts whole pieces only.")
            if ident not in rows:
                raise NotFound(f"The shop has no article {ident}.")
            held = rows[ident].integer("quantity") or 0
            made |= {rows[ident].id(): [held, held + int(delta)]} if delta else {}
        return made

    async def settle(self, targets: Targets) -> None:
        """Writes the rows that still hold what they held before; others were written, or sold from, meanwhile."""
        if not targets:
            return
        rows = await self._calls.among("stock_availables", "id", targets, _FIELDS)
        now = {Reader(row).id(): Reader(row).integer("quantity") or 0 for row in rows}
        left = [
            {"id": ident, "quantity": str(after)}
            for ident, (before, after) in targets.items()
            if now.get(ident) == before
        ]
        if left:
            await self._calls.patch("stock_availables", "stock_available", left)


def without_sums(rows: Sequence[Any]) -> list[Any]:
    """Without the rows that are the sum of their product's combinations (recorded 114, 213)."""
    divided = {row.get("id_product") for row in rows if isinstance(row, Mapping) and ref(Reader(row), _PART)}
    return [row for row in rows if not (_is_sum(row) and row.get("id_product") in divided)]


_PART = "id_product_attribute"


def _is_sum(row: Any) -> bool:
    return isinstance(row, Mapping) and not ref(Reader(row), _PART)


def _place(row: Any) -> str:
    reader = Reader(row)
    return variant_id(reader.text("id_product"), ref(reader, _PART))


def packed(targets: Targets) -> str:
    return json.dumps(targets, sort_keys=True)


def unpacked(text: str) -> Targets:
    return {str(ident): [int(before), int(after)] for ident, (before, after) in json.loads(text).items()}
