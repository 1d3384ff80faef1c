"""The ground under `http`: the shared client of each loop, which hosts may be called, what may be shown."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import re
import ssl
from collections.abc import Mapping
from decimal import Decimal
from fnmatch import fnmatchcase
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import httpx

from posbridge.domain.errors import ConfigurationError

_LIMITS = httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=10)
#: Query values that are safe to show; all others may hold keys, codes or a customer's data.
_SHOWN = {"page", "per_page", "limit", "cursor", "offset", "order", "orderby", "status", "modified_after", "types"}
_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, httpx.AsyncClient]] = WeakKeyDictionary()


def shared_client(ca_file: str = "") -> httpx.AsyncClient:
    """The running loop's client; with `ca_file` (PEM) that authority is trusted besides the usual ones."""
    mine = _clients.setdefault(asyncio.get_running_loop(), {})
    if ca_file not in mine or mine[ca_file].is_closed:
        mine[ca_file] = new_client(httpx.AsyncHTTPTransport(verify=_trust(ca_file), limits=_LIMITS, http2=False))
    return mine[ca_file]


async def close_clients() -> None:
    """Closes the running loop's clients; the next call opens them anew."""
    for client in _clients.pop(asyncio.get_running_loop(), {}).values():
        await client.aclose()


def new_client(transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    """No cookies are kept (connections share it), nothing is read from the environment or from .netrc."""
    jar = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    agent = {"user-agent": f"posbridge/{version('posbridge')}", "accept": "application/json"}
    return httpx.AsyncClient(transport=transport, cookies=jar, headers=agent, trust_env=False)


def _trust(ca_file: str) -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as problem:
            raise ConfigurationError(
                "The certificate file of this connection cannot be read.", next_step="Give the path of a PEM file."
            ) from problem
    return context


def allowed_hosts(patterns: tuple[str, ...], fields: Mapping[str, str], base_url: str) -> frozenset[str]:
    """The facts' hosts with "{field}" filled in; a loopback host only when the connection's own address is on it."""
    hosts = {_filled(pattern, fields) for pattern in patterns} - {""}
    base = (urlsplit(base_url).hostname or "").lower()
    return frozenset(hosts | ({base} if _is_loopback(base) else set()))


def allows(hosts: frozenset[str], host: str) -> bool:
    """Whether a host is one of them; "*.name" stands for all below a name."""
    return any(fnmatchcase(host.lower(), allowed) for allowed in hosts)


def _filled(pattern: str, fields: Mapping[str, str]) -> str:
    found = re.fullmatch(r"\{(\w+)\}", pattern)
    if found is None:
        return pattern.lower()
    value = fields.get(found[1], "")
    return (urlsplit(value if "://" in value else f"https://{value}").hostname or "").lower()


def _is_loopback(host: str) -> bool:
    return host == "localhost" or _address(host, "is_loopback")


def is_near(host: str) -> bool:
    """On this machine or in this building: the only places for plain http."""
    return _is_loopback(host) or host.endswith(".local") or "." not in host.strip(".:") or _address(host, "is_private")


def _address(host: str, quality: str) -> bool:
    try:
        return bool(getattr(ipaddress.ip_address(host.strip("[]")), quality))
    except ValueError:
        return False


def show(url: httpx.URL) -> str:
    """A URL that may be logged: the values of all but a few query parameters are hidden."""
    bare = str(url.copy_with(query=None, userinfo=b""))
    shown = [f"{name}={value if name in _SHOWN else '…'}" for name, value in url.params.multi_items()]
    return f"{bare}?{'&'.join(shown)}" if shown else bare


def encode(value: Any) -> bytes:
    """JSON in which a Decimal is written as the number it is."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)
    return re.sub(r'"\\u0000([0-9.-]+)\\u0000"', r"\1", text).encode()


def _plain(value: Any) -> str:
    if isinstance(value, Decimal) and value.is_finite():
        return f"\0{value:f}\0"
    raise TypeError(f"{type(value).__name__} is not JSON")
