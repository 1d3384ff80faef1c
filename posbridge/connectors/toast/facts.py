"""Toast's facts, each with its source: the official files (orders 2.9.0 …) and the developer guide."""

from __future__ import annotations

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
from posbridge.connectors.fields import CA_FILE
from posbridge.connectors.toast.reading import GUID
from posbridge.connectors.toast.words import LABEL, STATUSES

PRODUCTION = "https://ws-api.toasttab.com"
#: Names under which calls count against limits of their own.
MENUS, LOGIN, HISTORY = "menus", "login", "history"
_DOC = "https://doc.toasttab.com/doc/devguide"
_ORD, _MEN, _CFG = "Toast orders file 2.9.0", "Toast menus file 2.4.1", "Toast config file 2.2.0"
_STK, _AUT, _GC = "Toast stock file 1.0.0", "Toast authentication file 1.0.0", "Toast gift card provider file 1.0.0"
_SETUP = "Found by the test call where the restaurant has just one that fits."


def _guid(name: str, label: str, help: str, example: str = "", advanced: bool = False) -> SettingField:  # noqa: A002
    return SettingField(
        name=name, label=label, required=False, help=help, pattern=GUID, example=example, advanced=advanced
    )


FIELDS = (
    SettingField(
        name="base_url", label="API hostname", required=False, default=PRODUCTION, pattern=r"https?://[^?#\s]+",
        help="As Toast told it to you.", example=PRODUCTION,
    ),
    SettingField(
        name="client_id", label="Client ID", pattern=r"[A-Za-z0-9]{32}", strict=False,
        example="VKuhk4NaLedOcjZpJM8grvdrsFi3MlcM",
    ),
    SettingField(name="client_secret", label="Client secret", secret=True, pattern=r"[A-Za-z0-9_-]{64}", strict=False),
    SettingField(
        name="restaurant_guid", label="Restaurant GUID", required=False, pattern=GUID,
        help="Found by the test call; where the client may see several, one is to be chosen.",
        example="0cd990c9-fd74-461d-8468-de2a0919ccba",
    ),
    SettingField(
        name="access_tier", label="Access", choices=("standard", "custom", "partner"), default="standard",
        required=False, help="Standard access only reads: no sale can be sent with it.", example="standard",
    ),
    SettingField(
        name="menus_version", label="Menus API", choices=("v2", "v3"), default="v2", required=False, advanced=True,
        help="Ordering partners use v3; when v2 is refused, v3 is tried by itself.", example="v2",
    ),
    _guid("dining_option_guid", "Dining option for kiosk orders", _SETUP, "7c6843f3-db7d-4096-bdd2-4eefd99b900f"),
    _guid("walk_in_option_guid", "Dining option without a customer", "A dine-in one: take-out wants a guest.",
          advanced=True),
    _guid("payment_type_cash", "Payment type for cash", _SETUP, "0dc19214-d29e-4ab9-a773-27e5812999c7"),
    _guid("payment_type_card", "Payment type for cards", _SETUP),
    _guid("payment_type_giftcard", "Payment type for gift cards", _SETUP, "6c3f6f0a-3c6c-4f0c-9e1d-4a5b6c7d8e90"),
    _guid("payment_type_other", "Payment type for other tenders", _SETUP),
    _guid("open_item_guid", "Open-price item", "Takes lines that are not on the menu, and what is missing to the "
          "receipt's total. It should have no tax."),
    _guid("open_discount_guid", "Open-amount discount", "For checks, with an open fixed amount: takes the till's "
          "discounts. " + _SETUP),
    SettingField(
        name="external_id_prefix", label="Order reference prefix", required=False, default="posbridge", advanced=True,
        pattern=r"[a-z0-9.-]{2,32}", help="Not to be changed while orders wait.", example="posbridge",
    ),
    SettingField(
        name="webhook_secret", label="Webhook secret (one per subscription)", secret=True, required=False,
        help="Several are parted by a space.",
    ),
    SettingField(
        name="currency", label="Currency", required=False, pattern=r"[A-Z]{3}", default="", advanced=True,
        help="Read from the restaurant.", example="USD",
    ),
    CA_FILE,
)  # fmt: skip

NOTES = (
    "Standard access is read-only: menus, stock and orders are read, but no sale, price or promo code can be sent. "
    "Sales stay in the queue; custom or partner access is Toast's to give.",
    "Toast's own prices and taxes always count. Where they come to another total than the receipt, an open-amount "
    "discount or an open-price item called Rounding or Price difference evens it out; without them the sale waits.",
    "A new order takes one discount: those of the till go as one amount. A promo code of Toast's alone stays its own.",
    "Cash, card and gift card sales of this till are written down under the restaurant's own payment types.",
    "Toast gives no money back for a program: refunds are made on a Toast terminal and read from there.",
    "Toast's own gift cards can be neither read nor redeemed by a program: take them on a Toast terminal.",
    "Toast does not say why a promo code does not count: unknown, expired, used up or not for this basket.",
    "Guests are known from their orders only: Toast has no list of customers.",
    "Prices of other menus' hours are not enforced by Toast. An item with required choices that are not just one "
    "each cannot be sold here.",
    "Stock is set as a number: a change made in the same moment by somebody else may be lost.",
    "Two sign-ins an hour are allowed: test a wrong key sparingly.",
)

CAPABILITIES = Capabilities(
    dedupe=Dedupe.UNIQUE,
    read_lag_s=10,
    settle_s=120,
    timeout_s=40,
    page_size=300,
    rates=(
        Rate(requests=20, seconds=1),
        Rate(requests=10_000, seconds=900),
        Rate(requests=1, seconds=1, what=MENUS),
        Rate(requests=2, seconds=3600, what=LOGIN),
        Rate(requests=6, seconds=30, what=HISTORY),
    ),
    parallel=4,
    refunds=False,
    partial_refunds=False,
    webhooks=True,
    locations=True,
    tax_mode=TaxMode.PLATFORM,
    notes=NOTES,
)


def _guess(what: str, source: str) -> Fact:
    return Fact(what=what, source=source, evidence=Evidence.GUESS)


KNOWN = (
    Fact(what="Standard credentials are read-only; prices, promo codes and orders want orders.orders:write.",
         source=f"{_DOC}/devApiAccessUserGuide.html; {_ORD}"),
    Fact(what="Menus V2 wants menus:read, V3 menus.channel:read; on 403 the other is tried.",
         source=f"{_DOC}/apiComparingMenusAPIV2AndV3.html"),
    Fact(what="A login gives an access token only; its life is in expiresIn; at most two an hour.",
         source=f"{_AUT}; {_DOC}/apiAuthenticationRateLimit.html"),
    Fact(what="Every data call names the restaurant in Toast-Restaurant-External-ID.", source=_ORD,
         evidence=Evidence.SPEC),
    Fact(what="401 came 24 times in a row without a stated cause: one login, then a person is asked.",
         source="recorded production answers, January 2026", evidence=Evidence.RECORDED),
    Fact(what="Menus come whole; lastUpdated of /metadata says whether they changed; one call a second.",
         source=f"{_MEN}; {_DOC}/apiRateLimiting.html"),
    Fact(what="An item is ordered with the GUID of the group it was found in.", source=_ORD, evidence=Evidence.SPEC),
    Fact(what="A SIZE_PRICE item is priced by its size group's options; OPEN_PRICE takes openPriceAmount.",
         source=_MEN, evidence=Evidence.SPEC),
    Fact(what="Default modifiers that an order leaves out count as taken off.", source=_MEN, evidence=Evidence.SPEC),
    Fact(what="Config lists hold 300 an answer; the next page's token is a header; 409 after a publish starts again.",
         source=f"{_CFG}; {_DOC}/apiResponseDataPagination.html"),
    Fact(what="Stock lists only OUT_OF_STOCK and QUANTITY; it is set, never adjusted; 0 is OUT_OF_STOCK.",
         source=_STK, evidence=Evidence.SPEC),
    Fact(what="externalId is unique on orders, checks and selections; a second create with it fails.",
         source=f"{_ORD}; enforced since 2026-02-02, toast-api.launchnotes.io"),
    Fact(what="A POST may take 30 s, and one that timed out may still have made the order.",
         source=f"{_DOC}/apiHandlingRequestTimeouts.html"),
    Fact(what="ordersBulk windows count the time of change, start inclusive, end exclusive.", source=_ORD,
         evidence=Evidence.SPEC),
    Fact(what="Times are sent with three digits and an offset without colon, else 400.",
         source="recorded production answers, January 2026", evidence=Evidence.RECORDED),
    Fact(what="Only OTHER and CREDIT payments can be sent; only orders paid by OTHER can be voided.", source=_ORD,
         evidence=Evidence.SPEC),
    Fact(what="One applied discount on a check of a new order; open percent is not supported.", source=_ORD,
         evidence=Evidence.SPEC),
    Fact(what="There is no call for refunds and none for guests.", source=_ORD, evidence=Evidence.SPEC),
    Fact(what="Gift cards: Toast calls an outside provider; its own cards appear in answers only.",
         source=f"{_GC}; {_ORD}"),
    Fact(what="Webhooks are signed with HMAC-SHA256 over the raw body and its timestamp; set up in Toast Web.",
         source=f"{_DOC}/apiMessageSigning.html"),
    Fact(what="20 requests a second and 10 000 in 15 minutes for a client and restaurant.",
         source=f"{_DOC}/apiRateLimiting.html"),
    Fact(what="ordersBulk history is asked for at one call each 5 to 10 s.",
         source=f"{_DOC}/apiResponseDataPagination.html"),
    _guess("externalId is our prefix, a colon and our reference, at most 100 characters", "facts, section 13"),
    _guess("A duplicate externalId is status 400 with words that name externalId", "facts, section 13"),
    _guess("GET of an order by its externalId in the path works for some clients only; the list is always scanned",
           "facts, section 13"),
    _guess("Orders of the API lower QUANTITY stock as the till's sales do", "facts, section 13"),
    _guess("Unsaved checks and lines are named in applicableDiscounts by externalId", "facts, section 13"),
    _guess("X-Toast-RateLimit-Reset counts epoch seconds", "facts, section 13"),
    _guess("Client ID and secret look like the one published sample", "facts, section 13"),
    _guess("Names and members of guest order status and stock events", "facts, section 13"),
    _guess("The words of the guest order status event count as an order's words", "facts, section 9"),
    _guess("Goods with a unit of measure are sold in hundredths of it", "no page says"),
    _guess("A required modifier group with exactly one selection is asked as a choice, its price on top",
           "the menus file says only that an order without it is refused"),
    _guess("A PLU that is a whole GTIN is the barcode", "facts, section 3: PLU is the nearest"),
    _guess("Phone numbers of ten digits without a country code are North American", "facts, section 5"),
    _guess("An amount of an open discount is taken off before tax, in proportion", "no page says"),
    _guess("The right to write is judged before the body of an order of nothing is", "no page says"),
    _guess("What is shown neither at the POS, nor at kiosks, nor to ordering partners is not offered at this till",
           "facts, section 3: respect visibility"),
    _guess("At most 100 items are asked for in one stock search", "no page says"),
)  # fmt: skip

FACTS = Facts(
    name="toast",
    label=LABEL,
    kind=Kind.POS,
    auth="client ID and secret for a token of a day (machine client)",
    api_version="orders v2 2.9.0, menus v2/v3, config v2, stock v1",
    docs_url=_DOC,
    hosts=("*.toasttab.com",),
    fields=FIELDS,
    services=(Service.PRODUCTS, Service.INVENTORY, Service.ORDERS, Service.DISCOUNTS, Service.WEBHOOKS),
    capabilities=CAPABILITIES,
    statuses=STATUSES,
    facts=KNOWN,
)
