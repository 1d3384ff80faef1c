"""Commands run in this process on a fresh data folder, with a key that needs no keyring; Square on loopback."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from posbridge import app
from posbridge.cli import main
from posbridge.sandbox.seed import Seed, SeedCustomer, SeedDiscount, SeedGiftCard, SeedProduct, SeedVariant
from posbridge.sandbox.server import running
from posbridge.sandbox.square import SquareSimulator
from tests.services.conftest import GivenKey

CARD = "7783000011112222"
SEED = Seed(
    "Corner Shop", "USD", "Main", "10", False,
    (
        SeedProduct("mug", "Mug", "A mug.", "Kitchen", (), (SeedVariant("MUG-1", "2900000000018", 1250, None, 20),),
                    "mug:20"),
        SeedProduct("tea", "Tea", "Tea.", "Pantry", (), (SeedVariant("TEA-1", "2900000000025", 300, None, 50),),
                    "pot:90"),
    ),
    (SeedCustomer("ada", "Ada", "Byron", "ada@example.com", "+12025550101"),),
    (SeedDiscount("TEN", "percent", 1000),),
    (SeedGiftCard(CARD, 5000),),
)  # fmt: skip


@dataclass
class Ran:
    """What one command line did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON document that it must be."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder; no keyring of this machine is touched."""
    folder = tmp_path / "home"
    monkeypatch.setenv("POSBRIDGE_HOME", str(folder))
    monkeypatch.setattr(app, "default_sources", lambda *_, **__: (GivenKey(),))
    return folder


@pytest.fixture
def no_key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing on this machine holds the key."""
    monkeypatch.setattr(app, "default_sources", lambda *_, **__: (GivenKey(None),))


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*words: str) -> Ran:
        capsys.readouterr()
        status = main([str(word) for word in words])
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return command


@pytest.fixture
def square() -> Iterator[SquareSimulator]:
    """The simulated Square, in a thread of its own: commands bring their own loop."""
    simulator, ready, loop = SquareSimulator(SEED, rate=0), threading.Event(), asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        async with running(simulator):
            ready.set()
            await stop.wait()
        await asyncio.sleep(0.05)  # what was reset is closed by the loop's next turns

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(10)
    yield simulator
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()


def connecting(simulator: SquareSimulator, monkeypatch: pytest.MonkeyPatch, **changed: str) -> list[str]:
    """The words of `posbridge connect square` for this simulator; its secrets stand in the environment."""
    known = simulator.connection_fields()
    words = ["connect", "square"]
    for name, value in {**known["fields"]}.items():
        words += ["--field", f"{name}={value}"]
    for name, value in {**known["secrets"], **changed}.items():
        monkeypatch.setenv(f"TEST_{name.upper()}", value)
        words += ["--secret", f"{name}=env:TEST_{name.upper()}"]
    return words


@pytest.fixture
def shop(run: Run, square: SquareSimulator, monkeypatch: pytest.MonkeyPatch) -> SquareSimulator:
    """Square, connected and read."""
    assert run(*connecting(square, monkeypatch)).status == 0
    assert run("sync", "--once", "--only", "pull").status == 0
    return square


@pytest.fixture
def order_file(tmp_path: Path) -> Callable[[Any], str]:
    """Writes an order file."""

    def write(content: Any) -> str:
        file = tmp_path / "order.json"
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(file)

    return write
