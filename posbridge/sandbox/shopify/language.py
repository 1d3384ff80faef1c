"""Reads a GraphQL document: operations, fragments, fields. As much of the language as requests use.

Source: https://spec.graphql.org/October2021/ (sections 2.1 to 2.12)
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(
    r'(?P<skip>[\s,\ufeff]+|#[^\n]*)|(?P<block>"""(?:[^"\\]|\\.|"(?!""))*""")|(?P<text>"(?:[^"\\\n]|\\.)*")'
    r"|(?P<spread>\.\.\.)|(?P<name>[A-Za-z_]\w*)|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<mark>[!$()\[\]{}:=@|&])"
)
_WORDS = {"true": True, "false": False, "null": None}


class SyntaxProblem(Exception):
    """The document is no GraphQL."""


@dataclass(frozen=True)
class Variable:
    """A variable where a value stands."""

    name: str


@dataclass(frozen=True)
class Field:
    name: str
    alias: str
    args: Mapping[str, Any]
    directives: Mapping[str, Mapping[str, Any]]
    selections: tuple[Any, ...]


@dataclass(frozen=True)
class Inline:
    """`... on Type { }`; `condition` "" for any type."""

    condition: str
    directives: Mapping[str, Mapping[str, Any]]
    selections: tuple[Any, ...]


@dataclass(frozen=True)
class Spread:
    name: str
    directives: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Operation:
    """`variables` maps names to (type as written, default or `...` when there is none)."""

    kind: str
    name: str
    variables: Mapping[str, tuple[str, Any]]
    selections: tuple[Any, ...]


@dataclass
class Document:
    operations: list[Operation] = field(default_factory=list)
    fragments: dict[str, Inline] = field(default_factory=dict)


def read(text: str) -> Document:
    """The document. Raises SyntaxProblem."""
    return _Reader(text).document()


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise SyntaxProblem(f"Unexpected character at {at}")
        at = match.end()
        if match.lastgroup != "skip":
            found.append((str(match.lastgroup), match.group()))
    return [*found, ("end", "")]


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens, self._at = _tokens(text), 0

    @property
    def _next(self) -> str:
        kind, text = self._tokens[self._at]
        return text if kind not in ("text", "block") else ""

    def _take(self, wanted: str = "") -> str:
        kind, text = self._tokens[self._at]
        if kind == "end" or (wanted and text != wanted):
            raise SyntaxProblem(f"syntax error, unexpected {text or 'end of file'}, expecting {wanted or 'more'}")
        self._at += 1
        return text

    def _name(self) -> str:
        if self._tokens[self._at][0] != "name":
            raise SyntaxProblem(f"syntax error, unexpected {self._next or 'end of file'}, expecting a name")
        return self._take()

    def _skip(self, mark: str) -> bool:
        if self._tokens[self._at][0] != "text" and self._next == mark:
            self._at += 1
            return True
        return False

    def document(self) -> Document:
        made = Document()
        while self._tokens[self._at][0] != "end":
            if self._skip("fragment"):
                name = self._name()
                self._take("on")
                condition, directives = self._name(), self._directives()
                made.fragments[name] = Inline(condition, directives, self._selections())
            else:
                made.operations.append(self._operation())
        return made

    def _operation(self) -> Operation:
        if self._next == "{":
            return Operation("query", "", {}, self._selections())
        kind = self._name()
        if kind not in ("query", "mutation"):
            raise SyntaxProblem(f"syntax error, unexpected {kind}")
        name = self._name() if self._tokens[self._at][0] == "name" else ""
        variables = self._variables() if self._skip("(") else {}
        self._directives()
        return Operation(kind, name, variables, self._selections())

    def _variables(self) -> dict[str, tuple[str, Any]]:
        made: dict[str, tuple[str, Any]] = {}
        while not self._skip(")"):
            self._take("$")
            name = self._name()
            self._take(":")
            kind = self._type()
            made[name] = (kind, self._value() if self._skip("=") else ...)
        return made

    def _type(self) -> str:
        if self._skip("["):
            made = f"[{self._type()}"
            self._take("]")
            made += "]"
        else:
            made = self._name()
        return made + "!" if self._skip("!") else made

    def _directives(self) -> dict[str, Mapping[str, Any]]:
        made: dict[str, Mapping[str, Any]] = {}
        while self._skip("@"):
            name = self._name()
            made[name] = self._args()
        return made

    def _args(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if self._skip("("):
            while not self._skip(")"):
                name = self._name()
                self._take(":")
                made[name] = self._value()
        return made

    def _selections(self) -> tuple[Any, ...]:
        self._take("{")
        made: list[Any] = []
        while not self._skip("}"):
            made.append(self._dots() if self._skip("...") else self._field())
        return tuple(made)

    def _dots(self) -> Inline | Spread:
        if self._next in ("{", "@"):
            return Inline("", self._directives(), self._selections())
        name = self._name()
        if name == "on":
            return Inline(self._name(), self._directives(), self._selections())
        return Spread(name, self._directives())

    def _field(self) -> Field:
        alias = name = self._name()
        if self._skip(":"):
            name = self._name()
        args, directives = self._args(), self._directives()
        inner = self._selections() if self._next == "{" else ()
        return Field(name, alias, args, directives, inner)

    def _value(self) -> Any:
        kind, text = self._tokens[self._at]
        if self._skip("$"):
            return Variable(self._name())
        if self._skip("["):
            made = []
            while not self._skip("]"):
                made.append(self._value())
            return made
        if self._skip("{"):
            return self._object()
        self._take()
        if kind in ("text", "number"):
            return json.loads(text)
        if kind == "block":
            return text[3:-3].replace('\\"""', '"""').strip()
        if kind == "name":
            return _WORDS.get(text, text)
        raise SyntaxProblem(f"syntax error, unexpected {text}")

    def _object(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        while not self._skip("}"):
            name = self._name()
            self._take(":")
            made[name] = self._value()
        return made
