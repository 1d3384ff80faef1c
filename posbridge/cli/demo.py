"""`posbridge demo`: a shop with two simulated platforms.

With a display it opens the till's window; else it runs the main job by itself and draws the screens.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from posbridge.cli.demo_platforms import Simulated, simulated
from posbridge.cli.demo_run import Run, verdict
from posbridge.cli.demo_till import TIMINGS, Plan
from posbridge.cli.outcome import Status
from posbridge.cli.output import Json, document, say, warn
from posbridge.domain.errors import ConfigurationError
from posbridge.security.roles import Role

#: Who works in the demo shop; their PINs are printed and open nothing else.
PEOPLE = (("Mara", Role.MANAGER, "135790"), ("Sol", Role.SUPERVISOR, "2468"), ("Kim", Role.CASHIER, "1357"))


def demo(
    pos: Annotated[str, typer.Option("--pos", help="Which POS is simulated.")] = "square",
    shop: Annotated[str, typer.Option("--shop", help="Which shop system is simulated.")] = "woocommerce",
    orders: Annotated[int, typer.Option("--orders", min=1, help="Orders sold by itself (headless).")] = 40,
    headless: Annotated[bool, typer.Option("--headless", help="Sell by itself, although there is a display.")] = False,
    out: Annotated[Path, typer.Option("--out", help="The folder for the pictures.")] = Path("pictures"),
    as_json: Json = False,
) -> None:
    _require_simulators(pos, shop)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="posbridge-demo-")))
        platforms = [stack.enter_context(simulated(name)) for name in (pos, shop)]
        plan = _prepared(folder, platforms, orders)
        if not headless and _has_display():
            _introduce(platforms)
            raise typer.Exit(_window(plan))
        result = Run(plan, platforms, tell=warn).go()
        result["pictures"] = _pictures(plan, out)
        _report(result, platforms, as_json)
        if not verdict(result, orders):
            raise typer.Exit(Status.SEE)


def _require_simulators(pos: str, shop: str) -> None:
    from posbridge.sandbox import SIMULATORS

    for name in (pos, shop):
        if name not in SIMULATORS:
            raise ConfigurationError(
                f"There is no simulated {name}.", next_step=f"Choose from {', '.join(sorted(SIMULATORS))}."
            )


def _has_display() -> bool:
    """Whether a window can be shown to a person here."""
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        return False
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def _prepared(folder: Path, platforms: list[Simulated], orders: int) -> Plan:
    """A data folder whose till is connected to the platforms, knows their catalogue and its people."""
    path = folder / "plan.json"
    Plan.write(
        path,
        home=str(folder / "till"),
        orders=orders,
        passphrase=secrets.token_urlsafe(24),
        platforms={one.name: {"platform": one.name, "fields": one.fields, "secrets": one.secrets} for one in platforms},
        codes=["WELCOME10", "FIVEOFF", "SPEND50", "COFFEE20", "SUMMER"],
        cards=[f"77830000{number:08d}" for number in (1, 2, 3, 6, 7)],
    )
    plan = Plan(path)
    asyncio.run(_furnish(plan))
    return plan


async def _furnish(plan: Plan) -> None:
    async with plan.running(sync=False) as services:
        await services.settings.put(store_name="posbridge demo", device="T1")
        for name, role, pin in PEOPLE:
            await services.people.add(name, role, pin)
        for name, said in plan.platforms.items():
            await services.connections.connect(said["platform"], said["fields"], said["secrets"], as_id=name)
        result = await services.sync.once(frozenset({"pull"}))
        if result.problems:
            raise ConfigurationError(f"The demo shop's products could not be read: {result.problems}")


def _introduce(platforms: list[Simulated]) -> None:
    say("The demo shop is open. Sign in with one of these PINs:")
    for name, role, pin in PEOPLE:
        say(f"  {name} ({role.value}): {pin}")
    for one in platforms:
        say(f"  {one.name} is simulated at {one.url}")
    say("Discount codes: WELCOME10, FIVEOFF, SPEND50, COFFEE20. Gift card: 7783000000000001.")


def _window(plan: Plan) -> int:
    """The till's window on the demo's own data folder."""
    from posbridge.cli.window import open_till

    return open_till(home=plan.home, sources=plan.sources(), timings=TIMINGS, unlimited=True)


def _pictures(plan: Plan, out: Path) -> list[str]:
    """Every screen of the demo shop as it is now, light and dark, drawn into `out`."""
    answers = asyncio.run(_seen(plan, plan.home / "pictures"))
    from posbridge.ui.pictures import draw_screens
    from posbridge.ui.showcase import Showcase

    try:
        drawn = draw_screens(out, shop=Showcase(answers))
    except OSError as error:
        raise ConfigurationError(
            f"The pictures cannot be written: {error}.", next_step="Choose another --out."
        ) from error
    return [str(each["file"]) for each in drawn]


async def _seen(plan: Plan, folder: Path) -> dict[str, Any]:
    from posbridge.ui.snapshot import snapshot

    async with plan.running(sync=False) as services:
        return await snapshot(services, folder, codes=("WELCOME10",), card=plan.cards[0])


def _report(result: dict[str, Any], platforms: list[Simulated], as_json: bool) -> None:
    if as_json:
        document(result)
        return
    say(f"{result['captured']} orders captured, {result['synced']} of them at every target.")
    for one in platforms:
        books = result["by_target"][one.name]
        say(f"  {one.name}: {books['orders']} orders in its own books, {books['lost']} lost, {books['doubled']} doubled"
            f" ({books['faulty_share']:.0%} of {books['requests']} replies were faulty)")  # fmt: skip
    say(f"The till was killed and started again {result['kills']} times in {result['seconds']:.0f} s.")
    if result["pictures"]:
        say(f"Pictures of the screens: {Path(result['pictures'][0]).parent.resolve()}")

