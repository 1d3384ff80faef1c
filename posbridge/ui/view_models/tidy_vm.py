"""Rules for names and shelves: a draft that is tried before it is kept."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from posbridge.ui.qt import Property, Signal, Slot
from posbridge.ui.view_models.base import ViewModel, held


class TidyVm(ViewModel):
    """services: `tidy_rules() -> {rules, shelves: [name], words: [{word, shelf}], unplaced: [{words, word, count}]}`,
    `tidy_examples(rules) -> [{id, before, after, steps, platform_category, shelf, …}]`,
    `try_name(title, brand, category, rules) -> {before, after, steps: [{rule, before, after}], shelf, …}`,
    `save_tidy(rules)`, `place_words(word, shelf | "")`. Rules: {names, characters, capitals, brand, attributes:
    bool, shelves: "stated" | "all" | "none", prefixes, suffixes, keep: [word]}."""

    #: what the screen edits
    draft_changed = Signal()
    draft = held("QVariantMap", "draft", draft_changed, {})
    #: what is in force
    kept_changed = Signal()
    kept = held("QVariantMap", "kept", kept_changed, {})
    shelves_changed = Signal()
    shelves = held("QVariantList", "shelves", shelves_changed, [])
    words_changed = Signal()
    words = held("QVariantList", "words", words_changed, [])
    unplaced_changed = Signal()
    unplaced = held("QVariantList", "unplaced", unplaced_changed, [])
    examples_changed = Signal()
    examples = held("QVariantList", "examples", examples_changed, [])
    #: {} or what the draft makes of the name that is tried
    tried_changed = Signal()
    tried = held("QVariantMap", "tried", tried_changed, {})
    #: {} or the category words that a shelf is chosen for
    placing_changed = Signal()
    placing = held("QVariantMap", "placing", placing_changed, {})

    #: the name that is tried
    trial_changed = Signal()
    trial = held("QVariantMap", "trial", trial_changed, {"title": "", "brand": "", "category": ""})

    _asked = 0

    @Property(bool, notify=draft_changed)
    def changed(self) -> bool:
        """The draft is not what is in force."""
        return bool(self.draft) and self.draft != self.kept

    async def load(self) -> None:
        """A draft that is being edited stays."""
        found, edited = await self.services.tidy_rules(), self.changed
        self._put(kept=found["rules"], **{name: found[name] for name in ("shelves", "words", "unplaced")})
        if not edited:
            self._put(draft=dict(found["rules"]))
        self.draft_changed.emit()
        await self._see()

    async def _see(self) -> None:
        """What the draft makes of the store's products and of the name on trial; an answer to an old draft is
        dropped."""
        self._asked += 1
        asked, draft = self._asked, dict(self.draft)
        examples = await self.services.tidy_examples(draft)
        trial = {name: text.strip() for name, text in self.trial.items()}
        tried = await self.services.try_name(**trial, draft=draft) if trial["title"] else {}
        if asked == self._asked:
            self._put(examples=examples, tried=tried)

    @Slot(str, "QVariant")
    def change(self, name: str, value: Any) -> None:
        """One rule of the draft."""
        self._put(draft={**self.draft, name: value})
        self._run(self._see())

    @Slot(str, str)
    def change_words(self, name: str, text: str) -> None:
        """`name` is "prefixes" or "suffixes"; words apart by commas."""
        words = [word.strip() for word in text.split(",") if word.strip()]
        self.change(name, list(dict.fromkeys(words)))

    @Slot(str, str, str)
    def attempt(self, title: str, brand: str, category: str) -> None:
        """Try the draft on a name as somebody types it."""
        self._put(trial={"title": title, "brand": brand, "category": category})
        self._run(self._see())

    @Slot()
    def discard(self) -> None:
        self._put(draft=dict(self.kept))
        self._run(self._see())

    @Slot()
    def keep(self) -> None:
        """The draft is in force; products are read again."""
        self._run(self._keep(dict(self.draft)))

    @Slot("QVariantMap")
    def place(self, row: dict[str, Any]) -> None:
        """Choose a shelf for these category words."""
        self._put(placing=dict(row))

    @Slot()
    def stop_placing(self) -> None:
        self._put(placing={})

    @Slot(str)
    def put_on(self, shelf: str) -> None:
        word = str(self.placing.get("word", ""))
        self._put(placing={})
        if word:
            self._run(self._then_load(self.services.place_words(word, shelf)))

    @Slot(str)
    def forget_word(self, word: str) -> None:
        self._run(self._then_load(self.services.place_words(word, "")))

    async def _keep(self, draft: dict[str, Any]) -> None:
        await self.services.save_tidy(draft)
        self._put(kept=draft)
        await self.load()

    async def _then_load(self, work: Coroutine[Any, Any, None]) -> None:
        await work
        await self.load()
