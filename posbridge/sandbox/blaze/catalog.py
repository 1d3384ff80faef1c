"""What Blaze tells of its shelf: the shop, products, batches and what they hold."""

from __future__ import annotations

from collections.abc import Callable

from posbridge.sandbox.blaze.answers import Obj, Refused, between_ms, ident, lister, ms, page
from posbridge.sandbox.blaze.shop import STRAINS, Article, Lot, Shop
from posbridge.sandbox.platform import Route
from posbridge.sandbox.wire import Call, Reply


class Catalog:
    """The reads of chapters 3 and 4 of the contract's facts."""

    def __init__(self, shop: Shop, address: Callable[[], str]) -> None:
        self.shop, self._address = shop, address

    def routes(self) -> list[Route]:
        root = "/api/v1/partner"
        return [
            ("GET", f"{root}/store", lambda call: Reply(body={"shop": self.store(), "companyLogoURL": None})),
            ("GET", f"{root}/store/inventories", lister(lambda call: self.inventories())),
            ("GET", f"{root}/store/terminals", lister(lambda call: self.terminals())),
            ("GET", f"{root}/products", lambda call: page(call, self._rows())),
            ("GET", f"{root}/products/modified", self.modified),
            ("GET", f"{root}/products/sku/{{sku}}", self.by_sku),
            ("GET", f"{root}/products/{{id}}", lambda call: Reply(body=self.row(self._get(call)))),
            ("GET", f"{root}/store/batches", lister(self.batches)),
            ("GET", f"{root}/store/batches/quantities", lister(self.quantities)),
            ("GET", f"{root}/store/batches/{{id}}/batchQuantityInfo", self.of_product),
        ]

    def store(self) -> Obj:
        seed = self.shop.seed
        return {
            "id": self.shop.id, "companyId": self.shop.company, "name": seed.name, "shopType": "Both", "active": True,
            "taxOrder": "PreTaxed" if seed.prices_include_tax else "PostTaxed", "timeZone": seed.timezone,
            "taxInfo": {"cityTax": 0, "stateTax": float(seed.tax_rate), "federalTax": 0}, "useComplexTax": False,
            "allowAnonymousOrders": True, "taxRoundOffType": "ONE_CENT",
        }  # fmt: skip

    def inventories(self) -> list[Obj]:
        names = ((self.shop.room, "Sales floor", "Storage"), (self.shop.vault, "Quarantine", "Quarantine"))
        return [{"id": key, "shopId": self.shop.id, "name": name, "type": kind, "active": True}
                for key, name, kind in names]  # fmt: skip

    def terminals(self) -> list[Obj]:
        return [{"id": self.shop.terminal, "shopId": self.shop.id, "name": "Terminal 1", "active": True}]

    def _rows(self) -> list[Obj]:
        return [self.row(one) for one in self.shop.articles.values() if not one.deleted]

    def modified(self, call: Call) -> Reply:
        """Deleted ones too."""
        begin, end = between_ms(call, needed=True) or (0, 0)
        found = [one for one in self.shop.articles.values() if begin <= ms(one.modified) <= end]
        return page(call, [self.row(one) for one in sorted(found, key=lambda one: one.modified)])

    def by_sku(self, call: Call) -> Reply:
        found = [one for one in self.shop.articles.values() if one.seed.sku == call.params["sku"] and not one.deleted]
        if not found:
            raise Refused(404, "Product not found")
        return Reply(body=self.row(found[0]))

    def _get(self, call: Call) -> Article:
        found = self.shop.articles.get(call.params["id"])
        if found is None or found.deleted:
            raise Refused(404, "Product not found")
        return found

    def row(self, article: Article) -> Obj:
        """A product with the fields that live answers have, `purchasePrice` (never to be shown) included."""
        strain, kind = STRAINS[article.draw % len(STRAINS)]
        price, before = article.price, article.seed.compare_at_minor
        shop = self.shop
        return {
            "id": article.id, "created": ms(article.modified), "modified": ms(article.modified),
            "deleted": article.deleted, "archived": False, "companyId": shop.company, "shopId": shop.id,
            "categoryId": ident("category", article.product.category), "sku": article.seed.sku,
            "productSaleType": "Both", "name": article.title, "description": article.product.description,
            "flowerType": kind, "genetics": strain, "unitPrice": max(price, before or 0) / 100,
            "salesPrice": price / 100 if before and before > price else None, "purchasePrice": price / 200,
            "weightPerUnit": "EACH", "unitValue": 1.0, "thc": float(14 + article.draw % 12), "cbd": 0.0, "cbn": 0.0,
            "thca": 0.0, "cbda": 0.0, "cbg": 0.0, "active": True, "sellable": True, "showInWidget": True,
            "priceRanges": [], "priceBreaks": [self._break(article)], "assets": [self._photo(article)],
            "category": {"id": ident("category", article.product.category), "name": article.product.category,
                         "cannabis": True, "unitType": "units", "topLevelCategoryName": None, "active": True},
            "brandId": None, "brand": {"id": None, "name": "Green Growers"}, "brandName": "Green Growers",
            "vendorId": ident("vendor", "growers"), "taxType": "Inherit", "taxOrder": self.store()["taxOrder"],
            "productType": "REGULAR", "giftCard": False, "tags": [], "instock": article.sellable > 0,
            "quantities": [{"inventoryId": shop.room, "quantity": float(article.stock)}],
            "sellableQuantities": {shop.room: float(article.sellable)},
            "committedQuantities": {shop.room: float(article.committed)},
            "totalSellableQuantity": float(article.sellable),
            "potencyAmount": {"thc": 0.0, "cbd": 0.0, "mgPotency": True},
        }  # fmt: skip

    def _break(self, article: Article) -> Obj:
        amount = article.price / 100
        return {"id": ident("break", article.id), "priceBreakType": "OneGramUnit", "name": "1 each", "quantity": 1,
                "price": amount, "salePrice": None, "assignedPrice": amount, "active": True}  # fmt: skip

    def _photo(self, article: Article) -> Obj:
        url = f"{self._address()}/pictures/{article.product.key}.svg"
        return {"id": ident("asset", article.id), "type": "Photo", "publicURL": url, "active": True, "priority": 0}

    # batches
    def batches(self, call: Call) -> list[Obj]:
        only = call.query.get("productId")
        lots = [(one, lot) for one in self.shop.articles.values() if only in (None, one.id) for lot in one.lots]
        return [self._batch(one, lot) for one, lot in lots]

    def _batch(self, article: Article, lot: Lot) -> Obj:
        return {
            "id": lot.id, "shopId": self.shop.id, "productId": article.id, "sku": lot.sku, "active": True,
            "archived": False, "voidStatus": False, "trackPackageLabel": lot.tag, "trackTraceSystem": "METRC",
            "status": lot.status, "expirationDate": ms(lot.expires), "sellBy": 0, "quantity": float(lot.quantity),
            "liveQuantity": float(lot.quantity), "thc": float(14 + article.draw % 12), "cbd": 0.0, "modified": 0,
        }  # fmt: skip

    def quantities(self, call: Call) -> list[Obj]:
        room = call.query.get("inventoryId")
        rows = [row for one in self.shop.articles.values() for row in self._held(one)]
        return [row for row in rows if room in (None, row["inventoryId"])]

    def of_product(self, call: Call) -> Reply:
        return Reply(body=self._held(self._get(call)))

    def _held(self, article: Article) -> list[Obj]:
        """What is committed is held in the batch that expires last; the sample lies in quarantine."""
        good = [lot for lot in article.lots if lot.status == "READY_FOR_SALE"]
        held = {good[-1].id: article.committed} if good else {}
        return [
            {"id": ident("quantity", lot.id), "productId": article.id, "batchId": lot.id, "unitType": "units",
             "inventoryId": self.shop.room if lot in good else self.shop.vault, "quantity": float(lot.quantity),
             "committedQty": float(held.get(lot.id, 0)), "batchArchived": False, "deleted": False,
             "sellableQty": float(lot.quantity - held.get(lot.id, 0))}
            for lot in article.lots
        ]  # fmt: skip
