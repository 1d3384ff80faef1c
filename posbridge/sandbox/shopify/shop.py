"""What the parts of the simulated Shopify share: ids, money as it writes it, its time, and its refusals."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from posbridge.domain.money import Money, exponent
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.shopify.executor import Node, Refused

#: The first number of each kind; those of a real shop have thirteen digits and more.
_BASE = 51_000_000_000


class Shop:
    """The shop itself: one location, one currency."""

    def __init__(self, platform: SimulatedPlatform) -> None:
        self.platform, self.seed = platform, platform.seed
        self.currency = self.seed.currency
        self.domain = "posbridge-sandbox.myshopify.com"
        self.location_id = self.new_id("Location")
        self._kept: dict[str, tuple[str, Any]] = {}

    def new_id(self, kind: str) -> str:
        return f"gid://shopify/{kind}/{_BASE + self.platform.next_id(kind)}"

    def now(self) -> str:
        return stamp(self.platform.clock.now())

    # money
    def decimal(self, minor: int) -> str:
        """As products write prices: all decimals."""
        return Money(amount=minor, currency=self.currency).plain()

    def money(self, minor: int) -> Node:
        """As orders and cards write amounts: trimmed, one decimal at least ("42.5", "20.0")."""
        text = f"{Decimal(self.decimal(minor)).normalize():f}"
        amount = text if "." in text else f"{text}.0"
        return {"__typename": "MoneyV2", "amount": amount, "currencyCode": self.currency}

    def bag(self, minor: int) -> Node:
        return {"__typename": "MoneyBag", "shopMoney": self.money(minor), "presentmentMoney": self.money(minor)}

    def minor(self, value: Any, place: str = "amount") -> int:
        """A decimal or a bag as minor units. Raises Refused for anything else."""
        while isinstance(value, Mapping):
            value = value.get("shopMoney", value.get("amount"))
        try:
            scaled = Decimal(str(value)).scaleb(exponent(self.currency))
        except InvalidOperation as problem:
            raise invalid(place, value, "invalid decimal") from problem
        if isinstance(value, bool) or value is None or scaled != scaled.to_integral_value():
            raise invalid(place, value, "is not an amount of this currency")
        return int(scaled)

    # keys
    def once(self, key: str, asked: Any, made: Any) -> Any:
        """What was answered under this key before; else what `made()` answers now, kept with its parameters.

        Raises Refused without a key.
        """
        if not key.strip():
            words = "The @idempotent directive is required for this mutation but was not provided."
            raise Refused("BAD_REQUEST", words)
        print_of = hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()
        known = self._kept.get(key)
        if known is None:
            known = self._kept[key] = (print_of, made())
        elif known[0] != print_of:
            words = "The same idempotency key was used with different parameters."
            return user_error([], words, "IDEMPOTENCY_KEY_PARAMETER_MISMATCH")
        return known[1]


class Wrong(Exception):
    """A userError: the mutation is refused, status 200, no top-level error."""

    def __init__(self, field: list[Any] | None, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.shown = user_error(field, message, code)


def user_error(field: list[Any] | None, message: str, code: str | None = None) -> Node:
    return {"field": field, "message": message, "code": code}


def invalid(name: str, value: Any, explanation: str) -> Refused:
    problem = {"path": [name], "explanation": explanation}
    words = f"Variable of {name} was provided invalid value"
    return Refused("INVALID_VARIABLE", words, value=value, problems=[problem])


def known_only(given: Mapping[str, Any], names: frozenset[str], kind: str) -> None:
    """Raises Refused for a field that an input does not have."""
    for name in given:
        if name not in names:
            words = f"Variable of type {kind}! was provided invalid value for {name} (Field is not defined on {kind})"
            problem = {"path": [name], "explanation": f"Field is not defined on {kind}"}
            raise Refused("INVALID_VARIABLE", words, value=dict(given), problems=[problem])


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def number_of(ident: str) -> int:
    digits = str(ident).rpartition("/")[2]
    return int(digits) if digits.isdigit() else 0
