"""Every GraphQL document that is sent to Shopify, as constants. The tests hold each against the official schema."""

from __future__ import annotations

_BAG = "{ shopMoney { amount currencyCode } }"
_MORE = "pageInfo { hasNextPage endCursor }"

_VARIANT = """fragment VariantParts on ProductVariant {
  id title sku barcode price compareAtPrice position taxable inventoryPolicy inventoryQuantity
  selectedOptions { name value }
  inventoryItem {
    id tracked measurement { weight { value unit } }
    inventoryLevel(locationId: $location) @include(if: $here) { quantities(names: ["available"]) { name quantity } }
  }
}"""

_PRODUCT = """fragment ProductParts on Product {
  id title handle descriptionHtml vendor productType tags status updatedAt isGiftCard
  category { fullName }
  collections(first: 10) { nodes { title } }
  options { id name position optionValues { name } }
  media(first: 10) { nodes { id alt ... on MediaImage { image { url } } } }
"""

_MANY_VARIANTS = f"variants(first: $variants) {{ nodes {{ ...VariantParts }} {_MORE} }}"

SHOP = """query Shop {
  shop { id name myshopifyDomain currencyCode ianaTimezone taxesIncluded plan { publicDisplayName partnerDevelopment } }
  currentAppInstallation { accessScopes { handle } }
}"""

LOCATIONS = """query Locations { locations(first: 250) { nodes { id name isActive } } }"""

MARK = """mutation DefineMark($definition: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $definition) {
    createdDefinition { id } userErrors { field message code }
  }
}"""

PRODUCTS = f"""query Products(
  $first: Int!, $after: String, $query: String, $variants: Int!, $location: ID!, $here: Boolean!, $count: Boolean!
) {{
  productsCount(query: $query, limit: null) @include(if: $count) {{ count }}
  products(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {{
    nodes {{ ...ProductParts {_MANY_VARIANTS} }} {_MORE}
  }}
}}
{_PRODUCT}}}
{_VARIANT}"""

PRODUCT = f"""query Product($id: ID!, $variants: Int!, $location: ID!, $here: Boolean!) {{
  product(id: $id) {{ ...ProductParts {_MANY_VARIANTS} }}
}}
{_PRODUCT}}}
{_VARIANT}"""

VARIANTS = f"""query Variants($id: ID!, $variants: Int!, $after: String, $location: ID!, $here: Boolean!) {{
  product(id: $id) {{ variants(first: $variants, after: $after) {{ nodes {{ ...VariantParts }} {_MORE} }} }}
}}
{_VARIANT}"""

PRODUCT_IDS = f"""query ProductIds($first: Int!, $after: String, $query: String) {{
  products(first: $first, after: $after, query: $query, sortKey: ID) {{ nodes {{ id }} {_MORE} }}
}}"""

#: What a bulk query asks for; it takes no variables, so that a location's level is written in (`bulk_products`).
BULK_PRODUCTS = """{
  products {
    edges { node {
      id title handle descriptionHtml vendor productType tags status updatedAt isGiftCard
      category { fullName }
      options { id name position optionValues { name } }
      collections { edges { node { id title } } }
      media { edges { node { id alt ... on MediaImage { image { url } } } } }
      variants { edges { node {
        id title sku barcode price compareAtPrice position taxable inventoryPolicy inventoryQuantity
        selectedOptions { name value }
        inventoryItem { id tracked measurement { weight { value unit } }%s }
      } } }
    } }
  }
}"""
_BULK_LEVEL = ' inventoryLevel(locationId: "%s") { quantities(names: ["available"]) { name quantity } }'

BULK_RUN = """mutation BulkRun($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: true) {
    bulkOperation { id status } userErrors { field message code }
  }
}"""

BULK_STATE = """query BulkState($id: ID!) {
  bulkOperation(id: $id) { id status errorCode objectCount fileSize url partialDataUrl }
}"""

LEVELS = f"""query Levels($location: ID!, $first: Int!, $after: String, $query: String) {{
  location(id: $location) {{
    inventoryLevels(first: $first, after: $after, query: $query) {{
      nodes {{
        id updatedAt item {{ id tracked variant {{ id }} }} quantities(names: ["available"]) {{ name quantity }}
      }} {_MORE}
    }}
  }}
}}"""

_HERE = 'inventoryLevel(locationId: $location) { updatedAt quantities(names: ["available"]) { name quantity } }'

STOCK_OF = f"""query StockOf($ids: [ID!]!, $location: ID!) {{
  nodes(ids: $ids) {{
    ... on ProductVariant {{ id inventoryItem {{ id tracked {_HERE} }} }}
    ... on InventoryItem {{ id tracked variant {{ id }} {_HERE} }}
  }}
}}"""

ITEMS_OF = """query ItemsOf($ids: [ID!]!) {
  nodes(ids: $ids) { ... on ProductVariant { id inventoryItem { id } } }
}"""

ADJUST = """mutation Adjust($input: InventoryAdjustQuantitiesInput!, $key: String!) {
  inventoryAdjustQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id } userErrors { field message code }
  }
}"""

_MARKS = """fragment Marks on Order {
  id name sourceIdentifier sourceName tags customAttributes { key value }
}"""

_ORDER = f"""fragment OrderParts on Order {{
  id name createdAt updatedAt processedAt cancelledAt cancelReason sourceIdentifier sourceName email phone note
  tags test displayFinancialStatus displayFulfillmentStatus currencyCode taxesIncluded discountCodes
  customAttributes {{ key value }}
  customer {{ id firstName lastName defaultEmailAddress {{ emailAddress }} defaultPhoneNumber {{ phoneNumber }} }}
  totalDiscountsSet {_BAG} totalTaxSet {_BAG} totalPriceSet {_BAG} totalReceivedSet {_BAG} totalRefundedSet {_BAG}
  lineItems(first: $lines) {{
    nodes {{
      id title variantTitle sku quantity variant {{ id }} product {{ id }}
      originalUnitPriceSet {_BAG}
      discountAllocations {{ allocatedAmountSet {_BAG} }}
      taxLines {{ title rate priceSet {_BAG} }}
    }} {_MORE}
  }}
  shippingLines(first: 10) {{ nodes {{ id title discountedPriceSet {_BAG} taxLines {{ priceSet {_BAG} }} }} }}
  refunds(first: 50) {{ id note totalRefundedSet {_BAG} }}
}}"""

ORDER_CREATE = """mutation OrderCreate($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput) {
  orderCreate(order: $order, options: $options) {
    order { id name totalPriceSet { shopMoney { amount currencyCode } } }
    userErrors { field message code }
  }
}"""

ORDER = f"""query Order($id: ID!, $lines: Int!) {{ order(id: $id) {{ ...OrderParts }} }}
{_ORDER}"""

ORDER_LINES = f"""query OrderLines($id: ID!, $lines: Int!, $after: String) {{
  order(id: $id) {{
    lineItems(first: $lines, after: $after) {{
      nodes {{
        id title variantTitle sku quantity variant {{ id }} product {{ id }}
        originalUnitPriceSet {_BAG}
        discountAllocations {{ allocatedAmountSet {_BAG} }}
        taxLines {{ title rate priceSet {_BAG} }}
      }} {_MORE}
    }}
  }}
}}"""

ORDERS = f"""query Orders($first: Int!, $after: String, $query: String, $lines: Int!) {{
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {{ nodes {{ ...OrderParts }} {_MORE} }}
}}
{_ORDER}"""

#: Three ways at once: our unique mark (read past the search index), the search, and the newest orders as they stand.
FIND_ORDER = f"""query FindOrder($mark: OrderIdentifierInput!, $marked: Boolean!, $search: String!) {{
  marked: orderByIdentifier(identifier: $mark) @include(if: $marked) {{ ...Marks }}
  searched: orders(first: 10, query: $search) {{ nodes {{ ...Marks }} }}
  newest: orders(first: 50, sortKey: CREATED_AT, reverse: true) {{ nodes {{ createdAt ...Marks }} {_MORE} }}
}}
{_MARKS}"""

NEWEST_ORDERS = f"""query NewestOrders($after: String!) {{
  newest: orders(first: 250, after: $after, sortKey: CREATED_AT, reverse: true) {{
    nodes {{ createdAt ...Marks }} {_MORE}
  }}
}}
{_MARKS}"""

ORDER_UPDATE = """mutation OrderUpdate($input: OrderInput!) {
  orderUpdate(input: $input) { order { id } userErrors { field message } }
}"""

ORDER_CANCEL = """mutation OrderCancel($orderId: ID!, $restock: Boolean!, $reason: OrderCancelReason!) {
  orderCancel(orderId: $orderId, restock: $restock, reason: $reason, notifyCustomer: false) {
    job { id } orderCancelUserErrors { field message code }
  }
}"""

ORDER_PAID = """mutation OrderPaid($input: OrderMarkAsPaidInput!) {
  orderMarkAsPaid(input: $input) { order { id } userErrors { field message } }
}"""

FULFILMENTS = """query Fulfilments($id: ID!) {
  order(id: $id) { id fulfillmentOrders(first: 20) { nodes { id status } } }
}"""

FULFIL = """mutation Fulfil($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id } userErrors { field message } }
}"""

REFUNDABLE = f"""query Refundable($id: ID!, $lines: Int!) {{
  order(id: $id) {{
    id
    lineItems(first: $lines) {{
      nodes {{ id quantity refundableQuantity variant {{ id }} customAttributes {{ key value }} }}
    }}
    transactions(first: 100) {{
      id kind status gateway receiptJson amountSet {_BAG} parentTransaction {{ id }}
    }}
    refunds(first: 100) {{ id note totalRefundedSet {_BAG} }}
  }}
}}"""

REFUND = """mutation Refund($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) { refund { id note } userErrors { field message } }
}"""

REFUNDS = f"""query Refunds($id: ID!) {{
  order(id: $id) {{ id refunds(first: 100) {{ id note totalRefundedSet {_BAG} }} }}
}}"""

_CUSTOMER = """fragment CustomerParts on Customer {
  id firstName lastName displayName note tags state updatedAt
  defaultEmailAddress { emailAddress marketingState } defaultPhoneNumber { phoneNumber }
  defaultAddress { address1 address2 city provinceCode countryCodeV2 zip company }
}"""

CUSTOMER = f"""query Customer($identifier: CustomerIdentifierInput!) {{
  customerByIdentifier(identifier: $identifier) {{ ...CustomerParts }}
}}
{_CUSTOMER}"""

CUSTOMERS = f"""query Customers($first: Int!, $after: String, $query: String) {{
  customers(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {{ nodes {{ ...CustomerParts }} {_MORE} }}
}}
{_CUSTOMER}"""

CUSTOMER_CREATE = f"""mutation CustomerCreate($input: CustomerInput!) {{
  customerCreate(input: $input) {{ customer {{ ...CustomerParts }} userErrors {{ field message }} }}
}}
{_CUSTOMER}"""

CUSTOMER_UPDATE = f"""mutation CustomerUpdate($input: CustomerInput!) {{
  customerUpdate(input: $input) {{ customer {{ ...CustomerParts }} userErrors {{ field message }} }}
}}
{_CUSTOMER}"""

_MINIMUM = """minimumRequirement {
      __typename
      ... on DiscountMinimumSubtotal { greaterThanOrEqualToSubtotal { amount currencyCode } }
      ... on DiscountMinimumQuantity { greaterThanOrEqualToQuantity }
    }"""
_COMMON = (
    "title status startsAt endsAt usageLimit asyncUsageCount appliesOncePerCustomer codes(first: 10) { nodes { code } }"
)
_TOGETHER = "combinesWith { orderDiscounts productDiscounts shippingDiscounts }"
_BUYERS = "context { __typename ... on DiscountCustomers { customers { id } } }"

_DISCOUNT = f"""fragment DiscountParts on DiscountCodeNode {{
  id
  codeDiscount {{
    __typename
    ... on DiscountCodeBasic {{
      {_COMMON} {_TOGETHER} {_BUYERS} {_MINIMUM}
      customerGets {{
        value {{
          __typename
          ... on DiscountPercentage {{ percentage }}
          ... on DiscountAmount {{ appliesOnEachItem amount {{ amount currencyCode }} }}
        }}
        items {{
          __typename
          ... on DiscountProducts {{
            products(first: 100) {{ nodes {{ id }} }} productVariants(first: 100) {{ nodes {{ id }} }}
          }}
          ... on DiscountCollections {{ collections(first: 50) {{ nodes {{ id title }} }} }}
        }}
      }}
    }}
    ... on DiscountCodeFreeShipping {{ {_COMMON} {_TOGETHER} {_BUYERS} {_MINIMUM} }}
    ... on DiscountCodeBxgy {{ {_COMMON} }}
    ... on DiscountCodeApp {{ {_COMMON} }}
  }}
}}"""

DISCOUNT = f"""query Discount($code: String!) {{ codeDiscountNodeByCode(code: $code) {{ ...DiscountParts }} }}
{_DISCOUNT}"""

DISCOUNTS = f"""query Discounts($first: Int!, $after: String) {{
  codeDiscountNodes(first: $first, after: $after, query: "status:active") {{ nodes {{ ...DiscountParts }} {_MORE} }}
}}
{_DISCOUNT}"""

_CARD = """fragment CardParts on GiftCard {
  id lastCharacters enabled expiresOn deactivatedAt
  initialValue { amount currencyCode } balance { amount currencyCode } customer { id }
  transactions(first: 100, reverse: true) {
    nodes { __typename id note amount { amount currencyCode } } pageInfo { hasNextPage endCursor }
  }
}"""

GIFT_CARDS = f"""query GiftCards($query: String!) {{
  giftCards(first: 5, query: $query) {{ nodes {{ ...CardParts }} }}
}}
{_CARD}"""

GIFT_CARD = f"""query GiftCard($id: ID!) {{ giftCard(id: $id) {{ ...CardParts }} }}
{_CARD}"""

_MOVED = "id note amount { amount currencyCode } giftCard { id balance { amount currencyCode } }"

CARD_DEBIT = f"""mutation CardDebit($id: ID!, $input: GiftCardDebitInput!) {{
  giftCardDebit(id: $id, debitInput: $input) {{
    moved: giftCardDebitTransaction {{ {_MOVED} }} userErrors {{ field message code }}
  }}
}}"""

CARD_CREDIT = f"""mutation CardCredit($id: ID!, $input: GiftCardCreditInput!) {{
  giftCardCredit(id: $id, creditInput: $input) {{
    moved: giftCardCreditTransaction {{ {_MOVED} }} userErrors {{ field message code }}
  }}
}}"""

HOOKS = f"""query Hooks($first: Int!, $after: String) {{
  webhookSubscriptions(first: $first, after: $after) {{ nodes {{ id topic uri }} {_MORE} }}
}}"""

HOOK_CREATE = """mutation HookCreate($topic: WebhookSubscriptionTopic!, $hook: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $hook) {
    webhookSubscription { id topic uri } userErrors { field message }
  }
}"""

HOOK_UPDATE = """mutation HookUpdate($id: ID!, $hook: WebhookSubscriptionInput!) {
  webhookSubscriptionUpdate(id: $id, webhookSubscription: $hook) {
    webhookSubscription { id topic uri } userErrors { field message }
  }
}"""


def bulk_products(location: str) -> str:
    """The bulk query, with the stock of one location where one is chosen."""
    return BULK_PRODUCTS % (_BULK_LEVEL % location if location else "")
