"""What is known of Magento, as data. The recordings are of Open Source 2.4.7-p7."""

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
    "A sale is written once as a finished order; its number is our reference, which the store holds unique.",
    "Such an order moves no stock there: posbridge lowers the source itself, just before. Magento takes absolute "
    "numbers only, so a change made in the store within the same moment may be overwritten.",
    "After refunds and cancellations Magento's salable number may stand above the source's; the store repairs it "
    "with inventory:reservation:list-inconsistencies and create-compensations.",
    "Codes used at the till are written on the order by name: Magento does not count these uses.",
    "Several tenders stand in the payment's further information; Magento knows one method.",
    "Gift cards are Adobe Commerce's alone and only work inside a web order: the store's own ledger is the issuer.",
    "Magento Open Source sends no notifications: everything is polled. Adobe Commerce's I/O Events can be proved and "
    "read, but are subscribed to in Adobe's own console.",
    "Prices written by bulk calls move no time of change: everything is read again every six hours.",
    "A deleted article is seen by the daily sweep only.",
    "A store with input limits switched on refuses sales of more than twenty lines: raise its limit for lists.",
    "Customers need an e-mail address; the store sends its own welcome mail. A phone is searched in the default "
    "billing address.",
    "Characters outside the basic plane (emoji) are replaced before they are sent: a usual store spoils them.",
    "Adobe Commerce as a Cloud Service (host *.api.commerce.adobe.com) signs in another way and is not served.",
    "Whether catalogue prices hold tax cannot be read from Magento: it is a setting of the connection.",
)

CAPABILITIES = Capabilities(
    dedupe=Dedupe.UNIQUE,
    read_lag_s=5,
    settle_s=120,
    timeout_s=60,
    page_size=300,
    rates=(Rate(requests=20, seconds=1),),
    parallel=2,
    tax_mode=TaxMode.OURS,
    locations=True,
    notes=_NOTES,
)

_KEY = r"[a-z0-9]{32}"

FIELDS = (
    SettingField(
        name="store_url",
        label="Store address",
        help="As in the browser, without /rest. Plain http only inside this building.",
        pattern=r"https?://[^/?#\s]+(/[^?#\s]*)?",
        example="https://shop.example.com",
    ),
    SettingField(
        name="auth_mode",
        label="Sign-in method",
        required=False,
        help="OAuth with an integration's four values works in every store. Stores refuse the token alone (bearer) and "
        "administrators without a second factor unless that is switched on there.",
        choices=("oauth1", "bearer", "admin"),
        default="oauth1",
        advanced=True,
    ),
    SettingField(
        name="consumer_key",
        label="Consumer key",
        secret=True,
        required=False,
        help="System → Extensions → Integrations → Add new; tick the rights, save and activate.",
        pattern=_KEY,
        example="0" * 32,
    ),
    SettingField(name="consumer_secret", label="Consumer secret", secret=True, required=False, pattern=_KEY),
    SettingField(name="access_token", label="Access token", secret=True, required=False, pattern=_KEY),
    SettingField(name="access_token_secret", label="Access token secret", secret=True, required=False, pattern=_KEY),
    SettingField(name="admin_user", label="Administrator", required=False, advanced=True),
    SettingField(
        name="admin_password",
        label="Administrator's password",
        secret=True,
        required=False,
        help="Only with the sign-in method “admin”, and only where no second factor is asked for.",
        advanced=True,
    ),
    SettingField(
        name="store_code",
        label="Store view code",
        required=False,
        help="Names and prices as this store view has them. Empty: the default view.",
        pattern=r"([a-z][a-z0-9_]*)?",
        example="default",
        advanced=True,
    ),
    SettingField(
        name="source_code",
        label="Inventory source of this shop",
        required=False,
        pattern=r"[A-Za-z0-9_-]*",
        example="default",
        advanced=True,
    ),
    SettingField(
        name="prices_include_tax",
        label="Catalogue prices include tax",
        required=False,
        help="As set in the store under Sales → Tax → Calculation; its API does not say it.",
        choices=("no", "yes"),
        default="no",
    ),
    SettingField(
        name="barcode_attribute",
        label="Attribute that holds barcodes",
        required=False,
        help="Empty: barcode, ean, gtin or upc, whichever there is.",
        pattern=r"[a-z0-9_]*",
        example="barcode",
        advanced=True,
    ),
    SettingField(
        name="payment_method",
        label="Payment code for till sales",
        required=False,
        default="checkmo",
        pattern=r"[a-z0-9_]+",
        example="checkmo",
        advanced=True,
    ),
    SettingField(
        name="shipping_method",
        label="Shipping code for till sales",
        required=False,
        default="flatrate_flatrate",
        pattern=r"[A-Za-z0-9_]+",
        example="flatrate_flatrate",
        advanced=True,
    ),
    SettingField(
        name="country_code",
        label="Country of this shop",
        required=False,
        help="Two letters, if it is not the inventory source's.",
        pattern=r"([A-Z]{2})?",
        example="US",
        advanced=True,
    ),
    SettingField(
        name="base_url",
        label="Address of the API",
        required=False,
        help="Only if it is not the store's address followed by /rest.",
        pattern=r"https?://[^?#\s]+",
        example="https://shop.example.com/index.php/rest",
        advanced=True,
    ),
    CA_FILE,
)


def _recorded(what: str, source: str) -> Fact:
    return Fact(what=what, source=f"recorded {source}", evidence=Evidence.RECORDED)


def _guess(what: str, source: str) -> Fact:
    return Fact(what=what, source=source, evidence=Evidence.GUESS)


_STATED = (
    _recorded("increment_id is unique with store_id: the second create is 400, also of four at once", "115, 140"),
    _recorded("A look-up by increment_id is exact and immediate", "112"),
    _recorded("ext_order_id keeps 32 characters, cuts silently and is not unique", "117, 120"),
    _recorded("One write makes a finished order and moves no stock", "137"),
    _recorded("A read takes the discount off row_total; price × quantity is the line", "110, 121"),
    _recorded("A repeated partial refund is not refused; its comment tells it", "139"),
    _recorded("A refund without return_to_stock_items takes pieces off the source once more", "138 and chapter Orders"),
    _recorded("source-items are absolute and unchecked: unknown SKUs and negative numbers pass", "077, 078, 080"),
    _recorded("updated_at filters are UTC and inclusive; an offset is ignored, garbage gives all", "063–067"),
    _recorded("Stock, bulk prices and a child's change do not move a product's updated_at", "chapter Products"),
    _recorded("The list of children leaves barcodes out; the list of products has them", "040, 059"),
    _recorded("An empty list comes as null with fields=", "045, 049"),
    _recorded("Page sizes end at 300 where input limits are on", "210"),
    _recorded("Integration tokens alone are refused by default, in the words of a missing right", "008, 018"),
    _recorded("Administrators without a second factor get 400; their token lives an hour", "001, 024, 025"),
    _recorded("OAuth wants HMAC-SHA256; a nonce counts once; a clock ahead is refused", "010–017"),
    _recorded("Codes count in any case of letters; their days stand in the rule", "151, 154"),
    _recorded("A duplicate e-mail is 400; addresses sent without id replace the old ones", "091, 100"),
    _recorded("Emoji become question marks", "035"),
    _recorded("Open Source has no gift cards and no events", "183, 185"),
    _guess("A write with an empty body is refused for a missing right first, and changes nothing", "recorded 055, 141"),
    _guess("Lists can be read behind an id (entity_id gt) in its order", "the contract's list of conditions"),
    _guess("Attributes are listed with their options, filtered by attribute_id", "examples, product.attribute.list"),
    _guess("ext_order_item_id of a row is kept and read back; without it rows are known by their SKU", "spec"),
    _guess("A refund's adjustment brings Magento's sum to ours", "the contract's section 5c"),
    _guess("taxRules and taxRates need a right of their own; without it rates are entered by hand", "spec"),
    _guess("The country and region of the inventory source are the shop's", "spec, inventory/sources"),
    _guess(
        "Core has no rate limit; 20 calls a second, two at a time, are borne by usual hosting",
        "the contract's section 10",
    ),
    _guess(
        "PHP ends 60 s after we hang up, so after 120 s a lost order is there or never will be", "as for other shops"
    ),
)

FACTS = Facts(
    name="magento",
    label="Magento / Adobe Commerce",
    kind=Kind.SHOP,
    auth="OAuth 1.0a (HMAC-SHA256) with an integration's four values",
    api_version="V1 (2.4)",
    docs_url="https://developer.adobe.com/commerce/webapi/rest/",
    hosts=("{store_url}", "{base_url}"),
    fields=FIELDS,
    services=(Service.PRODUCTS, Service.INVENTORY, Service.ORDERS, Service.CUSTOMERS, Service.DISCOUNTS),
    capabilities=CAPABILITIES,
    facts=_STATED,
)
