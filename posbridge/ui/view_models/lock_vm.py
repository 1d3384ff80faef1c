"""Who stands at the till: people as tiles, then a PIN."""

from __future__ import annotations

from typing import Any

from posbridge.domain.errors import LockedOut, WrongPin
from posbridge.ui.qt import Signal, Slot
from posbridge.ui.view_models.base import ViewModel, held

LONGEST_PIN = 8
SHORTEST_PIN = 4


class LockVm(ViewModel):
    """services: `people() -> [{id, name, role, initials}]`, `sign_in(person_id, pin) -> {id, name, role, …}`
    raising WrongPin or LockedOut (detail `seconds`: how long to wait)."""

    signed_in = Signal(dict)

    people_changed = Signal()
    people = held("QVariantList", "people", people_changed, [])

    chosen_changed = Signal()
    chosen = held("QVariantMap", "chosen", chosen_changed, {})

    digits_changed = Signal()
    digits = held(int, "digits", digits_changed, 0)

    #: "" | "wrong_pin" | "locked_out"
    problem_changed = Signal()
    problem = held(str, "problem", problem_changed, "")

    wait_seconds_changed = Signal()
    wait_seconds = held(int, "wait_seconds", wait_seconds_changed, 0)

    _pin = ""

    async def load(self) -> None:
        self._put(people=await self.services.people())

    @Slot(str)
    def choose(self, person_id: str) -> None:
        chosen: dict[str, Any] = next((person for person in self.people if person["id"] == person_id), {})
        self._put(chosen=chosen, problem="", wait_seconds=0)
        self._type("")

    @Slot()
    def back(self) -> None:
        self._put(chosen={}, problem="")
        self._type("")

    @Slot(str)
    def press(self, key: str) -> None:
        """A digit, "back", "clear" or "enter"."""
        if key == "enter":
            self.submit()
        elif key == "clear":
            self._type("")
        elif key == "back":
            self._type(self._pin[:-1])
        elif len(self._pin) < LONGEST_PIN and key.isdigit():
            self._type(self._pin + key)

    @Slot()
    def submit(self) -> None:
        if len(self._pin) >= SHORTEST_PIN and self.chosen:
            self._run(self.sign_in())

    async def sign_in(self) -> None:
        pin = self._pin
        self._type("")
        try:
            person: dict[str, Any] = await self.services.sign_in(self.chosen["id"], pin)
        except (WrongPin, LockedOut) as error:
            self._put(problem=error.code, wait_seconds=int(error.detail.get("seconds", 0)))
            return
        self._put(chosen={}, problem="", wait_seconds=0)
        self.signed_in.emit(person)

    def _type(self, pin: str) -> None:
        self._pin = pin
        self._put(digits=len(pin))
