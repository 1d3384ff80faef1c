"""`make strangers`: installs the packages for Node.js and lets them judge."""

from __future__ import annotations

import subprocess
import sys

from tests.strangers.node import HERE, Node

node = Node()
try:
    node.install()
except (OSError, subprocess.SubprocessError) as problem:
    raise SystemExit(f"The packages for Node.js cannot be installed: {problem}") from problem
sys.exit(subprocess.run([sys.executable, "-m", "pytest", "-q", str(HERE), *sys.argv[1:]], check=False).returncode)
