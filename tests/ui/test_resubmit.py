"""Submitting jobs once more from the keyboard: what the dialog says, and what then is at the endpoint."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.message import Message
from textual.widgets import Button, Select

from batchtui.demo.faults import Fault
from batchtui.settings import Settings
from batchtui.ui.screens.dialog import Dialog
from batchtui.ui.screens.submit import SubmitScreen
from tests.conftest import use_credentials_of
from tests.contract.job_kinds import KINDS, NODES, add_rare_definitions
from tests.contract.resubmitting import described, reproducible
from tests.matrix import slow_after
from tests.ui.conftest import Script
from tests.ui.driver import Driver, running
from tests.ui.kinds import open_job
from tests.worlds import DemoWorld, World, demo_world

PATIENT = Settings(max_calls_per_second=50.0, refresh=3600.0)


def submit(demo: DemoWorld, name: str, **changes: Any) -> str:
    job_id: str = demo.batch.submit_job(
        **{"jobName": name, "jobQueue": "qc-fargate", "jobDefinition": "fastqc", **changes}
    )["jobId"]
    return job_id


def named(world: World, queue: str, name: str) -> list[str]:
    """The ids of all jobs of a name, newest first, as AWS lists them to another client."""
    only = [{"name": "JOB_NAME", "values": [name]}]
    return [job["jobId"] for job in world.batch.list_jobs(jobQueue=queue, filters=only)["jobSummaryList"]]


async def ask(driver: Driver, *keys: str) -> SubmitScreen:
    await driver.press(*keys)
    await driver.until(lambda: isinstance(driver.app.screen, SubmitScreen), "the dialog")
    await driver.until(lambda: "Looking at the jobs" not in driver.text, "the jobs are looked up")
    screen = driver.app.screen
    assert isinstance(screen, SubmitScreen)
    return screen


async def until_closed(driver: Driver) -> None:
    await driver.until(lambda: not isinstance(driver.app.screen, SubmitScreen), "the end of the dialog")


async def choose(driver: Driver, screen: SubmitScreen, id: str, words: str) -> None:
    """Chooses in one of the dialog's lines by typing some of it."""
    select = screen.query_one(f"#{id}", Select)
    screen.set_focus(select)
    await driver.press("enter", *words, "enter")
    await driver.until(lambda: not select.expanded, "chosen")
    await driver.pilot.pause()


@pytest.mark.parametrize("kind", slow_after(2, KINDS))
async def test_the_new_job_is_described_as_the_old_one(demo: DemoWorld, kind: str) -> None:
    add_rare_definitions(demo)
    base, changes = KINDS[kind]
    old = demo.batch.submit_job(jobName="original", **(base | changes))["jobId"]
    demo.advance(30)
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_job(driver, old)
        await ask(driver, "r")
        await driver.until_text("Submit original", "Everything that can be the same is as in the old job.")
        await driver.press("y")
        await until_closed(driver)
        await driver.until_text("is submitted")
    ids = named(demo, base["jobQueue"], "original")
    assert len(ids) == 2
    (new,) = set(ids) - {old}
    assert reproducible(described(demo, new)) == reproducible(described(demo, old))


@pytest.mark.parametrize("keys", [("enter",), ("escape",), ("n",)])
async def test_the_safe_button_has_the_focus_and_leaving_submits_nothing(
    demo: DemoWorld, keys: tuple[str, ...]
) -> None:
    assert demo.server is not None
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        screen = await ask(driver, "7", "r")
        assert screen.focused is not None
        assert screen.focused.id == "leave"
        await driver.press(*keys)
        await until_closed(driver)
    assert demo.server.calls["SubmitJob"] == 0


@pytest.mark.slow
async def test_another_queue_name_and_revision_are_what_the_difference_shows(demo: DemoWorld) -> None:
    old = submit(demo, "first-name", jobQueue="align-high", jobDefinition="bwa-mem2-align:6")
    async with running(demo, settings=PATIENT, size=(120, 40)) as driver:
        await driver.until_live()
        await open_job(driver, old)
        screen = await ask(driver, "r")
        await choose(driver, screen, "queue", "align-low")
        await choose(driver, screen, "revision", "the latest")
        name = screen.query_one("#name")
        screen.set_focus(name)
        await driver.press("end", *"-again")
        await driver.until_text(
            "jobQueue", "- align-high", "+ align-low", "+ first-name-again", "bwa-mem2-align:7"
        )
        screen.set_focus(screen.query_one("#leave"))
        await driver.press("y")
        await until_closed(driver)
    (new,) = named(demo, "align-low", "first-name-again")
    assert described(demo, new)["jobDefinition"].endswith("bwa-mem2-align:7")


async def test_a_queue_with_a_scheduling_policy_asks_for_the_share(demo: DemoWorld) -> None:
    old = submit(demo, "to-share", jobQueue="align-high", jobDefinition="bwa-mem2-align:6")
    async with running(demo, settings=PATIENT, size=(120, 40)) as driver:
        await driver.until_live()
        await open_job(driver, old)
        screen = await ask(driver, "r")
        await choose(driver, screen, "queue", "train-gpu")
        await driver.until_text("a share identifier is needed")
        assert not screen.query_one("#go", Button).display, "AWS would refuse it"
        screen.set_focus(screen.query_one("#share"))
        await driver.press(*"research")
        await driver.until(lambda: screen.query_one("#go", Button).display, "it can be submitted")
        screen.set_focus(screen.query_one("#leave"))
        await driver.press("y")
        await until_closed(driver)
    (new,) = named(demo, "train-gpu", "to-share")
    assert described(demo, new)["shareIdentifier"] == "research"


@pytest.mark.slow
async def test_dependencies_are_kept_or_cleared(demo: DemoWorld) -> None:
    first = submit(demo, "before-it")
    old = submit(demo, "after-it", dependsOn=[{"jobId": first}])
    async with running(demo, settings=PATIENT, size=(120, 40)) as driver:
        await driver.until_live()
        await open_job(driver, old)
        await ask(driver, "r")
        await driver.press("y")
        await until_closed(driver)
        (kept,) = set(named(demo, "qc-fargate", "after-it")) - {old}
        assert [each["jobId"] for each in described(demo, kept)["dependsOn"]] == [first]
        screen = await ask(driver, "r")
        await choose(driver, screen, "depends", "nothing")
        await driver.until_text(f"dependsOn {first}")
        await driver.press("tab", "y")
        await until_closed(driver)
    (cleared,) = set(named(demo, "qc-fargate", "after-it")) - {old, kept}
    assert described(demo, cleared).get("dependsOn", []) == []


def failed_array(demo: DemoWorld) -> tuple[str, list[int]]:
    """An array of the demo account with failed children that are not 0, 1, 2, and their indexes."""
    for queue in demo.queues() - {"sagemaker-training"}:
        for job_id in demo.truth(queue):
            job = described(demo, job_id)
            summary = job.get("arrayProperties", {}).get("statusSummary", {})
            if summary.get("FAILED", 0) >= 2 and "container" in job:
                answer = demo.batch.list_jobs(arrayJobId=job_id, jobStatus="FAILED")
                indexes = sorted(each["arrayProperties"]["index"] for each in answer["jobSummaryList"])
                if indexes != list(range(len(indexes))):
                    return job_id, indexes
    raise AssertionError("the demo account has no such array")


@pytest.mark.slow
async def test_failed_children_go_as_single_jobs_that_know_their_index(demo: DemoWorld) -> None:
    array, indexes = failed_array(demo)
    old = described(demo, array)
    queue = old["jobQueue"].rpartition("/")[2]
    async with running(demo, settings=PATIENT, size=(120, 40)) as driver:
        await driver.until_live()
        await open_job(driver, array)
        screen = await ask(driver, "r")
        await driver.until_text("so it is not offered")
        await choose(driver, screen, "array", "each as a single job")
        await driver.until_text(f"Submit {len(indexes)} jobs", "BATCH_ARRAY_INDEX_OVERRIDE")
        screen.set_focus(screen.query_one("#leave"))
        if len(indexes) > 20:
            screen.set_focus(screen.query_one("#count"))
            await driver.press(*str(len(indexes)), "tab")
        await driver.press("y")
        await until_closed(driver)
    for index in indexes:
        (new,) = named(demo, queue, f"{old['jobName']}-{index}")
        environment = described(demo, new)["container"]["environment"]
        assert {"name": "BATCH_ARRAY_INDEX_OVERRIDE", "value": str(index)} in environment
        assert "size" not in described(demo, new).get("arrayProperties", {})


@pytest.mark.slow
async def test_marked_jobs_are_submitted_together_and_seen_one_by_one(demo: DemoWorld) -> None:
    ids = [submit(demo, f"many-{number}", parameters={"p": str(number)}) for number in range(3)]
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0", "slash", *"name:many", "enter", "ctrl+a")
        await ask(driver, "r")
        await driver.until_text("Submit 3 jobs to qc-fargate?", "1 of 3", "qc-fargate, as before")
        await driver.press("right_square_bracket")
        await driver.until_text("2 of 3")
        await driver.press("y")
        await until_closed(driver)
        await driver.until_text("3 jobs are submitted")
    for number, old in enumerate(ids):
        (new,) = set(named(demo, "qc-fargate", f"many-{number}")) - {old}
        assert described(demo, new)["parameters"]["p"] == str(number)


@pytest.mark.slow
async def test_more_than_twenty_are_counted_by_who_submits_them(demo: DemoWorld) -> None:
    assert demo.server is not None
    for number in range(22):
        submit(demo, f"many-{number}")
    before = demo.server.calls["SubmitJob"]
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0", "slash", *"name:many", "enter", "ctrl+a")
        await ask(driver, "r")
        await driver.press("y")
        await driver.until_text("type 22 first")
        await driver.press(*"22", "tab", "y")
        await until_closed(driver)
    assert demo.server.calls["SubmitJob"] == before + 22


@pytest.mark.parametrize("after", [True, False], ids=["done", "not done"])
async def test_a_lost_answer_leaves_exactly_one_job(demo: DemoWorld, after: bool) -> None:
    old = submit(demo, "precious")
    async with running(demo, settings=PATIENT, size=(120, 40)) as driver:
        await driver.until_live()
        await open_job(driver, old)
        demo.fault("SubmitJob", drop=True, after=after)
        screen = await ask(driver, "r")
        await driver.press("y")
        await driver.until_text("In doubt: precious", "0 of 1 job submitted")
        ids = set(named(demo, "qc-fargate", "precious")) - {old}
        assert screen.focused is not None
        assert screen.focused.id == "leave", "the safe button"
        if after:
            (new,) = ids
            await driver.until_text("It is most likely this one", new)
            await driver.press("y")
            await driver.until_text("tab, then enter")
            await driver.press("enter")
        else:
            assert ids == set()
            await driver.until_text("No new job of that name is there so far")
            demo.heal()
            screen.set_focus(screen.query_one("#again"))
            await driver.press("enter")
        await until_closed(driver)
    assert len(set(named(demo, "qc-fargate", "precious")) - {old}) == 1


@pytest.mark.slow
async def test_one_can_look_again_for_a_job_in_doubt(demo: DemoWorld) -> None:
    old = submit(demo, "precious")
    async with running(demo, settings=PATIENT, size=(120, 40)) as driver:
        await driver.until_live()
        await open_job(driver, old)
        demo.fault("SubmitJob", "ListJobs", drop=True, after=True)
        screen = await ask(driver, "r")
        await driver.press("y")
        await driver.until_text("AWS does not answer")
        demo.heal()
        screen.set_focus(screen.query_one("#look"))
        await driver.press("enter")
        (new,) = set(named(demo, "qc-fargate", "precious")) - {old}
        await driver.until_text("It is most likely this one", new)


async def test_what_aws_refuses_is_told_and_tried_again(demo: DemoWorld) -> None:
    old = submit(demo, "refused")
    async with running(demo, settings=PATIENT, size=(120, 40)) as driver:
        await driver.until_live()
        await open_job(driver, old)
        demo.fault("SubmitJob", status=403, code="AccessDeniedException", message="not you")
        await ask(driver, "r")
        await driver.press("y")
        await driver.until_text("0 of 1 job submitted", "Failed: refused", "not you", "Try 1 job again")
        demo.heal()
        await driver.press("y")
        await until_closed(driver)
    assert len(named(demo, "qc-fargate", "refused")) == 2


async def test_an_account_that_does_not_answer_is_asked_again(demo: DemoWorld) -> None:
    old = submit(demo, "later")
    async with running(demo, settings=PATIENT, size=(120, 40)) as driver:
        await driver.until_live()
        await open_job(driver, old)
        demo.fault("DescribeJobs", status=500, code="ServerException", message="oops")
        await driver.press("r")
        await driver.until_text("The jobs cannot be looked at", "oops", "Try again")
        demo.heal()
        await driver.press("tab", "enter")
        await driver.until_text("Submit later once more")


async def test_an_inactive_definition_blocks_and_the_latest_revision_helps(demo: DemoWorld) -> None:
    old = submit(demo, "outdated", jobQueue="align-high", jobDefinition="bwa-mem2-align:6")
    assert demo.account is not None
    found = demo.account.catalogue.find("bwa-mem2-align:6")
    assert found is not None
    found.status = "INACTIVE"
    async with running(demo, settings=PATIENT, size=(120, 40)) as driver:
        await driver.until_live()
        await open_job(driver, old)
        screen = await ask(driver, "r")
        await driver.until_text("There is nothing that could be submitted", "is INACTIVE", "it cannot run")
        await driver.press("y")
        assert driver.app.screen is screen
        await choose(driver, screen, "revision", "latest")
        await driver.until_text("Submit outdated once more")
        await driver.press("tab", "y")
        await until_closed(driver)
    assert len(named(demo, "align-high", "outdated")) == 2


async def test_service_jobs_are_left_out_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_world(service_jobs=True) as world:
        use_credentials_of(world, monkeypatch)
        async with running(world, settings=PATIENT) as driver:
            await driver.until_live()
            driver.app.go_to_queue("sagemaker-training")
            await driver.press("0")
            await driver.until(lambda: driver.row("jobs").is_service_job, "a service job")
            await driver.press("home")
            await ask(driver, "r")
            await driver.until_text("There is nothing that could be submitted", "is a service job")


async def test_read_only_has_no_key_and_no_entry(demo: DemoWorld) -> None:
    read_only = Settings(max_calls_per_second=50.0, refresh=3600.0, read_only=True)
    async with running(demo, settings=read_only, size=(160, 90)) as driver:
        await driver.until_live()
        await driver.press("7", "r")
        await driver.until_text("This is read-only")
        await driver.press("e")
        assert not isinstance(driver.app.screen, SubmitScreen)
        await driver.press("colon", *"submit the job")
        await driver.until_text("No matches found")


def recorded(home: Path) -> list[dict[str, Any]]:
    (file,) = home.rglob("actions.jsonl")
    return [json.loads(line) for line in file.read_text().splitlines()]


async def test_each_new_job_is_on_record_with_the_old_one(demo: DemoWorld, tmp_path: Path) -> None:
    old = submit(demo, "recorded")
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_job(driver, old)
        await ask(driver, "r")
        await driver.press("y")
        await until_closed(driver)
    (new,) = set(named(demo, "qc-fargate", "recorded")) - {old}
    (entry,) = recorded(tmp_path)
    assert (entry["action"], entry["jobs"], entry["new_job"], entry["outcome"]) == (
        "SubmitJob",
        [old],
        new,
        "accepted",
    )


@pytest.mark.slow
async def test_what_is_in_doubt_stays_in_sight_while_the_rest_is_tried_again(demo: DemoWorld) -> None:
    for name in ("pair-a", "pair-b"):
        submit(demo, name)
    faults = [Fault(drop=True), Fault(status=400, code="ClientException", message="not now")]
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0", "slash", *"name:pair", "enter", "ctrl+a")
        demo.faults.append(lambda name: faults.pop(0) if name == "SubmitJob" and faults else None)
        await ask(driver, "r")
        await driver.press("y")
        await driver.until_text("0 of 2 jobs submitted", "In doubt: pair-", "not now", "Try 1 job again")
        await driver.press("y")
        await driver.until_text("1 of 2 jobs submitted", "In doubt: pair-")
        assert "Try 1 job again" not in driver.text
        await driver.press("enter")
        await until_closed(driver)
    copies = [len(named(demo, "qc-fargate", name)) for name in ("pair-a", "pair-b")]
    assert sorted(copies) == [1, 2], "what was in doubt was not sent again"


async def test_e_opens_the_editor_and_nothing_is_sent_before_it_is_confirmed(
    demo: DemoWorld, editor: Script
) -> None:
    variables = [{"name": "API_TOKEN", "value": "s3cret"}, {"name": "LEVEL", "value": "1"}]
    old = submit(demo, "to-edit", containerOverrides={"environment": variables})
    here = editor("file.write_text(text.replace('LEVEL', 'DEPTH').replace('jobName: to-edit', 'jobName: edited'))")
    async with running(demo, settings=PATIENT, size=(120, 40)) as driver:
        await driver.until_live()
        await driver.press("0", "slash", *"name:to-edit", "enter", "e")
        await driver.until_text("Submit edited once more to qc-fargate?", "environment DEPTH", "environment LEVEL")
        assert named(demo, "qc-fargate", "edited") == []
        await driver.press("enter")
        await until_closed(driver)
        assert named(demo, "qc-fargate", "edited") == [], "the safe button had the focus"
        editor("file.write_text(text.replace('LEVEL', 'DEPTH').replace('jobName: to-edit', 'jobName: edited'))")
        (here / "seen-0").unlink()
        await driver.press("e")
        await driver.until_text("Submit edited once more")
        await driver.press("y")
        await until_closed(driver)
    (new,) = named(demo, "qc-fargate", "edited")
    found = {each["name"]: each["value"] for each in described(demo, new)["container"]["environment"]}
    assert (found["API_TOKEN"], found["DEPTH"]) == ("s3cret", "1")
    assert "LEVEL" not in found
    assert "s3cret" not in (here / "seen-0").read_text()
    assert described(demo, old)["jobName"] == "to-edit"


async def test_leaving_the_editor_closes_the_dialog_that_it_began(demo: DemoWorld, editor: Script) -> None:
    assert demo.server is not None
    submit(demo, "to-leave")
    here = editor("file.write_text('')")
    before = demo.server.calls["SubmitJob"]
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0", "slash", *"name:to-leave", "enter", "e")
        await driver.until((here / "where").exists, "the editor has run")
        await until_closed(driver)
    assert demo.server.calls["SubmitJob"] == before


async def test_in_the_dialog_e_edits_what_is_chosen_there(demo: DemoWorld, editor: Script) -> None:
    old = submit(demo, "chosen", jobQueue="align-high", jobDefinition="bwa-mem2-align:6")
    editor("file.write_text(text + '\\ntimeout: {attemptDurationSeconds: 4321}\\n')")
    async with running(demo, settings=PATIENT, size=(120, 40)) as driver:
        await driver.until_live()
        await open_job(driver, old)
        screen = await ask(driver, "r")
        await choose(driver, screen, "queue", "align-low")
        await driver.press("tab", "tab", "tab", "e")
        await driver.until_text("time-out (s)", "+ 4321", "+ align-low")
        assert not screen.query_one("#choices").display, "they would undo what was edited"
        await driver.press("y")
        await until_closed(driver)
    (new,) = named(demo, "align-low", "chosen")
    assert described(demo, new)["timeout"] == {"attemptDurationSeconds": 4321}


async def test_one_job_at_a_time_is_edited(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("7", "space", "space", "e")
        await driver.until_text("One job at a time can be edited")


@pytest.mark.parametrize("keys", ["rr", "re", "er", "rx"])
async def test_keys_hit_twice_open_one_dialog_and_submit_one_job(
    demo: DemoWorld, editor: Script, keys: str
) -> None:
    old = submit(demo, "tapped")
    editor("pass", "pass")
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0", "slash", *"name:tapped", "enter")
        for key in keys:  # in one burst: no pause between them
            driver.app.post_message(events.Key(key, key))
        await driver.until_text("Submit tapped once more")
        assert sum(isinstance(screen, Dialog) for screen in driver.app.screen_stack) == 1
        if keys.startswith("e"):  # what is chosen there gives way once the text is back
            choices = driver.app.screen_stack[-1].query_one("#choices")
            await driver.until(lambda: not choices.display, "the text is back")
        await driver.press("y")
        await until_closed(driver)
        await driver.press("y", "escape")
    assert len(set(named(demo, "qc-fargate", "tapped")) - {old}) == 1


@pytest.mark.slow
async def test_an_editor_that_is_asked_for_twice_and_left_is_no_crash(demo: DemoWorld) -> None:
    submit(demo, "tapped")
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0", "slash", *"name:tapped", "enter")
        for key in "ee":
            driver.app.post_message(events.Key(key, key))
        await driver.until_text("jobName: tapped")
        await driver.press("escape")
        await driver.until(lambda: driver.app.screen is driver.main, "back in the list")
        assert driver.app._exception is None


async def test_up_and_down_go_through_the_dialog_and_choose_nothing(demo: DemoWorld) -> None:
    submit(demo, "steady", jobQueue="align-high", jobDefinition="bwa-mem2-align:6")
    async with running(demo, settings=PATIENT, size=(80, 24)) as driver:
        await driver.until_live()
        screen = await ask(driver, "0", "slash", *"name:steady", "enter", "r")
        await driver.press("up", "up", "up", "down", "up", "down", "down")
        assert not any(select.expanded for select in screen.query(Select))
        await driver.until_text("Everything that can be the same")


async def test_a_node_stands_for_its_whole_job_and_that_is_said(demo: DemoWorld) -> None:
    job_id = demo.batch.submit_job(jobName="in-nodes", **NODES)["jobId"]
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_job(driver, f"{job_id}#0")
        await ask(driver, "r")
        await driver.until_text("a node cannot be submitted alone", "in-nodes")


async def test_who_did_it_is_on_record_and_what_a_new_job_is(demo: DemoWorld, tmp_path: Path) -> None:
    submit(demo, "named")
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await driver.press("0", "slash", *"name:named", "enter")
        await ask(driver, "r")
        await driver.until(lambda: driver.app.account.where.actor.arn is not None, "who it is")
        await driver.press("y")
        await until_closed(driver)
    (entry,) = recorded(tmp_path)
    assert entry["arn"].startswith("arn:aws:")
    assert entry["reason"].startswith("named in qc-fargate, fastqc:")


def burst(driver: Driver, *keys: str) -> None:
    """Keys that come at once, as from a paste or a slow link."""
    for key in keys:
        driver.app.post_message(events.Key(key, key if len(key) == 1 else None))


@pytest.mark.parametrize("keys", [("e", "y"), ("e", "escape"), ("e", "y", "escape")])
async def test_nothing_is_sent_and_nobody_leaves_while_the_text_is_being_opened(
    demo: DemoWorld, keys: tuple[str, ...]
) -> None:
    assert demo.server is not None
    old = submit(demo, "opening")
    before = demo.server.calls["SubmitJob"]
    heard: list[Message] = []
    async with running(demo, settings=PATIENT, on_message=heard.append) as driver:
        await driver.until_live()
        await open_job(driver, old)
        screen = await ask(driver, "r")
        heard.clear()
        burst(driver, *keys)
        await driver.until(lambda: any(isinstance(each, events.ScreenResume) for each in heard), "text was opened")
        assert demo.server.calls["SubmitJob"] == before
        if driver.app.screen is not screen:  # the key that leaves it came before it was there
            await driver.press("escape")
        await driver.until(lambda: driver.app.screen is screen, "back in the dialog")
        await driver.press("y")
        await until_closed(driver)
    assert demo.server.calls["SubmitJob"] == before + 1


async def test_an_account_that_turns_out_to_be_protected_is_not_changed_by_an_open_dialog(demo: DemoWorld) -> None:
    assert demo.server is not None
    old = submit(demo, "protected")
    before = demo.server.calls["SubmitJob"]
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await open_job(driver, old)
        await ask(driver, "r")
        driver.app.settings = replace(driver.app.settings, read_only_accounts=("*",))
        driver.app._decide_read_only()
        await driver.press("y")
        await driver.until_text("0 of 1 job submitted", "Failed: protected")
    assert demo.server.calls["SubmitJob"] == before


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
async def test_a_dialog_can_be_quit_from(demo: DemoWorld, key: str) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        await ask(driver, "7", "r")
        await driver.press(key)
        await driver.until(lambda: not driver.app.is_running, "the end")
