"""What notifications said of orders and payments, while this process lives: nothing else tells why one was refused."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import Reader

_MOST = 5_000
#: An order that failed with these words goes again without the e-mail address (FACTS section 6).
_EMAIL_CLASH = "consumer already exists"


@dataclass
class Outcome:
    """Of one reference: `begun` is when it was sent or first asked for, `seen` when a register first showed it
    unpaid; `failed` are the register's words."""

    begun: datetime
    seen: datetime | None = None
    account: str = ""
    failed: str = ""
    cancelled: bool = False
    refused_payments: dict[str, str] = field(default_factory=dict)

    @property
    def email_clash(self) -> bool:
        return _EMAIL_CLASH in self.failed.lower()


class Outcomes:
    """By the reference that was sent; a payment's is its order's with "-p1", "-p2" … behind."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Outcome] = OrderedDict()

    def of(self, reference: str, now: datetime) -> Outcome:
        """What is known; begun now when nothing is."""
        if reference not in self._known:
            self._known[reference] = Outcome(now)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        return self._known[reference]

    def sent(self, reference: str, now: datetime) -> None:
        """It goes to the API (again): earlier words of the register no longer hold. An account that is there stays."""
        before = self._known.pop(reference, None)
        self.of(reference, now).account = before.account if before is not None and not before.failed else ""

    def hear(self, raw: Any, now: datetime) -> None:
        """Remembers a notification that was proved. One that cannot be read tells nothing."""
        try:
            row = Reader(raw, "thirdPartyReference")
            kind, word, reference = row.text("type"), row.text("status"), row.text("thirdPartyReference")
            account = row.text("ikentooAccountIdentifier")
            said = _reason(row)
        except SchemaDrift:
            return
        if not reference or kind not in ("ORDER", "PAYMENT"):
            return
        order, _, part = reference.rpartition("-p") if kind == "PAYMENT" else (reference, "", "")
        known = self.of(order if part.isdigit() else reference, now)
        known.account = account or known.account
        if kind == "PAYMENT":
            self._payment(known, reference, word, said)
        else:
            known.failed = said if word == "FAILURE" else ""
            known.cancelled = word in ("CANCELLED", "ABANDONED")

    def _payment(self, known: Outcome, reference: str, word: str, said: str) -> None:
        if word == "FAILURE":
            known.refused_payments[reference] = said
        else:
            known.refused_payments.pop(reference, None)


def _reason(row: Reader) -> str:
    problems = row.object("errors")
    timeout, account = problems.object("timeout"), problems.object("account")
    said = row.text("reason") or timeout.text("message") or account.text("type").replace("_", " ").lower()
    return said or "the register gave no reason"
