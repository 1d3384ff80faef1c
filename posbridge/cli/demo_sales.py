"""Sells by itself, one order of each kind after the other: what a demo and a kill test do at the counter.

Every sale goes the way of a person: basket, code, gift card, payment. What a platform cannot answer just now is
left out, as a cashier would.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from posbridge.domain.basket import Basket
from posbridge.domain.checkout import tender_cash
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.errors import ConnectorError, DomainError, NotAllowed, PosbridgeError
from posbridge.domain.money import Money
from posbridge.domain.order import Order, Tender, TenderKind
from posbridge.services import Services
from posbridge.services.gift_cards import tender as gift_card_tender

KINDS = ("cash", "card", "split", "coupon", "gift card", "customer", "line discount", "refund", "many", "note")
#: What a platform cannot take of a sale: the till says so before the money is taken.
_NOT_TAKEN = ("cart_discounts", "line_discounts")


class Salesperson:
    """Sells at one till. `codes` and `cards` are discount codes and gift cards to use; `seed` makes a run repeat."""

    def __init__(
        self, services: Services, codes: Sequence[str] = (), cards: Sequence[str] = (), *, who: str = "", seed: int = 1
    ) -> None:
        self._services, self._codes, self._cards, self._who = services, codes, cards, who
        self._dice = random.Random(seed)  # noqa: S311 - which article comes next is no secret
        self._articles: list[str] = []

    async def sell(self, number: int) -> Order:
        """The order of that number: its kind is KINDS in turn. Raises StoreError when it cannot be kept."""
        kind = KINDS[number % len(KINDS)]
        basket = await self._filled(kind)
        tenders = await self._tenders(kind, basket, number)
        try:
            order = await self._pay(basket.id, tenders)
        except (DomainError, ConnectorError) as error:
            if isinstance(error, DomainError) and error.code in _NOT_TAKEN:
                basket = await self._filled("cash")
            # What was refused is left out, and the customer pays cash.
            order = await self._pay(basket.id, await self._tenders("cash", basket, number))
        if kind == "refund":
            await self._give_back(order)
        return order

    async def _pay(self, basket_id: UUID, tenders: list[Tender]) -> Order:
        order = await self._services.checkout.pay(basket_id, tenders, self._who)
        await self._services.checkout.receipt_given(order.id)
        return order

    async def _filled(self, kind: str) -> Basket:
        baskets = self._services.baskets
        basket = await baskets.open()
        if basket.lines:  # left by a crash: nobody is waiting with it any more
            await baskets.discard(basket.id)
            basket = await baskets.open()
        for variant_id in self._dice.sample(await self._some_articles(), self._dice.randint(1, 4)):
            quantity = self._dice.randint(2, 9) if kind == "many" else self._dice.choice((1, 1, 1, 2))
            basket = await baskets.add(basket.id, variant_id, quantity)
        return await self._special(kind, basket)

    async def _special(self, kind: str, basket: Basket) -> Basket:
        """What makes the kind: a code, a customer, a discount by hand, a note."""
        baskets = self._services.baskets
        if kind == "coupon" and self._codes:
            await baskets.apply_code(basket.id, self._dice.choice(self._codes))
        elif kind == "customer":
            await self._with_customer(basket)
        elif kind == "line discount":
            by_hand = Discount(name="Scratched", kind=DiscountKind.PERCENTAGE, percent=Decimal(10))
            try:
                await baskets.discount_line(basket.id, basket.lines[0].id, by_hand, who=self._who)
            except NotAllowed:
                return basket
        elif kind == "note":
            await baskets.note(basket.id, "Wrapped as a present")
        return await baskets.get(basket.id)

    async def _with_customer(self, basket: Basket) -> None:
        try:
            known = await self._services.customers.listed(20)
            buyer = self._dice.choice(known) if known else None
            if buyer is None:
                made = Customer(id="", first_name="Ada", last_name="Demo", email="ada.demo@example.com")
                buyer = await self._services.customers.save(made)
            await self._services.baskets.set_customer(basket.id, buyer)
        except PosbridgeError:
            return

    async def _tenders(self, kind: str, basket: Basket, number: int) -> list[Tender]:
        total = (await self._services.baskets.priced(basket.id)).totals.total
        if total == 0:
            return []
        if kind == "card":
            return [_card(number, total)]
        if kind == "split" and total > 1:
            return [_card(number, total // 2), tender_cash(total - total // 2, total, id=f"cash-{number}")]
        if kind == "gift card" and self._cards:
            return await self._with_gift_card(basket, total, number)
        return [tender_cash(total, -(-total // 1000) * 1000, id=f"cash-{number}")]

    async def _with_gift_card(self, basket: Basket, total: int, number: int) -> list[Tender]:
        """Up to 3.00 from a card, the rest in cash; all in cash when the card cannot be asked or is empty."""
        amount = min(total, 300)
        try:
            hold = await self._services.gift_cards.hold(
                basket.id, self._dice.choice(self._cards), Money(amount=amount, currency=basket.currency)
            )
        except PosbridgeError:
            return [tender_cash(total, total, id=f"cash-{number}")]
        tenders = [gift_card_tender(hold, f"gift-{number}")]
        return tenders + ([tender_cash(total - amount, total, id=f"cash-{number}")] if total > amount else [])

    async def _give_back(self, order: Order) -> None:
        """One piece of the first line."""
        line = order.lines[0]
        await self._services.returns.refund(order.id, [(line.id, min(line.quantity, Decimal(1)), True)], "Changed mind")

    async def _some_articles(self) -> list[str]:
        if not self._articles:
            products = await self._services.catalog.page(limit=200)
            sellable = [each.id for product in products for each in product.variants if each.sellable]
            if not sellable:
                raise DomainError("There is nothing to sell yet.", next_step="Let `posbridge sync` fetch the products.")
            self._articles = sellable
        return self._articles


def _card(number: int, amount: int) -> Tender:
    return Tender(
        id=f"card-{number}", kind=TenderKind.CARD, amount=amount, reference=f"T{number:06d}", brand="Visa",
        last_four="4242",
    )  # fmt: skip
