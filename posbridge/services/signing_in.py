"""A new sign-in is proved with its own tokens, never with those of an earlier one; a failed one changes nothing.

A code that a platform gives for signing in works once. When only the location was still to be chosen, or the form
was merely tried, the tokens it gave are therefore kept for the next call that brings the same secrets.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from posbridge.domain.errors import PosbridgeError
from posbridge.security.tokens import SealedToken
from posbridge.services.house import House
from posbridge.store import settings
from posbridge.store import tokens as token_rows

_PENDING = "signing_in."


class SigningIn:
    """The tokens of a connection while it is being proved."""

    def __init__(self, house: House) -> None:
        self._house = house

    @asynccontextmanager
    async def with_fresh_tokens(
        self, name: str, secrets: Mapping[str, str], *, trial: bool = False
    ) -> AsyncIterator[None]:
        """Around proof and keeping of the connection `name`. Raises VaultLocked."""
        house = self._house
        mark = house.vault.blind_index(json.dumps(dict(sorted(secrets.items()))), "sign-in")
        begun = await house.store.read(settings.get, _PENDING + name) == mark
        old = [] if begun else await self._set_aside(name)
        try:
            yield
        except BaseException as error:
            if isinstance(error, PosbridgeError) and error.code == "choose_location":
                await house.store.write(settings.put, _PENDING + name, mark)
            else:
                await self._put_back(name, old)
            raise
        if trial:
            await house.store.write(settings.put, _PENDING + name, mark)
        else:
            await house.store.write(settings.drop, _PENDING + name)

    async def _set_aside(self, name: str) -> list[SealedToken]:
        old = await self._house.store.read(token_rows.load_tokens, name)
        await self._house.tokens.forget(name)
        return old

    async def _put_back(self, name: str, old: Sequence[SealedToken]) -> None:
        house = self._house
        await house.tokens.forget(name)
        await house.store.write(token_rows.save_tokens, name, old)
        await house.store.write(settings.drop, _PENDING + name)
        await house.registry.forget(name)
