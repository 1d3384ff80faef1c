"""Licence barcodes: each of the sixty is read to the letter, or refused with what to do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posbridge.domain.aamva import is_licence, parse_licence
from posbridge.domain.errors import DomainError
from tests.domain.licence_cards import TODAY, Card, cards

CARDS = cards()


def test_there_are_sixty_of_ten_versions_and_a_sixth_is_damaged() -> None:
    assert len({card.text for card in CARDS}) == len({card.name for card in CARDS}) == 60
    assert {card.expected["version"] for card in CARDS if isinstance(card.expected, dict)} == set(range(1, 11))
    assert sum(isinstance(card.expected, str) for card in CARDS) == 10


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.name)
def test_a_card_is_read_or_refused_with_words(card: Card) -> None:
    if isinstance(card.expected, str):
        with pytest.raises(DomainError) as refused:
            parse_licence(card.text, TODAY)
        assert refused.value.code == card.expected
        assert "type the date of birth" in refused.value.next_step
        return
    read = parse_licence(card.text, TODAY)
    assert {name: getattr(read, name) for name in card.expected} == card.expected
    assert is_licence(card.text)


@pytest.mark.parametrize("card", [card for card in CARDS if isinstance(card.expected, dict)], ids=lambda c: c.name)
def test_a_card_cut_anywhere_never_gives_another_birth_date_or_number(card: Card) -> None:
    """A torn barcode is read right as far as it matters, or refused."""
    whole = parse_licence(card.text, TODAY)
    for cut in range(len(card.text)):
        try:
            read = parse_licence(card.text[:cut], TODAY)
        except DomainError:
            continue
        assert read.date_of_birth == whole.date_of_birth
        assert whole.number.startswith(read.number)


@given(st.text(max_size=400), st.sampled_from(CARDS), st.integers(0, 400))
def test_any_noise_is_read_or_refused(noise: str, card: Card, at: int) -> None:
    for text in (noise, card.text[:at] + noise + card.text[at:]):
        assert _refusal(text) in ("", "not_a_licence", "licence_damaged")


def _refusal(text: str) -> str:
    try:
        parse_licence(text, TODAY)
    except DomainError as refused:
        return refused.code
    return ""
