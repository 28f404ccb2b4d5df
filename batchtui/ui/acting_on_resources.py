"""From what a person asks to change, other than jobs to stop, to the dialog, the call, and the record of it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.worker import Worker

from batchtui.actions.change import Change, ChangePlan
from batchtui.actions.change_plans import (
    plan_deregistration,
    plan_environment_state,
    plan_queue_priority,
    plan_queue_state,
    plan_service_job_priority,
    plan_vcpus,
)
from batchtui.actions.changing import ChangeOutcome, ChangeRun, entry_of
from batchtui.actions.outcomes import Standing
from batchtui.actions.record import ActionRecord, Actor
from batchtui.aws.errors import AwsError
from batchtui.model.fields import arn_name
from batchtui.model.job_definition import JobDefinition
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.messages import ChangeWanted

if TYPE_CHECKING:
    from batchtui.aws.gateway import Gateway
    from batchtui.aws.resources_gateway import ResourcesGateway
    from batchtui.ui.acting import Acted

_WHY_NOT = {
    ("state", "job"): "Only queues and compute environments can be enabled or disabled.",
    ("state", "definition"): "A definition cannot be disabled; D deregisters a revision.",
    ("numbers", "job"): "Only service jobs have a priority that can be changed.",
    ("numbers", "definition"): "A revision is never changed: registering it again makes a new one.",
}
_ONLY = {
    "state": _WHY_NOT["state", "job"],
    "numbers": "This has no numbers that can be changed from here.",
    "deregister": "Only a revision of a job definition can be deregistered.",
}


class ActingOnResources:
    """What changes queues, compute environments, definitions and priorities, for one run of the program.

    Args:
        app: Shows the dialogs.
        control: Changes them; in read-only mode there is none.
        reads: Looks at what no snapshot knows.
        record: Keeps what was done.
        actor: Who does it, as far as is known by now.
        clock: Epoch seconds.
        acted: Called after something was asked of AWS.
    """

    def __init__(
        self,
        app: App[Any],
        control: "ResourcesGateway",
        reads: "Gateway",
        record: ActionRecord,
        *,
        actor: Callable[[], Actor],
        clock: Callable[[], float],
        acted: "Acted",
    ) -> None:
        self._app = app
        self._control = control
        self._reads = reads
        self._record = record
        self._actor = actor
        self._clock = clock
        self._acted = acted

    def forbid(self) -> None:
        """From now on nothing is changed."""
        self._control.forbid()

    def ask(self, wanted: ChangeWanted, snapshot: Snapshot) -> None:
        """Opens the dialog, or says why there is nothing to change.

        Args:
            wanted: What a person asks for.
            snapshot: What is known of the account.
        """
        if wanted.kind in ("queue", "environment") and wanted.verb != "deregister":
            self._open(_plan_known(wanted, snapshot))
        elif wanted.verb == "numbers" and wanted.kind == "job" and snapshot.is_service_job(wanted.key):
            self._look(partial(self._plan_service_job, wanted.key))
        elif wanted.verb == "deregister" and wanted.kind == "definition":
            self._look(partial(self._plan_definition, wanted.key))
        else:
            self._open(_WHY_NOT.get((wanted.verb, wanted.kind), _ONLY[wanted.verb]))

    def _look(self, plan: Callable[[], Awaitable[ChangePlan | str]]) -> None:
        look = partial(self._open_when_known, plan)
        _: Worker[None] = self._app.run_worker(look, name="look", group="change", exclusive=True)

    async def _open_when_known(self, plan: Callable[[], Awaitable[ChangePlan | str]]) -> None:
        """Asks AWS what it is now, then opens the dialog, unless the person went elsewhere meanwhile."""
        screen = self._app.screen
        found: ChangePlan | str
        try:
            found = await plan()
        except AwsError as error:
            found = str(error)
        if self._app.screen is screen:
            self._open(found)

    async def _plan_service_job(self, key: str) -> ChangePlan | str:
        job = await self._reads.describe_service_job(arn_name(key), urgent=True)
        return plan_service_job_priority(job) if job else "AWS Batch does not know this job, or not any more."

    async def _plan_definition(self, key: str) -> ChangePlan | str:
        raw = await self._reads.describe_job_definition(key)
        unknown = "AWS Batch does not know this definition, or not any more."
        return unknown if raw is None else plan_deregistration(JobDefinition.from_api(raw))

    def _open(self, plan: ChangePlan | str) -> None:
        if isinstance(plan, str):
            self._app.notify(plan, severity="warning", markup=False)
            return
        from batchtui.ui.screens.change import ChangeScreen

        self._app.push_screen(ChangeScreen(plan, start=self._start, on_end=self._ended))

    def _start(self, change: Change, on_pause: Callable[[float], None]) -> ChangeRun:
        return ChangeRun(change, self._control, on_pause=on_pause)

    def _ended(self, change: Change, outcome: ChangeOutcome) -> None:
        self._record.add([entry_of(change, outcome, actor=self._actor(), at=self._clock())])
        if outcome.standing is Standing.ACCEPTED:
            self._app.notify(change.done, markup=False)
        self._acted(topology=True)
        from batchtui.ui.screens.detail import DetailScreen

        # What AWS is asked for once, or seldom, shall not stand there as it was; the dialog is still the first.
        for screen in self._app.screen_stack:
            if isinstance(screen, DetailScreen):
                screen.action_refresh_now()


def _plan_known(wanted: ChangeWanted, snapshot: Snapshot) -> ChangePlan | str:
    """The plan for a queue or an environment, of which the snapshot knows all."""
    queues, environments = snapshot.job_queues or (), snapshot.compute_environments or ()
    is_state = wanted.verb == "state"
    if wanted.kind == "queue":
        queue = next((each for each in queues if each.job_queue_name == wanted.key), None)
        if queue is not None:
            held = snapshot.jobs.get(wanted.key)
            counts = held.counts if held else {}
            return (
                plan_queue_state(queue, counts, environments) if is_state else plan_queue_priority(queue, queues)
            )
    else:
        environment = next((each for each in environments if each.compute_environment_name == wanted.key), None)
        if environment is not None:
            return (
                plan_environment_state(environment, queues, environments) if is_state else plan_vcpus(environment)
            )
    return f"AWS Batch does not know {wanted.key}, or not any more."
