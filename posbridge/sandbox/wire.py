"""The wire of a simulated platform: requests as values, replies as values, and a real connection reset."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import sys
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from uvicorn.protocols.http.h11_impl import H11Protocol

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class BadJson(Exception):
    """The request's body is not JSON (or not an object where one is needed)."""


@dataclass(frozen=True)
class Call:
    """One request, whole. Header names are lower case; `params` are the pieces of the path."""

    method: str
    path: str
    raw_query: str
    headers: Mapping[str, str]
    body: bytes
    params: Mapping[str, str] = field(default_factory=dict)
    scheme: str = "http"

    @property
    def query(self) -> dict[str, str]:
        """The query's last value by name."""
        return dict(self.query_list)

    @property
    def query_list(self) -> list[tuple[str, str]]:
        """The query in its order, repeated names kept, values decoded."""
        return parse_qsl(self.raw_query, keep_blank_values=True)

    def json(self) -> dict[str, Any]:
        """The body as a JSON object ({} when empty); BadJson otherwise."""
        if not self.body.strip():
            return {}
        try:
            found = json.loads(self.body)
        except ValueError as problem:
            raise BadJson(str(problem)) from problem
        if not isinstance(found, dict):
            raise BadJson("the body must be an object")
        return found


@dataclass(frozen=True)
class Reply:
    """One answer: `body` is bytes, or anything JSON can say, or None for no body."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> tuple[bytes, dict[str, str]]:
        """The body's bytes and all headers, content length included."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        if isinstance(self.body, bytes):
            raw = self.body
        else:
            raw = b"" if self.body is None else json.dumps(self.body, ensure_ascii=False).encode()
            headers.setdefault("content-type", "application/json")
        headers["content-length"] = str(len(raw))
        return raw, headers


class Refused(Exception):
    """A request that the platform turns down; `reply` is what it says."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply.body))
        self.reply = reply


class AbortableProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 protocol that lets the application reach its transport, to reset it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn narrows it
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


async def reset(scope: Scope) -> None:
    """Reset the connection of this request (RST, no reply); without a transport nothing more is sent."""
    transport = scope.get("state", {}).get("transport")
    if transport is not None and not transport.is_closing():
        plug: socket.socket | None = transport.get_extra_info("socket")
        if plug is not None:
            shape = "hh" if sys.platform == "win32" else "ii"
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(shape, 1, 0))
        transport.abort()
        await asyncio.sleep(0)  # connection_lost runs on the next turn; uvicorn then keeps silent
    await asyncio.sleep(0)


async def read_call(scope: Scope, receive: Receive) -> Call | None:
    """The whole request, or None when the caller left before it ended."""
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return Call(
        method=scope["method"],
        path=scope["path"],
        raw_query=scope.get("query_string", b"").decode("latin-1"),
        headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]},
        body=b"".join(parts),
        scheme=scope.get("scheme") or "http",
    )


async def send_reply(reply: Reply, send: Send, *, keep: int | None = None) -> None:
    """Send an answer; with `keep` only that many bytes of the body, though the length promised is the whole."""
    raw, headers = reply.encoded()
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": pairs})
    if keep is None:
        await send({"type": "http.response.body", "body": raw})
    else:
        await send({"type": "http.response.body", "body": raw[:keep], "more_body": True})
