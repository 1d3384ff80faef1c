"""Money given back: a whole payment and nothing else; goods go back on the shelf by a write of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posbridge.connectors.contract import RemoteRef, RemoteVariant, SendContext
from posbridge.connectors.contract import Steps as Memory
from posbridge.connectors.errors import Conflict, ValidationError
from posbridge.connectors.sylius.calls import Calls, part
from posbridge.connectors.sylius.order_body import from_refund
from posbridge.connectors.sylius.reading import minor, objects
from posbridge.connectors.sylius.stock import Stock, packed, unpacked
from posbridge.connectors.text import Reader
from posbridge.domain.inventory import StockChange
from posbridge.domain.refund import Refund


class Refunds:
    """A payment can be given back once, so the payment's own state keeps a refund single."""

    def __init__(self, calls: Calls, stock: Stock) -> None:
        self._calls, self._stock = calls, stock

    async def refund(self, refund: Refund, order: RemoteRef, context: SendContext) -> RemoteRef:
        """Steps: "refund", the payment; "restock", the numbers before they are written; "restocked", that they are.

        Raises Unsupported for a part of the payment, ValidationError where there is nothing to give back.
        """
        steps, payment = context.steps, await self._payment(order)
        ident = payment.text("id")
        path = f"payments/{part(ident)}"
        body = from_refund(refund, minor(payment, "amount"))
        begun = await steps.get("refund")
        if not begun and payment.text("state") == "refunded":
            raise ValidationError("This payment was given back before, in the shop itself.")
        await steps.put("refund", ident)
        if payment.text("state") != "refunded":
            await self._give_back(path, body)
        await self._restock(refund, context.links, steps)
        return RemoteRef(id=ident, number=order.number)

    async def _give_back(self, path: str, body: Mapping[str, Any]) -> None:
        try:
            await self._calls.write("PATCH", f"{path}/refund", body)
        except (ValidationError, Conflict):
            if Reader(await self._calls.get(path)).text("state") != "refunded":
                raise

    async def _restock(self, refund: Refund, links: Mapping[str, RemoteVariant], steps: Memory) -> None:
        """A refund returns no stock there (recorded 115). The numbers are kept before they are written."""
        kept = await steps.get("restock")
        targets = unpacked(kept) if kept else await self._stock.targets(_changes(refund, links))
        if not kept:
            await steps.put("restock", packed(targets))
        if not await steps.get("restocked"):
            await self._stock.settle(targets)
            await steps.put("restocked", "1")

    async def find(self, refund: Refund, order: RemoteRef, steps: Memory | None) -> list[RemoteRef]:
        """Ours only if an earlier step says that we began it: the shop keeps no reference of a refund.

        One whose goods are not back yet is not found, so that it goes on.
        """
        if steps is None or not await steps.get("refund"):
            return []
        payment = await self._payment(order)
        if payment.text("state") != "refunded":
            return []
        if not await steps.get("restocked"):
            return []
        return [RemoteRef(id=payment.text("id"), number=order.number)]

    async def _payment(self, order: RemoteRef) -> Reader:
        """The one that was paid. Amounts and states are only there (recorded 109)."""
        rows = await self._calls.every(f"orders/{part(order.id)}/payments")
        found = [row for row in objects(Reader({"rows": rows}), "rows") if row.text("state") in _PAID]
        if not found:
            raise ValidationError("This order was not paid there, so nothing can be given back.")
        return found[-1]


_PAID = ("completed", "refunded")


def _changes(refund: Refund, links: Mapping[str, RemoteVariant]) -> list[StockChange]:
    return [
        StockChange(variant_id=links[line.variant_id].variant_id, delta=line.quantity, reason="returned")
        for line in refund.lines
        if line.restock and line.variant_id in links
    ]
