"""What every part of the desk shares: the services, who is signed in, and a few things that are asked often."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from posbridge.domain.business_day import business_date
from posbridge.domain.errors import DomainError, PosbridgeError
from posbridge.domain.order import Tender
from posbridge.services import Services
from posbridge.services.people import Approval
from posbridge.services.reports import Reports
from posbridge.services.settings import Settings


class DeskBase:
    """State that is no row: who is signed in, tenders taken for a basket that is not paid yet, refused codes."""

    def __init__(self, services: Services, *, on_demo: Callable[[], Awaitable[None]] | None = None) -> None:
        self.services = services
        self.reports = Reports(services.house)
        self._on_demo = on_demo
        self.person_id = ""
        self._taken: dict[UUID, list[Tender]] = {}
        self._refused: dict[UUID, dict[str, dict[str, Any]]] = {}
        self._cards: dict[str, tuple[str, int]] = {}
        self._names: dict[str, str] = {}
        self._customers: dict[str, str] = {}

    def now(self) -> datetime:
        return self.services.house.clock()

    async def settings(self) -> Settings:
        return await self.services.settings.get()

    async def today(self) -> date:
        """The shop's business day."""
        settings = await self.settings()
        return business_date(self.now(), settings.timezone, settings.day_ends)

    async def name_of(self, person_id: str) -> str:
        """A person's name; what is no person's id comes back as it is."""
        if person_id and person_id not in self._names:
            self._names.update({person.id: person.name for person in await self.services.people.list()})
        return self._names.get(person_id, person_id)

    async def customer_name(self, customer_id: str) -> str:
        """A customer's name, empty while it cannot be read."""
        if customer_id and customer_id not in self._customers:
            try:
                found = await self.services.customers.get(customer_id)
            except PosbridgeError:
                return ""
            self._customers[customer_id] = found.name or found.email or found.phone
        return self._customers.get(customer_id, "")

    async def approval(self, permission: str, approver_id: str, pin: str) -> Approval | None:
        """Somebody's PIN for an act of the person signed in; their own PIN, where they need nobody, gives None."""
        if not approver_id:
            raise DomainError("Choose who approves it.")
        if approver_id == self.person_id:
            await self.services.people.sign_in(approver_id, pin)
            return None
        return await self.services.people.approve(permission, approver_id, pin, asker=self.person_id)

    async def approver_rows(self, permission: str) -> list[dict[str, Any]]:
        found = await self.services.people.approvers(permission, self.person_id)
        return [person_row(person) for person in found]


def person_row(person: Any) -> dict[str, Any]:
    """A person as a tile shows them."""
    words = person.name.split()
    initials = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
    return {"id": person.id, "name": person.name, "role": str(person.role), "initials": initials}


def iso(moment: datetime | None) -> str:
    """ISO 8601 for QML, empty for no moment."""
    return "" if moment is None else moment.isoformat()
