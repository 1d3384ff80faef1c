"""Accounts: kept only when a real call proved them, refusals told apart, none removed over a full queue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posbridge.connectors.contract import Context, Location, PlatformServices, Probe
from posbridge.connectors.errors import (
    AuthenticationError,
    NotFound,
    PermissionDenied,
    RateLimitExceeded,
    SchemaDrift,
    ServiceUnavailable,
)
from posbridge.connectors.facts import SettingField
from posbridge.connectors.fields import api_address
from posbridge.domain.errors import ConfigurationError, ConnectorError, DomainError, PosbridgeError, VaultLocked
from posbridge.security.tokens import TokenType
from posbridge.services import Services
from posbridge.services.connecting import chosen_location, filled_from_environment, filled_in
from posbridge.store import audit, tokens
from posbridge.testing.hostile import FACTS
from tests.services.conftest import GivenKey, Open, Shops, sold


async def test_a_proved_account_is_kept_with_its_secrets_sealed(opened: Open) -> None:
    async with opened() as services:
        done = await services.connections.connect("hostile", {}, {"key": "open sesame"})
        assert done.json() == {
            "connection": "hostile", "platform": "hostile", "account": done.account, "location": "main",
        }  # fmt: skip
        house = services.house
        assert await house.store.read(tokens.get_secrets, "hostile", house.vault) == {"key": "open sesame"}
        assert (await house.store.read(audit.latest, 1))[0].action == "connect"
    assert b"open sesame" not in b"".join(file.read_bytes() for file in house.home.rglob("*") if file.is_file())


@pytest.mark.parametrize(
    ("error", "code", "kind"),
    [
        (AuthenticationError("Invalid key"), "key_wrong", AuthenticationError),
        (ServiceUnavailable("no route"), "cannot_reach", ServiceUnavailable),
        (PermissionDenied("The scope ORDERS_WRITE is missing."), "no_permission", PermissionDenied),
        (NotFound("404"), "wrong_address", ConfigurationError),
        (SchemaDrift("an HTML page came with status 200"), "wrong_address", ConfigurationError),
        (RateLimitExceeded("slow"), "rate_limited", RateLimitExceeded),
    ],
)
async def test_each_refusal_says_what_to_do_and_keeps_nothing(
    opened: Open, shops: Shops, error: ConnectorError, code: str, kind: type[PosbridgeError]
) -> None:
    shops.pos.read_errors = [error]
    async with opened() as services:
        with pytest.raises(kind) as caught:
            await services.connections.connect("hostile", {}, {"key": "open sesame"})
        assert caught.value.code == code
        assert caught.value.next_step
        assert await services.connections.list() == []


async def test_missing_rights_are_named(opened: Open, shops: Shops, monkeypatch: pytest.MonkeyPatch) -> None:
    async def probe() -> Probe:
        return Probe(account="A", locations=(Location(id="main", name="Main"),), missing=("ORDERS_WRITE",))

    monkeypatch.setattr("posbridge.testing.hostile._probe", lambda shop: probe)
    async with opened() as services:
        with pytest.raises(PermissionDenied, match="ORDERS_WRITE"):
            await services.connections.connect("hostile", {}, {"key": "k"})


async def test_the_first_connection_decides_what_nobody_has(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    async def probe() -> Probe:
        rates = {"": (("Tax", "8.25"),)}
        return Probe(
            account="Corner", currency="EUR", timezone="Europe/Berlin", prices_include_tax=True, tax_rates=rates
        )

    monkeypatch.setattr("posbridge.testing.hostile._probe", lambda shop: probe)
    async with opened() as services:
        await services.settings.put(timezone="Europe/Paris")
        await services.connections.connect("hostile", {}, {"key": "k"})
        found = await services.settings.get()
        assert (found.currency, found.timezone, found.store_name) == ("EUR", "Europe/Paris", "Corner")
        assert found.taxes.prices_include_tax
        assert str(found.taxes.rates_for("")[0].percent) == "8.25"


async def test_another_currency_than_the_tills_is_refused(opened: Open) -> None:
    async with opened(POSBRIDGE_CURRENCY="JPY") as services:
        with pytest.raises(ConfigurationError, match=r"USD.*JPY"):
            await services.connections.connect("hostile", {}, {"key": "k"})
        assert await services.connections.list() == []


async def test_a_test_call_tells_the_state(services: Services, shops: Shops) -> None:
    good = await services.connections.test("hostile")
    assert good.ok
    assert good.json().keys() == {"ok", "latency_ms", "account", "problem", "next_step"}
    shops.pos.read_errors = [AuthenticationError("no")]
    bad = await services.connections.test("hostile")
    assert (bad.ok, bad.code, bool(bad.next_step)) == (False, "key_wrong", True)
    assert (await services.status()).json()["connections"][0]["state"] == "signed_out"
    await services.connections.connect("hostile", {}, {"key": "new"}, as_id="hostile")
    assert len(await services.connections.list()) == 1


async def test_it_is_not_removed_while_orders_wait(services: Services) -> None:
    await sold(services)
    with pytest.raises(DomainError) as caught:
        await services.connections.disconnect("hostile")
    assert caught.value.code == "queue_not_empty"
    assert "export" in caught.value.next_step
    await services.connections.disconnect("hostile", even_so=True)
    assert await services.connections.list() == []
    assert [(row.state, row.reason_code) for row in await services.queue.list()] == [("rejected", "parked")]


async def test_without_the_key_no_secret_is_taken(opened: Open) -> None:
    async with opened(key=GivenKey(None)) as services:
        with pytest.raises(VaultLocked):
            await services.connections.connect("hostile", {}, {"key": "k"})


def test_fields_are_checked_by_name_form_and_choice() -> None:
    fields = (
        SettingField(name="url", label="Address", pattern=r"https://.+", example="https://shop.example"),
        SettingField(name="key", label="Key", secret=True),
        SettingField(name="mode", label="Mode", choices=("live", "test"), default="live"),
        SettingField(name="extra", label="Extra", required=False),
    )
    facts = FACTS.model_copy(update={"fields": fields})
    plain, secret = filled_in(facts, {"url": " https://a.example ", "key": "k"}, {})
    assert (plain, secret) == ({"url": "https://a.example", "mode": "live"}, {"key": "k"})
    for given, words in (
        ({"url": "ftp://x", "key": "k"}, "Address"),
        ({"url": "https://x"}, "Key"),
        ({"url": "https://x", "key": "k", "mode": "dream"}, "live, test"),
        ({"url": "https://x", "key": "k", "colour": "red"}, "colour"),
    ):
        with pytest.raises(ConfigurationError, match=words):
            filled_in(facts, given, {})


def test_the_environment_fills_in_by_the_old_names() -> None:
    environ = {"HOSTILE_KEY": "a", "POS_KEY": "b"}
    assert filled_from_environment(FACTS, environ) == {"key": "a"}
    assert filled_from_environment(FACTS, {"POS_KEY": "b"}) == {"key": "b"}
    addressed = FACTS.model_copy(update={"fields": (*FACTS.fields, api_address("Hostile"))})
    assert filled_from_environment(addressed, {"HOSTILE_API_URL": "http://x"}) == {"base_url": "http://x"}
    assert filled_from_environment(FACTS, {"POSBRIDGE_HOSTILE_KEY": "c", **environ}) == {"key": "c"}


def test_one_of_several_locations_must_be_chosen() -> None:
    places = (Location(id="1", name="Main"), Location(id="2", name="Pier"), Location(id="3", name="Old", active=False))
    probe = Probe(account="A", locations=places)
    with pytest.raises(ConfigurationError, match="2 locations") as caught:
        chosen_location(FACTS, probe, None)
    assert caught.value.code == "choose_location"
    assert [place["id"] for place in caught.value.detail["locations"]] == ["1", "2"]
    assert "2 (Pier)" in caught.value.next_step
    chosen = chosen_location(FACTS, probe, "pier")
    assert chosen is not None
    assert chosen.id == "2"
    with pytest.raises(ConfigurationError, match="Old"):
        chosen_location(FACTS, probe, "Old")


async def test_a_new_sign_in_never_borrows_old_tokens_and_a_failed_one_changes_nothing(
    services: Services, shops: Shops, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, tokens_of, house = [], services.house.tokens, services.house
    await tokens_of.store_token("hostile", TokenType.REFRESH, "old")
    plain = shops.connectors[0].open

    def opened_with(context: Context) -> PlatformServices:
        found = plain(context)

        async def probe() -> Probe:
            seen.append(await context.tokens.get_token(context.connection, TokenType.REFRESH))
            await context.tokens.store_token(context.connection, TokenType.REFRESH, "new")
            shown: Probe = await found.probe()
            return shown

        return replace(found, probe=probe)

    monkeypatch.setattr(shops.connectors[0], "open", opened_with)
    shops.pos.read_errors = [AuthenticationError("no")]
    with pytest.raises(AuthenticationError):
        await services.connections.connect("hostile", {}, {"key": "b"}, as_id="hostile")
    kept = await tokens_of.get_token("hostile", TokenType.REFRESH)
    assert kept is not None
    assert kept.get_secret_value() == "old"
    await services.connections.locations("hostile", {}, {"key": "c"}, as_id="hostile")
    await services.connections.connect("hostile", {}, {"key": "c"}, as_id="hostile")
    assert [None if token is None else token.get_secret_value() for token in seen] == [None, None, "new"]
    assert await house.store.read(tokens.get_secrets, "hostile", house.vault) == {"key": "c"}
