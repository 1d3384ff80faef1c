"""The register: fetches queued orders and payments when it is on, keeps accounts, and closes those that are paid."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from posbridge.sandbox.lightspeed.catalog import LOCATION, Catalog, Obj
from posbridge.sandbox.platform import SimulatedPlatform

CLASH = "A consumer already exists for this email address with a different external reference."
METHODS = {"CASH": "Cash", "OOPAYMENT": "Online payment", "GIFT": "Gift card (external)", "APM": "API Payment"}
_DEVICE = 17700


@dataclass
class Task:
    """Something that was queued for the register; `dies` is when it is given up, epoch seconds."""

    kind: str
    body: Obj
    due: float
    dies: float


@dataclass
class Line:
    """A line of an account; amounts in minor units, `total` with tax. `row` is the order's item."""

    id: int
    sku: str
    name: str
    quantity: int
    unit: int
    discount: int
    code: str
    tax: int
    total: int
    group: Obj


@dataclass
class Account:
    """What was sold to somebody; `paid` rows are (method, minor units, reference)."""

    number: str
    reference: str
    opened: float
    lines: list[Line] = field(default_factory=list)
    payments: list[tuple[str, int, str]] = field(default_factory=list)
    consumer: Obj = field(default_factory=dict)
    profile: str = ""
    closed: float | None = None
    key: str = ""
    kind: str = "SALE"
    source: str = ""
    table: bool = False

    @property
    def total(self) -> int:
        return sum(line.total for line in self.lines)

    @property
    def tax(self) -> int:
        return sum(line.tax for line in self.lines)

    @property
    def paid(self) -> int:
        return sum(amount for _, amount, _ in self.payments)


class Refusal(Exception):
    """The register's words for what it does not take."""


class Till:
    """`on` False leaves tasks queued; `delay` seconds pass before it fetches one; `refuse` are words with which it
    refuses every order; `clashing` e-mail addresses belong to consumers of another reference; with `tables_only` the
    list of open accounts has no take-away in it."""

    def __init__(self, platform: SimulatedPlatform, catalog: Catalog) -> None:
        self.platform, self.catalog, self.clock = platform, catalog, platform.clock
        self.on, self.delay, self.refuse = True, 0.0, ""
        self.clashing: set[str] = set()
        self.tables_only = False
        self.tasks: list[Task] = []
        self.accounts: dict[str, Account] = {}
        self.emit: Callable[[Obj], None] = lambda body: None

    def queue(self, kind: str, body: Obj, life_ms: int) -> None:
        now = self.clock.seconds()
        self.tasks.append(Task(kind, body, now + self.delay, now + life_ms / 1000))
        self.tick()

    def tick(self) -> None:
        """What is due is done; what waited too long dies."""
        now = self.clock.seconds()
        for task in list(self.tasks):
            if task.dies <= now:
                self.tasks.remove(task)
                self._timed_out(task)
            elif self.on and task.due <= now:
                self.tasks.remove(task)
                self._done(task)

    def _timed_out(self, task: Task) -> None:
        reason = {"timeout": {"errorKey": f"errors.{task.kind}.pos.task_timeout", "message": "Task timed out"}}
        self.emit({"status": "FAILURE", "thirdPartyReference": _reference(task), "errors": reason,
                   "type": task.kind.upper()})  # fmt: skip

    def _done(self, task: Task) -> None:
        try:
            account = self._order(task.body) if task.kind == "order" else self._pay(task.body)
        except Refusal as refusal:
            self.emit({"status": "FAILURE", "reason": str(refusal), "thirdPartyReference": _reference(task),
                       "type": task.kind.upper()})  # fmt: skip
            return
        self._told("SUCCESS", task.kind.upper(), _reference(task), account)
        if account.total <= account.paid:
            account.closed = self.clock.seconds()
            self._told("CLOSED", "ORDER", account.reference, account)

    def _told(self, word: str, kind: str, reference: str, account: Account) -> None:
        self.emit({
            "status": word, "type": kind, "thirdPartyReference": reference, "businessLocationId": LOCATION,
            "ikentooAccountId": account.key, "ikentooAccountIdentifier": account.number,
        })  # fmt: skip

    # orders
    def _order(self, body: Obj) -> Account:
        if self.refuse:
            raise Refusal(self.refuse)
        email = str(body["customerInfo"].get("email", ""))
        if email in self.clashing:
            raise Refusal(CLASH)
        lines = [self._line(row) for row in body.get("items", ())]
        payment = body.get("payment")
        account = Account(self._number(), body["thirdPartyReference"], self.clock.seconds(), lines)
        account.table = body.get("tableNumber") is not None
        account.profile, account.key = body.get("accountProfileCode", "AAP"), self._key(account.reference)
        account.consumer = _consumer(body["customerInfo"])
        if payment:
            amount = self.catalog.minor(payment["paymentAmount"]) - self.catalog.minor(payment.get("tipAmount") or 0)
            self._take(account, payment.get("paymentMethod", ""), amount, "")
        self.accounts[account.number] = account
        for line in lines:
            self.catalog.sold(line.sku, line.quantity)
        return account

    def _line(self, row: Obj) -> Line:
        number = self.catalog.by_sku.get(row["sku"])
        if number is None:
            raise Refusal(f"Item not found: {row['sku']}")
        item, quantity = self.catalog.items[number], row["quantity"]
        given = row.get("customItemPrice")
        if given is not None and not item["priceMode"].endswith("OPEN_PRICE"):
            raise Refusal(f"The price of {row['sku']} cannot be customized")
        unit = self.catalog.price(number) if given is None else self.catalog.minor(given)
        discount = self._off(row, unit * quantity)
        net = unit * quantity - discount
        tax = self._taxed(net)
        total = net if self.platform.seed.prices_include_tax else net + tax
        made = self.platform.next_id("line")
        name = str(row.get("customItemName") or item["name"])
        code = str(row.get("discountCode") or "")
        return Line(304087979524124 + made, row["sku"], name, quantity, unit, discount, code, tax, total,
                    item["accountingGroup"])  # fmt: skip

    def _off(self, row: Obj, gross: int) -> int:
        """What the line's code takes off; an override counts for the manual discount only."""
        code, override = row.get("discountCode"), row.get("discountAmountOverride")
        if not code:
            return 0
        known = next((one for one in self.catalog.discounts if one["code"] == code), None)
        if known is None:
            raise Refusal(f"Discount not found: {code}")
        manual = "discountAmount" not in known and "discountPercentage" not in known
        if override is not None and not manual:
            raise Refusal(f"The discount {code} cannot be overridden")
        if "discountPercentage" in known:
            return _rounded(Decimal(gross) * Decimal(str(known["discountPercentage"])) / 100)
        amount = override if manual else known["discountAmount"]
        return min(gross, self.catalog.minor(amount or 0))

    def _taxed(self, net: int) -> int:
        """By line, half up: no page says how a register rounds."""
        rate = Decimal(self.platform.seed.tax_rate)
        base = 100 + rate if self.platform.seed.prices_include_tax else Decimal(100)
        return _rounded(net * rate / base)

    # payments
    def _pay(self, body: Obj) -> Account:
        account = self.accounts.get(str(body.get("iKaccountIdentifier", "")))
        if account is None:
            raise Refusal("Account not found")
        if account.closed is not None:
            raise Refusal("Account already closed")
        amount = self.catalog.minor(body["paymentAmount"])
        self._take(account, body.get("paymentMethod", ""), amount, body["thirdPartyPaymentReference"])
        return account

    def _take(self, account: Account, method: str, amount: int, reference: str) -> None:
        if method not in METHODS:
            raise Refusal(f"Payment method not found: {method}")
        if amount > account.total - account.paid:
            raise Refusal("the payment amount is greater than the amount due")
        account.payments.append((method, amount, reference))

    # what people do at the register
    def sell(self, sku: str, quantity: int) -> Account:
        """A sale for cash that no program sent."""
        line = self._line({"sku": sku, "quantity": quantity})
        number = self._number()
        account = Account(number, "", self.clock.seconds(), [line], key=self._key(number))
        self._take(account, "CASH", account.total, "")
        account.closed = self.clock.seconds()
        self.accounts[account.number] = account
        self.catalog.sold(sku, quantity)
        return account

    def give_back(self, number: str) -> Account:
        """The whole of a sale, as a sale of its own with negative lines."""
        first = self.accounts[number]
        back = Account(self._number(), "", self.clock.seconds(), kind="REFUND", source=number)
        for line in first.lines:
            turned = Line(line.id, line.sku, line.name, -line.quantity, line.unit, -line.discount, line.code,
                          -line.tax, -line.total, line.group)  # fmt: skip
            back.lines.append(turned)
        back.payments = [(method, -amount, reference) for method, amount, reference in first.payments]
        back.key, back.closed = self._key(back.number), self.clock.seconds()
        self.accounts[back.number] = back
        return back

    def refunded(self, account: Account) -> int:
        return -sum(one.total for one in self.accounts.values() if one.source == account.number)

    def _number(self) -> str:
        return f"A{_DEVICE}.{self.platform.next_id('account')}"

    def _key(self, reference: str) -> str:
        return uuid.uuid5(uuid.NAMESPACE_OID, f"lightspeed:{reference}").hex


def _reference(task: Task) -> str:
    return str(task.body.get("thirdPartyReference") or task.body.get("thirdPartyPaymentReference"))


def _consumer(info: Obj) -> Obj:
    if set(info) <= {"firstName"}:
        return {}
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_OID, repr(sorted(info.items())))),
        "firstName": info.get("firstName", ""),
        "lastName": info.get("lastName", ""),
        "phoneNumber1": info.get("contactNumberAsE164", ""),
        "email": info.get("email", ""),
    }


def _rounded(value: Any) -> int:
    return int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))
