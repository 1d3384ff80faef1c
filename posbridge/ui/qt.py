"""The one door to Qt: nothing else in posbridge imports PySide6.

One place to see which parts of the toolkit are used, and to adjust when a release of it misbehaves.
"""

from __future__ import annotations

from PySide6.QtCore import (
    Property,
    QAbstractListModel,
    QByteArray,
    QCoreApplication,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
    QTranslator,
    QUrl,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QImage, QKeyEvent
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkDiskCache, QNetworkRequest
from PySide6.QtQml import QQmlApplicationEngine, QQmlEngine, QQmlNetworkAccessManagerFactory
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtQuickControls2 import QQuickStyle

__all__ = [
    "Property",
    "QAbstractListModel",
    "QByteArray",
    "QColor",
    "QCoreApplication",
    "QEvent",
    "QFont",
    "QFontDatabase",
    "QGuiApplication",
    "QIcon",
    "QImage",
    "QKeyEvent",
    "QModelIndex",
    "QNetworkAccessManager",
    "QNetworkDiskCache",
    "QNetworkRequest",
    "QObject",
    "QPersistentModelIndex",
    "QQmlApplicationEngine",
    "QQmlEngine",
    "QQmlNetworkAccessManagerFactory",
    "QQuickItem",
    "QQuickStyle",
    "QQuickWindow",
    "QSize",
    "QTimer",
    "QTranslator",
    "QUrl",
    "Qt",
    "Signal",
    "Slot",
]
