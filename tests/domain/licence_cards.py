"""Sixty licence barcodes after the AAMVA layout: versions 1 to 10, several states, and damage of every usual kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

STATES = (("636014", "CA"), ("636020", "CO"), ("636002", "MA"), ("636045", "WA"), ("636029", "OR"), ("636032", "MI"))
TODAY = date(2026, 11, 21)


@dataclass(frozen=True)
class Card:
    """One barcode; `expected` is what it says, or the code of the refusal."""

    name: str
    text: str
    expected: dict[str, Any] | str


def layout(version: int, elements: dict[str, str], issuer: str, *, kind: str = "DL", header: str = "ANSI ") -> str:
    """The text of a barcode: header, one named subfile with its true offset and length, elements a line each."""
    body = kind + "".join(f"{name}{value}\n" for name, value in elements.items())
    body = body[:-1] + "\r"
    own = "" if version == 1 else "02"
    head = f"@\n\x1e\r{header}{issuer}{version:02d}{own}01"
    offset = len(head) + 10
    return f"{head}{kind}{offset:04d}{len(body):04d}{body}"


def day(value: date, version: int, *, canadian: bool = False) -> str:
    return value.strftime("%Y%m%d") if version == 1 or canadian else value.strftime("%m%d%Y")


def elements_of(version: int, born: date, expires: date, state: str, number: str, **more: str) -> dict[str, str]:
    """What a version's card holds, in the names which that version uses."""
    canadian = more.get("DCG") == "CAN"
    named = {
        1: {"DAA": "SAMPLE,JOSE MARIA,Q"},
        2: {"DCS": "SAMPLE", "DCT": "JOSE,MARIA"},
        3: {"DCS": "SAMPLE", "DCT": "JOSE MARIA"},
    }.get(version, {"DCS": "SAMPLE", "DDEN": "", "DAC": "JOSE", "DDFN": "", "DAD": "MARIA", "DDGN": ""})
    names = {key[:3]: key[3:] or value for key, value in named.items()}
    return {
        "DAQ": number, **names, "DBA": day(expires, version, canadian=canadian),
        "DBB": day(born, version, canadian=canadian), "DBC": "1", "DAG": "1 MAIN ST", "DAI": "TOWN", "DAJ": state,
        "DAK": "000000000  ", **({} if version == 1 else {"DCG": "USA"}), **more,
    }  # fmt: skip


def cards() -> list[Card]:
    """All sixty."""
    return [*_whole(), *_typed(), *_odd(), *_damaged()]


def _whole() -> list[Card]:
    """Thirty: three a version."""
    made = []
    for version in range(1, 11):
        for turn in range(3):
            issuer, state = STATES[(version + turn) % len(STATES)]
            born, number = date(1960 + 4 * version, 1 + version, 10 + turn), f"D{version:02d}{turn}45678"
            expires = date(2027 + turn, 12, 31)
            found = elements_of(version, born, expires, state, number)
            text = layout(version, found, issuer, kind="ID" if turn == 2 else "DL")
            made.append(Card(f"v{version}-{state}-{turn}", text, _said(number, born, expires, state, version)))
    return made


def _said(number: str, born: date, expires: date | None, state: str, version: int) -> dict[str, Any]:
    return {
        "number": number, "first_name": "JOSE", "last_name": "SAMPLE", "date_of_birth": born, "expires": expires,
        "region": state, "version": version,
    }  # fmt: skip


def _typed() -> list[Card]:
    """Ten: scanners that type like a keyboard lose or change the control characters."""
    born, expires = date(1990, 2, 28), date(2029, 2, 28)
    made = []
    for version in (2, 4, 6, 8, 10):
        text = layout(version, elements_of(version, born, expires, "CO", "991234567"), "636020")
        said = _said("991234567", born, expires, "CO", version)
        made.append(Card(f"v{version}-no-marks", text.replace("\x1e", "").replace("@", ""), said))
        made.append(Card(f"v{version}-crlf", text.replace("\n", "\r\n"), said))
    return made


def _odd() -> list[Card]:
    """Ten that real cards do otherwise than the book."""
    born, expires = date(1985, 12, 11), date(2030, 1, 1)
    plain = elements_of(8, born, expires, "WA", "WDL1234567AB")
    said = _said("WDL1234567AB", born, expires, "WA", 8)

    def card(name: str, changed: dict[str, str], expected: dict[str, Any] | str | None = None) -> Card:
        return Card(name, layout(8, changed, "636045"), expected or said)

    old = elements_of(1, born, expires, "OR", "1234567")
    split = {key: value for key, value in old.items() if key != "DAA"} | {"DAB": "SAMPLE", "DAC": "JOSE", "DAD": "Q"}
    wrong_offset = layout(8, plain, "636045").replace("DL0031", "DL0099", 1)
    return [
        card("year-first-in-the-us", plain | {"DBB": "19851211", "DBA": "20300101"}),
        card("no-expiry", plain | {"DBA": "00000000"}, said | {"expires": None}),
        card("never-expires", plain | {"DBA": "99999999"}, said | {"expires": None}),
        card("second-subfile", plain | {"DCK": "1\rZWZWA extra\n"}),
        card("canadian", elements_of(8, born, expires, "ON", "S1234-56789", DCG="CAN"),
             _said("S1234-56789", born, expires, "ON", 8)),
        card("two-numbers", plain | {"DAZ": "BRO\nDAQOTHER"}),
        Card("v1-names-apart", layout(1, split, "636029"), _said("1234567", born, expires, "OR", 1)),
        Card("v1-aamva-header", layout(1, old, "636029", header="AAMVA"), _said("1234567", born, expires, "OR", 1)),
        Card("wrong-offset", wrong_offset, said),
        card("state-missing", {k: v for k, v in plain.items() if k != "DAJ"}, said | {"region": ""}),
    ]  # fmt: skip


def _damaged() -> list[Card]:
    """Ten that must be refused in words."""
    born, expires = date(1991, 7, 4), date(2031, 7, 4)
    plain = elements_of(9, born, expires, "MI", "S 123 456 789 012")
    text = layout(9, plain, "636032")

    def without(name: str) -> str:
        return layout(9, {key: value for key, value in plain.items() if key != name}, "636032")

    return [
        Card("an-article", "5901234123457", "not_a_licence"),
        Card("nothing", "", "not_a_licence"),
        Card("before-the-standard", layout(0, plain, "636032"), "not_a_licence"),
        Card("cut-in-the-header", text[:14], "not_a_licence"),
        Card("cut-before-the-birth", text[: text.index("DBB")], "licence_damaged"),
        Card("cut-in-the-birth", text[: text.index("DBB") + 8], "licence_damaged"),
        Card("no-number", without("DAQ"), "licence_damaged"),
        Card("no-name", layout(9, {k: v for k, v in plain.items() if k != "DCS"}, "636032"), "licence_damaged"),
        Card("no-such-day", layout(9, plain | {"DBB": "02302000"}, "636032"), "licence_damaged"),
        Card("born-tomorrow", layout(9, plain | {"DBB": "11222026"}, "636032"), "licence_damaged"),
    ]
