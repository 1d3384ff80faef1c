"""Calling Squarespace: a version for each resource, answers that are objects, and pages fetched ahead."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from posbridge.connectors import cursors
from posbridge.connectors.contract import Connection, Context
from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.paging import ahead
from posbridge.connectors.reply import Reply
from posbridge.connectors.text import utc_from

#: The version is part of the path and differs by resource (the contract's facts, section 1).
PRODUCTS, INVENTORY, ORDERS = "v2/commerce/products", "1.0/commerce/inventory", "1.0/commerce/orders"
CONTACTS, DISCOUNTS, STORE_PAGES = "v1/contacts", "v1/commerce/discounts", "1.0/commerce/store_pages"
WEBSITE, SUBSCRIPTIONS = "1.0/authorization/website", "1.0/webhook_subscriptions"
#: Most ids that one path may name, and most operations that one adjustment may hold.
MOST = 50
#: Lists may miss what was written this many seconds ago; each pull begins that much earlier.
READ_LAG_S = 120

Body = dict[str, Any]
Fetch = Callable[[str], Awaitable[Body]]


class Calls:
    """Squarespace's calls of one connection. Raises the errors of `posbridge.connectors.errors`."""

    def __init__(self, context: Context) -> None:
        self.http, self.clock = context.http, context.clock
        self.connection: Connection = context.connection
        own = self.field("user_agent")
        self._headers = {"user-agent": own} if own else {}

    @property
    def currency(self) -> str:
        return self.connection.currency

    @property
    def oauth(self) -> bool:
        return self.field("auth_mode") == "oauth"

    def field(self, name: str) -> str:
        return self.connection.fields.get(name, "").strip()

    async def get(self, path: str, params: Mapping[str, Any] | None = None) -> Body:
        """A read."""
        return _object(await self.http.get(path, params=params, headers=self._headers))

    async def ask(self, path: str, body: Mapping[str, Any]) -> Body:
        """A read that Squarespace wants as a POST; it may be repeated."""
        return _object(await self.http.read("POST", path, json=body, headers=self._headers))

    async def write(
        self, method: str, path: str, body: Mapping[str, Any] | str | None = None, *, key: str = "",
        what: str = "all", media: str = "application/json",
    ) -> Body:  # fmt: skip
        """A call with an effect, sent once; a text goes as it stands, to the byte. `key` makes a repeat harmless."""
        headers = {**self._headers} | ({"idempotency-key": key} if key else {})
        content = None
        if body is not None:
            headers["content-type"] = media
            content = (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()
        return _object(await self.http.write(method, path, content=content, headers=headers, what=what))


def _object(reply: Reply) -> Body:
    body = reply.json() if reply.content.strip() else {}
    if not isinstance(body, dict):
        raise SchemaDrift("Squarespace answered something that is no object.", status=reply.status)
    return body


def pages(calls: Calls, path: str, params: Mapping[str, Any], first: str = "") -> AsyncIterator[tuple[Body, str]]:
    """Pages of a list. A cursor remembers the question it came from and goes alone: beside other parameters it is
    refused (recorded)."""

    async def fetch(cursor: str) -> Body:
        return await calls.get(path, {"cursor": cursor} if cursor else params)

    return walk(fetch, first)


def walk(fetch: Fetch, first: str = "") -> AsyncGenerator[tuple[Body, str]]:
    """Squarespace's pages, the next fetched ahead: (page, the cursor behind it, "" on the last)."""
    return ahead(fetch, _following, first)


def _following(page: Body) -> str:
    """The cursor only: `nextPageUrl` is relative, absolute, or names another resource."""
    said = page.get("pagination")
    if not isinstance(said, Mapping) or said.get("hasNextPage") is False:
        return ""
    following = said.get("nextPageCursor") or ""
    if not isinstance(following, str) or (said.get("hasNextPage") is True and not following):
        raise SchemaDrift("Squarespace's list goes on, and its cursor is no text.")
    return following


def rows_of(page: Body, name: str) -> list[Any]:
    """The rows of a page. Raises SchemaDrift when they are no list."""
    found = page.get(name)
    if not isinstance(found, list):
        raise SchemaDrift(f"Squarespace's {name} are no list any more.")
    return found


def place_of(cursor: str | None) -> dict[str, str]:
    return cursors.place_of(cursor, "Squarespace")


def stamp(at: datetime) -> str:
    """A time as filters want it: UTC with milliseconds and Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def window(since: datetime, now: datetime) -> dict[str, str]:
    """Changed from `since` on: both ends are wanted. The later one leaves room for a clock that is ahead of ours."""
    return {"modifiedAfter": stamp(since), "modifiedBefore": stamp(max(now, since) + timedelta(minutes=10))}


def earlier(text: str) -> datetime:
    """A time of ours or theirs, less the read lag. Raises ValidationError when it is none."""
    try:
        return utc_from(text) - timedelta(seconds=READ_LAG_S)
    except (SchemaDrift, OverflowError) as problem:
        raise ValidationError("This cursor is not one of Squarespace's.") from problem


def newest(rows: Iterable[Any], known: str) -> str:
    """The latest `modifiedOn` of the rows, or the time known before."""
    times = [utc_from(known)] if known else []
    for row in rows:
        told = row.get("modifiedOn") if isinstance(row, Mapping) else None
        with suppress(SchemaDrift):
            times += [utc_from(told)] if isinstance(told, str) else []
    return stamp(max(times)) if times else ""


def chunks(items: list[Any], size: int = MOST) -> list[list[Any]]:
    return [items[at : at + size] for at in range(0, len(items), size)]
