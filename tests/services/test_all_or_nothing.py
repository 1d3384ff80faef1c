"""A fault between any two statements of a sale leaves no part of it: the till goes on as if nobody had paid."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from posbridge.domain.errors import PosbridgeError
from posbridge.domain.money import Money
from posbridge.domain.order import Tender, TenderKind
from posbridge.services import Services, gift_cards
from posbridge.store import audit
from tests.services.conftest import Open, cash, variant_of


@contextmanager
def failing_at(services: Services, number: int) -> Iterator[list[str]]:
    """The `number`th statement of the writer fails; gives the statements that were begun."""
    seen: list[str] = []
    engine = services.house.store._writer

    def strike(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)
        if len(seen) == number:
            raise sqlite3.OperationalError("struck")

    event.listen(engine, "before_cursor_execute", strike)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", strike)


async def _traces(services: Services) -> tuple[int, int, int]:
    sales = await services.house.store.read(audit.latest, 100, action="sale")
    return len(await services.orders.list()), len(await services.queue.list()), len(sales)


async def test_each_statement_of_a_sale_may_fail(opened: Open) -> None:
    async with opened() as services:
        for name in ("hostile", "parlour"):
            await services.connections.connect(name, {}, {"key": "k"})
        await services.sync.once(frozenset({"pull"}))
        await services.gift_cards.issue(Money(amount=5000, currency="USD"), "issue-1", code="GIFT-0001")
        basket = await services.baskets.open()
        await services.baskets.add(basket.id, await variant_of(services, "Mug"))
        hold = await services.gift_cards.hold(basket.id, "GIFT-0001", Money(amount=1000, currency="USD"))
        tenders: list[Tender] = [gift_cards.tender(hold, "gift"), cash(250)]
        struck = 0
        while True:
            with failing_at(services, struck + 1) as seen:
                try:
                    order = await services.checkout.pay(basket.id, tenders)
                    break
                except (PosbridgeError, sqlite3.Error):
                    struck += 1
            assert len(seen) >= struck
            assert await _traces(services) == (0, 0, 0)
            assert (await services.baskets.open()).id == basket.id
            assert (await services.gift_cards.balance("GIFT-0001")).card.balance.amount in (4000, 5000)
        assert struck >= 12
        assert order.receipt_number == "T1-000001"
        assert await _traces(services) == (1, 2, 1)
        assert [tender.kind for tender in order.tenders] == [TenderKind.GIFT_CARD, TenderKind.CASH]
        assert (await services.gift_cards.balance("GIFT-0001")).card.balance.amount == 4000
        assert await services.house.store.read(audit.verify, services.house.vault.audit_key()) is None
