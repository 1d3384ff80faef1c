"""A stranger accepts the simulated Shopify: Shopify's own Python package drives it with documents of its own."""

from __future__ import annotations

import asyncio
import json
import urllib.error
import warnings
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from posbridge.sandbox.demo import demo_seed
from posbridge.sandbox.server import running
from posbridge.sandbox.shopify import ShopifySimulator
from posbridge.sandbox.shopify.app import ADMIN_TOKEN, VERSION

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the package's own, at import
    import shopify

Ask = Callable[..., Any]
MAKE_CUSTOMER = """mutation($input: CustomerInput!) {
  customerCreate(input: $input) { customer { id displayName } userErrors { field message } }
}"""


@pytest.fixture
async def store() -> AsyncIterator[ShopifySimulator]:
    simulator = ShopifySimulator(demo_seed(60), rate=0)
    async with running(simulator):
        yield simulator


@pytest.fixture
def ask(store: ShopifySimulator) -> Ask:
    return asking(store, ADMIN_TOKEN)


def asking(store: ShopifySimulator, token: str) -> Ask:
    """Sends a document with the package, in a thread, as its sites are kept by thread."""

    def send(document: str, variables: dict[str, Any] | None) -> Any:
        shopify.ShopifyResource.set_site(f"{store.address}/admin/api/{VERSION}")
        shopify.ShopifyResource.headers = {"X-Shopify-Access-Token": token}
        return json.loads(shopify.GraphQL().execute(document, variables))

    async def ask(document: str, **variables: Any) -> Any:
        return await asyncio.to_thread(send, document, variables or None)

    return ask


async def test_products_by_edges(store: ShopifySimulator, ask: Ask) -> None:
    document = """
      query Catalogue($cursor: String) {
        shop { name currencyCode }
        products(first: 25, after: $cursor) {
          edges { cursor node { ...Goods variants(first: 10) { edges { node { id sku price inventoryQuantity } } } } }
          pageInfo { hasNextPage endCursor }
        }
      }
      fragment Goods on Product { id title status productType }
    """
    prices: dict[str, str] = {}
    cursor, pages = None, 0
    while True:
        page = (await ask(document, cursor=cursor))["data"]["products"]
        for edge in page["edges"]:
            assert edge["node"]["id"].startswith("gid://shopify/Product/")
            prices |= {row["node"]["sku"]: row["node"]["price"] for row in edge["node"]["variants"]["edges"]}
        pages, cursor = pages + 1, page["pageInfo"]["endCursor"]
        assert cursor == page["edges"][-1]["cursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert pages == 3
    seeded = {
        v.sku: f"{v.price_minor // 100}.{v.price_minor % 100:02d}" for p in store.seed.products for v in p.variants
    }
    assert prices == seeded


async def test_a_sale_and_its_refund(store: ShopifySimulator, ask: Ask) -> None:
    variant = next(iter(store.catalog.variants.values()))
    before = variant.stock
    create = """
      mutation Make($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput) {
        orderCreate(order: $order, options: $options) {
          order {
            id name displayFinancialStatus tags
            totalPriceSet { shopMoney { amount currencyCode } }
            lineItems(first: 5) { nodes { id quantity } }
            transactions { id gateway amountSet { shopMoney { amount } } }
          }
          userErrors { field message }
        }
      }
    """
    price = {"shopMoney": {"amount": "10.00", "currencyCode": "USD"}}
    tax = {"title": "Tax", "rate": 0.05, "priceSet": {"shopMoney": {"amount": "1.00", "currencyCode": "USD"}}}
    line = {"variantId": variant.id, "quantity": 2, "priceSet": price, "taxLines": [tax]}
    paid = {"kind": "SALE", "status": "SUCCESS", "gateway": "cash",
            "amountSet": {"shopMoney": {"amount": "21.00", "currencyCode": "USD"}}}  # fmt: skip
    order = {"lineItems": [line], "transactions": [paid], "tags": ["b", "a"]}
    options = {"inventoryBehaviour": "DECREMENT_IGNORING_POLICY"}
    made = (await ask(create, order=order, options=options))["data"]["orderCreate"]
    assert made["userErrors"] == []
    assert made["order"]["displayFinancialStatus"] == "PAID"
    assert made["order"]["totalPriceSet"]["shopMoney"] == {"amount": "21.0", "currencyCode": "USD"}
    assert made["order"]["tags"] == ["a", "b"]
    assert variant.stock == before - 2
    refund = """
      mutation Back($input: RefundInput!) {
        refundCreate(input: $input) @idempotent(key: "back-1") {
          refund { id totalRefundedSet { shopMoney { amount } } } userErrors { field message }
        }
      }
    """
    back = {
        "orderId": made["order"]["id"],
        "refundLineItems": [{"lineItemId": made["order"]["lineItems"]["nodes"][0]["id"], "quantity": 1,
                             "restockType": "RETURN", "locationId": store.shop.location_id}],
        "transactions": [{"orderId": made["order"]["id"], "kind": "REFUND", "gateway": "cash", "amount": "10.50",
                          "parentId": made["order"]["transactions"][0]["id"]}],
    }  # fmt: skip
    first, again = await ask(refund, input=back), await ask(refund, input=back)
    assert first["data"] == again["data"]
    (booked,) = store.orders_book()
    assert (booked["total"], booked["refunded"], variant.stock) == (2100, 1050, before - 1)


async def test_customers_cards_and_webhooks(store: ShopifySimulator, ask: Ask) -> None:
    made = await ask(
        MAKE_CUSTOMER,
        input={"firstName": "Ada", "lastName": "L", "email": "ada.l@example.com"},
    )
    assert made["data"]["customerCreate"]["customer"]["displayName"] == "Ada L"
    again = await ask(
        MAKE_CUSTOMER,
        input={"email": "ADA.L@example.com"},
    )
    assert again["data"]["customerCreate"] == {
        "customer": None,
        "userErrors": [{"field": ["email"], "message": "Email has already been taken"}],
    }
    card = store.seed.gift_cards[0]
    found = await ask(f'{{ giftCards(first: 2, query: "{card.code}") {{ nodes {{ id balance {{ amount }} }} }} }}')
    assert len(found["data"]["giftCards"]["nodes"]) == 1
    hook = """mutation { webhookSubscriptionCreate(topic: ORDERS_CREATE,
      webhookSubscription: { uri: "http://example.com", format: JSON }) {
        webhookSubscription { id } userErrors { message } } }"""
    (wrong,) = (await ask(hook))["data"]["webhookSubscriptionCreate"]["userErrors"]
    assert wrong["message"] == "Address protocol http:// is not supported"


async def test_what_is_wrong_is_told_in_shopifys_way(store: ShopifySimulator, ask: Ask) -> None:
    unknown = await ask("{ shop { nickname } }")
    assert unknown["errors"][0]["extensions"]["code"] == "undefinedField"
    assert unknown["data"] == {"shop": None}
    broken = await ask("{ shop { name ")
    assert broken["errors"][0]["extensions"]["code"] == "parseError"
    with pytest.raises(urllib.error.HTTPError) as caught:
        await asking(store, "shpat_wrong")("{ shop { name } }")
    assert caught.value.code == 401
    caught.value.close()
