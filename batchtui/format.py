"""How values read on a screen or in a pipe: pure functions from the model to text and style names."""

import textwrap
from collections.abc import Iterable
from time import gmtime, localtime, strftime

from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job import (
    FAILED,
    JOB_STATUSES,
    PENDING,
    RUNNABLE,
    RUNNING,
    SCHEDULED,
    STARTING,
    SUBMITTED,
    SUCCEEDED,
    JobSummary,
)
from batchtui.model.secrets import masked_text

NOTHING = "–"

ABBREVIATIONS = {
    SUBMITTED: "SUB",
    PENDING: "PEN",
    RUNNABLE: "RNB",
    SCHEDULED: "SCH",
    STARTING: "STA",
    RUNNING: "RUN",
    SUCCEEDED: "SUC",
    FAILED: "FAI",
}
GLYPHS = {
    SUBMITTED: "–",
    PENDING: "·",
    RUNNABLE: "○",
    SCHEDULED: "◔",
    STARTING: "◐",
    RUNNING: "●",
    SUCCEEDED: "■",
    FAILED: "✕",
}
"""One cell for each status, told apart without colour."""
UNKNOWN_GLYPH = "?"
WAITING = (SUBMITTED, PENDING, RUNNABLE)
ON_THE_MACHINE = (SCHEDULED, STARTING, RUNNING)
"""Placed: a service job that is SCHEDULED was handed to the other service, and waits for nothing here."""

BAR = "bar"
"""The style of what only draws: the number stands beside it."""
LINK = "link "
"""Begins the style of an address: the whole of it follows, so that a part of it on a line still leads there."""
Span = tuple[str, str]
"""A text with the name of its style; the empty name is the plain style."""
Cell = tuple[Span, ...]

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"))


def plain(text: str, style: str = "") -> Cell:
    """A cell of one style."""
    return ((text, style),)


def link_to(url: str) -> Cell:
    """An address of our own, which terminals can open; of nothing that AWS told."""
    return ((url, f"{LINK}{url}"),)


def text_of(cell: Cell) -> str:
    """A cell without its styles."""
    return "".join(text for text, _ in cell)


def duration(seconds: float | None) -> str:
    """A length of time in one unit (``42s``, ``12m``, ``3h``, ``2d``), so that it changes rarely."""
    if seconds is None:
        return NOTHING
    whole = max(0, int(seconds))
    for size, unit in _UNITS:
        if whole >= size * (1 if unit != "d" else 2):  # hours tell more than "1d"
            return f"{whole // size}{unit}"
    return f"{whole}s"


def age(job: JobSummary, now: float) -> float | None:
    """Seconds since the job was created, at ``now`` (epoch seconds)."""
    return None if job.created_at is None else now - job.created_at / 1000


def waited(job: JobSummary, now: float) -> float | None:
    """Seconds between creation and start; until now for a job that waits, until its end if it never started."""
    if job.created_at is None:
        return None
    if job.started_at is not None:
        return (job.started_at - job.created_at) / 1000
    if job.is_active:
        return now - job.created_at / 1000
    return None if job.stopped_at is None else (job.stopped_at - job.created_at) / 1000


def ran(job: JobSummary, now: float) -> float | None:
    """Seconds between start and stop; until now for a job that runs."""
    if job.started_at is None:
        return None
    if job.stopped_at is not None:
        return (job.stopped_at - job.started_at) / 1000
    return now - job.started_at / 1000 if job.status in ON_THE_MACHINE or job.array_properties else None


def iso_moment(epoch_ms: int | None) -> str | None:
    """A moment as ISO 8601 in UTC, in milliseconds as AWS tells it; one that no calendar has stays a number."""
    if epoch_ms is None:
        return None
    seconds, milliseconds = divmod(epoch_ms, 1000)
    try:
        return f"{strftime('%Y-%m-%dT%H:%M:%S', gmtime(seconds))}.{milliseconds:03d}Z"
    except (ValueError, OverflowError, OSError):
        return f"{epoch_ms}ms"


def number(value: float | None) -> str:
    """A number without needless digits."""
    if value is None:
        return NOTHING
    return str(int(value)) if float(value).is_integer() else f"{value:.2f}".rstrip("0")


def wrap_words(text: str, width: int) -> list[str]:
    """A text in lines of at most so many characters, broken between words where it can be."""
    return textwrap.wrap(text, width)


def plural(count: int, noun: str) -> str:
    """``1 queue``, ``2 queues``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def left_out(dropped_before: int | None, now: float) -> str:
    """What a list says when older finished jobs are left out of it; empty where all are there.

    Args:
        dropped_before: The moment (epoch milliseconds) before which they ended; None where all are there.
        now: Epoch seconds: a moment of another day has its date.
    """
    if dropped_before is None:
        return ""
    moment = localtime(dropped_before / 1000)
    is_today = moment[:3] == localtime(now)[:3]
    return f"finished before {strftime('%H:%M' if is_today else '%m-%d %H:%M', moment)} left out"


def bar(fraction: float, width: int) -> Cell:
    """A bar of so many cells, filled by eighths of a cell."""
    eighths = round(max(0.0, min(1.0, fraction)) * width * 8)
    full, rest = divmod(eighths, 8)
    filled = "█" * full + (_EIGHTHS[rest] if rest else "")
    return ((filled, BAR), ("░" * (width - len(filled)), "muted"))


def status_style(status: str) -> str:
    """The style name of a job status, one meaning each; an unknown status is plain."""
    if status == SCHEDULED:
        return STARTING.lower()
    return status.lower() if status in JOB_STATUSES else ""


def array_progress(job: JobSummary, width: int) -> Cell | None:
    """How far an array parent has come: a bar, its share, and how many ended well or not."""
    array = job.array_properties
    if array is None or not array.size:
        return None
    ok, failed = array.count(SUCCEEDED), array.count(FAILED)
    percent = f"{100 * (ok + failed) // array.size:3d}%"
    words: list[Span] = [(f" {percent} ", ""), (f"{ok} ok", "muted")]
    if failed:
        words.append((f" {failed} failed", "failed"))
    words.append((f" of {array.size}", "muted"))
    room = width - sum(len(text) for text, _ in words)
    return (*bar((ok + failed) / array.size, max(4, min(12, room))), *words)


def why(job: JobSummary, width: int) -> Cell:
    """What matters most about a job, in one line: its reason, its exit code, its progress."""
    progress = array_progress(job, width)
    if job.status == SUCCEEDED:
        return plain("")
    if job.status == FAILED:
        parts = [f"exit {job.exit_code}"] if job.exit_code else []
        parts += _without_echo((job.container_reason, job.status_reason))
        return plain(masked_text(" · ".join(parts)) or "no reason given", "failed")
    if progress is not None:
        return progress
    if job.is_terminated or job.is_cancelled:
        return plain("stopping: " + masked_text(job.status_reason or "asked for"), "warning")
    if job.status_reason:
        return plain(masked_text(job.status_reason), "warning" if job.status == RUNNABLE else "muted")
    nodes = job.node_properties
    if nodes is not None and nodes.num_nodes:
        words = plural(nodes.num_nodes, "node")
        return plain(f"waits for {words}" if job.status in WAITING else words, "muted")
    return plain("")


def capacity(environment: ComputeEnvironmentDetail, width: int) -> Cell:
    """A compute environment's vCPUs: desired, as a bar towards the maximum, and what it never falls below."""
    resources = environment.compute_resources
    if resources is None or resources.maxv_cpus is None:
        unmanaged = environment.unmanagedv_cpus
        return plain(NOTHING if unmanaged is None else f"{unmanaged} vCPU", "muted")
    most, now, least = resources.maxv_cpus, resources.desiredv_cpus, resources.minv_cpus
    if now is None:  # Fargate has no instances to keep
        return plain(f"up to {most}", "muted")
    before, after = f"{now:>4} ", f" {most}"
    if least and len(before) + 6 + len(after) + 8 <= width:
        after += f" min {least}"
    return (
        (before, ""),
        *bar(now / most if most else 0.0, max(3, min(20, width - len(before) - len(after)))),
        (after, "muted"),
    )


def _without_echo(reasons: Iterable[str | None]) -> list[str]:
    """Reasons without those that another one holds already."""
    kept: list[str] = []
    for reason in reasons:
        if reason and not any(reason in other for other in kept):
            kept.append(reason)
    return kept
