"""The conformance kit: what every connector must do, against a simulated platform.

    class TestSquare(ConnectorConformance):
        connector = CONNECTOR
        simulator = SquareSimulator
        exempt = {"test_name": "why this system cannot"}

Services and capabilities that the facts do not claim are left out by themselves; anything else that a system
cannot do is exempted by name with a written reason.
"""

from __future__ import annotations

import pytest

for _part in ("base", "reading", "selling", "serving"):
    pytest.register_assert_rewrite(f"{__name__}.{_part}")

from posbridge.testing.conformance.base import Far, Steps  # noqa: E402 - after the rewrite is registered
from posbridge.testing.conformance.reading import Reading  # noqa: E402
from posbridge.testing.conformance.selling import Selling  # noqa: E402
from posbridge.testing.conformance.serving import Serving  # noqa: E402
from posbridge.testing.conformance.shop import shop  # noqa: E402

__all__ = ["ConnectorConformance", "Far", "Steps", "shop"]


class ConnectorConformance(Reading, Selling, Serving):
    """All behaviours. A subclass gives `connector` and `simulator`, and what else `Base` names."""
