"""What holds for the simulation at any time, however time passes."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import batchtui.demo
from batchtui.demo.account import Account
from batchtui.demo.batch_api import BatchApi
from batchtui.demo.clock import ManualClock
from batchtui.demo.index import JobIndex
from batchtui.demo.jobs import STATUSES, TERMINAL, Job
from batchtui.demo.listing import list_jobs
from batchtui.demo.scenario import build_account
from tests.built_accounts import new_account
from tests.matrix import slow_after

_ARROWS = {
    "SUBMITTED": {"PENDING", "RUNNABLE", "FAILED"},
    "PENDING": {"RUNNABLE", "SUCCEEDED", "FAILED"},
    "RUNNABLE": {"STARTING", "FAILED"},
    "STARTING": {"RUNNING", "RUNNABLE", "FAILED"},
    "RUNNING": {"SUCCEEDED", "FAILED", "RUNNABLE"},
    "SUCCEEDED": set(),
    "FAILED": set(),
}


class _WatchedIndex(JobIndex):
    """Holds every change of status against the arrows."""

    __slots__ = ()

    def move(self, job: Job, status: str, now: int) -> None:
        assert status in _ARROWS[job.status], f"{job.job_id}: {job.status} to {status}"
        assert job.array is None or status in ("PENDING", *TERMINAL)
        super().move(job, status, now)


class _Watched:
    """An account that is looked at closely."""

    def __init__(self, jobs: int, seed: int) -> None:
        self.clock = ManualClock()
        self.account = build_account(clock=self.clock, jobs=jobs, seed=seed)
        self.api = BatchApi(self.account)
        self.account.index.__class__ = _WatchedIndex

    def check_capacity(self) -> None:
        for environment in self.account.environments.values():
            assert -1e-6 <= environment.used <= environment.online + 1e-6 <= environment.max_vcpus + 2e-6

    def check(self) -> None:
        self.check_capacity()
        used = dict.fromkeys(self.account.environments, 0.0)
        for job in _with_children(self.account):
            if job.status in ("STARTING", "RUNNING"):
                used[job.attempts[-1].environment.name] += job.terms.needs.vcpus
            assert (job.status in TERMINAL) == bool(job.stopped)
            if job.array is not None:
                counted = dict.fromkeys(STATUSES, 0)
                for child in job.array.children(job):
                    counted[child.status] += 1
                assert counted == job.array.counts
                assert sum(counted.values()) == job.array.size
        for environment in self.account.environments.values():
            assert used[environment.name] == pytest.approx(environment.used)
        for queue in self.account.queues.values():
            here = self.account.index.jobs_of(queue)
            for status, line in here.by_status.items():
                assert all(job.status == status for job in line)
                assert [job.seq for job in line] == sorted(job.seq for job in line)
            assert len(here.everything) == sum(map(len, here.by_status.values()))


def _with_children(account: Account) -> list[Job]:
    jobs = list(account.index.everything())
    return jobs + [child for job in jobs if job.array is not None for child in job.array.children(job)]


_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("advance"), st.floats(0.0, 2400.0)),
        st.tuples(st.sampled_from(["cancel", "terminate"]), st.integers(0, 10_000)),
        st.tuples(st.just("submit"), st.integers(0, 5)),
    ),
    max_size=12,
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 1_000_000), jobs=st.sampled_from([10, 60, 150]), steps=_STEPS)
def test_lifecycle_invariants(seed: int, jobs: int, steps: list[tuple[str, Any]]) -> None:
    watched = _Watched(jobs, seed)
    account = watched.account
    over: dict[str, str] = {}
    for what, how in steps:
        if what == "advance":
            watched.clock.advance(how)
            account.advance()
        elif what == "submit":
            _submit(watched, how)
        else:
            every = _with_children(account)
            job = every[how % len(every)]
            getattr(account.lifecycle, what)(job, "because")
        watched.check()
        for job in account.index.everything():
            if job.terminal:
                story = json.dumps(watched.api.describe_jobs({"jobs": [job.job_id]}))
                assert over.setdefault(job.job_id, story) == story


def _submit(watched: _Watched, kind: int) -> None:
    request: dict[str, Any] = {"jobName": "x", "jobQueue": "qc-fargate", "jobDefinition": "fastqc"}
    if kind == 1:
        request["arrayProperties"] = {"size": 7}
    elif kind == 2:
        request |= {"arrayProperties": {"size": 5}, "dependsOn": [{"type": "SEQUENTIAL"}]}
    elif kind == 3:
        some = next(job for job in watched.account.index.everything() if job.array is None)
        request["dependsOn"] = [{"jobId": some.job_id}]
    elif kind == 4:
        request |= {"jobQueue": "train-gpu", "jobDefinition": "train-variant-ddp", "shareIdentifier": "research"}
    elif kind == 5:
        parents = [job for job in watched.account.index.everything() if job.array is not None]
        if parents and parents[0].array is not None:
            dependency = {"jobId": parents[0].job_id, "type": "N_TO_N"}
            request |= {"arrayProperties": {"size": parents[0].array.size}, "dependsOn": [dependency]}
    watched.api.operations["submitjob"][1](request)


def _everything(account: Account) -> str:
    api = BatchApi(account)
    answers: list[Any] = [api.describe_job_queues({}), api.describe_compute_environments({})]
    for queue in account.queues:
        answers.append(api.get_job_queue_snapshot({"jobQueue": queue}))
        for status in STATUSES:
            page = list_jobs(account, {"jobQueue": queue, "jobStatus": status})
            ids = [job["jobId"] for job in page["jobSummaryList"]][:100]
            answers.append(page)
            if ids:
                answers.append(api.describe_jobs({"jobs": ids}))
    return json.dumps(answers)


@pytest.mark.parametrize("jobs", [10, 500])
def test_the_same_seed_and_time_give_the_same_account(jobs: int) -> None:
    clocks = [ManualClock(), ManualClock()]
    accounts = [build_account(clock=clock, jobs=jobs, seed=5) for clock in clocks]
    assert _everything(accounts[0]) == _everything(accounts[1])
    for clock in clocks:
        clock.advance(3600)
    for account in accounts:
        account.advance()
    assert _everything(accounts[0]) == _everything(accounts[1])


@pytest.mark.slow
def test_how_often_one_looks_changes_nothing() -> None:
    clocks = [ManualClock(), ManualClock()]
    often, once = (build_account(clock=clock, jobs=300, seed=2) for clock in clocks)
    for _ in range(360):
        clocks[0].advance(10)
        often.advance()
        _everything(often) if often.now % 7 == 0 else None
    clocks[1].advance(3600)
    once.advance()
    assert _everything(often) == _everything(once)


@pytest.mark.parametrize("jobs", slow_after(1, [400, 3000]))
def test_a_copy_for_a_test_goes_on_as_what_was_built_and_touches_no_other(jobs: int) -> None:
    clocks = [ManualClock() for _ in range(3)]
    options: dict[str, Any] = {"jobs": jobs, "service_jobs": True, "cohorts": True}
    built = build_account(clock=clocks[0], **options)
    one, other = (new_account(clock, **options) for clock in clocks[1:])
    begun = _everything(built)
    is_same = _everything(one) == begun  # what differs would take minutes to tell
    assert is_same
    for account, clock in ((built, clocks[0]), (one, clocks[1])):
        clock.advance(3 * 3600)
        account.advance()
    is_same = _everything(one) == _everything(built) != begun
    assert is_same
    assert [job.job_id for job in _with_children(one)] == [job.job_id for job in _with_children(built)]
    is_left_alone = _everything(other) == begun
    assert is_left_alone, "nothing that happens in one is seen in another"
    assert other.now < one.now


def test_another_seed_gives_another_account() -> None:
    one, other = (build_account(clock=ManualClock(), jobs=100, seed=seed) for seed in (1, 2))
    assert _everything(one) != _everything(other)


@pytest.mark.parametrize("jobs", [10, 25, 60, 200, 2000, 5000])
def test_every_status_at_every_size(jobs: int) -> None:
    account = build_account(clock=ManualClock(), jobs=jobs)
    found = {job.status for job in _with_children(account)}
    assert found == set(STATUSES)
    assert abs(len(account.index) - jobs) <= max(2, jobs // 50)


def test_the_usual_account() -> None:
    clock = ManualClock()
    account = build_account(clock=clock)
    assert len(account.index) == 2000
    jobs = list(account.index.everything())
    active = [job for job in jobs if not job.terminal]
    assert 60 <= len(active) <= 120
    failed = sum(job.status == "FAILED" for job in jobs) / (len(jobs) - len(active))
    assert 0.05 <= failed <= 0.12
    assert min(job.created for job in jobs) > account.now - 36 * 3_600_000 - 1000
    (big,) = [job for job in active if job.array is not None and job.array.size == 1000]
    assert big.array is not None
    assert 0 < big.array.counts["SUCCEEDED"] < 1000
    assert any(job.array is not None and job.array.size == 36 for job in active)


@pytest.mark.slow
def test_it_lives_for_days_keeps_what_ended_for_a_day_and_then_grows_no_more() -> None:
    clock = ManualClock()
    account = build_account(clock=clock)
    seen: dict[str, int] = {}
    sizes: list[int] = []
    for _ in range(34):
        clock.advance(3600)
        account.advance()
        active = sum(account.index.active_in(queue) for queue in account.queues.values())
        assert 50 <= active <= 140
        sizes.append(len(account.index))
        jobs = account.index.everything()
        assert account.now - max(job.created for job in jobs) < 60_000
        here = {job.job_id for job in jobs}
        day = account.now - 24 * 3_600_000
        assert all(job_id in here for job_id, stopped in seen.items() if stopped > day)
        seen = {job.job_id: job.stopped for job in jobs if job.stopped}
    assert sizes[-1] <= sizes[25] * 1.05


def test_a_clock_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="go back"):
        ManualClock().advance(-1)


@pytest.mark.parametrize(("jobs", "queues"), [(9, 6), (200_001, 6), (10, 0), (10, 501)])
def test_sizes_have_limits(jobs: int, queues: int) -> None:
    with pytest.raises(ValueError, match="the demo account has"):
        build_account(clock=ManualClock(), jobs=jobs, queues=queues)


def test_it_imports_nothing_but_the_standard_library_and_aiohttp() -> None:
    import sys

    for path in Path(batchtui.demo.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names.append(node.module)
            for name in names:
                assert name.partition(".")[0] in {*sys.stdlib_module_names, "aiohttp"}, f"{path.name}: {name}"


def test_only_one_place_looks_at_the_real_clock() -> None:
    for path in Path(batchtui.demo.__file__).parent.glob("*.py"):
        if path.name != "clock.py":
            text = path.read_text()
            assert "time.time()" not in text
            assert "datetime.now" not in text
