"""SearchOrders: filters, the sort that must fit them, pages."""

from __future__ import annotations

from typing import Any

from posbridge.sandbox.square.errors import invalid, missing
from posbridge.sandbox.square.shop import Obj, Shop, limit, moment
from posbridge.sandbox.wire import Call, Reply

_TIMES = {"created_at": "CREATED_AT", "updated_at": "UPDATED_AT", "closed_at": "CLOSED_AT"}


class Searcher:
    """Searches the orders of one shop."""

    def __init__(self, shop: Shop, rows: dict[str, Obj]) -> None:
        self.shop, self.rows = shop, rows

    def search(self, call: Call) -> Reply:
        """POST /v2/orders/search."""
        body = call.json()
        places = body.get("location_ids")
        if not places:
            raise missing("location_ids")
        if len(places) > 10:
            raise invalid("location_ids", "At most 10 locations.", "ARRAY_LENGTH_TOO_LONG")
        query = body.get("query") or {}
        asked = query.get("filter") or {}
        time_name, order = self._sort(asked, query.get("sort") or {})
        rows = [row for row in self.rows.values() if row["location_id"] in places and _fits(row, asked)]
        rows = [row for row in rows if row.get(time_name)]
        page, more = self.shop.page(
            rows,
            lambda row: (row[time_name], row["id"]),
            limit(body, 500, 1000),
            body.get("cursor"),
            [places, query],
            reverse=order == "DESC",
        )
        return Reply(body={**self._shown(page, bool(body.get("return_entries"))), **more})

    def _shown(self, page: list[Obj], entries: bool) -> Obj:
        if not page:
            return {}
        if not entries:
            return {"orders": page}
        names = ("location_id", "version")
        return {"order_entries": [{"order_id": row["id"], **{n: row[n] for n in names if n in row}} for row in page]}

    def _sort(self, asked: Obj, sort: Obj) -> tuple[str, str]:
        field = sort.get("sort_field", "CREATED_AT")
        if field not in _TIMES.values():
            raise invalid("query.sort.sort_field", "No such field.", "INVALID_ENUM_VALUE")
        order = sort.get("sort_order", "DESC")
        if order not in ("ASC", "DESC"):
            raise invalid("query.sort.sort_order", "ASC or DESC.", "INVALID_SORT_ORDER")
        used = [name for name in _TIMES if (asked.get("date_time_filter") or {}).get(name)]
        if len(used) > 1:
            raise invalid("query.filter.date_time_filter", "One time range at most.", "CONFLICTING_PARAMETERS")
        if used and _TIMES[used[0]] != field:
            raise invalid("query.sort.sort_field", "Sort field must be the filtered time.", "CONFLICTING_PARAMETERS")
        return next(name for name, word in _TIMES.items() if word == field), order


def _fits(row: Obj, asked: Obj) -> bool:
    states = (asked.get("state_filter") or {}).get("states")
    people = (asked.get("customer_filter") or {}).get("customer_ids")
    sources = (asked.get("source_filter") or {}).get("source_names")
    return (
        (not states or row["state"] in states)
        and (not people or row.get("customer_id") in people)
        and (not sources or (row.get("source") or {}).get("name") in sources)
        and _fulfilled(row, asked.get("fulfillment_filter") or {})
        and all(_within(row.get(name), span) for name, span in (asked.get("date_time_filter") or {}).items() if span)
    )


def _fulfilled(row: Obj, asked: Obj) -> bool:
    types, states = asked.get("fulfillment_types"), asked.get("fulfillment_states")
    if not types and not states:
        return True
    return any(
        (not types or one["type"] in types) and (not states or one["state"] in states)
        for one in row.get("fulfillments", ())
    )


def _within(value: Any, span: Obj) -> bool:
    if not value:
        return False
    at = moment(value, "")
    begin, end = span.get("start_at"), span.get("end_at")
    return (not begin or at >= moment(begin, "start_at")) and (not end or at <= moment(end, "end_at"))
