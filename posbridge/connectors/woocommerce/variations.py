"""Variations in the fewest requests that this shop's version allows.

1. `variations` lists those of all products (11.0.1; absent in 10.0.2), 2. the admin's `wc-analytics/variations`
does so too (recorded 908; no public contract, so it is tried), 3. `products?sku=` gives a hundred known SKUs,
variations among them (recorded 905), 4. a list for each product.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from posbridge.connectors.errors import AuthenticationError, NotFound, PermissionDenied, ValidationError
from posbridge.connectors.http import PlatformHttp
from posbridge.connectors.woocommerce.pages import PAGE, Params, chunks, every_row, rows_in
from posbridge.connectors.woocommerce.reading import numbers

_LANES = 3
_NOT_HERE = (NotFound, PermissionDenied, AuthenticationError, ValidationError)


class Variations:
    """Reads variations; remembers which ways this shop has, and the SKUs it has seen."""

    def __init__(self, http: PlatformHttp, root: str) -> None:
        self._http = http
        self._sweeps = ["variations", f"{root}/wc-analytics/variations"]
        self._skus: dict[str, str] = {}
        self._lanes = asyncio.Semaphore(_LANES)

    async def of(self, products: Iterable[Any], fields: str = "") -> list[dict[str, Any]]:
        """The variations of these product rows; those that vanished meanwhile are left out."""
        wanted = {ident: product for product in products for ident in _children(product)}
        parents = {str(product["id"]): product for product in wanted.values()}
        found: dict[str, dict[str, Any]] = {}
        if len(parents) > len(chunks(list(wanted))):
            found |= await self._swept(list(wanted), fields)
            found |= await self._by_sku([ident for ident in wanted if ident not in found], fields)
        lost = {str(product["id"]) for ident, product in wanted.items() if ident not in found}
        for rows in await asyncio.gather(*(self._of_one(ident, fields) for ident in lost)):
            found |= rows
        self._skus |= {ident: row["sku"] for ident, row in found.items() if isinstance(row.get("sku"), str)}
        return list(found.values())

    async def rows(self, ids: Sequence[str], fields: str = "") -> dict[str, dict[str, Any]]:
        """Products and variations by id; unknown ids are left out."""
        found: dict[str, dict[str, Any]] = {}
        for part in chunks(list(ids)):
            params = {"include": ",".join(part), "per_page": PAGE, "status": "any", **_trimmed(fields)}
            found |= _by_id(rows_in(await self._http.get("products", params=params)), set(part))
        rest = [ident for ident in ids if ident not in found]
        found |= await self._swept(rest, fields)
        alone = [ident for ident in rest if ident not in found]
        for row in await asyncio.gather(*(self._alone(ident, fields) for ident in alone)):
            found |= row
        return found

    async def _swept(self, ids: list[str], fields: str) -> dict[str, dict[str, Any]]:
        """By the first list of all variations that answers; one that does not is not asked again."""
        while self._sweeps and ids:
            path = self._sweeps[0]
            try:
                parts = await asyncio.gather(*(self._part(path, part, fields) for part in chunks(ids)))
            except _NOT_HERE:
                if self._sweeps and self._sweeps[0] == path:
                    self._sweeps.pop(0)
                continue
            return {ident: row for part in parts for ident, row in part.items()}
        return {}

    async def _part(self, path: str, ids: list[str], fields: str) -> dict[str, dict[str, Any]]:
        async with self._lanes:
            params = {"include": ",".join(ids), "per_page": PAGE, **_trimmed(fields)}
            return _by_id(rows_in(await self._http.get(path, params=params)), set(ids))

    async def _by_sku(self, ids: list[str], fields: str) -> dict[str, dict[str, Any]]:
        """Those whose SKU an earlier read showed, if there are more of them than requests are saved."""
        known = {self._skus[x]: x for x in ids if self._skus.get(x) and "," not in self._skus[x]}
        if len(known) < len(ids):
            return {}
        found: dict[str, dict[str, Any]] = {}
        for part in chunks(list(known)):
            params = {"sku": ",".join(part), "per_page": PAGE, "status": "any", **_trimmed(fields)}
            found |= _by_id(rows_in(await self._http.get("products", params=params)), set(ids))
        return found

    async def _of_one(self, product_id: str, fields: str) -> dict[str, dict[str, Any]]:
        async with self._lanes:
            try:
                rows = await every_row(self._http, f"products/{product_id}/variations", _trimmed(fields))
            except NotFound:
                return {}
        for row in rows:
            if isinstance(row, dict):
                row.setdefault("type", "variation")
                row["parent_id"] = row.get("parent_id") or int(product_id)
        return _by_id(rows)

    async def _alone(self, ident: str, fields: str) -> dict[str, dict[str, Any]]:
        """`products/{id}` reads a variation too (recorded 216)."""
        async with self._lanes:
            try:
                row = (await self._http.get(f"products/{ident}", params=_trimmed(fields))).json()
            except NotFound:
                return {}
        return _by_id([row])


def _trimmed(fields: str) -> Params:
    return {"_fields": fields} if fields else {}


def _children(product: Any) -> list[str]:
    listed = product.get("variations") if isinstance(product, dict) else None
    return numbers(listed) if isinstance(listed, list) and product.get("id") else []


def _by_id(rows: Iterable[Any], wanted: set[str] | None = None) -> dict[str, dict[str, Any]]:
    """A filter may be ignored without a word: only what was asked for is taken."""
    made = {str(row.get("id")): row for row in rows if isinstance(row, dict)}
    return made if wanted is None else {ident: row for ident, row in made.items() if ident in wanted}
