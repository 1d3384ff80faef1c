"""Squarespace's facts, each with its source. Guesses are marked as such and easy to correct."""

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
from posbridge.connectors.squarespace.calls import READ_LAG_S

_DOCS = "https://developers.squarespace.com/commerce-apis"
_SPEC = "Commerce API description (OpenAPI 3.1), spring and summer 2026"
_LIVE = "AGG973/squarespace-connector, recorded August 2026"
_CHANGES = "developers.squarespace.com/commerce-apis/changelog"
_CONTRACT = "the contract's facts"
_OAUTH = "Only for OAuth."

FIELDS = (
    SettingField(
        name="auth_mode", label="Connection type", choices=("api_key", "oauth"), default="api_key", required=False,
        help="One store needs an API key only. OAuth brings webhooks and more than 100 orders an hour.",
        example="api_key",
    ),
    SettingField(
        name="api_key", label="API key", secret=True, required=False, strict=False, pattern=r"[0-9A-Za-z\-]{20,64}",
        help="Settings > Developer Tools > Developer API Keys: a key with Orders, Inventory and Contacts (Read and "
             "Write), Products and Discounts (Read). It is shown once and cannot be changed later.",
    ),
    SettingField(
        name="client_id", label="OAuth client id", required=False, strict=False, pattern=r"[A-Za-z0-9]{8,64}",
        help=_OAUTH, example="A125dfPqdKJDqPAcJQgLo3A5mwcKIq2G",
    ),
    SettingField(name="client_secret", label="OAuth client secret", secret=True, required=False, help=_OAUTH),
    SettingField(
        name="redirect_uri", label="OAuth redirect URI", required=False, strict=False, pattern=r"https://.+",
        help="Only for OAuth; exactly as it was registered.", example="https://kiosk.example.com/oauth/squarespace",
    ),
    SettingField(
        name="authorization_code", label="Authorization code", secret=True, required=False,
        help="Only for OAuth: what Squarespace's page gave after signing in. It works once, for two minutes.",
    ),
    SettingField(
        name="refresh_token", label="Refresh token", secret=True, required=False,
        help="Only for OAuth, in place of an authorization code. A till that is off for a week loses it.",
    ),
    SettingField(
        name="channel_name", label="Sales channel name", required=False, default="posbridge", pattern=r".{1,30}",
        help="How the till's orders are named in Squarespace's list of orders.", example="posbridge",
    ),
    SettingField(
        name="deduct_stock", label="Take sold goods from stock", choices=("yes", "no"), default="yes", required=False,
        help="Squarespace takes nothing by itself for orders made elsewhere.", example="yes",
    ),
    SettingField(
        name="webhook_secret", label="Webhook secret", secret=True, required=False, strict=False,
        pattern=r"[0-9A-Fa-f ]{32,}", help="As it was told when the subscription was made; it is never shown again.",
    ),
    SettingField(
        name="webhook_url", label="Public address for webhooks", required=False, pattern=r"https://.+",
        help=_OAUTH, example="https://kiosk.example.com/webhooks/squarespace",
    ),
    SettingField(
        name="user_agent", label="App description", required=False, advanced=True,
        help="What Squarespace is told about this program; empty for posbridge's own name.",
        example="posbridge/1.0 (+https://example.com)",
    ),
    api_address("Squarespace"),
    CA_FILE,
)  # fmt: skip

NOTES = (
    "With an API key Squarespace takes 100 orders an hour: a long queue goes out at one order each 36 seconds. With "
    "OAuth there is no such limit.",
    "Squarespace lets no program look at gift cards. Look a card up in its panel (Selling > Gift Cards) and deduct "
    "the amount there by hand; posbridge's own gift cards live in its own ledger.",
    "An order that was brought over cannot be changed, cancelled or refunded by a program: refund it in Squarespace's "
    "panel as well. The till's own book has the refund either way.",
    "Payments and notes have no place in Squarespace's orders; they stand in the till's own book.",
    "Weighed goods, services, digital goods and gift cards are brought over as custom lines, which take nothing from "
    "stock. Where Squarespace counts too few, the order is brought over all the same and the rest is taken apart.",
    "There are no barcodes: scan the SKU. There are no categories either: the store page takes their place.",
    "A code that counts once for each customer cannot be held to that at the till; buy-X-get-Y discounts are refused. "
    "The till's use of a code is not counted there.",
    "Customers are kept by e-mail address. A phone number can be looked up only by reading the newest 5000 contacts.",
    "Tax rates cannot be read: set them in the till.",
    "Webhooks come with OAuth only, and none tell of goods and stock: those are looked at every few minutes.",
)

CAPABILITIES = Capabilities(
    dedupe=Dedupe.KEY,
    key_life_s=24 * 3600,
    read_lag_s=READ_LAG_S,
    settle_s=90,
    timeout_s=30,
    page_size=50,
    rates=(Rate(requests=300, seconds=60), Rate(requests=100, seconds=3600, what="orders")),
    parallel=2,
    line_discounts=True,
    custom_lines=True,
    weighed=True,
    refunds=False,
    partial_refunds=False,
    gift_cards_online=False,
    webhooks=True,
    deletes_visible=False,
    tax_mode=TaxMode.OURS,
    locations=False,
    notes=NOTES,
)

KNOWN = (
    Fact(what="The version is part of the path and differs by resource: Products v2, Orders and Inventory 1.0, "
              "Contacts and Discounts v1.", source=f"{_SPEC}; {_CHANGES}", evidence=Evidence.SPEC),
    Fact(what="The same Idempotency-Key with the same bytes gives the first order again, with other bytes 400, and "
              "while the first is at work 409.", source=f"{_SPEC}, createOrder", evidence=Evidence.SPEC),
    Fact(what="Keys are kept at least 48 hours; we count on 24 and look up first after that.",
         source="api-evangelist/squarespace, conventions"),
    Fact(what="Orders cannot be searched by externalOrderReference: a window of time is listed and compared.",
         source=_SPEC, evidence=Evidence.SPEC),
    Fact(what="subtotal must be sent, and must be the sum of the lines, or the order is refused.",
         source=_LIVE, evidence=Evidence.RECORDED),
    Fact(what="A cursor goes alone; limit is ignored; fifty come in a page.", source=_LIVE,
         evidence=Evidence.RECORDED),
    Fact(what="Products and levels by id come in a list without pagination.", source=_LIVE,
         evidence=Evidence.RECORDED),
    Fact(what="A write without its Idempotency-Key is refused before its body is read: the connection test uses that "
              "to see whether the key may write.", source=_LIVE, evidence=Evidence.RECORDED),
    Fact(what="Nothing says how long to wait after 429: a minute.", source=f"{_DOCS}/rate-limits"),
    Fact(what="300 requests a minute, and 100 created orders an hour with an API key.", source=f"{_DOCS}/rate-limits"),
    Fact(what="Stock is taken only when asked for (inventoryBehavior DEDUCT), and then too few of an article "
              "refuse the whole order.", source=_SPEC, evidence=Evidence.SPEC),
    Fact(what="Webhook subscriptions need OAuth; the secret is told once and signs as the bytes that its hex names.",
         source="https://developers.squarespace.com/webhooks/verifying-notifications"),
    Fact(what="A subscription is replaced rather than changed: the description of a change contradicts the guides.",
         source=f"{_SPEC}, updateWebhookSubscription", evidence=Evidence.SPEC),
    Fact(what="An access token lives 30 minutes; a refresh token works once, for seven days.",
         source="https://developers.squarespace.com/oauth"),
    Fact(what="grandTotal = subtotal − discountTotal + taxTotal, without the tax where prices hold it; subtotal is "
              "before discounts.", source=f"{_CONTRACT}, section 13", evidence=Evidence.GUESS),
    Fact(what="An order is read flat, as it is made.", source=f"{_SPEC}, getOrder; never recorded",
         evidence=Evidence.GUESS),
    Fact(what="Quantities are whole, from 1 to 1 000 000.", source="a third-party schema", evidence=Evidence.GUESS),
    Fact(what="Codes do not mind upper and lower case.", source=f"{_CONTRACT}, section 13", evidence=Evidence.GUESS),
    Fact(what="Imported orders do not count as uses of a code, and a used-up code may still be called ACTIVE.",
         source=f"{_CONTRACT}, section 13", evidence=Evidence.GUESS),
    Fact(what="A list may be asked for up to ten minutes ahead, for clocks that differ.", source="no page says",
         evidence=Evidence.GUESS),
    Fact(what="An article that is gone makes the import 404.", source="no page says", evidence=Evidence.GUESS),
    Fact(what="A refresh token that is not taken any more is answered with 400, wrong client keys with 401 or "
              "invalid_client.", source="RFC 6749, section 5.2; no page says", evidence=Evidence.GUESS),
    Fact(what="After a lost reply the work may still appear for 90 seconds.", source="no page says",
         evidence=Evidence.GUESS),
    Fact(what="What the site charges tax like is read off its newest web orders.", source="no page tells settings",
         evidence=Evidence.GUESS),
    Fact(what="The v2 answers of products are like the recorded 1.0 ones.", source=f"{_CONTRACT}, section 13",
         evidence=Evidence.GUESS),
)  # fmt: skip

FACTS = Facts(
    name="squarespace",
    label="Squarespace",
    kind=Kind.SHOP,
    auth="bearer",
    api_version="2026-08",
    docs_url=_DOCS,
    hosts=("api.squarespace.com", "login.squarespace.com"),
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
    facts=KNOWN,
)
