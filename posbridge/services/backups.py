"""Backups by hand and by the hour; a restore puts the whole queue in doubt, so that nothing is sent twice."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from posbridge.domain.errors import SecurityError
from posbridge.services.house import House
from posbridge.store import audit, connections
from posbridge.store import backup as files
from posbridge.store.sealed_rows import StoredSeals


class Backups:
    """All raise StoreError when a file cannot be read or written."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def backup(self, path: Path, *, who: str = "") -> Path:
        """A sound copy of everything at `path`; a folder gets a file named after the time."""
        house, now = self._house, self._house.clock()
        path = await asyncio.to_thread(_backup, house.store.path, path, now)
        await house.store.write(audit.add, "backup", now, vault=house.vault, who=who, detail={"file": path.name})
        return path

    async def when_due(self) -> Path | None:
        """The hourly one into its folder (a setting; else beside the data), kept for 14 days; None when not due."""
        house, now = self._house, self._house.clock()
        settings = await house.settings.get()
        folder = Path(settings.backup_folder) if settings.backup_folder else house.home / "backups"
        last = await self.newest(folder)
        if last is not None and now - last[1] < timedelta(seconds=settings.backup_s):
            return None
        return await asyncio.to_thread(files.backup_into, house.store.path, folder, now)

    async def newest(self, folder: Path | None = None) -> tuple[Path, datetime] | None:
        """The newest hourly backup and when it was taken (UTC)."""
        return await asyncio.to_thread(files.newest, folder or self._house.home / "backups")

    async def restore(self, file: Path, *, who: str = "") -> Path | None:
        """Puts the backup in place; returns where the data until now are kept.

        Every order that may have been sent since is looked up before it is sent again. Raises StoreBusy while
        another process sends, CorruptStore, or ConfigurationError for a file that is none of ours or too new.
        """
        house = self._house
        lock = None if house.sends else house.store.sender_lock()
        if lock is not None:
            lock.__enter__()
        try:
            await house.sync.stop()
            kept = await asyncio.to_thread(
                files.restore, house.store.path, file, house.clock(), vault=house.vault, who=who
            )
            await self._read_anew()
        finally:
            if lock is not None:
                lock.release()
            else:
                house.sync.start(pull_s=(await house.settings.get()).pull_s)
        return kept

    async def _read_anew(self) -> None:
        """What was kept in memory of the old data goes."""
        house = self._house
        for row in await house.store.read(connections.listed):
            await house.registry.forget(row.id)
            house.health.signed_in(row.id)
        with suppress(SecurityError):
            house.vault.load_ring(await StoredSeals(house.store).ring())


def _backup(source: Path, path: Path, now: datetime) -> Path:
    if path.is_dir():
        return files.backup_into(source, path, now)
    files.backup(source, path)
    return path
