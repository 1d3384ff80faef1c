"""The words of an order's state (all a guess: the contract's facts, section 5), and who is waited for."""

from __future__ import annotations

from posbridge.connectors.facts import StatusWord
from posbridge.connectors.statuses import StatusWords
from posbridge.domain.order import OrderStatus

WAITING_FOR = "the shopper to finish it in a browser"

_GROUPS: tuple[tuple[OrderStatus, tuple[str, ...]], ...] = (
    (OrderStatus.OPEN, ("open", "submitted", "pending", "received")),
    (OrderStatus.PREPARING, ("confirmed", "processing", "preparing")),
    (OrderStatus.READY, ("packed", "ready")),
    (OrderStatus.COMPLETED, ("filled", "complete", "closed", "picked_up", "delivered")),
    (OrderStatus.CANCELLED, ("cancelled", "rejected")),
)


def _after(place: int) -> tuple[str, ...]:
    """Guess: an order only moves on, and what is completed or cancelled stays so."""
    if place >= len(_GROUPS) - 2:
        return ()
    return tuple(word for _, group in _GROUPS[place + 1 :] for word in group)


#: None is sent: the order is moved in the POS behind, or in Dutchie's own screens.
STATUSES = tuple(
    StatusWord(word=word, status=status, next=_after(place))
    for place, (status, group) in enumerate(_GROUPS)
    for word in group
)
WORDS = StatusWords("Dutchie Plus", STATUSES)
#: The store did not take the order.
REJECTED = "rejected"


def status_of(word: str) -> OrderStatus:
    """Our state for a word of Dutchie's. One that is not known is an order that is open (the contract's rule)."""
    known = WORDS.ours(word)
    return OrderStatus.OPEN if known is OrderStatus.UNKNOWN else known
