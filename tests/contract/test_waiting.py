"""Why the demo account's jobs wait, asked over HTTP, and held against what its scheduler itself knows."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace

import pytest

from batchtui.aws import errors
from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.demo.account import Account
from batchtui.demo.queues import JobQueue
from batchtui.insight.phrases import ordinal
from batchtui.insight.queue_load import load_of
from batchtui.insight.verdict import Answer
from batchtui.insight.waiting import one_line, quick_line, quick_reason, why_waiting
from batchtui.model.job import JOB_STATUSES, SERVICE_JOB_STATUSES, TERMINAL_STATUSES, JobSummary
from batchtui.sync.snapshot import QueueJobs, Snapshot
from batchtui.sync.waiting_reads import known_situation, waiting_situation
from tests.conftest import use_credentials_of
from tests.contract.gateways import gateway_on
from tests.worlds import DemoWorld, World, demo_world, moto_world


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    with demo_world(jobs=2000, queues=14, service_jobs=True) as world:
        use_credentials_of(world, monkeypatch)
        yield world


@pytest.fixture
async def gateway(large: DemoWorld) -> AsyncIterator[Gateway]:
    async with gateway_on(large) as opened:
        yield opened


async def account_of(gateway: Gateway) -> Snapshot:
    """What the poller would know: every job that has not ended, described."""
    queues, environments = await gateway.describe_job_queues(), await gateway.describe_compute_environments()
    held: dict[str, QueueJobs] = {}
    for queue in queues:
        name, jobs = queue.job_queue_name, dict[str, JobSummary]()
        for status in SERVICE_JOB_STATUSES if queue.takes_service_jobs else JOB_STATUSES:
            if status not in TERMINAL_STATUSES:
                pages = (gateway.list_service_jobs if queue.takes_service_jobs else gateway.list_jobs)(
                    name, status
                )
                jobs |= {job.job_id: job async for page in pages for job in page.jobs}
        if not queue.takes_service_jobs:
            ids = list(jobs)
            for start in range(0, len(ids), 100):
                jobs |= {job.job_id: job for job in await gateway.summarize_jobs(ids[start : start + 100])}
        held[name] = QueueJobs(jobs=jobs, active=jobs)
    return Snapshot(job_queues=tuple(queues), compute_environments=tuple(environments), jobs=held)


@dataclass
class Asked:
    job: JobSummary
    answer: Answer

    @property
    def rules(self) -> list[str]:
        return [verdict.rule for verdict in self.answer.verdicts]


async def ask(world: DemoWorld, gateway: Gateway, known: Snapshot, job: JobSummary) -> Asked:
    made = await waiting_situation(gateway, known, job, now=int(world.clock.now() * 1000))
    return Asked(job, why_waiting(made))


async def every_waiting_job(world: DemoWorld, gateway: Gateway, queues: tuple[str, ...] = ()) -> dict[str, Asked]:
    known = await account_of(gateway)
    return {
        job.job_id: await ask(world, gateway, known, job)
        for name, held in known.jobs.items()
        for job in held.active.values()
        if job.status != "RUNNING" and (not queues or name in queues)
    }


async def test_the_jobs_of_the_demo_account_wait_for_the_reasons_that_it_has(
    large: DemoWorld, gateway: Gateway
) -> None:
    asked = await every_waiting_job(large, gateway)
    by_name = {each.job.job_name: each for each in asked.values()}
    first = {name: each.rules[0] for name, each in by_name.items() if each.rules}
    without = [each.job.job_name for each in asked.values() if not each.rules and not each.job.is_service_job]
    assert not without, "nothing in this account waits without a cause, but what SageMaker is about to take"
    assert by_name["evaluate-model-xxl"].rules == ["told-too-large", "time-limit"]
    assert by_name["s-0011-cram-archive"].rules == ["told-environments-invalid", "queue-disabled"]
    assert by_name["s-0012-cram-archive"].rules[:2] == ["environments-out", "queue-disabled"]
    assert first["s-0148-align"] == "submitted"
    assert first["foundation-pretrain-100"] == "told-service-max"
    of_queue = {
        queue: {each.rules[0] for each in asked.values() if each.job.job_queue == queue}
        for queue in ("align-high", "align-low", "train-gpu", "qc-fargate", "project-11", "project-13")
    }
    assert of_queue["align-high"] == {"submitted", "dependencies-open", "consumables"}
    assert "no-instance-capacity" in of_queue["align-low"]
    assert {"told-too-large", "array-under-way"} <= of_queue["train-gpu"]
    assert of_queue["qc-fargate"] == {"starting"}
    assert of_queue["project-11"] == {"told-instance-types", "blocked-head"}
    assert of_queue["project-13"] == {"told-service-role", "blocked-head"}
    assert any("capacity-full" in each.rules for each in asked.values())
    assert any("fair-share" in each.rules for each in asked.values() if each.job.job_queue == "train-gpu")
    assert first["protein-lm-pretrain-103"] == "told-quota-limit"
    assert "quota-share" in {each.rules[0] for each in asked.values() if each.job.is_service_job and each.rules}
    for each in asked.values():
        assert 0 < len(one_line(each.answer)) <= 60


@pytest.mark.slow
async def test_what_is_claimed_is_what_the_scheduler_knows(large: DemoWorld, gateway: Gateway) -> None:
    """As time passes: full is full, too large is too large, and a place is a place."""
    account = large.account
    assert account is not None
    claimed: set[str] = set()
    for _ in range(4):
        asked = await every_waiting_job(large, gateway, ("align-high", "align-low", "train-gpu", "project-08"))
        for each in asked.values():
            queue = account.queues[each.job.job_queue]
            claimed |= set(each.rules)
            _hold_against(account, queue, each)
        large.advance(97)
    assert {"capacity-full", "place", "dependencies-open"} <= claimed


def _hold_against(account: Account, queue: JobQueue, asked: Asked) -> None:
    job = account.index.find(asked.job.job_id)
    assert job is not None
    needed = job.terms.needs.vcpus
    line = [waiting.job_id for waiting in queue.waiting.in_order()]
    for verdict in asked.answer.verdicts:
        if verdict.rule == "capacity-full":
            assert all(each.max_vcpus - each.used < needed for each in queue.environments), verdict
        elif verdict.rule in ("above-max-vcpus", "above-instance-types", "told-too-large"):
            assert all(
                needed > each.largest.vcpus
                or job.terms.needs.memory_mib > each.largest.memory_mib
                or job.terms.needs.gpus > each.largest.gpus
                for each in queue.environments
            ), verdict
        elif verdict.rule == "place" and job.array is None:
            position = line.index(job.job_id) + 1
            assert verdict.evidence[0].startswith(
                f"{ordinal(position)} of the" if position <= 100 else "not among the"
            )
        elif verdict.rule == "dependencies-open":
            assert job.blocking > 0


async def test_the_quick_reason_agrees_with_the_long_one(large: DemoWorld, gateway: Gateway) -> None:
    known = await account_of(gateway)
    held = {name: replace(each, load=load_of(each.active.values())) for name, each in known.jobs.items()}
    known = replace(known, jobs=held)
    now = int(large.clock.now() * 1000)
    found, without = set(), []
    for queue in known.job_queues or ():
        for job in known.jobs[queue.job_queue_name].active.values():
            reason = quick_reason(known_situation(known, job, now))
            if job.status not in ("RUNNABLE", "PENDING") or job.array_properties is not None:
                continue
            asked = await ask(large, gateway, known, job)
            if reason is None:
                without.append(asked)
                if asked.rules[0] == "consumables":
                    assert "w asks for dragen-licences" in quick_line(known_situation(known, job, now)).text
            elif asked.rules[0] == "blocked-head":  # since when is only told when asked
                assert reason.startswith("likely: its queue's head has no place: ")
            elif reason.startswith("likely: its queue's head has no place: "):
                # which it is, but others go past it, as only the front shows
                assert any("the head of its queue is stuck" in words for words in asked.answer.ruled_out)
            else:
                assert reason == one_line(asked.answer)
            found.add(asked.rules[0] if reason is not None else "")
    assert {"dependencies-open", "blocked-head", "capacity-full", "told-too-large"} <= found
    unknown = [each.rules for each in without if not each.job.is_service_job]
    assert all(rules[0] in ("consumables", "instances-coming") for rules in unknown), "it has to be asked for"


async def test_a_queue_that_may_not_be_looked_at_leaves_its_front_unknown(
    large: DemoWorld, gateway: Gateway
) -> None:
    known = await account_of(gateway)
    job = next(j for j in known.jobs["train-gpu"].active.values() if j.status == "RUNNABLE" and j.share_identifier)
    refused = {"status": 403, "code": "AccessDeniedException", "message": "not authorized"}
    large.fault("GetJobQueueSnapshot", "DescribeSchedulingPolicies", **refused)
    asked = await ask(large, gateway, known, job)
    assert any(words.startswith("its place in the queue: ") for words in asked.answer.unknown)
    assert any(words.startswith("the weight of its share: ") for words in asked.answer.unknown)
    assert "place" not in asked.rules
    assert "fair-share" not in asked.rules


async def test_the_snapshot_is_read_as_aws_tells_it(large: DemoWorld, gateway: Gateway) -> None:
    for queue in sorted(large.queues()):
        told = large.batch.get_job_queue_snapshot(jobQueue=queue)
        snapshot = await gateway.queue.get_job_queue_snapshot(queue)
        front = told["frontOfQueue"]
        assert [(each.job_arn, each.earliest_time_at_position) for each in snapshot.front_of_queue] == [
            (each["jobArn"], each["earliestTimeAtPosition"]) for each in front["jobs"]
        ]
        assert snapshot.front_updated_at == front["lastUpdatedAt"]
        usage = told["queueUtilization"]["totalCapacityUsage"]
        assert [(each.capacity_unit, each.quantity) for each in snapshot.total_capacity_usage] == [
            (each["capacityUnit"], each["quantity"]) for each in usage
        ]
    shares = (await gateway.queue.get_job_queue_snapshot("train-gpu")).fairshare_utilization
    assert {"research", "sweep"} <= {share.name for share in shares}
    assert all((share.vcpus or 0) > 0 for share in shares)


async def test_policies_are_read_and_unknown_ones_absent(large: DemoWorld, gateway: Gateway) -> None:
    (queue,) = [each for each in await gateway.describe_job_queues() if each.job_queue_name == "train-gpu"]
    assert queue.scheduling_policy_arn is not None
    found = await gateway.queue.describe_scheduling_policies([queue.scheduling_policy_arn, "arn:nothing"])
    (policy,) = found
    assert policy.fairshare_policy is not None
    shares = ("production", "intern-a", "nobody")
    assert [policy.fairshare_policy.weight(share) for share in shares] == [0.25, 2.0, 1.0]


@pytest.mark.parametrize("body", ["<html>portal</html>", "{}", "[]", '{"frontOfQueue": 3}'])
async def test_what_is_no_snapshot_is_refused(large: DemoWorld, gateway: Gateway, body: str) -> None:
    large.fault("GetJobQueueSnapshot", status=200, body=body, content_type="application/json")
    with pytest.raises(errors.MalformedAnswerError):
        await gateway.queue.get_job_queue_snapshot("train-gpu")


async def test_where_an_operation_is_missing_that_is_what_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with moto_world() as world:
        use_credentials_of(world, monkeypatch)
        await _without_operations(world)


async def _without_operations(world: World) -> None:
    connection = Connection(ConnectionSettings(endpoint_url=world.url))
    gateway = Gateway(connection, CallBudget(50))
    try:
        with pytest.raises(errors.UnsupportedOperationError):
            await gateway.queue.get_job_queue_snapshot("high")
        with pytest.raises(errors.UnsupportedOperationError):
            await gateway.queue.list_quota_shares("high")
        fair = {"shareDistribution": [{"shareIdentifier": "a*", "weightFactor": 0.5}]}
        arn = world.batch.create_scheduling_policy(name="fair", fairsharePolicy=fair)["arn"]
        (policy,) = await gateway.queue.describe_scheduling_policies([arn])
        assert policy.fairshare_policy is not None
        assert policy.fairshare_policy.weight("ab") == 0.5
    finally:
        await connection.close()
