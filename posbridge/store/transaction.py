"""The name by which rooms that may not know the library speak of a transaction."""

from __future__ import annotations

from sqlalchemy import Connection as Transaction

__all__ = ["Transaction"]
