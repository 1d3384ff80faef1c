"""What is known of PrestaShop, as data. The recordings are of 8.2.1, the runs of 9.1.4."""

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

_NOTES = (
    "An order is made from a cart that carries our reference; after a lost reply both are looked up before anything "
    "is sent again.",
    "The shop's guard against a second order of a cart is a check and no lock, so a doubtful order waits until the "
    "shop is surely done with it.",
    "The shop reckons an order anew from its lines; their prices are chosen so that its total is the receipt's. Where "
    "several taxes are rounded the shop's tax may be a cent beside the till's.",
    "An order that the shop reckoned otherwise (state “Payment error”, no stock taken) is deleted there and made anew "
    "once; without the right to delete orders it waits for a person.",
    "Whole pieces only, and only articles that the shop has.",
    "Codes used at the till are folded into the lines' prices, counted down in the shop and named in the order's note.",
    "Several tenders stand in the order's payment text and note; the shop books one payment.",
    "A refund is an order slip: the shop moves neither stock nor state with it, so posbridge moves both.",
    "Stock can only be written as a number: what the web shop sells between our reading and writing may be lost.",
    "The core has no gift cards: the store's own ledger is the issuer.",
    "No webhooks: changes are polled. What is deleted is seen by the daily sweep only.",
    "PrestaShop 1.7 has no PATCH: orders, refunds and stock can be brought there, but notes, changed customers and "
    "uses of codes cannot.",
)

CAPABILITIES = Capabilities(
    dedupe=Dedupe.STEP,
    read_lag_s=2,
    settle_s=120,
    timeout_s=60,
    page_size=1000,
    rates=(Rate(requests=20, seconds=1),),
    parallel=2,
    custom_lines=False,
    weighed=False,
    tax_mode=TaxMode.PLATFORM,
    notes=_NOTES,
)

FIELDS = (
    SettingField(
        name="shop_url",
        label="Shop address",
        help="As in the browser, without /api. Plain http only inside this building.",
        pattern=r"https?://[^/?#\s]+(/[^?#\s]*)?",
        example="https://shop.example.com",
    ),
    SettingField(
        name="webservice_key",
        label="Webservice key",
        secret=True,
        help="Back office → Advanced Parameters → Webservice. Tick the rights named in the manual.",
        pattern=r"[A-Za-z0-9]{32}",
        example="A1B2C3D4A1B2C3D4A1B2C3D4A1B2C3D4",
    ),
    SettingField(
        name="id_customer_walkin",
        label="Walk-in customer (id)",
        help="The customer that sales without a name are booked to.",
        pattern=r"\d+",
        example="12",
    ),
    SettingField(
        name="id_address_walkin",
        label="Walk-in address (id)",
        help="That customer's address, at the store: it decides the tax.",
        pattern=r"\d+",
        example="34",
    ),
    SettingField(
        name="payment_module",
        label="Payment module for till sales",
        help="Technical name of an installed, active payment module.",
        required=False,
        pattern=r"[a-z0-9_]+",
        default="ps_checkpayment",
        example="ps_checkpayment",
    ),
    SettingField(
        name="id_carrier",
        label="Carrier “in store” (id)",
        help="Free of charge and serving the store's zone; otherwise the shop adds shipping.",
        required=False,
        pattern=r"\d+",
        default="1",
        example="1",
    ),
    SettingField(
        name="id_state_paid",
        label="State of a paid till sale (id)",
        help="Left empty, the shop's own state for paid orders stays.",
        required=False,
        pattern=r"\d*",
        example="5",
        advanced=True,
    ),
    SettingField(
        name="id_shop",
        label="Shop id (multishop only)",
        required=False,
        pattern=r"\d*",
        example="1",
        advanced=True,
    ),
    SettingField(
        name="id_lang",
        label="Language id",
        help="Left empty, the shop's default language.",
        required=False,
        pattern=r"\d*",
        example="1",
        advanced=True,
    ),
    SettingField(
        name="base_url",
        label="Web service address",
        required=False,
        help="Only if it is not the shop's address followed by /api.",
        pattern=r"https?://[^?#\s]+/api",
        example="https://shop.example.com/api",
        advanced=True,
    ),
    CA_FILE,
)

_RECORDED = (
    ("A cart's gift_message is kept, exact to find, and copied into its order", "recorded 401, 402, 414"),
    ("A second order of one cart is refused with 500 and a text; four at once made three orders", "recorded 423, 433"),
    ("POST of an order drops note, reference and state, and its answer echoes what was sent", "recorded 408, 409"),
    ("A total that is a cent beside gives state 8, no stock taken, with 201", "recorded, chapter The total"),
    ("The total is the rounding of the sum, not the sum of rounded lines", "recorded 456"),
    ("A state-8 order may be deleted and its cart used again; its line prices are gone then", "recorded 459–461"),
    ("The carrier is the cart's delivery_option; one that does not serve the zone is replaced silently", "recorded"),
    ("The cart must carry the customer's secure_key", "recorded 425"),
    ("A single object in JSON lacks every field that is 0, empty or false; lists hold all", "recorded 104, 105, 201"),
    ("PUT replaces everything, PATCH one field; PATCH of one language blanks the others", "recorded 146, 230, 316"),
    ("Date filters want date=1 and the shop's own time; strict with >, one second grain", "recorded 121, 125, 221"),
    (
        "date_upd of a product moves neither with stock nor with a variant; those lists have no dates",
        "recorded 216–219",
    ),
    ("An unchanged list is 304 when its SHA1 is sent along", "recorded 232"),
    ("Lists have no maximum, no total, and no order without sort", "recorded 107, 109, 912"),
    ("One PATCH may hold many stock rows, one POST many objects", "recorded 902, 904"),
    ("Order slips are not guarded, and move no stock, quantity or state", "recorded 439, 442, 447"),
    ("A code cannot be put on a cart or an order; its quantity is the uses left", "recorded 509, 515, 518, 524"),
    ("E-mail addresses of customers are unique: a second one is 500 with code 140", "recorded 302"),
    ("Phone numbers are found as they were typed only", "recorded 309"),
    ("Web service off is 503 code 22; a missing resource right 401 code 26, a missing method 405 code 25", "008–012"),
)

_GUESSED = (
    (
        "A picture's public address is /img/p/, the digits of its id as folders, and its id",
        "PrestaShop's own layout of images since 1.5; pictures of the web service need the key",
    ),
    (
        "20 calls a second and two at a time are borne by usual hosting; the product itself has no limit",
        "the contract's chapter 10",
    ),
    (
        "PHP goes on for at most 60 s after we hang up, so after 120 s a lost order is there or will never be",
        "the contract's chapter 10 (time limit of 60 s)",
    ),
    (
        "1.7 answers as 8 does, without PATCH; PUT of a stock row that was just read whole changes only its number",
        "the contract's sections 1 and 4",
    ),
    ("specific_prices bound to a cart act in 1.7 as in 8 and 9", "the contract's chapter 13"),
    (
        "Several taxes of one rule group are added up; rules by postcode count when it lies between",
        "TaxRulesTaxManager",
    ),
    ("Prices are shown with tax when the default customer group's price_display_method is 0", "spec groups.synopsis"),
)

FACTS = Facts(
    name="prestashop",
    label="PrestaShop",
    kind=Kind.SHOP,
    auth="web service key as the user of Basic",
    api_version="webservice of 8 and 9",
    docs_url="https://devdocs.prestashop-project.org/9/webservice/",
    hosts=("{shop_url}", "{base_url}"),
    fields=FIELDS,
    services=(Service.PRODUCTS, Service.INVENTORY, Service.ORDERS, Service.CUSTOMERS, Service.DISCOUNTS),
    capabilities=CAPABILITIES,
    facts=(
        *(Fact(what=what, source=source, evidence=Evidence.RECORDED) for what, source in _RECORDED),
        *(Fact(what=what, source=source, evidence=Evidence.GUESS) for what, source in _GUESSED),
    ),
)
