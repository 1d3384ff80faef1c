"""The routes of the gift-card plug-in; without it they do not exist (recorded 601)."""

from __future__ import annotations

from posbridge.sandbox.wire import Reply
from posbridge.sandbox.woocommerce.answers import Ask, Obj, WpError, listing, missing_param
from posbridge.sandbox.woocommerce.batch import batch
from posbridge.sandbox.woocommerce.filters import chosen
from posbridge.sandbox.woocommerce.gift_card_ledger import Card, GiftCards
from posbridge.sandbox.woocommerce.routes import Routes, created


class GiftCardRoutes:
    """gift-cards: no filter by code, so `?code=` answers every card."""

    def __init__(self, ledger: GiftCards) -> None:
        self.ledger = ledger

    def add_routes(self, routes: Routes) -> None:
        """gift-cards, gift-cards/{id}, gift-cards/batch."""
        home = self.ledger.shop.home
        routes.add("POST", "/gift-cards/batch", lambda ask: batch(ask, self._made, self._change, self._drop))
        routes.add("GET", "/gift-cards", self._list)
        routes.add("POST", "/gift-cards", lambda ask: created(home(), "/gift-cards", self._made(ask.body)))
        routes.add("GET", "/gift-cards/{id}", lambda ask: Reply(body=self.ledger.shown(self._known(ask.id()))))
        routes.add("EDIT", "/gift-cards/{id}", lambda ask: Reply(body=self._change(ask.id(), ask.body)))
        routes.add("DELETE", "/gift-cards/{id}", lambda ask: Reply(body=self._drop(ask.id())))

    def _known(self, number: int) -> Card:
        card = self.ledger.cards.get(number)
        if card is None:
            raise WpError(404, "woocommerce_gc_rest_api_gift_card_invalid", "Resource does not exist.")
        return card

    def _list(self, ask: Ask) -> Reply:
        down = chosen(ask, "order", ("asc", "desc"), "desc") == "desc"
        rows = sorted(self.ledger.cards.values(), key=lambda card: card.id, reverse=down)
        return listing(ask, self.ledger.shop.home(), rows, self.ledger.shown)

    def _made(self, sent: Obj) -> Obj:
        if "balance" not in sent:
            raise missing_param("balance")
        return self.ledger.shown(self.ledger.add(sent))

    def _change(self, number: int, sent: Obj) -> Obj:
        card = self._known(number)
        self.ledger.change(card, sent)
        return self.ledger.shown(card)

    def _drop(self, number: int) -> Obj:
        card = self._known(number)
        del self.ledger.cards[number]
        return self.ledger.shown(card)
