"""What the sync does to a product before it is kept here; the platform's own stays as it is."""

from __future__ import annotations

from posbridge.domain.attributes import Attributes
from posbridge.domain.catalog import Product
from posbridge.domain.categories import CategoryTree
from posbridge.domain.extraction import completed
from posbridge.domain.model import Model
from posbridge.domain.naming import NameStep, TidyRules


class Tidied(Model):
    """A product before and after, and why: what the settings show of the rules."""

    title: str
    steps: tuple[NameStep, ...] = ()
    platform_categories: tuple[str, ...] = ()
    shelf: str = ""
    attributes: Attributes | None = None


def tidy(product: Product, rules: TidyRules, tree: CategoryTree) -> Product:
    """The product as it is kept here. Its platform's title stays in `platform_title` where it was changed.

    A known shelf comes before the platform's own categories, which discounts are scoped by.
    """
    changed: dict[str, object] = {}
    if rules.names is not None:
        title = rules.names.clean(product.title, product.brand)
        if title != product.title:
            changed.update(title=title, platform_title=product.title)
    shelf = shelf_of(product, rules, tree)
    if shelf and shelf not in product.categories:
        changed["categories"] = (shelf, *product.categories)
    made = product.model_copy(update=changed) if changed else product
    return completed(made) if rules.attributes else made


def shelf_of(product: Product, rules: TidyRules, tree: CategoryTree) -> str:
    """The name of its shelf, "" where it has none or is put on none."""
    wanted = product.attributes is not None if rules.shelves is None else rules.shelves
    shelf = tree.place(product.categories) if wanted else None
    return "" if shelf is None else shelf.name


def explained(product: Product, rules: TidyRules, tree: CategoryTree) -> Tidied:
    """What `tidy` does to it, step by step."""
    steps, title = rules.names.steps(product.title, product.brand) if rules.names else ([], product.title)
    done = tidy(product, rules, tree)
    return Tidied(
        title=title,
        steps=tuple(steps),
        platform_categories=product.categories,
        shelf=shelf_of(product, rules, tree),
        attributes=done.attributes,
    )
