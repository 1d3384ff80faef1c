"""How PrestaShop writes things: JSON or XML, texts by language, "0" and "1", empty dates, six decimals."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from pydantic import ValidationError as ModelError

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.prestashop.markup import plain
from posbridge.connectors.text import Reader, each, one_line, utc_from
from posbridge.domain.money import Money, exponent

P = ParamSpec("P")
T = TypeVar("T")

DEFAULT_CURRENCY = "USD"
#: No price has more digits; more is a slip that would only cost memory.
_MOST_DIGITS = 18
_NAMES = {
    "product": ("products", "product"),
    "order": ("orders", "order"),
    "customer": ("customers", "customer"),
    "cart_rule": ("cart_rules", "cart_rule"),
    "order_slip": ("order_slips", "order_slip"),
    "combination": ("combinations", "combination"),
    "stock_available": ("stock_availables", "stock_available"),
}


def loaded(raw: Any) -> tuple[Any, bool]:
    """What was sent, as objects, and whether it was XML; text and bytes are told apart by how they begin."""
    if not isinstance(raw, str | bytes | bytearray):
        return raw, False
    text = (raw if isinstance(raw, str) else bytes(raw).decode("utf-8", "replace")).lstrip("\ufeff \r\n\t")
    if "<prestashop" in text[:20_000] and not text.startswith(("{", "[")):
        return plain(text), True
    return _json(text), False


def _json(text: str) -> Any:
    """JSON, also behind the warnings that PHP may print before it (the contract's section 12)."""
    decoder, begin = json.JSONDecoder(parse_float=Decimal), text
    for at in [0, *(place for place in (begin.find('{"'), begin.find("[]"), begin.find("[{")) if place > 0)]:
        try:
            return decoder.raw_decode(begin, at)[0]
        except (ValueError, RecursionError):
            continue
    raise SchemaDrift("The answer is neither JSON nor XML of PrestaShop.")


def rows_of(raw: Any, kind: str) -> tuple[list[Any], bool]:
    """The objects of an answer, and whether it was a page.

    A list as `{"products": […]}`, `[]` (nothing there) or bare; one object as `{"product": {…}}` or bare. A single
    object in JSON lacks every field that is "0", "" or false (recorded 104, 201): it comes back under "@sparse".
    """
    body, from_xml = loaded(raw)
    if isinstance(body, list | tuple):
        return list(body), True
    if not isinstance(body, Mapping):
        raise SchemaDrift(f"A {kind} was expected, not {type(body).__name__}.")
    plural, single = _NAMES[kind]
    for name in (plural, kind):
        if isinstance(body.get(name), list):
            return list(body[name]), True
    if isinstance(body.get(single), Mapping) and "id" not in body:
        return [body[single] if from_xml else {**body[single], "@sparse": True}], False
    if set(body) <= {"errors"}:
        raise SchemaDrift("The shop answered with an error instead of an object.")
    return [body], False


def one(raw: Any, kind: str, read: Callable[[Any], T]) -> T:
    """One object, also as a list of one. Raises SchemaDrift."""
    rows, _ = rows_of(raw, kind)
    if len(rows) != 1:
        raise SchemaDrift(f"One {kind} was expected, not {len(rows)}.")
    made, parked = each(rows, read)
    if parked:
        raise parked[0]
    return made[0]


def drifting(read: Callable[P, T]) -> Callable[P, T]:
    """A reader whose every complaint is SchemaDrift."""

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except (ModelError, KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as problem:
            raise SchemaDrift(f"It cannot be read: {type(problem).__name__}: {str(problem)[:200]}") from problem

    return reading


def words(reader: Reader, key: str, language: str = "") -> str:
    """A text: plain, or by language (recorded 227): the wanted language, else the first that says something."""
    value = reader.raw.get(key)
    if value is None or value is False or value == []:
        return ""
    if not isinstance(value, list):
        return reader.text(key)
    entries = reader.objects(key)
    if any("value" not in entry.raw for entry in entries):
        raise SchemaDrift(f"The field {key} is a list that holds no texts.", object_id=reader.object_id)
    found = {str(entry.raw.get("id", "")): entry.text("value") for entry in entries}
    return found.get(language) or next((text for text in found.values() if text), "")


def on(reader: Reader, key: str, default: bool = False) -> bool:
    """A yes or no: "1", "0", true, "" (no). What a sparse object leaves out is no."""
    value = reader.raw.get(key)
    if value is None:
        return default and not reader.raw.get("@sparse")
    if isinstance(value, bool):
        return value
    if isinstance(value, int | str) and str(value).strip() in ("", "0", "1"):
        return str(value).strip() == "1"
    raise SchemaDrift(f"The field {key} is neither yes nor no.", object_id=reader.object_id)


def ref(reader: Reader, key: str) -> str:
    """An id of something else; "" for none ("0", "", null, absent)."""
    value = reader.raw.get(key)
    if value is None or value is False or value == []:
        return ""
    text = reader.text(key).strip()
    return "" if text == "0" else text


def code(reader: Reader, *keys: str) -> str:
    """The first of these that says something; "0" and "" are none."""
    return next((text for text in (one_line(words(reader, key)) for key in keys) if text not in ("", "0")), "")


def links(reader: Reader, group: str) -> list[Reader]:
    """The rows of an association; none when the shop left them out ("associations" may be absent or [])."""
    held = reader.raw.get("associations")
    if held is None or held == [] or held == "":
        return []
    rows = reader.object("associations").raw.get(group)
    if rows is None or rows == "":
        return []
    if isinstance(rows, Mapping):
        rows = list(rows.values()) if rows and all(isinstance(x, Mapping) for x in rows.values()) else [rows]
    inner = Reader({"id": reader.object_id, "rows": rows})
    return inner.objects("rows")


def ids_of(reader: Reader, group: str) -> list[str]:
    """The ids of an association."""
    held = reader.raw.get("associations")
    rows = held.get(group) if isinstance(held, dict) else None
    if type(rows) is list and all(type(row) is dict and type(row.get("id")) in (str, int) for row in rows):
        return [str(row["id"]) for row in rows]
    return [link.id() for link in links(reader, group)]


def amount(reader: Reader, key: str) -> Decimal | None:
    """A price, exact; None when absent or empty."""
    value = reader.decimal(key)
    if value and abs(value.adjusted()) > _MOST_DIGITS:
        raise SchemaDrift(f"The field {key} is no amount of money.", object_id=reader.object_id)
    return value


def money(value: Decimal, currency: str) -> Money:
    """Rounded half up to the currency's decimals."""
    whole = value.scaleb(exponent(currency)).to_integral_value(ROUND_HALF_UP)
    return Money.of(int(whole), currency)


def minor(reader: Reader, key: str, currency: str) -> int | None:
    """An amount in minor units, None when absent."""
    value = amount(reader, key)
    return None if value is None else money(value, currency).amount


def zone_of(name: str) -> ZoneInfo:
    """The shop's zone; UTC for a name this machine does not know."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def moment(reader: Reader, key: str, zone: str) -> datetime | None:
    """A time of the shop's zone as UTC; None for "0000-00-00 00:00:00", null and absent (recorded, Types)."""
    value = reader.raw.get(key)
    if value is None or value is False or value == "" or value == []:
        return None
    text = reader.text(key).strip()
    if not text.strip("0-: "):
        return None
    try:
        return utc_from(text, zone=str(zone_of(zone)))
    except (SchemaDrift, OverflowError) as problem:
        raise SchemaDrift(f"The field {key} is no time.", object_id=reader.object_id) from problem


def wall(at: datetime, zone: str, now: datetime) -> str:
    """A UTC time as the shop's clock shows it, for filters; earlier by what the clock went back meanwhile."""
    here = zone_of(zone)
    then, current = at.astimezone(here), now.astimezone(here)
    back = (then.utcoffset() or timedelta()) - (current.utcoffset() or timedelta())
    return (then.replace(tzinfo=None) - max(back, timedelta())).strftime("%Y-%m-%d %H:%M:%S")


def phone(text: str, country: str = "") -> str:
    """A number as E.164 where it can be read (in `country` when it has no +), else as typed."""
    typed = one_line(text)
    try:
        number = phonenumbers.parse(typed, country or None)
    except phonenumbers.NumberParseException:
        return typed
    if not phonenumbers.is_possible_number(number):
        return typed
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def utc_text(at: datetime) -> str:
    """A UTC time in a cursor of ours."""
    return at.astimezone(UTC).isoformat(timespec="seconds")
