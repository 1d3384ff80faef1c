"""The simulated Square's figures hold together, whatever is in the order, and a card is never overdrawn."""

from __future__ import annotations

import asyncio
from fractions import Fraction
from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from posbridge.sandbox.demo import demo_seed
from posbridge.sandbox.square import SquareSimulator

Obj = dict[str, Any]
SHOP = SquareSimulator(demo_seed(1), rate=0)
PERCENT = st.integers(0, 4000).map(lambda part: f"{part / 100:g}")


def usd(amount: int) -> Obj:
    return {"amount": amount, "currency": "USD"}


def line(data: tuple[int, str]) -> Obj:
    return {"name": "x", "quantity": data[1], "base_price_money": usd(data[0])}


LINES = st.lists(
    st.tuples(st.integers(0, 200_000), st.sampled_from(["1", "2", "7", "0.5", "1.25", "0.333"])).map(line),
    min_size=1,
    max_size=6,
)
DISCOUNTS = st.lists(
    st.one_of(
        PERCENT.map(lambda text: {"name": "p", "percentage": text, "scope": "ORDER"}),
        st.integers(0, 50_000).map(lambda minor: {"name": "a", "amount_money": usd(minor), "scope": "ORDER"}),
    ),
    max_size=3,
)
TAXES = st.lists(
    st.tuples(PERCENT, st.sampled_from(["ADDITIVE", "INCLUSIVE"])).map(
        lambda pair: {"name": "t", "percentage": pair[0], "type": pair[1], "scope": "ORDER"}
    ),
    max_size=2,
)


def amount(row: Obj, name: str) -> int:
    found: int = row[name]["amount"]
    return found


@settings(max_examples=150, deadline=None)
@given(lines=LINES, discounts=DISCOUNTS, taxes=TAXES, fee=st.integers(0, 900))
def test_parts_sum_to_the_whole(lines: list[Obj], discounts: list[Obj], taxes: list[Obj], fee: int) -> None:
    charge = {"name": "Fee", "amount_money": usd(fee), "calculation_phase": "SUBTOTAL_PHASE"}
    sent = {"location_id": SHOP.shop.location_id, "line_items": lines, "discounts": discounts, "taxes": taxes,
            "service_charges": [charge]}  # fmt: skip
    order = SHOP.orders.calculate({"order": sent})["order"]
    rows = order["line_items"]
    assert amount(order, "total_money") == sum(amount(row, "total_money") for row in rows) + fee
    assert amount(order, "total_discount_money") == sum(
        amount(one, "applied_money") for one in order.get("discounts", ())
    )
    assert amount(order, "total_tax_money") == sum(amount(one, "applied_money") for one in order.get("taxes", ()))
    assert amount(order, "total_discount_money") == sum(amount(row, "total_discount_money") for row in rows)
    assert amount(order, "total_tax_money") == sum(amount(row, "total_tax_money") for row in rows)
    assert all(0 <= amount(row, "total_discount_money") <= amount(row, "gross_sales_money") for row in rows)


@settings(max_examples=100, deadline=None)
@given(lines=LINES, rate=PERCENT)
def test_one_added_tax_is_the_exact_tax_rounded_once(lines: list[Obj], rate: str) -> None:
    tax = {"name": "t", "percentage": rate, "type": "ADDITIVE", "scope": "ORDER"}
    order = SHOP.orders.calculate(
        {"order": {"location_id": SHOP.shop.location_id, "line_items": lines, "taxes": [tax]}}
    )
    rows = order["order"]["line_items"]
    exact = Fraction(sum(amount(row, "gross_sales_money") for row in rows)) * Fraction(rate) / 100
    assert amount(order["order"], "total_tax_money") == round(exact)  # Python rounds halves to even, as Square does


async def test_a_hundred_redemptions_of_ten_on_a_card_of_fifty(
    square: SquareSimulator, square_client: httpx.AsyncClient
) -> None:
    card = square.cards.by_gan(square.seed.gift_cards[0].code)
    details = {"type": "REDEEM", "location_id": square.shop.location_id, "gift_card_id": card["id"]}

    async def redeem(number: int) -> int:
        body = {"idempotency_key": f"r{number}",
                "gift_card_activity": {**details, "redeem_activity_details": {"amount_money": usd(1000)}}}  # fmt: skip
        return (await square_client.post("/v2/gift-cards/activities", json=body)).status_code

    answers = await asyncio.gather(*(redeem(number % 90) for number in range(100)))
    assert card["balance_money"] == usd(0)
    booked = next(one for one in square.gift_cards_book() if one["code"] == card["gan"])
    assert [move["amount"] for move in booked["movements"]] == [5000] + [-1000] * 5
    assert 5 <= answers.count(200) <= 10  # a repeated key gets its first answer again
