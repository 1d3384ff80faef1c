"""Is our order there? A search where the shop can (HPOS), a list of the time since the sale everywhere; each row
is compared with our own mark, for WooCommerce ignores filters it does not know (recorded 423)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from posbridge.connectors.errors import NotFound, SchemaDrift, ValidationError
from posbridge.connectors.http import PlatformHttp
from posbridge.connectors.text import Reader
from posbridge.connectors.woocommerce.order_mapping import is_complete, marked
from posbridge.connectors.woocommerce.pages import LAG_S, PAGE, every_row, rows_in
from posbridge.connectors.woocommerce.reading import naive
from posbridge.domain.ids import ALPHABET

#: "any" leaves out the trash, and in newer versions drafts that a refused create left behind (recorded 439, 478).
STATUSES = ("any", "trash", "checkout-draft")
_FIELDS = "id,status,transaction_id,meta_data"
#: Two clocks may differ by as much.
_SLACK = timedelta(days=1)


class Lookup:
    """Finds orders by our reference."""

    def __init__(self, http: PlatformHttp, *, searchable: bool, paid_status: str) -> None:
        self._http, self._searchable, self._paid = http, searchable, paid_status

    async def find(self, reference: str, around: datetime | None) -> list[dict[str, Any]]:
        """The orders in full that carry the reference, the one to go on with alone where others are surplus.

        An unpaid half of ours beside a paid whole is no second sale, nor are two halves: the whole one counts,
        else the first half. What somebody put in the trash counts only when it is all there is.
        """
        return chosen(await self.all(reference, around), self._paid)

    async def all(self, reference: str, around: datetime | None) -> list[dict[str, Any]]:
        """Every order that carries the reference, oldest first."""
        made_at = made_from(reference)
        head = _hex(made_at) if made_at is not None else ""
        ids = await self._searched(reference, head) if self._searchable and head else set()
        if not ids:
            since = around or (_at(made_at) if made_at is not None else None)
            ids = await self._scanned(reference, head, since)
        found = await asyncio.gather(*(self.read(ident) for ident in sorted(ids, key=int)))
        return [row for row in found if row is not None]

    async def read(self, order_id: str) -> dict[str, Any] | None:
        """The order in full, None when it is gone. Raises SchemaDrift for what is no order: ours may be there."""
        try:
            row = (await self._http.get(f"orders/{order_id}")).json()
        except NotFound:
            return None
        if not isinstance(row, dict):
            raise SchemaDrift("The shop answered an order with something else.", object_id=order_id)
        return row

    async def _searched(self, reference: str, head: str) -> set[str]:
        found: set[str] = set()
        for status in STATUSES:
            params = {"search": head, "status": status, "per_page": PAGE, "orderby": "id", "order": "asc"}
            found |= self._ours(await self._rows({**params, "_fields": _FIELDS}), reference, head)
        return found

    async def _scanned(self, reference: str, head: str, since: datetime | None) -> set[str]:
        found: set[str] = set()
        window = {"after": naive(since - _SLACK), "dates_are_gmt": "true"} if since else {}
        for status in STATUSES:
            params = {**window, "status": status, "orderby": "id", "order": "asc", "_fields": _FIELDS}
            try:
                rows = await every_row(self._http, "orders", params)
            except ValidationError:
                if status == "any":
                    raise
                continue  # a status that this version does not know holds nothing
            found |= self._ours(rows, reference, head)
        return found

    async def _rows(self, params: dict[str, Any]) -> list[Any]:
        try:
            return rows_in(await self._http.get("orders", params=params))
        except ValidationError:
            return []

    def _ours(self, rows: list[Any], reference: str, head: str) -> set[str]:
        return {str(row["id"]) for row in rows if marked(row, reference, head)}


def chosen(rows: list[dict[str, Any]], paid_status: str) -> list[dict[str, Any]]:
    """Those of the found orders that count."""
    kept = [row for row in rows if row.get("status") != "trash"] or rows
    whole = [row for row in kept if is_complete(Reader(row), paid_status)]
    return whole or kept[:1]


def surplus(rows: list[dict[str, Any]], kept: str) -> list[str]:
    """Unpaid halves beside the order that is kept: they may be deleted, for they took neither money nor stock."""
    halves = [str(row["id"]) for row in rows if row.get("status") in ("pending", "checkout-draft")]
    return [ident for ident in halves if ident != kept]


def made_from(reference: str) -> int | None:
    """The milliseconds in a reference of ours, which are the beginning of its order's UUID; None when unreadable."""
    digits = reference[-16:-6]
    if len(reference) not in (17, 18, 19) or any(digit not in ALPHABET for digit in reference[-16:]):
        return None
    value = 0
    for digit in digits:
        value = value * 32 + ALPHABET.index(digit)
    return value if value < 1 << 42 else None


def _hex(milliseconds: int) -> str:
    """The first twelve digits of a UUIDv7, as it is written."""
    text = f"{milliseconds:012x}"
    return f"{text[:8]}-{text[8:]}"


def _at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) - timedelta(seconds=LAG_S)
