"""Attributes found in free text: strain type, potencies, labelled effects and flavours. What is not said is not found.

Two different statements of one thing in one text cancel each other; a label ("Effects:") is needed for lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from posbridge.domain.attributes import Attributes, Potency, PotencyUnit, StrainType
from posbridge.domain.catalog import Product
from posbridge.domain.categories import fold

_TRADE = re.compile(r"thc|cbd|cbn|cbg|indica|sativa", re.I)
_NAMES = r"(?:total\s+)?(?:(?:delta[-\s]?9|Δ\s?9|d9)[-\s]?)?(?:THC-?A|THC-?V|THC|CBD-?A|CBD-?V|CBD|CBG|CBN|CBC)"
_CANNABINOIDS = frozenset("THC THCA THCV CBD CBDA CBDV CBG CBGA CBN CBC".split())
_NUMBER = r"(?<![\w.,/])(\d{1,4}(?:[.,]\d{1,3})?)"
_UNIT = r"(%|mg\s?/\s?g|mg\s?/\s?ml|mg)(?![\w/])"
_RANGE = rf"{_NUMBER}\s*(?:%|mg)?(?:\s*(?:-|–|to)\s*{_NUMBER})?\s*{_UNIT}"
_NAME_FIRST = re.compile(rf"\b({_NAMES})\b(?:\s*(?:content|level|potency))?\s*(?:[:=~]|is|of)?\s*{_RANGE}", re.I)
_NUMBER_FIRST = re.compile(rf"{_RANGE}\s*(?:of\s+|active\s+|total\s+)*({_NAMES})\b", re.I)
_NAME = re.compile(rf"\b{_NAMES}\b", re.I)
_PARTS = re.compile(r"[;\n\r•|/()\[\]]+(?!\s?(?:g|ml)\b)|,(?!\d)|\.(?!\d)|\s[-–—]\s(?!\d)|\s(?:and|&|\+)\s")
#: Amounts of one piece of a package, and bounds instead of amounts, say nothing of the package.
_NOT_IT = re.compile(
    r"\b(?:per|each|/)\s*(?:piece|serving|gummy|dose|square|chew|capsule|drop|puff)\b|\bservings?\b"
    r"|\b(?:less than|under|below|up to|at most|no more than|max(?:imum)?)\b|<|≤",
    re.I,
)

_DOMINANT = re.compile(
    r"\b(indica|sativa)(?:[-\s](?:dominant|dom|leaning|heavy|forward)|\s*(?:/\s*hybrid|hybrid))\b"
    r"|\bhybrid[\s,(/-]+(indica|sativa)(?:[-\s](?:dominant|dom|leaning))?\b",
    re.I,
)
_PLAIN = re.compile(r"(?<!non-)(?<!not )(?<!no )(?<!not a )(?<!not an )\b(indica|sativa|hybrid)\b", re.I)
_BOTH = re.compile(r"\b(?:indica|sativa)\s*(?:and|&|or|\+|/|,)\s*(?:a\s+)?(?:indica|sativa)\b", re.I)
_EFFECTS = re.compile(r"\b(?:effects?|feelings?)\s*:\s*([^.\n;|]+)", re.I)
_FLAVOURS = re.compile(r"\b(?:flavou?rs?|tastes?|aromas?)\s*:\s*([^.\n;|]+)", re.I)
_MOST = 12


def completed(product: Product) -> Product:
    """The product with what its own texts say beside its platform's facts; those are never changed, but named alike.

    Only goods of the trade are read: those whose platform states attributes, or whose texts use its words. So a
    hybrid bicycle stays one.
    """
    texts = [product.title, *_option_words(product), *product.tags, product.description]
    if product.attributes is None and not any(_TRADE.search(text) for text in texts):
        return product
    known = product.attributes or Attributes()
    found = merged(_named(known), [found_in(text) for text in texts])
    return product if found == known else product.model_copy(update={"attributes": found})


def _named(known: Attributes) -> Attributes:
    """Cannabinoids by their usual names, each once: "thc-a" and "THC-D9 (…)" are THCA and THC."""
    names: dict[str, Potency] = {}
    for each in known.potencies:
        name = plain_name(each.name)
        name = name if name in _CANNABINOIDS else each.name
        names.setdefault(fold(name), each.model_copy(update={"name": name}))
    return known.model_copy(update={"potencies": tuple(names.values())})


def merged(known: Attributes, found: Iterable[Attributes]) -> Attributes:
    """What is known, then the earlier finds before the later ones."""
    for each in found:
        names = {fold(potency.name) for potency in known.potencies}
        more = tuple(potency for potency in each.potencies if fold(potency.name) not in names)
        known = known.model_copy(
            update={
                "strain_type": known.strain_type or each.strain_type,
                "potencies": (*known.potencies, *more),
                "effects": known.effects or each.effects,
                "flavours": known.flavours or each.flavours,
            }
        )
    return known


def found_in(text: str) -> Attributes:
    """Everything that one text states."""
    return Attributes(
        strain_type=strain_type_in(text),
        potencies=tuple(potencies_in(text)),
        effects=_listed(_EFFECTS, text),
        flavours=_listed(_FLAVOURS, text),
    )


def strain_type_in(text: str) -> StrainType | None:
    """A dominance counts before the plain word; two plain words that differ count for nothing."""
    leanings = {(first or second).casefold() for first, second in _DOMINANT.findall(text)}
    if len(leanings) == 1:
        return StrainType(f"{leanings.pop()}_dominant")
    if leanings or _BOTH.search(text):
        return None
    words = {word.casefold() for word in _PLAIN.findall(text)}
    return StrainType(words.pop()) if len(words) == 1 else None


def potencies_in(text: str) -> list[Potency]:
    """Each cannabinoid whose amount the text states once, or always the same."""
    stated: dict[str, set[Potency]] = {}
    order: list[str] = []
    for part in _PARTS.split(text):
        for potency in _of_part(part):
            if potency.name not in stated:
                order.append(potency.name)
            stated.setdefault(potency.name, set()).add(potency)
    return [next(iter(stated[name])) for name in order if len(stated[name]) == 1]


def _of_part(part: str) -> list[Potency]:
    """In "20% THC 1% CBD" the number comes first, in "THC 20% CBD 1%" the name: the part's own beginning tells."""
    name, number = _NAME.search(part), re.search(r"\d", part)
    if name is None or number is None or _NOT_IT.search(part):
        return []
    made = []
    if number.start() < name.start() and (found := list(_NUMBER_FIRST.finditer(part))):
        made = [_potency(each.group(4), each.group(1), each.group(2), each.group(3)) for each in found]
    else:
        made = [_potency(*each.group(1, 2, 3, 4)) for each in _NAME_FIRST.finditer(part)]
    return [each for each in made if each is not None]


def _potency(name: str, low: str, high: str | None, unit: str) -> Potency | None:
    first, last = Decimal(low.replace(",", ".")), Decimal((high or low).replace(",", "."))
    word = PotencyUnit(unit.replace(" ", "").casefold())
    if first > last or (word is PotencyUnit.PERCENT and last > 100):
        return None
    return Potency(name=plain_name(name), low=first, high=last, unit=word)


def plain_name(name: str) -> str:
    """ "Delta-9 THC", "total thc" and "THC-D9 (…)" are THC; "thc-a" is THCA."""
    word = re.sub(r"\(.*?\)|total|delta[-\s]?9|Δ\s?9|\bd9\b|[\s\-‐–]", "", name, flags=re.I).upper()
    return {"THCD9": "THC", "D9THC": "THC"}.get(word, word)


def _listed(label: re.Pattern[str], text: str) -> tuple[str, ...]:
    found = label.search(text)
    if found is None:
        return ()
    words = re.split(r"\s*(?:,|/|\band\b|&|\+)\s*", found.group(1))
    plain = [word.strip() for word in words if 2 < len(word.strip()) <= 24 and len(word.split()) <= 3]
    return tuple(dict.fromkeys(plain))[:_MOST]


def _option_words(product: Product) -> Sequence[str]:
    return tuple(dict.fromkeys(value for each in product.variants for value in each.option_values.values()))
