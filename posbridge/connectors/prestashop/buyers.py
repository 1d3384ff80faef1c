"""Under whose name a sale is booked: the walk-in customer, or the customer at an address that lies at the store."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.contract import SendContext
from posbridge.connectors.errors import ValidationError
from posbridge.connectors.prestashop.calls import Calls
from posbridge.connectors.prestashop.order_body import Till
from posbridge.connectors.prestashop.people_body import from_address
from posbridge.connectors.prestashop.people_mapping import read_customer
from posbridge.connectors.prestashop.reading import on, ref
from posbridge.connectors.prestashop.shop import Known, Shop
from posbridge.connectors.text import Reader
from posbridge.domain.order import Order

_FIELDS = {"display": "[id,secure_key,firstname,lastname,email,id_shop,id_shop_group,deleted]"}


class Buyers:
    """The address decides tax and carrier, so a customer's sale is booked to an address in the store's country and
    state; where the customer has none, one is made there."""

    def __init__(self, calls: Calls, shop: Shop) -> None:
        self._calls, self._shop = calls, shop

    async def till(self, order: Order, context: SendContext) -> Till:
        """Raises ValidationError when the shop has no such customer."""
        walkin = self._calls.setting("id_customer_walkin")
        row = await self._customer(context.customer_id) if context.customer_id else None
        home = self._calls.setting("id_address_walkin")
        if row is None:
            row = await self._customer(walkin)
        else:
            home = await self._address(row, context)
        if row is None:
            raise ValidationError(f"The shop has no customer {walkin} for walk-in sales.")
        known = await self._shop.known()
        return Till(
            customer=row.id(),
            key=row.text("secure_key"),
            address=home,
            carrier=self._calls.setting("id_carrier", "1"),
            language=self._calls.setting("id_lang") or known.settings.get("PS_LANG_DEFAULT") or "1",
            shop=self._calls.setting("id_shop") or ref(row, "id_shop") or "1",
            shop_group=ref(row, "id_shop_group") or "1",
            module=self._calls.setting("payment_module", "ps_checkpayment"),
        )

    async def _customer(self, ident: str) -> Reader | None:
        row = await self._calls.one("customers", ident, _FIELDS)
        reader = None if row is None else Reader(row)
        return None if reader is None or on(reader, "deleted") else reader

    async def _address(self, customer: Reader, context: SendContext) -> str:
        kept = await context.steps.get("address")
        if kept:
            return kept
        known = await self._shop.known()
        rows = await self._calls.rows("addresses", {"filter[id_customer]": f"[{customer.id()}]"})
        found = next((ident for ident in (_here(row, known) for row in rows) if ident), "")
        if not found:
            found = await self._made(customer, rows, known)
        await context.steps.put("address", found)
        return found

    async def _made(self, customer: Reader, rows: list[Any], known: Known) -> str:
        person = read_customer(customer.raw, rows)
        body = from_address(person.model_copy(update={"address": None}), known.country, known.state)
        return Reader(await self._calls.make("addresses", "address", body)).id()


def _here(row: Any, known: Known) -> str:
    """The id of an address that lies at the store, "" for others."""
    reader = Reader(row)
    there = ref(reader, "id_country") == known.country and ref(reader, "id_state") == known.state
    return reader.id() if there and not on(reader, "deleted") else ""
