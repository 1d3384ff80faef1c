"""What a payment is made with: cash, an outside terminal, a gift card, or a sandbox card token."""

from __future__ import annotations

from posbridge.sandbox.square.errors import Refused, invalid, missing
from posbridge.sandbox.square.gift_cards import GiftCards, details
from posbridge.sandbox.square.shop import Obj, Shop

EXTERNAL_TYPES = {
    "CHECK", "BANK_TRANSFER", "OTHER_GIFT_CARD", "CRYPTO", "SQUARE_CASH", "SOCIAL", "EXTERNAL", "EMONEY", "CARD",
    "STORED_BALANCE", "FOOD_VOUCHER", "OTHER",
}  # fmt: skip
_CARD = {"card_brand": "VISA", "last_4": "1111", "exp_month": 12, "exp_year": 2030, "card_type": "CREDIT"}


class Sources:
    """Authorizes, captures and voids, each in its own way."""

    def __init__(self, shop: Shop, cards: GiftCards) -> None:
        self.shop, self.cards = shop, cards
        self.redeems: dict[str, str] = {}

    def authorize(self, body: Obj, payment: Obj) -> None:
        """Fill the payment's source fields, or refuse it; a gift card is charged now."""
        source = body.get("source_id")
        if not source:
            raise missing("source_id")
        if source == "CASH":
            self._cash(body, payment)
        elif source == "EXTERNAL":
            self._external(body, payment)
        elif str(source).startswith("gftc:"):
            self._gift_card(body, payment)
        elif str(source).startswith(("cnon:", "ccof:")):
            self._card(str(source), payment)
        else:
            raise Refused("NOT_FOUND", "Card nonce not found", field="source_id", status=404)

    def _cash(self, body: Obj, payment: Obj) -> None:
        given = body.get("cash_details")
        if not isinstance(given, dict):
            raise missing("cash_details")
        tendered = self.shop.amount(given.get("buyer_supplied_money"), "cash_details.buyer_supplied_money")
        back = tendered - payment["amount_money"]["amount"]
        if back < 0:
            raise invalid("cash_details.buyer_supplied_money", "Less than the amount to pay.", "VALUE_TOO_LOW")
        payment["source_type"] = "CASH"
        payment["cash_details"] = {
            "buyer_supplied_money": self.shop.money(tendered),
            "change_back_money": self.shop.money(back),
        }

    def _external(self, body: Obj, payment: Obj) -> None:
        given = body.get("external_details")
        if not isinstance(given, dict):
            raise missing("external_details")
        if given.get("type") not in EXTERNAL_TYPES:
            raise invalid("external_details.type", "No such type.", "INVALID_ENUM_VALUE")
        if not given.get("source"):
            raise missing("external_details.source")
        payment.update(source_type="EXTERNAL", external_details=dict(given))

    def _card(self, source: str, payment: Obj) -> None:
        if "declined" in source:  # cnon:card-nonce-declined is Square's own sandbox token
            raise Refused("GENERIC_DECLINE", "Authorization error: 'GENERIC_DECLINE'", category="PAYMENT_METHOD_ERROR")
        payment.update(
            source_type="CARD", card_details={"status": "AUTHORIZED", "card": dict(_CARD), "entry_method": "KEYED"}
        )

    def _gift_card(self, body: Obj, payment: Obj) -> None:
        card = self.cards.get(body["source_id"])
        asked, balance = payment["amount_money"]["amount"], card["balance_money"]["amount"]
        partial = body.get("accept_partial_authorization") and body.get("autocomplete") is False
        if asked > balance and not (partial and balance):
            raise Refused("INSUFFICIENT_FUNDS", "Gift card has not enough on it.", category="PAYMENT_METHOD_ERROR")
        amount = min(asked, balance)
        given = {"payment_id": payment["id"], "status": "PENDING"}
        activity = self.cards.book(card, "REDEEM", amount, given, str(body["idempotency_key"]))
        self.redeems[payment["id"]] = activity["id"]
        payment["amount_money"] = payment["total_money"] = payment["approved_money"] = self.shop.money(amount)
        face = {"card_brand": "SQUARE_GIFT_CARD", "last_4": card["gan"][-4:]}
        payment.update(source_type="CARD", card_details={"status": "AUTHORIZED", "card": face, "entry_method": "KEYED"})

    def capture(self, payment: Obj) -> None:
        """The payment is complete."""
        payment["status"] = "COMPLETED"
        if "card_details" in payment:
            payment["card_details"]["status"] = "CAPTURED"
        if payment["id"] in self.redeems:
            self.cards.activities[self.redeems[payment["id"]]][details("REDEEM")]["status"] = "COMPLETED"

    def void(self, payment: Obj, key: str) -> None:
        """The payment is canceled; a gift card gets its amount back."""
        payment["status"] = "CANCELED"
        if "card_details" in payment:
            payment["card_details"]["status"] = "VOIDED"
        self.give_back(payment, payment["amount_money"]["amount"], key)
        if payment["id"] in self.redeems:
            self.cards.activities[self.redeems[payment["id"]]][details("REDEEM")]["status"] = "CANCELED"

    def give_back(self, payment: Obj, amount: int, key: str) -> bool:
        """Put an amount back on the gift card that paid; False when it was not a gift card."""
        redeem = self.redeems.get(payment["id"])
        if redeem is None:
            return False
        card = self.cards.get(self.cards.activities[redeem]["gift_card_id"])
        self.cards.book(card, "REFUND", amount, {"redeem_activity_id": redeem, "payment_id": payment["id"]}, key)
        return True


def tender(payment: Obj) -> Obj:
    """The tender an order shows for a payment."""
    kind = {"CASH": "CASH", "EXTERNAL": "OTHER"}.get(payment["source_type"], "CARD")
    made: Obj = {
        "id": payment["id"],
        "location_id": payment["location_id"],
        "transaction_id": payment["order_id"],
        "created_at": payment["created_at"],
        "amount_money": payment["amount_money"],
        "type": kind,
        "payment_id": payment["id"],
    }
    if "note" in payment:
        made["note"] = payment["note"]
    if kind == "CASH":
        cash = payment["cash_details"]
        made["cash_details"] = {
            "buyer_tendered_money": cash["buyer_supplied_money"],
            "change_back_money": cash["change_back_money"],
        }
    elif kind == "CARD":
        made["card_details"] = payment["card_details"]
        if payment["card_details"]["card"]["card_brand"] == "SQUARE_GIFT_CARD":
            made["type"] = "SQUARE_GIFT_CARD"
    return made
