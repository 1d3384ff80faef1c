"""The rules of the simulated Shopify: documents, searches, sign-in, keys, points, and the recorded words of errors."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from posbridge.sandbox.demo import demo_seed
from posbridge.sandbox.server import running
from posbridge.sandbox.shopify import ShopifySimulator
from posbridge.sandbox.shopify.app import ADMIN_TOKEN, CLIENT_ID, CLIENT_SECRET, Token
from posbridge.sandbox.shopify.language import SyntaxProblem, read
from posbridge.sandbox.shopify.lists import terms
from posbridge.testing.conformance.serving import mailbox

PATH = "/admin/api/2026-07/graphql.json"


class Lab:
    """A running simulator and a way to ask it."""

    def __init__(self, store: ShopifySimulator, client: httpx.AsyncClient) -> None:
        self.store, self.client = store, client

    async def ask(self, document: str, **variables: Any) -> Any:
        reply = await self.client.post(PATH, json={"query": document, "variables": variables})
        assert reply.status_code == 200, reply.text
        return reply.json()


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    store = ShopifySimulator(demo_seed(20), rate=0)
    async with running(store):
        headers = {"x-shopify-access-token": ADMIN_TOKEN}
        async with httpx.AsyncClient(base_url=store.address, headers=headers, timeout=10) as client:
            yield Lab(store, client)


def recorded(contracts: Path, name: str) -> Any:
    return json.loads((contracts / "shopify" / "examples" / f"{name}.json").read_text("utf-8"))


# the language
def test_documents_of_the_contract_are_read(contracts: Path) -> None:
    for path in (contracts / "shopify" / "examples").glob("*.request.json"):
        body = json.loads(path.read_text("utf-8"))
        if "query" in body:
            document = read(body["query"])
            assert document.operations, path.name


@pytest.mark.parametrize("text", ["{", "query {", "{ a(b: ) }", "subscription { a }", "{ a } }", "§", "{ a(b: $) }"])
def test_what_is_no_document_is_told(text: str) -> None:
    with pytest.raises(SyntaxProblem):
        read(text)


def test_values_and_fragments_are_read() -> None:
    text = '''query Q($a: [ID!]! = ["x"], $b: Int = 3) {
      one: two(c: {d: [1, -2.5, true, null, WORD], e: "q\\"u", f: """b"""})
      @include(if: $b) { ... on T { id } ...F } } fragment F on T { id }'''
    (operation,) = read(text).operations
    assert operation.variables == {"a": ("[ID!]!", ["x"]), "b": ("Int", 3)}
    (one,) = operation.selections
    assert (one.alias, one.name) == ("one", "two")
    assert one.args["c"] == {"d": [1, -2.5, True, None, "WORD"], "e": 'q"u', "f": "b"}


def test_searches_are_read() -> None:
    groups = terms("source_identifier:'P 1' OR tag:\"it's\" AND updated_at:>='2026-01-01T00:00:00Z' -status:active")
    assert [[(t.field, t.op, t.value, t.no) for t in group] for group in groups] == [
        [("source_identifier", "", "P 1", False)],
        [
            ("tag", "", "it's", False),
            ("updated_at", ">=", "2026-01-01T00:00:00Z", False),
            ("status", "", "active", True),
        ],
    ]


# lists
async def test_an_unknown_filter_is_ignored_with_a_warning(lab: Lab) -> None:
    said = await lab.ask('{ products(first: 250, query: "colour:red") { nodes { id } } }')
    assert len(said["data"]["products"]["nodes"]) == 20
    assert said["extensions"]["search"][0]["warnings"][0]["field"] == "colour"
    known = await lab.ask('{ products(first: 250, query: "sku:nothing") { nodes { id } } }')
    assert known["data"]["products"]["nodes"] == []
    assert "search" not in known["extensions"]


async def test_pages_and_their_limits(lab: Lab) -> None:
    seen: list[str] = []
    after = None
    while True:
        document = (
            "query($a: String) { products(first: 7, after: $a) { nodes { id } pageInfo { hasNextPage endCursor } } }"
        )
        page = (await lab.ask(document, a=after))["data"]["products"]
        seen += [row["id"] for row in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(seen) == len(set(seen)) == 20
    for wrong in ("first: 251", "first: -1", "after: 3", 'first: 2, after: "nonsense"'):
        said = await lab.ask(f"{{ products({wrong}) {{ nodes {{ id }} }} }}")
        assert said["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


# sign-in
async def test_client_credentials_give_a_token_of_a_day(lab: Lab) -> None:
    body = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "grant_type": "client_credentials"}
    granted = (await lab.client.post("/admin/oauth/access_token", json=body)).json()
    assert granted["expires_in"] == 86399
    headers = {"x-shopify-access-token": granted["access_token"]}
    query = {"query": "{ shop { name } }"}
    assert (await lab.client.post(PATH, json=query, headers=headers)).json()["data"]["shop"]["name"]
    lab.store.clock.advance(timedelta(days=1))
    dead = await lab.client.post(PATH, json=query, headers=headers)
    assert dead.status_code == 401
    assert "Invalid API key or access token" in dead.json()["errors"]
    wrong = await lab.client.post("/admin/oauth/access_token", json={**body, "client_secret": "x"})
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_client")


async def test_a_missing_scope_is_denied(lab: Lab) -> None:
    lab.store.tokens[ADMIN_TOKEN] = Token(("read_orders",))
    said = await lab.ask("mutation { orderCreate(order: { lineItems: [] }) { order { id } userErrors { message } } }")
    assert said["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    assert "write_orders" in said["errors"][0]["extensions"]["requiredAccess"]


async def test_another_version_is_served_and_told(lab: Lab) -> None:
    reply = await lab.client.post("/admin/api/2020-01/graphql.json", json={"query": "{ shop { name } }"})
    assert reply.headers["x-shopify-api-version"] == "2026-07"


# the recorded words of errors
ADJUST = """mutation($input: InventoryAdjustQuantitiesInput!) { inventoryAdjustQuantities(input: $input)
  %s { inventoryAdjustmentGroup { id } userErrors { field message code } } }"""


async def test_keys_are_needed_as_recorded(lab: Lab, contracts: Path) -> None:
    item = next(iter(lab.store.catalog.variants.values())).item
    change = {"inventoryItemId": item, "locationId": lab.store.shop.location_id, "delta": 1}
    given = {"name": "available", "reason": "correction", "changes": [change]}
    without = await lab.ask(ADJUST % "", input=given)
    expected = recorded(contracts, "error.idempotency_missing.response")["errors"][0]
    assert (without["errors"][0]["message"], without["errors"][0]["extensions"]) == (
        expected["message"],
        expected["extensions"],
    )
    unsaid = await lab.ask(ADJUST % '@idempotent(key: "a")', input=given)
    assert unsaid["errors"][0]["extensions"]["code"] == "INVALID_FIELD_ARGUMENTS"
    stale = {**given, "changes": [{**change, "changeFromQuantity": -99}]}
    said = await lab.ask(ADJUST % '@idempotent(key: "b")', input=stale)
    assert said["data"]["inventoryAdjustQuantities"]["userErrors"][0]["code"] == "CHANGE_FROM_QUANTITY_STALE"
    strange = {**given, "changes": [{**change, "inventoryItemId": "gid://x/1", "changeFromQuantity": None}]}
    said = await lab.ask(ADJUST % '@idempotent(key: "c")', input=strange)
    wrong = recorded(contracts, "error.inventory.unknown_item.response")["data"]["inventorySetQuantities"][
        "userErrors"
    ][0]
    (ours,) = said["data"]["inventoryAdjustQuantities"]["userErrors"]
    assert (ours["message"], ours["code"]) == (wrong["message"], wrong["code"])


async def test_card_errors_as_recorded(lab: Lab, contracts: Path) -> None:
    ident = next(iter(lab.store.cards.rows))
    document = """mutation($id: ID!, $input: GiftCardDebitInput!) { giftCardDebit(id: $id, debitInput: $input) {
      giftCardDebitTransaction { id } userErrors { field code message } } }"""

    async def debit(amount: str, currency: str = "USD") -> Any:
        money = {"debitAmount": {"amount": amount, "currencyCode": currency}}
        return (await lab.ask(document, id=ident, input=money))["data"]["giftCardDebit"]

    expected = recorded(contracts, "error.giftcard.insufficient.response")["data"]["insufficientDebit"]
    assert await debit("9999") == expected
    assert (await debit("-1"))["userErrors"][0]["code"] == "NEGATIVE_OR_ZERO_AMOUNT"
    assert (await debit("1", "CAD"))["userErrors"][0]["code"] == "MISMATCHING_CURRENCY"
    lab.store.cards.rows[ident].enabled = False
    assert await debit("1") == recorded(contracts, "error.giftcard.deactivated.response")["data"]["giftCardDebit"]
    lab.store.cards.rows[ident].enabled, lab.store.cards.rows[ident].expires_on = True, "2020-01-01"
    assert await debit("1") == recorded(contracts, "error.giftcard.expired.response")["data"]["giftCardDebit"]


CREATE = """mutation($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput) {
  orderCreate(order: $order, options: $options) {
    order {
      id displayFinancialStatus totalPriceSet { shopMoney { amount } } totalDiscountsSet { shopMoney { amount } }
    }
    userErrors { field message code }
  }
}"""


def line(price: str = "1.00", **more: Any) -> dict[str, Any]:
    return {"title": "Tea", "quantity": 1, "priceSet": bag(price), **more}


def bag(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": "USD"}}


async def make(lab: Lab, **order: Any) -> Any:
    return (await lab.ask(CREATE, order=order))["data"]["orderCreate"]


async def test_order_errors_as_recorded(lab: Lab, contracts: Path) -> None:
    none = recorded(contracts, "error.order.create.no_lines.response")["data"]["noLineItems"]
    assert await make(lab, lineItems=[]) == none
    rateless = line(taxLines=[{"title": "T", "rate": "", "priceSet": bag("1.00")}])
    matrix = recorded(contracts, "error.order.create.validation.response")["data"]
    (wrong,) = (await make(lab, lineItems=[rateless]))["userErrors"]
    assert {"field": wrong["field"], "code": wrong["code"]} == matrix["lineItemTaxLineMissingRate"]["userErrors"][0]
    twice = await make(lab, lineItems=[line()], customer={"toUpsert": {"email": "a@b.c"}}, customerId="x")
    assert twice["userErrors"][0]["code"] == "REDUNDANT_CUSTOMER_FIELDS"
    unknown = await lab.ask(CREATE, order={"lineItems": [line()], "colour": "red"})
    assert unknown["errors"][0]["extensions"]["code"] == "INVALID_VARIABLE"
    assert lab.store.orders_book() == []


async def test_orders_are_reckoned_as_recorded(lab: Lab) -> None:
    """Without payment or state the state is null; a fixed code of 5 and one of 10 %."""
    bare = (await make(lab, lineItems=[line("20.00")]))["order"]
    assert bare["displayFinancialStatus"] is None
    fixed = {"itemFixedDiscountCode": {"code": "SAVE5", "amountSet": bag("5.00")}}
    made = (await make(lab, lineItems=[line("40.00")], discountCode=fixed))["order"]
    assert made["totalPriceSet"]["shopMoney"]["amount"] == "35.0"
    percent = {"itemPercentageDiscountCode": {"code": "SUMMER SALE", "percentage": 10}}
    made = (await make(lab, lineItems=[line("10.00")], discountCode=percent))["order"]
    assert made["totalDiscountsSet"]["shopMoney"]["amount"] == "1.0"


async def test_stock_moves_only_when_asked(lab: Lab) -> None:
    variant = next(iter(lab.store.catalog.variants.values()))
    before = variant.stock
    await make(lab, lineItems=[{"variantId": variant.id, "quantity": 2}])
    assert variant.stock == before
    options = {"inventoryBehaviour": "DECREMENT_IGNORING_POLICY"}
    await lab.ask(CREATE, order={"lineItems": [{"variantId": variant.id, "quantity": 2}]}, options=options)
    assert variant.stock == before - 2


async def test_marks_are_unique_once_they_are_defined(lab: Lab, contracts: Path) -> None:
    find = """{ orderByIdentifier(identifier: { customId: { namespace: "$app:posbridge", key: "k", value: "1" } }) {
      id } }"""
    undefined = await lab.ask(find)
    expected = recorded(contracts, "error.custom_id_undefined.response")["errors"][0]
    assert undefined["errors"][0]["message"] == expected["message"]
    mark = {"namespace": "$app:posbridge", "key": "k", "type": "id", "value": "1"}
    assert (await make(lab, lineItems=[line()], metafields=[mark]))["order"] is None
    define = """mutation { metafieldDefinitionCreate(definition: { name: "N", namespace: "$app:posbridge", key: "k",
      type: "id", ownerType: ORDER }) { createdDefinition { id } userErrors { code } } }"""
    assert (await lab.ask(define))["data"]["metafieldDefinitionCreate"]["userErrors"] == []
    assert (await lab.ask(define))["data"]["metafieldDefinitionCreate"]["userErrors"] == [{"code": "TAKEN"}]
    made = await make(lab, lineItems=[line()], metafields=[mark])
    assert (await lab.ask(find))["data"]["orderByIdentifier"]["id"] == made["order"]["id"]
    again = await make(lab, lineItems=[line()], metafields=[mark])
    assert again["userErrors"][0]["message"] == "Value has already been taken"


async def test_the_search_may_be_late_and_lists_are_not(lab: Lab) -> None:
    lab.store.orders.lag_s = 60
    await make(lab, lineItems=[line()], sourceIdentifier="S-1")
    search = "{ orders(first: 5, query: \"source_identifier:'S-1'\") { nodes { id } } }"
    assert (await lab.ask(search))["data"]["orders"]["nodes"] == []
    newest = "{ orders(first: 5, sortKey: CREATED_AT, reverse: true) { nodes { sourceIdentifier } } }"
    assert (await lab.ask(newest))["data"]["orders"]["nodes"] == [{"sourceIdentifier": "S-1"}]
    lab.store.clock.advance(timedelta(seconds=61))
    assert len((await lab.ask(search))["data"]["orders"]["nodes"]) == 1


async def test_refunds_stay_within_what_was_paid(lab: Lab, contracts: Path) -> None:
    paid = {"kind": "SALE", "status": "SUCCESS", "gateway": "cash", "amountSet": bag("15.00")}
    made = (await make(lab, lineItems=[line("15.00")], transactions=[paid]))["order"]
    document = """mutation($input: RefundInput!) { refundCreate(input: $input) @idempotent(key: "%s") {
      refund { id } userErrors { field message } } }"""
    back = {"orderId": made["id"], "transactions": [{"orderId": made["id"], "kind": "REFUND", "gateway": "cash",
                                                     "amount": "25.00"}]}  # fmt: skip
    said = (await lab.ask(document % "a", input=back))["data"]["refundCreate"]
    assert (
        said["userErrors"]
        == recorded(contracts, "error.order.refund.over.response")["data"]["refundCreate"]["userErrors"]
    )
    back["transactions"][0]["amount"] = "5.00"
    await lab.ask(document % "b", input=back)
    back["transactions"][0]["amount"] = "6.00"
    said = (await lab.ask(document % "b", input=back))["data"]
    assert lab.store.orders_book()[0]["refunded"] == 500


# points and deliveries
async def test_points_run_out_and_come_back() -> None:
    store = ShopifySimulator(demo_seed(1), rate=5.0)
    store.bucket.burst, store.bucket._left = 3, 3.0
    async with running(store), httpx.AsyncClient(base_url=store.address, timeout=10) as client:
        client.headers["x-shopify-access-token"] = ADMIN_TOKEN
        said = [(await client.post(PATH, json={"query": "{ shop { name } }"})).json() for _ in range(6)]
        throttled = [one for one in said if "errors" in one]
        assert throttled
        assert throttled[0]["errors"][0]["extensions"]["code"] == "THROTTLED"
        assert throttled[0]["extensions"]["cost"]["throttleStatus"]["restoreRate"] == 50
        assert store.counts.refused == len(throttled)


async def test_deliveries_are_signed_and_told_by_topic(lab: Lab) -> None:
    async with mailbox() as (url, arrived):
        document = """mutation($uri: String!) { webhookSubscriptionCreate(topic: ORDERS_CREATE,
          webhookSubscription: { uri: $uri, format: JSON }) { webhookSubscription { id } userErrors { message } } }"""
        assert (await lab.ask(document, uri=url))["data"]["webhookSubscriptionCreate"]["userErrors"] == []
        lab.store.set_stock(next(iter(lab.store.stock_book())), 3)
        made = await make(lab, lineItems=[line()])
        delivery = await arrived.get()
        await lab.store.settled()
        assert arrived.empty()
    headers = {name.lower(): value for name, value in delivery.headers.items()}
    digest = hmac.new(CLIENT_SECRET.encode(), delivery.body, hashlib.sha256).digest()
    assert headers["x-shopify-hmac-sha256"] == b64encode(digest).decode()
    assert headers["x-shopify-topic"] == "orders/create"
    assert json.loads(delivery.body)["admin_graphql_api_id"] == made["order"]["id"]


async def test_a_bulk_result_is_given_in_pieces(lab: Lab) -> None:
    inner = "{ products { edges { node { id title variants { edges { node { id sku } } } } } } }"
    run = """mutation($q: String!) { bulkOperationRunQuery(query: $q) {
      bulkOperation { id status } userErrors { message } } }"""
    made = (await lab.ask(run, q=inner))["data"]["bulkOperationRunQuery"]["bulkOperation"]
    look = f'{{ bulkOperation(id: "{made["id"]}") {{ status url fileSize objectCount }} }}'
    states = [(await lab.ask(look))["data"]["bulkOperation"] for _ in range(2)]
    assert [one["status"] for one in states] == ["RUNNING", "COMPLETED"]
    whole = (await lab.client.get(states[1]["url"])).content
    assert len(whole) == int(states[1]["fileSize"])
    rows = [json.loads(row) for row in whole.splitlines()]
    assert sum("__parentId" in row for row in rows) == len(lab.store.catalog.variants)
    part = await lab.client.get(states[1]["url"], headers={"range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, whole[5:10])
    wrong = await lab.ask(run, q="{ products { edges { node { nothing } } } }")
    assert wrong["data"]["bulkOperationRunQuery"]["userErrors"]
