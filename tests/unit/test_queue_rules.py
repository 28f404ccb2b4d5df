"""The rules about how a queue stands, each alone: what they count, what they estimate, and what they never say."""

import gc
from dataclasses import replace
from math import ceil
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.format import text_of
from batchtui.insight import queue_pace, queue_standing, queue_tally
from batchtui.insight.queue_drain import Drain, Outcome, drain
from batchtui.insight.queue_pace import ENOUGH, Pace, Percentiles
from batchtui.insight.queue_shares import fair_shares, quota_uses, reserved
from batchtui.insight.queue_standing import Counted, standing
from batchtui.insight.queue_tally import HOUR_MS, MINUTE_MS, PARTS, Tally
from batchtui.insight.queue_use import environments_of, shared_with, use
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job import ArrayProperties, JobSummary
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.job_queue_snapshot import JobQueueSnapshot
from batchtui.model.scheduling_policy import FairsharePolicy, QuotaShareDetail
from batchtui.query.steps import at_once
from batchtui.ui.details.queue_insight import insight_lines

NOW = 1_780_000_000_000
STUCK = "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - too large"


def tally(jobs: list[JobSummary], now: int, dropped_before: int | None = None) -> Tally:
    return at_once(queue_tally.tally(jobs, now, dropped_before))


def pace(found: Tally) -> Pace:
    return at_once(queue_pace.pace(found))


def percentiles(values: list[int]) -> Percentiles | None:
    return queue_pace.percentiles(at_once(queue_pace.in_order(values)))


def count(jobs: list[JobSummary], now: int) -> Counted:
    return at_once(queue_standing.count(jobs, now))


def job(
    status: str, created: int, started: int | None = None, stopped: int | None = None, **more: object
) -> JobSummary:
    """Moments are minutes before now."""
    moments = (None if each is None else NOW - each * MINUTE_MS for each in (created, started, stopped))
    created_at, started_at, stopped_at = moments
    summary = JobSummary(
        f"{status}-{created}-{started}-{stopped}",
        "job",
        "q",
        status,
        created_at=created_at,
        started_at=started_at,
        stopped_at=stopped_at,
    )
    return replace(summary, **more)  # type: ignore[arg-type]


def array(
    status: str, created: int, stopped: int | None = None, /, size: int = 100, **children: int
) -> JobSummary:
    summary = tuple(children.items())
    return job(
        status, created, created, stopped, array_properties=ArrayProperties(size=size, status_summary=summary)
    )


def queue(**more: object) -> JobQueueDetail:
    return JobQueueDetail.from_api(
        {
            "jobQueueName": "q",
            "state": "ENABLED",
            "computeEnvironmentOrder": [{"order": 1, "computeEnvironment": "one"}],
            **more,
        }
    )


def environment(name: str, most: int | None, desired: int | None = None) -> ComputeEnvironmentDetail:
    resources = {"type": "EC2", "maxvCpus": most, "desiredvCpus": desired}
    return ComputeEnvironmentDetail.from_api(
        {
            "computeEnvironmentName": name,
            "computeResources": {name: value for name, value in resources.items() if value is not None},
        }
    )


def utilization(**members: object) -> JobQueueSnapshot:
    return JobQueueSnapshot.from_api({"queueUtilization": members})


def vcpus(quantity: float, unit: str = "VCPU") -> list[dict[str, object]]:
    return [{"capacityUnit": unit, "quantity": quantity}]


def test_what_came_started_and_ended_is_counted_in_its_part() -> None:
    jobs = [
        job("SUCCEEDED", 70, 65, 59),
        job("FAILED", 50, 40, 2),
        job("RUNNING", 30, 10),
        job("RUNNABLE", 1),
        job("SUCCEEDED", 3000, 2990, 2980),
    ]
    found = tally(jobs, NOW)
    hour = found.spans[0]
    assert [span.length // HOUR_MS for span in found.spans] == [1, 6, 24]
    assert (sum(hour.ended), sum(hour.failed), sum(hour.came), hour.started) == (2, 1, 3, 2)
    assert hour.succeeded[0] == 1
    assert hour.failed[-1] == 1
    assert sorted(hour.waits) == [10 * MINUTE_MS, 20 * MINUTE_MS]
    assert sorted(hour.runs) == [6 * MINUTE_MS, 38 * MINUTE_MS]
    assert (found.left, found.runnable, found.placed, found.jobs) == (2, 1, 1, 5)
    assert found.last_ended == NOW - 2 * MINUTE_MS
    assert found.last_started == NOW - 10 * MINUTE_MS


def test_it_looks_no_further_back_than_jobs_are_known() -> None:
    young = tally([job("SUCCEEDED", 12, 11, 10)], NOW)
    assert [span.length for span in young.spans] == [12 * MINUTE_MS]
    dropped = tally([job("SUCCEEDED", 3000, 2990, 2980)], NOW, NOW - 2 * HOUR_MS)
    assert [span.length for span in dropped.spans] == [HOUR_MS, 2 * HOUR_MS]
    assert [span.length for span in tally([], NOW).spans] == [MINUTE_MS]


def test_an_array_counts_as_its_children() -> None:
    found = tally([array("PENDING", 120, size=100, SUCCEEDED=40, FAILED=20, RUNNABLE=30, RUNNING=10)], NOW)
    assert (found.left, found.runnable, found.placed, found.arrays) == (40, 30, 10, 1)
    hour = found.spans[0]
    assert sum(hour.ended) == pytest.approx(30), "sixty in two hours"
    assert hour.succeeded == pytest.approx([20 / PARTS] * PARTS)
    assert not hour.waits
    ended = tally([array("SUCCEEDED", 30, 0, size=50)], NOW)
    assert sum(ended.spans[-1].ended) == pytest.approx(50)
    assert sum(ended.spans[-1].came) == pytest.approx(50)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=400))
def test_percentiles_are_of_jobs_that_were_there(values: list[int]) -> None:
    found = percentiles(values)
    assert found is not None
    for value, share in ((found.p50, 0.5), (found.p90, 0.9), (found.p99, 0.99)):
        assert round(value * 1000) in values
        assert sum(1 for each in values if each <= round(value * 1000)) >= ceil(share * len(values))
    assert found.p50 <= found.p90 <= found.p99
    assert found.count == len(values)


def test_percentiles_of_very_many_are_the_same() -> None:
    values = [(each * 7919) % 100_003 for each in range(100_003)]
    found = percentiles(values)
    assert found is not None
    assert (found.p50, found.p90, found.p99) == (50.001, 90.002, 99.002)
    assert percentiles([]) is None


def test_the_shortest_span_that_says_enough_is_looked_at() -> None:
    many = [job("SUCCEEDED", 3000, 2999, minute) for minute in range(1, ENOUGH + 2)]
    assert pace(tally(many, NOW)).seconds == 3600
    burst = [job("SUCCEEDED", 3000, 2999, minute) for minute in (1, 2, 3)]
    assert pace(tally(burst, NOW)).seconds == 3600, "a day holds no more than the last hour"
    few = [*burst, job("SUCCEEDED", 3000, 2999, 200)]
    assert pace(tally(few, NOW)).seconds == 6 * 3600


def estimate(jobs: list[JobSummary], **more: object) -> Drain:
    found = tally(jobs, NOW)
    return drain(found, pace(found), **more)  # type: ignore[arg-type]


def steady(ended: int, came: int, left: int) -> list[JobSummary]:
    """Within the last hour, evenly; those that are left came long ago."""
    return [
        *(job("SUCCEEDED", 2000, 1990, each * 60 // max(1, ended)) for each in range(ended)),
        *(replace(job("RUNNABLE", each * 60 // max(1, came)), job_id=f"new{each}") for each in range(came)),
        *(replace(job("RUNNABLE", 2000), job_id=f"old{each}") for each in range(left - came)),
    ]


def test_when_it_is_empty() -> None:
    found = estimate(steady(60, 20, 80))
    assert found.outcome is Outcome.ENDS
    assert found.with_arrivals is not None
    assert found.without is not None
    assert found.with_arrivals.likely == pytest.approx(2 * 3600), "forty fewer an hour"
    assert found.without.likely == pytest.approx(80 * 60)
    assert found.with_arrivals.soonest < 2 * 3600 < (found.with_arrivals.latest or 0)


def test_when_it_cannot_be_said() -> None:
    assert estimate([job("SUCCEEDED", 3000, 2990, 5)]).outcome is Outcome.EMPTY
    assert estimate(steady(20, 90, 200)).outcome is Outcome.GROWS
    assert estimate(steady(20, 90, 200), takes_no_more=True).outcome is Outcome.ENDS
    nothing = estimate(steady(0, 5, 10))
    assert nothing.outcome is Outcome.UNKNOWN
    assert "nothing has ended" in nothing.why_not
    stopped = [job("SUCCEEDED", 2000, 1990, 59 - each // 10) for each in range(60)]
    quiet = estimate([*stopped, job("RUNNABLE", 100)])
    assert quiet.outcome is Outcome.UNKNOWN
    assert "nothing has ended for 54m" in quiet.why_not
    head = job("RUNNABLE", 40, status_reason=STUCK)
    still = [*(job("SUCCEEDED", 2000, 50, each) for each in range(30)), head]
    blocked = estimate(still, blocked_since=head.created_at)
    assert blocked.outcome is Outcome.UNKNOWN
    assert "its head is blocked" in blocked.why_not
    passing = estimate([*still, job("RUNNING", 100, 1)], blocked_since=head.created_at)
    assert passing.outcome is Outcome.ENDS, "others start past it"


def test_another_pace_of_late_is_what_counts() -> None:
    """A large array that is over says nothing of how quickly the rest goes on."""
    left = Tally(NOW, (), left=120, last_ended=NOW)

    def of(*ended: float) -> Drain:
        return drain(left, Pace(3600, ended, (0.0,) * PARTS, 0, None, 3600, None, 3600))

    over = of(*(750.0,) * 8, 600, 20, 20, 20)
    assert over.late_ended_an_hour == pytest.approx(240)
    assert over.without is not None
    assert over.without.likely == pytest.approx(1800), "not a minute"
    begun = of(*(1.0,) * 9, 100, 100, 100)
    assert begun.late_ended_an_hour == pytest.approx(1200)
    for usual in ((5.0, 4, 6, 5, 3, 7, 5, 4, 6, 9, 3, 2), (0.0, 300, 0, 0, 280, 0, 0, 310, 0, 0, 0, 0)):
        assert of(*usual).late_ended_an_hour is None, "chance, or it comes in bursts"
    lately = Pace(3600, (750.0,) * 9 + (20.0,) * 3, (0.0,) * PARTS, 0, None, 1, None, 1)
    found = standing(JobQueueDetail.from_api({"jobQueueName": "q"}), Counted(left, lately))
    shown = "\n".join(text_of(line) for line in insight_lines(found, None, 120, NOW / 1000))
    assert "Of late another pace, which counts here: 240/h end in the last 15m." in shown


PARTS_OF = st.lists(st.floats(0, 1000), min_size=PARTS, max_size=PARTS)


@given(PARTS_OF, PARTS_OF, st.integers(1, 10**6), st.floats(60, 86_400))
def test_an_estimate_lies_in_its_range_and_more_work_takes_longer(
    ended: list[float], came: list[float], left: int, seconds: float
) -> None:
    lately = Pace(seconds, tuple(ended), tuple(came), 0, None, seconds, None, seconds)
    found = drain(Tally(NOW, (), left=left, last_ended=NOW), lately)
    more = drain(Tally(NOW, (), left=left * 2, last_ended=NOW), lately)
    for one, other in ((found.with_arrivals, more.with_arrivals), (found.without, more.without)):
        if one is not None and one.likely is not None:
            assert one.soonest <= one.likely
            assert one.latest is None or one.likely <= one.latest
            assert other is None or other.likely is None or other.likely >= one.likely
        if other is not None:
            assert one is not None, "where there is an end to more, there is one to less"
    if found.with_arrivals is not None and found.without is not None:
        assert found.with_arrivals.likely is None or found.with_arrivals.likely >= (found.without.likely or 0)


def test_what_is_in_use() -> None:
    two = (environment("one", 64, 32), environment("two", 64))
    (found,) = use(utilization(totalCapacityUsage=vcpus(32)), two)
    assert (found.unit, found.used, found.most, found.asked, found.part) == ("vCPU", 32, 128, 32, 0.25)
    (eks,) = use(utilization(totalCapacityUsage=vcpus(3, "cpu")), (environment("one", None),))
    assert (eks.unit, eks.most, eks.part) == ("vCPU", None, None)
    shares = [share("vision", 4), share("text", 2)]
    (service,) = use(utilization(totalCapacityUsage=vcpus(5, "ml.m5.large")), None, shares)
    assert (service.unit, service.used, service.most) == ("ml.m5.large", 5, 6)
    assert environments_of(queue(), two) == two[:1]
    assert environments_of(queue(), ()) is None
    other = JobQueueDetail.from_api({**queue().raw, "jobQueueName": "other"})
    assert shared_with(queue(), (queue(), other)) == ("other",)


def share(name: str, most: int, **sharing: object) -> QuotaShareDetail:
    return QuotaShareDetail.from_api(
        {
            "quotaShareName": name,
            "capacityLimits": [{"maxCapacity": most, "capacityUnit": "ml.m5.large"}],
            "resourceSharingConfiguration": sharing,
            "state": "ENABLED",
        }
    )


POLICY = FairsharePolicy.from_api(
    {
        "computeReservation": 50,
        "shareDistribution": [
            {"shareIdentifier": "fast", "weightFactor": 0.25},
            {"shareIdentifier": "team*", "weightFactor": 2},
            {"shareIdentifier": "idle"},
        ],
    }
)


def test_fair_shares() -> None:
    snapshot = utilization(
        fairshareUtilization={
            "activeShareCount": 2,
            "topCapacityUtilization": [
                {"shareIdentifier": "team-a", "capacityUsage": vcpus(90)},
                {"shareIdentifier": "fast", "capacityUsage": vcpus(10)},
            ],
        }
    )
    found = fair_shares(snapshot, POLICY, {"fast": 7, "new": 1, "": 9}, {"fast": 2})
    assert [each.name for each in found] == ["team-a", "fast", "new", "idle"], (
        "a prefix that somebody has is named"
    )
    team, fast, new, idle = found
    assert (team.weight, team.used, team.part, team.standing) == (2, 90, 0.9, "above")
    assert (fast.weight, fast.waiting, fast.placed, fast.standing) == (0.25, 7, 2, "below")
    assert team.fair == pytest.approx(0.5 / 5.5)
    assert fast.fair == pytest.approx(4 / 5.5)
    assert (new.used, new.waiting) == (0, 1)
    assert (idle.fair, idle.standing) == (None, "")
    assert reserved(POLICY, 2) == 0.25
    assert reserved(replace(POLICY, compute_reservation=101), 71_333) is not None, "no number is too much"


def test_of_shares_that_aws_does_not_name_nothing_is_made_up() -> None:
    told = {
        "activeShareCount": 30,
        "topCapacityUtilization": [{"shareIdentifier": "fast", "capacityUsage": vcpus(10)}],
    }
    found = fair_shares(utilization(fairshareUtilization=told), POLICY, {"new": 1}, {})
    assert {each.name: each.used for each in found}["new"] is None
    assert fair_shares(None, POLICY, {"new": 1}, {})[0].used is None


@given(
    st.dictionaries(st.text(max_size=5), st.integers(0, 100), max_size=40),
    st.dictionaries(st.text(max_size=5), st.floats(0, 1000), max_size=20),
)
def test_fair_parts_and_used_parts_are_parts(waiting: dict[str, int], used: dict[str, float]) -> None:
    told = [{"shareIdentifier": name, "capacityUsage": vcpus(each)} for name, each in used.items()]
    members = {"activeShareCount": len(told), "topCapacityUtilization": told}
    found = fair_shares(utilization(fairshareUtilization=members), POLICY, waiting, {})
    assert len(found) <= 20
    assert sum(each.fair or 0 for each in found) <= 1.0001
    assert sum(each.part or 0 for each in found) <= 1.0001


def test_quota_shares() -> None:
    told = [
        {"quotaShareName": "vision", "capacityUsage": vcpus(6, "ml.m5.large")},
        {"quotaShareName": "gone", "capacityUsage": vcpus(1, "ml.p4")},
    ]
    snapshot = utilization(quotaShareUtilization={"topCapacityUtilization": told})
    shares = [share("vision", 4, strategy="LEND_AND_BORROW", borrowLimit=200), share("text", 2)]
    vision, text, gone = quota_uses(snapshot, shares)
    assert (vision.used, vision.own, vision.borrowed, vision.borrow_limit) == (6, 4, 2, 200)
    assert (text.used, text.own, text.borrowed) == (0, 2, 0)
    assert (gone.name, gone.unit, gone.used, gone.own) == ("gone", "ml.p4", 1, None)


def test_a_blocked_queue_says_since_when() -> None:
    head = job("RUNNABLE", 40, status_reason=STUCK, arn_start="arn:aws:batch:r:1:job/")
    counted = count([job("RUNNABLE", 90), head], NOW)
    before = standing(queue(), counted)
    assert before.blocked is not None
    assert (before.blocked.job, before.blocked.since, before.blocked.is_at_head_since) == (
        head,
        head.created_at,
        False,
    )
    assert before.blocked.cause == "No allowed instance type is large enough for it"
    front = {"jobs": [{"jobArn": head.job_arn, "earliestTimeAtPosition": NOW - 5}]}
    after = standing(queue(), counted, snapshot=JobQueueSnapshot.from_api({"frontOfQueue": front}))
    assert after.blocked is not None
    assert (after.blocked.since, after.blocked.is_at_head_since) == (NOW - 5, True)
    assert standing(queue(), count([job("RUNNABLE", 90)], NOW)).blocked is None


@pytest.mark.slow
def test_counting_a_hundred_thousand_jobs_keeps_nobody_waiting() -> None:
    moments = ((each * 7919) % (36 * 60) for each in range(100_000))
    jobs = [job("SUCCEEDED", minute + 12, minute + 7, minute) for minute in moments]
    steps, longest, total = queue_standing.count(jobs, NOW), 0.0, 0.0
    gc.disable()  # of what the test itself has made
    try:
        while True:
            started = thread_time()  # of this machine's other work nothing is counted
            try:
                next(steps)
            except StopIteration as end:
                counted = end.value
                break
            spent = thread_time() - started
            longest, total = max(longest, spent), total + spent
    finally:
        gc.enable()
    assert counted.tally.jobs == 100_000
    assert longest < 0.05, f"{longest * 1000:.0f} ms at a stretch, of {total * 1000:.0f} ms"
