"""A job submitted once more: the request of SubmitJob that makes its like, and what cannot be made alike.

DescribeJobs shows a job's definition and its overrides merged into one. The request holds only what differs from
the definition's revision, because a full copy can be longer than AWS Batch takes and hides what a person chose.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from batchtui.actions.draft import Draft
from batchtui.actions.request_array import DEFAULT_INDEX_VARIABLE, child_name, index_notes, with_variable
from batchtui.actions.request_container import Difference
from batchtui.actions.request_dependencies import dependencies_of
from batchtui.actions.request_fixed import fitted, fixed_notes
from batchtui.actions.request_name import JOB_NAME, NAME_RULE
from batchtui.actions.request_notes import Note, Request
from batchtui.actions.request_overrides import OVERRIDE_MEMBERS, overrides_of
from batchtui.actions.request_terms import share_of, terms_of
from batchtui.actions.request_values import raw_text, string_map
from batchtui.model import fields
from batchtui.model.fields import Api, arn_name
from batchtui.model.job_definition import ACTIVE, JobDefinition
from batchtui.model.job_detail import JobDetail

LONGEST_OVERRIDES = 8192
"""Characters; AWS Batch takes a longer request in and fails the job."""
LARGEST_REQUEST = 30 * 1024
"""Bytes; AWS Batch refuses a larger job."""
MOST_AT_ONCE = 100
"""So many failed children are submitted as jobs of their own; the rest is left to another round."""


class ArrayChoice(StrEnum):
    """What of an array job is submitted again."""

    WHOLE = "whole"
    FAILED_AS_JOBS = "failed as jobs"
    """Each failed child as a single job that learns its index from a variable."""
    FAILED_AS_ARRAY = "failed as array"
    """A new array of the failed children; their indexes must be 0, 1, 2 and so on, for AWS numbers them so."""


@dataclass(frozen=True, slots=True)
class ResubmitOptions:
    """What a person wants to be different."""

    name: str | None = None
    queue: str | None = None
    """Another queue, by name or ARN."""
    fair_share: bool | None = None
    """Whether that other queue has a scheduling policy; None where it is not known."""
    share_identifier: str | None = None
    latest_revision: bool = False
    """The latest active revision of the job definition instead of the job's own."""
    clear_dependencies: bool = False
    array: ArrayChoice = ArrayChoice.WHOLE
    from_index: int = 0
    """Of the failed children that are submitted as jobs of their own, the first."""
    index_variable: str = DEFAULT_INDEX_VARIABLE
    """Where a failed child's index stands once it is a single job."""


SAME = ResubmitOptions()
"""Nothing different."""


def resubmission(
    job: JobDetail,
    definition: Api | JobDefinition | None,
    *,
    options: ResubmitOptions = SAME,
    latest: Api | JobDefinition | None = None,
    dependencies: Mapping[str, str] = fields.EMPTY,
) -> Draft:
    """The request that submits a job once more; a child of an array becomes a single job.

    Args:
        job: The job.
        definition: The revision that it ran; None where it could not be read.
        options: What shall be different.
        latest: The latest active revision, where it is known.
        dependencies: The statuses of the jobs that it depends on, by their ids, as far as they are known.
    """
    array = fields.mapping(job.raw, "arrayProperties")
    context = _Context(job, _raw(definition), _raw(latest), options, dependencies)
    node = raw_text(job.raw, "jobId") or ""
    if "#" in node:
        parent, _, index = node.partition("#")
        text = f"node {index} cannot be submitted alone: resubmit its multi-node job {parent}"
        return Draft({}, (Note.blocker(text),), original=job)
    return context.built(size=fields.integer(array, "size"), index=fields.integer(array, "index"))


def resubmissions(
    job: JobDetail,
    definition: Api | JobDefinition | None,
    *,
    options: ResubmitOptions = SAME,
    failed: Iterable[int] = (),
    latest: Api | JobDefinition | None = None,
    dependencies: Mapping[str, str] = fields.EMPTY,
) -> list[Draft]:
    """The requests for an array's parent, by ``options.array``; at most ``MOST_AT_ONCE``.

    Args:
        job: The array's parent; any other job gives its one resubmission.
        definition: The revision that it ran.
        options: What shall be different.
        failed: The indexes of the failed children.
        latest: The latest active revision, where it is known.
        dependencies: The statuses of the jobs that it depends on.
    """
    indexes = sorted(set(failed))
    size = fields.integer(fields.mapping(job.raw, "arrayProperties"), "size")
    if options.array is ArrayChoice.WHOLE or size is None:
        return [resubmission(job, definition, options=options, latest=latest, dependencies=dependencies)]
    context = _Context(job, _raw(definition), _raw(latest), options, dependencies)
    if options.array is ArrayChoice.FAILED_AS_ARRAY:
        if fits_new_array(indexes):
            return [context.built(size=len(indexes), same_array=len(indexes) == size)]
        text = "the failed indexes are not 0, 1, 2 and so on: the children of a new array would get other ones"
        return [Draft({}, (Note.blocker(text),), original=job)]
    wanted = [index for index in indexes if index >= options.from_index]
    now, later = wanted[:MOST_AT_ONCE], wanted[MOST_AT_ONCE:]
    if indexes and not now:
        text = f"no failed child has the index {options.from_index} or a higher one"
        return [Draft({}, (Note.blocker(text),), original=job)]
    left = f"{len(later)} more failed children are left, from index {later[0]} on" if later else ""
    extra = [Note.warning(f"{left}: resubmit them in another round that begins there")] if later else []
    return [context.built(index=index, extra=extra) for index in now]


def fits_new_array(failed: Sequence[int]) -> bool:
    """Whether these children of an array can be a new array in which each has its old index."""
    return len(failed) >= 2 and sorted(failed) == list(range(len(failed)))


@dataclass(frozen=True, slots=True)
class _Context:
    """What every request for one job is made of."""

    original: JobDetail
    definition: Api | None
    latest: Api | None
    options: ResubmitOptions
    dependencies: Mapping[str, str]

    @property
    def job(self) -> Api:
        """The job as DescribeJobs shows it."""
        return self.original.raw

    def built(
        self,
        *,
        size: int | None = None,
        index: int | None = None,
        same_array: bool = True,
        extra: Sequence[Note] = (),
    ) -> Draft:
        """The request for the job, for an array of a size, or for the child of an index."""
        base = self.definition or fields.EMPTY
        request, notes = self._head(index)
        share, remarks = self._share(base)
        request |= share
        notes += remarks
        if size is not None:
            request["arrayProperties"] = {"size": size}
        if not self.options.clear_dependencies:
            depends, remarks = dependencies_of(self.job, self.dependencies, array_size=size, same_array=same_array)
            notes += remarks
            if depends:
                request["dependsOn"] = depends
        terms, remarks = terms_of(self.job, base, known=self.definition is not None)
        parameters = {**string_map(base, "parameters"), **string_map(self.job, "parameters")}
        overrides, more = overrides_of(self.job, base, parameters)
        notes += remarks + more
        target = self._target
        if target is not None:
            overrides, remarks = fitted(overrides, target)
            notes += remarks + fixed_notes(self.job, target)
        if index is not None:
            overrides = with_variable(overrides, self.job, self.options.index_variable, str(index))
            notes += index_notes(self.job, self.options.index_variable)
        request |= terms | overrides
        notes += size_notes(request)
        return Draft(request, (*notes, *extra), target, self.original)

    @property
    def _target(self) -> Api | None:
        """The revision that the new job would run."""
        return self.latest if self.options.latest_revision else self.definition

    def _head(self, index: int | None) -> tuple[Request, list[Note]]:
        """Name, queue and definition."""
        notes: list[Note] = []
        name = self.options.name or raw_text(self.job, "jobName") or ""
        if index is not None and not self.options.name:
            name = child_name(name, index)
        notes += name_notes(name)
        queue = self.options.queue or raw_text(self.job, "jobQueue") or ""
        definition, remarks = self._revision()
        missing = [what for what, told in (("job queue", queue), ("job definition", definition)) if not told]
        notes += (Note.blocker(f"AWS tells no {what} of this job: choose or write one") for what in missing)
        return {"jobName": name, "jobQueue": queue, "jobDefinition": definition}, notes + remarks

    def _revision(self) -> tuple[str, list[Note]]:
        own = raw_text(self.job, "jobDefinition") or raw_text(self.definition or {}, "jobDefinitionArn") or ""
        title = arn_name(own)
        newest = raw_text(self.latest or {}, "jobDefinitionArn")
        notes = [] if self.definition is not None else [_unreadable(title)]
        if self.options.latest_revision:
            if newest is None:  # AWS takes the latest active revision of a bare name
                bare = re.sub(r":\d+$", "", own)
                notes.append(Note.warning(f"runs the latest active revision of {arn_name(bare)}, whichever it is"))
                return bare, notes
            if newest != own:
                notes.append(Note.warning(f"runs {arn_name(newest)} instead of {title}"))
            return newest, notes
        status = raw_text(self.definition or {}, "status")
        if status is not None and status != ACTIVE:
            other = f"the latest active revision is {arn_name(newest).rpartition(':')[2]}" if newest else ""
            advice = other or "no active revision of it is known"
            notes.append(Note.blocker(f"the job definition {title} is {status}: it cannot run; {advice}"))
        return own, notes

    def _share(self, base: Api) -> Difference:
        options = self.options
        share = share_of(self.job, base)
        if options.share_identifier:
            share["shareIdentifier"] = options.share_identifier
        if options.queue and options.fair_share is False:
            if share:
                return {}, [Note.info(f"{arn_name(options.queue)} has no scheduling policy: no share identifier")]
            return {}, []
        if options.queue and options.fair_share and not share:
            return {}, [
                Note.blocker(f"{arn_name(options.queue)} has a scheduling policy: a share identifier is needed")
            ]
        return share, []


def _raw(definition: Api | JobDefinition | None) -> Api | None:
    return definition.raw if isinstance(definition, JobDefinition) else definition


def _unreadable(title: str) -> Note:
    return Note.warning(
        f"the job definition {title} could not be read: everything is sent that can be; image, roles, volumes, "
        "secrets and log configuration come from the definition"
    )


def name_notes(name: str) -> list[Note]:
    """What AWS Batch refuses in a job's name."""
    return [] if JOB_NAME.fullmatch(name) else [Note.blocker(NAME_RULE)]


def size_notes(request: Request) -> list[Note]:
    """What of a request is too long for AWS Batch."""
    notes = []
    for member in OVERRIDE_MEMBERS:
        length = len(json.dumps(request[member], separators=(",", ":"))) if member in request else 0
        if length > LONGEST_OVERRIDES:
            notes.append(
                Note.warning(
                    f"{member} is {length} characters long: AWS Batch fails jobs beyond {LONGEST_OVERRIDES}"
                )
            )
    total = len(json.dumps(request, separators=(",", ":")).encode())
    if total > LARGEST_REQUEST:
        notes.append(Note.blocker(f"the request has {total} bytes: AWS Batch takes at most {LARGEST_REQUEST}"))
    return notes
