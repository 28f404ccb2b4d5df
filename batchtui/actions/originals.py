"""Everything that must be known of jobs before they can be submitted once more."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from batchtui.actions.draft import Draft
from batchtui.actions.request_notes import Note
from batchtui.actions.resubmission import ArrayChoice, ResubmitOptions, fits_new_array, resubmissions
from batchtui.aws.errors import AwsError
from batchtui.aws.gateway import JobPage
from batchtui.model import fields
from batchtui.model.fields import arn_name
from batchtui.model.job import FAILED, JobSummary
from batchtui.model.job_definition import JobDefinition
from batchtui.model.job_detail import JobDetail

MOST_ORIGINALS: Final = 500
"""Jobs that are submitted once more in one go: two minutes of the usual budget."""
_A_CALL: Final = 50  # ids of one call: twice as many answers would keep the screen for long
_FEW_DEFINITIONS: Final = 5  # so many are looked up; of more AWS finds the latest revisions itself


class Reads(Protocol):
    """What tells of jobs and definitions: the gateway."""

    def describe_jobs(self, job_ids: Sequence[str], *, urgent: bool = False) -> Awaitable[list[JobDetail]]: ...
    def describe_job_definitions(self, definitions: Sequence[str]) -> Awaitable[list[JobDefinition]]: ...
    def latest_revision(self, name: str) -> Awaitable[JobDefinition | None]: ...
    def list_children(
        self, job_id: str, job_status: str, *, is_array: bool, job_queue: str = ""
    ) -> AsyncGenerator[JobPage]: ...


@dataclass(frozen=True, slots=True)
class Original:
    """One job, and what its successor rests on."""

    job: JobDetail
    definition: JobDefinition | None
    """The revision that it ran; None where it could not be read."""
    latest: JobDefinition | None
    """The latest active revision; None where there is none, or where it was not looked up."""
    failed: tuple[int, ...] = ()
    """The indexes of the failed children of an array."""

    @property
    def has_newer_revision(self) -> bool:
        """Whether the latest active revision is another one."""
        return self.latest is not None and (self.definition is None or self.latest.arn != self.definition.arn)


@dataclass(frozen=True, slots=True)
class Originals:
    """Jobs to be submitted once more."""

    jobs: tuple[Original, ...] = ()
    dependencies: Mapping[str, str] = field(default_factory=dict)
    """The statuses of the jobs that they depend on, by their ids, as far as AWS told."""
    left_out: tuple[tuple[str, str], ...] = ()
    """Id and reason of each chosen job that cannot be submitted once more."""
    notes: tuple[Note, ...] = ()
    """What could not be found out."""
    is_latest_known: bool = True
    """Whether the latest revisions were looked up."""

    @property
    def has_dependencies(self) -> bool:
        """Whether any of them depends on something."""
        return any(original.job.depends_on for original in self.jobs)

    @property
    def can_be_newer(self) -> bool:
        """Whether the latest revision of a definition may be another than a job ran."""
        return not self.is_latest_known or any(original.has_newer_revision for original in self.jobs)

    @property
    def array_choices(self) -> tuple[ArrayChoice, ...]:
        """What there is to choose of the arrays among them; nothing where none has a failed child."""
        failed = [original.failed for original in self.jobs if original.failed]
        if not failed:
            return ()
        fits = len(failed) == 1 and fits_new_array(failed[0])
        return (
            ArrayChoice.WHOLE,
            ArrayChoice.FAILED_AS_JOBS,
            *((ArrayChoice.FAILED_AS_ARRAY,) if fits else ()),
        )


def drafts_of(originals: Originals, options: ResubmitOptions) -> Iterator[Draft]:
    """The requests, one job after another; a generator, so that the screen can answer between two."""
    for each in originals.jobs:
        yield from resubmissions(
            each.job,
            each.definition,
            options=options if each.failed else _without_array(options),
            failed=each.failed,
            latest=each.latest,
            dependencies=originals.dependencies,
        )


def _without_array(options: ResubmitOptions) -> ResubmitOptions:
    return replace(options, array=ArrayChoice.WHOLE)


async def find_originals(
    jobs: Sequence[JobSummary],
    reads: Reads,
    *,
    job_of: Callable[[str], JobSummary | None] = lambda job_id: None,
) -> Originals:
    """Asks AWS for all of it; a node stands for its multi-node job.

    Args:
        jobs: The chosen jobs; at most ``MOST_ORIGINALS`` of them are looked at.
        reads: The gateway.
        job_of: What is known of a job already.

    Raises:
        AwsError: The jobs themselves cannot be described. Whatever else cannot be read is a note.
    """
    search = _Search(reads, job_of)
    await search.find(jobs)
    return search.found()


class _Search:
    def __init__(self, reads: Reads, job_of: Callable[[str], JobSummary | None]) -> None:
        self._reads = reads
        self._job_of = job_of
        self._jobs: list[JobDetail] = []
        self._definitions: dict[str, JobDefinition] = {}
        self._latest: dict[str, JobDefinition] = {}
        self._is_latest_known = True
        self._statuses: dict[str, str] = {}
        self._failed: dict[str, tuple[int, ...]] = {}
        self._left_out: list[tuple[str, str]] = []
        self._notes: list[Note] = []
        self._of_nodes: set[str] = set()  # multi-node jobs of which a node was chosen

    async def find(self, jobs: Sequence[JobSummary]) -> None:
        ids = list(dict.fromkeys(self._wanted(jobs)))
        self._left_out += ((job_id, f"comes after {MOST_ORIGINALS} others") for job_id in ids[MOST_ORIGINALS:])
        for some in _some(ids[:MOST_ORIGINALS]):
            known = {each.summary.job_id: each for each in await self._reads.describe_jobs(some, urgent=True)}
            self._jobs += (known[job_id] for job_id in some if job_id in known)
            gone = "is not known to AWS Batch any more"
            self._left_out += ((job_id, gone) for job_id in some if job_id not in known)
        for job in self._jobs:
            if job.summary.job_id in self._of_nodes:
                nodes = job.summary.node_properties
                every = f"all {nodes.num_nodes} nodes run" if nodes and nodes.num_nodes else "every node runs"
                text = (
                    f"a node cannot be submitted alone: it is the whole of {job.summary.job_name}, {every} again"
                )
                self._notes.append(Note.warning(text))
        await self._find_definitions()
        await self._find_dependencies()
        await self._find_failed_children()

    def found(self) -> Originals:
        originals = []
        for job in self._jobs:
            arn = fields.text(job.raw, "jobDefinition") or ""
            originals.append(
                Original(
                    job=job,
                    definition=self._definitions.get(arn),
                    latest=self._latest.get(_name(arn)),
                    failed=self._failed.get(job.summary.job_id, ()),
                )
            )
        return Originals(
            tuple(originals),
            self._statuses,
            tuple(self._left_out),
            tuple(self._notes),
            self._is_latest_known,
        )

    def _wanted(self, jobs: Sequence[JobSummary]) -> Iterator[str]:
        for job in jobs:
            if job.is_service_job:
                why = "is a service job: what it runs is told by SageMaker, and submitted there"
                self._left_out.append((job.job_id, why))
            elif job.job_id:
                job_id, hash_sign, _ = job.job_id.partition("#")
                if hash_sign:
                    self._of_nodes.add(job_id)
                yield job_id

    async def _find_definitions(self) -> None:
        arns = list(dict.fromkeys(fields.text(job.raw, "jobDefinition") or "" for job in self._jobs))
        arns = [arn for arn in arns if arn]
        try:
            for some in _some(arns):
                found = await self._reads.describe_job_definitions(some)
                self._definitions |= {each.arn: each for each in found if each.arn}
        except AwsError as error:
            self._notes.append(Note.warning(f"the job definitions cannot be read: {error}"))
        names = list(dict.fromkeys(map(_name, arns)))
        if len(names) > _FEW_DEFINITIONS:
            self._is_latest_known = False
            return
        try:
            for name in names:
                if latest := await self._reads.latest_revision(arn_name(name)):
                    self._latest[name] = latest
        except AwsError as error:
            self._is_latest_known = False
            self._notes.append(Note.info(f"the latest revisions cannot be read: {error}"))

    async def _find_dependencies(self) -> None:
        wanted = dict.fromkeys(each.job_id for job in self._jobs for each in job.depends_on if each.job_id)
        known = {job_id: job for job_id in wanted if (job := self._job_of(job_id)) is not None}
        self._statuses = {job_id: job.status for job_id, job in known.items()}
        try:
            for some in _some([job_id for job_id in wanted if job_id not in known]):
                described = await self._reads.describe_jobs(some, urgent=True)
                self._statuses |= {each.summary.job_id: each.summary.status for each in described}
        except AwsError as error:
            self._notes.append(Note.info(f"the jobs that it depends on cannot be looked at: {error}"))

    async def _find_failed_children(self) -> None:
        try:
            for job in self._jobs:
                array = job.summary.array_properties
                if array is not None and array.size and array.count(FAILED):
                    self._failed[job.summary.job_id] = tuple(
                        [index async for index in self._failed_of(job.summary)]
                    )
        except AwsError as error:
            self._notes.append(Note.warning(f"which children failed cannot be found out: {error}"))

    async def _failed_of(self, job: JobSummary) -> AsyncGenerator[int]:
        async with aclosing(self._reads.list_children(job.job_id, FAILED, is_array=True)) as pages:
            async for page in pages:
                for child in page.jobs:
                    index = child.job_id.rpartition(":")[2]
                    if index.isdecimal():
                        yield int(index)


def _name(arn: str) -> str:
    """An ARN without its revision."""
    head, _, revision = arn.rpartition(":")
    return head if head and revision.isdecimal() else arn


def _some(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _A_CALL] for start in range(0, len(ids), _A_CALL))
