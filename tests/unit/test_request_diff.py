"""The difference that a person reads before a job is submitted again."""

from typing import Any

from hypothesis import given, settings

from batchtui.actions.request_diff import Change, DiffLine, diff_lines
from batchtui.actions.resubmission import ResubmitOptions, resubmission
from batchtui.model.job_detail import JobDetail
from batchtui.model.secrets import MASK
from batchtui.model.text import clean
from tests.api_shapes import answers
from tests.unit.resubmitted import definition, job

CONTAINER = {
    "image": "align:7",
    "command": ["align", "--password=hunter2", "Ref::sample"],
    "environment": [{"name": "MODE", "value": "slow"}, {"name": "DB_PASSWORD", "value": "one"}],
    "resourceRequirements": [{"type": "VCPU", "value": "1"}],
    "jobRoleArn": "arn:aws:iam::1:role/old",
}


def _lines(
    original: dict[str, Any], base: dict[str, Any] | None, **changes: Any
) -> list[tuple[str, str, str, str]]:
    detail = JobDetail.from_api(original)
    request = resubmission(detail, base).request | changes
    return [(line.kind.value, line.path, line.old, line.new) for line in diff_lines(detail, request, base)]


def test_a_faithful_request_differs_in_nothing() -> None:
    base = definition(
        containerProperties=CONTAINER, parameters={"sample": "x"}, timeout={"attemptDurationSeconds": 60}
    )
    environment = [{"name": "MODE", "value": "fast"}, {"name": "AWS_BATCH_JOB_ID", "value": "1"}]
    shown = {
        **CONTAINER,
        "command": ["align", "--password=hunter2", "s"],
        "environment": [*environment, {"name": "DB_PASSWORD", "value": "two"}],
        "exitCode": 1,
        "taskArn": "arn:x",
    }
    original = job(
        container=shown,
        parameters={"sample": "s"},
        timeout={"attemptDurationSeconds": 90},
        tags={"a": "b"},
        retryStrategy={"attempts": 1, "evaluateOnExit": []},
    )
    assert _lines(original, base) == []
    assert _lines(original, None) == []


def test_what_is_edited_is_told_and_secrets_are_masked() -> None:
    base = definition(containerProperties=CONTAINER, parameters={"sample": "x"})
    original = job(container=CONTAINER, parameters={"sample": "x"}, tags={"token": "abc"})
    overrides = {
        "environment": [{"name": "DB_PASSWORD", "value": "two"}, {"name": "NEW", "value": "a\x1bb"}],
        "resourceRequirements": [{"type": "VCPU", "value": "1.0"}, {"type": "MEMORY", "value": "512"}],
        "command": ["align", "--password=hunter3", "x y"],
    }
    lines = _lines(original, base, containerOverrides=overrides, jobName="new", tags={})
    assert sorted(lines) == [
        ("added", "MEMORY", "", "512"),
        ("added", "environment NEW", "", "a�b"),
        ("changed", "command", f"align --password={MASK} Ref::sample", f'align --password={MASK} "x y"'),
        ("changed", "environment DB_PASSWORD", MASK, MASK),
        ("changed", "jobName", "original", "new"),
        ("removed", "tag token", MASK, ""),
    ]


def test_another_revision_changes_what_only_it_can() -> None:
    original = job(container=CONTAINER)
    newer = {**CONTAINER, "image": "align:8", "jobRoleArn": "arn:aws:iam::1:role/new"}
    base, latest = definition(containerProperties=CONTAINER), definition(9, containerProperties=newer)
    detail = JobDetail.from_api(original)
    made = resubmission(detail, base, options=ResubmitOptions(latest_revision=True), latest=latest)
    lines = {line.path: line for line in diff_lines(detail, made.request, made.definition)}
    assert lines["image"] == DiffLine(Change.CHANGED, "image", "align:7", "align:8")
    assert lines["jobDefinition"].new == "align:9"
    assert set(lines) == {"image", "jobDefinition", "job role"}
    texts = " ".join(note.text for note in made.notes)
    assert "image, job role: not overridable, that of align:9 applies" in texts


def test_containers_of_tasks_pods_and_nodes_have_their_places() -> None:
    task = {"taskProperties": [{"containers": [{"name": "a", "command": ["x"]}, {"name": "b", "command": ["y"]}]}]}
    changed = {"taskProperties": [{"containers": [{"name": "b", "command": ["z"]}]}]}
    lines = _lines(job(ecsProperties=task), definition(ecsProperties=task), ecsPropertiesOverride=changed)
    assert lines == [("changed", "container b: command", "y", "z")]
    pod = {"podProperties": {"containers": [{"name": "main", "env": [{"name": "A", "value": "1"}]}]}}
    change = {
        "name": "main",
        "image": "y",
        "env": [{"name": "A", "value": "2"}],
        "resources": {"limits": {"cpu": "2"}},
    }
    altered = {"podProperties": {"containers": [change]}}
    lines = _lines(job(eksProperties=pod), definition(eksProperties=pod), eksPropertiesOverride=altered)
    assert lines == [
        ("changed", "container main: environment A", "1", "2"),
        ("added", "container main: image", "", "y"),
        ("added", "container main: limits cpu", "", "2"),
    ]

    def nodes(count: int, target: str) -> dict[str, Any]:
        group = {"targetNodes": target, "container": {"command": ["x"]}}
        return {"numNodes": count, "mainNode": 0, "nodeRangeProperties": [group]}

    override = {"nodePropertyOverrides": [{"targetNodes": "0:", "containerOverrides": {"command": ["y"]}}]}
    lines = _lines(
        job(nodeProperties=nodes(2, "0:1")), definition(nodeProperties=nodes(2, "0:")), nodeOverrides=override
    )
    assert lines == [("changed", "nodes 0 to 1: command", "x", "y")]


def test_a_child_of_an_array_loses_its_index() -> None:
    original = job(container=CONTAINER, arrayProperties={"index": 4}, dependsOn=[{"jobId": "x"}], startedAt=5)
    lines = _lines(original, definition(containerProperties=CONTAINER))
    assert ("removed", "array index", "4", "") in lines
    assert ("removed", "dependsOn x", "success", "") in lines
    assert ("added", "environment BATCH_ARRAY_INDEX_OVERRIDE", "", "4") in lines


@settings(max_examples=20, deadline=None)
@given(answers("batch", "DescribeJobs"), answers("batch", "DescribeJobDefinitions"))
def test_any_answer_can_be_compared(jobs: dict[str, Any], definitions: dict[str, Any]) -> None:
    for each in jobs.get("jobs", ()):
        for base in (None, *definitions.get("jobDefinitions", ())):
            detail = JobDetail.from_api(each)
            for line in diff_lines(detail, resubmission(detail, base).request, base):
                shown = line.path + line.old + line.new
                assert clean(shown) == shown


def test_consumable_resources_are_named() -> None:
    wanted = {"consumableResourceList": [{"consumableResource": "licences", "quantity": 2}]}
    lines = _lines(job(container={}), definition(), consumableResourcePropertiesOverride=wanted)
    assert lines == [("added", "consumable licences", "", "2")]
