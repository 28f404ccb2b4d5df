"""SubmitJob: what a request must and must not have."""

from __future__ import annotations

import re
from typing import Any

from .account import Account
from .definitions import JSON, Definition, Form, needs_of
from .errors import client_error
from .jobs import Job, Terms
from .overrides import consumables, merged
from .queues import JobQueue

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")


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
    properties = merged(definition, request)
    changes: dict[str, Any] = {
        "properties": properties,
        "needs": needs_of(definition.form, properties),
        "parameters": {**definition.parameters, **(request.get("parameters") or {})},
        "depends_on": _dependencies(account, request, size),
        # A definition's tags reach the tasks of its jobs, never the jobs themselves.
        "tags": request.get("tags") or {},
        "consumables": consumables(definition.consumables, request),
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
