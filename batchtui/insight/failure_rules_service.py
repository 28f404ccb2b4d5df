"""Failures of service jobs: what SageMaker says of a training job, the training's own error within it included."""

import re

from batchtui.insight import failure_links as links
from batchtui.insight.failure_facts import Failure
from batchtui.insight.failure_retry import try_again
from batchtui.insight.failure_rule import Late, Rule, Sign, attempt, ran
from batchtui.insight.failure_rules_log import CLUES, Clue, exception_in
from batchtui.insight.quoting import quoted
from batchtui.insight.verdict import Certainty

_CODE = "AlgorithmError"
_PREFIX = re.compile(r"^AlgorithmError[:, ]*(ExecuteUserScriptError[: ]*)?", re.IGNORECASE)
_MESSAGE = re.compile(r"ErrorMessage [\"“'](.*?)[\"”'](?= Command |, exit code|$)|ErrorMessage (.*)", re.DOTALL)
_EXIT_CODE = re.compile(r"exit ?code:? ?['\"]?(-?\d+)", re.IGNORECASE)
_KILLED = ("137", "-9")
_CRASHED = ("139", "-11")


def _service(*starts: str, saying: str = "") -> Sign:
    """A service job's reason that begins so, and matches this."""
    expression = Late(saying)

    def sign(failure: Failure) -> tuple[str, ...] | None:
        if not failure.summary.is_service_job:
            return None
        for reason in failure.status_reasons:
            found = expression.search(reason) if reason.startswith(starts) else None
            if found is not None:
                return (quoted(reason, found[0], to_its_end=True),)
        return None

    return sign


def _own_error(failure: Failure) -> tuple[str, str] | None:
    """SageMaker's reason of code that failed, and within it what the code itself wrote."""
    reason = next((each for each in failure.status_reasons if each.startswith(_CODE)), None)
    if reason is None or not failure.summary.is_service_job:
        return None
    message = _MESSAGE.search(reason)
    return reason, (message[1] or message[2] or "") if message else _PREFIX.sub("", reason)


def _reads(pattern: str) -> Sign:
    """The code's own words match as a line of a log would."""
    expression = Late(pattern)

    def sign(failure: Failure) -> tuple[str, ...] | None:
        own = _own_error(failure)
        found = expression.search(own[1]) if own is not None else None
        return None if own is None or found is None else (quoted(own[0], found[0]),)

    return sign


def _as_in_a_log(clue: Clue) -> Rule:
    return Rule(
        f"training-code-{clue.key.removeprefix('log-')}",
        _reads(clue.pattern),
        f"The training failed: {clue.what}.",
        Certainty.TOLD,
        (clue.in_training,) if clue.in_training else clue.remedies,
        links.SERVICE_STATUS,
        (attempt, ran),
        log=(clue.key,),
    )


def _exception(failure: Failure) -> tuple[str, ...] | None:
    own = _own_error(failure)
    name = exception_in(own[1]) if own is not None else ""
    return (quoted(own[0], name),) if own is not None and name else None


def _exception_cause(failure: Failure) -> str:
    own = _own_error(failure)
    return f"The training code failed: {exception_in(own[1]) if own else ''}."


def _code(failure: Failure) -> str | None:
    own = _own_error(failure)
    found = _EXIT_CODE.search(own[0]) if own is not None else None
    return found[1] if found is not None else None


def _exited(*codes: str) -> Sign:
    """SageMaker tells one of these exit codes."""

    def sign(failure: Failure) -> tuple[str, ...] | None:
        own, code = _own_error(failure), _code(failure)
        return (quoted(own[0], code),) if own is not None and code in codes and code is not None else None

    return sign


def _code_cause(failure: Failure) -> str:
    code = _code(failure)
    return "The training code failed." if code is None else f"The training code failed with exit code {code}."


_CHECK_REQUEST = "Check the input's place in S3, the image and the role in the request."

SERVICE_RULES = (
    *(_as_in_a_log(clue) for clue in CLUES if clue.key != "log-exception"),
    Rule(
        "training-killed",
        _exited(*_KILLED),
        "The training was killed with SIGKILL: most often for want of memory.",
        Certainty.LIKELY,
        ("Use an instance type with more memory, or load less data at a time.",),
        links.SERVICE_STATUS,
        (attempt, ran),
        log=("memory", "kill"),
    ),
    Rule(
        "training-crashed",
        _exited(*_CRASHED),
        "The training crashed: a segmentation fault (SIGSEGV).",
        Certainty.FOLLOWS,
        ("Native libraries of another version are a frequent cause: compare them with the image's.",),
        links.SERVICE_STATUS,
        (attempt, ran),
        log=("log-crash", "log-gpu-driver"),
    ),
    Rule(
        "training-exception",
        _exception,
        _exception_cause,
        Certainty.TOLD,
        ("Read the end of its log: the lines above the error say where in the program.",),
        links.SERVICE_STATUS,
        (attempt, ran),
        log=("log-exception",),
    ),
    Rule(
        "training-code-failed",
        _service(_CODE),
        _code_cause,
        Certainty.TOLD,
        ("Read the end of its log.",),
        links.SERVICE_STATUS,
        (attempt, ran),
        log=("any",),
    ),
    Rule(
        "training-capacity",
        _service("CapacityError", "InsufficientCapacityError"),
        "SageMaker had no such instances free.",
        Certainty.TOLD,
        (
            "AWS Batch tries it again by itself, and counts no attempt for it.",
            "Use another instance type, or reserved training capacity.",
        ),
        links.SERVICE_RETRIES,
        (attempt,),
    ),
    Rule(
        "training-quota",
        _service("ResourceLimitExceeded"),
        "A SageMaker quota of the account is used up.",
        Certainty.TOLD,
        ("Raise the quota in Service Quotas, or run fewer at once by the service environment's limit.",),
        links.SERVICE_STATUS,
        (attempt,),
    ),
    Rule(
        "training-internal-error",
        _service("InternalServerError"),
        "SageMaker itself failed.",
        Certainty.TOLD,
        (try_again('onStatusReason "Received status from SageMaker: InternalServerError*"'),),
        links.SERVICE_RETRIES,
        (attempt, ran),
    ),
    Rule(
        "training-throttled",
        _service("ThrottlingException", "TooManyRequests", "RequestLimitExceeded"),
        "SageMaker throttled the request.",
        Certainty.TOLD,
        (try_again('onStatusReason "Received status from SageMaker: Throttling*"'), "Run fewer at once."),
        links.SERVICE_RETRIES,
        (attempt,),
    ),
    Rule(
        "training-not-allowed",
        _service("AccessDenied"),
        "AWS refused to make the training job: who makes it lacks the permission.",
        Certainty.TOLD,
        ("Read the words: they name the action and who lacks it.",),
        links.SERVICE_STATUS,
        (attempt,),
    ),
    Rule(
        "training-role-not-assumable",
        _service("ClientError", "ValidationException", saying=r"(?i)assume (the )?role|iam:PassRole"),
        "SageMaker could not take on the request's role.",
        Certainty.TOLD,
        ("The role (RoleArn) must exist and trust sagemaker.amazonaws.com.",),
        links.SERVICE_STATUS,
        (attempt,),
    ),
    Rule(
        "training-memory",
        _service("ClientError", saying=r"(?i)instance type with more memory|out of memory"),
        "The training needs more memory than its instance has.",
        Certainty.TOLD,
        ("Use an instance type with more memory, or load less data at a time.",),
        links.SERVICE_STATUS,
        (attempt, ran),
    ),
    Rule(
        "training-disk-full",
        _service("ClientError", saying=r"(?i)no space left|insufficient disk space|larger volume"),
        "The training's volume is too small.",
        Certainty.TOLD,
        ("Raise VolumeSizeInGB in the request's ResourceConfig.",),
        links.SERVICE_STATUS,
        (attempt, ran),
    ),
    Rule(
        "training-image-refused",
        _service("ClientError", saying=r"(?i)cannot pull|failed to pull|docker image|ECR image"),
        "SageMaker could not get the training image.",
        Certainty.TOLD,
        ("Check the image's name and tag, and that the request's role is allowed to pull it.",),
        links.SERVICE_STATUS,
        (attempt,),
    ),
    Rule(
        "training-input-refused",
        _service("ClientError", saying=r"(?i)access ?denied|not authorized|forbidden|\(403\)"),
        "SageMaker was refused access to what the request names.",
        Certainty.TOLD,
        ("Allow it to the request's role (RoleArn): the bucket, its key, and their own policies.",),
        links.SERVICE_STATUS,
        (attempt,),
    ),
    Rule(
        "training-input-missing",
        _service("ClientError", saying=r"(?i)NoSuchKey|NoSuchBucket|no S3 objects found|does not exist|not found"),
        "What the request names as its input does not exist.",
        Certainty.TOLD,
        ("Check the input's place in S3, and that the job before it wrote it.",),
        links.SERVICE_STATUS,
        (attempt,),
    ),
    Rule(
        "training-request-wrong",
        _service("ClientError", "ValidationException"),
        "SageMaker could not do as the request says.",
        Certainty.TOLD,
        (f"Read SageMaker's words. {_CHECK_REQUEST}",),
        links.SERVICE_STATUS,
        (attempt,),
    ),
    Rule(
        "training-time-over",
        _service("", saying="MaxRuntimeExceeded|MaxWaitTimeExceeded"),
        "The training ran past the time that its request allows.",
        Certainty.TOLD,
        ("Raise MaxRuntimeInSeconds in the request's StoppingCondition.",),
        links.SERVICE_STATUS,
        (ran,),
    ),
)
