"""Levels, times, envelopes and JSON of single lines."""

import json
from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.logs.intake import lines_of, unwrapped
from batchtui.logs.line import LogLine, level_of
from batchtui.logs.pretty import pretty, summary
from batchtui.logs.timestamps import TimestampForm, ago, elapsed, iso_utc, written
from batchtui.model.text import _HOSTILE

AT = 1_780_000_000_123


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("2026-10-10 12:00:00,123 - app.main - ERROR - it broke", "error"),
        ("ERROR:root:it broke", "error"),
        ("WARNING:py.warnings:deprecated", "warning"),
        ("12:00:01.123 WARN  InbreedingCoeff - not calculated", "warning"),
        ("12:00:01.123 INFO  ProgressMeter - chr1:100", "info"),
        ("[ERROR] something", "error"),
        ("[error] 7#7: *1 open() failed", "error"),
        ("error: no such file", "error"),
        ("Error: no such file", "error"),
        ("fatal: not a git repository", "error"),
        ("W1010 12:00:00.123456       1 reflector.go:5] watch closed", "warning"),
        ("E1010 12:00:00.123456       1 main.go:5] boom", "error"),
        ('{"time": "x", "level": "WARNING", "message": "slow"}', "warning"),
        ('{"level":50,"msg":"pino"}', "error"),
        ('{"severity": "DEBUG"}', "debug"),
        ('{"message": "an error of no level"}', ""),
        ('time="2026" level=warning msg="logrus"', "warning"),
        ("[W::process] 12 reads without mate, skipped", "warning"),
        ("[M::mem_process_seqs] Processed 1 reads", ""),
        ("Oct-10 12:00:00.000 [main] DEBUG nextflow.Session - x", "debug"),
        ("WARN: Singularity cache directory has not been defined", "warning"),
        ("ValueError: truncated record at offset", "error"),
        ("java.lang.NullPointerException: x", "error"),
        ("Traceback (most recent call last):", "error"),
        ("Found 0 errors in the information desk", ""),
        ("--error-rate 0.1 was given", ""),
        ("/path/INFO.txt", ""),
        ("epoch 1 loss 0.3", ""),
        ("", ""),
    ],
)
def test_levels(text: str, level: str) -> None:
    assert level_of(text) == level
    assert LogLine(0, text).level == level


@given(st.text(max_size=400))
def test_a_level_of_anything(text: str) -> None:
    assert level_of(text) in ("error", "warning", "info", "debug", "")


def test_times() -> None:
    zone = timezone(timedelta(hours=2))
    assert iso_utc(AT) == "2026-05-28T20:26:40.123Z"
    assert written(AT, TimestampForm.UTC) == "05-28 20:26:40.123"
    assert written(AT, TimestampForm.LOCAL, zone=zone) == "05-28 22:26:40.123"
    assert written(AT, TimestampForm.ELAPSED, first=AT - 723_000) == "+12m03s"
    assert written(AT, TimestampForm.AGO, now=AT / 1000 + 181) == "3m ago"
    assert written(AT, TimestampForm.NONE) == ""
    assert [elapsed(ms) for ms in (0, 4100, -500, 7_500_000, 300_000_000)] == [
        *("+0.0s", "+4.1s", "-0.5s", "+2h05m", "+3d11h")
    ]
    assert [ago(seconds) for seconds in (-5, 0, 1, 3600, 200_000)] == ["now", "now", "1s ago", "1h ago", "2d ago"]


@given(st.integers(-(2**63), 2**63), st.sampled_from(TimestampForm))
def test_a_time_of_anything(timestamp: int, form: TimestampForm) -> None:
    assert isinstance(written(timestamp, form, zone=UTC), str)
    assert iso_utc(timestamp)
    assert form.next() is not form


def test_json_for_reading() -> None:
    line = '{"time": "2026", "level": "info", "message": "finished", "step": 3, "where": {"a": [1]}, "by": "a b"}'
    assert pretty(line) == json.dumps(json.loads(line), indent=2).split("\n")
    assert summary(line) == 'INFO finished step=3 where={"a":[1]} by="a b"'
    assert pretty('prefix: {"a": 1} ') == ["prefix:", "{", '  "a": 1', "}"]
    assert summary('prefix: {"a": ""}') == 'prefix: a=""'
    for other in ("no json", "{}", "[1]", "{broken", '{"a": 1} and more', "{" * 5000 + "}", '"{}"'):
        assert pretty(other) is None
        assert summary(other) is None
    many = pretty(json.dumps({"all": list(range(5000))}))
    assert many is not None
    assert len(many) == 2001
    assert many[-1] == "…"


@given(
    st.dictionaries(st.text(max_size=5), st.recursive(st.text() | st.floats() | st.none(), st.lists), max_size=4)
)
def test_json_cannot_bring_back_what_was_cleaned(members: dict[str, object]) -> None:
    r"""An escape such as ``\u001b`` is text until it is parsed."""
    line = json.dumps(members)
    for text in [*(pretty(line) or ()), summary(line) or ""]:
        assert not _HOSTILE.search(text)


def test_the_envelope_of_container_insights() -> None:
    inner = "a \x1b[31mline"
    assert unwrapped(json.dumps({"stream": "stdout", "log": inner, "kubernetes": {"pod_name": "p"}})) == inner
    for other in (
        "plain",
        '{"log": 3, "stream": "stdout"}',
        '{"log": "mine"}',
        '{"log"',
        "[" * 9999,
        '{"a": "log"}',
    ):
        assert unwrapped(other) == other


async def test_events_become_lines_in_slices() -> None:
    events = [(at, "\x1b[31mx" if at % 2 else "y" * 200) for at in range(1200)]
    parts = [part async for part in lines_of(events, 7, is_pod=False)]
    assert max(len(part) for part in parts) <= 500
    lines = [line for part in parts for line in part]
    assert [line.timestamp for line in lines] == list(range(1200))
    assert lines[1] == LogLine(1, "x", 7, ((0, 1, "red"),))
    assert len([part async for part in lines_of([(0, "x" * 250_000)] * 4, 0, is_pod=False)]) == 4
