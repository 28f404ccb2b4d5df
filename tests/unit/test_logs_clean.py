"""Nothing that a terminal obeys gets through, and its colours stay with their letters."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style as RichStyle

from batchtui.logs import clean as cleaning
from batchtui.logs.clean import clean_message
from batchtui.logs.sgr import PLAIN
from batchtui.model.text import _HOSTILE, clean

SEQUENCES = (
    *("\x1b", "\x1b[", "\x1b]", "\x1b]0;", "\x1bP", "\x9b", "\x9d", "\x9c", "\x07", "\x1b\\", "\x1b[31m"),
    *("\x1b[38;5;200m", "\x1b[48;2;1;2;3m", "\x1b[0m", "\x1b[1;4m", "\x1b[K", "\x1b[2K", "\x1b[G", "\x1b[5G"),
    *(
        "\r",
        "\n",
        "\r\n",
        "\b",
        "\t",
        "日本",
        "e\u0301",
        "\u202e",
        "\u200b",
        "\ufeff",
        "\ud800",
        "100%",
        " ",
        "\x00",
    ),
)
HARD = st.lists(st.one_of(st.sampled_from(SEQUENCES), st.text(max_size=5)), max_size=20).map("".join)
ANY = st.one_of(
    HARD,
    st.text(st.characters(), max_size=60),
    st.binary(max_size=60).map(lambda data: data.decode("utf-8", "replace")),
    st.binary(max_size=60).map(lambda data: data.decode("utf-8", "surrogateescape")),
    st.binary(max_size=60).map(lambda data: data.decode("latin-1")),
)


@given(ANY)
def test_nothing_hostile_gets_through(message: str) -> None:
    text, colours = clean_message(message)
    assert not _HOSTILE.search(text)
    assert clean(text) == text
    assert clean_message(text) == (text, ())
    text.encode()
    end = 0
    for start, stop, style in colours:
        assert end <= start < stop <= len(text)
        assert style
        RichStyle.parse(style)
        end = stop


@given(ANY)
def test_no_letter_is_made_up(message: str) -> None:
    text, _ = clean_message(message)
    made = Counter(text) - Counter(message)
    assert set(made) <= {cleaning.LINE_BREAK, " ", "\ufffd"}


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), max_size=30), st.integers(0, 107))
def test_text_is_the_same_with_and_without_colours(text: str, code: int) -> None:
    coloured = "".join(f"\x1b[{code}m{letter}\x1b[0m" for letter in text)
    assert clean_message(coloured)[0] == text


@given(
    st.lists(
        st.sampled_from(["\x1b[31m", "\x1b[0m", "\x1b[1;38;5;9m", "\x1b[m", "a", "bc", "日", ""]), max_size=12
    )
)
def test_the_short_way_for_colours_tells_the_same(parts: list[str]) -> None:
    message = "".join(parts)
    expected = cleaning._line(message, PLAIN)[:2]
    assert cleaning._only_coloured(message) == expected


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("plain\r\n", "plain"),
        ("one\ntwo\r\nthree\n\n", "one↵two↵three"),
        ("10 %\r55 %\r100 % done\n", "100 % done"),
        ("100 % done\rshort", "short done"),
        ("long line\r\x1b[Kshort", "short"),
        ("long line\x1b[2K\rshort", "short"),
        ("long line\x1b[1Gshort", "shortline"),
        ("progress\r", "progress"),
        ("|\b/\b-\b\\", "\\"),
        ("N\bNA\bAM\bME\bE", "NAME"),
        ("a\tb\tc", "a       b       c"),
        ("日本\tx", "日本    x"),
        ("e\u0301\tx", "e\u0301       x"),
        ("日本\rx", "x 本"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;https://a.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;a title that never ends", "0;a title that never ends"),
        ("\x1bP1$r0m\x1b\\text\x1b_apc\x1b\\\x1b^pm\x9c\x98sos\x9c", "text"),
        ("\x9b31mred", "red"),
        ("\x1b[?25l\x1b[2J\x1b[3;4Hhere\x1b(B\x1b7\x1bc", "here"),
        ("cut off\x1b[38;5", "cut off"),
        ("a\x07b\x00c", "ab\ufffdc"),
        ("evil\u202etxt.exe", "evil\ufffdtxt.exe"),
        ("\ufeffbom", "bom"),
        ("\ud83d alone", "\ufffd alone"),
        ("no-break\xa0space", "no-break\xa0space"),
        ("", ""),
        ("\n", ""),
    ],
)
def test_what_stays(message: str, text: str) -> None:
    assert clean_message(message)[0] == text


@pytest.mark.parametrize(
    ("message", "colours"),
    [
        ("\x1b[31mred\x1b[0m", ((0, 3, "red"),)),
        ("a\x1b[1;32mb\x1b[mc", ((1, 2, "bold green"),)),
        ("\x1b[38;5;208mx\x1b[48;5;17my", ((0, 1, "color(208)"), (1, 2, "color(208) on color(17)"))),
        ("\x1b[38;2;255;136;0mx", ((0, 1, "#ff8800"),)),
        ("\x1b[38:2::255:136:0mx\x1b[38:5:9my", ((0, 1, "#ff8800"), (1, 2, "color(9)"))),
        ("\x1b[93;44mx", ((0, 1, "bright_yellow on blue"),)),
        ("\x1b[1m\x1b[22mx", ()),
        ("\x1b[8mhidden", ()),
        ("\x1b[30;40mhidden", ()),
        ("\x1b[38;5;999mx\x1b[38mx\x1b[;mx\x1b[9999999999mx\x1b[>4mx", ()),
        ("\x1b[32m一\x1b[0m二", ((0, 1, "green"),)),
        ("\x1b[31mred\nstill", ((0, 3, "red"), (4, 9, "red"))),
        ("\x1b[31mwrong\r\x1b[32mok", ((0, 2, "green"), (2, 5, "red"))),
    ],
)
def test_colours(message: str, colours: object) -> None:
    assert clean_message(message)[1] == colours


@pytest.mark.parametrize(
    "part",
    [
        "\x1b",
        "\x1b]",
        "\x1b[",
        "\x9d",
        "\x1bP",
        "\x1b[31m",
        "\x1b[2Kx",
        "a\r",
        "\r",
        "日\r",
        "\t",
        "a\b\x1b[K",
        "\x1b(",
        "\x1b[1;",
    ],
)
def test_each_character_is_read_a_bounded_number_of_times(part: str) -> None:
    """As many tokens as characters at most, and none looks further than the next control character.

    What was matched once is never given back: every repetition of the expression is possessive.
    """
    message = part * 200
    tokens = list(cleaning._TOKEN.finditer(message))
    assert sum(len(token[0]) for token in tokens) == len(message)
    expression = re.sub(r"\[[^\]]*\]", "", re.sub(r"\\.", "", cleaning._TOKEN.pattern))  # without escapes and sets
    assert not re.search(r"(?<![*+])[*+](?!\+)", expression)


@pytest.mark.slow
def test_a_quarter_of_a_megabyte_of_anything() -> None:
    for part in ("\x1b", "\x1b]", "\x9d", "\x1b[", "\x1b[2Kx", "a\r", "\r", "\x1b]a"):
        size = 262_144 // len(part)
        text, _ = clean_message(part * size)
        assert len(text) <= 262_144
    clean_message("a" * 130_000 + "\r\x1b[Kb" * 30_000)
    clean_message("a" * 130_000 + "\x1b[2Kb" * 30_000)
    assert len(clean_message("\x1b[31ma\x1b[0mb" * 20_000)[1]) == cleaning._MOST_SPANS
