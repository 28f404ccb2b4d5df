"""Search against looking at every line, while the buffer grows, merges and drops."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.logs.buffer import LogBuffer
from batchtui.logs.line import LogLine
from batchtui.logs.search import Pattern, Search, SearchError

STEPS = st.lists(
    st.tuples(st.sampled_from(["append", "prepend", "other", "advance"]), st.text("ab", min_size=1, max_size=6)),
    max_size=20,
)


@given(steps=STEPS, most=st.integers(3, 40))
def test_it_finds_what_is_there(steps: list[tuple[str, str]], most: int) -> None:
    buffer = LogBuffer(max_lines=most)
    search = Search(buffer, Pattern("a"))
    newest, oldest = 1000, 1000
    for step, text in steps:
        if step == "append":
            newest += 10
            buffer.append([LogLine(newest, each) for each in text])
        elif step == "prepend" and len(buffer):
            oldest -= 10
            buffer.prepend([LogLine(oldest, each) for each in text])
        elif step == "other":
            buffer.append([LogLine(newest - 5, each, 1) for each in text])
        else:
            search.advance(max_lines=2, seconds=60)
    while not search.advance(max_lines=3, seconds=60):
        assert 0 <= search.progress <= 1
    numbers = range(buffer.first, buffer.end)
    assert search.found == [number for number in numbers if "a" in buffer[number].text]


def test_next_and_previous_go_round() -> None:
    buffer = LogBuffer()
    buffer.append([LogLine(at, "yes" if at % 3 == 0 else "no") for at in range(10)])
    search = Search(buffer, Pattern("yes"))
    assert search.after(0) is None
    assert search.before(0) is None
    assert search.advance()
    assert search.found == [0, 3, 6, 9]
    assert (search.after(3), search.after(4), search.after(9), search.after(-5)) == (6, 6, 0, 0)
    assert (search.before(3), search.before(4), search.before(0), search.before(99)) == (0, 3, 9, 9)


def test_a_slice_is_short_however_many_lines() -> None:
    buffer = LogBuffer()
    buffer.append([LogLine(at, "line") for at in range(5000)])
    search = Search(buffer, Pattern("line"))
    assert not search.advance(max_lines=1000, seconds=60)
    assert len(search.found) == 1000
    assert search.found[-1] == 4999, "the newest first"
    assert not search.advance(seconds=0)
    while not search.advance():
        pass
    assert len(search.found) == 5000


@pytest.mark.parametrize(
    ("pattern", "text", "spans"),
    [
        ("error", "An Error and an error", [(3, 8), (16, 21)]),
        ("Error", "An Error and an error", [(3, 8)]),
        ("/e(r+)or/", "Error eror", [(0, 5), (6, 10)]),
        ("/E/", "Ee", [(0, 1)]),
        ("/x*/", "axx", [(1, 3)]),
        ("/", "a/b", [(1, 2)]),
        ("s", "Straße", [(0, 1)]),
        ("i", "İi", []),
    ],
)
def test_spans(pattern: str, text: str, spans: list[tuple[int, int]]) -> None:
    found = Pattern(pattern)
    assert found.spans(text) == spans
    assert found.matches(text)


@given(st.text(max_size=4), st.text(max_size=20))
def test_spans_lie_in_the_text(pattern: str, text: str) -> None:
    try:
        spans = Pattern(pattern).spans(text)
    except SearchError:
        return
    assert all(0 <= start < end <= len(text) for start, end in spans)


@pytest.mark.parametrize("pattern", ["/(/", "/[/", "/" + "a" * 600 + "/", "/(a{9999}){9999}{9999}/"])
def test_what_cannot_be_searched_says_so(pattern: str) -> None:
    with pytest.raises(SearchError):
        Pattern(pattern)


def test_an_expression_that_would_hang_is_given_up() -> None:
    buffer = LogBuffer()
    buffer.append([LogLine(0, "a" * 5000 + "!")])
    search = Search(buffer, Pattern(r"/(a|aa)+$/"))
    assert search.advance()
    assert search.error == "the regular expression takes too long: it tries too many ways"
