"""Whether a code counts: dates, uses, spend, goods, customer, and what goes with what."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from posbridge.domain.basket import Basket
from posbridge.domain.discount import Discount, DiscountKind, DiscountRefusal, Scope
from posbridge.domain.discounts import REFUSAL_WORDS, applicable, apply, check, in_scope, revise, same
from posbridge.domain.errors import DomainError
from posbridge.domain.money import Money
from posbridge.testing.builders import EPOCH as NOW
from posbridge.testing.builders import a_basket, a_customer, a_line

SECOND = timedelta(seconds=1)


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def ten(**fields: Any) -> Discount:
    return Discount(**{"id": "ten", "code": "TEN", "kind": "percentage", "percent": Decimal(10), **fields})


def twenty_dollars(**line: Any) -> Basket:
    return a_basket([a_line(1, 1000, 2, **line)])


REFUSED = {
    "inactive": (ten(active=False), DiscountRefusal.INACTIVE),
    "not started": (ten(starts_at=NOW + SECOND), DiscountRefusal.NOT_STARTED),
    "expired": (ten(ends_at=NOW - SECOND), DiscountRefusal.EXPIRED),
    "used up": (ten(usage_limit=5, usage_count=5), DiscountRefusal.USED_UP),
    "overused": (ten(usage_limit=5, usage_count=7), DiscountRefusal.USED_UP),
    "minimum spend": (ten(minimum_spend=usd(2001)), DiscountRefusal.MINIMUM_SPEND),
    "maximum spend": (ten(maximum_spend=usd(1999)), DiscountRefusal.MAXIMUM_SPEND),
    "minimum quantity": (ten(minimum_quantity=Decimal(3)), DiscountRefusal.MINIMUM_QUANTITY),
    "other goods": (ten(scope=Scope(skus=frozenset({"SKU-0002"}))), DiscountRefusal.NOT_FOR_BASKET),
    "free shipping": (Discount(kind="free_shipping"), DiscountRefusal.NOT_FOR_BASKET),
    "other customer": (ten(customer_ids=frozenset({"customer-2"})), DiscountRefusal.NOT_FOR_CUSTOMER),
    "no percent": (Discount(kind="percentage"), DiscountRefusal.UNSUPPORTED),
    "no amount": (Discount(kind="fixed"), DiscountRefusal.UNSUPPORTED),
    "other currency": (
        Discount(kind="fixed", amount=Money(amount=1, currency="EUR")),
        DiscountRefusal.UNSUPPORTED,
    ),
    "limit in another currency": (ten(maximum=Money(amount=1, currency="EUR")), DiscountRefusal.UNSUPPORTED),
    "negative amount": (Discount(kind="fixed", amount=usd(-1)), DiscountRefusal.UNSUPPORTED),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_code_is_refused_with_its_reason(name: str) -> None:
    discount, refusal = REFUSED[name]
    assert check(discount, twenty_dollars(), NOW) is refusal
    with pytest.raises(DomainError) as caught:
        apply(twenty_dollars(), discount, NOW)
    assert caught.value.detail["refusal"] is refusal
    assert caught.value.code == f"discount_{refusal.value}"
    assert caught.value.message == REFUSAL_WORDS[refusal]


COUNTS = {
    "plain": ten(),
    "from this second": ten(starts_at=NOW),
    "to this second": ten(ends_at=NOW),
    "one use left": ten(usage_limit=5, usage_count=4),
    "exactly the minimum": ten(minimum_spend=usd(2000)),
    "exactly the maximum": ten(maximum_spend=usd(2000)),
    "exactly the quantity": ten(minimum_quantity=Decimal(2)),
    "no minimum at all": ten(minimum_spend=usd(0)),
    "per customer limit": ten(per_customer_limit=1),
}


@pytest.mark.parametrize("name", COUNTS)
def test_a_code_counts(name: str) -> None:
    basket = apply(twenty_dollars(), COUNTS[name], NOW)
    assert basket.discounts == (COUNTS[name],)


def test_dates_are_left_out_when_the_platform_checked_them() -> None:
    assert check(ten(ends_at=NOW - SECOND, starts_at=NOW + SECOND), twenty_dollars(), None) is None
    assert check(ten(active=False), twenty_dollars(), None) is DiscountRefusal.INACTIVE


def test_uses_of_one_customer() -> None:
    limited = ten(per_customer_limit=2)
    assert check(limited, twenty_dollars(), NOW, customer_uses=1) is None
    assert check(limited, twenty_dollars(), NOW, customer_uses=2) is DiscountRefusal.USED_UP


@pytest.mark.parametrize(
    ("emails", "counts"),
    [
        ({"Customer1@Example.com"}, True),
        ({"*@example.com"}, True),
        ({"*@example.org"}, False),
        ({"x@example.com"}, False),
    ],
)
def test_codes_for_some_customers(emails: set[str], counts: bool) -> None:
    discount, basket = ten(customer_emails=frozenset(emails)), twenty_dollars()
    refusal = None if counts else DiscountRefusal.NOT_FOR_CUSTOMER
    assert check(discount, basket, NOW, customer=a_customer(1)) is refusal
    assert check(discount, basket.model_copy(update={"customer": a_customer(1)}), NOW) is refusal
    assert check(discount, basket, NOW) is DiscountRefusal.NOT_FOR_CUSTOMER


def test_a_customer_by_id() -> None:
    discount = ten(customer_ids=frozenset({"customer-1"}))
    assert check(discount, twenty_dollars(), NOW, customer=a_customer(1)) is None
    assert check(discount, twenty_dollars(), NOW, customer=a_customer(2)) is DiscountRefusal.NOT_FOR_CUSTOMER


SCOPES = [
    (Scope(), True),
    (Scope(product_ids=frozenset({"product-1"})), True),
    (Scope(variant_ids=frozenset({"variant-1"})), True),
    (Scope(skus=frozenset({"SKU-0001"})), True),
    (Scope(categories=frozenset({"Mugs"})), True),
    (Scope(product_ids=frozenset({"product-2"})), False),
    (Scope(excluded_product_ids=frozenset({"product-1"})), False),
    (Scope(excluded_categories=frozenset({"Mugs"})), False),
    (Scope(product_ids=frozenset({"product-1"}), excluded_categories=frozenset({"Mugs"})), False),
    (Scope(exclude_sale_items=True), False),
]


@pytest.mark.parametrize(("scope", "counts"), SCOPES)
def test_scope(scope: Scope, counts: bool) -> None:
    assert in_scope(scope, a_line(1, categories=("Mugs",), on_sale=True)) is counts


def test_a_code_that_goes_with_no_other() -> None:
    alone, other = ten(id="alone", code="ALONE", stackable=False), ten()
    assert check(alone, twenty_dollars(), NOW) is None
    with_other = apply(twenty_dollars(), other, NOW)
    assert check(alone, with_other, NOW) is DiscountRefusal.NOT_COMBINABLE
    with_alone = apply(twenty_dollars(), alone, NOW)
    assert check(other, with_alone, NOW) is DiscountRefusal.NOT_COMBINABLE
    assert check(other, twenty_dollars(), NOW, others=(alone,)) is DiscountRefusal.NOT_COMBINABLE
    on_a_line = twenty_dollars(discounts=(other,))
    assert check(alone, on_a_line, NOW) is DiscountRefusal.NOT_COMBINABLE


def test_the_same_code_twice_is_once() -> None:
    once = apply(twenty_dollars(), ten(), NOW)
    assert apply(once, ten(code="ten"), NOW) == once
    alone = apply(twenty_dollars(), ten(stackable=False), NOW)
    assert apply(alone, ten(stackable=False), NOW) == alone


def test_discounts_without_id_and_code_are_each_their_own() -> None:
    by_hand = Discount(kind="percentage", percent=Decimal(10), name="Scratched")
    assert not same(by_hand, by_hand)
    assert len(apply(apply(twenty_dollars(), by_hand), by_hand).discounts) == 2


def test_applicable_keeps_those_that_count_in_their_order() -> None:
    first, late, last = ten(id="a"), ten(id="b", ends_at=NOW - SECOND), ten(id="c")
    assert applicable([first, late, last], twenty_dollars(), NOW) == (first, last)


def test_revise_drops_what_counts_no_longer() -> None:
    spend, plain = ten(id="spend", minimum_spend=usd(1500)), ten(id="plain")
    basket = apply(apply(twenty_dollars(), spend, NOW), plain, NOW)
    smaller = basket.model_copy(update={"lines": (a_line(1, 1000),)})
    kept, dropped = revise(smaller, NOW)
    assert kept.discounts == (plain,)
    assert dropped == ((spend, DiscountRefusal.MINIMUM_SPEND),)
    assert revise(basket, NOW) == (basket, ())


def test_every_refusal_of_check_has_words() -> None:
    elsewhere = {DiscountRefusal.UNKNOWN, DiscountRefusal.OFFLINE}
    assert set(REFUSAL_WORDS) == set(DiscountRefusal) - elsewhere
    assert set(DiscountKind) == {"percentage", "fixed", "product", "free_shipping"}
