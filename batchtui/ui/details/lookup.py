"""From a kind and a key to the view of it: by asking AWS, or from what the last snapshot knows."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from functools import partial
from time import time
from typing import TYPE_CHECKING

from batchtui.insight.blocked import blocked_head
from batchtui.insight.quick import NOT_WAITING
from batchtui.model.fields import arn_name
from batchtui.model.job import JobSummary
from batchtui.model.job_definition import JobDefinition
from batchtui.model.job_detail import JobDetail
from batchtui.model.job_queue import JobQueueDetail
from batchtui.sync.snapshot import COMPUTE_ENVIRONMENTS, JOB_QUEUES, Snapshot, jobs_of
from batchtui.ui.details.family import Children, all_children, few_children, in_order, not_listed
from batchtui.ui.details.lines import Relation
from batchtui.ui.details.relations import (
    child_relations,
    consumable_relations,
    dependencies,
    fixed_relations,
    queue_relations,
    resubmissions,
)
from batchtui.ui.details.views import (
    Related,
    View,
    definition_view,
    environment_view,
    job_view,
    queue_view,
    service_job_view,
    summary_view,
    unknown_view,
)

if TYPE_CHECKING:
    from batchtui.actions.record import ActionRecord
    from batchtui.aws.gateway import Gateway
    from batchtui.ui.details.host_live import LiveHost
    from batchtui.ui.details.queue_live import LiveInsight

KINDS = {
    "job": "job",
    "queue": "queue",
    "environment": "environment",
    "definition": "definition",
    "scheduling-policy": "scheduling policy",
    "consumable-resource": "consumable resource",
    "service-environment": "service environment",
}
"""Everything that has details, with what a person calls it."""
_MOST_DESCRIBED = 100


class Lookup:
    """Finds things.

    Args:
        gateway: The gateway, None while there is no connection.
        snapshot: What is known of the account.
        record: What was done from here, None while there is no connection.
        clock: Epoch seconds.
        insight: How the queue stands, where it is to find one.
        host: Where the job runs, where it is to find one.
    """

    def __init__(
        self,
        gateway: "Callable[[], Gateway | None]",
        snapshot: Callable[[], Snapshot],
        record: "Callable[[], ActionRecord | None]",
        clock: Callable[[], float] = time,
        insight: "LiveInsight | None" = None,
        host: "LiveHost | None" = None,
    ) -> None:
        self._clock = clock
        self._gateway = gateway
        self._snapshot = snapshot
        self._record = record
        self._insight = insight
        self._host = host

    def known(self, kind: str, key: str, job: JobSummary | None = None) -> View | None:
        """What can be shown of a job before AWS was asked.

        Args:
            kind: Only of a ``job`` the lists know something that AWS is asked for all the same.
            key: Its id.
            job: What whoever leads to it knows of it.
        """
        snapshot = self._snapshot()
        summary = (self._job_known(key) or job) if kind == "job" else None
        if summary is None:
            return None
        source = snapshot.sources.get(jobs_of(summary.job_queue))
        seen_at = source.succeeded_at if source else None
        related = None if summary.is_service_job else partial(self._related, key)
        waits = self._waits(summary)
        return summary_view(summary, seen_at, related=related, made=self._more(summary), waits=waits)

    async def view(self, kind: str, key: str) -> View:
        """The view of one of ``KINDS``.

        Raises:
            AwsError: AWS was asked and did not answer.
        """
        from_lists = {"queue": self._queue, "environment": self._environment}.get(kind)
        if from_lists is not None:
            found = from_lists(key)
        elif (gateway := self._gateway()) is not None:
            found = await self._asked(gateway, kind, key)
        else:
            return unknown_view(key, "Not connected yet.")
        return found or unknown_view(key, f"AWS Batch does not know this {KINDS[kind]}, or not any more.")

    async def _asked(self, gateway: "Gateway", kind: str, key: str) -> View | None:
        """Of what only AWS knows."""
        own = {"job": self._job, "definition": self._definition}.get(kind)
        if own is not None:
            return await own(gateway, key)
        from batchtui.ui.details import resource_lookup as others

        of_kind = {
            "scheduling-policy": others.scheduling_policy,
            "consumable-resource": others.consumable_resource,
            "service-environment": others.service_environment,
        }[kind]
        return await of_kind(gateway, self._snapshot(), key)

    def _queue(self, name: str) -> View | None:
        snapshot = self._snapshot()
        queue = self._queue_known(name)
        if queue is None:
            return None
        held = snapshot.jobs.get(name)
        head = blocked_head(held.active.values()) if held else None
        return _as_told(queue_view(queue, snapshot, head, self._insight), snapshot, JOB_QUEUES)

    def _environment(self, name: str) -> View | None:
        snapshot = self._snapshot()
        for environment in snapshot.compute_environments or ():
            if environment.compute_environment_name == name:
                return _as_told(environment_view(environment, snapshot), snapshot, COMPUTE_ENVIRONMENTS)
        return None

    def _queue_known(self, name: str) -> JobQueueDetail | None:
        queues = self._snapshot().job_queues or ()
        return next((queue for queue in queues if queue.job_queue_name == name), None)

    def _job_known(self, job_id: str) -> JobSummary | None:
        return self._snapshot().job(job_id)

    def _waits(self, job: JobSummary, detail: JobDetail | None = None) -> str:
        """Why a job waits, by what is known of it and of its queue; empty where there is nothing to be said."""
        if job.status in NOT_WAITING:
            return ""
        from batchtui.insight.waiting import line_of
        from batchtui.sync.waiting_reads import known_situation

        return line_of(known_situation(self._snapshot(), job, int(self._clock() * 1000), detail))

    def _more(self, job: JobSummary) -> list[Relation]:
        """What this job was made of, and what was made of it, and what its queue is shared by."""
        record, job_id = self._record(), job.job_id
        of_queue = queue_relations(self._queue_known(job.job_queue), is_service_job=job.is_service_job)
        if record is None:
            return of_queue
        made = resubmissions(record.new_jobs_of(job_id), record.old_job_of(job_id), self._job_known)
        return [*made, *of_queue]

    async def _job(self, gateway: "Gateway", job_id: str) -> View | None:
        if self._snapshot().is_service_job(job_id):
            service_job = await gateway.describe_service_job(arn_name(job_id), urgent=True)
            if service_job is None:
                return None
            summary = service_job.summary
            return service_job_view(service_job, more=self._more(summary), waits=self._waits(summary))
        found = await gateway.describe_jobs([job_id], urgent=True)
        if not found:
            return None
        children = await few_children(gateway, found[0].summary)
        if (record := self._record()) is not None:
            await record.read()
        made, related = self._more(found[0].summary), partial(self._related, job_id)
        waits = self._waits(found[0].summary, found[0])
        if self._host is not None:
            self._host.follow(found[0])
        return job_view(
            found[0], children, known=self._job_known, related=related, made=made, waits=waits, host=self._host
        )

    async def _definition(self, gateway: "Gateway", definition: str) -> View | None:
        raw = await gateway.describe_job_definition(definition)
        return None if raw is None else definition_view(JobDefinition.from_api(raw))

    async def _related(self, job_id: str) -> AsyncGenerator[Related]:
        """Everything that a job leads to, page by page: what it waits for is asked for where no list knows it.

        The job is asked for anew: how many children there are in which status is true only for a moment.
        """
        gateway = self._gateway()
        found_jobs = await gateway.describe_jobs([job_id], urgent=True) if gateway else []
        if gateway is None or not found_jobs:
            return
        job = found_jobs[0]
        ids = [each.job_id for each in job.depends_on if each.job_id and self._job_known(each.job_id) is None]
        asked = await gateway.describe_jobs(ids[:_MOST_DESCRIBED], urgent=True) if ids else []
        described = {each.summary.job_id: each.summary for each in asked}
        waits_for = dependencies(job, lambda job_id: self._job_known(job_id) or described.get(job_id))
        taken = consumable_relations(job.consumable_resources)
        before = (*fixed_relations(job.summary), *self._more(job.summary), *taken, *waits_for)
        yield Related(before)
        found: Children = {}
        async for found in all_children(gateway, job.summary):
            yield Related((*before, *child_relations(in_order(found.values()))))
        every = (*before, *child_relations(in_order(found.values())))
        yield Related(every, not_listed(job.summary, found), is_all=True)


def _as_told(view: View, snapshot: Snapshot, source: str) -> View:
    """With the moment at which the poller heard of it, and why it hears no more."""
    state = snapshot.sources.get(source)
    if state is None:
        return view
    return replace(view, seen_at=state.succeeded_at, trouble=str(state.error) if state.error else "")
