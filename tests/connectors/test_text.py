"""Reading: markup to text, and typed fields that park what has changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posbridge.connectors.errors import SchemaDrift
from posbridge.connectors.text import (
    Reader,
    _plainly,
    _Words,
    decimal_from,
    each,
    exact,
    one_line,
    plain_text,
    utc_from,
)
from posbridge.domain.catalog import ProductVariant


@pytest.mark.parametrize(("markup", "text"), [
    ("", ""),
    (None, ""),
    ("<p>One &amp; two</p><p>three</p>", "One & two\nthree"),
    ("a<br/>b<br>c", "a\nb\nc"),
    ("<script>alert(1)</script>ok<style>x{}</style>", "ok"),
    ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
    ("&eacute;&#8364;&nbsp;x", "é€ x"),
    ("5 < 6 and 7 > 2", "5 < 6 and 7 > 2"),
    ("bell\x07 tab\t end", "bell tab end"),
    ("<b>unclosed", "unclosed"),
])  # fmt: skip
def test_plain_text(markup: str | None, text: str) -> None:
    assert plain_text(markup) == text


@given(st.text())
def test_plain_text_never_fails(markup: str) -> None:
    made = plain_text(markup)
    assert made == "\n".join(line.strip() for line in made.split("\n"))
    assert all(c.isprintable() or c in "\n\u200d" for c in made)


MARKUP = st.lists(st.sampled_from((
    "<p>", "</p>", '<p class="x y">', "<br>", "<br/>", "<BR />", "<b>", "</b>", "</b >", '<a href="/x?a=1&amp;b">',
    "</a>", "<script>", "</script>", "<style>", "</style>", "<title>", "<textarea>", "</textarea>", "<!-- ", "-->",
    "<", ">", "&", "&am", "p;", "&amp;", "&#8364;", "&nbsp", "<img src=x>", "<p", "</", "<?", "<![CDATA[", "]]>", '"',
    " ", "\n", "words", "5 < 6", "<li>", "</li>", "<span style='x'>", "</span>", "<svg/>", "</x y>",
))).map("".join)  # fmt: skip


@given(MARKUP)
def test_plain_tags_read_as_the_parser_reads_them(markup: str) -> None:
    words = _Words()
    words.feed(markup)
    words.close()
    quick = _plainly(markup)
    whole = "".join(words.parts)
    assert quick is None or _lines(quick) == _lines(whole)
    assert plain_text(markup) == _lines(whole)


def _lines(text: str) -> str:
    return "\n".join(line for line in map(one_line, text.split("\n")) if line)


def test_what_an_editor_writes_is_read_quickly() -> None:
    assert _plainly('<p class="lead">Big <em>&amp;</em> blue</p><ul><li>one</li></ul>') is not None


@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_a_line_has_single_spaces(text: str) -> None:
    made = one_line(text)
    assert made == " ".join(made.split())
    assert one_line(made.replace("&", "")) == " ".join(made.replace("&", "").split())


def test_one_line() -> None:
    assert one_line("  Mug &amp;\n Saucer\x00 ") == "Mug & Saucer"
    assert one_line("<3 hearts") == "<3 hearts"


@pytest.mark.parametrize(
    "text", ["2026-03-02T10:00:00Z", "2026-03-02T11:00:00+01:00", "2026-03-02T10:00:00.000000000Z"]
)
def test_utc(text: str) -> None:
    assert utc_from(text) == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_times_without_zone() -> None:
    assert utc_from("2026-03-02T10:00:00", naive_is_utc=True) == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert utc_from("2026-03-02T03:00:00", zone="America/Denver") == datetime(2026, 3, 2, 10, tzinfo=UTC)
    for wrong in ("2026-03-02T10:00:00", "yesterday", "", "0000-00-00T00:00:00Z"):
        with pytest.raises(SchemaDrift):
            utc_from(wrong)


@pytest.mark.parametrize("wrong", ["", "1,50", "ten", True, None, [], 1.5, "NaN", "Infinity", Decimal("NaN")])
def test_no_number(wrong: Any) -> None:
    with pytest.raises(SchemaDrift):
        decimal_from(wrong)


RAW: dict[str, Any] = {
    "id": 7, "name": "Mug", "price": "12.50", "count": "3", "on": True, "at": "2026-03-02T10:00:00Z",
    "empty": "", "null": None, "tags": ["a"], "inner": {"x": 1}, "rows": [{"y": 2}], "half": "0.5",
}  # fmt: skip


def test_fields_of_the_right_type() -> None:
    one = Reader(RAW)
    assert (one.id(), one.text("name"), one.text("id"), one.text("absent", "?")) == ("7", "Mug", "7", "?")
    assert (one.decimal("price"), one.integer("count"), one.decimal("empty")) == (Decimal("12.50"), 3, None)
    assert (one.flag("on"), one.flag("null", True), one.items("tags"), one.items("null")) == (True, True, ["a"], [])
    assert one.utc("at") == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert one.utc("empty") is None
    assert one.object("inner").integer("x") == 1
    assert one.object("null").raw == {}
    assert [row.integer("y") for row in one.objects("rows")] == [2]


@pytest.mark.parametrize("read", [
    lambda r: r.id("inner"), lambda r: r.id("empty"), lambda r: r.text("on"), lambda r: r.text("tags"),
    lambda r: r.integer("half"), lambda r: r.integer("name"), lambda r: r.flag("name"), lambda r: r.utc("name"),
    lambda r: r.utc("id"), lambda r: r.items("name"), lambda r: r.object("tags"), lambda r: r.objects("tags"),
    lambda r: r.object("inner").text("x") and r.object("inner").items("x"),
])  # fmt: skip
def test_a_changed_type_names_the_object(read: Any) -> None:
    with pytest.raises(SchemaDrift) as caught:
        read(Reader(RAW))
    assert caught.value.object_id == "7"


def test_a_page_with_spoilt_objects_keeps_the_rest() -> None:
    def to_one(raw: Any) -> ProductVariant:
        one = Reader(raw)
        return ProductVariant(id=one.id(), title=one.text("title"), weight=raw.get("weight"))

    page = [{"id": 1}, {"id": 2, "title": []}, None, {"title": "no id"}, {"id": 5, "weight": "heavy"}, {"id": 6}]
    items, parked = each(page, to_one)
    assert [item.id for item in items] == ["1", "6"]
    assert [drift.object_id for drift in parked] == ["2", "", "", "5"]
    assert "weight" in parked[-1].message


@pytest.mark.parametrize("value", ["1e999999999", "-1e999999999", "1e-999999999", "9" * 42])
def test_numbers_that_would_take_all_memory_are_drift(value: str) -> None:
    with pytest.raises(SchemaDrift):
        Reader({"id": "x", "n": value}).integer("n")
    with pytest.raises(SchemaDrift):
        decimal_from(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(JSON)
def test_floats_become_what_was_written(raw: Any) -> None:
    written = json.dumps(raw)
    assert exact(json.loads(written)) == json.loads(written, parse_float=Decimal)
    plain = json.loads(written, parse_float=Decimal)
    assert exact(plain) is plain


def test_floats_are_found_wherever_they_hide() -> None:
    assert exact([{"a": [1, {"b": 0.1}]}]) == [{"a": [1, {"b": Decimal("0.1")}]}]
    assert exact(({"a": 1.5},)) == [{"a": Decimal("1.5")}]
    assert exact(2.5) == Decimal("2.5")
