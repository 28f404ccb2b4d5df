"""Rules about what is after the queue: the start on a machine, in a pod, on Fargate, or at SageMaker."""

from typing import Final

from batchtui.insight.capacity import is_fargate
from batchtui.insight.case import GUIDE, Case, Finding
from batchtui.insight.phrases import duration, since, whole
from batchtui.insight.quick import LONG_START_MS
from batchtui.insight.verdict import Certainty, Verdict
from batchtui.model.fields import arn_name

_STATES: Final = f"{GUIDE}job_states.html"
_MULTI_NODE: Final = f"{GUIDE}multi-node-parallel-jobs.html"
_SERVICE_STATES: Final = f"{GUIDE}service-job-status.html"
_FARGATE: Final = ("FARGATE",)
_SEE_IMAGE: Final = "See whether the image can be pulled: its size, its registry, and the network route to it."


def starting(case: Case) -> Finding:
    """It has a place, and its container is not running yet."""
    cause, link, remedies, late, certainty = _start(case)
    where = _where(case)
    first_seen = case.situation.status_since
    seconds = (case.now - first_seen) / 1000 if first_seen is not None else 0.0
    if seconds >= 1:
        where.insert(0, f"seen to be {case.job.status} for {duration(seconds)}; AWS does not tell since when")
    elif case.job.created_at is not None and (age := since(case.job.created_at, case.now)):
        where.append(f"created {age} ago; since when it is {case.job.status} is not told")
    if seconds * 1000 > LONG_START_MS:
        cause = f"{case.job.status} for at least {duration(seconds)}: its start may hang."
        remedies, certainty = late, Certainty.LIKELY
    return Verdict("starting", cause, certainty, tuple(where) or (f"status {case.job.status}",), remedies, link)


def _start(case: Case) -> tuple[str, str, tuple[str, ...], tuple[str, ...], Certainty]:
    """What starts there: the cause, its document, what to do, what to do where it takes long, how sure it is."""
    job, detail, nodes = case.job, case.detail, case.job.node_properties
    wait = ("Wait: a large image takes minutes to be pulled.",)
    if job.is_service_job:
        at_sagemaker = "See the training job in SageMaker: its secondary status tells what it is at."
        return (
            "SageMaker starts it: its instances, its data, its image.",
            _SERVICE_STATES,
            ("Wait: SageMaker's instances take minutes.",),
            (at_sagemaker,),
            Certainty.TOLD,
        )
    if nodes is not None and nodes.num_nodes and nodes.node_index is None:
        late = (_SEE_IMAGE, "See its nodes: each is a task of its own, and the others wait for the main node.")
        cause = "Its nodes start: the main node first, then the others."
        return cause, _MULTI_NODE, wait, late, Certainty.LIKELY
    if (detail is not None and detail.pod_name) or _all(case, "EKS"):
        late = (_SEE_IMAGE, "See the events of its pod: kubectl describe pod.")
        if detail is not None and detail.pod_name and not detail.node_name:
            return "Its pod waits for a node: AWS tells none yet.", _STATES, wait, late, Certainty.LIKELY
        on_node = detail is not None and detail.node_name
        cause = "Its pod is on a node: its containers start." if on_node else "Its pod starts."
        return cause, _STATES, wait, late, Certainty.TOLD
    if (detail is not None and detail.platform_capabilities == _FARGATE) or _all(case, "FARGATE"):
        late = (_SEE_IMAGE, "See the events of its task in Amazon ECS.")
        return "Fargate prepares its task, and pulls its image.", _STATES, wait, late, Certainty.TOLD
    late = (_SEE_IMAGE, "See the events of its task, and the instance itself.")
    if detail is not None and any(each.container_instance_arn for each in detail.containers):
        cause = "It has an instance: its image is pulled, its container started."
        return cause, _STATES, wait, late, Certainty.TOLD
    return "It has a place, and its container starts.", _STATES, wait, late, Certainty.TOLD


def scheduled(case: Case) -> Finding:
    """A service job that was handed over."""
    since_then = since(case.job.scheduled_at, case.now)
    return Verdict(
        "scheduled",
        "It was handed to SageMaker, which prepares its instances.",
        Certainty.TOLD,
        ("status SCHEDULED", *((f"for {since_then}",) if since_then else ())),
        ("Look at the training job in SageMaker.",),
        _SERVICE_STATES,
    )


def _all(case: Case, kind: str) -> bool:
    """Whether all environments in which it can be are of a kind: Fargate, or EKS."""
    if not case.usable or not case.all_known:
        return False
    return all(each.kind == "EKS" if kind == "EKS" else is_fargate(each) for each in case.usable)


def _where(case: Case) -> list[str]:
    detail = case.detail
    if detail is None:
        return []
    found = [f"pod {whole(detail.pod_name)}"] if detail.pod_name else []
    found += [f"node {whole(detail.node_name)}"] if detail.node_name else []
    for container in detail.containers[:2]:
        if container.container_instance_arn:
            found.append(f"container instance {whole(arn_name(container.container_instance_arn))}")
        if container.image:
            found.append(f"image {whole(container.image)}")
    return list(dict.fromkeys(found))
