"""The simulators' common ground: seed, faults, the wire and the server, on the smallest platform there can be."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from posbridge.sandbox import create
from posbridge.sandbox.demo import demo_seed, ean13
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.pictures import draw
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.server import running
from posbridge.sandbox.wire import Call, Reply


class Toy(SimulatedPlatform):
    """A platform that counts."""

    name = "toy"

    def __init__(self, seed: Seed, faults: Faults | None = None, *, rate: float | None = None) -> None:
        super().__init__(seed, faults, rate=rate)
        self.made: list[str] = []
        self.add_routes(
            [("POST", "/orders", self.create), ("GET", "/orders/{id}", lambda call: Reply(body=call.params))]
        )

    def create(self, call: Call) -> Reply:
        self.made.append(call.json()["reference"])
        return Reply(201, {"id": self.next_id("order"), "padding": "x" * 400})

    def connection_fields(self) -> dict[str, Any]:
        return {"url": self.address, "fields": {"base_url": self.address}, "secrets": {}}

    def orders_book(self) -> list[dict[str, Any]]:
        return [{"id": str(n), "reference": reference} for n, reference in enumerate(self.made)]

    def stock_book(self) -> dict[str, int]:
        return {}

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        return Reply(status, {"error": status}, {"Retry-After": str(retry_after)} if retry_after else {})

    def expired_reply(self, call: Call) -> Reply | None:
        return Reply(401, {"error": "expired"}) if "authorization" in call.headers else None

    def set_price(self, sku: str, price_minor: int) -> None:
        raise KeyError(sku)

    def set_stock(self, sku: str, quantity: int) -> None:
        raise KeyError(sku)

    def set_title(self, key: str, title: str) -> None:
        raise KeyError(key)

    def add_product(self, product: SeedProduct) -> None:
        self.made.append(product.key)

    def remove_product(self, key: str) -> None:
        raise KeyError(key)


@pytest.fixture
async def toy() -> AsyncIterator[tuple[Toy, httpx.AsyncClient]]:
    platform = Toy(demo_seed(20))
    async with running(platform) as address, httpx.AsyncClient(base_url=address, timeout=3) as client:
        yield platform, client


async def post(client: httpx.AsyncClient, reference: str = "A") -> httpx.Response:
    return await client.post("/orders", json={"reference": reference})


def test_demo_seed_is_the_same_twice_and_differs_by_seed() -> None:
    assert demo_seed(200) == demo_seed(200)
    assert demo_seed(200, seed=8) != demo_seed(200)


def test_demo_seed_is_a_believable_shop() -> None:
    seed = demo_seed()
    variants = [variant for product in seed.products for variant in product.variants]
    skus, barcodes = [v.sku for v in variants], [v.barcode for v in variants]
    with_variants = sum(len(product.variants) > 1 for product in seed.products) / len(seed.products)
    assert len(seed.products) == 2000
    assert len(set(skus)) == len(skus)
    assert len(set(barcodes)) == len(barcodes)
    assert all(code == ean13(code[:12]) for code in barcodes)
    assert 0.15 < with_variants < 0.35
    assert min(v.price_minor for v in variants) > 0
    assert all(v.compare_at_minor is None or v.compare_at_minor > v.price_minor for v in variants)
    assert all(len(v.option_values) == len(p.options) for p in seed.products for v in p.variants)
    assert len({product.title for product in seed.products}) == 2000
    assert any(not product.title.isascii() for product in seed.products)


def test_ean13_agrees_with_a_published_number() -> None:
    assert ean13("400638133393") == "4006381333931"


def test_seed_file_reads_back_equal(tmp_path: Path) -> None:
    seed = demo_seed(30)
    seed.dump(tmp_path / "seed.json")
    assert Seed.load(tmp_path / "seed.json") == seed


def test_a_wrong_seed_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "seed.json").write_text('{"name": "x"}')
    with pytest.raises(ValueError, match=r"seed\.json is not a seed file"):
        Seed.load(tmp_path / "seed.json")


def test_every_picture_is_well_formed_svg() -> None:
    for picture in {product.picture for product in demo_seed(300).products} | {"nothing:x"}:
        assert ElementTree.fromstring(draw(picture)).tag.endswith("svg")


def test_pictures_name_colours_every_drawer_knows() -> None:
    cup = draw("cup:200")
    assert "hsl(" not in cup
    assert "class=" not in cup
    assert cup != draw("cup:20") != draw("book:20")


def test_faults_are_read_and_repeat() -> None:
    spec = "reset=0.1,lost=0.2,seed=5,late_ms=20,writes=1"
    one, two = Faults.parse(spec), Faults.parse(spec)
    drawn = [one.draw("POST", "/x") for _ in range(2000)]
    assert drawn == [two.draw("POST", "/x") for _ in range(2000)]
    counted = Counter(drawn)
    assert 150 < counted["reset"] < 250
    assert 340 < counted["lost"] < 460
    assert one.draw("GET", "/x") is None
    assert one.late_ms == 20


@pytest.mark.parametrize("spec", ["melt=0.1", "lost=2", "lost=x", "lost=0.6,reset=0.6"])
def test_wrong_faults_are_refused(spec: str) -> None:
    with pytest.raises(ValueError, match="cannot read the faults"):
        Faults.parse(spec)


@pytest.mark.parametrize(("kind", "done"), [("reset", 0), ("off", 0), ("lost", 1)])
async def test_a_reset_reaches_the_client_with_or_without_the_work(
    toy: tuple[Toy, httpx.AsyncClient], kind: str, done: int
) -> None:
    platform, client = toy
    platform.faults.plan(kind)
    with pytest.raises(httpx.TransportError):
        await post(client)
    assert len(platform.made) == done
    assert (await post(client, "B")).status_code == 201


async def test_late_work_commits_after_the_connection_is_gone(toy: tuple[Toy, httpx.AsyncClient]) -> None:
    platform, client = toy
    platform.faults.late_ms = 150
    platform.faults.plan("late")
    with pytest.raises(httpx.TransportError):
        await post(client)
    assert platform.made == []
    await platform.settled()
    assert platform.made == ["A"]


@pytest.mark.parametrize(("kind", "status", "done"), [("500", 500, 0), ("lost500", 502, 1), ("429", 429, 0)])
async def test_refusals(toy: tuple[Toy, httpx.AsyncClient], kind: str, status: int, done: int) -> None:
    platform, client = toy
    platform.faults.plan(kind)
    answer = await post(client)
    assert (answer.status_code, len(platform.made)) == (status, done)
    assert answer.headers.get("retry-after") == ("1" if kind == "429" else None)


async def test_cut_html_slow_and_expired(toy: tuple[Toy, httpx.AsyncClient]) -> None:
    platform, client = toy
    platform.faults.plan("cut")
    with pytest.raises(httpx.TransportError):
        await post(client)
    assert platform.made == ["A"]
    platform.faults.plan("html")
    page = await post(client)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    platform.faults.slow_ms = 200
    platform.faults.plan("slow")
    began = time.monotonic()
    assert (await post(client)).status_code == 201
    assert time.monotonic() - began >= 0.2
    platform.faults.plan("expire", times=2)
    assert (await post(client)).status_code == 201  # nothing to expire without a token
    assert (await client.get("/orders/7", headers={"Authorization": "x"})).status_code == 401


async def test_faults_change_while_it_runs_and_never_touch_the_control(toy: tuple[Toy, httpx.AsyncClient]) -> None:
    platform, client = toy
    assert (await client.post("/_sandbox/faults", json={"spec": "off"})).json()["rates"] == {"off": 1.0}
    with pytest.raises(httpx.TransportError):
        await post(client)
    assert (await client.get("/_sandbox/books")).json()["faults"] == {"off": 1}
    assert (await client.post("/_sandbox/faults", json={"spec": "melt"})).status_code == 400
    await client.post("/_sandbox/faults", json={"spec": "", "plan": [{"kind": "500", "path": "/orders"}]})
    assert [(await post(client)).status_code for _ in range(2)] == [500, 201]
    assert platform.faults.rates == {}


async def test_books_name_doubled_references_and_the_journal_knows_each_request(
    toy: tuple[Toy, httpx.AsyncClient],
) -> None:
    _, client = toy
    for reference in ("A", "B", "A"):
        await post(client, reference)
    books = (await client.get("/_sandbox/books")).json()
    assert (books["doubled"], books["requests"], books["refused"]) == (["A"], 3, 0)
    journal = (await client.get("/_sandbox/requests")).json()
    assert [(entry["method"], entry["status"]) for entry in journal] == [("POST", 201)] * 3


async def test_rate_limit_refuses_and_counts() -> None:
    platform = Toy(demo_seed(5), rate=5)
    async with running(platform) as address, httpx.AsyncClient(base_url=address) as client:
        answers = [(await post(client)).status_code for _ in range(12)]
    assert answers[:5] == [201] * 5
    assert answers.count(429) == platform.counts.refused >= 5


async def test_pictures_unknown_paths_and_bad_json(toy: tuple[Toy, httpx.AsyncClient]) -> None:
    platform, client = toy
    key = platform.seed.products[0].key
    assert (await client.get(f"/_sandbox/pictures/{key}.svg")).headers["content-type"] == "image/svg+xml"
    assert (await client.get("/nowhere")).status_code == 404
    assert (await client.delete("/orders")).status_code == 405
    assert (await client.post("/orders", content=b"{")).status_code == 400
    assert (await client.post("/_sandbox/price", json={"sku": "x", "price_minor": 1})).status_code == 400


async def test_webhooks_go_out_until_they_are_taken(toy: tuple[Toy, httpx.AsyncClient]) -> None:
    platform, client = toy
    receiver = Toy(demo_seed(1))
    receiver.faults.plan("500")
    platform.deliveries.pause = 0.01
    async with running(receiver) as address:
        target = {"url": f"{address}/orders", "secret": "s"}
        assert (await client.post("/_sandbox/webhooks", json=target)).status_code == 200
        platform.deliveries.emit("order.created", json.dumps({"reference": "W"}).encode())
        await platform.deliveries.settled()
    assert receiver.made == ["W"]
    assert [sent.status for sent in platform.deliveries.log] == [500, 201]
    refused = await client.post("/_sandbox/webhooks", json={"url": "http://192.0.2.1/x", "secret": "s"})
    assert refused.status_code == 400


async def test_start_and_stop_leave_no_task() -> None:
    before = asyncio.all_tasks()
    for _ in range(3):
        async with running(Toy(demo_seed(1))) as address, httpx.AsyncClient(base_url=address) as client:
            assert (await post(client)).status_code == 201
    assert asyncio.all_tasks() == before


def test_unknown_simulator_is_named() -> None:
    with pytest.raises(ValueError, match=r"there are .*square, "):
        create("nothing")
