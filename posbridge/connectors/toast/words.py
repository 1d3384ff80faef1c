"""Toast's words for an order's state: flags, approval, payment of its checks, stage of its lines, what came back."""

from __future__ import annotations

from posbridge.connectors.facts import StatusWord
from posbridge.domain.order import OrderStatus

LABEL = "Toast"
#: Not words of Toast's but its two flags, called as its guest status event calls them.
VOIDED, DELETED = "VOIDED", "DELETED"
OPEN, PAID, CLOSED = "OPEN", "PAID", "CLOSED"
NEW, HOLD, SENT, READY = "NEW", "HOLD", "SENT", "READY"
#: A payment's refundStatus, told apart from other words.
REFUND_PARTIAL, REFUND_FULL = "REFUND_PARTIAL", "REFUND_FULL"
#: Approval that says more than the checks do; APPROVED says nothing beyond them.
APPROVAL = ("NEEDS_APPROVAL", "FUTURE", "NOT_APPROVED")
REJECTED = "NOT_APPROVED"

_CHECK = ("PAID", "CLOSED", VOIDED)
STATUSES = (
    StatusWord(word="NEEDS_APPROVAL", status=OrderStatus.DRAFT, next=("APPROVED", "FUTURE", REJECTED, VOIDED)),
    StatusWord(word="FUTURE", status=OrderStatus.OPEN, next=("APPROVED", VOIDED)),
    StatusWord(word="APPROVED", status=OrderStatus.OPEN, next=_CHECK),
    StatusWord(word=REJECTED, status=OrderStatus.FAILED),
    StatusWord(word=OPEN, status=OrderStatus.OPEN, next=(SENT, READY, *_CHECK)),
    StatusWord(word=NEW, status=OrderStatus.OPEN, next=(HOLD, SENT, VOIDED)),
    StatusWord(word=HOLD, status=OrderStatus.OPEN, next=(SENT, VOIDED)),
    StatusWord(word=SENT, status=OrderStatus.PREPARING, next=(READY, *_CHECK)),
    StatusWord(word=READY, status=OrderStatus.READY, next=_CHECK),
    StatusWord(word=PAID, status=OrderStatus.PAID, next=(CLOSED, VOIDED)),
    StatusWord(word=CLOSED, status=OrderStatus.COMPLETED, next=(OPEN, VOIDED, REFUND_PARTIAL, REFUND_FULL)),
    StatusWord(word=REFUND_PARTIAL, status=OrderStatus.PARTIALLY_REFUNDED, next=(REFUND_FULL,)),
    StatusWord(word=REFUND_FULL, status=OrderStatus.REFUNDED),
    StatusWord(word=VOIDED, status=OrderStatus.CANCELLED, ours_sends=True),
    StatusWord(word=DELETED, status=OrderStatus.CANCELLED),
    StatusWord(word="RECEIVED", status=OrderStatus.OPEN, next=("IN_PREPARATION", VOIDED)),
    StatusWord(word="IN_PREPARATION", status=OrderStatus.PREPARING, next=("READY_FOR_PICKUP", CLOSED, VOIDED)),
    StatusWord(word="READY_FOR_PICKUP", status=OrderStatus.READY, next=(CLOSED, VOIDED)),
)
