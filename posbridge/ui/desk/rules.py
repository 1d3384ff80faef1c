"""What a manager decides of the counter: purchase limits, and what is done to names and categories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posbridge.domain.errors import DomainError
from posbridge.domain.naming import NameRules, TidyRules
from posbridge.domain.tidying import Tidied
from posbridge.ui.desk.base import DeskBase
from posbridge.ui.desk.law import regions_of, rules_row
from posbridge.ui.desk.shapes import potency_row

Row = dict[str, Any]


class RulesDesk(DeskBase):
    """For LimitRulesVm and TidyVm."""

    async def limit_rules(self) -> Row:
        """The rules in force and the samples, by region."""
        chosen = (await self.settings()).limits
        return {
            "chosen": [rules_row(rules) for rules in chosen],
            "regions": regions_of(self.services.counter.samples()),
        }

    async def choose_limits(self, region: str) -> None:
        """The samples of this region are in force from now on. Raises DomainError for a region without any."""
        chosen = tuple(rules for rules in self.services.counter.samples() if rules.region == region)
        if not chosen:
            raise DomainError(f"There are no sample rules of {region!r}.", next_step="Choose another region.")
        await self.services.settings.put(who=self.person_id, limits=chosen)

    async def drop_limits(self) -> None:
        """Nothing is limited any more."""
        await self.services.settings.put(who=self.person_id, limits=())

    async def tidy_rules(self) -> Row:
        """The rules in force, the shelves, the manager's own words, and category words that no shelf takes."""
        settings = await self.settings()
        loose = await self.services.tidying.unplaced()
        return {
            "rules": draft_of(settings.tidy),
            "shelves": [node.name for node in self.services.tidying.shelves()],
            "words": [{"word": word, "shelf": shelf} for word, shelf in sorted(settings.category_words.items())],
            "unplaced": [
                {"words": " > ".join(words), "word": words[-1] if words else "", "count": count}
                for words, count in sorted(loose.items(), key=lambda item: (-item[1], item[0]))
            ],
        }

    async def tidy_examples(self, draft: Mapping[str, Any]) -> list[Row]:
        """Products of this store whose name or shelf these rules change."""
        found = await self.services.tidying.examples(rules_of(draft))
        return [{"id": one.product_id, "before": one.platform_title, **_outcome(one.tidied)} for one in found]

    async def try_name(self, title: str, brand: str, category: str, draft: Mapping[str, Any]) -> Row:
        """What these rules make of a name, step by step."""
        words = tuple(part.strip() for part in category.split(">") if part.strip())
        tidied = await self.services.tidying.try_on(title, brand=brand, categories=words, rules=rules_of(draft))
        return {"before": title, **_outcome(tidied)}

    async def save_tidy(self, draft: Mapping[str, Any]) -> None:
        """Products are read again with these rules."""
        await self.services.tidying.change(rules=rules_of(draft), who=self.person_id)

    async def place_words(self, word: str, shelf: str) -> None:
        """The shop's word for a shelf; with "" as the shelf the word is forgotten. Raises DomainError."""
        words = {name: path for name, path in (await self.settings()).category_words.items() if name != word}
        if shelf:
            words[word] = shelf
        await self.services.tidying.change(words=words, who=self.person_id)


def draft_of(rules: TidyRules) -> Row:
    """The rules as the screen edits them; `keep` goes along untouched."""
    names = rules.names or NameRules()
    return {
        "names": rules.names is not None, "characters": names.characters, "capitals": names.capitals,
        "brand": names.brand, "prefixes": list(names.prefixes), "suffixes": list(names.suffixes),
        "shelves": "stated" if rules.shelves is None else "all" if rules.shelves else "none",
        "attributes": rules.attributes, "keep": list(names.keep),
    }  # fmt: skip


def rules_of(draft: Mapping[str, Any]) -> TidyRules:
    """The way back."""
    names = NameRules(
        prefixes=tuple(draft["prefixes"]), suffixes=tuple(draft["suffixes"]), brand=draft["brand"],
        characters=draft["characters"], capitals=draft["capitals"], keep=tuple(draft["keep"]),
    )  # fmt: skip
    shelves = {"stated": None, "all": True, "none": False}[draft["shelves"]]
    return TidyRules(names=names if draft["names"] else None, shelves=shelves, attributes=draft["attributes"])


def _outcome(tidied: Tidied) -> Row:
    """Of a product that was put on its shelf already, only the categories of its platform are told as such."""
    facts, words = tidied.attributes, tidied.platform_categories
    theirs = words[1:] if tidied.shelf and words[:1] == (tidied.shelf,) else words
    return {
        "after": tidied.title,
        "steps": [{"rule": step.rule, "before": step.before, "after": step.after} for step in tidied.steps],
        "platform_category": " > ".join(theirs),
        "shelf": tidied.shelf,
        "strain_type": facts.strain_type.value if facts and facts.strain_type else "",
        "potencies": [potency_row(one) for one in facts.potencies] if facts else [],
    }
