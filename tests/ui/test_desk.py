"""The view models on a real till with both simulated platforms: what a screen shows is what the books hold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from posbridge.domain.errors import DomainError, LockedOut, NotAllowed, WrongPin
from posbridge.store import sync_state
from posbridge.testing.hostile import FACTS
from posbridge.ui.desk import Desk
from posbridge.ui.desk.paying import quick_amounts
from posbridge.ui.desk.systems import capability_rows
from posbridge.ui.qt import QGuiApplication
from posbridge.ui.tasks import LoopTasks
from posbridge.ui.view_models.app_vm import AppVm
from tests.ui.shop import MANAGER_PIN, PIN, Shop, opened, until

CARD, CARD_HOLDS = "7783000000000002", 2500


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with opened(tmp_path / "home") as made:
        yield made


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[Shop]:
    """Only WooCommerce: no gift cards of a platform, so the shop's own ledger issues them."""
    async with opened(tmp_path / "home", names=("woocommerce",), sync=False) as made:
        yield made


@pytest.fixture
async def desk(shop: Shop) -> Desk:
    made = Desk(shop.services)
    await made.sign_in(shop.people["tom"], PIN)
    return made


class Till:
    """The window's view models with nobody looking."""

    def __init__(self, shop: Shop) -> None:
        self.desk, self.tasks = Desk(shop.services), LoopTasks()
        self.vm = AppVm(self.desk, self.tasks)
        self.stop = self.desk.listen(self.vm.changed)

    async def rest(self) -> None:
        while self.tasks._tasks:
            await asyncio.gather(*self.tasks._tasks, return_exceptions=True)
        for name in ("lock", "sell", "pay", "receipt", "queue", "orders", "gift_cards"):
            assert self.vm.part(name).failure == {}, name
        assert self.vm.part("sell").basket.failure == {}

    async def sign_in(self, person_id: str, pin: str) -> None:
        self.vm.part("lock").choose(person_id)
        for key in pin:
            self.vm.part("lock").press(key)
        self.vm.part("lock").submit()
        await self.rest()


@pytest.fixture
async def till(qt: QGuiApplication, shop: Shop) -> AsyncIterator[Till]:
    made = Till(shop)
    await made.vm.start()
    yield made
    made.stop()
    await made.tasks.stop()


async def test_a_whole_sale_from_the_lock_to_confirmed(till: Till, shop: Shop) -> None:
    vm, sell, pay = till.vm, till.vm.part("sell"), till.vm.part("pay")
    assert (vm.screen, [one["name"] for one in vm.part("lock").people]) == ("lock", ["Mira Solberg", "Tom Reyes"])
    await till.sign_in(shop.people["tom"], PIN)
    assert (vm.screen, vm.person["name"]) == ("sell", "Tom Reyes")
    sell.seek("espresso")
    await till.rest()
    assert sell.products.count > 0
    assert all("spresso" in row["title"] for row in sell.products.rows())
    assert sell.products.rows()[0]["picture"].endswith(".svg")
    code = await _a_barcode(shop)
    vm.scanned(code)
    await till.rest()
    basket = sell.basket
    assert (basket.lines.count, sell.unknown_code) == (1, "")
    basket.step(basket.lines.rows()[0]["id"], 1)
    basket.apply_code("WELCOME10")
    await till.rest()
    assert [(row["code"], row["valid"], row["source"]) for row in basket.codes] == [("WELCOME10", True, "platform")]
    assert basket.discounts[0]["amount"] == round(basket.subtotal * 0.1)
    basket.apply_gift_card(CARD)
    await till.rest()
    held = min(CARD_HOLDS, basket.total)
    assert (basket.gift_cards[0]["balance"], basket.gift_cards[0]["used"]) == (CARD_HOLDS, held)
    assert basket.due == basket.total - held > 0
    vm.go("pay")
    await till.rest()
    pay.choose("card")
    pay.enter(pay.due // 2)
    pay.take({"reference": "slip 9", "last_four": "4242"})
    await till.rest()
    assert pay.due > 0
    total, laid = pay.total, pay.quick[1]
    pay.choose("cash")
    pay.enter(laid)
    change = laid - pay.due
    pay.take({})
    await till.rest()
    receipt = vm.part("receipt")
    assert (vm.screen, receipt.total, receipt.change) == ("receipt", total, change)
    assert {row["kind"] for row in receipt.tenders} == {"gift_card", "card", "cash"}
    await until(lambda: [row["state"] for row in receipt.targets.rows()] == ["done", "done"])
    books = {name: platform.orders_book() for name, platform in shop.platforms.items()}
    assert {name: [(one["reference"], one["total"]) for one in book] for name, book in books.items()} == {
        name: [(receipt.reference, total)] for name in books
    }
    left = next(one for one in shop.platforms["square"].gift_cards_book() if one["code"] == CARD)["balance"]
    assert left == CARD_HOLDS - held


async def test_a_double_tap_on_take_sells_once(till: Till, shop: Shop) -> None:
    await till.sign_in(shop.people["tom"], PIN)
    await till.desk.add(await _variant(shop), "1")
    till.vm.go("pay")
    await till.rest()
    for _ in range(3):
        till.vm.part("pay").take({})
    await till.rest()
    assert till.vm.screen == "receipt"
    assert len(await till.desk.orders("")) == 1


async def test_the_queue_shows_a_sale_until_its_platforms_have_it(till: Till, shop: Shop) -> None:
    for platform in shop.platforms.values():
        platform.faults.rates = {"off": 1.0}
    await till.sign_in(shop.people["tom"], PIN)
    order_id = await _sold(till.desk, shop)
    till.vm.changed({"orders"})
    till.vm.go("queue")
    await till.rest()
    queue = till.vm.part("queue")
    assert {(row["order_id"], row["target"]) for row in queue.rows.rows()} == {
        (order_id, "Square"), (order_id, "WooCommerce"),
    }  # fmt: skip
    assert till.vm.part("sync").state in ("waiting", "offline")
    for platform in shop.platforms.values():
        platform.faults.rates = {}
    queue.retry_all()
    await until(lambda: queue.rows.count == 0, 30)
    await until(lambda: till.vm.part("sync").state == "all_sent")


async def test_a_refused_code_says_why_and_takes_nothing(desk: Desk, shop: Shop) -> None:
    await desk.add(await _variant(shop), "1")
    basket = await desk.apply_code("NOPE")
    assert [(one["code"], one["valid"], one["reason"]) for one in basket["codes"]] == [("NOPE", False, "no_such_code")]
    assert basket["discounts"] == []
    assert (await desk.remove_code("NOPE"))["codes"] == []


async def test_a_hold_follows_the_basket(desk: Desk, shop: Shop) -> None:
    await desk.add(await _variant(shop), "5")
    basket = await desk.apply_gift_card(CARD)
    assert basket["gift_cards"][0]["used"] == CARD_HOLDS
    smaller = await desk.set_quantity(basket["lines"][0]["id"], "1")
    assert smaller["total"] < CARD_HOLDS
    payment = await desk.payment()
    assert (payment["due"], [one["amount"] for one in payment["tenders"]]) == (0, [smaller["total"]])
    await desk.drop_tender(payment["tenders"][0]["id"])
    assert (await desk.payment())["due"] == smaller["total"]


async def test_a_cashier_needs_somebody_for_another_price_and_the_sale_keeps_who(desk: Desk, shop: Shop) -> None:
    line = (await desk.add(await _variant(shop), "1"))["lines"][0]["id"]
    assert [one["name"] for one in await desk.approvers("price_override")] == ["Mira Solberg"]
    with pytest.raises(WrongPin):
        await desk.override_price(line, "1.00", shop.people["mira"], "111222")
    with pytest.raises(NotAllowed):
        await desk.override_price(line, "1.00", shop.people["tom"], PIN)
    basket = await desk.override_price(line, "1.00", shop.people["mira"], MANAGER_PIN)
    assert (basket["lines"][0]["unit_price"], basket["lines"][0]["approved"]) == (100, True)
    order_id = await _pay(desk)
    order = (await shop.services.orders.get(order_id)).order
    assert (order.cashier, order.lines[0].approved_by) == (shop.people["tom"], shop.people["mira"])


async def test_wrong_tries_end_in_a_wait_that_is_told_in_seconds(desk: Desk, shop: Shop) -> None:
    for _ in range(5):
        with pytest.raises(WrongPin):
            await desk.sign_in(shop.people["tom"], "9999")
    with pytest.raises(LockedOut) as refused:
        await desk.sign_in(shop.people["tom"], PIN)
    assert 50 < refused.value.detail["seconds"] <= 60


async def test_goods_go_back_from_the_stored_order(desk: Desk, shop: Shop) -> None:
    await desk.add(await _variant(shop), "3")
    order_id = await _pay(desk)
    order = await desk.order(order_id)
    line = order["lines"][0]
    assert (order["timeline"][0]["code"], order["left"]) == ("captured", order["total"])
    preview = await desk.refund_preview(order_id, {line["id"]: "1"})
    assert preview["amount"] == order["total"] // 3
    assert [one["name"] for one in preview["approvers"]] == ["Mira Solberg"]
    with pytest.raises(NotAllowed):
        await desk.refund(order_id, {line["id"]: "1"}, "torn", "", "")
    after = await desk.refund(order_id, {line["id"]: "1"}, "torn", shop.people["mira"], MANAGER_PIN)
    assert (after["lines"][0]["left"], after["refunded"]) == ("2", preview["amount"])
    assert [(one["amount"], one["reason"]) for one in after["refunds"]] == [(preview["amount"], "torn")]
    with pytest.raises(DomainError):
        await desk.refund_preview(order_id, {line["id"]: "3"})
    assert [one["refunded"] for one in await desk.orders(order["number"][-3:])] == [preview["amount"]]
    assert await desk.orders("no such order") == []


async def test_a_terminal_without_a_clear_answer_is_settled_first(desk: Desk, shop: Shop) -> None:
    await desk.add(await _variant(shop), "1")
    due = (await desk.payment())["due"]
    payment = await desk.take("card", due, {"unknown": True})
    assert payment["terminal"] == "unknown"
    with pytest.raises(DomainError):
        await desk.finish()
    assert (await desk.settle_terminal(False))["due"] == due
    await desk.take("card", due, {"unknown": True})
    assert (await desk.settle_terminal(True))["terminal"] == "idle"
    assert (await desk.receipt(await desk.finish()))["tenders"] == [{"kind": "card", "amount": due}]


async def test_our_own_cards_are_sold_reloaded_and_pay(alone: Shop) -> None:
    desk = Desk(alone.services)
    await desk.sign_in(alone.people["tom"], PIN)
    rights = {row["act"]: row["allowed"] for row in await desk.gift_card_rights()}
    assert rights == {"redeem": True, "sell": True, "reload": True, "offline": True}
    card = await desk.load_gift_card("SHOP-0001", "25.00", {"kind": "cash"})
    assert (card["balance"], card["label"]) == (2500, "posbridge")
    card = await desk.load_gift_card("SHOP-0001", "5", {"kind": "card", "reference": "s1", "last_four": "4242"})
    assert (card["balance"], [move["amount"] for move in card["moves"]]) == (3000, [500, 2500])
    await desk.add(await _variant(alone), "1")
    total = (await desk.apply_gift_card("SHOP-0001"))["total"]
    await _pay(desk)
    assert (await desk.gift_card("SHOP-0001"))["balance"] == 3000 - min(total, 3000)
    assert {row["kind"] for row in await desk.gift_cards_recent()} == {"sell", "redeem"}
    with pytest.raises(DomainError):
        await desk.load_gift_card("4111 1111 1111 1111", "5", {"kind": "cash"})


async def test_a_platform_that_has_cards_sells_them_itself(desk: Desk) -> None:
    rights = {row["act"]: (row["allowed"], row["label"]) for row in await desk.gift_card_rights()}
    assert rights["sell"] == (False, "Square")
    with pytest.raises(DomainError) as refused:
        await desk.load_gift_card("SHOP-0001", "25.00", {"kind": "cash"})
    assert refused.value.code == "issued_elsewhere"


async def test_the_day_adds_up(desk: Desk, shop: Shop) -> None:
    for quantity in ("1", "2"):
        await desk.add(await _variant(shop), quantity)
        await _pay(desk)
    orders, day = await desk.orders(""), await desk.overview()
    total = sum(one["total"] for one in orders)
    assert (day["sales"], day["orders"], sum(one["amount"] for one in day["hours"])) == (total, 2, total)
    assert [(one["kind"], one["amount"], one["count"]) for one in day["tenders"]] == [("cash", total, 2)]
    assert [(one["quantity"], one["amount"]) for one in day["top"]] == [("3", total)]


async def test_parking_keeps_the_basket_and_recalling_swaps(desk: Desk, shop: Shop) -> None:
    await desk.add(await _variant(shop), "2")
    assert (await desk.park("the lady in red"))["lines"] == []
    await desk.add(await _variant(shop), "1")
    (parked,) = await desk.parked()
    assert parked["label"] == "the lady in red"
    assert [one["quantity"] for one in (await desk.recall(parked["id"]))["lines"]] == ["2"]
    assert len(await desk.parked()) == 1


async def test_a_system_is_proved_before_it_is_kept_and_not_let_go_while_orders_wait(desk: Desk, shop: Shop) -> None:
    said = shop.platforms["square"].connection_fields()
    wrong = {**said["fields"], **dict.fromkeys(said["secrets"], "EAAA" + "x" * 40)}
    answer = await desk.test_connection("square", wrong)
    assert (answer["ok"], answer["problem"], answer["next_step"]) == (False, "key_wrong", "check_key")
    right = await desk.test_connection("square", {**said["fields"], **said["secrets"]})
    assert right["ok"]
    for platform in shop.platforms.values():
        platform.faults.rates = {"off": 1.0}
    await _sold(desk, shop)
    with pytest.raises(DomainError) as refused:
        await desk.disconnect("square")
    assert refused.value.detail["waiting"] == 1
    assert [one["id"] for one in await desk.connections()] == ["square", "woocommerce"]
    assert (await desk.connection("square"))["calls"] != []


async def test_who_sees_what(shop: Shop, till: Till) -> None:
    await till.sign_in(shop.people["tom"], PIN)
    till.vm.go("connections")
    assert till.vm.screen == "sell"
    till.vm.lock_now()
    await till.rest()
    await till.sign_in(shop.people["mira"], MANAGER_PIN)
    till.vm.go("connections")
    await till.rest()
    assert (till.vm.screen, till.vm.part("connections").rows.count) == ("connections", 2)


async def test_the_first_person_of_a_till_is_a_manager(qt: QGuiApplication, tmp_path: Path) -> None:
    async with opened(tmp_path / "home", names=("woocommerce",), sync=False, people=False) as shop:
        till = Till(shop)
        await till.vm.start()
        lock = till.vm.part("lock")
        assert (till.vm.screen, lock.empty) == ("lock", True)
        lock.add_manager("Nia Okoye", MANAGER_PIN)
        await till.rest()
        assert (lock.empty, lock.chosen["name"], lock.chosen["role"]) == (False, "Nia Okoye", "manager")
        with pytest.raises(NotAllowed):
            await till.desk.add_manager("Somebody", MANAGER_PIN)
        till.stop()


@pytest.mark.parametrize(
    ("due", "currency", "amounts"),
    [
        (5475, "USD", [5475, 5500, 6000, 10000]),
        (10000, "USD", [10000, 20000]),
        (780, "JPY", [780, 800, 1000, 2000]),
        (0, "USD", []),
    ],
)
def test_quick_amounts_are_what_people_lay_down(due: int, currency: str, amounts: list[int]) -> None:
    assert quick_amounts(due, currency) == amounts


async def _variant(shop: Shop) -> str:
    """A piece that costs between 10 and 20 dollars."""
    for product in await shop.services.catalog.page(None, 0, 40):
        for one in product.variants:
            if one.price is not None and 1000 < one.price.amount < 2000:
                return one.id
    raise AssertionError("the demo shop has such goods")


async def _a_barcode(shop: Shop) -> str:
    variant = await _variant(shop)
    for product in await shop.services.catalog.page(None, 0, 40):
        for one in product.variants:
            if one.id == variant:
                return one.barcode or one.sku
    raise AssertionError("the article is there")


async def _pay(desk: Desk) -> str:
    payment = await desk.payment()
    if payment["due"]:
        await desk.take("cash", payment["due"], {})
    return await desk.finish()


async def _sold(desk: Desk, shop: Shop) -> str:
    await desk.add(await _variant(shop), "1")
    return await _pay(desk)


async def test_a_connection_names_what_could_not_be_read_of_it(alone: Shop) -> None:
    desk, house = Desk(alone.services), alone.services.house
    [one] = await desk.connections()
    assert (await desk.connection(one["id"]))["not_understood"] == {}
    odd = {f"odd-{n}": "price is no amount" for n in range(22)}
    await house.store.write(sync_state.park_objects, one["id"], "products", odd, house.clock())
    found = (await desk.connection(one["id"]))["not_understood"]
    assert (found["count"], found["more"], len(found["objects"])) == (22, 2, 20)
    assert found["objects"][0]["reason"] == "price is no amount"


def test_what_a_system_cannot_do_is_told_where_it_differs_from_the_usual() -> None:
    usual = [row["code"] for row in capability_rows(FACTS)]
    can = FACTS.capabilities.model_copy(
        update={"places_orders": False, "takes_payments": False, "gift_cards_balance_only": True}
    )
    told = [row["code"] for row in capability_rows(FACTS.model_copy(update={"capabilities": can}))]
    assert [code for code in told if code not in usual] == [
        "places_orders", "takes_payments", "gift_cards_balance_only",
    ]  # fmt: skip
