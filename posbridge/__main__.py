"""`python -m posbridge` is the same as `posbridge`."""

from __future__ import annotations

import sys

from posbridge.cli import main

if __name__ == "__main__":
    sys.exit(main())
