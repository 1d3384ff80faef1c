"""Uses of codes: the shop cannot put a code on our order, so its uses left are counted down apart (recorded 518)."""

from __future__ import annotations

import json

from posbridge.connectors.contract import Steps
from posbridge.connectors.prestashop.calls import Calls, exact
from posbridge.connectors.prestashop.people_mapping import in_force
from posbridge.connectors.text import Reader
from posbridge.domain.order import Order

_FIELDS = {"display": "[id,code,quantity,active]"}


class Uses:
    """Counts each code of a sale once: what it held before and shall hold is kept before it is written."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def count(self, order: Order, steps: Steps) -> None:
        codes = sorted({one.code.strip().lower() for one in order.discounts if one.code.strip()})
        for code in codes:
            await self._one(code, f"use:{code}", steps)

    async def _one(self, code: str, step: str, steps: Steps) -> None:
        asked = exact("code", code)
        found = await self._calls.rows("cart_rules", {**asked, **_FIELDS}) if asked else []
        same = [row for row in found if Reader(row).text("code").strip().lower() == code]
        kept = await steps.get(step)
        if kept:
            ident, before, after = json.loads(kept)
            now = {Reader(row).id(): Reader(row).integer("quantity") for row in same}
            if now.get(ident) == before:
                await self._write(ident, after)
            return
        if not same:
            return
        rule = Reader(in_force(same)[0])
        left = rule.integer("quantity") or 0
        if left > 0:
            await steps.put(step, json.dumps([rule.id(), left, left - 1]))
            await self._write(rule.id(), left - 1)

    async def _write(self, ident: str, left: int) -> None:
        await self._calls.patch("cart_rules", "cart_rule", {"id": ident, "quantity": str(left)})
