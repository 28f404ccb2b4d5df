"""The screen API calls: what this program costs, by operation."""

from dataclasses import replace

import pytest

from batchtui.aws.pacing import CallBudget
from batchtui.settings import Settings
from batchtui.sync import poller
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.screens import api
from batchtui.ui.screens.api import ApiScreen
from batchtui.ui.screens.log import LogScreen
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT
from tests.ui.test_log import lines
from tests.ui.test_stop import ask, until_closed
from tests.worlds import DemoWorld


async def open_api(driver: Driver) -> ApiScreen:
    """Goes there as a person does, by the palette."""
    await driver.press("colon", *"api")
    await driver.until_text("API calls", ":api")
    await driver.press("enter")
    await driver.until(lambda: isinstance(driver.app.screen, ApiScreen), "the screen")
    screen = driver.app.screen
    assert isinstance(screen, ApiScreen)
    await driver.pilot.pause()
    return screen


def calls(screen: ApiScreen) -> dict[str, int]:
    return {row.operation: row.calls for row in screen.pane.table.rows}


def line_of(driver: Driver, operation: str) -> list[str]:
    """The words of an operation's line."""
    (line,) = [line for line in driver.text.splitlines() if line.startswith(f"│ {operation} ")]
    return line.strip("│ ").split()


async def test_it_counts_what_the_endpoint_sees_and_asks_nothing_itself(demo: DemoWorld) -> None:
    assert demo.server is not None
    async with running(demo, settings=PATIENT, size=(120, 35)) as driver:
        await driver.until_live()
        before = dict(demo.server.calls)
        screen = await open_api(driver)
        assert calls(screen) == before
        assert list(calls(screen).values()) == sorted(before.values(), reverse=True), "what costs most is first"
        total = sum(before.values())
        await driver.until_text(f"{total} calls/min of 3000 on average · {total} in this session")
        await driver.until_text("50.0 of 50.0 calls/s allowed now", "every 1h as wished", "for their turn")
        assert line_of(driver, "ListJobs")[1] == f"{before['ListJobs']}"
        await driver.press("ctrl+r", "s", "S", "j", "enter")
        await driver.until_text("As IAM writes it", "95 of 100 within")
        await driver.press("escape", "escape")
        assert driver.app.screen is driver.main
        assert dict(demo.server.calls) == before


async def test_a_stop_and_a_log_show_up(demo: DemoWorld) -> None:
    assert demo.server is not None
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("5", "l")
        await driver.until(lambda: isinstance(driver.app.screen, LogScreen) and bool(lines(driver)), "the log")
        await driver.press("escape")
        await ask(driver)
        await driver.press("y")
        await until_closed(driver)
        screen = await open_api(driver)
        await driver.until(
            lambda: (
                all(each.in_flight == 0 for each in screen.pane.table.rows)
                and calls(screen) == dict(demo.server.calls if demo.server else {})
            ),
            "all that the endpoint has seen",
        )
        names = {row.name for row in screen.pane.table.rows}
        assert {"logs:GetLogEvents", "batch:TerminateJob"} <= names


@pytest.mark.slow
async def test_throttling_is_seen_and_what_it_does_to_the_rate(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "UNSEEN_SECONDS", 1.0)  # below another screen it is asked as often as ever
    async with running(demo, settings=Settings(refresh=1.0), size=(120, 35)) as driver:
        await driver.until_live()
        screen = await open_api(driver)
        demo.fault("DescribeJobs", status=429, code="TooManyRequestsException", message="slow down")
        await driver.until_text("halved by throttling", "Last error  DescribeJobs: TooManyRequestsException")
        assert "4.0 of 4.0 calls/s" not in driver.text
        (row,) = [row for row in screen.pane.table.rows if row.operation == "DescribeJobs"]
        assert row.throttled >= 1
        assert row.errors == 0
        assert "TooManyRequests" in " ".join(line_of(driver, "DescribeJobs"))
        await driver.press("slash", *"throttled>0", "enter")
        assert list(calls(screen)) == ["DescribeJobs"]
        demo.heal()
        demo.fault("DescribeJobs", status=403, code="AccessDeniedException", message="not for you")
        await driver.until_text("Last error  DescribeJobs: AccessDeniedException")
        await driver.press("y")
        await driver.until_text("One operation", "batch:DescribeJobs", "AccessDeniedException,")


async def test_it_is_kept_true_while_it_is_on_top_and_not_otherwise(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "_TICK_SECONDS", 0.01)
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        screen = await open_api(driver)
        gateway = driver.app.account.gateway
        assert gateway is not None
        had = calls(screen)["DescribeJobQueues"]
        await gateway.describe_job_queues()
        await driver.until(lambda: calls(screen)["DescribeJobQueues"] == had + 1, "counted by itself")
        await driver.press("question_mark")
        await driver.until_text("Help", "Count again now; AWS is not asked")
        seen = screen.pane.table.rows
        for _ in range(10):  # many times as long as a tick
            await gateway.describe_job_queues()
            await driver.pilot.pause()
        assert screen.pane.table.rows is seen, "nobody looks at it"
        await driver.press("escape")
        await driver.until(lambda: calls(screen)["DescribeJobQueues"] == had + 11, "counted again")


@pytest.mark.slow
async def test_it_is_filtered_sorted_and_copied(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        screen = await open_api(driver)
        every = calls(screen)
        await driver.press("s")
        assert list(calls(screen)) == sorted(every)
        await driver.press("slash", *"operation:listj*", "enter", "c")
        assert list(calls(screen)) == ["ListJobs"]
        assert driver.app.clipboard == "batch:ListJobs"
        await driver.until_text(f"1 of {len(every)}", "by operation ↓")
        await driver.press("escape")
        assert calls(screen) == every
        await driver.press("C", "l", "x")
        await driver.until_text("An operation has no ARN.", "Only jobs have logs.", "Only jobs can be stopped.")
        await driver.press("slash", *"nothing-like-it", "enter", "c")
        await driver.until_text("Nothing matches the filter; esc clears it", "There is nothing in this list.")


@pytest.mark.parametrize(
    ("size", "titles"),
    [
        ((80, 24), "OPERATION CALLS PER MIN MEDIAN P95 THROTTLED ERRORS"),
        ((120, 35), "OPERATION CALLS PER MIN IN FLIGHT MEDIAN P95 LONGEST THROTTLED ERRORS LAST ERROR"),
        ((200, 50), "OPERATION SERVICE CALLS PER MIN IN FLIGHT MEDIAN P95 LONGEST THROTTLED ERRORS LAST ERROR"),
    ],
)
async def test_the_columns_are_readable_at_every_size(demo: DemoWorld, size: tuple[int, int], titles: str) -> None:
    async with running(demo, settings=PATIENT, size=size) as driver:
        await driver.until_live()
        await open_api(driver)
        (header,) = [line for line in driver.text.splitlines() if "OPERATION" in line]
        assert " ".join(header.strip("│ ").split()) == titles
        assert "DescribeComputeEnvironments " in driver.text, "the longest name that every session asks for"
        assert "…" not in driver.text.partition("OPERATION")[2]


async def test_before_anything_was_asked_it_teaches(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(80, 24)) as driver:
        await driver.until_live()
        driver.app.push_screen(ApiScreen(CallBudget(4.0), snapshot=Snapshot, clock=demo.clock.now))
        await driver.until_text(
            "Nothing was asked of AWS yet.", "no call has had its turn yet", "0 calls/min of 240"
        )


async def test_in_read_only_mode_and_paused_it_is_there_and_opened_once(demo: DemoWorld) -> None:
    async with running(demo, settings=replace(PATIENT, read_only=True)) as driver:
        await driver.until_live()
        await driver.press("p")
        screen = await open_api(driver)
        await driver.until_text("paused · else every 1h; p goes on")
        await driver.press("p")
        await driver.press("ctrl+r")
        await driver.until_text("every 1h as wished")
        await driver.press("y")
        await driver.until_text("One operation")
        assert await open_api(driver) is screen
