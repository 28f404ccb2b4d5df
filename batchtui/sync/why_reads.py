"""What must be asked of AWS to say why a job failed, waits or goes on.

Beside the reads of ``waiting_reads`` at most: the job, a child or what it depended on, the job that is to blame,
and the end of one log. What fails is said in the answer; it never fails itself.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final, Protocol

from batchtui.aws.errors import AwsError
from batchtui.aws.gateway import JobPage
from batchtui.insight.failure import what_retry_did, why_failed, why_service_job_failed
from batchtui.insight.going import how_it_goes
from batchtui.insight.phrases import short_id
from batchtui.insight.quick import SAY_NO_MORE, as_detail
from batchtui.insight.situation import WaitingSituation
from batchtui.insight.verdict import Answer, Lead
from batchtui.insight.waiting import why_waiting
from batchtui.insight.why_answer import Behind, LogEnd, WhyAnswer
from batchtui.model.fields import arn_name, integer, mapping
from batchtui.model.job import FAILED, RUNNABLE, RUNNING, SUCCEEDED, UNKNOWN, JobSummary
from batchtui.model.job_detail import JobDetail
from batchtui.model.service_job import ServiceJobDetail
from batchtui.sync.snapshot import Snapshot
from batchtui.sync.waiting_reads import Reads, known_situation, waiting_situation, why_it_waits

Detail = JobDetail | ServiceJobDetail
EndOfLog = Callable[[Detail], Awaitable[LogEnd]]
"""Reads the last lines of the attempt that ended last; no AwsError leaves it."""

_NOT_KNOWN: Final = "the job: AWS Batch does not know it, or not any more"
_DOES_NOT_WAIT: Final = (RUNNING, SUCCEEDED, FAILED, UNKNOWN)
_TO_BLAME: Final = {
    "array-child-failed": "That child",
    "dependency-failed": "That job",
    "main-node-failed": "The main node",
    "node-stopped-with-main": "The main node",
}
"""Rules that name another job as the cause, and what that one is called."""
_BEHIND: Final = {
    "That child": "The child behind that",
    "That job": "The job behind that",
    "The main node": "The main node behind that",
}
"""What it is called where it is itself only the next on the way."""
_MOST_STEPS: Final = 8
"""From a job to what it failed of: a chain of dependencies may be longer."""
_FEW: Final = 5
_MOST_DESCRIBED: Final = 100


class WhyReads(Reads, Protocol):
    """The gateway, as far as it is needed here."""

    def list_children(
        self, job_id: str, job_status: str, *, is_array: bool, job_queue: str = ..., page_size: int = ...
    ) -> AsyncGenerator[JobPage]: ...


async def answer_for(
    gateway: WhyReads, snapshot: Snapshot, job: JobSummary, *, now: int, end_of_log: EndOfLog
) -> WhyAnswer:
    """Why a job is as it is. No AwsError leaves it: what could not be asked is among what is unknown.

    Args:
        gateway: Asks AWS, urgently: a person waits.
        snapshot: The account as the poller knows it.
        job: The job, child or node, as a list has it.
        now: Milliseconds since the epoch.
        end_of_log: Reads the end of a log.
    """
    return await _Asking(gateway, snapshot, now, end_of_log).answer(job)


@dataclass(frozen=True, slots=True)
class _Asking:
    gateway: WhyReads
    snapshot: Snapshot
    now: int
    end_of_log: EndOfLog

    async def answer(self, job: JobSummary) -> WhyAnswer:
        detail: Detail | None
        if job.status not in _DOES_NOT_WAIT:
            try:
                situation = await waiting_situation(self.gateway, self.snapshot, job, now=self.now)
            except AwsError as error:
                return WhyAnswer(job, _also(at_first_sight(self.snapshot, job, self.now), f"the job: {error}"))
            detail = situation.detail or situation.service
            if situation.job.status not in _DOES_NOT_WAIT:
                return await self._waiting(situation, detail)
        else:
            try:
                detail = await self._described(job)
            except AwsError as error:
                return WhyAnswer(job, _also(at_first_sight(self.snapshot, job, self.now), f"the job: {error}"))
            if detail is not None and detail.summary.status not in _DOES_NOT_WAIT:
                return await self.answer(detail.summary)  # it has begun anew meanwhile
        if detail is None:
            return WhyAnswer(job, _also(at_first_sight(self.snapshot, job, self.now), _NOT_KNOWN))
        return await (self._failed(detail) if detail.summary.status == FAILED else self._going(detail))

    async def _waiting(self, situation: WaitingSituation, detail: Detail | None) -> WhyAnswer:
        answer = await why_it_waits(situation)
        if detail is None:
            return WhyAnswer(situation.job, _also(answer, _NOT_KNOWN))
        array = situation.job.array_properties
        if isinstance(detail, JobDetail) and array is not None and array.count(FAILED):
            child, trouble = await self._failed_child(situation.job)
            if child is not None:
                behind, end = await self._of_job("A child", child.job_id)
                if behind is not None and not behind.leads:
                    behind = replace(behind, leads=(_way_to(child.job_id, "a child that FAILED", behind),))
                return WhyAnswer(situation.job, answer, behind, log=end)
            return WhyAnswer(situation.job, _also(answer, *trouble))
        return await self._with_attempt_before(WhyAnswer(situation.job, answer), detail)

    async def _going(self, detail: Detail) -> WhyAnswer:
        job, timeout = detail.summary, detail.attempt_duration_seconds
        log = await self._log_of_running(detail) if job.status == RUNNING else None
        answer = how_it_goes(job, self.now, timeout_seconds=timeout, is_described=True, log=log)
        found = WhyAnswer(job, answer, log=log if log is not None and log.lines else None)
        return await self._with_attempt_before(found, detail)

    async def _log_of_running(self, detail: Detail) -> LogEnd:
        """The end of its log; of several nodes that of the main one, for the job itself has none."""
        job = detail.summary
        if isinstance(detail, JobDetail) and job.node_properties is not None and "#" not in job.job_id:
            node = integer(mapping(detail.raw, "nodeProperties"), "mainNode") or 0
            try:
                found = await self.gateway.describe_jobs([f"{job.job_id}#{node}"], urgent=True)
            except AwsError as error:
                return LogEnd(job.job_id, trouble=str(error))
            if not found:
                return LogEnd(job.job_id, trouble=f"AWS does not know its main node #{node}")
            detail = found[0]
        return await self.end_of_log(detail)

    async def _with_attempt_before(self, found: WhyAnswer, detail: Detail) -> WhyAnswer:
        """With what the last attempt that failed failed of, and what followed from it."""
        before = _as_it_failed(detail)
        if before is None:
            return found
        answer, end = await self._with_log(before)
        behind = Behind(f"Attempt {len(before.attempts)} failed", answer)
        return replace(found, behind=behind, retries=what_retry_did(detail), log=found.log or end)

    async def _failed(self, detail: Detail) -> WhyAnswer:
        answer, end = await self._looked_into(detail)
        behind: Behind | None = None
        blamed = _blamed(answer, detail)
        if blamed is not None:
            who, to = blamed
            behind, other_end = await self._of_job(who, to)
            end = other_end or end
            answer = _with_cause(answer, to, behind)
        return WhyAnswer(detail.summary, answer, behind, what_retry_did(detail), end)

    async def _looked_into(self, detail: Detail) -> tuple[Answer, LogEnd | None]:
        """The verdicts of a job that failed, with a child or a dependency of it that did."""
        child: JobSummary | None = None
        dependencies: list[JobSummary] = []
        troubles: list[str] = []
        if isinstance(detail, JobDetail):
            if _is_array_parent(detail.summary):
                child, troubles = await self._failed_child(detail.summary)
            if (detail.summary.status_reason or "").startswith("Dependent Job failed") and detail.depends_on:
                dependencies, troubles = await self._dependencies(detail)
        answer, end = await self._with_log(detail, child, dependencies)
        return _also(answer, *troubles), end

    async def _with_log(
        self, detail: Detail, child: JobSummary | None = None, dependencies: list[JobSummary] | None = None
    ) -> tuple[Answer, LogEnd | None]:
        """The verdicts, read together with the end of the log, where there is one."""
        end = await self.end_of_log(detail)
        if isinstance(detail, JobDetail):
            answer = why_failed(detail, child=child, dependencies=dependencies or (), log_tail=end.lines)
        else:
            answer = why_service_job_failed(detail, log_tail=end.lines)
        if end.trouble:
            known = tuple(each for each in answer.unknown if not each.startswith("its log:"))
            answer = _also(replace(answer, unknown=known), f"its log: {end.trouble}")
        return answer, end if end.lines else None

    async def _of_job(
        self, who: str, job_id: str, seen: tuple[str, ...] = ()
    ) -> tuple[Behind | None, LogEnd | None]:
        """Why another job failed that this one leads to, or the one to which that one leads in its turn."""
        try:
            found = await self.gateway.describe_jobs([arn_name(job_id)], urgent=True)
        except AwsError as error:
            return Behind(f"{who}:", Answer((), unknown=(f"{who.lower()}: {error}",))), None
        if not found or found[0].summary.status != FAILED:
            return None, None
        answer, end = await self._looked_into(found[0])
        blamed = _blamed(answer, found[0])
        if blamed is not None and blamed[1] not in seen and len(seen) < _MOST_STEPS:
            next_who, to = blamed
            further, further_end = await self._of_job(_BEHIND[next_who], to, (*seen, job_id))
            if further is not None and further.answer.verdicts:
                way = further.leads or (_way_to(to, "where it began", further),)
                return replace(further, leads=way), further_end or end
        part = job_id.replace("#", ":").rpartition(":")[2] if {":", "#"} & set(job_id) else ""
        which = f"index {part}" if part else short_id(found[0].summary.job_id)
        title = f"{who} ({found[0].summary.job_name}, {which}) failed"
        return Behind(title, answer, f"{who[0].lower()}{who[1:]}", retries=what_retry_did(found[0])), end

    async def _failed_child(self, job: JobSummary) -> tuple[JobSummary | None, list[str]]:
        listing = self.gateway.list_children(
            job.job_id, FAILED, is_array=True, job_queue=job.job_queue, page_size=_FEW
        )
        try:
            async with aclosing(listing) as pages:
                async for page in pages:
                    if page.jobs:
                        return min(page.jobs, key=_index), []
        except AwsError as error:
            return None, [f"which child: {error}"]
        return None, []

    async def _dependencies(self, job: JobDetail) -> tuple[list[JobSummary], list[str]]:
        ids = list(dict.fromkeys(arn_name(each.job_id) for each in job.depends_on if each.job_id))
        try:
            found = await self.gateway.describe_jobs(ids[:_MOST_DESCRIBED], urgent=True)
        except AwsError as error:
            return [], [f"which job it depended on failed: {error}"]
        return [each.summary for each in found], []

    async def _described(self, job: JobSummary) -> Detail | None:
        if job.is_service_job or self.snapshot.is_service_job(job.job_id):
            return await self.gateway.describe_service_job(job.job_id, urgent=True)
        found = await self.gateway.describe_jobs([job.job_id], urgent=True)
        return found[0] if found else None


def at_first_sight(snapshot: Snapshot, job: JobSummary, now: int) -> Answer:
    """What can be said from what the lists know, with no question to AWS."""
    if job.status == FAILED:
        return replace(why_failed(as_detail(job)), ruled_out=(), unknown=())
    if job.status in _DOES_NOT_WAIT:
        return how_it_goes(job, now) if job.status != UNKNOWN else Answer(())
    return Answer(why_waiting(known_situation(snapshot, job, now)).verdicts)


def _as_it_failed(detail: Detail) -> Detail | None:
    """A job as it was after its last attempt that failed; None where none has failed."""
    count = len(detail.attempts) - (detail.summary.status == SUCCEEDED)
    if count < 1:
        return None
    summary = replace(detail.summary, status=RUNNABLE)
    if isinstance(detail, JobDetail):
        return replace(detail, summary=summary, attempts=detail.attempts[:count])
    return replace(detail, summary=summary, attempts=detail.attempts[:count])


def _blamed(answer: Answer, detail: Detail) -> tuple[str, str] | None:
    """What another job is called on which the first verdict puts the blame, and its id; None where none is."""
    first = answer.verdicts[0] if answer.verdicts else None
    if first is None or first.rule not in _TO_BLAME:
        return None
    to = next((lead.key for lead in first.leads if lead.kind == "job"), None)
    return (_TO_BLAME[first.rule], to) if to is not None and to != detail.summary.job_id else None


def _way_to(job_id: str, words: str, behind: Behind) -> Lead:
    verdicts = behind.answer.verdicts
    cause = f": {verdicts[0].cause.removesuffix('.')}" if verdicts else ""
    return Lead("job", job_id, f"{words}{cause}")


def _with_cause(answer: Answer, to: str, behind: Behind | None) -> Answer:
    """With a lead that says why that job failed, now that it is known, and no longer its exit code alone."""
    verdicts = behind.answer.verdicts if behind is not None and not behind.leads else ()
    if not verdicts or verdicts[0].rule in SAY_NO_MORE:
        return answer
    cause = verdicts[0].cause.removesuffix(".")
    first, *others = answer.verdicts
    leads = tuple(
        replace(lead, words=f"{lead.words.partition(': ')[0]}: {cause}") if lead.key == to else lead
        for lead in first.leads
    )
    return replace(answer, verdicts=(replace(first, leads=leads), *others))


def _also(answer: Answer, *unknown: str) -> Answer:
    return replace(answer, unknown=(*answer.unknown, *unknown))


def _is_array_parent(job: JobSummary) -> bool:
    array = job.array_properties
    return array is not None and array.index is None and bool(array.size)


def _index(child: JobSummary) -> int:
    part = child.job_id.rpartition(":")[2]
    return int(part) if part.isdecimal() else 0
