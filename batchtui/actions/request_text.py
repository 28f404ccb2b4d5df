"""A request of SubmitJob as commented YAML, for a person to edit."""

import textwrap
from collections.abc import Iterator
from typing import Any

from batchtui.actions.draft import Draft
from batchtui.actions.request_masks import with_masks
from batchtui.actions.request_notes import Request, Severity
from batchtui.actions.request_overrides import kind_of
from batchtui.actions.request_values import raw_text
from batchtui.actions.yaml_writing import STEP, member_lines
from batchtui.model.secrets import MASK
from batchtui.model.text import clean

_WIDTH = 72
_ORDER = (
    *("jobName", "jobQueue", "jobDefinition", "shareIdentifier", "schedulingPriorityOverride"),
    *(
        "arrayProperties",
        "dependsOn",
        "parameters",
        "containerOverrides",
        "nodeOverrides",
        "ecsPropertiesOverride",
    ),
    *(
        "eksPropertiesOverride",
        "consumableResourcePropertiesOverride",
        "retryStrategy",
        "timeout",
        "propagateTags",
    ),
    "tags",
)
_ENVIRONMENT = [{"name": "NAME", "value": "text"}]
_REQUIREMENTS = [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "2048"}]
_COMMAND = ["echo", "hello"]
_CONTAINER: Request = {"command": _COMMAND, "environment": _ENVIRONMENT, "resourceRequirements": _REQUIREMENTS}
_EXAMPLES: tuple[tuple[str, Any], ...] = (
    ("parameters", {"name": "value"}),
    ("timeout", {"attemptDurationSeconds": 3600}),
    ("retryStrategy", {"attempts": 3}),
    ("dependsOn", [{"jobId": "the id of a job"}]),
    ("arrayProperties", {"size": 2}),
    ("propagateTags", True),
    ("tags", {"name": "value"}),
)
_OVERRIDES: dict[str, tuple[str, Any]] = {
    "container": ("containerOverrides", _CONTAINER),
    "nodes": (
        "nodeOverrides",
        {"nodePropertyOverrides": [{"targetNodes": "0:", "containerOverrides": {"environment": _ENVIRONMENT}}]},
    ),
    "ecs": (
        "ecsPropertiesOverride",
        {"taskProperties": [{"containers": [{"name": "the container", "environment": _ENVIRONMENT}]}]},
    ),
    "eks": (
        "eksPropertiesOverride",
        {"podProperties": {"containers": [{"name": "the container", "env": _ENVIRONMENT}]}},
    ),
}
_NOT_FOR = {"nodes": ("arrayProperties",), "eks": ("propagateTags",)}


def request_text(draft: Draft) -> str:
    """The draft's request with AWS's names of its members; what looks secret stands behind masks."""
    shown = with_masks(draft.request)
    lines = [*_head(draft, is_masked=shown != draft.request), ""]
    kind = _kind(draft)
    for member in sorted(shown, key=_rank):
        lines += member_lines(member, shown[member])
        if member == "containerOverrides" and isinstance(shown[member], dict) and shown[member]:
            for name, example in _CONTAINER.items():
                if name not in shown[member]:
                    lines += _commented(member_lines(name, example), STEP)
    return "\n".join([*lines, *_examples(shown, kind), ""])


def _rank(member: str) -> int:
    return _ORDER.index(member) if member in _ORDER else len(_ORDER)


def _kind(draft: Draft) -> str:
    """``container``, ``nodes``, ``ecs`` or ``eks``."""
    for kind, (member, _) in _OVERRIDES.items():
        if member in draft.request:
            return kind
    return kind_of(draft.definition or (draft.original.raw if draft.original else {}))


def _head(draft: Draft, *, is_masked: bool) -> Iterator[str]:
    name = draft.request.get("jobName")
    job_id = raw_text(draft.original.raw, "jobId") if draft.original else None
    about = f", made of the job {clean(job_id)}" if job_id else ""
    yield from _comment(f"SubmitJob for {clean(str(name)) if name else 'a new job'}{about}.")
    yield "#"
    yield from _comment(
        "Save and leave the editor to go on: nothing is sent before you are asked once more. "
        "To leave without submitting, empty this file. Lines that begin with # do not count."
    )
    if is_masked:
        yield from _comment(
            f"{MASK} stands for a value that looks secret: where it is left, the value stays as it was."
        )
    if draft.notes:
        yield "#"
    for note in draft.notes:
        told = "" if note.severity is Severity.INFO else f"{note.severity.capitalize()}: "
        yield from _comment(f"{told}{note.text}", "- ")


def _comment(text: str, mark: str = "") -> list[str]:
    hanging = " " * len(mark)
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=f"# {mark}",
        subsequent_indent=f"# {hanging}",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _examples(shown: Request, kind: str) -> Iterator[str]:
    """What a request may have as well, to be had by taking the # away."""
    examples = [_OVERRIDES[kind], *_EXAMPLES]
    absent = [
        (member, example)
        for member, example in examples
        if member not in shown and member not in _NOT_FOR.get(kind, ())
    ]
    if absent:
        yield ""
        yield from _comment("Not in this request; take the # away to have it:")
    for member, example in absent:
        yield "#"
        yield from _commented(member_lines(member, example))


def _commented(lines: list[str], pad: str = "") -> list[str]:
    return [f"{pad}# {line}" for line in lines]
