"""The window onto a log, against a plain list of all its rows."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.screen import Screen

from batchtui.logs.buffer import LogBuffer
from batchtui.logs.line import LogLine
from batchtui.ui.logs.rows import Look, rows_of
from batchtui.ui.widgets.log_view import LogView
from batchtui.ui.widgets.styled import COMPONENT_CLASSES

SIZE = (12, 6)


class _Screen(Screen[None]):
    COMPONENT_CLASSES = COMPONENT_CLASSES

    def __init__(self, view: LogView) -> None:
        super().__init__()
        self.view = view

    def compose(self) -> ComposeResult:
        yield self.view


class _App(App[None]):
    CSS = "LogView { height: 1fr; } " + " ".join(
        f".{name} {{ color: $foreground; }}" for name in COMPONENT_CLASSES
    )

    def __init__(self, view: LogView) -> None:
        super().__init__()
        self.view = view

    def get_default_screen(self) -> Screen[None]:
        return _Screen(self.view)


class Model:
    """What the window must be a part of: every row of every line that is shown."""

    def __init__(self, view: LogView) -> None:
        self.view = view

    @property
    def rows(self) -> list[tuple[int, int]]:
        view, buffer = self.view, self.view.buffer
        numbers = range(buffer.first, buffer.end) if view.only is None else view.only
        shown = [number for number in numbers if buffer.first <= number < buffer.end]
        width = view.size.width - 1
        return [
            (number, row) for number in shown for row in range(len(rows_of(buffer[number], (), width, view.look)))
        ]

    def check(self) -> None:
        window, rows, height = self.view.window(), self.rows, self.view.size.height
        assert len(window) == min(height, len(rows))
        if self.view.is_following:
            assert window == rows[-height:]
        elif window:
            place = rows.index(window[0])
            assert window == rows[place : place + height], "rows that follow each other"


LENGTHS = st.lists(st.integers(0, 60), min_size=1, max_size=8)
OPERATIONS = st.one_of(
    st.tuples(st.sampled_from(("append", "prepend", "between")), LENGTHS),
    st.tuples(st.sampled_from(("cursor", "page", "shift")), st.sampled_from((1, -1))),
    st.tuples(st.just("scroll"), st.integers(-9, 9)),
    st.tuples(st.just("go_to"), st.floats(0, 1)),
    st.tuples(st.just("only"), st.sampled_from((1, 2, 3))),
    st.tuples(st.sampled_from(("first", "last", "wrap", "mark", "next_mark")), st.none()),
    st.tuples(st.just("resize"), st.tuples(st.integers(3, 40), st.integers(1, 12))),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(OPERATIONS, max_size=25))
def test_the_window_is_always_a_part_of_the_log(operations: list) -> None:  # type: ignore[type-arg]
    asyncio.run(_play(operations))


async def _play(operations: list) -> None:  # type: ignore[type-arg]
    buffer = LogBuffer(max_lines=60)
    view = LogView(buffer, lambda line: ())
    model = Model(view)
    app = _App(view)
    newest, oldest = 1_000_000, 1_000_000
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        for name, argument in operations:
            if name == "append":
                buffer.append([LogLine(newest := newest + 10, "x" * length) for length in argument])
                view.changed()
            elif name == "prepend":
                buffer.prepend([LogLine(oldest := oldest - 10, "o" * length) for length in argument][::-1])
                view.changed()
            elif name == "between" and len(buffer) > 2:
                before = view.buffer[view.window()[0][0]] if view.window() and not view.is_following else None
                moment = buffer[buffer.end - 1].timestamp - 15
                lines = [LogLine(moment, "b" * length, source=1) for length in argument]
                if all(line.source == 0 for line in buffer):
                    buffer.append(lines)
                    view.changed()
                    if before is not None and any(line is before for line in buffer):
                        assert len(model.rows) <= view.size.height or buffer[view.window()[0][0]] is before
            elif name == "cursor":
                view.action_cursor(argument)
            elif name == "page":
                view.action_page(argument)
            elif name == "shift" and not view.look.wraps:
                view.action_shift(argument)
            elif name == "scroll":
                view.action_scroll(argument)
            elif name == "go_to" and len(buffer) and view.only is None:
                number = min(buffer.end - 1, buffer.first + int(argument * len(buffer)))
                view.go_to(number)
                assert number in [each for each, _ in view.window()]
            elif name == "only":
                view.only = None if argument == 1 else list(range(buffer.first, buffer.end, argument))
                view.changed()
            elif name == "first":
                view.action_first()
                assert view.window()[:1] == model.rows[:1]
            elif name == "last":
                view.action_last()
            elif name == "wrap":
                view.set_look(Look(wraps=not view.look.wraps))
            elif name == "mark":
                view.action_mark()
            elif name == "next_mark" and view.only is None and view.marked_numbers():
                view.action_next_mark(1)
                assert id(buffer[view.cursor]) in view.marked
            elif name == "resize":
                await pilot.resize_terminal(*argument)
            model.check()


async def test_every_row_can_be_reached_with_the_cursor_and_the_last_step_follows() -> None:
    buffer = LogBuffer()
    buffer.append([LogLine(number, f"{number:02d}" + "x" * (number * 7 % 90)) for number in range(30)])
    view = LogView(buffer, lambda line: ())
    model = Model(view)
    app = _App(view)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        view.action_first()
        seen = set(view.window())
        for _ in range(200):
            if view.is_following:
                break
            view.action_cursor(1)
            seen |= set(view.window())
        assert seen == set(model.rows)
        assert view.is_following
        for _ in range(200):
            view.action_cursor(-1)
        assert view.cursor == 0
        assert view.window()[0] == (0, 0)


async def test_lines_that_come_do_not_move_what_one_reads() -> None:
    buffer = LogBuffer()
    buffer.append([LogLine(number, str(number)) for number in range(50)])
    view = LogView(buffer, lambda line: ())
    app = _App(view)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        view.action_page(-2)
        before = view.window()
        buffer.append([LogLine(100 + number, "new") for number in range(20)])
        buffer.prepend([LogLine(-20 + number, "old") for number in range(20)])
        view.changed()
        assert view.window() == before
        view.action_last()
        assert view.window()[-1] == (69, 0)


async def test_lines_dropped_from_a_full_buffer_do_not_hurt_who_reads_them() -> None:
    buffer = LogBuffer(max_lines=20)
    buffer.append([LogLine(number, str(number)) for number in range(20)])
    view = LogView(buffer, lambda line: ())
    app = _App(view)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        view.action_first()
        view.action_mark()
        buffer.append([LogLine(100 + number, "new") for number in range(10)])
        view.changed()
        assert view.window()[0] == (10, 0)
        assert view.marked_numbers() == []
