"""Names before and after, and what a text states: found as it is said, never invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posbridge.domain.attributes import Attributes, Potency
from posbridge.domain.catalog import Product
from posbridge.domain.extraction import completed, found_in, plain_name, potencies_in, strain_type_in
from posbridge.domain.naming import NameRules, plain

RULES = NameRules()
BEFORE_AND_AFTER = [
    ("BLUE DREAM - 14 G", "Blue Dream - 14 g"),
    ("[REC] Gelato #33 3.5g", "Gelato #33 3.5g"),
    ("(MED) - Gelato", "Gelato"),
    ("MED - OG KUSH 1G", "OG Kush 1 g"),
    ("Gelato (MED)", "Gelato"),
    ("Gelato - Rec", "Gelato"),
    ("[REC] MED - Gelato (rec) - MED", "Gelato"),
    ("  SOUR__DIESEL -- THC 100MG ", "Sour Diesel - THC 100 mg"),
    ("AK-47 PRE-ROLL 1G", "AK-47 Pre-Roll 1 g"),
    ("1:1 BALANCED TRANSDERMAL RELEAF PATCH - 15 MG", "1:1 Balanced Transdermal Releaf Patch - 15 mg"),
    ("MEN’S T-SHIRT XL", "Men's T-Shirt XL"),
    ("ÉCLAIR DE MIEL", "Éclair De Miel"),
    ("KIEF", "Kief"),
    ("A\u200bB\u00a0 C", "AB C"),
    ("Med Kit", "Med Kit"),
    ("Recovery Balm", "Recovery Balm"),
    ("iPhone Cable", "iPhone Cable"),
    ("Blue Razz Gummies 100mg 🫐", "Blue Razz Gummies 100mg 🫐"),
    ("THC", "THC"),
    ("REC", "REC"),
    ("---", "---"),
    ("", ""),
]


@pytest.mark.parametrize(("before", "after"), BEFORE_AND_AFTER)
def test_a_name_before_and_after(before: str, after: str) -> None:
    assert RULES.clean(before) == after


def test_a_brand_goes_only_where_the_manager_wants_it_and_something_is_left() -> None:
    brand = NameRules(brand=True)
    assert RULES.clean("Redecan - Wappa - 15g", "Redecan") == "Redecan - Wappa - 15g"
    assert brand.clean("Redecan - Wappa - 15g", "Redecan") == "Wappa - 15g"
    assert brand.clean("Redecan", "Redecan") == "Redecan"
    assert brand.clean("Redecanter", "Redecan") == "Redecanter"


marks = st.sampled_from(["[REC]", "MED -", "(med)", "- REC", "GELATO", "Cake", "14 G", "|", "--"])


@given(st.one_of(st.text(max_size=60), st.lists(marks, max_size=6).map(" ".join)))
def test_a_name_is_clean_at_once_and_never_lost(name: str) -> None:
    once = RULES.clean(name)
    assert RULES.clean(once) == once
    assert bool(once.strip()) == bool(name.strip())
    steps, after = RULES.steps(name)
    assert after == (steps[-1].after if steps else name)
    assert [step.before for step in steps] == [name, *(step.after for step in steps)][: len(steps)]


@given(st.text(max_size=60))
def test_plain_text_has_no_hidden_characters(name: str) -> None:
    assert not set(plain(name)) & set("\u200b\u200e\u202e\ufeff\u00ad\n\t_")


def said(text: str) -> list[tuple[str, str, str, str]]:
    return [(p.name, str(p.low), str(p.high), p.unit.value) for p in potencies_in(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("THC 20% CBD 1%", [("THC", "20", "20", "%"), ("CBD", "1", "1", "%")]),
        ("20% THC 1% CBD", [("THC", "20", "20", "%"), ("CBD", "1", "1", "%")]),
        ("THC: 22.4%, CBD: 0.1%", [("THC", "22.4", "22.4", "%"), ("CBD", "0.1", "0.1", "%")]),
        ("THC 18-22%", [("THC", "18", "22", "%")]),
        ("18% - 22% THC", [("THC", "18", "22", "%")]),
        ("22,4% THCA", [("THCA", "22.4", "22.4", "%")]),
        ("Δ9-THC: 5 mg/ml", [("THC", "5", "5", "mg/ml")]),
        ("Total THC: 25.3% | Total Cannabinoids 30%", [("THC", "25.3", "25.3", "%")]),
        ("Gummies 100mg THC (10mg per piece)", [("THC", "100", "100", "mg")]),
        ("10mg THC per gummy, 100 mg total THC", [("THC", "100", "100", "mg")]),
        ("5mg THC + 20mg CBD", [("THC", "5", "5", "mg"), ("CBD", "20", "20", "mg")]),
        ("CBD:THC 1:1 tincture", []),
        ("less than 0.3% THC", []),
        ("up to 30% THC", []),
        ("<0.3% THC", []),
        ("(10mg x 10pc)", []),
        ("10mg THC. Another 20mg THC", []),
        ("120% THC", []),
        ("THC free since 2019", []),
        ("Gelato #33 3.5g", []),
        ("Suite 5, THC Street 20", []),
    ],
)
def test_potencies_as_they_are_said(text: str, found: list[tuple[str, str, str, str]]) -> None:
    assert said(text) == found


@pytest.mark.parametrize(
    ("text", "strain"),
    [
        ("Wappa Indica - 15g", "indica"),
        ("Sativa-leaning hybrid.", "sativa_dominant"),
        ("known for its balanced, sativa-dominant hybrid flower", "sativa_dominant"),
        ("Hybrid - Indica dominant", "indica_dominant"),
        ("Indica / Hybrid", "indica_dominant"),
        ("HYBRID", "hybrid"),
        ("a cross of an indica and a sativa", None),
        ("indica or sativa, you choose", None),
        ("not an indica", None),
        ("non-sativa", None),
        ("Hybridoma medium", None),
        ("Indicated for sleep", None),
    ],
)
def test_strain_types_as_they_are_said(text: str, strain: str | None) -> None:
    found = strain_type_in(text)
    assert (found.value if found else None) == strain


def test_lists_need_their_label() -> None:
    found = found_in("Effects: relaxed, happy and sleepy. Flavors: citrus/pine")
    assert (found.effects, found.flavours) == (("relaxed", "happy", "sleepy"), ("citrus", "pine"))
    assert found_in("A relaxed, happy evening with citrus").effects == ()


def test_what_the_platform_states_is_never_changed() -> None:
    stated = Attributes(potencies=(Potency.of("thc", 20),), effects=("calm",))
    text = "THC 25% CBD 2%, indica. Effects: wild"
    product = Product(id="1", title="Bud", description=text, attributes=stated)
    found = completed(product).attributes
    assert found is not None
    assert [(p.name, int(p.low)) for p in found.potencies] == [("THC", 20), ("CBD", 2)]
    assert found.effects == ("calm",)


def test_goods_of_another_trade_are_not_read() -> None:
    bicycle = Product(id="1", title="Hybrid bicycle", description="Effects: joy")
    assert completed(bicycle) is bicycle


@pytest.mark.parametrize("name", ["THC", "thc", "Total THC", "Delta-9 THC", "THC-D9 (Delta 9–tetrahydrocannabinol)"])
def test_one_cannabinoid_has_one_name(name: str) -> None:
    assert plain_name(name) == "THC"


@given(st.text(max_size=200))
def test_any_text_is_read_without_invention(text: str) -> None:
    found = found_in(text)
    digits = "".join(c for c in text if c.isdigit())
    for potency in found.potencies:
        assert potency.name[:2] in plain_name(text.upper())
        assert "".join(c for c in str(potency.low) if c.isdigit()) in digits
    if found.strain_type is not None:
        assert found.strain_type.value.split("_")[0] in text.casefold()
