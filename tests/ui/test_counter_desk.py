"""The dispensary's counter on a real till: the meters, the age check and the rules that a manager chooses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from posbridge.domain.customer import Allotment, Customer, MedicalCard
from posbridge.domain.errors import DomainError
from posbridge.domain.limits import Allowance, Audience, LimitRule, LimitRules, LimitUnit
from posbridge.store import outbox
from posbridge.ui.desk import Desk
from posbridge.ui.qt import QGuiApplication
from tests.domain.licence_cards import elements_of, layout
from tests.ui.shop import MANAGER_PIN, PIN, Shop, opened, until
from tests.ui.test_desk import Till

YEAR = timedelta(days=365)


def licence(born: date, expires: date, number: str = "991234567") -> str:
    return layout(8, elements_of(8, born, expires, "CO", number), "636020")


def pieces(most: int) -> LimitRules:
    allowances = (Allowance(category="flower", whole=Decimal(most), unit=LimitUnit.PIECES),)
    return LimitRules(
        region="XX", audience=Audience.ADULT, minimum_age=21, source="a test", as_of=date(2026, 1, 1),
        rules=(LimitRule(name="Ten pieces", allowances=allowances),),
    )  # fmt: skip


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    """Every category of the demo shop counts as flower, ten pieces a day."""
    async with opened(tmp_path / "home", names=("square",), sync=False) as made:
        found = await made.services.catalog.categories()
        await made.services.settings.put(
            limits=(pieces(10),), category_words={name: "Flower" for name, _ in found}
        )
        yield made


@pytest.fixture
async def till(qt: QGuiApplication, shop: Shop) -> AsyncIterator[Till]:
    made = Till(shop)
    await made.vm.start()
    await made.sign_in(shop.people["tom"], PIN)
    yield made
    made.stop()
    await made.tasks.stop()


async def rest(till: Till) -> None:
    """As `Till.rest`, for what may be refused."""
    await until(lambda: not till.tasks._tasks)


async def variant(shop: Shop) -> str:
    for product in await shop.services.catalog.page(None, 0, 40):
        for one in product.variants:
            if product.categories and one.price is not None and 1000 < one.price.amount < 2000:
                return one.id
    raise AssertionError("the demo shop has such goods")


async def fill(till: Till, shop: Shop, quantity: str = "1") -> Any:
    basket = till.vm.part("sell").basket
    till.vm.part("sell").take(await variant(shop), quantity)
    await rest(till)
    return basket


@pytest.mark.parametrize(
    ("quantity", "share", "state"), [("7", "0.7", "ok"), ("8", "0.8", "near"), ("10", "1", "full")]
)
async def test_the_meter_warns_from_eighty_percent_and_is_full_at_the_limit(
    till: Till, shop: Shop, quantity: str, share: str, state: str
) -> None:
    basket = await fill(till, shop, quantity)
    (meter,) = basket.law["meters"]
    assert (meter["rule"], meter["share"], meter["state"]) == ("Ten pieces", share, state)
    left = {"category": "flower", "unit": "piece", "left": str(10 - int(quantity)), "whole": "10"}
    assert meter["left"] == [left]


async def test_a_passed_limit_is_refused_in_the_services_words_and_changes_nothing(till: Till, shop: Shop) -> None:
    basket = await fill(till, shop, "10")
    basket.step(basket.lines.rows()[0]["id"], 1)
    await rest(till)
    assert (basket.failure["code"], basket.failure["next_step"]) == ("limit_passed", "Take some out.")
    assert "Ten pieces" in basket.failure["message"]
    assert [row["quantity"] for row in basket.lines.rows()] == ["10"]
    till.vm.part("sell").take(await variant(shop), "1")
    await rest(till)
    assert till.vm.part("sell").failure["code"] == "limit_passed"


async def test_without_rules_there_is_no_meter_and_nobody_is_asked(till: Till, shop: Shop) -> None:
    await shop.services.settings.put(limits=())
    basket = await fill(till, shop)
    assert (basket.law["limited"], basket.law["meters"], basket.law["age"]["state"]) == (False, [], "none")
    till.vm.go("pay")
    await rest(till)
    assert till.vm.screen == "pay"


async def test_pay_opens_the_age_check_and_a_typed_date_lets_it_through(till: Till, shop: Shop) -> None:
    basket, age = await fill(till, shop), till.vm.part("sell").basket.age
    till.vm.go("pay")
    assert (till.vm.screen, age.opened, age.refusal["code"]) == ("sell", True, "age_unchecked")
    young = till.desk.now().date() - 18 * YEAR
    age.typed(young.isoformat())
    await rest(till)
    assert (age.opened, basket.law["age"]["state"]) == (True, "young")
    till.vm.go("pay")
    assert (till.vm.screen, basket.failure["code"]) == ("sell", "too_young")
    age.typed("1990-05-17")
    await rest(till)
    assert (age.opened, basket.law["age"]) == (
        False, {"needed": 21, "state": "checked", "proof": "typed", "by": "Tom Reyes"},
    )  # fmt: skip
    till.vm.go("pay")
    await rest(till)
    till.vm.part("pay").take({})
    await rest(till)
    order = (await shop.services.orders.get(till.vm.part("receipt").order_id)).order
    assert (order.age_check.checked_by, order.age_check.age >= 21) == (shop.people["tom"], True)


async def test_the_services_refusal_on_the_pay_screen_opens_the_sheet_too(till: Till, shop: Shop) -> None:
    await fill(till, shop)
    till.vm._put(screen="pay")
    await till.vm.part("pay").load()
    till.vm.part("pay").take({})
    await rest(till)
    age = till.vm.part("sell").basket.age
    assert (till.vm.screen, age.opened, age.refusal["code"]) == ("pay", True, "age_unchecked")


@pytest.mark.parametrize("born", ["2999-01-01", "1990-13-40", ""])
async def test_no_date_of_birth_is_no_check(till: Till, shop: Shop, born: str) -> None:
    basket = await fill(till, shop)
    basket.age.open()
    basket.age.typed(born)
    await rest(till)
    assert basket.age.refusal["code"] == "birth_date"
    assert basket.law["age"]["state"] == "missing"


async def test_a_scanned_licence_checks_the_age_and_leaves_no_trace(till: Till, shop: Shop, tmp_path: Path) -> None:
    basket = await fill(till, shop)
    card = licence(date(1990, 5, 17), date(2036, 5, 17), "993217654")
    till.vm.scanned(card)
    await rest(till)
    age = basket.age
    assert (age.opened, age.refusal, basket.law["age"]["proof"]) == (True, {}, "scanned")
    assert (age.card["first_name"], age.card["last_name"], age.found) == ("Jose", "Sample", [])
    assert (till.vm.part("sell").unknown_code, basket.lines.count) == ("", 1)
    age.close()
    assert age.card == {}
    assert all(row["name"] != "Jose Sample" for row in await till.desk.customers(""))
    kept = b"".join(file.read_bytes() for file in (tmp_path / "home").rglob("*") if file.is_file())
    assert b"993217654" not in kept
    assert b"1990-05-17" not in kept


async def test_the_age_may_be_checked_before_the_first_article(till: Till, shop: Shop) -> None:
    till.vm.scanned(licence(date(1990, 5, 17), date(2036, 5, 17)))
    await rest(till)
    till.vm.part("sell").basket.age.close()
    basket = await fill(till, shop)
    assert (basket.law["age"]["state"], basket.law["problem"]) == ("checked", {})


async def test_the_scanned_person_is_saved_when_asked_and_found_the_next_time(till: Till, shop: Shop) -> None:
    basket = await fill(till, shop)
    card = licence(date(1990, 5, 17), date(2036, 5, 17))
    till.vm.scanned(card)
    await rest(till)
    basket.age.look_up()
    await rest(till)
    assert (basket.age.asked, basket.age.found) == (True, [])
    basket.age.save("Jose", "Sample", "", "")
    await rest(till)
    assert (basket.age.opened, basket.customer["name"], basket.law["age"]["state"]) == (False, "Jose Sample", "checked")
    till.vm.scanned(card)
    await rest(till)
    assert [row["name"] for row in basket.age.found] == ["Jose Sample"]
    assert [row["name"] for row in await till.desk.customers("99-1234 567")] == ["Jose Sample"]


@pytest.mark.parametrize(
    ("text", "code"),
    [(licence(date(1990, 5, 17), date(2020, 1, 1)), "licence_expired"),
     (licence(date(1990, 5, 17), date(2036, 1, 1)).replace("DBB", "DXX"), "licence_damaged")],
)  # fmt: skip
async def test_a_card_that_proves_nothing_is_refused_in_words(till: Till, shop: Shop, text: str, code: str) -> None:
    basket = await fill(till, shop)
    till.vm.scanned(text)
    await rest(till)
    assert (basket.age.refusal["code"], bool(basket.age.refusal["next_step"])) == (code, True)
    assert (basket.law["age"]["state"], basket.age.card) == ("missing", {})


async def test_a_known_customer_is_confirmed_by_the_cashier(till: Till, shop: Shop) -> None:
    card = MedicalCard(number="M1", expires=till.desk.now().date() - YEAR)
    known = Customer(id="", first_name="Ada", date_of_birth=date(1980, 2, 29), medical_card=card)
    saved = await shop.services.customers.save(known)
    basket = await fill(till, shop)
    basket.age.confirm()
    await rest(till)
    assert basket.age.refusal["message"].startswith("No date of birth")
    basket.set_customer(saved.id)
    await rest(till)
    assert basket.law["known_age"]["born"] == "1980-02-29"
    assert basket.law["medical"]["expired"] is True
    basket.age.confirm()
    await rest(till)
    assert (basket.law["age"]["proof"], basket.law["age"]["state"]) == ("known", "checked")
    assert (await till.desk.customers("Ada"))[0]["medical_expired"] is True


async def test_what_the_pos_said_is_shown_with_its_time(till: Till, shop: Shop) -> None:
    said = datetime(2026, 3, 2, 9, tzinfo=UTC)
    allotment = Allotment(category="Flower", left=Decimal("3.50"), unit="g", read_at=said)
    saved = await shop.services.customers.save(Customer(id="", first_name="Ada", allotments=(allotment,)))
    basket = till.vm.part("sell").basket
    basket.set_customer(saved.id)
    await rest(till)
    basket.ask_allotments()
    await rest(till)
    shown = {"category": "flower", "left": "3.5", "unit": "g", "at": said.isoformat()}
    assert (basket.failure, basket.law["allotments"]) == ({}, [shown])


async def test_a_manager_chooses_a_regions_rules_and_turns_them_off(till: Till, shop: Shop) -> None:
    till.vm.go("rules")
    assert till.vm.screen == "sell"
    till.vm.lock_now()
    await rest(till)
    await till.sign_in(shop.people["mira"], MANAGER_PIN)
    till.vm.go("rules")
    await rest(till)
    rules = till.vm.part("rules")
    assert (till.vm.screen, [one["region"] for one in rules.chosen]) == ("rules", ["XX"])
    assert all(one["source"] and one["as_of"] for row in rules.regions for one in row["sets"])
    rules.show_region("MA")
    rules.use_shown()
    await rest(till)
    kept = (await shop.services.settings.get()).limits
    assert ({one.region for one in kept}, [one["region"] for one in rules.chosen]) == ({"MA"}, ["MA"])
    rules.turn_off()
    await rest(till)
    assert ((await shop.services.settings.get()).limits, rules.chosen) == ((), [])
    with pytest.raises(DomainError, match="no sample rules"):
        await till.desk.choose_limits("Atlantis")


async def test_names_are_tried_before_they_are_kept(till: Till, shop: Shop) -> None:
    names = till.vm.part("rules").names
    await till.vm.part("rules").load()
    assert names.changed is False
    names.attempt("Zz* - GREEN TEA", "", "")
    await rest(till)
    before = names.tried
    names.change_words("prefixes", "Zz*, Zz* , REC")
    await rest(till)
    assert (names.changed, names.draft["prefixes"]) == (True, ["Zz*", "REC"])
    assert before["after"] == "Zz* - GREEN TEA"
    assert names.tried["after"] == "Green Tea"
    assert [step["rule"] for step in names.tried["steps"]] == ["prefix", "capitals"]
    assert (await shop.services.settings.get()).tidy.names.prefixes != ("Zz*", "REC")
    names.keep()
    await rest(till)
    assert (await shop.services.settings.get()).tidy.names.prefixes == ("Zz*", "REC")
    assert names.changed is False
    names.change("names", False)
    await rest(till)
    names.discard()
    await rest(till)
    assert (names.changed, names.draft["names"]) == (False, True)


async def test_a_category_word_gets_its_shelf_and_loses_it(till: Till, shop: Shop) -> None:
    await shop.services.settings.put(category_words={})
    names = till.vm.part("rules").names
    await names.load()
    loose = next(row for row in names.unplaced if row["word"])
    names.place(loose)
    names.put_on("Edibles > Gummies")
    await rest(till)
    assert names.words == [{"word": loose["word"], "shelf": "Edibles > Gummies"}]
    assert all(row["word"] != loose["word"] for row in names.unplaced)
    names.place({"word": "Nothing", "count": 1})
    names.put_on("No such shelf")
    await rest(till)
    assert "no shelf" in names.failure["message"]
    names.forget_word(loose["word"])
    await rest(till)
    assert (names.words, loose in names.unplaced) == ([], True)


async def _lost(till: Till, shop: Shop) -> str:
    """A sale whose answer was lost at a platform that cannot be asked: its row's id."""
    await shop.services.settings.put(limits=())
    desk: Desk = till.desk
    await desk.add(await variant(shop), "1")
    await desk.take("cash", (await desk.payment())["due"], {})
    await desk.finish()

    def lose(tx: Any) -> str:
        (row,) = outbox.claim(tx, "square", desk.now(), 60, 1, "test")
        outbox.mark_sending(tx, row.id, row.owner, desk.now())
        outbox.reject(tx, row.id, row.owner, "cannot_look_up", "It may be there.", "Look there.")
        return str(row.id)

    return str(await shop.services.house.store.write(lose))


async def test_what_waits_at_a_platform_shows_its_words_and_its_link(till: Till, shop: Shop) -> None:
    await shop.services.settings.put(limits=())
    await till.desk.add(await variant(shop), "1")
    await till.desk.take("cash", (await till.desk.payment())["due"], {})
    order_id = await till.desk.finish()
    link = "https://shop.example.org/finish/7f3c"

    def wait(tx: Any) -> None:
        (row,) = outbox.claim(tx, "square", till.desk.now(), 60, 1, "test")
        outbox.put_step(tx, row.id, row.owner, "link", link)
        later = till.desk.now() + timedelta(hours=1)
        outbox.unknown(tx, row.id, row.owner, later, "waiting_there", "It waits for the customer.")

    await shop.services.house.store.write(wait)
    till.vm._paid(order_id)
    await rest(till)
    (row,) = till.vm.part("receipt").targets.rows()
    assert (row["state"], row["detail"], row["link"]) == ("waiting_there", "It waits for the customer.", link)
    order = await till.desk.order(order_id)
    assert [one["link"] for one in order["targets"]] == [link]
    assert [step["code"] for step in order["timeline"]] == ["captured", "leased", "waiting_there"]


async def test_a_lost_order_is_marked_as_sent_with_the_number_that_somebody_read(till: Till, shop: Shop) -> None:
    row_id, queue = await _lost(till, shop), till.vm.part("queue")
    till.vm.go("queue")
    await rest(till)
    (row,) = queue.rows.rows()
    assert (row["state"], row["can_settle"], row["can_retry"]) == ("look_there", True, False)
    queue.settle(row_id, " 4711 ")
    await rest(till)
    assert (queue.failure, queue.rows.count) == ({}, 0)
    (order,) = await till.desk.orders("")
    assert (await till.desk.order(order["id"]))["targets"][0]["remote_id"] == "4711"
    queue.settle(row_id, "4711")
    await rest(till)
    assert queue.failure["code"] == "row_done"


async def test_a_lost_order_that_is_not_there_goes_out_anew(till: Till, shop: Shop) -> None:
    row_id, queue = await _lost(till, shop), till.vm.part("queue")
    queue.settle(row_id, "")
    await rest(till)
    (row,) = queue.rows.rows()
    assert (row["state"], row["can_settle"]) == ("ready", False)
