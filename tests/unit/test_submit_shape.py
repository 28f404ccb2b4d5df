"""A request held against the shape of SubmitJob."""

from typing import Any

import pytest

from batchtui.aws.submit_shape import submit_problems

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
