"""What would be different in a new job, compared with an old one, in words that a person can read."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from batchtui.actions.request_merge import merged
from batchtui.actions.request_overrides import consumables, kind_of, node_span
from batchtui.actions.request_terms import retry_of, tags_of, timeout_of
from batchtui.actions.request_values import (
    environment_of,
    raw_text,
    requirements_of,
    string_map,
    substituted,
    words,
)
from batchtui.model import fields
from batchtui.model.container import ContainerDetail, containers_of
from batchtui.model.fields import Api, arn_name
from batchtui.model.job_definition import JobDefinition
from batchtui.model.job_detail import JobDetail
from batchtui.model.secrets import masked, masked_command
from batchtui.model.text import clean


class Change(StrEnum):
    """In which way a line differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One thing that would be different, with what looks secret masked."""

    kind: Change
    path: str
    """Such as ``environment REFERENCE`` or ``container annotate: command``."""
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A value as it is shown, and what is compared: secrets differ behind their masks."""

    shown: str
    meant: object


_View = dict[str, _Line]
_NOTHING = _Line("", None)


def diff_lines(original: JobDetail, request: Api, definition: Api | JobDefinition | None) -> list[DiffLine]:
    """The request as a difference to the job that it was made of.

    Args:
        original: The old job.
        request: What SubmitJob would take.
        definition: The revision that the new job would run; where it is not known, what the request leaves
            out counts as it was.
    """
    job = original.raw
    base = definition.raw if isinstance(definition, JobDefinition) else definition
    new = merged(request, job if base is None else base)
    another = base is not None and raw_text(base, "jobDefinitionArn") != raw_text(job, "jobDefinition")
    # A definition's defaults apply to the old job too, be they among its own parameters or not.
    defaults = fields.EMPTY if base is None or another else string_map(base, "parameters")
    own = {**defaults, **string_map(job, "parameters")}
    before = _terms(job, {**job, "parameters": own}) | _containers(job, own, another=another)
    parameters = {**string_map(new, "parameters"), **string_map(request, "parameters")}
    after = _terms(request, new) | _containers(new, parameters, another=another)
    return [
        DiffLine(_change(path, before, after), path, old.shown, now.shown)
        for path in dict.fromkeys((*before, *after))
        if (old := before.get(path, _NOTHING)).meant != (now := after.get(path, _NOTHING)).meant
    ]


def _change(path: str, before: _View, after: _View) -> Change:
    if path not in before:
        return Change.ADDED
    return Change.CHANGED if path in after else Change.REMOVED


def _terms(own: Api, base: Api) -> _View:
    """What stands outside of the containers: from a job, or from a request and what applies where it is silent."""
    view: _View = {}
    for member in ("jobName", "jobQueue", "jobDefinition", "shareIdentifier"):
        if value := raw_text(own, member):
            view[member] = _plain(arn_name(value))
    priority = own.get("schedulingPriorityOverride", base.get("schedulingPriority"))
    array = fields.mapping(own, "arrayProperties")
    numbers = {
        "schedulingPriority": priority,
        "array size": array.get("size"),
        "array index": array.get("index"),
        "time-out (s)": timeout_of(own) or timeout_of(base),
        "number of nodes": fields.mapping(base, "nodeProperties").get("numNodes"),
    }
    view |= {path: _plain(str(value)) for path, value in numbers.items() if value is not None}
    propagates = fields.flag(own, "propagateTags")
    view["propagateTags"] = _plain(str(bool(base.get("propagateTags") if propagates is None else propagates)))
    retry = retry_of(own) or retry_of(base)
    view["attempts"] = _plain(str(retry.get("attempts", 1)))
    for number, rule in enumerate(retry.get("evaluateOnExit", ())):
        conditions = " and ".join(f"{key} {value}" for key, value in rule.items() if key != "action")
        view[f"evaluateOnExit {number}"] = _plain(f"{rule['action']} on {conditions or 'anything'}")
    for dependency in fields.structures(own, "dependsOn"):
        job_id, kind = raw_text(dependency, "jobId"), raw_text(dependency, "type")
        view[f"dependsOn {clean(job_id or kind or '?')}"] = _plain(kind or "success")
    parameters = {**string_map(base, "parameters"), **string_map(own, "parameters")}
    view |= _named("parameter", parameters) | _named("tag", tags_of(own))
    view |= {f"consumable {arn_name(name)}": _plain(str(amount)) for name, amount in consumables(base)}
    return view


def _containers(data: Api, parameters: dict[str, str], *, another: bool) -> _View:
    view: _View = {}
    for where, container in _each(data):
        view |= {f"{where}{path}": line for path, line in _container(container, parameters).items()}
        if another:
            # One revision fixes these for all its jobs: they can only differ between two.
            view |= {f"{where}{path}": line for path, line in _fixed(container).items()}
    return view


def _each(data: Api) -> Iterator[tuple[str, ContainerDetail]]:
    """Every container with its place in words; nodes as numbers, for a range may end open."""
    kind = kind_of(data)
    if kind == "nodes":
        nodes = fields.mapping(data, "nodeProperties")
        count = fields.integer(nodes, "numNodes") or 1
        for group in fields.structures(nodes, "nodeRangeProperties"):
            first, last = node_span(raw_text(group, "targetNodes") or "", count)
            for where, container in _each(group):
                yield f"nodes {first} to {last}: {where}", container
        return
    single = fields.mapping(data, "containerProperties") or fields.mapping(data, "container")
    for number, container in enumerate(
        containers_of({**data, "container": single if kind == "container" else None})
    ):
        yield ("" if kind == "container" else f"container {container.name or number}: "), container


def _container(container: ContainerDetail, parameters: dict[str, str]) -> _View:
    raw = container.raw
    view: _View = {}
    if container.image:
        view["image"] = _plain(container.image)
    for member in ("command", "args"):
        if command := words(raw, member):
            shown = " ".join(_quoted(word) for word in masked_command(command))
            view[member] = _Line(clean(shown), substituted(command, parameters))
    view |= _named("environment", environment_of(raw) | environment_of(raw, "env"))
    view |= {kind: _Line(clean(value), _amount(value)) for kind, value in requirements_of(raw).items()}
    for member in ("limits", "requests"):
        for kind, value in string_map(fields.mapping(raw, "resources"), member).items():
            view[f"{member} {clean(kind)}"] = _plain(value)
    if container.instance_type:
        view["instanceType"] = _plain(container.instance_type)
    return view


def _fixed(container: ContainerDetail) -> _View:
    values = {
        "job role": container.job_role_arn,
        "execution role": container.execution_role_arn,
        "user": container.user,
        "secrets": ", ".join(f"{name} from {source}" for name, source in container.secrets),
    }
    view = {path: _plain(value) for path, value in values.items() if value}
    for mount in container.mount_points:
        source = mount.volume.source if mount.volume and mount.volume.source else mount.source_volume
        view[f"mount {mount.container_path}"] = _plain(f"{source}{' (read only)' if mount.read_only else ''}")
    if container.log_configuration is not None:
        log = container.log_configuration
        view["log"] = _plain(f"{log.log_driver} {log.group if log.log_driver == 'awslogs' else ''}".rstrip())
    return view


def _named(what: str, values: dict[str, str]) -> _View:
    return {f"{what} {clean(k)}": _Line(clean(masked(k, v)), v) for k, v in values.items()}


def _plain(value: str) -> _Line:
    return _Line(clean(value), value)


def _amount(value: str) -> object:
    try:
        return float(value)
    except ValueError:
        return value


def _quoted(word: str) -> str:
    return word if word and not any(character.isspace() for character in word) else f'"{word}"'
