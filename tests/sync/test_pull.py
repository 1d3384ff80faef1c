"""The pull, one promise a test, on a real store and connectors that say what they are told to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from posbridge.connectors.contract import (
    Capabilities,
    Connection,
    Context,
    Dedupe,
    Facts,
    Kind,
    Page,
    PlatformServices,
    Probe,
    Service,
)
from posbridge.connectors.registry import Catalogue, PlatformServiceRegistry
from posbridge.domain.catalog import Product
from posbridge.domain.customer import Customer
from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.errors import SchemaDrift, ServiceUnavailable, ValidationError
from posbridge.domain.inventory import StockLevel
from posbridge.security.vault import Vault
from posbridge.store import catalog, connections, customers, discounts, inventory, links, sync_state
from posbridge.store.connections import ConnectionRow
from posbridge.store.engine import SqliteStore
from posbridge.sync.pull import Pull, Pulled
from posbridge.testing.builders import a_customer, a_product, a_variant
from posbridge.testing.hostile import HostileConnector, HostileShop, nasty_products

TILL = Connection(id="till", platform="till")
SHOP = Connection(id="shop", platform="shop")
DOWN = ServiceUnavailable("The line went dead.")


@dataclass
class Far:
    """One platform. Each list holds the answers of the next calls: a call is a list of pages, errors among them."""

    name: str
    kind: Kind = Kind.POS
    products: list[list[Any]] = field(default_factory=list)
    ids: list[list[Any]] = field(default_factory=list)
    stock: list[list[Any]] = field(default_factory=list)
    codes: list[list[Any]] = field(default_factory=list)
    people: list[list[Any]] = field(default_factory=list)
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def facts(self) -> Facts:
        return Facts(
            name=self.name, label=self.name, kind=self.kind, auth="none", hosts=("far.example",), fields=(),
            services=(Service.PRODUCTS,), capabilities=Capabilities(dedupe=Dedupe.SEARCH),
        )  # fmt: skip

    def base_url(self, connection: Connection) -> str:
        return "https://far.example"

    def error(self, reply: Any) -> Exception | None:
        return None

    def open(self, context: Context) -> PlatformServices:
        async def probe() -> Probe:
            return Probe(account=self.name)

        made: Any = PlatformServices(
            probe=probe, products=_Products(self), inventory=_Stock(self),  # type: ignore[arg-type]  # only what a pull asks
            discounts=_Codes(self), customers=_People(self),  # type: ignore[arg-type]
        )  # fmt: skip
        return made  # type: ignore[no-any-return]

    async def play(self, stream: str, script: list[list[Any]], cursor: str | None = None) -> AsyncIterator[Any]:
        self.asked.append((stream, cursor))
        for answer in script.pop(0) if script else [Page([], cursor=cursor or "0", last=True)]:
            if isinstance(answer, Exception):
                raise answer
            yield answer

    def cursors(self, stream: str = "products") -> list[str | None]:
        return [cursor for name, cursor in self.asked if name == stream]


class _Part:
    def __init__(self, far: Far) -> None:
        self.far = far


class _Products(_Part):
    def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        return self.far.play("products", self.far.products, cursor)

    def ids(self) -> AsyncIterator[Page[str]]:
        return self.far.play("ids", self.far.ids)


class _Stock(_Part):
    def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        return self.far.play("stock", self.far.stock, cursor)


class _Codes(_Part):
    def active(self) -> AsyncIterator[Page[Discount]]:
        return self.far.play("codes", self.far.codes)


class _People(_Part):
    def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Customer]]:
        return self.far.play("people", self.far.people, cursor)


class NoSecrets:
    async def secrets(self, connection: Connection) -> dict[str, str]:
        return {}


@dataclass
class House:
    store: SqliteStore
    till: Far
    shop: Far
    pull: Pull

    async def run(self, connection: Connection = TILL) -> Pulled:
        return await self.pull.run(connection)

    async def on_sale(self) -> set[str]:
        return {product.id for product in await self.store.read(catalog.page, None, 0, 10_000)}

    async def cursor(self, stream: str = "products", connection: Connection = TILL) -> str:
        return (await self.store.read(sync_state.stream, connection.id, stream)).cursor


@pytest.fixture
async def house(tmp_path: Path, clock: Any) -> AsyncIterator[House]:
    store = await SqliteStore.open(tmp_path / "posbridge.db", clock=clock, vault=Vault(bytes(range(32))))
    for one in (TILL, SHOP):
        kind = "pos" if one is TILL else "e-commerce"
        await store.write(connections.put, ConnectionRow(one.id, one.platform, kind), clock())
    till, shop, catalogue = Far("till"), Far("shop", Kind.SHOP), Catalogue({}, outside=False)
    catalogue.add(till)
    catalogue.add(shop)
    registry = PlatformServiceRegistry(NoSecrets(), None, clock, catalogue=catalogue)  # type: ignore[arg-type]  # no tokens
    yield House(store, till, shop, Pull(store, registry, clock))
    await registry.aclose()
    await store.close()


def goods(*seeds: int) -> list[Product]:
    return [a_product(seed) for seed in seeds]


async def test_a_run_is_taken_over_when_it_is_whole(house: House) -> None:
    house.till.products = [[Page(goods(1, 2), "p1"), Page(goods(3), "p2", last=True)]]
    found = await house.run()
    assert (found.products, found.variants) == (3, 3)
    assert await house.on_sale() == {"till/product-1", "till/product-2", "till/product-3"}
    assert await house.cursor() == "p2"


async def test_a_cut_run_shows_nothing_and_goes_on_behind_its_last_page(house: House) -> None:
    house.till.products = [[Page(goods(1, 2), "p1"), Page(goods(3), "p2"), DOWN], [Page(goods(4), "p3", last=True)]]
    with pytest.raises(ServiceUnavailable):
        await house.run()
    assert await house.on_sale() == set()
    assert await house.cursor() == ""
    await house.run()
    assert house.till.cursors() == [None, "p2"]
    assert len(await house.on_sale()) == 4


async def test_a_run_that_just_ends_without_its_last_page_is_not_whole(house: House) -> None:
    house.till.products = [[Page(goods(1), "p1")], [Page(goods(2), "p2", last=True)]]
    await house.run()
    assert await house.on_sale() == set()
    await house.run()
    assert len(await house.on_sale()) == 2


async def test_a_till_that_died_while_it_took_a_run_over_finishes_it_without_asking_again(house: House) -> None:
    """A whole run is staged; the program ends; the next pull applies it and only then reads on."""
    store, clock = house.store, house.store.clock
    await store.write(sync_state.begin_run, "till", "products", clock())
    from posbridge.store.catalog_pull import apply_next, page_body

    for number, last in ((1, False), (2, True)):
        await store.write(
            sync_state.stage, "till", "products", clock(), body=page_body(goods(number)), items=1,
            cursor=f"p{number}", last=last,
        )  # fmt: skip
    await store.write(apply_next, "till", clock(), owns=True)
    await house.run()
    assert await house.on_sale() == {"till/product-1", "till/product-2"}
    assert (house.till.cursors(), await house.cursor()) == ([], "p2")


async def test_the_next_pull_begins_at_the_cursor_of_the_last_page(house: House) -> None:
    """The connector makes that cursor with the platform's read lag in it; reading something twice changes nothing."""
    house.till.products = [
        [Page(goods(1, 2), "10:00", last=True)],
        [Page([a_product(2, amount=900)], "10:05", last=True)],
        [Page([a_product(2, amount=900)], "10:10", last=True)],
    ]
    for _ in range(3):
        await house.run()
    assert house.till.cursors() == [None, "10:00", "10:05"]
    product = await house.store.read(catalog.get, "till/product-2")
    price = product.variants[0].price
    assert price is not None
    assert price.amount == 900
    assert len(await house.on_sale()) == 2


async def test_an_empty_read_deletes_nothing(house: House) -> None:
    house.till.products = [[Page(goods(1, 2), "p1", last=True)], [Page([], "p2", last=True)]]
    await house.run()
    await house.run()
    assert len(await house.on_sale()) == 2


async def test_a_first_read_that_came_back_empty_is_read_from_the_start_again(house: House) -> None:
    house.till.products = [[Page([], "p1", last=True)], [Page(goods(1), "p2", last=True)]]
    await house.run()
    await house.run()
    assert house.till.cursors() == [None, None]
    assert len(await house.on_sale()) == 1


async def test_what_the_platform_says_is_gone_is_no_longer_sold(house: House) -> None:
    house.till.products = [[Page(goods(1, 2), "p1", last=True)], [Page([], "p2", last=True, deleted=["product-1"])]]
    await house.run()
    await house.run()
    assert await house.on_sale() == {"till/product-2"}
    assert await house.store.read(catalog.by_code, "SKU-0001") is None


async def test_a_deletion_in_a_run_that_is_cut_waits_for_the_whole_run(house: House) -> None:
    house.till.products = [
        [Page(goods(1, 2), "p1", last=True)],
        [Page([], "p2", deleted=["product-1"]), DOWN],
        [Page([], "p3", last=True)],
    ]
    await house.run()
    with pytest.raises(ServiceUnavailable):
        await house.run()
    assert len(await house.on_sale()) == 2
    await house.run()
    assert await house.on_sale() == {"till/product-2"}


async def test_a_sweep_takes_away_only_what_two_whole_reads_miss(house: House) -> None:
    house.till.products = [[Page(goods(1, 2, 3), "p1", last=True)]]
    await house.run()
    some = [Page(["product-1", "product-3"], last=True)]
    partial, none, every = [Page(["product-1"])], [Page([], last=True)], ["product-1", "product-2", "product-3"]
    house.till.ids = [some, partial, none, [Page(every, last=True)], some, some]
    went = [await house.pull.sweep(TILL) for _ in range(6)]
    assert went == [0, 0, 0, 0, 0, 1], "missing once is no proof, and being seen again starts the count anew"
    assert await house.on_sale() == {"till/product-1", "till/product-3"}


async def test_a_cursor_that_the_platform_no_longer_knows_is_given_up_step_by_step(house: House) -> None:
    """First the place inside the run, then the old cursor: at the end all is read again."""
    refused = ValidationError("This cursor has expired.")
    house.till.products = [
        [Page(goods(1), "old", last=True)],
        [Page(goods(2), "p1"), DOWN],
        [refused], [refused],
        [Page(goods(1, 2), "new", last=True)],
    ]  # fmt: skip
    await house.run()
    for _ in range(3):
        with pytest.raises((ServiceUnavailable, ValidationError)):
            await house.run()
    await house.run()
    assert house.till.cursors() == [None, "old", "p1", "old", None]
    assert (len(await house.on_sale()), await house.cursor()) == (2, "new")


async def test_objects_not_understood_are_named_once_and_the_rest_goes_on(house: House) -> None:
    odd = SchemaDrift("It has no name.", object_id="p-odd")
    house.till.products = [
        [Page(goods(1), "p1", last=True, parked=[odd])],
        [Page([], "p2", last=True, parked=[odd])],
        [Page([a_product(7, id="p-odd")], "p3", last=True)],
    ]
    with capture_logs() as logs:
        await house.run()
        await house.run()
    assert [entry["ids"] for entry in logs if entry["event"] == "objects not understood"] == [["p-odd"]]
    rows = await house.store.read(sync_state.parked, "till")
    assert [(stream, what, why) for _, stream, what, why in rows] == [("products", "p-odd", "It has no name.")]
    await house.run()
    assert await house.store.read(sync_state.parked, "till") == []
    assert len(await house.on_sale()) == 2


async def test_what_is_gone_need_not_be_understood_any_more(house: House) -> None:
    odd = [SchemaDrift("It has no name.", object_id=f"p-{number}") for number in range(3)]
    code = SchemaDrift("It takes off a word.", object_id="ODD")
    house.till.products = [[Page(goods(1), "p1", last=True, parked=odd)], [Page([], "p2", last=True, deleted=["p-0"])]]
    house.till.codes = [[Page([], last=True, parked=[code])], [Page([])], [Page([], last=True)]]
    house.till.ids = [[Page(["product-1", "p-1"])], [Page(["product-1", "p-1"], last=True)]]

    async def aside() -> list[str]:
        return sorted(what for _, _, what, _ in await house.store.read(sync_state.parked, "till"))

    await house.run()
    assert await aside() == ["ODD", "p-0", "p-1", "p-2"]
    await house.run()
    assert await aside() == ["ODD", "p-1", "p-2"], "a read of codes that was cut proves nothing"
    await house.pull.sweep(TILL)
    assert await aside() == ["ODD", "p-1", "p-2"], "nor does a sweep that was cut"
    await house.run()
    await house.pull.sweep(TILL)
    assert await aside() == ["p-1"]


@pytest.mark.parametrize("order", [(TILL, SHOP), (SHOP, TILL)])
async def test_one_sku_at_two_connections_is_one_product_and_the_pos_has_the_word(
    house: House, order: tuple[Connection, Connection]
) -> None:
    ours = a_product(1, title="From the till", amount=700)
    theirs = a_product(9, title="From the shop", variants=(a_variant(9, sku="SKU-0001", barcode="", amount=800),))
    house.till.products, house.shop.products = [[Page([ours], "1", last=True)]], [[Page([theirs], "1", last=True)]]
    for connection in order:
        await house.run(connection)
    (only,) = await house.on_sale()
    product, variant = (await house.store.read(catalog.by_code, "SKU-0001")) or (None, None)
    assert product is not None
    assert variant is not None
    assert (product.id, product.title, variant.price and variant.price.amount) == (only, "From the till", 700)
    at_shop = await house.store.read(links.variants_at, "shop", [variant.id])
    at_till = await house.store.read(links.variants_at, "till", [variant.id])
    assert (at_shop[variant.id][0], at_till[variant.id][0]) == ("variant-9", "variant-1")


async def test_a_product_gone_at_the_shop_stays_while_the_till_has_it(house: House) -> None:
    house.till.products = [[Page(goods(1), "1", last=True)]]
    house.shop.products = [[Page(goods(1), "1", last=True)], [Page([], "2", last=True, deleted=["product-1"])]]
    for connection in (TILL, SHOP, SHOP):
        await house.run(connection)
    assert await house.on_sale() == {"till/product-1"}


async def test_stock_moves_only_where_a_level_was_read(house: House) -> None:
    """What a read does not name keeps its level: a partial read never means "sold out"."""
    plain = [a_product(n, variants=(a_variant(n, inventory_quantity=None),)) for n in (1, 2)]
    house.till.products = [[Page(plain, "p1", last=True)]]
    house.till.stock = [
        [Page([level(1, 5), level(2, 8)], "s1", last=True)],
        [Page([level(1, 4)], "s2"), DOWN],
        [Page([], "s3", last=True)],
    ]
    await house.run()
    with pytest.raises(ServiceUnavailable):
        await house.run()
    await house.run()
    found = await house.store.read(inventory.levels, ["till/variant-1", "till/variant-2"])
    assert {name: each.quantity for name, each in found.items()} == {"till/variant-1": 4, "till/variant-2": 8}
    assert house.till.cursors("stock") == [None, "s1", "s2"]


def level(seed: int, quantity: int) -> StockLevel:
    return StockLevel(variant_id=f"variant-{seed}", quantity=Decimal(quantity))


async def test_customers_of_two_systems_are_one_by_their_e_mail(house: House) -> None:
    ada = a_customer(1, email="Ada@Example.com")
    again = a_customer(5, email="ada@example.com", phone="")
    house.till.people, house.shop.people = [[Page([ada], "1", last=True)]], [[Page([again], "1", last=True)]]
    await house.run(TILL)
    await house.run(SHOP)
    assert await house.store.read(customers.count) == 1
    assert await house.store.read(links.remote_id, "till", "customer", "till/customer-1") == "customer-1"
    assert await house.store.read(links.remote_id, "shop", "customer", "till/customer-1") == "customer-5"


async def test_codes_follow_a_whole_read_and_one_empty_answer_takes_none_away(house: House, clock: Any) -> None:
    first, second = a_code("ONE"), a_code("TWO")
    empty = [Page([], last=True)]
    house.till.codes = [
        [Page([first, second], last=True)],
        [Page([second])],
        empty,
        [Page([second], last=True)],
        empty,
        empty,
    ]
    seen = []
    for _ in range(6):
        clock.tick(60)
        await house.run()
        seen.append([bool(await house.store.read(discounts.by_code, code)) for code in ("ONE", "TWO")])
    both, last, none = [True, True], [False, True], [False, False]
    assert seen == [both, both, both, last, last, none]


def a_code(code: str) -> Discount:
    return Discount(id=code, code=code, name=code, kind=DiscountKind.PERCENTAGE, percent=Decimal(10))


async def test_a_hostile_catalogue_is_taken_over_whole(tmp_path: Path, clock: Any) -> None:
    """Nasty names, repeated pages, an empty page first, shared SKUs, products without variants."""
    store = await SqliteStore.open(tmp_path / "posbridge.db", clock=clock)
    await store.write(connections.put, ConnectionRow("h", "hostile", "pos"), clock())
    shop = HostileShop(products=nasty_products(), parked=[SchemaDrift("odd", object_id="p999")], deleted=["p0"])
    catalogue = Catalogue({}, outside=False)
    catalogue.add(HostileConnector(shop))
    registry = PlatformServiceRegistry(NoSecrets(), None, clock, catalogue=catalogue)  # type: ignore[arg-type]  # no tokens
    pull, connection = Pull(store, registry, clock), Connection(id="h", platform="hostile")
    shop.read_errors = [None, None, DOWN]
    with pytest.raises(ServiceUnavailable):
        await pull.run(connection)
    await pull.run(connection)
    linked = await store.read(links.remote_ids, "h", "product")
    assert linked == {product.id for product in shop.products} - {"p0"}
    for product in shop.products[1:]:
        kept = await store.read(catalog.get, f"h/{product.id}")
        assert (kept.title, kept.status, len(kept.variants)) == (product.title, product.status, len(product.variants))
    await registry.aclose()
    await store.close()
