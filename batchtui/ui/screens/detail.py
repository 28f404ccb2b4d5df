"""One thing in full, in tabs, kept true while it is open."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.signal import Signal

from batchtui.aws.errors import AwsError
from batchtui.format import Cell, duration, plain, text_of
from batchtui.model.console import batch_page
from batchtui.model.fields import Api
from batchtui.model.job import JobSummary
from batchtui.sync.patience import Patience
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.details.below import pages_below
from batchtui.ui.details.lines import masked_lines
from batchtui.ui.details.views import HOST, INSIGHT, View, json_text
from batchtui.ui.keys import DETAIL_KEYS, bindings, detail_footer
from batchtui.ui.messages import (
    ChangeWanted,
    ConsoleWanted,
    DetailWanted,
    LogWanted,
    ResubmitWanted,
    RevisionsWanted,
    ShellWanted,
    StopWanted,
    WatchWanted,
    WhyWanted,
)
from batchtui.ui.screens.reading import ReadingScreen
from batchtui.ui.screens.resting import rest
from batchtui.ui.screens.ways import JobAtHand, WaysOfJobs
from batchtui.ui.widgets.heading import Heading
from batchtui.ui.widgets.key_line import KeyLine
from batchtui.ui.widgets.tab_line import TabLine

OVERVIEW, JSON = "Overview", "JSON"
_NOT_YET = "AWS has not answered yet."


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
        self._again = asyncio.Event()
        self._tab_is_due = asyncio.Event()
        self._was_paused = seconds() is None
        self._patience = Patience()
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
        self.run_worker(self._keep_tab_true(), name="tab")
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
        """Lists all revisions of the definition, or of that which the job was made from."""
        job = self._view.job if self._view else None
        if self.kind == "definition":
            self.post_message(RevisionsWanted(self._view.arn or self.key if self._view else self.key))
        elif job is not None and job.job_definition:
            self.post_message(RevisionsWanted(job.job_definition))
        else:
            self.notify(
                "Only job definitions have revisions, and jobs that were made from one.", severity="warning"
            )

    def job_at_hand(self, why_not: str) -> JobAtHand | None:
        if self.kind == "job":
            return JobAtHand(self.key, text_of(self._heading.title[:1]), self._view.job if self._view else None)
        self.notify(f"{why_not}.", severity="warning")
        return None

    def action_stop(self) -> None:
        """Asks whether to stop the job."""
        if (job := self._its_job("Only jobs can be stopped.")) is not None:
            self.post_message(StopWanted([job]))

    def action_watch(self) -> None:
        """Asks to be told when the job has ended."""
        if (job := self._its_job("Only jobs end.")) is not None:
            self.post_message(WatchWanted([job]))

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

    def action_console(self) -> None:
        """Goes to its page in AWS's web console."""
        key = self._view.arn or self.key if self._view is not None and self.kind != "job" else self.key
        self.post_message(ConsoleWanted(self._view.name if self._view else key, partial(self._console_page, key)))

    def action_console_below(self) -> None:
        """Goes to the page of what it runs on: a job's ECS task, an environment's ECS cluster."""
        below = pages_below(self.kind, self._view.raw if self._view is not None else {})
        if below is None:
            self.notify("AWS has told of no ECS task or cluster here.", severity="warning")
        else:
            self.post_message(ConsoleWanted(below[0], below[1]))

    def _console_page(self, key: str, region: str) -> str | None:
        return batch_page(self.kind, region, key)

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
                self._take(found := await self._fetch())
                self._patience.note(failed=found.is_partial)
            except AwsError as error:
                self._patience.note(failed=True)
                self._fail(str(error), f"AWS has not answered yet: {error}")
            self._draw()
            self._tab_is_due.set()
            await self._rest()

    async def _keep_tab_true(self) -> None:
        """What a tab alone wants is asked for while it is shown: at once, then as often as the rest."""
        while True:
            await self._tab_is_due.wait()
            self._tab_is_due.clear()
            ask = self._view.asks.get(self._tab) if self._view is not None else None
            if ask is not None:
                is_asked, self._is_asked = self._is_asked, False
                await ask(is_asked)
                self._draw()

    def _take(self, view: View) -> None:
        if view.is_unknown and self._view is not None:  # what was seen is worth more than that it is gone
            self._fail(view.trouble, view.trouble)
            return
        self._view = view
        self._seen_at = view.seen_at or self._clock()
        self._trouble = "" if view.is_unknown else view.trouble  # the text says it already

    def _fail(self, trouble: str, instead: str) -> None:
        self._trouble = trouble
        self._awaiting = plain(instead, "failed")

    async def _rest(self) -> None:
        is_over = self._view is not None and self._view.is_final
        await rest(self._again, self._seconds, least=self._patience.seconds, is_over=is_over)

    def show_tab(self, name: str) -> None:
        """Goes to a tab by its name."""
        if name != self._tab:
            self._tab = name
            self._tab_is_due.set()
            self._draw()
            self.text.action_first()

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
        tab = view.tabs.get(self._tab)
        width = max(20, self.text.scrollable_content_region.width)
        if tab is None:
            return [self._awaiting]
        lines = tab(width, self._clock(), self._is_revealed)
        return list(lines) if self._is_revealed or self._tab == JSON else masked_lines(lines)

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
        if self._was_paused != (self._seconds() is None):
            self._was_paused = not self._was_paused
            self._tab_is_due.set()
            self._draw_heading()

    def _copy(self, text: str, what: str) -> None:
        self.app.copy_to_clipboard(text)
        self.notify(f"Copied {what}.")
