"""Messages between screens, apart from them: a screen is imported only when it is first opened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from textual.message import Message

from batchtui.actions.draft import Draft
from batchtui.model.job import JobSummary


class DetailWanted(Message):
    """A person asks for the details of something.

    Attributes:
        kind: One of ``lookup.KINDS``.
        key: The job's id, the name, or the ARN.
        title: What to call it until AWS has answered.
        is_json: Whether to begin with the tab JSON.
        job: What is known of it already, where it is a job.
        tab: The tab to begin with; empty for the first.
    """

    def __init__(
        self,
        kind: str,
        key: str,
        title: str,
        *,
        is_json: bool = False,
        job: JobSummary | None = None,
        tab: str = "",
    ) -> None:
        super().__init__()
        self.kind = kind
        self.key = key
        self.title = title
        self.is_json = is_json
        self.job = job
        self.tab = tab


class RevisionsWanted(Message):
    """A person asks for all revisions of a job definition.

    Attributes:
        definition: The ARN of one of them, or ``name:revision``.
    """

    def __init__(self, definition: str) -> None:
        super().__init__()
        self.definition = definition


class LogWanted(Message):
    """A person asks for the log of jobs.

    Attributes:
        job_ids: One job, or several whose logs are shown together.
        title: What to call them.
    """

    def __init__(self, job_ids: tuple[str, ...], title: str) -> None:
        super().__init__()
        self.job_ids = job_ids
        self.title = title


class WantedOfJob(Message):
    """A person asks for something about one job.

    Attributes:
        job_id: The job, child or node.
        title: What to call it until AWS has answered.
        job: What is known of it already.
    """

    def __init__(self, job_id: str, title: str, job: JobSummary | None = None) -> None:
        super().__init__()
        self.job_id = job_id
        self.title = title
        self.job = job


class WhyWanted(WantedOfJob):
    """Why it failed, or why it waits."""


class ChildrenWanted(WantedOfJob):
    """The children of an array, or the nodes of a multi-node job: of the parent, or of the one that is named."""


class DependenciesWanted(WantedOfJob):
    """What it waits for, and what waits for it."""


class StopWanted(Message):
    """A person asks to stop jobs.

    Attributes:
        jobs: As the last snapshot knows them.
        hidden: How many of them the list does not show, because of a filter.
    """

    def __init__(self, jobs: Sequence[JobSummary], *, hidden: int = 0) -> None:
        super().__init__()
        self.jobs = jobs
        self.hidden = hidden


@dataclass(frozen=True, slots=True)
class Shown:
    """What a list shows.

    Attributes:
        title: What a person calls it: the filter, the status, the queue.
        matches: Whether a job that is seen later would be shown too.
        queue: Only jobs of this one; None for all.
    """

    title: str
    matches: Callable[[JobSummary], bool]
    queue: str | None


class WatchWanted(Message):
    """A person wants to be told when jobs have ended, or not any more.

    Attributes:
        jobs: One, or several together, as the last snapshot knows them.
        hidden: How many of them the list does not show.
        shown: Where they are all that a list shows: what comes to be shown later belongs to them.
    """

    def __init__(self, jobs: Sequence[JobSummary], *, hidden: int = 0, shown: Shown | None = None) -> None:
        super().__init__()
        self.jobs = jobs
        self.hidden = hidden
        self.shown = shown


class NewJobWanted(Message):
    """A person asks for the newest job that was made of one.

    Attributes:
        job_id: The one.
    """

    def __init__(self, job_id: str) -> None:
        super().__init__()
        self.job_id = job_id


class ChangeWanted(Message):
    """A person asks to change something other than jobs of containers.

    Attributes:
        verb: ``state`` (enable or disable), ``numbers`` (priority, vCPUs) or ``deregister``.
        kind: One of ``lookup.KINDS``.
        key: The job's id, the name, or the ARN.
    """

    def __init__(self, verb: str, kind: str, key: str) -> None:
        super().__init__()
        self.verb = verb
        self.kind = kind
        self.key = key


class ResubmitWanted(Message):
    """A person asks to submit jobs once more.

    Attributes:
        jobs: As the last snapshot knows them.
        hidden: How many of them the list does not show, because of a filter.
        is_edited: Whether to begin with the request as text.
    """

    def __init__(self, jobs: Sequence[JobSummary], *, hidden: int = 0, is_edited: bool = False) -> None:
        super().__init__()
        self.jobs = jobs
        self.hidden = hidden
        self.is_edited = is_edited


class SubmitWanted(Message):
    """A person has filled in what a new job shall be, and asks to look at it and to submit it.

    Attributes:
        draft: The request, and the definition that it is for.
        then: Called with the new job's id, once there is one.
    """

    def __init__(self, draft: Draft, then: Callable[[str], None] = lambda job_id: None) -> None:
        super().__init__()
        self.draft = draft
        self.then = then


class ShellWanted(Message):
    """A person asks for a shell in the container of a job.

    Attributes:
        job_id: The job, child or node.
    """

    def __init__(self, job_id: str) -> None:
        super().__init__()
        self.job_id = job_id


class ConsoleWanted(Message):
    """A person asks for a page of AWS's web console.

    Attributes:
        title: What it is the page of.
        page: Its address in a region; None where there is no such page.
    """

    def __init__(self, title: str, page: Callable[[str], str | None]) -> None:
        super().__init__()
        self.title = title
        self.page = page


class ChangeOfJobs(Protocol):
    """Makes the message that asks to change these jobs."""

    def __call__(self, jobs: Sequence[JobSummary], *, hidden: int) -> Message: ...


Way = DetailWanted | WhyWanted | ChildrenWanted | DependenciesWanted | RevisionsWanted | ConsoleWanted
"""Where a person wants to go from a job or a definition."""

Wish = StopWanted | ResubmitWanted | SubmitWanted | ChangeWanted | ShellWanted
"""What a person wants to be changed."""
