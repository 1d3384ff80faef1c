"""What is Leaflogix's own: two keys for one order, guests, roles and limits, packages, codes, pages from 0 or 1."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from posbridge.connectors.contract import Connection, LicenceSearch, RemoteVariant, SendContext
from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    OutcomeUnknown,
    PermissionDenied,
    RateLimitExceeded,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.leaflogix import CONNECTOR, mapping
from posbridge.connectors.leaflogix.calls import KEY_FIELD, KEY_HEADER, key_of
from posbridge.domain.basket import PricedBasket
from posbridge.domain.customer import Address, Customer
from posbridge.domain.discount import Discount, DiscountKind, DiscountRefusal
from posbridge.domain.errors import ConfigurationError
from posbridge.domain.order import TenderKind
from posbridge.domain.pricing import price
from posbridge.sandbox.leaflogix import LeaflogixSimulator
from posbridge.sandbox.leaflogix.app import CONSUMER, KEY
from posbridge.testing.builders import a_basket, a_line, an_order, tax_setup
from posbridge.testing.conformance.base import Steps, whole
from posbridge.testing.conformance.selling import sale
from posbridge.testing.conformance.shop import ONCE, shop
from tests.connectors.leaflogix.lab import Lab, links, opened

JANE = Customer(
    id="", first_name="Jane", last_name="Doe", email="jane.doe@example.com", phone="+13035550142",
    address=Address(line1="1 Elm St", city="Denver", region="CO", postcode="80203"), date_of_birth=date(1990, 4, 1),
)  # fmt: skip


class Lost(httpx.AsyncBaseTransport):
    """Loses the answer of the next submit; `strip` takes a header or a field of the body off each write before."""

    def __init__(self, leaf: Lab, strip: str = "") -> None:
        assert leaf.http._own is not None
        self._inner, leaf.http._own._transport = leaf.http._own._transport, self
        self.lose, self._strip = 1, strip

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(self._stripped(request))
        if request.url.path == "/preorder/submit" and self.lose:
            self.lose -= 1
            raise httpx.ReadError("gone", request=request)
        return answer

    def _stripped(self, request: httpx.Request) -> httpx.Request:
        if self._strip == KEY_HEADER:
            request.headers.pop(KEY_HEADER, None)
        if self._strip == KEY_FIELD and request.url.path == "/preorder/submit":
            body = {name: value for name, value in json.loads(request.content).items() if name != KEY_FIELD}
            kept = {name: value for name, value in request.headers.items() if name != "content-length"}
            return httpx.Request(request.method, request.url, headers=kept, content=json.dumps(body))
        return request


async def twice(leaf: Lab, strip: str = "") -> int:
    """Submits, loses the answer, submits again: how many orders there are."""
    order, steps = sale(), Steps()
    Lost(leaf, strip)
    context = SendContext(steps, await links(leaf))
    with pytest.raises(OutcomeUnknown):
        await leaf.orders.create(order, "key-1", context)
    await leaf.orders.create(order, "key-1", context)
    return len(leaf.booked)


# one order, whatever happens
async def test_a_repeat_under_both_keys_is_one_order() -> None:
    leaf = opened()
    assert await twice(leaf) == 1
    first, again = leaf.asked("POST", "/preorder/submit")
    assert first.content == again.content, "the body is frozen"
    assert first.headers[KEY_HEADER] == again.headers[KEY_HEADER] == CONSUMER
    assert len(json.loads(first.content)[KEY_FIELD]) == 36
    assert len(leaf.asked("POST", "/transaction/create-anonymous")) == 1


@pytest.mark.parametrize("strip", [KEY_HEADER, KEY_FIELD])
async def test_without_one_of_the_keys_leaflogix_makes_two(strip: str) -> None:
    """This is why nothing is sent without both: the platform says nothing and doubles."""
    assert await twice(opened(), strip) == 2


@pytest.mark.parametrize("missing", [KEY_HEADER, KEY_FIELD])
async def test_nothing_leaves_without_both_keys(missing: str) -> None:
    secrets = {"api_key": KEY, "consumer_key": "" if missing == KEY_HEADER else CONSUMER}
    leaf = opened(secrets=secrets)
    order, steps = sale(), Steps()
    context = SendContext(steps, await links(leaf))
    if missing == KEY_FIELD:
        body = mapping.from_order(order, links=context.links, customer_id="778899")
        await steps.put("order_body", json.dumps({**body, KEY_FIELD: ""}))
    with pytest.raises((ConfigurationError, ValidationError)):
        await leaf.orders.create(order, "key-1", context)
    assert leaf.asked("POST", "/preorder/submit") == []
    assert leaf.booked == []


async def test_customers_are_made_under_both_keys_too() -> None:
    leaf = opened()
    await leaf.people.create(JANE, "key-c")
    (sent,) = leaf.asked("POST", "/customer/customer")
    assert sent.headers[KEY_HEADER] == CONSUMER
    assert json.loads(sent.content)[KEY_FIELD] == key_of("key-c")


def test_keys_are_uuids_of_36_characters() -> None:
    mine = uuid4()
    assert key_of(str(mine)) == str(mine)
    assert key_of("order:1") == key_of("order:1") != key_of("order:2")
    assert str(UUID(key_of("x" * 200))) == key_of("x" * 200)


async def test_an_order_that_is_there_is_not_sent_again() -> None:
    leaf = opened()
    steps = Steps()
    await steps.put("order", "9123456")
    ref = await leaf.orders.create(sale(), "key-1", SendContext(steps, {}))
    assert (ref.id, leaf.sent) == ("9123456", [])


async def test_both_forms_of_the_answer() -> None:
    leaf = opened()
    leaf.simulator.orders.object_answers = True
    ref = await leaf.orders.create(sale(), "key-1", leaf.context(await links(leaf)))
    assert ref.id == leaf.booked[0]["id"]


# guests and customers
async def test_a_guest_is_checked_in_once_though_the_answer_got_lost() -> None:
    leaf, order, steps = opened(), sale(), Steps()
    context = SendContext(steps, await links(leaf))
    leaf.simulator.faults.plan("lost500", path="/transaction/create-anonymous")
    with pytest.raises(OutcomeUnknown):
        await leaf.orders.create(order, "key-1", context)
    await leaf.orders.create(order, "key-1", context)
    guests = leaf.simulator.shop.guests.values()
    assert [row["transactionReferenceNumber"] for row in guests] == [order.reference]
    assert len(leaf.booked) == 1


async def test_a_customer_for_guests_needs_no_check_in() -> None:
    leaf = opened()
    number = str(next(iter(leaf.simulator.shop.customers)))
    leaf = opened(leaf.simulator, guest_customer_id=number)
    await leaf.orders.create(sale(), "key-1", leaf.context(await links(leaf)))
    assert leaf.asked("POST", "/transaction/create-anonymous") == []
    (sent,) = leaf.asked("POST", "/preorder/submit")
    assert json.loads(sent.content)["customerId"] == int(number)
    assert json.loads(leaf.asked("POST", "/preorder/price-cart")[0].content)["customerId"] == int(number)


async def test_what_cannot_be_said_is_refused_before_a_guest_is_made() -> None:
    leaf = opened()
    there = await links(leaf)
    by_hand = an_order([(1250, 2)], discounts=[_by_hand()])
    for order, kind in ((by_hand, Unsupported), (sale(lines=[(77, 100, 1)]), ValidationError)):
        with pytest.raises(kind):
            await leaf.orders.create(order, "key-1", leaf.context(there))
    stranger = {"variant-1": RemoteVariant(variant_id="424242", product_id="424242")}
    with pytest.raises(ValidationError) as said:
        await leaf.orders.create(sale(lines=[(1, 1250, 1)]), "key-1", leaf.context(stranger))
    assert "not available" in said.value.message, "price-cart says it in plain text"
    assert leaf.asked("POST", "/transaction/create-anonymous") == []
    assert leaf.booked == []


def _by_hand() -> Discount:
    return Discount(name="Scratched", kind=DiscountKind.PERCENTAGE, percent=Decimal(10))


async def test_an_article_without_a_link_goes_by_its_sku_where_that_names_one_only() -> None:
    leaf = opened()
    order = sale()
    await leaf.orders.create(order, "key-1", leaf.context())
    assert {one["sku"] for one in leaf.booked[0]["lines"]} == {"SKU-0001", "SKU-0003"}
    leaf.simulator.shop.of_sku("SKU-0010")["sku"] = "SKU-0001"
    again = opened(leaf.simulator)
    with pytest.raises(ValidationError):
        await again.orders.create(sale(2), "key-2", again.context())


async def test_staff_are_told_of_another_total_and_of_what_was_paid() -> None:
    leaf = opened()
    there = await links(leaf)
    leaf.simulator.set_price("SKU-0001", 1300)
    order = sale(tenders=[(TenderKind.CASH, 5170)])
    ref = await leaf.orders.create(order, "key-1", leaf.context(there))
    notes = leaf.simulator.shop.orders[int(ref.id)]["_notes"]
    assert "till total 51.70 USD" in notes
    assert "Leaflogix's total 52.80" in notes
    assert "cash 51.70 USD" in notes
    assert (await leaf.orders.get(ref.id)).total == 5280


async def test_customers_are_found_by_phone_mail_licence_and_card() -> None:
    leaf = opened()
    people = leaf.people
    assert isinstance(leaf.services.customers, LicenceSearch)
    (ada,) = await people.find(phone="+1 (202) 555-0101")
    number = leaf.simulator.shop.licences[int(ada.id)]
    (same,) = await people.find_by_licence(number)
    assert (same.id, same.licence.number) == (ada.id, number)
    leaf.simulator.shop.customers[int(ada.id)].update(mmjidNumber="MMJ-9", mmjidExpirationDate="2027-01-31T00:00:00")
    (patient,) = await people.find_by_licence("mmj-9")
    assert patient.medical_card.expires == date(2027, 1, 31)
    assert await people.find_by_licence("nobody") == await people.find_by_licence(" ") == []
    with pytest.raises(Unsupported):
        await people.find(name="Ada Lovelace")


async def test_a_customer_needs_an_address_and_is_changed_sparsely() -> None:
    leaf = opened()
    with pytest.raises(ValidationError) as said:
        await leaf.people.create(JANE.model_copy(update={"address": None}), "key-c")
    assert "address1" in said.value.message
    assert leaf.asked("POST", "/customer/customer") == []
    made = await leaf.people.create(JANE, "key-c")
    assert (made.first_name, made.email, made.phone) == ("Jane", JANE.email, JANE.phone)
    await leaf.people.update(made.model_copy(update={"last_name": "Roe"}))
    again = await leaf.people.get(made.id)
    assert (again.last_name, again.email, again.date_of_birth) == ("Roe", JANE.email, date(1990, 4, 1))
    with pytest.raises(Conflict):
        await leaf.people.create(JANE.model_copy(update={"id": "ours-2"}), "key-d")
    assert await leaf.people.points(made.id) == Decimal(int(made.id) % 500)


async def test_a_merged_customer_is_the_other() -> None:
    leaf = opened()
    (ada,) = await leaf.people.find(email="ada@example.com")
    old = await leaf.people.create(JANE, "key-c")
    leaf.simulator.shop.customers[int(old.id)]["mergedIntoCustomerId"] = int(ada.id)
    assert (await leaf.people.get(old.id)).id == ada.id
    pages = [page async for page in leaf.people.changed_since(None)]
    assert old.id in [gone for page in pages for gone in page.deleted]


@pytest.mark.parametrize("first", [0, 1])
async def test_customers_pages_from_0_or_from_1(first: int) -> None:
    leaf = opened()
    for number in range(7):
        leaf.simulator.shop.new_customer({"firstName": f"C{number}", "status": "Active"})
    leaf.simulator.people.pages_from, leaf.simulator.people.most_a_page = first, 3
    listed = [one.id for one in await whole(leaf.people.changed_since(None))]
    assert len(listed) == len(set(listed)) == 8


async def test_when_the_key_may_be_dead_a_likely_order_is_left_to_a_person() -> None:
    """The guest list shows the last check-in of a customer only, so an older order of theirs has no reference."""
    leaf = opened()
    number = str(next(iter(leaf.simulator.shop.customers)))
    leaf = opened(leaf.simulator, guest_customer_id=number)
    there = await links(leaf)
    order = sale()
    steps = Steps()
    await leaf.orders.create(order, "key-1", SendContext(steps, there))
    await leaf.orders.create(sale(2), "key-2", leaf.context(there))
    del steps.kept["order"]  # the answer got lost
    assert await leaf.orders.find(order.reference, around=order.captured_at, steps=steps) == [], "the key keeps it one"
    old = order.captured_at - timedelta(days=2)
    with pytest.raises(ValidationError) as said:
        await leaf.orders.find(order.reference, around=old, steps=steps)
    assert leaf.booked[0]["id"] in said.value.message
    assert await leaf.orders.find("P0NEVERMADE00000", around=old, steps=Steps()) == []


# the key, its roles, its limits
async def test_the_key_is_signed_as_documented() -> None:
    for pasted, integrator in ((KEY, ""), (f"{KEY}:", ""), (KEY, "integrator")):
        leaf = opened(secrets={"api_key": pasted, "consumer_key": CONSUMER, "integrator_key": integrator})
        await leaf.products.rows()
        coded = base64.b64encode(f"{KEY}:{integrator}".encode()).decode()
        assert leaf.sent[0].headers["authorization"] == f"Basic {coded}"
    bad = opened(secrets={"api_key": "", "consumer_key": CONSUMER})
    with pytest.raises(AuthenticationError):
        await bad.products.rows()


def test_an_old_host_is_the_present_one() -> None:
    for given, used in (
        ("https://publicapi.leaflogix.net/", "https://api.pos.dutchie.com"), ("", "https://api.pos.dutchie.com"),
        ("http://127.0.0.1:8700", "http://127.0.0.1:8700"),
    ):  # fmt: skip
        connection = Connection(id="c", platform="leaflogix", fields={"base_url": given})
        assert CONNECTOR.base_url(connection) == used


@pytest.mark.parametrize("pascal", [False, True])
async def test_the_probe_reads_names_whatever_their_case(pascal: bool) -> None:
    leaf = opened()
    leaf.simulator.pascal = pascal
    probe = await leaf.services.probe()
    assert (probe.account, probe.locations[0].id) == ("Conformance", "420140")
    assert probe.settings == {"license_number": "402R-00001"}
    assert probe.tax_rates["Cannabis"] == probe.tax_rates[""] == (("Sales Tax", "10"),)
    assert probe.prices_include_tax is False
    leaf.simulator.orders.report_off = True
    assert (await leaf.services.probe()).tax_rates == {}


@pytest.mark.parametrize("role", ["PreOrder", "Customer", "Inventory", "Reporting"])
async def test_the_probe_names_a_missing_role(role: str) -> None:
    leaf = opened()
    leaf.simulator.keys[KEY] = leaf.simulator.keys[KEY] - {role}
    if role == "Inventory":
        with pytest.raises(PermissionDenied) as said:
            await leaf.products.rows()
        assert role in str(said.value)
        leaf.simulator.keys[KEY] = frozenset({"PreOrder", "Customer", "Reporting"})
    try:
        missing = (await leaf.services.probe()).missing
    except PermissionDenied as problem:
        missing = (problem.platform_code,)
    assert role in missing


async def test_the_probe_refuses_settings_that_cannot_work() -> None:
    with pytest.raises(ValidationError):
        await opened(secrets={"api_key": KEY, "consumer_key": "no-guid"}).services.probe()
    with pytest.raises(ValidationError) as said:
        await opened(default_customer_type="Wholesale").services.probe()
    assert "Recreational" in str(said.value)


async def test_limits_count_by_endpoint() -> None:
    leaf = opened(LeaflogixSimulator(shop()))
    for _ in range(120):
        await leaf.products.rows()
    with pytest.raises(RateLimitExceeded) as said:
        await leaf.products.rows()
    assert said.value.retry_at is not None
    leaf.http.window._hold = 0.0
    await leaf.http.get("inventory", what="inventory")
    assert leaf.simulator.counts.refused == 1


def test_each_call_has_a_rate_of_its_own() -> None:
    rates = {rate.what: rate.requests for rate in CONNECTOR.facts.capabilities.rates}
    assert (rates["transactions"], rates["price-cart"], rates["cancel"]) == (600, 240, 240)
    assert (rates["customer-search"], rates["customer-write"], rates["loyalty"]) == (360, 1500, 1)
    assert (rates["inventory"], rates["whoami"], rates["reporting"], rates["products"]) == (200, 200, 60, 120)
    assert "all" not in rates


# stock
async def test_stock_comes_by_package_and_from_the_report_where_the_inventory_is_empty() -> None:
    leaf = opened()
    there = await links(leaf)
    leaf.simulator.set_stock("SKU-0003", 0)
    for hidden in (False, True):
        leaf.simulator.hide_inventory = hidden
        levels = {one.variant_id: one for one in await whole(leaf.stock.levels(None))}
        cup, shirt = levels[there["variant-1"].variant_id], levels[there["variant-3"].variant_id]
        assert (cup.quantity, len(cup.batches), cup.low_at) == (Decimal(40), 2, Decimal(5))
        assert all(batch.tag and batch.expires for batch in cup.batches)
        assert shirt.quantity == 0
    leaf.simulator.hide_inventory = False
    rooms = await leaf.stock.rooms()
    assert sum(rooms[cup.variant_id].values()) == 40
    with pytest.raises(Unsupported):
        await leaf.stock.adjust([], "key")
    with pytest.raises(Unsupported):
        await leaf.products.push(None, "key")


async def test_bulk_flower_is_sold_by_weight_at_its_tiers() -> None:
    leaf = opened()
    row = leaf.simulator.shop.of_sku("SKU-0001")
    bands = [{"startWeight": 1.0, "price": 10.0}, {"startWeight": 3.5, "price": 32.0}]
    leaf.simulator.shop.touch(row, pricingTierData=bands, defaultUnit="Grams", recPrice=10.0)
    order = an_order([a_line(1, 1000, Decimal("3.5"), unit="g")])
    ref = await leaf.orders.create(order, "key-1", leaf.context(await links(leaf)))
    (sent,) = leaf.asked("POST", "/preorder/submit")
    assert json.loads(sent.content)["items"] == [{"productId": row["productId"], "quantity": 3.5}]
    assert (await leaf.orders.get(ref.id)).total == 3520


async def test_one_article_on_two_lines_goes_once() -> None:
    leaf = opened()
    order = an_order([a_line(1, 1250, 2), a_line(1, 1250, 1, id="line-9")])
    await leaf.orders.create(order, "key-1", leaf.context(await links(leaf)))
    assert leaf.booked[0]["lines"][0]["quantity"] == 3
    assert leaf.booked[0]["total"] == order.totals.total


# codes
def basket(leaf_links: dict[str, RemoteVariant], quantity: int = 2) -> PricedBasket:
    link = leaf_links["variant-1"]
    line = a_line(1, 1250, quantity, variant_id=link.variant_id, product_id=link.product_id)
    return price(a_basket([line]), tax_setup("10"))


async def test_codes_are_asked_for_once_in_ten_minutes_and_capitals_do_not_count() -> None:
    leaf = opened()
    there = await links(leaf)
    for code in (" ten10 ", "TEN10", ONCE):
        assert (await leaf.discounts.validate(code, basket(there), datetime.now(UTC))).valid
    assert len(leaf.asked("GET", "/discounts/v2/list")) == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"isActive": False}, DiscountRefusal.INACTIVE), ({"firstTimeCustomerOnly": 1}, DiscountRefusal.UNSUPPORTED),
        ({"validDateFrom": "2999-01-01T05:00:00Z"}, DiscountRefusal.NOT_STARTED),
        ({"validDateTo": "2020-01-01T05:00:00Z"}, DiscountRefusal.EXPIRED),
        (dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), False),
         DiscountRefusal.NOT_STARTED),
        ({"restrictToGroupIds": [5]}, DiscountRefusal.UNSUPPORTED),
    ],
)  # fmt: skip
async def test_a_code_that_does_not_count_says_why(change: dict[str, Any], refusal: DiscountRefusal) -> None:
    leaf = opened()
    there = await links(leaf)
    row = next(one for one in leaf.simulator.shop.discounts if one["discountCode"] == "TEN10")
    row.update(change)
    answer = await leaf.discounts.validate("TEN10", basket(there), datetime.now(UTC))
    assert (answer.refusal, answer.discount) == (refusal, None)
    assert answer.message


async def test_in_another_currency_and_with_tax_inside() -> None:
    seed = replace(shop(), prices_include_tax=True)
    leaf = opened(LeaflogixSimulator(seed, rate=0))
    order = an_order([a_line(1, 1250, 2)], included=True)
    ref = await leaf.orders.create(order, "key-1", leaf.context(await links(leaf)))
    read = await leaf.orders.get(ref.id)
    assert (read.total, read.tax) == (order.totals.total, order.totals.tax)
    assert (await leaf.services.probe()).prices_include_tax is True
