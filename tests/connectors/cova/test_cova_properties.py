"""Free words, odd shapes, ids: what is read of them, and that nothing else than drift comes out."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example as with_example
from hypothesis import given, settings
from hypothesis import strategies as st

from posbridge.connectors.cova import mapping
from posbridge.connectors.cova.catalog_mapping import read_page, tax_rates
from posbridge.connectors.cova.errors import error
from posbridge.connectors.cova.ids import guid_of, reference_in
from posbridge.connectors.cova.order_body import per_unit
from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.reply import Reply
from posbridge.domain.attributes import PotencyUnit, StrainType
from posbridge.domain.catalog import PriceTier, ProductStatus
from posbridge.domain.ids import reference_of, uuid7
from posbridge.domain.inventory import InventoryKind
from posbridge.domain.money import Money
from posbridge.testing.builders import EPOCH
from tests.connectors.spoiling import changes, spoilt

CONTRACT = Path(__file__).resolve().parents[4] / "shared" / "contracts" / "cova" / "examples"
FIXTURES = Path(__file__).parent / "fixtures"
SAMPLES = {
    "to_products": ("product.list.response",),
    "to_order": ("order.status.ready.response", "sale.get.response", "order.create.v2_items.response"),
    "to_state": ("order.status.docs_sample.response", "order.status.rejected.response"),
    "to_customers": ("customer.search.response",),
    "to_invoices": ("sales_report.by_invoice.response",),
}


def own_product() -> Any:
    return json.loads((FIXTURES / "product.json").read_text("utf-8"), parse_float=Decimal)


def samples(name: str) -> list[Any]:
    files = [CONTRACT / f"{each}.json" for each in SAMPLES[name]]
    found = [json.loads(file.read_text("utf-8"), parse_float=Decimal) for file in files if file.is_file()]
    return [*found, own_product()] if name == "to_products" else found or [{"Id": "x", "OrderId": "y"}]


@pytest.mark.parametrize("name", sorted(SAMPLES))
@settings(max_examples=150, deadline=None)
@given(data=st.data(), spoils=changes)
def test_a_spoilt_object_is_read_or_drifts(name: str, data: st.DataObject, spoils: list[tuple[int, bool, Any]]) -> None:
    sample = data.draw(st.sampled_from(samples(name)))
    with suppress(SchemaDrift):
        getattr(mapping, name)(spoilt(sample, spoils))


@settings(max_examples=100, deadline=None)
@given(spoils=changes)
def test_a_spoilt_level_is_read_or_drifts(spoils: list[tuple[int, bool, Any]]) -> None:
    with suppress(SchemaDrift):
        assert mapping.to_level(spoilt(own_product(), spoils)).variant_id


@settings(max_examples=100, deadline=None)
@given(status=st.sampled_from([400, 401, 403, 404, 409, 422, 500]), spoils=changes)
def test_an_error_of_any_shape_is_an_error(status: int, spoils: list[tuple[int, bool, Any]]) -> None:
    body = spoilt({"Message": "x", "ModelState": {"Lines": ["a", {"b": "c"}]}}, spoils)
    assert error(Reply(status, json.dumps(body, default=str).encode()))


def test_a_dispensarys_words() -> None:
    """One company in Quebec: French names, decimal commas, tiers, lots, and a room elsewhere."""
    (product,) = mapping.to_products(own_product(), currency="CAD", location="7")
    (variant,) = product.variants
    known = product.attributes
    assert known is not None
    assert (product.title, product.brand) == ("Brise d’été & Co – Préroulé 1g", "Brise d’été")
    assert product.description == "Fleur séchée du Québec"
    assert product.categories == ("Cannabis", "Pré-roulés")
    assert product.status is ProductStatus.ARCHIVED
    assert (known.strain, known.strain_type) == ("Wappa", StrainType.INDICA_DOMINANT)
    found = {(one.name, one.unit): (one.low, one.high) for one in known.potencies}
    assert found == {
        ("THC", PotencyUnit.PERCENT): (Decimal("18.5"), Decimal(22)),
        ("THC", PotencyUnit.MG): (Decimal(185), Decimal(185)),
        ("CBD", PotencyUnit.PERCENT): (Decimal(0), Decimal(1)),
        ("Terpenes", PotencyUnit.PERCENT): (Decimal("2.1"), Decimal("2.1")),
    }
    assert (known.thc_mg, known.flower_equivalent) == (Decimal(185), Decimal(1))
    assert (known.effects, known.flavours) == (("calme", "sommeil"), ("pine", "earth"))
    assert (known.minimum_age, known.medical_only) == (19, True)
    assert product.extra["specifications"]["Shelf"] == "B2"
    assert (variant.sku, variant.barcode, variant.weight) == ("90210", "0697000000012", Decimal("0.500"))
    assert variant.inventory_quantity == Decimal("4.75")
    assert variant.price == Money(amount=1000, currency="CAD")
    assert variant.tiers == (
        PriceTier(quantity=Decimal("3.5"), price=Money(amount=3000, currency="CAD")),
        PriceTier(quantity=Decimal(28), price=Money(amount=20000, currency="CAD")),
    )
    assert variant.unit == "g"
    assert variant.weighing is not None
    assert variant.tax_class == "TPS 5% + TVQ 9.975%"


def test_lots() -> None:
    level = mapping.to_level(own_product(), location="7")
    assert (level.kind, level.quantity) == (InventoryKind.BATCH, Decimal("4.75"))
    held, empty = level.batches
    assert (held.lot, held.tag, held.expires, held.recalled) == ("B-77", "1A4060300000001", date(2027, 3, 31), True)
    assert [(one.name, one.low, one.high) for one in held.potencies] == [
        ("THC", Decimal("18.5"), Decimal(22)),
        ("CBD", Decimal(0), Decimal(0)),
    ]
    assert (empty.lot, empty.quantity) == ("C-12", Decimal(0))


def test_tax_classes_have_their_rates() -> None:
    plain = {"ProductId": "a", "Taxes": [{"TaxName": "GST", "TaxRate": 5}]}
    rates = tax_rates([own_product(), plain, plain, {"ProductId": "b", "Taxes": []}, {"ProductId": "c"}])
    assert rates == {
        "": (("GST", "5"),),
        "GST 5%": (("GST", "5"),),
        "TPS 5% + TVQ 9.975%": (("TPS", "5"), ("TVQ", "9.975")),
        "untaxed": (),
    }
    assert tax_rates([{"ProductId": "c"}]) == {}


def test_a_page_parks_what_drifts() -> None:
    items, parked = read_page({"products": [{"ProductId": "a"}, {"ProductId": "b", "Name": ["x"]}, 3]}, currency="USD",
                              location="")  # fmt: skip
    assert [item.id for item in items] == ["a"]
    assert [drift.object_id for drift in parked] == ["b", ""]


def test_other_currencies() -> None:
    row = {"ProductId": "a", "Prices": [{"Price": "1.2345"}]}
    for currency, amount in (("JPY", 1), ("KWD", 1235), ("CAD", 123)):
        assert mapping.to_products(row, currency=currency)[0].variants[0].price == Money(
            amount=amount, currency=currency
        )


# ids
@given(st.integers(0, (1 << 74) - 1), st.sampled_from(["P", "R", "XYZ"]))
def test_a_guid_holds_the_reference(bits: int, prefix: str) -> None:
    reference = reference_of(uuid7(EPOCH, bits), prefix)
    guid = guid_of(reference)
    assert (UUID(guid).version, str(UUID(guid))) == (4, guid)
    assert reference_in(guid) == reference_in(guid.upper()) == reference


@given(st.text("0Z9A", max_size=20), st.text("0Z9A", max_size=20))
@with_example("", "0")
@with_example("0", "00")
def test_other_references_have_other_guids(one: str, other: str) -> None:
    assert (guid_of(one) == guid_of(other)) == (one == other)


@given(st.uuids(version=4))
@with_example(UUID("7c1e6f2a-7b0e-4f3b-9a53-2f6f0c6f4d11"))
def test_a_strange_guid_is_not_ours(strange: UUID) -> None:
    """One in 2^17 may look like ours; it never reads as the reference of another."""
    found = reference_in(str(strange))
    assert found == "" or guid_of(found) == str(strange)


def test_a_reference_of_other_characters_has_a_guid_too() -> None:
    assert guid_of("été/1") == guid_of("été/1") != guid_of("été/2")
    assert reference_in(guid_of("été/1")) == ""


# prices
@given(st.integers(0, 10**7), st.integers(1, 400))
def test_whole_pieces_sum_exactly(amount: int, pieces: int) -> None:
    parts = per_unit(amount, Decimal(pieces), "CAD")
    assert sum(quantity for quantity, _ in parts) == pieces
    assert sum(quantity * price for quantity, price in parts) == Decimal(amount) / 100
    assert len(parts) <= 2


@given(st.integers(0, 10**6), st.decimals("0.01", "500", places=2))
def test_weights_sum_exactly(amount: int, quantity: Decimal) -> None:
    total = sum(q * price for q, price in per_unit(amount, quantity, "CAD"))
    assert Money.parse(total, "CAD", rounding="half_up").amount == amount


def test_a_price_that_stands_in_a_tier_only_is_the_price() -> None:
    row = {"ProductId": "p", "Name": "x", "Prices": [{"Price": None, "AtTierPrice": 12.5, "TierName": "Tier 1"}]}
    (variant,) = mapping.to_product(row).variants
    assert (variant.price, variant.tiers, variant.unit) == (Money(amount=1250, currency="USD"), (), "piece")
