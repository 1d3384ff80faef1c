"""Calling Sylius: the admin section with a token, the shop section without; lists by number, the next on its way."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from posbridge.connectors.contract import Context
from posbridge.connectors.errors import NotFound, SchemaDrift, ValidationError
from posbridge.connectors.paging import next_number, pages_ahead
from posbridge.connectors.reply import Reply
from posbridge.connectors.sylius.reading import member_list, total_of

ADMIN, SHOP = "admin", "shop"
#: No upper limit in 2.1.6 (recorded 038); the cost of a row decides: 69 ms a product for the admin section (Speed).
PAGE, BIG_PAGE = 100, 1000
#: Checkout steps run the shop's whole machinery.
STEP_S = 60.0

_MERGE = {"content-type": "application/merge-patch+json"}

Params = Mapping[str, Any] | list[tuple[str, Any]]


@dataclass(frozen=True)
class Rows:
    """One page: its rows, its number, how many rows the list has in all, whether it is the last."""

    rows: list[Any]
    number: int
    total: int | None
    last: bool


class Calls:
    """The calls of one connection. Raises the errors of `posbridge.connectors.errors`."""

    def __init__(self, context: Context) -> None:
        self.http, self.clock, self.connection = context.http, context.clock, context.connection
        self.fields = context.connection.fields
        self.currency = context.connection.currency

    def setting(self, name: str, default: str = "") -> str:
        return self.fields.get(name, "").strip() or default

    @property
    def channel(self) -> str:
        return self.setting("channel_code")

    @property
    def locales(self) -> tuple[str, ...]:
        wanted = (self.setting("locale_code"), self.setting("channel_locale"))
        return tuple(dict.fromkeys(filter(None, wanted)))

    @property
    def zone(self) -> str:
        return self.setting("server_timezone", "UTC")

    def _headers(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        said = {"accept": "application/ld+json", **(more or {})}
        locale = self.setting("locale_code")
        return said | ({"accept-language": locale} if locale else {})

    async def get(self, path: str, params: Params | None = None, *, section: str = ADMIN) -> Any:
        """The body of a read."""
        reply = await self._read(path, params, section)
        return reply.json()

    async def _read(self, path: str, params: Params | None, section: str) -> Reply:
        signed = section == ADMIN  # a token on the shop section is refused (recorded, Before anything works)
        return await self.http.get(
            f"{section}/{path}", params=params, headers=self._headers(), signed=signed, timeout=STEP_S
        )

    async def found(self, path: str, *, section: str = ADMIN) -> Any:
        """The body of a read, None where there is no such object."""
        try:
            return await self.get(path, section=section)
        except NotFound:
            return None

    async def write(self, method: str, path: str, body: Mapping[str, Any], *, section: str = ADMIN) -> Any:
        """A write, sent once; its answer's body, None where it has none. A PATCH goes as a merge patch, {} as well."""
        reply = await self.http.write(
            method,
            f"{section}/{path}",
            json=dict(body),
            headers=self._headers(_MERGE if method == "PATCH" else None),
            signed=section == ADMIN,
            timeout=STEP_S,
        )
        return reply.json() if reply.content.strip() else None

    async def delete(self, path: str, *, section: str = SHOP) -> None:
        await self.http.write(
            "DELETE", f"{section}/{path}", headers=self._headers(), signed=section == ADMIN, due_json=False
        )

    def pages(
        self, path: str, params: Params | None = None, *, size: int = PAGE, first: int = 1, section: str = ADMIN
    ) -> AsyncGenerator[Rows]:
        """A list by page number; the next page is fetched while this one is used."""
        asked = list(params.items() if isinstance(params, Mapping) else params or [])
        seen = 0

        async def fetch(number: str) -> Rows:
            nonlocal seen
            paged: list[tuple[str, Any]] = [*asked, ("itemsPerPage", size), ("page", number)]
            raw = (await self._read(path, paged, section)).json()
            rows = member_list(raw)
            if rows is None:
                raise SchemaDrift("The shop answered a list with something else.")
            seen += len(rows)
            return Rows(rows, int(number), total_of(raw), _is_last(raw, rows, seen if first == 1 else None))

        return pages_ahead(fetch, next_number, str(first))

    async def every(
        self, path: str, params: Params | None = None, *, size: int = BIG_PAGE, section: str = ADMIN
    ) -> list[Any]:
        """All rows of a list."""
        return [row async for page in self.pages(path, params, size=size, section=section) for row in page.rows]


def _is_last(raw: Any, rows: list[Any], seen: int | None) -> bool:
    """The view names a next page while there is one; without a view the total, else an empty page, ends the list."""
    if not rows:
        return True
    if isinstance(raw, Mapping):
        view = raw.get("hydra:view", raw.get("view"))
        if isinstance(view, Mapping):
            return not (view.get("hydra:next") or view.get("next"))
        total = total_of(raw)
        if total is not None:
            return seen is None or seen >= total
    return False


def part(code: str) -> str:
    """A code or token as one part of a path. Raises NotFound for an empty one."""
    if not code or code in (".", ".."):
        raise NotFound("The shop has nothing without a code.")
    return quote(code, safe="~-_.")


def iri(kind: str, code: str) -> str:
    """A reference in the admin section."""
    return f"/api/v2/admin/{kind}/{part(code)}"


def place_of(cursor: str | None) -> dict[str, Any]:
    """What a cursor of ours remembers; empty for none. Raises ValidationError for one that is not ours."""
    if not cursor:
        return {}
    try:
        place = json.loads(cursor)
        if not isinstance(place, dict) or not isinstance(place.get("page", 1), int) or place.get("page", 1) < 1:
            raise ValueError("no place")
    except (ValueError, TypeError, RecursionError) as problem:
        raise ValidationError("This place in the shop's list cannot be read.") from problem
    return place


def cursor_of(**place: Any) -> str:
    return json.dumps({name: value for name, value in place.items() if value}, sort_keys=True, separators=(",", ":"))
