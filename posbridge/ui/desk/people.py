"""Signing in and what the window needs to know of the shop."""

from __future__ import annotations

import math
from typing import Any

from posbridge.domain.errors import ConfigurationError, LockedOut
from posbridge.ui.desk.base import DeskBase, iso, person_row


class PeopleDesk(DeskBase):
    """For LockVm, AppVm, PriceVm and WelcomeVm."""

    async def configured(self) -> bool:
        """Whether there is anybody who could sign in: a shop without people is not set up yet."""
        return bool(await self.services.people.list())

    async def people(self) -> list[dict[str, Any]]:
        return [person_row(person) for person in await self.services.people.list()]

    async def sign_in(self, person_id: str, pin: str) -> dict[str, Any]:
        """Raises WrongPin, or LockedOut with `seconds` to wait (0: somebody must unlock)."""
        try:
            person = await self.services.people.sign_in(person_id, pin)
        except LockedOut as error:
            until = error.detail.get("retry_at")
            wait = 0 if until is None else max(0, math.ceil((until - self.now()).total_seconds()))
            raise LockedOut(error.message, next_step=error.next_step, **{**error.detail, "seconds": wait}) from error
        self.person_id = person.id
        return {**person_row(person), "proved": person.proved}

    async def sign_out(self) -> None:
        """The till locks; basket and tenders stay."""
        if self.person_id:
            await self.services.people.sign_out(self.person_id)
        self.person_id = ""

    async def approvers(self, act: str) -> list[dict[str, Any]]:
        """Who may say yes to an act ("price_override") of the person signed in."""
        return await self.approver_rows(act)

    async def lock_after(self) -> int:
        return (await self.settings()).lock_after_s

    async def shift(self) -> dict[str, Any]:
        """The till counts as open from the business day's first sale on."""
        first = await self.reports.first_sale()
        return {"open": first is not None, "opened_at": iso(first)}

    async def start_demo(self) -> None:
        """Raises ConfigurationError where this program was started without a demo."""
        if self._on_demo is None:
            raise ConfigurationError(
                "The demo shop was not started with this window.", next_step="Run `posbridge demo` instead."
            )
        await self._on_demo()
