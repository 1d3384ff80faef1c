"""The simulated site: what time it is, ids, money, idempotency keys and pages."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from posbridge.domain.money import exponent
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.squarespace.errors import Refused, invalid, missing, no_header
from posbridge.sandbox.wire import Call, Reply

Obj = dict[str, Any]
PAGE = 50
MOST_IDS = 50
KEY_LIFE = timedelta(hours=48)
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class _Kept:
    body: bytes
    reply: Reply
    until: datetime


class Shop:
    """The state that all parts share."""

    def __init__(self, platform: SimulatedPlatform) -> None:
        self.platform = platform
        self.seed, self.clock = platform.seed, platform.clock
        self.currency = self.seed.currency
        self.website_id = self.new_id("website")
        self.store_page = self.new_id("page")
        self.emit: Callable[[str, Obj], None] = lambda topic, data: None
        self._keys: dict[tuple[str, str], _Kept] = {}

    # time, money, ids
    def stamp(self) -> str:
        """Now, in UTC with milliseconds."""
        return stamp(self.clock.now())

    def new_id(self, kind: str) -> str:
        """24 hexadecimal digits, the same in every run."""
        return hashlib.sha256(f"{kind}:{self.platform.next_id(kind)}".encode()).hexdigest()[:24]

    def new_uuid(self, kind: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind}:{self.platform.next_id(kind)}"))

    def money(self, minor: int) -> Obj:
        """An amount as it is shown: the value is text."""
        return {"currency": self.currency, "value": f"{Decimal(minor).scaleb(-exponent(self.currency)):f}"}

    def minor(self, money: Any, field: str) -> int:
        """The amount of a request in minor units, or a refusal that names the field."""
        if not isinstance(money, dict) or money.get("value") is None:
            raise missing(field)
        if money.get("currency") != self.currency:
            raise invalid(f"{field}.currency must be {self.currency}.", "CURRENCY_MISMATCH")
        try:
            scaled = Decimal(str(money["value"])).scaleb(exponent(self.currency))
        except InvalidOperation:
            raise invalid(f"{field}.value is not a number.") from None
        if not scaled.is_finite() or scaled != scaled.to_integral_value() or scaled < 0:
            raise invalid(f"{field}.value cannot be {money['value']}.")
        return int(scaled)

    # keys
    def once(self, call: Call, work: Callable[[Obj], Reply]) -> Reply:
        """The work once for each key and endpoint; the same bytes again get the first answer, others 400.

        Only a success takes the key, for 48 hours.
        """
        key = call.headers.get("idempotency-key")
        if key is None:
            return no_header("Idempotency-Key", call.path)
        if not _KEY.fullmatch(key):
            raise invalid("Idempotency-Key cannot be this.")
        now, place = self.clock.now(), (call.path, key)
        kept = self._keys.get(place)
        if kept is not None and kept.until > now:
            if kept.body != call.body:
                raise invalid("The Idempotency-Key was used by another request.", None)
            return kept.reply
        reply = work(call.json())
        self._keys[place] = _Kept(call.body, reply, now + KEY_LIFE)
        return reply

    # pages
    def page(self, rows: Sequence[Obj], order: Callable[[Obj], Any], call: Call, name: str, size: int = PAGE) -> Obj:
        """A page in the given order behind the request's cursor. A cursor is no snapshot: rows may move meanwhile."""
        after = read_cursor(call.query.get("cursor", "")).get("after")
        ordered = sorted(((list(order(row)), row) for row in rows), key=lambda pair: pair[0])
        left = [pair for pair in ordered if after is None or pair[0] > after]
        more = len(left) > size
        query = {key: value for key, value in self.asked(call).items() if key != "cursor"}
        cursor = write_cursor({"query": query, "after": left[size - 1][0]}) if more else None
        url = f"{call.path}?cursor={cursor}" if more else None
        pagination = {"hasNextPage": more, "nextPageCursor": cursor, "nextPageUrl": url}
        return {name: [row for _, row in left[:size]], "pagination": pagination}

    def asked(self, call: Call) -> dict[str, str]:
        """The question: what a cursor remembers, else the query. Both at once are refused (recorded)."""
        query = {key: value for key, value in call.query.items() if key != "limit"}
        cursor = query.pop("cursor", "")
        if not cursor:
            return query
        if query:
            raise invalid("Cursor cannot be set while other parameters are present.")
        return dict(read_cursor(cursor)["query"])

    def since(self, query: dict[str, str]) -> Callable[[Obj], bool]:
        """Whether a row was changed in the window asked for; both ends are wanted, the later one later."""
        begin, end = query.get("modifiedAfter"), query.get("modifiedBefore")
        if begin is None and end is None:
            return lambda row: True
        if begin is None or end is None:
            raise invalid("modifiedAfter and modifiedBefore must be given together.", "MISSING_ARGUMENT")
        first, last = moment(begin), moment(end)
        if last <= first:
            raise invalid("modifiedBefore must be after modifiedAfter.")
        return lambda row: first <= moment(row["modifiedOn"]) < last


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text: Any) -> datetime:
    """A time of a request, or a refusal."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise invalid(f"{text} is not an ISO 8601 time.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def ids_in(call: Call) -> list[str]:
    """The ids of a path like `a,b,c`; at most fifty."""
    ids = call.params["ids"].split(",")
    if len(ids) > MOST_IDS:
        raise invalid(f"At most {MOST_IDS} ids can be asked for.")
    return ids


def whole(value: Any, field: str) -> int:
    """A whole number of at least one."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise invalid(f"{field} must be a whole number above zero.")
    return value


def write_cursor(content: Obj) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> Obj:
    if not cursor:
        return {}
    try:
        content = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        raise invalid("The cursor is invalid.") from None
    if not isinstance(content, dict) or "query" not in content:
        raise Refused(400, "The cursor is invalid.", "INVALID_ARGUMENT")
    return content
