"""Image upload: the one multipart request of the API."""

from __future__ import annotations

import json
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP

from posbridge.sandbox.platform import Route
from posbridge.sandbox.square.catalog import Catalog
from posbridge.sandbox.square.errors import invalid, missing
from posbridge.sandbox.square.shop import Obj, Shop
from posbridge.sandbox.wire import Call, Reply

_TYPES = {"image/jpeg", "image/pjpeg", "image/png", "image/x-png", "image/gif"}


class Images:
    """Uploaded pictures, served again under /uploads."""

    def __init__(self, shop: Shop, catalog: Catalog) -> None:
        self.shop, self.catalog = shop, catalog
        self.files: dict[str, tuple[str, bytes]] = {}

    def routes(self) -> list[Route]:
        """CreateCatalogImage, and the files."""
        return [("POST", "/v2/catalog/images", self.create), ("GET", "/uploads/{name}", self.serve)]

    def create(self, call: Call) -> Reply:
        """Parts `request` (JSON) and `file`; attached to `object_id`, first in line when `is_primary`."""
        kind = call.headers.get("content-type", "")
        if not kind.startswith("multipart/form-data"):
            raise invalid("Content-Type", "Expected multipart/form-data.", "INVALID_CONTENT_TYPE")
        whole = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + call.body)
        parts = {_name(part): part for part in whole.iter_parts()}
        if "request" not in parts:
            raise missing("request")
        body = json.loads(_bytes(parts.pop("request")))
        file = next(iter(parts.values()), None)
        if file is None or file.get_content_type() not in _TYPES:
            raise invalid("file", "Expected a JPEG, PNG or GIF file.", "INVALID_FORM_VALUE")
        return Reply(body={"image": self._kept(body, file)})

    def _kept(self, body: Obj, file: Message) -> Obj:
        name = self.shop.new_id("upload")
        self.files[name] = (file.get_content_type(), _bytes(file))
        data = {**((body.get("image") or {}).get("image_data") or {}), "url": f"/uploads/{name}"}
        key = self.catalog.put({"type": "IMAGE", "id": "#image", "image_data": data})
        owner = self.catalog.find(body.get("object_id"))
        if owner is not None:
            place = 0 if body.get("is_primary") else len(owner[f"{owner['type'].lower()}_data"].get("image_ids", ()))
            owner[f"{owner['type'].lower()}_data"].setdefault("image_ids", []).insert(place, key)
            self.catalog.touch(owner["id"])
        return self.catalog.shown(self.catalog.rows[key])

    def serve(self, call: Call) -> Reply:
        """The file as it was sent."""
        if call.params["name"] not in self.files:
            return self.shop.platform.error_reply(404)
        kind, raw = self.files[call.params["name"]]
        return Reply(200, raw, {"content-type": kind})


def _name(part: Message) -> str:
    return str(part.get_param("name", header="content-disposition") or "")


def _bytes(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""
