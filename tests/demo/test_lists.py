"""Scheduling policies and consumable resources of the demo account, every answer held against the model."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from botocore.exceptions import ClientError

from .conftest import Demo


def test_a_seat_is_taken_while_a_job_runs_and_given_back(demo: Demo) -> None:
    taken = {"consumableResourceList": [{"consumableResource": "dragen-licences", "quantity": 3}]}
    job_id = demo.submit(consumableResourcePropertiesOverride=taken)

    def in_use() -> tuple[int, int]:
        one = demo.batch.describe_consumable_resource(consumableResource="dragen-licences")
        return one["inUseQuantity"], one["availableQuantity"]

    assert in_use() == (0, 4)
    demo.advance_until(job_id, "RUNNING")
    assert in_use() == (3, 1)
    (job,) = demo.batch.list_jobs_by_consumable_resource(
        consumableResource="dragen-licences", filters=[{"name": "JOB_STATUS", "values": ["RUNNING"]}]
    )["jobs"]
    assert job["jobArn"].endswith(job_id)
    assert job["consumableResourceProperties"] == taken
    demo.advance_until(job_id, "SUCCEEDED", "FAILED")
    assert in_use() == (0, 4)


def test_what_is_used_up_stays_so(demo: Demo) -> None:
    def used() -> int:
        (one,) = demo.batch.list_consumable_resources(
            filters=[{"name": "CONSUMABLE_RESOURCE_NAME", "values": ["annotation*"]}]
        )["consumableResources"]
        assert one["resourceType"] == "NON_REPLENISHABLE"
        return int(one["inUseQuantity"])

    before = used()
    taken = {"consumableResourceList": [{"consumableResource": "annotation-credits", "quantity": 40}]}
    job_id = demo.submit(consumableResourcePropertiesOverride=taken)
    demo.advance_until(job_id, "SUCCEEDED", "FAILED")
    assert used() >= before + 40


def test_jobs_wait_while_what_they_take_is_in_use_and_nobody_waits_behind_them(demo: Demo) -> None:
    taken = {"consumableResourceList": [{"consumableResource": "dragen-licences", "quantity": 3}]}
    first = demo.submit(consumableResourcePropertiesOverride=taken)
    second = demo.submit(consumableResourcePropertiesOverride=taken)
    behind = demo.submit()
    demo.advance_until(first, "RUNNING")
    demo.advance_until(behind, "RUNNING", "SUCCEEDED", "FAILED")
    waiting = demo.described(second)
    assert (waiting["status"], waiting["attempts"]) == ("RUNNABLE", [])
    assert "statusReason" not in waiting, "AWS tells of none"
    front = demo.batch.get_job_queue_snapshot(jobQueue=waiting["jobQueue"])["frontOfQueue"]["jobs"]
    assert waiting["jobArn"] in [each["jobArn"] for each in front]
    one = demo.batch.describe_consumable_resource(consumableResource="dragen-licences")
    assert (one["inUseQuantity"], one["availableQuantity"]) == (3, 1)
    demo.advance_until(first, "SUCCEEDED", "FAILED")
    demo.advance_until(second, "STARTING", "RUNNING")


def test_who_waits_for_a_resource_can_be_stopped(demo: Demo) -> None:
    taken = {"consumableResourceList": [{"consumableResource": "dragen-licences", "quantity": 5}]}
    never = demo.submit(consumableResourcePropertiesOverride=taken)
    demo.clock.advance(1200)
    assert demo.described(never)["status"] == "RUNNABLE"
    demo.batch.terminate_job(jobId=never, reason="there are only four")
    demo.advance_until(never, "FAILED")
    one = demo.batch.describe_consumable_resource(consumableResource="dragen-licences")
    assert one["inUseQuantity"] == 0


@pytest.mark.parametrize("jobs", [50, 3000])
def test_no_more_is_taken_than_there_is(make_demo: Callable[..., Demo], jobs: int) -> None:
    demo = make_demo(jobs=jobs)
    for _ in range(5):
        for each in demo.batch.list_consumable_resources()["consumableResources"]:
            assert 0 <= each["inUseQuantity"] <= each["totalQuantity"], each
        demo.clock.advance(600)


def test_a_newcomers_account_has_jobs_that_wait_for_a_licence(make_demo: Callable[..., Demo]) -> None:
    demo = make_demo(jobs=2000)
    ended = 0
    for _ in range(5):
        one = demo.batch.describe_consumable_resource(consumableResource="dragen-licences")
        jobs = demo.batch.list_jobs_by_consumable_resource(consumableResource="dragen-licences")["jobs"]
        holding = [each for each in jobs if each["jobStatus"] in ("STARTING", "RUNNING")]
        assert one["inUseQuantity"] == sum(each["quantity"] for each in holding) <= one["totalQuantity"] == 4
        assert len([each for each in jobs if each["jobStatus"] == "RUNNABLE"]) >= 1
        ended, before = len([each for each in jobs if each["jobStatus"] in ("SUCCEEDED", "FAILED")]), ended
        assert ended >= before
        demo.clock.advance(600)
    assert ended > 5, "the line moves on"


def test_what_is_asked_wrongly_is_refused(demo: Demo) -> None:
    wrong: list[Callable[[], object]] = [
        lambda: demo.batch.describe_consumable_resource(consumableResource="nothing"),
        lambda: demo.batch.list_jobs_by_consumable_resource(consumableResource="nothing"),
        lambda: demo.batch.list_consumable_resources(filters=[{"name": "COLOUR", "values": ["red"]}]),
        lambda: demo.batch.list_jobs_by_consumable_resource(
            consumableResource="tracking-seats", filters=[{"name": "JOB_STATUS", "values": ["ASLEEP"]}]
        ),
    ]
    for call in wrong:
        with pytest.raises(ClientError) as caught:
            call()
        assert caught.value.response["Error"]["Code"] == "ClientException"


def test_every_policy_can_be_described_and_has_tags(demo: Demo) -> None:
    arns = [each["arn"] for each in demo.batch.list_scheduling_policies()["schedulingPolicies"]]
    found = demo.batch.describe_scheduling_policies(arns=arns)["schedulingPolicies"]
    assert [each["arn"] for each in found] == arns
    arns.append(demo.batch.list_consumable_resources()["consumableResources"][0]["consumableResourceArn"])
    for arn in arns:
        assert demo.batch.list_tags_for_resource(resourceArn=arn)["tags"]


def test_revisions_of_a_definition_differ(demo: Demo) -> None:
    """Else there would be nothing to compare."""
    every = demo.batch.describe_job_definitions()["jobDefinitions"]
    by_name: dict[str, list[dict[str, object]]] = {}
    for each in every:
        by_name.setdefault(each["jobDefinitionName"], []).append(
            {k: v for k, v in each.items() if k not in ("revision", "jobDefinitionArn", "status")}
        )
    several = [revisions for revisions in by_name.values() if len(revisions) > 1]
    assert len(several) >= 5
    for revisions in several:
        assert all(one != other for one, other in pairwise(revisions))
