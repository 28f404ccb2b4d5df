"""The list of everything that a job leads to: every child, every dependency, and back."""

from collections import Counter

from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.relations import RelationsScreen
from tests.ui.driver import Driver, running
from tests.ui.kinds import KINDS, PATIENT, find, open_job
from tests.worlds import DemoWorld


def roles(driver: Driver) -> list[str]:
    assert isinstance(driver.app.screen, RelationsScreen)
    return [row.role for row in driver.app.screen.pane.table.rows]


def child_statuses(screen: RelationsScreen) -> list[str]:
    rows = [row for row in screen.pane.table.rows if row.role.startswith("child")]
    return [row.job.status for row in rows if row.job]


async def open_list(driver: Driver) -> RelationsScreen:
    """Presses the key and waits until everything is listed."""
    await driver.press("f")
    await driver.until(lambda: isinstance(driver.app.screen, RelationsScreen), "the list")
    screen = driver.app.screen
    assert isinstance(screen, RelationsScreen)
    await driver.until(lambda: not screen.pane.is_loading and "loading" not in driver.text, "all of it")
    return screen


async def test_every_child_is_listed_and_one_key_opens_it(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 50)) as driver:
        await driver.until_live()
        parent = find(demo, driver, lambda job: job.get("arrayProperties", {}).get("size", 0) > 20)
        (job,) = demo.batch.describe_jobs(jobs=[parent])["jobs"]
        size, counts = job["arrayProperties"]["size"], job["arrayProperties"]["statusSummary"]
        await open_job(driver, parent)
        fixed = 2 + len(job.get("dependsOn", []))
        await driver.until_text(f"… and {size + fixed - 7:,} more: f lists them all")
        screen = await open_list(driver)
        assert len(roles(driver)) == size + fixed
        seen = Counter(child_statuses(screen))
        assert seen == Counter({status: count for status, count in counts.items() if count})
        await driver.press("G", "enter")
        last = screen.pane.table.rows[-1].key
        await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "the child")
        await driver.until_text(last, "array parent")
        await driver.press("escape")
        assert driver.app.screen is screen
        assert screen.pane.table.cursor_row is not None
        assert screen.pane.table.cursor_row.key == last, "the cursor is where it was"
        await driver.press("escape")
        await driver.until_text("▐Overview▌", job["jobName"])


async def test_the_failed_come_first_and_the_list_is_filtered_and_sorted(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 50)) as driver:
        await driver.until_live()
        parent = find(
            demo, driver, lambda job: job.get("arrayProperties", {}).get("statusSummary", {}).get("FAILED")
        )
        (job,) = demo.batch.describe_jobs(jobs=[parent])["jobs"]
        failed = job["arrayProperties"]["statusSummary"]["FAILED"]
        await open_job(driver, parent)
        screen = await open_list(driver)
        assert child_statuses(screen)[:failed] == ["FAILED"] * failed
        await driver.press("slash", *"role:child* status:failed")
        await driver.until_text(f"{failed} of ")
        assert len(screen.pane.table.rows) == failed
        await driver.press("enter", "s", "escape")
        assert len(screen.pane.table.rows) > failed, "esc clears the filter first"
        await driver.press("question_mark")
        await driver.until_text("Help", "List them again")
        await driver.press("escape", "ctrl+r")
        await driver.until(lambda: not screen.pane.is_loading, "listed again")
        await driver.press("c")
        assert driver.app.clipboard == screen.pane.table.rows[screen.pane.table.cursor_index].key
        await driver.press("y")
        await driver.until_text("▐JSON▌")


async def test_an_array_of_more_than_are_listed_says_how_many_are_missing(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 30)) as driver:
        await driver.until_live()
        parent = demo.batch.submit_job(
            jobName="huge", jobQueue=demo.queue, jobDefinition=demo.definition, arrayProperties={"size": 2500}
        )["jobId"]
        demo.advance(30)
        await open_job(driver, parent)
        screen = await open_list(driver)
        assert len([role for role in roles(driver) if role.startswith("child")]) == 1000
        await driver.until_text("1,500 more are not listed")
        await driver.press("slash", *"child 999")
        assert screen.pane.table.rows


async def test_dependencies_are_listed_with_their_names_and_status(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 50)) as driver:
        await driver.until_live()
        before = [demo.submit(f"before-{number}") for number in range(12)]
        job_id = demo.batch.submit_job(
            jobName="patient",
            jobQueue=demo.queue,
            jobDefinition=demo.definition,
            dependsOn=[{"jobId": each} for each in before],
        )["jobId"]
        await open_job(driver, job_id)
        await driver.until_text("depends on", "… and 5 more: f lists them all")
        screen = await open_list(driver)
        rows = [row for row in screen.pane.table.rows if row.role == "depends on"]
        assert [row.job.job_name for row in rows if row.job] == [f"before-{number}" for number in range(12)]
        await driver.until_text("before-11", "SUBMITTED")


async def test_nodes_are_listed(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 50)) as driver:
        await driver.until_live()
        await open_job(driver, find(demo, driver, KINDS["multi-node"]))
        await open_list(driver)
        assert [role for role in roles(driver) if role.startswith("node")] == [f"node {n}" for n in range(4)]


async def test_the_list_is_whole_even_where_the_key_was_faster_than_aws(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 50)) as driver:
        await driver.until_live()
        parent = find(demo, driver, lambda job: job.get("arrayProperties", {}).get("size", 0) > 20)
        demo.fault("DescribeJobs", delay=0.5)
        driver.app.open_detail("job", parent, "array")
        await driver.press("f")
        demo.heal()
        await driver.until(lambda: len(roles(driver)) > 20, "all of them")


async def test_a_list_that_fails_keeps_what_is_known_and_says_why(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 50)) as driver:
        await driver.until_live()
        parent = find(demo, driver, lambda job: job.get("arrayProperties", {}).get("size", 0) > 20)
        await open_job(driver, parent)
        demo.fault("ListJobs", status=403, code="AccessDeniedException", message="no lists for you")
        await driver.press("f")
        await driver.until_text("no lists for you", "child ", "definition")
        demo.heal()
        await driver.press("ctrl+r")
        await driver.until(
            lambda: "no lists for you" not in driver.text and len(roles(driver)) > 20, "it recovers"
        )


async def test_queues_and_environments_have_the_list_too(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        driver.app.open_detail("queue", "align-high", "align-high")
        await driver.until_text("1. environment")
        await driver.press("f")
        await driver.until(lambda: isinstance(driver.app.screen, RelationsScreen), "the list")
        assert roles(driver)[0] == "1. environment"
        await driver.press("enter")
        await driver.until_text("compute environment", "Instance types")


async def test_what_leads_nowhere_says_so(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        driver.app.open_detail("definition", "fastqc:9", "fastqc")
        await driver.until_text("▐Overview▌", "Revision")
        await driver.press("f")
        await driver.until_text("There is nothing to go to from here.")


async def test_the_palette_offers_what_the_list_can_do(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        driver.app.open_detail("queue", "align-high", "align-high")
        await driver.until_text("1. environment")
        await driver.press("f")
        await driver.until(lambda: isinstance(driver.app.screen, RelationsScreen), "the list")
        await driver.press("ctrl+p", *"List", "space", *"them")
        await driver.until_text("List them again")
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, RelationsScreen), "back in the list")
