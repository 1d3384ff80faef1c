"""What is known of Shopify, as data. The recordings are of a development store, July 2026."""

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
from posbridge.connectors.shopify.calls import READ_LAG_S, VERSION
from posbridge.connectors.shopify.signin import CLIENT, TOKEN

_NOTES = (
    "Orders carry no key at Shopify. After a lost reply the order is looked up by a unique mark, by its source "
    "identifier and tag, and among the newest 50 orders, before it may be sent again.",
    "Connecting makes one metafield definition for orders (posbridge, order_reference), so that a mark is unique.",
    "Prices and taxes go as on the receipt; all discounts of a sale go as one amount, named by their codes. Uses of "
    "a code at the till are not counted by Shopify.",
    "Broken quantities (weighed goods) and articles unknown to the shop are sent as custom lines and move no stock.",
    "Development and trial stores take five orders a minute.",
    "Orders older than 60 days are read only with the right read_all_orders.",
    "Deleted products are seen by the daily sweep or by webhooks only.",
    "Shopify tells no tax rates: enter those of the store in the settings.",
    "Products are kept in Shopify: posbridge does not write them there.",
)

CAPABILITIES = Capabilities(
    dedupe=Dedupe.SEARCH,
    read_lag_s=READ_LAG_S,
    settle_s=120,
    timeout_s=30,
    page_size=50,
    history_days=60,
    rates=(Rate(requests=20, seconds=1),),
    parallel=4,
    weighed=False,
    gift_cards_online=True,
    webhooks=True,
    tax_mode=TaxMode.OURS,
    locations=True,
    notes=_NOTES,
)

FIELDS = (
    SettingField(
        name="shop_domain",
        label="Store address",
        help="The name that ends with .myshopify.com, as in the admin's address.",
        pattern=r"[a-zA-Z0-9][a-zA-Z0-9-]*\.myshopify\.com",
        example="example-store.myshopify.com",
    ),
    SettingField(
        name="auth_mode",
        label="Sign-in",
        required=False,
        help="Apps made before 2026 in the store's admin have a token; all others sign in with ID and secret.",
        choices=(CLIENT, TOKEN),
        default=CLIENT,
    ),
    SettingField(
        name="client_id",
        label="Client ID",
        required=False,
        help="Dev Dashboard → the app → Settings. Not needed with a token.",
        pattern=r"[0-9a-fA-F]{32}",
        example="0123456789abcdef0123456789abcdef",
        strict=False,
    ),
    SettingField(
        name="client_secret",
        label="Client secret",
        secret=True,
        required=False,
        help="Also proves webhooks. While it is replaced give the new and the old one, with a space between.",
        pattern=r"((shpss_)?[0-9a-fA-F]{32}( |$))+",
        example="shpss_" + "0" * 32,
        strict=False,
    ),
    SettingField(
        name="admin_token",
        label="Admin API access token",
        secret=True,
        required=False,
        help="Only for the sign-in “admin_token”.",
        pattern=r"shpat_[0-9a-fA-F]{32}",
        example="shpat_" + "0" * 32,
        strict=False,
    ),
    SettingField(
        name="location_id",
        label="Stock location",
        required=False,
        help="Where the goods sold here leave from; chosen from the list when the account is connected.",
        pattern=r"(gid://shopify/Location/)?\d+",
        example="gid://shopify/Location/106318430514",
    ),
    SettingField(
        name="api_version",
        label="API version",
        required=False,
        pattern=r"20\d\d-(01|04|07|10)",
        default=VERSION,
        example=VERSION,
        advanced=True,
    ),
    api_address("Shopify"),
    CA_FILE,
)

_SCHEMA = "GraphQL schema 2026-07"
_LIMITS = "https://shopify.dev/docs/api/usage/limits"

_STATED = (
    Fact(what="orderCreate takes no idempotency key", source=_SCHEMA, evidence=Evidence.SPEC),
    Fact(
        what="Refunds and stock changes need @idempotent with our key, kept for 24 h and bound to the parameters",
        source="recorded inventory-quantity-contracts; https://shopify.dev/docs/api/usage/idempotent-requests",
        evidence=Evidence.RECORDED,
    ),
    Fact(
        what="orderCreate reckons neither tax nor stock nor codes unless told; without a payment the state is null",
        source="recorded order-create-math-matrix",
        evidence=Evidence.RECORDED,
    ),
    Fact(what="An unknown search field is ignored with a warning", source="recorded gift-card-lifecycle",
         evidence=Evidence.RECORDED),
    Fact(what="Throttled is HTTP 200 with the code THROTTLED; each answer says the points left", source=_LIMITS,
         evidence=Evidence.RECORDED),
    Fact(what="At most 25,000 objects can be paged through in one list", source=_LIMITS),
    Fact(what="A gift card's code is never shown; a search by the whole code may match other cards too",
         source="recorded gift-card-lifecycle", evidence=Evidence.RECORDED),
    Fact(what="giftCardDebit has no key: the note of a movement tells whose it is", source=_SCHEMA,
         evidence=Evidence.SPEC),
    Fact(what="Webhooks are signed with the client secret: base64 of HMAC-SHA256 over the body",
         source="official library's test vector", evidence=Evidence.SPEC),
    Fact(what="A client-credentials token lives 24 h; the same question gives a new one",
         source="https://shopify.dev/docs/apps/build/dev-dashboard/get-api-access-tokens"),
    Fact(what="A second order with the same unique mark is refused", source="custom-id metafields are unique",
         evidence=Evidence.GUESS),
    Fact(what="Stock is taken at the location that fulfils the order", source="the input names no other place",
         evidence=Evidence.GUESS),
    Fact(what="The look-up by a mark and the list of the newest orders do not lag behind",
         source="neither asks the search index", evidence=Evidence.GUESS),
    Fact(what="A code sent with orderCreate does not count as a use", source="the contract's section 13",
         evidence=Evidence.GUESS),
    Fact(what="The search lags by seconds, rarely minutes: a pull begins 3 minutes earlier",
         source="the contract's section 13", evidence=Evidence.GUESS),
    Fact(what="After 120 s a lost order is there or will never be", source="calls end after 30 s",
         evidence=Evidence.GUESS),
)  # fmt: skip

FACTS = Facts(
    name="shopify",
    label="Shopify",
    kind=Kind.SHOP,
    auth="a custom app's token, or client credentials for a token of a day",
    api_version=VERSION,
    docs_url="https://shopify.dev/docs/api/admin-graphql",
    hosts=("*.myshopify.com", "storage.googleapis.com", "{base_url}"),
    fields=FIELDS,
    services=tuple(Service),
    capabilities=CAPABILITIES,
    facts=_STATED,
)
