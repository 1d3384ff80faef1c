"""Where the key comes from: the order, what is refused, and every way in which a keyring can fail."""

from __future__ import annotations

import base64
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest

from posbridge.domain.errors import VaultLocked
from posbridge.security.file_sources import PassphraseFile, ProtectedFile, SystemdCredential, default_sources
from posbridge.security.key_sources import KeyState, open_vault
from posbridge.security.keyring_source import KeyringSource
from posbridge.security.vault import Vault

KEY = bytes(range(32))
PHRASE = {"POSBRIDGE_PASSPHRASE": "correct horse battery"}
PLACE = {"column": "t.c", "row": "1"}


def fake_backend(
    *,
    get: Exception | None = None,
    put: Exception | None = None,
    wait: threading.Event | None = None,
    forgets: bool = False,
    name: str = "keyring.backends.SecretService.Keyring",
) -> Any:
    """An object that bears the name of an allowed back-end and fails as told. Entries up to 1,280 characters."""
    module, _, kind = name.rpartition(".")
    entries: dict[tuple[str, str], str] = {}

    def get_password(self: Any, service: str, user: str) -> str | None:
        if wait is not None:
            wait.wait(30)
        if get is not None:
            raise get
        return entries.get((service, user))

    def set_password(self: Any, service: str, user: str, text: str) -> None:
        if put is not None:
            raise put
        if len(text) > 1_280:
            raise RuntimeError(1783, "CredWrite", "The stub received bad data")
        if not forgets:
            entries[service, user] = text

    def delete_password(self: Any, service: str, user: str) -> None:
        del entries[service, user]

    methods = {"get_password": get_password, "set_password": set_password, "delete_password": delete_password}
    made = type(kind, (), {**methods, "__module__": module, "__qualname__": kind})()
    made.entries = entries
    return made


def source_of(backend: Any, limit_s: float = 5.0) -> KeyringSource:
    return KeyringSource("test", backend=lambda: backend, limit_s=limit_s)


async def test_first_start_makes_a_key_and_the_second_finds_it() -> None:
    backend = fake_backend()
    first = await open_vault([source_of(backend)], sample=None)
    assert first.created
    assert first.vault.is_open
    sealed = first.vault.seal("x" * 4_096, **PLACE)
    second = await open_vault([source_of(backend)], sample=sealed)
    assert not second.created
    assert second.vault.open_text(sealed, **PLACE) == "x" * 4_096
    assert [len(text) for text in backend.entries.values()] == [44]


async def test_a_lost_key_is_not_replaced() -> None:
    sealed = Vault(KEY).seal("x", **PLACE)
    backend = fake_backend()
    opened = await open_vault([source_of(backend)], sample=sealed)
    assert opened.found.state is KeyState.LOST
    assert opened.found.next_step
    assert not backend.entries
    with pytest.raises(VaultLocked):
        opened.vault.open(sealed, **PLACE)


async def test_the_key_of_another_database_is_told_apart(source, other_source) -> None:  # type: ignore[no-untyped-def]
    sealed = Vault(KEY).seal("x", **PLACE)
    source.kept["current"] = b"z" * 32
    alone = await open_vault([source], sample=sealed)
    assert (alone.found.state, alone.vault.is_open) == (KeyState.LOST, False)
    other_source.kept["current"] = KEY
    both = await open_vault([source, other_source], sample=sealed)
    assert both.source is other_source
    assert both.vault.open(sealed, **PLACE) == b"x"


@pytest.mark.parametrize(
    ("backend", "state"),
    [
        (fake_backend(get=keyring.errors.KeyringLocked("dismissed")), KeyState.LOCKED),
        (fake_backend(get=keyring.errors.InitError("no collection")), KeyState.FAILED),
        (fake_backend(get=EOFError("asked on the terminal")), KeyState.FAILED),
        (fake_backend(get=OSError(1312, "no logon session")), KeyState.FAILED),
        (None, KeyState.ABSENT),
        (keyring.backends.null.Keyring(), KeyState.REFUSED),
        (keyring.backends.fail.Keyring(), KeyState.REFUSED),
        (fake_backend(name="keyrings.alt.file.PlaintextKeyring"), KeyState.REFUSED),
        (fake_backend(name="some.plugin.Keyring"), KeyState.REFUSED),
    ],
)
async def test_a_keyring_that_fails_is_a_state(backend: Any, state: KeyState) -> None:
    found = await source_of(backend).read()
    assert (found.state, found.keys) == (state, None)
    sealed = Vault(KEY).seal("x", **PLACE)
    opened = await open_vault([source_of(backend)], sample=sealed)
    assert not opened.vault.is_open
    assert opened.vault.reason


async def test_errors_that_are_no_exceptions_of_the_library_do_not_escape() -> None:
    class Foreign(Exception):
        """As pywintypes.error: unrelated to keyring's own."""

    found = await source_of(fake_backend(get=Foreign(5, "CredRead", "Access is denied"))).read()
    assert found.state is KeyState.FAILED
    assert "Foreign" in found.message
    assert "denied" not in found.message


@pytest.mark.parametrize("backend", [fake_backend(put=RuntimeError(1783)), fake_backend(forgets=True)])
async def test_a_full_keyring_gives_way_to_the_next_source(backend: Any, other_source) -> None:  # type: ignore[no-untyped-def]
    opened = await open_vault([source_of(backend), other_source], sample=None)
    assert opened.source is other_source
    assert [found.state for found in opened.tried] == [KeyState.FAILED, KeyState.ABSENT]


async def test_a_full_keyring_alone_leaves_the_vault_locked() -> None:
    opened = await open_vault([source_of(fake_backend(put=RuntimeError(1783)))], sample=None)
    assert opened.found.state is KeyState.FAILED
    assert not opened.vault.is_open


async def test_a_keyring_that_hangs_for_30_s_is_slow_within_6_s() -> None:
    release = threading.Event()
    hanging = source_of(fake_backend(wait=release))
    try:
        began = time.monotonic()
        assert (await hanging.read()).state is KeyState.SLOW
        assert time.monotonic() - began <= 6
        threads = threading.active_count()
        began = time.monotonic()
        again = [await hanging.read() for _ in range(5)]
        assert {found.state for found in again} == {KeyState.SLOW}
        assert time.monotonic() - began < 1
        assert threading.active_count() == threads
        assert all(thread.daemon for thread in threading.enumerate() if thread.name == "posbridge-keyring")
    finally:
        release.set()


async def test_a_keyring_that_woke_up_is_asked_again() -> None:
    release = threading.Event()
    backend = fake_backend(wait=release)
    hanging = source_of(backend, limit_s=0.05)
    assert (await hanging.read()).state is KeyState.SLOW
    release.set()
    for thread in threading.enumerate():
        if thread.name == "posbridge-keyring":
            thread.join(5)
    assert (await hanging.read()).state is KeyState.ABSENT


@pytest.mark.parametrize(
    "name", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring", "keyrings.alt.file.PlaintextKeyring"]
)
async def test_an_unsafe_choice_of_the_environment_is_refused_by_name(name: str) -> None:
    source = KeyringSource("test", environ={"PYTHON_KEYRING_BACKEND": name})
    found = await source.read()
    assert found.state is KeyState.REFUSED
    assert name in found.message
    assert found.next_step
    assert (await source.write("current", KEY)).state is KeyState.REFUSED


async def test_an_unsafe_choice_is_not_even_imported() -> None:
    await KeyringSource("test", environ={"PYTHON_KEYRING_BACKEND": "antigravity.Keyring"}).read()
    assert "antigravity" not in sys.modules


async def test_a_chainer_is_as_good_as_its_worst_link() -> None:
    chain = fake_backend(name="keyring.backends.chainer.ChainerBackend")
    chain.backends = [fake_backend(), fake_backend(name="keyring.backends.kwallet.DBusKeyring")]
    assert (await source_of(chain).read()).state is KeyState.ABSENT
    chain.backends.append(keyring.backends.null.Keyring())
    found = await source_of(chain).read()
    assert found.state is KeyState.REFUSED
    assert "null" in found.message


async def test_the_newest_key_alone_is_enough() -> None:
    backend = fake_backend()
    source = source_of(backend)
    await source.write("next", KEY)
    found = await source.read()
    assert found.keys is not None
    assert (found.keys.current, found.keys.next) == (KEY, None)
    await source.forget_next()
    assert not backend.entries


async def test_windows_does_not_let_the_key_roam() -> None:
    backend = fake_backend(name="keyring.backends.Windows.WinVaultKeyring")
    await source_of(backend).write("current", KEY)
    assert backend.persist == "local machine"


async def test_a_damaged_entry_is_a_state() -> None:
    backend = fake_backend()
    backend.entries["posbridge test", "posbridge"] = "not a key"
    assert (await source_of(backend).read()).state is KeyState.FAILED


def _xor(content: bytes) -> bytes:
    return bytes(byte ^ 0x5A for byte in content)


async def test_a_file_sealed_by_the_system(tmp_path: Path) -> None:
    source = ProtectedFile(tmp_path, protect=_xor, unprotect=_xor)
    assert (await source.read()).can_hold
    assert (await source.write("current", KEY)).state is KeyState.OPEN
    assert (await source.write("next", b"n" * 32)).state is KeyState.OPEN
    found = await ProtectedFile(tmp_path, protect=_xor, unprotect=_xor).read()
    assert found.keys is not None
    assert found.keys.all() == (KEY, b"n" * 32)
    assert all(KEY not in path.read_bytes() for path in tmp_path.iterdir())
    await source.forget_next()
    assert len(list(tmp_path.iterdir())) == 1


async def test_a_sealed_file_of_another_user_is_a_state(tmp_path: Path) -> None:
    def refuse(content: bytes) -> bytes:
        raise OSError(-2146893813, "Key not valid for use in specified state")

    await ProtectedFile(tmp_path, protect=_xor, unprotect=_xor).write("current", KEY)
    assert (await ProtectedFile(tmp_path, protect=_xor, unprotect=refuse).read()).state is KeyState.FAILED


async def test_where_the_system_seals_no_files_none_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    source = ProtectedFile(tmp_path)
    found = await source.read()
    assert (found.state, found.can_hold) == (KeyState.ABSENT, False)
    assert (await source.write("current", KEY)).state is KeyState.ABSENT
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [KEY, base64.b64encode(KEY), base64.b64encode(KEY) + b"\n"])
async def test_a_systemd_credential(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "posbridge-master-key"
    path.write_bytes(content)
    path.chmod(0o400)
    source = SystemdCredential({"CREDENTIALS_DIRECTORY": str(tmp_path)})
    found = await source.read()
    assert found.keys is not None
    assert found.keys.current == KEY
    assert (await source.write("current", b"n" * 32)).state is KeyState.REFUSED
    assert (await source.write("current", KEY)).state is KeyState.OPEN


async def test_a_credential_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """Only POSIX has rights to look at."""
    path = tmp_path / "posbridge-master-key"
    path.write_bytes(KEY)
    path.chmod(0o444)
    expected = KeyState.REFUSED if os.name == "posix" else KeyState.OPEN
    assert (await SystemdCredential({"CREDENTIALS_DIRECTORY": str(tmp_path)}).read()).state is expected


async def test_without_systemd_there_is_no_credential() -> None:
    assert (await SystemdCredential({}).read()).state is KeyState.ABSENT


async def test_a_passphrase_file(tmp_path: Path) -> None:
    source = PassphraseFile(tmp_path, environ=PHRASE)
    assert (await source.write("current", KEY)).state is KeyState.OPEN
    found = await PassphraseFile(tmp_path, environ={}, prompt=lambda: PHRASE["POSBRIDGE_PASSPHRASE"]).read()
    assert found.keys is not None
    assert found.keys.current == KEY
    kept = (tmp_path / "master.key.wrapped").read_bytes()
    assert KEY not in kept
    assert base64.b64encode(KEY) not in kept
    assert KEY.hex().encode() not in kept
    if os.name == "posix":
        assert (tmp_path / "master.key.wrapped").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("given", "message"), [({}, "not given"), ({"POSBRIDGE_PASSPHRASE": "wrong horse battery"}, "not right")]
)
async def test_no_passphrase_or_a_wrong_one_locks(tmp_path: Path, given: dict[str, str], message: str) -> None:
    await PassphraseFile(tmp_path, environ=PHRASE).write("current", KEY)
    found = await PassphraseFile(tmp_path, environ=given).read()
    assert found.state is KeyState.LOCKED
    assert message in found.message


async def test_a_passphrase_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "phrase").write_text(PHRASE["POSBRIDGE_PASSPHRASE"] + "\n", "utf-8")
    environ = {"POSBRIDGE_PASSPHRASE_FILE": str(tmp_path / "phrase")}
    await PassphraseFile(tmp_path, environ=PHRASE).write("current", KEY)
    assert (await PassphraseFile(tmp_path, environ=environ).read()).state is KeyState.OPEN


async def test_a_short_passphrase_and_none_are_refused(tmp_path: Path) -> None:
    for environ in ({}, {"POSBRIDGE_PASSPHRASE": "short"}):
        assert (await PassphraseFile(tmp_path, environ=environ).write("current", KEY)).state is KeyState.REFUSED
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[1]", json.dumps({"salt": "zz"}).encode()])
async def test_a_damaged_key_file_is_a_state(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "master.key.wrapped").write_bytes(content)
    assert (await PassphraseFile(tmp_path, environ=PHRASE).read()).state is KeyState.FAILED


async def test_the_usual_sources_on_a_machine_with_nothing(tmp_path: Path) -> None:
    environ = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    opened = await open_vault(default_sources(tmp_path, "test", environ=environ), sample=None)
    assert not opened.vault.is_open
    assert opened.found.state is KeyState.REFUSED
    assert not list(tmp_path.iterdir())
    opened = await open_vault(default_sources(tmp_path, "test", environ={**environ, **PHRASE}), sample=None)
    assert opened.vault.is_open
    assert opened.found.source == "passphrase"


async def test_no_key_in_what_a_source_says(source) -> None:  # type: ignore[no-untyped-def]
    source.kept["current"] = b"0123456789abcdef0123456789abcdef"
    opened = await open_vault([source], sample=None)
    assert "0123" not in repr(opened)
