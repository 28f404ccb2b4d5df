"""The answer to *why?* as lines, the line of a list, and jobs that neither wait nor have failed."""

from dataclasses import replace

import pytest

from batchtui.format import plain, text_of
from batchtui.insight.failure import why_failed
from batchtui.insight.failure_rules import RULES
from batchtui.insight.going import how_it_goes
from batchtui.insight.phrases import short_id
from batchtui.insight.quick import Line, QuickWhy, quick_cause
from batchtui.insight.verdict import Answer, Certainty, Lead, Verdict
from batchtui.insight.waiting import why_waiting
from batchtui.insight.why_answer import Behind, LogEnd, WhyAnswer
from batchtui.model.job import JobSummary, NodeProperties
from batchtui.model.job_detail import JobDetail
from batchtui.ui.details.documents import read_on
from batchtui.ui.details.why import why_lines, why_text
from batchtui.ui.details.why_line import why_line
from batchtui.ui.panes.jobs import with_cause
from batchtui.ui.widgets.line_view import wrap
from tests.unit.waiting_scenarios import SCENARIOS, situation

KILLED = JobSummary(
    "1",
    "a",
    "q",
    "FAILED",
    exit_code=137,
    container_reason="OutOfMemoryError: Container killed due to memory usage",
)
LINKS = sorted(
    {rule.link for rule in RULES if rule.link}
    | {
        verdict.link
        for scenario in SCENARIOS
        for verdict in why_waiting(situation(scenario.payload)).verdicts
        if verdict.link
    }
)
EVIL = "[red]x[/]\x1b[2J\u202e"


def text(why: WhyAnswer | None, job: JobSummary = KILLED, *, is_asking: bool = False) -> str:
    return why_text(why_lines(why, Answer(()), job, is_asking=is_asking))


@pytest.mark.parametrize("certainty", Certainty)
def test_how_sure_it_is_stands_there_in_words(certainty: Certainty) -> None:
    shown = text(WhyAnswer(KILLED, Answer((Verdict("r", "Because.", certainty, ("exit code 1",)),))))
    words = {"TOLD": "AWS says so", "FOLLOWS": "It follows", "LIKELY": "Likely"}[certainty.name]
    assert shown.startswith(f"✕ Because.\n{words}")


def test_a_job_to_go_to_bears_its_name_where_that_is_known() -> None:
    leads = (Lead("job", "1-2", "the head"), Lead("job", "3-4", "a child"), Lead("queue", "1-2", "its queue"))
    why = WhyAnswer(KILLED, Answer((Verdict("r", "Because.", Certainty.TOLD, leads=leads),)))
    shown = why_text(why_lines(why, Answer(()), KILLED, is_asking=False, name_of={"1-2": "align\x1b"}.get))
    assert "  1 job align� (1-2)  the head\n  2 job 3-4  a child\n  3 queue 1-2  its queue\n" in shown


def test_no_text_steers_the_terminal() -> None:
    verdict = Verdict("r", EVIL, Certainty.TOLD, (EVIL,), (EVIL,), leads=(Lead("job", EVIL, EVIL),))
    answer = Answer((verdict,), (EVIL,), (EVIL,))
    why = WhyAnswer(KILLED, answer, Behind(EVIL, answer), (EVIL,), LogEnd("1", (EVIL,), EVIL))
    shown = text(why)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert shown.count("[red]x[/]") >= 10, "markup is text like any other"


def test_an_unknown_cause_says_where_to_look() -> None:
    shown = text(WhyAnswer(KILLED, Answer((), ("the image: a container ran",), ("its log: denied",))))
    assert "Why it failed is not known." in shown
    assert "Ruled out\n  • the image: a container ran" in shown
    assert "Could not be looked at\n  • its log: denied" in shown


def test_leads_are_numbered_once_each() -> None:
    to = Lead("job", "child", "it FAILED")
    first, other = (Verdict(rule, rule, Certainty.TOLD, leads=(to,)) for rule in ("a", "b"))
    why = WhyAnswer(KILLED, Answer((first, other)))
    assert why.leads == (to,)
    assert text(why).count("job child") == 1


def test_while_it_is_asked_what_is_known_stays() -> None:
    assert text(None, is_asking=True) == "Asking AWS …\n"
    known = Answer((Verdict("r", "Because.", Certainty.TOLD),))
    assert "Because." in why_text(why_lines(None, known, KILLED, is_asking=True))


def test_the_line_of_the_overview_names_its_key_once() -> None:
    waits = JobDetail.from_api({"jobId": "1", "jobName": "a", "status": "RUNNABLE"})
    assert text_of(why_line(waits, "no cause seen, w asks AWS") or ()) == "no cause seen, w asks AWS"
    assert text_of(why_line(waits, "Its environment x is invalid") or ()).endswith(" is invalid · w")


def test_the_line_of_a_list() -> None:
    quick = QuickWhy()
    assert quick.line(KILLED).text.startswith("Out of memory")
    assert quick.line(replace(KILLED, container_reason=None)).text == "", "another row, and only its code"
    nodes = replace(KILLED, node_properties=NodeProperties(num_nodes=2))
    assert quick_cause(nodes) is None, "which node decided is not told"
    cell = with_cause(plain("exit 137", "failed"), Line("Out of memory", is_ordinary=False), KILLED, 40)
    assert text_of(cell) == "Out of memory · exit 137"
    waits = replace(KILLED, status="PENDING")
    assert with_cause((), Line("It waits for a (RUNNING)"), waits, 40)[0][1] == "muted", "nothing is wrong"
    assert with_cause((), Line("It will fail", is_ordinary=False), waits, 40)[0][1] == "warning"
    assert with_cause(plain("exit 1", "failed"), Line(""), KILLED, 40) == plain("exit 1", "failed")


def test_how_jobs_go_that_have_not_failed() -> None:
    running = JobSummary("1", "a", "q", "RUNNING", started_at=0)
    assert how_it_goes(running, 60_000).verdicts[0].cause == "It has run for 1m: AWS reports nothing wrong."
    near = how_it_goes(running, 95_000, timeout_seconds=100).verdicts[0]
    assert near.evidence[-1] == "running 1m of a time-out of 1m"
    assert near.cause == "It runs, and its time-out ends it in 5s."
    asked = how_it_goes(replace(running, is_terminated=True), 60_000).verdicts[0]
    assert asked.cause == "It was asked to stop, and has not ended yet."
    assert how_it_goes(replace(running, status="NEW"), 0).unknown


def test_a_job_that_runs_has_only_what_was_looked_at() -> None:
    running = JobSummary("1", "a", "q", "RUNNING", started_at=0)
    now = 1_000_000
    (seen,) = how_it_goes(running, now).verdicts
    assert seen.evidence == ("status RUNNING, for 16m",), "of the time-out and of the log nothing is known yet"
    (free,) = how_it_goes(running, now, is_described=True, log=LogEnd("1", ("x",), last_at=now - 3_000)).verdicts
    assert free.evidence[1:] == ("last log line 3s ago", "no time-out is set: it may run for ever")
    assert free.cause == "It has run for 16m: AWS reports nothing wrong."
    (silent,) = how_it_goes(running, now, log=LogEnd("1", ("x",), "main", last_at=now - 900_000)).verdicts
    assert silent.cause == "It runs, but its log has been silent for 15m."
    assert "last log line 15m ago (main)" in silent.evidence
    unread = how_it_goes(running, now, log=LogEnd("1", trouble="denied"))
    assert unread.unknown == ("how old its last log line is: denied",)
    ahead = how_it_goes(running, now, log=LogEnd("1", ("x",), last_at=now + 500)).verdicts[0]
    assert "last log line 0s ago" in ahead.evidence, "AWS's clock may be ahead of ours"
    service = replace(running, service_job_type="SAGEMAKER_TRAINING")
    assert "SageMaker" in how_it_goes(service, now, is_described=True).verdicts[0].evidence[-1]
    over = how_it_goes(running, now, timeout_seconds=900).verdicts[0]
    assert over.cause == "It runs, and its time-out ends it at any moment."


def test_a_start_that_takes_long_is_told_in_the_list_only_where_that_was_seen() -> None:
    starting = JobSummary("1", "a", "q", "STARTING", created_at=0)
    quick = QuickWhy()
    assert quick.line(starting).is_ordinary
    assert quick.line(starting).text == "It has a place, and its container starts"
    assert quick.line(starting, now=3_600_000) == quick.line(starting), "how old it is does not tell"
    assert quick.line(starting, now=900_000, status_since=1) == quick.line(starting)
    long = quick.line(starting, now=1_500_000, status_since=0)
    assert long == ("likely: STARTING for at least 25m: its start may hang", False)


def test_what_was_ruled_out_for_a_child_stands_apart_from_the_parent() -> None:
    child = Answer((), ("time-out: none is set (ran 3m)",), ("its log: denied",))
    why = WhyAnswer(
        KILLED, Answer((), ("Spot: no host loss told",)), Behind("That child failed", child, "that child")
    )
    shown = text(why)
    assert "Ruled out\n  • Spot: no host loss told\n\nRuled out for that child\n  • time-out" in shown
    assert "Could not be looked at for that child\n  • its log: denied" in shown


def test_a_link_is_whole_on_a_line_of_its_own_and_leads_there_from_every_part_of_it() -> None:
    url = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html"
    lines = why_lines(
        WhyAnswer(KILLED, Answer((Verdict("r", "Because.", Certainty.TOLD, link=url),))),
        Answer(()),
        KILLED,
        is_asking=False,
    )
    assert lines[-1] == ((url, f"link {url}"),)
    parts = wrap(lines[-1], 76)
    assert len(parts) == 2
    assert {style for part in parts for _, style in part} == {f"link {url}"}
    assert url in why_text(lines).splitlines()


@pytest.mark.parametrize("link", LINKS)
def test_every_document_takes_one_line_of_a_narrow_screen(link: str) -> None:
    title, line = read_on([link], 76)
    assert len(wrap(line, 76)) == 1
    assert line[-1][1] == f"link {link}", "it opens whole"
    assert text_of(line).rpartition(" ")[2] in link
    assert ("c copies" in text_of(title)) is (len(link) > 76)
    assert [text_of(each) for each in read_on([link])] == ["Read on", link], "the copy has it whole"
    assert read_on([], 76) == []


def test_the_end_of_an_array_is_told_by_counts() -> None:
    def cause(size: int | None, **counts: int) -> str:
        told = {"statusReason": "Array Child Job failed", "status": "FAILED", "jobId": "1"}
        array = {"statusSummary": counts} | ({"size": size} if size else {})
        found = quick_cause(JobSummary.from_api({**told, "arrayProperties": array}, job_queue="q"))
        assert found is not None
        return found.cause

    assert cause(36, FAILED=1, SUCCEEDED=30, RUNNING=3, PENDING=2) == (
        "1 of 36 children failed, 30 succeeded, 5 still go."
    )
    assert cause(3, FAILED=3, SUCCEEDED=0) == "3 of 3 children failed, 0 succeeded."
    assert cause(10_000, FAILED=1234, SUCCEEDED=8765, RUNNING=1).endswith("8,765 succeeded, 1 still goes.")
    assert cause(None) == "A child of this array failed; its own failure is the cause."


def test_a_child_is_said_to_have_ended_by_what_ended_it() -> None:
    told = {"jobId": "p:3", "status": "FAILED", "statusReason": "Job attempt duration exceeded timeout"}
    child = JobSummary.from_api({**told, "container": {"exitCode": 137}, "arrayProperties": {"index": 3}})
    parent = {"jobId": "p", "status": "FAILED", "statusReason": "Array Child Job failed"}
    detail = JobDetail.from_api({**parent, "arrayProperties": {"size": 9, "statusSummary": {"FAILED": 1}}})
    lead = why_failed(detail, child=child).verdicts[0].leads[0]
    assert lead.words == "child 3: It ran past its time-out"


def test_jobs_of_one_name_are_told_apart() -> None:
    jobs = [
        JobSummary.from_api(
            {"jobId": f"{n}2c7aaaa-1", "jobName": "align", "status": "FAILED", "statusReason": "x"}
        )
        for n in (1, 2)
    ]
    data = {"jobId": "p", "status": "FAILED", "statusReason": "Dependent Job failed"}
    detail = JobDetail.from_api({**data, "dependsOn": [{"jobId": each.job_id} for each in jobs]})
    verdict = why_failed(detail, dependencies=jobs).verdicts[0]
    assert "“align” (12c7aaaa) FAILED: “x”; 1 more FAILED" in verdict.evidence
    assert {lead.words for lead in verdict.leads} == {"“align” FAILED: “x”"}
    assert short_id("4f1c6f0e-6c58-4d6c:17") == "4f1c6f0e:17"
