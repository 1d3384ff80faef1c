"""Settings: typed, with defaults, kept in the database; the environment comes first.

`POSBRIDGE_<NAME>` overrides any of them ("POSBRIDGE_DEVICE"); the names in `OLD_NAMES` are read too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime, time
from typing import Any

from pydantic import Field, ValidationError

from posbridge.domain.basket import TaxSetup
from posbridge.domain.business_day import business_date
from posbridge.domain.errors import ConfigurationError
from posbridge.domain.limits import LimitRules
from posbridge.domain.model import Model
from posbridge.domain.naming import TidyRules
from posbridge.security.vault import Vault
from posbridge.store import audit
from posbridge.store import settings as rows
from posbridge.store.engine import Store
from posbridge.store.transaction import Transaction
from posbridge.sync.timings import Timings

PREFIX = "POSBRIDGE_"
OLD_NAMES = {"WEBHOOK_BASE_URL": "webhook_base_url"}
_ROW = "shop."
#: Settings whose environment value is its text; every other one is JSON there.
_PLAIN = (str, int, float, bool, time)


class Settings(Model):
    """What a shop decides. Times in seconds, amounts in minor units of `currency`.

    `device` names this till on receipts. `offline_gift_card_cap` counts only while `offline_gift_cards` is on.
    A refund above `refund_limit` needs a second person. `limits` are the purchase limits, one entry an audience;
    none, and nothing is limited. `category_words` are the manager's own words for shelves ("Doobies": "Pre-rolls").
    `recalled_lots` are lot numbers or package tags that are not sold. `tidy` is what is done to names, categories
    and attributes when products are read.
    """

    store_name: str = ""
    device: str = Field(default="T1", pattern=r"^[A-Za-z0-9]{1,8}$")
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    timezone: str = "UTC"
    day_ends: time = time(0)
    region: str = Field(default="US", pattern=r"^[A-Z]{2}$")
    language: str = "en"
    theme: str = "light"
    location: str = ""
    taxes: TaxSetup = TaxSetup()
    lock_after_s: int = Field(default=120, ge=10)
    hold_s: int = Field(default=900, ge=60)
    code_wait_s: float = Field(default=3.0, gt=0, le=30)
    offline_codes: bool = True
    offline_gift_cards: bool = False
    offline_gift_card_cap: int = Field(default=0, ge=0)
    refund_limit: int = Field(default=10_000, ge=0)
    limits: tuple[LimitRules, ...] = ()
    category_words: dict[str, str] = Field(default_factory=dict)
    recalled_lots: tuple[str, ...] = ()
    tidy: TidyRules = TidyRules()
    pull_s: int = Field(default=300, ge=10)
    backup_s: int = Field(default=3600, ge=60)
    backup_folder: str = ""
    webhook_base_url: str = ""

    def day_of(self, now: datetime) -> date:
        """The business date of that moment."""
        return business_date(now, self.timezone, self.day_ends)


class SettingsBook:
    """Reads and changes the settings; the same values are parsed once."""

    def __init__(self, store: Store, environ: Mapping[str, str], vault: Vault | None = None) -> None:
        self._store, self._vault = store, vault
        self._given = _from_environment(environ)
        self._parsed: tuple[dict[str, Any], Settings] | None = None

    def of(self, tx: Transaction) -> Settings:
        """As they are in this transaction. Raises ConfigurationError, naming the wrong one."""
        found = {**_stored(tx), **self._given}
        if self._parsed is None or self._parsed[0] != found:
            self._parsed = (found, _parse(found))
        return self._parsed[1]

    async def get(self) -> Settings:
        """As they are now. Raises ConfigurationError."""
        return await self._store.read(self.of)

    async def put(self, *, who: str = "", **changes: Any) -> Settings:
        """Changes some, and writes who did. Raises ConfigurationError for a value that cannot be."""
        return await self._store.write(self._put, changes, who)

    def fill(self, tx: Transaction, **values: Any) -> None:
        """Puts those that nobody has decided yet; the environment counts as decided."""
        decided = self.decided(tx)
        _put(tx, _dumped({name: value for name, value in values.items() if name not in decided}))

    def decided(self, tx: Transaction) -> frozenset[str]:
        """The names of those that are not left at their defaults."""
        return frozenset({**_stored(tx), **self._given})

    def _put(self, tx: Transaction, changes: dict[str, Any], who: str) -> Settings:
        _put(tx, _dumped(changes))
        now = self._store.clock()
        audit.add(tx, "settings", now, vault=self._vault, who=who, detail={"names": sorted(changes)})
        return self.of(tx)


def timings_of(environ: Mapping[str, str]) -> Timings:
    """The send protocol's times, each overridden by `POSBRIDGE_<NAME>` in seconds ("POSBRIDGE_SETTLE_S")."""
    given = {f.name: environ[PREFIX + f.name.upper()] for f in fields(Timings) if PREFIX + f.name.upper() in environ}
    try:
        return Timings(**{name: _number(name, text) for name, text in given.items()})
    except ValueError as error:
        raise ConfigurationError(
            f"A time of the sync is no number: {error}.", next_step="Correct or unset it."
        ) from error


def _number(name: str, text: str) -> Any:
    return int(text) if name in ("unknown_cap", "circuit_after") else float(text)


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {name: environ[old] for old, name in OLD_NAMES.items() if environ.get(old)}
    for name, field in Settings.model_fields.items():
        text = environ.get(PREFIX + name.upper())
        if text is not None:
            given[name] = text if field.annotation in _PLAIN else _json(text)
    return given


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _stored(tx: Transaction) -> dict[str, Any]:
    every = rows.everything(tx)
    return {name.removeprefix(_ROW): value for name, value in every.items() if name.startswith(_ROW)}


def _put(tx: Transaction, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        rows.put(tx, _ROW + name, value)


def _dumped(changes: Mapping[str, Any]) -> dict[str, Any]:
    """`changes` as JSON, each checked."""
    return _parse(changes).model_dump(mode="json", include=set(changes))


def _parse(found: Mapping[str, Any]) -> Settings:
    try:
        return Settings.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(
            f"The setting {name} cannot be {first['input']!r}: {first['msg']}.",
            next_step=f"Correct it in the settings, or unset {PREFIX}{name.split('.')[0].upper()}.",
        ) from error
