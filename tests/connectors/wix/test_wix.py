"""Wix, held to the conformance kit: a site of Catalog V3 and one of V1."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, ClassVar

from posbridge.connectors.wix import CONNECTOR
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.webhooks import Target
from posbridge.sandbox.wix import WixSimulator
from posbridge.sandbox.wix.auth import AREAS
from posbridge.sandbox.wix.catalog import V1
from posbridge.sandbox.wix.hooks import public_pem
from posbridge.testing.conformance import ConnectorConformance, Far
from posbridge.testing.conformance.serving import mailbox

WEAK = "IST.posbridge-sandbox-weak"


def site(seed: Seed) -> WixSimulator:
    """It knows one more key, which may not look at orders. The kit's storms meet no limit of calls."""
    made = WixSimulator(seed, rate=0)
    made.auth.add_key(WEAK, tuple(area for area in AREAS if area != "orders"))
    return made


def old_site(seed: Seed) -> WixSimulator:
    """Catalog V1 has no barcodes."""
    products = tuple(
        replace(product, variants=tuple(replace(variant, barcode="") for variant in product.variants))
        for product in seed.products
    )
    made = WixSimulator(replace(seed, products=products), rate=0, catalog=V1)
    made.auth.add_key(WEAK, tuple(area for area in AREAS if area != "orders"))
    return made


class Kit(ConnectorConformance):
    """What both sites share."""

    __test__ = False
    weak_secrets: ClassVar = {"api_key": WEAK}

    async def use_up(self, far: Far, code: str) -> None:
        far.platform.own_changes()["use-code"]({"code": code})

    async def _delivered(self, far: Far, secret: str) -> Any:
        """The body itself is signed, by the key of that name."""
        far.platform.hooks.key = secret
        async with mailbox() as (url, arrived):
            far.platform.deliveries.register(Target("conformance", url, secret))
            far.platform.set_price("SKU-0001", 1444)
            delivery = await asyncio.wait_for(arrived.get(), 10)
            await far.platform.deliveries.settled()
        return url, delivery

    def _hooks(self, far: Far, secrets: Any) -> Any:
        keys = "\n".join(public_pem(name) for name in secrets)
        return far.reopened(webhook_public_key=keys).need("webhooks")

    async def test_the_body_alone_proves_a_delivery(self, far: Far) -> None:
        url, delivery = await self._delivered(far, "whsec_new")
        proved, strange = self._hooks(far, ["whsec_new"]), self._hooks(far, ["whsec_other"])
        assert proved.verify(delivery.body, {}, url)
        assert not strange.verify(delivery.body, delivery.headers, url)
        assert not proved.verify(delivery.body + b" ", delivery.headers, url)
        (event,) = proved.parse(delivery.body, {})
        assert (event.kind, event.object_id) == ("product", (await far.variants())["SKU-0001"][0].id)


_NO_HEADER = {"test_a_delivery_is_proved_and_read": "the body is the signed token, no header takes part"}


class TestWix(Kit):
    __test__ = True
    connector = CONNECTOR
    simulator = staticmethod(site)
    exempt: ClassVar = _NO_HEADER


class TestOldWix(Kit):
    __test__ = True
    connector = CONNECTOR
    simulator = staticmethod(old_site)
    exempt: ClassVar = {**_NO_HEADER, "test_probe_tells_who_and_where": "Catalog V1 has no stock locations"}
