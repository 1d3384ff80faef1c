"""View models ask the services, hold what came, and tell known errors as codes."""

from __future__ import annotations

from typing import Any

import pytest

from posbridge.domain.errors import DomainError, LockedOut, ServiceUnavailable, WrongPin
from posbridge.ui.format import Format
from posbridge.ui.qt import QGuiApplication
from posbridge.ui.showcase import Showcase
from posbridge.ui.tasks import run_at_once
from posbridge.ui.view_models.app_vm import AppVm


class Recorder(Showcase):
    """The showcase that also takes orders, and notes each of them."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[Any, ...]] = []
        self.error: Exception | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        async def note(*arguments: Any) -> Any:
            self.asked.append((name, *arguments))
            if self.error is not None:
                raise self.error
            answers = {"sign_in": self.person(), "finish": "o5", "take": {**await self.payment(), "due": 0}}
            return answers[name] if name in answers else await self.basket()

        return note


@pytest.fixture
def shop(qt: QGuiApplication) -> Recorder:
    return Recorder()


@pytest.fixture
def app(shop: Recorder) -> AppVm:
    made = AppVm(shop, run_at_once)
    run_at_once(made.start())
    return made


@pytest.fixture
def inside(app: AppVm) -> AppVm:
    app._put(person={"id": "u1", "name": "Noor"})
    app.go("sell")
    return app


def test_nothing_opens_before_somebody_signs_in(app: AppVm) -> None:
    app.go("overview")
    assert app.screen == "lock"


def test_the_right_pin_opens_the_counter(app: AppVm, shop: Recorder) -> None:
    app.part("lock").choose("u2")
    for key in "0042":
        app.part("lock").press(key)
    app.part("lock").press("enter")
    assert shop.asked == [("sign_in", "u2", "0042")]
    assert (app.screen, app.person["name"]) == ("sell", "Noor Haddad")
    assert app.part("lock").digits == 0


@pytest.mark.parametrize(
    ("error", "code", "wait"), [(WrongPin(), "wrong_pin", 0), (LockedOut(seconds=30), "locked_out", 30)]
)
def test_a_wrong_pin_is_told_as_a_code(app: AppVm, shop: Recorder, error, code, wait) -> None:
    shop.error = error
    lock = app.part("lock")
    lock.choose("u1")
    for key in "1111":
        lock.press(key)
    lock.submit()
    assert (lock.problem, lock.wait_seconds, lock.digits, app.screen) == (code, wait, 0, "lock")


def test_one_of_one_kind_goes_straight_into_the_basket(inside: AppVm, shop: Recorder) -> None:
    inside.part("sell").pick("p4")
    assert shop.asked == [("add", "p4", "1")]
    assert inside.part("sell").choosing == {}


@pytest.mark.parametrize("product", ["p10", "p6"])
def test_kinds_and_weights_are_asked_first(inside: AppVm, shop: Recorder, product: str) -> None:
    inside.part("sell").pick(product)
    assert shop.asked == []
    assert inside.part("sell").choosing["id"] == product


def test_one_less_than_one_removes_and_offers_undo(inside: AppVm, shop: Recorder) -> None:
    basket = inside.sell.basket
    basket.step("l2", -1)
    basket.step("l4", -1)
    assert shop.asked == [("remove", "l2"), ("set_quantity", "l4", "3")]
    assert basket.undoable == {"code": "line_removed", "title": "Stoneware mug"}


@pytest.mark.parametrize("text", ["", "abc", "0", "-1", "NaN", "Infinity"])
def test_no_quantity_is_no_quantity(inside: AppVm, shop: Recorder, text: str) -> None:
    assert inside.sell.basket.set_quantity("l1", text) is False
    assert shop.asked == []


def test_a_comma_is_a_decimal_point(inside: AppVm, shop: Recorder) -> None:
    assert inside.sell.basket.set_quantity("l3", "0,515") is True
    assert shop.asked == [("set_quantity", "l3", "0.515")]


def test_a_known_error_is_held_with_its_next_step(inside: AppVm, shop: Recorder) -> None:
    shop.error = DomainError("That is too much.", next_step="Take less.")
    inside.sell.basket.apply_code("SPRING10")
    assert inside.sell.basket.failure == {
        "code": "domain",
        "message": "That is too much.",
        "next_step": "Take less.",
    }
    assert inside.sell.basket.busy is False


def test_a_bug_is_not_swallowed(inside: AppVm, shop: Recorder) -> None:
    shop.error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        inside.sell.basket.apply_code("SPRING10")


def test_a_scan_reaches_the_basket_and_on_its_screen_the_card(inside: AppVm, shop: Recorder) -> None:
    inside.scanned("0049000042")
    inside.go("gift_cards")
    inside.scanned("7Q2F0001")
    assert shop.asked == [("add_code", "0049000042")]
    assert inside.part("gift_cards").card["code"] == "7Q2F0001"


def test_a_scan_means_nothing_while_locked(app: AppVm, shop: Recorder) -> None:
    app.scanned("0049000042")
    assert shop.asked == []


def test_all_that_is_due_finishes_the_sale(inside: AppVm, shop: Recorder) -> None:
    inside.go("pay")
    pay = inside.part("pay")
    for key in ("6", "0", "00", "9", "back"):
        pay.press(key)
    assert pay.entered == 6000
    pay.take({})
    assert shop.asked == [("take", "cash", 6000, {}), ("finish",)]
    assert (inside.screen, inside.part("receipt").number) == ("receipt", "A-1050")


def test_a_tender_the_targets_cannot_carry_is_not_chosen(inside: AppVm) -> None:
    inside.go("pay")
    inside.part("pay").choose("other")
    assert inside.part("pay").kind == "cash"


def test_disconnecting_is_refused_with_its_reason(inside: AppVm, shop: Recorder) -> None:
    part = inside.part("connections")
    part.choose("shopify-1")
    shop.error = DomainError("Orders wait.", code="orders_waiting", waiting=3)
    part.disconnect_chosen()
    assert part.refusal["code"] == "orders_waiting"
    assert part.refusal["waiting"] == 3
    assert part.chosen["id"] == "shopify-1"


def test_a_receipt_that_cannot_be_printed_leaves_the_sale(inside: AppVm, shop: Recorder) -> None:
    receipt = inside.part("receipt")
    run_at_once(receipt.load("o5"))
    shop.error = ServiceUnavailable("no answer")
    receipt.hand_over("email", "a@example.org")
    assert receipt.handed["email"]["state"] == "failed"
    assert receipt.failure == {}


@pytest.mark.parametrize(
    ("locale", "amount", "currency", "shown"),
    [
        ("en_US", 123456, "USD", "$1,234.56"),
        ("es_ES", 123456, "EUR", "1.234,56\xa0€"),
        ("fr_FR", 123456, "EUR", "1\u202f234,56\xa0€"),
        ("en_US", 1234, "JPY", "¥1,234"),
        ("en_US", 1234, "KWD", "KWD1.234"),
        ("en_US", -5, "USD", "-$0.05"),
    ],
)
def test_money_is_written_in_the_locale(qt: QGuiApplication, locale, amount, currency, shown) -> None:
    assert Format(locale).money(amount, currency) == shown


def test_large_amounts_cross_the_border_whole(inside: AppVm) -> None:
    inside.part("pay").enter(9_999_999_999)
    assert inside.part("pay").property("entered") == 9_999_999_999
