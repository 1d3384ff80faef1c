"""The WooCommerce Gift Cards plug-in: cards, what moved on them, and how an order spends them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from posbridge.sandbox.woocommerce.answers import Obj, WpError, as_bool, number
from posbridge.sandbox.woocommerce.order_rows import ZERO, Order
from posbridge.sandbox.woocommerce.shop import Shop, links

_PATH = "/wc/v3/gift-cards"
_CODE = re.compile(r"([A-Za-z0-9]{4}-){3}[A-Za-z0-9]{4}")


@dataclass
class Movement:
    """One line of a card's history; `amount` is what moved, always positive."""

    id: int
    kind: str
    amount: Decimal
    at: datetime
    order: int = 0


@dataclass
class Card:
    """A gift card; `remaining` is what can be spent."""

    id: int
    code: str
    issued: Decimal
    remaining: Decimal
    created: datetime
    recipient: str = ""
    sender: str = ""
    message: str = ""
    expires: datetime | None = None
    active: bool = True
    moves: list[Movement] = field(default_factory=list)


@dataclass
class GiftCards:
    """All cards of the shop."""

    shop: Shop
    cards: dict[int, Card] = field(default_factory=dict)

    def add(self, sent: Obj, code: str = "") -> Card:
        """A new card with its balance; the code is made when none is given."""
        now, number = self.shop.now(), self.shop.next_id("card")
        balance = Decimal(str(sent.get("balance", 0)))
        card = Card(number, code or str(sent.get("code") or _new_code(number)), balance, balance, now)
        if not _CODE.fullmatch(card.code):
            raise WpError(400, "woocommerce_gc_rest_api_gift_card_code_invalid", "Invalid gift card code.")
        self._write(card, sent)
        self.cards[number] = card
        self._moved(card, "issued", balance)
        return card

    def by_code(self, code: str) -> Card | None:
        """The card with this code, in any case."""
        wanted = code.strip().upper()
        return next((card for card in self.cards.values() if card.code.upper() == wanted), None)

    def usable(self, card: Card) -> bool:
        """On and not expired."""
        return card.active and (card.expires is None or card.expires > self.shop.now())

    def change(self, card: Card, sent: Obj) -> None:
        """Balance and code cannot be changed: ignored without a word."""
        self._write(card, sent)

    def _write(self, card: Card, sent: Obj) -> None:
        for name in ("recipient", "sender", "message"):
            if name in sent:
                setattr(card, name, str(sent[name]))
        if "is_active" in sent:
            card.active = sent["is_active"] == "on"
        if "expire_date" in sent:
            card.expires = self.shop.moment(str(sent["expire_date"] or "").replace(" ", "T") or None)

    def _moved(self, card: Card, kind: str, amount: Decimal, order: int = 0) -> None:
        card.moves.append(Movement(self.shop.next_id("activity"), kind, amount, self.shop.now(), order))

    # spending
    def must_be_editable(self, editable: bool) -> None:
        """Cards go on an order only while it may change."""
        if not editable:
            message = "Cannot update gift cards on a non editable order."
            raise WpError(400, "woocommerce_rest_gift_card_order_not_editable", message)

    def redeem(self, order: Order, sent: list[Obj], left: Decimal) -> None:
        """Debit at once; the same amount again does nothing; delete "true" gives back."""
        for entry in sent:
            code = str(entry.get("code", ""))
            card = self.by_code(code)
            if card is None:
                raise WpError(400, "woocommerce_rest_gift_card_cannot_parse_data", f"Gift card code {code} not found.")
            held = next((line for line in order.gift_cards if line["id"] == card.id), None)
            if held is not None and _same(held, entry):
                continue
            self.must_be_editable(order.editable)
            taken = held["amount"] if held is not None else ZERO
            if held is not None:
                order.gift_cards.remove(held)
                self._credit(card, taken, order.id)
                left += taken
            if not as_bool(entry.get("delete", False)):
                left -= self._debit(order, card, entry, left)

    def _debit(self, order: Order, card: Card, entry: Obj, left: Decimal) -> Decimal:
        asked = entry.get("amount")
        amount = min(card.remaining, left) if asked is None else Decimal(str(asked))
        if not self.usable(card):
            raise _cannot(f"Gift card code {card.code} is invalid.")
        if amount > card.remaining:
            raise _cannot(f"Not enough balance for gift card code {card.code}.")
        if amount > left:
            raise _cannot(f"Requested amount for gift card code {card.code} exceeded the order total.")
        card.remaining -= amount
        self._moved(card, "used", amount, order.id)
        order.gift_cards.append({"id": card.id, "code": card.code, "amount": amount})
        return amount

    def _credit(self, card: Card, amount: Decimal, order: int) -> None:
        card.remaining += amount
        self._moved(card, "refunded", amount, order)

    def give_back(self, order: Order) -> None:
        """Cancelling credits by itself; the order goes on listing its cards."""
        for line in order.gift_cards:
            card = self.cards.get(line["id"])
            if card is not None and self._net_used(card, order.id) > 0:
                self._credit(card, line["amount"], order.id)

    def _net_used(self, card: Card, order: int) -> Decimal:
        signs = {"used": 1, "refunded": -1}
        return sum((signs.get(m.kind, 0) * m.amount for m in card.moves if m.order == order), ZERO)

    # shape
    def shown(self, card: Card) -> Obj:
        """A card in full: amounts are JSON numbers, times are UTC texts or the number 0."""
        return {
            "id": card.id,
            "code": card.code,
            "recipient": card.recipient,
            "sender": card.sender,
            "sender_email": "",
            "message": card.message,
            "balance": number(card.issued),
            "remaining": number(card.remaining),
            "order_id": 0,
            "order_item_id": 0,
            "create_date": self._text(card.created),
            "deliver_date": 0,
            "expire_date": self._text(card.expires),
            "redeem_date": 0,
            "redeemed_by": 0,
            "currency": self.shop.seed.currency,
            "delivered": "no",
            "is_active": "on" if card.active else "off",
            "activities": [self._activity(card, move) for move in card.moves],
            "meta_data": [],
            "_links": links(self.shop.home(), _PATH, card.id),
        }

    def _activity(self, card: Card, move: Movement) -> Obj:
        return {
            "id": move.id,
            "type": move.kind,
            "user_id": 0,
            "user_email": "",
            "object_id": move.order,
            "gc_id": card.id,
            "gc_code": card.code,
            "amount": number(move.amount),
            "date": self._text(move.at),
            "note": "",
        }

    def _text(self, moment: datetime | None) -> str | int:
        return (self.shop.gmt(moment) or "").replace("T", " ") if moment is not None else 0


def _same(held: Obj, entry: Obj) -> bool:
    if as_bool(entry.get("delete", False)):
        return False
    return entry.get("amount") is None or Decimal(str(entry["amount"])) == held["amount"]


def _cannot(message: str) -> WpError:
    return WpError(400, "woocommerce_rest_gift_card_cannot_apply", message)


def _new_code(number: int) -> str:
    text = hashlib.sha256(f"gift card {number}".encode()).hexdigest().upper()
    return "-".join(text[place : place + 4] for place in range(0, 16, 4))
