"""Every request that the services send is one of the official swagger: path, query, body."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from posbridge.connectors.errors import Unsupported
from posbridge.domain.customer import Address, Customer, Licence, MedicalCard
from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.order import OrderStatus
from posbridge.domain.pricing import price
from posbridge.testing.builders import a_basket, a_line, tax_setup
from posbridge.testing.conformance.base import Steps, whole
from posbridge.testing.conformance.selling import sale
from posbridge.testing.conformance.shop import CARD, TEN_PERCENT
from tests.connectors.blaze.blaze_bench import Swagger, bench, context, links, now


async def everything(far: Any) -> None:
    """Each method of each service, once."""
    services = far.services
    orders, people, cards = services.orders, services.customers, services.gift_cards
    assert None not in (orders, people, cards, services.products, services.inventory, services.discounts)
    await services.probe()
    since = json.dumps({"since": int((now() - timedelta(days=15)).timestamp() * 1000)})
    ident = links(far)["variant-1"].variant_id
    await whole(services.products.changed_since(None))
    await whole(services.products.changed_since(since))
    await whole(services.products.ids())
    await services.products.get(ident)
    await whole(services.inventory.levels(None))
    await whole(services.inventory.levels(None, [ident]))
    born = sale().business_date.replace(year=1990)
    who = Customer(
        id="o", first_name="N", last_name="Nguyễn", email="n@example.com", phone="+12025550188", date_of_birth=born,
        address=Address(line1="1 Main St", city="LA"), licence=Licence(number="L", expires=born),
        medical_card=MedicalCard(number="R", region="CA", expires=born),
    )  # fmt: skip
    made = await people.create(who, "c")
    await people.update(made.model_copy(update={"last_name": "N"}))
    await people.find_by_licence("L")
    await people.allotments(made.id)
    await people.orders(made.id)
    await whole(people.changed_since(None))
    await whole(people.changed_since(since))
    far.simulator.carts.staff_s = None
    code = Discount(id="p", code=TEN_PERCENT, name="Ten", kind=DiscountKind.PERCENTAGE, percent=10)
    order = sale(1, discounts=[code], customer=who, note="ring twice")
    far.simulator.set_price("SKU-0003", 2500)
    ref = await orders.create(order, "k", context(far, Steps(), customer_id=made.id))
    await orders.create(sale(2), "k2", context(far))
    await orders.find(order.reference, around=order.captured_at)
    await orders.get(ref.id)
    await orders.update_status(ref.id, OrderStatus.CANCELLED)
    await whole(orders.changed_since(None))
    basket = price(a_basket([a_line(1, 1250, 1, variant_id=ident, product_id=ident)]), tax_setup("10"))
    await services.discounts.validate(TEN_PERCENT, basket, now())
    await whole(services.discounts.active())
    await cards.balance(CARD)
    await services.webhooks.subscribe("https://till.example/hooks")
    await services.webhooks.subscribe("https://till.example/other")


async def test_every_request_is_of_the_swagger(contracts: Path) -> None:
    swagger, far = Swagger(contracts), bench(payment_consent="yes", terminal_id="")
    await everything(far)
    paths = {(request.method, swagger.check(request)) for request in far.sent}
    assert len(paths) >= 25
    assert ("POST", "/api/v1/partner/store/cart/{consumerCartId}/payments") in paths
    assert not any("load" in path or "transfer" in path.casefold() for _, path in paths)


async def test_the_simulators_answers_are_of_the_swagger(contracts: Path) -> None:
    swagger, far = Swagger(contracts), bench()
    ref = await far.services.orders.create(sale(), "k", context(far))
    cart = far.simulator.carts.carts[ref.id]
    swagger.valid(_sparse(far.simulator.carts.row(cart)), {"$ref": "#/definitions/ConsumerCart"})
    swagger.valid(_sparse(cart.sale), {"$ref": "#/definitions/Transaction"})
    rows = far.simulator.catalog
    goods = next(iter(far.simulator.shop.articles.values()))
    bare = {name: value for name, value in rows.row(goods).items() if name != "purchasePrice"}
    swagger.valid(_sparse(bare), {"$ref": "#/definitions/Product"})
    for batch, held in zip(rows._held(goods), goods.lots, strict=True):
        swagger.valid(batch, {"$ref": "#/definitions/BatchQuantity"})
        swagger.valid(rows._batch(goods, held), {"$ref": "#/definitions/ProductBatch"})
    for member in far.simulator.people.rows.values():
        swagger.valid(_sparse(member), {"$ref": "#/definitions/Member"})
    for one in far.simulator.seed.discounts:
        swagger.valid(far.simulator.deals.row(one), {"$ref": "#/definitions/PromotionMemberResult"})


def _sparse(value: object) -> object:
    """Without nulls, which live answers hold and the swagger's types do not name."""
    if isinstance(value, dict):
        return {name: _sparse(inner) for name, inner in value.items() if inner is not None}
    return [_sparse(each) for each in value] if isinstance(value, list) else value


async def test_no_name_search(contracts: Path) -> None:
    far = bench()
    try:
        await far.services.customers.find(name="Ada")
    except Unsupported:
        assert far.sent == []
