"""One sale as a guest's checkout, driven by what the cart says of itself: only what is missing is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posbridge.connectors.errors import Conflict, NotFound, OutcomeUnknown, ValidationError
from posbridge.connectors.sylius.calls import SHOP, Calls, part
from posbridge.connectors.sylius.catalog_mapping import left_of
from posbridge.connectors.sylius.order_body import address_body, coupon_of, notes
from posbridge.connectors.sylius.order_mapping import placed
from posbridge.connectors.sylius.reading import minor, objects, ref
from posbridge.connectors.sylius.shop import Channel
from posbridge.connectors.text import Reader
from posbridge.domain.money import Money
from posbridge.domain.order import Order

_RESTOCK = "Count the article and correct its stock in Sylius, then send the sale again."
_ZONE = "Give that method a zone with the address of the channel's shop, or choose another method."
_PRICES = "Make prices, taxes and promotions there those of the till, then send again; or book it there by hand."


class Checkout:
    """Brings the cart with a token to its end. Raises ValidationError where a person must look."""

    def __init__(self, calls: Calls, order: Order, token: str, channel: Channel, wanted: Mapping[str, int]) -> None:
        self._calls, self._order, self._channel = calls, order, channel
        self._wanted = dict(wanted)
        self._path = f"orders/{part(token)}"

    async def run(self, cart: Any) -> None:
        """From the cart as it was just read to a completed order."""
        channel = ref(Reader(cart), "channel")
        if channel != self._channel.code:
            raise ValidationError(
                f"This address sells in the channel {channel}, not in {self._channel.code}.",
                next_step="Correct the address of the connection: its host decides the channel.",
            )
        cart = await self._lines(cart)
        cart = await self._address(cart)
        cart = await self._ship(cart)
        await self._complete(await self._pay(cart))

    async def _write(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        return await self._calls.write(method, f"{self._path}{path}", body, section=SHOP)

    async def _lines(self, cart: Any) -> Any:
        """Adding adds up (recorded 121), so a line that is there is only ever set."""
        there = {ref(row, "variant"): row for row in objects(Reader(cart), "items")}
        for code, row in there.items():
            if code not in self._wanted:
                await self._calls.delete(f"{self._path}/items/{part(row.text('id'))}")
        for code, count in self._wanted.items():
            line = there.get(code)
            if line is None:
                cart = await self._put_in(code, "POST", "/items", {"productVariant": code, "quantity": count})
            elif line.integer("quantity") != count:
                cart = await self._put_in(code, "PATCH", f"/items/{part(line.text('id'))}", {"quantity": count})
        if there.keys() - self._wanted.keys():
            cart = await self._calls.get(self._path, section=SHOP)
        return cart

    async def _put_in(self, code: str, method: str, path: str, body: Mapping[str, Any]) -> Any:
        try:
            return await self._write(method, path, body)
        except ValidationError as problem:
            raise await self._explained(problem, {code: self._wanted[code]}) from problem

    async def _explained(self, problem: ValidationError, wanted: Mapping[str, int]) -> ValidationError:
        """The shop refuses in its own language; the article itself says why."""
        for code, count in wanted.items():
            row = await self._calls.found(f"product-variants/{part(code)}")
            if row is None or not Reader(row, "code").flag("enabled", True):
                words = f"The shop no longer sells {code}."
                return ValidationError(words, next_step="Switch the article on there, then send again.", status=422)
            left = left_of(Reader(row, "code"))
            if left is not None and left < count:
                words = f"The shop has {left} of {code} left, and {count} were sold."
                return ValidationError(words, next_step=_RESTOCK, status=422, platform_code="stock")
        return problem

    async def _address(self, cart: Any) -> Any:
        """Addressing throws the cart back a step, so it is left out where it was done."""
        reader = Reader(cart)
        body = address_body(self._order, self._channel.place, self._calls.setting("walkin_email"))
        coupon = ref(reader, "promotionCoupon")
        done = reader.text("checkoutState") not in ("cart", "") and _same(coupon, coupon_of(self._order))
        if done:
            return cart
        try:
            return await self._write("PUT", "", body)
        except ValidationError as problem:
            if problem.platform_code != "couponCode":
                raise
            words = f"The shop does not accept the coupon {body['couponCode']} for this sale any more."
            raise ValidationError(words, next_step=_PRICES, status=422, platform_code="couponCode") from problem

    async def _ship(self, cart: Any) -> Any:
        """Goods that need no shipping have no shipment (recorded 136)."""
        wanted = self._calls.setting("shipping_method")
        for row in objects(Reader(cart), "shipments"):
            if ref(row, "method") != wanted or Reader(cart).text("checkoutState") == "addressed":
                cart = await self._ship_by(f"/shipments/{part(row.text('id'))}", wanted)
        return cart

    async def _ship_by(self, path: str, method: str) -> Any:
        try:
            return await self._write("PATCH", path, {"shippingMethod": method})
        except ValidationError as problem:  # its zone does not cover the address (recorded 079)
            words = f"The shop does not ship by {method} to the store's address: {problem.message}"
            raise ValidationError(words, next_step=_ZONE, status=422, platform_code="shipping") from problem

    async def _pay(self, cart: Any) -> Any:
        """Always chosen again: that reckons the cart anew (recorded 129). A free sale has no payment (recorded 135)."""
        wanted = self._calls.setting("payment_method")
        for row in objects(Reader(cart), "payments"):
            cart = await self._write("PATCH", f"/payments/{part(row.text('id'))}", {"paymentMethod": wanted})
        return cart

    async def _complete(self, cart: Any) -> None:
        for last in (False, True):
            total = self._require_total(cart)
            try:
                await self._write("PATCH", "/complete", {"notes": notes(self._order, shop_total=total)})
                return
            except NotFound:
                return  # it is no cart any more: completed before (recorded 092), which is read back next
            except ValidationError as problem:
                raise await self._explained(problem, self._wanted) from problem
            except Conflict as problem:
                if await self._is_placed():
                    return
                if last:
                    raise OutcomeUnknown(problem.message, status=409, reason="conflict") from problem
            cart = await self._pay(await self._calls.get(self._path, section=SHOP))

    async def _is_placed(self) -> bool:
        row = await self._calls.found(self._path)
        return row is not None and placed(Reader(row))

    def _require_total(self, cart: Any) -> int:
        """Raises ValidationError when the shop reckons another total and the shopkeeper wants to be asked."""
        theirs, ours = minor(Reader(cart), "total") or 0, self._order.totals.total
        currency = Reader(cart).text("currencyCode").upper() or self._order.currency
        if currency != self._order.currency:
            raise ValidationError(f"The shop sells in {currency}, the till in {self._order.currency}.")
        if theirs != ours and self._calls.setting("on_difference", "stop") != "note":
            here, there = (Money(amount=amount, currency=currency).plain() for amount in (ours, theirs))
            raise ValidationError(
                f"{here} {currency} were paid, and the shop reckons {there}: Sylius takes no prices from a till.",
                next_step=_PRICES, platform_code="total",
            )  # fmt: skip
        return theirs


def _same(there: str, ours: str | None) -> bool:
    return there.casefold() == (ours or "").casefold()
