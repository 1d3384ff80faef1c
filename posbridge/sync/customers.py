"""A customer of ours at a platform: found by e-mail or phone, else made, and linked once."""

from __future__ import annotations

from posbridge.connectors.contract import Connection, CustomerService, PlatformServices
from posbridge.domain.customer import Customer
from posbridge.domain.errors import Conflict, PermissionDenied, Unsupported, ValidationError
from posbridge.store import links
from posbridge.store.engine import Store


async def customer_at(
    store: Store, connection: Connection, services: PlatformServices, customer: Customer | None
) -> str:
    """The customer's id there; "" for a guest, or where the platform does not take this customer.

    A sale never waits because the platform dislikes an e-mail address: it goes as a guest's then.
    """
    if customer is None or services.customers is None:
        return ""
    known = await store.read(links.remote_id, connection.id, "customer", customer.id)
    if known:
        return str(known)
    try:
        remote = await _find_or_create(services.customers, customer)
    except (ValidationError, Conflict, Unsupported, PermissionDenied):
        return ""
    if remote is None:
        return ""
    await store.write(links.put, connection.id, "customer", remote.id, customer.id)
    return remote.id


async def _find_or_create(service: CustomerService, customer: Customer) -> Customer | None:
    for key in ("email", "phone"):
        value = getattr(customer, key)
        if value and (found := await service.find(**{key: value})):
            return found[0]
    if not (customer.email or customer.phone):
        return None
    return await service.create(customer, f"customer-{customer.id}")
