"""From what a person asks for to the dialog, the calls, and the record of them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import App

from batchtui.actions.outcomes import Standing, StopOutcome, StopProgress, entries_of
from batchtui.actions.record import ActionRecord, Actor, default_record_file
from batchtui.actions.stop import StopPlan, plan_stop
from batchtui.actions.stopping import StopRun
from batchtui.actions.watch import AskedToStop, StopWatch, watch_stops
from batchtui.format import plural
from batchtui.model.job import JobSummary
from batchtui.ui.acting_on_resources import Acted, ActingOnResources

if TYPE_CHECKING:
    from batchtui.aws.control_gateway import ControlGateway
    from batchtui.aws.gateway import Gateway


class Acting:
    """What changes jobs, for one run of the program.

    Args:
        app: Shows the dialogs.
        control: Changes jobs; in read-only mode there is none.
        reads: Looks at them.
        record: Keeps what was done.
        resources: Changes what is not a job.
        actor: Who does it, as far as is known by now.
        clock: Epoch seconds.
        acted: Called after something was asked of AWS, so that the screen soon shows what came of it.
    """

    def __init__(
        self,
        app: App[Any],
        control: "ControlGateway",
        reads: "Gateway",
        record: ActionRecord,
        *,
        resources: ActingOnResources,
        actor: Callable[[], Actor],
        clock: Callable[[], float],
        acted: Acted,
    ) -> None:
        self.record = record
        self.resources = resources
        self._app = app
        self._control = control
        self._reads = reads
        self._actor = actor
        self._clock = clock
        self._acted = acted
        self._reason = ""
        self._asked: dict[str, AskedToStop] = {}

    def ask_to_stop(self, jobs: Sequence[JobSummary], hidden: int) -> None:
        """Opens the dialog, or says why there is nothing to stop.

        Args:
            jobs: What was chosen.
            hidden: How many of them the list does not show.
        """
        plan = plan_stop(jobs)
        if not plan.steps:
            reasons = [f"{plural(count, 'job')} {why}" for why, count in plan.why_left_out]
            self._app.notify(f"Nothing to stop: {'; '.join(reasons)}.", severity="warning", markup=False)
            return
        from batchtui.ui.screens.stop import StopScreen

        self._app.push_screen(
            StopScreen(plan, hidden=hidden, reason=self._reason, start=self._start, on_end=self._stop_ended)
        )

    def watch(self, job_of: Callable[[str], JobSummary | None]) -> StopWatch:
        """What has become of the jobs that were asked to stop; those that have ended are forgotten."""
        watched = watch_stops(self._asked.values(), job_of, now=self._clock())
        for job_id in watched.followed:
            del self._asked[job_id]
        return watched

    def _start(self, plan: StopPlan, reason: str, on_progress: Callable[[StopProgress], None]) -> StopRun:
        self._reason = reason.strip()
        return StopRun(plan, reason, self._control, self._reads, on_progress=on_progress)

    def _stop_ended(self, outcomes: Sequence[StopOutcome], reason: str) -> None:
        now = self._clock()
        self.record.add(entries_of(outcomes, reason, actor=self._actor(), at=now))
        asked = [each for each in outcomes if each.standing in (Standing.ACCEPTED, Standing.IN_DOUBT)]
        self._asked.update({each.job_id: AskedToStop(each.job_id, now) for each in asked})
        accepted = sum(each.standing is Standing.ACCEPTED for each in outcomes)
        if accepted == len(outcomes):
            self._app.notify(f"{plural(accepted, 'job')} will stop.")
        self._acted()


def acting_on(
    app: App[Any],
    gateway: "Gateway",
    *,
    account: Callable[[], str | None],
    clock: Callable[[], float],
    acted: Acted,
) -> Acting:
    """What can change the account behind a gateway; not to be made in read-only mode.

    Args:
        app: Shows the dialogs.
        gateway: Looks at jobs; its connection and its budget are shared.
        account: The account's number, once that is known.
        clock: Epoch seconds.
        acted: See Acting.
    """
    from batchtui.aws.control_gateway import ControlGateway
    from batchtui.aws.resources_gateway import ResourcesGateway

    connection = gateway.connection
    record = ActionRecord(
        None if connection.settings.is_self_contained else default_record_file(),
        on_trouble=lambda sentence: app.notify(sentence, severity="warning", markup=False),
    )

    def actor() -> Actor:
        where = connection.resolved
        return Actor(account(), region=where.region if where else None, profile=where.profile if where else None)

    control = ControlGateway(connection, gateway.budget)
    resources = ActingOnResources(
        app,
        ResourcesGateway(connection, gateway.budget),
        gateway,
        record,
        actor=actor,
        clock=clock,
        acted=acted,
    )
    return Acting(app, control, gateway, record, resources=resources, actor=actor, clock=clock, acted=acted)
