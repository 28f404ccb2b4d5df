"""The peer of every table: a plain Textual app that shows the same jobs in a stock ``DataTable``.

It is what a reader of Textual's and aiobotocore's documentation would write: it lists every status of every queue,
every five seconds again, and updates the cells whose text is another.

``python -m benchmarks.datatable_app --endpoint-url URL [--region NAME] [--refresh SECONDS] [--jobs N]``
"""

import argparse
from time import time
from typing import Any, ClassVar

from aiobotocore.session import get_session
from textual.app import App, ComposeResult
from textual.widgets import DataTable, Footer, Static

from batchtui.format import duration

STATUSES = ("SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "SUCCEEDED", "FAILED")
COLUMNS = ("NAME", "STATUS", "AGE", "WAITED", "RAN", "QUEUE", "WHY", "DEFINITION", "ID")
LIVE = "live"

Job = dict[str, Any]


class DataTableApp(App[None]):
    """Jobs in a table.

    Args:
        endpoint_url: Where AWS is.
        region: Of AWS.
        refresh: Seconds between two looks.
        most: How many jobs to show at most.
    """

    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False
    BINDINGS: ClassVar[list[Any]] = [("q", "quit", "Quit")]

    def __init__(self, endpoint_url: str, region: str, refresh: float, most: int | None) -> None:
        super().__init__()
        self._endpoint_url = endpoint_url
        self._region = region
        self._refresh = refresh
        self._most = most
        self._shown: dict[str, tuple[str, ...]] = {}
        self._state = ""

    def compose(self) -> ComposeResult:
        yield Static("loading", id="state")
        yield DataTable(cursor_type="row")
        yield Footer()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        for column in COLUMNS:
            table.add_column(column, key=column)
        table.focus()
        self.run_worker(self._load())
        self.set_interval(self._refresh, lambda: self.run_worker(self._load(), exclusive=True))

    async def _load(self) -> None:
        jobs = await self._jobs()
        table, now = self.query_one(DataTable), time()
        for gone in self._shown.keys() - {job["jobId"] for job in jobs}:
            table.remove_row(gone)
            del self._shown[gone]
        for job in jobs:
            key, cells = job["jobId"], _cells(job, now)
            before = self._shown.get(key)
            if before is None:
                table.add_row(*cells, key=key)
            else:
                for column, old, new in zip(COLUMNS, before, cells, strict=True):
                    if old != new:
                        table.update_cell(key, column, new)
            self._shown[key] = cells
        if (state := f"{LIVE} · {len(jobs)} jobs") != self._state:
            self._state = state
            self.query_one("#state", Static).update(state)

    async def _jobs(self) -> list[Job]:
        """Newest first."""
        jobs: list[Job] = []
        client = get_session().create_client("batch", endpoint_url=self._endpoint_url, region_name=self._region)
        async with client as batch:
            queues = (await batch.describe_job_queues())["jobQueues"]
            pages = batch.get_paginator("list_jobs")
            for queue in queues:
                name = queue["jobQueueName"]
                for status in STATUSES:
                    async for page in pages.paginate(jobQueue=name, jobStatus=status):
                        jobs += ({**job, "queue": name} for job in page["jobSummaryList"])
        return sorted(jobs, key=lambda job: (-job["createdAt"], job["jobId"]))[: self._most]


def _cells(job: Job, now: float) -> tuple[str, ...]:
    created = job["createdAt"] / 1000
    started = job["startedAt"] / 1000 if "startedAt" in job else None
    end = job["stoppedAt"] / 1000 if "stoppedAt" in job else now
    return (
        job["jobName"],
        job["status"],
        duration(now - created),
        duration((started or end) - created),
        duration(None if started is None else end - started),
        job["queue"],
        job.get("statusReason", ""),
        job.get("jobDefinition", "").rpartition("/")[2],
        job["jobId"],
    )


def main() -> None:
    """Runs it until q."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--endpoint-url", required=True)
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--refresh", type=float, default=5.0)
    parser.add_argument("--jobs", type=int, help="show so many at most")
    asked = parser.parse_args()
    DataTableApp(asked.endpoint_url, asked.region, asked.refresh, asked.jobs).run()


if __name__ == "__main__":
    main()
