"""How an attempt ends: the documented reasons, how likely each is where, and whether it is tried again."""

from __future__ import annotations

from dataclasses import dataclass

from .chance import between, fraction, hex_digits, pick
from .definitions import JSON, Definition, Form
from .environments import ComputeEnvironment

ESSENTIAL = "Essential container in task exited"
TASK_FAILED = "Task failed to start"
TIMED_OUT = "Job attempt duration exceeded timeout"
HOST_LOST = "Host EC2 (instance i-{host}) terminated."


@dataclass(frozen=True, slots=True)
class Ending:
    """What an attempt leaves behind: the job's statusReason, its container's exit code and reason."""

    kind: str
    status_reason: str
    exit_code: int | None = None
    reason: str | None = None
    ran: bool = True
    """Whether the container ever ran: only then it has a log."""

    @property
    def succeeded(self) -> bool:
        """Whether the job is a success with this."""
        return self.kind == "success"


SUCCESS = Ending("success", ESSENTIAL, 0)
_ERROR = Ending("error", ESSENTIAL, 1)
_OUT_OF_MEMORY = Ending("memory", ESSENTIAL, 137, "OutOfMemoryError: Container killed due to memory usage")
_SEGFAULT = Ending("segfault", ESSENTIAL, 139)
_NOT_EXECUTABLE = Ending("denied", ESSENTIAL, 126)
_NOT_FOUND = Ending("exec", ESSENTIAL, 127)
_TERMINATED = Ending("signal", ESSENTIAL, 143)
_PULL = Ending(
    "pull",
    TASK_FAILED,
    None,
    "CannotPullContainerError: Error response from daemon: manifest for image not found: "
    "manifest unknown: Requested image not found",
    ran=False,
)
_START = Ending(
    "start",
    TASK_FAILED,
    127,
    "CannotStartContainerError: Error response from daemon: failed to create task for container: "
    'exec: "run-align.sh": executable file not found in $PATH: unknown',
    ran=False,
)
_DOCKER = Ending(
    "docker",
    TASK_FAILED,
    None,
    "DockerTimeoutError: Could not transition to started; timed out after waiting 3m0s",
    ran=False,
)
_INSPECT = Ending(
    "inspect",
    TASK_FAILED,
    None,
    "CannotInspectContainerError: Could not transition to stopped; timed out after waiting 30s",
    ran=False,
)
_INITIALIZATION = Ending(
    "init",
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
    "unable to retrieve secret from asm: service call has been retried 1 time(s)",
    ran=False,
)
_SPOT_TASK = Ending("spot", "Your Spot Task was interrupted.", 143)
_POD_ERROR = Ending("error", "Pod failed: container [main] exited with code 1", 1, "Error")
_POD_MEMORY = Ending("memory", "Pod failed: container [main] was killed", 137, "OOMKilled")
_POD_IMAGE = Ending(
    "pull", "Pod failed: ImagePullBackOff", None, "ImagePullBackOff: Back-off pulling image", ran=False
)

_ON_EC2 = (
    *(_ERROR,) * 7,
    *(_OUT_OF_MEMORY,) * 4,
    _SEGFAULT,
    _NOT_EXECUTABLE,
    _NOT_FOUND,
    _TERMINATED,
    _PULL,
    _PULL,
    _START,
    _DOCKER,
    _INSPECT,
)
_ON_FARGATE = (*(_ERROR,) * 4, _OUT_OF_MEMORY, _PULL, _INITIALIZATION, _INITIALIZATION)
_ON_EKS = (_POD_ERROR, _POD_ERROR, _POD_MEMORY, _POD_IMAGE)


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
        lost = _SPOT_TASK if environment.serverless else host_lost(seed, attempt)
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
    if definition.form is Form.EKS:
        return pick(seed, attempt * 16 + 6, _ON_EKS)
    return pick(seed, attempt * 16 + 6, _ON_FARGATE if environment.serverless else _ON_EC2)


def host_lost(seed: int, attempt: int) -> Ending:
    """The loss of the instance below a job."""
    return Ending("host", HOST_LOST.format(host=instance_digits(seed, attempt)))


def instance_digits(seed: int, attempt: int) -> str:
    """The 17 digits of the id of the instance on which an attempt runs."""
    return "0" + hex_digits(seed, attempt * 16 + 7, 16)


def tried_again(retry: JSON, attempts_made: int, ending: Ending) -> bool:
    """Whether a failed attempt is followed by another, by RetryStrategy's own rules.

    The first rule of evaluateOnExit of which every given condition matches decides; when none does, the job
    is retried as long as it has attempts left.
    """
    if attempts_made >= retry.get("attempts", 1):
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
