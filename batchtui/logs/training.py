"""Where the log of a service job is: SageMaker writes one stream for each instance of each training job.

Written after the service model and the user guide: no account that this was tried on has a queue for service jobs.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from batchtui.aws.errors import NotFoundError
from batchtui.logs.account import Account
from batchtui.logs.places import LogPlaces, LogSource
from batchtui.model.service_job import ServiceJobDetail, training_job_name

TRAINING_JOBS_GROUP: Final = "/aws/sagemaker/TrainingJobs"
_LOOKS_AFTER_END: Final = 3  # streams appear some seconds late, also those of a job that ended at once
_STARTED_AT = re.compile(r"-\d{6,}$")


def training_log_prefixes(job: ServiceJobDetail) -> tuple[str, ...]:
    """How the streams of each attempt begin, the oldest first; none while SageMaker knows no training job."""
    return tuple(f"{training_job_name(resource_id)}/" for resource_id in job.resource_ids)


def training_log_places(job: ServiceJobDetail, streams: Sequence[str]) -> LogPlaces:
    """Where the log is, given the names that were found under the prefixes."""
    summary = job.summary
    prefixes = training_log_prefixes(job)
    found = [
        (number, prefix, name)
        for number, prefix in enumerate(prefixes, 1)
        for name in sorted(streams)
        if name.startswith(prefix)
    ]
    latest = max((number for number, _, _ in found), default=0)
    told = {attempt.service_resource_id: attempt for attempt in job.attempts}
    hosts = Counter((number, _host(name, prefix)) for number, prefix, name in found)
    sources: list[LogSource] = []
    for number, prefix, name in found:
        attempt = told.get(job.resource_ids[number - 1])
        host = _host(name, prefix)
        label = host if hosts[number, host] == 1 else name.removeprefix(prefix)
        is_last = number == len(prefixes)
        sources.append(
            LogSource(
                job_id=summary.job_id,
                job_name=summary.job_name,
                label=f"{label} attempt {number}" if latest > 1 else label,
                group=TRAINING_JOBS_GROUP,
                stream=name,
                attempt=number,
                container=name.removeprefix(prefix),
                is_latest=number == latest,
                started_at=attempt.started_at if attempt else summary.started_at if is_last else None,
                stopped_at=attempt.stopped_at if attempt else summary.stopped_at if is_last else None,
                is_over=not summary.is_active or not is_last or (attempt is not None and bool(attempt.stopped_at)),
            )
        )
    return LogPlaces(tuple(sources), _reasons(job, sources))


class TrainingLogs:
    """Asks for service jobs and for the names of their streams.

    Args:
        account: The gateway.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._streams: dict[str, tuple[str, ...]] = {}
        self._looks_after_end: Counter[str] = Counter()

    async def look(self, job_id: str, *, urgent: bool) -> ServiceJobDetail | None:
        """The job as AWS tells it now; the streams of earlier attempts are asked for only once.

        Raises:
            AwsError: A call failed.
        """
        job = await self._account.describe_service_job(job_id, urgent=urgent)
        prefixes = training_log_prefixes(job) if job else ()
        for prefix in prefixes:
            if prefix == prefixes[-1] or prefix not in self._streams:
                self._streams[prefix] = await self._names(prefix)
        if job is not None and not job.summary.is_active:
            self._looks_after_end[job_id] += 1
        return job

    def places(self, job: ServiceJobDetail) -> LogPlaces:
        """Where the log of a job is, as far as was found."""
        return training_log_places(job, self._names_of(job))

    def can_change(self, job: ServiceJobDetail) -> bool:
        """Whether another look can find more."""
        if job.summary.is_active:
            return True
        is_late = bool(job.resource_ids) and not self._names_of(job)
        return is_late and self._looks_after_end[job.summary.job_id] < _LOOKS_AFTER_END

    def _names_of(self, job: ServiceJobDetail) -> list[str]:
        return [name for prefix in training_log_prefixes(job) for name in self._streams.get(prefix, ())]

    async def _names(self, prefix: str) -> tuple[str, ...]:
        try:
            streams = await self._account.logs.describe_log_streams(TRAINING_JOBS_GROUP, prefix)
        except NotFoundError:  # the group comes into being with the first line that any training job writes
            return ()
        return tuple(stream.name for stream in streams)


def _host(name: str, prefix: str) -> str:
    """``algo-1`` of ``<training job>/algo-1-1716000000``."""
    return _STARTED_AT.sub("", name.removeprefix(prefix))


def _reasons(job: ServiceJobDetail, sources: Sequence[LogSource]) -> tuple[str, ...]:
    summary = job.summary
    if sources:
        if summary.is_active and all(source.is_over for source in sources):
            return (f"{summary.status}, the next attempt has not started yet",)
        return ()
    if summary.is_active:
        return (
            f"{summary.status}, no log stream yet" if summary.started_at else f"{summary.status}, not started yet",
        )
    if job.resource_ids:
        return (f"{summary.status}, but there is no log stream of {training_job_name(job.resource_ids[-1])}",)
    return (f"never started: {summary.status_reason or 'no reason given'}",)
