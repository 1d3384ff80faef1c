"""Blaze's words for the state of an order: a consumer cart has two, the transaction that staff make of it a third."""

from __future__ import annotations

from posbridge.connectors.facts import StatusWord
from posbridge.connectors.statuses import StatusWords
from posbridge.domain.order import OrderStatus

#: A transaction's word stands behind this in the facts: "InProgress" is an open cart there, and a sale at the register.
SALE = "Transaction "
CANCEL = "CanceledByConsumer"
#: Words after which an order is surely through: staff have taken it.
ACCEPTED = frozenset({"accepted", "completed", "packaged", "ontheway", "delivered", "waitingpickup"})
TURNED_DOWN = frozenset({"declined", "canceledbyconsumer", "canceledbydispensary"})
OPEN = frozenset({"inprogress", "notstarted", ""})
WAITING_FOR = "the staff to accept it in Blaze's incoming orders"

_PLACED_NEXT = ("Accepted", "Declined", CANCEL, "CanceledByDispensary")
_TAKEN_NEXT = ("Packaged", "WaitingPickup", "OnTheWay", "Delivered", "Completed", "CanceledByDispensary")


def _sale(word: str, status: OrderStatus) -> StatusWord:
    return StatusWord(word=f"{SALE}{word}", status=status)


STATUSES = (
    StatusWord(word="InProgress", status=OrderStatus.DRAFT, next=("Placed", CANCEL)),
    StatusWord(word="NotStarted", status=OrderStatus.DRAFT, next=("Placed", CANCEL)),
    StatusWord(word="Placed", status=OrderStatus.OPEN, next=_PLACED_NEXT),
    StatusWord(word="Accepted", status=OrderStatus.OPEN, next=_TAKEN_NEXT),
    StatusWord(word="Packaged", status=OrderStatus.PREPARING, next=_TAKEN_NEXT[1:]),
    StatusWord(word="WaitingPickup", status=OrderStatus.READY, next=("Completed", "CanceledByDispensary")),
    StatusWord(word="OnTheWay", status=OrderStatus.READY, next=("Delivered", "Completed", "CanceledByDispensary")),
    StatusWord(word="Delivered", status=OrderStatus.COMPLETED),
    StatusWord(word="Completed", status=OrderStatus.COMPLETED),
    StatusWord(word="Declined", status=OrderStatus.FAILED),
    StatusWord(word=CANCEL, status=OrderStatus.CANCELLED, ours_sends=True),
    StatusWord(word="CanceledByDispensary", status=OrderStatus.CANCELLED),
    _sale("Draft", OrderStatus.DRAFT),
    _sale("Queued", OrderStatus.OPEN),
    _sale("Hold", OrderStatus.OPEN),
    _sale("Pending", OrderStatus.OPEN),
    _sale("InProgress", OrderStatus.PREPARING),
    _sale("Completed", OrderStatus.COMPLETED),
    _sale("Canceled", OrderStatus.CANCELLED),
    _sale("RefundWithInventory", OrderStatus.REFUNDED),
    _sale("RefundWithoutInventory", OrderStatus.REFUNDED),
    _sale("Void", OrderStatus.CANCELLED),
    _sale("VoidSales", OrderStatus.CANCELLED),
)
WORDS = StatusWords("blaze", STATUSES)


def cart_word(cart_status: str, tracking: str) -> str:
    """The word that says most: once an order was taken, its tracking tells how far it is."""
    if cart_status.casefold() in ("accepted", "placed", "") and tracking.casefold() not in (*OPEN, "placed"):
        return tracking
    return cart_status or tracking
