"""Gift cards: found by their number, changed by activities only, so that a card's activities sum to its balance."""

from __future__ import annotations

from posbridge.sandbox.platform import Route
from posbridge.sandbox.square.errors import Refused, invalid, missing, not_found
from posbridge.sandbox.square.orders import Orders
from posbridge.sandbox.square.shop import Obj, Shop, limit
from posbridge.sandbox.wire import Call, Reply

_SIGNS = {
    "ACTIVATE": 1, "LOAD": 1, "REDEEM": -1, "REFUND": 1, "UNLINKED_ACTIVITY_REFUND": 1,
    "ADJUST_INCREMENT": 1, "ADJUST_DECREMENT": -1, "CLEAR_BALANCE": -1, "DEACTIVATE": 0,
}  # fmt: skip
_REASONED = {"ADJUST_INCREMENT", "ADJUST_DECREMENT", "CLEAR_BALANCE", "DEACTIVATE"}


def details(kind: str) -> str:
    """The name of an activity's own field."""
    return f"{kind.lower()}_activity_details"


class GiftCards:
    """The cards and everything that ever happened to them."""

    def __init__(self, shop: Shop, orders: Orders) -> None:
        self.shop, self.orders = shop, orders
        self.rows: dict[str, Obj] = {}
        self.activities: dict[str, Obj] = {}
        self.keys: dict[str, str] = {}

    def routes(self) -> list[Route]:
        """Everything under /v2/gift-cards."""
        return [
            ("GET", "/v2/gift-cards", self.list_cards),
            ("POST", "/v2/gift-cards", lambda call: self.shop.once(call, self.create, longest=128)),
            ("POST", "/v2/gift-cards/from-gan", self.from_gan),
            ("GET", "/v2/gift-cards/activities", self.list_activities),
            ("POST", "/v2/gift-cards/activities", lambda call: self.shop.once(call, self.act, longest=128)),
            ("POST", "/v2/gift-cards/{id}/link-customer", lambda call: self.link(call, on=True)),
            ("POST", "/v2/gift-cards/{id}/unlink-customer", lambda call: self.link(call, on=False)),
            ("GET", "/v2/gift-cards/{id}", lambda call: Reply(body={"gift_card": self.get(call.params["id"])})),
        ]

    def get(self, key: object) -> Obj:
        """The card by id, or NOT_FOUND."""
        if not isinstance(key, str) or key not in self.rows:
            raise not_found("Gift card", str(key))
        return self.rows[key]

    def by_gan(self, gan: object) -> Obj:
        """The card by its number, or NOT_FOUND."""
        found = next((card for card in self.rows.values() if card["gan"] == gan), None)
        if found is None:
            raise Refused("NOT_FOUND", "Gift card with given gan not found", status=404)
        return found

    def from_gan(self, call: Call) -> Reply:
        """RetrieveGiftCardFromGAN."""
        gan = call.json().get("gan")
        if not gan:
            raise missing("gan")
        return Reply(body={"gift_card": self.by_gan(gan)})

    def create(self, body: Obj) -> Obj:
        """A new card, PENDING until it is activated."""
        self.shop.own_location(body.get("location_id"), "location_id")
        sent = body.get("gift_card") or {}
        if sent.get("type") not in ("PHYSICAL", "DIGITAL"):
            raise invalid("gift_card.type", "PHYSICAL or DIGITAL.", "INVALID_ENUM_VALUE")
        gan = sent.get("gan") or f"778399{self.shop.platform.next_id('gan'):010d}"
        return {"gift_card": self.put(gan, sent["type"], "OTHER" if sent.get("gan") else "SQUARE")}

    def put(self, gan: str, kind: str = "PHYSICAL", source: str = "SQUARE") -> Obj:
        """A new empty card."""
        if any(card["gan"] == gan for card in self.rows.values()):
            raise invalid("gift_card.gan", "This number is taken.")
        key = "gftc:" + self.shop.new_id("gift_card", 32).lower()
        self.rows[key] = {
            "id": key,
            "type": kind,
            "gan_source": source,
            "state": "PENDING",
            "balance_money": self.shop.money(0),
            "gan": gan,
            "created_at": self.shop.stamp(),
        }
        self.shop.emit("gift_card.created", "gift_card", key, {"gift_card": self.rows[key]})
        return self.rows[key]

    def act(self, body: Obj) -> Obj:
        """CreateGiftCardActivity: done at once, or refused."""
        sent = body.get("gift_card_activity")
        if not isinstance(sent, dict):
            raise missing("gift_card_activity")
        kind = sent.get("type")
        if kind not in _SIGNS:
            raise invalid("gift_card_activity.type", "This activity cannot be created.", "INVALID_ENUM_VALUE")
        self.shop.own_location(sent.get("location_id"), "gift_card_activity.location_id")
        card = self.get(sent["gift_card_id"]) if sent.get("gift_card_id") else self.by_gan(sent.get("gift_card_gan"))
        given = dict(sent.get(details(kind)) or {})
        if kind in _REASONED and not given.get("reason"):
            raise missing(f"gift_card_activity.{details(kind)}.reason")
        amount = self._amount(card, kind, given)
        if kind == "REDEEM":
            given["status"] = "COMPLETED"
        return {"gift_card_activity": self.book(card, kind, amount, given, str(body["idempotency_key"]))}

    def _amount(self, card: Obj, kind: str, given: Obj) -> int:
        field = f"gift_card_activity.{details(kind)}.amount_money"
        if kind == "DEACTIVATE":
            return 0
        if kind == "CLEAR_BALANCE":
            return int(card["balance_money"]["amount"])
        if kind == "REFUND":
            self._check_refund(card, given)
        if kind in ("ACTIVATE", "LOAD") and given.get("order_id"):
            given.setdefault("amount_money", self._sold_for(given))
        return self.shop.amount(given.get("amount_money"), field, least=1)

    def _sold_for(self, given: Obj) -> Obj:
        order = self.orders.get(given["order_id"])
        for row in order.get("line_items", ()):
            if row["uid"] == given.get("line_item_uid") and row.get("item_type") == "GIFT_CARD":
                found: Obj = row["base_price_money"]
                return found
        raise invalid("gift_card_activity.activate_activity_details.line_item_uid", "No such gift card line.")

    def _check_refund(self, card: Obj, given: Obj) -> None:
        field = "gift_card_activity.refund_activity_details"
        source = self.activities.get(given.get("redeem_activity_id") or "")
        if not given.get("redeem_activity_id"):
            raise missing(f"{field}.redeem_activity_id")
        if source is None or source["type"] != "REDEEM" or source["gift_card_id"] != card["id"]:
            raise invalid(f"{field}.redeem_activity_id", "Not a redemption of this card.")
        back = sum(
            one[details("REFUND")]["amount_money"]["amount"]
            for one in self.activities.values()
            if one["type"] == "REFUND" and one[details("REFUND")].get("redeem_activity_id") == source["id"]
        )
        left = source[details("REDEEM")]["amount_money"]["amount"] - back
        if self.shop.amount(given.get("amount_money"), f"{field}.amount_money", least=1) > left:
            raise invalid(f"{field}.amount_money", "More than was redeemed.", "REFUND_AMOUNT_INVALID")

    def book(self, card: Obj, kind: str, amount: int, given: Obj, key: str) -> Obj:
        """Change the balance and write the activity; INSUFFICIENT_FUNDS when the card would go below zero."""
        self._check_state(card, kind)
        balance = card["balance_money"]["amount"] + _SIGNS[kind] * amount
        if balance < 0:
            raise Refused("INSUFFICIENT_FUNDS", "Gift card does not have sufficient balance for this request.")
        card["balance_money"] = self.shop.money(balance)
        card["state"] = {"ACTIVATE": "ACTIVE", "DEACTIVATE": "DEACTIVATED"}.get(kind, card["state"])
        activity = {
            "id": "gcact_" + self.shop.new_id("gift_card_activity", 32).lower(),
            "type": kind,
            "location_id": self.shop.location_id,
            "created_at": self.shop.stamp(),
            "gift_card_id": card["id"],
            "gift_card_gan": card["gan"],
            "gift_card_balance_money": self.shop.money(balance),
            details(kind): given if kind == "DEACTIVATE" else {**given, "amount_money": self.shop.money(amount)},
        }
        self.activities[activity["id"]] = activity
        self.keys[activity["id"]] = key
        self._tell(activity, card)
        return activity

    def _check_state(self, card: Obj, kind: str) -> None:
        wanted = "PENDING" if kind == "ACTIVATE" else "ACTIVE"
        if card["state"] != wanted:
            raise Refused("BAD_REQUEST", f"Gift card is {card['state']}, must be {wanted} for {kind}.")

    def _tell(self, activity: Obj, card: Obj) -> None:
        self.shop.emit(
            "gift_card.activity.created", "gift_card_activity", activity["id"], {"gift_card_activity": activity}
        )
        self.shop.emit("gift_card.updated", "gift_card", card["id"], {"gift_card": card})

    def list_cards(self, call: Call) -> Reply:
        """All cards, by type, state and customer."""
        asked = call.query
        rows = [
            card
            for card in self.rows.values()
            if asked.get("type", card["type"]) == card["type"]
            and asked.get("state", card["state"]) == card["state"]
            and (not asked.get("customer_id") or asked["customer_id"] in card.get("customer_ids", ()))
        ]
        filters = {name: asked.get(name) for name in ("type", "state", "customer_id")}
        page, more = self.shop.page(
            rows, lambda row: (row["created_at"], row["id"]), limit(dict(asked), 30, 200), asked.get("cursor"), filters
        )
        return Reply(body={**({"gift_cards": page} if page else {}), **more})

    def list_activities(self, call: Call) -> Reply:
        """Newest first; by card, type and time."""
        asked = call.query
        rows = [
            one
            for one in self.activities.values()
            if asked.get("gift_card_id", one["gift_card_id"]) == one["gift_card_id"]
            and asked.get("type", one["type"]) == one["type"]
            and (not asked.get("begin_time") or one["created_at"] >= asked["begin_time"])
            and (not asked.get("end_time") or one["created_at"] < asked["end_time"])
        ]
        order = {key: place for place, key in enumerate(self.activities)}
        filters = {name: value for name, value in asked.items() if name not in ("cursor", "limit")}
        page, more = self.shop.page(
            rows,
            lambda row: (row["created_at"], order[row["id"]]),
            limit(dict(asked), 50, 100),
            asked.get("cursor"),
            filters,
            reverse=asked.get("sort_order", "DESC") == "DESC",
        )
        return Reply(body={**({"gift_card_activities": page} if page else {}), **more})

    def link(self, call: Call, *, on: bool) -> Reply:
        """Tie the card to a customer, or untie it."""
        card, key = self.get(call.params["id"]), call.json().get("customer_id")
        if not key:
            raise missing("customer_id")
        known = [one for one in card.get("customer_ids", ()) if one != key]
        card["customer_ids"] = [*known, key] if on else known
        topic = "gift_card.customer_linked" if on else "gift_card.customer_unlinked"
        self.shop.emit(topic, "gift_card", card["id"], {"gift_card": card})
        return Reply(body={"gift_card": card})

    def movements(self, card: Obj) -> list[Obj]:
        """What changed the balance, signed minor units, with the idempotency key that asked for it."""
        return [
            {
                "key": self.keys[one["id"]],
                "amount": _SIGNS[one["type"]] * one[details(one["type"])]["amount_money"]["amount"],
            }
            for one in self.activities.values()
            if one["gift_card_id"] == card["id"] and _SIGNS[one["type"]]
        ]
