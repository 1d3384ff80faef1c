"""Bulk queries: run at once, their result kept as lines of JSON under an address of this simulator."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from posbridge.sandbox.shopify.executor import Node, Refused, Root, prepared
from posbridge.sandbox.shopify.executor import run as run_document
from posbridge.sandbox.shopify.shop import Shop, Wrong
from posbridge.sandbox.wire import Call, Reply

_RANGE = re.compile(r"bytes=(\d+)-(\d+)")


@dataclass
class Operation:
    """`looks`: how often it is still seen running."""

    id: str
    query: str
    lines: bytes
    objects: int
    created_at: str
    looks: int


class Bulk:
    """`roots` are the queries that may be run; `looks` is how often a new operation says that it runs."""

    def __init__(self, shop: Shop, roots: Callable[[], dict[str, Root]]) -> None:
        self.shop, self._roots = shop, roots
        self.rows: dict[str, Operation] = {}
        self.looks = 1

    def roots(self) -> dict[str, Root]:
        return {
            "bulkOperationRunQuery": self.start,
            "bulkOperation": lambda args, key: self._shown(self.rows.get(str(args.get("id")))),
        }

    def start(self, args: dict[str, Any], key: str = "") -> Node:
        try:
            lines = self._run(str(args.get("query")))
        except Refused as refused:
            wrong = Wrong(["query"], refused.message, "INVALID").shown
            return {"bulkOperation": None, "userErrors": [wrong]}
        ident = self.shop.new_id("BulkOperation")
        text = b"".join(line + b"\n" for line in lines)
        made = Operation(ident, str(args.get("query")), text, len(lines), self.shop.now(), self.looks)
        self.rows[ident] = made
        shown = {**self._state(made), "status": "CREATED", "url": None, "fileSize": None}
        return {"bulkOperation": shown, "userErrors": []}

    def _run(self, query: str) -> list[bytes]:
        run, operation = prepared(query, {})
        roots = {name: _everything(root) for name, root in self._roots().items()}
        data = run_document(run, operation, roots)
        if run.errors:
            raise Refused("INVALID", run.errors[0]["message"])
        found = [row for top in data.values() for edge in top["edges"] for row in _flat(edge["node"], None)]
        return [json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() for row in found]

    def _shown(self, row: Operation | None) -> Node | None:
        if row is None:
            return None
        if row.looks > 0:
            row.looks -= 1
            return {**self._state(row), "status": "RUNNING", "url": None, "fileSize": None}
        return self._state(row)

    def _state(self, row: Operation) -> Node:
        url = f"{self.shop.platform.address}/bulk/{row.id.rpartition('/')[2]}.jsonl" if row.lines else None
        return {
            "__typename": "BulkOperation",
            "id": row.id,
            "status": "COMPLETED",
            "type": "QUERY",
            "errorCode": None,
            "createdAt": row.created_at,
            "completedAt": row.created_at,
            "objectCount": str(row.objects),
            "rootObjectCount": str(row.objects),
            "fileSize": str(len(row.lines)) if row.lines else None,
            "url": url,
            "partialDataUrl": None,
            "query": row.query,
        }

    def result(self, call: Call) -> Reply:
        """A piece of the result as object storage gives it, by `Range`."""
        row = self.rows.get(f"gid://shopify/BulkOperation/{call.params['number']}")
        if row is None:
            return Reply(404, b"<Error><Code>NoSuchKey</Code></Error>", {"content-type": "application/xml"})
        asked = _RANGE.fullmatch(call.headers.get("range", ""))
        kind = {"content-type": "application/jsonl"}
        if asked is None:
            return Reply(200, row.lines, kind)
        begin, end = int(asked[1]), min(int(asked[2]), len(row.lines) - 1)
        said = {**kind, "content-range": f"bytes {begin}-{end}/{len(row.lines)}"}
        return Reply(206, row.lines[begin : end + 1], said)


def _everything(root: Root) -> Root:
    """A list without pages, as bulk queries read it."""

    def all_of(args: dict[str, Any], key: str) -> Any:
        pages: list[Any] = []
        after: str | None = None
        while True:
            page = root({**args, "first": 250, "after": after}, key)
            pages += page["edges"]
            if not page["pageInfo"]["hasNextPage"]:
                return {**page, "edges": pages}
            after = page["pageInfo"]["endCursor"]

    return all_of


def _flat(node: Node, parent: str | None) -> Iterator[Node]:
    """The object itself, then those of its connections, each naming its parent."""
    own = {name: value for name, value in node.items() if not _is_connection(value)}
    yield own if parent is None else {**own, "__parentId": parent}
    for value in node.values():
        if _is_connection(value):
            for edge in value["edges"]:
                yield from _flat(edge["node"], str(node["id"]))


def _is_connection(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"edges"}
