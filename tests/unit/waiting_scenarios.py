"""Situations in which jobs wait, as AWS tells them: for every rule one in which it speaks."""

import copy
from dataclasses import dataclass, field
from typing import Any

from batchtui.insight.situation import OtherQueue, WaitingSituation
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.consumable_resource import ConsumableResource
from batchtui.model.job import JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.job_queue_snapshot import JobQueueSnapshot
from batchtui.model.scheduling_policy import QuotaShareDetail, SchedulingPolicyDetail
from batchtui.model.service_environment import ServiceEnvironmentDetail
from batchtui.model.service_job import ServiceJobDetail

NOW = 1_760_000_000_000
MINUTE = 60_000
_ARN = "arn:aws:batch:us-east-1:123456789012:"
Payload = dict[str, Any]
_MAX_RESOURCE = (
    "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE - CE(s) associated with the job queue cannot meet the CPU "
    "requirement of the job."
)
_TOO_LARGE = (
    "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - The job resource requirement (vCPU/memory/GPU) is higher than "
    "that can be met by the CE(s) attached to the job queue."
)
_UNSUPPORTED = (
    "MISCONFIGURATION:EC2_INSTANCE_CONFIGURATION_UNSUPPORTED - Your compute environment associated with this job "
    "queue has an unsupported instance type configuration."
)


def arn(kind: str, name: str) -> str:
    return f"{_ARN}{kind}/{name}"


def listed(job_id: str, status: str, **more: Any) -> Payload:
    """A job as lists know it after DescribeJobs."""
    return {
        "jobArn": arn("job", job_id),
        "jobId": job_id,
        "jobName": f"s-{job_id}-align",
        "jobQueue": arn("job-queue", "align"),
        "status": status,
        "createdAt": NOW - 40 * MINUTE,
        **more,
    }


def asks(vcpus: str, memory: str, gpus: str = "") -> Payload:
    wanted = [{"type": "VCPU", "value": vcpus}, {"type": "MEMORY", "value": memory}]
    return {"resourceRequirements": [*wanted, *([{"type": "GPU", "value": gpus}] if gpus else [])]}


def queue(name: str = "align", *environments: str, **more: Any) -> Payload:
    order = environments or ("on-demand",)
    return {
        "jobQueueName": name,
        "jobQueueArn": arn("job-queue", name),
        "state": "ENABLED",
        "status": "VALID",
        "statusReason": "JobQueue Healthy",
        "priority": 10,
        "computeEnvironmentOrder": [
            {"order": place, "computeEnvironment": arn("compute-environment", each)}
            for place, each in enumerate(order, start=1)
        ],
        "jobQueueType": "ECS",
        **more,
    }


def environment(name: str = "on-demand", **resources: Any) -> Payload:
    return {
        "computeEnvironmentName": name,
        "computeEnvironmentArn": arn("compute-environment", name),
        "type": "MANAGED",
        "state": "ENABLED",
        "status": "VALID",
        "statusReason": "ComputeEnvironment Healthy",
        "serviceRole": "arn:aws:iam::123456789012:role/AWSBatchServiceRole",
        "computeResources": {
            "type": "EC2",
            "minvCpus": 0,
            "desiredvCpus": 64,
            "maxvCpus": 128,
            "instanceTypes": ["c6i.8xlarge", "m6i"],
            **resources,
        },
        "containerOrchestrationType": "ECS",
    }


def front(*job_ids: str, since: int = 12) -> Payload:
    jobs = [{"jobArn": arn("job", each), "earliestTimeAtPosition": NOW - since * MINUTE} for each in job_ids]
    return {"frontOfQueue": {"jobs": jobs, "lastUpdatedAt": NOW - 5_000}}


def resource(*, total: int, in_use: int) -> Payload:
    return {
        "consumableResourceName": "licences",
        "consumableResourceArn": arn("consumable-resource", "licences"),
        "totalQuantity": total,
        "inUseQuantity": in_use,
        "availableQuantity": total - in_use,
        "resourceType": "REPLENISHABLE",
    }


def ordinary() -> Payload:
    """A RUNNABLE job of which nothing tells why it waits: it is the first, and there is room."""
    return {
        "detail": {
            **listed("job-1", "RUNNABLE"),
            "startedAt": 0,
            "platformCapabilities": ["EC2"],
            "container": {"image": "align:1", **asks("4", "7680")},
            "dependsOn": [],
        },
        "queue": queue(),
        "environments": [environment()],
        "snapshot": front("job-1"),
        "others": [],
        "jobs": [listed("job-2", "RUNNING", container=asks("16", "61440"))],
    }


@dataclass(frozen=True)
class Scenario:
    """One rule in the situation in which it speaks."""

    rule: str
    puts: dict[str, Any] = field(default_factory=dict)
    """What is different from the ordinary situation, by its path; None takes the member away."""
    rests_on: tuple[str, ...] = ()
    """Members without which the rule has nothing to say."""
    says: str = ""
    """Some words of its cause."""
    shows: tuple[str, ...] = ()
    """Evidence, in whole."""
    worked_out: tuple[str, ...] = ()
    """Figures that are not in the situation, but follow from it."""
    leads_to: str = ""
    name: str = ""

    @property
    def payload(self) -> Payload:
        made = ordinary()
        for path, value in self.puts.items():
            made = with_member(made, path, value)
        return made

    def __str__(self) -> str:
        return f"{self.rule}{'-' if self.name else ''}{self.name}"


def with_member(payload: Payload, path: str, value: Any) -> Payload:
    """The same with another member; None takes it away."""
    made, value = copy.deepcopy(payload), copy.deepcopy(value)
    *steps, last = path.split(".")
    at: Any = made
    for step in steps:
        at = at[int(step)] if isinstance(at, list) else at.setdefault(step, {})
    if isinstance(at, list):
        at[int(last)] = value
    elif value is None:
        del at[last]
    else:
        at[last] = value
    return made


def situation(payload: Payload) -> WaitingSituation:
    """The values that the readers make of the answers."""
    service = payload.get("service")
    detail = payload.get("detail")
    told = JobDetail.from_api(detail) if detail is not None else None
    of_service = ServiceJobDetail.from_api(service) if service is not None else None
    job = of_service.summary if of_service is not None else told.summary if told is not None else None
    if job is None:
        job = JobSummary.from_api(payload["job"], job_queue="align")
    snapshot, policy, others = payload.get("snapshot"), payload.get("policy"), payload.get("others")
    return WaitingSituation(
        job,
        NOW,
        detail=told,
        service=of_service,
        status_since=payload.get("status_since"),
        queue=JobQueueDetail.from_api(payload["queue"]) if "queue" in payload else None,
        environments=tuple(map(ComputeEnvironmentDetail.from_api, payload.get("environments", ()))),
        snapshot=JobQueueSnapshot.from_api(snapshot) if snapshot is not None else None,
        snapshot_trouble=payload.get("snapshot_trouble", ""),
        other_queues=None
        if others is None
        else tuple(
            OtherQueue(JobQueueDetail.from_api(each["queue"]), tuple(map(JobSummary.from_api, each["jobs"])))
            for each in others
        ),
        dependencies=tuple(map(JobSummary.from_api, payload.get("dependencies", ()))),
        policy=SchedulingPolicyDetail.from_api(policy) if policy is not None else None,
        policy_trouble=payload.get("policy_trouble", ""),
        service_environments=None
        if payload.get("service_environments") is None
        else tuple(map(ServiceEnvironmentDetail.from_api, payload["service_environments"])),
        consumables=tuple(map(ConsumableResource.from_api, payload.get("consumables", ()))),
        quota_shares=tuple(map(QuotaShareDetail.from_api, payload.get("quota_shares", ()))),
        jobs=tuple(map(JobSummary.from_api, payload["jobs"])) if payload.get("jobs") is not None else None,
    )


_REASON = "detail.statusReason"
_MAX = "environments.0.computeResources.maxvCpus"
_DESIRED = "environments.0.computeResources.desiredvCpus"
_TYPES = "environments.0.computeResources.instanceTypes"
_POLICY = {
    "name": "ml",
    "arn": arn("scheduling-policy", "ml"),
    "fairsharePolicy": {
        "shareDecaySeconds": 3600,
        "computeReservation": 0,
        "shareDistribution": [
            {"shareIdentifier": "production", "weightFactor": 0.25},
            {"shareIdentifier": "intern*", "weightFactor": 2.0},
        ],
    },
}


def _uses(**shares: float) -> Payload:
    return {
        **front("job-1"),
        "queueUtilization": {
            "totalCapacityUsage": [{"capacityUnit": "VCPU", "quantity": float(sum(shares.values()))}],
            "fairshareUtilization": {
                "activeShareCount": len(shares),
                "topCapacityUtilization": [
                    {
                        "shareIdentifier": name,
                        "capacityUsage": [{"capacityUnit": "VCPU", "quantity": float(vcpus)}],
                    }
                    for name, vcpus in shares.items()
                ],
            },
            "lastUpdatedAt": NOW - 5_000,
        },
    }


def _training(**more: Any) -> Payload:
    return {
        "jobArn": arn("service-job", "job-1"),
        "jobId": "job-1",
        "jobName": "unet",
        "status": "RUNNABLE",
        "jobQueue": arn("job-queue", "train"),
        "createdAt": NOW - 40 * MINUTE,
        "serviceJobType": "SAGEMAKER_TRAINING",
        "quotaShareName": "vision",
        **more,
        "capacityUsage": [{"capacityUnit": "ml.g5.xlarge", "quantity": 2.0}],
    }


_SERVICE_QUEUE = queue(
    "train",
    computeEnvironmentOrder=[],
    serviceEnvironmentOrder=[{"order": 1, "serviceEnvironment": arn("service-environment", "sagemaker")}],
    jobQueueType="SAGEMAKER_TRAINING",
)
_SERVICE: Payload = {
    "detail": None,
    "service": _training(),
    "queue": _SERVICE_QUEUE,
    "environments": [],
    "jobs": [],
}
_ROOM = {
    "serviceEnvironmentName": "sagemaker",
    "serviceEnvironmentType": "SAGEMAKER_TRAINING",
    "state": "ENABLED",
    "status": "VALID",
    "capacityLimits": [{"capacityUnit": "NUM_INSTANCES", "maxCapacity": 8}],
}
_SHARE = {
    "quotaShareName": "vision",
    "capacityLimits": [{"capacityUnit": "ml.g5.xlarge", "maxCapacity": 4}],
    "resourceSharingConfiguration": {"strategy": "RESERVE"},
    "state": "ENABLED",
    "status": "VALID",
}
_FIRST_OF_SHARES = {
    "frontOfQuotaShares": {
        "quotaShares": {"vision": [{"jobArn": arn("service-job", "job-9"), "earliestTimeAtPosition": NOW}]},
        "lastUpdatedAt": NOW,
    },
    "queueUtilization": {
        "quotaShareUtilization": {
            "topCapacityUtilization": [
                {
                    "quotaShareName": "vision",
                    "capacityUsage": [{"capacityUnit": "ml.g5.xlarge", "quantity": 3.0}],
                }
            ]
        }
    },
}
_PARENT = listed(
    "job-1",
    "PENDING",
    arrayProperties={"size": 36, "statusSummary": {"RUNNABLE": 10, "RUNNING": 4, "SUCCEEDED": 22}},
    container=asks("4", "7680"),
    dependsOn=[],
)
_WAITING_PARENT = {**_PARENT, "arrayProperties": {"size": 36, "statusSummary": {"RUNNABLE": 36, "RUNNING": 0}}}
_FEW_LEFT = {**_PARENT, "arrayProperties": {"size": 36, "statusSummary": {"RUNNABLE": 2, "SUCCEEDED": 34}}}
_ALL_OVER = {
    "PENDING": 1000,
    "RUNNABLE": 3676,
    "STARTING": 12,
    "RUNNING": 300,
    "SUCCEEDED": 4000,
    "FAILED": 12,
}
_PENDING = {"detail.status": "PENDING", "detail.dependsOn": [{"jobId": "job-0"}, {"jobId": "job-7"}]}
_TAKES_TWO = {
    "detail.consumableResourceProperties": {
        "consumableResourceList": [{"consumableResource": arn("consumable-resource", "licences"), "quantity": 2}]
    }
}

SCENARIOS = (
    Scenario(
        "stopped", {"detail.isTerminated": True}, ("detail.isTerminated",), "asked to stop", ("isTerminated",)
    ),
    Scenario(
        "stopped",
        {**_PENDING, "detail.isCancelled": True, "dependencies": [listed("job-0", "RUNNING")]},
        ("detail.isCancelled",),
        "It was asked to stop: it ends with what it depends on.",
        ("isCancelled", "AWS cancels a PENDING job once what it depends on is over"),
        name="pending",
    ),
    Scenario(
        "dependency-failed",
        {
            **_PENDING,
            "dependencies": [
                listed("job-0", "FAILED", statusReason="Essential container in task exited"),
                listed("job-7", "RUNNING"),
            ],
        },
        ("dependencies.0.status", "detail.dependsOn"),
        "will fail",
        ("s-job-0-align: FAILED: Essential container in task exited",),
        leads_to="job-0",
    ),
    Scenario(
        "consumables",
        {**_TAKES_TWO, "consumables": [resource(total=4, in_use=3)]},
        ("detail.consumableResourceProperties", "consumables"),
        "It takes 2 of licences, of which 1 is left.",
        ("licences: 3 of 4 in use, 2 asked for",),
        leads_to="licences",
    ),
    Scenario(
        "consumables",
        {**_TAKES_TWO, "consumables": [resource(total=4, in_use=4)]},
        ("consumables",),
        "It takes 2 of licences, of which none is left.",
        ("licences: 4 of 4 in use, 2 asked for",),
        name="none",
    ),
    Scenario(
        "consumables",
        {**_TAKES_TWO, "consumables": [resource(total=1, in_use=0)]},
        ("consumables",),
        "It takes 2 of licences, of which there are 1.",
        ("licences: 0 of 1 in use, 2 asked for",),
        name="never",
    ),
    Scenario(
        "no-instance-capacity",
        {
            _REASON: "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - Service cannot fulfill the capacity requested for "
            "instance type [c6i.8xlarge]"
        },
        (_REASON,),
        "no capacity",
        ("on-demand: instance types c6i.8xlarge, m6i",),
        leads_to="on-demand",
    ),
    Scenario(
        "told-max-vcpus",
        {
            _REASON: _MAX_RESOURCE,
            _MAX: 2,
        },
        (_REASON,),
        "more vCPUs than",
        ("asks for 4 vCPUs, 7,680 MiB", "on-demand: maxvCpus 2"),
    ),
    Scenario(
        "told-too-large",
        {_REASON: _TOO_LARGE},
        (_REASON,),
        "large enough",
        ("asks for 4 vCPUs, 7,680 MiB", "on-demand: instance types c6i.8xlarge, m6i"),
    ),
    Scenario(
        "told-instance-types",
        {_REASON: _UNSUPPORTED},
        (_REASON,),
        "cannot be used",
    ),
    Scenario(
        "told-service-role",
        {_REASON: "MISCONFIGURATION:SERVICE_ROLE_PERMISSIONS - Batch service role has a permission issue."},
        (_REASON,),
        "lacks a permission",
        ("on-demand: service role arn:aws:iam::123456789012:role/AWSBatchServiceRole",),
    ),
    Scenario(
        "told-environments-invalid",
        {
            _REASON: "ACTION_REQUIRED - CE(s) associated with the job queue are invalid.",
            "environments.0.status": "INVALID",
            "environments.0.statusReason": "CLIENT_ERROR - role cannot be assumed",
        },
        (_REASON,),
        "are invalid",
        ("on-demand: INVALID: CLIENT_ERROR - role cannot be assumed",),
        leads_to="on-demand",
    ),
    Scenario(
        "told-service-max",
        {
            **_SERVICE,
            "service.statusReason": "MISCONFIGURATION:SERVICE_ENVIRONMENT_MAX_RESOURCE - Service environment(s) "
            "associated with the job queue cannot meet the capacity requirement of the job.",
        },
        ("service.statusReason",),
        "service environment",
        ("asks for 2 ml.g5.xlarge",),
    ),
    Scenario(
        "told-quota-limit",
        {**_SERVICE, "service.statusReason": "MISCONFIGURATION:QUOTA_MANAGEMENT_LIMIT_EXCEEDED - no"},
        ("service.statusReason",),
        "quota share",
    ),
    Scenario(
        "told-other",
        {_REASON: "CAPACITY:SOMETHING_NEW - a reason of another year"},
        (_REASON,),
        "AWS says: CAPACITY:SOMETHING_NEW",
        ("statusReason: CAPACITY:SOMETHING_NEW - a reason of another year",),
    ),
    Scenario(
        "no-environments", {"queue.computeEnvironmentOrder": []}, ("queue.computeEnvironmentOrder",), "no compute"
    ),
    Scenario(
        "queue-disabled",
        {"queue.state": "DISABLED"},
        ("queue.state",),
        "Its queue is disabled: align",
        ("align: state DISABLED",),
        leads_to="align",
    ),
    Scenario(
        "queue-status",
        {"queue.status": "INVALID", "queue.statusReason": "no environment is left"},
        ("queue.status",),
        "is INVALID",
        ("align: status INVALID: no environment is left",),
    ),
    Scenario(
        "queue-status",
        {"queue.status": "UPDATING"},
        ("queue.status",),
        "is UPDATING",
        ("align: status UPDATING: JobQueue Healthy",),
        name="updating",
    ),
    Scenario(
        "environments-out",
        {"environments.0.state": "DISABLED"},
        ("environments.0.state",),
        "on-demand is disabled",
        ("on-demand: DISABLED VALID: ComputeEnvironment Healthy",),
        leads_to="on-demand",
        name="disabled",
    ),
    Scenario(
        "environments-out",
        {"environments.0.status": "INVALID", "environments.0.statusReason": "CLIENT_ERROR - no such role"},
        ("environments.0.status",),
        "on-demand is invalid",
        ("on-demand: ENABLED INVALID: CLIENT_ERROR - no such role",),
        name="invalid",
    ),
    Scenario(
        "environments-out",
        {"environments.0.status": "CREATING"},
        ("environments.0.status",),
        "not ready",
        name="creating",
    ),
    Scenario(
        "environments-out",
        {
            "queue": queue("align", "on-demand", "spot"),
            "environments": [
                {**environment(), "state": "DISABLED"},
                {**environment("spot"), "status": "INVALID"},
            ],
        },
        ("environments.0.state", "environments.1.status"),
        "All its environments are disabled or invalid",
        name="both",
    ),
    Scenario(
        "some-environments-out",
        {
            "queue": queue("align", "on-demand", "spot"),
            "environments": [environment(), {**environment("spot"), "state": "DISABLED"}],
        },
        ("environments.1.state",),
        "One of its 2 environments",
        ("spot: DISABLED VALID: ComputeEnvironment Healthy",),
        worked_out=("2",),
        leads_to="spot",
    ),
    Scenario(
        "above-max-vcpus",
        {"detail.container": asks("96", "7680"), _MAX: 64},
        ("detail.container", _MAX),
        "96 vCPUs, its environments have at most 64",
        ("asks for 96 vCPUs", "on-demand: maxvCpus 64"),
    ),
    Scenario("above-max-vcpus", {_MAX: 0}, (_MAX,), "no vCPUs at all", ("on-demand: maxvCpus 0",), name="zero"),
    Scenario(
        "wrong-platform",
        {"detail.platformCapabilities": ["FARGATE"]},
        ("detail.platformCapabilities", "environments.0.computeResources.type"),
        "It is for FARGATE",
        ("platformCapabilities: FARGATE", "on-demand: EC2"),
    ),
    Scenario(
        "wrong-platform",
        {
            "detail.nodeProperties": {"numNodes": 4, "nodeRangeProperties": []},
            "environments.0.computeResources.type": "SPOT",
        },
        ("detail.nodeProperties", "environments.0.computeResources.type"),
        "Multi-node",
        ("numNodes 4", "on-demand: SPOT"),
        name="nodes",
    ),
    Scenario(
        "above-instance-types",
        {"detail.container": asks("48", "7680"), _TYPES: ["c6i.8xlarge", "m6i.4xlarge"]},
        ("detail.container", _TYPES),
        "large enough",
        ("asks for 48 vCPUs, 7,680 MiB", "on-demand: the largest is c6i.8xlarge with 32 vCPUs, 65,536 MiB"),
        worked_out=("32", "65,536"),
    ),
    Scenario(
        "above-instance-types",
        {"detail.container": asks("4", "7680", "1")},
        ("detail.container.resourceRequirements", _TYPES),
        "has a GPU",
        (
            "asks for 4 vCPUs, 7,680 MiB, 1 GPU",
            "on-demand: the largest is m6i.32xlarge with 128 vCPUs, 524,288 MiB",
        ),
        worked_out=("32", "128", "524,288"),
        name="gpu",
    ),
    Scenario(
        "above-instance-types",
        {"detail.container": asks("2", "65000"), _TYPES: ["c6i.8xlarge"]},
        ("detail.container", _TYPES),
        "nearly all",
        ("asks for 65,000 MiB", "c6i.8xlarge has 65,536 MiB, of which jobs get less"),
        worked_out=("65,536",),
        name="memory",
    ),
    Scenario(
        "quota-share",
        {**_SERVICE, "quota_shares": [_SHARE], "snapshot": _FIRST_OF_SHARES},
        ("quota_shares.0.capacityLimits", "snapshot.queueUtilization", "service.quotaShareName"),
        "vision has no room for it",
        ("ml.g5.xlarge: 3 of 4 in use, 2 asked for", "strategy RESERVE"),
    ),
    Scenario(
        "quota-share",
        {**_SERVICE, "quota_shares": [{**_SHARE, "state": "DISABLED"}]},
        ("quota_shares.0.state",),
        "vision takes no jobs",
        ("vision: DISABLED VALID",),
        name="disabled",
    ),
    Scenario(
        "quota-share",
        {
            **_SERVICE,
            "quota_shares": [{**_SHARE, "capacityLimits": [{"capacityUnit": "ml.g5.xlarge", "maxCapacity": 1}]}],
            "snapshot": _FIRST_OF_SHARES,
        },
        ("quota_shares.0.capacityLimits", "snapshot.queueUtilization", "service.quotaShareName"),
        "more than its quota share vision has",
        ("ml.g5.xlarge: 3 of 1 in use, 2 asked for", "strategy RESERVE"),
        name="beyond",
    ),
    Scenario(
        "service-environment",
        {**_SERVICE, "service_environments": [{**_ROOM, "state": "DISABLED"}]},
        ("service_environments.0.state",),
        "sagemaker takes no jobs",
        ("sagemaker: DISABLED VALID",),
        name="disabled",
    ),
    Scenario(
        "service-environment",
        {
            **_SERVICE,
            "service_environments": [_ROOM],
            "snapshot.queueUtilization": {
                "totalCapacityUsage": [{"capacityUnit": "ml.g5.xlarge", "quantity": 7.0}]
            },
        },
        ("service_environments.0.capacityLimits", "snapshot.queueUtilization"),
        "has no room for it",
        ("sagemaker: NUM_INSTANCES: at least 7 of 8 in use, 2 asked for",),
    ),
    Scenario(
        "service-environment",
        {
            **_SERVICE,
            "service_environments": [
                {**_ROOM, "capacityLimits": [{"capacityUnit": "ml.g6.xlarge", "maxCapacity": 8}]}
            ],
        },
        ("service_environments.0.capacityLimits", "service.capacityUsage"),
        "more than its service environment may have",
        ("sagemaker: ml.g5.xlarge: it has none, 2 asked for",),
        name="another-type",
    ),
    Scenario(
        "blocked-head",
        {
            "snapshot": front("job-8", "job-1"),
            "jobs": [listed("job-8", "RUNNABLE", statusReason="UNDETERMINED - Batch job is blocked.")],
        },
        ("jobs.0.statusReason",),
        "s-job-8-align",
        (
            "s-job-8-align: UNDETERMINED - Batch job is blocked.",
            "head of the queue: job-8, at the head for 12m",
        ),
        leads_to="job-8",
    ),
    Scenario(
        "blocked-head",
        {
            "snapshot": front("job-8", "job-1", since=2),
            "jobs": [listed("job-8", "RUNNABLE", statusReason="UNDETERMINED - Batch job is blocked.")],
        },
        ("jobs.0.statusReason",),
        "has no place yet: s-job-8-align",
        ("head of the queue: job-8, at the head for 2m",),
        name="young",
    ),
    Scenario(
        "blocked-head",
        {
            "snapshot": None,
            "jobs": [listed("job-8", "RUNNABLE", statusReason="UNDETERMINED - Batch job is blocked.")],
        },
        ("jobs.0.statusReason", "jobs.0.status"),
        "s-job-8-align",
        name="no-snapshot",
    ),
    Scenario(
        "higher-priority",
        {
            "others": [
                {
                    "queue": queue("urgent", priority=90),
                    "jobs": [listed("u-1", "RUNNABLE"), listed("u-2", "RUNNABLE")],
                }
            ]
        },
        ("others.0.queue.priority", "others.0.queue.computeEnvironmentOrder", "queue.priority"),
        "urgent",
        ("align: priority 10", "urgent: priority 90, 2 RUNNABLE, shares on-demand"),
        worked_out=("2",),
        leads_to="urgent",
    ),
    Scenario(
        "capacity-full",
        {"jobs": [listed("job-2", "RUNNING", container=asks("126", "1024"))]},
        (_MAX, "jobs.0.container", "jobs.0.status", "detail.container"),
        "126 of 128 vCPUs in use",
        (
            "asks for 4 vCPUs, 7,680 MiB",
            "on-demand: maxvCpus 128, of c6i.8xlarge and m6i",
            "known to be in use: 126 vCPUs",
        ),
        leads_to="on-demand",
    ),
    Scenario(
        "capacity-full",
        {
            "jobs": [
                listed(
                    "job-2",
                    "PENDING",
                    arrayProperties={"size": 90, "statusSummary": {"STARTING": 2, "RUNNING": 61, "RUNNABLE": 27}},
                    container=asks("2", "1024"),
                )
            ]
        },
        ("jobs.0.arrayProperties.statusSummary",),
        "126 of 128 vCPUs",
        worked_out=("126",),
        name="array",
    ),
    Scenario(
        "fair-share",
        {
            "detail.shareIdentifier": "intern-a",
            "policy": _POLICY,
            "snapshot": _uses(**{"production": 32, "intern-a": 16}),
            "jobs": [listed("job-3", "RUNNABLE", shareIdentifier="production")],
        },
        ("policy", "snapshot.queueUtilization", "jobs.0.shareIdentifier", "detail.shareIdentifier"),
        "intern-a",
        (
            "its share intern-a: 16 vCPUs × weight 2 = 32",
            "goes before: production: 32 vCPUs × weight 0.25 = 8",
        ),
        worked_out=("8",),
    ),
    Scenario(
        "reservation",
        {
            "detail.shareIdentifier": "production",
            "policy": {**_POLICY, "fairsharePolicy": {**_POLICY["fairsharePolicy"], "computeReservation": 50}},  # type: ignore[dict-item]
            "jobs": [
                listed("job-3", "RUNNING", shareIdentifier="research", container=asks("94", "1024")),
            ],
        },
        ("policy.fairsharePolicy.computeReservation", _MAX, "jobs.0.container"),
        "32 vCPUs are kept",
        ("computeReservation 50, 2 active shares", "32 of 128 vCPUs kept"),
        worked_out=("32", "2"),
    ),
    Scenario(
        "place",
        {"snapshot": front("job-2", "job-4", "job-1")},
        ("snapshot.frontOfQueue",),
        "3rd in its queue: 2 jobs before it",
        ("3rd of the 3 at the front, at this place for 12m", "before it: s-job-2-align and job-4"),
        worked_out=("2", "3"),
        leads_to="job-2",
    ),
    Scenario(
        "place",
        {"snapshot": front(*(f"other-{number}" for number in range(100)))},
        ("snapshot.frontOfQueue", "snapshot.frontOfQueue.lastUpdatedAt"),
        "At least 100 jobs",
        worked_out=("100",),
        name="beyond",
    ),
    Scenario(
        "place",
        {**_SERVICE, "quota_shares": [_SHARE], "snapshot": _FIRST_OF_SHARES},
        ("snapshot.frontOfQuotaShares",),
        "first of its quota share",
        leads_to="job-9",
        name="quota",
    ),
    Scenario(
        "at-max-vcpus",
        {_DESIRED: 128, "detail.createdAt": NOW - 60 * MINUTE},
        (_DESIRED, _MAX),
        "all vCPUs that they may have",
        ("on-demand: desired 128 of 128 vCPUs", "known to be in use: 16 vCPUs"),
    ),
    Scenario(
        "instances-coming",
        {"snapshot": front("job-1", since=3)},
        (_DESIRED, "detail.container"),
        "on their way",
        ("on-demand: desired 64 of 128 vCPUs", "known to be in use: 16 vCPUs", "at its place for 3m"),
    ),
    Scenario(
        "nothing-asked",
        {_DESIRED: 0, "jobs": []},
        (_DESIRED,),
        "no instance at all",
        ("on-demand: desired 0 of 128 vCPUs", "at its place for 12m"),
    ),
    Scenario(
        "told-undetermined",
        {_REASON: "UNDETERMINED - Batch job is blocked, root cause is undetermined."},
        (_REASON,),
        "cannot tell why",
    ),
    Scenario(
        "dependencies-open",
        {**_PENDING, "dependencies": [listed("job-0", "SUCCEEDED"), listed("job-7", "RUNNING")]},
        ("dependencies.1.status", "detail.dependsOn"),
        "s-job-7-align (RUNNING)",
        ("s-job-7-align: RUNNING",),
        leads_to="job-7",
    ),
    Scenario(
        "dependencies-open",
        {**_PENDING, "dependencies": [listed("job-0", "RUNNABLE"), listed("job-7", "RUNNING")]},
        ("dependencies", "detail.dependsOn"),
        "2 jobs: 1 RUNNABLE, 1 RUNNING",
        worked_out=("1", "2"),
        name="two",
    ),
    Scenario(
        "dependencies-open",
        {
            **_PENDING,
            "dependencies": [listed("job-7", "RUNNING")],
            "detail.dependsOn": [{"type": "N_TO_N", "jobId": "job-7"}],
        },
        ("dependencies.0.status", "detail.dependsOn"),
        "s-job-7-align (RUNNING)",
        ("s-job-7-align: RUNNING", "N_TO_N: each child waits for the one of its own index"),
        leads_to="job-7",
        name="child by child",
    ),
    Scenario(
        "dependencies-over",
        {**_PENDING, "dependencies": [listed("job-0", "SUCCEEDED"), listed("job-7", "SUCCEEDED")]},
        ("dependencies.0.status", "detail.dependsOn"),
        "succeeded",
        ("s-job-0-align: SUCCEEDED", "s-job-7-align: SUCCEEDED"),
    ),
    Scenario(
        "one-after-another",
        {
            "detail.jobId": "job-1:3",
            "detail.status": "PENDING",
            "detail.arrayProperties": {"index": 3},
            "detail.dependsOn": [{"type": "SEQUENTIAL"}],
        },
        ("detail.arrayProperties", "detail.dependsOn"),
        "Child 2 goes first",
        ("dependsOn type SEQUENTIAL", "array index 3"),
        worked_out=("2",),
        leads_to="job-1:2",
    ),
    Scenario(
        "one-after-another",
        {
            "detail.jobId": "job-1:3",
            "detail.status": "PENDING",
            "detail.arrayProperties": {"index": 3},
            "detail.dependsOn": [{"type": "N_TO_N", "jobId": "job-0"}],
        },
        ("detail.arrayProperties", "detail.dependsOn"),
        "Child 3 of another array",
        leads_to="job-0:3",
        name="n-to-n",
    ),
    Scenario(
        "array-under-way",
        {"detail": _PARENT},
        ("detail.arrayProperties.statusSummary",),
        "Its 36 children: 10 RUNNABLE, 4 RUNNING, 22 SUCCEEDED.",
        ("10 RUNNABLE", "4 RUNNING", "22 SUCCEEDED", "size 36"),
    ),
    Scenario(
        "array-under-way",
        {"detail": {**_PARENT, "arrayProperties": {"size": 9000, "statusSummary": _ALL_OVER}}},
        ("detail.arrayProperties.statusSummary",),
        "Of 9,000 children 4,000 succeeded, 12 failed, 312 run or start, 4,676 wait.",
        worked_out=("312", "4,676"),
        name="large",
    ),
    Scenario(
        "array-children",
        {"detail": _WAITING_PARENT},
        ("detail.arrayProperties.statusSummary",),
        "Its 36 children: 36 RUNNABLE",
    ),
    Scenario(
        "array-children",
        {"detail": _FEW_LEFT},
        ("detail.arrayProperties.statusSummary",),
        "Its 36 children: 2 RUNNABLE, 34 SUCCEEDED.",
        name="few-left",
    ),
    Scenario(
        "submitted", {"detail.status": "SUBMITTED"}, ("detail.status",), "not looked at it", ("status SUBMITTED",)
    ),
    Scenario(
        "starting",
        {"detail.status": "STARTING", "detail.container.containerInstanceArn": arn("container-instance", "c1")},
        ("detail.status",),
        "It has an instance",
        (
            "container instance c1",
            "image align:1",
            "created 40m ago; since when it is STARTING is not told",
        ),
    ),
    Scenario(
        "starting",
        {"detail.status": "STARTING", "status_since": NOW - 25 * MINUTE},
        ("detail.status",),
        "for at least 25m: its start may hang",
        ("seen to be STARTING for 25m; AWS does not tell since when", "image align:1"),
        name="long",
    ),
    Scenario(
        "starting",
        {"detail.status": "STARTING", "environments.0.computeResources.type": "FARGATE"},
        ("detail.status",),
        "Fargate prepares",
        name="fargate",
    ),
    Scenario(
        "starting",
        {"detail.status": "STARTING", "detail.eksProperties": {"podProperties": {"podName": "aws-batch.1"}}},
        ("detail.status",),
        "waits for a node",
        ("pod aws-batch.1", "image align:1"),
        name="pod",
    ),
    Scenario(
        "starting",
        {
            "detail.status": "STARTING",
            "detail.eksProperties": {"podProperties": {"podName": "aws-batch.1", "nodeName": "ip-10-0-0-1"}},
        },
        ("detail.status",),
        "Its pod is on a node",
        ("pod aws-batch.1", "node ip-10-0-0-1"),
        name="pod-on-node",
    ),
    Scenario(
        "starting",
        {**_SERVICE, "service.status": "STARTING", "service.scheduledAt": NOW - 2 * MINUTE},
        ("service.status",),
        "SageMaker starts it",
        name="service",
    ),
    Scenario(
        "starting",
        {"detail.status": "STARTING"},
        ("detail.status",),
        "It has a place",
        name="nothing-told",
    ),
    Scenario(
        "starting",
        {"detail.status": "STARTING", "detail.nodeProperties": {"numNodes": 4, "nodeRangeProperties": []}},
        ("detail.status",),
        "the main node first",
        name="nodes",
    ),
    Scenario(
        "scheduled",
        {**_SERVICE, "service.status": "SCHEDULED", "service.scheduledAt": NOW - 2 * MINUTE},
        ("service.status",),
        "handed to SageMaker",
        ("status SCHEDULED", "for 2m"),
    ),
    Scenario(
        "time-limit",
        {
            _REASON: "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - no",
            "queue.jobStateTimeLimitActions": [
                {
                    "reason": "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
                    "state": "RUNNABLE",
                    "maxTimeSeconds": 3600,
                    "action": "CANCEL",
                }
            ],
        },
        ("queue.jobStateTimeLimitActions", _REASON),
        "cancels it for this in about 48m",
        ("CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY: CANCEL after 3,600 s (1h)", "at the head for 12m"),
    ),
    Scenario(
        "retry",
        {
            "detail.attempts": [
                {
                    "startedAt": NOW - 30 * MINUTE,
                    "stoppedAt": NOW - 20 * MINUTE,
                    "statusReason": "Host EC2 (instance i-0abc) terminated.",
                    "container": {"exitCode": 137},
                }
            ],
            "detail.retryStrategy": {"attempts": 3},
        },
        ("detail.attempts",),
        "waits for attempt 2 of 3",
        ("attempts 1 of 3", "Host EC2 (instance i-0abc) terminated.", "exit code 137"),
        worked_out=("1", "2"),
    ),
)
