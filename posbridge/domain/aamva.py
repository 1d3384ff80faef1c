"""What the barcode on the back of a US or Canadian licence says (PDF417, AAMVA layout, versions 1 to 10).

Facts of the layout, from AAMVA's DL/ID card design standards of 2000 to 2020: the header holds "ANSI " (older cards
"AAMVA"), the issuer's number (6 digits), the layout's version (2), from version 2 on the state's own version (2) and
the number of subfiles (2); each subfile is named with its offset and length; elements are three letters and a value,
one a line. Version 1 writes dates CCYYMMDD and may hold one full name; later ones write MMDDCCYY in the US and
CCYYMMDD in Canada. Scanners that type like a keyboard drop or change the control characters, and many states' offsets
are wrong: so the elements are read by their names, wherever they stand.
"""

from __future__ import annotations

import re
from datetime import date

from posbridge.domain.customer import Licence
from posbridge.domain.errors import DomainError
from posbridge.domain.model import Model

_HEADER = re.compile(r"(?:ANSI ?|AAMVA)\s*(\d{6})(\d{2})(\d{2})?(\d{2})")
_ELEMENT = re.compile(r"(?:^|(?<=[\n\r\x1e\x1f\x1c\x1d]))(?:DL|ID|EN)?(D[A-D][A-Z])([^\n\r\x1e\x1f\x1c\x1d]*)")
_OLDEST = 120


class ScannedLicence(Model):
    """A licence as scanned. Names in the card's own capitals; `region` is the state's two letters, "" if not said."""

    number: str
    first_name: str = ""
    last_name: str = ""
    date_of_birth: date
    expires: date | None = None
    region: str = ""
    country: str = ""
    version: int

    @property
    def licence(self) -> Licence:
        return Licence(number=self.number, region=self.region, expires=self.expires)


def is_licence(text: str) -> bool:
    """Whether a scan looks like a licence at all, so that it is not taken for an article."""
    return _HEADER.search(text[:80]) is not None


def parse_licence(text: str, today: date) -> ScannedLicence:
    """Reads a scan; `today` is the store's date, against which a birth date is judged.

    Raises DomainError: code "not_a_licence" for another barcode or a layout from before the standard,
    "licence_damaged" when the number, a name or the date of birth is missing or cannot be.
    """
    version = _version(text)
    elements = _elements(text)
    canadian = elements.get("DCG", "").upper().startswith("CAN")
    born = _date(elements.get("DBB") or elements.get("DBL", ""), version, canadian)
    if born is None or not 0 <= today.year - born.year <= _OLDEST or born > today:
        raise _damaged("its date of birth cannot be read")
    number = elements.get("DAQ") or elements.get("DBJ", "")
    if not number:
        raise _damaged("its number cannot be read")
    first, last = _names(elements)
    if not last:
        raise _damaged("its name cannot be read")
    return ScannedLicence(
        number=number,
        first_name=first,
        last_name=last,
        date_of_birth=born,
        expires=_expiry(elements.get("DBA", ""), version, canadian),
        region=_region(elements),
        country="CAN" if canadian else "USA" if elements.get("DCG", "").upper().startswith("USA") else "",
        version=version,
    )


def _version(text: str) -> int:
    found = _HEADER.search(text[:80])
    if found is None:
        raise DomainError(
            "This is not the barcode of a licence.", code="not_a_licence",
            next_step="Scan the wide barcode on the card's back, or type the date of birth.",
        )  # fmt: skip
    version = int(found.group(2))
    if version == 0:
        raise DomainError(
            "This card's barcode is older than the standard.", code="not_a_licence",
            next_step="Look at the card and type the date of birth.",
        )  # fmt: skip
    return version


def _elements(text: str) -> dict[str, str]:
    """Element name → value; the first of a name counts. Raises DomainError when the barcode was cut short."""
    header = _HEADER.search(text[:80])
    assert header is not None
    rest = text[header.end() :]
    body = rest[_subfiles_end(rest) :]
    found: dict[str, str] = {}
    for name, value in _ELEMENT.findall("\n" + body):
        said = value.strip()
        if said and said.upper() not in ("NONE", "UNAVL", "UNK"):
            found.setdefault(name, said)
    if not found:
        raise _damaged("nothing on it can be read")
    return found


def _subfiles_end(rest: str) -> int:
    """Where the list of subfiles ends: entries of two letters and eight digits, one after another."""
    end = 0
    while entry := re.compile(r"[A-Z]{2}\d{8}").match(rest, end):
        end = entry.end()
    return end


def _names(elements: dict[str, str]) -> tuple[str, str]:
    """(first, last): from their own elements, or from version 1's full name "LAST,FIRST,MIDDLE"."""
    last = elements.get("DCS") or elements.get("DAB") or elements.get("DBO", "")
    given = elements.get("DAC") or elements.get("DCT") or elements.get("DBP", "")
    if not last and "DAA" in elements:
        parts = [part.strip() for part in re.split("[,@]", elements["DAA"])]
        last, given = parts[0], parts[1] if len(parts) > 1 else ""
    return re.split(r"[,\s]", given.strip(), maxsplit=1)[0] if "DAC" not in elements else given, last.strip(" ,")


def _date(text: str, version: int, canadian: bool) -> date | None:
    """CCYYMMDD or MMDDCCYY: no month is 19 or 20, so the digits themselves tell which; the rule settles the rest."""
    digits = re.sub(r"\D", "", text)
    if len(digits) != 8:
        return None
    year_first = digits[:2] in ("19", "20") or ((version == 1 or canadian) and digits[4:6] not in ("19", "20"))
    year, month, day = (
        (digits[:4], digits[4:6], digits[6:]) if year_first else (digits[4:], digits[:2], digits[2:4])
    )
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _expiry(text: str, version: int, canadian: bool) -> date | None:
    """None for a card that says none ("00000000") or never ("99999999")."""
    digits = re.sub(r"\D", "", text)
    if not digits or set(digits) <= {"0"} or set(digits) == {"9"}:
        return None
    found = _date(text, version, canadian)
    if found is None:
        raise _damaged("its expiry date cannot be read")
    return found


def _region(elements: dict[str, str]) -> str:
    state = (elements.get("DAJ") or elements.get("DAO", "")).strip().upper()
    return state if re.fullmatch("[A-Z]{2}", state) else ""


def _damaged(what: str) -> DomainError:
    return DomainError(
        f"The barcode is damaged: {what}.", code="licence_damaged",
        next_step="Scan it again, or look at the card and type the date of birth.",
    )  # fmt: skip
