"""The least a window costs: one empty QML window; says "ready" with its first frame."""

from __future__ import annotations

import sys

from PySide6.QtCore import QByteArray, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine

QML = b"""
import QtQuick
import QtQuick.Controls.Basic
ApplicationWindow { visible: true; width: 1280; height: 800; Label { anchors.centerIn: parent; text: "ready" } }
"""


def main() -> int:
    app = QGuiApplication(sys.argv)
    engine = QQmlApplicationEngine()
    engine.loadData(QByteArray(QML))
    window = engine.rootObjects()[0]
    window.frameSwapped.connect(lambda: (print("ready", flush=True), QTimer.singleShot(0, app.quit)))
    return app.exec()


if __name__ == "__main__":
    raise SystemExit(main())
