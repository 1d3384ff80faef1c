"""Pages read ahead: the next ones are fetched while this one is stored, a few at most."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")

#: So many wait in memory: more would only make the collector of garbage stop the window for longer.
DEPTH = 2


class Ahead(Generic[T]):
    """`async with Ahead(pages) as found: async for page in found`. Reading begins at once and ends with the block.

    An error of the reading is raised in its place: behind the pages that came before it.
    """

    def __init__(self, pages: AsyncIterator[T], depth: int = DEPTH) -> None:
        self._pages = pages
        self._waiting: asyncio.Queue[T | _End] = asyncio.Queue(depth)

    async def __aenter__(self) -> Ahead[T]:
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        if isinstance(self._pages, AsyncGenerator):
            await self._pages.aclose()

    def __aiter__(self) -> Ahead[T]:
        return self

    async def __anext__(self) -> T:
        found = await self._waiting.get()
        if not isinstance(found, _End):
            return found
        if found.error is not None:
            raise found.error
        raise StopAsyncIteration

    async def _read(self) -> None:
        error: Exception | None = None
        try:
            async for page in self._pages:
                await self._waiting.put(page)
        except Exception as problem:  # it belongs to whoever takes the pages
            error = problem
        await self._waiting.put(_End(error))


class _End:
    def __init__(self, error: Exception | None) -> None:
        self.error = error
