"""How all queues stand, in one list: what it says is what each queue's own details say, and the ways on."""

import re
from collections.abc import Iterator

import pytest
from rich.color_triplet import ColorTriplet

from batchtui.insight.queue_standing import Standing
from batchtui.settings import Settings
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.queue_standings import SECONDS_A_QUEUE, QueueStandingsScreen
from batchtui.ui.screens.why import WhyScreen
from tests.conftest import use_credentials_of
from tests.matrix import slow_after
from tests.ui.drawing import draw
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT
from tests.worlds import DemoWorld, demo_world

SIZES = slow_after(1, [(80, 24), (120, 35), (200, 50)])
SNAPSHOT = "GetJobQueueSnapshot"


@pytest.fixture
def lively(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    with demo_world(jobs=1000, service_jobs=True) as world:
        use_credentials_of(world, monkeypatch)
        yield world


def rows(screen: QueueStandingsScreen) -> dict[str, Standing]:
    return {row.queue.job_queue_name: row for row in screen.pane.table.rows}


async def standings(driver: Driver) -> QueueStandingsScreen:
    """From the row All queues, until everything is told."""
    await driver.until_live()
    await driver.press("w")
    await driver.until(lambda: isinstance(driver.app.screen, QueueStandingsScreen), "the list")
    screen = driver.app.screen
    assert isinstance(screen, QueueStandingsScreen)
    every = len(driver.snapshot.job_queues or ())
    await driver.until(
        lambda: len(rows(screen)) == every and all(row.used_at for row in rows(screen).values()), "all is told"
    )
    return screen


@pytest.mark.parametrize("size", SIZES)
async def test_w_on_all_queues_tells_how_each_stands(lively: DemoWorld, size: tuple[int, int]) -> None:
    async with running(lively, settings=PATIENT, size=size) as driver:
        screen = await standings(driver)
        await driver.until_text("How the queues stand", "IN USE", "END/h", "EMPTY IN", "BLOCKED")
        found = rows(screen)
        assert list(found) == [row.name for row in driver.table("queues").rows if row.name], "the same order"
        for name, row in found.items():
            told = lively.batch.get_job_queue_snapshot(jobQueue=name)["queueUtilization"]
            used = {each["capacityUnit"]: each["quantity"] for each in told["totalCapacityUsage"]}
            assert sum(each.used for each in row.uses) == pytest.approx(sum(used.values()))
            assert row.counted is not None
            assert row.drain is not None
            assert (row.blocked is not None) == (row.queue.job_queue_name in blocked(driver))
            line = next(line for line in driver.text.splitlines() if f" {name[:11]}" in line)
            assert re.search(r"\d+%", line)
            above = next(each for each in driver.table("queues").rows if each.name == name)
            if row.blocked is not None and size[0] == 200:
                assert row.blocked.job.job_id == above.head.job_id
                waits = above.blocked_words(lively.clock.now()).removeprefix("! ").partition(":")[0]
                assert f" {waits}: " in line, "how long the head has waited, as the main screen has it"
        listed = driver.text.partition("╰─")[0].splitlines()  # below stands the queue under the cursor at length
        bars = {re.search("[█▏▎▍▌▋▊▉░]+", line)[0] for line in listed if "%" in line}  # type: ignore[index]
        assert len({len(each) for each in bars}) == 1, "all bars are of one length"
        assert ("shared" in driver.text) is (size[0] == 200)
        await driver.until_text(" run, arrays as their children;")
        assert blocked(driver)
        await driver.until_text(f"{len(blocked(driver))} of {len(found)} blocked")
        for line in driver.text.splitlines():
            assert len(line.rstrip()) <= size[0]


def blocked(driver: Driver) -> set[str]:
    return {row.name for row in driver.table("queues").rows if row.head is not None}


async def test_from_a_row_to_how_it_stands_and_to_what_blocks_it(lively: DemoWorld) -> None:
    async with running(lively, settings=PATIENT, size=(120, 35)) as driver:
        screen = await standings(driver)
        name = next(name for name, row in rows(screen).items() if row.blocked)
        assert screen.pane.table.go_to(name)
        await driver.press("B")
        await driver.until(lambda: isinstance(driver.app.screen, WhyScreen), "why")
        head = rows(screen)[name].blocked
        assert isinstance(driver.app.screen, WhyScreen)
        assert head is not None
        assert driver.app.screen.job_id == head.job.job_id
        await driver.press("escape")
        await driver.until(lambda: not screen.is_covered, "back")
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "its details")
        await driver.until_text("▐Insight▌", "Blocked", name)
        await driver.press("escape")
        await driver.until(lambda: not screen.is_covered, "back again")
        free = next(name for name, row in rows(screen).items() if not row.blocked)
        assert screen.pane.table.go_to(free)
        await driver.press("B")
        await driver.until_text("Nothing blocks this queue.")
        await driver.press("slash", *"used>=50", "enter")
        assert all(max(use.part or 0 for use in row.uses) >= 0.5 for row in rows(screen).values())
        await driver.press("escape", "escape")
        await driver.until_text("Job queues", "All queues")


async def test_it_asks_once_a_queue_and_not_again_soon(lively: DemoWorld) -> None:
    settings = Settings(max_calls_per_second=50.0, refresh=1.0)
    asked: list[str] = []
    async with running(lively, settings=settings, size=(120, 35)) as driver:
        await driver.until_live()
        lively.faults.append(lambda operation: asked.append(operation))
        screen = await standings(driver)
        every = len(rows(screen))
        assert asked.count(SNAPSHOT) == every
        assert screen._live["align-high"]._least_seconds == SECONDS_A_QUEUE * every
        counted = rows(screen)["align-high"].counted
        lively.advance(60)
        await driver.until(lambda: rows(screen)["align-high"].counted is not counted, "counted anew")
        assert asked.count(SNAPSHOT) == every, "what is in use is not asked for as often"
        await driver.press("ctrl+r")
        await driver.until(lambda: asked.count(SNAPSHOT) == 2 * every, "but where a person asks")


async def test_what_is_denied_is_said_and_the_rest_stays(lively: DemoWorld) -> None:
    async with running(lively, settings=PATIENT, size=(120, 35)) as driver:
        await driver.until_live()
        lively.fault(SNAPSHOT, status=403, code="AccessDeniedException", message="not authorized to perform it")
        await driver.press("colon", *"queues")
        await driver.until_text("How all of them stand")
        await driver.press("enter")
        await driver.until_text("GetJobQueueSnapshot is denied", "not told")
        screen = driver.app.screen
        assert isinstance(screen, QueueStandingsScreen)
        await driver.until(lambda: all(row.counted for row in rows(screen).values()), "counted all the same")
        lively.heal()
        await driver.press("ctrl+r")
        await driver.until(lambda: "is denied" not in driver.text, "told again")


async def test_every_word_can_be_read_on_its_ground(lively: DemoWorld) -> None:
    """In both themes, also where the cursor is: there what is quiet was fainter than anywhere else."""
    async with running(lively, settings=PATIENT, size=(200, 50)) as driver:
        await driver.until_live()
        for theme, least in (("batchtui-dark", 3.2), ("batchtui-light", 3.9)):
            driver.app.theme = theme
            await driver.pilot.pause()
            for key in ("w", "escape"):
                await driver.press(key)
                await driver.until_text("How the queues stand" if key == "w" else "Compute environments")
                faint = {each for each in contrasts(driver) if each[0] < least}
                assert not faint, theme


def contrasts(driver: Driver) -> Iterator[tuple[float, str]]:
    """How far each text stands out from its ground (WCAG's ratio); frames, bars and edges are no text."""
    draw(driver.app)
    for strip in driver.app.screen._compositor.render_strips():
        for text, style, _ in strip:
            if style is not None and style.color and style.bgcolor and re.search(r"\w", text):
                lights = sorted(luminance(each.get_truecolor()) for each in (style.color, style.bgcolor))
                yield round((lights[1] + 0.05) / (lights[0] + 0.05), 2), text.strip()


def luminance(colour: ColorTriplet) -> float:
    parts = [each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
