"""What happened to a job between two looks, and how it ended: pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from batchtui.model.container import ContainerDetail
from batchtui.model.job import FAILED, RUNNING, SUBMITTED, SUCCEEDED, TERMINAL_STATUSES, JobSummary
from batchtui.model.job_detail import AttemptDetail, JobDetail
from batchtui.model.secrets import masked_text
from batchtui.model.service_job import ServiceJobDetail

AnyJob = JobDetail | ServiceJobDetail
FAILED_WITHOUT_CODE: Final = 1
"""The exit status where a job failed and no container told a code."""
_LARGEST: Final = 255
"""No program's exit status is greater."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that happened to a job."""

    status: str
    at: int | None = None
    """Epoch milliseconds, where AWS tells the moment."""
    words: str = ""
    """What there is to say of it; what looks secret is masked."""
    attempt: int | None = None
    """From 1: the attempt that has ended, where this is the end of one and not of the job."""
    exit_code: int | None = None
    counts: tuple[tuple[str, int], ...] = ()
    """An array's children by status."""

    @property
    def is_end(self) -> bool:
        """Whether nothing comes after it."""
        return self.attempt is None and self.status in TERMINAL_STATUSES


def turns(before: AnyJob | None, after: AnyJob, main_node: JobDetail | None = None) -> list[Turn]:
    """What is new, in the order in which it happened.

    Args:
        before: The job at the last look; None at the first.
        after: The job now.
        main_node: The main node of a multi-node job.
    """
    old, new = before.summary if before else None, after.summary
    found: list[Turn] = []
    if isinstance(after, JobDetail):
        done = len(before.attempts) if isinstance(before, JobDetail) else 0
        # The last attempt's end is the job's own, where that is over.
        last = len(after.attempts) - (not new.is_active)
        ended = enumerate(after.attempts[done:last], done + 1)
        found += (_end_of_attempt(attempt, number, new.status) for number, attempt in ended)
    counts = _counts(new)
    is_other = old is None or (old.status, old.status_reason) != (new.status, new.status_reason)
    if is_other or counts != (_counts(old) if old else ()):
        code = exit_code(after, main_node) if not new.is_active else None
        words = _words(after, code)
        found.append(Turn(new.status, _moment(new, is_new=old is None or old.status != new.status), words,
                          exit_code=code, counts=counts))  # fmt: skip
    return found


def exit_code(job: AnyJob, main_node: JobDetail | None = None) -> int | None:
    """The exit code of what decided how a job ended; None where no container told one.

    Of several containers the first that is essential and failed counts, then any that failed; of a multi-node job
    its main node.
    """
    if isinstance(job, ServiceJobDetail):
        return None
    if main_node is not None:
        return exit_code(main_node)
    codes = _last_codes(job)
    return next((code for code in codes if code), codes[0] if codes else None)


def exit_status(job: AnyJob, main_node: JobDetail | None = None) -> int:
    """The status with which to exit when this job has ended."""
    if job.summary.status == SUCCEEDED:
        return 0
    code = exit_code(job, main_node)
    return code if code is not None and 0 < code <= _LARGEST else FAILED_WITHOUT_CODE


def _last_codes(job: JobDetail) -> list[int]:
    """The exit codes of the last attempt, what matters most first."""
    if not job.attempts:
        return [each.exit_code for each in _essential_first(job.containers) if each.exit_code is not None]
    order = [each.name for each in _essential_first(job.containers)]
    ended = sorted(
        job.attempts[-1].containers,
        key=lambda each: order.index(each.name) if each.name in order else len(order),
    )
    return [each.exit_code for each in ended if each.exit_code is not None]


def _essential_first(containers: Sequence[ContainerDetail]) -> list[ContainerDetail]:
    return sorted(containers, key=lambda each: each.essential is False)


def _end_of_attempt(attempt: AttemptDetail, number: int, status: str) -> Turn:
    codes = [each.exit_code for each in attempt.containers if each.exit_code is not None]
    code = next((each for each in codes if each), codes[0] if codes else None)
    reasons = [each.reason for each in attempt.containers if each.reason]
    words = _joined(_code(code), *dict.fromkeys((*reasons[:1], attempt.status_reason or "")))
    return Turn(status, attempt.stopped_at, words, attempt=number, exit_code=code)


def _counts(job: JobSummary) -> tuple[tuple[str, int], ...]:
    array = job.array_properties
    return tuple(each for each in array.status_summary if each[1]) if array is not None and array.size else ()


def _moment(job: JobSummary, *, is_new: bool) -> int | None:
    """When it came into its status, where AWS tells."""
    if not is_new:
        return None
    moments = {SUBMITTED: job.created_at, RUNNING: job.started_at}
    return job.stopped_at if job.status in TERMINAL_STATUSES else moments.get(job.status)


def _words(job: AnyJob, code: int | None) -> str:
    summary = job.summary
    reason = summary.status_reason or ""
    if summary.status == FAILED:
        return _joined(_code(code), summary.container_reason or "", reason, *_progress(summary))
    if summary.status == SUCCEEDED:
        return _joined(_code(code), *_progress(summary))
    tries = job.retry_attempts or 1
    attempt = f"attempt {len(job.attempts) + 1} of {tries}" if summary.status == RUNNING and tries > 1 else ""
    return _joined(attempt, *_progress(summary), reason)


def _progress(job: JobSummary) -> Iterator[str]:
    if counts := _counts(job):
        array = job.array_properties
        yield f"{'  '.join(f'{name} {count:,}' for name, count in counts)} of {array.size if array else 0:,}"


def _code(code: int | None) -> str:
    return "" if code is None else f"exit code {code}"


def _joined(*parts: str) -> str:
    return masked_text(", ".join(part for part in parts if part))


def nodes_of(job_id: str, nodes: int, most: int) -> Iterable[str]:
    """The ids of a multi-node job's nodes, as many as are looked at."""
    return (f"{job_id}#{node}" for node in range(min(nodes, most)))
