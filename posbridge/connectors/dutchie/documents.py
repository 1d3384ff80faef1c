"""What is asked of Plus: every document, each valid against the schema that the contract holds."""

from __future__ import annotations

_PRODUCT = """
  id slug name category subcategory strainType description descriptionHtml effects tags staffPick
  posId productBatchId enterpriseProductId menuTypes image images { id url label description }
  brand { id name imageUrl } posMetaData { id category sku }
  potencyThc { formatted range unit } potencyCbd { formatted range unit }
  terpenes { name unitSymbol value } cannabinoids { value unit cannabinoid { name } }
  variants {
    id option priceRec priceMed specialPriceRec specialPriceMed quantity flowerEquivalent { unit value }
  }
"""
_STOCK = "id productBatchId variants { id option quantity }"
_PAGE = "pagination: { offset: $offset, limit: $limit }"
_CHECKOUT = """
  id orderType pricingType redirectUrl createdAt updatedAt
  priceSummary { subtotal discounts mixAndMatch rewards fees taxes total }
  items {
    id productId option quantity basePrice isDiscounted valid errors
    discounts { total } taxes { total cannabis sales }
  }
"""
_ORDER = """
  id orderNumber foreignId customerId dispensaryName status createdAt pickup delivery medical recreational metadata
  reservationDate { startTime endTime } subtotal tax total
"""
_ARTICLE = """
  id name posMetaData { sku }
  variants { id option priceRec priceMed specialPriceRec specialPriceMed }
"""


def _flat(document: str) -> str:
    return " ".join(document.split())


def _menu(fields: str) -> str:
    """By name, so that the pages stay in one order while they are read."""
    return _flat(f"""
      query Menu($retailerId: ID!, $menuType: MenuType, $offset: Int!, $limit: Int!) {{
        menu(retailerId: $retailerId, menuType: $menuType, {_PAGE}, sort: {{ direction: ASC, key: NAME }}) {{
          products {{ {fields} }}
        }}
      }}""")


def _orders(article: str) -> str:
    return _flat(f"""
      query Orders($retailerId: ID!) {{
        orders(retailerId: $retailerId) {{
          orders {{ {_ORDER} items {{ productId option quantity price subtotal product {{ {article} }} }} }}
        }}
      }}""")


def _change(name: str, arguments: str, passed: str) -> str:
    """A mutation that answers the whole checkout."""
    root = f"{name[0].lower()}{name[1:]}"
    return _flat(f"mutation {name}({arguments}) {{ {root}({passed}) {{ {_CHECKOUT} }} }}")


RETAILERS = "query Retailers { retailers { id name } }"
MENU = _menu(_PRODUCT)
MENU_IDS = _menu("id")
MENU_STOCK = _menu(_STOCK)
PRODUCT = _flat(f"""
  query Product($retailerId: ID!, $id: ID!) {{ product(retailerId: $retailerId, id: $id) {{ {_PRODUCT} }} }}""")
SPECIALS = _flat("""
  query Specials($retailerId: ID!) {
    specials(retailerId: $retailerId) {
      id name type redemptionLimit menuType
      menuDisplayConfiguration { name description }
      scheduleConfiguration { startStamp endStamp days startTime endTime setEndDate endDate }
    }
  }""")
SPECIAL_MEMBERS = _flat(f"""
  query SpecialMembers($retailerId: ID!, $ids: [String], $offset: Int!, $limit: Int!) {{
    menu(retailerId: $retailerId, {_PAGE}, filter: {{ menuSection: {{ type: SPECIALS, specialId: $ids }} }}) {{
      products {{ id slug }}
    }}
  }}""")
CHECKOUT = _flat(f"""
  query Checkout($retailerId: ID!, $id: ID!) {{ checkout(retailerId: $retailerId, id: $id) {{ {_CHECKOUT} }} }}""")
#: With each article's SKU, variants and menu prices; the second asks no more than a client was seen to.
ORDERS = _orders(_ARTICLE)
ORDERS_AS_SEEN = _orders("id name")
CREATE_CHECKOUT = _change(
    "CreateCheckout",
    "$retailerId: ID!, $orderType: OrderType!, $pricingType: PricingType!, $metadata: JSON",
    "retailerId: $retailerId, orderType: $orderType, pricingType: $pricingType, metadata: $metadata",
)
ADD_ITEM = _change(
    "AddItem",
    "$retailerId: ID!, $checkoutId: ID!, $productId: ID!, $quantity: Int!, $option: String!",
    "retailerId: $retailerId, checkoutId: $checkoutId, productId: $productId, quantity: $quantity, option: $option",
)
UPDATE_QUANTITY = _change(
    "UpdateQuantity",
    "$retailerId: ID!, $checkoutId: ID!, $itemId: ID!, $quantity: Int!",
    "retailerId: $retailerId, checkoutId: $checkoutId, itemId: $itemId, quantity: $quantity",
)
REMOVE_ITEM = _change(
    "RemoveItem",
    "$retailerId: ID!, $checkoutId: ID!, $itemId: ID!",
    "retailerId: $retailerId, checkoutId: $checkoutId, itemId: $itemId",
)
DOCUMENTS = (
    RETAILERS, MENU, MENU_IDS, MENU_STOCK, PRODUCT, SPECIALS, SPECIAL_MEMBERS, CHECKOUT, ORDERS, ORDERS_AS_SEEN,
    CREATE_CHECKOUT, ADD_ITEM, UPDATE_QUANTITY, REMOVE_ITEM,
)  # fmt: skip
