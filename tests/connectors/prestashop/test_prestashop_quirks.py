"""What is PrestaShop's own: totals that must match, one order a cart, slips without a guard, numbers for stock."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from posbridge.connectors.contract import RemoteRef
from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    ServiceUnavailable,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.prestashop.shop import rates_of
from posbridge.domain.customer import Address, Customer
from posbridge.domain.discount import Discount, DiscountKind, DiscountRefusal
from posbridge.domain.inventory import StockChange
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus, TenderKind
from posbridge.domain.pricing import price
from posbridge.sandbox.prestashop import PrestaShopSimulator
from posbridge.sandbox.prestashop.simulator import KEY
from posbridge.testing.builders import a_basket, a_line, tax_setup
from posbridge.testing.conformance.base import Killed, Steps, now, whole
from posbridge.testing.conformance.selling import CUP, SHIRT, giving_back, sale
from posbridge.testing.conformance.shop import shop
from tests.connectors.prestashop.bench import Bench, bench


def services(made: Bench) -> Any:
    return made.services


# the total must match to the cent
async def test_a_shop_that_taxes_otherwise_is_met_at_the_second_try() -> None:
    """The rate changed after posbridge had read it: the first order is in error, deleted, and made anew."""
    made, order = bench(), sale()
    await services(made).orders.find("P0NOTHING")
    made.simulator.shop.tables["taxes"][1]["rate"] = "12.5"
    ref = await services(made).orders.create(order, "key-1", made.context())
    assert (made.booked["total"], made.booked["paid"]) == (order.totals.total, order.totals.total)
    assert made.booked["id"] == ref.id
    assert [one.path for one in made.writes() if one.method == "DELETE"] == ["orders/1"]
    assert made.simulator.stock_book()["SKU-0001"] == 38
    (row,) = made.table("orders")
    assert (row["current_state"], row["valid"]) == ("11", "1")


@pytest.mark.parametrize("rate", ["0", "3", "9.999", "11.37", "25", "61"])
async def test_the_second_try_is_exact_whatever_the_rate(rate: str) -> None:
    for number, lines in enumerate(([CUP, SHIRT], [(1, 333, 7), (3, 9999, 3)], [(4, 1, 1)]), start=1):
        made, order = bench(), sale(number, lines)
        await services(made).orders.find("P0NOTHING")
        made.simulator.shop.tables["taxes"][1]["rate"] = rate
        await services(made).orders.create(order, "key-1", made.context())
        assert (made.booked["total"], made.booked["paid"]) == (order.totals.total, order.totals.total)


async def test_a_shop_that_rounds_each_item() -> None:
    made, order = bench(), sale(lines=[(1, 333, 7), (3, 1999, 3), (4, 1001, 1)])
    for row in made.table("configurations"):
        row["value"] = "1" if row["name"] == "PS_ROUND_TYPE" else row["value"]
    await services(made).orders.create(order, "key-1", made.context())
    assert (made.booked["total"], made.booked["paid"]) == (order.totals.total, order.totals.total)
    assert [one.method for one in made.writes() if one.path.startswith("orders/")] == ["PATCH"]


async def test_another_currency_is_refused_before_anything_is_sent() -> None:
    made = bench()
    made.simulator.shop.add("currencies", {"name": "EUR", "iso_code": "EUR", "active": 1, "conversion_rate": "0.9"})
    with pytest.raises(ValidationError, match="sells in USD"):
        await services(made).orders.create(sale().model_copy(update={"currency": "EUR"}), "key-1", made.context())
    assert made.writes() == []


async def test_a_kill_between_deleting_and_making_anew_loses_nothing() -> None:
    for number in range(1, 12):
        made, order = bench(), sale(number)
        await services(made).orders.find("P0NOTHING")
        made.simulator.shop.tables["taxes"][1]["rate"] = "12.5"
        made.steps = Steps(die_after=number)
        try:
            await services(made).orders.create(order, "key-1", made.context())
        except Killed:
            made.steps = made.steps.after_restart()
            await services(made).orders.create(order, "key-1", made.context())
        assert made.booked["total"] == order.totals.total
        assert made.simulator.stock_book()["SKU-0001"] == 38


async def test_added_shipping_is_said_in_words() -> None:
    made = bench(id_carrier="2")
    with pytest.raises(ValidationError, match="shipping of 7"):
        await services(made).orders.create(sale(), "key-1", made.context())
    assert made.simulator.stock_book()["SKU-0001"] == 40
    (failed,) = await services(made).orders.find(sale().reference)
    assert (failed.complete, failed.status) == (False, OrderStatus.FAILED)


async def test_without_the_right_to_delete_a_wrong_total_waits_for_a_person() -> None:
    made = bench()
    await services(made).orders.find("P0NOTHING")
    made.simulator.shop.tables["taxes"][1]["rate"] = "12.5"
    rights = made.simulator.keys[KEY]
    rights["orders"] = rights["orders"] - {"DELETE"}
    with pytest.raises(ValidationError, match="reckons"):
        await services(made).orders.create(sale(), "key-1", made.context())


async def test_only_our_own_failed_try_is_ever_deleted() -> None:
    made = bench()
    await services(made).orders.create(sale(1), "key-1", made.context())
    row = made.table("orders")[0]
    row["current_state"], row["gift_message"] = "8", "somebody else's"
    made.steps.kept = {"order": str(row["id"])}
    with pytest.raises(Conflict):
        await services(made).orders.create(sale(1), "key-1", made.context())
    assert len(made.table("orders")) == 1


# one cart, one order
@pytest.mark.parametrize("lost", ["carts", "specific_prices", "orders"])
async def test_after_a_lost_answer_everything_is_looked_up(lost: str) -> None:
    made, order = bench(), sale()
    made.wire.lost = [f"POST {lost}"]
    with pytest.raises(OutcomeUnknown):
        await services(made).orders.create(order, "key-1", made.context())
    await services(made).orders.create(order, "key-1", made.context())
    assert len(made.table("carts")) == 1
    assert made.booked["total"] == order.totals.total
    assert made.booked["paid"] == order.totals.total


async def test_a_lost_note_is_written_again() -> None:
    made, order = bench(), sale()
    made.wire.lost = ["POST orders"]
    with pytest.raises(OutcomeUnknown):
        await services(made).orders.create(order, "key-1", made.context())
    (found,) = await services(made).orders.find(order.reference)
    assert not found.complete
    await made.steps.put("order", found.id)
    await services(made).orders.create(order, "key-1", made.context())
    (found,) = await services(made).orders.find(order.reference)
    assert found.complete
    assert str(order.id) in found.note


async def test_of_several_carts_the_first_is_taken() -> None:
    made, order = bench(), sale()
    made.wire.lost = ["POST carts"]
    with pytest.raises(OutcomeUnknown):
        await services(made).orders.create(order, "key-1", made.context())
    first = made.table("carts")[0]
    made.simulator.shop.add("carts", {n: v for n, v in first.items() if n != "id"})
    await services(made).orders.create(order, "key-1", made.context())
    assert made.table("orders")[0]["id_cart"] == str(first["id"])


# what an order carries
async def test_tenders_discounts_and_note_stand_in_payment_and_note() -> None:
    made = bench()
    ten = Discount(id="1", code="TEN10", name="Ten", kind=DiscountKind.PERCENTAGE, percent=Decimal(10))
    lines = [a_line(1, 1250, 2)]
    total = price(a_basket(lines, discounts=[ten]), tax_setup("10")).totals.total
    order = sale(lines=[CUP], discounts=[ten], note="Gift <wrapped>",
                 tenders=[(TenderKind.CASH, 1000), (TenderKind.CARD, total - 1000)])  # fmt: skip
    ref = await services(made).orders.create(order, "key-1", made.context())
    (row,) = made.table("orders")
    assert row["payment"] == f"Cash 10.00 + Card {Decimal(total - 1000) / 100}"
    for words in (str(order.id), order.receipt_number, "Discount TEN10: -2.50", "Gift <wrapped>"):
        assert words in row["note"]
    assert row["total_paid"] == f"{Decimal(total) / 100:.6f}"
    rule = next(rule for rule in made.table("cart_rules") if rule["code"] == "TEN10")
    assert rule["quantity"] == "999999"
    await services(made).orders.create(order, "key-1", made.context())
    assert rule["quantity"] == "999999"
    assert (await services(made).orders.get(ref.id)).note == row["note"]


async def test_equal_articles_share_a_row() -> None:
    made = bench()
    order = sale(lines=[(1, 1250, 2), (1, 1000, 1), SHIRT])
    await services(made).orders.create(order, "key-1", made.context())
    assert made.booked["total"] == order.totals.total
    assert [line["quantity"] for line in made.booked["lines"]] == ["3", "1"]


async def test_unknown_and_weighed_articles_are_refused_before_anything_is_sent() -> None:
    made = bench()
    with pytest.raises(ValidationError, match="SKU-0077"):
        await services(made).orders.create(sale(lines=[(77, 100, 1)]), "key-1", made.context())
    weighed = sale()
    half = weighed.lines[0].model_copy(update={"quantity": Decimal("0.5")})
    broken = weighed.model_copy(update={"lines": (half, *weighed.lines[1:])})
    with pytest.raises(Unsupported):
        await services(made).orders.create(broken, "key-1", made.context())
    assert made.writes() == []


async def test_a_customers_sale_is_booked_to_an_address_at_the_store() -> None:
    made = bench()
    there = made.simulator.shop
    ada = next(row for row in made.table("customers") if row["email"] == "ada@example.com")
    there.add("countries", {"iso_code": "FR", "name": "France"}, 8)
    for home in made.table("addresses"):
        if home["id_customer"] == str(ada["id"]):
            home["id_country"] = "8"
    order = sale()
    await services(made).orders.create(order, "key-1", made.context(customer_id=str(ada["id"])))
    (row,) = made.table("orders")
    home = there.find("addresses", row["id_address_delivery"])
    assert home is not None
    assert (row["id_customer"], home["id_country"], home["alias"]) == (str(ada["id"]), "21", "Till")
    assert made.booked["total"] == order.totals.total


async def test_the_wanted_state_is_set_once() -> None:
    made, order = bench(id_state_paid="5"), sale()
    await services(made).orders.create(order, "key-1", made.context())
    await services(made).orders.create(order, "key-1", made.context())
    assert [row["id_order_state"] for row in made.table("order_histories")] == ["11", "5"]
    assert (await services(made).orders.get("1")).status is OrderStatus.COMPLETED
    assert made.booked["paid"] == order.totals.total


async def test_a_cancelled_order_gives_its_stock_back_once() -> None:
    made = bench()
    ref = await services(made).orders.create(sale(), "key-1", made.context())
    for _ in range(2):
        remote = await services(made).orders.update_status(ref.id, OrderStatus.CANCELLED)
    assert remote.status is OrderStatus.CANCELLED
    assert made.simulator.stock_book()["SKU-0001"] == 40
    assert len(made.table("order_histories")) == 2
    with pytest.raises(Unsupported):
        await services(made).orders.update_status(ref.id, OrderStatus.READY)


async def test_changing_the_note_keeps_our_mark() -> None:
    made, order = bench(), sale()
    ref = await services(made).orders.create(order, "key-1", made.context())
    remote = await services(made).orders.update(ref.id, note="Left at the desk")
    assert remote.note.endswith("Left at the desk")
    assert (await services(made).orders.find(order.reference))[0].complete


# refunds
async def test_a_refund_moves_stock_slip_note_and_state() -> None:
    made, order = bench(), sale()
    ref = await services(made).orders.create(order, "key-1", made.context())
    part, rest = giving_back(order, [("line-1", 1)], 1), giving_back(order, [("line-1", 1), ("line-3", 1)], 2)
    for refund in (part, rest):
        made.steps = Steps()
        await services(made).orders.refund(refund, ref, str(refund.id), made.context())
    assert made.booked["refunded"] == order.totals.total
    stock = made.simulator.stock_book()
    assert (stock["SKU-0001"], stock["SKU-0003"]) == (40, 40)
    remote = await services(made).orders.get(ref.id)
    assert (remote.status, remote.refunded) == (OrderStatus.REFUNDED, order.totals.total)
    assert part.reference in remote.note
    assert [one.id for one in await services(made).orders.find_refund(part, ref)] == ["1"]
    assert [one.id for one in await services(made).orders.find_refund(rest, ref)] == ["2"]


@pytest.mark.parametrize("lost", ["PATCH stock_availables", "POST order_slip", "PATCH orders"])
async def test_a_refund_goes_on_where_it_stopped(lost: tuple[str, str]) -> None:
    made, order = bench(), sale()
    ref = await services(made).orders.create(order, "key-1", made.context())
    made.steps = Steps()
    refund = giving_back(order, [("line-1", 2)])
    made.wire.lost = [lost]
    with pytest.raises(OutcomeUnknown):
        await services(made).orders.refund(refund, ref, "key-r", made.context())
    await services(made).orders.refund(refund, ref, "key-r", made.context())
    assert len(made.table("order_slip")) == 1
    assert made.simulator.stock_book()["SKU-0001"] == 40


async def test_a_refund_of_an_unknown_line_is_refused() -> None:
    made, order = bench(), sale()
    ref = await services(made).orders.create(order, "key-1", made.context())
    refund = giving_back(order, [("line-1", 1)])
    odd = refund.lines[0].model_copy(update={"line_id": "line-9", "sku": "NONE", "variant_id": "v"})
    with pytest.raises(ValidationError):
        await services(made).orders.refund(refund.model_copy(update={"lines": (odd,)}), ref, "k", made.context())
    with pytest.raises(NotFound):
        await services(made).orders.refund(refund, RemoteRef(id="999"), "k", made.context())


async def test_orders_with_new_slips_come_along() -> None:
    """A slip made in the back office moves nothing of its order (recorded 445)."""
    made, order = bench(), sale()
    ref = await services(made).orders.create(order, "key-1", made.context())
    for row in made.table("orders"):
        row["date_upd"] = row["date_add"] = "2026-01-01 00:00:00"
    slip = {"id_customer": 1, "id_order": ref.id, "total_products_tax_incl": "5.00", "amount": "5.00"}
    made.simulator.shop.add("order_slip", slip)
    (found,) = await whole(services(made).orders.changed_since(None))
    assert (found.id, found.refunded, found.status) == (ref.id, 500, OrderStatus.PARTIALLY_REFUNDED)


# stock
async def test_an_unchanged_stock_list_is_asked_for_nothing() -> None:
    made = bench()
    pages = [page async for page in services(made).inventory.levels(None)]
    assert len([level for page in pages for level in page.items]) == len(made.simulator.seeder.variants)
    again = [page async for page in services(made).inventory.levels(pages[-1].cursor)]
    assert [list(page.items) for page in again] == [[]]
    assert (again[-1].last, again[-1].cursor) == (True, pages[-1].cursor)
    made.simulator.set_stock("SKU-0001", 3)
    later = await whole(services(made).inventory.levels(again[-1].cursor))
    assert {int(level.quantity) for level in later if level.variant_id == made.links["variant-1"].variant_id} == {3}


async def test_a_lost_stock_write_is_not_written_twice() -> None:
    made = bench()
    change = StockChange(variant_id=made.links["variant-1"].variant_id, delta=Decimal(-2))
    made.wire.lost = ["PATCH stock_availables"]
    with pytest.raises(OutcomeUnknown):
        await services(made).inventory.adjust([change], "key-1")
    await services(made).inventory.adjust([change], "key-1")
    assert made.simulator.stock_book()["SKU-0001"] == 38
    with pytest.raises(NotFound):
        await services(made).inventory.adjust([StockChange(variant_id="999-0", delta=Decimal(1))], "key-2")
    with pytest.raises(Unsupported):
        await services(made).inventory.adjust([change.model_copy(update={"delta": Decimal("0.5")})], "key-3")


# the catalogue
async def test_a_change_of_a_variant_is_seen_though_no_time_moves() -> None:
    made = bench()
    pages = [page async for page in services(made).products.changed_since(None)]
    made.simulator.set_price("SKU-0003", 2500)
    found = await whole(services(made).products.changed_since(pages[-1].cursor))
    prices = {variant.sku: variant.price for product in found for variant in product.variants}
    assert prices["SKU-0003"] == Money(amount=2500, currency="USD")


async def test_a_reduction_that_begins_is_seen() -> None:
    made = bench()
    pages = [page async for page in services(made).products.changed_since(None)]
    product = made.links["variant-1"].product_id
    special = {
        "id_product": product,
        "price": -1,
        "from_quantity": 1,
        "reduction": "0.2",
        "reduction_type": "percentage",
    }
    made.simulator.shop.add("specific_prices", special)
    found = {p.id: p for p in await whole(services(made).products.changed_since(pages[-1].cursor))}
    cup = found[product].variants[0]
    assert (cup.price, cup.compare_at_price) == (Money(amount=1000, currency="USD"), Money(amount=1250, currency="USD"))


async def test_prices_of_a_cart_are_no_reductions() -> None:
    made = bench()
    await services(made).orders.find("P0NOTHING")
    price_of_cart = {"id_cart": 9, "id_product": made.links["variant-1"].product_id, "price": "1", "from_quantity": 1}
    made.simulator.shop.add("specific_prices", price_of_cart)
    cup = await services(made).products.get(made.links["variant-1"].product_id)
    assert cup.variants[0].price == Money(amount=1250, currency="USD")


async def test_pictures_have_a_public_address() -> None:
    made = bench()
    cup = await services(made).products.get(made.links["variant-1"].product_id)
    assert cup.images[0].url == f"{made.simulator.address}/img/p/1/1.jpg"


async def test_a_pushed_product_is_made_once_and_changed_in_every_language() -> None:
    made = bench()
    made.simulator.shop.add("languages", {"name": "French", "iso_code": "fr", "active": 1})
    cup = await services(made).products.get(made.links["variant-1"].product_id)
    await services(made).products.push(cup.model_copy(update={"title": "Cup #2"}), "key-1")
    row = made.simulator.shop.find("products", cup.id)
    assert row is not None
    assert row["name"] == {"1": "Cup 2", "2": "Cup 2"}
    assert row["price"] == "12.500000"
    fresh = cup.model_copy(update={"id": "", "title": "New"})
    first = await services(made).products.push(fresh, "key-2")
    again = await services(made).products.push(fresh, "key-2")
    assert first.id == again.id
    sized = await services(made).products.get(made.links["variant-3"].product_id)
    with pytest.raises(Unsupported):
        await services(made).products.push(sized.model_copy(update={"id": ""}), "key-3")
    raised = tuple(v.model_copy(update={"price": Money(amount=9000, currency="USD")}) for v in sized.variants)
    await services(made).products.push(sized.model_copy(update={"variants": raised}), "key-4")
    again_sized = await services(made).products.get(sized.id)
    assert {variant.price for variant in again_sized.variants} == {Money(amount=9000, currency="USD")}


# people
async def test_a_lost_customer_is_found_by_its_key() -> None:
    made = bench()
    grace = Customer(id="", first_name="Grace1", last_name="O<Hopper>", email="grace@example.com", phone="+12025550107",
                     address=Address(line1="1 Navy Way", city="Arlington", postcode="22202", country="US"))  # fmt: skip
    made.wire.lost = ["POST customers"]
    with pytest.raises(OutcomeUnknown):
        await services(made).customers.create(grace, "key-c")
    again = await services(made).customers.create(grace, "key-c")
    assert (again.first_name, again.last_name, again.phone) == ("Grace", "O Hopper", "+12025550107")
    assert again.address is not None
    assert (again.address.line1, again.address.country) == ("1 Navy Way", "US")
    assert len([row for row in made.table("customers") if row["email"] == grace.email]) == 1
    with pytest.raises(Conflict):
        await services(made).customers.create(grace, "key-other")
    with pytest.raises(ValidationError):
        await services(made).customers.create(grace.model_copy(update={"email": ""}), "key-none")
    (named,) = await services(made).customers.find(name="O Hopper")
    assert named.id == again.id


async def test_deleted_customers_are_told() -> None:
    made = bench()
    ada = next(row for row in made.table("customers") if row["email"] == "ada@example.com")
    ada["deleted"] = "1"
    pages = [page async for page in services(made).customers.changed_since(None)]
    assert [gone for page in pages for gone in page.deleted] == [str(ada["id"])]
    assert await services(made).customers.find(email="ada@example.com") == []


# codes
def a_rule(made: Bench, code: str, **fields: Any) -> None:
    known = {"code": code, "name": code, "active": 1, "quantity": 5, "quantity_per_user": 5,
             "reduction_percent": "10.00", "date_from": "2020-01-01 00:00:00",
             "date_to": "2099-01-01 00:00:00"}  # fmt: skip
    made.simulator.shop.add("cart_rules", {**known, **fields})


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({}, None),
        ({"active": 0}, DiscountRefusal.INACTIVE),
        ({"date_from": "2098-01-01 00:00:00"}, DiscountRefusal.NOT_STARTED),
        ({"date_to": "2021-01-01 00:00:00"}, DiscountRefusal.EXPIRED),
        ({"quantity": 0}, DiscountRefusal.USED_UP),
        ({"minimum_amount": "99"}, DiscountRefusal.MINIMUM_SPEND),
        ({"reduction_product": 999}, DiscountRefusal.NOT_FOR_BASKET),
        ({"country_restriction": 1}, DiscountRefusal.UNSUPPORTED),
        ({"reduction_product": -1}, DiscountRefusal.UNSUPPORTED),
    ],
)
async def test_what_becomes_of_a_code(fields: dict[str, Any], refusal: DiscountRefusal | None) -> None:
    made = bench()
    a_rule(made, "Nov10", **fields)
    basket = price(a_basket([a_line(1, 1250, 2)]), tax_setup("10"))
    answer = await services(made).discounts.validate(" nov10 ", basket, now())
    assert (answer.refusal, answer.valid) == (refusal, refusal is None)


async def test_of_two_rules_with_one_code_the_living_one_counts() -> None:
    made = bench()
    a_rule(made, "TWICE", quantity=0)
    a_rule(made, "TWICE", reduction_percent="25.00")
    basket = price(a_basket([a_line(1, 1250, 2)]), tax_setup("10"))
    answer = await services(made).discounts.validate("TWICE", basket, now())
    assert answer.discount.percent == 25


@pytest.mark.parametrize("typed", ["", "%", "[x]", "A|B", "A,B", ">A", "<b>", "!"])
async def test_a_code_cannot_be_a_filter(typed: str) -> None:
    made = bench()
    basket = price(a_basket([a_line(1, 1250, 2)]), tax_setup("10"))
    answer = await services(made).discounts.validate(typed, basket, now())
    assert answer.refusal is DiscountRefusal.UNKNOWN


# the switches on their side
async def test_a_web_service_that_is_off_is_no_wrong_key() -> None:
    made = bench()
    made.simulator.enabled = False
    with pytest.raises(ServiceUnavailable, match="switched off") as caught:
        await services(made).probe()
    assert "Enable PrestaShop's webservice" in caught.value.next_step
    assert caught.value.detail["reason"] == "off"


async def test_missing_rights_are_named() -> None:
    made = bench()
    rights = made.simulator.keys[KEY]
    rights["orders"] = frozenset({"GET"})
    del rights["order_slip"]
    probe = await services(made).probe()
    assert set(probe.missing) == {"POST orders", "PATCH orders", "GET order_slip", "POST order_slip"}
    with pytest.raises(PermissionDenied) as caught:
        await services(made).orders.create(sale(), "key-1", made.context())
    assert "tick this right" in caught.value.next_step


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"id_customer_walkin": "99"}, "no customer 99"),
        ({"id_address_walkin": "2"}, "not one of customer"),
        ({"id_carrier": "77"}, "carrier"),
    ],
)
async def test_settings_that_do_not_fit_the_shop(fields: dict[str, str], words: str) -> None:
    with pytest.raises(Conflict, match=words):
        await services(bench(**fields)).probe()


async def test_a_key_that_does_not_arrive_is_said_so() -> None:
    simulator = PrestaShopSimulator(shop())
    made = bench(simulator=simulator)
    simulator.headers = dict  # type: ignore[method-assign] # the host answers, not PrestaShop
    from posbridge.sandbox.wire import Reply

    simulator.admit = lambda call: Reply(401, b"401 Unauthorized", {})  # type: ignore[method-assign] # as a CGI host
    with pytest.raises(AuthenticationError) as caught:
        await services(made).probe()
    assert "Authorization header" in caught.value.next_step


async def test_a_shop_without_patch_takes_orders_refunds_and_stock() -> None:
    simulator = PrestaShopSimulator(shop())
    simulator.version = "1.7.8.9"
    made, order = bench(simulator=simulator), sale()
    assert (await services(made).probe()).missing == ()
    ref = await services(made).orders.create(order, "key-1", made.context())
    assert (await services(made).orders.find(order.reference))[0].complete
    made.steps = Steps()
    await services(made).orders.refund(giving_back(order, [("line-1", 1)]), ref, "key-r", made.context())
    assert made.simulator.stock_book()["SKU-0001"] == 39
    row = made.simulator.shop.stock_row(made.links["variant-1"].product_id)
    assert row is not None
    assert (row["id_shop"], row["out_of_stock"]) == ("1", "2")
    with pytest.raises(Unsupported):
        await services(made).orders.update(ref.id, note="x")


def test_rates_of_a_place() -> None:
    def rule(ident: int, tax: int, **fields: Any) -> dict[str, Any]:
        return {
            "id": ident,
            "id_tax_rules_group": "1",
            "id_country": "4",
            "id_tax": str(tax),
            "behavior": "0",
            **fields,
        }

    taxes = [
        {"id": n, "rate": rate, "active": "1", "name": f"T{n}"} for n, rate in ((1, "5.000"), (2, "9.975"), (3, "7"))
    ]
    both = [rule(1, 1, behavior="1"), rule(2, 2, id_state="8", behavior="1")]
    assert rates_of(both, taxes, "8", "")["1"] == (("T2", Decimal("9.975")), ("T1", Decimal(5)))
    assert rates_of(both, taxes, "9", "")["1"] == (("T1", Decimal(5)),)
    stacked = [rule(1, 1, behavior="2"), rule(2, 2, behavior="2")]
    assert rates_of(stacked, taxes, "", "")["1"] == (("T1", Decimal(5)), ("T2", Decimal("10.47375")))
    near = [rule(1, 1), rule(2, 3, zipcode_from="90000", zipcode_to="90999")]
    assert rates_of(near, taxes, "", "90210")["1"] == (("T3", Decimal(7)),)
    assert rates_of(near, taxes, "", "10001")["1"] == (("T1", Decimal(5)),)
