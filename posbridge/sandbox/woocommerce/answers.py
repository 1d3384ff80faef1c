"""Requests and answers as WordPress understands them: parameters, errors, `_fields`, paging headers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, quote

from posbridge.sandbox.wire import Call, Reply

Obj = dict[str, Any]
JSON = "application/json; charset=UTF-8"


class WpError(Exception):
    """An error in WordPress's shape; `bare` makes `data` the status as a number, as refunds do."""

    def __init__(self, status: int, code: str, message: str, *, bare: bool = False, **data: Any) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.data: Any = status if bare else {"status": status, **data}
        self.headers: dict[str, str] = {}

    @property
    def body(self) -> Obj:
        """The JSON of it."""
        return {"code": self.code, "message": self.message, "data": self.data}


def no_route() -> WpError:
    """An unknown path, and a wrong method too: there is no 405."""
    return WpError(404, "rest_no_route", "No route was found matching the URL and request method.")


def invalid_param(name: str, message: str, code: str = "rest_invalid_type") -> WpError:
    """A parameter of the wrong kind."""
    detail = {"code": code, "message": message, "data": {"param": name} if code == "rest_invalid_type" else None}
    place = name.partition("[")[0]
    return WpError(
        400, "rest_invalid_param", f"Invalid parameter(s): {place}", params={place: message}, details={place: detail}
    )


def missing_param(*names: str) -> WpError:
    """A required parameter that was not sent."""
    listed = ", ".join(names)
    return WpError(400, "rest_missing_callback_param", f"Missing parameter(s): {listed}", params=list(names))


@dataclass(frozen=True)
class Ask:
    """One request: `body` has exact decimals, `query` holds PHP's arrays as lists."""

    call: Call
    query: Mapping[str, Any]
    body: Obj = field(default_factory=dict)

    @classmethod
    def read(cls, call: Call) -> Ask:
        """A request read as WordPress reads it: only a JSON or form content type has a body; WpError if broken."""
        return cls(call, php_query(call.query_list), _body(call))

    def id(self, name: str = "id") -> int:
        """A number from the path; rest_no_route when it is none, as the routes only know digits."""
        text = self.call.params[name]
        if not text.isdigit():
            raise no_route()
        return int(text)

    def text(self, name: str) -> str | None:
        """A query parameter as text; lists are joined by commas."""
        value = self.query.get(name)
        if isinstance(value, list):
            return ",".join(value)
        return None if value is None else str(value)

    def words(self, name: str) -> list[str]:
        """A list parameter: `a,b` or `name[]=a&name[]=b`."""
        return [word.strip() for word in (self.text(name) or "").split(",") if word.strip()]

    def numbers(self, name: str) -> list[int]:
        """A list of ids; invalid_param when one is not a number."""
        words = self.words(name)
        for place, word in enumerate(words):
            if not word.isdigit():
                raise invalid_param(name, f"{name}[{place}] is not of type integer.")
        return [int(word) for word in words]

    def flag(self, name: str, default: bool = False) -> bool:
        """A switch from body or query."""
        value = self.body.get(name, self.query.get(name))
        return default if value is None else as_bool(value)


def as_bool(value: Any) -> bool:
    """PHP's idea of a REST boolean."""
    if isinstance(value, str):
        return value.lower() not in ("", "0", "false")
    return bool(value)


def php_query(pairs: Iterable[tuple[str, str]]) -> Obj:
    """`a[]=1&a[]=2` and `a[0]=1` as lists; of a repeated plain name the last one counts."""
    made: Obj = {}
    for name, value in pairs:
        base, bracket, _ = name.partition("[")
        if bracket:
            held = made.get(base)
            made[base] = [*held, value] if isinstance(held, list) else [value]
        else:
            made[name] = value
    return made


def _body(call: Call) -> Obj:
    kind = call.headers.get("content-type", "").lower()
    if "json" in kind and call.body.strip():
        return _json(call.body)
    if kind.startswith("application/x-www-form-urlencoded"):
        return php_query(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
    return {}  # any other content type: the body is ignored (recorded 802)


def _json(raw: bytes) -> Obj:
    try:
        found = json.loads(raw, parse_float=Decimal)
    except ValueError:
        raise WpError(
            400,
            "rest_invalid_json",
            "Invalid JSON body passed.",
            json_error_code=4,
            json_error_message="Syntax error",
        ) from None
    return found if isinstance(found, dict) else {}


# --- answers -------------------------------------------------------------------------------------------------------


def number(value: Decimal) -> int | float:
    """How PHP writes a float in JSON: 21 and 9.39. The only place where an amount leaves the exact world."""
    return int(value) if value == value.to_integral_value() else float(value)


def exact_numbers(value: object) -> object:
    """`default=` of json.dumps: what a plug-in's own meta data held as a decimal goes out as a number."""
    if isinstance(value, Decimal):
        return number(value)
    raise TypeError(f"an answer holds no {type(value).__name__}")


def encoded(body: Any) -> bytes:
    """The body as sent."""
    return json.dumps(body, ensure_ascii=False, default=exact_numbers).encode()


def pick(item: Any, wanted: Sequence[str], *, links: bool) -> Any:
    """`_fields`: only these keys of an object (a.b for what is inside); [] when nothing is left, as PHP writes it."""
    if not isinstance(item, dict):
        return item
    kept: Obj = {}
    for path in wanted:
        _keep(item, path.split("."), kept)
    if links and "_links" in item:
        kept["_links"] = item["_links"]
    return kept or []


def _keep(source: Obj, path: list[str], into: Obj) -> None:
    head, rest = path[0], path[1:]
    if head not in source:
        return
    if not rest:
        into[head] = source[head]
    elif isinstance(source[head], dict):
        _keep(source[head], rest, into.setdefault(head, {}))


def with_fields(ask: Ask, body: Any) -> Any:
    """The answer trimmed by `_fields`: lists lose their _links, single answers keep them (recorded, surprise 8)."""
    wanted = ask.words("_fields")
    if not wanted:
        return body
    if isinstance(body, list):
        return [pick(item, wanted, links=False) for item in body]
    return pick(body, wanted, links=True)


@dataclass(frozen=True)
class Page:
    """The window a list request asks for."""

    number: int
    size: int
    skip: int

    @classmethod
    def of(cls, ask: Ask) -> Page:
        """page, per_page (1 to 100) and offset; invalid_param outside."""
        page = _whole(ask, "page", 1)
        size = _whole(ask, "per_page", 10)
        if page < 1:
            raise invalid_param("page", "page must be greater than or equal to 1", "rest_out_of_bounds")
        if not 1 <= size <= 100:
            message = "per_page must be between 1 (inclusive) and 100 (inclusive)"
            raise invalid_param("per_page", message, "rest_out_of_bounds")
        offset = _whole(ask, "offset", -1)
        return cls(page, size, offset if offset >= 0 else (page - 1) * size)


def _whole(ask: Ask, name: str, default: int) -> int:
    text = ask.text(name)
    if text is None:
        return default
    if not text.lstrip("-").isdigit():
        raise invalid_param(name, f"{name} is not of type integer.")
    return int(text)


def listing(ask: Ask, home: str, rows: Sequence[Any], shape: Callable[[Any], Any]) -> Reply:
    """One page of rows, with totals and Link; a page past the end is an empty list (recorded 116)."""
    page = Page.of(ask)
    total = len(rows)
    pages = -(-total // page.size)
    body = [shape(row) for row in rows[page.skip : page.skip + page.size]]
    headers = {"x-wp-total": str(total), "x-wp-totalpages": str(pages)}
    links = [_page_link(ask, home, min(page.number - 1, pages), "prev")] if page.number > 1 and pages else []
    if page.number < pages:
        links.append(_page_link(ask, home, page.number + 1, "next"))
    if links:
        headers["link"] = ", ".join(links)
    return Reply(200, body, headers)


def _page_link(ask: Ask, home: str, page: int, relation: str) -> str:
    """The whole query comes back, keys and all (recorded 005)."""
    pairs = [(name, value) for name, value in ask.call.query_list if name != "page"]
    pairs.append(("page", str(page)))
    query = "&".join(f"{quote(name, safe='[]_')}={quote(value, safe='')}" for name, value in pairs)
    return f'<{home}{ask.call.path}?{query}>; rel="{relation}"'
