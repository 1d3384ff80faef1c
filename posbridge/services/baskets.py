"""The basket on the counter: each edit is on disk before the next scan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial
from uuid import UUID

from posbridge.domain import basket_edits as edits
from posbridge.domain import discounts as rules
from posbridge.domain.basket import Basket, PricedBasket
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount, DiscountAnswer, DiscountRefusal
from posbridge.domain.errors import DomainError
from posbridge.domain.ids import uuid7
from posbridge.domain.money import Money
from posbridge.domain.pricing import price
from posbridge.security.cards import contains_card_number
from posbridge.security.roles import Permission
from posbridge.services.counter import require_limits
from posbridge.services.discounts import Discounts
from posbridge.services.drafts import MOST
from posbridge.services.house import House
from posbridge.services.lots import lots_of
from posbridge.services.people import Approval, require
from posbridge.store import audit, catalog
from posbridge.store import baskets as rows
from posbridge.store import settings as setting_rows
from posbridge.store.transaction import Transaction

_UNDO = "basket.undo."
_KEPT_THOUGH_SMALL = (
    DiscountRefusal.MINIMUM_SPEND,
    DiscountRefusal.MAXIMUM_SPEND,
    DiscountRefusal.MINIMUM_QUANTITY,
    DiscountRefusal.NOT_FOR_BASKET,
)

Edit = Callable[[Basket], Basket]


class Baskets:
    """Every edit gives the basket as it is now. All raise DomainError when it cannot be, or is closed."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def open(self) -> Basket:
        """The till's basket: the one used last, also after a crash, else a new one (a row from its first line on)."""
        return await self._house.store.read(self._open)

    async def get(self, basket_id: UUID) -> Basket:
        """Raises NotStored."""
        return await self._house.store.read(rows.load, basket_id, self._house.vault)

    async def priced(self, basket_id: UUID) -> PricedBasket:
        """What it costs by the shop's taxes."""
        return await self._house.store.read(self._priced, basket_id)

    async def add(self, basket_id: UUID, variant_id: str, quantity: Decimal | int = 1) -> Basket:
        """One more line, or more of a line that is there. Raises NotStored for an unknown article."""
        added = partial(self._add, variant_id=variant_id, quantity=quantity)
        return await self._house.store.write(self._within, added, basket_id)

    async def add_code(self, basket_id: UUID, code: str, quantity: Decimal | int = 1) -> Basket:
        """What was scanned. Raises DomainError (code "unknown_article") when nothing has this barcode or SKU."""
        added = partial(self._add_code, code=code, quantity=quantity)
        return await self._house.store.write(self._within, added, basket_id)

    async def set_quantity(self, basket_id: UUID, line_id: str, quantity: Decimal | int) -> Basket:
        """Weighed goods are held to their rule, all to the purchase limits."""
        change = partial(edits.change_quantity, line_id=line_id, quantity=quantity)
        return await self._house.store.write(self._within, partial(self._edited, edit=change, undo=True), basket_id)

    async def remove(self, basket_id: UUID, line_id: str) -> Basket:
        """`undo` brings the line back."""
        return await self._edit(basket_id, lambda basket: edits.remove(basket, line_id), undo=True)

    async def clear(self, basket_id: UUID) -> Basket:
        """All lines and codes away; `undo` brings them back."""
        return await self._edit(
            basket_id, lambda basket: basket.model_copy(update={"lines": (), "discounts": ()}), undo=True
        )

    async def undo(self, basket_id: UUID) -> Basket:
        """Lines and discounts as before the last removal or change of quantity; once."""
        return await self._house.store.write(self._within, self._undo, basket_id)

    async def note(self, basket_id: UUID, text: str, line_id: str = "") -> Basket:
        """A note on the sale, or on one line. Raises DomainError for a card number."""
        if contains_card_number(text):
            raise DomainError(
                "The note holds a card number, which posbridge never keeps.", code="card_number",
                next_step="Take it out.",
            )  # fmt: skip
        return await self._edit(basket_id, lambda basket: _noted(basket, text, line_id))

    async def discount_line(
        self, basket_id: UUID, line_id: str, discount: Discount, *, who: str = "", approval: Approval | None = None
    ) -> Basket:
        """A discount by hand. Raises NotAllowed when `who` may not and nobody approved it."""
        return await self._allowed_edit(
            basket_id, Permission.DISCOUNT_LINE, who, approval,
            lambda basket: edits.discount_line(basket, line_id, discount),
            {"line": line_id, "discount": discount.model_dump(mode="json", exclude_defaults=True)},
        )  # fmt: skip

    async def override_price(
        self, basket_id: UUID, line_id: str, price: Money, *, who: str = "", approval: Approval | None = None
    ) -> Basket:
        """Another unit price. Raises NotAllowed without the approval of a second person (a manager needs none)."""
        by = approval.approved_by if approval else who
        return await self._allowed_edit(
            basket_id, Permission.PRICE_OVERRIDE, who, approval,
            lambda basket: edits.override_price(basket, line_id, price, by),
            {"line": line_id, "price": price.amount},
        )  # fmt: skip

    async def set_customer(self, basket_id: UUID, customer: Customer | None) -> Basket:
        """Who buys; codes that are for other customers go."""
        return await self._edit(basket_id, lambda basket: _for_customer(basket, customer, self._house.clock()))

    async def apply_code(self, basket_id: UUID, code: str, connection: str | None = None) -> DiscountAnswer:
        """Asks the platforms and takes the code off when it counts; a refusal is an answer."""
        basket = await self.get(basket_id)
        answer = await Discounts(self._house).check(code, basket, connection)
        if answer.discount is None or not answer.valid:
            return answer
        refusal = rules.check(answer.discount, basket, self._house.clock())
        if refusal is not None:
            return answer.model_copy(update={"refusal": refusal})
        discount = answer.discount
        await self._edit(basket_id, lambda current: rules.apply(current, discount, self._house.clock()))
        return answer

    async def remove_code(self, basket_id: UUID, code: str) -> Basket:
        return await self._edit(basket_id, lambda basket: edits.remove_discount(basket, code))

    async def park(self, basket_id: UUID, name: str = "") -> Basket:
        """Set aside; `open` gives a fresh one then."""
        return await self._edit(basket_id, lambda basket: edits.park(basket, name))

    async def parked(self) -> list[Basket]:
        """Of all tills, the newest first."""
        return await self._house.store.read(rows.parked, self._house.vault)

    async def recall(self, basket_id: UUID) -> Basket:
        """A parked one back on the counter, exactly as it was."""
        return await self._edit(basket_id, edits.recall)

    async def discard(self, basket_id: UUID, *, who: str = "") -> None:
        """Nobody buys it."""
        await self._house.store.write(self._discard, basket_id, who)

    async def _edit(self, basket_id: UUID, edit: Edit, *, undo: bool = False) -> Basket:
        return await self._house.store.write(self._edited, basket_id, edit, undo)

    async def _allowed_edit(
        self,
        basket_id: UUID,
        permission: Permission,
        who: str,
        approval: Approval | None,
        edit: Edit,
        detail: dict[str, object],
    ) -> Basket:
        def change(tx: Transaction) -> Basket:
            house = self._house
            require(tx, permission, who, approval)
            audit.add(
                tx, permission.value, house.clock(), vault=house.vault, who=who,
                approved_by=approval.approved_by if approval else "", object_kind="basket", object_id=str(basket_id),
                detail=detail,
            )  # fmt: skip
            return self._edited(tx, basket_id, edit, True)

        return await self._house.store.write(change)

    def _within(self, tx: Transaction, edit: Callable[[Transaction, UUID], Basket], basket_id: UUID) -> Basket:
        """An edit that can add: it is taken back when the basket would pass a purchase limit or needs a blocked lot."""
        after = edit(tx, basket_id)
        require_limits(tx, self._house, after)
        lots_of(tx, self._house, after)
        return after

    def _open(self, tx: Transaction) -> Basket:
        settings = self._house.settings.of(tx)
        found = rows.current(tx, self._house.vault, device=settings.device)
        return found or Basket(id=uuid7(self._house.clock()), currency=settings.currency)

    def _priced(self, tx: Transaction, basket_id: UUID) -> PricedBasket:
        return price(self._load(tx, basket_id), self._house.settings.of(tx).taxes)

    def _load(self, tx: Transaction, basket_id: UUID) -> Basket:
        """A basket that has no row yet is empty."""
        found = rows.find(tx, basket_id, self._house.vault)
        return found or Basket(id=basket_id, currency=self._house.settings.of(tx).currency)

    def _save(self, tx: Transaction, basket: Basket) -> Basket:
        house = self._house
        for line in basket.lines:
            if line.quantity > MOST:
                raise DomainError(f"So many of {line.title} are a slip of the finger.", code="too_many")
        rows.save(tx, basket, house.clock(), house.vault, device=house.settings.of(tx).device)
        return basket

    def _edited(self, tx: Transaction, basket_id: UUID, edit: Edit, undo: bool) -> Basket:
        before = self._load(tx, basket_id)
        after = self._save(tx, edit(before))
        if undo:
            kept = before.model_dump(mode="json", include={"id", "currency", "lines", "discounts"})
            setting_rows.put(tx, _UNDO + self._house.settings.of(tx).device, kept)
        return after

    def _add(self, tx: Transaction, basket_id: UUID, variant_id: str, quantity: Decimal | int) -> Basket:
        product, variant = catalog.variant(tx, variant_id)
        line = edits.line_of(product, variant, quantity, id=str(uuid7(self._house.clock())))
        return self._save(tx, edits.add(self._load(tx, basket_id), line))

    def _add_code(self, tx: Transaction, basket_id: UUID, code: str, quantity: Decimal | int) -> Basket:
        found = catalog.by_code(tx, code)
        if found is None:
            raise DomainError(
                f"Nothing here has the code {code.strip()[:40]!r}.", code="unknown_article",
                next_step="Search for it by name, or read the catalogue again.",
            )  # fmt: skip
        return self._add(tx, basket_id, found[1].id, quantity)

    def _undo(self, tx: Transaction, basket_id: UUID) -> Basket:
        name = _UNDO + self._house.settings.of(tx).device
        kept = setting_rows.get(tx, name)
        if kept is None or kept["id"] != str(basket_id):
            raise DomainError("There is nothing to take back.", code="nothing_to_undo")
        setting_rows.drop(tx, name)
        before = Basket.model_validate(kept)
        changed = {"lines": before.lines, "discounts": before.discounts}
        return self._save(tx, self._load(tx, basket_id).model_copy(update=changed))

    def _discard(self, tx: Transaction, basket_id: UUID, who: str) -> None:
        if rows.state_of(tx, basket_id) is None:
            return
        now, vault = self._house.clock(), self._house.vault
        rows.discard(tx, basket_id, now)
        audit.add(tx, "discard_basket", now, vault=vault, who=who, object_kind="basket", object_id=str(basket_id))


def _noted(basket: Basket, text: str, line_id: str) -> Basket:
    if not line_id:
        return basket.model_copy(update={"note": text})
    if all(line.id != line_id for line in basket.lines):
        raise DomainError(f"The basket has no line {line_id!r}.")
    lines = [line.model_copy(update={"note": text}) if line.id == line_id else line for line in basket.lines]
    return basket.model_copy(update={"lines": tuple(lines)})


def _for_customer(basket: Basket, customer: Customer | None, now: datetime) -> Basket:
    """Codes whose goods are too few just now stay: they take nothing until there are enough."""
    before = basket.customer
    another = before is not None and (customer is None or customer.id != before.id)
    check = None if another else basket.age_check
    changed = basket.model_copy(update={"customer": customer, "age_check": check})
    _, dropped = rules.revise(changed, now)
    gone = [discount for discount, refusal in dropped if refusal not in _KEPT_THOUGH_SMALL]
    kept = tuple(discount for discount in changed.discounts if discount not in gone)
    return changed.model_copy(update={"discounts": kept})
