"""All commands in one table, each imported when it is called, so that `--help` costs nothing."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from posbridge.cli.outcome import Status, status_of
from posbridge.domain.errors import PosbridgeError

#: Command → (where it is, what it does, its place in the help).
COMMANDS: dict[str, tuple[str, str, str]] = {
    "demo": ("demo:demo", "Try the till: a shop with two simulated platforms.", "Start"),
    "doctor": ("doctor:doctor", "Check this machine and every connection; say what to do.", "Start"),
    "connectors": ("connecting:connectors", "List every system that can be connected.", "Connections"),
    "connect": ("connecting:connect", "Connect a system: one real call proves it, then it is kept.", "Connections"),
    "connections": ("connecting:connections", "List what is connected.", "Connections"),
    "test": ("connecting:call_once", "Make one real call to a connection.", "Connections"),
    "disconnect": ("connecting:disconnect", "Forget a connection and its secrets.", "Connections"),
    "webhooks": ("webhooks:app", "A platform's webhooks: subscribe or repair, list.", "Connections"),
    "products": ("lists:products", "List or search products.", "Selling"),
    "customers": ("lists:customers", "List or search customers.", "Selling"),
    "discounts": ("lists:discounts", "List the discount codes kept for offline use.", "Selling"),
    "orders": ("lists:orders", "List orders, the newest first.", "Selling"),
    "order": ("order:app", "Capture, show or refund an order.", "Selling"),
    "coupon": ("codes:coupon", "Check a discount code.", "Selling"),
    "giftcard": ("codes:giftcard", "Gift cards: balance, redeem, refund, issue, settle.", "Selling"),
    "limits": ("law:limits", "Purchase limits: show, choose a place's, turn off.", "Selling"),
    "lots": ("law:lots", "Recalled lots: list, block, release.", "Selling"),
    "tidy": ("law:tidy", "Names, shelves, attributes: try the rules, see what they change.", "Sync"),
    "sync": ("syncing:sync", "Send and fetch: in the foreground, or one round.", "Sync"),
    "queue": ("queue:app", "What waits to be sent: list, retry, park, settle, export.", "Sync"),
    "status": ("syncing:status", "What the sync bar shows.", "Sync"),
    "backup": ("copies:backup", "Copy the database to a file, proved readable.", "Care"),
    "restore": ("copies:restore", "Put a backup in place; nothing is sent twice.", "Care"),
    "sandbox": ("tools:sandbox", "Run a simulated platform on this machine.", "Tools"),
    "screens": ("tools:screens", "Draw every screen into PNG files.", "Tools"),
}


class Later(TyperCommand):
    """A command that is imported when it is called; until then only its name and its short help are known."""

    def __init__(self, name: str) -> None:
        where, words, place = COMMANDS[name]
        super().__init__(name, help=words, rich_help_panel=place)
        self._where = where

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        return self.command().make_context(info_name, args, parent, **extra)

    def command(self) -> Any:
        """The real command."""
        module, _, attribute = self._where.partition(":")
        found = getattr(import_module(f"posbridge.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            made = get_command(found)
        else:
            single = typer.Typer(add_completion=False)
            single.command(self.name, help=self.help)(found)
            made = get_command(single)
        made.help, made.name = made.help or self.help, self.name
        return made


class Commands(TyperGroup):
    """The table as a group of commands."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return Later(cmd_name) if cmd_name in COMMANDS else None


app = typer.Typer(cls=Commands, add_completion=False, no_args_is_help=False, rich_markup_mode=None)
#: What the command line's library raises for a wrong word or option.
UsageError: type[Exception] = typer.BadParameter.__bases__[0]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"posbridge {version('posbridge')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def posbridge(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Say the version.", callback=_version, is_eager=True),
    full_screen: bool = typer.Option(False, "--full-screen", help="Open the till over the whole screen."),
) -> None:
    """A till that sells with no network and brings every sale exactly once to the store's POS and shop.

    Without a command it opens the till's window. POSBRIDGE_HOME moves the data folder.

    Exit status: 0 done · 1 done, with something to see · 2 wrong use · 3 not possible now · 4 a bug.
    """
    if context.invoked_subcommand is None:
        from posbridge.cli.window import open_till

        raise typer.Exit(open_till(full_screen=full_screen))


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line; its exit status. Errors are told, never raised."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    try:
        status = get_command(app).main(args=given, prog_name="posbridge", standalone_mode=False)
        return int(status) if isinstance(status, int) else Status.DONE
    except UsageError as error:
        error.show()  # type: ignore[attr-defined]  # the library's own way to tell it
        return Status.WRONG_USE
    except typer.Abort:
        return _told("Nothing was given, so nothing was done.", Status.WRONG_USE)
    except KeyboardInterrupt:
        return _told("Stopped.", Status.SEE)
    except (BrokenPipeError, SystemExit):  # the library ends the program itself when its reader is gone
        return _reader_gone()
    except PosbridgeError as error:
        return _refused(error, as_json)
    except Exception as error:
        return _bug(error, as_json)


def _told(text: str, status: Status) -> int:
    print(text, file=sys.stderr)
    return status


def _reader_gone() -> int:
    """`posbridge orders | head`: the rest is not wanted, and Python must not complain of it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Status.DONE


def _refused(error: PosbridgeError, as_json: bool) -> int:
    from posbridge.cli.output import document, error_document, explain

    if as_json:
        document(error_document(error))
    explain(error)
    return status_of(error)


def _bug(error: Exception, as_json: bool) -> int:
    from posbridge.cli.output import document
    from posbridge.security.redaction import redact_text

    words = f"This is a bug in posbridge: {type(error).__name__}: {error}"
    if as_json:
        document({"error": {"code": "bug", "message": redact_text(words), "next_step": "Report it with this text."}})
    print(redact_text("".join(traceback.format_exception(error))), file=sys.stderr)
    print(redact_text(words), file=sys.stderr)
    print("→ Nothing that was sold is lost. Report it with this text.", file=sys.stderr)
    return Status.BUG
