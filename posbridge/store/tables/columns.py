"""The few kinds of column the tables are made of. All tables are STRICT in SQLite: an integer never holds a float.

Times are integer milliseconds since 1970 UTC, money integer minor units, JSON and UUIDs text, yes/no 0 or 1.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, LargeBinary, MetaData, Table, Text

#: SQLite knows one integer type; PostgreSQL needs the wide one for times and money.
WideInteger = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table(name: str, *parts: Any, **options: Any) -> Table:
    """A table of the store: strict, and every row names its tenant.

    The tenant stands last in keys, so that a look-up that names none still goes by the index.
    """
    return Table(name, metadata, tenant(), *parts, sqlite_strict=True, **options)


def tenant() -> Column[str]:
    return Column("tenant", Text, nullable=False, server_default="local")


def text(name: str, *parts: Any, default: str | None = None, nullable: bool = False) -> Column[str]:
    return Column(name, Text, *parts, nullable=nullable, server_default=default)


def blob(name: str, *, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=nullable)


def number(name: str, *parts: Any, default: str | None = None, nullable: bool = False) -> Column[int]:
    return Column(name, WideInteger, *parts, nullable=nullable, server_default=default)


def count(name: str, *, default: str | None = None, nullable: bool = False) -> Column[int]:
    """An integer of zero or more: an amount of money, a counter, a position."""
    return number(name, CheckConstraint(f"{name} >= 0", name=name), default=default, nullable=nullable)


def at(name: str, *, nullable: bool = False) -> Column[int]:
    """A time: milliseconds UTC. A small number is surely seconds given by mistake."""
    return number(name, CheckConstraint(f"{name} > 100000000000", name=name), nullable=nullable)


def yes(name: str, *, default: str = "0") -> Column[int]:
    return number(name, CheckConstraint(f"{name} IN (0, 1)", name=name), default=default)


def choice(name: str, *allowed: str, default: str | None = None) -> Column[str]:
    """A word out of `allowed`."""
    words = ", ".join(f"'{word}'" for word in allowed)
    return text(name, CheckConstraint(f"{name} IN ({words})", name=name), default=default)


def currency(name: str = "currency") -> Column[str]:
    return text(name, CheckConstraint(f"length({name}) = 3 AND {name} = upper({name})", name=name))
