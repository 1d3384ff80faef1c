"""The audit: append-only, each row chained to the one before by an HMAC, so that an altered row is named.

While the vault is locked a row is chained by SHA-256 without a key and says so: its place is proved, not its writer.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from posbridge.domain.errors import VaultLocked
from posbridge.store.inserting import Inserting
from posbridge.store.sealing import Vault
from posbridge.store.tables import audit
from posbridge.store.times import ms, when

GENESIS = "0" * 64
_A = audit.c
_LAST = select(_A.id, _A.hash).order_by(_A.id.desc()).limit(1)
_INSERT = Inserting(
    audit, "id", "at", "business_date", "who", "approved_by", "action", "object_kind", "object_id", "detail", "chain",
    "previous_hash", "hash",
)  # fmt: skip
_SIGNED = ("at", "business_date", "who", "approved_by", "action", "object_kind", "object_id", "detail", "chain")


@dataclass(frozen=True)
class AuditRow:
    """One act. `detail` is redacted by its writer; `keyed` False means that no key was at hand."""

    id: int
    at: datetime
    business_date: str
    who: str
    approved_by: str
    action: str
    object_kind: str
    object_id: str
    detail: dict[str, Any]
    keyed: bool
    hash: str


@dataclass(frozen=True)
class Damage:
    """The first row that is not as written: `id` is the row, `problem` is changed, order or tail."""

    id: int
    problem: str


def add(
    tx: Connection, action: str, now: datetime, *, vault: Vault | None = None, who: str = "", approved_by: str = "",
    object_kind: str = "", object_id: str = "", business_date: str = "", detail: Mapping[str, Any] | None = None,
) -> str:  # fmt: skip
    """Writes one act in the caller's transaction and gives its hash, the new head."""
    key = _key(vault)
    last = tx.execute(_LAST).first()
    previous, number = (GENESIS, 1) if last is None else (last.hash, last.id + 1)
    values: dict[str, Any] = {
        "id": number, "at": ms(now), "business_date": business_date, "who": who, "approved_by": approved_by,
        "action": action, "object_kind": object_kind, "object_id": object_id,
        "detail": json.dumps(detail or {}, sort_keys=True), "chain": "hmac" if key else "sha256",
        "previous_hash": previous,
    }  # fmt: skip
    values["hash"] = _hash(key, previous, number, values)
    _INSERT(tx, values)
    return str(values["hash"])


def head(tx: Connection) -> str:
    """The newest hash, printed on reports, so that a cut tail or an older file is noticed."""
    found = tx.execute(select(_A.hash).order_by(_A.id.desc()).limit(1)).scalar()
    return GENESIS if found is None else str(found)


def verify(tx: Connection, key: bytes | None, head_hash: str | None = None) -> Damage | None:
    """The first damage, None when all is as written. Without `key` rows that were signed are checked for order only.

    `head_hash` is one that was printed: when no row has it, the tail was cut or an older file put in place.
    """
    previous, number, seen = GENESIS, 0, head_hash in (None, GENESIS)
    for row in tx.execute(select(audit).order_by(_A.id)):
        if row.id != number + 1 or row.previous_hash != previous:
            return Damage(row.id, "order")
        if not _genuine(row, key):
            return Damage(row.id, "changed")
        previous, number, seen = row.hash, row.id, seen or row.hash == head_hash
    return None if seen else Damage(number + 1, "tail")


def latest(
    tx: Connection, limit: int = 100, *, action: str | None = None, object_id: str | None = None
) -> list[AuditRow]:
    """The newest first."""
    wanted = select(audit).order_by(_A.id.desc()).limit(limit)
    if action is not None:
        wanted = wanted.where(_A.action == action)
    if object_id is not None:
        wanted = wanted.where(_A.object_id == object_id)
    return [_row(row) for row in tx.execute(wanted)]


def _key(vault: Vault | None) -> bytes | None:
    try:
        return None if vault is None else vault.audit_key()
    except VaultLocked:
        return None


def _genuine(row: Any, key: bytes | None) -> bool:
    if row.chain == "hmac" and key is None:
        return True
    values = row._mapping
    return hmac.compare_digest(row.hash, _hash(key if row.chain == "hmac" else None, row.previous_hash, row.id, values))


def _hash(key: bytes | None, previous: str, number: int, values: Mapping[str, Any]) -> str:
    text = json.dumps([previous, number, *(values[name] for name in _SIGNED)], ensure_ascii=False)
    if key is None:
        return sha256(text.encode()).hexdigest()
    return hmac.new(key, text.encode(), sha256).hexdigest()


def _row(row: Any) -> AuditRow:
    return AuditRow(
        row.id, when(row.at), row.business_date, row.who, row.approved_by, row.action, row.object_kind, row.object_id,
        json.loads(row.detail), row.chain == "hmac", row.hash,
    )  # fmt: skip
