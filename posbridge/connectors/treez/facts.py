"""What is known of Treez, as data. Marks follow the contract: its own pages, third-party readers, our guesses."""

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
    StatusWord,
    TaxMode,
)
from posbridge.connectors.fields import CA_FILE, api_address
from posbridge.domain.order import OrderStatus

_NOTES = (
    "A ticket is made first and paid by a second call. Treez honours no key of ours and cannot be asked for our "
    "reference: after a lost reply all tickets since then are listed and compared, twice, before one is made again.",
    "A ticket is paid whole and in one way: no partial payments.",
    "Nothing can be given back by program: refunds are made in Treez, at the register.",
    "Prices, taxes and purchase limits are Treez's own; each sale is previewed first. A line that costs more there is "
    "brought to the receipt's price by a discount on the line; any other difference stops the sale for a person.",
    "Discounts are given by line. A code is judged by two previews and goes along with the ticket; why one does not "
    "count Treez does not say, and none are kept for the time without network.",
    "Stock is never shown above 30, and moves only by sales and in Treez itself: it is state-tracked.",
    "Goods are sold in whole pieces; what is not in the Treez catalogue cannot be sold there.",
    "Treez has no gift cards: one run elsewhere is a payment with a method of the store's own.",
    "Cancelled tickets send no webhook, and webhooks are not signed: tickets are read again, and polled.",
    "The test call proves the key, the store, its places and taxes by reading and by a preview; that a ticket may be "
    "made and paid shows at the first sale. Try one in Treez's sandbox, or cancel it there.",
    "A token lives 30 seconds: a clock that is wrong is corrected by what Treez's answers say, for these tokens only.",
)

CAPABILITIES = Capabilities(
    dedupe=Dedupe.SCAN,
    read_lag_s=60,
    settle_s=90,
    timeout_s=30,
    page_size=1000,
    history_days=30,
    rates=(Rate(requests=5, seconds=1),),
    parallel=2,
    split_tender=False,
    cart_discounts=False,
    line_discounts=True,
    custom_lines=False,
    weighed=False,
    refunds=False,
    partial_refunds=False,
    licence_search=True,
    webhooks=True,
    tax_mode=TaxMode.PLATFORM,
    notes=_NOTES,
)

_OPEN_NEXT = ("IN_PROCESS", "PACKED_READY", "OUT_FOR_DELIVERY", "CANCELED")

#: All words of Treez for a ticket's state. Which may follow which is nowhere published: one GUESS fact below.
STATUSES = (
    StatusWord(word="PREVIEW", status=OrderStatus.DRAFT),
    StatusWord(
        word="DRAFT", status=OrderStatus.DRAFT, next=("VERIFICATION_PENDING", "AWAITING_PROCESSING", *_OPEN_NEXT)
    ),
    StatusWord(word="VERIFICATION_PENDING", status=OrderStatus.OPEN, next=("AWAITING_PROCESSING", *_OPEN_NEXT)),
    StatusWord(word="AWAITING_PROCESSING", status=OrderStatus.OPEN, next=_OPEN_NEXT, ours_sends=True),
    StatusWord(
        word="IN_PROCESS",
        status=OrderStatus.PREPARING,
        next=("AWAITING_PROCESSING", "PACKED_READY", "OUT_FOR_DELIVERY", "CANCELED"),
        ours_sends=True,
    ),
    StatusWord(
        word="PACKED_READY",
        status=OrderStatus.READY,
        next=("IN_PROCESS", "OUT_FOR_DELIVERY", "CANCELED"),
        ours_sends=True,
    ),
    StatusWord(word="OUT_FOR_DELIVERY", status=OrderStatus.READY, next=("PACKED_READY", "CANCELED")),
    StatusWord(word="COMPLETED", status=OrderStatus.COMPLETED),
    StatusWord(word="CANCELED", status=OrderStatus.CANCELLED, ours_sends=True),
    StatusWord(word="REMOVED", status=OrderStatus.CANCELLED),
)

_METHOD = r"CREDIT|DEBIT|CASH|CHECK|ACH|[A-Za-z0-9 _-]+_CUSTOM"

FIELDS = (
    SettingField(
        name="dispensary",
        label="Store short name",
        help="What stands before .treez.io in the address of the portal.",
        pattern=r"[a-z0-9-]{2,63}",
        example="partnersandbox3",
    ),
    SettingField(
        name="certificate_id",
        label="Certificate ID",
        required=False,
        help="What Treez answered to the certificate that was mailed to its API support (API v3).",
        example="0b6f3c1e-0000-4000-8000-000000000001",
    ),
    SettingField(
        name="organization_id",
        label="Organization ID",
        required=False,
        help="The organization's GUID (API v3).",
        pattern=r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        example="b1226d0b-4940-4edf-aab3-dbd1642f7f69",
    ),
    SettingField(
        name="private_key_pem",
        label="Private key (PEM)",
        secret=True,
        required=False,
        help="The RSA key (4096 bits) whose certificate was mailed to Treez (API v3).",
        pattern=r"\s*-----BEGIN (RSA )?PRIVATE KEY-----[\s\S]+",
    ),
    SettingField(
        name="revenue_source",
        label="Integration name",
        required=False,
        help="As registered with Treez; never change it once it was used.",
        pattern=r".{1,64}",
        default="posbridge",
        example="posbridge",
    ),
    SettingField(
        name="location_name",
        label="Sell-from location",
        required=False,
        help="The place whose stock this till sells, by its name in Treez.",
        example="FRONT OF HOUSE REC",
    ),
    SettingField(
        name="inventory_type",
        label="Inventory type",
        required=False,
        help="Left out, Treez chooses by the customer.",
        choices=("ADULT", "MEDICAL"),
    ),
    SettingField(
        name="ticket_type",
        label="Kind of ticket",
        required=False,
        choices=("POS", "PICKUP", "EXPRESS", "CURBSIDE", "DRIVE_THRU"),
        default="PICKUP",
    ),
    SettingField(
        name="order_source",
        label="Where tickets come from",
        required=False,
        choices=("KIOSK", "IN_STORE", "ECOMMERCE", "VENDING_MACHINE"),
        default="KIOSK",
    ),
    SettingField(
        name="paid_status",
        label="State of a paid ticket",
        required=False,
        help="COMPLETED closes it; the others leave it in the queue of those who pack.",
        choices=("AWAITING_PROCESSING", "IN_PROCESS", "PACKED_READY", "COMPLETED"),
        default="AWAITING_PROCESSING",
    ),
    SettingField(
        name="card_method",
        label="Payment method for cards",
        required=False,
        help="CREDIT, DEBIT, ACH, or a method of the store whose name ends in _CUSTOM.",
        pattern=_METHOD,
        default="DEBIT",
        example="DEBIT",
    ),
    SettingField(
        name="gift_card_method",
        label="Payment method for gift cards",
        required=False,
        help="A method of the store whose name ends in _CUSTOM: Treez has no gift cards of its own.",
        pattern=_METHOD,
        default="GIFT_CARD_CUSTOM",
        example="GIFT_CARD_CUSTOM",
    ),
    SettingField(
        name="other_method",
        label="Payment method for everything else",
        required=False,
        pattern=_METHOD,
        default="OTHER_CUSTOM",
        example="OTHER_CUSTOM",
    ),
    SettingField(
        name="on_difference",
        label="When Treez reckons another total",
        required=False,
        help="stop: the sale waits for a person. note: it is paid at Treez's total, the receipt's stands in the note.",
        choices=("stop", "note"),
        default="stop",
        advanced=True,
    ),
    SettingField(
        name="token_format",
        label="Token format",
        required=False,
        help="two_part as Treez describes it; three_part is a usual JWS, if Treez refuses the first.",
        choices=("two_part", "three_part"),
        default="two_part",
        advanced=True,
    ),
    SettingField(
        name="api_generation",
        label="API",
        required=False,
        help="v2 only for a store that still has an API key.",
        choices=("v3", "v2"),
        default="v3",
        advanced=True,
    ),
    SettingField(name="client_id", label="Client ID (API v2)", required=False, advanced=True),
    SettingField(name="api_key", label="API key (API v2)", secret=True, required=False, advanced=True),
    SettingField(
        name="webhook_path_secret",
        label="Webhook path",
        secret=True,
        required=False,
        help="At least 32 random characters: the last part of the address given to Treez as webhook.",
        pattern=r"[A-Za-z0-9_-]{32,}( [A-Za-z0-9_-]{32,})*",
        strict=False,
        advanced=True,
    ),
    api_address("Treez"),
    CA_FILE,
)

_PAGES = "code.treez.io"


def _third(what: str, source: str) -> Fact:
    return Fact(what=what, source=source, evidence=Evidence.THIRD_PARTY)


def _guess(what: str, source: str) -> Fact:
    return Fact(what=what, source=source, evidence=Evidence.GUESS)


_STATED = (
    Fact(what="Three families: dispensary v3 (pinned, spec 3.1.0), services, legacy v2", source=_PAGES),
    Fact(what="A ticket is paid by an update, never when it is made; items and payment never together", source=_PAGES),
    Fact(what="A payment equals the total; after it the ticket cannot be edited; no refunds", source=_PAGES),
    Fact(what="10 requests a second a location; 50 rows of tickets or customers; 50 ids", source=_PAGES),
    Fact(what="Tickets are listed 30 days back at most by their last change", source=_PAGES),
    Fact(what="Stock is never shown above 30; last_updated_at does not move with stock", source=_PAGES),
    Fact(what="A ticket or product that is not there is 400, a customer 404", source="contract, 11"),
    Fact(what="Discounts are negative, line prices whole lines after discount; fees stand twice", source="contract, 5"),
    Fact(what="Customers are changed by PATCH: the old update wipes what is not sent", source=_PAGES),
    Fact(what="A v2 token lives two hours", source=f"{_PAGES}/docs/authorization-2"),
    Fact(what="Webhooks are set up in the portal, fire not for cancellations, are not signed", source=_PAGES),
    _third("No token endpoint in v3: each call carries a token that we sign, 30000 ms long", "auth profile, mirror"),
    _third("An expired v2 token is answered without data or ticketList", "tap-treez streams.py"),
    _third("v2 names its list lastUpdated/after/{time}; pages run newest first and shift", "tap-treez"),
    _third("Prices of tiers stand in pricing.tier_pricing_detail", "two public readers of product_list"),
    _third("Customers are listed by customer/lastUpdated/after/{time}/page/{n}/pagesize/50", "public v2 clients"),
    _third("Customers are found by customer/driverlicense/{number}", "public v2 client"),
)
_GUESSED = (
    _guess("The token has two parts; the address in it is without the query", "contract, 2 and 13"),
    _guess("Tickets: which state may follow which, beyond that a paid one stays as it is", "stages in the order named"),
    _guess("OUT_FOR_DELIVERY is ready, VERIFICATION_PENDING is open: we have no nearer words", "contract, 5"),
    _guess("The full list of products has in v3 the path of v2, product/product_list", "contract, 3"),
    _guess("amount_paid and discount_amount take decimals, although published as int32", "a published answer has 84.6"),
    _guess("A DOLLAR discount of a line counts for the whole line; each sale is previewed, so it shows", "not said"),
    _guess("A code that does not count changes nothing in a preview", "contract, 7"),
    _guess("Dollars: Treez names no currency anywhere", "stores in the United States"),
    _guess("Customers are changed at customer/{customer_id}; names are searched by first and last name", "not seen"),
    _guess("The body of a new customer has v2's names", "contract, 13"),
    _guess("429 has an empty body or a web page", "contract, 13"),
    _guess("Of a product's codes the one as long as a retail barcode is its barcode", "one list for SKU and barcode"),
    _guess("Goods whose stock is all in medical places are for patients only", "nothing else says it"),
    _guess("Nothing entered is 0 in total_mg_thc, total_mg_cbd and the weights", "example: flower with 0 mg"),
    _guess("A call refused with words about its token is like a 401", "contract, 11"),
)

FACTS = Facts(
    name="treez",
    label="Treez",
    kind=Kind.POS,
    auth="self-signed token (v3), API key for a token of two hours (v2)",
    api_version="dispensary v3 (3.1.0)",
    docs_url="https://code.treez.io/",
    hosts=("api-prod.treez.io", "api.treez.io"),
    fields=FIELDS,
    services=(
        Service.PRODUCTS,
        Service.INVENTORY,
        Service.ORDERS,
        Service.CUSTOMERS,
        Service.DISCOUNTS,
        Service.WEBHOOKS,
    ),
    capabilities=CAPABILITIES,
    statuses=STATUSES,
    facts=_STATED + _GUESSED,
)
