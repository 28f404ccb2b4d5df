"""Whatever was overridden is overridden again: against a merge written once more, plainly."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from batchtui.actions.request_diff import diff_lines
from batchtui.actions.request_merge import merged
from batchtui.actions.resubmission import ResubmitOptions, resubmission, resubmissions
from batchtui.aws.submit_shape import submit_problems
from batchtui.model.job_detail import JobDetail
from tests.api_shapes import ANYTHING, answers
from tests.unit.resubmitted import definition, job

Json = dict[str, Any]

NAMES = st.sampled_from(("A", "B", "C", "D"))
VALUES = st.sampled_from(("", "1", "2", "a b", "x\ny", "é", "Ref::p"))
WORDS = st.sampled_from(("run", "Ref::p", "s3://b/Ref::q/x", "Ref::unknown", "a\nb", "1"))
COMMANDS = st.lists(WORDS, min_size=1, max_size=3)
AMOUNTS = st.sampled_from(("1", "2", "0.25", "512"))
PARAMETERS = st.dictionaries(st.sampled_from(("p", "q", "r")), st.sampled_from(("1", "v")), max_size=3)


def _pairs(
    key: str, names: st.SearchStrategy[str], values: st.SearchStrategy[str]
) -> st.SearchStrategy[list[Json]]:
    return st.dictionaries(names, values, max_size=4).map(
        lambda found: [{key: name, "value": value} for name, value in found.items()]
    )


ENVIRONMENTS = _pairs("name", NAMES, VALUES)
REQUIREMENTS = _pairs("type", st.sampled_from(("VCPU", "MEMORY", "GPU")), AMOUNTS)
MAPS = st.dictionaries(NAMES, st.sampled_from(("1", "2")), max_size=3)


def _structure(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """Each member there or not; none of them empty, for SubmitJob takes an empty one as none."""
    return st.fixed_dictionaries({}, optional=members).map(
        lambda found: {key: value for key, value in found.items() if value}
    )


CONTAINERS = _structure(command=COMMANDS, environment=ENVIRONMENTS, resourceRequirements=REQUIREMENTS)
OLD = _structure(vcpus=st.integers(1, 4), memory=st.sampled_from((4, 512, 100_000)))
RESOURCES = _structure(limits=MAPS, requests=MAPS)
PODS = _structure(
    image=st.sampled_from(("x:1", "x:2")), command=COMMANDS, args=COMMANDS, env=ENVIRONMENTS, resources=RESOURCES
)
METADATA = _structure(labels=MAPS, annotations=MAPS, namespace=st.sampled_from(("one", "two")))


# The merge of AWS Batch as the user guide tells it, written for single cases.


def _by(key: str, old: list[Json], new: list[Json]) -> list[Json]:
    found = {entry[key]: entry for entry in old}
    for entry in new:
        found[entry[key]] = entry
    return [found[name] for name in sorted(found)]


def _over_container(base: Json, override: Json) -> Json:
    requirements = list(base.get("resourceRequirements", []))
    taken = {entry["type"] for entry in requirements}
    for member, kind in (("vcpus", "VCPU"), ("memory", "MEMORY")):
        amount = override.get(member) or base.get(member)
        if amount and kind not in taken:
            requirements.append({"type": kind, "value": str(amount)})
    return {
        "command": override.get("command") or base.get("command", []),
        "environment": _by("name", base.get("environment", []), override.get("environment", [])),
        "resourceRequirements": _by("type", requirements, override.get("resourceRequirements", [])),
    }


def _over_pod_container(base: Json, override: Json) -> Json:
    found = {**base, **{key: value for key, value in override.items() if key not in ("env", "name")}}
    return found | {"env": _by("name", base.get("env", []), override.get("env", []))}


def _over_named(bases: list[Json], overrides: list[Json], over: Any) -> list[Json]:
    by_name = {override["name"]: override for override in overrides}
    return [{"name": base["name"], **over(base, by_name.get(base["name"], {}))} for base in bases]


def _over_metadata(base: Json, override: Json) -> Json:
    found = {key: {**base.get(key, {}), **override.get(key, {})} for key in ("labels", "annotations")}
    return found | {"namespace": override.get("namespace") or base.get("namespace")}


def _named(part: st.SearchStrategy[Json]) -> st.SearchStrategy[list[Json]]:
    return st.tuples(part, part).map(
        lambda two: [{"name": name, **each} for name, each in zip(("a", "b"), two, strict=True)]
    )


def _request(original: Json, base: Json) -> Json:
    """The request, which the difference that a person reads must call no difference."""
    detail = JobDetail.from_api(original)
    request = resubmission(detail, base).request
    assert diff_lines(detail, request, base) == []
    return request


def _override(made: Json, member: str) -> Json:
    found: Json = made.get(member, {})
    return found


@given(
    st.builds(lambda one, two: one | two, CONTAINERS, OLD),
    st.builds(lambda one, two: one | two, CONTAINERS, OLD),
    PARAMETERS,
    PARAMETERS,
    st.booleans(),
)
def test_a_container(base: Json, override: Json, defaults: Json, given_: Json, fills_in: bool) -> None:
    shown = _over_container(base, override)
    parameters = {**defaults, **given_}
    if fills_in and "command" not in override:
        shown["command"] = [_filled(word, parameters) for word in shown["command"]]
    made = _request(
        job(container=shown, parameters=parameters),
        definition(containerProperties=base, parameters=defaults),
    )
    again = _over_container(base, _override(made, "containerOverrides"))
    assert {**defaults, **made.get("parameters", {})} == parameters
    # What runs is the same: a command that was overridden by just what the parameters give needs no override.
    runs = [[_filled(word, parameters) for word in each["command"]] for each in (again, shown)]
    assert runs[0] == runs[1]
    assert again["environment"] == shown["environment"]
    assert again["resourceRequirements"] == shown["resourceRequirements"]
    assert submit_problems(made) == []
    if not override:
        assert "containerOverrides" not in made
    for entry in made.get("containerOverrides", {}).get("environment", ()):
        assert entry not in base.get("environment", ()), "it says nothing new"


def _filled(word: str, parameters: Json) -> str:
    for name, value in parameters.items():
        word = word.replace(f"Ref::{name}", value)
    return word


@given(_named(CONTAINERS), _named(CONTAINERS))
def test_tasks(bases: list[Json], overrides: list[Json]) -> None:
    shown = _over_named(bases, overrides, _over_container)
    made = _request(
        job(ecsProperties={"taskProperties": [{"containers": shown}]}),
        definition(ecsProperties={"taskProperties": [{"containers": bases}]}),
    )
    tasks = _override(made, "ecsPropertiesOverride").get("taskProperties", [{"containers": []}])
    assert _over_named(bases, tasks[0]["containers"], _over_container) == shown
    assert submit_problems(made) == []


@given(_named(PODS), _named(PODS), METADATA, METADATA)
def test_a_pod(bases: list[Json], overrides: list[Json], metadata: Json, wanted: Json) -> None:
    shown = _over_named(bases, overrides, _over_pod_container)
    described = _over_metadata(metadata, wanted)
    made = _request(
        job(eksProperties={"podProperties": {"initContainers": shown, "metadata": described}}),
        definition(eksProperties={"podProperties": {"initContainers": bases, "metadata": metadata}}),
    )
    pod = _override(made, "eksPropertiesOverride").get("podProperties", {})
    assert _over_named(bases, pod.get("initContainers", []), _over_pod_container) == shown
    assert _over_metadata(metadata, pod.get("metadata", {})) == described
    assert submit_problems(made) == []


@given(st.tuples(CONTAINERS, CONTAINERS), st.tuples(CONTAINERS, CONTAINERS), st.integers(2, 5), st.integers(2, 5))
def test_nodes(bases: tuple[Json, Json], overrides: tuple[Json, Json], count: int, wanted: int) -> None:
    targets = ("0:0", "1:")
    shown = [_over_container(base, override) for base, override in zip(bases, overrides, strict=True)]

    def properties(containers: Any, number: int, ranges: tuple[str, str]) -> Json:
        groups = [
            {"targetNodes": target, "container": container}
            for target, container in zip(ranges, containers, strict=True)
        ]
        return {"numNodes": number, "mainNode": 0, "nodeRangeProperties": groups}

    for ranges in (targets, ("0:0", f"1:{wanted - 1}")):
        made = _request(
            job(nodeProperties=properties(shown, wanted, ranges)),
            definition(nodeProperties=properties(bases, count, targets)),
        )
        override = _override(made, "nodeOverrides")
        changes = {
            change["targetNodes"]: change["containerOverrides"]
            for change in override.get("nodePropertyOverrides", ())
        }
        assert set(changes) <= set(targets)
        again = [
            _over_container(base, changes.get(target, {})) for base, target in zip(bases, targets, strict=True)
        ]
        assert again == shown
        assert override.get("numNodes", count) == wanted
        assert ("numNodes" in override) == (count != wanted)
        assert submit_problems(made) == []


@given(st.builds(lambda one, two: one | two, CONTAINERS, OLD), CONTAINERS)
def test_our_own_merge_is_the_plain_one(base: Json, override: Json) -> None:
    found = merged({"containerOverrides": override}, {"containerProperties": base})["containerProperties"]
    assert _over_container(found, {}) == _over_container(base, override)


@settings(max_examples=20, deadline=None)
@given(answers("batch", "DescribeJobs"), answers("batch", "DescribeJobDefinitions"))
def test_any_answer_gives_a_request_that_fits_the_shape(jobs: Json, definitions: Json) -> None:
    for each in jobs.get("jobs", ()):
        for base in (None, *definitions.get("jobDefinitions", ())):
            detail = JobDetail.from_api(each)
            for options in (ResubmitOptions(), ResubmitOptions(latest_revision=True, clear_dependencies=True)):
                for made in resubmissions(detail, base, options=options, latest=base):
                    assert not made.request or submit_problems(made.request) == []


MEMBERS = sorted(
    {*job(), "container", "ecsProperties", "eksProperties", "nodeProperties", "dependsOn", "tags", "retryStrategy"}
    | {
        "timeout",
        "parameters",
        "arrayProperties",
        "consumableResourceProperties",
        "propagateTags",
        "shareIdentifier",
    }
)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(MEMBERS), ANYTHING))
def test_wrongly_typed_members_are_passed_over(members: Json) -> None:
    for base in (None, {**members, "containerProperties": members.get("container")}):
        made = resubmission(JobDetail.from_api(members), base).request
        assert not made or submit_problems(made) == []
