"""The one door to Qt: nothing else in posbridge imports PySide6.

One place to see which parts of the toolkit are used, and to adjust when a release of it misbehaves.
"""

from __future__ import annotations

from pathlib import Path

import PySide6
from PySide6.QtCore import (
    Q_ARG,
    Property,
    QAbstractListModel,
    QByteArray,
    QCoreApplication,
    QEvent,
    QMetaObject,
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
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkDiskCache, QNetworkReply, QNetworkRequest
from PySide6.QtQml import QQmlApplicationEngine, QQmlComponent, QQmlEngine, QQmlNetworkAccessManagerFactory
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtQuickControls2 import QQuickStyle

#: Where Qt's own programs lie (lupdate, lrelease).
QT_FOLDER = Path(PySide6.__file__).parent

__all__ = [
    "QT_FOLDER",
    "Q_ARG",
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
    "QMetaObject",
    "QModelIndex",
    "QNetworkAccessManager",
    "QNetworkDiskCache",
    "QNetworkReply",
    "QNetworkRequest",
    "QObject",
    "QPersistentModelIndex",
    "QQmlApplicationEngine",
    "QQmlComponent",
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
