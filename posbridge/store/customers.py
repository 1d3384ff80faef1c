"""Customers: sealed, found by keyed hashes of e-mail, phone, licence and the words of the name.

All raise VaultLocked.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from posbridge.domain.customer import Customer
from posbridge.store import links
from posbridge.store.errors import NotStored
from posbridge.store.folding import words
from posbridge.store.sealing import Vault, unlocked
from posbridge.store.tables import customer_names, customers
from posbridge.store.times import now_ms

SEALED = "customers.sealed"


def put(tx: Connection, customer: Customer, vault: Vault | None) -> None:
    """Makes or replaces the customer of that id."""
    key = unlocked(vault)
    values = {
        "email_key": key.blind_index(customer.email, "email"), "phone_key": key.blind_index(customer.phone, "phone"),
        "sealed": key.seal(customer.model_dump_json(), column=SEALED, row=customer.id), "updated_at": now_ms(tx),
    }  # fmt: skip
    made = upsert(customers).values(id=customer.id, **values)
    tx.execute(made.on_conflict_do_update(index_elements=["id"], set_=values))
    tx.execute(delete(customer_names).where(customer_names.c.customer_id == customer.id))
    names = {key.blind_index(word, "name") for word in words(f"{customer.name} {customer.company}")}
    if customer.licence is not None and customer.licence.number:
        names.add(_licence_key(key, customer.licence.number))
    if names:
        tx.execute(insert(customer_names), [{"name_key": name, "customer_id": customer.id} for name in sorted(names)])


def take_over(tx: Connection, connection_id: str, found: Sequence[Customer], vault: Vault | None) -> None:
    """Customers with a platform's ids: each is linked, matched by e-mail or phone, or new. Raises VaultLocked."""
    known = links.local_ids(tx, connection_id, "customer", [each.id for each in found])
    for each in found:
        ours = known.get(each.id) or _matched(tx, each, unlocked(vault)) or f"{connection_id}/{each.id}"
        put(tx, each.model_copy(update={"id": ours, "extra": {}}), vault)
        links.put(tx, connection_id, "customer", each.id, ours)


def _matched(tx: Connection, customer: Customer, key: Vault) -> str | None:
    """The one customer of ours with this e-mail or phone; two of them leave the choice to a person."""
    found: set[str] = set()
    for kind, value, column in (
        ("email", customer.email, customers.c.email_key),
        ("phone", customer.phone, customers.c.phone_key),
    ):
        if value:
            same = select(customers.c.id).where(column == key.blind_index(value, kind))
            found.update(str(each) for each in tx.execute(same).scalars())
    return found.pop() if len(found) == 1 else None


def get(tx: Connection, customer_id: str, vault: Vault | None) -> Customer:
    """Raises NotStored."""
    sealed = tx.execute(select(customers.c.sealed).where(customers.c.id == customer_id)).scalar()
    if sealed is None:
        raise NotStored("There is no such customer.")
    return _opened(customer_id, sealed, unlocked(vault))


def find(tx: Connection, text: str, vault: Vault | None, limit: int = 20) -> list[Customer]:
    """By whole e-mail address, phone number or licence number, or whole words of the name (all of them)."""
    key = unlocked(vault)
    if not text.strip():
        return []
    email, phone = key.blind_index(text, "email"), key.blind_index(text, "phone")
    known = (customers.c.email_key == email) | ((customers.c.phone_key == phone) & (customers.c.phone_key != ""))
    ids = set(tx.execute(select(customers.c.id).where(known).limit(limit)).scalars())
    licence = _licence_key(key, text)
    if licence:
        carded = select(customer_names.c.customer_id).where(customer_names.c.name_key == licence)
        ids |= set(tx.execute(carded.limit(limit)).scalars())
    typed = {key.blind_index(word, "name") for word in words(text)}
    if typed:
        named = select(customer_names.c.customer_id).where(customer_names.c.name_key.in_(typed))
        every = named.group_by(customer_names.c.customer_id).having(func.count() == len(typed))
        ids |= set(tx.execute(every.limit(limit)).scalars())
    return sorted(_load(tx, ids, key), key=lambda customer: (customer.name.casefold(), customer.id))[:limit]


def _licence_key(key: Vault, number: str) -> str:
    """Spaces, dashes and capitals of a licence number do not count."""
    return key.blind_index("".join(c for c in number.upper() if c.isalnum()), "licence")


def listed(tx: Connection, vault: Vault | None, limit: int = 100) -> list[Customer]:
    """Those changed last first."""
    key = unlocked(vault)
    wanted = select(customers.c.id, customers.c.sealed).order_by(customers.c.updated_at.desc()).limit(limit)
    return [_opened(row.id, row.sealed, key) for row in tx.execute(wanted)]


def count(tx: Connection) -> int:
    """How many there are; needs no key."""
    return int(tx.execute(select(func.count()).select_from(customers)).scalar_one())


def erase(tx: Connection, customer_id: str) -> None:
    """Forgets the person; orders keep their own sealed copy (`orders.reseal_customer` erases that)."""
    tx.execute(delete(customer_names).where(customer_names.c.customer_id == customer_id))
    tx.execute(delete(customers).where(customers.c.id == customer_id))


def _load(tx: Connection, ids: set[str], key: Vault) -> list[Customer]:
    rows = tx.execute(select(customers.c.id, customers.c.sealed).where(customers.c.id.in_(ids)))
    return [_opened(row.id, row.sealed, key) for row in rows]


def _opened(customer_id: str, sealed: bytes, key: Vault) -> Customer:
    return Customer.model_validate_json(key.open(sealed, column=SEALED, row=customer_id))
