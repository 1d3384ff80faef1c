"""The index, settings, system status and the small data routes."""

from __future__ import annotations

from posbridge.sandbox.wire import Reply
from posbridge.sandbox.woocommerce.answers import Ask, Obj, WpError
from posbridge.sandbox.woocommerce.routes import Routes
from posbridge.sandbox.woocommerce.shop import Shop, link

_NAMESPACES = (
    "oembed/1.0", "wc/v3", "wc-admin", "wc-analytics", "wc/store", "wc/store/v1", "wc/private", "wc/v1", "wc/v2",
    "wc-telemetry", "wccom-site/v3", "wp/v2", "wp-site-health/v1", "wp-block-editor/v1", "wp-abilities/v1",
)  # fmt: skip
_PASSWORDS = "/wp-admin/authorize-application.php"
_STORE = "Automattic\\WooCommerce\\Internal\\DataStores\\Orders\\OrdersTableDataStore"
_LEGACY = "WC_Order_Data_Store_CPT"
_CURRENCIES = {"USD": "United States (US) dollar", "EUR": "Euro", "GBP": "Pound sterling", "JPY": "Japanese yen"}


class Settings:
    """What a shop tells about itself."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def add_public(self, routes: Routes) -> None:
        """The index: anyone may read it, and it names the REST namespaces."""
        for path in ("", "/"):
            routes.add("GET", path, self._index)

    def add_routes(self, routes: Routes) -> None:
        """system_status, settings, data/currencies, payment_gateways, taxes."""
        routes.add("GET", "/system_status", lambda ask: Reply(body=self._status()))
        routes.add("GET", "/settings", lambda ask: Reply(body=self._groups()))
        routes.add("GET", "/settings/{group}", lambda ask: Reply(body=self._group(ask.call.params["group"])))
        routes.add("GET", "/settings/{group}/{name}", self._option)
        routes.add("GET", "/data/currencies/current", lambda ask: Reply(body=self._currency()))
        routes.add("GET", "/taxes", lambda ask: Reply(200, self._taxes(), {"x-wp-total": "1", "x-wp-totalpages": "1"}))
        routes.add("GET", "/payment_gateways", lambda ask: Reply(body=[]))

    def _index(self, ask: Ask) -> Reply:
        home = self.shop.home()
        offset = self.shop.clock.now().astimezone(self.shop.zone).utcoffset()
        hours = (offset.total_seconds() / 3600) if offset is not None else 0
        zone = self.shop.options.timezone
        body = {
            "name": self.shop.seed.name,
            "description": "",
            "url": home,
            "home": home,
            "gmt_offset": f"{hours:g}",
            "timezone_string": "" if zone == "UTC" else zone,
            "namespaces": list(_NAMESPACES),
            "authentication": {"application-passwords": {"endpoints": {"authorization": f"{home}{_PASSWORDS}"}}},
            "routes": self._known_routes(),
        }
        return Reply(body=body)

    def _known_routes(self) -> Obj:
        """Enough to find a gift-card provider by."""
        paths = ["/wc/v3", "/wc/v3/products", "/wc/v3/orders", "/wc/v3/coupons", "/wc/v3/customers", "/wc/v3/webhooks"]
        if self.shop.options.gift_cards:
            paths.append("/wc/v3/gift-cards")
        if self.shop.options.modern:
            paths.append("/wc/v3/variations")
        return {path: {"namespace": "wc/v3", "methods": ["GET", "POST"]} for path in paths}

    def _status(self) -> Obj:
        home, options = self.shop.home(), self.shop.options
        return {
            "environment": {
                "home_url": home,
                "site_url": home,
                "version": options.version,
                "wp_version": "6.9",
                "wp_multisite": False,
                "language": "en_US",
                "default_timezone": "UTC",
                "remote_post_successful": True,
            },
            "active_plugins": self._plugins(),
            "settings": {
                "api_enabled": False,
                "force_ssl": False,
                "currency": self.shop.seed.currency,
                "currency_symbol": f"&#{ord(self.shop.symbol[0])};",
                "currency_position": "left",
                "thousand_separator": ",",
                "decimal_separator": ".",
                "number_of_decimals": self.shop.decimals,
                "woocommerce_com_connected": "no",
                "order_datastore": _STORE if options.hpos else _LEGACY,
                "HPOS_enabled": options.hpos,
                "HPOS_sync_enabled": False,
            },
        }

    def _plugins(self) -> list[Obj]:
        names = [("woocommerce/woocommerce.php", "WooCommerce", self.shop.options.version)]
        if self.shop.options.gift_cards:
            names.append(("woocommerce-gift-cards/woocommerce-gift-cards.php", "WooCommerce Gift Cards", "2.7.0"))
        return [
            {
                "plugin": plugin,
                "name": name,
                "version": version,
                "version_latest": version,
                "url": "https://woocommerce.com/",
                "author_name": "Automattic",
                "author_url": "https://woocommerce.com",
                "network_activated": False,
            }
            for plugin, name, version in names
        ]

    def _values(self) -> dict[str, dict[str, str]]:
        seed = self.shop.seed
        return {
            "general": {
                "woocommerce_default_country": seed.country,
                "woocommerce_calc_taxes": "yes" if self.shop.rate else "no",
                "woocommerce_currency": seed.currency,
                "woocommerce_currency_pos": "left",
                "woocommerce_price_thousand_sep": ",",
                "woocommerce_price_decimal_sep": ".",
                "woocommerce_price_num_decimals": str(self.shop.decimals),
            },
            "tax": {
                "woocommerce_prices_include_tax": "yes" if seed.prices_include_tax else "no",
                "woocommerce_tax_based_on": "shipping",
                "woocommerce_shipping_tax_class": "inherit",
                "woocommerce_tax_round_at_subtotal": "no",
                "woocommerce_tax_classes": "",
                "woocommerce_tax_display_shop": "excl",
                "woocommerce_tax_display_cart": "excl",
                "woocommerce_price_display_suffix": "",
                "woocommerce_tax_total_display": "itemized",
            },
            "products": {"woocommerce_weight_unit": "kg", "woocommerce_dimension_unit": "cm"},
        }

    def _groups(self) -> list[Obj]:
        return [
            {"id": name, "label": name.title(), "description": "", "parent_id": "", "sub_groups": []}
            for name in self._values()
        ]

    def _group(self, group: str) -> list[Obj]:
        values = self._values().get(group)
        if values is None:
            raise WpError(404, "rest_setting_setting_group_invalid", "Invalid setting group.")
        return [self._shown(group, name, value) for name, value in values.items()]

    def _option(self, ask: Ask) -> Reply:
        group, name = ask.call.params["group"], ask.call.params["name"]
        for option in self._group(group):
            if option["id"] == name:
                return Reply(body={**option, "group_id": group})
        raise WpError(404, "rest_setting_setting_invalid", "Invalid setting.")

    def _shown(self, group: str, name: str, value: str) -> Obj:
        home, path = self.shop.home(), f"/wc/v3/settings/{group}"
        return {
            "id": name,
            "label": name.removeprefix("woocommerce_").replace("_", " ").capitalize(),
            "description": "",
            "type": "text",
            "default": "",
            "tip": "",
            "value": value,
            "_links": {"self": link(home, f"{path}/{name}"), "collection": link(home, path)},
        }

    def _currency(self) -> Obj:
        code, home, path = self.shop.seed.currency, self.shop.home(), "/wc/v3/data/currencies"
        own = {"href": f"{home}/wp-json{path}/{code}", "targetHints": {"allow": ["GET"]}}
        return {
            "code": code,
            "name": _CURRENCIES.get(code, code),
            "symbol": f"&#{ord(self.shop.symbol[0])};",
            "_links": {"self": [own], "collection": link(home, path)},
        }

    def _taxes(self) -> list[Obj]:
        if not self.shop.rate:
            return []
        rate = f"{self.shop.rate * 100:.4f}"
        return [
            {
                "id": 1, "country": self.shop.seed.country, "state": "", "postcode": "", "city": "", "rate": rate,
                "name": "Sales Tax", "priority": 1, "compound": False, "shipping": True, "order": 0,
                "class": "standard", "postcodes": [], "cities": [],
            }
        ]  # fmt: skip
