"""What is asked for the jobs that a person chose in a list: the marked ones, else the one under the cursor."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from textual.screen import Screen
from textual.worker import Worker

from batchtui.format import plural
from batchtui.model.job import JobSummary
from batchtui.ui.aside import aside
from batchtui.ui.messages import ChangeOfJobs, LogWanted, ResubmitWanted, StopWanted, WatchWanted
from batchtui.ui.panes.jobs import marked_jobs
from batchtui.ui.screens.ways import JobAtHand, WaysOfJobs
from batchtui.ui.widgets.line_table import LineTable


class ChosenJobs(WaysOfJobs):
    """For a screen with a list of jobs, to which every job of the account may belong."""

    @property
    def jobs_table(self) -> LineTable[JobSummary]:
        """The list."""
        raise NotImplementedError

    @property
    def are_marks_meant(self) -> bool:
        """Whether the keys are for the list now, so that they are for the marked jobs, if there are any."""
        raise NotImplementedError

    def known_jobs(self) -> Sequence[Mapping[str, JobSummary]]:
        """Every job of the account that is known, by its id."""
        raise NotImplementedError

    def job_here(self, why_not: str) -> JobSummary | None:
        """The job under the cursor; where there is none, that was said.

        Args:
            why_not: What is said where the cursor is in a list of something else.
        """
        raise NotImplementedError

    def job_at_hand(self, why_not: str) -> JobAtHand | None:
        return JobAtHand.of(self.job_here(f"{why_not}: tab goes to them."))

    def action_log(self) -> None:
        """Opens the log of the job under the cursor, or of the marked jobs together."""
        marked = tuple(self.jobs_table.marked) if self.are_marks_meant else ()
        if marked:
            self.post_message(LogWanted(marked, plural(len(marked), "marked job")))
        elif (job := self.job_here("Logs are of jobs: tab goes to them, 7 to those that failed.")) is not None:
            self.post_message(LogWanted((job.job_id,), job.job_name))

    def action_watch(self) -> None:
        """Asks to be told when the job under the cursor has ended, or the marked ones."""
        self._with_chosen_jobs("This is told of jobs: tab goes to them.", WatchWanted)

    def action_stop(self) -> None:
        """Asks whether to stop the job under the cursor, or the marked ones."""
        self._with_chosen_jobs("Only jobs can be stopped: tab goes to them.", StopWanted)

    def action_resubmit(self) -> None:
        """Asks whether to submit the job under the cursor, or the marked ones, once more."""
        self._with_chosen_jobs("Only jobs can be submitted again: tab goes to them.", ResubmitWanted)

    def action_edit(self) -> None:
        """Edits the request of the job under the cursor."""
        wish = partial(ResubmitWanted, is_edited=True)
        self._with_chosen_jobs("Only jobs can be edited: tab goes to them.", wish)

    @property
    def _screen(self) -> Screen[Any]:
        assert isinstance(self, Screen)
        return self

    def _with_chosen_jobs(self, why_not: str, wish: ChangeOfJobs) -> None:
        """Posts a wish for the marked jobs, with how many of them the filter hides, else for the one here."""
        if self.are_marks_meant and self.jobs_table.marked:
            work = partial(self._with_marked_jobs, wish)
            _: Worker[None] = self._screen.run_worker(work, name="marked", group="marked", exclusive=True)
        elif (job := self.job_here(why_not)) is not None:
            self.post_message(wish([job], hidden=0))

    async def _with_marked_jobs(self, wish: ChangeOfJobs) -> None:
        table = self.jobs_table
        marked = frozenset(table.marked)
        jobs, hidden = await aside(len(marked), marked_jobs, marked, table.rows, self.known_jobs())
        if self.app.screen_stack[-1:] == [
            self._screen
        ]:  # a dialog about this list must not open above another screen
            self.post_message(wish(jobs, hidden=hidden))
