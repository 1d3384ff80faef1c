"""The demo shop: "posbridge demo", generated, the same for the same numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from posbridge.sandbox.seed import Seed, SeedCustomer, SeedDiscount, SeedGiftCard, SeedProduct, SeedVariant


@dataclass(frozen=True)
class _Line:
    """One kind of goods: how its titles, prices and variants are made."""

    category: str
    prefix: str
    shape: str
    hue: int
    nouns: tuple[str, ...]
    makes: tuple[str, ...]
    words: str
    low: int
    high: int
    grams: int
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()


_COLOURS = ("Sand", "Ink", "Moss", "Terracotta", "Fog", "Ochre")
_SIZES = ("XS", "S", "M", "L", "XL")
_MAKES = ("Lindqvist", "Harrow & Pine", "Café Nord", "Ostrava", "Peralta", "Kōyō", "Marlow", "Brännö")

_LINES = (
    _Line("Homeware", "HOM", "bowl", 24, ("Stoneware Bowl", "Serving Plate", "Linen Napkin Set", "Oak Board",
          "Carafe", "Candle Holder", "Vase", "Storage Jar", "Tea Towel"), _MAKES,
          "Made in small batches and pleasant to use every day.", 900, 6800, 620,
          (("Colour", _COLOURS),)),
    _Line("Coffee", "COF", "bean", 18, ("Espresso", "Filter Roast", "Decaf", "House Blend", "Single Origin"),
          ("Yirgacheffe", "Huila", "Sidamo", "Antigua", "Nyeri", "Cerrado", "Sulawesi", "São Paulo"),
          "Roasted on Tuesdays, best within six weeks.", 1100, 2600, 350,
          (("Size", ("250 g", "500 g", "1 kg")), ("Grind", ("Whole bean", "Filter", "Espresso")))),
    _Line("Drinkware", "MUG", "cup", 200, ("Mug", "Espresso Cup", "Travel Cup", "Tumbler", "Latte Glass"), _MAKES,
          "Keeps its heat and stacks well.", 800, 3400, 380, (("Colour", _COLOURS),)),
    _Line("Stationery", "STA", "book", 262, ("Notebook", "Fountain Pen", "Sketchbook", "Desk Calendar",
          "Letter Set", "Pencil Case", "Washi Tape"), ("Papier", "Köhler", "Linea", "Tosa", "Foundry", "Quarto"),
          "Acid-free paper and honest materials.", 350, 4200, 180, (("Ruling", ("Plain", "Lined", "Dotted")),)),
    _Line("Clothing", "CLO", "shirt", 330, ("Overshirt", "Crew Tee", "Merino Jumper", "Apron", "Beanie",
          "Wool Socks", "Chore Jacket"), ("Fjord", "Harbour", "Atelier", "Selvedge", "Nørre", "Common"),
          "Cut to be worn for years; wash cold.", 1400, 14900, 420,
          (("Size", _SIZES), ("Colour", _COLOURS[:3]))),
    _Line("Kitchen", "KIT", "pan", 8, ("Skillet", "Chef's Knife", "Whisk", "Pour-over Kettle", "Mixing Bowl",
          "Salt Mill", "Rolling Pin"), _MAKES, "A tool that earns its hook on the wall.", 900, 18900, 900),
    _Line("Candles & scent", "SCE", "candle", 45, ("Soy Candle", "Incense", "Room Spray", "Bath Salt",
          "Hand Soap"), ("Fig", "Cedar", "Bergamot", "Vetiver", "Neroli", "Rosmarin", "Yuzu"),
          "Plant waxes, no colouring.", 600, 4600, 300),
    _Line("Plants", "PLA", "leaf", 130, ("Fern", "Monstera", "Olive Tree", "Herb Pot", "Succulent", "Planter"),
          ("Small", "Tall", "Hanging", "Shade-loving", "Kitchen", "Balcony"),
          "Grown nearby; comes with a care card.", 500, 7900, 1200),
    _Line("Pantry", "PAN", "jar", 88, ("Olive Oil", "Sea Salt", "Honey", "Chocolate", "Granola", "Jam"),
          ("Andalucía", "Maldon", "Heather", "Tumaco 70%", "Almond", "Damson", "Crète"),
          "From makers we have visited.", 450, 3200, 400),
    _Line("Bags & travel", "BAG", "bag", 228, ("Tote", "Weekender", "Wash Bag", "Day Pack", "Card Holder"), _MAKES,
          "Waxed canvas and brass.", 1200, 21900, 700, (("Colour", _COLOURS[:4]),)),
)  # fmt: skip

_SERIES = ("Dawn", "Harbour", "Studio", "Meadow", "Ember", "Atlas", "Willow", "Nord", "Classic", "Little", "Grand",
           "Quiet", "Field", "Été")  # fmt: skip
_GIVEN = ("Amara", "Björn", "Chidi", "Dolores", "Eun-ji", "Farah", "Gwen", "Hiro", "Inés", "Jakub", "Kemal", "Lena")
_FAMILY = ("Okafor", "Lindqvist", "Marsh", "Núñez", "Park", "Haddad", "Llewellyn", "Sato", "Ferreira", "Novák")


def demo_seed(products: int = 2000, seed: int = 7) -> Seed:
    """The shop "posbridge demo" with that many products; equal arguments give equal seeds, byte for byte."""
    dice = random.Random(seed)  # noqa: S311 - a believable shop, not a secret
    barcodes, titles = _barcodes(), [_titles(line, dice) for line in _LINES]
    made = tuple(
        _product(number, next(titles[(number - 1) % len(_LINES)]), dice, barcodes) for number in range(1, products + 1)
    )
    return Seed(
        name="posbridge demo",
        currency="USD",
        location="Main Street",
        tax_rate="8.25",
        prices_include_tax=False,
        products=made,
        customers=tuple(_customer(number) for number in range(1, 61)),
        discounts=_discounts(made),
        gift_cards=_gift_cards(),
    )


def ean13(twelve: str) -> str:
    """Twelve digits with their EAN-13 check digit behind (GS1 General Specifications, section 7.9)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return f"{twelve}{-total % 10}"


def _barcodes() -> Iterator[str]:
    number = 0
    while True:  # 29 is a GS1 prefix for a shop's own numbers: no real product can collide
        number += 1
        yield ean13(f"29{number:010d}")


def _titles(line: _Line, dice: random.Random) -> Iterator[str]:
    """Every title of a line in a shuffled order; when they are used up, the same again with a number."""
    pairs = [f"{make} {noun}" for make in line.makes for noun in line.nouns]
    dice.shuffle(pairs)
    made = [
        *pairs,
        *dice.sample([f"{pair} {series}" for pair in pairs for series in _SERIES], len(pairs) * len(_SERIES)),
    ]
    for round_ in count(1):
        yield from (title if round_ == 1 else f"{title} No. {round_}" for title in made)


def _product(number: int, title: str, dice: random.Random, barcodes: Iterator[str]) -> SeedProduct:
    line = _LINES[(number - 1) % len(_LINES)]
    options = line.options if line.options and dice.random() < 0.42 else ()
    price = dice.randrange(line.low, line.high, 50) - dice.choice((1, 5, 50))
    was = round(price * 1.25 / 100) * 100 if dice.random() < 0.12 else None
    values = _combinations(options, dice)
    variants = tuple(
        SeedVariant(
            sku=_sku(line, number, choice),
            barcode=next(barcodes),
            price_minor=price + 200 * place * (len(values) > 1 and options[0][0] == "Size"),
            compare_at_minor=was if place == 0 else None,
            stock=dice.choice((0, 3, 8, 15, 24, 40, 65, 120)) + dice.randrange(0, 9),
            option_values=choice,
            weight_grams=line.grams,
        )
        for place, choice in enumerate(values)
    )
    return SeedProduct(
        key=f"{line.prefix.lower()}-{number:05d}",
        title=title,
        description=f"{title}. {line.words}",
        category=line.category,
        options=tuple(name for name, _ in options),
        variants=variants,
        picture=f"{line.shape}:{(line.hue + dice.randrange(-14, 15)) % 360}",
    )


def _combinations(options: tuple[tuple[str, tuple[str, ...]], ...], dice: random.Random) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for _, values in options:
        kept = values[: dice.randrange(2, min(4, len(values)) + 1)]
        found = [(*head, value) for head in found for value in kept]
    return found


def _sku(line: _Line, number: int, choice: tuple[str, ...]) -> str:
    tail = "".join(f"-{value.replace(' ', '')[:4].upper()}" for value in choice)
    return f"{line.prefix}-{number:05d}{tail}"


def _customer(number: int) -> SeedCustomer:
    given, family = _GIVEN[number % len(_GIVEN)], _FAMILY[(number * 7) % len(_FAMILY)]
    return SeedCustomer(  # 555-0100…0199 are kept for fiction in the North American plan
        key=f"customer-{number:03d}",
        given_name=given,
        family_name=family,
        email=f"customer{number:03d}@example.com",
        phone=f"+1202555{100 + number:04d}",
    )


def _discounts(products: tuple[SeedProduct, ...]) -> tuple[SeedDiscount, ...]:
    coffee = tuple(product.key for product in products if product.category == "Coffee")
    return (
        SeedDiscount("WELCOME10", "percent", 1000),
        SeedDiscount("FIVEOFF", "fixed", 500),
        SeedDiscount("SPEND50", "percent", 1500, min_spend_minor=5000),
        SeedDiscount("COFFEE20", "percent", 2000, products=coffee),
        SeedDiscount("FREESHIP", "free_shipping", 0),
        SeedDiscount("ONCE", "fixed", 1000, usage_limit=1),
        SeedDiscount("SUMMER", "percent", 3000, expires=datetime(2026, 8, 31, 23, 59, 59, tzinfo=UTC)),
    )


def _gift_cards() -> tuple[SeedGiftCard, ...]:
    balances = (5000, 2500, 10000, 0, 1234, 7500, 50000, 300)
    return tuple(SeedGiftCard(f"77830000{number:08d}", minor) for number, minor in enumerate(balances, start=1))
