"""What the jobs of one group come to, while they are counted."""

from collections.abc import Mapping, Sequence
from typing import Final

from batchtui.insight.array_units import ChildFigures, Family, causes_in
from batchtui.insight.group import Group, Hours, median
from batchtui.insight.group_keys import By, GroupKey, Keyed, Needs
from batchtui.insight.job_cause import alike, cause_of
from batchtui.insight.job_names import STEP_FUNCTIONS, step_of, unfolded
from batchtui.model.job import FAILED, RUNNING, SUCCEEDED, JobSummary

_MOST_CAUSES: Final = 500  # of one group
_HOUR: Final = 3600.0
_HAVE_RUN: Final = frozenset((RUNNING, SUCCEEDED, FAILED))
"""Children in these have started, or may have."""


class Tally:
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
        """Counts a job that is no array."""
        self.statuses[job.status] = self.statuses.get(job.status, 0) + 1
        self._add_text(keyed[1])
        created, started = job.created_at, job.started_at
        if created is not None and (self.newest is None or created > self.newest):
            self.newest = created
        if started is not None:
            if created is not None:
                wait = max(0, (started - created) // 1000)
                self.waits[wait] = self.waits.get(wait, 0) + 1
            if job.stopped_at is not None:
                run = max(0, (job.stopped_at - started) // 1000)
                self.runs[run] = self.runs.get(run, 0) + 1
            if job.service_job_type is None:  # of a service job nobody tells what it takes
                self._add_hours(job, started, now, needs)
        if job.status == FAILED:
            self._add_failed(job, cause_of(job), 1, created or 0)

    def add_array(
        self, job: JobSummary, keyed: Keyed, counts: Mapping[str, int], family: Family, needs: Needs
    ) -> None:
        """Counts the children of an array.

        Args:
            job: The array.
            keyed: Its group.
            counts: Its children by status.
            family: What is known of those that were listed.
            needs: What is known of jobs that were described: of an array, what each child takes.
        """
        self.arrays += 1
        self.name = job.job_name
        self._add_text(keyed[1])
        created = job.created_at
        if created is not None and (self.newest is None or created > self.newest):
            self.newest = created
        for status, count in counts.items():
            self.statuses[status] = self.statuses.get(status, 0) + count
            if status in _HAVE_RUN:
                parts = [figures for (its, _), figures in family.items() if its == status]
                self._add_children(job, count, parts, needs)
        if failed := counts.get(FAILED, 0):
            for cause, count, part in causes_in(job, failed, family):
                newest = next((figures.newest for figures in part.values()), None)
                self._add_failed(newest or job, cause, count, created or 0)

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
            arrays=self.arrays,
        )

    def _add_children(self, job: JobSummary, count: int, parts: Sequence[ChildFigures], needs: Needs) -> None:
        """Hours, waits and runs of children in one status: those of which nothing was listed have run, too."""
        listed, known = sum(part.listed for part in parts), sum(part.ran for part in parts)
        ran = min(count, known + max(0, count - listed))
        self.ran += ran
        for part in parts:
            for times, more in ((self.waits, part.waits), (self.runs, part.runs)):
                for seconds, often in more.items():
                    times[seconds] = times.get(seconds, 0) + often
        described = needs.get(job.job_id)
        vcpus = job.vcpus if job.vcpus is not None or described is None else described.vcpus
        took = sum(part.seconds for part in parts)
        if vcpus is not None:
            self.vcpus += vcpus * took
            self.vcpus_counted += min(ran, known)
        if described is not None:
            self.gpus += described.gpus * took
            self.gpus_counted += min(ran, known)

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

    def _add_failed(self, job: JobSummary, cause: str, count: int, created: int) -> None:
        """Counts so many that failed alike, of which one is the newest."""
        if cause in self.causes or len(self.causes) < _MOST_CAUSES:
            self.causes[cause] = self.causes.get(cause, 0) + count
        if self.newest_failed is None or created >= (self.newest_failed.created_at or 0):
            self.newest_failed = job
        if self.by is By.CAUSE:
            step = step_of(job.job_name, job.job_definition or "").key
            if step in self.steps or len(self.steps) < _MOST_CAUSES:
                self.steps[step] = self.steps.get(step, 0) + count
