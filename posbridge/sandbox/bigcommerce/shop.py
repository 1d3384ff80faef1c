"""The simulated store's tables, its clock and its stock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from posbridge.sandbox.bigcommerce.answers import Refused, Row

_FOUR = Decimal("0.0001")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Shop:
    """Rows by table and id. Keys that begin with "@" are the simulator's own and never leave it; `emit` tells the
    hooks of a change."""

    def __init__(self, now: Callable[[], datetime], decimals: int) -> None:
        self._now, self.decimals = now, decimals
        self.tables: defaultdict[str, dict[int, Row]] = defaultdict(dict)
        self._last: defaultdict[str, int] = defaultdict(int)
        self.emit: Callable[[str, Row], None] = lambda scope, data: None

    def now(self) -> datetime:
        return self._now().replace(microsecond=0)

    def add(self, table: str, row: Row) -> Row:
        self._last[table] += 1
        made = {"id": self._last[table], **row}
        self.tables[table][made["id"]] = made
        return made

    def find(self, table: str, ident: Any) -> Row:
        row = self.tables[table].get(int(ident)) if str(ident).isdecimal() else None
        if row is None:
            raise Refused(404, "The requested resource was not found.")
        return row

    def number(self, minor: int) -> int | float:
        """An amount as v3 writes it: a JSON number."""
        value = Decimal(minor).scaleb(-self.decimals)
        return int(value) if value == value.to_integral_value() else float(value)

    def four(self, value: Decimal) -> str:
        """An amount as v2 writes it: text with four decimals."""
        return str(value.quantize(_FOUR, ROUND_HALF_UP))

    def minor(self, value: Any) -> int:
        return int(Decimal(str(value)).scaleb(self.decimals).quantize(Decimal(1), ROUND_HALF_UP))

    # stock
    def variants(self) -> list[tuple[Row, Row]]:
        """(product, variant) of all."""
        return [(product, variant) for product in self.tables["products"].values() for variant in product["variants"]]

    def by_sku(self, sku: str) -> tuple[Row, Row]:
        for product, variant in self.variants():
            if variant["sku"] == sku:
                return product, variant
        raise KeyError(sku)

    def count(self, product: Row, variant: Row, quantity: int) -> None:
        """Sets a level; the product's is the sum of its variants'."""
        variant["inventory_level"] = quantity
        product["inventory_level"] = sum(each["inventory_level"] for each in product["variants"])
        where = {"product_id": product["id"], "method": "absolute", "value": quantity, "variant_id": variant["id"]}
        self.emit("store/sku/inventory/updated", {"type": "sku", "id": variant["sku_id"], "inventory": where})

    def touch(self, product: Row) -> None:
        product["date_modified"] = iso(self.now())
        self.emit("store/product/updated", {"type": "product", "id": product["id"]})


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def stamp(at: datetime) -> str:
    """As v2 writes times."""
    return format_datetime(at.astimezone(UTC))


def moment(text: str) -> datetime:
    """A filter's time: ISO 8601 or RFC 2822."""
    try:
        at = datetime.fromisoformat(text) if text[:1].isdigit() else parsedate_to_datetime(text)
    except (ValueError, TypeError) as problem:
        raise Refused(400, f"The date {text} is not valid.") from problem
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def shown(row: Row) -> Row:
    """What leaves of a row."""
    return {name: value for name, value in row.items() if not name.startswith("@")}
