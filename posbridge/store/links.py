"""Identity links: which product, variant or customer of ours is which at a connection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, delete, select

from posbridge.store.inserting import Upserting
from posbridge.store.many import one_of
from posbridge.store.tables import links
from posbridge.store.times import now_ms

Kind = Literal["product", "variant", "customer", "order"]
_L = links.c
_PUT = Upserting(
    links, "connection_id", "kind", "remote_id", "local_id", "parent_remote_id", "sku", "updated_at",
    key=("connection_id", "kind", "remote_id"),
)  # fmt: skip


@dataclass(frozen=True)
class Link:
    """`parent_remote_id` is a variant's product there; `sku` as the platform has it."""

    kind: Kind
    remote_id: str
    local_id: str
    parent_remote_id: str = ""
    sku: str = ""


def put(tx: Connection, connection_id: str, kind: Kind, remote_id: str, local_id: str) -> None:
    """Ties `remote_id` to `local_id`, whatever it was tied to before."""
    put_many(tx, connection_id, [Link(kind, remote_id, local_id)])


def put_many(tx: Connection, connection_id: str, rows: Sequence[Link]) -> None:
    """`put` for many."""
    at = now_ms(tx)
    made = (
        {
            "connection_id": connection_id, "kind": row.kind, "remote_id": row.remote_id, "local_id": row.local_id,
            "parent_remote_id": row.parent_remote_id, "sku": row.sku, "updated_at": at,
        }
        for row in rows
    )  # fmt: skip
    _PUT(tx, *made)


def remote_id(tx: Connection, connection_id: str, kind: Kind, local_id: str) -> str | None:
    """The id there of one of ours; the newest link when there are several."""
    same = (_L.connection_id == connection_id, _L.kind == kind, _L.local_id == local_id)
    found = tx.execute(select(_L.remote_id).where(*same).order_by(_L.updated_at.desc()).limit(1)).scalar()
    return None if found is None else str(found)


def local_ids(tx: Connection, connection_id: str, kind: Kind, remote_ids: Sequence[str]) -> dict[str, str]:
    """Our ids of theirs; unknown ones are absent."""
    same = (_L.connection_id == connection_id, _L.kind == kind, one_of(_L.remote_id, remote_ids))
    return dict(tx.execute(select(_L.remote_id, _L.local_id).where(*same)).all())


def variants_at(
    tx: Connection, connection_id: str, variant_ids: Sequence[str]
) -> dict[str, tuple[str, str, str]]:
    """Our variant id → (variant id, product id, sku) there; unlinked ones are absent."""
    same = (_L.connection_id == connection_id, _L.kind == "variant", _L.local_id.in_(variant_ids))
    rows = tx.execute(select(links).where(*same).order_by(_L.updated_at))
    return {row.local_id: (row.remote_id, row.parent_remote_id, row.sku) for row in rows}


def remote_ids(tx: Connection, connection_id: str, kind: Kind) -> set[str]:
    """All ids there that are linked."""
    return set(tx.execute(select(_L.remote_id).where(_L.connection_id == connection_id, _L.kind == kind)).scalars())


def drop(tx: Connection, connection_id: str, kind: Kind, gone: Iterable[str]) -> None:
    """Forgets links to things that are no longer there."""
    for each in gone:
        same = (_L.connection_id == connection_id, _L.kind == kind, _L.remote_id == each)
        tx.execute(delete(links).where(*same))
