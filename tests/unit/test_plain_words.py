"""Drawings become blanks or words of the same width."""

import pytest
from rich.cells import cell_len

from batchtui.format import GLYPHS, array_progress, bar
from batchtui.model.job import JobSummary
from batchtui.plain_words import plain_text, words_of


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("▐7 FAILED 3▌", "[7 FAILED 3]"),
        ("╭─ Jobs ─╮", "   Jobs   "),
        ("│◆s-01 │", " *s-01  "),
        ("● live", "  live"),
        ("✕ offline", "! offline"),
        ("od › spot", "od > spot"),
        ("prod · us-east-1 …", "prod · us-east-1 …"),
        ("····██····  3m", "            3m"),
        ("••••••", "******"),
        ("🔎 x", "   x"),
        ("naïve 日本", "naïve 日本"),
    ],
)
def test_texts(text: str, plain: str) -> None:
    assert plain_text(text) == plain
    assert cell_len(plain) == cell_len(text)


def test_bars_say_nothing_and_glyphs_are_not_spoken() -> None:
    assert words_of((*bar(0.4, 10), (" 40% of 5", ""))) == "40% of 5"
    for status, glyph in GLYPHS.items():
        assert words_of(((f"{glyph} {status}", ""),)).split()[-1] == status
        assert glyph in "–·" or glyph not in plain_text(glyph)


def test_a_job_in_words() -> None:
    array = {"size": 10, "statusSummary": {"SUCCEEDED": 3, "FAILED": 1, "RUNNING": 6}}
    job = JobSummary.from_api({"jobId": "1", "jobName": "n", "status": "PENDING", "arrayProperties": array})
    cell = array_progress(job, 60)
    assert cell is not None
    assert words_of(cell) == "40% 3 ok 1 failed of 10"
