"""The screen Dependencies: both ways, every kind of link, and a walk from job to job and back."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from batchtui.settings import Settings
from batchtui.sync.dependencies import Search
from batchtui.ui.panes.dependencies import TreeRow
from batchtui.ui.screens.dependencies import DependenciesScreen, search_words
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.log import LogScreen
from batchtui.ui.screens.stop import StopScreen
from batchtui.ui.screens.why import WhyScreen
from tests.conftest import use_credentials_of
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT, open_job
from tests.worlds import DemoWorld, demo_world

QUEUE, DEFINITION = "qc-fargate", "fastqc"


def submit(demo: DemoWorld, name: str, *after: Any, size: int = 0) -> str:
    """A job that waits for others: ids, or (id, type), or a type alone."""
    depends = [
        {"type": each} if each == "SEQUENTIAL" else {"jobId": each} if isinstance(each, str) else dict(each)
        for each in after
    ]
    array = {"arrayProperties": {"size": size}} if size else {}
    answer = demo.batch.submit_job(
        jobName=name, jobQueue=QUEUE, jobDefinition=DEFINITION, dependsOn=depends, **array
    )
    demo.advance(0.01)  # each is a little younger than what it waits for
    return str(answer["jobId"])


def n_to_n(job_id: str) -> tuple[tuple[str, str], ...]:
    return (("jobId", job_id), ("type", "N_TO_N"))


async def walk_to(driver: Driver, job_id: str) -> DependenciesScreen:
    """Opens the screen of a job from the list."""
    await driver.press("ctrl+r")
    await driver.until(lambda: driver.snapshot.job(job_id) is not None, "it is listed")
    driver.main.set_focus(driver.table("jobs"))
    await driver.until(lambda: driver.table("jobs").go_to(job_id), "it is shown")
    await driver.press("b")
    return await settled(driver)


async def settled(driver: Driver) -> DependenciesScreen:
    await driver.until(lambda: isinstance(driver.app.screen, DependenciesScreen), "the screen")
    screen = driver.app.screen
    assert isinstance(screen, DependenciesScreen)
    await driver.until(lambda: not screen.pane.is_loading, "everything was asked for")
    return screen


def picture(screen: DependenciesScreen) -> list[str]:
    """The rows as they are drawn, but for columns."""
    return [f"{row.lead}{row.text}" for row in screen.pane.table.rows]


def row_of(screen: DependenciesScreen, text: str) -> TreeRow:
    return next(row for row in screen.pane.table.rows if row.text == text)


@pytest.fixture
async def diamond(demo: DemoWorld) -> AsyncIterator[tuple[Driver, DemoWorld, dict[str, str]]]:
    """``end`` waits for ``left`` and ``right``, which both wait for ``start``; ``late`` waits for ``end``."""
    async with running(demo, settings=PATIENT, size=(140, 40)) as driver:
        await driver.until_live()
        ids = {"start": submit(demo, "start")}
        ids["left"], ids["right"] = submit(demo, "left", ids["start"]), submit(demo, "right", ids["start"])
        ids["end"] = submit(demo, "end", ids["left"], ids["right"])
        ids["late"] = submit(demo, "late", ids["end"])
        demo.advance(5)
        yield driver, demo, ids


async def test_both_ways_with_what_is_shared_shown_once(
    diamond: tuple[Driver, DemoWorld, dict[str, str]],
) -> None:
    driver, _, ids = diamond
    await driver.until_live()
    await driver.press("0")
    screen = await walk_to(driver, ids["end"])
    assert picture(screen) == [
        "end",
        "├ waits for",
        "│ ├ left",
        "│ │ └ start",
        "│ └ right",
        "│   └ start",
        "└ is waited for by",
        "  └ late",
    ]
    rows = [row for row in screen.pane.table.rows if row.text == "start"]
    assert [row.note for row in rows] == ["", "see above"]
    screen = await walk_to_row(driver, screen, "left")
    assert picture(screen)[0] == "left"
    assert "  └ end" in picture(screen)
    assert "    └ late" in picture(screen)
    screen = await walk_to_row(driver, screen, "start")
    lines = picture(screen)
    assert lines[:3] == ["start", "├ waits for", "└ is waited for by"]
    assert sum(line.endswith("late") for line in lines) == 1
    assert [row.note for row in screen.pane.table.rows if row.text == "end"] == ["", "see above"]


async def walk_to_row(driver: Driver, screen: DependenciesScreen, text: str) -> DependenciesScreen:
    assert screen.pane.go_to_job(row_of(screen, text).job_id)
    await driver.press("enter")
    return await settled(driver)


async def test_a_walk_goes_back_the_way_it_came(diamond: tuple[Driver, DemoWorld, dict[str, str]]) -> None:
    driver, _, ids = diamond
    await driver.press("0")
    screen = await walk_to(driver, ids["late"])
    await walk_to_row(driver, screen, "end")
    await walk_to_row(driver, screen, "right")
    await driver.until_text("esc goes back: late › end")
    assert screen.centre == ids["right"]
    await driver.press("escape")
    await settled(driver)
    assert screen.centre == ids["end"]
    assert screen.target() is not None
    assert screen.pane.table.cursor_row is row_of(screen, "right"), "the cursor is where one left"
    await driver.press("escape")
    await settled(driver)
    assert screen.centre == ids["late"]
    await driver.press("escape")
    assert driver.app.screen is driver.main


async def test_details_log_and_why_of_a_row(diamond: tuple[Driver, DemoWorld, dict[str, str]]) -> None:
    driver, _, ids = diamond
    await driver.press("0")
    screen = await walk_to(driver, ids["end"])
    assert screen.pane.go_to_job(ids["start"])
    for key, kind in (("d", DetailScreen), ("l", LogScreen), ("w", WhyScreen)):
        await driver.press(key)
        await driver.until(lambda kind=kind: isinstance(driver.app.screen, kind), key)  # type: ignore[misc]
        if isinstance(driver.app.screen, DetailScreen):
            assert driver.app.screen.key == ids["start"]
            await driver.press("b")  # and from its details back into a graph of its own
            other = await settled(driver)
            assert other is not screen
            assert other.centre == ids["start"]
            await driver.press("escape")
        await driver.press("escape")
        await driver.until(lambda: driver.app.screen is screen, "back")
    await driver.press("x")
    await driver.until(lambda: isinstance(driver.app.screen, StopScreen), "the dialog")
    await driver.press("escape")
    await driver.press("c")
    assert driver.app.clipboard == ids["start"]


async def test_arrays_child_by_child_and_one_after_the_other(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 40)) as driver:
        await driver.until_live()
        align = submit(demo, "align", size=4)
        sort = submit(demo, "sort", n_to_n(align), size=4)
        months = submit(demo, "months", "SEQUENTIAL", sort, size=3)
        demo.advance(5)
        await driver.press("0")
        screen = await walk_to(driver, sort)
        assert row_of(screen, "align").type == "N_TO_N"
        assert row_of(screen, "months").note.startswith("SEQUENTIAL")
        await driver.until_text("N_TO_N", "SEQUENTIAL: one child after another")
        await driver.press("escape")
        await open_job(driver, f"{sort}:2")
        await driver.press("b")
        screen = await settled(driver)
        above = [row for row in screen.pane.table.rows if row.key.startswith("waits for:")]
        assert [(row.job_id, row.type) for row in above] == [(f"{align}:2", "N_TO_N")]
        assert above[0].job is not None, "the child's own status"
        below = [row.job_id for row in screen.pane.table.rows if row.key.startswith("is waited for by:")]
        assert below[0] == months
        await driver.press("escape", "escape")
        await open_job(driver, f"{months}:1")
        await driver.press("b")
        screen = await settled(driver)
        every = {(row.job_id, row.type) for row in screen.pane.table.rows}
        assert {(f"{months}:0", "SEQUENTIAL"), (f"{months}:2", "SEQUENTIAL")} <= every


async def test_what_will_fail_is_told_with_its_culprit(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 40)) as driver:
        await driver.until_live()
        align = submit(demo, "align", size=4)
        sort = submit(demo, "sort", n_to_n(align), size=4)
        report = submit(demo, "report", sort)
        demo.advance(5)
        demo.terminate(f"{align}:1")
        demo.advance(20)
        await driver.press("0")
        screen = await walk_to(driver, sort)
        await driver.until(lambda: bool(row_of(screen, "report").note), "it is foretold")
        assert row_of(screen, "report").job_id == report
        assert row_of(screen, "report").note.startswith("will fail: ")
        assert row_of(screen, "sort").note.startswith("will fail in part: align")


async def test_dependencies_cross_queues_and_failures_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_world(jobs=1000, cohorts=True) as demo:
        use_credentials_of(demo, monkeypatch)
        async with running(demo, settings=PATIENT, size=(140, 45)) as driver:
            await driver.until_live()
            call = next(job for job in driver.app.all_jobs() if job.job_name == "cohort-01-joint-call")
            await driver.press("0")
            screen = await walk_to(driver, call.job_id)
            names = {row.text for row in screen.pane.table.rows}
            assert {"cohort-01-sort", "cohort-01-align", "cohort-01-qc-0", "cohort-01-qc-4"} <= names
            report = [row for row in screen.pane.table.rows if row.text == "cohort-01-report"]
            assert next(row.note for row in report) == ""
            assert len(report) == 5, "every job of the fan leads to it"
            queues = {row.job.job_queue for row in screen.pane.table.rows if row.job}
            assert queues == {"align-high", "qc-fargate"}
            await driver.until_text("AWS tells only what a job waits for", "are not looked at")
            assert demo.server is not None
            before = demo.server.calls["DescribeJobs"]
            await walk_to_row(driver, screen, "cohort-01-report")
            assert demo.server.calls["DescribeJobs"] - before <= 2, "what a job waits for is asked for once"


async def test_statuses_are_kept_true(diamond: tuple[Driver, DemoWorld, dict[str, str]]) -> None:
    _, demo, ids = diamond
    async with running(demo, settings=Settings(max_calls_per_second=50.0, refresh=1.0), size=(140, 40)) as driver:
        await driver.until_live()
        await driver.press("0")
        screen = await walk_to(driver, ids["end"])
        demo.terminate(ids["start"])
        demo.advance(30)

        def told() -> dict[str, str]:
            return {row.text: row.job.status for row in screen.pane.table.rows if row.job}

        await driver.until(lambda: set(told().values()) == {"FAILED"}, "all of them fail with it")
        await driver.until_text("✕ start")


async def test_a_refusal_is_told_and_what_is_known_stays(
    diamond: tuple[Driver, DemoWorld, dict[str, str]],
) -> None:
    driver, demo, ids = diamond
    await driver.press("0", "ctrl+r")
    await driver.until(lambda: driver.snapshot.job(ids["end"]) is not None, "it is listed")
    demo.fault("DescribeJobs", status=403, code="AccessDeniedException", message="no jobs for you")
    screen = await walk_to(driver, ids["end"])
    await driver.until_text("no jobs for you")
    assert row_of(screen, "end").job is not None
    demo.heal()
    await driver.press("ctrl+r")
    await driver.until(lambda: "│ ├ left" in picture(screen), "it recovers")
    await driver.until(lambda: "no jobs for you" not in driver.text, "all of it was answered")


async def test_what_aws_no_longer_knows_and_what_has_no_dependencies(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 40)) as driver:
        await driver.until_live()
        before = submit(demo, "gone")
        after = submit(demo, "after", before)
        assert demo.account is not None
        demo.account.index._by_id.pop(before)
        await driver.press("0")
        screen = await walk_to(driver, after)
        assert row_of(screen, before).note == "AWS does not know it any more"
        assert "nothing that is known" in [row.note for row in screen.pane.table.rows]
        await driver.press("down", "enter")
        await driver.until_text("There is no job in this line.")
        await driver.press("up", "enter")
        await driver.until_text("It is the centre already")


async def test_queues_and_service_jobs_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_world(service_jobs=True) as demo:
        use_credentials_of(demo, monkeypatch)
        async with running(demo, settings=PATIENT) as driver:
            await driver.until_live()
            await driver.press("b")
            await driver.until_text("Only jobs depend on each other: tab goes to them.")
            job = next(job for job in driver.app.all_jobs() if job.is_service_job)
            await open_job(driver, job.job_id)
            await driver.press("b")
            await driver.until_text("Service jobs wait for no other jobs")


def test_it_is_said_how_far_it_was_looked() -> None:
    assert "No job in 2 queues could wait for it" in search_words(Search(queues=2))
    whole = search_words(Search(candidates=40, looked_at=40, queues=2))
    assert "among 40 jobs in 2 queues" in whole
    assert "looks further" not in whole
    part = search_words(Search(candidates=4000, looked_at=3000, queues=1))
    assert "3,000 of 4,000 jobs in 1 queue" in part
    assert "ctrl+r looks further." in part
