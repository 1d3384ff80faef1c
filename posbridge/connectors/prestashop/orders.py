"""Orders: a cart that carries our reference, prices of its own, an order over it; each step kept before the next."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from posbridge.connectors.contract import Page, RemoteRef, RemoteVariant, SendContext
from posbridge.connectors.contract import Steps as Memory
from posbridge.connectors.errors import Conflict, NotFound, PermissionDenied, SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.prestashop.buyers import Buyers
from posbridge.connectors.prestashop.calls import Calls, begun, cursor_of, exact, place_of, since
from posbridge.connectors.prestashop.order_body import (
    Sale,
    cart,
    line_prices,
    mark_of,
    note,
    note_mark,
    rows,
    sale_document,
)
from posbridge.connectors.prestashop.order_mapping import MARK, read_order
from posbridge.connectors.prestashop.reading import amount, links, ref
from posbridge.connectors.prestashop.refunds import Refunds
from posbridge.connectors.prestashop.shop import Known, Shop
from posbridge.connectors.prestashop.stock import Stock
from posbridge.connectors.prestashop.uses import Uses
from posbridge.connectors.text import Reader, each
from posbridge.domain.money import exponent
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.domain.refund import Refund

PAGE = 100
#: A first pull of orders reaches back so far.
FIRST_PULL = timedelta(days=30)
_STEP_RATES = "[id,id_tax_rules_group]"


class Orders:
    """The orders of a shop. One order may be under way at a time for each sale: the shop's guard is no lock."""

    def __init__(self, calls: Calls, shop: Shop, stock: Stock) -> None:
        self._calls, self._shop = calls, shop
        self._buyers, self._uses = Buyers(calls, shop), Uses(calls)
        self._refunds = Refunds(calls, shop, stock)

    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """Steps: "begun", "address", "cart", "order", "scale" (a correction of prices), and what `Uses` keeps."""
        steps, known = context.steps, await self._shop.known()
        row = await self._made_before(steps)
        if row is None:
            row = await self._place(order, context, known)
        if read_order(row, known.books).status is OrderStatus.FAILED:
            row = await self._again(order, context, known, row)
        await self._finish(order, steps, row)
        reader = Reader(row)
        return RemoteRef(id=reader.id(), number=reader.text("reference"))

    async def _made_before(self, steps: Memory) -> Any:
        ident = await steps.get("order")
        return await self._calls.one("orders", ident) if ident else None

    async def _place(self, order: Order, context: SendContext, known: Known) -> Any:
        """The order's row, made or adopted."""
        sale = await self._sale(order, context, known)
        again = await context.steps.get("begun")
        if not again:
            await context.steps.put("begun", "1")
        found = await self._of_ours(order) if again else []
        if not found:
            found = [await self._sell(order, sale, context.steps, bool(again))]
        await context.steps.put("order", Reader(found[0]).id())
        return found[0]

    async def _of_ours(self, order: Order) -> list[Any]:
        asked = {**(exact("gift_message", mark_of(order.reference)) or {})}
        found = await self._calls.rows("orders", asked)
        return [row for row in found if Reader(row).text("gift_message") == mark_of(order.reference)]

    async def _sell(self, order: Order, sale: Sale, steps: Memory, again: bool) -> Any:
        cart_id = await self._cart(order, sale, steps, again)
        await self._prices(order, sale, cart_id, again)
        made = await self._calls.make("orders", "order", sale_document(order, sale.till, cart_id))
        row = await self._calls.one("orders", Reader(made).id())
        if row is None:
            raise SchemaDrift("The shop made an order and does not find it.")
        return row

    async def _cart(self, order: Order, sale: Sale, steps: Memory, again: bool) -> str:
        """The cart with our reference: known, found (several: the first), or made."""
        kept = await steps.get("cart")
        if kept:
            return kept
        body = cart(order, sale)
        found = await self._carts(order) if again else []
        ident = found[0] if found else Reader(await self._calls.make("carts", "cart", body)).id()
        await steps.put("cart", ident)
        return ident

    async def _carts(self, order: Order) -> list[str]:
        mark = mark_of(order.reference)
        asked = {**(exact("gift_message", mark) or {}), "display": "[id,gift_message]"}
        rows_found = await self._calls.rows("carts", asked)
        return [Reader(row).id() for row in rows_found if Reader(row).text("gift_message") == mark]

    async def _prices(self, order: Order, sale: Sale, cart_id: str, again: bool) -> None:
        """A price for each row of the cart; of an earlier try the good ones stay and others go."""
        wanted = line_prices(order, sale, cart_id)
        there = await self._calls.rows("specific_prices", {"filter[id_cart]": f"[{cart_id}]"}) if again else []
        held = {(ref(r, "id_product"), ref(r, "id_product_attribute")): r for r in map(Reader, there)}
        missing = []
        for fields in wanted:
            place = (fields["id_product"], ref(Reader(fields), "id_product_attribute"))
            old = held.pop(place, None)
            if old is not None and old.decimal("price") == Decimal(fields["price"]):
                continue
            if old is not None:
                await self._calls.delete("specific_prices", old.id())
            missing.append(fields)
        if missing:
            await self._calls.make("specific_prices", "specific_price", missing)

    async def _again(self, order: Order, context: SendContext, known: Known, row: Any) -> Any:
        """The shop reckoned another total: what it made took no stock, so it is deleted and made anew from the same
        cart with corrected prices (recorded 459–461). Raises ValidationError when that is no help."""
        reader, theirs = Reader(row), read_order(row, known.books)
        self._ours(reader, theirs, order)
        if reader.decimal("total_shipping"):
            words = f"The shop added shipping of {reader.text('total_shipping')} to the sale."
            step = "Let the carrier “in store” serve the store's zone free of charge, then try again."
            raise ValidationError(words, next_step=step)
        await self._correct(order, theirs, exact_total(reader, theirs), context.steps)
        await self._forget(theirs, order, context.steps)
        made = await self._sell(order, await self._sale(order, context, known), context.steps, True)
        await context.steps.put("order", Reader(made).id())
        if read_order(made, known.books).status is OrderStatus.FAILED:
            raise _different(order, read_order(made, known.books))
        return made

    def _ours(self, reader: Reader, theirs: RemoteOrder, order: Order) -> None:
        """Nothing is deleted that is not surely a failed try of this very sale."""
        mine = theirs.reference == order.reference and theirs.extra.get("valid") != "yes"
        if not mine or theirs.status is not OrderStatus.FAILED:
            raise Conflict(f"The shop's order {reader.id()} is not what this sale made.")

    async def _correct(self, order: Order, theirs: RemoteOrder, reckoned: Fraction, steps: Memory) -> None:
        """Keeps by how much prices are scaled, with the id of the failed try that showed it: it counts once."""
        shown, scale = await _scale(steps)
        if shown != theirs.id and reckoned:
            await steps.put("scale", f"{theirs.id} {scale * order.totals.total / reckoned}")

    async def _forget(self, theirs: RemoteOrder, order: Order, steps: Memory) -> None:
        try:
            await self._calls.delete("orders", theirs.id)
        except PermissionDenied as problem:
            raise _different(order, theirs) from problem
        except NotFound:
            pass
        await steps.put("order", "")

    async def _sale(self, order: Order, context: SendContext, known: Known) -> Sale:
        there = {line.variant_id: context.links[line.variant_id] for line in order.lines if _linked(line, context)}
        by_item = known.settings.get("PS_ROUND_TYPE") == "1"
        sale = Sale(links=there, rates=await self._rates(order, there, known), by_item=by_item)
        till = await self._buyers.till(order, context)
        _, scale = await _scale(context.steps)
        return replace(sale, till=replace(till, currency=known.currency_id(order.currency)), scale=scale)

    async def _rates(self, order: Order, there: Mapping[str, RemoteVariant], known: Known) -> dict[str, Decimal]:
        """The shop's percent for each product of the sale. Raises what `rows` raises, before anything is sent."""
        products = {row.product for row in rows(order, Sale(links=there))}
        found = await self._calls.among("products", "id", products, {"display": _STEP_RATES})
        groups = {Reader(row).id(): ref(Reader(row), "id_tax_rules_group") for row in found}
        gone = products - set(groups)
        if gone:
            raise ValidationError(f"The shop has no product {', '.join(sorted(gone))} any more.")
        percents = known.percents
        return {product: percents.get(group, Decimal(0)) for product, group in groups.items()}

    async def _finish(self, order: Order, steps: Memory, row: Any) -> None:
        """What comes after: the wanted state, uses of codes, and last our note, which says that all is done."""
        reader, wanted = Reader(row), self._calls.setting("id_state_paid")
        if note_mark(order) in reader.text("note"):
            return
        if wanted and ref(reader, "current_state") != wanted:
            await self._calls.make(
                "order_histories", "order_history", {"id_order": reader.id(), "id_order_state": wanted}
            )
        if not self._calls.patches:
            return
        await self._uses.count(order, steps)
        await self._calls.patch("orders", "order", {"id": reader.id(), "note": note(order)})

    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Memory | None = None
    ) -> list[RemoteOrder]:
        """Not complete while our note is missing: then `create` goes on with it. Shops before 8.0 hold no note."""
        asked = exact("gift_message", mark_of(reference))
        if asked is None:
            return []
        made, parked = await self._mapped(await self._calls.rows("orders", asked))
        if parked:  # it may be this sale: a doubt, never "not there"
            raise parked[0]
        found = [remote for remote in made if remote.reference == reference]
        done = [one.complete and (MARK in one.note or not self._calls.patches) for one in found]
        return [one.model_copy(update={"complete": yes}) for one, yes in zip(found, done, strict=True)]

    async def _remote(self, asked: Mapping[str, Any]) -> list[RemoteOrder]:
        found = await self._calls.rows("orders", asked)
        made, parked = await self._mapped(found)
        if parked and not made:
            raise parked[0]
        return made

    async def _mapped(self, found: Sequence[Any]) -> tuple[list[RemoteOrder], list[SchemaDrift]]:
        """Orders with what their slips gave back."""
        known = await self._shop.known()
        slips = await self._refunds.slips([str(row.get("id")) for row in found if isinstance(row, Mapping)])
        return each(found, lambda row: read_order(row, known.books, slips.get(str(row.get("id")), ())))

    async def of_customer(self, customer_id: str) -> list[RemoteOrder]:
        """A customer's orders, the newest first."""
        if not customer_id.isdecimal():
            return []
        return await self._remote({"filter[id_customer]": f"[{customer_id}]", "sort": "[id_DESC]"})

    async def get(self, order_id: str) -> RemoteOrder:
        row = await self._calls.one("orders", order_id)
        if row is None:
            raise NotFound("The shop has no order with this id.")
        made, parked = await self._mapped([row])
        if parked:
            raise parked[0]
        return made[0]

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        """By date_upd; slips do not move an order's (recorded 445), so orders with new slips come along at the end."""
        place, known = place_of(cursor), await self._shop.known()
        first = (self._calls.clock() - FIRST_PULL).astimezone(UTC).isoformat(timespec="seconds")
        beginning, began = str(place.get("since") or first), str(place.get("began", ""))
        asked = since(beginning, known.timezone, self._calls.clock())
        pages = self._calls.pages("orders", asked, PAGE, after=str(place.get("after", "0")))
        async for found, reply, following, last in pages:
            began = began or begun(reply, self._calls.clock())
            if last:
                found = [*found, *await self._refunded_since(asked, found)]
            items, parked = await self._mapped(found)
            going = cursor_of(since=beginning, began=began, after=following)
            yield Page(items, cursor_of(since=began) if last else going, last, parked=parked)

    async def _refunded_since(self, asked: Mapping[str, str], found: Sequence[Any]) -> list[Any]:
        there = {str(row.get("id")) for row in found if isinstance(row, Mapping)}
        slips = await self._calls.rows("order_slip", {**asked, "display": "[id,id_order]"})
        return await self._calls.among("orders", "id", {ref(Reader(slip), "id_order") for slip in slips} - there)

    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        """The merchant's note; the lines by which we know sale and refunds stay."""
        held = await self.get(order_id)
        mine = [line for line in held.note.split("\n") if line.startswith("posbridge")]
        await self._calls.patch("orders", "order", {"id": order_id, "note": "\n".join([*mine, note])})
        return await self.get(order_id)

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        """By a history row, once: the same state again would be a second row (recorded 437)."""
        known, held = await self._shop.known(), await self.get(order_id)
        wanted = known.state_of(status)
        if not wanted:
            raise Unsupported(f"PrestaShop has no state that means “{status.value}”.")
        if held.status is not status:
            await self._calls.make("order_histories", "order_history", {"id_order": order_id, "id_order_state": wanted})
        return await self.get(order_id)

    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        return await self._refunds.give_back(refund, order, context)

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Memory | None = None) -> list[RemoteRef]:
        return await self._refunds.find(refund, order, steps)


def exact_total(reader: Reader, theirs: RemoteOrder) -> Fraction:
    """What the shop reckoned before it rounded, in minor units, from the six decimals of its rows."""
    minor = 10 ** exponent(theirs.currency)
    rows_there = links(reader, "order_rows")
    parts = [(amount(row, "unit_price_tax_incl") or 0) * (row.decimal("product_quantity") or 0) for row in rows_there]
    exact_sum = sum((Fraction(part) for part in parts), Fraction(0)) * minor
    said = theirs.total or 0
    return exact_sum if abs(exact_sum - said) <= 1 else Fraction(said)


async def _scale(steps: Memory) -> tuple[str, Fraction]:
    """(the failed try that showed it, the correction of prices); ("", 1) while none failed."""
    shown, _, scale = (await steps.get("scale") or "").partition(" ")
    return shown, Fraction(scale or 1)


def _linked(line: Any, context: SendContext) -> bool:
    return line.variant_id in context.links


def _different(order: Order, theirs: RemoteOrder) -> ValidationError:
    words = f"The shop reckons {theirs.total} instead of {order.totals.total} {order.currency} (minor units)."
    step = "Check the shop's taxes and rounding (“round on each line” or “on the total”), then try again."
    return ValidationError(words, next_step=step, remote_id=theirs.id)
