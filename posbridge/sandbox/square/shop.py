"""The simulated seller: who he is, what time it is, ids, idempotency keys, cursors and events."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.square.errors import Refused, invalid, missing
from posbridge.sandbox.wire import Call, Reply

Obj = dict[str, Any]
CURSOR_SECONDS = 300  # developer.squareup.com/docs/build-basics/common-api-patterns/pagination


@dataclass(frozen=True)
class _Kept:
    fingerprint: str
    answer: str


class Shop:
    """The state all parts share."""

    def __init__(self, platform: SimulatedPlatform) -> None:
        self.platform = platform
        self.seed = platform.seed
        self.clock = platform.clock
        self.currency = self.seed.currency
        self.merchant_id = "MLPOSBRIDGEDEMO"
        self.location_id = "LPOSBRIDGE001"
        self.opened = self.stamp()
        self.emit: Callable[[str, str, str, Obj], None] = lambda topic, kind, key, body: None
        self._keys: dict[tuple[str, str], _Kept] = {}
        self._last_version = 0

    # time, money, ids
    def stamp(self) -> str:
        """Now, RFC 3339 with milliseconds and Z, as Square writes it."""
        return stamp(self.clock.now())

    def version(self) -> int:
        """A catalog version: milliseconds since the epoch, never the same twice."""
        self._last_version = max(self._last_version + 1, int(self.clock.seconds() * 1000))
        return self._last_version

    def money(self, amount: int) -> Obj:
        """Minor units of the shop's currency."""
        return {"amount": amount, "currency": self.currency}

    def new_id(self, kind: str, length: int = 24) -> str:
        """A new opaque id in capitals, the same in every run."""
        number = self.platform.next_id(kind)
        return base64.b32encode(hashlib.sha256(f"{kind}:{number}".encode()).digest()).decode()[:length]

    # what a request says
    def amount(self, money: Any, field: str, *, least: int = 0) -> int:
        """The amount of a Money object in the shop's currency, or a refusal that names the field."""
        if not isinstance(money, dict):
            raise missing(field)
        amount = money.get("amount")
        if not isinstance(amount, int) or isinstance(amount, bool):
            raise invalid(f"{field}.amount", "Expected an integer value.", "EXPECTED_INTEGER")
        if amount < least:
            raise invalid(f"{field}.amount", f"Amount must be at least {least}.", "VALUE_TOO_LOW")
        if money.get("currency") != self.currency:
            raise invalid(f"{field}.currency", f"This seller trades in {self.currency}.", "CURRENCY_MISMATCH")
        return amount

    def own_location(self, value: Any, field: str) -> str:
        """The location asked for, which must be ours."""
        if not value:
            raise missing(field)
        if value != self.location_id:
            raise Refused("INVALID_LOCATION", f"Not a location of this seller: {value}", field=field)
        return self.location_id

    def once(
        self, call: Call, work: Callable[[Obj], Obj], *, longest: int, required: bool = True, scope: str = ""
    ) -> Reply:
        """Do the work once per idempotency key of this endpoint; the same body again gets the first answer.

        `scope` names the endpoint where its path holds an id. Only a success takes the key. Another body under the
        same key is IDEMPOTENCY_KEY_REUSED.
        """
        body = call.json()
        key = body.get("idempotency_key")
        if key is None and not required:
            return Reply(body=work(body))
        if not isinstance(key, str) or not key:
            raise missing("idempotency_key")
        if len(key) > longest:
            raise invalid("idempotency_key", f"Field must not be greater than {longest} in length", "VALUE_TOO_LONG")
        place, fingerprint = (scope or call.path, key), json.dumps([call.path, body], sort_keys=True)
        kept = self._keys.get(place)
        if kept is None:
            self._keys[place] = kept = _Kept(fingerprint, json.dumps(work(body)))
        elif kept.fingerprint != fingerprint:
            detail = "The idempotency key can only be retried with the same request data."
            raise Refused("IDEMPOTENCY_KEY_REUSED", detail, field="idempotency_key")
        return Reply(body=json.loads(kept.answer))

    # pages
    def page(
        self,
        rows: Sequence[Obj],
        key: Callable[[Obj], Any],
        size: int,
        cursor: str | None,
        query: Any,
        *,
        reverse: bool = False,
    ) -> tuple[list[Obj], Obj]:
        """One page of the rows in the key's order, and `{"cursor": …}` when there is more.

        A cursor holds for five minutes and for its own query only, else INVALID_CURSOR. It remembers the last
        row's key, so rows that come or go between two pages move no other row.
        """
        after = self.read_cursor(cursor, query)
        ordered = sorted(((_plain(key(row)), row) for row in rows), key=lambda pair: pair[0], reverse=reverse)
        if after is not None:
            ordered = [pair for pair in ordered if (pair[0] < after if reverse else pair[0] > after)]
        chosen = ordered[:size]
        if len(ordered) <= size:
            return [row for _, row in chosen], {}
        return [row for _, row in chosen], self.write_cursor(query, chosen[-1][0])

    def write_cursor(self, query: Any, after: Any) -> Obj:
        """`{"cursor": …}` for the page behind `after`, which JSON must be able to say."""
        token = json.dumps([_mark(query), self.clock.seconds(), after])
        return {"cursor": base64.urlsafe_b64encode(token.encode()).decode()}

    def read_cursor(self, cursor: str | None, query: Any) -> Any:
        """The `after` of a cursor, None without one, or INVALID_CURSOR."""
        if not cursor:
            return None
        mark = _mark(query)
        try:
            asked, written, after = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        except ValueError:
            asked, written, after = "", 0.0, None
        if asked != mark or self.clock.seconds() - written > CURSOR_SECONDS:
            raise invalid("cursor", "The cursor is invalid or has expired.", "INVALID_CURSOR")
        return after


def stamp(moment: datetime) -> str:
    """RFC 3339, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text: Any, field: str) -> datetime:
    """An RFC 3339 time of a request, or INVALID_TIME."""
    try:
        found = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        raise invalid(field, "The time is not RFC 3339.", "INVALID_TIME") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def limit(body: Obj, default: int, most: int) -> int:
    """The `limit` of a request within 1 and `most`."""
    asked = body.get("limit")
    if asked is None or asked == "":
        return default
    try:
        number = int(asked)
    except (TypeError, ValueError):
        raise invalid("limit", "Expected an integer value.", "EXPECTED_INTEGER") from None
    if number < 1:
        raise invalid("limit", "Value must be at least 1.", "VALUE_TOO_LOW")
    if number > most:
        raise invalid("limit", f"Value must be at most {most}.", "VALUE_TOO_HIGH")
    return number


def _mark(query: Any) -> str:
    return hashlib.sha256(json.dumps(query, sort_keys=True, default=str).encode()).hexdigest()[:12]


def _plain(key: Any) -> Any:
    return list(key) if isinstance(key, tuple) else key
