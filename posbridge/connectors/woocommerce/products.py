"""The catalogue: pulled by time of change, written by SKU."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

from posbridge.connectors.contract import Page, RemoteRef
from posbridge.connectors.errors import NotFound, SchemaDrift
from posbridge.connectors.http import PlatformHttp
from posbridge.connectors.text import Reader
from posbridge.connectors.woocommerce.catalog_mapping import Shop, read_products
from posbridge.connectors.woocommerce.errors import slot_error
from posbridge.connectors.woocommerce.pages import PAGE, Place, every_row, listed, rows_in, total
from posbridge.connectors.woocommerce.product_body import KEY, first_stock, from_product, from_variant, is_variable
from posbridge.connectors.woocommerce.reading import meta
from posbridge.connectors.woocommerce.variations import Variations
from posbridge.domain.catalog import Product

IN_ORDER = {"orderby": "id", "order": "asc", "status": "any"}


class WooProducts:
    """Products with their variations."""

    def __init__(self, http: PlatformHttp, variations: Variations, shop: Shop, clock: Callable[[], datetime]) -> None:
        self._http, self._variations, self._shop, self._clock = http, variations, shop, clock

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        """A change of a variation, or of stock, moves its product's time too (recorded 135)."""
        place, seen = Place.parse(cursor), set[str]()
        async for number, reply, last in listed(
            self._http, "products", {**IN_ORDER, **place.params()}, first=place.page
        ):
            place = place.begun(reply, self._clock)
            rows = [row for row in rows_in(reply) if _key(row) not in seen]
            seen.update(_key(row) for row in rows)
            variations = await self._variations.of(rows)
            items, parked = await asyncio.to_thread(read_products, rows, self._shop, variations)
            gone = await self._trashed(place) if last else []
            yield Page(
                items,
                cursor=place.after(number, last=last),
                last=last,
                deleted=gone,
                parked=parked,
                total=total(reply),
            )

    async def _trashed(self, place: Place) -> list[str]:
        """What went to the trash shows only there (recorded 140); what was deleted for good shows nowhere."""
        if not place.since:
            return []
        params = {**IN_ORDER, **place.params(), "status": "trash", "_fields": "id"}
        return [str(row["id"]) for row in await every_row(self._http, "products", params)]

    async def ids(self) -> AsyncIterator[Page[str]]:
        async for number, reply, last in listed(self._http, "products", {**IN_ORDER, "_fields": "id"}):
            ids = [Reader(row).id() for row in rows_in(reply)]
            yield Page(ids, cursor=str(number), last=last, total=total(reply))

    async def get(self, product_id: str) -> Product:
        row = (await self._http.get(f"products/{numbered(product_id)}")).json()
        if isinstance(row, dict) and row.get("type") == "variation" and row.get("parent_id"):
            row = (await self._http.get(f"products/{row['parent_id']}")).json()
        made, parked = read_products([row], self._shop, await self._variations.of([row]))
        if parked:
            raise parked[0]
        return made[0]

    async def push(self, product: Product, key: str) -> RemoteRef:
        """Creates or updates it. A lost create is found again by our key, or by the SKU, which is unique there.

        Raises Conflict when another product holds the SKU.
        """
        known = product.id or await self._made_before(product, key)
        path, method = (f"products/{numbered(known)}", "PUT") if known else ("products", "POST")
        body = from_product(product, "" if product.id else key)
        if not known and not is_variable(product) and product.variants:
            body |= first_stock(product.variants[0])
        row = (await self._http.write(method, path, json=body)).json()
        ident = Reader(row).id()
        if is_variable(product):
            await self._push_variants(product, ident, row)
        return RemoteRef(id=ident)

    async def _made_before(self, product: Product, key: str) -> str:
        """The product that an earlier try with this key made, "" when there is none."""
        skus = [variant.sku for variant in product.variants if variant.sku and "," not in variant.sku]
        asked = {"sku": ",".join(skus)} if skus and not is_variable(product) else {"search": product.title}
        page = {**asked, "per_page": PAGE, "orderby": "id", "order": "desc", "status": "any"}
        rows = rows_in(await self._http.get("products", params=page))
        return next((str(row["id"]) for row in rows if isinstance(row, dict) and meta(Reader(row), KEY) == key), "")

    async def _push_variants(self, product: Product, ident: str, row: Any) -> None:
        """Variants are matched by id, else by SKU; the rest are made."""
        held = await every_row(self._http, f"products/{ident}/variations", {})
        known = {str(x["id"]): str(x["id"]) for x in held} | {x["sku"]: str(x["id"]) for x in held if x.get("sku")}
        names = [option.name for option in product.options]
        create: list[dict[str, Any]] = []
        update: list[dict[str, Any]] = []
        for variant in product.variants:
            there = known.get(variant.id) or (known.get(variant.sku) if variant.sku else None)
            if there:
                update.append({"id": int(there), **from_variant(variant, names)})
            else:
                create.append({**from_variant(variant, names), **first_stock(variant)})
        for at in range(0, max(len(create), len(update)), 50):
            body = {"create": create[at : at + 50], "update": update[at : at + 50]}
            _require_all(await self._http.write("POST", f"products/{ident}/variations/batch", json=body))


def _require_all(reply: Any) -> None:
    """A batch answers 200 even when an entry failed (recorded 901)."""
    said = reply.json()
    if not isinstance(said, dict):
        raise SchemaDrift("The shop answered a batch with something else.")
    for entry in [entry for rows in said.values() if isinstance(rows, list) for entry in rows]:
        problem = slot_error(entry) if isinstance(entry, dict) else None
        if problem is not None:
            raise problem


def _key(row: Any) -> str:
    return str(row.get("id")) if isinstance(row, dict) else repr(row)


def numbered(ident: str) -> str:
    """An id as part of a path. Raises NotFound for what cannot be one."""
    if not ident.isdecimal():
        raise NotFound(f"{ident!r} is no id of a WooCommerce shop.")
    return ident
