"""Toast prices a sale before it is made; where its total is not the receipt's, the sale is brought to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from posbridge.connectors.errors import NotFound, ValidationError
from posbridge.connectors.toast.calls import ORDERS, Body, Calls
from posbridge.connectors.toast.order_body import Evening, Links, evening_of, from_order
from posbridge.connectors.toast.order_mapping import to_order
from posbridge.connectors.toast.till import Till
from posbridge.domain.order import Order, RemoteOrder

#: Each round asks Toast once; two are the rule, a few more where tax rounds on both sides.
_ROUNDS = 12


@dataclass(frozen=True)
class Priced:
    """A body and the total that Toast reckons for it, minor units."""

    body: Body
    answer: RemoteOrder

    def over(self, order: Order) -> int:
        """What Toast's total has above ours."""
        return (self.answer.total or 0) - order.totals.total


class Pricing:
    """Asks POST /prices, which stores nothing, until the totals agree."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def evened(self, order: Order, links: Links, till: Till) -> Body:
        """The body whose total is ours to the minor unit. Raises Unsupported where the restaurant has no open item or
        discount to even it out with, ValidationError where that does not help."""
        evening, priced = await self._first(order, links, till)
        for _ in range(_ROUNDS):
            over = priced.over(order)
            if not over:
                return priced.body
            evening = next_try(evening, over, order, priced.answer)
            priced = await self._priced(order, links, till, evening)
        raise ValidationError(
            f"Toast reckons {priced.answer.total} instead of {order.totals.total} minor units, and it cannot be "
            "evened out.", next_step="Compare prices and taxes of the menu with the till's.",
        )  # fmt: skip

    async def _first(self, order: Order, links: Links, till: Till) -> tuple[Evening, Priced]:
        """A code of another system, or one whose discount is gone, is no discount of Toast's: it goes as an amount."""
        evening = evening_of(order)
        try:
            return evening, await self._priced(order, links, till, evening)
        except (NotFound, ValidationError):
            if not evening.promo:
                raise
        evening = Evening(off=order.totals.discount)
        return evening, await self._priced(order, links, till, evening)

    async def _priced(self, order: Order, links: Links, till: Till, evening: Evening) -> Priced:
        body = from_order(order, links, till=till, evening=evening)
        return Priced(body, await self.answer(body, order.currency))

    async def answer(self, body: Body, currency: str) -> RemoteOrder:
        """What Toast reckons for a body. The payments are no part of the question."""
        return to_order(await self._calls.ask(f"{ORDERS}/prices", unpaid(body)), currency=currency)


def unpaid(body: Body) -> Body:
    checks: list[Any] = [{name: value for name, value in one.items() if name != "payments"} for one in body["checks"]]
    return {**body, "checks": checks}


def next_try(evening: Evening, over: int, order: Order, answer: RemoteOrder) -> Evening:
    """Less by the discount, more by the open item, whichever has to give; never beyond the mark in one step."""
    rounding = evening.rounding and abs(over) <= _tolerance(order)
    if over > 0:
        if evening.promo:
            return Evening(off=order.totals.discount or over, rounding=rounding)
        if evening.more:
            step = min(evening.more, over)
            return replace(evening, more=evening.more - step, rounding=rounding)
        return replace(evening, off=evening.off + untaxed(over, answer), rounding=rounding)
    return replace(evening, more=evening.more + untaxed(-over, answer), rounding=rounding)


def _tolerance(order: Order) -> int:
    """What rounding alone can come to: one minor unit for each line and rate."""
    return sum(max(1, len(line.taxes)) for line in order.lines)


def untaxed(amount: int, answer: RemoteOrder) -> int:
    """The part of an amount that is not its tax, at least one, where tax comes on top."""
    total = answer.total or 0
    net = total - (answer.tax or 0)
    return max(1, amount * net // total) if total > 0 else amount
