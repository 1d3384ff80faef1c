"""An httpx transport that fails on purpose at three places: before the request leaves, after it was handled, and
in the middle of the answer."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import AsyncIterator, Callable
from enum import StrEnum

import httpx


class Fault(StrEnum):
    """BEFORE_SEND: nothing left. AFTER_SEND: the work was done, no answer came (broken off, or timed out).
    MID_BODY: the answer is cut in half."""

    BEFORE_SEND = "before_send"
    AFTER_SEND = "after_send"
    AFTER_SEND_TIMEOUT = "after_send_timeout"
    MID_BODY = "mid_body"


Handler = Callable[[httpx.Request], httpx.Response]


class _CutStream(httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._half = content[: len(content) // 2]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._half
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


class FaultyTransport(httpx.AsyncBaseTransport):
    """Answers with `handler`, which is the far side; planned faults strike in order, then random ones.

    `handled` are the requests that reached the far side, `seen` those that were tried. `rate` (0–1) of the calls
    fail at random, the same ones for the same `seed`.
    """

    def __init__(self, handler: Handler, *, rate: float = 0.0, seed: int = 0) -> None:
        self._handler, self._rate, self._random = handler, rate, random.Random(seed)  # noqa: S311 - no secret
        self._planned: deque[Fault | None] = deque()
        self.seen: list[httpx.Request] = []
        self.handled: list[httpx.Request] = []

    def plan(self, *faults: Fault | None) -> None:
        """The next calls meet these; None lets one pass."""
        self._planned.extend(faults)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fault = self._draw()
        self.seen.append(request)
        if fault is Fault.BEFORE_SEND:
            raise httpx.ConnectError("connection refused", request=request)
        await request.aread()
        self.handled.append(request)
        response = self._handler(request)
        if fault is Fault.AFTER_SEND:
            raise httpx.ReadError("connection reset", request=request)
        if fault is Fault.AFTER_SEND_TIMEOUT:
            raise httpx.ReadTimeout("no answer", request=request)
        if fault is Fault.MID_BODY:
            return httpx.Response(response.status_code, headers=response.headers, stream=_CutStream(response.content))
        return response

    def _draw(self) -> Fault | None:
        if self._planned:
            return self._planned.popleft()
        return self._random.choice(list(Fault)) if self._random.random() < self._rate else None
