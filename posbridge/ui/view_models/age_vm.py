"""Who buys: a licence is scanned, a date of birth typed, or a known customer confirmed; the person as a customer."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from posbridge.domain.errors import PosbridgeError
from posbridge.ui.qt import QObject, Signal, Slot
from posbridge.ui.tasks import Spawn
from posbridge.ui.view_models.base import ViewModel, held, told

Basket = Mapping[str, Any]


class AgeVm(ViewModel):
    """services: `scan_licence(barcode) -> {basket, card, found: [customer]}` with a card {number, first_name,
    last_name, born, region, expires, age}, `check_age(iso_date) -> basket`, `confirm_known() -> basket`,
    `people_by_licence(number) -> [customer]`, `save_person(person) -> basket`, `set_customer(id) -> basket`.

    What a card says is held while the sheet is open, and forgotten with it.
    """

    opened_changed = Signal()
    opened = held(bool, "opened", opened_changed, False)
    #: {} or what the last scanned card says
    card_changed = Signal()
    card = held("QVariantMap", "card", card_changed, {})
    #: customers who have this licence
    found_changed = Signal()
    found = held("QVariantList", "found", found_changed, [])
    #: the connected systems were asked for this licence
    asked_changed = Signal()
    asked = held(bool, "asked", asked_changed, False)
    #: {} or {code, message, next_step}: why the check was refused, or why the payment asks for it
    refusal_changed = Signal()
    refusal = held("QVariantMap", "refusal", refusal_changed, {})

    def __init__(
        self, services: Any, spawn: Spawn, parent: QObject, show: Callable[[Basket], None]
    ) -> None:
        super().__init__(services, spawn, parent)
        self._show = show
        self._turn = 0

    @Slot()
    def open(self) -> None:
        self._forget()
        self._put(opened=True)

    def ask(self, problem: Mapping[str, Any]) -> None:
        """The payment needs it: the sheet opens with the reason."""
        self.open()
        self._put(refusal=dict(problem))

    @Slot()
    def close(self) -> None:
        self._forget()
        self._put(opened=False)

    def scanned(self, barcode: str) -> None:
        """A licence from any screen; the sheet shows what came of it."""
        self.open()
        self._try(self._scan(barcode, self._turn))

    @Slot(str)
    def typed(self, born: str) -> None:
        """An ISO date of birth that was read from a card."""
        self._try(self._check(self.services.check_age(born)))

    @Slot()
    def confirm(self) -> None:
        """The customer of the basket is the person whose date of birth is kept."""
        self._try(self._check(self.services.confirm_known()))

    @Slot()
    def look_up(self) -> None:
        """Ask the connected systems who has this licence."""
        self._try(self._look_up(str(self.card["number"]), self._turn))

    @Slot(str)
    def choose(self, customer_id: str) -> None:
        self._try(self._take(self.services.set_customer(customer_id)))

    @Slot(str, str, str, str)
    def save(self, first_name: str, last_name: str, phone: str, email: str) -> None:
        """Keep the person on the card as a customer, with licence and date of birth."""
        person = {**self.card, "first_name": first_name, "last_name": last_name, "phone": phone, "email": email}
        self._try(self._take(self.services.save_person({name: str(value) for name, value in person.items()})))

    async def _scan(self, barcode: str, turn: int) -> None:
        """A sheet that was closed meanwhile holds nothing of the card."""
        answer = await self.services.scan_licence(barcode)
        self._show(answer["basket"])
        if turn == self._turn:
            self._put(card=answer["card"], found=answer["found"])

    async def _check(self, work: Coroutine[Any, Any, Basket]) -> None:
        basket = await work
        self._show(basket)
        if basket["law"]["age"]["state"] == "checked":
            self.close()

    async def _look_up(self, number: str, turn: int) -> None:
        found = await self.services.people_by_licence(number)
        if turn == self._turn:
            self._put(found=found, asked=True)

    async def _take(self, work: Coroutine[Any, Any, Basket]) -> None:
        self._show(await work)
        self.close()

    def _try(self, work: Coroutine[Any, Any, None]) -> None:
        self._run(self._told(work))

    async def _told(self, work: Coroutine[Any, Any, None]) -> None:
        self._put(refusal={})
        try:
            await work
        except PosbridgeError as error:
            self._put(refusal=told(error))

    def _forget(self) -> None:
        self._turn += 1
        self._put(card={}, found=[], asked=False, refusal={})
