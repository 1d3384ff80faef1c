"""What an answer of Treez means. Missing tickets are 400, and an expired v2 token is a good answer without data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    ConnectorError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    ValidationError,
)
from posbridge.connectors.text import one_line

LEGACY, TICKETS = "/v2.0/", "/ticket/detailticket"
_NOT_THERE = frozenset({"CUSTOMER_DOESNT_EXIST", "NOT_FOUND", "TICKET_NOT_FOUND", "PRODUCT_NOT_FOUND"})
_CLASH = frozenset({"INVALID_TICKET_STATUS"})
#: Words of refusals whose codes were never seen (guess): of the token's life, of a paid ticket, of a double customer.
_TOKEN = re.compile(r"\b(token|jwt|iat|exp)\b", re.IGNORECASE)
_TAKEN = re.compile(r"already|duplicate|(?<!not )(?<!n't )(?<!n’t )\bexists?\b|(?<!DOESNT)_EXISTS?\b", re.IGNORECASE)
#: Codes of an object that is refused, whatever its words: a customer's expired card signs nobody out.
_REFUSALS = frozenset({
    "TICKET_FORMAT_ERROR", "INCORRECT_VALUE", "INVALID_DATE_FORMAT", "MODEL_VALIDATION_FAIL", "RESPONSE_LIMIT_EXCEEDS",
    "CUSTOMER_FIRST_NAME_BLANK",
})  # fmt: skip
_CLOCK = "Check the clock of this machine, the Certificate ID and the key."


def error(reply: Any) -> Exception | None:
    """Our error for a reply; None where it is good, or the status alone says it."""
    body = reply.json_or_none()
    if reply.status == 401:
        return _signed_out(body)
    if reply.status == 429 or reply.status >= 500:
        return None
    if not isinstance(body, Mapping):
        return None
    if reply.ok:
        return _in_a_good_answer(reply, body)
    return _refused(reply.status, body)


def _in_a_good_answer(reply: Any, body: Mapping[str, Any]) -> ConnectorError | None:
    """The body decides even on 200 (facts, 11)."""
    if body.get("resultCode") == "FAIL":
        return _refused(400, body)
    told = any(name in body for name in ("data", "ticketList", "access_token"))
    if LEGACY in reply.url and not told:
        if reply.method == "POST" and reply.url.endswith(TICKETS):  # sent again, a ticket that was made is there twice
            return OutcomeUnknown("Treez answered without the ticket: the token has run out, or it is made.")
        return AuthenticationError("The token of Treez has run out.")
    return None


def _signed_out(body: Any) -> ConnectorError:
    said = _words(body) if isinstance(body, Mapping) else ""
    return AuthenticationError(said or "Treez does not accept this key.", next_step=_CLOCK, platform_code=_code(body))


def _refused(status: int, body: Mapping[str, Any]) -> ConnectorError:
    code, said = _code(body), _words(body)
    whole = f"{code} {said}"
    if code in _NOT_THERE or status == 404:
        return NotFound(said or "Treez does not have it.", platform_code=code)
    if status == 403:
        return PermissionDenied(said or "This certificate may not do that.", platform_code=code)
    if status == 400 and code not in _CLASH | _REFUSALS and _TOKEN.search(whole):
        return AuthenticationError(said, next_step=_CLOCK, platform_code=code)
    if code in _CLASH or status == 409 or _TAKEN.search(whole):
        return Conflict(said or "It is there already, or may not be changed any more.", platform_code=code)
    return ValidationError(said or f"Treez refused it (status {status}).", platform_code=code)


def _code(body: Any) -> str:
    """The code in capitals; a sentence in its place is no code."""
    said = body.get("resultReason") if isinstance(body, Mapping) else None
    return said if isinstance(said, str) and re.fullmatch(r"[A-Z][A-Z0-9_]+", said) else ""


def _words(body: Mapping[str, Any]) -> str:
    """What Treez says, the longest first: the detail, the services' lists, the reason."""
    listed = [*_texts(body.get("errorMsgs")), *(text for row in _rows(body) for text in _texts(row.get("errors")))]
    said = [body.get("resultDetail"), "; ".join(listed), body.get("message"), body.get("resultReason")]
    return next((one_line(text)[:300] for text in said if isinstance(text, str) and text.strip()), "")


def _rows(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    failed = body.get("failed")
    return [row for row in failed if isinstance(row, Mapping)] if isinstance(failed, list) else []


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
