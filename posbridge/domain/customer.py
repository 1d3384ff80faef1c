"""Who buys. Phone numbers are E.164, e-mail addresses as typed."""

from __future__ import annotations

from pydantic import Field

from posbridge.domain.model import Extra, Model, UtcTime


class Address(Model):
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


class Customer(Model):
    """`id` is the platform's (from a connector) or ours (from the store); a guest has no Customer at all."""

    id: str
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    address: Address | None = None
    note: str = ""
    tags: tuple[str, ...] = ()
    accepts_marketing: bool = False
    updated_at: UtcTime | None = None
    extra: Extra = Field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.company
