"""One group of jobs: what these come to."""

from collections.abc import Mapping
from dataclasses import dataclass

from batchtui.insight.group_keys import GroupKey
from batchtui.model.job import FAILED, RUNNING, STARTING, SUCCEEDED, JobSummary


@dataclass(frozen=True, slots=True)
class Hours:
    """What jobs took of something, as far as it is known.

    Attributes:
        hours: Its amount times the hours for which they ran, of the jobs that are counted.
        counted: How many of them that is about.
    """

    hours: float = 0.0
    counted: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """What some jobs come to; an array counts as its children.

    Attributes:
        key: What they have in common.
        label: The same to read.
        tool: What made their names, empty where nothing tells.
        statuses: How many have each status.
        ran: How many have ever started, service jobs left out: hours are about these.
        vcpus: vCPU-hours.
        gpus: GPU-hours.
        wait: Median of the seconds between creation and start of those that have started; None where none has.
        wait_90: Nine in ten of them waited no longer.
        run: Median of the seconds for which those that ended ran.
        causes: Causes of failure and how many failed of each, the most frequent first.
        newest: When the last of them was created (epoch milliseconds).
        newest_failed: The one that was created last among those that FAILED.
        example: What AWS told of that one's failure.
    """

    key: GroupKey
    label: str
    tool: str
    statuses: Mapping[str, int]
    ran: int
    vcpus: Hours
    gpus: Hours
    wait: float | None
    wait_90: float | None
    run: float | None
    causes: tuple[tuple[str, int], ...]
    newest: int | None
    newest_failed: JobSummary | None
    example: str
    most_in: str = ""
    """Of a cause: the step in which most failed of it."""
    arrays: int = 0
    """How many of the jobs that lists show are arrays."""

    @property
    def jobs(self) -> int:
        """How many there are."""
        return sum(self.statuses.values())

    @property
    def ok(self) -> int:
        """How many ended well."""
        return self.statuses.get(SUCCEEDED, 0)

    @property
    def failed(self) -> int:
        """How many failed."""
        return self.statuses.get(FAILED, 0)

    @property
    def active(self) -> int:
        """How many can still change."""
        return self.jobs - self.ok - self.failed

    @property
    def running(self) -> int:
        """How many are on a machine."""
        return self.statuses.get(RUNNING, 0) + self.statuses.get(STARTING, 0)

    @property
    def failure_rate(self) -> float | None:
        """The part of those that ended which failed; None where none has ended."""
        ended = self.ok + self.failed
        return self.failed / ended if ended else None


def median(seconds: Mapping[int, int], part: float = 0.5) -> float | None:
    """The least length of time that so large a part of all does not exceed.

    Args:
        seconds: How often each length of time was seen.
        part: 0.5 for the median.
    """
    total = sum(seconds.values())
    below = 0
    for length in sorted(seconds):
        below += seconds[length]
        if below >= part * total:
            return float(length)
    return None
