"""Wix's facts, each with its source. Guesses are marked as such and easy to correct."""

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
from posbridge.connectors.wix.calls import PAGE, READ_LAG_S

_GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_CONTRACT = "the contract's facts, section "
_TYPES = "types of the official SDK: "
_APP = "Only for an app."

FIELDS = (
    SettingField(
        name="auth_mode", label="Connection type", choices=("api_key", "app"), default="api_key", required=False,
        help="One store needs an API key only. An app of your own brings webhooks.", example="api_key",
    ),
    SettingField(
        name="api_key", label="API key", secret=True, required=False, strict=False, pattern=r"\S+",
        help="manage.wix.com/account/api-keys, by the account's owner: tick Wix Stores, eCommerce, Contacts, Coupons "
             "and Gift Cards, and this site.",
    ),
    SettingField(
        name="site_id", label="Site ID", required=False, pattern=_GUID,
        help="What stands behind /dashboard/ in the browser's address.",
        example="64fc2d7e-1585-45ef-b1c3-6081185108c1",
    ),
    SettingField(
        name="account_id", label="Account ID", required=False, pattern=_GUID, advanced=True,
        help="Only to tell accounts apart; calls for a site never carry it.",
    ),
    SettingField(
        name="app_id", label="App ID", required=False, pattern=_GUID, help=_APP,
        example="5bc2062d-010b-448c-a62a-d6bb269c5a4c",
    ),
    SettingField(name="app_secret", label="App secret key", secret=True, required=False, help=_APP),
    SettingField(
        name="instance_id", label="App instance ID", required=False, pattern=_GUID,
        help=f"{_APP} Wix tells it when the app is installed on the site.",
        example="07864c16-3a6f-4dd2-9973-028705762b2c",
    ),
    SettingField(
        name="webhook_public_key", label="Webhook public key", required=False, strict=False,
        pattern=r"(?s)(-----BEGIN|[A-Za-z0-9+/]{40}).*",
        help=f"{_APP} From its Webhooks page, as PEM or base64; give the new and the old one while it is replaced.",
        example="-----BEGIN PUBLIC KEY-----…",
    ),
    SettingField(
        name="location_id", label="Stock location", required=False, pattern=_GUID,
        help="Empty for the site's default. Old catalogues (V1) have no locations.",
    ),
    SettingField(
        name="notify_buyer", label="Let Wix e-mail the buyer", choices=("false", "true"), default="false",
        required=False, example="false",
    ),
    SettingField(
        name="refresh_token", label="Refresh token", secret=True, required=False, advanced=True,
        help="Only for an old app with custom authentication.",
    ),
    SettingField(
        name="weight_unit", label="Weight unit of an old catalogue", choices=("kg", "lb"), required=False,
        default="kg", advanced=True, help="Catalog V1 does not tell it with its goods.",
    ),
    api_address("Wix"),
    CA_FILE,
)  # fmt: skip

NOTES = (
    "An order takes three steps: it is made, its payments are recorded, it is handed over. After a lost reply it is "
    "searched by our reference before anything is sent again; Wix's search shows it some seconds late.",
    "Wix takes 200 calls a minute: a long queue goes out at about one order a second.",
    "Wix reckons nothing again: its order has the till's own totals.",
    "Wix's own notices are switched off for brought-over orders unless the connection says otherwise.",
    "Weighed goods and articles unknown to the site are brought over as free text and move no stock there.",
    "Codes are judged here by the coupon's own rules; a till's use of a code is not counted by Wix. Coupons for a "
    "fixed price and buy-some-get-some ones are refused.",
    "A gift card is charged when it is taken; only a whole charge can be given back by a program. The site needs the "
    "Wix Gift Card app.",
    "Goods are read, not written: they are kept in Wix's panel. Deleted ones are seen by webhooks and the daily sweep.",
    "Webhooks need an app of your own and are entered by hand in its dashboard.",
    "Tax rates cannot be read: set them in the till.",
)

CAPABILITIES = Capabilities(
    dedupe=Dedupe.SEARCH,
    read_lag_s=READ_LAG_S,
    settle_s=120,
    timeout_s=30,
    page_size=PAGE,
    rates=(Rate(requests=200, seconds=60),),
    parallel=3,
    weighed=False,
    gift_cards_online=True,
    webhooks=True,
    tax_mode=TaxMode.OURS,
    locations=True,
    notes=NOTES,
)


def _guess(what: str, section: str = "13") -> Fact:
    return Fact(what=what, source=_CONTRACT + section, evidence=Evidence.GUESS)


def _typed(what: str, package: str) -> Fact:
    return Fact(what=what, source=_TYPES + package, evidence=Evidence.SPEC)


def _said(what: str, section: str) -> Fact:
    return Fact(what=what, source=_CONTRACT + section, evidence=Evidence.DOCUMENTED)


STATED = (
    _said("A site has Catalog V1 or V3 for good; the version call says which, the other one's calls answer 428", "1"),
    _said("An API key goes bare, with wix-site-id; never beside wix-account-id", "2"),
    _said("An app's access token lives four hours and has no refresh token: the same question is asked again", "2"),
    _said("An old app's access token lives five minutes, its refresh token while it is installed", "2"),
    _said("V3's lists of products hold no variants; those are a list of their own, a thousand a page", "3"),
    _said("Sorting V3's products by dates fails although it is listed, so no order is asked for", "3"),
    _said("V1's offsets end at 10 000: it is walked by numericId", "3"),
    _said("Hidden products are missing without the admin permission, and nothing says so", "12"),
    _said("Create Order lowers the stock and e-mails the buyer unless told not to; it has no key", "5"),
    _typed("channelInfo.externalOrderId takes $eq in the search of orders", "orders"),
    _said("A providerTransactionId that Wix knows already makes the whole add-payment fail", "5"),
    _typed("Payments and refunds of an order are read by its id, without the search's lag", "transactions"),
    _said("Codes count whatever their case and are searched as written", "7"),
    _said("False and zero members of coupons are left out", "7"),
    _said("A webhook's body is a token signed RS256 with the app's key; no header signs it", "9"),
    _said("200 calls a minute for an app's instance", "10"),
    _guess("The type OTHER_PLATFORM is accepted from outside apps (POS perhaps too)"),
    _guess("The order search lags under 10 s, rarely a minute: 120 s of waiting are enough before a repeat"),
    _guess("paymentStatus may not be set to PAID on create: NOT_PAID is sent and the payments are added"),
    _guess("API keys are not checked for a shape, and go without Bearer"),
    _guess("The 401's body and the 428's code of a wrong catalogue are as in the examples"),
    _guess("exp is not always in a webhook's token; clocks may differ by five minutes"),
    _guess("A 429 names no time: a minute is waited"),
    _guess("A coupon for one piece takes off the cheapest it is for", "7"),
    _guess("The redeem call takes cards of Wix's own app too"),
    _guess("Redeem takes any UUID as orderId, and the card's movements tell it: so a lost charge is found", "8"),
    _guess("A movement's id in the manager's list is the transactionId that void takes", "8"),
    _guess("businessLocation of an order takes the id of the stock location, as in the contract's example", "5"),
    _guess("A query of coupons may be minutes old: whether a code is used up is soft"),
    _guess("An API key may read the site's properties (name, currency, time zone); else the goods tell the currency",
           "2 names no such call"),
    _guess("Catalog V1 lasts until 2028 at least"),
)  # fmt: skip

FACTS = Facts(
    name="wix",
    label="Wix",
    kind=Kind.SHOP,
    auth="API key with the site's id, or an app's client credentials (old apps: refresh token)",
    api_version="Stores V1 and V3, eCommerce v1, Contacts v5",
    docs_url="https://dev.wix.com/docs/rest",
    hosts=("www.wixapis.com", "{base_url}"),
    fields=FIELDS,
    services=(
        Service.PRODUCTS,
        Service.INVENTORY,
        Service.ORDERS,
        Service.CUSTOMERS,
        Service.DISCOUNTS,
        Service.GIFT_CARDS,
        Service.WEBHOOKS,
    ),
    capabilities=CAPABILITIES,
    facts=STATED,
)
