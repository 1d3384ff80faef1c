"""Recorded exchanges of a real PrestaShop 8.2.1, sent to the simulator: same status, same error codes, same shape."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from posbridge.sandbox.prestashop import PrestaShopSimulator
from posbridge.sandbox.prestashop.simulator import KEY
from posbridge.sandbox.wire import Call, Reply
from posbridge.testing.conformance.shop import shop

ZOE = {"id_customer": "3", "secure_key": "d0d80f826f429c26f7bc68c873856ed7"}
CALIFORNIA = "8"
#: What the simulated shop has not, or has of its own: clocks, counters, what a fresh shop says of itself.
_OWN = {
    "date_add", "date_upd", "invoice_date", "delivery_date", "reference", "last_passwd_gen", "passwd", "secure_key",
    "id_shop_group", "message",
}  # fmt: skip


def lab() -> PrestaShopSimulator:
    """The recorded shop, as far as the exchanges need it."""
    seed = replace(shop(0), name="Lab", products=(), discounts=(), tax_rate="0", timezone="Europe/Paris")
    made = PrestaShopSimulator(seed)
    there = made.shop
    there.add("tax_rule_groups", {"name": "US-CA", "active": 1}, 5)
    there.add("taxes", {"name": "CA", "rate": "8.250", "active": 1}, 5)
    there.add("tax_rules", {"id_tax_rules_group": 5, "id_country": 21, "id_state": CALIFORNIA, "id_tax": 5})
    there.add("states", {"id_country": 21, "iso_code": "CA", "name": "California"}, 8)
    there.add("customers", {"firstname": "Zoë", "lastname": "O’Brien", "email": "zoe@example.com", "active": 1,
                            "id_shop": 1, "secure_key": ZOE["secure_key"], "id_default_group": 3,
                            "note": "posbridge:5f0c8d1a-0000-4000-8000-000000000301"}, 3)  # fmt: skip
    there.add("addresses", {"id_customer": 3, "id_country": 21, "id_state": CALIFORNIA, "alias": "POS",
                            "phone": "+1 213 555 0101", "phone_mobile": "2135550199"}, 7)  # fmt: skip
    goods(made)
    return made


def goods(made: PrestaShopSimulator) -> None:
    there = made.shop
    there.add("product_options", {"name": "Fit", "public_name": "Fit"}, 5)
    for ident, name in ((26, "Slim"), (27, "Wide")):
        there.add("product_option_values", {"id_attribute_group": 5, "name": name}, ident)
    for ident, name, price, sku in (
        (20, "Stoneware mug", "11.547344", "MUG-POS-1"),
        (21, "Crème brûlée “Ñandú” 日本茶 & Tee ☕", "3.100000", "TEE-茶-1"),
        (24, "Linen shirt", "20.000000", "SHIRT"),
    ):
        known = {"active": 1, "state": 1, "id_tax_rules_group": 5, "name": name, "price": price, "reference": sku}
        row = there.add("products", {**known, "ean13": "4006381333931" if ident == 20 else ""}, ident)
        there.add(
            "stock_availables", {"id_product": ident, "id_shop": 1, "quantity": 40, "out_of_stock": 2}, ident + 39
        )
        if ident != 24:
            continue
        row["associations"]["combinations"] = [{"id": "40"}, {"id": "41"}]
        for number, impact, code, value in ((40, "0", "SHIRT-SLIM", "26"), (41, "1.5", "SHIRT-WIDE", "27")):
            values = {"product_option_values": [{"id": value}]}
            there.add(
                "combinations", {"id_product": 24, "reference": code, "price": impact, "associations": values}, number
            )
            there.add(
                "stock_availables", {"id_product": 24, "id_product_attribute": number, "quantity": 20}, number + 24
            )


def recorded(contracts: Path, number: str) -> dict[str, Any]:
    (file,) = (contracts / "prestashop" / "examples" / "recorded").glob(f"{number}-*.json")
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def again(made: PrestaShopSimulator, exchange: dict[str, Any], key: str = KEY) -> tuple[int, Any, dict[str, str]]:
    """The recorded request, sent to the simulator: (status, body, headers)."""
    asked = exchange["request"]
    path, _, query = asked["url"].partition("?")
    headers = {name.lower(): value for name, value in (asked.get("headers") or {}).items()}
    if "authorization" in headers:
        headers["authorization"] = f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"
    call = Call(asked["method"], path, query, headers, (asked.get("body") or "").encode())
    reply: Reply = made.work(call)
    raw, sent = reply.encoded()
    return reply.status, json.loads(raw) if raw[:1] in (b"{", b"[") else raw.decode(), sent


def codes(body: Any) -> list[int]:
    return [entry["code"] for entry in body.get("errors", [])] if isinstance(body, dict) else []


def shape(value: Any, path: str = "") -> dict[str, str]:
    """Paths with their types; lists by their first entry."""
    if isinstance(value, dict):
        return {
            k: v for name, inner in value.items() if name not in _OWN for k, v in shape(inner, f"{path}.{name}").items()
        }
    if isinstance(value, list) and value:
        return shape(value[0], f"{path}[]")
    return {path: type(value).__name__}


REFUSED = ["013", "120", "121", "130", "134", "210", "217", "302", "316", "515", "801", "802", "810"]


@pytest.mark.parametrize("number", REFUSED)
def test_it_refuses_as_recorded(contracts: Path, number: str) -> None:
    made, exchange = lab(), recorded(contracts, number)
    if number == "316":
        made.shop.tables["customers"].clear()
    if number == "515":
        made.shop.add("carts", {"id_customer": 3, **ZOE}, 20)
    status, body, _ = again(made, exchange)
    theirs = exchange["response"]
    assert (status, codes(body)) == (theirs["status"], codes(theirs["body"]))
    if not codes(theirs["body"]):
        assert body == theirs["body"]


def test_keys_and_switches(contracts: Path) -> None:
    made = lab()
    made.keys[KEY]["products"] = frozenset({"GET"})
    del made.keys[KEY]["customers"]
    for number, key in (("003", "B" * 32), ("008", KEY), ("009", KEY)):
        exchange = recorded(contracts, number)
        status, body, headers = again(made, exchange, key)
        assert (status, codes(body)) == (exchange["response"]["status"], codes(exchange["response"]["body"])), number
        assert status != 401 or "www-authenticate" in headers
    status, body, _ = again(made, recorded(contracts, "005") | {"request": {"method": "GET", "url": "/api/products"}})
    assert (status, body) == (401, "401 Unauthorized")
    made.enabled = False
    exchange = recorded(contracts, "012")
    status, body, _ = again(made, exchange)
    assert (status, body["errors"]) == (503, exchange["response"]["body"]["errors"])


def test_the_root(contracts: Path) -> None:
    status, body, headers = again(lab(), recorded(contracts, "001"))
    theirs = ElementTree.fromstring(recorded(contracts, "001")["response"]["body"])
    (api,), (their_api,) = ElementTree.fromstring(body), theirs
    assert (status, headers["content-type"], api.attrib) == (200, "text/xml;charset=utf-8", their_api.attrib)
    ours = {node.tag: set(node.attrib) for node in api}
    assert all(ours[node.tag] == set(node.attrib) for node in their_api if node.tag in ours)
    assert again(lab(), recorded(contracts, "002"))[:2] == (500, "")


READS = ["014", "015", "017", "202", "307", "309", "312", "213"]


@pytest.mark.parametrize("number", READS)
def test_it_reads_as_recorded(contracts: Path, number: str) -> None:
    exchange = recorded(contracts, number)
    status, body, _ = again(lab(), exchange)
    theirs = exchange["response"]["body"]
    assert status == 200
    assert set(shape(theirs)) - set(shape(body)) <= {".currencies[].numeric_iso_code"}
    common = set(shape(theirs)) & set(shape(body))
    assert {path: shape(body)[path] for path in common} == {path: shape(theirs)[path] for path in common}


def test_lists_that_are_nothing(contracts: Path) -> None:
    for number in ("107", "231"):
        assert again(lab(), recorded(contracts, number))[:2] == (200, [])


def test_single_objects_lose_what_is_nothing(contracts: Path) -> None:
    made = lab()
    made.shop.count("20", "0", 0)
    status, body, _ = again(made, recorded(contracts, "201"))
    assert (status, body) == (200, recorded(contracts, "201")["response"]["body"])


def test_the_final_price(contracts: Path) -> None:
    _, body, _ = again(lab(), recorded(contracts, "233"))
    assert body == recorded(contracts, "233")["response"]["body"]


def test_without_sort_the_order_is_odd(contracts: Path) -> None:
    _, body, _ = again(lab(), recorded(contracts, "912"))
    assert [row["id"] for row in body["products"]] == [24, 20, 21]


def test_an_unchanged_list(contracts: Path) -> None:
    made, exchange = lab(), recorded(contracts, "232")
    known = dict(exchange["request"], headers={"Authorization": "x"})
    status, body, headers = again(made, {"request": known})
    assert (status, bool(body)) == (200, True)
    known["headers"]["Local-Content-Sha1"] = headers["content-sha1"]
    assert again(made, {"request": known})[:2] == (304, "")
    made.shop.count("20", "0", 3)
    assert again(made, {"request": known})[0] == 200


# from cart to order
def test_the_recorded_sale(contracts: Path) -> None:
    """401 to 425: the same cart, price and order give the recorded sums, rows, stock and refusals."""
    made = lab()
    made.shop._last |= {"carts": 9, "specific_prices": 4, "orders": 7, "order_details": 13}
    for number in ("401", "402", "403", "408", "409", "414", "424"):
        exchange = recorded(contracts, number)
        status, body, _ = again(made, exchange)
        theirs = exchange["response"]
        assert status == theirs["status"], number
        assert differences(compared(theirs["body"]), compared(body)) == [], number
    rows = made.shop.stock_row
    assert [rows(p, c)["quantity"] for p, c in (("20", "0"), ("21", "0"), ("24", "41"))] == ["38", "39", "19"]  # type: ignore[index] # seeded
    exchange = recorded(contracts, "423")
    assert again(made, exchange)[:2] == (500, exchange["response"]["body"])
    made.shop.add("carts", {**ZOE, "secure_key": "0" * 32, "id_address_delivery": 7}, 11)
    exchange = recorded(contracts, "425")
    assert again(made, exchange)[:2] == (500, exchange["response"]["body"])


def differences(theirs: Any, ours: Any, path: str = "") -> list[str]:
    """What differs, by path."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        missing = [f"{path}.{name}: only on one side" for name in set(theirs) ^ set(ours)]
        both = [name for name in theirs if name in ours]
        return missing + [found for name in both for found in differences(theirs[name], ours[name], f"{path}.{name}")]
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        pairs = enumerate(zip(theirs, ours, strict=True))
        return [found for place, (one, other) in pairs for found in differences(one, other, f"{path}[{place}]")]
    return [] if theirs == ours else [f"{path}: {theirs!r} != {ours!r}"]


def compared(body: Any) -> Any:
    """Without what every shop numbers and stamps for itself."""
    if isinstance(body, dict):
        skipped = {*_OWN, "invoice_number"}
        return {name: compared(value) for name, value in body.items() if name not in skipped}
    return [compared(entry) for entry in body] if isinstance(body, list) else body


def test_the_sum_is_rounded_once(contracts: Path) -> None:
    """Recorded 456 and 461: 39.00 net make 42.22, though the lines are 18.94 and 23.27."""
    made = lab()
    made.shop.tables["products"][21]["price"] = "3.500000"
    order = sold(made, contracts, "42.22")
    theirs = recorded(contracts, "456")["response"]["body"]["orders"][0]
    names = (
        "total_paid",
        "total_paid_tax_excl",
        "total_paid_real",
        "total_products",
        "total_products_wt",
        "current_state",
    )
    assert {name: order[name] for name in names} == {name: theirs[name] for name in names}
    made = lab()
    assert sold(made, contracts, "40.05")["current_state"] == "11"


def sold(made: PrestaShopSimulator, contracts: Path, paid: str) -> dict[str, Any]:
    """Five tees and a wide shirt, by the recorded documents."""
    made.shop._last["carts"] = 9
    exchange = recorded(contracts, "401")
    rows = re.sub(r"<cart_row>.*</cart_row>", _ROWS, exchange["request"]["body"])
    again(made, {"request": {**exchange["request"], "body": rows}})
    order = recorded(contracts, "408")["request"]
    status, _, _ = again(made, {"request": {**order, "body": order["body"].replace("51.30", paid)}})
    assert status == 201
    return dict(next(iter(made.shop.tables["orders"].values())))


_ROWS = "".join(
    f"<cart_row><id_product>{product}</id_product><id_product_attribute>{combination}</id_product_attribute>"
    f"<id_address_delivery>7</id_address_delivery><quantity>{quantity}</quantity></cart_row>"
    for product, combination, quantity in ((21, 0, 5), (24, 41, 1))
)


def test_a_cent_beside_is_a_payment_error_and_healing_books_twice(contracts: Path) -> None:
    made = lab()
    order = sold(made, contracts, "40.04")
    assert (order["current_state"], order["valid"], order["total_paid_real"]) == ("8", "0", "40.040000")
    assert made.shop.stock_row("21")["quantity"] == "40"  # type: ignore[index] # seeded
    exchange = recorded(contracts, "457")["request"]
    body = re.sub(r"(<id_order><!\[CDATA\[)\d+", rf"\g<1>{order['id']}", exchange["body"])
    assert again(made, {"request": {**exchange, "body": body}})[0] == 201
    healed = next(iter(made.shop.tables["orders"].values()))
    assert (healed["valid"], len(made.shop.tables["order_payments"])) == ("1", 2)
    assert Decimal(healed["total_paid_real"]) == Decimal("80.09")
    assert made.shop.stock_row("21")["quantity"] == "35"  # type: ignore[index] # seeded


def test_a_rule_without_a_code_works_by_itself(contracts: Path) -> None:
    """Recorded 526 to 528: the full sum is taken and 3.00 too much received, the net sum is a payment error."""
    for paid, number in (("25.00", "527"), ("22.00", "528")):
        made = lab()
        assert again(made, recorded(contracts, "526"))[0] == 201
        made.shop._last["carts"] = 9
        cart, order = recorded(contracts, "401")["request"], recorded(contracts, "408")["request"]
        mugs = re.search(r"<cart_row>.*?</cart_row>", cart["body"])
        assert mugs is not None
        again(made, {"request": {**cart, "body": re.sub(r"<cart_row>.*</cart_row>", mugs[0], cart["body"])}})
        again(made, {"request": {**order, "body": order["body"].replace("51.30", paid)}})
        theirs = recorded(contracts, number)["response"]["body"]["orders"][0]
        row = next(iter(made.shop.tables["orders"].values()))
        assert {name: row[name] for name in theirs if name != "id"} == {n: v for n, v in theirs.items() if n != "id"}


def test_states_slips_and_deletion(contracts: Path) -> None:
    """434 to 451: a history row each time, slips that move nothing, stock back when cancelled, a cart free again."""
    made = lab()
    order = sold(made, contracts, "40.05")
    ident = str(order["id"])

    def sent(number: str) -> int:
        exchange = recorded(contracts, number)["request"]
        body = re.sub(r"(<id_order><!\[CDATA\[|<order><id><!\[CDATA\[)\d+", rf"\g<1>{ident}", exchange["body"] or "")
        url = re.sub(r"/orders/\d+", f"/orders/{ident}", exchange["url"])
        return again(made, {"request": {**exchange, "body": body, "url": url}})[0]

    tees = made.shop.stock_row("21")
    assert tees is not None
    assert [sent(number) for number in ("434", "435", "437", "437", "439", "442")] == [201, 200, 201, 201, 201, 201]
    assert len(made.shop.tables["order_slip"]) == 2
    assert tees["quantity"] == "35"
    assert sent("447") == 201
    assert tees["quantity"] == "35"
    assert sent("446") == 201
    assert tees["quantity"] == "40"
    assert sent("449") == 200
    assert made.shop.tables["orders"] == {}
    cart = made.shop.tables["carts"][10]
    body = recorded(contracts, "408")["request"]
    assert again(made, {"request": {**body, "body": body["body"].replace("51.30", "40.05")}})[0] == 201
    assert cart["id"] == 10


def test_put_replaces_and_one_language_blanks_the_others(contracts: Path) -> None:
    made = lab()
    made.shop.tables["products"][20]["name"] = {"1": "Stoneware mug", "2": "Steingutbecher"}
    status, body, _ = again(made, recorded(contracts, "230"))
    assert (status, body["product"]["name"][0]["value"]) == (200, "")
    assert again(made, recorded(contracts, "817"))[0] == 200
    assert made.shop.tables["products"][21]["price"] == "3.500000"
    put = '<prestashop><customer><id>3</id><firstname>Z</firstname><lastname>O</lastname><email>z@example.com</email>' \
          "<passwd>abc</passwd></customer></prestashop>"  # fmt: skip
    request = {
        "method": "PUT",
        "url": "/api/customers/3?output_format=JSON",
        "headers": {"Authorization": "x"},
        "body": put,
    }
    assert again(made, {"request": request})[0] == 200
    assert made.shop.tables["customers"][3]["id_shop"] == "0"


def test_several_at_once(contracts: Path) -> None:
    made = lab()
    assert again(made, recorded(contracts, "904"))[0] == 200
    assert [made.shop.stock_row(p)["quantity"] for p in ("20", "21")] == ["70", "70"]  # type: ignore[index] # seeded
    status, body, _ = again(made, recorded(contracts, "902"))
    assert (status, codes(body)) == (400, [85])
    assert any(row["email"] == "cora@example.com" for row in made.shop.tables["customers"].values())
    for ident in (8, 9, 10):
        made.shop.add("customers", {"email": f"{ident}@example.com"}, ident)
    assert again(made, recorded(contracts, "906"))[0] == 200
    assert not {8, 9, 10} & set(made.shop.tables["customers"])
