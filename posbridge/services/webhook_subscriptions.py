"""Subscriptions to a platform's webhooks: made, repaired, listed; a secret that it tells is sealed at once."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from posbridge.connectors.contract import Connection, Subscription, WebhookService
from posbridge.connectors.errors import Unsupported
from posbridge.domain.errors import ConfigurationError
from posbridge.security.redaction import register_secret
from posbridge.services.house import House
from posbridge.store import audit
from posbridge.store import tokens as token_rows
from posbridge.store.sealing import unlocked
from posbridge.store.transaction import Transaction


@dataclass(frozen=True)
class Subscribed:
    """What points here now; `secret_kept` says that the platform told a new secret, which is sealed here."""

    connection: str
    subscriptions: tuple[Subscription, ...]
    secret_kept: bool = False

    def json(self) -> dict[str, Any]:
        """Without secrets."""
        rows = [subscription_json(one) for one in self.subscriptions]
        return {"connection": self.connection, "subscriptions": rows, "secret_kept": self.secret_kept}


def subscription_json(one: Subscription) -> dict[str, Any]:
    """One subscription for programs; its secret is not in it."""
    return one.model_dump(mode="json", exclude={"secret", "secret_field"})


async def subscribe(house: House, connection: Connection, url: str, who: str = "") -> Subscribed:
    """Makes or repairs what posbridge needs, so that it points at `url`, and keeps the secret that signs it.

    Raises ConfigurationError for an address that no platform would call, Unsupported (with what a person does
    instead) where programs cannot subscribe, VaultLocked before anything is asked, and the connector's errors.
    """
    _require_public(url)
    unlocked(house.vault)
    found = tuple(await (await _service(house, connection)).subscribe(url))
    for one in found:
        register_secret(one.secret)
    kept = await house.store.write(_keep, house, connection.id, url, found, who)
    if kept:
        await house.registry.forget(connection.id)
    return Subscribed(connection.id, found, kept)


async def subscriptions(house: House, connection: Connection) -> list[Subscription]:
    """Those that the platform tells of. Raises Unsupported where it has none, and the connector's errors."""
    found = await (await _service(house, connection)).subscriptions()
    return [one.model_copy(update={"secret": ""}) for one in found]


async def _service(house: House, connection: Connection) -> WebhookService:
    facts = house.registry.connector(connection.platform).facts
    service = (await house.registry.services(connection)).webhooks if facts.capabilities.webhooks else None
    if service is None:
        step = "Nothing has to be done: posbridge asks by itself every few minutes for what changed."
        raise Unsupported(f"{facts.label} sends no webhooks.", next_step=step, platform=facts.name)
    return service


def _keep(tx: Transaction, house: House, connection_id: str, url: str, found: Sequence[Subscription], who: str) -> bool:
    told = dict.fromkeys((one.secret_field, one.secret) for one in found if one.secret and one.secret_field)
    new = [token_rows.add_told_secret(tx, connection_id, *each, house.vault) for each in told]
    detail = {"url": url, "subscriptions": len(found), "secret_kept": any(new)}
    audit.add(
        tx, "webhooks", house.clock(), vault=house.vault, who=who, object_kind="connection", object_id=connection_id,
        detail=detail,
    )  # fmt: skip
    return any(new)


def _require_public(url: str) -> None:
    """https, or this machine (a simulated platform); without a name or password in it."""
    try:
        parts = urlsplit(url)
        host, open_door = parts.hostname or "", parts.username is not None or parts.password is not None
    except ValueError:
        host, open_door, parts = "", False, urlsplit("")
    if parts.scheme not in ("https", "http") or not host or (parts.scheme == "http" and not _is_here(host)):
        raise ConfigurationError(
            f"No platform would call {url!r}.", field="url",
            next_step="Give the public address, beginning with https://, at which this program is reached.",
        )  # fmt: skip
    if open_door:
        raise ConfigurationError("An address for webhooks has no name or password in it.", field="url")


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
