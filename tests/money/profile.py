"""How hard the property tests look: a gate on every change, and the long run with POSBRIDGE_LONG=1."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings

LONG = os.environ.get("POSBRIDGE_LONG") == "1"
#: Seconds for one test.
TIMEOUT = 7200 if LONG else 120
_CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large]


def runs(gate: int = 300, long: int = 10_000, **more: Any) -> settings:
    """Settings for a property: `gate` examples, `long` ones in the long run. No deadline: two cores are shared."""
    return settings(
        max_examples=long if LONG else gate, deadline=None, database=None, suppress_health_check=_CHECKS, **more
    )
