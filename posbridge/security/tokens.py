"""Tokens: sealed where they are kept, renewed before they end, and one refresh at a time for each connection.

A new token is stored before it is used. Only the platform's own word "revoked" ends a connection; a platform that is
down, slow or unclear while renewing changes nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from pydantic import SecretStr

from posbridge.domain.errors import (
    AuthenticationError,
    OutcomeUnknown,
    RateLimitExceeded,
    ServiceUnavailable,
    TokenRevoked,
)
from posbridge.security.redaction import register_secret
from posbridge.security.vault import Vault

T = TypeVar("T")

LEEWAY_S = 120
REFRESH_LIMIT_S = 60.0
_AGAIN_S = 30
_PASSING = (ServiceUnavailable, OutcomeUnknown, RateLimitExceeded)


class TokenType(StrEnum):
    """What a token is for. The first of ACCESS, API_KEY, SESSION that a connection has is what its calls carry."""

    ACCESS = "access"
    REFRESH = "refresh"
    ID = "id"
    API_KEY = "api_key"
    SESSION = "session"


class TokenState(StrEnum):
    """SIGNED_OUT: the platform withdrew access; a person must sign in again."""

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"


@dataclass(frozen=True)
class NewToken:
    """What a refresh gives. `expires_in` is seconds from now, None when it does not end."""

    type: TokenType
    value: SecretStr
    expires_in: int | None = None


@dataclass(frozen=True)
class SealedToken:
    """A token as the store keeps it. `expires_at` is UTC and not secret."""

    type: TokenType
    sealed: bytes = field(repr=False)
    expires_at: datetime | None = None


class TokenStore(Protocol):
    """Where sealed tokens live; implemented by the store."""

    async def load(self, connection_id: str) -> Sequence[SealedToken]:
        """All tokens of a connection."""
        ...

    async def save(self, connection_id: str, tokens: Sequence[SealedToken]) -> None:
        """Keeps these, in one durable transaction, in place of those of the same type."""
        ...

    async def forget(self, connection_id: str) -> None:
        """Deletes all tokens of a connection."""
        ...


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


#: A connection or its id.
ConnectionLike = str | _HasId
Tokens = Mapping[TokenType, SecretStr]
#: Gets the current tokens, asks the platform, gives the new ones. Raises TokenRevoked only for a clear "revoked".
Refresh = Callable[[Tokens], Awaitable[Sequence[NewToken]]]
SignedOut = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class _Held:
    """An opened token with its life in seconds, as it was given out."""

    type: TokenType
    value: SecretStr
    expires_at: datetime | None
    life_s: int | None

    def valid_at(self, now: datetime, leeway_s: int) -> bool:
        """The leeway is never more than a fifth of the life, so that short tokens are not renewed at each call."""
        if self.expires_at is None:
            return True
        leeway = leeway_s if self.life_s is None else min(leeway_s, self.life_s // 5)
        return now + timedelta(seconds=leeway) < self.expires_at


_CARRIED = (TokenType.ACCESS, TokenType.API_KEY, TokenType.SESSION)


class TokenService:
    """One for the process. `connection` is a connection or its id; every method may raise VaultLocked and StoreError.

    `clock` gives aware UTC times. `on_signed_out` is awaited once with the connection's id when access was withdrawn.
    """

    def __init__(
        self,
        store: TokenStore,
        clock: Callable[[], datetime],
        vault: Vault,
        *,
        on_signed_out: SignedOut | None = None,
        leeway_s: int = LEEWAY_S,
    ) -> None:
        self.on_signed_out = on_signed_out
        self._store, self._clock, self._vault, self._leeway_s = store, clock, vault, leeway_s
        self._providers: dict[str, Refresh] = {}
        self._held: dict[str, dict[TokenType, _Held]] = {}
        self._flights: dict[str, asyncio.Task[SecretStr]] = {}
        self._unsaved: dict[str, tuple[SealedToken, ...]] = {}
        self._not_before: dict[str, datetime] = {}
        self._signed_out: set[str] = set()

    async def store_token(
        self, connection: ConnectionLike, token_type: TokenType, token: str | SecretStr, expires_in: int | None = None
    ) -> None:
        """Seals and keeps a token that a person's sign-in gave; it ends the state SIGNED_OUT."""
        value = token if isinstance(token, SecretStr) else SecretStr(token)
        await self.store_tokens(connection, [NewToken(token_type, value, expires_in)])

    async def store_tokens(self, connection: ConnectionLike, tokens: Sequence[NewToken]) -> None:
        """As `store_token`, for several in one transaction."""
        name = _id(connection)
        await self._keep(name, tokens)
        self._signed_out.discard(name)
        self._not_before.pop(name, None)

    async def get_token(self, connection: ConnectionLike, token_type: TokenType) -> SecretStr | None:
        """The token as it is kept, ended or not; None when there is none."""
        held = (await self._tokens(_id(connection))).get(token_type)
        return None if held is None else held.value

    async def has_valid_token(
        self, connection: ConnectionLike, token_type: TokenType, leeway_s: int | None = None
    ) -> bool:
        """Whether the token is there and lasts for longer than the leeway (seconds)."""
        held = (await self._tokens(_id(connection))).get(token_type)
        return held is not None and held.valid_at(self._clock(), self._leeway_s if leeway_s is None else leeway_s)

    def register_token_provider(self, connection: ConnectionLike, refresh: Refresh) -> None:
        """Says how this connection gets new tokens; called again, the newer one counts."""
        self._providers[_id(connection)] = refresh

    def state(self, connection: ConnectionLike) -> TokenState:
        """SIGNED_OUT from the platform's "revoked" until new tokens are stored."""
        return TokenState.SIGNED_OUT if _id(connection) in self._signed_out else TokenState.SIGNED_IN

    async def forget(self, connection: ConnectionLike) -> None:
        """Deletes the connection's tokens and its provider."""
        name = _id(connection)
        await self._store.forget(name)
        for kept in (self._providers, self._held, self._unsaved, self._not_before):
            kept.pop(name, None)
        self._signed_out.discard(name)

    async def with_token_refresh(self, connection: ConnectionLike, call: Callable[[SecretStr], Awaitable[T]]) -> T:
        """Runs `call` with a token that is valid now; refused (AuthenticationError), renews once and calls once more.

        Raises what the call raises; AuthenticationError without tokens or a provider; TokenRevoked when the platform
        withdrew access; what the refresh raised when the token has ended and cannot be renewed now.
        """
        name = _id(connection)
        used = await self.access(name)
        try:
            return await call(used)
        except TokenRevoked as problem:
            renewed = await self._newer_than(name, used)
            if renewed is None:
                await self._sign_out(name)
                raise problem
        except AuthenticationError:
            if name not in self._providers:
                raise
            renewed = await self._renewed(name, used)
        return await self._last_call(name, call, renewed)

    async def access(self, connection: ConnectionLike) -> SecretStr:
        """The token that calls carry, renewed first where it is about to end. Errors as for `with_token_refresh`."""
        name = _id(connection)
        if name in self._signed_out:
            raise TokenRevoked(platform=name)
        held = _carried(await self._tokens(name))
        now = self._clock()
        if held is not None and (held.valid_at(now, self._leeway_s) or name not in self._providers):
            return held.value
        if held is not None and held.valid_at(now, 0):
            return await self._renewed_early(name, held)
        if name not in self._providers:
            raise AuthenticationError("This connection has no token.")
        return await self._renewed(name, None if held is None else held.value)

    async def aclose(self) -> None:
        """Waits for refreshes under way: their new tokens must be kept."""
        await asyncio.gather(*self._flights.values(), return_exceptions=True)

    async def _last_call(self, name: str, call: Callable[[SecretStr], Awaitable[T]], token: SecretStr) -> T:
        try:
            return await call(token)
        except TokenRevoked:
            await self._sign_out(name)
            raise

    async def _renewed_early(self, name: str, held: _Held) -> SecretStr:
        """A token that still lasts a while: a failure now costs nothing, and is tried again half a minute later."""
        now = self._clock()
        if now < self._not_before.get(name, now):
            return held.value
        try:
            return await self._renewed(name, held.value)
        except (AuthenticationError, *_PASSING) as problem:
            if isinstance(problem, TokenRevoked):
                raise
            later = getattr(problem, "retry_at", None) or now + timedelta(seconds=_AGAIN_S)
            self._not_before[name] = later
            return held.value

    async def _renewed(self, name: str, used: SecretStr | None) -> SecretStr:
        """Joins the refresh under way, or begins one. A caller that gives up does not stop it."""
        flight = self._flights.get(name)
        if flight is None:
            flight = asyncio.create_task(self._renew(name, used), name=f"refresh {name}")
            self._flights[name] = flight
            flight.add_done_callback(lambda done: self._landed(name, done))
        return await asyncio.shield(flight)

    def _landed(self, name: str, done: asyncio.Task[SecretStr]) -> None:
        del self._flights[name]
        if not done.cancelled():
            done.exception()  # told to the callers; seen here in case that all of them gave up

    async def _renew(self, name: str, used: SecretStr | None) -> SecretStr:
        """Another caller, or another process, may have renewed it since `used` was read: then that one counts."""
        if name in self._signed_out:
            raise TokenRevoked(platform=name)
        if name in self._unsaved:
            await self._save(name, self._unsaved[name])
        newer = await self._newer_than(name, used)
        if newer is not None:
            return newer
        try:
            fresh = await self._asked(name)
        except TokenRevoked:
            newer = await self._newer_than(name, used)
            if newer is None:
                await self._sign_out(name)
                raise
            return newer
        await self._keep(name, fresh)
        self._not_before.pop(name, None)
        held = _carried(self._held[name])
        if held is None:
            raise AuthenticationError("The platform gave no token when it was asked for a new one.")
        return held.value

    async def _asked(self, name: str) -> Sequence[NewToken]:
        current = {kind: held.value for kind, held in (await self._tokens(name)).items()}
        try:
            async with asyncio.timeout(REFRESH_LIMIT_S):
                return await self._providers[name](current)
        except TimeoutError as problem:
            raise OutcomeUnknown("The platform did not answer when it was asked for a new token.") from problem

    async def _newer_than(self, name: str, used: SecretStr | None) -> SecretStr | None:
        """What the store has, if it is another token than `used` and lasts."""
        held = _carried(await self._tokens(name, again=True))
        if held is None or held.value == used or not held.valid_at(self._clock(), 0):
            return None
        return held.value

    async def _sign_out(self, name: str) -> None:
        if name in self._signed_out:
            return
        self._signed_out.add(name)
        if self.on_signed_out is not None:
            await self.on_signed_out(name)

    async def _keep(self, name: str, tokens: Sequence[NewToken]) -> None:
        await self._save(name, tuple(self._sealed(name, token) for token in tokens))

    async def _save(self, name: str, tokens: tuple[SealedToken, ...]) -> None:
        """Until the store has them they are the only copy (the old refresh token may be dead): tried again later."""
        self._unsaved[name] = tokens
        await self._store.save(name, tokens)
        del self._unsaved[name]
        held = self._held.setdefault(name, {})
        held.update({token.type: self._opened(name, token) for token in tokens})

    async def _tokens(self, name: str, *, again: bool = False) -> dict[TokenType, _Held]:
        if again or name not in self._held:
            rows = await self._store.load(name)
            self._held[name] = {row.type: self._opened(name, row) for row in rows}
        return self._held[name]

    def _sealed(self, name: str, token: NewToken) -> SealedToken:
        life = token.expires_in
        content = json.dumps({"value": token.value.get_secret_value(), "life_s": life})
        sealed = self._vault.seal(content, column=f"tokens.{token.type}", row=name)
        ends = None if life is None else self._clock().astimezone(UTC) + timedelta(seconds=life)
        return SealedToken(token.type, sealed, ends)

    def _opened(self, name: str, row: SealedToken) -> _Held:
        content = json.loads(self._vault.open(row.sealed, column=f"tokens.{row.type}", row=name))
        register_secret(content["value"])
        return _Held(row.type, SecretStr(content["value"]), row.expires_at, content["life_s"])


def _carried(tokens: Mapping[TokenType, _Held]) -> _Held | None:
    return next((tokens[kind] for kind in _CARRIED if kind in tokens), None)


def _id(connection: ConnectionLike) -> str:
    return connection if isinstance(connection, str) else connection.id
