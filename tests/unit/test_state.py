"""What is remembered: bounded, whole or not at all, and read whatever stands in the file."""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.settings import ListChoice
from batchtui.state import (
    MOST_ACCOUNTS,
    MOST_RECENT,
    Left,
    LeftList,
    State,
    StateError,
    read_state,
    without_secrets,
    write_state,
)

LEFT = Left("high", "FAILED", "align", {"jobs": LeftList(ListChoice(("name",), ("age", True)))}, 5.0)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "state.json"
    assert read_state(path) == State()
    state = State().with_left("1", "eu", LEFT).with_recent(profile="lab", region="eu")
    write_state(path, lambda found: state)
    assert read_state(path) == state
    assert read_state(path).of("1", "eu") == LEFT
    assert read_state(path).of("1", "us") == Left()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["state.json"]


def test_it_is_bounded_and_the_oldest_goes_first() -> None:
    state = State()
    for number in range(MOST_ACCOUNTS + 5):
        state = state.with_left(str(number), "eu", Left(at=float(number))).with_recent(
            profile=f"p{number}", region="eu"
        )
    assert len(state.accounts) == MOST_ACCOUNTS
    assert "4 eu" not in state.accounts
    assert "5 eu" in state.accounts
    assert state.profiles == tuple(
        f"p{number}" for number in range(MOST_ACCOUNTS + 4, MOST_ACCOUNTS + 4 - MOST_RECENT, -1)
    )
    assert state.regions == ("eu",)
    assert state.with_recent(profile="p40", region=None).profiles[:2] == ("p40", f"p{MOST_ACCOUNTS + 4}")


def test_several_instances_keep_what_the_others_wrote(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda n: write_state(path, lambda found: found.with_left(str(n), "eu", Left(at=n))), range(24)
            )
        )
    assert len(read_state(path).accounts) == 24


GOOD = json.loads(json.dumps({"version": 1, "accounts": {}, "profiles": [], "regions": []}))
WHOLE: dict[str, object] = {"queue": "", "status": "", "filter": "", "lists": {}, "at": 0}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"{}",
        b"[" * 100_000,
        b" " * 1_000_001,
        json.dumps({**GOOD, "version": 2}).encode(),
        json.dumps({**GOOD, "accounts": {"1 eu": {"queue": 1}}}).encode(),
        json.dumps({**GOOD, "accounts": {"1 eu": {**WHOLE, "at": 10**400}}}).encode(),
        json.dumps({**GOOD, "profiles": ["a\x1b[2J"]}).encode(),
        json.dumps({**GOOD, "regions": ["a" * 501]}).encode(),
    ],
)
def test_a_file_that_is_none_of_ours_is_told_and_replaced(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(data)
    with pytest.raises(StateError, match=r"state\.json"):
        read_state(path)
    write_state(path, lambda found: found.with_left("1", "eu", LEFT))
    assert read_state(path).of("1", "eu") == LEFT


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3), lambda deep: st.lists(deep, max_size=2), max_leaves=4
    )
)
def test_no_shape_of_a_file_is_more_than_told(tmp_path_factory: pytest.TempPathFactory, odd: object) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.json"
    for told in (
        {**GOOD, "accounts": odd},
        {**GOOD, "accounts": {"1 eu": odd}},
        {**GOOD, "accounts": {"1 eu": {**WHOLE, "lists": odd}}},
    ):
        path.write_text(json.dumps(told))
        try:
            read_state(path)
        except StateError:
            continue
        assert told["accounts"] in ({}, {"1 eu": {**WHOLE, "lists": {}}})


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    with pytest.raises(OSError, match=r"a file"):
        write_state(tmp_path / "a file" / "state.json", lambda found: found)
    (tmp_path / "state.json").mkdir()
    with pytest.raises(StateError):
        read_state(tmp_path / "state.json")
    with pytest.raises(OSError, match=r"directory"):
        write_state(tmp_path / "state.json", lambda found: found)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a file", "state.json"]
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StateError):
        read_state(tmp_path / "pipe")  # without a wait for good


def test_a_filter_that_looks_secret_is_not_kept() -> None:
    assert without_secrets("align status:failed") == "align status:failed"
    assert (
        without_secrets("AKIAIOSFODNN7EXAMPLE aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        == ""
    )
    assert without_secrets("x" * 501) == ""
