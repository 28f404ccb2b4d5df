"""What a log session costs: opening a long stream, reading all of it, and following one that grows quickly."""

import asyncio
import json
import os
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from batchtui import garbage
from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.logs.buffer import LogBuffer
from batchtui.logs.follower import PAGE_EVENTS
from batchtui.logs.session import LogSession
from benchmarks.fixed_log import GROUP, JOB_ID, STREAM, log_process
from benchmarks.options import Options
from benchmarks.probe import Blame, Probe
from benchmarks.report import Row, at_most
from benchmarks.spread import Spread

LINES = 100_000
RATE = 5_000
_FOLLOWED_SECONDS = 12.0
_KEPT = 20_000  # full after some seconds: from then on memory must not grow
_SETTLED_SECONDS = 6.0
AIM_CALLS = 3
AIM_RATIO = 2.0
AIM_GAP_SECONDS = 0.050
_AIM_GROWTH = 8_000_000  # bytes: what an allocator may keep
_UNPACED = 1_000_000.0  # calls a second: the budget is another measure's matter


async def measure(options: Options) -> list[Row]:
    """Both with the same client library on the same pages."""
    probe = Probe()
    blame = Blame(probe)
    if options.blame:
        blame.start()
    rows = [*await _measure_reading(options), *await _measure_following(probe)]
    if options.blame:
        print("\n\n".join(blame.report()))
    return rows


async def _measure_reading(options: Options) -> list[Row]:
    opening: list[float] = []
    reading: list[float] = []
    bare_opening: list[float] = []
    bare_reading: list[float] = []
    gaps: list[float] = []
    calls: list[float] = []
    async with log_process(lines=LINES) as url, _connected(url) as gateway:
        for turn in range(options.repetitions + 1):
            garbage.settle()
            before = await asyncio.to_thread(_calls, url)
            probe = Probe()
            probe.start()
            started = perf_counter()
            session = LogSession(gateway, [JOB_ID])
            await session.look()
            opened = perf_counter() - started
            assert len(session.buffer) == PAGE_EVENTS
            called = await asyncio.to_thread(_calls, url) - before
            started = perf_counter()
            await session.load_all()
            read = perf_counter() - started
            probe.stop()
            assert len(session.buffer) == LINES
            bare = await _bare(await gateway.connection.client("logs"))
            if turn:
                opening.append(opened)
                reading.append(read)
                bare_opening.append(bare[0])
                bare_reading.append(bare[1])
                gaps.append(max(gap.seconds for gap in probe.gaps))
                calls.append(called)
    most = Spread.of(calls).most
    ours, theirs = Spread.of(reading), Spread.of(bare_reading)
    first, bare_first = Spread.of(opening), Spread.of(bare_opening)
    longest = Spread.of(gaps)
    per_second = (LINES - PAGE_EVENTS) / ours.median
    return [
        Row(
            f"calls until the end of {LINES:,} lines is there",
            f"{most:.0f}",
            f"≤ {AIM_CALLS}",
            most <= AIM_CALLS,
            (f"{first.text(digits=1)}; one bare GetLogEvents of the same page: {bare_first.text(digits=1)}",),
        ),
        at_most(
            f"reading all {LINES:,} lines ÷ bare aiobotocore",
            ours / theirs,
            AIM_RATIO,
            f"{ours.text()}, {per_second:,.0f} lines/s; bare: {theirs.text()}; n={options.repetitions}",
        ),
        _gap_row(
            "longest event-loop gap while reading them", longest.most, (f"longest {longest.text(digits=1)}",)
        ),
    ]


async def _bare(client: Any) -> tuple[float, float]:
    """The same pages by the client library alone: the last one, and those before it."""
    started = perf_counter()
    page = await client.get_log_events(logGroupName=GROUP, logStreamName=STREAM, limit=PAGE_EVENTS)
    opened = perf_counter() - started
    token, started = "", perf_counter()
    while token != page["nextBackwardToken"]:
        token = page["nextBackwardToken"]
        page = await client.get_log_events(
            logGroupName=GROUP, logStreamName=STREAM, limit=PAGE_EVENTS, nextToken=token
        )
    return opened, perf_counter() - started


async def _measure_following(probe: Probe) -> list[Row]:
    async with log_process(lines=10, rate=RATE) as url, _connected(url) as gateway:
        session = LogSession(gateway, [JOB_ID], new_buffer=lambda: LogBuffer(max_lines=_KEPT))
        running = asyncio.create_task(session.run())
        await asyncio.sleep(_SETTLED_SECONDS / 2)
        garbage.settle()
        probe.start()
        began, taken = perf_counter(), session.buffer.end
        await asyncio.sleep(_SETTLED_SECONDS / 2)
        settled = _resident()
        await asyncio.sleep(_FOLLOWED_SECONDS - _SETTLED_SECONDS)
        grown = _resident() - settled
        probe.stop()
        rate = (session.buffer.end - taken) / (perf_counter() - began)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    longest = max(gap.seconds for gap in probe.gaps)
    return [
        Row(
            f"lines taken in of a log that grows by {RATE:,} a second",
            f"{rate:,.0f} a second",
            f"{RATE:,}",
            rate >= 0.95 * RATE,
            (f"{rate / RATE:.2f} × what is written",),
        ),
        _gap_row("longest event-loop gap while following it", longest, ()),
        Row(
            f"memory grown while {_KEPT:,} lines are kept",
            f"{grown / 1e6:+.1f} MB",
            f"≤ {_AIM_GROWTH / 1e6:.0f} MB",
            grown <= _AIM_GROWTH,
            (f"over {(_FOLLOWED_SECONDS - _SETTLED_SECONDS) * RATE:,.0f} lines; resident {settled / 1e6:.0f} MB",),
        ),
    ]


def _gap_row(measure: str, longest: float, details: tuple[str, ...]) -> Row:
    aim = f"≤ {AIM_GAP_SECONDS * 1000:.0f} ms"
    return Row(measure, f"{longest * 1000:.0f} ms", aim, longest <= AIM_GAP_SECONDS, details)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Gateway]:
    connection = Connection(ConnectionSettings(None, "us-east-1", url, "benchmark", "benchmark"))
    try:
        yield Gateway(connection, CallBudget(_UNPACED))
    finally:
        await connection.close()


def _calls(url: str) -> int:
    with urllib.request.urlopen(f"{url}/calls") as answer:
        return int(json.load(answer))


def _resident() -> int:
    """Bytes of memory in use, from Linux's own book-keeping."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
