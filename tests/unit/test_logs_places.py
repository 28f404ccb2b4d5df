"""Where a job's log is, for every way in which AWS Batch describes a job."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.logs.places import (
    LogPlaces,
    log_places,
    pod_stream_prefix,
    stream_of_pod,
)
from batchtui.logs.saving import suggested_name
from batchtui.logs.training import TRAINING_JOBS_GROUP, training_log_places, training_log_prefixes
from batchtui.model.job_detail import JobDetail
from batchtui.model.service_job import ServiceJobDetail

JOB_ID = "1a2b3c4d-0000-4000-8000-000000000000"
RUNNING = {"jobId": JOB_ID, "jobName": "align", "status": "RUNNING", "startedAt": 5}
POD = "aws-batch.0595a7a2-37c6-0948-6f5e-bb05ed04a232"
CLUSTER = "arn:aws:eks:us-east-1:123456789012:cluster/portal"


def places(data: dict[str, Any], eks_cluster: str | None = None) -> LogPlaces:
    return log_places(JobDetail.from_api(data), eks_cluster=eks_cluster)


def test_a_single_container_that_runs() -> None:
    (source,) = places({**RUNNING, "container": {"logStreamName": "d/default/1"}}).sources
    assert (source.group, source.stream, source.region) == ("/aws/batch/job", "d/default/1", None)
    assert (source.label, source.attempt, source.is_latest, source.is_over) == ("", 1, True, False)
    assert suggested_name([source]) == "align-1a2b3c4d-attempt1.log"


def test_its_own_group_and_region() -> None:
    options = {"awslogs-group": "/my/group", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "x"}
    configuration = {"logDriver": "awslogs", "options": options}
    (source,) = places(
        {**RUNNING, "container": {"logStreamName": "x/default/1", "logConfiguration": configuration}}
    ).sources
    assert (source.group, source.region) == ("/my/group", "eu-west-1")


def attempt(stream: str | None, stopped_at: int = 9) -> dict[str, Any]:
    return {"startedAt": 3, "stoppedAt": stopped_at, "container": {"logStreamName": stream} if stream else {}}


def test_each_attempt_has_its_own_stream() -> None:
    data = {**RUNNING, "attempts": [attempt("a"), attempt("b")], "container": {"logStreamName": "c"}}
    sources = places(data).sources
    assert [(s.attempt, s.stream, s.is_latest, s.is_over) for s in sources] == [
        (1, "a", False, True),
        (2, "b", False, True),
        (3, "c", True, False),
    ]
    assert [s.label for s in sources] == ["attempt 1", "attempt 2", "attempt 3"]
    over = places({**data, "status": "FAILED", "attempts": [attempt("a"), attempt("c")]}).sources
    assert [(s.attempt, s.stream) for s in over] == [(1, "a"), (2, "c")]


def test_between_two_attempts() -> None:
    found = places({**RUNNING, "status": "RUNNABLE", "attempts": [attempt("a")], "container": {}})
    assert [s.stream for s in found.sources] == ["a"]
    assert found.reasons == ("RUNNABLE, the next attempt has not started yet",)
    assert found.sources[0].label == "attempt 1"


def test_an_attempt_that_never_ran_leaves_its_number() -> None:
    data = {**RUNNING, "status": "FAILED", "attempts": [attempt(None), attempt("b")]}
    (source,) = places({**data, "container": {"logStreamName": "b"}}).sources
    assert (source.attempt, source.is_latest, source.label) == (2, True, "attempt 2")


DOCKER = "DockerTimeoutError: Could not transition to started; timed out after waiting 4m0s"


def unstarted(**container: Any) -> dict[str, Any]:
    return {"statusReason": "Task failed to start", "stoppedAt": 20, "container": container}


@pytest.mark.parametrize(
    ("attempts", "reasons"),
    [
        ([unstarted(reason=DOCKER)], (f"attempt 2 never started: {DOCKER}",)),
        ([unstarted()], ("attempt 2 never started: Task failed to start",)),
        ([{"stoppedAt": 20}], ("attempt 2 never started: no reason given",)),
        (
            [unstarted(reason=DOCKER), unstarted()],
            (f"attempt 2 never started: {DOCKER}", "attempt 3 never started: Task failed to start"),
        ),
        ([unstarted(exitCode=1)], ("attempt 2: AWS names no log stream",)),
    ],
)
def test_a_last_attempt_that_never_started(attempts: list[dict[str, Any]], reasons: tuple[str, ...]) -> None:
    data = {**RUNNING, "status": "FAILED", "attempts": [attempt("a"), *attempts]}
    for container in ({}, {"logStreamName": "a"}):
        found = places({**data, "container": container})
        (source,) = found.sources
        assert (source.label, source.attempt, source.stream) == ("attempt 1", 1, "a")
        assert source.is_latest, "there is nothing newer to show"
        assert found.reasons == reasons


def test_a_pod_that_never_started_again() -> None:
    ran = {"podName": POD, "startedAt": 3, "stoppedAt": 4, "eksClusterArn": CLUSTER}
    found = places(pod(status="FAILED", eksAttempts=[ran, {"statusReason": "ImagePullBackOff"}], podName=POD))
    assert {source.attempt for source in found.sources if source.is_latest} == {1}
    assert {source.label.partition("attempt")[2] for source in found.sources} == {" 1"}
    assert found.reasons == ("attempt 2 never started: ImagePullBackOff",)


def test_a_new_attempt_without_a_stream_yet() -> None:
    (source,) = places({**RUNNING, "attempts": [attempt("a")], "container": {}}).sources
    assert source.label == "attempt 1"


def test_several_containers() -> None:
    def container(name: str, stream: str, **more: Any) -> dict[str, Any]:
        return {"name": name, "logStreamName": stream, **more}

    side = {"logDriver": "awslogs", "options": {"awslogs-group": "/side"}}
    splunk = {"logDriver": "splunk", "options": {}}
    data = {
        **RUNNING,
        "attempts": [
            {
                "stoppedAt": 4,
                "taskProperties": [{"containers": [container("main", "m1"), container("side", "s1")]}],
            }
        ],
        "ecsProperties": {
            "taskProperties": [
                {
                    "containers": [
                        container("main", "m2"),
                        container("side", "s2", logConfiguration=side),
                        {"name": "mute", "logConfiguration": splunk},
                    ]
                }
            ]
        },
    }
    found = places(data)
    assert [(s.label, s.group, s.stream, s.is_latest) for s in found.sources] == [
        ("main attempt 1", "/aws/batch/job", "m1", False),
        ("side attempt 1", "/side", "s1", False),
        ("main attempt 2", "/aws/batch/job", "m2", True),
        ("side attempt 2", "/side", "s2", True),
    ]
    assert found.reasons == ("the log of mute goes to splunk: not readable here",)
    assert suggested_name(found.sources[2:3]) == "align-1a2b3c4d-main-attempt2.log"


def test_children_and_nodes() -> None:
    child = {
        **RUNNING,
        "jobId": f"{JOB_ID}:7",
        "arrayProperties": {"index": 7},
        "container": {"logStreamName": "a"},
    }
    (source,) = places(child).sources
    assert source.label == ":7"
    assert suggested_name([source]) == "align-1a2b3c4d-7-attempt1.log"
    node = {
        **RUNNING,
        "jobId": f"{JOB_ID}#2",
        "nodeDetails": {"nodeIndex": 2},
        "container": {"logStreamName": "a"},
    }
    (source,) = places(node).sources
    assert source.label == "#2"
    assert suggested_name([source, source]) == "align-1a2b3c4d-2-2logs.log"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"arrayProperties": {"size": 5}}, "an array job has no log of its own: its children have"),
        ({"nodeProperties": {"numNodes": 4}}, "a multi-node job has no log of its own: its nodes have"),
        ({"status": "RUNNABLE", "startedAt": 0, "container": {}}, "RUNNABLE, not started yet"),
        ({"status": "RUNNABLE", "startedAt": 0}, "RUNNABLE, not started yet"),
        ({"container": {}}, "RUNNING, no log stream yet"),
        (
            {"status": "FAILED", "statusReason": "Task failed to start", "container": {"reason": "CannotPull"}},
            "never started: CannotPull",
        ),
        ({"status": "FAILED", "startedAt": 0}, "never started: no reason given"),
        ({"status": "FAILED", "container": {"exitCode": 1}}, "FAILED, but AWS names no log stream"),
        ({"status": "SUCCEEDED", "container": {}}, "SUCCEEDED, but AWS names no log stream"),
        (
            {"container": {"logConfiguration": {"logDriver": "fluentd"}}},
            "the log goes to fluentd: not readable here",
        ),
    ],
)
def test_no_log_and_why(more: dict[str, Any], reason: str) -> None:
    assert places({**RUNNING, **more}) == LogPlaces((), (reason,))


def pod(**more: Any) -> dict[str, Any]:
    return {
        **RUNNING,
        "eksProperties": {
            "podProperties": {
                "containers": [{"name": "main"}, {"name": "side"}],
                "initContainers": [{"name": "init"}],
                "podName": POD,
                "nodeName": "ip-10-0-1-2.ec2.internal",
            }
        },
        **more,
    }


def test_pods() -> None:
    found = places(pod(), "portal")
    assert [(s.label, s.stream, s.is_init) for s in found.sources] == [
        ("main", None, False),
        ("side", None, False),
        ("init", None, True),
    ]
    source = found.sources[0]
    assert source.group == "/aws/containerinsights/portal/application"
    prefix = f"ip-10-0-1-2.ec2.internal-application.var.log.containers.{POD}_"
    assert pod_stream_prefix(source) == prefix
    names = [f"{prefix}default_side-{'a' * 64}.log", f"{prefix}default_main-{'b' * 64}.log"]
    assert stream_of_pod(source, names) == names[1]
    assert stream_of_pod(source, names[:1]) is None


def test_the_cluster_that_an_attempt_names() -> None:
    over = {"podName": POD, "startedAt": 3, "stoppedAt": 4, "eksClusterArn": CLUSTER}
    found = places(pod(status="FAILED", eksAttempts=[over]))
    assert {s.group for s in found.sources} == {"/aws/containerinsights/portal/application"}
    assert {s.attempt for s in found.sources} == {1}
    assert pod_stream_prefix(found.sources[0]) is None, "its node is not known"


def test_a_pod_in_an_unknown_cluster_or_not_started() -> None:
    assert places(pod()).reasons == ("the EKS cluster is not known, so the log group is not either",)
    assert places(pod(status="STARTING", startedAt=0), "portal") == LogPlaces((), ("STARTING, not started yet",))


TRAINING = "arn:aws:sagemaker:us-east-1:123456789012:training-job/AWSBatch-train-"


def training(**changes: Any) -> ServiceJobDetail:
    job: dict[str, Any] = {
        "jobId": JOB_ID,
        "jobName": "train",
        "status": "RUNNING",
        "startedAt": 5,
        "latestAttempt": {"serviceResourceId": {"name": "TrainingJobArn", "value": f"{TRAINING}1"}},
    }
    return ServiceJobDetail.from_api(job | changes)


def attempt_of(number: int, **times: int) -> dict[str, Any]:
    return {"serviceResourceId": {"name": "TrainingJobArn", "value": f"{TRAINING}{number}"}, **times}


def test_training_jobs() -> None:
    job = training()
    assert training_log_prefixes(job) == ("AWSBatch-train-1/",)
    names = [
        "AWSBatch-train-1/algo-2-1716000000",
        "AWSBatch-train-1/algo-1-1716000000",
        "AWSBatch-train-11/algo-1-9",
    ]
    found = training_log_places(job, names)
    assert [(s.group, s.stream, s.label) for s in found.sources] == [
        (TRAINING_JOBS_GROUP, "AWSBatch-train-1/algo-1-1716000000", "algo-1"),
        (TRAINING_JOBS_GROUP, "AWSBatch-train-1/algo-2-1716000000", "algo-2"),
    ]
    assert (found.reasons, {s.is_over for s in found.sources}) == ((), {False})
    again = training_log_places(job, [*names, "AWSBatch-train-1/algo-1-1716009999"])
    assert [s.label for s in again.sources] == ["algo-1-1716000000", "algo-1-1716009999", "algo-2"]


def test_attempts_of_training_jobs() -> None:
    first = attempt_of(1, startedAt=5, stoppedAt=9)
    job = training(latestAttempt=attempt_of(2), attempts=[first], startedAt=20)
    names = ["AWSBatch-train-1/algo-1-1716000000", "AWSBatch-train-2/algo-1-1716000900"]
    old, new = training_log_places(job, names).sources
    assert [old.label, new.label] == ["algo-1 attempt 1", "algo-1 attempt 2"]
    assert [(s.is_latest, s.is_over, s.started_at, s.stopped_at) for s in (old, new)] == [
        (False, True, 5, 9),
        (True, False, 20, None),
    ]
    assert len({old.key, new.key}) == 2
    between = training(status="RUNNABLE", latestAttempt=attempt_of(1), attempts=[first], startedAt=0)
    places = training_log_places(between, names)
    assert places.reasons == ("RUNNABLE, the next attempt has not started yet",)
    assert [(s.is_latest, s.is_over) for s in places.sources] == [(True, True)]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": "SCHEDULED", "latestAttempt": {}, "startedAt": 0}, "SCHEDULED, not started yet"),
        ({"status": "STARTING", "startedAt": 0}, "STARTING, not started yet"),
        ({}, "RUNNING, no log stream yet"),
        ({"status": "FAILED", "stoppedAt": 9}, "FAILED, but there is no log stream of AWSBatch-train-1"),
        ({"status": "FAILED", "latestAttempt": {}, "statusReason": "stopped"}, "never started: stopped"),
    ],
)
def test_training_jobs_without_a_log(changes: dict[str, Any], reason: str) -> None:
    assert training_log_places(training(**changes), []) == LogPlaces((), (reason,))


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "container",
                        "attempts",
                        "logStreamName",
                        "ecsProperties",
                        "taskProperties",
                        "containers",
                        "status",
                        "eksProperties",
                        "podProperties",
                        "podName",
                        "startedAt",
                        "eksAttempts",
                        "logConfiguration",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_whatever_an_answer_holds(data: Any) -> None:
    found = places(data if isinstance(data, dict) else {})
    assert found.sources or found.reasons


def test_names_of_files_are_safe() -> None:
    (source,) = places(
        {**RUNNING, "jobName": "../a b/\u202e" + "x" * 200, "container": {"logStreamName": "s"}}
    ).sources
    name = suggested_name([source])
    assert name.isascii()
    assert "/" not in name
    assert not name.startswith(".")
    assert len(name) <= 84
    assert suggested_name([]) == "batch.log"
