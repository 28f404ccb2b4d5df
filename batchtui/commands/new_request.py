"""From the options of a command line to a request of SubmitJob: pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from batchtui.actions.new_job import FieldProblem, NewJob, new_job
from batchtui.actions.request_name import JOB_NAME
from batchtui.actions.request_notes import Request
from batchtui.model.fields import arn_name
from batchtui.model.job_definition import JobDefinition

OPTIONS: Final[Mapping[str, str]] = {
    "name": "--job-name",
    "queue": "--job-queue",
    "command": "--command",
    "parameters": "--parameter",
    "environment": "--env",
    "vcpus": "--vcpus",
    "memory": "--memory",
    "gpus": "--gpus",
    "array_size": "--array-size",
    "depends_on": "--depends-on",
    "attempts": "--attempts",
    "timeout": "--timeout",
    "share_identifier": "--share-identifier",
    "scheduling_priority": "--scheduling-priority",
    "tags": "--tag",
}
"""What the fields of a new job are called on the command line."""
_BREAK: Final = re.compile(r"\r\n|\r|\n")
_LONGEST_NAME: Final = 128
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, as it was typed; what is empty stays as the definition has it."""

    definition: str
    """A name, ``name:revision`` or an ARN."""
    job_queue: str
    job_name: str = ""
    command: str = ""
    array_size: str = ""
    depends_on: Sequence[str] = ()
    env: Sequence[str] = field(default=(), repr=False)
    """``NAME=value`` each; so are ``parameter`` and ``tag``."""
    parameter: Sequence[str] = field(default=(), repr=False)
    tag: Sequence[str] = ()
    vcpus: str = ""
    memory: str = ""
    gpus: str = ""
    share_identifier: str = ""
    scheduling_priority: str = ""
    attempts: str = ""
    timeout: str = ""


def request_of(asked: Asked, definition: JobDefinition) -> tuple[Request, tuple[FieldProblem, ...]]:
    """The request, or what is wrong with it, by field.

    Args:
        asked: What was typed.
        definition: The revision that the job will run.
    """
    form = NewJob(
        name=asked.job_name or name_after(definition.name),
        queue=asked.job_queue,
        command=asked.command,
        parameters=_lines(asked.parameter),
        environment=_lines(asked.env),
        vcpus=asked.vcpus,
        memory=asked.memory,
        gpus=asked.gpus,
        array_size=asked.array_size,
        depends_on=" ".join(asked.depends_on),
        attempts=asked.attempts,
        timeout=asked.timeout,
        share_identifier=asked.share_identifier,
        scheduling_priority=asked.scheduling_priority,
        tags=_lines(asked.tag),
    )
    # Whether the queue wants a share AWS says itself: so one call and one permission are not needed.
    request, problems = new_job(form, definition, fair_share=None)
    if not problems:
        _put_back_breaks(request, asked)
    return request, problems


def words_of_problem(problem: FieldProblem) -> str:
    """A problem by the option that it is about."""
    return f"{OPTIONS.get(problem.field, problem.field)}: {problem.text}"


def name_after(definition: str) -> str:
    """A job's name where none was asked for: the definition's, as far as a job can be called so."""
    found = _UNSAFE.sub("-", arn_name(definition).partition(":")[0]).strip("-_")[:_LONGEST_NAME]
    return found if JOB_NAME.fullmatch(found) else "job"


def _lines(pairs: Sequence[str]) -> str:
    """One a line: of a value of several lines the first stands for all, until the request is made."""
    return "\n".join(_BREAK.sub(" ", pair) for pair in pairs)


def _put_back_breaks(request: dict[str, Any], asked: Asked) -> None:
    """A shell gives values of several lines as easily as others."""
    values = {name.strip(): value for name, _, value in (pair.partition("=") for pair in asked.env)}
    for entry in request.get("containerOverrides", {}).get("environment", ()):
        entry["value"] = values[entry["name"]]
    for member, pairs in (("parameters", asked.parameter), ("tags", asked.tag)):
        if member in request:
            parts = (pair.partition("=") for pair in pairs if pair.strip())
            request[member] = {name.strip(): value for name, _, value in parts}
