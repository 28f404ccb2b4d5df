"""One run of an app with the probe on its loop; it runs in a terminal and writes what it found to a file."""

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.app import App
from textual.pilot import Pilot

from batchtui import garbage
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.settings import Settings
from batchtui.ui.app import BatchtuiApp
from benchmarks.clock_app import ClockApp
from benchmarks.probe import Blame, Probe
from benchmarks.terminal import COLUMNS, LINES

_LOOK_SECONDS = 0.02
_CALLS_PER_SECOND = 50.0  # as many as may be asked for: the budget is not what is measured


async def _watch_batchtui(probe: Probe, url: str, region: str) -> None:
    settings = Settings(region=region, endpoint_url=url, max_calls_per_second=_CALLS_PER_SECOND, fresh=True)

    @asynccontextmanager
    async def account() -> AsyncIterator[ConnectionSettings]:
        probe.start()  # the app enters this when its first frame is on the screen, before it connects
        yield ConnectionSettings(region=region, endpoint_url=url)

    app = BatchtuiApp(settings, account())

    def is_all_shown() -> bool:
        known = sum(len(queue.jobs) for queue in app.snapshot.jobs.values())
        return app._main._bar.condition.word == "live" and len(app._main._jobs.table.rows) == known

    async def until_live(pilot: Pilot[None]) -> None:
        while not is_all_shown():  # noqa: ASYNC110  # the app has no event for a bench
            await asyncio.sleep(_LOOK_SECONDS)
        await pilot.pause()  # it is on the screen

    await _drive(app, until_live, probe)


async def _watch_clock(probe: Probe, seconds: float) -> None:
    async def a_while(pilot: Pilot[None]) -> None:
        probe.start()
        await asyncio.sleep(seconds)

    await _drive(ClockApp(), a_while, probe)


async def _drive(app: App[None], until: Callable[[Pilot[None]], Awaitable[None]], probe: Probe) -> None:
    """Runs an app that really draws: with the headless driver nothing would be turned into terminal output."""
    async with app.run_test(headless=False, size=(COLUMNS, LINES)) as pilot:
        await until(pilot)
        probe.stop()


def main() -> None:
    """Runs one of the two apps and writes the gaps."""
    parser = argparse.ArgumentParser()
    parser.add_argument("found", type=Path)
    parser.add_argument("--url")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--blame", action="store_true")
    asked = parser.parse_args()
    garbage.put_off()  # as the command line does before anything else
    probe = Probe()
    blame = Blame(probe)
    if asked.blame:
        blame.start()
    run = _watch_batchtui(probe, asked.url, asked.region) if asked.url else _watch_clock(probe, asked.seconds)
    asyncio.run(run)
    blamed = blame.report() if asked.blame else []
    found = {"seconds": [gap.seconds for gap in probe.gaps], "blamed": blamed}
    asked.found.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
