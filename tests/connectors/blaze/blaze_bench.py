"""A connection to a simulated Blaze without a socket, its links, and the swagger that requests are held to."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from openapi_schema_validator import OAS30Validator

from posbridge.connectors.blaze import CONNECTOR
from posbridge.connectors.contract import RemoteVariant, SendContext
from posbridge.sandbox.blaze import BlazeSimulator
from posbridge.sandbox.seed import Seed
from posbridge.testing.conformance.base import Steps
from posbridge.testing.conformance.shop import shop
from tests.connectors.watched import bench as opened

SPEC = "blaze-developer-api-1.0.0.swagger.json"


def bench(seed: Seed | None = None, **fields: Any) -> Any:
    """A Bench of a BlazeSimulator; its services are all there, which their types do not say."""
    return opened(CONNECTOR, BlazeSimulator(seed or shop()), **fields)


def links(far: Any) -> dict[str, RemoteVariant]:
    """variant-1 is SKU-0001 there."""
    goods = far.simulator.shop.articles.values()
    return {
        f"variant-{int(one.seed.sku[-4:])}": RemoteVariant(variant_id=one.id, product_id=one.id, sku=one.seed.sku)
        for one in goods
        if one.seed.sku[-4:].isdigit()
    }


def context(far: Any, steps: Steps | None = None, **fields: Any) -> SendContext:
    made: SendContext = far.context(links(far), steps, **fields)
    return made


def now() -> datetime:
    return datetime.now(UTC)


def example(contracts: Path, name: str) -> Any:
    text = (contracts / "blaze" / "examples" / name).read_text("utf-8")
    return json.loads(text, parse_float=Decimal)


class Swagger:
    """The official swagger: whether a request is one of its own."""

    def __init__(self, contracts: Path) -> None:
        self.spec = json.loads((contracts / "blaze" / "spec" / SPEC).read_text("utf-8"))

    def check(self, request: httpx.Request) -> str:
        """The path template that fits. Fails for a path, query or body that the swagger does not have."""
        where = request.url.path
        fitting = [path for path in self.spec["paths"] if re.fullmatch(_pattern(path), where)]
        assert fitting, where
        path: str = min(fitting, key=lambda found: found.count("{"))
        assert request.method.lower() in self.spec["paths"][path], (request.method, path)
        asked = self.spec["paths"][path][request.method.lower()].get("parameters", [])
        self._query(request.url.params, {each["name"]: each for each in asked if each["in"] == "query"})
        body = next((each for each in asked if each["in"] == "body"), None)
        assert bool(request.content) <= (body is not None), f"{path} takes no body"
        if body is not None and request.content:
            self.valid(json.loads(request.content), body["schema"])
        return path

    def _query(self, given: httpx.QueryParams, known: Mapping[str, Any]) -> None:
        for name, value in given.multi_items():
            assert name in known, name
            if known[name]["type"] == "integer":
                assert re.fullmatch(r"\d+", value), (name, value)
            if known[name]["type"] == "boolean":
                assert value in ("true", "false"), (name, value)
            assert value in known[name].get("enum", [value])

    def valid(self, value: Any, schema: Any) -> None:
        whole = {**schema, "definitions": self.spec["definitions"]}
        OAS30Validator(whole).validate(value)
        self.known(value, schema)

    def known(self, value: Any, schema: Any) -> None:
        """No field that the swagger does not name."""
        schema = self.spec["definitions"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        if isinstance(value, list):
            for item in value:
                self.known(item, schema.get("items", {}))
        if isinstance(value, dict) and schema.get("properties"):
            assert set(value) <= set(schema["properties"]), set(value) - set(schema["properties"])
            for name, inner in value.items():
                self.known(inner, schema["properties"][name])


def _pattern(path: str) -> str:
    return re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
