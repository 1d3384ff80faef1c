"""Texts as WordPress stores them: slugs, entities, prices."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from urllib.parse import quote

_ENTITY = re.compile(r"&(?!#?\w+;)")
_TAG = re.compile(r"<[^>]*>")


def stored_title(text: str) -> str:
    """A lone & becomes &amp;, tags stay (recorded 103)."""
    return _ENTITY.sub("&amp;", text)


def slug(text: str) -> str:
    """A title as part of an address: accents dropped, other letters percent-encoded in lower case."""
    plain = _TAG.sub("", text).replace("&amp;", "").lower()
    kept = "".join(_slug_letter(letter) for letter in unicodedata.normalize("NFKD", plain))
    dashed = re.sub(r"-+", "-", kept).strip("-")
    return quote(dashed, safe="-_.~").lower()


def readable_slug(text: str) -> str:
    """The slug with its letters unencoded, as `generated_slug` shows it."""
    plain = _TAG.sub("", text).replace("&amp;", "").lower()
    return re.sub(r"-+", "-", "".join(_slug_letter(x) for x in unicodedata.normalize("NFKD", plain))).strip("-")


def _slug_letter(letter: str) -> str:
    if unicodedata.combining(letter):
        return ""
    if letter.isspace() or letter in "-–—":
        return "-"
    kind = unicodedata.category(letter)
    return letter if kind[0] in "LN" or kind == "So" or letter == "_" else ""


def free_slug(wanted: str, taken: Container[str]) -> str:
    """The slug, or the slug with the first free number behind."""
    if wanted not in taken:
        return wanted
    count = 2
    while f"{wanted}-{count}" in taken:
        count += 1
    return f"{wanted}-{count}"


def stored_price(text: str) -> str:
    """Only digits, dot and minus are kept: "12,50" becomes 1250 and "abc" becomes nothing (recorded 810)."""
    return re.sub(r"[^0-9.\-]", "", text)
