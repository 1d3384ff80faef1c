"""The basket on the counter, each edit of it, and what its codes and cards answered."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from posbridge.domain.basket import Basket
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountKind
from posbridge.domain.errors import DomainError, PosbridgeError
from posbridge.domain.limits import LimitRules
from posbridge.domain.money import Money
from posbridge.domain.pricing import price
from posbridge.ui.desk.base import DeskBase, iso
from posbridge.ui.desk.law import law_row, rules_in_force
from posbridge.ui.desk.shapes import code_row, customer_row, decimal_text, refused_row, totals_of

Shown = dict[str, Any]


class BasketDesk(DeskBase):
    """For BasketVm; each edit gives the basket as it is now."""

    async def basket(self) -> Shown:
        return await self._show(await self.services.baskets.open())

    async def add(self, variant_id: str, quantity: str) -> Shown:
        return await self._show(
            await self.services.baskets.add(await self._id(), variant_id, Decimal(quantity))
        )

    async def add_code(self, code: str) -> Shown | None:
        """None when nothing has this barcode or SKU."""
        try:
            return await self._show(await self.services.baskets.add_code(await self._id(), code))
        except DomainError as error:
            if error.code == "unknown_article":
                return None
            raise

    async def set_quantity(self, line_id: str, quantity: str) -> Shown:
        return await self._show(
            await self.services.baskets.set_quantity(await self._id(), line_id, Decimal(quantity))
        )

    async def set_note(self, line_id: str, note: str) -> Shown:
        return await self._show(await self.services.baskets.note(await self._id(), note, line_id))

    async def discount_line(self, line_id: str, kind: str, value: str) -> Shown:
        basket = await self.services.baskets.open()
        discount = _by_hand(kind, value, basket.currency)
        changed = await self.services.baskets.discount_line(basket.id, line_id, discount, who=self.person_id)
        return await self._show(changed)

    async def override_price(self, line_id: str, price_text: str, approver_id: str, pin: str) -> Shown:
        """Another unit price, a decimal text in major units. Raises WrongPin, LockedOut, NotAllowed, DomainError."""
        basket = await self.services.baskets.open()
        wanted = Money.parse(price_text, basket.currency)
        approval = await self.approval("price_override", approver_id, pin)
        changed = await self.services.baskets.override_price(
            basket.id, line_id, wanted, who=self.person_id, approval=approval
        )
        return await self._show(changed)

    async def remove(self, line_id: str) -> Shown:
        return await self._show(await self.services.baskets.remove(await self._id(), line_id))

    async def clear(self) -> Shown:
        """Lines, codes and holds away. Raises DomainError while money was taken for it."""
        basket = await self.services.baskets.open()
        if self._taken.get(basket.id):
            raise DomainError("Money was taken for this basket.", next_step="Take the payments back first.")
        await self._release_all(basket.id)
        self._refused.pop(basket.id, None)
        return await self._show(await self.services.baskets.clear(basket.id))

    async def undo(self) -> Shown:
        return await self._show(await self.services.baskets.undo(await self._id()))

    async def set_customer(self, customer_id: str | None) -> Shown:
        customer = await self.services.customers.get(customer_id) if customer_id else None
        return await self._show(await self.services.baskets.set_customer(await self._id(), customer))

    async def customers(self, words: str) -> list[dict[str, Any]]:
        service = self.services.customers
        found = await service.find(words) if words.strip() else await service.listed(50)
        today = await self.today()
        return [row for one in found if (row := customer_row(one, today))]

    async def apply_code(self, code: str) -> Shown:
        """A refusal is shown in line, not raised."""
        basket = await self.services.baskets.open()
        answer = await self.services.baskets.apply_code(basket.id, code)
        self._heard(basket, answer)
        return await self.basket()

    def _heard(self, basket: Basket, answer: DiscountAnswer) -> None:
        heard = self._refused.setdefault(basket.id, {})
        row = refused_row(answer, basket.currency)
        heard[answer.code.casefold()] = {**row, "valid": True} if answer.valid else row

    async def remove_code(self, code: str) -> Shown:
        basket = await self.services.baskets.open()
        heard = self._refused.get(basket.id, {}).pop(code.casefold(), None)
        if heard is not None and all(one.code != code for one in basket.discounts):
            return await self._show(basket)
        return await self._show(await self.services.baskets.remove_code(basket.id, code))

    async def apply_gift_card(self, code: str) -> Shown:
        """Sets aside as much of the card as the basket still costs. Raises what the issuer says."""
        basket = await self.services.baskets.open()
        for hold_id, (known, _) in list(self._cards.items()):
            if known == code:
                await self._let_go(hold_id)
        left = await self._left(basket)
        if left <= 0:
            raise DomainError("Nothing is left to pay.")
        await self._hold(basket, code, left)
        return await self._show(basket)

    async def remove_gift_card(self, card_id: str) -> Shown:
        await self._let_go(card_id)
        return await self.basket()

    async def park(self, label: str) -> Shown:
        basket_id = await self._id()
        if self._taken.get(basket_id):
            raise DomainError("Money was taken for this basket.", next_step="Take the payments back first.")
        await self._release_all(basket_id)
        await self.services.baskets.park(basket_id, label)
        return await self.basket()

    async def recall(self, parked_id: str) -> Shown:
        """The present basket is parked in exchange."""
        present = await self.services.baskets.open()
        if present.lines:
            await self.park("")
        return await self._show(await self.services.baskets.recall(UUID(parked_id)))

    async def parked(self) -> list[dict[str, Any]]:
        taxes = (await self.settings()).taxes
        return [
            {
                "id": str(basket.id),
                "label": basket.name or (basket.customer.name if basket.customer else ""),
                "count": decimal_text(Decimal(len(basket.lines))),
                "total": price(basket, taxes).totals.total,
                "currency": basket.currency,
                "at": iso(at),
            }
            for basket, at in await self._parked()
        ]

    async def _parked(self) -> list[tuple[Basket, datetime]]:
        return [(basket, _made_at(basket.id)) for basket in await self.services.baskets.parked()]

    async def _id(self) -> UUID:
        return (await self.services.baskets.open()).id

    async def _show(self, basket: Basket) -> Shown:
        settings = await self.settings()
        priced = price(basket, settings.taxes)
        totals = totals_of(priced)
        cards = await self._card_rows(basket, totals["total"])
        due = totals["total"] - sum(card["used"] for card in cards)
        return {
            **totals, "id": str(basket.id), "currency": basket.currency, "customer": customer_row(basket.customer),
            "codes": self._code_rows(basket), "gift_cards": cards, "due": due,
            "law": await self._law(basket, settings.limits),
        }  # fmt: skip

    async def _law(self, basket: Basket, limits: Sequence[LimitRules]) -> dict[str, Any]:
        state = await self.services.counter.state(basket.id)
        by = await self.name_of(state.age_check.checked_by) if state.age_check else ""
        return law_row(state, rules_in_force(limits, state), basket.customer, by, await self.today())

    def _code_rows(self, basket: Basket) -> list[dict[str, Any]]:
        heard, now = self._refused.get(basket.id, {}), self.now()
        on = [one for one in basket.discounts if one.code]
        rows = [code_row(one, basket, heard.get(one.code.casefold(), {}), now) for one in on]
        present = {one.code.casefold() for one in on}
        return rows + [row for code, row in heard.items() if not row["valid"] and code not in present]

    async def _card_rows(self, basket: Basket, total: int) -> list[dict[str, Any]]:
        if not basket.lines:
            return []
        rows, left = [], total
        for hold in await self.services.gift_cards.of_basket(basket.id):
            used = min(hold.amount.amount, left)
            left -= used
            balance = self._cards.get(hold.id, ("", hold.amount.amount))[1]
            rows.append(
                {
                    "id": hold.id, "masked": hold.masked, "balance": balance, "used": used, "reason": "",
                    "currency": basket.currency, "source": "platform", "checked_at": iso(hold.created_at),
                }
            )  # fmt: skip
        return rows

    async def _left(self, basket: Basket) -> int:
        """What no hold and no tender pays yet, minor units."""
        total = price(basket, (await self.settings()).taxes).totals.total
        held = sum(hold.amount.amount for hold in await self.services.gift_cards.of_basket(basket.id))
        return total - held - sum(tender.amount for tender in self._taken.get(basket.id, []))

    async def _hold(self, basket: Basket, code: str, most: int) -> None:
        """Raises DomainError when nothing is left on the card."""
        answer = await self.services.gift_cards.balance(code)
        amount = min(answer.card.balance.amount, most)
        if amount <= 0:
            raise DomainError("Nothing is left on this gift card.", code="empty_card", next_step="Take another tender.")
        money = Money(amount=amount, currency=basket.currency)
        hold = await self.services.gift_cards.hold(basket.id, code, money)
        self._cards[hold.id] = (code, answer.card.balance.amount)

    async def _let_go(self, hold_id: str) -> None:
        self._cards.pop(hold_id, None)
        await self.services.gift_cards.release(hold_id)

    async def _release_all(self, basket_id: UUID) -> None:
        for hold in await self.services.gift_cards.of_basket(basket_id):
            with suppress(PosbridgeError):
                await self._let_go(hold.id)


def _by_hand(kind: str, value: str, currency: str) -> Discount:
    """A line discount as a cashier writes it: a percentage or an amount in major units. Raises DomainError."""
    if kind == DiscountKind.PERCENTAGE.value:
        percent = Decimal(value)
        if not 0 < percent <= 100:
            raise DomainError("A percentage is above 0 and at most 100.")
        return Discount(name=f"−{decimal_text(percent)} %", kind=DiscountKind.PERCENTAGE, percent=percent)
    amount = Money.parse(value, currency)
    return Discount(name=f"−{amount.plain()} {currency}", kind=DiscountKind.FIXED, amount=amount)


def _made_at(basket_id: UUID) -> datetime:
    """A UUIDv7 begins with the time of its making, in milliseconds."""
    return datetime.fromtimestamp((basket_id.int >> 80) / 1000, UTC)
