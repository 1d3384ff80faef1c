"""Square's facts, each with its source. `api.json` is Square's official OpenAPI file."""

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
from posbridge.connectors.square.calls import READ_LAG_S, VERSION

PRODUCTION, SANDBOX = "https://connect.squareup.com", "https://connect.squareupsandbox.com"
_SPEC = "square/connect-api-specification api.json 2025-08-20"
_SDK = "square/square-python-sdk 2026-08-19"
_DOCS = "https://developer.squareup.com/docs"
_OAUTH = "Only for OAuth."

FIELDS = (
    SettingField(
        name="environment", label="Environment", choices=("production", "sandbox"), default="production",
        required=False, help="The sandbox is Square's own place for trying things out.", example="production",
    ),
    SettingField(
        name="auth_mode", label="Sign-in method", choices=("token", "oauth", "oauth_pkce"), default="token",
        required=False, help="One store needs the personal token only.", example="token",
    ),
    SettingField(
        name="access_token", label="Access token", secret=True, required=False, pattern=r"EAAA[A-Za-z0-9_-]{20,}",
        strict=False, help="Developer Console → your application → Credentials → Access token.",
    ),
    SettingField(
        name="location_id", label="Location", required=False, pattern=r"[A-Z0-9]{5,32}", strict=False,
        help="Where this store is; chosen from the list when left empty and there is only one.",
        example="L88917AVBK2S5",
    ),
    SettingField(
        name="application_id", label="Application ID", required=False, help=_OAUTH, strict=False,
        pattern=r"(sandbox-)?sq0id[bp]-[A-Za-z0-9_-]{22}", example="sq0idp-uaPHILoPzWZk3tlJqlML0g",
    ),
    SettingField(
        name="application_secret", label="Application secret", secret=True, required=False, help=_OAUTH, strict=False,
        pattern=r"(sandbox-)?sq0cs[bp]-.+",
    ),
    SettingField(
        name="redirect_uri", label="Redirect URL", required=False, example="https://example.com/cb",
        help="Only for OAuth; exactly as in the Developer Console. Square takes https only.",
    ),
    SettingField(
        name="authorization_code", label="Authorization code", secret=True, required=False,
        help="Only for OAuth: what Square's page gave after signing in. It works once, for five minutes.",
    ),
    SettingField(
        name="code_verifier", label="Code verifier", secret=True, required=False,
        help="Only for OAuth with PKCE: what the code challenge was made from.",
    ),
    SettingField(
        name="refresh_token", label="Refresh token", secret=True, required=False,
        help="Only for OAuth, in place of an authorization code.",
    ),
    SettingField(
        name="webhook_signature_key", label="Webhook signature key", secret=True, required=False,
        help="As the subscription shows it; while one is being replaced both, parted by a space.",
    ),
    SettingField(
        name="webhook_notification_url", label="Webhook URL as registered", required=False,
        help="Only behind a relay: Square signs this address, to the letter.",
        example="https://relay.example.com/square",
    ),
    SettingField(
        name="application_token", label="Application's personal token", secret=True, required=False, advanced=True,
        help="With OAuth, subscribing to webhooks needs it: subscriptions belong to the application.",
    ),
    api_address("Square"),
    CA_FILE,
)  # fmt: skip

NOTES = (
    "Square may charge 1 % of every sale whose payment did not go through Square: cash and card sales of this till "
    "are recorded as such payments. Ask Square what holds in your country.",
    "Square rounds tax on the whole order; where its total differs by a cent from what the customer paid, an untaxed "
    "line called Rounding evens it out.",
    "A discount code is the name of a discount in Square's catalog. Square keeps no usage limits for them, and "
    "coupons of Square Online cannot be reached.",
    "Discounts with happy hours or customer groups are refused: only Square's own till can check them.",
    "Square cannot look customers up by name, and a new customer may take a minute or more to be found.",
    "Stock that is corrected downwards is booked as waste, the only state that Square has for it.",
)

CAPABILITIES = Capabilities(
    dedupe=Dedupe.KEY,
    key_life_s=24 * 3600,
    read_lag_s=READ_LAG_S,
    settle_s=90,
    timeout_s=30,
    page_size=1000,
    rates=(Rate(requests=10, seconds=1),),
    parallel=2,
    gift_cards_online=True,
    webhooks=True,
    deletes_visible=True,
    tax_mode=TaxMode.PLATFORM,
    locations=True,
    notes=NOTES,
)

KNOWN = (
    Fact(what=f"Version {VERSION} is asked for in each call (header Square-Version).", source=_SDK),
    Fact(what="A key with the same body gives the first result again, with another body IDEMPOTENCY_KEY_REUSED.",
         source=f"{_DOCS}/build-basics/common-api-patterns/idempotency"),
    Fact(what="Keys are at most 45 characters for payments and refunds, 128 for gift cards and stock, 192 for orders.",
         source=_SPEC, evidence=Evidence.SPEC),
    Fact(what="How long a key is honoured is kept secret; we count on 24 hours and look up first after that.",
         source="https://developer.squareup.com/forums/t/28303", evidence=Evidence.GUESS),
    Fact(what="Orders cannot be searched by reference_id: a list by time is read and compared.",
         source=_SPEC, evidence=Evidence.SPEC),
    Fact(what="After a lost reply the work may still appear for 90 seconds: no page says how late. The longest lag "
              "told is a minute or so (customer search), webhooks come within a minute.",
         source=f"{_SPEC}, SearchCustomers", evidence=Evidence.GUESS),
    Fact(what="Ten requests a second; no number is published, 10 to 20 are bearable.",
         source="the contract's facts, section 13", evidence=Evidence.GUESS),
    Fact(what="A price sent with a catalog line is charged in place of the catalog's.",
         source="Square's forum; recorded traffic shows none", evidence=Evidence.GUESS),
    Fact(what="Cash and external payments may be held (autocomplete false) and taken together by PayOrder.",
         source=f"{_SPEC}, PayOrder", evidence=Evidence.SPEC),
    Fact(what="A zero total is closed by PayOrder without payments.", source=f"{_SPEC}, PayOrder",
         evidence=Evidence.SPEC),
    Fact(what="Totals are rounded half to even, tax on the sum by rate; the published CreateOrder example fits that.",
         source=f"{_SPEC}, CreateOrder example", evidence=Evidence.GUESS),
    Fact(what="A paid order takes its catalog lines out of stock by itself.",
         source=f"{_DOCS}/orders-api/what-it-does"),
    Fact(what="Refunds come as orders of their own, without lines and total.",
         source="NangoHQ/integration-templates, recorded sandbox traffic", evidence=Evidence.RECORDED),
    Fact(what="A tender on an order may only be authorized or void: those are not counted as paid.",
         source="NangoHQ/integration-templates, recorded sandbox traffic", evidence=Evidence.RECORDED),
    Fact(what="A hundred changes of stock go in one request.", source="no limit is published",
         evidence=Evidence.GUESS),
    Fact(what="Stock adjustments name from_location_id and to_location_id since version 2026-07-15.", source=_SDK),
    Fact(what="Cursors live five minutes.", source=f"{_DOCS}/build-basics/common-api-patterns/pagination"),
    Fact(what="IDEMPOTENCY_KEY_REUSED comes with status 400, VERSION_MISMATCH with 409 or 400: the code decides.",
         source="no page says", evidence=Evidence.GUESS),
    Fact(what="An access token of OAuth lives 30 days; with PKCE a refresh token works once, for 90 days.",
         source=_SPEC, evidence=Evidence.SPEC),
    Fact(what="Deliveries are signed with HMAC-SHA256 over the registered address and the raw body.",
         source=f"{_SDK}, webhooks_helper.py"),
    Fact(what="What Square tells of a refresh token it no longer takes speaks of the refresh token in its words.",
         source="no page says", evidence=Evidence.GUESS),
)  # fmt: skip

FACTS = Facts(
    name="square",
    label="Square",
    kind=Kind.POS,
    auth="bearer",
    api_version=VERSION,
    docs_url=_DOCS,
    hosts=("connect.squareup.com", "connect.squareupsandbox.com"),
    fields=FIELDS,
    services=tuple(Service),
    capabilities=CAPABILITIES,
    facts=KNOWN,
)
