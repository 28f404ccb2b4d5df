"""The tabs of a service job: what AWS Batch knows of it, and what the other service was asked for."""

import shlex
from collections.abc import Iterable, Mapping, Sequence

from batchtui.format import Cell, duration, plain, ran, status_style, waited
from batchtui.model.fields import Api, mapping, pairs, structures, text, texts
from batchtui.model.job import JobSummary
from batchtui.model.secrets import masked_command
from batchtui.model.service_job import ServiceJobAttempt, ServiceJobDetail, training_job_name
from batchtui.ui.details.common import exit_rules, masked_pairs, timeout_line
from batchtui.ui.details.lines import (
    Relation,
    field,
    fields,
    label,
    moment,
    pair_lines,
    relation_lines,
    rest,
    section,
)

_NO_CONTAINER = "A service job has no container of its own: this is what SageMaker was asked to run."
_NO_RESOURCES = "AWS Batch places no vCPUs for a service job: SageMaker brings the instances."
_NO_REQUEST = "AWS tells of no request, or of none that can be read: see the tab JSON."


def overview(
    job: ServiceJobDetail,
    relations: Sequence[Relation],
    now: float,
    *,
    is_revealed: bool,
    reason: Cell | None = None,
) -> list[Cell]:
    """The lines of the tab Overview."""
    summary = job.summary
    lines: list[Cell] = field("Status", summary.status, status_style(summary.status))
    lines += field("Status reason", summary.status_reason)
    if reason is not None:
        lines.append((label("Why"), *reason))
    lines += field("Terminate asked for", summary.is_terminated)
    kind = field("Service job type", summary.service_job_type)
    return [
        *section("Service job", [*field("Name", summary.job_name), *field("Id", summary.job_id), *kind, *lines]),
        *section("Times", _times(summary, now)),
        *section("Where", _where(job)),
        *section("Retry and time-out", _retry(job)),
        *section("Preemption", _preemption(job)),
        *relation_lines(relations),
        *section("Tags", pair_lines(masked_pairs(job.tags, is_revealed=is_revealed))),
    ]


def attempts(job: ServiceJobDetail, now: float) -> list[Cell]:
    """The lines of the tab Attempts, the latest attempt first."""
    lines: list[Cell] = []
    latest = job.latest_resource_id
    if latest and all(attempt.service_resource_id != latest for attempt in job.attempts):
        lines += section("Latest attempt", [*_resource(latest), plain("It has not ended yet.", "muted")])
    for number, attempt in reversed(list(enumerate(job.attempts, 1))):
        lines += section(f"Attempt {number}", _attempt(attempt, now))
    for attempt in job.recent_preempted_attempts:
        lines += section("Preempted attempt", _attempt(attempt, now))
    return lines or [plain("No attempt yet: AWS Batch has not handed the job to SageMaker.", "muted")]


def container(job: ServiceJobDetail, *, is_revealed: bool) -> list[Cell]:
    """The lines of the tab Container: the algorithm of the training job."""
    if not job.request:
        return [plain(_NO_CONTAINER, "muted"), plain(_NO_REQUEST, "muted")]
    algorithm = mapping(job.request, "AlgorithmSpecification")

    def words(name: str) -> str:
        command = texts(algorithm, name)
        return shlex.join(command if is_revealed else masked_command(command))

    own = [
        *field("Image", text(algorithm, "TrainingImage")),
        *field("Algorithm", text(algorithm, "AlgorithmName")),
        *field("Entry point", words("ContainerEntrypoint")),
        *field("Arguments", words("ContainerArguments")),
        *field("Input mode", text(algorithm, "TrainingInputMode")),
        *field("Role", text(job.request, "RoleArn")),
        *field("Output", text(mapping(job.request, "OutputDataConfig"), "S3OutputPath")),
        *fields("Input", _channels(job.request)),
    ]
    environment = masked_pairs(pairs(job.request, "Environment"), is_revealed=is_revealed)
    hyperparameters = masked_pairs(pairs(job.request, "HyperParameters"), is_revealed=is_revealed)
    return [
        plain(_NO_CONTAINER, "muted"),
        plain(""),
        *section("Training", own),
        *section("Environment", pair_lines(environment)),
        *section("Hyperparameters", pair_lines(hyperparameters)),
    ]


def resources(job: ServiceJobDetail, *, is_revealed: bool) -> list[Cell]:
    """The lines of the tab Resources: the capacity that counts in the queue, and the instances asked for."""
    asked = rest(mapping(job.request, "ResourceConfig"), frozenset(), is_revealed=is_revealed)
    limits = rest(mapping(job.request, "StoppingCondition"), frozenset(), is_revealed=is_revealed)
    return [
        plain(_NO_RESOURCES, "muted"),
        plain(""),
        *section("Capacity in the queue", pair_lines(job.capacity_usage)),
        *section("Instances asked for", pair_lines(asked)),
        *section("Stopping condition", pair_lines(limits)),
    ]


def _times(job: JobSummary, now: float) -> list[Cell]:
    return [
        *moment("Created", job.created_at, now),
        *moment("Scheduled", job.scheduled_at, now),
        *moment("Started", job.started_at, now),
        *moment("Stopped", job.stopped_at, now),
        *field("Waited", duration(waited(job, now))),
        *field("Ran", duration(ran(job, now))),
    ]


def _where(job: ServiceJobDetail) -> list[Cell]:
    return [
        *field("Queue", job.summary.job_queue),
        *field("Share", job.summary.share_identifier),
        *field("Quota share", job.quota_share_name),
        *field("Scheduling priority", job.scheduling_priority),
        *(_resource(job.latest_resource_id) if job.latest_resource_id else ()),
        *field("ARN", job.summary.job_arn),
    ]


def _retry(job: ServiceJobDetail) -> list[Cell]:
    done = len(job.attempts)
    most = f"{done} of at most {job.retry_attempts} ended" if job.retry_attempts else None
    return [
        *field("Attempts", most or (f"{done} ended" if done else None)),
        *timeout_line(job.attempt_duration_seconds),
        *exit_rules(job.evaluate_on_exit),
    ]


def _preemption(job: ServiceJobDetail) -> list[Cell]:
    return [
        *field("Preempted", job.preempted_attempts),
        *field("Retries until its end", job.preemption_retries),
    ]


def _attempt(attempt: ServiceJobAttempt, now: float) -> list[Cell]:
    took = None
    if attempt.started_at is not None and attempt.stopped_at is not None:
        took = duration((attempt.stopped_at - attempt.started_at) / 1000)
    lines = [
        *(_resource(attempt.service_resource_id) if attempt.service_resource_id else ()),
        *field("Status reason", attempt.status_reason),
        *moment("Started", attempt.started_at, now),
        *moment("Stopped", attempt.stopped_at, now),
        *field("Took", took),
    ]
    return lines or [plain("AWS tells nothing of it.", "muted")]


def _resource(resource_id: str) -> list[Cell]:
    """What the other service calls it: the name, by which it is found there, and the ARN."""
    name = training_job_name(resource_id)
    return [*field("Training job", name), *(field("Training job ARN", resource_id) if name != resource_id else ())]


def _channels(request: Api) -> Iterable[str]:
    for channel in structures(request, "InputDataConfig"):
        source: Mapping[str, object] = mapping(mapping(channel, "DataSource"), "S3DataSource")
        name, uri = text(channel, "ChannelName"), text(source, "S3Uri")
        yield "  ".join(part for part in (name, uri) if part) or "?"
