"""Flowhub's facts, each with its source. Nothing of it was read from Flowhub itself (the contract's head)."""

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
from posbridge.connectors.fields import CA_FILE, api_address
from posbridge.connectors.flowhub.words import STATUSES

_CLIENT = "yerba-buena/flowhub-client-ts c93b0073"
_CONTRACT = "the contract's facts"
_OTHERS = "other public clients of api.flowhub.co"
_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

FIELDS = (
    SettingField(
        name="client_id", label="Client ID", pattern=rf"({_UUID}|\d+)", strict=False,
        help="With the API key: for inventory, customers and sales. Flowhub's support gives both.",
        example="0d702b0b-d88f-486d-a1fc-81b8497f72c6",
    ),
    SettingField(name="api_key", label="API key", secret=True, help="What belongs to the client ID."),
    SettingField(
        name="auth_client_id", label="Order Ahead client ID", pattern=r"\S{16,64}", strict=False,
        help="With its secret: for orders. It is another pair than the client ID and API key.",
    ),
    SettingField(
        name="auth_client_secret", label="Order Ahead client secret", secret=True,
        help="What belongs to the Order Ahead client ID.",
    ),
    SettingField(
        name="location_id", label="Location", required=False, pattern=_UUID, strict=False,
        help="Where this store is; chosen from the list when left empty and there is only one. Orders go to the "
             "store that the Order Ahead pair belongs to: use the pair of this location.",
        example="b334921e-e105-4309-b290-64bc6aad14af",
    ),
    SettingField(
        name="postback_base_url", label="Order status address", required=False, pattern=r"https://[^?#\s]+",
        help="Where Flowhub can reach posbridge from outside; it then tells of each order by itself.",
        example="https://relay.example.com",
    ),
    SettingField(
        name="postback_secret", label="Order status secret", secret=True, required=False, pattern=r"\S{32,}.*",
        strict=False, help="32 or more random characters; they stand in that address, since Flowhub signs nothing.",
    ),
    SettingField(
        name="sales_rooms", label="Sales rooms", required=False, example="Main Floor, Vault",
        help="Only the stock of these rooms counts (names or ids, apart by commas); empty means all rooms.",
    ),
    SettingField(
        name="order_type", label="Order type", required=False, choices=("kiosk", "pickup"), default="kiosk",
        help="How orders of this till appear in Flowhub's queue.",
    ),
    SettingField(
        name="state", label="State", required=False, pattern=r"[A-Z]{2}", example="CO", advanced=True,
        help="Two letters for new customers without an address; else the location's own state.",
    ),
    SettingField(
        name="import_id", label="Sales location ID", required=False, pattern=_UUID, strict=False, advanced=True,
        help="By what sales are listed; read from Flowhub when left empty.",
    ),
    SettingField(
        name="order_item_field", label="Order item is called by", required=False, advanced=True,
        choices=("productId", "variantId", "parentProductId"), default="productId",
        help="Which id of the inventory an order names. Prove it with one order before the store opens.",
    ),
    SettingField(
        name="auth_url", label="Auth URL", required=False, pattern=r"https?://[^?#\s]+", advanced=True,
        default="https://flowhub.auth0.com", help="Where tokens for orders come from.",
        example="https://flowhub.auth0.com",
    ),
    SettingField(
        name="audience", label="Audience", required=False, advanced=True, default="https://api.flowhub.co",
        help="If the sign-in for orders is refused, try it with a slash at the end.", example="https://api.flowhub.co",
    ),
    api_address("Flowhub"),
    CA_FILE,
)  # fmt: skip

NOTES = (
    "Flowhub has no way to find an order by our reference. When the answer to an order gets lost, that sale is parked "
    "for a person and never sent a second time: look in Flowhub's queue for its reference (in the customer note, and "
    "as the last name of a guest), then say in the queue here whether it is there.",
    "An order reaches Flowhub without prices, taxes or payments: a budtender rings it up there, and until then it "
    "shows as waiting. Flowhub's register decides the price; a difference is shown.",
    "Discounts reach Flowhub as notes to its staff, line by line; the register does not take them off by itself.",
    "Refunds, gift cards, deals, stock corrections and cancelling an order are done in Flowhub itself.",
    "Flowhub lists no tax rates. They are worked out from its prices before and after tax, for each category; check "
    "them in the settings. Medical customers may be taxed otherwise.",
    "The test call proves both pairs of credentials, the location and the inventory. It cannot prove which id an order "
    "item goes by, nor which store an order reaches: send one order before the store opens.",
    "New customers need a date of birth. By e-mail or name customers are found in a list that is read once.",
    "Purchase limits are enforced by Flowhub's register alone.",
)

CAPABILITIES = Capabilities(
    dedupe=Dedupe.NONE,
    read_lag_s=60,
    settle_s=120,
    timeout_s=30,
    page_size=500,
    rates=(Rate(requests=5, seconds=1),),
    parallel=2,
    custom_lines=False,
    refunds=False,
    partial_refunds=False,
    places_orders=False,
    takes_payments=False,
    webhooks=True,
    tax_mode=TaxMode.PLATFORM,
    locations=True,
    notes=NOTES,
)

KNOWN = (
    Fact(what="api.flowhub.co is the public API; the .com host is a private one and is never called.",
         source=_CLIENT, evidence=Evidence.THIRD_PARTY),
    Fact(what="Reads go by the headers clientId and key; orders by a token of Auth0 from a pair of its own.",
         source=f"{_CLIENT}; a kiosk vendor's configuration", evidence=Evidence.THIRD_PARTY),
    Fact(what="Sending the key headers on Order Ahead calls too does no harm.", source=f"{_CONTRACT}, section 2",
         evidence=Evidence.GUESS),
    Fact(what="The audience is the API's address without a slash at the end; another client sends one.",
         source=f"{_CLIENT} against {_OTHERS}", evidence=Evidence.GUESS),
    Fact(what="A token is good for its expires_in (a day); we ask anew a minute before it ends.", source=_CLIENT,
         evidence=Evidence.THIRD_PARTY),
    Fact(what="Order Ahead needs the scopes create:orders and read:orders.", source=f"{_CLIENT}, tests",
         evidence=Evidence.GUESS),
    Fact(what="There is no list of products: one row of the inventory is one package of a variant, without pages.",
         source=_CLIENT, evidence=Evidence.THIRD_PARTY),
    Fact(what="Quantities are summed by variant; texts are those of the row with the newest productUpdatedAt.",
         source=_OTHERS, evidence=Evidence.GUESS),
    Fact(what="Rows of /inventory and of the by-rooms list are the same packages; barcodes (upc) stand in the second.",
         source=_CLIENT, evidence=Evidence.GUESS),
    Fact(what="Prices are cents before tax; postTaxPriceInPennies holds the tax.", source=_CLIENT,
         evidence=Evidence.THIRD_PARTY),
    Fact(what="All rows of a category are taxed at one rate, which the two prices tell.", source="no page says",
         evidence=Evidence.GUESS),
    Fact(what="Goods sold by weight are weighed to the hundredth of their unit, and ordered as such a number.",
         source="no page says", evidence=Evidence.GUESS),
    Fact(what="weightTierInformation is kept as it comes: its shape was never seen.", source=f"{_CONTRACT}, section 3",
         evidence=Evidence.GUESS),
    Fact(what="regulatoryId is the state's tag of the package and names the lot.", source=_CLIENT,
         evidence=Evidence.THIRD_PARTY),
    Fact(what="speciesName is Indica, Sativa, Hybrid or one that leans; other words are left out.",
         source="no page lists them", evidence=Evidence.GUESS),
    Fact(what="The inventory cannot be written.", source=_CLIENT, evidence=Evidence.THIRD_PARTY),
    Fact(what="An order item names the productId of an inventory row, though its type there is a number.",
         source=f"{_CONTRACT}, section 5", evidence=Evidence.GUESS),
    Fact(what="The store that gets an order is the one of the Order Ahead pair: one pair a location.",
         source=f"{_CONTRACT}, section 5", evidence=Evidence.GUESS),
    Fact(what="No key is honoured, nothing of ours is echoed, and pre-orders can be neither listed nor cancelled.",
         source=_CLIENT, evidence=Evidence.THIRD_PARTY),
    Fact(what="The words for an order's state are these ten.", source=_CLIENT, evidence=Evidence.THIRD_PARTY),
    Fact(what="Which of these words may follow which.", source="no page says", evidence=Evidence.GUESS),
    Fact(what="A patient is medRecOrBoth med, with medId and medExp; everybody else rec.", source=_CLIENT,
         evidence=Evidence.GUESS),
    Fact(what="A completed sale names its pre-order in orderId.", source=f"{_CLIENT}, fixtures",
         evidence=Evidence.GUESS),
    Fact(what="A payment's amount is what it paid, change aside.", source="no page says", evidence=Evidence.GUESS),
    Fact(what="Sales are listed by importId, with filters by day in store time; capitals of their state differ.",
         source=f"{_CLIENT}, seen live", evidence=Evidence.THIRD_PARTY),
    Fact(what="A page holds 500 rows; another client says 10000.", source=_OTHERS, evidence=Evidence.GUESS),
    Fact(what="Customers are listed as an array or in an envelope; medId and stateId come back as they are written.",
         source=f"{_CONTRACT}, section 13", evidence=Evidence.GUESS),
    Fact(what="store_id of a customer is the location's id.", source="no page says", evidence=Evidence.GUESS),
    Fact(what="A postback is a POST of what orderStatus answers, unsigned and not repeated.",
         source=f"{_CONTRACT}, section 9", evidence=Evidence.GUESS),
    Fact(what="About 59 requests a second led to 429, without headers; we keep to 5.", source=f"{_CLIENT}, README",
         evidence=Evidence.THIRD_PARTY),
    Fact(what="A wrong date answers 404 with the words \"must be in format\".", source=f"{_CLIENT}, seen live",
         evidence=Evidence.THIRD_PARTY),
    Fact(what="403 with a web page is a proxy that dropped the headers.", source=_OTHERS,
         evidence=Evidence.THIRD_PARTY),
    Fact(what="After a lost reply the work may still appear for two minutes.", source="no page says",
         evidence=Evidence.GUESS),
)  # fmt: skip

FACTS = Facts(
    name="flowhub",
    label="Flowhub",
    kind=Kind.POS,
    auth="api key + oauth client credentials",
    api_version="v0 / v1",
    docs_url="https://flowhub.stoplight.io/docs/public-developer-portal/",
    hosts=("api.flowhub.co", "flowhub.auth0.com", "{auth_url}"),
    fields=FIELDS,
    services=(Service.PRODUCTS, Service.INVENTORY, Service.ORDERS, Service.CUSTOMERS, Service.WEBHOOKS),
    capabilities=CAPABILITIES,
    statuses=STATUSES,
    facts=KNOWN,
)
