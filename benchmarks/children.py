"""How long the screen is kept waiting by an array of 10,000 children: listed, mapped, sorted, filtered, marked.

Run it in a terminal: ``python -m benchmarks.children found.json``. It draws there, and writes the gaps of its
event loop to the file, by what was done.
"""

import argparse
import asyncio
import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

from textual.pilot import Pilot

from batchtui import garbage
from batchtui.cli import account_of
from batchtui.settings import Settings
from batchtui.ui.app import BatchtuiApp
from batchtui.ui.messages import ChildrenWanted
from batchtui.ui.screens.children import ChildrenScreen
from benchmarks.probe import Blame, Probe

_SIZE = 10_000
_JOBS = 20_000
_REST_SECONDS = 1.5
_STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("scroll", ("pagedown",) * 20),
    ("last and first", ("G", "g")),
    ("map", ("a",)),
    ("over the map", ("down", "right", "pagedown", "pagedown", "G", "g")),
    ("the whole map", ("z", "down", "right", "z")),
    ("mark all on the map", ("ctrl+a", "u")),
    ("table", ("a",)),
    ("sort", ("s", "s", "S")),
    ("filter", ("slash", *"succeeded", "enter")),
    ("clear the filter", ("escape",)),
    ("mark all", ("ctrl+a", "u")),
    ("list anew", ("ctrl+r",)),
)


async def _measure(probe: Probe, found: dict[str, dict[str, float]]) -> None:
    settings = Settings(demo=True, demo_jobs=_JOBS, max_calls_per_second=50.0)
    async with account_of(settings) as connection:
        app = BatchtuiApp(settings, nullcontext(connection))
        async with app.run_test(headless=False, size=None) as pilot:
            await _until(lambda: app.snapshot.progress is None and app.snapshot.job_queues is not None)
            parent = next(
                job for job in app.all_jobs() if job.array_properties and job.array_properties.size == _SIZE
            )
            app.get_default_screen().set_focus(app.get_default_screen().table_in_use)
            await pilot.pause()
            probe.start()
            app.post_message(ChildrenWanted(parent.job_id, parent.job_name, parent))
            await _until(lambda: isinstance(app.screen, ChildrenScreen))
            screen = app.screen
            assert isinstance(screen, ChildrenScreen)
            await _until(lambda: len(screen.reader.known) == _SIZE and len(screen.pane.table.rows) == _SIZE)
            _note(found, "list 10,000", probe)
            for name, keys in _STEPS:
                await _press(pilot, keys)
                _note(found, name, probe)
            probe.stop()


async def _press(pilot: Pilot[None], keys: tuple[str, ...]) -> None:
    for key in keys:
        await pilot.press(key)
    await asyncio.sleep(_REST_SECONDS)


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110  # the app has no event for a bench
        await asyncio.sleep(0.02)


def _note(found: dict[str, dict[str, float]], name: str, probe: Probe) -> None:
    gaps = sorted(gap.seconds for gap in probe.gaps)
    probe.gaps.clear()
    worst = gaps[-1] if gaps else 0.0
    found[name] = {"worst ms": round(worst * 1000, 1), "over 50 ms": sum(gap > 0.05 for gap in gaps)}


def main() -> None:
    """Runs the app and writes what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("found", type=Path)
    parser.add_argument("--blame", action="store_true")
    asked = parser.parse_args()
    garbage.put_off()
    probe = Probe()
    blame = Blame(probe)
    if asked.blame:
        blame.start()
    found: dict[str, dict[str, float]] = {}
    asyncio.run(_measure(probe, found))
    report = {"gaps": found, "blamed": blame.report() if asked.blame else []}
    asked.found.write_text(json.dumps(report, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
