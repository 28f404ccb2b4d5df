"""SubmitJob: what a request must and must not have, and how overrides are merged into a definition."""

from __future__ import annotations

import json
import re
from typing import Any

from .account import Account
from .definitions import JSON, Definition, Form, needs_of, node_range
from .errors import client_error
from .jobs import Job, Terms
from .queues import JobQueue

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
_LONGEST_OVERRIDES = 8192
_OVERRIDES = {
    Form.CONTAINER: "containerOverrides",
    Form.ECS: "ecsPropertiesOverride",
    Form.EKS: "eksPropertiesOverride",
    Form.NODES: "nodeOverrides",
}


def submit_job(account: Account, request: JSON) -> JSON:
    """Take in a job as SubmitJob does."""
    name = str(request.get("jobName", ""))
    if not _NAME.fullmatch(name):
        raise client_error("jobName must match [A-Za-z0-9][A-Za-z0-9_-]{0,127}")
    queue = account.queue(str(request.get("jobQueue", "")))
    if queue is None:
        raise client_error(f"Job queue {request.get('jobQueue')} does not exist")
    if queue.state != "ENABLED":
        raise client_error(f"Job queue {queue.name} is DISABLED")
    definition = account.catalogue.find(str(request.get("jobDefinition", "")))
    if definition is None:
        raise client_error(f"Job definition {request.get('jobDefinition')} does not exist")
    if definition.status != "ACTIVE":
        raise client_error(f"Job definition {definition.name}:{definition.revision} is INACTIVE")
    if not any(environment.accepts(definition) for environment in queue.environments):
        raise client_error(f"Job definition {definition.name} cannot run in job queue {queue.name}")
    size = _array_size(request, definition)
    job = account.submit(name, queue, definition, _terms(account, request, queue, definition, size), size)
    return {"jobArn": job.arn, "jobName": job.name, "jobId": job.job_id}


def _array_size(request: JSON, definition: Definition) -> int:
    array = request.get("arrayProperties")
    if not array:
        return 0
    size = array.get("size")
    if not isinstance(size, int) or not 2 <= size <= 10_000:
        raise client_error("arrayProperties.size must be between 2 and 10,000")
    if definition.form is Form.NODES:
        raise client_error("A multi-node parallel job cannot be an array job")
    return size


def _terms(account: Account, request: JSON, queue: JobQueue, definition: Definition, size: int) -> Terms:
    properties = _merged(definition, request)
    changes: dict[str, Any] = {
        "properties": properties,
        "needs": needs_of(definition.form, properties),
        "parameters": {**definition.parameters, **(request.get("parameters") or {})},
        "depends_on": _dependencies(account, request, size),
        "tags": {**definition.tags, **(request.get("tags") or {})},
        "num_nodes": int(properties["numNodes"]) if definition.form is Form.NODES else 0,
    }
    if len(changes["tags"]) > 50:
        raise client_error("A job has at most 50 tags")
    if request.get("retryStrategy"):
        retry = {"evaluateOnExit": [], **request["retryStrategy"]}
        if not 1 <= retry.setdefault("attempts", 1) <= 10:
            raise client_error("retryStrategy.attempts must be between 1 and 10")
        changes["retry"] = retry
    if request.get("timeout"):
        seconds = request["timeout"].get("attemptDurationSeconds", 0)
        if seconds < 60:
            raise client_error("timeout.attemptDurationSeconds must be at least 60")
        changes["timeout_seconds"] = seconds
    if "propagateTags" in request:
        changes["propagate_tags"] = bool(request["propagateTags"])
    share, priority = request.get("shareIdentifier"), request.get("schedulingPriorityOverride")
    if queue.policy is None and (share is not None or priority is not None):
        raise client_error(
            "shareIdentifier and schedulingPriorityOverride are for job queues with a scheduling policy"
        )
    if queue.policy is not None and not share:
        raise client_error("shareIdentifier must be specified for a job queue with a scheduling policy")
    changes["share"] = share
    if priority is not None:
        changes["scheduling_priority"] = priority
    return Terms.of(definition, **changes)


def _dependencies(account: Account, request: JSON, size: int) -> tuple[JSON, ...]:
    dependencies = request.get("dependsOn") or []
    if len(dependencies) > 20:
        raise client_error("A job depends on at most 20 jobs")
    for dependency in dependencies:
        kind, job_id = dependency.get("type"), dependency.get("jobId")
        if kind in ("SEQUENTIAL", "N_TO_N") and not size:
            raise client_error(f"A {kind} dependency is for array jobs")
        if kind == "SEQUENTIAL":
            if job_id:
                raise client_error("A SEQUENTIAL dependency has no jobId")
            continue
        other: Job | None = account.index.find(str(job_id))
        if other is None:
            raise client_error(f"Job {job_id} that this job depends on does not exist")
        if kind == "N_TO_N" and (other.array is None or other.array.size != size):
            raise client_error(f"An N_TO_N dependency needs an array job of size {size}")
    return tuple(dependencies)


def _merged(definition: Definition, request: JSON) -> JSON:
    for form, member in _OVERRIDES.items():
        if request.get(member) and form is not definition.form:
            raise client_error(f"{member} cannot be used with job definition {definition.name}")
    override: JSON = request.get(_OVERRIDES[definition.form]) or {}
    if not override:
        return definition.properties
    if len(json.dumps(override, separators=(",", ":"))) > _LONGEST_OVERRIDES:
        raise client_error(f"Container Overrides length must be at most {_LONGEST_OVERRIDES}")
    if definition.form is Form.CONTAINER:
        return _container(definition.properties, override)
    if definition.form is Form.ECS:
        return _ecs(definition.properties, override)
    if definition.form is Form.EKS:
        return _eks(definition.properties, override)
    return _nodes(definition.properties, override)


def _container(container: JSON, override: JSON) -> JSON:
    """Command and instance type are replaced; environment and resources are merged by name and by type."""
    merged = dict(container)
    for member in ("command", "instanceType"):
        if override.get(member):
            merged[member] = override[member]
    if override.get("environment"):
        merged["environment"] = _by(container.get("environment", []), override["environment"], "name")
    needs = list(override.get("resourceRequirements") or [])
    for legacy, kind in (("vcpus", "VCPU"), ("memory", "MEMORY")):
        if override.get(legacy):
            needs.append({"type": kind, "value": str(override[legacy])})
    if needs:
        merged["resourceRequirements"] = _by(container.get("resourceRequirements", []), needs, "type")
    return merged


def _by(old: list[JSON], new: list[JSON], key: str) -> list[JSON]:
    merged = {entry[key]: entry for entry in old}
    merged |= {entry[key]: entry for entry in new}
    return list(merged.values())


def _ecs(properties: JSON, override: JSON) -> JSON:
    tasks = [dict(task) for task in properties["taskProperties"]]
    for task, changes in zip(tasks, override.get("taskProperties") or (), strict=False):
        named = {change.get("name"): change for change in changes.get("containers") or ()}
        task["containers"] = [_container(c, named.get(c["name"], {})) for c in task["containers"]]
    return {"taskProperties": tasks}


def _eks(properties: JSON, override: JSON) -> JSON:
    pod, changes = dict(properties["podProperties"]), override.get("podProperties") or {}
    for member in ("containers", "initContainers"):
        named = {change.get("name"): change for change in changes.get(member) or ()}
        pod[member] = [_pod_container(c, named.get(c["name"]) or named.get(None)) for c in pod.get(member, ())]
    if changes.get("metadata"):
        labels = {**pod.get("metadata", {}).get("labels", {}), **changes["metadata"].get("labels", {})}
        pod["metadata"] = {**pod.get("metadata", {}), **changes["metadata"], "labels": labels}
    return {"podProperties": pod}


def _pod_container(container: JSON, change: JSON | None) -> JSON:
    if not change:
        return container
    merged = {**container, **{k: change[k] for k in ("image", "command", "args", "resources") if change.get(k)}}
    if change.get("env"):
        merged["env"] = _by(container.get("env", []), change["env"], "name")
    return merged


def _nodes(properties: JSON, override: JSON) -> JSON:
    count = int(override.get("numNodes") or properties["numNodes"])
    groups = [dict(group) for group in properties["nodeRangeProperties"]]
    for change in override.get("nodePropertyOverrides") or ():
        wanted = node_range(change["targetNodes"], count)
        for group in groups:
            if node_range(group["targetNodes"], count) == wanted:
                group["container"] = _container(group["container"], change.get("containerOverrides") or {})
    return {**properties, "numNodes": count, "nodeRangeProperties": groups}
