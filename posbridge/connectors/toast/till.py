"""What a restaurant set up for this till: dining options, payment types, an open item and an open discount."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from posbridge.connectors.errors import ValidationError
from posbridge.connectors.toast.identity import PREFIX, Sold
from posbridge.domain.order import TenderKind

#: The settings that name an alternate payment type, by how our tenders are paid.
PAYMENT_FIELDS = {
    TenderKind.CASH: "payment_type_cash",
    TenderKind.CARD: "payment_type_card",
    TenderKind.GIFT_CARD: "payment_type_giftcard",
    TenderKind.OTHER: "payment_type_other",
}
DINE_IN, TAKE_OUT, DELIVERY = "DINE_IN", "TAKE_OUT", "DELIVERY"


@dataclass(frozen=True)
class Till:
    """GUIDs of the restaurant's own set-up; "" where it has none.

    `behavior` is that of `dining_option`; `walk_in` is the one for sales without a full guest (Toast wants one for
    take-out). `open_item` takes custom lines and what is missing to our total, `open_discount` (an open amount, on
    the check) our discounts and what is too much.
    """

    dining_option: str = ""
    behavior: str = ""
    walk_in: str = ""
    payments: Mapping[TenderKind, str] = field(default_factory=dict)
    open_item: Sold | None = None
    open_discount: str = ""
    prefix: str = PREFIX


def till_of(fields: Mapping[str, str], open_item: Sold | None = None) -> Till:
    """From a connection's settings; the open item's group comes from the menu."""
    said = {name: value.strip() for name, value in fields.items() if value and value.strip()}
    return Till(
        dining_option=said.get("dining_option_guid", ""),
        behavior=said.get("dining_behavior", ""),
        walk_in=said.get("walk_in_option_guid", ""),
        payments={kind: said[name] for kind, name in PAYMENT_FIELDS.items() if name in said},
        open_item=open_item,
        open_discount=said.get("open_discount_guid", ""),
        prefix=said.get("external_id_prefix", PREFIX),
    )


def require(till: Till, kinds: set[TenderKind]) -> None:
    """Raises ValidationError, with what to set up, when a sale paid so cannot be written down there."""
    if not till.dining_option:
        raise ValidationError(
            "Toast wants a dining option for each order, and none is chosen.", next_step="Choose it in Connections."
        )
    missing = sorted(kind.value.replace("_", " ") for kind in kinds if not till.payments.get(kind))
    if missing:
        raise ValidationError(
            f"Toast has no alternate payment type chosen for {' and '.join(missing)}.",
            next_step="Make one in Toast Web (Payments, Other payment options), then choose it in Connections.",
        )
