"""Job queues and compute environments, which change rarely, and the number of the account that has them."""

import asyncio
from collections.abc import Awaitable, Callable, Collection

from batchtui.model.compute_environment import ComputeEnvironmentDetail
from batchtui.model.job_queue import JobQueueDetail
from batchtui.sync import planner
from batchtui.sync.account import Account
from batchtui.sync.snapshot import CALLER_IDENTITY, COMPUTE_ENVIRONMENTS, JOB_QUEUES, jobs_of
from batchtui.sync.sources import Sources


class Topology:
    """What was last told of them.

    Args:
        account: The gateway.
        sources: Which of them may be asked.
        guarded: Runs one source's calls, so that its failure stays its own.
        only: Names of the queues to show; all where empty.
        clock: Seconds that only ever grow.
    """

    def __init__(
        self,
        account: Account,
        sources: Sources,
        guarded: Callable[[str, Callable[[], Awaitable[None]]], Awaitable[None]],
        *,
        only: Collection[str],
        clock: Callable[[], float],
    ) -> None:
        self.job_queues: tuple[JobQueueDetail, ...] | None = None
        """Highest priority first; None until AWS has told."""
        self.compute_environments: tuple[ComputeEnvironmentDetail, ...] | None = None
        """By name; None until AWS has told."""
        self.account: str | None = None
        """The account's number."""
        self.unknown_queues: tuple[str, ...] = ()
        """Names of queues that were asked for and that AWS does not know."""
        self._api = account
        self._sources = sources
        self._guarded = guarded
        self._only = frozenset(only)
        self._clock = clock
        self._asked_at: float | None = None

    @property
    def names(self) -> list[str]:
        """The names of the queues, as far as they are known."""
        return [queue.job_queue_name for queue in self.job_queues or ()]

    def ask_soon(self) -> None:
        """Asks with the next cycle, for something may have changed."""
        self._asked_at = None

    async def refresh(self) -> bool:
        """Asks for what is due, each with its own fate; answers whether anything was."""
        now = self._clock()
        is_due = self._asked_at is None or now - self._asked_at >= planner.TOPOLOGY_SECONDS
        asked = [
            self._guarded(source, ask)
            for source, ask in (
                (JOB_QUEUES, self._refresh_job_queues),
                (COMPUTE_ENVIRONMENTS, self._refresh_compute_environments),
            )
            if (is_due or source in self._sources.failing()) and self._sources.is_ready(source)
        ]
        if not asked:
            return False
        if is_due:
            self._asked_at = now
        await asyncio.gather(*asked)
        if self.account is None and self.job_queues is not None:
            await self._find_account()
        return True

    async def _refresh_job_queues(self) -> None:
        found = await self._api.describe_job_queues()
        wanted = [queue for queue in found if not self._only or queue.job_queue_name in self._only]
        wanted.sort(key=lambda queue: (-(queue.priority or 0), queue.job_queue_name))
        names = {queue.job_queue_name for queue in wanted}
        self._sources.keep(
            lambda source: not source.startswith(jobs_of("")) or source[len(jobs_of("")) :] in names
        )
        self.job_queues, self.unknown_queues = tuple(wanted), tuple(sorted(self._only - names))

    async def _refresh_compute_environments(self) -> None:
        found = await self._api.describe_compute_environments()
        found.sort(key=lambda environment: environment.compute_environment_name)
        self.compute_environments = tuple(found)

    async def _find_account(self) -> None:
        """Every ARN holds the account's number; only an account without any costs a call."""
        arns = [queue.job_queue_arn for queue in self.job_queues or ()]
        arns += [each.compute_environment_arn for each in self.compute_environments or ()]
        numbers = (arn.split(":")[4] for arn in arns if arn and arn.count(":") >= 5)
        self.account = next((number for number in numbers if number), None)
        if self.account is None:
            await self._guarded(CALLER_IDENTITY, self._ask_for_account)
        else:
            self._sources.keep(lambda source: source != CALLER_IDENTITY)  # no trouble any more

    async def _ask_for_account(self) -> None:
        self.account = (await self._api.get_caller_identity()).account
