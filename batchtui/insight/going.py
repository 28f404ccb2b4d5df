"""What there is to say of a job that neither waits nor has failed."""

from typing import Final

from batchtui.insight.phrases import duration, since
from batchtui.insight.verdict import Answer, Certainty, Verdict
from batchtui.insight.why_answer import LogEnd
from batchtui.model.job import RUNNING, SUCCEEDED, JobSummary

_ENOUGH: Final = 0.8
"""Of the time-out: from here on it is said that it comes near."""
SILENT_MS: Final = 900_000
"""After so long without a line it is said in the first place that the log is silent."""


def how_it_goes(
    job: JobSummary,
    now: int,
    *,
    timeout_seconds: int | None = None,
    is_described: bool = False,
    log: LogEnd | None = None,
) -> Answer:
    """One verdict: that it runs, that it was asked to stop, or that it succeeded; none for another status.

    Nobody tells that a job that runs does what it should: what is said is what AWS reports, when it last wrote
    to its log, and what ends it by itself.

    Args:
        job: The job.
        now: Milliseconds since the epoch.
        timeout_seconds: Of one attempt.
        is_described: Whether AWS has told of a time-out: without it none is known, with it there is none.
        log: The end of its log, where it was read.
    """
    code = () if job.exit_code is None else (f"exit code {job.exit_code}",)
    if job.status == SUCCEEDED:
        ran = _span(job.started_at, job.stopped_at)
        figures = (*code, *((f"ran {ran}",) if ran else ()))
        return Answer((Verdict("succeeded", "It succeeded: nothing went wrong.", Certainty.TOLD, figures),))
    if job.status != RUNNING:
        return Answer((), unknown=(f"AWS told the status {job.status}, of which nothing more is known here",))
    return _running(job, now, timeout_seconds, is_described, log)


def _running(
    job: JobSummary, now: int, timeout_seconds: int | None, is_described: bool, log: LogEnd | None
) -> Answer:
    ran = since(job.started_at, now)
    evidence = [f"status {RUNNING}{f', for {ran}' if ran else ''}"]
    cause = f"It has run for {ran}: AWS reports nothing wrong." if ran else "It runs: AWS reports nothing wrong."
    remedies: tuple[str, ...] = ("See its log: l.",)
    silent = now - log.last_at if log is not None and log.last_at is not None else None
    if silent is not None:
        of = f" ({log.source})" if log is not None and log.source else ""
        evidence.append(f"last log line {duration(silent / 1000)} ago{of}")
    if silent is not None and silent >= SILENT_MS:
        cause = f"It runs, but its log has been silent for {duration(silent / 1000)}."
        remedies = (
            "See whether it still works: its log (l), and the load of what it runs on.",
            "If it hangs, terminate it, and give the next one a time-out.",
        )
    if timeout_seconds and job.started_at is not None:
        left = timeout_seconds - (now - job.started_at) / 1000
        evidence.append(f"running {ran or '0s'} of a time-out of {duration(timeout_seconds)}")
        if left < timeout_seconds * (1 - _ENOUGH):
            when = f"in {duration(left)}" if left > 0 else "at any moment"
            cause = f"It runs, and its time-out ends it {when}."
            remedies = ("Raise timeout.attemptDurationSeconds of the next one.", *remedies)
    elif timeout_seconds:
        evidence.append(f"its time-out is {duration(timeout_seconds)}")
    elif is_described:
        evidence.append(
            "no time-out is set in AWS Batch (SageMaker has one of its own)"
            if job.is_service_job
            else "no time-out is set: it may run for ever"
        )
    if job.is_terminated or job.is_cancelled:
        cause = "It was asked to stop, and has not ended yet."
        evidence.append("isTerminated" if job.is_terminated else "isCancelled")
        remedies = ("Wait: it has some time to end by itself before it is killed.",)
    unknown = (f"how old its last log line is: {log.trouble}",) if log is not None and log.trouble else ()
    return Answer((Verdict("running", cause, Certainty.TOLD, tuple(evidence), remedies),), unknown=unknown)


def _span(start: int | None, stop: int | None) -> str:
    return duration((stop - start) / 1000) if start is not None and stop is not None and stop >= start else ""
