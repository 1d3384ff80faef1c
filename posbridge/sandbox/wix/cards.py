"""Gift cards of the simulated site: charged by code at the till, looked through by id in the manager's calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from posbridge.sandbox.platform import Route
from posbridge.sandbox.seed import SeedGiftCard
from posbridge.sandbox.wire import Call, Reply
from posbridge.sandbox.wix.errors import Refused, invalid, not_found
from posbridge.sandbox.wix.shop import Obj, Shop, asked_of, at, remembered

APP = "d80111c5-a0f4-47a8-b63a-65b54d774a27"
_ROOM, _MANAGED = "/ecom/v1/gift-cards", "/gift-cards/v1/gift-cards"


@dataclass
class Card:
    id: str
    code: str
    initial: int
    balance: int
    status: str = "VALID"
    moves: list[Obj] = field(default_factory=list)


class GiftCards:
    """Cards by code. No call honours a key: each charge takes."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.rows: dict[str, Card] = {}
        self.installed = True

    def routes(self) -> list[Route]:
        return [
            ("POST", f"{_ROOM}/redeem", self._there(self.redeem)),
            ("POST", f"{_ROOM}/void", self._there(self.void)),
            ("POST", f"{_ROOM}/{{code}}", self._there(self.balance)),
            ("POST", f"{_MANAGED}/search", self._there(self.search)),
            (
                "GET",
                f"{_MANAGED}/{{id}}",
                self._there(lambda call: Reply(body={"giftCard": self._shown(self._by(call))})),
            ),
            ("POST", f"{_MANAGED}/{{id}}/transactions/query", self._there(self.transactions)),
        ]

    def _there(self, handler: Any) -> Any:
        """428 on a site without the gift cards' app."""

        def answer(call: Call) -> Reply:
            if not self.installed:
                code = "RISE_ACCOUNT_DOES_NOT_EXIST_FOR_META_SITE"
                raise Refused(428, "Account does not exist", code)
            reply: Reply = handler(call)
            return reply

        return answer

    def seed(self, seeded: SeedGiftCard) -> None:
        card = Card(self.shop.new_id("card"), seeded.code, seeded.balance_minor, 0)
        self.rows[seeded.code] = card
        self._book(card, "INITIAL", seeded.balance_minor, "")

    def _book(self, card: Card, kind: str, amount: int, order: Any) -> Obj:
        """A movement; what comes off is told as a positive amount with SUBTRACT."""
        card.balance += amount
        made: Obj = {
            "id": self.shop.new_id("move"), "createdDate": self.shop.stamp(), "type": kind, "giftCardId": card.id,
            "amount": self.shop.money(abs(amount)), "updatedBalance": self.shop.money(card.balance),
            "operationType": "ADD" if amount >= 0 else "SUBTRACT",
        }  # fmt: skip
        made |= {"orderInfo": {"orderId": order}} if order else {}
        card.moves.append(made)
        return made

    def _card(self, code: Any) -> Card:
        card = self.rows.get(str(code))
        if card is None:
            raise Refused(404, "Gift card not found", "GIFT_CARD_NOT_FOUND")
        return card

    # at the till
    def balance(self, call: Call) -> Reply:
        card = self._card(call.params["code"])
        told = {
            "obfuscatedCode": _masked(card.code), "balance": self._value(card.balance), "status": card.status,
            "appId": APP, "externalId": card.id,
        }  # fmt: skip
        return Reply(body={"giftCard": told})

    def _value(self, minor: int) -> Obj:
        return {"value": self.shop.money(minor)["amount"], "currency": self.shop.currency}

    def redeem(self, call: Call) -> Reply:
        body = call.json()
        card = self._card(body.get("code"))
        if body.get("appId") != APP:
            raise invalid("appId", "is not known")
        amount = self.shop.minor(body.get("amount"), "amount")
        if at(body, "amount.currency") != self.shop.currency:
            raise Refused(400, "Currency not supported", "CURRENCY_NOT_SUPPORTED")
        if card.status != "VALID":
            raise Refused(428, f"Gift card is {card.status.lower()}", f"GIFT_CARD_{card.status}")
        if amount > card.balance:
            raise Refused(428, "Insufficient funds", "INSUFFICIENT_FUNDS")
        return Reply(body={"transactionId": self._book(card, "REDEEM", -amount, body.get("orderId"))["id"]})

    def void(self, call: Call) -> Reply:
        """A whole charge back; a second time is refused."""
        wanted = call.json().get("transactionId")
        for card in self.rows.values():
            for move in card.moves:
                if move["id"] == wanted and move["type"] == "REDEEM":
                    return self._voided(card, move)
        raise Refused(404, "Transaction not found", "TRANSACTION_NOT_FOUND")

    def _voided(self, card: Card, move: Obj) -> Reply:
        if move.get("_voided"):
            raise Refused(409, "Already voided", "ALREADY_VOIDED")
        move["_voided"] = True
        order = at(move, "orderInfo.orderId")
        self._book(card, "VOID", self.shop.minor(move["amount"], "amount"), order)
        return Reply(body={})

    # the manager's calls
    def search(self, call: Call) -> Reply:
        asked = asked_of(call.json(), "search")
        wanted = (asked.get("filter") or {}).get("code")
        rows = [card for code, card in self.rows.items() if wanted is None or code == wanted]
        shown, paging = self.shop.page(
            [self._shown(card) for card in rows], asked.get("cursorPaging"), lambda row: (row["id"],),
            again=remembered(asked),
        )  # fmt: skip
        return Reply(body={"giftCards": shown, "pagingMetadata": paging})

    def _by(self, call: Call) -> Card:
        found = next((card for card in self.rows.values() if card.id == call.params["id"]), None)
        if found is None:
            raise not_found()
        return found

    def _shown(self, card: Card) -> Obj:
        return {
            "id": card.id, "code": _masked(card.code), "codeSuffix": card.code[-4:], "currency": self.shop.currency,
            "initialValue": self.shop.money(card.initial), "balance": self.shop.money(card.balance),
            "expirationDate": None, "source": "MANUAL",
        }  # fmt: skip

    def transactions(self, call: Call) -> Reply:
        card, asked = self._by(call), asked_of(call.json())
        rows = [{name: value for name, value in move.items() if name != "_voided"} for move in card.moves]
        places = {move["id"]: place for place, move in enumerate(card.moves)}
        shown, paging = self.shop.page(
            rows, asked.get("cursorPaging"), lambda row: (places[row["id"]],), again=remembered(asked)
        )
        return Reply(body={"transactions": shown, "pagingMetadata": paging})

    # the books
    def book(self) -> list[Obj]:
        return [
            {"code": card.code, "balance": card.balance, "movements": [self._moved(move) for move in card.moves[1:]]}
            for card in self.rows.values()
        ]

    def _moved(self, move: Obj) -> Obj:
        sign = -1 if move["operationType"] == "SUBTRACT" else 1
        key = f"{at(move, 'orderInfo.orderId') or move['id']}{':back' if sign > 0 else ''}"
        return {"key": key, "amount": sign * self.shop.minor(move["amount"], "amount")}


def _masked(code: str) -> str:
    return "*" * (len(code) - 4) + code[-4:]
