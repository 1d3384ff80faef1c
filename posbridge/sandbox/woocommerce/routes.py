"""Routes under wc/v3: who may, what is read, how an error leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from posbridge.sandbox.platform import Handler, Route
from posbridge.sandbox.wire import Call, Reply
from posbridge.sandbox.woocommerce.answers import JSON, Ask, Obj, WpError, encoded, with_fields

Answer = Callable[[Ask], Reply]
Gate = Callable[[Call], None]

_EDITS = ("PUT", "POST", "PATCH")


class Routes:
    """Collects routes; each handler gets an `Ask`, may raise `WpError`, and answers with a plain body.

    `gate` refuses callers; it is not asked for a path that does not exist. The method "EDIT" stands for PUT, POST
    and PATCH, which WordPress treats alike.
    """

    def __init__(self, home: Callable[[], str], gate: Gate, base: str = "/wp-json/wc/v3") -> None:
        self.home = home
        self.gate = gate
        self.base = base
        self.routes: list[Route] = []
        self.paths: dict[str, set[str]] = {}

    def add(self, method: str, path: str, answer: Answer) -> None:
        """Add one route."""
        for verb in _EDITS if method == "EDIT" else (method,):
            self.routes.append((verb, f"{self.base}{path}", self._handler(path, answer)))
            self.paths.setdefault(path, set()).add(verb)

    def _handler(self, path: str, answer: Answer) -> Handler:
        def handle(call: Call) -> Reply:
            try:
                ask = self._asked(call)
                reply = answer(ask)
                return self._finished(path, reply, with_fields(ask, reply.body))
            except WpError as error:
                return self._finished(path, error_reply(error, self.home()), error.body)

        return handle

    def _asked(self, call: Call) -> Ask:
        self.gate(call)
        return Ask.read(call)

    def _finished(self, path: str, reply: Reply, body: object) -> Reply:
        verbs = [verb for verb in ("GET", "POST", "PUT", "PATCH", "DELETE") if verb in self.paths[path]]
        own = reply.headers.get("link")
        api = api_link(self.home())
        headers = {
            "content-type": JSON,
            "x-content-type-options": "nosniff",
            **({"allow": ", ".join(verbs)} if reply.status != 401 else {}),
            **reply.headers,
            "link": f"{api}, {own}" if own and own != api else api,
        }
        return replace(reply, body=encoded(body), headers=headers)


def api_link(home: str) -> str:
    """The header every REST answer carries."""
    return f'<{home}/wp-json/>; rel="https://api.w.org/"'


def error_reply(error: WpError, home: str) -> Reply:
    """An error as a reply."""
    headers = {"content-type": JSON, "link": api_link(home), **error.headers}
    return Reply(error.status, encoded(error.body), headers)


def created(home: str, path: str, body: Obj) -> Reply:
    """201 with the address of what was made."""
    return Reply(201, body, {"location": f"{home}/wp-json/wc/v3{path}/{body['id']}"})
