"""Names for a screen: a system's marks taken off, capitals and odd characters made plain. Each rule can be shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cached_property

from posbridge.domain.model import Model

#: Written as they are here, whatever the rest of a name does.
KEPT = (
    "THC", "CBD", "CBN", "CBG", "CBC", "THCA", "THCV", "CBDA", "OG", "GG", "GG4", "MAC", "GMO", "RSO", "FECO", "AIO",
    "ACDC", "GSC", "SFV", "GDP", "NYC", "LA", "USA", "UK", "XL", "XXL", "II", "III", "IV", "TV", "USB", "LED", "DNA",
    "AK", "AK-47", "PB", "BX", "F1", "F2", "CO2", "BHO", "PHO", "DJ",
)  # fmt: skip
#: One rule uncovers what another takes off; more than a few marks on top of each other are a name.
_ROUNDS = 8
_UNITS = ("mg", "g", "kg", "oz", "lb", "ml", "cl", "pk", "ct")
_SMALL = frozenset({"a", "an", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with", "x", *_UNITS})
_INVISIBLE = re.compile("[\\u200b-\\u200f\\u202a-\\u202e\\u2060\\ufeff\\u00ad]")
_DASHES = re.compile(r"\s*[-–—]\s*(?:[-–—|]\s*)+|\s*\|+\s*|\s+[–—]\s+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_MEASURE = re.compile(r"\b(\d+(?:[.,]\d+)?)\s*(MG|G|KG|OZ|LB|ML|CL|PK|CT)\b")


class NameStep(Model):
    """What one rule did to a name."""

    rule: str
    before: str
    after: str


class NameRules(Model):
    """`prefixes` and `suffixes` are words that a system puts before or behind names, with or without brackets.

    `brand` takes the product's own brand off the front. `capitals` writes names that are all in capitals in words.
    """

    prefixes: tuple[str, ...] = ("REC", "MED", "RECREATIONAL", "MEDICAL", "ADULT USE", "ADULT-USE", "AU")
    suffixes: tuple[str, ...] = ("REC", "MED", "RECREATIONAL", "MEDICAL", "ADULT USE", "ADULT-USE")
    brand: bool = False
    characters: bool = True
    capitals: bool = True
    keep: tuple[str, ...] = KEPT

    def clean(self, name: str, brand: str = "") -> str:
        """The name as a screen shows it; never empty where the name was not."""
        return self.steps(name, brand)[1]

    def steps(self, name: str, brand: str = "") -> tuple[list[NameStep], str]:
        """What each rule changed, in order, and the name at the end: no rule would change that once more."""
        made, steps, rules = name, list[NameStep](), self._rules(brand)
        for _ in range(_ROUNDS):
            before = made
            for rule, change in rules:
                after = change(made)
                if after != made and after.strip():
                    steps.append(NameStep(rule=rule, before=made, after=after))
                    made = after
            if made == before:
                break
        return steps, made

    def _rules(self, brand: str) -> list[tuple[str, Callable[[str], str]]]:
        rules: list[tuple[str, Callable[[str], str]]] = []
        if self.characters:
            rules.append(("characters", plain))
        if self.prefixes:
            rules.append(("prefix", self._without_prefix))
        if self.suffixes:
            rules.append(("suffix", self._without_suffix))
        if self.brand and brand:
            rules.append(("brand", lambda name: _without_brand(name, brand)))
        if self.capitals:
            rules.append(("capitals", self._in_words))
        return rules

    def _without_prefix(self, name: str) -> str:
        return self._prefix.sub("", name, count=1)

    def _without_suffix(self, name: str) -> str:
        return self._suffix.sub("", name, count=1)

    @cached_property
    def _prefix(self) -> re.Pattern[str]:
        """In brackets or before a dash or colon: a bare word may be the name's own ("Med Kit")."""
        words = _any_of(self.prefixes)
        bracketed, bare = rf"[\[(*{{]\s*(?:{words})\s*[\])*}}]\s*[-:|]?\s*", rf"(?:{words})\s*(?:[:|]|\s-)\s*"
        return re.compile(rf"^(?:\s*{bracketed}|\s*{bare})+", re.I)

    @cached_property
    def _suffix(self) -> re.Pattern[str]:
        words = _any_of(self.suffixes)
        return re.compile(rf"(?:\s*[-|]?\s*[\[(*{{]\s*(?:{words})\s*[\])*}}]|\s+[-|]\s*(?:{words}))+\s*$", re.I)

    @cached_property
    def _kept(self) -> dict[str, str]:
        return {word.upper(): word for word in self.keep}

    def _in_words(self, name: str) -> str:
        """Only a name without a small letter (units aside) was shouted."""
        quiet = _MEASURE.sub(lambda found: f"{found.group(1)} {found.group(2).lower()}", name)
        loud = re.sub(rf"\b\d+(?:[.,]\d+)?\s?(?:{'|'.join(_UNITS)})\b", "", name, flags=re.I)
        letters = [c for c in loud if c.isalpha()]
        if len(letters) < 4 or any(c.islower() for c in letters) or not any(c.isupper() for c in letters):
            return name
        first = _WORD.search(quiet)
        return _WORD.sub(lambda found: self._word(found, first is not None and found.start() == first.start()), quiet)

    def _word(self, found: re.Match[str], first: bool) -> str:
        word = found.group()
        if word.upper() in self._kept:
            return self._kept[word.upper()]
        small = word.casefold()
        if small in _SMALL and not first:
            return small
        return small[:1].upper() + small[1:]


class TidyRules(Model):
    """What a manager decides: names, shelves, attributes from free text; each may be switched off.

    `shelves` None puts only goods on shelves whose platform states attributes: a café's drinks stay drinks.
    """

    names: NameRules | None = NameRules()
    shelves: bool | None = None
    attributes: bool = True


def plain(name: str) -> str:
    """White space, invisible marks, underscores, curly quotes, repeated bars and dashes made plain."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", name)).translate(_SAME)
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Zs", "Zl", "Zp") else c for c in text)
    text = _DASHES.sub(" - ", text.replace("_", " "))
    return re.sub(r"\s+", " ", text).strip(" -|")


_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "`": "'", "´": "'", "™": "", "®": "", "©": ""})


def _without_brand(name: str, brand: str) -> str:
    """The brand at the front, with the dash or bar behind it; not where nothing would be left."""
    pattern = rf"^\s*{re.escape(brand.strip())}\s*(?:[-–—|:]\s*|\s)(?=\S)"
    return re.sub(pattern, "", name, count=1, flags=re.I)


def _any_of(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
