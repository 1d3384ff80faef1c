"""What is particular to Toast: its test call, two menus APIs, settings in pages, stock that is set."""

from __future__ import annotations

import copy
import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.contract import Context
from posbridge.connectors.errors import (
    NotFound,
    PermissionDenied,
    RateLimitExceeded,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.reply import Reply
from posbridge.connectors.toast import CONNECTOR
from posbridge.connectors.toast import facts as known
from posbridge.connectors.toast.calls import Calls
from posbridge.connectors.toast.discounts import BY_NAME, SILENT
from posbridge.connectors.toast.errors import error, limits, reset_at
from posbridge.connectors.toast.mapping import to_order, to_products
from posbridge.connectors.toast.probe import WRITE
from posbridge.domain.catalog import ProductStatus
from posbridge.domain.discount import DiscountKind, DiscountRefusal, DiscountSource
from posbridge.domain.inventory import StockChange
from posbridge.domain.money import Money
from posbridge.domain.pricing import price
from posbridge.sandbox.seed import SeedDiscount
from posbridge.sandbox.toast import ToastSimulator
from posbridge.sandbox.toast.answers import guid, problem
from posbridge.sandbox.toast.gate import SECRET, STANDARD_SECRET
from posbridge.sandbox.toast.world import DINE_IN, OPEN_DISCOUNT, OPEN_ITEM, RESTAURANT, TAX, Promotion
from posbridge.sandbox.wire import Reply as Answer
from posbridge.testing.builders import a_basket, a_line, tax_setup
from posbridge.testing.conformance.selling import sale
from tests.connectors.toast.lab import linked, toast, whole
from tests.connectors.watched import Bench, now

Far = Bench[ToastSimulator]
MENU = Path(__file__).parent / "fixtures" / "menu.json"


def calls_of(far: Far) -> Calls:
    return Calls(Context(far.connection, {"client_secret": SECRET}, far.http, far.tokens, now))


# the test call
async def test_the_test_call_finds_what_the_restaurant_set_up() -> None:
    chosen = ["restaurant_guid", "dining_option_guid", "open_discount_guid"]
    chosen += [f"payment_type_{kind}" for kind in ("cash", "card", "giftcard", "other")]
    empty: dict[str, Any] = dict.fromkeys(chosen, "")
    far = toast(**empty)
    probe = await far.services.probe()
    assert probe.settings["restaurant_guid"] == RESTAURANT
    assert probe.settings["dining_option_guid"] == probe.settings["walk_in_option_guid"] == DINE_IN
    assert (probe.settings["dining_behavior"], probe.settings["open_discount_guid"]) == ("DINE_IN", OPEN_DISCOUNT)
    assert probe.settings["payment_type_cash"] == guid("payment type", "cash")
    assert probe.settings["payment_type_giftcard"] == guid("payment type", "gift")
    assert probe.tax_rates[""] == probe.tax_rates[TAX] == (("Tax", "10"),)
    assert probe.prices_include_tax is False
    assert (probe.currency, probe.timezone, probe.missing) == ("USD", "America/New_York", ())
    assert far.booked == []


async def test_the_test_call_reads_the_tax_mode_and_classes_from_the_menu() -> None:
    probe = await toast().services.probe()
    assert probe.prices_include_tax is False
    assert probe.tax_rates[TAX] == (("Tax", "10"),)


async def test_what_is_set_already_stays() -> None:
    probe = await toast(payment_type_cash=guid("payment type", "other")).services.probe()
    assert "payment_type_cash" not in probe.settings


async def test_standard_access_is_told_as_a_missing_right() -> None:
    probe = await toast(secrets={"client_secret": STANDARD_SECRET}).services.probe()
    assert probe.missing == (WRITE,)


async def test_another_restaurant_is_no_permission() -> None:
    with pytest.raises(PermissionDenied):
        await toast(restaurant_guid=guid("another", "restaurant")).services.probe()


async def test_several_restaurants_are_named_to_choose_from() -> None:
    far = toast(restaurant_guid="")
    one = {"restaurantGuid": RESTAURANT, "restaurantName": "Kitchen", "locationName": "North", "deleted": False}
    rows = [one, one | {"restaurantGuid": guid("r", 2), "locationName": "South"}, one | {"deleted": True}]
    told = {"guid": "x", "general": {"currencyCode": "CAD", "timeZone": "America/Toronto"}}
    far.simulator._routes[:0] = [
        ("GET", re.compile("/partners/v1/restaurants"), lambda call: Answer(body=rows)),
        ("GET", re.compile("/restaurants/v1/restaurants/.*"), lambda call: Answer(body=told)),
    ]
    far.simulator.admit = lambda call: None  # type: ignore[method-assign] # all of the group's are ours
    probe = await far.services.probe()
    assert [(place.id, place.name, place.currency) for place in probe.locations] == [
        (RESTAURANT, "Kitchen · North", "CAD"), (guid("r", 2), "Kitchen · South", "CAD"),
    ]  # fmt: skip
    rows.clear()
    with pytest.raises(PermissionDenied):
        await far.services.probe()


# settings in pages
async def test_settings_are_paged_by_a_token_in_a_header() -> None:
    far = toast()
    far.simulator.office.page_size = 2
    rows = await calls_of(far).listed("discounts")
    assert [row["guid"] for row in rows][-1] == OPEN_DISCOUNT
    assert [r.url.params.get("pageToken") for r in far.asked("GET", "/discounts")] == [None, "2", "4"]


async def test_a_publish_while_paging_begins_the_list_again() -> None:
    far = toast()
    far.simulator.office.page_size, far.simulator.office.publishing = 2, 1
    rows = await calls_of(far).listed("discounts")
    assert len(rows) == len({row["guid"] for row in rows}) == 6
    assert [r.url.params.get("pageToken") for r in far.asked("GET", "/discounts")].count(None) == 2


# menus
async def test_the_menu_is_fetched_again_only_when_it_was_published() -> None:
    far = toast()
    assert far.services.products
    first = [page async for page in far.services.products.changed_since(None)]
    assert await whole(far.services.products.changed_since(first[-1].cursor)) == []
    assert len(far.asked("GET", "/menus/v2/menus")) == 1
    far.simulator.set_title("plain", "New name")
    changed = await whole(far.services.products.changed_since(first[-1].cursor))
    assert "New name" in [one.title for one in changed]
    assert len(far.asked("GET", "/menus/v2/menus")) == 2


async def test_the_tills_own_open_item_is_no_article() -> None:
    far = toast()
    assert far.services.products
    assert OPEN_ITEM not in [one.id for one in await whole(far.services.products.changed_since(None))]
    far = toast(open_item_guid="")
    assert far.services.products
    assert OPEN_ITEM in [one.id for one in await whole(far.services.products.changed_since(None))]


async def test_refused_v2_tries_v3() -> None:
    far = toast()
    inner = far.simulator.admit

    def admit(call: Any) -> Any:
        return problem(403, "menus:read is missing") if call.path.startswith("/menus/v2") else inner(call)

    far.simulator.admit = admit  # type: ignore[method-assign] # an ordering partner's client
    assert far.services.products
    products = await whole(far.services.products.changed_since(None))
    assert len(far.asked("GET", "/menus/v3/menus")) == 1
    assert "Article 1 & more é" in [one.title for one in products]
    await whole(far.services.products.changed_since(None))
    assert len(far.asked("GET", "/menus/v2/menus")) == 1


async def test_nothing_published_is_said_so() -> None:
    far = toast()
    far.simulator.world.published = None
    assert far.services.products
    with pytest.raises(NotFound) as caught:
        await whole(far.services.products.changed_since(None))
    assert "Publish" in caught.value.next_step


async def test_sold_out_is_active_and_cannot_be_sold() -> None:
    far = toast()
    far.simulator.set_stock("SKU-0001", 0)
    assert far.services.products
    for product in await whole(far.services.products.changed_since(None)):
        for variant in product.variants:
            assert variant.available is (variant.sku != "SKU-0001")
            assert variant.inventory_quantity == (0 if variant.sku == "SKU-0001" else 40)


async def test_what_came_back_in_stock_is_seen_without_a_publish() -> None:
    far = toast()
    far.simulator.set_stock("SKU-0001", 0)
    products = far.services.products
    assert products
    first = [page async for page in products.changed_since(None)]
    assert await whole(products.changed_since(first[-1].cursor)) == []
    far.simulator.set_stock("SKU-0001", 5)
    later = await whole(products.changed_since(first[-1].cursor))
    assert all(variant.available for product in later for variant in product.variants)
    assert len(later) == len(first[0].items)


async def test_the_menu_is_not_written() -> None:
    far = toast()
    assert far.services.products
    product = (await whole(far.services.products.changed_since(None)))[0]
    with pytest.raises(Unsupported):
        await far.services.products.push(product, "k")


def test_a_required_single_choice_is_a_variant_with_its_price_and_defaults_are_kept() -> None:
    raw = json.loads(MENU.read_text(encoding="utf-8"))
    white, nameless, beans = to_products(raw, currency="EUR")
    assert [(one.option_values, one.price) for one in white.variants] == [
        ({"Milk": "Whole"}, Money(amount=380, currency="EUR")), ({"Milk": "Oat"}, Money(amount=440, currency="EUR")),
    ]  # fmt: skip
    assert all(one.id.count("+") == 2 for one in white.variants)  # the milk, and the cocoa that comes with it
    assert white.variants[0].barcode == "4006381333931"
    assert white.description == "Strong & small"
    assert (white.categories, white.tags) == (("Counter", "Drinks & more"), ("Hot",))
    assert (white.variants[0].weight, white.variants[0].weight_unit) == (Decimal("0.25"), "kg")
    assert len(white.images) == 1
    assert nameless.title == "Missing name"
    assert (beans.title, beans.variants[0].unit) == ("Beans of the house", "kg")
    assert beans.categories == ("Counter", "Drinks & more", "Beans")


def test_required_choices_that_are_not_one_each_cannot_be_sold() -> None:
    raw = json.loads(MENU.read_text(encoding="utf-8"))
    raw["modifierGroupReferences"]["2"] |= {"requiredMode": "REQUIRED", "minSelections": 2, "maxSelections": 3}
    white = to_products(raw)[0]
    assert not any(one.available for one in white.variants)
    assert white.variants[0].extra["unmet"] == ["Extras"]


# stock
async def test_nothing_left_is_a_state_and_not_a_number() -> None:
    far = toast()
    assert far.services.inventory
    item = far.simulator.world.by_sku("SKU-0001")
    await far.services.inventory.adjust([StockChange(variant_id=item.guid, delta=Decimal(-40))], "k")
    (row,) = json.loads(far.asked("PUT", "/inventory/update")[0].content)
    assert row == {"guid": item.guid, "status": "OUT_OF_STOCK"}
    assert far.simulator.stock_book()["SKU-0001"] == 0
    with pytest.raises(ValidationError):
        await far.services.inventory.adjust([StockChange(variant_id=item.guid, delta=Decimal(-1))], "l")


async def test_what_is_not_counted_is_left_alone_and_unknown_is_said() -> None:
    far = toast()
    item = far.simulator.world.by_sku("SKU-0001")
    item.stock = None
    assert far.services.inventory
    await far.services.inventory.adjust([StockChange(variant_id=item.guid, delta=Decimal(5))], "k")
    assert far.asked("PUT", "/inventory/update") == []
    with pytest.raises(NotFound):
        await far.services.inventory.adjust([StockChange(variant_id=guid("no", "item"), delta=Decimal(5))], "l")
    levels = {one.variant_id: one.quantity for one in await whole(far.services.inventory.levels(None))}
    assert levels[f"{item.guid}@{item.group}"] is None
    assert await whole(far.services.inventory.levels(None, [guid("no", "item")])) == []


async def test_a_change_by_somebody_else_between_is_left_alone() -> None:
    far = toast()
    assert far.services.inventory
    item = far.simulator.world.by_sku("SKU-0001")
    far.simulator.faults.plan("500", method="PUT")
    change = [StockChange(variant_id=item.guid, delta=Decimal(-2))]
    with pytest.raises(Exception, match="error"):
        await far.services.inventory.adjust(change, "k")
    far.simulator.set_stock("SKU-0001", 7)
    await far.services.inventory.adjust(change, "k")
    assert far.simulator.stock_book()["SKU-0001"] == 7


# promo codes
async def asked(far: Far, code: str, quantity: int = 2) -> Any:
    assert far.services.discounts
    item = far.simulator.world.by_sku("SKU-0001")
    line = a_line(1, 1250, quantity, variant_id=f"{item.guid}@{item.group}")
    return await far.services.discounts.validate(code, price(a_basket([line]), tax_setup("10")), now())


@pytest.mark.parametrize("code", ["NOSUCH", "EXPIRED", "OVER50", "", "  "])
async def test_toast_gives_no_reason(code: str) -> None:
    answer = await asked(toast(), code)
    assert (answer.refusal, answer.message) == (DiscountRefusal.UNKNOWN, SILENT)


async def test_a_minimum_and_a_limit_are_toasts_to_judge() -> None:
    far = toast()
    assert (await asked(far, "OVER50", 5)).valid
    assert (await asked(far, "ONCE")).valid
    next(one for one in far.simulator.world.promotions.values() if one.seed.code == "ONCE").used = 1
    assert not (await asked(far, "ONCE")).valid


async def test_a_code_for_some_goods_names_them() -> None:
    far = toast()
    item = far.simulator.world.by_sku("SKU-0001")
    made = Promotion(guid("discount", "SOME"), SeedDiscount("SOME", "percent", 2000, products=("plain",)))
    far.simulator.world.promotions[made.guid] = made
    answer = await asked(far, "some")
    assert answer.discount.scope.variant_ids == {f"{item.guid}@{item.group}"}
    assert (answer.discount.kind, answer.discount.percent) == (DiscountKind.PERCENTAGE, Decimal(20))


@pytest.mark.parametrize("named", [{"item": {"guid": "here"}}, {"externalId": "somebody else's", "guid": None}])
async def test_a_code_for_some_goods_never_counts_for_all(named: dict[str, Any], monkeypatch: Any) -> None:
    """How Toast names them is a guess: by their item they are known too, and else the code is not taken."""
    far = toast()
    item = far.simulator.world.by_sku("SKU-0001")
    if "item" in named:
        named["item"]["guid"] = item.guid
    made = Promotion(guid("discount", "SOME"), SeedDiscount("SOME", "percent", 2000, products=("plain",)))
    far.simulator.world.promotions[made.guid] = made
    row = {"discount": {"guid": made.guid}, "applicableChecks": [], "applicableSelections": [named]}
    monkeypatch.setattr(type(far.simulator.office), "_fits", lambda self, one, check: row)
    answer = await asked(far, "some")
    if "item" in named:
        assert answer.discount.scope.variant_ids == {f"{item.guid}@{item.group}"}
    else:
        assert answer.refusal is DiscountRefusal.UNSUPPORTED


def test_what_the_restaurant_hides_from_tills_is_known_and_not_offered() -> None:
    raw = json.loads(MENU.read_text(encoding="utf-8"))
    before = {one.id: one.status for one in to_products(raw)}
    assert set(before.values()) == {ProductStatus.ACTIVE}
    raw["menus"][0]["visibility"] = ["TOAST_ONLINE_ORDERING"]
    assert {one.status for one in to_products(raw)} == {ProductStatus.DRAFT}
    raw["menus"].append({**copy.deepcopy(raw["menus"][0]), "visibility": None, "name": "Counter", "guid": "other"})
    again = to_products(raw)
    assert {one.status for one in again} == {ProductStatus.ACTIVE}
    assert {name for one in again for name in one.categories if name == "Counter"}


async def test_with_read_only_access_a_discounts_name_counts_unproved() -> None:
    far = toast(secrets={"client_secret": STANDARD_SECRET}, access_tier="standard")
    answer = await asked(far, "ten10")
    assert (answer.valid, answer.source, answer.message) == (True, DiscountSource.CACHE, BY_NAME)
    assert (await asked(far, "nosuch")).refusal is DiscountRefusal.UNKNOWN
    assert far.services.discounts
    assert "Ten10" in [one.code for one in await whole(far.services.discounts.active())]


async def test_a_basket_of_nothing_on_the_menu_asks_nothing() -> None:
    far = toast()
    assert far.services.discounts
    basket = price(a_basket([a_line(1, 1250, 1, variant_id="")]), tax_setup("10"))
    assert not (await far.services.discounts.validate("TEN10", basket, now())).valid
    assert far.sent == []


# limits and webhooks
def test_the_limit_says_when_it_is_over() -> None:
    soon = int(datetime.now(UTC).timestamp()) + 30
    found = error(Reply(429, b'{"status":429,"message":"Too many requests"}', {"x-toast-ratelimit-reset": str(soon)}))
    assert isinstance(found, RateLimitExceeded)
    assert found.retry_at == datetime.fromtimestamp(soon, UTC)
    assert reset_at({"x-toast-ratelimit-reset": "17"}) is None  # seconds to go, it seems: not believed
    left = limits(Reply(200, b"{}", {"x-toast-ratelimit-remaining": "0", "x-toast-ratelimit-reset": str(soon)}))
    assert left is not None
    assert (left.remaining, 0 < left.reset_s <= 30) == (0, True)


def delivery(far: Far, at: datetime, restaurant: str = RESTAURANT) -> tuple[bytes, dict[str, str]]:
    body = json.dumps({
        "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"), "eventCategory": "partners",
        "eventType": "partner_removed", "guid": guid("event", 1), "details": {"restaurantGuid": restaurant},
    }).encode()  # fmt: skip
    return body, far.simulator.sign("", body, "secret", "")


async def test_old_deliveries_are_not_believed_and_others_restaurants_are_not_ours() -> None:
    far = toast(secrets={"client_secret": SECRET, "webhook_secret": "secret"})
    hooks = far.services.webhooks
    assert hooks
    body, headers = delivery(far, now())
    assert hooks.verify(body, headers, "")
    assert [event.kind for event in hooks.parse(body, headers)] == ["token_revoked"]
    body, headers = delivery(far, now() - timedelta(minutes=20), guid("another", "one"))
    assert not hooks.verify(body, headers, "")
    assert hooks.verify(body, {**headers, "Toast-Attempt-Number": "3"}, "")
    assert [event.kind for event in hooks.parse(body, headers)] == ["other"]


async def test_nobody_can_subscribe_and_it_is_said_how() -> None:
    far = toast()
    assert far.services.webhooks
    with pytest.raises(Unsupported) as caught:
        await far.services.webhooks.subscribe("https://relay.example.com/toast")
    assert "Toast Web" in caught.value.next_step
    assert await far.services.webhooks.subscriptions() == []


def test_hosts_are_toasts_only() -> None:
    assert known.FACTS.hosts == ("*.toasttab.com",)
    for given, url in (("", "https://ws-api.toasttab.com"), ("https://ws-sandbox-api.eng.toasttab.com/", None)):
        connection = toast().connection.model_copy(update={"fields": {"base_url": given}})
        assert CONNECTOR.base_url(connection) == (url or given.rstrip("/"))


def test_a_check_that_was_voided_does_not_count() -> None:
    sample = json.loads((MENU.parent / "order.json").read_text(encoding="utf-8"))
    second = copy.deepcopy(sample["checks"][0]) | {"voided": True}
    sample["checks"].append(second)
    order = to_order(sample)
    assert (order.total, order.paid, order.refunded, order.discount) == (1063, 1063, 250, 100)
    assert order.lines[0].title == "Flat white · Oat"
    assert order.lines[0].unit_price == Money(amount=550, currency="USD")
    assert (order.note, order.lines[0].tax) == ("No lid", 63)
    assert order.customer is not None
    assert order.customer.address is not None
    assert (order.customer.phone, order.customer.address.line1) == ("+12025550101", "1 Main Street")


async def test_the_machines_clock_ahead_of_toasts_misses_no_order() -> None:
    far = toast()
    assert far.services.orders
    far.simulator.clock.advance(timedelta(seconds=120))
    order = sale()
    await far.services.orders.create(order, "key", linked(far))
    found = await far.services.orders.find(order.reference, around=order.captured_at)
    assert [one.reference for one in found] == [order.reference]
