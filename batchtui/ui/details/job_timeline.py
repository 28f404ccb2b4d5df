"""The tab Timeline: created, scheduled, started, stopped and every attempt, to scale."""

from collections.abc import Sequence
from typing import Protocol

from batchtui.format import Cell, Span, duration, plain
from batchtui.model.job import JobSummary
from batchtui.ui.details.lines import LABEL_WIDTH, field, label, moment, section

_NARROWEST = 10


class HasTimes(Protocol):
    """What every attempt has."""

    @property
    def started_at(self) -> int | None: ...
    @property
    def stopped_at(self) -> int | None: ...


class HasAttempts(Protocol):
    """What a job and a service job have in common."""

    @property
    def summary(self) -> JobSummary: ...
    @property
    def attempts(self) -> Sequence[HasTimes]: ...


def timeline(job: HasAttempts, width: int, now: float) -> list[Cell]:
    """The lines of the tab.

    Args:
        job: The job.
        width: Cells of a line.
        now: Epoch seconds: where a job that has not ended is drawn to.
    """
    summary = job.summary
    if summary.created_at is None:
        return [plain("AWS tells no times.", "muted")]
    begin = summary.created_at / 1000
    end = max(begin + 1, summary.stopped_at / 1000 if summary.stopped_at else now)
    room = max(_NARROWEST, width - LABEL_WIDTH - 8)

    def bar(name: str, start: float | None, stop: float | None, style: str) -> list[Cell]:
        if start is None:
            return []
        until = end if stop is None else min(stop, end)
        # AWS's times need not be in order: nothing may stick out on either side.
        left = max(0, min(room - 1, round((start - begin) / (end - begin) * room)))
        right = max(left + 1, min(room, round((until - begin) / (end - begin) * room)))
        spans: list[Span] = [
            label(name),
            ("·" * left, "muted"),
            ("█" * (right - left), style),
            ("·" * (room - right), "muted"),
            (f" {duration(until - start):>6}", ""),
        ]
        return [tuple(spans)]

    started = None if summary.started_at is None else summary.started_at / 1000
    stopped = None if summary.stopped_at is None else summary.stopped_at / 1000
    lines = bar("Waited", begin, started if started is not None else stopped, "runnable")
    for number, attempt in enumerate(job.attempts, 1):
        first = None if attempt.started_at is None else attempt.started_at / 1000
        last = None if attempt.stopped_at is None else attempt.stopped_at / 1000
        is_last = number == len(job.attempts)
        good = is_last and summary.status == "SUCCEEDED"
        # In words too: not everybody sees the bar's colour.
        lines += bar(f"Attempt {number}{'' if good else ' failed'}", first, last, "running" if good else "failed")
    if started is not None and (summary.is_active or not job.attempts):
        lines += bar("Running" if summary.is_active else "Ran", started, stopped, "running")
    never = "not yet" if summary.is_active else "never"
    return [
        *section(f"From creation to {'its end' if stopped else 'now'}: {duration(end - begin)}", lines),
        *section(
            "Moments",
            [
                *moment("Created", summary.created_at, now),
                *moment("Scheduled", summary.scheduled_at, now),
                *(moment("Started", summary.started_at, now) or field("Started", never)),
                *moment("Stopped", summary.stopped_at, now),
            ],
        ),
    ]
