"""Batches: each object is written alone, its error sits in its own slot of a 200 (recorded 220, 901)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from posbridge.sandbox.wire import Reply
from posbridge.sandbox.woocommerce.answers import Ask, Obj, WpError

Write = Callable[[Obj], Obj]
Change = Callable[[int, Obj], Obj]
Drop = Callable[[int], Obj]

LIMIT = 100


def batch(ask: Ask, create: Write, change: Change, drop: Drop) -> Reply:
    """Do the creates, updates and deletes of one request, in that order; 413 above 100 objects."""
    sent = {name: list(ask.body.get(name) or ()) for name in ("create", "update", "delete")}
    if sum(len(entries) for entries in sent.values()) > LIMIT:
        message = f"Unable to accept more than {LIMIT} items for this request."
        raise WpError(413, "woocommerce_rest_request_entity_too_large", message)
    body: Obj = {}
    for name, entries in sent.items():
        if entries:
            body[name] = [_slot(name, entry, create, change, drop) for entry in entries]
    return Reply(body=body)


def _slot(name: str, entry: Any, create: Write, change: Change, drop: Drop) -> Obj:
    number = 0 if name == "create" else int(entry["id"] if isinstance(entry, dict) else entry)
    try:
        if name == "create":
            return create(entry)
        return change(number, entry) if name == "update" else drop(number)
    except WpError as error:
        return {"id": number, "error": error.body}
