"""Orders: the cart's token first, kept before anything is put into it; then completed, paid and handed over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from posbridge.connectors.contract import Page, RemoteRef, SendContext
from posbridge.connectors.contract import Steps as Memory
from posbridge.connectors.errors import Conflict, NotFound, SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.sylius.calls import PAGE, SHOP, Calls, cursor_of, part, place_of
from posbridge.connectors.sylius.checkout import Checkout
from posbridge.connectors.sylius.order_body import coupon_of, goods
from posbridge.connectors.sylius.order_mapping import placed, status_of, to_order, token_of
from posbridge.connectors.sylius.reading import objects, wall
from posbridge.connectors.sylius.refunds import Refunds
from posbridge.connectors.sylius.shop import Shop
from posbridge.connectors.sylius.stock import Stock
from posbridge.connectors.text import Reader, each
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.domain.refund import Refund

#: A look-up begins this much before the sale: filters are the server's wall clock, whatever its zone (recorded 185).
_EARLIER = timedelta(hours=26)
#: A first pull of orders reaches back so far.
FIRST_PULL = timedelta(days=30)
#: Open orders that have left the newest page are read again one by one, so many of them.
_OPEN = 30
_UNDONE = (OrderStatus.OPEN, OrderStatus.PAID)


class Orders:
    """The orders of a shop."""

    def __init__(self, calls: Calls, shop: Shop, stock: Stock) -> None:
        self._calls, self._shop = calls, shop
        self._refunds = Refunds(calls, stock)

    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """Steps: "order", the cart's token. All that follows looks first at what is there.

        Raises Unsupported for what a checkout cannot say, ValidationError where a person must look (stock, another
        total, a coupon that counts no longer).
        """
        wanted, channel = goods(order, context.links), await self._shop.channel()
        coupon_of(order)
        token, row = await self._begun(context.steps)
        if not placed(Reader(row)):
            await Checkout(self._calls, order, token, channel, wanted).run(row)
        row = await self._calls.get(f"orders/{part(token)}")
        if status_of(Reader(row)) is not OrderStatus.CANCELLED:
            await self._settle(row)
        return RemoteRef(id=token, number=Reader(row).text("number"))

    async def _begun(self, steps: Memory) -> tuple[str, Any]:
        """The cart of an earlier try, or a new one. One that is gone was never completed: the shop purges carts."""
        token = await steps.get("order")
        row = await self._of_token(token) if token else None
        if row is None:
            row = await self._calls.write("POST", "orders", {}, section=SHOP)
            token = token_of(row)
            await steps.put("order", token)
        return token_of(row), row

    async def _of_token(self, token: str) -> Any:
        """A cart is in the shop section, a placed order in the admin section (facts, 12.17)."""
        row = await self._calls.found(f"orders/{part(token)}", section=SHOP)
        if row is None or placed(Reader(row)):
            return await self._calls.found(f"orders/{part(token)}") or row
        return row

    async def _settle(self, row: Any) -> None:
        """Paid moves the stock (recorded 110); the goods are handed over. Repeated both are 422, so look first."""
        reader = Reader(row)
        if reader.text("paymentState") in ("awaiting_payment", "cart", "partially_paid", "authorized"):
            for payment in objects(reader, "payments"):
                await self._move("payments", payment.text("id"), "complete", ("completed", "refunded"))
        if reader.text("shippingState") in ("ready", "partially_shipped", "cart"):
            for shipment in objects(reader, "shipments"):
                await self._move("shipments", shipment.text("id"), "ship", ("shipped",))

    async def _move(self, kind: str, ident: str, how: str, done: tuple[str, ...]) -> None:
        path = f"{kind}/{part(ident)}"
        if Reader(await self._calls.get(path)).text("state") in done:
            return
        try:
            await self._calls.write("PATCH", f"{path}/{how}", {})
        except (ValidationError, Conflict):
            if Reader(await self._calls.get(path)).text("state") not in done:
                raise

    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Memory | None = None
    ) -> list[RemoteOrder]:
        """By the token that an earlier step kept, else by our mark in the notes of the orders since the sale."""
        token = await steps.get("order") if steps is not None else None
        if token:
            row = await self._of_token(token)
            if row is not None:
                return [self._read(row)]
        began = (around or self._calls.clock() - FIRST_PULL) - _EARLIER
        params = {"checkoutCompletedAt[after]": wall(began), "order[number]": "desc"}
        found: dict[str, RemoteOrder] = {}
        async for page in self._calls.pages("orders", params, size=PAGE):
            items = [self._read(row) for row in page.rows if _may_be(row, reference)]
            found |= {remote.id: remote for remote in items if remote.reference == reference}
        return list(found.values())

    async def get(self, order_id: str) -> RemoteOrder:
        row = await self._calls.found(f"orders/{part(order_id)}") or await self._of_token(order_id)
        if row is None:
            raise NotFound(f"The shop has no order {order_id}.")
        return self._read(row)

    def _read(self, row: Any) -> RemoteOrder:
        return to_order(row, currency=self._calls.currency, zone=self._calls.zone)

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        """New orders down to the last known number, and what may have changed: the newest hundred, and open ones.

        Numbers only grow, whatever the server's clock does; of changes the shop tells nothing (recorded, Cursor).
        """
        place = place_of(cursor)
        params: dict[str, Any] = {"order[number]": "desc"}
        if not cursor:
            params["checkoutCompletedAt[after]"] = wall(self._calls.clock() - FIRST_PULL)
        newest, left = place.get("number", ""), set(place.get("open", []))
        undone: list[str] = []
        async for page in self._calls.pages("orders", params, size=PAGE):
            items, parked = await asyncio.to_thread(each, page.rows, self._read, "tokenValue")
            newest = max([newest, *(remote.number for remote in items)], key=_number)
            left -= {remote.id for remote in items}
            undone += [remote.id for remote in items if remote.status in _UNDONE]
            reached = any(remote.number == place.get("number") for remote in items) or _beyond(items, place)
            last = page.last or bool(cursor and reached)
            if last:
                items += [remote for token in sorted(left) if (remote := await self._again(token)) is not None]
                undone += [remote.id for remote in items if remote.id in left and remote.status in _UNDONE]
            at = cursor_of(number=newest, open=list(dict.fromkeys(undone))[:_OPEN], began="1") if last else cursor or ""
            yield Page(items, cursor=at, last=last, parked=parked, total=page.total)
            if last:
                return

    async def _again(self, token: str) -> RemoteOrder | None:
        row = await self._calls.found(f"orders/{part(token)}")
        try:
            return None if row is None else self._read(row)
        except SchemaDrift:
            return None

    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        raise Unsupported("Sylius changes nothing of an order once it is placed.")

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        """Raises Unsupported for a state that an administrator cannot give, Conflict for a move not allowed."""
        row = await self._calls.get(f"orders/{part(order_id)}")
        reader = Reader(row)
        if status is OrderStatus.CANCELLED:
            await self._cancel(order_id, reader)
        elif status in (OrderStatus.PAID, OrderStatus.COMPLETED):
            await self._advance(reader, both=status is OrderStatus.COMPLETED)
        else:
            raise Unsupported(f"An order in Sylius cannot be made {status.value} from here.")
        return await self.get(order_id)

    async def _cancel(self, order_id: str, reader: Reader) -> None:
        if reader.text("state") == "cancelled":
            return
        try:
            await self._calls.write("PATCH", f"orders/{part(order_id)}/cancel", {})
        except ValidationError as problem:
            words = "Sylius cancels an order only before it is handed over."
            raise Conflict(words, next_step="Give the payment back instead.", status=422) from problem

    async def _advance(self, reader: Reader, *, both: bool) -> None:
        try:
            for payment in objects(reader, "payments"):
                await self._move("payments", payment.text("id"), "complete", ("completed", "refunded"))
            for shipment in objects(reader, "shipments") if both else ():
                await self._move("shipments", shipment.text("id"), "ship", ("shipped",))
        except ValidationError as problem:
            raise Conflict(problem.message, status=422) from problem

    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        return await self._refunds.refund(refund, order, context)

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Memory | None = None) -> list[RemoteRef]:
        return await self._refunds.find(refund, order, steps)


def _may_be(row: Any, reference: str) -> bool:
    """Read strictly, so that an order of ours which cannot be read is a doubt and not "not there"."""
    return not isinstance(row, Mapping) or reference in str(row.get("notes"))


def _number(number: str) -> tuple[int, str]:
    return (int(number), "") if number.isdecimal() else (-1, number)


def _beyond(items: list[RemoteOrder], place: dict[str, Any]) -> bool:
    """An order with a smaller number than the last known: all behind it were read before."""
    known = str(place.get("number", ""))
    return known.isdecimal() and any(x.number.isdecimal() and int(x.number) <= int(known) for x in items)
