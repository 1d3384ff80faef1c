"""Leaflogix's report of finished sales: one to five minutes behind, asked for a day at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from posbridge.connectors.contract import Probe
from posbridge.connectors.errors import NotFound, SchemaDrift
from posbridge.connectors.leaflogix.calls import OVERLAP, Calls, stamp
from posbridge.connectors.leaflogix.catalog_mapping import tax_class
from posbridge.connectors.leaflogix.order_mapping import SALE, to_order
from posbridge.connectors.leaflogix.products import Products
from posbridge.connectors.leaflogix.reading import number
from posbridge.connectors.text import Reader, each, one_line, utc_from
from posbridge.domain.order import OrderStatus, RemoteOrder

STEP = timedelta(days=1)
#: A first pull, and a customer's history, reach back so far; a look-up by reference at most so.
FIRST_PULL, LONGEST_LOOK = timedelta(days=7), timedelta(days=14)
#: Sales of so many days tell the tax rates.
_RATES_FROM = timedelta(days=2)
_WITH = {"IncludeDetail": "true", "IncludeOrderIds": "true", "IncludeTaxes": "true"}
Rates = dict[str, tuple[tuple[str, str], ...]]


class Report:
    """Reads /reporting/transactions; rows that come twice are dropped by id and time of change."""

    def __init__(self, calls: Calls, products: Products) -> None:
        self._calls, self._products = calls, products

    def since(self, text: str) -> datetime:
        """Where a pull begins; never further back than a first pull reaches."""
        return utc_from(text) if text else self.recent()

    def recent(self) -> datetime:
        return self._calls.clock() - FIRST_PULL

    async def days(self, since: datetime, until: datetime) -> AsyncIterator[tuple[list[Any], datetime]]:
        """The sales changed from `since` to `until`, a day at a time: (rows, up to when). At least one page."""
        seen: set[tuple[str, str]] = set()
        at = min(since, until - timedelta(seconds=1))
        while at < until:
            end = min(at + STEP, until)
            yield _fresh(await self._between(at, end), seen), end
            at = end

    async def _between(self, at: datetime, end: datetime) -> list[Any]:
        window = {"FromLastModifiedDateUTC": stamp(at), "ToLastModifiedDateUTC": stamp(end)}
        return await self._calls.rows("reporting/transactions", "transactions", {**window, **_WITH})

    async def mapped(self, rows: Sequence[Any]) -> tuple[list[RemoteOrder], list[SchemaDrift]]:
        """Sales as our orders. A return is not listed by itself: the sale that it belongs to is, with what the
        returns of these rows gave back."""
        articles = await self._products.articles([])
        found, parked = await asyncio.to_thread(each, rows, self._reader(articles), "transactionId")
        given: dict[str, int] = {}
        for one in found:
            source = str(one.extra.get("refund_of") or "")
            if source:
                given[source] = given.get(source, 0) - (one.total or 0)
        sales = {str(one.extra["transaction"]): one for one in found if not one.extra.get("refund_of")}
        for source, amount in given.items():
            sale = sales.get(source) or await self._sale_or_none(source)
            if sale is not None:
                sales[source] = _given_back(sale, amount)
        return list(sales.values()), parked

    def _reader(self, articles: Mapping[str, Any]) -> Any:
        return lambda raw: to_order(raw, currency=self._calls.currency, articles=articles)

    async def sale(self, transaction_id: str) -> RemoteOrder:
        """Raises NotFound for one that the report does not know, or not yet."""
        if not transaction_id.isdigit():
            raise NotFound("Leaflogix's sales have numbers.")
        params = {"TransactionId": transaction_id, **_WITH}
        rows = await self._calls.rows("reporting/transactions", "transactions", params)
        for raw in rows:
            if isinstance(raw, Mapping) and str(raw.get("transactionId")) == transaction_id:
                ids = [str(item.get("productId")) for item in raw.get("items") or [] if isinstance(item, Mapping)]
                return to_order(raw, currency=self._calls.currency, articles=await self._products.articles(ids))
        raise NotFound("Leaflogix's report does not know this sale.")

    async def _sale_or_none(self, transaction_id: str) -> RemoteOrder | None:
        try:
            return await self.sale(transaction_id)
        except NotFound:
            return None

    async def of_reference(self, reference: str, around: datetime | None) -> list[RemoteOrder]:
        """Finished sales of pre-orders that carry our reference, compared row by row."""
        now = self._calls.clock()
        since = max(min(around or now, now) - OVERLAP, now - LONGEST_LOOK)
        found: list[RemoteOrder] = []
        async for rows, _ in self.days(since, now):
            sold = each(rows, self._reader({}), "transactionId")[0]
            found += [one for one in sold if one.reference == reference and not one.id.startswith(SALE)]
        return found

    async def rates(self) -> tuple[Rates, bool | None]:
        """Tax rates by tax class, and whether prices hold the tax, as the last days' sales show them; nothing
        where nothing was sold."""
        now = self._calls.clock()
        rows = await self._between(now - _RATES_FROM, now)
        classes = {str(raw.get("productId")): raw for raw in await self._products.rows() if isinstance(raw, Mapping)}
        found: Rates = {}
        included: bool | None = None
        for row in each(rows, _sale_row, "transactionId")[0]:
            included = row.flag("isTaxInclusive") if included is None else included
            for item in row.objects("items"):
                product = classes.get(item.text("productId"))
                if product is not None:
                    found.setdefault(tax_class(Reader(product, "productId")), _rates(item))
        if found:
            found.setdefault("", next(iter(found.values())))
        return found, included


def _sale_row(raw: Any) -> Reader:
    row = Reader(raw, "transactionId")
    if row.flag("isVoid") or row.flag("isReturn"):
        raise SchemaDrift("No sale.")
    return row


def _rates(item: Reader) -> tuple[tuple[str, str], ...]:
    """A line's taxes as (name, percent); a rate is a share of one there."""
    found = []
    for tax in item.objects("taxes"):
        rate = number(tax, "rate")
        if rate is not None:
            found.append((one_line(tax.text("rateName")) or "Tax", f"{(rate * 100).normalize():f}"))
    return tuple(found)


def _fresh(rows: Sequence[Any], seen: set[tuple[str, str]]) -> list[Any]:
    fresh = []
    for raw in rows:
        mark = (
            (str(raw.get("transactionId")), str(raw.get("lastModifiedDateUTC"))) if isinstance(raw, Mapping) else None
        )
        if mark is None or mark not in seen:
            fresh.append(raw)
        if mark is not None:
            seen.add(mark)
    return fresh


def _given_back(sale: RemoteOrder, amount: int) -> RemoteOrder:
    status = OrderStatus.REFUNDED if amount >= (sale.total or 0) else OrderStatus.PARTIALLY_REFUNDED
    return sale.model_copy(update={"refunded": amount, "status": status})


def proved(probe: Probe, rates: Rates, included: bool | None) -> Probe:
    """The probe with what the report proved."""
    return probe.model_copy(update={"tax_rates": dict(rates), "prices_include_tax": included})
