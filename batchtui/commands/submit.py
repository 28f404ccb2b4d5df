"""Submits one job, once: its id on standard output, and with ``--watch`` all that becomes of it."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from batchtui.actions.draft import Draft
from batchtui.actions.new_job import new_job_draft
from batchtui.actions.outcomes import Standing
from batchtui.actions.request_notes import Severity
from batchtui.actions.submitting import SubmitOutcome, SubmitRun, entry_of
from batchtui.aws.errors import AccessDeniedError, AwsError, InvalidRequestError
from batchtui.aws.gateway import CallerIdentity
from batchtui.commands.job_name import NamedJob
from batchtui.commands.new_request import Asked, request_of, words_of_problem
from batchtui.commands.printer import Printer, notice
from batchtui.commands.session import Session
from batchtui.commands.signals import Signals, signals, status_of
from batchtui.commands.watch import Watched, watch
from batchtui.logs.timestamps import iso_utc
from batchtui.model.fields import arn_name
from batchtui.model.job_definition import JobDefinition
from batchtui.model.secrets import masked_api, masked_text
from batchtui.model.text import escaped
from batchtui.settings import StartError

IN_DOUBT: Final = 3
"""The exit status where the answer was lost, or where there is a job that cannot be watched: look at it first."""
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Submitting:
    """How it is done."""

    is_dry_run: bool = False
    as_json: bool = False
    printer: Printer | None = None
    """Tells of the job until it ends; None where only its id is wanted."""
    has_logs: bool = True


async def submit(
    session: Session,
    asked: Asked,
    how: Submitting,
    *,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> int:
    """Submits a job.

    Returns:
        The exit status: 0 where there is a job, or that job's own where it is watched; 3 where nobody knows.

    Raises:
        StartError: Nothing was submitted; the sentence says why.
    """
    identity = await session.identity()
    if not how.is_dry_run and (why := session.why_read_only(identity)):
        raise StartError(f"{why} Nothing was submitted.")
    draft = await _draft(session, asked)
    if how.is_dry_run:
        text = json.dumps(masked_api(draft.request), indent=2, ensure_ascii=False)
        sys.stdout.write(escaped(text) + "\n")
        return 0
    with signals() as came:
        outcome, number = await _send(session, draft, identity, came, sleep)
    if number is not None and outcome.standing in (Standing.NOT_ASKED, Standing.ACCEPTED):
        what = f"submitted: {outcome.job_id}" if outcome.job_id else "nothing was submitted"
        notice(f"broken off; {what}.")
        return status_of(number)
    if outcome.standing in (Standing.FAILED, Standing.NOT_ASKED):
        raise StartError(f"Nothing was submitted: {_why(outcome.error)}")
    if outcome.standing is Standing.IN_DOUBT:
        _tell_doubt(outcome, how)
        return IN_DOUBT
    assert outcome.job_id is not None
    return await _accepted(session, outcome, how)


async def _accepted(session: Session, outcome: SubmitOutcome, how: Submitting) -> int:
    assert outcome.job_id is not None
    if how.printer is None:
        if how.as_json:
            told = {"outcome": outcome.standing.value, "jobId": outcome.job_id, "jobName": outcome.job_name}
            _print(told)
        else:
            sys.stdout.write(f"{outcome.job_id}\n")
            sys.stdout.flush()
        return 0
    how.printer.submitted(outcome.job_id, outcome.job_name)
    watched = Watched(NamedJob(outcome.job_id), has_logs=how.has_logs, is_new=True)
    try:
        return await watch(session, watched, how.printer)
    except StartError as error:
        notice(f"job {outcome.job_id} is submitted, and cannot be watched: {error}")
        return IN_DOUBT


async def _draft(session: Session, asked: Asked) -> Draft:
    definition = await _definition(session, asked.definition)
    request, problems = request_of(asked, definition)
    if problems:
        raise StartError("; ".join(map(words_of_problem, problems)) + ". Nothing was submitted.")
    draft = new_job_draft(request, definition)
    blockers = [note.text for note in draft.notes if note.severity is Severity.BLOCKER]
    if blockers:
        raise StartError(f"{'; '.join(blockers)}. Nothing was submitted.")
    for note in draft.notes:
        notice(f"{note.text}.")
    return draft


async def _definition(session: Session, name: str) -> JobDefinition:
    """The revision that is meant; where one may not look, as much as its name tells.

    Raises:
        StartError: There is none, or AWS does not say.
    """
    gateway = session.gateway
    _, _, revision = arn_name(name).rpartition(":")
    try:
        if revision.isdecimal():
            found = await gateway.describe_job_definition(name)
            definition = JobDefinition.from_api(found) if found else None
        else:
            definition = await gateway.latest_revision(arn_name(name))
    except AccessDeniedError as error:
        notice(f"{error.operation} is denied: the job definition is sent as it was typed, and nothing is checked.")
        return JobDefinition.from_api({"jobDefinitionName": name})
    except AwsError as error:
        raise StartError(f"{error.last_words} Nothing was submitted.") from error
    if definition is None:
        active = "" if revision.isdecimal() else " with an ACTIVE revision"
        raise StartError(f"There is no job definition '{masked_text(name)}'{active} in this account and region.")
    return definition


async def _send(
    session: Session,
    draft: Draft,
    identity: CallerIdentity,
    came: Signals,
    sleep: Callable[[float], Awaitable[object]],
) -> tuple[SubmitOutcome, int | None]:
    """Sends it. The first signal sends nothing more and waits for what is on its way; the second leaves.

    Returns:
        What has become of it, and the signal that came meanwhile.
    """
    record, actor = session.record(), session.actor(identity)
    run = SubmitRun(
        [draft],
        session.control(),
        session.gateway,
        is_known=lambda job_id: False,
        on_outcome=lambda outcome: record.add([entry_of(outcome, actor=actor, at=time.time())]),
        clock=time.time,
        sleep=sleep,
    )
    sending = asyncio.create_task(run.run())
    number: int | None = None
    while not sending.done():
        waiting = asyncio.create_task(came.next())
        await asyncio.wait({waiting, sending}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
        elif number is not None:
            sending.cancel()
            await asyncio.wait({sending})
        else:
            number = waiting.result()
            notice("what was sent may have been taken in: waiting for its answer, Ctrl-C leaves at once.")
            run.stop_asking()
    if not sending.cancelled():
        sending.result()
    if record.trouble:
        notice(record.trouble)
    (outcome,) = run.outcomes
    return outcome, number


def _why(error: AwsError | None) -> str:
    """What AWS said, and what to do where the request alone is not to blame."""
    if error is None:
        return "it was not sent."
    return f"{error.detail}." if isinstance(error, InvalidRequestError) else error.last_words


def _tell_doubt(outcome: SubmitOutcome, how: Submitting) -> None:
    """What was found of a job whose answer was lost."""
    why = outcome.error.detail if outcome.error else "it was broken off"
    notice(f"in doubt: SubmitJob of {outcome.job_name} was sent, and no answer came: {why}.")
    if not outcome.is_looked_for:
        notice("Whether the job is there could not be found out.")
    elif not outcome.found:
        notice("No new job of that name is there so far; one that was only just taken in may still appear.")
    for job in outcome.found[:_SHOWN]:
        how_sure = "most likely this one" if job == outcome.likely else "of that name, perhaps another one"
        notice(f"{how_sure}: {job.job_id} {job.status}")
    notice("Look at it before you submit it again.")
    if how.as_json:
        found = [{"jobId": job.job_id, "status": job.status} for job in outcome.found[:_SHOWN]]
        likely = outcome.likely.job_id if outcome.likely else None
        event = {"event": "submitted", "time": iso_utc(int(time.time() * 1000))} if how.printer else {}
        _print({**event, "outcome": outcome.standing.value, "jobName": outcome.job_name, "likelyJobId": likely,
                "found": found})  # fmt: skip


def _print(values: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps({name: value for name, value in values.items() if value is not None}) + "\n")
    sys.stdout.flush()
