"""Who may use a coupon, and how its discount is spread over lines. Amounts here are whole minor units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fnmatch import fnmatchcase

from posbridge.sandbox.woocommerce.product_shape import decimal, on_sale
from posbridge.sandbox.woocommerce.shop import Row, Shop


class CouponRefused(Exception):
    """Why a coupon may not be used, in the shop's words (plain text, no entities)."""

    def __init__(self, reason: str, **values: str) -> None:
        super().__init__(reason)
        self.reason, self.values = reason, values


@dataclass
class Piece:
    """One line a coupon may reduce: `price` is the whole line before discounts, `off` what was taken so far."""

    item: Row | None
    quantity: int
    price: int
    off: int = 0

    @property
    def left(self) -> int:
        """What may still be taken."""
        return self.price - self.off


def check(shop: Shop, coupon: Row, pieces: Sequence[Piece], email: str, customer: int) -> None:
    """Raise CouponRefused when the coupon does not hold for these lines and this buyer."""
    data = coupon.data
    if data["usage_limit"] and len(data["used_by"]) >= data["usage_limit"]:
        raise CouponRefused("usage_limit")
    if data["usage_limit_per_user"] and _uses(data["used_by"], email, customer) >= data["usage_limit_per_user"]:
        raise CouponRefused("usage_limit")
    if data["date_expires"] is not None and data["date_expires"] < shop.now():
        raise CouponRefused("expired")
    _check_spend(shop, coupon, sum(piece.price for piece in pieces))
    patterns = [pattern.lower() for pattern in data["email_restrictions"]]
    if patterns and not any(fnmatchcase(email.lower(), pattern) for pattern in patterns):
        raise CouponRefused("email")
    if pieces and not fitting(coupon, pieces):
        raise CouponRefused("not_applicable")


def _uses(used_by: Sequence[str], email: str, customer: int) -> int:
    return sum(1 for user in used_by if user and user in (email, str(customer or "")))


def _check_spend(shop: Shop, coupon: Row, spend: int) -> None:
    low, high = decimal(coupon.data["minimum_amount"]), decimal(coupon.data["maximum_amount"])
    if low and spend < shop.minor(low):
        raise CouponRefused("minimum", amount=shop.money(low))
    if high and spend > shop.minor(high):
        raise CouponRefused("maximum", amount=shop.money(high))


def fitting(coupon: Row, pieces: Sequence[Piece]) -> list[Piece]:
    """The lines this coupon is for."""
    return [piece for piece in pieces if piece.item is None or _fits(coupon, piece.item)]


def _fits(coupon: Row, item: Row) -> bool:
    data = coupon.data
    numbers = {item.id, item.data.get("parent_id", 0)}
    groups = {term["id"] for term in item.data.get("categories", ())}
    if data["product_ids"] and not numbers & set(data["product_ids"]):
        return False
    if data["product_categories"] and not groups & set(data["product_categories"]):
        return False
    if numbers & set(data["excluded_product_ids"]) or groups & set(data["excluded_product_categories"]):
        return False
    return not (data["exclude_sale_items"] and on_sale(item))


def spread(shop: Shop, coupon: Row, pieces: Sequence[Piece]) -> dict[int, int]:
    """Take the discount off the lines; gives what each line lost, by its place."""
    ours = fitting(coupon, pieces)
    before = {id(piece): piece.off for piece in ours}
    amount = decimal(coupon.data["amount"]) or Decimal(0)
    limit = coupon.data["limit_usage_to_x_items"]
    if coupon.data["discount_type"] == "percent":
        _percent(shop, amount, ours, limit)
    elif coupon.data["discount_type"] == "fixed_product":
        _each(ours, shop.minor(amount), limit)
    else:
        _whole(shop, ours, shop.minor(amount))
    return {place: piece.off - before.get(id(piece), piece.off) for place, piece in enumerate(pieces)}


def _percent(shop: Shop, amount: Decimal, pieces: Sequence[Piece], limit: int | None) -> None:
    """Line by line; what rounding lost in sum goes to the dearest lines (11.0.1 cuts, 9.2.5 rounds each)."""
    rounding = ROUND_FLOOR if shop.options.modern else ROUND_HALF_UP
    budget = limit if limit is not None else 10**9
    exact, given = Decimal(0), 0
    for piece in pieces:
        counted = min(piece.quantity, budget)
        budget -= counted
        share = Decimal(piece.price) * counted / max(1, piece.quantity) * amount / 100
        taken = min(piece.left, int(share.to_integral_value(rounding)))
        exact += min(Decimal(piece.left), share)
        piece.off += taken
        given += taken
    if limit is None:
        _remainder(shop, pieces, int(exact.to_integral_value(ROUND_HALF_UP)) - given)


def _each(pieces: Sequence[Piece], minor: int, limit: int | None) -> int:
    budget = limit if limit is not None else 10**9
    given = 0
    for piece in pieces:
        counted = min(piece.quantity, budget)
        budget -= counted
        taken = min(piece.left, minor * counted)
        piece.off += taken
        given += taken
    return given


def _whole(shop: Shop, pieces: Sequence[Piece], minor: int) -> None:
    """A fixed amount in equal shares per piece, not by value (recorded 517), again until nothing more fits."""
    while minor > 0:
        count = sum(piece.quantity for piece in pieces if piece.left > 0)
        if not count:
            return
        share = minor // count
        if share == 0:
            _remainder(shop, pieces, minor)
            return
        minor -= _each([piece for piece in pieces if piece.left > 0], share, None)


def _remainder(shop: Shop, pieces: Sequence[Piece], minor: int) -> None:
    """Cent by cent, one for each piece sold, the dearest line first (recorded 405, 519 and order.create)."""

    def dear(piece: Piece) -> Decimal:
        if shop.options.modern:
            return Decimal(piece.price) / max(1, piece.quantity)
        return Decimal(piece.price * piece.quantity)

    for piece in sorted(pieces, key=dear, reverse=True):
        taken = min(minor, piece.quantity, piece.left)
        if taken > 0:
            piece.off += taken
            minor -= taken


_PLAIN = {
    "unknown": "Coupon {q}{code}{q} cannot be applied because it does not exist.",
    "expired": "Coupon {q}{code}{q} has expired.",
    "usage_limit": "Usage limit for coupon {q}{code}{q} has been reached.",
    "minimum": "The minimum spend for coupon {q}{code}{q} is {price}.",
    "maximum": "The maximum spend for coupon {q}{code}{q} is {price}.",
    "email": "Please enter a valid email to use coupon code {q}{code}{q}.",
    "not_applicable": "Sorry, coupon {q}{code}{q} is not applicable to selected products.",
    "individual": "Sorry, coupon {q}{code}{q} has already been applied and cannot be used in conjunction with others.",
    "applied": "Coupon code {q}{code}{q} already applied!",
}
_OLD = {
    "unknown": "Coupon {q}{code}{q} does not exist!",
    "expired": "This coupon has expired.",
    "usage_limit": "Coupon usage limit has been reached.",
    "minimum": "The minimum spend for this coupon is {price}.",
}


def message(shop: Shop, code: str, refused: CouponRefused) -> str:
    """The refusal as HTML with entities, as both APIs send it."""
    quote = "&quot;" if shop.options.modern else '"'
    sign = f'<span class="woocommerce-Price-currencySymbol">&#{ord(shop.symbol[0]):03d};</span>'
    price = f'<span class="woocommerce-Price-amount amount"><bdi>{sign}{refused.values.get("amount", "")}</bdi></span>'
    texts = _PLAIN if shop.options.modern else {**_PLAIN, **_OLD}
    return texts[refused.reason].format(q=quote, code=code.lower(), price=price)
