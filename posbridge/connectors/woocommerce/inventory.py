"""Stock: read for whole pages, moved by differences."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import Page
from posbridge.connectors.errors import NotFound, SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.http import PlatformHttp
from posbridge.connectors.text import Reader, each
from posbridge.connectors.woocommerce.catalog_mapping import to_level
from posbridge.connectors.woocommerce.pages import Place, listed, rows_in
from posbridge.connectors.woocommerce.products import IN_ORDER
from posbridge.connectors.woocommerce.reading import meta, whole
from posbridge.connectors.woocommerce.variations import Variations
from posbridge.domain.inventory import StockChange, StockLevel

_FIELDS = "id,type,parent_id,sku,variations,manage_stock,stock_quantity,low_stock_amount,meta_data"
_READ = _FIELDS.removesuffix(",meta_data")
_KEYS = "_posbridge_stock_keys"
_KEPT = 20


@dataclass(frozen=True)
class _Move:
    """A difference for one stock number: a product's, or a variation's own."""

    path: str
    row: Mapping[str, Any]
    delta: int


class WooInventory:
    """One stock number a product or variation; there are no locations."""

    def __init__(self, http: PlatformHttp, variations: Variations, clock: Callable[[], datetime]) -> None:
        self._http, self._variations, self._clock = http, variations, clock

    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        if variant_ids:
            rows = await self._variations.rows([x for x in variant_ids if x.isdecimal()], _READ)
            yield self._page(list(rows.values()), cursor="", last=True)
            return
        place = Place.parse(cursor)
        params = {**IN_ORDER, **place.params(), "_fields": _READ}
        async for number, reply, last in listed(self._http, "products", params, first=place.page):
            place = place.begun(reply, self._clock)
            goods = rows_in(reply)
            variations = await self._variations.of(goods, _READ)
            plain = [row for row in goods if not (isinstance(row, dict) and row.get("variations"))]
            yield self._page(plain + variations, cursor=place.after(number, last=last), last=last)

    def _page(self, rows: list[Any], cursor: str, last: bool) -> Page[StockLevel]:
        items, parked = each(rows, to_level)
        read_at = self._clock()
        return Page([x.model_copy(update={"read_at": read_at}) for x in items], cursor, last, parked=parked)

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        """Each difference with `inventory_delta`, sent once; the key is kept on the product in the same write, so
        that the same call again passes over what was done.

        Raises ValidationError for an article whose stock the shop does not count, Unsupported for broken pieces.
        """
        moves = await self._moves(changes)
        for move in moves:
            held = meta(Reader(move.row), _KEYS)
            done = [str(x) for x in held] if isinstance(held, list) else []
            if key in done:
                continue
            entry = {"key": _KEYS, "value": [*done, key][-_KEPT:]}
            await self._http.write("PUT", move.path, json={"inventory_delta": move.delta, "meta_data": [entry]})

    async def _moves(self, changes: Sequence[StockChange]) -> list[_Move]:
        """One move a stock number; all are checked before the first is sent."""
        deltas: dict[str, Decimal] = {}
        rows = await self._variations.rows(list({change.variant_id for change in changes}), _FIELDS)
        rows |= await self._variations.rows(
            [str(row["parent_id"]) for row in rows.values() if row.get("manage_stock") == "parent"], _FIELDS
        )
        for change in changes:
            target = _counted_at(change.variant_id, rows)
            deltas[target] = deltas.get(target, Decimal(0)) + change.delta
        return [self._move(rows[ident], delta) for ident, delta in deltas.items() if delta]

    def _move(self, row: Mapping[str, Any], delta: Decimal) -> _Move:
        if not whole(delta):
            raise Unsupported("WooCommerce counts whole pieces only.")
        ident = Reader(row).id()
        mother = row.get("parent_id") if row.get("type") == "variation" else None
        return _Move(f"products/{mother}/variations/{ident}" if mother else f"products/{ident}", row, int(delta))


def _counted_at(variant_id: str, rows: Mapping[str, Mapping[str, Any]]) -> str:
    """The row whose number moves: a variation may share its product's (recorded 218)."""
    row = rows.get(variant_id)
    if row is None:
        raise NotFound(f"The shop has no article {variant_id}.")
    managed = row.get("manage_stock")
    if managed == "parent":
        return str(row["parent_id"])
    if managed is True:
        return variant_id
    if managed in (False, None):
        words = f"The shop does not count the stock of {row.get('sku') or variant_id}."
        raise ValidationError(words, next_step="In the shop, switch “Track stock quantity” on for it.")
    raise SchemaDrift("The field manage_stock is not what it was.", object_id=variant_id)
