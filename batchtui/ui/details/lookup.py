"""From a kind and a key to the view of it: by asking AWS, or from what the last snapshot knows."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from batchtui.format import plain
from batchtui.insight.blocked import blocked_reason
from batchtui.model.fields import EMPTY
from batchtui.model.job import FAILED, RUNNING, JobSummary
from batchtui.model.job_definition import JobDefinition
from batchtui.model.job_detail import JobDetail
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.details.job_overview import MOST_CHILDREN
from batchtui.ui.details.views import View, definition_view, environment_view, job_view, queue_view

if TYPE_CHECKING:
    from batchtui.aws.gateway import Gateway


class Lookup:
    """Finds things.

    Args:
        gateway: The gateway, None while there is no connection.
        snapshot: What is known of the account.
    """

    def __init__(self, gateway: "Callable[[], Gateway | None]", snapshot: Callable[[], Snapshot]) -> None:
        self._gateway = gateway
        self._snapshot = snapshot

    async def view(self, kind: str, key: str) -> View:
        """The view of a ``job``, ``queue``, ``environment`` or ``definition``.

        Raises:
            AwsError: AWS was asked and did not answer.
        """
        snapshot = self._snapshot()
        if kind == "queue":
            for queue in snapshot.job_queues or ():
                if queue.job_queue_name == key:
                    held = snapshot.jobs.get(key)
                    return queue_view(queue, snapshot, blocked_reason(held.jobs.values()) if held else None)
        elif kind == "environment":
            for environment in snapshot.compute_environments or ():
                if environment.compute_environment_name == key:
                    return environment_view(environment, snapshot)
        elif (gateway := self._gateway()) is not None:
            found = await (self._job(gateway, key) if kind == "job" else self._definition(gateway, key))
            if found is not None:
                return found
        else:
            return _message(key, "Not connected yet.")
        return _message(key, f"AWS Batch does not know this {kind}, or not any more.")

    async def _job(self, gateway: "Gateway", job_id: str) -> View | None:
        found = await gateway.describe_jobs([job_id], urgent=True)
        return job_view(found[0], await self._children(gateway, found[0])) if found else None

    async def _definition(self, gateway: "Gateway", definition: str) -> View | None:
        raw = await gateway.describe_job_definition(definition)
        return None if raw is None else definition_view(JobDefinition.from_api(raw))

    async def _children(self, gateway: "Gateway", job: JobDetail) -> list[JobSummary]:
        """A few children, the failed ones first, then those that run: one or two calls, and none for most jobs."""
        summary = job.summary
        array, nodes = summary.array_properties, summary.node_properties
        if "#" in summary.job_id or ":" in summary.job_id:
            return []
        if array is not None and array.size:
            statuses = [status for status in (FAILED, RUNNING) if array.count(status)]
            statuses = statuses or [status for status, count in array.status_summary if count][:1]
        elif nodes is not None and nodes.num_nodes:
            statuses = [summary.status]
        else:
            return []
        children: list[JobSummary] = []
        for status in statuses:
            if len(children) < MOST_CHILDREN:
                children += await gateway.list_children(
                    summary.job_id, status, is_array=array is not None and bool(array.size)
                )
        return children[:MOST_CHILDREN]


def _message(key: str, text: str) -> View:
    return View(
        title=plain(key, "strong"),
        tabs={"Overview": lambda width, now, revealed: [plain(text, "warning")]},
        name=key,
        arn=None,
        raw=EMPTY,
    )
