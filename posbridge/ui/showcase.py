"""The shop in the pictures: what the screens' services answer, all of it known beforehand, changing nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from posbridge.ui.theme import resource_root


class Showcase:
    """Answers every reading that a screen makes from `answers` (of `snapshot`), else from
    `resources/showcase/shop.json`; it cannot write."""

    def __init__(self, answers: Mapping[str, Any] | None = None) -> None:
        file = resource_root() / "showcase" / "shop.json"
        self._shop: dict[str, Any] = dict(answers or json.loads(file.read_text(encoding="utf-8")))

    def first(self, name: str) -> str:
        """The id of the first row of a list ("orders"), empty where there is none."""
        rows = self._shop.get(name, [])
        return str(rows[0].get("id") or rows[0].get("name", "")) if rows else ""

    def several(self) -> str:
        """The id of a product of several kinds, empty where there is none."""
        return next(iter(self._shop["variants"]), "")

    def has(self, name: str) -> bool:
        return bool(self._shop.get(name))

    def now(self) -> datetime:
        """The moment that the data speaks of, so that each picture comes out the same."""
        return datetime.fromisoformat(self._shop["now"])

    def person(self) -> dict[str, Any]:
        return dict(max(self._shop["people"], key=lambda row: row["role"] == "manager"))

    def glyphs(self) -> set[str]:
        return {row["glyph"] for row in self._shop["products"] + self._shop["categories"]}

    def dispensary(self) -> dict[str, Any]:
        """What a dispensary's counter shows beside the shop's own; {} where the shop is a real one."""
        return dict(self._shop.get("dispensary", {}))

    async def configured(self) -> bool:
        return True

    async def people(self) -> list[dict[str, Any]]:
        return list(self._shop["people"])

    async def shift(self) -> dict[str, Any]:
        return dict(self._shop["shift"])

    async def categories(self) -> list[dict[str, Any]]:
        return list(self._shop["categories"])

    async def products(self, search: str, category: str, offset: int, limit: int) -> dict[str, Any]:
        words = search.casefold()
        rows = [
            row
            for row in self._shop["products"]
            if words in row["title"].casefold() and category in ("", row["category"])
        ]
        return {"rows": rows[offset : offset + limit], "has_more": len(rows) > offset + limit}

    async def product(self, product_id: str) -> dict[str, Any]:
        row = next(row for row in self._shop["products"] if row["id"] == product_id)
        return {"facts": {}, **row, "variants": self._shop["variants"].get(product_id, [row])}

    async def basket(self) -> Mapping[str, Any]:
        return dict(self._shop["basket"])

    async def parked(self) -> list[dict[str, Any]]:
        return list(self._shop["parked"])

    async def customers(self, words: str) -> list[dict[str, Any]]:
        return [row for row in self._shop["customers"] if words.casefold() in row["name"].casefold()]

    async def payment(self) -> dict[str, Any]:
        return dict(self._shop["payment"])

    async def receipt(self, order_id: str) -> dict[str, Any]:
        return {**self._shop["receipt"], "order_id": order_id}

    async def queue(self) -> dict[str, Any]:
        return dict(self._shop["queue"])

    async def gift_card(self, code: str) -> dict[str, Any]:
        return {**self._shop["gift_card"], "code": code}

    async def gift_card_rights(self) -> list[dict[str, Any]]:
        return list(self._shop["gift_card_rights"])

    async def gift_cards_recent(self) -> list[dict[str, Any]]:
        return list(self._shop["gift_cards_recent"])

    async def overview(self) -> dict[str, Any]:
        return dict(self._shop["overview"])

    async def limit_rules(self) -> dict[str, Any]:
        return dict(self._shop["limit_rules"])

    async def tidy_rules(self) -> dict[str, Any]:
        return dict(self._shop["tidy_rules"])

    async def tidy_examples(self, draft: Mapping[str, Any]) -> list[dict[str, Any]]:
        return list(self._shop["tidy_examples"]) if draft["names"] else []

    async def try_name(self, title: str, brand: str, category: str, draft: Mapping[str, Any]) -> dict[str, Any]:
        known = self._shop.get("tried", {})
        return {"after": title, "shelf": category, "steps": [], **(known if title == known.get("before") else {})}

    async def connections(self) -> list[dict[str, Any]]:
        return list(self._shop["connections"])

    async def systems(self) -> list[dict[str, Any]]:
        return list(self._shop["systems"])

    async def connection(self, connection_id: str) -> dict[str, Any]:
        row = next(row for row in self._shop["connections"] if row["id"] == connection_id)
        more = {name: self._shop.get(name, {}) for name in ("capabilities", "calls", "not_understood")}
        return {**row, **more}

    async def test_connection(self, system: str, fields: Mapping[str, str]) -> dict[str, Any]:
        return {**self._shop["test"], "system": system, "fields": sorted(fields)}

    async def sync_status(self) -> dict[str, Any]:
        return dict(self._shop["sync"])

    def listen(self, heard: Callable[[set[str]], None]) -> Callable[[], None]:
        """Nothing ever changes here."""
        return lambda: None

    async def timezone(self) -> str:
        return str(self._shop.get("timezone", "UTC"))

    async def lock_after(self) -> int:
        return 120

    async def approvers(self, act: str) -> list[dict[str, Any]]:
        return [row for row in self._shop["people"] if row["role"] != "cashier"]

    async def orders(self, words: str) -> list[dict[str, Any]]:
        wanted = words.casefold()
        rows = self._shop["orders"]
        return [row for row in rows if wanted in f"{row['number']} {row['reference']} {row['customer']}".casefold()]

    async def order(self, order_id: str) -> dict[str, Any]:
        row = next(row for row in self._shop["orders"] if row["id"] == order_id)
        return {**row, **self._shop["order"]}

    async def refund_preview(self, order_id: str, wanted: Mapping[str, str]) -> dict[str, Any]:
        return {**self._shop["refund_preview"], "order_id": order_id, "lines": len(wanted)}
