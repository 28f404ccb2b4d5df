"""A job's request, built from what AWS tells of it and submitted, makes a job of which AWS tells the same."""

from typing import Any

import pytest

from batchtui.actions.request_diff import diff_lines
from batchtui.actions.request_notes import Severity
from batchtui.actions.resubmission import (
    ArrayChoice,
    ResubmitOptions,
    resubmission,
    resubmissions,
)
from batchtui.model.job_definition import JobDefinition, latest_active
from batchtui.model.job_detail import JobDetail
from tests.contract.job_kinds import (
    ALIGN,
    FAIR,
    KINDS,
    NODES,
    POD,
    TASKS,
    add_rare_definitions,
    requirements,
    variables,
)
from tests.contract.resubmitting import Json, again, defined, described, reproducible, submitted
from tests.worlds import DemoWorld, World, moto_world

BARE = {"jobName", "jobQueue", "jobDefinition"}


@pytest.fixture
def account(demo: DemoWorld) -> DemoWorld:
    """The demo account with definitions of kinds that nobody there registered."""
    add_rare_definitions(demo)
    return demo


@pytest.mark.parametrize("over", [False, True], ids=["just submitted", "over"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_new_job_is_described_as_the_old_one(account: DemoWorld, kind: str, over: bool) -> None:
    base, changes = KINDS[kind]
    job_id = account.batch.submit_job(jobName="original", **(base | changes))["jobId"]
    if over:
        for _ in range(40):
            account.advance(500)
            job = described(account, job_id)
            if job["status"] in ("SUCCEEDED", "FAILED"):
                break
        assert job["startedAt"] or kind in ("array",), "it ran, so that AWS has added what it adds"
    job = described(account, job_id)
    made = again(account, job)
    assert reproducible(submitted(account, made.request)) == reproducible(job)
    assert diff_lines(JobDetail.from_api(job), made.request, made.definition) == []
    assert [note.text for note in made.notes if note.severity is not Severity.INFO] == []


@pytest.mark.parametrize(
    "base", [ALIGN, TASKS, POD, NODES, FAIR, {"jobQueue": "qc-fargate", "jobDefinition": "old"}]
)
def test_a_job_as_defined_is_submitted_with_nothing_but_its_names(account: DemoWorld, base: Json) -> None:
    if base["jobDefinition"] == "old":
        base = {**base, "jobQueue": "align-high"}
    job = submitted(account, {"jobName": "plain", **base})
    made = again(account, job)
    assert set(made.request) == BARE | ({"shareIdentifier"} if "shareIdentifier" in base else set())
    assert made.request["jobDefinition"] == job["jobDefinition"]
    assert made.notes == ()


def test_only_what_differs_is_sent(account: DemoWorld) -> None:
    job = submitted(
        account,
        {
            "jobName": "changed",
            **ALIGN,
            "parameters": {"sample": "unset"},
            "timeout": {"attemptDurationSeconds": 14_400},
            "containerOverrides": {
                "environment": variables(REFERENCE="GRCh38", SCRATCH="/tmp"),
                "resourceRequirements": requirements(VCPU="8", MEMORY="20000"),
            },
        },
    )
    request = again(account, job).request
    assert set(request) == BARE | {"containerOverrides"}
    assert request["containerOverrides"] == {
        "environment": variables(SCRATCH="/tmp"),
        "resourceRequirements": requirements(MEMORY="20000"),
    }


@pytest.mark.slow
def test_every_job_of_the_demo_account_can_be_submitted_again(account: DemoWorld) -> None:
    """Jobs of the simulation's own, of every kind and status, as a person meets them."""
    queues = {"archive"}  # it is DISABLED
    seen = 0
    for queue in account.queues() - queues:
        ids = list(account.truth(queue))[:40]
        for job in account.batch.describe_jobs(jobs=ids)["jobs"] if ids else ():
            made = again(account, job, ResubmitOptions(clear_dependencies=True))
            new = reproducible(submitted(account, made.request))
            old = {**reproducible(job), "dependsOn": []}
            assert new == old
            seen += 1
    assert seen > 100


@pytest.mark.parametrize("base", [{"jobQueue": "qc-fargate", "jobDefinition": "fastqc"}, TASKS, POD])
def test_a_child_becomes_a_single_job_that_is_told_its_index(account: DemoWorld, base: Json) -> None:
    parent = submitted(
        account, {"jobName": "array", **base, "arrayProperties": {"size": 3}, "parameters": {"reads": "x"}}
    )
    child = described(account, f"{parent['jobId']}:2")
    made = again(account, child)
    new = submitted(account, made.request)
    assert new["jobName"] == "array-2"
    assert "arrayProperties" not in new
    assert any("AWS_BATCH_JOB_ARRAY_INDEX" in note.text for note in made.notes)
    told = str(new).count("{'name': 'BATCH_ARRAY_INDEX_OVERRIDE', 'value': '2'}")
    assert told == {"fastqc": 1, "annotate-vep": 3, "portal-export": 2}[base["jobDefinition"]]
    stripped = _without_variable(reproducible(new), "BATCH_ARRAY_INDEX_OVERRIDE")
    old = reproducible(child)
    del old["arrayProperties"]
    assert {**stripped, "jobName": "array"} == old


def _without_variable(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return [_without_variable(item, name) for item in value if not _is(item, name)]
    if isinstance(value, dict):
        return {key: _without_variable(item, name) for key, item in value.items()}
    return value


def _is(item: Any, name: str) -> bool:
    return isinstance(item, dict) and item.get("name") == name


def test_failed_children_as_jobs_and_as_a_new_array(account: DemoWorld) -> None:
    base = {"jobName": "array", "jobQueue": "qc-fargate", "jobDefinition": "fastqc"}
    parent = submitted(account, {**base, "arrayProperties": {"size": 5}, "tags": {"a": "b"}})
    detail, definition = JobDetail.from_api(parent), defined(account, parent["jobDefinition"])
    jobs = resubmissions(
        detail, definition, options=ResubmitOptions(array=ArrayChoice.FAILED_AS_JOBS), failed=[3, 1]
    )
    new = [submitted(account, each.request) for each in jobs]
    assert [job["jobName"] for job in new] == ["array-1", "array-3"]
    assert all(job["tags"] == {"a": "b"} for job in new)
    (array,) = resubmissions(
        detail, definition, options=ResubmitOptions(array=ArrayChoice.FAILED_AS_ARRAY), failed=[0, 2, 1]
    )
    made = submitted(account, array.request)
    assert made["arrayProperties"]["size"] == 3
    old, fresh = reproducible(parent), reproducible(made)
    del old["arrayProperties"], fresh["arrayProperties"]
    assert fresh == old


def test_an_inactive_revision_gives_way_to_the_latest(account: DemoWorld) -> None:
    job = submitted(
        account, {"jobName": "old", **ALIGN, "containerOverrides": {"environment": variables(REFERENCE="T2T")}}
    )
    assert account.account is not None
    found = account.account.catalogue.find("bwa-mem2-align:6")
    assert found is not None
    found.status = "INACTIVE"
    revisions = account.batch.describe_job_definitions(jobDefinitionName="bwa-mem2-align")["jobDefinitions"]
    latest = latest_active(map(JobDefinition.from_api, revisions))
    assert latest is not None
    assert latest.revision == 7
    same = again(account, job, latest=latest)
    assert not same.is_possible
    assert any("INACTIVE" in note.text and note.text.endswith("is 7") for note in same.notes)
    for known in (latest, None):
        made = again(account, job, ResubmitOptions(latest_revision=True), latest=known)
        assert made.is_possible
        new = submitted(account, made.request)
        assert new["jobDefinition"].endswith(":7")
        assert new["container"]["image"].endswith("align:2.7.1")
        assert {"name": "REFERENCE", "value": "T2T"} in new["container"]["environment"]


def test_dependencies_are_judged(account: DemoWorld) -> None:
    base = {"jobQueue": "qc-fargate", "jobDefinition": "fastqc"}
    ids = [account.batch.submit_job(jobName=f"first{n}", **base)["jobId"] for n in range(3)]
    job = submitted(account, {"jobName": "last", **base, "dependsOn": [{"jobId": each} for each in ids]})
    statuses = dict(zip(ids, ("SUCCEEDED", "RUNNING", "FAILED"), strict=True))
    made = again(account, job, dependencies=statuses)
    assert made.request["dependsOn"] == [{"jobId": ids[1]}]
    assert submitted(account, made.request)["dependsOn"] == [{"jobId": ids[1]}]
    assert "dependsOn" not in again(account, job, ResubmitOptions(clear_dependencies=True)).request


def test_an_unreadable_definition_sends_everything(account: DemoWorld) -> None:
    for base, changes in KINDS.values():
        job = submitted(account, {"jobName": "lost", **(base | changes)})
        made = resubmission(JobDetail.from_api(job), None)
        assert any("could not be read" in note.text for note in made.notes)
        assert reproducible(submitted(account, made.request)) == reproducible(job)


MOTO: dict[str, tuple[Json, Json]] = {
    "container": (
        {"jobDefinition": "hello"},
        {
            "containerOverrides": {"command": ["echo", "a\nb"], "environment": variables(A="1", B="x y")},
            "timeout": {"attemptDurationSeconds": 90},
            "tags": {"who": "me"},
        },
    ),
    "parameters and defaults": (
        {"jobDefinition": "rich"},
        {"parameters": {"in": "s3://x"}, "containerOverrides": {"environment": variables(MODE="fast")}},
    ),
    "array": ({"jobDefinition": "rich"}, {"arrayProperties": {"size": 2}}),
    "pod": (
        {"jobDefinition": "pod"},
        {
            "eksPropertiesOverride": {
                "podProperties": {
                    "containers": [
                        {
                            "name": "main",
                            "command": ["python"],
                            "env": variables(B="2"),
                            "resources": {"limits": {"cpu": "2"}},
                        }
                    ]
                }
            }
        },
    ),
    "nodes": ({"jobDefinition": "nodes"}, {}),
}


@pytest.fixture
def moto() -> Any:
    with moto_world() as world:
        world.batch.register_job_definition(
            jobDefinitionName="rich",
            type="container",
            parameters={"in": "unset", "out": "unset"},
            containerProperties={
                "image": "busybox",
                "command": ["run", "Ref::in", "s3://b/Ref::out"],
                "environment": variables(MODE="slow", KEEP="1"),
                "resourceRequirements": requirements(VCPU="1", MEMORY="128"),
            },
        )
        pod = {"containers": [{"name": "main", "image": "busybox", "command": ["true"], "env": variables(A="1")}]}
        world.batch.register_job_definition(
            jobDefinitionName="pod", type="container", eksProperties={"podProperties": pod}
        )
        node = {"image": "busybox", "vcpus": 1, "memory": 128, "command": ["true"]}
        world.batch.register_job_definition(
            jobDefinitionName="nodes",
            type="multinode",
            nodeProperties={
                "numNodes": 2,
                "mainNode": 0,
                "nodeRangeProperties": [{"targetNodes": "0:1", "container": node}],
            },
        )
        yield world


@pytest.mark.parametrize("kind", MOTO)
def test_the_new_job_is_described_as_the_old_one_by_moto(moto: World, kind: str) -> None:
    base, changes = MOTO[kind]
    job = submitted(moto, {"jobName": "original", "jobQueue": "high", **base, **changes})
    made = again(moto, job)
    assert set(made.request) == BARE | set(changes)
    assert reproducible(submitted(moto, made.request)) == reproducible(job)


@pytest.mark.parametrize("definition", ["hello", "rich", "pod", "nodes"])
def test_a_job_as_defined_needs_no_overrides_with_moto(moto: World, definition: str) -> None:
    job = submitted(moto, {"jobName": "plain", "jobQueue": "high", "jobDefinition": definition})
    assert set(again(moto, job).request) == BARE
