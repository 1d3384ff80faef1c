"""Products, variants, stock, discounts kept for offline use, gift cards."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, UniqueConstraint

from posbridge.store.tables.columns import at, blob, choice, count, currency, number, table, text, yes

HOLD_STATES = ("held", "redeeming", "redeemed", "captured", "releasing", "released")

products = table(
    "products",
    Column("seq", Integer, primary_key=True),
    text("id"),
    text("source", default=""),
    text("title"),
    text("title_folded"),
    choice("status", "active", "draft", "archived", "deleted"),
    text("body"),
    at("updated_at", nullable=True),
    at("read_at"),
    UniqueConstraint("id"),
)
Index("ix_products_title_folded", products.c.status, products.c.title_folded)
Index("ix_products_source", products.c.source, products.c.read_at)

variants = table(
    "variants",
    text("id"),
    text("product_id", ForeignKey("products.id")),
    text("sku", default=""),
    text("barcode", default=""),
    count("price", nullable=True),
    text("currency", default=""),
    yes("available"),
    count("position"),
    PrimaryKeyConstraint("id"),
)
Index("ix_variants_product_id", variants.c.product_id)
Index("ix_variants_sku", variants.c.sku)
Index("ix_variants_barcode", variants.c.barcode)

product_categories = table(
    "product_categories",
    text("category"),
    text("title_folded"),
    text("product_id", ForeignKey("products.id")),
    PrimaryKeyConstraint("category", "title_folded", "product_id"),
)
Index("ix_product_categories_product_id", product_categories.c.product_id)

stock = table(
    "stock",
    text("variant_id"),
    text("connection_id", ForeignKey("connections.id")),
    text("location", default=""),
    choice("kind", "quantity", "batch", "weight"),
    number("quantity_micro", nullable=True),
    text("body"),
    at("read_at"),
    PrimaryKeyConstraint("variant_id", "connection_id", "location"),
)
Index("ix_stock_connection_id", stock.c.connection_id, stock.c.read_at)

discounts = table(
    "discounts",
    text("connection_id", ForeignKey("connections.id")),
    text("id"),
    text("code_folded", default=""),
    text("body"),
    blob("people_sealed", nullable=True),
    at("read_at"),
    PrimaryKeyConstraint("connection_id", "id"),
)
Index("ix_discounts_code_folded", discounts.c.code_folded)

gift_cards = table(
    "gift_cards",
    text("id"),
    text("code_key", CheckConstraint("code_key <> ''", name="code_key")),
    blob("code_sealed"),
    text("masked"),
    currency(),
    count("balance", default="0"),
    choice("status", "active", "inactive", "expired", "blocked", default="active"),
    at("expires_at", nullable=True),
    at("created_at"),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("code_key", "tenant"),
)

gift_card_movements = table(
    "gift_card_movements",
    text("id"),
    text("card_id", ForeignKey("gift_cards.id")),
    choice("kind", "issue", "redeem", "refund", "expire"),
    number(
        "amount",
        CheckConstraint("(kind IN ('issue', 'refund') AND amount > 0) OR "
                        "(kind IN ('redeem', 'expire') AND amount < 0)", name="amount"),
    ),
    text("key", CheckConstraint("key <> ''", name="key")),
    at("at"),
    text("order_id", nullable=True),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("key", "tenant"),
)  # fmt: skip
Index("ix_gift_card_movements_card_id", gift_card_movements.c.card_id)

gift_card_holds = table(
    "gift_card_holds",
    text("id"),
    text("card_id", ForeignKey("gift_cards.id"), nullable=True),
    text("connection_id", ForeignKey("connections.id"), nullable=True),
    text("basket_id", default=""),
    text("order_id", ForeignKey("orders.id"), nullable=True),
    text("code_key"),
    blob("code_sealed"),
    text("masked"),
    currency(),
    number("amount", CheckConstraint("amount > 0", name="amount")),
    choice("state", *HOLD_STATES),
    at("expires_at"),
    text("remote_move_id", default=""),
    text("reason", default=""),
    at("created_at"),
    at("updated_at"),
    PrimaryKeyConstraint("id"),
    CheckConstraint("(card_id IS NULL) <> (connection_id IS NULL)", name="one_issuer"),
    CheckConstraint("state <> 'captured' OR order_id IS NOT NULL", name="captured_has_order"),
)
Index("ix_gift_card_holds_state", gift_card_holds.c.state, gift_card_holds.c.expires_at)
Index("ix_gift_card_holds_card_id", gift_card_holds.c.card_id, gift_card_holds.c.state)
Index("ix_gift_card_holds_basket_id", gift_card_holds.c.basket_id)
