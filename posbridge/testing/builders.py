"""Small sound domain objects for tests. The same arguments always give equal objects: ids come from `seed`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from posbridge.domain.basket import Basket, BasketLine, RoundingLevel, TaxRate, TaxSetup
from posbridge.domain.catalog import Product, ProductVariant
from posbridge.domain.checkout import SaleFacts, freeze
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount
from posbridge.domain.ids import uuid7
from posbridge.domain.money import Money
from posbridge.domain.order import Order, Tender, TenderKind
from posbridge.domain.pricing import price

#: When the builders' sales happen; each seed is one second later.
EPOCH = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
#: A line: itself, its unit price in minor units (one piece), or (unit price, quantity).
LineLike = BasketLine | int | tuple[int, int | str | Decimal]
#: A tender: itself, or (kind, minor units).
TenderLike = Tender | tuple[TenderKind | str, int]


def an_id(seed: int, kind: int = 0) -> UUID:
    """A UUIDv7 that depends on nothing but `seed` and `kind`."""
    return uuid7(EPOCH + timedelta(seconds=seed), random_bits=(seed * 2654435761 + kind * 40503) % (1 << 74))


def a_variant(seed: int = 1, *, amount: int | None = 1250, currency: str = "USD", **fields: Any) -> ProductVariant:
    """A variant that can be sold; `amount` minor units, None for one without a price."""
    given: dict[str, Any] = {
        "id": f"variant-{seed}",
        "title": f"Article {seed}",
        "sku": f"SKU-{seed:04d}",
        "barcode": ean13(seed),
        "price": None if amount is None else Money(amount=amount, currency=currency),
        "inventory_quantity": Decimal(20),
    }
    return ProductVariant(**{**given, **fields})


def a_product(seed: int = 1, *, amount: int | None = 1250, currency: str = "USD", **fields: Any) -> Product:
    """A product with one variant (`a_variant` of the same seed), or with the `variants` given."""
    given: dict[str, Any] = {
        "id": f"product-{seed}",
        "title": f"Article {seed}",
        "description": f"The article number {seed}.",
        "categories": ("Goods",),
        "brand": "Builders",
        "updated_at": EPOCH,
    }
    if "variants" not in fields:
        given["variants"] = (a_variant(seed, amount=amount, currency=currency),)
    return Product(**{**given, **fields})


def a_customer(seed: int = 1, **fields: Any) -> Customer:
    """A customer with a name, an e-mail address at example.com and a fictional phone number."""
    given: dict[str, Any] = {
        "id": f"customer-{seed}",
        "first_name": "Ada",
        "last_name": f"Number {seed}",
        "email": f"customer{seed}@example.com",
        "phone": f"+1202555{seed % 100 + 100:04d}",
    }
    return Customer(**{**given, **fields})


def a_line(
    number: int = 1, amount: int = 1250, quantity: int | str | Decimal = 1, *, currency: str = "USD", **fields: Any
) -> BasketLine:
    """Line `number` of a basket: `quantity` of variant-`number` at `amount` minor units each."""
    given: dict[str, Any] = {
        "id": f"line-{number}",
        "variant_id": f"variant-{number}",
        "product_id": f"product-{number}",
        "sku": f"SKU-{number:04d}",
        "barcode": ean13(number),
        "title": f"Article {number}",
        "quantity": Decimal(quantity),
        "unit_price": Money(amount=amount, currency=currency),
    }
    return BasketLine(**{**given, **fields})


def a_basket(
    lines: Sequence[LineLike] = (1250,),
    *,
    currency: str = "USD",
    discounts: Sequence[Discount] = (),
    seed: int = 1,
    **fields: Any,
) -> Basket:
    """A basket of `lines`, each a BasketLine, a unit price, or (unit price, quantity) in minor units."""
    made = tuple(_line(number, line, currency) for number, line in enumerate(lines, start=1))
    return Basket(id=an_id(seed, 1), currency=currency, lines=made, discounts=tuple(discounts), **fields)


def tax_setup(
    tax: TaxSetup | str | int | Decimal | None = "10",
    *,
    included: bool = False,
    rounding: RoundingLevel | str = RoundingLevel.LINE,
) -> TaxSetup:
    """One rate called "Tax" of `tax` percent; None is no tax; a TaxSetup stays as it is."""
    if isinstance(tax, TaxSetup):
        return tax
    rates = {} if tax is None else {"": (TaxRate(name="Tax", percent=Decimal(tax), id="tax-1"),)}
    return TaxSetup(prices_include_tax=included, rounding=RoundingLevel(rounding), rates=rates)


def facts(seed: int = 1, **fields: Any) -> SaleFacts:
    """The facts of sale number `seed` at till "T1": receipt T1-<seed>, one second after the one before."""
    at = EPOCH + timedelta(seconds=seed)
    given: dict[str, Any] = {
        "id": an_id(seed),
        "receipt_number": f"T1-{seed:06d}",
        "device": "T1",
        "captured_at": at,
        "business_date": at.date(),
        "cashier": "cashier-1",
        "location": "main",
    }
    return SaleFacts(**{**given, **fields})


def an_order(
    lines: Sequence[LineLike] = (1250,),
    tenders: Sequence[TenderLike] | None = None,
    currency: str = "USD",
    tax: TaxSetup | str | int | Decimal | None = "10",
    *,
    included: bool = False,
    rounding: RoundingLevel | str = RoundingLevel.LINE,
    discounts: Sequence[Discount] = (),
    customer: Customer | None = None,
    note: str = "",
    seed: int = 1,
    **fact_fields: Any,
) -> Order:
    """A paid order. Without `tenders` it is paid with the exact cash; other amounts must sum to the total.

    `tax` is a percentage (None for no tax) or a whole TaxSetup. Another `seed` is another sale: its id, reference,
    receipt number and time differ. Raises DomainError as `checkout.freeze` does.
    """
    basket = a_basket(lines, currency=currency, discounts=discounts, seed=seed, customer=customer, note=note)
    priced = price(basket, tax_setup(tax, included=included, rounding=rounding))
    wanted = ([(TenderKind.CASH, priced.totals.total)] if priced.totals.total else []) if tenders is None else tenders
    paid = [_tender(number, tender) for number, tender in enumerate(wanted, start=1)]
    return freeze(basket, priced, paid, facts(seed, **fact_fields))


def ean13(seed: int) -> str:
    """A valid EAN-13 in the range 20–29, which is kept for a shop's own use."""
    digits = f"20{seed % 10**10:010d}"
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10
    return f"{digits}{check}"


def _line(number: int, line: LineLike, currency: str) -> BasketLine:
    if isinstance(line, BasketLine):
        return line
    amount, quantity = (line, 1) if isinstance(line, int) else line
    return a_line(number, amount, quantity, currency=currency)


def _tender(number: int, tender: TenderLike) -> Tender:
    if isinstance(tender, Tender):
        return tender
    kind, amount = TenderKind(tender[0]), tender[1]
    laid = amount if kind is TenderKind.CASH else 0
    return Tender(id=f"tender-{number}", kind=kind, amount=amount, tendered=laid)
