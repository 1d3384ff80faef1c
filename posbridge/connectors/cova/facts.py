"""What is known of COVA, as data. Most of its pages can be read only in part, so there are many guesses."""

from __future__ import annotations

from posbridge.connectors.cova.calls import SERVICES
from posbridge.connectors.cova.words import STATUSES
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

_NOTES = (
    "A sale is put as an order, and paid there once the register has it: submission takes ten seconds on average and "
    "thirty at most. The queue looks on until COVA has applied the payment.",
    "The payment must equal COVA's own total. A difference of a cent a line is paid as COVA reckons it and shown in "
    "the queue, if the connection allows it; more waits for a person.",
    "Orders have no field for a discount: what was charged stands in the unit prices. The store must agree to that; "
    "else set the connection to refuse such sales.",
    "The tender at the register is named after the order source (\"<source> Payment\", else \"Online Payment\").",
    "Purchase limits are checked at the register only; posbridge checks its own before the sale.",
    "Orders have no note and no delivery address. The register shows the customer's name with our reference.",
    "Money goes back at the register only. A paid order cannot be changed or cancelled.",
    "It has no public gift cards, no check of typed codes and no webhooks: prices and stock are polled.",
    "Product data is meant to be read whole once and then by what changed; a pull every five to ten minutes will do.",
    "The test call proves the user, the location and each service. Only a first order proves the integrator id, and "
    "only its total proves the tax pricing.",
    "Articles come one by one: variants of one product are products of their own. A web shop that groups them "
    "should group none, or its groups stay apart from COVA's articles.",
)  # fmt: skip

CAPABILITIES = Capabilities(
    dedupe=Dedupe.ID,
    read_lag_s=60,
    settle_s=90,
    timeout_s=60,
    page_size=500,
    rates=tuple(Rate(requests=1000, seconds=60, what=service) for service in SERVICES),
    parallel=4,
    split_tender=True,
    cart_discounts=True,
    line_discounts=True,
    custom_lines=False,
    weighed=True,
    refunds=False,
    partial_refunds=False,
    places_orders=True,
    takes_payments=True,
    deletes_visible=False,
    tax_mode=TaxMode.PLATFORM,
    locations=True,
    notes=_NOTES,
)

FIELDS = (
    SettingField(
        name="username",
        label="API user",
        help="Made by COVA for self-integration; ask apisupport@covasoftware.com.",
        example="SelfIntegration.COVA.APIUser.Example",
    ),
    SettingField(name="password", label="API password", secret=True),
    SettingField(name="client_id", label="Client ID", example="Example.SelfIntegration"),
    SettingField(name="client_secret", label="Client secret", secret=True),
    SettingField(name="company_id", label="Company ID", pattern=r"\d{1,12}", example="123456"),
    SettingField(name="entity_id", label="Location (entity) ID", pattern=r"\d{1,12}", example="234567"),
    SettingField(
        name="integrator_id",
        label="Integrator ID",
        help="COVA issues one for each source of orders: take the one for in-store.",
        pattern=r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
        example="11111111-2222-4333-8444-555555555555",
    ),
    SettingField(
        name="tax_pricing",
        label="Tax pricing",
        required=False,
        help="inclusive: the location's prices hold the tax. auto: exclusive, as wherever nothing is configured.",
        choices=("auto", "inclusive", "exclusive"),
        default="auto",
    ),
    SettingField(
        name="currency",
        label="Currency",
        required=False,
        help="COVA's prices do not say it. Left out, the country of the location decides, where COVA tells it.",
        choices=("CAD", "USD"),
        example="CAD",
    ),
    SettingField(
        name="discounts",
        label="Sales with a discount",
        required=False,
        help="lower: the prices that are sent are those charged; the store agrees to it. refuse: such a sale waits.",
        choices=("lower", "refuse"),
        default="lower",
        advanced=True,
    ),
    SettingField(
        name="on_difference",
        label="When COVA reckons another total",
        required=False,
        help="rounding: up to a cent a line is paid as COVA reckons it. stop: any difference waits for a person.",
        choices=("rounding", "stop"),
        default="rounding",
        advanced=True,
    ),
    api_address("COVA"),
    CA_FILE,
)

_HELP = "https://api.covasoft.net"


def _said(what: str, page: str) -> Fact:
    return Fact(what=what, source=f"{_HELP}/{page}")


def _third(what: str, source: str) -> Fact:
    return Fact(what=what, source=source, evidence=Evidence.THIRD_PARTY)


def _guess(what: str, source: str) -> Fact:
    return Fact(what=what, source=source, evidence=Evidence.GUESS)


_GEM = "jfturcot/cova_api, 2022"
_NOTE = "feasibility note of 2026-09-28 on the Sales Orders guide"
_PARSERS = "two public parsers of DetailedProductData"

_STATED = (
    _said("One gateway with a service name in front; JSON in PascalCase", "documentation"),
    _said("An access token lasts 12 hours and is to be reused", "GetStarted"),
    _said("Every order needs an integrator id that COVA issues for each source", "TroubleShooting"),
    _said("TEP for tax-exclusive stores and those without a tax pricing configuration, TIP for inclusive ones",
          "documentation"),
    _said("The order's GUID is ours, in the URL and as Id", "documentation"),
    _said("Submission becomes synchronous: 1 to 30 s, payment 1 to 5 s; 4xx and 5xx: not created",
          "GatewayNotice/SynchronousOrders"),
    _said("Order states of version 2 and what they mean", "documentation"),
    _said("Poll every few seconds until ReadyForPayment or a failure", "Quickstart"),
    _said("Fields of the payment; TrackingNumber may be N/A", "Documentation/Api/POST-v1-CovaOrderPayment"),
    _said("Cancelling only before payment; refunds at the register", "documentation"),
    _said("Purchase limits are checked at the register only", "TroubleShooting"),
    _said("Limits are per service and minute; COVA-APIM-RateLimit-Limit says how many (example 1000)", "GetStarted"),
    _said("All criteria of a customer search must match; neither phone nor e-mail is unique", "documentation"),
    _third("A 2xx alone proves nothing; the payment must equal SaleTotal; a paid order cannot be changed", _NOTE),
    _third("Names of the payment states", _NOTE),
    _third("The token call is a form with grant_type=password", "public scripts"),
    _third("A refresh token comes with the token", _GEM),
    _third("Fields of products, prices, stock and specifications; pages of 500 end with an empty one", _PARSERS),
    _third("Contact methods: phone 1/3, e-mail 2/9; a person is CustomerTypeId 2", _GEM),
    _third("404 of the stock of an article means none; errors are {\"Message\"}", _GEM),
    _third("The list of locations is the entity manager's; CustomerSearch looks at any text", _GEM),
    _third("Which articles are variants of one master product only the older catalogue says, article by article "
           "(Structure): it is not read", _GEM),
    _third("The report of invoices names location, SKUs and quantities; its dates are the store's own time", _GEM),
    _guess("A location may say its country (Address.CountryCode), which decides the currency", "none"),
    _guess("Lines of an order have CatalogItemId, Quantity, SellAtPricePerUnit, Name, as the model before", "none"),
    _guess("The numbers of states are the places in the documented lists, from 0", "none"),
    _guess("A second PUT with one GUID makes no second order; the status is read first all the same", _NOTE),
    _guess("A GUID of version 4 that holds our reference is as good as a random one", "none"),
    _guess("Path of the tax pricing configuration unknown: the setting says it, auto is exclusive", "none"),
    _guess("Shape of taxes, lots and UPCs in product data; lifecycle words", "none"),
    _guess("Fields of a sale's lines and taxes; ids in the report of invoices", "none"),
    _guess("ByProductIdList takes the ids as ProductIds", "none"),
    _guess("The word for \"is\" in a customer search is Equals", "none"),
    _guess("A tier that is named by a weight sells that weight for its price, and such goods are weighed", "none"),
    _guess("Quantities and prices may have decimals for goods that are weighed (grams)", "none"),
    _guess("A bare number of a potency is percent; 0 is a value", "none"),
    _guess("Headers -Remaining and -Reset (seconds); after 429 sixty seconds", "GetStarted, cut off"),
    _guess("A payment that COVA took is applied within 90 seconds, or was lost there", "1 to 5 s are documented"),
    _guess("Conflicts of paid orders come as 409, or with these words", "none"),
    _guess("The life of a refresh token is unknown: refused, the password counts", "none"),
    _guess("States before the register are drafts, at the register they are open", "none"),
)  # fmt: skip

FACTS = Facts(
    name="cova",
    label="COVA",
    kind=Kind.POS,
    auth="an API user's password for a token of twelve hours (OAuth password grant)",
    api_version="orders v1 (TIP/TEP), status v2",
    docs_url="https://api.covasoft.net/documentation",
    hosts=("api.covasoft.net", "accounts.iqmetrix.net", "entitymanager.iqmetrix.net"),
    fields=FIELDS,
    services=(Service.PRODUCTS, Service.INVENTORY, Service.ORDERS, Service.CUSTOMERS),
    capabilities=CAPABILITIES,
    statuses=STATUSES,
    facts=_STATED,
)
