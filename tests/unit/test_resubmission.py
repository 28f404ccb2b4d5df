"""What is said of a request, and the choices that a person has."""

from typing import Any

import pytest

from batchtui.actions.draft import Draft
from batchtui.actions.request_notes import Note, Severity
from batchtui.actions.resubmission import (
    LARGEST_REQUEST,
    LONGEST_OVERRIDES,
    MOST_AT_ONCE,
    ArrayChoice,
    ResubmitOptions,
    fits_new_array,
    resubmission,
    resubmissions,
    size_notes,
)
from batchtui.model.job_definition import JobDefinition, latest_active
from batchtui.model.job_detail import JobDetail
from tests.unit.resubmitted import ARN, QUEUE, definition, job

CONTAINER: dict[str, Any] = {
    "image": "align:7",
    "command": ["align", "Ref::sample"],
    "environment": [{"name": "MODE", "value": "slow"}],
    "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "GPU", "value": "1"}],
    "jobRoleArn": "arn:aws:iam::1:role/a",
}
SAME = definition(containerProperties=CONTAINER)


def _made(original: dict[str, Any], base: Any = SAME, **more: Any) -> Draft:
    return resubmission(JobDetail.from_api(original), base, **more)


def _said(made: Draft, severity: Severity) -> list[str]:
    return [note.text for note in made.notes if note.severity is severity]


def test_the_request_is_pinned_to_queue_and_revision() -> None:
    made = _made(job(container=CONTAINER))
    assert made.request == {"jobName": "original", "jobQueue": QUEUE, "jobDefinition": f"{ARN}:7"}
    assert made.is_possible
    assert made.notes == ()
    assert made.definition == SAME
    assert _made(job(container=CONTAINER), JobDefinition.from_api(SAME)) == made


def test_an_inactive_revision_blocks() -> None:
    base = {**SAME, "status": "INACTIVE"}
    made = _made(job(container=CONTAINER), base, latest=definition(9))
    assert not made.is_possible
    assert _said(made, Severity.BLOCKER) == [
        "the job definition align:7 is INACTIVE: it cannot run; the latest active revision is 9"
    ]
    lost = _made(job(container=CONTAINER), base)
    assert "no active revision of it is known" in _said(lost, Severity.BLOCKER)[0]


def test_the_latest_revision_is_pinned_where_it_is_known() -> None:
    options = ResubmitOptions(latest_revision=True)
    known = _made(job(container=CONTAINER), options=options, latest=definition(9, containerProperties=CONTAINER))
    assert known.request["jobDefinition"] == f"{ARN}:9"
    assert _said(known, Severity.WARNING) == ["runs align:9 instead of align:7"]
    unknown = _made(job(container=CONTAINER), options=options)
    assert unknown.request["jobDefinition"] == ARN
    assert unknown.definition is None
    revisions = [JobDefinition.from_api(definition(n, status=s)) for n, s in ((8, "ACTIVE"), (9, "INACTIVE"))]
    latest = latest_active(revisions)
    assert latest is not None
    assert latest.revision == 8
    assert latest_active(revisions[1:]) is None


def test_overrides_for_containers_that_are_gone_are_left_out() -> None:
    def tasks(*names: str) -> dict[str, Any]:
        return {"taskProperties": [{"containers": [{"name": name, "command": ["x"]} for name in names]}]}

    shown = {"taskProperties": [{"containers": [{"name": n, "command": ["y"]} for n in ("a", "b")]}]}
    options = ResubmitOptions(latest_revision=True)
    base = definition(ecsProperties=tasks("a", "b"))
    made = _made(
        job(ecsProperties=shown), base, options=options, latest=definition(9, ecsProperties=tasks("b", "c"))
    )
    (task,) = made.request["ecsPropertiesOverride"]["taskProperties"]
    assert task["containers"] == [{"name": "b", "command": ["y"]}]
    assert "align:9 has no container a: its overrides are left out" in _said(made, Severity.WARNING)
    other = _made(
        job(ecsProperties=shown), base, options=options, latest=definition(9, containerProperties=CONTAINER)
    )
    assert set(other.request) == {"jobName", "jobQueue", "jobDefinition"}
    assert any("another kind" in text for text in _said(other, Severity.WARNING))


def test_what_an_override_cannot_take_away_is_told() -> None:
    shown = {**CONTAINER, "environment": [], "resourceRequirements": [{"type": "VCPU", "value": "1"}]}
    shown |= {"command": [], "image": "align:6", "jobRoleArn": "arn:aws:iam::1:role/b"}
    made = _made(job(container=shown), {**SAME, "timeout": {"attemptDurationSeconds": 60}})
    assert set(made.request) == {"jobName", "jobQueue", "jobDefinition"}
    assert _said(made, Severity.WARNING) == [
        "the job definition's time-out applies: 60 s an attempt",
        "the command of the job definition cannot be removed by an override",
        "the variables MODE of the job definition cannot be removed by an override",
        "the requirements GPU of the job definition cannot be removed by an override",
        "image, job role: not overridable, that of align:7 applies",
    ]


def test_what_aws_adds_is_not_sent() -> None:
    added = [
        {"name": "AWS_BATCH_JOB_ID", "value": "1"},
        {"name": "MANAGED_BY_AWS", "value": "STARTED_BY_STEP_FUNCTIONS"},
    ]
    shown = {**CONTAINER, "environment": [*added, {"name": "MODE", "value": "slow"}], "exitCode": 1}
    tags = {"aws:states:x": "1", "resourceArn": "arn:aws:batch:us-east-1:1:job/x", "mine": "1"}
    made = _made(job(container=shown, tags=tags, retryStrategy={"attempts": 1, "evaluateOnExit": []}))
    assert made.request["tags"] == {"mine": "1"}
    assert "containerOverrides" not in made.request
    assert "containerOverrides" not in _made(job(container={**shown, "instanceType": "m5.large"})).request
    assert "retryStrategy" not in made.request


def test_values_are_sent_as_they_were_and_shown_clean() -> None:
    nasty = "one\n\ttwo\x1b[31m\u202e"
    shown = {**CONTAINER, "command": ["sh", "-c", nasty], "environment": [{"name": "MODE", "value": nasty}]}
    made = _made(job(container=shown, tags={"t": nasty}, jobDefinition=f"{ARN}\x1b:7"), None)
    overrides = made.request["containerOverrides"]
    assert overrides["command"][2] == overrides["environment"][0]["value"] == made.request["tags"]["t"] == nasty
    assert all(note.text.isprintable() for note in made.notes)


def test_what_is_too_long_is_told() -> None:
    made = _made(job(container={**CONTAINER, "command": ["x" * 8200]}))
    assert any("containerOverrides is 82" in text and "8192" in text for text in _said(made, Severity.WARNING))
    assert made.is_possible
    huge = _made(job(container=CONTAINER, parameters={"sample": "x" * 31_000}))
    assert not huge.is_possible
    shared = {**CONTAINER, "environment": [{"name": f"V{n}", "value": "x" * 100} for n in range(100)]}
    same = _made(job(container=shared), definition(containerProperties=shared))
    assert same.notes == (), "what the definition has already is not sent"


@pytest.mark.parametrize(
    ("options", "share", "expected", "possible"),
    [
        ({}, "a", {"shareIdentifier": "a", "schedulingPriorityOverride": 7}, True),
        ({}, None, {}, True),
        ({"queue": "low", "fair_share": False}, "a", {}, True),
        (
            {"queue": "low", "fair_share": None},
            "a",
            {"shareIdentifier": "a", "schedulingPriorityOverride": 7},
            True,
        ),
        ({"queue": "low", "fair_share": True}, None, {}, False),
        ({"queue": "low", "fair_share": True, "share_identifier": "b"}, None, {"shareIdentifier": "b"}, True),
    ],
)
def test_shares(options: dict[str, Any], share: str | None, expected: dict[str, Any], possible: bool) -> None:
    original = job(container=CONTAINER, schedulingPriority=7, **({"shareIdentifier": share} if share else {}))
    made = _made(original, options=ResubmitOptions(**options))
    kept = {
        key: made.request[key] for key in ("shareIdentifier", "schedulingPriorityOverride") if key in made.request
    }
    assert kept == expected
    assert made.is_possible == possible
    assert made.request["jobQueue"] == options.get("queue", QUEUE)


def test_a_node_cannot_be_submitted_alone() -> None:
    made = _made({**job(container=CONTAINER), "jobId": "abc#1"})
    assert made.request == {}
    assert not made.is_possible
    assert "node 1" in made.notes[0].text


def test_names_are_checked() -> None:
    assert _made(job(container=CONTAINER), options=ResubmitOptions(name="new_1-x")).request["jobName"] == "new_1-x"
    assert not _made(job(container=CONTAINER), options=ResubmitOptions(name="new 1")).is_possible


DEPENDENCIES = [{"jobId": name} for name in ("a", "b", "c", "d")]


def test_dependencies_are_judged_by_what_is_known_of_them() -> None:
    waiting = job(container=CONTAINER, dependsOn=DEPENDENCIES)
    made = _made(waiting, dependencies={"a": "SUCCEEDED", "b": "FAILED", "c": "RUNNING"})
    assert made.request["dependsOn"] == [{"jobId": "c"}, {"jobId": "d"}]
    assert _said(made, Severity.INFO) == ["depended on 1 job that has SUCCEEDED: left out"]
    assert _said(made, Severity.WARNING) == [
        "depended on 1 job that FAILED, and would fail with it: left out",
        "the status of 1 job that it depends on is not known: had it FAILED, the new job would fail",
    ]
    ran = _made({**waiting, "startedAt": 1})
    assert "dependsOn" not in ran.request
    assert _said(ran, Severity.INFO) == ["depended on 4 jobs that have SUCCEEDED: left out"]
    cleared = _made(waiting, options=ResubmitOptions(clear_dependencies=True))
    assert "dependsOn" not in cleared.request


def test_dependencies_of_arrays_keep_their_kinds() -> None:
    depends = [{"jobId": "a", "type": "N_TO_N"}, {"type": "SEQUENTIAL"}]
    parent = job(container=CONTAINER, dependsOn=depends, arrayProperties={"size": 3})
    statuses = {"a": "PENDING"}
    assert _made(parent, dependencies=statuses).request["dependsOn"] == depends
    (part,) = resubmissions(
        JobDetail.from_api(parent),
        SAME,
        options=ResubmitOptions(array=ArrayChoice.FAILED_AS_ARRAY),
        failed=[0, 1],
        dependencies=statuses,
    )
    assert part.request["dependsOn"] == [{"jobId": "a"}, {"type": "SEQUENTIAL"}]
    child = _made(job(container=CONTAINER, dependsOn=depends, arrayProperties={"index": 1}), dependencies=statuses)
    assert child.request["dependsOn"] == [{"jobId": "a"}]


def test_a_child_is_told_its_index() -> None:
    shown = {**CONTAINER, "command": ["sh", "-c", "run $AWS_BATCH_JOB_ARRAY_INDEX"]}
    child = job(container=shown, arrayProperties={"index": 4})
    made = _made(child, options=ResubmitOptions(index_variable="INDEX"))
    assert made.request["jobName"] == "original-4"
    assert made.request["containerOverrides"]["environment"] == [{"name": "INDEX", "value": "4"}]
    assert "arrayProperties" not in made.request
    assert len([text for text in _said(made, Severity.WARNING) if "AWS_BATCH_JOB_ARRAY_INDEX" in text]) == 2
    refused = _made(child, options=ResubmitOptions(index_variable="AWS_BATCH_JOB_ARRAY_INDEX"))
    assert not refused.is_possible
    long = _made({**child, "jobName": "x" * 128})
    assert len(long.request["jobName"]) == 128
    assert long.request["jobName"].endswith("x-4")


def test_the_choices_for_an_array() -> None:
    parent = JobDetail.from_api(job(container=CONTAINER, arrayProperties={"size": 1000}))

    def chosen(array: ArrayChoice, failed: list[int]) -> list[Draft]:
        return resubmissions(parent, SAME, options=ResubmitOptions(array=array), failed=failed)

    (whole,) = chosen(ArrayChoice.WHOLE, [1])
    assert whole.request["arrayProperties"] == {"size": 1000}
    assert [each.request["jobName"] for each in chosen(ArrayChoice.FAILED_AS_JOBS, [7, 2, 7])] == [
        "original-2",
        "original-7",
    ]
    many = chosen(ArrayChoice.FAILED_AS_JOBS, list(range(150)))
    assert len(many) == MOST_AT_ONCE
    assert any("50 more failed children are left, from index 100 on" in note.text for note in many[0].notes)
    options = ResubmitOptions(array=ArrayChoice.FAILED_AS_JOBS, from_index=100)
    rest = resubmissions(parent, SAME, options=options, failed=list(range(150)))
    assert [each.request["jobName"] for each in rest] == [f"original-{index}" for index in range(100, 150)]
    assert not any("left" in note.text for note in rest[0].notes)
    beyond = ResubmitOptions(array=ArrayChoice.FAILED_AS_JOBS, from_index=150)
    (nothing,) = resubmissions(parent, SAME, options=beyond, failed=list(range(150)))
    assert not nothing.is_possible
    (array,) = chosen(ArrayChoice.FAILED_AS_ARRAY, [1, 0])
    assert array.request["arrayProperties"] == {"size": 2}
    (refused,) = chosen(ArrayChoice.FAILED_AS_ARRAY, [1, 2])
    assert not refused.is_possible
    assert chosen(ArrayChoice.FAILED_AS_JOBS, []) == []
    assert [fits_new_array(each) for each in ([], [0], [0, 1], [1, 2], [2, 0, 1])] == [
        False,
        False,
        True,
        False,
        True,
    ]


def test_equal_values_in_another_spelling_are_no_difference() -> None:
    shown = {
        **CONTAINER,
        "resourceRequirements": [{"type": "VCPU", "value": "1.0"}, {"type": "GPU", "value": "1"}],
    }
    rules = {"attempts": 2, "evaluateOnExit": [{"onExitCode": "1", "action": "exit"}]}
    spelt = {"attempts": 2, "evaluateOnExit": [{"onExitCode": "1", "onReason": "", "action": "EXIT"}]}
    resources = {"consumableResourceList": [{"consumableResource": "licences", "quantity": 2}]}
    arns = {"consumableResourceList": [{"consumableResource": f"{QUEUE}/licences", "quantity": 2}]}
    base = {**SAME, "retryStrategy": rules, "consumableResourceProperties": resources}
    made = _made(job(container=shown, retryStrategy=spelt, consumableResourceProperties=arns), base)
    assert set(made.request) == {"jobName", "jobQueue", "jobDefinition"}


def test_pods_are_compared_without_what_aws_puts_on_them() -> None:
    def pod(**members: Any) -> dict[str, Any]:
        return {"podProperties": {"containers": [{"image": "x", **members}], "metadata": {}}}

    shown = pod(name="Default")
    shown["podProperties"]["metadata"] = {"labels": {"batch.amazonaws.com/job-id": "1"}}
    assert "eksPropertiesOverride" not in _made(job(eksProperties=shown), definition(eksProperties=pod())).request
    changed = pod(name="Default", image="y")
    for options in (ResubmitOptions(), ResubmitOptions(latest_revision=True)):
        made = _made(
            job(eksProperties=changed, propagateTags=False),
            definition(eksProperties=pod()),
            options=options,
            latest=definition(8, eksProperties=pod()),
        )
        containers = made.request["eksPropertiesOverride"]["podProperties"]["containers"]
        assert containers == [{"name": "Default", "image": "y"}]
    assert "propagateTags" not in _made(job(eksProperties=changed, propagateTags=False), None).request


def test_a_started_array_says_nothing_of_a_dependency_child_by_child() -> None:
    array = {"size": 3, "statusSummary": {"RUNNING": 1, "PENDING": 2}}
    depends = [{"jobId": "a", "type": "N_TO_N"}, {"jobId": "b"}]
    made = _made(job(container=CONTAINER, dependsOn=depends, arrayProperties=array))
    assert made.request["dependsOn"] == [{"jobId": "a", "type": "N_TO_N"}]


def test_a_child_that_has_the_variable_already_is_told_anew() -> None:
    own = {"name": "BATCH_ARRAY_INDEX_OVERRIDE", "value": "9"}
    shown = {**CONTAINER, "environment": [*CONTAINER["environment"], own]}
    made = _made(job(container=shown, arrayProperties={"index": 4}))
    assert made.request["containerOverrides"]["environment"] == [{**own, "value": "4"}]


@pytest.mark.parametrize("member", ["jobQueue", "jobDefinition"])
def test_a_job_of_which_aws_tells_no_queue_or_definition_cannot_go_as_it_is(member: str) -> None:
    described = job(container=CONTAINER)
    del described[member]
    made = _made(described, base=None)
    assert not made.is_possible
    assert any("AWS tells no job" in text for text in _said(made, Severity.BLOCKER))


@pytest.mark.parametrize("array", ArrayChoice)
def test_what_is_known_reaches_every_request_of_an_array(array: ArrayChoice) -> None:
    depends = [{"jobId": "a", "type": "N_TO_N"}]
    parent = JobDetail.from_api(job(container=CONTAINER, dependsOn=depends, arrayProperties={"size": 3}))
    newest = {**definition(9, containerProperties=CONTAINER), "status": "ACTIVE"}
    known: dict[str, Any] = {"latest": newest, "dependencies": {"a": "PENDING"}}
    own = ResubmitOptions(array=array)
    for draft in resubmissions(parent, SAME, options=own, failed=[0, 1, 2], **known):
        assert draft.definition == SAME
        assert draft.original is parent
        assert not [note for note in draft.notes if "could not be read" in note.text]
        assert draft.request["dependsOn"][0]["jobId"] == "a"
    other = ResubmitOptions(array=array, latest_revision=True)
    for draft in resubmissions(parent, SAME, options=other, failed=[0, 1, 2], **known):
        assert draft.request["jobDefinition"] == newest["jobDefinitionArn"]
    if array is ArrayChoice.WHOLE:
        (whole,) = resubmissions(parent, SAME, options=other, **known)
        assert whole == resubmission(parent, SAME, options=other, **known)
    if array is ArrayChoice.FAILED_AS_ARRAY:  # all of them: each child still waits for its like
        (again,) = resubmissions(parent, SAME, options=own, failed=[0, 1, 2], **known)
        assert again.request["dependsOn"] == depends


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (
            ResubmitOptions(array=ArrayChoice.FAILED_AS_ARRAY),
            "the failed indexes are not 0, 1, 2 and so on: the children of a new array would get other ones",
        ),
        (
            ResubmitOptions(array=ArrayChoice.FAILED_AS_JOBS, from_index=3),
            "no failed child has the index 3 or a higher one",
        ),
    ],
)
def test_a_choice_that_cannot_be_says_why_and_makes_no_request(options: ResubmitOptions, why: str) -> None:
    parent = JobDetail.from_api(job(container=CONTAINER, arrayProperties={"size": 3}))
    (refused,) = resubmissions(parent, SAME, options=options, failed=[1, 2])
    assert refused == Draft({}, (Note.blocker(why),), original=parent)


def test_whatever_is_left_of_an_array_alone_is_told() -> None:
    parent = JobDetail.from_api(job(container=CONTAINER, arrayProperties={"size": 3}))
    options = ResubmitOptions(array=ArrayChoice.FAILED_AS_JOBS)
    for draft in resubmissions(parent, SAME, options=options, failed=[0, 2]):
        assert not [note for note in draft.notes if "left" in note.text or "round" in note.text]


def test_what_a_definition_that_cannot_be_read_leaves_open_is_told() -> None:
    assert _said(_made(job(container=CONTAINER), None), Severity.WARNING)[0] == (
        "the job definition align:7 could not be read: everything is sent that can be; image, roles, volumes, "
        "secrets and log configuration come from the definition"
    )


def test_what_the_job_lacks_its_definition_tells_and_the_other_way_round() -> None:
    bare = {name: told for name, told in job(container=CONTAINER).items() if name != "jobDefinition"}
    assert _made(bare).request["jobDefinition"] == f"{ARN}:7"
    assert _made(job(container=CONTAINER), None).request["jobDefinition"] == f"{ARN}:7"
    nameless = _made({name: told for name, told in job(container=CONTAINER).items() if name != "jobName"})
    assert nameless.request["jobName"] == ""
    assert not nameless.is_possible


def test_what_parameters_stand_for_in_the_command_is_not_sent_as_another_command() -> None:
    base = {**SAME, "parameters": {"sample": "s-1"}}
    shown = {**CONTAINER, "command": ["align", "s-1"]}
    assert "containerOverrides" not in _made(job(container=shown, parameters={"sample": "s-1"}), base).request
    assert "containerOverrides" not in _made(job(container=shown), base).request
    own = _made(job(container={**CONTAINER, "command": ["align", "s-2"]}, parameters={"sample": "s-2"}), base)
    assert own.request["parameters"] == {"sample": "s-2"}
    assert "containerOverrides" not in own.request


def test_a_child_whose_definition_cannot_be_read_is_told_of_both() -> None:
    shown = {**CONTAINER, "command": ["sh", "-c", "run $AWS_BATCH_JOB_ARRAY_INDEX"]}
    original = JobDetail.from_api(job(container=shown, arrayProperties={"index": 4}))
    made = resubmission(original, None)
    said = " ".join(_said(made, Severity.WARNING))
    assert "could not be read" in said
    assert "AWS_BATCH_JOB_ARRAY_INDEX" in said
    assert made.original is original


def test_the_latest_revision_and_the_lack_of_one_are_told_in_words() -> None:
    made = _made(job(container=CONTAINER), options=ResubmitOptions(latest_revision=True))
    assert "runs the latest active revision of align, whichever it is" in _said(made, Severity.WARNING)
    lost = _made(job(container=CONTAINER), {**SAME, "status": "INACTIVE"})
    assert _said(lost, Severity.BLOCKER) == [
        "the job definition align:7 is INACTIVE: it cannot run; no active revision of it is known"
    ]


def test_sizes_are_taken_up_to_what_aws_takes() -> None:
    bare = len('{"command":[""]}')
    for length, is_told in ((LONGEST_OVERRIDES, False), (LONGEST_OVERRIDES + 1, True)):
        overrides = {"containerOverrides": {"command": ["x" * (length - bare)]}}
        assert bool(size_notes(overrides)) is is_told
    bare = len('{"jobName":""}')
    for length, is_told in ((LARGEST_REQUEST, False), (LARGEST_REQUEST + 1, True)):
        assert bool(size_notes({"jobName": "x" * (length - bare)})) is is_told
