"""Failures of service jobs: what SageMaker says of a training job."""

from batchtui.insight import failure_links as links
from batchtui.insight.failure_facts import Failure
from batchtui.insight.failure_rule import Rule, Sign, attempt, begins, ran
from batchtui.insight.verdict import Certainty


def _service(*starts: str) -> Sign:
    """A service job's reason that begins so."""
    begin = begins(*starts)

    def sign(failure: Failure) -> tuple[str, ...] | None:
        return begin(failure) if failure.summary.is_service_job else None

    return sign


SERVICE_RULES = (
    Rule(
        "training-code-failed",
        _service("AlgorithmError"),
        "The training code failed.",
        Certainty.TOLD,
        ("Read the end of its log; SageMaker's words give the exit code and the error.",),
        links.SERVICE_STATUS,
        (attempt, ran),
        log=("any",),
    ),
    Rule(
        "training-capacity",
        _service("CapacityError", "InsufficientCapacityError"),
        "SageMaker had no such instances free.",
        Certainty.TOLD,
        ("Retry it: attempts above 1.", "Use another instance type, or reserved training capacity."),
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
        ('Retry it: onStatusReason "Received status from SageMaker: InternalServerError*".',),
        links.SERVICE_RETRIES,
        (attempt, ran),
    ),
    Rule(
        "training-request-wrong",
        _service("ClientError", "ValidationException"),
        "SageMaker could not do as the request says: its input, image or role.",
        Certainty.TOLD,
        ("Check the input's place in S3, the image and the role in the request.",),
        links.SERVICE_STATUS,
        (attempt,),
    ),
    Rule(
        "training-time-over",
        _service("MaxRuntimeExceeded", "MaxWaitTimeExceeded"),
        "The training ran past the time that its request allows.",
        Certainty.TOLD,
        ("Raise MaxRuntimeInSeconds in the request's StoppingCondition.",),
        links.SERVICE_STATUS,
        (ran,),
    ),
)
