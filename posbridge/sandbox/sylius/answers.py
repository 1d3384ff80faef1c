"""How Sylius answers: JSON-LD objects, collections with a view, and its three shapes of errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from posbridge.sandbox.wire import Call, Refused, Reply

Obj = dict[str, Any]

API = "/api/v2"
LD = "application/ld+json; charset=utf-8"
PROBLEM = "application/problem+json; charset=utf-8"
#: Symfony's codes of violations (recorded 061, 062, 124).
TAKEN, SHORT = "23bd9dbf-6b9b-41cd-a99e-4844bcf3077f", "9ff3fdc4-b214-49db-8718-39c315e33d45"
BLANK, EMAIL = "c1051bb4-d103-4f74-8988-acbcafc7fdc3", "bd79c0ab-ddba-46cc-a703-a7a4b08de310"

_PAGE = 30


def problem(status: int, detail: str) -> Reply:
    """`hydra:Error`, as most refusals look."""
    body = {
        "@context": f"{API}/contexts/Error", "@id": f"{API}/errors/{status}", "@type": "hydra:Error",
        "detail": detail, "status": status, "type": f"/errors/{status}",
        "hydra:description": detail, "hydra:title": "An error occurred",
    }  # fmt: skip
    return Reply(status, body, {"content-type": PROBLEM})


def violation(*found: tuple[str, str, str | None]) -> Reply:
    """`ConstraintViolation`: (field, words, code) of each; business refusals have neither field nor code."""
    rows = [{"propertyPath": path, "message": words, "code": code} for path, words, code in found]
    detail = "\n".join(f"{path}: {words}" if path else words for path, words, _ in found)
    codes = ";".join(f"{number}={code or ''}" for number, (_, _, code) in enumerate(found))
    ident = f"{API}/validation_errors/{codes}"
    body = {
        "@context": f"{API}/contexts/ConstraintViolation", "@id": ident, "@type": "ConstraintViolation", "status": 422,
        "violations": rows, "detail": detail, "type": ident.removeprefix(API), "hydra:description": detail,
        "hydra:title": "An error occurred",
    }  # fmt: skip
    return Reply(422, body, {"content-type": PROBLEM})


def refuse(words: str) -> Refused:
    """A business refusal (recorded 084)."""
    return Refused(violation(("", words, None)))


def missing() -> Refused:
    return Refused(problem(404, "Not Found"))


def short(status: int, words: str) -> Reply:
    """The shape of the router, the login and the JWT layer."""
    kind = "application/json" if status == 401 else "application/ld+json"
    return Reply(status, {"code": status, "message": words}, {"content-type": kind})


def page(status: int, title: str, headers: dict[str, str] | None = None) -> Reply:
    """A web page, from Symfony or from the server before it."""
    html = f'<!DOCTYPE html>\n<html lang="en"><head><title>{title}</title></head><body><h1>{title}</h1></body></html>'
    return Reply(status, html.encode(), {"content-type": "text/html; charset=UTF-8", **(headers or {})})


def one(kind: str, body: Obj, status: int = 200) -> Reply:
    """A single object."""
    return Reply(status, {"@context": f"{API}/contexts/{kind}", **body}, {"content-type": LD})


def collection(call: Call, kind: str, rows: Sequence[Any], draw: Callable[[Any], Obj], *, paged: bool = True) -> Reply:
    """A list: a page of it with its view, or a bare array for who asks for plain JSON."""
    number, size = (_number(call, "page", 1), _number(call, "itemsPerPage", _PAGE)) if paged else (1, len(rows) or 1)
    part = rows[(number - 1) * size : number * size] if size else []
    drawn = [draw(row) for row in part]
    if call.headers.get("accept", "") == "application/json":
        return Reply(200, drawn, {"content-type": "application/json; charset=utf-8"})
    body: Obj = {
        "@context": f"{API}/contexts/{kind}", "@id": call.path, "@type": "hydra:Collection",
        "hydra:totalItems": len(rows), "hydra:member": drawn,
    }  # fmt: skip
    if paged:
        body["hydra:view"] = _view(call, number, size, len(rows))
    return Reply(200, body, {"content-type": LD})


def _number(call: Call, name: str, default: int) -> int:
    """0 rows a page are none; below it, and page 0, are refused (recorded 039)."""
    text = call.query.get(name, "")
    number = int(text) if re.fullmatch(r"-?\d+", text) else default
    if name == "page" and number < 1:
        raise Refused(problem(400, "Page should not be less than 1"))
    if number < 0:
        raise Refused(problem(400, "Limit should not be less than 0"))
    return number


def _view(call: Call, number: int, size: int, count: int) -> Obj:
    kept = [(name, value) for name, value in call.query_list if name != "page"]

    def at(place: int) -> str:
        return f"{call.path}?{urlencode([*kept, ('page', place)])}"

    last = -(-count // size) if size else 1
    kind = {"@type": "hydra:PartialCollectionView"}
    if last <= 1 and number == 1:
        return {"@id": f"{call.path}?{urlencode(kept)}" if kept else call.path, **kind}
    view: Obj = {"@id": at(number), **kind, "hydra:first": at(1), "hydra:last": at(last)}
    view |= {"hydra:previous": at(number - 1)} if number > 1 else {}
    return view | ({"hydra:next": at(number + 1)} if number < last else {})


def like(text: str, wanted: str) -> bool:
    """A partial filter: SQL's LIKE, so that _ and % are wildcards, in any case (recorded 048)."""
    pattern = "".join("." if c == "_" else ".*" if c == "%" else re.escape(c) for c in wanted)
    return re.search(pattern, text, re.IGNORECASE | re.DOTALL) is not None


def tail(value: Any) -> str:
    """The code behind a code or an IRI."""
    return str(value or "").rstrip("/").rpartition("/")[2]
