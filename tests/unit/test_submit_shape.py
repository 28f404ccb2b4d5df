"""A request held against the shape of SubmitJob."""

from typing import Any

import pytest
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from batchtui.aws.submit_shape import submit_problems, value_problems
from tests.api_shapes import ANYTHING, input_shape, requests

GOOD: dict[str, Any] = {"jobName": "a", "jobQueue": "b", "jobDefinition": "c"}


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        ({"jobName": 3}, "jobName", "must be a text"),
        ({"nothing": 1}, "nothing", "unknown; known are arrayProperties, "),
        ({"arrayProperties": {"size": "3"}}, "arrayProperties.size", "must be a whole number"),
        ({"propagateTags": "yes"}, "propagateTags", "must be true or false"),
        ({"containerOverrides": {"command": "x"}}, "containerOverrides.command", "must be a list"),
        ({"containerOverrides": []}, "containerOverrides", "must be a structure"),
        (
            {"containerOverrides": {"environment": [{}, {"name": "A", "value": 1}]}},
            "containerOverrides.environment[1].value",
            "must be a text",
        ),
        (
            {"containerOverrides": {"resourceRequirements": [{"type": "VCPU"}]}},
            "containerOverrides.resourceRequirements[0]",
            "value is missing",
        ),
        ({"tags": {"a": "b", "example.org/a[0]": 1}}, "tags.example.org/a[0]", "must be a text"),
    ],
)
def test_every_problem_has_its_place(changes: dict[str, Any], place: str, words: str) -> None:
    (problem,) = submit_problems(GOOD | changes)
    assert problem.place == place
    assert problem.message.startswith(words)


def test_paths_are_steps_and_all_problems_are_told() -> None:
    assert submit_problems(GOOD) == []
    missing = {(each.path, each.message) for each in submit_problems({})}
    assert missing == {((), f"{name} is missing") for name in GOOD}
    (problem,) = submit_problems({**GOOD, "tags": {"a.b": 1}})
    assert problem.path == ("tags", "a.b")


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        (
            {"containerOverrides": {"resourceRequirements": [{"type": "CPU", "value": "1"}]}},
            "containerOverrides.resourceRequirements[0].type",
            "must be one of GPU, MEMORY, VCPU",
        ),
        ({"dependsOn": [{"type": "AFTER"}]}, "dependsOn[0].type", "must be one of N_TO_N, SEQUENTIAL"),
        ({"tags": {"a": "x" * 257}}, "tags.a", "must have at most 256 characters"),
        ({"timeout": {"attemptDurationSeconds": 2**31}}, "timeout.attemptDurationSeconds", "must be between -2"),
    ],
)
def test_values_are_held_against_the_model_unless_aws_told_them(
    changes: dict[str, Any], place: str, words: str
) -> None:
    request = GOOD | changes
    assert submit_problems(request) == []
    (problem,) = value_problems(request)
    assert (problem.place, problem.message[: len(words)]) == (place, words)
    assert value_problems(request, beside=request) == []


def test_a_retry_action_counts_in_either_case() -> None:
    assert value_problems(GOOD | {"retryStrategy": {"evaluateOnExit": [{"action": "exit"}]}}) == []
    (problem,) = value_problems(GOOD | {"retryStrategy": {"evaluateOnExit": [{"action": "stop"}]}})
    assert problem.message == "must be one of EXIT, RETRY"


BROKEN = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("jobName", "jobQueue", "jobDefinition", "tags", "x"), ANYTHING)
)


@given(st.one_of(requests(), BROKEN, ANYTHING))
def test_it_complains_where_botocore_would(request: Any) -> None:
    shape = input_shape("batch", "SubmitJob")
    botocores = ParamValidator().validate(request, shape).has_errors()
    ours = bool(submit_problems(request))
    assert ours or not botocores
    # To botocore True is a whole number; to a service that reads JSON it is none.
    assert ours == botocores or "True" in repr(request) or "False" in repr(request)
