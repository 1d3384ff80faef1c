"""order add, show, refund."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from posbridge.cli.files import draft_from
from posbridge.cli.lists import target_words
from posbridge.cli.output import Json, clean, document, money, say, table, warn, when
from posbridge.cli.running import with_services

if TYPE_CHECKING:
    from posbridge.domain.order import Order, OrderLine
    from posbridge.domain.refund import Refund
    from posbridge.services import Services
    from posbridge.services.orders import OrderView

app = typer.Typer(no_args_is_help=True, help="Capture, show or refund an order.")
Which = Annotated[str, typer.Argument(help="Its id, reference or receipt number.")]


@app.callback()
def order() -> None:
    """Capture, show or refund an order."""


@app.command("add")
def add(
    file: Annotated[Path, typer.Option("--file", help='A JSON file; "-" reads standard input.')],
    cashier: Annotated[str, typer.Option("--cashier", help="Who sold it.")] = "",
    as_json: Json = False,
) -> None:
    """Capture an order as the checkout would: on disk when this returns, and queued for every target."""

    async def work(services: Services) -> OrderView:
        made = await services.checkout.capture(draft_from(file), cashier)
        return await services.orders.get(made.id)

    view = with_services(work)
    if as_json:
        return document(view.json())
    sold = view.order
    say(f"Receipt {sold.receipt_number}, reference {sold.reference}: {money(sold.totals.total, sold.currency)}.")
    warn(f"Targets: {target_words(view.targets)}.")
    return None


@app.command("show")
def show(order: Which, as_json: Json = False) -> None:
    """One order with each target's state and its id there."""

    async def work(services: Services) -> OrderView:
        return await services.orders.get(order)

    view = with_services(work)
    if as_json:
        return document(view.json())
    _show(view)
    return None


def _show(view: OrderView) -> None:
    sold = view.order
    say(f"Receipt {sold.receipt_number} · reference {sold.reference} · {when(sold.captured_at)}")
    table(
        ("line", "article", "sku", "quantity", "total"),
        [
            (number, line.title, line.sku, f"{line.quantity:f}", money(line.total, sold.currency))
            for number, line in enumerate(sold.lines, start=1)
        ],
        empty="",
    )
    say(f"Total {money(sold.totals.total, sold.currency)}, tax {money(sold.totals.tax, sold.currency)}")
    table(
        ("target", "state", "there", "reason", "next try"),
        [(each.connection, each.state, each.remote_number or each.remote_id, each.reason, when(each.next_try))
         for each in view.targets],
        empty="It has no target: nothing that takes orders is connected.",
    )  # fmt: skip
    for given in view.refunds:
        refund = given.refund
        say(f"Refund {refund.receipt_number}: {money(refund.amount, sold.currency)}, {target_words(given.targets)}")


@app.command("refund")
def refund(
    order: Which,
    line: Annotated[
        list[str] | None, typer.Option("--line", help="LINE or LINE=QUANTITY; LINE is its number, id or SKU.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that was not given back yet.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    restock: Annotated[bool, typer.Option("--restock/--no-restock", help="Back on the shelf.")] = True,
    as_json: Json = False,
) -> None:
    """Give lines of an order back; the money goes back the way it came."""
    if bool(line) == everything:
        raise typer.BadParameter("name the lines that come back, or --all", param_hint="--line")

    async def work(services: Services) -> tuple[Refund, OrderView]:
        sold = (await services.orders.get(order)).order
        left = {each.line_id: each.quantity for each in await services.returns.refundable(sold.id)}
        if everything:
            wanted = [(line_id, quantity, restock) for line_id, quantity in left.items() if quantity > 0]
        else:
            wanted = [(*_wanted(sold, word, left), restock) for word in line or ()]
        made = await services.returns.refund(sold.id, wanted, reason)
        return made, await services.orders.get(sold.id)

    made, view = with_services(work)
    targets = next(each for each in view.refunds if each.refund.id == made.id)
    if as_json:
        return document(targets.json())
    say(clean(f"Refund {made.receipt_number}: {money(made.amount, made.currency)} to {_ways(made)}."))
    warn(f"Targets: {target_words(targets.targets)}.")
    return None


def _ways(made: Refund) -> str:
    return ", ".join(f"{each.kind.value} {money(each.amount, made.currency)}" for each in made.tenders) or "nobody"


def _wanted(sold: Order, word: str, left: dict[str, Decimal]) -> tuple[str, Decimal]:
    """(line id, quantity): all that is left of the line when no quantity is said."""
    name, sign, quantity = word.rpartition("=")
    line = _line(sold, name if sign else word)
    if not sign:
        return line.id, left[line.id]
    try:
        return line.id, Decimal(quantity)
    except InvalidOperation as error:
        raise typer.BadParameter(f"{quantity!r} is no quantity", param_hint="--line") from error


def _line(sold: Order, name: str) -> OrderLine:
    for number, line in enumerate(sold.lines, start=1):
        if name in (str(number), line.id) or (line.sku and name.casefold() == line.sku.casefold()):
            return line
    raise typer.BadParameter(f"the order has no line {name!r}; `order show` numbers them", param_hint="--line")


