"""Check that every text of the screens is translated: each qsTr in resources/qml against resources/i18n/*.ts.

English is the source; Spanish and French must be finished, with the same place holders. Exit status 0 or 1.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
QML = ROOT / "resources" / "qml"
TRANSLATIONS = ROOT / "resources" / "i18n"
FINISHED_LANGUAGES = ("es", "fr")

STRING = r"(?:\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
CALL = re.compile(rf"\bqsTr\(\s*(?P<text>{STRING}(?:\s*\+\s*{STRING})*)")
ANY_CALL = re.compile(r"\bqsTr\(")
LITERAL = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'")
COMMENT = re.compile(rf"({STRING}|`[^`]*`)|//[^\n]*|/\*.*?\*/", re.DOTALL)
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
PLACE_HOLDER = re.compile(r"%(?:L?\d+|n)")


class Text(NamedTuple):
    """A text of a screen: its context (the file's name without .qml) and its English words."""

    context: str
    source: str


class Translation(NamedTuple):
    """What a .ts file holds for one text; forms has one entry, or one for each plural."""

    forms: tuple[str, ...]
    is_finished: bool


def main() -> int:
    """Print every problem; 0 when there is none."""
    problems = find_problems(QML, TRANSLATIONS)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"translations: {len(problems)} problem(s)" if problems else "translations: complete")
    return 1 if problems else 0


def find_problems(qml: Path, translations: Path) -> list[str]:
    """Everything that would show a person English, or nothing, where their language was meant."""
    texts: set[Text] = set()
    problems: list[str] = []
    for file in sorted(qml.rglob("*.qml")):
        found, unreadable = read_qml(file)
        texts |= found
        problems += [f"{file.name}: qsTr needs its text as a literal, line {line}" for line in unreadable]
    if not texts:
        return problems
    for language in FINISHED_LANGUAGES:
        problems += check_language(language, texts, translations)
    return problems


def read_qml(file: Path) -> tuple[set[Text], list[int]]:
    """The file's texts, and the lines whose qsTr has no literal (Qt's own extractor would not see those)."""
    source = COMMENT.sub(blank_comment, file.read_text("utf-8"))
    calls = list(CALL.finditer(source))
    known = {call.start() for call in calls}
    unreadable = [
        source.count("\n", 0, call.start()) + 1 for call in ANY_CALL.finditer(source) if call.start() not in known
    ]
    return {Text(file.stem, join_literals(call["text"])) for call in calls}, unreadable


def blank_comment(match: re.Match[str]) -> str:
    """Strings stay; of a comment only its line ends, so that line numbers hold."""
    return match[1] or "\n" * match[0].count("\n")


def join_literals(expression: str) -> str:
    """The value of one string literal, or of several joined by +."""
    parts = (double or single for double, single in LITERAL.findall(expression))
    return "".join(ESCAPE.sub(unescape, part) for part in parts)


def unescape(match: re.Match[str]) -> str:
    """The character an escape of JavaScript stands for."""
    code = match[1]
    return chr(int(code[1:], 16)) if len(code) == 5 else ESCAPES.get(code, code)


def check_language(language: str, texts: set[Text], folder: Path) -> Iterator[str]:
    """Each text that is missing, unfinished, empty or has other place holders in that language."""
    files = [file for file in sorted(folder.glob("*.ts")) if language_of(file) == language]
    if not files:
        yield f"{language}: no .ts file in {folder.name} for this language"
        return
    known = {text: entry for file in files for text, entry in read_ts(file)}
    for text in sorted(texts):
        fault = describe_fault(text, known.get(text))
        if fault:
            yield f"{language}: {text.context}: {text.source!r} {fault}"


def describe_fault(text: Text, entry: Translation | None) -> str:
    """What is wrong with a translation; nothing when it may be shown."""
    if entry is None:
        return "is missing"
    if not entry.is_finished or not entry.forms or not all(form.strip() for form in entry.forms):
        return "is not finished"
    wanted = set(PLACE_HOLDER.findall(text.source)) - {"%n"}
    if any(set(PLACE_HOLDER.findall(form)) - {"%n"} != wanted for form in entry.forms):
        return "has other place holders than its translation"
    return ""


def language_of(file: Path) -> str:
    """The language a .ts file states, without its country."""
    return parse(file).get("language", "").replace("-", "_").split("_")[0].lower()


def read_ts(file: Path) -> Iterator[tuple[Text, Translation]]:
    """Every message of a .ts file that is still in use."""
    for context in parse(file).iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            element = message.find("translation")
            kind = element.get("type", "") if element is not None else "unfinished"
            if kind not in {"vanished", "obsolete"}:
                yield Text(name, message.findtext("source", "")), Translation(forms_of(element), kind != "unfinished")


def forms_of(element: ElementTree.Element | None) -> tuple[str, ...]:
    """The translation's text, or its plural forms."""
    if element is None:
        return ()
    plurals = element.findall("numerusform")
    return tuple(part.text or "" for part in plurals or [element])


def parse(file: Path) -> ElementTree.Element:
    """The file's root element. The files are our own, so the plain parser is safe."""
    return ElementTree.parse(file).getroot()


if __name__ == "__main__":
    sys.exit(main())
