"""Calling Toast: the restaurant in every header, answers that are objects or lists, and its pages of settings."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Any
from urllib.parse import quote

from posbridge.connectors import cursors
from posbridge.connectors.contract import Context
from posbridge.connectors.cursors import cursor_of
from posbridge.connectors.errors import Conflict, NotFound, SchemaDrift, ValidationError
from posbridge.connectors.net import encode
from posbridge.connectors.paging import ahead
from posbridge.connectors.reply import Reply
from posbridge.connectors.toast.identity import PREFIX
from posbridge.connectors.toast.reading import DEFAULT_CURRENCY

ORDERS, CONFIG, STOCK = "orders/v2", "config/v2", "stock/v1"
RESTAURANTS, PARTNERS = "restaurants/v1", "partners/v1"
_NEXT = "toast-next-page-token"
#: How often a list of settings is begun again when the restaurant publishes meanwhile.
_STARTS = 3

__all__ = ["CONFIG", "ORDERS", "PARTNERS", "RESTAURANTS", "STOCK", "Body", "Calls", "cursor_of", "part", "place_of"]

Body = dict[str, Any]


class Calls:
    """Toast's calls of one connection. Raises the errors of `posbridge.connectors.errors`."""

    def __init__(self, context: Context) -> None:
        self.http, self.clock = context.http, context.clock
        self._context = context
        self.seen = ""

    def setting(self, name: str) -> str:
        return self._context.connection.fields.get(name, "").strip()

    @property
    def fields(self) -> Mapping[str, str]:
        return self._context.connection.fields

    @property
    def restaurant(self) -> str:
        """The restaurant's GUID; "" where neither settings, connection nor test call (`seen`) name it yet."""
        return self.setting("restaurant_guid") or self._context.connection.location or self.seen

    @property
    def currency(self) -> str:
        return self.setting("currency") or self._context.connection.currency or DEFAULT_CURRENCY

    @property
    def prefix(self) -> str:
        return self.setting("external_id_prefix") or PREFIX

    async def get(
        self, path: str, params: Mapping[str, Any] | None = None, *, what: str = "all", place: str = ""
    ) -> Any:
        """A read. `place` is another restaurant than the connection's, or the first to be told."""
        return (await self.reply(path, params, what=what, place=place)).json()

    async def reply(
        self, path: str, params: Mapping[str, Any] | None = None, *, what: str = "all", place: str = ""
    ) -> Reply:
        return await self.http.get(path, params=params, what=what, headers=self._headers(place))

    async def ask(self, path: str, body: Any) -> Any:
        """A read that Toast wants as a POST: it stores nothing and may be repeated."""
        return (await self.http.read("POST", path, json=body, headers=self._headers())).json()

    async def write(self, method: str, path: str, body: Any) -> Any:
        """A call with an effect, sent once; a text goes as it stands."""
        content = body.encode() if isinstance(body, str) else encode(body)
        headers = {**self._headers(), "content-type": "application/json"}
        return (await self.http.write(method, path, content=content, headers=headers)).json()

    def _headers(self, place: str = "") -> dict[str, str]:
        named = place or self.restaurant
        if not named:
            raise ValidationError("Toast needs the restaurant's GUID.", next_step="Choose it in Connections.")
        return {"toast-restaurant-external-id": named}

    async def listed(self, name: str, *, place: str = "") -> list[Any]:
        """A whole list of settings. After a publish meanwhile its token is void, and it is read from its start."""
        for start in range(1, _STARTS + 1):
            try:
                return [row async for page, _ in self._pages(name, place) for row in rows_of(page.json(), name)]
            except Conflict:
                if start == _STARTS:
                    raise
        raise AssertionError("unreachable")

    def _pages(self, name: str, place: str) -> AsyncGenerator[tuple[Reply, str]]:
        async def fetch(token: str) -> Reply:
            return await self.reply(f"{CONFIG}/{name}", {"pageToken": token} if token else None, place=place)

        return ahead(fetch, lambda reply: reply.headers.get(_NEXT, ""))


def rows_of(page: Any, name: str) -> list[Any]:
    """A list as Toast answers it: a bare array."""
    if not isinstance(page, list):
        raise SchemaDrift(f"Toast's {name} are no list any more.")
    return page


def part(text: str) -> str:
    """An id as a part of a path. Raises NotFound for an empty one."""
    if not text:
        raise NotFound("Toast has nothing without an id.")
    return quote(text, safe="")


def place_of(cursor: str | None) -> dict[str, str]:
    return cursors.place_of(cursor, "Toast")
