"""A checkout while it is built: what is in it, what is still wanted, and what Plus says against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from posbridge.connectors.contract import Steps
from posbridge.connectors.dutchie import documents
from posbridge.connectors.dutchie.calls import Calls
from posbridge.connectors.dutchie.order_body import Item
from posbridge.connectors.errors import NotFound, ValidationError
from posbridge.connectors.text import Reader, one_line

#: Step: the checkout's id, while it is built.
CHECKOUT = "checkout"
_REPAIR = "Correct it on Dutchie's menu and retry, or ring this sale up in the store's own system."


@dataclass(frozen=True)
class Built:
    """A checkout with every line in it."""

    id: str
    raw: Mapping[str, Any]


class Builder:
    """Builds checkouts. Nothing is added before it was compared with what is there: an addItem must not be repeated."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def build(self, body: Mapping[str, Any], steps: Steps) -> Built:
        """Goes on with the checkout of an earlier try, or with a new one where that is unknown or has expired.

        Raises ValidationError in Dutchie's words for a line that it does not take.
        """
        raw = await self._known(steps) or await self._new(body, steps)
        try:
            raw = await self._filled(raw, body["items"])
        except NotFound as problem:
            await self._still_there(raw, problem)
            raw = await self._filled(await self._new(body, steps), body["items"])
        _require_good(raw)
        if not Reader(raw).text("redirectUrl").strip():
            raw = await self._calls.checkout(Reader(raw).id())
        return Built(Reader(raw).id(), raw)

    async def _known(self, steps: Steps) -> Mapping[str, Any] | None:
        known = await steps.get(CHECKOUT)
        if not known:
            return None
        try:
            return await self._calls.checkout(known)
        except NotFound:
            return None

    async def _new(self, body: Mapping[str, Any], steps: Steps) -> Mapping[str, Any]:
        """An empty one. If its answer gets lost, it stays an empty checkout that nobody finishes."""
        asked = {name: body[name] for name in ("orderType", "pricingType", "metadata")}
        raw = await self._calls.change(documents.CREATE_CHECKOUT, "createCheckout", **asked)
        await steps.put(CHECKOUT, Reader(raw).id())
        return raw

    async def _still_there(self, raw: Mapping[str, Any], problem: NotFound) -> None:
        """Whether it was the checkout that could not be found, or the article: the second is for a person."""
        try:
            await self._calls.checkout(Reader(raw).id())
        except NotFound:
            return
        raise ValidationError(problem.message, status=problem.status, next_step=_REPAIR) from problem

    async def _filled(self, raw: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        for item in items:
            there = _there(raw, (item["productId"], item["option"]))
            if not there:
                ident = Reader(raw).id()
                raw = await self._calls.change(documents.ADD_ITEM, "addItem", checkoutId=ident, **item)
            elif sum(many for _, many in there) != item["quantity"]:
                raw = await self._corrected(raw, there, item["quantity"])
        return raw

    async def _corrected(
        self, raw: Mapping[str, Any], there: Sequence[tuple[str, int]], wanted: int
    ) -> Mapping[str, Any]:
        """One row of that article with the count wanted: an addItem that came late had doubled it."""
        ident, (first, many) = Reader(raw).id(), there[0]
        for row, _ in there[1:]:
            raw = await self._calls.change(documents.REMOVE_ITEM, "removeItem", checkoutId=ident, itemId=row)
        if many == wanted:
            return raw
        asked = {"checkoutId": ident, "itemId": first, "quantity": wanted}
        return await self._calls.change(documents.UPDATE_QUANTITY, "updateQuantity", **asked)


def _there(raw: Mapping[str, Any], named: Item) -> list[tuple[str, int]]:
    """(row, count) of an article in the checkout."""
    rows = Reader(raw).objects("items")
    return [
        (row.id(), row.integer("quantity") or 0) for row in rows if (row.text("productId"), row.text("option")) == named
    ]


def _require_good(raw: Mapping[str, Any]) -> None:
    """Raises ValidationError for lines with errors: sold out, a purchase limit passed."""
    wrong = [_said(row) for row in Reader(raw).objects("items") if row.raw.get("valid") is False or row.items("errors")]
    if wrong:
        raise ValidationError(f"Dutchie does not take this sale: {'; '.join(wrong)}", next_step=_REPAIR)


def _said(row: Reader) -> str:
    words = [one_line(each) for each in row.items("errors") if isinstance(each, str) and each.strip()]
    what = f"{row.text('quantity')} × {one_line(row.object('product').text('name')) or row.text('option')}"
    return f"{what}: {', '.join(words) or 'it cannot be ordered'}"
