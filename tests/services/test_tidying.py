"""Names, shelves and attributes are tidied when products are read; the platform's own stays, and rules can be tried."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from posbridge.domain.attributes import Attributes, StrainType
from posbridge.domain.errors import DomainError
from posbridge.domain.naming import NameRules, TidyRules
from posbridge.services import Services
from posbridge.testing.builders import a_product
from tests.services.conftest import Open, Shops


@pytest.fixture
async def shouting(opened: Open, shops: Shops) -> AsyncIterator[Services]:
    """A POS that shouts."""
    shops.pos.products[:] = [
        a_product(1, title="[REC] BLUE DREAM - 14 G", categories=("PRE-ROLLS",), attributes=Attributes(),
                  description="A sativa-leaning hybrid. THC: 22.4%"),
        a_product(2, title="Hybrid bicycle", categories=("Drinks",)),
    ]  # fmt: skip
    async with opened() as services:
        await services.connections.connect("hostile", {}, {"key": "open sesame"})
        await services.sync.once(frozenset({"pull"}))
        yield services


async def test_products_are_tidied_on_their_way_in(shouting: Services) -> None:
    [found] = await shouting.catalog.search("blue dream")
    assert (found.title, found.platform_title) == ("Blue Dream - 14 g", "[REC] BLUE DREAM - 14 G")
    assert found.categories == ("Pre-rolls", "PRE-ROLLS")
    assert found.attributes is not None
    assert found.attributes.strain_type is StrainType.SATIVA_DOMINANT
    assert [(p.name, str(p.low)) for p in found.attributes.potencies] == [("THC", "22.4")]
    [bicycle] = await shouting.catalog.search("bicycle")
    assert (bicycle.categories, bicycle.attributes, bicycle.platform_title) == (("Drinks",), None, "")


async def test_a_rule_can_be_tried_before_it_counts(shouting: Services) -> None:
    rules = TidyRules(names=NameRules(prefixes=("ZZ",)))
    tried = await shouting.tidying.try_on("ZZ - GELATO 1G", categories=["Joints"], rules=rules)
    assert [(step.rule, step.after) for step in tried.steps] == [("prefix", "GELATO 1G"), ("capitals", "Gelato 1 g")]
    assert (await shouting.tidying.try_on("ZZ - GELATO 1G")).title == "Zz - Gelato 1 g"
    [example] = await shouting.tidying.examples()
    assert (example.platform_title, example.tidied.title) == ("[REC] BLUE DREAM - 14 G", "Blue Dream - 14 g")


async def test_new_rules_read_everything_again(shouting: Services) -> None:
    await shouting.tidying.change(rules=TidyRules(names=None, shelves=False, attributes=False), who="meg")
    await shouting.sync.once(frozenset({"pull"}))
    [found] = await shouting.catalog.search("blue dream")
    assert (found.title, found.platform_title) == ("[REC] BLUE DREAM - 14 G", "")
    assert found.attributes == Attributes()


async def test_a_word_is_given_to_a_shelf_that_is_there(shouting: Services) -> None:
    assert await shouting.tidying.unplaced() == {}
    with pytest.raises(DomainError, match="no shelf"):
        await shouting.tidying.change(words={"Doobies": "Joints and so on"})
    await shouting.tidying.change(words={"Drinks": "Edibles > Candy"})
    tried = await shouting.tidying.try_on("Thing", categories=["drinks"], rules=TidyRules(shelves=True))
    assert tried.shelf == "Edibles > Candy"
