"""A platform that costs nothing but its latency: `python -m tests.benchmarks.page_server NAME PRODUCTS LATENCY_S`.

The first time a request comes, the simulated platform makes the answer; from then on the same request is answered
with the kept bytes after the latency. `GET /_bench/start` begins a list of requests, `GET /_bench/log` gives it.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from typing import Any

from posbridge.sandbox import create
from posbridge.sandbox.demo import ean13
from posbridge.sandbox.seed import Seed, SeedProduct, SeedVariant
from posbridge.sandbox.server import running
from posbridge.sandbox.wire import Call, Receive, Scope, Send, read_call

Kept = tuple[int, list[tuple[bytes, bytes]], bytes]


def seed(products: int) -> Seed:
    """A shop of so many products with one variant each."""
    return Seed(
        name="posbridge bench", currency="USD", location="Main Street", tax_rate="8.25", prices_include_tax=False,
        products=tuple(_product(number) for number in range(1, products + 1)),
    )  # fmt: skip


def _product(number: int) -> SeedProduct:
    variant = SeedVariant(
        sku=f"BEN-{number:06d}", barcode=ean13(f"29{number:010d}"), price_minor=500 + number % 9000,
        compare_at_minor=None, stock=number % 90, weight_grams=250,
    )  # fmt: skip
    return SeedProduct(
        key=f"ben-{number:06d}", title=f"Stoneware bowl number {number}", category=f"Shelf {number % 40}", options=(),
        description="Made in small batches and pleasant to use every day.", variants=(variant,), picture="bowl:24",
    )  # fmt: skip


class PageServer:
    """The ASGI application around a simulated platform."""

    def __init__(self, name: str, products: int, latency_s: float) -> None:
        self.platform = create(name, seed(products))
        self.platform.bucket.rate = 0
        self.latency_s = latency_s
        self._kept: dict[tuple[str, ...], Kept] = {}
        self._log: list[dict[str, str]] | None = None
        self._made = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = await read_call(scope, receive)
        if call is None:
            return
        if call.path.startswith("/_bench/"):
            await _send((200, [(b"content-type", b"application/json")], self._control(call)), send)
            return
        key = _key(call)
        kept = self._kept.get(key)
        if kept is None:
            self._made += 1
            kept = self._kept[key] = self._answer(call)
        elif self._log is not None:
            await asyncio.sleep(self.latency_s)
        if self._log is not None:
            self._log.append(_logged(call))
        await _send(kept, send)

    def _answer(self, call: Call) -> Kept:
        reply = self.platform.work(call)
        raw, headers = reply.encoded()
        every = {**{name.lower(): value for name, value in self.platform.headers().items()}, **headers}
        return reply.status, [(name.encode(), value.encode("latin-1")) for name, value in every.items()], raw

    def _control(self, call: Call) -> bytes:
        if call.path == "/_bench/start":
            self._log, self._made = [], 0
        said: Any = {"made": self._made, "log": self._log or []}
        if call.path == "/_bench/connection":
            said = self.platform.connection_fields()
        return json.dumps(said).encode()


def _key(call: Call) -> tuple[str, ...]:
    """A request without its signature, which is another each time."""
    query = sorted(f"{name}={value}" for name, value in call.query_list if not name.startswith("oauth_"))
    return call.method, call.path, "&".join(query), call.body.decode()


def _logged(call: Call) -> dict[str, str]:
    query = f"?{call.raw_query}" if call.raw_query else ""
    return {"method": call.method, "url": f"{call.path}{query}", "body": base64.b64encode(call.body).decode()}


async def _send(kept: Kept, send: Send) -> None:
    status, headers, raw = kept
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": raw})


async def serve(name: str, products: int, latency_s: float) -> None:
    made = PageServer(name, products, latency_s)
    app: Any = _Served(made)
    async with running(app):
        print(json.dumps(made.platform.connection_fields()), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


class _Served:
    """What `running` asks of a platform, around the page server."""

    def __init__(self, inner: PageServer) -> None:
        self._inner = inner

    @property
    def address(self) -> str:
        return self._inner.platform.address

    @address.setter
    def address(self, value: str) -> None:
        self._inner.platform.address = value

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._inner(scope, receive, send)

    async def close(self) -> None:
        await self._inner.platform.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
