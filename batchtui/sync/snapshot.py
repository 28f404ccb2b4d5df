"""What is known of the account at one moment: immutable, sharing all that did not change with the one before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from batchtui.aws.errors import AwsError
from batchtui.insight.queue_load import Load
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.fields import arn_name
from batchtui.model.job import JobSummary, is_service_job_arn
from batchtui.model.job_queue import JobQueueDetail

JOB_QUEUES = "DescribeJobQueues"
COMPUTE_ENVIRONMENTS = "DescribeComputeEnvironments"
DESCRIBED_JOBS = "DescribeJobs"
DESCRIBED_SERVICE_JOBS = "DescribeServiceJob"
CALLER_IDENTITY = "GetCallerIdentity"
OURSELVES = "batchtui"
"""The source of errors that are mistakes of this program."""


def jobs_of(queue: str) -> str:
    """The name of the source that lists one queue's jobs, with whichever operation its kind takes."""
    return f"ListJobs {queue}"


@dataclass(frozen=True, slots=True)
class QueueJobs:
    """The jobs of one queue."""

    jobs: Mapping[str, JobSummary] = field(default_factory=lambda: MappingProxyType({}))
    """By job id."""
    active: Mapping[str, JobSummary] = field(default_factory=lambda: MappingProxyType({}))
    """Those of them that can still change."""
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """How many by status."""
    is_complete: bool = False
    """Whether every status was listed to its end at least once."""
    starting_since: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """When its STARTING jobs were first seen so, in milliseconds since the epoch: AWS does not tell."""
    load: Load | None = None
    """What the active ones come to; None where nobody has counted them."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """How one source of data (an operation, or ListJobs of one queue) is doing."""

    error: AwsError | None = None
    """What went wrong at the last try; None where it went well."""
    failures: int = 0
    """Tries that failed since the last that went well."""
    failing_since: float | None = None
    """Epoch seconds of the first of them."""
    succeeded_at: float | None = None
    """Epoch seconds of the last success."""
    retry_at: float = 0.0
    """Not to be asked before this moment of the poller's clock."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the first sweep has come."""

    queues_done: int
    queues: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The account as it was last seen."""

    job_queues: tuple[JobQueueDetail, ...] | None = None
    """Highest priority first; None until AWS has told."""
    compute_environments: tuple[ComputeEnvironmentDetail, ...] | None = None
    """By name; None until AWS has told."""
    jobs: Mapping[str, QueueJobs] = field(default_factory=lambda: MappingProxyType({}))
    """By queue name: what is kept, and counts of no more than that."""
    dropped_before: int | None = None
    """Epoch milliseconds: finished jobs that ended before are left out; None where all are here."""
    sources: Mapping[str, SourceState] = field(default_factory=lambda: MappingProxyType({}))
    account: str | None = None
    """The account's number."""
    progress: Progress | None = None
    """None once everything was listed."""
    refreshed_at: float | None = None
    """Epoch seconds of the last good answer of AWS."""
    interval: float = 0.0
    """Seconds between two looks at a queue that a person looks at, or at any while all are shown together: what
    was asked for, or more where the API budget does not allow that."""
    others_interval: float = 0.0
    """The same for the other queues, on average; those in which nothing happens may be looked at more rarely."""
    unseen_interval: float = 0.0
    """Seconds between two looks while nobody sees the lists; 0 while somebody does."""
    refresh: float = 0.0
    """The seconds that were asked for."""
    is_paused: bool = False
    unknown_queues: tuple[str, ...] = ()
    """Names of queues that were asked for and that AWS does not know."""

    @property
    def is_stretched(self) -> bool:
        """Whether the API budget does not allow the freshness that was asked for."""
        return self.interval > self.refresh * 1.05

    @property
    def are_others_slower(self) -> bool:
        """Whether it allows it only for the queues that are looked at."""
        return self.others_interval > self.interval * 1.05

    def eks_cluster_of(self, job_queue: str) -> str | None:
        """The name of the EKS cluster on which a queue's jobs run, None where it is not EKS, or not known."""
        queue = next((each for each in self.job_queues or () if each.job_queue_name == job_queue), None)
        names = queue.compute_environment_order if queue else ()
        for environment in self.compute_environments or ():
            if environment.compute_environment_name in names and environment.eks_cluster_arn:
                return arn_name(environment.eks_cluster_arn)
        return None

    def job(self, job_id: str) -> JobSummary | None:
        """What is known of a job."""
        found = (held.jobs.get(job_id) for held in self.jobs.values())
        return next((job for job in found if job is not None), None)

    def status_since(self, job: JobSummary) -> int | None:
        """When a job was first seen in the status that it has, where AWS does not tell: only of STARTING ones."""
        held = self.jobs.get(job.job_queue)
        known = held.active.get(job.job_id) if held is not None else None
        if held is None or known is None or known.status != job.status:
            return None
        return held.starting_since.get(job.job_id)

    def is_service_job(self, job_id: str) -> bool:
        """Whether an id, or an ARN, is that of a service job as far as is known."""
        known = self.job(job_id)
        return known.is_service_job if known is not None else is_service_job_arn(job_id)

    def error_of(self, *sources: str) -> SourceState | None:
        """The first of these sources that is failing."""
        states = (self.sources.get(source) for source in sources)
        return next((state for state in states if state is not None and state.error is not None), None)


@dataclass(frozen=True, slots=True)
class Change:
    """What one snapshot's jobs have that another's had not."""

    added: tuple[JobSummary, ...] = ()
    updated: tuple[JobSummary, ...] = ()
    removed: tuple[JobSummary, ...] = ()


def diff(old: Snapshot, new: Snapshot) -> Change:
    """What became of the jobs between two snapshots.

    Queues that the two share are passed over at once, so that it costs as much as what changed.
    """
    added: list[JobSummary] = []
    updated: list[JobSummary] = []
    removed: list[JobSummary] = []
    nothing = QueueJobs()
    for queue in {**old.jobs, **new.jobs}:
        before, after = old.jobs.get(queue, nothing), new.jobs.get(queue, nothing)
        if before is after:
            continue
        for job_id, job in after.jobs.items():
            known = before.jobs.get(job_id)
            if known is None:
                added.append(job)
            elif known is not job:
                updated.append(job)
        removed += (job for job_id, job in before.jobs.items() if job_id not in after.jobs)
    return Change(tuple(added), tuple(updated), tuple(removed))
