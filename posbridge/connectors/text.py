"""Reading what platforms write: markup to plain text, and fields whose type is checked before it is used.

Everything raises SchemaDrift, so that one object that changed its shape is parked and the page goes on.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from pydantic import ValidationError as ModelError

from posbridge.connectors.errors import SchemaDrift

T = TypeVar("T")

#: No number of a platform is longer; written out, a slip like 1e999999999 would take all memory there is.
_MOST_DIGITS = 40
_BREAKS = {"p", "br", "div", "li", "tr", "ul", "ol", "table", "section", "h1", "h2", "h3", "h4", "h5", "h6"}
_HIDDEN = {"script", "style", "template", "noscript"}
#: Tags that never change how what follows is read, as editors write them; `_plainly` splits by these alone.
_PLAIN_TAGS = _BREAKS | set("a b i u em strong span small sup sub font tbody thead td th hr img blockquote".split())
_TAG = re.compile(r"<(?:/([A-Za-z][A-Za-z0-9]*)|([A-Za-z][A-Za-z0-9]*)(?: [a-z-]+=\"[^\"<>]*\")* ?/?)>")
#: More digits of a second than six; no shorter time than "20260302T100000.1234567" has them.
_TOOEXACT, _SHORTESTEXACT = re.compile(r"(\.\d{6})\d+"), 23


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _HIDDEN
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _HIDDEN))
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def plain_text(markup: str | None) -> str:
    """Markup as plain text: no tags, entities resolved, one line a block, no control characters."""
    if not markup:
        return ""
    lines = (one_line(line) for line in _unmarked(markup).split("\n"))
    return "\n".join(line for line in lines if line)


def _unmarked(markup: str) -> str:
    if "<" not in markup and "&" not in markup:
        return markup
    if (plain := _plainly(markup)) is not None:
        return plain
    words = _Words()
    words.feed(markup)
    words.close()
    return "".join(words.parts)


def _plainly(markup: str) -> str | None:
    """The same as `_Words` makes of it, line breaks aside, where all its tags are plain; else None."""
    pieces = _TAG.split(markup)  # text, the name of an end, the name of a start, text, …
    for place in range(0, len(pieces), 3):
        if "<" in pieces[place]:
            return None
        pieces[place] = html.unescape(pieces[place])
    for place in range(1, len(pieces) - 1, 3):
        name = (pieces[place] or pieces[place + 1]).lower()
        if name not in _PLAIN_TAGS:
            return None
        pieces[place], pieces[place + 1] = "\n" if name in _BREAKS else "", ""
    return "".join(pieces)


def one_line(text: str | None) -> str:
    """A title or name: entities resolved, spaces collapsed, no control characters; tags stay as typed."""
    if not text:
        return ""
    if text.isprintable() and "&" not in text:  # then a plain space is its only white space
        return " ".join(text.split()) if "  " in text else text.strip()
    clean = "".join(c if c.isprintable() or c.isspace() or c == "\u200d" else " " for c in html.unescape(text))
    return re.sub(r"\s+", " ", clean).strip()


def utc_from(text: str, *, naive_is_utc: bool = False, zone: str = "") -> datetime:
    """An ISO 8601 time as UTC. A time without zone is taken in `zone`, as UTC when said so, else SchemaDrift."""
    try:
        at = datetime.fromisoformat(_six_digits(text.strip()))
    except (ValueError, AttributeError, TypeError) as problem:
        raise SchemaDrift(f"{text!r} is not a time.") from problem
    if at.tzinfo is not None:
        return at.astimezone(UTC)
    if zone:
        return at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if naive_is_utc:
        return at.replace(tzinfo=UTC)
    raise SchemaDrift(f"{text!r} does not say its zone.")


def _six_digits(text: str) -> str:
    """Some platforms write more digits of a second than Python reads."""
    return _TOOEXACT.sub(r"\1", text) if len(text) >= _SHORTESTEXACT else text


#: What a text or a number may be written as; as a set for the types that it nearly always is.
_WRITTEN = (str, int, Decimal)
_NUMBERS = frozenset(_WRITTEN)
_IDS = (int, str)
#: What stands in parsed JSON beside objects, lists and floats.
EXACT = frozenset((str, int, Decimal, bool, type(None)))


def decimal_from(value: Any) -> Decimal:
    """A finite number from a number or its text. Raises SchemaDrift for anything else (a bool too)."""
    if type(value) not in _NUMBERS and (isinstance(value, bool) or not isinstance(value, _WRITTEN)):
        raise SchemaDrift(f"{value!r} is not a number.")
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation as problem:
        raise SchemaDrift(f"{value!r} is not a number.") from problem
    if not number.is_finite() or (number and abs(number.adjusted()) > _MOST_DIGITS):
        raise SchemaDrift(f"{str(value)[:50]!r} is not a number.")
    return number


class Reader:
    """A platform's object whose fields are read with a type: `Reader(raw).text("name")`.

    A field that is absent or null gives the default; one of another type raises SchemaDrift with the object's id.
    """

    __slots__ = ("object_id", "raw")

    raw: Mapping[str, Any]
    object_id: str

    def __init__(self, raw: Any, id_key: str = "id") -> None:
        self.raw = raw if type(raw) is dict else _object(raw)
        self.object_id = str(self.raw.get(id_key) or "")

    @classmethod
    def _within(cls, raw: Any, object_id: str) -> Reader:
        """A reader of an inner object, whose errors name the outer one."""
        inner = cls.__new__(cls)
        inner.raw = raw if type(raw) is dict else _object(raw)
        inner.object_id = object_id
        return inner

    def id(self, key: str = "id") -> str:
        """An id as text. Raises SchemaDrift when there is none."""
        value = self.raw.get(key)
        if isinstance(value, bool) or not isinstance(value, _IDS) or value == "":
            raise self._drift(key, value)
        return str(value)

    def text(self, key: str, default: str = "") -> str:
        """A text; a number is written as text."""
        value = self.raw.get(key)
        if value is None:
            return default
        if type(value) is str:
            return value
        return str(self._value(key, _WRITTEN))

    def integer(self, key: str) -> int | None:
        """A whole number, also as text ("3"); None when absent, null or ""."""
        value = self.raw.get(key)
        if value is None or type(value) is int:
            return value
        number = self.decimal(key)
        if number is not None and number != number.to_integral_value():
            raise self._drift(key, value)
        return None if number is None else int(number)

    def decimal(self, key: str) -> Decimal | None:
        """A number, also as text; None when absent, null or ""."""
        value = self.raw.get(key)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return decimal_from(value)
        except SchemaDrift as problem:
            raise SchemaDrift(problem.message, object_id=self.object_id) from problem

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.raw.get(key)
        if type(value) is bool:
            return value
        value = self._value(key, bool)
        return default if value is None else bool(value)

    def utc(self, key: str, *, naive_is_utc: bool = False) -> datetime | None:
        """A time as UTC; None when absent, null or ""."""
        text = self._value(key, str)
        if not text:
            return None
        try:
            return utc_from(text, naive_is_utc=naive_is_utc)
        except SchemaDrift as problem:
            raise SchemaDrift(problem.message, object_id=self.object_id) from problem

    def items(self, key: str) -> list[Any]:
        value = self._value(key, list)
        return [] if value is None else list(value)

    def object(self, key: str) -> Reader:
        """An inner object, empty when absent; its errors name the outer object."""
        value = self.raw.get(key)
        if type(value) is not dict:
            value = self._value(key, Mapping) or {}
        inner = Reader.__new__(Reader)
        inner.raw, inner.object_id = value, self.object_id
        return inner

    def objects(self, key: str) -> list[Reader]:
        """A list of inner objects; their errors name the outer object."""
        try:
            return [Reader._within(item, self.object_id) for item in self.items(key)]
        except SchemaDrift as problem:
            raise self._drift(key, self.raw.get(key)) from problem

    def _value(self, key: str, kind: Any) -> Any:
        value = self.raw.get(key)
        if value is None or type(value) is kind or (kind is Mapping and type(value) is dict):
            return value
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self._drift(key, value)
        return value

    def _drift(self, key: str, value: Any) -> SchemaDrift:
        return SchemaDrift(f"The field {key} is {type(value).__name__}, not what it was.", object_id=self.object_id)


def exact(raw: Any) -> Any:
    """What was parsed with floats, with each as the decimal that was written; the very same where there is none."""
    return raw if _is_exact((raw,)) else _exactly(raw)


def _is_exact(values: Iterable[Any]) -> bool:
    for value in values:
        kind = type(value)
        if kind in EXACT:
            continue
        if kind is not dict and kind is not list:
            return False
        if value and not _is_exact(value.values() if kind is dict else value):
            return False
    return True


def _exactly(raw: Any) -> Any:
    if isinstance(raw, float):
        return Decimal(repr(raw))
    if isinstance(raw, Mapping):
        return {key: _exactly(value) for key, value in raw.items()}
    return [_exactly(value) for value in raw] if isinstance(raw, list | tuple) else raw


def each(raw_items: Iterable[Any], to_one: Callable[[Any], T], id_key: str = "id") -> tuple[list[T], list[SchemaDrift]]:
    """Maps a page: what could be read, and a SchemaDrift for each object that could not."""
    items: list[T] = []
    parked: list[SchemaDrift] = []
    for raw in raw_items:
        try:
            items.append(to_one(raw))
        except (SchemaDrift, ModelError, KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
            parked.append(_parked(problem, _id_of(raw, id_key)))
    return items, parked


def _object(raw: Any) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise SchemaDrift(f"An object was expected, not {type(raw).__name__}.")
    return cast(Mapping[str, Any], raw)


def _id_of(raw: Any, id_key: str) -> str:
    return str(raw.get(id_key) or "") if isinstance(raw, Mapping) else ""


def _parked(problem: Exception, object_id: str) -> SchemaDrift:
    if isinstance(problem, SchemaDrift):
        problem.object_id = problem.object_id or object_id
        return problem
    if isinstance(problem, ModelError):
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in problem.errors()[:3])
    else:
        wrong = f"{type(problem).__name__}: {problem}"
    return SchemaDrift(f"It cannot be read: {wrong}", object_id=object_id)
