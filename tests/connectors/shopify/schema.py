"""The official schema: are documents, variables and answers what it promises?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    is_abstract_type,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values

_SCALARS: dict[str, Any] = {"Int": int, "Float": (int, float), "Boolean": bool}
_WRITTEN = {
    "DateTime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "Money": r"-?\d+(\.\d+)?",
    "Decimal": r"-?\d+(\.\d+)?",
    "ID": r"gid://shopify/\w+/.+",
    "UnsignedInt64": r"\d+",
}


class Schema:
    def __init__(self, folder: Path) -> None:
        text = (folder / "shopify" / "spec" / "admin-2026-07.schema.graphql").read_text(encoding="utf-8")
        self.schema = build_schema(text, assume_valid=True)

    def request(self, document: str, variables: dict[str, Any]) -> list[str]:
        """What is wrong with a request."""
        tree = parse(document)
        wrong = [one.message for one in validate(self.schema, tree)]
        operation = _operation(tree)
        found = get_variable_values(self.schema, operation.variable_definitions or (), variables)
        problems = found if isinstance(found, list) else []
        unknown = set(variables) - {one.variable.name.value for one in operation.variable_definitions or ()}
        return wrong + [str(one) for one in problems] + [f"unknown variable {name}" for name in sorted(unknown)]

    def answer(self, document: str, variables: dict[str, Any], data: Any) -> list[str]:
        """What is wrong with the data of an answer."""
        tree = parse(document)
        operation = _operation(tree)
        kind = self.schema.get_root_type(operation.operation)
        fragments = {one.name.value: one for one in tree.definitions if isinstance(one, FragmentDefinitionNode)}
        return _Walk(self.schema, fragments, variables).object(kind, operation.selection_set, data, "data")


def _operation(tree: DocumentNode) -> OperationDefinitionNode:
    return next(one for one in tree.definitions if isinstance(one, OperationDefinitionNode))


class _Walk:
    def __init__(self, schema: Any, fragments: dict[str, FragmentDefinitionNode], variables: dict[str, Any]) -> None:
        self._schema, self._fragments, self._variables = schema, fragments, variables

    def object(self, kind: Any, selected: SelectionSetNode | None, value: Any, at: str) -> list[str]:
        wrong = []
        if isinstance(kind, GraphQLObjectType):
            wrong += self._own(kind, selected, value, at)
        expected = self._names(kind, selected)
        return wrong + [f"{at}.{name} was not asked for" for name in value if name not in expected]

    def _own(self, kind: GraphQLObjectType, selected: SelectionSetNode | None, value: Any, at: str) -> list[str]:
        wrong = []
        for one in self._fields(kind, selected):
            name = (one.alias or one.name).value
            if one.name.value == "__typename":
                continue
            if name not in value:
                wrong.append(f"{at}.{name} is missing")
                continue
            held = kind.fields[one.name.value].type
            wrong += self._value(held, one.selection_set, value[name], f"{at}.{name}")
        return wrong

    def _fields(self, kind: Any, selected: SelectionSetNode | None) -> list[FieldNode]:
        found: list[FieldNode] = []
        for one in selected.selections if selected else ():
            if isinstance(one, FieldNode):
                found += [one] if self._included(one) else []
            else:
                condition, inner = self._fragment(one)
                if condition is None or condition == kind.name or self._is_sub(condition, kind):
                    found += self._fields(kind, inner)
        return found

    def _names(self, kind: Any, selected: SelectionSetNode | None) -> set[str]:
        """All names that an object of a kind that is not sure may have."""
        names = set()
        for one in selected.selections if selected else ():
            if isinstance(one, FieldNode):
                names.add((one.alias or one.name).value)
            else:
                names |= self._names(kind, self._fragment(one)[1])
        return names

    def _fragment(self, one: Any) -> tuple[str | None, SelectionSetNode]:
        if isinstance(one, FragmentSpreadNode):
            found = self._fragments[one.name.value]
            return found.type_condition.name.value, found.selection_set
        assert isinstance(one, InlineFragmentNode)
        return (one.type_condition.name.value if one.type_condition else None), one.selection_set

    def _is_sub(self, condition: str, kind: Any) -> bool:
        wanted = self._schema.type_map[condition]
        return is_abstract_type(wanted) and self._schema.is_sub_type(wanted, kind)

    def _included(self, one: FieldNode) -> bool:
        for directive in one.directives or ():
            if directive.name.value == "include":
                argument: Any = directive.arguments[0].value
                return bool(self._variables.get(argument.name.value))
        return True

    def _value(self, kind: Any, selected: SelectionSetNode | None, value: Any, at: str) -> list[str]:
        if isinstance(kind, GraphQLNonNull):
            return [f"{at} is null"] if value is None else self._value(kind.of_type, selected, value, at)
        if value is None:
            return []
        if isinstance(kind, GraphQLList):
            if not isinstance(value, list):
                return [f"{at} is no list"]
            return [w for n, one in enumerate(value) for w in self._value(kind.of_type, selected, one, f"{at}[{n}]")]
        if isinstance(kind, GraphQLEnumType):
            return [] if value in kind.values else [f"{at} is {value!r}, no {kind.name}"]
        if isinstance(kind, GraphQLScalarType):
            return _scalar(kind.name, value, at)
        return self.object(self._concrete(kind, value), selected, value, at)

    def _concrete(self, kind: Any, value: Any) -> Any:
        """The type behind a union or an interface, where the answer names it."""
        if is_abstract_type(kind):
            assert isinstance(kind, GraphQLAbstractType)
            return self._schema.type_map.get(value.get("__typename"), kind)
        return kind


def _scalar(name: str, value: Any, at: str) -> list[str]:
    kinds = _SCALARS.get(name)
    if kinds is not None:
        good = isinstance(value, kinds) and (name == "Boolean" or not isinstance(value, bool))
        return [] if good else [f"{at} is {value!r}, no {name}"]
    if name in ("JSON", "Decimal") and not isinstance(value, str):
        return []
    pattern = _WRITTEN.get(name, r"(?s).*")
    return [] if isinstance(value, str) and re.fullmatch(pattern, value) else [f"{at} is {value!r}, no {name}"]
