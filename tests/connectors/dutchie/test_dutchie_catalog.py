"""The menu: real values of the contract's examples, prices of both kinds, what is not there, stock and specials."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.contract import Page
from posbridge.connectors.dutchie import CONNECTOR, mapping
from posbridge.connectors.dutchie.catalog_mapping import MEDICAL, NO_OPTION, product_id_in, read_levels
from posbridge.connectors.errors import NotFound, SchemaDrift, Unsupported, ValidationError
from posbridge.domain.attributes import PotencyUnit, StrainType
from posbridge.domain.catalog import Product
from posbridge.domain.discount import Discount, DiscountKind, DiscountRefusal
from posbridge.domain.errors import DomainError
from posbridge.domain.inventory import InventoryKind, StockChange
from posbridge.domain.money import Money
from posbridge.domain.pricing import price
from posbridge.services.targets import require_carried
from posbridge.store.connections import ConnectionRow
from posbridge.testing.builders import a_basket, tax_setup
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.shop import shop
from tests.connectors.dutchie.store import Far, example, links, names, store


def usd(amount: int) -> Money:
    return Money(amount=amount, currency="USD")


def test_the_contracts_flower(contracts: Path) -> None:
    flower, _ = mapping.to_products(example(contracts, "product.list.response"))
    assert (flower.title, flower.brand, flower.categories) == ("White Walker OG 3.5g", "Example Farms", ("FLOWER",))
    assert (flower.options[0].name, flower.options[0].values) == ("Size", ("1/8oz", "1/4oz"))
    assert [(one.alt, one.position) for one in flower.images] == [("front", 0), ("", 1)]
    assert flower.extra["posProductId"] == "1048576", "how the POS behind calls it"
    eighth, quarter = flower.variants
    assert (eighth.price, eighth.compare_at_price, eighth.inventory_quantity) == (usd(2800), usd(3500), 42)
    assert (eighth.weight, eighth.weight_unit, eighth.sku) == (Decimal("3.5"), "g", "FL-WW-35-1/8oz")
    assert (quarter.price, quarter.compare_at_price, quarter.weight) == (usd(6500), None, 7)
    assert (eighth.extra["flower_equivalent"], quarter.extra["flower_equivalent"]) == ("3.5", "7")


def test_the_contracts_flower_tells_of_its_goods(contracts: Path) -> None:
    (flower,) = mapping.to_products(example(contracts, "product.get.response"))
    facts = flower.attributes
    assert facts is not None
    assert (facts.strain_type, facts.effects) == (StrainType.INDICA_DOMINANT, ("CALM", "SLEEPY"))
    assert facts.potency("THC").high == Decimal("24.1")  # type: ignore[union-attr] # it is there
    assert facts.potency("Myrcene").unit is PotencyUnit.PERCENT  # type: ignore[union-attr] # it is there
    assert facts.potency("CBD") is None, "an empty range is not known"
    assert not facts.medical_only


def test_the_contracts_gummies(contracts: Path) -> None:
    _, gummies = mapping.to_products(example(contracts, "product.list.response"))
    assert gummies.categories == ("EDIBLES", "GUMMIES")
    (only,) = gummies.variants
    assert (only.price, only.weight, only.sku) == (usd(1208), None, ""), "milligrams are of THC, not of weight"
    facts = gummies.attributes
    assert facts is not None
    assert (facts.thc_mg, facts.potency("THC").low) == (100, 10)  # type: ignore[union-attr] # it is there
    assert facts.strain_type is None


def test_patients_pay_the_medical_price(contracts: Path) -> None:
    flower, gummies = mapping.to_products(example(contracts, "product.list.response"), pricing_type=MEDICAL)
    eighth, quarter = flower.variants
    assert (eighth.price, eighth.compare_at_price) == (usd(3000), None)
    assert (quarter.price, quarter.available, quarter.sellable) == (None, False, False), "kept, and not for sale"
    assert not gummies.variants[0].sellable


@pytest.mark.parametrize(
    ("given", "now", "before"),
    [
        ({"priceRec": 35.0}, 3500, None),
        ({"priceRec": "35.005"}, 3501, None),
        ({"priceRec": Decimal("12.08"), "specialPriceRec": 10}, 1000, 1208),
        ({"priceRec": 10, "specialPriceRec": 12}, 1200, None),
        ({"priceRec": 10, "specialPriceRec": 0}, 1000, None),
        ({"specialPriceRec": 7.5}, 750, None),
        ({"priceRec": 0}, None, None),
        ({"priceRec": None, "specialPriceRec": None}, None, None),
        ({}, None, None),
    ],
)
def test_prices(given: dict[str, Any], now: int | None, before: int | None) -> None:
    (found,) = mapping.to_products({"id": "p", "name": "n", "variants": [{"id": "v", "option": "1g", **given}]})
    (only,) = found.variants
    assert only.price == (None if now is None else usd(now)), "0 is n/a, never free"
    assert only.compare_at_price == (None if before is None else usd(before))
    assert only.available is (now is not None)


@pytest.mark.parametrize(
    ("option", "grams"),
    [("1/8oz", "3.5"), ("1/4oz", "7"), ("1/2oz", "14"), ("1oz", "28"), ("3.5g", "3.5"), (".5g", "0.5"),
     ("100mg", None), ("N/A", None), (None, None), ("", None)],
)  # fmt: skip
def test_options(option: str | None, grams: str | None) -> None:
    (found,) = mapping.to_products({"id": "p", "name": "n", "variants": [{"id": "v", "option": option}]})
    (only,) = found.variants
    assert only.weight == (None if grams is None else Decimal(grams))
    assert only.extra["option"] == (option or NO_OPTION), "as the menu has it: a checkout compares letter by letter"
    assert bool(only.option_values) == (option not in (None, "", "N/A"))


def test_a_product_may_have_nothing_but_an_id_and_a_name() -> None:
    words = {"category": "NOT_APPLICABLE", "subcategory": "DEFAULT", "strainType": "NOT_APPLICABLE"}
    nothing = dict.fromkeys(("brand", "posMetaData", "potencyThc", "images"))
    bare = {"id": "p", "name": "Bare", "variants": [], **words, **nothing}
    (found,) = mapping.to_products([bare])
    assert found == Product(id="p", title="Bare")
    (medical,) = mapping.to_products([{**bare, "menuTypes": ["MEDICAL"]}])
    assert medical.attributes is not None
    assert medical.attributes.medical_only


def test_markup_becomes_text() -> None:
    (found,) = mapping.to_products({"id": "p", "name": "A &amp; B", "descriptionHtml": "<p>One</p><p>Two</p>"})
    assert (found.title, found.description) == ("A & B", "One\nTwo")


@pytest.mark.parametrize("field", ["name", "variants", "potencyThc", "images", "effects"])
def test_a_changed_type_drifts_with_the_products_id(field: str) -> None:
    with pytest.raises(SchemaDrift) as caught:
        mapping.to_products({"id": "p-7", "name": "n", field: True})
    assert caught.value.object_id == "p-7"


def test_lots_are_the_products(contracts: Path) -> None:
    raw = example(contracts, "product.get.response")["data"]["product"]
    eighth, quarter = read_levels(raw, "here", datetime(2026, 11, 21, tzinfo=UTC))
    assert (eighth.quantity, eighth.kind, eighth.batches[0].lot) == (42, InventoryKind.BATCH, "9001")
    assert (quarter.quantity, quarter.batches) == (0, ()), "what is not there is in no lot"
    unknown = {"id": "p", "productBatchId": "1", "variants": [{"id": "v", "quantity": None}]}
    assert read_levels(unknown)[0].quantity is None


async def test_the_menu_is_read_page_by_page_in_the_order_of_names() -> None:
    far = store(shop(extra=150))
    products = far.services.products
    assert products is not None
    pages: list[Page[Product]] = [page async for page in products.changed_since(None)]
    assert [len(page.items) for page in pages] == [100, 54]
    assert [page.last for page in pages] == [False, True]
    assert len({one.id for page in pages for one in page.items}) == 154
    rest = await whole(products.changed_since(pages[0].cursor))
    assert [one.id for one in rest] == [one.id for one in pages[1].items]
    assert len(await whole(products.changed_since(pages[1].cursor))) == 154, "whole, each time"
    with pytest.raises(ValidationError):
        await whole(products.changed_since('{"offset": "x"}'))


async def test_a_full_last_page_is_followed_by_an_empty_one() -> None:
    far = store(shop(extra=96))
    assert far.services.products is not None
    pages = [page async for page in far.services.products.changed_since(None)]
    assert [len(page.items) for page in pages] == [100, 0]


async def test_the_medical_menu_is_asked_for() -> None:
    far = store(pricing_type=MEDICAL)
    assert far.services.products is not None
    found = await whole(far.services.products.changed_since(None))
    assert {one.variants[0].sku: one.variants[0].price for one in found}["SKU-0001"] == usd(1125)
    assert '"menuType":"MEDICAL"' in far.sent[0].content.decode().replace(" ", "")


async def test_what_left_the_menu_is_not_found() -> None:
    far = store()
    assert far.services.products is not None
    far.simulator.shelf.strict = True
    gone = far.simulator.shelf.articles["SKU-0001"].id
    far.simulator.set_stock("SKU-0001", 0)
    assert gone not in await whole(far.services.products.ids())
    with pytest.raises(NotFound):
        await far.services.products.get(gone)


async def test_a_few_levels_cost_one_request_an_article() -> None:
    far = store(shop(extra=150))
    assert far.services.inventory is not None
    wanted = [links(far)[name].variant_id for name in ("variant-1", "variant-3")]
    levels = await whole(far.services.inventory.levels(None, wanted))
    assert {level.variant_id: level.quantity for level in levels} == dict.fromkeys(wanted, 40)
    assert names(far) == ["Product", "Product"]
    assert len(await whole(far.services.inventory.levels(None))) == 154
    assert names(far) == ["Product", "Product", "Menu", "Menu"]


async def test_an_id_that_is_built_otherwise_is_looked_for_in_the_whole_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    far = store()
    assert far.services.inventory is not None
    shown = far.simulator.shelf._variant
    monkeypatch.setattr(far.simulator.shelf, "_variant", lambda one: {**shown(one), "id": f"v{one.seed.sku}"})
    (level,) = await whole(far.services.inventory.levels(None, ["vSKU-0001"]))
    assert level.quantity == 40
    assert product_id_in("vSKU-0001") == ""


async def test_nothing_is_written() -> None:
    far = store()
    assert far.services.inventory is not None
    assert far.services.products is not None
    with pytest.raises(Unsupported):
        await far.services.inventory.adjust([StockChange(variant_id="v", delta=Decimal(1))], "key")
    with pytest.raises(Unsupported):
        await far.services.products.push(Product(id="", title="x"), "key")
    assert far.sent == []


# specials and codes
def test_the_contracts_specials(contracts: Path) -> None:
    raw = example(contracts, "special.list.response")["data"]["specials"]
    shown, bare = (mapping.to_discount(each) for each in raw)
    assert (shown.name, shown.automatic, shown.code) == ("Micro Bar 30% off", True, ""), "the name for display"
    assert shown.starts_at == datetime(2025, 12, 1, tzinfo=UTC)
    assert (shown.ends_at, shown.usage_limit, shown.extra["days"]) == (None, None, ["Friday"])
    assert (bare.name, bare.usage_limit, bare.kind) == ("BUILD A BAG | $75", 1, DiscountKind.PRODUCT)
    assert (bare.percent, bare.amount) == (None, None), "Plus tells no amount, so none is made up"


def _on_sale() -> Far:
    far = store()
    far.simulator.shelf.articles["SKU-0004"].before = 9900
    return far


async def test_specials_come_with_their_members() -> None:
    far = _on_sale()
    assert far.services.discounts is not None
    (special,) = await whole(far.services.discounts.active())
    assert special.scope.product_ids == {far.simulator.shelf.articles["SKU-0004"].id}
    assert special.name == "Marked down"


async def test_a_code_is_answered_in_words() -> None:
    far = store()
    assert far.services.discounts is not None
    answer = await far.services.discounts.validate("TEN10", price(a_basket(), tax_setup("10")), datetime.now(UTC))
    assert (answer.valid, answer.refusal) == (False, DiscountRefusal.UNSUPPORTED)
    assert "checkout" in answer.message
    assert far.sent == [], "there is nothing to ask"
    assert not far.http.connector.facts.capabilities.judges_codes


def test_what_plus_does_not_have() -> None:
    for name in ("to_customer", "to_gift_card"):
        with pytest.raises(Unsupported):
            getattr(mapping, name)({"id": "1"})
    services = store().services
    assert (services.customers, services.gift_cards, services.webhooks) == (None, None, None)


def test_the_till_refuses_a_code_before_money_is_taken() -> None:
    """Another target may know the code; Plus cannot be told of it, so the sale would not go there."""
    basket = a_basket(discounts=[Discount(code="TEN10", kind=DiscountKind.PERCENTAGE, percent=Decimal(10))])
    target = (ConnectionRow("till", "dutchie", "pos"), CONNECTOR.facts)
    with pytest.raises(DomainError, match="Dutchie Plus takes no discount") as caught:
        require_carried([target], basket, ())
    assert caught.value.code == "cart_discounts"
    require_carried([target], a_basket(), ())
