"""The catalogue: pulled whole, matched by code, swept with care, found as one types."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from sqlalchemy import Connection

from posbridge.domain.catalog import Product, ProductStatus
from posbridge.domain.inventory import StockLevel
from posbridge.store import catalog, catalog_pull, inventory, links, search, sync_state
from posbridge.store.errors import NotStored
from posbridge.testing.builders import a_product, a_variant
from tests.store.conftest import Clock

POS, SHOP = "till-pos", "shop"


def remote(number: int, prefix: str = "R", **fields: object) -> Product:
    """A product as a platform names it."""
    made = a_variant(number).model_copy(update={"id": f"{prefix}V{number}"})
    return a_product(number, variants=(made,), **fields).model_copy(update={"id": f"{prefix}{number}"})


def pull(tx: Connection, clock: Clock, pages: list[list[Product]], connection: str = POS, *, last: bool = True,
         deleted: tuple[str, ...] = (), owns: bool = False) -> int:  # fmt: skip
    """A run of `pages`; whole unless `last` is False. Returns how many products were applied."""
    sync_state.begin_run(tx, connection, "products", clock())
    for number, page in enumerate(pages):
        ends = last and number == len(pages) - 1
        sync_state.stage(
            tx, connection, "products", clock(), body=catalog_pull.page_body(page), items=len(page),
            cursor=f"c{number}", last=ends, deleted=deleted if ends else (),
        )  # fmt: skip
    applied = 0
    while (part := catalog_pull.apply_next(tx, connection, clock(), owns=owns)) is not None:
        applied += part
    sync_state.finish_run(tx, connection, "products", clock())
    return applied


def test_a_pull_is_applied_when_whole_and_not_before(tx: Connection, clock: Clock) -> None:
    assert pull(tx, clock, [[remote(1)], [remote(2)]], last=False) == 0
    assert catalog.counts(tx) == (0, 0)
    kept = sync_state.stream(tx, POS, "products")
    assert (kept.cursor, kept.run_cursor, kept.running) == ("", "c1", True)
    assert pull(tx, clock, [[remote(3)]]) == 3, "the cut run goes on behind its pages"
    assert catalog.counts(tx) == (3, 3)
    kept = sync_state.stream(tx, POS, "products")
    assert (kept.cursor, kept.run_cursor, kept.running, kept.last_good_at) == ("c0", "", False, clock())
    assert sync_state.last_good(tx, POS) == clock()


def test_a_run_can_be_dropped(tx: Connection, clock: Clock) -> None:
    pull(tx, clock, [[remote(1)]])
    pull(tx, clock, [[remote(2)]], last=False)
    sync_state.drop_run(tx, POS, "products", clock())
    assert sync_state.stream(tx, POS, "products").cursor == "c0"
    assert catalog_pull.apply_next(tx, POS, clock()) is None


def test_two_platforms_with_one_article_share_our_product(tx: Connection, clock: Clock) -> None:
    pull(tx, clock, [[remote(1)]])
    pull(tx, clock, [[remote(1, "S", title="Other words")]], SHOP)
    assert catalog.counts(tx) == (1, 1)
    product, variant = catalog.by_code(tx, "SKU-0001") or pytest.fail("not found")
    assert product.title == "Article 1", "the first connection keeps the word"
    assert links.variants_at(tx, POS, [variant.id]) == {variant.id: ("RV1", "R1", "SKU-0001")}
    assert links.variants_at(tx, SHOP, [variant.id]) == {variant.id: ("SV1", "S1", "SKU-0001")}
    pull(tx, clock, [[remote(1, "S", title="Other words")]], SHOP, owns=True)
    assert catalog.get(tx, product.id).title == "Other words"


def test_an_ambiguous_match_stays_apart(tx: Connection, clock: Clock) -> None:
    both = remote(1).model_copy(update={"variants": (a_variant(1, sku="A", barcode="B", id="x"),)})
    eight, nine = a_variant(8, sku="A", barcode="", id="v8"), a_variant(9, sku="", barcode="B", id="v9")
    pull(tx, clock, [[remote(n).model_copy(update={"variants": (each,)}) for n, each in ((8, eight), (9, nine))]])
    pull(tx, clock, [[both]], SHOP)
    assert links.local_ids(tx, SHOP, "product", ["R1"]) == {"R1": "shop/R1"}


def grouped(*numbers: int) -> Product:
    """The shop's one product of several sizes."""
    sizes = tuple(a_variant(n, id=f"SV{n}", option_values={"Size": str(n)}) for n in numbers)
    return a_product(90, variants=sizes, title="Tee").model_copy(update={"id": "S90"})


@pytest.mark.parametrize("shop_first", [True, False])
def test_sizes_that_a_pos_sells_apart_are_each_linked_and_offered_once(
    tx: Connection, clock: Clock, shop_first: bool
) -> None:
    """A shop groups sizes that most POS of dispensaries sell as products of their own."""
    flat = [[remote(n, title=f"Tee {n}") for n in (1, 2, 3)]]
    for pos in (False, True) if shop_first else (True, False):
        pull(tx, clock, flat if pos else [[grouped(1, 2, 3)]], POS if pos else SHOP, owns=pos)
    pull(tx, clock, [[grouped(1, 2, 3)]], SHOP)
    assert [product.title for product in catalog.page(tx, None, 0, 10)] == ["Tee 1", "Tee 2", "Tee 3"]
    for number in (1, 2, 3):
        product, variant = catalog.by_code(tx, f"SKU-{number:04d}") or pytest.fail("not found")
        assert product.title == f"Tee {number}"
        assert links.variants_at(tx, POS, [variant.id])[variant.id][0] == f"RV{number}"
        assert links.variants_at(tx, SHOP, [variant.id])[variant.id][:2] == (f"SV{number}", "S90")


def test_a_size_that_only_the_shop_has_stays_with_the_shops_product(tx: Connection, clock: Clock) -> None:
    pull(tx, clock, [[grouped(1, 2)]], SHOP)
    pull(tx, clock, [[remote(1, title="Tee 1")]], owns=True)
    assert [(p.title, len(p.variants)) for p in catalog.page(tx, None, 0, 10)] == [("Tee", 1), ("Tee 1", 1)]
    pull(tx, clock, [[grouped(1, 2)]], SHOP)
    assert [(p.title, len(p.variants)) for p in catalog.page(tx, None, 0, 10)] == [("Tee", 1), ("Tee 1", 1)]


def test_variants_that_share_one_code_stay_two(tx: Connection, clock: Clock) -> None:
    pull(tx, clock, [[remote(1)]])
    twins = tuple(a_variant(1, id=f"S{n}", barcode="") for n in (1, 2))
    pull(tx, clock, [[remote(1, "S").model_copy(update={"variants": twins})]], SHOP, owns=True)
    product, _ = catalog.by_code(tx, "SKU-0001") or pytest.fail("not found")
    assert len({variant.id for variant in product.variants}) == 2


def test_a_change_keeps_our_ids_and_replaces_the_rest(tx: Connection, clock: Clock) -> None:
    pull(tx, clock, [[remote(1)]])
    before, variant = catalog.by_code(tx, "SKU-0001") or pytest.fail("not found")
    changed = remote(1, title="New name").model_copy(update={"variants": (a_variant(1, sku="NEW", id="RV1"),)})
    pull(tx, clock, [[changed]])
    after, same = catalog.by_code(tx, "NEW") or pytest.fail("not found")
    assert (after.id, same.id, after.title) == (before.id, variant.id, "New name")
    assert catalog.by_code(tx, "SKU-0001") is None
    assert search.ids(tx, "article") == []
    assert search.ids(tx, "new") == [before.id]


def test_a_deletion_that_is_told_counts_at_once(tx: Connection, clock: Clock) -> None:
    pull(tx, clock, [[remote(1), remote(2)]])
    product, _ = catalog.by_code(tx, "SKU-0002") or pytest.fail("not found")
    pull(tx, clock, [[]], deleted=("R2", "never-heard-of"))
    assert catalog.counts(tx) == (1, 1)
    assert catalog.get(tx, product.id).status is ProductStatus.DELETED
    assert catalog.by_code(tx, "SKU-0002") is None
    pull(tx, clock, [[remote(2)]])
    assert catalog.counts(tx) == (2, 2), "it came back"


def test_an_empty_or_partial_or_single_short_read_deletes_nothing(tx: Connection, clock: Clock) -> None:
    pull(tx, clock, [[remote(n) for n in range(5)]])
    assert catalog_pull.sweep(tx, POS, [], clock(), complete=True) == 0
    assert catalog_pull.sweep(tx, POS, ["R1"], clock(), complete=False) == 0
    assert catalog_pull.sweep(tx, POS, ["R1", "R2"], clock(), complete=True) == 0, "perhaps a page cut short"
    everything = [f"R{n}" for n in range(5)]
    assert catalog_pull.sweep(tx, POS, everything, clock(), complete=True) == 0
    assert catalog_pull.sweep(tx, POS, everything[1:], clock(), complete=True) == 0, "the count begins anew"
    assert catalog_pull.sweep(tx, POS, everything[1:], clock(), complete=True) == 1
    assert catalog.counts(tx) == (4, 4)
    assert sync_state.stream(tx, POS, "products").swept_at == clock()


def test_what_another_platform_has_the_word_on_is_only_unlinked(tx: Connection, clock: Clock) -> None:
    pull(tx, clock, [[remote(1)]])
    pull(tx, clock, [[remote(1, "S")]], SHOP)
    assert catalog_pull.remove(tx, SHOP, ["S1"]) == 0
    assert catalog.counts(tx) == (1, 1)
    assert links.remote_ids(tx, SHOP, "product") == set()
    assert links.remote_ids(tx, SHOP, "variant") == set()


def test_pages_and_categories(tx: Connection, clock: Clock) -> None:
    goods = [remote(n, categories=("Hats",) if n % 2 else ("Shoes", "Sale"), title=f"Thing {9 - n}") for n in range(6)]
    goods.append(remote(7, status=ProductStatus.DRAFT))
    pull(tx, clock, [goods])
    assert catalog.categories(tx) == [("Hats", 3), ("Sale", 3), ("Shoes", 3)]
    assert [p.title for p in catalog.page(tx, None, 1, 2)] == ["Thing 5", "Thing 6"]
    assert [p.title for p in catalog.page(tx, "Hats", 0, 9)] == ["Thing 4", "Thing 6", "Thing 8"]
    assert catalog.prices_read_at(tx) == clock()
    with pytest.raises(NotStored):
        catalog.get(tx, "none")
    with pytest.raises(NotStored):
        catalog.variant(tx, "none")


def test_search_knows_codes_accents_beginnings_and_options(tx: Connection, clock: Clock) -> None:
    red = a_variant(2, option_values={"Colour": "Crimson"}, id="RV2")
    pull(tx, clock, [[
        remote(1, title="Café crème"), remote(2, title="Mug").model_copy(update={"variants": (red,)}),
        remote(3, title="Big café table", categories=("Furniture",)), remote(4, title="0001 nights"),
    ]])  # fmt: skip

    def titles(typed: str, **options: object) -> list[str]:
        return [product.title for product in search.products(tx, typed, **options)]  # type: ignore[arg-type]

    assert titles("CAFE") == ["Café crème", "Big café table"], "titles that begin so come first"
    assert titles("cre ca") == ["Café crème"]
    assert titles("crims") == ["Mug"]
    assert titles("furn") == ["Big café table"]
    assert titles("SKU-0001")[0] == "Café crème"
    assert titles("sku 0003") == ["Big café table"]
    assert titles("cafe", category="Furniture") == ["Big café table"]
    assert len(titles("", limit=2)) == 2
    assert titles("zzz") == titles('"*()') == titles("café AND OR NOT") == []
    assert catalog.by_code(tx, "") is None


def test_a_large_catalogue_is_taken_over_in_seconds_and_searched_at_once(tx: Connection, clock: Clock) -> None:
    """A tenth of the promised size; the time a row costs does not grow."""
    goods = [remote(n, title=f"Article {n} of many") for n in range(5_000)]
    begun = time.perf_counter()
    pull(tx, clock, [goods[start : start + 500] for start in range(0, len(goods), 500)])
    assert time.perf_counter() - begun < 10
    begun = time.perf_counter()
    assert len(search.ids(tx, "art", 30)) == 30
    assert time.perf_counter() - begun < 0.2


def test_stock_is_kept_with_its_time_and_an_older_read_changes_nothing(tx: Connection, clock: Clock) -> None:
    at = clock()
    inventory.put(tx, POS, [StockLevel(variant_id="v", quantity=Decimal("2.5"))], clock.tick())
    inventory.put(tx, POS, [StockLevel(variant_id="v", quantity=Decimal(9), read_at=at)], clock())
    inventory.put(tx, SHOP, [StockLevel(variant_id="v", quantity=None)], clock.tick())
    assert inventory.of(tx, "v")[POS].quantity == Decimal("2.5")
    assert inventory.levels(tx, ["v", "w"])["v"].quantity is None
    assert inventory.levels(tx, ["v"], POS)["v"].quantity == Decimal("2.5")
    assert inventory.age(tx, POS) == clock() - (clock() - at) / 2
    inventory.drop(tx, POS, ["v"])
    assert list(inventory.of(tx, "v")) == [SHOP]


def test_a_pull_sets_stock_where_it_is_tracked(tx: Connection, clock: Clock) -> None:
    pull(tx, clock, [[remote(1)]])
    assert inventory.levels(tx, ["till-pos/RV1"])["till-pos/RV1"].quantity == 20


def test_what_was_not_understood_is_kept_with_its_reason(tx: Connection, clock: Clock) -> None:
    sync_state.park_objects(tx, POS, "products", {"R1": "no title", "R2": "odd price"}, clock())
    sync_state.park_objects(tx, POS, "products", {"R1": "still no title"}, clock())
    assert sorted(sync_state.parked(tx, POS)) == [
        (POS, "products", "R1", "still no title"), (POS, "products", "R2", "odd price"),
    ]  # fmt: skip
    sync_state.unpark_objects(tx, POS, "products", ["R1", "R2"])
    assert sync_state.parked(tx) == []
    sync_state.set_cursor(tx, POS, "orders", "x", clock())
    assert sync_state.stream(tx, POS, "orders").cursor == "x"
