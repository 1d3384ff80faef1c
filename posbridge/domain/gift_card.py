"""Gift cards: a liability, kept as a ledger; the balance is the sum of its movements and never below zero."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from posbridge.domain.errors import DomainError
from posbridge.domain.model import Extra, Model, UtcTime
from posbridge.domain.money import Money


class GiftCardStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    EXPIRED = "expired"
    BLOCKED = "blocked"


class GiftCard(Model):
    """A card as its issuer answers it. `code` is what is typed or scanned; screens show `masked`."""

    id: str
    code: str
    balance: Money
    status: GiftCardStatus = GiftCardStatus.ACTIVE
    expires_at: UtcTime | None = None
    customer_id: str = ""
    checked_at: UtcTime | None = None
    extra: Extra = Field(default_factory=dict)

    @property
    def masked(self) -> str:
        return mask_code(self.code)


def mask_code(code: str) -> str:
    """Only the last four characters, for screens, receipts and logs."""
    return f"•••• {code[-4:]}" if len(code) > 4 else "••••"


class MovementKind(StrEnum):
    ISSUE = "issue"
    REDEEM = "redeem"
    REFUND = "refund"
    EXPIRE = "expire"


class Movement(Model):
    """One line of the ledger; `amount` is signed (a redeem is negative); `key` makes a repeat harmless."""

    id: UUID
    kind: MovementKind
    amount: Money
    key: str
    at: UtcTime
    order_id: UUID | None = None
    remote_id: str = ""


class Hold(Model):
    """An amount set aside for a basket until `expires_at`; it becomes a redeem or lapses."""

    id: UUID
    amount: Money
    key: str
    expires_at: UtcTime


class Ledger(Model):
    """The store's own card: its movements and live holds."""

    code: str
    currency: str
    movements: tuple[Movement, ...] = ()
    holds: tuple[Hold, ...] = ()

    @property
    def balance(self) -> Money:
        return Money(amount=sum(m.amount.amount for m in self.movements), currency=self.currency)

    def available(self, now: UtcTime) -> Money:
        """The balance less what live holds set aside."""
        held = sum(hold.amount.amount for hold in self.holds if hold.expires_at > now)
        return Money(amount=self.balance.amount - held, currency=self.currency)

    def require(self, amount: Money, now: UtcTime) -> None:
        """Raises DomainError when `amount` is not positive or more than is available."""
        if amount.amount <= 0:
            raise DomainError("A gift card is charged with an amount above zero.")
        if amount > self.available(now):
            raise DomainError(f"The gift card holds {self.available(now).plain()} {self.currency}.")
