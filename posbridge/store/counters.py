"""Numbers without gaps: taken in the transaction that uses them, so an undone sale gives its number back."""

from __future__ import annotations

import re

from sqlalchemy import Connection, bindparam
from sqlalchemy.dialects.sqlite import insert

from posbridge.domain.errors import DomainError
from posbridge.store.tables import counters

_TRAILING = re.compile(r"(\d+)$")
_NEXT = (
    insert(counters)
    .values(name=bindparam("counter"), value=1)
    .on_conflict_do_update(
        index_elements=[counters.c.name, counters.c.tenant], set_={"value": counters.c.value + 1}
    )
    .returning(counters.c.value)
)


def next_value(tx: Connection, name: str) -> int:
    """1, 2, 3 … for `name`."""
    return int(tx.execute(_NEXT, {"counter": name}).scalar_one())


def next_receipt(tx: Connection, device: str) -> str:
    """The next receipt number of a till: "T1-000001"."""
    return f"{device}-{next_value(tx, f'receipt:{device}'):06d}"


def next_refund_receipt(tx: Connection, device: str) -> str:
    """The next refund's number of a till: "T1-R000001"."""
    return f"{device}-R{next_value(tx, f'refund:{device}'):06d}"


def counter_in(receipt_number: str) -> int:
    """The counter at the end of a receipt number. Raises DomainError when there is none."""
    found = _TRAILING.search(receipt_number)
    if found is None:
        raise DomainError(f"The receipt number {receipt_number!r} has no counter at its end.")
    return int(found.group(1))
