"""What a platform answered, and which of our errors that is.

The connector's own word on a reply goes first; the rules here add what every platform has in common: a write
whose answer cannot be trusted is `OutcomeUnknown`, a read in the same case is `ServiceUnavailable`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, Protocol, TypeVar

import httpx

from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    ConnectorError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    RateLimitExceeded,
    SchemaDrift,
    ServiceUnavailable,
    ValidationError,
)

_Error = TypeVar("_Error", bound=Exception | None)
_UNREAD = object()
_PORTAL_STEP = "Open a browser on this machine and sign in to the network; nothing is lost meanwhile."
_BY_STATUS: dict[int, type[ConnectorError]] = {
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    410: NotFound,
}


class Judge(Protocol):
    """The one function of a connector that names errors."""

    def error(self, reply: Any) -> Exception | None: ...


@dataclass
class Reply:
    """An answer, read whole. `url` is redacted; `elapsed_s` counts from sending to the last byte.

    `headers` are case-insensitive.
    """

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=httpx.Headers)
    method: str = "GET"
    url: str = ""
    elapsed_s: float = 0.0
    _parsed: Any = field(default=_UNREAD, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.headers, httpx.Headers):
            self.headers = httpx.Headers(dict(self.headers))

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 are replaced."""
        return self.content.decode("utf-8-sig", "replace")

    def json(self) -> Any:
        """The body as JSON, numbers with a point as Decimal. Raises SchemaDrift when it is not JSON."""
        if self._parsed is _UNREAD:
            try:
                self._parsed = json.loads(self.content.decode("utf-8-sig"), parse_float=Decimal)
            except (ValueError, RecursionError) as problem:
                raise SchemaDrift("The answer is not JSON.", status=self.status) from problem
        return self._parsed

    def json_or_none(self) -> Any:
        """The body as JSON, None where it is not."""
        try:
            return self.json()
        except SchemaDrift:
            return None


def failure(reply: Reply, judge: Judge, *, write: bool, due_json: bool, now: datetime) -> Exception | None:
    """The error that a reply means, None when it is good. `now` is UTC, for the platform's "retry after".

    304 is good: only who asked whether something changed is told so.
    """
    if reply.ok and due_json and reply.content.strip() and reply.json_or_none() is None and not _is_null(reply):
        return _not_json(reply, write)
    error = _connectors_word(reply, judge)
    if _asks_to_slow_down(reply, error):
        return _slow_down(reply, error, now)
    if reply.status >= 500:
        return _broken(reply, error, write)
    if error is None and not reply.ok and reply.status != 304:
        error = _redirected(reply, write) if reply.status < 400 else _by_status(reply, write)
    return _marked(error, reply)


def _is_null(reply: Reply) -> bool:
    return reply.content.strip() == b"null"


def _connectors_word(reply: Reply, judge: Judge) -> Exception | None:
    """The connector's error; an error page that it cannot read is left to the status."""
    try:
        return judge.error(reply)
    except (SchemaDrift, KeyError, TypeError, AttributeError, ValueError, IndexError):
        if reply.ok:
            raise
        return None


def _asks_to_slow_down(reply: Reply, error: Exception | None) -> bool:
    if isinstance(error, RateLimitExceeded) or reply.status == 429:
        return True
    return reply.status == 503 and "retry-after" in reply.headers and not isinstance(error, ValidationError)


def _slow_down(reply: Reply, error: Exception | None, now: datetime) -> Exception:
    if not isinstance(error, RateLimitExceeded):
        error = RateLimitExceeded("The platform asks us to slow down.")
    if error.retry_at is None:
        error.retry_at = retry_at(reply.headers, now)
    return _marked(error, reply)


def _broken(reply: Reply, error: Exception | None, write: bool) -> Exception:
    """A server's failure: after a write it may have been done, unless the connector knows it was not."""
    if error is not None and not isinstance(error, ServiceUnavailable | OutcomeUnknown):
        return _marked(error, reply)
    said = error.message if isinstance(error, ConnectorError) else ""
    step, detail = (error.next_step, error.detail) if isinstance(error, ConnectorError) else (None, {})
    words = said or f"The platform failed (status {reply.status})."
    return _marked(uncertain(words, write and reply.status != 511, step, **detail), reply)


def _by_status(reply: Reply, write: bool) -> ConnectorError:
    if reply.status in (408, 425):
        return uncertain("The platform gave up waiting for the request.", write)
    kind = _BY_STATUS.get(reply.status, ValidationError)
    return kind(f"{kind.__doc__} (status {reply.status})")


def _redirected(reply: Reply, write: bool) -> ConnectorError:
    where = httpx.URL(reply.headers.get("location", "")).host or "another address"
    words = f"The platform's address sends us on to {where}."
    step = "Check the address of this connection; if it is right, this network may ask for a sign-in."
    done = write and reply.status in (300, 302, 303)
    return (OutcomeUnknown if done else ServiceUnavailable)(words, next_step=step, reason="redirect")


def _not_json(reply: Reply, write: bool) -> Exception:
    """Something other than the platform has answered, or the platform's page was spoilt on the way."""
    if b"<" in reply.content[:512].lstrip()[:1]:
        words = "A web page came instead of the platform's answer: this network may ask for a sign-in."
        return _marked(uncertain(words, write, _PORTAL_STEP, reason="captive_portal"), reply)
    return _marked(uncertain("The platform's answer cannot be read.", write, reason="unreadable"), reply)


def uncertain(words: str, write: bool, next_step: str | None = None, **detail: Any) -> ConnectorError:
    """OutcomeUnknown after a write, ServiceUnavailable after a read."""
    return (OutcomeUnknown if write else ServiceUnavailable)(words, next_step=next_step, **detail)


def _marked(error: _Error, reply: Reply) -> _Error:
    if isinstance(error, ConnectorError) and error.status is None:
        error.status = reply.status
    return error


def retry_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When `Retry-After` (seconds, or an HTTP date) allows the next try, UTC; None when it does not say."""
    said = headers.get("retry-after", "").strip()
    try:
        at = now + timedelta(seconds=max(0.0, float(said))) if _is_number(said) else parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError):
        return None
    return max(now, at if at.tzinfo else at.replace(tzinfo=UTC))


def _is_number(said: str) -> bool:
    return said.replace(".", "", 1).isdigit()
