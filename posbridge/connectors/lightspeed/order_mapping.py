"""Sales, accounts and consumers of Lightspeed as orders and customers of ours. No input or output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.lightspeed.facts import STATUSES
from posbridge.connectors.lightspeed.reading import (
    DEFAULT_CURRENCY,
    currency_of,
    drifting,
    minor_of,
    plain_reference,
    references_in,
    time_of,
)
from posbridge.connectors.statuses import StatusWords
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.customer import Address, Customer
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus, RemoteLine, RemoteOrder

WORDS = StatusWords("Lightspeed", STATUSES)
#: Sales that are bookkeeping between accounts, not a sale to anybody (FACTS section 5).
BOOKKEEPING = frozenset({"SPLIT", "UPDATE", "TRANSFER", "RECALL", "TRANSITORY", "FLOAT", "CROSS_BL"})
GIVEN_BACK = frozenset({"REFUND", "VOID", "CANCEL"})
#: An account is settled when so much (minor units) is left: the register rounds taxes in a way that is not
#: published. A GUESS.
ROUNDING_MINOR = 5
OPEN, _UPDATED = "SUCCESS", "CHECK_WAS_UPDATED"
_ZERO = Decimal(0)


@drifting
def to_order(raw: Any, *, currency: str = DEFAULT_CURRENCY, given_back: Sequence[Any] = ()) -> RemoteOrder:
    """A sale of the financial reads (also the first of their page), an account as getCheck reads it, or either
    notification of an order. `given_back` are the sales that refund it. Raises SchemaDrift."""
    row = raw if isinstance(raw, Mapping) else Reader(raw).raw
    if isinstance(row.get("sales"), list):
        if not row["sales"]:
            raise SchemaDrift("The page holds no sale.")
        row = row["sales"][0]
    if "notificationType" in row:
        return _of_notice(Reader(row), currency)
    if row.get("type") in ("ORDER", "PAYMENT"):
        return _of_webhook(Reader(row, "thirdPartyReference"), currency)
    if "salesEntries" in row or "ikaccountId" in row:
        return of_account(row, currency=currency)
    return _of_sale(Reader(row, "accountReference"), currency, given_back)


def sent_reference(raw: Any) -> str:
    """The reference under which a program sent this sale or account; "" when none did. A GUESS for open accounts:
    FACTS section 9 has them polled for our reference, and no sample shows the member, so every likely one is read."""
    if not isinstance(raw, Mapping):
        return ""
    for name in ("externalReferences", "latestExternalReferences"):
        found = references_in(raw.get(name))
        if found:
            return found[0]
    said = raw.get("thirdPartyReference")
    return said if isinstance(said, str) else ""


def is_bookkeeping(raw: Any) -> bool:
    return isinstance(raw, Mapping) and raw.get("type") in BOOKKEEPING


# closed sales
def _of_sale(sale: Reader, currency: str, given_back: Sequence[Any]) -> RemoteOrder:
    lines, payments = sale.objects("salesLines"), sale.objects("payments")
    said = [one.text("currency") for one in [*lines, *payments]]
    money = currency_of(next((word for word in said if word.strip()), ""), currency)
    reference, total = sent_reference(sale.raw), _sum(lines, "totalNetAmountWithTax", money)
    back = -sum(_sum(Reader(one).objects("salesLines"), "totalNetAmountWithTax", money) for one in given_back)
    status = _sale_status(sale, total, back)
    return RemoteOrder(
        id=reference or sale.id("accountReference"),
        reference=plain_reference(reference),
        number=sale.text("accountFiscId"),
        status=status,
        platform_status=sale.text("type"),
        currency=money,
        total=total,
        tax=_sum(lines, "taxAmount", money) if all("taxAmount" in one.raw for one in lines) else None,
        discount=_sum(lines, "totalDiscountAmount", money),
        paid=_sum(payments, "netAmountWithTax", money) if "payments" in sale.raw else None,
        refunded=-total if status is OrderStatus.REFUNDED and total < 0 else max(0, back),
        lines=tuple(_sale_line(one, money) for one in lines),
        customer=_buyer(payments),
        created_at=time_of(sale, "timeOfOpening"),
        updated_at=time_of(sale, "timeClosed"),
        extra=_sale_extra(sale),
    )


def _sale_status(sale: Reader, total: int, back: int) -> OrderStatus:
    if sale.flag("cancelled"):
        return OrderStatus.CANCELLED
    if back > 0:
        return OrderStatus.REFUNDED if back >= total else OrderStatus.PARTIALLY_REFUNDED
    return WORDS.ours(sale.text("type") or "SALE")


def _sale_extra(sale: Reader) -> dict[str, Any]:
    source = sale.object("source")
    made = {
        "account_reference": sale.text("accountReference"),
        "receipt": sale.text("receiptId"),
        "initial_account": source.text("initialAccountId"),
        "table": sale.text("tableName"),
        "profile": sale.text("accountProfileCode"),
        "staff": sale.text("ownerName"),
        "device": sale.text("deviceName"),
        "payments": [
            {"code": one.text("code"), "amount": one.text("netAmountWithTax"), "tip": one.text("tip"),
             "reference": one.text("externalReference")}
            for one in sale.objects("payments")
        ],
    }  # fmt: skip
    return {name: value for name, value in made.items() if value}


def _sale_line(line: Reader, currency: str) -> RemoteLine:
    quantity = line.decimal("quantity")
    price = line.decimal("menuListPrice")
    return RemoteLine(
        id=line.text("id"),
        sku=line.text("sku"),
        title=one_line(line.text("nameOverride") or line.text("name")),
        quantity=Decimal(1) if quantity is None else quantity,
        unit_price=None if price is None else Money(amount=minor_of(price, currency), currency=currency),
        discount=_minor(line, "totalDiscountAmount", currency),
        tax=_minor(line, "taxAmount", currency),
        total=_minor(line, "totalNetAmountWithTax", currency),
    )


def _buyer(payments: Sequence[Reader]) -> Customer | None:
    for one in payments:
        consumer = one.object("consumer")
        if consumer.raw and any(consumer.text(name) for name in ("id", "firstName", "lastName", "email")):
            return to_customer(consumer.raw)
    return None


# accounts that are still open
@drifting
def of_account(raw: Any, *, currency: str = DEFAULT_CURRENCY, reference: str = "", word: str = OPEN) -> RemoteOrder:
    """An account on the register. It is complete when what it comes to is paid; `currentAmount` is its total.

    That a check was updated is no state of its own: the account stands as it is read.
    """
    account = Reader(raw, "ikaccountId")
    word = OPEN if word == _UPDATED else word
    entries = [one for one in account.objects("salesEntries") if one.flag("active", True)]
    total, paid = _minor(account, "currentAmount", currency) or 0, _minor(account, "paidAmount", currency) or 0
    sent = reference or sent_reference(account.raw)
    tax = sum((_taxed(one) for one in entries), _ZERO)
    settled = total - paid <= ROUNDING_MINOR
    return RemoteOrder(
        id=sent or account.id("ikaccountId"),
        complete=settled,
        reference=plain_reference(sent),
        number=account.text("ikaccountId"),
        status=_account_status(word, settled, total),
        platform_status=word,
        currency=currency,
        total=total,
        tax=minor_of(tax, currency) if entries and all("amountLessTax" in one.raw for one in entries) else None,
        paid=paid,
        lines=tuple(_entry(one, currency) for one in entries),
        created_at=time_of(account, "openDate"),
        updated_at=time_of(account, "closeDate"),
        note=one_line(account.text("name")),
    )


def _account_status(word: str, settled: bool, total: int) -> OrderStatus:
    status = WORDS.ours(word)
    return OrderStatus.PAID if status is OrderStatus.OPEN and settled and total > 0 else status


def _taxed(entry: Reader) -> Decimal:
    return (entry.decimal("amountWithTax") or _ZERO) - (entry.decimal("amountLessTax") or _ZERO)


def _entry(entry: Reader, currency: str) -> RemoteLine:
    quantity, price = entry.decimal("quantity"), entry.decimal("unitAmount")
    return RemoteLine(
        id=entry.text("id"),
        sku=entry.text("itemSku"),
        title=one_line(entry.text("itemName")),
        quantity=Decimal(1) if quantity is None else quantity,
        unit_price=None if price is None else Money(amount=minor_of(price, currency), currency=currency),
        discount=_minor(entry, "discountedAmount", currency),
        total=_minor(entry, "amountWithTax", currency),
    )


# notifications
def _of_webhook(row: Reader, currency: str) -> RemoteOrder:
    word, reference, account = row.text("status"), row.id("thirdPartyReference"), row.object("account")
    if account.raw:
        return of_account(account.raw, currency=currency, reference=reference, word=word)
    return RemoteOrder(
        id=reference,
        complete=False,
        reference=plain_reference(reference),
        number=row.text("ikentooAccountIdentifier"),
        status=WORDS.ours(word),
        platform_status=word,
        currency=currency,
        total=None,
        note=one_line(row.text("reason")),
    )


def _of_notice(row: Reader, currency: str) -> RemoteOrder:
    """A real time notification of the back office."""
    account = row.object("account")
    money = currency_of(account.text("currencyCode"), currency)
    sent, lines = sent_reference(account.raw), account.objects("transactionLines")
    closed = row.text("notificationType") == "CLOSE"
    status = OrderStatus.CANCELLED if account.flag("cancelled") else OrderStatus.COMPLETED if closed else None
    consumer = account.object("consumerRecord")
    return RemoteOrder(
        id=sent or account.id("accountNumber"),
        complete=closed,
        reference=plain_reference(sent),
        number=account.text("accountNumber"),
        status=status or OrderStatus.OPEN,
        platform_status=row.text("notificationType"),
        currency=money,
        total=_minor(account, "totalAmount", money) or 0,
        tax=_minor(account, "taxAmount", money),
        discount=_minor(account, "totalDiscount", money),
        paid=_minor(account, "paidAmount", money),
        lines=tuple(_notice_line(one, money) for one in lines if one.flag("active", True)),
        customer=to_customer(consumer.raw) if consumer.raw else None,
        created_at=time_of(account, "openDate"),
        updated_at=time_of(account, "updateDate"),
    )


def _notice_line(line: Reader, currency: str) -> RemoteLine:
    quantity, price = line.decimal("quantity"), line.decimal("unitAmount")
    return RemoteLine(
        id=line.text("id"),
        product_id=line.text("itemId"),
        variant_id=line.text("itemId"),
        sku=line.text("itemSku"),
        title=one_line(line.text("nameOverride") or line.text("itemDescription")),
        quantity=Decimal(1) if quantity is None else quantity,
        unit_price=None if price is None else Money(amount=minor_of(price, currency), currency=currency),
        total=_minor(line, "amount", currency),
    )


@drifting
def to_customer(raw: Any) -> Customer:
    """A consumer as sales name them, or a consumer record of a notification."""
    row = Reader(raw)
    inner = row.object("contactInformation")
    who = inner if inner.raw else row
    person = row.object("consumer")
    return Customer(
        id=person.text("id") or row.text("id") or row.text("customerId"),
        first_name=one_line(who.text("firstName")),
        last_name=one_line(who.text("lastName")),
        company=one_line(who.text("companyName")),
        email=(person.text("emailAddress") or row.text("email")).strip(),
        phone=(who.text("phoneNumber1") or who.text("phoneNumber2")).strip(),
        address=_address(who),
    )


def _address(who: Reader) -> Address | None:
    parts = {"line1": "addressLine1", "line2": "addressLine2", "city": "city", "region": "state", "postcode": "zipCode"}
    said = {name: one_line(who.text(key)) for name, key in parts.items()}
    return Address(**said) if any(said.values()) else None


def _minor(reader: Reader, key: str, currency: str) -> int | None:
    value = reader.decimal(key)
    return None if value is None else minor_of(value, currency)


def _sum(rows: Sequence[Reader], key: str, currency: str) -> int:
    """Added with all decimals, then rounded once."""
    return minor_of(sum((row.decimal(key) or _ZERO for row in rows), _ZERO), currency)
