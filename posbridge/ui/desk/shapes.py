"""Domain objects as the plain mappings that the view models hand on. Pure; codes and values, no words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from posbridge.domain.attributes import Attributes, Potency
from posbridge.domain.basket import Basket, BasketLine, PricedBasket, PricedLine
from posbridge.domain.catalog import Product, ProductVariant
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountKind, DiscountRefusal
from posbridge.domain.discounts import check
from posbridge.domain.inventory import Batch, StockLevel

#: Why a code does not count, as `Words.reason` knows it.
REFUSALS = {
    DiscountRefusal.UNKNOWN: "no_such_code",
    DiscountRefusal.INACTIVE: "inactive",
    DiscountRefusal.NOT_STARTED: "not_started",
    DiscountRefusal.EXPIRED: "expired",
    DiscountRefusal.USED_UP: "used_up",
    DiscountRefusal.MINIMUM_SPEND: "minimum",
    DiscountRefusal.MAXIMUM_SPEND: "above_maximum",
    DiscountRefusal.MINIMUM_QUANTITY: "too_few",
    DiscountRefusal.NOT_FOR_BASKET: "not_applicable",
    DiscountRefusal.NOT_FOR_CUSTOMER: "not_for_customer",
    DiscountRefusal.NOT_COMBINABLE: "not_combinable",
    DiscountRefusal.OFFLINE: "offline",
    DiscountRefusal.UNSUPPORTED: "unsupported",
}
#: An icon for goods whose category says what they are; the first word that is found counts.
GLYPHS = (
    ("coffee", "coffee-outline"), ("mug", "coffee-outline"), ("drinkware", "cup"), ("tea", "tea-outline"),
    ("wine", "glass-wine"), ("drink", "bottle-soda-outline"), ("bakery", "bread-slice-outline"),
    ("bread", "bread-slice-outline"),
    ("pantry", "bottle-tonic-outline"), ("deli", "cheese"), ("cheese", "cheese"), ("frozen", "ice-cream"),
    ("cloth", "tshirt-crew-outline"), ("shoe", "shoe-formal"), ("candle", "candle"), ("scent", "candle"),
    ("plant", "flower-outline"), ("flower", "flower-outline"), ("furniture", "sofa-outline"), ("home", "sofa-outline"),
    ("kitchen", "pot-mix-outline"), ("food", "food-apple-outline"), ("cannabis", "cannabis"), ("leaf", "leaf"),
    ("pill", "pill"), ("stationery", "package-variant-closed"), ("bag", "hanger"),
)  # fmt: skip
#: Below this a count is low where the platform names no limit of its own.
LOW = Decimal(5)


def glyph_of(category: str) -> str:
    """The icon of a category, the plain parcel where nothing fits."""
    folded = category.casefold()
    return next((icon for word, icon in GLYPHS if word in folded), "package-variant-closed")


def decimal_text(value: Decimal) -> str:
    """Without exponent and without zeros at the end."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def unit_of(unit: str) -> str:
    """Pieces have no unit on a screen."""
    return "" if unit == "piece" else unit


def product_row(product: Product, levels: Mapping[str, StockLevel], read_at: datetime | None) -> dict[str, Any]:
    """A tile: the cheapest price, the stock of all its variants, its age. `read_at`: when stock was read last."""
    variants = [one for one in product.variants if one.price is not None] or list(product.variants)
    prices = [one.price for one in variants if one.price is not None]
    lowest = min((price.amount for price in prices), default=0)
    counts = [_count(one, levels) for one in variants]
    known = [count for count in counts if count is not None]
    stock = sum(known, Decimal(0)) if known and len(known) == len(counts) else None
    first = variants[0] if variants else None
    category = product.categories[0] if product.categories else ""
    return {
        "id": product.id,
        "title": product.title,
        "subtitle": product.brand,
        "picture": product.images[0].url if product.images else "",
        "glyph": glyph_of(category),
        "price": lowest,
        "price_from": any(price.amount != lowest for price in prices),
        "currency": prices[0].currency if prices else "",
        "stock": "" if stock is None else decimal_text(stock),
        "stock_state": _stock_state(stock, [levels[one.id] for one in variants if one.id in levels]),
        "stock_at": _stock_at(variants, levels, read_at),
        "unit": unit_of(first.unit) if first else "",
        "variants": len(variants),
        "weighed": first is not None and first.unit != "piece",
        "category": category,
    }


def variant_row(
    variant: ProductVariant, title: str, levels: Mapping[str, StockLevel], today: date | None = None
) -> dict[str, Any]:
    """One kind of a product; with `today` its lots too."""
    count, level = _count(variant, levels), levels.get(variant.id)
    return {
        "id": variant.id,
        "title": " · ".join(variant.option_values.values()) or variant.title or title,
        "sku": variant.sku,
        "price": variant.price.amount if variant.price else 0,
        "currency": variant.price.currency if variant.price else "",
        "stock": "" if count is None else decimal_text(count),
        "stock_state": _stock_state(count, [level] if level else []),
        "weighed": variant.unit != "piece",
        "unit": unit_of(variant.unit),
        "minimum": decimal_text(variant.weighing.minimum) if variant.weighing else "",
        "increment": decimal_text(variant.weighing.increment) if variant.weighing else "",
        "tiers": [
            {"quantity": decimal_text(tier.quantity), "price": tier.price.amount, "currency": tier.price.currency}
            for tier in variant.tiers
        ],
        "batches": batch_rows(level, today) if level is not None and today is not None else [],
    }


def batch_rows(level: StockLevel, today: date) -> list[dict[str, Any]]:
    """The lots, first to expire first; those that may not be sold last, with `state` "recalled" or "expired"."""
    good = level.sellable_batches(today)
    rest = sorted((one for one in level.batches if one not in good), key=lambda one: (one.expires or date.max, one.lot))
    return [
        {
            "lot": one.lot, "expires": one.expires.isoformat() if one.expires else "", "tag": one.tag,
            "quantity": decimal_text(one.quantity), "state": _batch_state(one, today),
            "potencies": [potency_row(each) for each in one.potencies],
        }
        for one in (*good, *rest)
    ]  # fmt: skip


def _batch_state(batch: Batch, today: date) -> str:
    if batch.recalled:
        return "recalled"
    return "expired" if batch.expires is not None and batch.expires < today else "ok"


def potency_row(potency: Potency) -> dict[str, Any]:
    return {"name": potency.name, "low": decimal_text(potency.low), "high": decimal_text(potency.high),
            "unit": potency.unit.value}  # fmt: skip


def facts_row(facts: Attributes | None) -> dict[str, Any]:
    """What is known of a product beyond its price; {} where nothing is."""
    if facts is None:
        return {}
    return {
        "strain": facts.strain, "strain_type": facts.strain_type.value if facts.strain_type else "",
        "potencies": [potency_row(one) for one in facts.potencies], "effects": list(facts.effects),
        "flavours": list(facts.flavours), "medical_only": facts.medical_only, "minimum_age": facts.minimum_age or 0,
    }  # fmt: skip


def _count(variant: ProductVariant, levels: Mapping[str, StockLevel]) -> Decimal | None:
    level = levels.get(variant.id)
    return level.quantity if level is not None else variant.inventory_quantity


def _stock_state(stock: Decimal | None, levels: Sequence[StockLevel]) -> str:
    if stock is None:
        return "ok"
    if stock <= 0:
        return "out"
    limits = [level.low_at for level in levels if level.low_at is not None]
    return "low" if stock <= (sum(limits, Decimal(0)) if limits else LOW) else "ok"


def _stock_at(
    variants: Iterable[ProductVariant], levels: Mapping[str, StockLevel], read_at: datetime | None
) -> str:
    times = [level.read_at for one in variants if (level := levels.get(one.id)) and level.read_at]
    oldest = min(times, default=read_at)
    return "" if oldest is None else oldest.isoformat()


def line_row(priced: PricedLine) -> dict[str, Any]:
    """A line of the basket with what its own discounts take off; those of the whole basket stand in the totals."""
    line = priced.line
    own = {discount.name for discount in line.discounts}
    off = sum(share.amount for share in priced.shares if share.name in own and not share.code)
    full = priced.subtotal
    if line.list_price is not None and line.list_price.amount > line.unit_price.amount:
        full = line.list_price.times(line.quantity).amount
    return {
        "id": line.id,
        "title": bare_title(line),
        "subtitle": " · ".join(line.option_values.values()),
        "quantity": decimal_text(line.quantity),
        "unit": unit_of(line.unit),
        "weighed": line.unit != "piece",
        "unit_price": line.unit_price.amount,
        "total": priced.subtotal - off,
        "full_total": full,
        "discount_name": ", ".join(sorted(own)),
        "note": line.note,
        "currency": line.unit_price.currency,
        "approved": bool(line.approved_by),
        "product_id": line.product_id,
    }


def bare_title(line: BasketLine) -> str:
    """The product's name without its options."""
    tail = "".join(f" · {value}" for value in line.option_values.values())
    return line.title.removesuffix(tail) if tail else line.title


def customer_row(customer: Customer | None, today: date | None = None) -> dict[str, Any] | None:
    """With `today` it says whether their medical card still counts."""
    if customer is None:
        return None
    card, detail = customer.medical_card, customer.email or customer.phone
    return {
        "id": customer.id, "name": customer.name or detail, "detail": detail, "phone": customer.phone,
        "email": customer.email, "medical": card is not None,
        "medical_expires": card.expires.isoformat() if card and card.expires else "",
        "medical_expired": bool(card and today and not card.valid_on(today)),
    }  # fmt: skip


def code_row(discount: Discount, basket: Basket, answer: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A code that is on the basket: what it gives, or why it takes nothing just now. `answer`: who said so."""
    refusal = check(discount, basket, now)
    return {
        "code": discount.code,
        "valid": refusal is None,
        "kind": discount.kind.value,
        "value": _value(discount),
        "currency": basket.currency,
        "reason": "" if refusal is None else REFUSALS[refusal],
        "source": answer.get("source", "cache" if discount.extra.get("unproved") else "platform"),
        "label": answer.get("label", ""),
        "checked_at": answer.get("checked_at", ""),
    }


def refused_row(answer: DiscountAnswer, currency: str) -> dict[str, Any]:
    """A code that does not count."""
    return {
        "code": answer.code,
        "valid": False,
        "kind": "",
        "value": 0,
        "currency": currency,
        "reason": REFUSALS[answer.refusal] if answer.refusal else "not_applicable",
        "source": answer.source.value,
        "label": "",
        "checked_at": answer.checked_at.isoformat() if answer.checked_at else "",
    }


def _value(discount: Discount) -> str | int:
    if discount.kind is DiscountKind.PERCENTAGE:
        return decimal_text((discount.percent or Decimal(0)) / 100)
    return discount.amount.amount if discount.amount else 0


def totals_of(priced: PricedBasket) -> dict[str, Any]:
    """Totals that explain themselves. What a line's own discount took is in the subtotal already."""
    lines = [line_row(line) for line in priced.lines]
    own = sum(row["full_total"] - row["total"] for row in lines)
    by_hand = {row["discount_name"] for row in lines if row["discount_name"]}
    return {
        "lines": lines,
        "subtotal": sum(row["total"] for row in lines),
        "saved": own,
        "discounts": [
            {"name": share.code or share.name, "amount": share.amount}
            for share in priced.discounts if share.amount and (share.code or share.name not in by_hand)
        ],
        "taxes": [
            {"name": tax.name, "rate": decimal_text(tax.percent / 100), "amount": tax.amount, "included": tax.included}
            for tax in priced.taxes
        ],
        "total": priced.totals.total,
        "count": decimal_text(sum((_pieces(line.line) for line in priced.lines), Decimal(0))),
    }  # fmt: skip


def _pieces(line: BasketLine) -> Decimal:
    return line.quantity if line.unit == "piece" else Decimal(1)
