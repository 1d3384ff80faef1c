"""The connected systems: what they are, what they can do, proving and keeping an account."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from posbridge.domain.errors import ConfigurationError, PosbridgeError
from posbridge.services.not_understood import NotUnderstood
from posbridge.services.status import ConnectionStatus
from posbridge.ui.desk.base import DeskBase, iso

#: The state of a connection in the words of the screen.
STATES = {
    "starting": "waiting", "online": "ok", "offline": "offline", "failing": "problem", "slowed": "waiting",
    "signed_out": "sign_in", "no_permission": "problem", "locked": "sign_in",
}  # fmt: skip
#: What a refused form says, and the step that helps: codes of `Words`.
PROBLEMS = {
    "key_wrong": ("key_wrong", "check_key"),
    "cannot_reach": ("unavailable", "check_network"),
    "no_permission": ("permission", "grant_permission"),
    "wrong_address": ("wrong_address", "check_address"),
}


def screen_state(one: ConnectionStatus) -> str:
    """One word for the dot of a connection."""
    state = STATES.get(one.state, "problem")
    return "waiting" if state == "ok" and one.queued else state


class SystemsDesk(DeskBase):
    """For ConnectionsVm."""

    async def connections(self) -> list[dict[str, Any]]:
        known = {one.id: one for one in (await self.services.status()).connections}
        return [
            {
                "id": row.id, "system": row.platform, "label": row.label, "account": row.account,
                "location": row.location, "kind": row.kind, "state": screen_state(known[row.id]),
                "token_state": "valid", "token_expires_at": "", "last_good_at": iso(known[row.id].last_good),
                "waiting": known[row.id].queued + known[row.id].rejected, "webhooks": "none",
            }
            for row in await self.services.connections.list() if row.id in known
        ]  # fmt: skip

    async def connection(self, connection_id: str) -> dict[str, Any]:
        """Raises ConfigurationError for an unknown one."""
        row = next((one for one in await self.connections() if one["id"] == connection_id), None)
        if row is None:
            raise ConfigurationError("This connection is gone.", next_step="Choose another.")
        facts = self.services.connections.facts(row["system"])
        calls = self.services.house.registry.recent(connection_id)
        status = next(one for one in (await self.services.status()).connections if one.id == connection_id)
        found = {"capabilities": capability_rows(facts), "calls": [_call(one) for one in calls]}
        return {**row, **found, "not_understood": _not_understood(status.not_understood)}

    async def systems(self) -> list[dict[str, Any]]:
        """What can be connected; fields that the environment fills come filled."""
        service = self.services.connections
        return [
            {"name": facts.name, "label": facts.label, "kind": facts.kind.value,
             "fields": _fields(facts, service.prefilled(facts.name))}
            for facts in service.available()
        ]  # fmt: skip

    async def test_connection(self, system: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """One real call; nothing is kept. A refusal is an answer. `locations` when one must be chosen."""
        plain, secrets = self._split(system, fields)
        started = time.monotonic()
        try:
            probe = await self.services.connections.locations(system, plain, secrets)
        except PosbridgeError as error:
            return {"ok": False, "latency_ms": _since(started), "account": "", "locations": [], **_problem(error)}
        places = [{"id": place.id, "name": place.name} for place in probe.locations if place.active]
        return {
            "ok": True, "latency_ms": _since(started), "account": probe.account, "problem": "", "next_step": "",
            "message": "", "locations": places,
        }  # fmt: skip

    async def connect(self, system: str, fields: Mapping[str, str], location: str = "") -> str:
        """Raises as Connections.connect."""
        plain, secrets = self._split(system, fields)
        made = await self.services.connections.connect(
            system, plain, secrets, location or None, who=self.person_id
        )
        return made.connection

    async def sync_now(self, connection_id: str) -> None:
        await self.services.sync.once(connection_id=connection_id)

    async def disconnect(self, connection_id: str) -> None:
        """Raises DomainError (detail `waiting`) while orders wait for it."""
        await self.services.connections.disconnect(connection_id, who=self.person_id)

    def _split(self, system: str, fields: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        secret = {field.name for field in self.services.connections.facts(system).fields if field.secret}
        given = {name: value for name, value in fields.items() if value}
        plain = {name: value for name, value in given.items() if name not in secret}
        return plain, {name: value for name, value in given.items() if name in secret}


def capability_rows(facts: Any) -> list[dict[str, Any]]:
    """What a system can do, each with a code that the screen has words for."""
    can = facts.capabilities
    rows: list[dict[str, Any]] = [
        {"code": "gift_cards", "allowed": "gift_cards" in facts.services},
        {"code": "split_tender", "allowed": can.split_tender},
        {"code": "cart_discounts", "allowed": can.cart_discounts},
        {"code": "refunds", "allowed": can.refunds},
        {"code": "webhooks", "allowed": can.webhooks},
        {"code": "stock", "allowed": "inventory" in facts.services},
    ]
    rows += [{"code": code, "allowed": False} for code in ("places_orders", "takes_payments") if not getattr(can, code)]
    if can.gift_cards_balance_only:
        rows.append({"code": "gift_cards_balance_only", "allowed": True})
    if can.history_days is not None:
        rows.append({"code": "history", "allowed": True, "value": can.history_days})
    return rows


def _not_understood(found: NotUnderstood) -> dict[str, Any]:
    """What could not be read of it; {} for nothing."""
    if not found.count:
        return {}
    objects = [{"id": one.object_id, "stream": one.stream, "reason": one.reason} for one in found.objects]
    return {"count": found.count, "more": found.count - len(objects), "objects": objects}


def _fields(facts: Any, filled: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "name": field.name, "label": field.label, "secret": field.secret, "required": field.required,
            "help": field.help, "pattern": field.pattern if field.strict else "", "choices": list(field.choices),
            "value": "" if field.secret else filled.get(field.name, field.default), "advanced": field.advanced,
            "known": bool(filled.get(field.name)),
        }
        for field in facts.fields
    ]  # fmt: skip


def _problem(error: PosbridgeError) -> dict[str, str]:
    problem, step = PROBLEMS.get(error.code, (error.code, error.next_step))
    return {"problem": problem, "next_step": step, "message": error.message}


def _call(call: Any) -> dict[str, Any]:
    parts = urlsplit(call.url)
    return {"at": iso(call.at), "method": call.method, "path": parts.path, "status": call.status or 0, "ms": call.ms}


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
