"""One soak: hours of faults and of somebody at the keyboard, and then the comparison with the account."""

import asyncio
import gc
import logging
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from random import Random
from typing import Any

from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.demo.scenario import build_account
from batchtui.demo.service_jobs import QUEUE as SERVICE_QUEUE
from batchtui.settings import Settings
from batchtui.sync.snapshot import OURSELVES
from batchtui.ui.app import BatchtuiApp
from tests.soak.account import NotingServer, StoppableClock
from tests.soak.holding import Held, growing, held
from tests.soak.person import Person
from tests.soak.swift_time import SwiftLoop, SwiftTime
from tests.soak.weather import Weather
from tests.ui.drawing import drawn_when_looked_at
from tests.worlds import REGION, STATUSES, World

LOOKS = 8
JOBS = 700
SETTLING_SECONDS = 1_500.0
"""Longer than any backoff, and than it takes until every queue was swept once more."""
_MOST_BARS = 6
"""Lists that stay: the three panes and the groups, with what is beside them."""
QUIET_SECONDS = 200.0
"""Longer than an idle connection is kept, at both ends."""
_SETTINGS = Settings(refresh=20.0, max_calls_per_second=4.0, fresh=True)


class Complaints(logging.Handler):
    """What should not be in the log: mistakes of the program, or of asyncio on its behalf."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(self.format(record))

    def unraisable(self, found: Any) -> None:
        self.found.append(f"{found.err_msg}: {found.exc_value!r} in {found.object!r}")


class Soak:
    """An app before a person, on an account in bad weather."""

    def __init__(
        self, app: BatchtuiApp, person: Person, weather: Weather, server: NotingServer, world: World
    ) -> None:
        self.app, self.person, self.weather, self.server, self.world = app, person, weather, server, world
        self.account = app.account
        self.loop = asyncio.get_running_loop()
        assert isinstance(self.loop, SwiftLoop)

    async def live(self) -> None:
        """Waits until the first sweep is done."""
        async with asyncio.timeout(600):
            while self.app.snapshot.job_queues is None or self.app.snapshot.progress is not None:  # noqa: ASYNC110  # the app has no event
                await asyncio.sleep(1.0)

    async def resting(self) -> Held:
        """What is held while nothing goes on: on the main screen, with polling paused, connections closed."""
        await self.person.go_home()
        self.app.account.logs.close()  # the last one is kept for who comes back to it
        self.world.close()  # its connections are none of the app's
        self.app.action_pause()
        await asyncio.sleep(QUIET_SECONDS)
        assert isinstance(self.loop, SwiftLoop)
        found = held(self.loop)
        self.app.action_pause()
        return found

    async def compare_jobs(self) -> None:
        """What the app knows is what another client is told: every queue, environment and job."""
        assert self.app.account is self.account, f"it went elsewhere: {self.app.account.title}"
        snapshot = self.app.snapshot
        told = await asyncio.to_thread(self._truth)
        known = {
            name: {job_id: job.status for job_id, job in jobs.jobs.items()} for name, jobs in snapshot.jobs.items()
        }
        for name, jobs in told.items():
            lost = jobs.keys() - known[name].keys()
            invented = known[name].keys() - jobs.keys()
            others = {
                i: (known[name][i], jobs[i]) for i in jobs.keys() & known[name].keys() if known[name][i] != jobs[i]
            }
            assert not lost, f"{name} lost {lost}"
            assert not invented, f"{name} invented {invented}"
            assert not others, f"{name} has others: {others}"
        assert known.keys() == told.keys()
        answer = await asyncio.to_thread(self.world.batch.describe_job_queues)
        states = {each["jobQueueName"]: (each["state"], each["priority"]) for each in answer["jobQueues"]}
        assert {q.job_queue_name: (q.state, q.priority) for q in snapshot.job_queues or ()} == states
        failing = {name: state.error for name, state in snapshot.sources.items() if state.error is not None}
        assert not failing, f"still failing: {failing}"

    def _truth(self) -> dict[str, dict[str, str]]:
        return {
            name: self._service_jobs(name) if name == SERVICE_QUEUE else self.world.truth(name)
            for name in sorted(self.world.queues())
        }

    def _service_jobs(self, queue: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for status in (*STATUSES, "SCHEDULED"):
            request: dict[str, Any] = {"jobQueue": queue, "jobStatus": status}
            while True:
                answer = self.world.batch.list_service_jobs(**request)
                found.update({job["jobId"]: job["status"] for job in answer["jobSummaryList"]})
                if "nextToken" not in answer:
                    break
                request["nextToken"] = answer["nextToken"]
        return found

    def compare_changes(self) -> None:
        """What was changed is what was asked for, and the history tells so."""
        assert self.app.account.record is not None
        entries = self.app.account.record.entries
        done = self.server.done

        def counted(action: str, *outcomes: str) -> int:
            return sum(e.count for e in entries if e.action == action and (not outcomes or e.outcome in outcomes))

        submitted = [each.answer["jobId"] for each in done if each.operation == "SubmitJob"]
        accepted = [e.new_job_id for e in entries if e.action == "SubmitJob" and e.outcome == "accepted"]
        assert len(set(accepted)) == len(accepted), "a new job twice in the history"
        assert set(accepted) <= set(submitted), "a new job that there is not"
        surplus = len(submitted) - len(accepted)
        assert surplus <= counted("SubmitJob", "in doubt"), f"{surplus} jobs that the history does not tell"
        assert self.server.calls["SubmitJob"] <= self.person.agreed["submit"], (
            "asked for more often than agreed to"
        )
        stopped = {str(e.asked.get("jobId")) for e in done if e.operation in ("TerminateJob", "CancelJob")}
        assert stopped <= self.person.chosen, f"stopped without being asked: {stopped - self.person.chosen}"
        for operation in ("UpdateJobQueue", "UpdateComputeEnvironment"):
            count = sum(each.operation == operation for each in done)
            least, most = counted(operation, "accepted"), counted(operation, "accepted", "in doubt")
            assert least <= count <= most, f"{operation}: {count} done, {least} to {most} in the history"
        assert (
            sum(self.server.calls[name] for name in ("UpdateJobQueue", "UpdateComputeEnvironment"))
            <= (self.person.agreed["change"])
        )


@asynccontextmanager
async def _soaking(seed: int, clock: StoppableClock) -> AsyncIterator[Soak]:
    chance = Random(seed)
    account = build_account(clock=clock, jobs=JOBS, seed=seed, service_jobs=True)
    weather = Weather(Random(chance.random()))
    server = NotingServer(account, fault=weather)
    server.done = []
    endpoint = await server.start()
    world = World(endpoint.url, endpoint.access_key_id, endpoint.secret_access_key, "qc-fargate", "fastqc")

    @asynccontextmanager
    async def reached() -> AsyncIterator[ConnectionSettings]:
        yield ConnectionSettings(None, REGION, endpoint.url, endpoint.access_key_id, endpoint.secret_access_key)

    app = BatchtuiApp(replace(_SETTINGS, endpoint_url=endpoint.url), reached())
    try:
        with drawn_when_looked_at():
            async with app.run_test(size=(160, 45), notifications=True) as pilot:
                person = Person(app, pilot, Random(chance.random()))
                yield Soak(app, person, weather, server, world)
    finally:
        world.close()
        await server.stop()


def _without_bars(tasks: Counter[str]) -> Counter[str]:
    """A list has no scroll bar until it is longer than its pane, and then keeps it: as many as there are lists."""
    bars = {name: count for name, count in tasks.items() if name.endswith("ScrollBar") and count <= _MOST_BARS}
    return tasks - Counter(bars)


async def soak(seed: int, hours: float, complaints: Complaints) -> str:
    """The whole; gives a line of figures.

    Raises:
        AssertionError: What was found.
    """
    clock, looks = StoppableClock(), []
    loop = asyncio.get_running_loop()
    async with _soaking(seed, clock) as run:
        try:
            run.weather._until = loop.time() + 120  # the first look at all is in peace
            run.weather._is_calm = True
            await run.live()
            run.app.open_place("groups")  # which is kept once it was opened
            await asyncio.sleep(10)
            first = await run.resting()
            for _ in range(LOOKS):
                until = loop.time() + hours * 3600 / LOOKS
                while loop.time() < until:
                    await run.person.act()
                    assert run.app.is_running, "it has ended"
                    assert OURSELVES not in run.app.snapshot.sources, run.app.snapshot.sources[OURSELVES]
                looks.append(await run.resting())
            run.weather.end()
            await asyncio.sleep(SETTLING_SECONDS)
            clock.stop()
            run.app.action_refresh_now()
            await asyncio.sleep(SETTLING_SECONDS)
            await run.compare_jobs()
            run.compare_changes()
            last = await run.resting()
            assert not (more_tasks := _without_bars(last.tasks - first.tasks)), f"tasks: {more_tasks}"
            assert last.timers <= first.timers + 2, f"timers: {first.timers}, then {last.timers}"
            assert last.files["socket"] <= first.files["socket"], f"files: {first.files}, then {last.files}"
            assert last.threads <= first.threads + 6, f"threads: {first.threads}, then {last.threads}"
            assert not (more := growing(looks)), f"it grows: {more}"
        except BaseException:
            sys.stderr.write(f"the last of what was done: {' '.join(run.person.journal[-60:])}\n")
            raise
        kinds = ", ".join(f"{name} {count}" for name, count in sorted(run.weather.seen.items()))
        changed = Counter(each.operation for each in run.server.done)
        figures = (
            f"{len(run.person.journal)} keys and turns, {sum(run.server.calls.values())} calls, "
            f"{run.weather.faults} of them faulty ({kinds}), changed {dict(changed)}"
        )
    assert not complaints.found, complaints.found
    return figures


def main(seed: int, hours: float, swift: SwiftTime) -> None:
    """Runs one."""
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    sys.unraisablehook = complaints.unraisable
    random.seed(seed)
    gc.set_threshold(50_000, 20, 50)
    with asyncio.Runner(loop_factory=lambda: SwiftLoop(swift)) as runner:
        sys.stdout.write(runner.run(soak(seed, hours, complaints)) + "\n")
    assert not complaints.found, complaints.found
