"""The contract's description of Wix (OpenAPI 3.1), and whether a request or an answer fits it."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

#: Named in the facts, without a description of their own.
UNDESCRIBED = ("/categories/v1/categories/query", "/stores-reader/v1/collections/query", "/site-properties/")


class Spec:
    """`check` raises AssertionError, or the validator's error."""

    def __init__(self, contracts: Path) -> None:
        path = contracts / "wix" / "spec" / "wix-pos-subset.openapi.json"
        self.whole: dict[str, Any] = json.loads(path.read_text("utf-8"))
        resource = Resource.from_contents(self.whole, default_specification=DRAFT202012)
        self._registry: Any = Registry().with_resource("urn:wix", resource)
        self.seen: set[str] = set()

    def operation(self, method: str, path: str) -> tuple[Any, dict[str, str]]:
        """The operation, and what the path fills in."""
        fitting = []
        for template, item in self.whole["paths"].items():
            found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template), path)
            if found and method.lower() in item:
                fitting.append((template.count("{"), item[method.lower()], found.groupdict()))
        assert fitting, f"{method} {path} is not in the description"
        _, operation, filled = min(fitting, key=lambda one: one[0])
        return operation, filled

    def check(self, method: str, path: str, body: Any, status: int, answer: Any) -> None:
        if path.startswith(UNDESCRIBED):
            return
        operation, filled = self.operation(method, path)
        self.seen.add(operation["operationId"])
        if body is not None:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            whole = {**filled, **body}
            self.validate(schema, whole)
            assert self.unknown(schema, body) == set(), f"{method} {path}"
        if 200 <= status < 300 and answer is not None:
            self.validate(operation["responses"]["200"]["content"]["application/json"]["schema"], answer)

    def validate(self, schema: Any, body: Any) -> None:
        rooted = json.loads(json.dumps(schema).replace('"#/components', '"urn:wix#/components'))
        problems = list(OAS31Validator(rooted, registry=self._registry).iter_errors(body))
        told = [f"{'/'.join(map(str, one.absolute_path))}: {one.message[:200]}" for one in problems]
        assert told == []

    def unknown(self, schema: Any, value: Any) -> set[str]:
        """Members that the description does not know: Wix drops them in silence."""
        if "$ref" in schema:
            schema = self.whole["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        if isinstance(value, list):
            return {name for one in value for name in self.unknown(schema.get("items", {}), one)}
        known = schema.get("properties")
        if not isinstance(value, dict) or not known:
            return set()
        inner = {name for key, one in value.items() if key in known for name in self.unknown(known[key], one)}
        return (set(value) - set(known)) | inner


@cache
def spec_of(contracts: Path) -> Spec:
    return Spec(contracts)
