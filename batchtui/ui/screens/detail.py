"""One thing in full, in tabs, kept true while it is open."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.signal import Signal

from batchtui.aws.errors import AwsError
from batchtui.format import Cell, Span, duration, plain, text_of
from batchtui.model.fields import Api
from batchtui.model.job import JobSummary
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.details.views import HOST, INSIGHT, Tab, View, json_text
from batchtui.ui.keys import DETAIL_KEYS, bindings, detail_footer
from batchtui.ui.messages import (
    ChangeWanted,
    DetailWanted,
    LogWanted,
    ResubmitWanted,
    RevisionsWanted,
    ShellWanted,
    StopWanted,
    WhyWanted,
)
from batchtui.ui.screens.reading import ReadingScreen
from batchtui.ui.screens.resting import rest
from batchtui.ui.screens.ways import JobAtHand, WaysOfJobs
from batchtui.ui.widgets.heading import Heading
from batchtui.ui.widgets.key_line import KeyLine
from batchtui.ui.widgets.lines import Lines

OVERVIEW, JSON = "Overview", "JSON"
_NOT_YET = "AWS has not answered yet."


class TabLine(Lines):
    """The names of the tabs."""

    class Clicked(Message):
        """A tab's name was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self) -> None:
        super().__init__()
        self.names: tuple[str, ...] = ()
        self.shown = ""

    def content(self, width: int) -> list[Cell]:
        spans: list[Span] = []
        for name in self.names:
            spans += [
                ("▐" if name == self.shown else " ", "accent"),
                (name, "strong" if name == self.shown else "muted"),
            ]
            spans += [("▌ " if name == self.shown else "  ", "accent")]
        return [tuple(spans)]

    def on_click(self, event: events.Click) -> None:
        start = 0
        for name in self.names:
            start += len(name) + 3
            if event.x < start:
                self.post_message(self.Clicked(name))
                return


class DetailScreen(WaysOfJobs, ReadingScreen):
    """The detail view.

    Args:
        kind: One of ``lookup.KINDS``.
        key: The job's id, the name, or the ARN.
        title: What is shown until the first answer.
        fetch: Asks for the view; it may raise an AwsError, and the last good view stays then.
        seconds: How long to wait until it is asked for again, once it is in sight; None while polling is paused.
        clock: Epoch seconds.
        published: Tells of every new snapshot, a pause among them.
        tab: The tab to begin with.
        known: What can be shown until the first answer.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(DETAIL_KEYS)

    def __init__(
        self,
        kind: str,
        key: str,
        title: str,
        fetch: Callable[[], Awaitable[View]],
        *,
        seconds: Callable[[], float | None],
        clock: Callable[[], float],
        published: Signal[Snapshot],
        tab: str = OVERVIEW,
        known: View | None = None,
    ) -> None:
        super().__init__()
        self.kind = kind
        self.key = key
        self._fetch = fetch
        self._seconds = seconds
        self._clock = clock
        self._published = published
        self._view = known
        self._seen_at = known.seen_at if known else None
        self._trouble = ""
        self._awaiting = plain("Asking AWS …", "muted")
        """What stands where only an answer of AWS could."""
        self._tab = tab
        self._is_revealed = False
        self._seen: dict[str, tuple[View, Tab]] = {}  # tabs that were asked for when they were looked at
        self._is_asking_for_tab = False
        self._again = asyncio.Event()
        self._is_asked = False  # by a person, not by the time that has passed
        self._heading = Heading(plain(title, "strong"))
        self._tabs = TabLine()

    @property
    def is_described(self) -> bool:
        """Whether AWS has told what is shown; before that it is what the lists know."""
        return self._view is not None and not self._view.awaited

    @property
    def definition(self) -> Api | None:
        """The job definition, where this shows one that AWS has described."""
        return self._view.raw or None if self._view is not None and self.kind == "definition" else None

    def compose(self) -> ComposeResult:
        yield self._heading
        yield self._tabs
        with Vertical(id="reading"):
            yield self.text
        yield KeyLine(detail_footer(self.kind))

    def on_mount(self) -> None:
        self.text.show([self._awaiting])
        self.set_focus(self.text)
        self.run_worker(self._keep_true(), name="detail")
        self.set_interval(1.0, self._draw)
        self._published.subscribe(self, self._show_pause)

    def on_unmount(self) -> None:
        self._published.unsubscribe(self)  # while polling is paused nothing else would let go of it

    def action_tab(self, steps: int) -> None:
        """Goes to the next tab, or to the previous one."""
        names = self._tabs.names
        if names:
            here = names.index(self._tab) if self._tab in names else 0
            self.show_tab(names[(here + steps) % len(names)])

    def action_show_json(self) -> None:
        """Goes to the tab JSON."""
        self.show_tab(JSON)

    def action_reveal(self) -> None:
        """Shows the values that look secret, or hides them again."""
        self._is_revealed = not self._is_revealed
        self._draw()
        self.notify("Values that look secret are shown." if self._is_revealed else "They are masked again.")

    def action_refresh_now(self) -> None:
        """Asks again."""
        self._is_asked = True
        self._again.set()

    def action_follow(self, number: int) -> None:
        """Goes to what bears this digit."""
        relations = self._view.relations if self._view else ()
        if number <= len(relations):
            relation = relations[number - 1]
            self.post_message(DetailWanted(relation.kind, relation.key, relation.name, job=relation.job))
        else:
            self.notify(f"There is nothing with the digit {number} here.", severity="warning")

    def action_relations(self) -> None:
        """Lists everything that one can go to."""
        view = self._view
        if view is None:
            self.notify(_NOT_YET, severity="warning")
        elif not view.relations:
            self.notify("There is nothing to go to from here.", severity="warning")
        else:
            from batchtui.ui.screens.relations import RelationsScreen

            self.app.push_screen(RelationsScreen(view.title, view.relations, view.related, clock=self._clock))

    def action_log(self) -> None:
        """Opens the log of the job."""
        if self.kind == "job":
            self.post_message(LogWanted((self.key,), text_of(self._heading.title[:1])))
        else:
            self.notify("Only jobs have logs.", severity="warning")

    def action_why(self) -> None:
        """Asks why the job failed, or why it waits; how a queue stands, and there of the job that blocks it."""
        culprit = self._view.culprit if self._view else None
        if self.kind == "job":
            job = self._view.job if self._view else None
            self.post_message(WhyWanted(self.key, text_of(self._heading.title[:1]), job))
        elif self.kind == "queue" and self._tab != INSIGHT:
            self.show_tab(INSIGHT)
        elif culprit is not None:
            self.post_message(WhyWanted(culprit.job_id, culprit.job_name, culprit))
        elif self.kind == "queue":
            self.notify("Nothing blocks this queue.")
        else:
            self.notify("Only of jobs it is told why.", severity="warning")

    def action_revisions(self) -> None:
        """Lists all revisions of the definition."""
        if self.kind == "definition":
            self.post_message(RevisionsWanted(self._view.arn or self.key if self._view else self.key))
        else:
            self.notify("Only job definitions have revisions.", severity="warning")

    def job_at_hand(self, why_not: str) -> JobAtHand | None:
        if self.kind == "job":
            return JobAtHand(self.key, text_of(self._heading.title[:1]), self._view.job if self._view else None)
        self.notify(f"{why_not}.", severity="warning")
        return None

    def action_stop(self) -> None:
        """Asks whether to stop the job."""
        if (job := self._its_job("Only jobs can be stopped.")) is not None:
            self.post_message(StopWanted([job]))

    def action_resubmit(self) -> None:
        """Asks whether to submit the job once more."""
        if (job := self._its_job("Only jobs can be submitted again.")) is not None:
            self.post_message(ResubmitWanted([job]))

    def action_edit(self) -> None:
        """Edits the request of the job."""
        if (job := self._its_job("Only jobs can be edited.")) is not None:
            self.post_message(ResubmitWanted([job], is_edited=True))

    def action_shell(self) -> None:
        """Asks for a shell in the container of the job."""
        if self.kind == "job":
            self.post_message(ShellWanted(self.key))
        else:
            self.notify("Only jobs have containers to open a shell in.", severity="warning")

    def _its_job(self, why_not: str) -> JobSummary | None:
        job = self._view.job if self._view else None
        if job is None:
            self.notify(_NOT_YET if self.kind == "job" else why_not, severity="warning")
        return job

    def action_change(self, verb: str) -> None:
        """Asks to change it."""
        self.post_message(ChangeWanted(verb, self.kind, self.key))

    def action_copy_id(self) -> None:
        """Copies the id or the name."""
        if self._view is None:
            self.notify(_NOT_YET, severity="warning")
        else:
            self._copy(self._view.name, self._view.name)

    def action_copy_arn(self) -> None:
        """Copies the ARN."""
        if self._view is None or not self._view.arn:
            self.notify(_NOT_YET if self._view is None else "AWS told no ARN.", severity="warning")
        else:
            self._copy(self._view.arn, "the ARN")

    def action_copy_json(self) -> None:
        """Copies the JSON, with what looks secret as it is shown; on the tab Host, what that says."""
        if self._tab == HOST and self.is_described:
            self._copy("\n".join(text_of(line) for line in self._lines()), "what the tab Host says")
        elif self._view is None or not self.is_described:
            self.notify(_NOT_YET, severity="warning")
        else:
            self._copy(json_text(self._view.raw, is_revealed=self._is_revealed), "the JSON")

    def on_resize(self) -> None:
        self._draw()

    @on(TabLine.Clicked)
    def _click_tab(self, event: TabLine.Clicked) -> None:
        self.show_tab(event.name)

    async def _keep_true(self) -> None:
        while True:
            await self.in_sight()
            self._again.clear()
            try:
                self._take(await self._fetch())
            except AwsError as error:
                self._fail(str(error), f"AWS has not answered yet: {error}")
            self._draw()
            await self._update_tab()
            await self._rest()

    async def _update_tab(self) -> None:
        """What lasts beyond one view is brought up to date only while its tab is shown."""
        is_asked, self._is_asked = self._is_asked, False
        ask = self._view.asks.get(self._tab) if self._view is not None else None
        if ask is not None:
            await ask(is_asked)
            self._draw()

    def _take(self, view: View) -> None:
        if view.is_unknown and self._view is not None:  # what was seen is worth more than that it is gone
            self._fail(view.trouble, view.trouble)
            return
        self._view = view
        self._seen_at = view.seen_at or self._clock()
        self._trouble = "" if view.is_unknown else view.trouble  # the text says it already
        self._ask_for_tab()

    def _fail(self, trouble: str, instead: str) -> None:
        self._trouble = trouble
        self._awaiting = plain(instead, "failed")

    async def _rest(self) -> None:
        await rest(self._again, self._seconds, is_over=self._view is not None and self._view.is_final)

    def show_tab(self, name: str) -> None:
        """Goes to a tab by its name."""
        if name != self._tab:
            self._tab = name
            if self._view is not None and name in self._view.asks:
                self._again.set()
            self._draw()
            self.text.action_first()
            self._ask_for_tab()

    def _ask_for_tab(self) -> None:
        """Some tabs cost calls of their own: only what is looked at is asked for, and again as the rest is."""
        view = self._view
        if view is None or self._is_asking_for_tab or self._tab not in view.when_seen:
            return
        if self._tab not in self._seen or self._seen[self._tab][0] is not view:
            self._is_asking_for_tab = True
            self.run_worker(self._see_tab(view, self._tab), name="tab", group="tab")

    async def _see_tab(self, view: View, name: str) -> None:
        try:
            self._seen[name] = (view, await view.when_seen[name]())
        finally:
            self._is_asking_for_tab = False
        self._draw()
        self._ask_for_tab()  # there may be a newer view by now

    def _draw(self) -> None:
        """Shows the view as it is now; lines that did not change are not drawn anew."""
        view = self._view
        if view is None:
            self.text.show([self._awaiting])
        else:
            self._heading.title = view.title
            self._tabs.names = (*view.tabs, *view.awaited)
            if self._tab not in self._tabs.names:
                self._tab = self._tabs.names[0]
            self.text.show(self._lines())
        self._tabs.shown = self._tab
        self._tabs.redraw()
        self._draw_heading()

    def _lines(self) -> list[Cell]:
        """What the tab says that is shown."""
        view = self._view
        if view is None:
            return [self._awaiting]
        tab = self._seen[self._tab][1] if self._tab in view.when_seen and self._tab in self._seen else None
        tab = tab or view.tabs.get(self._tab)
        width = max(20, self.text.scrollable_content_region.width)
        return list(tab(width, self._clock(), self._is_revealed)) if tab else [self._awaiting]

    def _draw_heading(self) -> None:
        """What is kept true bears no age, and what never changes needs none."""
        heading, is_final = self._heading, self._view is not None and self._view.is_final
        heading.trouble = self._trouble
        heading.is_paused = self._seconds() is None and not is_final
        is_ageing = (heading.is_paused or bool(self._trouble)) and not is_final
        heading.age = duration(self._clock() - self._seen_at) if is_ageing and self._seen_at is not None else ""
        heading.redraw()

    def _show_pause(self, snapshot: Snapshot) -> None:
        """At once, not with the next second: somebody has just pressed the key."""
        if self._heading.is_paused != (self._seconds() is None):
            self._draw_heading()

    def _copy(self, text: str, what: str) -> None:
        self.app.copy_to_clipboard(text)
        self.notify(f"Copied {what}.", markup=False)
