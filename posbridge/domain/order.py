"""The order: a basket that was paid. It is frozen: sync adds facts beside it and never changes it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field, model_validator

from posbridge.domain.age import AgeCheck
from posbridge.domain.basket import TaxAmount, Totals
from posbridge.domain.customer import Customer
from posbridge.domain.discount import DiscountKind, DiscountShare
from posbridge.domain.inventory import LotTaken
from posbridge.domain.model import Extra, Model, Quantity, UtcTime
from posbridge.domain.money import ExactDecimal, MinorUnits, Money


class TenderKind(StrEnum):
    CASH = "cash"
    CARD = "card"
    GIFT_CARD = "gift_card"
    OTHER = "other"


class TenderState(StrEnum):
    """UNKNOWN: the terminal or the card's issuer has not said; it is settled before the basket is paid again."""

    APPROVED = "approved"
    UNKNOWN = "unknown"


class Tender(Model):
    """One way in which an order was paid, in minor units of the order's currency.

    `amount` counts towards the total; for cash `tendered` − `change` = `amount`, else both are equal or zero.
    No card number is ever here: `reference` is the terminal's, `last_four` and `brand` as printed on its slip.
    `gift_card` is the masked code; `gift_card_ref` says which card and hold (opaque to all but the service).
    On a refund `refund_of` is the id of the order's tender that gets its money back, "" when it went another way.
    """

    id: str
    kind: TenderKind
    amount: MinorUnits = Field(gt=0)
    tendered: MinorUnits = 0
    change: MinorUnits = 0
    label: str = ""
    reference: str = ""
    brand: str = ""
    last_four: str = Field(default="", pattern=r"^(\d{4})?$")
    gift_card: str = ""
    gift_card_ref: str = ""
    state: TenderState = TenderState.APPROVED
    refund_of: str = ""


class OrderDiscount(Model):
    """A discount as it was used: which, and `amount` minor units over the whole order."""

    discount_id: str = ""
    code: str = ""
    name: str = ""
    kind: DiscountKind
    percent: ExactDecimal | None = None
    amount: MinorUnits = Field(ge=0)
    unproved: bool = False


class OrderLine(Model):
    """What PricedLine says, frozen. `variant_id` and `product_id` are ours; a target's own stand in its links.

    `lots` are what it was taken from, first expiry first, where the stock is kept in lots.
    """

    id: str
    variant_id: str
    product_id: str = ""
    sku: str = ""
    barcode: str = ""
    title: str
    option_values: dict[str, str] = Field(default_factory=dict)
    quantity: Quantity = Field(gt=0)
    unit: str = "piece"
    unit_price: Money
    subtotal: MinorUnits
    shares: tuple[DiscountShare, ...] = ()
    discount: MinorUnits = 0
    taxes: tuple[TaxAmount, ...] = ()
    tax: MinorUnits = 0
    net: MinorUnits
    total: MinorUnits
    note: str = ""
    approved_by: str = ""
    lots: tuple[LotTaken, ...] = ()


class Order(Model):
    """A sale. `id` is a UUIDv7, `reference` is ours at every platform (≤ 20 characters, made once from the id).

    `receipt_number` is gapless per device. `captured_at` is UTC, `utc_offset_minutes` the store's at that time,
    `business_date` fixed at capture by the store's zone and day's end. `device` names the till.
    """

    id: UUID
    reference: str = Field(max_length=20)
    receipt_number: str
    device: str
    captured_at: UtcTime
    utc_offset_minutes: int = 0
    business_date: date
    currency: str
    prices_include_tax: bool = False
    lines: tuple[OrderLine, ...] = Field(min_length=1)
    discounts: tuple[OrderDiscount, ...] = ()
    taxes: tuple[TaxAmount, ...] = ()
    tenders: tuple[Tender, ...] = ()
    totals: Totals
    customer: Customer | None = None
    age_check: AgeCheck | None = None
    location: str = ""
    cashier: str = ""
    shift_id: str = ""
    note: str = ""
    extra: Extra = Field(default_factory=dict)

    @property
    def paid(self) -> int:
        return sum(tender.amount for tender in self.tenders)

    @property
    def change(self) -> int:
        return sum(tender.change for tender in self.tenders)

    @model_validator(mode="after")
    def _adds_up(self) -> Order:
        totals = self.totals
        if sum(line.total for line in self.lines) != totals.total:
            raise ValueError("the lines do not sum to the total")
        if sum(line.tax for line in self.lines) != totals.tax:
            raise ValueError("the lines' taxes do not sum to the tax")
        if self.tenders and self.paid != totals.total:
            raise ValueError("the tenders do not sum to the total")
        return self


class OrderStatus(StrEnum):
    """An order's state at a platform, in our words; UNKNOWN is a word of theirs that we do not know."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    PREPARING = "preparing"
    READY = "ready"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    FAILED = "failed"
    UNKNOWN = "unknown"


class RemoteLine(Model):
    """A line as the platform has it; amounts in minor units, None where it does not say."""

    id: str = ""
    variant_id: str = ""
    product_id: str = ""
    sku: str = ""
    title: str = ""
    quantity: Quantity
    unit_price: Money | None = None
    discount: MinorUnits | None = None
    tax: MinorUnits | None = None
    total: MinorUnits | None = None


class RemoteOrder(Model):
    """An order as a platform has it: ours read back, or one made there (online orders).

    `reference` is ours, "" when it was not made by posbridge. `total`, `tax`, `paid`, `refunded` are minor units;
    None where it does not say (a register that prices an order only when it is rung up has no total before).
    `complete` is False while a creation in steps was not finished (found as a draft, or not yet paid there);
    `waiting_for` then says in words who has to do something there ("the shopper to confirm it"), and `url` where.
    """

    id: str
    complete: bool = True
    reference: str = ""
    number: str = ""
    status: OrderStatus
    platform_status: str = ""
    currency: str
    total: MinorUnits | None
    tax: MinorUnits | None = None
    discount: MinorUnits | None = None
    paid: MinorUnits | None = None
    refunded: MinorUnits = 0
    lines: tuple[RemoteLine, ...] = ()
    customer: Customer | None = None
    created_at: UtcTime | None = None
    updated_at: UtcTime | None = None
    note: str = ""
    url: str = ""
    waiting_for: str = ""
    extra: Extra = Field(default_factory=dict)
