"""The floor: bare aiobotocore listing every page of every status of every queue, four queues at a time."""

import argparse
import asyncio
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession

from batchtui.model.job import JOB_STATUSES

_QUEUES_AT_ONCE = 4
_PAGE = 1000


async def listed(url: str, region: str) -> int:
    """Counts the jobs of an account, and keeps none of them."""
    session = AioSession()
    config = AioConfig(retries={"total_max_attempts": 1})
    gate = asyncio.Semaphore(_QUEUES_AT_ONCE)

    async with session.create_client("batch", region_name=region, endpoint_url=url, config=config) as client:

        async def of_queue(name: str) -> int:
            async with gate:
                return sum([await of_status(name, status) for status in JOB_STATUSES])

        async def of_status(name: str, status: str) -> int:
            found, more = 0, dict[str, str]()
            while True:
                answer: dict[str, Any] = await client.list_jobs(
                    jobQueue=name, jobStatus=status, maxResults=_PAGE, **more
                )
                found += len(answer["jobSummaryList"])
                if not answer.get("nextToken"):
                    return found
                more = {"nextToken": answer["nextToken"]}

        queues = (await client.describe_job_queues())["jobQueues"]
        await client.describe_compute_environments()
        return sum(await asyncio.gather(*(of_queue(queue["jobQueueName"]) for queue in queues)))


def main() -> None:
    """Prints how many there are."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--region", default="us-east-1")
    asked = parser.parse_args()
    print(f"listed {asyncio.run(listed(asked.url, asked.region))} jobs")


if __name__ == "__main__":
    main()
