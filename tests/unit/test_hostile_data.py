"""Whatever AWS answers: every line and every cell can be made, is as wide as it should be, and steers nothing."""

import json
import re
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from time import thread_time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from batchtui.actions.definition_diff import changed_members, definition_diff
from batchtui.aws.connection import Resolved
from batchtui.format import Cell
from batchtui.insight.blocked import blocked_head, blocked_reason, short_reason
from batchtui.insight.failure import what_retry_did, why_failed, why_service_job_failed
from batchtui.insight.going import how_it_goes
from batchtui.insight.group_keys import By
from batchtui.insight.groups import grouped
from batchtui.insight.job_cause import cause_of
from batchtui.insight.queue_load import load_of
from batchtui.insight.queue_standing import count, standing
from batchtui.insight.quick import QuickWhy
from batchtui.insight.situation import WaitingSituation
from batchtui.insight.verdict import Answer
from batchtui.insight.waiting import line_of, one_line, why_waiting
from batchtui.insight.why_answer import WhyAnswer
from batchtui.logs.clean import clean_message
from batchtui.logs.line import LogLine
from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.consumable_resource import ConsumableResource, ConsumingJob
from batchtui.model.container_instance import ContainerInstance
from batchtui.model.ec2_instance import Ec2Instance
from batchtui.model.ecs_task import EcsTask
from batchtui.model.job import JobSummary
from batchtui.model.job_definition import JobDefinition
from batchtui.model.job_detail import JobDetail
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.job_queue_snapshot import JobQueueSnapshot
from batchtui.model.scheduling_policy import QuotaShareDetail, SchedulingPolicyDetail
from batchtui.model.service_environment import ServiceEnvironmentDetail
from batchtui.model.service_job import ServiceJobDetail
from batchtui.model.text import _HOSTILE, clean
from batchtui.once import as_text, as_values
from batchtui.query.definitions import DEFINITION_SORTS
from batchtui.query.filter import parse
from batchtui.query.jobs import JOB_FIELDS, JOB_SORTS
from batchtui.query.steps import at_once
from batchtui.sync.snapshot import Snapshot
from batchtui.sync.store import Store
from batchtui.sync.trail_reads import Trail, place_of
from batchtui.ui.details.consumable_resource import consumable_view
from batchtui.ui.details.host import host_lines
from batchtui.ui.details.queue_insight import insight_lines
from batchtui.ui.details.scheduling_policy import policy_view
from batchtui.ui.details.service_environment import service_environment_view
from batchtui.ui.details.views import (
    Related,
    View,
    definition_view,
    environment_view,
    job_view,
    json_text,
    queue_view,
    service_job_view,
    summary_view,
)
from batchtui.ui.details.why import why_lines
from batchtui.ui.logs.rows import Look, rows_of
from batchtui.ui.panes import (
    compute_environments,
    consumable_resources,
    definitions,
    groups,
    job_queues,
    jobs,
    queue_standings,
    relations,
    revisions,
    scheduling_policies,
    service_environments,
)
from batchtui.ui.panes.job_queues import queue_rows
from batchtui.ui.panes.revisions import changed_words, revisions_of
from batchtui.ui.panes.scheduling_policies import PolicyRow
from batchtui.ui.panes.service_environments import ServiceEnvironmentRow
from batchtui.ui.widgets.columns import Column, fill, fit
from batchtui.ui.widgets.line_view import wrap
from tests.hostile import LONG_VALUES, NOW, Hostile, assert_all_harmless, assert_harmless

SECONDS = NOW / 1000
MANY = 15 if settings().derandomize else 300
"""Few in the suite, which draws the same every time; many in `make fuzz`."""
FUZZ = settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
SEEDS = st.integers(0, 2**32)
Rows = Sequence[Any]
_TRAILING = re.compile(r" \W*+$")
"""Spaces at the end of a line may stand beyond its width, with marks on them."""


def check_views(views: Iterable[View], width: int) -> None:
    for view in views:
        assert_all_harmless([view.title], "title")
        assert_all_harmless(wrap(view.title, width), "title")
        for name, tab in view.tabs.items():
            for is_revealed in (False, True):
                check_lines(tab(width, SECONDS, is_revealed), width, name)


def check_lines(lines: Iterable[Cell], width: int, where: str) -> None:
    for line in lines:
        assert_all_harmless([line], where)
        for part in wrap(line, width):
            assert cell_len(_TRAILING.sub("", "".join(text for text, _ in part))) <= width, (where, part)


def check_columns(columns: Sequence[Column[Any]], rows: Rows, width: int) -> None:
    for row in rows:
        for column, room in fit(columns, width):
            cell = column.cell(row, room, SECONDS)
            filled = fill(cell, room, is_right=column.is_right)
            assert_all_harmless([tuple(filled)], column.key)
            assert sum(cell_len(text) for text, _ in filled) == room, column.key


def check_texts(*texts: str) -> None:
    for text in texts:
        assert_harmless(text)


def check_answer(answer: Answer, job: JobSummary, width: int) -> None:
    check_lines(why_lines(None, answer, job, is_asking=True, width=width), width, "why")
    check_lines(why_lines(WhyAnswer(job, answer), answer, job, is_asking=False, width=width), width, "why")


def summaries(hostile: Hostile) -> list[JobSummary]:
    listed = hostile.items("batch", "ListJobs", "jobSummaryList", 4)
    services = hostile.items("batch", "ListServiceJobs", "jobSummaryList", 3)
    return [JobSummary.from_api(item, job_queue="high") for item in (*listed, *services)]


def account(hostile: Hostile) -> Snapshot:
    """What the poller would know."""
    queues = hostile.items("batch", "DescribeJobQueues", "jobQueues", 3)
    environments = hostile.items("batch", "DescribeComputeEnvironments", "computeEnvironments", 3)
    store = Store(wall_clock=lambda: SECONDS)
    store.keep_queues(["high"])
    described = hostile.items("batch", "DescribeJobs", "jobs", 2)
    some = [*summaries(hostile), *map(JobSummary.from_api, described)]
    store.observe(
        "high", [replace(job, job_id=job.job_id or f"j{n}", job_queue="high") for n, job in enumerate(some)]
    )
    kept = store.publish()
    return Snapshot(
        job_queues=tuple(
            JobQueueDetail.from_api({**item, **({"jobQueueName": "high"} if not number else {})})
            for number, item in enumerate(queues)
        ),
        compute_environments=tuple(map(ComputeEnvironmentDetail.from_api, environments)),
        jobs=kept,
        account="1",
        refreshed_at=SECONDS,
    )


def some(
    hostile: Hostile, service: str, operation: str, member: str, read: Callable[[dict[str, Any]], Any]
) -> list[Any]:
    return [read(item) for item in hostile.items(service, operation, member, 2)]


@FUZZ
@given(SEEDS, st.integers(2, 200))
def test_jobs_and_why_they_wait_fail_and_run(seed: int, width: int) -> None:
    hostile = Hostile(seed)
    snapshot, log = account(hostile), [hostile.text() for _ in range(3)]
    held, queue = snapshot.jobs["high"], (snapshot.job_queues or (None,))[0]
    details = some(hostile, "batch", "DescribeJobs", "jobs", JobDetail.from_api)
    service = ServiceJobDetail.from_api(hostile.answer("batch", "DescribeServiceJob"))
    children = summaries(hostile)
    answers = [
        (job.summary, why_failed(job, child=children[0], dependencies=children, log_tail=log)) for job in details
    ]
    answers.append((service.summary, why_service_job_failed(service, log_tail=log)))
    front = JobQueueSnapshot.from_api(hostile.answer("batch", "GetJobQueueSnapshot"))
    policies = some(
        hostile, "batch", "DescribeSchedulingPolicies", "schedulingPolicies", SchedulingPolicyDetail.from_api
    )
    shares = some(hostile, "batch", "ListQuotaShares", "quotaShares", QuotaShareDetail.from_api)
    lots = some(hostile, "batch", "ListConsumableResources", "consumableResources", ConsumableResource.from_api)
    rooms = some(
        hostile, "batch", "DescribeServiceEnvironments", "serviceEnvironments", ServiceEnvironmentDetail.from_api
    )
    for job, detail in (
        (details[0].summary, details[0]),
        (service.summary, None),
        *((each, None) for each in children),
    ):
        situation = WaitingSituation(
            job, NOW, detail=detail, service=None if detail else service, status_since=NOW - 10**6, queue=queue,
            environments=snapshot.compute_environments or (), snapshot=front, other_queues=(),
            dependencies=tuple(children),
            policy=policies[0], quota_shares=tuple(shares), service_environments=tuple(rooms),
            consumables=tuple(lots),
            jobs=tuple(held.active.values()), load=load_of(held.active.values()),
        )  # fmt: skip
        answers.append((job, why_waiting(situation)))
        check_texts(line_of(situation), one_line(answers[-1][1]))
        answers.append((job, how_it_goes(job, NOW, timeout_seconds=60, is_described=True)))
    for job, answer in answers:
        check_answer(answer, job, width)
    check_texts(*(text for job in details for text in what_retry_did(job)), *what_retry_did(service))
    check_views(
        [
            *(job_view(job, children, made=()) for job in details),
            *map(summary_view, children),
            service_job_view(service),
        ],
        width,
    )


async def no_more() -> AsyncGenerator[Related]:
    nothing: tuple[Related, ...] = ()
    for each in nothing:
        yield each


@FUZZ
@given(SEEDS, st.integers(20, 300))
def test_lists(seed: int, width: int) -> None:
    hostile = Hostile(seed)
    snapshot = account(hostile)
    held = snapshot.jobs["high"]
    every = list(held.jobs.values())
    quick = QuickWhy()
    quick.know(snapshot.job_queues, snapshot.compute_environments, snapshot.jobs)
    for job in every:
        line = quick.line(job, now=NOW)
        check_texts(line.text if hasattr(line, "text") else line[0], cause_of(job))
        assert_all_harmless([jobs.with_cause(jobs._plain_why(job, 40, SECONDS), line, job, 40)])
    check_columns(jobs._COLUMNS, every, width)
    for sort in JOB_SORTS.values():
        for job in every:
            sort(job, SECONDS)
    for text in ("/x/", "name:a reason:b step:c cause:d", "tag:x=y", "age>5m vcpus<3 exit:1"):
        test = parse(text, JOB_FIELDS)
        for job in every:
            test.matches(job, SECONDS)
    blocked = {"high": head} if (head := blocked_head(held.active.values())) else {}
    check_texts(
        blocked_reason(held.active.values()) or "", *(short_reason(job.status_reason or "") for job in every)
    )
    check_columns(job_queues._COLUMNS_WITH_SERVICE_JOBS, queue_rows(snapshot, blocked), width)
    check_columns(compute_environments._COLUMNS, snapshot.compute_environments or (), width)
    found = some(hostile, "batch", "DescribeJobDefinitions", "jobDefinitions", JobDefinition.from_api)
    check_columns(definitions._COLUMNS, found, width)
    for by in DEFINITION_SORTS.values():
        for each in found:
            by(each, SECONDS)
    check_columns(revisions._COLUMNS, revisions_of(found), width)
    check_texts(changed_words(*found), *changed_members(definition_diff(found[0].raw, found[1].raw)))
    for diff in definition_diff(found[0].raw, found[1].raw):
        check_texts(diff.path, diff.old, diff.new)
    policies = some(
        hostile, "batch", "DescribeSchedulingPolicies", "schedulingPolicies", SchedulingPolicyDetail.from_api
    )
    check_columns(scheduling_policies._COLUMNS, [PolicyRow(each, ("high",)) for each in policies], width)
    lots = some(hostile, "batch", "ListConsumableResources", "consumableResources", ConsumableResource.from_api)
    check_columns(consumable_resources._COLUMNS, lots, width)
    rooms = some(
        hostile, "batch", "DescribeServiceEnvironments", "serviceEnvironments", ServiceEnvironmentDetail.from_api
    )
    check_columns(service_environments._COLUMNS, [ServiceEnvironmentRow(each, ("high",)) for each in rooms], width)
    taking = some(hostile, "batch", "ListJobsByConsumableResource", "jobs", ConsumingJob.from_api)
    shares = some(hostile, "batch", "ListQuotaShares", "quotaShares", QuotaShareDetail.from_api)
    views = [
        *(queue_view(queue, snapshot, head) for queue in snapshot.job_queues or ()),
        *(environment_view(each, snapshot) for each in snapshot.compute_environments or ()),
        *map(definition_view, found),
        *(policy_view(each, [], shares) for each in policies),
        *(consumable_view(each, taking, no_more) for each in lots),
        *(service_environment_view(each, snapshot) for each in rooms),
    ]
    check_views(views, width)
    for view in views:
        check_columns(relations._COLUMNS, view.relations, width)


@FUZZ
@given(SEEDS, st.integers(20, 300))
def test_groups_and_how_queues_stand(seed: int, width: int) -> None:
    hostile = Hostile(seed)
    snapshot = account(hostile)
    every = list(snapshot.jobs["high"].jobs.values())
    for by in By:
        found = at_once(grouped(every, by, now=SECONDS, tag=hostile.text()))
        columns = groups._COLUMNS_OF_CAUSES if by is By.CAUSE else groups._columns(by)
        check_columns(columns, found.groups, width)
    front = JobQueueSnapshot.from_api(hostile.answer("batch", "GetJobQueueSnapshot"))
    policies = some(
        hostile, "batch", "DescribeSchedulingPolicies", "schedulingPolicies", SchedulingPolicyDetail.from_api
    )
    shares = some(hostile, "batch", "ListQuotaShares", "quotaShares", QuotaShareDetail.from_api)
    for queue in snapshot.job_queues or ():
        for counted in (None, at_once(count(every, NOW))):
            how = standing(
                queue, counted, snapshot=front, policy=policies[0], quota_shares=shares,
                environments=snapshot.compute_environments, queues=snapshot.job_queues,
            )  # fmt: skip
            check_lines(insight_lines(how, None, width, SECONDS), width, "insight")
            check_columns(queue_standings._COLUMNS, [how], width)


@FUZZ
@given(SEEDS, st.integers(2, 200))
def test_hosts(seed: int, width: int) -> None:
    hostile = Hostile(seed)
    task = EcsTask.from_api(hostile.items("ecs", "DescribeTasks", "tasks", 1)[0])
    machine = ContainerInstance.from_api(
        hostile.items("ecs", "DescribeContainerInstances", "containerInstances", 1)[0]
    )
    reservation = hostile.items("ec2", "DescribeInstances", "Reservations", 1)[0]
    instance = Ec2Instance.from_api({"InstanceId": "i", **(reservation.get("Instances") or [{}])[0]})
    for job in some(hostile, "batch", "DescribeJobs", "jobs", JobDetail.from_api):
        place = place_of(job)
        if place is not None:
            trail = Trail(place, clean(hostile.text()), None, task, machine, instance)
            check_lines(host_lines(trail, SECONDS, is_revealed=True), width, "host")


@FUZZ
@given(SEEDS, st.integers(2, 120), st.booleans(), st.booleans(), st.sampled_from(("", "one line", "indented")))
def test_log_lines(seed: int, width: int, wraps: bool, has_colours: bool, as_json: str) -> None:
    hostile = Hostile(seed)
    for event in hostile.items("logs", "GetLogEvents", "events", 4):
        message = event.get("message", "")
        if hostile.chance.random() < 0.3:
            message = json.dumps({hostile.text(): hostile.text(), "level": "error", "message": message})
        text, colours = clean_message(message)
        check_texts(text)
        look = Look(wraps=wraps, has_colours=has_colours, json=as_json, shift=hostile.chance.choice((0, 3)))
        for row in rows_of(LogLine(0, text, 0, colours), (("12:00:00 ", "muted"),), width, look):
            assert_all_harmless([row])
            assert cell_len("".join(part for part, _ in row)) <= width


@FUZZ
@given(SEEDS)
def test_what_is_printed(seed: int) -> None:
    hostile = Hostile(seed)
    snapshot = account(hostile)
    resolved = Resolved("us-east-1", None, "env")
    for line in as_text(snapshot, resolved, SECONDS):
        assert_harmless(line)
    printed = json.dumps(as_values(snapshot, resolved), indent=2)
    assert printed.isascii()
    assert "\x7f" not in printed


@FUZZ
@given(SEEDS)
def test_what_is_copied_as_json_says_the_same_and_steers_nothing(seed: int) -> None:
    answer = Hostile(seed, on_wire=True).answer("batch", "DescribeJobs")
    copied = json_text(answer, is_revealed=True)
    assert json.loads(copied) == answer
    copied.encode()
    for line in copied.split("\n"):
        assert not _HOSTILE.search(line)


_PART = 8
_MOST = 4 * _PART  # what takes the square of the length takes twice as much as this
_LEAST_SECONDS = 0.002
"""Less is noise."""


@pytest.mark.slow
@pytest.mark.parametrize("value", LONG_VALUES, ids=lambda value: ascii(value[:8]))
def test_what_is_far_too_long_takes_no_more_than_its_length(value: str) -> None:
    """Seconds of the processor, in proportion to those of a part of it: how busy the machine is does not count."""
    seconds_of(value[: len(value) // _PART])  # caches are warm, expressions compiled
    part, whole = seconds_of(value[: len(value) // _PART]), seconds_of(value)
    slow = {
        what: (part[what], took) for what, took in whole.items() if took > _MOST * max(_LEAST_SECONDS, part[what])
    }
    assert not slow


def seconds_of(value: str) -> dict[str, float]:
    """What each step of a job takes in which everything is this value."""
    described = {
        "jobId": value, "jobName": value, "status": "FAILED", "statusReason": value, "jobQueue": value,
        "container": {"reason": value, "exitCode": 1, "command": ["sh", "-c", value], "image": value,
                      "environment": [{"name": "A", "value": value}, {"name": value, "value": "b"}]},
        "attempts": [{"statusReason": value}], "tags": {value: value}, "createdAt": NOW,
    }  # fmt: skip
    took: dict[str, float] = {}

    def timed(what: str, work: Callable[[], Any]) -> Any:
        started = thread_time()
        result = work()
        took[what] = thread_time() - started
        return result

    job = timed("read", lambda: JobDetail.from_api(described))
    listed = timed("list", lambda: JobSummary.from_api(described, job_queue=value))
    answer = timed("why", lambda: why_failed(job, log_tail=[value]))
    timed("quick", lambda: QuickWhy().line(listed, now=NOW))
    timed("rows", lambda: check_columns_only(jobs._COLUMNS, [listed]))
    view = job_view(job)
    for name, tab in view.tabs.items():
        lines = timed(name, partial(tab, 100, SECONDS, False))
        timed(f"{name} wrapped", partial(lambda lines: [wrap(line, 100) for line in lines], lines))
    timed("why lines", lambda: why_lines(None, answer, job.summary, is_asking=False))
    text, colours = timed("clean", lambda: clean_message(value))
    timed("log rows", lambda: rows_of(LogLine(0, text, 0, colours), (), 100, Look()))
    timed("group", lambda: [at_once(grouped([listed], by, now=SECONDS)) for by in (By.STEP, By.CAUSE)])
    return took


def check_columns_only(columns: Sequence[Column[Any]], rows: Rows) -> None:
    for row in rows:
        for column, room in fit(columns, 200):
            fill(column.cell(row, room, SECONDS), room, is_right=column.is_right)
