"""Joins Blaze's services, and the one real call that proves both keys."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.blaze.calls import Calls
from posbridge.connectors.blaze.catalog_mapping import tax_rates
from posbridge.connectors.blaze.deals import Discounts, GiftCards
from posbridge.connectors.blaze.orders import Orders
from posbridge.connectors.blaze.people import Customers
from posbridge.connectors.blaze.products import Products, Stock
from posbridge.connectors.blaze.reading import CURRENCY
from posbridge.connectors.blaze.webhooks import Webhooks
from posbridge.connectors.contract import Context, Location, PlatformServices, Probe
from posbridge.connectors.errors import NotFound, ValidationError
from posbridge.connectors.text import Reader, one_line

VERSION = "partner v1 (1.0.0)"


def open_services(context: Context) -> PlatformServices:
    """The services of one connection."""
    calls = Calls(context)
    orders = Orders(calls)
    return PlatformServices(
        probe=Prober(calls).probe,
        products=Products(calls),
        inventory=Stock(calls),
        orders=orders,
        customers=Customers(calls, orders),
        discounts=Discounts(calls),
        gift_cards=GiftCards(calls),
        webhooks=Webhooks(calls),
    )


class Prober:
    """Reads the shop of the keys, and whether the ids in the settings are its own: at most four calls."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def probe(self) -> Probe:
        """Raises AuthenticationError, PermissionDenied, or ValidationError for a setting that the shop lacks."""
        answer = Reader(await self._calls.get("store"))
        shop = answer.object("shop") if "shop" in answer.raw else answer
        await self._check("inventory_id", "store/inventories", "inventory")
        await self._check("terminal_id", "store/terminals", "terminal")
        await self._guest()
        name = one_line(shop.text("name"))
        zone = shop.text("timeZone").strip()
        place = Location(
            id=shop.id(), name=name, currency=CURRENCY, timezone=zone, active=shop.flag("active", True)
        )  # fmt: skip
        return Probe(
            account=name or shop.id(),
            locations=(place,),
            currency=CURRENCY,
            timezone=zone,
            prices_include_tax=shop.text("taxOrder") == "PreTaxed",
            tax_rates=tax_rates(shop.raw),
            missing=self._missing(shop),
            version=VERSION,
        )

    async def _check(self, setting: str, path: str, what: str) -> None:
        wanted = self._calls.setting(setting)
        if not wanted:
            return
        rows = [row async for page in self._calls.pages(path, {}, skip="start") for row in page.rows]
        if wanted not in {str(row.get("id")) for row in rows if isinstance(row, dict)}:
            raise ValidationError(f"This shop of Blaze has no {what} {wanted}.", next_step="Choose one of the shop's.")

    async def _guest(self) -> None:
        wanted: Any = self._calls.setting("anonymous_consumer_id")
        if not wanted:
            return
        try:
            await self._calls.get(f"user/{wanted}")
        except NotFound as problem:
            raise ValidationError("Blaze does not know the guest consumer of the settings.") from problem

    def _missing(self, shop: Reader) -> tuple[str, ...]:
        """Guess: without a guest consumer, a shop has to allow anonymous orders."""
        if self._calls.setting("anonymous_consumer_id") or shop.flag("allowAnonymousOrders", True):
            return ()
        return ("orders of guests (allow anonymous orders in Blaze, or enter a guest consumer here)",)
