"""The peer of the tables shows what the account has, and follows it."""

import asyncio

import pytest
from textual.widgets import DataTable

from benchmarks.datatable_app import DataTableApp
from benchmarks.fixed_account import FixedAccount, change_one_job


async def test_it_shows_every_job_and_what_becomes_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    account = FixedAccount(queues=2, running=3, succeeded=4, failed=5)
    async with account.serving() as url:
        app = DataTableApp(url, "us-east-1", 0.2, None)
        async with app.run_test() as pilot:
            table = app.query_one(DataTable)

            def statuses() -> list[str]:
                return [str(table.get_row_at(row)[1]) for row in range(table.row_count)]

            async def until(count: int, status: str) -> None:
                async with asyncio.timeout(20):
                    while statuses().count(status) != count:
                        await pilot.pause()

            await until(10, "FAILED")
            assert (statuses().count("RUNNING"), table.row_count) == (6, 24)
            await asyncio.to_thread(change_one_job, url)
            await until(5, "RUNNING")
            assert statuses().count("SUCCEEDED") == 9
