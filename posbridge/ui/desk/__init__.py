"""The desk: what the screens ask, answered by the real services as plain mappings."""

from __future__ import annotations

from posbridge.ui.desk.board import BoardDesk
from posbridge.ui.desk.cards import CardsDesk
from posbridge.ui.desk.goods import GoodsDesk
from posbridge.ui.desk.orders import OrdersDesk
from posbridge.ui.desk.paying import PayDesk
from posbridge.ui.desk.people import PeopleDesk
from posbridge.ui.desk.rules import RulesDesk
from posbridge.ui.desk.systems import SystemsDesk


class Desk(PeopleDesk, GoodsDesk, PayDesk, OrdersDesk, CardsDesk, SystemsDesk, RulesDesk, BoardDesk):
    """`Desk(services, on_demo=…)`: one till, one person at a time. Errors are PosbridgeError, and the view models
    put them into words; `on_demo` opens the demo shop and returns when it is there."""


__all__ = ["Desk"]
