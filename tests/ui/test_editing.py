"""A request in an editor or in the text area: what comes back, and what becomes of mistakes."""

import asyncio
import stat
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Button
from textual.worker import Worker

from batchtui.actions.draft import Draft
from batchtui.actions.edited_draft import edited_draft
from batchtui.actions.request_notes import Note
from batchtui.settings import Settings
from batchtui.ui.editing import edit_draft
from batchtui.ui.editor import editor_command, missing_editor
from batchtui.ui.screens.mistakes import MistakesScreen
from batchtui.ui.screens.text_editing import TextEditingScreen, YamlArea
from tests.ui.conftest import Script
from tests.ui.driver import Driver, running
from tests.worlds import DemoWorld

PATIENT = Settings(max_calls_per_second=50.0, refresh=3600.0)
DRAFT = Draft(
    {
        "jobName": "again",
        "jobQueue": "high",
        "jobDefinition": "align:7",
        "containerOverrides": {"environment": [{"name": "API_TOKEN", "value": "s3cret"}]},
    },
    (Note.warning("runs another revision"),),
)


def begin(driver: Driver, draft: Draft = DRAFT) -> Worker[Draft | None]:
    async def edit() -> Draft | None:
        return await edit_draft(driver.app, draft)

    return driver.app.run_worker(edit, name="edit")


async def result_of(driver: Driver, worker: Worker[Any]) -> Any:
    await driver.until(lambda: worker.is_finished, "the end of the editing")
    return worker.result


async def until_screen(driver: Driver, kind: type[Any]) -> Any:
    await driver.until(lambda: isinstance(driver.app.screen, kind), f"a {kind.__name__}")
    await driver.pilot.pause()
    return driver.app.screen


async def test_the_editors_text_is_the_request_and_nothing_of_it_stays_on_the_disk(
    demo: DemoWorld, editor: Script
) -> None:
    here = editor("file.write_text(text.replace('jobName: again', 'jobName: better'))")
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        made = await result_of(driver, begin(driver))
        assert made == Draft({**DRAFT.request, "jobName": "better"}, DRAFT.notes)
        await driver.until_text("● live")
    assert "s3cret" not in (here / "seen-0").read_text()
    file = Path((here / "where").read_text())
    assert file.suffix == ".yaml"
    assert not file.parent.exists()
    modes = [stat.S_IMODE(int(mode)) for mode in (here / "modes").read_text().split()]
    assert modes == [0o600, 0o700]


@pytest.mark.slow
@pytest.mark.parametrize(
    "step", ["file.write_text('')", "sys.exit(1)", "file.unlink()", "os.kill(os.getpid(), 15)"]
)
async def test_leaving_the_editor_empty_or_with_a_failure_means_nothing(
    demo: DemoWorld, editor: Script, step: str
) -> None:
    editor(step)
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        assert await result_of(driver, begin(driver)) is None
        await driver.until_text("● live", "Job queues")


async def test_mistakes_are_listed_with_their_lines_and_stand_in_the_text_the_next_time(
    demo: DemoWorld, editor: Script
) -> None:
    here = editor(
        "file.write_text(text.replace('jobName: again', 'jobname: better\\ntags: {a: [b]}'))",
        "file.write_text(text.replace('jobname:', 'jobName:').replace('[b]', '1'))",
    )
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        worker = begin(driver)
        screen = await until_screen(driver, MistakesScreen)
        await driver.until_text("The request has 3 mistakes", "jobname: unknown", "tags.a: must be a text")
        assert isinstance(screen.focused, Button)
        assert screen.focused.id == "again"
        await driver.press("enter")
        made = await result_of(driver, worker)
    assert made.request == {**DRAFT.request, "jobName": "better", "tags": {"a": "1"}}
    seen = (here / "seen-1").read_text().split("\n")
    at = seen.index("jobname: better")
    assert {line[:12] for line in seen[at - 2 : at]} == {"#! jobName i", "#! jobname: "}
    assert seen[at + 1] == "#! tags.a: must be a text"


@pytest.mark.parametrize("keys", [("escape",), ("n",), ("tab", "enter")])
async def test_mistakes_can_be_left_alone(demo: DemoWorld, editor: Script, keys: tuple[str, ...]) -> None:
    editor("file.write_bytes(b'jobName: \\xff')")
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        worker = begin(driver)
        await until_screen(driver, MistakesScreen)
        await driver.until_text("line 1: the byte FF is not UTF-8")
        await driver.press(*keys)
        assert await result_of(driver, worker) is None


async def test_without_an_editor_a_text_area_opens_and_tells_mistakes_below(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT, size=(100, 30)) as driver:
        await driver.until_live()
        worker = begin(driver)
        screen = await until_screen(driver, TextEditingScreen)
        await driver.until_text("Edit the request", "jobName: again", "ctrl+s", "go on")
        area = screen.query_one(YamlArea)
        assert "s3cret" not in area.text
        area.load_text(area.text.replace("jobName:", "jobname:").replace("jobQueue: high", "jobQueue: [high]"))
        area.move_cursor((0, 0))
        await driver.press("ctrl+s")
        await driver.until_text("jobQueue: must be a text", "jobname: unknown")
        row = next(number for number, line in enumerate(area.text.split("\n")) if line.startswith("jobname:"))
        assert area.cursor_location == (row, 0)
        area.load_text(area.text.replace("jobname:", "jobName:").replace("[high]", "low"))
        await driver.press("ctrl+s")
        made = await result_of(driver, worker)
        assert made.request == {**DRAFT.request, "jobQueue": "low"}
        await driver.until_text("Job queues")


async def test_the_text_area_is_left_at_once_or_where_it_was_changed_the_second_time(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        worker = begin(driver)
        await until_screen(driver, TextEditingScreen)
        await driver.press("escape")
        assert await result_of(driver, worker) is None
        worker = begin(driver)
        screen = await until_screen(driver, TextEditingScreen)
        await driver.press("q", "escape")
        await driver.until_text("esc once more")
        await driver.press("x", "escape")
        assert driver.app.screen is screen  # it was changed again
        await driver.press("escape")
        assert await result_of(driver, worker) is None


async def test_tab_and_enter_indent_and_what_is_pasted_cannot_steer_a_terminal(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        worker = begin(driver)
        screen = await until_screen(driver, TextEditingScreen)
        area = screen.query_one(YamlArea)
        area.load_text("")
        await driver.press("a", "tab", "b", "enter", "tab", "c", "enter", "d")
        assert area.text == "a b\n  c\n  d"
        driver.app.post_message(events.Paste("e\x1b[31m\tf\r\ng"))
        await driver.until(lambda: "g" in area.text, "what was pasted")
        assert area.text == "a b\n  c\n  de�[31m  f\ng"
        await driver.press("escape", "escape")
        assert await result_of(driver, worker) is None


async def test_an_editor_that_is_not_there_is_told_and_the_text_area_opens(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF no program")
    broken.chmod(0o755)
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        for name, words in (
            ("no-such-editor -x", "There is no no-such-editor -x"),
            (str(broken), "broken could not"),
        ):
            monkeypatch.setenv("EDITOR", name)
            worker = begin(driver)
            await until_screen(driver, TextEditingScreen)
            await driver.until_text(words)
            await driver.press("escape")
            assert await result_of(driver, worker) is None


async def test_an_editor_and_its_file_end_with_the_app(demo: DemoWorld, editor: Script) -> None:
    here = editor("(here / 'pid').write_text(f'{os.getpid()}.'); import time; time.sleep(600)")
    pid, where = here / "pid", here / "where"

    def is_there() -> bool:
        return Path(f"/proc/{pid.read_text()[:-1]}").exists() or Path(where.read_text()).parent.exists()

    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        begin(driver)
        await driver.until(lambda: pid.exists() and pid.read_text().endswith("."), "the editor")
        assert is_there()
    async with asyncio.timeout(10):
        while is_there():  # noqa: ASYNC110  # what is waited for is outside of this process
            await asyncio.sleep(0.01)


def test_visual_comes_before_editor_and_what_is_not_there_is_no_editor() -> None:
    there = {"PATH": "/usr/bin:/bin"}
    assert editor_command(there) is None
    assert editor_command({**there, "VISUAL": "sh -c 'x y'", "EDITOR": "ls"}) == ["sh", "-c", "x y"]
    assert editor_command({**there, "VISUAL": "nothing-there", "EDITOR": "ls"}) == ["ls"]
    assert editor_command({**there, "VISUAL": "'unbalanced", "EDITOR": " "}) is None
    assert missing_editor({**there, "VISUAL": "'unbalanced"}) == "'unbalanced"
    assert missing_editor({**there, "VISUAL": "x-y-z", "EDITOR": "ls"}) is None
    assert missing_editor(there) is None


def test_notes_are_kept_as_far_as_they_hold() -> None:
    large = {**DRAFT.request, "jobName": "-", "parameters": {"a": "x" * 40_000}}
    draft = edited_draft(DRAFT, large)
    assert [note.severity.value for note in draft.notes] == ["warning", "blocker", "blocker"]
    assert not draft.is_possible
    assert edited_draft(draft, DRAFT.request).notes == DRAFT.notes
    gone = Draft(DRAFT.request, (*DRAFT.notes, Note.blocker("the job definition is INACTIVE")), {"a": 1})
    assert edited_draft(gone, {**DRAFT.request, "tags": {"a": "b"}}).is_possible is False
    other = edited_draft(gone, {**DRAFT.request, "jobDefinition": "align:8"})
    assert (other.notes, other.definition, other.is_possible) == (DRAFT.notes, None, True)


async def test_what_an_editor_left_in_the_place_of_the_file_is_not_waited_for(
    demo: DemoWorld, editor: Script
) -> None:
    editor("file.unlink(); os.mkfifo(file)")
    async with running(demo, settings=PATIENT) as driver:
        assert await result_of(driver, begin(driver)) is None
