"""XML of the simulated web service: documents that come in, objects that go out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from posbridge.sandbox.prestashop.resources import Resource

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">\n'
Row = dict[str, Any]


class BadXml(Exception):
    """The body is not well-formed, or brings a document type."""


@dataclass
class Element:
    """What came in: a name, attributes, inner elements, text."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    inner: list[Element] = field(default_factory=list)
    text: str = ""


def parse(body: bytes) -> Element:
    """The document. Raises BadXml."""
    top = Element("")
    place = [top]
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        made = Element(name, attributes)
        place[-1].inner.append(made)
        place.append(made)

    def text(data: str) -> None:
        place[-1].text += data

    def refuse(*_: Any) -> None:
        raise BadXml

    parser.StartElementHandler, parser.CharacterDataHandler = start, text
    parser.EndElementHandler = lambda _: place.pop()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as problem:
        raise BadXml from problem
    return top.inner[0]


def given(element: Element, resource: Resource) -> Row:
    """The fields that a document names, its texts by language, its associations; unknown fields are passed over
    (recorded 809)."""
    made: Row = {}
    for inner in element.inner:
        if inner.name == "associations":
            made["associations"] = {group.name: [_flat(row) for row in group.inner] for group in inner.inner}
        elif inner.name in resource.texts:
            made[inner.name] = {one.attributes.get("id", "1"): one.text for one in inner.inner} or {"1": inner.text}
        elif inner.name == "id" or inner.name in resource.empty:
            made[inner.name] = inner.text.strip() if inner.name != "note" else inner.text
    return made


def _flat(row: Element) -> dict[str, str]:
    return {inner.name: inner.text.strip() for inner in row.inner}


def listed(resource: Resource, rows: Iterable[Row], fields: Iterable[str] | None, address: str) -> str:
    """A list; `fields` None gives ids only."""
    if fields is None:
        inner = "".join(
            f'<{resource.element} id="{row["id"]}" xlink:href="{address}/{resource.name}/{row["id"]}"/>\n'
            for row in rows
        )
    else:
        chosen = list(fields)
        inner = "".join(one(resource, row, chosen) for row in rows)
    return f"{HEAD}<{resource.listed}>\n{inner}</{resource.listed}>\n</prestashop>\n"


def single(resource: Resource, row: Row) -> str:
    return f"{HEAD}{one(resource, row, ['id', *resource.fields, 'associations'])}</prestashop>\n"


def one(resource: Resource, row: Row, fields: Iterable[str]) -> str:
    """One object with every field asked for, empty ones too (recorded 103)."""
    inner = "".join(_field(resource, row, name) for name in fields)
    return f"<{resource.element}>\n{inner}</{resource.element}>\n"


def _field(resource: Resource, row: Row, name: str) -> str:
    if name == "associations":
        return _groups(resource, row) if resource.groups else ""
    value = row.get(name, "")
    if isinstance(value, Mapping):
        texts = "".join(f'<language id="{ident}">{cdata(text)}</language>' for ident, text in value.items())
        return f"\t<{name}>{texts}</{name}>\n"
    return f"\t<{name}>{cdata(value)}</{name}>\n"


def _groups(resource: Resource, row: Row) -> str:
    made = []
    for group, (element, fields) in resource.groups.items():
        hung = row.get("associations", {}).get(group, [])
        inner = "".join(_hung(element, fields, entry) for entry in hung)
        made.append(f'<{group} nodeType="{element}">\n{inner}</{group}>\n')
    return f"<associations>\n{''.join(made)}</associations>\n"


def _hung(element: str, fields: Iterable[str], entry: Mapping[str, str]) -> str:
    inner = "".join(f"\t<{name}>{cdata(entry.get(name, ''))}</{name}>\n" for name in fields)
    return f"<{element}>\n{inner}</{element}>\n"


def errors(found: Iterable[tuple[int, str]]) -> str:
    inner = "".join(
        f"<error>\n<code>{cdata(code)}</code>\n<message>{cdata(words)}</message>\n</error>\n" for code, words in found
    )
    return f"{HEAD}<errors>\n{inner}</errors>\n</prestashop>\n"


def cdata(value: Any) -> str:
    return f"<![CDATA[{str(value).replace(']]>', ']] >')}]]>"
