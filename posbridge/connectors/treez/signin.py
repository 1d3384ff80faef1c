"""How calls are signed: v3 by a token that we sign ourselves for each call, v2 by a token for an API key."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pydantic import SecretStr

from posbridge.connectors.auth import BearerWithRefresh
from posbridge.connectors.contract import Context
from posbridge.connectors.errors import AuthenticationError, SchemaDrift
from posbridge.connectors.text import utc_from
from posbridge.security.tokens import NewToken, TokenType

#: Exactly so long; another life is refused (facts, 2).
LIFE_MS = 30_000
#: A v2 token's life where the answer does not say, seconds.
LEGACY_LIFE_S = 7200
TWO_PART, THREE_PART = "two_part", "three_part"
GET_TOKENS = "config/api/gettokens"
#: A clock that differs less is not the reason of a refusal.
_NOTABLE = timedelta(seconds=4)
_JWS_HEADER = '{"alg":"RS256","typ":"JWT"}'

__all__ = ["LIFE_MS", "SelfSigned", "auth_of", "claims", "private_key", "provider", "sign_in", "token"]


def claims(address: str, certificate: str, organization: str, at: datetime, unique: str) -> str:
    """The claims as JSON; `at` counts in milliseconds there."""
    issued = int(at.timestamp() * 1000)
    named = {
        "aud": address, "iss": certificate, "oid": organization, "iat": issued, "exp": issued + LIFE_MS, "jti": unique,
    }  # fmt: skip
    return json.dumps(named, separators=(",", ":"))


def token(key: RSAPrivateKey, claims_json: str, form: str = TWO_PART) -> str:
    """The signed token. Two parts: the claims and their signature in plain base64; three: a JWS (facts, 2)."""
    encoded = _url64(claims_json.encode())
    if form == THREE_PART:
        encoded = f"{_url64(_JWS_HEADER.encode())}.{encoded}"
    signature = key.sign(encoded.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{encoded}.{_url64(signature) if form == THREE_PART else base64.b64encode(signature).decode()}"


def _url64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def private_key(pem: str) -> RSAPrivateKey:
    """The key; line breaks that a form has swallowed are put back. Raises AuthenticationError for anything else."""
    try:
        key = serialization.load_pem_private_key(_unfolded(pem).encode(), password=None)
    except (ValueError, TypeError) as problem:
        raise AuthenticationError("The private key cannot be read.", next_step="Paste the whole PEM file.") from problem
    if not isinstance(key, RSAPrivateKey):
        raise AuthenticationError("The private key is not an RSA key.")
    return key


def _unfolded(pem: str) -> str:
    pem = pem.replace("\\n", "\n")
    found = re.fullmatch(r"\s*(-----BEGIN [A-Z ]+-----)(.*?)(-----END [A-Z ]+-----)\s*", pem, re.DOTALL)
    if not found:
        return pem
    inner = "".join(found[2].split())
    lines = [inner[at : at + 64] for at in range(0, len(inner), 64)]
    return "\n".join([found[1], *lines, found[3], ""])


class SelfSigned(httpx.Auth):
    """A new token for each request, for exactly its address without the query.

    A clock that is wrong by seconds breaks every call: one refused for its token is signed once more by the clock of
    the answer, where that differs. Nothing was done by then, so that this is safe for writes as well.
    """

    def __init__(self, pem: str, certificate: str, organization: str, form: str, clock: Callable[[], datetime]) -> None:
        self._pem, self._certificate, self._organization = pem, certificate, organization
        self._form, self._clock, self._ahead = form, clock, timedelta(0)
        self._key: RSAPrivateKey | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if not (self._pem and self._certificate and self._organization):
            words = "This connection has no private key, Certificate ID or Organization ID."
            raise AuthenticationError(words, next_step="Enter what Treez answered to your certificate.")
        if self._key is None:
            self._key = private_key(self._pem)
        self._sign(request, self._key)
        response = yield request
        if response.status_code in (400, 401) and self._corrected(response):  # 400: a wrong life (facts, 2)
            self._sign(request, self._key)
            yield request

    def _sign(self, request: httpx.Request, key: RSAPrivateKey) -> None:
        address = str(request.url.copy_with(query=None, fragment=None))
        at = self._clock() + self._ahead
        said = claims(address, self._certificate, self._organization, at, str(uuid4()))
        request.headers["authorization"] = token(key, said, self._form)

    def _corrected(self, response: httpx.Response) -> bool:
        """Whether the answer's clock says otherwise than ours by more than calls take."""
        try:
            theirs = parsedate_to_datetime(response.headers.get_list("date")[-1])
        except (IndexError, ValueError, TypeError):
            return False
        if theirs.tzinfo is None:
            return False
        ahead = theirs - self._clock()
        differs = abs(ahead - self._ahead) > _NOTABLE
        self._ahead = ahead if differs else self._ahead
        return differs


def auth_of(context: Context) -> httpx.Auth:
    """How this connection's calls are signed. For v2 the connection's token provider is registered here."""
    fields = context.connection.fields
    if fields.get("api_generation", "").strip() == "v2":
        context.tokens.register_token_provider(context.connection, provider(context))
        return BearerWithRefresh(context.tokens, prefix="")
    return SelfSigned(
        context.secrets.get("private_key_pem", ""),
        fields.get("certificate_id", "").strip(),
        fields.get("organization_id", "").strip(),
        fields.get("token_format", "").strip() or TWO_PART,
        context.clock,
    )


def provider(context: Context) -> Callable[[Mapping[TokenType, SecretStr]], Any]:
    async def renew(current: Mapping[TokenType, SecretStr]) -> Sequence[NewToken]:
        return [await sign_in(context)]

    return renew


async def sign_in(context: Context) -> NewToken:
    """A token for the API key. It changes nothing there, so it is a read. Raises AuthenticationError."""
    client, key = context.connection.fields.get("client_id", "").strip(), context.secrets.get("api_key", "")
    if not client or not key:
        raise AuthenticationError("This connection has no client ID or no API key.", next_step="Enter both.")
    form = urlencode({"client_id": client, "apikey": key}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    reply = await context.http.read("POST", GET_TOKENS, content=form, headers=headers, signed=False)
    answer = reply.json()
    made = answer.get("access_token") if isinstance(answer, Mapping) else None
    if not isinstance(made, str) or not made:
        raise SchemaDrift("Treez's answer to the API key holds no token.")
    return NewToken(TokenType.ACCESS, SecretStr(made), _life(answer.get("expires_at"), context.clock()))


def _life(ends: Any, now: datetime) -> int:
    """Seconds left by the answer's own word; two hours where it does not say, or says nonsense."""
    try:
        left = int((utc_from(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", str(ends))) - now).total_seconds())
    except (SchemaDrift, OverflowError):
        return LEGACY_LIFE_S
    return left if 0 < left <= LEGACY_LIFE_S else LEGACY_LIFE_S
