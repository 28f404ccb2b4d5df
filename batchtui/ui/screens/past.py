"""The screen *Jobs of the past*: all that were seen from here, also those that AWS has forgotten."""

import asyncio
from contextlib import suppress
from functools import partial
from time import localtime, strftime
from typing import ClassVar, Final

from textual import on
from textual.binding import BindingType
from textual.worker import Worker

from batchtui.aws.errors import AwsError
from batchtui.format import Cell, duration, number, plain, ran, waited
from batchtui.model.job import JobSummary
from batchtui.model.secrets import masked_text
from batchtui.model.text import clean
from batchtui.past.file import PastError
from batchtui.past.job import PastJob
from batchtui.past.reader import PastReader, Place
from batchtui.query.past import search_of
from batchtui.ui.details.lines import field, pair_lines, section
from batchtui.ui.keys import Key, bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.messages import DetailWanted
from batchtui.ui.panes.past import FORGOTTEN, LISTED, UNSEEN, PastPane
from batchtui.ui.panes.target import Target
from batchtui.ui.past_keeping import PastKeeping
from batchtui.ui.reach import Reach
from batchtui.ui.screens.history import FileLine, elsewhere, short_path
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.widgets.line_table import LineTable

KEYS = listing_keys(
    "past",
    "Jobs of the past",
    Key("past-all", "A", "all_contexts", "Of all accounts and regions, or of this one alone", "all accounts"),
    refresh="Read the file again",
    meant={
        "open": "The job's details where AWS still knows it, else what is remembered of it",
        "json": "All that is remembered of it",
    },
    without=("sort", "reverse", "watch", "new-job"),
)
_PAGE: Final = 500
_FEW_LEFT: Final = 100
"""So near to the end of what was read the next page is read."""
MOST_SHOWN: Final = 20_000
"""Rows in all; a filter finds what lies below."""
_MOST_WITHOUT: Final = 25
"""Looks at the file, of thousands of rows each, that find nothing: then a person must ask for more."""
_FORGOTTEN = "AWS Batch does not know this job any more: this is what was seen of it."


class PastScreen(ListingScreen):
    """The list, newest first, read from the file as far as one goes down.

    Args:
        reach: The program around it.
        remembering: The file.
    """

    pane: PastPane
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

    def __init__(self, reach: Reach, remembering: PastKeeping) -> None:
        super().__init__()
        self.pane = PastPane(reach.clock, self._standing)
        self._reach = reach
        self._remembering = remembering
        self._reader = PastReader(remembering.path)
        self._jobs: list[PastJob] = []
        self._next: Place | None = None
        self._reading: Worker[None] | None = None
        self._file = FileLine()
        self.below = (self._file,)

    def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        self._about_file("")
        self.action_refresh_now()

    async def on_unmount(self) -> None:
        self._reader.give_up()
        await asyncio.to_thread(self._reader.close)

    def action_refresh_now(self) -> None:
        """Reads the newest again."""
        self._read(is_more=False)

    def action_all_contexts(self) -> None:
        """Shows jobs of all accounts and regions, or of this one alone."""
        self.pane.is_of_all = not self.pane.is_of_all
        self._read(is_more=False)

    def action_open_json(self) -> None:
        """Shows all that is remembered."""
        row = self.pane.table.cursor_row
        if row is None:
            self.say_nothing_here()
        else:
            self._show_remembered(row)

    def target(self) -> Target | None:
        """The job under the cursor, where it is one of this account and region; else it is said."""
        row = self.pane.table.cursor_row
        if row is None:
            self.say_nothing_here()
            return None
        if sentence := self._elsewhere(row):
            self.notify(sentence, severity="warning")
            return None
        job = row.job
        return Target("job", job.job_id, job.job_name, arn=job.job_arn, job=job)

    def _go(self, *, is_json: bool) -> None:
        """Goes to the job where AWS still knows it."""
        row = self.pane.table.cursor_row
        if row is None:
            self.say_nothing_here()
        elif self._elsewhere(row):
            self._show_remembered(row)
        elif self._known(row) is not None:
            self._open_details(row)
        else:
            _: Worker[None] = self.run_worker(
                partial(self._ask_aws, row), name="past-job", group="job", exclusive=True
            )

    def _open_details(self, row: PastJob) -> None:
        self.post_message(DetailWanted("job", row.job.job_id, row.job.job_name, job=row.job))

    @on(PastPane.Asked)
    def _filter_file(self) -> None:
        self._read(is_more=False)

    @on(LineTable.Highlighted)
    def _read_on(self) -> None:
        table = self.pane.table
        is_near = table.cursor_index >= len(table.rows) - _FEW_LEFT
        if is_near and self._next is not None and not self.pane.is_loading:
            self._read(is_more=True)

    def _read(self, *, is_more: bool) -> None:
        self._reader.give_up()
        self._reading = self.run_worker(partial(self._read_pages, is_more=is_more), group="past", exclusive=True)

    async def _read_pages(self, *, is_more: bool) -> None:
        """The next page; where the filter finds little, as many looks as it takes to fill it."""
        wanted, now, where = self.pane.filter, self._reach.clock(), self._reach.where()
        here = (None, None) if self.pane.is_of_all else (where.account, where.region)
        search = search_of(wanted.text, account=here[0], region=here[1])
        jobs, after = (self._jobs, self._next) if is_more else ([], None)
        self.pane.show_state(is_loading=True, is_failing=False)
        trouble = ""
        found = 0
        try:
            for _ in range(_MOST_WITHOUT):
                ask = partial(
                    self._reader.page, search, lambda job: wanted.matches(job, now), after=after, limit=_PAGE
                )
                page = await asyncio.to_thread(ask)
                found += len(page.jobs)
                jobs, after = [*jobs, *page.jobs], page.next
                self._jobs, self._next = jobs, after if len(jobs) < MOST_SHOWN else None
                self.pane.has_more = after is not None
                self.pane.show_rows(jobs)
                if after is None or found >= _PAGE:
                    break
            self.pane.remembered = await asyncio.to_thread(self._reader.count, *here)
        except PastError as error:
            trouble = f"{error}."
        self._about_file(trouble)
        self.pane.show_state(is_loading=False, is_failing=bool(trouble))

    async def _ask_aws(self, row: PastJob) -> None:
        """Lists do not have it: only AWS can say whether it has forgotten it."""
        gateway = self._reach.connected()
        if gateway is None:
            return
        job_id = row.job.job_id
        try:
            if row.job.is_service_job:
                is_known = await gateway.describe_service_job(job_id, urgent=True) is not None
            else:
                is_known = bool(await gateway.describe_jobs([job_id], urgent=True))
        except AwsError as error:
            self._show_remembered(row, f"AWS could not be asked: {error}")
            return
        if is_known:
            self._open_details(row)
            return
        with suppress(PastError):  # that it is forgotten is shown all the same
            await asyncio.to_thread(self._reader.forgotten, row, int(self._reach.clock() * 1000))
        self._show_remembered(row, _FORGOTTEN)
        self._read(is_more=False)

    def _show_remembered(self, row: PastJob, note: str = "") -> None:
        from batchtui.ui.screens.text import TextScreen

        note = note or self._elsewhere(row) or (_FORGOTTEN if self._standing(row) == FORGOTTEN else "")
        now = self._reach.clock()
        self.app.push_screen(TextScreen("One job of the past", lambda: past_lines(row, now, note)))

    def _elsewhere(self, row: PastJob) -> str:
        from batchtui.actions.entry import Actor

        return elsewhere(Actor(row.account, region=row.region), self._reach.where())

    def _known(self, row: PastJob) -> JobSummary | None:
        held = self._reach.snapshot().jobs.get(row.job.job_queue)
        return held.jobs.get(row.job.job_id) if held is not None else None

    def _standing(self, row: PastJob) -> str:
        if self._elsewhere(row):
            return ""
        if self._known(row) is not None:
            return LISTED
        if row.forgotten_at is not None:
            return FORGOTTEN
        held = self._reach.snapshot().jobs.get(row.job.job_queue)
        return UNSEEN if held is None or held.is_complete else ""

    def _about_file(self, trouble: str) -> None:
        remembering = self._remembering
        said = trouble or remembering.writer.trouble
        where = "until the end only: this is the demo account" if remembering.is_temporary else ""
        self._file.text = clean(said or f"Remembered {where or f'in {short_path(remembering.path)}'}")
        self._file.is_trouble = bool(said)
        self._file.redraw()


def past_lines(row: PastJob, now: float, note: str = "") -> list[Cell]:
    """All that is remembered of a job, without what looks secret."""
    job = row.job
    array = job.array_properties
    children = ", ".join(f"{count:,} {status}" for status, count in array.status_summary) if array else ""
    return [
        *([plain(note, "warning"), plain("")] if note else []),
        *field("Name", job.job_name, "strong"),
        *field("Id", job.job_id),
        *field("Status", job.status),
        *field("Reason", masked_text(job.status_reason or "")),
        *field("Container", masked_text(job.container_reason or "")),
        *field("Exit code", job.exit_code),
        *field("Created", _moment(job.created_at)),
        *field("Started", _moment(job.started_at)),
        *field("Stopped", _moment(job.stopped_at)),
        *field("Waited", duration(waited(job, now)) if not job.is_active else ""),
        *field("Ran", duration(ran(job, now)) if not job.is_active else ""),
        *field("Attempts", job.attempts),
        *field("vCPUs", number(job.vcpus) if job.vcpus is not None else ""),
        *field("Memory", f"{job.memory:,} MiB" if job.memory is not None else ""),
        *field("Array", array.size if array else None),
        *field("Index", array.index if array else None),
        *field("Children", children),
        *field("Nodes", job.node_properties.num_nodes if job.node_properties else None),
        *field("Queue", job.job_queue),
        *field("Definition", job.job_definition),
        *field("Share", job.share),
        *field("Service job", job.service_job_type),
        *field("ARN", job.job_arn),
        *field("Account", row.account),
        *field("Region", row.region),
        *field("Last news of it", _moment(row.seen_at)),
        *field("Forgotten by AWS", f"asked {_moment(row.forgotten_at)}" if row.forgotten_at else ""),
        plain(""),
        *section("Tags", pair_lines(job.tags or ())),
    ]


def _moment(epoch_ms: int | None) -> str:
    return strftime("%Y-%m-%d %H:%M:%S", localtime(epoch_ms / 1000)) if epoch_ms else ""
