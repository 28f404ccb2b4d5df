"""Screenshots that need nothing from elsewhere: as SVG, and as text."""

import asyncio
import io
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.segment import Segment, Segments
from textual.app import App

_FONT_FACE = re.compile(r"@font-face\s*\{.*?\}\s*", re.DOTALL)
_FONTS = '"Fira Code", "JetBrains Mono", Menlo, "DejaVu Sans Mono", monospace'
_ENDINGS = (".svg", ".txt")


def self_contained(svg: str) -> str:
    """Textual's SVG without the web fonts that it would load from a content delivery network."""
    return _FONT_FACE.sub("", svg).replace("Fira Code, monospace", _FONTS)


def refuses(name: str) -> str:
    """Why a file's name will not do; empty where it will."""
    return "" if name.lower().endswith(_ENDINGS) else "The name must end in .svg or .txt."


@dataclass(frozen=True, slots=True)
class Shown:
    """What was on the screen when the key was pressed, line by line."""

    lines: Sequence[Sequence[Segment]]
    width: int
    title: str

    async def parts(self, name: str) -> AsyncIterator[str]:
        """The text of a file, by the ending of its name; drawn in a thread, for a large screen takes its time."""
        yield self.as_text() if name.lower().endswith(".txt") else await asyncio.to_thread(self.as_svg)

    def as_text(self) -> str:
        """The characters alone, without blanks at the ends of the lines."""
        lines = ("".join(segment.text for segment in line if not segment.control).rstrip() for line in self.lines)
        return "".join(f"{line}\n" for line in lines)

    def as_svg(self) -> str:
        """A picture that loads nothing from anywhere."""
        console = Console(
            width=self.width,
            height=len(self.lines),
            file=io.StringIO(),
            force_terminal=True,
            color_system="truecolor",
            record=True,
            legacy_windows=False,
            safe_box=False,
        )
        # Segments take no ``end``: each line has its own, or all would be one, of which the picture shows a width.
        segments = (segment for line in self.lines for segment in (*line, Segment.line()))
        console.print(Segments(segments), no_wrap=True, overflow="ignore", crop=False)
        return self_contained(console.export_svg(title=self.title))


def taken(app: App[Any]) -> Shown:
    """What is on the screen now."""
    strips = app.screen._compositor.render_strips()
    return Shown([list(strip) for strip in strips], app.size.width, app.title)
