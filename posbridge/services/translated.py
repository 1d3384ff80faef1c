"""Between our ids and a platform's: what a code is asked with, and what its answer names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from posbridge.domain.basket import PricedBasket
from posbridge.domain.discount import Discount, DiscountAnswer
from posbridge.store import links
from posbridge.store.transaction import Transaction

Kind = Literal["product", "variant", "customer"]


def theirs(tx: Transaction, connection_id: str, basket: PricedBasket) -> PricedBasket:
    """The basket with the platform's product and variant ids; lines that are not linked there have none."""
    linked = links.variants_at(tx, connection_id, [priced.line.variant_id for priced in basket.lines])
    lines = []
    for priced in basket.lines:
        variant, product, _ = linked.get(priced.line.variant_id, ("", "", ""))
        line = priced.line.model_copy(update={"variant_id": variant, "product_id": product})
        lines.append(priced.model_copy(update={"line": line}))
    return basket.model_copy(update={"lines": tuple(lines)})


def ours(tx: Transaction, connection_id: str, discount: Discount) -> Discount:
    """The platform's discount, naming our products, variants and customers.

    What is not in our catalogue keeps its id there: it matches nothing here, and the scope stays as narrow as it is.
    """
    scope = discount.scope
    named = {
        "product_ids": _ours(tx, connection_id, "product", scope.product_ids),
        "variant_ids": _ours(tx, connection_id, "variant", scope.variant_ids),
        "excluded_product_ids": _ours(tx, connection_id, "product", scope.excluded_product_ids),
    }
    customers = _ours(tx, connection_id, "customer", discount.customer_ids)
    return discount.model_copy(update={"scope": scope.model_copy(update=named), "customer_ids": customers})


def answered(tx: Transaction, connection_id: str, answer: DiscountAnswer) -> DiscountAnswer:
    """The platform's answer with `ours`."""
    if answer.discount is None:
        return answer
    return answer.model_copy(update={"discount": ours(tx, connection_id, answer.discount)})


def _ours(tx: Transaction, connection_id: str, kind: Kind, remote: Iterable[str]) -> frozenset[str]:
    """A product's links may name its variants too: WooCommerce scopes a coupon to either by one list."""
    wanted = sorted(remote)
    if not wanted:
        return frozenset()
    known = links.local_ids(tx, connection_id, kind, wanted)
    return frozenset(known.get(each, f"{connection_id}:{each}") for each in wanted)
