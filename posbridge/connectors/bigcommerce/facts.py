"""BigCommerce's facts, each with its source. Guesses are marked as such and easy to correct."""

from __future__ import annotations

from posbridge.connectors.bigcommerce.calls import PAGE, READ_LAG_S
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

_DOCS = "https://docs.bigcommerce.com"
_SPEC = "bigcommerce/docs OpenAPI files, April 2026"
_CONTRACT = "the contract's facts"
_WALKIN = "Where sales without a customer's address are billed; found by the connection test where it is empty."

FIELDS = (
    SettingField(
        name="store_hash", label="Store hash or API path", pattern=r"(?:https://.*/stores/)?[a-z0-9]{5,15}(?:/.*)?",
        help="Settings > API > Store-level API accounts: the API path holds it after /stores/.", example="g5cd38",
    ),
    SettingField(
        name="access_token", label="Access token", secret=True, strict=False, pattern=r"[A-Za-z0-9]{20,64}",
        help="Of a store-level API account with Orders, Order Transactions, Store Inventory, Customers and Marketing "
             "(modify), Products, Store Locations and Information & Settings (read-only). It is shown once.",
    ),
    SettingField(
        name="client_secret", label="Client secret", secret=True, required=False, strict=False,
        pattern=r"[0-9a-f]{64}( [0-9a-f]{64})?", help="Of the same account; only for webhooks, which it proves.",
    ),
    SettingField(
        name="client_id", label="Client ID", required=False, strict=False, pattern=r"[a-z0-9]{31,32}",
        help="Of the same account; not needed for calls.", example="m9r6keqmo7h7f23btnpwernbez1kglkl",
    ),
    SettingField(
        name="channel_id", label="Channel", required=False, default="1", pattern=r"\d{1,9}", example="1",
        help="The sales channel that orders are booked on.",
    ),
    SettingField(
        name="location_id", label="Stock location", required=False, pattern=r"\d{1,9}", example="1",
        help="Where the stock is counted; every store has location 1.",
    ),
    SettingField(
        name="webhook_proof", label="What proves a webhook", choices=("signature_and_token", "token"),
        default="signature_and_token", required=False, advanced=True, example="signature_and_token",
        help="Only a store that proves to send no signature may do with the token alone.",
    ),
    SettingField(name="walkin_street_1", label="Street of counter sales", required=False, advanced=True, help=_WALKIN),
    SettingField(name="walkin_city", label="City of counter sales", required=False, advanced=True, help=_WALKIN),
    SettingField(name="walkin_state", label="State of counter sales", required=False, advanced=True, help=_WALKIN),
    SettingField(name="walkin_zip", label="Postcode of counter sales", required=False, advanced=True, help=_WALKIN),
    SettingField(
        name="walkin_country_iso2", label="Country of counter sales", required=False, advanced=True, help=_WALKIN,
        pattern=r"[A-Za-z]{2}", example="US",
    ),
    api_address("BigCommerce"),
    CA_FILE,
)  # fmt: skip

NOTES = (
    "BigCommerce cannot keep a repeated order single by itself. After a lost answer posbridge lists the orders of that "
    "time and compares each with its own reference before it sends again.",
    "Coupons are reckoned at the till and their sum goes as a manual discount: BigCommerce does not count the use, so "
    "a limited coupon may be used again. Newer promotions count where they take a plain share or amount off the "
    "whole basket; the others are refused.",
    "A gift certificate's balance is one number without a ledger. posbridge writes each use at the end of its message "
    "(the newest twenty) and looks again after a moment; use one till at a time for one certificate, for a very slow "
    "network can still let two tills spend the same money.",
    "Tenders, the names of discounts and notes stand in the order's staff notes; BigCommerce keeps no payment of "
    "orders made by a program.",
    "Refunds move no money by themselves: the till has given it back. Pieces that come back are added to the stock "
    "once, and not again after a lost answer.",
    "Weighed goods and lines without an article there are brought over as free lines, which take nothing from stock; "
    "so are articles that are gone or of which too few are counted.",
    "Goods are read only; change them in BigCommerce's panel. Deletions show in a full walk, once a day.",
    "Tax rates cannot be read: set them in the till.",
    "No webhooks tell of coupons and gift certificates. A hook that fails for two days is switched off there; it is "
    "looked at and switched on again.",
)

CAPABILITIES = Capabilities(
    dedupe=Dedupe.SCAN,
    read_lag_s=READ_LAG_S,
    settle_s=90,
    timeout_s=30,
    page_size=PAGE,
    rates=(Rate(requests=450, seconds=30),),
    parallel=2,
    split_tender=True,
    cart_discounts=True,
    line_discounts=True,
    custom_lines=True,
    weighed=True,
    refunds=True,
    partial_refunds=True,
    gift_cards_online=True,
    webhooks=True,
    deletes_visible=False,
    tax_mode=TaxMode.OURS,
    locations=True,
    notes=NOTES,
)

KNOWN = (
    Fact(what="v2 makes and lists orders, coupons and gift certificates; v3 has the rest. No dated versions.",
         source=_SPEC, evidence=Evidence.SPEC),
    Fact(what="An empty v2 list is 204 without a body.", source=_SPEC, evidence=Evidence.SPEC),
    Fact(what="external_id is read-only; external_order_id may be written and is named among the list's filters; it "
              "need not be unique.", source=_SPEC, evidence=Evidence.SPEC),
    Fact(what="Both totals may be given and are then taken as they are; a price needs both its forms.",
         source=_SPEC, evidence=Evidence.SPEC),
    Fact(what="A refund's sum and tax may be given (merchant_calculated_override).", source=_SPEC,
         evidence=Evidence.SPEC),
    Fact(what="A refund gives nothing back to stock.", source=f"{_DOCS}, store-operations/orders/refunds"),
    Fact(what="A gift certificate is changed by its new balance, with names, e-mails and amount repeated.",
         source=_SPEC, evidence=Evidence.SPEC),
    Fact(what="Access tokens do not end by time and cannot be changed.", source=f"{_DOCS}, authentication"),
    Fact(what="150 calls in 30 seconds on Standard and Plus, 450 on Pro, for all apps together; headers tell what is "
              "left, and the next calls wait when it is little.", source=f"{_DOCS}, api-rate-limits"),
    Fact(what="Deliveries are signed by Standard Webhooks with the client secret; 5 minutes either way.",
         source=f"{_DOCS}, integrations/webhooks"),
    Fact(what="A 429 without headers means load: 30 seconds.", source=f"{_CONTRACT}, section 10",
         evidence=Evidence.GUESS),
    Fact(what="The filter by external_order_id may be ignored or late, so it is only a hint.",
         source="no page promises it", evidence=Evidence.GUESS),
    Fact(what="date_modified of a new order is the time it was written, whatever date_created says.",
         source="no page says", evidence=Evidence.GUESS),
    Fact(what="A new order takes its goods from stock at once.", source=f"{_CONTRACT}, section 13",
         evidence=Evidence.GUESS),
    Fact(what="Names, street, city, state and country had better be in the billing address; no e-mail is needed.",
         source=f"{_CONTRACT}, section 13", evidence=Evidence.GUESS),
    Fact(what="Names of the signature's headers are the standard's; store-level accounts get signed hooks.",
         source=f"{_CONTRACT}, section 13", evidence=Evidence.GUESS),
    Fact(what="applies_to.ids [0] means everything.", source=f"{_CONTRACT}, section 13", evidence=Evidence.GUESS),
    Fact(what="A gift certificate's message may grow by our marks.", source="no page names a limit",
         evidence=Evidence.GUESS),
    Fact(what="A change of order 0 is refused as unknown with the right scope, and as forbidden without: the "
              "connection test uses that.", source="no page says", evidence=Evidence.GUESS),
    Fact(what="The reason of a refunded item is kept and read back.", source=_SPEC, evidence=Evidence.GUESS),
    Fact(what="After a lost reply the work may still appear for 90 seconds.", source="no page says",
         evidence=Evidence.GUESS),
)  # fmt: skip

FACTS = Facts(
    name="bigcommerce",
    label="BigCommerce",
    kind=Kind.SHOP,
    auth="access token of a store-level API account in X-Auth-Token",
    api_version="v2 and v3",
    docs_url=_DOCS,
    hosts=("api.bigcommerce.com",),
    fields=FIELDS,
    services=tuple(Service),
    capabilities=CAPABILITIES,
    facts=KNOWN,
)
