"""What a dialog says before something is changed, and which numbers it takes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.actions.change import Change, ChangePlan, Checked
from batchtui.actions.change_plans import (
    plan_deregistration,
    plan_environment_state,
    plan_queue_priority,
    plan_queue_state,
    plan_service_job_priority,
    plan_vcpus,
)
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job_definition import JobDefinition
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.service_job import ServiceJobDetail


def queue(name: str, *environments: str, state: str = "ENABLED", priority: int | None = 10) -> JobQueueDetail:
    order = [{"order": number, "computeEnvironment": each} for number, each in enumerate(environments)]
    data = {"jobQueueName": name, "state": state, "priority": priority, "computeEnvironmentOrder": order}
    return JobQueueDetail.from_api(data)


def environment(name: str, state: str = "ENABLED", **resources: Any) -> ComputeEnvironmentDetail:
    found = {"type": "EC2", "minvCpus": 4, "desiredvCpus": 16, "maxvCpus": 64} | resources
    data = {
        "computeEnvironmentName": name,
        "type": "MANAGED",
        "state": state,
        "computeResources": {key: value for key, value in found.items() if value is not None},
    }
    return ComputeEnvironmentDetail.from_api(data)


def planned(plan: ChangePlan | str) -> ChangePlan:
    assert isinstance(plan, ChangePlan), plan
    return plan


def change_of(checked: Checked) -> Change:
    assert checked.change is not None, checked
    return checked.change


def test_a_queue_that_is_disabled_keeps_what_waits_and_what_runs() -> None:
    counts = {"RUNNABLE": 3, "PENDING": 1, "RUNNING": 1, "SUCCEEDED": 90}
    plan = plan_queue_state(queue("high", "one"), counts, [environment("one")])
    assert plan.question == "Disable job queue high? It is ENABLED and becomes DISABLED."
    assert plan.consequences == (
        "AWS refuses new jobs for it, until it is enabled again.",
        "4 jobs wait in it and stay there.",
        "1 job has begun and goes on.",
    )
    change = change_of(plan.check({}))
    assert (change.operation, change.target, change.state, change.numbers) == (
        "UpdateJobQueue",
        "high",
        "DISABLED",
        (),
    )
    assert change.done == "Job queue high is being disabled."


def test_a_queue_is_enabled_in_vain_where_no_environment_is() -> None:
    off = queue("high", "one", state="DISABLED")
    plan = plan_queue_state(off, {"RUNNABLE": 1}, [environment("one", "DISABLED")])
    assert plan.yes == "Enable it"
    assert plan.consequences[-1] == "None of its compute environments is enabled: nothing can start."
    plan = plan_queue_state(off, {"RUNNABLE": 1}, [environment("one")])
    assert plan.consequences[-1] == "1 job waits in it and can be started, which can cost money."
    assert change_of(plan.check({})).state == "ENABLED"


def test_an_environment_that_is_disabled_names_the_queues_that_have_no_other() -> None:
    queues = [queue("a", "one", "two"), queue("b", "one"), queue("c", "one", "off"), queue("d", "two")]
    environments = [environment("one"), environment("two"), environment("off", "DISABLED")]
    plan = plan_environment_state(environments[0], queues, environments)
    assert plan.question == "Disable compute environment one? It is ENABLED and becomes DISABLED."
    assert plan.consequences == (
        "No new job starts in it; those that run there go on.",
        "Idle instances are given back, down to its minimum of 4 vCPUs.",
        "3 queues use it: a, b, c.",
        "Jobs go to the other environments of their queues.",
        "Queues without another enabled one, whose jobs then wait: b, c.",
    )
    plan = plan_environment_state(environments[2], [], environments)
    assert plan.consequences[-1] == "No queue uses it."
    assert change_of(plan.check({})).what == "state DISABLED → ENABLED"


def test_a_priority() -> None:
    high = queue("high", "one")
    plan = plan_queue_priority(high, [high, queue("low", "one", priority=1), queue("else", "two")])
    assert plan.question == "Change the priority of job queue high, which is 10?"
    assert plan.consequences[-1] == "It shares environments with low (1)."
    change = change_of(plan.check({"priority": " 20 "}))
    assert (change.what, change.numbers, change.state) == ("priority 10 → 20", (("priority", 20),), None)
    for same in ("", "10", "010"):
        assert plan.check({"priority": same}) == Checked()
    assert plan.check({"priority": "-1"}).trouble == "priority: a whole number, please."
    assert "from 0 to 2,147,483,647" in plan.check({"priority": "2147483648"}).trouble
    assert "from 0 to 2,147,483,647" in plan.check({"priority": "9" * 10_000}).trouble


@pytest.mark.parametrize(
    ("typed", "trouble"),
    [
        ({"minvCpus": "65"}, "The minimum of 65 is above the maximum of 64."),
        ({"maxvCpus": "3"}, "The minimum of 4 is above the maximum of 3."),
        ({"desiredvCpus": "65"}, "Desired: from the minimum, 4, to the maximum, 64."),
        ({"desiredvCpus": "15"}, "Desired: not below the present 16; AWS lowers it by itself."),
        ({"desiredvCpus": "x"}, "desired: a whole number, please."),
        ({"desiredvCpus": "20", "minvCpus": "32"}, "Desired: from the minimum, 32, to the maximum, 64."),
    ],
)
def test_vcpus_that_make_no_sense(typed: dict[str, str], trouble: str) -> None:
    checked = planned(plan_vcpus(environment("one"))).check(typed)
    assert (checked.change, checked.trouble) == (None, trouble)


def test_only_what_differs_is_sent_and_what_it_costs_is_said() -> None:
    plan = planned(plan_vcpus(environment("one")))
    assert [asked.name for asked in plan.numbers] == ["minvCpus", "desiredvCpus", "maxvCpus"]
    checked = plan.check({"minvCpus": "4", "desiredvCpus": "80", "maxvCpus": "128"})
    assert change_of(checked).numbers == (("desiredvCpus", 80), ("maxvCpus", 128))
    assert checked.notes == (
        "Desired 16 → 80, maximum 64 → 128.",
        "Up to 64 more vCPUs can be in use, which can cost money.",
        "Instances for 64 more vCPUs are asked for now, which costs money.",
    )
    lowered = plan.check({"minvCpus": "0", "maxvCpus": "8"})
    assert lowered.notes[1] == "What runs goes on; nothing starts beyond the new maximum."
    assert change_of(lowered).numbers == (("minvCpus", 0), ("maxvCpus", 8)), "the desired number is AWS's own"


@given(st.tuples(*(st.none() | st.integers(0, 200) for _ in range(3))))
def test_whatever_is_sent_is_what_aws_takes(typed: tuple[int | None, ...]) -> None:
    names = ("minvCpus", "desiredvCpus", "maxvCpus")
    texts = {name: "" if value is None else str(value) for name, value in zip(names, typed, strict=True)}
    checked = planned(plan_vcpus(environment("one"))).check(texts)
    if checked.change is None:
        return
    assert not checked.trouble
    sent = dict(checked.change.numbers)
    will = {"minvCpus": 4, "desiredvCpus": 16, "maxvCpus": 64} | sent
    assert will["minvCpus"] <= will["maxvCpus"]
    if "desiredvCpus" in sent:
        assert max(16, will["minvCpus"]) <= sent["desiredvCpus"] <= will["maxvCpus"]
    assert all(str(value) == texts[name] for name, value in sent.items())


def test_each_kind_of_environment_has_its_own_numbers() -> None:
    fargate = planned(plan_vcpus(environment("f", type="FARGATE_SPOT", minvCpus=None, desiredvCpus=None)))
    assert [asked.name for asked in fargate.numbers] == ["maxvCpus"]
    assert change_of(fargate.check({"maxvCpus": "1"})).numbers == (("maxvCpus", 1),)
    eks = ComputeEnvironmentDetail.from_api({**environment("e").raw, "containerOrchestrationType": "EKS"})
    assert [asked.name for asked in planned(plan_vcpus(eks)).numbers] == ["minvCpus", "maxvCpus"]
    unmanaged = ComputeEnvironmentDetail.from_api({"computeEnvironmentName": "u", "type": "UNMANAGED"})
    assert "not managed" in str(plan_vcpus(unmanaged))


def service_job(**data: Any) -> ServiceJobDetail:
    return ServiceJobDetail.from_api(
        {"jobId": "s", "jobName": "train", "status": "RUNNABLE", "schedulingPriority": 1, **data}
    )


def test_the_priority_of_a_service_job() -> None:
    plan = planned(plan_service_job_priority(service_job()))
    change = change_of(plan.check({"schedulingPriority": "9999"}))
    assert (change.operation, change.target, change.numbers) == (
        "UpdateServiceJob",
        "s",
        (("schedulingPriority", 9999),),
    )
    assert plan.check({"schedulingPriority": "10000"}).trouble == "priority: from 0 to 9,999."
    assert plan_service_job_priority(service_job(status="FAILED")) == "train has already ended."
    running = planned(plan_service_job_priority(service_job(status="RUNNING")))
    assert "It is RUNNING already" in running.consequences[-1]


def test_a_revision_is_deregistered_once_and_for_good() -> None:
    data = {"jobDefinitionName": "fastqc", "revision": 3, "jobDefinitionArn": "arn:x", "status": "ACTIVE"}
    plan = planned(plan_deregistration(JobDefinition.from_api(data)))
    assert "fastqc:3" in plan.question
    assert any("cannot be undone" in sentence for sentence in plan.consequences)
    assert change_of(plan.check({})).target == "arn:x"
    gone = plan_deregistration(JobDefinition.from_api({**data, "status": "INACTIVE"}))
    assert gone == "fastqc:3 is INACTIVE already."
