"""Lines to read, wrapped: nothing is lost, nothing is wider than the screen, and words stay whole."""

from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from batchtui.format import Cell, plain, text_of
from batchtui.ui.details.lines import Relation, field, label, pair_lines, relation_lines
from batchtui.ui.widgets.line_view import hang, wrap

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=("Cc", "Cs"))),
    st.text(st.sampled_from(" ab"), max_size=60),
    st.lists(st.sampled_from((" ", "  ", "word", "a-longer-word", "❤\ufe0f", "名前", "🧬")), max_size=30).map(
        "".join
    ),
)
CELLS = st.lists(st.tuples(TEXTS, st.sampled_from(("", "label", "key", "muted")))).map(tuple)


def held(line: Cell, width: int) -> list[str]:
    """What the parts hold beside the margin."""
    margin = hang(line, width)
    texts = [text_of(part) for part in wrap(line, width)]
    assert all(text.startswith(" " * margin) for text in texts[1:])
    return [text[margin if number else 0 :] for number, text in enumerate(texts)]


@given(CELLS, st.integers(2, 40))
@example((("❤\ufe0f" * 9, ""),), 5)
@example(((" " * 30, ""), ("a", "")), 8)
def test_wrapping_loses_nothing(cell: Cell, width: int) -> None:
    assert "".join(held(cell, width)) == text_of(cell)
    styles = [(character, style) for part in wrap(cell, width) for text, style in part for character in text]
    assert [each for each in styles if each[0] != " "] == [
        (character, style) for text, style in cell for character in text if character != " "
    ]


@given(CELLS, st.integers(2, 40))
def test_only_spaces_stand_beyond_the_width(cell: Cell, width: int) -> None:
    for part in wrap(cell, width):
        assert cell_len(text_of(part).rstrip(" ")) <= width


@given(CELLS, st.integers(2, 40))
def test_a_word_that_fits_a_line_is_not_broken(cell: Cell, width: int) -> None:
    room = width - hang(cell, width)
    whole = [word for word in text_of(cell).split(" ") if sum(2 if ord(c) > 127 else 1 for c in word) <= room]
    parts = [word for text in held(cell, width) for word in text.split(" ")]
    for word in whole:
        assert word in parts


@given(CELLS, st.integers(2, 40))
def test_no_part_but_the_first_begins_with_a_space_or_is_empty(cell: Cell, width: int) -> None:
    _, *others = held(cell, width)
    assert all(text[:1] not in ("", " ") for text in others)


def test_sentences_hang_beside_their_label_and_break_between_words() -> None:
    (line,) = field("Status reason", "Host EC2 (instance i-0abc) terminated.")
    assert [text_of(part) for part in wrap(line, 44)] == [
        "Status reason         Host EC2 (instance ",
        "                      i-0abc) terminated.",
    ]


def test_what_is_longer_than_a_line_begins_where_it_stands_and_breaks_inside() -> None:
    line = (label("Image"), ("registry/" + "x" * 40, ""))
    assert [text_of(part) for part in wrap(line, 44)] == [
        "Image                 registry/xxxxxxxxxxxxx",
        "                      " + "x" * 22,
        "                      " + "x" * 5,
    ]


def test_keys_hang_as_labels_do_and_indented_lines_below_their_indentation() -> None:
    help_line = (("  enter d       ", "key"), ("The details of what is here", ""))
    assert [text_of(part) for part in wrap(help_line, 36)] == [
        "  enter d       The details of what ",
        " " * 16 + "is here",
    ]
    assert [text_of(part) for part in wrap(plain("    one two three"), 12)] == ["    one two ", "    three"]


def test_a_label_that_is_too_long_stands_above_its_value() -> None:
    assert [text_of(line) for line in field("A label of more than the column", "value")] == [
        "A label of more than the column",
        " " * 22 + "value",
    ]


def test_a_column_of_names_is_as_wide_as_they_need_within_reason() -> None:
    pairs = [("fargatePlatformConfiguration", "{}"), ("a", "b"), ("n" * 60, "c")]
    assert [text_of(line) for line in pair_lines(pairs)] == [
        "fargatePlatformConfiguration {}",
        "a" + " " * 28 + "b",
        "n" * 60,
        " " * 29 + "c",
    ]


def test_places_to_go_stand_in_one_column() -> None:
    relations = [Relation("queue", "high", "queue, priority 1000", "ENABLED"), Relation("queue", "low", "queue")]
    title, *lines, empty = relation_lines(relations, total=12)
    assert (text_of(title), text_of(empty)) == ("Go to", "")
    assert [text_of(line) for line in lines] == [
        " 1 queue, priority 1000 high  ENABLED",
        " 2 queue                low",
        " f … and 10 more: f lists them all",
    ]
