"""Where a command's words go: lines for people, or one JSON object a line for programs."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from time import localtime, strftime, time
from typing import Any, Protocol, TextIO

from batchtui.commands.course import AnyJob, Turn
from batchtui.commands.job_log import SourcedLine
from batchtui.logs.timestamps import iso_utc
from batchtui.model.job_detail import JobDetail
from batchtui.model.secrets import masked_text
from batchtui.settings import APPLICATION


def notice(sentence: str) -> None:
    """A sentence that is no part of what was asked for: on standard error."""
    sys.stderr.write(f"{APPLICATION}: {masked_text(sentence)}\n")
    sys.stderr.flush()


class Printer(Protocol):
    """What tells of a job that is watched."""

    def submitted(self, job_id: str, job_name: str) -> None:
        """It was submitted from here."""

    def job(self, job: AnyJob) -> None:
        """It is found."""

    def turn(self, job: AnyJob, turn: Turn) -> None:
        """Something happened to it."""

    def lines(self, lines: Sequence[SourcedLine]) -> None:
        """It wrote something."""

    def trouble(self, sentence: str) -> None:
        """Something is the matter, with AWS or with a log."""

    def asked_to_stop(self, job: AnyJob, sentence: str) -> None:
        """A person stopped it from here."""


class TextPrinter:
    """Status lines begin with a rule, log lines with their time.

    Args:
        out: Where to; standard output if None.
        has_times: Whether log lines begin with their time.
    """

    def __init__(self, out: TextIO | None = None, *, has_times: bool = True) -> None:
        self._out = out or sys.stdout
        self._rule = "──" if _can_show("──", self._out) else "--"
        self._has_times = has_times

    def submitted(self, job_id: str, job_name: str) -> None:
        self._write([f"{self._rule} submitted {masked_text(job_name)}  {job_id}"])

    def job(self, job: AnyJob) -> None:
        summary = job.summary
        definition = (summary.job_definition or "").rpartition("/")[2]
        parts = (
            summary.job_name,
            summary.job_id,
            f"in {summary.job_queue}" if summary.job_queue else "",
            definition,
        )
        self._write([f"{self._rule} {'  '.join(masked_text(part) for part in parts if part)}"])

    def turn(self, job: AnyJob, turn: Turn) -> None:
        what = turn.status if turn.attempt is None else f"attempt {turn.attempt} ended"
        line = f"{self._rule} {what} {_clock(turn.at or int(time() * 1000))}  {turn.words}"
        self._write([line.rstrip()])

    def lines(self, lines: Sequence[SourcedLine]) -> None:
        self._write([self._line(each) for each in lines])

    def trouble(self, sentence: str) -> None:
        notice(sentence)

    def asked_to_stop(self, job: AnyJob, sentence: str) -> None:
        self._write([f"{self._rule} {sentence}"])

    def _line(self, sourced: SourcedLine) -> str:
        prefix = f"[{sourced.prefix}] " if sourced.prefix else ""
        moment = f"{_clock(sourced.line.timestamp)} " if self._has_times else ""
        return f"{moment}{prefix}{masked_text(sourced.line.text)}"

    def _write(self, lines: Sequence[str]) -> None:
        if lines:
            self._out.write("\n".join(lines) + "\n")
            self._out.flush()


class JsonPrinter:
    """One JSON object a line (NDJSON), by AWS's names where it has one.

    Args:
        out: Where to; standard output if None.
    """

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout

    def submitted(self, job_id: str, job_name: str) -> None:
        self.event("submitted", outcome="accepted", jobId=job_id, jobName=masked_text(job_name))

    def job(self, job: AnyJob) -> None:
        summary = job.summary
        self.event(
            "job",
            jobId=summary.job_id,
            jobName=summary.job_name,
            jobQueue=summary.job_queue,
            jobDefinition=summary.job_definition,
            jobArn=summary.job_arn,
        )

    def turn(self, job: AnyJob, turn: Turn) -> None:
        summary = job.summary
        event = "attempt" if turn.attempt is not None else "end" if turn.is_end else "status"
        reason = turn.words if turn.attempt is not None else summary.status_reason
        self.event(
            event,
            at=turn.at,
            jobId=summary.job_id,
            status=turn.status,
            statusReason=masked_text(reason or "") or None,
            containerReason=masked_text(summary.container_reason or "") or None if turn.is_end else None,
            attempt=turn.attempt,
            exitCode=turn.exit_code,
            statusSummary=dict(turn.counts) or None,
        )

    def lines(self, lines: Sequence[SourcedLine]) -> None:
        for each in lines:
            self.event(
                "log",
                at=each.line.timestamp,
                jobId=each.source.job_id,
                attempt=each.source.attempt,
                container=each.source.container or None,
                message=masked_text(each.line.text),
            )

    def trouble(self, sentence: str) -> None:
        notice(sentence)
        self.event("trouble", message=masked_text(sentence))

    def asked_to_stop(self, job: AnyJob, sentence: str) -> None:
        self.event("stop", jobId=job.summary.job_id, message=sentence)

    def event(self, event: str, *, at: int | None = None, **members: Any) -> None:
        """One line.

        Args:
            event: What it is.
            at: Epoch milliseconds; now if None.
            members: What else there is to say; what is None is left out.
        """
        told = {name: value for name, value in members.items() if value is not None}
        self._out.write(json.dumps({"event": event, "time": iso_utc(at or int(time() * 1000)), **told}) + "\n")
        self._out.flush()


def name_of(job: AnyJob) -> str:
    """What to call a job in a sentence."""
    summary = job.summary
    child = summary.job_id.partition(":")[2] if isinstance(job, JobDetail) else ""
    return f"{summary.job_name or summary.job_id}{f':{child}' if child else ''}"


def _clock(moment: int) -> str:
    """The time of day here; with its date where that is another day."""
    seconds = moment / 1000
    try:
        then = localtime(seconds)
    except (ValueError, OverflowError, OSError):
        return f"{moment}ms"
    today = datetime.fromtimestamp(time(), UTC).astimezone().date()
    is_today = (then.tm_year, then.tm_mon, then.tm_mday) == (today.year, today.month, today.day)
    return strftime("%H:%M:%S" if is_today else "%Y-%m-%d %H:%M:%S", then)


def _can_show(text: str, out: TextIO) -> bool:
    try:
        text.encode(getattr(out, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
