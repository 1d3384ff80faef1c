"""Leaflogix's facts (today's Dutchie POS), each with its source."""

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

PRODUCTION = "https://api.pos.dutchie.com"
#: Old names of the same service; a setting that holds one is taken for the present one.
OLD_HOSTS = ("publicapi.leaflogix.net", "leaflogix-publicapi.azurewebsites.net")
VERSION = "v001 (2025-09-20)"
_SPEC = "Dutchie POS API v1.0.0, OpenAPI of 2025-09-20"
_PAGES = "https://api.pos.dutchie.com/pages"
_ACADIA = "jbhuffman/AcadiaLogic.Dutchie.Library, 2026-03-30"
_RDS = "bsfatemi/rdsleaflogix"
_OURS = "the contract's facts"
#: The report and the catalogue are one to five minutes behind.
READ_LAG_S = 300
#: How long an idempotency key is honoured is not published.
KEY_LIFE_S = 24 * 3600
GUID = r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"

FIELDS = (
    SettingField(
        name="api_key", label="Location API key", secret=True, pattern=r"[^:\s]+:?", example="abc123xyz",
        help="From Dutchie Support, asked for by the account's administrator; one key is one location. "
             "Roles needed: PreOrder, Customer, Inventory, Reporting.",
    ),
    SettingField(
        name="integrator_key", label="Integrator key", secret=True, required=False,
        help="Dutchie gives one to each integrator and may ask for it.",
    ),
    SettingField(
        name="consumer_key", label="Consumer key", secret=True, pattern=GUID,
        example="3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        help="A GUID that names this integrator. Without it Dutchie would take a repeated order for a second one.",
    ),
    SettingField(
        name="guest_customer_id", label="Customer for guests", required=False, pattern=r"\d+", example="778899",
        help="The Dutchie customer that guests' orders go to; without one each guest is checked in as an anonymous.",
    ),
    SettingField(
        name="default_customer_type", label="New customers' type", required=False, default="Recreational",
        example="Recreational", help="One of the customer types of this location.",
    ),
    SettingField(
        name="order_source", label="Order source label", required=False, default="Kiosk", example="Kiosk",
        help="What staff see as the origin of our orders.",
    ),
    SettingField(
        name="pricing", label="Prices", required=False, choices=("rec", "med"), default="rec", example="rec",
        help="Adult use or patients.",
    ),
    api_address("Leaflogix"),
    CA_FILE,
)  # fmt: skip

NOTES = (
    "Orders arrive as pre-orders and are paid at Leaflogix's till at pickup: no payment, price or tax can be sent. "
    "What was paid here stands in the order's notes.",
    "Leaflogix reckons each order by its own prices; where its total differs from ours the order says so.",
    "Only Leaflogix's own articles and its own discount codes can be sold; a discount by hand or a free line cannot.",
    "Returns are made at Leaflogix's own till, and it shows no gift cards to programs.",
    "A guest's order checks an anonymous guest in on the guest list, once an order, unless a customer for guests is "
    "set.",
    "Customers are found by phone, e-mail, licence or medical card; by name only together with the date of birth.",
    "Only products that are switched on for the API and for online sale are seen.",
    "The sales report and the catalogue are one to five minutes behind; loyalty points are those of last night.",
    "The test call proves the key, its roles, the customer type and, where something was sold these days, the tax "
    "rates. Only the first order proves that the consumer key is honoured and how our reference comes back.",
    "Where the same customer has several open orders, the guest list shows the last one only: a sale whose answer got "
    "lost more than a day ago is left to a person then.",
    "Dutchie sends no webhooks: orders and stock are asked for every few minutes.",
)

#: Each endpoint has a count of its own.
RATES = (
    Rate(requests=120, seconds=60, what="products"),
    Rate(requests=200, seconds=60, what="inventory"),
    Rate(requests=200, seconds=60, what="whoami"),
    Rate(requests=120, seconds=60, what="submit"),
    Rate(requests=120, seconds=60, what="status"),
    Rate(requests=120, seconds=60, what="update"),
    Rate(requests=240, seconds=60, what="cancel"),
    Rate(requests=240, seconds=60, what="price-cart"),
    Rate(requests=120, seconds=60, what="anonymous"),
    Rate(requests=120, seconds=60, what="guestlist"),
    Rate(requests=600, seconds=60, what="transactions"),
    Rate(requests=60, seconds=60, what="reporting"),
    Rate(requests=120, seconds=60, what="discounts"),
    Rate(requests=120, seconds=60, what="customers"),
    Rate(requests=360, seconds=60, what="customer-search"),
    Rate(requests=1500, seconds=60, what="customer-write"),
    Rate(requests=1, seconds=60, what="loyalty"),
)

CAPABILITIES = Capabilities(
    dedupe=Dedupe.KEY,
    key_life_s=KEY_LIFE_S,
    read_lag_s=READ_LAG_S,
    settle_s=90,
    timeout_s=30,
    page_size=1000,
    history_days=60,
    rates=RATES,
    parallel=2,
    split_tender=True,
    cart_discounts=False,
    line_discounts=False,
    custom_lines=False,
    weighed=True,
    refunds=False,
    partial_refunds=False,
    places_orders=True,
    takes_payments=False,
    licence_search=True,
    deletes_visible=True,
    tax_mode=TaxMode.PLATFORM,
    notes=NOTES,
)

_S = OrderStatus
#: A pre-order's states. Only "Cancelled" can be set by a program, and only while isCancellable says so.
STATUS_WORDS = (
    StatusWord(word="Submitted", status=_S.OPEN, next=("Processing", "Cancelled")),
    StatusWord(word="Pending", status=_S.OPEN, next=("Processing", "Cancelled")),
    StatusWord(word="Processing", status=_S.PREPARING, next=("Partially Filled", "Filled", "Cancelled")),
    StatusWord(word="Partially Filled", status=_S.PREPARING, next=("Filled",)),
    StatusWord(word="Filled", status=_S.READY, next=("In Transit", "Checked Out", "Complete")),
    StatusWord(word="In Transit", status=_S.READY, next=("Complete",)),
    StatusWord(word="Checked Out", status=_S.COMPLETED, next=("Complete",)),
    StatusWord(word="Complete", status=_S.COMPLETED),
    StatusWord(word="Cancelled", status=_S.CANCELLED, ours_sends=True),
)

_GUESS, _THIRD = Evidence.GUESS, Evidence.THIRD_PARTY
KNOWN = (
    Fact(what="The API is not versioned; the document of 2025-09-20 is what is held to.", source=_SPEC,
         evidence=Evidence.SPEC),
    Fact(what="HTTP Basic: the location's key is the user, the password is empty or the integrator key.",
         source=f"{_PAGES}/authentication.html"),
    Fact(what="The integrator key as password is to become required.", source=_ACADIA, evidence=_THIRD),
    Fact(what="Integrator keys are not required yet for new locations.", source=_OURS, evidence=_GUESS),
    Fact(what="Idempotency needs both the header ConsumerKey and idempotencyKey in the body; without one of them it "
              "is off and nobody says so.", source=f"{_PAGES}/idempotency.html, as quoted by a third party"),
    Fact(what="A key is honoured for 24 hours, and gives the first answer even with another body.", source=_OURS,
         evidence=_GUESS),
    Fact(what="Who called before sent ConsumerKey with every request.", source=_RDS, evidence=_THIRD),
    Fact(what="A pre-order's answer is a bare number, or an object with both ids: both are read.", source=_SPEC,
         evidence=Evidence.SPEC),
    Fact(what="Our reference (transactionReference) comes back as transactionReferenceNumber of the guest list and "
              "as referenceId of the sale.", source=_OURS, evidence=_GUESS),
    Fact(what="Pre-orders of known customers stand on the guest list too.", source=_OURS, evidence=_GUESS),
    Fact(what="Open pre-orders are listed for 14 days, a single one is read whatever its state.", source=_SPEC,
         evidence=Evidence.SPEC),
    Fact(what="A cancelled pre-order leaves the list of open ones.", source=_OURS, evidence=_GUESS),
    Fact(what="The words of a pre-order's states: Submitted, Processing, Filled, Complete, Cancelled.", source=_SPEC,
         evidence=Evidence.SPEC),
    Fact(what="Pending, Partially Filled, In Transit and Checked Out are states too, and which follows which.",
         source=_OURS, evidence=_GUESS),
    Fact(what="The kind of redemption of a Leaflogix code is written LeafLogix.", source=_OURS, evidence=_GUESS),
    Fact(what="Codes are compared without regard to capitals; a percent value of at most 1 is a share of one.",
         source=_OURS, evidence=_GUESS),
    Fact(what="The words of calculationMethod and thresholdType say percent, amount, spend or quantity.",
         source=_OURS, evidence=_GUESS),
    Fact(what="A price tier's price is what its first weight costs as a whole.", source="the published sums fit it",
         evidence=_GUESS),
    Fact(what="Notes of an order are cut at 500 characters.", source=_OURS, evidence=_GUESS),
    Fact(what="Bulk goods are weighed off in hundredths of a gram.", source=_OURS, evidence=_GUESS),
    Fact(what="Which words of packageStatus and labTestStatus keep a package from being sold.", source=_OURS,
         evidence=_GUESS),
    Fact(what="A price change by pricing tier may not move lastModifiedDateUTC.", source=_OURS, evidence=_GUESS),
    Fact(what="/inventory is empty for some keys, /reporting/inventory is not.", source=_ACADIA, evidence=_THIRD),
    Fact(what="/whoami has answered names with capitals; they are read whatever their case.", source=_ACADIA,
         evidence=_THIRD),
    Fact(what="Fields beyond the document (effects, ecomSubcategories) come along; others are passed over.",
         source=_ACADIA, evidence=_THIRD),
    Fact(what="Customers' pages are counted from 0 in the document and from 1 in the guide: we begin at 0, drop what "
              "came before and stop at an empty page.", source=f"{_SPEC}; {_PAGES}/pagination.html"),
    Fact(what="Limits count by endpoint and key, each minute: 120, with other numbers for some.",
         source=f"{_PAGES}/rate-limits.html"),
    Fact(what="A 429 names no time: the next minute is waited for.", source=_OURS, evidence=_GUESS),
    Fact(what="Data is one to five minutes behind.", source=f"{_PAGES}/rate-limits.html"),
    Fact(what="The guest list and a single pre-order are not behind.", source=f"{_SPEC}: real-time",
         evidence=Evidence.SPEC),
    Fact(what="After a lost reply the order may still appear for 90 seconds.", source="no page says", evidence=_GUESS),
    Fact(what="A report over one day at a time; 60 days have been seen to work.", source=_ACADIA, evidence=_THIRD),
    Fact(what="A location in a Canadian province reckons in CAD, every other in USD: no field says.", source=_OURS,
         evidence=_GUESS),
    Fact(what="There are no webhooks, no gift cards and no returns for programs.", source=_SPEC,
         evidence=Evidence.SPEC),
    Fact(what="Who pasted a key from an old client may have a colon behind it: one is dropped.",
         source="leroyrosales/leaflogix-products", evidence=_THIRD),
)  # fmt: skip

FACTS = Facts(
    name="leaflogix",
    label="Leaflogix",
    kind=Kind.POS,
    auth="basic",
    api_version=VERSION,
    docs_url=PRODUCTION,
    hosts=("api.pos.dutchie.com",),
    fields=FIELDS,
    services=(
        Service.PRODUCTS,
        Service.INVENTORY,
        Service.ORDERS,
        Service.CUSTOMERS,
        Service.DISCOUNTS,
    ),
    capabilities=CAPABILITIES,
    statuses=STATUS_WORDS,
    facts=KNOWN,
)
