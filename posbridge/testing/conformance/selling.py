"""Orders and refunds: made once, whatever dies or gets lost on the way, and equal to the minor unit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from posbridge.connectors.contract import Dedupe, RemoteRef, SendContext, Service
from posbridge.connectors.errors import (
    Conflict,
    NotFound,
    OutcomeUnknown,
    RateLimitExceeded,
    ServiceUnavailable,
    Unsupported,
)
from posbridge.domain.basket import BasketLine
from posbridge.domain.compare import difference
from posbridge.domain.ids import reference_of
from posbridge.domain.order import Order, RemoteOrder, TenderKind
from posbridge.domain.refund import Refund
from posbridge.domain.returns import refund_lines, refund_tenders
from posbridge.sandbox.faults import Faults
from posbridge.testing.builders import a_line, an_id, an_order
from posbridge.testing.conformance.base import Base, Far, Killed, Steps, needs

#: (number of the SKU, unit price in minor units, quantity)
Wanted = tuple[int, int, int]
CUP: Wanted = (1, 1250, 2)
SHIRT: Wanted = (3, 2200, 1)


def sale(seed: int = 1, lines: Sequence[Wanted] = (CUP, SHIRT), **fields: Any) -> Order:
    """A sale of now; another seed is another sale."""
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=seed)
    made: list[BasketLine] = [a_line(number, price, quantity) for number, price, quantity in lines]
    return an_order(made, seed=seed, captured_at=at, business_date=at.date(), **fields)


def giving_back(order: Order, wanted: Sequence[tuple[str, int]], seed: int = 1) -> Refund:
    lines = refund_lines(order, (), [(line, Decimal(quantity), True) for line, quantity in wanted])
    amount = sum(line.amount for line in lines)
    made = an_id(seed, 7)
    return Refund(
        id=made,
        order_id=order.id,
        order_reference=order.reference,
        reference=reference_of(made, "R"),
        receipt_number=f"T1-R{seed:05d}",
        device=order.device,
        captured_at=order.captured_at + timedelta(seconds=1),
        business_date=order.business_date,
        currency=order.currency,
        lines=lines,
        tenders=refund_tenders(order, (), amount),
        reason="Conformance",
    )


async def bring(far: Far, order: Order, context: SendContext, steps: Steps, *, doubt: bool = False) -> str:
    """Sends by the send protocol in small: look up after a doubt, go on with what is there, send again else.

    Gives the order's id there; "" where it waits for a person, since the platform cannot be asked (NONE).
    """
    orders, key = far.need("orders"), f"key-{order.id}"
    for _ in range(40):
        context = SendContext(steps, context.links, context.customer_id)
        try:
            if doubt:
                await far.platform.settled()
                found = await look_up(far, order, steps)
                assert len(found) <= 1, "the order is there more than once"
                if found and found[0].complete:
                    return found[0].id
                if found:
                    await steps.put("order", found[0].id)
            return str((await orders.create(order, key, context)).id)
        except Unsupported as said:
            parked(far, order, said, doubt=doubt)
            return ""
        except (OutcomeUnknown, Conflict):
            doubt = True
        except (ServiceUnavailable, RateLimitExceeded):
            await asyncio.sleep(0.05)
    raise AssertionError("the order was not brought in forty tries")


async def resumed(far: Far, order: Order, context: SendContext) -> str:
    """Goes on where it stopped; "" where the request may have left and only a person can tell (NONE)."""
    try:
        return str((await far.need("orders").create(order, f"key-{order.id}", context)).id)
    except Unsupported as said:
        parked(far, order, said, doubt=True)
        return ""


def parked(far: Far, order: Order, said: Unsupported, *, doubt: bool) -> None:
    """Only a NONE platform may leave a doubt to a person, and then in words that name what to type there."""
    assert doubt, f"it was refused before anything was lost: {said}"
    assert far.connector.facts.capabilities.dedupe is Dedupe.NONE, f"it must be looked up: {said}"
    assert order.reference in f"{said.message} {said.next_step}"


async def look_up(far: Far, order: Order, steps: Steps) -> list[RemoteOrder]:
    orders, known = far.need("orders"), await steps.get("order")
    if known:
        try:
            return [await orders.get(known)]
        except NotFound:
            pass
    return list(await orders.find(order.reference, around=order.captured_at, steps=steps))


def made_once(far: Far, order: Order) -> dict[str, Any]:
    """The one order in the platform's books, paid to the minor unit (unpaid where it is cashed there)."""
    booked = far.booked(order.reference)
    assert len(booked) == 1, f"{len(booked)} orders carry {order.reference}"
    assert booked[0]["total"] == order.totals.total
    if far.connector.facts.capabilities.takes_payments:
        assert booked[0]["paid"] == order.totals.total
    return booked[0]


def kept(far: Far, order: Order, brought: str) -> None:
    """Made once; what waits for a person (`brought` is "") is there once or not at all, never twice."""
    if brought:
        made_once(far, order)
    else:
        assert len(far.booked(order.reference)) <= 1, f"{order.reference} was sent again without knowing"


def searchable(far: Far) -> bool:
    """Whether the platform can be asked for an order by our reference."""
    return far.connector.facts.capabilities.dedupe is not Dedupe.NONE


class Selling(Base):
    """What is written for a sale."""

    @needs(Service.ORDERS)
    async def test_an_order_reads_back_equal(self, far: Far) -> None:
        order = sale()
        ref = await far.need("orders").create(order, "key-1", await far.context())
        made_once(far, order)
        remote = await far.need("orders").get(ref.id)
        assert difference(order, remote) == ()
        assert remote.complete
        assert (remote.reference, remote.currency) == (order.reference, order.currency)
        assert {(line.sku, int(line.quantity)) for line in remote.lines} == {("SKU-0001", 2), ("SKU-0003", 1)}
        assert far.platform.stock_book()["SKU-0001"] == 38

    @needs(Service.ORDERS)
    async def test_an_order_is_found_by_its_reference(self, far: Far) -> None:
        order, other = sale(1), sale(2)
        for number, each in enumerate((order, other)):
            await far.need("orders").create(each, f"key-{number}", await far.context())
        if not searchable(far):
            with pytest.raises(Unsupported) as said:
                await far.need("orders").find(order.reference, around=order.captured_at)
            assert order.reference in f"{said.value.message} {said.value.next_step}"
            return
        found = await far.need("orders").find(order.reference, around=order.captured_at)
        assert [remote.reference for remote in found] == [order.reference]
        assert await far.need("orders").find("P0NEVERMADE00000", around=order.captured_at) == []
        with pytest.raises(NotFound):
            await far.need("orders").get("999999999")

    @needs(Service.ORDERS)
    async def test_orders_are_listed_since_a_cursor(self, far: Far) -> None:
        first, second = sale(1), sale(2)
        await far.need("orders").create(first, "key-1", await far.context())
        pages = [page async for page in far.need("orders").changed_since(None)]
        await far.need("orders").create(second, "key-2", await far.context())
        later = [page async for page in far.need("orders").changed_since(pages[-1].cursor)]
        assert first.reference in [remote.reference for page in pages for remote in page.items]
        assert second.reference in [remote.reference for page in later for remote in page.items]

    @needs(Service.ORDERS, "split_tender")
    async def test_a_split_payment_sums(self, far: Far) -> None:
        order = sale(tenders=[(TenderKind.CASH, 2000), (TenderKind.CARD, 3170)])
        await far.need("orders").create(order, "key-1", await far.context())
        made_once(far, order)

    @needs(Service.ORDERS, "custom_lines")
    async def test_an_article_that_is_not_there_is_a_custom_line(self, far: Far) -> None:
        order = sale(lines=[CUP, (77, 333, 3)])
        await far.need("orders").create(order, "key-1", await far.context())
        made_once(far, order)

    @needs(Service.ORDERS)
    async def test_created_again_with_the_same_steps_is_one_order(self, far: Far) -> None:
        order, context = sale(), await far.context()
        first = await far.need("orders").create(order, "key-1", context)
        again = await far.need("orders").create(order, "key-1", context)
        assert again.id == first.id
        assert await context.steps.get("order") == first.id
        made_once(far, order)

    @needs(Service.ORDERS)
    async def test_killed_after_each_step_then_resumed(self, far: Far) -> None:
        context = await far.context()
        for number in range(1, 20):
            order, steps = sale(number), Steps(die_after=number)
            try:
                await far.need("orders").create(order, f"key-{order.id}", SendContext(steps, context.links))
            except Killed:
                kept(far, order, await resumed(far, order, SendContext(steps.after_restart(), context.links)))
            else:
                assert number > 1, "an order is made without a word to the steps"
                return
        raise AssertionError("an order takes more than twenty steps")

    @needs(Service.ORDERS)
    async def test_killed_before_each_step_is_kept_then_looked_up(self, far: Far) -> None:
        context = await far.context()
        for number in range(1, 20):
            order, steps = sale(number), Steps(die_before=number)
            try:
                await far.need("orders").create(order, f"key-{order.id}", SendContext(steps, context.links))
            except Killed:
                kept(far, order, await bring(far, order, context, steps.after_restart(), doubt=True))
            else:
                return
        raise AssertionError("an order takes more than twenty steps")

    @needs(Service.ORDERS)
    @pytest.mark.parametrize("fault", ["lost", "lost500", "cut", "late", "html"])
    async def test_a_lost_reply_is_unknown_and_settles_to_one_order(self, far: Far, fault: str) -> None:
        order, context = sale(), await far.context()
        steps = Steps()
        far.platform.faults.plan(fault, method="POST", times=1)
        with pytest.raises(OutcomeUnknown):
            await far.need("orders").create(order, f"key-{order.id}", SendContext(steps, context.links))
        assert far.platform.faults.struck[fault] == 1
        kept(far, order, await bring(far, order, context, steps.after_restart(), doubt=True))

    @needs(Service.ORDERS)
    async def test_a_storm_of_faults_makes_each_order_once(self, far: Far) -> None:
        context = await far.context()
        rates = {"lost": 0.12, "lost500": 0.06, "cut": 0.06, "reset": 0.06, "late": 0.04, "html": 0.03}
        far.platform.faults = Faults(rates, seed=7, late_ms=80)
        orders = [sale(number) for number in range(1, 13)]
        brought = [await bring(far, order, context, Steps()) for order in orders]
        far.platform.faults = Faults()
        await far.platform.settled()
        for order, there in zip(orders, brought, strict=True):
            kept(far, order, there)
        assert any(brought), "nothing came through the storm"

    @needs(Service.ORDERS)
    async def test_an_expired_key_life_is_no_second_order(self, far: Far) -> None:
        """After the key's life the drain looks up before it sends: the look-up must find the order."""
        order, context = sale(), await far.context()
        await far.need("orders").create(order, "key-1", context)
        life = far.connector.facts.capabilities.key_life_s or 0
        far.platform.clock.advance(timedelta(seconds=life + 60))
        if not searchable(far):
            made_once(far, order)
            return
        assert len(await far.need("orders").find(order.reference, around=order.captured_at)) == 1

    @needs(Service.ORDERS)
    async def test_nothing_is_made_when_nothing_left(self, far: Far) -> None:
        order, context = sale(), await far.context()
        far.switch.down = True
        with pytest.raises(ServiceUnavailable):
            await far.need("orders").create(order, "key-1", context)
        assert far.booked(order.reference) == []

    @needs(Service.ORDERS)
    async def test_slow_down_names_a_time_and_makes_nothing(self, far: Far) -> None:
        order, context = sale(), await far.context()
        far.platform.faults.plan("429", times=1)
        with pytest.raises(RateLimitExceeded):
            await far.need("orders").create(order, "key-1", context)
        assert far.booked(order.reference) == []

    # refunds
    @needs(Service.ORDERS, "refunds")
    async def test_a_whole_order_is_given_back(self, far: Far) -> None:
        order, ref = await self._sold(far)
        await self._give_back(far, order, ref, [("line-1", 2), ("line-3", 1)])
        assert made_once(far, order)["refunded"] == order.totals.total

    @needs(Service.ORDERS, "refunds", "partial_refunds")
    async def test_a_part_is_given_back_once(self, far: Far) -> None:
        order, ref = await self._sold(far)
        refund, context = giving_back(order, [("line-1", 1)]), await self._refund_context(far, ref)
        made = await far.need("orders").refund(refund, ref, "key-r", context)
        again = await far.need("orders").refund(refund, ref, "key-r", context)
        assert again.id == made.id
        assert made_once(far, order)["refunded"] == refund.amount
        found = await far.need("orders").find_refund(refund, ref, steps=context.steps)
        assert [one.id for one in found] == [made.id]
        assert await far.need("orders").find_refund(giving_back(order, [("line-1", 1)], 2), ref) == []

    @needs(Service.ORDERS, "refunds", "partial_refunds")
    async def test_a_lost_refund_is_found(self, far: Far) -> None:
        order, ref = await self._sold(far)
        refund, context = giving_back(order, [("line-1", 1)]), await self._refund_context(far, ref)
        far.platform.faults.plan("lost", method="POST", times=1)
        with pytest.raises(OutcomeUnknown):
            await far.need("orders").refund(refund, ref, "key-r", context)
        await far.platform.settled()
        if not await far.need("orders").find_refund(refund, ref, steps=context.steps):
            await far.need("orders").refund(refund, ref, "key-r", context)
        assert len(await far.need("orders").find_refund(refund, ref, steps=context.steps)) == 1
        assert made_once(far, order)["refunded"] == refund.amount

    async def _sold(self, far: Far) -> tuple[Order, RemoteRef]:
        order = sale()
        return order, await far.need("orders").create(order, "key-1", await far.context())

    async def _refund_context(self, far: Far, ref: RemoteRef) -> SendContext:
        remote = await far.need("orders").get(ref.id)
        by_sku = {line.sku: line.id for line in remote.lines}
        return await far.context(remote_lines={"line-1": by_sku["SKU-0001"], "line-3": by_sku["SKU-0003"]})

    async def _give_back(self, far: Far, order: Order, ref: RemoteRef, wanted: list[tuple[str, int]]) -> None:
        context = await self._refund_context(far, ref)
        await far.need("orders").refund(giving_back(order, wanted), ref, "key-r", context)

    def test_the_dedupe_class_is_no_guesswork(self) -> None:
        """What the class needs to work: KEY a life, SCAN and NONE a word to the shopkeeper."""
        can = type(self).connector.facts.capabilities
        if can.dedupe is Dedupe.KEY:
            assert can.key_life_s
        if can.dedupe in (Dedupe.SCAN, Dedupe.NONE):
            assert can.notes, "say what the shopkeeper must know about lost replies"
