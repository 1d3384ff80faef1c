"""Contacts of the simulated site with their address books."""

from __future__ import annotations

import re
from typing import Any

from posbridge.sandbox.platform import Route
from posbridge.sandbox.squarespace.errors import conflict, invalid, missing, not_found
from posbridge.sandbox.squarespace.shop import Obj, Shop, read_cursor, write_cursor
from posbridge.sandbox.wire import Call, Reply

_ROOM = "/v1/contacts"
_MOST = 1000
_MERGE_PATCH = "application/merge-patch+json"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Contacts:
    """Contacts by id; an e-mail address belongs to one of them."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.rows: dict[str, Obj] = {}
        self.books: dict[str, dict[str, Obj]] = {}

    def routes(self) -> list[Route]:
        one = f"{_ROOM}/{{id}}"
        return [
            ("GET", _ROOM, self.list_all),
            ("POST", _ROOM, self.create),
            ("POST", f"{_ROOM}/query", self.query),
            ("GET", one, lambda call: Reply(body={"contact": self.shown(call.params["id"])})),
            ("PATCH", one, self.patch),
            ("GET", f"{one}/address-book", self.book),
            ("POST", f"{one}/address-book", self.add_address),
            ("PUT", f"{one}/address-book/{{entry}}", self.put_address),
        ]

    def shown(self, ident: str) -> Obj:
        if ident not in self.rows:
            raise not_found("Contact")
        entries = self.books[ident].values()
        default = next((entry for entry in entries if entry["defaultShipping"]), None)
        return {**self.rows[ident], "defaultShippingAddress": default}

    # reading
    def list_all(self, call: Call) -> Reply:
        size = _size(call.query.get("pageSize", 50))
        return Reply(body=self._page(list(self.rows), call.query.get("cursor"), size))

    def query(self, call: Call) -> Reply:
        """The search looks at name and e-mail."""
        body = call.json()
        words = str(body.get("searchString") or "").casefold()
        found = [ident for ident, row in self.rows.items() if words in _searched(row)]
        if body.get("sortDirection") == "DESCENDING":
            found.reverse()
        return Reply(body=self._page(found, body.get("cursor"), _size(body.get("pageSize", 50))))

    def _page(self, ids: list[str], cursor: Any, size: int) -> Obj:
        start = read_cursor(str(cursor)).get("after", 0) if cursor else 0
        more = len(ids) > start + size
        following = write_cursor({"query": {}, "after": start + size}) if more else None
        pagination = {"hasNextPage": more, "nextPageCursor": following, "nextPageUrl": None}
        return {"contacts": [self.shown(ident) for ident in ids[start : start + size]], "pagination": pagination}

    # writing
    def create(self, call: Call) -> Reply:
        body = call.json()
        for name in ("firstName", "lastName", "locale", "primaryEmail"):
            if body.get(name) is None:
                raise missing(name)
        ident = self.add(body)
        self.shop.emit("contact.create", self.shown(ident))
        return Reply(201, {"contact": self.shown(ident)})

    def add(self, body: Obj) -> str:
        """A new contact, or DUPLICATE_USER_CONFLICT."""
        ident, now = self.shop.new_id("contact"), self.shop.stamp()
        mail = body["primaryEmail"]
        self._free(mail.get("email"), "")
        self.rows[ident] = {
            "id": ident,
            "createdOn": now,
            "firstName": body["firstName"],
            "lastName": body["lastName"],
            "locale": body["locale"],
            "primaryEmail": _email(mail, now),
        }
        self.books[ident] = {}
        return ident

    def _free(self, email: Any, but: str) -> None:
        if not isinstance(email, str) or not _EMAIL.fullmatch(email):
            raise invalid("primaryEmail.email is not an e-mail address.")
        known = self._by_email(email)
        if known and known != but:
            raise conflict("DUPLICATE_USER_CONFLICT", "A contact with this e-mail already exists.")

    def _by_email(self, email: str) -> str:
        wanted = email.casefold()
        return next((key for key, row in self.rows.items() if row["primaryEmail"]["email"].casefold() == wanted), "")

    def of_buyer(self, email: str, address: Obj) -> str:
        """The contact of an order's e-mail, made where there is none."""
        names = {"firstName": address.get("firstName") or "", "lastName": address.get("lastName") or ""}
        return self._by_email(email) or self.add({**names, "locale": None, "primaryEmail": {"email": email}})

    def patch(self, call: Call) -> Reply:
        ident, body = call.params["id"], call.json()
        self.shown(ident)
        if call.headers.get("content-type", "").split(";")[0] != _MERGE_PATCH:
            raise invalid(f"The content type must be {_MERGE_PATCH}.", "INVALID_CONTENT_TYPE")
        row = self.rows[ident]
        if isinstance(mail := body.get("primaryEmail"), dict):
            self._free(mail.get("email"), ident)
            row["primaryEmail"] = _email(mail, self.shop.stamp())
        row.update({name: body[name] for name in ("firstName", "lastName", "locale") if body.get(name) is not None})
        self.shop.emit("contact.update", self.shown(ident))
        return Reply(body={"contact": self.shown(ident)})

    # the address book
    def book(self, call: Call) -> Reply:
        self.shown(call.params["id"])
        entries = list(self.books[call.params["id"]].values())
        default = next((entry["id"] for entry in entries if entry["defaultShipping"]), None)
        book = {"addressBookEntries": entries} | ({"defaultShippingAddressId": default} if default else {})
        return Reply(body={"addressBook": book})

    def add_address(self, call: Call) -> Reply:
        self.shown(call.params["id"])
        return Reply(201, {"addressBookEntry": self.keep(call.params["id"], self.shop.new_uuid("entry"), call.json())})

    def put_address(self, call: Call) -> Reply:
        ident, entry = call.params["id"], call.params["entry"]
        self.shown(ident)
        if entry not in self.books[ident]:
            raise not_found("AddressBookEntry")
        return Reply(body={"addressBookEntry": self.keep(ident, entry, call.json())})

    def keep(self, ident: str, entry: str, body: Obj) -> Obj:
        """An entry made or replaced; the first one is the default."""
        address = body.get("address")
        if not isinstance(address, dict) or not re.fullmatch(r"[A-Z]{2}", str(address.get("countryCode"))):
            raise missing("address.countryCode")
        book = self.books[ident]
        default = bool(body.get("defaultShipping")) or not set(book) - {entry}
        if default:
            for other in book.values():
                other["defaultShipping"] = False
        book[entry] = {"id": entry, "defaultShipping": default, "address": dict(address)}
        return book[entry]


def _searched(row: Obj) -> str:
    return f"{row['firstName']} {row['lastName']} {row['primaryEmail']['email']}".casefold()


def _email(sent: Obj, now: str) -> Obj:
    accepts = bool(sent.get("acceptsMarketing"))
    joined = now if accepts else None
    return {
        "createdOn": now,
        "email": sent["email"],
        "acceptsMarketing": {"acceptsMarketing": accepts, "joinedOn": joined, "leftOn": None},
    }


def _size(asked: Any) -> int:
    try:
        size = int(asked)
    except (TypeError, ValueError):
        raise invalid("pageSize must be a number.") from None
    if not 1 <= size <= _MOST:
        raise invalid(f"pageSize must be from 1 to {_MOST}.")
    return size
