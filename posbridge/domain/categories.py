"""Categories through one hierarchy: whatever a platform calls a shelf, it has one place here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from pydantic import Field

from posbridge.domain.limits import NOWHERE
from posbridge.domain.model import Model

_JOINT = re.compile(r"[>/|:»]+")


class CategoryNode(Model):
    """One shelf: its path from the top, other words for it, and what a purchase limit counts it as."""

    path: tuple[str, ...] = Field(min_length=1)
    aliases: tuple[str, ...] = ()
    limit: str = NOWHERE

    @property
    def name(self) -> str:
        return " > ".join(self.path)


class CategoryTree(Model):
    """The shelves and the manager's own words for them (`own`: word → path joined by " > ")."""

    nodes: tuple[CategoryNode, ...] = ()
    own: Mapping[str, str] = Field(default_factory=dict)

    def place(self, categories: Sequence[str]) -> CategoryNode | None:
        """Where a product with these categories of its platform belongs, None when nothing fits.

        The deepest shelf wins, the later category on a tie: platforms write the narrower word last.
        """
        found = [node for text in reversed(categories) for node in self._named(text)]
        return max(found, key=lambda node: len(node.path), default=None)

    def _named(self, text: str) -> list[CategoryNode]:
        parts = [part for part in _JOINT.split(text) if part.strip()]
        return [node for word in reversed([text, *parts]) if (node := self._by_word.get(fold(word))) is not None]

    @cached_property
    def _by_word(self) -> dict[str, CategoryNode]:
        by_name = {fold(node.name): node for node in self.nodes}
        words: dict[str, CategoryNode] = {}
        for node in self.nodes:
            for word in (node.name, node.path[-1], *node.aliases):
                words.setdefault(fold(word), node)
        for word, path in self.own.items():
            if fold(path) in by_name:
                words[fold(word)] = by_name[fold(path)]
        return words


def fold(text: str) -> str:
    """A word without case, accents, punctuation, spaces and a plural's s: "PRE_ROLLS" and "Pre-Roll" are one."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    letters = "".join(c for c in plain if c.isalnum())
    if len(letters) > 3 and letters.endswith("s") and not letters.endswith("ss"):
        letters = letters[:-1]
    return f"{letters[:-2]}y" if len(letters) > 3 and letters.endswith("ie") else letters


def unplaced(tree: CategoryTree, products: Iterable[Sequence[str]]) -> dict[tuple[str, ...], int]:
    """Category lists of products that no shelf takes, with how many products have each."""
    found: dict[tuple[str, ...], int] = {}
    for categories in products:
        if tree.place(categories) is None:
            found[tuple(categories)] = found.get(tuple(categories), 0) + 1
    return found
