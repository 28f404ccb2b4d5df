"""Service jobs as a person meets them: in the queue list, among the jobs, in the detail view and in the log."""

from collections.abc import Iterator

import pytest

from batchtui.model.job import JobSummary
from batchtui.settings import Settings
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.log import LogScreen
from batchtui.ui.screens.stop import StopScreen
from tests.conftest import use_credentials_of
from tests.matrix import slow_after
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT, TABS, open_job
from tests.worlds import DemoWorld, demo_world

QUEUE = "sagemaker-training"


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    with demo_world(jobs=1000, service_jobs=True) as world:
        use_credentials_of(world, monkeypatch)
        yield world


def advance_until(demo: DemoWorld, status: str) -> str:
    for _ in range(500):
        found = demo.batch.list_service_jobs(jobQueue=QUEUE, jobStatus=status)["jobSummaryList"]
        if found:
            return str(found[0]["jobId"])
        demo.advance(5)
    raise AssertionError(status)


def jobs(driver: Driver) -> list[JobSummary]:
    return list(driver.table("jobs").rows)


async def select_queue(driver: Driver) -> None:
    await driver.until_live()
    driver.app.go_to_queue(QUEUE)
    await driver.until_text(f"Jobs · {QUEUE}")


@pytest.mark.parametrize("size", [(160, 45), (80, 24)])
async def test_the_eighth_status_is_counted_listed_and_filtered(demo: DemoWorld, size: tuple[int, int]) -> None:
    job_id = advance_until(demo, "SCHEDULED")
    async with running(demo, settings=PATIENT, size=size) as driver:
        await select_queue(driver)
        assert job_id in {job.job_id for job in jobs(driver)}
        counts = driver.snapshot.jobs[QUEUE].counts
        assert f"SCHEDULED {counts['SCHEDULED']}" in driver.text
        row = next(row for row in driver.table("queues").rows if row.name == QUEUE)
        assert row.total("SCHEDULED") == counts["SCHEDULED"]
        await driver.press("9")
        assert job_id in {job.job_id for job in jobs(driver)}, "it is active"
        await driver.press("4")
        assert job_id not in {job.job_id for job in jobs(driver)}
        await driver.press("0", "slash", *"status:scheduled", "enter")
        await driver.until(lambda: {job.status for job in jobs(driver)} == {"SCHEDULED"}, "only SCHEDULED")
        await driver.press("escape", "slash", *"status:active", "enter")
        await driver.until(lambda: job_id in {job.job_id for job in jobs(driver)}, "active jobs")


async def test_without_one_the_seven_stand_alone(demo: DemoWorld) -> None:
    while demo.batch.list_service_jobs(jobQueue=QUEUE, jobStatus="SCHEDULED")["jobSummaryList"]:
        demo.advance(5)
    async with running(demo, settings=PATIENT) as driver:
        await select_queue(driver)
        assert "3 RUNNABLE" in driver.text
        assert "SCHEDULED" not in driver.text


async def test_the_details_of_a_service_job(demo: DemoWorld) -> None:
    demo.advance(3600)
    async with running(demo, settings=PATIENT, size=(140, 120)) as driver:
        await select_queue(driver)
        known = {job.job_id: job for job in jobs(driver)}
        job_id = next(
            each
            for each, job in known.items()
            if job.status == "FAILED" and len(demo.batch.describe_service_job(jobId=each)["attempts"]) == 1
        )
        job = demo.batch.describe_service_job(jobId=job_id)
        name = job["latestAttempt"]["serviceResourceId"]["value"].rpartition("/")[2]
        await open_job(driver, job_id)
        await driver.until_text(
            job_id, *TABS, "SAGEMAKER_TRAINING", job["statusReason"][:40], "1 of at most 2 ended"
        )
        assert "status reason Received status from SageMaker: InternalServerError*" in driver.text
        await driver.press("right")
        await driver.until_text("Attempt 1", name)
        await driver.press("right")
        await driver.until_text("no container of its own", "torchrun", "WANDB_API_KEY", "••••••")
        await driver.press("right")
        await driver.until_text("Capacity in the queue", "ml.", "InstanceType")
        await driver.press("right")
        await driver.until_text("From creation to its end")
        await driver.press("right")
        await driver.until_text("describe-training-job", f"#/jobs/{name}", "to itself")
        await driver.press("right")
        await driver.until_text('"serviceRequestPayload": {', '"WANDB_API_KEY": "••••••"', '"epochs": "12"')
        await driver.press("right", "1")
        await driver.until_text("job queue", "sagemaker-ml")
        assert demo.server is not None
        arn = job["jobArn"]
        driver.app.open_detail("job", arn, "by its ARN")
        await driver.until_text("Service job type", job_id)


async def test_one_that_aws_no_longer_knows(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await select_queue(driver)
        arn = "arn:aws:batch:us-east-1:123456789012:service-job/00000000-0000-4000-8000-000000000000"
        driver.app.open_detail("job", arn, "gone")
        await driver.until_text("AWS Batch does not know this job, or not any more.")


async def test_the_log_by_its_key(demo: DemoWorld) -> None:
    job_id = advance_until(demo, "RUNNING")
    demo.advance(20)
    async with running(demo, settings=PATIENT) as driver:
        await select_queue(driver)
        await driver.press("tab")
        driver.table("jobs").focus()
        driver.table("jobs").go_to(job_id)
        await driver.press("l")
        await driver.until_text(" lr ", "following")
        assert isinstance(driver.app.screen, LogScreen)
        await driver.press("d")
        await driver.until(lambda: isinstance(driver.app.screen, DetailScreen), "its details")


async def test_a_refused_list_is_told_where_it_matters_and_only_there(demo: DemoWorld) -> None:
    demo.fault("ListServiceJobs", status=403, code="AccessDeniedException", message="no ListServiceJobs for you")
    async with running(demo, settings=Settings(max_calls_per_second=50.0, refresh=3600.0)) as driver:
        await driver.until(lambda: bool(driver.snapshot.jobs.get("align-high")), "other queues")
        await driver.until_text("access denied")
        driver.app.go_to_queue(QUEUE)
        await driver.until_text("ListServiceJobs")
        driver.app.go_to_queue("align-high")
        await driver.until_text("Jobs · align-high")
        await driver.until(lambda: len(jobs(driver)) > 10, "its jobs")
        assert "ListServiceJobs" not in "\n".join(driver.text.splitlines()[1:])


@pytest.mark.parametrize("is_in_detail", slow_after(1, [False, True]))
async def test_it_is_stopped_by_the_key_that_stops_any_job(demo: DemoWorld, is_in_detail: bool) -> None:
    job_id = advance_until(demo, "RUNNING")
    async with running(demo, settings=PATIENT) as driver:
        await select_queue(driver)
        driver.table("jobs").focus()
        driver.table("jobs").go_to(job_id)
        if is_in_detail:
            await open_job(driver, job_id)
        await driver.press("x")
        await driver.until(lambda: isinstance(driver.app.screen, StopScreen), "the dialog")
        await driver.until_text(f"Stop 1 job in {QUEUE}?", "not saved")
        await driver.press("enter")
        await driver.until(lambda: not isinstance(driver.app.screen, StopScreen), "nothing is done")
        assert "isTerminated" not in demo.batch.describe_service_job(jobId=job_id)
        await driver.press("x")
        await driver.until(lambda: isinstance(driver.app.screen, StopScreen), "the dialog")
        await driver.press("y")
        await driver.until_text("1 job will stop")
        demo.advance(5)
        assert demo.batch.describe_service_job(jobId=job_id)["status"] == "FAILED"
