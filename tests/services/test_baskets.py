"""The basket survives a crash, and what was removed by mistake comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from posbridge.connectors.contract import Page
from posbridge.domain.basket import PricedBasket
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountKind, DiscountSource, Scope
from posbridge.domain.errors import DomainError
from posbridge.services import Services
from posbridge.services.discounts import Discounts
from posbridge.testing.builders import a_customer
from tests.services.conftest import Open, Shops, cash, variant_of


async def test_what_was_rung_up_is_there_after_a_restart(opened: Open) -> None:
    async with opened() as services:
        await services.connections.connect("hostile", {}, {"key": "k"})
        await services.sync.once(frozenset({"pull"}))
        basket = await services.baskets.open()
        await services.baskets.add(basket.id, await variant_of(services, "Mug"), 2)
        await services.baskets.set_customer(basket.id, a_customer(1))
    async with opened() as services:
        again = await services.baskets.open()
        assert (again.id, again.lines[0].quantity) == (basket.id, 2)
        assert again.customer == a_customer(1)
        assert (await services.baskets.priced(again.id)).totals.total == 2500


async def test_scans_add_up_and_an_unknown_code_says_so(services: Services) -> None:
    basket = await services.baskets.open()
    for _ in range(3):
        basket = await services.baskets.add_code(basket.id, " 2000000000015 ")
    assert [(line.title, line.quantity) for line in basket.lines] == [("Mug", 3)]
    with pytest.raises(DomainError) as caught:
        await services.baskets.add_code(basket.id, "404")
    assert caught.value.code == "unknown_article"
    with pytest.raises(DomainError, match="no price"):
        await services.baskets.add(basket.id, await variant_of(services, "Riddle"))


async def test_a_removed_line_comes_back_once(services: Services) -> None:
    basket = await services.baskets.open()
    mug = (await services.baskets.add(basket.id, await variant_of(services, "Mug"), 2)).lines[0]
    full = await services.baskets.add(basket.id, await variant_of(services, "Tea"), Decimal("0.5"))
    assert len((await services.baskets.remove(basket.id, mug.id)).lines) == 1
    assert await services.baskets.undo(basket.id) == full
    with pytest.raises(DomainError, match="nothing to take back"):
        await services.baskets.undo(basket.id)
    assert (await services.baskets.clear(basket.id)).lines == ()
    assert await services.baskets.undo(basket.id) == full


async def test_parked_recalled_and_closed(services: Services) -> None:
    basket = await services.baskets.open()
    await services.baskets.add(basket.id, await variant_of(services, "Mug"))
    await services.baskets.park(basket.id, "blue coat")
    other = await services.baskets.open()
    assert other.id != basket.id
    assert [parked.name for parked in await services.baskets.parked()] == ["blue coat"]
    with pytest.raises(DomainError, match="parked"):
        await services.checkout.pay(basket.id, [cash(1250)])
    assert len((await services.baskets.recall(basket.id)).lines) == 1
    await services.checkout.pay(basket.id, [cash(1250)])
    with pytest.raises(DomainError, match="closed"):
        await services.baskets.add(basket.id, await variant_of(services, "Mug"))
    await services.baskets.discard(other.id)


class _Codes:
    """Knows one code for one product, by the platform's own ids."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        scope = Scope(product_ids=frozenset({"product-1"}), variant_ids=frozenset({"product-1"}))
        self.mugs = Discount(id="d9", code="MUGS", kind=DiscountKind.PERCENTAGE, percent=Decimal(20), scope=scope)

    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        self.asked = [priced.line.product_id for priced in basket.lines]
        return DiscountAnswer(code=code, discount=self.mugs, checked_at=now)

    async def active(self) -> AsyncIterator[Page[Discount]]:
        yield Page([self.mugs], last=True)


async def test_a_code_for_one_product_finds_it_under_our_ids_online_and_offline(
    services: Services, shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes, plain = _Codes(), shops.connectors[0].open
    monkeypatch.setattr(shops.connectors[0], "open", lambda context: replace(plain(context), discounts=codes))
    await services.house.registry.forget("hostile")
    await services.sync.once(frozenset({"pull"}))
    basket = await services.baskets.open()
    await services.baskets.add(basket.id, await variant_of(services, "Mug"))
    await services.baskets.add(basket.id, await variant_of(services, "Tea"))
    assert (await services.baskets.apply_code(basket.id, "MUGS")).valid
    assert sorted(codes.asked) == ["product-1", "product-2"]
    assert (await services.baskets.priced(basket.id)).totals.discount == 250
    await services.baskets.remove_code(basket.id, "mugs")
    services.house.health.reachable("hostile", False)
    answer = await services.baskets.apply_code(basket.id, "MUGS")
    assert (answer.valid, answer.source) == (True, DiscountSource.CACHE)
    order = await services.checkout.pay(basket.id, [cash(1300)])
    assert [(used.code, used.amount, used.unproved) for used in order.discounts] == [("MUGS", 250, True)]


async def test_codes_for_other_customers_go_with_the_customer(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    hers = Discount(
        id="d1", code="HERS", kind=DiscountKind.PERCENTAGE, percent=Decimal(10), customer_ids=frozenset({"customer-1"})
    )

    async def check(self: Discounts, code: str, basket: object, connection: str | None = None) -> DiscountAnswer:
        return DiscountAnswer(code=code, discount=hers)

    monkeypatch.setattr(Discounts, "check", check)
    basket = await services.baskets.open()
    await services.baskets.add(basket.id, await variant_of(services, "Mug"))
    assert not (await services.baskets.apply_code(basket.id, "HERS")).valid
    await services.baskets.set_customer(basket.id, a_customer(1))
    assert (await services.baskets.apply_code(basket.id, "HERS")).valid
    assert (await services.baskets.set_customer(basket.id, None)).discounts == ()
