"""The sparse UpdateOrder: what is sent replaces, null clears, `fields_to_clear` removes."""

from __future__ import annotations

import re
from typing import Any

from posbridge.sandbox.square.errors import invalid
from posbridge.sandbox.square.shop import Obj

_LISTS = ("line_items", "discounts", "taxes", "service_charges", "fulfillments")
_PLAIN = ("reference_id", "customer_id", "ticket_name", "state", "source", "metadata", "pricing_options")
_STEP = re.compile(r"(\w+)(?:\[([^\]]+)\])?")


def apply(order: Obj, sent: Obj) -> Obj:
    """Merge what was sent into the order; answers the plain fields that changed."""
    changed: Obj = {}
    for name in _PLAIN:
        if name not in sent:
            continue
        if sent[name] is None:
            order.pop(name, None)
        elif order.get(name) != sent[name]:
            order[name] = changed[name] = sent[name]
    for name in _LISTS:
        for entry in sent.get(name) or ():
            _merge(order.setdefault(name, []), entry)
    return changed


def _merge(rows: list[Obj], entry: Obj) -> None:
    found = next((row for row in rows if entry.get("uid") and row.get("uid") == entry["uid"]), None)
    if found is None:
        rows.append(dict(entry))
        return
    for name, value in entry.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = value


def clear(order: Obj, path: str) -> None:
    """Remove "discounts", "line_items[uid]", "line_items[uid].note" or "metadata.key"; INVALID_VALUE otherwise."""
    place: Any = order
    steps = path.split(".")
    for number, step in enumerate(steps):
        found = _STEP.fullmatch(step)
        if found is None or not isinstance(place, dict):
            raise invalid("fields_to_clear", f"Cannot clear {path}")
        name, uid = found.groups()
        last = number == len(steps) - 1
        if uid is None and last:
            place.pop(name, None)
        elif uid is None:
            place = place.get(name)
        else:
            place = _entry(place.get(name) or [], uid, path, remove=last)


def _entry(rows: list[Obj], uid: str, path: str, *, remove: bool) -> Obj:
    found = next((row for row in rows if row.get("uid") == uid), None)
    if found is None:
        raise invalid("fields_to_clear", f"Nothing to clear at {path}")
    if remove:
        rows.remove(found)
    return found
