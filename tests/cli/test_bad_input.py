"""What may be wrong around a command: a clear message, the next step, the right status, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from posbridge.domain.errors import DiskFull, ReadOnlyStore
from posbridge.sandbox.square import SquareSimulator
from posbridge.store.engine import SqliteStore
from tests.cli.conftest import Run, connecting

Write = Callable[[Any], str]


def test_a_corrupt_database_is_left_alone_and_a_backup_takes_its_place(
    run: Run, shop: SquareSimulator, order_file: Write, home: Path, tmp_path: Path
) -> None:
    sold = run("order", "add", "--file", order_file({"lines": [{"sku": "MUG-1"}]}), "--json").json
    copy, database = tmp_path / "copy.db", home / "posbridge.db"
    run("backup", str(copy))
    damaged = b"this is no database " * 400
    for suffix in ("-wal", "-shm"):
        (home / f"posbridge.db{suffix}").unlink(missing_ok=True)
    database.write_bytes(damaged)
    told = run("orders", "--json")
    assert (told.status, told.json["error"]["code"]) == (3, "corrupt")
    assert "posbridge restore" in told.err
    assert database.read_bytes() == damaged
    put_back = run("restore", str(copy), "--json")
    assert put_back.status == 0, put_back.err
    assert Path(put_back.json["kept"]).read_bytes() == damaged
    assert [row["reference"] for row in run("orders", "--json").json] == [sold["reference"]]


@pytest.mark.parametrize(("error", "step"), [(DiskFull, "Free some space"), (ReadOnlyStore, "right to write")])
@pytest.mark.usefixtures("shop")
def test_a_disk_that_takes_nothing(
    run: Run, order_file: Write, monkeypatch: pytest.MonkeyPatch, error: type[Exception], step: str
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(SqliteStore, "write", refuse)
        told = run("order", "add", "--file", order_file({"lines": [{"sku": "MUG-1"}]}), "--json")
    assert told.status == 3
    assert step in told.err
    assert "receipt_number" not in told.json
    assert run("orders", "--json").json == []


def test_a_data_folder_that_cannot_be(run: Run, home: Path) -> None:
    home.write_text("a file where the folder should be", encoding="utf-8")
    told = run("status", "--json")
    assert told.status == 3
    assert told.json["error"]["message"]
    found = {row["check"]: row for row in run("doctor", "--json").json}
    assert (found["folder"]["ok"], found["database"]["ok"]) == (False, False)


def test_with_no_keyring_it_sells_and_says_that_it_cannot_connect(
    run: Run, shop: SquareSimulator, order_file: Write, no_key: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold = run("order", "add", "--file", order_file({"lines": [{"sku": "MUG-1"}]}), "--json")
    assert sold.status == 0, sold.err
    told = run(*connecting(shop, monkeypatch), "--as", "two")
    assert told.status == 3
    assert "keyring" in told.err.lower()
    assert [row["state"] for row in run("queue", "--json").json] == ["ready"]
    assert run("status", "--json").json["vault_problem"]


def test_a_wrong_key_is_told_apart_from_no_network(
    run: Run, square: SquareSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = run(*connecting(square, monkeypatch, access_token="not-the-token"), "--json")
    assert (wrong.status, wrong.json["error"]["code"]) == (3, "key_wrong")
    assert "not-the-token" not in wrong.err + wrong.out
    square.faults.rates = {"off": 1.0}
    away = run(*connecting(square, monkeypatch), "--json")
    assert (away.status, away.json["error"]["code"]) == (3, "cannot_reach")
    assert wrong.json["error"]["next_step"] != away.json["error"]["next_step"]
    assert run("connections", "--json").json == []


def test_a_captive_portal_is_not_taken_for_the_platform(
    run: Run, shop: SquareSimulator, order_file: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold = run("order", "add", "--file", order_file({"lines": [{"sku": "MUG-1"}]}), "--json").json
    shop.faults.rates = {"html": 1.0}
    told = run(*connecting(shop, monkeypatch), "--as", "two", "--json")
    assert told.status in (2, 3)
    assert told.json["error"]["next_step"]
    run("sync", "--once", "--json")
    row = run("queue", "--json").json[0]
    assert (row["reference"], row["state"] in ("ready", "unknown")) == (sold["reference"], True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"lines": [{"sku": "NOPE"}]}, ["line 1", "NOPE"]),
        ('{"lines": [{"sku": "MUG-1", "quantity": 1.5}]}', ["line 1", "1.5"]),
        ('{"lines": [{"sku": "MUG-1"}], "tenders": [{"kind": "cash", "amount": 13.75}]}', ["13.75"]),
        ({"lines": []}, ["lines"]),
        ("not json", ["JSON"]),
        ({"lines": [{"sku": "MUG-1"}], "codes": ["NOPE"]}, ["NOPE"]),
        ({"lines": [{"sku": "MUG-1"}], "note": "card 4111 1111 1111 1111"}, ["card number"]),
    ],
)
def test_an_order_file_that_cannot_be_sold(
    run: Run, shop: SquareSimulator, order_file: Write, content: Any, words: list[str]
) -> None:
    told = run("order", "add", "--file", order_file(content), "--json")
    assert told.status == 2
    assert all(word in told.json["error"]["message"] for word in words)
    assert told.json["error"]["next_step"]
    assert "4111" not in told.err + told.out
    assert run("orders", "--json").json == []


def test_an_order_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    told = run("order", "add", "--file", str(tmp_path / "nothing.json"))
    assert told.status == 2
    assert "cannot be read" in told.err


def test_a_product_without_a_price(run: Run, shop: SquareSimulator, order_file: Write) -> None:
    data = shop.catalog.rows[shop.seeder.variations["MUG-1"]]["item_variation_data"]
    del data["price_money"]
    data["pricing_type"] = "VARIABLE_PRICING"
    shop.catalog.touch(shop.seeder.variations["MUG-1"])
    run("sync", "--once", "--only", "pull")
    assert "no price" in run("products", "--search", "mug").out
    told = run("order", "add", "--file", order_file({"lines": [{"sku": "MUG-1"}]}), "--json")
    assert told.status == 2
    assert "Mug has no price" in told.json["error"]["message"]
    assert told.json["error"]["next_step"]
