"""What the details say of policies, consumable resources and service environments, whatever AWS leaves out."""

from typing import Any

import pytest
from hypothesis import given, settings

from batchtui.format import text_of
from batchtui.model.consumable_resource import ConsumableResource, ConsumingJob
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.scheduling_policy import QuotaShareDetail, SchedulingPolicyDetail
from batchtui.model.service_environment import ServiceEnvironmentDetail
from batchtui.model.text import clean
from batchtui.sync.snapshot import Snapshot
from batchtui.ui.details.consumable_resource import MOST_JOBS, all_consuming, consumable_view, consuming_relations
from batchtui.ui.details.relations import consumable_relations, queue_relations
from batchtui.ui.details.scheduling_policy import policy_view, portions
from batchtui.ui.details.service_environment import service_environment_view
from batchtui.ui.details.views import View
from tests.api_shapes import answers

ARN = "arn:aws:batch:us-east-1:1:"


def overview(view: View, width: int = 100) -> str:
    return "\n".join(text_of(line) for line in view.tabs["Overview"](width, 1_000_000.0, False))


def policy(**changes: Any) -> SchedulingPolicyDetail:
    return SchedulingPolicyDetail.from_api({"name": "p", "arn": f"{ARN}scheduling-policy/p", **changes})


def fair(**changes: Any) -> SchedulingPolicyDetail:
    return policy(fairsharePolicy=changes)


def test_half_the_weight_gets_twice_as_much() -> None:
    shares = [
        {"shareIdentifier": "a", "weightFactor": 1.0},
        {"shareIdentifier": "b*", "weightFactor": 0.5},
        {"shareIdentifier": "unweighted"},
        {"shareIdentifier": "never", "weightFactor": 0.0},
    ]
    found = fair(shareDistribution=shares).fairshare_policy
    assert found is not None
    assert portions(found) == [
        ("b*", 0.5, 0.5),
        ("a", 1.0, 0.25),
        ("unweighted", 1.0, 0.25),
        ("never", 0.0, 0.0),
    ]


@pytest.mark.parametrize(
    ("member", "value", "words"),
    [
        ("computeReservation", 50, "50 % of the vCPUs stay free for other shares with one active, 25 % with two"),
        ("computeReservation", 0, "none: shares without jobs have nothing kept for them"),
        ("shareDecaySeconds", 0, "0 s: AWS takes 600 s then"),
        ("shareDecaySeconds", 7200, "7200 s (2h)"),
    ],
)
def test_what_the_terms_of_a_policy_mean(member: str, value: int, words: str) -> None:
    assert words in overview(policy_view(fair(**{member: value}), []))


def test_a_policy_that_tells_nothing_of_its_terms() -> None:
    text = overview(policy_view(fair(), []))
    assert "Share decay" not in text
    assert "Compute reservation" not in text
    assert "No queue that is known uses it." in text


def test_quota_shares_with_what_they_have_and_may_borrow() -> None:
    shares = [
        QuotaShareDetail.from_api(each)
        for each in (
            {
                "quotaShareName": "production",
                "capacityLimits": [{"maxCapacity": 6, "capacityUnit": "ml.g5.2xlarge"}, {"capacityUnit": "x"}],
                "resourceSharingConfiguration": {"strategy": "LEND_AND_BORROW", "borrowLimit": 50},
                "state": "ENABLED",
                "status": "VALID",
            },
            {"quotaShareName": "research", "resourceSharingConfiguration": {"borrowLimit": -1}},
            {"quotaShareName": "closed", "state": "DISABLED", "status": "VALID"},
            {"quotaShareName": "bare"},
        )
    ]
    quota = policy(quotaSharePolicy={"idleResourceAssignmentStrategy": "FIFO"})
    lines = overview(policy_view(quota, [], shares)).splitlines()
    named = {line.split()[0]: line for line in lines if line}
    assert "6 ml.g5.2xlarge, ? x · LEND_AND_BORROW · borrows up to 50 %" in named["production"]
    assert "borrows without limit" in named["research"]
    assert "DISABLED VALID" in named["closed"]
    assert "no capacity of its own" in named["bare"]
    assert "FIFO: to whoever has waited longest" in named["Idle"]


def consuming(number: int, status: str, quantity: int | None = 1) -> ConsumingJob:
    data = {"jobArn": f"{ARN}job/id-{number}", "jobName": f"job-{number}", "jobStatus": status}
    return ConsumingJob.from_api(data if quantity is None else {**data, "quantity": quantity})


async def nothing() -> Any:
    yield []


def resource(**changes: Any) -> ConsumableResource:
    return ConsumableResource.from_api({"consumableResourceName": "seats", **changes})


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"totalQuantity": 8, "inUseQuantity": 2}, ("2 ██", " of 8", "Available             6")),
        ({"totalQuantity": 8, "inUseQuantity": 9, "availableQuantity": 0}, ("none: jobs that need it wait",)),
        ({"totalQuantity": 0, "inUseQuantity": 0}, ("0 ░░", " of 0")),
        ({"totalQuantity": 8}, ("Total                 8",)),
        ({}, ("Consumable resource",)),
    ],
)
def test_quantities(told: dict[str, int], words: tuple[str, ...]) -> None:
    text = overview(consumable_view(resource(**told), (), nothing))
    for word in words:
        assert word in text
    assert "AWS tells of no job that takes it." in text


def test_who_holds_some_comes_first_and_nine_have_digits() -> None:
    statuses = ("FAILED", "SUCCEEDED", "RUNNABLE", "RUNNING", "STARTING", "PENDING", "SUBMITTED", "WHATEVER")
    relations = consuming_relations(consuming(number, status) for number, status in enumerate(statuses))
    assert [each.job.status for each in relations if each.job] == [
        *("RUNNING", "WHATEVER", "STARTING", "RUNNABLE", "PENDING", "SUBMITTED", "FAILED", "SUCCEEDED"),
    ]
    assert {each.role for each in relations} == {"takes 1"}
    assert consuming_relations([consuming(1, "RUNNING", None)])[0].role == "takes"
    jobs = [consuming(number, "RUNNABLE") for number in range(100)]
    view = consumable_view(resource(), jobs, nothing)
    assert len(view.relations) == 9
    assert "… and 91 or more more" not in overview(view)
    assert "… and 91 or more: f lists them all" in overview(view)
    assert "… and 11 more: f lists them all" in overview(consumable_view(resource(), jobs[:20], nothing))
    assert "AWS tells of no job" not in overview(consumable_view(resource(), (), nothing, trouble="denied"))


async def test_all_its_jobs_up_to_a_bound() -> None:
    closed = []

    async def pages() -> Any:
        try:
            for start in range(0, 5_000, 100):
                yield [consuming(number, "RUNNABLE") for number in range(start, start + 100)]
        finally:
            closed.append(True)

    told = [related async for related in all_consuming(pages)]
    assert [len(each.relations) for each in told] == list(range(100, MOST_JOBS + 1, 100))
    assert told[-1].is_all
    assert "may be more" in told[-1].note
    assert not any(each.is_all for each in told[:-1])
    assert closed


def test_what_a_queue_and_a_definition_lead_to() -> None:
    queue = JobQueueDetail.from_api(
        {
            "jobQueueName": "q",
            "schedulingPolicyArn": f"{ARN}scheduling-policy/p",
            "serviceEnvironmentOrder": [
                {"order": 2, "serviceEnvironment": f"{ARN}service-environment/second"},
                {"order": 1, "serviceEnvironment": "first"},
            ],
        }
    )
    assert [each.name for each in queue_relations(queue)] == ["p"]
    assert [each.name for each in queue_relations(queue, is_service_job=True)] == ["first", "second", "p"]
    assert queue_relations(None) == []
    taken = consumable_relations(((f"{ARN}consumable-resource/seats", "4"), ("by-name", ""), ("", "1")))
    assert [(each.name, each.note) for each in taken] == [("seats", "takes 4"), ("by-name", "")]


@settings(max_examples=60, deadline=None)
@given(
    answers("batch", "DescribeSchedulingPolicies"),
    answers("batch", "DescribeConsumableResource"),
    answers("batch", "DescribeServiceEnvironments"),
    answers("batch", "ListJobsByConsumableResource"),
)
def test_whatever_aws_tells_there_are_clean_lines(policies: Any, told: Any, environments: Any, jobs: Any) -> None:
    taken = [ConsumingJob.from_api(each) for each in jobs.get("jobs", [])]
    views = [consumable_view(ConsumableResource.from_api(told), taken, nothing)]
    views += [
        policy_view(SchedulingPolicyDetail.from_api(each), []) for each in policies.get("schedulingPolicies", [])
    ]
    views += [
        service_environment_view(ServiceEnvironmentDetail.from_api(each), Snapshot())
        for each in environments.get("serviceEnvironments", [])
    ]
    for view in views:
        for tab in view.tabs.values():
            for width in (20, 198):
                lines = [text_of(line) for line in tab(width, 0.0, False)]
                assert all(clean(line) == line for line in lines)
