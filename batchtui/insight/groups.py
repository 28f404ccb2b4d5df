"""Jobs put together, and what they come to: counts, failures, hours, waits. Pure, in steps of a millisecond."""

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from batchtui.insight.group_keys import By, GroupKey, Keyed, Needs, is_array, key_by, tags_of
from batchtui.insight.job_cause import alike, cause_of
from batchtui.insight.job_names import STEP_FUNCTIONS, step_of, unfolded
from batchtui.model.job import FAILED, RUNNING, STARTING, SUCCEEDED, JobSummary

MOST_GROUPS: Final = 5_000
"""What belongs to further ones is counted together: nobody reads more, and each takes a kilobyte."""
OTHERS: Final = GroupKey(f"others: beyond {MOST_GROUPS:,} groups", is_rest=True)
_AT_ONCE: Final = 100  # jobs of a step of the work
_FINISHED_AT_ONCE: Final = 50
_MOST_CAUSES: Final = 500  # of one group
_MOST_TAGS: Final = 200
_HOUR: Final = 3600.0


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
    """What some jobs come to; an array counts as one job, but where each array is a group of its own.

    Attributes:
        key: What they have in common.
        label: The same to read.
        tool: What made their names, empty where nothing tells.
        statuses: How many have each status.
        ran: How many have ever started, arrays and service jobs left out: hours are about these.
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


@dataclass(frozen=True, slots=True)
class Grouping:
    """All groups of some jobs, each job in exactly one of them, but those that belong to none.

    Attributes:
        groups: The largest first, those of what is not known at the end.
        jobs: How many jobs were looked at.
        left_out: How many of them belong to no group.
        ran: How many of them have started, arrays and service jobs left out.
        vcpus_counted: Of how many of these the vCPU-hours are known.
        gpus_counted: The same of GPU-hours.
        tags: Names of tags by how many jobs have them, the most frequent first.
        arrays: How many of the jobs are arrays.
    """

    groups: tuple[Group, ...] = ()
    jobs: int = 0
    left_out: int = 0
    ran: int = 0
    vcpus_counted: int = 0
    gpus_counted: int = 0
    tags: tuple[str, ...] = ()
    arrays: int = 0


def grouped(
    jobs: Sequence[JobSummary], by: By, *, now: float, tag: str = "", needs: Needs | None = None
) -> Generator[None, None, Grouping]:
    """Puts jobs together.

    Args:
        jobs: Each once.
        by: What the jobs of a group have in common.
        now: Epoch seconds.
        tag: The name of the tag, where it is by tag.
        needs: What is known of jobs that were described, by id.
    """
    known = needs or {}
    key_of = key_by(by, tag, known)
    tallies: dict[GroupKey, _Tally] = {}
    tags: Counter[str] = Counter()
    left_out = 0
    for start in range(0, len(jobs), _AT_ONCE):
        for job in jobs[start : start + _AT_ONCE]:
            if by is By.TAG and len(tags) < _MOST_TAGS:
                tags.update(name for name, _ in tags_of(job, known) or ())
            keyed = key_of(job)
            if keyed is None:
                left_out += 1
                continue
            tally = tallies.get(keyed[0])
            if tally is None:
                place = keyed[0] if len(tallies) < MOST_GROUPS or keyed[0].is_rest else OTHERS
                tally = tallies.get(place)
                if tally is None:
                    tally = tallies[place] = _Tally(by)
            tally.add(job, keyed, now, known)
        yield
    groups: list[Group] = []
    for key, tally in tallies.items():
        groups.append(tally.group(key))
        if len(groups) % _FINISHED_AT_ONCE == 0 or len(tally.waits) > _AT_ONCE:
            yield
    groups.sort(key=lambda group: (group.key.is_rest, -group.jobs, group.label, group.tool))
    yield
    return Grouping(
        tuple(groups),
        jobs=len(jobs),
        left_out=left_out,
        ran=sum(group.ran for group in groups),
        vcpus_counted=sum(group.vcpus.counted for group in groups),
        gpus_counted=sum(group.gpus.counted for group in groups),
        tags=tuple(name for name, _ in sorted(tags.items(), key=lambda item: (-item[1], item[0]))),
        arrays=sum(tally.arrays for tally in tallies.values()),
    )


def to_describe(
    jobs: Sequence[JobSummary], needs: Needs, most: int, *, is_for_tags: bool = False
) -> Generator[None, None, list[str]]:
    """The ids of jobs of which DescribeJobs would tell more: so many at most, of each step by turns.

    Args:
        jobs: In the order in which they are asked for.
        needs: What is known of jobs that were described.
        most: No more than these.
        is_for_tags: Whether also of those that took nothing: arrays, and what never ran.
    """
    by_step: dict[str, list[str]] = {}
    for start in range(0, len(jobs), _AT_ONCE):
        for job in jobs[start : start + _AT_ONCE]:
            if job.job_id in needs or job.is_service_job:
                continue
            if not is_for_tags and (is_array(job) or job.started_at is None):
                continue
            line = by_step.setdefault(step_of(job.job_name, job.job_definition or "").key, [])
            if len(line) < most:
                line.append(job.job_id)
        yield
    turns: list[str] = []
    place = 0
    lines = list(by_step.values())
    while lines and len(turns) < most:
        turns += [line[place] for line in lines][: most - len(turns)]
        place += 1
        lines = [line for line in lines if len(line) > place]
        yield
    return turns


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


class _Tally:
    """What the jobs of one group come to so far; of waits whole seconds, which are few."""

    __slots__ = (
        *("alike", "arrays", "by", "causes", "gpus", "gpus_counted", "newest", "newest_failed", "ran", "runs"),
        *("name", "statuses", "steps", "tool", "vcpus", "vcpus_counted", "waits"),
    )

    def __init__(self, by: By) -> None:
        self.by = by
        self.statuses: dict[str, int] = {}
        self.alike: tuple[str | None, ...] | None = None
        self.arrays = self.ran = self.vcpus_counted = self.gpus_counted = 0
        self.vcpus = self.gpus = 0.0
        self.waits: dict[int, int] = {}
        self.runs: dict[int, int] = {}
        self.causes: dict[str, int] = {}
        self.steps: dict[str, int] = {}
        self.newest: int | None = None
        self.newest_failed: JobSummary | None = None
        self.tool = self.name = ""

    def add(self, job: JobSummary, keyed: Keyed, now: float, needs: Needs) -> None:
        """Counts a job."""
        array = job.array_properties
        if array is not None and array.size:
            self.arrays += 1
        if self.by is By.ARRAY and array is not None and array.size:
            self._add_children(job, array.size, dict(array.status_summary))
        else:
            self.statuses[job.status] = self.statuses.get(job.status, 0) + 1
        self._add_text(keyed[1])
        created, started = job.created_at, job.started_at
        if created is not None and (self.newest is None or created > self.newest):
            self.newest = created
        if started is not None and not (array is not None and array.size):
            if created is not None:
                wait = max(0, (started - created) // 1000)
                self.waits[wait] = self.waits.get(wait, 0) + 1
            if job.stopped_at is not None:
                run = max(0, (job.stopped_at - started) // 1000)
                self.runs[run] = self.runs.get(run, 0) + 1
            if job.service_job_type is None:  # of a service job nobody tells what it takes
                self._add_hours(job, started, now, needs)
        if job.status == FAILED:
            self._add_failed(job, created or 0)

    def group(self, key: GroupKey) -> Group:
        """What it has come to."""
        label = unfolded(key.text, self.alike or ()) if self.by is By.STEP and not key.is_rest else key.text
        if self.by is By.ARRAY and not key.is_rest:
            label = self.name or key.text
        failed = self.newest_failed
        causes = sorted(self.causes.items(), key=lambda item: (-item[1], item[0]))
        return Group(
            key=key,
            label=label,
            tool=key.tool or self.tool,
            statuses=self.statuses,
            ran=self.ran,
            vcpus=Hours(self.vcpus / _HOUR, self.vcpus_counted),
            gpus=Hours(self.gpus / _HOUR, self.gpus_counted),
            wait=median(self.waits),
            wait_90=median(self.waits, 0.9),
            run=median(self.runs),
            causes=tuple(causes),
            newest=self.newest,
            newest_failed=failed,
            example="" if failed is None else alike(failed.container_reason or failed.status_reason or ""),
            most_in=min(self.steps, key=lambda step: (-self.steps[step], step), default=""),
        )

    def _add_children(self, job: JobSummary, size: int, statuses: dict[str, int]) -> None:
        """An array is as many jobs as it has children; those that AWS has not counted yet are as the parent is."""
        for status, count in statuses.items():
            if count > 0:
                self.statuses[status] = self.statuses.get(status, 0) + count
        if (missing := size - sum(statuses.values())) > 0:
            self.statuses[job.status] = self.statuses.get(job.status, 0) + missing
        self.name = job.job_name

    def _add_text(self, texts: tuple[str, ...]) -> None:
        if self.alike is None:
            self.alike = texts
        elif self.alike != texts and any(self.alike):
            self.alike = (
                tuple(one if one == other else None for one, other in zip(self.alike, texts, strict=True))
                if len(self.alike) == len(texts)
                else ()
            )

    def _add_hours(self, job: JobSummary, started: int, now: float, needs: Needs) -> None:
        self.ran += 1
        stopped = job.stopped_at
        seconds = max(0.0, ((now * 1000 if stopped is None else stopped) - started) / 1000)
        described = needs.get(job.job_id)
        vcpus = job.vcpus
        if described is not None:
            vcpus = described.vcpus if vcpus is None else vcpus
            seconds += described.earlier_seconds
            self.gpus += described.gpus * seconds
            self.gpus_counted += 1
            if described.is_of_step_functions:
                self.tool = STEP_FUNCTIONS
        if vcpus is not None:
            self.vcpus += vcpus * seconds
            self.vcpus_counted += 1

    def _add_failed(self, job: JobSummary, created: int) -> None:
        cause = cause_of(job)
        if cause in self.causes or len(self.causes) < _MOST_CAUSES:
            self.causes[cause] = self.causes.get(cause, 0) + 1
        if self.newest_failed is None or created >= (self.newest_failed.created_at or 0):
            self.newest_failed = job
        if self.by is By.CAUSE:
            step = step_of(job.job_name, job.job_definition or "").key
            if step in self.steps or len(self.steps) < _MOST_CAUSES:
                self.steps[step] = self.steps.get(step, 0) + 1
