"""From what a person asks to change, other than jobs to stop, to the dialog, the call, and the record of it."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

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
from batchtui.aws.errors import AwsError
from batchtui.model.fields import arn_name
from batchtui.model.job_definition import JobDefinition
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.means import Means
from batchtui.ui.messages import ChangeWanted

if TYPE_CHECKING:
    from batchtui.aws.resources_gateway import ResourcesGateway

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
        means: What it takes.
        control: Changes them.
    """

    def __init__(self, means: Means, control: "ResourcesGateway") -> None:
        self._means = means
        self._control = control

    def forbid(self) -> None:
        """From now on nothing is changed."""
        self._control.forbid()

    def ask(self, wanted: ChangeWanted) -> None:
        """Opens the dialog, or says why there is nothing to change."""
        snapshot = self._means.snapshot()
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
        _: Worker[None] = self._means.app.run_worker(look, name="look", group="change", exclusive=True)

    async def _open_when_known(self, plan: Callable[[], Awaitable[ChangePlan | str]]) -> None:
        """Asks AWS what it is now, then opens the dialog, unless the person went elsewhere meanwhile."""
        screen = self._means.app.screen
        found: ChangePlan | str
        try:
            found = await plan()
        except AwsError as error:
            found = str(error)
        if self._means.app.screen is screen:
            self._open(found)

    async def _plan_service_job(self, key: str) -> ChangePlan | str:
        job = await self._means.reads.describe_service_job(arn_name(key), urgent=True)
        return plan_service_job_priority(job) if job else "AWS Batch does not know this job, or not any more."

    async def _plan_definition(self, key: str) -> ChangePlan | str:
        raw = await self._means.reads.describe_job_definition(key)
        unknown = "AWS Batch does not know this definition, or not any more."
        return unknown if raw is None else plan_deregistration(JobDefinition.from_api(raw))

    def _open(self, plan: ChangePlan | str) -> None:
        if isinstance(plan, str):
            self._means.app.notify(plan, severity="warning")
            return
        from batchtui.ui.screens.change import ChangeScreen

        self._means.app.push_screen(ChangeScreen(plan, start=self._start, on_end=self._ended))

    def _start(self, change: Change, on_pause: Callable[[float], None]) -> ChangeRun:
        return ChangeRun(change, self._control, on_pause=on_pause)

    def _ended(self, change: Change, outcome: ChangeOutcome) -> None:
        self._means.record.add([entry_of(change, outcome, actor=self._means.actor(), at=self._means.clock())])
        if outcome.standing is Standing.ACCEPTED:
            self._means.app.notify(change.done)
        self._means.acted(topology=True)
        from batchtui.ui.screens.detail import DetailScreen

        # What AWS is asked for once, or seldom, shall not stand there as it was; the dialog is still the first.
        for screen in self._means.app.screen_stack:
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
