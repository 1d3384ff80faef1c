"""What a ticket will come to: Treez reckons it without keeping it, and lines that cost more there are brought down."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from posbridge.connectors.errors import ValidationError
from posbridge.connectors.text import Reader
from posbridge.connectors.treez.calls import Calls
from posbridge.connectors.treez.order_body import dollar_off
from posbridge.connectors.treez.order_mapping import is_fee
from posbridge.connectors.treez.reading import minor, single
from posbridge.domain.money import Money
from posbridge.domain.order import Order, OrderLine

PREVIEW = "ticket/previewticket"
#: How often a ticket is reckoned anew after its lines were changed.
_ROUNDS = 3
TITLE = "Price at the till"


async def agreed(calls: Calls, body: dict[str, Any], order: Order) -> dict[str, Any]:
    """The ticket that comes to the receipt's total at Treez, or the one as it was where the connection says "note".

    Raises ValidationError with both totals where no discount of a line can make them equal.
    """
    wanted, tried, said = order.totals.total, copy.deepcopy(body), 0
    for _ in range(_ROUNDS):
        ticket = Reader(single(await calls.ask(PREVIEW, tried)), "ticket_id")
        said = minor(ticket, "total", order.currency) or 0
        if said == wanted:
            return tried
        if not _brought_down(tried, ticket, order, said - wanted):
            break
    require_equal(calls, order, said)
    return body


def require_equal(calls: Calls, order: Order, said: int) -> None:
    """Raises ValidationError when Treez reckons another total, unless the connection pays that."""
    if said == order.totals.total or calls.setting("on_difference") == "note":
        return
    theirs, ours = (Money(amount=amount, currency=order.currency).plain() for amount in (said, order.totals.total))
    raise ValidationError(
        f"Treez reckons {theirs} {order.currency} for this sale, the receipt says {ours}.",
        next_step="Compare prices, taxes and discounts with Treez, then retry; no ticket is left there.",
    )


def _brought_down(body: dict[str, Any], ticket: Reader, order: Order, over: int) -> bool:
    """Puts discounts on lines that cost more there. False where nothing more can be done."""
    rows = _rows(ticket, order)
    if rows is None:
        return False
    included = ticket.raw.get("post_tax_pricing") is True
    offs = [_off(line, row, included, order.currency) for line, row in zip(order.lines, rows, strict=True)]
    if any(off < 0 for off in offs):
        return False
    if not any(offs):
        return _cents(body, order, over)
    for item, off in zip(body["items"], offs, strict=True):
        if off:
            item["pos_discounts"].append(dollar_off(TITLE, off, order.currency))
    return True


def _cents(body: dict[str, Any], order: Order, over: int) -> bool:
    """Taxes that were rounded otherwise, a cent a line at most, come off the dearest line."""
    if not 0 < over <= len(order.lines):
        return False
    at = max(range(len(order.lines)), key=lambda index: order.lines[index].net)
    body["items"][at]["pos_discounts"].append(dollar_off(TITLE, over, order.currency))
    return True


def _rows(ticket: Reader, order: Order) -> list[Reader] | None:
    """The ticket's lines in our order; None where they are not ours."""
    rows = [row for row in ticket.objects("items") if not is_fee(row)]
    return rows if len(rows) == len(order.lines) else None


def _off(line: OrderLine, row: Reader, included: bool, currency: str) -> int:
    """What the line costs more there, in minor units: before tax, or with it where prices hold it."""
    if included:
        return (minor(row, "price_total", currency) or 0) - line.total
    return (minor(row, "price_sell", currency) or 0) - line.net


def total_of(row: Mapping[str, Any], currency: str) -> int:
    """A ticket's total in minor units."""
    return minor(Reader(row, "ticket_id"), "total", currency) or 0
