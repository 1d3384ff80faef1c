"""Who buys: the age check, and the person on a scanned licence as a customer where the cashier asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from posbridge.domain.aamva import ScannedLicence
from posbridge.domain.age import AgeProof, age_on
from posbridge.domain.customer import Customer, Licence
from posbridge.domain.errors import DomainError, PosbridgeError
from posbridge.ui.desk.baskets import BasketDesk, Shown
from posbridge.ui.desk.shapes import customer_row


class CounterDesk(BasketDesk):
    """For AgeVm. What a licence says is handed on and kept nowhere, unless `save_person` is asked for."""

    async def scan_licence(self, barcode: str) -> dict[str, Any]:
        """{basket, card, found}: the customers here who have that licence. Raises DomainError as Counter does."""
        card = await self.services.counter.scan_licence(await self._id(), barcode, self.person_id)
        with suppress(PosbridgeError):
            return await self._scanned(card, await self.people_by_licence(card.number, ask=False))
        return await self._scanned(card, [])

    async def check_age(self, born: str) -> Shown:
        """`born` is an ISO date that somebody read from a card. Raises DomainError."""
        return await self._show(
            await self.services.counter.check_age(await self._id(), _day(born), self.person_id, AgeProof.TYPED)
        )

    async def confirm_known(self) -> Shown:
        """The customer is who they say, and their date of birth is kept here. Raises DomainError without one."""
        basket = await self.services.baskets.open()
        born = basket.customer.date_of_birth if basket.customer else None
        if born is None:
            raise DomainError("No date of birth is kept of this customer.", next_step="Type it from a card.")
        return await self._show(
            await self.services.counter.check_age(basket.id, born, self.person_id, AgeProof.KNOWN)
        )

    async def people_by_licence(self, number: str, *, ask: bool = True) -> list[dict[str, Any]]:
        """Customers with this licence; with `ask` the systems are asked where nobody here has it."""
        found = await self.services.customers.find(number, 5, ask=ask)
        today = await self.today()
        return [row for one in found if (row := customer_row(one, today))]

    async def save_person(self, person: Mapping[str, str]) -> Shown:
        """The person on the licence becomes a customer of the shop and of this basket. Raises DomainError."""
        licence = Licence(
            number=person["number"], region=person.get("region", ""), expires=_maybe(person.get("expires", ""))
        )
        customer = Customer(
            id="", first_name=person["first_name"].strip(), last_name=person["last_name"].strip(),
            phone=person.get("phone", "").strip(), email=person.get("email", "").strip(),
            date_of_birth=_maybe(person.get("born", "")), licence=licence,
        )  # fmt: skip
        saved = await self.services.customers.save(customer, who=self.person_id)
        return await self.set_customer(saved.id)

    async def ask_allotments(self) -> Shown:
        """The basket with what the customer's POS says they may still buy; the last word where it cannot say."""
        basket = await self.services.baskets.open()
        if basket.customer is None or not basket.customer.id:
            return await self._show(basket)
        asked = await self.services.customers.refresh_allotments(basket.customer.id)
        present = await self.services.baskets.open()
        if present.customer and present.customer.id == asked.id and present.customer.allotments != asked.allotments:
            customer = present.customer.model_copy(update={"allotments": asked.allotments})
            present = await self.services.baskets.set_customer(present.id, customer)
        return await self._show(present)

    async def _scanned(self, card: ScannedLicence, found: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "basket": await self.basket(),
            "card": {
                "number": card.number, "first_name": _written(card.first_name), "last_name": _written(card.last_name),
                "born": card.date_of_birth.isoformat(), "region": card.region,
                "expires": card.expires.isoformat() if card.expires else "",
                "age": age_on(card.date_of_birth, await self.today()),
            },
            "found": found,
        }  # fmt: skip


def _written(name: str) -> str:
    """A card writes names in capitals; people do not."""
    return name.title() if name.isupper() else name


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DomainError("This is no date.", code="birth_date", next_step="Type it as on the card.") from error


def _maybe(text: str) -> date | None:
    return _day(text) if text else None
