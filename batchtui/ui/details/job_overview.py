"""The tab Overview of a job: what it is, how it is, and since when."""

from collections.abc import Sequence

from batchtui.format import Cell, array_progress, duration, ran, status_style, waited
from batchtui.model.job import JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.ui.details.common import exit_rules, masked_pairs, timeout_line
from batchtui.ui.details.lines import Relation, field, label, moment, pair_lines, relation_lines, section


def overview(
    job: JobDetail,
    relations: Sequence[Relation],
    total: int,
    now: float,
    *,
    is_revealed: bool,
    reason: Cell | None = None,
) -> list[Cell]:
    """The lines of the tab.

    Args:
        job: The job.
        relations: Where one can go by a digit.
        total: To how many places one can go in all.
        now: Epoch seconds.
        is_revealed: Whether values that look secret are to be shown.
        reason: Why it failed or waits, in one line.
    """
    summary = job.summary
    lines: list[Cell] = field("Status", summary.status, status_style(summary.status))
    lines += field("Status reason", summary.status_reason)
    if reason is not None:
        lines.append((label("Why"), *reason))
    lines += _exit(job)
    lines += field("Cancel asked for", summary.is_cancelled) + field("Terminate asked for", summary.is_terminated)
    progress = array_progress(summary, 80)
    if progress is not None:
        lines.append((label("Array"), *progress))
        counts = summary.array_properties.status_summary if summary.array_properties else ()
        by_status = "  ".join(f"{status} {count}" for status, count in counts if count)
        lines += field("Children", f"{by_status}  (a: all of them)" if by_status else None)
    return [
        *section("Job", [*field("Name", summary.job_name), *field("Id", summary.job_id), *lines]),
        *section("Times", _times(summary, now)),
        *section("Where", _where(job)),
        *section("Retry and time-out", _retry(job)),
        *relation_lines(relations, total),
        *section("Parameters", pair_lines(masked_pairs(job.parameters, is_revealed=is_revealed))),
        *section("Tags", pair_lines(masked_pairs(job.tags, is_revealed=is_revealed))),
    ]


def _exit(job: JobDetail) -> list[Cell]:
    """The exit code: the job's own, or that of the container that failed where the job has several."""
    if job.summary.exit_code is not None:
        return field("Exit code", job.summary.exit_code, "failed" if job.summary.exit_code else "")
    failed = (each for each in job.containers if each.exit_code)
    return [
        line
        for each in failed
        for line in field(
            "Exit code", f"{each.exit_code} of {each.name or each.role}: {each.reason or ''}", "failed"
        )
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


def _where(job: JobDetail) -> list[Cell]:
    summary = job.summary
    nodes = summary.node_properties
    return [
        *field("Queue", summary.job_queue),
        *field("Definition", summary.job_definition),
        *field("Share", summary.share_identifier),
        *field("Scheduling priority", job.scheduling_priority),
        *field("Platform", ", ".join(job.platform_capabilities)),
        *field("Nodes", nodes.num_nodes if nodes else None),
        *field("Node index", nodes.node_index if nodes else None),
        *field("Main node", nodes.is_main_node if nodes else None),
        *field("Pod", job.pod_name),
        *field("Node", job.node_name),
        *field("Propagate tags", job.propagate_tags),
        *field("ARN", summary.job_arn),
    ]


def _retry(job: JobDetail) -> list[Cell]:
    attempts = None
    if job.retry_attempts:
        attempts = f"{len(job.attempts)} of at most {job.retry_attempts}"
    return [
        *field("Attempts", attempts or (str(len(job.attempts)) if job.attempts else None)),
        *timeout_line(job.attempt_duration_seconds),
        *exit_rules(job.evaluate_on_exit),
    ]
