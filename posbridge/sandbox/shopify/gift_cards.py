"""Gift cards: found by their code, charged by their id, with no keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from posbridge.sandbox.seed import SeedGiftCard
from posbridge.sandbox.shopify.executor import Node, Root
from posbridge.sandbox.shopify.lists import Search, connection, terms
from posbridge.sandbox.shopify.shop import Shop, Wrong, number_of


@dataclass
class Move:
    id: str
    kind: str
    amount: int
    note: str | None
    at: str


@dataclass
class Card:
    id: str
    code: str
    initial: int
    balance: int
    enabled: bool = True
    expires_on: str | None = None
    moves: list[Move] = field(default_factory=list)


class GiftCards:
    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.rows: dict[str, Card] = {}
        # The default search looks at codes and last characters; other fields of the filter do not exist here.
        self.search = Search({"": _matches})

    def add(self, seed: SeedGiftCard) -> None:
        ident = self.shop.new_id("GiftCard")
        self.rows[ident] = Card(ident, seed.code.lower(), seed.balance_minor, seed.balance_minor)

    def roots(self) -> dict[str, Root]:
        return {
            "giftCards": self.listed,
            "giftCard": lambda args, key: self._by(args.get("id")),
            "giftCardDebit": lambda args, key: self._move(args, "Debit", -1),
            "giftCardCredit": lambda args, key: self._move(args, "Credit", 1),
        }

    def listed(self, args: dict[str, Any], key: str = "") -> Node:
        groups = terms(str(args.get("query") or ""))
        self.search.check(groups, "giftCards")
        rows = [row for row in self.rows.values() if self.search.fits(row, groups)]
        return connection(rows, args, self._card, lambda row: ("", number_of(row.id)))

    def _by(self, ident: Any) -> Node | None:
        row = self.rows.get(str(ident))
        return self._card(row) if row else None

    def _card(self, row: Card) -> Node:
        return {
            "__typename": "GiftCard",
            "id": row.id,
            "lastCharacters": row.code[-4:],
            "maskedCode": f"•••• •••• •••• {row.code[-4:]}",
            "enabled": row.enabled,
            "expiresOn": row.expires_on,
            "deactivatedAt": None if row.enabled else self.shop.now(),
            "initialValue": self.shop.money(row.initial),
            "balance": self.shop.money(row.balance),
            "customer": None,
            "transactions": lambda args: connection(
                row.moves, args, lambda move: self._shown(move, row), lambda move: ("", number_of(move.id))
            ),
        }

    def _shown(self, move: Move, row: Card) -> Node:
        return {
            "__typename": f"GiftCard{move.kind}Transaction",
            "id": move.id,
            "note": move.note,
            "processedAt": move.at,
            "amount": self.shop.money(move.amount),
            "giftCard": lambda args: self._card(row),
        }

    def _move(self, args: dict[str, Any], kind: str, sign: int) -> Node:
        given, payload = args.get(f"{kind.lower()}Input") or {}, f"giftCard{kind}Transaction"
        try:
            row, amount = self._checked(args.get("id"), given, kind.lower(), sign)
        except Wrong as wrong:
            return {payload: None, "userErrors": [wrong.shown]}
        row.balance += sign * amount
        ident = self.shop.new_id(f"GiftCard{kind}Transaction")
        move = Move(ident, kind, sign * amount, given.get("note"), self.shop.now())
        row.moves.append(move)
        return {payload: self._shown(move, row), "userErrors": []}

    def _checked(self, ident: Any, given: Node, kind: str, sign: int) -> tuple[Card, int]:
        row, at = self.rows.get(str(ident)), [f"{kind}Input", f"{kind}Amount"]
        if row is None:
            raise Wrong(["id"], "The gift card could not be found.", "GIFT_CARD_NOT_FOUND")
        asked = given.get(f"{kind}Amount") or {}
        amount = self.shop.minor(asked.get("amount"))
        if asked.get("currencyCode") != self.shop.currency:
            words = "The currency provided does not match the currency of the gift card."
            raise Wrong([*at, "currencyCode"], words, "MISMATCHING_CURRENCY")
        if amount <= 0:
            raise Wrong([*at, "amount"], "A positive amount must be used.", "NEGATIVE_OR_ZERO_AMOUNT")
        if not row.enabled:
            raise Wrong(["id"], "The gift card is deactivated.", "INVALID")
        if row.expires_on and row.expires_on < self.shop.now()[:10]:
            raise Wrong(["id"], "The gift card has expired.", "INVALID")
        if sign < 0 and amount > row.balance:
            words = "The gift card does not have sufficient funds to satisfy the request."
            raise Wrong([*at, "amount"], words, "INSUFFICIENT_FUNDS")
        return row, amount


def _matches(row: Card, op: str, value: str) -> bool:
    """Fuzzy as recorded: the whole code, or what it ends with."""
    wanted = value.lower()
    return row.code == wanted or (len(wanted) >= 4 and row.code.endswith(wanted[-4:]))
