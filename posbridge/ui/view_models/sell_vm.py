"""The counter: find a product, fill the basket."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from posbridge.ui.models.products_model import ProductsModel
from posbridge.ui.qt import Property, QObject, Signal, Slot
from posbridge.ui.tasks import Spawn
from posbridge.ui.view_models.base import ViewModel, held
from posbridge.ui.view_models.basket_vm import BasketVm

PAGE = 60
#: Most rows that are read anew at once.
MOST = 300


class SellVm(ViewModel):
    """services: `categories()`, `products(search, category, offset, limit) -> {rows, has_more}`,
    `product(product_id) -> {id, title, options, variants: [row]}`, and what BasketVm needs."""

    search_changed = Signal()
    search = held(str, "search", search_changed, "")

    category_changed = Signal()
    category = held(str, "category", category_changed, "")

    categories_changed = Signal()
    categories = held("QVariantList", "categories", categories_changed, [])

    #: {} or the product whose variants are offered.
    choosing_changed = Signal()
    choosing = held("QVariantMap", "choosing", choosing_changed, {})

    #: "" or a scanned code that no product has.
    unknown_code_changed = Signal()
    unknown_code = held(str, "unknown_code", unknown_code_changed, "")

    def __init__(self, services: Any, spawn: Spawn, parent: QObject | None = None) -> None:
        super().__init__(services, spawn, parent)
        self._basket = BasketVm(services, spawn, self)
        self._products = ProductsModel(self, more=lambda: self._run(self._next_page()))
        self._asked = 0

    @Property(QObject, constant=True)
    def products(self) -> ProductsModel:
        return self._products

    @Property(QObject, constant=True)
    def basket(self) -> BasketVm:
        return self._basket

    async def load(self) -> None:
        self._put(categories=await self.services.categories())
        await self.find(again=True)
        await self._basket.load()

    async def find(self, again: bool = False) -> None:
        """Show what search and category give; a late answer to an old question is dropped. `again` asks the same
        question anew and keeps as many rows as were scrolled to."""
        self._asked += 1
        asked = self._asked
        shown = min(max(self._products.rowCount(), PAGE), MOST) if again else PAGE
        page = await self.services.products(self.search, self.category, 0, shown)
        if asked == self._asked:
            self._products.replace(page["rows"], has_more=page["has_more"])

    async def _next_page(self) -> None:
        asked = self._asked
        page = await self.services.products(self.search, self.category, self._products.count, PAGE)
        if asked == self._asked:
            self._products.extend(page["rows"], has_more=page["has_more"])

    @Slot(str)
    def seek(self, words: str) -> None:
        self._put(search=words)
        self._run(self.find())

    @Slot(str)
    def enter_category(self, category_id: str) -> None:
        self._put(category=category_id)
        self._run(self.find())

    @Slot(str)
    def pick(self, product_id: str) -> None:
        """A tap on a product: into the basket, or its variants (or weight) first."""
        self._run(self._pick(product_id))

    @Slot(str)
    def inspect(self, product_id: str) -> None:
        """All that is known of a product, whatever it is sold as."""
        self._run(self._inspect(product_id))

    async def _inspect(self, product_id: str) -> None:
        self._put(choosing=await self.services.product(product_id))

    @Slot(str, str, result=str)
    def weight_problem(self, variant_id: str, text: str) -> str:
        """What is wrong with a weight for this variant of the open sheet: "" nothing, else "number", "minimum" or
        "increment"."""
        rows: list[dict[str, Any]] = self.choosing.get("variants", [])
        variant = next((row for row in rows if row["id"] == variant_id), {})
        try:
            weight = Decimal(text.replace(",", "."))
        except InvalidOperation:
            return "number"
        if not weight.is_finite() or weight <= 0:
            return "number"
        if weight < Decimal(variant.get("minimum") or 0):
            return "minimum"
        return "increment" if variant.get("increment") and weight % Decimal(variant["increment"]) else ""

    async def _pick(self, product_id: str) -> None:
        product = await self.services.product(product_id)
        variants = product["variants"]
        if len(variants) == 1 and not variants[0].get("weighed"):
            await self._basket.add(variants[0]["id"], "1")
        else:
            self._put(choosing=product)

    @Slot(str, str)
    def take(self, variant_id: str, quantity: str) -> None:
        """A variant of the open sheet, with a quantity or weight as decimal text."""
        self._put(choosing={})
        self._run(self._basket.add(variant_id, quantity or "1"))

    @Slot()
    def close_sheet(self) -> None:
        self._put(choosing={})

    @Slot(str)
    def scanned(self, code: str) -> None:
        self._run(self._scanned(code))

    async def _scanned(self, code: str) -> None:
        found = await self._basket.add_code(code)
        self._put(unknown_code="" if found else code)

    @Slot()
    def forget_code(self) -> None:
        self._put(unknown_code="")
