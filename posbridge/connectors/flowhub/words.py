"""Flowhub's words for the state of a pre-order (the contract's facts, section 5) and what they mean for us."""

from __future__ import annotations

from posbridge.connectors.facts import StatusWord
from posbridge.domain.order import OrderStatus

WAITING_FOR = "Flowhub's register to ring it up"
_ENDS = ("unableToComplete", "unableToVerify", "deleted")
_COUNTER = ("ready", "delivered", "sold", *_ENDS)

#: Which word may follow which is a guess: no page says. None is sent: Flowhub's staff move a pre-order, not a program.
STATUSES = (
    StatusWord(word="new", status=OrderStatus.OPEN, next=("inQueue", "started", "inTransit", *_COUNTER)),
    StatusWord(word="inQueue", status=OrderStatus.OPEN, next=("started", "inTransit", *_COUNTER)),
    StatusWord(word="started", status=OrderStatus.PREPARING, next=("inQueue", "inTransit", *_COUNTER)),
    StatusWord(word="ready", status=OrderStatus.READY, next=("started", "inTransit", "delivered", "sold", *_ENDS)),
    StatusWord(word="inTransit", status=OrderStatus.READY, next=("delivered", "sold", *_ENDS)),
    StatusWord(word="delivered", status=OrderStatus.COMPLETED, next=("sold",)),
    StatusWord(word="sold", status=OrderStatus.COMPLETED),
    StatusWord(word="deleted", status=OrderStatus.CANCELLED),
    StatusWord(word="unableToComplete", status=OrderStatus.FAILED),
    StatusWord(word="unableToVerify", status=OrderStatus.FAILED),
)


def folded(word: str) -> str:
    """Live data and documents differ in capitals (contract, section 12)."""
    return word.strip().casefold()


#: The sale is rung up: nothing more is awaited.
CASHED = frozenset({"sold", "delivered"})
#: Flowhub's staff turned the pre-order down, in words that a person reads.
TURNED_DOWN = {
    "deleted": "Flowhub's staff deleted this order.",
    "unabletocomplete": "Flowhub says that this order could not be completed (unableToComplete).",
    "unabletoverify": "Flowhub says that the customer could not be verified (unableToVerify).",
}
