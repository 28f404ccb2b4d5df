"""The account in one look, as text or JSON: for pipes, for CI and for machines without a terminal."""

import json
import sys
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from time import time
from typing import Any, TextIO

from batchtui.aws.connection import Connection, Resolved
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.errors import AwsError
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.format import NOTHING, age, capacity, duration, left_out, ran, text_of, waited, why
from batchtui.insight.blocked import blocked_reason
from batchtui.model.api_like import api_like
from batchtui.model.job import FAILED, JOB_STATUSES, SERVICE_JOB_STATUSES, JobSummary
from batchtui.model.secrets import masked_api, masked_text
from batchtui.plain_words import plain_text
from batchtui.settings import Settings, StartError
from batchtui.sync.poller import Poller
from batchtui.sync.snapshot import QueueJobs, Snapshot

_NEWEST = 10
_FAILED = 10
_WIDTH = 100  # a pipe has no width; a log's reader has about this


async def look_once(
    settings: Settings,
    account: AbstractAsyncContextManager[ConnectionSettings],
    *,
    as_json: bool,
    out: TextIO | None = None,
) -> int:
    """Sweeps the account once and prints it.

    Args:
        settings: What was asked for.
        account: How to reach the account.
        as_json: The values instead of text.
        out: Where to; standard output if None.

    Returns:
        The exit status: 0, also where a part could not be read, which stderr says.

    Raises:
        StartError: Nothing could be read, or a queue that was asked for does not exist.
    """
    async with account as connection_settings:
        connection = Connection(connection_settings)
        try:
            resolved = await connection.open()
            snapshot = await _sweep(settings, Gateway(connection, CallBudget(settings.max_calls_per_second)))
        except AwsError as error:
            raise StartError(error.last_words) from error
        finally:
            await connection.close()
    errors = [state.error for state in snapshot.sources.values() if state.error is not None]
    if snapshot.job_queues is None and errors:
        raise StartError(errors[0].last_words)
    if snapshot.unknown_queues:
        raise StartError(f"There is no job queue '{snapshot.unknown_queues[0]}' in this account and region.")
    target = out or sys.stdout
    if as_json:
        json.dump(as_values(snapshot, resolved), target, indent=2)
        target.write("\n")
    else:
        said = plain_text if settings.plain else str
        target.writelines(f"{said(line)}\n" for line in as_text(snapshot, resolved, time()))
    target.flush()
    for failure in errors:
        sys.stderr.write(f"batchtui: {failure.last_words}\n")
    return 0


async def _sweep(settings: Settings, gateway: Gateway) -> Snapshot:
    """One look at everything; each source is tried once."""
    progress = _Progress(sys.stderr)
    poller = Poller(
        gateway, refresh=settings.refresh, only=settings.queues, on_snapshot=progress.show, chance=lambda: 1.0
    )
    done = -1
    while True:
        await poller.run_cycle()
        left = poller.snapshot.progress
        if left is None or left.queues_done == done:  # all is read, or what is left fails
            break
        done = left.queues_done
    progress.end()
    return poller.snapshot


class _Progress:
    """One line on a terminal's stderr while the sweep goes on; nothing elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream if stream.isatty() else None

    def show(self, snapshot: Snapshot) -> None:
        if self._stream is not None and snapshot.progress is not None:
            jobs = sum(len(each.jobs) for each in snapshot.jobs.values())
            done, queues = snapshot.progress.queues_done, snapshot.progress.queues
            self._stream.write(f"\rReading the account: {done} of {queues} queues, {jobs} jobs \x1b[K")
            self._stream.flush()

    def end(self) -> None:
        if self._stream is not None:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def as_text(snapshot: Snapshot, resolved: Resolved, now: float) -> Iterator[str]:
    """The lines to print: queues, environments, counts, the newest jobs and the latest failures."""
    who = resolved.profile or resolved.credentials_source
    yield f"AWS Batch · {who} · {resolved.region} · account {snapshot.account or 'unknown'}"
    yield ""
    yield from _queue_lines(snapshot)
    yield ""
    yield from _environment_lines(snapshot)
    jobs = [job for held in snapshot.jobs.values() for job in held.jobs.values()]
    yield ""
    yield "Jobs"
    counts = {
        status: sum(held.counts.get(status, 0) for held in snapshot.jobs.values())
        for status in SERVICE_JOB_STATUSES
    }
    shown = ((status, count) for status, count in counts.items() if count or status in JOB_STATUSES)
    yield "  " + "  ".join(f"{status} {count}" for status, count in shown)
    if snapshot.dropped_before is not None:
        yield f"  {left_out(snapshot.dropped_before, now)}: only so many are kept"
    newest = sorted(jobs, key=lambda job: (-(job.created_at or 0), job.job_id))[:_NEWEST]
    yield from _job_lines("Newest jobs", newest, now)
    failed = [job for job in jobs if job.status == FAILED]
    failed.sort(key=lambda job: (-(job.stopped_at or job.created_at or 0), job.job_id))
    yield from _job_lines("Latest failures", failed[:_FAILED], now)


def _queue_lines(snapshot: Snapshot) -> Iterator[str]:
    yield "Job queues"
    if not snapshot.job_queues:
        yield "  none in this account and region"
    for queue in snapshot.job_queues or ():
        held = snapshot.jobs.get(queue.job_queue_name, QueueJobs())
        counts = " ".join(
            f"{status} {held.counts[status]}" for status in SERVICE_JOB_STATUSES if status in held.counts
        )
        order = " > ".join(queue.compute_environment_order or queue.service_environment_order)
        yield (
            f"  {queue.priority if queue.priority is not None else NOTHING:>4}  {queue.job_queue_name:<24}"
            f" {queue.state or NOTHING} {queue.status or NOTHING}  on {order or NOTHING}  {counts}"
        ).rstrip()
        if queue.status_reason and not queue.is_healthy:
            yield f"        {masked_text(queue.status_reason)}"
        if blocked := blocked_reason(held.active.values()):
            yield f"        blocked: {masked_text(blocked)}"


def _environment_lines(snapshot: Snapshot) -> Iterator[str]:
    yield "Compute environments"
    if not snapshot.compute_environments:
        yield "  none in this account and region"
    for environment in snapshot.compute_environments or ():
        yield (
            f"  {environment.compute_environment_name:<24} {environment.kind:<12}"
            f" {environment.state or NOTHING} {environment.status or NOTHING}"
            f"  vCPUs {text_of(capacity(environment, 40)).strip()}"
        )
        if environment.status_reason and not environment.is_healthy:
            yield f"        {masked_text(environment.status_reason)}"


def _job_lines(title: str, jobs: list[JobSummary], now: float) -> Iterator[str]:
    if not jobs:
        return
    yield ""
    yield title
    for job in jobs:
        times = (
            f"{duration(age(job, now)):>4} waited {duration(waited(job, now)):>4} ran {duration(ran(job, now)):>4}"
        )
        reason = text_of(why(job, _WIDTH)).strip()
        yield f"  {job.status:<9} {times}  {job.job_queue:<16} {job.job_name}  {job.job_id}  {reason}".rstrip()


def as_values(snapshot: Snapshot, resolved: Resolved) -> dict[str, Any]:
    """The same as values, by AWS's own names: queues and environments as AWS tells them, jobs as summaries.

    ``finishedLeftOutBefore`` is ours: finished jobs that ended before (epoch milliseconds) are not among them.
    """
    return {
        "account": snapshot.account,
        "region": resolved.region,
        "profile": resolved.profile,
        "jobQueues": [masked_api(queue.raw) for queue in snapshot.job_queues or ()],
        "computeEnvironments": [masked_api(each.raw) for each in snapshot.compute_environments or ()],
        "finishedLeftOutBefore": snapshot.dropped_before,
        "jobs": [masked_api(api_like(job)) for held in snapshot.jobs.values() for job in held.jobs.values()],
    }
