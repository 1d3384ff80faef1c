"""The cases of tests/fixtures/money.json as domain objects, for pricing and for every connector's mapping."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from posbridge.domain.basket import Basket, BasketLine, PricedBasket, RoundingLevel, TaxRate, TaxSetup
from posbridge.domain.checkout import freeze, left_to_pay, tender_cash, tender_exact
from posbridge.domain.discount import Discount, Scope
from posbridge.domain.ids import reference_of
from posbridge.domain.money import Money
from posbridge.domain.order import Order, Tender, TenderKind
from posbridge.domain.pricing import price
from posbridge.domain.refund import Refund
from posbridge.domain.returns import refund_lines, refund_tenders
from posbridge.testing.builders import EPOCH, a_basket, a_line, an_id, facts

FILE = Path(__file__).resolve().parents[1] / "fixtures" / "money.json"


@dataclass(frozen=True)
class Case:
    """One case: `raw` as it stands in the file, `expect` its sums in minor units."""

    raw: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.raw["name"])

    @property
    def currency(self) -> str:
        return str(self.raw["currency"])

    @property
    def expect(self) -> dict[str, Any]:
        return dict(self.raw["expect"])

    @property
    def basket(self) -> Basket:
        """Lines "line-1" … and discounts "discount-1" … (the lines' own first), in the file's order."""
        numbers = iter(range(1, 1000))
        lines = [self._line(at, line, numbers) for at, line in enumerate(self.raw["lines"], start=1)]
        discounts = [_discount(next(numbers), each, self.currency) for each in self.raw.get("discounts", [])]
        return a_basket(lines, currency=self.currency, discounts=discounts)

    def _line(self, at: int, raw: dict[str, Any], numbers: Any) -> BasketLine:
        fields = {name: raw[name] for name in ("tax_class", "taxable", "on_sale", "unit") if name in raw}
        return a_line(
            at,
            raw["unit_price"],
            raw["quantity"],
            currency=self.currency,
            product_id=raw.get("product", f"product-{at}"),
            categories=(raw["category"],) if "category" in raw else (),
            discounts=tuple(_discount(next(numbers), each, self.currency) for each in raw.get("discounts", [])),
            **fields,
        )

    @property
    def taxes(self) -> TaxSetup:
        rates = {
            name: tuple(
                TaxRate(name=rate["name"], percent=Decimal(rate["percent"]), compound=rate.get("compound", False))
                for rate in group
            )
            for name, group in self.raw["rates"].items()
        }
        included = self.raw["prices_include_tax"]
        return TaxSetup(prices_include_tax=included, rounding=RoundingLevel(self.raw["rounding"]), rates=rates)

    def priced(self) -> PricedBasket:
        return price(self.basket, self.taxes)

    def order(self, seed: int = 1) -> Order:
        """The paid order, with the file's tenders or else the exact cash; another `seed` is another sale."""
        priced = self.priced()
        return freeze(self.basket, priced, self._tenders(priced.totals.total), facts(seed))

    def _tenders(self, total: int) -> list[Tender]:
        wanted = self.raw.get("tenders", [{"kind": "cash", "tendered": total}] if total else [])
        made: list[Tender] = []
        for number, raw in enumerate(wanted, start=1):
            left, name = left_to_pay(total, made), f"tender-{number}"
            if raw["kind"] == "cash":
                made.append(tender_cash(left, raw["tendered"], id=name))
            else:
                taken = Tender(id=name, kind=TenderKind(raw["kind"]), amount=raw["amount"])
                made.append(tender_exact(left, taken))
        return made

    def refunds(self, order: Order) -> list[Refund]:
        """The file's refunds of `order`, made one after the other by the domain."""
        made: list[Refund] = []
        for raw in self.raw.get("refunds", []):
            wanted = [(order.lines[at].id, Decimal(quantity), True) for at, quantity in raw["lines"]]
            made.append(a_refund(order, made, wanted))
        return made


def a_refund(order: Order, earlier: Sequence[Refund], wanted: Sequence[tuple[str, Decimal | int, bool]]) -> Refund:
    """The next refund of `order`, its money going back to where it came from."""
    lines = refund_lines(order, earlier, wanted)
    made = an_id(1000 + len(earlier))
    return Refund(
        id=made,
        order_id=order.id,
        order_reference=order.reference,
        reference=reference_of(made, "R"),
        receipt_number=f"T1-R{len(earlier) + 1:05d}",
        device=order.device,
        captured_at=EPOCH,
        business_date=EPOCH.date(),
        currency=order.currency,
        lines=lines,
        tenders=refund_tenders(order, earlier, sum(line.amount for line in lines)),
    )


@cache
def load_cases() -> tuple[Case, ...]:
    """Every case of the file, in its order."""
    return tuple(Case(raw) for raw in json.loads(FILE.read_text("utf-8")))


def case_named(name: str) -> Case:
    """The case of that name; KeyError when there is none."""
    return {case.name: case for case in load_cases()}[name]


def _discount(number: int, raw: dict[str, Any], currency: str) -> Discount:
    amounts = {
        name: Money(amount=raw[name], currency=currency)
        for name in ("amount", "maximum", "minimum_spend", "maximum_spend")
        if name in raw
    }
    scope = Scope(
        product_ids=frozenset(raw.get("products", ())),
        categories=frozenset(raw.get("categories", ())),
        excluded_product_ids=frozenset(raw.get("excluded_products", ())),
        excluded_categories=frozenset(raw.get("excluded_categories", ())),
        exclude_sale_items=raw.get("exclude_sale_items", False),
    )
    fields = {name: Decimal(raw[name]) for name in ("percent", "minimum_quantity") if name in raw}
    ident = f"discount-{number}"
    return Discount(id=ident, name=ident, code=raw.get("code", ""), kind=raw["kind"], scope=scope, **amounts, **fields)
