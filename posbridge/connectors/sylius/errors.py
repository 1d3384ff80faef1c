"""Sylius's answers → our errors. Texts are in the shop's language: only status and violation codes are trusted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    ConnectorError,
    NotFound,
    PermissionDenied,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.connectors.reply import Reply
from posbridge.connectors.text import one_line

#: Symfony's code of a value that must be unique and is taken (recorded 061, 179).
TAKEN = "23bd9dbf-6b9b-41cd-a99e-4844bcf3077f"
LOGIN = "/administrators/token"

_ROLE = "In Sylius, give this administrator API access (ROLE_API_ACCESS)."
_OFF = "Ask the shop's developer to set sylius_api.enabled: true; if it is on, correct the address."
_SIGN_IN = "Correct the administrator's e-mail and password, then test again."
_HOST = "Give the host name of the channel that the till sells in."


def error(reply: Reply) -> Exception | None:
    """None for an answer that is good."""
    if reply.ok or reply.status in (304, 429) or 300 <= reply.status < 400:
        return None
    if _is_page(reply):
        return _page(reply)
    said, kind = words(reply), _KINDS.get(reply.status)
    if reply.status == 401:
        return AuthenticationError(said or "The token is not accepted.", **_more(reply, _SIGN_IN))
    if reply.status == 403:
        return PermissionDenied(said or "This administrator lacks a right.", **_more(reply, _ROLE))
    if reply.status in (409, 422):
        return _refused(reply, said)
    if reply.status >= 500:
        step = _HOST if "/shop/" in reply.url else ""
        return ServiceUnavailable(said or "The shop failed.", **_more(reply, step))
    return (kind or ValidationError)(said or f"The shop refuses (status {reply.status}).", **_more(reply, ""))


_KINDS: dict[int, type[ConnectorError]] = {404: NotFound, 410: NotFound}


def _is_page(reply: Reply) -> bool:
    kind = reply.headers.get("content-type", "").lower()
    return "html" in kind or reply.content.lstrip()[:1] == b"<"


def _page(reply: Reply) -> Exception | None:
    """A web page: with 404 the API is switched off, the login included (recorded 015); else somebody in between."""
    if reply.status != 404:
        return None
    return ServiceUnavailable(
        "The API of this shop is switched off (sylius_api.enabled), or this is not the shop's address.",
        next_step=_OFF, status=404, reason="off",
    )  # fmt: skip


def _refused(reply: Reply, said: str) -> ConnectorError:
    codes = [code for _, _, code in violations(reply)]
    if reply.status == 409 or TAKEN in codes:
        return Conflict(said or "The shop's object has changed or is there already.", **_more(reply, ""))
    return ValidationError(said or "The shop refuses this.", **_more(reply, ""))


def _more(reply: Reply, step: str) -> dict[str, Any]:
    fields = sorted({path for path, _, _ in violations(reply) if path})
    return {"next_step": step or None, "status": reply.status, "platform_code": ",".join(fields), "fields": fields}


def violations(reply: Reply) -> list[tuple[str, str, str]]:
    """(field, words, code) of each; business refusals have no field and no code (recorded 084)."""
    body = reply.json_or_none()
    rows = body.get("violations") if isinstance(body, Mapping) else None
    found = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return [tuple(_text(row.get(key)) for key in ("propertyPath", "message", "code")) for row in found]  # type: ignore[misc] # three


def words(reply: Reply) -> str:
    """What the shop says, in its language: of a ConstraintViolation, a hydra:Error or the JWT layer."""
    body = reply.json_or_none()
    if not isinstance(body, Mapping):
        return ""
    for key in ("detail", "hydra:description", "message", "description", "title", "hydra:title"):
        if said := _text(body.get(key)):
            return one_line(said)[:300]
    return ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
