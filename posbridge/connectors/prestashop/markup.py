"""PrestaShop's XML, read and written. Reading is the standard library's expat with document types refused: without
them there are no entities to expand and nothing is fetched from elsewhere, so no further parser is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from posbridge.connectors.errors import SchemaDrift

_DEEPEST = 40
_HREF = "xlink:href"


@dataclass
class Node:
    """An element: its name, attributes, inner elements and text."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    inner: list[Node] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def find(self, name: str) -> Node | None:
        return next((node for node in self.inner if node.name == name), None)


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[Node] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        node = Node(name, attributes)
        if len(self._open) >= _DEEPEST:
            raise SchemaDrift("The shop's XML is nested too deeply.")
        if self._open:
            self._open[-1].inner.append(node)
        else:
            self.root = node
        self._open.append(node)

    def end(self, _name: str) -> None:
        self._open.pop()

    def data(self, text: str) -> None:
        if self._open:
            self._open[-1].parts.append(text)


def _refused(*_what: Any) -> int:
    raise SchemaDrift("The shop's XML brings a document type of its own; that is not read.")


def tree(raw: str | bytes) -> Node:
    """The document's root. What stands before `<?xml` or `<prestashop` (warnings of PHP, a byte order mark) is passed
    over. Raises SchemaDrift for what is not well-formed, and for document types and entities."""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    begins = [at for at in (text.find("<?xml"), text.find("<prestashop")) if at >= 0]
    if not begins:
        raise SchemaDrift("The answer is not the shop's XML.")
    builder, parser = _Builder(), expat.ParserCreate(encoding="utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = _refused
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(text[min(begins) :].encode("utf-8", "replace"), True)
    except expat.ExpatError as problem:
        raise SchemaDrift("The shop's XML cannot be read.") from problem
    assert builder.root is not None
    return builder.root


def plain(raw: str | bytes) -> dict[str, Any]:
    """The document in the shape of the shop's JSON: `{"products": [{…}]}` or `{"product": {…}}`.

    Texts with languages become lists of `{"id", "value"}`; an element's address is kept under "@href".
    """
    root = tree(raw)
    if root.name != "prestashop":
        raise SchemaDrift("The XML is not PrestaShop's.")
    return {node.name: _top(node) for node in root.inner}


def _top(node: Node) -> Any:
    kinds = {inner.name for inner in node.inner}
    if not node.inner and not node.attributes:
        return []
    if len(kinds) == 1 and node.inner and kinds != {"id"} and node.inner[0].name != node.name:
        return [_value(inner) for inner in node.inner]
    return _object(node)


def _value(node: Node) -> Any:
    if node.inner and all(inner.name == "language" for inner in node.inner):
        return [{"id": inner.attributes.get("id", ""), "value": inner.text} for inner in node.inner]
    if node.inner or "id" in node.attributes:
        return _object(node)
    return node.text


def _object(node: Node) -> dict[str, Any]:
    made: dict[str, Any] = {"id": node.attributes["id"]} if "id" in node.attributes else {}
    for inner in node.inner:
        made[inner.name] = _associations(inner) if inner.name == "associations" else _value(inner)
    if node.inner and _HREF in node.attributes:
        made["@href"] = node.attributes[_HREF]
    return made


def _associations(node: Node) -> dict[str, Any]:
    return {group.name: [_object(row) for row in group.inner] for group in node.inner}


def document(name: str, fields: Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> bytes:
    """One object (or several of a kind) as the shop wants it. The same fields always give the same bytes.

    A value is a text or number; a mapping of language ids to texts; or, under "associations", lists of objects by
    (group, element).
    """
    rows = [fields] if isinstance(fields, Mapping) else fields
    inner = "".join(f"<{name}>{_fields(row)}</{name}>" for row in rows)
    opening = '<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">'
    return f"{opening}{inner}</prestashop>".encode()


def _fields(row: Mapping[str, Any]) -> str:
    return "".join(_field(name, value) for name, value in row.items())


def _field(name: str, value: Any) -> str:
    if name == "associations":
        groups = (_group(group, element, rows) for (group, element), rows in value.items())
        return f"<associations>{''.join(groups)}</associations>"
    if isinstance(value, Mapping):
        texts = (f'<language id="{_clean(str(ident))}">{_text(text)}</language>' for ident, text in value.items())
        return f"<{name}>{''.join(texts)}</{name}>"
    return f"<{name}>{_text(value)}</{name}>"


def _group(group: str, element: str, rows: Iterable[Mapping[str, Any]]) -> str:
    return f"<{group}>{''.join(f'<{element}>{_fields(row)}</{element}>' for row in rows)}</{group}>"


def _text(value: Any) -> str:
    text = _clean("1" if value is True else "0" if value is False else str(value))
    return f"<![CDATA[{text}]]>" if "]]>" not in text else escape(text)


def _clean(text: str) -> str:
    """XML knows no control characters but tab and the ends of lines, and no lone surrogates."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff" and not _lone(c)))


def _lone(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"
