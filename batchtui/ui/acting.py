"""From what a person asks for to the dialog, the calls, and the record of them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from textual.screen import Screen
from textual.worker import Worker

from batchtui.actions.outcomes import Standing, StopOutcome, StopProgress, entries_of
from batchtui.actions.stop import StopPlan, plan_stop
from batchtui.actions.stopping import StopRun
from batchtui.actions.watch import AskedToStop, StopWatch, watch_stops
from batchtui.aws.control_gateway import ControlGateway
from batchtui.format import Cell, plural
from batchtui.model.job import JobSummary
from batchtui.ui.aside import MANY, aside
from batchtui.ui.means import Means
from batchtui.ui.messages import ChangeWanted, ResubmitWanted, ShellWanted, StopWanted, SubmitWanted, Wish
from batchtui.ui.screens.dialog import Dialog

if TYPE_CHECKING:
    from batchtui.ui.acting_on_resources import ActingOnResources
    from batchtui.ui.shells import Shells
    from batchtui.ui.submitting import Submitting


class Acting:
    """What changes the account behind a gateway, for one run of the program; in read-only mode there is none.

    Args:
        means: What it takes.
    """

    def __init__(self, means: Means) -> None:
        self._means = means
        self._control = ControlGateway(means.reads.connection, means.reads.budget, on_error=means.reads.on_error)
        self._reason = ""
        self._asked: dict[str, float] = {}  # jobs, and when (epoch seconds)
        self._is_watching = False

    @cached_property
    def submitting(self) -> "Submitting":
        """What makes new jobs; imported when it is first wanted."""
        from batchtui.ui.submitting import Submitting

        return Submitting(self._means, self._control)

    @cached_property
    def resources(self) -> "ActingOnResources":
        """What changes queues, compute environments, definitions and priorities."""
        from batchtui.aws.resources_gateway import ResourcesGateway
        from batchtui.ui.acting_on_resources import ActingOnResources

        reads = self._means.reads
        return ActingOnResources(
            self._means, ResourcesGateway(reads.connection, reads.budget, on_error=reads.on_error)
        )

    @cached_property
    def shells(self) -> "Shells":
        """What opens shells in containers."""
        from batchtui.aws.shell_gateway import ShellGateway
        from batchtui.ui.shells import Shells

        reads = self._means.reads
        return Shells(self._means, ShellGateway(reads.connection, reads.budget, on_error=reads.on_error))

    @property
    def why_stay(self) -> str:
        """Why one cannot go to another account now; empty where one can."""
        is_opening = "shells" in vars(self) and self.shells.is_opening
        return "A shell is being opened: wait for it." if is_opening else ""

    def forbid(self) -> None:
        """From now on nothing is changed, not even by a dialog that is open."""
        self._control.forbid()
        self.resources.forbid()
        self.shells.forbid()

    def ask(self, wish: Wish) -> None:
        """Opens the dialog for what a person asks for; a key that was hit twice asks once."""
        if isinstance(self._means.app.screen, Dialog):
            return
        match wish:
            case StopWanted():
                self.ask_to_stop(wish.jobs, wish.hidden)
            case ResubmitWanted():
                self.submitting.ask_to_resubmit(wish.jobs, wish.hidden, is_edited=wish.is_edited)
            case SubmitWanted():
                self.submitting.ask_to_submit(wish.draft, wish.then)
            case ChangeWanted():
                self.resources.ask(wish)
            case ShellWanted():
                self.shells.ask(wish.job_id)

    def ask_to_stop(self, jobs: Sequence[JobSummary], hidden: int) -> None:
        """Opens the dialog, or says why there is nothing to stop.

        Args:
            jobs: What was chosen.
            hidden: How many of them the list does not show.
        """
        if len(jobs) <= MANY:
            self._ask(*_planned(jobs, hidden))
        else:
            self._means.app.notify(f"Looking at {plural(len(jobs), 'job')} …")
            asking = partial(self._ask_about_many, jobs, hidden, self._means.app.screen)
            _: Worker[None] = self._means.app.run_worker(asking, name="plan", group="plan", exclusive=True)

    async def _ask_about_many(self, jobs: Sequence[JobSummary], hidden: int, asked_on: Screen[Any]) -> None:
        plan, lines = await aside(len(jobs), _planned, jobs, hidden)
        if self._means.app.screen is asked_on:  # else a dialog would open where nobody expects one
            self._ask(plan, lines)

    def _ask(self, plan: StopPlan, lines: Sequence[Cell]) -> None:
        if not plan.steps:
            reasons = [f"{plural(count, 'job')} {why}" for why, count in plan.why_left_out]
            self._means.app.notify(f"Nothing to stop: {'; '.join(reasons)}.", severity="warning")
            return
        from batchtui.ui.screens.stop import StopScreen

        self._means.app.push_screen(
            StopScreen(plan, lines=lines, reason=self._reason, start=self._start, on_end=self._stop_ended)
        )

    def watch(self, job_of: Callable[[str], JobSummary | None], then: Callable[[StopWatch], None]) -> None:
        """Looks what has become of the jobs that were asked to stop; those that have ended are forgotten.

        Args:
            job_of: What is known of a job.
            then: Told what has become of them.
        """
        if len(self._asked) <= MANY:
            self._watched(_looked(self._asked, job_of, self._means.clock()), then)
        elif not self._is_watching:  # of many it takes a while: the next snapshot tells the rest
            self._is_watching = True
            self._means.app.run_worker(self._watch_many(job_of, then), name="watch", group="watch")

    async def _watch_many(
        self, job_of: Callable[[str], JobSummary | None], then: Callable[[StopWatch], None]
    ) -> None:
        try:
            watched = await asyncio.to_thread(_looked, dict(self._asked), job_of, self._means.clock())
        finally:
            self._is_watching = False
        self._watched(watched, then)

    def _watched(self, watched: StopWatch, then: Callable[[StopWatch], None]) -> None:
        for job_id in watched.followed:
            self._asked.pop(job_id, None)
        then(watched)

    def _start(self, plan: StopPlan, reason: str, on_progress: Callable[[StopProgress], None]) -> StopRun:
        self._reason = reason.strip()
        return StopRun(plan, reason, self._control, self._means.reads, on_progress=on_progress)

    def _stop_ended(self, outcomes: Sequence[StopOutcome], reason: str) -> None:
        now = self._means.clock()
        entries = entries_of(outcomes, reason, actor=self._means.actor(), at=now)
        self._means.record.add(entries)
        heard = (Standing.ACCEPTED, Standing.IN_DOUBT)
        asked = [each.job_id for each in outcomes if each.standing in heard]
        self._asked.update(dict.fromkeys(asked, now))
        accepted = sum(entry.count for entry in entries if entry.outcome == Standing.ACCEPTED.value)
        if accepted == len(outcomes):
            self._means.app.notify(f"{plural(accepted, 'job')} will stop.")
        self._means.acted()


def _planned(jobs: Sequence[JobSummary], hidden: int) -> tuple[StopPlan, Sequence[Cell]]:
    """What to do, and the words that ask for leave to do it."""
    from batchtui.ui.screens.stop import question

    plan = plan_stop(jobs)
    return plan, question(plan, hidden)


def _looked(asked: Mapping[str, float], job_of: Callable[[str], JobSummary | None], now: float) -> StopWatch:
    return watch_stops((AskedToStop(job_id, at) for job_id, at in asked.items()), job_of, now=now)
