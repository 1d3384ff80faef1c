"""Dutchie Plus' facts, each with its source. The vendor's own pages could not be read (the contract's head)."""

from __future__ import annotations

from posbridge.connectors.dutchie.calls import ENDPOINT
from posbridge.connectors.dutchie.words import STATUSES
from posbridge.connectors.facts import (
    Capabilities,
    Dedupe,
    Evidence,
    Fact,
    Facts,
    Kind,
    Rate,
    Service,
    SettingField,
    TaxMode,
)
from posbridge.connectors.fields import CA_FILE, api_address

_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

#: The whole address: the version is a date in its path, so that a newer one can be tried.
ADDRESS = api_address("Dutchie Plus").model_copy(
    update={"help": "With its version. Only for a newer version, a relay or a simulated one.", "example": ENDPOINT}
)

FIELDS = (
    SettingField(
        name="api_key", label="Dutchie Plus API key", secret=True, strict=False,
        pattern=r"(public-)?[A-Za-z0-9_\-]+(\.[A-Za-z0-9_\-]+){0,2}",
        help="Dutchie gives it to the store. Orders need a private key; a public one is for the menu alone.",
    ),
    SettingField(
        name="retailer_id", label="Retailer (store)", required=False, pattern=_UUID, strict=False,
        help="Chosen from the list of stores that the key knows. One whose name holds \"Sandbox\" is a test shop.",
        example="11111111-2222-4333-8444-555555555555",
    ),
    SettingField(
        name="pricing_type", label="Prices", required=False, choices=("RECREATIONAL", "MEDICAL"),
        default="RECREATIONAL", help="Which menu is read, and by which prices checkouts are reckoned.",
    ),
    SettingField(
        name="order_type", label="Order type", required=False, choices=("PICKUP", "DELIVERY"), default="PICKUP",
        help="The shopper gives an address for a delivery at Dutchie's checkout.",
    ),
    SettingField(
        name="tax_rate", label="Tax in percent", required=False, pattern=r"\d{1,2}(\.\d{1,4})?", example="8.25",
        help="Plus tells taxes only at its checkout. With the store's rate here the till shows the same total.",
    ),
    SettingField(
        name="currency", label="Currency", required=False, choices=("USD", "CAD"), default="USD",
        help="Plus' prices do not say it.",
    ),
    ADDRESS,
    CA_FILE,
)  # fmt: skip

NOTES = (
    "Dutchie Plus places no order for another program. A sale becomes a checkout whose link the shopper opens in a "
    "browser (show it as a QR code); there he says who he is, proves his age and pays. The queue waits until the order "
    "appears at Dutchie, and looks every minute.",
    "A checkout that the shopper leaves alone ends by itself. It is then built again under a new link.",
    "After a lost reply it takes six and a half minutes before the store's orders are looked through, and twice that "
    "before a checkout is built again: Dutchie's data may be minutes behind.",
    "Prices, specials and taxes are Dutchie's own. When they come to another total than the receipt's, the queue shows "
    "the difference.",
    "Codes are typed by the shopper at Dutchie's checkout; specials show in the prices. No discount of the till can be "
    "sent, and no part of a piece.",
    "What is missing on the menu is not for sale now: hidden or sold out, perhaps not deleted.",
    "Stock, products and customers cannot be written, money cannot be given back, and there are no gift cards and no "
    "webhooks.",
    "Dutchie ends Plus in 2026. Dutchie POS (leaflogix) is the lasting way in.",
    "The test call proves the key, the store, and the right to read orders. Only a first order proves whether amounts "
    "are dollars or cents (the menu's prices tell) and the words of an order's state.",
)

CAPABILITIES = Capabilities(
    dedupe=Dedupe.STEP,
    read_lag_s=300,
    settle_s=360,
    timeout_s=30,
    page_size=100,
    rates=(Rate(requests=5, seconds=1),),
    parallel=2,
    cart_discounts=False,
    line_discounts=False,
    custom_lines=False,
    weighed=False,
    refunds=False,
    partial_refunds=False,
    places_orders=False,
    takes_payments=False,
    judges_codes=False,
    tax_mode=TaxMode.PLATFORM,
    locations=True,
    notes=NOTES,
)

_CONTRACT = "the contract's facts"
_VENDOR = "GetDutchie/dutchie-plus-nextjs-example 8edea793 (version 2020-10)"
_LIVE = "an integrator who saw it live in August or September 2026"
_CLIENTS = "documents of public clients"


def _vendor(what: str) -> Fact:
    return Fact(what=what, source=_VENDOR)


def _third(what: str, source: str = _LIVE) -> Fact:
    return Fact(what=what, source=source, evidence=Evidence.THIRD_PARTY)


def _guess(what: str, section: int) -> Fact:
    return Fact(what=what, source=f"{_CONTRACT}, section {section}", evidence=Evidence.GUESS)


KNOWN = (
    _third("POST to plus.dutchie.com/plus/2021-07/graphql with query and variables; the version is a date in the path"),
    _third("Plus is being ended in 2026; it answered on 2026-09-10", "api-evangelist/dutchie 25a34b6a; an integrator"),
    _third("Authorization: Bearer <key>; keys live very long, and one may know several stores"),
    _third("A test shop is a retailer whose name holds Sandbox; the first of the list may be one"),
    _third("menu(retailerId, menuType) pages by offset and limit; 100 rows work; no total, no changes, no deletions"),
    _third("Menu prices are dollars with decimals (12.08 seen 2026-09-08)"),
    _vendor("No variants, or a price of 0, is shown as n/a: no price, not free"),
    _third("Special prices stand beside the usual ones; an empty potency range and none both mean not known"),
    _third("The order of calls: createCheckout, addItem for each line, redirectUrl; no mutation places the order"),
    _third("metadata of createCheckout comes back in the list of orders", _CLIENTS),
    _vendor("An old or unknown checkout is an error, not null: then a new one is made"),
    _third("specials have an internal name with notes for staff and a name for display"),
    _third("Members of a special: the menu with the section SPECIALS and its id"),
    _third("5 requests a second, a burst of 18000, by address and key", "an integrator's quote of the vendor's pages"),
    _third("Enums are bare words in a document and strings in variables", _CLIENTS),
    _guess('A public key reads no orders; the refusal is the words "not authorized" or "forbidden"', 2),
    _guess("Sorting by NAME keeps the pages in order while they are read", 3),
    _guess("A variant's id is its product's, a tilde and the option; proved by the product each time it is used", 3),
    _guess('"N/A" is sent as the option of a variant that has none', 3),
    _guess("A sold-out product leaves the menu", 13),
    _guess("Prices of the menu are without tax", 5),
    _guess("Amounts of checkouts and orders are dollars; each is shown only where a menu price proves it", 5),
    _guess("Every word of an order's state, and which may follow which; another word is an open order", 5),
    _guess("orders gives the whole list; its arguments are not known", 5),
    _guess("The product of an order's line has its SKU and variants; if not, less is asked", 5),
    _guess("addItem of the same article adds up; updateQuantity takes the retailer like the others", 5),
    _guess("A checkout is gone once the shopper has finished it, or stays; both are understood", 5),
    _guess("After a lost reply the work may still appear for six minutes, as at Dutchie POS", 5),
    _guess("metadata of less than 500 bytes is kept", 13),
    _guess("startStamp and endStamp of a special are milliseconds since 1970, as text", 12),
    _guess("Bodies of 401, 403 and 429; which words of a GraphQL error mean what", 11),
    _guess("404, 410 or a redirect within Dutchie, three times over two minutes, means that Plus is closed", 1),
)

FACTS = Facts(
    name="dutchie",
    label="Dutchie Plus",
    kind=Kind.POS,
    auth="api key",
    api_version="2021-07",
    docs_url="https://plus.dutchie.com/plus/docs",
    hosts=("plus.dutchie.com",),
    fields=FIELDS,
    services=(Service.PRODUCTS, Service.INVENTORY, Service.ORDERS, Service.DISCOUNTS),
    capabilities=CAPABILITIES,
    statuses=STATUSES,
    facts=KNOWN,
)
