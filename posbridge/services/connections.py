"""The accounts at outside systems: proved by one real call before they are kept."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from posbridge.connectors.contract import Connection, Facts, Probe, Subscription
from posbridge.domain.errors import ConfigurationError, DomainError, PosbridgeError
from posbridge.security.redaction import register_secret
from posbridge.services import webhook_subscriptions
from posbridge.services.connecting import (
    chosen_location,
    explained,
    filled_from_environment,
    filled_in,
    required_rights,
)
from posbridge.services.house import House
from posbridge.services.signing_in import SigningIn
from posbridge.services.targets import queue_untargeted
from posbridge.services.webhook_subscriptions import Subscribed
from posbridge.store import audit, outbox
from posbridge.store import connections as rows
from posbridge.store import tokens as token_rows
from posbridge.store.connections import ConnectionRow
from posbridge.store.errors import NotStored
from posbridge.store.sealing import unlocked
from posbridge.store.transaction import Transaction


@dataclass(frozen=True)
class Connected:
    """A connection that was proved and kept. `queued` orders had no target before and go there now."""

    connection: str
    platform: str
    account: str
    location: str
    queued: int = 0

    def json(self) -> dict[str, Any]:
        """As surface.md writes it."""
        return {name: value for name, value in asdict(self).items() if name != "queued"}


@dataclass(frozen=True)
class Tested:
    """What one real call showed just now; `code` is stable, the rest is for a person."""

    ok: bool
    latency_ms: int
    account: str = ""
    problem: str = ""
    next_step: str = ""
    code: str = ""

    def json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "code"}


class Connections:
    """Systems there are, and the accounts at them."""

    def __init__(self, house: House) -> None:
        self._house = house

    def available(self) -> list[Facts]:
        """The facts of every system, POS first."""
        return self._house.registry.available()

    def facts(self, platform: str) -> Facts:
        """Raises ConfigurationError for a system that is not here."""
        return self._house.registry.connector(platform).facts

    def prefilled(self, platform: str) -> dict[str, str]:
        """What the environment says for the fields and secrets of a system, by field name."""
        return filled_from_environment(self.facts(platform), self._house.environ)

    async def list(self) -> list[ConnectionRow]:
        """In the order they were placed."""
        return await self._house.store.read(rows.listed)

    async def get(self, connection_id: str) -> ConnectionRow:
        """Raises ConfigurationError for an unknown one."""
        try:
            return await self._house.store.read(rows.get, connection_id)
        except NotStored as error:
            raise ConfigurationError(error.message, next_step="`posbridge connections` lists them.") from error

    async def connect(
        self,
        platform: str,
        fields: Mapping[str, str],
        secrets: Mapping[str, str],
        location: str | None = None,
        as_id: str | None = None,
        *,
        who: str = "",
    ) -> Connected:
        """Proves the account by a real call, then keeps it with its secrets; the same id again replaces it.

        The environment fills in what is not given. Raises ConfigurationError for a field that is absent or wrong,
        or when a location must be chosen (`detail["locations"]`); AuthenticationError (code "key_wrong"),
        PermissionDenied ("no_permission"), ServiceUnavailable ("cannot_reach") or ConfigurationError
        ("wrong_address"), each with its next step; VaultLocked when secrets cannot be kept.
        """
        unlocked(self._house.vault)
        facts = self.facts(platform)
        plain, secret = filled_in(facts, {**self.prefilled(platform), **fields}, secrets)
        name = await self._name(platform, as_id)
        candidate = Connection(id=name, platform=platform, location=location or "", fields=plain)
        async with SigningIn(self._house).with_fresh_tokens(name, secret):
            probe = await self._prove(facts, candidate, secret)
            row = _row(facts, candidate, probe, location)
            queued = await self._house.store.write(self._keep, row, secret, probe, who)
        await self._renewed(name)
        return Connected(row.id, platform, row.account, row.location, queued)

    async def locations(
        self, platform: str, fields: Mapping[str, str], secrets: Mapping[str, str], as_id: str | None = None
    ) -> Probe:
        """What a real call with these shows, keeping no connection: the form's test button. Raises as `connect`."""
        unlocked(self._house.vault)
        facts = self.facts(platform)
        plain, secret = filled_in(facts, {**self.prefilled(platform), **fields}, secrets)
        name = await self._name(platform, as_id)
        async with SigningIn(self._house).with_fresh_tokens(name, secret, trial=True):
            return await self._prove(facts, Connection(id=name, platform=platform, fields=plain), secret)

    async def test(self, connection_id: str) -> Tested:
        """One real call with what is kept. Raises ConfigurationError for an unknown connection."""
        row = await self.get(connection_id)
        facts, started = self.facts(row.platform), time.monotonic()
        try:
            services = await self._house.registry.services(connection_of(row))
            probe: Probe = await services.probe()
            required_rights(facts, probe)
        except PosbridgeError as problem:
            self._house.health.bad(row.id, problem)
            error = explained(facts, problem)
            return Tested(False, _since(started), row.account, error.message, error.next_step, error.code)
        self._house.health.good(row.id)
        if row.state == "signed_out":
            await self._house.store.write(rows.set_state, row.id, "enabled", self._house.clock())
        return Tested(True, _since(started), probe.account)

    async def subscribe(self, connection_id: str, url: str, *, who: str = "") -> Subscribed:
        """Makes or repairs the platform's webhooks so that they come to `url`; see `webhook_subscriptions`."""
        return await webhook_subscriptions.subscribe(self._house, await self._connection(connection_id), url, who)

    async def subscriptions(self, connection_id: str) -> Sequence[Subscription]:
        """The webhooks that the platform tells of."""
        return await webhook_subscriptions.subscriptions(self._house, await self._connection(connection_id))

    async def _connection(self, connection_id: str) -> Connection:
        return connection_of(await self.get(connection_id))

    async def disconnect(self, connection_id: str, *, who: str = "", even_so: bool = False) -> None:
        """Forgets the account and its secrets.

        Raises DomainError (code "queue_not_empty") while orders wait for it; `even_so`, after an export, parks them.
        """
        await self.get(connection_id)
        await self._house.store.write(self._remove, connection_id, who, even_so)
        await self._house.tokens.forget(connection_id)
        await self._house.registry.forget(connection_id)
        self._house.health.forget(connection_id)

    async def _name(self, platform: str, as_id: str | None) -> str:
        known = {row.id: row for row in await self.list()}
        if as_id is None:
            return next(name for name in _names(platform) if name not in known)
        if as_id in known and known[as_id].platform != platform:
            raise ConfigurationError(
                f"The connection {as_id} is one to {known[as_id].platform}.", next_step="Choose another name."
            )
        return as_id

    async def _prove(self, facts: Facts, candidate: Connection, secrets: Mapping[str, str]) -> Probe:
        for value in secrets.values():
            register_secret(value)
        try:
            services, http = self._house.registry.open(candidate, secrets)
            try:
                probe: Probe = await services.probe()
            finally:
                await http.aclose()
            required_rights(facts, probe)
        except PosbridgeError as error:
            raise explained(facts, error) from error
        return probe

    def _keep(self, tx: Transaction, row: ConnectionRow, secrets: Mapping[str, str], probe: Probe, who: str) -> int:
        house, now = self._house, self._house.clock()
        self._require_currency(tx, row, probe)
        known = rows.get(tx, row.id) if _known(tx, row.id) else None
        row = replace(row, position=known.position if known else len(rows.listed(tx)))
        if known and known.account != row.account:
            token_rows.forget_told_secrets(tx, row.id)
        rows.put(tx, row, now)
        token_rows.put_secrets(tx, row.id, secrets, house.vault)
        house.settings.fill(tx, **_decisions(row, probe))
        outbox.unblock(tx, row.id, now, "signed_out")
        detail = {"platform": row.platform, "account": row.account, "location": row.location}
        audit.add(
            tx, "connect", now, vault=house.vault, who=who, object_kind="connection", object_id=row.id, detail=detail
        )
        return queue_untargeted(tx, house, row.id, now)

    def _require_currency(self, tx: Transaction, row: ConnectionRow, probe: Probe) -> None:
        """A till has one currency; the first connection, or the settings, decide which."""
        ours = self._house.settings.of(tx).currency
        said = bool(probe.currency) or any(place.id == row.location and place.currency for place in probe.locations)
        if said and row.currency != ours and "currency" in self._house.settings.decided(tx):
            raise ConfigurationError(
                f"{row.label} reckons in {row.currency}, this till in {ours}.", code="currency",
                next_step="Connect an account in the till's currency, or change the currency in the settings.",
            )  # fmt: skip

    def _remove(self, tx: Transaction, connection_id: str, who: str, even_so: bool) -> None:
        house, now = self._house, self._house.clock()
        waiting = outbox.listing(tx, connection=connection_id, limit=1_000_000)
        if waiting and not even_so:
            raise DomainError(
                f"{len(waiting)} orders wait for {connection_id}.", code="queue_not_empty", waiting=len(waiting),
                next_step="Let the queue run empty, or export it first with `posbridge queue export FILE`.",
            )  # fmt: skip
        for one in waiting:
            if one.state != "rejected":
                outbox.park(tx, one.id, now, who, "The connection was removed.")
        rows.remove(tx, connection_id, now)
        audit.add(
            tx, "disconnect", now, vault=house.vault, who=who, object_kind="connection", object_id=connection_id,
            detail={"parked": len(waiting)},
        )  # fmt: skip

    async def _renewed(self, connection_id: str) -> None:
        await self._house.registry.forget(connection_id)
        self._house.health.signed_in(connection_id)
        self._house.sync.nudge()
        self._house.sync.nudge("pull")


def connection_of(row: ConnectionRow) -> Connection:
    """The row as connectors know it."""
    return Connection(
        id=row.id,
        platform=row.platform,
        account=row.account,
        location=row.location,
        currency=row.currency,
        timezone=row.timezone,
        prices_include_tax=row.prices_include_tax,
        fields=row.fields,
    )


def _row(facts: Facts, candidate: Connection, probe: Probe, wanted: str | None) -> ConnectionRow:
    place = chosen_location(facts, probe, wanted)
    return ConnectionRow(
        id=candidate.id,
        platform=facts.name,
        kind=facts.kind.value,
        label=facts.label,
        account=probe.account,
        location=place.id if place else "",
        currency=(place.currency if place else "") or probe.currency or candidate.currency,
        timezone=(place.timezone if place else "") or probe.timezone or candidate.timezone,
        prices_include_tax=bool(probe.prices_include_tax),
        fields={**candidate.fields, **probe.settings},
    )


def _decisions(row: ConnectionRow, probe: Probe) -> dict[str, Any]:
    """What the first connection decides for the shop, where nobody has decided yet."""
    decided: dict[str, Any] = {"store_name": probe.account}
    if probe.currency or row.currency:
        decided["currency"] = row.currency
    if probe.timezone or row.timezone != "UTC":
        decided["timezone"] = row.timezone
    if probe.tax_rates or probe.prices_include_tax is not None:
        rates = {
            name: [{"name": label, "percent": percent} for label, percent in listed]
            for name, listed in probe.tax_rates.items()
        }
        decided["taxes"] = {"prices_include_tax": bool(probe.prices_include_tax), "rates": rates}
    return decided


def _known(tx: Transaction, connection_id: str) -> bool:
    return any(row.id == connection_id for row in rows.listed(tx))


def _names(platform: str) -> Iterator[str]:
    yield platform
    number = 2
    while True:
        yield f"{platform}-{number}"
        number += 1


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
