"""Rules for names, shelves and attributes: shown, tried on what is there, and changed; platforms keep their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from posbridge.domain.catalog import Product
from posbridge.domain.categories import CategoryNode, unplaced
from posbridge.domain.errors import DomainError
from posbridge.domain.naming import TidyRules
from posbridge.domain.tidying import Tidied, explained, tidy
from posbridge.services.counter import category_tree
from posbridge.services.house import House
from posbridge.services.settings import Settings
from posbridge.store import catalog, connections, sync_state
from posbridge.store.transaction import Transaction
from posbridge.sync.pull import PRODUCTS
from posbridge.sync.rulebook import shelves

_SHOWN = 60
_READ = 5000


@dataclass(frozen=True)
class TidyExample:
    """A product of the catalogue as its platform has it, and what the rules make of it."""

    product_id: str
    platform_title: str
    tidied: Tidied


class Tidying:
    """What the sync does to products before they are kept."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def try_on(
        self, title: str, *, brand: str = "", categories: Sequence[str] = (), description: str = "",
        rules: TidyRules | None = None,
    ) -> Tidied:  # fmt: skip
        """What the rules (these, or the ones in force) make of a product; nothing is changed."""
        settings = await self._house.settings.get()
        product = Product(
            id="try", title=title, brand=brand, categories=tuple(categories), description=description
        )
        return explained(product, rules or settings.tidy, category_tree(settings))

    async def examples(self, rules: TidyRules | None = None, limit: int = _SHOWN) -> list[TidyExample]:
        """Products here whose name, shelf or attributes these rules change, by title."""
        return await self._house.store.read(self._examples, rules, limit)

    async def unplaced(self) -> dict[tuple[str, ...], int]:
        """Category lists of the catalogue that no shelf takes, with their number of products."""
        settings = await self._house.settings.get()
        found = await self._house.store.read(catalog.page, None, 0, _READ)
        return unplaced(category_tree(settings), (product.categories for product in found))

    @staticmethod
    def shelves() -> Sequence[CategoryNode]:
        """The hierarchy, each shelf with its words."""
        return shelves()

    async def change(
        self, *, rules: TidyRules | None = None, words: dict[str, str] | None = None, who: str = ""
    ) -> None:
        """New rules, or the manager's words for shelves; the next pull reads every product again.

        Raises DomainError for a word that is given to no shelf.
        """
        known = {node.name for node in shelves()}
        for word, path in (words or {}).items():
            if path not in known:
                raise DomainError(f"{word!r} is given to {path!r}, which is no shelf.", next_step="Choose one.")
        changes = {"tidy": rules, "category_words": words}
        await self._house.settings.put(who=who, **{name: each for name, each in changes.items() if each is not None})
        await self._house.store.write(self._reread)
        self._house.sync.nudge("pull")

    def _reread(self, tx: Transaction) -> None:
        for row in connections.listed(tx):
            sync_state.forget_cursor(tx, row.id, PRODUCTS, self._house.clock())

    def _examples(self, tx: Transaction, rules: TidyRules | None, limit: int) -> list[TidyExample]:
        settings = self._house.settings.of(tx)
        tree, chosen = category_tree(settings), rules or settings.tidy
        made = []
        for product in catalog.page(tx, None, 0, _READ):
            theirs = product.model_copy(update={"title": product.platform_title or product.title})
            tidied = explained(theirs, chosen, tree)
            if tidied.steps or (tidied.shelf and tidied.shelf not in product.categories[1:]):
                made.append(TidyExample(product.id, theirs.title, tidied))
            if len(made) >= limit:
                break
        return made


def tidied_by(settings: Settings) -> Callable[[Product], Product]:
    """The rules of these settings, as one function over a product."""
    tree = category_tree(settings)
    return lambda product: tidy(product, settings.tidy, tree)
