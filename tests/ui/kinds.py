"""Jobs of every kind in the demo account, for tests of the detail view."""

from typing import Any

from batchtui.settings import Settings
from batchtui.ui.screens.detail import DetailScreen
from tests.ui.driver import Driver
from tests.worlds import DemoWorld

PATIENT = Settings(max_calls_per_second=50.0, refresh=3600.0)
TABS = ("Overview", "Attempts", "Container", "Resources", "Timeline", "Host", "JSON")


def find(demo: DemoWorld, driver: Driver, wanted: Any) -> str:
    """The id of a job whose DescribeJobs answer is as wanted."""
    ids = [job.job_id for job in driver.app.all_jobs()]
    for start in range(0, len(ids), 100):
        for job in demo.batch.describe_jobs(jobs=ids[start : start + 100])["jobs"]:
            if wanted(job):
                return str(job["jobId"])
    raise AssertionError("the demo account has no such job")


KINDS = {
    "ecs": lambda job: job.get("attempts") and job.get("container", {}).get("image"),
    "fargate": lambda job: "FARGATE" in job.get("platformCapabilities", []),
    "multi-container": lambda job: "ecsProperties" in job,
    "eks": lambda job: "eksProperties" in job,
    "multi-node": lambda job: "nodeProperties" in job,
    "array parent": lambda job: job.get("arrayProperties", {}).get("size"),
    "failed": lambda job: job["status"] == "FAILED" and job.get("attempts"),
    "runnable": lambda job: job["status"] == "RUNNABLE",
}


async def open_job(driver: Driver, job_id: str) -> None:
    """Opens the details of a job and waits until AWS has described it."""
    driver.app.open_detail("job", job_id, "a job")
    await driver.until(
        lambda: isinstance(driver.app.screen, DetailScreen) and driver.app.screen.is_described,
        "the job is described",
    )
