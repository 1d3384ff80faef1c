"""Tokens that die, users that lack a service, limits, the test call, customers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import httpx
import pytest

from posbridge.connectors.contract import Connection
from posbridge.connectors.cova import CONNECTOR, mapping
from posbridge.connectors.cova.calls import ACCOUNTS, ENTITIES, address
from posbridge.connectors.cova.errors import error, limits
from posbridge.connectors.errors import (
    AuthenticationError,
    Conflict,
    ConnectorError,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    RateLimitExceeded,
    ServiceUnavailable,
    Unsupported,
    ValidationError,
)
from posbridge.connectors.reply import Reply
from posbridge.domain.customer import Customer
from posbridge.sandbox.cova.gate import PASSWORD, SECRET
from posbridge.sandbox.wire import Reply as Sent
from posbridge.security.tokens import TokenState
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.selling import sale
from posbridge.testing.conformance.shop import shop
from tests.connectors.cova.company import LINKS, WEAK, company

pytestmark = pytest.mark.usefixtures("quick")


CANADA = {"CountryCode": "CA"}


def grants(sent: list[httpx.Request]) -> list[str]:
    forms = [dict(parse_qsl(request.content.decode())) for request in sent if request.url.path.endswith("/token")]
    return [form["grant_type"] for form in forms]


async def test_tokens_that_die_are_renewed_once_for_all() -> None:
    """Six senders meet an ended token: one renewal, nothing rejected, each sale once."""
    cova = company()
    await cova.services.probe()
    assert cova.simulator.expire_tokens() == 1
    orders = [sale(seed) for seed in range(1, 7)]
    await asyncio.gather(*(cova.services.orders.create(one, "key", cova.context(LINKS)) for one in orders))
    assert grants(cova.sent) == ["password", "refresh_token"]
    assert sorted(one["reference"] for one in cova.booked) == sorted(one.reference for one in orders)
    assert all(one["paid"] == one["total"] for one in cova.booked)


async def test_a_refresh_token_that_ended_is_followed_by_the_password() -> None:
    cova = company()
    await cova.services.probe()
    cova.simulator.gate.refresh_works = False
    cova.simulator.expire_tokens()
    await cova.services.orders.create(sale(), "key", cova.context(LINKS))
    assert grants(cova.sent) == ["password", "refresh_token", "password"]


async def test_a_platform_that_is_down_while_renewing_signs_nobody_out() -> None:
    cova = company()
    await cova.services.probe()
    cova.simulator.expire_tokens()
    cova.simulator.faults.plan("500", path="/v1/oauth2/token", times=9)
    with pytest.raises((ServiceUnavailable, OutcomeUnknown)):
        await cova.services.products.get("x")
    assert cova.tokens.state(cova.connection) is TokenState.SIGNED_IN
    cova.simulator.faults.planned.clear()
    with pytest.raises(NotFound):
        await cova.services.products.get("x")


async def test_a_password_that_was_changed_asks_for_a_person() -> None:
    cova = company()
    await cova.services.probe()
    cova.simulator.gate.passwords.clear()
    cova.simulator.gate.refreshes.clear()
    cova.simulator.expire_tokens()
    with pytest.raises(AuthenticationError, match="incorrect"):
        await cova.services.orders.create(sale(), "key", cova.context(LINKS))
    assert cova.booked == []


@pytest.mark.parametrize("secrets", [{}, {"password": "wrong", "client_secret": SECRET},
                                     {"password": PASSWORD, "client_secret": "wrong"}])  # fmt: skip
async def test_wrong_keys(secrets: dict[str, str]) -> None:
    with pytest.raises(AuthenticationError):
        await company(secrets=secrets or {"client_secret": "x"}).services.probe()


# the test call
async def test_the_probe_says_which_services_are_closed() -> None:
    cova = company(secrets={"password": WEAK, "client_secret": SECRET})
    cova.simulator.gate.passwords[WEAK] = "weak"
    cova.simulator.gate.closed["weak"] = ("crm", "dataplatform", "pointofsale")
    probe = await cova.services.probe()
    assert probe.missing == ("dataplatform (products)", "pointofsale (sales)", "crm (customers)")


async def test_the_probe_knows_place_and_taxes() -> None:
    cova = company(replace(shop(), tax_rate="13"))
    probe = await cova.services.probe()
    assert [(place.id, place.name) for place in probe.locations] == [("234567", "Main street")]
    assert probe.tax_rates[""] == (("Sales Tax", "13"),)
    assert (probe.account, probe.prices_include_tax, probe.missing) == ("Main street", False, ())
    product = (await whole(cova.services.products.changed_since(None)))[0]
    assert product.variants[0].tax_class in probe.tax_rates


async def test_a_location_that_is_not_there() -> None:
    with pytest.raises(ValidationError, match="does not know this location") as caught:
        await company(entity_id="42").services.probe()
    assert "Main street (234567)" in caught.value.next_step


async def test_without_the_list_of_locations_the_id_will_do() -> None:
    cova = company()
    cova.simulator.seed = replace(cova.simulator.seed, location="")
    probe = await cova.services.probe()
    assert probe.account == "COVA location 234567"


@pytest.mark.parametrize(("setting", "inclusive"), [("auto", False), ("exclusive", False), ("inclusive", True)])
async def test_the_tax_pricing_is_the_settings(setting: str, inclusive: bool) -> None:
    assert (await company(tax_pricing=setting).services.probe()).prices_include_tax is inclusive


@pytest.mark.parametrize(
    ("address", "setting", "currency"),
    [
        (None, "", "USD"),
        ({"CountryCode": "CA"}, "", "CAD"),
        ({"CountryCode": "CA"}, "USD", "USD"),
        (None, "CAD", "CAD"),
    ],
)
async def test_the_currency_is_the_settings_or_the_countrys(
    address: dict[str, str] | None, setting: str, currency: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cova = company(currency=setting)
    rows = [{"Id": 234567, "Name": "Main street", "Address": address}]
    known = next(one for one in cova.simulator._routes if one[1].pattern.endswith("Locations"))
    monkeypatch.setattr(
        cova.simulator, "_routes", [(*known[:2], lambda call: Sent(body=rows)), *cova.simulator._routes]
    )
    probe = await cova.services.probe()
    assert (probe.currency, probe.locations[0].currency) == (currency, currency)
    if setting:
        product = (await whole(cova.services.products.changed_since(None)))[0]
        assert product.variants[0].price is not None
        assert product.variants[0].price.currency == setting


def test_addresses() -> None:
    live = Connection(id="c", platform="cova")
    assert CONNECTOR.base_url(live) == "https://api.covasoft.net"
    assert address(live, ACCOUNTS, "v1/oauth2/token") == "https://accounts.iqmetrix.net/v1/oauth2/token"
    assert address(live, ENTITIES, "x") == "https://entitymanager.iqmetrix.net/x"
    near = Connection(id="c", platform="cova", fields={"base_url": "http://127.0.0.1:1/"})
    assert (CONNECTOR.base_url(near), address(near, ACCOUNTS, "x")) == ("http://127.0.0.1:1", "http://127.0.0.1:1/x")


# errors
@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b'{"Message":"bad"}', ValidationError),
        (422, b'{"Message":"bad"}', ValidationError),
        (400, b'{"Message":"The sale has already been paid."}', Conflict),
        (401, b"", AuthenticationError),
        (403, b"{}", PermissionDenied),
        (404, b'{"Message":"Resource cannot be found"}', NotFound),
        (409, b'"already there"', Conflict),
        (429, b"", RateLimitExceeded),
        (500, b"<html>", ServiceUnavailable),
        (503, b"", ServiceUnavailable),
    ],
)
def test_errors(status: int, body: bytes, kind: type[ConnectorError]) -> None:
    said = error(Reply(status, body))
    assert type(said) is kind
    assert isinstance(said, ConnectorError)
    assert said.message


def test_the_sign_ins_own_refusal() -> None:
    body = b'{"error":"invalid_grant","error_description":"The user name or password is incorrect."}'
    said = error(Reply(400, body, url="https://accounts.iqmetrix.net/v1/oauth2/token"))
    assert isinstance(said, AuthenticationError)
    assert said.message == "The user name or password is incorrect."
    assert error(Reply(202, b"")) is None


def test_limits_are_read_from_the_headers() -> None:
    headers = {"cova-apim-ratelimit-remaining": "0", "cova-apim-ratelimit-reset": "12"}
    hint = limits(Reply(200, b"{}", headers))
    assert hint is not None
    assert (hint.remaining, hint.reset_s) == (0, 12.0)
    assert limits(Reply(200, b"{}")) is None
    refused = error(Reply(429, b"", headers))
    assert isinstance(refused, RateLimitExceeded)
    assert refused.retry_at is not None
    assert 10 < (refused.retry_at - datetime.now(UTC)).total_seconds() <= 12


# customers
ADA = Customer(id="", first_name="Ada", last_name="King", email="other@example.com", phone="+12025550101")


async def test_a_customer_is_made_once() -> None:
    cova = company()
    with pytest.raises(Conflict, match="Ada Lovelace"):
        await cova.services.customers.create(ADA, "key")
    fresh = ADA.model_copy(update={"phone": "+15145550199"})
    made = await cova.services.customers.create(fresh, "key")
    again = await cova.services.customers.get(made.id)
    assert (again.name, again.email, again.phone) == ("Ada King", "other@example.com", "+15145550199")
    with pytest.raises(Conflict):
        await cova.services.customers.create(fresh, "key")


async def test_customers_are_found_by_name_and_merged() -> None:
    cova = company()
    (found,) = await cova.services.customers.find(phone="+12025550101", email="ADA@example.com", name="love")
    assert (found.first_name, found.date_of_birth is not None) == ("Ada", True)
    assert await cova.services.customers.find(name="O'Brien") == []
    assert await cova.services.customers.find() == []


async def test_a_customer_is_found_by_a_second_number_and_address() -> None:
    cova = company()
    (row,) = cova.simulator.people.rows.values()
    for category, value in ((1, "(514) 555-0188"), (1, "5145550188"), (2, "Work@Example.com")):
        row["ContactMethods"].append({"ContactMethodCategoryId": category, "Value": value, "Default": False})
    assert [one.first_name for one in await cova.services.customers.find(phone="+15145550188")] == ["Ada"]
    assert [one.first_name for one in await cova.services.customers.find(email="work@example.com")] == ["Ada"]


async def test_what_the_crm_cannot_do_is_said() -> None:
    customers = company().services.customers
    with pytest.raises(Unsupported):
        await customers.update(ADA)
    with pytest.raises(Unsupported):
        await customers.orders("x")
    assert [page.last for page in [page async for page in customers.changed_since(None)]] == [True]


def test_names_addresses_and_dates_of_customers() -> None:
    raw = {
        "id": 7, "primaryName": "Zoë", "FamilyName": "Núñez", "dateOfBirth": "2000-01-31T23:30:00-08:00",
        "addresses": [{"StreetAddress1": "1 Rue", "Zip": 12345}, {"Default": True, "PostalCode": "H1A 1A1", "Zip": 9,
                       "CountryCode": "CA", "Phone": "(514) 555-0111", "Email": "z@example.com"}],
        "ContactMethods": None, "DoNotContact": False,
    }  # fmt: skip
    one = mapping.to_customer(raw)
    assert (one.id, one.name, one.phone, one.email) == ("7", "Zoë Núñez", "+15145550111", "z@example.com")
    assert str(one.date_of_birth) == "2000-01-31"
    assert one.address is not None
    assert (one.address.postcode, one.address.country) == ("H1A 1A1", "CA")
    assert one.accepts_marketing
    assert mapping.to_customer({"Id": "a", "FullName": "Ada de Lovelace"}).last_name == "Lovelace"


# products and stock
async def test_stock_that_is_not_listed_is_none() -> None:
    cova = company()
    (level,) = await whole(cova.services.inventory.levels(None, ["00000000-0000-4000-8000-000000000000"]))
    assert level.quantity == 0
    with pytest.raises(Unsupported):
        await cova.services.inventory.adjust([], "k")
    with pytest.raises(Unsupported):
        await cova.services.products.push((await whole(cova.services.products.changed_since(None)))[0], "k")


async def test_lots_are_read_with_the_stock() -> None:
    cova = company()
    levels = await whole(cova.services.inventory.levels(None))
    assert len(levels) == len(cova.simulator.shelf.rows)
    assert all(len(level.batches) == 2 and level.batches[0].expires and level.batches[0].tag for level in levels)
    assert all(sum(batch.quantity for batch in level.batches) == level.quantity for level in levels)


async def test_the_whole_list_is_read_once_and_then_what_changed() -> None:
    cova = company()
    pages = [page async for page in cova.services.products.changed_since(None)]
    await whole(cova.services.products.changed_since(pages[-1].cursor))
    paths = [request.url.path for request in cova.sent if "DetailedProductData" in request.url.path]
    assert [("UpdatedAsOf" in path) for path in paths] == [False, False, True, True]
    for wrong in ("{", '{"skip": "x"}', '{"since": "yesterday"}'):
        with pytest.raises(ValidationError):
            await whole(cova.services.products.changed_since(wrong))
