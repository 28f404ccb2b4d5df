"""Takes every picture anew. The account's clock stands still, so that only a changed screen changes a file."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.demo.clock import ManualClock
from batchtui.demo.scenario import build_account
from batchtui.demo.server import DemoServer
from batchtui.settings import Settings
from batchtui.ui.app import BatchtuiApp
from batchtui.ui.screens.log import LogScreen
from batchtui.ui.screens.submit import SubmitScreen
from batchtui.ui.screens.why import WhyScreen

HERE = Path(__file__).parent
PICTURES: tuple[tuple[str, tuple[int, int], str, tuple[str, ...]], ...] = (
    ("main", (160, 42), "batchtui-dark", ("down",)),
    ("failed", (120, 32), "batchtui-dark", ("7",)),
    ("light", (120, 32), "batchtui-light", ("tab", "end")),
    ("detail", (120, 32), "batchtui-dark", ("7", *["down"] * 3, "enter", "right", "right")),
    ("log", (120, 32), "batchtui-dark", ("7", "slash", *"align exit:1", "enter", "l", "slash", *"error", "enter")),
    (
        "resubmit",
        (120, 32),
        "batchtui-dark",
        ("7", "slash", *"-align exit:1", "enter", "r", "up", "enter", *"align-low", "enter"),
    ),
    ("why", (120, 32), "batchtui-dark", ("7", "slash", *"reason:OutOfMemory", "enter", "w")),
    ("waiting", (120, 32), "batchtui-dark", ("down", "down", "tab", "tab", "3", "w")),
    ("stop", (120, 32), "batchtui-dark", ("5", *["space"] * 3, "x")),
    ("groups", (120, 32), "batchtui-dark", ("v", "v")),
    ("array", (120, 32), "batchtui-dark", ("9", "slash", *"name:cohort*", "enter", "a")),
    ("queue", (120, 32), "batchtui-dark", ("down", "w")),
    ("narrow", (80, 24), "batchtui-dark", ("9",)),
)
_MOST_PAUSES = 500
_LOOKS_AT_REST = 20


@asynccontextmanager
async def account(clock: ManualClock) -> AsyncIterator[ConnectionSettings]:
    """A served demo account."""
    server = DemoServer(build_account(clock=clock))
    demo = await server.start()
    try:
        yield ConnectionSettings(None, demo.region, demo.url, demo.access_key_id, demo.secret_access_key)
    finally:
        await server.stop()


async def take(name: str, size: tuple[int, int], theme: str, keys: tuple[str, ...]) -> None:
    """One picture, once the whole account was listed."""
    clock = ManualClock()
    settings = Settings(theme=theme, refresh=3600.0, max_calls_per_second=50.0, fresh=True)
    app = BatchtuiApp(settings, account(clock), clock=clock.now)
    async with app.run_test(size=size) as pilot:
        await _until(pilot, lambda: app.snapshot.job_queues is not None and app.snapshot.progress is None)
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
            await _until(pilot, lambda: not (isinstance(app.screen, SubmitScreen) and app.screen.is_looking))
        await _until(
            pilot, lambda: not isinstance(app.screen, LogScreen) or "ended" in app.screen.session.headline
        )
        await _until(pilot, lambda: not isinstance(app.screen, WhyScreen) or app.screen.answered is not None)
        await _until_at_rest(pilot)
        app.save_screenshot(f"{name}.svg", path=str(HERE))


async def _until_at_rest(pilot: Pilot[None]) -> None:
    """Waits until many looks in a row show the same."""
    seen, same = "", 0

    def is_same() -> bool:
        nonlocal seen, same
        strips = pilot.app.screen._compositor.render_strips()
        now = "".join(segment.text for strip in strips for segment in strip)
        seen, same = now, same + 1 if now == seen else 0
        return same >= _LOOKS_AT_REST

    await _until(pilot, is_same)


async def _until(pilot: Pilot[None], is_shown: Callable[[], bool]) -> None:
    for _ in range(_MOST_PAUSES):
        await pilot.pause()
        if is_shown():
            await pilot.pause()
            return
    raise SystemExit("what the picture is of was never shown")


if __name__ == "__main__":
    for picture in PICTURES:
        asyncio.run(take(*picture))
