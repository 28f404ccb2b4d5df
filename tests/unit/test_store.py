"""What is known of a job after one more answer."""

from dataclasses import replace

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
