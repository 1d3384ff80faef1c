"""Calls to Dutchie Plus: one address, a key that does not end, documents by name, pages by offset."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from posbridge.connectors.auth import Bearer, fixed
from posbridge.connectors.contract import Context
from posbridge.connectors.dutchie import documents, errors
from posbridge.connectors.dutchie.catalog_mapping import MEDICAL, RECREATIONAL
from posbridge.connectors.dutchie.order_body import PICKUP
from posbridge.connectors.dutchie.reading import Unit
from posbridge.connectors.errors import (
    AuthenticationError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    SchemaDrift,
    ServiceUnavailable,
    ValidationError,
)
from posbridge.connectors.paging import ahead
from posbridge.connectors.reply import Reply

ENDPOINT = "https://plus.dutchie.com/plus/2021-07/graphql"
#: 100 is seen to work; a page with fewer rows is the last.
PAGE = 100
#: An address that is gone so often in a row, and for so long, is closed for good.
STEADY, STEADY_FOR = 3, timedelta(minutes=2)
_CLOSED = 'Dutchie Plus is closed for this shop: its address has answered nothing but "not here" for a while.'
_CLOSED_STEP = (
    "Dutchie ends Plus in 2026. Ask Dutchie whether your access has ended, and connect the store through Dutchie POS "
    "(leaflogix) instead."
)
_PRIVATE = "This key may not read the store's orders, so no order can be handed over safely."
_PRIVATE_STEP = "Ask Dutchie for a private (server) key of this store; a public one is for the menu alone."
#: What a GraphQL server says of a field that its schema does not have.
_NO_FIELD = "cannot query field"

Rows = tuple[list[Any], int]


class Calls:
    """One connection's calls, and what they need of its settings. Raises the errors of `connectors.errors`."""

    def __init__(self, context: Context) -> None:
        self.http, self.clock, self.connection = context.http, context.clock, context.connection
        self.http.auth = Bearer(fixed(context.secrets.get("api_key", "").strip()))
        #: The chosen store's id.
        self.store = self.setting("retailer_id") or self.connection.location
        #: Dollars or cents, once an order or a checkout has proved it.
        self.unit: Unit | None = None
        self._orders = documents.ORDERS
        self._gone: list[datetime] = []

    def setting(self, name: str, default: str = "") -> str:
        return self.connection.fields.get(name, "").strip() or default

    @property
    def currency(self) -> str:
        return self.setting("currency", self.connection.currency)

    @property
    def pricing_type(self) -> str:
        return MEDICAL if self.setting("pricing_type") == MEDICAL else RECREATIONAL

    @property
    def order_type(self) -> str:
        return self.setting("order_type", PICKUP)

    @property
    def retailer(self) -> str:
        """The store. Raises ValidationError when none is chosen: the first of the list may be a test shop."""
        if not self.store:
            raise ValidationError("Dutchie Plus needs to know the store.", next_step="Choose it in Connections.")
        return self.store

    async def ask(self, document: str, root: str, **variables: Any) -> Any:
        """A query: it changes nothing, so it may be repeated. The root field's value, None where Plus has none."""
        reply = await self._watched(lambda: self.http.read("POST", "", json=_sent(document, variables)))
        return _value(reply, root)

    async def change(self, document: str, root: str, **variables: Any) -> Mapping[str, Any]:
        """A mutation of this store, sent once; the checkout that it answers."""
        sent = _sent(document, {"retailerId": self.retailer, **variables})
        try:
            reply = await self._watched(lambda: self.http.write("POST", "", json=sent))
        except ServiceUnavailable as problem:
            if problem.detail.get("reason") == errors.INSIDE:
                raise OutcomeUnknown(problem.message, status=problem.status) from problem
            raise
        found = _value(reply, root)
        if not isinstance(found, Mapping):
            raise OutcomeUnknown("Dutchie did not say what became of the checkout.")
        return found

    async def of_store(self, document: str, root: str, **variables: Any) -> Any:
        """A query about this store."""
        return await self.ask(document, root, retailerId=self.retailer, **variables)

    async def _watched(self, call: Callable[[], Awaitable[Reply]]) -> Reply:
        """The call; an address that stays gone is told once and for all, and not asked again by itself."""
        try:
            reply = await call()
        except ServiceUnavailable as problem:
            if problem.detail.get("reason") != errors.GONE:
                raise
            self._gone.append(self.clock())
            if len(self._gone) >= STEADY and self._gone[-1] - self._gone[0] >= STEADY_FOR:
                raise PermissionDenied(_CLOSED, status=problem.status, next_step=_CLOSED_STEP) from problem
            raise
        self._gone.clear()
        return reply

    async def orders(self) -> list[Any]:
        """Every order of the store, as it comes: nothing is known by which the list could be cut.

        Raises PermissionDenied when the key is one for menus alone.
        """
        try:
            found = await self._listed_orders()
        except AuthenticationError as problem:
            if problem.status in (401, 403):
                raise
            raise PermissionDenied(_PRIVATE, status=problem.status, next_step=_PRIVATE_STEP) from problem
        listed = found.get("orders") if isinstance(found, Mapping) else None
        if not isinstance(listed, list):
            raise SchemaDrift("Dutchie's list of orders is no list any more.")
        return listed

    async def _listed_orders(self) -> Any:
        """Asks no more than was seen in use, once Plus has said that it does not know the rest."""
        try:
            return await self.of_store(self._orders, "orders")
        except ValidationError as problem:
            if self._orders is documents.ORDERS_AS_SEEN or _NO_FIELD not in problem.message.casefold():
                raise
            self._orders = documents.ORDERS_AS_SEEN
            return await self.of_store(self._orders, "orders")

    async def checkout(self, checkout_id: str) -> Mapping[str, Any]:
        """Raises NotFound for one that is unknown or has expired."""
        found = await self.of_store(documents.CHECKOUT, "checkout", id=checkout_id)
        if not isinstance(found, Mapping):
            raise NotFound("Dutchie does not know this checkout (any more).")
        return found

    async def product(self, product_id: str) -> Mapping[str, Any]:
        """Raises NotFound for what is not on the menu."""
        found = await self.of_store(documents.PRODUCT, "product", id=product_id)
        if not isinstance(found, Mapping):
            raise NotFound("This article is not on Dutchie's menu now.")
        return found

    async def menu(self, document: str, first: int = 0, **variables: Any) -> AsyncIterator[tuple[list[Any], int, bool]]:
        """The menu page by page, the next one fetched ahead: (rows, the offset behind them, whether it is the last)."""

        async def fetch(cursor: str) -> Rows:
            offset = int(cursor or first)
            found = await self.of_store(document, "menu", offset=offset, limit=PAGE, **variables)
            return _products(found), offset

        async for (listed, offset), _ in ahead(fetch, _following):
            yield listed, offset + len(listed), len(listed) < PAGE


def _following(page: Rows) -> str:
    listed, offset = page
    return str(offset + PAGE) if len(listed) >= PAGE else ""


def _products(found: Any) -> list[Any]:
    listed = found.get("products") if isinstance(found, Mapping) else None
    if not isinstance(listed, list):
        raise SchemaDrift("Dutchie's menu is no list any more.")
    return listed


def _sent(document: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    return {"query": document, "variables": dict(variables)}


def _value(reply: Reply, root: str) -> Any:
    """The root field. Errors beside it count only where it is not there itself."""
    said = reply.json()
    data = said.get("data") if isinstance(said, Mapping) else None
    found = data.get(root) if isinstance(data, Mapping) else None
    if found is None and isinstance(said, Mapping) and said.get("errors"):
        raise errors.refusal(said["errors"], reply.status)
    if not isinstance(data, Mapping):
        raise SchemaDrift("Dutchie's answer holds no data.", status=reply.status)
    return found
