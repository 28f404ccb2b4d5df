"""Tries each read as harmlessly as it can be, and asks IAM's simulator about the rest."""

from collections.abc import AsyncIterator, Mapping
from typing import Final

from batchtui.aws.caller import Caller
from batchtui.aws.errors import (
    AccessDeniedError,
    AwsError,
    InvalidRequestError,
    ThrottledError,
    UnsupportedOperationError,
    remedy_of,
)
from batchtui.commands.doctor_account import Whose
from batchtui.commands.finding import Finding, Verdict
from batchtui.commands.permissions import NOBODY, UNTRIED, Place, Trial, Untried, trials
from batchtui.model import fields

SECTION: Final = "permissions"
SIMULATE: Final = "SimulatePrincipalPolicy"
"""It changes nothing, though its name is not that of a read."""
_ROLE: Final = "assumed-role/"
_ALLOWED: Final = "allowed"


async def permission_findings(
    caller: Caller, whose: Whose, region: str, now: int, *, why_read_only: str | None
) -> AsyncIterator[Finding]:
    """One finding for each operation.

    Args:
        caller: Makes reads.
        whose: Who one is.
        region: Where.
        now: Epoch milliseconds.
        why_read_only: Why nothing may be changed here anyway; None where it may.
    """
    place = Place(region, whose.account or "000000000000", _partition(whose.arn), NOBODY, now)
    first, *_ = trials(place)
    finding, answer = await _tried(caller, first)
    yield finding
    queues = fields.structures(answer, "jobQueues")
    name = fields.text(queues[0], "jobQueueName") if queues else None
    place = Place(place.region, place.account, place.partition, name or NOBODY, now)
    for trial in trials(place)[1:]:
        finding, _ = await _tried(caller, trial)
        yield finding
    simulated = await _simulated(caller, whose, place)
    for each in UNTRIED:
        yield _untried(each, simulated.get(each.action), why_read_only)


async def _tried(caller: Caller, trial: Trial) -> tuple[Finding, fields.Api]:
    name, nothing = trial.action, fields.EMPTY
    try:
        answer = await caller.call(trial.service, trial.operation, trial.params, urgent=True)
    except AccessDeniedError:
        text = f"denied; dark without it: {trial.dark}"
        advice = f"Allow {trial.action}."
        return Finding(SECTION, name, Verdict.BAD, text, advice, is_fatal=trial.is_core), nothing
    except UnsupportedOperationError:
        text = f"this endpoint does not have it; dark without it: {trial.dark}"
        return Finding(SECTION, name, Verdict.NOTE, text, is_fatal=trial.is_core), nothing
    except InvalidRequestError:
        # It names what is not there: who may not ask is not even told that.
        return Finding(SECTION, name, Verdict.OK, "allowed"), nothing
    except ThrottledError as error:
        text = "throttled: whether it is allowed is not known"
        return Finding(SECTION, name, Verdict.WARNING, text, remedy_of(error.what_to_do)), nothing
    except AwsError as error:
        text = f"{error.condition}: {error.detail}"
        return Finding(
            SECTION, name, Verdict.BAD, text, remedy_of(error.what_to_do), is_fatal=trial.is_core
        ), nothing
    return Finding(SECTION, name, Verdict.OK, "allowed"), answer


async def _simulated(caller: Caller, whose: Whose, place: Place) -> Mapping[str, bool]:
    """What IAM's simulator says of the operations that are not tried; empty where one may not ask it."""
    source = _policy_source(whose.arn)
    if source is None:
        return {}
    found: dict[str, bool] = {}
    for resource in dict.fromkeys(each.resource for each in UNTRIED):
        params = {
            "PolicySourceArn": source,
            "ActionNames": [each.action for each in UNTRIED if each.resource == resource],
        }
        if resource != "*":
            params["ResourceArns"] = [place.arn(f"{resource}/{NOBODY}")]
        try:
            answer = await caller.call("iam", SIMULATE, params, urgent=True)
        except AwsError:
            return found
        for result in fields.structures(answer, "EvaluationResults"):
            if action := fields.text(result, "EvalActionName"):
                found[action] = fields.text(result, "EvalDecision") == _ALLOWED
    return found


def _untried(each: Untried, is_allowed: bool | None, why_read_only: str | None) -> Finding:
    text = "not tried: would change something"
    if why_read_only is not None:
        return Finding(SECTION, each.action, Verdict.UNTRIED, f"{text}. {why_read_only}")
    if is_allowed is None:
        return Finding(SECTION, each.action, Verdict.UNTRIED, f"{text}. It is for {each.dark}.")
    if is_allowed:
        return Finding(SECTION, each.action, Verdict.OK, "allowed, by IAM's simulator")
    text = f"not allowed on {'every resource' if each.resource == '*' else 'every ' + each.resource}, by IAM's "
    text += f"simulator; dark without it: {each.dark}"
    return Finding(SECTION, each.action, Verdict.WARNING, text, f"Allow {each.action}, where it is wanted.")


def _policy_source(arn: str | None) -> str | None:
    """The user, or the role behind a session; a role's path is not told by its sessions."""
    if not arn:
        return None
    head, _, resource = arn.rpartition(":")
    if resource.startswith(_ROLE):
        _, role, *_ = resource.split("/")
        return f"{head.replace(':sts:', ':iam:')}:role/{role}"
    return arn if resource.startswith("user/") else None


def _partition(arn: str | None) -> str:
    parts = (arn or "").split(":")
    return parts[1] if len(parts) > 1 and parts[1] else "aws"
