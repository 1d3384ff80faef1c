"""Magento's answers → our errors. Sources: the contract's section 11 and its recorded errors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    ConnectorError,
    NotFound,
    PermissionDenied,
    RateLimitExceeded,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.connectors.magento.signing import USE_INTEGRATION
from posbridge.connectors.reply import Reply
from posbridge.connectors.text import one_line

_CONFLICTS = ("unique constraint violation", "same email address already exists", "url key for specified store already")
_CLOCK = "Set this machine's clock: it runs ahead of the store's."
_NEW_KEYS = "Open the integration in the store (System → Integrations) and copy all four values again."
_GRANT = "Open the integration in the store (System → Integrations → API) and tick this right."


def error(reply: Reply) -> Exception | None:
    """Our error for an answer, None where it is good or where its status says all."""
    if reply.ok:
        return None
    said = reply.json_or_none()
    if not isinstance(said, Mapping) or not isinstance(said.get("message"), str):
        return _fatal(said)
    words = message(said)
    found = _named(reply.status, words, said)
    if found is not None and not found.platform_code:
        found.platform_code = one_line(said["message"])[:80]
    return found


def message(said: Mapping[str, Any]) -> str:
    """The words with their placeholders filled: from a list (%1) or an object (%name)."""
    inner = [one for one in _list(said.get("errors")) if isinstance(one, Mapping)]
    parts = [_filled(one.get("message"), one.get("parameters")) for one in (said, *inner)]
    return one_line(" ".join(part for part in parts if part))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _filled(text: Any, given: Any) -> str:
    if not isinstance(text, str):
        return ""
    pairs = given.items() if isinstance(given, Mapping) else enumerate(_list(given), 1)
    known = {str(name): str(value) for name, value in pairs}
    return re.sub(r"%(\w+)", lambda found: known.get(found[1], found[0]), text)


def _named(status: int, words: str, said: Mapping[str, Any]) -> ConnectorError | None:
    low = words.lower()
    if status == 429:
        return RateLimitExceeded("The store asks us to slow down.")
    if "authorized to access" in low:
        return _no_right(said)
    if "2fa" in low:
        return AuthenticationError("The store asks administrators for a second factor.", next_step=USE_INTEGRATION)
    if status == 401:
        return _bad_key(low, words)
    if status == 403:
        return PermissionDenied(words, next_step=_GRANT)
    if status == 409 or any(sign in low for sign in _CONFLICTS):
        return Conflict(words)
    if status == 404:
        return _missing(low, words)
    return ServiceUnavailable(f"The store failed: {words}") if status >= 500 else ValidationError(words)


def _no_right(said: Mapping[str, Any]) -> ConnectorError:
    """With a good signature this means a right that is not ticked (recorded 021); a bearer's own words are told by
    the signing itself."""
    given = said.get("parameters")
    right = str(given.get("resources", "")) if isinstance(given, Mapping) else ""
    words = f"The integration may not do this: the right {right or 'for it'} is missing."
    found = PermissionDenied(words, next_step=_GRANT, resources=right)
    found.platform_code = "not_authorized"
    return found


def _bad_key(low: str, words: str) -> ConnectorError:
    """Plain sentences, none of the documented code words (recorded 012–022)."""
    if "error occurred validating the nonce" in low:
        return AuthenticationError("The store refuses the time of this call.", next_step=_CLOCK)
    if "nonce is already being used" in low:
        return ServiceUnavailable("The store has seen this signature before; the next call is signed anew.")
    return AuthenticationError(words or "The store does not accept the keys.", next_step=_NEW_KEYS)


def _missing(low: str, words: str) -> NotFound:
    if "match any route" in low:
        step = "Check the store's address and that its version offers this."
        found = NotFound("The store has no such address.", next_step=step)
        found.platform_code = "no_route"
        return found
    return NotFound(words)


def _fatal(said: Any) -> ConnectorError | None:
    """{"messages": {"error": [{"code", "message"}]}}: what breaks before the API itself answers."""
    inner = said.get("messages") if isinstance(said, Mapping) else None
    listed = inner.get("error") if isinstance(inner, Mapping) else None
    first = listed[0] if isinstance(listed, list) and listed else None
    if isinstance(first, Mapping) and isinstance(first.get("message"), str):
        return ServiceUnavailable(f"The store failed: {one_line(first['message'])}")
    return None
