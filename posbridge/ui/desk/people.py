"""Signing in and what the window needs to know of the shop."""

from __future__ import annotations

import math
from typing import Any

from posbridge.domain.errors import ConfigurationError, LockedOut, NotAllowed
from posbridge.ui.desk.base import DeskBase, iso, person_row

#: Screens that everybody sees, and those that ask for a right.
OPEN = ("sell", "pay", "receipt", "orders", "queue", "gift_cards")
GUARDED = {"overview": "view_reports", "rules": "settings", "connections": "settings"}


class PeopleDesk(DeskBase):
    """For LockVm, AppVm, PriceVm and WelcomeVm."""

    async def configured(self) -> bool:
        """Whether the set-up has begun: somebody who could sign in, or a system."""
        return bool(await self.services.people.list() or await self.services.connections.list())

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
        screens = [name for name, permission in GUARDED.items() if person.proved and person.may(permission)]
        return {**person_row(person), "proved": person.proved, "screens": [*OPEN, *screens]}

    async def add_manager(self, name: str, pin: str) -> None:
        """The first person of a till. Raises BadPin, VaultLocked; NotAllowed once there is somebody."""
        if await self.services.people.list():
            raise NotAllowed("This till has people already.", next_step="Sign in.")
        await self.services.people.add(name, "manager", pin)

    async def sign_out(self) -> None:
        """The till locks; basket and tenders stay."""
        if self.person_id:
            await self.services.people.sign_out(self.person_id)
        self.person_id = ""

    async def approvers(self, act: str) -> list[dict[str, Any]]:
        """Who may say yes to an act ("price_override") of the person signed in."""
        return await self.approver_rows(act)

    async def timezone(self) -> str:
        """The shop's zone: its hours are what every screen shows."""
        return (await self.settings()).timezone

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
