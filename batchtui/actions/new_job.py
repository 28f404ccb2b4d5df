"""A new job from a job definition: what a person typed becomes a request of SubmitJob, or problems by field.

Only what was typed goes into the request: whatever is left empty stays the definition's own.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import fields as members
from typing import TypeVar

from batchtui.actions.draft import Draft
from batchtui.actions.fargate import misfit
from batchtui.actions.new_job_text import (
    FieldError,
    dependencies,
    name_values,
    number_between,
    quantity,
    share,
    tag_values,
    timeout_seconds,
    variables,
    words_of,
)
from batchtui.actions.request_name import JOB_NAME, NAME_RULE
from batchtui.actions.request_notes import Note, Request, listed
from batchtui.actions.request_overrides import kind_of
from batchtui.actions.request_terms import retry_of
from batchtui.actions.request_values import raw_text, requirements_of, string_map
from batchtui.actions.resubmission import LARGEST_REQUEST, size_notes
from batchtui.model import fields
from batchtui.model.job_definition import ACTIVE, JobDefinition

T = TypeVar("T")

FARGATE = "FARGATE"
_LEAST_VCPUS, _LEAST_MEMORY, _MOST_AMOUNT = 0.25, 4, 10_000_000
_OF_CONTAINER = ("command", "environment", "vcpus", "memory", "gpus")
_REFERENCE = re.compile(r"Ref::([\w.-]+)")
_OF_SHARE = ("share_identifier", "scheduling_priority")


@dataclass(frozen=True, slots=True)
class NewJob:
    """What the form holds, as it was typed; what is empty is not asked for."""

    name: str = ""
    queue: str = ""
    """By name or ARN."""
    command: str = ""
    """Words as a shell takes them apart, or a JSON list of them."""
    parameters: str = ""
    """``NAME=value``, one a line; so are ``environment`` and ``tags``."""
    environment: str = ""
    vcpus: str = ""
    memory: str = ""
    """MiB."""
    gpus: str = ""
    array_size: str = ""
    depends_on: str = ""
    """Job ids, ``id:N_TO_N`` or ``SEQUENTIAL``, separated by blanks or commas."""
    attempts: str = ""
    timeout: str = ""
    """Of one attempt: ``90``, ``30m``, ``2h``."""
    share_identifier: str = ""
    scheduling_priority: str = ""
    tags: str = ""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """Why what one field holds cannot be sent."""

    field: str
    """The name of NewJob's attribute."""
    text: str


FIELDS = tuple(member.name for member in members(NewJob))


def offered_fields(definition: JobDefinition, *, fair_share: bool | None) -> tuple[str, ...]:
    """What a form can ask for: several containers, pods and nodes have no one command to override.

    Args:
        definition: The revision that the job will run.
        fair_share: Whether the queue has a scheduling policy; None where that is not known.
    """
    kind = kind_of(definition.raw)
    missing: set[str] = set()
    if kind != "container":
        missing.update(_OF_CONTAINER)
    if kind == "nodes":
        missing.add("array_size")
    if is_fargate(definition):
        missing.add("gpus")
    if fair_share is False:
        missing.update(_OF_SHARE)
    return tuple(name for name in FIELDS if name not in missing)


def is_fargate(definition: JobDefinition) -> bool:
    """Whether its jobs run on Fargate."""
    return FARGATE in definition.platform_capabilities


def new_job(
    form: NewJob, definition: JobDefinition, *, fair_share: bool | None
) -> tuple[Request, tuple[FieldProblem, ...]]:
    """The request for what was typed; where there are problems it lacks what they are about.

    Args:
        form: What was typed.
        definition: The revision that the job will run.
        fair_share: Whether the queue has a scheduling policy; None where that is not known.
    """
    reading = _Reading(form, definition, fair_share)
    return reading.request(), tuple(reading.problems)


def new_job_notes(request: Request, definition: JobDefinition) -> tuple[Note, ...]:
    """What a person should know of such a request before it is sent."""
    notes: list[Note] = []
    raw = definition.raw
    if definition.status is not None and definition.status != ACTIVE:
        notes.append(Note.blocker(f"the job definition {definition.title} is {definition.status}: it cannot run"))
    rules = retry_of(raw).get("evaluateOnExit")
    if rules and "retryStrategy" in request:
        notes.append(
            Note.warning(
                f"the definition's {len(rules)} rules about which exits are retried do not hold for this job: "
                "a retry strategy replaces the whole of it"
            )
        )
    notes += _parameter_notes(request, definition)
    if is_fargate(definition):
        notes += _fargate_notes(request, definition)
    return (*notes, *size_notes(request))


def new_job_draft(request: Request, definition: JobDefinition) -> Draft:
    """What is looked at before it is sent."""
    return Draft(request, new_job_notes(request, definition), definition=definition.raw)


class _Reading:
    """One reading of a form."""

    def __init__(self, form: NewJob, definition: JobDefinition, fair_share: bool | None) -> None:
        self.problems: list[FieldProblem] = []
        self._form = form
        self._definition = definition
        self._fair_share = fair_share

    def request(self) -> Request:
        form, raw = self._form, self._definition.raw
        offered = offered_fields(self._definition, fair_share=self._fair_share)
        for name in FIELDS:
            if name not in offered and getattr(form, name).strip():
                self._wrong(name, self._why_not(name))
        name = form.name.strip()
        if not JOB_NAME.fullmatch(name):
            self._wrong("name", NAME_RULE if name else "a job needs a name")
        if not form.queue.strip():
            self._wrong("queue", "a job needs a queue")
        if self._fair_share and not form.share_identifier.strip():
            self._wrong("share_identifier", "the queue has a scheduling policy: a share identifier is needed")
        request: Request = {
            "jobName": name,
            "jobQueue": form.queue.strip(),
            "jobDefinition": raw_text(raw, "jobDefinitionArn") or self._definition.title,
        }
        found = self._members(frozenset(offered))
        request |= {member: value for member, value in found.items() if value not in (None, {}, [])}
        return request

    def _members(self, offered: frozenset[str]) -> Request:
        form = self._form
        read = self._read
        attempts = read("attempts", lambda text: number_between(text, 1, 10))
        seconds = read("timeout", timeout_seconds)
        size = (
            read("array_size", lambda text: number_between(text, 2, 10_000)) if "array_size" in offered else None
        )
        # Whether it is an array decides about dependencies, also while its size is still wrong.
        is_array = "array_size" in offered and bool(form.array_size.strip())
        members: Request = {
            "parameters": read("parameters", name_values),
            "arrayProperties": {"size": size} if size else None,
            "dependsOn": read("depends_on", lambda text: dependencies(text, is_array=is_array)),
            "retryStrategy": {"attempts": attempts} if attempts else None,
            "timeout": {"attemptDurationSeconds": seconds} if seconds else None,
            "tags": read("tags", tag_values),
        }
        if "share_identifier" in offered:
            members["shareIdentifier"] = read("share_identifier", share)
            priority = read("scheduling_priority", lambda text: number_between(text, 0, 9999))
            members["schedulingPriorityOverride"] = priority
            if priority is not None and not form.share_identifier.strip() and not self._fair_share:
                self._wrong("share_identifier", "a scheduling priority holds within a share: name that")
        if "command" in offered:
            members["containerOverrides"] = self._overrides("gpus" in offered)
        return members

    def _overrides(self, has_gpus: bool) -> Request:
        read = self._read
        platforms = self._definition.platform_capabilities
        is_whole = not platforms or platforms == ("EC2",)
        environment = read("environment", variables) or {}
        least = 1 if is_whole else _LEAST_VCPUS
        amounts = {
            "VCPU": read("vcpus", lambda text: quantity(text, least, _MOST_AMOUNT, is_whole=is_whole)),
            "MEMORY": read("memory", lambda text: quantity(text, _LEAST_MEMORY, _MOST_AMOUNT)),
            "GPU": read("gpus", lambda text: quantity(text, 1, _MOST_AMOUNT)) if has_gpus else None,
        }
        found: Request = {
            "command": read("command", words_of),
            "environment": [{"name": name, "value": value} for name, value in environment.items()],
            "resourceRequirements": [{"type": kind, "value": value} for kind, value in amounts.items() if value],
        }
        return {member: value for member, value in found.items() if value}

    def _read(self, name: str, understand: Callable[[str], T]) -> T | None:
        """A field's value; None where it is empty or cannot be understood, which is a problem then."""
        text = getattr(self._form, name)
        if not text.strip():
            return None
        if len(text) > LARGEST_REQUEST:
            self._wrong(name, f"{len(text):,} characters are more than a request can hold")
            return None
        try:
            return understand(text)
        except FieldError as error:
            self._wrong(name, str(error))
            return None

    def _why_not(self, name: str) -> str:
        if name in _OF_SHARE:
            return "the queue has no scheduling policy: it takes no share"
        if name == "gpus" and is_fargate(self._definition):
            return "Fargate has no GPUs"
        if name == "array_size":
            return "a multi-node job cannot be an array"
        return "the definition has more than one container: change the request as text"

    def _wrong(self, name: str, text: str) -> None:
        self.problems.append(FieldProblem(name, text))


def _parameter_notes(request: Request, definition: JobDefinition) -> list[Note]:
    """About parameters without a place in the command, and places in the command without a parameter."""
    command = fields.mapping(request, "containerOverrides").get("command")
    used = set(_REFERENCE.findall(" ".join(command if command is not None else _commands(definition))))
    typed = string_map(request, "parameters")
    notes = []
    if idle := sorted(name for name in typed if name not in used):
        notes.append(Note.warning(f"without effect, for no command has Ref::NAME for it: {listed(idle)}"))
    if missing := sorted(used - {*typed, *string_map(definition.raw, "parameters")}):
        notes.append(Note.warning(f"the command has Ref::NAME without a value for {listed(missing)}"))
    return notes


def _commands(definition: JobDefinition) -> list[str]:
    return [word for container in definition.containers for word in (*container.command, *container.args)]


def _fargate_notes(request: Request, definition: JobDefinition) -> list[Note]:
    typed = requirements_of(fields.mapping(request, "containerOverrides"))
    if not typed:
        return []
    amounts = requirements_of(fields.mapping(definition.raw, "containerProperties")) | typed
    try:
        text = misfit(float(amounts["VCPU"]), float(amounts["MEMORY"]))
    except (KeyError, ValueError):  # the definition says nothing that could be compared
        return []
    return [Note.warning(text)] if text else []
