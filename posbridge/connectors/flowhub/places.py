"""Flowhub's locations: two ids each, a zone, a state (the contract's facts, sections 1, 4 and 12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from posbridge.connectors.contract import Location
from posbridge.connectors.errors import ValidationError
from posbridge.connectors.flowhub.calls import Calls
from posbridge.connectors.flowhub.reading import listed
from posbridge.connectors.text import Reader, one_line

_STATES = (
    "Alabama AL, Alaska AK, Arizona AZ, Arkansas AR, California CA, Colorado CO, Connecticut CT, Delaware DE, "
    "District of Columbia DC, Florida FL, Georgia GA, Hawaii HI, Idaho ID, Illinois IL, Indiana IN, Iowa IA, "
    "Kansas KS, Kentucky KY, Louisiana LA, Maine ME, Maryland MD, Massachusetts MA, Michigan MI, Minnesota MN, "
    "Mississippi MS, Missouri MO, Montana MT, Nebraska NE, Nevada NV, New Hampshire NH, New Jersey NJ, "
    "New Mexico NM, New York NY, North Carolina NC, North Dakota ND, Ohio OH, Oklahoma OK, Oregon OR, "
    "Pennsylvania PA, Puerto Rico PR, Rhode Island RI, South Carolina SC, South Dakota SD, Tennessee TN, Texas TX, "
    "Utah UT, Vermont VT, Virginia VA, Washington WA, West Virginia WV, Wisconsin WI, Wyoming WY"
)
_LETTERS = {name.casefold(): letters for name, _, letters in (each.rpartition(" ") for each in _STATES.split(", "))}


class Places:
    """The account's locations, read once."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._rows: list[Reader] = []

    async def rows(self, *, fresh: bool = False) -> list[Reader]:
        """All of them. Raises ValidationError when there is none."""
        if fresh or not self._rows:
            answer = await self._calls.get("v0/clientsLocations")
            self._rows = [Reader(row, "locationId") for row in listed(answer, "data")]
        if not self._rows:
            raise ValidationError("This Flowhub account has no location.")
        return self._rows

    async def here(self) -> Reader:
        """The chosen location, else the first. Raises ValidationError when the chosen one is unknown."""
        return chosen(await self.rows(), self._calls.location)

    async def location_id(self) -> str:
        return self._calls.location or (await self.here()).id("locationId")

    async def import_id(self) -> str:
        """What sales go by: often the location's id, not always."""
        given = self._calls.setting("import_id")
        if given:
            return given
        here = await self.here()
        return here.text("importId") or here.id("locationId")

    async def state(self) -> str:
        """The two letters of the store's state, "" when they are not known."""
        return state_of((await self.here()).object("address").text("state"))

    def today(self) -> date:
        """The store's date: filters are by day, in store time."""
        try:
            zone = ZoneInfo(self._calls.connection.timezone or "UTC")
        except (KeyError, ValueError, OSError):  # a zone that this machine does not know
            zone = ZoneInfo("UTC")
        return self._calls.clock().astimezone(zone).date()


def chosen(rows: Sequence[Reader], location: str) -> Reader:
    """The row of that location. Raises ValidationError that lists them when there is none."""
    found = [row for row in rows if row.text("locationId") == location]
    if location and not found:
        names = ", ".join(f"{row.text('locationName')} ({row.text('locationId')})" for row in rows)
        raise ValidationError("Flowhub does not know this location.", next_step=f"Choose one of: {names}.")
    return (found or list(rows))[0]


def state_of(name: str) -> str:
    """Two letters for a state written out ("Colorado") or as letters; "" for anything else."""
    text = one_line(name)
    return text.upper() if len(text) == 2 and text.isalpha() else _LETTERS.get(text.casefold(), "")


def to_location(row: Reader) -> Location:
    return Location(
        id=row.id("locationId"), name=one_line(row.text("locationName")), timezone=row.text("timeZone").strip()
    )
