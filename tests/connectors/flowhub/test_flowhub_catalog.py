"""Packages as products and lots: what a counter needs of them, and the quirks of rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from posbridge.connectors.errors import NotFound, SchemaDrift, Unsupported
from posbridge.connectors.flowhub import mapping
from posbridge.connectors.flowhub.attributes import strain_type
from posbridge.connectors.flowhub.catalog_mapping import read_all, read_levels
from posbridge.connectors.flowhub.taxes import tax_rates
from posbridge.domain.attributes import PotencyUnit, StrainType
from posbridge.domain.catalog import Product, ProductVariant
from posbridge.domain.inventory import InventoryKind, StockLevel, WeightRule
from posbridge.domain.money import Money
from posbridge.sandbox.demo import demo_seed
from posbridge.sandbox.flowhub.shop import MAIN, VAULT
from posbridge.testing.conformance.base import whole
from tests.connectors.flowhub.bench import bench, example, fixture

AT = datetime(2026, 11, 21, tzinfo=UTC)


def products(**options: object) -> dict[str, Product]:
    found = mapping.to_products(fixture("packages"), rooms=fixture("rooms"), **options)  # type: ignore[arg-type] # words
    return {product.id: product for product in found}


def variant(product: Product, ident: str) -> ProductVariant:
    return next(each for each in product.variants if each.id == ident)


def levels(*rooms: str) -> dict[str, StockLevel]:
    found, parked = read_levels(fixture("packages")["data"], fixture("rooms")["data"], rooms, "here", AT)
    assert not parked
    return {level.variant_id: level for level in found}


def test_the_contracts_product(contracts: Path) -> None:
    rooms = example(contracts, "inventory.by_rooms.response")
    (product,) = mapping.to_products(example(contracts, "product.list.response"), rooms=rooms)
    assert (product.id, product.title) == ("e245800b-e451-45e2-997d-81c10f5ea6b2", "Afghani Shake")
    assert (product.categories, product.brand) == (("Flower",), "Green Growers Co.")
    (only,) = product.variants
    assert (only.id, only.sku) == ("26070289-340c-434d-919d-ce0012ffe3a6", "h5aPEEmD8L")
    assert (only.price, only.inventory_quantity) == (Money(amount=100, currency="USD"), 45)
    assert (only.option_values, only.weight, only.weight_unit) == ({"Size": "One"}, 1, "g")
    assert only.extra["productId"] == "b19211ed-d266-4379-b217-d66b5d65f6bf"
    assert product.attributes is not None
    assert (product.attributes.strain, product.attributes.effects) == ("Afghani", ("euphoric", "energetic"))
    limonene = product.attributes.potency("limonene")
    assert limonene is not None
    assert (limonene.low, limonene.high, limonene.unit) == (12, 24, PotencyUnit.MG_PER_G)
    assert product.updated_at == datetime(2023, 12, 22, 21, 17, 26, 138999, tzinfo=UTC)


@pytest.mark.parametrize("name", ["product.list.response", "inventory.by_rooms.response"])
def test_rows_are_read_from_their_envelope_a_list_or_alone(contracts: Path, name: str) -> None:
    answer = example(contracts, name)
    assert mapping.to_products(answer) == mapping.to_products(answer["data"]) == mapping.to_products(answer["data"][0])
    assert mapping.to_products({"status": 200, "data": []}) == []


def test_numbers_that_another_reader_made_binary_are_read_as_they_were_written(contracts: Path) -> None:
    row = example(contracts, "product.list.response")["data"][0]
    odd = {"quantity": 45.5, "productUnitOfMeasureToGramsMultiplier": 0.001, "preTaxPriceInPennies": 1050.0}
    (product,) = mapping.to_products([{**row, **odd}])
    (variant,) = product.variants
    assert (variant.inventory_quantity, variant.weight) == (Decimal("45.5"), Decimal("0.001"))
    assert variant.price is not None
    assert variant.price.amount == 1050
    (sale,) = example(contracts, "sale.list.response")["orders"]
    assert mapping.to_order({**sale, "totals": {"FinalTotal": 4025.0}}).total == 4025


def test_a_currency_that_is_none_is_drift() -> None:
    with pytest.raises(SchemaDrift):
        mapping.to_products([{"productId": "p", "preTaxPriceInPennies": 100, "currencyCode": "0"}])


def test_nothing_is_sold_for_a_nought_beside_weight_tiers() -> None:
    row = {"productId": "p", "variantId": "v", "preTaxPriceInPennies": 0}
    for tiers, price in ((None, Money(amount=0, currency="USD")), ([{"weight": 3.5}], None)):
        (product,) = mapping.to_products([{**row, "weightTierInformation": tiers}])
        assert product.variants[0].price == price


def test_many_packages_are_one_product_and_the_newest_row_names_it() -> None:
    found = products()
    assert list(found) == ["p-1", "42", "p-3", "p-4"]
    blue = found["p-1"]
    assert (blue.title, blue.brand, blue.description) == ("Blue Café & Haze", "Peak", "Sweet & piney\nSlow cured")
    assert (blue.categories, blue.tags) == (("Top Shelf", "PackedBud"), ("new", "staff pick"))
    assert [image.url for image in blue.images] == ["https://img.example.com/1.jpg"]
    assert [option.values for option in blue.options] == [("3.5g", "28g")]
    eighth, ounce = variant(blue, "v-1"), variant(blue, "v-2")
    assert (eighth.price, eighth.barcode, eighth.inventory_quantity) == (Money(amount=3500, currency="USD"),
                                                                         "0123456789012", 6)  # fmt: skip
    assert (ounce.price, ounce.inventory_quantity) == (Money(amount=19900, currency="USD"), -1)
    assert (eighth.weight, eighth.weight_unit) == (Decimal("3.5"), "g")


def test_attributes_are_what_is_stated_and_nothing_else() -> None:
    blue = products()["p-1"].attributes
    assert blue is not None
    assert (blue.strain, blue.strain_type, blue.effects) == ("Blue Café", StrainType.INDICA_DOMINANT, ("calm",))
    assert [(one.name, one.low, one.high) for one in blue.potencies] == [("thc", 19, Decimal("21.4"))]
    assert not blue.medical_only
    gummies, shake, gear = (products()[name].attributes for name in ("p-3", "42", "p-4"))
    assert gummies is not None
    assert (gummies.thc_mg, gummies.potencies[0].unit) == (100, PotencyUnit.MG)
    assert shake is not None
    assert shake.medical_only
    assert gear is None
    rows = fixture("packages")["data"][:2]
    mixed = [{**rows[0], "purchaseCategory": "med"}, {**rows[1], "purchaseCategory": "rec"}]
    for given, alone in ((mixed, False), (mixed[:1], True)):
        (product,) = mapping.to_products(given)
        assert product.attributes is not None
        assert product.attributes.medical_only is alone


def test_weighed_goods_have_a_rule_and_keep_their_tiers_as_they_came() -> None:
    (shake,) = products()["42"].variants
    assert shake.weighing == WeightRule(unit="g", minimum=Decimal("0.01"), increment=Decimal("0.01"))
    assert (shake.id, shake.unit, shake.inventory_quantity) == ("42", "g", Decimal("112.25"))
    assert shake.extra["weight_tiers"] == [{"anything": 1}]


@pytest.mark.parametrize(
    ("word", "kind"),
    [("Indica", StrainType.INDICA), ("SATIVA", StrainType.SATIVA), ("hybrid", StrainType.HYBRID),
     ("Sativa-Hybrid", StrainType.SATIVA_DOMINANT), ("Indica Dominant", StrainType.INDICA_DOMINANT),
     ("High CBD", StrainType.CBD), ("", None), ("Ruderalis", None)],
)  # fmt: skip
def test_species(word: str, kind: StrainType | None) -> None:
    assert strain_type(word) is kind


# stock
def test_lots_are_packages_summed_over_their_rooms() -> None:
    blue = levels()["v-1"]
    assert (blue.quantity, blue.kind, blue.location, blue.read_at) == (6, InventoryKind.BATCH, "here", AT)
    lots = {lot.lot: (lot.quantity, lot.expires, lot.tag) for lot in blue.batches}
    assert lots == {"TAG-A": (4, date(2027, 1, 31), "TAG-A"), "TAG-B": (2, None, "TAG-B")}


def test_without_rows_by_room_the_plain_ones_count() -> None:
    found, _ = read_levels(fixture("packages")["data"], [], (), "", AT)
    blue = next(level for level in found if level.variant_id == "v-1")
    assert blue.quantity == 6
    first = blue.sellable_batches(date(2026, 12, 1))[0]
    assert (first.lot, first.expires) == ("TAG-B", date(2026, 12, 24))
    assert [lot.lot for lot in blue.sellable_batches(date(2026, 12, 25))] == ["TAG-A"]


def test_only_the_sales_rooms_count_where_some_are_named() -> None:
    assert levels("main floor")["v-1"].quantity == 3
    assert levels("r2")["v-1"].quantity == 3
    assert levels("Main Floor", "r2")["v-1"].quantity == 6
    assert levels("Main Floor")["v-3"].quantity == 0
    assert variant(products(sales_rooms=("Main Floor",))["p-1"], "v-1").inventory_quantity == 3


def test_an_oversold_package_counts_but_is_no_lot() -> None:
    ounce = levels()["v-2"]
    assert (ounce.quantity, ounce.batches, ounce.kind) == (-1, (), InventoryKind.QUANTITY)
    assert levels()["42"].kind is InventoryKind.WEIGHT


def test_a_row_that_changed_its_shape_parks_its_product_alone() -> None:
    rows = fixture("packages")["data"]
    rows[1]["quantity"] = {"each": 2}
    rows[4]["cannabinoidInformation"] = "strong"
    items, parked = read_all([*rows, None, "x", {}], [], (), "USD")
    assert [product.id for product in items] == ["42", "p-4"]
    assert [drift.object_id for drift in parked] == ["p-1", "p-3", ""]
    with pytest.raises(SchemaDrift) as caught:
        mapping.to_products(rows)
    assert caught.value.object_id == "p-1"


# taxes
def test_rates_are_worked_out_of_both_prices_by_category() -> None:
    rates = tax_rates(fixture("packages")["data"])
    assert rates["Top Shelf"] == rates["Flower"] == rates["Shake"] == rates[""] == (("Tax", "15"),)
    assert rates["Edible"] == (("Tax", "25"),)
    assert rates["Gear"] == (("Tax", "14.9"),), "the fewest decimals that give 17.24 from 15.00"
    assert products()["p-3"].variants[0].tax_class == "Edible"


def test_prices_that_fit_no_rate_give_none() -> None:
    def row(before: object, after: object, category: str = "Flower") -> dict[str, object]:
        return {"preTaxPriceInPennies": before, "postTaxPriceInPennies": after, "category": category}

    mixed = [row(1000, 1100), row(1000, 1250), row(1000, 1000, "Gear")]
    assert tax_rates(mixed) == {"": (), "Gear": ()}
    assert tax_rates([row(None, 5), row(0, 0), row("x", 5), row(500, 400), None]) == {}


@pytest.mark.parametrize("rate", ["0", "8.25", "10", "7", "5.125", "14.975"])
async def test_the_probe_finds_the_rate(rate: str) -> None:
    far = bench(replace(demo_seed(60), tax_rate=rate))
    probe = await far.services.probe()
    assert probe.tax_rates[""] == ((("Tax", rate),) if rate != "0" else ())


# the services
async def test_a_shelf_is_read_with_its_rooms() -> None:
    far = bench(sales_rooms="Vault")
    assert far.services.products is not None
    assert far.services.inventory is not None
    (page,) = [page async for page in far.services.products.changed_since(None)]
    article = far.simulator.shop.articles["SKU-0001"]
    cup = next(each for product in page.items for each in product.variants if each.sku == "SKU-0001")
    assert cup.inventory_quantity == sum(package.rooms[VAULT] for package in article.packages)
    whole_shop = bench()
    assert whole_shop.services.inventory is not None
    (level,) = await whole(whole_shop.services.inventory.levels(None, [article.id]))
    assert level.quantity == 40
    assert [lot.quantity for lot in level.batches] == [32, 8]
    assert article.packages[0].rooms == {MAIN: 22, VAULT: 10}
    assert [lot.tag for lot in level.batches] == [package.tag for package in article.packages]


async def test_a_store_without_the_list_by_rooms_has_no_barcodes_but_all_else() -> None:
    far = bench()
    far.simulator._routes = [route for route in far.simulator._routes if "ByRooms" not in route[1].pattern]
    assert far.services.products is not None
    found = {v.sku: v for p in await whole(far.services.products.changed_since(None)) for v in p.variants}
    assert (found["SKU-0001"].barcode, found["SKU-0001"].inventory_quantity) == ("", 40)
    choosy = bench(sales_rooms="Vault")
    choosy.simulator._routes = far.simulator._routes
    assert choosy.services.products is not None
    with pytest.raises(NotFound):
        await whole(choosy.services.products.changed_since(None))


async def test_nothing_is_written_to_the_shelf() -> None:
    far = bench()
    assert far.services.products is not None
    assert far.services.inventory is not None
    with pytest.raises(Unsupported, match="cannot be changed"):
        await far.services.products.push(Product(id="", title="New"), "key")
    with pytest.raises(Unsupported, match="cannot be changed"):
        await far.services.inventory.adjust([], "key")
    assert far.sent == []
