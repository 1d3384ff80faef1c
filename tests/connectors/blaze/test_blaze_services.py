"""Stock by batch, members with papers and limits, codes in words, balances, webhooks, and the test call."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from posbridge.connectors.blaze import CONNECTOR
from posbridge.connectors.blaze.calls import WINDOW, windows
from posbridge.connectors.blaze.webhooks import TOPICS, parse, verify
from posbridge.connectors.contract import AllotmentReader, LicenceSearch
from posbridge.connectors.errors import Conflict, NotFound, Unsupported, ValidationError
from posbridge.domain.customer import Customer, Licence, MedicalCard
from posbridge.domain.discount import DiscountRefusal
from posbridge.domain.inventory import InventoryKind, StockChange
from posbridge.domain.money import Money
from posbridge.domain.pricing import price
from posbridge.sandbox.blaze.app import HOOK_SECRET
from posbridge.testing.builders import a_basket, a_line, tax_setup
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.shop import CARD
from tests.connectors.blaze.blaze_bench import bench, links, now


async def test_batches_have_tag_expiry_and_status() -> None:
    far = bench()
    ident = links(far)["variant-1"].variant_id
    (level,) = await whole(far.services.inventory.levels(None, [ident]))
    assert (level.quantity, level.kind) == (40, InventoryKind.BATCH)
    assert [(b.lot, b.quantity, b.recalled) for b in level.batches] == [
        ("SKU-0001-B1", 20, False), ("SKU-0001-B2", 20, False), ("SKU-0001-B3", 0, True),
    ]  # fmt: skip
    assert all(b.tag.startswith("1A406") and b.expires for b in level.batches)
    assert level.batches[0].potencies[0].name == "THC"
    everything = await whole(far.services.inventory.levels(None))
    assert {one.variant_id: one.quantity for one in everything}[ident] == 40


async def test_stock_is_read_at_most_every_five_minutes_and_never_written() -> None:
    far = bench()
    pages = [page async for page in far.services.inventory.levels(None)]
    asked = len(far.sent)
    assert await whole(far.services.inventory.levels(pages[-1].cursor)) == []
    assert len(far.sent) == asked
    with pytest.raises(Unsupported):
        await far.services.inventory.adjust([StockChange(variant_id="x", delta=Decimal(1))], "k")


async def test_without_an_inventory_only_the_shops_shelves_count() -> None:
    far = bench(inventory_id="")
    ident = links(far)["variant-1"].variant_id
    (level,) = await whole(far.services.inventory.levels(None, [ident]))
    assert level.quantity == 40


def test_time_is_walked_in_weeks() -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    made = list(windows(begin, begin + timedelta(days=20)))
    assert made[0][0] == begin
    assert made[-1][1] == begin + timedelta(days=20)
    assert all(end - start <= WINDOW for start, end in made)
    assert [end for _, end in made[:-1]] == [start for start, _ in made[1:]]
    assert list(windows(begin, begin)) == [(begin, begin)]


async def test_an_old_place_is_walked_week_by_week() -> None:
    far = bench()
    since = int((now() - timedelta(days=20)).timestamp() * 1000)
    found = await whole(far.services.products.changed_since(json.dumps({"since": since})))
    assert len(found) == len(far.simulator.seed.products)
    assert len(far.asked("GET", "/products/modified")) == 3


async def test_members_are_found_by_licence_and_know_what_is_left() -> None:
    far = bench()
    people = far.services.customers
    assert all(isinstance(people, kind) for kind in (LicenceSearch, AllotmentReader))
    (found,) = await people.find_by_licence("d1000000")
    assert found.email == "ada@example.com"
    assert await people.find_by_licence("D100") == [], "a part of a number is nobody's"
    assert found.date_of_birth == date(1980, 1, 1)
    left = {each.category: (each.left, each.unit) for each in await people.allotments(found.id)}
    assert left["nonConcentrates"] == (Decimal("28.5"), "g")
    with pytest.raises(NotFound):
        await people.allotments("0" * 24)
    with pytest.raises(Unsupported):
        await people.find(name="Ada")


async def test_a_member_is_written_whole() -> None:
    far = bench()
    people = far.services.customers
    new = Customer(
        id="ours-1", first_name="Grace", last_name="Hopper", phone="+12025550107", date_of_birth=date(1986, 12, 9),
        licence=Licence(number="X1", region="CA", expires=date(2030, 1, 2)),
        medical_card=MedicalCard(number="R1", region="CA", expires=date(2029, 3, 4)),
    )  # fmt: skip
    made = await people.create(new, "k")
    assert (made.date_of_birth, made.licence, made.medical_card) == (new.date_of_birth, new.licence, new.medical_card)
    assert (await people.create(new, "k")).id == made.id, "an earlier try made it"
    with pytest.raises(Conflict):
        await people.create(new.model_copy(update={"id": "ours-2"}), "k2")
    far.simulator.people.rows[made.id]["loyaltyPoints"] = 7.0
    changed = await people.update(made.model_copy(update={"last_name": "Murray"}))
    assert (changed.last_name, changed.extra["loyalty_points"]) == ("Murray", "7")
    assert await people.orders(made.id) == []


async def ask(far: Any, code: str) -> Any:
    ident = links(far)["variant-1"].variant_id
    basket = price(a_basket([a_line(1, 1250, 2, variant_id=ident, product_id=ident)]), tax_setup("10"))
    return await far.services.discounts.validate(code, basket, now())


@pytest.mark.parametrize(
    ("change", "refusal", "words"),
    [
        ({"promotionType": "BOGO"}, DiscountRefusal.UNSUPPORTED, "goods for goods"),
        ({"discountType": "FinalPrice"}, DiscountRefusal.UNSUPPORTED, "sets a price"),
        ({"rules": [{"ruleType": "FirstTimeMember"}]}, DiscountRefusal.UNSUPPORTED, "first visit"),
        ({"criteriaGroups": [[{"ruleType": "NumberMinOrders"}]]}, DiscountRefusal.UNSUPPORTED, "orders"),
        ({"salesChannels": ["Ecommerce"]}, DiscountRefusal.INACTIVE, "channels"),
        ({"restrictMemberGroups": True, "memberGroupIds": ["g"]}, DiscountRefusal.NOT_FOR_CUSTOMER, "groups"),
        (dict.fromkeys(("mon", "tues", "wed", "thur", "fri", "sat", "sun"), False), DiscountRefusal.INACTIVE, "day"),
        ({"active": False}, DiscountRefusal.INACTIVE, "switched off"),
        ({"startDate": 4_000_000_000_000}, DiscountRefusal.NOT_STARTED, "begun"),
        ({"rules": [{"ruleType": "ByBrand", "brandIds": ["b"]}]}, DiscountRefusal.NOT_FOR_BASKET, "Nothing"),
        ({"promocode": "OTHER"}, DiscountRefusal.UNKNOWN, "not know"),
    ],
)  # fmt: skip
async def test_a_code_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], refusal: DiscountRefusal, words: str
) -> None:
    far = bench()
    row = far.simulator.deals.row
    monkeypatch.setattr(far.simulator.deals, "row", lambda one: {**row(one), **change})
    answer = await ask(far, "TEN10")
    assert (answer.valid, answer.refusal) == (False, refusal)
    assert words in answer.message


async def test_a_code_for_a_vendors_goods_counts_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    far = bench()
    row, goods = far.simulator.deals.row, next(iter(far.simulator.shop.articles.values()))
    rule = {"ruleType": "ByVendor", "vendorIds": [far.simulator.catalog.row(goods)["vendorId"]]}
    monkeypatch.setattr(far.simulator.deals, "row", lambda one: {**row(one), "rules": [rule]})
    assert (await ask(far, "ten10")).valid


async def test_a_card_tells_its_balance_and_gives_nothing() -> None:
    far = bench()
    cards, one = far.services.gift_cards, Money(amount=100, currency="USD")
    assert (await cards.balance(CARD)).balance.amount == 5000
    for move in (cards.redeem, cards.refund):
        with pytest.raises(Unsupported):
            await move(CARD, one, "k")
    assert await cards.find_move(CARD, "k") is None
    assert {r.url.path.rpartition("/")[2] for r in far.sent} == {"balance"}


async def test_webhooks_are_registered_one_by_one_and_moved() -> None:
    far = bench()
    hooks = far.services.webhooks
    made = await hooks.subscribe("https://till.example/hooks/blaze")
    assert [one.topics[0] for one in made] == list(TOPICS)
    assert {one.url for one in made} == {f"https://till.example/hooks/blaze/{HOOK_SECRET}"}
    again = await hooks.subscribe("https://other.example/hooks")
    assert {one.id for one in again} == {one.id for one in made}
    assert {one.url for one in await hooks.subscriptions()} == {f"https://other.example/hooks/{HOOK_SECRET}"}
    with pytest.raises(ValidationError):
        await bench_without_secret().services.webhooks.subscribe("https://till.example")


def bench_without_secret() -> Any:
    from tests.connectors.watched import bench as opened

    simulator = bench().simulator
    secrets = {**simulator.connection_fields()["secrets"], "webhook_path_secret": ""}
    return opened(CONNECTOR, simulator, secrets=secrets)


def test_a_delivery_is_proved_by_its_address() -> None:
    url = f"https://till.example/hooks/blaze/{HOOK_SECRET}"
    assert verify(b"{}", {}, HOOK_SECRET, url)
    assert verify(b"{}", {}, f"new-{HOOK_SECRET} {HOOK_SECRET}", url), "while one is being replaced"
    assert not verify(b"{}", {}, "other", url)
    assert not verify(b"{}", {}, "", url)
    assert not verify(b"{}", {}, HOOK_SECRET, "https://till.example/hooks/blaze")


def test_copies_of_a_delivery_share_their_key() -> None:
    far = bench()
    goods = next(iter(far.simulator.shop.articles.values()))
    body = json.dumps(far.simulator.catalog.row(goods)).encode()
    (event,), (copy,) = parse(body, {}), parse(body, {"x": "y"})
    assert (event.kind, event.object_id, event.key) == ("product", goods.id, copy.key)
    member = json.dumps(next(iter(far.simulator.people.rows.values()))).encode()
    assert parse(member, {})[0].kind == "customer"


async def test_the_test_call_checks_the_ids_of_the_settings() -> None:
    probe = await bench().services.probe()
    assert (probe.account, probe.currency, probe.prices_include_tax) == ("Conformance", "USD", False)
    assert probe.tax_rates == {"": (("State tax", "10"),)}
    wrongs: tuple[dict[str, Any], ...] = (
        {"inventory_id": "0" * 24},
        {"terminal_id": "0" * 24},
        {"anonymous_consumer_id": "0" * 24},
    )
    for wrong in wrongs:
        with pytest.raises(ValidationError):
            await bench(**wrong).services.probe()
