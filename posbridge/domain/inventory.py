"""How much there is. Stock changes are differences; an absolute number is only ever read, never pushed for a sale."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import Field, model_validator

from posbridge.domain.attributes import Potency
from posbridge.domain.errors import DomainError
from posbridge.domain.model import Model, Quantity, UtcTime


class InventoryKind(StrEnum):
    """QUANTITY counts pieces, BATCH counts pieces of lots that expire, WEIGHT weighs."""

    QUANTITY = "quantity"
    BATCH = "batch"
    WEIGHT = "weight"


class Batch(Model):
    """A lot. `expires` is the last day on which it may be sold; `tag` is the state's own number of the package.

    `recalled` also stands for every other reason of the platform not to sell it (quarantine, failed test).
    """

    lot: str
    quantity: Quantity
    expires: date | None = None
    recalled: bool = False
    tag: str = ""
    potencies: tuple[Potency, ...] = ()


class WeightRule(Model):
    """What may be weighed off: at least `minimum`, in steps of `increment`, counted in `unit`."""

    unit: str = "g"
    minimum: Quantity = Field(default="1", validate_default=True)
    increment: Quantity = Field(default="1", validate_default=True)

    def check(self, quantity: Quantity) -> None:
        """Raises DomainError when `quantity` is below the minimum or off the increment."""
        if quantity < self.minimum:
            raise DomainError(f"At least {self.minimum} {self.unit} must be weighed off.")
        if quantity % self.increment:
            raise DomainError(f"It is weighed in steps of {self.increment} {self.unit}.")


class StockLevel(Model):
    """The stock of one variant at one location, as read at `read_at`; None means not tracked."""

    variant_id: str
    quantity: Quantity | None
    location: str = ""
    kind: InventoryKind = InventoryKind.QUANTITY
    batches: tuple[Batch, ...] = ()
    low_at: Quantity | None = None
    read_at: UtcTime | None = None

    @model_validator(mode="after")
    def _batches_never_negative(self) -> StockLevel:
        if any(batch.quantity < 0 for batch in self.batches):
            raise ValueError("a batch never holds less than nothing")
        return self

    @property
    def low(self) -> bool:
        return self.low_at is not None and self.quantity is not None and self.quantity <= self.low_at

    def sellable_batches(self, today: date) -> tuple[Batch, ...]:
        """Lots that may be sold on `today`, the first to expire first; expired and recalled ones never."""
        good = [b for b in self.batches if not b.recalled and (b.expires is None or b.expires >= today)]
        return tuple(sorted(good, key=lambda b: (b.expires or date.max, b.lot)))


class StockChange(Model):
    """A difference to send: positive adds. `reason` is received, sold, returned, damaged or correction."""

    variant_id: str
    delta: Quantity
    location: str = ""
    reason: str = "correction"


class LotTaken(Model):
    """What a sale took of one lot; `tag` is the state's number of its package."""

    lot: str
    quantity: Quantity
    tag: str = ""


def take_from_batches(level: StockLevel, quantity: Quantity, today: date) -> list[LotTaken]:
    """Which lots a sale of `quantity` takes from, first expiry first out, each above zero.

    Raises DomainError (code "no_lot") when the lots that may be sold today do not hold enough; nothing is taken then.
    """
    left, taken = quantity, []
    for batch in level.sellable_batches(today):
        part = min(left, batch.quantity)
        if part > 0:
            taken.append(LotTaken(lot=batch.lot, quantity=part, tag=batch.tag))
            left -= part
    if left > 0:
        raise DomainError(
            f"Only {quantity - left} of {quantity} can be sold: the other lots are empty, expired or recalled.",
            code="no_lot", next_step="Take less, or read the stock again.",
        )  # fmt: skip
    return taken


def remaining(level: StockLevel, taken: Iterable[LotTaken], recalled: Collection[str] = ()) -> StockLevel:
    """The level after what was `taken` since it was read, never below nothing; `recalled` are lots or tags to block."""
    gone: dict[str, Decimal] = {}
    for each in taken:
        gone[each.lot] = gone.get(each.lot, Decimal(0)) + each.quantity
    batches = tuple(
        batch.model_copy(
            update={
                "quantity": max(batch.quantity - gone.get(batch.lot, Decimal(0)), Decimal(0)),
                "recalled": batch.recalled or batch.lot in recalled or (bool(batch.tag) and batch.tag in recalled),
            }
        )
        for batch in level.batches
    )
    return level.model_copy(update={"batches": batches})
