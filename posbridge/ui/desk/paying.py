"""Taking the money, and the receipt: what is due, what was taken, which ways the targets can carry."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from posbridge.domain.basket import Basket
from posbridge.domain.checkout import left_to_pay, tender_cash, tender_exact
from posbridge.domain.errors import ConfigurationError, DomainError, PosbridgeError
from posbridge.domain.money import exponent
from posbridge.domain.order import Tender, TenderKind, TenderState
from posbridge.domain.pricing import price
from posbridge.services import gift_cards
from posbridge.ui.desk.base import iso
from posbridge.ui.desk.board import target_row
from posbridge.ui.desk.counter import CounterDesk
from posbridge.ui.desk.shapes import customer_row

#: Notes and coins that somebody lays down, in major units.
NOTES = (1, 5, 10, 20, 50, 100, 200)
KINDS = ("cash", "card", "gift_card", "other")


class PayDesk(CounterDesk):
    """For PayVm and ReceiptVm."""

    async def payment(self) -> dict[str, Any]:
        """Of the present basket; holds on gift cards are brought to what is due first."""
        basket = await self.services.baskets.open()
        await self._fit_holds(basket)
        return await self._payment(basket)

    async def take(self, kind: str, amount: int, detail: dict[str, Any]) -> dict[str, Any]:
        """`amount` in minor units; nothing is taken when nothing is due. `detail` as PayVm.take says; a card with
        {unknown: True} is one whose terminal gave no clear answer. Raises DomainError and what an issuer says."""
        basket = await self.services.baskets.open()
        left = await self._left(basket)
        if left > 0:
            if kind == "gift_card":
                await self._take_card(basket, str(detail.get("code", "")), min(amount, left))
            else:
                tender = _tender(kind, amount, left, detail)
                taken = self._taken.get(basket.id, [])
                await self.services.checkout.ready(basket.id, [*taken, tender, *await self._held(basket.id)])
                self._taken[basket.id] = [*taken, tender]
        return await self._payment(basket)

    async def drop_tender(self, tender_id: str) -> dict[str, Any]:
        basket = await self.services.baskets.open()
        taken = self._taken.get(basket.id, [])
        if any(tender.id == tender_id for tender in taken):
            self._taken[basket.id] = [tender for tender in taken if tender.id != tender_id]
        else:
            await self._let_go(tender_id)
        return await self._payment(basket)

    async def settle_terminal(self, happened: bool) -> dict[str, Any]:
        """What a person saw at the terminal whose answer was lost."""
        basket = await self.services.baskets.open()
        approved = {"state": TenderState.APPROVED}
        self._taken[basket.id] = [
            tender.model_copy(update=approved) if tender.state is TenderState.UNKNOWN else tender
            for tender in self._taken.get(basket.id, [])
            if happened or tender.state is not TenderState.UNKNOWN
        ]
        return await self._payment(basket)

    async def finish(self) -> str:
        """The order's id: on disk and queued. Called again for the same basket it is the same order."""
        basket = await self.services.baskets.open()
        tenders = [*self._taken.get(basket.id, []), *await self._held(basket.id)]
        order = await self.services.checkout.pay(basket.id, tenders, cashier=self.person_id)
        self._taken.pop(basket.id, None)
        self._refused.pop(basket.id, None)
        for tender in tenders:
            self._cards.pop(tender.gift_card_ref, None)
        return str(order.id)

    async def receipt(self, order_id: str) -> dict[str, Any]:
        """With the live state at each target."""
        view = await self.services.orders.get(order_id)
        order = view.order
        with suppress(PosbridgeError):
            await self.services.checkout.receipt_given(order.id)
        return {
            "order_id": str(order.id),
            "number": order.receipt_number,
            "reference": order.reference,
            "total": order.totals.total,
            "change": order.change,
            "currency": order.currency,
            "tenders": [{"kind": one.kind.value, "amount": one.tendered or one.amount} for one in order.tenders],
            "customer": customer_row(order.customer),
            "targets": [target_row(target, iso(order.captured_at)) for target in view.targets],
            "ways": [
                {"way": "print", "allowed": False, "reason": "no_printer"},
                {"way": "sms", "allowed": False, "reason": "no_phone"},
                {"way": "email", "allowed": False, "reason": "no_mail"},
            ],
        }  # fmt: skip

    async def hand_over(self, order_id: str, way: str, to: str) -> None:
        """Raises ConfigurationError: this till has no printer and sends no messages yet."""
        raise ConfigurationError("Nothing is connected that could do this.", code=f"no_{way}")

    async def _payment(self, basket: Basket) -> dict[str, Any]:
        total = price(basket, (await self.settings()).taxes).totals.total
        held, taken = await self._held(basket.id), self._taken.get(basket.id, [])
        every = [*held, *taken]
        due = left_to_pay(total, every)
        return {
            "currency": basket.currency,
            "total": total,
            "paid": sum(tender.amount for tender in every),
            "due": due,
            "change": sum(tender.change for tender in taken),
            "quick": quick_amounts(due, basket.currency),
            "options": await self._options(bool(every)),
            "tenders": [_tender_row(tender) for tender in every],
            "terminal": "unknown" if any(one.state is TenderState.UNKNOWN for one in taken) else "idle",
        }

    async def _options(self, started: bool) -> list[dict[str, Any]]:
        """Once something was taken, a second tender needs targets that take several."""
        alone = started and not await self._all_split()
        return [{"kind": kind, "allowed": not alone, "reason": "no_split" if alone else ""} for kind in KINDS]

    async def _all_split(self) -> bool:
        for row in await self.services.connections.list():
            with suppress(ConfigurationError):
                facts = self.services.connections.facts(row.platform)
                if "orders" in facts.services and not facts.capabilities.split_tender:
                    return False
        return True

    async def _held(self, basket_id: UUID) -> list[Tender]:
        return [gift_cards.tender(hold, hold.id) for hold in await self.services.gift_cards.of_basket(basket_id)]

    async def _take_card(self, basket: Basket, code: str, amount: int) -> None:
        """A card that is on the basket already is held anew, with the amount on top."""
        for hold_id, (known, _) in list(self._cards.items()):
            if known == code:
                present = await self.services.gift_cards.of_basket(basket.id)
                amount += sum(hold.amount.amount for hold in present if hold.id == hold_id)
                await self._let_go(hold_id)
        await self._hold(basket, code, amount)

    async def _fit_holds(self, basket: Basket) -> None:
        """A hold set aside for a basket that has changed since: less where it is too much, more where more is due."""
        if not basket.lines:
            return
        total = price(basket, (await self.settings()).taxes).totals.total
        left = total - sum(tender.amount for tender in self._taken.get(basket.id, []))
        for hold in await self.services.gift_cards.of_basket(basket.id):
            code, balance = self._cards.get(hold.id, ("", hold.amount.amount))
            wanted = min(balance, max(left, 0))
            if wanted != hold.amount.amount:
                await self._let_go(hold.id)
                if wanted and code:
                    await self._hold(basket, code, wanted)
                else:
                    wanted = 0
            left -= wanted


def quick_amounts(due: int, currency: str) -> list[int]:
    """What a customer is likely to lay down for `due` minor units: the exact amount, then round ones above it."""
    if due <= 0:
        return []
    scale = 10 ** exponent(currency) if exponent(currency) else 100
    rounded = {-(-due // (note * scale)) * note * scale for note in NOTES}
    return [due, *sorted(amount for amount in rounded if amount > due)][:4]


def _tender(kind: str, amount: int, left: int, detail: dict[str, Any]) -> Tender:
    made = str(uuid4())
    if kind == "cash":
        return tender_cash(left, amount, id=made)
    if kind not in ("card", "other"):
        raise DomainError(f"Nothing is paid by {kind!r}.")
    tender = Tender(
        id=made,
        kind=TenderKind(kind),
        amount=amount,
        reference=str(detail.get("reference", "")).strip(),
        last_four=str(detail.get("last_four", "")).strip(),
        label=str(detail.get("label", "")).strip(),
        state=TenderState.UNKNOWN if detail.get("unknown") else TenderState.APPROVED,
    )
    return tender_exact(left, tender)


def _tender_row(tender: Tender) -> dict[str, Any]:
    detail = tender.gift_card or (f"•••• {tender.last_four}" if tender.last_four else tender.label or tender.reference)
    return {"id": tender.id, "kind": tender.kind.value, "amount": tender.tendered or tender.amount, "detail": detail}

