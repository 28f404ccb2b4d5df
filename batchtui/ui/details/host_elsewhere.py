"""The tab Host where nothing has to be asked: pods, training jobs, parents, and jobs that are nowhere yet."""

from collections.abc import Collection, Sequence
from urllib.parse import quote

from batchtui.format import Cell, plain
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.fields import arn_name, mapping, structures, text
from batchtui.model.job_detail import JobDetail
from batchtui.model.service_job import ServiceJobDetail, training_job_name
from batchtui.sync.trail_reads import place_of
from batchtui.ui.details.host_hints import SHELL, command, console_of, hint, region_of
from batchtui.ui.details.lines import field, section

_CHILDREN = "An array parent has no host itself: its children have."
_NODES = "A multi-node job has as many hosts as nodes: each node tells of its own."
_NOT_PLACED = "Nowhere yet: AWS Batch has not placed the job."
_NEVER_PLACED = "It was never placed: no attempt has a host."
_NO_POD_YET = "AWS Batch tells of no pod yet."


def elsewhere(job: JobDetail, environments: Sequence[ComputeEnvironmentDetail]) -> list[Cell] | None:
    """The lines of the tab where AWS Batch has told all that there is; None where ECS is to be asked.

    Args:
        job: The job, child or node.
        environments: Those of its queue first.
    """
    if "eksProperties" in job.raw:
        return pod_lines(job, environments)
    if place_of(job) is not None:
        return None
    if mapping(job.raw, "arrayProperties").get("size"):
        return [plain(_CHILDREN, "muted")]
    if "nodeProperties" in job.raw:
        return [plain(_NODES, "muted")]
    return [plain(_NOT_PLACED if job.summary.is_active else _NEVER_PLACED, "muted")]


def pod_lines(job: JobDetail, environments: Sequence[ComputeEnvironmentDetail]) -> list[Cell]:
    """A job on EKS: its pod, the node below it, and how kubectl looks at them."""
    last = job.attempts[-1] if job.attempts else None
    pod = job.pod_name or (last.pod_name if last else None)
    node = job.node_name or (last.node_name if last else None)
    cluster = _eks_cluster(job, environments)
    namespace = _namespace(job, environments)
    where = [
        *field("Pod", pod),
        *field("Node", node),
        *field("Namespace", namespace),
        *field("Cluster", arn_name(cluster) if cluster else None),
        *field("Cluster ARN", cluster),
    ]
    if pod is None:
        return [plain(_NO_POD_YET if job.summary.is_active else _NEVER_PLACED, "muted"), *where]
    inside = ("--namespace", namespace) if namespace else ()
    lines: list[Cell] = []
    if cluster:
        region = ("--region", region_of(cluster)) if region_of(cluster) else ()
        words = ("aws", "eks", "update-kubeconfig", *region, "--name", arn_name(cluster))
        lines += hint("Once, so that kubectl knows the cluster", command(*words))
    lines += hint("The pod", command("kubectl", "describe", "pod", pod, *inside))
    if node:
        lines += hint("The node", command("kubectl", "describe", "node", node))
    if job.summary.status == "RUNNING":
        for container in job.containers:
            which = ("--container", container.name) if container.name else ()
            if container.role == "pod":
                words = ("kubectl", "exec", "-it", pod, *inside, *which, "--", SHELL)
                lines += hint(f"A shell in {container.name or 'the container'}", command(*words))
    return [*section("Pod", where), *section("On the command line (Y copies all of this tab)", lines)]


def _eks_cluster(job: JobDetail, environments: Sequence[ComputeEnvironmentDetail]) -> str | None:
    for attempt in reversed(structures(job.raw, "eksAttempts")):
        if arn := text(attempt, "eksClusterArn"):
            return arn
    return _only({each.eks_cluster_arn for each in environments if each.eks_cluster_arn})


def _namespace(job: JobDetail, environments: Sequence[ComputeEnvironmentDetail]) -> str | None:
    pod = mapping(mapping(job.raw, "eksProperties"), "podProperties")
    told = [text(mapping(pod, "metadata"), "namespace")]
    told += [text(attempt, "podNamespace") for attempt in reversed(structures(job.raw, "eksAttempts"))]
    known = {each.kubernetes_namespace for each in environments if each.kubernetes_namespace}
    return next((each for each in told if each), None) or _only(known)


def _only(values: Collection[str]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None


def training_lines(job: ServiceJobDetail) -> list[Cell]:
    """A service job: what SageMaker calls its attempts, the latest first."""
    if not job.resource_ids:
        return [plain("Nowhere yet: AWS Batch has not handed the job to SageMaker.", "muted")]
    lines: list[Cell] = [plain("SageMaker keeps its instances to itself.", "muted"), plain("")]
    for title, arn in zip(("Training job", "Training jobs before"), _halves(job.resource_ids), strict=False):
        told = [line for each in arn for line in _training_job(each)]
        lines += section(title, told)
    latest = job.resource_ids[-1]
    name, region = training_job_name(latest), region_of(latest)
    where = ("--region", region) if region else ()
    words = ("aws", "sagemaker", "describe-training-job", *where, "--training-job-name", name)
    lines += section("On the command line (Y copies all of this tab)", hint("The training job", command(*words)))
    if console := console_of(latest):
        address = f"{console}/sagemaker/home?region={region}#/jobs/{quote(name, safe='')}"
        lines += section("In the console", [plain(address)])
    return lines


def _halves(resource_ids: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    return resource_ids[-1:], resource_ids[-2::-1] if len(resource_ids) > 1 else ()


def _training_job(resource_id: str) -> list[Cell]:
    name = training_job_name(resource_id)
    return [*field("Name", name), *(field("ARN", resource_id) if name != resource_id else ())]
