"""Settings by name, each a JSON value."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from posbridge.store.tables import settings
from posbridge.store.times import now_ms


def put(tx: Connection, name: str, value: Any) -> None:
    """`value` is anything JSON can say."""
    values = {"value": json.dumps(value), "updated_at": now_ms(tx)}
    made = insert(settings).values(name=name, **values)
    tx.execute(made.on_conflict_do_update(index_elements=["tenant", "name"], set_=values))


def get(tx: Connection, name: str, default: Any = None) -> Any:
    """`default` when it was never put."""
    found = tx.execute(select(settings.c.value).where(settings.c.name == name)).scalar()
    return default if found is None else json.loads(found)


def everything(tx: Connection) -> dict[str, Any]:
    """All settings."""
    return {row.name: json.loads(row.value) for row in tx.execute(select(settings.c.name, settings.c.value))}


def drop(tx: Connection, name: str) -> None:
    """Back to the default."""
    tx.execute(delete(settings).where(settings.c.name == name))
