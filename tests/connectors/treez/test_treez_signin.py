"""Signing calls: the token's two forms by the contract's vector, wrong clocks, and the tokens of v2 that die."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from posbridge.connectors.contract import Connection
from posbridge.connectors.errors import AuthenticationError, OutcomeUnknown, PermissionDenied, ServiceUnavailable
from posbridge.connectors.treez import CONNECTOR
from posbridge.connectors.treez.signin import _life, claims, private_key, token
from posbridge.sandbox.treez import Options, weak_key
from posbridge.sandbox.treez.gate import good_key
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.selling import sale
from tests.connectors.treez.support import context, treez

V2 = Options(generation="v2")


def vector(contracts: Path) -> dict[str, Any]:
    text = (contracts / "treez" / "examples" / "auth.v3.jwt.vector.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def key_of(jwk: dict[str, str]) -> rsa.RSAPrivateKey:
    def number(name: str) -> int:
        raw = jwk[name]
        return int.from_bytes(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)), "big")

    public = rsa.RSAPublicNumbers(number("e"), number("n"))
    p, q, d = number("p"), number("q"), number("d")
    return rsa.RSAPrivateNumbers(p, q, d, number("dp"), number("dq"), number("qi"), public).private_key()


def test_both_forms_are_the_vectors(contracts: Path) -> None:
    said = vector(contracts)
    key, exact = key_of(said["test_private_jwk"]), said["claims_json_exact"]
    given = json.loads(exact)
    at = datetime.fromtimestamp(given["iat"] / 1000, UTC)
    assert claims(given["aud"], given["iss"], given["oid"], at, given["jti"]) == exact
    assert token(key, exact) == said["two_part"]["authorization_header"]
    assert token(key, exact, "three_part") == said["three_part_jws_fallback"]["authorization_header"]


def test_keys_as_people_paste_them() -> None:
    pem = good_key()
    numbers = private_key(pem).private_numbers()
    for pasted in (pem.replace("\n", " "), pem.replace("\n", "\\n"), f"  {pem}\n\n", pem.replace("\n", "\r\n")):
        assert private_key(pasted).private_numbers() == numbers
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for wrong in ("", "x", pem[:-40], other.decode()):
        with pytest.raises(AuthenticationError):
            private_key(wrong)


async def test_a_token_is_for_one_address_and_has_no_prefix() -> None:
    far = treez()
    await far.services.probe()
    for request in far.sent:
        said = request.headers["authorization"].split(".")[0]
        made = json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
        assert made["aud"] == str(request.url.copy_with(query=None))
        assert made["exp"] - made["iat"] == 30_000
    unique = {request.headers["authorization"] for request in far.sent}
    assert len(unique) == len(far.sent)


async def test_the_other_form_by_a_setting() -> None:
    options = Options(forms=("three_part",))
    with pytest.raises(AuthenticationError) as caught:
        await treez(options=options).services.probe()
    assert "three_part" in caught.value.next_step
    assert (await treez(options=options, token_format="three_part").services.probe()).account


async def test_a_wrong_clock_is_corrected_and_a_write_made_once() -> None:
    far = treez()
    far.simulator.clock.advance(timedelta(minutes=7))
    assert far.services.orders is not None
    order = sale()
    await far.services.orders.create(order, "key", context())
    assert [one["reference"] for one in far.booked] == [order.reference]
    refused = far.asked("POST", "/previewticket")
    assert len(refused) == 2, "the first call alone is signed anew"
    assert len(far.asked("POST", "/detailticket")) == 1


async def test_a_certificate_that_is_not_open_to_this_store() -> None:
    with pytest.raises(PermissionDenied):
        await treez(secrets={"private_key_pem": weak_key()}).services.probe()


@pytest.mark.parametrize("missing", ["certificate_id", "organization_id", "private_key_pem"])
async def test_a_setting_that_is_missing(missing: str) -> None:
    secrets = {"private_key_pem": "" if missing == "private_key_pem" else good_key()}
    fields = {} if missing == "private_key_pem" else {missing: ""}
    with pytest.raises(AuthenticationError):
        await treez(secrets=secrets, **fields).services.probe()


async def test_a_store_that_cannot_be_reached_while_signing_is_not_signed_out() -> None:
    far = treez(options=V2)
    far.simulator.faults.plan("500", path="/v2.0", times=20)
    with pytest.raises(ServiceUnavailable):
        await far.services.probe()


async def test_the_old_api_with_its_key() -> None:
    far = treez(options=V2)
    probe = await far.services.probe()
    assert (probe.account, probe.version) == ("partnersandbox3", "v2.0")
    (asked,) = far.asked("POST", "/gettokens")
    assert asked.content == b"client_id=simulated-client&apikey=simulated-api-key-of-treez"
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in asked.headers
    for request in far.sent:
        if request is not asked:
            assert request.headers["authorization"] == "simulated-token-1"
            assert request.headers["client_id"] == "simulated-client"
            assert request.url.path.startswith("/v2.0/dispensary/partnersandbox3/")
    assert far.services.orders is not None
    order = sale()
    await far.services.orders.create(order, "key", context())
    found = await far.services.orders.find(order.reference, around=order.captured_at)
    assert [one.reference for one in found] == [order.reference]
    assert any("/lastUpdated/after/" in request.url.path for request in far.sent)


async def test_the_form_of_the_contract(contracts: Path) -> None:
    text = (contracts / "treez" / "examples" / "auth.v2.token.request.json").read_text("utf-8")
    assert set(json.loads(text)) - {"_form_urlencoded"} == {"client_id", "apikey"}
    answer = json.loads((contracts / "treez" / "examples" / "auth.v2.token.response.json").read_text("utf-8"))
    assert set(answer) == {"access_token", "expires_at"}


async def test_tokens_that_die_are_renewed_and_nothing_is_doubled() -> None:
    """An expired v2 token is answered with 200 and nothing: one renewal, and the sale is made once."""
    far = treez(options=V2)
    assert far.services.orders is not None
    await far.services.probe()
    for number in range(1, 4):
        assert far.simulator.expire_tokens() == 1
        await far.services.orders.create(sale(number), f"key-{number}", context())
    assert len(far.asked("POST", "/gettokens")) == 4
    assert len(far.booked) == 3
    assert not far.simulator.books()["doubled"]


async def test_a_token_that_dies_between_the_two_steps() -> None:
    far = treez(options=V2)
    assert far.services.orders is not None
    await far.services.probe()
    far.simulator.faults.plan("expire", method="PUT", times=1)
    order = sale()
    await far.services.orders.create(order, "key", context())
    (booked,) = far.booked
    assert booked["paid"] == order.totals.total


async def test_a_token_that_dies_as_the_ticket_is_made_leaves_a_doubt() -> None:
    """The old API's answer without data may be a ticket that was made: it is looked up before it is sent again."""
    far = treez(options=V2)
    assert far.services.orders is not None
    await far.services.probe()
    far.simulator.faults.plan("expire", path="/v2.0/dispensary/partnersandbox3/ticket/detailticket", times=1)
    order = sale()
    with pytest.raises(OutcomeUnknown):
        await far.services.orders.create(order, "key", context())
    assert await far.services.orders.find(order.reference, around=order.captured_at) == []
    await far.services.orders.create(order, "key", context())
    assert len(far.booked) == 1


async def test_a_wrong_api_key() -> None:
    with pytest.raises(AuthenticationError):
        await treez(options=V2, secrets={"api_key": "no"}).services.probe()
    with pytest.raises(AuthenticationError):
        await treez(options=V2, secrets={"api_key": ""}).services.probe()


async def test_products_by_the_old_api() -> None:
    far = treez(options=V2)
    assert far.services.products is not None
    assert len(await whole(far.services.products.changed_since(None))) == len(far.simulator.seed.products)


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({}, "https://api-prod.treez.io/dispensary/v3/north-store"),
        ({"api_generation": "v2"}, "https://api.treez.io/v2.0/dispensary/north-store"),
        ({"base_url": "http://127.0.0.1:8700/"}, "http://127.0.0.1:8700/dispensary/v3/north-store"),
    ],
)
def test_where_the_store_is_called(fields: dict[str, str], address: str) -> None:
    connection = Connection(id="c", platform="treez", fields={"dispensary": "north-store", **fields})
    assert CONNECTOR.base_url(connection) == address
    host = address.split("/")[2].split(":")[0]
    assert host in CONNECTOR.facts.hosts or host == "127.0.0.1"


@pytest.mark.parametrize("said", [None, "never", "2026-11-21T14:00:00.000-0800", "1999-01-01T00:00:00.000-08:00"])
async def test_the_life_of_a_token_is_the_answers_or_two_hours(said: str | None) -> None:
    assert 0 < _life(said, datetime(2026, 11, 21, 21, 0, tzinfo=UTC)) <= 7200
    assert _life("2026-11-21T14:00:00.000-08:00", datetime(2026, 11, 21, 21, 0, tzinfo=UTC)) == 3600


async def test_a_refusal_without_a_clock_is_not_tried_again() -> None:
    far = treez(secrets={"private_key_pem": weak_key()})
    assert far.services.customers is not None
    with pytest.raises(AuthenticationError):
        await far.services.customers.get("1")
    assert len(far.sent) == 1, "the clocks agree, so another token would say the same"
