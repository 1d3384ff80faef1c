"""POST, PUT, PATCH and DELETE of the simulated web service: several objects a document, the first failure stops."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from posbridge.sandbox.prestashop.answers import Refused
from posbridge.sandbox.prestashop.cashier import Cashier
from posbridge.sandbox.prestashop.markup import BadXml, Element, Row, given, parse
from posbridge.sandbox.prestashop.resources import RESOURCES, Resource
from posbridge.sandbox.prestashop.shop import Shop, six

_CATALOG_NAME = re.compile(r"[<>;=#{}]")
_PERSON_NAME = re.compile(r"[0-9!<>,;?=+()@#\"°{}_$%:¤|]")
_CART_ROW = ("id_product", "id_product_attribute", "id_address_delivery", "id_customization", "quantity")
_READ_ONLY = {"products": ("manufacturer_name", "quantity", "position_in_category")}


class Writes:
    """What writing does to the shop."""

    def __init__(self, shop: Shop, cashier: Cashier) -> None:
        self._shop, self._cashier = shop, cashier
        self._after: dict[str, Callable[[Row], None]] = {
            "products": self._new_product,
            "combinations": self._new_combination,
        }

    def document(self, body: bytes, resource: Resource) -> list[Element]:
        """The objects of a document. Malformed XML, or JSON, is 500 with code 127 (recorded 801, 802)."""
        try:
            root = parse(body)
        except (BadXml, IndexError) as problem:
            text = body.decode("utf-8", "replace")
            words = f"XML error : String could not be parsed as XML\nXML length : {len(body)}\nOriginal XML : {text}"
            raise Refused(500, (127, words)) from problem
        found = [element for element in root.inner if element.name == resource.element]
        if not found:
            raise Refused(400, (90, "id is missing or the XML element is incorrect"))
        return found

    def post(self, resource: Resource, body: bytes) -> tuple[Row, Row]:
        """(the last row made, what was given for it)."""
        last: tuple[Row, Row] = ({}, {})
        for element in self.document(body, resource):
            fields = given(element, resource)
            self._check(resource, fields, None)
            last = (self._made(resource, fields), fields)
            self._associations(resource, element)
        return last

    def _made(self, resource: Resource, fields: Row) -> Row:
        if resource.name == "orders":
            return self._cashier.order(fields)
        if resource.name == "order_histories":
            order = self._shop.find("orders", fields.get("id_order"))
            if order is None:
                raise Refused(400, (85, "Validation error: the order does not exist"))
            return self._cashier.change(order, fields["id_order_state"])
        if resource.name == "customers":
            fields = self._new_customer(fields)
        if resource.name == "order_slip":
            fields = self._new_slip(fields)
        if resource.name == "carts":
            fields = _cart(fields)
        row = self._shop.add(
            resource.name, {n: v for n, v in fields.items() if n not in _READ_ONLY.get(resource.name, ())}
        )
        if resource.name in self._after:
            self._after[resource.name](row)
        return row

    def change(self, resource: Resource, ident: str, body: bytes, *, replace: bool) -> tuple[Row, Row]:
        """PATCH sets what is given; PUT (`replace`) empties the rest (recorded 146, 316)."""
        last: tuple[Row, Row] = ({}, {})
        for element in self.document(body, resource):
            fields = given(element, resource)
            row = self._shop.find(resource.name, fields.get("id") or ident)
            if row is None:
                raise Refused(404)
            self._check(resource, {**({} if replace else _stored(row)), **fields}, row)
            if replace:
                self._emptied(resource, row)
            self._set(resource, row, fields)
            last = (row, fields)
            self._associations(resource, element)
        return last

    def _set(self, resource: Resource, row: Row, fields: Row) -> None:
        shop, rest = self._shop, dict(fields)
        state = rest.pop("current_state", None) if resource.name == "orders" else None
        shop.write(resource.name, row, rest)
        if resource.name == "stock_availables" and row["id_product_attribute"] != "0":
            shop.add_up(row["id_product"])
        if state is not None:
            self._cashier.change(row, state)
        if "date_upd" in resource.empty:
            shop.touch(row)

    def _emptied(self, resource: Resource, row: Row) -> None:
        kept = ("date_add", "date_upd", "secure_key")
        row.update({n: ({"1": ""} if n in resource.texts else v) for n, v in resource.empty.items() if n not in kept})

    def delete(self, resource: Resource, ids: list[str]) -> None:
        """An order's goods do not come back with it, and its cart is free again (recorded 449, 451)."""
        rows = [self._shop.find(resource.name, ident) for ident in ids]
        if not rows or any(row is None for row in rows):
            raise Refused(404)
        for ident in ids:
            del self._shop.tables[resource.name][int(ident)]
            if resource.name == "products":
                self._gone("combinations", ident)
                self._gone("stock_availables", ident)

    def _gone(self, table: str, product: str) -> None:
        rows = self._shop.tables[table]
        for ident in [ident for ident, row in rows.items() if row["id_product"] == product]:
            del rows[ident]

    def _associations(self, resource: Resource, element: Element) -> None:
        """Read after saving: an unknown one is refused though the object has been made (recorded 810)."""
        for inner in element.inner:
            for group in inner.inner if inner.name == "associations" else ():
                if group.name not in resource.groups:
                    raise Refused(400, (86, f'The association "{group.name}" does not exists'))

    # checks
    def _check(self, resource: Resource, fields: Row, row: Row | None) -> None:
        for name in () if row else sorted(resource.required):
            if not _said(fields.get(name)):
                raise Refused(400, (41, f'parameter "{name}" required'))
        if resource.name == "products" and any(_CATALOG_NAME.search(text) for text in _texts(fields.get("name"))):
            raise Refused(400, (84, 'Validation error: "Property Product-&gt;name is not valid"'))
        if resource.name in ("customers", "addresses"):
            self._person(resource, fields, row)

    def _person(self, resource: Resource, fields: Row, row: Row | None) -> None:
        kind = resource.element.capitalize()
        for name in ("firstname", "lastname"):
            if _PERSON_NAME.search(fields.get(name, "")):
                raise Refused(400, (85, f'Validation error: "Property {kind}-&gt;{name} is not valid"'))
        email = fields.get("email", "")
        if resource.name != "customers" or not email:
            return
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
            raise Refused(400, (85, 'Validation error: "Property Customer-&gt;email is not valid"'))
        others = (one for one in self._shop.tables["customers"].values() if one is not row)
        if any(one["email"].lower() == email.lower() and one["is_guest"] != "1" for one in others):
            words = "The email is already used, please choose another one"
            raise Refused(500, (140, words), (46, "Unable to save resource"))

    # what comes into being with them
    def _new_customer(self, fields: Row) -> Row:
        digest = hashlib.sha256(f"{fields.get('email')} {self._shop.time()}".encode()).hexdigest()
        groups = {"groups": [{"id": fields.get("id_default_group", "3")}]}
        return {
            "id_default_group": "3",
            "id_lang": "1",
            "id_shop": "1",
            "id_shop_group": "1",
            **fields,
            "passwd": f"$2y$10${digest[:53]}",
            "secure_key": digest[:32],
            "associations": {**groups, **fields.get("associations", {})},
        }

    def _new_slip(self, fields: Row) -> Row:
        held: dict[str, Any] = dict(fields.get("associations", {}))
        details = [
            {"id": str(place), **{n: _padded(n, v) for n, v in entry.items()}}
            for place, entry in enumerate(held.get("order_slip_details", []), start=1)
        ]
        return {**fields, "associations": {"order_slip_details": details}}

    def _new_product(self, row: Row) -> None:
        stock = {"id_product": row["id"], "id_product_attribute": 0, "id_shop": 1, "quantity": 0, "out_of_stock": 2}
        made = self._shop.add("stock_availables", stock)
        row["associations"]["stock_availables"] = [{"id": str(made["id"]), "id_product_attribute": "0"}]

    def _new_combination(self, row: Row) -> None:
        product = self._shop.find("products", row["id_product"])
        if product is None:
            return
        hung = product["associations"]
        hung.setdefault("combinations", []).append({"id": str(row["id"])})
        fields = {"id_product": product["id"], "id_product_attribute": row["id"], "id_shop": 1, "out_of_stock": 2}
        made = self._shop.add("stock_availables", fields)
        hung.setdefault("stock_availables", []).append({"id": str(made["id"]), "id_product_attribute": str(row["id"])})
        product["product_type"] = "combinations"
        if product["id_default_combination"] in ("0", ""):
            product["id_default_combination"] = product["cache_default_attribute"] = str(row["id"])


def _cart(fields: Row) -> Row:
    """Its rows lie in the order of their products (recorded 401)."""
    rows = [{"id_customization": "0", **row} for row in fields.get("associations", {}).get("cart_rows", [])]
    rows.sort(key=lambda row: (int(row["id_product"]), int(row.get("id_product_attribute", "0") or 0)))
    ordered = [{name: row[name] for name in _CART_ROW if name in row} for row in rows]
    return {**fields, "associations": {"cart_rows": ordered}}


def _padded(name: str, value: str) -> str:
    return six(Decimal(value)) if name.startswith("amount") and value else value


def _said(value: Any) -> bool:
    return any(value.values()) if isinstance(value, dict) else value not in (None, "")


def _texts(value: Any) -> list[str]:
    return list(value.values()) if isinstance(value, dict) else [str(value or "")]


def _stored(row: Row) -> Row:
    return {name: value for name, value in row.items() if not name.startswith("@")}


def resource_of(name: str) -> Resource:
    """Raises Refused with a did-you-mean for an unknown one (recorded 013)."""
    if name not in RESOURCES:
        full = ", ".join(f'"{one}"' for one in RESOURCES)
        words = f'Resource of type "{name}" does not exists. Did you mean: "stocks"? The full list is: {full}'
        raise Refused(400, (27, words))
    return RESOURCES[name]
