"""How the simulated web service answers: JSON with its gaps, XML, its errors, and its headers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from posbridge.sandbox.prestashop.markup import Row, errors, listed, single
from posbridge.sandbox.prestashop.resources import Resource
from posbridge.sandbox.wire import Call, Reply

VERSION = "8.2.1"
_XML = "text/xml;charset=utf-8"


class Refused(Exception):
    """An answer with PrestaShop's errors."""

    def __init__(self, status: int, *found: tuple[int, str]) -> None:
        super().__init__(status)
        self.status, self.found = status, found


class Crashed(Exception):
    """An uncaught error of PHP: status 500 with a text or nothing (recorded 217, 423, 425)."""


def wants_json(call: Call) -> bool:
    """`Accept` is ignored (contract, section 1)."""
    asked = call.query.get("output_format") or call.headers.get("output-format", "")
    return asked.upper() == "JSON"


def refusal(call: Call, problem: Refused) -> Reply:
    if wants_json(call):
        body: Any = {"errors": [{"code": code, "message": words} for code, words in problem.found]}
        return Reply(problem.status, dumped(body), {"content-type": "application/json"})
    return Reply(problem.status, errors(problem.found).encode(), {"content-type": _XML})


def crash(problem: Crashed) -> Reply:
    return Reply(500, str(problem).encode(), {"content-type": "text/html; charset=utf-8"})


def dumped(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def page(
    call: Call, resource: Resource, rows: list[Row], fields: list[str] | None, language: str, address: str
) -> Reply:
    """A list, or 304 when the caller knows this very one (recorded 232). Nothing there is `[]` in JSON."""
    if wants_json(call):
        body = {resource.listed: [_plain(resource, row, fields, language) for row in rows]} if rows else []
        raw, kind = dumped(body), "application/json"
    else:
        raw, kind = listed(resource, rows, fields, address).encode(), _XML
    sha = hashlib.sha1(raw, usedforsecurity=False).hexdigest()
    headers = {"content-type": kind, "content-sha1": sha}
    if call.headers.get("local-content-sha1") == sha:
        return Reply(304, b"", headers)
    return Reply(200, raw, headers)


def _plain(resource: Resource, row: Row, fields: list[str] | None, language: str) -> Any:
    """A row of a list: everything is a text but its id (recorded 105)."""
    made: dict[str, Any] = {"id": int(row["id"])}
    for name in fields or ():
        if name == "associations":
            groups = {group: found for group, found in row.get("associations", {}).items() if found}
            if groups:
                made["associations"] = groups
        elif name != "id":
            made[name] = _text(row.get(name, resource.empty.get(name, "")), language)
    return made


def _text(value: Any, language: str) -> Any:
    """One language gives a text, several a list (recorded 227)."""
    if not isinstance(value, Mapping):
        return value
    if language or len(value) == 1:
        return value.get(language) or next(iter(value.values()), "")
    return [{"id": ident, "value": text} for ident, text in value.items()]


def whole(call: Call, resource: Resource, row: Row, language: str, *, status: int = 200, made: bool = False) -> Reply:
    """One object: in JSON every field that is "0", "" or nothing is left out (recorded 104); after a write its id is
    a text (recorded 301)."""
    if not wants_json(call):
        return Reply(status, single(resource, row).encode(), {"content-type": _XML})
    full = _plain(resource, row, [*resource.fields, "associations"], language)
    kept = {name: value for name, value in full.items() if value not in ("", "0", None, False, [])}
    if made and resource.name != "orders":
        kept["id"] = str(row["id"])
    return Reply(status, dumped({resource.element: kept}), {"content-type": "application/json"})


def root(name: str, address: str, rights: Mapping[str, Iterable[str]]) -> Reply:
    """What the key may do (recorded 001)."""
    methods = ("get", "put", "post", "patch", "delete", "head")
    entries = []
    for resource, allowed in rights.items():
        flags = " ".join(f'{one}="{"true" if one.upper() in allowed else "false"}"' for one in methods)
        entries.append(f'<{resource} xlink:href="{address}/{resource}" {flags}>\n</{resource}>\n')
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">\n'
    safe = name.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    body = f'{head}<api shopName="{safe}">\n{"".join(entries)}</api>\n</prestashop>\n'
    return Reply(200, body.encode(), {"content-type": _XML})
