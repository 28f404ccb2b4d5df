"""The screen *Why*: why a job failed, why it waits, or that all is well with it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.signal import Signal

from batchtui.format import Cell, Span, status_style
from batchtui.insight.verdict import Answer, Lead
from batchtui.insight.why_answer import WhyAnswer
from batchtui.model.job import UNKNOWN, JobSummary
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.details.lines import masked_lines
from batchtui.ui.details.views import part_of
from batchtui.ui.details.why import why_lines, why_text
from batchtui.ui.keys import WHY_FOOTER, WHY_HELP, WHY_KEYS, Key, bindings
from batchtui.ui.messages import DetailWanted, LogWanted
from batchtui.ui.screens.reading import ReadingScreen
from batchtui.ui.widgets.heading import Heading
from batchtui.ui.widgets.key_line import KeyLine


class WhyScreen(ReadingScreen):
    """The answer; AWS is asked once, and again when a person wants it or when the job has another status.

    Args:
        job: The job as the lists know it; its status is UNKNOWN where they do not.
        ask: Asks AWS about the job as it is known by then; no AwsError leaves it.
        at_first_sight: What the lists know of its cause.
        name_of: A job's name by its id, where it is known.
        published: Tells of every new snapshot.
    """

    IS_ABOUT_A_JOB: ClassVar[bool] = True
    """Details that led here are gone back to."""
    PALETTE_KEYS: ClassVar[tuple[Key, ...]] = WHY_KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(WHY_KEYS)

    def __init__(
        self,
        job: JobSummary,
        ask: Callable[[JobSummary], Awaitable[WhyAnswer]],
        *,
        at_first_sight: Callable[[JobSummary], Answer],
        name_of: Callable[[str], str | None],
        published: Signal[Snapshot],
    ) -> None:
        super().__init__()
        self._name_of = name_of
        self._job = job
        self._ask = ask
        self._first_sight = at_first_sight(job)
        self._published = published
        self._why: WhyAnswer | None = None
        self._is_asking = True
        self._again = asyncio.Event()
        self._heading = Heading(())

    @property
    def job_id(self) -> str:
        """Of the job that it is about."""
        return self._job.job_id

    @property
    def answered(self) -> WhyAnswer | None:
        """What AWS told last; None while the first answer, or another one, is awaited."""
        return None if self._is_asking else self._why

    def compose(self) -> ComposeResult:
        yield self._heading
        with Vertical(id="reading"):
            yield self.text
        yield KeyLine(WHY_FOOTER)

    def on_mount(self) -> None:
        self._draw()
        self.set_focus(self.text)
        self.run_worker(self._keep_true(), name="why")
        self._published.subscribe(self, self._look)

    def on_resize(self) -> None:
        """Addresses are whole only where they fit."""
        self.call_after_refresh(self._draw)

    def on_unmount(self) -> None:
        self._published.unsubscribe(self)

    def action_refresh_now(self) -> None:
        """Asks again."""
        self._again.set()

    def action_lead(self, number: int) -> None:
        """Goes to what bears this digit."""
        leads: tuple[Lead, ...] = self._why.leads if self._why is not None else ()
        if number <= len(leads):
            lead = leads[number - 1]
            name = self._name_of(lead.key) if lead.kind == "job" else None
            self.post_message(DetailWanted(lead.kind, lead.key, name or lead.key))
        else:
            self.notify(f"There is nothing with the digit {number} here.", severity="warning")

    def action_log(self) -> None:
        """Opens the log whose end is shown, else the job's own."""
        end = self._why.log if self._why is not None else None
        job_id = end.job_id if end is not None else self._job.job_id
        self.post_message(LogWanted((job_id,), f"{self._job.job_name}{part_of(job_id)}"))

    def action_detail(self) -> None:
        """Opens the job's details, or goes back to them."""
        self.post_message(DetailWanted("job", self._job.job_id, self._job.job_name, job=self._known))

    def action_json(self) -> None:
        """Opens the job's details at their tab JSON."""
        job = self._job
        self.post_message(DetailWanted("job", job.job_id, job.job_name, is_json=True, job=self._known))

    def action_copy(self) -> None:
        """Copies all of it as text."""
        lines = [self._heading.title, *self._lines()]
        self.app.copy_to_clipboard(why_text(lines))
        self.notify("Copied the whole answer.")

    def action_help(self) -> None:
        """Shows the keys of this screen."""
        from batchtui.ui.open_texts import open_help

        open_help(self.app, WHY_HELP)

    @property
    def _known(self) -> JobSummary | None:
        return self._job if self._job.status != UNKNOWN else None

    async def _keep_true(self) -> None:
        while True:
            await self.in_sight()
            self._again.clear()
            self._is_asking = True
            self._draw()
            self._why = await self._ask(self._job)
            self._job, self._is_asking = self._why.job, False
            self._draw()
            await self._again.wait()

    def _look(self, snapshot: Snapshot) -> None:
        """A job that is in another status than it was has another answer."""
        seen = snapshot.job(self._job.job_id)
        if seen is not None and seen.status != self._job.status and (seen.is_active or self._job.is_active):
            self._job = seen
            self._again.set()

    def _draw(self) -> None:
        job = self._job
        name: Span = (f"{job.job_name or job.job_id}{part_of(job.job_id)}", "strong")
        status = "" if job.status == UNKNOWN else f"  {job.status}"
        state: Span = (status, status_style(job.status))
        self._heading.title = (("Why · ", "muted"), name, state, (f"  {job.job_queue}", "muted"))
        self._heading.redraw()
        self.text.show(self._lines(self.text.scrollable_content_region.width or None))

    def _lines(self, width: int | None = None) -> list[Cell]:
        lines = why_lines(
            self._why,
            self._first_sight,
            self._job,
            is_asking=self._is_asking,
            width=width,
            name_of=self._name_of,
        )
        return masked_lines(lines)
