"""One body, two accounts: the app shows what a client that we did not write finds there."""

import asyncio

from tests.ui.driver import Driver, running
from tests.worlds import World


def shown(driver: Driver, queue: str) -> dict[str, str]:
    held = driver.snapshot.jobs.get(queue)
    return {job.job_id: job.status for job in held.jobs.values()} if held else {}


async def test_the_app_shows_the_account_and_keeps_it_true(world: World) -> None:
    async with running(world) as driver:
        await driver.until_live()
        for pane in ("Job queues", "Compute environments", "Jobs", "All queues"):
            assert pane in driver.text
        for name in world.queues() | world.environments():
            assert name in driver.text
        for queue in world.queues():
            assert shown(driver, queue) == await asyncio.to_thread(world.truth, queue)

        first = await asyncio.to_thread(world.submit, "end-to-end-first")
        second = await asyncio.to_thread(world.submit, "end-to-end-second")
        await driver.press("ctrl+r")
        await driver.until_text("end-to-end-first", "end-to-end-second")
        await asyncio.to_thread(world.terminate, first)
        truth = await asyncio.to_thread(world.truth, world.queue)
        assert {first, second} <= truth.keys()
        await driver.press("ctrl+r")
        await driver.until(lambda: shown(driver, world.queue) == truth, "the queue as boto3 lists it")

        await driver.press(
            "down", *["down"] * [q.job_queue_name for q in driver.snapshot.job_queues or ()].index(world.queue)
        )
        await driver.until_text(f"Jobs · {world.queue}")
        for status in ("SUCCEEDED", "FAILED", "RUNNING"):
            assert f"{status} {sum(1 for each in truth.values() if each == status)}" in driver.text

        await driver.press("0", "home", "y")
        await driver.until_text('"jobQueue": "arn:aws:batch:', '"jobName": "end-to-end-')
        await driver.press("escape")
        await driver.until_text("Compute environments")


async def test_the_gateway_answers_as_boto3_does(world: World) -> None:
    async with running(world) as driver:
        await driver.until_live()
        gateway = driver.app.account.gateway
        assert gateway is not None
        queues = {queue["jobQueueName"]: queue for queue in world.batch.describe_job_queues()["jobQueues"]}
        for queue in await gateway.describe_job_queues():
            assert {key: queue.raw[key] for key in queues[queue.job_queue_name]} == queues[queue.job_queue_name]
        identity = await gateway.get_caller_identity()
        assert identity.account == world.client("sts").get_caller_identity()["Account"]
        job_ids = list(world.truth(world.queue))[:20]
        theirs = {job["jobId"]: job for job in world.batch.describe_jobs(jobs=job_ids)["jobs"]}
        ours = {job.summary.job_id: job for job in await gateway.describe_jobs(job_ids)}
        assert ours.keys() == theirs.keys()
        for job_id, job in ours.items():
            assert job.summary.status == theirs[job_id]["status"]
            assert job.summary.job_name == theirs[job_id]["jobName"]
            assert dict(job.raw) == theirs[job_id]
        assert await gateway.describe_jobs(["00000000-0000-0000-0000-000000000000"]) == []
