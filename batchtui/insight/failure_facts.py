"""What AWS tells of a job that failed, read together: the ground that the rules of failure stand on."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from batchtui.insight.retries import End, end_of
from batchtui.model.container import ContainerDetail
from batchtui.model.job import FAILED, SUCCEEDED, TERMINAL_STATUSES, JobSummary
from batchtui.model.job_detail import AttemptContainer, AttemptDetail, EvaluateOnExit, JobDetail
from batchtui.model.requested import requested_memory
from batchtui.model.service_job import ServiceJobDetail
from batchtui.model.text import clean

_STOPPING = (137, 143)
"""What containers end with that are stopped because another one ended."""
_OTHER_SERVICE = "Received status from SageMaker:"
_LOG_LINES = 100


@dataclass(frozen=True, slots=True)
class Ended:
    """How one container of the attempt ended, with what it was given."""

    name: str
    role: str
    code: int | None
    reason: str
    is_essential: bool
    memory_mib: float | None
    image: str
    command: tuple[str, ...]
    waits_for: tuple[str, ...]
    """Containers that must end well before it starts."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The last attempt of a job and the job around it. Every text is clean; none is masked yet."""

    summary: JobSummary
    is_over: bool
    status_reasons: tuple[str, ...]
    """The job's own where it is over, and that of its last attempt; empty ones left out."""
    container_reasons: tuple[str, ...]
    ended: tuple[Ended, ...]
    main: Ended | None
    """The container whose exit code decides."""
    attempts: int
    """How many there have been."""
    attempts_allowed: int | None
    attempt_reasons: tuple[str, ...]
    """The statusReason of each attempt, the oldest first."""
    evaluate_on_exit: tuple[EvaluateOnExit, ...]
    last_end: End
    """How the last attempt ended, as evaluateOnExit looks at it."""
    started_at: int | None
    ran_seconds: float | None
    """How long the last attempt ran."""
    timeout_seconds: int | None
    instance: str
    """The container instance or node of the last attempt."""
    depends_on: tuple[str, ...]
    main_node: int | None
    is_eks: bool
    child: JobSummary | None
    dependencies: tuple[JobSummary, ...]
    log: tuple[str, ...]
    """The last lines of the log, each clean."""

    @classmethod
    def of(
        cls,
        job: JobDetail,
        *,
        child: JobSummary | None = None,
        dependencies: Sequence[JobSummary] = (),
        log_tail: Sequence[str] = (),
    ) -> Self:
        """From DescribeJobs."""
        summary, last = job.summary, (job.attempts[-1] if job.attempts else None)
        is_over = summary.status in TERMINAL_STATUSES
        ended = _ended(job, last, is_over)
        nodes = job.raw.get("nodeProperties")
        main_node = nodes.get("mainNode") if isinstance(nodes, dict) else None
        return cls(
            summary=summary,
            is_over=is_over,
            status_reasons=_distinct(
                (summary.status_reason if is_over else None, last.status_reason if last else None)
            ),
            container_reasons=_distinct(each.reason for each in told_of(ended)),
            ended=ended,
            main=_main(ended),
            attempts=len(job.attempts),
            attempts_allowed=job.retry_attempts,
            attempt_reasons=tuple(each.status_reason or "" for each in job.attempts),
            evaluate_on_exit=job.evaluate_on_exit,
            last_end=end_of(last) if last else End("", "", None),
            started_at=last.started_at if last else summary.started_at,
            ran_seconds=_ran(last.started_at, last.stopped_at) if last else None,
            timeout_seconds=job.attempt_duration_seconds,
            instance=(last.node_name or last.container_instance_arn or "") if last else "",
            depends_on=tuple(each.job_id for each in job.depends_on if each.job_id),
            main_node=main_node if type(main_node) is int else None,
            is_eks="eksProperties" in job.raw or "eksAttempts" in job.raw,
            child=child,
            dependencies=tuple(dependencies),
            log=_log(log_tail),
        )

    @classmethod
    def of_service_job(cls, job: ServiceJobDetail, *, log_tail: Sequence[str] = ()) -> Self:
        """From DescribeServiceJob; what the other service said is taken out of AWS Batch's words around it."""
        summary, last = job.summary, (job.attempts[-1] if job.attempts else None)
        is_over = summary.status in TERMINAL_STATUSES
        reasons = (summary.status_reason if is_over else None, last.status_reason if last else None)
        return cls(
            summary=summary,
            is_over=is_over,
            status_reasons=_distinct(reason and reason.removeprefix(_OTHER_SERVICE).strip() for reason in reasons),
            container_reasons=(),
            ended=(),
            main=None,
            attempts=len(job.attempts),
            attempts_allowed=job.retry_attempts,
            attempt_reasons=tuple(each.status_reason or "" for each in job.attempts),
            evaluate_on_exit=job.evaluate_on_exit,
            last_end=End((last.status_reason or "") if last else "", "", None, is_of_service=True),
            started_at=last.started_at if last else summary.started_at,
            ran_seconds=_ran(last.started_at, last.stopped_at) if last else None,
            timeout_seconds=job.attempt_duration_seconds,
            instance="",
            depends_on=(),
            main_node=None,
            is_eks=False,
            child=None,
            dependencies=(),
            log=_log(log_tail),
        )

    @property
    def has_failed(self) -> bool:
        """Whether there is a failure to explain: of the job, or of an attempt that another one follows."""
        return self.summary.status == FAILED or (self.summary.status != SUCCEEDED and self.attempts > 0)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every reason that AWS tells, the most telling last."""
        return self.status_reasons + self.container_reasons

    @property
    def code(self) -> int | None:
        """The exit code that decides."""
        return self.main.code if self.main else None

    @property
    def ran_at_all(self) -> bool:
        """Whether a container ran."""
        return self.started_at is not None or any(each.code is not None for each in self.ended)


def span(seconds: float) -> str:
    """A length of time in its two largest units: ``45s``, ``14m 2s``, ``2h``."""
    whole = int(seconds)
    units = ((whole // 86_400, "d"), (whole // 3600 % 24, "h"), (whole // 60 % 60, "m"), (whole % 60, "s"))
    first = next((place for place, (count, _) in enumerate(units) if count), 3)
    shown = [f"{count:,}{unit}" for count, unit in units[first : first + 2] if count]
    return " ".join(shown) or "0s"


def mebibytes(size: float) -> str:
    """An amount of memory in MiB."""
    return f"{size:,.0f} MiB"


def _distinct(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text and not text.isspace()))


def _ran(started: int | None, stopped: int | None) -> float | None:
    return (stopped - started) / 1000 if started and stopped and 0 <= stopped - started < 10**13 else None


def _log(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(clean(line.rstrip()) for line in lines[-_LOG_LINES:] if line.strip())


def _ended(job: JobDetail, last: AttemptDetail | None, is_over: bool) -> tuple[Ended, ...]:
    """The containers of the last attempt; where it lists none, those of the job, which show the last one then."""
    if last is not None and last.containers:
        # Beside the containers of a task, AWS also gives an attempt's ``container``, with nothing in it.
        held = [each for each in last.containers if each.name] or last.containers
        return tuple(_of_attempt(each, job.containers, is_over and len(held) == 1) for each in held)
    return tuple(_of_job(each, is_over) for each in job.containers)


def _of_attempt(each: AttemptContainer, described: tuple[ContainerDetail, ...], filling: bool) -> Ended:
    """How it ended by the attempt; what the attempt leaves out is filled in from the job."""
    same = [one for one in described if one.name == each.name] if each.name else list(described)
    one = same[0] if same else None
    memories = {_memory(other) for other in same}
    code, reason = each.exit_code, each.reason
    if filling and one is not None and len(same) == 1:
        code, reason = one.exit_code if code is None else code, reason or one.reason
    alike = one is not None and len(same) == 1
    return Ended(
        name=each.name,
        role=one.role if one is not None else "",
        code=code,
        reason=reason or "",
        is_essential=one is None or one.essential is not False,
        memory_mib=memories.pop() if len(memories) == 1 else None,
        image=(one.image or "") if one is not None and alike else "",
        command=one.command + one.args if one is not None and alike else (),
        waits_for=_waits_for(one) if one is not None else (),
    )


def _of_job(one: ContainerDetail, is_over: bool) -> Ended:
    return Ended(
        name=one.name,
        role=one.role,
        code=one.exit_code if is_over else None,
        reason=(one.reason or "") if is_over else "",
        is_essential=one.essential is not False,
        memory_mib=_memory(one),
        image=one.image or "",
        command=one.command + one.args,
        waits_for=_waits_for(one),
    )


def _memory(one: ContainerDetail) -> float | None:
    """Its memory limit; absurd numbers are none."""
    pod = one.role in ("pod", "init")
    size = requested_memory(
        {"eksProperties": {"podProperties": {"containers": [one.raw]}}} if pod else {"container": one.raw}
    )
    return size if size is not None and math.isfinite(size) and 0 < size < 1e12 else None


def _waits_for(one: ContainerDetail) -> tuple[str, ...]:
    listed = one.raw.get("dependsOn")
    return tuple(
        clean(str(item["containerName"]))
        for item in (listed if isinstance(listed, list) else ())
        if isinstance(item, dict) and item.get("condition") in ("SUCCESS", "COMPLETE") and "containerName" in item
    )


def _main(ended: tuple[Ended, ...]) -> Ended | None:
    """The container that decides: one that failed of itself before one that was stopped, essential ones first."""
    with_code = [each for each in ended if each.code is not None]

    def weight(each: Ended) -> tuple[bool, bool, bool]:
        was_stopped = each.code in _STOPPING and not each.reason and len(with_code) > 1
        return each.code == 0, was_stopped, not each.is_essential

    return min(with_code, key=weight, default=None)


def told_of(ended: tuple[Ended, ...]) -> tuple[Ended, ...]:
    """The containers whose reasons count: a side-car does not while an essential one fails."""
    essential = tuple(each for each in ended if each.is_essential)
    return essential if any(each.code or each.reason for each in essential) else ended


INSTANCE = re.compile(r"\bi-[0-9a-f]{8,17}\b")
"""An instance's id within a reason."""
