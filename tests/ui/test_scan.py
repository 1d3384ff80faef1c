"""Scanner bursts are told from typing by their pace."""

from __future__ import annotations

import pytest

from posbridge.domain.aamva import is_licence, parse_licence
from posbridge.domain.errors import DomainError
from posbridge.ui.qt import QGuiApplication, Qt
from posbridge.ui.scan import ScanFilter
from tests.domain.licence_cards import TODAY, Card, cards

LETTER = int(Qt.Key.Key_A)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def scans(qt: QGuiApplication, clock: Clock) -> tuple[ScanFilter, list[str]]:
    found: list[str] = []
    made = ScanFilter(clock=clock)
    made.scanned.connect(found.append)
    return made, found


def type_keys(filter_: ScanFilter, clock: Clock, keys: str, gap: float) -> None:
    for key in keys:
        clock.now += gap
        filter_.key(LETTER, key)


def enter(filter_: ScanFilter, clock: Clock, gap: float) -> bool:
    clock.now += gap
    return filter_.key(Qt.Key.Key_Return, "\r")


def test_a_fast_burst_with_enter_is_a_scan_with_its_leading_zeros(scans, clock: Clock) -> None:
    made, found = scans
    type_keys(made, clock, "0049000042", 0.01)
    assert enter(made, clock, 0.01) is True
    assert found == ["0049000042"]


def test_typing_at_a_persons_pace_is_no_scan_and_keeps_its_enter(scans, clock: Clock) -> None:
    made, found = scans
    type_keys(made, clock, "croissant", 0.09)
    assert enter(made, clock, 0.09) is False
    assert found == []


def test_five_keys_are_too_few(scans, clock: Clock) -> None:
    made, found = scans
    type_keys(made, clock, "12345", 0.01)
    assert enter(made, clock, 0.01) is False
    assert found == []


def test_a_pause_inside_starts_over(scans, clock: Clock) -> None:
    made, found = scans
    type_keys(made, clock, "123", 0.01)
    clock.now += 0.2
    type_keys(made, clock, "456789", 0.01)
    enter(made, clock, 0.01)
    assert found == ["456789"]


def test_silence_ends_a_scan_without_enter(scans, clock: Clock) -> None:
    made, found = scans
    type_keys(made, clock, "ABC-123", 0.01)
    made._silence.timeout.emit()
    assert found == ["ABC-123"]


def test_a_focused_field_is_told_how_much_to_take_back(scans, clock: Clock) -> None:
    made, _ = scans
    taken: list[int] = []
    made.undo_typing.connect(taken.append)
    type_keys(made, clock, "87654321", 0.01)
    enter(made, clock, 0.01)
    assert taken == [8]


def type_card(filter_: ScanFilter, clock: Clock, text: str, gap: float = 0.01) -> list[bool]:
    """A scanner's keys: line breaks are Enter, other control characters come with Ctrl; what was swallowed."""
    swallowed = []
    for key in text:
        clock.now += gap
        swallowed.append(filter_.key(int(Qt.Key.Key_Return) if key in "\r\n" else LETTER, key))
    return swallowed


LICENCES = [card for card in cards() if is_licence(card.text)]


@pytest.mark.parametrize("card", LICENCES, ids=lambda card: card.name)
def test_a_typed_licence_is_one_scan_that_says_what_the_card_says(scans, clock: Clock, card: Card) -> None:
    made, found = scans
    swallowed = type_card(made, clock, card.text)
    made._silence.timeout.emit()
    assert len(found) == 1
    first = next(place for place, key in enumerate(card.text) if key.isprintable())
    pairs = list(zip(swallowed, card.text, strict=True))[first:]
    assert all(done for done, key in pairs if not key.isprintable()), "no line break may press a button"
    if isinstance(card.expected, str):
        with pytest.raises(DomainError) as refused:
            parse_licence(found[0], TODAY)
        assert refused.value.code == card.expected
    else:
        read = parse_licence(found[0], TODAY).model_dump()
        assert {name: read[name] for name in card.expected} == card.expected


def test_a_field_keeps_nothing_of_a_licence(scans, clock: Clock) -> None:
    made, _ = scans
    taken: list[int] = []
    made.undo_typing.connect(taken.append)
    card = next(card for card in LICENCES if card.name.startswith("v8"))
    swallowed = type_card(made, clock, card.text)
    made._silence.timeout.emit()
    seen = sum(1 for done in swallowed if not done)
    assert (taken, seen < 20) == ([seen], True)


def test_pauses_between_the_lines_of_a_licence_are_no_end(scans, clock: Clock) -> None:
    made, found = scans
    head, *lines = LICENCES[0].text.split("DAQ", 1)
    type_card(made, clock, head)
    clock.now += 0.2
    type_card(made, clock, "DAQ" + lines[0])
    made._silence.timeout.emit()
    assert len(found) == 1
    assert parse_licence(found[0], TODAY).number == LICENCES[0].expected["number"]


def test_the_next_scan_after_a_licence_is_an_article_again(scans, clock: Clock) -> None:
    made, found = scans
    type_card(made, clock, LICENCES[0].text)
    made._silence.timeout.emit()
    clock.now += 1
    type_keys(made, clock, "0049000042", 0.01)
    assert enter(made, clock, 0.01) is True
    assert found[1:] == ["0049000042"]


def test_an_address_typed_by_a_person_keeps_its_enter(scans, clock: Clock) -> None:
    made, found = scans
    type_keys(made, clock, "@example.org", 0.09)
    assert enter(made, clock, 0.09) is False
    type_keys(made, clock, "ANSI@", 0.09)
    assert enter(made, clock, 0.09) is False
    assert found == []


def test_a_key_that_never_stops_is_cut(scans, clock: Clock) -> None:
    made, found = scans
    type_card(made, clock, LICENCES[0].text + "A" * 6000)
    made._silence.timeout.emit()
    assert [len(text) for text in found] == [4000]
