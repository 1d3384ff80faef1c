"""What time does to the window: it locks itself, waits count down, ages are reckoned anew."""

from __future__ import annotations

from datetime import timedelta

from posbridge.domain.errors import LockedOut
from posbridge.ui.format import Format, utc_now
from posbridge.ui.idle import IdleWatch
from posbridge.ui.qt import QEvent, QObject
from posbridge.ui.showcase import Showcase
from posbridge.ui.tasks import run_at_once
from posbridge.ui.view_models.app_vm import AppVm
from posbridge.ui.view_models.lock_vm import LockVm
from posbridge.ui.window import Window


class Leaver(Showcase):
    def __init__(self) -> None:
        super().__init__()
        self.left = 0

    async def sign_out(self) -> None:
        self.left += 1

    async def sign_in(self, person_id: str, pin: str) -> dict[str, str]:
        raise LockedOut(seconds=3)


def test_two_minutes_without_a_touch_lock_the_till(window: Window) -> None:
    assert window.idle._timer.interval() == 120_000
    assert window.idle._timer.isActive()
    shop = Leaver()
    app = AppVm(shop, run_at_once)
    app._put(person={"id": "u1", "name": "Noor"}, screen="sell")
    watch = IdleWatch(app, seconds=120)
    watch.idle.connect(app.idle)
    watch._timer.timeout.emit()
    assert (app.screen, app.person, shop.left) == ("lock", {}, 1)
    watch._timer.timeout.emit()
    assert shop.left == 1


def test_only_signs_of_a_person_keep_the_till_open(qt: object) -> None:
    watch = IdleWatch(seconds=60)
    watch._timer.stop()
    watch.eventFilter(QObject(), QEvent(QEvent.Type.UpdateRequest))
    assert not watch._timer.isActive()
    watch.eventFilter(QObject(), QEvent(QEvent.Type.MouseMove))
    assert watch._timer.isActive()
    watch.wait(0)
    watch.eventFilter(QObject(), QEvent(QEvent.Type.KeyPress))
    assert not watch._timer.isActive()


def test_a_wait_counts_down_and_takes_no_digits_meanwhile(qt: object) -> None:
    lock = LockVm(Leaver(), run_at_once)
    run_at_once(lock.load())
    lock.choose("u1")
    for key in "1234":
        lock.press(key)
    lock.submit()
    assert (lock.problem, lock.wait_seconds, lock._second.isActive()) == ("locked_out", 3, True)
    lock.press("1")
    assert lock.digits == 0
    for left in (2, 1, 0):
        lock.second()
        assert lock.wait_seconds == left
    assert (lock.problem, lock._second.isActive()) == ("", False)
    lock.press("1")
    assert lock.digits == 1


def test_a_beat_makes_an_age_older(window: Window, look) -> None:
    now = [utc_now()]
    window.engine.rootContext().setContextProperty("fmt", made := Format("en_US", now=lambda: now[0], parent=window.vm))
    moment = now[0].isoformat()
    label = look(f'property string age: (fmt.beat, fmt.ago("{moment}"))')
    assert label.property("age") == "0 sec"
    now[0] += timedelta(minutes=4)
    assert label.property("age") == "0 sec"
    made.tick()
    assert label.property("age") == "4 min"
