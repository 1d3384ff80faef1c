"""Joins Dutchie Plus' services, and the real calls that prove a connection."""

from __future__ import annotations

from posbridge.connectors.contract import Context, Location, PlatformServices, Probe
from posbridge.connectors.dutchie import documents
from posbridge.connectors.dutchie.calls import Calls
from posbridge.connectors.dutchie.discounts import Discounts
from posbridge.connectors.dutchie.orders import Orders
from posbridge.connectors.dutchie.products import Products, Stock
from posbridge.connectors.dutchie.reading import rows
from posbridge.connectors.errors import PermissionDenied, ValidationError
from posbridge.connectors.text import Reader, one_line

VERSION = "2021-07"
#: A test shop is a retailer like any other, told by its name alone.
_TEST_SHOP = "sandbox"
ORDERS_RIGHT = "orders (a private key)"


def open_services(context: Context) -> PlatformServices:
    """The services of one connection. Customers, gift cards and webhooks are not in Plus."""
    calls = Calls(context)
    return PlatformServices(
        probe=Prober(calls).probe,
        products=Products(calls),
        inventory=Stock(calls),
        orders=Orders(calls),
        discounts=Discounts(calls),
    )


class Prober:
    """Proves the key and the store; and, by asking for it, the right to read orders."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def probe(self) -> Probe:
        """Raises AuthenticationError for a wrong key, ValidationError for a store that it does not know."""
        found = [Reader(raw) for raw in rows(await self._calls.ask(documents.RETAILERS, "retailers"))]
        here = self._chosen(found)
        if here is not None:
            self._calls.store = here.id()
        return Probe(
            account=one_line(here.text("name")) if here else "Dutchie Plus",
            locations=tuple(self._location(each, here) for each in sorted(found, key=_is_test_shop)),
            currency=self._calls.currency,
            prices_include_tax=False,
            tax_rates=self._rates(),
            missing=await self._missing() if here else (),
            version=VERSION,
        )

    def _chosen(self, found: list[Reader]) -> Reader | None:
        """The store of the settings, by id or name; None where none is chosen, and never simply the first."""
        wanted = self._calls.store.casefold()
        here = [each for each in found if wanted in (each.id().casefold(), one_line(each.text("name")).casefold())]
        if wanted and len(here) != 1:
            raise ValidationError(
                "This key does not know the chosen store.",
                next_step=f"Choose one of these: {', '.join(one_line(each.text('name')) for each in found)}.",
            )
        return here[0] if wanted else None

    def _location(self, retailer: Reader, here: Reader | None) -> Location:
        """With a store chosen, the others are none for this till."""
        name, currency = one_line(retailer.text("name")), self._calls.currency
        return Location(id=retailer.id(), name=name, currency=currency, active=here is None or here is retailer)

    def _rates(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """As the settings say: Plus tells a tax only of a checkout, never its rate."""
        said = self._calls.setting("tax_rate")
        return {"": (("Tax", said),)} if said else {}

    async def _missing(self) -> tuple[str, ...]:
        try:
            await self._calls.orders()
        except PermissionDenied:
            return (ORDERS_RIGHT,)
        return ()


def _is_test_shop(retailer: Reader) -> bool:
    return _TEST_SHOP in retailer.text("name").casefold()
