"""Codes: judged by two previews, then reckoned by Treez on the ticket itself."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from posbridge.connectors.treez import mapping
from posbridge.domain.basket import PricedBasket
from posbridge.domain.compare import difference
from posbridge.domain.discount import Discount, DiscountKind, DiscountRefusal
from posbridge.domain.money import Money
from posbridge.domain.pricing import price
from posbridge.testing.builders import a_basket, a_line, an_order, tax_setup
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.shop import EXPIRED, FIVE_OFF, ONCE, OVER_FIFTY, TEN_PERCENT
from tests.connectors.treez.support import LINKS, context, treez

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def basket(quantity: str = "2") -> PricedBasket:
    line = a_line(1, 1250, quantity, variant_id=LINKS["variant-1"].variant_id)
    return price(a_basket([line]), tax_setup("10"))


async def test_a_share_an_amount_and_what_does_not_count() -> None:
    far = treez()
    assert far.services.discounts is not None
    answers = {
        code: await far.services.discounts.validate(code, basket(), NOW)
        for code in (TEN_PERCENT, FIVE_OFF, OVER_FIFTY, EXPIRED, "NOSUCHCODE", " ")
    }
    share, amount = answers[TEN_PERCENT].discount, answers[FIVE_OFF].discount
    assert share is not None
    assert amount is not None
    assert (share.kind, share.percent, share.code) == (DiscountKind.PERCENTAGE, 10, TEN_PERCENT)
    assert (amount.kind, amount.amount) == (DiscountKind.FIXED, Money(amount=500, currency="USD"))
    for code in (OVER_FIFTY, EXPIRED, "NOSUCHCODE", " "):
        assert answers[code].refusal is DiscountRefusal.UNKNOWN
    assert "does not say why" in answers[EXPIRED].message
    assert far.booked == [], "previews keep nothing"
    assert (await far.services.discounts.validate(OVER_FIFTY, basket("5"), NOW)).valid
    assert (await far.services.discounts.validate(TEN_PERCENT, basket("1.5"), NOW)).refusal is not None
    assert await whole(far.services.discounts.active()) == []


async def test_a_refused_preview_is_an_unknown_code() -> None:
    far = treez()
    assert far.services.discounts is not None
    gone = price(a_basket([a_line(9, 100, 1, variant_id="nothing")]), tax_setup("10"))
    answer = await far.services.discounts.validate(TEN_PERCENT, gone, NOW)
    assert answer.refusal is DiscountRefusal.UNKNOWN
    assert answer.message


def sold(discount: Any) -> Any:
    return an_order([a_line(1, 1250, 2), a_line(3, 2200, 1)], discounts=[discount])


@pytest.mark.parametrize("code", [TEN_PERCENT, FIVE_OFF, ONCE])
async def test_the_code_goes_along_and_is_counted_there(code: str) -> None:
    far = treez()
    assert far.services.discounts is not None
    assert far.services.orders is not None
    answer = await far.services.discounts.validate(code, basket(), NOW)
    order = sold(answer.discount)
    body = mapping.from_order(order, LINKS)
    assert body["coupon_codes"] == [code]
    assert all(item["pos_discounts"] == [] for item in body["items"])
    ref = await far.services.orders.create(order, "key", context())
    assert difference(order, await far.services.orders.get(ref.id)) == ()
    again = await far.services.discounts.validate(code, basket(), NOW)
    assert again.valid == (code != ONCE), "its use was counted"


async def test_a_code_that_ended_meanwhile_is_made_good_on_the_lines() -> None:
    """The customer was promised it: the lines come to the receipt's prices all the same."""
    far = treez()
    assert far.services.discounts is not None
    assert far.services.orders is not None
    answer = await far.services.discounts.validate(ONCE, basket(), NOW)
    order, other = sold(answer.discount), an_order([(1250, 2)], seed=2, discounts=[answer.discount])
    await far.services.orders.create(other, "key-2", context())
    ref = await far.services.orders.create(order, "key", context())
    remote = await far.services.orders.get(ref.id)
    assert difference(order, remote) == ()
    assert remote.discount == order.totals.discount


async def test_another_houses_code_is_a_discount_of_the_line() -> None:
    far = treez()
    order = an_order([a_line(1, 1250, 2)], discounts=[_own("WELCOME", Decimal(15))])
    body = mapping.from_order(order, LINKS)
    assert body["coupon_codes"] == []
    assert body["items"][0]["pos_discounts"] == [
        {"discount_title": "Welcome", "discount_amount": Decimal("3.75"), "discount_method": "DOLLAR"}
    ]
    assert far.services.orders is not None
    ref = await far.services.orders.create(order, "key", context())
    assert difference(order, await far.services.orders.get(ref.id)) == ()


def _own(code: str, percent: Decimal) -> Any:
    return Discount(id="own", code=code, name="Welcome", kind=DiscountKind.PERCENTAGE, percent=percent)
