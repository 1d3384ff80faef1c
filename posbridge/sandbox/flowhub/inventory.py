"""What Flowhub tells of its shelf: locations, and one row a package (with rooms: one a package and room)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from posbridge.sandbox.flowhub.answers import Obj, refused, stamp
from posbridge.sandbox.flowhub.shop import EFFECTS, STRAINS, TERPENES, Article, Package, Shop, ident
from posbridge.sandbox.platform import Route
from posbridge.sandbox.wire import Call, Reply


class Inventory:
    """The reads of chapters 3 and 4 of the contract's facts."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def routes(self) -> list[Route]:
        here = "/v0/locations/{location}"
        return [
            ("GET", "/v0/clientsLocations", lambda call: _listed([self.location()])),
            ("GET", "/v0/inventory", lambda call: _listed(self.rows())),
            ("GET", "/v0/inventoryNonZero", lambda call: _listed(_some(self.rows()))),
            ("GET", "/v0/inventoryByRoomsNonZero", lambda call: _listed(_some(self.by_room()))),
            ("GET", f"{here}/inventory", lambda call: self._here(call, self.rows())),
            ("GET", f"{here}/inventoryNonZero", lambda call: self._here(call, _some(self.rows()))),
            ("GET", f"{here}/inventoryByRoomsNonZero", lambda call: self._here(call, _some(self.by_room()))),
        ]

    def _here(self, call: Call, rows: list[Obj]) -> Reply:
        if call.params["location"] != self.shop.location:
            raise refused(404, "location not found")
        return _listed(rows)

    def location(self) -> Obj:
        """The one store; its import id is not its location id."""
        seed = self.shop.seed
        return {
            "address": {"city": "Denver", "country": "", "county": None, "state": "Colorado",
                        "streetAddress1": "1 Main Street", "streetAddress2": None, "zip": "80014"},
            "clientId": self.shop.client,
            "clientName": seed.name,
            "email": "store@example.com",
            "hoursOfOperation": None,
            "importId": self.shop.import_id,
            "licenseType": ["rec", "med"],
            "locationId": self.shop.location,
            "locationLogoURL": None,
            "locationName": seed.location,
            "phoneNumber": "(303) 555-0100",
            "timeZone": seed.timezone,
            "website": "",
        }  # fmt: skip

    def rows(self) -> list[Obj]:
        """Every package, also empty ones."""
        return [
            self._row(article, package, package.quantity)
            for article in self.shop.articles.values()
            for package in article.packages
        ]

    def by_room(self) -> list[Obj]:
        """Every package in every room; only these rows have the barcode."""
        return [
            {**self._row(article, package, quantity), "roomId": ident("room", room), "roomName": room,
             "upc": article.seed.barcode or None}
            for article in self.shop.articles.values()
            for package in article.packages
            for room, quantity in package.rooms.items()
        ]  # fmt: skip

    def _row(self, article: Article, package: Package, quantity: int) -> Obj:
        before, after = self.prices(article)
        grams = article.seed.weight_grams
        return {
            **_attributes(article),
            "brand": None,
            "category": article.product.category,
            "clientId": self.shop.client,
            "costInMinorUnits": article.price // 2,
            "createdAt": stamp(article.updated),
            "currencyCode": self.shop.seed.currency,
            "customCategoryName": None,
            "expirationDate": package.expires,
            "inventoryUnitOfMeasure": "each",
            "inventoryUnitOfMeasureToGramsMultiplier": None,
            "invoiceNumber": "INV-2026-0042",
            "isMixAndMatch": None,
            "isSoldByWeight": False,
            "isStackable": None,
            "locationId": self.shop.location,
            "locationName": self.shop.seed.location,
            "manifestId": f"{package.tag[:-5]}M0001",
            "nutrients": None,
            "parentProductId": article.parent_id,
            "parentProductName": article.title,
            "postTaxPriceInPennies": after,
            "preTaxPriceInPennies": before,
            "priceInMinorUnits": before,
            "priceProfileName": "Default",
            "productDescription": article.product.description,
            "productId": article.product_id,
            "productName": f"{article.title} - {article.name}" if article.name else article.title,
            "productPictureURL": f"{self.shop.address()}/pictures/{article.product.key}.svg",
            "productUnitOfMeasure": "grams" if grams else "each",
            "productUnitOfMeasureToGramsMultiplier": "1" if grams else None,
            "productUpdatedAt": stamp(article.updated),
            "productWeight": grams or 1,
            "purchaseCategory": "rec",
            "quantity": quantity,
            "regulatoryId": package.tag,
            "sku": article.seed.sku,
            "supplierName": "Green Growers Co.",
            "tags": [],
            "type": None,
            "variantId": article.id,
            "variantName": article.name,
            "weightTierInformation": None,
        }

    def prices(self, article: Article) -> tuple[int, int]:
        """(before tax, with tax) of one piece."""
        rate = 1 + Decimal(self.shop.seed.tax_rate) / 100
        if self.shop.seed.prices_include_tax:
            return _whole(article.price / rate), article.price
        return article.price, _whole(article.price * rate)


def _attributes(article: Article) -> Obj:
    """Strain and potency, drawn from the SKU."""
    draw = article.draw
    strain, species = STRAINS[draw % len(STRAINS)]
    thc, cbd = 14 + draw % 12, draw % 3
    return {
        "cannabinoidInformation": [_amount("thc", thc, thc + 2), _amount("cbd", cbd, cbd)],
        "effects": [EFFECTS[draw % len(EFFECTS)], EFFECTS[(draw // 7 + 1) % len(EFFECTS)]],
        "speciesName": species,
        "strainName": strain,
        "terpenes": [{**_amount(TERPENES[draw % len(TERPENES)], 1 + draw % 9, 12), "unitOfMeasure": "mg/g"}],
    }


def _amount(name: str, low: int, high: int) -> Obj:
    return {
        "name": name, "lowerRange": low, "upperRange": high, "unitOfMeasure": "%",
        "unitOfMeasureToGramsMultiplier": None,
    }  # fmt: skip


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _some(rows: list[Obj]) -> list[Obj]:
    return [row for row in rows if row["quantity"] != 0]


def _listed(rows: list[Obj]) -> Reply:
    return Reply(body={"status": 200, "data": rows})
