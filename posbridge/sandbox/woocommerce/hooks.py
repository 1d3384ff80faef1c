"""Webhooks: a ping when saved, payloads built when they leave, no second try, off after six failures in a row."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import html
import ipaddress
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from posbridge.sandbox.webhooks import Delivered, Deliveries, Target
from posbridge.sandbox.wire import Reply
from posbridge.sandbox.woocommerce.answers import Ask, Obj, WpError, exact_numbers, listing, missing_param
from posbridge.sandbox.woocommerce.batch import batch
from posbridge.sandbox.woocommerce.filters import kept, unknown
from posbridge.sandbox.woocommerce.routes import Routes, created
from posbridge.sandbox.woocommerce.shop import Shop, links

Draw = Callable[[str, int], Obj]
"""(resource, id) → the object as a GET answers it now, or its error body."""

FAILURES_ALLOWED = 5
_EVENTS = ("created", "updated", "deleted")
_RESOURCES = ("order", "product", "customer", "coupon")
_EXTRA = ("order.restored", "product.restored", "coupon.restored", "product.published")
_STATUSES = ("active", "paused", "disabled")
_HOOKS = {
    "order.created": ["woocommerce_new_order"],
    "order.updated": ["woocommerce_update_order", "woocommerce_order_refunded"],
    "product.updated": ["woocommerce_update_product", "woocommerce_variation_set_stock"],
}


@dataclass
class Hook:
    """A webhook; `failures` counts those in a row."""

    id: int
    name: str
    topic: str
    url: str
    secret: str
    created: datetime
    status: str = "active"
    modified: datetime | None = None
    failures: int = 0


def sign(body: bytes, secret: str) -> str:
    """Base64 of HMAC-SHA256 over the raw body; the shop decodes HTML entities in its secret first."""
    made = hmac.new(html.unescape(secret).encode(), body, hashlib.sha256)
    return base64.b64encode(made.digest()).decode()


def delivery_id(hook: str, second: int) -> str:
    """The same for every delivery of one webhook in one second (recorded 711 and 712)."""
    return hashlib.sha256(f"{hook} {second}".encode()).hexdigest()[:32]


def php_json(body: Any) -> bytes:
    """JSON as PHP writes it: \\u escapes and \\/."""
    text = json.dumps(body, separators=(",", ":"), default=exact_numbers)
    return text.replace("/", "\\/").encode()


class Hooks:
    """The webhooks of the shop, and what waits to be sent."""

    def __init__(self, shop: Shop, deliveries: Deliveries, draw: Draw) -> None:
        self.shop = shop
        self.deliveries = deliveries
        self.draw = draw
        self.hooks: dict[int, Hook] = {}
        self.waiting: set[tuple[str, str, int]] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        deliveries.tries = 1
        deliveries.watch = self._heard
        shop.listeners.append(self.event)

    # deliveries
    def event(self, resource: str, name: str, number: int) -> None:
        """Something happened: one delivery for each webhook that wants it, and one only while it waits."""
        topic = f"{resource}.{name}"
        for target in self._targets(topic):
            key = (target.id, topic, number)
            if key not in self.waiting:
                self.waiting.add(key)
                self._later(target, topic, number)

    def _targets(self, topic: str) -> list[Target]:
        own = [hook for hook in self.hooks.values() if hook.topic == topic and hook.status == "active"]
        steered = [t for t in self.deliveries.targets.values() if not t.topics or topic in t.topics]
        return [*(Target(str(hook.id), hook.url, hook.secret) for hook in own), *steered]

    def _later(self, target: Target, topic: str, number: int) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # filled from a seed before anything runs: nobody is listening yet
            self.waiting.discard((target.id, topic, number))
            return
        task = loop.create_task(self._send(target, topic, number))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _send(self, target: Target, topic: str, number: int) -> None:
        await asyncio.sleep(self.shop.options.webhook_delay)
        self.waiting.discard((target.id, topic, number))
        deleted = topic.endswith(".deleted")
        body = php_json({"id": number} if deleted else self.draw(topic.partition(".")[0], number))
        if _reachable(target.url):
            self.deliveries.send(target, topic, body, self._headers(target, topic))
        else:
            self._heard(Delivered(target.id, topic, body, None, 1))

    def _headers(self, target: Target, topic: str) -> dict[str, str]:
        resource, _, name = topic.partition(".")
        return {
            "user-agent": self._agent(),
            "x-wc-webhook-source": f"{self.shop.home()}/",
            "x-wc-webhook-topic": topic,
            "x-wc-webhook-resource": resource,
            "x-wc-webhook-event": name,
            "x-wc-webhook-id": target.id,
            "x-wc-webhook-delivery-id": delivery_id(target.id, int(self.shop.clock.seconds())),
        }

    def _agent(self) -> str:
        return f"WooCommerce/{self.shop.options.version} Hookshot (WordPress/6.9)"

    def _heard(self, sent: Delivered) -> None:
        hook = self.hooks.get(int(sent.target)) if sent.target.isdigit() else None
        if hook is None or sent.topic == "":
            return
        if sent.status is not None and (200 <= sent.status < 300 or sent.status in (301, 302)):
            hook.failures = 0
            return
        hook.failures += 1
        if hook.failures > FAILURES_ALLOWED:
            hook.status = "disabled"
            hook.modified = self.shop.now()

    def _ping(self, hook: Hook) -> None:
        """A form, unsigned and without a topic (recorded 706); its failure is ignored."""
        if _reachable(hook.url):
            headers = {"content-type": "application/x-www-form-urlencoded", "user-agent": self._agent()}
            self.deliveries.send(Target(str(hook.id), hook.url, ""), "", f"webhook_id={hook.id}".encode(), headers)

    async def settled(self) -> None:
        """Wait until everything that waits has left."""
        while self.tasks:
            await asyncio.gather(*list(self.tasks), return_exceptions=True)

    # routes
    def add_routes(self, routes: Routes) -> None:
        """webhooks, webhooks/{id}, webhooks/batch."""
        home = self.shop.home
        routes.add("POST", "/webhooks/batch", lambda ask: batch(ask, self._made, self._change, self._drop))
        routes.add("GET", "/webhooks", self._list)
        routes.add("POST", "/webhooks", lambda ask: created(home(), "/webhooks", self._made(ask.body)))
        routes.add("GET", "/webhooks/{id}", lambda ask: Reply(body=self._shown(self._known(ask.id()))))
        routes.add("EDIT", "/webhooks/{id}", lambda ask: Reply(body=self._change(ask.id(), ask.body)))
        routes.add("DELETE", "/webhooks/{id}", self._remove)

    def _known(self, number: int) -> Hook:
        hook = self.hooks.get(number)
        if hook is None:
            raise unknown("shop_webhook")
        return hook

    def _list(self, ask: Ask) -> Reply:
        status = ask.text("status") or "all"
        rows = kept(self.hooks.values(), [] if status == "all" else [lambda hook: hook.status == status])
        return listing(ask, self.shop.home(), rows[::-1], self._shown)

    def _made(self, sent: Obj) -> Obj:
        missing = [name for name in ("topic", "delivery_url") if not sent.get(name)]
        if missing:
            raise missing_param(*missing)
        topic, url = str(sent["topic"]), str(sent["delivery_url"])
        _check(topic, url)
        number = self.shop.next_id("webhook")
        name = str(sent.get("name") or f"Webhook created on {self.shop.now():%b %d, %Y}")
        secret = str(sent.get("secret") or hashlib.sha256(b"the user").hexdigest()[:32])
        hook = Hook(number, name, topic, url, secret, self.shop.now())
        self.hooks[number] = hook
        self._ping(hook)
        return self._shown(hook)

    def _change(self, number: int, sent: Obj) -> Obj:
        hook = self._known(number)
        topic, url = str(sent.get("topic", hook.topic)), str(sent.get("delivery_url", hook.url))
        _check(topic, url)
        hook.topic, hook.url = topic, url
        hook.name = str(sent.get("name", hook.name))
        hook.secret = str(sent.get("secret", hook.secret))
        if sent.get("status") in _STATUSES:
            hook.status, hook.failures = sent["status"], 0
        hook.modified = self.shop.now()
        return self._shown(hook)

    def _remove(self, ask: Ask) -> Reply:
        self._known(ask.id())
        if not ask.flag("force"):
            raise WpError(501, "woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.")
        return Reply(body=self._drop(ask.id()))

    def _drop(self, number: int) -> Obj:
        shown = self._shown(self._known(number))
        del self.hooks[number]
        return shown

    def _shown(self, hook: Hook) -> Obj:
        """A webhook; its secret is never told again."""
        resource, _, event = hook.topic.partition(".")
        return {
            "id": hook.id,
            "name": hook.name,
            "status": hook.status,
            "topic": hook.topic,
            "resource": resource,
            "event": event,
            "hooks": _HOOKS.get(hook.topic, [event if resource == "action" else f"woocommerce_{event}_{resource}"]),
            "delivery_url": hook.url,
            **self.shop.times(created=hook.created, modified=hook.modified),
            "_links": links(self.shop.home(), "/wc/v3/webhooks", hook.id),
        }


def _check(topic: str, url: str) -> None:
    resource, _, event = topic.partition(".")
    known = topic in _EXTRA or (resource in _RESOURCES and event in _EVENTS)
    if not known and not (resource == "action" and event.startswith(("woocommerce_", "wc_"))):
        raise WpError(400, "woocommerce_rest_shop_webhook_invalid_topic", "Webhook topic must be valid.")
    if urlsplit(url).scheme not in ("http", "https"):
        message = "Webhook delivery URL must be a valid URL starting with http:// or https://."
        raise WpError(400, "woocommerce_rest_shop_webhook_invalid_delivery_url", message)


def _reachable(url: str) -> bool:
    """Deliveries of a simulator stay on this machine; any other address fails as an unreachable one does."""
    parts = urlsplit(url)
    try:
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.scheme == "http" and parts.hostname == "localhost"
