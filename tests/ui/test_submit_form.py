"""A new job from a job definition: from the palette to a request that makes the job that was typed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from textual import events
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from batchtui.actions.draft import Draft
from batchtui.demo.containers import container, env, needs
from batchtui.demo.definitions import Definition, Form
from batchtui.ui.messages import SubmitWanted
from batchtui.ui.screens.definitions import DefinitionsScreen
from batchtui.ui.screens.detail import DetailScreen
from batchtui.ui.screens.submit_form import SubmitFormScreen
from batchtui.ui.widgets.form_field import FormField
from tests.hands import described
from tests.ui.driver import Driver, running
from tests.ui.kinds import PATIENT
from tests.ui.test_definition_list import all_definitions
from tests.worlds import DemoWorld


def focused_field(widget: Widget | None) -> FormField | None:
    """The field in which a widget stands."""
    while widget is not None and not isinstance(widget, FormField):
        parent = widget.parent
        widget = parent if isinstance(parent, Widget) else None
    return widget


@dataclass
class Forms:
    """The app, and what its forms asked for."""

    driver: Driver
    drafts: list[Draft] = field(default_factory=list)

    @property
    def form(self) -> SubmitFormScreen:
        screen = self.driver.app.screen
        assert isinstance(screen, SubmitFormScreen), screen
        return screen

    @property
    def focused(self) -> str | None:
        found = focused_field(self.form.focused)
        return found.name if found else None

    async def open(self, name: str) -> None:
        """The form for a definition, by the list."""
        await all_definitions(self.driver)
        await self.driver.press("slash", *name, "enter", "n")
        await self.driver.until_text(f"New job from {name}:")

    async def fill(self, **typed: str) -> None:
        """Goes to fields by tab, in their order, and types."""
        for name, text in typed.items():
            for _ in range(40):
                if self.focused == name:
                    break
                await self.driver.press("tab")
            assert self.focused == name
            control = self.form.focused
            if isinstance(control, Input | TextArea):  # as a paste: some 60 ms for each key would add up
                control.post_message(events.Paste(text))
                await self.driver.pilot.pause()
            else:
                await self.driver.press(*text)

    async def look(self) -> Draft:
        """ctrl+s, and what it asks for."""
        count = len(self.drafts)
        await self.driver.press("ctrl+s")
        await self.driver.until(lambda: len(self.drafts) > count, "a draft")
        return self.drafts[-1]


@asynccontextmanager
async def forms(demo: DemoWorld, *, size: tuple[int, int] = (120, 35)) -> AsyncIterator[Forms]:
    drafts: list[Draft] = []
    seen: list[Message] = []

    def note(message: Message) -> None:
        if isinstance(message, SubmitWanted) and message not in seen:
            seen.append(message)
            drafts.append(message.draft)

    async with running(demo, settings=PATIENT, size=size, on_message=note) as driver:
        yield Forms(driver, drafts)


def sent(demo: DemoWorld, draft: Draft) -> dict[str, Any]:
    """The job that a draft makes, as DescribeJobs shows it."""
    return described(demo, demo.batch.submit_job(**draft.request)["jobId"])


async def test_what_was_typed_is_what_runs(demo: DemoWorld) -> None:
    parent = demo.submit("before")
    async with forms(demo) as hands:
        await hands.open("bwa-mem2-align")
        await hands.fill(
            name="from-a-form",
            queue="align-low",
        )
        await hands.driver.press("enter")
        await hands.fill(
            command="run.sh 'a b' Ref::sample",
            parameters="sample=s-1\n",
            environment="MODE=fast\nNOTE=a=b",
            vcpus="4",
            memory="2048",
            array_size="3",
            depends_on=parent,
            attempts="2",
            timeout="2h",
            tags="who=me",
        )
        draft = await hands.look()
        assert draft.definition is not None
        assert draft.original is None
        job = sent(demo, draft)
        assert job["jobName"] == "from-a-form"
        assert job["jobQueue"].endswith("/align-low")
        assert job["jobDefinition"].endswith("/bwa-mem2-align:7")
        assert job["container"]["command"] == ["run.sh", "a b", "Ref::sample"]
        assert job["parameters"] == {"sample": "s-1"}
        variables = {each["name"]: each["value"] for each in job["container"]["environment"]}
        assert (variables["MODE"], variables["NOTE"], variables["REFERENCE"]) == ("fast", "a=b", "GRCh38")
        needs = {each["type"]: each["value"] for each in job["container"]["resourceRequirements"]}
        assert needs == {"VCPU": "4", "MEMORY": "2048"}
        assert job["arrayProperties"]["size"] == 3
        assert [each["jobId"] for each in job["dependsOn"]] == [parent]
        assert job["retryStrategy"]["attempts"] == 2
        assert job["timeout"] == {"attemptDurationSeconds": 7200}
        assert job["tags"] == {"who": "me"}
        assert ["rules about which exits" in note.text for note in draft.notes] == [True]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "queue", "typed"),
    [
        ("fastqc", "qc-fargate", {"parameters": "reads=x", "vcpus": "1", "memory": "2048"}),
        ("annotate-vep", "align-high", {"parameters": "vcf=x", "array_size": "2", "attempts": "1"}),
        ("portal-export", "portal-eks", {"timeout": "90", "tags": "a=b"}),
        ("train-variant-ddp", "train-gpu", {"share_identifier": "research", "scheduling_priority": "7"}),
    ],
)
async def test_every_kind_of_definition(demo: DemoWorld, name: str, queue: str, typed: dict[str, str]) -> None:
    async with forms(demo) as hands:
        await hands.open(name)
        await hands.fill(name=f"new-{name}", queue=queue)
        await hands.driver.press("enter")
        await hands.fill(**typed)
        job = sent(demo, await hands.look())
        assert (job["jobName"], job["jobQueue"].rpartition("/")[2]) == (f"new-{name}", queue)
        for member, value in typed.items():
            if member in ("parameters", "tags"):
                key, _, text = value.partition("=")
                assert job[member][key] == text
        assert job.get("arrayProperties", {}).get("size") == (2 if "array_size" in typed else None)
        assert job.get("shareIdentifier") == typed.get("share_identifier")
        assert "scheduling_priority" not in typed or job["schedulingPriority"] == 7


@pytest.mark.parametrize("name", ["annotate-vep", "portal-export", "train-variant-ddp"])
async def test_what_has_several_containers_offers_what_is_common(demo: DemoWorld, name: str) -> None:
    async with forms(demo) as hands:
        await hands.open(name)
        await hands.driver.until_text("Edit as text", "Parameters", "Depends on", "Time-out")
        for label in ("Command  ", "Environment", "vCPUs", "GPUs"):
            assert label not in hands.driver.text
        assert ("Array size" in hands.driver.text) == (name != "train-variant-ddp")


async def test_the_defaults_are_shown_and_secrets_are_not(demo: DemoWorld) -> None:
    async with forms(demo, size=(200, 40)) as hands:
        await hands.open("bwa-mem2-align")
        await hands.driver.until_text(
            "definition: run-align.sh --sample Ref::sample",
            "definition: sample=unset",
            "REFERENCE=GRCh38",
            "DB_PASSWORD=••••••",
            "definition: 15360",
            "definition: 14400 s = 4h",
        )
        assert "hunter2" not in hands.driver.text
        draft = await fill_the_rest(hands)
        assert "hunter2" not in str(draft.request)
        assert set(draft.request) == {"jobName", "jobQueue", "jobDefinition"}


async def fill_the_rest(hands: Forms) -> Draft:
    """Only what every job needs, and the request for it."""
    await hands.fill(queue="align-high")
    await hands.driver.press("enter")
    return await hands.look()


@pytest.mark.slow
async def test_the_queue_of_the_main_screen_is_chosen_already(demo: DemoWorld) -> None:
    async with forms(demo) as hands:
        await hands.driver.until_live()
        hands.driver.app.go_to_queue("qc-fargate")
        await hands.driver.until(lambda: hands.driver.main.queue == "qc-fargate", "the queue")
        await hands.open("fastqc")
        draft = await hands.look()
        assert draft.request["jobQueue"] == "qc-fargate"
        assert draft.request["jobName"] == "fastqc"


@pytest.mark.slow
async def test_problems_are_told_below_their_field_as_one_types(demo: DemoWorld) -> None:
    async with forms(demo) as hands:
        await hands.open("bwa-mem2-align")
        assert "a job needs a queue" not in hands.driver.text, "nobody was there yet"
        await hands.fill(vcpus="0.5")
        await hands.driver.until_text("a whole number from 1")
        await hands.driver.press("backspace", "backspace", "backspace", "4")
        await hands.driver.until(lambda: "a whole number from 1" not in hands.driver.text, "it is well")
        await hands.fill(attempts="99")
        await hands.driver.press("ctrl+s")
        await hands.driver.until_text("a job needs a queue", "from 1 to 10 is needed")
        assert hands.focused == "queue", "the first of them"
        assert hands.drafts == []


async def test_a_queue_that_is_disabled_is_shown_as_such_and_refused(demo: DemoWorld) -> None:
    async with forms(demo) as hands:
        await hands.open("cram-archive")
        await hands.fill(queue="archive")
        await hands.driver.until_text("archive (DISABLED)")
        await hands.driver.press("enter")
        await hands.driver.until_text("the queue is DISABLED: AWS Batch refuses jobs")
        await hands.driver.press("ctrl+s")
        assert hands.drafts == []


@pytest.mark.slow
async def test_a_share_is_asked_for_where_the_queue_has_a_policy(demo: DemoWorld) -> None:
    async with forms(demo) as hands:
        await hands.open("train-sweep")
        assert "Share" not in hands.driver.text
        await hands.fill(queue="train-gpu")
        await hands.driver.press("enter")
        await hands.driver.until_text("Share", "Priority", "definition: 10")
        await hands.driver.press("ctrl+s")
        await hands.driver.until_text("a share identifier is needed")
        await hands.fill(share_identifier="blue")
        await hands.driver.press("shift+tab", *"align-high", "enter")
        await hands.driver.until(lambda: "Share" not in hands.driver.text, "no share")
        assert "shareIdentifier" not in (await hands.look()).request


@pytest.mark.slow
async def test_esc_says_first_that_something_would_be_lost(demo: DemoWorld) -> None:
    async with forms(demo) as hands:
        await hands.open("fastqc")
        await hands.driver.press("escape")
        assert isinstance(hands.driver.app.screen, DefinitionsScreen), "nothing was typed"
        await hands.driver.press("n")
        await hands.driver.until_text("New job from")
        await hands.fill(tags="a=b")
        await hands.driver.press("escape")
        await hands.driver.until_text("What was typed would be lost: esc once more leaves.")
        assert hands.form.is_filled
        await hands.driver.press("c", "escape")
        assert hands.form.is_filled, "something was typed again"
        await hands.driver.press("escape")
        assert isinstance(hands.driver.app.screen, DefinitionsScreen)


@pytest.mark.slow
async def test_letters_on_the_closed_queue_do_nothing_else(demo: DemoWorld) -> None:
    async with forms(demo) as hands:
        await hands.open("fastqc")
        await hands.fill(queue="qc")
        assert hands.driver.app.is_running
        await hands.driver.press("enter")
        assert hands.form.query_one("#field-queue")
        assert (await hands.look()).request["jobQueue"] == "qc-fargate"


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (60, 12), (120, 35)])
async def test_the_focused_field_is_always_in_sight(demo: DemoWorld, size: tuple[int, int]) -> None:
    async with forms(demo, size=size) as hands:
        await hands.open("bwa-mem2-align")
        await hands.fill(environment="A=1\nB=2\nC=3\nD=4\nE=5\nF=6\nG")
        await hands.driver.until_text("line 7 is not NAME=value")
        form = hands.form.query_one("#form")
        for _ in range(16):
            await hands.driver.press("tab")
            found = focused_field(hands.form.focused)
            if found is not None:
                await hands.driver.until(
                    lambda found=found: form.region.contains_region(found.control.region),  # type: ignore[misc]
                    f"{found.name} in sight",
                )


async def test_the_form_stays_until_the_job_is_submitted_and_then_its_details_come(demo: DemoWorld) -> None:
    async with forms(demo) as hands:
        driver = hands.driver
        await hands.open("fastqc")
        form = hands.form
        await hands.fill(name="through-the-form", queue="qc")
        await driver.press("enter")
        await hands.fill(environment="MODE=fast", timeout="30m")
        await hands.look()
        await driver.until_text(
            "Submit through-the-form to qc-fargate?", "Other than the job definition has it", "+ fast", "+ 1800"
        )
        await driver.press("enter")
        await driver.until(lambda: driver.app.screen is form, "back in the form: the safe button had the focus")
        await hands.look()
        await driver.until_text("Submit through-the-form")
        await driver.press("y")
        await driver.until(lambda: form not in driver.app.screen_stack, "the form is gone")
        await driver.until_text("through-the-form", "Propagate tags")
        assert isinstance(driver.app.screen, DetailScreen)
        job = described(demo, driver.app.screen.key)
        assert {"name": "MODE", "value": "fast"} in job["container"]["environment"]
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.screen, DefinitionsScreen), "the list of definitions")


async def test_the_buttons_do_what_they_say(demo: DemoWorld) -> None:
    async with forms(demo) as hands:
        await hands.open("fastqc")
        await hands.fill(queue="qc")
        await hands.driver.press("enter")
        await hands.driver.pilot.click("#form-look")
        await hands.driver.until(lambda: len(hands.drafts) == 1, "a draft")


async def test_read_only_has_no_new_jobs(demo: DemoWorld) -> None:
    async with running(demo, settings=replace(PATIENT, read_only=True)) as driver:
        screen = await all_definitions(driver)
        assert "new job" not in driver.text.splitlines()[-1]
        await driver.press("n")
        await driver.until_text("This is read-only: nothing can be changed.")
        assert driver.app.screen is screen
        await driver.press("question_mark")
        await driver.until_text("List them again")
        assert "Submit a new job" not in driver.text
        await driver.press("escape", "enter")
        await driver.until_text("▐Overview▌", "Revision")
        await driver.press("ctrl+p", *"submit a new job from")
        await driver.until_text("No matches found")
        assert "from this definition" not in driver.text


async def test_the_palette_makes_one_from_the_details(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        driver.app.open_detail("definition", "fastqc:8", "fastqc:8")
        await driver.until_text("▐Overview▌", "Revision")
        await driver.press("ctrl+p", *"submit a new job from")
        await driver.until_text("Submit a new job from this definition")
        await driver.press("enter")
        await driver.until_text("New job from fastqc:8")
        await driver.press("escape")
        assert isinstance(driver.app.screen, DetailScreen)


async def test_a_revision_that_is_not_active_has_no_form(demo: DemoWorld) -> None:
    async with running(demo, settings=PATIENT) as driver:
        await driver.until_live()
        driver.app.open_detail("definition", "bwa-mem2-align:5", "old")
        await driver.until_text("▐Overview▌", "INACTIVE")
        await driver.press("ctrl+p", *"submit a new job from")
        await driver.until_text("Submit a new job from this definition")
        await driver.press("enter")
        await driver.until_text("bwa-mem2-align:5 is INACTIVE: no job can be submitted with it.")


async def test_nothing_of_a_definition_steers_the_terminal_or_is_markup(demo: DemoWorld) -> None:
    assert demo.account is not None
    hostile = "\x1b[31m[/bold][red]x\x9b1m"
    properties = container("tool[/]:1", [hostile, "Ref::x"], needs("1", 512), environment=env(A=hostile))
    tags = {"[/]": hostile}
    demo.account.catalogue.add(
        Definition("hostile", 1, Form.CONTAINER, properties, parameters={"x": hostile}, tags=tags)
    )
    async with forms(demo, size=(160, 40)) as hands:
        await hands.open("hostile")
        await hands.driver.until_text("[/bold][red]x")
        assert not {"\x1b", "\x9b"} & set(hands.driver.text)
        await hands.fill(command="[/red]")
        await hands.driver.until_text("what begins with [ is a JSON list")
        await hands.fill(depends_on="[/red]")
        await hands.driver.until_text("[/red] is no job's id")


async def test_what_is_pasted_is_whole_and_harmless(demo: DemoWorld) -> None:
    async with forms(demo) as hands:
        await hands.open("fastqc")
        await hands.fill(environment="")
        assert hands.form.focused is not None
        hands.form.focused.post_message(events.Paste("A=1\r\nB=\x1b[31m2\n"))
        await hands.fill(depends_on="")
        hands.form.focused.post_message(events.Paste("a-1\nb-2\n"))
        await hands.driver.pilot.pause()
        fields = {found.name: found.text for found in hands.form.query(FormField)}
        assert fields["environment"] == "A=1\nB=�[31m2\n"
        assert fields["depends_on"] == "a-1 b-2"


async def test_what_is_typed_in_one_burst_goes_where_it_belongs(demo: DemoWorld) -> None:
    """A terminal may hand over many keys at once."""
    async with forms(demo) as hands:
        await hands.open("bwa-mem2-align")
        app = hands.driver.app
        words = (
            "burst",
            "tab",
            "align-hi",
            "tab",
            "run it",
            "tab",
            "sample=1",
            "tab",
            "A=1",
            "tab",
            "2",
            "ctrl+s",
        )
        for word in words:
            for key in (word,) if word in ("tab", "ctrl+s") else word:
                app.post_message(events.Key(key, key if len(key) == 1 else None))
            if word == "align-hi":  # the list is open: what is highlighted is chosen
                await hands.driver.until_text("archive (DISABLED)")
                await hands.driver.press("enter")
        await hands.driver.until(lambda: bool(hands.drafts), "a draft")
        request = hands.drafts[-1].request
        assert (request["jobName"], request["jobQueue"]) == ("burst", "align-high")
        assert request["parameters"] == {"sample": "1"}
        assert request["containerOverrides"] == {
            "command": ["run", "it"],
            "environment": [{"name": "A", "value": "1"}],
            "resourceRequirements": [{"type": "VCPU", "value": "2"}],
        }


async def test_the_help_tells_what_can_be_typed(demo: DemoWorld) -> None:
    async with forms(demo) as hands:
        await hands.open("fastqc")
        await hands.driver.press("f1")
        await hands.driver.until_text("Look at the request; nothing is sent yet", "id:N_TO_N", "NAME=value")
        await hands.driver.press("escape")
        assert hands.form.definition.name == "fastqc"
