"""What is known of a job after one more answer."""

from dataclasses import replace
from typing import Any

import pytest

from batchtui.model.job import JobSummary
from batchtui.sync.snapshot import Snapshot
from batchtui.sync.store import Store, merge

JOB = JobSummary("id", "name", "q", "RUNNING", created_at=1000, vcpus=8.0, scheduled_at=900)


def test_a_job_never_leaves_its_end() -> None:
    ended = replace(JOB, status="FAILED")
    assert merge(ended, JOB) is ended
    assert merge(JOB, ended).status == "FAILED"


def test_what_one_answer_does_not_tell_stays() -> None:
    seen = merge(JOB, replace(JOB, status="SUCCEEDED", vcpus=None, scheduled_at=None))
    assert (seen.vcpus, seen.scheduled_at) == (8.0, 900)
    waits = replace(JOB, status="RUNNABLE", consumables=("licences",))
    assert merge(waits, replace(waits, consumables=None)) is waits
    assert merge(waits, replace(JOB, vcpus=None)).consumables is None, "it has got them"


def test_nothing_new_is_the_same_object() -> None:
    assert merge(JOB, replace(JOB, vcpus=None)) is JOB


def test_queues_without_a_change_are_the_same_objects() -> None:
    store = Store()
    store.keep_queues(["a", "b"])
    store.observe("a", [replace(JOB, job_queue="a")])
    first = store.publish()
    store.observe("a", [replace(JOB, job_queue="a")])
    store.observe("b", [replace(JOB, job_queue="b")])
    second = store.publish()
    assert second["a"] is first["a"]
    assert second["b"] is not first["b"]
    assert len(first["b"].jobs) == 0, "a published snapshot never changes"


def test_counts_follow_the_statuses() -> None:
    store = Store()
    store.keep_queues(["q"])
    store.observe("q", [JOB])
    store.observe("q", [replace(JOB, status="SUCCEEDED"), replace(JOB, job_id="2")])
    assert dict(store.publish()["q"].counts) == {"SUCCEEDED": 1, "RUNNING": 1}
    assert store.active_by_status("q") == {"RUNNING": 1}
    store.forget("q", ["2"])
    assert dict(store.publish()["q"].counts) == {"SUCCEEDED": 1}


def test_what_is_known_already_keeps_nothing_from_the_rest() -> None:
    store = Store()
    store.keep_queues(["q"])
    store.observe("q", [JOB])
    store.observe("q", [JOB, replace(JOB, job_id="2", created_at=3000), replace(JOB, job_id="3", created_at=None)])
    assert {job.job_id for job in store.active_jobs("q")} == {"id", "2", "3"}
    assert store.newest_created_at("q") == 3000


def test_what_is_in_use_follows_the_jobs() -> None:
    store = Store()
    store.keep_queues(["q"])

    def vcpus() -> float:
        load = store.publish()["q"].load
        assert load is not None
        return load.vcpus

    store.observe("q", [JOB, replace(JOB, job_id="2")])
    assert vcpus() == 16.0
    store.observe("q", [replace(JOB, vcpus=4.0)])
    assert vcpus() == 12.0
    store.observe("q", [replace(JOB, vcpus=4.0, status="SUCCEEDED")])
    assert vcpus() == 8.0
    assert [job.job_id for job in store.active_jobs("q")] == ["2"]
    store.forget("q", ["2", "no such job"])
    assert vcpus() == 0.0
    assert store.active_jobs("q") == []
    store.forget("no such queue", ["2"])


def test_a_queue_that_comes_back_is_not_complete_before_it_was_seen_whole() -> None:
    store = Store()
    store.keep_queues(["q"])
    store.complete("q")
    store.keep_queues([])
    store.keep_queues(["q"])
    assert not store.publish()["q"].is_complete


def test_a_queue_that_is_gone_is_forgotten() -> None:
    store = Store()
    store.keep_queues(["q"])
    store.observe("q", [JOB])
    store.keep_queues([])
    store.observe("q", [JOB])
    assert dict(store.publish()) == {}


def test_since_when_a_job_is_seen_starting() -> None:
    now = 100.0
    store = Store(wall_clock=lambda: now)
    store.keep_queues(["q"])
    starting = replace(JOB, status="STARTING", started_at=None)
    store.observe("q", [starting])
    snapshot = Snapshot(jobs=store.publish())
    assert snapshot.status_since(starting) == 100_000
    now = 160.0
    store.observe("q", [replace(starting, status_reason="pulling"), replace(JOB, job_id="other")])
    snapshot = Snapshot(jobs=store.publish())
    assert snapshot.status_since(starting) == 100_000, "it was so all the time"
    assert snapshot.status_since(JOB) is None, "it is not so any more, as whoever asks knows"
    assert snapshot.status_since(replace(starting, job_id="child:1")) is None
    store.observe("q", [replace(JOB, status="RUNNABLE")])
    assert store.publish()["q"].starting_since == {}
    now = 200.0
    store.observe("q", [starting])
    assert Snapshot(jobs=store.publish()).status_since(starting) == 200_000, "another start"
    store.forget("q", [starting.job_id])
    assert store.publish()["q"].starting_since == {}


@pytest.mark.parametrize("member", ["vcpus", "tags", "scheduled_at", "depends_on"])
def test_what_is_told_replaces_what_was_and_what_is_not_told_stays(member: str) -> None:
    told: dict[str, tuple[Any, Any]] = {
        "vcpus": (8.0, 2.0),
        "tags": ((("team", "a"),), (("team", "b"),)),
        "scheduled_at": (900, 950),
        "depends_on": (("x",), ("y",)),
    }
    before, after = told[member]
    bare = JobSummary("id", "name", "q", "PENDING", created_at=1000)
    known = replace(bare, **{member: before})
    assert merge(known, bare) is known
    assert getattr(merge(known, replace(bare, **{member: after})), member) == after
    assert getattr(merge(bare, known), member) == before
    assert getattr(merge(bare, replace(bare, job_name="other")), member) is None
    went_on = getattr(merge(known, replace(bare, status="RUNNABLE")), member)
    assert went_on == (None if member == "depends_on" else before), "who runs waits for nothing any more"


def test_what_is_published_of_a_queue() -> None:
    store = Store(wall_clock=lambda: 50.0)
    store.keep_queues(["q"])
    ended, starting = replace(JOB, job_id="2", status="FAILED"), replace(JOB, job_id="3", status="STARTING")
    store.observe("q", [JOB, ended, starting])
    told = store.publish()["q"]
    assert dict(told.jobs) == {"id": JOB, "2": ended, "3": starting}
    assert dict(told.active) == {"id": JOB, "3": starting}
    assert dict(told.starting_since) == {"3": 50_000}
    assert told.load is not None
    assert store.active_jobs("q") == [JOB, starting]
    assert not told.is_complete
    store.complete("q")
    done = store.publish()["q"]
    assert done.is_complete
    store.complete("q")
    assert store.publish()["q"] is done, "nothing new"
    store.complete("other")
    assert set(store.publish()) == {"q"}
    assert store.active_by_status("other") == {}
    assert store.active_jobs("other") == []
