"""The line of a list and the whole answer name one cause for every job of the demo account that failed."""

from typing import Final

import pytest

from batchtui.insight.failure import why_failed, why_service_job_failed
from batchtui.insight.quick import SAY_NO_MORE, quick_cause
from batchtui.insight.verdict import Certainty
from batchtui.model.job import FAILED, JobSummary
from tests.conftest import use_credentials_of
from tests.contract.gateways import gateway_on
from tests.worlds import demo_world

MORE: Final = {"host-lost": "host-lost-every-attempt"}
"""What attempts add to what a list knows."""


async def test_a_line_says_what_the_whole_answer_says(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_world(jobs=2000, service_jobs=True) as world:
        use_credentials_of(world, monkeypatch)
        async with gateway_on(world) as gateway:
            listed: dict[str, JobSummary] = {}
            whole = {}
            for queue in await gateway.describe_job_queues():
                pages = gateway.list_service_jobs if queue.takes_service_jobs else gateway.list_jobs
                async for page in pages(queue.job_queue_name, FAILED):
                    listed |= {job.job_id: job for job in page.jobs}
            ids = [job.job_id for job in listed.values() if not job.is_service_job]
            for start in range(0, len(ids), 100):
                for detail in await gateway.describe_jobs(ids[start : start + 100]):
                    whole[detail.summary.job_id] = why_failed(detail).verdicts
            for job in listed.values():
                if job.is_service_job and (told := await gateway.describe_service_job(job.job_id)) is not None:
                    whole[job.job_id] = why_service_job_failed(told).verdicts
    seen = set()
    for job_id, verdicts in whole.items():
        job, line = listed[job_id], quick_cause(listed[job_id])
        if line is not None:
            assert verdicts[0].rule in (line.rule, MORE.get(line.rule)), (job, line.cause, verdicts[0].cause)
            seen.add(line.rule)
        elif verdicts and job.node_properties is None:
            is_sure = verdicts[0].certainty is not Certainty.LIKELY
            assert not is_sure or verdicts[0].rule in SAY_NO_MORE, (job, verdicts[0].cause)
    assert any(rule.startswith("pod-") for rule in seen)
    assert any(rule.startswith("training-") for rule in seen)
