"""Why a job waits: each rule in its scenario, and nothing that the data does not show."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batchtui.insight.instance_types import allowed_types
from batchtui.insight.queue_load import Load, load_of
from batchtui.insight.quick import NO_CAUSE
from batchtui.insight.situation import OtherQueue, WaitingSituation
from batchtui.insight.verdict import Answer, Certainty, Verdict
from batchtui.insight.waiting import LINE, line_of, one_line, quick_line, quick_reason, why_waiting
from batchtui.insight.waiting_rules import RULES
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job import JobSummary
from batchtui.model.job_queue import JobQueueDetail
from tests.api_shapes import ANYTHING, answers
from tests.unit.test_model import assert_harmless
from tests.unit.waiting_scenarios import (
    MINUTE,
    NOW,
    SCENARIOS,
    Scenario,
    asks,
    environment,
    front,
    listed,
    ordinary,
    queue,
    situation,
    with_member,
)

FUZZ = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_DURATION = re.compile(r"\b\d+[dhms]\b")


def told(scenario: Scenario) -> tuple[Answer, Verdict]:
    answer = why_waiting(situation(scenario.payload))
    found = [verdict for verdict in answer.verdicts if verdict.rule == scenario.rule]
    assert found, (scenario.rule, [verdict.rule for verdict in answer.verdicts], answer.unknown)
    return answer, found[0]


def rules_of(answer: Answer) -> list[str]:
    return [verdict.rule for verdict in answer.verdicts]


def test_every_rule_has_a_scenario() -> None:
    assert {rule.key for rule in RULES} == {scenario.rule for scenario in SCENARIOS}
    assert len(RULES) >= 25
    assert len({rule.key for rule in RULES}) == len(RULES)
    assert {key for rule in RULES for key in rule.silences} <= {rule.key for rule in RULES}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_each_rule_speaks_in_its_scenario(scenario: Scenario) -> None:
    answer, verdict = told(scenario)
    assert scenario.says in verdict.cause
    assert set(scenario.shows) <= set(verdict.evidence), verdict.evidence
    assert not scenario.leads_to or scenario.leads_to in {lead.key for lead in verdict.leads}
    assert len(set(rules_of(answer))) == len(answer.verdicts)
    assert len(verdict.cause) <= 77
    assert verdict.cause.endswith(".") or scenario.rule == "told-other"
    assert verdict.evidence
    assert verdict.link is None or verdict.link.startswith("https://docs.aws.amazon.com/batch/")
    assert verdict.remedies or scenario.rule == "stopped"
    assert 0 < len(one_line(answer)) <= LINE


@pytest.mark.parametrize(
    ("scenario", "path"),
    [(scenario, path) for scenario in SCENARIOS for path in scenario.rests_on],
    ids=lambda value: str(value),
)
def test_no_rule_claims_what_the_data_does_not_show(scenario: Scenario, path: str) -> None:
    """Without the member on which it rests, a rule has nothing to say."""
    before = next(v for v in why_waiting(situation(scenario.payload)).verdicts if v.rule == scenario.rule)
    without = why_waiting(situation(with_member(scenario.payload, path, None)))
    after = [verdict.cause for verdict in without.verdicts if verdict.rule == scenario.rule]
    assert before.cause not in after


JUST_NOT: tuple[tuple[str, str, Any], ...] = (
    ("capacity-full", "jobs.0.container.resourceRequirements.0.value", "124"),
    ("above-max-vcpus", "environments.0.computeResources.maxvCpus", 96),
    ("above-instance-types", "environments.0.computeResources.instanceTypes", ["c6i.8xlarge", "c6i.12xlarge"]),
    ("above-instance-types-memory", "detail.container.resourceRequirements.1.value", "62000"),
    ("higher-priority", "others.0.queue.priority", 10),
    ("higher-priority", "others.0.queue.state", "DISABLED"),
    ("higher-priority", "others.0.jobs", []),
    ("fair-share", "policy.fairsharePolicy.shareDistribution.1.weightFactor", 0.5),
    ("reservation", "policy.fairsharePolicy.computeReservation", 48),
    ("one-after-another", "detail.arrayProperties.index", 0),
    (
        "place-beyond",
        "snapshot.frontOfQueue.jobs",
        front(*(f"other-{n}" for n in range(99)))["frontOfQueue"]["jobs"],
    ),
    ("place-beyond", "detail.createdAt", NOW),
    ("place", "snapshot.frontOfQueue.jobs", front("job-1", "job-2")["frontOfQueue"]["jobs"]),
    ("at-max-vcpus", "environments.0.computeResources.desiredvCpus", 127),
    ("nothing-asked", "environments.0.computeResources.desiredvCpus", 1),
    ("nothing-asked", "snapshot.frontOfQueue.jobs", front("job-1", since=9)["frontOfQueue"]["jobs"]),
    ("instances-coming", "snapshot.frontOfQueue.jobs", front("job-1", since=10)["frontOfQueue"]["jobs"]),
    ("instances-coming", "environments.0.computeResources.desiredvCpus", 19),
    ("quota-share", "quota_shares.0.capacityLimits.0.maxCapacity", 5),
    ("service-environment", "service_environments.0.capacityLimits.0.maxCapacity", 9),
    ("dependency-failed", "dependencies.0.jobId", "job-elsewhere"),
    ("dependencies-over", "dependencies.1.jobId", "job-elsewhere"),
    ("time-limit", "queue.jobStateTimeLimitActions.0.reason", "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT"),
    ("no-environments", "queue.serviceEnvironmentOrder", [{"order": 1, "serviceEnvironment": "sagemaker"}]),
    ("wrong-platform", "detail.platformCapabilities", ["EC2", "FARGATE"]),
    ("wrong-platform-nodes", "environments.0.computeResources.type", "EC2"),
    ("some-environments-out", "environments.0.state", "DISABLED"),
    ("retry", "detail.attempts", []),
    ("blocked-head", "jobs.0.statusReason", "Host EC2 (instance i-0abc) terminated."),
)
"""By the scenario: what makes it one in which the rule just does not speak."""


@pytest.mark.parametrize(("name", "path", "value"), JUST_NOT, ids=lambda value: str(value)[:40])
def test_a_rule_is_silent_right_beside_its_scenario(name: str, path: str, value: Any) -> None:
    scenario = next(each for each in SCENARIOS if str(each) == name)
    told(scenario)
    assert scenario.rule not in rules_of(why_waiting(situation(with_member(scenario.payload, path, value))))


def test_a_job_that_asks_for_all_that_an_instance_has_does_not_fit_on_it() -> None:
    payload = ordinary()
    payload["environments"] = [environment(instanceTypes=["c6i.8xlarge"])]
    payload["detail"]["container"]["resourceRequirements"][1]["value"] = "65536"
    (verdict,) = (v for v in why_waiting(situation(payload)).verdicts if v.rule == "above-instance-types")
    assert verdict.certainty is Certainty.FOLLOWS


def test_a_time_limit_counts_only_at_the_head() -> None:
    scenario = next(each for each in SCENARIOS if each.rule == "time-limit")
    payload = with_member(scenario.payload, "snapshot", front("job-9", "job-1"))
    (verdict,) = (v for v in why_waiting(situation(payload)).verdicts if v.rule == "time-limit")
    assert verdict.cause == "Its queue cancels it for this after 1h."


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_every_figure_is_in_the_situation_or_follows_from_it(scenario: Scenario) -> None:
    known = set(_NUMBER.findall(json.dumps(scenario.payload).replace(",", " "))) | set(scenario.worked_out)
    known |= {number.removesuffix(".0") for number in known}
    _, verdict = told(scenario)
    for text in (verdict.cause, *verdict.evidence):
        for number in _NUMBER.findall(_DURATION.sub("", text)):
            plain = number.strip(",")
            assert plain in known or plain.replace(",", "") in known, (plain, text)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_what_was_ruled_out_is_not_the_cause(scenario: Scenario) -> None:
    answer, _ = told(scenario)
    hopeless = {"above-max-vcpus", "above-instance-types", "environments-out", "told-too-large"}
    if hopeless & set(rules_of(answer)):
        assert "capacity-full" not in rules_of(answer)
        assert not any("of 128 vCPUs in use" in words for words in answer.ruled_out)
    if "told-environments-invalid" in rules_of(answer):
        assert not any("usable" in words for words in answer.ruled_out)


def test_an_unknown_cause_says_what_was_ruled_out_and_what_nobody_tells() -> None:
    answer = why_waiting(situation(ordinary()))
    assert answer.verdicts == ()
    assert one_line(answer) == "Cause unknown"
    assert set(answer.ruled_out) == {
        "AWS gives no reason of its own in statusReason",
        "its queue is ENABLED",
        "its queue is VALID",
        "4 vCPUs asked for, on-demand may have 128",
        "its environments are of its platform (EC2)",
        "4 vCPUs, 7,680 MiB fit on c6i.8xlarge",
        "no job waits in a queue of higher priority that shares its environments",
        "at least 16 of 128 vCPUs in use, 4 asked for",
        "it is the first of its queue, at this place for 12m",
        "ENABLED and usable: on-demand",
    }
    assert any("EC2 quotas" in words for words in answer.unknown)


def test_what_could_not_be_looked_at_is_named_with_its_reason() -> None:
    payload = ordinary()
    del payload["snapshot"], payload["others"]
    payload |= {"snapshot_trouble": "AccessDenied: not authorized", "policy_trouble": "no permission"}
    payload["environments"] = []
    payload["detail"] |= {
        "shareIdentifier": "a",
        "consumableResourceProperties": {
            "consumableResourceList": [{"consumableResource": "licences", "quantity": 2}]
        },
    }
    answer = why_waiting(situation(payload))
    assert answer.verdicts == ()
    assert "its place in the queue: AccessDenied: not authorized" in answer.unknown
    assert "1 of the environments of its queue: AWS has not described them" in answer.unknown
    assert "the queues that share its environments: they are not known" in answer.unknown
    assert "the weight of its share: no permission" in answer.unknown
    assert "whether these are free: licences (2)" in answer.unknown


def test_the_first_is_the_weightiest() -> None:
    payload = ordinary()
    payload["queue"]["state"] = "DISABLED"
    payload["environments"][0] |= {"status": "INVALID", "statusReason": "no role"}
    payload["snapshot"] = front("job-5", "job-1")
    payload["jobs"] = [{**payload["jobs"][0], "container": {"vcpus": 128}}]
    assert rules_of(why_waiting(situation(payload))) == ["environments-out", "queue-disabled", "place"]
    payload["detail"]["statusReason"] = "ACTION_REQUIRED - CE(s) associated with the job queue are invalid."
    assert rules_of(why_waiting(situation(payload))) == ["told-environments-invalid", "queue-disabled", "place"]
    payload["detail"]["isTerminated"] = True
    assert rules_of(why_waiting(situation(payload))) == ["stopped"]


def test_jobs_of_queues_with_other_environments_are_not_counted_as_in_use_here() -> None:
    payload = ordinary()
    busy = [{**payload["jobs"][0], "jobId": "b", "container": {"vcpus": 200}}]
    payload["others"] = [{"queue": queue("other", "on-demand", "elsewhere", priority=1), "jobs": busy}]
    assert "capacity-full" not in rules_of(why_waiting(situation(payload)))
    payload["others"] = [{"queue": queue("other", "on-demand", priority=1), "jobs": busy}]
    assert "capacity-full" in rules_of(why_waiting(situation(payload)))


def test_of_several_environments_one_must_have_the_room() -> None:
    payload = ordinary()
    payload["queue"] = queue("align", "on-demand", "spot")
    payload["environments"] = [environment(maxvCpus=64), environment("spot", maxvCpus=64)]
    payload["jobs"] = [listed("job-2", "RUNNING", container=asks("120", "1024"))]
    answer = why_waiting(situation(payload))
    assert "capacity-full" not in rules_of(answer)
    words = "120 of 128 vCPUs in use, 4 asked for"
    assert any(words in each for each in answer.ruled_out), "by halves there is room in one of them"
    payload["jobs"][0]["container"] = asks("121", "1024")
    answer = why_waiting(situation(payload))
    assert not any("vCPUs in use" in each for each in answer.ruled_out)
    assert any(each.startswith("how much is left in each of its environments") for each in answer.unknown)


def test_a_service_job_that_ran_before_says_so() -> None:
    scenario = next(each for each in SCENARIOS if str(each) == "service-environment")
    attempt = {"stoppedAt": NOW - MINUTE, "statusReason": "InternalServerError: try again"}
    payload = with_member(scenario.payload, "service.attempts", [attempt])
    (verdict,) = (v for v in why_waiting(situation(payload)).verdicts if v.rule == "retry")
    assert verdict.cause == "It ran before, and waits for attempt 2."
    assert "InternalServerError: try again" in verdict.evidence


def test_a_head_that_others_have_passed_blocks_nobody() -> None:
    scenario = next(each for each in SCENARIOS if each.rule == "blocked-head" and not each.name)
    payload = scenario.payload
    young = {**payload["jobs"][0], "jobId": "young", "createdAt": NOW - 1000}
    payload["jobs"].append({**young, "statusReason": None})
    assert "blocked-head" in rules_of(why_waiting(situation(payload))), "one that waits too has passed nobody"
    payload["jobs"].append({**young, "status": "RUNNING"})
    answer = why_waiting(situation(payload))
    assert "blocked-head" not in rules_of(answer)
    assert any("stuck" in words and "1 job started past it" in words for words in answer.ruled_out)


def test_a_head_behind_which_the_queue_moves_blocks_nobody() -> None:
    """Children of an array are not in the list of jobs: that they start past the head is seen from the front."""
    scenario = next(each for each in SCENARIOS if each.rule == "blocked-head" and not each.name)
    made = front("job-8", "job-3", "job-1", since=23)
    payload = with_member(scenario.payload, "snapshot", made)
    assert "blocked-head" in rules_of(why_waiting(situation(payload)))
    second = "snapshot.frontOfQueue.jobs.1.earliestTimeAtPosition"
    answer = why_waiting(situation(with_member(payload, second, NOW - 6_000)))
    assert "blocked-head" not in rules_of(answer)
    assert any("the queue moves behind it: its 2nd came to its place 6s ago" in each for each in answer.ruled_out)
    payload = with_member(payload, "snapshot.frontOfQueue.jobs", made["frontOfQueue"]["jobs"][:2])
    assert "blocked-head" in rules_of(why_waiting(situation(with_member(payload, second, NOW)))), "it is new"


@pytest.mark.parametrize(
    ("minutes", "says", "advises"),
    [(0, "has no place yet", False), (9, "has no place yet", False), (10, "is stuck", False), (61, "", True)],
)
def test_a_head_is_stuck_only_after_a_while_and_given_up_much_later(
    minutes: int, says: str, advises: bool
) -> None:
    scenario = next(each for each in SCENARIOS if each.rule == "blocked-head" and not each.name)
    payload = with_member(scenario.payload, "snapshot", front("job-8", "job-1", since=minutes))
    (verdict,) = (v for v in why_waiting(situation(payload)).verdicts if v.rule == "blocked-head")
    assert says in verdict.cause
    assert any("cancel" in remedy for remedy in verdict.remedies) is advises


def test_what_nobody_tells_fits_the_kind_of_job() -> None:
    payload = ordinary()
    payload["environments"][0] |= {"containerOrchestrationType": "EKS"}
    assert "Kubernetes" in why_waiting(situation(payload)).unknown[-1]
    scenario = next(each for each in SCENARIOS if str(each) == "service-environment")
    payload = with_member(scenario.payload, "service_environments.0.capacityLimits.0.maxCapacity", 99)
    answer = why_waiting(situation(payload))
    assert "SageMaker" in answer.unknown[-1]
    room = "sagemaker has room"
    assert not any(room in words for words in answer.ruled_out)
    assert any("its service environment has room (NUM_INSTANCES: at least 7 of 99" in w for w in answer.ruled_out)


def test_the_age_of_the_picture_is_told_only_where_it_is_old() -> None:
    payload = ordinary()
    old = " (as it was 1m ago)"
    for member, words in ((None, ""), (NOW + 2_000, ""), (NOW - 29_000, ""), (NOW - 90_000, old)):
        answer = why_waiting(situation(with_member(payload, "snapshot.frontOfQueue.lastUpdatedAt", member)))
        assert f"it is the first of its queue, at this place for 12m{words}" in answer.ruled_out


def test_how_long_it_waits_is_claimed_only_where_aws_tells() -> None:
    scenario = next(each for each in SCENARIOS if each.rule == "nothing-asked")
    assert "nothing-asked" in rules_of(why_waiting(situation(scenario.payload)))
    payload = with_member(scenario.payload, "snapshot", None)
    (verdict,) = (v for v in why_waiting(situation(payload)).verdicts if v.rule == "nothing-asked")
    assert verdict.evidence[-1] == "depends on no other job, and waits for 40m"
    payload = with_member(payload, "detail.dependsOn", [{"jobId": "job-0"}])
    assert "nothing-asked" not in rules_of(why_waiting(situation(payload))), "it may have been PENDING till now"
    payload = with_member(payload, "detail.attempts", [{"stoppedAt": NOW - 11 * MINUTE}])
    (verdict,) = (v for v in why_waiting(situation(payload)).verdicts if v.rule == "nothing-asked")
    assert verdict.evidence[-1] == "back in the queue for 11m"


def test_its_share_stands_beside_its_place() -> None:
    scenario = next(each for each in SCENARIOS if each.rule == "fair-share")
    payload = with_member(scenario.payload, "snapshot.frontOfQueue", front("job-3", "job-1")["frontOfQueue"])
    (verdict,) = (v for v in why_waiting(situation(payload)).verdicts if v.rule == "place")
    assert "its share is intern-a: weight 2, 16 vCPUs in use" in verdict.evidence
    payload = with_member(payload, "policy", None)
    (verdict,) = (v for v in why_waiting(situation(payload)).verdicts if v.rule == "place")
    assert "its share is intern-a: 16 vCPUs in use" in verdict.evidence, "no policy, no weight"
    payload = with_member(scenario.payload, "detail.shareIdentifier", "production")
    answer = why_waiting(situation(payload))
    assert any(
        "production: 32 vCPUs × weight 0.25 = 8; intern-a: 16 vCPUs × weight 2 = 32" in words
        for words in answer.ruled_out
    ), "what the others use"


def test_an_unknown_instance_type_leaves_the_size_open() -> None:
    payload = ordinary()
    payload["detail"]["container"]["resourceRequirements"][0]["value"] = "100"
    payload["environments"] = [environment(instanceTypes=["c6i.large", "x9z.huge"])]
    answer = why_waiting(situation(payload))
    assert "above-instance-types" not in rules_of(answer)
    assert any("not all of them are known here" in words for words in answer.unknown)


def test_what_aws_chooses_itself_makes_a_size_only_likely() -> None:
    payload = ordinary()
    payload["detail"]["container"]["resourceRequirements"].append({"type": "GPU", "value": "1"})
    payload["environments"] = [environment(instanceTypes=["optimal"])]
    (verdict,) = (v for v in why_waiting(situation(payload)).verdicts if v.rule == "above-instance-types")
    assert verdict.certainty is Certainty.LIKELY


def test_each_node_of_a_multi_node_job_must_fit_not_all_together() -> None:
    payload = ordinary()
    nodes = {"numNodes": 3, "nodeRangeProperties": [{"targetNodes": "0:", "container": {"vcpus": 30}}]}
    payload["detail"] |= {"container": {}, "nodeProperties": nodes}
    payload["environments"] = [environment(instanceTypes=["c6i.8xlarge"])]
    assert "above-instance-types" not in rules_of(why_waiting(situation(payload)))
    nodes["nodeRangeProperties"] = [{"targetNodes": "0:", "container": {"vcpus": 33}}]
    assert "above-instance-types" in rules_of(why_waiting(situation(payload)))


@pytest.mark.parametrize("status", ["RUNNING", "SUCCEEDED", "FAILED"])
def test_what_does_not_wait_has_no_cause(status: str) -> None:
    payload = ordinary()
    payload["detail"]["status"] = status
    assert why_waiting(situation(payload)) == Answer((), unknown=(f"It does not wait: it is {status}.",))


def test_a_status_of_another_year_is_named() -> None:
    payload = ordinary()
    payload["detail"]["status"] = "HIBERNATING"
    answer = why_waiting(situation(payload))
    assert answer.verdicts == ()
    assert "HIBERNATING" in answer.unknown[-1]


def test_what_looks_secret_is_in_no_text() -> None:
    payload = ordinary()
    payload["detail"]["statusReason"] = "CAPACITY:NEW - DB_PASSWORD=hunter2 is wrong"
    answer = why_waiting(situation(payload))
    assert answer.verdicts[0].rule == "told-other"
    assert "hunter2" not in repr(answer)


OTHERWISE_SAID = ("time-limit", "starting", "stopped")
"""With what only AWS tells: since when, and how."""


def as_lists_know(made: WaitingSituation) -> WaitingSituation:
    """The same without what AWS is asked for."""
    others = made.other_queues
    return replace(
        made,
        detail=None,
        service=None,
        snapshot=None,
        policy=None,
        quota_shares=(),
        service_environments=None,
        jobs=None,
        load=load_of(made.jobs or ()),
        other_queues=None if others is None else tuple(OtherQueue(o.queue, (), load_of(o.jobs)) for o in others),
    )


def test_the_quick_reason_needs_only_what_lists_know() -> None:
    quick = {rule.key for rule in RULES if rule.is_quick}
    for scenario in SCENARIOS:
        made = situation(scenario.payload)
        answer = why_waiting(made)
        reason = quick_reason(as_lists_know(made))
        spoken = next((verdict for verdict in answer.verdicts if verdict.rule in quick), None)
        if spoken is None:
            assert reason is None, (scenario.rule, reason)
        else:
            assert reason is not None, scenario.rule
            assert len(reason) <= LINE
            if spoken.rule == "blocked-head":  # since when is told with the front of the queue alone
                assert "its queue's head has no place: s-job-8-align" in reason
            elif answer.verdicts[0] is spoken and spoken.rule not in OTHERWISE_SAID:
                assert reason == one_line(answer)


def test_a_head_that_others_have_passed_blocks_nobody_in_a_list_either() -> None:
    scenario = next(each for each in SCENARIOS if each.rule == "blocked-head" and not each.name)
    known = as_lists_know(situation(scenario.payload))
    assert known.load is not None
    assert known.load.head is not None
    assert known.load.head.created_at is not None
    assert quick_reason(known) == "likely: its queue's head has no place: s-job-8-align"
    passed = replace(known.load, newest_placed=known.load.head.created_at + 1)
    assert quick_reason(replace(known, load=passed)) is None


def test_a_job_without_a_cause_says_so_in_its_line_with_how_full_it_is() -> None:
    made = situation(ordinary())
    full = "at least 16 of 128 vCPUs in use, 4 asked for"
    known = as_lists_know(made)
    assert quick_reason(known) is None
    assert quick_line(known).text == f"{NO_CAUSE}, w asks AWS: {full}"
    assert quick_line(replace(known, load=None)).text == f"{NO_CAUSE}, w asks AWS", "what is in use is not known"
    takes = replace(known, job=replace(made.job, consumables=("licences", "seats")))
    assert quick_line(takes).text == f"{NO_CAUSE}, w asks for licences and 1 more: {full}"
    assert quick_line(replace(known, queue=None)).text == "", "nothing is known of its queue"
    assert quick_line(replace(known, job=replace(made.job, status="RUNNING"))).text == ""
    described = replace(known, detail=made.detail)
    fits = "4 vCPUs, 7,680 MiB fit on c6i.8xlarge"
    assert line_of(described) == f"{NO_CAUSE}, w asks AWS: {full}; {fits}; ENABLED and usable: on-demand"
    assert line_of(replace(described, load=Load(126.0))) == "Too little is left for it: 126 of 128 vCPUs in use"


def test_children_of_an_array_wait_for_their_share_too() -> None:
    """An array's parent is PENDING, its children are not in the list: their share goes first all the same."""
    scenario = next(each for each in SCENARIOS if each.rule == "fair-share" and not each.name)
    payload = scenario.payload
    others = [each for each in payload["jobs"] if each["status"] != "RUNNABLE"]
    waiting = [each for each in payload["jobs"] if each["status"] == "RUNNABLE"]
    array = {"size": 9, "statusSummary": {"RUNNABLE": 5, "RUNNING": 4}}
    payload["jobs"] = [*others, *({**each, "status": "PENDING", "arrayProperties": array} for each in waiting)]
    assert "fair-share" in rules_of(why_waiting(situation(payload)))
    array["statusSummary"] = {"RUNNABLE": 0, "RUNNING": 9}
    assert "fair-share" not in rules_of(why_waiting(situation(payload)))


def test_a_queue_that_is_disabled_is_no_cause_that_hides_others() -> None:
    payload = next(each for each in SCENARIOS if str(each) == "capacity-full").payload
    payload["queue"]["state"] = "DISABLED"
    answer = why_waiting(situation(payload))
    assert {"queue-disabled", "capacity-full"} <= set(rules_of(answer))
    (verdict,) = (each for each in answer.verdicts if each.rule == "queue-disabled")
    assert verdict.certainty is Certainty.LIKELY
    assert any("can finish" in words for words in verdict.evidence)


def test_a_long_name_leaves_a_line_short_and_whole_names_in_the_evidence() -> None:
    payload = ordinary()
    name = "a-queue-of-a-hundred-and-more-letters-" * 3
    payload["queue"] |= {"jobQueueName": name, "state": "DISABLED"}
    answer = why_waiting(situation(payload))
    assert len(answer.verdicts[0].cause) <= 70
    assert name in answer.verdicts[0].evidence[0]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_line_never_claims_what_is_only_likely(scenario: Scenario) -> None:
    answer, _ = told(scenario)
    assert one_line(answer).startswith("likely: ") is (answer.verdicts[0].certainty is Certainty.LIKELY)


def test_an_answer_without_anything_is_an_empty_line() -> None:
    assert one_line(Answer(())) == ""


@pytest.mark.parametrize(
    ("types", "most"),
    [
        (["c5"], (96, 196_608)),
        (["m5.large", "r5.24xlarge"], (96, 786_432)),
        (["optimal"], (192, 1_048_576)),
        (["g5"], (192, 786_432)),
    ],
)
def test_the_largest_of_what_is_allowed(types: list[str], most: tuple[int, int]) -> None:
    allowed = allowed_types(types)
    assert allowed is not None
    assert (max(t.vcpus for t in allowed.types), max(t.memory_mib for t in allowed.types)) == most


@pytest.mark.parametrize("types", [[], ["z9"], ["c5.huge"], ["c5", "u-6tb1"], ["C5"], ["c5.*"]])
def test_nothing_is_known_of_types_that_are_not_in_the_table(types: list[str]) -> None:
    assert allowed_types(types) is None


WAITING = st.sampled_from(("SUBMITTED", "PENDING", "RUNNABLE", "SCHEDULED", "STARTING"))


@FUZZ
@given(
    WAITING,
    answers("batch", "DescribeJobs"),
    answers("batch", "DescribeJobQueues"),
    answers("batch", "DescribeComputeEnvironments"),
    answers("batch", "GetJobQueueSnapshot"),
    answers("batch", "DescribeSchedulingPolicies"),
)
def test_no_answer_of_aws_is_too_much(
    status: str,
    jobs: dict[str, Any],
    queues: dict[str, Any],
    environments: dict[str, Any],
    snapshot: dict[str, Any],
    policies: dict[str, Any],
) -> None:
    payload = ordinary()
    for item in jobs.get("jobs", []):
        payload["detail"] = {**payload["detail"], **item, "status": status}
    for item in queues.get("jobQueues", []):
        payload["queue"] = {**payload["queue"], **item}
        payload["others"].append({"queue": item, "jobs": jobs.get("jobs", [])})
    names = [entry.get("computeEnvironment") for entry in payload["queue"].get("computeEnvironmentOrder", [])]
    for item, name in zip(environments.get("computeEnvironments", []), [*names, None, None], strict=False):
        payload["environments"].append({**item, "computeEnvironmentName": (name or "").rpartition("/")[2]})
    payload |= {"snapshot": snapshot, "policy": next(iter(policies.get("schedulingPolicies", [])), None)}
    payload["dependencies"] = jobs.get("jobs", [])
    check(why_waiting(situation(payload)))


@FUZZ
@given(st.data(), st.sampled_from(SCENARIOS))
def test_wrongly_typed_members_never_stop_an_answer(data: st.DataObject, scenario: Scenario) -> None:
    path = data.draw(st.sampled_from(scenario.rests_on))
    payload = with_member(scenario.payload, path, data.draw(ANYTHING))
    if _still_structured(payload):
        check(why_waiting(situation(payload)))


def _still_structured(payload: dict[str, Any]) -> bool:
    """The outermost structures are of this test, not of AWS."""
    lists = all(
        isinstance(payload.get(name, []), list) and all(isinstance(item, dict) for item in payload.get(name) or [])
        for name in ("environments", "jobs", "dependencies", "quota_shares", "service_environments", "consumables")
    )
    return lists and all(isinstance(payload.get(name, {}), dict) for name in ("snapshot", "policy", "queue"))


def check(answer: Answer) -> None:
    assert_harmless(answer)
    line = one_line(answer)
    assert len(line) <= LINE
    for verdict in answer.verdicts:
        assert verdict.cause
        assert len(verdict.cause) <= 120
        assert verdict.rule in {rule.key for rule in RULES}
        assert not any("\n" in text for text in (verdict.cause, *verdict.evidence, *verdict.remedies))
    assert len({(verdict.rule, verdict.cause) for verdict in answer.verdicts}) == len(answer.verdicts)


def test_values_alone_are_enough_for_the_quick_reason() -> None:
    job = JobSummary.from_api({"jobId": "a", "status": "RUNNABLE", "createdAt": NOW}, job_queue="align")
    held = JobQueueDetail.from_api(queue(state="DISABLED"))
    room = ComputeEnvironmentDetail.from_api(environment())
    known = WaitingSituation(job, 0, queue=held, environments=(room,))
    assert quick_reason(known) == "likely: its queue is disabled: align"
    assert quick_reason(WaitingSituation(job, 0)) is None
    large = replace(known, job=replace(job, vcpus=400.0), queue=JobQueueDetail.from_api(queue()))
    assert quick_reason(large) == "It asks for 400 vCPUs, its environments have at most 128"
