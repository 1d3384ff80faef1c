"""Runs a simulated platform on loopback: beside the caller's own loop, or alone in the foreground."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from posbridge.sandbox.faults import Faults
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.wire import AbortableProtocol


@dataclass(frozen=True)
class Tls:
    """Certificate and key files (PEM) for serving over TLS."""

    certificate: Path
    key: Path


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the program around us."""
        yield


@contextlib.asynccontextmanager
async def running(platform: SimulatedPlatform, port: int = 0, *, tls: Tls | None = None) -> AsyncIterator[str]:
    """Serve the platform on 127.0.0.1 (a free port with 0) while the block runs; gives its address.

    OSError when the port is taken. When the block ends, late work is finished and every connection closed.
    """
    listener = _listen(port)
    scheme = "https" if tls else "http"
    platform.address = f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
    server = _Server(_config(platform, tls))
    task = asyncio.get_running_loop().create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            if task.done():
                await task
            await asyncio.sleep(0.005)
        yield platform.address
    finally:
        await platform.close()
        server.should_exit = True
        await task


async def serve_until_cancelled(
    platform: SimulatedPlatform, port: int = 0, *, as_json: bool = True, tls: Tls | None = None
) -> None:
    """Say how to connect, then serve until the task is cancelled."""
    async with running(platform, port, tls=tls):
        print(introduction(platform, as_json=as_json), flush=True)
        await asyncio.Event().wait()


def serve_forever(
    name: str,
    port: int = 0,
    faults: str = "",
    seed_path: Path | None = None,
    as_json: bool = True,
    tls_folder: Path | None = None,
) -> None:
    """Serve the simulator of that name in the foreground until interrupted.

    The first thing printed is one JSON document `{"url", "fields", "secrets"}` (or the same in words). With
    `tls_folder` it serves over TLS, and `authority.pem` in that folder is what a client must trust.
    ValueError for an unknown name, faults or seed file; OSError when the port is taken.
    """
    from posbridge.sandbox import create
    from posbridge.sandbox.demo import demo_seed
    from posbridge.sandbox.seed import Seed

    seed = Seed.load(seed_path) if seed_path else demo_seed()
    from posbridge.sandbox.tls import make_certificates

    platform = create(name, seed, Faults.parse(faults))
    tls = make_certificates(tls_folder).tls if tls_folder else None
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve_until_cancelled(platform, port, as_json=as_json, tls=tls))


def introduction(platform: SimulatedPlatform, *, as_json: bool) -> str:
    """How to connect to this simulator, as one JSON document or as lines."""
    known = platform.connection_fields()
    if as_json:
        return json.dumps(known)
    rows = [f"{platform.name} is simulated at {known['url']}"]
    rows += [f"  {name} = {value}" for part in ("fields", "secrets") for name, value in known[part].items()]
    return "\n".join([*rows, "Stop with Ctrl+C."])


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise
    return listener


def _config(platform: SimulatedPlatform, tls: Tls | None) -> uvicorn.Config:
    return uvicorn.Config(
        platform,
        http=AbortableProtocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=2,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )
