"""Customers: found here, then at the platforms; kept sealed."""

from __future__ import annotations

from posbridge.connectors.contract import AllotmentReader, Connection, LicenceSearch
from posbridge.domain.customer import Allotment, Customer
from posbridge.domain.errors import ConfigurationError, ConnectorError, DomainError
from posbridge.domain.ids import uuid7
from posbridge.security.redaction import contains_card_number
from posbridge.services import asking
from posbridge.services.house import House
from posbridge.store import audit, links, orders
from posbridge.store import customers as kept
from posbridge.store.orders import OrderRow
from posbridge.store.transaction import Transaction

#: Seconds a customer waits for the platforms to look them up.
LOOK_S = 3.0


class Customers:
    """Every verb may raise VaultLocked: without the key personal data can be neither read nor kept."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def find(self, text: str, limit: int = 20, *, ask: bool = True) -> list[Customer]:
        """By whole e-mail address, phone or licence number, or whole words of the name, sorted by name.

        When nobody here fits and `ask` is on, the platforms are asked (3 s each) and who they know is kept.
        """
        found = await self._house.store.read(kept.find, text, self._house.vault, limit)
        if found or not ask or not text.strip():
            return found
        for connection in await asking.enabled(self._house):
            await self._learn(connection, text.strip())
        return await self._house.store.read(kept.find, text, self._house.vault, limit)

    async def listed(self, limit: int = 100) -> list[Customer]:
        """Those changed last first."""
        return await self._house.store.read(kept.listed, self._house.vault, limit)

    async def get(self, customer_id: str) -> Customer:
        """Raises NotStored."""
        return await self._house.store.read(kept.get, customer_id, self._house.vault)

    async def save(self, customer: Customer, *, who: str = "") -> Customer:
        """Makes (id "") or changes a customer of ours; a target gets to know them with their first order there.

        Raises DomainError when nothing is known of them, or the note holds a payment card's number.
        """
        if not (customer.name or customer.email or customer.phone):
            raise DomainError("A customer has a name, an e-mail address or a phone number.")
        if contains_card_number(customer.note):
            raise DomainError("The note holds a payment card's number.", next_step="Take it out; it is never kept.")
        now = self._house.clock()
        whole = customer.model_copy(update={"id": customer.id or str(uuid7(now)), "updated_at": now})
        await self._house.store.write(self._save, whole, who)
        return whole

    async def refresh_allotments(self, customer_id: str) -> Customer:
        """What their POS says they may still buy, kept with its time; who cannot be asked now keeps the last word.

        Raises NotStored.
        """
        customer = await self.get(customer_id)
        for connection in await asking.enabled(self._house):
            found = await self._allotments(connection, customer_id)
            if found is not None:
                customer = customer.model_copy(update={"allotments": tuple(found)})
                await self._house.store.write(kept.put, customer, self._house.vault)
        return customer

    async def _allotments(self, connection: Connection, customer_id: str) -> list[Allotment] | None:
        """None where the platform has no such word, does not know them, or cannot be asked now."""
        try:
            service = (await self._house.registry.services(connection)).customers
            there = await self._house.store.read(links.remote_id, connection.id, "customer", customer_id)
            if not isinstance(service, AllotmentReader) or there is None:
                return None
            return await asking.ask(self._house, connection, service.allotments(there), LOOK_S)
        except (ConnectorError, ConfigurationError) as error:
            self._house.health.bad(connection.id, error)
            return None

    async def orders_of(self, customer_id: str, limit: int = 50) -> list[OrderRow]:
        """Their orders at this till, the newest first."""
        return await self._house.store.read(orders.latest, limit, customer_id=customer_id)

    async def erase(self, customer_id: str, *, who: str, approved_by: str = "") -> None:
        """Forgets the person here and in their orders; the sales stay. Raises NotStored."""
        await self._house.store.write(self._erase, customer_id, who, approved_by)

    def _save(self, tx: Transaction, customer: Customer, who: str) -> None:
        kept.put(tx, customer, self._house.vault)
        self._note(tx, "customer_saved", customer.id, who, "")

    def _erase(self, tx: Transaction, customer_id: str, who: str, approved_by: str) -> None:
        kept.get(tx, customer_id, self._house.vault)
        for row in orders.latest(tx, 1_000_000, customer_id=customer_id):
            orders.reseal_customer(tx, row.id, None)
        kept.erase(tx, customer_id)
        self._note(tx, "customer_erased", customer_id, who, approved_by)

    def _note(self, tx: Transaction, action: str, customer_id: str, who: str, approved_by: str) -> None:
        audit.add(
            tx, action, self._house.clock(), vault=self._house.vault, who=who, approved_by=approved_by,
            object_kind="customer", object_id=customer_id,
        )  # fmt: skip

    async def _learn(self, connection: Connection, text: str) -> None:
        """Keeps whom the platform knows by this text; one that cannot be asked now changes nothing."""
        try:
            service = (await self._house.registry.services(connection)).customers
            if service is None:
                return
            asked = _asked(text)
            found = await asking.ask(self._house, connection, service.find(**asked), LOOK_S)
            if not found and isinstance(service, LicenceSearch) and _may_be_licence(text):
                found = await asking.ask(self._house, connection, service.find_by_licence(text), LOOK_S)
        except (ConnectorError, ConfigurationError) as error:
            self._house.health.bad(connection.id, error)
            return
        if found:
            await self._house.store.write(kept.take_over, connection.id, found, self._house.vault)


def _asked(text: str) -> dict[str, str]:
    if "@" in text:
        return {"email": text}
    digits = sum(letter.isdigit() for letter in text)
    return {"phone": text} if digits >= 6 and digits * 2 > len(text) else {"name": text}


def _may_be_licence(text: str) -> bool:
    letters = "".join(c for c in text if c.isalnum())
    return "@" not in text and 4 <= len(letters) <= 25 and any(c.isdigit() for c in letters)
