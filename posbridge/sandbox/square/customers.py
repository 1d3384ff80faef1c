"""Customer profiles."""

from __future__ import annotations

import re
from typing import Any

from posbridge.sandbox.platform import Route
from posbridge.sandbox.square.errors import Refused, conflict, invalid, not_found
from posbridge.sandbox.square.shop import Obj, Shop, limit, moment
from posbridge.sandbox.wire import Call, Reply

_FIELDS = (
    "given_name", "family_name", "company_name", "nickname", "email_address", "address", "phone_number",
    "reference_id", "note", "birthday", "tax_ids",
)  # fmt: skip
_NEEDED = ("given_name", "family_name", "company_name", "email_address", "phone_number")
_SEARCHED = {"email_address", "phone_number", "reference_id"}


class Customers:
    """Profiles. A new or changed one appears in list and search `lag` seconds later (Square: up to a minute)."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.rows: dict[str, Obj] = {}
        self.lag = 0.0
        self._seen_at: dict[str, float] = {}

    def routes(self) -> list[Route]:
        """Everything under /v2/customers."""
        return [
            ("GET", "/v2/customers", self.list_customers),
            ("POST", "/v2/customers", lambda call: self.shop.once(call, self.create, longest=128, required=False)),
            ("POST", "/v2/customers/search", self.search),
            ("GET", "/v2/customers/{id}", lambda call: Reply(body={"customer": self.get(call.params["id"])})),
            ("PUT", "/v2/customers/{id}", self.update),
            ("DELETE", "/v2/customers/{id}", self.delete),
        ]

    def get(self, key: str) -> Obj:
        """The profile, or NOT_FOUND."""
        if key not in self.rows:
            raise not_found("Customer", key)
        return self.rows[key]

    def create(self, body: Obj) -> Obj:
        """A new profile: a name, a company, an e-mail or a phone number must be there."""
        sent = {name: body[name] for name in _FIELDS if body.get(name)}
        if not any(name in sent for name in _NEEDED):
            detail = f"At least one of {', '.join(_NEEDED)} is required for a customer."
            raise Refused("MISSING_REQUIRED_PARAMETER", detail)
        _check(sent)
        now = self.shop.stamp()
        key = self.shop.new_id("customer", 26)
        profile = {"preferences": {"email_unsubscribed": False}, "creation_source": "THIRD_PARTY", "version": 0}
        self.rows[key] = {"id": key, "created_at": now, "updated_at": now, **sent, **profile}
        self._told("customer.created", key)
        return {"customer": self.rows[key]}

    def update(self, call: Call) -> Reply:
        """Sparse; null clears; an old `version` is a conflict."""
        profile, body = self.get(call.params["id"]), call.json()
        if body.get("version") not in (None, profile["version"]):
            raise conflict("version", profile["version"], body["version"])
        _check({name: body[name] for name in _FIELDS if body.get(name)})
        for name in _FIELDS:
            if name in body and body[name] in (None, ""):
                profile.pop(name, None)
            elif name in body:
                profile[name] = body[name]
        profile.update(version=profile["version"] + 1, updated_at=self.shop.stamp())
        self._told("customer.updated", profile["id"])
        return Reply(body={"customer": profile})

    def delete(self, call: Call) -> Reply:
        """Remove a profile."""
        profile = self.get(call.params["id"])
        self._told("customer.deleted", profile["id"])
        del self.rows[profile["id"]]
        return Reply(body={})

    def list_customers(self, call: Call) -> Reply:
        """All, oldest or newest first."""
        return self._page(self._visible(), dict(call.query), call.query.get("sort_order", "ASC"), ["list"])

    def search(self, call: Call) -> Reply:
        """By e-mail, phone or reference: `exact` or `fuzzy`, never both; filters AND."""
        body = call.json()
        query = body.get("query") or {}
        asked = query.get("filter") or {}
        rows = [row for row in self._visible() if _fits(row, asked)]
        return self._page(rows, body, (query.get("sort") or {}).get("order", "ASC"), query)

    def _visible(self) -> list[Obj]:
        now = self.shop.clock.seconds()
        return [row for key, row in self.rows.items() if now >= self._seen_at.get(key, 0) + self.lag]

    def _page(self, rows: list[Obj], body: Obj, order: str, query: Any) -> Reply:
        page, more = self.shop.page(
            rows,
            lambda row: (row["created_at"], row["id"]),
            limit(body, 100, 100),
            body.get("cursor"),
            query,
            reverse=order == "DESC",
        )
        return Reply(body={**({"customers": page} if page else {}), **more})

    def _told(self, topic: str, key: str) -> None:
        self._seen_at[key] = self.shop.clock.seconds()
        self.shop.emit(topic, "customer", key, {"customer": self.rows[key]})


def _check(sent: Obj) -> None:
    if "email_address" in sent and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", str(sent["email_address"])):
        raise invalid("email_address", "Expected email_address to be a valid email address", "INVALID_EMAIL_ADDRESS")
    if "phone_number" in sent and not 9 <= len(_digits(sent["phone_number"])) <= 16:
        raise invalid("phone_number", "Expected phone_number to be a valid phone number", "INVALID_PHONE_NUMBER")
    if len(str(sent.get("reference_id", ""))) > 100:
        raise invalid("reference_id", "Field must not be greater than 100 in length", "VALUE_TOO_LONG")


def _digits(text: Any) -> str:
    return re.sub(r"\D", "", str(text))


def _fits(row: Obj, asked: Obj) -> bool:
    for name in _SEARCHED & set(asked):
        if not _match(row.get(name), asked[name] or {}, name):
            return False
    span = asked.get("created_at") or {}
    at = moment(row["created_at"], "")
    if span.get("start_at") and at < moment(span["start_at"], "query.filter.created_at.start_at"):
        return False
    return not (span.get("end_at") and at > moment(span["end_at"], "query.filter.created_at.end_at"))


def _match(value: Any, asked: Obj, name: str) -> bool:
    if asked.get("exact") and asked.get("fuzzy"):
        raise invalid(f"query.filter.{name}", "exact or fuzzy, not both.", "CONFLICTING_PARAMETERS")
    if value is None:
        return False
    wanted = asked.get("exact") or asked.get("fuzzy") or ""
    if name == "phone_number":
        own, other = _digits(value), _digits(wanted)
        return own == other if asked.get("exact") else other in own
    own, other = str(value).casefold(), str(wanted).casefold()
    return own == other if asked.get("exact") else all(part in own for part in other.split())
