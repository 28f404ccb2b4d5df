"""Jobs as lists show them: JobSummary and ServiceJobSummary, filled up from DescribeJobs where that is known."""

from dataclasses import dataclass
from typing import Self

from batchtui.model import fields
from batchtui.model.fields import Api, Pairs, arn_name
from batchtui.model.requested import requested_memory, requested_vcpus
from batchtui.model.text import clean

SUBMITTED, PENDING, RUNNABLE, STARTING = "SUBMITTED", "PENDING", "RUNNABLE", "STARTING"
RUNNING, SUCCEEDED, FAILED = "RUNNING", "SUCCEEDED", "FAILED"
SCHEDULED = "SCHEDULED"
"""Only of service jobs: handed to the other service, which has not begun to start it."""

JOB_STATUSES = (SUBMITTED, PENDING, RUNNABLE, STARTING, RUNNING, SUCCEEDED, FAILED)
"""The lifecycle in its order. AWS may add statuses: an unknown one counts as active."""

SERVICE_JOB_STATUSES = (SUBMITTED, PENDING, RUNNABLE, SCHEDULED, STARTING, RUNNING, SUCCEEDED, FAILED)
"""The same of a service job, which has one more: so it is the order of every status that is known."""

WAITS = (PENDING, RUNNABLE)
"""In these it, or a child of it, may wait for something that others hold."""

TERMINAL_STATUSES = frozenset((SUCCEEDED, FAILED))
"""A job never leaves these."""

ACTIVE = "active"
"""Stands for every status that a job can still leave, where a person asks for jobs by their status."""

UNKNOWN = "UNKNOWN"
"""Stands where AWS told no status at all."""


@dataclass(frozen=True, slots=True)
class ArrayProperties:
    """An array parent's size and its children by status, or a child's index."""

    size: int | None = None
    index: int | None = None
    status_summary: tuple[tuple[str, int], ...] = ()
    """Children by status, in lifecycle order; only the parent has it."""

    @classmethod
    def from_api(cls, data: Api) -> Self | None:
        if not data:
            return None
        summary = {clean(str(status)): count for status, count in fields.mapping(data, "statusSummary").items()}
        known = [status for status in JOB_STATUSES if status in summary]
        others = sorted(status for status in summary if status not in JOB_STATUSES)
        return cls(
            size=fields.integer(data, "size"),
            index=fields.integer(data, "index"),
            status_summary=tuple((name, fields.integer(summary, name) or 0) for name in (*known, *others)),
        )

    def count(self, status: str) -> int:
        """How many children have this status."""
        return next((count for name, count in self.status_summary if name == status), 0)


@dataclass(frozen=True, slots=True)
class NodeProperties:
    """A multi-node parent's number of nodes, or a node's index."""

    num_nodes: int | None = None
    node_index: int | None = None
    is_main_node: bool | None = None

    @classmethod
    def from_api(cls, properties: Api, details: Api = fields.EMPTY) -> Self | None:
        """From ListJobs' ``nodeProperties``, or from DescribeJobs' ``nodeProperties`` and ``nodeDetails``."""
        if not properties and not details:
            return None
        own = details or properties
        return cls(
            num_nodes=fields.integer(properties, "numNodes"),
            node_index=fields.integer(own, "nodeIndex"),
            is_main_node=fields.flag(own, "isMainNode"),
        )


@dataclass(frozen=True, slots=True)
class JobSummary:
    """One job as ListJobs tells it. All moments are milliseconds since the epoch."""

    job_id: str
    job_name: str
    job_queue: str
    """The queue's name: known from the request, for the shape itself has no queue."""
    status: str
    arn_start: str | None = None
    """Its ARN up to the id, which all jobs of a region share; the whole of an ARN that does not end in the id."""
    status_reason: str | None = None
    created_at: int | None = None
    scheduled_at: int | None = None
    started_at: int | None = None
    stopped_at: int | None = None
    exit_code: int | None = None
    container_reason: str | None = None
    job_definition: str | None = None
    share_identifier: str | None = None
    array_properties: ArrayProperties | None = None
    node_properties: NodeProperties | None = None
    is_cancelled: bool | None = None
    is_terminated: bool | None = None
    vcpus: float | None = None
    """Requested vCPUs, of one array child or of all nodes; only DescribeJobs tells it."""
    tags: Pairs | None = None
    """None where they are not known: only DescribeJobs tells them."""
    depends_on: tuple[str, ...] | None = None
    """The ids of the jobs that it depends on, while it is PENDING; only DescribeJobs tells them."""
    consumables: tuple[str, ...] | None = None
    """The names of the consumable resources that it takes, while it waits; only DescribeJobs tells them."""
    service_job_type: str | None = None
    """What kind of service job it is (``SAGEMAKER_TRAINING``); None for a job that runs in containers."""
    quota_share_name: str | None = None
    """The quota share of a service job, where its queue has such shares."""
    memory: int | None = None
    """Requested memory in MiB, as ``vcpus``; only DescribeJobs tells it."""
    attempts: int | None = None
    """How many attempts there were; only DescribeJobs tells it."""

    @classmethod
    def from_api(cls, data: Api, *, job_queue: str = "") -> Self:
        """From a JobSummary of ListJobs, or from a JobDetail of DescribeJobs, which names its queue itself.

        The queue is given with what was listed: then it tells no resources either.

        ServiceJobSummary of ListServiceJobs and the answer of DescribeServiceJob have the same members, but
        nothing of containers.
        """
        container = fields.mapping(data, "container")
        job_id = fields.text(data, "jobId") or ""
        return cls(
            job_id=job_id,
            job_name=fields.text(data, "jobName") or "",
            job_queue=job_queue or arn_name(fields.text(data, "jobQueue") or ""),
            status=fields.shared_text(data, "status") or UNKNOWN,
            arn_start=_arn_start(fields.text(data, "jobArn"), job_id),
            status_reason=fields.shared_text(data, "statusReason"),
            created_at=fields.epoch_ms(data, "createdAt"),
            scheduled_at=fields.epoch_ms(data, "scheduledAt"),
            started_at=fields.epoch_ms(data, "startedAt"),
            stopped_at=fields.epoch_ms(data, "stoppedAt"),
            exit_code=fields.integer(container, "exitCode"),
            container_reason=fields.shared_text(container, "reason"),
            job_definition=fields.shared_text(data, "jobDefinition"),
            share_identifier=fields.shared_text(data, "shareIdentifier"),
            array_properties=(
                ArrayProperties.from_api(fields.mapping(data, "arrayProperties"))
                if "arrayProperties" in data
                else None
            ),
            node_properties=(
                NodeProperties.from_api(
                    fields.mapping(data, "nodeProperties"), fields.mapping(data, "nodeDetails")
                )
                if "nodeProperties" in data or "nodeDetails" in data
                else None
            ),
            is_cancelled=fields.flag(data, "isCancelled"),
            is_terminated=fields.flag(data, "isTerminated"),
            vcpus=None if job_queue else requested_vcpus(data),
            tags=fields.pairs(data, "tags") if "tags" in data else None,
            depends_on=_depends_on(data) if data.get("status") == PENDING and "dependsOn" in data else None,
            consumables=_consumables(data) if data.get("status") in WAITS else None,
            service_job_type=fields.shared_text(data, "serviceJobType"),
            quota_share_name=fields.shared_text(data, "quotaShareName"),
            memory=None if job_queue else _memory(data),
            attempts=_attempts(data) if "attempts" in data or "eksAttempts" in data else None,
        )

    @property
    def job_arn(self) -> str | None:
        """Its ARN, where AWS told it."""
        start = self.arn_start
        return f"{start}{self.job_id}" if start is not None and start.endswith("/") else start

    @property
    def share(self) -> str | None:
        """The share that it belongs to, of whichever kind its queue has: a fair share's, or a quota share's."""
        return self.share_identifier or self.quota_share_name

    @property
    def is_active(self) -> bool:
        """Whether the job can still change."""
        return self.status not in TERMINAL_STATUSES

    @property
    def is_service_job(self) -> bool:
        """Whether it is a service job, for which AWS Batch has operations of their own."""
        return self.service_job_type is not None or is_service_job_arn(self.arn_start or "")


def _memory(data: Api) -> int | None:
    memory = requested_memory(data)
    return None if memory is None else round(memory)


def _attempts(data: Api) -> int:
    return len(fields.structures(data, "attempts") + fields.structures(data, "eksAttempts"))


def _depends_on(data: Api) -> tuple[str, ...]:
    ids = (fields.text(each, "jobId") for each in fields.structures(data, "dependsOn"))
    return tuple(dict.fromkeys(arn_name(each) for each in ids if each))


def _consumables(data: Api) -> tuple[str, ...] | None:
    held = fields.structures(fields.mapping(data, "consumableResourceProperties"), "consumableResourceList")
    names = (fields.text(each, "consumableResource") for each in held)
    return tuple(dict.fromkeys(fields.shared(arn_name(each)) for each in names if each)) or None


def _arn_start(arn: str | None, job_id: str) -> str | None:
    """100,000 ARNs of their own would take 13 MB."""
    return fields.shared(arn.removesuffix(job_id)) if arn else None


def is_service_job_arn(arn: str) -> bool:
    """Whether an ARN is that of a service job."""
    return ":service-job/" in arn
