"""From a draft to a sale: articles found, codes asked, money counted, then paid as at the till."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from posbridge.domain import basket_edits as edits
from posbridge.domain import discounts as rules
from posbridge.domain.age import AgeCheck, AgeProof, age_on
from posbridge.domain.basket import Basket
from posbridge.domain.catalog import Product, ProductVariant
from posbridge.domain.checkout import left_to_pay, tender_cash, tender_exact
from posbridge.domain.customer import Customer
from posbridge.domain.errors import DomainError, PosbridgeError, VaultLocked
from posbridge.domain.ids import uuid7
from posbridge.domain.money import Money
from posbridge.domain.order import Order, Tender, TenderKind
from posbridge.domain.pricing import price
from posbridge.services import gift_cards
from posbridge.services.customers import Customers
from posbridge.services.discounts import Discounts
from posbridge.services.drafts import DraftCustomer, DraftLine, DraftTender, OrderDraft
from posbridge.services.gift_cards import GiftCards
from posbridge.services.house import House
from posbridge.store import catalog, orders
from posbridge.store.errors import NotStored
from posbridge.store.transaction import Transaction


class Capture:
    """Works a draft out; `basket` and `tenders` are what `Checkout.pay_basket` takes."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def known(self, draft: OrderDraft) -> Order | None:
        """The order that this draft's own id became before."""
        if not draft.id:
            return None
        return await self._house.store.read(self._known, basket_id_of(draft.id))

    async def basket(self, draft: OrderDraft) -> Basket:
        """Its lines at the catalogue's prices, with customer and codes. Raises DomainError, naming the line."""
        basket_id = basket_id_of(draft.id) if draft.id else uuid7(self._house.clock())
        basket = await self._house.store.read(self._lines, draft, basket_id)
        if draft.customer is not None:
            basket = basket.model_copy(update={"customer": await self._customer(draft.customer)})
        if draft.born is not None:
            basket = basket.model_copy(update={"age_check": await self._age_check(draft.born, draft.cashier)})
        for code in draft.codes:
            basket = await self._with_code(basket, code)
        return basket

    async def _age_check(self, born: date, cashier: str) -> AgeCheck:
        now = self._house.clock()
        age = age_on(born, (await self._house.settings.get()).day_of(now))
        return AgeCheck(age=age, proof=AgeProof.TYPED, checked_by=cashier, checked_at=now)

    async def tenders(self, draft: OrderDraft, basket: Basket) -> list[Tender]:
        """How it was paid; gift cards are held for the basket. Raises DomainError when it is not paid exactly."""
        settings = await self._house.settings.get()
        left = price(basket, settings.taxes).totals.total
        given = draft.tenders or ((DraftTender(kind=TenderKind.CASH),) if left else ())
        made: list[Tender] = []
        try:
            for number, each in enumerate(given, start=1):
                made.append(await self._tender(number, each, left_to_pay(left, made), basket))
        except BaseException:
            await self.let_go(made)
            raise
        return made

    async def let_go(self, tenders: Sequence[Tender]) -> None:
        """Releases the gift cards held for a sale that did not come about; what cannot be now is settled later."""
        for tender in tenders:
            if tender.gift_card_ref:
                try:
                    await GiftCards(self._house).release(tender.gift_card_ref)
                except PosbridgeError:  # `settle` gives it back
                    continue

    def _known(self, tx: Transaction, basket_id: UUID) -> Order | None:
        order_id = orders.of_basket(tx, basket_id)
        return None if order_id is None else orders.load(tx, order_id, self._house.vault)

    def _lines(self, tx: Transaction, draft: OrderDraft, basket_id: UUID) -> Basket:
        settings = self._house.settings.of(tx)
        if draft.currency and draft.currency != settings.currency:
            raise DomainError(
                f"The order is in {draft.currency}, this till sells in {settings.currency}.", code="draft",
                next_step="Give the amounts in the till's currency.",
            )  # fmt: skip
        basket = Basket(id=basket_id, currency=settings.currency, note=draft.note)
        for number, line in enumerate(draft.lines, start=1):
            basket = _with_line(tx, basket, number, line)
        return basket

    async def _customer(self, given: DraftCustomer) -> Customer | None:
        """Somebody known by id, e-mail or phone; a new one is kept. With a locked vault the sale is a guest's."""
        service = Customers(self._house)
        try:
            if given.id:
                return await service.get(given.id)
            for text in (given.email, given.phone):
                found = await service.find(text, 1, ask=False) if text else []
                if found:
                    return found[0]
            return await service.save(Customer(**given.model_dump()))
        except NotStored as error:
            raise DomainError(
                f"There is no customer {given.id!r}.", code="unknown_customer",
                next_step="`posbridge customers` lists them; or give an e-mail address.",
            ) from error  # fmt: skip
        except VaultLocked:
            return None

    async def _with_code(self, basket: Basket, code: str) -> Basket:
        answer = await Discounts(self._house).check(code, basket)
        if answer.discount is None or not answer.valid:
            reason = answer.refusal.value if answer.refusal else "unknown"
            raise DomainError(
                f"The code {code!r} does not count: {answer.message or reason}.", code=f"discount_{reason}",
                next_step="Leave it out, or correct it.",
            )  # fmt: skip
        return rules.apply(basket, answer.discount, self._house.clock())

    async def _tender(self, number: int, given: DraftTender, left: int, basket: Basket) -> Tender:
        name = f"tender-{number}"
        if given.kind is TenderKind.CASH:
            return tender_cash(left, given.tendered or given.amount or left, id=name)
        amount = given.amount or left
        if given.kind is TenderKind.GIFT_CARD:
            money = Money(amount=amount, currency=basket.currency)
            _require_left(left, amount)
            return gift_cards.tender(await GiftCards(self._house).hold(basket.id, given.code, money), name)
        return tender_exact(
            left,
            Tender(
                id=name, kind=given.kind, amount=amount, reference=given.reference, brand=given.brand,
                last_four=given.last_four, label=given.label,
            ),
        )  # fmt: skip


def basket_id_of(text: str) -> UUID:
    """The id of the basket that a giver's own id stands for: itself when it is a UUID."""
    try:
        return UUID(text)
    except ValueError:
        return uuid5(NAMESPACE_URL, f"posbridge:order:{text}")


def _with_line(tx: Transaction, basket: Basket, number: int, given: DraftLine) -> Basket:
    product, variant = _article(tx, number, given)
    try:
        line = edits.line_of(product, variant, given.quantity, id=f"line-{number}")
        if given.unit_price is not None:
            wanted = Money(amount=given.unit_price, currency=basket.currency)
            line = line.model_copy(update={"unit_price": wanted})
        return edits.add(basket, line.model_copy(update={"note": given.note}))
    except DomainError as error:
        step = error.next_step or "Leave the line out, or give it the price it has in the catalogue."
        raise DomainError(f"line {number}: {error.message}", code=error.code, next_step=step) from error


def _article(tx: Transaction, number: int, given: DraftLine) -> tuple[Product, ProductVariant]:
    try:
        found = catalog.variant(tx, given.variant_id) if given.variant_id else catalog.by_code(tx, given.code)
    except NotStored:
        found = None
    if found is None:
        raise DomainError(
            f"line {number}: nothing in the catalogue has the code {given.code!r}.", code="unknown_article",
            next_step="Correct the SKU or barcode, or read the catalogue first with `posbridge sync --only pull`.",
        )  # fmt: skip
    return found


def _require_left(left: int, amount: int) -> None:
    if amount > left:
        raise DomainError("A gift card pays at most what is left.", code="overpaid")
