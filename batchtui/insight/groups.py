"""Jobs put together, and what they come to: counts, failures, hours, waits. Pure, in steps of a millisecond."""

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Final

from batchtui.insight.array_units import UNLISTED, Families, causes_in, is_array, is_untold, units
from batchtui.insight.group import Group
from batchtui.insight.group_keys import By, GroupKey, Keyed, Needs, key_by, tags_of
from batchtui.insight.group_tally import Tally
from batchtui.model.job import FAILED, JobSummary

MOST_GROUPS: Final = 5_000
"""What belongs to further ones is counted together: nobody reads more, and each takes a kilobyte."""
OTHERS: Final = GroupKey(f"others: beyond {MOST_GROUPS:,} groups", is_rest=True)
_AT_ONCE: Final = 100  # jobs of a step of the work
_FINISHED_AT_ONCE: Final = 50
_MOST_TAGS: Final = 200


@dataclass(frozen=True, slots=True)
class Grouping:
    """All groups of some jobs, each job in exactly one of them, but those that belong to none.

    An array is as many jobs as it has children: by their causes of failure these may be in several groups.

    Attributes:
        groups: The largest first, those of what is not known at the end.
        jobs: How many jobs were looked at.
        left_out: How many of them belong to no group.
        ran: How many of them have started, service jobs left out.
        vcpus_counted: Of how many of these the vCPU-hours are known.
        gpus_counted: The same of GPU-hours.
        tags: Names of tags by how many jobs have them, the most frequent first.
        arrays: How many arrays there are among what was looked at.
        children: How many of the jobs are children of these.
        untold: How many arrays count as one job, for nobody tells how their children ended.
    """

    groups: tuple[Group, ...] = ()
    jobs: int = 0
    left_out: int = 0
    ran: int = 0
    vcpus_counted: int = 0
    gpus_counted: int = 0
    tags: tuple[str, ...] = ()
    arrays: int = 0
    children: int = 0
    untold: int = 0


def grouped(
    jobs: Sequence[JobSummary],
    by: By,
    *,
    now: float,
    tag: str = "",
    needs: Needs | None = None,
    families: Families | None = None,
    status: str = "",
) -> Generator[None, None, Grouping]:
    """Puts jobs together.

    Args:
        jobs: Each once.
        by: What the jobs of a group have in common.
        now: Epoch seconds.
        tag: The name of the tag, where it is by tag.
        needs: What is known of jobs that were described, by id.
        families: What is known of children of arrays.
        status: Of arrays only the children in this status, or ``active`` ones; of the other jobs every one counts.
    """
    work = _Work(by, now, needs or {}, families or {}, tag, status)
    for start in range(0, len(jobs), _AT_ONCE):
        for job in jobs[start : start + _AT_ONCE]:
            work.take(job)
        yield
    groups: list[Group] = []
    for key, tally in work.tallies.items():
        groups.append(tally.group(key))
        if len(groups) % _FINISHED_AT_ONCE == 0 or len(tally.waits) > _AT_ONCE:
            yield
    groups.sort(key=lambda group: (group.key.is_rest, -group.jobs, group.label, group.tool))
    yield
    return Grouping(
        tuple(groups),
        jobs=work.jobs,
        left_out=work.left_out,
        ran=sum(group.ran for group in groups),
        vcpus_counted=sum(group.vcpus.counted for group in groups),
        gpus_counted=sum(group.gpus.counted for group in groups),
        tags=tuple(name for name, _ in sorted(work.tags.items(), key=lambda item: (-item[1], item[0]))),
        arrays=work.arrays,
        children=work.children,
        untold=work.untold,
    )


class _Work:
    """The groups so far."""

    def __init__(self, by: By, now: float, needs: Needs, families: Families, tag: str, status: str) -> None:
        self.tallies: dict[GroupKey, Tally] = {}
        self.tags: Counter[str] = Counter()
        self.jobs = self.left_out = self.arrays = self.children = self.untold = 0
        self._by = by
        self._now = now
        self._needs = needs
        self._families = families
        self._status = status
        self._key_of = key_by(by, tag, needs)

    def take(self, job: JobSummary) -> None:
        """Puts a job, or the children of an array, where they belong."""
        if self._by is By.TAG and len(self.tags) < _MOST_TAGS:
            self.tags.update(name for name, _ in tags_of(job, self._needs) or ())
        if is_array(job):
            self._take_array(job)
            return
        self.jobs += 1
        keyed = self._key_of(job)
        if keyed is None:
            self.left_out += 1
        else:
            self._tally(keyed[0]).add(job, keyed, self._now, self._needs)

    def _take_array(self, job: JobSummary) -> None:
        counts, family = units(job, self._status), self._families.get(job.job_id, UNLISTED)
        size = sum(counts.values())
        if not size:
            return
        self.jobs += size
        self.arrays += 1
        if is_untold(job):
            self.untold += 1
        else:
            self.children += size
        if self._by is not By.CAUSE:
            keyed: Keyed = self._key_of(job) or (GroupKey(""), ())
            self._tally(keyed[0]).add_array(job, keyed, counts, family, self._needs)
            return
        failed = counts.get(FAILED, 0)
        self.left_out += size - failed
        for cause, count, part in causes_in(job, failed, family):
            key = GroupKey(cause)
            self._tally(key).add_array(job, (key, ()), {FAILED: count}, part, self._needs)

    def _tally(self, key: GroupKey) -> Tally:
        tally = self.tallies.get(key)
        if tally is None:
            place = key if len(self.tallies) < MOST_GROUPS or key.is_rest else OTHERS
            tally = self.tallies.get(place)
            if tally is None:
                tally = self.tallies[place] = Tally(self._by)
        return tally
