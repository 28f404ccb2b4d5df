"""The children of one array, or the nodes of one multi-node job: all of them, for as few calls as it takes.

A large array is listed status by status. From then on only its parent is described, and where the counts of its
summary have changed, the statuses that changed are listed anew, the shortest first, until what is known adds up
to the summary again: mostly the children that run tell it all, and the thousands that wait or have ended are not
asked for. Few children, and nodes, are described, which tells their attempts as well.
"""

from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from math import ceil
from time import monotonic
from typing import Final, Protocol

from batchtui.aws.gateway import PAGE_BY_STATUS, JobPage
from batchtui.model.children import index_of, size_of
from batchtui.model.job import (
    FAILED,
    JOB_STATUSES,
    PENDING,
    RUNNABLE,
    RUNNING,
    STARTING,
    SUBMITTED,
    SUCCEEDED,
    TERMINAL_STATUSES,
    JobSummary,
    NodeProperties,
)
from batchtui.model.job_detail import JobDetail
from batchtui.sync.store import merge

FEW: Final = 100
"""So many children are described instead of being listed."""
MOST: Final = 10_000
"""AWS Batch has no larger arrays."""
REPAIR_SECONDS: Final = 300.0
"""After so long everything is listed anew: what left a status while another entered it shows in no count."""
_A_CALL: Final = 50  # ids of one call: twice as many answers would keep the screen for long
_MOST_SOUGHT: Final = 200  # children whose listing no longer shows them, described one by one in a round
_BY_INTEREST: Final = (FAILED, RUNNING, STARTING, RUNNABLE, PENDING, SUBMITTED, SUCCEEDED)
_ON_THE_WAY: Final = (STARTING, RUNNING)


class Reads(Protocol):
    """What tells of children: the gateway."""

    def describe_jobs(self, job_ids: Sequence[str], *, urgent: bool = False) -> Awaitable[list[JobDetail]]: ...
    def list_children(
        self,
        job_id: str,
        job_status: str,
        *,
        is_array: bool,
        job_queue: str = "",
        page_size: int = PAGE_BY_STATUS,
        urgent: bool = True,
    ) -> AsyncGenerator[JobPage]: ...


def to_list(told: Mapping[str, int], before: Mapping[str, int] | None) -> list[str]:
    """The statuses to list, in the order in which they are asked for; pure.

    Args:
        told: The children by status, as the parent's summary tells them now.
        before: The same when they were last listed; None where nothing is known yet.
    """
    statuses = [*_BY_INTEREST, *sorted(set(told) - set(_BY_INTEREST))]
    if before is None:
        return [status for status in statuses if told.get(status, 0)] if told else list(_BY_INTEREST)
    changed = [status for status in statuses if told.get(status, 0) != before.get(status, 0)]
    if not changed:
        return []
    # Children come through these: as many may have left as have entered.
    passed = [status for status in _ON_THE_WAY if status not in changed and told.get(status, 0)]

    def cost(status: str) -> tuple[int, bool]:
        return ceil(told.get(status, 0) / PAGE_BY_STATUS), status not in _ON_THE_WAY

    return sorted((*changed, *passed), key=cost)


class ChildrenReader:
    """Keeps what is known of the children of one job.

    Args:
        reads: The gateway.
        job_id: The parent.
    """

    def __init__(self, reads: Reads, job_id: str) -> None:
        self._reads = reads
        self.job_id = job_id
        self.parent: JobDetail | None = None
        """None until AWS has told."""
        self.is_unknown = False
        """AWS does not know the parent, or not any more."""
        self.children: list[JobSummary | None] = []
        """By index; None where nothing is known of one yet."""
        self.attempts: dict[int, tuple[str, int, int | None]] = {}
        """By index: in which status it was described, the attempts that it has begun, and its most."""
        self.calls = 0
        """Calls of the last round."""
        self._listed: Mapping[str, int] | None = None
        self._listed_at = 0.0

    @property
    def is_array(self) -> bool:
        """Whether the parent is an array, not a multi-node job."""
        array = self.parent.summary.array_properties if self.parent else None
        return array is not None and bool(array.size)

    @property
    def known(self) -> list[JobSummary]:
        """The children of which something is known, by index."""
        return [child for child in self.children if child is not None]

    @property
    def is_over(self) -> bool:
        """Whether nothing can change any more."""
        return (
            self.parent is not None
            and not self.parent.summary.is_active
            and all(child is not None and not child.is_active for child in self.children)
        )

    def id_of(self, index: int) -> str:
        """The id of a child or of a node."""
        return f"{self.job_id}{':' if self.is_array else '#'}{index}"

    async def refresh(self, *, is_whole: bool = False, urgent: bool = False) -> AsyncGenerator[None]:
        """Asks for what may have changed; yields after each answer.

        Args:
            is_whole: List everything anew, whatever the counts say.
            urgent: A person waits.

        Raises:
            AwsError: AWS did not answer; what was known stays.
        """
        self.calls = 0
        found = await self._described([self.job_id], urgent=urgent)
        self.is_unknown = not found
        if not found:
            return
        parent = self.parent = found[0]
        size = min(MOST, size_of(parent.summary))
        if len(self.children) != size:
            self.children, self._listed = [None] * size, None
        yield
        if not size:
            return
        told = dict(parent.summary.array_properties.status_summary) if parent.summary.array_properties else {}
        if is_whole or monotonic() - self._listed_at > REPAIR_SECONDS:
            self._listed = None
        if self.is_array and told == self._listed:
            return
        if not self.is_array or size <= FEW:
            steps = self._describe(self._changing(), urgent=urgent)
        else:
            steps = self._list(to_list(told, self._listed), told, urgent=urgent)
        async with aclosing(steps):
            async for _ in steps:
                yield
        if not self.is_array and self._listed is None and not self.known:  # described they are nothing to AWS
            async with aclosing(self._list(to_list({}, None), {}, urgent=urgent)) as steps:
                async for _ in steps:
                    yield
        self._listed, self._listed_at = told, monotonic()

    async def describe(self, indexes: Iterable[int]) -> AsyncGenerator[None]:
        """The attempts of these children, where they are not known; yields after each answer.

        Raises:
            AwsError: AWS did not answer.
        """
        async with aclosing(self._describe(self.undescribed(indexes), urgent=False)) as steps:
            async for _ in steps:
                yield

    def undescribed(self, indexes: Iterable[int]) -> list[int]:
        """Those of these children whose attempts are not known, or of another status than theirs."""
        return [
            index
            for index in indexes
            if (child := self.children[index]) is not None
            and self.attempts.get(index, ("",))[0] != child.status
            and child.status not in (SUBMITTED, PENDING)
        ]

    def _changing(self) -> list[int]:
        return [index for index, child in enumerate(self.children) if child is None or child.is_active]

    async def _describe(self, indexes: Sequence[int], *, urgent: bool) -> AsyncGenerator[None]:
        for start in range(0, len(indexes), _A_CALL):
            ids = [self.id_of(index) for index in indexes[start : start + _A_CALL]]
            for detail in await self._described(ids, urgent=urgent):
                self._take(detail.summary)
                self._note_attempts(detail)
            yield

    def _note_attempts(self, detail: JobDetail) -> None:
        index, status = index_of(detail.summary.job_id), detail.summary.status
        if index is not None:
            begun = len(detail.attempts) + (status in _ON_THE_WAY)
            self.attempts[index] = (status, begun, detail.retry_attempts)

    async def _list(
        self, statuses: Sequence[str], told: Mapping[str, int], *, urgent: bool
    ) -> AsyncGenerator[None]:
        sought: dict[int, str] = {}  # children that the listing of their status no longer shows
        is_first = self._listed is None
        for number, status in enumerate(statuses):
            if number and not is_first and self._counts() == {s: n for s, n in told.items() if n}:
                break  # it adds up: the longer lists need not be asked for
            there = {
                index for index, child in enumerate(self.children) if child is not None and child.status == status
            }
            listing = self._reads.list_children(
                self.job_id, status, is_array=self.is_array, job_queue=self._queue, urgent=urgent
            )
            async with aclosing(listing) as pages:
                async for page in pages:
                    self.calls += 1
                    for child in page.jobs:
                        self._take(child)
                        there.discard(index_of(child.job_id) or 0)
                    yield
            sought |= dict.fromkeys(there, status) if status not in TERMINAL_STATUSES else {}
            sought = {index: was for index, was in sought.items() if self._status(index) == was}
            if len(sought) <= _A_CALL and not is_first:
                async with aclosing(self._describe(sorted(sought), urgent=urgent)) as steps:
                    async for _ in steps:
                        yield
                sought.clear()
        missing = [index for index, child in enumerate(self.children) if child is None]
        rest = [*missing, *sorted(sought)][:_MOST_SOUGHT]
        async with aclosing(self._describe(rest, urgent=urgent)) as steps:
            async for _ in steps:
                yield

    def _status(self, index: int) -> str | None:
        child = self.children[index]
        return child.status if child is not None else None

    def _counts(self) -> Mapping[str, int]:
        return Counter(child.status for child in self.children if child is not None)

    @property
    def _queue(self) -> str:
        return self.parent.summary.job_queue if self.parent else ""

    def _take(self, seen: JobSummary) -> None:
        index = index_of(seen.job_id)
        if index is None or not 0 <= index < len(self.children):
            return
        if not self.is_array:  # a node that is described does not tell how many there are
            own = seen.node_properties or NodeProperties(node_index=index)
            seen = replace(seen, node_properties=replace(own, num_nodes=len(self.children)))
        known = self.children[index]
        self.children[index] = seen if known is None else merge(known, seen)

    async def _described(self, job_ids: Sequence[str], *, urgent: bool) -> list[JobDetail]:
        self.calls += 1
        return await self._reads.describe_jobs(job_ids, urgent=urgent)


def counts_of(children: Iterable[JobSummary]) -> list[tuple[str, int]]:
    """How many there are in each status, in the order of the lifecycle."""
    counts = Counter(child.status for child in children)
    known = [status for status in JOB_STATUSES if counts[status]]
    return [(status, counts[status]) for status in (*known, *sorted(set(counts) - set(JOB_STATUSES)))]
