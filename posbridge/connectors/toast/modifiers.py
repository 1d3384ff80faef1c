"""Modifier groups, their options and premodifiers: three maps beside the menu's tree, into which items point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from posbridge.connectors.text import Reader, one_line
from posbridge.connectors.toast.reading import DEFAULT_CURRENCY, money
from posbridge.domain.money import Money


@dataclass(frozen=True)
class Choice:
    """An option of a modifier group: what is ordered as a modifier of the item."""

    guid: str
    name: str
    price: Money | None = None
    sku: str = ""
    default: bool = False


@dataclass(frozen=True)
class Group:
    """A modifier group. `least` and `most` selections (None: no limit); `before` are its premodifiers' names."""

    guid: str
    name: str
    least: int = 0
    most: int | None = None
    mode: str = "OPTIONAL"
    choices: tuple[Choice, ...] = ()
    before: tuple[tuple[str, str], ...] = ()

    @property
    def single(self) -> bool:
        """Exactly one has to be chosen: an order without one is refused."""
        return self.mode == "REQUIRED" and self.least == 1 and self.most == 1 and bool(self.choices)

    @property
    def defaults(self) -> tuple[Choice, ...]:
        """What the item comes with: left out of an order it counts as taken off (menus file)."""
        return tuple(choice for choice in self.choices if choice.default)


@dataclass
class Modifiers:
    """The groups by their reference number."""

    groups: dict[str, Group] = field(default_factory=dict)

    @classmethod
    def read(cls, raw: Mapping[str, Any], currency: str = DEFAULT_CURRENCY) -> Modifiers:
        """From a menus answer. Raises SchemaDrift when one of the maps is none."""
        reader = Reader(raw, "restaurantGuid")
        choices = {
            key: _choice(Reader(value, "guid"), currency) for key, value in _map(reader, "modifierOptionReferences")
        }
        before = {key: _before(Reader(value, "guid")) for key, value in _map(reader, "preModifierGroupReferences")}
        made = _map(reader, "modifierGroupReferences")
        return cls({key: _group(Reader(value, "guid"), choices, before) for key, value in made})

    def of(self, item: Reader) -> list[Group]:
        """The groups of an item or option, in its order; references to none are passed over."""
        return [self.groups[str(at)] for at in item.items("modifierGroupReferences") if str(at) in self.groups]


def _map(reader: Reader, name: str) -> list[tuple[str, Any]]:
    if isinstance(reader.raw.get(name), list):  # a fragment may list them
        return [(str(Reader(one).text("referenceId")), one) for one in reader.items(name) if isinstance(one, Mapping)]
    return [(str(key), value) for key, value in reader.object(name).raw.items() if isinstance(value, Mapping)]


def _choice(option: Reader, currency: str) -> Choice:
    return Choice(
        option.text("guid"), one_line(option.text("name")), money(option, "price", currency),
        option.text("sku").strip(), option.flag("isDefault"),
    )  # fmt: skip


def _before(group: Reader) -> tuple[tuple[str, str], ...]:
    return tuple((one.text("guid"), one_line(one.text("name"))) for one in group.objects("preModifiers"))


def _group(group: Reader, choices: dict[str, Choice], before: dict[str, tuple[tuple[str, str], ...]]) -> Group:
    named = [str(at) for at in group.items("modifierOptionReferences")]
    return Group(
        guid=group.text("guid"),
        name=one_line(group.text("name")),
        least=group.integer("minSelections") or 0,
        most=group.integer("maxSelections"),
        mode=group.text("requiredMode", "OPTIONAL"),
        choices=tuple(choices[at] for at in named if at in choices),
        before=before.get(str(group.integer("preModifierGroupReference") or ""), ()),
    )


def described(group: Group) -> dict[str, Any]:
    """A group in plain words for a product's `extra`, so that nothing of the menu is lost."""
    return {
        "guid": group.guid,
        "name": group.name,
        "min": group.least,
        "max": group.most,
        "mode": group.mode,
        "options": [
            {
                "guid": choice.guid,
                "name": choice.name,
                "price": None if choice.price is None else choice.price.plain(),
                "default": choice.default,
            }
            for choice in group.choices
        ],
        "premodifiers": [{"guid": guid, "name": name} for guid, name in group.before],
    }
