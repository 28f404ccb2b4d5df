"""The screen Children: every child in a table and on a map, and everything that can be done to one."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from batchtui.format import GLYPHS, text_of
from batchtui.insight.quick import NO_CAUSE
from batchtui.model.children import index_of
from batchtui.settings import Settings
from batchtui.ui.messages import ChildrenWanted
from batchtui.ui.screens import children
from batchtui.ui.screens.children import ChildrenScreen
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.log import LogScreen
from batchtui.ui.screens.stop import StopScreen
from batchtui.ui.screens.submit import SubmitScreen
from batchtui.ui.screens.why import WhyScreen
from tests.conftest import use_credentials_of
from tests.hands import described
from tests.matrix import slow_after
from tests.ui.driver import Driver, running
from tests.ui.kinds import KINDS, PATIENT, find, open_job
from tests.worlds import DemoWorld, demo_world


def array(driver: Driver, wanted: Callable[[Any], bool] = lambda job: True) -> Any:
    """An array parent that the lists know."""
    return next(
        job for job in driver.app.all_jobs() if job.array_properties and job.array_properties.size and wanted(job)
    )


def going(job: Any) -> bool:
    return bool(job.is_active and job.array_properties.count("RUNNING"))


def quick(job: Any) -> bool:
    """The sweep, of which children end every minute."""
    return bool(going(job) and job.array_properties.size == 200)


async def open_from_list(driver: Driver, job_id: str) -> ChildrenScreen:
    """Goes to the job in the list and presses the key."""
    driver.main.set_focus(driver.table("jobs"))
    assert driver.table("jobs").go_to(job_id)
    await driver.press("a")
    return await shown(driver)


async def shown(driver: Driver) -> ChildrenScreen:
    await driver.until(lambda: isinstance(driver.app.screen, ChildrenScreen), "the screen")
    screen = driver.app.screen
    assert isinstance(screen, ChildrenScreen)
    await driver.until(
        lambda: (
            bool(screen.reader.children)
            and len(screen.reader.known) == len(screen.reader.children) == len(screen.pane.table.rows)
            and not screen.pane.is_loading
        ),
        "all of them",
    )
    return screen


@pytest.fixture
async def at_children(demo: DemoWorld) -> AsyncIterator[tuple[Driver, DemoWorld, ChildrenScreen]]:
    """The children of an array that is under way."""
    async with running(demo, settings=PATIENT, size=(120, 35)) as driver:
        await driver.until_live()
        yield driver, demo, await open_from_list(driver, array(driver, going).job_id)


async def test_the_failed_come_first_and_each_child_tells_its_own(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 60)) as driver:
        await driver.until_live()
        parent = array(driver, lambda job: job.array_properties.count("FAILED") > 1)
        screen = await open_from_list(driver, parent.job_id)
        rows = screen.pane.table.rows
        failed = parent.array_properties.count("FAILED")
        assert [row.status for row in rows[:failed]] == ["FAILED"] * failed
        assert sorted(index_of(row.job_id) or 0 for row in rows) == list(range(parent.array_properties.size))
        await driver.until(lambda: len(screen.reader.attempts) >= failed, "attempts")
        first = described(demo, rows[0].job_id)
        line = next(line for line in driver.text.splitlines() if "✕ FAILED " in line and "■" not in line)
        attempts = first["attempts"] or first["eksAttempts"]
        tries = f"{len(attempts)}/{first['retryStrategy']['attempts']}"
        await driver.until(lambda: tries in driver.text, "its attempts")
        assert str(index_of(rows[0].job_id)) in line
        await driver.until_text(f"array of {len(rows)}", f"✕ FAILED {failed}")


async def test_it_is_filtered_sorted_and_the_marks_are_counted(
    at_children: tuple[Driver, DemoWorld, ChildrenScreen],
) -> None:
    driver, _, screen = at_children
    table, every = screen.pane.table, len(screen.reader.children)
    await driver.press("slash", *"index<5", "enter")
    assert sorted(index_of(row.job_id) or 0 for row in table.rows) == [0, 1, 2, 3, 4]
    await driver.press("ctrl+a", "escape")
    await driver.until_text("5 marked")
    assert len(table.rows) == every
    await driver.press("s")
    assert [index_of(row.job_id) for row in table.rows] == list(range(every)), "by index"
    await driver.press("S")
    assert index_of(table.rows[0].job_id) == every - 1
    await driver.press("u")
    assert "marked" not in driver.text


async def test_the_map_has_a_cell_for_each_child_told_by_its_glyph(
    at_children: tuple[Driver, DemoWorld, ChildrenScreen],
) -> None:
    driver, _, screen = at_children
    await driver.press("tab")
    await driver.until(lambda: screen.pane.map.has_focus and screen.pane.map.size.height > 0, "the map")
    glyphs = [GLYPHS[child.status] for child in screen.reader.known]
    columns = screen.pane.map.columns
    await driver.until_text("".join(glyphs[:columns]))
    await driver.press("g", "right", "right")
    assert screen.pane.cursor_child is screen.reader.children[2]
    child = screen.reader.children[2]
    assert child is not None
    await driver.until_text(f"│ 2  {GLYPHS[child.status]} {child.status}")
    await driver.press("enter")
    await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "its details")
    assert isinstance(driver.app.screen, DetailScreen)
    assert driver.app.screen.key == child.job_id
    await driver.press("escape", "a")
    assert not screen.pane.is_map
    assert screen.pane.table.has_focus
    assert screen.pane.cursor_child is child, "the cursor stays on its child"


async def test_the_map_tells_attempts_and_its_ruler_ends_with_the_last_child(
    at_children: tuple[Driver, DemoWorld, ChildrenScreen],
) -> None:
    driver, demo, screen = at_children
    await driver.press("tab")
    await driver.until(lambda: screen.pane.map.has_focus and screen.pane.map.size.height > 0, "the map")
    size = len(screen.reader.children)
    assert size < screen.pane.map.columns, "all in one line"
    ruler = next(line for line in driver.text.splitlines() if "+0  " in line)
    assert f"+{(size - 1) // 10 * 10}" in ruler
    assert f"+{-(-size // 10) * 10}" not in ruler
    ended = next(child for child in screen.reader.known if child.status in ("FAILED", "SUCCEEDED"))
    screen.pane.go_to(ended.job_id)
    job = described(demo, ended.job_id)
    attempts = len(job["attempts"] or job["eksAttempts"])
    await driver.until_text(f"attempt {attempts} of {job['retryStrategy']['attempts']}")


@pytest.mark.slow
async def test_marks_of_the_map_are_marks_of_the_table(
    at_children: tuple[Driver, DemoWorld, ChildrenScreen],
) -> None:
    driver, _, screen = at_children
    await driver.press("tab", "g", "space", "right", "right", "m")
    marked = {index_of(job_id) for job_id in screen.pane.table.marked}
    assert marked == {0, 1, 2, 3}
    await driver.until_text("◆◆◆", "4 marked")
    await driver.press("tab")
    assert {index_of(job_id) for job_id in screen.pane.table.marked} == marked
    await driver.press("tab", "u")
    assert not screen.pane.table.marked
    assert "◆" not in driver.text


async def test_the_filter_empties_cells_and_what_it_hides_is_never_marked(
    at_children: tuple[Driver, DemoWorld, ChildrenScreen],
) -> None:
    driver, _, screen = at_children
    await driver.press("tab", "slash", *"index<3", "enter")
    assert screen.pane.map.has_focus
    await driver.press("ctrl+a")
    assert {index_of(job_id) for job_id in screen.pane.table.marked} == {0, 1, 2}
    await driver.until_text("◆◆◆ ")
    await driver.press("escape")
    assert isinstance(driver.app.screen, ChildrenScreen), "esc clears the filter first"


@pytest.mark.slow
async def test_ten_thousand_are_usable_on_a_small_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_world(jobs=1000, cohorts=True) as demo:
        use_credentials_of(demo, monkeypatch)
        async with running(demo, settings=PATIENT, size=(80, 24)) as driver:
            await driver.until_live()
            parent = array(driver, lambda job: job.array_properties.size == 10_000)
            screen = await open_from_list(driver, parent.job_id)
            await driver.press("tab", "G")
            await driver.until_text("│ 9,999  ")
            begun = [child for child in screen.reader.known if child.status in ("SUCCEEDED", "FAILED")]
            screen.pane.go_to(begun[-1].job_id)
            await driver.until_text("  attempt ", "ran ")
            assert len(screen.reader.attempts) <= 150, "those in sight, not all that there are"
            await driver.press("z")
            await driver.until_text("children a cell", "9,999")
            chart = screen.pane.map
            assert chart.per_cell * chart.columns * (chart.size.height - 1) >= 10_000
            assert chart.scroll_offset.y == 0, "all is in sight"
            await driver.press("g")
            shared = chart.in_cell(0)
            inside = [child for each in shared if (child := screen.reader.children[each]) is not None]
            has_failed = any(child.status == "FAILED" for child in inside)
            assert screen.pane.cursor_child is not None
            assert (screen.pane.cursor_child.status == "FAILED") == has_failed, "it shows the worst"
            await driver.press("z")
            assert chart.per_cell == 1


async def test_news_come_for_few_calls_and_only_while_it_is_in_sight(demo: DemoWorld) -> None:
    assert demo.server is not None
    async with running(demo, settings=Settings(max_calls_per_second=50.0, refresh=1.0), size=(120, 35)) as driver:
        await driver.until_live()
        screen = await open_from_list(driver, array(driver, quick).job_id)
        before = {child.job_id: child.status for child in screen.reader.known}
        demo.advance(600)

        def is_true() -> bool:
            now = {child.job_id: child.status for child in screen.reader.known}
            return now != before and all(
                described(demo, job_id)["status"] == status for job_id, status in list(now.items())[:5]
            )

        await driver.until(is_true, "what became of them")
        await driver.press("question_mark")
        await driver.until_text("Children of an array")
        calls = screen.reader.calls
        demo.advance(600)
        shown_then = [child.status for child in screen.reader.known]
        assert screen.is_covered
        await driver.press("escape")
        await driver.until(
            lambda: [child.status for child in screen.reader.known] != shown_then, "news, once it is in sight"
        )
        assert calls <= 10


async def test_one_child_is_stopped_and_reads_stopping(
    at_children: tuple[Driver, DemoWorld, ChildrenScreen],
) -> None:
    driver, demo, screen = at_children
    await driver.press("slash", *"status:running", "enter", "x")
    await driver.until(lambda: isinstance(driver.app.screen, StopScreen), "the dialog")
    child = screen.pane.table.rows[0]
    await driver.press("y")
    await driver.until(lambda: driver.app.screen is screen, "the end of the dialog")
    await driver.until_text("stopping …")
    demo.advance(120)
    assert described(demo, child.job_id)["status"] == "FAILED"
    assert described(demo, screen.reader.job_id)["status"] == "PENDING", "its siblings go on"


async def test_marked_children_are_submitted_again_as_single_jobs(
    at_children: tuple[Driver, DemoWorld, ChildrenScreen],
) -> None:
    driver, demo, screen = at_children
    await driver.press("space", "space", "r")
    await driver.until(lambda: isinstance(driver.app.screen, SubmitScreen), "the dialog")
    await driver.until_text("index is passed as")
    marked = sorted(index_of(job_id) or 0 for job_id in screen.pane.table.marked)
    assert demo.server is not None
    before = demo.server.calls["SubmitJob"]
    await driver.press("y")
    await driver.until(lambda: driver.app.screen is screen, "they are submitted")
    assert demo.server.calls["SubmitJob"] == before + 2
    name = screen.reader.parent.summary.job_name if screen.reader.parent else ""
    new = [job.name for job in demo.account.index.everything()] if demo.account else []
    assert all(f"{name}-{index}" in new for index in marked)


async def test_log_why_json_and_copies_are_of_the_child(
    at_children: tuple[Driver, DemoWorld, ChildrenScreen],
) -> None:
    driver, _, screen = at_children
    child = screen.pane.cursor_child
    assert child is not None
    for key, kind in (("l", LogScreen), ("w", WhyScreen), ("y", DetailScreen)):
        await driver.press(key)
        await driver.until(lambda kind=kind: isinstance(driver.app.screen, kind), key)  # type: ignore[misc]
        await driver.press("escape")
        await driver.until(lambda: driver.app.screen is screen, "back")
    await driver.press("c")
    assert driver.app.clipboard == child.job_id
    await driver.press("C")
    assert driver.app.clipboard == child.job_arn


async def test_from_the_details_of_parent_and_child(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(120, 35)) as driver:
        await driver.until_live()
        parent = array(driver, going).job_id
        await open_job(driver, f"{parent}:3")
        await driver.press("a")
        screen = await shown(driver)
        assert screen.reader.job_id == parent
        await driver.until(lambda: screen.pane.cursor_child is screen.reader.children[3], "the cursor is on it")
        await driver.press("d")
        await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "details")
        await driver.press("a")
        assert driver.app.screen is screen, "it is not opened twice"


async def test_nodes_tell_the_main_one_and_their_containers(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 35)) as driver:
        await driver.until_live()
        job_id = find(demo, driver, KINDS["multi-node"])
        job = described(demo, job_id)
        screen = await open_from_list(driver, job_id)
        assert [row.job_id for row in sorted(screen.pane.table.rows, key=lambda row: row.job_id)] == [
            f"{job_id}#{node}" for node in range(job["nodeProperties"]["numNodes"])
        ]
        await driver.until_text("multi-node job of 4 nodes", "main", "NODES", "CONTAINER")
        main = next(line for line in driver.text.splitlines() if " main " in line)
        assert main.split()[1] == str(job["nodeProperties"]["mainNode"])
        group = job["nodeProperties"]["nodeRangeProperties"][0]
        image = (group.get("container") or group["ecsProperties"]["taskProperties"][0]["containers"][0])["image"]
        assert image.rpartition("/")[2][:10] in driver.text


async def test_to_stop_a_node_is_to_stop_its_job_and_that_is_said(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 35)) as driver:
        await driver.until_live()
        job_id = find(
            demo, driver, lambda job: "nodeProperties" in job and job["status"] not in ("SUCCEEDED", "FAILED")
        )
        screen = await open_from_list(driver, job_id)
        await driver.press("x")
        await driver.until(lambda: isinstance(driver.app.screen, StopScreen), "the dialog")
        await driver.until_text("job of several parts, 4 in all")
        await driver.press("y")
        await driver.until(lambda: driver.app.screen is screen, "the end of the dialog")
        demo.advance(120)
        assert described(demo, job_id)["status"] == "FAILED"


async def test_a_job_without_children_that_no_list_knows_says_so(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 35)) as driver:
        await driver.until_live()
        job_id = demo.submit("alone")
        driver.app.post_message(ChildrenWanted(job_id, "alone"))
        await driver.until_text("AWS has told no children of this job.")
        assert isinstance(driver.app.screen, ChildrenScreen)
        assert driver.app.screen.reader.calls == 1


async def test_what_has_no_children_says_so(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("a")
        await driver.until_text("Only jobs have children: tab goes to them.")
        await driver.press("5", "slash", *"align", "enter", "a")
        await driver.until_text("only arrays and multi-node jobs have")
        driver.app.open_detail("queue", "align-high", "align-high")
        await driver.until_text("1. environment")
        await driver.press("a")
        await driver.until_text("Only jobs have children.")


async def test_a_refusal_is_told_and_the_next_round_mends_it(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        parent = array(driver, going).job_id
        demo.fault("DescribeJobs", status=403, code="AccessDeniedException", message="no jobs for you")
        driver.main.set_focus(driver.table("jobs"))
        assert driver.table("jobs").go_to(parent)
        await driver.press("a")
        await driver.until_text("no jobs for you")
        demo.heal()
        await driver.press("ctrl+r")
        await shown(driver)
        assert "no jobs for you" not in driver.text


async def test_whose_attempts_are_not_told_are_left_alone_until_somebody_asks(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "_SETTLED_SECONDS", 0.0)
    assert demo.server is not None
    calls = demo.server.calls
    async with running(demo, size=(120, 24), settings=PATIENT) as driver:
        await driver.until_live()
        await open_from_list(driver, array(driver, quick).job_id)
        demo.fault("DescribeJobs", status=503, code="ServiceUnavailable", message="nobody is here")
        await driver.press("end")
        await driver.until_text("nobody is here")
        tried = calls["DescribeJobs"]
        await driver.press("home", "end", "up", "up", "up")
        assert calls["DescribeJobs"] == tried
        demo.heal()
        await driver.press("ctrl+r")
        await driver.until(lambda: "nobody is here" not in driver.text, "they are told")


async def test_read_only_has_none_of_the_keys_that_change(demo: DemoWorld) -> None:
    async with running(
        demo, settings=Settings(max_calls_per_second=50.0, read_only=True, refresh=3600.0)
    ) as driver:
        await driver.until_live()
        await open_from_list(driver, array(driver, going).job_id)
        assert " x stop" not in driver.text
        await driver.press("x")
        await driver.until_text("read-only")
        assert isinstance(driver.app.screen, ChildrenScreen)


@pytest.mark.parametrize("size", slow_after(1, [(80, 24), (120, 35), (200, 50)]))
async def test_arrays_tell_their_pace_in_the_list(demo: DemoWorld, size: tuple[int, int]) -> None:
    settings = Settings(max_calls_per_second=50.0, refresh=1.0)
    async with running(demo, settings=settings, size=size) as driver:
        await driver.until_live()
        name = array(driver, quick).job_name

        def ended() -> int:
            properties = array(driver, lambda job: job.job_name == name).array_properties
            return int(properties.count("SUCCEEDED") + properties.count("FAILED"))

        await driver.press("2")
        for _ in range(4):
            before = ended()
            demo.advance(120)
            await driver.press("ctrl+r")
            await driver.until(lambda before=before: ended() > before, "more have ended")  # type: ignore[misc]
        assert driver.table("jobs").go_to(array(driver, lambda job: job.job_name == name).job_id)
        await driver.until_text(f" {name[:20]}")
        line = next(line for line in driver.text.splitlines() if name[:20] in line and "PENDING" in line)
        assert "%" in line
        assert " ~" in line, "the time that is left"
        assert "/min" in line, "the rate"


async def test_children_that_wait_say_why(demo: DemoWorld) -> None:
    """Lists of children tell no vCPUs: their parent does, and the queue is known."""
    async with running(demo, settings=PATIENT, size=(140, 60)) as driver:
        await driver.until_live()

        def waits(job: Any) -> bool:
            return bool(job.is_active and job.array_properties.count("RUNNABLE"))

        screen = await open_from_list(driver, array(driver, waits).job_id)
        cells = screen.pane.cells
        waiting = [row for row in screen.pane.table.rows if row.status == "RUNNABLE"]
        assert waiting
        listed = [replace(child, vcpus=None) for child in waiting]
        words = {text_of(cells.why(child, 80, 0.0)) for child in listed}
        assert any(" vCPUs in use" in each for each in words), words
        assert all(words)
        assert cells.around.of_all is not None
        cells.around = replace(cells.around, of_all=replace(cells.around.of_all, consumables=("licences",)))
        takes = {text_of(cells.why(child, 80, 0.0)) for child in listed}
        assert all("w asks for licences" in each for each in takes if each.startswith(NO_CAUSE)), takes
