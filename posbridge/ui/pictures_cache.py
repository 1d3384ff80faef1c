"""Product pictures: fetched once, kept on disk, shown with no network."""

from __future__ import annotations

from pathlib import Path

from posbridge.ui.qt import (
    QNetworkAccessManager,
    QNetworkDiskCache,
    QNetworkReply,
    QNetworkRequest,
    QObject,
    QQmlNetworkAccessManagerFactory,
)

PREFER_CACHE = QNetworkRequest.CacheLoadControl.PreferCache
LARGEST = 512 * 1024 * 1024


class CachedAccess(QNetworkAccessManager):
    """Answers from the disk whenever it can, whatever age the picture has."""

    def createRequest(  # noqa: N802 - Qt's name
        self, op: QNetworkAccessManager.Operation, request: QNetworkRequest, device: QObject | None = None
    ) -> QNetworkReply:
        fresh = QNetworkRequest(request)
        # PreferCache asks the network once a picture's time is over; with no network that shows nothing.
        kept = self.cache().metaData(request.url()).isValid()
        control = QNetworkRequest.CacheLoadControl.AlwaysCache if kept else PREFER_CACHE
        fresh.setAttribute(QNetworkRequest.Attribute.CacheLoadControlAttribute, control)
        fresh.setTransferTimeout(10_000)
        return super().createRequest(op, fresh, device)  # type: ignore[arg-type]  # stubs refuse None


class PictureAccess(QQmlNetworkAccessManagerFactory):
    """Gives the QML engine network access with one disk cache under `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def create(self, parent: QObject) -> QNetworkAccessManager:
        access = CachedAccess(parent)
        cache = QNetworkDiskCache(access)
        cache.setCacheDirectory(str(self._folder))
        cache.setMaximumCacheSize(LARGEST)
        access.setCache(cache)
        return access
