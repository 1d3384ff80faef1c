"""Flowhub's refusals in our words: the table of the contract's facts, section 11."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors import errors
from posbridge.connectors.flowhub import CONNECTOR
from posbridge.connectors.flowhub.errors import error
from posbridge.connectors.reply import Reply, failure
from tests.connectors.flowhub.bench import example

JSON = {"error": ["X"], "message": "words", "status": 0}
PAGE = b"<html><body><center>nginx</center></body></html>"
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def judged(status: int, body: Any, *, write: bool = False) -> Exception | None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return failure(Reply(status, content), CONNECTOR, write=write, due_json=True, now=NOW)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"status": 200, "data": []}, type(None)),
        (400, JSON, errors.ValidationError),
        (401, JSON, errors.AuthenticationError),
        (403, JSON, errors.AuthenticationError),
        (403, PAGE, errors.ServiceUnavailable),
        (404, JSON, errors.NotFound),
        (404, {**JSON, "message": "created_before must be in format yyyy-mm-dd"}, errors.ValidationError),
        (409, JSON, errors.Conflict),
        (422, JSON, errors.ValidationError),
        (429, JSON, errors.RateLimitExceeded),
        (429, PAGE, errors.RateLimitExceeded),
        (500, JSON, errors.ServiceUnavailable),
        (502, PAGE, errors.ServiceUnavailable),
        (503, b"", errors.ServiceUnavailable),
        (504, PAGE, errors.ServiceUnavailable),
    ],
)
def test_the_table(status: int, body: Any, kind: type) -> None:
    assert type(judged(status, body)) is kind


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_write_that_failed_there_may_be_done(status: int) -> None:
    assert type(judged(status, JSON, write=True)) is errors.OutcomeUnknown


def test_a_write_that_a_proxy_kept_back_is_surely_not_done() -> None:
    found = judged(403, PAGE, write=True)
    assert type(found) is errors.ServiceUnavailable
    assert "headers" in str(found)


def test_the_contracts_errors(contracts: Path) -> None:
    wrong_key, auth0, dates = (
        judged(status, example(contracts, name))
        for status, name in ((401, "error.401"), (401, "error.auth0.401"), (404, "error.date_format.404"))
    )
    assert type(wrong_key) is type(auth0) is errors.AuthenticationError
    assert isinstance(wrong_key, errors.ConnectorError)
    assert isinstance(auth0, errors.ConnectorError)
    assert wrong_key.message == "Flowhub says: Invalid key"
    assert auth0.message == "Flowhub says: Unauthorized"
    assert type(dates) is errors.ValidationError
    assert "yyyy-mm-dd" in str(dates)


@pytest.mark.parametrize("body", [None, [], "x", {"error": {}}, {"error": [[]], "message": 5}, {"message": ""}])
def test_odd_bodies_are_refusals_too(body: Any) -> None:
    found = error(Reply(401, json.dumps(body).encode()))
    assert isinstance(found, errors.AuthenticationError)
    assert "401" in found.message
