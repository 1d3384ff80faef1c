"""Signing in to Lightspeed: both kinds of clients, codes, tokens that die, and the one refresh for all."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest

from posbridge.connectors.contract import Connection
from posbridge.connectors.errors import AuthenticationError, OutcomeUnknown, ServiceUnavailable, TokenRevoked
from posbridge.connectors.lightspeed.signin import _tokens, api_of, code_in, sign_in_url, version_of
from posbridge.sandbox.lightspeed import LightspeedSimulator
from posbridge.sandbox.lightspeed.oauth import SECRET, V1_CLIENT, V2_CLIENT
from posbridge.security.tokens import TokenState, TokenType
from posbridge.testing.conformance.selling import sale
from posbridge.testing.conformance.shop import shop
from tests.connectors.lightspeed.bench import Lab, bench, links, orders_of

CLIENTS = {"v1": V1_CLIENT, "v2": V2_CLIENT}
BACK = "https://till.example/cb"


def forms(lab: Lab) -> list[dict[str, str]]:
    return [{k: v[0] for k, v in parse_qs(r.content.decode()).items()} for r in lab.asked("POST", "/token")]


async def test_tokens_that_die_are_renewed_once_for_all() -> None:
    """Eight senders meet an expired token: one refresh, nothing rejected; revoked in truth, a manager is asked."""
    lab = bench()
    await lab.services.probe()
    before = lab.simulator.oauth.refreshed
    lab.simulator.expire_tokens()
    orders = [sale(seed) for seed in range(1, 9)]
    there = lab.context(await links(lab))
    lab.simulator.expire_tokens()
    await asyncio.gather(*(orders_of(lab).create(one, f"k{one.id}", lab.context(there.links)) for one in orders))
    assert lab.simulator.oauth.refreshed == before + 2
    assert sorted(one["reference"] for one in lab.booked) == sorted(one.reference for one in orders)
    lab.simulator.faults.plan("500", path="/realms", times=3)
    lab.simulator.expire_tokens()
    with pytest.raises((ServiceUnavailable, OutcomeUnknown)):
        await lab.services.probe()
    assert lab.tokens.state(lab.connection) is TokenState.SIGNED_IN
    lab.simulator.faults.planned.clear()
    await lab.services.probe()
    lab.simulator.expire_tokens()
    lab.simulator.oauth.refreshes.clear()
    with pytest.raises(TokenRevoked):
        await lab.services.probe()
    assert lab.tokens.state(lab.connection) is TokenState.SIGNED_OUT


async def test_a_rotated_refresh_token_is_kept_before_it_is_used() -> None:
    """Were it lost, nobody could sign in but the manager: the store holds it when the first call leaves."""
    lab = bench()
    kept: list[str] = []
    save = lab.tokens._store.save

    async def watched(connection_id: str, tokens: object) -> None:
        kept.append(f"saved after {len(lab.sent)}")
        await save(connection_id, tokens)  # type: ignore[arg-type] # passed on as it came

    lab.tokens._store.save = watched  # type: ignore[method-assign] # to see when
    for _ in range(2):
        await lab.services.probe()
        lab.simulator.expire_tokens()
    tokens = [at for at, request in enumerate(lab.sent, start=1) if request.url.path.endswith("/token")]
    assert kept == [f"saved after {at}" for at in tokens]
    used = [form["refresh_token"] for form in forms(lab)]
    assert len(used) == len(set(used)) == 2


@pytest.mark.parametrize("kind", ["v1", "v2"])
async def test_signing_in_by_code(kind: str, contracts: Path) -> None:
    simulator = LightspeedSimulator(shop(), rate=0)
    fields = {"oauth_version": kind, "client_id": CLIENTS[kind], "redirect_uri": BACK}
    connection = Connection(id="x", platform="lightspeed", fields={**fields, "base_url": "http://127.0.0.1"})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=simulator)) as browser:
        answer = await browser.get(sign_in_url(connection, "state-1"))
    assert answer.headers["location"].endswith("state=state-1")
    secrets = {"client_secret": SECRET, "authorization_code": answer.headers["location"]}
    lab = bench(None, simulator=simulator, secrets=secrets, **fields)
    probe = await lab.services.probe()
    assert (probe.missing, probe.account) == ((), "Conformance")
    simulator.expire_tokens()
    await lab.services.probe()
    first, second = forms(lab)
    assert (first["grant_type"], first["redirect_uri"]) == ("authorization_code", BACK)
    assert second["grant_type"] == "refresh_token"
    asked = lab.asked("POST", "/token")
    folder = contracts / "lightspeed" / "examples"
    for name, request in zip(("authorization_code", "refresh"), asked, strict=True):
        sample = json.loads((folder / f"oauth.token.{name}.request.json").read_text("utf-8"))
        assert set(sample.get("params", sample.get("form"))) == set(parse_qs(request.content.decode()))
        pair = base64.b64encode(f"{CLIENTS[kind]}:{SECRET}".encode()).decode()
        assert request.headers["authorization"] == f"Basic {pair}"
        assert "client_secret" not in request.content.decode()


async def test_a_code_works_once() -> None:
    lab = bench(secrets={"client_secret": SECRET, "authorization_code": "used"})
    with pytest.raises(AuthenticationError, match="authorization code does not work"):
        await lab.services.probe()


async def test_nobody_has_signed_in() -> None:
    lab = bench(secrets={"client_secret": SECRET})
    with pytest.raises(AuthenticationError, match="signed in"):
        await lab.services.probe()
    assert lab.sent == []


async def test_a_key_of_another_product_line_is_told_from_a_wrong_password() -> None:
    wrong = {"client_secret": "other", "refresh_token": "x"}
    with pytest.raises(AuthenticationError, match="Invalid client") as password:
        await bench(secrets=wrong).services.probe()
    assert "product line" not in password.value.message
    with pytest.raises(AuthenticationError, match="wrong product line") as line:
        await bench(secrets=wrong, client_id="kounta-123").services.probe()
    assert line.value.detail["reason"] == "off"


def test_a_life_that_is_not_said(contracts: Path) -> None:
    """The published answer, and one without expires_in."""
    text = (contracts / "lightspeed" / "examples" / "oauth.token.response.json").read_text("utf-8")
    access, refresh = _tokens(json.loads(text))
    assert (access.type, access.value.get_secret_value(), access.expires_in) == (TokenType.ACCESS, "eyJ.access.2", 1500)
    assert (refresh.type, refresh.value.get_secret_value()) == (TokenType.REFRESH, "eyJ.refresh.2")
    (alone,) = _tokens({"access_token": "a"})
    assert alone.expires_in == 1500


@pytest.mark.parametrize(
    ("fields", "version", "address", "page"),
    [
        ({"client_id": "devp-v2-prod-a"}, "v2", "https://api.lsk.lightspeed.app", "https://auth.lsk-prod.app/realms/"),
        ({"client_id": "devp-prod-a"}, "v1", "https://api.lsk.lightspeed.app", "https://api.lsk.lightspeed.app/oauth/"),
        (
            {"client_id": "devp-v2-demo-a", "environment": "trial"},
            "v2", "https://api.trial.lsk.lightspeed.app", "https://auth.lsk-demo.app/realms/",
        ),
    ],
)  # fmt: skip
def test_where_to_sign_in(fields: dict[str, str], version: str, address: str, page: str) -> None:
    connection = Connection(id="x", platform="lightspeed", fields=fields)
    assert (version_of(connection), api_of(connection)) == (version, address)
    url = sign_in_url(connection, "s")
    assert url.startswith(page)
    assert ("offline_access" in url) == (version == "v2")


def test_the_code_is_found_in_what_was_pasted() -> None:
    assert code_in("https://till.example/cb?code=a%2Bb&state=1") == "a+b"
    assert code_in("  plain ") == "plain"
