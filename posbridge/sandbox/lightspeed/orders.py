"""The calls of order and pay: checked, queued under a reference that is used once, and read back as open accounts."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from posbridge.sandbox.lightspeed import errors
from posbridge.sandbox.lightspeed.catalog import LOCATION, Obj
from posbridge.sandbox.lightspeed.till import METHODS, Account, Till
from posbridge.sandbox.platform import Route
from posbridge.sandbox.wire import Call, Reply

_USED = "reference has already been used"
_REACH_S = 15 * 3600


class Orders:
    """Order and pay for the one location."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.used: set[str] = set()
        self.used_payments: set[str] = set()

    def routes(self) -> list[Route]:
        return [
            ("POST", "/o/op/1/order/toGo", self.create),
            ("POST", "/o/op/1/order/local", self.create),
            ("POST", "/o/op/1/pay", self.pay),
            ("GET", "/o/op/1/order/table/getCheck", self.checks),
            ("GET", "/o/op/1/order/accounts/{number}", self.account),
        ]

    def create(self, call: Call) -> Reply:
        """200 says that it is queued, and nothing more."""
        body = call.json()
        wrong = _wrong_order(body, local=call.path.endswith("local"))
        if wrong:
            return self._invalid(call, wrong)
        reference = body["thirdPartyReference"]
        if reference in self.used:
            return Reply(409, {"status": "fail", "msg": f"{_USED} {reference}"})
        self.used.add(reference)
        self.till.queue("order", body, int(body.get("maxTimeToAttemptOrderDeliverToPos") or 60_000))
        return Reply(body={"status": "ok"})

    def pay(self, call: Call) -> Reply:
        body = call.json()
        reference = body.get("thirdPartyPaymentReference")
        wrong = _wrong_reference(body, "thirdPartyPaymentReference", 50) + _missing(body, "paymentAmount")
        if wrong:
            return self._invalid(call, wrong)
        if reference in self.used_payments:
            return errors.spring(400, f"{_USED} {reference}", call.path, self.till.clock.now())
        self.used_payments.add(str(reference))
        self.till.queue("payment", body, int(body.get("taskTtlInMs") or 60_000))
        return Reply(body={"status": "ok"})

    def checks(self, call: Call) -> Reply:
        """Open accounts of the past fifteen hours; those of tables alone where the register shows no others."""
        since = self.till.clock.seconds() - _REACH_S
        rows = [one for one in self.till.accounts.values() if one.closed is None and one.opened >= since]
        rows = [one for one in rows if one.table or not self.till.tables_only]
        return Reply(body=[self.snapshot(one) for one in rows])

    def account(self, call: Call) -> Reply:
        found = self.till.accounts.get(call.params["number"])
        if found is None:
            return errors.spring(404, f"account not found for BL {LOCATION}", call.path, self.till.clock.now())
        return Reply(body=self.snapshot(found))

    def snapshot(self, account: Account) -> Obj:
        """An account as getCheck shows it, amounts as numbers."""
        major = self.till.catalog.major
        made: Obj = {
            "clientCount": 1,
            "uuid": account.key,
            "openDate": _moment(account.opened),
            "closeDate": None if account.closed is None else _moment(account.closed),
            "paidAmount": major(account.paid),
            "serviceCharge": 0.0,
            "name": f"Order {account.number}",
            "currentAmount": major(account.total),
            "staffName": "Online Order",
            "staffId": 31930,
            "salesEntries": [
                {
                    "id": line.id, "itemName": line.name, "itemSku": line.sku, "unitAmount": major(line.unit),
                    "quantity": line.quantity, "modifiers": [], "amountWithTax": major(line.total),
                    "amountLessTax": major(line.total - line.tax), "discountedAmount": major(line.discount),
                    "active": True, "subLineItems": [], "taxIncluded": True,
                }
                for line in account.lines
            ],
            "paymentEntries": [
                {"paymentMethodDescription": METHODS[method], "paymentMethodCode": method,
                 "externalReference": reference or None, "amountPaid": major(amount), "active": True}
                for method, amount, reference in account.payments
            ],
            "ikaccountId": account.number,
            "posId": 17700,
        }  # fmt: skip
        return made | ({"externalReferences": [task_of(account.reference)]} if account.reference else {})

    def _invalid(self, call: Call, fields: list[tuple[str, str]]) -> Reply:
        name = "payment" if call.path.endswith("pay") else "order"
        words = f"Validation failed for object='{name}'. Error count: {len(fields)}"
        return errors.spring(400, words, call.path, self.till.clock.now(), fields=fields)


class Sales:
    """Closed accounts as the financial calls show them; amounts are texts."""

    def __init__(self, till: Till) -> None:
        self.till = till

    def routes(self) -> list[Route]:
        return [("GET", f"/f/v2/business-location/{LOCATION}/sales", self.sales)]

    def sales(self, call: Call) -> Reply:
        """By their time of closing, oldest first."""
        asked = call.query
        try:
            begin, end = _asked(asked.get("from", "")), _asked(asked.get("to", ""))
        except ValueError as problem:
            return errors.financial(f"Invalid date format: {problem}")
        if end - begin > 365 * 86_400:
            return errors.financial("The range must be at most 365 days")
        size, start = min(int(asked.get("pageSize") or 50), 100), int(asked.get("nextPageToken") or 0)
        include = {value for name, value in call.query_list if name == "include"}
        rows = [one for one in self.till.accounts.values() if one.closed is not None and begin <= one.closed < end]
        rows.sort(key=lambda one: one.closed or 0)
        shown = [self._sale(one, include) for one in rows[start : start + size]]
        more = str(start + size) if start + size < len(rows) else None
        return Reply(body={"sales": shown, "nextPageToken": more})

    def _sale(self, account: Account, include: set[str]) -> Obj:
        first = account.source or account.number
        made: Obj = {
            "accountReference": account.key,
            "accountFiscId": account.number,
            "receiptId": f"R{account.number[1:]}",
            "source": {"initialAccountId": first, "previousAccountId": first},
            "salesLines": [self._line(line) for line in account.lines],
            "timeOfOpening": _stamp(account.opened),
            "timeClosed": _stamp(account.closed or account.opened),
            "cancelled": False,
            "ownerName": "Online Order" if account.reference else "Manager",
            "ownerId": 31930,
            "type": account.kind,
            "externalReferences": [task_of(account.reference)] if account.reference else [],
            "nbCovers": 0.0,
            "dineIn": False,
            "deviceId": 17700,
            "deviceName": "iPad10",
        }
        if "account_profile" in include:
            made["accountProfileCode"] = account.profile
        if "payments" in include:
            made["payments"] = [self._payment(row, account, include) for row in account.payments]
        return made

    def _line(self, line: Any) -> Obj:
        text, currency = self._text, self.till.platform.seed.currency
        return {
            "id": str(line.id), "totalNetAmountWithTax": text(line.total),
            "totalNetAmountWithoutTax": text(line.total - line.tax), "menuListPrice": text(line.unit),
            "discountAmount": text(line.discount), "taxCode": "VAT", "taxAmount": text(line.tax),
            "discountCode": line.code, "totalDiscountAmount": text(line.discount), "sku": line.sku,
            "name": line.name, "nameOverride": "", "quantity": f"{line.quantity}.000",
            "accountingGroup": {"accountingGroupId": line.group["id"], "name": line.group["name"], "code": ""},
            "currency": currency,
        }  # fmt: skip

    def _payment(self, row: tuple[str, int, str], account: Account, include: set[str]) -> Obj:
        method, amount, reference = row
        made: Obj = {
            "code": method, "description": METHODS[method], "netAmountWithTax": self._text(amount),
            "currency": self.till.platform.seed.currency, "tip": "0.00", "type": "NORMAL",
        }  # fmt: skip
        made |= {"externalReference": reference} if reference else {}
        return made | ({"consumer": account.consumer} if account.consumer and "consumer" in include else {})

    def _text(self, minor: int) -> str:
        return f"{Decimal(minor).scaleb(-self.till.catalog.exponent):f}"


def task_of(reference: str) -> str:
    """How sales name what a program sent."""
    return f"TASK:OO-{LOCATION}-{reference}"


def _wrong_order(body: Obj, *, local: bool) -> list[tuple[str, str]]:
    wrong = _wrong_reference(body, "thirdPartyReference", 48)
    if not isinstance(body.get("customerInfo"), dict) or not body["customerInfo"].get("firstName"):
        wrong.append(("customerInfo.firstName", "must not be null"))
    life = body.get("maxTimeToAttemptOrderDeliverToPos")
    if life is not None and (not isinstance(life, int) or life < 60_000):
        wrong.append(("maxTimeToAttemptOrderDeliverToPos", "must be greater than or equal to 60000"))
    if len(str(body.get("collectionCode", ""))) > 8:
        wrong.append(("collectionCode", "size must be between 0 and 8"))
    if local and not isinstance(body.get("tableNumber"), int):
        wrong.append(("tableNumber", "must not be null"))
    for at, row in enumerate(body.get("items") or ()):
        if not isinstance(row.get("quantity"), int) or row["quantity"] < 1:
            wrong.append((f"items[{at}].quantity", "must be a whole number of at least 1"))
        if not row.get("sku") or len(row["sku"]) > 25:
            wrong.append((f"items[{at}].sku", "size must be between 1 and 25"))
    return wrong


def _wrong_reference(body: Obj, name: str, longest: int) -> list[tuple[str, str]]:
    wrong = _missing(body, "businessLocationId") + _missing(body, "endpointId") + _missing(body, name)
    if body.get("businessLocationId") not in (None, LOCATION):
        wrong.append(("businessLocationId", "unknown business location"))
    if isinstance(body.get(name), str) and not 0 < len(body[name]) <= longest:
        wrong.append((name, f"size must be between 1 and {longest}"))
    return wrong


def _missing(body: Obj, name: str) -> list[tuple[str, str]]:
    return [(name, "must not be null")] if body.get(name) is None else []


def _asked(text: str) -> float:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(text) from None
    if at.tzinfo is None:
        raise ValueError(text)
    return at.timestamp()


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
