"""The themes as they are drawn: bright enough, apart for who sees fewer colours, on no ground of their own."""

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from pathlib import Path
from typing import Any, ClassVar

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input, Select

import batchtui.ui
from batchtui.ui import themes
from batchtui.ui.widgets.key_line import KeyLine
from batchtui.ui.widgets.styled import COMPONENT_CLASSES, STYLES, Styled

Rgb = tuple[int, int, int]
LinearRgb = Sequence[float]
OVER = ("", "cursor", "cursor-idle")
AA, AAA = 4.5, 7.0
STATUSES = ("failed", "running", "runnable", "starting", "succeeded", "pending")
"""``submitted`` looks as ``pending`` does: its word tells it apart."""
APART = 20.0
"""Of the distance in CIE Lab (1976): 2.3 can just be seen side by side."""
SEEN = {
    "everything": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.01182, 0.04294, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.3039),
    ),
}
"""What of linear red, green and blue is seen (Machado, Oliveira and Fernandes 2009, in full)."""


class Looked(Styled):
    """Draws nothing: its styles are what is looked at."""

    DEFAULT_CSS = "Looked { height: 1; }"


class Ground(Screen[None]):
    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENT_CLASSES

    def compose(self) -> ComposeResult:
        yield Looked()
        yield KeyLine(())
        with Vertical(id="dialog"):
            yield Input("chosen, as it has the focus")
            yield Input(placeholder="what may be typed")
            yield Select((), prompt="nothing is chosen", compact=True)


class Looks(App[None]):
    """The styles of the app, without an account."""

    CSS_PATH = Path(batchtui.ui.__file__).parent / "app.tcss"

    def __init__(self, theme: str) -> None:
        super().__init__()
        self.wanted = theme
        themes.begin_with(self, theme)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return themes.VARIABLES

    def get_default_screen(self) -> Ground:
        return Ground()

    def on_mount(self) -> None:
        assert themes.go_on_with(self, self.wanted) is None


def styles_of(app: App[Any]) -> Iterator[tuple[str, Style]]:
    """Every style on every ground, with its name."""
    for widget, over, name in product((app.screen.query_one(Looked), app.screen.query_one(KeyLine)), OVER, STYLES):
        if not name.startswith("cursor"):
            yield f"{name} over {over or 'nothing'} in {type(widget).__name__}", widget.named_style(name, over)


def segments_of(app: App[Any]) -> list[Segment]:
    """Everything that is drawn."""
    return [segment for strip in app.screen._compositor.render_strips() for segment in strip if segment.style]


def linear(channel: int) -> float:
    part = channel / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def luminance(colour: Rgb) -> float:
    red, green, blue = map(linear, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """As WCAG 2 has it."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def lab(colour: LinearRgb) -> tuple[float, float, float]:
    red, green, blue = (min(1.0, max(0.0, part)) for part in colour)

    def bend(part: float) -> float:
        return float(part ** (1 / 3)) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116

    x = bend((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047)
    y = bend(0.2126729 * red + 0.7151522 * green + 0.0721750 * blue)
    z = bend((0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def seen(colour: Rgb, matrix: Sequence[LinearRgb]) -> LinearRgb:
    parts = [linear(channel) for channel in colour]
    return [sum(share * part for share, part in zip(row, parts, strict=True)) for row in matrix]


def distance(one: LinearRgb, other: LinearRgb) -> float:
    return float(sum((a - b) ** 2 for a, b in zip(lab(one), lab(other), strict=True)) ** 0.5)


def rgb(style: Style) -> tuple[Rgb, Rgb]:
    """Colour and ground as they are drawn."""
    assert style.color is not None
    assert style.bgcolor is not None
    colours = style.color.get_truecolor(), style.bgcolor.get_truecolor()
    front, back = ((each.red, each.green, each.blue) for each in colours)
    return (back, front) if style.reverse else (front, back)


@pytest.mark.parametrize(
    ("theme", "least"), [("dark", AA), ("light", AA), ("colour-blind", AA), ("high-contrast", AAA)]
)
async def test_every_text_stands_out_from_its_ground(theme: str, least: float) -> None:
    app = Looks(theme)
    async with app.run_test():
        assert app.theme == f"batchtui-{theme}"
        found = {name: round(contrast(*rgb(style)), 2) for name, style in styles_of(app)}
        assert {name: ratio for name, ratio in found.items() if ratio < least} == {}
        drawn = [segment for segment in segments_of(app) if any(map(str.isalpha, segment.text))]
        assert {"chosen", "typed", "nothing"} <= set(" ".join(each.text for each in drawn).split())
        faint = {each.text: contrast(*rgb(each.style)) for each in drawn if each.style}
        assert {text: ratio for text, ratio in faint.items() if ratio < least} == {}
        assert len(found) == 2 * len(OVER) * (len(STYLES) - 2)


async def test_statuses_stay_apart_for_who_sees_fewer_colours() -> None:
    app = Looks("batchtui-colour-blind")
    async with app.run_test():
        looked = app.screen.query_one(Looked)
        colours = {status: rgb(looked.named_style(status, "")) for status in STATUSES}
        assert {
            status: round(contrast(*each), 2) for status, each in colours.items() if contrast(*each) < 4.5
        } == {}
        for name, matrix in SEEN.items():
            as_seen = {status: seen(front, matrix) for status, (front, _) in colours.items()}
            near = {
                (one, other): round(distance(as_seen[one], as_seen[other]), 1)
                for one, other in combinations(STATUSES, 2)
                if distance(as_seen[one], as_seen[other]) < APART
            }
            assert near == {}, name


def test_the_measure_knows_who_cannot_see_what() -> None:
    """Red and green of a traffic light are one to who lacks either, and far apart to all others."""
    red, green = (190, 80, 0), (120, 125, 0)
    far = distance(seen(red, SEEN["everything"]), seen(green, SEEN["everything"]))
    near = distance(seen(red, SEEN["deuteranopia"]), seen(green, SEEN["deuteranopia"]))
    assert near < far / 3


async def test_the_terminals_own_colours_are_drawn_on_its_own_ground() -> None:
    app = Looks("ansi")
    async with app.run_test():
        for name, style in styles_of(app):
            assert style.bgcolor is not None, name
            assert style.bgcolor.is_default, name
            assert style.color is not None, name
            assert style.color.is_default or style.color.is_system_defined, name
        assert isinstance(app.focused, Input)
        for segment in segments_of(app):
            assert segment.style is not None
            is_cursor = segment.style.reverse and not segment.text.strip()
            assert is_cursor or segment.style.bgcolor is None or segment.style.bgcolor.is_default, segment
        cursor, idle = (app.screen.query_one(Looked).named_style("", over) for over in ("cursor", "cursor-idle"))
        assert (cursor.reverse, idle.underline) == (True, True)


async def test_themes_are_gone_through_and_named_wrongly() -> None:
    app = Looks("dark")
    async with app.run_test():
        names = [themes.next_theme(app) for _ in themes.THEMES]
        assert names == [*(theme.name for theme in themes.THEMES[1:]), themes.DEFAULT]
        why_not = themes.go_on_with(app, "hihg-contrast")
        assert why_not is not None
        assert "is 'batchtui-high-contrast' meant?" in why_not
        assert app.theme == themes.DEFAULT


@pytest.mark.parametrize("name", ["nord", "textual-ansi", None])
async def test_themes_of_textual_work_too(name: str | None) -> None:
    app = Looks(name or themes.DEFAULT) if name != "textual-ansi" else Looks("ansi-dark")
    async with app.run_test():
        assert app.theme == app.wanted
