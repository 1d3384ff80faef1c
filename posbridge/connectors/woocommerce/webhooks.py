"""Webhooks: proof, reading and subscriptions. Sources: the contract's section 9, recorded 701–722."""

from __future__ import annotations

import hashlib
import html
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from posbridge.connectors.contract import Context, Subscription, WebhookEvent
from posbridge.connectors.errors import ValidationError
from posbridge.connectors.text import Reader
from posbridge.connectors.webhooks import header, secrets_in, signed

TOPICS = tuple(
    f"{resource}.{event}"
    for resource, events in (
        ("product", ("created", "updated", "deleted", "restored")),
        ("order", ("created", "updated", "deleted", "restored")),
        ("customer", ("created", "updated", "deleted")),
    )
    for event in events
)
_KINDS = {"product": "product", "order": "order", "customer": "customer"}
_PING = b"webhook_id="
_NAME = "posbridge"
_SECRET_FIELD = "webhook_secret"  # noqa: S105 - a field's name


def verify(body: bytes, headers: Mapping[str, str], secret: str | Sequence[str], url: str = "") -> bool:
    """Whether one of the secrets signed these bytes: base64 of HMAC-SHA256. The address is no part of it.

    The shop resolves entities in the secret before it signs. A ping carries no signature and is never proved.
    """
    given = [secret] if isinstance(secret, str) else list(secret)
    every = [*given, *(html.unescape(one) for one in given)]
    return signed(body, header(headers, "x-wc-webhook-signature"), dict.fromkeys(every))


def parse(body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
    """What to look at. A ping says nothing; a deletion names an id that must be looked up before it is believed,
    for trashing a coupon also tells of a product with the coupon's id, and the reverse (recorded 719, 721).

    A variation's event names its product. Delivery ids repeat within a second (recorded 711, 712), so the key
    is made of the webhook, the delivery and the bytes. Raises ValidationError for a body that is not WooCommerce's.
    """
    if body.startswith(_PING) and body[len(_PING) :].strip().isdigit():
        return []
    said = _object(body)
    topic = header(headers, "x-wc-webhook-topic") or _guessed_topic(said)
    resource = topic.partition(".")[0]
    ident = said.get("arg") if resource == "action" else (said.get("parent_id") if _is_variation(said) else None)
    ident = ident or said.get("id")
    known = isinstance(ident, int | str) and not isinstance(ident, bool)
    kind = "order" if resource == "action" and "order" in topic else _KINDS.get(resource, "other")
    return [
        WebhookEvent(
            key=_key(body, headers),
            topic=topic,
            kind=kind if known else "other",
            object_id=str(ident) if known else "",
        )
    ]


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as problem:
        raise ValidationError("The delivery is not JSON.") from problem
    if not isinstance(said, Mapping) or not (said.keys() & {"id", "action", "code"}):
        raise ValidationError("The delivery names no object.")
    return said


def _is_variation(said: Mapping[str, Any]) -> bool:
    return said.get("type") == "variation"


def _guessed_topic(said: Mapping[str, Any]) -> str:
    """Without a header (a proxy dropped it) the shape tells."""
    if "action" in said:
        return f"action.{said['action']}"
    if "line_items" in said:
        return "order.updated"
    return "customer.updated" if "billing" in said else "product.updated"


def _key(body: bytes, headers: Mapping[str, str]) -> str:
    made = hashlib.sha256(body).hexdigest()[:32]
    return ":".join((header(headers, "x-wc-webhook-id"), header(headers, "x-wc-webhook-delivery-id"), made))


class WooWebhooks:
    """The connection's deliveries and subscriptions."""

    def __init__(self, context: Context) -> None:
        self._http = context.http
        self._made_up: list[str] = []
        self._secrets = secrets_in(context.secrets.get(_SECRET_FIELD, ""))

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> bool:
        return verify(body, headers, self._secrets, url)

    def parse(self, body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
        return parse(body, headers)

    async def subscribe(self, url: str) -> list[Subscription]:
        """One webhook a topic. Those that stopped after failures (recorded 722) or point elsewhere are mended.

        Each is given the secret again, for WooCommerce shows none: it may be an old one. Where there is none yet,
        one is made up; `secret` of the answer holds it, to be kept now.
        """
        if not self._secrets:
            self._secrets = self._made_up = [secrets.token_hex(16)]
        held = {row["topic"]: row for row in await self._ours()}
        for topic in TOPICS:
            if topic not in held:
                await self._write("POST", "webhooks", {"name": f"{_NAME} {topic}", "topic": topic}, url)
            else:
                await self._write("PUT", f"webhooks/{held[topic]['id']}", {"status": "active"}, url)
        told = {"secret": self._made_up[0], "secret_field": _SECRET_FIELD} if self._made_up else {}
        return [one.model_copy(update=told) for one in await self.subscriptions()]

    async def subscriptions(self) -> list[Subscription]:
        return [
            Subscription(
                id=str(row["id"]), topics=(row["topic"],), url=row["delivery_url"], active=row["status"] == "active"
            )
            for row in await self._ours()
        ]

    async def _write(self, method: str, path: str, body: dict[str, Any], url: str) -> None:
        """The first secret signs from now on; the second, if any, is on its way out."""
        await self._http.write(method, path, json={**body, "delivery_url": url, "secret": self._secrets[0]})

    async def _ours(self) -> list[dict[str, Any]]:
        """Those of this connector, known by their name; WooCommerce never shows the secret again."""
        found: list[dict[str, Any]] = []
        for page in range(1, 100):
            rows = (await self._http.get("webhooks", params={"per_page": 100, "page": page, "orderby": "id"})).json()
            found += [_row(row) for row in rows]
            if len(rows) < 100:
                break
        return [row for row in found if row["name"].startswith(_NAME)]


def _row(raw: Any) -> dict[str, Any]:
    reader = Reader(raw)
    texts = {name: reader.text(name) for name in ("name", "status", "topic", "delivery_url")}
    return {"id": reader.id(), **texts}
