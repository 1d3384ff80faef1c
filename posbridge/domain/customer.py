"""Who buys. Phone numbers are E.164, e-mail addresses as typed."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from posbridge.domain.model import Extra, Model, Quantity, UtcTime


class Address(Model):
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


class Licence(Model):
    """A driving licence or identity card: its number, the state that issued it, the last day on which it is valid."""

    number: str
    region: str = ""
    expires: date | None = None


class MedicalCard(Model):
    """A patient's card: its number, the state that issued it, the last day on which it is valid."""

    number: str
    region: str = ""
    expires: date | None = None

    def valid_on(self, day: date) -> bool:
        """A card without a date is taken as valid: the platform that gave it did not say."""
        return self.expires is None or day <= self.expires


class Allotment(Model):
    """What a customer may still buy of one `category` (the platform's word) as its platform said at `read_at`."""

    category: str
    left: Quantity
    unit: str = "g"
    read_at: UtcTime


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
    date_of_birth: date | None = None
    licence: Licence | None = None
    medical_card: MedicalCard | None = None
    allotments: tuple[Allotment, ...] = ()
    accepts_marketing: bool = False
    updated_at: UtcTime | None = None
    extra: Extra = Field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.company
