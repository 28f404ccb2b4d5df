"""from_api() takes whatever comes; nothing that steers a terminal leaves it."""

import dataclasses
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.container import containers_of
from batchtui.model.job import JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.model.job_queue import JobQueueDetail
from batchtui.model.job_queue_snapshot import JobQueueSnapshot
from batchtui.model.requested import as_job, placed_together, requested_gpus, requested_memory, requested_vcpus
from batchtui.model.scheduling_policy import QuotaShareDetail, SchedulingPolicyDetail
from batchtui.model.text import clean, clean_block
from tests.api_shapes import ANYTHING, answers

MEMBERS = (
    *("jobId", "jobName", "status", "createdAt", "container", "arrayProperties", "nodeProperties", "attempts"),
    *("eksProperties", "ecsProperties", "tags", "retryStrategy", "timeout", "dependsOn", "priority", "state"),
    *(
        "computeEnvironmentOrder",
        "computeResources",
        "volumes",
        "mountPoints",
        "frontOfQueue",
        "frontOfQuotaShares",
    ),
    *("queueUtilization", "fairsharePolicy", "quotaSharePolicy", "capacityLimits", "resourceSharingConfiguration"),
)
FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def texts_in(value: Any) -> list[str]:
    """Every text that a value would show; the raw answer is cleaned where it is shown."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for item in value for text in texts_in(item)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        shown = [getattr(value, f.name) for f in dataclasses.fields(value) if f.name != "raw"]
        return [text for item in shown for text in texts_in(item)]
    return []


def assert_harmless(value: Any) -> None:
    for text in texts_in(value):
        assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E for c in text)
        text.encode()


@FUZZ
@given(answers("batch", "ListJobs"))
def test_job_summaries_of_any_shape(answer: dict[str, Any]) -> None:
    for item in answer.get("jobSummaryList", []):
        job = JobSummary.from_api(item, job_queue="q")
        assert job.job_queue == "q"
        assert_harmless(job)


@FUZZ
@given(answers("batch", "DescribeJobs"))
def test_job_details_of_any_shape(answer: dict[str, Any]) -> None:
    for item in answer.get("jobs", []):
        job = JobDetail.from_api(item)
        assert job.raw is item
        assert_harmless(job)


@FUZZ
@given(answers("batch", "DescribeJobQueues"), answers("batch", "DescribeComputeEnvironments"))
def test_queues_and_environments_of_any_shape(queues: dict[str, Any], environments: dict[str, Any]) -> None:
    for item in queues.get("jobQueues", []):
        assert_harmless(JobQueueDetail.from_api(item))
    for item in environments.get("computeEnvironments", []):
        environment = ComputeEnvironmentDetail.from_api(item)
        assert environment.kind
        assert_harmless(environment)


@FUZZ
@given(
    st.dictionaries(
        st.sampled_from(MEMBERS),
        ANYTHING,
    )
)
def test_wrongly_typed_members_are_absent_members(data: dict[str, Any]) -> None:
    for read in (
        JobDetail.from_api,
        JobSummary.from_api,
        JobQueueDetail.from_api,
        ComputeEnvironmentDetail.from_api,
        JobQueueSnapshot.from_api,
        SchedulingPolicyDetail.from_api,
        QuotaShareDetail.from_api,
    ):
        assert_harmless(read(data))


@FUZZ
@given(answers("batch", "GetJobQueueSnapshot"), answers("batch", "DescribeSchedulingPolicies"))
def test_snapshots_and_policies_of_any_shape(snapshot: dict[str, Any], policies: dict[str, Any]) -> None:
    read = JobQueueSnapshot.from_api(snapshot)
    assert len(read.front_of_queue) == len(snapshot.get("frontOfQueue", {}).get("jobs", []))
    assert_harmless(read)
    for item in policies.get("schedulingPolicies", []):
        policy = SchedulingPolicyDetail.from_api(item)
        assert_harmless(policy)


@FUZZ
@given(answers("batch", "ListQuotaShares"))
def test_quota_shares_of_any_shape(answer: dict[str, Any]) -> None:
    for item in answer.get("quotaShares", []):
        share = QuotaShareDetail.from_api(item)
        assert share.state == item.get("state") or "state" not in item or share.state is not None
        assert_harmless(share)


def test_gpus_of_containers_and_of_pods() -> None:
    wanted = {"resourceRequirements": [{"type": "GPU", "value": "2"}]}
    pod = {"containers": [{"resources": {"limits": {"nvidia.com/gpu": "4", "cpu": "1"}}}]}
    assert requested_gpus({"container": wanted}) == 2
    assert requested_gpus({"eksProperties": {"podProperties": pod}}) == 4
    assert requested_gpus({"container": {"vcpus": 2}}) is None


def test_the_nodes_of_a_range_are_placed_one_by_one() -> None:
    nodes = {"numNodes": 4, "nodeRangeProperties": [{"targetNodes": "0:3", "container": {"vcpus": 8}}]}
    (part,) = placed_together({"nodeProperties": nodes})
    assert (requested_vcpus({"nodeProperties": nodes}), requested_vcpus(part)) == (32, 8)


def test_digits_that_are_no_numbers_are_no_node_range() -> None:
    nodes = {"numNodes": 2, "nodeRangeProperties": [{"targetNodes": "²:³", "container": {"vcpus": 1}}]}
    assert requested_vcpus({"nodeProperties": nodes}) == 2


def test_an_unknown_status_is_shown_as_it_is_and_counts_as_active() -> None:
    job = JobSummary.from_api({"jobId": "a", "jobName": "b", "status": "SCHEDULED"}, job_queue="q")
    assert job.status == "SCHEDULED"
    assert job.is_active


def test_started_at_zero_means_not_started() -> None:
    assert JobSummary.from_api({"jobId": "a", "startedAt": 0}).started_at is None


def test_describe_jobs_names_its_queue_by_arn() -> None:
    job = JobSummary.from_api({"jobId": "a", "jobQueue": "arn:aws:batch:us-east-1:1:job-queue/align"})
    assert job.job_queue == "align"


def test_the_lower_order_is_tried_first() -> None:
    queue = JobQueueDetail.from_api(
        {
            "jobQueueName": "q",
            "computeEnvironmentOrder": [
                {"order": 2, "computeEnvironment": "arn:aws:batch:r:1:compute-environment/spot"},
                {"order": 1, "computeEnvironment": "arn:aws:batch:r:1:compute-environment/od"},
            ],
        }
    )
    assert queue.compute_environment_order == ("od", "spot")


def test_volumes_join_their_mount_points() -> None:
    (container,) = containers_of(
        {
            "container": {
                "volumes": [
                    {"name": "scratch", "host": {"sourcePath": "/mnt/scratch"}},
                    {
                        "name": "ref",
                        "efsVolumeConfiguration": {
                            "fileSystemId": "fs-1",
                            "authorizationConfig": {"iam": "ENABLED"},
                        },
                    },
                ],
                "mountPoints": [
                    {"containerPath": "/scratch", "sourceVolume": "scratch", "readOnly": False},
                    {"containerPath": "/ref", "sourceVolume": "ref", "readOnly": True},
                    {"containerPath": "/lost", "sourceVolume": "nowhere"},
                ],
            }
        }
    )
    scratch, reference, lost = container.mount_points
    assert scratch.volume is not None
    assert (scratch.volume.kind, scratch.volume.source) == ("host", "/mnt/scratch")
    assert reference.volume is not None
    assert (reference.volume.source, reference.read_only) == ("fs-1:/", True)
    assert ("iam", "ENABLED") in reference.volume.options
    assert lost.volume is None


@pytest.mark.parametrize(
    ("detail", "vcpus"),
    [
        ({"container": {"resourceRequirements": [{"type": "VCPU", "value": "0.25"}]}}, 0.25),
        ({"container": {"vcpus": 4}}, 4),
        ({"container": {"resourceRequirements": [{"type": "VCPU", "value": "many"}]}}, None),
        (
            {
                "ecsProperties": {
                    "taskProperties": [
                        {
                            "containers": [
                                {"resourceRequirements": [{"type": "VCPU", "value": "2"}]},
                                {"resourceRequirements": [{"type": "VCPU", "value": "1"}]},
                            ]
                        }
                    ]
                }
            },
            3,
        ),
        (
            {"eksProperties": {"podProperties": {"containers": [{"resources": {"requests": {"cpu": "500m"}}}]}}},
            0.5,
        ),
        (
            {
                "nodeProperties": {
                    "numNodes": 4,
                    "nodeRangeProperties": [
                        {"targetNodes": "0:0", "container": {"vcpus": 2}},
                        {"targetNodes": "1:", "container": {"vcpus": 8}},
                    ],
                }
            },
            26,
        ),
        ({}, None),
    ],
)
def test_requested_vcpus_of_every_orchestration(detail: dict[str, Any], vcpus: float | None) -> None:
    assert requested_vcpus(detail) == vcpus


@given(st.text())
def test_clean_text_has_no_control_and_stays_on_its_line(text: str) -> None:
    assert_harmless(clean(text))
    assert "\n" not in clean(text)
    assert clean(clean(text)) == clean(text)


def test_clean_keeps_what_is_harmless() -> None:
    assert clean("Straße 名前 🧬 [bold]") == "Straße 名前 🧬 [bold]"
    assert clean("a\r\n\tb") == "a b"
    assert clean("\x1b[2Jx\u202ey") == "�[2Jx�y"
    assert clean_block("a\tb\nc\x07") == "a   b\nc�"


def pod(limits: dict[str, str]) -> dict[str, Any]:
    return {"eksProperties": {"podProperties": {"containers": [{"resources": {"limits": limits}}]}}}


@pytest.mark.parametrize(
    ("definition", "vcpus", "mib"),
    [
        ({"containerProperties": {"vcpus": 2, "memory": 512}}, 2, 512),
        ({"containerProperties": {"resourceRequirements": [{"type": "MEMORY", "value": "2048"}]}}, None, 2048),
        (
            pod({"memory": "2Gi"}),
            None,
            2048,
        ),
        (
            pod({"memory": "512Mi"}),
            None,
            512,
        ),
        (
            pod({"memory": "1048576"}),
            None,
            1,
        ),
        (
            {
                "nodeProperties": {
                    "numNodes": 3,
                    "nodeRangeProperties": [{"targetNodes": "0:", "container": {"vcpus": 2, "memory": 100}}],
                }
            },
            6,
            300,
        ),
        (pod({"memory": "much"}), None, None),
    ],
)
def test_what_a_definition_requests(definition: dict[str, Any], vcpus: float | None, mib: float | None) -> None:
    assert requested_vcpus(as_job(definition)) == vcpus
    assert requested_memory(as_job(definition)) == mib
