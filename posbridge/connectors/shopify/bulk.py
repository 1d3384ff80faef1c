"""Bulk reads: one query run by Shopify in the background, its result fetched in pieces.

Grouped results: each line is an object; those with `__parentId` belong to the last line without one.
Source: https://shopify.dev/docs/api/usage/bulk-operations/queries
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift, ServiceUnavailable
from posbridge.connectors.shopify import documents
from posbridge.connectors.shopify.calls import Body, Calls, needed
from posbridge.connectors.text import Reader

#: A result is fetched in pieces of this many bytes, so that memory holds one piece only.
PIECE = 2 * 1024 * 1024
#: Seconds between looks at a running operation, growing to the last; an hour in all.
_LOOKS = (1.0, 1.0, 2.0, 3.0, 5.0, 10.0)
_MOST_LOOKS = 400
_OVER = ("FAILED", "CANCELED", "CANCELING", "EXPIRED")

Rows = list[dict[str, Any]]


async def run(calls: Calls, query: str) -> str:
    """Starts a bulk query; its id."""
    payload = await calls.change(documents.BULK_RUN, query=query)
    return Reader(payload).object("bulkOperation").id()


async def finished(calls: Calls, operation: str, sleep: Callable[[float], Any] = asyncio.sleep) -> tuple[str, int]:
    """Waits for the end: (where the result is, its size in bytes); ("", 0) for an empty one."""
    for look in range(_MOST_LOOKS):
        state = Reader(needed(await calls.ask(documents.BULK_STATE, id=operation), "bulkOperation"))
        status = state.text("status")
        if status == "COMPLETED":
            return state.text("url"), state.integer("fileSize") or 0
        if status in _OVER:
            code = state.text("errorCode") or status
            raise ServiceUnavailable(f"Shopify's bulk read ended without a result ({code}).")
        await sleep(_LOOKS[min(look, len(_LOOKS) - 1)])
    raise ServiceUnavailable("Shopify's bulk read takes too long.")


async def pieces(calls: Calls, url: str, size: int, at: int = 0) -> AsyncIterator[tuple[bytes, int]]:
    """The whole lines from a byte on, piece by piece: (lines, the byte behind them)."""
    rest = b""
    while at + len(rest) < size:
        begin = at + len(rest)
        asked = {"range": f"bytes={begin}-{min(begin + PIECE, size) - 1}"}
        reply = await calls.http.get(url, headers=asked, due_json=False, signed=False)
        got = reply.content if reply.status == 206 else reply.content[begin:]
        if not got:
            raise SchemaDrift("Shopify's bulk result ends too early.")
        text = rest + got
        lines, found, rest = text.rpartition(b"\n")
        if begin + len(got) >= size and rest:
            lines, found, rest = text, b"", b""
        at += len(lines) + len(found)
        if lines:
            yield lines + found, at


def cut(text: bytes) -> tuple[bytes, bytes]:
    """The lines whose objects are whole, and those of the last object: more of its children may follow."""
    end = len(text)
    while end > 0:
        begin = text.rfind(b"\n", 0, end - 1) + 1
        line = text[begin:end]
        if line.strip() and "__parentId" not in _object(line):
            return text[:begin], text[begin:]
        end = begin
    return b"", text


def grouped(text: bytes) -> Rows:
    """Lines as objects, each child put into its parent (`children`). Raises SchemaDrift for a line that is no JSON."""
    rows: Rows = []
    for line in text.splitlines():
        if line.strip():
            row = _object(line)
            if "__parentId" in row and rows:
                rows[-1].setdefault("children", []).append(row)
            else:
                rows.append(row)
    return rows


def _object(line: bytes) -> Body:
    try:
        row = json.loads(line, parse_float=Decimal)
    except (ValueError, RecursionError) as problem:
        raise SchemaDrift("A line of Shopify's bulk result is no JSON.") from problem
    if not isinstance(row, dict):
        raise SchemaDrift("A line of Shopify's bulk result is no object.")
    return row


_FIELDS = {"ProductVariant": "variants", "Collection": "collections", "MediaImage": "media"}


def product_of(row: Body) -> Body:
    """A product with its children where a query would have put them."""
    made: Body = {name: value for name, value in row.items() if name != "children"}
    found: dict[str, list[Any]] = {"variants": [], "collections": [], "media": []}
    for child in row.get("children", ()):
        kind = str(child.get("id", "")).removeprefix("gid://shopify/").partition("/")[0]
        if kind in _FIELDS:
            found[_FIELDS[kind]].append(child)
    return made | {name: {"nodes": rows} for name, rows in found.items()}
