"""A whole log in a file: every line from the head of its streams, cleaned, with its time."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path

from batchtui.aws.logs_gateway import LogEventsPage, LogsGateway
from batchtui.logs.follower import PAGE_EVENTS
from batchtui.logs.intake import lines_of
from batchtui.logs.line import LogLine
from batchtui.logs.places import LogSource
from batchtui.logs.tail import Tail
from batchtui.logs.timestamps import iso_utc
from batchtui.private_file import write_private

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 80
_LINES_AT_ONCE = 2000


async def save(
    logs: LogsGateway,
    sources: Mapping[int, LogSource],
    path: Path,
    on_progress: Callable[[int], None],
    *,
    written: Callable[[str], str] = str,
) -> int:
    """Writes the sources, merged by time, to a file of mode 0600 that appears when it is complete.

    Args:
        logs: CloudWatch Logs.
        sources: With their streams' names; each line begins with the label of its source where they are several.
        path: The file; one that is there is replaced.
        on_progress: Called with the number of lines written so far.
        written: What is written of a line's text; called in a thread.

    Returns:
        How many lines were written.

    Raises:
        AwsError: A call failed.
        OSError: The file cannot be written.
    """
    count = 0

    async def parts() -> AsyncGenerator[str]:
        nonlocal count
        async with aclosing(_merged(logs, sources)) as merged:
            async for lines in merged:
                yield await asyncio.to_thread(_text, lines, sources, written)
                count += len(lines)
                on_progress(count)

    async with aclosing(parts()) as texts:
        await write_private(path, texts, replaces=True)
    return count


def suggested_name(sources: Sequence[LogSource]) -> str:
    """``align-s01-1a2b3c4d-attempt2.log``: only characters that every system takes."""
    if not sources:
        return "batch.log"
    first = sources[0]
    parts = [first.job_name or "job", _short(first.job_id)]
    if len(sources) > 1:
        parts.append(f"{len(sources)}logs")
    else:
        parts += [first.container] if first.container and first.label.startswith(first.container) else []
        parts += [f"attempt{first.attempt}"] if first.attempt else []
    safe = (_UNSAFE.sub("-", part).strip("-.") for part in parts)
    name = "-".join(part for part in safe if part)
    return f"{name[:_LONGEST_NAME].rstrip('-.') or 'batch'}.log"


def _short(job_id: str) -> str:
    """The first eight characters, and what makes it a child or a node."""
    for mark in (":", "#"):
        parent, found, part = job_id.partition(mark)
        if found:
            return f"{parent[:8]}-{part}"
    return job_id[:8]


def _text(lines: Sequence[LogLine], sources: Mapping[int, LogSource], written: Callable[[str], str]) -> str:
    if len(sources) == 1:
        return "".join(f"{iso_utc(line.timestamp)} {written(line.text)}\n" for line in lines)
    names = {index: source.label or source.job_name for index, source in sources.items()}
    return "".join(f"{iso_utc(line.timestamp)} [{names[line.source]}] {written(line.text)}\n" for line in lines)


async def _merged(logs: LogsGateway, sources: Mapping[int, LogSource]) -> AsyncGenerator[list[LogLine]]:
    """The lines of all sources by time, one page of each in memory."""
    streams = {index: _lines(logs, index, source) for index, source in sources.items()}
    try:
        waiting: dict[int, list[LogLine]] = {}  # newest first, so that the oldest can be popped
        for index in list(streams):
            await _refill(index, streams, waiting)
        ready: list[LogLine] = []
        while waiting:
            index = min(waiting, key=lambda each: (waiting[each][-1].timestamp, each))
            if len(waiting) == 1:
                ready += reversed(waiting[index])
                waiting[index] = []
            else:
                ready.append(waiting[index].pop())
            if not waiting[index]:
                await _refill(index, streams, waiting)
            if len(ready) >= _LINES_AT_ONCE:
                yield ready
                ready = []
                await asyncio.sleep(0)
        if ready:
            yield ready
    finally:
        for stream in streams.values():
            await stream.aclose()


async def _refill(
    index: int, streams: Mapping[int, AsyncGenerator[list[LogLine]]], waiting: dict[int, list[LogLine]]
) -> None:
    waiting.pop(index, None)
    try:
        waiting[index] = (await anext(streams[index]))[::-1]
    except StopAsyncIteration:
        return


async def _lines(logs: LogsGateway, index: int, source: LogSource) -> AsyncGenerator[list[LogLine]]:
    """One source from its head until its present end."""

    async def read(
        *,
        token: str | None = None,
        start_from_head: bool = False,
        start_time: int | None = None,
        end_time: int | None = None,
    ) -> LogEventsPage:
        return await logs.get_log_events(
            source.group,
            source.stream or "",
            region=source.region,
            token=token,
            start_from_head=start_from_head,
            start_time=start_time,
            end_time=end_time,
            limit=PAGE_EVENTS,
            urgent=True,  # a person waits; the credit is limited
        )

    tail = Tail(read, from_head=True)
    while not tail.is_at_end:
        async for lines in lines_of(await tail.newer(), index, is_pod=source.pod_name is not None):
            yield lines
