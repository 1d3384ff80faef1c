"""The resources of the simulated web service: their fields, what is left empty as what, and what hangs on them.

A field is written `name` (empty text), `name:0` (a number), `name:6` (six decimals), `name:d` (a time), `name*` (a text
by language). Source: the shop's own synopsis of each resource.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NO_TIME = "0000-00-00 00:00:00"
_EMPTY = {"0": "0", "6": "0.000000", "d": NO_TIME, "": ""}
Groups = Mapping[str, tuple[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Resource:
    """One resource: `element` is one object's name, `listed` the list's. `groups` are its associations:
    name → (element, its fields)."""

    name: str
    element: str
    empty: Mapping[str, str]
    texts: frozenset[str]
    padded: frozenset[str]
    required: frozenset[str]
    groups: Groups = field(default_factory=dict)
    listed: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.empty)

    @property
    def dated(self) -> bool:
        return "date_upd" in self.empty or "date_add" in self.empty


def _resource(name: str, element: str, fields: str, required: str = "", groups: str = "", listed: str = "") -> Resource:
    empty: dict[str, str] = {}
    texts, padded = set[str](), set[str]()
    for word in fields.split():
        bare, _, kind = word.partition(":")
        plain = bare.rstrip("*")
        empty[plain] = _EMPTY[kind]
        texts |= {plain} if bare.endswith("*") else set()
        padded |= {plain} if kind == "6" else set()
    hung = (entry.split(":") for entry in groups.split())
    return Resource(
        name,
        element,
        empty,
        frozenset(texts),
        frozenset(padded),
        frozenset(required.split()),
        {group: (one, tuple(inner.split(","))) for group, one, inner in hung},
        listed or name,
    )


_ROW = (
    "id,product_id,product_attribute_id,product_quantity,product_name,product_reference,product_ean13,product_isbn,"
    "product_upc,product_price,id_customization,unit_price_tax_incl,unit_price_tax_excl"
)

_ALL = (
    _resource(
        "products",
        "product",
        "id_manufacturer:0 id_supplier:0 id_category_default:0 new cache_default_attribute:0 id_default_image:0 "
        "id_default_combination:0 id_tax_rules_group:0 position_in_category:0 manufacturer_name quantity:0 type "
        "id_shop_default:0 reference supplier_reference location width:6 height:6 depth:6 weight:6 quantity_discount:0 "
        "ean13 isbn upc mpn cache_is_pack:0 cache_has_attachments:0 is_virtual:0 state:0 additional_delivery_times:0 "
        "delivery_in_stock* delivery_out_stock* product_type on_sale:0 online_only:0 ecotax:6 minimal_quantity:0 "
        "low_stock_threshold:0 low_stock_alert:0 price:6 wholesale_price:6 unity unit_price:6 unit_price_ratio:6 "
        "additional_shipping_cost:6 customizable:0 text_fields:0 uploadable_files:0 active:0 redirect_type "
        "id_type_redirected:0 available_for_order:0 available_date show_condition:0 condition show_price:0 indexed:0 "
        "visibility advanced_stock_management:0 date_add:d date_upd:d pack_stock_type:0 meta_description* meta_title* "
        "link_rewrite* name* description* description_short* available_now* available_later*",
        "price",
        "categories:category:id images:image:id combinations:combination:id "
        "product_option_values:product_option_value:id stock_availables:stock_available:id,id_product_attribute",
    ),
    _resource(
        "combinations",
        "combination",
        "id_product:0 ean13 isbn upc mpn reference supplier_reference wholesale_price:6 price:6 ecotax:6 weight:6 "
        "unit_price_impact:6 minimal_quantity:0 low_stock_threshold:0 low_stock_alert:0 default_on available_date "
        "available_now* available_later*",
        "id_product minimal_quantity",
        "product_option_values:product_option_value:id images:image:id",
    ),
    _resource(
        "product_options",
        "product_option",
        "is_color_group:0 group_type position:0 name* public_name*",
        "group_type name public_name",
        "product_option_values:product_option_value:id",
    ),
    _resource(
        "product_option_values",
        "product_option_value",
        "id_attribute_group:0 color position:0 name*",
        "id_attribute_group name",
    ),
    _resource(
        "categories",
        "category",
        "id_parent:0 level_depth:0 nb_products_recursive:0 active:0 id_shop_default:0 is_root_category:0 position:0 "
        "date_add:d date_upd:d name* link_rewrite* description* meta_title* meta_description*",
        "active name link_rewrite",
    ),
    _resource(
        "stock_availables",
        "stock_available",
        "id_product:0 id_product_attribute:0 id_shop:0 id_shop_group:0 quantity:0 depends_on_stock:0 out_of_stock:0 "
        "location",
    ),
    _resource(
        "specific_prices",
        "specific_price",
        "id_shop_group:0 id_shop:0 id_cart:0 id_product:0 id_product_attribute:0 id_currency:0 id_country:0 id_group:0 "
        "id_customer:0 id_specific_price_rule:0 price:6 from_quantity:0 reduction:6 reduction_tax:0 reduction_type "
        "from:d to:d",
        "id_shop id_cart id_product id_currency id_country id_group id_customer price from_quantity reduction "
        "reduction_tax reduction_type from to",
    ),
    _resource("taxes", "tax", "rate active:0 deleted:0 name*", "rate name"),
    _resource(
        "tax_rules",
        "tax_rule",
        "id_tax_rules_group:0 id_state:0 id_country:0 zipcode_from:0 zipcode_to:0 id_tax:0 behavior:0 description",
    ),
    _resource("tax_rule_groups", "tax_rule_group", "name active:0 deleted:0 date_add:d date_upd:d", "name"),
    _resource(
        "currencies",
        "currency",
        "names* name symbol* iso_code numeric_iso_code precision:0 conversion_rate:6 deleted:0 active:0 unofficial:0 "
        "modified:0 pattern*",
    ),
    _resource("languages", "language", "name iso_code locale language_code active:0 is_rtl:0"),
    _resource("countries", "country", "id_zone:0 id_currency:0 iso_code active:0 contains_states:0 name*"),
    _resource("states", "state", "id_zone:0 id_country:0 iso_code name active:0"),
    _resource("carriers", "carrier", "deleted:0 id_reference:0 name active:0 is_free:0 delay*"),
    _resource(
        "order_states",
        "order_state",
        "unremovable:0 delivery:0 hidden:0 send_email:0 module_name invoice:0 color logable:0 shipped:0 paid:0 "
        "pdf_delivery:0 pdf_invoice:0 deleted:0 name* template*",
    ),
    _resource("configurations", "configuration", "value name id_shop_group:0 id_shop:0 date_add:d date_upd:d"),
    _resource(
        "customers",
        "customer",
        "id_default_group:0 id_lang:0 newsletter_date_add:d ip_registration_newsletter last_passwd_gen:d secure_key "
        "deleted:0 passwd lastname firstname email id_gender:0 birthday newsletter:0 optin:0 website company siret ape "
        "outstanding_allow_amount:6 show_public_prices:0 id_risk:0 max_payment_days:0 active:0 note is_guest:0 "
        "id_shop:0 id_shop_group:0 date_add:d date_upd:d reset_password_token reset_password_validity:d",
        "passwd lastname firstname email",
        "groups:group:id",
    ),
    _resource(
        "addresses",
        "address",
        "id_customer:0 id_manufacturer:0 id_supplier:0 id_country:0 id_state:0 id_warehouse:0 alias company lastname "
        "firstname vat_number address1 address2 postcode city other phone phone_mobile dni deleted:0 date_add:d "
        "date_upd:d",
        "id_country alias lastname firstname address1 city",
    ),
    _resource(
        "carts",
        "cart",
        "id_address_delivery:0 id_address_invoice:0 id_currency:0 id_customer:0 id_guest:0 id_lang:0 id_shop_group:0 "
        "id_shop:0 id_carrier:0 recyclable:0 gift:0 gift_message mobile_theme:0 delivery_option secure_key "
        "allow_seperated_package:0 date_add:d date_upd:d",
        "id_currency id_lang",
        "cart_rows:cart_row:id_product,id_product_attribute,id_address_delivery,id_customization,quantity",
    ),
    _resource(
        "orders",
        "order",
        "id_address_delivery:0 id_address_invoice:0 id_cart:0 id_currency:0 id_lang:0 id_customer:0 id_carrier:0 "
        "current_state:0 module invoice_number:0 invoice_date:d delivery_number:0 delivery_date:d valid:0 date_add:d "
        "date_upd:d shipping_number note id_shop_group:0 id_shop:0 secure_key payment recyclable:0 gift:0 gift_message "
        "mobile_theme:0 total_discounts:6 total_discounts_tax_incl:6 total_discounts_tax_excl:6 total_paid:6 "
        "total_paid_tax_incl:6 total_paid_tax_excl:6 total_paid_real:6 total_products:6 total_products_wt:6 "
        "total_shipping:6 total_shipping_tax_incl:6 total_shipping_tax_excl:6 carrier_tax_rate total_wrapping:6 "
        "total_wrapping_tax_incl:6 total_wrapping_tax_excl:6 round_mode:0 round_type:0 conversion_rate:6 reference",
        "id_address_delivery id_address_invoice id_cart id_currency id_lang id_customer id_carrier module payment "
        "total_paid total_paid_real total_products total_products_wt conversion_rate",
        f"order_rows:order_row:{_ROW}",
    ),
    _resource(
        "order_details",
        "order_detail",
        "id_order:0 product_id:0 product_attribute_id:0 id_shop:0 product_name product_quantity:0 "
        "product_quantity_in_stock:0 product_quantity_return:0 product_quantity_refunded:0 product_price:6 "
        "product_ean13 product_reference id_tax_rules_group:0 unit_price_tax_incl:6 unit_price_tax_excl:6 "
        "total_price_tax_incl:6 total_price_tax_excl:6 original_product_price:6",
    ),
    _resource(
        "order_histories",
        "order_history",
        "id_employee:0 id_order_state:0 id_order:0 date_add:d",
        "id_order_state id_order",
    ),
    _resource(
        "order_payments",
        "order_payment",
        "order_reference id_currency:0 amount:6 payment_method conversion_rate:6 transaction_id card_number card_brand "
        "card_expiration card_holder date_add:d id_employee",
        "id_currency amount",
    ),
    _resource(
        "order_slip",
        "order_slip",
        "id_customer:0 id_order:0 conversion_rate:6 total_products_tax_excl:6 total_products_tax_incl:6 "
        "total_shipping_tax_excl:6 total_shipping_tax_incl:6 amount:6 shipping_cost:0 shipping_cost_amount:6 partial:0 "
        "date_add:d date_upd:d order_slip_type:0",
        "id_customer id_order conversion_rate total_products_tax_excl total_products_tax_incl total_shipping_tax_excl "
        "total_shipping_tax_incl",
        "order_slip_details:order_slip_detail:id,id_order_detail,product_quantity,amount_tax_excl,amount_tax_incl",
        listed="order_slips",
    ),
    _resource(
        "cart_rules",
        "cart_rule",
        "id_customer:0 date_from:d date_to:d description quantity:0 quantity_per_user:0 priority:0 partial_use:0 code "
        "minimum_amount:6 minimum_amount_tax:0 minimum_amount_currency:0 minimum_amount_shipping:0 "
        "country_restriction:0 carrier_restriction:0 group_restriction:0 cart_rule_restriction:0 product_restriction:0 "
        "shop_restriction:0 free_shipping:0 reduction_percent reduction_amount:6 reduction_tax:0 "
        "reduction_currency:0 reduction_product:0 reduction_exclude_special:0 gift_product:0 "
        "gift_product_attribute:0 highlight:0 active:0 date_add:d date_upd:d name*",
        "date_from date_to",
    ),
    _resource("groups", "group", "reduction price_display_method:0 show_prices:0 date_add:d date_upd:d name*", "name"),
    _resource("manufacturers", "manufacturer", "active:0 link_rewrite name date_add:d date_upd:d", "name"),
    _resource("messages", "message", "id_cart:0 id_order:0 id_customer:0 id_employee:0 message private:0 date_add:d"),
    _resource("shops", "shop", "id_shop_group:0 id_category:0 active:0 deleted:0 name color theme_name"),
)

RESOURCES: dict[str, Resource] = {resource.name: resource for resource in _ALL}
