"""The official description (OpenAPI 3.1) of the contract, and whether a request or an answer fits it."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

_EXPLODED = {"paginationParameters": {"pageSize", "cursor"}}


class Spec:
    """`check_request` and `check_answer` raise AssertionError, or the validator's error."""

    def __init__(self, contracts: Path) -> None:
        path = contracts / "squarespace" / "spec" / "commerce.openapi.json"
        self.whole: dict[str, Any] = json.loads(path.read_text("utf-8"))
        resource = Resource.from_contents(self.whole, default_specification=DRAFT202012)
        self._registry: Any = Registry().with_resource("urn:squarespace", resource)
        self.seen: set[str] = set()

    def operation(self, method: str, path: str) -> Any:
        fitting = [
            (template.count("{"), item[method.lower()])
            for template, item in self.whole["paths"].items()
            if method.lower() in item and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
        ]
        assert fitting, f"{method} {path} is not in the description"
        return min(fitting, key=lambda pair: pair[0])[1]

    def check_request(self, method: str, path: str, body: Any, headers: dict[str, str], query: dict[str, str]) -> None:
        operation = self.operation(method, path)
        self.seen.add(operation["operationId"])
        names = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
        names |= {name for one in names for name in _EXPLODED.get(one, ())}
        assert set(query) <= names, f"{method} {path}: {set(query) - names}"
        assert headers.get("user-agent")
        if body is None:
            return
        ((media, content),) = operation["requestBody"]["content"].items()
        assert headers["content-type"] == media
        self.validate(content["schema"], body)
        assert self.unknown(content["schema"], body) == set(), f"{method} {path}"

    def check_answer(self, method: str, path: str, status: int, body: Any) -> None:
        if status >= 400:
            if "title" not in body:
                self.validate({"$ref": "#/components/schemas/StandardErrorPayload"}, body)
            return
        answers = self.operation(method, path)["responses"]
        assert str(status) in answers, f"{method} {path} answers {status}"
        content = answers[str(status)].get("content")
        if content is None:
            assert body is None
        else:
            self.validate(content["application/json"]["schema"], body)

    def validate(self, schema: Any, body: Any) -> None:
        whole = {"$ref": "urn:squarespace" + schema["$ref"]} if "$ref" in schema else _rooted(schema)
        OAS31Validator(whole, registry=self._registry).validate(body)

    def unknown(self, schema: Any, value: Any) -> set[str]:
        """Fields that the description does not know: a typing mistake would pass in silence else."""
        if "$ref" in schema:
            schema = self.whole["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        if isinstance(value, list):
            return {name for one in value for name in self.unknown(schema.get("items", {}), one)}
        known = schema.get("properties")
        if not isinstance(value, dict) or not known:
            return set()
        inner = {name for key, one in value.items() if key in known for name in self.unknown(known[key], one)}
        return (set(value) - set(known)) | inner


def _rooted(schema: Any) -> Any:
    """An inline schema whose references name the whole document."""
    return json.loads(json.dumps(schema).replace('"#/components', '"urn:squarespace#/components'))


@cache
def spec_of(contracts: Path) -> Spec:
    return Spec(contracts)
