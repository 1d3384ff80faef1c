"""products, customers, orders, discounts: what this till knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from posbridge.cli.output import Json, document, money, plain, table, when
from posbridge.cli.running import with_services

if TYPE_CHECKING:
    from posbridge.domain.catalog import Product
    from posbridge.domain.customer import Customer
    from posbridge.domain.discount import Discount
    from posbridge.services import Services
    from posbridge.services.orders import OrderSummary

Search = Annotated[str, typer.Option("--search", help="Words, a SKU or a barcode.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=100_000, help="At most so many.")]


def products(
    search: Search = "",
    limit: Limit = 50,
    category: Annotated[str | None, typer.Option("--category", help="Only this category.")] = None,
    as_json: Json = False,
) -> None:
    async def work(services: Services) -> list[Product]:
        if search.strip():
            found = await services.catalog.search(search, limit, category)
        else:
            found = await services.catalog.page(category, 0, limit)
        return await services.catalog.with_stock(found)

    found = with_services(work)
    if as_json:
        return document(found)
    table(
        ("product", "variant", "sku", "barcode", "price", "stock"),
        [_variant_cells(product, variant) for product in found for variant in product.variants],
        empty="No product here fits. `posbridge sync --once --only pull` fetches them.",
    )
    return None


def _variant_cells(product: Product, variant: Any) -> tuple[str, ...]:
    price = "no price" if variant.price is None else money(variant.price.amount, variant.price.currency)
    stock = "–" if variant.inventory_quantity is None else f"{variant.inventory_quantity:f}"
    return (product.title, variant.title, variant.sku, variant.barcode, price, stock)


def customers(search: Search = "", limit: Limit = 50, as_json: Json = False) -> None:
    async def work(services: Services) -> list[Customer]:
        if search.strip():
            return await services.customers.find(search, limit)
        return await services.customers.listed(limit)

    found = with_services(work)
    if as_json:
        return document(found)
    table(
        ("name", "e-mail", "phone", "id"),
        [(each.name, each.email, each.phone, each.id) for each in found],
        empty="No customer here fits.",
    )
    return None


def orders(limit: Limit = 50, as_json: Json = False) -> None:
    async def work(services: Services) -> list[OrderSummary]:
        return await services.orders.list(limit)

    found = with_services(work)
    if as_json:
        return document([each.json() for each in found])
    table(
        ("receipt", "reference", "when", "total", "targets"),
        [
            (each.row.receipt_number, each.row.reference, when(each.row.captured_at),
             money(each.row.total, each.row.currency), target_words(each.targets))
            for each in found
        ],
        empty="Nothing was sold yet.",
    )  # fmt: skip
    return None


def target_words(targets: Any) -> str:
    """Each target's state in one line."""
    return ", ".join(f"{target.connection} {target.state}" for target in targets) or "no target"


def discounts(
    limit: Limit = 500,
    connection: Annotated[str | None, typer.Option("--connection", help="Only of this connection.")] = None,
    as_json: Json = False,
) -> None:
    async def work(services: Services) -> list[Any]:
        return await services.discounts.listed(connection, limit)

    found = with_services(work)
    if as_json:
        return document([_discount_row(each) for each in found])
    table(
        ("code", "name", "worth", "until", "connection"),
        [
            (each.discount.code or "(automatic)", each.discount.name, worth(each.discount),
             when(each.discount.ends_at), each.connection_id)
            for each in found
        ],
        empty="No discount code is kept. `posbridge sync --once --only pull` fetches them.",
    )  # fmt: skip
    return None


def _discount_row(kept: Any) -> dict[str, Any]:
    row: dict[str, Any] = kept.discount.model_dump(mode="json", exclude={"customer_emails", "extra"})
    return {**row, "connection": kept.connection_id, "read_at": plain(kept.read_at)}


def worth(discount: Discount) -> str:
    """What a discount takes off, for a person."""
    if discount.percent is not None:
        return f"{discount.percent:f} %"
    return "free shipping" if discount.amount is None else money(discount.amount.amount, discount.amount.currency)
