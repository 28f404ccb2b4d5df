"""The overrides of a whole job, whatever its orchestration: one container, tasks, a pod or nodes."""

from collections.abc import Mapping

from batchtui.actions.request_container import Difference, container_overrides, ecs_overrides
from batchtui.actions.request_eks import eks_overrides
from batchtui.actions.request_notes import Note, Request
from batchtui.actions.request_values import raw_text, words
from batchtui.model import fields
from batchtui.model.fields import Api, arn_name

OVERRIDE_MEMBERS = ("containerOverrides", "ecsPropertiesOverride", "eksPropertiesOverride", "nodeOverrides")
_CONSUMABLE = "consumableResourcePropertiesOverride"


def overrides_of(job: Api, definition: Api, parameters: Mapping[str, str]) -> Difference:
    """The members of SubmitJob that hold overrides, without those that would be empty."""
    found, notes = _properties(job, definition, parameters)
    resources, remarks = _consumables(job, definition)
    return found | resources, notes + remarks


def kind_of(data: Api) -> str:
    """``nodes``, ``eks``, ``ecs`` or ``container``: of a JobDetail or of a JobDefinition."""
    # DescribeJobs may show an empty container beside any of the others.
    for member in ("nodeProperties", "eksProperties", "ecsProperties"):
        if fields.mapping(data, member):
            return member.removesuffix("Properties").replace("node", "nodes")
    return "container"


def node_span(target: str, num_nodes: int) -> tuple[int, int]:
    """The first and the last node of a range such as ``0:3``, ``4:``, ``:`` or ``2``."""
    first, colon, last = target.partition(":")
    start = int(first) if first.isdecimal() else 0
    end = int(last) if last.isdecimal() else num_nodes - 1
    return (start, end) if colon else (start, start)


def _properties(job: Api, definition: Api, parameters: Mapping[str, str]) -> Difference:
    kind = kind_of(job)
    if kind == "nodes":
        found, notes = _nodes(
            fields.mapping(job, "nodeProperties"), fields.mapping(definition, "nodeProperties"), parameters
        )
        return _member("nodeOverrides", found), notes
    # A job's container is the definition's containerProperties, or a node range's container.
    properties = fields.mapping(definition, "containerProperties") or fields.mapping(definition, "container")
    if kind == "container":
        container = fields.mapping(job, "container")
        if "targetNodes" not in job:  # only nodes may name an instance type
            container = {key: value for key, value in container.items() if key != "instanceType"}
        found, notes = container_overrides(container, properties, parameters)
        return _member("containerOverrides", found), notes
    member = f"{kind}Properties"
    differ = eks_overrides if kind == "eks" else ecs_overrides
    found, notes = differ(fields.mapping(job, member), fields.mapping(definition, member), parameters)
    return _member(f"{member}Override", found), notes


def _nodes(job: Api, definition: Api, parameters: Mapping[str, str]) -> Difference:
    overrides: Request = {}
    notes: list[Note] = []
    count = fields.integer(job, "numNodes")
    if count and count != fields.integer(definition, "numNodes"):
        overrides["numNodes"] = count
    defined = fields.structures(definition, "nodeRangeProperties")
    changes = []
    for index, group in enumerate(fields.structures(job, "nodeRangeProperties")):
        base = _range_of(group, defined, count or 1)
        # The definition's own words for the range, for the job may show an open end closed.
        target = raw_text(base, "targetNodes") or raw_text(group, "targetNodes") or str(index)
        found, remarks = overrides_of(group, base, parameters)
        types = words(group, "instanceTypes")
        if types and types != words(base, "instanceTypes"):
            found["instanceTypes"] = types
        notes += (Note(note.severity, f"nodes {target}: {note.text}") for note in remarks)
        if found:
            changes.append({"targetNodes": target, **found})
    if changes:
        overrides["nodePropertyOverrides"] = changes
    return overrides, notes


def _range_of(group: Api, defined: tuple[Api, ...], num_nodes: int) -> Api:
    wanted = node_span(raw_text(group, "targetNodes") or "", num_nodes)
    for candidate in defined:
        if node_span(raw_text(candidate, "targetNodes") or "", num_nodes) == wanted:
            return candidate
    return fields.EMPTY


def _consumables(job: Api, definition: Api) -> Difference:
    shown, defined = consumables(job), consumables(definition)
    # DescribeJobs may tell ARNs where the definition has names.
    same = {arn_name(name): amount for name, amount in shown} == {
        arn_name(name): amount for name, amount in defined
    }
    if same:
        return {}, []
    if not shown:
        if "consumableResourceProperties" not in job:
            return {}, []
        return {}, [Note.warning("consumable resources of the job definition cannot be removed by an override")]
    entries = [{"consumableResource": name, "quantity": amount} for name, amount in shown]
    return {_CONSUMABLE: {"consumableResourceList": entries}}, []


def consumables(data: Api) -> list[tuple[str, int]]:
    """The consumable resources of a JobDetail, a JobDefinition or a node range, each with its quantity."""
    found = fields.structures(fields.mapping(data, "consumableResourceProperties"), "consumableResourceList")
    return [
        (name, amount)
        for item in found
        if (name := raw_text(item, "consumableResource"))
        and (amount := fields.integer(item, "quantity")) is not None
    ]


def _member(name: str, value: Request) -> Request:
    return {name: value} if value else {}
