"""Filter, sort, marks, copies and the palette, in every list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content
from textual.events import Key
from textual.fuzzy import Matcher

from batchtui.query.jobs import JOB_SORTS
from batchtui.settings import Settings
from batchtui.ui.keys import GLOBAL_KEYS, LIST_KEYS, MAIN_KEYS, STATUS_KEYS
from batchtui.ui.palette import highlighted, unmarked
from tests.matrix import slow_after
from tests.ui.driver import Driver, running
from tests.worlds import DemoWorld

PATIENT = Settings(max_calls_per_second=50.0, refresh=3600.0)


def names(driver: Driver) -> list[str]:
    return [job.job_name for job in driver.table("jobs").rows]


async def test_the_filter_applies_as_one_types_and_enter_keeps_it(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        total = len(names(driver))
        await driver.press("0", "down", "down", "slash", *"fastqc")
        assert names(driver)
        assert all("fastqc" in name for name in names(driver))
        assert f"{len(names(driver))} of {total}" in driver.text
        await driver.press("enter")
        assert driver.table("jobs").has_focus
        assert driver.table("jobs").cursor_index == 0, "the cursor is on the first match"
        assert "/fastqc" in driver.text
        await driver.press("slash", *" status:failed", "enter")
        assert {job.status for job in driver.table("jobs").rows} <= {"FAILED"}
        assert "/fastqc status:failed" in driver.text
        await driver.press("escape")
        assert len(names(driver)) == total


async def test_keys_that_come_in_one_burst_go_where_they_would_go_one_by_one(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        for key, character in (("0", "0"), ("slash", "/"), *((c, c) for c in "quiz")):
            driver.app.post_message(Key(key, character))
        await driver.until_text("Jobs", "/quiz")
        assert driver.main._jobs.filter.text == "quiz"


@pytest.mark.parametrize("end", slow_after(1, ["enter", "down", "tab"]))
@pytest.mark.parametrize("before", [("0", "slash"), ("0",)])
async def test_keys_after_the_one_that_ends_the_filter_are_the_lists(
    demo: DemoWorld, before: tuple[str, ...], end: str
) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press(*before)
        table = driver.table("jobs")
        rest = () if "slash" in before else ("slash",)
        for key in (*rest, *"align", end, "j", "j", "space"):  # all of them are there before the first is done
            driver.app.post_message(Key(key, {"space": " "}.get(key, key if len(key) == 1 else None)))
        await driver.until(lambda: len(table.marked) == 1, "the third job is marked")
        assert driver.main._jobs.filter.text == "align"
        assert table.marked == {table.rows[2].job_id}
        assert 3 <= len(table.rows) < sum(len(each.jobs) for each in driver.snapshot.jobs.values())


async def test_esc_in_the_filter_line_clears_it(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        total = len(names(driver))
        await driver.press("0", "slash", *"align", "escape")
        assert len(names(driver)) == total
        assert driver.table("jobs").has_focus


async def test_an_error_is_shown_beside_the_expression_and_the_last_good_filter_stays(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0", "slash", *"align ")
        good = names(driver)
        await driver.press(*"/s-(")
        assert "the regular expression wants a / at its end" in driver.text
        assert names(driver) == good
        await driver.press("slash")
        assert "regular expression: missing )" in driver.text
        assert names(driver) == good
        assert 0 < len(good) < 400


async def test_a_narrow_screen_shows_the_whole_error(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(80, 24)) as driver:
        await driver.until_live()
        await driver.press("0", "slash", *"reason:essential status:failed qeue:align-high")
        await driver.until_text("reason:essential status:failed qeue:align-high", "no field 'qeue'; queue?")
        await driver.press("backspace", "enter")
        assert "no field" not in driver.text


async def test_a_term_that_is_being_typed_does_not_empty_the_list(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("7", "slash", *"exit:")
        assert len(names(driver)) == sum(job.status == "FAILED" for job in driver.app.all_jobs())
        assert "'exit' wants a number, such as exit:1" in driver.text
        await driver.press("1")
        assert {job.exit_code for job in driver.table("jobs").rows} == {1}
        assert "wants a number" not in driver.text


async def test_a_regular_expression_stands_in_the_frame_as_it_was_typed(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0", "slash", *"/align|sort/", "enter")
        assert " /align|sort/ " in driver.text


async def test_after_the_last_column_comes_the_first_order_again(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        before = names(driver)
        await driver.press("0")
        columns = [column for column in driver.table("jobs").shown_columns if column in JOB_SORTS]
        await driver.press(*["s"] * len(columns))
        assert "by " in driver.text
        await driver.press("s")
        assert names(driver) == before
        assert not any(arrow in driver.text for arrow in "↑↓")


async def test_a_filter_that_matches_nothing_says_how_to_go_on(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0", "slash", *"nosuchjob", "enter")
        assert "Nothing matches the filter; esc clears it" in driver.text


async def test_a_filter_of_environments_counts_what_it_shows(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("tab", "slash", *"type:fargate", "enter")
        assert " 2 of 7 " in driver.text


async def test_the_palette_finds_jobs_by_some_of_their_letters(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("colon", *"s0148")
        await driver.until_text("s-0148-align")


async def test_queues_and_environments_are_filtered_too(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("slash", *"state:disabled", "enter")
        assert [row.name for row in driver.table("queues").rows] == ["", "archive"]
        await driver.press("tab", "slash", *"type:fargate", "enter")
        found = [row.compute_environment_name for row in driver.table("environments").rows]
        assert found == ["fargate", "fargate-spot"]


async def test_sorting_by_the_next_column_and_the_other_way_round(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0", "s")
        assert names(driver) == sorted(names(driver), key=str.casefold)
        assert "by name ↓" in driver.text
        await driver.press("S")
        assert names(driver) == sorted(names(driver), key=str.casefold, reverse=True)
        await driver.press("s")
        assert "by status ↓" in driver.text


async def test_the_cursor_stays_on_its_job_while_the_order_changes(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0", *["down"] * 7)
        job = driver.row("jobs")
        await driver.press("s")
        assert driver.row("jobs") is job
        await driver.press("S")
        assert driver.row("jobs") is job
        assert job.job_name[:20] in driver.text


async def test_a_click_on_a_header_sorts_and_on_a_row_moves_the_cursor(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.pilot.click("#jobs-table", offset=(3, 0))
        assert "by name ↓" in driver.text
        await driver.pilot.click("#jobs-table", offset=(3, 0))
        assert "by name ↑" in driver.text
        await driver.pilot.click("#jobs-table", offset=(3, 5))
        assert driver.table("jobs").cursor_index == 4
        assert driver.table("jobs").has_focus


async def test_marks(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        jobs = driver.table("jobs")
        await driver.press("0", "space")
        assert (len(jobs.marked), jobs.cursor_index) == (1, 1)
        await driver.press("down", "down", "m")
        assert jobs.marked == {job.job_id for job in jobs.rows[:4]}
        assert "4 marked" in driver.text
        assert driver.text.count("◆") == 4
        await driver.press("home", "space")
        assert len(jobs.marked) == 3
        await driver.press("7", "ctrl+a")
        failed = {job.job_id for job in jobs.rows}
        assert failed <= jobs.marked
        await driver.press("u")
        assert jobs.marked == set()
        assert "marked" not in driver.text


async def test_copies(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("c")
        await driver.until_text("All queues together have none")
        await driver.press("down", "c")
        assert driver.app.clipboard == "align-high"
        await driver.press("0", "c")
        assert driver.app.clipboard == driver.row("jobs").job_id
        await driver.press("C")
        assert driver.app.clipboard == driver.row("jobs").job_arn


@pytest.mark.parametrize("key", ["colon", "ctrl+p"])
async def test_the_palette_finds_queues(demo: DemoWorld, key: str) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press(key, *"qfarg")
        await driver.until_text("queue: qc-fargate")
        await driver.press("down", "enter")
        await driver.until_text("Jobs · qc-fargate")


@pytest.mark.slow
async def test_the_palette_finds_jobs_and_statuses_and_actions(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        job = driver.row("jobs")
        await driver.press("colon", *job.job_id[:13])
        await driver.until_text(job.job_id)
        await driver.press("down", "enter")
        await driver.until_text("Times", job.job_id)
        await driver.press("escape", "colon", *"only failed")
        await driver.until_text("Only FAILED jobs")
        await driver.press("enter")
        await driver.until_text("▐7 FAILED")
        await driver.press("colon", *"pause and")
        await driver.until_text("Pause and resume polling")
        await driver.press("enter")
        await driver.until_text("paused")


@pytest.mark.slow
async def test_actions_of_lists_and_panes_are_in_the_palette(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        for key in (*STATUS_KEYS, *MAIN_KEYS, *GLOBAL_KEYS, *LIST_KEYS):
            if key.id in ("filter", "zoom", "mark-all", "errors", "refresh", "sort"):
                await driver.press("colon", *key.help[:12].lower())
                await driver.until_text(key.help[:30])
                await driver.press("escape")
                await driver.pilot.pause()


async def test_a_key_lets_go_of_the_mouse(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("M")
        await driver.until_text("The terminal has the mouse")
        await driver.press("M")
        await driver.until_text("The mouse works here again")


async def test_a_filter_that_takes_too_long_is_said_and_the_last_good_one_stays(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0", "slash", *"align", "enter")
        good = names(driver)
        driver.main._jobs._apply(r"/(.+)+(.+)+(.+)+(.+)+[x]\1$/")
        assert names(driver) == good
        assert driver.main._jobs.filter.text == "align"


async def test_marking_to_here_begins_at_the_marked_row_wherever_it_is_now(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        jobs = driver.table("jobs")
        await driver.press("0", "space")
        (first,) = jobs.marked
        here = driver.row("jobs").job_id
        await driver.press("s", "m")
        keys = [job.job_id for job in jobs.rows]
        ends = sorted((keys.index(first), keys.index(here)))
        assert jobs.marked == set(keys[ends[0] : ends[1] + 1])
        await driver.press("u", "end", "space", "slash", *"status:running", "enter", "home", "m")
        assert len(jobs.marked) == 2, "the marked row is hidden: only the one under the cursor is marked with it"


async def test_marks_go_with_the_jobs_that_are_gone(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        table = driver.table("jobs")
        await driver.press("0", "space")
        table.marked.add("a-job-that-is-gone")
        driver.main.update(driver.snapshot)
        assert len(table.marked) == 1


async def test_the_filter_line_closes_when_the_focus_leaves_and_opens_again(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0", "slash", *"align")
        await driver.pilot.click("#queues-table", offset=(5, 3))
        await driver.until(lambda: driver.table("queues").has_focus, "the queues")
        await driver.until(lambda: len(driver.main.query("FilterLine")) == 0, "the line is closed")
        await driver.press("slash", *"qc")
        assert [row.name for row in driver.table("queues").rows] == ["", "qc-fargate"]
        assert len(driver.main.query("FilterLine")) == 1


async def test_the_palette_acts_where_it_was_opened(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("7", "enter")
        await driver.until_text("Status reason")
        await driver.press("colon", *"the tab json")
        await driver.until_text("The tab JSON")
        await driver.press("enter")
        await driver.until_text("▐JSON▌")
        await driver.press("colon", *"queue: align-low")
        await driver.until_text("queue: align-low")
        await driver.press("down", "enter")
        await driver.until_text("Jobs · align-low")
        await driver.press("tab", "tab", "slash", *"sort", "ctrl+p", *"only failed")
        await driver.until_text("Only FAILED jobs")
        await driver.press("enter")
        await driver.until(lambda: driver.main._jobs.status == "FAILED", "the status")
        assert driver.main._jobs.filter.text == "sort"


@given(st.text(st.sampled_from("[]/\\ab1@#=' \"$-🜚"), max_size=12))
def test_the_palette_takes_nothing_for_markup(text: str) -> None:
    assert Content.from_markup(unmarked(text)).plain == text
    assert highlighted(Matcher("a["), text).plain == text
    assert bool(highlighted(Matcher("a"), text).spans) == ("a" in text)
