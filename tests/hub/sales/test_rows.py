"""Rows come with their line numbers, and one broken line spoils no other."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from hub.sales.rows import Rows


def read(text: str, width: int = 2) -> tuple[list[tuple[int, list[str]]], list[tuple[int, str]]]:
    bad: list[tuple[int, str]] = []
    lines = io.StringIO(text, newline="")
    rows = list(Rows(lines, ",", width, lambda line, reason: bad.append((line, reason))))
    return rows, bad


def test_the_first_row_after_the_header_is_line_two() -> None:
    rows, bad = read("a,b\r\nc,d\r\n")
    assert rows == [(2, ["a", "b"]), (3, ["c", "d"])]
    assert bad == []


def test_a_quoted_line_break_counts_its_lines() -> None:
    rows, bad = read('a,"b\nb"\nc,d\n')
    assert rows == [(2, ["a", "b\nb"]), (4, ["c", "d"])]
    assert bad == []


def test_wrong_widths_are_refused_and_blank_lines_are_nothing() -> None:
    rows, bad = read("a\n\nc,d\ne,f,g\n")
    assert rows == [(4, ["c", "d"])]
    assert bad == [
        (2, "has 1 fields where the header has 2"),
        (5, "has 3 fields where the header has 2"),
    ]


def test_a_quote_that_is_never_closed_costs_its_own_line_only() -> None:
    text = 'a,b\nc,"d\n' + "e,f\n" * 50_000
    rows, bad = read(text)
    assert [line for line, _ in bad] == [3]
    assert len(rows) == 50_001
    assert rows[1] == (4, ["e", "f"])
    assert rows[-1] == (50_003, ["e", "f"])


def test_a_quote_closed_by_another_stray_quote_costs_these_two_lines_only() -> None:
    rows, bad = read('a,"b\nc,d\ne,f\n"g,h\ni,j\n')
    assert [line for line, _ in bad] == [2, 5]
    assert rows == [(3, ["c", "d"]), (4, ["e", "f"]), (6, ["i", "j"])]


@given(st.lists(st.tuples(st.text(), st.text()), max_size=20))
def test_what_the_csv_module_writes_is_read_again(rows: list[tuple[str, str]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(rows)
    found, bad = read(written.getvalue())
    assert [tuple(fields) for _, fields in found] == rows
    assert bad == []


@given(
    st.lists(
        st.sampled_from(["a,b", "a", 'a,"b', '"a,b', "", 'a"b,c', '"a","b"', '"']), max_size=12
    )
)
def test_every_line_is_a_row_part_of_one_refused_or_blank(lines: list[str]) -> None:
    rows, bad = read("".join(f"{line}\n" for line in lines))
    numbers = [line for line, _ in rows] + [line for line, _ in bad]
    assert len(set(numbers)) == len(numbers)
    untouched = {number for number, line in enumerate(lines, 2) if '"' not in line and line}
    quoted = [fields for _, fields in rows if any("\n" in field for field in fields)]
    if not quoted:
        assert untouched <= set(numbers)
