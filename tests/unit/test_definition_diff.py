"""What differs between two revisions of a job definition: members by their names, secrets behind masks."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from batchtui.actions.definition_diff import changed_members, definition_diff
from batchtui.format import text_of
from batchtui.model.job_definition import JobDefinition
from batchtui.model.secrets import MASK
from batchtui.model.text import clean
from batchtui.ui.details.definition_diff import diff_title, difference_lines

CONTAINER = {
    "image": "1.dkr.ecr/align:7",
    "command": ["align", "--password=hunter2", "a b"],
    "environment": [{"name": "MODE", "value": "slow"}, {"name": "DB_PASSWORD", "value": "one"}],
    "resourceRequirements": [{"type": "VCPU", "value": "1"}, {"type": "MEMORY", "value": "512"}],
    "mountPoints": [{"containerPath": "/ref", "sourceVolume": "ref", "readOnly": True}],
    "secrets": [{"name": "LIMS", "valueFrom": "arn:aws:secretsmanager:x:1:secret:lims"}],
}


def revision(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "jobDefinitionName": "align",
        "jobDefinitionArn": f"arn:aws:batch:x:1:job-definition/align:{number}",
        "revision": number,
        "status": "ACTIVE",
        "containerProperties": CONTAINER,
        "timeout": {"attemptDurationSeconds": 60},
        **changes,
    }


def told(
    old: dict[str, Any], new: dict[str, Any], *, is_revealed: bool = False
) -> list[tuple[str, str, str, str]]:
    lines = definition_diff(old, new, is_revealed=is_revealed)
    return [(line.kind.value, line.path, line.old, line.new) for line in lines]


def test_what_every_revision_has_otherwise_is_no_difference() -> None:
    other = revision(8, status="INACTIVE", tags={}, parameters=None, propagateTags=None)
    assert told(revision(7), other) == []
    (first, second) = difference_lines([])
    assert "Nothing differs" in text_of(first)
    assert second


def test_members_are_compared_by_name_wherever_they_stand() -> None:
    container = {
        **CONTAINER,
        "image": "1.dkr.ecr/align:8",
        "environment": [{"name": "NEW", "value": "x\x1b]0;y"}, {"name": "MODE", "value": "slow"}],
        "resourceRequirements": [{"type": "MEMORY", "value": "1024"}, {"type": "VCPU", "value": "1"}],
        "mountPoints": [{"containerPath": "/ref", "sourceVolume": "ref", "readOnly": False}],
    }
    lines = told(revision(7), revision(8, containerProperties=container, retryStrategy={"attempts": 3}))
    assert lines == [
        ("changed", "containerProperties.image", "1.dkr.ecr/align:7", "1.dkr.ecr/align:8"),
        ("removed", "containerProperties.environment[DB_PASSWORD]", MASK, ""),
        ("changed", "containerProperties.resourceRequirements[MEMORY]", "512", "1024"),
        ("changed", "containerProperties.mountPoints[/ref].readOnly", "true", "false"),
        ("added", "containerProperties.environment[NEW]", "", "x�]0;y"),
        ("added", "retryStrategy.attempts", "", "3"),
    ]
    every = definition_diff(revision(7), revision(8, containerProperties=container, retryStrategy={"attempts": 3}))
    assert changed_members(every) == ("image", "environment", "MEMORY", "mountPoints", "retryStrategy")


def test_secrets_differ_behind_their_masks_until_they_are_shown() -> None:
    container = {
        **CONTAINER,
        "command": ["align", "--password=hunter3", "a b"],
        "environment": [{"name": "MODE", "value": "slow"}, {"name": "DB_PASSWORD", "value": "two"}],
    }
    new = revision(8, containerProperties=container)
    lines = told(revision(7), new)
    assert lines == [
        ("changed", "containerProperties.command", *[f"align '--password={MASK}' 'a b'"] * 2),
        ("changed", "containerProperties.environment[DB_PASSWORD]", MASK, MASK),
    ]
    text = "\n".join(map(text_of, difference_lines(definition_diff(revision(7), new))))
    assert text.count("another value behind the mask") == 2
    shown = told(revision(7), new, is_revealed=True)
    assert [line[2:] for line in shown] == [
        ("align --password=hunter2 'a b'", "align --password=hunter3 'a b'"),
        ("one", "two"),
    ]


def test_several_containers_nodes_and_pods_have_paths_of_their_own() -> None:
    def task(image: str) -> dict[str, Any]:
        parts = [{"name": "main", "image": image}, {"name": "side", "image": "side:1"}]
        return {"taskProperties": [{"containers": parts}]}

    def nodes(image: str) -> dict[str, Any]:
        return {"nodeRangeProperties": [{"targetNodes": "1:", "container": {"image": image}}], "numNodes": 4}

    def pod(cpu: str) -> dict[str, Any]:
        return {"podProperties": {"containers": [{"name": "main", "resources": {"limits": {"cpu": cpu}}}]}}

    for member, make, path, word in (
        ("ecsProperties", task, "ecsProperties.taskProperties[0].containers[main].image", "image"),
        ("nodeProperties", nodes, "nodeProperties.nodeRangeProperties[1:].container.image", "image"),
        ("eksProperties", pod, "eksProperties.podProperties.containers[main].resources.limits.cpu", "resources"),
    ):
        old, new = {member: make("1")}, {member: make("2")}
        (line,) = definition_diff(old, new)
        assert (line.path, line.old, line.new) == (path, "1", "2")
        assert changed_members([line]) == (word,)


def test_the_lines_say_what_was_and_what_is_and_which_two() -> None:
    old, new = revision(7), revision(9, status="INACTIVE", tags={"team": "qc"}, timeout={})
    lines = [text_of(line) for line in difference_lines(definition_diff(old, new))]
    assert lines == [
        "2 differences:",
        "",
        "− timeout.attemptDurationSeconds",
        "    60",
        "",
        "+ tags.team",
        "    qc",
        "",
    ]
    title = text_of(diff_title(JobDefinition.from_api(old), JobDefinition.from_api(new)))
    assert title == "align:7  →  align:9 INACTIVE"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "value", "type", "command", "image", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(
    st.dictionaries(st.text(max_size=5), JSON, max_size=4), st.dictionaries(st.text(max_size=5), JSON, max_size=4)
)
def test_whatever_aws_answers_it_is_compared_and_the_same_is_the_same(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    assert definition_diff(old, old) == []
    lines = definition_diff(old, new)
    assert all(clean(line.path) == line.path for line in lines)
    back = definition_diff(new, old)
    assert {line.path for line in lines} == {line.path for line in back}
    for line in difference_lines(lines):
        assert clean(text_of(line)) == text_of(line)
