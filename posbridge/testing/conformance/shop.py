"""The shop that the kit expects on the far side."""

from __future__ import annotations

from datetime import UTC, datetime

from posbridge.sandbox.seed import Seed, SeedCustomer, SeedDiscount, SeedGiftCard, SeedProduct, SeedVariant
from posbridge.testing.builders import ean13

PLAIN, SIZED, DEAR = "plain", "sized", "dear"
TEN_PERCENT, FIVE_OFF, OVER_FIFTY, EXPIRED, ONCE = "TEN10", "FIVE5", "OVER50", "EXPIRED", "ONCE"
CARD, CARD_BALANCE = "7783320004886501", 5000


def variant(number: int, price: int, stock: int = 40, options: tuple[str, ...] = ()) -> SeedVariant:
    return SeedVariant(f"SKU-{number:04d}", ean13(number), price, None, stock, options)


def product(key: str, number: int, price: int) -> SeedProduct:
    title = f"Article {number} & more é"
    return SeedProduct(key, title, f"About {number}.", "Goods", (), (variant(number, price),), "cup:20")


def shop(extra: int = 3) -> Seed:
    """A plain article (12.50), one in two sizes (20.00 and 22.00), a dear one (60.00), `extra` others; 10 % tax."""
    sizes = (variant(2, 2000, options=("Small",)), variant(3, 2200, options=("Large",)))
    sized = SeedProduct(SIZED, "Shirt", "Cotton.", "Clothes", ("Size",), sizes, "shirt:200")
    others = tuple(product(f"other-{n}", n, 100 + n) for n in range(10, 10 + extra))
    return Seed(
        name="Conformance",
        currency="USD",
        location="Main street",
        tax_rate="10",
        prices_include_tax=False,
        products=(product(PLAIN, 1, 1250), sized, product(DEAR, 4, 6000), *others),
        customers=(SeedCustomer("ada", "Ada", "Lovelace", "ada@example.com", "+12025550101"),),
        discounts=(
            SeedDiscount(TEN_PERCENT, "percent", 1000),
            SeedDiscount(FIVE_OFF, "fixed", 500),
            SeedDiscount(OVER_FIFTY, "percent", 1000, min_spend_minor=5000),
            SeedDiscount(EXPIRED, "percent", 1000, expires=datetime(2020, 1, 1, tzinfo=UTC)),
            SeedDiscount(ONCE, "percent", 1000, usage_limit=1),
        ),
        gift_cards=(SeedGiftCard(CARD, CARD_BALANCE),),
    )
