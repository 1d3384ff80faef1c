"""Customers ↔ ours. Their phone and address are those of billing."""

from __future__ import annotations

from typing import Any

from posbridge.connectors.text import Reader, one_line
from posbridge.connectors.woocommerce.reading import phone, utc
from posbridge.domain.customer import Address, Customer

_ADDRESS = {
    "line1": "address_1",
    "line2": "address_2",
    "city": "city",
    "region": "state",
    "postcode": "postcode",
    "country": "country",
}


def read_customer(raw: Any, country: str = "") -> Customer:
    """A customer as listed; what billing says fills what the account leaves empty."""
    reader = Reader(raw)
    billing, (number, *_) = reader.object("billing"), [*phones(raw, country), ""]
    return Customer(
        id=reader.id(),
        first_name=one_line(reader.text("first_name") or billing.text("first_name")),
        last_name=one_line(reader.text("last_name") or billing.text("last_name")),
        company=one_line(billing.text("company")),
        email=reader.text("email").strip() or billing.text("email").strip(),
        phone=number,
        address=read_address(billing),
        updated_at=utc(reader, "date_modified"),
        extra={"role": role} if (role := reader.text("role")) not in ("", "customer") else {},
    )


def phones(raw: Any, country: str = "") -> list[str]:
    """The numbers of a customer: that of billing, then that of delivery."""
    parts = [Reader(raw).object(name) for name in ("billing", "shipping")]
    return [phone(part.text("phone"), part.text("country") or country) for part in parts if part.text("phone").strip()]


def read_address(billing: Reader) -> Address | None:
    """The address, None when nothing but the country is known."""
    held = {ours: one_line(billing.text(theirs)) for ours, theirs in _ADDRESS.items()}
    known = any(value for name, value in held.items() if name != "country")
    return Address(**held) if known else None


def from_customer(customer: Customer) -> dict[str, Any]:
    """The body of a create or update; WooCommerce merges what is sent into what it has (recorded 315)."""
    billing = {
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "company": customer.company,
        "phone": customer.phone,
    }
    if customer.email:
        billing["email"] = customer.email
    if customer.address is not None:
        billing |= {theirs: getattr(customer.address, ours) for ours, theirs in _ADDRESS.items()}
    body: dict[str, Any] = {"first_name": customer.first_name, "last_name": customer.last_name, "billing": billing}
    return {**body, "email": customer.email} if customer.email else body
