"""What a person asks: one verb a method, one transaction each. The door is `Services`; every part is made lazily."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from posbridge.services.backups import Backups
    from posbridge.services.baskets import Baskets
    from posbridge.services.catalog import Catalog
    from posbridge.services.checkout import Checkout
    from posbridge.services.connections import Connections
    from posbridge.services.counter import Counter
    from posbridge.services.customers import Customers
    from posbridge.services.discounts import Discounts
    from posbridge.services.gift_cards import GiftCards
    from posbridge.services.house import House
    from posbridge.services.lots import Lots
    from posbridge.services.orders import Orders
    from posbridge.services.people import People
    from posbridge.services.queue import Queue
    from posbridge.services.returns import Returns
    from posbridge.services.settings import SettingsBook
    from posbridge.services.status import StatusBoard
    from posbridge.services.tidying import Tidying
    from posbridge.sync.engine import Sync


class Services:
    """All that screens, commands and the API may ask. Errors are PosbridgeError; anything else is a bug."""

    def __init__(self, house: House) -> None:
        self.house = house
        #: What was put off at the start and is under way; raises CorruptStore when the file turns out damaged.
        self.begun: asyncio.Task[None] | None = None

    @property
    def settings(self) -> SettingsBook:
        return self.house.settings

    @property
    def sync(self) -> Sync:
        return self.house.sync

    async def unlock(self) -> bool:
        """Asks for the key again, after somebody unlocked the keyring; False leaves the vault locked."""
        return await self.house.unlock()

    @cached_property
    def people(self) -> People:
        from posbridge.services.people import People

        return People(self.house)

    @cached_property
    def catalog(self) -> Catalog:
        from posbridge.services.catalog import Catalog

        return Catalog(self.house)

    @cached_property
    def baskets(self) -> Baskets:
        from posbridge.services.baskets import Baskets

        return Baskets(self.house)

    @cached_property
    def checkout(self) -> Checkout:
        from posbridge.services.checkout import Checkout

        return Checkout(self.house)

    @cached_property
    def counter(self) -> Counter:
        from posbridge.services.counter import Counter

        return Counter(self.house)

    @cached_property
    def tidying(self) -> Tidying:
        from posbridge.services.tidying import Tidying

        return Tidying(self.house)

    @cached_property
    def lots(self) -> Lots:
        from posbridge.services.lots import Lots

        return Lots(self.house)

    @cached_property
    def discounts(self) -> Discounts:
        from posbridge.services.discounts import Discounts

        return Discounts(self.house)

    @cached_property
    def gift_cards(self) -> GiftCards:
        from posbridge.services.gift_cards import GiftCards

        return GiftCards(self.house)

    @cached_property
    def returns(self) -> Returns:
        from posbridge.services.returns import Returns

        return Returns(self.house)

    @cached_property
    def customers(self) -> Customers:
        from posbridge.services.customers import Customers

        return Customers(self.house)

    @cached_property
    def orders(self) -> Orders:
        from posbridge.services.orders import Orders

        return Orders(self.house)

    @cached_property
    def queue(self) -> Queue:
        from posbridge.services.queue import Queue

        return Queue(self.house)

    @cached_property
    def connections(self) -> Connections:
        from posbridge.services.connections import Connections

        return Connections(self.house)

    @cached_property
    def status(self) -> StatusBoard:
        from posbridge.services.status import StatusBoard

        return StatusBoard(self.house)

    @cached_property
    def backups(self) -> Backups:
        from posbridge.services.backups import Backups

        return Backups(self.house)
