"""Tables as text, CSV and Markdown."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from circularity.views.tables import NAME, Table, one_line, short, to_csv, to_markdown, to_text
from circularity.words import safe_cell
from tests.properties import same_every_time

SMALL = Table(
    ("~party", ">amount", "note"), [("Ann", "$5", "x"), ("Bartholomew", "$1,500", "")], "Two parties", ("A note.",)
)


def test_text_has_equal_columns_and_numbers_to_the_right() -> None:
    assert to_text(SMALL) == (
        "Two parties\n"
        "\n"
        "party        amount  note\n"
        "───────────  ──────  ────\n"
        "Ann              $5  x\n"
        "Bartholomew  $1,500\n"
        "\n"
        "A note.\n"
    )


def test_without_rows_there_are_no_heads() -> None:
    assert to_text(Table(("a",), [], "Nothing here")) == "Nothing here\n"
    assert to_text(Table(("a",), [], "None", ("A note.",))) == "None\n\nA note.\n"
    assert to_text(Table(("a",), [], notes=("Only a note.",))) == "Only a note.\n"


def test_csv_and_markdown() -> None:
    assert to_csv(SMALL) == 'party,amount,note\nAnn,$5,x\nBartholomew,"$1,500",\n'
    assert to_markdown(SMALL) == (
        "**Two parties**\n\n| party | amount | note |\n| --- | ---: | --- |\n| Ann | $5 | x |\n| Bartholomew | $1,500 |  |\n\nA note.  \n"
    )


def test_a_long_name_is_shortened_in_text_only() -> None:
    table = Table(("~party", "rest"), [("N" * 300, "y")])
    assert to_text(table).splitlines()[2] == "N" * (NAME - 1) + "…  y"
    assert "N" * 300 in to_csv(table)
    assert "N" * 300 in to_markdown(table)


def widths(text: str) -> int:
    return max(map(len, text.splitlines()))


def test_text_fits_the_terminal_by_cutting_its_last_column_then_the_widest_and_never_numbers() -> None:
    table = Table((">number", "one", "two", "ids"), [("1" * 30, "a" * 50, "b" * 60, "c" * 40)])

    def cells(width: int) -> list[int]:
        text = to_text(table, width)
        return [len(cell) for cell in text.splitlines()[2].split("  ")]

    assert cells(0) == cells(186) == [30, 50, 60, 40]
    assert cells(180) == [30, 50, 60, 34]
    assert cells(150) == [30, 50, 52, 12]
    assert cells(100) == [30, 26, 26, 12]
    assert cells(10) == [30, 12, 12, 12]  # as narrow as it can be read


def test_where_a_table_wraps_nothing_is_lost() -> None:
    words = " ".join(f"word{n}" for n in range(40))
    text = to_text(Table(("what", "said"), [("x", words), ("y", "short")], wrap=True), 60)
    assert widths(text) <= 60
    said = [line[6:] for line in text.splitlines()[2:]]
    assert " ".join(said[:-1]) == words
    assert said[-1] == "short"
    assert to_text(Table(("what", "said"), [("x", words)], wrap=True)).count("\n") == 3


def test_wide_signs_take_two_cells() -> None:
    text = to_text(Table(("name", "x"), [("株式会社", "1"), ("é", "2"), ("abc", "3")]))
    assert text.splitlines()[2:] == ["株式会社  1", "é         2", "abc       3"]
    assert short("株式会社", 5) == "株式…"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-x", "@SUM(A1)", " =1", "\t=1", "\u00a0=1", "\n=1", "-2+3", "=", "-", "\t", "\r\n=x"]
)
def test_a_cell_is_never_a_formula(text: str) -> None:
    assert safe_cell(text).startswith("'")
    assert not to_csv(Table(("a",), [(text,)])).splitlines()[1].lstrip('"').startswith(tuple("=@"))


@pytest.mark.parametrize("text", ["-5", "-5.25", "-1e9", "0", "plain", "a=b", "", "5-3"])
def test_numbers_and_plain_text_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


@same_every_time
@given(st.lists(st.text(), min_size=1, max_size=4))
def test_csv_is_read_back_cell_by_cell(cells: list[str]) -> None:
    table = Table(tuple(f"h{n}" for n in range(len(cells))), [tuple(cells)])
    (_, row) = csv.reader(io.StringIO(to_csv(table), newline=""))
    assert len(row) == len(cells)
    assert row == [safe_cell(cell) for cell in cells]


@same_every_time
@given(st.text(), st.integers(0, 90))
def test_text_is_one_line_a_row_without_control_signs_whatever_the_text(text: str, width: int) -> None:
    shown = to_text(Table(("a", "b"), [(text, text)], text, (text,)), width)
    assert len(shown.splitlines()) == 7 if text else 3
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\r" not in shown


@same_every_time
@given(st.text(alphabet="ab|*_<>&`[]()#\\\n\r\t", max_size=12))
def test_markdown_signs_are_themselves(text: str) -> None:
    row = to_markdown(Table(("a",), [(text,)])).splitlines()[2]
    inside = row.removeprefix("| ").removesuffix(" |")
    plain = ""
    skip = False
    for at, char in enumerate(inside):
        if skip:
            skip = False
        elif char == "\\":
            assert inside[at + 1] in "\\`*_[]<>|#&"
            skip = True
        else:
            plain += char
    assert not set(plain) & set("`*_[]<>|#&")


def test_one_line() -> None:
    assert one_line("a\nb\tc\x1b[31m\u202ed\u2028e") == "a b c�[31m�d�e"
