"""From a job to its relatives: the same keys on every screen where a job can be chosen."""

from dataclasses import dataclass

from textual.message_pump import MessagePump

from batchtui.model.job import JobSummary
from batchtui.ui.messages import ChildrenWanted, DependenciesWanted


@dataclass(frozen=True, slots=True)
class JobAtHand:
    """The job that a key is for."""

    job_id: str
    title: str
    job: JobSummary | None = None
    """What is known of it."""

    @staticmethod
    def of(job: JobSummary | None) -> "JobAtHand | None":
        """The one of a list."""
        return JobAtHand(job.job_id, job.job_name, job) if job is not None else None


class WaysOfJobs(MessagePump):
    """Asks for children and for dependencies; the screen says of which job."""

    def job_at_hand(self, why_not: str) -> JobAtHand | None:
        """The job that a key is for; where there is none, that was said.

        Args:
            why_not: What is said where something else stands there, but for a full stop.
        """
        raise NotImplementedError

    def action_children(self) -> None:
        """Opens the children of the array, or the nodes of the multi-node job."""
        if (here := self.job_at_hand("Only jobs have children")) is not None:
            self.post_message(ChildrenWanted(here.job_id, here.title, here.job))

    def action_dependencies(self) -> None:
        """Opens what the job waits for, and what waits for it."""
        if (here := self.job_at_hand("Only jobs depend on each other")) is not None:
            self.post_message(DependenciesWanted(here.job_id, here.title, here.job))
