"""Nothing secret gets past: by name, by value, by shape; and what is harmless stays readable."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from posbridge.security.cards import contains_card_number, is_gtin, luhn_valid, mask_card_numbers
from posbridge.security.redaction import HIDDEN, Redactor, is_secret_name

LIST = Path(__file__).with_name("test_cards.txt")
CARDS = [line for line in LIST.read_text("ascii").split() if line.isdigit()]


@pytest.fixture
def redactor() -> Redactor:
    return Redactor()


def test_there_are_200_test_cards() -> None:
    assert len(set(CARDS)) >= 200
    assert all(luhn_valid(card) and 13 <= len(card) <= 19 for card in CARDS)


@pytest.mark.parametrize("card", CARDS)
def test_every_test_card_is_found_and_masked(card: str) -> None:
    fours = [card[n : n + 4] for n in range(0, len(card), 4)]
    for written in (
        card,
        " ".join(fours),
        "-".join(fours),
        "\u00a0".join(fours),
        f"{card[:4]}.{card[4:10]}.{card[10:]}",
    ):
        for text in (
            written,
            f"paid with {written}, thanks",
            f"card:{written}x",
            f"2 {written} 12/29",
            f"é{written}\n",
        ):
            assert contains_card_number(text), text
            masked = mask_card_numbers(text)
            assert not contains_card_number(masked)
            assert card[:-4] not in "".join(letter for letter in masked if letter.isdigit())


@given(st.from_regex(r"[3-6][0-9]{11,17}", fullmatch=True), st.text(max_size=20), st.text(max_size=20))
def test_any_card_number_in_any_text(start: str, before: str, after: str) -> None:
    card = next(start + str(digit) for digit in range(10) if luhn_valid(start + str(digit)))
    text = f"{before}|{card}|{after}"
    assert contains_card_number(text)
    assert card not in mask_card_numbers(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4111 1111 1111 1112",
        "0190a1b2-1234-7123-8123-123456789012",
        "2026-11-21T09:35:14.123456+00:00",
        "0000000000000000",
        "tel 415-555-2671 ext 12",
        "12345678901234567890123",
    ],
)
def test_other_digits_are_left_alone(text: str) -> None:
    assert not contains_card_number(text)
    assert mask_card_numbers(text) == text


def test_a_chance_hit_beside_a_card_leaves_none_of_it_in_sight() -> None:
    assert mask_card_numbers("12 5500-0000-0000-0004.") == "[card …0004]."


def test_a_scanned_barcode_may_pass_luhn() -> None:
    both = next(code for n in range(10_000) if is_gtin(code := f"40063813{n:05}") and luhn_valid(code))
    assert contains_card_number(both)
    assert not contains_card_number(both, allow_gtin=True)
    assert contains_card_number("4111111111111111", allow_gtin=True)


@pytest.mark.parametrize(
    "name",
    "Authorization authorization access_token refreshToken X-Shopify-Access-Token client_secret password passphrase "
    "pin consumer_key oauth_signature Cookie set-cookie cvv card_number gift_card_code email Phone first_name "
    "X-Api-Key api-key webhookSecret id_token".split(),
)
def test_secret_names(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name", "sku title token_type status expires_in spinner pinned shipping keyboard total".split()
)
def test_harmless_names(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer zqcanarywords",
        "{'Authorization': 'Basic zqcanarywords'}",
        '{"authorization": ["Bearer zqcanary"]}',
        "GET https://u:zqcanary@shop.example/x?a=1",
        "https://shop.example/wc?consumer_key=zqcanary&page=2",
        "https://shop.example/cb#access_token=zqcanary",
        'said {"password": "zqcanary words \\" more zqcanary", "n": 1}',
        "password='zqcanary and more'",
        "client_secret=zqcanary;x=1",
        "pin: zqcanary",
        "write to zqcanary@example.com now",
        '"tokens": ["zqcanary-1"], x',
        "refresh_token=(zqcanary)",
    ],
)
def test_text_hides_what_stands_under_a_secret_name(redactor: Redactor, text: str) -> None:
    assert "zqcanary" not in redactor.redact_text(text)


def test_text_keeps_what_is_harmless(redactor: Redactor) -> None:
    text = "order P0190A1B2C3D4 sent to square in 120 ms, sku=AB-12, page=3, status 200, total 12.50"
    assert redactor.redact_text(text) == text


def test_urls_keep_their_sense(redactor: Redactor) -> None:
    shown = redactor.redact_url("https://ck:cs@shop.example:8443/wp-json/wc/v3/orders?page=2&oauth_signature=abc%3D")
    assert shown == f"https://shop.example:8443/wp-json/wc/v3/orders?page=2&oauth_signature={HIDDEN}"
    assert redactor.redact_url("http://[bad") == HIDDEN


@pytest.mark.parametrize(
    "phone", ["+1 415 555 2671", "+14155552671", "(415) 555-2671", "415-555-2671", "+49 30 123456"]
)
def test_phones_are_masked(redactor: Redactor, phone: str) -> None:
    assert redactor.redact_text(f"call {phone} today") == "call [phone] today"


VALUE = "zq/canary+value=with odd&chars-0123456789"


@pytest.mark.parametrize(
    "written",
    [VALUE, quote(VALUE, safe=""), json.dumps({"x": VALUE}), base64.b64encode(VALUE.encode()).decode(), repr(VALUE)],
)
def test_a_known_value_is_hidden_however_it_is_written(redactor: Redactor, written: str) -> None:
    redactor.register_secret(SecretStr(VALUE))
    shown = redactor.redact_text(f"the platform said {written}.")
    assert "canary" not in shown
    assert base64.b64encode(VALUE.encode()).decode()[:20] not in shown


def test_a_known_value_that_was_cut_is_hidden(redactor: Redactor) -> None:
    token = "zqcanary" * 512
    redactor.register_secret(token)
    assert redactor.redact_text(f"answer: {token[:200]}") == f"answer: {HIDDEN}"


def test_short_values_do_not_blot_out_text(redactor: Redactor) -> None:
    redactor.register_secret("1234")
    assert redactor.redact_text("receipt 1234") == "receipt 1234"


def test_known_values_do_not_grow_without_end(redactor: Redactor) -> None:
    for number in range(3_000):
        redactor.register_secret(f"secret-value-{number:06}")
    assert len(redactor._known) <= 2_000
    assert redactor.redact_text("secret-value-002999") == HIDDEN


def test_mappings_are_redacted_to_the_bottom(redactor: Redactor) -> None:
    raw = {
        "customer": {"email": "a@b.co", "orders": [{"note": "4111111111111111", "n": 4111111111111111, "ok": True}]},
        "token": SecretStr("zqcanary"),
        "body": b"zqcanary",
        "loose": SecretStr("zqcanary"),
        "empty_token": "",
        "a@b.co": 1,
        "amount": 12.5,
        "nothing": None,
    }
    shown = redactor.redact_mapping(raw)
    assert shown["customer"] == {
        "email": HIDDEN,
        "orders": [{"note": "[card …1111]", "n": "[card …1111]", "ok": True}],
    }
    assert (shown["token"], shown["body"], shown["loose"], shown["empty_token"]) == (HIDDEN, "[8 bytes]", HIDDEN, "")
    assert (shown["[email]"], shown["amount"], shown["nothing"]) == (1, 12.5, None)


def test_a_loop_in_the_data_ends(redactor: Redactor) -> None:
    loop: dict[str, object] = {}
    loop["again"] = loop
    assert HIDDEN in str(redactor.redact(loop))


def test_headers(redactor: Redactor) -> None:
    shown = redactor.redact_headers({"Authorization": "Bearer x", "Content-Type": "application/json", "X-Api-Key": "k"})
    assert shown == {"Authorization": HIDDEN, "Content-Type": "application/json", "X-Api-Key": HIDDEN}


@given(st.text(max_size=300))
def test_any_text_can_be_redacted(text: str) -> None:
    redactor = Redactor()
    redactor.register_secret("zqcanaryvalue")
    shown = redactor.redact_text(f"{text} zqcanaryvalue {text}")
    assert "zqcanaryvalue" not in shown
    assert not contains_card_number(mask_card_numbers(text))


@pytest.mark.parametrize("part", ["a", "1 ", "a@", "https://", '"', "key=", "4111 1111 ", "eyJ", "+1 ("])
def test_long_text_takes_no_long_time(redactor: Redactor, part: str) -> None:
    began = time.process_time()
    redactor.redact_text(part * (200_000 // len(part)))
    assert time.process_time() - began < 5
