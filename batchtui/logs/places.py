"""Where a job's log is: one source for each container of each attempt, or the reason why there is none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from batchtui.model import fields
from batchtui.model.container import DEFAULT_LOG_GROUP, ContainerDetail, LogConfiguration
from batchtui.model.job import SUCCEEDED, JobSummary
from batchtui.model.job_detail import JobDetail

_DRIVER: Final = "awslogs"


@dataclass(frozen=True, slots=True)
class LogSource:
    """One stream of one container of one attempt."""

    job_id: str
    job_name: str
    label: str
    """What tells it from the others of its job: ``attempt 2``, a container, ``#3``, ``:7``; may be empty."""
    group: str
    stream: str | None
    """None where its name must be searched: EKS tells only the pod."""
    region: str | None = None
    """The group's region where the log configuration names one."""
    attempt: int | None = None
    """From 1."""
    container: str = ""
    is_latest: bool = True
    """Whether it belongs to the job's latest attempt that ran: one that never started has no log."""
    started_at: int | None = None
    """When the attempt began (epoch milliseconds)."""
    stopped_at: int | None = None
    """When the attempt ended (epoch milliseconds), where AWS tells."""
    is_over: bool = False
    """Whether the attempt has ended: soon after, nothing more comes."""
    pod_name: str | None = None
    node_name: str | None = None
    is_init: bool = False
    """Whether it is an init container of a pod: mostly silent, so not shown unless chosen."""

    @property
    def key(self) -> tuple[str, int | None, str]:
        """What stays the same while AWS tells more about it."""
        return (self.job_id, self.attempt, self.container)


@dataclass(frozen=True, slots=True)
class LogPlaces:
    """All there is of a job's log, oldest attempt first."""

    sources: tuple[LogSource, ...]
    reasons: tuple[str, ...]
    """In words why there is nothing, or nothing of a container."""


@dataclass(frozen=True, slots=True)
class _Run:
    """One container of one attempt, as far as AWS tells."""

    attempt: int
    container: str
    stream: str | None
    started_at: int | None
    stopped_at: int | None
    pod_name: str | None = None
    node_name: str | None = None
    is_init: bool = False


def log_places(job: JobDetail, *, eks_cluster: str | None = None) -> LogPlaces:
    """Where the log of a job, of an array child or of a node is.

    Args:
        job: As DescribeJobs tells it.
        eks_cluster: The cluster of its compute environments, for a pod whose attempts do not name it.
    """
    summary = job.summary
    if is_array_parent(summary):
        return LogPlaces((), ("an array job has no log of its own: its children have",))
    if number_of_nodes(summary):
        return LogPlaces((), ("a multi-node job has no log of its own: its nodes have",))
    cluster = _cluster_of(job) or eks_cluster
    runs = list(_pods(job) if _is_on_eks(job) else _streams(job))
    latest = max((run.attempt for run in runs), default=0)
    # Also those without a stream: where attempt 2 never started, or has only begun, attempt 1 is not "the" log.
    many_attempts = max(latest, len(job.attempts) + (summary.is_active and bool(job.attempts))) > 1
    many_containers = len({run.container for run in runs}) > 1
    sources: list[LogSource] = []
    for run in runs:
        configuration = _configuration(job, run.container)
        group = configuration.group if configuration else DEFAULT_LOG_GROUP
        if run.pod_name is not None:
            group = pod_log_group(cluster or "")
            if cluster is None:
                continue
        sources.append(
            LogSource(
                job_id=summary.job_id,
                job_name=summary.job_name,
                label=_label(job, run, many_attempts, many_containers),
                group=group,
                stream=run.stream,
                region=configuration.region if configuration else None,
                attempt=run.attempt,
                container=run.container,
                is_latest=run.attempt == latest,
                started_at=run.started_at,
                stopped_at=run.stopped_at,
                is_over=run.stopped_at is not None or not summary.is_active,
                pod_name=run.pod_name,
                node_name=run.node_name,
                is_init=run.is_init,
            )
        )
    return LogPlaces(tuple(sources), tuple(_reasons(job, runs, cluster)))


def is_array_parent(job: JobSummary) -> bool:
    """Whether the job only stands for its children."""
    array = job.array_properties
    return array is not None and array.index is None and bool(array.size)


def number_of_nodes(job: JobSummary) -> int:
    """How many nodes a multi-node parent stands for; 0 for every other job, a single node included."""
    nodes = job.node_properties
    if nodes is None or "#" in job.job_id or nodes.node_index is not None:
        return 0
    return nodes.num_nodes or 0


def is_elsewhere(job: JobDetail) -> bool:
    """Whether all its containers send their logs to where they cannot be read, already before they start."""
    told = [detail.log_configuration for detail in job.containers]
    return bool(told) and all(each is not None and each.log_driver != _DRIVER for each in told)


def pod_log_group(cluster: str) -> str:
    """The log group that Container Insights fills for a cluster."""
    return f"/aws/containerinsights/{cluster}/application"


def pod_stream_prefix(source: LogSource) -> str | None:
    """How Container Insights' Fluent Bit begins the names of a pod's streams; None where the node is unknown."""
    if not source.pod_name or not source.node_name:
        return None
    return f"{source.node_name}-application.var.log.containers.{source.pod_name}_"


def stream_of_pod(source: LogSource, names: Sequence[str]) -> str | None:
    """The stream of a source's container among these, whose names hold ``<pod>_<namespace>_<container>-<id>``."""
    pattern = re.compile(rf"{re.escape(source.pod_name or '')}_[^_]+_{re.escape(source.container)}-[0-9a-f]{{6,}}")
    return next((name for name in names if source.pod_name and pattern.search(name)), None)


def _is_on_eks(job: JobDetail) -> bool:
    return any(container.role in ("pod", "init") for container in job.containers)


def _streams(job: JobDetail) -> Iterator[_Run]:
    """The streams that AWS names: of the attempts that are over, and of the one that is under way."""
    seen: set[str] = set()
    for number, attempt in enumerate(job.attempts, 1):
        for container in attempt.containers:
            if container.log_stream_name:
                seen.add(container.log_stream_name)
                yield _Run(
                    number,
                    container.name,
                    container.log_stream_name,
                    attempt.started_at,
                    attempt.stopped_at,
                )
    for detail in job.containers:
        if detail.log_stream_name and detail.log_stream_name not in seen:
            number = len(job.attempts) + (1 if job.summary.is_active or not job.attempts else 0)
            yield _Run(number, detail.name, detail.log_stream_name, job.summary.started_at, job.summary.stopped_at)


def _pods(job: JobDetail) -> Iterator[_Run]:
    """The containers of the pods that started: AWS names no streams for them."""
    parts = [(detail.name, detail.role == "init") for detail in job.containers]
    parts.sort(key=lambda part: part[1])
    pods = [(each.pod_name, each.node_name, each.started_at, each.stopped_at) for each in job.attempts]
    if job.pod_name not in {attempt.pod_name for attempt in job.attempts}:
        pods.append((job.pod_name, job.node_name, job.summary.started_at, job.summary.stopped_at))
    for number, (pod_name, node_name, started_at, stopped_at) in enumerate(pods, 1):
        if pod_name and started_at:
            for name, is_init in parts:
                yield _Run(number, name, None, started_at, stopped_at, pod_name, node_name, is_init)


def _cluster_of(job: JobDetail) -> str | None:
    """The EKS cluster that the attempts name."""
    for attempt in reversed(fields.structures(job.raw, "eksAttempts")):
        if arn := fields.text(attempt, "eksClusterArn"):
            return fields.arn_name(arn)
    return None


def _configuration(job: JobDetail, container: str) -> LogConfiguration | None:
    named = [detail for detail in job.containers if detail.name == container]
    found: Sequence[ContainerDetail] = named or job.containers
    return found[0].log_configuration if found else None


def _label(job: JobDetail, run: _Run, many_attempts: bool, many_containers: bool) -> str:
    job_id, summary = job.summary.job_id, job.summary
    parts: list[str] = []
    if "#" in job_id:
        parts.append("#" + job_id.rpartition("#")[2])
    elif summary.array_properties is not None and ":" in job_id:
        parts.append(":" + job_id.rpartition(":")[2])
    if many_containers:
        parts.append(run.container)
    if many_attempts:
        parts.append(f"attempt {run.attempt}")
    return " ".join(part for part in parts if part)


def _attempts_without_log(job: JobDetail, latest: int) -> Iterator[str]:
    """What became of the attempts after the latest that has a log."""
    for number, attempt in enumerate(job.attempts[latest:], latest + 1):
        if any(container.exit_code is not None for container in attempt.containers):
            yield f"attempt {number}: AWS names no log stream"
            continue
        told = (container.reason for container in attempt.containers if container.reason)
        yield f"attempt {number} never started: {next(told, attempt.status_reason) or 'no reason given'}"


def _reasons(job: JobDetail, runs: Sequence[_Run], cluster: str | None) -> Iterator[str]:
    """Why something has no log here; nothing to say where everything that ran has one."""
    summary = job.summary
    if runs:
        yield from _attempts_without_log(job, max(run.attempt for run in runs))
    if runs and summary.is_active and all(run.stopped_at for run in runs):
        yield f"{summary.status}, the next attempt has not started yet"
    if any(run.pod_name for run in runs):
        if cluster is None:
            yield "the EKS cluster is not known, so the log group is not either"
        return
    elsewhere = {
        detail.name: detail.log_configuration.log_driver
        for detail in job.containers
        if detail.log_configuration is not None and detail.log_configuration.log_driver != _DRIVER
    }
    for name, driver in elsewhere.items():
        of_whom = f" of {name}" if name and len(job.containers) > 1 else ""
        yield f"the log{of_whom} goes to {driver}: not readable here"
    if runs or (elsewhere and len(elsewhere) == len(job.containers)):
        return
    if summary.status == SUCCEEDED or summary.exit_code is not None:
        yield f"{summary.status}, but AWS names no log stream"
    elif not summary.is_active:
        why = summary.container_reason or summary.status_reason or "no reason given"
        yield f"never started: {why}"
    elif summary.started_at:
        yield f"{summary.status}, no log stream yet"
    else:
        yield f"{summary.status}, not started yet"
