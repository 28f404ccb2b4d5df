"""JobSummary, the row of ListJobs. What does not apply to a job is absent, as it is with AWS."""

from __future__ import annotations

from .definitions import JSON
from .endings import COMMAND, IMAGE, Ending
from .jobs import Job


def job_summary(job: Job) -> JSON:
    """A job or array child as ListJobs gives it. There is no queue in it."""
    answer: JSON = {
        "jobArn": job.arn,
        "jobId": job.job_id,
        "jobName": job.name,
        "createdAt": job.created,
        "status": job.status,
        "jobDefinition": job.definition.arn,
    }
    if job.status_reason is not None:
        answer["statusReason"] = job.status_reason
    if job.started:
        answer["startedAt"] = job.started
    if job.stopped:
        answer["stoppedAt"] = job.stopped
        if job.attempts:
            answer["container"] = _container(job)
    if job.terms.share is not None:
        answer["shareIdentifier"] = job.terms.share
        answer["capacityUsage"] = [{"capacityUnit": "VCPU", "quantity": job.terms.needs.vcpus}]
    if job.array is not None:
        answer["arrayProperties"] = array_properties(job)
    elif job.parent is not None:
        answer["arrayProperties"] = {"index": job.index}
    if job.terms.num_nodes:
        answer["nodeProperties"] = {"numNodes": job.terms.num_nodes}
    return with_flags(job, answer)


def node_summary(job: Job, node: int) -> JSON:
    """One node of a multi-node job (`id#node`) as ListJobs gives it for a multiNodeJobId."""
    answer = job_summary(job)
    answer["jobId"] += f"#{node}"
    answer["jobArn"] += f"#{node}"
    main = job.terms.properties["mainNode"]
    answer["nodeProperties"] = {
        "isMainNode": node == main,
        "numNodes": job.terms.num_nodes,
        "nodeIndex": node,
    }
    return answer


def array_properties(job: Job) -> JSON:
    """The arrayProperties of an array's parent."""
    assert job.array is not None
    return {
        "size": job.array.size,
        "statusSummary": dict(job.array.counts),
        "statusSummaryLastUpdatedAt": job.array.updated,
    }


def with_flags(job: Job, answer: JSON) -> JSON:
    """`isCancelled` and `isTerminated` are only present when they are true."""
    if job.is_cancelled:
        answer["isCancelled"] = True
    if job.is_terminated:
        answer["isTerminated"] = True
    return answer


def reason_of(job: Job, ending: Ending) -> str:
    """A container's reason, with the first word of the job's command and its image in their places."""
    container = _first_container(job.terms.properties)
    words = container.get("command") or ("run.sh",)
    return (ending.reason or "").replace(COMMAND, words[0]).replace(IMAGE, container.get("image", ""))


def _first_container(properties: JSON) -> JSON:
    for name in ("nodeRangeProperties", "taskProperties", "containers"):
        for part in properties.get(name, ()):
            return _first_container(part.get("container", part))
    pod = properties.get("podProperties")
    return _first_container(pod) if pod else properties


def _container(job: Job) -> JSON:
    last = job.attempts[-1]
    answer: JSON = {}
    if last.ending is not None:
        if last.ending.exit_code is not None and (last.started or not last.ending.ran):
            answer["exitCode"] = last.ending.exit_code
        if last.ending.reason is not None:
            answer["reason"] = reason_of(job, last.ending)
    return answer
