"""How an attempt ends: the documented reasons, how likely each is where, and whether it is tried again."""

from __future__ import annotations

from dataclasses import dataclass

from .chance import between, fraction, hex_digits, pick
from .definitions import JSON, Definition, Form
from .endings import (
    DOCKER,
    ERROR,
    HOST_LOST,
    INITIALIZATION,
    INSPECT,
    NOT_EXECUTABLE,
    NOT_FOUND,
    OUT_OF_MEMORY,
    POD_ERROR,
    POD_IMAGE,
    POD_MEMORY,
    PULL,
    SEGFAULT,
    SPOT_TASK,
    START,
    SUCCESS,
    TERMINATED,
    TIMED_OUT,
    Ending,
    forms_of,
)
from .environments import ComputeEnvironment

_ON_EC2 = (
    *(ERROR,) * 7,
    *(OUT_OF_MEMORY,) * 4,
    SEGFAULT,
    NOT_EXECUTABLE,
    NOT_FOUND,
    TERMINATED,
    PULL,
    PULL,
    START,
    DOCKER,
    INSPECT,
)
_ON_FARGATE = (*(ERROR,) * 4, OUT_OF_MEMORY, PULL, INITIALIZATION, INITIALIZATION)
_ON_EKS = (POD_ERROR, POD_ERROR, POD_MEMORY, POD_IMAGE)


@dataclass(frozen=True, slots=True)
class Fate:
    """What will become of an attempt if nobody interferes."""

    starting_ms: int
    running_ms: int
    ending: Ending


def stopped_by_user(reason: str) -> Ending:
    """The end of an attempt that somebody terminated: 143 after SIGTERM."""
    return Ending("signal", reason, 143)


def starting_ms(definition: Definition, environment: ComputeEnvironment, seed: int, attempt: int) -> int:
    """How long an attempt stays STARTING: Fargate boots a machine, EC2 pulls an image."""
    if environment.serverless:
        return between(seed, attempt * 16 + 1, 20_000, 45_000)
    if definition.form is Form.NODES:
        return between(seed, attempt * 16 + 1, 15_000, 40_000)
    return between(seed, attempt * 16 + 1, 1_500, 12_000)


def fate(
    definition: Definition, environment: ComputeEnvironment, timeout_seconds: int | None, seed: int, attempt: int
) -> Fate:
    """What becomes of an attempt: a pure function of the job's seed and the attempt's number."""
    salt = attempt * 16
    start = starting_ms(definition, environment, seed, attempt)
    # Between a third of the mean and 2.7 times it, with most below the mean: as run times are.
    stretch = 0.33 + 2.4 * fraction(seed, salt + 2) ** 2.2
    run = min(2_400_000, max(20_000, int(definition.mean_seconds * 1000 * stretch)))
    luck = fraction(seed, salt + 3)
    if environment.spot and luck > 0.93:
        lost = SPOT_TASK if environment.serverless else host_lost(seed, attempt)
        return Fate(start, int(run * (0.2 + 0.6 * fraction(seed, salt + 4))), lost)
    ending = failure(definition, environment, seed, attempt) if luck < 0.1 else SUCCESS
    if not ending.ran:
        return Fate(start * 4, 0, ending)
    if ending is not SUCCESS:
        run = max(20_000, int(run * (0.3 + 0.6 * fraction(seed, salt + 5))))
    if timeout_seconds is not None and run >= timeout_seconds * 1000:
        return Fate(start, timeout_seconds * 1000, Ending("timeout", TIMED_OUT, 137))
    return Fate(start, run, ending)


def failure(definition: Definition, environment: ComputeEnvironment, seed: int, attempt: int) -> Ending:
    """One of the failures that can befall a job in this environment."""
    families = _ON_EKS if definition.form is Form.EKS else _ON_FARGATE if environment.serverless else _ON_EC2
    family = pick(seed, attempt * 16 + 6, families)
    forms = forms_of(family, gpus=environment.name == "gpu", java=definition.voice == "java")
    return pick(seed, attempt * 16 + 8, forms)


def host_lost(seed: int, attempt: int) -> Ending:
    """The loss of the instance below a job."""
    return Ending("host", HOST_LOST.format(host=instance_digits(seed, attempt)))


def instance_digits(seed: int, attempt: int) -> str:
    """The 17 digits of the id of the instance on which an attempt runs."""
    return "0" + hex_digits(seed, attempt * 16 + 7, 16)


def tried_again(retry: JSON, attempts_made: int, ending: Ending) -> bool:
    """Whether a failed attempt is followed by another, by RetryStrategy's own rules.

    What ran into its time-out is not. The first rule of evaluateOnExit of which every given condition matches
    decides; when none does, the job is retried as long as it has attempts left.
    """
    if attempts_made >= retry.get("attempts", 1) or ending.status_reason == TIMED_OUT:
        return False
    for rule in retry.get("evaluateOnExit", ()):
        conditions = (
            (rule.get("onStatusReason"), ending.status_reason),
            (rule.get("onReason"), ending.reason or ""),
            (rule.get("onExitCode"), "" if ending.exit_code is None else str(ending.exit_code)),
        )
        if all(glob is None or _matches(glob, value) for glob, value in conditions):
            return bool(rule["action"].upper() == "RETRY")
    return True


def _matches(glob: str, value: str) -> bool:
    # Only a trailing asterisk means anything to AWS; brackets and question marks are themselves.
    return value.startswith(glob[:-1]) if glob.endswith("*") else value == glob
