"""Proof of a delivery."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posbridge.connectors.webhooks import header, signature, signed


def test_a_known_signature() -> None:
    # RFC 4231, test case 2
    hexed = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert signature(b"what do ya want for nothing?", "Jefe", encoding="hex") == hexed
    assert signed(b"what do ya want for nothing?", hexed.upper(), ["Jefe"], encoding="hex")


@given(body=st.binary(), secret=st.text(min_size=1), other=st.text(min_size=1), place=st.integers(min_value=0))
@pytest.mark.parametrize("encoding", ["base64", "hex"])
def test_only_the_right_secret_and_body(encoding: str, body: bytes, secret: str, other: str, place: int) -> None:
    made = signature(body, secret, encoding=encoding)
    assert signed(body, made, ["older", secret], encoding=encoding)
    assert not signed(body + b"x", made, [secret], encoding=encoding)
    if other.rstrip("\0") != secret.rstrip("\0"):
        assert not signed(body, made, [other], encoding=encoding)
    at = place % len(made)
    spoilt = made[:at] + ("A" if made[at] not in "Aa" else "B") + made[at + 1 :]
    if not (encoding == "base64" and at >= len(made) - 2):
        assert not signed(body, spoilt, [secret], encoding=encoding)


@pytest.mark.parametrize("given_one", ["", " ", "é", "\x00"])
def test_nothing_is_no_proof(given_one: str) -> None:
    assert not signed(b"", given_one, ["secret", ""])
    assert not signed(b"", signature(b"", ""), ["", b""])


def test_headers_in_any_case() -> None:
    assert header({"X-Signature": "a"}, "x-signature") == "a"
    assert header({}, "x-signature") == ""
