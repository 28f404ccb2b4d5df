"""The filter language against a plain re-implementation, and what it says of expressions that it cannot read."""

import contextlib
import fnmatch
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batchtui.model.job import JOB_STATUSES, JobSummary
from batchtui.query.filter import FilterError, parse
from batchtui.query.jobs import JOB_FIELDS, JOB_SORTS
from batchtui.query.steps import at_once, ordered

NOW = 10_000.0
WORDS = ("align", "s-01", "sort", "spot", "Host EC2", "x", "")
JOBS = st.builds(
    JobSummary,
    job_id=st.uuids().map(str),
    job_name=st.sampled_from(("s-0148-align", "s-0149-ALIGN", "cohort-sort", "x")),
    job_queue=st.sampled_from(("high", "low")),
    status=st.sampled_from((*JOB_STATUSES, "SCHEDULED")),
    created_at=st.none() | st.integers(1, 10_000_000),
    started_at=st.none() | st.integers(1, 10_000_000),
    stopped_at=st.none() | st.integers(1, 10_000_000),
    exit_code=st.none() | st.integers(0, 255),
    container_reason=st.none() | st.sampled_from(("Host EC2 (instance i-1) terminated.", "OutOfMemoryError")),
    status_reason=st.none() | st.sampled_from(("Essential container in task exited", "spot")),
    job_definition=st.none() | st.just("arn:aws:batch:r:1:job-definition/bwa:7"),
    vcpus=st.none() | st.sampled_from((0.25, 8.0)),
    tags=st.none() | st.just((("team", "genomics"),)),
)


def texts(job: JobSummary) -> list[str]:
    definition = (job.job_definition or "").split("/")[-1]
    told = (
        job.status,
        job.job_queue,
        job.job_name,
        job.job_id,
        definition,
        job.container_reason,
        job.status_reason,
    )
    return [text.lower() for text in told if text]


def contains(text: str, value: str) -> bool:
    return fnmatch.fnmatchcase(text, value) if "*" in value else value in text


def seconds(job: JobSummary, field: str) -> float | None:
    created, started, stopped = job.created_at, job.started_at, job.stopped_at
    ends = job.status in ("SUCCEEDED", "FAILED")
    if field == "age":
        return None if created is None else NOW - created / 1000
    if field == "waited":
        if created is None:
            return None
        if started is not None:
            return (started - created) / 1000
        if not ends:
            return NOW - created / 1000
        return None if stopped is None else (stopped - created) / 1000
    if started is None:
        return None
    if stopped is not None:
        return (stopped - started) / 1000
    return NOW - started / 1000 if job.status in ("SCHEDULED", "STARTING", "RUNNING") else None


TERMS = st.one_of(
    st.sampled_from(WORDS).map(
        lambda word: (f'"{word}"', lambda job: any(word.lower() in text for text in texts(job)))
    ),
    st.sampled_from(("*align", "s-01*", "*")).map(
        lambda form: (form, lambda job: any(contains(text, form) for text in texts(job)))
    ),
    st.sampled_from(("failed", "RUN", "succ*", "running,failed", "scheduled")).map(
        lambda value: (
            f"status:{value}",
            lambda job: any(contains(job.status.lower(), part) for part in value.lower().split(",")),
        )
    ),
    st.just(("status:active", lambda job: job.status in (*JOB_STATUSES[:5], "SCHEDULED"))),
    st.sampled_from(("high", "low,high", "h*")).map(
        lambda value: (
            f"queue:{value}",
            lambda job: any(contains(job.job_queue, part) for part in value.split(",")),
        )
    ),
    st.sampled_from(("team=genomics", "team", "other")).map(
        lambda value: (f"tag:{value}", lambda job: any(value in f"{k}={v}" for k, v in job.tags or ()))
    ),
    st.integers(0, 255).map(lambda code: (f"exit:{code}", lambda job: job.exit_code == code)),
    st.integers(0, 255).map(
        lambda code: (f"exit>={code}", lambda job: job.exit_code is not None and job.exit_code >= code)
    ),
    st.sampled_from(((1, 137), (0,))).map(
        lambda codes: (f"exit:{','.join(map(str, codes))}", lambda job: job.exit_code in codes)
    ),
    st.tuples(st.sampled_from(("age", "ran", "waited")), st.integers(0, 3), st.integers(0, 59)).map(
        lambda drawn: (
            f"{drawn[0]}:{drawn[1]}h{drawn[2]}m",
            lambda job: (told := seconds(job, drawn[0])) is not None and (told // 60 == drawn[1] * 60 + drawn[2]),
        )
    ),
    st.tuples(st.sampled_from(("age", "ran", "waited")), st.integers(0, 180)).map(
        lambda drawn: (
            f"{drawn[0]}>{drawn[1]}m",
            lambda job: (told := seconds(job, drawn[0])) is not None and told > drawn[1] * 60,
        )
    ),
    st.sampled_from(("s-0[0-9]+", "^x$", "host|spot")).map(
        lambda form: (f"/{form}/", lambda job: any(re.search(form, text, re.IGNORECASE) for text in texts(job)))
    ),
)


@settings(max_examples=400)
@given(st.lists(JOBS, max_size=8), st.lists(st.tuples(st.booleans(), TERMS), max_size=4))
def test_the_language_means_what_it_says(jobs: list[JobSummary], terms: list) -> None:  # type: ignore[type-arg]
    text = " ".join(("!" if is_not else "") + term for is_not, (term, _) in terms)
    expected = [job for job in jobs if all(bool(test(job)) != is_not for is_not, (_, test) in terms)]
    assert at_once(parse(text, JOB_FIELDS).select(jobs, NOW)) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("stauts:failed", "no field 'stauts'; status?"),
        ("zzz:1", "no field 'zzz' (? lists them)"),
        ("/a{99999999999}/", "regular expression"),
        ("/" + "(" * 400 + "/", "the regular expression is too large"),
        ("/" + "a" * 600 + "/", "the regular expression is too long"),
        ("exit:many", "'exit' wants a number, such as exit:1"),
        ("age>long", "'age' wants a length of time, such as age>2h30m"),
        ("age>2x30m", "'age' wants a length of time"),
        ("exit>1,2", "'exit>' wants one value"),
        ("exit: align", "'exit' wants a number, such as exit:1"),
        ("!!align", "one ! is enough"),
        ("! align", "a term is missing after !"),
        ("name>3", "'name' is text: write name:3"),
        ("/(/", "regular expression: missing )"),
    ],
)
def test_what_cannot_be_understood_is_named(text: str, says: str) -> None:
    with pytest.raises(FilterError) as raised:
        parse(text, JOB_FIELDS)
    assert str(raised.value).startswith(says)


@pytest.mark.parametrize("unfinished", ["exit:", "age>", "!", "/s-0", "!exit>=", "ran<"])
def test_a_last_term_that_is_still_being_typed_does_not_count_yet(unfinished: str) -> None:
    jobs = [JobSummary("1", "align", "q", "FAILED"), JobSummary("2", "sort", "q", "FAILED")]
    found = parse(f"align {unfinished}", JOB_FIELDS)
    assert at_once(found.select(jobs, NOW)) == jobs[:1]
    assert found.hint
    assert at_once(parse(unfinished, JOB_FIELDS).select(jobs, NOW)) == jobs


@given(st.text())
def test_no_expression_crashes(text: str) -> None:
    job = JobSummary("id", "name", "q", "RUNNING")
    with contextlib.suppress(FilterError):
        assert parse(text, JOB_FIELDS).matches(job, NOW) in (True, False)


@given(
    st.lists(JOBS, max_size=12, unique_by=lambda job: job.job_id),
    st.sampled_from(sorted(JOB_SORTS)),
    st.booleans(),
)
def test_sorting(jobs: list[JobSummary], column: str, is_reversed: bool) -> None:
    by = JOB_SORTS[column]
    found = at_once(ordered(jobs, lambda job: by(job, NOW), is_reversed=is_reversed))
    assert sorted(job.job_id for job in found) == sorted(job.job_id for job in jobs)
    values = [by(job, NOW) for job in found]
    known = [value for value in values if value is not None]
    assert values == known + [None] * (len(values) - len(known)), "what is unknown goes last"
    assert known == sorted(known, reverse=is_reversed)
    places = {job.job_id: place for place, job in enumerate(jobs)}
    for one, other in pairwise(found):
        if by(one, NOW) == by(other, NOW):
            assert places[one.job_id] < places[other.job_id], "equal ones stay as they came"


def test_an_expression_that_tries_too_many_ways_is_stopped() -> None:
    job = JobSummary("id", "a" * 40 + "!", "q", "RUNNING")
    slow = parse(r"/(a+)+(a+)+(a+)+b\1/", JOB_FIELDS)
    with pytest.raises(FilterError, match="takes too long"):
        slow.matches(job, NOW)


@given(st.text("ab*", min_size=1, max_size=12), st.text("ab", max_size=30))
def test_stars_stand_for_anything(form: str, name: str) -> None:
    job = JobSummary("id", name or "a", "q", "RUNNING")
    expected = fnmatch.fnmatchcase(job.job_name, form) if "*" in form else form in job.job_name
    assert parse(f"name:{form}", JOB_FIELDS).matches(job, NOW) == expected


@pytest.mark.parametrize(
    ("form", "name", "is_found"),
    [
        ("a*b", "ab", True),
        ("ab*ba", "aba", False),
        ("a*b*a", "aba", True),
        ("a*b*a", "aa", False),
        ("ab*ab*", "abxab", True),
        ("ab*ab*", "ab", False),
        ("*b*a*", "ab", False),
        ("*b*a*", "abba", True),
        ("*b*a*", "bab", True),
        ("*ab*ab", "xab", False),
        ("*ab*b*b", "abb", False),
        ("x*a*a*b", "xab", False),
        ("*a*b*a*", "bab", False),
    ],
)
def test_each_star_goes_on_behind_the_one_before(form: str, name: str, is_found: bool) -> None:
    assert parse(f"name:{form}", JOB_FIELDS).matches(JobSummary("id", name, "q", "RUNNING"), NOW) is is_found


@pytest.mark.parametrize(
    ("text", "age", "is_found"),
    [
        ("age:1h", 3599, False),
        ("age:1h", 3600, True),
        ("age:1h", 7199, True),
        ("age:1h", 7200, False),
        ("age>1h", 3601, True),
        ("age>1h", 3600, False),
        ("age<=1h", 3600, True),
        ("age<=1h", 3601, False),
    ],
)
def test_a_length_of_time_is_all_that_the_list_shows_so(text: str, age: int, is_found: bool) -> None:
    job = JobSummary("id", "name", "q", "RUNNING", created_at=int((NOW - age) * 1000))
    assert parse(text, JOB_FIELDS).matches(job, NOW) is is_found


@pytest.mark.parametrize(("code", "is_found"), [(136, False), (137, True), (138, False)])
def test_a_number_is_that_number(code: int, is_found: bool) -> None:
    job = JobSummary("id", "name", "q", "FAILED", exit_code=code)
    assert parse("exit:137", JOB_FIELDS).matches(job, NOW) is is_found
    assert parse("exit:1,137", JOB_FIELDS).matches(job, NOW) is is_found


def test_one_of_several_values() -> None:
    def found(text: str) -> list[str]:
        jobs = [JobSummary(status, "name", "q", status) for status in JOB_STATUSES]
        return [job.status for job in at_once(parse(text, JOB_FIELDS).select(jobs, NOW))]

    assert found("status:active,failed") == ["SUBMITTED", "PENDING", "RUNNABLE", "STARTING", "RUNNING", "FAILED"]
    assert found("status:failed,succ") == ["SUCCEEDED", "FAILED"]
    assert found("name:,") == list(JOB_STATUSES), "no value yet"


def test_a_regular_expression_knows_no_case() -> None:
    assert parse("/ALI.N/", JOB_FIELDS).matches(JobSummary("id", "align", "q", "RUNNING"), NOW)


def test_of_a_misspelt_field_the_nearest_is_named_and_none_that_is_far() -> None:
    with pytest.raises(FilterError) as near:
        parse("statu:failed", JOB_FIELDS)
    assert str(near.value) == "no field 'statu'; status?"
    with pytest.raises(FilterError) as far:
        parse("zzzz:failed", JOB_FIELDS)
    assert str(far.value) == "no field 'zzzz' (? lists them)"


def test_quoted_words_are_meant_as_they_stand() -> None:
    job = JobSummary("id", "a*b", "q", "RUNNING")
    assert parse('"a*"', JOB_FIELDS).matches(job, NOW)
    assert not parse('"*b*"', JOB_FIELDS).matches(job, NOW)


def test_the_whole_text_as_it_is_written() -> None:
    rows = [JobSummary(str(n), name, "q", "RUNNING") for n, name in enumerate(("s-1", "S-1", "s-10", "s-*"))]

    def found(text: str) -> list[str]:
        return [row.job_name for row in at_once(parse(text, JOB_FIELDS).select(rows, NOW))]

    assert found("name==s-1") == ["s-1", "S-1"]
    assert found('name=="s-*"') == ["s-*"]
    assert found("!name==s-1") == ["s-10", "s-*"]
    assert parse("x name==", JOB_FIELDS).hint == "'name' wants the whole text, such as name==\"…\""
    assert parse("", JOB_FIELDS).text == ""
    assert not parse("", JOB_FIELDS)
    assert parse("x", JOB_FIELDS)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("exit:", "'exit' wants a number, such as exit:1"),
        ("age>", "'age' wants a length of time, such as age>2h30m"),
        ("!", "a term is missing after !"),
        ("/s-0", "the regular expression wants a / at its end"),
    ],
)
def test_what_the_last_term_still_wants(typed: str, hint: str) -> None:
    assert parse(f"  align {typed} ", JOB_FIELDS).hint == hint
    assert parse(f"  align {typed} ", JOB_FIELDS).text == f"align {typed}"


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("@bad", "exit:1"),
        ("@bad sort", "exit:1 sort"),
        ("!@bad", "!exit:1"),
        ("@worse", "exit:1 queue:high"),
        ('"@bad"', '"@bad"'),
    ],
)
@given(jobs=st.lists(JOBS, max_size=6))
def test_a_saved_filter_stands_for_its_expression(text: str, same_as: str, jobs: list[JobSummary]) -> None:
    saved = {"bad": "exit:1", "worse": "@bad queue:high"}
    one, other = parse(text, JOB_FIELDS, saved), parse(same_as, JOB_FIELDS)
    assert [one.matches(job, NOW) for job in jobs] == [other.matches(job, NOW) for job in jobs]


def test_a_saved_filter_that_there_is_not_is_said() -> None:
    with pytest.raises(FilterError, match=r"no saved filter 'nope' here; there are: bad"):
        parse("@nope", JOB_FIELDS, {"bad": "exit:1"})
    assert parse("@b", JOB_FIELDS, {"bad": "exit:1"}).hint == "saved: @bad"
    assert parse("@b", JOB_FIELDS).hint == "", "where nothing is saved it is a word"
