"""Payment card numbers in free text: found, so that they are refused or masked before anything is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LEAST, _MOST = 13, 19
#: Groups of digits with at most two blanks, dashes or dots between them.
_RUN = re.compile(r"\d+(?:[ \t\u00a0\u2000-\u200b\u202f.\-\u2010-\u2015_]{1,2}\d+)*")
_UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
_GROUP = re.compile(r"\d+")


def contains_card_number(text: str, *, allow_gtin: bool = False) -> bool:
    """Whether 13 to 19 digits in a row, or in groups, pass the Luhn check.

    `allow_gtin` is for scanners: one group of 13 or 14 digits that is a valid GTIN (EAN-13, ITF-14) is a barcode.
    """
    return any(not (allow_gtin and is_gtin(text[start:end])) for start, end in _found(text))


def mask_card_numbers(text: str) -> str:
    """The text with each card number replaced by its last four digits."""
    parts, after = [], 0
    for start, end in _found(text):
        last_four = "".join(_GROUP.findall(text[start:end]))[-4:]
        parts += [text[after:start], f"[card …{last_four}]"]
        after = end
    return "".join((*parts, text[after:]))


def luhn_valid(digits: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812-1)."""
    total = 0
    for place, letter in enumerate(reversed(digits)):
        digit = int(letter) * (1 + place % 2)
        total += digit - 9 * (digit > 9)
    return total % 10 == 0


def is_gtin(digits: str) -> bool:
    """A bare GTIN-13 or GTIN-14 with a right check digit (GS1)."""
    if not digits.isdecimal() or len(digits) not in (13, 14):
        return False
    total = sum(int(letter) * (3 if place % 2 else 1) for place, letter in enumerate(reversed(digits)))
    return total % 10 == 0


def _found(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each card number, from left to right, none within another."""
    if sum(letter.isdigit() for letter in text) < _LEAST:
        return
    ids = [match.span() for match in _UUID.finditer(text)]
    for run in _RUN.finditer(text):
        if any(start < run.end() and run.start() < end for start, end in ids):
            continue
        groups = [group.span() for group in _GROUP.finditer(text, *run.span())]
        yield from _in_groups(text, groups)


def _in_groups(text: str, groups: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Neighbouring groups that together are a card number. Overlapping ones are one: a chance hit beside a card
    must not leave the card's end in sight.
    """
    span: tuple[int, int] | None = None
    for first, (start, _) in enumerate(groups):
        end = _end(text, groups, first)
        if end is None:
            continue
        if span is None or start >= span[1]:
            if span is not None:
                yield span
            span = (start, end)
        else:
            span = (span[0], max(span[1], end))
    if span is not None:
        yield span


def _end(text: str, groups: list[tuple[int, int]], first: int) -> int | None:
    """Where the longest card number that begins with this group ends."""
    for last in _reach(groups, first):
        digits = "".join(text[start:end] for start, end in groups[first : last + 1])
        if luhn_valid(digits) and any(int(letter) for letter in digits):
            return groups[last][1]
    return None


def _reach(groups: list[tuple[int, int]], first: int) -> list[int]:
    """Indexes of the last groups with which the digits from `first` on number 13 to 19, farthest first."""
    total, found = 0, []
    for last in range(first, len(groups)):
        total += groups[last][1] - groups[last][0]
        if total > _MOST:
            break
        if total >= _LEAST:
            found.append(last)
    return found[::-1]
