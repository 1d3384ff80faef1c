"""A connection to a simulated COVA, and what the tests of it share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.cova import CONNECTOR
from posbridge.sandbox.cova import CovaSimulator
from posbridge.sandbox.cova.answers import guid
from posbridge.sandbox.cova.desk import Options
from posbridge.sandbox.seed import Seed
from posbridge.security.tokens import TokenService
from posbridge.security.vault import Vault
from posbridge.testing.conformance.shop import shop
from tests.connectors.watched import Bench, Kept, bench, now

WEAK = "posbridge-sandbox-weak-password"
LINKS = {
    f"variant-{n}": RemoteVariant(variant_id=guid("product", f"SKU-{n:04d}"), sku=f"SKU-{n:04d}") for n in range(1, 14)
}


def token_service() -> TokenService:
    return TokenService(Kept(), now, Vault(bytes(range(32))))


def with_a_weak_user(seed: Seed) -> CovaSimulator:
    """The password WEAK signs in somebody who is not let into order intake."""
    made = CovaSimulator(seed)
    made.gate.passwords[WEAK] = "weak"
    made.gate.closed["weak"] = ("covaorderintake",)
    return made


def company(
    seed: Seed | None = None, *, options: Options | None = None, secrets: dict[str, str] | None = None, **fields: str
) -> Bench[CovaSimulator]:
    simulator = CovaSimulator(seed or shop(), options=options or Options(processing_s=0.0))
    return bench(CONNECTOR, simulator, secrets=secrets, **fields)


def example(contracts: Path, name: str) -> Any:
    return json.loads((contracts / "cova" / "examples" / name).read_text(encoding="utf-8"))
