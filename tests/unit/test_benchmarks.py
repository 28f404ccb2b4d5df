"""The pure parts of the benchmarks: what they read off a terminal, and what they say."""

import asyncio

import pytest

from benchmarks import calls, sharing
from benchmarks.options import Options
from benchmarks.report import Row, at_most, table
from benchmarks.spread import Spread, interleaved, percentile
from benchmarks.terminal import ScreenText

DRAWN = "\x1b[?1049h\x1b]0;title\x07\x1b[1;1H\x1b[38;2;1;2;3m● live\x1b[0m\x1b(B\x1bP+q\x1b\\ Job\x1b[0m queues"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_the_words_on_a_screen_however_they_arrive(size: int) -> None:
    screen, drawn = ScreenText(), DRAWN.encode()
    for start in range(0, len(drawn), size):
        screen.feed(drawn[start : start + size])
    assert screen.text == "● live Job queues"


def test_a_spread() -> None:
    spread = Spread.of([0.3, 0.1, 0.2])
    assert spread.text() == "200 ms (100–300)"
    assert spread / Spread.of([0.1]) == pytest.approx(2.0)
    assert percentile(list(range(200)), 99) == 198
    assert percentile([1.0], 99) == 1.0


def test_subjects_run_by_turns_and_the_first_round_does_not_count() -> None:
    ran: list[str] = []

    def run(name: str) -> int:
        ran.append(name)
        return len(ran)

    results = interleaved({"a": lambda: run("a"), "b": lambda: run("b")}, 2)
    assert "".join(ran) == "ababab"
    assert results == {"a": [3, 5], "b": [4, 6]}


def test_the_table() -> None:
    lines = table([at_most("first frame", 1.3, 1.25, "medians"), Row("calls", "13", "13", True), Row("rest", "–")])
    assert [line.split() for line in lines.splitlines() if "─" not in line] == [
        ["MEASURE", "VALUE", "AIM", "MET"],
        ["first", "frame", "1.30", "×", "≤", "1.25", "×", "NO"],
        ["medians"],
        ["calls", "13", "13", "yes"],
        ["rest", "–", "–", "–"],
    ]


@pytest.mark.slow
def test_a_cycle_costs_what_is_claimed() -> None:
    per_cycle = asyncio.run(calls.measure(Options()))[0]
    assert (per_cycle.value, per_cycle.is_met) == ("13", True)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_ten_monitors_share_a_quota() -> None:
    rows = asyncio.run(sharing.measure(Options()))
    assert all(row.is_met for row in rows), table(rows)
