"""A product picture that was seen once is there with no network."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from posbridge.ui.pictures_cache import PictureAccess
from posbridge.ui.qt import QCoreApplication, QEvent, QGuiApplication, QNetworkRequest, QObject, QUrl

BODY = b"picture" * 50


class Pictures(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(BODY)))
        self.send_header("Expires", "Mon, 01 Jan 2024 00:00:00 GMT")
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), Pictures)
    thread = threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    made.server_close()


def fetch(folder: Path, url: str) -> bytes:
    parent = QObject()
    access = PictureAccess(folder).create(parent)
    reply = access.get(QNetworkRequest(QUrl(url)))
    while not reply.isFinished():
        QCoreApplication.processEvents()
    got = bytes(reply.readAll().data())
    reply.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return got


def test_a_picture_once_seen_shows_offline_even_when_its_time_is_over(
    qt: QGuiApplication, server: ThreadingHTTPServer, tmp_path: Path
) -> None:
    url = f"http://127.0.0.1:{server.server_address[1]}/mug.png"
    assert fetch(tmp_path, url) == BODY
    server.shutdown()
    server.server_close()
    assert fetch(tmp_path, url) == BODY
    assert fetch(tmp_path, url + "?other") == b""
