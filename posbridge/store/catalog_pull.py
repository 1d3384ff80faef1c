"""From a platform's products to ours: each is linked, matched by SKU or barcode, or new; then the catalogue changes.

Of two connections that have one product the first keeps the word on it; `owns` gives it to the other. An article is
in the catalogue once: where a shop groups sizes that a POS sells as products of their own, each size is linked to the
POS's, and the shop's product shows only what it has alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, bindparam, delete, func, select, update

from posbridge.domain.catalog import Product, ProductVariant
from posbridge.domain.inventory import StockLevel
from posbridge.store import catalog, inventory, links, sync_state
from posbridge.store.links import Link
from posbridge.store.many import one_of
from posbridge.store.tables import links as link_rows
from posbridge.store.tables import products, variants
from posbridge.store.times import ms

STREAM = "products"
_PAGE = TypeAdapter(tuple[Product, ...])
_L = link_rows.c


def page_body(items: Sequence[Product]) -> str:
    """A page as `sync_state.stage` keeps it."""
    return _PAGE.dump_json(tuple(items)).decode()


@dataclass(frozen=True)
class _Known:
    """What the store knows of the ids and codes of some products."""

    products: dict[str, str]
    variants: dict[str, str]
    by_code: dict[str, set[tuple[str, str]]]
    sources: dict[str, str]
    sizes: dict[str, int]


def apply_next(tx: Connection, connection_id: str, now: datetime, *, owns: bool = False) -> int | None:
    """Applies the next page of a whole run; returns how many products it had, None when no page is left.

    One page a transaction: sales go in between, and no reader sees half a product.
    """
    page = sync_state.next_page(tx, connection_id, STREAM)
    if page is None:
        return None
    found = _PAGE.validate_json(page.body)
    apply(tx, connection_id, found, now, owns=owns)
    remove(tx, connection_id, page.deleted)
    sync_state.mark_applied(tx, page.id)
    return len(found)


def apply(
    tx: Connection, connection_id: str, found: Sequence[Product], now: datetime, *, owns: bool = False
) -> list[Product]:
    """Takes over products with the platform's ids; returns them with ours."""
    known = _known(tx, connection_id, found)
    ours = [_with_our_ids(connection_id, product, known) for product in found]
    mine = [p for p in ours if owns or known.sources.get(p.id, connection_id) == connection_id]
    elsewhere = _elsewhere(tx, connection_id, mine)
    if owns:
        _give_up(tx, elsewhere, now)
    else:
        mine = _without(tx, mine, elsewhere)
    catalog.upsert(tx, connection_id, mine, now)
    links.put_many(tx, connection_id, [row for pair in zip(found, ours, strict=True) for row in _links(*pair)])
    inventory.put(tx, connection_id, _without_lots(tx, connection_id, _levels(ours, now)), now)
    return ours


def _without_lots(tx: Connection, connection_id: str, levels: list[StockLevel]) -> list[StockLevel]:
    """A bare number read with a product never takes the place of lots that were read with the stock."""
    lots = inventory.in_lots(tx, [level.variant_id for level in levels], connection_id)
    return [level for level in levels if level.variant_id not in lots]


def _elsewhere(tx: Connection, connection_id: str, mine: Sequence[Product]) -> dict[str, tuple[str, str]]:
    """Our variant id → (product, its connection) for articles of `mine` that another connection's product has."""
    at_home = {each.id: product.id for product in mine for each in product.variants}
    wanted = (
        select(variants.c.id, variants.c.product_id, products.c.source)
        .join(products, products.c.id == variants.c.product_id)
        .where(one_of(variants.c.id, list(at_home)), products.c.source != connection_id, products.c.status != "deleted")
    )
    rows = tx.execute(wanted).all()
    return {each: (product, source) for each, product, source in rows if product != at_home[each]}


def _give_up(tx: Connection, elsewhere: Mapping[str, tuple[str, str]], now: datetime) -> None:
    """The other connections' products lose these articles; one that has none left is no longer offered."""
    for product_id, source in sorted(set(elsewhere.values())):
        product = catalog.get(tx, product_id)
        left = tuple(each for each in product.variants if elsewhere.get(each.id, ("",))[0] != product_id)
        if left:
            catalog.upsert(tx, source, [product.model_copy(update={"variants": left})], now)
        else:
            catalog.mark_deleted(tx, [product_id])


def _without(tx: Connection, mine: Sequence[Product], elsewhere: Mapping[str, object]) -> list[Product]:
    """The products less the articles that are another's; those with none left are not offered twice."""
    kept, gone = [], []
    for product in mine:
        left = tuple(each for each in product.variants if each.id not in elsewhere)
        if left or not product.variants:
            whole = len(left) == len(product.variants)
            kept.append(product if whole else product.model_copy(update={"variants": left}))
        else:
            gone.append(product.id)
    catalog.mark_deleted(tx, gone)
    return kept


def remove(tx: Connection, connection_id: str, remote_ids: Sequence[str]) -> int:
    """Products that are gone there. Those that are another connection's word stay; returns how many went."""
    if not remote_ids:
        return 0
    ours = links.local_ids(tx, connection_id, "product", remote_ids)
    sources = _sources(tx, list(ours.values()))
    gone = [each for each in ours.values() if sources.get(each) == connection_id]
    catalog.mark_deleted(tx, gone)
    _unlink(tx, connection_id, list(ours))
    return len(gone)


def sweep(tx: Connection, connection_id: str, existing: Iterable[str], now: datetime, *, complete: bool) -> int:
    """Compares all ids there with the links; returns how many products went.

    An empty or partial read deletes nothing, and one id must be missing in two sweeps: a page cut short looks just
    like a deletion.
    """
    there = set(existing)
    if not complete or not there:
        return 0
    same = (_L.connection_id == connection_id, _L.kind == "product")
    rows = tx.execute(select(_L.remote_id, _L.missing_at).where(*same)).all()
    gone = [row.remote_id for row in rows if row.remote_id not in there and row.missing_at is not None]
    _mark(tx, connection_id, [r.remote_id for r in rows if r.remote_id in there and r.missing_at is not None], None)
    _mark(tx, connection_id, [r.remote_id for r in rows if r.remote_id not in there and r.missing_at is None], ms(now))
    removed = remove(tx, connection_id, gone)
    sync_state.mark_swept(tx, connection_id, STREAM, now)
    return removed


def _mark(tx: Connection, connection_id: str, remote_ids: list[str], at: int | None) -> None:
    if remote_ids:
        same = (_L.connection_id == connection_id, _L.kind == "product", _L.remote_id == bindparam("one"))
        tx.execute(update(link_rows).where(*same).values(missing_at=at), [{"one": each} for each in remote_ids])


def _unlink(tx: Connection, connection_id: str, remote_ids: Sequence[str]) -> None:
    links.drop(tx, connection_id, "product", remote_ids)
    same = (_L.connection_id == connection_id, _L.kind == "variant", one_of(_L.parent_remote_id, remote_ids))
    tx.execute(delete(link_rows).where(*same))


def _known(tx: Connection, connection_id: str, found: Sequence[Product]) -> _Known:
    goods = [product.id for product in found]
    articles = [each.id for product in found for each in product.variants]
    linked = links.local_ids(tx, connection_id, "product", goods)
    by_code = _by_code(tx, {code for product in found for each in product.variants for code in _codes(each)})
    matched = {product for pairs in by_code.values() for product, _ in pairs}
    sources = _sources(tx, [*linked.values(), *matched])
    known = links.local_ids(tx, connection_id, "variant", articles)
    return _Known(linked, known, by_code, sources, _sizes(tx, matched))


def _by_code(tx: Connection, codes: set[str]) -> dict[str, set[tuple[str, str]]]:
    """Code → (our product id, our variant id) of all that have it as SKU or barcode."""
    found: dict[str, set[tuple[str, str]]] = {}
    for column in (variants.c.sku, variants.c.barcode):
        wanted = select(column, variants.c.product_id, variants.c.id).where(one_of(column, codes), column != "")
        for code, product_id, variant_id in tx.execute(wanted).all():
            found.setdefault(code, set()).add((product_id, variant_id))
    return found


def _sources(tx: Connection, product_ids: Collection[str]) -> dict[str, str]:
    rows = tx.execute(select(products.c.id, products.c.source).where(one_of(products.c.id, product_ids)))
    return dict(rows.all())


def _sizes(tx: Connection, product_ids: Collection[str]) -> dict[str, int]:
    """How many variants each product has."""
    wanted = select(variants.c.product_id, func.count()).where(one_of(variants.c.product_id, product_ids))
    return dict(tx.execute(wanted.group_by(variants.c.product_id)).all())


def _codes(each: ProductVariant) -> tuple[str, ...]:
    return tuple(code for code in (each.sku, each.barcode) if code)


def _with_our_ids(connection_id: str, product: Product, known: _Known) -> Product:
    identity = known.products.get(product.id) or _matched(connection_id, product, known)
    made: dict[str, ProductVariant] = {}
    for each in product.variants:
        mine = _our_variant(connection_id, identity, each, known)
        if mine.id in made:  # two of theirs share one code: only the first is the one we know
            mine = each.model_copy(update={"id": f"{connection_id}/{each.id}"})
        made[mine.id] = mine
    return product.model_copy(update={"id": identity, "variants": tuple(made.values())})


def _matched(connection_id: str, product: Product, known: _Known) -> str:
    """The one product of another connection that shares a code; two that do leave the choice to a person.

    One article is not taken for a product of several: it is one of its sizes, linked by itself.
    """
    pairs = {pair for each in product.variants for code in _codes(each) for pair in known.by_code.get(code, ())}
    others = {one for one, _ in pairs if known.sources.get(one) != connection_id}
    same = len(others) == 1 and (len(product.variants) > 1 or known.sizes.get(next(iter(others)), 1) <= 1)
    return others.pop() if same else f"{connection_id}/{product.id}"


def _our_variant(connection_id: str, product_id: str, each: ProductVariant, known: _Known) -> ProductVariant:
    """Known by its link, else by a code: in the same product, else the one article of another connection."""
    pairs = {pair for code in _codes(each) for pair in known.by_code.get(code, ())}
    here = {pair for pair in pairs if pair[0] == product_id}
    others = {pair for pair in pairs if known.sources.get(pair[0]) != connection_id}
    one = here or others
    matched = one.pop()[1] if len(one) == 1 else f"{connection_id}/{each.id}"
    return each.model_copy(update={"id": known.variants.get(each.id) or matched})


def _links(theirs: Product, ours: Product) -> list[Link]:
    made = [Link("product", theirs.id, ours.id)]
    pairs = zip(theirs.variants, ours.variants, strict=False)
    return made + [Link("variant", each.id, mine.id, theirs.id, each.sku) for each, mine in pairs]


def _levels(ours: Sequence[Product], now: datetime) -> list[StockLevel]:
    every = (each for product in ours for each in product.variants)
    return [
        StockLevel(variant_id=each.id, quantity=each.inventory_quantity, read_at=now)
        for each in every
        if each.inventory_quantity is not None
    ]
