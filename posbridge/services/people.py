"""Who works at the till: signing in, and asking somebody with more rights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from posbridge.domain.errors import DomainError, LockedOut, NotAllowed, WrongPin
from posbridge.domain.ids import uuid7
from posbridge.security import pins
from posbridge.security.pins import PinState
from posbridge.security.roles import FRESH_PIN, Permission, Role, allows, may_approve, needs_approval
from posbridge.services.house import House
from posbridge.store import audit
from posbridge.store import people as rows
from posbridge.store.errors import NotStored
from posbridge.store.people import PersonRow
from posbridge.store.transaction import Transaction


@dataclass(frozen=True)
class Person:
    """`proved` False: the vault is locked, so no PIN can be checked; such a person sells and does nothing else."""

    id: str
    name: str
    role: Role
    proved: bool = True

    def may(self, permission: Permission | str) -> bool:
        """Whether this person may do it without another's PIN."""
        return not needs_approval(self.role, Permission(permission))


@dataclass(frozen=True)
class Approval:
    """`approved_by` gave a PIN for one act of `asker`."""

    permission: Permission
    approved_by: str
    asker: str
    at: datetime


class People:
    """Signing in and rights; wrong tries are rows, so that a restart forgets none."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def list(self) -> list[Person]:
        """By name."""
        return [_person(row) for row in await self._house.store.read(rows.listed)]

    async def add(self, name: str, role: Role | str, pin: str, *, who: str = "") -> Person:
        """A new person. Raises BadPin, VaultLocked; NotAllowed unless `who` may; "" is the set-up."""
        if not name.strip():
            raise DomainError("A person has a name.")
        chosen, person_id = Role(role), str(uuid7(self._house.clock()))
        pins.check_choice(pin, chosen)
        kept = await pins.hash_pin(pin, person_id, self._house.vault.pepper())
        row = PersonRow(person_id, name.strip(), chosen.value, kept)
        await self._house.store.write(self._put, row, "person_add", who)
        return _person(row)

    async def sign_in(self, person_id: str, pin: str) -> Person:
        """Raises WrongPin, or LockedOut (with when, or that a manager must unlock). An unknown person costs the
        same time as a wrong PIN. With a locked vault anybody may sell, as a cashier who proved nothing."""
        await self._house.key_asked.wait()
        if not self._house.vault.is_open:
            return await self._unproved(person_id)
        row = await self._proved(person_id, pin)
        await self._house.store.write(self._note, "sign_in", row.id, row.id, "")
        return _person(row)

    async def sign_out(self, person_id: str) -> None:
        await self._house.store.write(self._note, "sign_out", person_id, person_id, "")

    async def approve(self, permission: Permission | str, person_id: str, pin: str, *, asker: str = "") -> Approval:
        """Somebody's PIN for an act of `asker`. Raises as `sign_in`, NotAllowed when their word does not count."""
        wanted = Permission(permission)
        row = await self._proved(person_id, pin)
        if not may_approve(Role(row.role), row.id, asker, wanted):
            raise NotAllowed(f"{row.name} cannot approve this.", next_step="Ask somebody with more rights.")
        await self._house.store.write(self._note, f"approve_{wanted.value}", row.id, asker, row.id)
        return Approval(wanted, row.id, asker, self._house.clock())

    async def approvers(self, permission: Permission | str, asker: str) -> tuple[Person, ...]:
        """Whose PIN an act of `asker` needs: nobody's (empty), their own again, or that of one of these others."""
        wanted, everybody = Permission(permission), await self.list()
        me = next((person for person in everybody if person.id == asker), None)
        if me is not None and me.may(wanted):
            return (me,) if wanted in FRESH_PIN else ()
        return tuple(one for one in everybody if may_approve(one.role, one.id, asker, wanted))

    async def change_pin(self, person_id: str, old_pin: str, new_pin: str) -> None:
        """Raises as `sign_in`, and BadPin."""
        row = await self._proved(person_id, old_pin)
        await self._set_pin(row, new_pin, row.id)

    async def reset_pin(self, person_id: str, new_pin: str, *, who: str = "", approval: Approval | None = None) -> None:
        """A new PIN without the old one. Raises NotAllowed, BadPin, NotStored."""
        await self._house.store.read(require, Permission.PEOPLE, who, approval)
        await self._set_pin(await self._house.store.read(rows.get, person_id), new_pin, who)

    async def unlock(self, person_id: str, *, who: str = "", approval: Approval | None = None) -> None:
        """Forgets wrong tries. Raises NotAllowed unless `who` may."""
        await self._house.store.write(self._unlock, person_id, who, approval)

    async def retire(self, person_id: str, *, who: str = "", approval: Approval | None = None) -> None:
        """Somebody who left; their name stays in the audit. Raises NotAllowed, DomainError for the last manager."""
        await self._house.store.write(self._retire, person_id, who, approval)

    async def _unproved(self, person_id: str) -> Person:
        row = await self._house.store.read(_find, person_id)
        if row is None:
            raise WrongPin(next_step="Choose your name again.")
        await self._house.store.write(self._note, "sign_in_unproved", row.id, row.id, "")
        return Person(row.id, row.name, Role.CASHIER, proved=False)

    async def _proved(self, person_id: str, pin: str) -> PersonRow:
        """The try counts before it is evaluated, so that a killed process or a second till does not save one."""
        pepper = self._house.vault.pepper()
        row = await self._house.store.write(self._count_try, person_id)
        if not await pins.verify_pin(row.pin_hash if row else None, pin, person_id, pepper) or row is None:
            await self._house.store.write(self._note, "wrong_pin", person_id, person_id, "")
            raise WrongPin(next_step="Try again; after five wrong tries there is a pause.")
        await self._house.store.write(rows.clear_failures, person_id)
        return row

    def _count_try(self, tx: Transaction, person_id: str) -> PersonRow | None:
        now, known = self._house.clock(), rows.failures(tx, person_id)
        state = PinState(known.count, known.last_at, known.locked_until)
        row = _find(tx, person_id)
        answer = pins.may_try(state, now, alone=row is not None and _alone(tx, row))
        if not answer.allowed:
            words = "A manager must unlock this person." if answer.manager_needed else "Too many wrong tries."
            step = "Ask a manager." if answer.retry_at is None else _wait_words(answer.retry_at, now)
            raise LockedOut(words, next_step=step, retry_at=answer.retry_at, manager_needed=answer.manager_needed)
        rows.record_failure(tx, person_id, now, pins.after_wrong(state, now).locked_until)
        return row

    async def _set_pin(self, row: PersonRow, pin: str, who: str) -> None:
        pins.check_choice(pin, Role(row.role))
        kept = await pins.hash_pin(pin, row.id, self._house.vault.pepper())
        await self._house.store.write(self._put_pin, row.id, kept, who)

    def _put_pin(self, tx: Transaction, person_id: str, kept: str, who: str) -> None:
        rows.set_pin_hash(tx, person_id, kept, self._house.clock())
        rows.clear_failures(tx, person_id)
        self._note(tx, "change_pin", person_id, who, "")

    def _put(self, tx: Transaction, row: PersonRow, action: str, who: str) -> None:
        require(tx, Permission.PEOPLE, who, None)
        rows.put(tx, row, self._house.clock())
        self._note(tx, action, row.id, who, "")

    def _unlock(self, tx: Transaction, person_id: str, who: str, approval: Approval | None) -> None:
        require(tx, Permission.UNLOCK_PERSON, who, approval)
        rows.clear_failures(tx, person_id)
        self._note(tx, "unlock_person", person_id, who, approval.approved_by if approval else "")

    def _retire(self, tx: Transaction, person_id: str, who: str, approval: Approval | None) -> None:
        require(tx, Permission.PEOPLE, who, approval)
        row = rows.get(tx, person_id)
        if _alone(tx, row):
            raise DomainError("The last manager stays.", next_step="Make somebody else a manager first.")
        rows.put(tx, PersonRow(row.id, row.name, row.role, "", active=False), self._house.clock())
        self._note(tx, "person_retire", person_id, who, approval.approved_by if approval else "")

    def _note(self, tx: Transaction, action: str, person_id: str, who: str, approved_by: str) -> None:
        audit.add(
            tx, action, self._house.clock(), vault=self._house.vault, who=who, approved_by=approved_by,
            object_kind="person", object_id=person_id,
        )  # fmt: skip


def require(tx: Transaction, permission: Permission, who: str, approval: Approval | None) -> None:
    """Raises NotAllowed unless `who` may do it, or `approval` is for this act of theirs.

    "" is this machine's owner at the command line, who holds the data folder anyway.
    """
    if not who:
        return
    row = _find(tx, who)
    if row is not None and not needs_approval(Role(row.role), permission):
        return
    if approval is not None and approval.permission is permission and approval.asker == who:
        approver = _find(tx, approval.approved_by)
        if approver is not None and may_approve(Role(approver.role), approver.id, who, permission):
            return
    raise NotAllowed(code="not_allowed", next_step="Ask for the PIN of somebody who may.", permission=permission.value)


def _find(tx: Transaction, person_id: str) -> PersonRow | None:
    try:
        row = rows.get(tx, person_id)
    except NotStored:
        return None
    return row if row.active else None


def _alone(tx: Transaction, row: PersonRow) -> bool:
    """Nobody else could unlock this person."""
    return all(
        other.id == row.id or not allows(Role(other.role), Permission.UNLOCK_PERSON) for other in rows.listed(tx)
    )


def _person(row: PersonRow) -> Person:
    return Person(row.id, row.name, Role(row.role))


def _wait_words(until: datetime, now: datetime) -> str:
    return f"Try again in {max(round((until - now).total_seconds() / 60), 1)} min."
