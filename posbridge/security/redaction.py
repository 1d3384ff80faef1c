"""What may leave the process: keys, card numbers and personal data are taken out of text, mappings, URLs, headers.

Three nets, one behind the other: the name of a field, values that are known to be secret (`register_secret`), and
shapes (bearer words, card numbers, e-mail addresses, phone numbers).
"""

from __future__ import annotations

import base64
import json
import re
from collections import OrderedDict
from collections.abc import Mapping, MutableMapping, Sequence
from functools import lru_cache
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from pydantic import SecretBytes, SecretStr

from posbridge.security.cards import contains_card_number, mask_card_numbers

__all__ = [
    "HIDDEN",
    "Redactor",
    "contains_card_number",
    "is_secret_name",
    "mask_card_numbers",
    "processor",
    "redact",
    "redact_headers",
    "redact_mapping",
    "redact_text",
    "redact_url",
    "register_secret",
]

HIDDEN = "[hidden]"
_PARTS = (
    "authorization", "token", "secret", "password", "passwd", "passphrase", "apikey", "accesskey", "privatekey",
    "consumerkey", "signature", "credential", "cookie", "cardnumber", "giftcard", "idnumber", "birthdate",
    "dateofbirth",
)  # fmt: skip
_WHOLE = frozenset(
    "pin pins pan cvv cvc cvv2 track track1 track2 auth bearer jwt gan hmac sig key pwd pepper masterkey otp assertion "
    "clientassertion oauthnonce sessionid sid xapikey email emailaddress phone phonenumber mobile firstname lastname "
    "fullname customername givenname familyname surname address address1 address2 addressline1 addressline2 street "
    "postcode zip zipcode birthday license licensenumber medicalid".split()
)
_HARMLESS = frozenset(
    "tokentype hassecret secretname secretnames signaturevalid signaturemethod oauthsignaturemethod oauthversion "
    "tokenstate tokenexpiresat expiresin giftcards giftcardstate".split()
)
_TOKENISH = r"[A-Za-z0-9+/=_.~%-]"
_AUTHORIZATION = re.compile(r"""(?i)(authorization["']?\s*[:=,]\s*[\[("']*)(?:(\w+\s+)?[^\s"',;]+)""")
_SCHEME = re.compile(rf"(?i)\b(bearer|basic|digest|hmac|oauth|token)(\s+)(?=\S*[\d=._-]){_TOKENISH}{{8,}}")
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){1,4}")
_PAIR = re.compile(
    r"""(?ix) (?P<name>(?<![a-z0-9_.-])(?P<word>[a-z][a-z0-9_.-]{1,200})["']?\s*[=:]\s*[\[(]*\s*)
        (?P<value>"(?:[^"\\]|\\.)*"? | '(?:[^'\\]|\\.)*'? | [^\s"'&;,)\]}<>]+)"""
)
_URL = re.compile(r"""(?i)\bhttps?://[^\s"'<>\\]+""")
_EMAIL = re.compile(r"(?<![\w.!#$&'*+/=?^`{|}~-])[\w.!#$&'*+/=?^`{|}~-]+@(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_PHONE = re.compile(
    r"(?<![\w.+-])(?:\+\d[\d ().-]{6,18}\d|\(\d{3}\) ?\d{3}[ .-]?\d{4}|\d{3}[ .-]\d{3}[ .-]\d{4})(?![\w-])"
)
_LONG = 24
_REMEMBERED = 2_000
_DEPTH = 12


@lru_cache(maxsize=4_096)
def is_secret_name(name: str) -> bool:
    """Whether a field, header or parameter of this name holds something that is never shown."""
    bare = re.sub(r"[^a-z0-9]", "", name.lower())
    if bare in _HARMLESS:
        return False
    return bare in _WHOLE or any(part in bare for part in _PARTS)


class Redactor:
    """Redacts and remembers known secrets. One for the process is made below; tests make their own."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, None] = OrderedDict()
        self._pattern: re.Pattern[str] | None = None
        self._lock = Lock()

    def register_secret(self, value: str | bytes | SecretStr) -> None:
        """From now on this value is hidden wherever it appears, also percent-encoded, in JSON or in base64.

        Values shorter than six characters are not remembered: they would blot out ordinary text. Of a long one a
        cut-off beginning is hidden too. The 2,000 newest forms are kept.
        """
        plain = value.get_secret_value() if isinstance(value, SecretStr) else value
        text = plain.decode("utf-8", "replace") if isinstance(plain, bytes) else plain
        if len(text) < 6:
            return
        forms = {text, quote(text, safe=""), json.dumps(text)[1:-1], base64.b64encode(text.encode()).decode()}
        with self._lock:
            known = len(self._known)
            self._known.update(dict.fromkeys(forms))
            for form in forms:
                self._known.move_to_end(form)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
            if len(self._known) != known:
                self._pattern = None

    def redact(self, value: Any, _depth: int = 0) -> Any:
        """A copy that may be shown: mappings by name, sequences inside, text by shape; other objects by their text."""
        if _depth > _DEPTH:
            return HIDDEN
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, int):
            return mask_card_numbers(str(value)) if contains_card_number(str(value)) else value
        if isinstance(value, SecretStr | SecretBytes):
            return HIDDEN
        if isinstance(value, bytes | bytearray | memoryview):
            return f"[{len(value)} bytes]"
        if isinstance(value, Mapping):
            return self.redact_mapping(value, _depth)
        if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str):
            return [self.redact(item, _depth + 1) for item in value]
        return self.redact_text(str(value))

    def redact_mapping(self, values: Mapping[Any, Any], _depth: int = 0) -> dict[Any, Any]:
        """A copy in which values under secret names are hidden and the others redacted. Names are redacted as text."""
        return {
            (self.redact_text(name) if isinstance(name, str) else name): HIDDEN
            if isinstance(name, str) and is_secret_name(name) and item not in (None, "")
            else self.redact(item, _depth + 1)
            for name, item in values.items()
        }

    def redact_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Headers that may be shown."""
        return {str(name): str(value) for name, value in self.redact_mapping(headers).items()}

    def redact_url(self, url: str) -> str:
        """A URL without user, password and the values of secret parameters; one that cannot be read is hidden."""
        try:
            parts = urlsplit(url)
            host = parts.netloc.rpartition("@")[2]
            pairs = parse_qsl(parts.query, keep_blank_values=True)
        except ValueError:
            return HIDDEN
        shown = "&".join(f"{name}={self._parameter(name, value)}" for name, value in pairs)
        fragment = self._shapes(parts.fragment) if "=" not in parts.fragment else HIDDEN
        return urlunsplit((parts.scheme, host, self._shapes(parts.path), shown, fragment))

    def redact_text(self, text: str) -> str:
        """Text that may be shown."""
        hidden = self._known_hidden(text)
        hidden = _URL.sub(lambda match: self.redact_url(match[0]), hidden)
        hidden = _AUTHORIZATION.sub(rf"\1\2{HIDDEN}", hidden)
        hidden = _SCHEME.sub(rf"\1\2{HIDDEN}", hidden)
        hidden = _PAIR.sub(_pair, hidden)
        return self._shapes(hidden)

    def processor(self, logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """For structlog: redacts the whole event; put it behind the one that writes the traceback."""
        return self.redact_mapping(event)

    def _parameter(self, name: str, value: str) -> str:
        return HIDDEN if is_secret_name(name) else self._shapes(self._known_hidden(value))

    def _shapes(self, text: str) -> str:
        hidden = _JWT.sub(HIDDEN, text)
        hidden = _EMAIL.sub("[email]", hidden) if "@" in hidden else hidden
        hidden = mask_card_numbers(hidden)
        return _PHONE.sub("[phone]", hidden)

    def _known_hidden(self, text: str) -> str:
        with self._lock:
            if self._pattern is None and self._known:
                self._pattern = re.compile("|".join(map(_form, sorted(self._known, key=len, reverse=True))))
            pattern = self._pattern
        return pattern.sub(HIDDEN, text) if pattern is not None else text


def _form(value: str) -> str:
    """A long value is also known by its beginning, because log lines and error texts are cut."""
    if len(value) < _LONG:
        return re.escape(value)
    return f"{re.escape(value[:16])}{_TOKENISH}*"


def _pair(match: re.Match[str]) -> str:
    """`name=value` or `"name": "value"` in running text. A scheme word before a hidden value stays readable."""
    if not is_secret_name(match["word"]) or match["value"].startswith(HIDDEN[:-1]):
        return match[0]
    if match["value"].lower() in ("bearer", "basic", "null", "none", "true", "false"):
        return match[0]
    marks = match["value"][0] if match["value"][0] in "\"'" else ""
    return f"{match['name']}{marks}{HIDDEN}{marks}"


_shared = Redactor()
register_secret = _shared.register_secret
redact = _shared.redact
redact_mapping = _shared.redact_mapping
redact_headers = _shared.redact_headers
redact_url = _shared.redact_url
redact_text = _shared.redact_text
processor = _shared.processor
