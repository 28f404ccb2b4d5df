"""One service environment: how much of the other service its queues may use."""

from collections.abc import Mapping, Sequence

from batchtui.format import Cell, plain
from batchtui.model.job import SERVICE_JOB_STATUSES
from batchtui.model.service_environment import ServiceEnvironmentDetail
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.details.common import masked_pairs
from batchtui.ui.details.lines import Relation, field, fields, pair_lines, relation_lines, rest, section
from batchtui.ui.details.views import View, json_lines

_SHOWN = frozenset(
    (
        *("serviceEnvironmentName", "serviceEnvironmentArn", "serviceEnvironmentType", "state", "status"),
        *("capacityLimits", "tags"),
    )
)


def service_environment_view(environment: ServiceEnvironmentDetail, snapshot: Snapshot) -> View:
    """A service environment with the queues that run on it, the highest priority first."""
    queues = [
        queue
        for queue in snapshot.job_queues or ()
        if environment.service_environment_name in queue.service_environment_order
    ]
    relations = tuple(
        Relation("queue", queue.job_queue_name, f"queue, priority {queue.priority}", queue.state or "")
        for queue in queues
    )
    counts: dict[str, int] = {}
    for queue in queues:
        held = snapshot.jobs.get(queue.job_queue_name)
        for status, count in held.counts.items() if held else ():
            counts[status] = counts.get(status, 0) + count
    return View(
        title=((environment.service_environment_name, "strong"), ("  service environment", "muted")),
        tabs={
            "Overview": lambda width, now, revealed: _overview(
                environment, counts, relations, is_revealed=revealed
            ),
            "JSON": lambda width, now, revealed: json_lines(environment.raw, is_revealed=revealed),
        },
        name=environment.service_environment_name,
        arn=environment.service_environment_arn,
        raw=environment.raw,
        relations=relations,
    )


def _overview(
    environment: ServiceEnvironmentDetail,
    counts: Mapping[str, int],
    relations: Sequence[Relation],
    *,
    is_revealed: bool,
) -> list[Cell]:
    health = "" if environment.is_healthy else "failed"
    limits = [f"at most {most} {unit}".rstrip() for unit, most in environment.capacity_limits]
    own = [
        *field("Name", environment.service_environment_name),
        *field("Type", environment.service_environment_type),
        *field("State", environment.state, health),
        *field("Status", environment.status, health),
        *fields("Capacity", limits),
        *field("ARN", environment.service_environment_arn),
    ]
    known = [status for status in SERVICE_JOB_STATUSES if status in counts]
    return [
        *section("Service environment", own),
        *section("Jobs of its queues", [line for status in known for line in field(status, counts[status])]),
        *relation_lines(relations),
        *([] if relations else section("Go to", [plain("No queue that is known runs on it.", "muted")])),
        *section("Tags", pair_lines(masked_pairs(environment.tags, is_revealed=is_revealed))),
        *section("Everything else", pair_lines(rest(environment.raw, _SHOWN, is_revealed=is_revealed))),
    ]
