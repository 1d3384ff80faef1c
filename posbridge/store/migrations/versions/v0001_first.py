"""The first schema."""

from __future__ import annotations

from alembic import op

from posbridge.store.migrations import statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    for statement in statements(revision):
        connection.exec_driver_sql(statement)
