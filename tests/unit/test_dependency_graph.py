"""The graph of dependencies: every job once, whatever its shape, and who fails with whom."""

from collections.abc import Mapping, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from batchtui.insight.dependency_graph import (
    N_TO_N,
    SEQUENTIAL,
    DependencyGraph,
    Link,
    dooms,
    leads,
    waited_for_tree,
    waits_for_tree,
)
from batchtui.model.job import ArrayProperties, JobSummary
from batchtui.model.job_detail import JobDependency

Shape = dict[str, list[str]]


def graph_of(shape: Mapping[str, Sequence[str]], **sizes: int) -> DependencyGraph:
    """``a`` waits for ``b``; ``b*`` is child by child, and ``*`` alone one child after the other."""
    depends = {
        waiter: tuple(
            JobDependency(None, SEQUENTIAL)
            if other == "*"
            else JobDependency(other.removesuffix("*"), N_TO_N if other.endswith("*") else None)
            for other in others
        )
        for waiter, others in shape.items()
    }
    return DependencyGraph(depends, sizes)


def job(job_id: str, status: str = "PENDING", *, failed: int = 0) -> JobSummary:
    array = ArrayProperties(size=10, status_summary=(("FAILED", failed), ("RUNNING", 10 - failed)))
    return JobSummary(job_id, job_id, "q", status, array_properties=array if failed else None)


def seen(lines: Sequence[object]) -> list[tuple[str, int]]:
    return [(line.job_id, line.depth) for line in lines]  # type: ignore[attr-defined]


NAMES = [f"j{number}" for number in range(8)]
shapes = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.sampled_from([*NAMES, *(f"{name}*" for name in NAMES), "*"]), max_size=5)
)


def reached(shape: Shape, start: str) -> set[str]:
    found: set[str] = set()
    todo = [start]
    while todo:
        for other in shape.get(todo.pop(), []):
            name = other.removesuffix("*")
            if name and name not in found:
                found.add(name)
                todo.append(name)
    return found - {start}


@given(shapes, st.sampled_from(NAMES))
def test_everything_that_is_reached_is_followed_once(shape: Shape, centre: str) -> None:
    lines = waits_for_tree(graph_of(shape), centre)
    followed = [line.job_id for line in lines if not line.is_repeated and not line.is_cycle]
    assert set(followed) == reached(shape, centre)
    graph = graph_of(shape)
    expanded = [job_id for job_id in followed if graph.waits_for(job_id)]
    assert len(expanded) == len(set(expanded)), "what follows from a job stands there once"
    for line in lines:
        if line.is_repeated or line.is_cycle:
            assert line.job_id in {*followed, centre}


@given(shapes, st.sampled_from(NAMES))
def test_both_ways_tell_the_same_links(shape: Shape, centre: str) -> None:
    graph = graph_of(shape)
    for name in NAMES:
        for link in graph.waits_for(name):
            assert link in graph.waited_for_by(link.waits_for)
        for link in graph.waited_for_by(name):
            assert link in graph.waits_for(link.waiter)
    below = {line.job_id for line in waited_for_tree(graph, centre)}
    assert below - {centre} == {name for name in NAMES if name != centre and centre in reached(shape, name)}


@given(shapes, st.integers(0, 9), st.sampled_from(["j0:{}", "j3:{}", "j7:{}"]))
def test_children_are_linked_both_ways_too(shape: Shape, index: int, child: str) -> None:
    graph = graph_of(shape, **dict.fromkeys(NAMES, 10))
    child_id = child.format(index)
    for link in graph.waits_for(child_id):
        assert link.waiter == child_id
        back = graph.waited_for_by(link.waits_for)
        # A child's plain dependency is its parent's: there the parent stands for it.
        assert link in back or any(each.waiter == child_id.partition(":")[0] for each in back)


@given(shapes, st.sampled_from(NAMES), st.integers(1, 4), st.integers(1, 12))
def test_the_bounds_hold_and_what_is_cut_is_said(shape: Shape, centre: str, depth: int, most: int) -> None:
    lines = waits_for_tree(graph_of(shape), centre, most_depth=depth, most_lines=most)
    assert len(lines) <= most + 1
    assert all(line.depth <= depth for line in lines)
    whole = waits_for_tree(graph_of(shape), centre)
    if len(lines) > most:
        assert lines[-1].job_id == ""
        assert lines[-1].cut > 0
    elif {line.job_id for line in lines} != {line.job_id for line in whole}:
        assert any(line.cut for line in lines)


def test_a_job_first_met_at_the_edge_is_followed_where_there_is_room() -> None:
    graph = graph_of({"a": ["b", "d"], "b": ["c"], "c": ["d"], "d": ["e"]})
    lines = waits_for_tree(graph, "a", most_depth=3)
    assert seen(lines) == [("b", 1), ("c", 2), ("d", 3), ("d", 1), ("e", 2)]
    assert lines[2].cut == 1


@given(st.lists(st.integers(1, 6), max_size=30))
def test_leads_join_each_row_to_its_own(depths: list[int]) -> None:
    depths = [min(depth, before + 1) for depth, before in zip(depths, [0, *depths], strict=False)]
    drawn = leads(depths)
    for place, (depth, lead) in enumerate(zip(depths, drawn, strict=True)):
        assert len(lead) == 2 * depth
        later = depths[place + 1 :]
        until = next((n for n, other in enumerate(later) if other < depth), len(later))
        assert lead.endswith("├ " if depth in later[:until] else "└ ")


def test_a_circle_ends() -> None:
    graph = graph_of({"a": ["b"], "b": ["c"], "c": ["a"]})
    lines = waits_for_tree(graph, "a")
    assert [(line.job_id, line.is_cycle) for line in lines] == [("b", False), ("c", False), ("a", True)]


def test_children_follow_from_their_parents() -> None:
    graph = graph_of({"sort": ["align*", "qc"], "report": ["sort"], "months": ["*"]}, months=3, align=4, sort=4)
    assert graph.waits_for("sort:2") == (Link("sort:2", "align:2", N_TO_N), Link("sort:2", "qc"))
    assert graph.waited_for_by("align:2") == (Link("sort:2", "align:2", N_TO_N),)
    assert graph.waited_for_by("sort:2") == (Link("report", "sort:2"),)
    assert graph.waits_for("months:0") == ()
    assert graph.waits_for("months:2") == (Link("months:2", "months:1", SEQUENTIAL),)
    assert graph.waited_for_by("months:1") == (Link("months:2", "months:1", SEQUENTIAL),)
    assert graph.waited_for_by("months:2") == ()
    assert graph.is_sequential("months")
    assert not graph.is_sequential("sort")


def test_arns_are_ids() -> None:
    graph = DependencyGraph({"b": (JobDependency("arn:aws:batch:r:1:job/a", None),)}, {})
    assert graph.waits_for("b") == (Link("b", "a"),)
    assert graph.waited_for_by("a") == (Link("b", "a"),)


def test_who_fails_with_whom() -> None:
    graph = graph_of({"b": ["a"], "c": ["b"], "d": ["x"], "s": ["r*"], "t": ["s"]})
    jobs = {each.job_id: each for each in (job("a", "FAILED"), *map(job, "bcdxst"), job("r", failed=2))}
    found = dooms(graph, jobs)
    assert set(found) == {"b", "c", "s", "t"}
    assert found["c"].culprit == "a"
    assert not found["s"].is_whole, "only the children whose like has failed"
    assert found["t"].is_whole, "it waits for all of them"
    assert found["t"].culprit == "r"


def test_what_has_ended_is_not_foretold() -> None:
    graph = graph_of({"b": ["a"], "c": ["b"]})
    jobs = {"a": job("a", "FAILED"), "b": job("b", "SUCCEEDED"), "c": job("c")}
    assert dooms(graph, jobs) == {}


@settings(max_examples=50)
@given(shapes, st.sets(st.sampled_from(NAMES)))
def test_exactly_those_that_reach_a_failed_job_through_active_ones_are_doomed(
    shape: Shape, failed: set[str]
) -> None:
    graph = graph_of(shape)
    jobs = {name: job(name, "FAILED" if name in failed else "PENDING") for name in NAMES}
    expected: set[str] = set()
    while True:
        more = {
            waiter
            for waiter, others in shape.items()
            if waiter not in failed
            and any(o.removesuffix("*") in failed | expected and o.removesuffix("*") != waiter for o in others)
        } - expected
        if not more:
            break
        expected |= more
    assert set(dooms(graph, jobs)) == expected
