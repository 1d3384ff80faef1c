"""What a cashier does to a basket before payment. Each edit gives a new basket or raises DomainError."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from posbridge.domain.basket import Basket, BasketLine
from posbridge.domain.catalog import Product, ProductVariant, variant_title
from posbridge.domain.discount import Discount
from posbridge.domain.errors import DomainError
from posbridge.domain.inventory import WeightRule
from posbridge.domain.money import Money
from posbridge.domain.tiers import is_tier, tier_discount


def line_of(product: Product, variant: ProductVariant, quantity: Decimal | int, *, id: str) -> BasketLine:  # noqa: A002
    """A new line called `id` for `quantity` of a variant at the catalogue's price.

    Raises DomainError when the variant has no price or is not available, or for part of a piece.
    """
    if variant.price is None or not variant.available:
        reason = "has no price yet" if variant.price is None else "is not available"
        raise DomainError(f"{product.title} {reason}, so it cannot be sold.", variant_id=variant.id)
    _require_quantity(variant.unit, Decimal(quantity), variant.weighing)
    line = BasketLine(
        id=id,
        variant_id=variant.id,
        product_id=product.id,
        sku=variant.sku,
        barcode=variant.barcode,
        title=variant_title(product.title, variant.option_values),
        option_values=variant.option_values,
        quantity=Decimal(quantity),
        unit=variant.unit,
        weighing=variant.weighing,
        tiers=variant.tiers,
        unit_price=variant.price,
        list_price=variant.price,
        on_sale=variant.compare_at_price is not None and variant.compare_at_price > variant.price,
        categories=product.categories,
        tax_class=variant.tax_class,
        taxable=variant.taxable,
        minimum_age=product.attributes.minimum_age if product.attributes else None,
        medical_only=product.attributes is not None and product.attributes.medical_only,
    )
    return _at_tier(line)


def add(basket: Basket, line: BasketLine) -> Basket:
    """The basket with `line`; pieces of a variant that is there at the same terms already raise that line's quantity.

    Raises DomainError when the basket is parked, the line's id is taken, or its price is in another currency.
    """
    _require_open(basket)
    if line.unit_price.currency != basket.currency:
        raise DomainError(
            f"{line.title} is priced in {line.unit_price.currency}, but the basket is in {basket.currency}."
        )
    for present in basket.lines:
        if _alike(present, line):
            return change_quantity(basket, present.id, present.quantity + line.quantity)
    if any(present.id == line.id for present in basket.lines):
        raise DomainError(f"The basket has a line {line.id!r} already.")
    return basket.model_copy(update={"lines": (*basket.lines, line)})


def change_quantity(basket: Basket, line_id: str, quantity: Decimal | int) -> Basket:
    """The basket with another quantity on one line; weighed goods are held to their rule, tiers follow."""
    wanted = Decimal(quantity)

    def change(line: BasketLine) -> BasketLine:
        _require_quantity(line.unit, wanted, line.weighing)
        return _at_tier(line.model_copy(update={"quantity": wanted}))

    return _with_line(basket, line_id, change)


def override_price(basket: Basket, line_id: str, price: Money, approved_by: str = "") -> Basket:
    """The basket with another unit price on one line; below the list it needs a person's id in `approved_by`.

    The line's own price takes the place of its tiers.
    """

    def change(line: BasketLine) -> BasketLine:
        if price.amount < 0 or price.currency != basket.currency:
            raise DomainError(f"A price is zero or more {basket.currency}.")
        if line.list_price is not None and price < line.list_price and not approved_by:
            raise DomainError("A price below the list needs an approval.", code="approval_needed")
        own = tuple(discount for discount in line.discounts if not is_tier(discount))
        changed = {"unit_price": price, "approved_by": approved_by, "tiers": (), "discounts": own}
        return line.model_copy(update=changed)

    return _with_line(basket, line_id, change)


def discount_line(basket: Basket, line_id: str, discount: Discount) -> Basket:
    """The basket with `discount` as the last one of that line."""
    return _with_line(basket, line_id, lambda line: line.model_copy(update={"discounts": (*line.discounts, discount)}))


def remove(basket: Basket, line_id: str) -> Basket:
    """The basket without that line."""
    _require_open(basket)
    _require_line(basket, line_id)
    return basket.model_copy(update={"lines": tuple(line for line in basket.lines if line.id != line_id)})


def remove_discount(basket: Basket, code_or_id: str) -> Basket:
    """The basket without its discounts of that code (in any case) or id; unchanged when there is none."""
    _require_open(basket)
    wanted = code_or_id.casefold()
    kept = tuple(d for d in basket.discounts if wanted not in (d.id.casefold(), d.code.casefold()))
    return basket.model_copy(update={"discounts": kept})


def park(basket: Basket, name: str = "") -> Basket:
    """The basket set aside under `name`; it can only be recalled then. An empty basket is not parked."""
    _require_open(basket)
    if not basket.lines:
        raise DomainError("An empty basket needs no parking.")
    return basket.model_copy(update={"parked": True, "name": name or basket.name})


def recall(basket: Basket) -> Basket:
    """A parked basket back on the counter, exactly as it was."""
    if not basket.parked:
        raise DomainError("This basket is not parked.")
    return basket.model_copy(update={"parked": False})


def _with_line(basket: Basket, line_id: str, change: Callable[[BasketLine], BasketLine]) -> Basket:
    _require_open(basket)
    _require_line(basket, line_id)
    lines = tuple(change(line) if line.id == line_id else line for line in basket.lines)
    return basket.model_copy(update={"lines": lines})


def _require_open(basket: Basket) -> None:
    if basket.parked:
        raise DomainError("The basket is parked; recall it first.")


def _require_line(basket: Basket, line_id: str) -> None:
    if not any(line.id == line_id for line in basket.lines):
        raise DomainError(f"The basket has no line {line_id!r}.")


def _require_quantity(unit: str, quantity: Decimal, rule: WeightRule | None) -> None:
    if not quantity.is_finite() or quantity <= 0:
        raise DomainError("A quantity is above zero.")
    if unit == "piece" and quantity % 1:
        raise DomainError("Pieces are sold whole.")
    if rule is not None:
        rule.check(quantity)


def _at_tier(line: BasketLine) -> BasketLine:
    """The line with the discount of the tier that its quantity reaches, before its other discounts."""
    if not line.tiers:
        return line
    own = tuple(discount for discount in line.discounts if not is_tier(discount))
    tier = tier_discount(line.tiers, line.quantity, line.unit_price, line.unit)
    return line.model_copy(update={"discounts": (tier, *own) if tier else own})


def _alike(one: BasketLine, other: BasketLine) -> bool:
    """Whether two lines differ in nothing but id and quantity (and so their tier), and are counted in pieces."""
    same = one.model_copy(update={"id": other.id, "quantity": other.quantity})
    return one.unit == "piece" and _at_tier(same) == other
