"""The tab Overview of one revision of a job definition."""

from collections.abc import Sequence

from batchtui.format import Cell
from batchtui.model.job_definition import ACTIVE, JobDefinition
from batchtui.ui.details.common import exit_rules, masked_pairs, timeout_line
from batchtui.ui.details.lines import Relation, field, pair_lines, relation_lines, rest, section

_SHOWN = frozenset(
    (
        *("jobDefinitionName", "jobDefinitionArn", "revision", "status", "type", "containerOrchestrationType"),
        *("platformCapabilities", "schedulingPriority", "propagateTags", "retryStrategy", "timeout"),
        *("parameters", "tags", "containerProperties", "ecsProperties", "eksProperties", "nodeProperties"),
        "consumableResourceProperties",
    )
)


def definition_overview(
    definition: JobDefinition, relations: Sequence[Relation], *, is_revealed: bool
) -> list[Cell]:
    """What is not about its containers, and whatever AWS adds."""
    status, style = definition.status, ""
    if status is not None and status != ACTIVE:
        status, style = f"{status}: no job can be submitted with it", "warning"
    return [
        *section(
            "Job definition",
            [
                *field("Name", definition.name),
                *field("Revision", definition.revision),
                *field("Status", status, style),
                *field("Type", definition.type),
                *field("Orchestration", definition.orchestration),
                *field("Platform", ", ".join(definition.platform_capabilities)),
                *field("Scheduling priority", definition.scheduling_priority),
                *field("Nodes", definition.num_nodes),
                *field("Main node", definition.main_node),
                *field("Propagate tags", definition.propagate_tags),
                *field("ARN", definition.arn),
            ],
        ),
        *section("Runs", _runs(definition)),
        *section(
            "Retry and time-out",
            [
                *field("Attempts", f"at most {definition.retry_attempts}" if definition.retry_attempts else None),
                *timeout_line(definition.attempt_duration_seconds),
                *exit_rules(definition.evaluate_on_exit),
            ],
        ),
        *relation_lines(relations),
        *section("Parameters", pair_lines(masked_pairs(definition.parameters, is_revealed=is_revealed))),
        *section("Tags", pair_lines(masked_pairs(definition.tags, is_revealed=is_revealed))),
        *section("Everything else", pair_lines(rest(definition.raw, _SHOWN, is_revealed=is_revealed))),
    ]


def _runs(definition: JobDefinition) -> list[Cell]:
    """Each container's image: which programs this is about, without going to another tab."""
    return [
        line
        for container in definition.containers
        for line in field(f"{container.role} {container.name}".strip().capitalize(), container.image)
    ]
