"""What a simulated Leaflogix holds: rows in its own shape, filled from the seed with a dispensary's facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

from posbridge.domain.money import exponent
from posbridge.sandbox.platform import Clock
from posbridge.sandbox.seed import Seed, SeedCustomer, SeedDiscount, SeedProduct, SeedVariant

Row = dict[str, Any]
_STRAINS = (("Blue Dream", "Hybrid"), ("GG4", "Indica"), ("Durban Poison", "Sativa"), ("Harlequin", "CBD"))
_FIRST = {"product": 1048575, "inventory": 555000, "customer": 778898, "transaction": 77001233, "order": 9123455}
_BEGAN = datetime(2025, 2, 11, 17, 4, tzinfo=UTC)


@dataclass
class Shop:
    """Rows by id, each as Leaflogix writes it; `keys` are seed keys by product id, `answers` what idempotency keeps."""

    seed: Seed
    clock: Clock
    number: Callable[[str], int]
    products: dict[int, Row] = field(default_factory=dict)
    packages: dict[int, Row] = field(default_factory=dict)
    customers: dict[int, Row] = field(default_factory=dict)
    licences: dict[int, str] = field(default_factory=dict)
    guests: dict[int, Row] = field(default_factory=dict)
    orders: dict[int, Row] = field(default_factory=dict)
    sales: dict[int, Row] = field(default_factory=dict)
    discounts: list[Row] = field(default_factory=list)
    uses: dict[str, int] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    answers: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    def next(self, kind: str) -> int:
        return _FIRST.get(kind, 300) + self.number(kind)

    @property
    def now(self) -> str:
        return stamp(self.clock.now())

    def dollars(self, minor: int) -> float:
        """Minor units as the decimal that Leaflogix writes."""
        return float(Decimal(minor).scaleb(-exponent(self.seed.currency)))

    def minor(self, amount: float | None) -> int:
        return int((Decimal(str(amount or 0)).scaleb(exponent(self.seed.currency))).to_integral_value())

    # goods
    def add(self, product: SeedProduct) -> None:
        """Each variant is a product of its own, in two packages."""
        for variant in product.variants:
            row = self._product(product, variant)
            self.products[row["productId"]] = row
            self.keys[row["productId"]] = product.key
            first = variant.stock - variant.stock // 3
            for at, quantity in enumerate((first, variant.stock - first), start=1):
                self._package(row, at, quantity)

    def _product(self, product: SeedProduct, variant: SeedVariant) -> Row:
        size = " / ".join(variant.option_values) or None
        strain, kind = _STRAINS[crc32(product.key.encode()) % len(_STRAINS)]
        price = self.dollars(variant.price_minor)
        return {
            "productId": self.next("product"), "sku": variant.sku, "internalName": None,
            "productName": f"{product.title} {size}" if size else product.title, "description": product.description,
            "masterCategory": product.category, "categoryId": 11, "category": product.category, "imageUrl": None,
            "imageUrls": None, "strainId": 77, "strain": strain, "strainType": kind, "size": size,
            "netWeight": variant.weight_grams, "netWeightUnit": "Grams" if variant.weight_grams else None,
            "brandName": "Example Farms", "isCannabis": True, "isActive": True, "isCoupon": False,
            "thcContent": thc(variant.sku), "thcContentUnit": "%", "cbdContent": 0.1, "cbdContentUnit": "%",
            "flowerEquivalent": 1.0, "recFlowerEquivalent": 1.0, "price": price, "medPrice": price, "recPrice": price,
            "unitType": "Quantity", "onlineTitle": product.title, "onlineDescription": None, "onlineProduct": True,
            "onlineAvailable": True, "lowInventoryThreshold": 5, "pricingTierData": None, "defaultUnit": "Quantity",
            "isMedicalOnly": False, "lastModifiedDateUTC": self.now, "isTaxable": True, "taxCategories": ["Cannabis"],
            "upc": variant.barcode, "isTestProduct": False, "isFinished": False, "tags": None,
        }  # fmt: skip

    def _package(self, row: Row, at: int, quantity: float) -> None:
        number = self.next("inventory")
        lab = [{"labTest": "THC", "value": row["thcContent"], "labResultUnitId": 2, "labResultUnit": "Percentage"}]
        room = {"roomId": at, "room": ("Sales Floor", "Vault")[at - 1], "quantityAvailable": quantity}
        self.packages[number] = {
            "inventoryId": number, "productId": row["productId"], "sku": row["sku"],
            "productName": row["productName"], "quantityAvailable": float(quantity), "quantityUnits": "ea",
            "batchId": 9000 + at, "batchName": f"{row['sku']}-{at}", "packageId": f"1A406{number:019d}",
            "packageStatus": "Active", "labResults": lab, "labTestStatus": "Passed",
            "expirationDate": stamp(_BEGAN + timedelta(days=3650 + 30 * at))[:19], "roomQuantities": [room],
            "lastModifiedDateUtc": self.now, "medicalOnly": False, "isCannabis": True,
        }  # fmt: skip

    def of_sku(self, sku: str) -> Row:
        """KeyError for an unknown one."""
        found = next((row for row in self.products.values() if row["sku"] == sku), None)
        if found is None:
            raise KeyError(sku)
        return found

    def of_key(self, key: str) -> list[Row]:
        found = [self.products[number] for number, known in self.keys.items() if known == key]
        if not found:
            raise KeyError(key)
        return found

    def touch(self, row: Row, **changes: Any) -> None:
        row.update(changes, lastModifiedDateUTC=self.now)

    def shelves(self, product: int) -> list[Row]:
        return [row for row in self.packages.values() if row["productId"] == product]

    def in_stock(self, product: int) -> float:
        return sum(float(row["quantityAvailable"]) for row in self.shelves(product))

    def take(self, product: int, quantity: float) -> None:
        """Takes from the packages in turn; a negative quantity puts it back into the first."""
        for row in self.shelves(product):
            part = min(quantity, row["quantityAvailable"]) if quantity > 0 else quantity
            row["quantityAvailable"] -= part
            row["roomQuantities"][0]["quantityAvailable"] = row["quantityAvailable"]
            quantity -= part
            if not quantity:
                return

    # people and codes
    def add_customer(self, customer: SeedCustomer) -> Row:
        names = {"firstName": customer.given_name, "lastName": customer.family_name}
        phone = customer.phone.removeprefix("+1")
        made = self.new_customer(
            {**names, "emailAddress": customer.email, "phone": phone, "address1": "1 Elm St", "city": "Denver",
             "state": "CO", "postalCode": "80203", "status": "Active", "customerType": "Recreational",
             "dateOfBirth": "1990-04-01T00:00:00"}
        )  # fmt: skip
        self.licences[made["customerId"]] = f"D{crc32(customer.key.encode()) % 10**7:07d}"
        return made

    def new_customer(self, given: Row, *, anonymous: bool = False) -> Row:
        number = self.next("customer")
        row = {
            "customerId": number, "uniqueId": f"00000000-0000-4000-8000-{number:012d}", "address2": None,
            "mmjidNumber": None, "mmjidExpirationDate": None, "driversLicenseHash": None, "externalCustomerId": None,
            "notes": None, "discountGroups": None, "isLoyaltyMember": None, "loyaltyTier": None,
            "mergedIntoCustomerId": None, "optedIntoMarketing": None, "creationDate": self.now, **given,
            "isAnonymous": anonymous, "lastModifiedDateUTC": self.now,
        }  # fmt: skip
        row["cellPhone"] = row.get("cellPhone") or row.get("phone")
        row["name"] = f"{row.get('firstName') or ''} {row.get('lastName') or ''}".strip()
        self.customers[number] = row
        return row

    def add_discount(self, seed: SeedDiscount) -> None:
        """What Leaflogix can express: percentages and amounts; free shipping is not among it."""
        if seed.kind == "free_shipping":
            return
        percent = seed.kind == "percent"
        value = seed.value / 10000 if percent else self.dollars(seed.value)
        goods = [number for number, key in self.keys.items() if key in seed.products]
        only = {"Product": {"restrictionIds": goods, "isExclusion": False}} if seed.products else None
        least = {
            "hasThreshold": True, "thresholdTypeId": 2, "thresholdType": "Minimum Spend",
            "thresholdMin": self.dollars(seed.min_spend_minor or 0),
        }  # fmt: skip
        self.discounts.append({
            "id": self.next("discount"), "discountCode": seed.code, "discountDescription": seed.code,
            "validDateFrom": stamp(datetime(2020, 1, 1, 5, tzinfo=UTC) - timedelta(days=365)),
            "validDateTo": stamp(seed.expires) if seed.expires else None, "maxRedemptions": seed.usage_limit,
            "redemptionLimit": None, "firstTimeCustomerOnly": 0, "applicationMethodId": 2, "applicationMethod": "Code",
            "canStackAutomatically": True, "isActive": True, "isBundledDiscount": False,
            **dict.fromkeys(_DAYS, True), "constraints": [least] if seed.min_spend_minor else [],
            "reward": {"calculationMethodId": 1 if percent else 2, "restrictions": only, "applyToOnlyOneItem": False,
                       "calculationMethod": "Percent Off" if percent else "Amount Off", "discountValue": value},
        })  # fmt: skip

    def open_orders(self) -> Iterator[Row]:
        since = stamp(self.clock.now() - timedelta(days=14))
        gone = ("Cancelled", "Complete", "Checked Out")
        return (row for row in self.orders.values() if row["status"] not in gone and row["orderDate"] >= since)


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def thc(sku: str) -> float:
    """A potency that follows from the SKU: 15.0 to 29.9 percent."""
    return 15 + crc32(sku.encode()) % 150 / 10


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
