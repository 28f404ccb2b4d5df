"""The tab Attempts: each with its reason, exit code, times, task and log stream."""

from batchtui.format import Cell, duration, plain
from batchtui.model.job_detail import AttemptContainer, AttemptDetail, JobDetail
from batchtui.ui.details.lines import field, moment, section


def attempts(job: JobDetail, now: float) -> list[Cell]:
    """The lines of the tab, the latest attempt first."""
    if not job.attempts:
        array = job.summary.array_properties
        if array is not None and array.size:
            return [plain("An array parent has no attempts itself: its children have; f lists them.", "muted")]
        if job.summary.started_at is None:
            return [plain("No attempt has ended yet: the job has not started.", "muted")]
        return [plain("No attempt has ended yet: the first one is running.", "muted")]
    lines: list[Cell] = []
    for number, attempt in reversed(list(enumerate(job.attempts, 1))):
        lines += section(f"Attempt {number}", _attempt(attempt, now))
    return lines


def _attempt(attempt: AttemptDetail, now: float) -> list[Cell]:
    took = None
    if attempt.started_at is not None and attempt.stopped_at is not None:
        took = duration((attempt.stopped_at - attempt.started_at) / 1000)
    lines = [
        *field("Status reason", attempt.status_reason, "failed"),
        *moment("Started", attempt.started_at, now),
        *moment("Stopped", attempt.stopped_at, now),
        *field("Took", took),
        *field("Task", attempt.task_arn),
        *field("Container instance", attempt.container_instance_arn),
        *field("Pod", attempt.pod_name),
        *field("Node", attempt.node_name),
    ]
    for container in attempt.containers:
        lines += _container(container)
    return lines or [plain("AWS tells nothing of it.", "muted")]


def _container(container: AttemptContainer) -> list[Cell]:
    style = "failed" if container.exit_code else ""
    return [
        *field("Container", container.name),
        *field("Exit code", container.exit_code, style),
        *field("Reason", container.reason, "failed"),
        *field("Log stream", container.log_stream_name),
    ]
