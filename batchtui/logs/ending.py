"""The last lines of a job's log, for the question why it failed or how it goes: one page, and no following."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from batchtui.aws.errors import AwsError
from batchtui.insight.why_answer import LogEnd
from batchtui.logs.account import Account
from batchtui.logs.clean import clean_message
from batchtui.logs.places import LogPlaces, LogSource, log_places, pod_stream_prefix, stream_of_pod
from batchtui.logs.training import TrainingLogs
from batchtui.model.job import RUNNING
from batchtui.model.job_detail import JobDetail
from batchtui.model.service_job import ServiceJobDetail

MOST_LINES: Final = 20
_LONGEST: Final = 2_000
"""Characters of a line: beyond it a line is cut here, and read in the log."""
_NO_LOG: Final = ("never started", "an array job", "a multi-node job")
"""Reasons that are no trouble: there is nothing to be read."""


async def end_of_log(
    account: Account, job: JobDetail | ServiceJobDetail, *, eks_cluster: str | None = None
) -> LogEnd:
    """The last lines of the last attempt that ended, of the container that failed. No AwsError leaves it.

    Of a job that runs they are those of the attempt that runs.

    Args:
        account: The gateway.
        job: The job, or child, as AWS described it.
        eks_cluster: The cluster of its compute environments, for a pod whose attempts do not name it.
    """
    job_id = job.summary.job_id
    try:
        places = await _places(account, job, eks_cluster)
        source = _chosen(places.sources, job)
        if source is None:
            reasons = [reason for reason in places.reasons if not reason.startswith(_NO_LOG)]
            return LogEnd(job_id, trouble="; ".join(reasons))
        if source.stream is None:
            source = replace(source, stream=await _stream(account, source))
        if source.stream is None:
            return LogEnd(job_id, trouble="no stream of its pod was found", source=source.label)
        page = await account.logs.get_log_events(
            source.group, source.stream, region=source.region, limit=MOST_LINES, urgent=True
        )
    except AwsError as error:
        return LogEnd(job_id, trouble=str(error))
    messages = (_of_pod(message) if source.pod_name else message for _, message in page.events[-MOST_LINES:])
    texts = (clean_message(message)[0].rstrip() for message in messages)
    lines = tuple(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for text in texts)
    last_at = page.events[-1][0] if lines else None
    return LogEnd(job_id, lines, source.label, "" if lines else "it has no line at its end", last_at)


async def _places(account: Account, job: JobDetail | ServiceJobDetail, eks_cluster: str | None) -> LogPlaces:
    if isinstance(job, JobDetail):
        return log_places(job, eks_cluster=eks_cluster)
    training = TrainingLogs(account)
    found = await training.look(job.summary.job_id, urgent=True)
    return training.places(found) if found is not None else LogPlaces((), ("AWS does not know the job any more",))


def _chosen(sources: Sequence[LogSource], job: JobDetail | ServiceJobDetail) -> LogSource | None:
    """What the attempt that ended last, or runs, has written, first of all the container that failed."""
    number = len(job.attempts) + (job.summary.status == RUNNING)
    of_last = [source for source in sources if source.attempt == number or not number]
    failed = set()
    if isinstance(job, JobDetail) and job.attempts:
        failed = {each.name for each in job.attempts[-1].containers if each.exit_code}
    return min(of_last, key=lambda source: (source.container not in failed, source.is_init), default=None)


def _of_pod(message: str) -> str:
    """What the container wrote: Fluent Bit wraps it in an object that tells the same of every line."""
    try:
        event = json.loads(message)
    except (ValueError, RecursionError):
        return message
    text = event.get("log") if isinstance(event, dict) else None
    return text if isinstance(text, str) else message


async def _stream(account: Account, source: LogSource) -> str | None:
    prefix = pod_stream_prefix(source)
    if prefix is None:
        return None
    streams = await account.logs.describe_log_streams(source.group, prefix, region=source.region)
    return stream_of_pod(source, [stream.name for stream in streams])
