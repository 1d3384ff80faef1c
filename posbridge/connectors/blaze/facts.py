"""Blaze's facts, each with its source; the swagger is BLAZE Developer API 1.0.0."""

from __future__ import annotations

from posbridge.connectors.blaze.calls import BASE, PAGE, READ_LAG_S
from posbridge.connectors.blaze.words import STATUSES
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

_DOCS = "https://apidocs.blaze.me"
_SWAGGER = "BLAZE Developer API 1.0.0, swagger"
_AUTH = f"{_DOCS}/getting-started/authentication"
_ERRORS = f"{_DOCS}/getting-started/errors"
_HOOKS = f"{_DOCS}/getting-started/webhooks-overview"
_CART = f"{_DOCS}/api-reference/cart"
_TERMS = "BLAZE's API usage terms (exhibit of the partner agreement, 2025)"
_LIVE = "live answers kept publicly, October 2025"
_CONTRACT = "the contract's facts"
_HEX32, _HEX24 = r"[0-9a-fA-F]{32}", r"[0-9a-f]{24}"

FIELDS = (
    SettingField(
        name="partner_key", label="Partner key", secret=True, pattern=_HEX32, strict=False,
        help="Says who we are; Blaze gives it to the integrator.",
    ),
    SettingField(
        name="developer_key", label="Dispensary (developer) key", secret=True, pattern=_HEX32, strict=False,
        help="Says which company and shop; from the shop's settings in Blaze, or its support.",
    ),
    SettingField(
        name="inventory_id", label="Sell-from inventory", required=False, pattern=_HEX24, strict=False,
        help="The room whose stock this till sells; empty means all shelves of the shop.",
        example="5b256a8eff7e6b08094adb5c",
    ),
    SettingField(
        name="terminal_id", label="Terminal", required=False, pattern=_HEX24, strict=False,
        help="Only where Blaze shall book the sales to one of its terminals.",
    ),
    SettingField(
        name="anonymous_consumer_id", label="Guest consumer", required=False, pattern=_HEX24, strict=False,
        help="The consumer that orders without a customer are made for; each till needs one of its own.",
    ),
    SettingField(
        name="payment_consent", label="Blaze has agreed to paid orders", required=False, choices=("no", "yes"),
        default="no",
        help="Blaze's terms want orders without payment unless Blaze has agreed in writing, or one of its approved "
             "payment products is used. With no, an order reaches Blaze unpaid and is cashed at its register.",
    ),
    SettingField(
        name="gift_card_type", label="Stored-value cards", required=False, choices=("Linx", "Clover", "Mtrac"),
        default="Linx", help="Whose cards this shop sells. Only their balance can be asked for.",
    ),
    SettingField(
        name="webhook_path_secret", label="Webhook path", secret=True, required=False, pattern=r"\S{32,}.*",
        strict=False,
        help="32 or more random characters; they stand in the address, since Blaze signs nothing. While one is being "
             "replaced both, parted by a space.",
    ),
    api_address("Blaze"),
    CA_FILE,
)  # fmt: skip

NOTES = (
    "An order reaches Blaze without payment and is cashed at Blaze's register, unless the settings say that Blaze has "
    "agreed to paid orders; then the whole sum is recorded with the order, a split payment as such without its parts.",
    "An order waits in Blaze's incoming orders until the staff accept it; until then it shows as waiting. If they "
    "decline it, it is parked here with their reason.",
    "Blaze reckons prices, tax, cash rounding and card fees itself: its total is shown where it differs from ours. A "
    "price that is lower here is sent as a discount of its line.",
    "Orders hold goods of Blaze's catalogue only. Weights are prices of one product, not variants of it.",
    "One code an order, and its effect is Blaze's own. Codes with goods for goods, bundles, set prices, member groups "
    "or members' histories are refused in words: only Blaze's register can apply them.",
    "Gift cards: the balance of Linx, Clover or Mtrac cards can be asked for. Nothing is ever taken off or put on a "
    "card; Blaze's own gift cards cannot be reached at all.",
    "Refunds, stock corrections and changes of products are made in Blaze itself. Members are not found by name.",
    "Every call is billed. Stock is read at most every five minutes, sales and members once an hour, as Blaze's terms "
    "want it; a cart takes three calls, and one look a minute while it waits.",
    "The test call proves both keys, the shop, the inventory, the terminal and the guest consumer. Not proved before "
    "the first order: that guests may order, how weights are counted, and what webhooks hold.",
)

CAPABILITIES = Capabilities(
    dedupe=Dedupe.STEP,
    read_lag_s=READ_LAG_S,
    settle_s=90,
    timeout_s=30,
    page_size=PAGE,
    rates=(Rate(requests=10_000, seconds=300),),
    parallel=2,
    cart_discounts=True,
    line_discounts=True,
    custom_lines=False,
    weighed=True,
    refunds=False,
    partial_refunds=False,
    takes_payments=False,
    licence_search=True,
    allotments=True,
    gift_cards_online=True,
    gift_cards_balance_only=True,
    webhooks=True,
    deletes_visible=True,
    tax_mode=TaxMode.PLATFORM,
    notes=NOTES,
)


def _guess(what: str, source: str = f"{_CONTRACT}, section 13") -> Fact:
    return Fact(what=what, source=source, evidence=Evidence.GUESS)


KNOWN = (
    Fact(what="Two keys on every call: x-api-key (partner) and Authorization (dispensary), without Bearer.",
         source=_AUTH),
    Fact(what="The swagger and live calls name the first header partner_key.", source=f"{_SWAGGER}; {_LIVE}",
         evidence=Evidence.THIRD_PARTY),
    _guess("Sending the partner key under both names does no harm.", f"{_CONTRACT}, section 2"),
    Fact(what="api.stage.blaze.me answers to keys of its own, for trying things out.", source="public integrations",
         evidence=Evidence.THIRD_PARTY),
    Fact(what="Permissions belong to the partner key; one that is missing answers 403.", source=_AUTH),
    Fact(what="10,000 calls in five minutes; 429 beyond, without Retry-After.", source=_TERMS),
    Fact(what="Calls are billed; stock every five minutes at most, members and sales hourly or nightly.",
         source=_TERMS),
    Fact(what="Orders go without payment unless Blaze consents.", source=f"{_TERMS}, III.a"),
    Fact(what="A cart is opened, prepared and submitted; the server makes its id first.",
         source=f"{_CART}; {_SWAGGER}"),
    _guess("GET active makes a cart where there is none, and an own externalId and sessionId give an own cart."),
    _guess("A second submit of a placed cart answers 400; the cart is read before and after."),
    _guess("A cart without a consumer is a guest's where the shop allows anonymous orders."),
    _guess("The memo goes with the order when staff make a transaction of it.", "no page says"),
    _guess("A recorded payment makes the cart prepaid, or names its payment option, and stands in cashReceived.",
           "no page says"),
    Fact(what="An order's two words, cartStatus and trackingStatus, and a transaction's, are these.",
         source=_SWAGGER, evidence=Evidence.SPEC),
    _guess("Which of these words may follow which; a cart is cancelled only before it is accepted.", "no page says"),
    Fact(what="A line's Cash discount is taken once off the line.", source=_LIVE, evidence=Evidence.THIRD_PARTY),
    Fact(what="The cart's tax is a rate, totalCalcTax the amount; total is rounded by roundAmt to the cash rule.",
         source=_LIVE, evidence=Evidence.THIRD_PARTY),
    Fact(what="Weights are priceRanges, steps of pieces priceBreaks: rows of one product.", source=_SWAGGER,
         evidence=Evidence.SPEC),
    _guess("A price row prices its whole quantity; an ounce is 28 grams; loose goods count hundredths of a gram.",
           "no page says"),
    _guess("A weight that has a key goes as one of it, any other as so many GRAM.", "no page says"),
    Fact(what="0.0 often means that a potency is unknown.", source=_LIVE, evidence=Evidence.THIRD_PARTY),
    Fact(what="potencyAmount is milligrams in one unit.", source=_LIVE, evidence=Evidence.THIRD_PARTY),
    _guess("Strain is complianceInfo.strain, else genetics; terpenoids maps names to percent.", "no page says"),
    Fact(what="A batch is for sale in the status READY_FOR_SALE only; trackPackageLabel is the state's tag.",
         source=_SWAGGER, evidence=Evidence.SPEC),
    _guess("A remaining limit counts grams, plants and seeds in pieces, thc in milligrams.", "no page says"),
    Fact(what="deleted and archived rows may come in lists and count as gone.", source=_LIVE,
         evidence=Evidence.THIRD_PARTY),
    _guess(f"A page holds {PAGE} rows; no number is published, 500 may pass."),
    Fact(what="Date ranges longer than seven days are refused.", source=_ERRORS),
    Fact(what="Transactions are listed by MM/dd/yyyy, products and members by epoch milliseconds.",
         source="public integrations", evidence=Evidence.THIRD_PARTY),
    _guess("An unknown code answers 400 with a message; hours of a promotion are minutes of the shop's day."),
    _guess("Tax rates below 1 are shares, others percent; PreTaxed prices hold their tax.", "no page says"),
    Fact(what="Balances of Linx, Clover and Mtrac cards can be asked for; no call takes anything off.",
         source=_SWAGGER, evidence=Evidence.SPEC),
    _guess("A card that its issuer does not know answers another status than Success, or 400.", "no page says"),
    Fact(what="PUT replaces a member: it is read, changed and written whole.", source=_SWAGGER,
         evidence=Evidence.SPEC),
    Fact(what="Webhooks are registered one by one; copies may come; no signature is published.", source=_HOOKS),
    _guess("A delivery holds the changed object itself."),
    Fact(what="Errors are {error, message, status}; the older texts show {field, message, errorType}.",
         source=f"{_ERRORS}; {_SWAGGER}"),
    _guess("After a lost reply a submit may still appear for 90 seconds.", "no page says"),
)  # fmt: skip

FACTS = Facts(
    name="blaze",
    label="Blaze",
    kind=Kind.POS,
    auth="two api keys",
    api_version="partner v1",
    docs_url=_DOCS,
    hosts=(BASE.removeprefix("https://"), "api.stage.blaze.me"),
    fields=FIELDS,
    services=tuple(Service),
    capabilities=CAPABILITIES,
    statuses=STATUSES,
    facts=KNOWN,
)
