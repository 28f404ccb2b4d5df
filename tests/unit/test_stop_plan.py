"""The plan of a stop: total over anything that AWS may call a job, and the right call for each."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.actions.stop import DEFAULT_REASON, StopCall, cleaned_reason, plan_stop
from batchtui.actions.watch import AskedToStop, job_lookup, watch_stops
from batchtui.model.job import JOB_STATUSES, ArrayProperties, JobSummary, NodeProperties

WAITING = ("SUBMITTED", "PENDING", "RUNNABLE")
BEGUN = ("STARTING", "RUNNING")

STATUSES = st.sampled_from((*JOB_STATUSES, "SCHEDULED", "UNKNOWN"))
SUMMARIES = st.lists(st.tuples(STATUSES, st.integers(0, 3)), max_size=4).map(tuple)
JOBS = st.builds(
    JobSummary,
    job_id=st.builds(
        lambda parent, part: f"{parent}{part}",
        st.sampled_from("abcd"),
        st.sampled_from(("", "", ":0", ":1", ":12", "#0", "#1")),
    ),
    job_name=st.sampled_from(("align", "call", "")),
    job_queue=st.sampled_from(("high", "low", "")),
    status=STATUSES,
    arn_start=st.sampled_from((None, "arn:aws:batch:r:1:job/", "arn:aws:batch:r:1:service-job/")),
    array_properties=st.none() | st.builds(ArrayProperties, st.none() | st.just(5), st.none(), SUMMARIES),
    node_properties=st.none() | st.builds(NodeProperties, st.none() | st.just(3)),
    is_cancelled=st.sampled_from((None, True)),
    is_terminated=st.sampled_from((None, True)),
)


def job(job_id: str = "a", status: str = "RUNNING", **more: object) -> JobSummary:
    return replace(JobSummary(job_id, f"name-{job_id}", "high", status), **more)  # type: ignore[arg-type]


def array(status: str = "PENDING", *, job_id: str = "a", **children: int) -> JobSummary:
    summary = tuple((name, children.get(name, 0)) for name in JOB_STATUSES)
    return job(
        job_id, status, array_properties=ArrayProperties(size=sum(children.values()), status_summary=summary)
    )


@given(st.lists(JOBS, max_size=12, unique_by=lambda job: job.job_id))
def test_every_job_is_in_exactly_one_place(jobs: list[JobSummary]) -> None:
    plan = plan_stop(jobs)
    places = Counter(chosen for step in plan.steps for chosen in step.chosen)
    places.update(left.job_id for left in plan.left_out)
    assert places == Counter(job.job_id for job in jobs)
    assert all(left.why for left in plan.left_out)


@given(st.lists(JOBS, max_size=12))
def test_no_call_is_wrong(jobs: list[JobSummary]) -> None:
    first = {job.job_id: job for job in reversed(jobs)}
    plan = plan_stop(jobs)
    ids = [step.job_id for step in plan.steps]
    assert len(ids) == len(set(ids)), "one call a job"
    calls = [step.call for step in plan.steps]
    assert calls == sorted(calls, key=lambda call: call is not StopCall.CANCEL), "cancellations first"
    for step in plan.steps:
        assert "#" not in step.job_id, "nodes are their parent's"
        for chosen in map(first.__getitem__, step.chosen):
            assert chosen.is_active
            assert not chosen.is_terminated
            if chosen.status not in WAITING:
                assert step.call is not StopCall.CANCEL, "CancelJob would do nothing"
    assert sum(count for *_, count in plan.counts) == len(plan.steps)
    assert bool(plan.consequences) == bool(plan.steps)
    assert all("  " not in line and line.endswith(".") for line in plan.consequences)
    assert plan.only(ids[:1]).steps == plan.steps[:1]


@given(st.lists(JOBS, max_size=12))
def test_the_order_of_the_choice_does_not_matter(jobs: list[JobSummary]) -> None:
    unique = list({job.job_id: job for job in jobs}.values())
    one, other = plan_stop(unique), plan_stop(unique[::-1])
    assert {(step.job_id, step.call) for step in one.steps} == {(step.job_id, step.call) for step in other.steps}
    assert {left.job_id for left in one.left_out} == {left.job_id for left in other.left_out}


@pytest.mark.parametrize("status", JOB_STATUSES)
def test_a_plain_job(status: str) -> None:
    plan = plan_stop([job(status=status)])
    if status in WAITING:
        assert plan.steps[0].call is StopCall.CANCEL
    elif status in BEGUN:
        assert plan.steps[0].call is StopCall.TERMINATE
    else:
        assert plan.left_out[0].why == "has already ended"


def test_an_array_is_cancelled_only_while_no_child_has_begun() -> None:
    def call(parent: JobSummary) -> StopCall:
        return plan_stop([parent]).steps[0].call

    assert call(array(RUNNABLE=9, PENDING=2)) is StopCall.CANCEL
    assert call(array(RUNNABLE=9, RUNNING=1)) is StopCall.TERMINATE
    assert call(array(RUNNABLE=9, STARTING=1)) is StopCall.TERMINATE
    assert call(array(RUNNABLE=9, SUCCEEDED=1)) is StopCall.TERMINATE, "the next may begin at any moment"
    assert call(array("SUBMITTED", SUBMITTED=9)) is StopCall.CANCEL
    unknown = job(status="PENDING", array_properties=ArrayProperties(size=9))
    assert call(unknown) is StopCall.TERMINATE, "nothing shows that none has begun"


def test_a_cancelled_array_whose_children_run_on_is_terminated() -> None:
    left = replace(array(RUNNING=3, FAILED=6), is_cancelled=True)
    assert plan_stop([left]).steps[0].call is StopCall.TERMINATE
    assert (
        plan_stop([replace(array(RUNNABLE=3), is_cancelled=True)]).left_out[0].why == "is already being cancelled"
    )


def test_children_alone_and_with_their_parent() -> None:
    child = job("a:3", "RUNNING", array_properties=ArrayProperties(index=3))
    waiting = job("a:4", "RUNNABLE", array_properties=ArrayProperties(index=4))
    assert [(s.job_id, s.call.value) for s in plan_stop([child, waiting]).steps] == [
        ("a:4", "CancelJob"),
        ("a:3", "TerminateJob"),
    ]
    together = plan_stop([child, array(RUNNABLE=9), waiting])
    assert [(s.job_id, s.call, s.chosen) for s in together.steps] == [
        ("a", StopCall.TERMINATE, ("a", "a:3", "a:4"))
    ], "the child has begun since the parent was looked at"


def test_nodes_are_stopped_by_their_parent() -> None:
    nodes = [job(f"a#{n}", "RUNNING", node_properties=NodeProperties(3, n)) for n in range(2)]
    plan = plan_stop([*nodes, job("b")])
    assert [(s.job_id, s.chosen) for s in plan.steps] == [("a", ("a#0", "a#1")), ("b", ("b",))]
    waiting = job("a", "RUNNABLE", node_properties=NodeProperties(3))
    assert plan_stop([waiting]).steps[0].call is StopCall.TERMINATE
    parent = job("a", "RUNNING", node_properties=NodeProperties(3), is_terminated=True)
    assert {left.why for left in plan_stop([*nodes, parent]).left_out} == {"is already being terminated"}


def test_what_is_left_out_says_why() -> None:
    jobs = [
        job("a", "SUCCEEDED"),
        job("b", is_terminated=True),
        job("c", "RUNNABLE", is_cancelled=True),
        job("d", "FAILED", arn_start="arn:aws:batch:r:1:service-job/"),
        job("e", "FAILED"),
    ]
    plan = plan_stop(jobs)
    assert not plan.steps
    assert [left.job_id for left in plan.left_out] == ["a", "b", "c", "d", "e"]
    assert plan.why_left_out[0] == ("has already ended", 3)
    assert plan.consequences == ()


@pytest.mark.parametrize("status", ["SUBMITTED", "PENDING", "RUNNABLE", "SCHEDULED", "STARTING", "RUNNING"])
def test_a_service_job_has_a_call_of_its_own(status: str) -> None:
    services = [
        job("a", status, arn_start="arn:aws:batch:r:1:service-job/"),
        job("b", status, service_job_type="SAGEMAKER_TRAINING"),
    ]
    plan = plan_stop([*services, job("c", "RUNNABLE"), job("d", "RUNNING")])
    calls = {step.job_id: step.call for step in plan.steps}
    assert calls.pop("c") is StopCall.CANCEL
    assert calls.pop("d") is StopCall.TERMINATE
    assert set(calls.values()) == {StopCall.TERMINATE_SERVICE}
    told = plan_stop(services).consequences
    assert len(told) == 2, "what it costs, and that it ends as FAILED"
    assert told[0].startswith(
        f"2 {'running' if status == 'RUNNING' else 'starting' if status == 'STARTING' else 'waiting'}"
    )


def test_what_a_person_is_told() -> None:
    jobs = [job(str(n), "RUNNING") for n in range(3)] + [job("w", "PENDING"), array(job_id="p", RUNNING=40)]
    plan = plan_stop([*jobs, replace(job("z", "RUNNABLE"), job_queue="another")])
    assert plan.counts == (
        ("another", "RUNNABLE", 1),
        ("high", "PENDING", 2),
        ("high", "RUNNING", 3),
    )
    assert plan.queues == ("another", "high")
    assert plan.first_names[:3] == ("name-0", "name-1", "name-2")
    assert plan.consequences == (
        "3 running jobs lose what they have not saved.",
        "1 job of several parts, 40 in all: parts that run lose what they have not saved.",
        "2 waiting jobs leave the queue without having run.",
        "1 pending job ends only once what it depends on has ended.",
        "A stopped job ends as FAILED; jobs that depend on it fail, too.",
    )


@given(st.text(max_size=3000))
def test_a_reason_is_what_aws_takes(typed: str) -> None:
    reason = cleaned_reason(typed)
    assert 1 <= len(reason) <= 1024
    assert reason.isprintable() or "\x1b" not in reason
    assert "\n" not in reason
    assert cleaned_reason(reason) == reason


def test_no_reason_is_a_reason() -> None:
    assert cleaned_reason(" \n\t ") == DEFAULT_REASON


def test_between_asked_and_seen() -> None:
    jobs = {
        "ended": job("ended", "FAILED"),
        "running": job("running"),
        "slow": job("slow"),
        "told": job("told", "PENDING", is_cancelled=True),
        "again": job("again"),
    }
    asked = [
        AskedToStop("ended", 0),
        AskedToStop("running", 900),
        AskedToStop("slow", 0),
        AskedToStop("told", 0),
        AskedToStop("child:3", 900),
        AskedToStop("gone", 0),
        AskedToStop("again", 950),
        AskedToStop("again", 0),
    ]
    seen = watch_stops(asked, job_lookup([{}, jobs]), now=1000)
    assert seen.stopping == {"running", "told", "child:3", "again"}
    assert seen.followed == {"ended", "gone"}
    assert seen.not_followed == {"slow"}


@given(
    st.lists(st.builds(AskedToStop, st.sampled_from("abcdef"), st.floats(0, 1000)), max_size=10),
    st.lists(JOBS, max_size=8),
    st.floats(0, 2000),
)
def test_the_watch_puts_every_job_in_one_set(asked: list[AskedToStop], jobs: list[JobSummary], now: float) -> None:
    seen = watch_stops(asked, job_lookup([{job.job_id: job for job in jobs}]), now=now)
    sets = (seen.stopping, seen.followed, seen.not_followed)
    assert Counter(one for each in sets for one in each) == Counter({one.job_id for one in asked})
