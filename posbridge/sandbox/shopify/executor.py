"""Runs a document over plain objects: a dict is an object, a callable in it a field with arguments.

`__typename` in a dict is its type; a fragment on another type is left out. Problems are in Shopify's words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from posbridge.sandbox.shopify.language import Document, Field, Inline, Operation, Spread, SyntaxProblem, Variable, read

Node = dict[str, Any]
#: A root field: arguments and the key of `@idempotent` ("" without) → its value.
Root = Callable[[dict[str, Any], str], Any]


class Refused(Exception):
    """A top-level error; `extensions` go beside its code."""

    def __init__(self, code: str, message: str, **extensions: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.extensions = code, message, extensions

    def shown(self, path: list[str] | None = None) -> Node:
        made: Node = {"message": self.message, "extensions": {"code": self.code, **self.extensions}}
        return {**made, "path": path} if path else made


@dataclass
class Run:
    """A document with its variables."""

    document: Document
    variables: Mapping[str, Any]
    errors: list[Node] = field(default_factory=list)

    def given(self, value: Any) -> Any:
        """A value with its variables filled in."""
        if isinstance(value, Variable):
            return self.variables.get(value.name)
        if isinstance(value, dict):
            return {k: self.given(v) for k, v in value.items() if not self._absent(v)}
        return [self.given(one) for one in value] if isinstance(value, list) else value

    def _absent(self, value: Any) -> bool:
        return isinstance(value, Variable) and value.name not in self.variables

    def args(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self.given(value) for name, value in asked.items() if not self._absent(value)}

    def wanted(self, directives: Mapping[str, Mapping[str, Any]]) -> bool:
        """@include and @skip."""
        include, skip = directives.get("include"), directives.get("skip")
        return (include is None or bool(self.given(include.get("if")))) and not (skip and self.given(skip.get("if")))

    def fields(self, selections: tuple[Any, ...], typename: str) -> list[Field]:
        """The fields that count for an object of a type, fragments opened."""
        found: list[Field] = []
        for one in selections:
            if not self.wanted(one.directives):
                continue
            if isinstance(one, Field):
                found.append(one)
                continue
            inner = self.document.fragments.get(one.name) if isinstance(one, Spread) else one
            if inner is None:
                raise Refused("undefinedFragment", f"Fragment {one.name} was used, but not defined")
            if _fits(inner, typename):
                found += self.fields(inner.selections, typename)
        return found

    def selected(self, value: Any, asked: Field) -> Any:
        if isinstance(value, list):
            return [self.selected(one, asked) for one in value]
        if not isinstance(value, dict) or not asked.selections:
            if isinstance(value, dict) and "__typename" in value:
                raise Refused("selectionMismatch", f"Field must have selections (field '{asked.name}' has none)")
            return value
        made: Node = {}
        for one in self.fields(asked.selections, value.get("__typename", "")):
            made[one.alias] = _merged(made.get(one.alias), self.selected(self._of(value, one), one))
        return made

    def _of(self, value: Node, asked: Field) -> Any:
        if asked.name not in value:
            kind = value.get("__typename", "Object")
            words = f"Field '{asked.name}' doesn't exist on type '{kind}'"
            raise Refused("undefinedField", words, typeName=kind, fieldName=asked.name)
        found = value[asked.name]
        return found(self.args(asked.args)) if callable(found) else found


def _fits(inner: Inline, typename: str) -> bool:
    return inner.condition in ("", typename) or not typename


def _merged(before: Any, now: Any) -> Any:
    """The same field asked for twice is one field."""
    return {**before, **now} if isinstance(before, dict) and isinstance(now, dict) else now


def prepared(text: Any, variables: Any) -> tuple[Run, Operation]:
    """The run of a request's only operation. Raises Refused in Shopify's words."""
    if not isinstance(text, str) or not text.strip():
        raise Refused("BAD_REQUEST", "Required parameter missing or invalid: query")
    try:
        document = read(text)
    except SyntaxProblem as problem:
        raise Refused("parseError", str(problem)) from problem
    if not document.operations:
        raise Refused("parseError", "The document holds no operation")
    operation = document.operations[0]
    held = {} if variables is None else variables
    if not isinstance(held, dict):
        raise Refused("BAD_REQUEST", "Variables must be an object")
    return Run(document, _filled(operation, held)), operation


def _filled(operation: Operation, held: Node) -> Node:
    made: Node = {}
    for name, (kind, default) in operation.variables.items():
        if name in held or default is not ...:
            made[name] = held.get(name, default)
        if kind.endswith("!") and made.get(name) is None:
            problem = {"path": [], "explanation": "Expected value to not be null"}
            words = f"Variable ${name} of type {kind} was provided invalid value"
            raise Refused("INVALID_VARIABLE", words, value=None, problems=[problem])
    return made


def run(made: Run, operation: Operation, roots: Mapping[str, Root]) -> Node:
    """The data; a root field that fails is null, and stands among the errors."""
    data: Node = {}
    for asked in made.fields(operation.selections, ""):
        key = str(made.given(asked.directives.get("idempotent", {}).get("key", "")) or "")
        try:
            root = roots.get(asked.name)
            if root is None:
                kind = "Mutation" if operation.kind == "mutation" else "QueryRoot"
                raise Refused("undefinedField", f"Field '{asked.name}' doesn't exist on type '{kind}'")
            data[asked.alias] = made.selected(root(made.args(asked.args), key), asked)
        except Refused as refused:
            made.errors.append(refused.shown([asked.alias]))
            data[asked.alias] = None
    return data
