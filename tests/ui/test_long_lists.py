"""A list too long to be arranged between two frames: what was shown stays until the new one is there."""

from collections.abc import AsyncIterator

import pytest

from batchtui.query.filter import parse
from batchtui.query.jobs import JOB_FIELDS
from batchtui.query.steps import at_once
from batchtui.ui.arranging import MANY
from tests.conftest import use_credentials_of
from tests.ui.driver import Driver, running
from tests.worlds import DemoWorld, demo_world

JOBS = 5000


@pytest.fixture
async def long(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Driver, DemoWorld]]:
    """An account whose jobs are all shown."""
    with demo_world(jobs=JOBS) as world:
        use_credentials_of(world, monkeypatch)
        async with running(world) as driver:
            await driver.until_live()
            await driver.until(lambda: len(ids(driver)) == known(driver) > MANY, "all jobs are shown")
            await driver.press("tab", "tab")
            yield driver, world


def ids(driver: Driver) -> list[str]:
    return [row.job_id for row in driver.table("jobs").rows]


def known(driver: Driver) -> int:
    return sum(len(queue.jobs) for queue in driver.snapshot.jobs.values())


async def test_the_newest_come_first_in_all_queues(long: tuple[Driver, DemoWorld]) -> None:
    driver, _ = long
    created = [row.created_at for row in driver.table("jobs").rows]
    assert created == sorted(created, reverse=True)
    assert len(set(ids(driver))) == len(created)


@pytest.mark.slow
async def test_rows_stay_until_those_that_match_are_found(long: tuple[Driver, DemoWorld]) -> None:
    driver, _ = long
    await driver.press("slash")
    for letter in "failed":
        await driver.press(letter)
        assert driver.table("jobs").rows, "what was shown last stays while the filter is at work"
    matching = parse("failed", JOB_FIELDS)
    every = [job for queue in driver.snapshot.jobs.values() for job in queue.jobs.values()]
    expected = {job.job_id for job in at_once(matching.select(every, 0.0))}
    await driver.until(lambda: set(ids(driver)) == expected, "only those that match")
    assert 0 < len(expected) < len(every)
    await driver.until_text(f"{len(expected)} of {len(every)}")
    await driver.press("escape")
    await driver.until(lambda: len(ids(driver)) == len(every), "all of them again")


async def test_nothing_is_done_to_a_list_that_is_on_its_way_out(long: tuple[Driver, DemoWorld]) -> None:
    driver, _ = long
    table, main = driver.table("jobs"), driver.main
    before = ids(driver)
    main.action_status("FAILED")
    assert ids(driver) == before, "it is not made yet"
    assert table.cursor_row is None
    table.action_mark()
    table.action_mark_all()
    assert not table.marked, "nobody has pointed at these"
    main.action_open_json()
    await driver.until_text("The list is still being made")
    await driver.until(lambda: {row.status for row in table.rows} == {"FAILED"}, "only failed jobs")
    assert driver.row("jobs") is table.rows[0]


async def test_sorting_keeps_the_cursor_on_its_job(long: tuple[Driver, DemoWorld]) -> None:
    driver, _ = long
    await driver.press("j", "j", "j")
    job_id = driver.row("jobs").job_id
    await driver.press("s")  # by name
    table = driver.table("jobs")
    names = sorted(row.job_name.casefold() for row in table.rows)
    await driver.until(lambda: [row.job_name.casefold() for row in table.rows] == names, "by name")
    assert driver.row("jobs").job_id == job_id


@pytest.mark.slow
async def test_news_come_although_there_is_always_more_of_it(long: tuple[Driver, DemoWorld]) -> None:
    driver, world = long
    new = world.submit("the-newest-of-all")
    await driver.press("ctrl+r")
    await driver.until(lambda: ids(driver)[0] == new, "the new job stands at the top")
    world.advance(60)
    await driver.press("ctrl+r")

    def is_true() -> bool:
        jobs = {job.job_id: job for queue in driver.snapshot.jobs.values() for job in queue.jobs.values()}
        return all(jobs.get(row.job_id) is row for row in driver.table("jobs").rows)

    await driver.until(is_true, "the list shows what the snapshot knows")


async def test_a_filter_that_takes_too_long_gives_way_to_the_last_good_one(long: tuple[Driver, DemoWorld]) -> None:
    driver, _ = long
    await driver.press("slash", *"align", "enter")
    table = driver.table("jobs")  # what was found for "alig" may still stand there
    await driver.until(lambda: driver.main._jobs.filter.text == "align" and not table.is_outdated, "all of it")
    good = ids(driver)
    assert 0 < len(good) < known(driver)
    driver.main._jobs._apply(r"/(.+)+(.+)+(.+)+(.+)+[x]\1$/")
    assert table.is_outdated, "it is tried, and gives up later"
    await driver.until_text("takes too long")
    await driver.until(lambda: not table.is_outdated, "the last good filter has worked again")
    assert ids(driver) == good
    assert driver.main._jobs.filter.text == "align"


@pytest.mark.slow
async def test_the_scroll_bar_shows_where_one_is(long: tuple[Driver, DemoWorld]) -> None:
    driver, _ = long
    table = driver.table("jobs")
    bar = table.vertical_scrollbar
    seen = []
    for _ in range(12):
        await driver.press("pagedown", "pagedown", "pagedown")
        shown = bar.render_lines(bar.size.region)
        bar.position = table.scroll_y  # as exact as it can be told
        await driver.pilot.pause()
        assert bar.render_lines(bar.size.region) == shown
        seen += [] if shown in seen else [shown]
    assert len(seen) > 3
