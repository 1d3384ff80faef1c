"""How things of Toast are called here: what a variant names, and the externalId that makes an order single."""

from __future__ import annotations

import re
from dataclasses import dataclass

from posbridge.connectors.errors import ValidationError
from posbridge.connectors.toast.reading import GUID

PREFIX = "posbridge"
#: What parts the naming authority from our reference. A guess: the facts leave the separator open.
SEPARATOR = ":"
#: The longest externalId. A guess as well.
LONGEST_EXTERNAL_ID = 100
_OPEN = "~open"
_SHAPE = re.compile(rf"({GUID})(?:@({GUID}))?((?:\+{GUID}/{GUID})*)({_OPEN})?")


@dataclass(frozen=True)
class Sold:
    """What a line of an order names: the item, the menu group it is sold from, and (modifier group, option) pairs.

    An item may be sold only together with the group that it was found in. `open` means that the price goes along.
    """

    item: str
    group: str = ""
    options: tuple[tuple[str, str], ...] = ()
    open: bool = False

    @property
    def id(self) -> str:
        """The variant's id: "item@group", "+modifier group/option" for each, "~open"."""
        chosen = "".join(f"+{group}/{option}" for group, option in self.options)
        return f"{self.item}{f'@{self.group}' if self.group else ''}{chosen}{_OPEN if self.open else ''}"


def sold_of(variant_id: str) -> Sold:
    """What a variant's id names. Raises ValidationError for an id that is none of ours."""
    found = _SHAPE.fullmatch(variant_id)
    if found is None:
        raise ValidationError(f"{variant_id[:60] or 'An empty id'} names no item of Toast's menu.")
    pairs = [tuple(pair.split("/")) for pair in found[3].split("+") if pair]
    return Sold(found[1], found[2] or "", tuple((pair[0], pair[1]) for pair in pairs), bool(found[4]))


def item_of(variant_id: str) -> str:
    """The GUID of the item that a variant stands for, which is what stock is counted by."""
    return variant_id.partition("@")[0].partition("+")[0].removesuffix(_OPEN)


def external_id(reference: str, prefix: str = PREFIX) -> str:
    """Our mark on an order: the same for every try, so that Toast refuses a second one."""
    return f"{prefix}{SEPARATOR}{reference}"[:LONGEST_EXTERNAL_ID]


def reference_in(external: str, prefix: str = PREFIX) -> str:
    """Our reference in an externalId; "" where another named the order."""
    authority, found, rest = external.partition(SEPARATOR)
    return rest if found and authority == prefix else ""
