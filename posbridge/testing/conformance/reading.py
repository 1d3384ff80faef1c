"""Facts, probe, products and stock."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from posbridge.connectors.contract import Dedupe, Page, Service
from posbridge.connectors.errors import (
    AuthenticationError,
    NotFound,
    PermissionDenied,
    RateLimitExceeded,
    ServiceUnavailable,
)
from posbridge.domain.catalog import Product, ProductStatus
from posbridge.domain.inventory import StockChange
from posbridge.domain.money import Money
from posbridge.testing.conformance.base import Base, Far, Steps, needs, now, whole
from posbridge.testing.conformance.shop import DEAR, PLAIN, shop

_GONE = {ProductStatus.DELETED, ProductStatus.ARCHIVED}


class Reading(Base):
    """What is read, and what is claimed."""

    async def test_facts_are_complete(self) -> None:
        facts = type(self).connector.facts
        assert facts.label
        assert facts.hosts
        assert facts.services
        assert any(field.secret for field in facts.fields), "no field holds a secret"
        for field in facts.fields:
            assert field.label, field.name
            re.compile(field.pattern)
            assert not field.example or not field.pattern or re.fullmatch(field.pattern, field.example), field.name
            assert not field.choices or field.default in ("", *field.choices), field.name
        assert facts.facts, "state the facts with their sources"
        assert all(fact.what and fact.source for fact in facts.facts)

    async def test_capabilities_fit_each_other(self) -> None:
        facts = type(self).connector.facts
        can = facts.capabilities
        assert can.timeout_s > 0
        assert can.settle_s > 0
        assert can.read_lag_s >= 0
        assert can.rates, "every platform limits calls; say how, or that it is a guess"
        assert (can.dedupe is Dedupe.KEY) == (can.key_life_s is not None), "a key lives for a known time"
        assert can.gift_cards_online == (Service.GIFT_CARDS in facts.services)
        assert can.webhooks == (Service.WEBHOOKS in facts.services)

    async def test_services_are_those_claimed(self, far: Far) -> None:
        there = {service for service in Service if getattr(far.services, service.value) is not None}
        assert there == set(far.connector.facts.services)

    async def test_base_url_has_no_slash_at_its_end(self, far: Far) -> None:
        assert not far.connector.base_url(far.connection).endswith("/")

    # the probe
    async def test_probe_tells_who_and_where(self, far: Far) -> None:
        probe = await far.services.probe()
        assert probe.account
        assert probe.currency == far.platform.seed.currency
        assert not probe.missing
        assert bool(probe.locations) or not far.connector.facts.capabilities.locations

    async def test_probe_with_a_wrong_key(self, far: Far) -> None:
        with pytest.raises(AuthenticationError):
            await far.reopened(self.wrong(far)).services.probe()

    async def test_probe_with_a_key_that_lacks_a_right(self, far: Far) -> None:
        assert self.weak_secrets, "give weak_secrets, or exempt this with a reason"
        try:
            probe = await far.reopened(self.weak_secrets).services.probe()
        except PermissionDenied:
            return
        assert probe.missing

    async def test_probe_of_an_unreachable_platform(self, far: Far) -> None:
        far.switch.down = True
        with pytest.raises(ServiceUnavailable):
            await far.services.probe()

    async def test_probe_behind_a_captive_portal(self, far: Far) -> None:
        far.platform.faults.plan("html", times=20)
        with pytest.raises(ServiceUnavailable):
            await far.services.probe()

    async def test_probe_when_told_to_slow_down(self, far: Far) -> None:
        far.platform.faults.plan("429", times=20)
        with pytest.raises(RateLimitExceeded) as caught:
            await far.services.probe()
        assert caught.value.retry_at is None or caught.value.retry_at.tzinfo is not None

    # products
    @needs(Service.PRODUCTS)
    async def test_all_products_are_read(self, far: Far) -> None:
        there = await far.variants()
        for product in far.platform.seed.products:
            for variant in product.variants:
                read, mine = there[variant.sku]
                assert read.title == product.title
                assert mine.price == Money(amount=variant.price_minor, currency=far.platform.seed.currency)
                assert mine.barcode == variant.barcode
                assert tuple(mine.option_values.values()) == variant.option_values

    @needs(Service.PRODUCTS)
    async def test_a_product_is_read_alone(self, far: Far) -> None:
        product, variant = (await far.variants())["SKU-0001"]
        again = await far.need("products").get(product.id)
        assert again.id == product.id
        assert variant.sku in [mine.sku for mine in again.variants]
        with pytest.raises(NotFound):
            await far.need("products").get("999999999")

    @needs(Service.PRODUCTS)
    async def test_a_pull_resumes_behind_any_page(self) -> None:
        size = type(self).connector.facts.capabilities.page_size
        async with self.connected(shop(extra=min(2 * size + 5, 600))) as far:
            products = far.need("products")
            pages: list[Page[Product]] = [page async for page in products.changed_since(None)]
            assert pages[-1].last
            assert pages[-1].cursor
            assert not any(page.last for page in pages[:-1])
            ids = [product.id for page in pages for product in page.items]
            assert len(ids) == len(set(ids)) == len(far.platform.seed.products)
            if len(pages) > 1:
                rest = await whole(products.changed_since(pages[0].cursor))
                behind = {product.id for page in pages[1:] for product in page.items}
                assert behind <= {product.id for product in rest}
                assert len(rest) < len(ids) or far.connector.facts.capabilities.read_lag_s > 0

    @needs(Service.PRODUCTS)
    async def test_a_change_is_seen_by_the_next_pull(self, far: Far) -> None:
        pages = [page async for page in far.need("products").changed_since(None)]
        far.platform.set_price("SKU-0001", 1399)
        changed = await whole(far.need("products").changed_since(pages[-1].cursor))
        prices = [variant.price for product in changed for variant in product.variants if variant.sku == "SKU-0001"]
        assert prices == [Money(amount=1399, currency=far.platform.seed.currency)]

    @needs(Service.PRODUCTS)
    async def test_ids_are_those_that_exist(self, far: Far) -> None:
        there = await far.variants()
        gone = there["SKU-0004"][0].id
        far.platform.remove_product(DEAR)
        ids = set(await whole(far.need("products").ids()))
        assert gone not in ids
        assert {product.id for product, _ in there.values()} - {gone} <= ids

    @needs(Service.PRODUCTS, "deletes_visible")
    async def test_a_deletion_is_seen_by_the_next_pull(self, far: Far) -> None:
        gone = (await far.variants())["SKU-0004"][0].id
        pages = [page async for page in far.need("products").changed_since(None)]
        far.platform.remove_product(DEAR)
        later = [page async for page in far.need("products").changed_since(pages[-1].cursor)]
        dead = {product.id for page in later for product in page.items if product.status in _GONE}
        assert gone in dead | {deleted for page in later for deleted in page.deleted}

    @needs(Service.PRODUCTS)
    async def test_an_object_that_changed_its_shape_is_parked(self, far: Far) -> None:
        title = far.platform.seed.products[0].title
        far.switch.spoil = lambda body: _spoilt(body, title)
        pages = [page async for page in far.need("products").changed_since(None)]
        assert [drift.object_id for page in pages for drift in page.parked if drift.object_id]
        read = {product.title for page in pages for product in page.items}
        assert read == {product.title for product in far.platform.seed.products if product.key != PLAIN}

    # stock
    @needs(Service.INVENTORY)
    async def test_stock_is_read(self, far: Far) -> None:
        there = await far.variants()
        asked = [there[sku][1].id for sku in ("SKU-0001", "SKU-0003")]
        levels = await whole(far.need("inventory").levels(None, asked))
        assert {level.variant_id: level.quantity for level in levels} == dict.fromkeys(asked, Decimal(40))
        assert all(level.read_at is None or level.read_at <= now() for level in levels)

    @needs(Service.INVENTORY)
    async def test_stock_moves_by_differences(self, far: Far) -> None:
        variant = (await far.variants())["SKU-0001"][1]
        far.platform.set_stock("SKU-0001", 30)
        await far.need("inventory").adjust([_change(far, variant.id, -2)], "adjust-1")
        await far.need("inventory").adjust([_change(far, variant.id, 5)], "adjust-2")
        assert far.platform.stock_book()["SKU-0001"] == 33

    @needs(Service.INVENTORY)
    async def test_stock_moved_under_the_same_key_moves_once(self, far: Far) -> None:
        variant = (await far.variants())["SKU-0001"][1]
        for _ in range(2):
            await far.need("inventory").adjust([_change(far, variant.id, -2)], "adjust-1")
        assert far.platform.stock_book()["SKU-0001"] == 38

    async def test_the_kits_own_memory(self) -> None:
        steps = Steps()
        await steps.put("a", "1")
        assert await steps.after_restart().get("a") == "1"


def _change(far: Far, variant_id: str, delta: int) -> Any:
    return StockChange(variant_id=variant_id, delta=Decimal(delta), location=far.connection.location)


def _spoilt(body: bytes, title: str) -> bytes:
    """The answer with every text that is this title turned into a list: what a changed type looks like."""
    try:
        tree = json.loads(body)
    except ValueError:
        return body
    return json.dumps(_turned(tree, title)).encode()


def _turned(value: Any, title: str) -> Any:
    if isinstance(value, dict):
        return {key: _turned(inner, title) for key, inner in value.items()}
    if isinstance(value, list):
        return [_turned(inner, title) for inner in value]
    return [{"was": value}] if value == title else value
