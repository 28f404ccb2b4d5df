"""A request before it is sent: what a person looks at, changes, and then sends or not."""

from dataclasses import dataclass

from batchtui.actions.request_notes import Note, Request, Severity
from batchtui.model.fields import Api
from batchtui.model.job_detail import JobDetail


@dataclass(frozen=True, slots=True)
class Draft:
    """A request of SubmitJob, ready to be looked at, edited and sent."""

    request: Request
    """What SubmitJob takes; empty where there is nothing that could be sent."""
    notes: tuple[Note, ...] = ()
    definition: Api | None = None
    """The revision that the new job would run, as far as it is known."""
    original: JobDetail | None = None
    """The job that it was made of; None for a new job."""

    @property
    def is_possible(self) -> bool:
        """Whether AWS Batch may take the request, as far as can be told from here."""
        return bool(self.request) and all(note.severity is not Severity.BLOCKER for note in self.notes)
