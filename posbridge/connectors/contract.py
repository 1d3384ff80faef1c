"""The contract between posbridge and an outside system.

A connector's folder holds one `CONNECTOR`: its facts and `open`, which turns a connection into services. Every
service may raise the errors of `posbridge.connectors.errors` and nothing else. A write is never repeated by a
service: only the drain sends again, with the same key and the same steps.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, runtime_checkable

from pydantic import Field

from posbridge.connectors.facts import (
    Capabilities,
    Dedupe,
    Evidence,
    Fact,
    Facts,
    Kind,
    Rate,
    Service,
    SettingField,
    StatusWord,
    TaxMode,
)
from posbridge.domain.basket import PricedBasket
from posbridge.domain.catalog import Product
from posbridge.domain.customer import Allotment, Customer
from posbridge.domain.discount import Discount, DiscountAnswer
from posbridge.domain.errors import SchemaDrift
from posbridge.domain.gift_card import GiftCard
from posbridge.domain.inventory import StockChange, StockLevel
from posbridge.domain.model import Model, UtcTime
from posbridge.domain.money import Money
from posbridge.domain.order import Order, OrderStatus, RemoteOrder
from posbridge.domain.refund import Refund

if TYPE_CHECKING:
    from posbridge.connectors.http import PlatformHttp
    from posbridge.security.tokens import TokenService

__all__ = [
    "AllotmentReader", "Capabilities", "Connection", "Connector", "Context", "CustomerService", "Dedupe",
    "DiscountService", "Evidence", "Fact", "Facts", "GiftCardMove", "GiftCardService", "InventoryService",
    "KeylessGiftCards", "Kind", "LicenceSearch", "Location", "OrderService", "Page", "PlatformServices", "Probe",
    "ProductService", "Rate", "RemoteRef", "RemoteVariant", "SendContext", "Service", "SettingField", "StatusWord",
    "Steps", "Subscription", "TaxMode", "WebhookEvent", "WebhookService",
]  # fmt: skip

T = TypeVar("T")


class Connection(Model):
    """One account at one platform. `fields` are the plain settings; secrets are never here.

    `location` is the platform's id of the store's place ("" where there is none), `currency` what the platform
    reckons in, `timezone` its zone name, `prices_include_tax` its catalogue's tax mode.
    """

    id: str
    platform: str
    account: str = ""
    location: str = ""
    currency: str = "USD"
    timezone: str = "UTC"
    prices_include_tax: bool = False
    fields: dict[str, str] = Field(default_factory=dict)


class Location(Model):
    id: str
    name: str
    currency: str = ""
    timezone: str = ""
    active: bool = True


class Probe(Model):
    """What a real test call showed: who we are there, where, and what is missing.

    `missing` names rights in the platform's words. `settings` may hold what later calls need (tax mode, weight
    unit, versions); it is merged into the connection's fields.
    """

    account: str
    locations: tuple[Location, ...] = ()
    currency: str = ""
    timezone: str = ""
    prices_include_tax: bool | None = None
    tax_rates: dict[str, tuple[tuple[str, str], ...]] = Field(default_factory=dict)
    missing: tuple[str, ...] = ()
    version: str = ""
    settings: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a read.

    `cursor` resumes behind this page when given to the same call again; on the `last` page it is where the next
    pull begins (the time the read began less the platform's read lag, or the platform's own cursor).
    `deleted` are ids the platform says are gone. `parked` names objects that could not be understood, each with
    its id: the rest of the page is good. `total` is how many there are in all, where the platform says.
    """

    items: Sequence[T]
    cursor: str = ""
    last: bool = False
    deleted: Sequence[str] = ()
    parked: Sequence[SchemaDrift] = ()
    total: int | None = None


class RemoteRef(Model):
    """An object there: its id, and its number as people of that platform see it."""

    id: str
    number: str = ""


class RemoteVariant(Model):
    """Where a variant of ours stands at one connection."""

    variant_id: str
    product_id: str = ""
    sku: str = ""


class Steps(Protocol):
    """The durable memory of one send: what earlier steps made. `put` returns only when it is on disk."""

    async def get(self, name: str) -> str | None: ...

    async def put(self, name: str, value: str) -> None: ...


@dataclass(frozen=True)
class SendContext:
    """What a send needs beside the order: `links` by our variant id, the customer's id there, the steps done.

    A line whose variant has no link is sent as a custom line where the platform allows it, else refused.
    `remote_lines` (refunds) maps our order line ids to the platform's.
    """

    steps: Steps
    links: Mapping[str, RemoteVariant] = field(default_factory=dict)
    customer_id: str = ""
    remote_lines: Mapping[str, str] = field(default_factory=dict)


class ProductService(Protocol):
    def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        """Products changed since the cursor, variants and all; None reads everything."""
        ...

    def ids(self) -> AsyncIterator[Page[str]]:
        """Ids of all products that exist, for the sweep of deletions."""
        ...

    async def get(self, product_id: str) -> Product:
        """Raises NotFound."""
        ...

    async def push(self, product: Product, key: str) -> RemoteRef:
        """Creates it (id "") or updates it. Raises Unsupported where products cannot be written."""
        ...


class InventoryService(Protocol):
    def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        """Stock at the connection's location changed since the cursor, or of the given variants."""
        ...

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        """Applies differences, never absolute numbers."""
        ...


class OrderService(Protocol):
    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        """Makes the order, paid as its tenders say.

        Called again with the same key and steps it goes on where it stopped and never makes a second order:
        each thing made is put into `context.steps` before the next request, the order's own id under "order".
        """
        ...

    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Steps | None = None
    ) -> list[RemoteOrder]:
        """Orders that carry our reference; `around` is the UTC capture time, for platforms that only list."""
        ...

    async def get(self, order_id: str) -> RemoteOrder:
        """Raises NotFound."""
        ...

    def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]: ...

    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        """Changes what may still change of an order there. Raises Unsupported where nothing may."""
        ...

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        """Raises Unsupported for a state the platform does not have, Conflict for a move it does not allow."""
        ...

    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        """Gives back what `refund` says. Resumable like `create`. Raises Unsupported where it cannot."""
        ...

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Steps | None = None) -> list[RemoteRef]:
        """Refunds of that order which carry the refund's reference."""
        ...


class CustomerService(Protocol):
    async def find(self, *, phone: str = "", email: str = "", name: str = "") -> list[Customer]: ...

    async def get(self, customer_id: str) -> Customer: ...

    async def create(self, customer: Customer, key: str) -> Customer:
        """Raises Conflict when the platform has the e-mail or phone already."""
        ...

    async def update(self, customer: Customer) -> Customer: ...

    async def orders(self, customer_id: str) -> list[RemoteOrder]: ...

    def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Customer]]: ...


@runtime_checkable
class LicenceSearch(Protocol):
    """A customers service that also finds people by their driving licence (`Capabilities.licence_search`)."""

    async def find_by_licence(self, number: str) -> list[Customer]: ...


@runtime_checkable
class AllotmentReader(Protocol):
    """A customers service that knows what somebody may still buy (`Capabilities.allotments`)."""

    async def allotments(self, customer_id: str) -> list[Allotment]:
        """As of now. Raises NotFound."""
        ...


class DiscountService(Protocol):
    async def validate(self, code: str, basket: PricedBasket, now: datetime) -> DiscountAnswer:
        """What the platform says of a typed code for this basket; a refusal is an answer, not an error."""
        ...

    def active(self) -> AsyncIterator[Page[Discount]]:
        """Codes to keep for the time without network."""
        ...


class GiftCardMove(Model):
    """A movement as the platform booked it: `balance` is what is left."""

    id: str
    amount: Money
    balance: Money


class GiftCardService(Protocol):
    async def balance(self, code: str) -> GiftCard:
        """Raises NotFound for an unknown code."""
        ...

    async def redeem(self, code: str, amount: Money, key: str, *, reference: str = "") -> GiftCardMove:
        """Takes `amount` off; the same key takes it once. Raises ValidationError when the card holds less."""
        ...

    async def refund(
        self, code: str, amount: Money, key: str, *, move_id: str = "", reference: str = ""
    ) -> GiftCardMove:
        """Puts `amount` back."""
        ...

    async def find_move(self, code: str, key: str) -> GiftCardMove | None:
        """The movement made under the key, if it happened: settles a lost reply."""
        ...


@runtime_checkable
class KeylessGiftCards(Protocol):
    """A gift cards service whose platform honours no key: `find_move` tells whether a movement was booked, and within
    the settle window after a lost reply nobody sends it again."""

    keyless: bool


class WebhookEvent(Model):
    """What a delivery says: "look at this". `key` is unique per event, so that copies are dropped.

    `kind` is product, inventory, order, refund, customer, gift_card, token_revoked or other.
    """

    key: str
    topic: str
    kind: str
    object_id: str = ""
    at: UtcTime | None = None


class Subscription(Model):
    """`secret` signs its deliveries; most platforms tell it once, in the answer that made it, so it is kept then.

    It belongs to the connection's secret field `secret_field`, beside what a person entered there.
    """

    id: str
    topics: tuple[str, ...]
    url: str
    active: bool = True
    secret: str = Field(default="", repr=False)
    secret_field: str = ""


class WebhookService(Protocol):
    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> bool:
        """True only for a delivery signed with one of the connection's secrets; constant time, raw bytes."""
        ...

    def parse(self, body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
        """Raises ValidationError for a body that is not one of the platform's."""
        ...

    async def subscribe(self, url: str) -> list[Subscription]:
        """Makes or repairs the subscriptions posbridge needs, so that they point at `url`."""
        ...

    async def subscriptions(self) -> list[Subscription]: ...


@dataclass(frozen=True)
class PlatformServices:
    """A connection's services; None where the platform has none. `probe` is one real, harmless test call.

    `close` ends what the connector itself opened (nothing, for most).
    """

    probe: Callable[[], Any]
    products: ProductService | None = None
    inventory: InventoryService | None = None
    orders: OrderService | None = None
    customers: CustomerService | None = None
    discounts: DiscountService | None = None
    gift_cards: GiftCardService | None = None
    webhooks: WebhookService | None = None


@dataclass(frozen=True)
class Context:
    """What a connector is given: the connection, its opened secrets by field name, the HTTP client, tokens, clock."""

    connection: Connection
    secrets: Mapping[str, str]
    http: PlatformHttp
    tokens: TokenService
    clock: Callable[[], datetime]


class Connector(Protocol):
    """What the registry loads: `CONNECTOR` in the system's folder."""

    facts: Facts

    def base_url(self, connection: Connection) -> str:
        """Where the platform's API is for this connection, without a slash at the end."""
        ...

    def open(self, context: Context) -> PlatformServices: ...

    def error(self, reply: Any) -> Exception | None:
        """Our error for a reply of the platform, None where it is good."""
        ...
