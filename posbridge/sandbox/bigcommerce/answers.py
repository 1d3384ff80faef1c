"""How BigCommerce answers: v2 bare with 204 for an empty list, v3 in an envelope, errors in the shape of each; and
the window of its rate limit."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any

from posbridge.sandbox.platform import Bucket, Clock
from posbridge.sandbox.wire import BadJson, Call, Reply

Row = dict[str, Any]
PAGE, MOST = 50, 250
TYPE = "https://developer.bigcommerce.com/api-docs/getting-started/api-status-codes"


class Refused(Exception):
    """BigCommerce says no; `errors` are v3's by field."""

    def __init__(self, status: int, title: str, **errors: str) -> None:
        super().__init__(title)
        self.status, self.title, self.errors = status, title, errors


def is_v2(call: Call) -> bool:
    return "/v2/" in call.path


def refusal(call: Call, problem: Refused) -> Reply:
    if is_v2(call):
        return Reply(problem.status, [{"status": problem.status, "message": problem.title}])
    return Reply(problem.status, v3_problem(problem.status, problem.title, problem.errors))


def v3_problem(status: int, title: str, errors: dict[str, str] | None = None) -> Row:
    body: Row = {"status": status, "title": title, "type": TYPE}
    return body | ({"errors": errors} if errors else {})


def safe(handle: Callable[[Call], Reply]) -> Callable[[Call], Reply]:
    """The handler with its refusals turned into answers."""

    def answer(call: Call) -> Reply:
        try:
            return handle(call)
        except Refused as problem:
            return refusal(call, problem)

    return answer


def body_of(call: Call) -> Any:
    """The body as JSON, also a list."""
    try:
        return json.loads(call.body or b"{}")
    except ValueError as problem:
        raise BadJson(str(problem)) from problem


def _asked(call: Call, name: str, default: int, most: int) -> int:
    said = call.query.get(name, "")
    return max(1, min(int(said), most)) if said.isdecimal() else default


def page(call: Call, rows: Sequence[Any], *, most: int = MOST) -> Reply:
    """One page of rows."""
    size, at = _asked(call, "limit", PAGE, most), _asked(call, "page", 1, 10**9)
    cut = list(rows[(at - 1) * size : at * size])
    if is_v2(call):
        return Reply(body=cut) if cut else Reply(204)
    pages = -(-len(rows) // size)
    told = {"total": len(rows), "count": len(cut), "per_page": size, "current_page": at, "total_pages": pages}
    links = {"current": f"?page={at}&limit={size}"}
    return Reply(body={"data": cut, "meta": {"pagination": {**told, "links": links}}})


def cursored(call: Call, rows: Sequence[Row]) -> Reply:
    """One page of v3 by cursor (`after`) or by number; both kinds of paging stand in the answer."""
    after = call.query.get("after", "")
    behind = [row for row in rows if row["id"] > _place(after)] if after else list(rows)
    reply = page(call, behind)
    cut, size = reply.body["data"], reply.body["meta"]["pagination"]["per_page"]
    last = _cursor(cut[-1]["id"]) if cut else ""
    more = bool(cut) and behind[-1]["id"] != cut[-1]["id"]
    links = {"next": f"?limit={size}&after={last}"} if more else {}
    told = {"count": len(cut), "per_page": size, "start_cursor": _cursor(cut[0]["id"]) if cut else ""}
    reply.body["meta"]["cursor_pagination"] = {**told, "end_cursor": last, "links": links}
    return reply


def _cursor(ident: int) -> str:
    return base64.urlsafe_b64encode(json.dumps({"id": str(ident)}).encode()).decode()


def _place(cursor: str) -> int:
    try:
        return int(json.loads(base64.urlsafe_b64decode(cursor))["id"])
    except (ValueError, KeyError, TypeError) as problem:
        raise Refused(422, "The cursor is not valid.") from problem


def one(call: Call, row: Any, status: int = 200) -> Reply:
    return Reply(status, row) if is_v2(call) else Reply(status, {"data": row, "meta": {}})


def listed(call: Call, name: str) -> list[str] | None:
    """The values of a filter such as `id:in`; None where it was not given."""
    said = call.query.get(name)
    return None if said is None else [part.strip() for part in said.split(",")]


class Window(Bucket):
    """A fixed window of thirty seconds, as the headers tell it: `burst` calls in each."""

    def __init__(self, clock: Clock, rate: float) -> None:
        super().__init__(clock, rate, max(1, int(rate * 30)))
        self._ends = 0.0

    def take(self) -> float:
        if self.rate <= 0:
            return 0.0
        now = self._clock.seconds()
        if now >= self._ends:
            self._ends, self._left = now + 30, float(self.burst)
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return self._ends - now

    def headers(self) -> dict[str, str]:
        if self.rate <= 0:
            return {}
        reset = max(0, int((self._ends - self._clock.seconds()) * 1000))
        return {
            "X-Rate-Limit-Time-Window-Ms": "30000",
            "X-Rate-Limit-Time-Reset-Ms": str(reset),
            "X-Rate-Limit-Requests-Quota": str(self.burst),
            "X-Rate-Limit-Requests-Left": str(self.left),
        }
