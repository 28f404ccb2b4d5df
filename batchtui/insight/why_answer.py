"""What the question *why?* is answered with: verdicts, what lies behind them, and the end of the log."""

from dataclasses import dataclass

from batchtui.insight.verdict import Answer, Lead, Verdict
from batchtui.model.job import JobSummary


@dataclass(frozen=True, slots=True)
class LogEnd:
    """The last lines of a log."""

    job_id: str
    """Whose log it is: the job, or a child or node of it."""
    lines: tuple[str, ...] = ()
    """Clean, the oldest first."""
    source: str = ""
    """Which attempt or container, where there are several."""
    trouble: str = ""
    """Why it could not be read; empty where it could, and where there is none."""
    last_at: int | None = None
    """When the last of the lines was written, in milliseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Another failure to which this one leads: of a child, of a dependency, of an attempt before."""

    title: str
    answer: Answer
    whom: str = ""
    """How the other one is called within a sentence; empty for an attempt of the same job."""
    leads: tuple[Lead, ...] = ()
    """The way to it, where no verdict before names it."""
    retries: tuple[str, ...] = ()
    """What its retry strategy did, a sentence each; empty for an attempt of the same job."""


@dataclass(frozen=True, slots=True)
class WhyAnswer:
    """The answer about one job, as far as it was found."""

    job: JobSummary
    answer: Answer
    behind: Behind | None = None
    retries: tuple[str, ...] = ()
    """What the retry strategy did, a sentence each."""
    log: LogEnd | None = None

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All of them, the weightiest first."""
        return self.answer.verdicts + (self.behind.answer.verdicts if self.behind is not None else ())

    @property
    def leads(self) -> tuple[Lead, ...]:
        """Where one can go, each place once."""
        found: dict[tuple[str, str], Lead] = {}
        own = (lead for verdict in self.answer.verdicts for lead in verdict.leads)
        behind = self.behind
        others = () if behind is None else (each for verdict in behind.answer.verdicts for each in verdict.leads)
        for lead in (*own, *(behind.leads if behind is not None else ()), *others):
            found.setdefault((lead.kind, lead.key), lead)
        return tuple(found.values())
