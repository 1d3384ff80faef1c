"""Every command against the simulated Square, in the shape that surface.md promises."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from posbridge import app
from posbridge.sandbox.square import SquareSimulator
from posbridge.store import sync_state
from tests.cli.conftest import CARD, Run, connecting

Write = Callable[[Any], str]


def test_connectors_say_what_a_form_needs(run: Run) -> None:
    found = {row["name"]: row for row in run("connectors", "--json").json}
    assert {"square", "woocommerce"} <= set(found)
    wanted = {"name", "label", "kind", "auth", "fields", "capabilities", "dedupe", "services"}
    for row in found.values():
        assert set(row) == wanted
        assert all(set(each) == {"name", "label", "secret", "required", "help", "pattern"} for each in row["fields"])
    assert "square" in run("connectors").out


def test_a_connection_from_first_to_last(run: Run, square: SquareSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    made = run(*connecting(square, monkeypatch), "--as", "main", "--json")
    assert (made.status, made.json["connection"], made.json["platform"]) == (0, "main", "square")
    assert set(made.json) == {"connection", "platform", "account", "location"}
    listed = run("connections", "--json")
    assert [row["connection"] for row in listed.json] == ["main"]
    for secret in square.connection_fields()["secrets"].values():
        assert secret not in listed.out + made.out
    tested = run("test", "main", "--json")
    assert (tested.status, tested.json["ok"]) == (0, True)
    assert set(tested.json) == {"ok", "latency_ms", "account", "problem", "next_step"}
    assert run("disconnect", "main").status == 0
    assert run("connections", "--json").json == []


def test_a_secret_on_the_command_line_is_refused(run: Run, square: SquareSimulator) -> None:
    for words in (["--secret", "access_token=shown"], ["--field", "access_token=shown"]):
        told = run("connect", "square", *words)
        assert told.status == 2
        assert "file:PATH" in told.err
        assert "shown" not in told.err


def test_an_order_from_file_to_target(run: Run, shop: SquareSimulator, order_file: Write) -> None:
    file = order_file({
        "id": "web-1", "lines": [{"sku": "MUG-1", "quantity": 2}, {"barcode": "2900000000025"}], "codes": ["TEN"],
        "customer": {"email": "ada@example.com"}, "tenders": [{"kind": "cash", "tendered": 5000}],
    })  # fmt: skip
    sold = run("order", "add", "--file", file, "--json")
    assert sold.status == 0, sold.err
    assert sold.json["totals"]["total"] == 2772
    assert (sold.json["receipt_number"], sold.json["targets"][0]["state"]) == ("T1-000001", "ready")
    assert run("order", "add", "--file", file, "--json").json["id"] == sold.json["id"]
    synced = run("sync", "--once", "--only", "drain", "--json")
    assert set(synced.json) >= {"pulled", "drained", "conflicts", "seconds"}
    assert synced.json["drained"] == {"done": 1, "waiting": 0, "unknown": 0, "rejected": 0}
    shown = run("order", "show", sold.json["reference"], "--json").json
    target = shown["targets"][0]
    assert (target["state"], bool(target["remote_id"])) == ("done", True)
    book = shop.books()["orders"]
    assert [(each["reference"], each["total"]) for each in book] == [(sold.json["reference"], 2772)]
    assert [row["reference"] for row in run("orders", "--json").json] == [sold.json["reference"]]


def test_a_refund_by_line_and_then_the_rest(run: Run, shop: SquareSimulator, order_file: Write) -> None:
    file = order_file({"lines": [{"sku": "MUG-1", "quantity": 2}, {"sku": "TEA-1"}]})
    sold = run("order", "add", "--file", file, "--json").json
    run("sync", "--once", "--only", "drain")
    part = run("order", "refund", sold["receipt_number"], "--line", "mug-1=1", "--reason", "broken", "--json")
    assert part.status == 0, part.err
    assert (part.json["receipt_number"], part.json["tenders"][0]["amount"]) == ("T1-R000001", 1375)
    rest = run("order", "refund", sold["id"], "--all", "--no-restock", "--json").json
    assert sum(line["amount"] for line in rest["lines"]) == sold["totals"]["total"] - 1375
    assert not any(line["restock"] for line in rest["lines"])
    run("sync", "--once", "--only", "drain")
    assert [each["refunded"] for each in shop.books()["orders"]] == [sold["totals"]["total"]]
    assert run("order", "refund", sold["id"], "--line", "1").status == 2
    assert run("order", "refund", sold["id"], "--line", "9=1").status == 2
    assert run("order", "refund", sold["id"]).status == 2


def test_lists(run: Run, shop: SquareSimulator) -> None:
    products = run("products", "--search", "mug", "--json").json
    assert [each["title"] for each in products] == ["Mug"]
    assert products[0]["variants"][0]["price"] == {"amount": 1250, "currency": "USD"}
    assert products[0]["variants"][0]["inventory_quantity"] is not None, "stock is read from the platform"
    assert "12.50 USD" in run("products", "--search", "mug").out
    assert [each["email"] for each in run("customers", "--search", "ada@example.com", "--json").json] == [
        "ada@example.com"
    ]
    assert [(each["code"], each["connection"]) for each in run("discounts", "--json").json] == [("TEN", "square")]


def test_a_coupon_with_and_without_a_basket(run: Run, shop: SquareSimulator, order_file: Write) -> None:
    wanted = {"valid", "kind", "value", "reason", "applies_to", "source", "checked_at"}
    with_basket = run("coupon", "check", "ten", "--basket", order_file({"lines": [{"sku": "MUG-1"}]}), "--json").json
    assert set(with_basket) >= wanted
    assert (with_basket["valid"], with_basket["kind"], with_basket["value"]) == (True, "percentage", "10")
    assert with_basket["source"] == "platform"
    alone = run("coupon", "check", "TEN", "--json").json
    assert (alone["valid"], alone["value"]) == (True, "10")
    unknown = run("coupon", "check", "NOPE", "--json").json
    assert (unknown["valid"], unknown["reason"]) == (False, "unknown")


def test_a_coupon_offline_comes_from_the_cache(run: Run, shop: SquareSimulator, order_file: Write) -> None:
    file = order_file({"lines": [{"sku": "MUG-1"}]})
    shop.faults.rates = {"off": 1.0}
    kept = run("coupon", "check", "TEN", "--basket", file, "--json").json
    assert (kept["valid"], kept["source"]) == (True, "cache")
    unknown = run("coupon", "check", "NOPE", "--json").json
    assert (unknown["valid"], unknown["reason"]) == (False, "offline")


def test_gift_cards_at_the_platform(run: Run, shop: SquareSimulator) -> None:
    card = run("giftcard", "balance", CARD, "--json").json
    assert (card["balance"], card["currency"], card["status"], card["issuer"]) == (5000, "USD", "active", "Square")
    assert CARD not in run("giftcard", "balance", CARD).out
    taken = run("giftcard", "redeem", CARD, "--amount", "1000", "--key", "k1", "--json").json
    again = run("giftcard", "redeem", CARD, "--amount", "10.00", "--key", "k1", "--json").json
    assert (taken["balance"], again["move"]) == (4000, taken["move"])
    back = run("giftcard", "refund", CARD, "--amount", "400", "--move", taken["move"], "--json").json
    assert back["balance"] == 4400
    assert run("giftcard", "redeem", CARD, "--amount", "9000").status == 2
    assert run("giftcard", "balance", "nobody", "--json").status == 2
    assert shop.books()["gift_cards"][0]["balance"] == 4400


def test_gift_cards_of_the_store(run: Run) -> None:
    made = run("giftcard", "issue", "--amount", "25.00", "--json").json
    assert (made["balance"], made["issuer"]) == (2500, "posbridge")
    assert run("giftcard", "redeem", made["code"], "--amount", "2501", "--json").status == 2
    assert run("giftcard", "redeem", made["code"], "--amount", "2500", "--json").json["balance"] == 0
    assert run("giftcard", "settle", "--json").json == {
        "expired": 0, "given_back": 0, "never_taken": 0, "waiting": 0
    }  # fmt: skip


def test_the_queue_while_the_platform_is_away(
    run: Run, shop: SquareSimulator, order_file: Write, tmp_path: Path
) -> None:
    sold = run("order", "add", "--file", order_file({"lines": [{"sku": "MUG-1"}]}), "--json").json
    shop.faults.rates = {"off": 1.0}
    run("sync", "--once", "--only", "drain")
    row = run("queue", "--json").json[0]
    assert (row["target"], row["reference"]) == ("square", sold["reference"])
    assert {"state", "attempts", "next_try", "reason", "next_step"} <= set(row)
    told = run("disconnect", "square")
    assert (told.status, "queue export" in told.err) == (2, True)
    assert run("queue", "park", str(row["id"]), "--reason", "later").status == 0
    assert run("queue", "list", "--json").json[0]["state"] == "rejected"
    assert run("status", "--json").status == 1
    file = tmp_path / "queue.csv"
    assert run("queue", "export", str(file), "--json").json["rows"] == 1
    assert sold["reference"] in file.read_text(encoding="utf-8-sig")
    assert run("queue", "retry", str(row["id"])).status == 0
    assert run("queue", "retry", "999").status == 2


def test_status_and_doctor(run: Run, shop: SquareSimulator) -> None:
    status = run("status", "--json")
    assert set(status.json) >= {"online", "queued", "oldest_seconds", "last_good", "connections"}
    assert (status.status, status.json["online"]) == (0, True)
    found = {row["check"]: row for row in run("doctor", "--json").json}
    assert set(found) >= {"machine", "display", "folder", "disk", "database", "keyring", "clock", "connection square"}
    assert all(set(row) == {"check", "ok", "detail", "next_step"} for row in found.values())
    assert found["connection square"]["ok"]
    shop.faults.rates = {"off": 1.0}
    told = run("doctor", "--json")
    lost = next(row for row in told.json if row["check"] == "connection square")
    assert (told.status, lost["ok"], bool(lost["next_step"])) == (1, False, True)


def test_objects_that_could_not_be_understood_are_shown(run: Run, shop: SquareSimulator, home: Path) -> None:
    (found,) = run("status", "--json").json["connections"]
    assert found["not_understood"] == {"count": 0, "streams": {}, "objects": []}
    asyncio.run(_set_aside(home, {"ITEM-7": "name: 12 is no text", "ITEM-8": "It has no price."}))
    (found,) = run("status", "--json").json["connections"]
    assert (found["not_understood"]["count"], found["not_understood"]["streams"]) == (2, {"products": 2})
    assert {one["id"] for one in found["not_understood"]["objects"]} == {"ITEM-7", "ITEM-8"}
    told = run("status").out
    assert "square: 2 objects could not be understood (2 products)" in told
    assert "ITEM-7" in told
    assert "name: 12 is no text" in told
    looked = run("doctor", "--json")
    (line,) = [row for row in looked.json if row["check"] == "objects of square"]
    assert (looked.status, line["ok"], "ITEM-8: It has no price." in line["detail"]) == (1, False, True)


async def _set_aside(home: Path, problems: dict[str, str]) -> None:
    async with app.running(home, sync=False) as services:
        store, now = services.house.store, services.house.clock()
        await store.write(sync_state.park_objects, "square", "products", problems, now)


def test_webhooks_are_subscribed_and_listed(run: Run, shop: SquareSimulator) -> None:
    assert run("webhooks", "list", "square", "--json").json == []
    assert "tells of none" in run("webhooks", "list", "square").out
    url = "https://till.example.com/hooks"
    made = run("webhooks", "subscribe", "square", "--url", url, "--json")
    (row,) = made.json["subscriptions"]
    assert (made.status, made.json["connection"], made.json["secret_kept"]) == (0, "square", True)
    assert (row["url"], row["active"], "order.updated" in row["topics"]) == (url, True, True)
    (there,) = shop.webhooks.rows.values()
    listed = run("webhooks", "list", "square", "--json")
    assert listed.json == [row]
    told = run("webhooks", "subscribe", "square", "--url", url)
    assert (url in told.out, "kept here" in told.out) == (True, False)
    assert all(there["signature_key"] not in said.out + said.err for said in (made, listed, told))
    assert run("webhooks", "subscribe", "square", "--url", "till.example.com").status == 2
    assert run("webhooks", "list", "nobody", "--json").json["error"]["code"] == "configuration"


def test_sync_says_what_it_could_not_do(run: Run, shop: SquareSimulator) -> None:
    assert run("sync", "--once", "--connection", "nobody").status == 2
    shop.faults.rates = {"off": 1.0}
    told = run("sync", "--once", "--json")
    assert told.status == 3
    assert "square" in told.json["problems"]


def test_a_backup_is_put_back(run: Run, shop: SquareSimulator, order_file: Write, tmp_path: Path) -> None:
    run("order", "add", "--file", order_file({"lines": [{"sku": "MUG-1"}]}))
    file = tmp_path / "copy.db"
    assert run("backup", str(file), "--json").json == {"file": str(file)}
    run("order", "add", "--file", order_file({"lines": [{"sku": "TEA-1"}]}))
    put_back = run("restore", str(file), "--json").json
    assert Path(put_back["kept"]).is_file()
    assert len(run("orders", "--json").json) == 1
    assert [row["state"] for row in run("queue", "--json").json] == ["unknown"]
    assert run("restore", str(tmp_path / "nothing.db")).status == 2
