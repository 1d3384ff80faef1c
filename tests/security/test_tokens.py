"""Tokens: one refresh a life however many callers, stored before used, and no connection dropped on a blip."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from posbridge.domain.errors import (
    AuthenticationError,
    DiskFull,
    OutcomeUnknown,
    RateLimitExceeded,
    ServiceUnavailable,
    TokenRevoked,
    VaultLocked,
)
from posbridge.security.redaction import redact_text
from posbridge.security.tokens import NewToken, TokenService, TokenState, TokenType
from posbridge.security.vault import SealBroken, Vault

ACCESS, REFRESH = TokenType.ACCESS, TokenType.REFRESH


class Platform:
    """Accepts one access token and one refresh token at a time; each refresh replaces both."""

    def __init__(self, store: Any, life_s: int = 3_600) -> None:
        self.store, self.life_s = store, life_s
        self.generation, self.refreshes, self.calls = 0, 0, 0
        self.fail_with: list[Exception] = []
        self.unsaved_uses = 0

    @property
    def access(self) -> str:
        return f"access-token-{self.generation:04}"

    @property
    def refresh_token(self) -> str:
        return f"refresh-token-{self.generation:04}"

    async def refresh(self, current: Any) -> list[NewToken]:
        self.refreshes += 1
        await asyncio.sleep(0.005)
        if self.fail_with:
            raise self.fail_with.pop(0)
        if current[REFRESH].get_secret_value() != self.refresh_token:
            raise TokenRevoked("reused")
        self.generation += 1
        return [
            NewToken(ACCESS, SecretStr(self.access), self.life_s),
            NewToken(REFRESH, SecretStr(self.refresh_token)),
        ]

    async def call(self, token: SecretStr) -> str:
        self.calls += 1
        if self.store.saves < self.generation + 1:
            self.unsaved_uses += 1
        await asyncio.sleep(0.001)
        if token.get_secret_value() != self.access:
            raise AuthenticationError("expired")
        return "done"


@pytest.fixture
def platform(token_store: Any) -> Platform:
    return Platform(token_store)


@pytest.fixture
async def signed_in(tokens: TokenService, platform: Platform) -> TokenService:
    await tokens.store_tokens(
        "c1",
        [NewToken(ACCESS, SecretStr(platform.access), 3_600), NewToken(REFRESH, SecretStr(platform.refresh_token))],
    )
    tokens.register_token_provider("c1", platform.refresh)
    return tokens


@pytest.mark.parametrize("kind", list(TokenType))
async def test_each_type_round_trips_also_with_4096_characters(
    tokens: TokenService, token_store: Any, kind: TokenType
) -> None:
    long = "aB3.-_~+/=" * 409 + "aB3.-_"
    await tokens.store_token("c1", kind, long, 60)
    held = token_store.rows["c1"][kind]
    assert long.encode()[:20] not in held.sealed
    assert "aB3" not in repr(held) + repr(await tokens.get_token("c1", kind))
    fresh = TokenService(token_store, tokens._clock, tokens._vault)
    kept = await fresh.get_token("c1", kind)
    assert kept is not None
    assert (len(long), kept.get_secret_value()) == (4_096, long)


async def test_validity_and_leeway(tokens: TokenService, clock: Any) -> None:
    assert not await tokens.has_valid_token("c1", ACCESS)
    await tokens.store_token("c1", ACCESS, "token-of-an-hour", 3_600)
    clock.pass_s(3_600 - 121)
    assert await tokens.has_valid_token("c1", ACCESS)
    clock.pass_s(2)
    assert not await tokens.has_valid_token("c1", ACCESS)
    assert await tokens.has_valid_token("c1", ACCESS, 0)
    clock.pass_s(119)
    assert not await tokens.has_valid_token("c1", ACCESS, 0)
    await tokens.store_token("c1", TokenType.API_KEY, "never-ends")
    clock.pass_s(10**9)
    assert await tokens.has_valid_token("c1", TokenType.API_KEY)


async def test_an_api_key_is_carried_as_it_is(tokens: TokenService) -> None:
    await tokens.store_token("c1", TokenType.API_KEY, "key-123456")
    assert await tokens.with_token_refresh("c1", lambda token: _told(token)) == "key-123456"


async def _told(token: SecretStr) -> str:
    return token.get_secret_value()


async def test_eight_callers_with_a_dead_token_make_one_refresh(signed_in: TokenService, platform: Platform) -> None:
    platform.generation = 0
    for life in range(1, 6):
        stale = platform.access
        platform.refreshes, platform.calls = 0, 0

        async def call(token: SecretStr, stale: str = stale) -> str:
            if token.get_secret_value() == stale:
                await asyncio.sleep(0.002)
                raise AuthenticationError("expired")
            return await platform.call(token)

        assert await asyncio.gather(*(signed_in.with_token_refresh("c1", call) for _ in range(8))) == ["done"] * 8
        assert (platform.refreshes, platform.generation) == (1, life)
    assert platform.unsaved_uses == 0


async def test_it_is_renewed_before_it_ends(signed_in: TokenService, platform: Platform, clock: Any) -> None:
    clock.pass_s(3_600 - 60)
    answers = await asyncio.gather(*(signed_in.with_token_refresh("c1", platform.call) for _ in range(8)))
    assert answers == ["done"] * 8
    assert (platform.refreshes, platform.calls) == (1, 8)


async def test_a_short_life_is_not_renewed_at_each_call(
    signed_in: TokenService, platform: Platform, clock: Any
) -> None:
    platform.life_s = 60
    clock.pass_s(3_600)
    for _ in range(10):
        await signed_in.with_token_refresh("c1", platform.call)
        clock.pass_s(4)
    assert platform.refreshes == 1


@pytest.mark.parametrize(
    "blip",
    [ServiceUnavailable("500"), OutcomeUnknown("time out"), RateLimitExceeded("429", retry_at=datetime.now(UTC))],
)
async def test_a_blip_while_renewing_keeps_the_connection(
    signed_in: TokenService, platform: Platform, clock: Any, blip: Exception
) -> None:
    clock.pass_s(3_700)
    platform.fail_with = [blip]
    with pytest.raises(type(blip)):
        await signed_in.with_token_refresh("c1", platform.call)
    assert signed_in.state("c1") is TokenState.SIGNED_IN
    assert (await signed_in.get_token("c1", REFRESH)) is not None
    assert await signed_in.with_token_refresh("c1", platform.call) == "done"


async def test_a_blip_while_the_token_still_lasts_costs_nothing(
    signed_in: TokenService, platform: Platform, clock: Any
) -> None:
    clock.pass_s(3_600 - 60)
    platform.fail_with = [ServiceUnavailable("500"), ServiceUnavailable("500")]
    assert [await signed_in.with_token_refresh("c1", platform.call) for _ in range(5)] == ["done"] * 5
    assert platform.refreshes == 1
    clock.pass_s(31)
    assert await signed_in.with_token_refresh("c1", platform.call) == "done"
    assert platform.refreshes == 2


async def test_500_then_timeout_then_ok_then_revoked(signed_in: TokenService, platform: Platform, clock: Any) -> None:
    told: list[str] = []

    async def on_signed_out(connection: str) -> None:
        told.append(connection)

    signed_in.on_signed_out = on_signed_out
    clock.pass_s(3_700)
    platform.fail_with = [ServiceUnavailable("500"), OutcomeUnknown("time out")]
    for wanted in (ServiceUnavailable, OutcomeUnknown):
        with pytest.raises(wanted):
            await signed_in.with_token_refresh("c1", platform.call)
    assert await signed_in.with_token_refresh("c1", platform.call) == "done"
    assert told == []

    clock.pass_s(3_700)
    platform.fail_with = [TokenRevoked("revoked")]
    results = await asyncio.gather(
        *(signed_in.with_token_refresh("c1", platform.call) for _ in range(8)), return_exceptions=True
    )
    assert {type(result) for result in results} == {TokenRevoked}
    assert told == ["c1"]
    assert signed_in.state("c1") is TokenState.SIGNED_OUT
    before = platform.refreshes
    with pytest.raises(TokenRevoked):
        await signed_in.with_token_refresh("c1", platform.call)
    assert platform.refreshes == before

    platform.generation += 1
    await signed_in.store_token("c1", ACCESS, platform.access, 3_600)
    assert signed_in.state("c1") is TokenState.SIGNED_IN


async def test_a_refresh_refused_without_the_word_revoked_ends_nothing(
    signed_in: TokenService, platform: Platform, clock: Any
) -> None:
    clock.pass_s(3_700)
    platform.fail_with = [AuthenticationError("client secret")]
    with pytest.raises(AuthenticationError):
        await signed_in.with_token_refresh("c1", platform.call)
    assert signed_in.state("c1") is TokenState.SIGNED_IN


async def test_refused_twice_is_told_after_exactly_one_refresh(signed_in: TokenService, platform: Platform) -> None:
    calls = []

    async def refuse(token: SecretStr) -> None:
        calls.append(token)
        raise AuthenticationError("no")

    with pytest.raises(AuthenticationError):
        await signed_in.with_token_refresh("c1", refuse)
    assert (len(calls), platform.refreshes) == (2, 1)
    assert signed_in.state("c1") is TokenState.SIGNED_IN


async def test_revoked_by_a_call_signs_out(signed_in: TokenService, platform: Platform) -> None:
    async def revoked(token: SecretStr) -> None:
        raise TokenRevoked("gone")

    with pytest.raises(TokenRevoked):
        await signed_in.with_token_refresh("c1", revoked)
    assert signed_in.state("c1") is TokenState.SIGNED_OUT
    assert platform.refreshes == 0


async def test_revoked_for_an_old_token_means_the_old_token(
    signed_in: TokenService, platform: Platform, token_store: Any, clock: Any, vault: Vault
) -> None:
    """Another process has renewed in between: its token is used, nothing is refreshed, nobody is signed out."""
    elsewhere = TokenService(token_store, clock, vault)
    await signed_in.access("c1")
    platform.generation += 1
    await elsewhere.store_tokens(
        "c1",
        [NewToken(ACCESS, SecretStr(platform.access), 3_600), NewToken(REFRESH, SecretStr(platform.refresh_token))],
    )

    async def call(token: SecretStr) -> str:
        if token.get_secret_value() != platform.access:
            raise TokenRevoked("rotated")
        return "done"

    assert await signed_in.with_token_refresh("c1", call) == "done"
    assert (platform.refreshes, signed_in.state("c1")) == (0, TokenState.SIGNED_IN)


async def test_a_renewal_that_lost_the_race_with_another_process_uses_its_token(
    signed_in: TokenService, platform: Platform, token_store: Any, clock: Any, vault: Vault
) -> None:
    elsewhere = TokenService(token_store, clock, vault)

    async def late(current: Any) -> list[NewToken]:
        platform.generation += 1
        await elsewhere.store_token("c1", ACCESS, platform.access, 3_600)
        raise TokenRevoked("the refresh token was used already")

    signed_in.register_token_provider("c1", late)
    clock.pass_s(3_700)
    assert await signed_in.with_token_refresh("c1", platform.call) == "done"
    assert signed_in.state("c1") is TokenState.SIGNED_IN


async def test_new_tokens_survive_a_full_disk(
    signed_in: TokenService, platform: Platform, token_store: Any, clock: Any
) -> None:
    clock.pass_s(3_700)
    token_store.fail_with = DiskFull()
    with pytest.raises(DiskFull):
        await signed_in.with_token_refresh("c1", platform.call)
    assert platform.calls == 0
    token_store.fail_with = None
    assert await signed_in.with_token_refresh("c1", platform.call) == "done"
    assert platform.refreshes == 1


async def test_a_caller_that_gives_up_does_not_stop_the_refresh(
    signed_in: TokenService, platform: Platform, clock: Any
) -> None:
    clock.pass_s(3_700)
    caller = asyncio.create_task(signed_in.with_token_refresh("c1", platform.call))
    await asyncio.sleep(0.002)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await signed_in.aclose()
    kept = await signed_in.get_token("c1", ACCESS)
    assert kept is not None
    assert kept.get_secret_value() == platform.access == "access-token-0001"


async def test_without_tokens_the_provider_is_asked_or_the_person(tokens: TokenService) -> None:
    with pytest.raises(AuthenticationError):
        await tokens.with_token_refresh("c1", _told)

    async def first(current: Any) -> list[NewToken]:
        assert current == {}
        return [NewToken(ACCESS, SecretStr("the-first-one"), 60)]

    tokens.register_token_provider("c1", first)
    assert await tokens.with_token_refresh("c1", _told) == "the-first-one"


async def test_a_refresh_that_gives_nothing(tokens: TokenService) -> None:
    async def nothing(current: Any) -> list[NewToken]:
        return []

    tokens.register_token_provider("c1", nothing)
    with pytest.raises(AuthenticationError):
        await tokens.with_token_refresh("c1", _told)


async def test_two_connections_do_not_share(tokens: TokenService, token_store: Any) -> None:
    await tokens.store_token("c1", ACCESS, "token-of-one", 60)
    token_store.rows["c2"] = dict(token_store.rows["c1"])
    with pytest.raises(SealBroken):
        await tokens.get_token("c2", ACCESS)


async def test_a_locked_vault_says_so(token_store: Any, clock: Any) -> None:
    with pytest.raises(VaultLocked):
        await TokenService(token_store, clock, Vault()).store_token("c1", ACCESS, "abcdef", 60)


async def test_forgotten_is_forgotten(signed_in: TokenService, token_store: Any) -> None:
    await signed_in.forget("c1")
    assert "c1" not in token_store.rows
    assert await signed_in.get_token("c1", ACCESS) is None


async def test_a_connection_object_is_as_good_as_its_id(tokens: TokenService) -> None:
    class Connection:
        id = "c9"

    await tokens.store_token(Connection(), ACCESS, "token-of-nine", 60)
    assert await tokens.get_token("c9", ACCESS) == SecretStr("token-of-nine")


async def test_a_stored_token_is_hidden_in_text(tokens: TokenService) -> None:
    await tokens.store_token("c1", ACCESS, "zq9-canary-token-value", 60)
    assert "canary" not in redact_text("the answer was zq9-canary-token-value, sorry")
