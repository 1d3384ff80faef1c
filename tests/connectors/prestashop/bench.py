"""A simulated PrestaShop in this process, the connector opened on it, and every request that was made."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.prestashop import CONNECTOR
from posbridge.domain.order import Order
from posbridge.sandbox.prestashop import PrestaShopSimulator
from posbridge.sandbox.seed import Seed
from posbridge.testing.conformance.shop import shop
from tests.connectors import wired

FIXTURES = Path(__file__).parent / "fixtures"


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text("utf-8"))


class Sent(wired.Sent):
    """One request, whose body is XML."""

    @property
    def objects(self) -> list[ElementTree.Element]:
        return list(ElementTree.fromstring(self.content)) if self.content else []

    @property
    def fields(self) -> dict[str, str]:
        """The plain fields of the first object."""
        return {inner.tag: inner.text or "" for inner in self.objects[0]}


class Wire(wired.Wire):
    """Paths begin with the resource."""

    kind, root = Sent, "/api"

    def behind(self, path: str) -> str:
        return super().behind(path).strip("/")


@dataclass
class Bench(wired.Wired[PrestaShopSimulator]):
    """A shop, and what was asked of it."""

    def table(self, name: str) -> list[dict[str, Any]]:
        return list(self.simulator.shop.tables[name].values())

    def writes(self) -> list[Sent]:
        return [one for one in self.wire.sent if one.method not in ("GET", "HEAD")]


def bench(seed: Seed | None = None, simulator: PrestaShopSimulator | None = None, **fields: str) -> Bench:
    """PrestaShop filled from `seed` (the kit's shop), and the connector on it."""
    simulator = simulator or PrestaShopSimulator(seed or shop())
    made = wired.bench(
        Bench, CONNECTOR, simulator, Wire(simulator), fields=fields, timezone=simulator.seed.timezone,
        prices_include_tax=simulator.seed.prices_include_tax,
    )  # fmt: skip
    for sku, (product, combination) in simulator.seeder.variants.items():
        link = RemoteVariant(variant_id=f"{product}-{combination}", product_id=product, sku=sku)
        made.links[f"variant-{int(sku[-4:])}"] = link
    return made


def stocked(order: Order, included: bool, percents: Sequence[Decimal]) -> Bench:
    """A shop that sells exactly what `order` holds, taxed with these percents."""
    seed = replace(
        shop(), currency=order.currency, products=(), discounts=(), tax_rate="0", prices_include_tax=included
    )
    made = bench(seed)
    shop_there = made.simulator.shop
    for line, percent in zip(order.lines, percents, strict=True):
        group = _taxed(made, percent)
        row = shop_there.add(
            "products",
            {
                "name": line.title,
                "price": "1",
                "reference": line.sku,
                "active": 1,
                "state": 1,
                "id_tax_rules_group": group,
            },
        )
        shop_there.add("stock_availables", {"id_product": row["id"], "quantity": 100})
        made.links[line.variant_id] = RemoteVariant(variant_id=f"{row['id']}-0", product_id=str(row["id"]))
    return made


def _taxed(made: Bench, percent: Decimal) -> int:
    """A tax group of that rate."""
    if not percent:
        return 0
    there = made.simulator.shop
    group = there.add("tax_rule_groups", {"name": "Taxes", "active": 1})
    tax = there.add("taxes", {"name": f"Tax {percent}", "rate": str(percent), "active": 1})
    there.add("tax_rules", {"id_tax_rules_group": group["id"], "id_country": 21, "id_tax": tax["id"]})
    return int(group["id"])


def names(elements: Iterable[ElementTree.Element]) -> set[str]:
    return {element.tag for element in elements}


def recorded(contracts: Path, number: str) -> dict[str, Any]:
    """One recorded exchange."""
    (file,) = (contracts / "prestashop" / "examples" / "recorded").glob(f"{number}-*.json")
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def unslashed(url: str) -> tuple[str, str]:
    """(path, query) of a recorded address."""
    path, _, query = re.sub(r"^https?://[^/]+", "", url).partition("?")
    return path, query
