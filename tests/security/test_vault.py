"""Sealed fields: they open where they were sealed, with the right key, unchanged; and a rotation never closes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posbridge.domain.errors import SecurityError, VaultLocked
from posbridge.security.key_sources import KeyState, open_vault
from posbridge.security.rotation import rotate
from posbridge.security.vault import KeyLost, MasterKeys, SealBroken, Vault, new_key, to_e164

PLACE = {"column": "customers.email", "row": "c1"}


@given(st.binary(max_size=5_000), st.text(max_size=40), st.text(max_size=40))
def test_what_is_sealed_opens_in_its_place(plain: bytes, column: str, row: str) -> None:
    vault = Vault(b"k" * 32)
    assert vault.open(vault.seal(plain, column=column, row=row), column=column, row=row) == plain


@pytest.mark.parametrize("text", ["", "x" * 4_096, "café ✓ 漢字", "\0\n"])
def test_text_round_trip(vault: Vault, text: str) -> None:
    assert vault.open_text(vault.seal(text, **PLACE), **PLACE) == text


def test_every_changed_byte_is_noticed(vault: Vault) -> None:
    sealed = vault.seal("ana@example.com", **PLACE)
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises((SealBroken, KeyLost)):
            vault.open(changed, **PLACE)


@pytest.mark.parametrize("cut", [0, 1, 7, 18, 34, -1])
def test_a_cut_field_is_noticed(vault: Vault, cut: int) -> None:
    with pytest.raises(SealBroken):
        vault.open(vault.seal("x", **PLACE)[:cut], **PLACE)


@pytest.mark.parametrize(
    "place",
    [
        {"column": "customers.email", "row": "c2"},
        {"column": "customers.phone", "row": "c1"},
        {"column": "customers.emailc", "row": "1"},
        {"column": "", "row": "customers.emailc1"},
    ],
)
def test_a_field_copied_elsewhere_does_not_open(vault: Vault, place: dict[str, str]) -> None:
    with pytest.raises(SealBroken):
        vault.open(vault.seal("x", **PLACE), **place)


def test_the_same_text_is_sealed_differently_each_time(vault: Vault) -> None:
    assert vault.seal("x", **PLACE) != vault.seal("x", **PLACE)


def test_a_locked_vault_says_what_to_do() -> None:
    sealed = Vault(b"k" * 32).seal("x", **PLACE)
    locked = Vault(reason="The system's keyring is locked.")
    for act in (
        lambda: locked.open(sealed, **PLACE),
        lambda: locked.seal("x", **PLACE),
        lambda: locked.blind_index("a@b.c", "email"),
        locked.audit_key,
        locked.pepper,
        locked.ring,
    ):
        with pytest.raises(VaultLocked, match="keyring is locked") as told:
            act()
        assert told.value.next_step


def test_it_can_be_unlocked_later() -> None:
    vault = Vault()
    assert not vault.is_open
    vault.unlock(b"k" * 32)
    assert vault.open(vault.seal("x", **PLACE), **PLACE) == b"x"
    vault.lock("gone")
    assert not vault.is_open
    with pytest.raises(VaultLocked, match="gone"):
        vault.seal("x", **PLACE)


def test_another_key_is_said_to_be_another_key(vault: Vault) -> None:
    with pytest.raises(KeyLost):
        Vault(b"z" * 32).open(vault.seal("x", **PLACE), **PLACE)


def test_no_key_in_a_repr() -> None:
    key = b"0123456789abcdef0123456789abcdef"
    assert "0123" not in repr(Vault(key)) + repr(MasterKeys(key, key))


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_has_32_bytes(size: int) -> None:
    with pytest.raises(ValueError):
        Vault(b"k" * size)


@pytest.mark.parametrize(
    ("purpose", "spellings"),
    [
        ("email", ["Ana@Example.com", " ana@example.COM\n", "ana@example.com"]),
        ("phone", ["+1 415-555-2671", "(415) 555-2671", "4155552671", "1 415 555 2671"]),
        ("code", ["SAVE10", "save10", " Save10 "]),
    ],
)
def test_spellings_of_one_thing_meet_in_the_index(vault: Vault, purpose: str, spellings: list[str]) -> None:
    found = {vault.blind_index(one, purpose) for one in spellings}
    assert len(found) == 1
    assert len(found.pop()) == 64


def test_an_index_is_of_its_purpose_and_key(vault: Vault) -> None:
    assert vault.blind_index("x", "email") != vault.blind_index("x", "code")
    assert vault.blind_index("x", "email") != Vault(b"z" * 32).blind_index("x", "email")
    assert vault.blind_index("  ", "email") == ""


@pytest.mark.parametrize(
    ("text", "region", "wanted"),
    [
        ("415 555 2671", "US", "+14155552671"),
        ("030 123456", "DE", "+4930123456"),
        ("+44 20 7946 0958", "US", "+442079460958"),
        ("12", "US", ""),
        ("none", "US", ""),
    ],
)
def test_phone_numbers_in_one_form(text: str, region: str, wanted: str) -> None:
    assert to_e164(text, region) == wanted


def test_derived_keys_differ(vault: Vault) -> None:
    assert len({vault.audit_key(), vault.pepper(), b"k" * 32}) == 3
    assert Vault(bytes(range(32))).pepper() == vault.pepper()


class _Killed(Exception):
    """Stands for SIGKILL."""


class _Rows:
    """Two hundred sealed fields and a ring, saved fifty at a time; dies before the step `die_at`."""

    def __init__(self, vault: Vault) -> None:
        self.fields = {str(n): vault.seal(f"text {n}", column="t.c", row=str(n)) for n in range(200)}
        self.ring: bytes | None = None
        self.steps, self.die_at = 0, -1

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.die_at:
            raise _Killed

    async def save_ring(self, ring: bytes) -> None:
        self.step()
        self.ring = ring
        self.step()

    async def reseal(self, again) -> int:  # type: ignore[no-untyped-def]
        changed = {row: new for row, old in self.fields.items() if (new := again(old, "t.c", row)) != old}
        for row in list(changed)[:50]:
            self.fields[row] = changed[row]
        self.step()
        return min(len(changed), 50)


class _DyingSource:
    """The memory source with a step before and after each change."""

    def __init__(self, inner, rows: _Rows) -> None:  # type: ignore[no-untyped-def]
        self.inner, self.rows, self.name = inner, rows, "dying"

    async def read(self):  # type: ignore[no-untyped-def]
        return await self.inner.read()

    async def write(self, slot, key):  # type: ignore[no-untyped-def]
        self.rows.step()
        found = await self.inner.write(slot, key)
        self.rows.step()
        return found

    async def forget_next(self) -> None:
        self.rows.step()
        await self.inner.forget_next()
        self.rows.step()


@pytest.mark.parametrize("die_at", range(1, 14))
async def test_a_rotation_killed_at_any_step_never_locks_a_field(source, die_at: int) -> None:  # type: ignore[no-untyped-def]
    source.kept["current"] = b"o" * 32
    before = Vault(b"o" * 32)
    rows = _Rows(before)
    pepper, index = before.pepper(), before.blind_index("a@b.c", "email")
    rows.die_at = die_at
    with pytest.raises(_Killed):
        await rotate(before, _DyingSource(source, rows), rows)

    for _ in range(2):  # after the kill, and after the rotation was taken up again
        opened = await open_vault([source], sample=rows.fields["199"])
        assert opened.found.state is KeyState.OPEN
        vault = opened.vault
        vault.load_ring(rows.ring)
        assert all(vault.open_text(field, column="t.c", row=row) == f"text {row}" for row, field in rows.fields.items())
        assert (vault.pepper(), vault.blind_index("a@b.c", "email")) == (pepper, index)
        await rotate(vault, _DyingSource(source, rows), rows)
    assert source.kept.keys() == {"current"}
    assert source.kept["current"] != b"o" * 32


async def test_a_full_rotation_leaves_nothing_under_the_old_key(source) -> None:  # type: ignore[no-untyped-def]
    source.kept["current"] = b"o" * 32
    vault = Vault(b"o" * 32)
    rows = _Rows(vault)
    assert await rotate(vault, source, rows) == 200
    old = Vault(b"o" * 32)
    for row, field in rows.fields.items():
        with pytest.raises(KeyLost):
            old.open(field, column="t.c", row=row)


async def test_a_source_that_cannot_hold_the_new_key_changes_nothing(source) -> None:  # type: ignore[no-untyped-def]
    source.kept["current"], source.writable = b"o" * 32, False
    vault = Vault(b"o" * 32)
    rows = _Rows(vault)
    before = dict(rows.fields)
    with pytest.raises(SecurityError, match="full"):
        await rotate(vault, source, rows)
    assert rows.fields == before
    assert vault.keys == MasterKeys(b"o" * 32)


def test_a_ring_given_while_locked_counts_when_unlocked() -> None:
    old = Vault(b"o" * 32)
    pepper = old.pepper()
    old.unlock(MasterKeys(b"o" * 32, b"n" * 32))
    ring = old.ring()
    later = Vault()
    later.load_ring(ring)
    later.unlock(b"n" * 32)
    assert later.pepper() == pepper != Vault(b"n" * 32).pepper()


def test_new_keys_differ() -> None:
    assert new_key() != new_key()
