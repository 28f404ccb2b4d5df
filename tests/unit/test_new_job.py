"""What is typed for a new job becomes a request that fits SubmitJob, or problems that name their fields."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.actions.new_job import FIELDS, NewJob, new_job, new_job_draft, new_job_notes, offered_fields
from batchtui.actions.request_notes import Severity
from batchtui.aws.submit_shape import submit_problems
from batchtui.model.job_definition import JobDefinition
from tests.api_shapes import answers
from tests.unit.resubmitted import ARN, definition

SMALL = {"image": "tool:1", "command": ["run", "Ref::x"], "resourceRequirements": [{"type": "VCPU", "value": "1"}]}
CONTAINER = JobDefinition.from_api(
    definition(containerProperties=SMALL, platformCapabilities=["EC2"], parameters={"x": "1"})
)
FARGATE = JobDefinition.from_api(
    definition(
        containerProperties={
            **SMALL,
            "resourceRequirements": [{"type": "VCPU", "value": "2"}, {"type": "MEMORY", "value": "4096"}],
        },
        platformCapabilities=["FARGATE"],
        parameters={"x": "1"},
    )
)
TASKS = JobDefinition.from_api(
    definition(ecsProperties={"taskProperties": [{"containers": [{"name": "a", "command": ["go", "Ref::t"]}]}]})
)
POD = JobDefinition.from_api(
    definition(eksProperties={"podProperties": {"containers": [{"name": "main", "args": ["Ref::a"]}]}})
)
NODES = JobDefinition.from_api(
    definition(
        type="multinode",
        nodeProperties={"numNodes": 2, "nodeRangeProperties": [{"targetNodes": "0:", "container": SMALL}]},
    )
)
FORM = NewJob(name="one", queue="high")
BARE = {"jobName": "one", "jobQueue": "high", "jobDefinition": f"{ARN}:7"}


def request_of(
    form: NewJob, revision: JobDefinition = CONTAINER, fair_share: bool | None = False
) -> dict[str, Any]:
    request, problems = new_job(form, revision, fair_share=fair_share)
    assert problems == ()
    assert submit_problems(request) == []
    return request


def problems_of(
    typed: dict[str, str], revision: JobDefinition = CONTAINER, fair_share: bool | None = False
) -> dict[str, str]:
    _, problems = new_job(replace(FORM, **typed), revision, fair_share=fair_share)
    return {problem.field: problem.text for problem in problems}


@pytest.mark.parametrize("revision", [CONTAINER, FARGATE, TASKS, POD, NODES])
def test_what_is_left_empty_is_not_in_the_request(revision: JobDefinition) -> None:
    assert request_of(FORM, revision) == BARE


def test_everything_that_can_be_typed() -> None:
    form = NewJob(
        name=" one ",
        queue="high",
        command="bash -c 'echo \"a b\"' Ref::x",
        parameters="x = 2\n\n",
        environment="A=1\nB=\nC=a=b ",
        vcpus="04",
        memory="2048",
        gpus="1",
        array_size="12",
        depends_on="aaa-1, bbb:3\nccc:n_to_n sequential",
        attempts="3",
        timeout="1.5h",
        share_identifier="blue",
        scheduling_priority="0",
        tags="team=genomics\naim=",
    )
    assert request_of(form, fair_share=True) == {
        **BARE,
        "containerOverrides": {
            "command": ["bash", "-c", 'echo "a b"', "Ref::x"],
            "environment": [
                {"name": "A", "value": "1"},
                {"name": "B", "value": ""},
                {"name": "C", "value": "a=b "},
            ],
            "resourceRequirements": [
                {"type": "VCPU", "value": "4"},
                {"type": "MEMORY", "value": "2048"},
                {"type": "GPU", "value": "1"},
            ],
        },
        "parameters": {"x": " 2"},
        "arrayProperties": {"size": 12},
        "dependsOn": [
            {"jobId": "aaa-1"},
            {"jobId": "bbb:3"},
            {"jobId": "ccc", "type": "N_TO_N"},
            {"type": "SEQUENTIAL"},
        ],
        "retryStrategy": {"attempts": 3},
        "timeout": {"attemptDurationSeconds": 5400},
        "shareIdentifier": "blue",
        "schedulingPriorityOverride": 0,
        "tags": {"team": "genomics", "aim": ""},
    }


def test_a_command_can_be_a_list_and_a_dependency_an_arn() -> None:
    words = ["a b", "", "[x]", "Ω"]
    arn = "arn:aws:batch:us-east-1:1:job/abc-1"
    request = request_of(replace(FORM, command=f" {json.dumps(words)}", depends_on=arn))
    assert request["containerOverrides"] == {"command": words}
    assert request["dependsOn"] == [{"jobId": "abc-1"}]


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("name", "", "needs a name"),
        ("name", "a b", "letters, digits"),
        ("name", "x" * 129, "128"),
        ("name", "-x", "begins with"),
        ("queue", " ", "needs a queue"),
        ("command", "echo 'a", "no closing quotation"),
        ("command", "[1]", "list of texts"),
        ("command", "[x", "JSON list"),
        ("command", "[]", "leave the field empty"),
        ("parameters", "a\nb=1", "line 1 is not NAME=value"),
        ("parameters", "b=1\n=2", "line 2"),
        ("environment", "AWS_BATCH_JOB_ID=3", "AWS_BATCH"),
        ("environment", "A=1\nA=2", "A is there twice"),
        ("environment", "A B=1", "no blanks"),
        ("vcpus", "0.5", "whole number from 1"),
        ("vcpus", "-1", "whole number"),
        ("vcpus", "1" * 20, "whole number"),
        ("memory", "3", "from 4"),
        ("memory", "2 GiB", "whole number"),
        ("gpus", "0", "from 1"),
        ("array_size", "1", "from 2 to 10,000"),
        ("array_size", "10001", "from 2 to 10,000"),
        ("depends_on", "a_b", "a_b is no job's id"),
        ("depends_on", "SEQUENTIAL", "is for arrays"),
        ("depends_on", "a:N_TO_N", "is for arrays"),
        ("depends_on", "a a", "twice"),
        ("depends_on", " ".join(f"j-{number}" for number in range(21)), "at most 20"),
        ("attempts", "11", "from 1 to 10"),
        ("attempts", "²", "from 1 to 10"),
        ("timeout", "59", "no less than 60"),
        ("timeout", "soon", "30m, 2h"),
        ("timeout", "9" * 20, "too long"),
        ("tags", "aws:x=1", "AWS's own"),
        ("tags", "x=" + "v" * 257, "256"),
        ("tags", "\n".join(f"t{number}=1" for number in range(51)), "at most 50"),
        ("share_identifier", "blue", "no scheduling policy"),
        ("scheduling_priority", "1", "no scheduling policy"),
    ],
)
def test_every_problem_names_its_field(field: str, text: str, words: str) -> None:
    problems = problems_of({field: text})
    assert list(problems) == [field]
    assert words in problems[field]


@pytest.mark.parametrize(("field", "letter"), [("command", "["), ("vcpus", "1"), ("timeout", "9")])
def test_what_is_absurdly_long_is_a_problem_too(field: str, letter: str) -> None:
    assert list(problems_of({field: letter * 100_000})) == [field]


def test_a_queue_with_a_scheduling_policy_needs_a_share() -> None:
    assert "a share identifier is needed" in problems_of({}, fair_share=True)["share_identifier"]
    assert problems_of({"share_identifier": "blue"}, fair_share=True) == {}
    assert problems_of({}, fair_share=None) == {}, "nobody knows the queue"
    share = {"share_identifier": "a", "scheduling_priority": "10000"}
    assert "from 0 to 9,999" in problems_of(share, fair_share=True)["scheduling_priority"]
    assert "name that" in problems_of({"scheduling_priority": "3"}, fair_share=None)["share_identifier"]


@pytest.mark.parametrize(("revision", "missing"), [(TASKS, set()), (POD, set()), (NODES, {"array_size"})])
def test_of_several_containers_none_has_fields_of_its_own(revision: JobDefinition, missing: set[str]) -> None:
    missing = {"command", "environment", "vcpus", "memory", "gpus"} | missing
    assert set(FIELDS) - set(offered_fields(revision, fair_share=True)) == missing
    problems = problems_of(dict.fromkeys(missing, "2"), revision)
    assert set(problems) == missing
    request, _ = new_job(replace(FORM, command="x"), revision, fair_share=False)
    assert request == BARE


def test_fargate_has_parts_of_vcpus_and_no_gpus() -> None:
    assert "gpus" not in offered_fields(FARGATE, fair_share=False)
    assert problems_of({"gpus": "1"}, FARGATE) == {"gpus": "Fargate has no GPUs"}
    request = request_of(replace(FORM, vcpus="0.50", memory="1024"), FARGATE)
    assert request["containerOverrides"]["resourceRequirements"][0] == {"type": "VCPU", "value": "0.5"}
    assert new_job_notes(request, FARGATE) == ()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"memory": "5000"}, "5000 MiB with 2 vCPUs; near it are 4096 or 5120"),
        ({"vcpus": "8"}, "4096 MiB with 8 vCPUs; near it are 16384 or 20480"),
        ({"vcpus": "3"}, "3 vCPUs, only 0.25, 0.5, 1, 2"),
    ],
)
def test_an_unknown_size_of_fargate_is_warned_of_and_can_be_sent(typed: dict[str, str], words: str) -> None:
    draft = new_job_draft(request_of(replace(FORM, **typed), FARGATE), FARGATE)
    (note,) = draft.notes
    assert note.severity is Severity.WARNING
    assert words in note.text
    assert draft.is_possible


def test_other_notes() -> None:
    idle = new_job_notes(request_of(replace(FORM, parameters="y=1")), CONTAINER)
    assert ["without effect" in note.text and note.text.endswith("y") for note in idle] == [True]
    lacking = new_job_notes(request_of(replace(FORM, command="run Ref::sample.bam")), CONTAINER)
    assert [note.text for note in lacking] == ["the command has Ref::NAME without a value for sample.bam"]
    assert new_job_notes(request_of(replace(FORM, parameters="t=1"), TASKS), TASKS) == ()
    assert len(new_job_notes(request_of(FORM, POD), POD)) == 1
    strict = JobDefinition.from_api(
        {
            **CONTAINER.raw,
            "retryStrategy": {"attempts": 2, "evaluateOnExit": [{"onReason": "*", "action": "EXIT"}]},
        }
    )
    assert new_job_notes(request_of(FORM, strict), strict) == ()
    (rules,) = new_job_notes(request_of(replace(FORM, attempts="3"), strict), strict)
    assert "replaces the whole" in rules.text
    long = new_job_notes(request_of(replace(FORM, environment="A=" + "x" * 9000)), CONTAINER)
    assert "8192" in long[0].text
    gone = JobDefinition.from_api({**CONTAINER.raw, "status": "INACTIVE"})
    assert not new_job_draft(request_of(FORM, gone), gone).is_possible


TYPED = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ("5", "0", "60", "1.5", "2h", "A=1", "A=1\nB=2", "[]", '["a"]', "SEQUENTIAL", "id:N_TO_N", "'")
    ),
    st.from_regex(r"[A-Za-z0-9_=:,\[\]\"'\s.]{0,30}", fullmatch=True),
)
REVISIONS = st.sampled_from((CONTAINER, FARGATE, TASKS, POD, NODES))
FORMS = st.builds(NewJob, **dict.fromkeys(FIELDS, TYPED))


@given(
    form=FORMS,
    revision=REVISIONS,
    fair_share=st.none() | st.booleans(),
)
def test_whatever_is_typed_gives_a_request_or_problems(
    form: NewJob, revision: JobDefinition, fair_share: bool | None
) -> None:
    for tried in (form, replace(form, name="one", queue="high")):
        request, problems = new_job(tried, revision, fair_share=fair_share)
        assert all(problem.field in FIELDS and problem.text for problem in problems)
        if not problems:
            assert submit_problems(request) == []
            typed = sum(bool(getattr(tried, name).strip()) for name in FIELDS)
            assert len(request) <= typed + 1, "never more than was typed, and the definition"
        new_job_draft(request, revision)


@given(
    field=st.sampled_from(FIELDS),
    text=TYPED,
    revision=REVISIONS,
)
def test_a_field_alone_is_in_the_request_or_a_problem(field: str, text: str, revision: JobDefinition) -> None:
    request, problems = new_job(replace(FORM, **{field: text}), revision, fair_share=None)
    if problems:
        assert field in {problem.field for problem in problems} or field == "scheduling_priority"
    else:
        assert submit_problems(request) == []
        if text.strip() and field not in ("name", "queue"):
            assert len(request) == len(BARE) + 1


@given(answer=answers("batch", "DescribeJobDefinitions"), form=FORMS)
def test_no_answer_of_aws_breaks_the_form(answer: dict[str, Any], form: NewJob) -> None:
    for raw in answer.get("jobDefinitions", ()):
        revision = JobDefinition.from_api(raw)
        request, _ = new_job(form, revision, fair_share=True)
        new_job_draft(request, revision)
