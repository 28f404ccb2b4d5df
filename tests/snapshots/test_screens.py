"""Pictures of the screens at three sizes, dark and light, on an account whose clock stands still.

Synchronous, because the comparison runs an event loop of its own; the account lives in a thread.
"""

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from batchtui.cli import account_of
from batchtui.settings import Settings
from batchtui.sync import sources
from batchtui.ui.app import BatchtuiApp
from tests.matrix import slow_after
from tests.ui.driver import Driver
from tests.worlds import DemoWorld

SIZES = ((80, 24), (120, 35), (200, 50))
THEMES = ("batchtui-dark", "batchtui-light")
Compare = Callable[..., bool]


def app_on(demo: DemoWorld, theme: str) -> BatchtuiApp:
    settings = Settings(endpoint_url=demo.url, theme=theme, refresh=3600.0, max_calls_per_second=50.0)
    return BatchtuiApp(settings, account_of(settings), clock=demo.clock.now)


def after(*keys: str, text: str = "") -> Callable[[Pilot[None]], Awaitable[None]]:
    async def prepare(pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app, BatchtuiApp)
        driver = Driver(pilot.app, pilot)
        await driver.until_live()
        await driver.until(lambda: driver.app.account.where.alias is not None, "the account's alias")
        await driver.press(*keys)
        await driver.until_text(text)
        await driver.until(
            lambda: getattr(driver.app.screen, "is_described", True), "AWS's answer, where it is asked"
        )
        driver.app.clear_notifications()  # whether one is still there is a matter of seconds
        await driver.until(lambda: not driver.app.screen.query("Toast"), "no notification")
        driver.main.tick()  # the rate of calls as it is now, not as it was up to a second ago

    return prepare


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_main(snap_compare: Compare, demo: DemoWorld, size: tuple[int, int], theme: str) -> None:
    assert snap_compare(app_on(demo, theme), terminal_size=size, run_before=after("down"))


PLACES: dict[str, tuple[tuple[str, ...], str]] = {
    "failed": (("7", "down"), "FAILED"),
    "arrays": (("2",), "PENDING"),
    "zoomed-environments": (("tab", "z"), "INSTANCE TYPES"),
    "zoomed-queues": (("z",), "RUNS ON"),
    "help": (("question_mark",), "Any list"),
    "filtered": (("0", "slash", *"status:failed exit:1", "enter"), "/status:failed exit:1"),
    "job": (("7", "enter"), "Status reason"),
    "job-container": (("7", "enter", "right", "right"), "Image"),
    "job-timeline": (("7", "enter", *["right"] * 4), "Moments"),
    "job-json": (("7", "y"), '"jobId"'),
    "queue": (("down", "enter"), "Priority"),
    "go-to": (("2", "G", "enter", "f"), " 38 ─╯"),
    "definition": (("7", "enter", "2"), "Revision"),
    "log-that-waits": (("3", "l"), "It begins by itself"),
    "stop": (("5", "ctrl+a", "x"), "Leave them"),
    "resubmit": (("7", "down", "r"), "Everything that can be the same"),
    "resubmit-failed-children": (("7", "slash", *"sweep", "enter", "r"), "the whole of it"),
    "change": (("down", "equals_sign"), "Leave it"),
    "definitions": (("colon", *"job definitions", "enter"), " 15 ─╯"),
    "new-job": (("colon", *"job definitions", "enter", "slash", *"fastqc", "enter", "n"), "Time-out"),
    "history": (("5", "x", "y", "colon", *"history of", "enter"), "TerminateJob"),
    "log-help": (("7", "slash", *"exit:1", "enter", "l", "question_mark"), "Anywhere"),
}
"""What is pressed, and what is on the screen then."""


@pytest.mark.parametrize("name", slow_after(5, PLACES))
def test_places(snap_compare: Compare, demo: DemoWorld, name: str) -> None:
    keys, text = PLACES[name]
    app = app_on(demo, "batchtui-dark")
    assert snap_compare(app, terminal_size=(160, 45), run_before=after(*keys, text=text))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", slow_after(1, SIZES), ids=lambda size: f"{size[0]}x{size[1]}")
def test_detail(snap_compare: Compare, demo: DemoWorld, size: tuple[int, int], theme: str) -> None:
    prepare = after("7", "enter", text="Status reason")
    assert snap_compare(app_on(demo, theme), terminal_size=size, run_before=prepare)


def test_log_of_an_array(snap_compare: Compare, demo: DemoWorld) -> None:
    open_it = after("2", "G", "l", text="2 following, 4 ended")

    async def prepare(pilot: Pilot[None]) -> None:
        await open_it(pilot)
        # To its beginning: how much was loaded on the way to the end is chance.
        assert isinstance(pilot.app, BatchtuiApp)
        driver = Driver(pilot.app, pilot)
        await driver.press("g")
        await driver.until_text(" 2,764 lines")

    assert snap_compare(app_on(demo, "batchtui-dark"), terminal_size=(160, 45), run_before=prepare)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", slow_after(1, SIZES), ids=lambda size: f"{size[0]}x{size[1]}")
def test_log(snap_compare: Compare, demo: DemoWorld, size: tuple[int, int], theme: str) -> None:
    keys = ("7", "slash", *"align exit:1", "enter", "l", "t", "slash", *"error", "enter")
    assert snap_compare(app_on(demo, theme), terminal_size=size, run_before=after(*keys, text="■ ended"))


def test_denied(snap_compare: Compare, demo: DemoWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """One denied operation darkens its pane and says what to do."""
    # Asked again, it would count as one more call a minute, on a slow machine before the picture is taken.
    monkeypatch.setattr(sources, "FIRST_BACKOFF_SECONDS", 3600.0)
    monkeypatch.setattr(sources, "LONGEST_BACKOFF_SECONDS", 3600.0)
    demo.fault("DescribeComputeEnvironments", status=403, code="AccessDeniedException", message="Not authorized")

    async def prepare(pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app, BatchtuiApp)
        driver = Driver(pilot.app, pilot)
        await driver.until_text("DescribeComputeEnvironments fails")
        await driver.until(lambda: driver.app.account.where.alias is not None, "the account's alias")
        await driver.until(lambda: driver.snapshot.progress is None and len(driver.table("jobs").rows) > 0, "jobs")
        driver.main.tick()

    assert snap_compare(app_on(demo, "batchtui-dark"), terminal_size=(120, 35), run_before=prepare)
