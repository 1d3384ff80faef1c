"""The pages a test or the demo steers a simulator by. They meet no fault and no rate limit.

- `GET /_sandbox/books`: `{"platform", "orders": [{"id", "reference", "total", "tax", "paid", "refunded", "currency",
  "state", "lines": [{"sku", "quantity", "total"}], "created_at"}], "gift_cards": [{"code", "balance",
  "movements": [{"key", "amount"}]}], "stock": {sku: quantity}, "requests", "refused", "faults",
  "doubled": [reference]}`, all amounts in minor units; `refused` counts what the platform's own rate limit turned away.
- `GET /_sandbox/requests`: the journal. `GET /_sandbox/connection`: what `posbridge connect` needs.
- `POST /_sandbox/faults` `{"spec"?: text, "plan"?: [{"kind", "path"?, "method"?, "times"?}]}`.
- `POST /_sandbox/webhooks` `{"url", "secret", "topics"?, "signed_url"?, "id"?}`; `GET` lists what was delivered.
- `POST /_sandbox/price|stock|title|add|remove`, `/_sandbox/expire-tokens`, `/_sandbox/advance` `{"seconds"}`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from posbridge.sandbox import pictures as drawing
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.seed import seed_product
from posbridge.sandbox.webhooks import Target
from posbridge.sandbox.wire import Call, Reply

if TYPE_CHECKING:
    from posbridge.sandbox.platform import Handler, Route, SimulatedPlatform

Change = Callable[[dict[str, Any]], object]


def routes(platform: SimulatedPlatform) -> list[tuple[str, re.Pattern[str], Handler]]:
    """The compiled routes of the control pages."""
    from posbridge.sandbox.platform import compile_path  # the two modules know each other

    pages: list[Route] = [
        ("GET", "/_sandbox/books", lambda call: Reply(body=platform.books())),
        ("GET", "/_sandbox/requests", lambda call: Reply(body=[asdict(e) for e in platform.counts.entries])),
        ("GET", "/_sandbox/connection", lambda call: Reply(body=platform.connection_fields())),
        ("GET", "/_sandbox/webhooks", lambda call: Reply(body=_delivered(platform))),
        ("GET", "/_sandbox/pictures/{key}.svg", lambda call: _picture(platform, call)),
    ]
    pages += [
        ("POST", f"/_sandbox/{name}", _page(change))
        for name, change in {**_changes(platform), **platform.own_changes()}.items()
    ]
    return [(method, compile_path(path), handler) for method, path, handler in pages]


def pictures(platform: SimulatedPlatform) -> list[Route]:
    """The same pictures where a shop would have them; a route of the platform itself."""
    return [("GET", "/pictures/{key}.svg", lambda call: _picture(platform, call))]


def _changes(platform: SimulatedPlatform) -> dict[str, Change]:
    return {
        "faults": lambda body: _faults(platform, body),
        "webhooks": lambda body: _register(platform, body),
        "price": lambda body: platform.set_price(body["sku"], int(body["price_minor"])),
        "stock": lambda body: platform.set_stock(body["sku"], int(body["quantity"])),
        "title": lambda body: platform.set_title(body["key"], body["title"]),
        "add": lambda body: platform.add_product(seed_product(body)),
        "remove": lambda body: platform.remove_product(body["key"]),
        "expire-tokens": lambda body: {"expired": platform.expire_tokens()},
        "advance": lambda body: platform.clock.advance(timedelta(seconds=float(body["seconds"]))),
    }


def _page(change: Change) -> Handler:
    def handle(call: Call) -> Reply:
        try:
            return Reply(body=change(call.json()) or {"ok": True})
        except (KeyError, TypeError, ValueError) as problem:
            return Reply(400, {"error": f"{type(problem).__name__}: {problem}"})

    return handle


def _faults(platform: SimulatedPlatform, body: dict[str, Any]) -> dict[str, Any]:
    if "spec" in body:
        struck = platform.faults.struck
        platform.faults = Faults.parse(body["spec"])
        platform.faults.struck = struck
    for planned in body.get("plan", ()):
        platform.faults.plan(
            planned["kind"],
            path=planned.get("path", ""),
            method=planned.get("method", ""),
            times=int(planned.get("times", 1)),
        )
    return {"rates": platform.faults.rates, "struck": dict(platform.faults.struck)}


def _register(platform: SimulatedPlatform, body: dict[str, Any]) -> dict[str, Any]:
    number = body.get("id") or f"target-{len(platform.deliveries.targets) + 1}"
    target = Target(number, body["url"], body["secret"], tuple(body.get("topics", ())), body.get("signed_url", ""))
    platform.deliveries.register(target)
    return {"id": number}


def _delivered(platform: SimulatedPlatform) -> list[dict[str, Any]]:
    return [{**asdict(sent), "body": base64.b64encode(sent.body).decode()} for sent in platform.deliveries.log]


def _picture(platform: SimulatedPlatform, call: Call) -> Reply:
    key = call.params["key"]
    found = next((product.picture for product in platform.seed.products if product.key == key), None)
    if found is None:
        return platform.error_reply(404)
    return Reply(200, drawing.draw(found).encode(), {"content-type": "image/svg+xml"})
