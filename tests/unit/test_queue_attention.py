"""What wants attention in a queue, and how it is said."""

from batchtui.format import text_of
from batchtui.insight.queue_attention import NEWEST_FAILED, Attention, attention
from batchtui.model.job import JobSummary
from batchtui.ui.details.queue_attention_lines import attention_lines
from batchtui.ui.details.side_by_side import side_by_side

NOW = 1_800_000_000.0


def job(number: int, status: str, **more: object) -> JobSummary:
    api = {
        "jobId": f"id-{number}",
        "jobName": f"job-{number}",
        "status": status,
        "createdAt": number * 1000,
        **more,
    }
    return JobSummary.from_api(api, job_queue="q")


def test_the_oldest_and_the_newest_failures() -> None:
    failed = [
        job(number, "FAILED", stoppedAt=number * 1000, container={"exitCode": 1 if number % 4 else 137})
        for number in range(300)
    ]
    waiting = [job(number, "RUNNABLE") for number in range(50, 20, -1)]
    running = [job(number, "RUNNING", startedAt=(1000 - number) * 1000) for number in range(9)]
    found = attention([*failed, *waiting, *running, job(1, "SUCCEEDED"), job(2, "PENDING")])
    assert [each.job_name for each in found.waiting] == [f"job-{number}" for number in range(21, 27)]
    assert [each.job_name for each in found.running] == [f"job-{number}" for number in range(8, 2, -1)]
    assert found.failed == NEWEST_FAILED
    assert [count for _, count in found.causes] == [150, 50]
    assert "137" in found.causes[1][0]


def test_lines_fit_and_say_nothing_of_nothing() -> None:
    assert attention_lines(Attention(), 90, NOW) == []
    found = attention([job(1, "FAILED", statusReason="x" * 300), job(2, "RUNNABLE")])
    for width in (20, 40, 90):
        assert max(len(text_of(line)) for line in attention_lines(found, width, NOW)[:2][1:]) <= width
    text = "\n".join(map(text_of, attention_lines(found, 90, NOW)))
    assert "Causes of the failure" in text
    assert "RUNNABLE longest" in text
    assert "RUNNING" not in text


def test_sections_stand_side_by_side_where_there_is_room() -> None:
    sections = [((f"section {number}", "strong"),) for number in range(4)]

    def make(width: int) -> list[tuple[tuple[str, str], ...]]:
        return [line for title in sections for line in (title, (("word " * (width // 4), ""),), (("", ""),))]

    assert side_by_side(make, 120) == make(120)
    lines = [text_of(line) for line in side_by_side(make, 200)]
    assert lines[0].split() == ["section", "0", "section", "2"]
    assert max(len(line.rstrip()) for line in lines) <= 200
    words = " ".join(lines).split()
    assert sorted(words) == sorted(" ".join(text_of(line) for line in make(98)).split())
