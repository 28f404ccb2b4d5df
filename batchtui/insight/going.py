"""What there is to say of a job that neither waits nor has failed."""

from batchtui.insight.phrases import duration, since
from batchtui.insight.verdict import Answer, Certainty, Verdict
from batchtui.model.job import RUNNING, SUCCEEDED, JobSummary

_ENOUGH = 0.8
"""Of the time-out: from here on it is said that it comes near."""


def how_it_goes(job: JobSummary, now: int, *, timeout_seconds: int | None = None) -> Answer:
    """One verdict: that it runs, that it was asked to stop, or that it succeeded; none for another status.

    Args:
        job: The job.
        now: Milliseconds since the epoch.
        timeout_seconds: Of one attempt.
    """
    code = () if job.exit_code is None else (f"exit code {job.exit_code}",)
    if job.status == SUCCEEDED:
        ran = _span(job.started_at, job.stopped_at)
        figures = (*code, *((f"ran {ran}",) if ran else ()))
        return Answer((Verdict("succeeded", "It succeeded: nothing went wrong.", Certainty.TOLD, figures),))
    if job.status != RUNNING:
        return Answer((), unknown=(f"AWS told the status {job.status}, of which nothing more is known here",))
    ran = since(job.started_at, now)
    evidence = [f"status {RUNNING}{f', for {ran}' if ran else ''}"]
    remedies: tuple[str, ...] = ("See its log: l.",)
    cause = f"It has run for {ran}; nothing holds it up." if ran else "It runs; nothing holds it up."
    if timeout_seconds and job.started_at is not None:
        left = timeout_seconds - (now - job.started_at) / 1000
        evidence.append(f"time-out {duration(timeout_seconds)}, {duration(left)} left")
        if left < timeout_seconds * (1 - _ENOUGH):
            cause = f"It runs, and its time-out ends it in {duration(left)}."
            remedies = ("Raise timeout.attemptDurationSeconds of the next one.", *remedies)
    if job.is_terminated or job.is_cancelled:
        cause = "It was asked to stop, and has not ended yet."
        evidence.append("isTerminated" if job.is_terminated else "isCancelled")
        remedies = ("Wait: it has some time to end by itself before it is killed.",)
    return Answer((Verdict("running", cause, Certainty.TOLD, tuple(evidence), remedies),))


def _span(start: int | None, stop: int | None) -> str:
    return duration((stop - start) / 1000) if start is not None and stop is not None and stop >= start else ""
