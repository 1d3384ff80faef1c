"""limits: the purchase limits of the counter; lots: recalls; tidy: the rules for names and shelves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from posbridge.cli.output import Json, clean, document, say, table
from posbridge.cli.running import with_services
from posbridge.domain.errors import DomainError

if TYPE_CHECKING:
    from posbridge.domain.limits import LimitRules
    from posbridge.domain.tidying import Tidied
    from posbridge.services import Services
    from posbridge.services.tidying import TidyExample

limits = typer.Typer(help="Purchase limits: show, choose a place's, turn off.")
tidy = typer.Typer(no_args_is_help=True, help="Names, shelves and attributes: try the rules, see what they change.")
lots = typer.Typer(help="Recalled lots: list, block, release.")
Lot = Annotated[list[str], typer.Argument(help="Lot numbers, or the state's package tags.")]


@limits.callback(invoke_without_command=True)
def _limits(context: typer.Context, as_json: Json = False) -> None:
    """Purchase limits: show, choose a place's, turn off. Alone it shows those in force."""
    if context.invoked_subcommand is not None:
        return

    async def work(services: Services) -> tuple[LimitRules, ...]:
        return (await services.settings.get()).limits

    _show(with_services(work), as_json, empty="No purchase limits are chosen: nothing is limited.")


@limits.command("samples")
def samples(as_json: Json = False) -> None:
    """The sample rules of some states, each with its source and its day: prove them before you use them."""
    from posbridge.services.counter import Counter

    _show(tuple(Counter.samples()), as_json, empty="")


@limits.command("choose")
def choose(
    region: Annotated[str, typer.Argument(help="A region of `posbridge limits samples`, or off.")],
    as_json: Json = False,
) -> None:
    """Hold the counter to the sample rules of a region, or to none."""

    async def work(services: Services) -> tuple[LimitRules, ...]:
        chosen = tuple(rules for rules in services.counter.samples() if rules.region == region.upper())
        if not chosen and region.lower() != "off":
            raise DomainError(f"There are no sample rules for {region!r}.", next_step="See `posbridge limits samples`.")
        return (await services.settings.put(limits=chosen, who="cli")).limits

    _show(with_services(work), as_json, empty="Nothing is limited any more.")


@lots.callback(invoke_without_command=True)
def _lots(context: typer.Context, as_json: Json = False) -> None:
    """Recalled lots: list, block, release. Alone it lists those that are blocked."""
    if context.invoked_subcommand is None:

        async def work(services: Services) -> tuple[str, ...]:
            return await services.lots.recalled()

        _blocked(with_services(work), as_json)


@lots.command("recall")
def recall(lot: Lot, as_json: Json = False) -> None:
    """Block lots at once: nothing of them is sold from the next scan on."""

    async def work(services: Services) -> tuple[str, ...]:
        return await services.lots.recall(lot, "cli")

    _blocked(with_services(work), as_json)


@lots.command("release")
def release(lot: Lot, as_json: Json = False) -> None:
    """Sell these lots again, where the POS does."""

    async def work(services: Services) -> tuple[str, ...]:
        return await services.lots.release(lot, "cli")

    _blocked(with_services(work), as_json)


@tidy.command("try")
def attempt(
    title: Annotated[str, typer.Argument(help="A name as the platform has it.")],
    category: Annotated[list[str] | None, typer.Option("--category", help="May be repeated, broadest first.")] = None,
    brand: Annotated[str, typer.Option("--brand")] = "",
    description: Annotated[str, typer.Option("--description")] = "",
    as_json: Json = False,
) -> None:
    """What the rules make of a product; nothing is changed."""

    async def work(services: Services) -> Tidied:
        return await services.tidying.try_on(title, brand=brand, categories=category or (), description=description)

    made = with_services(work)
    if as_json:
        return document(made.model_dump(mode="json"))
    for step in made.steps:
        say(clean(f"{step.rule}: {step.before} → {step.after}"))
    say(clean(f"{made.title}{f'  ({made.shelf})' if made.shelf else ''}"))
    for potency in made.attributes.potencies if made.attributes else ():
        say(clean(f"  {potency.name} {potency.low} to {potency.high} {potency.unit.value}"))
    return None


@tidy.command("examples")
def examples(as_json: Json = False) -> None:
    """Products here that the rules change, before and after."""

    async def work(services: Services) -> list[TidyExample]:
        return await services.tidying.examples()

    found = with_services(work)
    if as_json:
        return document([{"before": one.platform_title, **one.tidied.model_dump(mode="json")} for one in found])
    table(
        ("before", "after", "shelf"),
        [(one.platform_title, one.tidied.title, one.tidied.shelf) for one in found],
        empty="The rules change nothing here.",
    )
    return None


def _blocked(found: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        return document(list(found))
    table(("blocked",), [(one,) for one in found], empty="No lot is blocked here.")
    return None


def _show(rules: tuple[LimitRules, ...], as_json: bool, *, empty: str) -> None:
    if as_json:
        return document([each.model_dump(mode="json") for each in rules])
    rows: list[tuple[Any, ...]] = [
        (each.region, each.audience.value, each.minimum_age, rule.name, _words(rule), each.source, each.as_of)
        for each in rules
        for rule in each.rules
    ]
    table(("place", "who", "age", "rule", "limit", "source", "as of"), rows, empty=empty)
    return None


def _words(rule: Any) -> str:
    amounts = " or ".join(f"{each.whole.normalize():f} {each.unit.value} {each.category}" for each in rule.allowances)
    return f"{amounts} a {rule.period.value}"
