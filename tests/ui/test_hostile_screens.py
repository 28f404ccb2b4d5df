"""Every screen on accounts as nobody would wish for them: nothing fails, nothing steers, every column stands."""

import json
import logging
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import botocore.session
import pytest
from rich.cells import cell_len
from rich.control import Control

from batchtui.demo.faults import Fault
from batchtui.model.job import JobSummary
from batchtui.model.job_definition import JobDefinition
from batchtui.settings import Settings
from batchtui.sync.snapshot import OURSELVES
from batchtui.ui.messages import (
    ChangeWanted,
    ChildrenWanted,
    DependenciesWanted,
    ResubmitWanted,
    RevisionsWanted,
    StopWanted,
    WhyWanted,
)
from batchtui.ui.new_jobs import open_form
from batchtui.ui.places import PLACES
from batchtui.ui.standing import Standing
from tests.hostile import NOW, Hostile, assert_harmless
from tests.screen_model import ScreenModel
from tests.ui.driver import Driver, running
from tests.worlds import DemoWorld

PATIENT = Settings(max_calls_per_second=1000.0, refresh=3600.0)
SIZES = ((80, 24), (120, 35), (200, 50))
_TOKENS = ("nextToken", "nextForwardToken", "nextBackwardToken")
_COUNTED = {
    "DescribeJobQueues": ("jobQueues", 4),
    "DescribeComputeEnvironments": ("computeEnvironments", 4),
    "ListJobs": ("jobSummaryList", 12),
    "ListServiceJobs": ("jobSummaryList", 6),
    "DescribeJobs": ("jobs", 1),
    "DescribeJobDefinitions": ("jobDefinitions", 3),
    "GetLogEvents": ("events", 40),
    "FilterLogEvents": ("events", 40),
}
_KNOWN_BY = {
    "jobQueues": "jobQueueName",
    "computeEnvironments": "computeEnvironmentName",
    "jobSummaryList": "jobId",
}
_FRAMES = "│┃▏▕─━┌┐└┘╭╮╰╯"


@cache
def services() -> dict[str, tuple[str, str]]:
    """Each operation that answers in JSON with its service, by its name in small letters."""
    session = botocore.session.get_session()
    models = {service: session.get_service_model(service) for service in ("ecs", "logs", "batch")}
    return {name.lower(): (name, service) for service, model in models.items() for name in model.operation_names}


class HostileAccount:
    """Answers each operation with what chance made of it, always the same."""

    def __init__(self, seed: int) -> None:
        self._hostile = Hostile(seed, long=4, on_wire=True)
        self._bodies: dict[str, str] = {}

    def __call__(self, operation: str) -> Fault | None:
        operation, service = services().get(operation.lower(), ("", ""))
        if not service:
            return None
        if operation not in self._bodies:
            self._bodies[operation] = json.dumps(self._answer(service, operation))
        kind = "application/json" if service == "batch" else "application/x-amz-json-1.1"
        return Fault(body=self._bodies[operation], content_type=kind)

    def _answer(self, service: str, operation: str) -> dict[str, Any]:
        hostile = self._hostile
        answer = hostile.answer(service, operation)
        if operation in _COUNTED:
            member, count = _COUNTED[operation]
            items = hostile.items(service, operation, member, count)
            for number, item in enumerate(items):
                if known := _KNOWN_BY.get(member):
                    item[known] = f"{item.get(known, '')[:1000]}{number}"
                if member in ("events", "jobSummaryList", "jobs"):
                    item["timestamp" if member == "events" else "createdAt"] = NOW - number * 1000
            answer[member] = items
        return {name: value for name, value in answer.items() if name not in _TOKENS}


def look(driver: Driver, where: str) -> None:
    """What stands on the screen now, and what a terminal makes of it."""
    assert driver.text  # what goes wrong in drawing is told here
    width, height = driver.app.size
    strips = driver.app.screen._compositor.render_strips()
    assert len(strips) == height
    frame = ""
    for y, strip in enumerate(strips):
        assert_harmless(strip.text, where)
        assert cell_len(strip.text) == width, (where, strip.text)
        frame += Control.move_to(0, y).segment.text + strip.render(driver.app.console)
    model = ScreenModel(width, height)
    model.feed(Standing().difference(frame))
    for y, strip in enumerate(strips):
        for place, character in enumerate(strip.text):
            if character in _FRAMES:
                x = cell_len(strip.text[:place])
                assert model.cells[x, y][0][0] == character, (where, strip.text)


async def settle(driver: Driver) -> None:
    """Until nothing is asked any more, or for a while: some screens go on asking."""
    for number in range(25):
        await driver.pilot.pause()
        if number % 4 == 3 and "Asking AWS" not in (text := driver.text) and "loading" not in text:
            return


async def walk(driver: Driver, account: str, *, is_brief: bool) -> None:
    """Every screen; briefly: with fewer jobs and tabs."""
    app = driver.app
    jobs = sorted(app.all_jobs(), key=lambda job: job.job_id)
    containers = [job for job in jobs if not job.is_service_job]
    queues = [queue.job_queue_name for queue in driver.snapshot.job_queues or ()]
    environments = [each.compute_environment_name for each in driver.snapshot.compute_environments or ()]
    definition = "arn:aws:batch:us-east-1:1:job-definition/fastqc:1"

    async def visit(where: str, go: Callable[[], object], *keys: str) -> None:
        before = app.screen
        go()
        await settle(driver)
        look(driver, f"{account}: {where}")
        for key in keys:
            await driver.press(key)
            await settle(driver)
            look(driver, f"{account}: {where} after {key}")
        for _ in range(4):
            if app.screen is before:
                return
            app.pop_screen()
            await driver.pilot.pause()

    def tell(message: Any) -> Callable[[], object]:
        return partial(app.post_message, message)

    for keys in (
        ("tab",),
        ("down", "down"),
        ("tab",),
        ("tab",),
        ("0",),
        ("end",),
        ("space", "up", "space"),
        ("z",),
        ("z",),
    ):
        await driver.press(*keys)
        look(driver, f"{account}: main after {keys}")
    for text in ("a", "[", "cause:"):
        await visit(f"filter {text}", lambda: None, "slash", *text, "escape")
    for name in (place.name for place in PLACES):
        more = ("b", "b", "down", "enter") if name == "groups" else ("down", "slash", "x", "escape", "enter")
        await visit(f":{name}", partial(app.open_place, name), *more)
    tabs = ("right",) * (3 if is_brief else 7)
    some = [*containers[:2], *[job for job in jobs if job.is_service_job][:1]]
    for job in some[1:2] if is_brief else some:
        await visit("job", partial(app.open_detail, "job", job.job_id, job.job_name), *tabs, "v", "Y", "f")
        await visit(
            "log", partial(app.open_log, (job.job_id,), job.job_name), "w", "J", "J", "A", "t", "a", "home"
        )
        await visit("why", tell(WhyWanted(job.job_id, job.job_name, job)), "end")
        await visit("children", tell(ChildrenWanted(job.job_id, job.job_name, job)), "v")
        await visit("dependencies", tell(DependenciesWanted(job.job_id, job.job_name, job)))
    for kind, key in (
        *(("queue", name) for name in queues[:2]),
        *(("environment", name) for name in environments[:2]),
        ("definition", definition),
        ("scheduling-policy", "arn:aws:batch:us-east-1:1:scheduling-policy/p"),
        ("consumable-resource", "licences"),
        ("service-environment", "rooms"),
    ):
        await visit(kind, partial(app.open_detail, kind, key, key), *tabs, "f")
    await visit("revisions", tell(RevisionsWanted(definition)), "down", "enter")
    await visit("form", partial(open_form, app, JobDefinition.from_api(_definition(account))), "tab", "tab")
    await visit("palette", lambda: None, "colon", "a")
    await visit("errors", app.action_errors)
    await visit("help", app.action_help)
    questions = _questions(containers[:3], queues, environments)
    for question in questions[1:5] if is_brief else questions:
        await visit(type(question).__name__, tell(question), "right")


def _definition(account: str) -> dict[str, Any]:
    hostile = Hostile(int(account))
    return hostile.items("batch", "DescribeJobDefinitions", "jobDefinitions", 1)[0]


def _questions(jobs: list[JobSummary], queues: list[str], environments: list[str]) -> list[Any]:
    return [
        StopWanted(jobs),
        ResubmitWanted(jobs[:1]),
        ResubmitWanted(jobs),
        ResubmitWanted(jobs[:1], is_edited=True),
        *(ChangeWanted(verb, "queue", queues[0]) for verb in ("state", "numbers")),
        *(ChangeWanted(verb, "environment", environments[0]) for verb in ("state", "numbers")),
    ]


async def see_account(
    demo: DemoWorld, seed: int, caplog: pytest.LogCaptureFixture, size: tuple[int, int], *, is_brief: bool = False
) -> None:
    demo.faults[:] = [HostileAccount(seed)]
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        async with running(demo, settings=PATIENT, size=size) as driver:
            await driver.until(lambda: bool(driver.snapshot.job_queues), "queues", 60)
            await settle(driver)
            await walk(driver, str(seed), is_brief=is_brief)
            assert OURSELVES not in driver.snapshot.sources, driver.snapshot.sources[OURSELVES]
            assert driver.app._exception is None
    assert not [record for record in caplog.records if record.exc_info], caplog.text


@pytest.mark.slow
async def test_every_screen(demo: DemoWorld, caplog: pytest.LogCaptureFixture) -> None:
    await see_account(demo, 1, caplog, SIZES[0], is_brief=True)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(2, 14))
async def test_every_screen_of_more_accounts(demo: DemoWorld, caplog: pytest.LogCaptureFixture, seed: int) -> None:
    await see_account(demo, seed, caplog, SIZES[seed % len(SIZES)])
