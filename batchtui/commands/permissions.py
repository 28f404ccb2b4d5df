"""Every operation that batchtui uses, what needs it, and how to try it without changing anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from batchtui.model.container import DEFAULT_LOG_GROUP

NOBODY: Final = "batchtui-doctor"
"""A name that nothing has: what AWS says of it shows whether one may ask."""
_NO_JOB: Final = "00000000-0000-0000-0000-000000000000"
_NO_TASK: Final = "0" * 32
_NO_INSTANCE: Final = "i-00000000000000000"


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of the account, for the requests."""

    region: str
    account: str
    partition: str
    job_queue: str
    """The name of one of its queues; ``NOBODY`` where it has none, or none was told."""
    now: int
    """Epoch milliseconds."""

    def arn(self, resource: str, service: str = "batch") -> str:
        """The ARN of something in the account."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


@dataclass(frozen=True, slots=True)
class Trial:
    """A read, asked for as little as possible."""

    service: str
    operation: str
    dark: str
    """What is dark in batchtui without it."""
    params: dict[str, Any]
    is_core: bool = False
    """Whether batchtui could show nothing without it."""

    @property
    def action(self) -> str:
        """IAM's name of it."""
        return f"{self.service}:{self.operation}"


@dataclass(frozen=True, slots=True)
class Untried:
    """An operation that would change something."""

    service: str
    operation: str
    dark: str
    resource: str
    """The kind of resource on which it must be allowed, as an ARN tells it; ``*`` for any."""

    @property
    def action(self) -> str:
        """IAM's name of it."""
        return f"{self.service}:{self.operation}"


def trials(place: Place) -> tuple[Trial, ...]:
    """Every read that batchtui makes but GetCallerIdentity, which needs no permission."""
    queue, few = {"jobQueue": place.job_queue}, {"maxResults": 1}
    stream = {"logGroupName": DEFAULT_LOG_GROUP}
    resource = {"consumableResource": place.arn(f"consumable-resource/{NOBODY}")}
    on_a_host = {"cluster": NOBODY}
    return (
        Trial("batch", "DescribeJobQueues", "everything", few, is_core=True),
        Trial("batch", "DescribeComputeEnvironments", "the pane of compute environments, and why jobs wait", few),
        Trial("batch", "ListJobs", "all jobs", queue | few, is_core=True),
        Trial("batch", "DescribeJobs", "details, logs, and the end of jobs; batchtui watch", {"jobs": [_NO_JOB]}),
        Trial("batch", "DescribeJobDefinitions", "definitions, resubmission; batchtui submit checks nothing", few),
        Trial("batch", "GetJobQueueSnapshot", "a job's place in its queue, what is in use of a queue", queue),
        Trial("batch", "ListSchedulingPolicies", "the list of scheduling policies", few),
        Trial(
            "batch",
            "DescribeSchedulingPolicies",
            "fair shares and their weights",
            {"arns": [place.arn(f"scheduling-policy/{NOBODY}")]},
        ),
        Trial("batch", "ListConsumableResources", "consumable resources, and who waits for them", few),
        Trial("batch", "DescribeConsumableResource", "how much of a consumable resource is in use", resource),
        Trial(
            "batch",
            "ListJobsByConsumableResource",
            "who holds a consumable resource",
            resource | few,
        ),
        Trial("batch", "DescribeServiceEnvironments", "service environments", few),
        Trial("batch", "ListServiceJobs", "service jobs", queue | {"jobStatus": "RUNNING"} | few),
        Trial("batch", "DescribeServiceJob", "a service job's details and log", {"jobId": _NO_JOB}),
        Trial("batch", "ListQuotaShares", "quota shares", queue | few),
        Trial(
            "logs",
            "GetLogEvents",
            "logs; batchtui watch tells of status changes only",
            stream | {"logStreamName": NOBODY, "limit": 1},
        ),
        Trial(
            "logs",
            "FilterLogEvents",
            "finding the log of a pod on EKS",
            stream | {"filterPattern": NOBODY, "startTime": place.now, "limit": 1},
        ),
        Trial(
            "logs",
            "DescribeLogStreams",
            "finding the logs of pods and of service jobs",
            stream | {"logStreamNamePrefix": NOBODY, "limit": 1},
        ),
        Trial("ecs", "DescribeTasks", "the tab Host: the task", on_a_host | {"tasks": [_NO_TASK]}),
        Trial(
            "ecs",
            "DescribeContainerInstances",
            "the tab Host: the container instance",
            on_a_host | {"containerInstances": [_NO_TASK]},
        ),
        Trial("ec2", "DescribeInstances", "the tab Host: the machine", {"InstanceIds": [_NO_INSTANCE]}),
    )


UNTRIED: Final[Sequence[Untried]] = (
    Untried("batch", "CancelJob", "stopping jobs that wait", "job"),
    Untried("batch", "TerminateJob", "stopping jobs that have begun", "job"),
    Untried("batch", "SubmitJob", "submitting; batchtui submit", "*"),
    Untried("batch", "TagResource", "submitting jobs with tags", "*"),
    Untried("batch", "TerminateServiceJob", "stopping service jobs", "*"),
    Untried("batch", "UpdateServiceJob", "a service job's priority", "*"),
    Untried("batch", "UpdateJobQueue", "enabling, disabling and ranking queues", "*"),
    Untried("batch", "UpdateComputeEnvironment", "changing compute environments", "*"),
    Untried("batch", "DeregisterJobDefinition", "deregistering definitions", "*"),
    Untried("ecs", "ExecuteCommand", "a shell in a container", "*"),
)
"""Every operation that changes something: of CancelJobs and TerminateJobs IAM knows the single ones."""
