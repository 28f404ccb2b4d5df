"""EksPropertiesOverride: what a job's pod differs in from its definition's."""

from collections.abc import Mapping

from batchtui.actions.request_container import Difference, missing, paired
from batchtui.actions.request_notes import Note, Request
from batchtui.actions.request_values import (
    environment_of,
    raw_text,
    same_command,
    string_map,
    words,
)
from batchtui.model import fields
from batchtui.model.fields import Api

_AWS_LABEL = "batch.amazonaws.com/"


def eks_overrides(job: Api, definition: Api, parameters: Mapping[str, str]) -> Difference:
    """EksPropertiesOverride: containers and init containers by their names, and the pod's metadata."""
    pod, defined = fields.mapping(job, "podProperties"), fields.mapping(definition, "podProperties")
    overrides: Request = {}
    notes: list[Note] = []
    for member in ("containers", "initContainers"):
        changes = []
        pairs = paired(fields.structures(pod, member), fields.structures(defined, member))
        for container, defined_container in pairs:
            name = raw_text(container, "name")
            override, remarks = _container(container, defined_container, parameters, f"container {name}: ")
            notes += remarks
            if override:
                changes.append({"name": name, **override} if name else override)
        if changes:
            overrides[member] = changes
    metadata = _metadata(fields.mapping(pod, "metadata"), fields.mapping(defined, "metadata"))
    if metadata:
        overrides["metadata"] = metadata
    return ({"podProperties": overrides} if overrides else {}), notes


def _container(job: Api, definition: Api, parameters: Mapping[str, str], where: str) -> Difference:
    overrides: Request = {}
    image = raw_text(job, "image")
    if image and image != raw_text(definition, "image"):
        overrides["image"] = image
    for member in ("command", "args"):
        shown, defined = words(job, member), words(definition, member)
        if shown and not same_command(shown, defined, parameters):
            overrides[member] = shown
    shown_env, defined_env = environment_of(job, "env"), environment_of(definition, "env")
    changed = [
        {"name": k, "value": v} for k, v in shown_env.items() if k not in defined_env or defined_env[k] != v
    ]
    if changed:
        overrides["env"] = changed
    resources = _resources(job)
    # Whether AWS merges limits with requests is not said, so that both go together or not at all.
    if resources and resources != _resources(definition):
        overrides["resources"] = resources
    return overrides, missing(where, shown_env, defined_env, "the variables") if "env" in job else []


def _resources(container: Api) -> Request:
    resources = fields.mapping(container, "resources")
    return {member: amounts for member in ("limits", "requests") if (amounts := string_map(resources, member))}


def _metadata(job: Api, definition: Api) -> Request:
    found: Request = {}
    for member in ("labels", "annotations"):
        defined = string_map(definition, member)
        changed = {
            key: value
            for key, value in string_map(job, member).items()
            if (key not in defined or defined[key] != value) and not key.startswith(_AWS_LABEL)
        }
        if changed:
            found[member] = changed
    namespace = raw_text(job, "namespace")
    if namespace and namespace != raw_text(definition, "namespace"):
        found["namespace"] = namespace
    return found
