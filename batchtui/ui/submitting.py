"""From a person's wish for a new job to the dialog, the calls, and the record of them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import App

from batchtui.actions.draft import Draft
from batchtui.actions.originals import Originals, find_originals
from batchtui.actions.outcomes import Standing
from batchtui.actions.record import ActionRecord, Actor
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
from batchtui.ui.submit.choices import QueueChoice

if TYPE_CHECKING:
    from batchtui.aws.control_gateway import ControlGateway
    from batchtui.aws.gateway import Gateway


class Submitting:
    """What makes new jobs, for one run of the program.

    Args:
        app: Shows the dialogs.
        control: Submits jobs.
        reads: Looks at jobs and definitions.
        record: Keeps what was done.
        actor: Who does it, as far as is known by now.
        clock: Epoch seconds.
        acted: Called after something was asked of AWS.
        snapshot: What is known of the account.
    """

    def __init__(
        self,
        app: App[Any],
        control: "ControlGateway",
        reads: "Gateway",
        record: ActionRecord,
        *,
        actor: Callable[[], Actor],
        clock: Callable[[], float],
        acted: Callable[[], None],
        snapshot: Callable[[], Snapshot],
    ) -> None:
        self.app = app
        self.control = control
        self.reads = reads
        self.record = record
        self.actor = actor
        self.clock = clock
        self.acted = acted
        self.snapshot = snapshot

    def ask_to_resubmit(self, jobs: Sequence[JobSummary], hidden: int, *, is_edited: bool) -> None:
        """Opens the dialog for jobs that are to be submitted once more.

        Args:
            jobs: What was chosen.
            hidden: How many of them the list does not show.
            is_edited: Whether to begin with the request as text.
        """
        from batchtui.ui.screens.submit import SubmitScreen

        if is_edited and len(jobs) > 1:
            self.app.notify("One job at a time can be edited: u unmarks all.", severity="warning")
            return
        queues = queue_choices(self.snapshot())
        screen = SubmitScreen(_Asked(self, jobs), queues=queues, hidden=hidden, is_edited=is_edited)
        self.app.push_screen(screen, self._tell)

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

        self.app.push_screen(SubmitScreen(_Asked(self, ()), draft=draft), tell)

    def _tell(self, outcomes: tuple[SubmitOutcome, ...] | None) -> None:
        made = [each for each in outcomes or () if each.standing is Standing.ACCEPTED]
        if len(made) == 1:
            self.app.notify(f"{made[0].job_name} is submitted: {made[0].job_id}.", markup=False)
        elif made:
            self.app.notify(f"{plural(len(made), 'job')} are submitted; :history tells which.", markup=False)


class _Asked:
    """One dialog's doings."""

    def __init__(self, submitting: Submitting, jobs: Sequence[JobSummary]) -> None:
        self._of = submitting
        self._jobs = jobs
        self._is_known: Callable[[str], bool] = lambda job_id: False

    def find(self) -> Awaitable[Originals]:
        return find_originals(self._jobs, self._of.reads, job_of=self._of.snapshot().job)

    def run(self, drafts: Sequence[Draft], on_progress: Callable[[SubmitProgress], None]) -> SubmitRun:
        # What is known now: a later snapshot may already hold the job whose answer was lost.
        before = self._of.snapshot()
        own = {draft.original.summary.job_id for draft in drafts if draft.original}
        self._is_known = lambda job_id: job_id in own or before.job(job_id) is not None
        return SubmitRun(
            drafts,
            self._of.control,
            self._of.reads,
            is_known=self._is_known,
            on_progress=on_progress,
            on_outcome=self._write,
            clock=self._of.clock,
        )

    async def look_again(self, outcome: SubmitOutcome) -> SubmitOutcome:
        looked = await look_for(outcome, self._of.reads, is_known=self._is_known)
        if looked.found != outcome.found:
            self._write(looked)
        return looked

    async def edit(self, draft: Draft) -> Draft | None:
        from batchtui.ui.editing import edit_draft

        return await edit_draft(self._of.app, draft)

    def ended(self) -> None:
        self._of.acted()

    def _write(self, outcome: SubmitOutcome) -> None:
        self._of.record.add([entry_of(outcome, actor=self._of.actor(), at=self._of.clock())])


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
