"""The root of the window: which screen, who is signed in, how it looks; owns the other view models."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from posbridge.domain.aamva import is_licence
from posbridge.ui.qt import Property, QObject, Signal, Slot
from posbridge.ui.tasks import Spawn
from posbridge.ui.view_models.base import ViewModel, held
from posbridge.ui.view_models.connections_vm import ConnectionsVm
from posbridge.ui.view_models.gift_cards_vm import GiftCardsVm
from posbridge.ui.view_models.lock_vm import LockVm
from posbridge.ui.view_models.orders_vm import OrdersVm
from posbridge.ui.view_models.overview_vm import OverviewVm
from posbridge.ui.view_models.pay_vm import PayVm
from posbridge.ui.view_models.queue_vm import QueueVm
from posbridge.ui.view_models.receipt_vm import ReceiptVm
from posbridge.ui.view_models.rules_vm import RulesVm
from posbridge.ui.view_models.sell_vm import SellVm
from posbridge.ui.view_models.sync_vm import SyncVm
from posbridge.ui.view_models.welcome_vm import WelcomeVm

LOADED = {"sell", "orders", "queue", "gift_cards", "overview", "rules", "connections", "pay"}
SCREENS = LOADED | {"lock", "receipt", "welcome"}
CHANGES = {
    "orders": ("orders", "queue", "overview"),
    "outbox": ("orders", "queue", "overview", "connections"),
    "catalog": ("sell", "rules"),
    "connections": ("connections",),
}


class AppVm(ViewModel):
    """services: `configured() -> bool`, `shift() -> {open, opened_at}`, `lock_after() -> seconds`,
    `timezone() -> name`, `sign_out()`, `listen(heard) -> stop` with `heard` taking kinds of change, and what the
    others name."""

    screen_changed = Signal()
    screen = held(str, "screen", screen_changed, "lock")
    person_changed = Signal()
    person = held("QVariantMap", "person", person_changed, {})
    shift_changed = Signal()
    shift = held("QVariantMap", "shift", shift_changed, {})
    #: "light" | "dark"
    theme_changed = Signal()
    theme = held(str, "theme", theme_changed, "light")
    #: 1.0 to 2.0
    text_scale_changed = Signal()
    text_scale = held(float, "text_scale", text_scale_changed, 1.0)
    motion_changed = Signal()
    motion = held(bool, "motion", motion_changed, True)
    help_open_changed = Signal()
    help_open = held(bool, "help_open", help_open_changed, False)
    #: nothing is there yet: systems may be connected before anybody has signed in
    setting_up_changed = Signal()
    setting_up = held(bool, "setting_up", setting_up_changed, False)
    #: the zone of the shop's hours
    timezone_changed = Signal()
    timezone = held(str, "timezone", timezone_changed, "")
    #: seconds without a touch after which the window locks; 0: never
    lock_after_changed = Signal()
    lock_after = held(int, "lock_after", lock_after_changed, 0)
    #: "" or the link whose code the customer is shown over the whole window
    code_changed = Signal()
    code = held(str, "code", code_changed, "")
    language_changed = Signal()
    language = held(str, "language", language_changed, "en")

    def __init__(self, services: Any, spawn: Spawn, parent: QObject | None = None) -> None:
        super().__init__(services, spawn, parent)
        self._parts: dict[str, Any] = {
            "lock": LockVm(services, spawn, self),
            "sell": SellVm(services, spawn, self),
            "pay": PayVm(services, spawn, self),
            "receipt": ReceiptVm(services, spawn, self),
            "orders": OrdersVm(services, spawn, self),
            "queue": QueueVm(services, spawn, self),
            "gift_cards": GiftCardsVm(services, spawn, self),
            "overview": OverviewVm(services, spawn, self),
            "rules": RulesVm(services, spawn, self),
            "connections": ConnectionsVm(services, spawn, self),
            "welcome": WelcomeVm(services, spawn, self),
            "sync": SyncVm(services, spawn, self),
        }
        self.part("lock").signed_in.connect(self._signed_in)
        self.part("pay").done.connect(self._paid)
        self.part("pay").failure_changed.connect(self._not_paid)
        self.part("welcome").connect_wanted.connect(lambda: self.go("connections"))
        self.part("connections").connected.connect(self._connected)
        self.part("welcome").demo_started.connect(lambda: self._run(self.start()))

    def part(self, name: str) -> Any:
        """The view model of a screen (or "sync")."""
        return self._parts[name]

    lock = Property(QObject, lambda self: self.part("lock"), constant=True)
    sell = Property(QObject, lambda self: self.part("sell"), constant=True)
    pay = Property(QObject, lambda self: self.part("pay"), constant=True)
    receipt = Property(QObject, lambda self: self.part("receipt"), constant=True)
    orders = Property(QObject, lambda self: self.part("orders"), constant=True)
    queue = Property(QObject, lambda self: self.part("queue"), constant=True)
    gift_cards = Property(QObject, lambda self: self.part("gift_cards"), constant=True)
    overview = Property(QObject, lambda self: self.part("overview"), constant=True)
    rules = Property(QObject, lambda self: self.part("rules"), constant=True)
    connections = Property(QObject, lambda self: self.part("connections"), constant=True)
    welcome = Property(QObject, lambda self: self.part("welcome"), constant=True)
    sync = Property(QObject, lambda self: self.part("sync"), constant=True)

    async def start(self) -> None:
        """Show the first screen: set-up when nothing is configured, else the lock."""
        configured = await self.services.configured()
        self._put(setting_up=not configured, timezone=await self.services.timezone())
        if not configured:
            self._put(screen="welcome")
            return
        await self.part("lock").load()
        await self.part("sync").load()
        shift, lock_after = await self.services.shift(), await self.services.lock_after()
        self._put(shift=shift, lock_after=lock_after, screen="lock")

    def look(self, *, theme: str = "light", text_scale: float = 1.0, motion: bool = True, language: str = "en") -> None:
        """Apply the settings of the window; `text_scale` is held between 1 and 2."""
        scale = min(2.0, max(1.0, text_scale))
        self._put(theme=theme, text_scale=scale, motion=motion, language=language)

    @Slot(str)
    def go(self, screen: str) -> None:
        if screen not in SCREENS or not self.may_enter(screen):
            return
        if screen == "pay" and not self.part("sell").basket.may_pay():
            return
        self._put(screen=screen, help_open=False)
        if screen in LOADED:
            self._start(self.part(screen), self.part(screen).load())

    @Slot(str, result=bool)
    def may_enter(self, screen: str) -> bool:
        """Before anybody is there only the set-up; then what the person's `screens` name (absent: all)."""
        if not self.person:
            return screen in {"welcome", "lock"} or (screen == "connections" and self.setting_up)
        return screen in self.person.get("screens", SCREENS)

    @Slot()
    def idle(self) -> None:
        """Nobody was here for a while."""
        if self.person:
            self.lock_now()

    @Slot()
    def lock_now(self) -> None:
        self._run(self._lock())

    async def _lock(self) -> None:
        self.part("sell").basket.age.close()
        await self.services.sign_out()
        self._put(person={}, help_open=False, code="")
        await self.part("lock").load()
        self._put(screen="lock")

    @Slot()
    def toggle_help(self) -> None:
        self._put(help_open=not self.help_open)

    @Slot(str)
    def show_code(self, link: str) -> None:
        self._put(code=link)

    @Slot()
    def hide_code(self) -> None:
        self._put(code="")

    @Slot(str)
    def scanned(self, code: str) -> None:
        """A barcode from any screen: a licence checks the age; else onto the gift card screen as a card, or into the
        basket."""
        if not self.person:
            return
        if is_licence(code):
            self.part("sell").basket.age.scanned(code)
            return
        if self.screen == "gift_cards":
            self.part("gift_cards").check(code)
            return
        if self.screen == "orders":
            self.part("orders").scanned(code)
            return
        if self.screen == "receipt":
            self.go("sell")
        self.part("sell").scanned(code)

    @Slot()
    def new_sale(self) -> None:
        self.go("sell")

    def changed(self, kinds: set[str]) -> None:
        """Something changed in the store: refresh what shows it. `kinds` are keys of CHANGES."""
        self._start(self.part("sync"), self.part("sync").load())
        if self.screen == "receipt" and "outbox" in kinds:
            self.part("receipt").refresh()
        if any(self.screen in CHANGES.get(kind, ()) for kind in kinds):
            self._start(self.part(self.screen), self.part(self.screen).load())

    def _start(self, part: ViewModel, work: Coroutine[Any, Any, None]) -> None:
        part._run(work)

    def _connected(self) -> None:
        if not self.person:
            self._run(self.start())

    def _signed_in(self, person: dict[str, Any]) -> None:
        self._put(person=person)
        self.go("sell")

    def _not_paid(self) -> None:
        """The services look again when money is taken: somebody may have let the age check go meanwhile."""
        failure = self.part("pay").failure
        if failure.get("code") == "age_unchecked":
            self.part("sell").basket.age.ask(failure)

    def _paid(self, order_id: str) -> None:
        self._put(screen="receipt")
        receipt = self.part("receipt")
        self._start(receipt, receipt.load(order_id))
        self._start(self.part("sync"), self.part("sync").load())
