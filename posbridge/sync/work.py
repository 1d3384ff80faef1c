"""What an outbox row asks of a platform: an order or a refund, each with its look-up, its send and its read-back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from posbridge.connectors.contract import (
    Connection,
    PlatformServices,
    RemoteRef,
    RemoteVariant,
    SendContext,
)
from posbridge.domain.compare import difference
from posbridge.domain.errors import NotFound, Unsupported, ValidationError
from posbridge.domain.order import Order, RemoteOrder
from posbridge.domain.refund import Refund
from posbridge.store import links, orders, outbox
from posbridge.store.engine import Store
from posbridge.store.outbox import OutboxRow
from posbridge.sync.customers import customer_at
from posbridge.sync.steps import ORDER, RowSteps


@dataclass(frozen=True)
class Found:
    """One object there that carries our reference; `different` names what is not as we sold it.

    `waiting_for` says who has to act there before it is complete, `url` where; "" when only time is needed.
    """

    ref: RemoteRef
    complete: bool = True
    different: tuple[dict[str, object], ...] = ()
    waiting_for: str = ""
    url: str = ""


class Work(Protocol):
    """One row's job at one connection."""

    reference: str

    async def look_up(self, steps: RowSteps) -> list[Found]: ...

    async def send(self, key: str, steps: RowSteps) -> RemoteRef: ...

    async def read_back(self, ref: RemoteRef) -> Found: ...


class OrderWork:
    """Brings one order to one connection."""

    def __init__(self, store: Store, connection: Connection, services: PlatformServices, order: Order) -> None:
        if services.orders is None:
            raise Unsupported(f"{connection.platform} takes no orders.")
        self._store, self._connection, self._services = store, connection, services
        self._orders = services.orders
        self._order = order
        self.reference = order.reference

    async def look_up(self, steps: RowSteps) -> list[Found]:
        """By the id that an earlier step kept, else by our reference."""
        known = await steps.get(ORDER)
        if known:
            try:
                return [self._found(await self._orders.get(known))]
            except NotFound:
                pass
        found = await self._orders.find(self.reference, around=self._order.captured_at, steps=steps)
        return [self._found(remote) for remote in found]

    async def send(self, key: str, steps: RowSteps) -> RemoteRef:
        variants = tuple({line.variant_id for line in self._order.lines})
        linked = await self._store.read(links.variants_at, self._connection.id, variants)
        customer = await customer_at(self._store, self._connection, self._services, self._order.customer)
        return await self._orders.create(self._order, key, SendContext(steps, _remote(linked), customer))

    async def read_back(self, ref: RemoteRef) -> Found:
        return self._found(await self._orders.get(ref.id))

    def _found(self, remote: RemoteOrder) -> Found:
        different = tuple(d.model_dump(mode="json") for d in difference(self._order, remote)) if remote.complete else ()
        ref = RemoteRef(id=remote.id, number=remote.number)
        return Found(ref, remote.complete, different, remote.waiting_for, remote.url)


class RefundWork:
    """Brings one refund to the connection that holds its order."""

    def __init__(
        self, store: Store, connection: Connection, services: PlatformServices, refund: Refund, order: RemoteRef
    ) -> None:
        if services.orders is None:
            raise Unsupported(f"{connection.platform} takes no refunds.")
        self._store, self._connection = store, connection
        self._orders = services.orders
        self._refund, self._order = refund, order
        self.reference = refund.reference

    async def look_up(self, steps: RowSteps) -> list[Found]:
        found = await self._orders.find_refund(self._refund, self._order, steps=steps)
        return [Found(ref) for ref in found]

    async def send(self, key: str, steps: RowSteps) -> RemoteRef:
        variants = tuple({line.variant_id for line in self._refund.lines if line.variant_id})
        linked = await self._store.read(links.variants_at, self._connection.id, variants)
        return await self._orders.refund(self._refund, self._order, key, SendContext(steps, _remote(linked)))

    async def read_back(self, ref: RemoteRef) -> Found:
        return Found(ref)


def _remote(linked: Mapping[str, tuple[str, str, str]]) -> dict[str, RemoteVariant]:
    return {
        ours: RemoteVariant(variant_id=variant, product_id=product, sku=sku)
        for ours, (variant, product, sku) in linked.items()
    }


class Works:
    """Loads what a row names. Raises ValidationError when it names nothing that we hold."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, row: OutboxRow, connection: Connection, services: PlatformServices) -> Work:
        if row.kind == "order":
            order = await self._store.read(orders.load, UUID(row.object_id), self._store.vault)
            return OrderWork(self._store, connection, services, order)
        if row.kind == "refund":
            refund = await self._store.read(orders.load_refund, UUID(row.object_id))
            sent = await self._store.read(outbox.sent_as, "order", str(refund.order_id), connection.id)
            if sent is None:
                raise ValidationError("The order of this refund is not at this platform.")
            return RefundWork(self._store, connection, services, refund, RemoteRef(id=sent[0], number=sent[1]))
        if row.kind == "gift_card":
            from posbridge.sync.gift_card_work import GiftCardWork

            if services.gift_cards is None:
                raise Unsupported(f"{connection.platform} has no gift cards any more.")
            refund = await self._store.read(orders.load_refund, UUID(row.object_id))
            return GiftCardWork(self._store, connection.id, services.gift_cards, refund, row.key)
        raise ValidationError(f"A row of kind {row.kind} cannot be sent.")


