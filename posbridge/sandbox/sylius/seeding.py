"""Fills a shop from a seed."""

from __future__ import annotations

from decimal import Decimal

from posbridge.sandbox.seed import SeedDiscount, SeedProduct, SeedVariant
from posbridge.sandbox.sylius.shop import Coupon, Customer, Option, Product, Promotion, Shop, Variant

_KINDS = {"percent": "order_percentage_discount", "fixed": "order_fixed_discount"}


def fill(shop: Shop) -> None:
    """Everything in the seed but gift cards: Sylius has none."""
    for product in shop.seed.products:
        add_product(shop, product)
    for seed in shop.seed.customers:
        ident = shop.next_id("customer")
        made = Customer(ident, seed.email, seed.given_name, seed.family_name, seed.phone, created=shop.clock.now())
        shop.customers[ident] = made
    for discount in shop.seed.discounts:
        add_promotion(shop, discount)


def add_product(shop: Shop, seed: SeedProduct) -> Product:
    """A product with its variants; options and taxons it needs are made."""
    now, taxon = shop.clock.now(), code_from(seed.category)
    shop.taxons.setdefault(taxon, seed.category)
    options = tuple(_option(shop, name) for name in seed.options)
    made = Product(
        id=shop.next_id("product"),
        code=seed.key,
        names={shop.options.locale: seed.title},
        description=seed.description,
        taxon=taxon,
        options=options,
        picture=f"/pictures/{seed.key}.svg",
        created=now,
        updated=now,
    )
    shop.products[made.code] = made
    for place, variant in enumerate(seed.variants):
        _add_variant(shop, made, variant, place)
    return made


def _option(shop: Shop, name: str) -> str:
    code = code_from(name)
    shop.options_of.setdefault(code, Option(code, name))
    return code


def _add_variant(shop: Shop, product: Product, seed: SeedVariant, place: int) -> None:
    chosen = []
    for option, label in zip(product.options, seed.option_values, strict=False):
        value = f"{option}_{code_from(label)}"
        shop.options_of[option].values[value] = label
        chosen.append((option, value))
    shop.variants[seed.sku] = Variant(
        code=seed.sku,
        product=product.code,
        price=seed.price_minor,
        original=seed.compare_at_minor,
        on_hand=seed.stock,
        barcode=seed.barcode,
        values=tuple(chosen),
        weight=None if seed.weight_grams is None else seed.weight_grams / 1000,
        position=place,
        created=product.created,
        updated=product.created,
    )
    product.variants.append(seed.sku)


def add_promotion(shop: Shop, seed: SeedDiscount) -> Promotion:
    """A promotion with one coupon; a percentage of some products is a unit discount, as a shopkeeper makes it."""
    kind = "shipping_percentage_discount" if seed.kind == "free_shipping" else _KINDS[seed.kind]
    if seed.products:
        kind = kind.replace("order_", "unit_")
    value = Decimal(1) if seed.kind == "free_shipping" else Decimal(seed.value)
    code = code_from(seed.code)
    made = Promotion(
        id=shop.next_id("promotion"),
        code=code,
        name=seed.code.title(),
        action=kind,
        value=value / 10_000 if seed.kind == "percent" else value,
        minimum=seed.min_spend_minor,
        products=seed.products,
        coupons={seed.code: Coupon(seed.code, seed.usage_limit, seed.expires)},
    )
    shop.promotions[code] = made
    return made


def code_from(text: str) -> str:
    """A name as a code: Sylius allows letters, digits, _ and -."""
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in text.lower()).strip("_") or "x"
