"""The words of COVA for an order, its payment and its fulfilment, and ours for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from posbridge.connectors.contract import StatusWord
from posbridge.connectors.statuses import StatusWords
from posbridge.domain.order import OrderStatus

SUBMITTED, FINAL, READY = "SubmittedForProcessing", "SubmittedForFinalProcessing", "ReadyForPayment"
COMPLETED, CANCELLED = "Completed", "Cancelled"
TRANSIENT, REJECTED = "TransientProcessingFailure", "NonTransientProcessingFailure"
#: OrderStatusV2. Guess: its numbers are the places in the documented list, from 0.
ORDER_WORDS = (SUBMITTED, FINAL, READY, COMPLETED, CANCELLED, TRANSIENT, REJECTED)

NOT_READY, PAYABLE, PAID, REFUSED = "NotReadyForPayment", "ReadyForPayment", "PaymentApplied", "PaymentCannotBeApplied"
#: A word of version 1 for a payment that is on its way.
PAYING = "PaymentSubmittedForProcessing"
#: PaymentStatusV2 as a public simulator names it. Guess: numbers as above.
PAYMENT_WORDS = (NOT_READY, PAYABLE, PAID, REFUSED)

IN_PROGRESS, PICKUP = "InProgress", "ReadyForPickup"
PLACED = "OrderPlaced"
FULFILMENT_WORDS = (PLACED, IN_PROGRESS, PICKUP)

_MAY_END = (CANCELLED, TRANSIENT, REJECTED)
STATUSES = (
    StatusWord(word=SUBMITTED, status=OrderStatus.DRAFT, next=(FINAL, READY, COMPLETED, *_MAY_END)),
    StatusWord(word=FINAL, status=OrderStatus.DRAFT, next=(READY, COMPLETED, *_MAY_END)),
    StatusWord(word=TRANSIENT, status=OrderStatus.DRAFT, next=(SUBMITTED,)),
    StatusWord(word=READY, status=OrderStatus.OPEN, next=(PAID, IN_PROGRESS, PICKUP, COMPLETED, CANCELLED)),
    StatusWord(word=IN_PROGRESS, status=OrderStatus.PREPARING, next=(PICKUP, PAID, COMPLETED, CANCELLED)),
    StatusWord(word=PICKUP, status=OrderStatus.READY, next=(PAID, COMPLETED, CANCELLED)),
    StatusWord(word=PAID, status=OrderStatus.PAID, next=(COMPLETED,)),
    StatusWord(word=COMPLETED, status=OrderStatus.COMPLETED),
    StatusWord(word=CANCELLED, status=OrderStatus.CANCELLED, ours_sends=True),
    StatusWord(word=REJECTED, status=OrderStatus.FAILED, next=(SUBMITTED,)),
)
WORDS = StatusWords("COVA", STATUSES)


def word(value: Any, words: Sequence[str]) -> str:
    """The word for a number (also written as text) or a word in any capitals; what is not known stays as it is."""
    if value is None or isinstance(value, bool):
        return ""
    text = str(value).strip()
    if text.isdecimal() and len(text) < 3:
        return words[int(text)] if int(text) < len(words) else text
    return next((known for known in (*words, PAYING) if known.casefold() == text.casefold()), text)


def shown(order: str, payment: str, fulfilment: str) -> str:
    """The one word that says most: an order that waits for its payment may be in the making, or paid."""
    if order != READY:
        return order
    if payment == PAID:
        return PAID
    return fulfilment if fulfilment in (IN_PROGRESS, PICKUP) else order
