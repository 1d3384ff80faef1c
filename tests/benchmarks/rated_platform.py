"""A simulated platform with a limit: `python -m tests.benchmarks.rated_platform NAME REQUESTS SECONDS`."""

from __future__ import annotations

import asyncio
import json
import sys

from posbridge.sandbox import create
from posbridge.sandbox.platform import Bucket
from posbridge.sandbox.server import running
from tests.benchmarks.page_server import seed


async def serve(name: str, requests: int, seconds: int) -> None:
    platform = create(name, seed(20))
    platform.bucket = Bucket(platform.clock, requests / seconds, requests)
    async with running(platform):
        print(json.dumps(platform.connection_fields()), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
