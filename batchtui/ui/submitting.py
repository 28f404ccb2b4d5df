"""From a person's wish for a new job to the dialog, the calls, and the record of them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from batchtui.actions.draft import Draft
from batchtui.actions.originals import Originals, find_originals
from batchtui.actions.outcomes import Standing
from batchtui.actions.submitting import (
    SubmitOutcome,
    SubmitProgress,
    SubmitRun,
    entry_of,
    ids_of,
    look_for,
)
from batchtui.format import plural
from batchtui.model.job import JobSummary
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.means import Means
from batchtui.ui.submit.choices import QueueChoice

if TYPE_CHECKING:
    from batchtui.aws.control_gateway import ControlGateway


class Submitting:
    """What makes new jobs, for one run of the program.

    Args:
        means: What it takes.
        control: Submits jobs.
    """

    def __init__(self, means: Means, control: "ControlGateway") -> None:
        self.means = means
        self.control = control

    def ask_to_resubmit(self, jobs: Sequence[JobSummary], hidden: int, *, is_edited: bool) -> None:
        """Opens the dialog for jobs that are to be submitted once more.

        Args:
            jobs: What was chosen.
            hidden: How many of them the list does not show.
            is_edited: Whether to begin with the request as text.
        """
        from batchtui.ui.screens.submit import SubmitScreen

        if is_edited and len(jobs) > 1:
            self.means.app.notify("One job at a time can be edited: u unmarks all.", severity="warning")
            return
        queues = queue_choices(self.means.snapshot())
        screen = SubmitScreen(_Asked(self, jobs), queues=queues, hidden=hidden, is_edited=is_edited)
        self.means.app.push_screen(screen, self._tell)

    def ask_to_submit(self, draft: Draft, then: Callable[[str], None]) -> None:
        """Opens the dialog for one new job.

        Args:
            draft: Its request.
            then: Called with the new job's id, where there is one.
        """
        from batchtui.ui.screens.submit import SubmitScreen

        def tell(outcomes: tuple[SubmitOutcome, ...] | None) -> None:
            self._tell(outcomes)
            for job_id in ids_of(outcomes or ()):
                then(job_id)

        self.means.app.push_screen(SubmitScreen(_Asked(self, ()), draft=draft), tell)

    def _tell(self, outcomes: tuple[SubmitOutcome, ...] | None) -> None:
        made = [each for each in outcomes or () if each.standing is Standing.ACCEPTED]
        if len(made) == 1:
            self.means.app.notify(f"{made[0].job_name} is submitted: {made[0].job_id}.")
        elif made:
            self.means.app.notify(f"{plural(len(made), 'job')} are submitted; :history tells which.")


class _Asked:
    """One dialog's doings."""

    def __init__(self, submitting: Submitting, jobs: Sequence[JobSummary]) -> None:
        self._of = submitting
        self._jobs = jobs
        self._is_known: Callable[[str], bool] = lambda job_id: False

    def find(self) -> Awaitable[Originals]:
        return find_originals(self._jobs, self._of.means.reads, job_of=self._of.means.snapshot().job)

    def run(self, drafts: Sequence[Draft], on_progress: Callable[[SubmitProgress], None]) -> SubmitRun:
        # What is known now: a later snapshot may already hold the job whose answer was lost.
        before = self._of.means.snapshot()
        own = {draft.original.summary.job_id for draft in drafts if draft.original}
        self._is_known = lambda job_id: job_id in own or before.job(job_id) is not None
        return SubmitRun(
            drafts,
            self._of.control,
            self._of.means.reads,
            is_known=self._is_known,
            on_progress=on_progress,
            on_outcome=self._write,
            clock=self._of.means.clock,
        )

    async def look_again(self, outcome: SubmitOutcome) -> SubmitOutcome:
        looked = await look_for(outcome, self._of.means.reads, is_known=self._is_known)
        if looked.found != outcome.found:
            self._write(looked)
        return looked

    async def edit(self, draft: Draft) -> Draft | None:
        from batchtui.ui.editing import edit_draft

        return await edit_draft(self._of.means.app, draft)

    def ended(self) -> None:
        self._of.means.acted()

    def _write(self, outcome: SubmitOutcome) -> None:
        self._of.means.record.add([entry_of(outcome, actor=self._of.means.actor(), at=self._of.means.clock())])


def queue_choices(snapshot: Snapshot) -> tuple[QueueChoice, ...]:
    """The queues that take jobs of containers, by name."""
    return tuple(
        QueueChoice(
            queue.job_queue_name,
            has_scheduling_policy=queue.scheduling_policy_arn is not None,
            is_enabled=queue.state != "DISABLED",
        )
        for queue in sorted(snapshot.job_queues or (), key=lambda queue: queue.job_queue_name)
        if not queue.takes_service_jobs
    )
