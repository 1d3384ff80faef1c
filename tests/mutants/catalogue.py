"""The safeties, each taken out by a change of text, and the tests that must fall then."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """`old` becomes `new` in `file`; at least one of `tests` must fail. `why` names the safety that is gone."""

    name: str
    why: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


DRAIN = "tests/sync/test_drain.py"

MUTANTS = (
    Mutant(
        "no-immediate",
        "writers begin late, so two of them lose an update",
        "posbridge/store/connect.py",
        'begin: str = "BEGIN IMMEDIATE"',
        'begin: str = "BEGIN"',
        ("tests/store/test_engine.py",),
    ),
    Mutant(
        "normal-sync",
        "a power cut may take back the last sales",
        "posbridge/store/connect.py",
        "PRAGMA synchronous = FULL",
        "PRAGMA synchronous = NORMAL",
        ("tests/store/test_engine.py",),
    ),
    Mutant(
        "no-settle-window",
        "a lost order is looked up before its late commit could show",
        "posbridge/sync/timings.py",
        "return capabilities.settle_s + capabilities.timeout_s",
        "return 0",
        (DRAIN,),
    ),
    Mutant(
        "one-look-is-proof",
        "an order not found once is sent again at once",
        "posbridge/sync/drain.py",
        "if not case.row.must_look_up or await case.steps.get(NOT_FOUND):",
        "if True:",
        (DRAIN,),
    ),
    Mutant(
        "no-look-up",
        "an unknown order is sent again blindly",
        "posbridge/sync/drain.py",
        "return case.row.must_look_up or aged",
        "return False",
        (DRAIN,),
    ),
    Mutant(
        "unknown-is-failed",
        "a lost reply counts as surely not done",
        "posbridge/sync/drain.py",
        "if isinstance(error, OutcomeUnknown | SchemaDrift) or",
        "if isinstance(error, SchemaDrift) or",
        (DRAIN,),
    ),
    Mutant(
        "key-remade",
        "each try has a key of its own",
        "posbridge/sync/drain.py",
        "work.send(case.row.key, case.steps)",
        'work.send(f"{case.row.key}-{case.row.attempts}", case.steps)',
        (DRAIN,),
    ),
    Mutant(
        "immortal-lease",
        "a dead sender keeps its orders for ever",
        "posbridge/store/outbox.py",
        '_O.state == "leased", _O.lease_until <= at)).all()',
        '_O.state == "leased", _O.lease_until <= 0)).all()',
        (DRAIN, "tests/store/test_outbox.py"),
    ),
    Mutant(
        "stale-owner",
        "a sender whose lease ran out still writes the outcome",
        "posbridge/store/outbox.py",
        'return and_(_O.id == row_id, _O.state == "leased", _O.owner == owner)',
        "return and_(_O.id == row_id)",
        (DRAIN, "tests/store/test_outbox.py"),
    ),
    Mutant(
        "float-money",
        "an amount may be a float",
        "posbridge/domain/money.py",
        "if isinstance(value, bool) or not isinstance(value, int):",
        "if isinstance(value, bool):",
        ("tests/domain", "tests/money"),
    ),
    Mutant(
        "rounding-down",
        "half a cent is lost at each line",
        "posbridge/domain/money.py",
        "doubled = abs(exact) * 2 + 1",
        "doubled = abs(exact) * 2",
        ("tests/domain", "tests/money"),
    ),
    Mutant(
        "unchecked-signature",
        "any webhook is believed",
        "posbridge/connectors/webhooks.py",
        "good |= hmac.compare_digest(",
        "good |= True or hmac.compare_digest(",
        ("tests/connectors/test_webhooks.py",),
    ),
    Mutant(
        "pin-lock-off",
        "a PIN may be tried for ever",
        "posbridge/security/pins.py",
        "if state.locked_until is not None and now < state.locked_until:",
        "if False:",
        ("tests/security",),
    ),
    Mutant(
        "write-repeated",
        "the client sends a write again after a lost reply",
        "posbridge/connectors/http.py",
        "return await self._exchange(sent)\n\n    async def aclose",
        "try:\n            return await self._exchange(sent)\n        except ConnectorError:\n"
        "            return await self._exchange(sent)\n\n    async def aclose",
        ("tests/connectors/test_http.py",),
    ),
    Mutant(
        "any-host",
        "keys are sent to any host",
        "posbridge/connectors/net.py",
        "return any(fnmatchcase(host.lower(), allowed) for allowed in hosts)",
        "return True",
        ("tests/connectors/test_http.py",),
    ),
    Mutant(
        "empty-read-deletes",
        "an empty or partial list empties the catalogue",
        "posbridge/store/catalog_pull.py",
        "if not complete or not there:",
        "if False:",
        ("tests/store", "tests/sync/test_pull.py"),
    ),
    Mutant(
        "audit-not-chained",
        "an altered audit row is not noticed",
        "posbridge/store/audit.py",
        "hmac.compare_digest(",
        "True or hmac.compare_digest(",
        ("tests/store",),
    ),
)
