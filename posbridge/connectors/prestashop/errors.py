"""PrestaShop's answers → our errors. Sources: the contract's section 11 and the recorded errors 002–013, 120–134, 302,
423–425, 801–810. The status alone says little: an e-mail that is taken, and malformed XML, are 500 there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    ConnectorError,
    NotFound,
    PermissionDenied,
    SchemaDrift,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.connectors.prestashop.reading import loaded
from posbridge.connectors.reply import Reply
from posbridge.connectors.text import plain_text

OFF = 22
_CONFLICTS = {140, 46}
_MISSING = {87, 131}
_KEY = {16, 17, 18, 19, 20, 21}
_RIGHT = {25, 26, 132}
#: Answered with 500 though the request was understood and refused, with nothing done.
_REFUSED_BY_500 = {27, 32, 33, 35, 38, 127}
_WEBSERVICE = "Advanced Parameters → Webservice"

_SWITCH_ON = f"In the shop's back office switch on {_WEBSERVICE} → “Enable PrestaShop's webservice”."
_NEW_KEY = f"In the back office, {_WEBSERVICE}: check that this key is there and enabled, and copy it again."
_GIVE_RIGHT = f"In the back office, {_WEBSERVICE}: edit the key and tick this right."
_CGI = (
    "The shop did not receive the key: its host drops the Authorization header. "
    f"In {_WEBSERVICE} switch on the CGI mode for PHP, or ask the host to pass the header on."
)


def error(reply: Reply) -> Exception | None:
    """Our error for an answer, None where it is good or where its status says all."""
    if reply.ok or reply.status == 304:
        return None
    entries = said(reply)
    if not entries:
        return _unsaid(reply)
    codes = {number for number, _ in entries}
    made = _named(reply.status, codes, " ".join(dict.fromkeys(words for _, words in entries if words)))
    made.platform_code = ",".join(str(number) for number, _ in entries)
    return made


def said(reply: Reply) -> list[tuple[int, str]]:
    """(code, words) of each error of an answer, in JSON or XML; none where it is the host's page or empty."""
    try:
        body, _ = loaded(reply.content)
    except SchemaDrift:
        return []
    entries = body.get("errors") if isinstance(body, Mapping) else None
    found = entries if isinstance(entries, list) else [entries]
    return [(_number(e.get("code")), _words(e.get("message"))) for e in found if isinstance(e, Mapping)]


def _number(value: Any) -> int:
    return int(value) if str(value).strip().isdecimal() else 0


def _words(value: Any) -> str:
    """The first 300 characters: some messages repeat the whole request or list every field."""
    return plain_text(value)[:300] if isinstance(value, str) else ""


def _named(status: int, codes: set[int], words: str) -> ConnectorError:
    if OFF in codes:
        return ServiceUnavailable("The shop's web service is switched off.", next_step=_SWITCH_ON, reason="off")
    if codes & _KEY:
        return AuthenticationError(f"The shop does not accept the key: {words}", next_step=_NEW_KEY)
    if codes & _RIGHT:
        return PermissionDenied(words or "The key lacks a right.", next_step=_GIVE_RIGHT)
    if codes & _CONFLICTS:
        return Conflict(words)
    if status == 404 or codes & _MISSING:
        return NotFound(words or "The shop does not know this.")
    if status >= 500 and not codes & _REFUSED_BY_500:
        return ServiceUnavailable(f"The shop failed: {words}")
    return ValidationError(words or f"The shop refuses this (status {status}).")


def _unsaid(reply: Reply) -> ConnectorError | None:
    """An answer without PrestaShop's errors: a text of its core, the host's page, or nothing."""
    text = reply.text[:2000]
    if "order has already been placed using this cart" in text:
        return Conflict("The shop has an order of this cart already.")
    if "Secure key does not match" in text:
        return ValidationError("The shop's customer does not fit the cart: its key has changed.")
    if reply.status == 401:
        return AuthenticationError("The shop asks for the key.", next_step=_CGI, reason="off")
    if reply.status == 404:
        return NotFound("The shop does not know this.")
    if reply.status in (403, 406):
        step = "Ask the shop's host to let posbridge pass its firewall."
        return PermissionDenied("A firewall before the shop turned us away.", next_step=step)
    return None
