"""What is known of WooCommerce, as data. The recordings are of 9.2.5, the runs of 11.0.1."""

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
    "Orders are made in two steps: first unpaid, then looked at, then paid; an unpaid one of ours takes no stock.",
    "After a lost reply the order is searched by its UUID; shops that store orders the old way (no HPOS) cannot "
    "search it, so the orders since the sale are listed and our mark is compared.",
    "WooCommerce reckons tax again. Where its total is not the receipt's a fee line “Till adjustment” makes it equal.",
    "Codes used at the till are sent as line discounts: WooCommerce does not count these uses.",
    "Broken quantities (weighed goods) and articles unknown to the shop are sent as fee lines and move no stock there.",
    "Several tenders stand in the order's payment title and meta data; WooCommerce knows one method.",
    "WooCommerce itself has no gift cards: the store's own ledger is the issuer, unless PW Gift Cards is chosen.",
    "Customers cannot be searched by phone: their orders are, then the newest 2,000 customers.",
    "What is deleted for good (not by way of the trash) is seen by the daily sweep only.",
)

CAPABILITIES = Capabilities(
    dedupe=Dedupe.SEARCH,
    read_lag_s=5,
    settle_s=120,
    timeout_s=60,
    page_size=100,
    rates=(Rate(requests=20, seconds=2),),
    parallel=3,
    weighed=False,
    webhooks=True,
    deletes_visible=True,
    tax_mode=TaxMode.PLATFORM,
    notes=_NOTES,
)

FIELDS = (
    SettingField(
        name="store_url",
        label="Shop address",
        help="As in the browser, without /wp-json. Plain http only inside this building.",
        pattern=r"https?://[^/?#\s]+(/[^?#\s]*)?",
        example="https://shop.example.com",
    ),
    SettingField(
        name="consumer_key",
        label="Consumer key",
        secret=True,
        help="WooCommerce → Settings → Advanced → REST API, permission Read/Write.",
        pattern=r"ck_[0-9a-f]{40}",
        example="ck_" + "0" * 40,
    ),
    SettingField(
        name="consumer_secret",
        label="Consumer secret",
        secret=True,
        pattern=r"cs_[0-9a-f]{40}",
        example="cs_" + "0" * 40,
    ),
    SettingField(
        name="webhook_secret",
        label="Webhook secret",
        secret=True,
        required=False,
        help="Any 32 letters and digits; while it is replaced give the new and the old one, with a space between.",
        strict=False,
        pattern=r"[A-Za-z0-9 ]{16,}",
    ),
    SettingField(
        name="order_status_paid",
        label="Status for a paid till sale",
        required=False,
        default="completed",
        pattern=r"[a-z0-9-]+",
        example="completed",
        advanced=True,
    ),
    SettingField(
        name="gift_card_provider",
        label="Gift cards",
        required=False,
        help="Cards of “WooCommerce Gift Cards” and “Smart Coupons” can only be charged inside a web order.",
        choices=("none", "pw_gift_cards"),
        default="none",
        advanced=True,
    ),
    SettingField(
        name="auth_in_query",
        label="Send keys in the address",
        required=False,
        help="Only if the shop does not receive the keys: some hosts drop the Authorization header.",
        choices=("no", "yes"),
        default="no",
        advanced=True,
    ),
    SettingField(
        name="base_url",
        label="REST address",
        required=False,
        help="Only if it is not the shop's address followed by /wp-json.",
        pattern=r"https?://[^?#\s]+/wp-json",
        example="https://shop.example.com/wp-json",
        advanced=True,
    ),
    CA_FILE,
)

_STATED = (
    Fact(
        what="An order sent twice is two orders; Idempotency-Key is ignored",
        source="recorded 402",
        evidence=Evidence.RECORDED,
    ),
    Fact(
        what="search= finds a UUID in transaction_id with HPOS, and nothing in the old order storage",
        source="recorded 425, 427, 487",
        evidence=Evidence.RECORDED,
    ),
    Fact(
        what="The first digits of the UUID are enough for search=; if not, the list of the time since the sale is read",
        source="the contract's chapter 5 says substring; recorded 425 searched the whole UUID only",
        evidence=Evidence.GUESS,
    ),
    Fact(
        what="meta_key, meta_value, transaction_id=, number= are ignored: every order comes back",
        source="recorded 423",
        evidence=Evidence.RECORDED,
    ),
    Fact(
        what="Pending takes no stock; paying the same order again takes it once",
        source="recorded 441, 443, 472",
        evidence=Evidence.RECORDED,
    ),
    Fact(
        what="modified_after wants UTC without Z together with dates_are_gmt=true; strict, one second grain",
        source="recorded 148–160, 483",
        evidence=Evidence.RECORDED,
    ),
    Fact(
        what="Line totals are net in gross shops too; a half of tax is rounded towards zero there",
        source="recorded, chapter Money",
        evidence=Evidence.RECORDED,
    ),
    Fact(
        what="An unknown product_id makes a nameless line of nothing, with 201",
        source="recorded 415",
        evidence=Evidence.RECORDED,
    ),
    Fact(
        what="A coupon on an order throws our own line discounts away",
        source="recorded 406",
        evidence=Evidence.RECORDED,
    ),
    Fact(
        what="inventory_delta changes stock by a difference, undocumented; parallel ones may lose each other",
        source="recorded 202, 910",
        evidence=Evidence.RECORDED,
    ),
    Fact(
        what="Refunds are not guarded: twice counts twice, quantities are unchecked; api_refund must be false",
        source="recorded 451, 457, 474",
        evidence=Evidence.RECORDED,
    ),
    Fact(
        what="wc/v3/variations lists all variations: absent in 10.0.2, there in 11.0.1",
        source="recorded 128; run on 11.0.1",
        evidence=Evidence.RECORDED,
    ),
    Fact(
        what="A product's and its variations' changes move date_modified of the product",
        source="recorded 135",
        evidence=Evidence.RECORDED,
    ),
    Fact(
        what="The lists of variations take include= with up to 100 ids; rows not asked for are dropped",
        source="spec wc-v3.routes.json for /variations; for wc-analytics a GUESS from its base class",
        evidence=Evidence.GUESS,
    ),
    Fact(
        what="inventory_delta and meta_data of one PUT are stored together, so a change and its key are one",
        source="both are applied before the product's one save",
        evidence=Evidence.GUESS,
    ),
    Fact(
        what="Core has no rate limit; hosts do: 20 calls in 2 s and three at a time are borne by usual hosting",
        source="the contract's chapter 10 advises 2–4 at a time",
        evidence=Evidence.GUESS,
    ),
    Fact(
        what="PHP goes on for at most 60 s after we hang up, so after 120 s a lost order is there or will never be",
        source="the contract's chapter 5 (read timeout of 60 s)",
        evidence=Evidence.GUESS,
    ),
    Fact(
        what="PW Gift Cards: signed amounts, our key in the note, the balance may fall below zero",
        source="https://pimwick.com/pw-woocommerce-gift-cards-rest-api-documentation/, never run",
        evidence=Evidence.GUESS,
    ),
    Fact(
        what="Gift cards are plug-ins; one of them can only be charged through an order",
        source="https://woocommerce.com/document/gift-cards/rest-api-reference; recorded 601",
        evidence=Evidence.RECORDED,
    ),
)

FACTS = Facts(
    name="woocommerce",
    label="WooCommerce",
    kind=Kind.SHOP,
    auth="consumer key and secret: Basic over https, OAuth 1.0a over http inside the building",
    api_version="wc/v3",
    docs_url="https://woocommerce.github.io/woocommerce-rest-api-docs/",
    hosts=("{store_url}", "{base_url}"),
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
    facts=_STATED,
)
