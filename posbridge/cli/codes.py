"""coupon check; giftcard balance, redeem, refund, issue, settle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from posbridge.cli import given
from posbridge.cli.lists import worth
from posbridge.cli.outcome import Status
from posbridge.cli.output import Json, clean, document, money, plain, say, warn, when
from posbridge.cli.running import with_services

if TYPE_CHECKING:
    from posbridge.connectors.contract import GiftCardMove
    from posbridge.domain.discount import DiscountAnswer
    from posbridge.services import Services
    from posbridge.services.gift_card_settling import Settled
    from posbridge.services.gift_cards import CardAnswer

coupon = typer.Typer(no_args_is_help=True, help="Check a discount code.")
giftcard = typer.Typer(no_args_is_help=True, help="Gift cards: balance, redeem, refund, issue, settle.")

Code = Annotated[str, typer.Argument(help="The code, as it is printed.")]
Amount = Annotated[str, typer.Option("--amount", help='Minor units ("1000"), or with a point ("10.00").')]
Currency = Annotated[str, typer.Option("--currency", help="Else the shop's.")]
Key = Annotated[str, typer.Option("--key", help="The same key moves money once, however often it is asked.")]


@coupon.callback()
def _coupon() -> None:
    """Check a discount code."""


@coupon.command("check")
def check(
    code: Code,
    basket: Annotated[Path | None, typer.Option("--basket", help="An order file whose lines are the basket.")] = None,
    connection: Annotated[str | None, typer.Option("--connection", help="Ask only this one.")] = None,
    as_json: Json = False,
) -> None:
    """Ask the platforms what a code is worth, for a basket or for an empty one."""

    async def work(services: Services) -> DiscountAnswer:
        from posbridge.cli.files import basket_from

        return await services.discounts.check(code, await basket_from(services, basket), connection)

    answer = with_services(work)
    if as_json:
        return document(answer_row(answer))
    if answer.valid and answer.discount is not None:
        say(clean(f"{answer.code}: {worth(answer.discount)} ({answer.source.value}, {when(answer.checked_at)})"))
        return None
    say(clean(f"{answer.code} does not count: {_reason(answer)}"))
    return None


def answer_row(answer: DiscountAnswer) -> dict[str, Any]:
    """The answer as surface.md writes it; `reason` is a stable word, `message` is for a person."""
    discount = answer.discount
    value: Any = None
    if discount is not None:
        value = str(discount.percent) if discount.percent is not None else plain(discount.amount)
    return {
        "valid": answer.valid,
        "kind": None if discount is None else discount.kind.value,
        "value": value,
        "reason": None if answer.refusal is None else answer.refusal.value,
        "message": answer.message,
        "applies_to": None if discount is None else _applies_to(discount.scope),
        "source": answer.source.value,
        "checked_at": plain(answer.checked_at),
    }


def _applies_to(scope: Any) -> dict[str, Any] | str:
    return "everything" if scope.everything else {k: sorted(v) for k, v in scope if isinstance(v, frozenset) and v}


def _reason(answer: DiscountAnswer) -> str:
    from posbridge.domain.discount import DiscountRefusal
    from posbridge.domain.discounts import REFUSAL_WORDS

    if answer.message:
        return answer.message
    words = {
        DiscountRefusal.UNKNOWN: "nobody knows this code.",
        DiscountRefusal.OFFLINE: "it cannot be checked while the platform cannot be reached.",
    }
    refusal = answer.refusal or DiscountRefusal.UNKNOWN
    return words.get(refusal) or REFUSAL_WORDS[refusal]


@giftcard.command("balance")
def balance(code: Code, as_json: Json = False) -> None:
    """What is on a card."""

    async def work(services: Services) -> CardAnswer:
        return await services.gift_cards.balance(code)

    _show_card(with_services(work), as_json)


@giftcard.command("redeem")
def redeem(
    code: Code, amount: Amount, currency: Currency = "", key: Key = "", as_json: Json = False
) -> None:  # fmt: skip
    """Take an amount off a card, for no sale of this till."""

    async def work(services: Services) -> GiftCardMove:
        money_off = given.amount(amount, currency or (await services.settings.get()).currency)
        return await services.gift_cards.redeem(code, money_off, chosen)

    chosen = key or str(uuid4())
    _show_move(with_services(work), chosen, "taken off", as_json)


@giftcard.command("refund")
def refund(
    code: Code,
    amount: Amount,
    move: Annotated[str, typer.Option("--move", help="The redeem that is given back, where the platform asks.")] = "",
    currency: Currency = "",
    key: Key = "",
    as_json: Json = False,
) -> None:
    """Put an amount back on a card."""

    async def work(services: Services) -> GiftCardMove:
        money_back = given.amount(amount, currency or (await services.settings.get()).currency)
        return await services.gift_cards.refund(code, money_back, chosen, move_id=move)

    chosen = key or str(uuid4())
    _show_move(with_services(work), chosen, "put back", as_json)


@giftcard.command("issue")
def issue(
    amount: Amount,
    code: Annotated[str, typer.Option("--code", help="Else a new one is made.")] = "",
    days: Annotated[int | None, typer.Option("--days", min=1, help="How long it lasts.")] = None,
    currency: Currency = "",
    key: Key = "",
    as_json: Json = False,
) -> None:
    """Issue a card of the store's own."""

    async def work(services: Services) -> CardAnswer:
        worth_of = given.amount(amount, currency or (await services.settings.get()).currency)
        return await services.gift_cards.issue(worth_of, key or str(uuid4()), code=code, days=days)

    _show_card(with_services(work), as_json, with_code=True)


@giftcard.command("settle")
def settle(as_json: Json = False) -> None:
    """Give back what crashes and lost replies left between two states."""

    async def work(services: Services) -> Settled:
        return await services.gift_cards.settle()

    result = with_services(work)
    if as_json:
        document(result)
    else:
        say(f"{result.given_back} given back, {result.never_taken} never taken, {result.expired} holds ended.")
    if result.waiting:
        warn(f"{result.waiting} cannot be settled yet; this is tried again by itself.")
        raise typer.Exit(Status.SEE)


def _show_card(answer: CardAnswer, as_json: bool, *, with_code: bool = False) -> None:
    card = answer.card
    if as_json:
        code = {"code": card.code} if with_code else {}
        return document({
            **code, "balance": card.balance.amount, "currency": card.balance.currency,
            "expires": plain(card.expires_at), "status": card.status.value, "card": card.masked,
            "issuer": answer.issuer,
        })  # fmt: skip
    shown = card.code if with_code else card.masked
    ends = f", until {when(card.expires_at)}" if card.expires_at else ""
    say(clean(f"{shown}: {money(card.balance.amount, card.balance.currency)}, {card.status.value}{ends}"))
    return None


def _show_move(move: GiftCardMove, key: str, words: str, as_json: bool) -> None:
    if as_json:
        return document({
            "balance": move.balance.amount, "currency": move.balance.currency, "amount": move.amount.amount,
            "move": move.id, "key": key,
        })  # fmt: skip
    left = money(move.balance.amount, move.balance.currency)
    say(f"{money(move.amount.amount, move.amount.currency)} {words}; {left} left. Movement {clean(move.id)}.")
    return None
