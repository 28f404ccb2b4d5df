"""Pipelines of one cohort after the other, with every kind of dependency between their jobs.

An array, another that goes with it child by child (N_TO_N), a job that waits for all of that, a fan of jobs in
another queue, one that waits for the whole fan, and an array whose children go one after the other (SEQUENTIAL).
"""

from __future__ import annotations

from .account import Account
from .definitions import JSON
from .jobs import Job, Terms

_SAMPLES = 8
_FAN = 5
_MONTHS = 6
_LOOK_MS = 60_000
LARGEST_ARRAY = 10_000


class Cohorts:
    """Submits the next cohort once the one before is through."""

    __slots__ = ("_account", "_count", "_last")

    def __init__(self, account: Account) -> None:
        self._account = account
        self._count = 0
        self._last: list[Job] = []

    def begin(self) -> None:
        """From now on there is always one under way, where the account has the queues for it."""
        if {"align-high", "qc-fargate"} <= self._account.queues.keys():
            self._look()

    def _look(self) -> None:
        if all(job.terminal for job in self._last):
            self._submit()
        self._account.agenda.at(self._account.now + _LOOK_MS, self._look)

    def _submit(self) -> None:
        self._count += 1
        name = f"cohort-{self._count:02d}"
        align = self._job("align-high", "bwa-mem2-align", f"{name}-align", size=_SAMPLES)
        sort = self._job("align-high", "samtools-sort", f"{name}-sort", align, size=_SAMPLES, kind="N_TO_N")
        call = self._job("align-high", "gatk-haplotypecaller", f"{name}-joint-call", sort)
        fan = [self._job("qc-fargate", "fastqc", f"{name}-qc-{part}", call, align) for part in range(_FAN)]
        report = self._job("qc-fargate", "multiqc-report", f"{name}-report", *fan)
        months = self._job("qc-fargate", "fastqc", f"{name}-months", size=_MONTHS, kind="SEQUENTIAL")
        self._last = [report, months]

    def _job(self, queue: str, definition: str, name: str, *after: Job, size: int = 0, kind: str = "") -> Job:
        found = self._account.catalogue.find(definition)
        assert found is not None
        typed: JSON = {"type": kind} if kind else {}
        depends: list[JSON] = [{"jobId": job.job_id, **typed} for job in after]
        if kind == "SEQUENTIAL":
            depends.append({"type": kind})
        terms = Terms.of(found, depends_on=tuple(depends))
        return self._account.submit(name, self._account.queues[queue], found, terms, size)
