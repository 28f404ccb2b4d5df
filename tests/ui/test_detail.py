"""The detail view: every tab for every orchestration, relations, search, copies, secrets, and its refresh."""

from typing import Any

import pytest
from textual.theme import BUILTIN_THEMES

from batchtui.model.job_detail import JobDetail
from batchtui.settings import Settings
from batchtui.ui.details.views import job_view
from tests.matrix import slow_after
from tests.ui.driver import running
from tests.ui.kinds import KINDS, PATIENT, TABS, find, open_job
from tests.worlds import DemoWorld


@pytest.mark.parametrize("kind", slow_after(2, KINDS))
async def test_every_tab_of_every_kind_of_job(demo: DemoWorld, kind: str) -> None:
    async with running(demo, settings=PATIENT, size=(140, 200)) as driver:
        await driver.until_live()
        job_id = find(demo, driver, KINDS[kind])
        (job,) = demo.batch.describe_jobs(jobs=[job_id])["jobs"]
        await open_job(driver, job_id)
        await driver.until_text(job_id, *TABS)
        for value in (job["jobName"], job["status"], job.get("statusReason", "")[:60]):
            assert value in driver.text
        await driver.press("right")
        for number, attempt in enumerate(job.get("attempts", []), 1):
            assert f"Attempt {number}" in driver.text
            assert str(attempt.get("container", {}).get("logStreamName", "")) in driver.text
        await driver.press("right")
        images = {c.image for c in JobDetail.from_api(job).containers if c.image}
        assert all(image in driver.text for image in images)
        await driver.press("right", "right")
        assert "From creation to" in driver.text
        await driver.press("right", "right")
        assert f'"jobId": "{job_id}"' in driver.text
        await driver.press("right")
        assert "Times" in driver.text, "the tabs go round"


async def test_a_child_is_told_from_its_parent_and_a_parent_has_no_attempts(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        parent = find(demo, driver, KINDS["array parent"])
        (job,) = demo.batch.describe_jobs(jobs=[parent])["jobs"]
        driver.app.open_detail("job", f"{parent}:0", "a child")
        await driver.until_text(f"{job['jobName']} :0  ")
        driver.app.open_detail("job", parent, "a parent")
        await driver.until_text(f"{job['jobName']}  ")
        await driver.press("right")
        await driver.until_text("An array parent has no attempts itself")


async def test_tabs_by_all_their_keys(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0", "enter")
        await driver.until_text("▐Overview▌")
        for key, tab in (
            ("right", "Attempts"),
            ("tab", "Container"),
            ("left", "Attempts"),
            ("shift+tab", "Overview"),
            ("left", "JSON"),
            ("y", "JSON"),
        ):
            await driver.press(key)
            assert f"▐{tab}▌" in driver.text
        await driver.pilot.click("TabLine", offset=(2, 0))
        assert "▐Overview▌" in driver.text
        await driver.press("escape")
        assert "Compute environments" in driver.text


async def test_d_and_enter_open_the_details_of_queues_and_environments(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("down", "d")
        await driver.until_text("job queue", "100 (the higher goes first)", "1. environment", "on-demand")
        await driver.press("1")
        await driver.until_text("compute environment", "Instance types", "queue, priority 100")
        await driver.press("1")
        await driver.until_text("100 (the higher goes first)")
        await driver.press("escape", "escape", "escape")
        assert "All queues" in driver.text


async def test_relations_of_a_job(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 60)) as driver:
        await driver.until_live()
        child_of = find(demo, driver, KINDS["array parent"])
        driver.app.open_detail("job", child_of, "array")
        await driver.until_text("Go to", "child ")
        await driver.press("2")
        await driver.until_text("job definition")
        await driver.press("escape", "3")
        await driver.until_text("array parent", f"{child_of}:")
        dependent = find(demo, driver, lambda job: job.get("dependsOn"))
        driver.app.open_detail("job", dependent, "dependent")
        await driver.until_text("depends on", dependent)
        await driver.press("9")
        await driver.until_text("There is nothing with the digit 9")


async def test_secrets_are_masked_until_asked_for(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(140, 120)) as driver:
        await driver.until_live()
        job_id = find(demo, driver, lambda job: "DB_PASSWORD" in str(job.get("container")))
        await open_job(driver, job_id)
        await driver.press("right", "right")
        for _ in range(2):
            await driver.until_text("DB_PASSWORD", "••••••")
            assert "hunter2" not in driver.text
            await driver.press("v")
            assert "hunter2" in driver.text
            await driver.press("v", "y")
        await driver.press("Y")
        assert "DB_PASSWORD" in driver.app.clipboard
        assert "hunter2" not in driver.app.clipboard


async def test_long_values_wrap_and_nothing_is_cut(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(60, 30)) as driver:
        await driver.until_live()
        await driver.press("7", "enter")
        await driver.until_text("Definition")
        (job,) = demo.batch.describe_jobs(jobs=[driver.row("jobs").job_id])["jobs"]
        inner = "".join(line.strip("│").replace("▐", "").strip() for line in driver.text.splitlines())
        assert job["jobDefinition"] in inner


async def test_the_json_is_searched(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(100, 20)) as driver:
        await driver.until_live()
        await driver.press("7", "y")
        await driver.until_text('"jobId"')
        await driver.press("slash", *"JOBQUEUE")
        await driver.until_text("1 found", '"jobQueue"')
        await driver.press("enter", "n", "N", "escape")
        assert "▐JSON▌" in driver.text
        await driver.press("n")
        await driver.until_text("Nothing was found")


async def test_it_refreshes_while_it_is_open(demo: DemoWorld) -> None:
    async with running(demo, settings=Settings(max_calls_per_second=50.0, refresh=1.0)) as driver:
        await driver.until_live()
        job_id = demo.submit("watched")
        driver.app.open_detail("job", job_id, "watched")
        await driver.until_text("watched", "SUBMITTED")
        demo.advance(20)
        await driver.until(lambda: "SUBMITTED" not in driver.text, "another status")
        demo.terminate(job_id)
        demo.advance(30)
        await driver.until_text("FAILED", "enough")


async def test_it_goes_on_after_a_pause(demo: DemoWorld) -> None:
    async with running(demo, settings=Settings(max_calls_per_second=50.0, refresh=1.0)) as driver:
        await driver.until_live()
        job_id = demo.submit("watched")
        driver.app.open_detail("job", job_id, "watched")
        await driver.until_text("watched", "SUBMITTED")
        await driver.press("p")
        for _ in range(80):  # longer than the interval: it must not have given up meanwhile
            await driver.pilot.pause()
        demo.advance(30)
        await driver.press("p")
        await driver.until(lambda: "SUBMITTED" not in driver.text, "another status")


async def test_a_search_finds_what_a_line_break_parts(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(60, 24)) as driver:
        await driver.until_live()
        await driver.press("7", "enter")
        await driver.until_text("Definition")
        (job,) = demo.batch.describe_jobs(jobs=[driver.row("jobs").job_id])["jobs"]
        await driver.press("slash", *job["jobDefinition"][-34:])
        await driver.until_text("1 found")


async def test_a_failed_refresh_keeps_what_was_seen(demo: DemoWorld) -> None:
    async with running(demo, settings=Settings(max_calls_per_second=50.0, refresh=1.0)) as driver:
        await driver.until_live()
        await driver.press("5", "enter")
        await driver.until_text("Created")
        demo.fault("DescribeJobs", status=403, code="AccessDeniedException", message="not you")
        await driver.press("ctrl+r")
        await driver.until_text("DescribeJobs: not you", "Created")
        demo.heal()
        await driver.press("ctrl+r")
        await driver.until(lambda: "not you" not in driver.text, "it recovers")


async def test_a_job_that_is_gone_is_said_to_be(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        driver.app.open_detail("job", "00000000-0000-0000-0000-000000000000", "gone")
        await driver.until_text("AWS Batch does not know this job")


@pytest.mark.parametrize(("kind", "separator"), [("array parent", ":"), ("multi-node", "#")])
async def test_children_and_nodes_lead_to_their_parent(demo: DemoWorld, kind: str, separator: str) -> None:
    async with running(demo, settings=PATIENT, size=(140, 80)) as driver:
        await driver.until_live()
        parent = find(demo, driver, KINDS[kind])
        await open_job(driver, f"{parent}{separator}0")
        await driver.until_text(f"{parent}{separator}0", "parent", "Times")
        for _ in TABS:
            await driver.press("right")
            await driver.until(lambda: "Asking AWS" not in driver.text, "what the tab shows is known")
        await driver.press("3")
        await driver.until(lambda: f"{parent}{separator}0" not in driver.text.split("Go to")[0], "the parent")


@pytest.mark.slow
@pytest.mark.parametrize("theme", sorted(BUILTIN_THEMES))
async def test_every_theme_of_textual_works(demo: DemoWorld, theme: str) -> None:
    themed = Settings(max_calls_per_second=50.0, refresh=3600.0, theme=theme)
    async with running(demo, settings=themed, size=(80, 24)) as driver:
        await driver.until_live()
        await driver.press("7", "enter")
        await driver.until_text("Status reason")
        assert driver.app.theme == theme


SERVICE_JOB = {
    "jobId": "s",
    "jobName": "train",
    "jobArn": "arn:aws:batch:us-east-1:1:service-job/s",
    "jobQueue": "arn:aws:batch:us-east-1:1:job-queue/sagemaker",
    "status": "SCHEDULED",
    "createdAt": 1_780_000_000_000,
    "serviceJobType": "SAGEMAKER_TRAINING",
    "attempts": [{"serviceResourceId": {"name": "TrainingJobArn", "value": "arn:x"}, "statusReason": "because"}],
}


@pytest.mark.parametrize(
    "answer", [SERVICE_JOB, {"jobId": "x"}, {}], ids=["service job", "almost nothing", "nothing"]
)
def test_every_tab_renders_what_no_job_definition_explains(answer: dict[str, Any]) -> None:
    view = job_view(JobDetail.from_api(answer))
    assert tuple(view.tabs) == TABS
    for tab in view.tabs.values():
        assert tab(80, 1_780_000_100.0, False)


async def test_a_search_finds_what_a_break_between_words_parts(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(70, 40)) as driver:
        await driver.until_live()
        job_id = find(demo, driver, lambda job: len(job.get("statusReason", "").split()) > 9)
        (job,) = demo.batch.describe_jobs(jobs=[job_id])["jobs"]
        await open_job(driver, job_id)
        assert job["statusReason"] not in driver.text, "it is wrapped"
        lines = [line.strip("│ ") for line in driver.text.splitlines()]
        assert any(line in job["statusReason"] for line in lines if len(line.split()) > 1), "between words"
        last = job["statusReason"][-40:]
        await driver.press("slash", *("space" if c == " " else c for c in last))
        await driver.until(lambda: " found" in driver.text and "0 found" not in driver.text, "found")
