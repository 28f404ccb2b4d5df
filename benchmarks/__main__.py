"""``python -m benchmarks [--repeat N] [--blame] [MEASURE …]``."""

import argparse
import asyncio
import os
import platform
import sys
from collections.abc import Awaitable, Callable

from benchmarks import bytes_written, calls, gaps, grouping, idle, keys, load, logs, memory, sharing, start
from benchmarks.options import Options
from benchmarks.report import Row, table

MEASURES: dict[str, Callable[[Options], Awaitable[list[Row]]]] = {
    "start": start.measure,
    "calls": calls.measure,
    "sharing": sharing.measure,
    "gaps": gaps.measure,
    "grouping": grouping.measure,
    "logs": logs.measure,
    "load": load.measure,
    "keys": keys.measure,
    "bytes": bytes_written.measure,
    "idle": idle.measure,
    "memory": memory.measure,
}


def main(arguments: list[str] | None = None) -> int:
    """Runs the measures that are named, or all.

    Returns:
        0, whether or not the aims are met: a busy machine is no failure.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="What batchtui claims about speed.")
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help=f"of {', '.join(MEASURES)}; all if none")
    parser.add_argument("--repeat", type=int, default=7, metavar="N", help="repetitions (default: 7)")
    parser.add_argument("--blame", action="store_true", help="print what stood on the stack in long gaps")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.measures) - MEASURES.keys():
        parser.error(f"there is no measure {', '.join(sorted(unknown))}; there are: {', '.join(MEASURES)}")
    if asked.repeat < 1:
        parser.error("--repeat takes a number from 1 on")
    options = Options(repetitions=asked.repeat, blame=asked.blame)
    rows: list[Row] = []
    for name in asked.measures or MEASURES:
        print(f"measuring {name} …", file=sys.stderr)
        rows += asyncio.run(_run(MEASURES[name], options))
    where = f"Python {platform.python_version()}, {os.cpu_count()} processors, {platform.system()}"
    print(f"{where}; medians (least–most) of n runs by turns\n\n{table(rows)}")
    return 0


async def _run(measure: Callable[[Options], Awaitable[list[Row]]], options: Options) -> list[Row]:
    return await measure(options)


if __name__ == "__main__":
    sys.exit(main())
