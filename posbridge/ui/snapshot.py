"""A running shop as the pictures need it: every answer of the desk, read once, in the shape of the showcase's file."""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from posbridge.domain.errors import PosbridgeError
from posbridge.services import Services
from posbridge.ui.desk import Desk

#: How many products a picture of the counter shows.
SHOWN = 60
#: The name that the picture of the rules tries.
TRIED = "REC | GRANDDADDY PURPLE - 3.5G"
#: Seconds for one product picture.
PICTURE_S = 5.0

Answers = dict[str, Any]


async def snapshot(services: Services, folder: Path, *, codes: tuple[str, ...] = (), card: str = "") -> Answers:
    """What the screens show of this shop now, product pictures saved under `folder`.

    An empty basket is filled for it, with the first discount code that counts, and emptied again.
    """
    desk = Desk(services)
    people = await services.people.list()
    desk.person_id = max(people, key=lambda one: str(one.role) == "manager").id if people else ""
    page = await desk.products("", "", 0, SHOWN)
    async with _basket(desk, page["rows"], codes):
        answers = await _read(desk, page["rows"], card)
    await _save_pictures(answers["products"], folder)
    return {**answers, "now": services.house.clock().isoformat()}


@asynccontextmanager
async def _basket(desk: Desk, rows: list[Answers], codes: tuple[str, ...]) -> AsyncIterator[None]:
    """Something on the counter while the block lasts."""
    if (await desk.basket())["lines"] or not rows:
        yield
        return
    for row in [one for one in rows if one["stock_state"] != "out"][:4]:
        with suppress(PosbridgeError):
            await desk.add((await desk.product(row["id"]))["variants"][0]["id"], "1")
    for code in codes:
        shown = await desk.apply_code(code)
        if any(one["valid"] for one in shown["codes"]):
            break
    try:
        yield
    finally:
        await desk.clear()


async def _read(desk: Desk, rows: list[Answers], card: str) -> Answers:
    orders = await desk.orders("")
    connections = await desk.connections()
    first = await desk.connection(connections[0]["id"]) if connections else {}
    several = next((row for row in rows if row["variants"] > 1), None)
    answers: Answers = {
        "people": await desk.people(), "timezone": await desk.timezone(), "shift": await desk.shift(),
        "categories": await desk.categories(),
        "products": rows, "basket": await desk.basket(), "parked": await desk.parked(),
        "variants": {several["id"]: (await desk.product(several["id"]))["variants"]} if several else {},
        "customers": await _or_nothing(desk.customers("")), "payment": await desk.payment(), "orders": orders,
        "queue": await desk.queue(), "gift_card_rights": await desk.gift_card_rights(),
        "gift_cards_recent": await desk.gift_cards_recent(), "overview": await desk.overview(),
        "limit_rules": await desk.limit_rules(), "tidy_rules": (tidy := await desk.tidy_rules()),
        "tidy_examples": await desk.tidy_examples(tidy["rules"]),
        "tried": await desk.try_name(TRIED, "", "Flower", tidy["rules"]),
        "connections": connections, "capabilities": first.get("capabilities", []), "calls": first.get("calls", []),
        "not_understood": first.get("not_understood", {}),
        "systems": await desk.systems(), "sync": await desk.sync_status(),
        "test": {"ok": False, "latency_ms": 0, "account": "", "problem": "key_wrong", "next_step": "check_key",
                 "message": "", "locations": []},
    }  # fmt: skip
    if orders:
        answers |= await _of_order(desk, orders[0]["id"])
    if card:
        with suppress(PosbridgeError):
            answers["gift_card"] = await desk.gift_card(card)
    return answers


async def _of_order(desk: Desk, order_id: str) -> Answers:
    order = await desk.order(order_id)
    back = {line["id"]: "1" for line in order["lines"][:2] if line["left"] not in ("", "0")}
    preview = await _or_nothing(desk.refund_preview(order_id, back)) if back else None
    nothing = {"amount": 0, "tenders": [], "approvers": []}
    return {"order": order, "receipt": await desk.receipt(order_id), "refund_preview": preview or nothing}


async def _or_nothing(work: Any) -> Any:
    """What `work` gives, an empty list where it is refused."""
    try:
        return await work
    except PosbridgeError:
        return []


async def _save_pictures(rows: list[Answers], folder: Path) -> None:
    """Each picture as a file: drawing holds the loop, which may be the one that serves them."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    found = await asyncio.gather(*(asyncio.to_thread(_fetch, row, folder) for row in rows))
    for row, file in zip(rows, found, strict=True):
        row["picture"] = file


def _fetch(row: Mapping[str, Any], folder: Path) -> str:
    url = str(row["picture"])
    if not url.startswith(("http://", "https://")):
        return url
    file = folder / f"{abs(hash(url)):x}{Path(url).suffix}"
    try:
        with urllib.request.urlopen(url, timeout=PICTURE_S) as reply:  # noqa: S310 - http or https, checked above
            file.write_bytes(reply.read())
    except OSError:
        return ""
    return file.as_uri()
