"""What stands in the empty fields of the form for a new job: the definition's own values, never a secret."""

import shlex
from collections.abc import Iterable

from batchtui.actions.new_job import is_fargate
from batchtui.format import duration
from batchtui.model.job_definition import JobDefinition
from batchtui.model.secrets import MASK, masked, masked_command

LABELS = {
    "name": "Name",
    "queue": "Queue",
    "share_identifier": "Share",
    "scheduling_priority": "Priority",
    "command": "Command",
    "parameters": "Parameters",
    "environment": "Environment",
    "vcpus": "vCPUs",
    "memory": "Memory (MiB)",
    "gpus": "GPUs",
    "array_size": "Array size",
    "depends_on": "Depends on",
    "attempts": "Attempts",
    "timeout": "Time-out",
    "tags": "Tags",
}
"""The fields in their order, each with its label."""
_PAIRS = "NAME=value, one a line"
_LONGEST = 500


def hints(definition: JobDefinition) -> dict[str, str]:
    """What stands in each field while it is empty."""
    container = definition.containers[0] if definition.containers else None
    needs = dict(container.resource_requirements) if container else {}
    attempts, seconds = definition.retry_attempts, definition.attempt_duration_seconds
    priority = definition.scheduling_priority
    found = {
        "name": "letters, digits, - and _",
        "share_identifier": "needed, for the queue has a scheduling policy",
        "scheduling_priority": _or("none · 0 to 9,999", None if priority is None else str(priority)),
        "command": _or("the image's own", _command(container.command) if container else ""),
        "parameters": _or(f"none · {_PAIRS}", _pairs(definition.parameters)),
        "environment": _or(f"none · {_PAIRS}", _pairs(container.environment) if container else ""),
        "vcpus": _or("none · 0.25, 0.5, 1, 2 …" if is_fargate(definition) else "none", needs.get("VCPU")),
        "memory": _or("none", needs.get("MEMORY")),
        "gpus": _or("none", needs.get("GPU")),
        "array_size": "none: one job · 2 to 10,000",
        "depends_on": "none · job ids, id:N_TO_N, SEQUENTIAL",
        "attempts": _or("none: 1 attempt · 1 to 10", None if attempts is None else str(attempts)),
        "timeout": _or("none · 90, 30m, 2h", None if seconds is None else f"{seconds} s = {duration(seconds)}"),
        "tags": f"none · {_PAIRS}",
    }
    return {name: text[:_LONGEST] for name, text in found.items()}


def _or(nothing: str, value: str | None) -> str:
    return f"definition: {value}" if value else nothing


def _command(words: Iterable[str]) -> str:
    # The mask is no word of a shell: quoted it would look as if it were what stands there.
    return " ".join(word if MASK in word else shlex.quote(word) for word in masked_command(list(words)))


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name}={masked(name, value)}" for name, value in pairs)


def other_containers(definition: JobDefinition, offered: Iterable[str]) -> str:
    """What the form cannot change, in a sentence; empty where it can change all that SubmitJob can."""
    if "command" in offered:
        return ""
    count = len(definition.containers)
    what = "its container" if count == 1 else f"its {count} containers"
    return (
        f"Commands, variables and resources of {what} stay the definition's here: Edit as text, "
        "with which the request can be looked at next, changes them."
    )
