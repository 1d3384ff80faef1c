"""posbridge: a till that sells with no network and brings every sale exactly once to its platforms."""

from __future__ import annotations

import os
import sys

# No plugin of pydantic is used; looking for them reads the metadata of every installed package at every start.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

# structlog imports rich, where it is installed, for tracebacks that show the values of variables: 40 ms of every
# start, and values do not belong in a log. Python takes None here for "not installed".
if "structlog" not in sys.modules and "rich" not in sys.modules:
    sys.modules["rich"] = None  # type: ignore[assignment]  # what Python's import system documents
    try:
        import structlog  # noqa: F401 - so that it is imported in this state
    finally:
        del sys.modules["rich"]
