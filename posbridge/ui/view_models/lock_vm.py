"""Who stands at the till: people as tiles, then a PIN; after wrong tries a wait that counts down."""

from __future__ import annotations

from typing import Any

from posbridge.domain.errors import LockedOut, WrongPin
from posbridge.ui.qt import QObject, QTimer, Signal, Slot
from posbridge.ui.tasks import Spawn
from posbridge.ui.view_models.base import ViewModel, held

LONGEST_PIN = 8
SHORTEST_PIN = 4


class LockVm(ViewModel):
    """services: `add_manager(name, pin)` where nobody is, `people() -> [{id, name, role, initials}]`,
    `sign_in(person_id, pin) -> {id, name, role, …}`
    raising WrongPin or LockedOut (detail `seconds`: how long to wait)."""

    signed_in = Signal(dict)

    people_changed = Signal()
    people = held("QVariantList", "people", people_changed, [])

    chosen_changed = Signal()
    chosen = held("QVariantMap", "chosen", chosen_changed, {})

    digits_changed = Signal()
    digits = held(int, "digits", digits_changed, 0)

    #: Nobody can sign in yet: the first person is asked for.
    empty_changed = Signal()
    empty = held(bool, "empty", empty_changed, False)

    #: "" | "wrong_pin" | "locked_out"
    problem_changed = Signal()
    problem = held(str, "problem", problem_changed, "")

    wait_seconds_changed = Signal()
    wait_seconds = held(int, "wait_seconds", wait_seconds_changed, 0)

    _pin = ""

    def __init__(self, services: Any, spawn: Spawn, parent: QObject | None = None) -> None:
        super().__init__(services, spawn, parent)
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self.second)

    async def load(self) -> None:
        people = await self.services.people()
        self._put(people=people, empty=not people)

    @Slot(str, str)
    def add_manager(self, name: str, pin: str) -> None:
        self._run(self._add_manager(name.strip(), pin))

    async def _add_manager(self, name: str, pin: str) -> None:
        await self.services.add_manager(name, pin)
        await self.load()
        self.choose(self.people[0]["id"])

    @Slot(str)
    def choose(self, person_id: str) -> None:
        chosen: dict[str, Any] = next((person for person in self.people if person["id"] == person_id), {})
        self._put(chosen=chosen, problem="")
        self._wait(0)
        self._type("")

    @Slot()
    def back(self) -> None:
        self._put(chosen={}, problem="")
        self._wait(0)
        self._type("")

    @Slot(str)
    def press(self, key: str) -> None:
        """A digit, "back", "clear" or "enter"."""
        if self.wait_seconds:
            return
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
        if len(self._pin) >= SHORTEST_PIN and self.chosen and not self.wait_seconds:
            self._run(self.sign_in())

    async def sign_in(self) -> None:
        pin = self._pin
        self._type("")
        try:
            person: dict[str, Any] = await self.services.sign_in(self.chosen["id"], pin)
        except (WrongPin, LockedOut) as error:
            self._put(problem=error.code)
            self._wait(int(error.detail.get("seconds", 0)))
            return
        self._put(chosen={}, problem="")
        self._wait(0)
        self.signed_in.emit(person)

    def _type(self, pin: str) -> None:
        self._pin = pin
        self._put(digits=len(pin))

    def second(self) -> None:
        """A second of the wait is over; at its end the PIN may be tried again."""
        self._wait(self.wait_seconds - 1)
        if not self.wait_seconds:
            self._put(problem="")

    def _wait(self, seconds: int) -> None:
        self._put(wait_seconds=max(0, seconds))
        if seconds > 0:
            self._second.start()
        else:
            self._second.stop()
