"""Jobs in groups: what they come to, the ways to their jobs, and what is asked of AWS for it."""

from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

from batchtui.format import text_of
from batchtui.insight.array_units import is_array, units
from batchtui.insight.group import Group, Hours
from batchtui.insight.group_keys import By, GroupKey
from batchtui.insight.job_cause import CHILDREN_FAILED, cause_of
from batchtui.insight.job_names import CROMWELL, METAFLOW, NEXTFLOW, SNAKEMAKE, STEP_FUNCTIONS, step_of
from batchtui.model.job import JobSummary
from batchtui.settings import Settings
from batchtui.ui.keys import LIST_KEYS, STATUS_KEYS
from batchtui.ui.panes.groups import hours, percent, short
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.group_jobs import GroupJobsScreen
from batchtui.ui.screens.groups import GroupsScreen
from batchtui.ui.screens.log import LogScreen
from batchtui.ui.screens.stop import StopScreen
from batchtui.ui.screens.submit import SubmitScreen
from batchtui.ui.screens.why import WhyScreen
from tests.conftest import use_credentials_of
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT
from tests.worlds import DemoWorld, demo_world


@pytest.fixture
def pipelines(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    """The demo account with so many jobs that workflow tools have made some of them."""
    with demo_world(jobs=1200) as world:
        use_credentials_of(world, monkeypatch)
        yield world


async def open_groups(driver: Driver, *keys: str) -> GroupsScreen:
    """Goes there by the key, and waits until all jobs are counted and some described."""
    await driver.until_live()
    await driver.press(*keys)
    return await press_v(driver)


async def press_v(driver: Driver) -> GroupsScreen:
    await driver.press("v")
    await driver.until(lambda: isinstance(driver.app.screen, GroupsScreen), "the groups")
    screen = driver.app.screen
    assert isinstance(screen, GroupsScreen)
    await until_counted(driver, screen)
    return screen


async def until_counted(driver: Driver, screen: GroupsScreen) -> None:
    def is_counted() -> bool:
        pane = screen.pane
        return pane.grouping is not None and pane.grouped == pane.wanted and not screen._doing and pane.is_true

    await driver.until(is_counted, "all is counted")


async def by(driver: Driver, screen: GroupsScreen, way: By) -> None:
    while screen.pane.wanted.by is not way:
        await driver.press("v")
    await until_counted(driver, screen)


def every_job(driver: Driver) -> list[JobSummary]:
    return list(driver.app.all_jobs())


def size_of(jobs: Iterable[JobSummary], status: str = "") -> int:
    """How many jobs there are, arrays counted as their children."""
    return sum(sum(units(job, status).values()) for job in jobs)


def rows(screen: GroupsScreen) -> dict[str, Group]:
    return {row.label: row for row in screen.pane.table.rows}


async def go_to(driver: Driver, screen: GroupsScreen, key: GroupKey) -> Group:
    assert screen.pane.table.go_to(key.whole), key
    await driver.pilot.pause()
    row = screen.pane.table.cursor_row
    assert row is not None
    return row


@pytest.mark.slow
async def test_steps_of_every_tool_with_what_boto3_tells_of_them(pipelines: DemoWorld) -> None:
    async with running(pipelines, settings=PATIENT, size=(200, 50)) as driver:
        screen = await open_groups(driver)
        await driver.until_text("Jobs of all queues · every status · by step", "STEP", "COMMON FAILURE")
        await driver.until(
            lambda: STEP_FUNCTIONS in {row.tool for row in screen.pane.table.rows}, "what DescribeJobs tells"
        )
        found = screen.pane.table.rows
        truth = Counter[str]()
        status: dict[str, Counter[str]] = {}
        for queue in pipelines.queues():
            for job_id, state in pipelines.truth(queue).items():
                job = driver.snapshot.job(job_id)
                assert job is not None
                key = step_of(job.job_name, job.job_definition or "").key
                children = units(job) if is_array(job) else {state: 1}
                truth[key] += sum(children.values())
                status.setdefault(key, Counter()).update(children)
        assert {row.key.text: row.jobs for row in found} == truth
        assert {row.key.text: row.failed for row in found} == {key: each["FAILED"] for key, each in status.items()}
        assert {NEXTFLOW, SNAKEMAKE, CROMWELL, METAFLOW, STEP_FUNCTIONS} <= {row.tool for row in found}
        assert {"EmbedFlow/featurize", "sort_bam", "*-Extract"} <= set(rows(screen))
        assert [row.jobs for row in found] == sorted((row.jobs for row in found), reverse=True)


@pytest.mark.slow
async def test_the_cursor_s_queue_and_the_status_are_taken_over_and_keys_change_them(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(120, 35)) as driver:
        screen = await open_groups(driver, "down", "7")
        await driver.until_text(
            "Jobs of align-high · FAILED · by step", "vCPU-h", "GPU-h", "WAIT50", "COMMON FAILURE"
        )
        assert screen.pane.grouping is not None
        assert screen.pane.grouping.jobs == size_of(driver.snapshot.jobs["align-high"].jobs.values(), "FAILED")
        await driver.press("0")
        await driver.until_text("Jobs of align-high · every status")
        await until_counted(driver, screen)
        assert screen.pane.grouping.jobs == size_of(driver.snapshot.jobs["align-high"].jobs.values())
        await driver.press("A")
        await driver.until_text("Jobs of all queues")
        await until_counted(driver, screen)
        assert screen.pane.grouping.jobs == size_of(every_job(driver))
        await driver.press("a", "escape")
        assert driver.app.screen is driver.main
        await driver.until(lambda: not screen.pane.jobs(), "what nobody sees holds no jobs")
        await driver.press("v")
        await until_counted(driver, screen)
        assert screen.pane.table.rows


async def test_a_night_of_failures_is_three_causes_and_leads_to_its_jobs(pipelines: DemoWorld) -> None:
    async with running(pipelines, settings=PATIENT, size=(160, 45)) as driver:
        screen = await open_groups(driver)
        night = await go_to(driver, screen, GroupKey("requal-*"))
        assert night.failed == night.jobs > 10
        assert len(night.causes) == 3
        assert night.causes[0][0] == "exit 137 · Out of memory: the kernel killed it"
        await driver.until_text(f"{night.causes[0][1]}× exit 137 · Out of memory")
        await by(driver, screen, By.CAUSE)
        await driver.until_text("failed, of", "MOST IN", "NEWEST")
        cause = await go_to(driver, screen, GroupKey(night.causes[0][0]))
        assert cause.most_in == "requal-*"
        expected = {job.job_id for job in every_job(driver) if cause_of(job) == cause.key.text}
        assert cause.arrays, "and children of arrays failed of it too"
        expected |= {
            job_id for job_id, family in screen.families.items() if any(why == cause.key.text for _, why in family)
        }
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, GroupJobsScreen), "its jobs")
        shown = driver.app.screen
        assert isinstance(shown, GroupJobsScreen)
        await driver.until(lambda: bool(shown.pane.table.rows), "rows")
        assert {job.job_id for job in shown.pane.table.rows} == expected
        await driver.press("escape")
        cause = next(row for row in screen.pane.table.rows if not row.arrays)
        await go_to(driver, screen, cause.key)
        expected = {job.job_id for job in every_job(driver) if cause_of(job) == cause.key.text}
        await driver.press("enter")
        await driver.until(lambda: driver.app.screen is driver.main, "the jobs list")
        await driver.until_text(f'cause=="{cause.key.text}"')
        jobs = driver.table("jobs")
        assert {job.job_id for job in jobs.rows} == expected
        assert jobs.has_focus
        await driver.press("ctrl+a", "r")
        await driver.until(lambda: isinstance(driver.app.screen, SubmitScreen), "all that failed of that cause")
        await driver.press("escape")
        await driver.until(lambda: driver.app.screen is driver.main, "left")
        await driver.press("u", "v")
        await driver.until(lambda: driver.app.screen is screen, "the same groups, at their place")
        assert screen.pane.wanted.by is By.CAUSE


async def test_log_and_why_are_those_of_the_newest_failure_and_say_so(pipelines: DemoWorld) -> None:
    async with running(pipelines, settings=PATIENT, size=(160, 45)) as driver:
        screen = await open_groups(driver)
        group = await go_to(driver, screen, GroupKey("s-*-align"))
        job = group.newest_failed
        assert job is not None
        of_group = [
            each
            for each in every_job(driver)
            if each.status == "FAILED" and step_of(each.job_name, each.job_definition or "").key == "s-*-align"
        ]
        assert job.created_at == max(each.created_at or 0 for each in of_group)
        await driver.press("w")
        await driver.until(lambda: isinstance(driver.app.screen, WhyScreen), "why")
        await driver.until_text(f"{job.job_name}: the newest of {group.failed} that failed.")
        await driver.press("escape", "l")
        await driver.until(lambda: isinstance(driver.app.screen, LogScreen), "its log")
        await driver.press("escape")
        await driver.until(lambda: driver.app.screen is screen, "back")
        healthy = next(row for row in screen.pane.table.rows if not row.failed)
        await go_to(driver, screen, healthy.key)
        await driver.press("l")
        await driver.until_text("None of this group has FAILED.")
        await driver.press("c")
        assert driver.app.clipboard == healthy.key.text


@pytest.mark.slow
async def test_hours_are_those_of_the_jobs_that_were_described_and_more_can_be(pipelines: DemoWorld) -> None:
    async with running(pipelines, settings=PATIENT, size=(200, 50)) as driver:
        asked: list[str] = []
        await driver.until_live()
        pipelines.faults.append(lambda operation: asked.append(operation))
        screen = await open_groups(driver)
        grouping = screen.pane.grouping
        assert grouping is not None
        assert (asked.count("DescribeJobs"), asked.count("ListJobs")) == (4, 8)
        assert len(screen.needs) == 400
        assert 400 <= grouping.vcpus_counted < grouping.ran
        await driver.until_text(
            f"hours of {grouping.vcpus_counted:,} of {grouping.ran:,} that ran", "ctrl+r: more", "≥"
        )
        await driver.press("ctrl+r")
        await driver.until(lambda: asked.count("DescribeJobs") > 4, "more are asked for")
        await until_counted(driver, screen)
        while screen._has_more:
            await driver.press("ctrl+r")
            await until_counted(driver, screen)
        grouping = screen.pane.grouping
        assert grouping is not None
        still = size_of((job for job in every_job(driver) if is_array(job)), "RUNNING")
        assert still > 0
        assert grouping.ran - grouping.vcpus_counted == still, "of children that still run no hours are known"
        assert "ctrl+r: more" not in driver.text, "nor does anything tell them"
        calls = len(asked)
        await driver.press("ctrl+r")
        await until_counted(driver, screen)
        assert len(asked) == calls, "nothing is asked for twice"
        truth = hours_of(pipelines, driver, "NFCORE_SAREK_BWAMEM")
        group = rows(screen)["NFCORE_SAREK_BWAMEM"]
        assert group.vcpus.hours == pytest.approx(truth, rel=0.001)
        ended = [row for row in screen.pane.table.rows if row.arrays and not row.active]
        assert ended
        for row in ended:
            assert row.vcpus.counted == row.ran > row.arrays, "and of arrays that have ended all are"


@pytest.mark.slow
async def test_hours_and_causes_of_an_array_are_those_of_its_children(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(160, 45)) as driver:
        screen = await open_groups(driver)
        await by(driver, screen, By.ARRAY)
        ended = {row.key.text: row for row in screen.pane.table.rows if not row.active and row.failed}
        described = demo.batch.describe_jobs(jobs=list(ended))["jobs"]
        parent = next(job for job in described if "container" in job)
        group = ended[parent["jobId"]]
        children = [
            child
            for status in ("SUCCEEDED", "FAILED")
            for child in demo.batch.list_jobs(arrayJobId=group.key.text, jobStatus=status)["jobSummaryList"]
        ]
        needs = {each["type"]: each["value"] for each in parent["container"]["resourceRequirements"]}
        ran = [child for child in children if child.get("startedAt")]
        hours = sum(child["stoppedAt"] - child["startedAt"] for child in ran) / 3_600_000 * float(needs["VCPU"])
        assert group.vcpus.hours == pytest.approx(hours, rel=0.01)
        assert (group.jobs, group.ran) == (len(children), len(ran))
        assert CHILDREN_FAILED not in dict(group.causes), "what they died of, not that they died"
        assert sum(count for _, count in group.causes) == group.failed
        await by(driver, screen, By.CAUSE)
        assert GroupKey(CHILDREN_FAILED) not in {row.key for row in screen.pane.table.rows}
        await by(driver, screen, By.ARRAY)
        await go_to(driver, screen, group.key)
        await driver.press("w")
        await driver.until(lambda: isinstance(driver.app.screen, WhyScreen), "why")
        assert isinstance(driver.app.screen, WhyScreen)
        assert driver.app.screen.job_id.startswith(f"{group.key.text}:"), "of a child"


@pytest.mark.slow
async def test_what_aws_no_longer_knows_is_asked_for_once(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(160, 45)) as driver:
        screen = await open_groups(driver)
        job_id = next(iter(screen._described.needs))
        screen._described.unknown.add(job_id)
        del screen._described._needs[job_id]
        asked: list[str] = []
        demo.faults.append(lambda operation: asked.append(operation))
        while screen._has_more:
            await driver.press("ctrl+r")
            await until_counted(driver, screen)
        await driver.press("ctrl+r")
        await until_counted(driver, screen)
        assert job_id not in screen.needs
        await driver.until_text("AWS no longer knows 1 of them")


def hours_of(demo: DemoWorld, driver: Driver, step: str) -> float:
    """vCPU-hours by what boto3 is told."""
    jobs = [job for job in every_job(driver) if step_of(job.job_name, job.job_definition or "").key == step]
    total = 0.0
    for job in demo.batch.describe_jobs(jobs=[job.job_id for job in jobs])["jobs"]:
        needs = {each["type"]: each["value"] for each in job["container"]["resourceRequirements"]}
        for attempt in job["attempts"]:
            if attempt.get("startedAt") and attempt.get("stoppedAt"):
                total += float(needs["VCPU"]) * (attempt["stoppedAt"] - attempt["startedAt"]) / 3_600_000
    return total


@pytest.mark.slow
async def test_tags_are_known_of_the_described_and_a_key_chooses_which(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(120, 35)) as driver:
        screen = await open_groups(driver)
        await by(driver, screen, By.TAG)
        await driver.until_text("by tag team", "genomics")
        assert rows(screen)["genomics"].jobs > 0
        await driver.press("T")
        await until_counted(driver, screen)
        assert screen.pane.wanted.tag not in ("", "team")
        await driver.until_text(f"by tag {screen.pane.wanted.tag}")
        await driver.press("T")
        first = screen.pane.table.rows[0]
        await driver.press("V")
        assert screen.pane.wanted.by is By.SHARE
        assert first.jobs > 0


async def test_what_no_filter_can_say_has_a_list_of_its_own_with_marks_and_stops(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 40)) as driver:
        screen = await open_groups(driver, "9")
        await by(driver, screen, By.SHARE)
        group = await go_to(driver, screen, next(row.key for row in screen.pane.table.rows if row.key.is_rest))
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, GroupJobsScreen), "a list of its own")
        jobs = driver.app.screen
        assert isinstance(jobs, GroupJobsScreen)
        expected = {job.job_id for job in every_job(driver) if job.is_active and job.share is None}
        await driver.until(lambda: len(jobs.pane.table.rows) == len(expected), "its jobs")
        assert group.jobs == size_of((job for job in every_job(driver) if job.share is None), "active")
        assert {job.job_id for job in jobs.pane.table.rows} == expected
        await driver.until_text("Jobs · no share")
        await driver.press("space", "space", "x")
        await driver.until(lambda: isinstance(driver.app.screen, StopScreen), "the dialog")
        await driver.until_text("2 jobs")
        await driver.press("y")
        await driver.until(lambda: driver.app.screen is jobs, "asked")
        await driver.until_text("stopping …")
        first = jobs.pane.table.rows[0].job_id
        demo.advance(120)
        await driver.press("ctrl+r")
        await driver.until(
            lambda: first not in {job.job_id for job in jobs.pane.table.rows}, "it is no longer active"
        )
        await driver.press("u", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "details")
        await driver.press("escape", "escape")
        assert driver.app.screen is screen


@pytest.mark.slow
async def test_an_array_leads_to_its_details(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 40)) as driver:
        screen = await open_groups(driver)
        await by(driver, screen, By.ARRAY)
        await driver.until_text("ARRAY", "no arrays")
        group = screen.pane.table.rows[0]
        job = driver.snapshot.job(group.key.text)
        assert job is not None
        assert job.array_properties is not None
        assert group.jobs == job.array_properties.size
        await driver.press("g", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "its details")


@pytest.mark.slow
async def test_the_list_is_filtered_sorted_and_says_what_is_not_there(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 40)) as driver:
        screen = await open_groups(driver)
        every = len(screen.pane.table.rows)
        await driver.press("slash", *"failed>3 rate>=5", "enter")
        assert 0 < len(screen.pane.table.rows) < every
        assert all(row.failed > 3 and (row.failure_rate or 0) >= 0.05 for row in screen.pane.table.rows)
        await driver.press("escape", "s", "s")
        await driver.until_text("by jobs ↓")
        counts = [row.jobs for row in screen.pane.table.rows]
        assert counts == sorted(counts, reverse=True)
        await driver.press("S")
        assert screen.pane.table.rows[0].jobs == min(counts)
        await driver.press("1")
        await until_counted(driver, screen)
        await by(driver, screen, By.CAUSE)
        assert screen.pane.grouping is not None
        has_jobs = screen.pane.grouping.jobs > 0
        await driver.until_text("None of these jobs has FAILED." if has_jobs else "There are no such jobs.")


async def test_a_refusal_is_told_and_the_counts_stay(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(120, 35)) as driver:
        await driver.until_live()
        demo.fault("DescribeJobs", status=403, code="AccessDeniedException", message="no details for you")
        screen = await open_groups(driver)
        await driver.until_text("no details for you", "s-*-align", "?")
        demo.heal()
        await driver.press("ctrl+r")
        await driver.until(lambda: "no details for you" not in driver.text, "it recovers")
        await until_counted(driver, screen)
        assert screen.pane.grouping is not None
        assert screen.pane.grouping.gpus_counted > 0


@pytest.mark.slow
async def test_while_polling_is_paused_only_a_key_asks(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(120, 35)) as driver:
        await driver.until_live()
        await driver.press("p")
        await driver.until_text("paused")
        asked: list[str] = []
        demo.faults.append(lambda operation: asked.append(operation))
        screen = await press_v(driver)
        assert not asked
        await driver.press("ctrl+r")
        await driver.until(lambda: asked.count("DescribeJobs") > 0, "a person asked for it")
        await until_counted(driver, screen)


@pytest.mark.slow
async def test_what_is_new_is_counted_and_what_nobody_sees_is_not(demo: DemoWorld) -> None:
    settings = Settings(max_calls_per_second=50.0, refresh=1.0)
    async with running(demo, settings=settings, size=(120, 35)) as driver:
        screen = await open_groups(driver)
        demo.submit("quite-new-thing")
        demo.advance(5)
        await driver.until(lambda: "quite-new-thing" in rows(screen), "it is counted")
        await driver.press("question_mark")
        await driver.until(lambda: driver.app.screen is not screen, "the help")
        known = len(every_job(driver))
        counted = screen.pane.grouping
        demo.submit("newer-thing")
        demo.advance(5)
        driver.app.action_refresh_now()
        await driver.until(lambda: len(every_job(driver)) > known, "the poller knows")
        assert screen.pane.grouping is counted
        await driver.press("escape")
        await driver.until(lambda: "newer-thing" in rows(screen), "caught up with")


async def test_help_palette_and_the_name_lead_there(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(120, 45)) as driver:
        await driver.until_live()
        await driver.press("colon", *"groups")
        await driver.until_text("By step, cause of failure")
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, GroupsScreen), "the groups")
        await driver.press("question_mark")
        await driver.until_text("Jobs in groups", "describe 1,000 more jobs")
        shown = {key.keys for key in LIST_KEYS if not key.changes} & {key.keys for key in STATUS_KEYS}
        assert not shown, "a digit means one thing"


async def test_in_read_only_mode_nothing_here_changes_anything(demo: DemoWorld) -> None:
    settings = Settings(max_calls_per_second=50.0, refresh=3600.0, read_only=True)
    async with running(demo, settings=settings, size=(120, 35)) as driver:
        screen = await open_groups(driver)
        await by(driver, screen, By.SHARE)
        await go_to(driver, screen, next(row.key for row in screen.pane.table.rows if row.key.is_rest))
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, GroupJobsScreen), "a list of its own")
        jobs = driver.app.screen
        for key in ("x", "r", "e"):
            await driver.press(key)
            assert driver.app.screen is jobs


def test_figures_never_claim_more_than_is_known() -> None:
    assert text_of(hours(Hours(0.0, 0), 0, 6)) == "–"
    assert text_of(hours(Hours(0.0, 0), 5, 6)) == "?"
    assert text_of(hours(Hours(12.34, 3), 5, 6)) == "≥12.3"
    assert text_of(hours(Hours(12.34, 5), 5, 6)) == "12.3"
    assert text_of(hours(Hours(0.0, 5), 5, 6)) == "0"
    assert text_of(hours(Hours(1_234_567.0, 5), 5, 6)) == "1.23M"
    assert [text_of(percent(rate)) for rate in (None, 0.0, 0.001, 0.5, 0.999, 1.0)] == [
        *("–", "0", "<1", "50", "99", "100"),
    ]
    assert short(12_345) == "12.3k"
