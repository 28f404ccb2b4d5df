"""The screen *Jobs in groups*: what thousands of jobs come to, by their step, their cause of failure, and more."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.binding import BindingType
from textual.timer import Timer
from textual.worker import Worker

from batchtui.aws.errors import AwsError
from batchtui.format import Cell, duration
from batchtui.insight.array_units import Families
from batchtui.insight.group import Group
from batchtui.insight.group_keys import By, Needs
from batchtui.insight.group_samples import to_describe, to_list
from batchtui.model.job import FAILED, JobSummary
from batchtui.sync.described_jobs import DescribedJobs
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.arranging import in_pauses
from batchtui.ui.group_words import group_words
from batchtui.ui.keys import STATUS_KEYS, Key, bindings
from batchtui.ui.listing_keys import listing_keys
from batchtui.ui.messages import LogWanted, WhyWanted
from batchtui.ui.panes.groups import GroupsPane
from batchtui.ui.panes.target import Target
from batchtui.ui.reach import Reach
from batchtui.ui.screens.listing import ListingScreen
from batchtui.ui.short_delays import at_least
from batchtui.ui.widgets.line_table import LineTable
from batchtui.ui.widgets.line_view import wrap
from batchtui.ui.widgets.lines import Lines

if TYPE_CHECKING:  # imported in the background
    from batchtui.aws.gateway import Gateway

DESCRIBED_AT_FIRST: Final = 400
"""Jobs: 4 calls."""
DESCRIBED_MORE: Final = 1_000
"""With each ctrl+r: 10 calls."""
LISTED_AT_FIRST: Final = 8
LISTED_MORE: Final = 10
"""Of arrays, up to 1,000 children in one status each: a call."""
CALM_SECONDS: Final = 3.0
"""What is new is counted no sooner than so long after the last time."""
_TICK_SECONDS: Final = 1.0

KEYS = listing_keys(
    "groups",
    "Jobs in groups",
    Key("groups-by", "v", "by(1)", "By step, cause of failure, definition, queue, share, tag, array", "by …", "v"),
    Key("groups-by-back", "V", "by(-1)", "The way before"),
    Key("groups-tag", "T", "next_tag", "By tag: by the next tag that jobs have", "", "T"),
    Key("groups-queues", "A", "all_queues", "The jobs of all queues, or of the one that was chosen", "all queues"),
    *(replace(key, label="") for key in STATUS_KEYS),
    refresh="Count anew; describe 1,000 more jobs and list children of arrays, from which hours are known",
    meant={
        "open": "Its jobs: in the jobs list where a filter can say which, else in a list of their own",
        "log": "The log of the newest job of the group that failed",
        "why": "Why the newest job of the group that failed did",
        "copy": "Copy what the group is called",
    },
    without=("json", "new-job", "copy-list-arn"),
)


class Words(Lines):
    """What is counted, and of how many jobs the hours are known."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: Sequence[Cell] = ()

    def content(self, width: int) -> list[Cell]:
        return [part for line in self.lines for part in wrap(line, max(2, width))]


class GroupsScreen(ListingScreen):
    """The list. It lives on when it is left, with what was described; what nobody sees is not counted.

    Args:
        reach: The program around it.
        open_jobs: Goes to the jobs of a group.
    """

    SHOWS_JOBS: ClassVar[bool] = True
    pane: GroupsPane
    KEYS = KEYS
    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS.bound)

    def __init__(self, reach: Reach, open_jobs: "Callable[[GroupsScreen, Group], None]") -> None:
        super().__init__()
        self._reach = reach
        self._open_jobs = open_jobs
        self._described = DescribedJobs()
        self._words = Words()
        self.above = (self._words,)
        self._trouble = ""
        self._doing = ""  # what AWS is being asked for
        self._has_more = True
        self._snapshot = Snapshot()
        self._calm: Timer | None = None
        self._queue: str | None = None  # the one that was chosen on the main screen
        self.pane = GroupsPane(reach.clock, self._show_words)

    def on_mount(self) -> None:
        self.set_focus(self.pane.table)
        self._reach.published.subscribe(self, self._hear)
        self.set_interval(_TICK_SECONDS, self._tick)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self._take(self._reach.snapshot())
        self.pane.show_groups(is_asked=False)

    def on_screen_suspend(self) -> None:
        """It was left, or something lies above it."""
        if self not in self.app.screen_stack:
            self.pane.forget()

    @property
    def needs(self) -> Needs:
        """What is known of jobs that were described; it grows."""
        return self._described.needs

    @property
    def families(self) -> Families:
        """What is known of children of arrays; it grows."""
        return self._described.families

    def choose(self, queue: str | None, status: str) -> None:
        """Which jobs are to be put together: those that the main screen shows."""
        self._queue = queue
        self._want(queue=queue, status=status)
        if not self._snapshot.is_paused:
            self._describe(DESCRIBED_AT_FIRST, LISTED_AT_FIRST)

    def action_by(self, steps: int) -> None:
        """Puts the jobs together in the next way."""
        self._choose_by(self.pane.wanted.by.next(steps))

    def action_next_tag(self) -> None:
        """By the next tag that jobs are known to have."""
        wanted, grouping = self.pane.wanted, self.pane.grouping
        tags = grouping.tags if grouping is not None else ()
        if wanted.by is not By.TAG:
            self._choose_by(By.TAG)
        elif len(tags) > 1:
            place = tags.index(wanted.tag) + 1 if wanted.tag in tags else 0
            self._want(tag=tags[place % len(tags)])
        else:
            self.notify("No other tag is known: ctrl+r describes more jobs.", severity="warning")

    def action_status(self, status: str) -> None:
        """Only the jobs of one status, ``active`` or all (empty)."""
        self._want(status=status)

    def action_all_queues(self) -> None:
        """The jobs of all queues, or of the one that was chosen."""
        if self._queue is None:
            self.notify("These are the jobs of all queues: on the main screen one of them can be chosen.")
        else:
            self._want(queue=self._queue if self.pane.wanted.queue is None else None)

    def action_refresh_now(self) -> None:
        """Counts anew, and describes more jobs."""
        self._take(self._reach.snapshot())
        self.pane.show_groups(is_asked=True)
        self._describe(DESCRIBED_MORE, LISTED_MORE)

    def action_log(self) -> None:
        """Opens the log of the newest job that failed."""
        if (job := self._newest_failed()) is not None:
            self.post_message(LogWanted((job.job_id,), job.job_name))

    def action_why(self) -> None:
        """Asks why the newest job that failed did."""
        if (job := self._newest_failed()) is not None:
            self.post_message(WhyWanted(job.job_id, job.job_name, job))

    def target(self) -> Target | None:
        """The group under the cursor, of which AWS knows nothing."""
        group = self.pane.table.cursor_row
        if group is None:
            self.say_nothing_here()
            return None
        return Target("", group.key.text, group.label)

    @on(LineTable.Opened)
    def _open(self) -> None:
        group = self.pane.table.cursor_row
        if group is not None:
            self._open_jobs(self, group)

    def _newest_failed(self) -> JobSummary | None:
        group = self.pane.table.cursor_row
        if group is None:
            self.say_nothing_here()
            return None
        job = group.newest_failed
        if job is None:
            self.notify("None of this group has FAILED.", severity="warning")
        elif group.failed > 1:
            self.notify(f"{job.job_name}: the newest of {group.failed:,} that failed.")
        return job

    def _choose_by(self, by: By) -> None:
        tags = self.pane.grouping.tags if self.pane.grouping is not None else ()
        tag = self.pane.wanted.tag
        if by is By.TAG and not tag:
            known = tags or self._known_tags()
            tag = known[0] if known else ""
        self._want(by=by, tag=tag)

    def _known_tags(self) -> tuple[str, ...]:
        """Names of tags, those of most jobs first, as far as jobs were described."""
        counts: dict[str, int] = {}
        for needs in self._described.needs.values():
            for name, _ in needs.tags:
                counts[name] = counts.get(name, 0) + 1
        return tuple(sorted(counts, key=lambda name: (-counts[name], name)))

    def _want(self, **changes: Any) -> None:
        self.pane.wanted = replace(self.pane.wanted, **changes)
        self._take(self._reach.snapshot())
        self.pane.show_groups(is_asked=True)
        self._show_words()

    def _hear(self, snapshot: Snapshot) -> None:
        """Something is new: it is counted, but not too soon after the last time."""
        if self.is_covered:
            return
        self._take(snapshot)
        if self._calm is None and not self.pane.is_true:
            since = self._reach.clock() - self.pane.made_at
            if 0 <= since < CALM_SECONDS:
                self._calm = self.set_timer(at_least(CALM_SECONDS - since), self._count_news)
            else:
                self.pane.show_groups(is_asked=False)

    def _count_news(self) -> None:
        self._calm = None
        if not self.is_covered:
            self.pane.show_groups(is_asked=False)

    def _take(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        held = snapshot.jobs
        self.pane.is_loading = snapshot.job_queues is None or not all(each.is_complete for each in held.values())
        self.pane.know(held, self._described.needs, self._described.families, self._described.version)
        self.pane.update_corner()

    def _tick(self) -> None:
        if not self.is_covered:
            self._show_words()

    def _describe(self, most: int, most_lists: int) -> None:
        gateway = self._reach.gateway()
        if gateway is not None and not self._doing:
            work = partial(self._ask, gateway, most, most_lists)
            _: Worker[None] = self.run_worker(work, name="describe", group="describe", exclusive=True)

    async def _ask(self, gateway: "Gateway", most: int, most_lists: int) -> None:
        """Describes some jobs of each step, lists children of arrays, and counts anew after each call."""
        described, pane = self._described, self.pane
        described.keep(lambda job_id: self._snapshot.job(job_id) is not None)
        jobs, room = pane.jobs(), min(most, described.room)
        is_for_tags = pane.wanted.by is By.TAG
        steps = to_describe(jobs, described.needs, room, unknown=described.unknown, is_for_tags=is_for_tags)
        ids, _ = await in_pauses(steps)
        arrays, _ = await in_pauses(to_list(jobs, described.listed, most_lists))
        self._has_more = len(ids) == most or len(arrays) == most_lists
        self._trouble = ""
        try:
            await self._count_after(described.ask(gateway, ids), len(ids), "describing {:,} more …")
            listing = described.ask_for_children(gateway, arrays)
            await self._count_after(listing, len(arrays), "listing children of arrays: {:,} lists …")
        except AwsError as error:
            self._trouble = str(error)
        self._doing = ""
        if pane.wanted.by is By.TAG and not pane.wanted.tag:
            self._choose_by(By.TAG)
        self._hear(self._snapshot)
        self._show_words()

    async def _count_after(self, answers: AsyncGenerator[int], left: int, words: str) -> None:
        """Counts anew with each answer, and says how many are still to come."""
        if left:
            self._doing = words.format(left)
            self._show_words()
        async with aclosing(answers) as steps:
            async for left in steps:
                self._doing = words.format(left)
                await self.in_sight()
                self._hear(self._snapshot)

    def _show_words(self) -> None:
        pane = self.pane
        age = self._reach.clock() - pane.made_at
        is_old = pane.grouping is not None and not pane.is_true and age >= 2 * CALM_SECONDS
        self._words.lines = group_words(
            pane.wanted,
            pane.grouping if pane.grouped == pane.wanted else None,
            doing=self._doing,
            is_full=self._described.room <= 0,
            has_more=self._has_more,
            unknown=len(self._described.unknown),
            cut=self._described.arrays_cut(
                self._snapshot.job, pane.wanted.queue, FAILED if pane.wanted.by is By.CAUSE else pane.wanted.status
            ),
            age=duration(age) if is_old else "",
            dropped=self._snapshot.dropped_before is not None,
            trouble=self._trouble,
        )
        self._words.redraw()
