"""The counter's law on a real store: no way round a limit, no sale to anybody who was not looked at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posbridge.domain.age import AgeProof
from posbridge.domain.attributes import Attributes
from posbridge.domain.catalog import Product
from posbridge.domain.customer import Allotment, Customer, Licence, MedicalCard
from posbridge.domain.errors import DomainError
from posbridge.domain.limits import Allowance, Audience, LimitRule, LimitRules
from posbridge.services import Services
from posbridge.services.drafts import read_draft
from posbridge.testing.builders import a_product, a_variant
from tests.domain.licence_cards import elements_of, layout
from tests.services.conftest import Clock, GivenKey, Open, Shops, cash, variant_of

BUD, WAX, PIPE, PILL = "Bud", "Wax", "Pipe", "Pill"


def shelf() -> list[Product]:
    return [
        a_product(11, amount=3000, title=BUD, categories=("Flower",),
                  variants=(a_variant(11, amount=3000, weight=Decimal("3.5"), weight_unit="g"),)),
        a_product(12, amount=4000, title=WAX, categories=("Concentrates",),
                  variants=(a_variant(12, amount=4000, weight=Decimal(1), weight_unit="g"),)),
        a_product(13, amount=900, title=PIPE, categories=("Accessories",)),
        a_product(14, amount=1500, title=PILL, categories=("Capsules",), attributes=Attributes(medical_only=True)),
        a_product(15, amount=700, title="Riddle", categories=("Sundries",)),
    ]  # fmt: skip


def rules(audience: Audience, flower: int, minimum_age: int) -> LimitRules:
    allowances = (
        Allowance(category="flower", whole=Decimal(flower)),
        Allowance(category="concentrate", whole=Decimal(flower) / 4),
    )
    return LimitRules(
        region="XX", audience=audience, minimum_age=minimum_age, source="test", as_of=date(2026, 1, 1),
        rules=(LimitRule(name="Mixed", allowances=allowances),),
    )  # fmt: skip


@pytest.fixture
async def counter(opened: Open, shops: Shops) -> AsyncIterator[Services]:
    """A dispensary with limits for adults (28 g) and patients (56 g)."""
    shops.pos.products[:] = shelf()
    async with opened() as services:
        await services.connections.connect("hostile", {}, {"key": "open sesame"})
        await services.sync.once(frozenset({"pull"}))
        await services.settings.put(limits=(rules(Audience.ADULT, 28, 21), rules(Audience.MEDICAL, 56, 18)))
        yield services


async def basket_with(services: Services, *goods: tuple[str, int], customer: Customer | None = None) -> UUID:
    basket = await services.baskets.open()
    if customer is not None:
        await services.baskets.set_customer(basket.id, customer)
    for title, quantity in goods:
        await services.baskets.add(basket.id, await variant_of(services, title), quantity)
    return basket.id


async def pay(services: Services, basket_id: UUID) -> Any:
    total = (await services.baskets.priced(basket_id)).totals.total
    return await services.checkout.pay(basket_id, [cash(total)], "ann")


async def seen(services: Services, basket_id: UUID, born: date = date(1990, 1, 1)) -> None:
    await services.counter.check_age(basket_id, born, "ann")


async def test_nobody_buys_unseen_and_who_looked_is_kept_with_the_sale(counter: Services) -> None:
    basket = await basket_with(counter, (BUD, 1))
    with pytest.raises(DomainError) as refused:
        await pay(counter, basket)
    assert refused.value.code == "age_unchecked"
    await seen(counter, basket, date(2008, 1, 1))
    with pytest.raises(DomainError, match="is 18, and this needs 21"):
        await pay(counter, basket)
    await seen(counter, basket)
    order = await pay(counter, basket)
    kept = (await counter.orders.get(order.id)).order.age_check
    assert kept is not None
    assert (kept.checked_by, kept.proof, kept.age) == ("ann", AgeProof.TYPED, 36)


async def test_an_accessory_needs_no_age(counter: Services) -> None:
    assert (await pay(counter, await basket_with(counter, (PIPE, 2)))).totals.total == 1800


async def test_a_scanned_licence_checks_the_age_and_an_expired_one_does_not(counter: Services) -> None:
    basket = await basket_with(counter, (BUD, 1))

    def card(expires: date) -> str:
        return layout(8, elements_of(8, date(1990, 5, 5), expires, "CO", "991234567"), "636020")

    with pytest.raises(DomainError) as refused:
        await counter.counter.scan_licence(basket, card(date(2026, 3, 1)), "ann")
    assert refused.value.code == "licence_expired"
    read = await counter.counter.scan_licence(basket, card(date(2026, 3, 2)), "ann")
    assert (read.number, read.last_name) == ("991234567", "SAMPLE")
    order = await pay(counter, basket)
    assert order.age_check.proof is AgeProof.SCANNED
    assert "1990" not in order.model_dump_json(), "the birth date is not kept"


async def test_a_limit_refuses_the_edit_and_leaves_the_basket_as_it_was(counter: Services) -> None:
    basket = await basket_with(counter, (BUD, 8))
    line = (await counter.baskets.get(basket)).lines[0].id
    for edit in (
        counter.baskets.add(basket, await variant_of(counter, BUD)),
        counter.baskets.set_quantity(basket, line, 9),
        counter.baskets.add(basket, await variant_of(counter, WAX)),
    ):
        with pytest.raises(DomainError) as refused:
            await edit
        assert refused.value.code == "limit_passed"
    assert [each.quantity for each in (await counter.baskets.get(basket)).lines] == [8]
    state = await counter.counter.state(basket)
    assert [(meter.rule, meter.used) for meter in state.meters] == [("Mixed", 1)]


async def test_what_nobody_put_on_a_shelf_is_not_sold_past_the_limits(counter: Services) -> None:
    with pytest.raises(DomainError) as refused:
        await basket_with(counter, ("Riddle", 1))
    assert refused.value.code == "limit_unknown"
    await counter.settings.put(category_words={"Sundries": "Accessories"})
    await basket_with(counter, ("Riddle", 1))


async def test_a_patient_has_more_until_the_card_expires(counter: Services) -> None:
    card = MedicalCard(number="M1", expires=date(2026, 3, 2))
    patient = await counter.customers.save(Customer(id="", first_name="Pat", medical_card=card))
    basket = await basket_with(counter, (BUD, 16), (PILL, 1), customer=patient)
    assert (await counter.counter.state(basket)).audience is Audience.MEDICAL
    expired = patient.model_copy(update={"medical_card": MedicalCard(number="M1", expires=date(2026, 3, 1))})
    await counter.baskets.set_customer(basket, expired)
    await seen(counter, basket)
    with pytest.raises(DomainError, match=r"patients only\. The card expired on 2026-03-01"):
        await pay(counter, basket)
    await counter.baskets.set_customer(basket, patient)
    await seen(counter, basket)
    await pay(counter, basket)


async def test_the_last_allotment_is_obeyed_with_its_age(counter: Services, clock: Clock) -> None:
    left = (Allotment(category="Flower", left=Decimal(7), read_at=clock()),)
    customer = await counter.customers.save(Customer(id="", first_name="Al", allotments=left))
    basket = await basket_with(counter, (BUD, 2), customer=customer)
    with pytest.raises(DomainError, match="7 g of flower are left"):
        await counter.baskets.add(basket, await variant_of(counter, BUD))


async def test_a_customer_is_found_by_licence(counter: Services) -> None:
    licence = Licence(number="S 123-456", region="MI")
    made = await counter.customers.save(Customer(id="", first_name="Lee", licence=licence))
    assert [each.id for each in await counter.customers.find("s123456", ask=False)] == [made.id]
    assert await counter.customers.find("S 123-457", ask=False) == []


acts = st.lists(
    st.tuples(st.sampled_from(["add", "add", "more", "less", "remove", "undo", "park", "recall", "pay", "fresh"]),
              st.sampled_from([BUD, WAX, PIPE]), st.integers(1, 9)),
    min_size=4, max_size=24,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans=st.lists(acts, min_size=1, max_size=3))
def test_no_way_of_adding_parking_and_paying_passes_a_limit(
    tmp_path_factory: pytest.TempPathFactory, plans: list[list[tuple[str, str, int]]]
) -> None:
    asyncio.run(_shop(tmp_path_factory.mktemp("counter"), plans))


async def _shop(home: Path, plans: list[list[tuple[str, str, int]]]) -> None:
    """Customers shop by their plans; then each one's paid orders of the day are summed by hand."""
    from posbridge import app
    from posbridge.connectors.registry import Catalogue
    from posbridge.store import catalog

    keys: dict[str, Any] = {"sources": (GivenKey(),), "catalogue": Catalogue({}, outside=False), "environ": {}}
    async with app.running(home, sync=False, clock=Clock(), **keys) as services:
        store = services.house.store
        await store.write(catalog.upsert, "", shelf(), services.house.clock())
        await services.settings.put(limits=(rules(Audience.ADULT, 28, 21),))
        for number, plan in enumerate(plans):
            customer = await services.customers.save(Customer(id="", first_name=f"C{number}"))
            await _act(services, customer, plan)
            sold = [await services.orders.get(row.id) for row in await services.customers.orders_of(customer.id)]
            lines = [line for view in sold for line in view.order.lines]
            grams = {"Bud": Fraction(7, 2), "Wax": Fraction(4), "Pipe": Fraction(0)}
            assert sum(grams[line.title] * Fraction(line.quantity) for line in lines) <= 28
            await services.baskets.discard((await services.baskets.open()).id)


async def _act(services: Services, customer: Customer, plan: list[tuple[str, str, int]]) -> None:
    for what, title, number in plan:
        basket = await services.baskets.open()
        try:
            await _one(services, basket.id, customer, what, title, number)
        except DomainError:
            continue


async def _one(services: Services, basket: UUID, customer: Customer, what: str, title: str, number: int) -> None:
    lines = (await services.baskets.open()).lines
    if what == "add":
        await services.baskets.add(basket, next(p for p in shelf() if p.title == title).variants[0].id, number)
        await services.baskets.set_customer(basket, customer)
    elif what in ("more", "less", "remove") and lines:
        line = lines[number % len(lines)]
        if what == "remove":
            await services.baskets.remove(basket, line.id)
        else:
            step = number if what == "more" else -1
            await services.baskets.set_quantity(basket, line.id, line.quantity + step)
    elif what == "undo":
        await services.baskets.undo(basket)
    elif what == "park":
        await services.baskets.park(basket)
    elif what == "recall":
        parked = await services.baskets.parked()
        if parked and not lines:
            await services.baskets.recall(parked[number % len(parked)].id)
    elif what == "pay" and lines:
        await services.counter.check_age(basket, date(1990, 1, 1), "ann")
        await pay(services, basket)


async def test_an_order_by_file_says_the_buyers_birth_date(counter: Services) -> None:
    lines = '"lines": [{"sku": "SKU-0011"}], "cashier": "ann"'
    with pytest.raises(DomainError) as refused:
        await counter.checkout.capture(read_draft(f"{{{lines}}}"))
    assert refused.value.code == "age_unchecked"
    with pytest.raises(DomainError, match="is 17"):
        await counter.checkout.capture(read_draft(f'{{{lines}, "born": "2008-03-03"}}'))
    order = await counter.checkout.capture(read_draft(f'{{{lines}, "born": "1990-01-01"}}'))
    assert order.age_check is not None
    assert (order.age_check.age, order.age_check.checked_by) == (36, "ann")
