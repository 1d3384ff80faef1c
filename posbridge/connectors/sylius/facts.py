"""What is known of Sylius, as data. The recordings are of 2.1.6."""

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
    "Orders are made as a guest's checkout: the cart's token is kept before anything is put into it, so a sale that "
    "was cut off goes on in its own cart. A cart that got lost before that is empty, and the shop purges it.",
    "Sylius takes no prices, no discounts by hand and no articles it does not have. Where it reckons another total "
    "than the receipt's, the sale waits for a person, or goes with a note if the connection says so.",
    "Stock is enforced there: a sale of more than the shop has is refused and waits until the stock was corrected.",
    "One payment for the whole sale: several tenders stand in the order's notes, and only a whole sale can be given "
    "back; parts are booked by hand.",
    "A sale is taxed at the address of the channel's shop; its method of shipping must be one for that place.",
    "One coupon a sale; it is a real use there.",
    "Sylius itself has no gift cards: the store's own ledger is the issuer, unknown to the web shop.",
    "It sends no webhooks: orders, stock and prices are polled.",
    "The address's host decides the channel. The shop mails a confirmation to the e-mail address of each sale.",
    "Stock is written as a number: a change made in the same moment by somebody else may be lost.",
)

CAPABILITIES = Capabilities(
    dedupe=Dedupe.STEP,
    read_lag_s=5,
    settle_s=120,
    timeout_s=30,
    page_size=100,
    rates=(Rate(requests=80, seconds=2),),
    parallel=4,
    split_tender=True,
    cart_discounts=False,
    line_discounts=False,
    custom_lines=False,
    weighed=False,
    partial_refunds=False,
    tax_mode=TaxMode.PLATFORM,
    notes=_NOTES,
)

_CODE = r"[A-Za-z0-9_.-]+"

FIELDS = (
    SettingField(
        name="base_url",
        label="Shop address (API)",
        help="The host of the channel that the till sells in, without a path. Plain http only inside this building.",
        pattern=r"https?://[^/?#\s]+/?",
        example="https://shop.example.com",
    ),
    SettingField(
        name="admin_email",
        label="Administrator e-mail",
        help="Make an administrator of its own for posbridge, with API access.",
        pattern=r"[^@\s]+@[^@\s]+",
        example="pos@example.com",
    ),
    SettingField(name="admin_password", label="Administrator password", secret=True),
    SettingField(name="channel_code", label="Channel", pattern=r"[A-Za-z0-9_-]+", example="WEB"),
    SettingField(
        name="locale_code",
        label="Language",
        required=False,
        help="Left out, the channel's own.",
        pattern=r"[a-z]{2,3}(_[A-Za-z]{2,4}){0,2}",
        example="en_US",
    ),
    SettingField(
        name="shipping_method",
        label="Shipping method for POS sales",
        help="A free one for goods handed over in the store, in a zone that covers the store's address.",
        pattern=_CODE,
        example="in_store",
    ),
    SettingField(
        name="payment_method",
        label="Payment method for POS sales",
        help="One with an offline gateway.",
        pattern=_CODE,
        example="CASH_ON_DELIVERY",
    ),
    SettingField(
        name="walkin_email",
        label="E-mail for sales without a customer",
        help="The shop's confirmations of these sales go there.",
        pattern=r"[^@\s]+@[^@\s]+",
        example="walkin@example.com",
    ),
    SettingField(
        name="barcode_attribute",
        label="Attribute holding the barcode",
        required=False,
        help="An attribute of products, or the field that the shop's own code gave its variants.",
        pattern=_CODE,
        example="ean",
    ),
    SettingField(
        name="brand_attribute", label="Attribute holding the brand", required=False, pattern=_CODE, example="brand"
    ),
    SettingField(
        name="server_timezone",
        label="Time zone of the server",
        required=False,
        default="UTC",
        pattern=r"[A-Za-z]+(/[A-Za-z0-9_+-]+)*",
        example="UTC",
        advanced=True,
    ),
    SettingField(
        name="on_difference",
        label="When the shop reckons another total",
        required=False,
        help="stop: the sale waits for a person. note: it goes, with the receipt's total in its notes.",
        choices=("stop", "note"),
        default="stop",
        advanced=True,
    ),
    SettingField(
        name="auth_header",
        label="Authorization header name",
        required=False,
        default="Authorization",
        pattern=r"[A-Za-z][A-Za-z0-9-]*",
        example="Authorization",
        advanced=True,
    ),
    CA_FILE,
)


def _recorded(what: str, source: str) -> Fact:
    return Fact(what=what, source=source, evidence=Evidence.RECORDED)


def _guess(what: str, source: str) -> Fact:
    return Fact(what=what, source=source, evidence=Evidence.GUESS)


_STATED = (
    _recorded("The API is off until sylius_api.enabled is true: even the login is then 404 as a web page", "015"),
    _recorded("Every administrator may sign in; without API access the first call is 403", "009"),
    _recorded("A token lasts 3600 s and there is no refresh token", "001"),
    _recorded("An administrator's token is refused by the shop section", "chapter Before anything works"),
    _recorded("The host decides the channel; a host of none is 500 where there are several channels", "011"),
    _recorded("A token of our own is ignored at pick-up", "081"),
    _recorded("Adding the same article again adds up; a quantity is set by PATCH", "121, 122"),
    _recorded("Completing again is 404, completing at once from four sides is one 200 and three 409", "092"),
    _recorded("A price changed meanwhile is 409 until the payment method is chosen again", "129"),
    _recorded("Filters on notes, number, token, state are ignored: every order comes back", "100"),
    _recorded(
        "Notes are in the list of orders, unicode safe; checkoutCompletedAt[after] works, without zones", "104–106"
    ),
    _recorded("Numbers of orders only grow; nothing tells a changed order", "chapter Incremental cursor"),
    _recorded("PUT of onHand alone keeps the rest; less than nothing is stored as 0", "050, 054"),
    _recorded("Marking an order paid takes the stock; a refund returns none", "110, 115"),
    _recorded("A payment is given back whole; a second time is 422", "115, 116"),
    _recorded("A price or a name changes no date; unknown filters return everything", "chapter Products"),
    _recorded("itemsPerPage has no upper limit; the shop section's product list is 19 times faster", "038, Speed"),
    _recorded("Error texts are in the shop's language; violation codes are not", "061, 062"),
    Fact(what="Core has no gift cards and no webhooks", source="recorded 162, 163", evidence=Evidence.RECORDED),
    _guess(
        "Core has no rate limit; 80 calls in 2 s and four at a time are borne by usual hosting", "facts, chapter 10"
    ),
    _guess(
        "PHP goes on for at most 60 s after we hang up, so after 120 s a lost step was done or never will be", "none"
    ),
    _guess("An admin GET of a cart's token is 404; the shop section's is asked first all the same", "facts, 5c"),
    _guess("Amounts are ISO minor units for currencies without decimals too", "facts, chapter 13"),
    _guess("Shops that keep barcodes on variants expose a field of their own there", "practice of such shops"),
    _guess("Product and variant bodies as the derived document has them; pushing was never recorded", "spec"),
)

FACTS = Facts(
    name="sylius",
    label="Sylius",
    kind=Kind.SHOP,
    auth="an administrator's e-mail and password for a token of an hour (JWT)",
    api_version="v2",
    docs_url="https://docs.sylius.com/the-book/architecture/api",
    hosts=("{base_url}",),
    fields=FIELDS,
    services=(Service.PRODUCTS, Service.INVENTORY, Service.ORDERS, Service.CUSTOMERS, Service.DISCOUNTS),
    capabilities=CAPABILITIES,
    facts=_STATED,
)
