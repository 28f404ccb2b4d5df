"""Of a frame only what differs is sent: a terminal that gets this shows what one shows that gets everything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.control import Control
from rich.style import Style

from batchtui.ui.standing import Standing
from tests.screen_model import ScreenModel, width_of

WIDTH, HEIGHT = 12, 3
STYLES = [
    Style(),
    Style(color="red"),
    Style(color="red", bgcolor="#102030"),
    Style(color="#ff8800", bgcolor="color(17)", bold=True),
    Style(bgcolor="#102030"),
    Style(bgcolor="#102030", underline=True),
    Style(color="bright_green", dim=True, italic=True),
    Style(color="color(200)", bgcolor="bright_blue", reverse=True),
    Style(strike=True),
]
SYSTEMS = [ColorSystem.STANDARD, ColorSystem.EIGHT_BIT, ColorSystem.TRUECOLOR]
PLAIN = "ab 1─│● é"
ANY = PLAIN + "世🙂e\u0301✕"
"""No joiner: clean text has none."""


def drawn(x: int, y: int, text: str, style: Style, system: ColorSystem) -> str:
    """A piece of a frame as Textual writes it; what is beyond the edge it never draws."""
    kept = ""
    room = WIDTH - x
    for character in text:
        room -= width_of(character)
        if room < 0:
            break
        kept += character
    return Control.move_to(x, y).segment.text + style.render(kept, color_system=system)


def frames(characters: str) -> st.SearchStrategy[list[str]]:
    places = (st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1))
    pieces = st.tuples(*places, st.text(characters, min_size=1, max_size=WIDTH), st.sampled_from(STYLES))
    end = st.tuples(st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1))

    def frame(system: ColorSystem) -> st.SearchStrategy[str]:
        return st.builds(
            lambda parts, at: (
                "\n".join(drawn(x, y, text, style, system) for x, y, text, style in parts)
                + Control.move_to(*at).segment.text
            ),
            st.lists(pieces, max_size=6),
            end,
        )

    return st.sampled_from(SYSTEMS).flatmap(lambda system: st.lists(frame(system), min_size=1, max_size=6))


def shown(model: ScreenModel) -> dict[tuple[int, int], object]:
    return {place: cell for place, cell in model.cells.items() if place[0] < WIDTH}


@given(frames(PLAIN))
def test_what_is_sent_shows_what_was_written(written: list[str]) -> None:
    standing, all_of_it, difference = Standing(), ScreenModel(WIDTH, HEIGHT), ScreenModel(WIDTH, HEIGHT)
    for frame in written:
        all_of_it.feed(frame)
        difference.feed(standing.difference(frame))
        assert shown(difference) == shown(all_of_it)
        assert difference.cursor == all_of_it.cursor


@given(frames(ANY))
def test_so_it_does_with_characters_of_two_cells_and_of_none(written: list[str]) -> None:
    standing, all_of_it, difference = Standing(), ScreenModel(WIDTH, HEIGHT), ScreenModel(WIDTH, HEIGHT)
    for frame in written:
        all_of_it.feed(frame)
        difference.feed(standing.difference(frame))
        assert shown(difference) == shown(all_of_it)


@given(frames(ANY))
def test_nothing_stays_wrong_where_the_terminal_has_another_opinion_of_widths(written: list[str]) -> None:
    standing = Standing()
    model = ScreenModel(WIDTH, HEIGHT, width_of=lambda character: 0 if character == "\u0301" else 1)
    for frame in written:
        model.feed(standing.difference(frame))
    last = "".join(drawn(0, y, f"{y} plain".ljust(WIDTH), STYLES[2], SYSTEMS[2]) for y in range(HEIGHT))
    model.feed(standing.difference(last))
    expected = ScreenModel(WIDTH, HEIGHT)
    expected.feed(last)
    assert shown(model) == shown(expected)


@given(st.text(PLAIN + "世🙂✕❤👍é\u0301\ufe0f🏽🇩🇪", max_size=WIDTH), st.booleans(), st.data())
def test_what_follows_stands_in_its_column_whatever_the_terminal_thinks_of_widths(
    text: str, has_link: bool, data: st.DataObject
) -> None:
    unsure = sorted(set(text) & set("🙂✕❤👍🏽🇩🇪"))
    opinions = {each: data.draw(st.integers(int(each != "🏽"), 2), label=each) for each in unsure}
    place = cell_len(text)
    model = ScreenModel(4 * WIDTH, HEIGHT, width_of=lambda character: opinions.get(character, width_of(character)))
    model.feed("".join(f"\x1b[1;{x}H*" for x in range(1, 4 * WIDTH)))
    link = "\x1b]8;;https://a.example\x1b\\link\x1b]8;;\x1b\\" if has_link else ""  # what has one is sent whole
    model.feed(Standing().difference(drawn_whole(f"{text}|") + link + "\x1b[1;1H"))
    shown_there = model.text.splitlines()[0]
    assert model.cells[place, 0][0] == "|"
    assert "*" not in shown_there.partition("|")[0], "nothing of what stood there before"


def drawn_whole(text: str) -> str:
    return Control.move_to(0, 0).segment.text + STYLES[1].render(text, color_system=SYSTEMS[0])


@given(frames(ANY))
def test_the_same_frame_again_is_nothing(written: list[str]) -> None:
    plain = [frame for frame in written if all(character not in frame for character in set(ANY) - set(PLAIN))]
    standing = Standing()
    for frame in plain:
        standing.difference(frame)
        assert standing.difference(frame) == "" or overlaps(frame)


def overlaps(frame: str) -> bool:
    """Whether a frame writes over itself: Textual's never do."""
    model = ScreenModel(WIDTH, HEIGHT)
    pieces = frame.split("\n")
    seen: set[tuple[int, int]] = set()
    for piece in pieces:
        model.touched = set()
        model.feed(piece)
        if seen & model.touched:
            return True
        seen |= model.touched
    return False


def test_one_digit_is_one_word() -> None:
    standing = Standing()
    line = "\x1b[1;1H\x1b[38;5;9;48;5;17m│ {} calls/min\x1b[0m\x1b[1;1H"
    standing.difference(line.format(12))
    assert standing.difference(line.format(13)) == "\x1b[3G\x1b[38;5;9;48;5;17m13\x1b[m\x1b[1G"


def test_a_colour_is_sent_without_what_stays() -> None:
    frame = "\x1b[1;1H\x1b[31;48;5;17mon\x1b[0m\x1b[1;32;48;5;17mair\x1b[0m\x1b[1;1H"
    assert Standing().difference(frame) == "\x1b[1;1H\x1b[31;48;5;17mon\x1b[1;32mair\x1b[m\x1b[1G"


@pytest.mark.parametrize(
    "written",
    [
        "\x1b[?1049h",
        "\x1b[2J",
        "\x1b[1;1Hab\x07",
        "\x1b[1;1Hab\x1b[K",
        "plain",
        "\x1b[31mred without a place",
        "\x1b[1;1H\x1b[1m\x1b[31mone upon the other\x1b[0m",
        "\x1b[1;1H\x1b]8;;https://example.org\x1b\\a link\x1b]8;;\x1b\\",
    ],
)
def test_what_is_not_understood_is_sent_as_it_is_and_nothing_is_known_then(written: str) -> None:
    standing = Standing()
    frame = "\x1b[2;1Hsome words\x1b[1;1H"
    whole = standing.difference(frame)
    assert standing.difference(frame) == ""
    assert standing.difference(written) == written
    assert standing.difference(frame) == whole


@pytest.mark.parametrize(
    "written", ["\x1b]0;title\x07", "\x1b]52;c;YQ==\x07", "\x1b[?25l", "\x1b[?1000h\x1b[?2026l"]
)
def test_titles_the_clipboard_and_the_mouse_change_no_cell(written: str) -> None:
    standing = Standing()
    frame = "\x1b[2;1Hsome words\x1b[1;1H"
    standing.difference(frame)
    assert standing.difference(written) == written
    assert standing.difference(frame) == ""


def test_what_was_forgotten_is_sent_whole() -> None:
    standing = Standing()
    frame = "\x1b[2;1Hsome words\x1b[1;1H"
    whole = standing.difference(frame)
    standing.forget()
    assert standing.difference(frame) == whole
