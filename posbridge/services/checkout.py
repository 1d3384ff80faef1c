"""Payment: the one transaction after which a sale exists, and goes to every target by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from posbridge.domain.basket import Basket
from posbridge.domain.business_day import utc_offset_minutes
from posbridge.domain.checkout import SaleFacts, freeze, require_paid
from posbridge.domain.errors import DomainError
from posbridge.domain.ids import reference_of, uuid7
from posbridge.domain.order import Order, Tender
from posbridge.domain.pricing import price
from posbridge.security.cards import contains_card_number
from posbridge.services import gift_cards
from posbridge.services.capture import Capture
from posbridge.services.counter import require_law
from posbridge.services.discounts import unproved_codes
from posbridge.services.drafts import OrderDraft
from posbridge.services.gift_cards import GiftCards
from posbridge.services.house import House
from posbridge.services.lots import lots_of
from posbridge.services.settings import Settings
from posbridge.services.targets import queue_order, require_carried, targets
from posbridge.store import audit, baskets, counters, orders
from posbridge.store.transaction import Transaction


class Checkout:
    """Turns a basket into an order, once."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def pay(self, basket_id: UUID, tenders: Sequence[Tender], cashier: str = "", note: str = "") -> Order:
        """The order that the basket became: on disk when this returns, and queued for every target.

        Called again for the same basket it gives the same order. Raises DomainError when the basket is empty,
        parked, closed or not paid exactly, when a target cannot carry the sale (`ready` says so before money is
        taken), or for a card number in a text; for a platform's gift card also that platform's refusal. Nothing is
        sold then, and gift cards have their money back.
        """
        return await self._sold(basket_id, tenders, cashier, note, None, None)

    async def pay_basket(
        self, basket: Basket, tenders: Sequence[Tender], cashier: str = "", order_id: UUID | None = None
    ) -> Order:
        """`pay` for a basket that is kept nowhere yet; it is written in the same transaction."""
        return await self._sold(basket.id, tenders, cashier, "", basket, order_id)

    async def capture(self, draft: OrderDraft, cashier: str = "") -> Order:
        """Sells what a file or a program gives, as the till would; its own `id` again gives the same order.

        Raises DomainError, naming the line and what to do: unknown article, no price, refused code, not paid.
        """
        work = Capture(self._house)
        known = await work.known(draft)
        if known is not None:
            return known
        basket = await work.basket(draft)
        tenders = await work.tenders(draft, basket)
        try:
            order_id = basket.id if draft.id else None
            return await self.pay_basket(basket, tenders, draft.cashier or cashier, order_id)
        except BaseException:
            await work.let_go(tenders)
            raise

    async def ready(self, basket_id: UUID, tenders: Sequence[Tender] = ()) -> None:
        """Raises what `pay` would raise for the basket and these ways of paying, except that it is not paid yet."""
        await self._house.store.read(self._ready, basket_id, tenders)

    async def receipt_given(self, order_id: UUID) -> None:
        """The customer has the receipt."""
        await self._house.store.write(orders.receipt_given, order_id, self._house.clock())

    async def _sold(
        self,
        basket_id: UUID,
        tenders: Sequence[Tender],
        cashier: str,
        note: str,
        basket: Basket | None,
        order_id: UUID | None,
    ) -> Order:
        _refuse_card_numbers([note, cashier, *_texts(tenders)])
        write = self._house.store.write
        if any(tender.gift_card_ref for tender in tenders):
            if basket is None:
                await self._house.store.read(self._ready, basket_id, tenders, paid=True)
            async with GiftCards(self._house).charged(tenders):
                order = await write(self._pay, basket_id, tenders, cashier, note, basket, order_id)
        else:
            order = await write(self._pay, basket_id, tenders, cashier, note, basket, order_id)
        self._house.sync.nudge()
        return order

    def _ready(self, tx: Transaction, basket_id: UUID, tenders: Sequence[Tender], paid: bool = False) -> None:
        house = self._house
        basket = baskets.load(tx, basket_id, house.vault)
        if not basket.lines:
            raise DomainError("The basket is empty.")
        _refuse_card_numbers(_basket_texts(basket))
        require_carried(targets(tx, house), basket, tenders)
        settings = house.settings.of(tx)
        require_law(tx, house, settings, basket)
        lots_of(tx, house, basket)
        total = price(basket, settings.taxes).totals.total
        if paid:
            require_paid(total, tenders)

    def _pay(
        self,
        tx: Transaction,
        basket_id: UUID,
        tenders: Sequence[Tender],
        cashier: str,
        note: str,
        given: Basket | None,
        order_id: UUID | None,
    ) -> Order:
        house, now = self._house, self._house.clock()
        known = _order_of(tx, house, basket_id)
        if known is not None:
            return known
        settings = house.settings.of(tx)
        if given is not None:
            baskets.save(tx, given, now, house.vault, device=settings.device)
        basket = given or baskets.load(tx, basket_id, house.vault)
        if note:
            basket = basket.model_copy(update={"note": note})
        _refuse_card_numbers(_basket_texts(basket))
        found = targets(tx, house)
        require_carried(found, basket, tenders)
        require_law(tx, house, settings, basket)
        lots = lots_of(tx, house, basket)
        facts = _facts(tx, settings, house, cashier, order_id)
        priced, unproved = price(basket, settings.taxes), unproved_codes(basket)
        order = freeze(basket, priced, tenders, facts, unproved=unproved, lots=lots)
        orders.add(tx, order, house.vault, basket_id=basket_id)
        gift_cards.capture(tx, tenders, order.currency, order.id, house)
        queue_order(tx, order.id, [row.id for row, _ in found], now)
        baskets.close(tx, basket_id, now)
        _note(tx, house, order)
        return order


def _order_of(tx: Transaction, house: House, basket_id: UUID) -> Order | None:
    order_id = orders.of_basket(tx, basket_id)
    return None if order_id is None else orders.load(tx, order_id, house.vault)


def _facts(tx: Transaction, settings: Settings, house: House, cashier: str, order_id: UUID | None) -> SaleFacts:
    now = house.clock()
    made = uuid7(now)
    return SaleFacts(
        id=order_id or made,
        reference=reference_of(made),
        receipt_number=counters.next_receipt(tx, settings.device),
        device=settings.device,
        captured_at=now,
        business_date=day_of(settings, house),
        utc_offset_minutes=utc_offset_minutes(now, settings.timezone),
        cashier=cashier,
        location=settings.location,
    )


def day_of(settings: Settings, house: House) -> date:
    """The business date now."""
    return settings.day_of(house.clock())


def _note(tx: Transaction, house: House, order: Order) -> None:
    detail = {"reference": order.reference, "receipt": order.receipt_number, "total": order.totals.total}
    audit.add(
        tx, "sale", order.captured_at, vault=house.vault, who=order.cashier, object_kind="order",
        object_id=str(order.id), business_date=order.business_date.isoformat(), detail=detail,
    )  # fmt: skip


def _texts(tenders: Iterable[Tender]) -> list[str]:
    return [text for tender in tenders for text in (tender.reference, tender.label, tender.brand)]


def _basket_texts(basket: Basket) -> list[str]:
    return [basket.note, basket.name, *(line.note for line in basket.lines)]


def _refuse_card_numbers(texts: Iterable[str]) -> None:
    if any(contains_card_number(text) for text in texts if text):
        raise DomainError(
            "This text holds a card number, which posbridge never keeps.", code="card_number",
            next_step="Take the number out; the terminal's own reference is enough.",
        )  # fmt: skip
