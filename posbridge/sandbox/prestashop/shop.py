"""The simulated shop's tables, clock, prices and stock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from posbridge.sandbox.prestashop.markup import Row
from posbridge.sandbox.prestashop.resources import RESOURCES

_SIX = Decimal("0.000001")


def six(value: Decimal) -> str:
    return str(value.quantize(_SIX, ROUND_HALF_UP))


class Shop:
    """Every row is a mapping of texts (texts by language are mappings), its `id` a number. Keys that begin with "@"
    are the simulator's own."""

    def __init__(self, now: Callable[[], datetime], timezone: str, decimals: int) -> None:
        self._now, self._zone, self.decimals = now, ZoneInfo(timezone), decimals
        self.tables: dict[str, dict[int, Row]] = {name: {} for name in RESOURCES}
        self._last: dict[str, int] = {}
        self._stock: dict[tuple[str, str], Row] = {}
        self.modules = {"ps_checkpayment", "ps_wirepayment", "ps_cashondelivery"}
        self.shipping = Decimal(7)

    def time(self) -> str:
        """Now, as the shop's clock shows it: no zone (recorded, The cursor)."""
        return self._now().astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")

    def local(self, at: datetime) -> str:
        return at.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")

    def add(self, table: str, fields: Mapping[str, Any], ident: int = 0) -> Row:
        """A new row with all fields, times set, decimals padded."""
        resource = RESOURCES[table]
        number = ident or self._last.get(table, 0) + 1
        self._last[table] = max(number, self._last.get(table, 0))
        empty = {name: {"1": ""} if name in resource.texts else value for name, value in resource.empty.items()}
        row: Row = {"id": number, **empty, "associations": {}}
        for stamp in ("date_add", "date_upd"):
            if stamp in resource.empty:
                row[stamp] = self.time()
        self.tables[table][number] = row
        self.write(table, row, fields)
        if table == "stock_availables":
            self._stock[row["id_product"], row["id_product_attribute"]] = row
        return row

    def write(self, table: str, row: Row, fields: Mapping[str, Any]) -> None:
        """Sets fields as PrestaShop stores them: a text given in one language blanks the others (recorded 230)."""
        resource = RESOURCES[table]
        for name, value in fields.items():
            if name == "associations":
                row["associations"] = {**row["associations"], **value}
            elif name in resource.texts:
                texts = value if isinstance(value, Mapping) else {"1": value}
                row[name] = {ident: texts.get(ident, "") for ident in {**row[name], **texts}}
            elif name in resource.padded and str(value).strip():
                row[name] = six(Decimal(str(value)))
            elif name != "id":
                row[name] = str(value) if not isinstance(value, bool) else str(int(value))

    def touch(self, row: Row) -> None:
        row["date_upd"] = self.time()

    def find(self, table: str, ident: Any) -> Row | None:
        return self.tables[table].get(int(ident)) if str(ident).isdecimal() else None

    def setting(self, name: str) -> str:
        return next((row["value"] for row in self.tables["configurations"].values() if row["name"] == name), "")

    # stock
    def stock_row(self, product: str, combination: str = "0") -> Row | None:
        return self._stock.get((str(product), str(combination)))

    def count(self, product: str, combination: str, quantity: int) -> None:
        """Sets a row; the sum of its product follows (recorded 213)."""
        row = self.stock_row(product, combination)
        if row is not None:
            row["quantity"] = str(quantity)
            self.add_up(product)

    def move(self, product: str, combination: str, by: int) -> None:
        row = self.stock_row(product, combination)
        if row is not None:
            self.count(product, combination, int(row["quantity"]) + by)

    def add_up(self, product: str) -> None:
        parts = (
            [r for (p, c), r in self._stock.items() if p == str(product) and c != "0"] if self._split(product) else []
        )
        total = self.stock_row(product)
        if parts and total is not None:
            total["quantity"] = str(sum(int(row["quantity"]) for row in parts))

    def _split(self, product: str) -> bool:
        row = self.find("products", product)
        return row is not None and bool(row["associations"].get("combinations"))

    # prices
    def rate(self, group: str, country: str, state: str) -> Decimal:
        """Percent of a tax group at a place; behaviour 0 is that tax alone, 1 adds, 2 taxes the taxes before too."""
        here = [
            rule
            for rule in self.tables["tax_rules"].values()
            if rule["id_country"] == country
            and rule["id_state"] in ("0", state)
            and rule["id_tax_rules_group"] == group
        ]
        stacked, total = any(rule["behavior"] == "2" for rule in here), Decimal(0)
        for rule in here:
            tax = self.find("taxes", rule["id_tax"])
            percent = Decimal(tax["rate"]) if tax else Decimal(0)
            total += percent * (100 + total) / 100 if stacked else percent
            if rule["behavior"] == "0":
                break
        return total

    def net_price(self, product: Row, combination: str, cart: str = "") -> Decimal:
        """One piece without tax: the cart's own price before everything, else the product's with its reduction."""
        own = self._special(product, combination, cart) if cart else None
        if own is not None and Decimal(own["price"]) >= 0:
            return Decimal(own["price"])
        row = self.find("combinations", combination)
        base = Decimal(product["price"]) + (Decimal(row["price"]) if row else 0)
        special = self._special(product, combination, "0")
        return base if special is None else self._reduced(base, product, special)

    def _special(self, product: Row, combination: str, cart: str) -> Row | None:
        ident = str(product["id"])
        found = [
            row
            for row in self.tables["specific_prices"].values()
            if row["id_product"] == ident
            and row["id_cart"] == cart
            and row["id_product_attribute"] in (combination, "0")
        ]
        found.sort(key=lambda row: row["id_product_attribute"] != combination)
        return found[0] if found else None

    def _reduced(self, base: Decimal, product: Row, special: Row) -> Decimal:
        price = base if Decimal(special["price"]) < 0 else Decimal(special["price"])
        reduction = Decimal(special["reduction"])
        if special["reduction_type"] == "percentage":
            return price * (1 - reduction)
        home = self.setting("PS_COUNTRY_DEFAULT")
        rate = self.rate(product["id_tax_rules_group"], home, "0") if special["reduction_tax"] == "1" else Decimal(0)
        return price - reduction / (1 + rate / 100)

    def rounded(self, value: Decimal) -> Decimal:
        """To the currency's decimals, half up (round_mode 2)."""
        return value.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP)
