"""The one line that says why, in the tab Overview: the rules first, then what AWS tells."""

from batchtui.format import Cell, text_of, why
from batchtui.insight.failure import why_failed, why_service_job_failed
from batchtui.insight.quick import NO_CAUSE, quick_cause
from batchtui.model.job import FAILED, RUNNABLE, RUNNING, TERMINAL_STATUSES
from batchtui.model.job_detail import JobDetail
from batchtui.model.service_job import ServiceJobDetail

_WIDTH = 200
_MORE = (" · w", "key")


def why_line(job: JobDetail | ServiceJobDetail, waits: str = "") -> Cell | None:
    """The cause in one line; None where there is nothing to say that stands not there already.

    Args:
        job: The job; one that AWS has not described yet has neither containers nor attempts.
        waits: Why it waits by what is known of its queue, or that no cause is seen.
    """
    summary = job.summary
    if summary.status == FAILED:
        if isinstance(job, ServiceJobDetail):
            found = why_service_job_failed(job).verdicts[:1]
        elif job.raw:
            found = why_failed(job).verdicts[:1]
        else:
            found = tuple(cause for cause in (quick_cause(summary),) if cause is not None)
        if found:
            return ((found[0].cause, "failed"), _MORE)
    elif waits and summary.status not in (RUNNING, *TERMINAL_STATUSES):
        style = "muted" if waits.startswith(NO_CAUSE) else "warning"
        return ((waits, style),) if ", w asks" in waits else ((waits, style), _MORE)
    told = why(summary, _WIDTH)
    if summary.status in (FAILED, RUNNABLE) and text_of(told) not in ("", summary.status_reason):
        return (*told, _MORE)
    return None
