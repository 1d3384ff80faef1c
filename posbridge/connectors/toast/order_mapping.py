"""Toast's orders and the guests on their checks in our words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.statuses import StatusWords
from posbridge.connectors.text import Reader, one_line
from posbridge.connectors.toast.identity import PREFIX, Sold, reference_in
from posbridge.connectors.toast.reading import DEFAULT_CURRENCY, at, drifting, minor, money, number, opened
from posbridge.connectors.toast.words import (
    APPROVAL,
    CLOSED,
    DELETED,
    LABEL,
    OPEN,
    PAID,
    READY,
    REFUND_FULL,
    REFUND_PARTIAL,
    SENT,
    STATUSES,
    VOIDED,
)
from posbridge.domain.customer import Address, Customer
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus, RemoteLine, RemoteOrder

WORDS = StatusWords(LABEL, STATUSES)
#: Who has to act before an order is the kitchen's.
APPROVER = "the restaurant to approve it"
#: An order in these states takes no payment any more.
_OVER = (OrderStatus.CANCELLED, OrderStatus.FAILED)
_NOTE = "SPECIAL_REQUEST"
_GONE_PAYMENTS = ("VOIDED", "CANCELLED", "DENIED", "ERROR", "ERROR_NETWORK")
#: Toast's phone numbers are ten digits of North America unless a country code stands beside them (facts, section 5).
_HOME_CODE, _HOME_DIGITS = "1", 10


@drifting
def to_order(
    raw: Any, *, currency: str = DEFAULT_CURRENCY, skus: Mapping[str, str] | None = None, prefix: str = PREFIX
) -> RemoteOrder:
    """One order as Toast sends it, also inside a webhook's `details`, as the first of a list, or priced only.

    One of ours is complete once it is paid. An order that was only priced has the id "". `skus` gives the SKU of a
    variant's or item's id: lines name none. `prefix` is the naming authority whose externalId is our reference.
    """
    found = opened(opened(raw, "details"), "order")
    reader = Reader(found, "guid")
    checks = [one for one in reader.objects("checks") if not one.flag("deleted")]
    if "checks" not in reader.raw and not reader.raw.get("guid"):
        raise SchemaDrift("This is no order of Toast's.")
    reference = reference_in(reader.text("externalId"), prefix)
    word = status_word(reader, checks)
    checks = [one for one in checks if not one.flag("voided")] or checks
    total = sum(minor(one, "totalAmount", currency) or 0 for one in checks)
    back = refunded(checks, currency)
    pending, given = word == "NEEDS_APPROVAL", paid(checks, currency)
    status = _status(word, back, total)
    unpaid = bool(reference) and given < total and status not in _OVER
    return RemoteOrder(
        id=reader.id("guid") if "guid" in reader.raw and reader.raw["guid"] is not None else "",
        complete=not pending and not unpaid,
        waiting_for=APPROVER if pending else "",
        reference=reference,
        number=_number(reader, checks),
        status=status,
        platform_status=word,
        currency=currency,
        total=total,
        tax=_sum(checks, "taxAmount", currency),
        discount=_discount(checks, currency),
        paid=given,
        refunded=back,
        lines=tuple(_line(row, currency, skus or {}) for one in checks for row in _sold(one)),
        customer=_guest(reader, checks),
        created_at=at(reader, "createdDate") or at(reader, "openedDate"),
        updated_at=at(reader, "modifiedDate"),
        note=_note(checks),
        extra=_extra(reader, checks),
    )


def _number(reader: Reader, checks: list[Reader]) -> str:
    said = (one.text("displayNumber") for one in checks)
    return next(filter(None, said), "") or reader.text("displayNumber")


def _sum(checks: list[Reader], key: str, currency: str) -> int | None:
    said = [minor(one, key, currency) for one in checks]
    return None if not any(one is not None for one in said) else sum(one or 0 for one in said)


def _discount(checks: list[Reader], currency: str) -> int:
    """Those on the check and those on its lines; ones that a loyalty provider took back do not count."""
    holders = [*checks, *(row for one in checks for row in _sold(one))]
    used = [row for holder in holders for row in holder.objects("appliedDiscounts")]
    counted = [row for row in used if row.text("processingState") not in ("VOID", "PENDING_VOID")]
    return sum(minor(row, "discountAmount", currency) or 0 for row in counted)


def _payments(checks: list[Reader]) -> list[Reader]:
    rows = [row for one in checks for row in one.objects("payments")]
    return [row for row in rows if row.text("paymentStatus") not in _GONE_PAYMENTS and not row.raw.get("voidInfo")]


def paid(checks: list[Reader], currency: str) -> int:
    """What was paid without tips, minor units; what was given back is not taken off."""
    return sum(minor(row, "amount", currency) or 0 for row in _payments(checks))


def refunded(checks: list[Reader], currency: str) -> int:
    """What was given back without tips, minor units."""
    rows = [row.object("refund") for one in checks for row in one.objects("payments")]
    return sum(minor(row, "refundAmount", currency) or 0 for row in rows)


def status_word(reader: Reader, checks: list[Reader]) -> str:
    """The one word of Toast's that says most about an order: its flags, its approval, then its checks."""
    if reader.flag("voided"):
        return VOIDED
    if reader.flag("deleted"):
        return DELETED
    approval = reader.text("approvalStatus")
    if approval in APPROVAL:
        return approval
    states = [one.text("paymentStatus") or OPEN for one in checks if not one.flag("voided")]
    if not states:
        return VOIDED if checks else OPEN
    return _of_checks(states, checks)


def _of_checks(states: list[str], checks: list[Reader]) -> str:
    refunds = {row.text("refundStatus") for one in checks for row in one.objects("payments")}
    if all(state in (CLOSED, PAID) for state in states):
        if "FULL" in refunds and refunds <= {"FULL"}:
            return REFUND_FULL
        if refunds & {"FULL", "PARTIAL"}:
            return REFUND_PARTIAL
        return CLOSED if all(state == CLOSED for state in states) else PAID
    unknown = next((state for state in states if state not in (OPEN, PAID, CLOSED)), "")
    return unknown or _kitchen(checks)


def _kitchen(checks: list[Reader]) -> str:
    stages = {row.text("fulfillmentStatus") for one in checks for row in _sold(one)}
    if stages == {READY}:
        return READY
    return SENT if SENT in stages or READY in stages else OPEN


def _status(word: str, back: int, total: int) -> OrderStatus:
    if word == REFUND_PARTIAL and total and back >= total:
        return OrderStatus.REFUNDED
    return WORDS.ours(word)


def _sold(check: Reader) -> list[Reader]:
    return [row for row in check.objects("selections") if not row.flag("voided") and row.text("selectionType") != _NOTE]


def _line(row: Reader, currency: str, skus: Mapping[str, str]) -> RemoteLine:
    quantity = number(row, "quantity")
    quantity = Decimal(1) if quantity is None else quantity
    variant, item = variant_of(row), row.object("item").text("guid")
    net, tax = minor(row, "price", currency), minor(row, "tax", currency)
    gross = minor(row, "preDiscountPrice", currency)
    return RemoteLine(
        id=row.text("guid"),
        variant_id=variant,
        product_id=item,
        sku=skus.get(variant, "") or skus.get(item, ""),
        title=_title(row),
        quantity=quantity,
        unit_price=_unit_price(row, gross, net, quantity, currency),
        discount=None if gross is None or net is None else max(0, gross - net),
        tax=tax,
        total=None if net is None else net + (tax or 0),
    )


def variant_of(row: Reader) -> str:
    """The id of the variant that a selection is; "" for one that is off the menu."""
    item = row.object("item").text("guid")
    options = tuple(
        (one.object("optionGroup").text("guid"), one.object("item").text("guid"))
        for one in row.objects("modifiers")
        if one.object("optionGroup").text("guid") and not one.flag("voided")
    )
    return Sold(item, row.object("itemGroup").text("guid"), options).id if item else ""


def _title(row: Reader) -> str:
    """The item's name with its modifiers, premodifiers before them as the kitchen reads them."""
    inner = [one for one in row.objects("modifiers") if one.text("selectionType") != _NOTE]
    names = [one_line(one.text("displayName")) for one in [row, *inner]]
    return " · ".join(filter(None, names)) or "Item"


def _unit_price(row: Reader, gross: int | None, net: int | None, quantity: Decimal, currency: str) -> Money | None:
    """The item's own price; with modifiers, and where it is not said, the line's before discounts by its quantity."""
    own = money(row, "receiptLinePrice", currency)
    whole = gross if gross is not None else net
    if whole is not None and quantity and (own is None or row.items("modifiers")):
        each = (Decimal(whole) / quantity).quantize(Decimal(1))
        return Money(amount=int(each), currency=currency)
    return own


def _note(checks: list[Reader]) -> str:
    rows = [row for one in checks for line in one.objects("selections") for row in [line, *line.objects("modifiers")]]
    said = [one_line(row.text("displayName")) for row in rows if row.text("selectionType") == _NOTE]
    return "\n".join(filter(None, said))


def _extra(reader: Reader, checks: list[Reader]) -> dict[str, Any]:
    known: dict[str, Any] = {
        "external_id": reader.text("externalId"),
        "source": reader.text("source"),
        "business_date": reader.integer("businessDate"),
        "approval": reader.text("approvalStatus"),
        "dining_option": reader.object("diningOption").text("guid"),
        "checks": [one.text("guid") for one in checks if one.text("guid")],
        "tab": next(filter(None, (one.text("tabName") for one in checks)), ""),
        "payment_types": sorted({row.text("type") for row in _payments(checks) if row.text("type")}),
    }
    return {name: value for name, value in known.items() if value not in (None, "", [])}


def _guest(reader: Reader, checks: list[Reader]) -> Customer | None:
    """The first guest of the checks. Without the right to see guests Toast says null (facts, section 6)."""
    found = next((one.object("customer") for one in checks if one.raw.get("customer")), None)
    return None if found is None else _customer(found, reader.object("deliveryInfo"))


@drifting
def to_customer(raw: Any) -> Customer:
    """The guest of a check as Toast sends it, also inside its check or order."""
    found = opened(raw, "customer")
    if isinstance(found, Mapping) and isinstance(found.get("checks"), list):
        found = next((one["customer"] for one in found["checks"] if isinstance(one, Mapping) and one.get("customer")),
                     found)  # fmt: skip
    return _customer(Reader(found, "guid"), Reader({}))


def _customer(reader: Reader, delivery: Reader) -> Customer:
    return Customer(
        id=reader.text("guid"),
        first_name=one_line(reader.text("firstName")),
        last_name=one_line(reader.text("lastName")),
        email=reader.text("email").strip(),
        phone=phone_of(reader.text("phone"), reader.text("phoneCountryCode")),
        address=_address(delivery),
    )


def phone_of(said: str, country: str = "") -> str:
    """E.164 where the number can be told; as written where it cannot."""
    digits, code = re.sub(r"\D", "", said), re.sub(r"\D", "", country)
    if said.strip().startswith("+") and digits:
        return f"+{digits}"
    if code and digits:
        return f"+{code}{digits}"
    return f"+{_HOME_CODE}{digits}" if len(digits) == _HOME_DIGITS else said.strip()


def _address(delivery: Reader) -> Address | None:
    if not any(delivery.raw.get(key) for key in ("address1", "city", "zipCode")):
        return None
    return Address(
        line1=one_line(delivery.text("address1")),
        line2=one_line(delivery.text("address2")),
        city=one_line(delivery.text("city")),
        region=delivery.text("state") or delivery.text("administrativeArea"),
        postcode=delivery.text("zipCode"),
        country=delivery.text("countryCode"),
    )
