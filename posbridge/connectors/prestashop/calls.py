"""Calling PrestaShop: lists in JSON with every field, writes in XML, pages by id with the next one on its way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from posbridge.connectors.contract import Context
from posbridge.connectors.errors import SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.paging import pages_ahead
from posbridge.connectors.prestashop.markup import Node, document, tree
from posbridge.connectors.prestashop.reading import loaded, wall
from posbridge.connectors.reply import Reply, uncertain
from posbridge.domain.errors import ConnectorError

#: A filter grain is one second and strict; a pull begins this much earlier.
LAG_S = 2
_BIG = 256 * 1024
_AT_ONCE = 150
_XML = {"content-type": "text/xml; charset=utf-8"}
_JSON = {"output_format": "JSON"}
_PORTAL = "Open a browser on this machine and sign in to the network; nothing is lost meanwhile."

Params = Mapping[str, Any]
Fields = Mapping[str, Any]


class Listed(NamedTuple):
    """One page of a list: its rows, the answer, the last id so far, whether it is the last page."""

    rows: list[Any]
    reply: Reply
    end: str
    last: bool


class Calls:
    """The calls of one connection. Raises the errors of `posbridge.connectors.errors`."""

    def __init__(self, context: Context) -> None:
        self.http, self.clock, self.connection = context.http, context.clock, context.connection
        self.fields = context.connection.fields
        self.version = ""

    @property
    def patches(self) -> bool:
        """Whether this shop knows PATCH: from 8.0 on (the contract's section 1). Every answer names the version."""
        major = self.version.partition(".")[0]
        return not major.isdecimal() or int(major) >= 8

    def setting(self, name: str, default: str = "") -> str:
        return self.fields.get(name, "").strip() or default

    async def root(self) -> Node:
        """What the key may do; as JSON the shop crashes on it (recorded 001, 002)."""
        reply = self._noted(await self.http.get("", params=self._shop(), due_json=False))
        try:
            return tree(reply.content)
        except SchemaDrift as problem:
            raise _unread(reply, write=False) from problem

    async def answer(self, resource: str, params: Params, *, known: str = "") -> tuple[list[Any], Reply]:
        """Rows with all that the shop knows of them; `known` is the SHA1 of an earlier answer: 304 when unchanged."""
        asked = {"display": "full", **params, **self._shop(), **_JSON}
        headers = {"local-content-sha1": known} if known else None
        reply = self._noted(await self.http.get(resource, params=asked, headers=headers, due_json=False))
        return await _rows(reply), reply

    async def rows(self, resource: str, params: Params) -> list[Any]:
        return (await self.answer(resource, {"sort": "[id_ASC]", **params}))[0]

    async def among(self, resource: str, field: str, values: Iterable[str], params: Params | None = None) -> list[Any]:
        """The rows whose field is one of these, asked for in as few calls as an address can hold."""
        wanted, found = sorted(set(values)), list[Any]()
        for at in range(0, len(wanted), _AT_ONCE):
            part = f"[{'|'.join(wanted[at : at + _AT_ONCE])}]"
            found += await self.rows(resource, {**(params or {}), f"filter[{field}]": part})
        return found

    async def one(self, resource: str, ident: str, params: Params | None = None) -> Any:
        """A row by id, None where there is none: by the list form, which leaves nothing out (recorded 201, 202)."""
        if not ident.isdecimal():
            return None
        rows = await self.rows(resource, {**(params or {}), "filter[id]": f"[{ident}]"})
        return rows[0] if rows else None

    def pages(self, resource: str, params: Params, size: int, *, after: str = "0") -> AsyncGenerator[Listed]:
        """A list in the order of its ids, from behind `after` on; the next page is fetched meanwhile."""

        async def fetch(behind: str) -> Listed:
            asked = {**params, "filter[id]": f">[{behind}]", "sort": "[id_ASC]", "limit": f"0,{size}"}
            rows, reply = await self.answer(resource, asked)
            return Listed(rows, reply, last_id(rows, behind), len(rows) < size)

        return pages_ahead(fetch, lambda page: "" if page.last else page.end, after)

    async def make(self, resource: str, element: str, fields: Fields | Sequence[Fields]) -> dict[str, Any]:
        """POST: what the shop answers of the (last) object made. It is sent once."""
        return await self._write("POST", resource, element, fields)

    async def patch(self, resource: str, element: str, fields: Fields | Sequence[Fields]) -> dict[str, Any]:
        """Changes these fields of one object or several, each with its id.

        Raises Unsupported where the shop knows no PATCH; there only stock can be written, by PUT of its whole row.
        """
        if not self.patches:
            return await self._put(resource, element, [fields] if isinstance(fields, Mapping) else fields)
        alone = fields["id"] if isinstance(fields, Mapping) else ""
        return await self._write("PATCH", f"{resource}/{alone}" if alone else resource, element, fields)

    async def _put(self, resource: str, element: str, rows: Sequence[Fields]) -> dict[str, Any]:
        """PUT empties what is not sent (recorded 146), so each row is read whole just before."""
        if resource != "stock_availables":
            raise Unsupported("This PrestaShop is older than 8.0: it cannot change single fields.")
        held = await self.among(resource, "id", [str(row["id"]) for row in rows])
        whole = {str(row["id"]): {k: v for k, v in row.items() if not isinstance(v, list | dict)} for row in held}
        made: dict[str, Any] = {}
        for row in rows:
            ident = str(row["id"])
            made = await self._write("PUT", f"{resource}/{ident}", element, {**whole[ident], **row})
        return made

    async def delete(self, resource: str, ident: str) -> None:
        await self.http.write("DELETE", f"{resource}/{ident}", params={**self._shop(), **_JSON}, due_json=False)

    async def _write(self, method: str, path: str, element: str, fields: Any) -> dict[str, Any]:
        body, asked = document(element, fields), {**self._shop(), **_JSON}
        reply = await self.http.write(method, path, content=body, params=asked, headers=_XML, due_json=False)
        found, _ = _loaded(reply, write=True)
        held = found.get(element) if isinstance(found, Mapping) else None
        if not isinstance(held, Mapping):
            raise uncertain("The shop's answer does not name what it made.", True, reason="unreadable")
        return dict(held)

    def _noted(self, reply: Reply) -> Reply:
        self.version = reply.headers.get("psws-version", self.version)
        return reply

    def _shop(self) -> dict[str, str]:
        """Several shops in one: without its id the context is all of them (the contract's section 12)."""
        ident = self.setting("id_shop")
        return {"id_shop": ident} if ident else {}


async def _rows(reply: Reply) -> list[Any]:
    if reply.status == 304:
        return []
    load = asyncio.to_thread(_loaded, reply, write=False) if len(reply.content) > _BIG else None
    body, _ = await load if load else _loaded(reply, write=False)
    if isinstance(body, Mapping):
        body = next((value for value in body.values() if isinstance(value, list)), None)
    if not isinstance(body, list):
        raise SchemaDrift("The shop answered a list with something else.", status=reply.status)
    return body


def _loaded(reply: Reply, *, write: bool) -> tuple[Any, bool]:
    try:
        return loaded(reply.content)
    except SchemaDrift as problem:
        raise _unread(reply, write=write) from problem


def _unread(reply: Reply, *, write: bool) -> ConnectorError:
    """Something other than PrestaShop has answered."""
    if reply.content.lstrip()[:1] == b"<":
        words = "A web page came instead of the shop's answer: this network may ask for a sign-in."
        return uncertain(words, write, _PORTAL, reason="captive_portal")
    return uncertain("The shop's answer cannot be read.", write, reason="unreadable")


def last_id(rows: Sequence[Any], default: str) -> str:
    ids = [str(row.get("id")) for row in rows if isinstance(row, Mapping)]
    return next((ident for ident in reversed(ids) if ident.isdecimal()), default)


def exact(field: str, value: str) -> dict[str, str] | None:
    """A filter for that very value; None for one that a filter cannot say."""
    return None if not value or set(value) & set("[]|,%<>!") else {f"filter[{field}]": f"[{value}]"}


def since(at: str, zone: str, now: datetime) -> dict[str, str]:
    """Only what changed after that UTC time; everything for ""."""
    if not at:
        return {}
    return {"filter[date_upd]": f">[{wall(datetime.fromisoformat(at), zone, now)}]", "date": "1"}


def begun(reply: Reply, clock: datetime) -> str:
    """When a read began by the shop's own clock, less the lag, UTC."""
    try:
        at = parsedate_to_datetime(reply.headers.get("date", "")).astimezone(UTC)
    except (ValueError, TypeError):
        at = clock
    return (at - timedelta(seconds=LAG_S)).isoformat(timespec="seconds")


def place_of(cursor: str | None) -> dict[str, Any]:
    """What a cursor of ours remembers; empty for none. Raises ValidationError for one that is not ours."""
    if not cursor:
        return {}
    try:
        place = json.loads(cursor)
        for name in ("since", "began"):
            datetime.fromisoformat(place.get(name) or "2026-01-01T00:00:00+00:00")
    except (ValueError, AttributeError, TypeError) as problem:
        raise ValidationError("This place in the shop's list cannot be read.") from problem
    return dict(place)


def cursor_of(**place: Any) -> str:
    return json.dumps({name: value for name, value in place.items() if value}, sort_keys=True, separators=(",", ":"))
