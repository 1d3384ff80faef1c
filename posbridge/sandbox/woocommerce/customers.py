"""Customers: no change pull, no search by phone, no trash."""

from __future__ import annotations

import hashlib
from typing import Any

from posbridge.sandbox.wire import Reply
from posbridge.sandbox.woocommerce.answers import Ask, Obj, WpError, invalid_param, listing, missing_param
from posbridge.sandbox.woocommerce.batch import batch
from posbridge.sandbox.woocommerce.filters import Test, chosen, ids, kept
from posbridge.sandbox.woocommerce.routes import Routes, created
from posbridge.sandbox.woocommerce.shop import Row, Shop, links, metas

_PATH = "/wc/v3/customers"
BILLING = (
    "first_name", "last_name", "company", "address_1", "address_2", "city", "postcode", "country", "state", "email",
    "phone",
)  # fmt: skip
SHIPPING = tuple(name for name in BILLING if name != "email")


def address(names: tuple[str, ...], held: Obj, sent: Any, place: str) -> Obj:
    """An address after a write: what was not sent stays (recorded 315)."""
    if not isinstance(sent, dict):
        raise invalid_param(place, f"{place} is not of type object.")
    return {name: str(sent.get(name, held.get(name, "")) or "") for name in names}


class Customers:
    """The customers of the shop."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def add_routes(self, routes: Routes) -> None:
        """customers, customers/{id}, customers/batch."""
        home = self.shop.home
        routes.add("POST", "/customers/batch", lambda ask: batch(ask, self._made, self._change, self._drop))
        routes.add("GET", "/customers", self._list)
        routes.add("POST", "/customers", lambda ask: created(home(), "/customers", self._made(ask.body)))
        routes.add("GET", "/customers/{id}", lambda ask: Reply(body=self.shown(self._known(ask.id()))))
        routes.add("EDIT", "/customers/{id}", lambda ask: Reply(body=self._change(ask.id(), ask.body)))
        routes.add("DELETE", "/customers/{id}", self._remove)

    def add(self, sent: Obj) -> Row:
        """A new customer; the e-mail is the guard (recorded 302)."""
        email = str(sent.get("email") or "")
        if not email:
            raise missing_param("email")
        if "@" not in email:
            raise WpError(400, "registration-error-invalid-email", "Please provide a valid email address.")
        self._check_email(email, 0)
        data: Obj = {
            "email": email,
            "first_name": str(sent.get("first_name", "")),
            "last_name": str(sent.get("last_name", "")),
            "role": "customer",
            "username": str(sent.get("username") or email.partition("@")[0]),
            "billing": address(BILLING, {}, sent.get("billing", {}), "billing"),
            "shipping": address(SHIPPING, {}, sent.get("shipping", {}), "shipping"),
            "is_paying_customer": False,
            "meta_data": metas(self.shop, [], sent.get("meta_data", [])),
        }
        row = self.shop.row(data, "user")
        self.shop.customers[row.id] = row
        self.shop.emails[email.lower()] = row.id
        self.shop.tell("customer", "created", row.id)
        return row

    def shown(self, row: Row) -> Obj:
        """A customer in full."""
        mail = hashlib.sha256(row.data["email"].lower().encode()).hexdigest()
        made: Obj = {"id": row.id, **self.shop.times(created=row.created, modified=row.modified), **row.data}
        made["avatar_url"] = f"https://secure.gravatar.com/avatar/{mail}?s=96&d=mm&r=g"
        made["_links"] = links(self.shop.home(), _PATH, row.id)
        return made

    def _check_email(self, email: str, own: int) -> None:
        if self.shop.emails.get(email.lower(), own) != own:
            known = f"An account is already registered with {email}. Please log in or use a different email address."
            raise WpError(400, "registration-error-email-exists", known)

    def _known(self, number: int, status: int = 404) -> Row:
        row = self.shop.customers.get(number)
        if row is None:
            raise WpError(status, "woocommerce_rest_invalid_id", "Invalid resource ID.")
        return row

    def _list(self, ask: Ask) -> Reply:
        tests: list[Test] = ids(ask)
        email, word = (ask.text("email") or "").lower(), (ask.text("search") or "").lower()
        role = ask.text("role") or "customer"
        if email:
            tests.append(lambda row: row.data["email"].lower() == email)
        if word:  # login, e-mail and names; never the phone (recorded 311)
            tests.append(lambda row: word in _searched(row))
        if role != "all":
            tests.append(lambda row: row.data["role"] == role)
        rows = self._ordered(ask, kept(self.shop.customers.values(), tests))
        return listing(ask, self.shop.home(), rows, self.shown)

    def _ordered(self, ask: Ask, rows: list[Row]) -> list[Row]:
        by = chosen(ask, "orderby", ("id", "include", "name", "registered_date"), "name")
        down = chosen(ask, "order", ("asc", "desc"), "asc") == "desc"
        if by == "name":
            return sorted(rows, key=lambda row: (row.data["username"].lower(), row.id), reverse=down)
        return sorted(rows, key=lambda row: row.id, reverse=down)

    def _made(self, sent: Obj) -> Obj:
        return self.shown(self.add(sent))

    def _change(self, number: int, sent: Obj) -> Obj:
        row = self._known(number, 400)
        if sent.get("email"):
            self._check_email(str(sent["email"]), row.id)
            self.shop.emails.pop(row.data["email"].lower(), None)
            row.data["email"] = str(sent["email"])
            self.shop.emails[row.data["email"].lower()] = row.id
        row.data |= {name: str(sent[name]) for name in ("first_name", "last_name") if name in sent}
        for name, known in (("billing", BILLING), ("shipping", SHIPPING)):
            if name in sent:
                row.data[name] = address(known, row.data[name], sent[name], name)
        if "meta_data" in sent:
            row.data["meta_data"] = metas(self.shop, row.data["meta_data"], sent["meta_data"])
        row.modified = self.shop.now()
        self.shop.tell("customer", "updated", row.id)
        return self.shown(row)

    def _remove(self, ask: Ask) -> Reply:
        row = self._known(ask.id(), 400)
        if not ask.flag("force"):
            raise WpError(501, "woocommerce_rest_trash_not_supported", "Customers do not support trashing.")
        return Reply(body=self._drop(row.id))

    def _drop(self, number: int) -> Obj:
        row = self._known(number, 400)
        before = self.shown(row)
        self.shop.customers.pop(number)
        self.shop.emails.pop(row.data["email"].lower(), None)
        self.shop.tell("customer", "deleted", number)
        return before


def _searched(row: Row) -> str:
    data = row.data
    return f"{data['username']} {data['email']} {data['first_name']} {data['last_name']}".lower()
