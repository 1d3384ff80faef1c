"""Runs a command's work on the services, and takes everything down again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from posbridge.services import Services

T = TypeVar("T")


def with_services(work: Callable[[Services], Awaitable[T]], *, sync: bool = False) -> T:
    """What `work` gives; with `sync` the background jobs run beside it. Raises what it raises."""
    return asyncio.run(_with_services(work, sync))


async def _with_services(work: Callable[[Services], Awaitable[T]], sync: bool) -> T:
    from posbridge.app import running

    async with running(sync=sync) as services:
        return await work(services)
