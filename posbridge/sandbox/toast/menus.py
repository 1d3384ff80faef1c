"""The published menu, drawn from the world: V2 with everything, V3 without what it lacks."""

from __future__ import annotations

from collections import defaultdict

from posbridge.sandbox.platform import Route
from posbridge.sandbox.toast.answers import Obj, guid, refuse, stamp
from posbridge.sandbox.toast.world import MENU, RESTAURANT, TAX, TILL_GROUP, Item, World
from posbridge.sandbox.wire import Call, Reply

_NOT_IN_V3 = ("visibility", "catalogProductInfo", "sortOrder", "allergens", "isComboParent")


class Menus:
    """GET /menus and /metadata of both versions."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        return [
            ("GET", "/menus/{version}/menus", self.menus),
            ("GET", "/menus/{version}/metadata", self.metadata),
        ]

    def metadata(self, call: Call) -> Reply:
        return Reply(body={"restaurantGuid": RESTAURANT, "lastUpdated": self._updated()})

    def _updated(self) -> str:
        if self._world.published is None:
            raise refuse(404, "No menus have been published", 10003)
        return stamp(self._world.published)

    def menus(self, call: Call) -> Reply:
        groups: dict[str, list[Item]] = defaultdict(list)
        names = {self._world.group_of(one.category): one.category for one in self._world.products.values()}
        names[TILL_GROUP] = "Till"
        for item in self._world.items.values():
            groups[item.group].append(item)
        slim = call.params["version"] == "v3"
        drawn = [
            _group(key, names.get(key, "Goods"), [self._item(item, slim) for item in items])
            for key, items in groups.items()
        ]
        menu = {
            "name": "All", "guid": MENU, "multiLocationId": "1", "masterId": None, "description": "", "posName": "",
            "highResImage": None, "image": None, "visibility": ["POS"], "availability": {"alwaysAvailable": True},
            "menuGroups": drawn,
        }  # fmt: skip
        if slim:
            menu.pop("visibility")
        return Reply(body={
            "restaurantGuid": RESTAURANT, "lastUpdated": self._updated(),
            "restaurantTimeZone": self._world.seed.timezone, "menus": [menu],
            **self._modifiers(), "preModifierGroupReferences": {},
        })  # fmt: skip

    def _sized(self) -> list[Item]:
        return [item for item in self._world.items.values() if item.sizes]

    def _modifiers(self) -> Obj:
        """The maps that items with sizes point into."""
        groups: Obj = {}
        options: Obj = {}
        for at, item in enumerate(self._sized(), start=1):
            named = {at * 100 + place: size for place, size in enumerate(item.sizes)}
            options |= {str(ref): _option(ref, item.size(name), name, self._world.units(price))
                        for ref, (name, price) in named.items()}  # fmt: skip
            groups[str(at)] = {
                "referenceId": at, "guid": item.size_group, "name": "Size", "multiLocationId": f"2{at}",
                "pricingStrategy": "SIZE_PRICE", "minSelections": 1, "maxSelections": 1, "requiredMode": "REQUIRED",
                "isMultiSelect": False, "modifierOptionReferences": list(named),
            }  # fmt: skip
        return {"modifierGroupReferences": groups, "modifierOptionReferences": options}

    def _pricing(self, item: Item) -> Obj:
        if item.sizes:
            rules = {"timeSpecificPricingRules": [], "sizeSpecificPricingGuid": item.size_group,
                     "sizeSequencePricingRules": []}  # fmt: skip
            refs = [self._sized().index(item) + 1]
            return {"pricingStrategy": "SIZE_PRICE", "pricingRules": rules, "modifierGroupReferences": refs}
        strategy = "OPEN_PRICE" if item.price is None else "BASE_PRICE"
        return {"pricingStrategy": strategy, "pricingRules": None, "modifierGroupReferences": []}

    def _item(self, item: Item, slim: bool) -> Obj:
        world = self._world
        product = world.products.get(item.product)
        single = product is None or not product.options
        made: Obj = {
            "name": product.title if product and single else item.name, "kitchenName": "", "guid": item.guid,
            "multiLocationId": f"1{item.guid[:8]}", "masterId": None,
            "description": product.description if product else "", "posName": "",
            "image": f"{world.address()}/pictures/{product.key}.svg" if product else None, "visibility": ["POS"],
            "price": None if item.price is None else world.units(item.price),
            **self._pricing(item),
            "isDeferred": False, "isDiscountable": True, "salesCategory": None,
            "taxInfo": [TAX] if item.taxed else [],
            "taxInclusion": "TAX_INCLUDED" if world.seed.prices_include_tax else "TAX_NOT_INCLUDED",
            "itemTags": [], "plu": item.plu, "sku": item.sku, "calories": None, "contentAdvisories": {},
            "unitOfMeasure": item.unit, "portions": [], "prepTime": None, "prepStations": [],
            "eligiblePaymentAssistancePrograms": [], "images": [], "sortOrder": 1,
            "isComboParent": False,
        }  # fmt: skip
        if not single:
            made["catalogProductInfo"] = self._catalog(item)
        return {name: value for name, value in made.items() if not (slim and name in _NOT_IN_V3)}

    def _catalog(self, item: Item) -> Obj:
        product = self._world.products[item.product]
        values = item.seed.option_values if item.seed else ()
        options = [
            {
                "id": guid("choice", f"{product.key}:{name}"), "name": name, "sortOrder": at,
                "values": [
                    {"id": guid("value", f"{product.key}:{name}:{value}"), "name": value, "sortOrder": place}
                    for place, value in enumerate(dict.fromkeys(one.option_values[at] for one in product.variants))
                ],
            }
            for at, name in enumerate(product.options)
        ]  # fmt: skip
        chosen = [
            {
                "id": option["id"], "name": option["name"], "sortOrder": at,
                "value": next(one for one in option["values"] if one["name"] == values[at]),  # type: ignore[attr-defined] # a list
            }
            for at, option in enumerate(options)
        ]  # fmt: skip
        return {
            "product": {
                "id": guid("catalog", product.key), "name": product.title, "description": product.description,
                "type": "OPTION", "images": [], "availableOptions": options,
            },
            "productVariant": {
                "id": guid("variant", item.sku), "name": item.name, "description": None, "selectedOptions": chosen,
            },
        }  # fmt: skip


def _option(ref: int, key: str, name: str, price: object) -> Obj:
    return {
        "referenceId": ref, "name": name, "guid": key, "multiLocationId": f"3{ref}", "price": price,
        "pricingStrategy": "BASE_PRICE", "isDefault": False, "sku": "", "plu": "",
    }  # fmt: skip


def _group(key: str, name: str, items: list[Obj]) -> Obj:
    return {
        "name": name, "guid": key, "multiLocationId": "2", "masterId": None, "description": "",
        "visibility": ["POS"], "itemTags": [], "menuGroups": [], "menuItems": items,
    }  # fmt: skip
