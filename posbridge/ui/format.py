"""Money, numbers, dates and ages as the person's language writes them (Babel)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from babel import Locale, dates, numbers

from posbridge.domain.age import age_on
from posbridge.domain.errors import DomainError
from posbridge.domain.money import exponent
from posbridge.ui.qt import Property, QObject, Signal, Slot


def utc_now() -> datetime:
    return datetime.now(UTC)


class Format(QObject):
    """The only formatter that QML sees. `now` is injected so that pictures come out the same each time."""

    def __init__(
        self, locale: str = "en_US", *, now: Callable[[], datetime] = utc_now, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._locale = Locale.parse(locale)
        self._now = now
        self._zone = dates.LOCALTZ
        self._beat = 0

    locale_changed = Signal()

    beat_changed = Signal()

    @Property(int, notify=beat_changed)
    def beat(self) -> int:
        """Grows as time passes: what shows an age reads it, so that the age is reckoned again."""
        return self._beat

    def tick(self) -> None:
        """Some time has passed."""
        self._beat += 1
        self.beat_changed.emit()

    @Property(str, notify=locale_changed)
    def locale(self) -> str:
        return str(self._locale)

    def use(self, locale: str) -> None:
        self._locale = Locale.parse(locale)
        self.locale_changed.emit()

    def use_zone(self, name: str) -> None:
        """Times from now on in this zone ("America/New_York"), the machine's own for an unknown one."""
        try:
            self._zone = dates.get_timezone(name)
        except LookupError:
            self._zone = dates.LOCALTZ
        self.locale_changed.emit()

    @Slot("qlonglong", str, result=str)
    def money(self, amount: int, currency: str) -> str:
        """`amount` minor units of `currency`; empty for no currency."""
        if not currency:
            return ""
        value = Decimal(amount).scaleb(-exponent(currency))
        return numbers.format_currency(value, currency, locale=self._locale)

    @Slot("qlonglong", str, result=str)
    def plain(self, amount: int, currency: str) -> str:
        """The amount with its decimals and no sign of the currency."""
        places = exponent(currency or "USD")
        pattern = "#,##0" + ("." + "0" * places if places else "")
        return numbers.format_decimal(Decimal(amount).scaleb(-places), format=pattern, locale=self._locale)

    @Slot(str, result=str)
    def quantity(self, value: str) -> str:
        """A decimal text in the person's notation; what is no number comes back as it is."""
        try:
            return numbers.format_decimal(Decimal(value), format="#,##0.###", locale=self._locale)
        except InvalidOperation:
            return value

    @Slot("qlonglong", result=str)
    def number(self, value: int) -> str:
        return numbers.format_decimal(value, locale=self._locale)

    @Slot(str, result=str)
    def percent(self, rate: str) -> str:
        """A rate as decimal text ("0.0825") as a percentage."""
        try:
            return numbers.format_percent(Decimal(rate), format="#,##0.###%", locale=self._locale)
        except InvalidOperation:
            return rate

    @Slot("qlonglong", result=str)
    def span(self, seconds: int) -> str:
        """A length of time in its largest unit, short: "4 min"."""
        return dates.format_timedelta(timedelta(seconds=seconds), format="short", threshold=1.2, locale=self._locale)

    @Slot(str, result=str)
    def ago(self, moment: str) -> str:
        """How long ago an ISO 8601 moment was, as a length; empty for no moment."""
        if not moment:
            return ""
        return self.span(max(0, int((self._now() - datetime.fromisoformat(moment)).total_seconds())))

    @Slot(str, result=str)
    def until(self, moment: str) -> str:
        """How long until an ISO 8601 moment, as a length; empty for no moment."""
        if not moment:
            return ""
        return self.span(max(0, int((datetime.fromisoformat(moment) - self._now()).total_seconds())))

    @Slot(str, result=str)
    def time(self, moment: str) -> str:
        if not moment:
            return ""
        local = datetime.fromisoformat(moment)
        return dates.format_time(local, format="short", tzinfo=self._zone, locale=self._locale)

    @Slot(str, result=str)
    def date(self, moment: str) -> str:
        if not moment:
            return ""
        return dates.format_date(datetime.fromisoformat(moment), format="medium", locale=self._locale)

    @Slot(str, result=str)
    def born(self, text: str) -> str:
        """A typed date of birth as an ISO date, empty while it is none. Day, month and year in the locale's order
        (or year first), with a year of four digits; marks between them or none ("12311990")."""
        return birth_date(text, self._day_first())

    @Property(str, notify=locale_changed)
    def born_example(self) -> str:
        """How a date of birth is typed here: "12/31/1990"."""
        return "31/12/1990" if self._day_first() else "12/31/1990"

    def _day_first(self) -> bool:
        pattern = str(self._locale.date_formats["short"])
        return pattern.casefold().find("d") < pattern.find("M")

    @Slot(str, result=int)
    def age(self, born: str) -> int:
        """Whole years since an ISO date in the shop's zone; -1 for a date that is no date of birth."""
        today = self._now().astimezone(self._zone).date()
        try:
            return age_on(date.fromisoformat(born), today)
        except (ValueError, DomainError):
            return -1

    @Slot(str, result=str)
    def clock(self, moment: str) -> str:
        """The time of day with seconds; empty for no moment."""
        if not moment:
            return ""
        return dates.format_time(
            datetime.fromisoformat(moment), format="medium", tzinfo=self._zone, locale=self._locale
        )

    @Slot(str, result=str)
    def day(self, moment: str) -> str:
        """The time alone for a moment of today, else date and time; empty for no moment."""
        if not moment:
            return ""
        local, today = datetime.fromisoformat(moment).astimezone(self._zone), self._now().astimezone(self._zone)
        if local.date() == today.date():
            return self.time(moment)
        return dates.format_datetime(local, format="short", tzinfo=self._zone, locale=self._locale)

    @Slot(int, result=str)
    def countdown(self, seconds: int) -> str:
        """A wait that is watched, to the second: "0:42"."""
        return f"{seconds // 60}:{seconds % 60:02d}"

    @Slot(int, result=str)
    def hour(self, hour: int) -> str:
        """An hour of the day as an axis writes it: "9 AM", "14"."""
        moment = datetime(2000, 1, 1, hour, tzinfo=UTC)
        pattern = "h a" if "h" in str(self._locale.time_formats["short"]) else "HH"
        return dates.format_time(moment, format=pattern, tzinfo=UTC, locale=self._locale)


def birth_date(text: str, day_first: bool) -> str:
    """An ISO date from three numbers in the order of a country, empty where they are no date."""
    parts = re.findall(r"\d+", text)
    if len(parts) == 1 and len(parts[0]) == 8:
        parts = [parts[0][:2], parts[0][2:4], parts[0][4:]]
    if len(parts) != 3:
        return ""
    year, month, day = parts if len(parts[0]) == 4 else (parts[2], *(parts[1::-1] if day_first else parts[:2]))
    if len(year) != 4 or year < "1900":
        return ""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""
