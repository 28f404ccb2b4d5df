"""Each rule of failure against a job that it is meant for; and that none claims what the data does not show."""

import json
import re
from time import process_time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batchtui.insight.failure import why_failed, why_service_job_failed
from batchtui.insight.failure_rules import FIELD_RULES, HINTS, RULES
from batchtui.insight.verdict import Answer, Certainty
from batchtui.model.job import JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.model.secrets import is_secret
from batchtui.model.service_job import ServiceJobDetail
from tests.api_shapes import ANYTHING, TEXTS, answers
from tests.failure_cases import CASES, FIELD_CASES
from tests.failure_end_cases import LOG_CASES
from tests.failures import Case, job, never_ran, not_started, pod, task, without

BY_KEY = {rule.key: rule for rule in RULES}
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
each_field_case = pytest.mark.parametrize("case", FIELD_CASES, ids=lambda case: case.key)


def answer_to(case: Case, data: dict[str, Any] | None = None, log: tuple[str, ...] | None = None) -> Answer:
    told = case.job if data is None else data
    lines = case.log if log is None else log
    if case.key.startswith("training-"):
        return why_service_job_failed(ServiceJobDetail.from_api(told), log_tail=lines)
    detail = JobDetail.from_api(told)
    return why_failed(detail, child=case.child, dependencies=case.dependencies, log_tail=lines)


def keys(answer: Answer) -> list[str]:
    return [verdict.rule for verdict in answer.verdicts]


def why(data: dict[str, Any], *log: str) -> list[str]:
    return keys(why_failed(JobDetail.from_api(data), log_tail=log))


def test_every_rule_has_its_case_and_there_are_enough() -> None:
    assert {case.key for case in CASES} == set(BY_KEY)
    assert len(CASES) == len(RULES) == len(BY_KEY) >= 45


@each_field_case
def test_the_rule_is_the_verdict_and_shows_its_evidence(case: Case) -> None:
    verdict = answer_to(case).verdicts[0]
    assert verdict.rule == case.key
    told = " | ".join(verdict.evidence)
    for part in case.shows:
        assert part in told
    assert verdict.evidence
    assert tuple(lead.key for lead in verdict.leads) == case.leads


@pytest.mark.parametrize("case", LOG_CASES, ids=lambda case: case.key)
def test_a_hint_in_the_log_stands_behind_what_aws_tells(case: Case) -> None:
    answer = answer_to(case)
    assert keys(answer) == [case.first, case.key]
    hint = answer.verdicts[1]
    assert hint.certainty is Certainty.LIKELY
    assert any(evidence.startswith("log: “") for evidence in hint.evidence)
    for part in case.shows:
        assert part in " | ".join(hint.evidence)


@each_case
def test_without_what_it_rests_on_the_verdict_goes(case: Case) -> None:
    gone = without(case.job, case.rests_on)
    assert case.key not in keys(answer_to(case, gone, () if "log" in case.rests_on else None))


ANY_CODE = ("init-container-failed", "awaited-container-failed", "other-exit-code")


@each_field_case
def test_other_words_and_codes_do_not_hold_the_rule_up(case: Case) -> None:
    def other(data: Any) -> Any:
        if isinstance(data, dict):
            changed = {key: other(value) for key, value in data.items()}
            if "exitCode" in changed and "exitCode" in case.rests_on:
                changed["exitCode"] = 77
            for name in ("statusReason", "reason"):
                if name in changed and name in case.rests_on:
                    changed[name] = "Something new that nobody has heard of."
            return changed
        return [other(item) for item in data] if isinstance(data, list) else data

    if case.key not in ANY_CODE and set(case.rests_on) & {"exitCode", "statusReason", "reason"}:
        found = keys(answer_to(case, other(case.job)))
        assert case.key not in found, found


DURATION = re.compile(r"\b\d[\d,]*[dhms]( \d+[hms])?(?=\W|$)")


def spans_of(data: Any) -> set[str]:
    """The lengths of time that a job tells, in words."""
    seconds: set[int] = set()
    holders = [data, *data.get("attempts", []), *data.get("eksAttempts", [])]
    for holder in holders:
        if "startedAt" in holder and "stoppedAt" in holder:
            seconds.add((holder["stoppedAt"] - holder["startedAt"]) // 1000)
    if "timeout" in data:
        seconds.add(data["timeout"]["attemptDurationSeconds"])
    words = set()
    for each in seconds:
        minutes, rest = divmod(each, 60)
        hours, minutes = divmod(minutes, 60)
        parts = [f"{hours}h"] * bool(hours) + [f"{minutes}m"] * bool(minutes) + [f"{rest}s"] * bool(rest)
        words.add(" ".join(parts[:2]))
    return words


@each_case
def test_every_number_in_the_evidence_is_in_the_data(case: Case) -> None:
    source = json.dumps([case.job, case.others, case.log])
    ordinals = {str(n + 1) for n in range(len(case.job.get("attempts") or case.job.get("eksAttempts", [])))}
    for verdict in answer_to(case).verdicts:
        for evidence in verdict.evidence:
            quote = evidence.partition("“")[2]
            own = evidence if not quote else evidence.partition("“")[0]
            for length in DURATION.finditer(own):
                assert length[0] in spans_of(case.job), evidence
            for number in re.findall(r"\d[\d,]*", DURATION.sub("", own)):
                plain = number.replace(",", "").rstrip(",")
                assert plain in source or plain in ordinals, evidence
            for number in re.findall(r"\d+", quote):
                assert number in source, evidence


@each_case
def test_texts_are_fit_for_the_screen(case: Case) -> None:
    verdicts = answer_to(case).verdicts
    assert verdicts[0].remedies
    for verdict in verdicts:
        assert len(verdict.cause) <= 76, verdict.cause
        assert verdict.cause.endswith(".")
        assert all(remedy.endswith((".", '"].')) for remedy in verdict.remedies)
        assert all(len(evidence) <= 190 for evidence in verdict.evidence)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_links_are_documents_of_aws(rule: Any) -> None:
    pattern = (
        r"https://docs\.aws\.amazon\.com/(batch/latest/userguide|AmazonECS/latest/developerguide)/[\w-]+\.html"
    )
    assert rule.link is None if rule in HINTS and rule.link is None else re.fullmatch(pattern, rule.link)


def test_only_what_aws_says_is_called_told() -> None:
    said = {"statusReason", "reason", "isTerminated", "isCancelled"}
    for case in CASES:
        if BY_KEY[case.key].certainty is Certainty.TOLD:
            assert set(case.rests_on) <= said, case.key
    assert {rule.certainty for rule in HINTS} == {Certainty.LIKELY}


KILLED = "OutOfMemoryError: Container killed due to memory usage"
TIMED_OUT = "Job attempt duration exceeded timeout"


@pytest.mark.parametrize(
    ("data", "log", "expected"),
    [
        (job(TIMED_OUT, code=137, timeout=60, ran=61), ("Killed",), ["timed-out"]),
        (job(TIMED_OUT, code=137, reason=KILLED, timeout=60), (), ["timed-out"]),
        (job(TIMED_OUT, code=137, isTerminated=True, timeout=60), (), ["timed-out"]),
        (job("enough", code=137, isTerminated=True), ("Killed",), ["terminated"]),
        (job("enough", code=137, reason=KILLED, isTerminated=True), (), ["terminated"]),
        (job("Host EC2 (instance i-0a1b2c3d4e5f60718) terminated.", code=137), ("Killed",), ["host-lost"]),
        (job("Your Spot Task was interrupted.", code=137), (), ["spot-task-interrupted"]),
        (job(code=137, reason=KILLED), ("Killed",), ["out-of-memory"]),
        (job(code=1, reason=KILLED), (), ["out-of-memory"]),
        (job(code=137, reason=KILLED), ("MemoryError",), ["out-of-memory", "log-memory"]),
        (job(code=137), (), ["killed"]),
        (job(code=137), ("Killed",), ["killed", "log-killed"]),
        (job(code=137), ("ValueError: x",), ["killed"]),
        (job(code=137, timeout=700, ran=754), (), ["ran-into-time-out"]),
        (not_started("CannotPullContainerError: x"), ("command not found",), ["image-pull-failed"]),
        (not_started("OutOfMemoryError: x"), (), ["out-of-memory"]),
        (job(KILLED, code=137), (), ["out-of-memory"]),
        (never_ran("wrong sheet", isCancelled=True, isTerminated=True), (), ["terminated"]),
        (job(code=1, isCancelled=True), (), ["general-error"]),
        (pod("Pod failed", code=137, reason="Error"), (), ["killed"]),
        (job(None), ("MemoryError",), ["log-memory"]),
    ],
)
def test_precedence(data: dict[str, Any], log: tuple[str, ...], expected: list[str]) -> None:
    assert why(data, *log) == expected


def test_a_plain_137_is_only_likely_memory_and_says_what_it_was_not() -> None:
    answer = why_failed(JobDetail.from_api(job(code=137, timeout=3600)))
    assert answer.verdicts[0].certainty is Certainty.LIKELY
    assert "most often" in answer.verdicts[0].cause
    assert {
        "time-out: ran 12m 34s of 1h",
        "Spot: no host loss told",
        "a person: neither isCancelled nor isTerminated",
    } <= set(answer.ruled_out)
    assert answer.unknown == ("its log: not read",)


def test_what_is_told_needs_nothing_ruled_out() -> None:
    answer = why_failed(JobDetail.from_api(job(code=137, reason=KILLED)))
    assert (answer.ruled_out, answer.unknown) == ((), ())
    assert answer.verdicts[0].cause == "Out of memory: killed at its limit of 2,048 MiB."


def test_where_no_rule_holds_it_says_what_it_was_not() -> None:
    answer = why_failed(JobDetail.from_api(job("The moon was full.", ran=300, timeout=3600)))
    assert answer.verdicts == ()
    assert "time-out: ran 5m of 1h" in answer.ruled_out
    assert "Spot: no host loss told" in answer.ruled_out


def test_what_a_person_writes_is_not_taken_for_aws_words() -> None:
    typed = "stop it: OutOfMemoryError and CannotPullContainerError in the others"
    assert why(job(typed, code=143)) == ["stopped-with-a-reason"]
    assert why(job(typed, code=143, isTerminated=True)) == ["terminated"]
    assert why(job(typed)) == ["stopped-with-a-reason"]


def test_a_job_that_has_not_failed_has_no_verdict() -> None:
    answer = why_failed(JobDetail.from_api(job(code=0, status="SUCCEEDED")))
    assert (answer.verdicts, answer.ruled_out) == ((), ("it SUCCEEDED",))
    waiting = never_ran("CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY", status="RUNNABLE")
    assert why(waiting) == []


def test_a_job_that_is_tried_again_is_judged_by_its_last_attempt_alone() -> None:
    data = job(code=137, reason=KILLED, allowed=3, status="RUNNABLE")
    data |= {"statusReason": "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT", "container": {"command": ["x"]}}
    answer = why_failed(JobDetail.from_api(data))
    assert keys(answer) == ["out-of-memory"]
    assert "MISCONFIGURATION" not in str(answer)


def test_the_container_that_failed_of_itself_decides() -> None:
    answer = why_failed(JobDetail.from_api(task({"exitCode": 143}, {"exitCode": 5})))
    assert answer.verdicts[0].evidence[0] == "fetch-cache: exit code 5"
    answer = why_failed(JobDetail.from_api(task({"exitCode": 137, "reason": KILLED}, {"exitCode": 0})))
    assert answer.verdicts[0].cause == "Out of memory: killed at its limit of 12,288 MiB."
    answer = why_failed(JobDetail.from_api(task({"exitCode": 137, "reason": KILLED}, {"exitCode": 1})))
    assert "annotate: exit code 137 (SIGKILL)" in answer.verdicts[0].evidence


def test_a_side_car_does_not_decide_while_an_essential_container_fails() -> None:
    assert why(task({"exitCode": 1}, {"exitCode": 137, "reason": KILLED})) == ["general-error"]
    assert why(task({}, {"exitCode": 137, "reason": KILLED})) == ["out-of-memory"]


def test_where_to_go_is_known_without_looking_it_up() -> None:
    parent = never_ran("Array Child Job failed", arrayProperties={"size": 3, "statusSummary": {"FAILED": 1}})
    answer = why_failed(JobDetail.from_api(parent))
    assert (keys(answer), answer.verdicts[0].leads) == (["array-child-failed"], ())
    assert answer.unknown == ("which child: its children were not looked at",)
    after = never_ran("Dependent Job failed", dependsOn=[{"jobId": "a"}, {"jobId": "b"}])
    answer = why_failed(JobDetail.from_api(after))
    assert [lead.key for lead in answer.verdicts[0].leads] == ["a", "b"]
    fine = JobSummary.from_api({"jobId": "a", "status": "SUCCEEDED"})
    bad = JobSummary.from_api({"jobId": "b", "status": "FAILED", "jobName": "fetch"})
    answer = why_failed(JobDetail.from_api(after), dependencies=(fine, bad))
    assert [lead.key for lead in answer.verdicts[0].leads] == ["b"]


def test_secrets_stay_masked_in_evidence() -> None:
    data = job(code=2)
    data["container"]["command"] = ["run", "--password", "hunter2", "postgres://u:hunter2@db/x"]
    answer = why_failed(JobDetail.from_api(data), log_tail=["ValueError: TOKEN=hunter2"])
    assert "hunter2" not in str(answer)
    assert "run --password" in str(answer)


def test_a_long_log_does_not_hold_up_the_screen() -> None:
    detail = JobDetail.from_api(job(code=1))
    began = process_time()
    assert keys(why_failed(detail, log_tail=["a.b " * 5000] * 1000)) == ["general-error"]
    assert process_time() - began < 0.2  # about 0.02 s; the margin is for a busy machine


def text_of(answer: Answer) -> list[str]:
    found = [*answer.ruled_out, *answer.unknown]
    for verdict in answer.verdicts:
        found += [verdict.cause, *verdict.evidence, *verdict.remedies]
        found += [text for lead in verdict.leads for text in (lead.key, lead.words)]
    return found


def check(answer: Answer) -> None:
    for text in text_of(answer):
        assert text.isprintable() or not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in text)
        assert "\ud800" not in text
        assert not is_secret("", text)
    assert len([key for key in keys(answer) if not key.startswith("log-") or key in FIELD_KEYS]) <= 1
    assert len(answer.verdicts) <= 2


FIELD_KEYS = {rule.key for rule in FIELD_RULES}
REASONS = st.sampled_from(sorted({case.job.get("statusReason") or "\x1b[31mTask failed" for case in FIELD_CASES}))
SOME = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@SOME
@given(answers("batch", "DescribeJobs"), st.lists(TEXTS, max_size=4), st.none() | REASONS)
def test_jobs_of_any_shape(answer: dict[str, Any], log: list[str], reason: str | None) -> None:
    for item in answer.get("jobs", []):
        told = item if reason is None else {**item, "status": "FAILED", "statusReason": reason}
        detail = JobDetail.from_api(told)
        check(why_failed(detail, child=detail.summary, dependencies=[detail.summary], log_tail=log))


@SOME
@given(answers("batch", "DescribeServiceJob"), st.none() | REASONS)
def test_service_jobs_of_any_shape(answer: dict[str, Any], reason: str | None) -> None:
    told = answer if reason is None else {**answer, "status": "FAILED", "statusReason": reason}
    check(why_service_job_failed(ServiceJobDetail.from_api(told)))


@SOME
@given(st.dictionaries(st.sampled_from(sorted(job(code=1) | pod("x"))), ANYTHING))
def test_answers_of_no_shape(data: dict[str, Any]) -> None:
    check(why_failed(JobDetail.from_api({**job(code=1), **data, "status": "FAILED"})))
