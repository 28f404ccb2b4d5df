"""API calls per polling cycle for 10 queues with 300 active jobs, counted at the endpoint."""

from batchtui.aws.connection import Connection
from batchtui.aws.connection_settings import ConnectionSettings
from batchtui.aws.gateway import Gateway
from batchtui.aws.pacing import CallBudget
from batchtui.model.job import JOB_STATUSES
from batchtui.settings import Settings
from batchtui.sync.pace import REPAIR_SECONDS
from batchtui.sync.planner import TOPOLOGY_SECONDS
from batchtui.sync.poller import Poller
from benchmarks.fixed_account import FixedAccount
from benchmarks.options import Options
from benchmarks.report import Row
from benchmarks.spread import Spread

QUEUES, RUNNING, SUCCEEDED, FAILED = 10, 30, 70, 30
AIM = 13
_JOB_CALLS = ("ListJobs", "DescribeJobs")
_MINUTES = 12  # with every queue's repair sweep among them
_CALM_SECONDS = REPAIR_SECONDS / 2  # before the first of them
_MOST_CYCLES_OF_SWEEP = 20


class AccountTime:
    """A clock that is moved by hand, so that minutes of polling take seconds."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        """Seconds since it began."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Lets the time pass without waiting."""
        self._now += seconds


async def measure(options: Options) -> list[Row]:
    """The real poller, gateway and client, over HTTP. Nothing is random here: once is enough."""
    settings, time = Settings(), AccountTime()
    account = FixedAccount(queues=QUEUES, running=RUNNING, succeeded=SUCCEEDED, failed=FAILED)
    async with account.serving() as url:
        connection = Connection(ConnectionSettings(None, "us-east-1", url, "benchmark", "benchmark"))
        try:
            budget = CallBudget(settings.max_calls_per_second, clock=time.now, sleep=time.sleep)
            gateway = Gateway(connection, budget)
            poller = Poller(gateway, refresh=settings.refresh, clock=time.now, wall_clock=time.now)
            sweep = await _sweep(poller, account)
            cycles = [await _cycle(poller, account, time) for _ in range(int(_MINUTES * 60 / settings.refresh))]
        finally:
            await connection.close()
    calm = [jobs for jobs, _ in cycles[: int(_CALM_SECONDS / settings.refresh)]]
    calls = Spread.of(calm)
    naive = QUEUES * len(JOB_STATUSES)
    whole = sum(total for _, total in cycles) / len(cycles)
    return [
        Row(
            f"calls per cycle, {QUEUES} queues, {QUEUES * RUNNING} active jobs",
            f"{calls.median:.0f}",
            f"{AIM}",
            calls.most <= AIM,
            (
                f"{calls.median / naive:.2f} × listing {len(JOB_STATUSES)} statuses of every queue ({naive}); "
                f"least–most {calls.least:.0f}–{calls.most:.0f} over {len(calm)} cycles; first sweep {sweep}",
            ),
        ),
        Row(
            "… with all that comes now and then",
            f"{whole:.1f}",
            details=(
                f"{whole / naive:.2f} × {naive}; mean of {len(cycles)} cycles ({_MINUTES} account minutes), "
                f"with queues and environments every {TOPOLOGY_SECONDS:.0f} s "
                f"and a repair sweep of each queue every {REPAIR_SECONDS:.0f} s",
            ),
        ),
    ]


async def _sweep(poller: Poller, account: FixedAccount) -> int:
    """Cycles until everything is shown once; how many calls that took."""
    for _ in range(_MOST_CYCLES_OF_SWEEP):
        await poller.run_cycle()
        if poller.snapshot.job_queues is not None and poller.snapshot.progress is None:
            break
    shown = sum(len(jobs.jobs) for jobs in poller.snapshot.jobs.values())
    assert shown == QUEUES * (RUNNING + SUCCEEDED + FAILED), f"the sweep found {shown} jobs"
    return account.calls.total()


async def _cycle(poller: Poller, account: FixedAccount, time: AccountTime) -> tuple[int, int]:
    """One cycle when it is due: its calls about jobs, and all."""
    await time.sleep(poller.seconds_to_rest)
    account.calls.clear()
    await poller.run_cycle()
    return sum(account.calls[name] for name in _JOB_CALLS), account.calls.total()
