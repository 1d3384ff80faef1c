"""Shopify's answers → our errors: by HTTP status, by `errors[].extensions.code`, by `userErrors`.

Source: the contract's section 11. A mutation that ended in Shopify's own failure may have been done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    ConnectorError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    RateLimitExceeded,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.connectors.rate import RateHint
from posbridge.connectors.reply import Reply

_SCOPES = "In the Dev Dashboard give the app this access scope, release it, and install the new version on the store."
_INSTALL = "Install the app on this store (Dev Dashboard → the app → Install), then try again."
_FROZEN = "The store's owner must settle its plan in Shopify; the queue is kept."
_NO_MARK = "Metafield definition of type 'id' is required"
#: Codes of errors and userErrors.
_TAKEN = ("TAKEN", "IDEMPOTENCY_CONCURRENT_REQUEST", "IDEMPOTENCY_KEY_PARAMETER_MISMATCH", "CHANGE_FROM_QUANTITY_STALE")
_MISSING = ("NOT_FOUND", "RESOURCE_NOT_FOUND", "GIFT_CARD_NOT_FOUND")
_FAILED = ("INTERNAL_SERVER_ERROR", "INTERNAL_ERROR", "TIMEOUT", "SERVICE_UNAVAILABLE", "UNAVAILABLE")
_CLOSED = ("SHOP_INACTIVE", "SHOP_DORMANT")
#: The token endpoint's words (RFC 6749 and the contract's section 2); any other `error` says nothing of a sign-in.
_SIGN_IN = (
    "app_not_installed", "shop_not_permitted", "invalid_client", "invalid_grant", "invalid_request", "invalid_scope",
    "invalid_subject_token", "invalid_token", "unauthorized_client", "unsupported_grant_type", "access_denied",
)  # fmt: skip
#: Calls that may leave at once; below their cost the connection waits.
_LANES = 4


def error(reply: Reply) -> Exception | None:
    """Our error for an answer, None where it is good or where its status says all."""
    if _is_piece(reply):
        return None
    said = reply.json_or_none()
    if not isinstance(said, Mapping):
        return _by_status(reply.status, "")
    if reply.status in (400, 401, 403) and said.get("error") in _SIGN_IN:
        return _sign_in(said)
    if reply.status >= 300 or isinstance(said.get("errors"), str):
        return _by_status(reply.status, _text(said.get("errors")) or _text(said.get("error")))
    return next(_inner(said), None) or _half(said) or next(_top(said), None)


def _is_piece(reply: Reply) -> bool:
    """A piece of a bulk result is large and no JSON: it is not looked into."""
    return reply.status == 206


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _by_status(status: int, words: str) -> ConnectorError | None:
    if status == 401:
        return AuthenticationError(words or "Shopify does not accept the access token.")
    if status == 402:
        return ServiceUnavailable("Shopify has frozen this store.", next_step=_FROZEN)
    if status == 403:
        return PermissionDenied(words or "Shopify refuses this app.", next_step=_SCOPES)
    if status == 404:
        step = "Check the store's address (name.myshopify.com) and the API version."
        return NotFound("Shopify has no store at this address.", next_step=step)
    if status == 423:
        return ServiceUnavailable("Shopify has locked this store for now.")
    return ValidationError(words) if words and 400 <= status < 429 else None


def _sign_in(said: Mapping[str, Any]) -> ConnectorError:
    """The token endpoint's refusals."""
    code, words = said["error"], _text(said.get("error_description"))
    if code == "app_not_installed":
        made: ConnectorError = PermissionDenied("The app is not installed on this store.", next_step=_INSTALL)
    elif code == "shop_not_permitted":
        step = "Make the app in the Dev Dashboard of the organisation that the store belongs to."
        made = PermissionDenied("The app may not sign in to this store by itself.", next_step=step)
    else:
        made = AuthenticationError(words or f"Shopify refuses the client ID or secret ({code}).")
    made.platform_code = code
    return made


def _top(said: Mapping[str, Any]) -> Iterator[ConnectorError]:
    """Errors beside the data. A look-up by a mark that was never defined finds nothing, and is no error."""
    rows = said.get("errors")
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, Mapping):
            continue
        words, extensions = _text(row.get("message")), row.get("extensions")
        more = extensions if isinstance(extensions, Mapping) else {}
        if not words.startswith(_NO_MARK):
            yield _coded(_text(more.get("code")), words, more, said)


def _coded(code: str, words: str, more: Mapping[str, Any], said: Mapping[str, Any]) -> ConnectorError:
    made: ConnectorError
    if code == "THROTTLED":
        made = RateLimitExceeded("Shopify asks us to slow down.", retry_at=_retry_at(said))
    elif code == "ACCESS_DENIED":
        need = _text(more.get("requiredAccess"))
        made = PermissionDenied(words, next_step=f"{_SCOPES} It needs: {need}" if need else _SCOPES)
    else:
        made = named(code, words)
    made.platform_code = code
    return made


def _retry_at(said: Mapping[str, Any]) -> datetime:
    """When the bucket holds enough again."""
    cost = _cost(said)
    wait = 1.0 if cost is None else max(0.5, _seconds(cost, cost["requested"]))
    return datetime.now(UTC) + timedelta(seconds=wait)


def named(code: str, words: str) -> ConnectorError:
    """An error by its code, else by its words: many userErrors have no code."""
    lower = words.lower()
    if code in _FAILED:
        return OutcomeUnknown(f"Shopify failed: {words}")
    if code in _CLOSED:
        return ServiceUnavailable("This store is closed.", next_step=_FROZEN)
    if code in _TAKEN or "already been taken" in lower or "already taken" in lower:
        return Conflict(words or code)
    if code in _MISSING or "does not exist" in lower or "could not be found" in lower or "not found" in lower:
        return NotFound(words or code)
    if "too many" in lower or ("exceeded" in lower and "per minute" in lower):
        return RateLimitExceeded(words, retry_at=datetime.now(UTC) + timedelta(seconds=20))
    return ValidationError(words or code or "Shopify refuses this.")


def _half(said: Mapping[str, Any]) -> ConnectorError | None:
    """A mutation that ran (its payload is there, refusing nothing) and of which something could not be shown."""
    data, problem = said.get("data"), next(_top(said), None)
    ran = any(map(_is_payload, data.values())) if isinstance(data, Mapping) else False
    return OutcomeUnknown(f"Shopify did it and cannot show all of it: {problem.message}") if problem and ran else None


def _is_payload(value: Any) -> bool:
    return isinstance(value, Mapping) and any(str(key).lower().endswith("usererrors") for key in value)


def _inner(said: Mapping[str, Any]) -> Iterator[ConnectorError]:
    """What a mutation says is wrong: status 200, no top-level error, and nothing was done."""
    data = said.get("data")
    for payload in data.values() if isinstance(data, Mapping) else ():
        for key, rows in payload.items() if isinstance(payload, Mapping) else ():
            if key.lower().endswith("usererrors") and isinstance(rows, list):
                yield from (_refused(row) for row in rows if isinstance(row, Mapping))


def _refused(row: Mapping[str, Any]) -> ConnectorError:
    code, words, at = _text(row.get("code")), _text(row.get("message")), row.get("field")
    place = ".".join(str(part) for part in at) if isinstance(at, list) else ""
    made = named(code, words or f"Shopify refuses {place or 'this'} ({code}).")
    made.platform_code = code
    made.detail["field"] = place
    return made


def limits(reply: Reply) -> RateHint | None:
    """What the points in `extensions.cost` leave room for: 0 calls when the next few would not fit."""
    said = None if _is_piece(reply) else reply.json_or_none()
    cost = _cost(said) if isinstance(said, Mapping) else None
    if cost is None:
        return None
    wanted = min(_LANES * max(cost["requested"], 10.0), cost["maximum"] / 2)
    return RateHint(int((cost["available"] - wanted) // max(cost["requested"], 1.0)), _seconds(cost, wanted))


def _seconds(cost: Mapping[str, float], wanted: float) -> float:
    return max(0.0, (wanted - cost["available"]) / max(cost["rate"], 1.0))


def _cost(said: Mapping[str, Any]) -> dict[str, float] | None:
    """Points asked for, left, in a full bucket, and restored a second; None where the answer does not say."""
    try:
        cost = said["extensions"]["cost"]
        status = cost["throttleStatus"]
        asked = cost.get("requestedQueryCost") or 0
        pairs = {"requested": asked, "available": status["currentlyAvailable"], "rate": status["restoreRate"]}
        return {name: float(value) for name, value in {**pairs, "maximum": status["maximumAvailable"]}.items()}
    except (KeyError, TypeError, ValueError):
        return None
