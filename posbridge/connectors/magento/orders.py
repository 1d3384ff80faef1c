"""Orders: written whole and once, found again by their number, given back once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import Page, RemoteRef, SendContext, Steps
from posbridge.connectors.errors import Conflict, NotFound, SchemaDrift, Unsupported
from posbridge.connectors.http import PlatformHttp
from posbridge.connectors.magento.learned import Goods
from posbridge.connectors.magento.order_body import from_order
from posbridge.connectors.magento.order_mapping import read_order
from posbridge.connectors.magento.pages import Place, Where, criteria, listed, rows_in
from posbridge.connectors.magento.reading import plain_plane
from posbridge.connectors.magento.refund_body import from_refund, lines_there
from posbridge.connectors.magento.stock import Shelf
from posbridge.connectors.text import Reader, each
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.domain.refund import Refund

ORDER, NUMBER, POSTED, REFUND = "order", "number", "posted", "refund"
_MADE = "entity_id,increment_id,ext_order_id"
_MEMO = "items[entity_id,increment_id,order_id,comments[comment]],total_count"


@dataclass(frozen=True)
class Terms:
    """How orders of a till are written: the store view's number (fixed: with another one a repeat is a second order,
    recorded 140), the payment's and the shipping's code, the country of addresses that name none."""

    store_id: int = 1
    payment_method: str = "checkmo"
    shipping_method: str = "flatrate_flatrate"
    country: str = "US"
    currency: str = "USD"
    source: str = "default"


class Orders:
    """The orders of a store."""

    def __init__(
        self, http: PlatformHttp, shelf: Shelf, goods: Goods, clock: Callable[[], datetime], terms: Terms
    ) -> None:
        self._http, self._shelf, self._goods, self._clock, self._terms = http, shelf, goods, clock, terms

    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """Takes the stock, then writes the order in one call; its number is ours and unique, so a repeat is refused
        and what is there is taken (recorded 115)."""
        steps = context.steps
        if known := await steps.get(ORDER):
            return RemoteRef(id=known, number=await steps.get(NUMBER) or order.reference)
        await self._shelf.move(f"order:{order.id}", await self._sold(order, context), steps)
        ref = await self._there(order.reference) if await steps.get(POSTED) else None
        if ref is None:
            await steps.put(POSTED, "1")
            ref = await self._write(order, context)
        await steps.put(ORDER, ref.id)
        await steps.put(NUMBER, ref.number)
        return ref

    async def _sold(self, order: Order, context: SendContext) -> dict[str, Decimal]:
        """What leaves the source, by the store's SKUs."""
        linked = {
            line.variant_id: context.links[line.variant_id] for line in order.lines if line.variant_id in context.links
        }
        asked = await self._goods.skus([link.variant_id for link in linked.values() if not link.sku])
        gone: dict[str, Decimal] = {}
        for line in order.lines:
            link = linked.get(line.variant_id)
            sku = (link.sku or asked.get(link.variant_id, "")) if link else ""
            if sku:
                gone[sku] = gone.get(sku, Decimal(0)) - line.quantity
        return gone

    async def _write(self, order: Order, context: SendContext) -> RemoteRef:
        terms = self._terms
        body = from_order(
            order,
            context.links,
            customer_id=context.customer_id,
            store_id=terms.store_id,
            payment_method=terms.payment_method,
            shipping_method=terms.shipping_method,
            country=terms.country,
        )
        try:
            made = (await self._http.write("PUT", "orders/create", params={"fields": _MADE}, json=body)).json()
        except Conflict:
            ref = await self._there(order.reference)
            if ref is None:
                raise
            return ref
        return _ref(made)

    async def _there(self, reference: str) -> RemoteRef | None:
        rows = await self._rows("increment_id", reference)
        mine = [row for row in rows if read_order(row).reference == reference]
        return _ref(mine[0]) if mine else None

    async def _rows(self, column: str, value: str) -> list[Any]:
        """Orders by an exact column; each row is compared, for a condition that is not known acts as another."""
        where: list[Where] = [(column, "eq", value)]
        rows = rows_in(await self._http.get("orders", params=list(criteria(where))))
        return [row for row in rows if isinstance(row, dict) and str(row.get(column)) == value]

    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Steps | None = None
    ) -> list[RemoteOrder]:
        found = [self._read(row) for row in await self._rows("increment_id", reference)]
        return [order for order in found if order.reference == reference]

    async def get(self, order_id: str) -> RemoteOrder:
        return self._read(await self._raw(order_id))

    async def _raw(self, order_id: str) -> Any:
        return (await self._http.get(f"orders/{numbered(order_id)}")).json()

    def _read(self, raw: Any) -> RemoteOrder:
        items, parked = each([raw], lambda row: read_order(row, self._terms.currency), "entity_id")
        if parked:
            raise parked[0]
        return items[0]

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        """Orders by time of change; a comment does not move it."""
        place = Place.parse(cursor)
        async for page in listed(self._http, "orders", place.where(), after=place.after, key="entity_id"):
            place = place.begun(page.reply, self._clock)
            items, parked = await asyncio.to_thread(
                each, page.rows, lambda row: read_order(row, self._terms.currency), "entity_id"
            )
            yield Page(items, place.behind(page.end, last=page.last), page.last, parked=parked, total=page.total)

    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        """A note becomes a comment of the order: of its own fields none may be written again."""
        ident = numbered(order_id)
        said = {
            "comment": plain_plane(note),
            "is_customer_notified": 0,
            "is_visible_on_front": 0,
            "parent_id": int(ident),
        }
        await self._http.write("POST", f"orders/{ident}/comments", json={"statusHistory": said})
        return (await self.get(ident)).model_copy(update={"note": note})

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        """Cancelling, taking the money (invoice) and handing over (shipment) are the moves that Magento has."""
        ident = numbered(order_id)
        if status is OrderStatus.CANCELLED:
            done = (await self._http.write("POST", f"orders/{ident}/cancel")).json()
            if done is not True:  # 200 with false (recorded 125)
                raise Conflict("The store does not cancel this order any more.", next_step="Refund it.")
        elif status is OrderStatus.PAID:
            await self._http.write("POST", f"order/{ident}/invoice", json={"capture": True, "notify": False})
        elif status is OrderStatus.COMPLETED:
            source = {"extension_attributes": {"source_code": self._terms.source}}  # else it leaves “default” (219)
            await self._http.write("POST", f"order/{ident}/ship", json={"arguments": source})
        else:
            step = "To give money back, refund the order." if "refund" in status else None
            raise Unsupported(f"Magento has no move to “{status.value}”.", next_step=step)
        return await self.get(ident)

    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        """A repeated partial refund is not refused (recorded 139): the order's credit memos are read first."""
        steps = context.steps
        if known := await steps.get(REFUND):
            return RemoteRef(id=known)
        found = await self.find_refund(refund, order)
        if not found:
            path = f"order/{numbered(order.id)}/refund"
            raw = await self._raw(order.id)
            body = from_refund(refund, raw, remote_lines=context.remote_lines)
            await self._shelf.move(
                f"refund:{refund.id}", _returned(refund, raw, lines_there(refund, raw, context.remote_lines)), steps
            )
            made = (await self._http.write("POST", path, json=body)).json()
            found = [RemoteRef(id=_number(made))]
        await steps.put(REFUND, found[0].id)
        return found[0]

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Steps | None = None) -> list[RemoteRef]:
        where: list[Where] = [("order_id", "eq", numbered(order.id))]
        found = []
        async for page in listed(self._http, "creditmemos", where, fields=_MEMO, key="entity_id"):
            memos = [Reader(row, "entity_id") for row in page.rows]
            found += [
                RemoteRef(id=memo.id("entity_id"), number=memo.text("increment_id"))
                for memo in memos
                if memo.text("order_id", order.id) == order.id and _carries(memo, refund.reference)
            ]
        return found


def _carries(memo: Reader, reference: str) -> bool:
    return any(f"[{reference}]" in comment.text("comment") for comment in memo.objects("comments"))


def _returned(refund: Refund, raw: Any, lines: Mapping[str, str]) -> dict[str, Decimal]:
    """What comes back to the source: a credit memo does not raise it (recorded 138)."""
    rows: dict[str, Reader] = {row.text("item_id"): row for row in Reader(raw, "entity_id").objects("items")}
    back: dict[str, Decimal] = {}
    for line in refund.lines:
        row = rows.get(lines.get(line.line_id, ""))
        if row is not None and line.restock and row.text("product_id"):
            back[row.text("sku")] = back.get(row.text("sku"), Decimal(0)) + line.quantity
    return back


def _ref(raw: Any) -> RemoteRef:
    reader = Reader(raw, "entity_id")
    return RemoteRef(id=reader.id("entity_id"), number=reader.text("increment_id"))


def _number(raw: Any) -> str:
    """Ids of documents come as a text or a number."""
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise SchemaDrift("The store answered a refund with something else.")
    return str(raw)


def numbered(ident: str) -> str:
    """An id that may stand in a path. Raises NotFound for anything else."""
    if not ident.isdecimal():
        raise NotFound(f"The store knows no id {ident!r}.")
    return ident
