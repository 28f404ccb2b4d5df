"""A screen to read on, above the main one: help, errors, JSON."""

from collections.abc import Callable, Sequence
from time import localtime, strftime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from batchtui.format import Cell, plain
from batchtui.sync.sources import SessionError
from batchtui.ui.keys import TEXT_KEYS, Key, bindings
from batchtui.ui.screens.reading import ReadingScreen


class TextScreen(ReadingScreen):
    """A title and lines; esc goes back.

    Args:
        title: Stands in the frame.
        lines: The text.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(TEXT_KEYS)

    def __init__(self, title: str, lines: Callable[[], Sequence[Cell]]) -> None:
        super().__init__()
        self._text_title = title
        self._lines = lines

    def compose(self) -> ComposeResult:
        with Vertical(id="reading") as frame:
            frame.border_title = self._text_title
            frame.border_subtitle = "/ search · esc back"
            yield self.text

    def on_mount(self) -> None:
        self.text.show(self._lines())
        self.text.focus()


def help_lines(groups: Sequence[tuple[str, Sequence[Key]]]) -> list[Cell]:
    """These keys, from the lists that also make the bindings."""
    lines: list[Cell] = []
    for title, keys in groups:
        lines += [plain(title, "strong")]
        lines += [((f"  {key.display:<16}", "key"), (key.help, "")) for key in keys]
        lines += [plain("")]
    lines += [plain("Filters", "strong")]
    width = max(len(example) for example, _ in _FILTERS) + 2
    lines += [((f"  {example:<{width}}", "key"), (meaning, "")) for example, meaning in _FILTERS]
    lines += [plain("")]
    lines += [plain("Every option: batchtui --help; the configuration file: batchtui config", "muted")]
    return lines


def error_lines(errors: Sequence[SessionError]) -> list[Cell]:
    """The errors of the session, the latest first."""
    if not errors:
        return [plain("No errors so far.", "muted")]
    lines: list[Cell] = []
    for seen in errors:
        error = seen.error
        times = f"{seen.count}× since {_clock(seen.first_at)}" if seen.count > 1 else "once"
        lines += [
            ((f"{_clock(seen.last_at)}  ", "muted"), (f"{seen.source}  ", "strong"), (error.code, "failed")),
            plain(f"          {error.detail}."),
            plain(f"          {error.what_to_do}"),
            plain(f"          {times} · {_request(error.request_id)}", "muted"),
            plain(""),
        ]
    return lines


def _request(request_id: str | None) -> str:
    return f"request {request_id}" if request_id else "no request id was told"


def _clock(moment: float) -> str:
    return strftime("%H:%M:%S", localtime(moment))


_FILTERS = (
    ("align s-01", "both words, anywhere in the row"),
    ('"Host EC2"', "as it stands"),
    ("status:failed  name:*align", "a field; * stands for anything"),
    ("queue:high,low  status:active", "any of several; all that have not ended"),
    ("exit:1,137  age>2h30m  ran<10m", "numbers and lengths of time: s, m, h, d, w"),
    ("age:2h", "what the list shows as 2h"),
    ("id: definition: reason: share:", "more fields of jobs, and tag: where the tags are known"),
    ("vcpus>=8  waited>1h", "and more numbers"),
    ("/s-0[1-4]/", "a regular expression"),
    ("!status:succeeded", "not"),
    ("@slow  !@slow", "what config.toml calls so: docs/configuration.md"),
)
