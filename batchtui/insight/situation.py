"""Everything that is known when somebody asks why a job waits: values only, read before the rules look at them."""

from dataclasses import dataclass

from batchtui.insight.queue_load import Load
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.consumable_resource import ConsumableResource
from batchtui.model.job import JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.job_queue_snapshot import JobQueueSnapshot
from batchtui.model.scheduling_policy import QuotaShareDetail, SchedulingPolicyDetail
from batchtui.model.service_environment import ServiceEnvironmentDetail
from batchtui.model.service_job import ServiceJobDetail


@dataclass(frozen=True, slots=True)
class OtherQueue:
    """Another queue that uses a compute environment of the job's queue."""

    queue: JobQueueDetail
    jobs: tuple[JobSummary, ...] = ()
    """Its jobs that have not ended, as far as they are known."""
    load: Load | None = None
    """What they come to, where that is known without counting them."""


@dataclass(frozen=True, slots=True)
class WaitingSituation:
    """One job that waits, and what is around it. What could not be had is None, with the reason beside it."""

    job: JobSummary
    now: int
    """Milliseconds since the epoch."""
    detail: JobDetail | None = None
    service: ServiceJobDetail | None = None
    """The same of a service job."""
    status_since: int | None = None
    """When it was first seen in its status here; AWS does not tell. It may have been so for longer."""
    queue: JobQueueDetail | None = None
    environments: tuple[ComputeEnvironmentDetail, ...] = ()
    """Those of the queue that are known, the first tried first."""
    snapshot: JobQueueSnapshot | None = None
    snapshot_trouble: str = ""
    """Why there is no snapshot."""
    other_queues: tuple[OtherQueue, ...] | None = None
    """Those that share an environment with it; None where they are not known."""
    dependencies: tuple[JobSummary, ...] = ()
    """What the job depends on, as far as AWS knows it."""
    policy: SchedulingPolicyDetail | None = None
    policy_trouble: str = ""
    quota_shares: tuple[QuotaShareDetail, ...] = ()
    service_environments: tuple[ServiceEnvironmentDetail, ...] | None = None
    """Those of a queue for service jobs, the first tried first; None where they are not known."""
    service_environments_trouble: str = ""
    consumables: tuple[ConsumableResource, ...] = ()
    """What it takes besides vCPUs and memory, as far as AWS was asked and knows it."""
    consumables_trouble: str = ""
    jobs: tuple[JobSummary, ...] | None = None
    """The jobs of its queue that have not ended; None where they are not known."""
    load: Load | None = None
    """What they come to, where that is known without counting them."""
