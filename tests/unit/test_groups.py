"""Groups are a partition of the jobs, and what they come to adds up."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.insight import groups
from batchtui.insight.array_units import figures_of, units
from batchtui.insight.group import median
from batchtui.insight.group_keys import NO_ARRAY, NO_SHARE, NO_TAG, NOT_DESCRIBED, By, GroupKey, key_by
from batchtui.insight.group_samples import to_describe, to_list
from batchtui.insight.groups import OTHERS, Grouping, grouped
from batchtui.insight.job_cause import CHILDREN_FAILED, cause_of
from batchtui.insight.job_needs import JobNeeds
from batchtui.model.job import SERVICE_JOB_STATUSES, ArrayProperties, JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.query.filter import parse
from batchtui.query.groups import filter_of
from batchtui.query.jobs import JOB_FIELDS
from batchtui.query.steps import at_once

NOW = 1_800_000_000.0
NAMES = st.sampled_from(
    ["s-{}-align", "nf-A_BC_{}", "snakejob-sort-{}", "Wf_call", "x-Flow-{}-step-1-0", "", "{}"]
)
MOMENTS = st.one_of(st.none(), st.integers(1_790_000_000_000, 1_800_000_000_000))


@st.composite
def jobs(draw: st.DrawFn) -> list[JobSummary]:
    made = []
    for number in range(draw(st.integers(0, 25))):
        size = draw(st.sampled_from([None, None, None, 3]))
        made.append(
            JobSummary(
                f"j{number}",
                draw(NAMES).format(draw(st.integers(0, 30))),
                draw(st.sampled_from(["high", "low"])),
                draw(st.sampled_from(SERVICE_JOB_STATUSES)),
                created_at=draw(MOMENTS),
                started_at=draw(MOMENTS),
                stopped_at=draw(MOMENTS),
                exit_code=draw(st.sampled_from([None, 0, 1, 137])),
                status_reason=draw(st.sampled_from([None, "", "Host EC2 (instance i-0123456789) terminated."])),
                job_definition=draw(st.sampled_from([None, "arn:aws:batch:r:1:job-definition/nf-x:1", "d:2"])),
                share_identifier=draw(st.sampled_from([None, "a", "b"])),
                array_properties=None if size is None else ArrayProperties(size, None, (("SUCCEEDED", 1),)),
                tags=draw(st.sampled_from([None, (), (("team", "ml"),), (("team", "qc"), ("who", "me"))])),
            )
        )
    return made


def grouping(some: list[JobSummary], by: By, **more: object) -> Grouping:
    return at_once(grouped(some, by, now=NOW, **more))  # type: ignore[arg-type]


@pytest.mark.slow
@given(jobs(), st.sampled_from(list(By)), st.sampled_from(["", "FAILED", "active"]), st.booleans())
def test_each_job_and_each_child_is_in_one_group_and_the_counts_add_up(
    some: list[JobSummary], by: By, status: str, is_listed: bool
) -> None:
    some = [job for job in some if units(job, status)]
    families = {job.job_id: figures_of("FAILED", [child(job, 0)]) for job in some} if is_listed else {}
    found = grouping(some, by, tag="team", families=families, status=status)
    assert len({group.key.whole for group in found.groups}) == len(found.groups)
    counted = Counter[str]()
    for job in some:
        counted.update(units(job, status))
    assert found.jobs == counted.total()
    assert found.left_out == (counted.total() - counted["FAILED"] if by is By.CAUSE else 0)
    assert sum(group.jobs for group in found.groups) == found.jobs - found.left_out
    assert sum(group.failed for group in found.groups) == counted["FAILED"]
    if by is not By.CAUSE:
        key_of = key_by(by, "team")
        assert {group.key for group in found.groups} == {keyed[0] for job in some if (keyed := key_of(job))}
    for group in found.groups:
        assert group.failed == sum(count for _, count in group.causes)
        assert group.jobs == group.active + group.ok + group.failed
        assert 0 <= group.vcpus.counted <= group.ran <= group.jobs
        assert (group.newest_failed is None) == (not group.causes)
    assert [group.key.is_rest for group in found.groups] == sorted(group.key.is_rest for group in found.groups)


@pytest.mark.slow
@given(jobs(), st.sampled_from([By.STEP, By.CAUSE, By.DEFINITION, By.QUEUE, By.SHARE]))
def test_a_filter_that_says_a_group_says_it_exactly(some: list[JobSummary], by: By) -> None:
    found = grouping(some, by)
    keys = [group.key for group in found.groups]
    for key in keys:
        text = filter_of(key, by, keys)
        if text is not None:
            if by is By.CAUSE and found.groups[keys.index(key)].arrays:
                continue  # by their children, which the jobs list does not show
            expected = [job.job_id for job in some if (keyed := key_by(by)(job)) and keyed[0] == key]
            chosen = at_once(parse(text, JOB_FIELDS).select(some, NOW))
            assert [job.job_id for job in chosen] == expected, text


def test_where_no_filter_can_say_it_none_is_made_up() -> None:
    keys = [GroupKey("align"), GroupKey("Align", "Snakemake"), GroupKey('say "hi"'), NO_SHARE, GroupKey("sort")]
    assert [filter_of(key, By.STEP, keys) for key in keys] == [None, None, None, None, "step==sort"]
    assert filter_of(GroupKey("ml"), By.TAG, [GroupKey("ml")]) is None, "it knows the tags of some jobs only"
    assert filter_of(GroupKey("exit 1 · x"), By.CAUSE, [GroupKey("exit 1 · x")]) == 'cause=="exit 1 · x"'


def job(number: int, **more: object) -> JobSummary:
    created = 1_799_000_000_000 + number
    some = JobSummary(
        f"j{number}", f"s-{number:04d}-align", "q", "SUCCEEDED", created_at=created, started_at=created + 60_000
    )
    return replace(some, stopped_at=created + 3_660_000, **more)  # type: ignore[arg-type]


def test_hours_waits_and_the_newest_failure() -> None:
    some = [job(n, vcpus=4.0) for n in range(9)]
    some.append(job(9, status="FAILED", exit_code=1))
    needs = {"j9": JobNeeds(2.0, 1.0, (), 1800.0, True)}
    (group,) = grouping(some, By.STEP, needs=needs).groups
    assert group.label == "s-*-align"
    assert group.tool == "Step Functions"
    assert (group.jobs, group.ok, group.failed, group.failure_rate) == (10, 9, 1, 0.1)
    assert group.vcpus.counted == 10
    assert group.vcpus.hours == pytest.approx(9 * 4 + 2 * 1.5), "the attempts before the last count too"
    assert group.gpus.counted == 1
    assert group.gpus.hours == pytest.approx(1.5)
    assert (group.wait, group.wait_90, group.run) == (60, 60, 3600)
    assert group.newest_failed is not None
    assert group.newest_failed.job_id == "j9"
    assert group.causes == (("exit 1", 1),)


def test_what_all_names_of_a_group_have_is_not_folded() -> None:
    some = [replace(job(n), job_name=f"bwa-mem2-{n}") for n in range(5)]
    assert [group.label for group in grouping(some, By.STEP).groups] == ["bwa-mem2-*"]
    assert [group.label for group in grouping(some[:1], By.STEP).groups] == ["bwa-mem2-0"]
    assert grouping(some, By.STEP).groups[0].key.text == "bwa-mem*-*"


def test_tags_that_are_not_known_are_not_claimed() -> None:
    some = [job(1, tags=(("team", "ml"),)), job(2), job(3), job(4, tags=())]
    needs = {"j2": JobNeeds(1.0, 0.0, (("team", "qc"),), 0.0, False)}
    found = grouping(some, By.TAG, tag="team", needs=needs)
    assert {group.key: group.jobs for group in found.groups} == {
        GroupKey("ml"): 1,
        GroupKey("qc"): 1,
        NO_TAG: 1,
        NOT_DESCRIBED: 1,
    }
    assert found.tags == ("team",)


def test_an_array_is_its_children_where_it_is_a_group_of_its_own() -> None:
    summary = (("RUNNING", 2), ("SUCCEEDED", 5), ("FAILED", 1))
    array = job(1, status="PENDING", array_properties=ArrayProperties(10, None, summary))
    found = grouping([array, job(2)], By.ARRAY).groups
    assert [(group.label, group.jobs, group.running, group.failed) for group in found] == [
        ("s-0001-align", 10, 2, 1),
        (NO_ARRAY.text, 1, 0, 0),
    ]
    (one,) = grouping([array], By.STEP).groups
    assert (one.jobs, one.running, one.ok, one.failed, one.active) == (10, 2, 5, 1, 4)
    assert (one.ran, one.vcpus.counted, one.vcpus.hours) == (8, 0, 0.0), "of none of them hours are known"
    (failed,) = grouping([array, job(2)], By.STEP, status="FAILED").groups[:1]
    assert failed.arrays == 1


def test_children_that_were_listed_tell_hours_waits_and_causes() -> None:
    summary = (("RUNNING", 2), ("SUCCEEDED", 5), ("FAILED", 3))
    array = job(1, status="PENDING", array_properties=ArrayProperties(10, None, summary))
    out_of_memory = child(array, 0, exit_code=137, container_reason="OutOfMemoryError: Container killed")
    bad_arguments = child(array, 1, exit_code=2)
    family = figures_of("FAILED", [out_of_memory, bad_arguments])
    needs = {"j1": JobNeeds(4.0, 1.0, (), 0.0, False)}
    (one,) = grouping([array], By.STEP, needs=needs, families={"j1": family}).groups
    assert (one.ran, one.vcpus.counted, one.gpus.counted) == (10, 2, 2)
    assert one.vcpus.hours == pytest.approx(2 * 4)
    assert one.gpus.hours == pytest.approx(2)
    assert (one.wait, one.run) == (60, 3600)
    causes = {cause_of(out_of_memory): 1, cause_of(bad_arguments): 1, CHILDREN_FAILED: 1}
    assert dict(one.causes) == causes
    by_cause = grouping([array, job(2)], By.CAUSE, needs=needs, families={"j1": family})
    assert {group.label: group.jobs for group in by_cause.groups} == causes
    assert by_cause.left_out == 8, "seven children and a job have not failed"
    assert {group.vcpus.counted for group in by_cause.groups} == {0, 1}
    assert by_cause.groups[0].most_in == "s-*-align"
    never = replace(out_of_memory, started_at=None, stopped_at=None)
    (cancelled,) = grouping([array], By.STEP, families={"j1": figures_of("FAILED", [never] * 3)}).groups
    assert cancelled.ran == 7


def test_where_nobody_tells_how_children_ended_nothing_is_made_up() -> None:
    gone = job(1, status="FAILED", array_properties=ArrayProperties(500))
    ended_well = job(2, status="SUCCEEDED", array_properties=ArrayProperties(500))
    found = grouping([gone, ended_well], By.STEP)
    (group,) = found.groups
    assert (group.ok, group.failed) == (500, 1)
    assert (found.arrays, found.children, found.untold) == (2, 500, 1)


def child(array: JobSummary, index: int, **more: object) -> JobSummary:
    return replace(
        job(index, status="FAILED"),
        job_id=f"{array.job_id}:{index}",
        job_name=array.job_name,
        **more,  # type: ignore[arg-type]
    )


def test_the_children_of_which_most_failed_are_listed_first() -> None:
    def array(number: int, **counts: int) -> JobSummary:
        return job(number, array_properties=ArrayProperties(5000, None, tuple(counts.items())))

    some = [array(1, SUCCEEDED=4000), array(2, FAILED=3), array(3, FAILED=2000, SUCCEEDED=10), job(4)]
    wanted = at_once(to_list(some, {}, 9))
    assert [(found.job_id, status) for found, status in wanted] == [
        *(("j3", "FAILED"), ("j2", "FAILED"), ("j1", "SUCCEEDED"), ("j3", "SUCCEEDED")),
    ]
    assert len(at_once(to_list(some, {}, 2))) == 2
    asked = {("j3", "FAILED"): 1000, ("j2", "FAILED"): 2, ("j1", "SUCCEEDED"): 4000, ("j3", "SUCCEEDED"): 10}
    again = at_once(to_list(some, asked, 9))
    assert [(found.job_id, status) for found, status in again] == [("j2", "FAILED")], "it has failed ones more"


def test_beyond_a_bound_groups_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "MOST_GROUPS", 3)
    some = [replace(job(n), job_name="abcdefgh"[n]) for n in range(8)]
    found = grouping(some, By.STEP).groups
    assert [group.jobs for group in found] == [1, 1, 1, 5]
    assert found[-1].key == OTHERS


def test_a_sample_takes_of_each_step_by_turns() -> None:
    many = [job(n) for n in range(50)]
    few = [replace(job(100 + n), job_name=f"rare-{n}") for n in range(2)]
    never = [replace(job(200), started_at=None), job(201, array_properties=ArrayProperties(5))]
    ids = at_once(to_describe([*many, *few, *never], {"j0": JobNeeds(1, 0, (), 0, False)}, 6))
    assert ids == ["j1", "j100", "j2", "j101", "j3", "j4"]
    assert set(at_once(to_describe(never, {}, 6, is_for_tags=True))) == {"j200", "j201"}
    assert at_once(to_describe([*few], {}, 6, unknown={"j100"})) == ["j101"]
    begun = job(202, started_at=None, array_properties=ArrayProperties(5, None, (("RUNNING", 1),)))
    assert at_once(to_describe([begun], {}, 6)) == ["j202"], "it tells what each child takes"


@given(st.dictionaries(st.integers(0, 100), st.integers(1, 20)), st.sampled_from([0.5, 0.9]))
def test_the_median_is_that_of_the_values(seconds: dict[int, int], part: float) -> None:
    values = sorted(value for value, count in seconds.items() for _ in range(count))
    found = median(seconds, part)
    if not values:
        assert found is None
    else:
        assert sum(value <= found for value in values if found is not None) >= part * len(values)
        assert sum(value < found for value in values if found is not None) < part * len(values)


def test_what_is_kept_of_a_description() -> None:
    started_by = [{"name": "MANAGED_BY_AWS", "value": "STARTED_BY_STEP_FUNCTIONS"}]
    needed = [{"type": "VCPU", "value": "4"}, {"type": "GPU", "value": "2"}]
    detail = JobDetail.from_api(
        {
            "jobId": "j",
            "tags": {"team": "ml"},
            "container": {"environment": started_by, "resourceRequirements": needed},
            "attempts": [{"startedAt": 1000, "stoppedAt": 31_000}, {"startedAt": 0, "stoppedAt": 5}, {}],
        }
    )
    assert JobNeeds.of(detail) == JobNeeds(4.0, 2.0, (("team", "ml"),), 30.0, True)
    assert JobNeeds.of(JobDetail.from_api({"jobId": "j"})) == JobNeeds(None, 0.0, (), 0.0, False)


def test_no_step_of_the_work_takes_long() -> None:
    some = [job(n) for n in range(1000)]
    assert sum(1 for _ in grouped(some, By.STEP, now=NOW)) >= 10
