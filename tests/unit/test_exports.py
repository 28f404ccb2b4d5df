"""Lists as files, read back with csv and json; and the files themselves."""

import csv
import io
import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from batchtui.exports import Format, Writing, format_of, guarded, value_of
from batchtui.format import bar, iso_moment, plain
from batchtui.model.api_like import api_like
from batchtui.model.job import JobSummary
from batchtui.private_file import place_of, write_private

ROWS: list[dict[str, Any]] = [
    {"name": '=cmd|"/c calc"!A1', "count": 3, "rate": -1.5},
    {"name": 'a "quoted", one\nwith é', "count": None, "rate": 0},
]


def whole(form: Format, rows: list[dict[str, Any]]) -> str:
    writing = Writing(form, ["name", "count", "rate"])
    return writing.head() + "".join(writing.rows([row]) for row in rows) + writing.foot()


def test_csv_is_read_back_and_begins_no_formula() -> None:
    header, *rows = csv.reader(io.StringIO(whole(Format.CSV, ROWS)))
    assert header == ["name", "count", "rate"]
    assert rows == [["'" + ROWS[0]["name"], "3", "-1.5"], [ROWS[1]["name"], "", "0"]]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_texts_that_begin_like_formulas_are_guarded_and_numbers_are_not(begin: str) -> None:
    assert guarded(f"{begin}1") == f"'{begin}1"
    assert guarded(-1) == -1
    assert guarded("a=1") == "a=1"


@pytest.mark.parametrize("rows", [ROWS, ROWS[:1], []])
def test_json_and_ndjson_are_read_back(rows: list[dict[str, Any]]) -> None:
    assert json.loads(whole(Format.JSON, rows)) == rows
    assert [json.loads(line) for line in whole(Format.NDJSON, rows).splitlines()] == rows


def test_the_ending_decides() -> None:
    assert [format_of(name) for name in ("a.csv", "b.JSON", "c.ndjson", "d.jsonl", "e.txt", "csv")] == [
        Format.CSV,
        Format.JSON,
        Format.NDJSON,
        Format.NDJSON,
        None,
        None,
    ]


def test_cells_become_values() -> None:
    assert value_of(plain("1,234"), is_number=True) == 1234
    assert value_of(plain("0.5"), is_number=True) == 0.5
    assert value_of(plain("–"), is_number=True) is None
    assert value_of(plain(" spot › gpu "), is_number=False) == "spot › gpu"
    assert value_of((*bar(0.5, 8), (" 50% of 2", "")), is_number=False) == "50% of 2"
    assert iso_moment(1_700_000_000_123) == "2023-11-14T22:13:20.123Z"
    assert iso_moment(None) is None
    assert iso_moment(10**30) == f"{10**30}ms"


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def text(*parts: str) -> AsyncIterator[str]:
    for part in parts:
        yield part


async def test_a_file_is_ones_own_and_replaces_none_unasked(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    await write_private(path, text("a\n", "b\n"))
    assert path.read_text() == "a\nb\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        await write_private(path, text("c"))
    assert path.read_text() == "a\nb\n"
    await write_private(path, text("c"), replaces=True)
    assert path.read_text() == "c"
    assert files_in(tmp_path) == [path]


async def test_what_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[str]:
        yield "a"
        (tmp_path / "late.csv").write_text("somebody else's")
        yield "b"

    with pytest.raises(FileExistsError):
        await write_private(tmp_path / "late.csv", broken())
    assert (tmp_path / "late.csv").read_text() == "somebody else's"
    with pytest.raises(OSError, match="No such file"):
        await write_private(tmp_path / "nowhere" / "list.csv", text("a"))
    assert files_in(tmp_path) == [tmp_path / "late.csv"]


def test_names_lead_somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert place_of(" list.csv ", "x.csv") == tmp_path / "list.csv"
    assert place_of(str(tmp_path), "x.csv") == tmp_path / "x.csv"
    for name in ("", "  ", "a\0b"):
        with pytest.raises(ValueError, match="needs a name"):
            place_of(name, "x.csv")


def test_a_job_is_told_by_awss_names() -> None:
    job = JobSummary.from_api(
        {
            "jobId": "1",
            "jobArn": "arn:aws:batch:us-east-1:1:job/1",
            "status": "RUNNABLE",
            "consumableResourceProperties": {"consumableResourceList": [{"consumableResource": "licences"}]},
        }
    )
    told = api_like(job)
    assert told["jobArn"] == "arn:aws:batch:us-east-1:1:job/1"
    resources = told["consumableResourceProperties"]["consumableResourceList"]
    assert resources == [{"consumableResource": "licences"}]
    assert not {"arnStart", "consumables"} & set(told)
