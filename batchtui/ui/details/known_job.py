"""What the lists know of a job, at length: beside the list it costs no call."""

from collections.abc import Sequence
from dataclasses import replace

from batchtui.format import Cell, plain
from batchtui.model.fields import EMPTY
from batchtui.model.job import JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.ui.details.job_overview import overview
from batchtui.ui.details.lines import masked_lines

_NONE = plain("There is no job under the cursor.", "muted")


def known_job_lines(job: JobSummary | None, why: Cell, now: float) -> Sequence[Cell]:
    """The lines.

    Args:
        job: The job; None where there is none.
        why: Why it waits or failed, as its row has it.
        now: Epoch seconds.
    """
    if job is None:
        return [_NONE]
    known = replace(JobDetail.from_api(EMPTY), summary=job, tags=job.tags or ())
    reason = why if any(text.strip() for text, _ in why) else None
    return masked_lines(overview(known, (), 0, now, is_revealed=False, reason=reason))
