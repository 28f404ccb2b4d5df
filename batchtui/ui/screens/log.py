"""The log of a job, or of several: live, searchable, saved and copied."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.signal import Signal
from textual.widget import Widget
from textual.worker import Worker

from batchtui.format import Cell
from batchtui.logs.line import LogLine
from batchtui.logs.session import LogSession
from batchtui.logs.status import SourceState
from batchtui.logs.timestamps import TimestampForm
from batchtui.model.console import log_page
from batchtui.settings import DEFAULT_LOG, LogChoice
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.keys import LOG_FOOTER, LOG_KEYS, bindings
from batchtui.ui.logs.lines import LogHeading, LogStateLine, SourceLine
from batchtui.ui.logs.prefix import label_of, time_of
from batchtui.ui.logs.searching import LogSearch
from batchtui.ui.logs.words import nothing_words, place_words
from batchtui.ui.logs.work import LogWork
from batchtui.ui.messages import ConsoleWanted, DetailWanted
from batchtui.ui.screens.asking import AskingScreen
from batchtui.ui.widgets.key_line import KeyLine
from batchtui.ui.widgets.log_view import LogView

_NEAR_THE_TOP = 3  # screens: so near to the oldest line, what is before it is loaded


class LogScreen(AskingScreen):
    """A log that follows, while it is on the screen.

    Args:
        title: What it is the log of.
        job_ids: The jobs, as they were asked for.
        session: Where the lines come from; it runs only while the screen is in sight.
        clock: Epoch seconds.
        is_paused: Whether nothing is to be asked.
        published: Tells of every new snapshot, a pause among them.
        begins: How lines look at the beginning.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(LOG_KEYS)

    class Changed(Message):
        """The session has something new."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, LogScreen.Changed)

    def __init__(
        self,
        title: str,
        job_ids: tuple[str, ...],
        session: LogSession,
        *,
        clock: Callable[[], float],
        is_paused: Callable[[], bool],
        published: Signal[Snapshot],
        begins: LogChoice = DEFAULT_LOG,
    ) -> None:
        super().__init__()
        self.session = session
        self.job_ids = job_ids
        self._clock = clock
        self._is_paused = is_paused
        self._published = published
        self._times = TimestampForm(begins.timestamps)
        self._heading = LogHeading(((title, "strong"), ("  log", "muted")))
        self._sources = SourceLine()
        self._state = LogStateLine()
        self._view = LogView(session.buffer, self._prefix)
        json = "" if begins.json == DEFAULT_LOG.json else begins.json
        self._view.look = replace(self._view.look, wraps=begins.wrap, has_colours=begins.colours, json=json)
        self._search = LogSearch(self, self._view, looked=self._draw_state)
        self._work = LogWork(self, session, self._view, say=self._say, clock=clock)
        self._tailing: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        yield self._heading
        yield self._sources
        with Vertical(id="reading"):
            yield self._view
        yield self._state
        yield KeyLine(LOG_FOOTER)

    @property
    def reader(self) -> Widget:
        return self._view

    @property
    def why_stay(self) -> str:
        """Why one cannot go to another account now; empty where one can."""
        return "A log is being loaded or saved: esc stops that." if self._work.is_under_way else ""

    def on_mount(self) -> None:
        self.set_focus(self._view)
        self._published.subscribe(self, lambda snapshot: self._tail_or_rest())

    def on_screen_resume(self) -> None:
        self._tail_or_rest()
        self._draw()

    def on_screen_suspend(self) -> None:
        self._tail_or_rest()

    def forget(self) -> None:
        """Lets go of the lines: what else still holds this screen must not hold them."""
        self.session.close()
        self._published.unsubscribe(self)
        self._search.forget()
        self._view.show(self.session.buffer)

    def _tail_or_rest(self) -> None:
        """Nothing is asked for while nobody looks, and nothing while polling is paused."""
        wants = not self.is_covered and not self._is_paused()
        if wants and self._tailing is None:
            self._tailing = self.run_worker(self.session.run, name="log")
        elif not wants and self._tailing is not None:
            self._tailing.cancel()
            self._tailing = None
        self._draw_state()

    def session_changed(self) -> None:
        """For the session to call; floods become one message."""
        self.post_message(self.Changed())

    def search(self, text: str) -> None:
        self._search.begin(text)

    def find(self, steps: int) -> bool:
        return self._search.find(steps)

    def action_back(self) -> None:
        """Ends what runs, then the search, then leaves the log."""
        if self._work.stop():
            self.notify("Stopped.")
        else:
            super().action_back()

    def action_follow(self) -> None:
        """Follows the end, or stops."""
        if self._view.is_following:
            self._view.action_cursor(-1)
        else:
            self._view.follow()

    def action_wrap(self) -> None:
        """Wraps long lines, or cuts them."""
        self._view.set_look(replace(self._view.look, wraps=not self._view.look.wraps, shift=0))
        self._draw()

    def action_pretty(self) -> None:
        """Shows JSON lines as one readable line, indented, or as they are."""
        form = _NEXT_JSON[self._view.look.json]
        self._view.set_look(replace(self._view.look, json=form))

    def action_colours(self) -> None:
        """Shows the log's own colours, or colours by level."""
        has_colours = not self._view.look.has_colours
        self._view.set_look(replace(self._view.look, has_colours=has_colours))

    def action_reveal(self) -> None:
        """Shows what looks secret, or hides it, here, in copies and in files."""
        shows_secrets = not self._view.look.shows_secrets
        self._view.set_look(replace(self._view.look, shows_secrets=shows_secrets))
        if shows_secrets:
            self.notify("What looks secret is shown, copied and saved as it is, until v.", severity="warning")

    def action_timestamps(self) -> None:
        """Goes to the next form of timestamps."""
        self._times = self._times.next()
        self._view.changed()

    def action_source(self, steps: int) -> None:
        """Shows the next attempt, container or job."""
        if len(self.session.sources) < 2:
            self.notify("There is only this one stream." if self.session.sources else "There is no stream yet.")
        else:
            self.session.step(steps)
            self._draw()

    def action_all_sources(self) -> None:
        """Shows all sources together, by time."""
        if len(self.session.sources) < 2:
            self.notify("There is only this one stream." if self.session.sources else "There is no stream yet.")
        else:
            self.session.select_all()
            self._draw()

    def action_only_matches(self) -> None:
        """Shows only the lines that the search finds, or all."""
        if not self._search.turn_only_matches():
            self.notify("Search first: / searches, then & shows only what it finds.", severity="warning")

    def action_copy(self) -> None:
        """Copies lines to the clipboard of the terminal, over SSH too (OSC 52)."""
        view = self._view
        numbers = view.marked_numbers()
        what = "marked line"
        if not numbers and not view.is_following:
            numbers, what = [view.cursor], "line"
        elif not numbers:
            numbers, what = sorted({number for number, _ in view.window()}), "line in sight"
        lines = [view.buffer[number] for number in numbers if view.buffer.first <= number < view.buffer.end]
        if not lines:
            self.notify("There is nothing to copy.", severity="warning")
            return
        self.app.copy_to_clipboard("\n".join(map(view.text_of, lines)))
        count = f"{len(lines):,} {what.replace('line', 'lines', 1)}" if len(lines) > 1 else f"the {what}"
        self.notify(f"Copied {count}.")

    async def action_save(self) -> None:
        """Asks for a file name, then saves the whole stream."""
        if not self.session.selected:
            self.notify("There is no stream to save yet.", severity="warning")
        else:
            await self.ask("Save to ", self.session.suggested_name(), self._work.save)

    async def action_go_to_time(self) -> None:
        """Asks for a time, and goes there."""
        await self.ask("Go to time ", "", self._work.go_to_time)

    def action_history(self) -> None:
        """Loads everything from the beginning, as far as there is room."""
        if not self.session.has_older:
            self.notify("Everything is loaded." if not self.session.buffer.is_full else "There is no more room.")
        else:
            self._work.load_history()

    def action_refresh_now(self) -> None:
        """Looks at once."""
        self.session.wake()

    def action_detail(self) -> None:
        """Goes to the job's details."""
        job_id = self.job_ids[0] if len(self.job_ids) == 1 else self._job_under_cursor()
        if job_id is None:
            self.notify("This is the log of several jobs: [ and ] choose one.", severity="warning")
        else:
            self.post_message(DetailWanted("job", job_id, job_id))

    def action_console(self) -> None:
        """Goes to the page of the stream in AWS's web console."""
        sources, selected = self.session.sources, self.session.selected
        if not selected:
            self.notify("There is no stream yet.", severity="warning")
        elif len(selected) > 1:
            self.notify("These are several streams: [ and ] choose one.", severity="warning")
        else:
            source = sources[selected[0]]
            what = f"the stream {source.stream or source.group}"
            self.post_message(
                ConsoleWanted(what, lambda here: log_page(source.region or here, source.group, source.stream))
            )

    @on(Changed)
    def _draw(self) -> None:
        session, view = self.session, self._view
        if view.buffer is not session.buffer:
            view.show(session.buffer)
            self._search.buffer_changed()
        else:
            view.changed()
        self._search.lines_came()
        self._sources.sources = session.sources
        self._sources.selected = session.selected
        self._sources.states = session.states
        self._sources.redraw()
        self._draw_state()

    @on(SourceLine.Clicked)
    def _show_clicked(self, event: SourceLine.Clicked) -> None:
        self.session.select(event.index)
        self._draw()

    @on(LogView.Moved)
    def _draw_state(self) -> None:
        view, session = self._view, self.session
        self._state.headline = session.headline
        self._state.is_live = session.is_following
        shown = [session.states[index].state for index in session.selected]
        self._state.is_failing = bool(shown) and all(state is SourceState.FAILING for state in shown)
        self._state.dropped = session.buffer.dropped_before
        self._state.has_unread = session.has_unread
        self._state.marked = len(view.marked)
        self._state.found = self._search.words(has_older=session.has_older)
        self._state.redraw()
        self._heading.place = place_words(
            view, session, self._times, has_only_matches=self._search.has_only_matches, is_paused=self._is_paused()
        )
        self._heading.redraw()
        view.set_placeholder(self._why_empty())
        self._load_older_near_the_top()

    def _why_empty(self) -> str:
        if self._search.has_only_matches:
            return "No line has what is searched for; & shows all lines again."
        return nothing_words(self.session)

    def _prefix(self, line: LogLine) -> Cell:
        buffer = self._view.buffer
        time = time_of(line, self._times, first=buffer[buffer.first].timestamp, now=self._clock())
        return (*time, *label_of(line, self._sources.labels())) if len(self.session.selected) > 1 else time

    def _job_under_cursor(self) -> str | None:
        view, sources = self._view, self.session.sources
        jobs = {sources[index].job_id for index in self.session.selected}
        if len(jobs) == 1:
            return jobs.pop()
        if view.is_following or not view.buffer.first <= view.cursor < view.buffer.end:
            return None
        return sources[view.buffer[view.cursor].source].job_id

    def _load_older_near_the_top(self) -> None:
        if self.is_covered:  # nobody scrolls
            return
        view = self._view
        window = view.window()
        lines_above = window[0][0] - view.buffer.first if window else 0
        if lines_above < _NEAR_THE_TOP * max(1, view.size.height):
            self._work.load_older()

    def _say(self, progress: str) -> None:
        self._state.progress = progress
        self._state.redraw()


_NEXT_JSON = {"": "one line", "one line": "indented", "indented": ""}
