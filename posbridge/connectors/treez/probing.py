"""The test call: does the key open this store, which places sell there, how does it tax?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import Location, Probe
from posbridge.connectors.errors import (
    AuthenticationError,
    ConnectorError,
    NotFound,
    PermissionDenied,
    SchemaDrift,
    ValidationError,
)
from posbridge.connectors.text import Reader, one_line
from posbridge.connectors.treez.calls import Calls, root_of
from posbridge.connectors.treez.catalog_mapping import places_in
from posbridge.connectors.treez.preview import PREVIEW
from posbridge.connectors.treez.products import LIST
from posbridge.connectors.treez.reading import CURRENCY, exact, rows_of, single, words

VALIDATION = "service/jwt-validation"
#: A preview of one article of each kind, so many of them.
_KINDS = 20
_OTHER = {"two_part": "three_part", "three_part": "two_part"}

Rates = dict[str, tuple[tuple[str, str], ...]]


class Prober:
    """One connection's test call: two or three reads, nothing is kept there."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def probe(self) -> Probe:
        """Raises AuthenticationError for a key that Treez does not know, PermissionDenied for one that it knows but
        not for this store, ValidationError for a place that the store does not have."""
        rows = await self._shelf()
        await self._calls.page("ticket/status/AWAITING_PROCESSING", 1)
        sample = await self._sample(rows)
        included = sample.get("post_tax_pricing")
        return Probe(
            account=self._calls.setting("dispensary"),
            locations=self._places(rows),
            currency=CURRENCY,
            prices_include_tax=included if isinstance(included, bool) else None,
            tax_rates=rates_of(sample, rows),
            version="v2.0" if self._calls.legacy else "v3",
        )

    async def _shelf(self) -> list[Any]:
        try:
            return rows_of(await self._calls.get(LIST, [("page", 1)]))
        except NotFound as problem:
            words_ = f"Treez has no store {self._calls.setting('dispensary')}."
            raise ValidationError(words_, next_step="Check the store's short name.") from problem
        except AuthenticationError as problem:
            if not self._calls.legacy:
                await self._explain(problem)
            raise

    async def _explain(self, problem: AuthenticationError) -> None:
        """Treez says of a token by itself whether it is good: then only this store is closed to it."""
        try:
            await self._calls.http.read(
                "POST", f"{root_of(self._calls.connection)}/{VALIDATION}", json={}, due_json=False
            )
        except ConnectorError:
            other = _OTHER[self._calls.setting("token_format", "two_part")]
            problem.next_step = (
                "Check this machine's clock, Certificate ID, Organization ID and key; if all are right, try the "
                f"token format {other}."
            )
            return
        raise PermissionDenied(
            f"The certificate is good, but not for {self._calls.setting('dispensary')}.",
            next_step="Let the store ask Treez to open it to this integration.",
        ) from problem

    def _places(self, rows: list[Any]) -> tuple[Location, ...]:
        """Tickets name a place by its name, so that is its id here. A place of the settings must be there."""
        try:
            names = list(dict.fromkeys(places_in(rows).values()))
        except SchemaDrift:
            names = []
        wanted = self._calls.setting("location_name")
        mine = [name for name in names if name.casefold() == wanted.casefold()] if wanted else names
        if wanted and names and not mine:
            raise ValidationError(
                f"No stock lies at {wanted}; Treez names {', '.join(names[:8])}.",
                next_step="Give the place by its name in Treez.",
            )
        return tuple(Location(id=name, name=name) for name in mine)

    async def _sample(self, rows: list[Any]) -> Mapping[str, Any]:
        """A preview of one article of each kind shows how they are taxed; where Treez refuses it, nothing does."""
        chosen = one_of_each(rows)
        if not chosen:
            return {}
        items = [{"size_id": ident, "quantity": 1, "apply_automatic_discounts": False} for ident in chosen]
        body = {**self._calls.terms.required("AWAITING_PROCESSING"), "items": items}
        try:
            made = single(await self._calls.ask(PREVIEW, body))
        except (ValidationError, NotFound, SchemaDrift):
            return {}
        return made if isinstance(made, Mapping) else {}


def one_of_each(rows: list[Any]) -> list[str]:
    """The first article in stock of each kind."""
    found: dict[str, str] = {}
    for row in rows:
        if isinstance(row, Mapping) and row.get("product_id") and row.get("product_status") == "ACTIVE":
            try:
                left = exact(Reader(row), "sellable_quantity") or 0
            except SchemaDrift:
                continue
            if left > 0:
                found.setdefault(str(row.get("category_type") or ""), str(row["product_id"]))
    return list(found.values())[:_KINDS]


def rates_of(ticket: Mapping[str, Any], rows: list[Any]) -> Rates:
    """(name, percent) by kind of goods, as the preview's lines were taxed; "" is the first kind's."""
    kinds = {str(row.get("product_id")): words(Reader(row), "category_type") for row in rows if isinstance(row, dict)}
    made: Rates = {}
    try:
        for line in Reader(ticket).objects("items"):
            rates = tuple((one_line(tax.text("tax_name")) or "Tax", _percent(tax)) for tax in line.objects("tax"))
            made.setdefault(kinds.get(words(line, "size_id"), ""), rates)
    except SchemaDrift:
        return {}
    return {"": next(iter(made.values())), **made} if made else {}


def _percent(tax: Reader) -> str:
    """`rate` is a share: 0.09 is nine percent."""
    share = exact(tax, "rate") or Decimal(0)
    return f"{(share * 100).normalize():f}"
