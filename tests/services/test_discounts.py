"""A typed code: the platforms' word, POS first; within three seconds, or from what they last said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from posbridge.connectors.contract import Context, Page, PlatformServices
from posbridge.connectors.errors import AuthenticationError, OutcomeUnknown, ServiceUnavailable
from posbridge.domain.basket import Basket, PricedBasket
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountKind, DiscountRefusal, DiscountSource
from posbridge.domain.errors import DomainError
from posbridge.domain.money import Money
from posbridge.services import Services
from posbridge.services.discounts import unproved_codes
from posbridge.store import discounts as kept
from posbridge.testing.builders import a_basket, an_id
from posbridge.testing.hostile import FACTS
from tests.services.conftest import Clock, Open, OpenDoor, Shops, cash, variant_of

TEN = Discount(id="d1", code="TEN", name="Ten off", kind=DiscountKind.PERCENTAGE, percent=Decimal(10))


@dataclass
class Codes:
    """The codes of one platform; `wait_s` before each answer, `error` instead of one."""

    known: dict[str, DiscountAnswer] = field(default_factory=dict)
    wait_s: float = 0.0
    error: Exception | None = None
    asked: list[int] = field(default_factory=list)

    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        self.asked.append(basket.totals.total)
        await asyncio.sleep(self.wait_s)
        if self.error is not None:
            raise self.error
        unknown = DiscountAnswer(code=code, refusal=DiscountRefusal.UNKNOWN, checked_at=now)
        return self.known.get(code.casefold(), unknown)

    async def active(self) -> AsyncIterator[Page[Discount]]:
        yield Page([answer.discount for answer in self.known.values() if answer.discount], last=True)


class WithCodes(OpenDoor):
    def __init__(self, inner: OpenDoor, codes: Codes) -> None:
        super().__init__(inner.shop, inner.facts, inner.door)
        self.codes = codes

    def open(self, context: Context) -> PlatformServices:
        return replace(super().open(context), discounts=self.codes)


@pytest.fixture
def codes(shops: Shops) -> tuple[Codes, Codes]:
    """Those of the POS and of the shop."""
    both = Codes(), Codes()
    shops.connectors = [WithCodes(old, new) for old, new in zip(shops.connectors, both, strict=True)]
    return both


@pytest.fixture
async def till(opened: Open, codes: tuple[Codes, Codes]) -> AsyncIterator[Services]:
    async with opened(POSBRIDGE_CODE_WAIT_S="0.2") as services:
        for name in ("parlour", "hostile"):
            await services.connections.connect(name, {}, {"key": "open sesame"})
        yield services


def valid(discount: Discount = TEN) -> DiscountAnswer:
    return DiscountAnswer(code=discount.code, discount=discount)


def basket() -> Basket:
    return a_basket([1000, 2000])


def empty() -> Basket:
    return Basket(id=an_id(9), currency="USD")


async def cached(services: Services, connection: str, *found: Discount) -> None:
    await services.house.store.write(kept.upsert, connection, found, services.house.clock(), services.house.vault)


async def test_the_first_that_knows_it_decides_pos_first(till: Services, codes: tuple[Codes, Codes]) -> None:
    pos, shop = codes
    shop.known["ten"] = valid()
    answer = await till.discounts.check(" TEN ", basket())
    assert (answer.valid, answer.discount, answer.source) == (True, TEN, DiscountSource.PLATFORM)
    assert pos.asked == shop.asked == [3000]
    assert answer.checked_at is not None
    pos.known["ten"] = valid(TEN.model_copy(update={"percent": Decimal(20)}))
    twenty = (await till.discounts.check("ten", basket())).discount
    assert twenty is not None
    assert twenty.percent == 20
    only = (await till.discounts.check("ten", basket(), "parlour")).discount
    assert only == TEN


async def test_a_refusal_is_an_answer_and_one_that_knows_beats_one_that_does_not(
    till: Services, codes: tuple[Codes, Codes]
) -> None:
    codes[1].known["old"] = DiscountAnswer(code="OLD", refusal=DiscountRefusal.EXPIRED, message="It ended in May.")
    answer = await till.discounts.check("old", basket())
    assert (answer.valid, answer.refusal, answer.message) == (False, DiscountRefusal.EXPIRED, "It ended in May.")
    assert (await till.discounts.check("nope", basket())).refusal is DiscountRefusal.UNKNOWN


@pytest.mark.parametrize(
    "trouble", [ServiceUnavailable("down"), OutcomeUnknown("cut"), AuthenticationError("signed out"), None]
)
async def test_without_an_answer_the_last_list_counts_and_is_marked(
    till: Services, codes: tuple[Codes, Codes], trouble: Exception | None
) -> None:
    codes[0].error, codes[0].wait_s = trouble, 0.0 if trouble else 5.0
    await cached(till, "hostile", TEN)
    started = asyncio.get_running_loop().time()
    answer = await till.discounts.check("ten", basket())
    assert asyncio.get_running_loop().time() - started < 2
    assert (answer.valid, answer.source) == (True, DiscountSource.CACHE)
    assert answer.discount is not None
    assert answer.discount.extra["unproved"] is True
    assert unproved_codes(basket().model_copy(update={"discounts": (answer.discount,)})) == {"TEN"}
    assert (await till.discounts.check("other", basket())).refusal is DiscountRefusal.OFFLINE


async def test_the_last_list_is_held_to_its_own_rules(
    till: Services, codes: tuple[Codes, Codes], clock: Clock
) -> None:
    codes[0].error = ServiceUnavailable("down")
    ended = TEN.model_copy(update={"ends_at": clock() - timedelta(days=1)})
    big = TEN.model_copy(
        update={"id": "d2", "code": "BIG", "minimum_spend": Money(amount=100_000, currency="USD")}
    )
    await cached(till, "hostile", ended, big)
    assert (await till.discounts.check("TEN", basket())).refusal is DiscountRefusal.EXPIRED
    assert (await till.discounts.check("BIG", basket())).refusal is DiscountRefusal.MINIMUM_SPEND


async def test_offline_codes_can_be_switched_off(till: Services, codes: tuple[Codes, Codes]) -> None:
    codes[0].error = ServiceUnavailable("down")
    await cached(till, "hostile", TEN)
    await till.settings.put(offline_codes=False)
    answer = await till.discounts.check("TEN", basket())
    assert (answer.valid, answer.refusal) == (False, DiscountRefusal.OFFLINE)


async def test_an_empty_basket_asks_what_the_code_is_worth(till: Services, codes: tuple[Codes, Codes]) -> None:
    codes[0].known["ten"] = DiscountAnswer(code="TEN", refusal=DiscountRefusal.NOT_FOR_BASKET)
    assert (await till.discounts.check("TEN", empty())).refusal is DiscountRefusal.NOT_FOR_BASKET
    await cached(till, "hostile", TEN)
    answer = await till.discounts.check("TEN", empty())
    assert (answer.valid, answer.source) == (True, DiscountSource.CACHE)
    assert (await till.discounts.check("TEN", basket())).refusal is DiscountRefusal.NOT_FOR_BASKET


async def test_where_nobody_has_codes_it_says_so(services: Services) -> None:
    assert FACTS.name == "hostile"
    assert (await services.discounts.check("TEN", basket())).refusal is DiscountRefusal.UNSUPPORTED
    with pytest.raises(DomainError, match="Type a discount code"):
        await services.discounts.check("  ", basket())


async def test_a_cached_code_is_sold_as_unproved(till: Services, codes: tuple[Codes, Codes]) -> None:
    codes[0].known["ten"] = valid()
    await till.sync.once(frozenset({"pull"}))
    codes[0].error = ServiceUnavailable("down")
    open_one = await till.baskets.open()
    await till.baskets.add(open_one.id, await variant_of(till, "Mug"))
    assert (await till.baskets.apply_code(open_one.id, "ten")).valid
    total = (await till.baskets.priced(open_one.id)).totals.total
    order = await till.checkout.pay(open_one.id, [cash(total)])
    assert [(each.code, each.unproved, each.amount) for each in order.discounts] == [("TEN", True, 125)]
