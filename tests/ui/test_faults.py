"""Everything that can go wrong, one after another in one app: what it says, what it keeps, and that it goes on."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from rich.cells import cell_len
from textual.message import Message

from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.demo.faults import FaultSource
from batchtui.format import text_of
from batchtui.model.job import JobSummary
from batchtui.settings import Settings
from batchtui.sync import poller, sources
from batchtui.sync.condition import Condition
from batchtui.sync.snapshot import jobs_of
from batchtui.ui.messages import DetailWanted, LogWanted, WhyWanted
from batchtui.ui.screens.text import error_lines
from batchtui.ui.widgets.status_bar import StatusBar
from tests.conftest import use_credentials_of
from tests.faults import FAULTS, PATIENCE, FaultCase
from tests.ui.driver import Driver, running
from tests.worlds import DemoWorld, demo_world

RESOURCE = "dragen-licences"
PROMPT = Settings(max_calls_per_second=5000.0, refresh=0.3)


@asynccontextmanager
async def impatient(demo: DemoWorld, seconds: float = PATIENCE) -> AsyncIterator[ConnectionSettings]:
    """The account, of which no answer is waited for long."""
    yield ConnectionSettings(endpoint_url=demo.url, answer_seconds=seconds)


def begin(demo: DemoWorld, fault: FaultCase) -> None:
    if fault.make is None:
        demo.unplug()
    else:
        demo.faults[:] = [fault.make(0)]


def end(demo: DemoWorld, fault: FaultCase) -> None:
    demo.heal()
    if fault.make is None:
        demo.plug_in()


def lists(driver: Driver) -> list[str]:
    return [jobs_of(name) for name in driver.snapshot.jobs]


def bar(driver: Driver) -> str:
    return driver.text.splitlines()[0]


async def live_through(demo: DemoWorld, driver: Driver, fault: FaultCase, known: set[str]) -> None:
    begin(demo, fault)
    await driver.press("ctrl+r")
    if fault.error is not None:
        await driver.until(lambda: fault.word in bar(driver), f"{fault.name}: {fault.word}")
    if fault.error is not None and not fault.can_pass:
        failing = ("DescribeJobQueues", "DescribeComputeEnvironments", *lists(driver))
        await driver.until(lambda: all(map(driver.snapshot.error_of, failing)), f"{fault.name}: all fail")
        for operation in ("DescribeJobQueues", "DescribeComputeEnvironments", "ListJobs"):
            await driver.until_text(f"✕ {operation} fails for")
        assert {job.job_id for job in driver.app.all_jobs()} >= known, fault.name
    end(demo, fault)
    await driver.until(lambda: "● live" in bar(driver), f"{fault.name}: it goes on by itself")


@pytest.mark.slow
async def test_it_survives_them_all(demo: DemoWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "FIRST_BACKOFF_SECONDS", 0.1)
    async with running(demo, settings=PROMPT, account=impatient(demo)) as driver:
        await driver.until_live()
        truth = {job_id: status for queue in demo.queues() for job_id, status in demo.truth(queue).items()}
        for fault in FAULTS:
            await live_through(demo, driver, fault, set(truth))
        await driver.press("ctrl+r")
        await driver.until(
            lambda: {job.job_id: job.status for job in driver.app.all_jobs()} == truth, "nothing was lost"
        )


def test_what_only_a_person_can_end_goes_before_all_else() -> None:
    bar = StatusBar()
    bar.where, bar.now, bar.calls_per_minute = ("prod", "us-east-1", "123456789012"), 100.0, 12
    for word, comes_first in (
        ("credentials expired", True),
        ("credentials expired or rejected", True),
        ("offline", False),
    ):
        bar.condition = Condition(word, "Run 'aws sso login --profile prod'; batchtui goes on by itself.", 40.0)
        (line,) = bar.content(80)
        assert ("aws sso login --profile prod" in text_of(line)) == comes_first
        assert f"✕ {word} 1m" in text_of(line)
        assert text_of(line).lstrip().startswith(("prod  ✕", "prod · us-east-1", "batchtui  prod"))
        assert cell_len(text_of(line)) <= 80
        (line,) = bar.content(200)
        assert "prod · us-east-1 · 123456789012" in text_of(line)
        assert "12 calls/min" in text_of(line)


DENIED = {"status": 403, "code": "AccessDeniedException", "message": "not for you"}


@dataclass(frozen=True)
class Source:
    """A screen that asks AWS itself."""

    operation: str
    open: Callable[[Driver], object]
    says: str = "not for you"
    is_polled: bool = False
    """Whether the lists need the same operation."""


def place(name: str) -> Callable[[Driver], object]:
    return lambda driver: driver.app.open_place(name)


def detail(kind: str, key: str, tab: str = "") -> Callable[[Driver], object]:
    def open_it(driver: Driver) -> None:
        driver.main.post_message(DetailWanted(kind, key, key, tab=tab))

    return open_it


def of_job(wish: Callable[[JobSummary], Message], status: str) -> Callable[[Driver], object]:
    """Opens what is wanted of the newest job of a status that is no array."""

    def open_it(driver: Driver) -> None:
        jobs = [each for each in driver.app.all_jobs() if each.status == status and each.job_queue == "qc-fargate"]
        job = max((each for each in jobs if not each.array_properties), key=lambda each: each.created_at or 0)
        driver.main.post_message(wish(job))

    return open_it


def host_of(job: JobSummary) -> Message:
    return DetailWanted("job", job.job_id, "x", tab="Host")


def a_service_job(driver: Driver) -> None:
    job = next(each for each in driver.app.all_jobs() if each.is_service_job)
    driver.main.post_message(DetailWanted("job", job.job_id, "x"))


SOURCES = (
    Source("DescribeJobDefinitions", place("definitions")),
    Source("ListSchedulingPolicies", place("scheduling-policies")),
    Source("DescribeSchedulingPolicies", place("scheduling-policies")),
    Source("ListConsumableResources", place("consumable-resources")),
    Source("DescribeServiceEnvironments", place("service-environments")),
    Source("GetJobQueueSnapshot", detail("queue", "align-high", tab="Insight")),
    Source("DescribeConsumableResource", detail("consumable-resource", RESOURCE)),
    Source("ListJobsByConsumableResource", detail("consumable-resource", RESOURCE)),
    Source("DescribeJobDefinitions", detail("definition", "fastqc:1")),
    Source(
        "DescribeTasks", of_job(lambda job: DetailWanted("job", job.job_id, "x", tab="Host"), "RUNNING"), "denied"
    ),
    Source("GetLogEvents", of_job(lambda job: LogWanted((job.job_id,), "x"), "RUNNING")),
    Source("DescribeServiceJob", a_service_job, is_polled=True),
    Source("DescribeJobs", of_job(lambda job: DetailWanted("job", job.job_id, "x"), "SUCCEEDED"), is_polled=True),
    Source("DescribeJobs", of_job(lambda job: WhyWanted(job.job_id, "x", job), "FAILED"), is_polled=True),
)


async def look_at(demo: DemoWorld, driver: Driver, source: Source) -> None:
    demo.fault(source.operation, **DENIED)
    source.open(driver)
    what = f"{source.operation} is denied"
    await driver.until(lambda: source.says in driver.text, what)
    assert driver.app.screen is not driver.main
    if not source.is_polled:
        assert not [each for each in driver.snapshot.sources.values() if each.error], what
    demo.heal()
    await driver.press("ctrl+r")
    await driver.until(lambda: source.says not in driver.text, f"{what}, and then no more")
    while driver.app.screen is not driver.main:
        await driver.press("escape")
    await driver.until_live()


@pytest.mark.slow
async def test_what_is_denied_to_one_screen_darkens_that_one_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with demo_world(service_jobs=True) as demo:
        use_credentials_of(demo, monkeypatch)
        async with running(demo, settings=PROMPT) as driver:
            await driver.until_live()
            for source in SOURCES:
                await look_at(demo, driver, source)
            await driver.press("exclamation_mark")
            await driver.until_text("Errors of this session")
            listed = error_lines(driver.app.account.errors)
            text = "\n".join(text_of(line) for line in listed)
            for source in SOURCES:
                assert (source.operation in text) == (source.operation != "DescribeTasks"), source.operation


FAILING = {"status": 503, "code": "ServiceUnavailable", "message": "nobody is here"}
WATCHED = (
    Source("DescribeConsumableResource", detail("consumable-resource", RESOURCE)),
    Source("ListJobsByConsumableResource", detail("consumable-resource", RESOURCE)),
    Source("DescribeTasks", of_job(host_of, "RUNNING")),
    Source("GetJobQueueSnapshot", detail("queue", "align-high", tab="Insight")),
)


async def fail_for_a_while(demo: DemoWorld, driver: Driver, source: Source) -> None:
    assert demo.server is not None
    calls = demo.server.calls
    before = calls[source.operation]
    demo.fault(source.operation, **FAILING)
    source.open(driver)
    await driver.until_text("nobody is here")
    rounds = calls["ListJobs"] + 3 * len(driver.snapshot.jobs)
    await driver.until(lambda: calls["ListJobs"] >= rounds, "the lists went on")
    assert calls[source.operation] == before + 1, f"{source.operation} is left alone"
    demo.heal()
    await driver.press("ctrl+r")
    await driver.until(lambda: "nobody is here" not in driver.text, "who asks is answered")
    while driver.app.screen is not driver.main:
        await driver.press("escape")


async def test_what_fails_on_a_screen_is_left_alone_as_long_as_in_the_lists(
    demo: DemoWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "FIRST_BACKOFF_SECONDS", 60.0)
    monkeypatch.setattr(poller, "UNSEEN_SECONDS", 0.3)  # by which it is known that time has passed
    async with running(demo, settings=PROMPT) as driver:
        await driver.until_live()
        for source in WATCHED:
            await fail_for_a_while(demo, driver, source)


SAID = {"denied", "is throttled"}
"""Where a screen has words of its own for what AWS said."""


def only(fault: FaultCase, variant: int, operation: str) -> FaultSource:
    """The fault, of one operation alone."""
    assert fault.make is not None
    made = fault.make(variant)
    return lambda asked: made(asked) if asked == operation else None


async def bear(demo: DemoWorld, driver: Driver, source: Source, fault: FaultCase, variant: int) -> None:
    """The screen says what is wrong; the lists go on, and so does it once AWS is well again."""
    what, app = f"{source.operation}: {fault.name} ({variant})", driver.app
    demo.faults[:] = [only(fault, variant, source.operation)]
    assert demo.server is not None
    before = demo.server.calls[source.operation]
    source.open(driver)
    calls = demo.server.calls
    await driver.until(lambda: calls[source.operation] > before and app.screen is not driver.main, what)
    if fault.error is not None and not fault.can_pass:

        def told() -> set[str]:
            heard = [each.error for each in app.account.errors if each.error.operation == source.operation]
            return {error.detail[:40] for error in heard if isinstance(error, fault.error or ())}

        if source.operation != "DescribeTasks" or fault.name != "denied":
            await driver.until(lambda: bool(told()), f"{what}: it is in the list of errors")
        if not source.is_polled:
            await driver.until(lambda: any(each in driver.text for each in told() | SAID), f"{what}: it says so")
            if fault.patience > PATIENCE:  # else any other answer may have come too late, too
                assert not [each for each in driver.snapshot.sources.values() if each.error], what
    demo.heal()
    await driver.press("ctrl+r")
    await driver.until(
        lambda: not any(each in driver.text for each in (*SAID, "fails for")), f"{what}: it goes on"
    )
    while app.screen is not driver.main:
        await driver.press("escape")
    await driver.until_live()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", [each for each in FAULTS if each.make], ids=lambda fault: fault.name)
async def test_every_screen_that_asks_bears_every_fault(fault: FaultCase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "FIRST_BACKOFF_SECONDS", 0.1)
    with demo_world(service_jobs=True) as demo:
        use_credentials_of(demo, monkeypatch)
        async with running(demo, settings=PROMPT, account=impatient(demo, fault.patience)) as driver:
            await driver.until_live()
            for variant in range(min(2, fault.variants)):  # more of them are tried against each gateway
                for source in SOURCES:
                    await bear(demo, driver, source, fault, variant)
