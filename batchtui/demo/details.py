"""JobDetail, the answer of DescribeJobs: single containers, several on ECS, pods on EKS, and nodes."""

from __future__ import annotations

from .definitions import JSON, Form, node_range, range_form
from .identity import ACCOUNT_ID, EKS_CLUSTER, EKS_NAMESPACE, REGION
from .jobs import Attempt, Job
from .summaries import array_properties, reason_of, with_flags
from .tasks import (
    instance_arn,
    interfaces,
    log_group,
    node_name,
    pod_name,
    stream_name,
    task_arn,
)


def job_detail(job: Job) -> JSON:
    """A job or array child as DescribeJobs gives it; `startedAt` is 0 as long as it has not started."""
    answer = _common(job)
    if job.array is not None:
        answer["arrayProperties"] = array_properties(job)
    elif job.parent is not None:
        answer["arrayProperties"] = {"index": job.index}
    form = job.definition.form
    if form is Form.CONTAINER:
        answer["attempts"] = [_attempt(job, a, log_group(job.terms.properties)) for a in _over(job)]
        answer["container"] = _container(job, job.terms.properties)
    elif form is Form.ECS:
        answer["attempts"] = [_ecs_attempt(job, a) for a in _over(job)]
        answer["ecsProperties"] = _ecs(job)
    elif form is Form.EKS:
        answer["eksAttempts"] = [_eks_attempt(job, a) for a in _over(job)]
        answer["eksProperties"] = _eks(job)
    else:
        answer["attempts"] = [_times(a) | {"container": {"networkInterfaces": []}} for a in _over(job)]
        answer["nodeProperties"] = job.terms.properties
    return answer


def node_detail(job: Job, node: int) -> JSON:
    """One node of a multi-node job (`id#node`) as DescribeJobs gives it."""
    answer = _common(job)
    answer["jobId"] += f"#{node}"
    answer["jobArn"] += f"#{node}"
    form, properties = next(
        range_form(group)
        for group in job.terms.properties["nodeRangeProperties"]
        if _covers(group["targetNodes"], node, job.terms.num_nodes)
    )
    main = job.terms.properties["mainNode"]
    if form is Form.CONTAINER:
        answer["attempts"] = [_attempt(job, a, log_group(properties), node) for a in _over(job)]
        answer["container"] = _container(job, properties, node)
    else:
        answer["ecsProperties" if form is Form.ECS else "eksProperties"] = properties
    answer["nodeDetails"] = {"nodeIndex": node, "isMainNode": node == main}
    return answer


def _covers(target: str, node: int, num_nodes: int) -> bool:
    first, last = node_range(target, num_nodes)
    return first <= node <= last


def _common(job: Job) -> JSON:
    terms, definition = job.terms, job.definition
    answer: JSON = {
        "jobArn": job.arn,
        "jobName": job.name,
        "jobId": job.job_id,
        "jobQueue": job.queue.arn,
        "status": job.status,
        "attempts": [],
        "createdAt": job.created,
        "startedAt": job.started,
        "retryStrategy": terms.retry,
        "dependsOn": [{k: v for k, v in d.items() if k != "type" or v} for d in terms.depends_on],
        "jobDefinition": definition.arn,
        "parameters": parameters_of(job),
        "tags": terms.tags,
        "propagateTags": terms.propagate_tags,
    }
    if definition.form is not Form.EKS:
        answer["platformCapabilities"] = [definition.platform]
    if job.stopped:
        answer["stoppedAt"] = job.stopped
    if job.status_reason is not None:
        answer["statusReason"] = job.status_reason
    if terms.timeout_seconds is not None:
        answer["timeout"] = {"attemptDurationSeconds": terms.timeout_seconds}
    if terms.share is not None:
        answer["shareIdentifier"] = terms.share
    if terms.scheduling_priority is not None:
        answer["schedulingPriority"] = terms.scheduling_priority
    if terms.consumables is not None:
        answer["consumableResourceProperties"] = terms.consumables
    return with_flags(job, answer)


def parameters_of(job: Job) -> dict[str, str]:
    """A job's parameters; jobs of the simulation's own fill them in from their name."""
    if job.terms.parameters is not None:
        return job.terms.parameters
    return {name: f"s3://genomics-data/{job.name}/{name}" for name in job.definition.parameters}


def _over(job: Job) -> list[Attempt]:
    """Attempts are listed once they are over; the present one shows in the job itself."""
    return [attempt for attempt in job.attempts if attempt.ending is not None]


def _current(job: Job) -> Attempt | None:
    """The attempt of which the job itself shows the task: none while it waits for its next one."""
    if not job.attempts or (job.attempts[-1].ending is not None and not job.terminal):
        return None
    return job.attempts[-1]


def _times(attempt: Attempt) -> JSON:
    answer: JSON = {"stoppedAt": attempt.stopped}
    if attempt.started:
        answer["startedAt"] = attempt.started
    if attempt.ending is not None:
        answer["statusReason"] = attempt.ending.status_reason
    return answer


def _exit(job: Job, attempt: Attempt, node: int = 0, *, essential: bool = True) -> JSON:
    """How a container ended; the followers of a failed one are stopped with 143."""
    ending = attempt.ending
    if ending is None:
        return {}
    leading = essential and (not job.multi_node or node == job.terms.properties["mainNode"])
    answer: JSON = {}
    if ending.exit_code is not None and (attempt.started or not ending.ran):
        answer["exitCode"] = ending.exit_code if leading else 0 if ending.succeeded else 143
    if ending.reason is not None and leading:
        answer["reason"] = reason_of(job, ending)
    return answer


def _task(job: Job, attempt: Attempt, node: int = 0) -> JSON:
    answer: JSON = {"taskArn": task_arn(job, attempt, node)}
    instance = instance_arn(job, attempt, node)
    if instance is not None:
        answer["containerInstanceArn"] = instance
    return answer


def _log(job: Job, attempt: Attempt, group: str | None, container: str = "default", node: int = 0) -> JSON:
    """The log stream, known once the container runs, and only where CloudWatch gets the log."""
    if not attempt.started or group is None:
        return {}
    return {"logStreamName": stream_name(job, attempt, container, node)}


def _attempt(job: Job, attempt: Attempt, group: str | None, node: int = 0) -> JSON:
    container = _task(job, attempt, node) | _exit(job, attempt, node) | _log(job, attempt, group, node=node)
    container["networkInterfaces"] = interfaces(job, attempt, node)
    return _times(attempt) | {"container": container}


def _container(job: Job, properties: JSON, node: int = 0) -> JSON:
    answer = {**properties, "networkInterfaces": []}
    attempt = _current(job)
    if attempt is not None:
        answer |= _task(job, attempt, node) | _exit(job, attempt, node)
        answer |= _log(job, attempt, log_group(properties), node=node)
        answer["networkInterfaces"] = interfaces(job, attempt, node)
    return answer


def _ecs(job: Job) -> JSON:
    attempt = _current(job)
    tasks = []
    for task in job.terms.properties["taskProperties"]:
        containers = []
        for container in task["containers"]:
            shown = {**container, "networkInterfaces": []}
            if attempt is not None:
                shown |= _exit(job, attempt, essential=container.get("essential", True))
                shown |= _log(job, attempt, log_group(container), container["name"])
            containers.append(shown)
        tasks.append({**task, "containers": containers} | ({} if attempt is None else _task(job, attempt)))
    return {"taskProperties": tasks}


def _ecs_attempt(job: Job, attempt: Attempt) -> JSON:
    tasks = []
    for task in job.terms.properties["taskProperties"]:
        containers = [
            {"name": container["name"], "networkInterfaces": []}
            | _exit(job, attempt, essential=container.get("essential", True))
            | _log(job, attempt, log_group(container), container["name"])
            for container in task["containers"]
        ]
        tasks.append(_task(job, attempt) | {"containers": containers})
    return _times(attempt) | {"container": {"networkInterfaces": []}, "taskProperties": tasks}


def _eks(job: Job) -> JSON:
    pod = dict(job.terms.properties["podProperties"])
    pod.setdefault("metadata", {})
    attempt = _current(job)
    if attempt is not None:
        pod["containers"] = [c | _exit(job, attempt) for c in pod["containers"]]
        pod["podName"] = pod_name(job, attempt)
        pod["nodeName"] = node_name(job, attempt)
        if attempt.started:
            pod["initContainers"] = [{**c, "exitCode": 0} for c in pod.get("initContainers", ())]
    return {"podProperties": pod}


def _eks_attempt(job: Job, attempt: Attempt) -> JSON:
    pod = job.terms.properties["podProperties"]

    def part(container: JSON, ending: JSON) -> JSON:
        return {
            "name": container["name"],
            "containerID": f"containerd://{task_arn(job, attempt)[-32:] * 2}",
        } | ending

    return _times(attempt) | {
        "containers": [part(c, _exit(job, attempt)) for c in pod["containers"]],
        "initContainers": [
            part(c, {"exitCode": 0} if attempt.started else {}) for c in pod.get("initContainers", ())
        ],
        "eksClusterArn": f"arn:aws:eks:{REGION}:{ACCOUNT_ID}:cluster/{EKS_CLUSTER}",
        "podName": pod_name(job, attempt),
        "podNamespace": EKS_NAMESPACE,
        "nodeName": node_name(job, attempt),
    }
