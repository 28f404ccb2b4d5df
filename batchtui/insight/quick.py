"""The rules for a line of a list: only what the list knows, and nothing is asked.

The rules themselves are imported with the first job that they are for: a start has none yet.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from batchtui.insight.queue_load import Load
from batchtui.insight.verdict import Certainty, Verdict
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job import FAILED, RUNNING, SUCCEEDED, JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.model.job_queue import JobQueueDetail

if TYPE_CHECKING:
    from batchtui.insight.situation import OtherQueue

SAY_NO_MORE: Final = frozenset(
    ("general-error", "other-exit-code", "exit-255", "not-started", "pod-failed", "exited-without-code")
)
"""Rules whose cause says no more than the code and the reasons, which a line has room for; or that there is no
code, which a list does not know: of a job of several containers only its description tells it."""
_OF_NO_NODE: Final = frozenset(("dependency-failed", "cancelled", "queue-deleted"))
"""Rules about a job that never came to have nodes."""
_OF_PODS: Final = (
    *("OOMKilled", "Evicted", "CreateContainerConfigError", "StartError", "RunContainerError"),
    *("ContainerCannotRun", "DeadlineExceeded"),
)
"""How reasons of containers begin that only Kubernetes gives, and nobody types."""
_POD_FAILED: Final = "Pod failed"
NO_CAUSE: Final = "no cause seen"
"""How a line begins that names none."""
LONG_START_MS: Final = 900_000
"""A start that takes longer than this may hang."""
NOT_WAITING: Final = (RUNNING, SUCCEEDED, FAILED)
_MOST_KEPT: Final = 500
"""Lines: some screens full."""


def as_detail(job: JobSummary) -> JobDetail:
    """A job as it would be described, as far as a list knows it: no attempts, one container."""
    container: dict[str, Any] = {"reason": job.container_reason, "exitCode": job.exit_code}
    known = {name: value for name, value in container.items() if value is not None}
    data: dict[str, Any] = {"container": known} if known else {}
    if (job.container_reason or "").startswith(_OF_PODS) or (job.status_reason or "").startswith(_POD_FAILED):
        data = {"eksProperties": {"podProperties": {"containers": [known]}}}
    return replace(JobDetail.from_api(data), summary=job)


def quick_cause(job: JobSummary) -> Verdict | None:
    """Why a job failed, where what the list knows leaves no other reading; None where the whole job is needed."""
    if job.status != FAILED:
        return None
    from batchtui.insight.failure import why_failed, why_service_job_failed

    if job.is_service_job:
        from batchtui.model.service_job import ServiceJobDetail

        verdicts = why_service_job_failed(replace(ServiceJobDetail.from_api({}), summary=job)).verdicts
    else:
        verdicts = why_failed(as_detail(job)).verdicts
    if not verdicts or verdicts[0].certainty is Certainty.LIKELY or verdicts[0].rule in SAY_NO_MORE:
        return None
    nodes = job.node_properties
    if nodes is not None and nodes.num_nodes and nodes.node_index is None and verdicts[0].rule not in _OF_NO_NODE:
        return None  # of several nodes the list does not tell which one decided
    return verdicts[0]


def load_rules() -> None:
    """Imports what the first lines will need, which takes too long between two frames."""
    import batchtui.insight.failure
    import batchtui.insight.waiting  # noqa: F401  # for being imported


class Line(NamedTuple):
    """What a list says of one job; no text where there is nothing to be said."""

    text: str
    is_ordinary: bool = True
    """Whether that is the usual course of things, which nobody has to look after."""


class HeldJobs(Protocol):
    """What is known of the jobs of a queue."""

    @property
    def jobs(self) -> Mapping[str, JobSummary]: ...

    @property
    def load(self) -> Load | None: ...


_NOTHING: Final = Line("")


class QuickWhy:
    """One line for each job, made once while nothing that it rests on has changed."""

    def __init__(self) -> None:
        self._queues: dict[str, JobQueueDetail] = {}
        self._environments: tuple[ComputeEnvironmentDetail, ...] = ()
        self._held: Mapping[str, HeldJobs] = {}
        self._others: dict[str, tuple[OtherQueue, ...]] = {}
        self._kept: dict[str, tuple[JobSummary, Line]] = {}
        self._kept_of_failed: dict[str, tuple[JobSummary, Line]] = {}

    def know(
        self,
        queues: Sequence[JobQueueDetail] | None,
        environments: Sequence[ComputeEnvironmentDetail] | None,
        held: Mapping[str, HeldJobs],
    ) -> None:
        """What the account has now: its jobs by queue, too."""
        named = {queue.job_queue_name: queue for queue in queues or ()}
        rooms = tuple(environments or ())
        is_same = named == self._queues and rooms == self._environments and _are_same(held, self._held)
        self._queues, self._environments, self._held = named, rooms, held
        if not is_same:
            self._others.clear()
            self._kept.clear()

    def line(self, job: JobSummary, *, now: int = 0, status_since: int | None = None) -> Line:
        """The cause in a few words, or that none is seen; empty where there is nothing to be said.

        Args:
            job: Of the row.
            now: Milliseconds since the epoch.
            status_since: When it was first seen in its status, where that is known.
        """
        if status_since is not None and now - status_since > LONG_START_MS:  # few, and told by the minute
            return self._waits(job, now, status_since)
        kept = self._kept_of_failed if job.status == FAILED else self._kept
        known = kept.get(job.job_id)
        if known is not None and known[0] is job:
            return known[1]
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        line = _failed(job) if job.status == FAILED else self._waits(job)
        kept[job.job_id] = (job, line)
        return line

    def _waits(self, job: JobSummary, now: int = 0, status_since: int | None = None) -> Line:
        if job.status in NOT_WAITING or job.is_terminated or job.is_cancelled:
            return _NOTHING
        from batchtui.insight.situation import WaitingSituation
        from batchtui.insight.waiting import quick_line

        queue, held = self._queues.get(job.job_queue), self._held.get(job.job_queue)
        situation = WaitingSituation(
            job,
            now,
            status_since=status_since,
            queue=queue,
            environments=self._environments,
            other_queues=self._sharing(queue),
            dependencies=tuple(self._known(job.depends_on or ())),
            load=held.load if held is not None else None,
        )
        return quick_line(situation)

    def _sharing(self, queue: JobQueueDetail | None) -> "tuple[OtherQueue, ...] | None":
        if queue is None:
            return None
        name = queue.job_queue_name
        if name not in self._others:
            loads = {each: held.load for each, held in self._held.items()}
            self._others[name] = sharing(queue, self._queues.values(), loads)
        return self._others[name]

    def _known(self, job_ids: Iterable[str]) -> Iterator[JobSummary]:
        for job_id in job_ids:
            found = (held.jobs.get(job_id) for held in self._held.values())
            yield from (job for job in found if job is not None)


def sharing(
    queue: JobQueueDetail, queues: Iterable[JobQueueDetail], loads: Mapping[str, Load | None]
) -> "tuple[OtherQueue, ...]":
    """The queues that share a compute environment with this one, with what their jobs come to."""
    from batchtui.insight.situation import OtherQueue

    names = set(queue.compute_environment_order)
    return tuple(
        OtherQueue(other, load=loads.get(other.job_queue_name))
        for other in queues
        if other.job_queue_name != queue.job_queue_name and names & set(other.compute_environment_order)
    )


def _failed(job: JobSummary) -> Line:
    cause = quick_cause(job)
    return Line(cause.cause.rstrip("."), is_ordinary=False) if cause is not None else _NOTHING


def _are_same(one: Mapping[str, HeldJobs], other: Mapping[str, HeldJobs]) -> bool:
    return one.keys() == other.keys() and all(one[name] is other[name] for name in one)
