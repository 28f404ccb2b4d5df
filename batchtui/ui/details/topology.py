"""Overviews of job queues and compute environments."""

from collections.abc import Mapping, Sequence
from typing import Any

from batchtui.format import Cell, capacity
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job import SERVICE_JOB_STATUSES
from batchtui.model.job_queue import JobQueueDetail
from batchtui.ui.details.common import masked_pairs
from batchtui.ui.details.lines import Relation, field, fields, label, pair_lines, relation_lines, rest, section


def queue_overview(
    queue: JobQueueDetail,
    counts: Mapping[str, int],
    blocked: str | None,
    relations: Sequence[Relation],
    *,
    is_revealed: bool,
) -> list[Cell]:
    """Everything that DescribeJobQueues tells, with the jobs by status."""
    health = "" if queue.is_healthy else "warning"
    limits = [
        f"{limit.action} what stays {limit.state} for {limit.max_time_seconds} s: {limit.reason}"
        for limit in queue.job_state_time_limit_actions
    ]
    known = [status for status in SERVICE_JOB_STATUSES if status in counts]
    return [
        *section(
            "Job queue",
            [
                *field("Name", queue.job_queue_name),
                *field("State", queue.state, health),
                *field("Status", queue.status, health),
                *field("Status reason", queue.status_reason, health),
                *field("Blocked", blocked, "warning"),
                *field(
                    "Priority", f"{queue.priority} (the higher goes first)" if queue.priority is not None else None
                ),
                *field("Type", queue.job_queue_type),
                *fields("Service environment", queue.service_environment_order),
                *field("Scheduling policy", queue.scheduling_policy_arn),
                *fields("Time limits", limits),
                *field("ARN", queue.job_queue_arn),
            ],
        ),
        *section("Jobs", [line for status in known for line in field(status, counts[status])]),
        *relation_lines(relations),
        *section("Tags", pair_lines(masked_pairs(queue.tags, is_revealed=is_revealed))),
    ]


def environment_overview(
    environment: ComputeEnvironmentDetail, relations: Sequence[Relation], *, is_revealed: bool
) -> list[Cell]:
    """Everything that DescribeComputeEnvironments tells."""
    resources = environment.compute_resources
    health = "" if environment.is_healthy else "failed"
    bid = resources.bid_percentage if resources else None
    return [
        *section(
            "Compute environment",
            [
                *field("Name", environment.compute_environment_name),
                *field("Type", f"{environment.type or ''} {environment.kind}".strip()),
                *field("State", environment.state, health),
                *field("Status", environment.status, health),
                *field("Status reason", environment.status_reason, health),
                *field("Orchestration", environment.container_orchestration_type),
                *field("Service role", environment.service_role),
                *field("ECS cluster", environment.ecs_cluster_arn),
                *field("EKS cluster", environment.eks_cluster_arn),
                *field("Namespace", environment.kubernetes_namespace),
                *field("ARN", environment.compute_environment_arn),
            ],
        ),
        *section(
            "Capacity",
            [
                (label("vCPUs"), *capacity(environment, 60)),
                *field("Minimum vCPUs", resources.minv_cpus if resources else None),
                *field("Desired vCPUs", resources.desiredv_cpus if resources else None),
                *field("Maximum vCPUs", resources.maxv_cpus if resources else None),
                *field("Unmanaged vCPUs", environment.unmanagedv_cpus),
                *field("Allocation", resources.allocation_strategy if resources else None),
                *field("Bid", None if bid is None else f"{bid}% of the on-demand price"),
                *field("Instance types", "  ".join(resources.instance_types) if resources else None),
            ],
        ),
        *relation_lines(relations),
        *section(
            "Compute resources", _rest(environment.raw.get("computeResources"), _SHOWN_OF_RESOURCES, is_revealed)
        ),
        *section("Everything else", _rest(environment.raw, _SHOWN_OF_ENVIRONMENT, is_revealed)),
        *section("Tags", pair_lines(masked_pairs(environment.tags, is_revealed=is_revealed))),
    ]


_SHOWN_OF_ENVIRONMENT = frozenset(
    (
        *("computeEnvironmentName", "computeEnvironmentArn", "type", "state", "status", "statusReason", "tags"),
        *("containerOrchestrationType", "serviceRole", "ecsClusterArn", "computeResources", "unmanagedvCpus"),
    )
)

_SHOWN_OF_RESOURCES = frozenset(
    ("type", "minvCpus", "desiredvCpus", "maxvCpus", "allocationStrategy", "bidPercentage", "instanceTypes")
)


def _rest(data: Any, shown: frozenset[str], is_revealed: bool) -> list[Cell]:
    return pair_lines(rest(data, shown, is_revealed=is_revealed))
