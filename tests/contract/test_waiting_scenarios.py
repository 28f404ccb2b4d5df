"""Every rule of why a job waits, seen in the demo account: what is done in it over its API, and what is then said.

Each test acts as a person would (submits, disables, cancels, lets time pass), asks over HTTP, and expects the
rule; what is claimed is held against what was done.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from batchtui.aws.gateway import Gateway
from batchtui.demo.service_jobs import ServiceJob
from batchtui.insight.verdict import Verdict
from batchtui.insight.waiting import why_waiting
from batchtui.insight.waiting_rules import RULES
from batchtui.model.job import JobSummary
from batchtui.sync.waiting_reads import waiting_situation
from tests.conftest import use_credentials_of
from tests.contract.gateways import gateway_on
from tests.contract.test_waiting import Asked, account_of, ask, every_waiting_job
from tests.worlds import DemoWorld, demo_world

NATURAL = {
    "array-under-way",
    "blocked-head",
    "capacity-full",
    "dependencies-open",
    "environments-out",
    "fair-share",
    "instances-coming",
    "no-instance-capacity",
    "nothing-asked",
    "place",
    "queue-disabled",
    "quota-share",
    "starting",
    "submitted",
    "time-limit",
    "told-environments-invalid",
    "told-instance-types",
    "told-quota-limit",
    "told-service-max",
    "told-service-role",
    "told-too-large",
    "told-undetermined",
}
"""What the account has by itself."""
PAYLOAD_ONLY = {
    "dependencies-over",  # the demo account looks at dependencies at once
    "no-environments",  # a queue cannot be made without one
    "told-other",  # a reason of another year
}
"""What only a made-up answer shows: tests/unit/waiting_scenarios.py."""
ACTED: set[str] = {
    "above-instance-types",
    "above-max-vcpus",
    "array-children",
    "at-max-vcpus",
    "consumables",
    "dependency-failed",
    "higher-priority",
    "one-after-another",
    "queue-status",
    "reservation",
    "retry",
    "scheduled",
    "service-environment",
    "some-environments-out",
    "stopped",
    "told-max-vcpus",
    "wrong-platform",
}
"""What a test here makes happen."""


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoWorld]:
    with demo_world(jobs=2000, queues=15, service_jobs=True) as made:
        use_credentials_of(made, monkeypatch)
        yield made


@pytest.fixture
async def gateway(world: DemoWorld) -> AsyncIterator[Gateway]:
    async with gateway_on(world) as opened:
        yield opened


def submit(world: DemoWorld, queue: str, definition: str, **more: Any) -> str:
    answer = world.batch.submit_job(jobName="probe", jobQueue=queue, jobDefinition=definition, **more)
    return str(answer["jobId"])


def asks(vcpus: int, memory: int = 7680) -> dict[str, Any]:
    wanted = [{"type": "VCPU", "value": str(vcpus)}, {"type": "MEMORY", "value": str(memory)}]
    return {"containerOverrides": {"resourceRequirements": wanted}}


def status(world: DemoWorld, job_id: str) -> str:
    (job,) = world.batch.describe_jobs(jobs=[job_id])["jobs"]
    return str(job["status"])


def until(world: DemoWorld, holds: Callable[[], bool], *, step: float = 0.2, steps: int = 3000) -> None:
    """Lets time pass until something holds."""
    for _ in range(steps):
        if holds():
            return
        world.advance(step)
    raise AssertionError("it never happens")


def placed(world: DemoWorld, job_id: str, wanted: str = "RUNNABLE") -> None:
    until(world, lambda: status(world, job_id) == wanted)


async def asked_of(world: DemoWorld, gateway: Gateway, job_id: str) -> Asked:
    known = await account_of(gateway)
    (found,) = await gateway.describe_jobs([job_id])
    return await ask(world, gateway, known, found.summary)


def the(asked: Asked, rule: str) -> Verdict:
    found = [verdict for verdict in asked.answer.verdicts if verdict.rule == rule]
    assert found, (rule, asked.rules, asked.answer.unknown)
    return found[0]


async def verdict(world: DemoWorld, gateway: Gateway, job_id: str, rule: str) -> Verdict:
    return the(await asked_of(world, gateway, job_id), rule)


def test_every_rule_is_seen_somewhere() -> None:
    assert {rule.key for rule in RULES} == NATURAL | ACTED | PAYLOAD_ONLY
    assert not NATURAL & ACTED
    assert not PAYLOAD_ONLY & (NATURAL | ACTED)


async def test_what_the_account_has_by_itself(world: DemoWorld, gateway: Gateway) -> None:
    seen: set[str] = set()
    for _ in range(8):  # hours: which jobs meet in a queue is left to chance
        seen |= {rule for each in (await every_waiting_job(world, gateway)).values() for rule in each.rules}
        if seen >= NATURAL:
            break
        world.advance(1_800)
    assert seen >= NATURAL, NATURAL - seen


async def test_more_vcpus_than_any_environment_has(world: DemoWorld, gateway: Gateway) -> None:
    job_id = submit(world, "align-high", "samtools-sort", **asks(300))
    placed(world, job_id)
    found = await verdict(world, gateway, job_id, "above-max-vcpus")
    assert found.cause == "It asks for 300 vCPUs, its environments have at most 256."
    until(world, lambda: bool(world.batch.describe_jobs(jobs=[job_id])["jobs"][0].get("statusReason")))
    asked = await asked_of(world, gateway, job_id)
    assert the(asked, "told-max-vcpus").evidence[1] == "asks for 300 vCPUs, 7,680 MiB"
    assert "above-max-vcpus" not in asked.rules


async def test_more_than_any_instance_has(world: DemoWorld, gateway: Gateway) -> None:
    job_id = submit(world, "align-high", "samtools-sort", **asks(48))
    placed(world, job_id)
    found = await verdict(world, gateway, job_id, "above-instance-types")
    assert found.cause == "No allowed instance type is large enough."
    assert "on-demand: the largest is r6i.8xlarge with 32 vCPUs, 262,144 MiB" in found.evidence


async def test_nodes_need_on_demand(world: DemoWorld, gateway: Gateway) -> None:
    world.batch.update_compute_environment(computeEnvironment="on-demand", state="DISABLED")
    world.advance(10)
    job_id = submit(world, "align-high", "train-variant-ddp")
    placed(world, job_id)
    found = await verdict(world, gateway, job_id, "wrong-platform")
    assert found.cause == "Multi-node jobs need on-demand EC2, and none of its usable environments is."
    assert "spot: SPOT" in found.evidence


async def test_a_dependency_that_failed(world: DemoWorld, gateway: Gateway) -> None:
    failed, *_ = [job.job_id async for page in gateway.list_jobs("align-high", "FAILED") for job in page.jobs]
    job_id = submit(world, "align-high", "samtools-sort", dependsOn=[{"jobId": failed}])
    placed(world, job_id, "PENDING")
    found = await verdict(world, gateway, job_id, "dependency-failed")
    assert found.leads[0].key == failed
    world.advance(2)
    assert status(world, job_id) == "FAILED", "as was said"


async def test_children_one_after_another(world: DemoWorld, gateway: Gateway) -> None:
    parent = submit(
        world, "align-high", "samtools-sort", arrayProperties={"size": 3}, dependsOn=[{"type": "SEQUENTIAL"}]
    )
    until(world, lambda: status(world, f"{parent}:2") == "PENDING")
    found = await verdict(world, gateway, f"{parent}:2", "one-after-another")
    assert found.leads[0].key == f"{parent}:1"


async def test_an_array_of_which_nothing_runs_yet(world: DemoWorld, gateway: Gateway) -> None:
    parent = submit(world, "train-gpu", "train-sweep", arrayProperties={"size": 5}, shareIdentifier="intern-late")
    until(world, lambda: status(world, f"{parent}:4") == "RUNNABLE")
    asked = await asked_of(world, gateway, parent)
    assert the(asked, "array-children").cause == "Its 5 children: 5 RUNNABLE."


async def test_one_that_was_asked_to_stop(world: DemoWorld, gateway: Gateway) -> None:
    first = submit(world, "align-high", "samtools-sort")
    job_id = submit(world, "align-high", "samtools-sort", dependsOn=[{"jobId": first}])
    placed(world, job_id, "PENDING")
    world.batch.cancel_job(jobId=job_id, reason="enough")
    asked = await asked_of(world, gateway, job_id)
    assert asked.rules == ["stopped"]


async def test_a_queue_in_the_middle_of_a_change(world: DemoWorld, gateway: Gateway) -> None:
    known = await account_of(gateway)
    job = next(job for job in known.jobs["train-gpu"].active.values() if job.status == "RUNNABLE")
    world.batch.update_job_queue(jobQueue="train-gpu", priority=41)
    found = await verdict(world, gateway, job.job_id, "queue-status")
    assert found.cause == "Its queue is UPDATING: train-gpu."


async def test_one_environment_of_two_is_out(world: DemoWorld, gateway: Gateway) -> None:
    world.batch.update_compute_environment(computeEnvironment="fargate-spot", state="DISABLED")
    submitted = [submit(world, "qc-fargate", "fastqc") for _ in range(20)]
    placed(world, submitted[-1])
    found = await verdict(world, gateway, submitted[-1], "some-environments-out")
    assert found.cause == "One of its 2 environments takes no jobs."


async def test_all_that_may_be_had_is_there(world: DemoWorld, gateway: Gateway) -> None:
    world.batch.update_compute_environment(computeEnvironment="spot", computeResources={"desiredvCpus": 256})
    seen = set()
    for _ in range(20):
        asked = await every_waiting_job(world, gateway, ("align-low",))
        seen |= {rule for each in asked.values() for rule in each.rules}
        if "at-max-vcpus" in seen:
            break
        world.advance(5)
    assert "at-max-vcpus" in seen


async def test_a_queue_of_higher_priority(world: DemoWorld, gateway: Gateway) -> None:
    world.batch.update_compute_environment(computeEnvironment="on-demand", state="DISABLED")
    before = [submit(world, "align-high", "star-rnaseq") for _ in range(40)]
    placed(world, before[-1])
    job_id = submit(world, "align-low", "samtools-sort")
    placed(world, job_id)
    found = await verdict(world, gateway, job_id, "higher-priority")
    assert found.evidence[1].startswith("align-high: priority 100, ")
    assert found.evidence[1].endswith(" RUNNABLE, shares spot")


@pytest.mark.slow
async def test_one_that_ran_before(world: DemoWorld, gateway: Gateway) -> None:
    account = world.account
    assert account is not None

    def back() -> list[str]:
        jobs = account.index.jobs_of(account.queues["align-low"]).by_status["RUNNABLE"]
        return [job.job_id for job in jobs if len(job.attempts) == 1 and job.array is None]

    until(world, lambda: bool(world.queues() and back()), step=5)
    job_id = back()[0]
    found = await verdict(world, gateway, job_id, "retry")
    assert found.cause.startswith("It ran before, and waits for attempt 2")
    known = await account_of(gateway)
    job = known.jobs["align-low"].active[job_id]
    held = replace(known.jobs["align-low"], starting_since={job_id: job.created_at or 0})
    seen = replace(known, jobs={**known.jobs, "align-low": held})
    made = await waiting_situation(gateway, seen, job, now=int(world.clock.now() * 1000))
    assert made.detail is not None
    assert made.status_since == made.detail.attempts[-1].stopped_at, "what was seen before that attempt is over"


async def test_resources_that_are_handed_out_one_by_one(world: DemoWorld, gateway: Gateway) -> None:
    wanted = {"consumableResourceList": [{"consumableResource": "licences", "quantity": 2}]}
    job_id = submit(
        world,
        "train-gpu",
        "evaluate-model",
        shareIdentifier="intern-late",
        consumableResourcePropertiesOverride=wanted,
    )
    placed(world, job_id)
    asked = await asked_of(world, gateway, job_id)
    assert "whether these are free: licences (2): AWS does not know licences" in asked.answer.unknown


async def test_a_licence_that_others_have(world: DemoWorld, gateway: Gateway) -> None:
    """The demo account always has jobs that wait for one."""
    jobs = world.batch.list_jobs_by_consumable_resource(
        consumableResource="dragen-licences", filters=[{"name": "JOB_STATUS", "values": ["RUNNABLE"]}]
    )["jobs"]
    found = await verdict(world, gateway, jobs[0]["jobArn"].rpartition("/")[2], "consumables")
    assert found.cause == "It takes 2 of dragen-licences, of which none is left."
    assert found.evidence == ("dragen-licences: 4 of 4 in use, 2 asked for",)
    assert [(each.kind, each.key) for each in found.leads] == [("consumable-resource", "dragen-licences")]


async def test_a_resource_of_which_there_is_enough(world: DemoWorld, gateway: Gateway) -> None:
    until(world, lambda: any(_takes_seats(world)), step=5)
    asked = await asked_of(world, gateway, next(_takes_seats(world)))
    assert any(each.startswith("what it takes is free: ") for each in asked.answer.ruled_out)


def _takes_seats(world: DemoWorld) -> Iterator[str]:
    jobs = world.batch.list_jobs_by_consumable_resource(
        consumableResource="tracking-seats", filters=[{"name": "JOB_STATUS", "values": ["RUNNABLE"]}]
    )["jobs"]
    yield from (each["jobArn"].rpartition("/")[2] for each in jobs)


async def test_what_is_kept_for_shares_without_jobs(world: DemoWorld, gateway: Gateway) -> None:
    """The demo account keeps nothing: its policy answers as one that does."""
    arn = world.batch.describe_job_queues(jobQueues=["train-gpu"])["jobQueues"][0]["schedulingPolicyArn"]
    (policy,) = world.batch.describe_scheduling_policies(arns=[arn])["schedulingPolicies"]
    policy["fairsharePolicy"]["computeReservation"] = 99
    body = json.dumps({"schedulingPolicies": [policy]})
    until(world, lambda: any(_waits_with_room(world)), step=5)
    job_id = next(_waits_with_room(world))
    world.fault("DescribeSchedulingPolicies", status=200, body=body, content_type="application/json")
    found = await verdict(world, gateway, job_id, "reservation")
    assert found.evidence[0].startswith("computeReservation 99")


def _waits_with_room(world: DemoWorld) -> Iterator[str]:
    """Jobs of the GPU queue that would fit by their vCPUs: something else keeps them."""
    account = world.account
    assert account is not None
    account.advance()
    (gpu,) = account.queues["train-gpu"].environments
    for job in account.queues["train-gpu"].waiting.in_order():
        if job.parent is None and job.terms.needs.vcpus + gpu.used <= gpu.max_vcpus:
            yield job.job_id


def _service_job(world: DemoWorld, wanted: Callable[[ServiceJob, int], bool]) -> ServiceJob | None:
    account = world.account
    assert account is not None
    assert account.service_jobs is not None
    account.advance()
    return next((job for job in account.service_jobs.newest_first(account.now) if wanted(job, account.now)), None)


async def _asked_of_service_job(world: DemoWorld, gateway: Gateway, job: ServiceJob) -> Asked:
    known = await account_of(gateway)
    summary = known.job(job.job_id) or JobSummary(job.job_id, job.name, "sagemaker-training", "RUNNABLE")
    made = await waiting_situation(gateway, known, summary, now=int(world.clock.now() * 1000))
    return Asked(made.job, why_waiting(made))


async def test_a_service_job_that_was_handed_over(world: DemoWorld, gateway: Gateway) -> None:
    def is_scheduled(job: ServiceJob, now: int) -> bool:
        return job.status(now) == "SCHEDULED"

    until(world, lambda: _service_job(world, is_scheduled) is not None, step=3)
    job = _service_job(world, is_scheduled)
    assert job is not None
    assert (await _asked_of_service_job(world, gateway, job)).rules == ["scheduled"]


async def test_a_service_environment_that_takes_no_jobs(world: DemoWorld, gateway: Gateway) -> None:
    answer = world.batch.describe_service_environments()
    answer["serviceEnvironments"][0]["state"] = "DISABLED"
    body = json.dumps({"serviceEnvironments": answer["serviceEnvironments"]})
    world.fault("DescribeServiceEnvironments", status=200, body=body, content_type="application/json")
    job = _service_job(world, lambda job, now: job.status(now) == "RUNNABLE" and not job.stuck)
    assert job is not None
    asked = await _asked_of_service_job(world, gateway, job)
    found = the(asked, "service-environment")
    assert found.cause == "Its service environment sagemaker-ml takes no jobs."
    assert found.evidence == ("sagemaker-ml: DISABLED VALID",)
    world.fault("DescribeServiceEnvironments", status=403, code="AccessDeniedException", message="no")
    asked = await _asked_of_service_job(world, gateway, job)
    assert "service-environment" not in asked.rules
    assert any(words.startswith("its service environment: ") for words in asked.answer.unknown)
