"""Connections and what ties us to them: secrets, tokens, links, cursors; people, settings, customers, the audit."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint

from posbridge.store.tables.columns import at, blob, choice, count, currency, table, text, yes

LINK_KINDS = ("product", "variant", "customer", "order")

connections = table(
    "connections",
    text("id", CheckConstraint("id <> ''", name="id")),
    text("platform", CheckConstraint("platform <> ''", name="platform")),
    text("kind"),
    text("label", default=""),
    text("account", default=""),
    text("location", default=""),
    currency(),
    text("timezone"),
    yes("prices_include_tax"),
    text("fields", default="{}"),
    choice("state", "enabled", "disabled", "signed_out", "removed"),
    count("position", default="0"),
    at("created_at"),
    at("updated_at"),
    PrimaryKeyConstraint("id"),
)

secrets = table(
    "secrets",
    text("connection_id", ForeignKey("connections.id")),
    text("name"),
    blob("sealed"),
    at("updated_at"),
    PrimaryKeyConstraint("connection_id", "name"),
)

# No foreign key: a sign-in's tokens are proved by a call before the connection is kept.
tokens = table(
    "tokens",
    text("connection_id"),
    choice("type", "access", "refresh", "id", "api_key", "session"),
    blob("sealed"),
    at("expires_at", nullable=True),
    at("updated_at"),
    PrimaryKeyConstraint("connection_id", "type"),
)

links = table(
    "links",
    text("connection_id", ForeignKey("connections.id")),
    choice("kind", *LINK_KINDS),
    text("remote_id", CheckConstraint("remote_id <> ''", name="remote_id")),
    text("local_id", CheckConstraint("local_id <> ''", name="local_id")),
    text("parent_remote_id", default=""),
    text("sku", default=""),
    at("missing_at", nullable=True),
    at("updated_at"),
    PrimaryKeyConstraint("connection_id", "kind", "remote_id"),
)
Index("ix_links_local_id", links.c.connection_id, links.c.kind, links.c.local_id)

cursors = table(
    "cursors",
    text("connection_id", ForeignKey("connections.id")),
    text("stream"),
    text("cursor", default=""),
    text("run_cursor", default=""),
    at("run_started_at", nullable=True),
    at("last_good_at", nullable=True),
    at("swept_at", nullable=True),
    at("updated_at"),
    PrimaryKeyConstraint("connection_id", "stream"),
)

staged_pages = table(
    "staged_pages",
    Column("id", Integer, primary_key=True),
    text("connection_id", ForeignKey("connections.id")),
    text("stream"),
    text("body"),
    text("deleted", default="[]"),
    count("items"),
    yes("is_last"),
    yes("applied"),
    at("at"),
    sqlite_autoincrement=True,
)
Index("ix_staged_pages_stream", staged_pages.c.connection_id, staged_pages.c.stream, staged_pages.c.id)

parked_objects = table(
    "parked_objects",
    text("connection_id", ForeignKey("connections.id")),
    text("stream"),
    text("object_id"),
    text("reason"),
    at("at"),
    PrimaryKeyConstraint("connection_id", "stream", "object_id"),
)

customers = table(
    "customers",
    text("id"),
    text("email_key", default=""),
    text("phone_key", default=""),
    blob("sealed"),
    at("updated_at"),
    PrimaryKeyConstraint("id"),
)
Index("ix_customers_email_key", customers.c.email_key)
Index("ix_customers_phone_key", customers.c.phone_key)

customer_names = table(
    "customer_names",
    text("name_key"),
    text("customer_id", ForeignKey("customers.id")),
    PrimaryKeyConstraint("name_key", "customer_id"),
)
Index("ix_customer_names_customer_id", customer_names.c.customer_id)

people = table(
    "people",
    text("id"),
    text("name", CheckConstraint("name <> ''", name="name")),
    choice("role", "cashier", "supervisor", "manager"),
    text("pin_hash", default=""),
    yes("active", default="1"),
    at("created_at"),
    at("updated_at"),
    PrimaryKeyConstraint("id"),
)

pin_failures = table(
    "pin_failures",
    text("person_id", CheckConstraint("person_id <> ''", name="person_id")),
    count("failures"),
    at("last_at"),
    at("locked_until", nullable=True),
    PrimaryKeyConstraint("person_id", "tenant"),
)

settings = table(
    "settings",
    text("name"),
    text("value"),
    at("updated_at"),
    PrimaryKeyConstraint("name", "tenant"),
)

audit = table(
    "audit",
    Column("id", Integer, primary_key=True),
    at("at"),
    text("business_date", default=""),
    text("who", default=""),
    text("approved_by", default=""),
    text("action", CheckConstraint("action <> ''", name="action")),
    text("object_kind", default=""),
    text("object_id", default=""),
    text("detail", default="{}"),
    choice("chain", "hmac", "sha256"),
    text("previous_hash"),
    text("hash"),
    sqlite_autoincrement=True,
)
Index("ix_audit_action", audit.c.action, audit.c.at)
Index("ix_audit_object", audit.c.object_kind, audit.c.object_id)

