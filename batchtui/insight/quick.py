"""The rules for a line of a list: only what the list knows, and nothing is asked.

The rules themselves are imported with the first job that they are for: a start has none yet.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from batchtui.insight.verdict import Certainty, Verdict
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job import FAILED, TERMINAL_STATUSES, JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.model.job_queue import JobQueueDetail

SAY_NO_MORE: Final = frozenset(("general-error", "other-exit-code", "exit-255", "not-started", "pod-failed"))
"""Rules whose cause says no more than the code and the reasons, which a line has room for."""
_MOST_KEPT: Final = 500
"""Lines: some screens full."""


def as_detail(job: JobSummary) -> JobDetail:
    """A job as it would be described, as far as a list knows it: no attempts, one container."""
    container: dict[str, Any] = {"reason": job.container_reason, "exitCode": job.exit_code}
    known = {name: value for name, value in container.items() if value is not None}
    return replace(JobDetail.from_api({"container": known} if known else {}), summary=job)


def quick_cause(job: JobSummary) -> Verdict | None:
    """Why a job failed, where what the list knows leaves no other reading; None where the whole job is needed."""
    nodes = job.node_properties
    if job.status != FAILED or (nodes is not None and nodes.num_nodes and nodes.node_index is None):
        return None  # of several nodes the list does not tell which one decided
    from batchtui.insight.failure import why_failed

    verdicts = why_failed(as_detail(job)).verdicts
    if not verdicts or verdicts[0].certainty is Certainty.LIKELY or verdicts[0].rule in SAY_NO_MORE:
        return None
    return verdicts[0]


def load_rules() -> None:
    """Imports what the first lines will need, which takes too long between two frames."""
    import batchtui.insight.failure
    import batchtui.insight.waiting  # noqa: F401


class QuickWhy:
    """One line for each job, made once while nothing that it rests on has changed."""

    def __init__(self) -> None:
        self._queues: dict[str, JobQueueDetail] = {}
        self._environments: Sequence[ComputeEnvironmentDetail] = ()
        self._kept: dict[str, tuple[JobSummary, str]] = {}

    def know(
        self,
        queues: Sequence[JobQueueDetail] | None,
        environments: Sequence[ComputeEnvironmentDetail] | None,
    ) -> None:
        """What the account has now."""
        named = {queue.job_queue_name: queue for queue in queues or ()}
        if named != self._queues or tuple(environments or ()) != tuple(self._environments):
            self._queues, self._environments = named, tuple(environments or ())
            self._kept.clear()

    def line(self, job: JobSummary, *, now: int = 0, status_since: int | None = None) -> str:
        """The cause in a few words; empty where the list knows none.

        Args:
            job: Of the row.
            now: Milliseconds since the epoch.
            status_since: When it was first seen in its status, where that is known.
        """
        if status_since is not None:
            from batchtui.insight.situation import LONG_START_MS

            if now - status_since > LONG_START_MS:  # few, and told by the minute
                return self._made(job, now, status_since)
        kept = self._kept.get(job.job_id)
        if kept is not None and kept[0] is job:
            return kept[1]
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        text = self._made(job)
        self._kept[job.job_id] = (job, text)
        return text

    def _made(self, job: JobSummary, now: int = 0, status_since: int | None = None) -> str:
        if job.status == FAILED:
            cause = quick_cause(job)
            return cause.cause.rstrip(".") if cause is not None else ""
        if job.status in TERMINAL_STATUSES or job.is_terminated or job.is_cancelled:
            return ""
        from batchtui.insight.waiting import quick_reason

        queue = self._queues.get(job.job_queue)
        return quick_reason(job, queue, self._environments, now=now, status_since=status_since) or ""
