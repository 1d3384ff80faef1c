"""Blaze's webhooks: no signature is published, so the secret stands in the address (contract, section 9)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from posbridge.connectors.blaze.reading import moment
from posbridge.connectors.contract import Subscription, WebhookEvent
from posbridge.connectors.errors import SchemaDrift, ValidationError
from posbridge.connectors.text import Reader, each
from posbridge.connectors.webhooks import secrets_in

if TYPE_CHECKING:
    from posbridge.connectors.blaze.calls import Calls

#: What posbridge wants to hear; the list of topics has changed before, so each is registered by itself.
TOPICS = ("UPDATE_CONSUMER_ORDER", "UPDATE_PRODUCT", "UPDATE_MEMBER", "COMPLETE_TRANSACTION")
_PATH = "webHooks"


def verify(body: bytes, headers: Mapping[str, str], secret: str | Sequence[str], url: str = "") -> bool:
    """True when a piece of the address's path is one of the secrets; constant time, all pieces and secrets tried.

    It proves who knows the address, not what the body says: the object is read again before anything is done.
    """
    secrets = secrets_in(secret) if isinstance(secret, str) else [held for held in secret if held]
    pieces = [unquote(piece).encode() for piece in urlsplit(url).path.split("/") if piece]
    good = False
    for one in secrets:
        for piece in pieces:
            good |= hmac.compare_digest(one.encode(), piece)
    return good


def parse(body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
    """One event; copies share their key (kind, id, time of change). Raises ValidationError for any other body.

    Guess: the body is the changed object itself, whose fields tell what it is.
    """
    try:
        reader = Reader(json.loads(body))
        topic, kind = _kind(reader.raw)
        ident, at = reader.id(), moment(reader, "modified")
    except (ValueError, SchemaDrift, RecursionError) as problem:
        raise ValidationError("This is no delivery of Blaze.") from problem
    if kind == "order" and topic == "COMPLETE_TRANSACTION":
        ident = reader.text("consumerCartId") or ident
    stamp = reader.text("modified") or hashlib.sha256(body).hexdigest()[:16]
    return [WebhookEvent(key=f"{topic}:{ident}:{stamp}", topic=topic, kind=kind, object_id=ident, at=at)]


def _kind(raw: Mapping[str, Any]) -> tuple[str, str]:
    if "cartStatus" in raw or ("trackingStatus" in raw and "publicKey" in raw):
        return "UPDATE_CONSUMER_ORDER", "order"
    if "transNo" in raw or "transType" in raw:
        return "COMPLETE_TRANSACTION", "order"
    if "unitPrice" in raw or "weightPerUnit" in raw:
        return "UPDATE_PRODUCT", "product"
    if "firstName" in raw or "primaryPhone" in raw:
        return "UPDATE_MEMBER", "customer"
    return "OTHER", "other"


class Webhooks:
    """Registers the topics and proves deliveries."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @property
    def _secret(self) -> str:
        return self._calls.secrets.get("webhook_path_secret", "")

    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> bool:
        return verify(body, headers, self._secret, url)

    def parse(self, body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
        return parse(body, headers)

    async def subscribe(self, url: str) -> list[Subscription]:
        """One subscription a topic at `url` with the secret behind it; a topic that Blaze refuses is left out.

        Raises ValidationError without a secret, or when no topic is taken.
        """
        secrets = secrets_in(self._secret)
        if not secrets:
            raise ValidationError("Webhooks need a webhook path: 32 or more random characters.")
        address = f"{url.rstrip('/')}/{quote(secrets[0], safe='')}"
        there = {found.topics[0]: found for found in await self.subscriptions()}
        made: list[Subscription] = []
        refused: ValidationError | None = None
        for topic in TOPICS:
            try:
                made.append(await self._ensure(topic, address, there.get(topic)))
            except ValidationError as problem:
                refused = problem
        if refused is not None and not made:
            raise refused
        return made

    async def _ensure(self, topic: str, address: str, known: Subscription | None) -> Subscription:
        if known is not None and known.url == address:
            return known
        if known is not None:
            raw = await self._calls.get(f"{_PATH}/{quote(known.id, safe='')}")
            return to_subscription(await self._calls.write("PUT", f"{_PATH}/{quote(known.id, safe='')}",
                                                           {**raw, "webHookUrls": [address]}))  # fmt: skip
        return to_subscription(await self._calls.write("POST", _PATH, {"webHookType": topic, "webHookUrls": [address]}))

    async def subscriptions(self) -> list[Subscription]:
        rows = [row async for page in self._calls.pages(_PATH, {}, skip="start") for row in page.rows]
        return each(rows, to_subscription)[0]


def to_subscription(raw: Any) -> Subscription:
    reader = Reader(raw)
    urls = [url for url in reader.items("webHookUrls") if isinstance(url, str)]
    return Subscription(
        id=reader.id(),
        topics=(reader.text("webHookType"),),
        url=urls[0] if urls else reader.text("url"),
        active=not reader.flag("deleted"),
    )
