"""The one set of rules for discounts: which lines count, whether a code counts now, and what goes with what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from fnmatch import fnmatchcase

from posbridge.domain.basket import Basket, BasketLine
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount, DiscountKind, DiscountRefusal, Scope
from posbridge.domain.errors import DomainError

REFUSAL_WORDS = {
    DiscountRefusal.INACTIVE: "This discount is switched off.",
    DiscountRefusal.NOT_STARTED: "This discount has not begun yet.",
    DiscountRefusal.EXPIRED: "This discount has expired.",
    DiscountRefusal.USED_UP: "This discount has been used as often as it may be.",
    DiscountRefusal.MINIMUM_SPEND: "The goods it is for do not reach its minimum.",
    DiscountRefusal.MAXIMUM_SPEND: "The goods it is for cost more than its limit.",
    DiscountRefusal.MINIMUM_QUANTITY: "Too few of the goods it is for are in the basket.",
    DiscountRefusal.NOT_FOR_BASKET: "Nothing in the basket takes part in this discount.",
    DiscountRefusal.NOT_FOR_CUSTOMER: "This discount is for other customers.",
    DiscountRefusal.NOT_COMBINABLE: "This discount does not go with another one.",
    DiscountRefusal.UNSUPPORTED: "This discount cannot be reckoned at the till.",
}


def in_scope(scope: Scope, line: BasketLine) -> bool:
    """Whether a line takes part: named (or nothing is named), and not excluded."""
    if line.product_id in scope.excluded_product_ids or scope.excluded_categories.intersection(line.categories):
        return False
    if scope.exclude_sale_items and line.on_sale:
        return False
    named = line.product_id in scope.product_ids or line.variant_id in scope.variant_ids or line.sku in scope.skus
    return scope.everything or named or bool(scope.categories.intersection(line.categories))


def goods(discount: Discount, lines: Iterable[BasketLine]) -> tuple[BasketLine, ...]:
    """The lines that take part in `discount`."""
    return tuple(line for line in lines if in_scope(discount.scope, line))


def spend_refusal(discount: Discount, lines: Sequence[BasketLine]) -> DiscountRefusal | None:
    """Whether the goods in scope (`lines`), before any discount, are within its limits of spend and quantity."""
    spend = sum(line.subtotal for line in lines)
    if not lines:
        return DiscountRefusal.NOT_FOR_BASKET
    if discount.minimum_spend and spend < discount.minimum_spend.amount:
        return DiscountRefusal.MINIMUM_SPEND
    if discount.maximum_spend is not None and spend > discount.maximum_spend.amount:
        return DiscountRefusal.MAXIMUM_SPEND
    if discount.minimum_quantity and sum((line.quantity for line in lines), Decimal(0)) < discount.minimum_quantity:
        return DiscountRefusal.MINIMUM_QUANTITY
    return None


def check(
    discount: Discount,
    basket: Basket,
    now: datetime | None,
    *,
    customer: Customer | None = None,
    customer_uses: int = 0,
    others: Sequence[Discount] = (),
) -> DiscountRefusal | None:
    """Why `discount` does not count for `basket` at `now` (UTC), or None when it counts.

    It counts from `starts_at` to `ends_at`, both included; `now` None leaves the dates to who knows the time.
    `customer` defaults to the basket's; `customer_uses` is how often that customer has used it. `others` are
    discounts about to be used besides those already in the basket. A discount never stands in its own way.
    """
    buyer = customer or basket.customer
    return (
        _definition_refusal(discount, basket.currency)
        or _time_refusal(discount, now)
        or _usage_refusal(discount, customer_uses)
        or _customer_refusal(discount, buyer)
        or spend_refusal(discount, goods(discount, basket.lines))
        or _stacking_refusal(discount, [*_all_of(basket), *others])
    )


def applicable(
    discounts: Iterable[Discount], basket: Basket, now: datetime | None, *, customer: Customer | None = None
) -> tuple[Discount, ...]:
    """Those of `discounts` that count for the basket as it stands, each looked at alone, in their order."""
    return tuple(discount for discount in discounts if check(discount, basket, now, customer=customer) is None)


def apply(
    basket: Basket,
    discount: Discount,
    now: datetime | None = None,
    *,
    customer: Customer | None = None,
    customer_uses: int = 0,
) -> Basket:
    """The basket with `discount` as its last one; unchanged when that same id and code is in it already.

    Raises DomainError with `code` "discount_<refusal>" and `detail["refusal"]` when it does not count.
    """
    refusal = check(discount, basket, now, customer=customer, customer_uses=customer_uses)
    if refusal is not None:
        raise DomainError(REFUSAL_WORDS[refusal], code=f"discount_{refusal.value}", refusal=refusal)
    if any(same(discount, other) for other in basket.discounts):
        return basket
    return basket.model_copy(update={"discounts": (*basket.discounts, discount)})


def revise(basket: Basket, now: datetime | None) -> tuple[Basket, tuple[tuple[Discount, DiscountRefusal], ...]]:
    """The basket without those of its discounts that count no longer, and why each was dropped."""
    kept: list[Discount] = []
    dropped: list[tuple[Discount, DiscountRefusal]] = []
    for discount in basket.discounts:
        trial = basket.model_copy(update={"discounts": tuple(kept)})
        refusal = check(discount, trial, now)
        if refusal is None:
            kept.append(discount)
        else:
            dropped.append((discount, refusal))
    return basket.model_copy(update={"discounts": tuple(kept)}), tuple(dropped)


def same(one: Discount, other: Discount) -> bool:
    """Whether both are one discount: the same id and code. Discounts without either are each their own."""
    named = bool(one.id or one.code)
    return named and one.id == other.id and one.code.casefold() == other.code.casefold()


def _all_of(basket: Basket) -> list[Discount]:
    return [*basket.discounts, *(discount for line in basket.lines for discount in line.discounts)]


def _definition_refusal(discount: Discount, currency: str) -> DiscountRefusal | None:
    if discount.kind is DiscountKind.FREE_SHIPPING:
        return DiscountRefusal.NOT_FOR_BASKET
    limits = (discount.amount, discount.maximum, discount.minimum_spend, discount.maximum_spend)
    if any(limit is not None and (limit.currency != currency or limit.amount < 0) for limit in limits):
        return DiscountRefusal.UNSUPPORTED
    value = discount.percent if discount.kind is DiscountKind.PERCENTAGE else discount.amount
    return DiscountRefusal.UNSUPPORTED if value is None else None


def _time_refusal(discount: Discount, now: datetime | None) -> DiscountRefusal | None:
    if not discount.active:
        return DiscountRefusal.INACTIVE
    if now is not None and discount.starts_at is not None and now < discount.starts_at:
        return DiscountRefusal.NOT_STARTED
    if now is not None and discount.ends_at is not None and now > discount.ends_at:
        return DiscountRefusal.EXPIRED
    return None


def _usage_refusal(discount: Discount, customer_uses: int) -> DiscountRefusal | None:
    limit = discount.per_customer_limit
    used_up = discount.uses_left == 0 or (limit is not None and customer_uses >= limit)
    return DiscountRefusal.USED_UP if used_up else None


def _customer_refusal(discount: Discount, customer: Customer | None) -> DiscountRefusal | None:
    if not (discount.customer_ids or discount.customer_emails):
        return None
    if customer is None:
        return DiscountRefusal.NOT_FOR_CUSTOMER
    email = customer.email.strip().casefold()
    # WooCommerce restricts by e-mail with "*" for any text ("*@example.com").
    by_email = any(fnmatchcase(email, pattern.strip().casefold()) for pattern in discount.customer_emails)
    return None if by_email or customer.id in discount.customer_ids else DiscountRefusal.NOT_FOR_CUSTOMER


def _stacking_refusal(discount: Discount, present: Sequence[Discount]) -> DiscountRefusal | None:
    others = [other for other in present if not same(discount, other)]
    alone = all(other.stackable for other in others) if discount.stackable else not others
    return None if alone else DiscountRefusal.NOT_COMBINABLE
