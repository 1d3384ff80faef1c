"""Our customer → PrestaShop's customer and address. Names are made to pass its rules; nothing else is changed."""

from __future__ import annotations

import re
from typing import Any

from posbridge.connectors.errors import ValidationError
from posbridge.connectors.text import one_line
from posbridge.domain.customer import Customer

#: What isCustomerName and isName refuse (the contract's section 6; recorded 134).
_NAME = re.compile(r"[0-9!<>,;?=+()@#\"°{}_$%:¤|^]+")
_GENERIC = re.compile(r"[<>={}]+")
_ADDRESS = re.compile(r"[!<>?=+@{}_$%]+")
_EMPTY = "-"

Fields = dict[str, Any]


def person_name(text: str) -> str:
    """A name as the shop takes it; a dot where nothing is left of it."""
    return one_line(_NAME.sub(" ", text))[:255] or "."


def from_customer(customer: Customer) -> Fields:
    """The fields of a customer that we know. Raises ValidationError without an e-mail address: PrestaShop needs one."""
    if not customer.email:
        raise ValidationError("PrestaShop keeps no customer without an e-mail address.", next_step="Add the address.")
    return {
        "firstname": person_name(customer.first_name),
        "lastname": person_name(customer.last_name),
        "email": customer.email,
        "company": one_line(_GENERIC.sub(" ", customer.company))[:255],
        "newsletter": customer.accepts_marketing,
    }


def from_address(customer: Customer, country: str, state: str = "", alias: str = "Till") -> Fields:
    """An address of that customer; `country` and `state` are the shop's ids. What is needed and unknown is "-"."""
    home = customer.address
    fields: Fields = {
        "id_customer": customer.id,
        "id_country": country,
        "alias": alias,
        "lastname": person_name(customer.last_name),
        "firstname": person_name(customer.first_name),
        "address1": _cleaned(home.line1 if home else "") or _EMPTY,
        "address2": _cleaned(home.line2 if home else ""),
        "postcode": re.sub(r"[^A-Za-z0-9 -]", "", home.postcode if home else "")[:12],
        "city": _cleaned(home.city if home else "")[:64] or _EMPTY,
        "phone": phone_field(customer.phone),
    }
    return {**fields, "id_state": state} if state else fields


def phone_field(phone: str) -> str:
    return re.sub(r"[^0-9+.() -]", "", phone)[:32]


def _cleaned(text: str) -> str:
    return one_line(_ADDRESS.sub(" ", text))[:128]
