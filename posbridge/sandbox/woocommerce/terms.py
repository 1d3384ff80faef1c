"""Categories, tags, brands, and global attributes with their terms."""

from __future__ import annotations

from typing import Any

from posbridge.sandbox.wire import Reply
from posbridge.sandbox.woocommerce.answers import Ask, Obj, WpError, listing, missing_param
from posbridge.sandbox.woocommerce.filters import ids, kept
from posbridge.sandbox.woocommerce.routes import Routes, created
from posbridge.sandbox.woocommerce.shop import Row, Shop, links
from posbridge.sandbox.woocommerce.text import slug, stored_title

KINDS = ("categories", "tags", "brands")


class Terms:
    """All terms share one row of numbers, as in WordPress."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.rows: dict[str, dict[int, Row]] = {kind: {} for kind in KINDS}
        self.attributes: dict[int, Row] = {}
        self.by_name: dict[tuple[str, str], int] = {}

    # for products
    def named(self, kind: str, name: str) -> Row:
        """The term of that name, made when there is none."""
        found = self.by_name.get((kind, stored_title(name)))
        return self.rows[kind][found] if found else self.add(kind, {"name": name})

    def chosen(self, kind: str, sent: list[Obj]) -> list[Obj]:
        """Terms as a product shows them, by id or name; unknown ids are dropped."""
        made = []
        for entry in sent:
            number = entry.get("id")
            row = self.rows[kind].get(int(number)) if number else self.named(kind, str(entry.get("name", "")))
            if row is not None:
                made.append({"id": row.id, "name": row.data["name"], "slug": row.data["slug"]})
        return made

    def uncategorized(self) -> list[Obj]:
        """The category of products without one."""
        return self.chosen("categories", [{"id": self.named("categories", "Uncategorized").id}])

    def attribute(self, number: int) -> Obj | None:
        """A global attribute."""
        row = self.attributes.get(number)
        return {"id": row.id, **row.data} if row is not None else None

    def add(self, kind: str, sent: Obj) -> Row:
        """A new term; a name that exists is refused."""
        if not sent.get("name"):
            raise missing_param("name")
        name = stored_title(str(sent["name"]))
        if (kind, name) in self.by_name:
            message = "A term with the name provided already exists with this parent."
            raise WpError(400, "term_exists", message, resource_id=self.by_name[kind, name])
        data = {
            "name": name,
            "slug": sent.get("slug") or slug(name),
            "parent": int(sent.get("parent", 0)),
            "description": sent.get("description", ""),
            "display": sent.get("display", "default"),
            "image": None,
            "menu_order": int(sent.get("menu_order", 0)),
            "count": 0,
        }
        row = self.shop.row(data, "term")
        self.rows.setdefault(kind, {})[row.id] = row
        self.by_name[kind, name] = row.id
        return row

    # routes
    def add_routes(self, routes: Routes) -> None:
        """The collections of terms and attributes."""
        for kind in KINDS:
            self._collection(routes, f"/products/{kind}", kind)
        path = "/products/attributes"
        routes.add("GET", path, self._list_attributes)
        routes.add("POST", path, self._add_attribute)
        routes.add("GET", f"{path}/{{id}}", lambda ask: Reply(body=self._shown_attribute(self._attribute(ask.id()))))
        routes.add("DELETE", f"{path}/{{id}}", self._remove_attribute)
        routes.add("GET", f"{path}/{{attribute}}/terms", self._list_terms)
        routes.add("POST", f"{path}/{{attribute}}/terms", self._add_term)

    def _collection(self, routes: Routes, path: str, kind: str) -> None:
        def shown(row: Row) -> Obj:
            return self._shown(kind, f"/wc/v3{path}", row)

        def found(ask: Ask) -> Row:
            row = self.rows[kind].get(ask.id())
            if row is None:
                raise WpError(404, "woocommerce_rest_term_invalid", "Resource does not exist.")
            return row

        def index(ask: Ask) -> Reply:
            rows = kept(self.rows[kind].values(), [*ids(ask), *_search(ask), *_by_slug(ask)])
            return listing(ask, self.shop.home(), sorted(rows, key=lambda row: row.data["name"].lower()), shown)

        def change(ask: Ask) -> Reply:
            row = found(ask)
            self._change(kind, row, ask.body)
            return Reply(body=shown(row))

        def drop(ask: Ask) -> Reply:
            row = found(ask)
            need_force(ask, "Resource")
            self.by_name.pop((kind, row.data["name"]))
            return Reply(body=shown(self.rows[kind].pop(row.id)))

        routes.add("GET", path, index)
        routes.add("POST", path, lambda ask: created(self.shop.home(), path, shown(self.add(kind, ask.body))))
        routes.add("GET", f"{path}/{{id}}", lambda ask: Reply(body=shown(found(ask))))
        routes.add("EDIT", f"{path}/{{id}}", change)
        routes.add("DELETE", f"{path}/{{id}}", drop)

    def _change(self, kind: str, row: Row, sent: Obj) -> None:
        self.by_name.pop((kind, row.data["name"]))
        row.data |= {name: sent[name] for name in ("slug", "parent", "description", "menu_order") if name in sent}
        row.data["name"] = stored_title(str(sent.get("name", row.data["name"])))
        self.by_name[kind, row.data["name"]] = row.id

    def _shown(self, kind: str, path: str, row: Row) -> Obj:
        made: Obj = {"id": row.id, **row.data, "_links": links(self.shop.home(), path, row.id)}
        made["count"] = sum(
            1 for product in self.shop.products.values() if any(term["id"] == row.id for term in product.data[kind])
        )
        if kind == "tags":
            for unseen in ("parent", "display", "image", "menu_order"):
                made.pop(unseen)
        return made

    # attributes
    def _attribute(self, number: int) -> Row:
        row = self.attributes.get(number)
        if row is None:
            raise WpError(404, "woocommerce_rest_taxonomy_invalid", "Resource does not exist.")
        return row

    def _shown_attribute(self, row: Row) -> Obj:
        path = "/wc/v3/products/attributes"
        return {"id": row.id, **row.data, "_links": links(self.shop.home(), path, row.id)}

    def _list_attributes(self, ask: Ask) -> Reply:
        return Reply(body=[self._shown_attribute(row) for row in self.attributes.values()])

    def _add_attribute(self, ask: Ask) -> Reply:
        if not ask.body.get("name"):
            raise missing_param("name")
        name = str(ask.body["name"])
        data = {
            "name": name,
            "slug": ask.body.get("slug") or f"pa_{slug(name)}",
            "type": ask.body.get("type", "select"),
            "order_by": ask.body.get("order_by", "menu_order"),
            "has_archives": bool(ask.body.get("has_archives", False)),
        }
        if any(row.data["slug"] == data["slug"] for row in self.attributes.values()):
            message = f'Slug "{data["slug"]}" is already in use. Change it, please.'
            raise WpError(400, "woocommerce_rest_cannot_create", message)
        row = self.shop.row(data, "attribute")
        self.attributes[row.id] = row
        return created(self.shop.home(), "/products/attributes", self._shown_attribute(row))

    def _remove_attribute(self, ask: Ask) -> Reply:
        row = self._attribute(ask.id())
        need_force(ask, "Resource")
        return Reply(body=self._shown_attribute(self.attributes.pop(row.id)))

    def _terms_of(self, ask: Ask) -> tuple[Row, str, str]:
        row = self._attribute(ask.id("attribute"))
        return row, f"attribute {row.id}", f"/products/attributes/{row.id}/terms"

    def _list_terms(self, ask: Ask) -> Reply:
        _, kind, path = self._terms_of(ask)
        rows = list(self.rows.get(kind, {}).values())
        return listing(ask, self.shop.home(), rows, lambda row: self._shown_term(path, row))

    def _add_term(self, ask: Ask) -> Reply:
        _, kind, path = self._terms_of(ask)
        return created(self.shop.home(), path, self._shown_term(path, self.add(kind, ask.body)))

    def _shown_term(self, path: str, row: Row) -> Obj:
        known = ("name", "slug", "description", "menu_order", "count")
        made: Obj = {"id": row.id, **{name: row.data[name] for name in known}}
        made["_links"] = links(self.shop.home(), f"/wc/v3{path}", row.id)
        return made


def need_force(ask: Ask, what: str) -> None:
    """What knows no trash must be deleted with force=true."""
    if not ask.flag("force"):
        raise WpError(501, "woocommerce_rest_trash_not_supported", f"{what} does not support trashing.")


def _search(ask: Ask) -> list[Any]:
    word = (ask.text("search") or "").lower()
    return [lambda row: word in row.data["name"].lower()] if word else []


def _by_slug(ask: Ask) -> list[Any]:
    word = ask.text("slug")
    return [lambda row: row.data["slug"] == word] if word else []
