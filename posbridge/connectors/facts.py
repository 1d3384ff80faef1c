"""The words in which a connector states its facts: data that the screens, the drain and the docs read offline."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field as PydanticField

from posbridge.domain.model import Model
from posbridge.domain.order import OrderStatus


class Kind(StrEnum):
    POS = "pos"
    SHOP = "shop"
    MESSAGING = "messaging"
    ANALYTICS = "analytics"
    ERRORS = "errors"


class Service(StrEnum):
    PRODUCTS = "products"
    INVENTORY = "inventory"
    ORDERS = "orders"
    CUSTOMERS = "customers"
    DISCOUNTS = "discounts"
    GIFT_CARDS = "gift_cards"
    WEBHOOKS = "webhooks"


class Dedupe(StrEnum):
    """What keeps a repeated order single: KEY the platform honours our key · ID we choose the id · UNIQUE our
    reference must be unique there · STEP two-step creation gives us an id first · SEARCH our reference can be
    searched · SCAN list a time window and match · NONE a lost create waits for a person."""

    KEY = "key"
    ID = "id"
    UNIQUE = "unique"
    STEP = "step"
    SEARCH = "search"
    SCAN = "scan"
    NONE = "none"


class Evidence(StrEnum):
    """How sure a fact is."""

    RECORDED = "recorded"
    SPEC = "spec"
    DOCUMENTED = "documented"
    THIRD_PARTY = "third_party"
    GUESS = "guess"


class Fact(Model):
    """A statement with its source; `evidence` GUESS is shown as such in the docs and kept easy to correct."""

    what: str
    source: str
    evidence: Evidence = Evidence.DOCUMENTED


class SettingField(Model):
    """One field of the connection form. `pattern` is a Python regular expression that the whole value matches;
    with `strict` False a mismatch only warns. `choices` limits it. Secrets are written and never shown."""

    name: str
    label: str
    secret: bool = False
    required: bool = True
    help: str = ""
    pattern: str = ""
    strict: bool = True
    choices: tuple[str, ...] = ()
    default: str = ""
    example: str = ""
    advanced: bool = False


class Rate(Model):
    """At most `requests` in `seconds`; `what` says which calls: "all", or a name the connector's calls use."""

    requests: int = PydanticField(gt=0)
    seconds: int = PydanticField(gt=0)
    what: str = "all"


class TaxMode(StrEnum):
    """Who reckons tax: PLATFORM computes it again from our prices, OURS is taken as sent."""

    PLATFORM = "platform"
    OURS = "ours"


class Capabilities(Model):
    """What a system can do, read offline. All times are seconds.

    `key_life_s` how long a key is surely honoured (None: no keys). `read_lag_s` how late a change may show in
    reads. `settle_s` is the settle window: how long after a lost reply the work may still appear.
    `timeout_s` is the time limit of one call. `history_days` how far back lists reach (None: no limit).
    `places_orders` False: an order is only handed over, and a person there has to confirm it.
    `takes_payments` False: the order arrives there unpaid and is cashed there.
    `gift_cards_balance_only`: a card's balance is told, but only a person there can take something off.
    `judges_codes` False: its discounts service tells specials and can be asked for no code.
    `licence_search`, `allotments`: its customers service is also a LicenceSearch, an AllotmentReader.
    """

    dedupe: Dedupe
    key_life_s: int | None = None
    read_lag_s: int = 5
    settle_s: int = 90
    timeout_s: int = 30
    page_size: int = 100
    history_days: int | None = None
    rates: tuple[Rate, ...] = ()
    parallel: int = 4
    split_tender: bool = True
    cart_discounts: bool = True
    line_discounts: bool = True
    custom_lines: bool = True
    weighed: bool = True
    refunds: bool = True
    partial_refunds: bool = True
    places_orders: bool = True
    takes_payments: bool = True
    judges_codes: bool = True
    licence_search: bool = False
    allotments: bool = False
    gift_cards_online: bool = False
    gift_cards_balance_only: bool = False
    webhooks: bool = False
    deletes_visible: bool = False
    tax_mode: TaxMode = TaxMode.PLATFORM
    locations: bool = False
    notes: tuple[str, ...] = ()


class StatusWord(Model):
    """One word of the platform for an order's state and ours for it; `next` are the words that may follow it there.

    `ours_sends` marks the word that is sent when our state is asked for (one a state).
    """

    word: str
    status: OrderStatus
    next: tuple[str, ...] = ()
    ours_sends: bool = False


class Facts(Model):
    """Everything about a system that is data. `hosts` are the only hosts it is called at: names, "*.name", or
    "{field}" for the host of a setting's URL; loopback is added when the address given is on loopback."""

    name: str = PydanticField(pattern=r"^[a-z0-9_]+$")
    label: str
    kind: Kind
    auth: str
    api_version: str = ""
    docs_url: str = ""
    hosts: tuple[str, ...]
    fields: tuple[SettingField, ...]
    services: tuple[Service, ...]
    capabilities: Capabilities
    statuses: tuple[StatusWord, ...] = ()
    facts: tuple[Fact, ...] = ()

    @property
    def guesses(self) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts if fact.evidence is Evidence.GUESS)
