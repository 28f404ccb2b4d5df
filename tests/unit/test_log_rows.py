"""From a line of a log to rows on the screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from batchtui.format import Cell
from batchtui.logs.clean import clean_message
from batchtui.logs.line import LogLine
from batchtui.ui.logs.rows import MOST_CHARACTERS, RAW, Look, rows_of
from tests.api_shapes import TEXTS

PREFIX = (("11-21 02:01:52.645 ", "muted"), ("main ", "accent"))
MESSAGES = st.one_of(
    TEXTS,
    st.lists(TEXTS, max_size=20).map("".join),
    st.sampled_from(
        (
            "\x1b[31mERROR\x1b[0m no \x1b[1;32mluck\x1b[m",
            '{"level": "ERROR", "message": "bad", "nested": {"a": [1, 2]}}',
            "染色体" * 30,
            "10%\r20%\r30%",
        )
    ),
)


def line_of(message: str) -> LogLine:
    text, colours = clean_message(message)
    return LogLine(1, text, 0, colours)


def text_of(rows: list[Cell]) -> str:
    return "".join(text for row in rows for text, _ in row)


def width_of(row: Cell) -> int:
    return sum(cell_len(text) for text, _ in row)


@given(MESSAGES, st.integers(2, 60), st.booleans())
def test_wrapped_rows_hold_the_whole_line_and_none_is_too_wide(
    message: str, width: int, has_colours: bool
) -> None:
    line = line_of(message)
    rows = rows_of(line, (), width, Look(has_colours=has_colours))
    assert text_of(rows) == line.text
    assert all(width_of(row) <= width for row in rows)
    assert len(rows) >= 1


@given(
    MESSAGES,
    st.integers(2, 200),
    st.booleans(),
    st.sampled_from(("", "one line", "indented")),
    st.integers(0, 80),
    st.booleans(),
)
def test_no_row_is_too_wide_or_holds_a_control_whatever_the_look(
    message: str, width: int, wraps: bool, json: str, shift: int, has_prefix: bool
) -> None:
    look = Look(wraps=wraps, json=json, shift=0 if wraps else shift, has_colours=True)
    for row in rows_of(line_of(message), PREFIX if has_prefix else (), width, look):
        assert width_of(row) <= width
        assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for text, _ in row for c in text)


@given(st.text("ab", min_size=1, max_size=60), st.integers(2, 20))
def test_lines_that_are_cut_can_be_read_along(text: str, width: int) -> None:
    seen = ""
    while len(seen) < len(text):
        row = text_of(rows_of(LogLine(1, text), (), width, Look(wraps=False, shift=len(seen))))
        assert row.endswith("›") == (len(text) - len(seen) > width)
        seen += row.removesuffix("›")
    assert seen == text


def test_what_goes_on_below_stands_beside_time_and_source() -> None:
    rows = rows_of(LogLine(1, "x" * 36), PREFIX, 50, Look())
    assert [text_of([row]) for row in rows] == [
        "11-21 02:01:52.645 main " + "x" * 26,
        " " * 24 + "x" * 10,
    ]
    assert text_of(rows_of(LogLine(1, "x" * 30), PREFIX, 40, Look())[:1]) == "x" * 30, "no room for a prefix"


def test_colours_are_the_levels_or_the_logs_own() -> None:
    line = line_of("ERROR \x1b[32mfine\x1b[0m")
    assert rows_of(line, (), 80, Look()) == [((("ERROR fine"), "failed"),)]
    assert rows_of(line, (), 80, Look(has_colours=True)) == [(("ERROR ", ""), ("fine", f"{RAW}green"))]


def test_what_a_search_found_is_seen_above_all_colours() -> None:
    line = line_of("a \x1b[32mgreen\x1b[0m b")
    rows = rows_of(line, (), 80, Look(has_colours=True), found=((2, 4), (8, 9)))
    assert rows == [(("a ", ""), ("gr", "found"), ("een", f"{RAW}green"), (" ", ""), ("b", "found"))]


def test_a_line_of_a_quarter_of_a_megabyte_says_how_much_of_it_is_not_shown() -> None:
    rows = rows_of(LogLine(1, "x" * 262_144), (), 80, Look())
    assert len(rows) == MOST_CHARACTERS // 80 + 1
    assert "246,144 more characters" in text_of(rows[-2:])


@pytest.mark.parametrize(
    ("json", "rows"),
    [
        ("", ['{"level": "INFO", "message": "ok", "n": 1}']),
        ("one line", ["INFO ok n=1"]),
        ("indented", ["{", '  "level": "INFO",', '  "message": "ok",', '  "n": 1', "}"]),
    ],
)
def test_lines_of_json(json: str, rows: list[str]) -> None:
    line = LogLine(1, '{"level": "INFO", "message": "ok", "n": 1}')
    assert [text_of([row]) for row in rows_of(line, (), 80, Look(json=json))] == rows
