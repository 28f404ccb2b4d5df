"""Quotations as evidence: short, the proof in sight, and nothing that looks secret."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.insight.quoting import quoted

LONG = "CannotStartContainerError: " + "create failed: " * 20


def test_a_short_text_is_whole() -> None:
    assert quoted("exit: no such file", "such") == "“exit: no such file”"


def test_the_proof_at_the_end_stays_in_sight_with_the_error_s_name() -> None:
    shown = quoted(f'{LONG}exec: "x": executable file not found in $PATH', "executable file not found")
    assert shown.startswith("“CannotStartContainerError: …")
    assert shown.endswith('exec: "x": executable file not found in $PATH”')
    assert len(shown) <= 162


def test_what_is_left_out_is_marked_on_both_sides() -> None:
    shown = quoted(f"{LONG}Proof of it{' and so on' * 30}", "proof of it")
    assert shown.startswith("“CannotStartContainerError: …")
    assert "Proof of it and so on" in shown
    assert shown.endswith("…”")


def test_without_a_proof_the_beginning_or_the_end_is_shown() -> None:
    assert quoted(f"{LONG}the end").startswith(f"“{LONG[:150]}")
    assert quoted(f"{LONG}the end", to_its_end=True).endswith("the end”")


def test_secrets_are_masked_before_anything_is_cut() -> None:
    assert "hunter2" not in quoted(f"{LONG}--password hunter2 not found", "not found")


@pytest.mark.parametrize("to_its_end", [True, False])
@given(st.text(max_size=400), st.text(max_size=30))
def test_any_text(to_its_end: bool, text: str, about: str) -> None:
    shown = quoted(text, about, to_its_end=to_its_end)
    assert len(shown) <= 162 or len(about) > 100
    assert shown[0] + shown[-1] == "“”"
