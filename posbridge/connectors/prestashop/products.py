"""The catalogue: pulled by id in large pages, with its combinations and stock of the same range of ids."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from posbridge.connectors.contract import Page, RemoteRef
from posbridge.connectors.errors import NotFound, SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.prestashop.calls import Calls, begun, cursor_of, place_of, since
from posbridge.connectors.prestashop.catalog_mapping import Shelf, Special, Term, read_products, read_special
from posbridge.connectors.prestashop.product_body import from_product, from_variant
from posbridge.connectors.prestashop.reading import ref, words
from posbridge.connectors.prestashop.shop import Known, Shop
from posbridge.connectors.text import Reader, each, one_line
from posbridge.domain.catalog import Product

PAGE = 1000
_COMPARED = "[id,id_product,reference,ean13,upc,price,weight]"
_COUNTS = "[id,id_product,id_product_attribute,quantity]"


@dataclass(frozen=True)
class _Order:
    """What a row of the shelf gives: its id and its place."""

    ident: str
    term: Term


class Products:
    """PrestaShop's products with their combinations.

    A change of a combination, a name of an option or a reduction does not move the product's time (recorded 216–219):
    a cursor keeps a fingerprint of these, and when it differs everything is read again.
    """

    def __init__(self, calls: Calls, shop: Shop) -> None:
        self._calls, self._shop = calls, shop

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        place, known = place_of(cursor), await self._shop.known()
        shelf, print_of = await self.shelf(known)
        beginning, began = str(place.get("since", "")), str(place.get("began", ""))
        changed, sha = await self._fingerprint(str(place.get("sha", "")))
        if beginning and (changed or place.get("print") != print_of):
            beginning, place = "", {}
        asked = {**since(beginning, known.timezone, self._calls.clock()), **self._language(known)}
        pages = self._calls.pages("products", asked, PAGE, after=str(place.get("after", "0")))
        async for rows, reply, following, last in pages:
            began = began or begun(reply, self._calls.clock())
            items, parked = await self._read(rows, shelf, sparse=bool(beginning))
            done = cursor_of(since=began, print=print_of, sha=sha)
            going = cursor_of(since=beginning, began=began, after=following, print=print_of, sha=sha)
            yield Page(items, done if last else going, last, parked=parked)

    async def ids(self) -> AsyncIterator[Page[str]]:
        async for rows, _, following, last in self._calls.pages("products", {"display": "[id]"}, 10 * PAGE):
            yield Page([Reader(row).id() for row in rows], cursor_of(after=following), last)

    async def get(self, product_id: str) -> Product:
        known = await self._shop.known()
        row = await self._calls.one("products", product_id, self._language(known))
        if row is None:
            raise NotFound("The shop has no product with this id.")
        shelf, _ = await self.shelf(known)
        beside = {"filter[id_product]": f"[{product_id}]"}
        combinations = await self._calls.rows("combinations", beside)
        stock = await self._calls.rows("stock_availables", beside)
        made, parked = read_products([row], shelf, combinations, stock)
        if parked:
            raise parked[0]
        return made[0]

    async def push(self, product: Product, key: str) -> RemoteRef:
        """Brings name, price, SKU and barcode up to ours, or makes a product of one variant.

        References are not unique there: a lost creation is found again by the key, kept as the supplier reference.
        Raises Unsupported for a new product of several variants: their options must be made in the shop.
        """
        known = await self._shop.known()
        if product.id:
            await self._update(product, known)
            return RemoteRef(id=product.id)
        if len(product.variants) != 1 or product.options:
            raise Unsupported("A product with options is made in the shop, then pulled.")
        mark = f"posbridge-{hashlib.sha256(key.encode()).hexdigest()[:32]}"
        held = await self._calls.rows("products", {"filter[supplier_reference]": f"[{mark}]", "display": "[id]"})
        if held:
            return RemoteRef(id=Reader(held[0]).id())
        languages = await self._languages()
        body = from_product(product, languages, known.percents, self._with_tax) | {"supplier_reference": mark}
        return RemoteRef(id=str((await self._calls.make("products", "product", body)).get("id")))

    async def _update(self, product: Product, known: Known) -> None:
        row = await self._calls.one("products", product.id)
        if row is None:
            raise NotFound("The shop has no product with this id.")
        body = from_product(product, await self._languages(), known.percents, self._with_tax, current=row)
        await self._calls.patch("products", "product", {"id": product.id, **body})
        changed = [from_variant(v, body["price"], known.percents, self._with_tax) for v in product.variants]
        named = [fields for fields in changed if fields["id"] != "0"]
        if named:
            await self._calls.patch("combinations", "combination", named)

    async def _languages(self) -> list[str]:
        """All of them: a text sent in one language blanks the others (recorded 230)."""
        rows = await self._calls.rows("languages", {"display": "[id]"})
        if not rows:
            raise ValidationError("The shop has no language.")
        return [Reader(row).id() for row in rows]

    @property
    def _with_tax(self) -> bool:
        return self._calls.connection.prices_include_tax

    def _language(self, known: Known) -> dict[str, str]:
        ident = self._calls.setting("id_lang") or known.settings.get("PS_LANG_DEFAULT", "")
        return {"language": ident} if ident else {}

    async def _fingerprint(self, sha: str) -> tuple[bool, str]:
        """Whether any combination differs from the list of that SHA1, and the SHA1 now."""
        asked = {"display": _COMPARED, "sort": "[id_ASC]"}
        _, reply = await self._calls.answer("combinations", asked, known=sha)
        return reply.status != 304, reply.headers.get("content-sha1", sha)

    async def _read(
        self, rows: Sequence[Any], shelf: Shelf, *, sparse: bool
    ) -> tuple[list[Product], list[SchemaDrift]]:
        """The page with its combinations and stock, mapped off the loop.

        A page of everything asks for a range of ids, a `sparse` one of changes for each id.
        """
        ids = [str(row.get("id")) for row in rows if isinstance(row, Mapping)]
        combinations = await self._beside("combinations", ids, {}, sparse)
        stock = await self._beside("stock_availables", ids, {"display": _COUNTS}, sparse)
        return await asyncio.to_thread(read_products, rows, shelf, combinations, stock)

    async def _beside(self, resource: str, ids: Sequence[str], params: dict[str, str], sparse: bool) -> list[Any]:
        if not ids:
            return []
        if sparse:
            return await self._calls.among(resource, "id_product", ids, params)
        return await self._calls.rows(resource, {**params, "filter[id_product]": f"[{ids[0]},{ids[-1]}]"})

    async def shelf(self, known: Known) -> tuple[Shelf, str]:
        """What products point at, and its fingerprint."""
        language = self._language(known)
        groups = await self._calls.rows("product_options", language)
        values = await self._calls.rows("product_option_values", language)
        categories = await self._calls.rows("categories", language)
        prices = await self._calls.rows("specific_prices", {"filter[id_cart]": "[0]"})
        now, specials = self._calls.clock(), dict[str, tuple[Special, ...]]()
        for found in each(prices, lambda row: read_special(row, now, known.timezone))[0]:
            if found is not None:
                specials[found[0]] = (*specials.get(found[0], ()), found[1])
        connection = self._calls.connection
        shelf = Shelf(
            currency=known.currency or connection.currency,
            timezone=known.timezone,
            language=next(iter(language.values()), ""),
            weight_unit=known.settings.get("PS_WEIGHT_UNIT") or "kg",
            pictures=f"{self._calls.setting('shop_url').rstrip('/')}/img/p",
            prices_include_tax=connection.prices_include_tax,
            counts_stock=known.settings.get("PS_STOCK_MANAGEMENT", "1") != "0",
            rates=known.percents,
            groups={entry.ident: entry.term for entry in each(groups, _group)[0]},
            values={entry.ident: entry.term for entry in each(values, _value)[0]},
            categories=dict(each(categories, _category)[0]),
            specials=specials,
        )
        parts = [repr(x) for x in (shelf.groups, shelf.values, shelf.categories, shelf.specials, shelf.rates)]
        return shelf, hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _group(raw: Any) -> _Order:
    reader = Reader(raw)
    name = one_line(words(reader, "public_name")) or one_line(words(reader, "name"))
    return _Order(reader.id(), Term(name, reader.integer("position") or 0))


def _value(raw: Any) -> _Order:
    reader = Reader(raw)
    group = ref(reader, "id_attribute_group")
    return _Order(reader.id(), Term(one_line(words(reader, "name")), reader.integer("position") or 0, group))


def _category(raw: Any) -> tuple[str, str]:
    """Root and Home (the upper two levels) hold everything: they are no categories of a till."""
    reader = Reader(raw)
    depth = reader.integer("level_depth")
    return reader.id(), "" if depth is not None and depth < 2 else one_line(words(reader, "name"))
