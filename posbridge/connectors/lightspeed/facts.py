"""Lightspeed Restaurant (K-Series) as data, each fact with its source and how sure it is."""

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

PRODUCTION, TRIAL = "https://api.lsk.lightspeed.app", "https://api.trial.lsk.lightspeed.app"
AUTH_PRODUCTION, AUTH_TRIAL = "https://auth.lsk-prod.app", "https://auth.lsk-demo.app"
SCOPES = ("orders-api", "financial-api", "items", "offline_access")
#: What K-Series client ids look like; those of L-, O-, G- and U-Series do not. A GUESS, so it only warns.
CLIENT_ID = r"devp-(v2-)?(prod|demo)-.+"
ENDPOINT = "POSBRIDGE-1"
WEBHOOK_USER = "posbridge"
#: Sales are published a little later than they are closed; no page says how much. A GUESS.
READ_LAG_S = 60

_OP = "official specification, order and pay, 1.0.0 (June 2026)"
_WH = "official specification, order and pay webhooks, 1.0.0"
_IT = "official specification, items, 1.0.0"
_FIN = "official specification, financial v2, 1.0.0"
_DOCS = "https://api-portal.lsk.lightspeed.app"
_GUESS = "no page says"

FIELDS = (
    SettingField(
        name="environment", label="Environment", choices=("production", "trial"), default="production",
        required=False, help="A client belongs to one of them and fails at the other.", example="production",
    ),
    SettingField(
        name="oauth_version", label="Client kind", choices=("v1", "v2"), required=False,
        help="Read from the client ID when left empty: devp-v2-… is v2.", example="v2",
    ),
    SettingField(
        name="client_id", label="Client ID", pattern=CLIENT_ID, strict=False,
        help="Lightspeed issues it in the developer portal, for K-Series.", example="devp-v2-prod-posbridge",
    ),
    SettingField(name="client_secret", label="Client secret", secret=True, help="Comes with the client ID."),
    SettingField(
        name="redirect_uri", label="Redirect URL", required=False, pattern=r"https?://\S+", strict=False,
        help="Exactly as registered for the client.", example="https://example.com/cb",
    ),
    SettingField(
        name="authorization_code", label="Authorization code", secret=True, required=False,
        help="What stands behind code= in the address bar after signing in at Lightspeed. It works once.",
    ),
    SettingField(
        name="refresh_token", label="Refresh token", secret=True, required=False,
        help="In place of an authorization code.",
    ),
    SettingField(
        name="business_location_id", label="Location", required=False, pattern=r"\d{1,19}", example="45454565682155",
        help="Where this store is; chosen from the list when left empty.",
    ),
    SettingField(name="business_id", label="Business", required=False, pattern=r"\d{1,19}", example="40570261078000",
                 advanced=True, help="Found by the test of the connection."),
    SettingField(
        name="endpoint_id", label="Webhook endpoint ID", required=False, default=ENDPOINT, example=ENDPOINT,
        help="Every order names it; the endpoint is made when webhooks are set up.",
    ),
    SettingField(name="webhook_user", label="Webhook sign-in name", required=False, default=WEBHOOK_USER,
                 pattern=r"[!-9;-~]+", example=WEBHOOK_USER, help="Lightspeed sends it with each notification."),
    SettingField(name="webhook_password", label="Webhook password", secret=True, required=False,
                 help="Lightspeed signs nothing; this password is all that proves a notification."),
    SettingField(name="profile_togo", label="Account profile, take-away", required=False, example="TOGO",
                 help="Sets the prices and taxes of orders; the first take-away profile when left empty."),
    SettingField(name="profile_dinein", label="Account profile, dine-in", required=False, example="AAP",
                 help="For orders that belong to a table."),
    SettingField(name="payment_cash", label="Payment method code, cash", required=False, example="CASH",
                 help="As in the back office, Configuration > Payment methods."),
    SettingField(name="payment_card", label="Payment method code, card", required=False, default="OOPAYMENT",
                 example="OOPAYMENT", help="Also used where another way of paying has no code of its own."),
    SettingField(name="payment_giftcard", label="Payment method code, gift card", required=False, example="GIFT",
                 help="For gift cards of another provider; Lightspeed's own cannot be redeemed by program."),
    SettingField(name="manual_discount_code", label="Manual discount code", required=False, example="MANUAL",
                 help="A discount set up as manual; carries every amount that no code of Lightspeed's reckons."),
    SettingField(name="custom_item_sku", label="SKU of an open-price item", required=False, pattern=r".{1,25}",
                 example="OPEN", help="Stands for goods without an item of their own; its price must be open."),
    SettingField(name="staff_id", label="Staff", required=False, pattern=r"\d+", example="31930", advanced=True,
                 help="Whose name orders carry."),
    api_address("Lightspeed"),
    CA_FILE,
)  # fmt: skip

NOTES = (
    "Lightspeed only queues an order; a register that is on and takes online orders has to accept it. Until then "
    "the queue here shows it as waiting, and after ten minutes a person is asked.",
    "A sale with several tenders is paid there one by one, on the account that the webhook names. Where webhooks "
    "cannot arrive and the register does not list its open take-aways, such a sale stays unpaid there and is shown.",
    "Why a register refuses an order is only told by webhook. Without one, posbridge sees what arrived in the open "
    "accounts and closed sales.",
    "The register reckons prices and taxes by itself, by SKU; a difference from what was paid is shown.",
    "Discounts other than Lightspeed's own codes need a manual discount in its back office, and its code here.",
    "Discount codes carry no dates, least spend or number of uses: Lightspeed does not tell them.",
    "Orders count in whole pieces: weighed goods must be items with an open price.",
    "Refunds and cancellations are made on the register; posbridge only reads them.",
    "Stock is the register's count of what may still be sold; it cannot be corrected from here.",
    "Not proved by the test call: whether a register is awake, and that the manual discount may be overridden.",
)

STATUSES = (
    StatusWord(word="SUCCESS", status=OrderStatus.OPEN,
               next=("IN_DELIVERY", "READY_FOR_PICKUP", "CLOSED", "CANCELLED", "ABANDONED")),
    StatusWord(word="IN_DELIVERY", status=OrderStatus.READY, next=("CLOSED", "CANCELLED", "ABANDONED")),
    StatusWord(word="READY_FOR_PICKUP", status=OrderStatus.READY,
               next=("IN_DELIVERY", "CLOSED", "CANCELLED", "ABANDONED")),
    StatusWord(word="CLOSED", status=OrderStatus.COMPLETED),
    StatusWord(word="CANCELLED", status=OrderStatus.CANCELLED),
    StatusWord(word="ABANDONED", status=OrderStatus.CANCELLED),
    StatusWord(word="FAILURE", status=OrderStatus.FAILED),
    StatusWord(word="OK", status=OrderStatus.DRAFT, next=("SUCCESS", "FAILURE")),
    StatusWord(word="SALE", status=OrderStatus.COMPLETED, next=("REFUND", "VOID", "CANCEL")),
    StatusWord(word="REFUND", status=OrderStatus.REFUNDED),
    StatusWord(word="VOID", status=OrderStatus.CANCELLED),
    StatusWord(word="CANCEL", status=OrderStatus.CANCELLED),
)  # fmt: skip

CAPABILITIES = Capabilities(
    dedupe=Dedupe.UNIQUE,
    read_lag_s=READ_LAG_S,
    settle_s=90,
    timeout_s=30,
    page_size=1000,
    history_days=365,
    rates=(Rate(requests=5, seconds=1),),
    parallel=2,
    custom_lines=False,
    refunds=False,
    partial_refunds=False,
    webhooks=True,
    tax_mode=TaxMode.PLATFORM,
    locations=True,
    notes=NOTES,
)

KNOWN = (
    Fact(what="Versions stand in the paths: order and pay 1 (menu load 2), items v1, financial v2.", source=_OP,
         evidence=Evidence.SPEC),
    Fact(what="An order's thirdPartyReference is unique in its location; again it is 409 'reference has already been "
              "used', a payment's again is 400 with the same words.", source=_OP, evidence=Evidence.SPEC),
    Fact(what="200 with status ok means queued for the register; the outcome comes by webhook.", source=_OP,
         evidence=Evidence.SPEC),
    Fact(what="Sales name the sender's reference as TASK:OO-<location>-<reference>.", source=_FIN,
         evidence=Evidence.SPEC),
    Fact(what="getCheck reaches back 15 hours and shows nothing on trial registers.",
         source="leahwz/k-series-developer-docs, getCheck", evidence=Evidence.THIRD_PARTY),
    Fact(what="Open accounts show a sender's reference like sales do, and take-aways are among them; else their "
              "account is known from the webhook alone.", source=_GUESS, evidence=Evidence.GUESS),
    Fact(what="Credentials go in the Basic header of the token call; offline_access brings a refresh token.",
         source=f"{_DOCS}/quick-start", evidence=Evidence.THIRD_PARTY),
    Fact(what="A refresh token of a v2 client works once; an access token lives about 25 minutes (expires_in counts).",
         source="several public integrations", evidence=Evidence.THIRD_PARTY),
    Fact(what="Access tokens live 1500 seconds where expires_in is not said.", source=_GUESS, evidence=Evidence.GUESS),
    Fact(what="Client ids of K-Series begin with devp-prod-, devp-demo- or devp-v2-.", source=_GUESS,
         evidence=Evidence.GUESS),
    Fact(what="Items have no filter by time of change: everything is read. A page holds 1000.", source=_IT,
         evidence=Evidence.SPEC),
    Fact(what="The price that counts is the menu's for the account profile, else the item's price called Default.",
         source=_OP, evidence=Evidence.SPEC),
    Fact(what="Several itemIds are sent as repeated parameters.", source=_GUESS, evidence=Evidence.GUESS),
    Fact(what="Items of one kg, g, oz or lb with an open price are weighed goods.", source=_GUESS,
         evidence=Evidence.GUESS),
    Fact(what="A tax percentage above 1 and below 2 in a menu is a multiplier.",
         source="older samples (maillotf/ikentoo-bridge-bundle)", evidence=Evidence.GUESS),
    Fact(what="An amount that overrides a discount is taken off the whole line, whatever its quantity.", source=_GUESS,
         evidence=Evidence.GUESS),
    Fact(what="Counts are sales restrictions; a SKU that is not in the answer is not restricted.", source=_OP,
         evidence=Evidence.SPEC),
    Fact(what="A refused order may have burnt its reference: it is sent once more under it, and on 409 with -r2.",
         source=_GUESS, evidence=Evidence.GUESS),
    Fact(what="An e-mail address that belongs to another consumer fails the order; it goes again without it.",
         source=_WH, evidence=Evidence.SPEC),
    Fact(what="Notifications are not signed: only HTTP Basic proves them. Copies share X-Lightspeed-Idempotency-Key.",
         source=_WH, evidence=Evidence.SPEC),
    Fact(what="The header X-Lightspeed-Idempotency-Key is spelt so on old endpoints too.", source=_GUESS,
         evidence=Evidence.GUESS),
    Fact(what="PUT makes a webhook endpoint and POST changes it, resetting the flags that are left out.", source=_WH,
         evidence=Evidence.SPEC),
    Fact(what="The last page of sales has nextPageToken null, empty or not at all.", source=_GUESS,
         evidence=Evidence.GUESS),
    Fact(what="Five requests a second; no number is published.", source=_GUESS, evidence=Evidence.GUESS),
    Fact(what="Sales are readable within a minute of their closing.", source=_GUESS, evidence=Evidence.GUESS),
    Fact(what="The order of states is the notifications' order; no table of allowed moves is published.",
         source=_GUESS, evidence=Evidence.GUESS),
    Fact(what="The words of notifications and the types of sales are those of the specification.",
         source=f"{_WH}; {_FIN}", evidence=Evidence.SPEC),
    Fact(what="None of the 91 operations touches gift cards, refunds an order or cancels one.",
         source="official K-Series file, August 2026", evidence=Evidence.SPEC),
)  # fmt: skip

FACTS = Facts(
    name="lightspeed",
    label="Lightspeed Restaurant (K-Series)",
    kind=Kind.POS,
    auth="oauth",
    api_version="op 1, items v1, financial v2",
    docs_url=_DOCS,
    hosts=("api.lsk.lightspeed.app", "api.trial.lsk.lightspeed.app", "auth.lsk-prod.app", "auth.lsk-demo.app"),
    fields=FIELDS,
    services=(Service.PRODUCTS, Service.INVENTORY, Service.ORDERS, Service.DISCOUNTS, Service.WEBHOOKS),
    capabilities=CAPABILITIES,
    statuses=STATUSES,
    facts=KNOWN,
)
